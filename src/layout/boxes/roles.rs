//! What HTML means: structure roles of elements (ISO 32000-1 §14.8.4, HTML AAM).

use std::sync::Arc;

use crate::css::computed::CounterStyle;
use crate::html::{Dom, NodeId};
use crate::layout::fragment::{CellAttributes, Role};

/// The role of an element; none for those that only style text.
pub fn role(dom: &Dom, node: NodeId) -> Option<Role> {
    let element = dom.element(node)?;
    Some(match &*element.name {
        "h1" => Role::Heading(1),
        "h2" => Role::Heading(2),
        "h3" => Role::Heading(3),
        "h4" => Role::Heading(4),
        "h5" => Role::Heading(5),
        "h6" => Role::Heading(6),
        "p" | "pre" | "dt" | "dd" | "address" => Role::Paragraph,
        "section" => Role::Section,
        "article" => Role::Article,
        "main" | "header" | "footer" | "nav" | "aside" | "div" | "figure" | "dl" => Role::Division,
        "blockquote" => Role::BlockQuote,
        "q" => Role::Quote,
        "code" | "kbd" | "samp" => Role::Code,
        "a" if element.attr("href").is_some() => Role::Link,
        "abbr" if element.attr("title").is_some() => Role::Span,
        "ul" | "ol" => Role::List,
        "li" if in_list(dom, node) => Role::ListItem,
        "li" => Role::Division,
        "table" => Role::Table,
        "thead" => Role::TableHead,
        "tbody" => Role::TableBody,
        "tfoot" => Role::TableFoot,
        "tr" => Role::TableRow,
        "th" => Role::TableHeader,
        "td" => Role::TableData,
        "caption" | "figcaption" => Role::Caption,
        "img" | "svg" | "qr-code" => Role::Figure,
        // The document tells the language of its root.
        "html" => return None,
        name if dom.own_lang(node).is_some() => language_role(name),
        _ => return None,
    })
}

/// Whether a list item stands right in a list: `LI` stands in `L` alone.
fn in_list(dom: &Dom, node: NodeId) -> bool {
    dom.parent(node).is_some_and(|list| dom.is(list, "ul") || dom.is(list, "ol"))
}

/// The role of an element that has no other meaning than its language.
fn language_role(name: &str) -> Role {
    match name {
        "body" | "hgroup" | "search" | "hr" | "form" | "fieldset" | "details" | "summary"
        | "dialog" | "center" | "menu" | "legend" => Role::Division,
        _ => Role::Span,
    }
}

/// Whether text right inside an element of this role needs a paragraph of its own: grouping
/// elements hold no text.
pub fn is_grouping(role: Option<Role>) -> bool {
    matches!(role, None | Some(Role::Section | Role::Article | Role::Division | Role::BlockQuote))
}

/// Whether an element of this role is a paragraph or stands in one: it holds none.
pub fn is_paragraph_level(role: Role) -> bool {
    matches!(
        role,
        Role::Paragraph
            | Role::Heading(_)
            | Role::Span
            | Role::Link
            | Role::Quote
            | Role::Code
            | Role::Label
            | Role::Caption
    )
}

/// Spans and scope of a table cell.
pub fn cell(dom: &Dom, node: NodeId) -> Option<CellAttributes> {
    if !dom.is(node, "td") && !dom.is(node, "th") {
        return None;
    }
    let scope = match dom.attr(node, "scope") {
        Some("row" | "rowgroup") => Some("Row"),
        Some("col" | "colgroup") => Some("Column"),
        _ if dom.is(node, "th") => Some(default_scope(dom, node)),
        _ => None,
    };
    Some(CellAttributes {
        row_span: span(dom, node, "rowspan").max(1),
        column_span: span(dom, node, "colspan").max(1),
        scope,
        headers: Vec::new(),
    })
}

/// A header cell beside data cells heads its row, elsewhere its column (HTML §4.9.12.2).
fn default_scope(dom: &Dom, node: NodeId) -> &'static str {
    let row = dom.parent(node);
    let group = row.and_then(|row| dom.parent(row));
    let in_head = group.is_some_and(|group| dom.is(group, "thead"));
    let has_data = row.is_some_and(|row| dom.children(row).any(|cell| dom.is(cell, "td")));
    if has_data && !in_head { "Row" } else { "Column" }
}

/// `colspan` or `rowspan`, within HTML's limits.
pub fn span(dom: &Dom, node: NodeId, name: &str) -> u16 {
    let limit = if name == "rowspan" { 65_534 } else { 1000 };
    let Some(value) = dom.attr(node, name).map(str::trim) else { return 1 };
    let digits = value.bytes().take_while(u8::is_ascii_digit).count();
    // More digits than fit are a number beyond the limit.
    let number = if digits > 9 { u32::MAX } else { value[..digits].parse().unwrap_or(1) };
    number.min(limit) as u16
}

/// How a list numbers its items (ISO 32000-1 table 347).
pub fn list_numbering(style: &CounterStyle) -> &'static str {
    match style {
        CounterStyle::None | CounterStyle::String(_) => "None",
        CounterStyle::Disc => "Disc",
        CounterStyle::Circle => "Circle",
        CounterStyle::Square => "Square",
        CounterStyle::LowerAlpha => "LowerAlpha",
        CounterStyle::UpperAlpha => "UpperAlpha",
        CounterStyle::LowerRoman => "LowerRoman",
        CounterStyle::UpperRoman => "UpperRoman",
        _ => "Decimal",
    }
}

/// The language an element sets.
pub fn lang(dom: &Dom, node: NodeId) -> Option<Arc<str>> {
    dom.own_lang(node).map(Arc::from)
}
