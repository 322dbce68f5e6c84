//! `@page` rules (CSS Paged Media 3, CSS GCPM 3): selectors, the sheet's size, margin boxes.

use std::sync::Arc;

use cssparser::{
    AtRuleParser, CowRcStr, DeclarationParser, Parser, ParserState, QualifiedRuleParser,
    RuleBodyItemParser, Token, parse_nth,
};

use super::computed::{Computed, TextAlign, VerticalAlign};
use super::declaration::{Block, Body, HasReader, Reader, Scope, hint, read_items};
use super::properties::{AlignSpec, Value, VerticalAlignSpec, by_name};
use super::values::length::{Lp, length_positive};
use super::values::{Context, Res, bad, one_of, word};
use crate::diag::nearest;
use crate::geom::{Px, Size};

/// One of the sixteen boxes in a page's margins, clockwise from the top left corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are those of the specification")]
pub enum MarginBox {
    TopLeftCorner,
    TopLeft,
    TopCenter,
    TopRight,
    TopRightCorner,
    RightTop,
    RightMiddle,
    RightBottom,
    BottomRightCorner,
    BottomRight,
    BottomCenter,
    BottomLeft,
    BottomLeftCorner,
    LeftBottom,
    LeftMiddle,
    LeftTop,
}

const MARGIN_BOXES: &[(&str, MarginBox)] = &[
    ("top-left-corner", MarginBox::TopLeftCorner),
    ("top-left", MarginBox::TopLeft),
    ("top-center", MarginBox::TopCenter),
    ("top-right", MarginBox::TopRight),
    ("top-right-corner", MarginBox::TopRightCorner),
    ("right-top", MarginBox::RightTop),
    ("right-middle", MarginBox::RightMiddle),
    ("right-bottom", MarginBox::RightBottom),
    ("bottom-right-corner", MarginBox::BottomRightCorner),
    ("bottom-right", MarginBox::BottomRight),
    ("bottom-center", MarginBox::BottomCenter),
    ("bottom-left", MarginBox::BottomLeft),
    ("bottom-left-corner", MarginBox::BottomLeftCorner),
    ("left-bottom", MarginBox::LeftBottom),
    ("left-middle", MarginBox::LeftMiddle),
    ("left-top", MarginBox::LeftTop),
];

impl MarginBox {
    /// The defaults of the specification's user agent sheet (CSS Paged Media 3 §B).
    pub(super) fn defaults(self) -> Block {
        use MarginBox::*;
        let align = match self {
            TopLeft | BottomLeft | TopRightCorner | BottomRightCorner => TextAlign::Left,
            TopRight | BottomRight | TopLeftCorner | BottomLeftCorner => TextAlign::Right,
            _ => TextAlign::Center,
        };
        let vertical = match self {
            LeftTop | RightTop => VerticalAlign::Top,
            LeftBottom | RightBottom => VerticalAlign::Bottom,
            _ => VerticalAlign::Middle,
        };
        hint([
            Value::TextAlign(AlignSpec::Keyword(align)),
            Value::VerticalAlign(VerticalAlignSpec::Keyword(vertical)),
        ])
    }
}

/// The page a style is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PageContext<'a> {
    /// Its name, from the `page` property.
    pub name: Option<&'a str>,
    /// Its number, from 1.
    pub number: usize,
    /// Its number in its page group, the pages of its name that follow each other, from 1 (CSS
    /// GCPM 3 §3).
    pub in_group: usize,
    /// Whether it is there only for a forced break to a left or right page.
    pub blank: bool,
    /// Whether it is a right-hand page.
    pub right: bool,
}

/// The style of a page.
#[derive(Clone, Debug, PartialEq)]
pub struct PageStyle {
    /// The page box, its margins included.
    pub size: Size,
    /// Margin, border, padding, background of the page area, and the font of its context.
    pub style: Arc<Computed>,
    /// The margin boxes that have content, in the order of [`MarginBox`].
    pub margin_boxes: Vec<(MarginBox, Arc<Computed>)>,
    /// How far the bleed area reaches beyond the page box.
    pub bleed: Px,
    /// Printers' marks.
    pub marks: Marks,
}

