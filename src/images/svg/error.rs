//! What is wrong with an SVG document, as a diagnostic with its place.

use usvg::roxmltree;

use crate::diag::{Diagnostic, Source, Span};

/// A document that is not well-formed XML.
pub(super) fn xml(text: &str, name: &str, error: &roxmltree::Error) -> Diagnostic {
    if matches!(error, roxmltree::Error::NodesLimitReached) {
        return super::size::too_large(name);
    }
    let position = error.pos();
    let offset = offset(text, position.row, position.col);
    let end = text[offset..].chars().next().map_or(offset, |c| offset + c.len_utf8());
    // The parser's message ends with the place, which the excerpt shows better.
    let message = error.to_string();
    let message = message.split(" at ").next().unwrap_or(&message);
    Diagnostic::error("broken-svg", format!("SVG `{name}` is not well-formed: {message}"))
        .in_foreign_words()
        .at(Span::new(&Source::new(name, text), offset..end))
}

/// A document that is XML but not a usable SVG.
pub(super) fn svg(text: &str, name: &str, error: &usvg::Error) -> Diagnostic {
    match error {
        usvg::Error::ParsingFailed(error) => xml(text, name, error),
        usvg::Error::InvalidSize => Diagnostic::error(
            "broken-svg",
            format!(
                "SVG `{name}` has no usable size: expected a `viewBox`, or `width` and `height` above zero"
            ),
        ),
        usvg::Error::NotAnUtf8Str => Diagnostic::error(
            "broken-svg",
            format!("`{name}` is neither PNG nor JPEG nor an SVG in UTF-8"),
        )
        .help("use PNG, JPEG or SVG"),
        other => Diagnostic::error("broken-svg", format!("SVG `{name}` cannot be read: {other}"))
            .in_foreign_words(),
    }
}

/// The byte offset of a line and column, both from 1 and the column in characters.
fn offset(text: &str, row: u32, column: u32) -> usize {
    let before: usize =
        text.split_inclusive('\n').take((row as usize).saturating_sub(1)).map(str::len).sum();
    let line = text[before..].split('\n').next().unwrap_or("");
    let within = line
        .char_indices()
        .nth((column as usize).saturating_sub(1))
        .map_or(line.len(), |(at, _)| at);
    before + within
}
