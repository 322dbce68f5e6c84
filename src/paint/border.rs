//! Borders (CSS Backgrounds 3 §4, §5), outlines and collapsed table borders.
//!
//! Sides of one style and colour are painted as one ring, which leaves no seams; otherwise each
//! side is painted within the trapezoid that mitred corners leave it.

use std::f32::consts::FRAC_PI_4;

use super::emit::Emitter;
use super::list::{DisplayItem, FillRule, LineCap, Paint, StrokeStyle};
use super::order::Piece;
use super::path::{Path, Radii, inset_radii, is_rounded};
use super::stroke::{LAST_DOT, broken, shade};
use crate::css::computed::{Border, LineStyle, Outline};
use crate::geom::{Color, Point, Px, Rect, Sides};
use crate::layout::fragment::BorderSegment;

/// The frame that the borders of a box fill.
struct Frame {
    outer: Rect,
    widths: Sides<Px>,
    radii: Radii,
}

/// A side of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Top,
    Right,
    Bottom,
    Left,
}

const SIDES: [Side; 4] = [Side::Top, Side::Right, Side::Bottom, Side::Left];

/// Paints the borders of a box.
pub(super) fn paint(e: &mut Emitter<'_, '_>, piece: &Piece<'_>) {
    let (style, open, used) =
        (&piece.fragment.style.border, piece.fragment.open, piece.fragment.border);
    let width = |cut: bool, width: Px, line: &Border| {
        let shown = !cut && !matches!(line.style, LineStyle::None | LineStyle::Hidden);
        if shown { width } else { Px::ZERO }
    };
    let widths = Sides {
        top: width(open.top, used.top, &style.top),
        right: width(open.right, used.right, &style.right),
        bottom: width(open.bottom, used.bottom, &style.bottom),
        left: width(open.left, used.left, &style.left),
    };
    let frame = Frame { outer: piece.border_box(), widths, radii: piece.radii() };
    frame.paint(e, style);
}

/// Paints an outline; it follows the border edge at its offset, with square corners.
pub(super) fn outline(e: &mut Emitter<'_, '_>, piece: &Piece<'_>, outline: &Outline) {
    let out = Sides::all(-(outline.offset + outline.line.width));
    let frame = Frame {
        outer: expand(piece.border_box(), out),
        widths: Sides::all(outline.line.width),
        radii: inset_radii(&piece.radii(), &out),
    };
    frame.paint(e, &Sides::all(outline.line));
}

impl Frame {
    fn paint(&self, e: &mut Emitter<'_, '_>, lines: &Sides<Border>) {
        let shown: Vec<Side> = SIDES.into_iter().filter(|s| self.width(*s).0 > 0.0).collect();
        let Some(first) = shown.first().map(|s| *line_of(lines, *s)) else { return };
        let uniform = shown.iter().all(|s| {
            let line = line_of(lines, *s);
            line.style == first.style && line.color == first.color
        });
        let even = shown.len() == 4 && SIDES.iter().all(|s| self.width(*s) == self.widths.top);
        match first.style {
            LineStyle::Solid if uniform => self.ring(e, 0.0, 1.0, first.color),
            LineStyle::Double if uniform => {
                self.ring(e, 0.0, 1.0 / 3.0, first.color);
                self.ring(e, 2.0 / 3.0, 1.0, first.color);
            }
            LineStyle::Dashed | LineStyle::Dotted if uniform && even && is_rounded(&self.radii) => {
                self.broken_ring(e, Side::Top, &first);
            }
            _ => shown.iter().for_each(|s| self.side(e, *s, line_of(lines, *s))),
        }
    }

    fn width(&self, side: Side) -> Px {
        match side {
            Side::Top => self.widths.top,
            Side::Right => self.widths.right,
            Side::Bottom => self.widths.bottom,
            Side::Left => self.widths.left,
        }
    }

