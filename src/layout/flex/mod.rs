//! Flex and grid containers, by taffy.
//!
//! Every container is a taffy tree of its own, one level deep: its items are leaves that are
//! measured through [`Context::measure`], so that any formatting context can stand inside. taffy
//! finds the items' sizes and places; their content is then laid out once, at exactly that size.
//! Rounding is off: paper has no pixels. `order` is applied here, absolutely positioned children
//! are kept out (their static position is the start of the content box).

mod absolute;
mod style;

use taffy::prelude::{AvailableSpace, NodeId, Size as TaffySize, TaffyTree};
use taffy::{
    Baselines, DetailedLayoutInfo, LayoutInput, LayoutOutput, RunMode, SizingMode, Style,
    compute_leaf_layout,
};

use crate::css::computed::{Direction, SizeValue};
use crate::geom::{Point, Px, Sides, Size};
use crate::layout::boxes::{BoxId, BoxKind};
use crate::layout::context::{Containing, ContentLayout, Context, IntrinsicWidths};
use crate::layout::fragment::{Fragment, FragmentContent};
use crate::layout::independent::{self, Fit, shrink_to_fit};
use crate::layout::replaced;
use crate::layout::sizing::{Edges, InlineSizing};
use crate::layout::table;

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
    /// Used padding around the container's content box.
    padding: Sides<Px>,
}

/// Lays out the inside of a flex or grid container.
pub fn layout(cx: &mut Context, id: BoxId, containing: Containing) -> ContentLayout {
    let width = AvailableSpace::Definite(containing.width.0);
    let height =
        containing.height.map_or(AvailableSpace::MaxContent, |h| AvailableSpace::Definite(h.0));
    let available = TaffySize { width, height };
    let Some(mut container) = build(cx, id, Some(containing), &[]) else {
        return ContentLayout::default();
    };
    compute(cx, &mut container, available);
    let areas = container.areas();
    let waits = |item: &Item| style::waits_for_area(cx.style(item.id));
    if areas.len() == container.items.len() && container.items.iter().any(waits) {
        let Some(again) = build(cx, id, Some(containing), &areas) else {
            return ContentLayout::default();
        };
        container = again;
        compute(cx, &mut container, available);
    }
    collect(cx, id, &container, containing)
}

