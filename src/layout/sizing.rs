//! Used widths, heights, margins and edges of boxes (CSS 2.2 §10, CSS Sizing 3).

use crate::css::computed::{BoxSizing, Computed, LengthPercentageAuto, SizeValue};
use crate::geom::{Px, Sides};
use crate::layout::boxes::{BoxId, BoxKind, BoxTree, InlineItem};
use crate::layout::context::IntrinsicWidths;

/// Used border widths and padding of a box. Percentages of padding refer to the width of the
/// containing block, on all four sides.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Edges {
    /// Border widths.
    pub border: Sides<Px>,
    /// Padding.
    pub padding: Sides<Px>,
}

impl Edges {
    /// The edges of a style in a containing block of this width.
    pub fn new(style: &Computed, containing_width: Px) -> Edges {
        let padding = &style.padding;
        Edges {
            border: style.border.map(|b| b.width),
            padding: Sides {
                top: padding.top.resolve(containing_width).max(Px::ZERO),
                right: padding.right.resolve(containing_width).max(Px::ZERO),
                bottom: padding.bottom.resolve(containing_width).max(Px::ZERO),
                left: padding.left.resolve(containing_width).max(Px::ZERO),
            },
        }
    }

    /// Border and padding together.
    pub fn sum(&self) -> Sides<Px> {
        self.border + self.padding
    }
}

/// Used margins with `auto` kept as none.
pub fn margins(style: &Computed, containing_width: Px) -> Sides<Option<Px>> {
    let used = |m: &LengthPercentageAuto| m.resolve(containing_width);
    Sides {
        top: used(&style.margin.top),
        right: used(&style.margin.right),
        bottom: used(&style.margin.bottom),
        left: used(&style.margin.left),
    }
}

/// Margins with `auto` as zero.
pub fn fixed_margins(style: &Computed, containing_width: Px) -> Sides<Px> {
    margins(style, containing_width).map(|m| m.unwrap_or(Px::ZERO))
}

/// Which axis a size belongs to; only the inline axis has intrinsic sizes known beforehand.
pub struct InlineSizing<'a> {
    /// The style.
    pub style: &'a Computed,
    /// Border and padding of the axis.
    pub edges: Px,
    /// Width of the containing block. None where that depends on the box: percentages then count as
    /// `auto`, as `none` in `max-width` and as 0 in `min-width` (CSS Sizing 3 §5.2.1).
    pub containing: Option<Px>,
    /// Intrinsic widths of the content box, asked for only where a value needs them.
    pub intrinsic: &'a mut dyn FnMut() -> IntrinsicWidths,
}

impl InlineSizing<'_> {
    fn content(&self, border_or_content: Px) -> Px {
        match self.style.box_sizing {
            BoxSizing::ContentBox => border_or_content.max(Px::ZERO),
            BoxSizing::BorderBox => (border_or_content - self.edges).max(Px::ZERO),
        }
    }

    fn value(&mut self, value: &SizeValue, available: Px) -> Option<Px> {
        match value {
            SizeValue::Auto => None,
            SizeValue::Value(v) => Some(self.content(v.resolve_definite(self.containing)?)),
            SizeValue::MinContent => Some((self.intrinsic)().min),
            SizeValue::MaxContent => Some((self.intrinsic)().max),
            SizeValue::FitContent => {
                let widths = (self.intrinsic)();
                Some(widths.max.min(available.max(widths.min)))
            }
        }
    }

    /// The preferred content width, none for `auto`; `available` is what `fit-content` may fill.
    pub fn preferred(&mut self, available: Px) -> Option<Px> {
        let style = self.style;
        self.value(&style.width, available)
    }

    /// A content width kept within `min-width` and `max-width`.
    pub fn clamp(&mut self, width: Px, available: Px) -> Px {
        let style = self.style;
        let max = self.value(&style.max_width, available).unwrap_or(Px(f32::INFINITY));
        let min = self.value(&style.min_width, available).unwrap_or(Px::ZERO);
        width.clamp(min, max)
    }
}

