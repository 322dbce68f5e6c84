//! Flex and grid containers, by taffy.
//!
//! Every container is a taffy tree of its own, one level deep: its items are leaves that are
//! measured through [`Context::measure`], so that any formatting context can stand inside. taffy
//! finds the items' sizes and places; their content is then laid out once, at exactly that size.
//! Rounding is off: paper has no pixels. `order` is applied here, absolutely positioned children
//! are kept out (their static position is the start of the content box).

mod style;

use taffy::prelude::{AvailableSpace, NodeId, Size as TaffySize, TaffyTree};
use taffy::{Baselines, LayoutInput, LayoutOutput, RunMode, Style, compute_leaf_layout};

use crate::css::computed::{Alignment, Direction, FlexDirection, FlexWrap};
use crate::geom::{Point, Px};
use crate::layout::boxes::{BoxId, BoxKind};
use crate::layout::context::{
    Containing, ContentLayout, Context, IntrinsicWidths, PendingPositioned,
};
use crate::layout::fragment::{Fragment, FragmentContent};
use crate::layout::independent::{self, Fit, shrink_to_fit};
use crate::layout::replaced;
use crate::layout::sizing::Edges;

/// An item and its node.
struct Item {
    id: BoxId,
    node: NodeId,
}

/// A container with its items as a taffy tree.
struct Container {
    taffy: TaffyTree<BoxId>,
    root: NodeId,
    items: Vec<Item>,
}

/// Lays out the inside of a flex or grid container.
pub fn layout(cx: &mut Context, id: BoxId, containing: Containing) -> ContentLayout {
    let Some(mut container) = build(cx, id, Some(containing)) else {
        return ContentLayout::default();
    };
    let width = AvailableSpace::Definite(containing.width.0);
    let height =
        containing.height.map_or(AvailableSpace::MaxContent, |h| AvailableSpace::Definite(h.0));
    compute(cx, &mut container, TaffySize { width, height });
    collect(cx, id, &container, containing)
}

/// The intrinsic widths of a container's content box.
pub fn intrinsic_widths(cx: &mut Context, id: BoxId) -> IntrinsicWidths {
    let mut width = |available: AvailableSpace| {
        let Some(mut container) = build(cx, id, None) else { return Px::ZERO };
        compute(cx, &mut container, TaffySize { width: available, height: available });
        // The root was added by `build`, so its layout is there.
        container.taffy.layout(container.root).map_or(Px::ZERO, |layout| Px(layout.size.width))
    };
    IntrinsicWidths {
        min: width(AvailableSpace::MinContent),
        max: width(AvailableSpace::MaxContent),
    }
}

/// The children in `order`.
fn children<'t>(cx: &Context<'t>, id: BoxId) -> &'t [BoxId] {
    let tree = cx.tree;
    match &tree.get(id).kind {
        BoxKind::Flex(children) | BoxKind::Grid(children) => children,
        _ => &[],
    }
}

fn is_item(cx: &Context, id: BoxId) -> bool {
    !cx.is_positioned_out(id) && !matches!(cx.tree.get(id).kind, BoxKind::Anchor(_))
}

fn build(cx: &mut Context, id: BoxId, containing: Option<Containing>) -> Option<Container> {
    let mut ids: Vec<BoxId> =
        children(cx, id).iter().copied().filter(|c| is_item(cx, *c)).collect();
    ids.sort_by_key(|c| cx.style(*c).flex_grid.order);
    let grid = matches!(cx.tree.get(id).kind, BoxKind::Grid(_));
    let mut taffy: TaffyTree<BoxId> = TaffyTree::with_capacity(ids.len() + 1);
    taffy.disable_rounding();
    let mut items = Vec::with_capacity(ids.len());
    for id in ids {
        let mut item = style::item(cx.style(id), containing, grid);
        if let BoxKind::Table(_) = &cx.tree.get(id).kind {
            style::as_border_box(&mut item);
        }
        if let BoxKind::Replaced(replaced) = &cx.tree.get(id).kind {
            item.item_is_replaced = true;
            item.aspect_ratio = item.aspect_ratio.or(replaced.natural_ratio);
        }
        let node = taffy.new_leaf_with_context(item, id).ok()?;
        items.push(Item { id, node });
    }
    let nodes: Vec<NodeId> = items.iter().map(|i| i.node).collect();
    let root_style = style::container(cx.style(id), containing, grid);
    let root = taffy.new_with_children(root_style, &nodes).ok()?;
    Some(Container { taffy, root, items })
}

