//! `calc()`, `min()`, `max()`, `clamp()` (CSS Values 4 §10).

use cssparser::{Parser, Token};

use super::length::{Length, Surroundings, from_dimension};
use super::{Context, Res, bad, radians};
use crate::css::computed::Calc;
use crate::geom::Px;

/// A node of a specified calculation. Parsing holds its types together: numbers, angles and
/// percentages among themselves are folded into one value, all other nodes are lengths or percentages
/// throughout.
#[derive(Clone, Debug, PartialEq)]
pub enum Math {
    /// A number.
    Number(f32),
    /// A length.
    Length(Length),
    /// A percentage.
    Percent(f32),
    /// An angle in radians.
    Angle(f32),
    /// The sum of its parts.
    Sum(Vec<Math>),
    /// A part times a number.
    Scale(Box<Math>, f32),
    /// The least of its parts.
    Min(Vec<Math>),
    /// The greatest of its parts.
    Max(Vec<Math>),
}

/// Whether a function of that name is one of these.
pub fn is_math(name: &str) -> bool {
    ["calc", "min", "max", "clamp"].iter().any(|f| name.eq_ignore_ascii_case(f))
}

/// A mathematical function whose value is a number.
pub fn number(cx: &Context, p: &mut Parser) -> Res<f32> {
    match whole(cx, p)? {
        Math::Number(n) => Ok(n),
        _ => bad(),
    }
}

/// A mathematical function whose value is a percentage: 50% is 0.5.
pub fn percentage(cx: &Context, p: &mut Parser) -> Res<f32> {
    match whole(cx, p)? {
        Math::Percent(fraction) => Ok(fraction),
        _ => bad(),
    }
}

/// A mathematical function whose value is an angle, in radians.
pub fn angle(cx: &Context, p: &mut Parser) -> Res<f32> {
    match whole(cx, p)? {
        Math::Angle(radians) => Ok(radians),
        _ => bad(),
    }
}

fn whole(cx: &Context, p: &mut Parser) -> Res<Math> {
    let name = p.expect_function()?.clone();
    if !is_math(&name) {
        return bad();
    }
    p.parse_nested_block(|p| function(cx, p, &name))
}

/// The arguments of the function of that name.
pub fn function(cx: &Context, p: &mut Parser, name: &str) -> Res<Math> {
    if name.eq_ignore_ascii_case("calc") {
        return sum(cx, p);
    }
    let mut parts = super::comma_list(p, |p| sum(cx, p))?;
    if !of_one_type(&parts) {
        return bad();
    }
    if name.eq_ignore_ascii_case("clamp") {
        let Ok([low, middle, high]) = <[Math; 3]>::try_from(parts) else { return bad() };
        return Ok(extreme(vec![low, extreme(vec![middle, high], false)], true));
    }
    let greatest = name.eq_ignore_ascii_case("max");
    if parts.len() == 1 {
        return parts.pop().map_or_else(bad, Ok);
    }
    Ok(extreme(parts, greatest))
}

fn extreme(parts: Vec<Math>, greatest: bool) -> Math {
    let pick = if greatest { f32::max } else { f32::min };
    match (folded(&parts, pick), greatest) {
        (Some(value), _) => value,
        (None, true) => Math::Max(parts),
        (None, false) => Math::Min(parts),
    }
}

/// Whether all parts are numbers, or all angles, or all lengths and percentages.
fn of_one_type(parts: &[Math]) -> bool {
    let Some(first) = parts.first() else { return false };
    parts.iter().all(|part| match first {
        Math::Number(_) => matches!(part, Math::Number(_)),
        Math::Angle(_) => matches!(part, Math::Angle(_)),
        _ => part.is_length(),
    })
}

/// Numbers, angles or percentages that stand among themselves, as one.
fn folded(parts: &[Math], fold: impl Fn(f32, f32) -> f32) -> Option<Math> {
    let first = parts.first()?;
    let values: Option<Vec<f32>> = parts
        .iter()
        .map(|part| match (first, part) {
            (Math::Number(_), Math::Number(n))
            | (Math::Angle(_), Math::Angle(n))
            | (Math::Percent(_), Math::Percent(n)) => Some(*n),
            _ => None,
        })
        .collect();
    let value = values?.into_iter().reduce(fold)?;
    Some(match first {
        Math::Number(_) => Math::Number(value),
        Math::Angle(_) => Math::Angle(value),
        _ => Math::Percent(value),
    })
}

fn sum(cx: &Context, p: &mut Parser) -> Res<Math> {
    let mut parts = vec![product(cx, p)?];
    loop {
        let start = p.state();
        match p.next_including_whitespace() {
            Ok(Token::WhiteSpace(_)) => {}
            _ => {
                p.reset(&start);
                break;
            }
        }
        if p.is_exhausted() {
            break;
        }
        let sign = match *p.next()? {
            Token::Delim('+') => 1.0,
            Token::Delim('-') => -1.0,
            _ => {
                p.reset(&start);
                break;
            }
        };
        if !matches!(p.next_including_whitespace()?, Token::WhiteSpace(_)) {
            return bad();
        }
        parts.push(scale(product(cx, p)?, sign));
    }
    add(parts)
}

