//! `text-transform`, character by character.
//!
//! Input: characters in order. Output: what is set in their place. A word goes on across inline
//! boxes, so the state outlives the text node.

use crate::css::computed::TextTransform;

/// Where we are in a word.
#[derive(Default)]
pub(super) struct Transformer {
    in_word: bool,
}

impl Transformer {
    /// Appends what stands for `c`.
    pub(super) fn push(&mut self, c: char, how: TextTransform, out: &mut String) {
        let begins = !self.in_word && c.is_alphanumeric();
        self.in_word = c.is_alphanumeric() || self.in_word && joins(c);
        match how {
            TextTransform::None => out.push(c),
            TextTransform::Uppercase => out.extend(c.to_uppercase()),
            TextTransform::Lowercase => out.extend(c.to_lowercase()),
            TextTransform::Capitalize if begins => titlecase(c, out),
            TextTransform::Capitalize => out.push(c),
            TextTransform::FullWidth => out.push(full_width(c)),
        }
    }

    /// Something that is no text stands between.
    pub(super) fn interrupt(&mut self) {
        self.in_word = false;
    }
}

/// Characters within a word that do not begin a new one: `l'été`, combining marks.
fn joins(c: char) -> bool {
    matches!(c, '\'' | '’' | '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{200c}' | '\u{200d}')
}

/// The title case of a letter: ß becomes Ss.
fn titlecase(c: char, out: &mut String) {
    let mut upper = c.to_uppercase();
    out.extend(upper.next());
    out.extend(upper.flat_map(char::to_lowercase));
}

/// The full-width form of an ASCII character.
fn full_width(c: char) -> char {
    match c {
        ' ' => '\u{3000}',
        '!'..='~' => char::from_u32(c as u32 + 0xfee0).unwrap_or(c),
        _ => c,
    }
}
