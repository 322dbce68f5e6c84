//! `text-decoration`: which lines cross a run, and where.
//!
//! Input: the inline box a run stands in. Output: the decorations of it and the boxes around it,
//! outermost first, measured from the run's baseline. A decoration belongs to the box that sets
//! it: its face and size give thickness and place (CSS Text Decoration 3 §2.1). Where it would cross
//! glyphs of the run it has gaps (CSS Text Decoration 4 §5.1).

use super::cjk::is_wide;
use super::para::Paragraph;
use crate::css::computed::{DecorationLines, SkipInk};
use crate::fonts::{Face, FontBook, Metrics};
use crate::geom::Px;
use crate::layout::fragment::{GlyphRun, RunDecoration};

/// The decorations of a run in box `index`; `baselines` are those of the boxes.
pub(super) fn decorations(
    para: &Paragraph,
    index: u16,
    baselines: &[f32],
    book: &FontBook,
) -> Vec<RunDecoration> {
    let mut found = Vec::new();
    let own = baselines[usize::from(index)];
    let mut at = usize::from(index);
    loop {
        let entry = &para.boxes[at];
        let strut = &para.struts[at];
        if entry.style.decoration.lines != DecorationLines::default()
            && let Some(face) = strut.face
        {
            let below = baselines[at] - own;
            found.push(decoration(para, at, below, &book.face(face).metrics));
        }
        if at == 0 {
            break;
        }
        at = usize::from(entry.parent);
    }
    found.reverse();
    found
}

/// `below`: how far the decorating box's baseline is below the run's.
fn decoration(para: &Paragraph, index: usize, below: f32, metrics: &Metrics) -> RunDecoration {
    let (style, strut) = (&para.boxes[index].style, &para.struts[index]);
    let auto = metrics.underline.thickness * strut.size;
    let thickness = style.decoration.thickness.map_or(auto, |t| t.0);
    let underline = match style.text.underline_offset {
        Some(offset) => offset.0,
        None => metrics.underline.offset * strut.size,
    };
    let strike_auto = metrics.strikeout.thickness * strut.size;
    let strike = metrics.strikeout.offset * strut.size + strike_auto / 2.0;
    RunDecoration {
        decoration: style.decoration,
        underline_offset: Px(underline + thickness / 2.0 + below),
        overline_offset: Px(strut.ascent - thickness / 2.0 - below),
        line_through_offset: Px(-strike - below),
        thickness: Px(auto),
        underline_gaps: Vec::new(),
        overline_gaps: Vec::new(),
    }
}

/// Finds the gaps of a run's decorations, as Chromium does: around the ink of each glyph in the line's
/// way, wider on both sides by the line's thickness, but 13 px at most.
pub(super) fn skip_ink(run: &mut GlyphRun, skip: SkipInk, face: &Face) {
    const MOST: Px = Px(13.0);
    if skip == SkipInk::None || run.decorations.is_empty() {
        return;
    }
    let mut decorations = std::mem::take(&mut run.decorations);
    for d in &mut decorations {
        let margin = d.used_thickness().min(MOST);
        let lines = d.decoration.lines;
        if lines.underline {
            d.underline_gaps = gaps(run, skip, face, d.band(d.underline_offset), margin);
        }
        if lines.overline {
            d.overline_gaps = gaps(run, skip, face, d.band(-d.overline_offset), margin);
        }
    }
    run.decorations = decorations;
}

fn gaps(
    run: &GlyphRun,
    skip: SkipInk,
    face: &Face,
    (top, bottom): (Px, Px),
    margin: Px,
) -> Vec<(Px, Px)> {
    let unit = run.size / f32::from(face.units_per_em);
    let mut found: Vec<(Px, Px)> = Vec::new();
    for glyph in run.glyphs.iter() {
        if skip == SkipInk::Auto && run.text[glyph.text_range()].starts_with(is_crossed) {
            continue;
        }
        let height = |below: Px| (glyph.y - below).0 / unit.0;
        if let Some((left, right)) = face.ink_between(glyph.id, height(bottom), height(top)) {
            found.push((glyph.x + unit * left - margin, glyph.x + unit * right + margin));
        }
    }
    found.sort_by(|a, b| a.0.0.total_cmp(&b.0.0));
    found.dedup_by(|next, gap| {
        let touches = next.0 <= gap.1;
        if touches {
            gap.1 = gap.1.max(next.1);
        }
        touches
    });
    found
}

/// Characters that lines go through under `auto`: ideographs and what is set with them, which stand on
/// the line, and signs that would vanish in the gap.
fn is_crossed(c: char) -> bool {
    is_wide(c) || matches!(c, '/' | '\\' | '_' | '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7ff}')
}
