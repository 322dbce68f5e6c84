//! Classes of East Asian characters: which are wide, which marks have blank halves.
//!
//! Input: characters. Output: [`Class`] and predicates. What a mark's glyph is like is the face's
//! matter; `build` holds the class against the glyph's advance.

/// What stands beside what decides the room between (CSS Text 4 §8, CLREQ §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Ideographs and kana.
    Han,
    /// Full-width marks whose left half is blank: opening brackets and quotes.
    Opening,
    /// Full-width marks whose right half is blank: closing brackets, stops, commas.
    Closing,
    /// Full-width marks in the middle of their em: interpuncts, dashes.
    Middle,
    /// Letters of other scripts.
    Letter,
    /// Figures.
    Figure,
    /// All else.
    Other,
}

/// East Asian wide and full-width characters, Hangul excepted (UAX #11).
pub(super) fn is_wide(c: char) -> bool {
    matches!(c as u32,
        0x2e80..=0x303e | 0x3041..=0x312f | 0x3190..=0x4dbf | 0x4e00..=0xa4cf | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f | 0xff01..=0xff60 | 0xffe0..=0xffe6 | 0x1f200..=0x1f2ff
        | 0x20000..=0x3fffd)
}

/// Ideographs, kana and bopomofo, 〇 and 々 among them.
pub(super) fn is_ideographic(c: char) -> bool {
    matches!(c as u32,
        0x2e80..=0x2fdf | 0x3005..=0x3007 | 0x3021..=0x3029 | 0x3041..=0x3096 | 0x309d..=0x309f
        | 0x30a1..=0x30fa | 0x30fc..=0x312f | 0x31a0..=0x31ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff
        | 0xf900..=0xfaff | 0x20000..=0x3fffd)
}

/// Punctuation that Latin and Chinese share in Unicode but not in form.
pub(super) fn is_shared_punctuation(c: char) -> bool {
    matches!(c, '‘' | '’' | '“' | '”' | '—' | '…' | '⋯' | '·' | '‧' | '‥')
}

/// Marks that stand doubled as one sign and are shaped together: —— and ……
pub(super) fn is_doubled(c: char) -> bool {
    matches!(c, '—' | '…' | '⋯' | '‥' | '\u{2015}' | '\u{2e3a}')
}

/// The class of a full-width character. In traditional Chinese stops and commas stand in the
/// middle of their em; in Japanese colons, semicolons, ! and ? do.
pub(super) fn class_of(c: char, lang: &str) -> Class {
    match c {
        '（' | '「' | '『' | '《' | '〈' | '【' | '〔' | '〖' | '〘' | '〚' | '［' | '｛'
        | '｟' | '“' | '‘' | '〝' => Class::Opening,
        '）' | '」' | '』' | '》' | '〉' | '】' | '〕' | '〗' | '〙' | '〛' | '］' | '｝'
        | '｠' | '”' | '’' | '〞' | '〟' => Class::Closing,
        '、' | '。' | '，' | '．' if !is_traditional(lang) => Class::Closing,
        '：' | '；' | '！' | '？' if lang.starts_with("zh") && !is_traditional(lang) => {
            Class::Closing
        }
        '·' | '‧' | '・' | '—' | '…' | '⋯' | '‥' | '、' | '。' | '，' | '．' | '：' | '；'
        | '！' | '？' => Class::Middle,
        _ if is_ideographic(c) => Class::Han,
        _ if c.is_numeric() && !is_wide(c) => Class::Figure,
        _ if c.is_alphanumeric() && !is_wide(c) => Class::Letter,
        _ => Class::Other,
    }
}

fn is_traditional(lang: &str) -> bool {
    let lang = lang.to_ascii_lowercase();
    lang.starts_with("zh") && ["hant", "-tw", "-hk", "-mo"].iter().any(|part| lang.contains(part))
}

/// Whether a line must not begin with this mark in Chinese, beyond what UAX #14 says.
pub(super) fn never_starts_line(c: char) -> bool {
    matches!(c, '·' | '‧' | '・' | '／' | '～' | '〜')
}
