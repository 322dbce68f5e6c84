//! Values of generated content: `content`, counters, named strings, bookmarks.

use std::sync::Arc;

use cssparser::Parser;

use crate::css::computed::*;
use crate::css::values::image::{ImageSpec, picture};
use crate::css::values::length::Surroundings;
use crate::css::values::{
    Context, Res, bad, comma_list, custom_ident, integer, keyword, one_of, string, word,
};

/// A specified piece of content.
#[derive(Clone, Debug, PartialEq)]
pub enum ItemSpec {
    /// A piece that needs no computation.
    Done(ContentItem),
    /// A picture.
    Image(ImageSpec),
    /// `attr(name, fallback)`.
    Attr(Arc<str>, Arc<str>),
}

/// A specified `content`.
#[derive(Clone, Debug, PartialEq)]
pub enum ContentSpec {
    /// A keyword.
    Keyword(Content),
    /// A list.
    Items(Vec<ItemSpec>),
}

/// Counter names with numbers.
pub type Counters = Vec<(Arc<str>, i32)>;

/// Names with content lists.
pub type StringSets = Vec<(Arc<str>, Vec<ItemSpec>)>;

impl ItemSpec {
    fn compute(&self, at: &Surroundings) -> ContentItem {
        match self {
            ItemSpec::Done(item) => item.clone(),
            ItemSpec::Image(image) => ContentItem::Image(image.compute(at)),
            ItemSpec::Attr(name, fallback) => {
                let value = at.attributes.and_then(|e| e.attr(name));
                ContentItem::String(value.map_or_else(|| Arc::clone(fallback), Arc::from))
            }
        }
    }
}

fn compute_items(items: &[ItemSpec], at: &Surroundings) -> Vec<ContentItem> {
    items.iter().map(|i| i.compute(at)).collect()
}

impl ContentSpec {
    /// The computed value.
    pub fn compute(&self, at: &Surroundings) -> Content {
        match self {
            ContentSpec::Keyword(keyword) => keyword.clone(),
            ContentSpec::Items(items) => Content::Items(compute_items(items, at).into()),
        }
    }
}

/// What a list of pieces of content asks for.
#[derive(Clone, Copy, Debug, Default)]
pub struct GeneratedItems {
    /// It is the value of `content`, and not a keyword.
    pub is_content: bool,
    /// `string()` or `element()`, which pages have.
    pub of_pages: bool,
    /// `attr()` or `content()`, which elements have.
    pub of_elements: bool,
}

/// What a value asks for that is made of pieces of content.
pub fn generated_items(value: &super::Value) -> Option<GeneratedItems> {
    let asked = |items: &mut dyn Iterator<Item = &ItemSpec>, is_content| {
        let mut asked = GeneratedItems { is_content, ..GeneratedItems::default() };
        for item in items {
            match item {
                ItemSpec::Done(ContentItem::NamedString(..) | ContentItem::Element(..)) => {
                    asked.of_pages = true;
                }
                ItemSpec::Attr(..) | ItemSpec::Done(ContentItem::ElementText) => {
                    asked.of_elements = true;
                }
                _ => {}
            }
        }
        Some(asked)
    };
    match value {
        super::Value::Content(ContentSpec::Items(items)) => asked(&mut items.iter(), true),
        super::Value::StringSet(sets) => asked(&mut sets.iter().flat_map(|(_, i)| i), false),
        super::Value::BookmarkLabel(Some(items)) => asked(&mut items.iter(), false),
        _ => None,
    }
}

/// Whether a value depends on the element's attributes.
pub fn reads_attributes(value: &super::Value) -> bool {
    let has = |items: &[ItemSpec]| items.iter().any(|i| matches!(i, ItemSpec::Attr(..)));
    match value {
        super::Value::Content(ContentSpec::Items(items)) => has(items),
        super::Value::StringSet(sets) => sets.iter().any(|(_, items)| has(items)),
        super::Value::BookmarkLabel(Some(items)) => has(items),
        _ => false,
    }
}

/// The counters that a value of `content` shows.
pub fn shown_counters(value: &super::Value) -> Vec<Arc<str>> {
    let super::Value::Content(ContentSpec::Items(items)) = value else { return Vec::new() };
    let counter = |item: &ItemSpec| match item {
        ItemSpec::Done(ContentItem::Counter(name, _) | ContentItem::Counters(name, ..)) => {
            Some(Arc::clone(name))
        }
        _ => None,
    };
    items.iter().filter_map(counter).collect()
}

const QUOTES: &[(&str, ContentItem)] = &[
    ("open-quote", ContentItem::OpenQuote),
    ("close-quote", ContentItem::CloseQuote),
    ("no-open-quote", ContentItem::NoOpenQuote),
    ("no-close-quote", ContentItem::NoCloseQuote),
];

