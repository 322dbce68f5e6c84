//! Margin boxes: their sizes (CSS Page 3 §5.3) and content.

use std::sync::Arc;

use crate::css::MarginBox;
use crate::css::computed::{
    Computed, Content, ContentItem, Display, ImageValue, SizeValue, VerticalAlign,
};
use crate::geom::{Point, Px, Rect, Sides, Size};
use crate::layout::boxes::tree::{InlineText, Replaced};
use crate::layout::boxes::{
    BoxId, BoxKind, BoxTree, ContentContext, InlineContent, InlineItem, LayoutBox, Pictures,
    content_items,
};
use crate::layout::context::{ContentLayout, Context, IntrinsicWidths};
use crate::layout::fragment::Fragment;
use crate::layout::sizing::{Edges, block_size, fixed_margins};

use super::names::PageNames;

/// What margin boxes need to know of their page.
pub struct PageInfo<'p> {
    /// Number of the page, from 1.
    pub number: usize,
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
            fragments.push(place_box(cx, corner, area));
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
    let counter = |name: &str| match name {
        "page" => page.number as i32,
        "pages" => page.count as i32,
        _ => 0,
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
                }));
            }
        }
    }
    let root = tree.push(LayoutBox {
        style: Arc::clone(style),
        element: None,
        structure: None,
        artifact: true,
        order: 0,
        kind: BoxKind::Inline(InlineContent { items: inline, ..InlineContent::default() }),
    });
    Some(MarginContent { place, style: Arc::clone(style), tree, root, running })
}

fn picture(tree: &mut BoxTree, style: &Computed, image: Arc<crate::images::Image>) -> BoxId {
    let natural = image.intrinsic;
    tree.push(LayoutBox {
        style: Arc::new(style.anonymous(Display::InlineBlock)),
        element: None,
        structure: None,
        artifact: true,
        order: 0,
        kind: BoxKind::Replaced(Replaced {
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
        self.with(cx, |cx, id| cx.intrinsic_widths(id))
    }

    fn contents(&self, cx: &mut Context, width: Px, height: Px) -> ContentLayout {
        self.with(cx, |cx, id| cx.layout_contents(id, width, Some(height)))
    }
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

/// What a box asks of the variable dimension of its strip; outer sizes.
#[derive(Clone, Copy, Default)]
struct Request {
    fixed: Option<Px>,
    min: Px,
    max: Px,
}

fn request(cx: &mut Context, content: &MarginContent, horizontal: bool, strip: Rect) -> Request {
    let style = &content.style;
    let basis = strip.size.width;
    let edges = Edges::new(style, basis).sum();
    let margin = fixed_margins(style, basis);
    if horizontal {
        let outer = edges.horizontal() + margin.horizontal();
        let fixed = match &style.width {
            SizeValue::Value(value) => Some(value.resolve(basis) + outer),
            _ => None,
        };
        let widths = content.widths(cx);
        Request { fixed, min: widths.min + outer, max: widths.max + outer }
    } else {
        let outer = edges.vertical() + margin.vertical();
        let fixed = block_size(style, &style.height, edges.vertical(), Some(strip.size.height));
        let inner = (strip.size.width - edges.horizontal() - margin.horizontal()).max(Px::ZERO);
        let height = content.contents(cx, inner, Px::ZERO).height + outer;
        Request { fixed: fixed.map(|f| f + outer), min: height, max: height }
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
        out.push(place_box(cx, content, area));
    }
    out
}

/// Shares the strip among its boxes (§5.3.2): a centre box is centred, so the others get half of
/// what it leaves, each as if both were as large as the larger.
fn distribute(requests: [Option<Request>; 3], room: Px) -> [Px; 3] {
    let [start, center, end] = requests;
    let Some(center) = center else {
        let (a, c) = flex_pair(start, end, room);
        return [a, Px::ZERO, c];
    };
    let larger = |f: fn(&Request) -> Px| {
        let size = |r: &Option<Request>| r.as_ref().map_or(Px::ZERO, f);
        size(&start).max(size(&end)) * 2.0
    };
    let sides = Request { fixed: None, min: larger(|r| r.min), max: larger(|r| r.max) };
    let none = start.is_none() && end.is_none();
    let (middle, _) = match (center.fixed, none) {
        (Some(fixed), _) => (fixed, Px::ZERO),
        (None, true) => (room, Px::ZERO),
        (None, false) => flex_pair(Some(center), Some(sides), room),
    };
    let half = ((room - middle) / 2.0).max(Px::ZERO);
    let side = |r: Option<Request>| r.map_or(Px::ZERO, |r| r.fixed.unwrap_or(half));
    [side(start), middle, side(end)]
}

/// Two boxes share the room: a lone `auto` box takes all, two in proportion to their max-content
/// sizes, or between their min- and max-content sizes if these do not fit (§5.3.2.3).
fn flex_pair(a: Option<Request>, c: Option<Request>, room: Px) -> (Px, Px) {
    match (a, c) {
        (None, None) => (Px::ZERO, Px::ZERO),
        (Some(a), None) => (a.fixed.unwrap_or(room), Px::ZERO),
        (None, Some(c)) => (Px::ZERO, c.fixed.unwrap_or(room)),
        (Some(a), Some(c)) => match (a.fixed, c.fixed) {
            (Some(a), Some(c)) => (a, c),
            (Some(a), None) => (a, (room - a).max(Px::ZERO)),
            (None, Some(c)) => ((room - c).max(Px::ZERO), c),
            (None, None) => flex_fit(a, c, room),
        },
    }
}

fn flex_fit(a: Request, c: Request, room: Px) -> (Px, Px) {
    let part = |base: Px, factor_a: Px, factor_c: Px, more: Px| {
        let total = factor_a + factor_c;
        let share = if total > Px::ZERO { factor_a / total } else { 0.5 };
        base + more * share
    };
    let (max, min) = (a.max + c.max, a.min + c.min);
    let first = if max <= room {
        part(a.max, a.max, c.max, room - max)
    } else if min <= room {
        part(a.min, a.max - a.min, c.max - c.min, room - min)
    } else {
        part(a.min, a.min, c.min, room - min)
    };
    (first.max(Px::ZERO), (room - first).max(Px::ZERO))
}

/// Lays out one margin box in its area.
fn place_box(cx: &mut Context, content: &MarginContent, area: Rect) -> Fragment {
    let style = &content.style;
    let margin = fixed_margins(style, area.size.width);
    let edges = Edges::new(style, area.size.width);
    let sum = edges.sum();
    let border_box = area.inset(margin);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn auto(min: f32, max: f32) -> Option<Request> {
        Some(Request { fixed: None, min: Px(min), max: Px(max) })
    }

    #[test]
    fn two_boxes_share_by_what_they_want() {
        let sizes = distribute([auto(10.0, 30.0), None, auto(10.0, 60.0)], Px(180.0));
        assert_eq!(sizes, [Px(60.0), Px::ZERO, Px(120.0)]);
    }

    #[test]
    fn centre_box_stays_centred() {
        let sizes = distribute([auto(10.0, 20.0), auto(10.0, 40.0), None], Px(160.0));
        assert_eq!(sizes, [Px(40.0), Px(80.0), Px::ZERO]);
    }
}