fn compute(cx: &mut Context, container: &mut Container, available: TaffySize<AvailableSpace>) {
    let root = container.root;
    let measure = |input: LayoutInput, _: NodeId, id: Option<&mut BoxId>, style: &Style| {
        measure(cx, input, id.copied(), style)
    };
    // The only error is an unknown node, and the root was made by `build`.
    let _ = container.taffy.compute_layout_with_measure(root, available, measure);
}

fn measure(cx: &mut Context, input: LayoutInput, id: Option<BoxId>, style: &Style) -> LayoutOutput {
    let mut baseline = None;
    let exact_width = input.known_dimensions.width.is_some()
        || style.size.width != taffy::Dimension::auto() && input.run_mode != RunMode::ComputeSize;
    let exact_height = input.known_dimensions.height.is_some();
    let mut output = compute_leaf_layout(
        input,
        style,
        |_, _| 0.0,
        |_, available| {
            let Some(id) = id else { return TaffySize::ZERO };
            let (size, first) = content_size(cx, id, available, exact_width, exact_height);
            baseline = first;
            size
        },
    );
    if let (Some(baseline), Some(id)) = (baseline, id) {
        let basis = Px(input.parent_size.width.unwrap_or(0.0));
        let top = Edges::new(cx.style(id), basis).sum().top;
        output.baselines = Baselines { first: Some((top + baseline).0), last: None };
    }
    output
}

/// The content-box size of an item for the space offered.
fn content_size(
    cx: &mut Context,
    id: BoxId,
    available: TaffySize<AvailableSpace>,
    exact_width: bool,
    exact_height: bool,
) -> (TaffySize<f32>, Option<Px>) {
    let tree = cx.tree;
    if let BoxKind::Replaced(replaced) = &tree.get(id).kind {
        let size = replaced::size(cx.style(id), replaced, None, Px::ZERO);
        return (TaffySize { width: size.width.0, height: size.height.0 }, None);
    }
    let width = match available.width {
        AvailableSpace::Definite(width) if exact_width => Px(width).max(Px::ZERO),
        AvailableSpace::Definite(width) => shrink_to_fit(cx.intrinsic_widths(id), Px(width)),
        AvailableSpace::MinContent => cx.intrinsic_widths(id).min,
        AvailableSpace::MaxContent => cx.intrinsic_widths(id).max,
    };
    if let BoxKind::Table(_) = &tree.get(id).kind {
        return table_size(cx, id, available.width, width, exact_width);
    }
    let height = match available.height {
        AvailableSpace::Definite(height) if exact_height => Some(Px(height).max(Px::ZERO)),
        _ => None,
    };
    let measured = cx.measure(id, width, height);
    (TaffySize { width: width.0, height: measured.height.0 }, measured.first_baseline)
}

