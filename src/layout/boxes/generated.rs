//! Generated content: `content`, counters, quotes, list markers, bookmark labels
//! (CSS Generated Content 3, CSS Lists 3).

use std::sync::Arc;

use crate::css::Pseudo;
use crate::css::computed::{
    Computed, Content, ContentItem, CounterStyle, Direction, Display, Float, ImageValue,
    LengthPercentage, LengthPercentageAuto, Position, Quotes, UnicodeBidi,
};
use crate::diag::Diagnostic;
use crate::geom::Px;
use crate::html::{Dom, NodeId};
use crate::layout::boxes::builder::{Builder, Place};
use crate::layout::boxes::flow::Flow;
use crate::layout::boxes::tree::{
    BoxId, BoxKind, CounterChange, InlineBox, InlineContent, InlineItem, InlineText, LayoutBox,
};
use crate::layout::boxes::{counters, pictures, quotes};
use crate::layout::fragment::{ElementId, StructureId};
use crate::limits::GENERATED_BYTES;

/// The counter that numbers list items.
const LIST_ITEM: &str = "list-item";
/// Between a picture as a marker and the item: CSS Lists leaves it open, browsers have 7 px.
const MARKER_GAP: Px = Px(7.0);

/// Applies an element's counter properties in the order of CSS Lists 3 §4: reset, increment, set.
pub fn change_counters(builder: &mut Builder, node: NodeId, style: &Computed) {
    let depth = builder.depth;
    let generated = &style.generated;
    let list_item = || -> Arc<str> { Arc::from(LIST_ITEM) };
    let dom = builder.dom;
    if let Some(first) = list_start(builder, node) {
        let step = list_step(dom, node);
        builder.counters.reset(&list_item(), depth, first.saturating_sub(step));
    }
    for (name, value) in &generated.counter_reset {
        builder.counters.reset(name, depth, *value);
    }
    for (name, by) in &generated.counter_increment {
        builder.counters.increment(name, depth, *by);
    }
    let explicit = generated.counter_increment.iter().any(|(name, _)| **name == *LIST_ITEM);
    if style.display == Display::ListItem && !explicit {
        let step = dom.parent(node).map_or(1, |list| list_step(dom, list));
        let list_item = list_item();
        builder.counters.increment(&list_item, depth, step);
        if let Some(value) = dom.attr(node, "value").and_then(html_integer) {
            builder.counters.set(&list_item, depth, value);
        }
    }
    for (name, value) in &generated.counter_set {
        builder.counters.set(name, depth, *value);
    }
}

fn is_list(dom: &Dom, node: NodeId) -> bool {
    dom.is(node, "ol") || dom.is(node, "ul")
}

/// An integer at the beginning of an attribute (HTML §2.3.4.1).
fn html_integer(text: &str) -> Option<i32> {
    let text = text.trim_start_matches([' ', '\t', '\n', '\u{c}', '\r']);
    let sign = usize::from(text.starts_with(['-', '+']));
    let digits = text[sign..].bytes().take_while(u8::is_ascii_digit).count();
    text[..sign + digits].parse().ok()
}

/// The first number of a list: `start`, or the number of items if `reversed`.
fn list_start(builder: &Builder, node: NodeId) -> Option<i32> {
    let dom = builder.dom;
    if !is_list(dom, node) {
        return None;
    }
    let start = dom.attr(node, "start").and_then(html_integer);
    Some(start.unwrap_or_else(|| {
        if dom.attr(node, "reversed").is_none() {
            return 1;
        }
        // Items without a box are none of the list's (HTML §4.4.8).
        let is_shown = |c: &NodeId| builder.styled.get(*c).display != Display::None;
        dom.children(node).filter(|c| dom.is(*c, "li") && is_shown(c)).count() as i32
    }))
}

fn list_step(dom: &Dom, list: NodeId) -> i32 {
    if dom.is(list, "ol") && dom.attr(list, "reversed").is_some() { -1 } else { 1 }
}

/// Puts the content of a pseudo-element into a flow.
pub fn content_into(
    builder: &mut Builder,
    node: NodeId,
    style: &Arc<Computed>,
    place: Place,
    flow: &mut Flow,
) {
    let Content::Items(items) = &style.generated.content else { return };
    for item in items.iter() {
        if let ContentItem::Image(ImageValue::Url(url)) = item {
            let style = style.anonymous(Display::InlineBlock);
            let id = image_box(builder, node, url, style);
            flow.inline(InlineItem::Atomic(id));
            continue;
        }
        if let Some(counter) = page_counter(builder, node, item) {
            let mut text = text_item(builder, node, style, "0", place.structure);
            if let InlineItem::Text(text) = &mut text {
                text.counter = Some(Arc::new(counter));
            }
            flow.inline(text);
            continue;
        }
        let text = item_text(builder, node, style, item);
        if !text.is_empty() {
            flow.inline(text_item(builder, node, style, &text, place.structure));
        }
    }
}

