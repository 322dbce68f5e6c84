//! The measures of a face that layout needs, as fractions of the em.
//!
//! Input: the tables of one face. Output: [`Metrics`]. It does not look at single glyphs except
//! the few that CSS units are defined by, and it never mixes in a fallback face: a fallback face
//! raises a line only where one of its glyphs stands in it, which layout decides.

use harfrust::Font;
use skrifa::raw::TableProvider;
use skrifa::raw::types::F48Dot16;

use crate::geom::Px;

/// Measures of a face in em, y downwards: what lies above the baseline is negative in offsets,
/// while the extents `ascent` and `descent` are both positive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Metrics {
    /// From the baseline up to the top of the line.
    pub ascent: f32,
    /// From the baseline down to the bottom of the line.
    pub descent: f32,
    /// Extra space the face asks for between two lines.
    pub line_gap: f32,
    /// Height of a lowercase x (`ex`).
    pub x_height: f32,
    /// Height of a capital letter (`cap`).
    pub cap_height: f32,
    /// Underline.
    pub underline: LineStroke,
    /// Line through.
    pub strikeout: LineStroke,
    /// Subscript.
    pub subscript: ScriptPlacement,
    /// Superscript.
    pub superscript: ScriptPlacement,
    /// Advance of the digit zero (`ch`).
    pub zero_advance: f32,
    /// Advance of 水, U+6C34 (`ic`); one em where the face has none.
    pub ideographic_advance: f32,
    /// Advance of the space.
    pub space_advance: f32,
    /// Average advance, as the face says.
    pub average_advance: f32,
    /// Slope of italic strokes: run per rise, positive to the right.
    pub italic_slope: f32,
}

/// A horizontal decoration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LineStroke {
    /// From the baseline down to the upper edge of the stroke; negative above the baseline.
    pub offset: f32,
    /// Thickness.
    pub thickness: f32,
}

/// Where small raised or lowered text goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScriptPlacement {
    /// From the baseline down to the baseline of the small text; negative for superscripts.
    pub offset: f32,
    /// Size of the small text, as a fraction of the font size.
    pub size: f32,
}

/// What one line of a face takes at a font size.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LineMetrics {
    /// From the baseline upwards.
    pub ascent: Px,
    /// From the baseline downwards.
    pub descent: Px,
    /// Space between two lines.
    pub line_gap: Px,
}

impl LineMetrics {
    /// The used value of `line-height: normal`.
    pub fn line_height(&self) -> Px {
        self.ascent + self.descent + self.line_gap
    }
}

impl Metrics {
    /// Exact measures of a line at a font size.
    pub fn line_metrics(&self, font_size: Px) -> LineMetrics {
        LineMetrics {
            ascent: font_size * self.ascent,
            descent: font_size * self.descent,
            line_gap: font_size * self.line_gap,
        }
    }

    /// Measures of a line as browsers round them: ascent, descent and gap to whole px each
    /// (Chromium, `SimpleFontData::PlatformInit`). Use it for `line-height: normal` so that boxes
    /// stand where a browser has them.
    pub fn line_metrics_rounded(&self, font_size: Px) -> LineMetrics {
        let exact = self.line_metrics(font_size);
        LineMetrics {
            ascent: Px(exact.ascent.0.round()),
            descent: Px(exact.descent.0.round()),
            line_gap: Px(exact.line_gap.0.round()),
        }
    }

    /// Reads the measures of a face.
    pub(super) fn read(font: &Font) -> Metrics {
        let upem = f32::from(font.units_per_em());
        let em = |v: F48Dot16| v.to_f64() as f32 / upem;
        let advance = |c: char| {
            let glyph = font.charmap().map_unicode(c)?;
            Some(font.glyph_metrics().h_advance(glyph) / upem)
        };
        let global = font.metrics();
        let style = font.style_metrics();
        let (ascent, descent, line_gap) = line_box(font, &em);
        let x_height = global.x_height.map(&em).filter(|v| *v > 0.0).unwrap_or(0.5);
        Metrics {
            ascent,
            descent,
            line_gap,
            x_height,
            cap_height: global.cap_height.map(&em).filter(|v| *v > 0.0).unwrap_or(ascent),
            underline: style.underline.map_or(LineStroke { offset: 0.1, thickness: 0.05 }, |d| {
                LineStroke { offset: -em(d.position), thickness: em(d.thickness) }
            }),
            strikeout: style.strike_through.filter(|d| d.position != F48Dot16::ZERO).map_or(
                LineStroke { offset: -x_height / 2.0, thickness: 0.05 },
                |d| LineStroke { offset: -em(d.position), thickness: em(d.thickness) },
            ),
            subscript: style.subscript.filter(|s| s.y_size != F48Dot16::ZERO).map_or(
                ScriptPlacement { offset: 0.2, size: 0.6 },
                |s| ScriptPlacement { offset: em(s.y_offset), size: em(s.y_size) },
            ),
            superscript: style.superscript.filter(|s| s.y_size != F48Dot16::ZERO).map_or(
                ScriptPlacement { offset: -0.34, size: 0.6 },
                |s| ScriptPlacement { offset: -em(s.y_offset), size: em(s.y_size) },
            ),
            zero_advance: advance('0').unwrap_or(0.5),
            ideographic_advance: advance('水').unwrap_or(1.0),
            space_advance: advance(' ').unwrap_or(0.25),
            average_advance: global.average_char_width.map(&em).unwrap_or(0.5),
            italic_slope: style
                .italic_angle
                .map_or(0.0, |angle| (-angle.to_f32()).to_radians().tan()),
        }
    }
}

/// Ascent, descent and line gap in em, chosen as Chromium on Linux chooses them: `OS/2` typographic
/// values where the face sets USE_TYPO_METRICS, otherwise `hhea`, and where that is empty the
/// typographic and at last the Windows values.
fn line_box(font: &Font, em: &impl Fn(F48Dot16) -> f32) -> (f32, f32, f32) {
    let m = font.metrics();
    let filled = |l: &harfrust::font::metrics::LineBox| {
        l.ascender != F48Dot16::ZERO || l.descender != F48Dot16::ZERO
    };
    let line = if m.use_typo_metrics { m.typo_line } else { None }
        .or(m.hhea_line.filter(filled))
        .or(m.typo_line.filter(filled));
    if let Some(l) = line {
        return (em(l.ascender), -em(l.descender), em(l.line_gap).max(0.0));
    }
    match m.win_line {
        Some(l) => (em(l.ascender), -em(l.descender), 0.0),
        None => (0.8, 0.2, 0.0),
    }
}

/// Whether `OS/2` says the face may not be embedded: bit 1 of fsType, "Restricted License
/// embedding", set while no more permissive bit is.
/// <https://learn.microsoft.com/en-us/typography/opentype/spec/os2#fstype>
pub(super) fn embedding_forbidden<'a>(tables: &impl TableProvider<'a>) -> bool {
    const RESTRICTED: u16 = 0x0002;
    const LICENCE_BITS: u16 = 0x000e;
    const BITMAP_ONLY: u16 = 0x0200;
    tables.os2().is_ok_and(|os2| {
        let bits = os2.fs_type();
        bits & LICENCE_BITS == RESTRICTED || bits & BITMAP_ONLY != 0
    })
}
