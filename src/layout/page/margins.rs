//! Margin boxes: their sizes (CSS Page 3 §5.3) and content.

use std::sync::Arc;

use crate::css::MarginBox;
use crate::css::computed::{
    BoxSizing, Computed, Content, ContentItem, Display, ImageValue, SizeValue, VerticalAlign,
};
use crate::geom::{Point, Px, Rect, Sides, Size};
use crate::layout::boxes::tree::{InlineText, Replaced};
use crate::layout::boxes::{
    BoxId, BoxKind, BoxTree, ContentContext, InlineContent, InlineItem, LayoutBox, Pictures,
    content_items, on_page, shows_page_counter,
};
use crate::layout::context::{Containing, ContentLayout, Context, IntrinsicWidths};
use crate::layout::fragment::Fragment;
use crate::layout::independent::{self, Fit};
use crate::layout::positioned;
use crate::layout::sizing::Edges;

use super::distribute::{Request, distribute};
use super::names::PageNames;

/// What margin boxes need to know of their page.
pub struct PageInfo<'p> {
    /// Number of pages.
    pub count: usize,
    /// Named strings and running elements.
    pub names: &'p PageNames,
    /// The page box.
    pub size: Size,
    /// The page's margins.
    pub margin: Sides<Px>,
}

/// A margin box with its content as boxes of its own.
struct MarginContent {
    place: MarginBox,
    style: Arc<Computed>,
    tree: BoxTree,
    root: BoxId,
    /// A running element, in the document's own tree.
    running: Option<BoxId>,
    /// The root is a running element: a block in the margin box.
    is_element: bool,
}

/// Lays out the margin boxes of one page.
pub fn layout(
    cx: &mut Context,
    pictures: &dyn Pictures,
    boxes: &[(MarginBox, Arc<Computed>)],
    page: &PageInfo,
) -> Vec<Fragment> {
    let mut contents: Vec<MarginContent> = Vec::new();
    for (place, style) in boxes {
        contents.extend(content(cx, pictures, *place, style, page));
    }
    let mut fragments = Vec::new();
    for side in [Side::Top, Side::Right, Side::Bottom, Side::Left] {
        fragments.extend(layout_side(cx, &contents, side, page));
    }
    for corner in &contents {
        if let Some(area) = corner_area(corner.place, page) {
            fragments.push(place_box(cx, corner, area, area.size, (true, true)));
        }
    }
    fragments
}

fn content(
    cx: &mut Context,
    pictures: &dyn Pictures,
    place: MarginBox,
    style: &Arc<Computed>,
    page: &PageInfo,
) -> Option<MarginContent> {
    let Content::Items(items) = &style.generated.content else { return None };
    let mut tree = BoxTree::default();
    let mut inline = Vec::new();
    let mut running = None;
    let counter = |name: &str| page.names.counter(name, page.count);
    // Set apart, so that the page's counters have their values.
    let on_this_page = |id: BoxId, tree: &BoxTree| {
        shows_page_counter(tree, id).then(|| on_page(tree, id, &counter))
    };
    let string = |name: &str, which| page.names.string(name, which);
    let context = ContentContext { counter: &counter, string: &string };
    for item in items.iter() {
        match item {
            ContentItem::Element(name, which) => running = page.names.element(name, *which),
            ContentItem::Image(ImageValue::Url(url)) => match pictures.load(url) {
                Ok(image) => inline.push(InlineItem::Atomic(picture(&mut tree, style, image))),
                Err(diagnostic) => cx.report(None, diagnostic),
            },
            item => {
                let text = content_items(std::slice::from_ref(item), style, &context);
                if !cx.generate(text.len()) {
                    continue;
                }
                inline.push(InlineItem::Text(InlineText {
                    text: text.into(),
                    style: Arc::clone(&style.text),
                    element: None,
                    structure: None,
                    artifact: true,
                    reading: 0,
                    counter: None,
                }));
            }
        }
    }
    if let Some((tree, root)) = running.and_then(|id| on_this_page(id, cx.tree)) {
        let style = Arc::clone(style);
        let content = MarginContent { place, style, tree, root, running: None, is_element: true };
        return Some(content);
    }
    let root = tree.push(LayoutBox {
        style: Arc::clone(style),
        element: None,
        structure: None,
        artifact: true,
        order: 0,
        broken: Default::default(),
        kind: BoxKind::Inline(InlineContent { items: inline, ..InlineContent::default() }),
    });
    let is_element = running.is_some();
    Some(MarginContent { place, style: Arc::clone(style), tree, root, running, is_element })
}

