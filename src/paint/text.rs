//! Text: glyph runs and the decorations that cross them (CSS Text Decoration 3 §2).
//!
//! Underlines and overlines go below the glyphs, lines through above them. They stand within the
//! text's own tag: a line under a word belongs to the word.

use std::sync::Arc;

use super::emit::Emitter;
use super::list::{DisplayItem, FillRule, GlyphsItem, StrokeStyle};
use super::path::{Path, Segment};
use super::stroke::{Broken, broken};
use crate::css::computed::{DecorationStyle, LineStyle, TextDecoration};
use crate::geom::{Point, Px, Rect};
use crate::layout::fragment::{GlyphRun, RunDecoration, WAVE_RISE};

/// Paints a run whose fragment has this width, and its top left corner at `at`.
pub(super) fn paint(e: &mut Emitter<'_, '_>, at: Point, width: Px, run: &GlyphRun) {
    let origin = Point::new(at.x, at.y + run.baseline);
    let line = Line { origin, width };
    for d in &run.decorations {
        if d.decoration.lines.underline {
            line.paint(e, d, d.underline_offset, Some(&d.underline_gaps));
        }
        if d.decoration.lines.overline {
            line.paint(e, d, -d.overline_offset, Some(&d.overline_gaps));
        }
    }
    glyphs(e, origin, run);
    for d in run.decorations.iter().filter(|d| d.decoration.lines.line_through) {
        line.paint(e, d, -d.line_through_offset, None);
    }
}

fn glyphs(e: &mut Emitter<'_, '_>, origin: Point, run: &GlyphRun) {
    if run.glyphs.is_empty() || run.size.0 <= 0.0 {
        return;
    }
    e.note_color(run.color);
    e.items.push(DisplayItem::Glyphs(Box::new(GlyphsItem {
        face: run.face,
        size: run.size,
        color: run.color,
        origin,
        glyphs: Arc::clone(&run.glyphs),
        text: run.text.clone(),
        lang: run.lang.clone(),
        rtl: run.rtl,
    })));
}

/// The stretch of baseline that decorations follow.
struct Line {
    origin: Point,
    width: Px,
}

impl Line {
    /// Paints one line with its centre `below` the baseline, and the gaps it has; none for one
    /// through the text.
    fn paint(
        &self,
        e: &mut Emitter<'_, '_>,
        run: &RunDecoration,
        below: Px,
        gaps: Option<&[(Px, Px)]>,
    ) {
        let thickness = run.used_thickness();
        if self.width.0 <= 0.0 || thickness.0 <= 0.0 || run.decoration.color.is_transparent() {
            return;
        }
        let Some(gaps) = gaps.filter(|gaps| !gaps.is_empty()) else {
            return self.draw(e, run, below, gaps.is_none());
        };
        let parts = self.between(gaps);
        if run.decoration.style == DecorationStyle::Solid {
            for part in parts {
                part.draw(e, run, below, false);
            }
            return;
        }
        // Dashes and waves go on behind the gaps.
        let (top, bottom) = run.band(below);
        let (top, height) = (self.origin.y + top - Px(1.0), bottom - top + Px(2.0));
        let kept =
            parts.map(|part| Segment::Rect(Rect::new(part.origin.x, top, part.width, height)));
        let kept = Path { segments: kept.collect() };
        e.clipped(kept, FillRule::NonZero, |e| self.draw(e, run, below, false));
    }

    /// What gaps leave of the line.
    fn between(&self, gaps: &[(Px, Px)]) -> impl Iterator<Item = Line> {
        let begins = std::iter::once(Px::ZERO).chain(gaps.iter().map(|gap| gap.1));
        let ends = gaps.iter().map(|gap| gap.0).chain([self.width]);
        let parts = begins.zip(ends).map(|(begin, end)| (begin.max(Px::ZERO), end.min(self.width)));
        parts.filter(|(begin, end)| end > begin).map(|(begin, end)| Line {
            origin: Point::new(self.origin.x + begin, self.origin.y),
            width: end - begin,
        })
    }

    fn draw(&self, e: &mut Emitter<'_, '_>, run: &RunDecoration, below: Px, is_through: bool) {
        let (decoration, thickness) = (&run.decoration, run.used_thickness());
        let y = self.origin.y + below;
        // A line through the text has no side to go away to.
        let away = if is_through { Px::ZERO } else { run.away(below) };
        match decoration.style {
            DecorationStyle::Solid => self.bar(e, decoration, y, thickness),
            DecorationStyle::Double if is_through => {
                let half = (thickness + Px(1.0)) * 0.5;
                self.bar(e, decoration, y - half, thickness);
                self.bar(e, decoration, y + half, thickness);
            }
            DecorationStyle::Double => {
                self.bar(e, decoration, y, thickness);
                self.bar(e, decoration, y + away, thickness);
            }
            DecorationStyle::Dotted => self.dashes(e, decoration, y, thickness, LineStyle::Dotted),
            DecorationStyle::Dashed => self.dashes(e, decoration, y, thickness, LineStyle::Dashed),
            DecorationStyle::Wavy => self.wave(e, decoration, y + away, thickness),
        }
    }

    fn bar(&self, e: &mut Emitter<'_, '_>, decoration: &TextDecoration, y: Px, thickness: Px) {
        let bar = Rect::new(self.origin.x, y - thickness * 0.5, self.width, thickness);
        e.fill(Path::rect(bar), decoration.color, FillRule::NonZero);
    }

    fn dashes(
        &self,
        e: &mut Emitter<'_, '_>,
        decoration: &TextDecoration,
        y: Px,
        thickness: Px,
        style: LineStyle,
    ) {
        let Broken { stroke, inset, end_inset } = broken(style, thickness, self.width, false);
        let path = Path::line(&[
            Point::new(self.origin.x + inset, y),
            Point::new(self.origin.x + self.width - end_inset, y),
        ]);
        e.stroke(path, decoration.color, stroke);
    }

    /// A wave as Chromium draws it: curves of two and a half thicknesses to each side, with control
    /// points in their middle at three and a half thicknesses below and above.
    fn wave(&self, e: &mut Emitter<'_, '_>, decoration: &TextDecoration, y: Px, thickness: Px) {
        let unit = thickness.max(Px(1.0));
        let (rise, step) = (unit * WAVE_RISE, unit * 2.5);
        let mut x = self.origin.x;
        let mut segments = vec![Segment::Move(Point::new(x, y))];
        while x.0 < (self.origin.x + self.width).0 {
            let middle = x + step;
            segments.push(Segment::Curve(
                Point::new(middle, y + rise),
                Point::new(middle, y - rise),
                Point::new(x + step * 2.0, y),
            ));
            x += step * 2.0;
        }
        let path = Path { segments };
        let height = rise * 2.0 + thickness * 2.0;
        let band = Rect::new(self.origin.x, y - height * 0.5, self.width, height);
        e.clipped(Path::rect(band), FillRule::NonZero, |e| {
            e.stroke(path, decoration.color, StrokeStyle::solid(thickness));
        });
    }
}
