//! Where lines may break: UAX #14 with what CSS Text 3 §5 and Chinese typesetting add.
//!
//! Input: the collected text. Output: positions, sorted, at which a soft wrap is allowed. Hyphens
//! and emergency breaks inside words are found later, when a line asks for them.

use icu_locale_core::{LanguageIdentifier, langid};
use icu_segmenter::options::{LineBreakOptions, LineBreakStrictness, LineBreakWordOption};
use icu_segmenter::{LineSegmenter, LineSegmenterBorrowed};

use super::cjk::{Class, class_of, is_wide, never_starts_line};
use super::collect::{Collected, Mark, ROOT, Span};
use crate::css::computed::{LineBreak, TextStyle, WhiteSpaceCollapse, WordBreak};

/// The segmenter knows one manner for Chinese and Japanese, and this stands for both.
static CHINESE: LanguageIdentifier = langid!("zh");

/// What the segmenter is asked to do.
#[derive(Clone, Copy, PartialEq)]
struct Manner {
    strictness: LineBreak,
    word: WordBreak,
    /// Chinese or Japanese.
    ideographic: bool,
}

impl Manner {
    fn of(style: &TextStyle) -> Manner {
        let ideographic = style.lang.starts_with("zh") || style.lang.starts_with("ja");
        Manner { strictness: style.line_break, word: style.word_break, ideographic }
    }

    fn segmenter(self) -> LineSegmenterBorrowed<'static> {
        let mut options = LineBreakOptions::default();
        options.strictness = Some(match self.strictness {
            LineBreak::Auto | LineBreak::Strict => LineBreakStrictness::Strict,
            LineBreak::Normal => LineBreakStrictness::Normal,
            LineBreak::Loose => LineBreakStrictness::Loose,
            LineBreak::Anywhere => LineBreakStrictness::Anywhere,
        });
        options.word_option = Some(match self.word {
            WordBreak::Normal | WordBreak::BreakWord => LineBreakWordOption::Normal,
            WordBreak::BreakAll => LineBreakWordOption::BreakAll,
            WordBreak::KeepAll => LineBreakWordOption::KeepAll,
        });
        if self.ideographic {
            options.content_locale = Some(&CHINESE);
        }
        LineSegmenter::new_for_non_complex_scripts(options)
    }
}

/// The positions at which lines may break, sorted.
pub(super) fn opportunities(c: &Collected) -> Vec<u32> {
    let root = &c.boxes[usize::from(ROOT)].style.text;
    let mut manners: Vec<Manner> = Vec::new();
    for style in c.spans.iter().map(|s| &s.style).chain([root]) {
        let manner = Manner::of(style);
        if !manners.contains(&manner) {
            manners.push(manner);
        }
    }
    let mut found = Vec::new();
    for manner in &manners {
        let mut spans = Cursor { spans: &c.spans, at: 0 };
        for at in manner.segmenter().segment_str(&c.text).skip(1) {
            let before = spans.ending(at as u32);
            let style = before.map_or(root, |i| &c.spans[i].style);
            if at < c.text.len() && Manner::of(style) == *manner && allowed(c, at as u32, before) {
                found.push(at as u32);
            }
        }
    }
    add_tailoring(c, &mut found);
    let explicit = c.break_opportunities.iter().filter(|at| {
        let span = Cursor { spans: &c.spans, at: 0 }.ending(**at);
        **at > 0 && allowed(c, **at, span)
    });
    found.extend(explicit);
    found.sort_unstable();
    found.dedup();
    found
}

/// Finds the span before a position that only grows.
struct Cursor<'a> {
    spans: &'a [Span],
    at: usize,
}

impl Cursor<'_> {
    /// The span that holds the character before `position`.
    fn ending(&mut self, position: u32) -> Option<usize> {
        while self.spans.get(self.at).is_some_and(|s| s.end < position) {
            self.at += 1;
        }
        self.spans.get(self.at).filter(|s| s.start < position).map(|_| self.at)
    }
}

