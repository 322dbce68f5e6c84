//! `sort_by`: lists in the order of a language's dictionary.
//!
//! Unicode collation with the language's own rules: German ä beside a, Chinese by pinyin. Equal
//! items keep their order.

use icu_collator::CollatorBorrowed;
use icu_collator::options::CollatorOptions;
use icu_locale_core::Locale;
use tera::{Error, Kwargs, State, TeraResult, Value};

/// `{{ tables.members | sort_by(attribute="name_de", locale="de") }}`; without `attribute`, a
/// list of texts is sorted.
pub(super) fn sort_by(items: &[Value], kwargs: Kwargs, _: &State) -> TeraResult<Value> {
    super::only(&kwargs, "sort_by", &["attribute", "locale"])?;
    let attribute = kwargs.get::<&str>("attribute")?;
    let collator = collator(kwargs.get::<&str>("locale")?.unwrap_or("und"))?;
    let mut keyed = Vec::with_capacity(items.len());
    for item in items {
        let value = match attribute {
            Some(path) => item.get_from_path(path).ok_or_else(|| missing(item, path))?,
            None => item,
        };
        keyed.push((key(value), item));
    }
    keyed.sort_by(|(a, _), (b, _)| match (a, b) {
        (Key::Number(a), Key::Number(b)) => a.total_cmp(b),
        (Key::Text(a), Key::Text(b)) => collator.compare(a, b),
        (Key::Number(_), Key::Text(_)) => std::cmp::Ordering::Less,
        (Key::Text(_), Key::Number(_)) => std::cmp::Ordering::Greater,
    });
    Ok(Value::from(keyed.into_iter().map(|(_, item)| item.clone()).collect::<Vec<_>>()))
}

enum Key {
    Number(f64),
    Text(String),
}

fn key(value: &Value) -> Key {
    match value.as_f64() {
        Some(number) if value.is_number() => Key::Number(number),
        _ => Key::Text(value.to_string()),
    }
}

fn missing(item: &Value, path: &str) -> Error {
    let names: Vec<String> =
        item.as_map().map(|m| m.keys().map(|k| k.to_string()).collect()).unwrap_or_default();
    let near = crate::diag::nearest(path, names.iter().map(String::as_str));
    let near = near.map_or(String::new(), |n| format!(", did you mean `{n}`?"));
    Error::message(format!("`sort_by` finds no attribute `{path}` in an item{near}"))
}

fn collator(locale: &str) -> TeraResult<CollatorBorrowed<'static>> {
    let unknown = || Error::message(format!("`sort_by` knows no locale {locale:?}"));
    let locale = Locale::try_from_str(locale).map_err(|_| unknown())?;
    CollatorBorrowed::try_new((&locale).into(), CollatorOptions::default()).map_err(|_| unknown())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(locale: &str, mut texts: Vec<&'static str>) -> Vec<&'static str> {
        let collator = collator(locale).unwrap();
        texts.sort_by(|a, b| collator.compare(a, b));
        texts
    }

    #[test]
    fn german_puts_umlauts_beside_their_letters() {
        assert_eq!(
            sorted("de", vec!["Zwickau", "Äpfel", "Apolda", "Öhringen", "Olpe", "Aachen"]),
            ["Aachen", "Äpfel", "Apolda", "Öhringen", "Olpe", "Zwickau"]
        );
    }

    #[test]
    fn chinese_goes_by_pinyin() {
        // By code point 丁 comes first and 张 before 王; by strokes 鞍 comes last.
        assert_eq!(
            sorted("zh", vec!["张", "丁", "王", "李", "鞍"]),
            ["鞍", "丁", "李", "王", "张"]
        );
    }
}
