//! Pages one after another: a page that differs from an earlier one in its words alone has its tree.
//!
//! The pages of a batch come from few templates and mostly differ in some texts and values. A [`Reader`] keeps the
//! last trees and where in their pages such *words* stand. Where all else of a new page is the same to the letter,
//! and its words hold nothing that HTML makes more of than text, no token but theirs is another, and the tree is the
//! old one with the new words: a fortieth of the work of parsing.
//!
//! What may be a word: the text of a text node, after its leading white space, if there is anything else in it; the
//! quoted value of one of [`WORDS`], which no rule of the tree builder asks for. Neither holds `<`, `&`, NUL, CR. Rules
//! ask of a text whether it is white space, and for a line feed it begins with (HTML §13.2.6).

use std::ops::Range;
use std::sync::Arc;

use html5ever::ns;

use super::dom::{Attribute, Dom, NodeKind};
use super::parse::parse;
use super::parts::{Parts, Written};
use super::{check, values};
use crate::diag::{Diagnostic, Source};

/// Attributes whose values are words. Formatting elements may have them, which are compared whole (the "Noah's
/// Ark clause"): these are no words there, except in `a`, of which there is never a second.
pub const WORDS: [&str; 6] = ["alt", "content", "href", "src", "title", "value"];

/// Formatting elements but `a` (HTML §13.2.4.3).
const FORMATTING: [&str; 13] =
    ["b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];

/// How many trees are kept: templates have branches.
const KEPT: usize = 4;

/// Bytes of the longest page whose tree is kept; what has more is not one of thousands.
const LONGEST: usize = 256 * 1024;

/// Reads pages one after another. What it keeps never changes what a page says.
#[derive(Default)]
pub struct Reader {
    /// The last used first.
    kept: Vec<Kept>,
    /// The words of the page at hand.
    words: Vec<Found>,
}

/// A tree that may be taken over.
struct Kept {
    dom: Arc<Dom>,
    /// In the order of the page.
    words: Vec<Word>,
    /// How many words are before the beginning and the end of each node's place.
    before: Vec<[u32; 2]>,
    /// Whether nothing was found in the page.
    sound: bool,
}

struct Word {
    range: Range<u32>,
    /// What ends it: the next tag, a quote.
    end: u8,
    node: u32,
    /// The attribute whose value it is; else it is a text.
    attribute: Option<usize>,
}

/// A word in a new page.
struct Found {
    range: Range<u32>,
    is_new: bool,
}

impl Reader {
    /// The tree of a page, and what [`check`](super::check()) finds in it.
    pub fn read(&mut self, source: &Arc<Source>) -> (Arc<Dom>, Vec<Diagnostic>) {
        for at in 0..self.kept.len() {
            let kept = &mut self.kept[at];
            if let Some(found) = kept.take_over(source, &mut self.words) {
                let dom = Arc::clone(&kept.dom);
                self.kept[..=at].rotate_right(1);
                return (dom, found);
            }
        }
        let dom = Arc::new(Dom { kin: Some(Arc::new(())), ..parse(source) });
        let found = check::check(&dom);
        if let Some(kept) = Kept::new(&dom, found.is_empty()) {
            self.kept.truncate(KEPT - 1);
            self.kept.insert(0, kept);
        }
        (dom, found)
    }
}

impl Kept {
    /// Finds the words of a page; none if its tree cannot be taken over.
    fn new(dom: &Arc<Dom>, sound: bool) -> Option<Kept> {
        let text = &dom.source.text;
        if dom.excess.is_some() || text.len() > LONGEST {
            return None;
        }
        let parts = Parts::of(text)?;
        let mut words = Vec::new();
        for (id, node) in (0..).zip(&dom.nodes) {
            match (&node.kind, &node.range) {
                (NodeKind::Text(words_of), Some(range)) => {
                    let at = parts.texts.binary_search_by_key(&range.start, |t| t.start).ok()?;
                    if parts.texts[at] != *range {
                        return None;
                    }
                    let is_word = is_plain(words_of)
                        && !words_of.trim_ascii().is_empty()
                        && text[of(range)] == **words_of
                        && range.start > 0;
                    if is_word {
                        let range = range.clone();
                        words.push(Word { range, end: b'<', node: id, attribute: None });
                    }
                }
                (NodeKind::Element(element), Some(range)) => {
                    let at =
                        parts.tags.binary_search_by_key(&range.start, |t| t.range.start).ok()?;
                    let tag = &parts.tags[at];
                    let written = parts.attributes(tag);
                    // An element that is made twice, of one tag, is not at a place of its own, or has none.
                    if tag.range != *range || written.len() != element.attributes.len() {
                        return None;
                    }
                    let is_formatting = FORMATTING.contains(&&*element.name);
                    for (at, (attribute, written)) in
                        element.attributes.iter().zip(written).enumerate()
                    {
                        if !is_name(&text[of(&written.name)], attribute) {
                            return None;
                        }
                        if let Some(end) = written.quote
                            && !is_formatting
                            && is_word(text, attribute, written)
                        {
                            let range = written.value.clone();
                            words.push(Word { range, end, node: id, attribute: Some(at) });
                        }
                    }
                }
                (NodeKind::Element(element), None) if !element.attributes.is_empty() => {
                    return None;
                }
                (NodeKind::Text(_), None) => return None,
                _ => {}
            }
        }
        words.sort_unstable_by_key(|word| word.range.start);
        if words.windows(2).any(|two| two[1].range.start <= two[0].range.start) {
            return None;
        }
        let count = |at: u32| words.partition_point(|word| word.range.start < at) as u32;
        let before = |range: &Option<Range<u32>>| match range {
            Some(range) => [count(range.start), count(range.end)],
            None => [0, 0],
        };
        let before = dom.nodes.iter().map(|node| before(&node.range)).collect();
        Some(Kept { dom: Arc::clone(dom), words, before, sound })
    }

    /// Puts the words of a page into the tree, if that is all the difference; gives what is found in it.
    fn take_over(
        &mut self,
        source: &Arc<Source>,
        words: &mut Vec<Found>,
    ) -> Option<Vec<Diagnostic>> {
        let dom = Arc::get_mut(&mut self.dom)?;
        if !find(&self.words, &dom.source.text, &source.text, words) {
            return None;
        }
        // Where what stands at `at` behind so many words has gone.
        let moved = |at: u32, before: u32| match before.checked_sub(1) {
            None => at,
            Some(last) => {
                words[last as usize].range.end + (at - self.words[last as usize].range.end)
            }
        };
        for (node, before) in dom.nodes.iter_mut().zip(&self.before) {
            if let Some(range) = &mut node.range {
                *range = moved(range.start, before[0])..moved(range.end, before[1]);
            }
        }
        dom.source = Arc::clone(source);
        let mut sound = self.sound;
        for (word, found) in self.words.iter_mut().zip(words.iter()) {
            word.range = found.range.clone();
            if !found.is_new {
                continue;
            }
            let new = &source.text[of(&word.range)];
            match (&mut dom.nodes[word.node as usize].kind, word.attribute) {
                (NodeKind::Text(text), None) => {
                    text.clear();
                    text.push_str(new);
                }
                (NodeKind::Element(element), Some(at)) => {
                    element.attributes[at].value = new.into();
                    sound &= values::may_take(element, &element.attributes[at]);
                }
                // Words are found in just these nodes.
                _ => unreachable!("a word in a node of another kind"),
            }
        }
        let found = if sound { Vec::new() } else { check::check(dom) };
        self.sound = found.is_empty();
        Some(found)
    }
}

fn of(range: &Range<u32>) -> Range<usize> {
    range.start as usize..range.end as usize
}

/// Whether a text holds nothing that the tokenizer makes something else of.
fn is_plain(text: &str) -> bool {
    !text.bytes().any(|byte| matches!(byte, b'<' | b'&' | b'\0' | b'\r'))
}

/// Whether an attribute is the one that is written so; foreign elements have theirs with prefixes and capitals.
fn is_name(written: &str, attribute: &Attribute) -> bool {
    let local = match &attribute.prefix {
        Some(_) => written.rsplit(':').next().unwrap_or(written),
        None => written,
    };
    local.eq_ignore_ascii_case(&attribute.name)
}

fn is_word(text: &str, attribute: &Attribute, written: &Written) -> bool {
    attribute.namespace == ns!()
        && WORDS.contains(&&*attribute.name)
        && is_plain(&attribute.value)
        && text[of(&written.value)] == *attribute.value
}

/// Finds the words of a page, `new`, that has those of another, `old`, in the same places; false if there
/// is another difference.
fn find(words: &[Word], old: &str, new: &str, found: &mut Vec<Found>) -> bool {
    found.clear();
    let (mut from, mut at) = (0, 0);
    for word in words {
        let (between, old_word) =
            (&old.as_bytes()[from..word.range.start as usize], &old[of(&word.range)]);
        // What is between words ends with `>`, or the quote before a value.
        let Some(rest) = new.as_bytes()[at..].strip_prefix(between) else { return false };
        let start = new.len() - rest.len();
        let ends = |byte: Option<&u8>| byte.is_none_or(|byte| *byte == word.end);
        let is_new = !(rest.starts_with(old_word.as_bytes()) && ends(rest.get(old_word.len())));
        let mut end = start + old_word.len();
        if is_new {
            end =
                new[start..].find(char::from(word.end)).map_or(new.len(), |length| start + length);
            let new_word = &new[start..end];
            let is_text = word.attribute.is_none();
            if !is_plain(new_word) || is_text && !begins_alike(old_word, new_word) {
                return false;
            }
        }
        found.push(Found { range: start as u32..end as u32, is_new });
        (from, at) = (word.range.end as usize, end);
    }
    old.as_bytes()[from..] == new.as_bytes()[at..]
}

/// Whether two texts begin with the same white space, and the second with more than that.
fn begins_alike(old: &str, new: &str) -> bool {
    let rest = new.trim_ascii_start();
    let space = &new[..new.len() - rest.len()];
    !rest.is_empty() && old.strip_suffix(old.trim_ascii_start()) == Some(space)
}

#[cfg(test)]
mod tests;
