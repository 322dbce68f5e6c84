//! Where words may be hyphenated.
//!
//! Input: a word and its style. Output: byte offsets. Patterns are those of TeX through `hypher`,
//! by the language of the text; soft hyphens are not looked at here, they win over these.

use hypher::Lang;
use smallvec::SmallVec;

use crate::css::computed::{HyphenateLimits, Hyphens, TextStyle};

/// Offsets into a word, in order.
pub(super) type Points = SmallVec<[u32; 8]>;

/// The initial value of `hyphenate-limit-chars`, which leaves the choice to us.
const AUTO_LIMITS: (u8, u8, u8) = (5, 2, 2);

/// Our choice for `auto`: no two-letter stubs on either side.
const OUR_LIMITS: HyphenateLimits = HyphenateLimits { word: 6, before: 3, after: 3 };

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
    let limits = used_limits(style.hyphenate_limits);
    if letters < usize::from(limits.word) || !core.chars().all(char::is_alphabetic) {
        return points;
    }
    let (left, right) = lang.bounds();
    let (left, right) = (left.max(limits.before.into()), right.max(limits.after.into()));
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

fn used_limits(limits: HyphenateLimits) -> HyphenateLimits {
    if (limits.word, limits.before, limits.after) == AUTO_LIMITS { OUR_LIMITS } else { limits }
}
