//! The text of one cell → a [`Value`] of the column's type.
//!
//! Real tables hold blanks of every kind at the ends of cells, decomposed letters, and full-width
//! digits: blanks go, letters are composed (NFC), and in typed columns full-width figures and
//! signs count as their ASCII forms. Where a number can be read in two ways, it is an error and
//! not a guess.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::date;
use super::schema::{ColumnSpec, ColumnType, Scalar};
use super::value::Value;
use crate::diag::nearest;

/// Why a cell is not of its column's type.
#[derive(Debug, PartialEq, Eq)]
pub struct BadCell {
    /// The kind of finding.
    pub code: &'static str,
    /// What was found and expected.
    pub message: String,
    /// What to do, if that is known.
    pub help: Option<String>,
}

impl BadCell {
    fn new(code: &'static str, message: String) -> BadCell {
        BadCell { code, message, help: None }
    }
}

/// The cell's text without blanks at its ends (no-break and ideographic spaces included), in NFC.
pub fn clean(text: &str) -> Cow<'_, str> {
    let blank = |c: char| c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}' | '\u{2060}');
    let text = text.trim_matches(blank);
    if text.is_ascii() || is_nfc(text) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfc().collect())
    }
}

/// The value of a cell that is not empty; `ref` and `path` columns give their text.
pub fn parse(text: &str, spec: &ColumnSpec) -> Result<Value, BadCell> {
    if let Some(pattern) = spec.pattern.as_ref().filter(|p| !p.form.matches(text)) {
        let message = format!("{text:?} has not the form {}", pattern.text);
        return Err(BadCell::new("bad-form", message));
    }
    let value = match spec.kind {
        ColumnType::Text | ColumnType::Ref | ColumnType::Path => Value::Text(text.into()),
        ColumnType::Int => parse_int(&ascii(text))?,
        ColumnType::Decimal => parse_decimal(&ascii(text))?,
        ColumnType::Bool => parse_bool(&ascii(text))?,
        ColumnType::Date => parse_date(&ascii(text), spec.serials)?,
        ColumnType::Enum => parse_enum(text, &spec.values)?,
        ColumnType::List => parse_list(text, spec.separator.as_deref().unwrap_or(";")),
    };
    check_bounds(&value, spec)?;
    Ok(value)
}

fn parse_date(text: &str, serials: bool) -> Result<Value, BadCell> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let serial = text.parse().ok().filter(|_| digits).and_then(date::from_serial);
    if let Some(day) = serial.filter(|_| serials) {
        return Ok(Value::Date(day));
    }
    let serial = serial.map(|day| {
        format!(
            "as spreadsheets count days, \"{text}\" is \"{day}\": format the cells as dates there, or write \
             serials = true at this column in urkunde.toml"
        )
    });
    date::parse(text).map(Value::Date).map_err(|message| BadCell {
        help: serial.or_else(|| date::advice(text)),
        ..BadCell::new("bad-date", message)
    })
}

/// Whether a text looks like a number that a spreadsheet shortened: `1.10101E+17`.
pub fn looks_shortened(text: &str) -> bool {
    let Some((digits, power)) = text.split_once("E+") else { return false };
    let plain = digits.replacen(['.', ','], "", 1);
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    all_digits(&plain) && all_digits(power) && power.len() == 2 && digits.len() > 1
}

/// Full-width figures and signs as their ASCII forms.
fn ascii(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xff01 + 0x21).unwrap_or(c),
        '\u{2212}' => '-',
        _ => c,
    };
    Cow::Owned(text.chars().map(narrow).collect())
}

fn parse_int(text: &str) -> Result<Value, BadCell> {
    let bad =
        || BadCell::new("bad-int", format!("{text:?} is not a whole number, expected digits only"));
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(bad());
    }
    let beyond = |_| {
        BadCell::new(
            "bad-int",
            format!("{text:?} is beyond the whole numbers that can be reckoned with"),
        )
    };
    text.parse().map(Value::Int).map_err(beyond)
}