/// The content-box height that a `height`, `min-height` or `max-height` gives; none for `auto`,
/// for intrinsic keywords (which equal `auto` in the block axis) and for percentages of an
/// indefinite height.
pub fn block_size(
    style: &Computed,
    value: &SizeValue,
    edges: Px,
    containing_height: Option<Px>,
) -> Option<Px> {
    let SizeValue::Value(value) = value else { return None };
    let used = value.resolve_definite(containing_height)?;
    Some(match style.box_sizing {
        BoxSizing::ContentBox => used.max(Px::ZERO),
        BoxSizing::BorderBox => (used - edges).max(Px::ZERO),
    })
}

/// Whether the inside of a box may come out differently for another definite height of it: flex and
/// grid containers distribute it, `text-fit` fits into it, and percentages of its children refer to it.
pub fn heeds_height(tree: &BoxTree, id: BoxId) -> bool {
    let boxed = tree.get(id);
    let refers = |value: &SizeValue| match value {
        SizeValue::Value(value) => !value.is_absolute(),
        _ => false,
    };
    let child_refers = |child: &BoxId| {
        let style = &tree.get(*child).style;
        let sizes = [&style.height, &style.min_height, &style.max_height];
        sizes.into_iter().any(refers) || shifts_by_percent(style)
    };
    match &boxed.kind {
        _ if boxed.style.text_fit.is_some() => true,
        BoxKind::Anchor(_) => false,
        BoxKind::Inline(content) => content.items.iter().any(|item| match item {
            InlineItem::Float(child) | InlineItem::Atomic(child) => child_refers(child),
            InlineItem::Open(inline) => shifts_by_percent(&inline.style),
            _ => false,
        }),
        BoxKind::Block(children) => children.iter().any(child_refers),
        BoxKind::Flex(_) | BoxKind::Grid(_) | BoxKind::Table(_) | BoxKind::Replaced(_) => true,
    }
}

/// Whether `top` or `bottom` refer to the height of the containing block.
pub fn shifts_by_percent(style: &Computed) -> bool {
    [&style.inset.top, &style.inset.bottom].into_iter().any(|inset| match inset {
        LengthPercentageAuto::Value(value) => !value.is_absolute(),
        LengthPercentageAuto::Auto => false,
    })
}

/// A content-box height kept within `min-height` and `max-height`.
pub fn clamp_height(style: &Computed, height: Px, edges: Px, containing_height: Option<Px>) -> Px {
    let max = block_size(style, &style.max_height, edges, containing_height);
    let min = block_size(style, &style.min_height, edges, containing_height);
    height.clamp(min.unwrap_or(Px::ZERO), max.unwrap_or(Px(f32::INFINITY)))
}

/// Used content width and horizontal margins of a block-level box in normal flow
/// (CSS 2.2 §10.3.3), given its content width where it is not `auto`, in a containing block of this
/// direction.
pub fn block_width(
    style: &Computed,
    width: Option<Px>,
    edges: Px,
    containing_width: Px,
    rtl: bool,
) -> (Px, Px, Px) {
    let margin = margins(style, containing_width);
    let Some(width) = width else {
        let (left, right) = (margin.left.unwrap_or(Px::ZERO), margin.right.unwrap_or(Px::ZERO));
        return ((containing_width - edges - left - right).max(Px::ZERO), left, right);
    };
    let room = containing_width - edges - width;
    match (margin.left, margin.right) {
        (None, None) => {
            let half = (room / 2.0).max(Px::ZERO);
            (width, half, room - half)
        }
        (None, Some(right)) => (width, (room - right).max(Px::ZERO), right),
        (Some(left), None) => (width, left, room - left),
        // Over-constrained: the end margin gives way.
        (Some(_), Some(right)) if rtl => (width, room - right, right),
        (Some(left), Some(_)) => (width, left, room - left),
    }
}
