//! Lengths and percentages as specified, and their resolution to px.

use std::cell::OnceCell;
use std::sync::Arc;

use cssparser::{Parser, Token};

use super::calc::{self, Math};
use super::{Context, Res, bad};
use crate::css::computed::{Calc, LengthPercentage, LengthPercentageAuto, SizeValue, bounded};
use crate::geom::{Color, Px, Size};
use crate::limits::NUMBER;

/// What fonts tell of themselves, given by the caller since this stage may not load fonts.
pub trait FontMetrics {
    /// The ratios of the first available face of the families.
    fn ratios(&self, families: &[Arc<str>], weight: f32, italic: bool) -> FontRatios;

    /// Whether there is a family of that name, generic names included.
    fn has_family(&self, name: &str) -> bool {
        let _ = name;
        true
    }

    /// The family whose name is nearest to one that is not there, for messages.
    fn nearest_family(&self, name: &str) -> Option<String> {
        let _ = name;
        None
    }
}

/// Measures of a face in em.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FontRatios {
    /// x-height.
    pub ex: f32,
    /// Advance of `0`.
    pub ch: f32,
    /// Cap height.
    pub cap: f32,
    /// Advance of 水.
    pub ic: f32,
    /// `line-height: normal`.
    pub line_height: f32,
}

impl Default for FontRatios {
    /// The fallbacks of CSS Values 4 §6.1.1.
    fn default() -> FontRatios {
        FontRatios { ex: 0.5, ch: 0.5, cap: 0.7, ic: 1.0, line_height: 1.2 }
    }
}

/// A unit that needs the element's surroundings; absolute units become px while parsing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// CSS px.
    Px,
    /// Font size.
    Em,
    /// Font size of the root.
    Rem,
    /// x-height.
    Ex,
    /// Advance of `0`.
    Ch,
    /// Cap height.
    Cap,
    /// Advance of 水.
    Ic,
    /// Line height.
    Lh,
    /// Line height of the root.
    Rlh,
    /// Hundredth of the page's width.
    Vw,
    /// Hundredth of the page's height.
    Vh,
    /// The lesser of both.
    Vmin,
    /// The greater of both.
    Vmax,
}

/// A specified length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Length {
    /// How many.
    pub value: f32,
    /// Of what.
    pub unit: Unit,
}

impl Length {
    /// A length in px.
    pub const fn px(value: f32) -> Length {
        Length { value, unit: Unit::Px }
    }
}

/// Every unit's name, its unit and how many of that it is.
const UNITS: &[(&str, Unit, f32)] = &[
    ("px", Unit::Px, 1.0),
    ("mm", Unit::Px, 96.0 / 25.4),
    ("pt", Unit::Px, 96.0 / 72.0),
    ("em", Unit::Em, 1.0),
    ("rem", Unit::Rem, 1.0),
    ("cm", Unit::Px, 96.0 / 2.54),
    ("in", Unit::Px, 96.0),
    ("pc", Unit::Px, 16.0),
    ("q", Unit::Px, 96.0 / 101.6),
    ("ex", Unit::Ex, 1.0),
    ("ch", Unit::Ch, 1.0),
    ("cap", Unit::Cap, 1.0),
    ("ic", Unit::Ic, 1.0),
    ("lh", Unit::Lh, 1.0),
    ("rlh", Unit::Rlh, 1.0),
    ("vw", Unit::Vw, 1.0),
    ("vh", Unit::Vh, 1.0),
    ("vmin", Unit::Vmin, 1.0),
    ("vmax", Unit::Vmax, 1.0),
];

/// Names of the length units, for messages.
pub fn unit_names() -> impl Iterator<Item = &'static str> {
    UNITS.iter().map(|(name, ..)| *name)
}

/// A length from a dimension token.
pub fn from_dimension(value: f32, unit: &str) -> Option<Length> {
    let (_, unit, factor) = UNITS.iter().find(|(name, ..)| unit.eq_ignore_ascii_case(name))?;
    Some(Length { value: value * factor, unit: *unit })
}

