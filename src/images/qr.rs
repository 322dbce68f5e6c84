//! QR codes as vectors.
//!
//! Input: text and an error-correction level. Output: one black path in units of modules, with the quiet zone
//! of four modules that ISO/IEC 18004 asks for. All of it is one figure of rectangles that share their sides: it
//! is filled at once, so that no hairlines show between them.

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
        segments: rectangles(&code),
        fill: Some(Fill {
            paint: Paint::Solid(Color::BLACK),
            opacity: 1.0,
            rule: FillRule::NonZero,
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

/// The dark areas, parted into rectangles: runs of modules in a row, those below each other that begin and end
/// at the same columns together.
fn rectangles(code: &Modules) -> Vec<PathSegment> {
    /// Where a rectangle begins and ends.
    struct Area {
        columns: (usize, usize),
        rows: (usize, usize),
    }
    let mut areas: Vec<Area> = Vec::new();
    // Those that reach down to the row at hand, from left to right.
    let (mut open, mut next): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
    for (row, runs) in code.runs().enumerate() {
        let mut above = open.iter().copied().peekable();
        for columns in runs {
            while above.next_if(|area| areas[*area].columns.0 < columns.0).is_some() {}
            let same = above.next_if(|area| areas[*area].columns == columns);
            let area = same.unwrap_or_else(|| {
                areas.push(Area { columns, rows: (row, row) });
                areas.len() - 1
            });
            areas[area].rows.1 = row + 1;
            next.push(area);
        }
        drop(above);
        std::mem::swap(&mut open, &mut next);
        next.clear();
    }
    let place = |module: usize| Px((module as i32 + QUIET) as f32);
    let mut segments = Vec::with_capacity(areas.len() * 5);
    for Area { columns: (left, right), rows: (top, bottom) } in areas {
        let corner = |x, y| Point::new(place(x), place(y));
        segments.extend([
            PathSegment::Move(corner(left, top)),
            PathSegment::Line(corner(right, top)),
            PathSegment::Line(corner(right, bottom)),
            PathSegment::Line(corner(left, bottom)),
            PathSegment::Close,
        ]);
    }
    segments
}

#[cfg(test)]
mod tests {
    use qrcodegen::QrCode;

    use super::*;

    /// How many times a path runs around a point: once where it is dark, and no rectangle lies on another.
    fn turns(segments: &[PathSegment], x: f32, y: f32) -> i32 {
        let mut turns = 0;
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
            if spans && last.x.0 < x {
                turns += if next.y.0 < last.y.0 { 1 } else { -1 };
            }
            last = next;
        }
        turns
    }

    #[test]
    fn rectangles_are_dark_where_the_code_is() {
        let text = "https://alliance.example/verify/2022-0001";
        let image = encode(text, QrLevel::Medium).expect("a code");
        let ImageKind::Vector(vector) = &image.kind else { panic!("a vector") };
        let [VectorOp::Path(path)] = &vector.ops[..] else { panic!("one path") };
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).expect("a code");
        for y in -QUIET..code.size() + QUIET {
            for x in -QUIET..code.size() + QUIET {
                let center = |v: i32| (v + QUIET) as f32 + 0.5;
                let turns = turns(&path.segments, center(x), center(y));
                assert_eq!(turns, i32::from(code.get_module(x, y)), "module {x}, {y}");
            }
        }
    }

    #[test]
    fn too_long_text_is_an_error() {
        let error = encode(&"x".repeat(4000), QrLevel::High).expect_err("too long");
        assert_eq!(error.code, "qr-too-long");
    }
}
