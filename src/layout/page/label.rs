//! What people call a page: its number as the page itself shows it.
//!
//! Input: the page's margin boxes and counters. Output: a [`PageLabel`]: the first `counter(page)` among
//! the boxes, in its own style; where the page shows none, the counter in decimal figures.

use std::sync::Arc;

use crate::css::MarginBox;
use crate::css::computed::{Computed, Content, ContentItem, CounterStyle};
use crate::layout::boxes::counters;
use crate::layout::fragment::{Numbering, PageLabel};

/// The label of a page.
pub fn label(boxes: &[(MarginBox, Arc<Computed>)], counter: impl Fn(&str) -> i32) -> PageLabel {
    let contents = boxes.iter().filter_map(|(_, style)| match &style.generated.content {
        Content::Items(items) => Some(items),
        _ => None,
    });
    let style = contents.flat_map(|items| items.iter()).find_map(|item| match item {
        ContentItem::Counter(name, style) | ContentItem::Counters(name, _, style) => {
            (**name == *"page").then_some(style)
        }
        _ => None,
    });
    in_style(counter("page"), style.unwrap_or(&CounterStyle::Decimal))
}

fn in_style(value: i32, style: &CounterStyle) -> PageLabel {
    let number = u32::try_from(value).ok().filter(|number| *number > 0);
    let numbering = match style {
        CounterStyle::Decimal => Some(Numbering::Decimal),
        CounterStyle::LowerRoman => Some(Numbering::LowerRoman),
        CounterStyle::UpperRoman => Some(Numbering::UpperRoman),
        _ => None,
    };
    match (number, numbering) {
        (Some(number), Some(numbering)) => PageLabel::Number(number, numbering),
        _ => PageLabel::Text(counters::format(value, style).into()),
    }
}