/// `counter(page)` and `counter(pages)`: known where content is set page by page. In the flow they
/// would change where pages end.
fn page_counter(
    builder: &mut Builder,
    node: NodeId,
    item: &ContentItem,
) -> Option<(Arc<str>, CounterStyle)> {
    let (ContentItem::Counter(name, kind) | ContentItem::Counters(name, _, kind)) = item else {
        return None;
    };
    if !matches!(&**name, "page" | "pages") {
        return None;
    }
    if builder.is_on_pages() {
        return Some((Arc::clone(name), kind.clone()));
    }
    let found = Diagnostic::warning(
        "page-counter-in-flow",
        format!("`counter({name})` has no value in the flow of the document"),
    )
    .help("use it in a margin box, in a running element or in a fixed box");
    builder.findings.push((Some(ElementId(node.0)), found));
    None
}

/// What an element or pseudo-element does to counters, with the values they get.
pub fn counter_changes(
    style: &Computed,
    counters: &counters::Counters,
) -> Vec<(Arc<str>, CounterChange)> {
    let generated = &style.generated;
    let value = |name: &Arc<str>| CounterChange::Set(counters.value(name));
    let is_page = |name: &Arc<str>| **name == *"page";
    let set = |(name, to): &(Arc<str>, i32)| {
        let change = if is_page(name) { CounterChange::Set(*to) } else { value(name) };
        (Arc::clone(name), change)
    };
    let increment = |(name, by): &(Arc<str>, i32)| {
        let change = if is_page(name) { CounterChange::Increment(*by) } else { value(name) };
        (Arc::clone(name), change)
    };
    let resets = generated.counter_reset.iter().map(set);
    let increments = generated.counter_increment.iter().map(increment);
    resets.chain(increments).chain(generated.counter_set.iter().map(set)).collect()
}

fn text_item(
    builder: &Builder,
    node: NodeId,
    style: &Computed,
    text: &str,
    structure: Option<StructureId>,
) -> InlineItem {
    InlineItem::Text(InlineText {
        text: Arc::from(text),
        style: Arc::clone(&style.text),
        element: Some(ElementId(node.0)),
        structure,
        artifact: builder.in_artifact(),
        reading: builder.reading(),
        counter: None,
    })
}

fn image_box(builder: &mut Builder, node: NodeId, url: &str, style: Computed) -> BoxId {
    let image = builder.pictures.load(url).map(Some).unwrap_or_else(|diagnostic| {
        builder.findings.push((Some(ElementId(node.0)), diagnostic));
        None
    });
    builder.tree.push(LayoutBox {
        style: Arc::new(style),
        element: None,
        structure: None,
        artifact: true,
        order: builder.order(node),
        broken: Default::default(),
        kind: BoxKind::Replaced(pictures::natural(image)),
    })
}

/// The text of one piece of content.
fn item_text(builder: &mut Builder, node: NodeId, style: &Computed, item: &ContentItem) -> String {
    if builder.generated > GENERATED_BYTES {
        return String::new();
    }
    let text = unlimited_text(builder, node, style, item);
    builder.generated += text.len();
    if builder.generated > GENERATED_BYTES {
        let found = too_much_text();
        builder.findings.push((Some(ElementId(node.0)), found));
    }
    text
}

/// The finding for style sheets that make too much text.
pub fn too_much_text() -> Diagnostic {
    let message = format!(
        "style sheets make more than {GENERATED_BYTES} bytes of text; the rest is left out"
    );
    Diagnostic::error("too-much-content", message)
        .help("write text that differs from row to row in the template, not in `content`")
}

fn unlimited_text(
    builder: &mut Builder,
    node: NodeId,
    style: &Computed,
    item: &ContentItem,
) -> String {
    match item {
        ContentItem::String(text) => text.to_string(),
        ContentItem::Counter(name, kind) => counters::format(builder.counters.value(name), kind),
        ContentItem::Counters(name, separator, kind) => {
            let values = builder.counters.values(name);
            let parts: Vec<String> = values.iter().map(|v| counters::format(*v, kind)).collect();
            parts.join(separator)
        }
        ContentItem::OpenQuote => {
            builder.quote_depth += 1;
            quote(style, builder.quote_depth - 1).0.to_string()
        }
        ContentItem::CloseQuote => {
            builder.quote_depth = builder.quote_depth.saturating_sub(1);
            quote(style, builder.quote_depth).1.to_string()
        }
        ContentItem::NoOpenQuote => {
            builder.quote_depth += 1;
            String::new()
        }
        ContentItem::NoCloseQuote => {
            builder.quote_depth = builder.quote_depth.saturating_sub(1);
            String::new()
        }
        ContentItem::ElementText => collapse(&builder.dom.text_content(node)),
        // Margin boxes alone have these.
        ContentItem::NamedString(..) | ContentItem::Element(..) | ContentItem::Image(_) => {
            String::new()
        }
    }
}

