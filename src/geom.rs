//! Typed lengths and plane geometry.
//!
//! Inside Urkunde there is one unit of length, the CSS px (1/96 inch), kept in [`Px`]; the y axis
//! points down, the origin is the top left corner. PDF points and the flipped axis appear in
//! `pdf/` alone.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub, SubAssign};

/// A length in CSS px (1/96 inch).
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Px(pub f32);

impl Px {
    /// No length.
    pub const ZERO: Px = Px(0.0);

    /// Millimetres.
    pub fn from_mm(mm: f32) -> Px {
        Px(mm * 96.0 / 25.4)
    }

    /// Typographic points (1/72 inch).
    pub fn from_pt(pt: f32) -> Px {
        Px(pt * 96.0 / 72.0)
    }

    /// This length in PDF points (1/72 inch).
    pub fn to_pt(self) -> f32 {
        self.0 * 0.75
    }

    /// This length in millimetres.
    pub fn to_mm(self) -> f32 {
        self.0 * 25.4 / 96.0
    }

    /// The greater of two lengths.
    pub fn max(self, other: Px) -> Px {
        Px(self.0.max(other.0))
    }

    /// The lesser of two lengths.
    pub fn min(self, other: Px) -> Px {
        Px(self.0.min(other.0))
    }

    /// This length without its sign.
    pub fn abs(self) -> Px {
        Px(self.0.abs())
    }

    /// This length kept within bounds; `low` wins over `high`, as CSS has it for min and max sizes.
    pub fn clamp(self, low: Px, high: Px) -> Px {
        self.min(high).max(low)
    }
}

impl Add for Px {
    type Output = Px;
    fn add(self, other: Px) -> Px {
        Px(self.0 + other.0)
    }
}

impl Sub for Px {
    type Output = Px;
    fn sub(self, other: Px) -> Px {
        Px(self.0 - other.0)
    }
}

impl Neg for Px {
    type Output = Px;
    fn neg(self) -> Px {
        Px(-self.0)
    }
}

impl Mul<f32> for Px {
    type Output = Px;
    fn mul(self, factor: f32) -> Px {
        Px(self.0 * factor)
    }
}

impl Div<f32> for Px {
    type Output = Px;
    fn div(self, divisor: f32) -> Px {
        Px(self.0 / divisor)
    }
}

impl Div for Px {
    type Output = f32;
    fn div(self, divisor: Px) -> f32 {
        self.0 / divisor.0
    }
}

impl AddAssign for Px {
    fn add_assign(&mut self, other: Px) {
        self.0 += other.0;
    }
}

impl SubAssign for Px {
    fn sub_assign(&mut self, other: Px) {
        self.0 -= other.0;
    }
}

impl MulAssign<f32> for Px {
    fn mul_assign(&mut self, factor: f32) {
        self.0 *= factor;
    }
}

impl Sum for Px {
    fn sum<I: Iterator<Item = Px>>(lengths: I) -> Px {
        lengths.fold(Px::ZERO, Add::add)
    }
}

/// A place in the plane.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// Distance from the left edge.
    pub x: Px,
    /// Distance from the top edge.
    pub y: Px,
}

impl Point {
    /// The origin.
    pub const ZERO: Point = Point { x: Px::ZERO, y: Px::ZERO };

    /// A point from its coordinates.
    pub fn new(x: Px, y: Px) -> Point {
        Point { x, y }
    }
}

impl Add for Point {
    type Output = Point;
    fn add(self, other: Point) -> Point {
        Point { x: self.x + other.x, y: self.y + other.y }
    }
}

impl Sub for Point {
    type Output = Point;
    fn sub(self, other: Point) -> Point {
        Point { x: self.x - other.x, y: self.y - other.y }
    }
}

impl AddAssign for Point {
    fn add_assign(&mut self, other: Point) {
        *self = *self + other;
    }
}

/// Width and height.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Size {
    /// Extent to the right.
    pub width: Px,
    /// Extent downwards.
    pub height: Px,
}

impl Size {
    /// No extent.
    pub const ZERO: Size = Size { width: Px::ZERO, height: Px::ZERO };

    /// A size from its extents.
    pub fn new(width: Px, height: Px) -> Size {
        Size { width, height }
    }
}

/// An upright rectangle.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// Top left corner.
    pub origin: Point,
    /// Extent.
    pub size: Size,
}

impl Rect {
    /// A rectangle from its top left corner and its extent.
    pub fn new(x: Px, y: Px, width: Px, height: Px) -> Rect {
        Rect { origin: Point { x, y }, size: Size { width, height } }
    }

    /// The left edge.
    pub fn left(&self) -> Px {
        self.origin.x
    }

    /// The top edge.
    pub fn top(&self) -> Px {
        self.origin.y
    }

    /// The right edge.
    pub fn right(&self) -> Px {
        self.origin.x + self.size.width
    }

