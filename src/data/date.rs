//! Days as people write them → a calendar day.
//!
//! Accepted: `2022-12-16`, `16.12.2022`, `2022/12/16`, `2022年12月16日`, each with or without
//! leading zeros. `12/16/2022` is not: nobody can tell it from 12 December in every country.

use jiff::civil::Date;

/// What a date may look like, for messages.
pub const FORMS: &str = "2022-12-16, 16.12.2022, 2022/12/16 or 2022年12月16日";

/// The day, or why it is none.
pub fn parse(text: &str) -> Result<Date, String> {
    let form = || format!("{text:?} is not a date, expected {FORMS}");
    let (year, month, day) = numbers(text).ok_or_else(form)?;
    Date::new(year, month, day).map_err(|_| format!("{text:?} is not a day of the calendar"))
}

fn numbers(text: &str) -> Option<(i16, i8, i8)> {
    let (parts, year_first) = if let Some(body) = text.strip_suffix('日') {
        let (year, rest) = body.split_once('年')?;
        let (month, day) = rest.split_once('月')?;
        ([year, month, day], true)
    } else if text.contains('.') {
        (three(text, '.')?, false)
    } else if text.contains('/') {
        (three(text, '/')?, true)
    } else {
        (three(text, '-')?, true)
    };
    let [first, month, last] = parts.map(str::trim);
    let (year, day) = if year_first { (first, last) } else { (last, first) };
    let digits = |s: &str, most: usize| {
        !s.is_empty() && s.len() <= most && s.bytes().all(|b| b.is_ascii_digit())
    };
    if year.len() != 4 || !digits(year, 4) || !digits(month, 2) || !digits(day, 2) {
        return None;
    }
    Some((year.parse().ok()?, month.parse().ok()?, day.parse().ok()?))
}

fn three(text: &str, separator: char) -> Option<[&str; 3]> {
    let mut parts = text.split(separator);
    let found = [parts.next()?, parts.next()?, parts.next()?];
    parts.next().is_none().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_forms_mean_the_same_day() {
        let day = Date::new(2022, 12, 6).unwrap();
        for text in
            ["2022-12-06", "6.12.2022", "06.12.2022", "2022/12/6", "2022年12月6日", "6. 12. 2022"]
        {
            assert_eq!(parse(text), Ok(day), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_says_so() {
        for text in ["12/16/2022", "16.12.22", "2022-12", "soon", "2022-12-16-1", ""] {
            assert!(parse(text).unwrap_err().contains("expected 2022-12-16"), "{text}");
        }
        assert_eq!(parse("2022-02-30").unwrap_err(), "\"2022-02-30\" is not a day of the calendar");
    }
}
