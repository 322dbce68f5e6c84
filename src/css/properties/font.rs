//! Values of font properties; `font-variant-*` become OpenType features.

use std::sync::Arc;

use cssparser::{Parser, Token};

use crate::css::computed::{
    FontFeature, FontKerning, FontStyle, LengthPercentage, LineHeight, TextStyle,
};
use crate::css::values::length::{Lp, Surroundings, length, lp_positive};
use crate::css::values::{
    Context, Res, angle, bad, comma_list, non_negative, number, one_of, percentage, word,
};
use crate::geom::Px;

/// `font-synthesis: none`, the only value there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Synthesis;

/// Features that one property switches.
pub type Features = Vec<FontFeature>;

/// What the `font-variant-*` properties and `font-feature-settings` say, one by one, since each
/// is inherited by itself. [`TextStyle::features`] is made of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FontVariants {
    /// `font-synthesis`.
    pub synthesis: Synthesis,
    /// `font-variant-ligatures`.
    pub ligatures: Features,
    /// `font-variant-caps`.
    pub caps: Features,
    /// `font-variant-numeric`.
    pub numeric: Features,
    /// `font-variant-east-asian`.
    pub east_asian: Features,
    /// `font-variant-position`.
    pub position: Features,
    /// `font-variant-alternates`.
    pub alternates: Features,
    /// `font-feature-settings`.
    pub settings: Features,
}

impl FontVariants {
    /// All features together, sorted by tag, the later ones winning (CSS Fonts 4 §7.2): kerning,
    /// ligatures off under letter-spacing unless asked for, variants, settings.
    pub fn features(&self, text: &TextStyle) -> Arc<[FontFeature]> {
        let mut all: Vec<FontFeature> = Vec::new();
        if text.kerning == FontKerning::None {
            all.push(feature(b"kern", 0));
        }
        if text.letter_spacing != Px::ZERO {
            all.extend([feature(b"liga", 0), feature(b"clig", 0)]);
        }
        let lists = [
            &self.ligatures,
            &self.caps,
            &self.numeric,
            &self.east_asian,
            &self.position,
            &self.alternates,
            &self.settings,
        ];
        all.extend(lists.into_iter().flatten());
        all.reverse();
        all.sort_by_key(|f| f.tag);
        all.dedup_by_key(|f| f.tag);
        all.into()
    }
}

fn feature(tag: &[u8; 4], value: u32) -> FontFeature {
    FontFeature { tag: *tag, value }
}

/// `font-family`: names; generic ones as written in lower case.
pub fn families(cx: &Context, p: &mut Parser) -> Res<Arc<[Arc<str>]>> {
    cx.expect(p, []);
    Ok(comma_list(p, family)?.into())
}

fn family(p: &mut Parser) -> Res<Arc<str>> {
    if let Ok(name) = p.try_parse(|p| p.expect_string_cloned()) {
        return Ok(Arc::from(&*name));
    }
    let mut name = p.expect_ident()?.to_string();
    while let Ok(next) = p.try_parse(|p| p.expect_ident_cloned()) {
        name.push(' ');
        name.push_str(&next);
    }
    let generic = ["serif", "sans-serif", "monospace", "cursive", "fantasy", "system-ui"];
    if generic.iter().any(|g| name.eq_ignore_ascii_case(g)) {
        name.make_ascii_lowercase();
    }
    Ok(name.into())
}

/// A specified `font-size`.
#[derive(Clone, Debug, PartialEq)]
pub enum FontSizeSpec {
    /// A keyword, as px or as a factor of the parent's size.
    Absolute(f32),
    /// `larger`, `smaller`.
    Relative(f32),
    /// A length or a percentage of the parent's size.
    Value(Lp),
}

/// `font-size`; `medium` is 16px as in browsers, the others by the table of HTML §15.3.
pub fn font_size(cx: &Context, p: &mut Parser) -> Res<FontSizeSpec> {
    use FontSizeSpec::{Absolute, Relative};
    let table = [
        ("xx-small", Absolute(9.0)),
        ("x-small", Absolute(10.0)),
        ("small", Absolute(13.0)),
        ("medium", Absolute(16.0)),
        ("large", Absolute(18.0)),
        ("x-large", Absolute(24.0)),
        ("xx-large", Absolute(32.0)),
        ("xxx-large", Absolute(48.0)),
        ("larger", Relative(1.2)),
        ("smaller", Relative(1.0 / 1.2)),
    ];
    one_of(cx, p, &table).or_else(|_| lp_positive(cx, p).map(FontSizeSpec::Value))
}

impl FontSizeSpec {
    /// The computed value.
    pub fn compute(&self, at: &Surroundings) -> Px {
        match self {
            FontSizeSpec::Absolute(px) => Px(*px),
            FontSizeSpec::Relative(factor) => at.parent.size * *factor,
            FontSizeSpec::Value(value) => value.px(at, at.parent.size).max(Px::ZERO),
        }
    }
}

/// A specified `font-weight`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum WeightSpec {
    /// A number.
    Number(f32),
    /// `bolder`.
    Bolder,
    /// `lighter`.
    Lighter,
}

