//! `text-decoration`: which lines cross a run, and where.
//!
//! Input: the inline box a run stands in. Output: the decorations of it and the boxes around it,
//! outermost first, measured from the run's baseline. A decoration belongs to the box that sets
//! it: its face and size give thickness and place (CSS Text Decoration 3 §2.1).

use super::para::Paragraph;
use crate::css::computed::DecorationLines;
use crate::fonts::{FontBook, Metrics};
use crate::geom::Px;
use crate::layout::fragment::RunDecoration;

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
    }
}