impl PageStyle {
    /// The style of a margin box, if it has content.
    pub fn margin_box(&self, which: MarginBox) -> Option<&Arc<Computed>> {
        self.margin_boxes.iter().find(|(b, _)| *b == which).map(|(_, style)| style)
    }
}

/// `marks`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// `crop`.
    pub crop: bool,
    /// `cross`.
    pub cross: bool,
}

/// A page selector.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PageSelector {
    name: Option<Arc<str>>,
    first: bool,
    blank: bool,
    /// `:right` or `:left`.
    right: Option<bool>,
    /// `:nth(an + b)`.
    nth: Option<Nth>,
}

/// `:nth(an + b)`, of all pages or of a page group.
#[derive(Clone, Debug, PartialEq)]
struct Nth {
    a: i32,
    b: i32,
    /// `of name`.
    of: Option<Arc<str>>,
}

impl Nth {
    fn matches(&self, page: &PageContext) -> bool {
        let number = match &self.of {
            None => page.number,
            Some(name) if page.name == Some(name) => page.in_group,
            Some(_) => return false,
        };
        let (a, n) = (i64::from(self.a), number as i64 - i64::from(self.b));
        if a == 0 { n == 0 } else { n % a == 0 && n / a >= 0 }
    }
}

impl PageSelector {
    /// Whether the page is meant.
    pub fn matches(&self, page: &PageContext) -> bool {
        self.name.as_deref().is_none_or(|name| page.name == Some(name))
            && (!self.first || page.number == 1)
            && (!self.blank || page.blank)
            && self.right.is_none_or(|right| page.right == right)
            && self.nth.as_ref().is_none_or(|nth| nth.matches(page))
    }

    /// Name, then `:first`, `:blank` and `:nth()`, then `:left` and `:right`.
    pub fn specificity(&self) -> (u8, u8, u8) {
        let pseudo = u8::from(self.first) + u8::from(self.blank) + u8::from(self.nth.is_some());
        let of = self.nth.as_ref().is_some_and(|nth| nth.of.is_some());
        (u8::from(self.name.is_some() || of), pseudo, u8::from(self.right.is_some()))
    }
}

/// A page selector list up to the end of the input.
pub fn selectors(p: &mut Parser) -> Res<Vec<PageSelector>> {
    if p.is_exhausted() {
        return Ok(vec![PageSelector::default()]);
    }
    let list = super::values::comma_list(p, selector)?;
    p.expect_exhausted()?;
    Ok(list)
}

fn selector(p: &mut Parser) -> Res<PageSelector> {
    let mut selector = PageSelector::default();
    let mut any = false;
    if let Ok(name) = p.try_parse(super::values::custom_ident) {
        selector.name = Some(name);
        any = true;
    }
    while p.try_parse(|p| p.expect_colon()).is_ok() {
        any = true;
        match p.next()?.clone() {
            Token::Ident(ref pseudo) => cssparser::match_ignore_ascii_case! { pseudo,
                "first" => selector.first = true,
                "blank" => selector.blank = true,
                "left" => selector.right = Some(false),
                "right" => selector.right = Some(true),
                _ => return bad(),
            },
            Token::Function(ref name) if name.eq_ignore_ascii_case("nth") => {
                selector.nth = Some(p.parse_nested_block(nth)?);
            }
            _ => return bad(),
        }
    }
    if any { Ok(selector) } else { bad() }
}

fn nth(p: &mut Parser) -> Res<Nth> {
    let (a, b) = parse_nth(p)?;
    let of = match p.try_parse(|p| p.expect_ident_matching("of")) {
        Ok(()) => Some(super::values::custom_ident(p)?),
        Err(_) => None,
    };
    Ok(Nth { a, b, of })
}

