//! The tags of a template as tokens with byte ranges: what Tera knows and does not give out.
//!
//! Tera parses the templates and judges their syntax; its tree is private. To check variables
//! before anything is rendered, and to point at an `extends`, this reads the same tags again. It
//! is only run on texts that Tera accepted, so it need not find errors.

use std::ops::Range;

/// A tag: `{{ … }}` or `{% … %}`. Comments and `raw` sections are none.
#[derive(Debug)]
pub(super) struct Tag<'a> {
    /// Whether it is `{{ … }}`.
    pub is_output: bool,
    /// What stands in it.
    pub tokens: Vec<Token<'a>>,
}

/// A token and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub kind: Kind<'a>,
    pub range: Range<usize>,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    /// A name or a word of the language.
    Ident(&'a str),
    /// A text, without its quotes and with its escapes as written.
    Text(&'a str),
    /// A number.
    Number,
    /// Any other sign; `==`, `?.` and their like are one.
    Sign(&'a str),
}

impl Token<'_> {
    pub fn is_sign(&self, sign: &str) -> bool {
        self.kind == Kind::Sign(sign)
    }

    pub fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Ident(word)
    }
}

/// All tags of a text.
pub(super) fn tags(text: &str) -> Vec<Tag<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = next_tag(text, at) {
        let body = start + 2;
        match &text[start..body] {
            "{#" => at = text[body..].find("#}").map_or(text.len(), |end| body + end + 2),
            opening => {
                let is_output = opening == "{{";
                let (tokens, end) = tokens(text, body, if is_output { "}}" } else { "%}" });
                at = end;
                if !is_output && tokens.len() == 1 && tokens[0].is_word("raw") {
                    at = end_of_raw(text, end);
                    continue;
                }
                found.push(Tag { is_output, tokens });
            }
        }
    }
    found
}

/// A text without its tags: where one was stands `mark`, where a comment was nothing.
pub(super) fn without_tags(text: &str, mark: char) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(start) = next_tag(text, at) {
        out.push_str(&text[at..start]);
        let body = start + 2;
        if &text[start..body] == "{#" {
            at = text[body..].find("#}").map_or(text.len(), |end| body + end + 2);
            continue;
        }
        out.push(mark);
        let is_output = &text[start..body] == "{{";
        let (tokens, end) = tokens(text, body, if is_output { "}}" } else { "%}" });
        at = end;
        if !is_output && tokens.len() == 1 && tokens[0].is_word("raw") {
            let raw_end = end_of_raw(text, end);
            let raw = &text[end..raw_end];
            out.push_str(&raw[..raw.rfind("{%").unwrap_or(raw.len())]);
            out.push(mark);
            at = raw_end;
        }
    }
    out.push_str(&text[at..]);
    out
}

fn next_tag(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    (from..bytes.len().saturating_sub(1))
        .find(|i| bytes[*i] == b'{' && matches!(bytes[i + 1], b'{' | b'%' | b'#'))
}

/// Where the tag `endraw` ends.
fn end_of_raw(text: &str, mut at: usize) -> usize {
    while let Some(start) = text[at..].find("{%").map(|i| at + i) {
        let inner = text[start + 2..].trim_start_matches('-').trim_start();
        let end = text[start..].find("%}").map_or(text.len(), |i| start + i + 2);
        if inner.starts_with("endraw") {
            return end;
        }
        at = start + 2;
    }
    text.len()
}

/// The tokens up to `closing`, and where that ends.
fn tokens<'a>(text: &'a str, from: usize, closing: &str) -> (Vec<Token<'a>>, usize) {
    let mut found = Vec::new();
    let mut at = from;
    // Whitespace control at the beginning.
    if text[at..].starts_with('-') && from > 0 {
        at += 1;
    }
    let mut braces = 0usize;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        }
        let is_end = rest.starts_with(closing)
            || rest.strip_prefix('-').is_some_and(|r| r.starts_with(closing));
        // `}}` may close a map and a component's attribute as well.
        if is_end && (closing == "%}" || braces == 0) {
            let minus = usize::from(c == '-');
            return (found, at + minus + 2);
        }
        let (kind, length) = token(rest);
        match kind {
            Kind::Sign("{") => braces += 1,
            Kind::Sign("}") => braces = braces.saturating_sub(1),
            _ => {}
        }
        found.push(Token { kind, range: at..at + length });
        at += length;
    }
    (found, text.len())
}

/// The token at the beginning of `rest`, which is not blank, and its length.
fn token(rest: &str) -> (Kind<'_>, usize) {
    let first = rest.chars().next().unwrap_or(' ');
    if first == '_' || first.is_alphabetic() {
        let end = rest.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(rest.len());
        return (Kind::Ident(&rest[..end]), end);
    }
    if first.is_ascii_digit() {
        let end = rest.find(|c: char| c != '.' && !c.is_ascii_digit()).unwrap_or(rest.len());
        return (Kind::Number, end);
    }
    if matches!(first, '"' | '\'' | '`') {
        let end = end_of_text(rest, first);
        let inner = rest.get(1..end.saturating_sub(1)).unwrap_or("");
        return (Kind::Text(inner), end);
    }
    for sign in ["...", "==", "!=", "<=", ">=", "?.", "?[", "//", "**"] {
        if rest.starts_with(sign) {
            return (Kind::Sign(sign), sign.len());
        }
    }
    let length = first.len_utf8();
    (Kind::Sign(&rest[..length]), length)
}

fn end_of_text(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (i, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return i + 1,
            _ => {}
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<Vec<&str>> {
        let texts = |tag: &Tag| tag.tokens.iter().map(|t| &text[t.range.clone()]).collect();
        tags(text).iter().map(texts).collect()
    }

    #[test]
    fn tags_are_found_between_comments_and_raw() {
        let text = "{# {{ no }} #}a{{- b.c?.d -}}{% raw %}{{ no }}{%- endraw %}{% if x == 'a}}' %}";
        assert_eq!(words(text), [vec!["b", ".", "c", "?.", "d"], vec!["if", "x", "==", "'a}}'"]]);
    }

    #[test]
    fn braces_in_a_tag_do_not_end_it() {
        assert_eq!(words("{{ <a b={c}/> }}d").len(), 1);
        assert_eq!(words("{{ {'a': {'b': 1}}}}{{ x }}").len(), 2);
    }
}
