//! Floats of one block formatting context (CSS 2.2 §9.5).
//!
//! Coordinates are those of the formatting context's content box.

use crate::css::computed::{Clear, Float};
use crate::geom::{Px, Rect, Size};

/// Tolerance for "fits": lengths are sums of many f32 values; a sixty-fourth of a px is what
/// browsers' layout units resolve.
pub const EPSILON: Px = Px(1.0 / 64.0);

/// The floats placed so far.
#[derive(Clone, Debug, Default)]
pub struct FloatContext {
    left: Vec<Rect>,
    right: Vec<Rect>,
    /// No later float may stand higher than this.
    ceiling: Px,
}

/// A free stretch between floats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// Top.
    pub top: Px,
    /// Left end.
    pub left: Px,
    /// Width, zero if floats meet.
    pub width: Px,
}

impl FloatContext {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.left.is_empty() && self.right.is_empty()
    }

    /// The room between floats from `left` to `right` at `top`, over `height` (at least a line's
    /// worth is looked at).
    pub fn band(&self, top: Px, height: Px, left: Px, right: Px) -> Band {
        let bottom = top + height.max(EPSILON * 2.0);
        let hits = |r: &&Rect| r.top() < bottom - EPSILON && r.bottom() > top + EPSILON;
        let left = self.left.iter().filter(hits).map(Rect::right).fold(left, Px::max);
        let right = self.right.iter().filter(hits).map(Rect::left).fold(right, Px::min);
        Band { top, left, width: (right - left).max(Px::ZERO) }
    }

    /// The first place at or below `top` where `size` fits between `left` and `right`; where it
    /// is wider than everything, the first place without floats.
    pub fn find(&self, top: Px, size: Size, left: Px, right: Px) -> Band {
        let mut top = top;
        loop {
            let band = self.band(top, size.height, left, right);
            if band.width + EPSILON >= size.width || band.width + EPSILON >= right - left {
                return band;
            }
            match self.next_edge(top) {
                Some(edge) => top = edge,
                None => return band,
            }
        }
    }

    /// The next lower bottom edge of a float below `top`.
    fn next_edge(&self, top: Px) -> Option<Px> {
        self.left
            .iter()
            .chain(&self.right)
            .map(Rect::bottom)
            .filter(|bottom| *bottom > top + EPSILON)
            .min_by(|a, b| a.0.total_cmp(&b.0))
    }

    /// Places a float's margin box at or below `top` between `left` and `right`, and keeps it.
    pub fn place(&mut self, side: Float, top: Px, size: Size, left: Px, right: Px) -> Rect {
        let band = self.find(top.max(self.ceiling), size, left, right);
        let x = match side {
            Float::Right => band.left + band.width - size.width,
            _ => band.left,
        };
        let placed = Rect::new(x, band.top, size.width, size.height);
        self.ceiling = band.top;
        match side {
            Float::Right => self.right.push(placed),
            _ => self.left.push(placed),
        }
        placed
    }

    /// What a float with this `clear` may not stand above.
    pub fn least_top(&self, clear: Clear) -> Px {
        self.clearance(clear).map_or(self.ceiling, |edge| edge.max(self.ceiling))
    }

    /// Where a box with `clear` may begin: below the floats of that side.
    pub fn clearance(&self, clear: Clear) -> Option<Px> {
        let bottom =
            |floats: &[Rect]| floats.iter().map(Rect::bottom).max_by(|a, b| a.0.total_cmp(&b.0));
        match clear {
            Clear::None => None,
            Clear::Left => bottom(&self.left),
            Clear::Right => bottom(&self.right),
            Clear::Both => match (bottom(&self.left), bottom(&self.right)) {
                (Some(l), Some(r)) => Some(l.max(r)),
                (one, other) => one.or(other),
            },
        }
    }

    /// The lowest bottom edge: a formatting context's root is at least as high.
    pub fn bottom(&self) -> Option<Px> {
        self.clearance(Clear::Both)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(width: f32, height: f32) -> Size {
        Size::new(Px(width), Px(height))
    }

    #[test]
    fn float_moves_down_when_it_does_not_fit() {
        let mut floats = FloatContext::default();
        let right = Px(100.0);
        floats.place(Float::Left, Px(0.0), size(60.0, 20.0), Px(0.0), right);
        let second = floats.place(Float::Left, Px(0.0), size(60.0, 10.0), Px(0.0), right);
        assert_eq!(second.origin.y, Px(20.0));
        let third = floats.place(Float::Right, Px(0.0), size(20.0, 10.0), Px(0.0), right);
        assert_eq!((third.origin.x, third.origin.y), (Px(80.0), Px(20.0)));
    }

    #[test]
    fn band_lies_between_floats() {
        let mut floats = FloatContext::default();
        floats.place(Float::Left, Px(0.0), size(30.0, 20.0), Px(0.0), Px(100.0));
        floats.place(Float::Right, Px(0.0), size(30.0, 10.0), Px(0.0), Px(100.0));
        assert_eq!(floats.band(Px(5.0), Px(10.0), Px(0.0), Px(100.0)).width, Px(40.0));
        assert_eq!(floats.band(Px(12.0), Px(5.0), Px(0.0), Px(100.0)).width, Px(70.0));
        assert_eq!(floats.clearance(Clear::Left), Some(Px(20.0)));
    }
}
