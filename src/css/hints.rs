//! Presentational hints: attributes that HTML turns into style (HTML §15).
//!
//! `dir` with a direction, `hidden` and `type` of lists are rules of the built-in sheet instead.

use super::computed::Direction;
use super::declaration::{Block, hint};
use super::properties::Value;
use super::values::length::{Length, Lp, SizeSpec};
use crate::html::{Dom, Element, NodeId};

/// The hints of an element, if it has any.
pub fn of(dom: &Dom, id: NodeId, element: &Element) -> Option<Block> {
    let mut values = Vec::new();
    values.extend(direction(dom, id, element));
    if !element.attributes.is_empty() {
        sizes(element, &mut values);
    }
    (!values.is_empty()).then(|| hint(values))
}

/// The direction of an element that goes by its text.
fn direction(dom: &Dom, id: NodeId, element: &Element) -> Option<Value> {
    let is_bdi = &*element.name == "bdi";
    let is_auto = element.attr("dir").map_or(is_bdi, |dir| dir.eq_ignore_ascii_case("auto"));
    let rtl = if is_auto { dom.own_direction(id)? } else { return None };
    Some(Value::Direction(if rtl { Direction::Rtl } else { Direction::Ltr }))
}

fn sizes(element: &Element, values: &mut Vec<Value>) {
    let sized = matches!(&*element.name, "img" | "svg" | "table" | "col" | "td" | "th");
    if !sized {
        return;
    }
    let (width, height) = (dimension(element, "width"), dimension(element, "height"));
    values.extend(width.clone().map(|w| Value::Width(SizeSpec::Value(w))));
    values.extend(height.clone().map(|h| Value::Height(SizeSpec::Value(h))));
    if let (Some(Lp::Length(w)), Some(Lp::Length(h))) = (width, height)
        && &*element.name == "img"
        && w.value > 0.0
        && h.value > 0.0
    {
        values.push(Value::AspectRatio(Some((w.value / h.value, true))));
    }
}

/// A number of px or a percentage (HTML §2.3.4.4).
fn dimension(element: &Element, name: &str) -> Option<Lp> {
    let text = element.attr(name)?.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let number: f32 = text[..end].parse().ok()?;
    match &text[end..] {
        "%" => Some(Lp::Percent(number / 100.0)),
        "" | "px" => Some(Lp::Length(Length::px(number))),
        // An SVG may say `width="20mm"`.
        unit => super::values::length::from_dimension(number, unit).map(Lp::Length),
    }
}