/// What only `@page` can say.
#[derive(Clone, Debug, PartialEq)]
pub enum Descriptor {
    /// `size`.
    Size(PageSize),
    /// `bleed`; none for `auto`.
    Bleed(Option<Lp>),
    /// `marks`.
    Marks(Marks),
}

/// `size`.
#[derive(Clone, Debug, PartialEq)]
pub enum PageSize {
    /// A name or `auto`, and an orientation.
    Named(Size, Option<bool>),
    /// Width and height.
    Lengths(Lp, Lp),
}

impl PageSize {
    /// A4, the size of pages that no rule speaks of.
    pub const A4: (f32, f32) = (210.0, 297.0);
}

/// Names of sizes, in mm: those of CSS Page 3 §7.1, and what else people print on of ISO 216.
const SIZES: &[(&str, (f32, f32))] = &[
    ("a0", (841.0, 1189.0)),
    ("a1", (594.0, 841.0)),
    ("a2", (420.0, 594.0)),
    ("a3", (297.0, 420.0)),
    ("a4", PageSize::A4),
    ("a5", (148.0, 210.0)),
    ("a6", (105.0, 148.0)),
    ("a7", (74.0, 105.0)),
    ("a8", (52.0, 74.0)),
    ("b0", (1000.0, 1414.0)),
    ("b1", (707.0, 1000.0)),
    ("b2", (500.0, 707.0)),
    ("b3", (353.0, 500.0)),
    ("b4", (250.0, 353.0)),
    ("b5", (176.0, 250.0)),
    ("b6", (125.0, 176.0)),
    ("jis-b4", (257.0, 364.0)),
    ("jis-b5", (182.0, 257.0)),
    ("letter", (215.9, 279.4)),
    ("legal", (215.9, 355.6)),
    ("ledger", (279.4, 431.8)),
];

const ORIENTATION: &[(&str, bool)] = &[("portrait", false), ("landscape", true)];

fn size(cx: &Context, p: &mut Parser) -> Res<PageSize> {
    let mm = |(w, h): (f32, f32)| Size::new(Px::from_mm(w), Px::from_mm(h));
    if word(cx, p, "auto").is_ok() {
        return Ok(PageSize::Named(mm(PageSize::A4), None));
    }
    if let Ok(width) = p.try_parse(|p| length_positive(cx, p)) {
        let height = p.try_parse(|p| length_positive(cx, p)).unwrap_or_else(|_| width.clone());
        return Ok(PageSize::Lengths(width, height));
    }
    let mut orientation = one_of(cx, p, ORIENTATION).ok();
    let name = one_of(cx, p, SIZES).ok();
    orientation = orientation.or_else(|| one_of(cx, p, ORIENTATION).ok());
    if name.is_none() && orientation.is_none() {
        return bad();
    }
    Ok(PageSize::Named(mm(name.unwrap_or(PageSize::A4)), orientation))
}

fn marks(cx: &Context, p: &mut Parser) -> Res<Marks> {
    let mut marks = Marks::default();
    if word(cx, p, "none").is_ok() {
        return Ok(marks);
    }
    while let Ok(crop) = one_of(cx, p, &[("crop", true), ("cross", false)]) {
        if crop { marks.crop = true } else { marks.cross = true }
    }
    if marks == Marks::default() { bad() } else { Ok(marks) }
}

const DESCRIPTORS: &[&str] = &["size", "bleed", "marks"];

fn descriptor(name: &str, cx: &Context, p: &mut Parser) -> Res<Descriptor> {
    let value = cssparser::match_ignore_ascii_case! { name,
        "size" => Descriptor::Size(size(cx, p)?),
        "bleed" => match word(cx, p, "auto") {
            Ok(()) => Descriptor::Bleed(None),
            Err(_) => Descriptor::Bleed(Some(length_positive(cx, p)?)),
        },
        _ => Descriptor::Marks(marks(cx, p)?),
    };
    if p.is_exhausted() {
        return Ok(value);
    }
    cx.expect(p, []);
    bad()
}

