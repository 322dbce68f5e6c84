//! Quotation marks by language, for `quotes: auto` (CSS Generated Content 3 §4.1).

/// Outer and inner marks of a language, after CLDR.
type Marks = [&'static str; 4];

const ENGLISH: Marks = ["“", "”", "‘", "’"];
const GERMAN: Marks = ["„", "“", "‚", "‘"];
const POLISH: Marks = ["„", "”", "«", "»"];
const SPANISH: Marks = ["«", "»", "“", "”"];
const RUSSIAN: Marks = ["«", "»", "„", "“"];
const SWISS: Marks = ["«", "»", "‹", "›"];
const SWEDISH: Marks = ["”", "”", "’", "’"];
const CORNERS: Marks = ["「", "」", "『", "』"];
/// With the narrow no-break space that French typography sets inside.
const FRENCH: Marks = ["«\u{202f}", "\u{202f}»", "“", "”"];

/// Marks by language tag, the longest tag that fits counts; all others are as in English.
const MARKS: &[(&str, Marks)] = &[
    ("be", RUSSIAN),
    ("bg", GERMAN),
    ("bs", ["„", "”", "‘", "’"]),
    ("ca", SPANISH),
    ("cs", GERMAN),
    ("de", GERMAN),
    ("de-ch", SWISS),
    ("de-li", SWISS),
    ("el", SPANISH),
    ("es", SPANISH),
    ("et", GERMAN),
    ("fa", SWISS),
    ("fi", SWEDISH),
    ("fr", FRENCH),
    ("fr-ch", SWISS),
    ("he", SWEDISH),
    ("hr", GERMAN),
    ("hu", ["„", "”", "»", "«"]),
    ("hy", ["«", "»", "«", "»"]),
    ("is", GERMAN),
    ("it", SPANISH),
    ("it-ch", SWISS),
    ("ja", CORNERS),
    ("ka", ["„", "“", "«", "»"]),
    ("lt", GERMAN),
    ("mk", GERMAN),
    ("nb", ["«", "»", "‘", "’"]),
    ("nn", SPANISH),
    ("no", ["«", "»", "‘", "’"]),
    ("pl", POLISH),
    ("pt-pt", SPANISH),
    ("ro", POLISH),
    ("ru", RUSSIAN),
    ("sk", GERMAN),
    ("sl", GERMAN),
    ("sq", SPANISH),
    ("sr", ["„", "“", "‘", "’"]),
    ("sv", SWEDISH),
    ("uk", RUSSIAN),
    ("zh-hant", CORNERS),
    ("zh-hk", CORNERS),
    ("zh-mo", CORNERS),
    ("zh-tw", CORNERS),
];

/// The opening and the closing mark at a depth of nesting; outer and inner ones alternate.
pub fn of_language(lang: &str, depth: usize) -> (&'static str, &'static str) {
    let lang = lang.to_ascii_lowercase();
    let fits =
        |tag: &str| lang.strip_prefix(tag).is_some_and(|r| r.is_empty() || r.starts_with('-'));
    let best = MARKS.iter().filter(|(tag, _)| fits(tag)).max_by_key(|(tag, _)| tag.len());
    let marks = best.map_or(ENGLISH, |(_, marks)| *marks);
    if depth.is_multiple_of(2) { (marks[0], marks[1]) } else { (marks[2], marks[3]) }
}

#[cfg(test)]
mod tests {
    use super::of_language;

    #[test]
    fn marks_follow_the_language_and_its_region() {
        let outer = |lang: &str| of_language(lang, 0);
        assert_eq!((outer("de"), of_language("de", 1)), (("„", "“"), ("‚", "‘")));
        assert_eq!((outer("de-CH"), outer("de-AT")), (("«", "»"), ("„", "“")));
        assert_eq!((outer("zh-Hans"), outer("zh-Hant-TW")), (("“", "”"), ("「", "」")));
        assert_eq!(
            (outer("zh-CN"), outer("zh-TW"), outer("ja")),
            (("“", "”"), ("「", "」"), ("「", "」"))
        );
        assert_eq!(outer("fr"), ("«\u{202f}", "\u{202f}»"));
        assert_eq!((outer("en"), outer(""), outer("frr")), (("“", "”"), ("“", "”"), ("“", "”")));
        assert_eq!(of_language("en", 2), ("“", "”"));
    }
}
