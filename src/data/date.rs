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

/// What to write instead of a text that is no day, where that can be told.
pub fn advice(text: &str) -> Option<String> {
    let first = text.split([' ', 'T']).next().unwrap_or(text);
    if first.len() < text.len()
        && text[first.len()..].contains(':')
        && let Ok(day) = parse(first)
    {
        return Some(format!("leave out the time of day: \"{day}\""));
    }
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if let (Some(year), Some(month), Some(day), 8) =
        (text.get(..4), text.get(4..6), text.get(6..), text.len())
        && digits(text)
        && let Ok(day) = parse(&format!("{year}-{month}-{day}"))
    {
        return Some(format!("did you mean \"{day}\"?"));
    }
    let separator = ['/', '.', '-'].into_iter().find(|separator| text.contains(*separator))?;
    let [first, middle, last] = three(text, separator)?.map(str::trim);
    if ![first, middle, last].iter().all(|part| digits(part)) {
        return None;
    }
    match (first.len(), last.len()) {
        (..=2, ..=2) => Some("write the year with four digits".into()),
        (..=2, 4) => {
            Some("write the year first, or points between day, month and year: 16.12.2022".into())
        }
        _ => None,
    }
}

/// The day with this serial number in spreadsheets, of which 1 January 1900 has number 1. Number 60
/// is none: Excel takes 1900 for a leap year.
pub fn from_serial(serial: u32) -> Option<Date> {
    let first = Date::constant(1899, 12, 31);
    let days = match serial {
        60 => return None,
        1..=59 => serial,
        61..=2_958_465 => serial - 1,
        _ => return None,
    };
    first.checked_add(jiff::Span::new().days(i64::from(days))).ok()
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
    fn advice_is_given_where_it_can_be() {
        assert_eq!(
            advice("16.12.2022 13:30").as_deref(),
            Some("leave out the time of day: \"2022-12-16\"")
        );
        assert_eq!(advice("20221216").as_deref(), Some("did you mean \"2022-12-16\"?"));
        assert_eq!(advice("16.12.22").as_deref(), Some("write the year with four digits"));
        assert!(advice("12/16/2022").unwrap().contains("year first"));
        for text in ["soon", "", "20229916", "一二三四", "a/b/c", "2022-13-45"] {
            assert_eq!(advice(text), None, "{text}");
        }
    }

    #[test]
    fn serial_numbers_of_spreadsheets() {
        let day = |year, month, day| Date::new(year, month, day).ok();
        assert_eq!(from_serial(1), day(1900, 1, 1));
        assert_eq!(from_serial(59), day(1900, 2, 28));
        assert_eq!(from_serial(61), day(1900, 3, 1));
        assert_eq!(from_serial(44_911), day(2022, 12, 16));
        assert_eq!(from_serial(2_958_465), day(9999, 12, 31));
        assert_eq!([0, 60, 2_958_466].map(from_serial), [None; 3]);
    }

    #[test]
    fn what_is_no_date_says_so() {
        for text in ["12/16/2022", "16.12.22", "2022-12", "soon", "2022-12-16-1", ""] {
            assert!(parse(text).unwrap_err().contains("expected 2022-12-16"), "{text}");
        }
        assert_eq!(parse("2022-02-30").unwrap_err(), "\"2022-02-30\" is not a day of the calendar");
    }
}