    /// The shape at a fraction of the widths: 0 is the border edge, 1 the padding edge.
    fn shape(&self, at: f32) -> Path {
        let by = self.widths.map(|w| w * at);
        Path::rounded(expand(self.outer, by), &inset_radii(&self.radii, &by))
    }

    /// Fills between two fractions of the widths.
    fn ring(&self, e: &mut Emitter<'_, '_>, from: f32, to: f32, color: Color) {
        if let Some((rect, true)) = self.straight(from, to) {
            return e.fill(Path::rect(rect), color, FillRule::NonZero);
        }
        e.fill(self.shape(from).and(self.shape(to)), color, FillRule::EvenOdd);
    }

    /// A frame with one side only is a rectangle.
    fn straight(&self, from: f32, to: f32) -> Option<(Rect, bool)> {
        let mut shown = SIDES.into_iter().filter(|s| self.width(*s).0 > 0.0);
        let side = shown.next()?;
        (shown.next().is_none() && !is_rounded(&self.radii))
            .then(|| (self.band(side, from, to), true))
    }

    /// The rectangle along a side between two fractions of its width, corners included.
    fn band(&self, side: Side, from: f32, to: f32) -> Rect {
        let (o, w) = (self.outer, self.width(side));
        let (near, thick) = (w * from, w * (to - from));
        match side {
            Side::Top => Rect::new(o.left(), o.top() + near, o.size.width, thick),
            Side::Bottom => Rect::new(o.left(), o.bottom() - near - thick, o.size.width, thick),
            Side::Left => Rect::new(o.left() + near, o.top(), thick, o.size.height),
            Side::Right => Rect::new(o.right() - near - thick, o.top(), thick, o.size.height),
        }
    }

    /// Dashes or dots around a rounded frame, as wide as a side.
    fn broken_ring(&self, e: &mut Emitter<'_, '_>, side: Side, line: &Border) {
        let half = self.widths.map(|w| w * 0.5);
        let (rect, radii) = (expand(self.outer, half), inset_radii(&self.radii, &half));
        let corners = [radii.top_left, radii.top_right, radii.bottom_right, radii.bottom_left];
        // Two sides of a corner are 2r long, its quarter circle π/2·r.
        let saved: f32 = corners.iter().map(|(x, y)| (x.0 + y.0) * (1.0 - FRAC_PI_4)).sum();
        let length = Px(2.0 * (rect.size.width.0 + rect.size.height.0) - saved);
        let style = broken(line.style, self.width(side), length, true);
        self.stroke(e, Path::rounded(rect, &radii), style, line.color);
    }

    fn stroke(&self, e: &mut Emitter<'_, '_>, path: Path, style: StrokeStyle, color: Color) {
        if !color.is_transparent() {
            e.note_color(color);
            e.items.push(DisplayItem::Stroke { path, paint: Paint::Solid(color), style });
        }
    }

    /// Paints one side within its trapezoid.
    fn side(&self, e: &mut Emitter<'_, '_>, side: Side, line: &Border) {
        let (light, dark) = (line.color, shade(line.color));
        let upper = matches!(side, Side::Top | Side::Left);
        match line.style {
            LineStyle::None | LineStyle::Hidden => {}
            LineStyle::Solid => self.trapezoid(e, side, 0.0, 1.0, light),
            LineStyle::Inset => self.trapezoid(e, side, 0.0, 1.0, if upper { dark } else { light }),
            LineStyle::Outset => {
                self.trapezoid(e, side, 0.0, 1.0, if upper { light } else { dark });
            }
            LineStyle::Double => {
                self.trapezoid(e, side, 0.0, 1.0 / 3.0, light);
                self.trapezoid(e, side, 2.0 / 3.0, 1.0, light);
            }
            LineStyle::Groove | LineStyle::Ridge => {
                let sunken = (line.style == LineStyle::Groove) == upper;
                let (outer, inner) = if sunken { (dark, light) } else { (light, dark) };
                self.trapezoid(e, side, 0.0, 0.5, outer);
                self.trapezoid(e, side, 0.5, 1.0, inner);
            }
            LineStyle::Dashed | LineStyle::Dotted => self.broken_side(e, side, line),
        }
    }

