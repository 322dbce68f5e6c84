//! Values of flex properties and box alignment.

use cssparser::Parser;

pub use super::text::gap;
use crate::css::computed::{Alignment, SizeValue};
use crate::css::values::length::{SizeSpec, size};
use crate::css::values::{Context, Res, bad, one_of, word};

/// `flex-basis`; `content` is `max-content`.
pub fn flex_basis(cx: &Context, p: &mut Parser) -> Res<SizeSpec> {
    match one_of(cx, p, &[("content", SizeValue::MaxContent)]) {
        Ok(content) => Ok(SizeSpec::Keyword(content)),
        Err(_) => size(cx, p),
    }
}

const POSITIONS: &[(&str, Alignment)] = &[
    ("center", Alignment::Center),
    ("start", Alignment::Start),
    ("end", Alignment::End),
    ("flex-start", Alignment::FlexStart),
    ("flex-end", Alignment::FlexEnd),
    ("left", Alignment::Left),
    ("right", Alignment::Right),
    ("self-start", Alignment::Start),
    ("self-end", Alignment::End),
    ("baseline", Alignment::Baseline),
    ("stretch", Alignment::Stretch),
];
const DISTRIBUTION: &[(&str, Alignment)] = &[
    ("space-between", Alignment::SpaceBetween),
    ("space-around", Alignment::SpaceAround),
    ("space-evenly", Alignment::SpaceEvenly),
    ("normal", Alignment::Auto),
];

/// A position, with `first`, `last`, `safe` or `unsafe` before it.
fn alignment(cx: &Context, p: &mut Parser) -> Res<Alignment> {
    if word(cx, p, "last").is_ok() {
        word(cx, p, "baseline")?;
        return Ok(Alignment::LastBaseline);
    }
    if word(cx, p, "first").is_ok() {
        word(cx, p, "baseline")?;
        return Ok(Alignment::Baseline);
    }
    let guarded = one_of(cx, p, &[("safe", ()), ("unsafe", ())]).is_ok();
    match one_of(cx, p, POSITIONS)? {
        Alignment::Baseline | Alignment::Stretch if guarded => bad(),
        position => Ok(position),
    }
}

/// `align-content`, `justify-content`.
pub fn align_content(cx: &Context, p: &mut Parser) -> Res<Alignment> {
    one_of(cx, p, DISTRIBUTION).or_else(|_| alignment(cx, p))
}

/// `align-items`, `justify-items`.
pub fn align_items(cx: &Context, p: &mut Parser) -> Res<Alignment> {
    one_of(cx, p, &[("normal", Alignment::Auto)]).or_else(|_| alignment(cx, p))
}

/// `align-self`, `justify-self`.
pub fn align_self(cx: &Context, p: &mut Parser) -> Res<Alignment> {
    let table = [("auto", Alignment::Auto), ("normal", Alignment::Auto)];
    one_of(cx, p, &table).or_else(|_| alignment(cx, p))
}