/// What a length is resolved against.
pub struct Surroundings<'a> {
    /// The font size that `em` means.
    pub em: Px,
    /// The root's font size.
    pub rem: Px,
    /// The line height that `lh` means; none until it is known.
    pub line_height: Option<Px>,
    /// The root's line height.
    pub root_line_height: Px,
    /// The page box.
    pub page: Size,
    /// The element's `color`.
    pub color: Color,
    /// The fonts.
    pub metrics: &'a dyn FontMetrics,
    /// The element's families, weight and slant.
    pub font: (Arc<[Arc<str>]>, f32, bool),
    /// The ratios of that font, once asked for.
    pub ratios: OnceCell<FontRatios>,
    /// The parent's text style, for relative keywords.
    pub parent: &'a crate::css::computed::TextStyle,
    /// The attributes of the element, for `attr()`.
    pub attributes: Option<&'a crate::html::Element>,
}

impl Surroundings<'_> {
    /// The measures of the element's font.
    pub fn ratios(&self) -> &FontRatios {
        let (families, weight, italic) = &self.font;
        self.ratios.get_or_init(|| self.metrics.ratios(families, *weight, *italic))
    }

    /// The length in px.
    pub fn px(&self, length: Length) -> Px {
        let one = match length.unit {
            Unit::Px => Px(1.0),
            Unit::Em => self.em,
            Unit::Rem => self.rem,
            Unit::Ex => self.em * self.ratios().ex,
            Unit::Ch => self.em * self.ratios().ch,
            Unit::Cap => self.em * self.ratios().cap,
            Unit::Ic => self.em * self.ratios().ic,
            Unit::Lh => self.line_height.unwrap_or_else(|| self.em * self.ratios().line_height),
            Unit::Rlh => self.root_line_height,
            Unit::Vw => self.page.width / 100.0,
            Unit::Vh => self.page.height / 100.0,
            Unit::Vmin => self.page.width.min(self.page.height) / 100.0,
            Unit::Vmax => self.page.width.max(self.page.height) / 100.0,
        };
        bounded(one * length.value)
    }
}

/// A number within [`NUMBER`]; what is no number is zero.
pub fn bounded_number(number: f32) -> f32 {
    if number.is_nan() { 0.0 } else { number.clamp(-NUMBER, NUMBER) }
}

/// A specified `<length-percentage>`.
#[derive(Clone, Debug, PartialEq)]
pub enum Lp {
    /// A length.
    Length(Length),
    /// A percentage.
    Percent(f32),
    /// A mathematical function.
    Math(Arc<Math>),
}

impl Lp {
    /// No length.
    pub const ZERO: Lp = Lp::Length(Length::px(0.0));

    /// The computed value.
    pub fn compute(&self, at: &Surroundings) -> LengthPercentage {
        match self {
            Lp::Length(length) => LengthPercentage::Length(at.px(*length)),
            Lp::Percent(fraction) => LengthPercentage::Percent(bounded_number(*fraction)),
            Lp::Math(math) => match math.compute(at) {
                Calc::Linear(length, 0.0) => LengthPercentage::Length(bounded(length)),
                Calc::Linear(Px(0.0), fraction) => {
                    LengthPercentage::Percent(bounded_number(fraction))
                }
                calc => LengthPercentage::Calc(Arc::new(calc)),
            },
        }
    }

    /// The length in px when percentages refer to `basis`.
    pub fn px(&self, at: &Surroundings, basis: Px) -> Px {
        self.compute(at).resolve(basis)
    }

    /// Whether a percentage takes part.
    pub fn depends_on_basis(&self) -> bool {
        match self {
            Lp::Length(_) => false,
            Lp::Percent(_) => true,
            Lp::Math(math) => math.has_percent(),
        }
    }

    /// A calculation that comes out below zero is zero (CSS Values 4 §10.5).
    fn into_range(self) -> Lp {
        match self {
            Lp::Math(math) => {
                let zero = Math::Length(Length::px(0.0));
                Lp::Math(Arc::new(Math::Max(vec![(*math).clone(), zero])))
            }
            other => other,
        }
    }

    fn is_negative(&self) -> bool {
        match self {
            Lp::Length(length) => length.value < 0.0,
            Lp::Percent(fraction) => *fraction < 0.0,
            Lp::Math(_) => false,
        }
    }
}

