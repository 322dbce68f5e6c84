//! Where words may be hyphenated.
//!
//! Input: a word and its style. Output: byte offsets. Patterns are those of TeX through `hypher`,
//! by the language of the text; soft hyphens are not looked at here, they win over these.

use hypher::Lang;
use smallvec::SmallVec;

use crate::css::computed::{HyphenateLimits, Hyphens, TextStyle};

/// Offsets into a word, in order.
pub(super) type Points = SmallVec<[u32; 8]>;

/// What `hyphenate-limit-chars: auto` stands for: a choice "that adapts to the current layout" (CSS
/// Text 4 §6.3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AutoLimits {
    /// 6 3 3: no stub of two letters on either side.
    Usual,
    /// 5 2 2, what CSS suggests where nothing better is known and about what TeX has
    /// (`\lefthyphenmin` 2, `\righthyphenmin` 3 for English): for text that cannot be set well
    /// otherwise. Duden and Chicago call a stub of two letters a last resort.
    Narrow,
}

impl AutoLimits {
    fn values(self) -> (u8, u8, u8) {
        match self {
            AutoLimits::Usual => (6, 3, 3),
            AutoLimits::Narrow => (5, 2, 2),
        }
    }
}

/// The patterns of a language, by the primary subtag.
pub(super) fn patterns(lang: &str) -> Option<Lang> {
    let primary = lang.split(['-', '_']).next().unwrap_or("").as_bytes();
    let code: [u8; 2] = primary.try_into().ok()?;
    Lang::from_iso(code.map(|b| b.to_ascii_lowercase()))
}

/// The offsets at which a word may be divided under `hyphens: auto`. Marks around the word do not
/// count; a word with anything but letters in it is left alone.
pub(super) fn automatic(word: &str, style: &TextStyle, auto: AutoLimits) -> Points {
    let mut points = Points::new();
    if style.hyphens != Hyphens::Auto {
        return points;
    }
    let Some(lang) = patterns(&style.lang) else { return points };
    let core = word.trim_start_matches(|c: char| !c.is_alphabetic());
    let lead = word.len() - core.len();
    let core = core.trim_end_matches(|c: char| !c.is_alphabetic());
    let letters = core.chars().count();
    let (word_limit, before, after) = used_limits(style.hyphenate_limits, auto.values());
    if letters < word_limit || !core.chars().all(char::is_alphabetic) {
        return points;
    }
    let (left, right) = lang.bounds();
    // The patterns know where the language itself allows no break; what the style asks for counts
    // beyond that.
    let (left, right) = (left.max(before), right.max(after));
    if left + right > letters {
        return points;
    }
    let mut at = lead;
    for syllable in hypher::hyphenate_bounded(core, lang, left, right) {
        at += syllable.len();
        if at < lead + core.len() {
            points.push(at as u32);
        }
    }
    points
}

fn used_limits(limits: HyphenateLimits, auto: (u8, u8, u8)) -> (usize, usize, usize) {
    let or = |given: Option<u8>, auto: u8| usize::from(given.unwrap_or(auto));
    (or(limits.word, auto.0), or(limits.before, auto.1), or(limits.after, auto.2))
}
