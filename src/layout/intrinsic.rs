//! Intrinsic widths (CSS Sizing 3 §5, CSS 2.2 §10.3.5).

use crate::css::computed::{BoxSizing, Clear, Float, LengthPercentage, SizeValue};
use crate::geom::Px;
use crate::layout::boxes::{BoxId, BoxKind};
use crate::layout::context::{Context, IntrinsicWidths};
use crate::layout::sizing::{Edges, fixed_margins};
use crate::layout::{block, fit, flex, replaced, table};

/// The intrinsic widths of a box's content box. Text that may shrink (`text-fit`) needs no more
/// than at its smallest.
pub fn inner(cx: &mut Context, id: BoxId) -> IntrinsicWidths {
    let widths = natural(cx, id);
    let Some(floor) = cx.style(id).text_fit.filter(|_| fit::applies(cx, id)) else { return widths };
    let scale = cx.scale;
    cx.scale = scale * floor;
    let least = fit::needed_width(cx, id);
    cx.scale = scale;
    IntrinsicWidths { min: widths.min.min(least), max: widths.max }
}

/// The intrinsic widths of a box's content box at the size of text at hand.
pub fn natural(cx: &mut Context, id: BoxId) -> IntrinsicWidths {
    let tree = cx.tree;
    match &tree.get(id).kind {
        BoxKind::Block(children) => flow(cx, children),
        BoxKind::Inline(_) => cx.paragraph(id).intrinsic_widths(),
        BoxKind::Flex(_) | BoxKind::Grid(_) => flex::intrinsic_widths(cx, id),
        BoxKind::Table(_) => table::intrinsic_widths(cx, id),
        BoxKind::Replaced(replaced) => {
            let width = replaced::size(&tree.get(id).style, replaced, None, Px::ZERO).width;
            IntrinsicWidths { min: width, max: width }
        }
        BoxKind::Anchor(_) => IntrinsicWidths::default(),
    }
}

/// The widest child; floats that stand side by side add up for the max-content width.
fn flow(cx: &mut Context, children: &[BoxId]) -> IntrinsicWidths {
    let mut widths = IntrinsicWidths::default();
    // Floats on the left and on the right that nothing has cleared yet.
    let mut floats = (Px::ZERO, Px::ZERO);
    for child in children.iter().copied() {
        if cx.is_positioned_out(child) {
            continue;
        }
        let outer = outer(cx, child);
        widths.min = widths.min.max(outer.min);
        let style = cx.style(child);
        match style.clear {
            Clear::None => {}
            Clear::Left => floats.0 = Px::ZERO,
            Clear::Right => floats.1 = Px::ZERO,
            Clear::Both => floats = (Px::ZERO, Px::ZERO),
        }
        match style.float {
            Float::None => {
                // Lines and boxes with a formatting context of their own stand beside the floats.
                let beside =
                    cx.tree.get(child).element.is_none() || block::is_independent(cx, child);
                let more = if beside { floats.0 + floats.1 } else { Px::ZERO };
                floats = (Px::ZERO, Px::ZERO);
                widths.max = widths.max.max(outer.max + more);
                continue;
            }
            Float::Left => floats.0 += outer.max,
            Float::Right => floats.1 += outer.max,
        }
        widths.max = widths.max.max(floats.0 + floats.1);
    }
    widths
}

/// What a box contributes to the intrinsic widths of its container: its margin box. Percentages
/// count as zero in margins and padding, and as `auto` in widths.
pub fn outer(cx: &mut Context, id: BoxId) -> IntrinsicWidths {
    let style = cx.style(id);
    let margin = fixed_margins(style, Px::ZERO).horizontal();
    let collapsed = table::collapsed_edges(cx, id);
    let edges = collapsed.unwrap_or_else(|| Edges::new(style, Px::ZERO)).sum().horizontal();
    let content = |width: Px| match style.box_sizing {
        BoxSizing::ContentBox => width,
        BoxSizing::BorderBox => (width - edges).max(Px::ZERO),
    };
    let given = |value: &SizeValue| match value {
        SizeValue::Value(LengthPercentage::Length(length)) => Some(content(*length)),
        _ => None,
    };
    let mut widths = match (given(&style.width), &style.width) {
        (Some(width), _) => IntrinsicWidths { min: width, max: width },
        (None, SizeValue::MinContent) => {
            let inner = cx.intrinsic_widths(id);
            IntrinsicWidths { min: inner.min, max: inner.min }
        }
        (None, SizeValue::MaxContent) => {
            let inner = cx.intrinsic_widths(id);
            IntrinsicWidths { min: inner.max, max: inner.max }
        }
        _ => cx.intrinsic_widths(id),
    };
    if matches!(cx.tree.get(id).kind, BoxKind::Replaced(_)) {
        // Compressible replaced elements (§5.2.2): for the least width, percentages are of zero.
        let least = |value: &SizeValue| match value {
            SizeValue::Value(value) if !value.is_absolute() => {
                Some(content(value.resolve(Px::ZERO).max(Px::ZERO)))
            }
            _ => None,
        };
        if let Some(least) = least(&style.width) {
            widths.min = least;
        }
        if let Some(least) = least(&style.max_width) {
            widths.min = widths.min.min(least);
        }
    }
    if let Some(max) = given(&style.max_width) {
        widths = IntrinsicWidths { min: widths.min.min(max), max: widths.max.min(max) };
    }
    if let Some(min) = given(&style.min_width) {
        widths = IntrinsicWidths { min: widths.min.max(min), max: widths.max.max(min) };
    }
    IntrinsicWidths { min: widths.min + edges + margin, max: widths.max + edges + margin }
}