fn parse_decimal(text: &str) -> Result<Value, BadCell> {
    let bad = |why: &str| {
        BadCell::new("bad-decimal", format!("{text:?} is not a decimal number, expected {why}"))
    };
    let (sign, body) = match text.strip_prefix('-') {
        Some(body) => ("-", body),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let commas = body.matches(',').count();
    if commas == 1 && !body.contains('.') && body.split(',').nth(1).is_some_and(|f| f.len() == 3) {
        let help = "a comma before three digits can mean thousands or a fraction; write a full \
                    stop before the fraction and nothing between thousands";
        return Err(BadCell {
            help: Some(help.to_string()),
            ..bad("a number that can be read in one way only")
        });
    }
    let plain = body.replacen(',', ".", 1);
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, "0"));
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return Err(bad("1234.50 or 1234,50"));
    }
    Ok(Value::Decimal(format!("{sign}{plain}").into()))
}

fn parse_bool(text: &str) -> Result<Value, BadCell> {
    match text.to_lowercase().as_str() {
        "true" | "yes" | "1" | "x" | "ja" | "wahr" | "是" => Ok(Value::Bool(true)),
        "false" | "no" | "0" | "nein" | "falsch" | "否" => Ok(Value::Bool(false)),
        _ => Err(BadCell::new(
            "bad-bool",
            format!("{text:?} is neither yes nor no, expected true/false, yes/no, ja/nein, 是/否"),
        )),
    }
}

fn parse_enum(text: &str, values: &[String]) -> Result<Value, BadCell> {
    if values.iter().any(|v| v == text) {
        return Ok(Value::Text(text.into()));
    }
    let help = nearest(text, values.iter().map(String::as_str));
    Err(BadCell {
        code: "bad-enum",
        message: format!("{text:?} is not one of {}", values.join(", ")),
        help: help.map(|v| format!("did you mean `{v}`?")),
    })
}

fn parse_list(text: &str, separator: &str) -> Value {
    let items = text.split(separator).map(clean).filter(|item| !item.is_empty());
    Value::List(items.map(|item| item.into_owned().into_boxed_str()).collect())
}

fn check_bounds(value: &Value, spec: &ColumnSpec) -> Result<(), BadCell> {
    for (bound, is_min) in [(&spec.min, true), (&spec.max, false)] {
        let Some(bound) = bound else { continue };
        if let Some(message) = out_of_bound(value, bound, is_min) {
            return Err(BadCell::new("out-of-range", message));
        }
    }
    Ok(())
}

/// Why the value is beyond the bound, if it is.
fn out_of_bound(value: &Value, bound: &Scalar, is_min: bool) -> Option<String> {
    let beyond = |order: Option<std::cmp::Ordering>| match order {
        Some(order) => {
            if is_min {
                order.is_lt()
            } else {
                order.is_gt()
            }
        }
        None => false,
    };
    let words = if is_min { "less than the least" } else { "more than the greatest" };
    match value {
        Value::Int(number) => {
            let order = (*number as f64).partial_cmp(&number_of(bound)?);
            beyond(order).then(|| format!("\"{number}\" is {words} value, {bound}"))
        }
        Value::Decimal(text) => {
            let order = text.parse::<f64>().ok()?.partial_cmp(&number_of(bound)?);
            beyond(order).then(|| format!("{text:?} is {words} value, {bound}"))
        }
        Value::Date(day) => {
            let limit = date::parse(&bound.to_string()).ok()?;
            let words = if is_min { "before the first" } else { "after the last" };
            beyond(Some(day.cmp(&limit))).then(|| format!("\"{day}\" is {words} day, {limit}"))
        }
        Value::Text(text) => {
            let length = text.chars().count();
            let order = (length as f64).partial_cmp(&number_of(bound)?);
            let words = if is_min { "at least" } else { "at most" };
            let plural = if length == 1 { "" } else { "s" };
            beyond(order).then(|| format!("{length} character{plural}, expected {words} {bound}"))
        }
        _ => None,
    }
}