    /// Fills the part of a side between two fractions of its width.
    fn trapezoid(&self, e: &mut Emitter<'_, '_>, side: Side, from: f32, to: f32, color: Color) {
        if color.is_transparent() {
            return;
        }
        if is_rounded(&self.radii) {
            let ring = self.shape(from).and(self.shape(to));
            let wedge = self.wedge(side);
            return e.clipped(ring, FillRule::EvenOdd, |e| {
                e.fill(wedge, color, FillRule::NonZero);
            });
        }
        let (o, i) = (self.corners(from), self.corners(to));
        let at = SIDES.iter().position(|s| *s == side).unwrap_or(0);
        let next = (at + 1) % 4;
        let points = [o[at], o[next], i[next], i[at]];
        e.fill(quadrilateral(&points), color, FillRule::NonZero);
    }

    /// The corners at a fraction of the widths: top left, top right, bottom right, bottom left.
    fn corners(&self, at: f32) -> [Point; 4] {
        let r = expand(self.outer, self.widths.map(|w| w * at));
        let p = Point::new;
        [r.origin, p(r.right(), r.top()), p(r.right(), r.bottom()), p(r.left(), r.bottom())]
    }

    /// All that belongs to a side of a rounded frame: from its two outer corners along the mitres
    /// to where they reach the middle of the box.
    fn wedge(&self, side: Side) -> Path {
        let outer = self.corners(0.0);
        let inner = self.corners(1.0);
        let at = SIDES.iter().position(|s| *s == side).unwrap_or(0);
        let next = (at + 1) % 4;
        let reach = |from: Point, through: Point, by: f32| {
            Point::new(from.x + (through.x - from.x) * by, from.y + (through.y - from.y) * by)
        };
        // Far enough to cover the curved part of the corner, not past the middle of the box.
        let far = |corner: usize| {
            let (o, i) = (outer[corner], inner[corner]);
            let (dx, dy) = ((i.x - o.x).abs().0, (i.y - o.y).abs().0);
            let (w, h) = (self.outer.size.width.0, self.outer.size.height.0);
            let limit = |d: f32, room: f32| if d > 0.0 { room / 2.0 / d } else { f32::INFINITY };
            let by = limit(dx, w).min(limit(dy, h));
            if by.is_finite() { reach(o, i, by.max(1.0)) } else { i }
        };
        Path::polygon(&[outer[at], outer[next], far(next), far(at)])
    }

    /// Dashes or dots along a side; along a rounded frame, the part of the round that is the side's.
    fn broken_side(&self, e: &mut Emitter<'_, '_>, side: Side, line: &Border) {
        if is_rounded(&self.radii) {
            let ring = self.shape(0.0).and(self.shape(1.0));
            let wedge = self.wedge(side);
            return e.clipped(ring, FillRule::EvenOdd, |e| {
                e.clipped(wedge, FillRule::NonZero, |e| self.broken_ring(e, side, line));
            });
        }
        let width = self.width(side);
        let band = self.band(side, 0.0, 1.0);
        let dotted = line.style == LineStyle::Dotted;
        let (inset, more) = if dotted { (width * 0.5, LAST_DOT) } else { (Px::ZERO, Px::ZERO) };
        let (from, to) = match side {
            Side::Top | Side::Bottom => {
                let y = band.top() + width * 0.5;
                (Point::new(band.left() + inset, y), Point::new(band.right() - inset + more, y))
            }
            Side::Left | Side::Right => {
                let x = band.left() + width * 0.5;
                (Point::new(x, band.top() + inset), Point::new(x, band.bottom() - inset + more))
            }
        };
        let length = match side {
            Side::Top | Side::Bottom => band.size.width,
            Side::Left | Side::Right => band.size.height,
        };
        let style = broken(line.style, width, length, false);
        self.stroke(e, Path::line(&[from, to]), style, line.color);
    }
}

