//! QR codes as vectors.
//!
//! Input: text and an error-correction level. Output: one black path in units of modules, with the quiet zone
//! of four modules that ISO/IEC 18004 asks for. Modules that touch become one outline, so that no
//! hairlines show between them.

use qrcodegen::QrCodeEcc;

use super::qr_mask::{self, Modules};
use super::vector::{
    Fill, FillRule, Paint, PathSegment, Scaling, VectorImage, VectorOp, VectorPath,
};
use super::{Image, ImageKind, Intrinsic};
use crate::diag::Diagnostic;
use crate::geom::{Color, Point, Px, Size};

/// How much of a QR code may be unreadable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum QrLevel {
    /// About 7 %.
    Low,
    /// About 15 %.
    #[default]
    Medium,
    /// About 25 %.
    Quartile,
    /// About 30 %.
    High,
}

/// Width of the quiet zone in modules.
const QUIET: i32 = 4;
/// Natural size of a module. Style sheets size the code; this is for those that do not: a version-3
/// code comes out 37 × 3 px wide, some 29 mm.
const MODULE: f32 = 3.0;

/// Makes a QR code.
pub(super) fn encode(value: &str, level: QrLevel) -> Result<Image, Diagnostic> {
    let ecc = match level {
        QrLevel::Low => QrCodeEcc::Low,
        QrLevel::Medium => QrCodeEcc::Medium,
        QrLevel::Quartile => QrCodeEcc::Quartile,
        QrLevel::High => QrCodeEcc::High,
    };
    let code = qr_mask::encode(value, ecc).map_err(|error| {
        Diagnostic::error("qr-too-long", format!("text is too long for a QR code: {error}"))
            .help("shorten the text or choose a lower error-correction level")
    })?;
    let modules = Px((code.size as i32 + 2 * QUIET) as f32);
    let side = modules * MODULE;
    let path = VectorPath {
        segments: outline(&code),
        fill: Some(Fill {
            paint: Paint::Solid(Color::BLACK),
            opacity: 1.0,
            rule: FillRule::EvenOdd,
        }),
        stroke: None,
        stroke_below: false,
    };
    let size = Size::new(modules, modules);
    let scaling = Scaling::Stretch;
    let vector = VectorImage { size, scaling, ops: vec![VectorOp::Path(path)] };
    let intrinsic = Intrinsic::sized(side, side);
    let image = Image::new(ImageKind::Vector(vector), &key(value, level), intrinsic);
    Ok(Image { is_singular: true, ..image })
}

/// What a code is known by in caches.
pub(super) fn key(value: &str, level: QrLevel) -> Vec<u8> {
    format!("qr {level:?} {value}").into_bytes()
}

/// A corner of modules: row, then column.
type Corner = (i32, i32);

/// The outlines of the dark areas. Every side between a dark and a light module is an edge with the
/// dark one on its right; edges are then joined end to start. At a corner where two dark modules
/// touch only diagonally there are two ways on; with the even-odd rule either is right.
fn outline(code: &Modules) -> Vec<PathSegment> {
    let mut edges = Edges::of(code);
    let mut segments = Vec::new();
    for y in 0..edges.width {
        for x in 0..edges.width {
            while edges.leaves((y, x)) {
                trace(&mut edges, (y, x), &mut segments);
            }
        }
    }
    segments
}

/// The edges that leave each corner, as a set of directions.
struct Edges {
    /// Corners in a row.
    width: i32,
    ways: Vec<u8>,
}

/// Steps along an edge: right, down, left, up.
const STEPS: [Corner; 4] = [(0, 1), (1, 0), (0, -1), (-1, 0)];

impl Edges {
    fn of(code: &Modules) -> Edges {
        let width = code.size as i32 + 1;
        let mut edges = Edges { width, ways: vec![0; (width * width) as usize] };
        code.each_side(|x, y, way| {
            let (x, y) = (x as i32, y as i32);
            // Clockwise around the module: where its top, right, bottom and left begin.
            let from = [(y, x), (y, x + 1), (y + 1, x + 1), (y + 1, x)][way];
            let at = edges.index(from);
            edges.ways[at] |= 1 << way;
        });
        edges
    }

    fn index(&self, (y, x): Corner) -> usize {
        (y * self.width + x) as usize
    }

    fn leaves(&self, corner: Corner) -> bool {
        self.ways[self.index(corner)] != 0
    }

    /// Takes an edge away; its direction and its end.
    fn take(&mut self, (y, x): Corner) -> Option<(usize, Corner)> {
        let at = self.index((y, x));
        let way = (0..STEPS.len()).find(|way| self.ways[at] & 1 << way != 0)?;
        self.ways[at] &= !(1 << way);
        Some((way, (y + STEPS[way].0, x + STEPS[way].1)))
    }
}

/// Follows edges from a corner until there are none on; keeps only the corners where it turns.
fn trace(edges: &mut Edges, start: Corner, segments: &mut Vec<PathSegment>) {
    let point = |(y, x): Corner| Point::new(Px((x + QUIET) as f32), Px((y + QUIET) as f32));
    segments.push(PathSegment::Move(point(start)));
    let (mut at, mut last_way) = (start, None);
    while let Some((way, next)) = edges.take(at) {
        if last_way.is_some_and(|last| last != way) {
            segments.push(PathSegment::Line(point(at)));
        }
        (at, last_way) = (next, Some(way));
    }
    segments.push(PathSegment::Close);
}

#[cfg(test)]
mod tests {
    use qrcodegen::QrCode;

    use super::*;

    /// Whether a point lies inside by the even-odd rule: crossings to its left.
    fn inside(segments: &[PathSegment], x: f32, y: f32) -> bool {
        let mut crossings = 0;
        let (mut start, mut last) = (Point::ZERO, Point::ZERO);
        for segment in segments {
            let next = match *segment {
                PathSegment::Move(p) => {
                    (start, last) = (p, p);
                    continue;
                }
                PathSegment::Line(p) => p,
                _ => start,
            };
            let spans = (last.y.0 < y) != (next.y.0 < y);
            crossings += usize::from(spans && last.x.0 < x);
            last = next;
        }
        crossings % 2 == 1
    }

    #[test]
    fn outline_is_dark_where_the_code_is() {
        let text = "https://alliance.example/verify/2022-0001";
        let image = encode(text, QrLevel::Medium).expect("a code");
        let ImageKind::Vector(vector) = &image.kind else { panic!("a vector") };
        let [VectorOp::Path(path)] = &vector.ops[..] else { panic!("one path") };
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).expect("a code");
        for y in -QUIET..code.size() + QUIET {
            for x in -QUIET..code.size() + QUIET {
                let center = |v: i32| (v + QUIET) as f32 + 0.5;
                let dark = inside(&path.segments, center(x), center(y));
                assert_eq!(dark, code.get_module(x, y), "module {x}, {y}");
            }
        }
    }

    #[test]
    fn too_long_text_is_an_error() {
        let error = encode(&"x".repeat(4000), QrLevel::High).expect_err("too long");
        assert_eq!(error.code, "qr-too-long");
    }
}