fn picture(tree: &mut BoxTree, style: &Computed, image: Arc<crate::images::Image>) -> BoxId {
    let natural = image.intrinsic;
    tree.push(LayoutBox {
        style: Arc::new(style.anonymous(Display::InlineBlock)),
        element: None,
        structure: None,
        artifact: true,
        order: 0,
        broken: Default::default(),
        kind: BoxKind::Replaced(Replaced {
            slice: None,
            natural_width: natural.width,
            natural_height: natural.height,
            natural_ratio: natural.ratio,
            image: Some(image),
        }),
    })
}

impl MarginContent {
    /// Runs a step of layout on the box that holds the content, wherever its tree is.
    fn with<R>(&self, cx: &mut Context, step: impl FnOnce(&mut Context, BoxId) -> R) -> R {
        if let Some(id) = self.running {
            return step(cx, id);
        }
        cx.with_tree(&self.tree, |cx| step(cx, self.root))
    }

    fn widths(&self, cx: &mut Context) -> IntrinsicWidths {
        self.with(cx, |cx, id| match self.is_element {
            true => cx.outer_intrinsic_widths(id),
            false => cx.intrinsic_widths(id),
        })
    }

    /// The inside of the box. What is absolutely positioned in a running element stands in the
    /// margin box's content box.
    fn contents(&self, cx: &mut Context, width: Px, height: Px) -> ContentLayout {
        self.with(cx, |cx, id| {
            let mut laid = match self.is_element {
                true => block(cx, id, Containing { width, height: Some(height) }),
                false => cx.layout_contents(id, width, Some(height)),
            };
            let area = Rect { origin: Point::ZERO, size: Size::new(width, height) };
            let mut pending = std::mem::take(&mut laid.positioned);
            while let Some(next) = pending.pop() {
                let (fragment, more) = positioned::layout(cx, &next, area);
                laid.fragments.push(fragment);
                pending.extend(more);
            }
            laid
        })
    }
}

/// A box as the only content of a block container that its margins do not leave.
fn block(cx: &mut Context, id: BoxId, containing: Containing) -> ContentLayout {
    let boxed = independent::layout(cx, id, containing, Fit::Fill);
    let corner = Point::new(boxed.margin.left, boxed.margin.top);
    let height = boxed.margin_box().height;
    let mut positioned = boxed.positioned;
    positioned.iter_mut().for_each(|one| one.translate(corner));
    let fragments = vec![Fragment { offset: corner, ..boxed.fragment }];
    ContentLayout { height, fragments, positioned, ..ContentLayout::default() }
}

#[derive(Clone, Copy, PartialEq)]
enum Side {
    Top,
    Right,
    Bottom,
    Left,
}

/// The three boxes of a side in order: start, centre, end.
fn of_side(side: Side) -> [MarginBox; 3] {
    match side {
        Side::Top => [MarginBox::TopLeft, MarginBox::TopCenter, MarginBox::TopRight],
        Side::Bottom => [MarginBox::BottomLeft, MarginBox::BottomCenter, MarginBox::BottomRight],
        Side::Left => [MarginBox::LeftTop, MarginBox::LeftMiddle, MarginBox::LeftBottom],
        Side::Right => [MarginBox::RightTop, MarginBox::RightMiddle, MarginBox::RightBottom],
    }
}

/// The strip of a side between the corners.
fn strip(side: Side, page: &PageInfo) -> Rect {
    let Size { width, height } = page.size;
    let m = page.margin;
    let across = width - m.left - m.right;
    let along = height - m.top - m.bottom;
    match side {
        Side::Top => Rect::new(m.left, Px::ZERO, across, m.top),
        Side::Bottom => Rect::new(m.left, height - m.bottom, across, m.bottom),
        Side::Left => Rect::new(Px::ZERO, m.top, m.left, along),
        Side::Right => Rect::new(width - m.right, m.top, m.right, along),
    }
}

