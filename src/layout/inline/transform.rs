//! `text-transform`, character by character (CSS Text 3 §2.1, full case mappings of Unicode).
//!
//! Input: characters in order. Output: what is set in their place. A word goes on across inline
//! boxes, so the state outlives the text node.
//!
//! Languages with rules of their own: Turkish and Azeri (dotted and dotless i), Greek (capitals without
//! tonos), Dutch (IJ). Not done: the dots that Lithuanian keeps.

use crate::css::computed::{TextStyle, TextTransform};

/// Where we are in a word.
#[derive(Default)]
pub(super) struct Transformer {
    in_word: bool,
    /// Where a sigma stands that is final unless a letter follows; both forms have two bytes.
    sigma: Option<usize>,
    /// The last letter was a Dutch `i` that begins a word.
    dutch_i: bool,
    /// The last letter was a Greek vowel that lost its tonos.
    bare_vowel: bool,
}

impl Transformer {
    /// Appends what stands for `c`.
    pub(super) fn push(&mut self, c: char, style: &TextStyle, out: &mut String) {
        let begins = !self.in_word && c.is_alphanumeric();
        self.in_word = c.is_alphanumeric() || self.in_word && joins(c);
        if let Some(at) = self.sigma.filter(|_| c.is_alphabetic()) {
            out.replace_range(at..at + 'σ'.len_utf8(), "σ");
        }
        if !joins(c) {
            self.sigma = None;
        }
        let lang = Language::of(&style.lang);
        let dutch_i = std::mem::take(&mut self.dutch_i);
        match style.transform {
            TextTransform::None => out.push(c),
            TextTransform::Uppercase => self.uppercase(c, lang, out),
            TextTransform::Lowercase => self.lowercase(c, lang, begins, out),
            TextTransform::Capitalize if begins => {
                titlecase(c, lang, out);
                self.dutch_i = lang == Language::Dutch && matches!(c, 'i' | 'I');
            }
            TextTransform::Capitalize if dutch_i && c == 'j' => out.push('J'),
            TextTransform::Capitalize => out.push(c),
            TextTransform::FullWidth => out.push(full_width(c)),
        }
    }

    /// Something that is no text stands between.
    pub(super) fn interrupt(&mut self) {
        *self = Transformer::default();
    }

    fn uppercase(&mut self, c: char, lang: Language, out: &mut String) {
        let bare_vowel = std::mem::take(&mut self.bare_vowel);
        match (lang, c) {
            (Language::Turkic, 'i') => out.push('İ'),
            (Language::Greek, '\u{301}' | '\u{384}') => {}
            // Without its tonos the vowel before would seem to make a diphthong of the two.
            (Language::Greek, 'ι' | 'Ι') if bare_vowel => out.push('Ϊ'),
            (Language::Greek, 'υ' | 'Υ') if bare_vowel => out.push('Ϋ'),
            (Language::Greek, _) if let Some(bare) = without_tonos(c) => {
                self.bare_vowel = matches!(bare, 'Α' | 'Ε' | 'Ο' | 'Υ');
                out.push(bare);
            }
            _ => out.extend(c.to_uppercase()),
        }
    }

    fn lowercase(&mut self, c: char, lang: Language, begins: bool, out: &mut String) {
        match (lang, c) {
            (Language::Turkic, 'I') => out.push('ı'),
            (Language::Turkic, 'İ') => out.push('i'),
            (_, 'Σ') if !begins => {
                self.sigma = Some(out.len());
                out.push('ς');
            }
            _ => out.extend(c.to_lowercase()),
        }
    }
}

/// Languages with case mappings of their own (Unicode, `SpecialCasing.txt`).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Language {
    Turkic,
    Greek,
    Dutch,
    Other,
}

impl Language {
    fn of(tag: &str) -> Language {
        match tag.split('-').next().unwrap_or("") {
            t if t.eq_ignore_ascii_case("tr") || t.eq_ignore_ascii_case("az") => Language::Turkic,
            t if t.eq_ignore_ascii_case("el") => Language::Greek,
            t if t.eq_ignore_ascii_case("nl") => Language::Dutch,
            _ => Language::Other,
        }
    }
}

/// Characters within a word that do not begin a new one: `l'été`, combining marks.
fn joins(c: char) -> bool {
    matches!(c, '\'' | '’' | '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{200c}' | '\u{200d}')
}