/// `font-weight`.
pub fn font_weight(cx: &Context, p: &mut Parser) -> Res<WeightSpec> {
    let table = [
        ("normal", WeightSpec::Number(400.0)),
        ("bold", WeightSpec::Number(700.0)),
        ("bolder", WeightSpec::Bolder),
        ("lighter", WeightSpec::Lighter),
    ];
    one_of(cx, p, &table).or_else(|_| match number(cx, p)? {
        weight if (1.0..=1000.0).contains(&weight) => Ok(WeightSpec::Number(weight)),
        _ => bad(),
    })
}

impl WeightSpec {
    /// The computed value (CSS Fonts 4 §2.2.1).
    pub fn compute(&self, at: &Surroundings) -> f32 {
        let parent = at.parent.weight;
        match self {
            WeightSpec::Number(weight) => *weight,
            WeightSpec::Bolder if parent < 350.0 => 400.0,
            WeightSpec::Bolder if parent < 550.0 => 700.0,
            WeightSpec::Bolder => parent.max(900.0),
            WeightSpec::Lighter if parent < 100.0 => parent,
            WeightSpec::Lighter if parent < 550.0 => 100.0,
            WeightSpec::Lighter if parent < 750.0 => 400.0,
            WeightSpec::Lighter => 700.0,
        }
    }
}

/// `font-style`; an angle after `oblique` makes no difference.
pub fn font_style(cx: &Context, p: &mut Parser) -> Res<FontStyle> {
    if word(cx, p, "oblique").is_ok() {
        let _ = p.try_parse(|p| angle(cx, p));
        return Ok(FontStyle::Italic);
    }
    one_of(cx, p, &[("normal", FontStyle::Normal), ("italic", FontStyle::Italic)])
}

/// The keywords of `font-stretch` in percent.
pub const STRETCH: &[(&str, f32)] = &[
    ("normal", 100.0),
    ("ultra-condensed", 50.0),
    ("extra-condensed", 62.5),
    ("condensed", 75.0),
    ("semi-condensed", 87.5),
    ("semi-expanded", 112.5),
    ("expanded", 125.0),
    ("extra-expanded", 150.0),
    ("ultra-expanded", 200.0),
];

/// `font-stretch` in percent.
pub fn font_stretch(cx: &Context, p: &mut Parser) -> Res<f32> {
    one_of(cx, p, STRETCH).or_else(|_| percentage(cx, p).map(|f| f * 100.0))
}

/// A specified `line-height`.
#[derive(Clone, Debug, PartialEq)]
pub enum LineHeightSpec {
    /// `normal`.
    Normal,
    /// A number.
    Number(f32),
    /// A length or a percentage of the font size.
    Value(Lp),
}

/// `line-height`.
pub fn line_height(cx: &Context, p: &mut Parser) -> Res<LineHeightSpec> {
    if word(cx, p, "normal").is_ok() {
        return Ok(LineHeightSpec::Normal);
    }
    if let Ok(factor) = p.try_parse(|p| non_negative(cx, p)) {
        return Ok(LineHeightSpec::Number(factor));
    }
    lp_positive(cx, p).map(LineHeightSpec::Value)
}

impl LineHeightSpec {
    /// The computed value.
    pub fn compute(&self, at: &Surroundings) -> LineHeight {
        match self {
            LineHeightSpec::Normal => LineHeight::Normal,
            LineHeightSpec::Number(factor) => LineHeight::Number(*factor),
            LineHeightSpec::Value(value) => LineHeight::Length(value.px(at, at.em)),
        }
    }
}

/// `letter-spacing`, `word-spacing`: `normal` is no space.
pub fn spacing(cx: &Context, p: &mut Parser) -> Res<Lp> {
    if word(cx, p, "normal").is_ok() {
        return Ok(Lp::ZERO);
    }
    length(cx, p).or_else(|_| crate::css::values::length::lp(cx, p))
}

/// Percentages of the font size.
pub fn px_of_em(value: &Lp, at: &Surroundings) -> Px {
    match value.compute(at) {
        LengthPercentage::Length(length) => length,
        other => other.resolve(at.em),
    }
}