/// An `@page` rule.
#[derive(Clone, Debug)]
pub struct PageRule {
    /// Which pages.
    pub selectors: Vec<PageSelector>,
    /// Ordinary properties.
    pub block: Block,
    /// Descriptors, with whether they are important.
    pub descriptors: Vec<(Descriptor, bool)>,
    /// Margin boxes.
    pub boxes: Vec<(MarginBox, Block)>,
    /// The `@media` rules around it, by number.
    pub media: Vec<u32>,
}

/// Parses the inside of an `@page` rule.
pub fn parse(
    reader: &mut Reader,
    p: &mut Parser,
    selectors: Vec<PageSelector>,
    media: Vec<u32>,
) -> PageRule {
    let body = Body::new(reader, Scope::Page);
    let mut body = PageBody { body, descriptors: Vec::new(), boxes: Vec::new() };
    read_items(p, &mut body);
    let PageBody { body, descriptors, boxes } = body;
    PageRule { selectors, block: body.block, descriptors, boxes, media }
}

struct PageBody<'r, 'a> {
    body: Body<'r, 'a>,
    descriptors: Vec<(Descriptor, bool)>,
    boxes: Vec<(MarginBox, Block)>,
}

impl<'a> HasReader<'a> for PageBody<'_, 'a> {
    fn reader(&mut self) -> &mut Reader<'a> {
        self.body.reader()
    }
}

impl<'i> DeclarationParser<'i> for PageBody<'_, '_> {
    type Declaration = ();
    type Error = ();

    fn parse_value(
        &mut self,
        name: CowRcStr<'i>,
        p: &mut Parser<'i>,
        start: &ParserState,
    ) -> Res<()> {
        if !DESCRIPTORS.iter().any(|d| name.eq_ignore_ascii_case(d)) {
            let known = by_name(&name).is_some() || name.starts_with("--");
            let near = nearest(&name, DESCRIPTORS.iter().copied()).filter(|_| !known);
            let parsed = self.body.parse_value(name, p, start);
            if let (Some(near), Some(last)) = (near, self.body.reader().found.last_mut()) {
                last.help = vec![format!("did you mean \"{near}\"?")];
            }
            return parsed;
        }
        let parsed = self.body.typed(&name, p, |cx, p| descriptor(&name, cx, p));
        self.descriptors.extend(parsed);
        Ok(())
    }
}

impl<'i> AtRuleParser<'i> for PageBody<'_, '_> {
    type Prelude = MarginBox;
    type AtRule = ();
    type Error = ();

    fn parse_prelude(&mut self, name: CowRcStr<'i>, p: &mut Parser<'i>) -> Res<MarginBox> {
        if let Some((_, which)) = MARGIN_BOXES.iter().find(|(n, _)| name.eq_ignore_ascii_case(n)) {
            return Ok(*which);
        }
        let end = p.position().byte_index();
        let reader = &mut *self.body.reader;
        let span = reader.span(end.saturating_sub(name.len() + 1), end);
        let near = nearest(&name, MARGIN_BOXES.iter().map(|(n, _)| *n));
        let message = format!("unsupported at-rule \"@{name}\" inside @page");
        let warning = reader.warn("unsupported-at-rule", message, span);
        warning.help.extend(near.map(|n| format!("did you mean \"@{n}\"?")));
        bad()
    }

    fn parse_block(&mut self, which: MarginBox, _: &ParserState, p: &mut Parser<'i>) -> Res<()> {
        let block = self.body.reader.block(Scope::MarginBoxes, p);
        self.boxes.push((which, block));
        Ok(())
    }
}

impl QualifiedRuleParser<'_> for PageBody<'_, '_> {
    type Prelude = ();
    type QualifiedRule = ();
    type Error = ();
}

impl RuleBodyItemParser<'_, (), ()> for PageBody<'_, '_> {
    fn parse_declarations(&self) -> bool {
        true
    }

    fn parse_qualified(&self) -> bool {
        false
    }
}