fn corner_area(place: MarginBox, page: &PageInfo) -> Option<Rect> {
    let Size { width, height } = page.size;
    let m = page.margin;
    let (right, bottom) = (width - m.right, height - m.bottom);
    Some(match place {
        MarginBox::TopLeftCorner => Rect::new(Px::ZERO, Px::ZERO, m.left, m.top),
        MarginBox::TopRightCorner => Rect::new(right, Px::ZERO, m.right, m.top),
        MarginBox::BottomRightCorner => Rect::new(right, bottom, m.right, m.bottom),
        MarginBox::BottomLeftCorner => Rect::new(Px::ZERO, bottom, m.left, m.bottom),
        _ => return None,
    })
}

/// What a box asks of the variable dimension of its strip (§5.3.2).
fn request(cx: &mut Context, content: &MarginContent, horizontal: bool, strip: Rect) -> Request {
    let style = &content.style;
    let axis = Axis::new(style, horizontal, strip.size);
    let natural = if horizontal {
        let widths = content.widths(cx);
        (widths.min, widths.max)
    } else {
        // The height of a box in a strip of known width is that of its content.
        let across = Axis::new(style, true, strip.size);
        let inner = across.size(&style.width).unwrap_or(strip.size.width - across.outer());
        let height = content.contents(cx, inner.max(Px::ZERO), Px::ZERO).height;
        (height, height)
    };
    let outer = axis.outer();
    let size = |value| axis.size(value).map(|size| size + outer);
    let [size_of, least, most] = axis.sizes();
    Request {
        fixed: size(size_of),
        min: natural.0 + outer,
        max: natural.1 + outer,
        at_least: size(least).unwrap_or(outer),
        at_most: size(most).unwrap_or(Px(f32::INFINITY)),
    }
}

/// One direction of a margin box. Percentages refer to the strip in the same direction.
struct Axis<'s> {
    style: &'s Computed,
    horizontal: bool,
    room: Px,
    edges: (Px, Px),
    margins: [Option<Px>; 2],
}

impl Axis<'_> {
    fn new(style: &Computed, horizontal: bool, strip: Size) -> Axis<'_> {
        let room = if horizontal { strip.width } else { strip.height };
        let edges = Edges::new(style, room).sum();
        let margin = &style.margin;
        let (edges, margins) = if horizontal {
            ((edges.left, edges.right), [&margin.left, &margin.right])
        } else {
            ((edges.top, edges.bottom), [&margin.top, &margin.bottom])
        };
        Axis { style, horizontal, room, edges, margins: margins.map(|m| m.resolve(room)) }
    }

    fn edges(&self) -> Px {
        self.edges.0 + self.edges.1
    }

    /// Edges and margins, `auto` ones as nothing.
    fn outer(&self) -> Px {
        self.edges() + self.margins.iter().flatten().copied().sum::<Px>()
    }

    /// The size, the least and the greatest.
    fn sizes(&self) -> [&SizeValue; 3] {
        let s = self.style;
        if self.horizontal {
            [&s.width, &s.min_width, &s.max_width]
        } else {
            [&s.height, &s.min_height, &s.max_height]
        }
    }

    /// A content-box size.
    fn size(&self, value: &SizeValue) -> Option<Px> {
        let SizeValue::Value(value) = value else { return None };
        let size = value.resolve(self.room);
        Some(match self.style.box_sizing {
            BoxSizing::ContentBox => size.max(Px::ZERO),
            BoxSizing::BorderBox => (size - self.edges()).max(Px::ZERO),
        })
    }

    /// Start and extent of the border box in an area of this size; `fixed` says that the area
    /// is not made for the box, so that its own size counts.
    fn place(&self, area: Px, fixed: bool) -> (Px, Px) {
        let zero = |m: Option<Px>| m.unwrap_or(Px::ZERO);
        let [before, after] = self.margins;
        let filling = (area - zero(before) - zero(after)).max(Px::ZERO);
        if !fixed {
            return (zero(before), filling);
        }
        let [size, least, most] = self.sizes();
        let edges = self.edges();
        let wanted = self.size(size).map_or(filling, |s| s + edges);
        let used = wanted.clamp(
            self.size(least).map_or(Px::ZERO, |s| s + edges),
            self.size(most).map_or(Px(f32::INFINITY), |s| s + edges),
        );
        let left = area - used;
        let start = match (before, after) {
            (None, None) => left / 2.0,
            (None, Some(after)) => left - after,
            (Some(before), _) => before,
        };
        (start, used)
    }
}