/// The title case of a letter: ß becomes Ss, ǆ becomes ǅ.
fn titlecase(c: char, lang: Language, out: &mut String) {
    let single = match c {
        'Ǆ'..='ǆ' => Some('ǅ'),
        'Ǉ'..='ǉ' => Some('ǈ'),
        'Ǌ'..='ǌ' => Some('ǋ'),
        'Ǳ'..='ǳ' => Some('ǲ'),
        // Georgian has capitals for whole words only.
        'ა'..='ჿ' => Some(c),
        'i' if lang == Language::Turkic => Some('İ'),
        _ => None,
    };
    if let Some(single) = single {
        out.push(single);
        return;
    }
    let mut upper = c.to_uppercase();
    out.extend(upper.next());
    out.extend(upper.flat_map(char::to_lowercase));
}

/// The capital of an accented Greek vowel without its tonos.
fn without_tonos(c: char) -> Option<char> {
    Some(match c {
        'ά' | 'Ά' => 'Α',
        'έ' | 'Έ' => 'Ε',
        'ή' | 'Ή' => 'Η',
        'ί' | 'Ί' => 'Ι',
        'ό' | 'Ό' => 'Ο',
        'ύ' | 'Ύ' => 'Υ',
        'ώ' | 'Ώ' => 'Ω',
        'ΐ' => 'Ϊ',
        'ΰ' => 'Ϋ',
        _ => return None,
    })
}

/// The full-width form of an ASCII character.
fn full_width(c: char) -> char {
    match c {
        ' ' => '\u{3000}',
        '!'..='~' => char::from_u32(c as u32 + 0xfee0).unwrap_or(c),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::css::computed::TextStyle;

    fn set(text: &str, transform: TextTransform, lang: &str) -> String {
        let style = crate::layout::inline::tests::text_style();
        let style = TextStyle { transform, lang: lang.into(), ..style };
        let (mut transformer, mut out) = (Transformer::default(), String::new());
        text.chars().for_each(|c| transformer.push(c, &style, &mut out));
        out
    }

    #[test]
    fn case_mappings_are_full_ones() {
        let upper = |text| set(text, TextTransform::Uppercase, "");
        assert_eq!(upper("straße ﬁx ŉ ΐ"), "STRASSE FIX ʼN Ι\u{308}\u{301}");
        let capital = |text| set(text, TextTransform::Capitalize, "");
        assert_eq!(capital("ßa ﬁx l'été o’neill 3rd x-ray"), "Ssa Fix L'été O’neill 3rd X-Ray");
        assert_eq!(capital("ǆep ǉubav ǌiva ǳeta"), "ǅep ǈubav ǋiva ǲeta");
        assert_eq!(capital("საქართველო"), "საქართველო");
        assert_eq!(set("a 1!", TextTransform::FullWidth, ""), "ａ\u{3000}１！");
    }

    #[test]
    fn sigma_is_final_at_the_end_of_a_word() {
        let lower = |text| set(text, TextTransform::Lowercase, "el");
        assert_eq!(lower("ΟΔΥΣΣΕΥΣ ΣΟΦΟΣ, Σ. ΣΑΣ"), "οδυσσευς σοφος, σ. σας");
    }

    #[test]
    fn languages_have_case_mappings_of_their_own() {
        assert_eq!(set("istanbul ılık", TextTransform::Uppercase, "tr"), "İSTANBUL ILIK");
        assert_eq!(set("ISPARTA İZMİR", TextTransform::Lowercase, "az"), "ısparta izmir");
        assert_eq!(set("izmir", TextTransform::Capitalize, "tr-TR"), "İzmir");
        assert_eq!(
            set("Μάιος ρολόι νεράκι ΐ", TextTransform::Uppercase, "el"),
            "ΜΑΪΟΣ ΡΟΛΟΪ ΝΕΡΑΚΙ Ϊ"
        );
        assert_eq!(set("Μάιος", TextTransform::Uppercase, "en"), "ΜΆΙΟΣ");
        assert_eq!(set("ijsland bijl", TextTransform::Capitalize, "nl"), "IJsland Bijl");
        assert_eq!(set("ijsland", TextTransform::Capitalize, "en"), "Ijsland");
    }
}
