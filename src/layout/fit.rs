//! `text-fit: shrink`: one size for all text of an element, shrunk until it fits its box.
//!
//! Glyph widths are linear in the font size, so a line that must not break finds its factor at
//! once; a text that wraps is searched over line breaking without shaping again.

use crate::diag::Diagnostic;
use crate::geom::Px;
use crate::layout::block::layout_flow_root;
use crate::layout::boxes::{BoxId, BoxKind};
use crate::layout::context::{Containing, ContentLayout, Context};
use crate::layout::floats::EPSILON;
use crate::layout::fragment::Shrunk;
use crate::layout::sizing::{Edges, block_size};

/// Steps of the search: 2⁻¹² of the range is far below what the eye resolves.
const STEPS: usize = 12;

/// Lays out the content of `id` at the largest factor not above 1 at which it fits; below
/// `floor` that is an error for the document.
pub fn layout(cx: &mut Context, id: BoxId, containing: Containing, floor: f32) -> ContentLayout {
    let limit = height_limit(cx, id, containing);
    let outer = cx.scale;
    let fits = |cx: &mut Context, factor: f32| -> bool {
        cx.scale = outer * factor;
        let widest =
            if wraps(cx, id) { cx.intrinsic_widths(id).min } else { cx.intrinsic_widths(id).max };
        widest <= containing.width + EPSILON
            && limit.is_none_or(|limit| measure(cx, id, containing) <= limit + EPSILON)
    };
    let factor = if fits(cx, 1.0) {
        1.0
    } else if !fits(cx, floor) {
        report_too_long(cx, id, floor);
        floor
    } else {
        let (mut low, mut high) = (floor, 1.0);
        for _ in 0..STEPS {
            let middle = (low + high) / 2.0;
            if fits(cx, middle) { low = middle } else { high = middle }
        }
        low
    };
    cx.scale = outer * factor;
    let layout = layout_flow_root(cx, id, containing);
    cx.scale = outer;
    if factor < 1.0 {
        cx.shrunk.push(Shrunk { element: cx.tree.get(id).element, factor });
    }
    layout
}

/// The height of the content at the current factor, without keeping findings.
fn measure(cx: &mut Context, id: BoxId, containing: Containing) -> Px {
    let (findings, shrunk) = (cx.findings.len(), cx.shrunk.len());
    let height = layout_flow_root(cx, id, containing).height;
    cx.findings.truncate(findings);
    cx.shrunk.truncate(shrunk);
    height
}

/// The height the text has to fit: the box's own, or its maximum.
fn height_limit(cx: &Context, id: BoxId, containing: Containing) -> Option<Px> {
    let style = cx.style(id);
    let edges = Edges::new(style, containing.width).sum().vertical();
    containing.height.or_else(|| block_size(style, &style.max_height, edges, None))
}

fn wraps(cx: &Context, id: BoxId) -> bool {
    match &cx.tree.get(id).kind {
        BoxKind::Inline(_) => cx.style(id).text.wrap,
        _ => true,
    }
}

fn report_too_long(cx: &mut Context, id: BoxId, floor: f32) {
    let element = cx.tree.get(id).element;
    let message = format!(
        "text does not fit its box even at {:.0} % of its size, the least `text-fit` allows here",
        floor * 100.0
    );
    let diagnostic = Diagnostic::error("text-fit", message)
        .help("shorten the text, enlarge the box, or lower the percentage of `text-fit: shrink`");
    cx.report(element, diagnostic);
}
