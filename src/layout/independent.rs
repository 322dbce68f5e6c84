//! Boxes that are laid out apart from the flow around them: floats, atomic inlines, absolutely
//! positioned boxes, flex items, and block-level boxes with a formatting context of their own.

use crate::css::computed::{BoxSizing, Computed, Display, Overflow, Position, SizeValue};
use crate::geom::{Point, Px, Sides, Size};
use crate::layout::boxes::{BoxId, BoxKind};
use crate::layout::context::{Containing, Context, IntrinsicWidths, PendingPositioned};
use crate::layout::fragment::{Fragment, FragmentContent, Origin};
use crate::layout::sizing::{self, Edges, InlineSizing, fixed_margins};
use crate::layout::{positioned, replaced, table};

/// How a box finds its width.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(clippy::enum_variant_names, reason = "shrink-to-fit is the specification's word")]
pub enum Fit {
    /// `auto` fills the containing block.
    Fill,
    /// `auto` shrinks to fit (CSS 2.2 §10.3.5).
    ShrinkToFit,
    /// `auto` fills this room for the margin box, between floats.
    Within(Px),
    /// The border box has this size, whatever the style says (flex items, stretched boxes). A
    /// height of none follows from the style and the content.
    Exact(Px, Option<Px>),
}

impl Fit {
    /// The room for the margin box; percentages refer to the containing block all the same.
    pub fn room(self, containing: Containing) -> Px {
        match self {
            Fit::Within(room) => room,
            _ => containing.width,
        }
    }
}

/// A laid-out box with its surroundings.
#[derive(Clone, Debug)]
pub struct BoxLayout {
    /// The border box, at the origin.
    pub fragment: Fragment,
    /// Used margins, `auto` as zero.
    pub margin: Sides<Px>,
    /// Baseline of the first line, from the border box's top.
    pub first_baseline: Option<Px>,
    /// Baseline of the last line, from the border box's top.
    pub last_baseline: Option<Px>,
    /// Positioned descendants that look further out, relative to the border box.
    pub positioned: Vec<PendingPositioned>,
    /// See [`ContentLayout::left_out`](crate::layout::context::ContentLayout::left_out).
    pub left_out: bool,
}

impl BoxLayout {
    fn of_replaced(fragment: Fragment, margin: Sides<Px>) -> BoxLayout {
        BoxLayout {
            fragment,
            margin,
            first_baseline: None,
            last_baseline: None,
            positioned: vec![],
            left_out: false,
        }
    }

    /// Extent of the margin box.
    pub fn margin_box(&self) -> Size {
        Size::new(
            self.fragment.size.width + self.margin.horizontal(),
            self.fragment.size.height + self.margin.vertical(),
        )
    }
}

/// Lays out a box in a formatting context of its own.
pub fn layout(cx: &mut Context, id: BoxId, containing: Containing, fit: Fit) -> BoxLayout {
    let tree = cx.tree;
    match &tree.get(id).kind {
        BoxKind::Table(_) => return table::layout(cx, id, containing, fit),
        BoxKind::Replaced(_) => return layout_replaced(cx, id, containing, fit),
        _ => {}
    }
    let style = cx.style(id);
    let edges = Edges::new(style, containing.width);
    let sum = edges.sum();
    let margin = fixed_margins(style, containing.width);
    let width = match fit {
        Fit::Exact(width, _) => (width - sum.horizontal()).max(Px::ZERO),
        Fit::Fill | Fit::ShrinkToFit | Fit::Within(_) => used_width(cx, id, containing, fit),
    };
    let height = match fit {
        Fit::Exact(_, Some(height)) => Some((height - sum.vertical()).max(Px::ZERO)),
        _ => definite_height(style, width, &edges, containing),
    };
    let contents = cx.layout_contents(id, width, height);
    let used_height = match (fit, height) {
        (Fit::Exact(_, Some(_)), Some(height)) => height,
        _ => {
            let mut height = height.unwrap_or(contents.height);
            if grows_beyond_ratio(style) {
                height = height.max(contents.height);
            }
            sizing::clamp_height(style, height, sum.vertical(), containing.height)
        }
    };
    let size = Size::new(width + sum.horizontal(), used_height + sum.vertical());
    finish(cx, id, edges, size, margin, contents)
}

