//! Instances of variable faces: outlines drawn at the face's place in the design space, as entries
//! of `glyf` without instructions or components.
//!
//! TrueType outlines keep their quadratic curves; cubic ones (`CFF2`) become quadratic within
//! [`ACCURACY`]. What an entry holds depends on its glyph alone.

use kurbo::CubicBez;
use rustc_hash::FxHashMap;
use skrifa::MetadataProvider;
use skrifa::instance::{Location, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::raw::FontRef;
use skrifa::raw::types::Tag;

use super::{Glyph, truetype};
use crate::fonts::face::Face;

/// How far a quadratic curve may be from the cubic one, in design units.
const ACCURACY: f64 = 0.025;

/// Bits of a point in a `glyf` entry (OpenType, `glyf`, simple glyph flags).
mod flag {
    pub const ON_CURVE: u8 = 0x01;
    pub const X_SHORT: u8 = 0x02;
    pub const Y_SHORT: u8 = 0x04;
    pub const REPEAT: u8 = 0x08;
    /// With a short vector: it is positive. Without: the coordinate is the last one's.
    pub const X_SAME_OR_POSITIVE: u8 = 0x10;
    pub const Y_SAME_OR_POSITIVE: u8 = 0x20;
}

/// What all subsets of the face share; none if a table is missing.
pub(super) fn common(face: &Face) -> Option<truetype::Common> {
    let font = FontRef::from_index(face.data(), face.index()).ok()?;
    let table = |tag: &[u8; 4]| font.table_data(Tag::new(tag)).map(|data| data.as_bytes().to_vec());
    // Version 1.0 of `maxp`, as for glyphs without instructions; points and contours are counted for
    // each subset.
    let mut maxp = vec![0; 32];
    maxp[..4].copy_from_slice(&0x0001_0000u32.to_be_bytes());
    maxp[15] = 1;
    Some(truetype::Common {
        head: table(b"head")?,
        hhea: table(b"hhea")?,
        maxp,
        programs: [None, None, None],
        counts_points: true,
    })
}

/// Draws glyphs; none if one cannot be drawn.
pub(super) fn glyphs(face: &Face, ids: &[u16]) -> Option<FxHashMap<u16, Glyph>> {
    let font = FontRef::from_index(face.data(), face.index()).ok()?;
    let location = font.axes().location(face.location.iter().map(|(tag, v)| (Tag::new(tag), *v)));
    ids.iter().map(|id| Some((*id, glyph(&font, &location, *id)?))).collect()
}

fn glyph(font: &FontRef<'_>, location: &Location, id: u16) -> Option<Glyph> {
    let metrics = font.glyph_metrics(Size::unscaled(), location);
    let id = skrifa::GlyphId::from(id);
    let mut pen = Contours::default();
    if let Some(outline) = font.outline_glyphs().get(id) {
        outline.draw(DrawSettings::unhinted(Size::unscaled(), location), &mut pen).ok()?;
    }
    let advance = metrics.advance_width(id)?.round().clamp(0.0, f32::from(u16::MAX)) as u16;
    let (bytes, left) = entry(&pen.finish())?;
    let sum = truetype::sum(&bytes);
    let bytes = bytes.into_boxed_slice();
    // A reader shifts a glyph whose side bearing is not the left edge of its box.
    Some(Glyph { bytes, metrics: (advance, left), components: Vec::new(), font_dict: 0, sum })
}

/// A point of a contour in whole design units, and whether the contour goes through it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Point {
    x: i32,
    y: i32,
    on: bool,
}

impl Point {
    fn at(x: f32, y: f32, on: bool) -> Point {
        Point { x: x.round() as i32, y: y.round() as i32, on }
    }

    fn is_at(self, other: Point) -> bool {
        (self.x, self.y) == (other.x, other.y)
    }
}

/// Collects contours.
#[derive(Default)]
struct Contours {
    done: Vec<Vec<Point>>,
    open: Vec<Point>,
    last: (f32, f32),
}

