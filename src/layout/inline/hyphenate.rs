//! Where words may be hyphenated.
//!
//! Input: a word and its style. Output: byte offsets. Patterns are those of TeX through `hypher`,
//! by the language of the text; soft hyphens are not looked at here, they win over these.

use hypher::Lang;
use smallvec::SmallVec;

use crate::css::computed::{HyphenateLimits, Hyphens, TextStyle};

/// Offsets into a word, in order.
pub(super) type Points = SmallVec<[u32; 8]>;

/// `hyphenate-limit-chars: auto` leaves the choice to us: no two-letter stubs on either side. CSS
/// suggests 5 2 2, TeX has `\lefthyphenmin` 2 and `\righthyphenmin` 3; Duden and Chicago call a
/// stub of two letters a last resort.
const AUTO: (u8, u8, u8) = (6, 3, 3);

/// The patterns of a language, by the primary subtag.
pub(super) fn patterns(lang: &str) -> Option<Lang> {
    let primary = lang.split(['-', '_']).next().unwrap_or("").as_bytes();
    let code: [u8; 2] = primary.try_into().ok()?;
    Lang::from_iso(code.map(|b| b.to_ascii_lowercase()))
}

/// The offsets at which a word may be divided under `hyphens: auto`. Marks around the word do not
/// count; a word with anything but letters in it is left alone.
pub(super) fn automatic(word: &str, style: &TextStyle) -> Points {
    let mut points = Points::new();
    if style.hyphens != Hyphens::Auto {
        return points;
    }
    let Some(lang) = patterns(&style.lang) else { return points };
    let core = word.trim_start_matches(|c: char| !c.is_alphabetic());
    let lead = word.len() - core.len();
    let core = core.trim_end_matches(|c: char| !c.is_alphabetic());
    let letters = core.chars().count();
    let (word_limit, before, after) = used_limits(style.hyphenate_limits);
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

fn used_limits(limits: HyphenateLimits) -> (usize, usize, usize) {
    let or = |given: Option<u8>, auto: u8| usize::from(given.unwrap_or(auto));
    (or(limits.word, AUTO.0), or(limits.before, AUTO.1), or(limits.after, AUTO.2))
}
