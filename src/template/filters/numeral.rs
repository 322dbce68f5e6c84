//! `numeral`: whole numbers in Chinese or Roman figures.

use tera::{Error, Kwargs, State, TeraResult, Value};

const SMALL: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
const FORMAL: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];
const ROMAN: [(u64, &str); 13] = [
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
/// The first number that Chinese figures here cannot say: 10¹².
const TOO_LARGE: u64 = 1_000_000_000_000;

/// `{{ loop.index | numeral(style="zh") }}`
pub(super) fn numeral(number: i64, kwargs: Kwargs, _: &State) -> TeraResult<Value> {
    super::only(&kwargs, "numeral", &["style"])?;
    let style = kwargs.get::<&str>("style")?.unwrap_or("zh");
    let size = u64::try_from(number)
        .map_err(|_| Error::message(format!("`numeral` got {number}, expected no less than 0")))?;
    let text = match style {
        "zh" | "zh-formal" if size < TOO_LARGE => chinese(size, style == "zh-formal"),
        "roman" | "roman-lower" if (1..4000).contains(&size) => roman(size),
        "zh" | "zh-formal" | "roman" | "roman-lower" => {
            let message = format!("`numeral` cannot write {number} in the style \"{style}\"");
            return Err(Error::message(message));
        }
        _ => {
            return Err(Error::message(format!(
                "`numeral` has no style \"{style}\", expected zh, zh-formal, roman or roman-lower"
            )));
        }
    };
    Ok(Value::from(if style == "roman-lower" { text.to_lowercase() } else { text }))
}

/// Chinese figures for counting: 十二, 一百零五, 一万二千; formal ones as on cheques.
pub(super) fn chinese(number: u64, formal: bool) -> String {
    let digits = if formal { FORMAL } else { SMALL };
    if number == 0 {
        return digits[0].to_string();
    }
    let mut out = String::new();
    let mut gap = false;
    for (unit, name) in [(100_000_000, "亿"), (10_000, "万"), (1, "")] {
        let group = number / unit % 10_000;
        if group == 0 {
            gap |= !out.is_empty();
            continue;
        }
        if (gap || group < 1000) && !out.is_empty() {
            out.push(digits[0]);
        }
        gap = false;
        out += &under_ten_thousand(group, &digits, formal);
        out += name;
    }
    // 十二, not 一十二, where the number begins with ten.
    match out.strip_prefix("一十") {
        Some(rest) if !formal => format!("十{rest}"),
        _ => out,
    }
}

fn under_ten_thousand(number: u64, digits: &[char; 10], formal: bool) -> String {
    let names = if formal { ["仟", "佰", "拾", ""] } else { ["千", "百", "十", ""] };
    let mut out = String::new();
    let mut gap = false;
    for (unit, name) in [1000, 100, 10, 1].into_iter().zip(names) {
        let digit = (number / unit % 10) as usize;
        if digit == 0 {
            gap |= !out.is_empty();
            continue;
        }
        if gap {
            out.push(digits[0]);
        }
        gap = false;
        out.push(digits[digit]);
        out += name;
    }
    out
}

fn roman(mut number: u64) -> String {
    let mut out = String::new();
    for (value, letters) in ROMAN {
        while number >= value {
            out += letters;
            number -= value;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_figures() {
        for (number, text) in [
            (0, "零"),
            (10, "十"),
            (12, "十二"),
            (20, "二十"),
            (105, "一百零五"),
            (110, "一百一十"),
            (1001, "一千零一"),
            (1010, "一千零一十"),
            (12_000, "一万二千"),
            (10_005, "一万零五"),
            (100_000, "十万"),
            (200_000_010, "二亿零一十"),
        ] {
            assert_eq!(chinese(number, false), text);
        }
        assert_eq!(chinese(2022, true), "贰仟零贰拾贰");
        assert_eq!(chinese(10, true), "壹拾");
    }

    #[test]
    fn roman_figures() {
        assert_eq!(roman(1949), "MCMXLIX");
        assert_eq!(roman(24), "XXIV");
    }
}
