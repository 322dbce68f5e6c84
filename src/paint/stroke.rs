//! Dashes, dots and shades of lines, as Chromium draws them.

use super::list::{LineCap, StrokeStyle};
use crate::css::computed::LineStyle;
use crate::geom::{Color, Px};

/// What a dotted line is made longer by.
pub(super) const LAST_DOT: Px = Px(0.02);

/// The stroke of a dashed or dotted line of a length; `closed` for the outline of a shape, which
/// has no ends.
///
/// Dashes are two widths long (three below 3 px) with gaps of the same kind, dots one width; gaps
/// are stretched or shrunk so that the line ends with a whole dash (Chromium,
/// `StyledStrokeData::SetupPaintDashPathEffect`).
pub(super) fn broken(style: LineStyle, width: Px, length: Px, closed: bool) -> StrokeStyle {
    let mut stroke = StrokeStyle::solid(width);
    let factor = if width.0 >= 3.0 { 2.0 } else { 3.0 };
    let (dash, gap) = match style {
        LineStyle::Dashed => (width * factor, width * if width.0 >= 3.0 { 1.0 } else { 2.0 }),
        _ => (width, width),
    };
    let gap = fit_gap(length, dash, gap, closed);
    if style == LineStyle::Dotted {
        stroke.cap = LineCap::Round;
        // A dash of nearly no length with round ends is a dot; the line begins half a dot in, and
        // goes on for [`LAST_DOT`] so that the last dot lies on it for every reader.
        stroke.dash = vec![LAST_DOT * 0.5, gap + width - LAST_DOT * 0.5];
    } else {
        stroke.dash = vec![dash, gap];
    }
    stroke
}

/// The gap that makes whole dashes fill a length (Chromium, `SelectBestDashGap`).
fn fit_gap(length: Px, dash: Px, gap: Px, closed: bool) -> Px {
    let available = if closed { length } else { length + gap };
    let least = (available / (dash + gap)).floor().max(1.0);
    let most = least + 1.0;
    let gaps = |dashes: f32| if closed { dashes } else { dashes - 1.0 };
    let fitted = |dashes: f32| {
        let n = gaps(dashes);
        if n > 0.0 { (length - dash * dashes) / n } else { Px::ZERO }
    };
    let (wide, narrow) = (fitted(least), fitted(most));
    if narrow.0 <= 0.0 || (wide - gap).abs().0 < (narrow - gap).abs().0 { wide } else { narrow }
}

/// A darker shade of a colour, for the shaded line styles; of what is nearly black, a lighter one,
/// so that the relief shows.
pub(super) fn shade(color: Color) -> Color {
    match color {
        Color::Rgb { r, g, b, a } => {
            let most = r.max(g).max(b);
            let (f, lift) = if most < 0.2 { (0.7, 0.3) } else { (0.66, 0.0) };
            let part = |v: f32| v * f + lift;
            Color::Rgb { r: part(r), g: part(g), b: part(b), a }
        }
        Color::Cmyk { c, m, y, k, a } => {
            Color::Cmyk { c, m, y, k: if k > 0.8 { k - 0.3 } else { k + (1.0 - k) * 0.34 }, a }
        }
    }
}