/// The intrinsic widths of a container's content box.
pub fn intrinsic_widths(cx: &mut Context, id: BoxId) -> IntrinsicWidths {
    let mut width = |available: AvailableSpace| {
        let Some(mut container) = build(cx, id, None, &[]) else { return Px::ZERO };
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

impl Container {
    /// The sizes of the items' grid areas, in the order of the items; none in a flex container.
    fn areas(&self) -> Vec<Size> {
        let DetailedLayoutInfo::Grid(info) = self.taffy.detailed_layout_info(self.root) else {
            return Vec::new();
        };
        let area = |index| info.item_grid_area(index);
        let areas = (0..self.items.len()).map_while(area);
        areas.map(|(_, size)| Size::new(Px(size.width), Px(size.height))).collect()
    }
}

/// Makes the tree. `areas`: sizes of the items' grid areas, where a first layout has found them.
fn build(
    cx: &mut Context,
    id: BoxId,
    containing: Option<Containing>,
    areas: &[Size],
) -> Option<Container> {
    let mut ids: Vec<BoxId> =
        children(cx, id).iter().copied().filter(|c| is_item(cx, *c)).collect();
    ids.sort_by_key(|c| cx.style(*c).flex_grid.order);
    let grid = matches!(cx.tree.get(id).kind, BoxKind::Grid(_));
    let mut taffy: TaffyTree<BoxId> = TaffyTree::with_capacity(ids.len() + 1);
    taffy.disable_rounding();
    let mut items = Vec::with_capacity(ids.len());
    let around = style::Around::new(cx.style(id), containing, grid);
    for (index, id) in ids.into_iter().enumerate() {
        let mut item = style::item(cx.style(id), &around, areas.get(index).copied());
        if let BoxKind::Table(_) = &cx.tree.get(id).kind {
            style::as_border_box(&mut item);
        }
        if let BoxKind::Replaced(replaced) = &cx.tree.get(id).kind {
            item.item_is_replaced = true;
            item.aspect_ratio = item.aspect_ratio.or(replaced.natural_ratio);
        } else {
            style::apply_ratio(cx.style(id), &around, &mut item);
        }
        let node = taffy.new_leaf_with_context(item, id).ok()?;
        items.push(Item { id, node });
    }
    let nodes: Vec<NodeId> = items.iter().map(|i| i.node).collect();
    let root_style = style::container(cx.style(id), containing, grid);
    let root = taffy.new_with_children(root_style, &nodes).ok()?;
    let padding = absolute::padding(cx, id, containing);
    Some(Container { taffy, root, items, padding })
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
        || !style.size.width.is_auto()
            && !style.size.width.is_sizing_keyword()
            && (input.run_mode != RunMode::ComputeSize
                || input.sizing_mode == SizingMode::InherentSize);
    let exact_height = input.known_dimensions.height.is_some();
    let mut output = compute_leaf_layout(
        input,
        style,
        |_, _| 0.0,
        |_, available| {
            let Some(id) = id else { return TaffySize::ZERO };
            let basis = input.parent_size.width;
            let (size, first) = content_size(cx, id, available, basis, exact_width, exact_height);
            baseline = first;
            size
        },
    );
    if let (Some(baseline), Some(id)) = (baseline, id) {
        let basis = Px(input.parent_size.width.unwrap_or(0.0));
        // A table is measured with its edges.
        let is_table = matches!(cx.tree.get(id).kind, BoxKind::Table(_));
        let edges = Edges::new(cx.style(id), basis).sum();
        let top = if is_table { Px::ZERO } else { edges.top };
        output.baselines = Baselines { first: Some((top + baseline).0), last: None };
    }
    output
}

/// The content-box size of an item for the space offered.
fn content_size(
    cx: &mut Context,
    id: BoxId,
    available: TaffySize<AvailableSpace>,
    parent_width: Option<f32>,
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
        AvailableSpace::Definite(width) => match cx.style(id).width {
            SizeValue::MinContent => cx.intrinsic_widths(id).min,
            SizeValue::MaxContent => cx.intrinsic_widths(id).max,
            _ => shrink_to_fit(cx.intrinsic_widths(id), Px(width)),
        },
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
    let boxed = cx.style(id);
    let basis = parent_width.map_or(Px::ZERO, Px);
    let edges = Edges::new(boxed, basis);
    let automatic = boxed.width == SizeValue::Auto && boxed.aspect_ratio.is_some();
    let width = match height.filter(|_| automatic && !exact_width) {
        Some(height) => {
            let border_box = height + edges.sum().vertical();
            independent::width_for_height(boxed, border_box, edges.sum())
        }
        None => width,
    };
    let by_ratio = independent::height_from_ratio(boxed, width, &edges);
    let by_ratio = by_ratio.filter(|_| exact_width && height.is_none());
    let used = if exact_width { width } else { clamped(cx, id, width, basis) };
    let measured = cx.measure(id, used, height.or(by_ratio));
    let height = match by_ratio {
        Some(height) if independent::grows_beyond_ratio(boxed) => height.max(measured.height),
        Some(height) => height,
        None => measured.height,
    };
    (TaffySize { width: width.0, height: height.0 }, measured.first_baseline)
}

/// A content-box width within the item's limits: the height is that of the content at this width.
fn clamped(cx: &mut Context, id: BoxId, width: Px, basis: Px) -> Px {
    let style = cx.style(id);
    let edges = Edges::new(style, basis).sum().horizontal();
    let mut intrinsic = || cx.intrinsic_widths(id);
    let mut sizing =
        InlineSizing { style, edges, containing: Some(basis), intrinsic: &mut intrinsic };
    let limits = [&style.min_width, &style.max_width];
    let unknown = |limit: &SizeValue| match limit {
        SizeValue::Value(value) => basis == Px::ZERO && !value.is_absolute(),
        _ => false,
    };
    if limits.into_iter().any(unknown) { width } else { sizing.clamp(width, width) }
}

/// The border-box size of a table: its edges depend on its cells, so taffy is told of none.
fn table_size(
    cx: &mut Context,
    id: BoxId,
    available: AvailableSpace,
    width: Px,
    exact: bool,
) -> (TaffySize<f32>, Option<Px>) {
    let edges = table::collapsed_edges(cx, id).unwrap_or_else(|| Edges::new(cx.style(id), width));
    let edges = edges.sum().horizontal();
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
            let content = Containing { width: containing.width, height: Some(out.height) };
            out.positioned.push(absolute::pending(cx, id, *child, container, content));
        } else if let BoxKind::Anchor(anchor) = cx.tree.get(*child).kind {
            let mut fragment = Fragment::new(cx.style(*child));
            fragment.content = FragmentContent::Anchor(anchor);
            out.fragments.push(fragment);
        }
    }
    let areas = container.areas();
    for (index, item) in container.items.iter().enumerate() {
        // The containing block of a grid item is its area (CSS Grid 2 §3.2).
        let containing = areas
            .get(index)
            .map_or(containing, |area| Containing { width: area.width, height: Some(area.height) });
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
