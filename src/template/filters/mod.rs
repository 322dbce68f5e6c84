//! The filters that templates have beyond Tera's own.

mod date;
mod markdown;
mod numeral;
mod sort;

use tera::{Kwargs, State, Tera, TeraResult, Value};
use unicode_normalization::UnicodeNormalization;

/// All filters, Tera's and ours; for "did you mean".
pub(super) const NAMES: &[&str] = &[
    "abs",
    "capitalize",
    "date",
    "default",
    "escape",
    "escape_html",
    "escape_xml",
    "first",
    "float",
    "get",
    "group_by",
    "indent",
    "int",
    "join",
    "keys",
    "last",
    "length",
    "lower",
    "markdown",
    "newlines_to_br",
    "nfc",
    "nth",
    "numeral",
    "pad",
    "pairs",
    "pluralize",
    "replace",
    "reverse",
    "round",
    "safe",
    "sort",
    "sort_by",
    "split",
    "str",
    "title",
    "trim",
    "trim_end",
    "trim_start",
    "truncate",
    "unique",
    "upper",
    "values",
    "wordcount",
];

/// Tera's tests; for "did you mean".
pub(super) const TESTS: &[&str] = &[
    "array",
    "bool",
    "containing",
    "defined",
    "divisible_by",
    "ending_with",
    "even",
    "float",
    "integer",
    "iterable",
    "map",
    "none",
    "number",
    "odd",
    "starting_with",
    "string",
    "undefined",
];

/// Registers ours.
pub(super) fn register(tera: &mut Tera) {
    tera.register_filter("date", date::date);
    tera.register_filter("markdown", markdown::markdown);
    tera.register_filter("numeral", numeral::numeral);
    tera.register_filter("sort_by", sort::sort_by);
    tera.register_filter("nfc", nfc);
    tera.register_filter("pad", pad);
}

/// Composed letters (NFC).
fn nfc(text: &str, _: Kwargs, _: &State) -> Value {
    Value::from(text.nfc().collect::<String>())
}

/// A number with noughts before it: `{{ serial.number | pad(width=4) }}`.
fn pad(number: u64, kwargs: Kwargs, _: &State) -> TeraResult<Value> {
    only(&kwargs, "pad", &["width"])?;
    let width = kwargs.must_get::<usize>("width")?;
    if width > 32 {
        return Err(tera::Error::message(format!(
            "`pad` got the width {width}, expected 32 at most"
        )));
    }
    Ok(Value::from(format!("{number:0width$}")))
}

/// Refuses arguments that the filter does not know, which Tera would pass over in silence.
fn only(kwargs: &Kwargs, filter: &str, known: &[&str]) -> tera::TeraResult<()> {
    for (key, _) in kwargs.iter() {
        let key = key.as_str().unwrap_or("");
        if !known.contains(&key) {
            let near = crate::diag::nearest(key, known.iter().copied());
            let near = near.map_or(String::new(), |n| format!(", did you mean `{n}`?"));
            return Err(tera::Error::message(format!(
                "filter `{filter}` has no argument `{key}`{near}"
            )));
        }
    }
    Ok(())
}