/// Paints the collapsed borders of a table (CSS 2.2 §17.6.2).
pub(super) fn collapsed(e: &mut Emitter<'_, '_>, at: Point, segments: &[BorderSegment]) {
    for segment in segments {
        let (from, to) = (at + segment.from, at + segment.to);
        segment_line(e, from, to, &segment.border);
    }
}

fn segment_line(e: &mut Emitter<'_, '_>, from: Point, to: Point, line: &Border) {
    let w = line.width;
    let horizontal = (to.x - from.x).abs().0 >= (to.y - from.y).abs().0;
    // A band beside the centre line: from −½ to ½ of the width.
    let band = |a: f32, b: f32| {
        let (x, y) = (from.x.min(to.x), from.y.min(to.y));
        let length = (to.x - from.x).abs() + (to.y - from.y).abs();
        if horizontal {
            Path::rect(Rect::new(x, y + w * a, length, w * (b - a)))
        } else {
            Path::rect(Rect::new(x + w * a, y, w * (b - a), length))
        }
    };
    let (light, dark) = (line.color, shade(line.color));
    let mut fill = |a: f32, b: f32, color| e.fill(band(a, b), color, FillRule::NonZero);
    match line.style {
        LineStyle::None | LineStyle::Hidden => {}
        LineStyle::Solid => fill(-0.5, 0.5, light),
        LineStyle::Double => {
            fill(-0.5, -1.0 / 6.0, light);
            fill(1.0 / 6.0, 0.5, light);
        }
        // In the collapsing model inset is drawn as ridge and outset as groove.
        LineStyle::Groove | LineStyle::Outset => {
            fill(-0.5, 0.0, dark);
            fill(0.0, 0.5, light);
        }
        LineStyle::Ridge | LineStyle::Inset => {
            fill(-0.5, 0.0, light);
            fill(0.0, 0.5, dark);
        }
        LineStyle::Dashed | LineStyle::Dotted => {
            let length = (to.x - from.x).abs() + (to.y - from.y).abs();
            let style = broken(line.style, w, length, false);
            e.note_color(line.color);
            let dotted = line.style == LineStyle::Dotted;
            let (inset, more) = if dotted { (w * 0.5, LAST_DOT) } else { (Px::ZERO, Px::ZERO) };
            let along = |p: Point, by: Px| {
                if horizontal { Point::new(p.x + by, p.y) } else { Point::new(p.x, p.y + by) }
            };
            let path = Path::line(&[along(from, inset), along(to, more - inset)]);
            e.items.push(DisplayItem::Stroke { path, paint: Paint::Solid(line.color), style });
        }
    }
}

fn line_of(lines: &Sides<Border>, side: Side) -> &Border {
    match side {
        Side::Top => &lines.top,
        Side::Right => &lines.right,
        Side::Bottom => &lines.bottom,
        Side::Left => &lines.left,
    }
}

/// A rectangle inside insets, which may be negative.
fn expand(rect: Rect, by: Sides<Px>) -> Rect {
    rect.inset(by)
}

/// Four corners as a rectangle where they are one.
fn quadrilateral(p: &[Point; 4]) -> Path {
    let upright = |a: Point, b: Point| a.x == b.x || a.y == b.y;
    let is_rect = (0..4).all(|i| upright(p[i], p[(i + 1) % 4]));
    if !is_rect {
        return Path::polygon(p);
    }
    let (x, y) = (p.iter().map(|p| p.x), p.iter().map(|p| p.y));
    let left = x.clone().fold(p[0].x, Px::min);
    let top = y.clone().fold(p[0].y, Px::min);
    Path::rect(Rect::new(left, top, x.fold(left, Px::max) - left, y.fold(top, Px::max) - top))
}

/// A straight line with flat ends, for decorations.
pub(super) fn flat(width: Px) -> StrokeStyle {
    StrokeStyle { cap: LineCap::Butt, ..StrokeStyle::solid(width) }
}