fn add(mut parts: Vec<Math>) -> Res<Math> {
    if parts.len() == 1 {
        return parts.pop().map_or_else(bad, Ok);
    }
    if !of_one_type(&parts) {
        return bad();
    }
    Ok(folded(&parts, |a, b| a + b).unwrap_or(Math::Sum(parts)))
}

fn product(cx: &Context, p: &mut Parser) -> Res<Math> {
    let mut left = value(cx, p)?;
    loop {
        let start = p.state();
        match p.next() {
            Ok(Token::Delim('*')) => {
                let right = value(cx, p)?;
                left = match (left.as_number(), right.as_number()) {
                    (_, Some(by)) => scale(left, by),
                    (Some(by), None) => scale(right, by),
                    (None, None) => return bad(),
                };
            }
            Ok(Token::Delim('/')) => match value(cx, p)?.as_number() {
                Some(by) if by != 0.0 => left = scale(left, 1.0 / by),
                _ => return bad(),
            },
            _ => {
                p.reset(&start);
                return Ok(left);
            }
        }
    }
}

fn scale(math: Math, by: f32) -> Math {
    match math {
        Math::Number(n) => Math::Number(n * by),
        Math::Length(l) => Math::Length(Length { value: l.value * by, unit: l.unit }),
        Math::Percent(f) => Math::Percent(f * by),
        Math::Angle(a) => Math::Angle(a * by),
        other if by == 1.0 => other,
        other => Math::Scale(Box::new(other), by),
    }
}

fn value(cx: &Context, p: &mut Parser) -> Res<Math> {
    match *p.next()? {
        Token::Number { value, .. } => Ok(Math::Number(value)),
        Token::Percentage { unit_value, .. } => Ok(Math::Percent(unit_value)),
        Token::Dimension { value, ref unit, .. } => {
            let length = from_dimension(value, unit).map(Math::Length);
            length.or_else(|| radians(value, unit).map(Math::Angle)).map_or_else(bad, Ok)
        }
        Token::ParenthesisBlock => p.parse_nested_block(|p| sum(cx, p)),
        Token::Function(ref name) if is_math(name) => {
            let name = name.clone();
            p.parse_nested_block(|p| function(cx, p, &name))
        }
        _ => bad(),
    }
}

impl Math {
    /// Whether this is a length or percentage.
    pub fn is_length(&self) -> bool {
        !matches!(self, Math::Number(_) | Math::Angle(_))
    }

    fn as_number(&self) -> Option<f32> {
        match self {
            Math::Number(n) => Some(*n),
            _ => None,
        }
    }

    /// Whether a percentage takes part.
    pub fn has_percent(&self) -> bool {
        match self {
            Math::Percent(_) => true,
            Math::Number(_) | Math::Angle(_) | Math::Length(_) => false,
            Math::Scale(part, _) => part.has_percent(),
            Math::Sum(parts) | Math::Min(parts) | Math::Max(parts) => {
                parts.iter().any(Math::has_percent)
            }
        }
    }

    /// The computed value, as simple as can be.
    pub fn compute(&self, at: &Surroundings) -> Calc {
        let all = |parts: &[Math]| parts.iter().map(|m| m.compute(at)).collect::<Vec<_>>();
        match self {
            // Only lengths and percentages come this far.
            Math::Number(n) | Math::Angle(n) => Calc::Linear(Px(*n), 0.0),
            Math::Length(length) => Calc::Linear(at.px(*length), 0.0),
            Math::Percent(fraction) => Calc::Linear(Px::ZERO, *fraction),
            Math::Scale(part, by) => match part.compute(at) {
                Calc::Linear(length, fraction) => Calc::Linear(length * *by, fraction * by),
                other => Calc::Scale(Box::new(other), *by),
            },
            Math::Sum(parts) => simple_sum(all(parts)),
            Math::Min(parts) => simple_extreme(all(parts), false),
            Math::Max(parts) => simple_extreme(all(parts), true),
        }
    }
}

fn simple_sum(parts: Vec<Calc>) -> Calc {
    let (mut length, mut fraction, mut rest) = (Px::ZERO, 0.0, Vec::new());
    for part in parts {
        match part {
            Calc::Linear(l, f) => {
                length += l;
                fraction += f;
            }
            other => rest.push(other),
        }
    }
    if rest.is_empty() {
        return Calc::Linear(length, fraction);
    }
    rest.insert(0, Calc::Linear(length, fraction));
    Calc::Sum(rest)
}

/// The parts that can be the least or the greatest for some basis; bases are not negative.
fn simple_extreme(parts: Vec<Calc>, greatest: bool) -> Calc {
    let mut left: Vec<Calc> = Vec::new();
    for part in parts {
        if left.iter().any(|other| beats(other, &part, greatest)) {
            continue;
        }
        left.retain(|other| !beats(&part, other, greatest));
        left.push(part);
    }
    match (left.len(), greatest) {
        (1, _) => left.swap_remove(0),
        (_, true) => Calc::Max(left),
        (_, false) => Calc::Min(left),
    }
}

/// Whether one part is at least as great, or as little, as another for every basis.
fn beats(one: &Calc, other: &Calc, greatest: bool) -> bool {
    match (one, other) {
        (Calc::Linear(a, f), Calc::Linear(b, g)) if greatest => a >= b && f >= g,
        (Calc::Linear(a, f), Calc::Linear(b, g)) => a <= b && f <= g,
        _ => false,
    }
}