fn layout_side(
    cx: &mut Context,
    contents: &[MarginContent],
    side: Side,
    page: &PageInfo,
) -> Vec<Fragment> {
    let boxes = of_side(side).map(|place| contents.iter().find(|c| c.place == place));
    if boxes.iter().all(Option::is_none) {
        return Vec::new();
    }
    let strip = strip(side, page);
    let horizontal = matches!(side, Side::Top | Side::Bottom);
    let room = if horizontal { strip.size.width } else { strip.size.height };
    let requests = boxes.map(|b| b.map(|b| request(cx, b, horizontal, strip)));
    let sizes = distribute(requests, room);
    let mut out = Vec::new();
    for (index, content) in boxes.iter().enumerate() {
        let Some(content) = content else { continue };
        let size = sizes[index];
        let at = match index {
            0 => Px::ZERO,
            1 => (room - size) / 2.0,
            _ => room - size,
        };
        let area = if horizontal {
            Rect::new(strip.left() + at, strip.top(), size, strip.size.height)
        } else {
            Rect::new(strip.left(), strip.top() + at, strip.size.width, size)
        };
        out.push(place_box(cx, content, area, strip.size, (!horizontal, horizontal)));
    }
    out
}

/// Lays out one margin box in its area. Percentages refer to `basis`; `fixed` says in which
/// directions the area is not made for the box.
fn place_box(
    cx: &mut Context,
    content: &MarginContent,
    area: Rect,
    basis: Size,
    fixed: (bool, bool),
) -> Fragment {
    let style = &content.style;
    let (across, down) = (Axis::new(style, true, basis), Axis::new(style, false, basis));
    let (left, width) = across.place(area.size.width, fixed.0);
    let (top, height) = down.place(area.size.height, fixed.1);
    let border_box = Rect::new(area.left() + left, area.top() + top, width, height);
    let horizontal = Edges::new(style, basis.width);
    let vertical = Edges::new(style, basis.height);
    let edges = Edges {
        border: horizontal.border,
        padding: Sides {
            top: vertical.padding.top,
            bottom: vertical.padding.bottom,
            ..horizontal.padding
        },
    };
    let sum = edges.sum();
    let width = (border_box.size.width - sum.horizontal()).max(Px::ZERO);
    let height = (border_box.size.height - sum.vertical()).max(Px::ZERO);
    let mut laid = content.contents(cx, width, height);
    let room = height - laid.height;
    let shift = match vertical_align(content) {
        VerticalAlign::Top => Px::ZERO,
        VerticalAlign::Bottom => room,
        _ => room / 2.0,
    };
    let mut fragment = Fragment::new(style);
    fragment.offset = border_box.origin;
    fragment.size = border_box.size;
    fragment.border = edges.border;
    fragment.padding = edges.padding;
    fragment.artifact = true;
    for child in &mut laid.fragments {
        child.offset += Point::new(sum.left, sum.top + shift);
        mark_artifact(child);
    }
    fragment.children = laid.fragments;
    fragment
}

/// `vertical-align` of a margin box; where it is not set, that of its place (§5.3.1).
fn vertical_align(content: &MarginContent) -> VerticalAlign {
    match content.style.vertical_align {
        VerticalAlign::Baseline => match content.place {
            MarginBox::LeftTop | MarginBox::RightTop => VerticalAlign::Top,
            MarginBox::LeftBottom | MarginBox::RightBottom => VerticalAlign::Bottom,
            _ => VerticalAlign::Middle,
        },
        ref given => *given,
    }
}

/// Page furniture carries no meaning.
pub fn mark_artifact(fragment: &mut Fragment) {
    fragment.artifact = true;
    fragment.structure = None;
    for child in &mut fragment.children {
        mark_artifact(child);
    }
}