    /// The bottom edge.
    pub fn bottom(&self) -> Px {
        self.origin.y + self.size.height
    }

    /// What two rectangles share; of no extent where they do not meet.
    pub fn intersect(&self, other: &Rect) -> Rect {
        let (left, top) = (self.left().max(other.left()), self.top().max(other.top()));
        let right = self.right().min(other.right()).max(left);
        let bottom = self.bottom().min(other.bottom()).max(top);
        Rect::new(left, top, right - left, bottom - top)
    }

    /// The smallest rectangle around both.
    pub fn union(&self, other: &Rect) -> Rect {
        let (left, top) = (self.left().min(other.left()), self.top().min(other.top()));
        let right = self.right().max(other.right());
        let bottom = self.bottom().max(other.bottom());
        Rect::new(left, top, right - left, bottom - top)
    }

    /// By how much this rectangle reaches beyond another one on each side; negative where it
    /// stays inside.
    pub fn excess(&self, area: &Rect) -> Sides<Px> {
        Sides {
            top: area.top() - self.top(),
            right: self.right() - area.right(),
            bottom: self.bottom() - area.bottom(),
            left: area.left() - self.left(),
        }
    }

    /// The corners: top left, top right, bottom right, bottom left.
    pub fn corners(&self) -> [Point; 4] {
        let (l, t, r, b) = (self.left(), self.top(), self.right(), self.bottom());
        [(l, t), (r, t), (r, b), (l, b)].map(|(x, y)| Point { x, y })
    }

    /// The same rectangle moved.
    pub fn translate(&self, by: Point) -> Rect {
        Rect { origin: self.origin + by, size: self.size }
    }

    /// The rectangle inside these insets; never of negative extent.
    pub fn inset(&self, by: Sides<Px>) -> Rect {
        Rect {
            origin: Point { x: self.origin.x + by.left, y: self.origin.y + by.top },
            size: Size {
                width: (self.size.width - by.left - by.right).max(Px::ZERO),
                height: (self.size.height - by.top - by.bottom).max(Px::ZERO),
            },
        }
    }
}

/// One value for each side of a box, in the order of CSS shorthands.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sides<T> {
    /// The top side.
    pub top: T,
    /// The right side.
    pub right: T,
    /// The bottom side.
    pub bottom: T,
    /// The left side.
    pub left: T,
}

impl<T> Sides<T> {
    /// The same value on every side.
    pub fn all(value: T) -> Sides<T>
    where
        T: Clone,
    {
        Sides { top: value.clone(), right: value.clone(), bottom: value.clone(), left: value }
    }

    /// Each side through a function.
    pub fn map<U>(self, mut f: impl FnMut(T) -> U) -> Sides<U> {
        Sides { top: f(self.top), right: f(self.right), bottom: f(self.bottom), left: f(self.left) }
    }
}

impl Sides<Px> {
    /// No extent on any side.
    pub const ZERO: Sides<Px> =
        Sides { top: Px::ZERO, right: Px::ZERO, bottom: Px::ZERO, left: Px::ZERO };

    /// Left and right together.
    pub fn horizontal(&self) -> Px {
        self.left + self.right
    }

    /// Top and bottom together.
    pub fn vertical(&self) -> Px {
        self.top + self.bottom
    }
}

impl Add for Sides<Px> {
    type Output = Sides<Px>;
    fn add(self, other: Sides<Px>) -> Sides<Px> {
        Sides {
            top: self.top + other.top,
            right: self.right + other.right,
            bottom: self.bottom + other.bottom,
            left: self.left + other.left,
        }
    }
}

/// One value for each corner of a box, in the order of `border-radius`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Corners<T> {
    /// Between top and left.
    pub top_left: T,
    /// Between top and right.
    pub top_right: T,
    /// Between bottom and right.
    pub bottom_right: T,
    /// Between bottom and left.
    pub bottom_left: T,
}

/// An affine map of the plane: `x' = a·x + c·y + e`, `y' = b·x + d·y + f`, as CSS `matrix()`
/// and PDF write it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Transform {
    /// x to x.
    pub a: f32,
    /// x to y.
    pub b: f32,
    /// y to x.
    pub c: f32,
    /// y to y.
    pub d: f32,
    /// Shift to the right, px.
    pub e: f32,
    /// Shift downwards, px.
    pub f: f32,
}

impl Default for Transform {
    fn default() -> Transform {
        Transform::IDENTITY
    }
}

impl Transform {
    /// The map that changes nothing.
    pub const IDENTITY: Transform = Transform { a: 1.0, b: 0.0, c: 0.0, d: 1.0, e: 0.0, f: 0.0 };

    /// A shift.
    pub fn translate(x: Px, y: Px) -> Transform {
        Transform { e: x.0, f: y.0, ..Transform::IDENTITY }
    }

    /// A scaling about the origin.
    pub fn scale(x: f32, y: f32) -> Transform {
        Transform { a: x, d: y, ..Transform::IDENTITY }
    }

