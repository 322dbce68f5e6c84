//! Paths: rectangles, rounded rectangles (CSS Backgrounds 3 §5), polygons.

use std::ops::Range;

use crate::geom::{Corners, Point, Px, Rect, Sides};

/// Where a quarter of an ellipse has its control points: 4/3·(√2 − 1) of the radius.
const ARC: f32 = 0.552_284_8;

/// A path of straight lines and cubic curves.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Path {
    /// Its segments; every subpath begins with [`Segment::Move`].
    pub segments: Vec<Segment>,
}

/// A step of a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Segment {
    /// Begins a subpath.
    Move(Point),
    /// A straight line.
    Line(Point),
    /// A cubic curve: two control points and the end.
    Curve(Point, Point, Point),
    /// Back to the beginning of the subpath.
    Close,
    /// A whole rectangle.
    Rect(Rect),
}

/// Used corner radii, horizontal and vertical.
pub type Radii = Corners<(Px, Px)>;

impl Segment {
    /// Where an open step ends.
    fn end(&self) -> Option<Point> {
        match self {
            Segment::Move(to) | Segment::Line(to) | Segment::Curve(_, _, to) => Some(*to),
            Segment::Close | Segment::Rect(_) => None,
        }
    }
}

impl Path {
    /// A rectangle.
    pub fn rect(rect: Rect) -> Path {
        Path { segments: vec![Segment::Rect(rect)] }
    }

    /// A closed polygon.
    pub fn polygon(points: &[Point]) -> Path {
        let mut path = Path::line(points);
        path.segments.push(Segment::Close);
        path
    }

    /// An open chain of lines.
    pub fn line(points: &[Point]) -> Path {
        let mut points = points.iter().copied();
        let mut segments: Vec<Segment> = points.next().map(Segment::Move).into_iter().collect();
        segments.extend(points.map(Segment::Line));
        Path { segments }
    }

    /// A rectangle with rounded corners.
    pub fn rounded(rect: Rect, radii: &Radii) -> Path {
        if !is_rounded(radii) {
            return Path::rect(rect);
        }
        let (l, t, r, b) = (rect.left(), rect.top(), rect.right(), rect.bottom());
        let p = Point::new;
        let mut path = Path::default();
        let (x, y) = radii.top_left;
        path.segments.push(Segment::Move(p(l + x, t)));
        let (x, y2) = radii.top_right;
        path.segments.push(Segment::Line(p(r - x, t)));
        path.corner(p(r - x, t), p(r, t), p(r, t + y2));
        let (x, y2) = radii.bottom_right;
        path.segments.push(Segment::Line(p(r, b - y2)));
        path.corner(p(r, b - y2), p(r, b), p(r - x, b));
        let (x, y2) = radii.bottom_left;
        path.segments.push(Segment::Line(p(l + x, b)));
        path.corner(p(l + x, b), p(l, b), p(l, b - y2));
        path.segments.push(Segment::Line(p(l, t + y)));
        path.corner(p(l, t + y), p(l, t), p(l + radii.top_left.0, t));
        path.segments.push(Segment::Close);
        path
    }

    /// What lies between two rounded rectangles along some sides that follow each other clockwise, counted
    /// from the top, the corners at both ends included.
    pub fn between(outer: (Rect, &Radii), inner: (Rect, &Radii), sides: Range<usize>) -> Path {
        let mut path = Path::along(outer.0, outer.1, sides.clone());
        let back = Path::along(inner.0, inner.1, sides).reversed();
        let turn = path.segments.last().and_then(Segment::end);
        path.segments.extend(back.segments.into_iter().filter_map(|segment| match segment {
            Segment::Move(to) => (turn != Some(to)).then_some(Segment::Line(to)),
            other => Some(other),
        }));
        path.segments.push(Segment::Close);
        path
    }