fn item(cx: &Context, p: &mut Parser) -> Res<ItemSpec> {
    if let Ok(text) = p.try_parse(string) {
        return Ok(ItemSpec::Done(ContentItem::String(text)));
    }
    if let Ok(quote) = one_of(cx, p, QUOTES) {
        return Ok(ItemSpec::Done(quote));
    }
    if let Ok(picture) = p.try_parse(|p| picture(cx, p)) {
        return Ok(ItemSpec::Image(picture));
    }
    let result = p.try_parse(|p| {
        let name = p.expect_function()?.to_ascii_lowercase();
        p.parse_nested_block(|p| function(cx, p, &name))
    });
    if result.is_err() {
        cx.expect(p, []);
    }
    result
}

fn function(cx: &Context, p: &mut Parser, name: &str) -> Res<ItemSpec> {
    let style = |p: &mut Parser| -> Res<CounterStyle> {
        if p.try_parse(|p| p.expect_comma()).is_ok() {
            keyword(cx, p)
        } else {
            Ok(CounterStyle::Decimal)
        }
    };
    let which = |p: &mut Parser| -> Res<NamedStringKeyword> {
        if p.try_parse(|p| p.expect_comma()).is_ok() {
            keyword(cx, p)
        } else {
            Ok(NamedStringKeyword::First)
        }
    };
    Ok(ItemSpec::Done(match name {
        "counter" => ContentItem::Counter(custom_ident(p)?, style(p)?),
        "counters" => {
            let name = custom_ident(p)?;
            p.expect_comma()?;
            let separator = string(p)?;
            ContentItem::Counters(name, separator, style(p)?)
        }
        "string" => ContentItem::NamedString(custom_ident(p)?, which(p)?),
        "element" => ContentItem::Element(custom_ident(p)?, which(p)?),
        "content" => {
            let _ = word(cx, p, "text");
            ContentItem::ElementText
        }
        "attr" => {
            let name = p.expect_ident()?.to_ascii_lowercase().into();
            let fallback =
                if p.try_parse(|p| p.expect_comma()).is_ok() { string(p)? } else { "".into() };
            return Ok(ItemSpec::Attr(name, fallback));
        }
        _ => return bad(),
    }))
}

fn items(cx: &Context, p: &mut Parser) -> Res<Vec<ItemSpec>> {
    let mut list = vec![item(cx, p)?];
    while let Ok(next) = p.try_parse(|p| item(cx, p)) {
        list.push(next);
    }
    Ok(list)
}

/// `content`; an alternative text after `/` is read and not used.
pub fn content(cx: &Context, p: &mut Parser) -> Res<ContentSpec> {
    if let Ok(keyword) = one_of(cx, p, &[("normal", Content::Normal), ("none", Content::None)]) {
        return Ok(ContentSpec::Keyword(keyword));
    }
    let list = items(cx, p)?;
    if p.try_parse(|p| p.expect_delim('/')).is_ok() {
        items(cx, p)?;
    }
    Ok(ContentSpec::Items(list))
}

fn counters(cx: &Context, p: &mut Parser, default: i32) -> Res<Counters> {
    if word(cx, p, "none").is_ok() {
        return Ok(Vec::new());
    }
    let mut list = Vec::new();
    while let Ok(name) = p.try_parse(custom_ident) {
        list.push((name, p.try_parse(|p| integer(cx, p)).unwrap_or(default)));
    }
    if list.is_empty() { bad() } else { Ok(list) }
}

/// `counter-reset`, `counter-set`.
pub fn counter_reset(cx: &Context, p: &mut Parser) -> Res<Counters> {
    counters(cx, p, 0)
}

/// `counter-increment`.
pub fn counter_increment(cx: &Context, p: &mut Parser) -> Res<Counters> {
    counters(cx, p, 1)
}

/// `string-set`.
pub fn string_set(cx: &Context, p: &mut Parser) -> Res<StringSets> {
    if word(cx, p, "none").is_ok() {
        return Ok(Vec::new());
    }
    comma_list(p, |p| Ok((custom_ident(p)?, items(cx, p)?)))
}

/// Computed `string-set`.
pub fn compute_string_sets(
    value: &StringSets,
    at: &Surroundings,
) -> Vec<(Arc<str>, Vec<ContentItem>)> {
    value.iter().map(|(name, items)| (Arc::clone(name), compute_items(items, at))).collect()
}

/// `bookmark-level`; 0 is `none`.
pub fn bookmark_level(cx: &Context, p: &mut Parser) -> Res<Option<u8>> {
    if word(cx, p, "none").is_ok() {
        return Ok(Some(0));
    }
    match integer(cx, p)? {
        level @ 1..=255 => Ok(Some(level as u8)),
        _ => bad(),
    }
}

/// `bookmark-label`.
pub fn bookmark_label(cx: &Context, p: &mut Parser) -> Res<Option<Vec<ItemSpec>>> {
    if word(cx, p, "none").is_ok() { Ok(Some(Vec::new())) } else { items(cx, p).map(Some) }
}

/// Computed `bookmark-label`.
pub fn compute_label(value: &Option<Vec<ItemSpec>>, at: &Surroundings) -> Option<Vec<ContentItem>> {
    value.as_ref().map(|items| compute_items(items, at))
}
