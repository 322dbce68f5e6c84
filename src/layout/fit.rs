//! `text-fit: shrink`: one size for all text of an element, shrunk until it fits its box.
//!
//! Glyph widths are linear in the font size, so a line that must not break finds its factor at
//! once; a text that wraps is searched over line breaking without shaping again.

use crate::diag::Diagnostic;
use crate::geom::Px;
use crate::layout::Finding;
use crate::layout::block::layout_flow_root;
use crate::layout::boxes::{BoxId, BoxKind};
use crate::layout::context::{Containing, ContentLayout, Context};
use crate::layout::floats::EPSILON;
use crate::layout::fragment::{ElementId, Shrunk};
use crate::layout::intrinsic;
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
        needed_width(cx, id) <= containing.width + EPSILON
            && limit.is_none_or(|limit| measure(cx, id, containing) <= limit + EPSILON)
    };
    let mut too_long = false;
    let at_once = if wraps(cx, id) { None } else { by_width(cx, id, containing) };
    let factor = if fits(cx, 1.0) {
        1.0
    } else if let Some(factor) = at_once.filter(|f| *f > floor && fits(cx, *f)) {
        factor
    } else if !fits(cx, floor) {
        too_long = true;
        floor
    } else {
        let (mut low, mut high) = (floor, at_once.map_or(1.0, |f| f.max(floor)));
        for _ in 0..STEPS {
            let middle = (low + high) / 2.0;
            if fits(cx, middle) { low = middle } else { high = middle }
        }
        low
    };
    cx.scale = outer * factor;
    let layout = layout_flow_root(cx, id, containing);
    cx.scale = outer;
    cx.fitted.push(Fitted { element: cx.tree.get(id).element, factor, too_long });
    layout
}

/// The factor at which lines that do not wrap are as wide as their room: widths are linear in the
/// font size.
fn by_width(cx: &mut Context, id: BoxId, containing: Containing) -> Option<f32> {
    /// Rounding in the sums of advances must not make a line a hair too wide.
    const HAIR: f32 = 1.0 - 1e-5;
    let needed = needed_width(cx, id);
    (needed > Px::ZERO).then(|| (containing.width / needed * HAIR).min(1.0))
}

/// Whether `text-fit` applies to a box: to block containers.
pub fn applies(cx: &Context, id: BoxId) -> bool {
    matches!(cx.tree.get(id).kind, BoxKind::Block(_) | BoxKind::Inline(_))
}

/// The width that the text needs at the current factor: that of its longest word, or of its longest
/// line where it does not wrap.
pub fn needed_width(cx: &mut Context, id: BoxId) -> Px {
    let widths = intrinsic::natural(cx, id);
    if wraps(cx, id) { widths.min } else { widths.max }
}

/// The height of the content at the current factor.
fn measure(cx: &mut Context, id: BoxId, containing: Containing) -> Px {
    layout_flow_root(cx, id, containing).height
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

/// What a box with `text-fit` came to. It may be laid out more than once, at widths that are only
/// tried: what counts is the last time.
#[derive(Clone, Debug)]
pub struct Fitted {
    /// The element.
    pub element: Option<ElementId>,
    /// Used size divided by computed size.
    pub factor: f32,
    /// Even at its smallest the text does not fit.
    pub too_long: bool,
}

/// What texts came to in the end: those that are smaller, and an error for each that does not fit.
pub fn settle(fitted: Vec<Fitted>) -> (Vec<Shrunk>, Vec<Finding>) {
    let mut last: Vec<Fitted> = Vec::with_capacity(fitted.len());
    for text in fitted {
        match last.iter_mut().find(|known| known.element == text.element) {
            Some(known) => *known = text,
            None => last.push(text),
        }
    }
    let too_long = last.iter().filter(|text| text.too_long);
    let errors = too_long.map(|text| (text.element, error(text.factor))).collect();
    let shrunk = last.into_iter().filter(|text| text.factor < 1.0);
    (shrunk.map(|Fitted { element, factor, .. }| Shrunk { element, factor }).collect(), errors)
}

fn error(floor: f32) -> Diagnostic {
    let message = format!(
        "text does not fit its box even at {:.0} % of its size, the least `text-fit` allows here",
        floor * 100.0
    );
    Diagnostic::error("text-fit", message)
        .help("shorten the text, enlarge the box, or lower the percentage of `text-fit: shrink`")
}
