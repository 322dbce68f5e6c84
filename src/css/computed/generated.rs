//! Generated content: lists, counters, named strings, bookmarks.

use std::sync::Arc;

use super::ImageValue;

/// `list-style-type`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CounterStyle {
    /// `none`.
    None,
    /// `disc`.
    Disc,
    /// `circle`.
    Circle,
    /// `square`.
    Square,
    /// `decimal`.
    Decimal,
    /// `decimal-leading-zero`.
    DecimalLeadingZero,
    /// `lower-alpha`, `lower-latin`.
    LowerAlpha,
    /// `upper-alpha`, `upper-latin`.
    UpperAlpha,
    /// `lower-roman`.
    LowerRoman,
    /// `upper-roman`.
    UpperRoman,
    /// `simp-chinese-informal`.
    SimpChineseInformal,
    /// `trad-chinese-informal`.
    TradChineseInformal,
    /// `cjk-decimal`.
    CjkDecimal,
    /// A string.
    String(Arc<str>),
}

/// A piece of `content` (CSS Generated Content 3).
#[derive(Clone, Debug, PartialEq)]
pub enum ContentItem {
    /// A string; `attr()` is resolved to one.
    String(Arc<str>),
    /// A picture.
    Image(ImageValue),
    /// `counter(name, style)`.
    Counter(Arc<str>, CounterStyle),
    /// `counters(name, separator, style)`.
    Counters(Arc<str>, Arc<str>, CounterStyle),
    /// `open-quote`.
    OpenQuote,
    /// `close-quote`.
    CloseQuote,
    /// `no-open-quote`.
    NoOpenQuote,
    /// `no-close-quote`.
    NoCloseQuote,
    /// `string(name, first | start | last | first-except)`, in margin boxes.
    NamedString(Arc<str>, NamedStringKeyword),
    /// `element(name, …)`, in margin boxes.
    Element(Arc<str>, NamedStringKeyword),
    /// `content()` in `string-set`: the text of the element.
    ElementText,
}

/// Which assignment on the page `string()` and `element()` take (CSS GCPM 3 §1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedStringKeyword {
    /// `first`.
    First,
    /// `start`.
    Start,
    /// `last`.
    Last,
    /// `first-except`.
    FirstExcept,
}

/// `content`.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// `normal`.
    Normal,
    /// `none`.
    None,
    /// A list.
    Items(Arc<[ContentItem]>),
}

/// Counter changes and other rarely set properties; shared while at their initial values.
#[derive(Clone, Debug, PartialEq)]
pub struct Generated {
    /// `content`.
    pub content: Content,
    /// `counter-reset`.
    pub counter_reset: Vec<(Arc<str>, i32)>,
    /// `counter-increment`.
    pub counter_increment: Vec<(Arc<str>, i32)>,
    /// `counter-set`.
    pub counter_set: Vec<(Arc<str>, i32)>,
    /// `string-set`.
    pub string_set: Vec<(Arc<str>, Vec<ContentItem>)>,
    /// `bookmark-level`; 0 is `none`, `None` the default by element.
    pub bookmark_level: Option<u8>,
    /// `bookmark-label`; `None` is the text of the element.
    pub bookmark_label: Option<Vec<ContentItem>>,
}