    /// A rotation about the origin, radians, clockwise on the page (y points down).
    pub fn rotate(angle: f32) -> Transform {
        let (sin, cos) = angle.sin_cos();
        Transform { a: cos, b: sin, c: -sin, d: cos, e: 0.0, f: 0.0 }
    }

    /// The map that applies `inner` first and `self` after it.
    pub fn then_inner(&self, inner: &Transform) -> Transform {
        Transform {
            a: self.a * inner.a + self.c * inner.b,
            b: self.b * inner.a + self.d * inner.b,
            c: self.a * inner.c + self.c * inner.d,
            d: self.b * inner.c + self.d * inner.d,
            e: self.a * inner.e + self.c * inner.f + self.e,
            f: self.b * inner.e + self.d * inner.f + self.f,
        }
    }

    /// The upright rectangle around a rectangle that was mapped.
    pub fn bounds(&self, rect: Rect) -> Rect {
        if self.is_identity() {
            return rect;
        }
        let corners = rect.corners().map(|p| self.apply(p));
        let least = corners.iter().fold(corners[0], |m, p| Point::new(m.x.min(p.x), m.y.min(p.y)));
        let most = corners.iter().fold(corners[0], |m, p| Point::new(m.x.max(p.x), m.y.max(p.y)));
        Rect::new(least.x, least.y, most.x - least.x, most.y - least.y)
    }

    /// Where a point goes.
    pub fn apply(&self, p: Point) -> Point {
        Point {
            x: Px(self.a * p.x.0 + self.c * p.y.0 + self.e),
            y: Px(self.b * p.x.0 + self.d * p.y.0 + self.f),
        }
    }

    /// The map back; none if the plane is flattened to a line or a point.
    pub fn inverse(&self) -> Option<Transform> {
        let det = self.a * self.d - self.b * self.c;
        if det.abs() < 1e-12 {
            return None;
        }
        let (a, b, c, d) = (self.d / det, -self.b / det, -self.c / det, self.a / det);
        let (e, f) = (-(a * self.e + c * self.f), -(b * self.e + d * self.f));
        Some(Transform { a, b, c, d, e, f })
    }

    /// Whether this map changes nothing.
    pub fn is_identity(&self) -> bool {
        *self == Transform::IDENTITY
    }
}

/// A colour, not premultiplied; every component within 0..=1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Color {
    /// sRGB with alpha.
    Rgb {
        /// Red.
        r: f32,
        /// Green.
        g: f32,
        /// Blue.
        b: f32,
        /// Opacity.
        a: f32,
    },
    /// Uncalibrated CMYK with alpha (`device-cmyk()`), kept as it is in the PDF.
    Cmyk {
        /// Cyan.
        c: f32,
        /// Magenta.
        m: f32,
        /// Yellow.
        y: f32,
        /// Black.
        k: f32,
        /// Opacity.
        a: f32,
    },
}

impl Color {
    /// Opaque black.
    pub const BLACK: Color = Color::Rgb { r: 0.0, g: 0.0, b: 0.0, a: 1.0 };
    /// Opaque white.
    pub const WHITE: Color = Color::Rgb { r: 1.0, g: 1.0, b: 1.0, a: 1.0 };
    /// Transparent black.
    pub const TRANSPARENT: Color = Color::Rgb { r: 0.0, g: 0.0, b: 0.0, a: 0.0 };

    /// An opaque sRGB colour from bytes.
    pub fn from_rgb8(r: u8, g: u8, b: u8) -> Color {
        let part = |v: u8| f32::from(v) / 255.0;
        Color::Rgb { r: part(r), g: part(g), b: part(b), a: 1.0 }
    }

    /// The opacity.
    pub fn alpha(&self) -> f32 {
        match *self {
            Color::Rgb { a, .. } | Color::Cmyk { a, .. } => a,
        }
    }

    /// The same colour with another opacity.
    pub fn with_alpha(self, a: f32) -> Color {
        match self {
            Color::Rgb { r, g, b, .. } => Color::Rgb { r, g, b, a },
            Color::Cmyk { c, m, y, k, .. } => Color::Cmyk { c, m, y, k, a },
        }
    }

    /// Whether nothing of it can be seen.
    pub fn is_transparent(&self) -> bool {
        self.alpha() <= 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transform_applies_inner_first() {
        let t = Transform::translate(Px(10.0), Px(0.0)).then_inner(&Transform::scale(2.0, 2.0));
        assert_eq!(t.apply(Point::new(Px(3.0), Px(1.0))), Point::new(Px(16.0), Px(2.0)));
    }

    #[test]
    fn inset_never_turns_negative() {
        let r = Rect::new(Px(0.0), Px(0.0), Px(4.0), Px(4.0)).inset(Sides::all(Px(3.0)));
        assert_eq!(r.size, Size::ZERO);
    }
}