type Switch = (&'static str, &'static [(&'static [u8; 4], u32)]);

/// Keywords in any order, each once and only one of a group.
fn switches(cx: &Context, p: &mut Parser, groups: &[&'static [Switch]]) -> Res<Features> {
    if word(cx, p, "normal").is_ok() {
        return Ok(Vec::new());
    }
    let mut taken = vec![false; groups.len()];
    let mut features = Vec::new();
    loop {
        let found =
            groups.iter().zip(&mut taken).filter(|(_, taken)| !**taken).any(|(group, taken)| {
                let Ok(list) = one_of(cx, p, group) else { return false };
                features.extend(list.iter().map(|(tag, value)| feature(tag, *value)));
                *taken = true;
                true
            });
        if !found {
            return if features.is_empty() { bad() } else { Ok(features) };
        }
    }
}

const COMMON_LIGATURES: &[Switch] = &[
    ("common-ligatures", &[(b"liga", 1), (b"clig", 1)]),
    ("no-common-ligatures", &[(b"liga", 0), (b"clig", 0)]),
];
const DISCRETIONARY: &[Switch] = &[
    ("discretionary-ligatures", &[(b"dlig", 1)]),
    ("no-discretionary-ligatures", &[(b"dlig", 0)]),
];
const HISTORICAL: &[Switch] =
    &[("historical-ligatures", &[(b"hlig", 1)]), ("no-historical-ligatures", &[(b"hlig", 0)])];
const CONTEXTUAL: &[Switch] =
    &[("contextual", &[(b"calt", 1)]), ("no-contextual", &[(b"calt", 0)])];
const NO_LIGATURES: &[Switch] =
    &[("none", &[(b"liga", 0), (b"clig", 0), (b"dlig", 0), (b"hlig", 0), (b"calt", 0)])];
const CAPS: &[Switch] = &[
    ("small-caps", &[(b"smcp", 1)]),
    ("all-small-caps", &[(b"smcp", 1), (b"c2sc", 1)]),
    ("petite-caps", &[(b"pcap", 1)]),
    ("all-petite-caps", &[(b"pcap", 1), (b"c2pc", 1)]),
    ("unicase", &[(b"unic", 1)]),
    ("titling-caps", &[(b"titl", 1)]),
];
const FIGURES: &[Switch] = &[("lining-nums", &[(b"lnum", 1)]), ("oldstyle-nums", &[(b"onum", 1)])];
const SPACING: &[Switch] =
    &[("proportional-nums", &[(b"pnum", 1)]), ("tabular-nums", &[(b"tnum", 1)])];
const FRACTIONS: &[Switch] =
    &[("diagonal-fractions", &[(b"frac", 1)]), ("stacked-fractions", &[(b"afrc", 1)])];
const ORDINAL: &[Switch] = &[("ordinal", &[(b"ordn", 1)])];
const ZERO: &[Switch] = &[("slashed-zero", &[(b"zero", 1)])];
const EAST_ASIAN: &[Switch] = &[
    ("jis78", &[(b"jp78", 1)]),
    ("jis83", &[(b"jp83", 1)]),
    ("jis90", &[(b"jp90", 1)]),
    ("jis04", &[(b"jp04", 1)]),
    ("simplified", &[(b"smpl", 1)]),
    ("traditional", &[(b"trad", 1)]),
];
const WIDTHS: &[Switch] =
    &[("full-width", &[(b"fwid", 1)]), ("proportional-width", &[(b"pwid", 1)])];
const RUBY: &[Switch] = &[("ruby", &[(b"ruby", 1)])];
const POSITION: &[Switch] = &[("sub", &[(b"subs", 1)]), ("super", &[(b"sups", 1)])];
const ALTERNATES: &[Switch] = &[("historical-forms", &[(b"hist", 1)])];

/// `font-variant-ligatures`.
pub fn variant_ligatures(cx: &Context, p: &mut Parser) -> Res<Features> {
    match one_of(cx, p, NO_LIGATURES) {
        Ok(list) => Ok(list.iter().map(|(tag, value)| feature(tag, *value)).collect()),
        Err(_) => switches(cx, p, &[COMMON_LIGATURES, DISCRETIONARY, HISTORICAL, CONTEXTUAL]),
    }
}

/// `font-variant-caps`.
pub fn variant_caps(cx: &Context, p: &mut Parser) -> Res<Features> {
    switches(cx, p, &[CAPS])
}

/// `font-variant-numeric`.
pub fn variant_numeric(cx: &Context, p: &mut Parser) -> Res<Features> {
    switches(cx, p, &[FIGURES, SPACING, FRACTIONS, ORDINAL, ZERO])
}

/// `font-variant-east-asian`.
pub fn variant_east_asian(cx: &Context, p: &mut Parser) -> Res<Features> {
    switches(cx, p, &[EAST_ASIAN, WIDTHS, RUBY])
}

/// `font-variant-position`.
pub fn variant_position(cx: &Context, p: &mut Parser) -> Res<Features> {
    switches(cx, p, &[POSITION])
}

/// `font-variant-alternates`.
pub fn variant_alternates(cx: &Context, p: &mut Parser) -> Res<Features> {
    switches(cx, p, &[ALTERNATES])
}

/// `font-feature-settings`.
pub fn feature_settings(cx: &Context, p: &mut Parser) -> Res<Features> {
    if word(cx, p, "normal").is_ok() {
        return Ok(Vec::new());
    }
    comma_list(p, |p| {
        let tag = p.expect_string_cloned()?;
        let Ok(tag) = <[u8; 4]>::try_from(tag.as_bytes()) else { return bad() };
        if !tag.iter().all(|b| (0x20..0x7f).contains(b)) {
            return bad();
        }
        let value = p.try_parse(|p| match *p.next()? {
            Token::Number { int_value: Some(n), .. } if n >= 0 => Ok(n as u32),
            Token::Ident(ref word) if word.eq_ignore_ascii_case("on") => Ok(1),
            Token::Ident(ref word) if word.eq_ignore_ascii_case("off") => Ok(0),
            _ => bad(),
        });
        Ok(feature(&tag, value.unwrap_or(1)))
    })
}
