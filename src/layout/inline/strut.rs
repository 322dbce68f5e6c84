//! The strut of an inline box: how high its own text makes a line (CSS 2.2 §10.8.1).
//!
//! Input: a style and a face. Output: [`Strut`]. Ascent, descent and leading are rounded as
//! Chromium rounds them (`FontHeight`, `CalculateLeadingSpace`): the boxes are compared with its.

use crate::css::computed::{LineHeight, TextStyle};
use crate::fonts::{Face, FaceId, FontBook};
use crate::geom::Px;

/// Extents of a box's text above and below its baseline, px.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Strut {
    /// The content area above the baseline.
    pub(super) ascent: f32,
    /// The content area below the baseline.
    pub(super) descent: f32,
    /// With half the leading: what the line needs.
    pub(super) above: f32,
    /// With half the leading, below.
    pub(super) below: f32,
    /// x-height of the face.
    pub(super) x_height: f32,
    /// Font size.
    pub(super) size: f32,
    /// Advance of the space, em.
    pub(super) space: f32,
    /// The first face; none if there are no fonts at all.
    pub(super) face: Option<FaceId>,
}

impl Strut {
    /// The strut of a style whose first face is `face`, at a size in px.
    pub(super) fn new(
        style: &TextStyle,
        face: FaceId,
        book: &FontBook,
        size: f32,
        scale: f32,
    ) -> Strut {
        let metrics = &book.face(face).metrics;
        let line = metrics.line_metrics_rounded(Px(size));
        let (ascent, descent) = (line.ascent.0, line.descent.0);
        let line_height = match style.line_height {
            LineHeight::Normal => line.line_height().0,
            LineHeight::Number(number) => number * size,
            LineHeight::Length(length) => length.0 * scale,
        };
        let above = ascent + half_leading(line_height, ascent + descent);
        Strut {
            ascent,
            descent,
            above,
            below: line_height - above,
            x_height: metrics.x_height * size,
            size,
            space: metrics.space_advance,
            face: Some(face),
        }
    }

    /// The strut of nothing.
    pub(super) fn empty(size: f32) -> Strut {
        Strut {
            ascent: 0.0,
            descent: 0.0,
            above: 0.0,
            below: 0.0,
            x_height: 0.0,
            size,
            space: 0.0,
            face: None,
        }
    }

    /// What a fallback face needs where the line height is `normal`, above and below.
    pub(super) fn of_fallback(face: &Face, size: f32) -> (f32, f32) {
        let line = face.metrics.line_metrics_rounded(Px(size));
        let height = line.line_height().0;
        let above = line.ascent.0 + half_leading(height, line.ascent.0 + line.descent.0);
        (above, height - above)
    }
}

/// The leading above the content area: Chromium gives the odd pixel to the lower half.
fn half_leading(line_height: f32, content: f32) -> f32 {
    ((line_height - content) / 2.0).floor()
}
