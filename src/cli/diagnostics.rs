//! A diagnostic as people read it: message, excerpt with a caret, notes, help.
//!
//! Input: a [`Diagnostic`]. Output: text with ANSI colours; the stream takes them out where nobody
//! wants them. Only the lines that matter are handed to the renderer: a table may be long.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

use crate::diag::{Diagnostic, Severity, Span};

/// How many lines may lie between two places that one excerpt shows.
const NEAR: usize = 6;

/// How many lines of one place are shown.
const MAX_LINES: usize = 4;

/// Renders a diagnostic, without a line end after it.
pub(super) fn render(diagnostic: &Diagnostic) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code);
    let mut group = Group::with_title(title);
    for excerpt in excerpts(diagnostic) {
        group = group.element(excerpt.snippet());
    }
    if let Some(document) = &diagnostic.document {
        let more = match diagnostic.more_documents {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        group = group.element(Level::NOTE.message(format!("in {document}{more}")));
    }
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(note.as_str()));
    }
    for help in &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    let text = Renderer::styled().render(&[group]);
    let places = diagnostic.span.iter().chain(diagnostic.related.iter().map(|(span, _)| span));
    places.fold(text, |text, span| cell_address(&text, span))
}

/// Writes the address of a spreadsheet's cell in the place of line and column.
fn cell_address(text: &str, span: &Span) -> String {
    let source = &span.source;
    let Some(cell) = source.cell(span.range.start) else { return text.to_owned() };
    let start = source.text.get(..span.range.start).unwrap_or("");
    let (line, column) = (source.first_line, start.chars().count() + 1);
    text.replace(&format!("{}:{line}:{column}", source.name), &format!("{}, {cell}", source.name))
}

/// A stretch of lines of one source, with what is marked in it.
struct Excerpt<'a> {
    name: &'a str,
    text: &'a str,
    first_line: usize,
    /// Range within `text`, label, whether it is the primary place.
    marks: Vec<(Range<usize>, Option<&'a str>, bool)>,
}

impl<'a> Excerpt<'a> {
    fn snippet(self) -> Snippet<'a, Annotation<'a>> {
        let snippet = Snippet::source(self.text).line_start(self.first_line).path(self.name);
        snippet.annotations(self.marks.into_iter().map(|(range, label, primary)| {
            let kind = if primary { AnnotationKind::Primary } else { AnnotationKind::Context };
            kind.span(range).label(label)
        }))
    }
}

fn excerpts(diagnostic: &Diagnostic) -> Vec<Excerpt<'_>> {
    let Some(span) = &diagnostic.span else { return Vec::new() };
    let mut all = vec![excerpt(&[(span, diagnostic.label.as_deref(), true)])];
    for (other, label) in &diagnostic.related {
        let mark = (other, Some(label.as_str()), false);
        if all.len() == 1 && near(span, other) {
            all[0] = excerpt(&[(span, diagnostic.label.as_deref(), true), mark]);
        } else {
            all.push(excerpt(&[mark]));
        }
    }
    all
}

fn near(a: &Span, b: &Span) -> bool {
    std::sync::Arc::ptr_eq(&a.source, &b.source) && a.position().0.abs_diff(b.position().0) <= NEAR
}

/// The lines that hold all the marks, which are of one source.
fn excerpt<'a>(marks: &[(&'a Span, Option<&'a str>, bool)]) -> Excerpt<'a> {
    let source = &marks[0].0.source;
    let text = source.text.as_str();
    let ranges: Vec<Range<usize>> = marks.iter().map(|(span, ..)| shortened(text, span)).collect();
    let first = ranges.iter().map(|r| r.start).min().unwrap_or(0);
    let last = ranges.iter().map(|r| r.end).max().unwrap_or(0);
    let start = text[..first].rfind('\n').map_or(0, |at| at + 1);
    let end = text[last..].find('\n').map_or(text.len(), |at| last + at);
    Excerpt {
        name: &source.name,
        text: &text[start..end],
        first_line: source.position(start).0,
        marks: ranges
            .into_iter()
            .zip(marks)
            .map(|(r, (_, label, primary))| (r.start - start..r.end - start, *label, *primary))
            .collect(),
    }
}

/// The span within bounds, on character boundaries, of a few lines at most.
fn shortened(text: &str, span: &Span) -> Range<usize> {
    let floor = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let (start, end) = (floor(span.range.start), floor(span.range.end.max(span.range.start)));
    let lines = text[start..end].match_indices('\n').nth(MAX_LINES - 1);
    start..lines.map_or(end, |(at, _)| start + at)
}