/// The content-box height where it is known before the content is laid out.
pub fn definite_height(
    style: &Computed,
    width: Px,
    edges: &Edges,
    containing: Containing,
) -> Option<Px> {
    let sum = edges.sum();
    let height = sizing::block_size(style, &style.height, sum.vertical(), containing.height);
    let height = height.or_else(|| height_from_ratio(style, width, edges));
    height.map(|h| sizing::clamp_height(style, h, sum.vertical(), containing.height))
}

/// The content-box height that `aspect-ratio` gives for a content-box width.
pub fn height_from_ratio(style: &Computed, width: Px, edges: &Edges) -> Option<Px> {
    let (ratio, _) = style.aspect_ratio?;
    let sum = edges.sum();
    Some(match style.box_sizing {
        BoxSizing::ContentBox => width / ratio,
        BoxSizing::BorderBox => ((width + sum.horizontal()) / ratio - sum.vertical()).max(Px::ZERO),
    })
}

/// Whether the content may make a box higher than its `aspect-ratio` says: its automatic minimum
/// height (CSS Sizing 4 §5.3).
pub fn grows_beyond_ratio(style: &Computed) -> bool {
    style.aspect_ratio.is_some()
        && style.height == SizeValue::Auto
        && style.min_height == SizeValue::Auto
        && style.overflow != Overflow::Hidden
}

/// The used content width of a non-replaced box.
fn used_width(cx: &mut Context, id: BoxId, containing: Containing, fit: Fit) -> Px {
    let style = cx.style(id);
    let edges = Edges::new(style, containing.width).sum().horizontal();
    let margin = fixed_margins(style, containing.width).horizontal();
    let available = (fit.room(containing) - edges - margin).max(Px::ZERO);
    let by_ratio = width_from_ratio(style, containing);
    let mut intrinsic = || cx.intrinsic_widths(id);
    let mut sizing = InlineSizing {
        style,
        edges,
        containing: Some(containing.width),
        intrinsic: &mut intrinsic,
    };
    let preferred = sizing.preferred(available).or(by_ratio);
    let width = preferred.unwrap_or_else(|| match fit {
        Fit::ShrinkToFit => shrink_to_fit((sizing.intrinsic)(), available),
        _ => available,
    });
    sizing.clamp(width, available)
}

/// `min(max(min-content, available), max-content)`; the max-content width gets a hair more room
/// so that a line measured as a whole still fits when it is measured in parts.
pub fn shrink_to_fit(widths: IntrinsicWidths, available: Px) -> Px {
    widths.max.min(available.max(widths.min))
}

/// The width that `aspect-ratio` gives to a box of definite height and `auto` width.
pub fn width_from_ratio(style: &Computed, containing: Containing) -> Option<Px> {
    let (ratio, _) = style.aspect_ratio?;
    if style.width != SizeValue::Auto {
        return None;
    }
    let edges = Edges::new(style, containing.width).sum();
    let height = sizing::block_size(style, &style.height, edges.vertical(), containing.height)?;
    let height = sizing::clamp_height(style, height, edges.vertical(), containing.height);
    Some(match style.box_sizing {
        BoxSizing::ContentBox => height * ratio,
        BoxSizing::BorderBox => {
            ((height + edges.vertical()) * ratio - edges.horizontal()).max(Px::ZERO)
        }
    })
}

/// The content-box width that `aspect-ratio` gives for a border-box height.
pub fn width_for_height(style: &Computed, height: Px, edges: Sides<Px>) -> Px {
    let ratio = style.aspect_ratio.map_or(1.0, |(ratio, _)| ratio);
    match style.box_sizing {
        BoxSizing::ContentBox => (height - edges.vertical()) * ratio,
        BoxSizing::BorderBox => (height * ratio - edges.horizontal()).max(Px::ZERO),
    }
}

fn layout_replaced(cx: &mut Context, id: BoxId, containing: Containing, fit: Fit) -> BoxLayout {
    let tree = cx.tree;
    let boxed = tree.get(id);
    let BoxKind::Replaced(replaced) = &boxed.kind else { unreachable!("asked for by kind") };
    let style = &boxed.style;
    let edges = Edges::new(style, containing.width);
    let sum = edges.sum();
    let margin = fixed_margins(style, containing.width);
    if let Some(slice) = &replaced.slice {
        let fragment = placed_slice(slice, id);
        return BoxLayout::of_replaced(fragment, margin);
    }
    let natural = replaced::size(style, replaced, Some(containing), containing.width);
    let content = match fit {
        Fit::Exact(width, height) => Size::new(
            (width - sum.horizontal()).max(Px::ZERO),
            height.map_or(natural.height, |h| (h - sum.vertical()).max(Px::ZERO)),
        ),
        _ => natural,
    };
    let mut fragment = new_fragment(cx, id, edges);
    fragment.size = Size::new(content.width + sum.horizontal(), content.height + sum.vertical());
    if let Some(image) = &replaced.image {
        fragment.content = FragmentContent::Image(image.clone());
    }
    BoxLayout::of_replaced(fragment, margin)
}

