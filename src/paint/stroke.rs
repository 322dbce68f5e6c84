//! Dashes, dots and shades of lines, as Chromium draws them.

use super::list::{LineCap, StrokeStyle};
use crate::css::computed::LineStyle;
use crate::geom::{Color, Px};

/// What a dotted line is made longer by, so that its last dot lies on it for every reader.
const LAST_DOT: Px = Px(0.02);

/// Dots up to this width are square: dashes as long as they are wide (Chromium,
/// `StyledStrokeData::StrokeIsDashed`).
const MOST_SQUARE: f32 = 3.0;

/// A dashed or dotted line.
pub(super) struct Broken {
    /// How to stroke it.
    pub(super) stroke: StrokeStyle,
    /// By how much the stroked path is shorter than the line at its beginning.
    pub(super) inset: Px,
    /// And at its end.
    pub(super) end_inset: Px,
}

/// Whether a line is made of rectangles rather than of circles.
fn is_square(style: LineStyle, width: Px) -> bool {
    style != LineStyle::Dotted || width.0 <= MOST_SQUARE
}

/// The stroke of a dashed or dotted line of a length; `closed` for the outline of a shape, which
/// has no ends.
///
/// Dashes are two widths long with gaps of one width (three and two below 3 px), dots one width;
/// gaps are stretched or shrunk so that the line ends with a whole dash. Too short a line is solid,
/// or one dot (Chromium, `StyledStrokeData::SetupPaintDashPathEffect`).
pub(super) fn broken(style: LineStyle, width: Px, length: Px, closed: bool) -> Broken {
    let mut stroke = StrokeStyle::solid(width);
    if !is_square(style, width) {
        // A dash of nearly no length with round ends is a dot; the line begins half a dot in.
        let dot = LAST_DOT * 0.5;
        let gap = if length < width * 2.0 { width } else { fit_gap(length, width, width, closed) };
        stroke.cap = LineCap::Round;
        stroke.dash = vec![dot, gap + width - dot];
        let half = if closed { Px::ZERO } else { width * 0.5 };
        return Broken { stroke, inset: half, end_inset: half - LAST_DOT };
    }
    let (dash, gap) = match (style, width.0 >= 3.0) {
        (LineStyle::Dotted, _) => (width, width),
        (_, true) => (width * 2.0, width),
        (_, false) => (width * 3.0, width * 2.0),
    };
    if length > dash * 2.0 && length <= dash * 2.0 + gap {
        // Two dashes, shrunk with their gap.
        let factor = length / (dash * 2.0 + gap);
        stroke.dash = vec![dash * factor, gap * factor];
    } else if length > dash * 2.0 {
        stroke.dash = vec![dash, fit_gap(length, dash, gap, closed)];
    }
    Broken { stroke, inset: Px::ZERO, end_inset: Px::ZERO }
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

/// The two shades of the relief styles (Chromium, `CalculateBorderStyleColor`).
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Shades {
    /// Of what the light falls on.
    pub(super) light: Color,
    /// Of what lies in the shadow.
    pub(super) dark: Color,
}

/// The shades of a colour: its greatest part a third lighter and a third darker; of what is nearly
/// black, one third and two thirds lighter, so that the relief shows.
pub(super) fn shades(color: Color) -> Shades {
    /// The relative luminance of `#202020`, up to which a colour counts as nearly black.
    const DARK: f32 = 0.014_443_844;
    const THIRD: f32 = 0.33;
    match color {
        Color::Rgb { r, g, b, a } => {
            let scaled = |by: f32| {
                let most = r.max(g).max(b);
                let to = (most + by).clamp(0.0, 1.0);
                let part = |v: f32| if most > 0.0 { v * to / most } else { to };
                Color::Rgb { r: part(r), g: part(g), b: part(b), a }
            };
            if luminance(r, g, b) <= DARK {
                Shades { light: scaled(2.0 * THIRD), dark: scaled(THIRD) }
            } else {
                Shades { light: scaled(THIRD), dark: scaled(-THIRD) }
            }
        }
        // Ink has no brightness to raise: the colour itself, and the same with more black.
        Color::Cmyk { c, m, y, k, a } if k < 0.8 => {
            Shades { light: color, dark: Color::Cmyk { c, m, y, k: k + (1.0 - k) * THIRD, a } }
        }
        Color::Cmyk { c, m, y, k, a } => {
            Shades { light: Color::Cmyk { c, m, y, k: k - THIRD, a }, dark: color }
        }
    }
}

/// Relative luminance (WCAG 2.1).
fn luminance(r: f32, g: f32, b: f32) -> f32 {
    let linear = |v: f32| if v <= 0.040_45 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) };
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}
