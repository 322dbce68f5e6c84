//! From a place in a rendered page back to the template it was rendered from.
//!
//! Input: a span of rendered HTML. Output: the same text in the template, if it stands there exactly once
//! as it was rendered: a tag without variables in it. Otherwise the place in the page stays, and
//! the page says whose it is.

use std::sync::Arc;

use crate::diag::{RENDERED, Source, Span};
use crate::template::Templates;

/// Texts shorter than this stand anywhere.
const MIN_LENGTH: usize = 4;

/// The name of a rendered page as a source.
pub(super) fn page_name(template: &str) -> String {
    format!("{template}{RENDERED}")
}

/// The span in one of the files that go into `template`.
pub(super) fn in_template(templates: &Templates, template: &str, span: &Span) -> Option<Span> {
    let text = span.source.text.get(span.range.clone())?;
    // A value alone may be short or common: its line tells it apart.
    let line = line_around(&span.source.text, span.range.start);
    let shift = span.range.start - line.start;
    let line = &span.source.text[line];
    find(templates, template, line.trim())
        .map(|(name, at)| {
            let indent = line.len() - line.trim_start().len();
            (name, (at + shift).saturating_sub(indent))
        })
        .or_else(|| find(templates, template, text))
        .and_then(|(name, at)| {
            let source = Source::code(name, templates.text(name)?);
            Some(Span::new(&source, at..at + text.len()))
        })
        .filter(|found| found.source.text.get(found.range.clone()) == Some(text))
}

/// Where a character stands first in the files that go into `template`.
pub(super) fn of_character(templates: &Templates, template: &str, wanted: char) -> Option<Span> {
    templates.closure(template).into_iter().find_map(|name| {
        let text = templates.text(name)?;
        let at = text.find(wanted)?;
        Some(Span::new(&Source::code(name, text), at..at + wanted.len_utf8()))
    })
}

/// Where `text` stands in the template's files, if it stands there once.
fn find<'a>(templates: &'a Templates, template: &str, text: &str) -> Option<(&'a str, usize)> {
    if text.len() < MIN_LENGTH {
        return None;
    }
    let mut found = None;
    for name in templates.closure(template) {
        for (at, _) in templates.text(name)?.match_indices(text) {
            if found.replace((name, at)).is_some() {
                return None;
            }
        }
    }
    found
}

fn line_around(text: &str, at: usize) -> std::ops::Range<usize> {
    let start = text[..at].rfind('\n').map_or(0, |n| n + 1);
    start..text[at..].find('\n').map_or(text.len(), |n| at + n)
}

/// A rendered page as a source.
pub(super) fn page_source(template: &str, html: String) -> Arc<Source> {
    Source::new(page_name(template), html)
}
