//! `date`: one ISO day in the words of a language.
//!
//! | locale | `long`, the default | `numeric` | `numerals` |
//! |---|---|---|---|
//! | en | 16 December 2022 | 2022-12-16 | |
//! | de | 16. Dezember 2022 (no-break spaces) | 16.12.2022 | |
//! | zh | 2022年12月16日 | 2022-12-16 | 二〇二二年十二月十六日 |

use jiff::civil::Date;
use tera::{Error, Kwargs, State, TeraResult, Value};

use super::numeral::chinese;
use crate::data::date::parse;

const ENGLISH: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const GERMAN: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];
/// 〇 (U+3007) is the zero of years, not the 零 of counting.
const DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// `{{ award.date | date(locale="de", style="long") }}`
pub(super) fn date(value: &Value, kwargs: Kwargs, _: &State) -> TeraResult<Value> {
    super::only(&kwargs, "date", &["locale", "style"])?;
    let text = value.as_str().filter(|text| !text.is_empty());
    let Some(text) = text else {
        return Err(Error::message(format!(
            "`date` got {}, expected a day; for a cell that may be empty, ask first: \
             {{% if … %}}",
            if value.is_none() || value.is_string() { "an empty cell" } else { value.name() }
        )));
    };
    let day = parse(text).map_err(Error::message)?;
    let locale = kwargs.get::<&str>("locale")?.ok_or_else(|| {
        Error::message("`date` needs a locale: date(locale=\"en\"), \"de\" or \"zh\"")
    })?;
    let style = kwargs.get::<&str>("style")?.unwrap_or("long");
    format(day, language(locale), style).map(Value::from).ok_or_else(|| {
        Error::message(format!(
            "`date` has no style \"{style}\" for locale \"{locale}\", expected locale en, de or \
             zh and style long, numeric or (zh) numerals"
        ))
    })
}

/// The language of a locale: `de-AT` is German.
pub(super) fn language(locale: &str) -> &str {
    locale.split(['-', '_']).next().unwrap_or(locale)
}

fn format(day: Date, language: &str, style: &str) -> Option<String> {
    let (y, m, d) = (day.year(), day.month(), day.day());
    let month = usize::try_from(m - 1).ok()?;
    match (language, style) {
        ("en", "long") => Some(format!("{d} {} {y}", ENGLISH[month])),
        ("de", "long") => Some(format!("{d}.\u{a0}{}\u{a0}{y}", GERMAN[month])),
        ("zh", "long") => Some(format!("{y}年{m}月{d}日")),
        ("en" | "zh", "numeric") => Some(day.to_string()),
        ("de", "numeric") => Some(format!("{d:02}.{m:02}.{y}")),
        ("zh", "numerals") => {
            let digit = |b: u8| DIGITS[usize::from(b - b'0')];
            let year: String =
                y.to_string().bytes().filter(u8::is_ascii_digit).map(digit).collect();
            let [m, d] = [m, d].map(|n| chinese(n.unsigned_abs().into(), false));
            Some(format!("{year}年{m}月{d}日"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str, language: &str, style: &str) -> String {
        format(parse(text).unwrap(), language, style).unwrap()
    }

    #[test]
    fn one_day_in_three_languages() {
        assert_eq!(on("2022-12-06", "en", "long"), "6 December 2022");
        assert_eq!(on("2022-12-06", "de", "long"), "6.\u{a0}Dezember\u{a0}2022");
        assert_eq!(on("2022-12-06", "de", "numeric"), "06.12.2022");
        assert_eq!(on("2022-12-06", "zh", "long"), "2022年12月6日");
    }

    #[test]
    fn chinese_numerals_of_days() {
        assert_eq!(on("2022-12-16", "zh", "numerals"), "二〇二二年十二月十六日");
        assert_eq!(on("2005-10-31", "zh", "numerals"), "二〇〇五年十月三十一日");
        assert_eq!(on("2010-01-20", "zh", "numerals"), "二〇一〇年一月二十日");
    }
}
