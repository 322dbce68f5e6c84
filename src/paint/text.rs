//! Text: glyph runs and the decorations that cross them (CSS Text Decoration 3 §2).
//!
//! Underlines and overlines go below the glyphs, lines through above them. They stand within the
//! text's own tag: a line under a word belongs to the word.

use super::border::flat;
use super::emit::Emitter;
use super::list::{DisplayItem, FillRule, GlyphsItem, Paint};
use super::path::{Path, Segment};
use super::stroke::{LAST_DOT, broken};
use crate::css::computed::{DecorationStyle, LineStyle, TextDecoration};
use crate::geom::{Point, Px, Rect};
use crate::layout::fragment::{GlyphRun, RunDecoration};

/// Paints a run whose fragment has its top left corner at `at`.
pub(super) fn paint(e: &mut Emitter<'_, '_>, at: Point, run: &GlyphRun) {
    let origin = Point::new(at.x, at.y + run.baseline);
    let width: Px = run.glyphs.iter().map(|g| g.advance).sum();
    let line = Line { origin, width };
    for d in &run.decorations {
        if d.decoration.lines.underline {
            line.paint(e, d, d.underline_offset);
        }
        if d.decoration.lines.overline {
            line.paint(e, d, -d.overline_offset);
        }
    }
    glyphs(e, origin, run);
    for d in run.decorations.iter().filter(|d| d.decoration.lines.line_through) {
        line.paint(e, d, -d.line_through_offset);
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
        glyphs: run.glyphs.clone(),
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
    /// Paints one line with its centre `below` the baseline.
    fn paint(&self, e: &mut Emitter<'_, '_>, run: &RunDecoration, below: Px) {
        let decoration = &run.decoration;
        let thickness = decoration.thickness.unwrap_or(run.thickness);
        if self.width.0 <= 0.0 || thickness.0 <= 0.0 || decoration.color.is_transparent() {
            return;
        }
        let y = self.origin.y + below;
        match decoration.style {
            DecorationStyle::Solid => self.bar(e, decoration, y, thickness),
            DecorationStyle::Double => {
                self.bar(e, decoration, y, thickness);
                let away = if below.0 < 0.0 { -1.0 } else { 1.0 };
                self.bar(e, decoration, y + thickness * (2.0 * away), thickness);
            }
            DecorationStyle::Dotted => self.dashes(e, decoration, y, thickness, LineStyle::Dotted),
            DecorationStyle::Dashed => self.dashes(e, decoration, y, thickness, LineStyle::Dashed),
            DecorationStyle::Wavy => self.wave(e, decoration, y, thickness),
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
        let (inset, more) = match style {
            LineStyle::Dotted => (thickness * 0.5, LAST_DOT),
            _ => (Px::ZERO, Px::ZERO),
        };
        let path = Path::line(&[
            Point::new(self.origin.x + inset, y),
            Point::new(self.origin.x + self.width - inset + more, y),
        ]);
        let style = broken(style, thickness, self.width, false);
        e.note_color(decoration.color);
        e.items.push(DisplayItem::Stroke { path, paint: Paint::Solid(decoration.color), style });
    }

    /// A wave as Chromium draws it: control points half a step ahead, at three and a half
    /// thicknesses above and below; one step is twice that.
    fn wave(&self, e: &mut Emitter<'_, '_>, decoration: &TextDecoration, y: Px, thickness: Px) {
        let rise = thickness * 1.5 + Px(0.5);
        let step = thickness * 2.0 + Px(1.0);
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
        e.note_color(decoration.color);
        let paint = Paint::Solid(decoration.color);
        e.clipped(Path::rect(band), FillRule::NonZero, |e| {
            e.items.push(DisplayItem::Stroke { path, paint, style: flat(thickness) });
        });
    }
}
