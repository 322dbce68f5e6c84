//! Values of text properties.

use std::sync::Arc;

use cssparser::Parser;

use crate::css::computed::*;
use crate::css::values::length::{Lp, Surroundings, length, length_positive, lp};
use crate::css::values::{
    Context, Res, bad, integer, keyword, non_negative, one_of, percentage, string, word,
};
use crate::geom::Px;

/// A specified `text-align`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum AlignSpec {
    /// A keyword.
    Keyword(TextAlign),
    /// `match-parent`.
    MatchParent,
    /// What the built-in sheet says of `th`: centred, unless the parent says how (HTML §15.3.8).
    InternalCenter,
}

const ALIGN: &[(&str, AlignSpec)] = &[
    ("start", AlignSpec::Keyword(TextAlign::Start)),
    ("end", AlignSpec::Keyword(TextAlign::End)),
    ("left", AlignSpec::Keyword(TextAlign::Left)),
    ("right", AlignSpec::Keyword(TextAlign::Right)),
    ("center", AlignSpec::Keyword(TextAlign::Center)),
    ("justify", AlignSpec::Keyword(TextAlign::Justify)),
    ("match-parent", AlignSpec::MatchParent),
];

/// `text-align`.
pub fn text_align(cx: &Context, p: &mut Parser) -> Res<AlignSpec> {
    if cx.built_in && p.try_parse(|p| p.expect_ident_matching("-internal-center")).is_ok() {
        return Ok(AlignSpec::InternalCenter);
    }
    one_of(cx, p, ALIGN)
}

/// `text-align-last`.
pub fn text_align_last(cx: &Context, p: &mut Parser) -> Res<AlignSpec> {
    let auto = one_of(cx, p, &[("auto", AlignSpec::Keyword(TextAlign::Auto))]);
    auto.or_else(|_| one_of(cx, p, ALIGN))
}

impl AlignSpec {
    /// The computed value; `match-parent` makes the parent's start and end absolute.
    pub fn compute(&self, at: &Surroundings) -> TextAlign {
        let ltr = at.parent.direction == Direction::Ltr;
        match (self, at.parent.align) {
            (AlignSpec::Keyword(keyword), _) => *keyword,
            (AlignSpec::MatchParent, TextAlign::Start) if ltr => TextAlign::Left,
            (AlignSpec::MatchParent, TextAlign::Start) => TextAlign::Right,
            (AlignSpec::MatchParent, TextAlign::End) if ltr => TextAlign::Right,
            (AlignSpec::MatchParent, TextAlign::End) => TextAlign::Left,
            (AlignSpec::InternalCenter, TextAlign::Start) => TextAlign::Center,
            (AlignSpec::MatchParent | AlignSpec::InternalCenter, other) => other,
        }
    }
}

/// A specified `text-indent`.
#[derive(Clone, Debug, PartialEq)]
pub struct IndentSpec {
    amount: Lp,
    hanging: bool,
    each_line: bool,
}

/// `text-indent`.
pub fn text_indent(cx: &Context, p: &mut Parser) -> Res<IndentSpec> {
    let (mut amount, mut hanging, mut each_line) = (None, false, false);
    loop {
        if amount.is_none()
            && let Ok(value) = p.try_parse(|p| lp(cx, p))
        {
            amount = Some(value);
        } else if !hanging && word(cx, p, "hanging").is_ok() {
            hanging = true;
        } else if !each_line && word(cx, p, "each-line").is_ok() {
            each_line = true;
        } else {
            break;
        }
    }
    amount.map_or_else(bad, |amount| Ok(IndentSpec { amount, hanging, each_line }))
}

impl IndentSpec {
    /// The computed value.
    pub fn compute(&self, at: &Surroundings) -> TextIndent {
        TextIndent {
            amount: self.amount.compute(at),
            hanging: self.hanging,
            each_line: self.each_line,
        }
    }
}

/// A specified `tab-size`.
#[derive(Clone, Debug, PartialEq)]
pub enum TabSizeSpec {
    /// A number of spaces.
    Spaces(f32),
    /// A length.
    Length(Lp),
}

/// `tab-size`.
pub fn tab_size(cx: &Context, p: &mut Parser) -> Res<TabSizeSpec> {
    let number = p.try_parse(|p| non_negative(cx, p));
    number.map(TabSizeSpec::Spaces).or_else(|_| length_positive(cx, p).map(TabSizeSpec::Length))
}

impl TabSizeSpec {
    /// The computed value.
    pub fn compute(&self, at: &Surroundings) -> TabSize {
        match self {
            TabSizeSpec::Spaces(count) => TabSize::Spaces(*count),
            TabSizeSpec::Length(length) => TabSize::Length(length.px(at, Px::ZERO)),
        }
    }
}

/// `text-wrap-mode: wrap`.
pub fn text_wrap_mode(cx: &Context, p: &mut Parser) -> Res<bool> {
    one_of(cx, p, &[("wrap", true), ("nowrap", false)])
}

/// `auto` or a string.
pub fn auto_or_string(cx: &Context, p: &mut Parser) -> Res<Option<Arc<str>>> {
    if word(cx, p, "auto").is_ok() { Ok(None) } else { string(p).map(Some) }
}