/// Whether `text-wrap-mode` allows a break here, `before` being the span that holds the character
/// before: that of the nearest box which holds both sides
/// (CSS Text 3 §5.1), and between preserved spaces only under `break-spaces`.
pub(super) fn allowed(c: &Collected, at: u32, before: Option<usize>) -> bool {
    let after = match before {
        Some(i) if c.spans[i].end > at => Some(i),
        Some(i) => c.spans.get(i + 1).filter(|s| s.start <= at).map(|_| i + 1),
        None => c.spans.iter().position(|s| s.start <= at && at < s.end),
    };
    if let (Some(a), Some(b)) = (before, after)
        && a == b
    {
        let style = &c.spans[a].style;
        return style.wrap && !within_spaces(c, at, style);
    }
    let owner = |span: Option<usize>| span.map(|i| c.spans[i].owner);
    let root = |mark_owner: Option<u16>| mark_owner.unwrap_or_else(|| owner_at(c, at));
    let common = common_ancestor(c, root(owner(before)), root(owner(after)));
    c.boxes[usize::from(common)].style.text.wrap
}

/// The box that is open at a position outside all spans (beside an atomic inline).
fn owner_at(c: &Collected, at: u32) -> u16 {
    let mut open = ROOT;
    for (_, mark) in c.marks.iter().take_while(|(position, _)| *position < at) {
        match mark {
            Mark::Open(index) => open = *index,
            Mark::Close(index) => open = c.boxes[usize::from(*index)].parent,
            _ => {}
        }
    }
    open
}

fn common_ancestor(c: &Collected, mut a: u16, mut b: u16) -> u16 {
    // Parents have smaller indices than their children.
    while a != b {
        if a > b {
            a = c.boxes[usize::from(a)].parent;
        } else {
            b = c.boxes[usize::from(b)].parent;
        }
    }
    a
}

/// A break before a preserved space: only `break-spaces` knows it.
fn within_spaces(c: &Collected, at: u32, style: &TextStyle) -> bool {
    style.white_space != WhiteSpaceCollapse::BreakSpaces
        && c.text.as_bytes().get(at as usize) == Some(&b' ')
}

/// What Chinese adds to UAX #14 (Unicode 15.1): curly quotes are brackets (rule LB19a of
/// Unicode 16), interpuncts do not begin a line; and `break-spaces` breaks after each space.
fn add_tailoring(c: &Collected, found: &mut Vec<u32>) {
    let mut forbidden: Vec<u32> = Vec::new();
    for span in &c.spans {
        let text = &c.text[span.start as usize..span.end as usize];
        if span.style.white_space == WhiteSpaceCollapse::BreakSpaces && span.style.wrap {
            let spaces = text.match_indices(' ').map(|(i, _)| span.start + i as u32 + 1);
            found.extend(spaces.filter(|at| (*at as usize) < c.text.len()));
        }
        if !span.style.wrap || !Manner::of(&span.style).ideographic {
            continue;
        }
        let mut before = c.text[..span.start as usize].chars().next_back();
        for (i, next) in text.char_indices() {
            let at = span.start + i as u32;
            if let Some(before) = before {
                if breaks_at_quote(before, next, &span.style.lang) {
                    found.push(at);
                } else if never_starts_line(next) {
                    forbidden.push(at);
                }
            }
            before = Some(next);
        }
    }
    if !forbidden.is_empty() {
        found.retain(|at| forbidden.binary_search(at).is_err());
    }
}

/// Whether a line may break between a wide character and a curly quote that faces away from it.
fn breaks_at_quote(before: char, next: char, lang: &str) -> bool {
    let curly = |c: char| matches!(c, '“' | '”' | '‘' | '’');
    let (left, right) = (class_of(before, lang), class_of(next, lang));
    let opens = curly(next) && right == Class::Opening && is_wide(before) && left != Class::Opening;
    let closes = curly(before)
        && left == Class::Closing
        && (right == Class::Han || right == Class::Opening && !curly(next));
    opens || closes
}
