//! Printers' marks (CSS Page 3 §7.2): lines that show where the sheet is cut, and crosses by which the
//! plates of a press are laid on each other.
//!
//! They stand in a strip of their own beyond the bleed, and touch neither it nor the edge of the sheet.
//! Input: a page's size, bleed and marks. Output: items in the page's coordinates.

use super::list::{ArtifactKind, DisplayItem, LineCap, Mark, Paint, StrokeStyle, Tag};
use super::path::Path;
use crate::geom::{Corners, Point, Px, Rect, Size};
use crate::layout::fragment::{Marks, Page};

/// Between the bleed and the marks, and between the marks and the edge of the sheet, mm.
const GAP: f32 = 1.5;
/// Length of a crop mark, and how far a cross reaches from end to end, mm.
const LENGTH: f32 = 5.0;
/// Diameter of the circle in a cross, mm.
const CIRCLE: f32 = 3.0;
/// Width of the lines, pt: the hairline of printers.
const WIDTH: f32 = 0.25;

/// The width of the strip that marks need: 8 mm, or nothing.
pub(super) fn room(marks: Marks) -> Px {
    let any = marks.crop || marks.cross;
    Px::from_mm(if any { GAP + LENGTH + GAP } else { 0.0 })
}

/// The marks of a page.
pub(super) fn items(page: &Page) -> Vec<DisplayItem> {
    let mut path = Path::default();
    if page.marks.crop {
        path = path.and(crop(page));
    }
    if page.marks.cross {
        path = path.and(crosses(page));
    }
    let style = StrokeStyle { cap: LineCap::Butt, ..StrokeStyle::solid(Px::from_pt(WIDTH)) };
    vec![
        DisplayItem::BeginTag(Mark { tag: Tag::Artifact(ArtifactKind::Page), reading: 0 }),
        DisplayItem::Stroke { path, paint: Paint::Registration, style },
        DisplayItem::EndTag,
    ]
}

/// Two lines at each corner, in line with the edges of the trimmed sheet.
fn crop(page: &Page) -> Path {
    let Size { width, height } = page.size;
    let from = page.bleed + Px::from_mm(GAP);
    let to = from + Px::from_mm(LENGTH);
    let mut path = Path::default();
    for y in [Px::ZERO, height] {
        for (edge, out) in [(Px::ZERO, -1.0), (width, 1.0)] {
            let at = |distance: Px| Point::new(edge + distance * out, y);
            path = path.and(Path::line(&[at(from), at(to)]));
        }
    }
    for x in [Px::ZERO, width] {
        for (edge, out) in [(Px::ZERO, -1.0), (height, 1.0)] {
            let at = |distance: Px| Point::new(x, edge + distance * out);
            path = path.and(Path::line(&[at(from), at(to)]));
        }
    }
    path
}

/// A cross with a circle at the middle of each side.
fn crosses(page: &Page) -> Path {
    let Size { width, height } = page.size;
    let away = page.bleed + Px::from_mm(GAP + LENGTH / 2.0);
    let (x, y) = (width / 2.0, height / 2.0);
    let middles = [(x, -away), (width + away, y), (x, height + away), (-away, y)];
    middles.into_iter().map(|(x, y)| cross(Point::new(x, y))).fold(Path::default(), Path::and)
}

fn cross(at: Point) -> Path {
    let (arm, radius) = (Px::from_mm(LENGTH / 2.0), Px::from_mm(CIRCLE / 2.0));
    let level = Path::line(&[Point::new(at.x - arm, at.y), Point::new(at.x + arm, at.y)]);
    let upright = Path::line(&[Point::new(at.x, at.y - arm), Point::new(at.x, at.y + arm)]);
    let around = Rect::new(at.x - radius, at.y - radius, radius * 2.0, radius * 2.0);
    let corner = (radius, radius);
    let radii =
        Corners { top_left: corner, top_right: corner, bottom_right: corner, bottom_left: corner };
    level.and(upright).and(Path::rounded(around, &radii))
}