/// `hyphenate-limit-chars`: up to three numbers. The third is the second where it is left out, and
/// both are `auto` where both are (CSS Text 4 §6.3.4).
pub fn hyphenate_limits(cx: &Context, p: &mut Parser) -> Res<HyphenateLimits> {
    let one = |p: &mut Parser| -> Res<Option<u8>> {
        if word(cx, p, "auto").is_ok() {
            return Ok(None);
        }
        let letters = integer(cx, p)?;
        if letters < 0 { bad() } else { Ok(Some(u8::try_from(letters).unwrap_or(u8::MAX))) }
    };
    let word = one(p)?;
    let before = p.try_parse(|p| one(p)).unwrap_or(None);
    let after = p.try_parse(|p| one(p)).unwrap_or(before);
    Ok(HyphenateLimits { word, before, after })
}

/// `text-autospace`; `punctuation` and `replace` are not known.
pub fn text_autospace(cx: &Context, p: &mut Parser) -> Res<TextAutospace> {
    let whole = [
        ("normal", TextAutospace::NORMAL),
        ("auto", TextAutospace::NORMAL),
        ("no-autospace", TextAutospace::NONE),
    ];
    if let Ok(value) = p.try_parse(|p| one_of(cx, p, &whole)) {
        return Ok(value);
    }
    let (mut value, mut insert) = (TextAutospace::NONE, false);
    loop {
        if !value.alpha && word(cx, p, "ideograph-alpha").is_ok() {
            value.alpha = true;
        } else if !value.numeric && word(cx, p, "ideograph-numeric").is_ok() {
            value.numeric = true;
        } else if !insert && word(cx, p, "insert").is_ok() {
            insert = true;
        } else {
            return if value == TextAutospace::NONE { bad() } else { Ok(value) };
        }
    }
}

/// `hanging-punctuation`.
pub fn hanging_punctuation(cx: &Context, p: &mut Parser) -> Res<HangingPunctuation> {
    let mut value = HangingPunctuation::default();
    if word(cx, p, "none").is_ok() {
        return Ok(value);
    }
    loop {
        if !value.first && word(cx, p, "first").is_ok() {
            value.first = true;
        } else if !value.allow_end && !value.force_end && word(cx, p, "allow-end").is_ok() {
            value.allow_end = true;
        } else if !value.allow_end && !value.force_end && word(cx, p, "force-end").is_ok() {
            value.force_end = true;
        } else if !value.last && word(cx, p, "last").is_ok() {
            value.last = true;
        } else {
            return if value == HangingPunctuation::default() { bad() } else { Ok(value) };
        }
    }
}

/// `auto`, or a length or percentage of the font size.
pub fn auto_or_length(cx: &Context, p: &mut Parser) -> Res<Option<Lp>> {
    if word(cx, p, "auto").is_ok() { Ok(None) } else { lp(cx, p).map(Some) }
}

/// `text-decoration-thickness`.
pub fn decoration_thickness(cx: &Context, p: &mut Parser) -> Res<Option<Lp>> {
    if word(cx, p, "from-font").is_ok() { Ok(None) } else { auto_or_length(cx, p) }
}

/// The length in px; percentages are of the font size.
pub fn option_px(value: &Option<Lp>, at: &Surroundings) -> Option<Px> {
    value.as_ref().map(|v| v.px(at, at.em))
}

/// `quotes`.
pub fn quotes(cx: &Context, p: &mut Parser) -> Res<Quotes> {
    if let Ok(keyword) = one_of(cx, p, &[("auto", Quotes::Auto), ("none", Quotes::None)]) {
        return Ok(keyword);
    }
    let mut pairs = vec![(string(p)?, string(p)?)];
    while let Ok(open) = p.try_parse(string) {
        pairs.push((open, string(p)?));
    }
    Ok(Quotes::Pairs(pairs.into()))
}

/// `text-decoration-line`.
pub fn decoration_lines(cx: &Context, p: &mut Parser) -> Res<DecorationLines> {
    let mut lines = DecorationLines::default();
    if word(cx, p, "none").is_ok() {
        return Ok(lines);
    }
    loop {
        if !lines.underline && word(cx, p, "underline").is_ok() {
            lines.underline = true;
        } else if !lines.overline && word(cx, p, "overline").is_ok() {
            lines.overline = true;
        } else if !lines.line_through && word(cx, p, "line-through").is_ok() {
            lines.line_through = true;
        } else {
            return if lines == DecorationLines::default() { bad() } else { Ok(lines) };
        }
    }
}

/// The least factor of `text-fit: shrink` without a percentage.
const SHRINK: f32 = 0.5;

/// `text-fit: none | shrink <percentage>?`.
pub fn text_fit(cx: &Context, p: &mut Parser) -> Res<TextFit> {
    if word(cx, p, "none").is_ok() {
        return Ok(None);
    }
    word(cx, p, "shrink")?;
    match p.try_parse(|p| percentage(cx, p)) {
        Ok(least) if least > 0.0 && least <= 1.0 => Ok(Some(least)),
        Ok(_) => bad(),
        Err(_) => Ok(Some(SHRINK)),
    }
}

/// `list-style-type`: a name or a string.
pub fn counter_style_or_string(cx: &Context, p: &mut Parser) -> Res<CounterStyle> {
    if let Ok(text) = p.try_parse(string) {
        return Ok(CounterStyle::String(text));
    }
    keyword(cx, p)
}

/// `list-style-position: inside`.
pub fn list_style_position(cx: &Context, p: &mut Parser) -> Res<bool> {
    one_of(cx, p, &[("outside", false), ("inside", true)])
}

/// A length, `normal` being none: `row-gap`, `column-gap`.
pub fn gap(cx: &Context, p: &mut Parser) -> Res<Lp> {
    if word(cx, p, "normal").is_ok() {
        return Ok(Lp::ZERO);
    }
    crate::css::values::length::lp_positive(cx, p).or_else(|_| length(cx, p))
}