    /// Along sides of a rounded rectangle, an open path.
    fn along(rect: Rect, radii: &Radii, sides: Range<usize>) -> Path {
        let corners = rect.corners();
        let radii = [radii.top_left, radii.top_right, radii.bottom_right, radii.bottom_left];
        // Where the curve of a corner begins and ends, clockwise.
        let ends = |at: usize| {
            let (corner, (x, y)) = (corners[at % 4], radii[at % 4]);
            let (right, down) = (Point::new(x, Px::ZERO), Point::new(Px::ZERO, y));
            match at % 4 {
                0 => (corner + down, corner, corner + right),
                1 => (corner - right, corner, corner + down),
                2 => (corner - down, corner, corner - right),
                _ => (corner + right, corner, corner - down),
            }
        };
        let mut path = Path { segments: vec![Segment::Move(ends(sides.start).0)] };
        for at in sides.start..=sides.end {
            let (from, corner, to) = ends(at);
            if at > sides.start {
                path.segments.push(Segment::Line(from));
            }
            path.corner(from, corner, to);
        }
        path
    }

    /// An open path from its end to its beginning.
    fn reversed(&self) -> Path {
        let steps = self.segments.windows(2).rev();
        let back = steps.filter_map(|step| {
            let to = step[0].end()?;
            Some(match step[1] {
                Segment::Curve(a, b, _) => Segment::Curve(b, a, to),
                _ => Segment::Line(to),
            })
        });
        let last = self.segments.last().and_then(Segment::end).map(Segment::Move);
        Path { segments: last.into_iter().chain(back).collect() }
    }

    /// A quarter of an ellipse around a corner.
    fn corner(&mut self, from: Point, corner: Point, to: Point) {
        if from == to {
            return;
        }
        let towards =
            |a: Point| Point::new(a.x + (corner.x - a.x) * ARC, a.y + (corner.y - a.y) * ARC);
        self.segments.push(Segment::Curve(towards(from), towards(to), to));
    }

    /// This path followed by another.
    pub fn and(mut self, other: Path) -> Path {
        self.segments.extend(other.segments);
        self
    }
}

/// Whether any corner is round.
pub fn is_rounded(radii: &Radii) -> bool {
    [radii.top_left, radii.top_right, radii.bottom_right, radii.bottom_left]
        .iter()
        .any(|(x, y)| x.0 > 0.0 && y.0 > 0.0)
}

/// Corner overlap: radii are reduced together until those of one side fit it (§5.5).
pub fn fit_radii(radii: Radii, rect: Rect) -> Radii {
    let ratio = |room: Px, a: Px, b: Px| {
        let sum = a + b;
        if sum.0 > room.0 && sum.0 > 0.0 { room.0 / sum.0 } else { 1.0 }
    };
    let (w, h) = (rect.size.width, rect.size.height);
    let f = [
        ratio(w, radii.top_left.0, radii.top_right.0),
        ratio(w, radii.bottom_left.0, radii.bottom_right.0),
        ratio(h, radii.top_left.1, radii.bottom_left.1),
        ratio(h, radii.top_right.1, radii.bottom_right.1),
    ]
    .into_iter()
    .fold(1.0f32, f32::min);
    map_radii(radii, |(x, y)| (x * f, y * f))
}

/// Radii of the shape inside these insets; negative insets go outwards. A square corner stays
/// square (§5.2).
pub fn inset_radii(radii: &Radii, by: &Sides<Px>) -> Radii {
    let shrink = |(x, y): (Px, Px), dx: Px, dy: Px| {
        if x.0 <= 0.0 || y.0 <= 0.0 {
            return (Px::ZERO, Px::ZERO);
        }
        ((x - dx).max(Px::ZERO), (y - dy).max(Px::ZERO))
    };
    Corners {
        top_left: shrink(radii.top_left, by.left, by.top),
        top_right: shrink(radii.top_right, by.right, by.top),
        bottom_right: shrink(radii.bottom_right, by.right, by.bottom),
        bottom_left: shrink(radii.bottom_left, by.left, by.bottom),
    }
}

fn map_radii(radii: Radii, f: impl Fn((Px, Px)) -> (Px, Px)) -> Radii {
    Corners {
        top_left: f(radii.top_left),
        top_right: f(radii.top_right),
        bottom_right: f(radii.bottom_right),
        bottom_left: f(radii.bottom_left),
    }
}
