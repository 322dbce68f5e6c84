//! The parts of a page that is plainly written: where its texts and tags stand.
//!
//! What the tokenizer makes of a page depends on the tree that is built meanwhile: raw text, CDATA. Here only pages
//! are read that come to the same tags and texts in every state, as nearly all templates make them. Others have
//! no parts: scripts, values that hold `<`, tags that never end. State names: HTML §13.2.5.

use std::ops::Range;

/// Elements whose content is read otherwise.
const REFUSED: [&str; 7] =
    ["script", "noscript", "xmp", "iframe", "noembed", "noframes", "plaintext"];

/// Elements whose content is text, in most places: it may hold no `<`.
const RAW: [&str; 3] = ["title", "style", "textarea"];

/// The texts and tags of a page, in order; byte ranges.
#[derive(Default)]
pub(super) struct Parts {
    /// What is between tags, comments and the document type.
    pub texts: Vec<Range<u32>>,
    /// Start tags.
    pub tags: Vec<Tag>,
    attributes: Vec<Written>,
}

/// A start tag.
pub(super) struct Tag {
    pub range: Range<u32>,
    attributes: Range<usize>,
}

/// An attribute in a start tag.
pub(super) struct Written {
    pub name: Range<u32>,
    /// Without quotes; empty where there is none.
    pub value: Range<u32>,
    pub quote: Option<u8>,
}

fn range(start: usize, end: usize) -> Range<u32> {
    start as u32..end as u32
}

/// How many bytes from a place on are of a kind.
fn run(text: &str, at: usize, of: impl Fn(u8) -> bool) -> usize {
    text.as_bytes()[at..].iter().take_while(|byte| of(**byte)).count()
}

impl Parts {
    /// The parts of a page whose text can be indexed by `u32`, if it is plainly written.
    pub fn of(text: &str) -> Option<Parts> {
        let mut parts = Parts::default();
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let doctype = rest.get(..15).filter(|d| d.eq_ignore_ascii_case("<!doctype html>"));
            at = if !rest.starts_with('<') {
                let end = rest.find('<').map_or(text.len(), |length| at + length);
                parts.texts.push(range(at, end));
                end
            } else if let Some(comment) = rest.strip_prefix("<!--") {
                at + 4 + comment_length(comment)?
            } else if let Some(doctype) = doctype {
                at + doctype.len()
            } else {
                parts.tag(text, at)?
            };
        }
        Some(parts)
    }

    /// The attributes of a tag.
    pub fn attributes(&self, tag: &Tag) -> &[Written] {
        &self.attributes[tag.attributes.clone()]
    }

    /// Reads the tag that begins at `start`; gives its end.
    fn tag(&mut self, text: &str, start: usize) -> Option<usize> {
        let bytes = text.as_bytes();
        let is_end = bytes.get(start + 1) == Some(&b'/');
        let name_start = start + 1 + usize::from(is_end);
        let first = self.attributes.len();
        let mut at = name_start;
        if !bytes.get(at)?.is_ascii_alphabetic() {
            return None;
        }
        at += run(text, at, |byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let name = &text[name_start..at];
        if REFUSED.iter().any(|refused| refused.eq_ignore_ascii_case(name)) {
            return None;
        }
        loop {
            let spaces = run(text, at, |byte| byte.is_ascii_whitespace());
            at += spaces;
            match bytes.get(at..)? {
                [b'>', ..] => break at += 1,
                [b'/', b'>', ..] => break at += 2,
                _ if spaces == 0 || is_end => return None,
                _ => at = self.attribute(text, at)?,
            }
        }
        if is_end {
            return Some(at);
        }
        let attributes = first..self.attributes.len();
        self.tags.push(Tag { range: range(start, at), attributes });
        if RAW.iter().any(|raw| raw.eq_ignore_ascii_case(name)) {
            let end = at + text[at..].find('<')?;
            let close = text.get(end + 2..end + 3 + name.len())?;
            let closes = close.strip_suffix('>').is_some_and(|n| n.eq_ignore_ascii_case(name));
            return (text[end..].starts_with("</") && closes).then_some(at);
        }
        Some(at)
    }

    /// Reads an attribute; gives its end.
    fn attribute(&mut self, text: &str, start: usize) -> Option<usize> {
        let bytes = text.as_bytes();
        let is_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':' | b'.');
        let name_end = start + run(text, start, is_name);
        if name_end == start {
            return None;
        }
        let quote = bytes.get(name_end + 1).copied().filter(|byte| matches!(byte, b'"' | b'\''));
        let (value, end) = match (bytes.get(name_end)?, quote) {
            (b'=', Some(quote)) => {
                let value = name_end + 2;
                let end = value + run(text, value, |byte| byte != quote && byte != b'<');
                if bytes.get(end) != Some(&quote) {
                    return None;
                }
                (value..end, end + 1)
            }
            (b'=', None) => {
                let value = name_end + 1;
                let end = value + run(text, value, |b| !b.is_ascii_whitespace() && b != b'>');
                let odd = |byte: &u8| matches!(byte, b'"' | b'\'' | b'<' | b'=' | b'`');
                if end == value || bytes[value..end].iter().any(odd) {
                    return None;
                }
                (value..end, end)
            }
            _ => (name_end..name_end, name_end),
        };
        let quote = quote.filter(|_| end > value.end);
        let (name, value) = (range(start, name_end), range(value.start, value.end));
        self.attributes.push(Written { name, value, quote });
        Some(end)
    }
}

/// How long a comment is from behind its beginning to its end.
fn comment_length(text: &str) -> Option<usize> {
    let length = text.find("-->")?;
    let odd = text.starts_with('>') || text.starts_with("->");
    let comment = &text[..length];
    (!odd && !comment.contains("<!") && !comment.contains("--!>")).then_some(length + 3)
}