/// Where an absolutely positioned child would stand if it were the only item (CSS Flexbox 1 §4.1,
/// CSS Grid 2 §9.2).
fn static_position(
    cx: &mut Context,
    id: BoxId,
    child: BoxId,
    containing: Containing,
    height: Px,
) -> Point {
    let container = cx.style(id).flex_grid.clone();
    let own = cx.style(child).flex_grid.clone();
    let containing = Containing { width: containing.width, height: Some(height) };
    let size = independent::layout(cx, child, containing, Fit::ShrinkToFit).margin_box();
    let or = |own: Alignment, inherited: Alignment| {
        if own == Alignment::Auto { inherited } else { own }
    };
    let place = |alignment: Alignment, reverse: bool, room: Px| {
        let at_end = match alignment {
            Alignment::Center | Alignment::SpaceAround | Alignment::SpaceEvenly => {
                return room / 2.0;
            }
            Alignment::FlexEnd => !reverse,
            Alignment::End => true,
            Alignment::Start => false,
            _ => reverse,
        };
        if at_end { room } else { Px::ZERO }
    };
    let across = or(own.align_self, container.align_items);
    let (x_room, y_room) = (containing.width - size.width, height - size.height);
    if matches!(cx.tree.get(id).kind, BoxKind::Grid(_)) {
        let along = or(own.justify_self, container.justify_items);
        // Its area is the container's padding box (CSS Grid 2 §9.1).
        let padding = Edges::new(cx.style(id), containing.width).padding;
        let x = place(along, false, x_room + padding.horizontal()) - padding.left;
        let y = place(across, false, y_room + padding.vertical()) - padding.top;
        return Point::new(x, y);
    }
    let rtl = cx.style(id).text.direction == Direction::Rtl;
    let wrap_reverse = container.wrap == FlexWrap::WrapReverse;
    let main = container.justify_content;
    match container.direction {
        FlexDirection::Row | FlexDirection::RowReverse => {
            let reverse = (container.direction == FlexDirection::RowReverse) != rtl;
            Point::new(place(main, reverse, x_room), place(across, wrap_reverse, y_room))
        }
        FlexDirection::Column | FlexDirection::ColumnReverse => {
            let reverse = container.direction == FlexDirection::ColumnReverse;
            Point::new(place(across, wrap_reverse, x_room), place(main, reverse, y_room))
        }
    }
}

/// The border-box size of a table: its edges depend on its cells, so taffy is told of none.
fn table_size(
    cx: &mut Context,
    id: BoxId,
    available: AvailableSpace,
    width: Px,
    exact: bool,
) -> (TaffySize<f32>, Option<Px>) {
    let edges = Edges::new(cx.style(id), width).sum().horizontal();
    let width = match available {
        AvailableSpace::Definite(_) if exact => width,
        AvailableSpace::Definite(offered) => {
            let mut widths = cx.intrinsic_widths(id);
            widths.min += edges;
            widths.max += edges;
            shrink_to_fit(widths, Px(offered))
        }
        _ => width + edges,
    };
    let containing = Containing { width, height: None };
    let boxed = independent::layout(cx, id, containing, Fit::Exact(width, None));
    let size = TaffySize { width: width.0, height: boxed.fragment.size.height.0 };
    (size, boxed.first_baseline)
}

/// Lays out the items at the sizes found, and gathers what the container holds.
fn collect(
    cx: &mut Context,
    id: BoxId,
    container: &Container,
    containing: Containing,
) -> ContentLayout {
    let mut out = ContentLayout::default();
    let rtl = cx.style(id).text.direction == Direction::Rtl;
    if let Ok(layout) = container.taffy.layout(container.root) {
        out.height = Px(layout.size.height);
    }
    for child in children(cx, id) {
        if cx.is_positioned_out(*child) {
            let height = out.height;
            let static_position = static_position(cx, id, *child, containing, height);
            out.positioned.push(PendingPositioned { id: *child, static_position, rtl: false });
        } else if let BoxKind::Anchor(anchor) = cx.tree.get(*child).kind {
            let mut fragment = Fragment::new(cx.style(*child));
            fragment.content = FragmentContent::Anchor(anchor);
            out.fragments.push(fragment);
        }
    }
    for item in &container.items {
        let Ok(layout) = container.taffy.layout(item.node) else { continue };
        let fit = Fit::Exact(Px(layout.size.width), Some(Px(layout.size.height)));
        let boxed = independent::layout(cx, item.id, containing, fit);
        let place = Point::new(Px(layout.location.x), Px(layout.location.y));
        let shift = independent::relative_shift(cx.style(item.id), containing, rtl);
        let mut fragment = boxed.fragment;
        fragment.offset = place + shift;
        for mut pending in boxed.positioned {
            pending.static_position += fragment.offset;
            out.positioned.push(pending);
        }
        if out.first_baseline.is_none() {
            out.first_baseline = boxed.first_baseline.map(|b| b + place.y);
        }
        out.last_baseline = boxed.last_baseline.map(|b| b + place.y).or(out.last_baseline);
        out.fragments.push(fragment);
    }
    out
}