impl Contours {
    fn end(&mut self) {
        let mut points = std::mem::take(&mut self.open);
        // The end of a closed contour is its beginning.
        if let [first, .., last] = points[..]
            && last.on
            && first.is_at(last)
        {
            points.pop();
        }
        let count = points.len();
        // A point in the middle between two control points goes without saying.
        let implied = |at: usize| {
            let (before, point, after) = (points[at - 1], points[at], points[(at + 1) % count]);
            let middle = (point.x * 2, point.y * 2) == (before.x + after.x, before.y + after.y);
            point.on && !before.on && !after.on && middle
        };
        let kept: Vec<Point> =
            (0..count).filter(|at| *at == 0 || !implied(*at)).map(|at| points[at]).collect();
        if kept.len() > 1 {
            self.done.push(kept);
        }
    }

    fn finish(mut self) -> Vec<Vec<Point>> {
        self.end();
        self.done
    }
}

impl OutlinePen for Contours {
    fn move_to(&mut self, x: f32, y: f32) {
        self.end();
        self.open.push(Point::at(x, y, true));
        self.last = (x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.open.push(Point::at(x, y, true));
        self.last = (x, y);
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        self.open.push(Point::at(cx, cy, false));
        self.open.push(Point::at(x, y, true));
        self.last = (x, y);
    }

    fn curve_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        let point = |x: f32, y: f32| (f64::from(x), f64::from(y));
        let (x0, y0) = self.last;
        let curve = CubicBez::new(point(x0, y0), point(ax, ay), point(bx, by), point(x, y));
        for (_, _, part) in curve.to_quads(ACCURACY) {
            let (control, end) = (part.p1, part.p2);
            self.quad_to(control.x as f32, control.y as f32, end.x as f32, end.y as f32);
        }
    }

    fn close(&mut self) {
        self.end();
    }
}

/// An entry of `glyf`, padded to words, and the left edge of its box; none where a number is too large.
fn entry(contours: &[Vec<Point>]) -> Option<(Vec<u8>, i16)> {
    let points = || contours.iter().flatten();
    if contours.is_empty() {
        return Some((Vec::new(), 0));
    }
    let narrow = |value: Option<i32>| i16::try_from(value?).ok();
    let left = narrow(points().map(|point| point.x).min())?;
    let bottom = narrow(points().map(|point| point.y).min())?;
    let right = narrow(points().map(|point| point.x).max())?;
    let top = narrow(points().map(|point| point.y).max())?;
    let mut out = Vec::new();
    out.extend_from_slice(&i16::try_from(contours.len()).ok()?.to_be_bytes());
    for edge in [left, bottom, right, top] {
        out.extend_from_slice(&edge.to_be_bytes());
    }
    let mut end = 0usize;
    for contour in contours {
        end += contour.len();
        out.extend_from_slice(&u16::try_from(end - 1).ok()?.to_be_bytes());
    }
    // No instructions.
    out.extend_from_slice(&[0, 0]);
    let (mut flags, mut xs, mut ys) = (Vec::new(), Vec::new(), Vec::new());
    let mut last = Point { x: 0, y: 0, on: true };
    for point in points() {
        let x_bits =
            coordinate(point.x - last.x, &mut xs, flag::X_SHORT, flag::X_SAME_OR_POSITIVE)?;
        let y_bits =
            coordinate(point.y - last.y, &mut ys, flag::Y_SHORT, flag::Y_SAME_OR_POSITIVE)?;
        flags.push(x_bits | y_bits | if point.on { flag::ON_CURVE } else { 0 });
        last = *point;
    }
    for run in flags.chunk_by(|a, b| a == b) {
        for part in run.chunks(256) {
            match part.len() {
                1 => out.push(part[0]),
                // Two bytes either way; without the count it packs better.
                2 => out.extend_from_slice(part),
                count => out.extend_from_slice(&[part[0] | flag::REPEAT, (count - 1) as u8]),
            }
        }
    }
    out.extend_from_slice(&xs);
    out.extend_from_slice(&ys);
    out.resize(out.len().next_multiple_of(4), 0);
    Some((out, left))
}

/// Writes how far a point is from the last one on one axis; the bits that say how it is written.
fn coordinate(step: i32, out: &mut Vec<u8>, short: u8, same_or_positive: u8) -> Option<u8> {
    let step = i16::try_from(step).ok()?;
    match (step, u8::try_from(step.unsigned_abs())) {
        (0, _) => Some(same_or_positive),
        (_, Ok(length)) => {
            out.push(length);
            Some(if step > 0 { short | same_or_positive } else { short })
        }
        (_, Err(_)) => {
            out.extend_from_slice(&step.to_be_bytes());
            Some(0)
        }
    }
}