/// The text of a list of pieces, for `string-set` and `bookmark-label`.
pub fn text_of_items(builder: &mut Builder, node: NodeId, items: &[ContentItem]) -> String {
    let style = Arc::clone(builder.styled.get(node));
    items.iter().map(|item| item_text(builder, node, &style, item)).collect()
}

/// White space as it is shown: runs are one space, none at the ends.
fn collapse(text: &str) -> String {
    text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

/// The quotation marks of a depth: `quotes`, or by language (CLDR).
fn quote(style: &Computed, depth: usize) -> (Arc<str>, Arc<str>) {
    let pair = |open: &str, close: &str| (Arc::from(open), Arc::from(close));
    match &style.text.quotes {
        Quotes::None => pair("", ""),
        Quotes::Pairs(pairs) if !pairs.is_empty() => {
            let (open, close) = &pairs[depth.min(pairs.len() - 1)];
            (Arc::clone(open), Arc::clone(close))
        }
        _ => {
            let (open, close) = quotes::of_language(&style.text.lang, depth);
            pair(open, close)
        }
    }
}

/// The marker's text and style: `::marker` content, else the list style.
fn marker_text(
    builder: &mut Builder,
    node: NodeId,
    style: &Arc<Computed>,
) -> (String, Arc<Computed>) {
    let marker = builder.styled.pseudo(node, Pseudo::Marker).cloned();
    let marker_style = marker.unwrap_or_else(|| Arc::new(style.anonymous(Display::InlineBlock)));
    match &marker_style.generated.content {
        Content::Items(items) => {
            let items = Arc::clone(items);
            let text = items.iter().map(|i| item_text(builder, node, &marker_style, i)).collect();
            return (text, marker_style);
        }
        Content::None => return (String::new(), marker_style),
        Content::Normal => {}
    }
    let kind = &style.list_style_type;
    if *kind == CounterStyle::None {
        return (String::new(), marker_style);
    }
    let value = builder.counters.value(LIST_ITEM);
    let text = format!("{}{}", counters::format(value, kind), counters::suffix(kind));
    (text, marker_style)
}

/// `content` of a marker; only if it is `normal` do the properties of lists count
/// (CSS Lists 3 §3.2).
fn marker_content<'b>(builder: &'b Builder<'_>, node: NodeId) -> &'b Content {
    let marker = builder.styled.pseudo(node, Pseudo::Marker);
    marker.map_or(&Content::Normal, |marker| &marker.generated.content)
}

/// The picture of a marker, if it is one.
fn marker_picture(builder: &mut Builder, node: NodeId, style: &Arc<Computed>) -> Option<BoxId> {
    let ImageValue::Url(url) = &style.list_style_image else { return None };
    let is_normal = *marker_content(builder, node) == Content::Normal;
    if !is_normal {
        return None;
    }
    let mut marker = style.anonymous(Display::InlineBlock);
    let gap = LengthPercentageAuto::Value(LengthPercentage::Length(MARKER_GAP));
    match style.text.direction {
        Direction::Ltr => marker.margin.right = gap,
        Direction::Rtl => marker.margin.left = gap,
    }
    Some(image_box(builder, node, &Arc::clone(url), marker))
}

/// Whether a list item has a marker.
pub fn has_marker(builder: &Builder, node: NodeId, style: &Computed) -> bool {
    match marker_content(builder, node) {
        Content::Items(items) => !items.is_empty(),
        Content::None => false,
        Content::Normal => {
            matches!(style.list_style_image, ImageValue::Url(_))
                || style.list_style_type != CounterStyle::None
        }
    }
}

/// A marker inside the first line.
pub fn inside_marker(
    builder: &mut Builder,
    node: NodeId,
    style: &Arc<Computed>,
    label: Option<StructureId>,
    flow: &mut Flow,
) {
    if let Some(id) = marker_picture(builder, node, style) {
        flow.inline(InlineItem::Atomic(id));
        return;
    }
    let (text, marker) = marker_text(builder, node, style);
    if !text.is_empty() {
        let item = text_item(builder, node, &marker, &text, label);
        let order = builder.order(node);
        let isolated =
            Computed { unicode_bidi: UnicodeBidi::Isolate, ..marker.anonymous(Display::Inline) };
        let style = Arc::new(isolated);
        flow.open(InlineBox { style, element: None, structure: None, order });
        flow.inline(item);
        flow.close();
    }
}

/// The marker that stands outside an item. It is made before the item's content, which may change
/// the counter.
pub fn outside_marker(
    builder: &mut Builder,
    node: NodeId,
    style: &Arc<Computed>,
    label: Option<StructureId>,
) -> Option<BoxId> {
    if style.display != Display::ListItem || style.list_style_inside {
        return None;
    }
    let image = marker_picture(builder, node, style);
    let (text, marker_style) = marker_text(builder, node, style);
    if image.is_none() && text.is_empty() {
        return None;
    }
    let order = builder.order(node);
    let inline = match image {
        Some(id) => InlineItem::Atomic(id),
        None => text_item(builder, node, &marker_style, &text, label),
    };
    Some(builder.tree.push(LayoutBox {
        style: Arc::new(marker_style.anonymous(Display::InlineBlock)),
        element: None,
        structure: label,
        artifact: builder.in_artifact(),
        order,
        broken: Default::default(),
        kind: BoxKind::Inline(InlineContent { items: vec![inline], ..InlineContent::default() }),
    }))
}

/// Hangs an item's marker on its first line, wherever that is, or on a new empty one.
pub fn attach_marker(builder: &mut Builder, item: BoxId, marker: BoxId) {
    let LayoutBox { style, order, .. } = builder.tree.get(item);
    let (style, order) = (Arc::clone(style), *order);
    let mut current = item;
    loop {
        let tree = &mut builder.tree;
        if let BoxKind::Inline(content) = &mut tree.boxes[current.0 as usize].kind {
            if content.marker.is_none() {
                content.marker = Some(marker);
            }
            return;
        }
        let BoxKind::Block(children) = &tree.get(current).kind else { return };
        let in_flow = |c: &BoxId| {
            let style = &tree.get(*c).style;
            style.float == Float::None
                && !matches!(style.position, Position::Absolute | Position::Fixed)
                && !matches!(tree.get(*c).kind, BoxKind::Anchor(_))
        };
        let Some(first) = children.iter().copied().find(in_flow) else { break };
        match tree.get(first).kind {
            // A nested item has a marker of its own: this one gets a line before it.
            _ if tree.get(first).style.display == Display::ListItem => break,
            BoxKind::Block(_) | BoxKind::Inline(_) => current = first,
            _ => {
                tree.markers.insert(first, marker);
                return;
            }
        }
    }
    let content = InlineContent { marker: Some(marker), ..InlineContent::default() };
    let line = builder.tree.push(LayoutBox {
        style: Arc::new(style.anonymous(Display::Block)),
        element: None,
        structure: None,
        artifact: false,
        order,
        broken: Default::default(),
        kind: BoxKind::Inline(content),
    });
    if let BoxKind::Block(children) = &mut builder.tree.boxes[current.0 as usize].kind {
        children.insert(0, line);
    }
}

/// The outline level of an element: `bookmark-level`, else that of a heading.
pub fn bookmark_level(dom: &Dom, node: NodeId, style: &Computed) -> Option<u8> {
    match style.generated.bookmark_level {
        Some(0) => None,
        Some(level) => Some(level),
        None => {
            let heading = dom.element(node).filter(|element| element.is_html())?;
            let levels = ["h1", "h2", "h3", "h4", "h5", "h6"];
            let at = levels.iter().position(|name| heading.name == **name)?;
            Some(at as u8 + 1)
        }
    }
}

/// What the outline says of an element.
pub fn bookmark_label(builder: &mut Builder, node: NodeId, style: &Computed) -> String {
    match &style.generated.bookmark_label {
        Some(items) => {
            let items = items.clone();
            text_of_items(builder, node, &items)
        }
        None => collapse(&builder.dom.text_content(node)),
    }
}

/// What the content of a margin box may ask for.
pub struct ContentContext<'c> {
    /// The value of a counter.
    pub counter: &'c dyn Fn(&str) -> i32,
    /// The value of a named string.
    pub string: &'c dyn Fn(&str, crate::css::computed::NamedStringKeyword) -> Arc<str>,
}

/// The text of a margin box's content; pictures and running elements are left to the caller.
pub fn content_items(items: &[ContentItem], style: &Computed, context: &ContentContext) -> String {
    let mut depth = 0usize;
    let mut out = String::new();
    for item in items {
        match item {
            ContentItem::String(text) => out.push_str(text),
            ContentItem::Counter(name, kind) | ContentItem::Counters(name, _, kind) => {
                out.push_str(&counters::format((context.counter)(name), kind));
            }
            ContentItem::NamedString(name, which) => out.push_str(&(context.string)(name, *which)),
            ContentItem::OpenQuote => {
                out.push_str(&quote(style, depth).0);
                depth += 1;
            }
            ContentItem::CloseQuote => {
                depth = depth.saturating_sub(1);
                out.push_str(&quote(style, depth).1);
            }
            _ => {}
        }
    }
    out
}