fn number_of(bound: &Scalar) -> Option<f64> {
    match bound {
        Scalar::Int(number) => Some(*number as f64),
        Scalar::Float(number) => Some(*number),
        Scalar::Text(text) => text.parse().ok(),
        Scalar::Bool(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(kind: ColumnType) -> ColumnSpec {
        ColumnSpec { kind, ..ColumnSpec::default() }
    }

    #[test]
    fn blanks_of_all_kinds_go_and_letters_are_composed() {
        assert_eq!(clean("\u{3000} Mu\u{308}ller\u{a0}\u{feff}"), "Müller");
        assert_eq!(clean("a\u{a0}b"), "a\u{a0}b");
    }

    #[test]
    fn numbers_with_full_width_figures() {
        assert_eq!(parse("２４", &spec(ColumnType::Int)), Ok(Value::Int(24)));
        assert_eq!(parse("-007", &spec(ColumnType::Int)), Ok(Value::Int(-7)));
        assert_eq!(parse("１．５０", &spec(ColumnType::Decimal)).unwrap().key(), "1.50");
        assert_eq!(parse("1234,5", &spec(ColumnType::Decimal)).unwrap().key(), "1234.5");
        assert_eq!(
            parse("２０２２年１２月１６日", &spec(ColumnType::Date)).unwrap().key(),
            "2022-12-16"
        );
    }

    #[test]
    fn numbers_that_can_be_read_in_two_ways_are_errors() {
        let error = parse("1,234", &spec(ColumnType::Decimal)).unwrap_err();
        assert!(error.help.unwrap().contains("thousands"));
        assert!(parse("1.234,50", &spec(ColumnType::Decimal)).is_err());
        assert_eq!(
            parse("12a", &spec(ColumnType::Int)).unwrap_err().message,
            "\"12a\" is not a whole number, expected digits only"
        );
    }

    #[test]
    fn enum_suggests_the_near_value() {
        let spec = ColumnSpec {
            values: vec!["founding-member".into(), "project".into()],
            ..spec(ColumnType::Enum)
        };
        let error = parse("founding member", &spec).unwrap_err();
        assert_eq!(error.message, "\"founding member\" is not one of founding-member, project");
        assert_eq!(error.help.unwrap(), "did you mean `founding-member`?");
    }

    #[test]
    fn bounds_of_numbers_days_and_lengths() {
        let bounded = |kind, min, max| ColumnSpec { min, max, ..spec(kind) };
        let int = bounded(ColumnType::Int, Some(Scalar::Int(1)), None);
        assert_eq!(parse("0", &int).unwrap_err().message, "\"0\" is less than the least value, 1");
        let day = bounded(ColumnType::Date, None, Some(Scalar::Text("2022-12-31".into())));
        assert_eq!(
            parse("1.1.2023", &day).unwrap_err().message,
            "\"2023-01-01\" is after the last day, 2022-12-31"
        );
        let text = bounded(ColumnType::Text, None, Some(Scalar::Int(3)));
        assert_eq!(
            parse("四个汉字", &text).unwrap_err().message,
            "4 characters, expected at most 3"
        );
    }

    #[test]
    fn whole_numbers_are_days_only_where_the_column_says_so() {
        let dates = ColumnSpec { serials: true, ..spec(ColumnType::Date) };
        assert_eq!(parse("４４９１１", &dates).unwrap().key(), "2022-12-16");
        assert_eq!(parse("16.12.2022", &dates).unwrap().key(), "2022-12-16");
        let error = parse("44911", &spec(ColumnType::Date)).unwrap_err();
        assert!(error.help.unwrap().contains("\"44911\" is \"2022-12-16\""));
        let error = parse("20221216", &dates).unwrap_err();
        assert_eq!(error.help.as_deref(), Some("did you mean \"2022-12-16\"?"));
    }

    #[test]
    fn numbers_that_spreadsheets_shorten() {
        assert!(looks_shortened("1.10101E+17") && looks_shortened("1,1E+17"));
        assert!(
            !looks_shortened("1E+17") && !looks_shortened("E+17") && !looks_shortened("A1.2E+05")
        );
    }

    #[test]
    fn lists_drop_empty_items() {
        let value = parse("a; b ;;c", &spec(ColumnType::List)).unwrap();
        assert_eq!(value, Value::List(["a".into(), "b".into(), "c".into()].into()));
    }
}