/// A slice as the fragment of the box that holds it now: what it shows counts as placed with it.
fn placed_slice(slice: &Fragment, id: BoxId) -> Fragment {
    let mut fragment = Fragment { offset: Point::ZERO, origin: Origin::Box(id), ..slice.clone() };
    for whole in &mut fragment.children {
        whole.origin = Origin::Box(id);
    }
    fragment
}

/// An empty fragment of a box with its edges.
pub fn new_fragment(cx: &Context, id: BoxId, edges: Edges) -> Fragment {
    let boxed = cx.tree.get(id);
    let mut fragment = Fragment::new(&boxed.style);
    fragment.border = edges.border;
    fragment.padding = edges.padding;
    fragment.element = boxed.element;
    fragment.structure = boxed.structure;
    fragment.artifact = boxed.artifact;
    fragment.order = boxed.order;
    fragment.origin = Origin::Box(id);
    fragment.open.top = boxed.broken.top;
    fragment.open.bottom = boxed.broken.bottom;
    fragment
}

/// Puts contents into a box of a known size, and lays out the positioned boxes it contains.
pub fn finish(
    cx: &mut Context,
    id: BoxId,
    edges: Edges,
    size: Size,
    margin: Sides<Px>,
    contents: crate::layout::context::ContentLayout,
) -> BoxLayout {
    let sum = edges.sum();
    let inner = Point::new(sum.left, sum.top);
    let mut fragment = new_fragment(cx, id, edges);
    fragment.size = size;
    fragment.children = contents.fragments;
    for child in &mut fragment.children {
        child.offset += inner;
    }
    let mut pending = contents.positioned;
    for positioned in &mut pending {
        positioned.translate(inner);
    }
    if positioned::is_containing_block(&fragment.style) {
        if contents.left_out && fragment.style.height == SizeValue::Auto {
            // They are left out as well: there is more to come of their containing block.
            pending.retain(|p| !positioned::needs_height(cx.style(p.id)));
        }
        pending = positioned::place(cx, &mut fragment, pending);
    }
    pending.iter_mut().for_each(|positioned| positioned.area = None);
    BoxLayout {
        fragment,
        margin,
        first_baseline: contents.first_baseline.map(|b| b + sum.top),
        last_baseline: contents.last_baseline.map(|b| b + sum.top),
        positioned: pending,
        left_out: contents.left_out,
    }
}

/// Whether a box is never cut, as far as its style says (CSS Fragmentation 4 §4.1).
pub fn is_monolithic(style: &Computed) -> bool {
    !style.transform.is_empty()
        || style.overflow == Overflow::Hidden && style.height != SizeValue::Auto
        || matches!(
            style.display,
            Display::InlineBlock | Display::InlineFlex | Display::InlineGrid | Display::InlineTable
        )
}

/// The shift of `position: relative` (CSS 2.2 §9.4.3).
pub fn relative_shift(style: &Computed, containing: Containing, rtl: bool) -> Point {
    if style.position != Position::Relative {
        return Point::ZERO;
    }
    let inset = &style.inset;
    let x = match (inset.left.resolve(containing.width), inset.right.resolve(containing.width)) {
        (Some(_), Some(right)) if rtl => -right,
        (Some(left), _) => left,
        (None, Some(right)) => -right,
        (None, None) => Px::ZERO,
    };
    let vertical = |value: &crate::css::computed::LengthPercentageAuto| match value {
        crate::css::computed::LengthPercentageAuto::Auto => None,
        crate::css::computed::LengthPercentageAuto::Value(v) => {
            v.resolve_definite(containing.height)
        }
    };
    let y = match (vertical(&inset.top), vertical(&inset.bottom)) {
        (Some(top), _) => top,
        (None, Some(bottom)) => -bottom,
        (None, None) => Px::ZERO,
    };
    Point::new(x, y)
}
