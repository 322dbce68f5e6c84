//! `<position>` (CSS Values 4 §9.3), as offsets from the left and the top.

use std::sync::Arc;

use cssparser::Parser;

use super::calc::Math;
use super::length::{Lp, lp};
use super::{Context, Res, bad, one_of};

/// Offsets from the left and from the top.
pub type PositionSpec = (Lp, Lp);

/// The centre.
pub const CENTER: PositionSpec = (Lp::Percent(0.5), Lp::Percent(0.5));

#[derive(Clone, Copy, PartialEq)]
enum Side {
    Left,
    Right,
    Top,
    Bottom,
    Center,
}

const SIDES: &[(&str, Side)] = &[
    ("left", Side::Left),
    ("right", Side::Right),
    ("top", Side::Top),
    ("bottom", Side::Bottom),
    ("center", Side::Center),
];

enum Part {
    Side(Side),
    Offset(Lp),
}

/// One to four keywords and offsets.
pub fn position(cx: &Context, p: &mut Parser) -> Res<PositionSpec> {
    let mut parts = Vec::new();
    while parts.len() < 4 {
        if let Ok(side) = one_of(cx, p, SIDES) {
            parts.push(Part::Side(side));
        } else if let Ok(offset) = p.try_parse(|p| lp(cx, p)) {
            parts.push(Part::Offset(offset));
        } else {
            break;
        }
    }
    match parts.as_slice() {
        [Part::Offset(x)] => Ok((x.clone(), Lp::Percent(0.5))),
        [Part::Side(side)] => match axis(*side) {
            Some(true) => Ok((Lp::Percent(0.5), keyword(*side))),
            _ => Ok((keyword(*side), Lp::Percent(0.5))),
        },
        [Part::Offset(x), Part::Offset(y)] => Ok((x.clone(), y.clone())),
        [Part::Side(x), Part::Offset(y)] if axis(*x) != Some(true) => Ok((keyword(*x), y.clone())),
        [Part::Offset(x), Part::Side(y)] if axis(*y) != Some(false) => Ok((x.clone(), keyword(*y))),
        _ => pairs(&parts),
    }
}

/// Whether a side belongs to the vertical axis; none for the centre.
fn axis(side: Side) -> Option<bool> {
    match side {
        Side::Left | Side::Right => Some(false),
        Side::Top | Side::Bottom => Some(true),
        Side::Center => None,
    }
}

fn keyword(side: Side) -> Lp {
    Lp::Percent(match side {
        Side::Left | Side::Top => 0.0,
        Side::Right | Side::Bottom => 1.0,
        Side::Center => 0.5,
    })
}

/// Two sides, each with an offset or without: `right 3mm bottom`.
fn pairs(parts: &[Part]) -> Res<PositionSpec> {
    let (mut x, mut y) = (None, None);
    let mut centers = 0;
    let mut at = 0;
    while at < parts.len() {
        let Part::Side(side) = parts[at] else { return bad() };
        at += 1;
        let offset = match parts.get(at) {
            Some(Part::Offset(offset)) if side != Side::Center => {
                at += 1;
                Some(offset)
            }
            _ => None,
        };
        let value = offset.map_or_else(|| keyword(side), |o| from_side(side, o));
        let slot = match axis(side) {
            Some(false) => &mut x,
            Some(true) => &mut y,
            None => {
                centers += 1;
                continue;
            }
        };
        if slot.replace(value).is_some() {
            return bad();
        }
    }
    if usize::from(x.is_some()) + usize::from(y.is_some()) + centers != 2 {
        return bad();
    }
    Ok((x.unwrap_or(Lp::Percent(0.5)), y.unwrap_or(Lp::Percent(0.5))))
}

fn from_side(side: Side, offset: &Lp) -> Lp {
    if matches!(side, Side::Left | Side::Top) {
        return offset.clone();
    }
    let offset = match offset {
        Lp::Length(length) => Math::Length(*length),
        Lp::Percent(fraction) => Math::Percent(*fraction),
        Lp::Math(math) => (**math).clone(),
    };
    Lp::Math(Arc::new(Math::Sum(vec![Math::Percent(1.0), Math::Scale(Box::new(offset), -1.0)])))
}
