//! QR codes as vectors.
//!
//! Input: text and an error-correction level. Output: one black path in modules, with the quiet zone
//! of four modules that ISO/IEC 18004 asks for. Modules that touch become one outline, so that no
//! hairlines show between them.

use std::collections::BTreeMap;

use qrcodegen::{QrCode, QrCodeEcc};

use super::vector::{Fill, FillRule, Paint, PathSegment, VectorImage, VectorOp, VectorPath};
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
    let code = QrCode::encode_text(value, ecc).map_err(|error| {
        Diagnostic::error("qr-too-long", format!("text is too long for a QR code: {error}"))
            .help("shorten the text or choose a lower error-correction level")
    })?;
    let side = Px((code.size() + 2 * QUIET) as f32 * MODULE);
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
    let vector = VectorImage { size: Size::new(side, side), ops: vec![VectorOp::Path(path)] };
    let intrinsic = Intrinsic::sized(side, side);
    Ok(Image::new(ImageKind::Vector(vector), &key(value, level), intrinsic))
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
fn outline(code: &QrCode) -> Vec<PathSegment> {
    let mut edges: BTreeMap<Corner, Vec<Corner>> = BTreeMap::new();
    let mut edge = |from, to| edges.entry(from).or_default().push(to);
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            let light = |dx, dy| !code.get_module(x + dx, y + dy);
            if light(0, -1) {
                edge((y, x), (y, x + 1));
            }
            if light(1, 0) {
                edge((y, x + 1), (y + 1, x + 1));
            }
            if light(0, 1) {
                edge((y + 1, x + 1), (y + 1, x));
            }
            if light(-1, 0) {
                edge((y + 1, x), (y, x));
            }
        }
    }
    let mut segments = Vec::new();
    while let Some((&start, _)) = edges.first_key_value() {
        trace(&mut edges, start, &mut segments);
    }
    segments
}

/// Follows edges from a corner until there are none on; keeps only the corners where it turns.
fn trace(
    edges: &mut BTreeMap<Corner, Vec<Corner>>,
    start: Corner,
    segments: &mut Vec<PathSegment>,
) {
    let mut corners = vec![start];
    let mut at = start;
    while let Some(next) = take(edges, at) {
        if let [.., before, last] = corners[..]
            && (last.0 - before.0).signum() == (next.0 - last.0).signum()
            && (last.1 - before.1).signum() == (next.1 - last.1).signum()
        {
            corners.pop();
        }
        corners.push(next);
        at = next;
    }
    corners.pop();
    let point = |(y, x): Corner| {
        Point::new(Px((x + QUIET) as f32 * MODULE), Px((y + QUIET) as f32 * MODULE))
    };
    for (i, corner) in corners.into_iter().enumerate() {
        let p = point(corner);
        segments.push(if i == 0 { PathSegment::Move(p) } else { PathSegment::Line(p) });
    }
    segments.push(PathSegment::Close);
}

fn take(edges: &mut BTreeMap<Corner, Vec<Corner>>, at: Corner) -> Option<Corner> {
    let ends = edges.get_mut(&at)?;
    let end = ends.pop();
    if ends.is_empty() {
        edges.remove(&at);
    }
    end
}

#[cfg(test)]
mod tests {
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
                let center = |v: i32| ((v + QUIET) as f32 + 0.5) * MODULE;
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
