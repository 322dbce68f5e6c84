//! A text that Tera compiled, and where it stands for a person.

use std::ops::Range;
use std::sync::Arc;

use crate::diag::{Source, Span};

/// A template's text with its place: a file, or an expression within the project file.
#[derive(Clone, Debug)]
pub(super) struct Text {
    /// What Tera was given.
    pub text: String,
    place: Place,
}

#[derive(Clone, Debug)]
enum Place {
    /// Byte for byte the source's text.
    File(Arc<Source>),
    /// `text[before..][..length]` is `span.source.text[start..][..length]`.
    Inside { span: Span, start: usize, before: usize, length: usize },
    /// Somewhere in the span: the text was written with escapes.
    Somewhere(Span),
}

impl Text {
    /// A file.
    pub fn file(source: Arc<Source>) -> Text {
        Text { text: source.text.clone(), place: Place::File(source) }
    }

    /// `inner`, which stands at `span`, with `before` and `after` put around it.
    pub fn inside(inner: &str, span: Span, before: &str, after: &str) -> Text {
        let written = span.source.text.get(span.range.clone()).unwrap_or("");
        let place = match written.find(inner) {
            Some(at) if !inner.is_empty() => Place::Inside {
                start: span.range.start + at,
                before: before.len(),
                length: inner.len(),
                span,
            },
            _ => Place::Somewhere(span),
        };
        Text { text: format!("{before}{inner}{after}"), place }
    }

    /// Where a byte range of the text stands.
    pub fn locate(&self, range: Range<usize>) -> Span {
        match &self.place {
            Place::File(source) => Span::new(source, range),
            Place::Inside { span, start, before, length } => {
                let shift = |at: usize| start + at.saturating_sub(*before).min(*length);
                Span::new(&span.source, shift(range.start)..shift(range.end))
            }
            Place::Somewhere(span) => span.clone(),
        }
    }

    /// The byte at a line and column, both from 1, the column in characters.
    pub fn offset(&self, line: usize, column: usize) -> usize {
        let starts = std::iter::once(0).chain(self.text.match_indices('\n').map(|(i, _)| i + 1));
        let start = starts.take(line).last().unwrap_or(0);
        let rest = &self.text[start..];
        start + rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(i, _)| i)
    }
}
