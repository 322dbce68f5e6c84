//! Counters (CSS Lists 3 §4) and the styles they are written in (CSS Counter Styles 3 §6–7).

use std::sync::Arc;

use crate::css::computed::CounterStyle;
use crate::limits::COUNTERS;

/// The counters in scope, innermost last.
#[derive(Clone, Debug, Default)]
pub struct Counters {
    instances: Vec<Instance>,
    /// There were more than [`COUNTERS`] at a time.
    pub is_full: bool,
}

#[derive(Clone, Debug)]
struct Instance {
    name: Arc<str>,
    /// Depth of the element that made it; it lives until that element's parent ends.
    depth: usize,
    value: i32,
}

impl Counters {
    /// `counter-reset` on an element of this depth: a new instance, or a sibling's begun anew.
    pub fn reset(&mut self, name: &Arc<str>, depth: usize, value: i32) {
        let is_full = self.instances.len() >= COUNTERS;
        let sibling = self.instances.iter_mut().rev().find(|i| i.name == *name);
        match sibling {
            Some(instance) if instance.depth == depth => instance.value = value,
            _ if is_full => self.is_full = true,
            _ => self.instances.push(Instance { name: Arc::clone(name), depth, value }),
        }
    }

    /// `counter-increment`; a counter that is not there begins at 0 here.
    pub fn increment(&mut self, name: &Arc<str>, depth: usize, by: i32) {
        if let Some(instance) = self.instance(name, depth) {
            instance.value = instance.value.saturating_add(by);
        }
    }

    /// `counter-set`.
    pub fn set(&mut self, name: &Arc<str>, depth: usize, value: i32) {
        if let Some(instance) = self.instance(name, depth) {
            instance.value = value;
        }
    }

    /// The innermost instance, made where there is none; none if there are too many.
    fn instance(&mut self, name: &Arc<str>, depth: usize) -> Option<&mut Instance> {
        let found = self.instances.iter().rposition(|i| i.name == *name);
        let index = found.unwrap_or(self.instances.len());
        if index >= COUNTERS {
            self.is_full = true;
        } else if found.is_none() {
            self.instances.push(Instance { name: Arc::clone(name), depth, value: 0 });
        }
        self.instances.get_mut(index)
    }

    /// Ends an element of this depth: the instances its children made are gone.
    pub fn leave(&mut self, depth: usize) {
        self.instances.retain(|i| i.depth <= depth);
    }

    /// `counter()`: the innermost value, 0 if there is none.
    pub fn value(&self, name: &str) -> i32 {
        self.instances.iter().rev().find(|i| *i.name == *name).map_or(0, |i| i.value)
    }

    /// `counters()`: all values from the outermost in.
    pub fn values(&self, name: &str) -> Vec<i32> {
        let values: Vec<i32> =
            self.instances.iter().filter(|i| *i.name == *name).map(|i| i.value).collect();
        if values.is_empty() { vec![0] } else { values }
    }
}

/// A counter's value in a style, without prefix and suffix.
pub fn format(value: i32, style: &CounterStyle) -> String {
    match style {
        CounterStyle::None => String::new(),
        CounterStyle::Disc => "•".into(),
        CounterStyle::Circle => "◦".into(),
        CounterStyle::Square => "▪".into(),
        CounterStyle::Decimal => value.to_string(),
        CounterStyle::DecimalLeadingZero => {
            // The sign counts as one of the two characters (CSS Counter Styles 3 §3.7).
            format!("{value:02}")
        }
        CounterStyle::LowerAlpha => alphabetic(value),
        CounterStyle::UpperAlpha => alphabetic(value).to_uppercase(),
        CounterStyle::LowerRoman => roman(value).to_lowercase(),
        CounterStyle::UpperRoman => roman(value),
        CounterStyle::SimpChineseInformal => chinese(value, "负"),
        CounterStyle::TradChineseInformal => chinese(value, "負"),
        CounterStyle::CjkDecimal => cjk_decimal(value),
        CounterStyle::String(text) => text.to_string(),
    }
}

/// What stands between a marker and its item.
pub fn suffix(style: &CounterStyle) -> &'static str {
    match style {
        CounterStyle::None | CounterStyle::String(_) => "",
        CounterStyle::Disc | CounterStyle::Circle | CounterStyle::Square => "\u{a0}\u{a0}",
        CounterStyle::SimpChineseInformal
        | CounterStyle::TradChineseInformal
        | CounterStyle::CjkDecimal => "、",
        _ => ".\u{a0}",
    }
}

/// `a` … `z`, `aa` …; values below 1 fall back to decimal.
fn alphabetic(value: i32) -> String {
    if value < 1 {
        return value.to_string();
    }
    let mut letters = Vec::new();
    let mut rest = value;
    while rest > 0 {
        rest -= 1;
        // Always within a–z.
        letters.push(b'a' + (rest % 26) as u8);
        rest /= 26;
    }
    letters.iter().rev().map(|b| char::from(*b)).collect()
}

/// 1–3999; others fall back to decimal.
fn roman(value: i32) -> String {
    const PARTS: [(i32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    if !(1..=3999).contains(&value) {
        return value.to_string();
    }
    let mut rest = value;
    let mut out = String::new();
    for (part, letters) in PARTS {
        while rest >= part {
            out.push_str(letters);
            rest -= part;
        }
    }
    out
}

const DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

fn cjk_decimal(value: i32) -> String {
    if value < 0 {
        return value.to_string();
    }
    // Decimal digits only, so every byte is within the table.
    value.to_string().bytes().map(|b| DIGITS[usize::from(b - b'0')]).collect()
}

/// The informal Chinese styles (CSS Counter Styles 3 §7.1): up to 9999, zeros in a row written
/// once, `十一` without its `一`; beyond that `cjk-decimal`.
fn chinese(value: i32, minus: &str) -> String {
    if value == 0 {
        return "零".into();
    }
    if !(-9999..=9999).contains(&value) {
        return cjk_decimal(value);
    }
    let mut out = String::new();
    let rest = value.unsigned_abs();
    let mut zero = false;
    for (unit, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = rest / unit % 10;
        if digit == 0 {
            zero = !out.is_empty();
            continue;
        }
        if zero {
            out.push('零');
            zero = false;
        }
        if !(unit == 10 && digit == 1 && rest < 20) {
            out.push(DIGITS[digit as usize]);
        }
        out.push_str(name);
    }
    if value < 0 { format!("{minus}{out}") } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles() {
        let all = |style: CounterStyle| [1, 10, 12, 27, 105, 2022].map(|v| format(v, &style));
        assert_eq!(all(CounterStyle::LowerAlpha)[3], "aa");
        assert_eq!(all(CounterStyle::UpperRoman)[5], "MMXXII");
        assert_eq!(
            all(CounterStyle::SimpChineseInformal),
            ["一", "十", "十二", "二十七", "一百零五", "二千零二十二"]
        );
        assert_eq!(all(CounterStyle::CjkDecimal)[5], "二〇二二");
    }

    #[test]
    fn nested_scopes_end_with_their_parent() {
        let name: Arc<str> = "item".into();
        let mut counters = Counters::default();
        counters.reset(&name, 1, 0);
        counters.increment(&name, 2, 1);
        counters.reset(&name, 3, 0);
        counters.increment(&name, 4, 1);
        assert_eq!(counters.values("item"), [1, 1]);
        counters.leave(2);
        counters.increment(&name, 2, 1);
        assert_eq!(counters.values("item"), [2]);
    }
}