/// A length or percentage.
pub fn lp(cx: &Context, p: &mut Parser) -> Res<Lp> {
    let result = p.try_parse(|p| match *p.next()? {
        Token::Dimension { value, ref unit, .. } => from_dimension(value, unit)
            .map(Lp::Length)
            .ok_or(cssparser::ParseError::unexpected_token()),
        Token::Percentage { unit_value, .. } => Ok(Lp::Percent(unit_value)),
        Token::Number { value: 0.0, .. } => Ok(Lp::ZERO),
        Token::Function(ref name) if calc::is_math(name) => {
            let name = name.clone();
            let math = p.parse_nested_block(|p| calc::function(cx, p, &name))?;
            if math.is_length() { Ok(Lp::Math(Arc::new(math))) } else { bad() }
        }
        _ => bad(),
    });
    if result.is_err() {
        cx.expect(p, []);
    }
    result
}

/// A length or percentage not below zero.
pub fn lp_positive(cx: &Context, p: &mut Parser) -> Res<Lp> {
    match p.try_parse(|p| lp(cx, p).and_then(|v| if v.is_negative() { bad() } else { Ok(v) })) {
        Ok(value) => Ok(value.into_range()),
        Err(error) => {
            cx.expect(p, []);
            Err(error)
        }
    }
}

/// A length, no percentage.
pub fn length(cx: &Context, p: &mut Parser) -> Res<Lp> {
    p.try_parse(|p| match lp(cx, p)? {
        Lp::Percent(_) => bad(),
        Lp::Math(math) if math.has_percent() => bad(),
        value => Ok(value),
    })
}

/// A length not below zero, no percentage.
pub fn length_positive(cx: &Context, p: &mut Parser) -> Res<Lp> {
    p.try_parse(|p| length(cx, p).and_then(|v| if v.is_negative() { bad() } else { Ok(v) }))
        .map(Lp::into_range)
}

/// A specified `<length-percentage> | auto`.
pub type LpAuto = Option<Lp>;

/// `auto`, or a length or percentage.
pub fn lp_auto(cx: &Context, p: &mut Parser) -> Res<LpAuto> {
    if super::word(cx, p, "auto").is_ok() { Ok(None) } else { lp(cx, p).map(Some) }
}

/// The computed value of [`LpAuto`].
pub fn compute_auto(value: &LpAuto, at: &Surroundings) -> LengthPercentageAuto {
    match value {
        None => LengthPercentageAuto::Auto,
        Some(value) => LengthPercentageAuto::Value(value.compute(at)),
    }
}

/// A specified preferred, minimum or maximum size.
#[derive(Clone, Debug, PartialEq)]
pub enum SizeSpec {
    /// A keyword.
    Keyword(SizeValue),
    /// A value.
    Value(Lp),
}

impl SizeSpec {
    /// The computed value.
    pub fn compute(&self, at: &Surroundings) -> SizeValue {
        match self {
            SizeSpec::Keyword(keyword) => keyword.clone(),
            SizeSpec::Value(value) => SizeValue::Value(value.compute(at)),
        }
    }
}

const SIZES: &[(&str, SizeValue)] = &[
    ("auto", SizeValue::Auto),
    ("min-content", SizeValue::MinContent),
    ("max-content", SizeValue::MaxContent),
    ("fit-content", SizeValue::FitContent),
];
const MAX_SIZES: &[(&str, SizeValue)] = &[
    ("none", SizeValue::Auto),
    ("min-content", SizeValue::MinContent),
    ("max-content", SizeValue::MaxContent),
    ("fit-content", SizeValue::FitContent),
];

/// `width` and its like.
pub fn size(cx: &Context, p: &mut Parser) -> Res<SizeSpec> {
    let keyword = super::one_of(cx, p, SIZES).map(SizeSpec::Keyword);
    keyword.or_else(|_| lp_positive(cx, p).map(SizeSpec::Value))
}

/// `max-width` and its like.
pub fn max_size(cx: &Context, p: &mut Parser) -> Res<SizeSpec> {
    let keyword = super::one_of(cx, p, MAX_SIZES).map(SizeSpec::Keyword);
    keyword.or_else(|_| lp_positive(cx, p).map(SizeSpec::Value))
}
