//! The words that templates use, to know what they cannot need.

use std::collections::BTreeSet;

use super::lex::{self, Kind};

/// Every name and every quoted text in the tags of some templates.
#[derive(Clone, Debug, Default)]
pub struct Mentions(BTreeSet<String>);

impl Mentions {
    /// Whether the word is used anywhere.
    pub fn has(&self, word: &str) -> bool {
        self.0.contains(word)
    }

    /// Adds the words of another.
    pub fn extend(&mut self, other: &Mentions) {
        self.0.extend(other.0.iter().cloned());
    }

    pub(super) fn of(text: &str) -> Mentions {
        let mut words = BTreeSet::new();
        for tag in lex::tags(text) {
            for token in tag.tokens {
                if let Kind::Ident(word) | Kind::Text(word) = token.kind {
                    words.insert(word.to_string());
                }
            }
        }
        Mentions(words)
    }
}
