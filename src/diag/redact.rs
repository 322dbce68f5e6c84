//! Findings without what they quote of the data: `--redact`.
//!
//! Input: a finding, and the project's own texts. Output: the same finding with its kind, place and
//! advice, but no text of a table or of a page made from one. Messages keep to a convention (see the
//! module above), and everything is hidden that is not known to be harmless:
//!
//! - excerpts of tables and pages: line and column stay;
//! - what a message quotes. A name in backticks or angle brackets stays if it is a word of the project file, a template
//!   or a sheet. From the first quotation that is hidden to the last one all is hidden, since quoted text may
//!   hold quotation marks itself, and so are brackets that explain it;
//! - messages of a library's words;
//! - names of files that the project's own texts do not name: a cell may.

use super::{Diagnostic, Source, Span};

/// What stands in the place of something hidden.
const HIDDEN: &str = "…";

/// What follows a template's name in that of a page made with it.
pub const RENDERED: &str = " (as rendered)";

/// A piece of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'m> {
    /// The program's words.
    Plain(&'m str),
    /// What stands in backticks or angle brackets, with them.
    Name(&'m str),
    /// What stands in double quotes, with them.
    Data(&'m str),
}

impl<'m> Piece<'m> {
    /// The pieces of a message, in order. A quotation that does not end goes to the message's end.
    pub fn all(message: &'m str) -> Vec<Piece<'m>> {
        let mut pieces = Vec::new();
        let mut rest = message;
        while let Some(start) = rest.find(['"', '`', '<']) {
            if start > 0 {
                pieces.push(Piece::Plain(&rest[..start]));
            }
            rest = &rest[start..];
            let (piece, after) = rest.split_at(quotation(rest));
            let is_data = piece.starts_with('"');
            pieces.push(if is_data { Piece::Data(piece) } else { Piece::Name(piece) });
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Plain(rest));
        }
        pieces
    }
}

/// The length of the quotation that `text` begins with. In double quotes a backslash escapes.
fn quotation(text: &str) -> usize {
    let quote = match text.as_bytes().first() {
        Some(b'<') => b'>',
        Some(b'`') => b'`',
        _ => b'"',
    };
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        if is_escaped {
            is_escaped = false;
        } else if byte == b'\\' && quote == b'"' {
            is_escaped = true;
        } else if byte == quote {
            return at + 1;
        }
    }
    text.len()
}

/// Hides data in findings.
#[derive(Clone, Debug, Default)]
pub struct Redaction {
    words: Vec<String>,
}

impl Redaction {
    /// A redaction that lets the words of these texts pass as names.
    pub fn new(own_texts: impl IntoIterator<Item = impl Into<String>>) -> Redaction {
        Redaction { words: own_texts.into_iter().map(Into::into).collect() }
    }

    /// Hides what a finding quotes of the data. Documents keep their names: whoever knows the rows
    /// gives them others.
    pub fn apply(&self, diagnostic: &mut Diagnostic) {
        let spans =
            || diagnostic.span.iter().chain(diagnostic.related.iter().map(|(span, _)| span));
        let is_public = diagnostic.document.is_none()
            && diagnostic.span.is_some()
            && spans().all(|span| span.source.is_code)
            && !diagnostic.is_foreign
            && !diagnostic.names_columns;
        if is_public {
            return;
        }
        diagnostic.message = self.message(&diagnostic.message, diagnostic.is_foreign);
        for text in diagnostic.notes.iter_mut().chain(&mut diagnostic.help) {
            *text = self.hide(text);
        }
        if let Some(label) = &mut diagnostic.label {
            *label = self.hide(label);
        }
        if let Some(span) = &mut diagnostic.span {
            *span = self.blanked(span);
        }
        for (span, label) in &mut diagnostic.related {
            *span = self.blanked(span);
            *label = self.hide(label);
        }
        diagnostic.about = None;
    }

    /// A message without what it quotes; nothing of one that is of a library's words.
    pub fn message(&self, message: &str, is_foreign: bool) -> String {
        match is_foreign {
            true => format!("{HIDDEN} (a message that may quote data)"),
            false => self.hide(message),
        }
    }

    /// Hides what a message quotes.
    fn hide(&self, message: &str) -> String {
        let pieces = Piece::all(message);
        let is_quoted = |piece: &Piece<'_>| !matches!(piece, Piece::Plain(_));
        let is_hidden = |piece: &Piece<'_>| is_quoted(piece) && !self.is_harmless(*piece);
        let Some(first) = pieces.iter().position(is_hidden) else { return message.to_owned() };
        let last = pieces.iter().rposition(is_quoted).unwrap_or(first);
        let mut hidden = String::new();
        for (at, piece) in pieces.iter().enumerate() {
            match piece {
                Piece::Plain(text) if at == last + 1 => hidden.push_str(after_brackets(text)),
                Piece::Plain(text) | Piece::Name(text) | Piece::Data(text) => {
                    if at == first {
                        hidden.push_str(HIDDEN);
                    } else if !(first..=last).contains(&at) {
                        hidden.push_str(text);
                    }
                }
            }
        }
        hidden
    }

    /// Whether a quotation is nothing, or a name of the project's own.
    fn is_harmless(&self, piece: Piece<'_>) -> bool {
        let (Piece::Plain(text) | Piece::Name(text) | Piece::Data(text)) = piece;
        let name = text.trim_matches(['`', '"', '<', '>']);
        let is_name =
            || matches!(piece, Piece::Name(_)) && self.words.iter().any(|w| w.contains(name));
        name.is_empty() || is_name()
    }

    /// A span of data at the same line and column, with nothing to be seen there.
    fn blanked(&self, span: &Span) -> Span {
        if span.source.is_code {
            return span.clone();
        }
        let name = &span.source.name;
        let file = name.split(", ").next().unwrap_or(name);
        let file = file.strip_suffix(RENDERED).unwrap_or(file);
        let name = if self.words.iter().any(|w| w.contains(file)) { name } else { HIDDEN };
        let (line, column) = span.position();
        if !span.source.cells.is_empty() {
            let mut cells = vec![String::new(); column];
            cells[column - 1] = HIDDEN.to_owned();
            return Source::sheet_cell(&Source::sheet_row(name, &cells, line), column - 1);
        }
        let before = " ".repeat(column - 1);
        let range = before.len()..before.len() + HIDDEN.len();
        Span::new(&Source::excerpt(name, before + HIDDEN, line), range)
    }
}

/// What follows brackets that explain what stands before them: `"示" (U+793A) …`.
fn after_brackets(text: &str) -> &str {
    let rest = text.strip_prefix(" (").and_then(|inner| inner.split_once(')'));
    rest.map_or(text, |(_, rest)| rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hide(message: &str) -> String {
        Redaction::new(["name = \"joined\"", "{{ award.serial }}"]).hide(message)
    }

    #[test]
    fn data_go_and_names_stay() {
        assert_eq!(
            hide("column `joined`: \"17. M\\\"ai\" is not a date, expected 2024-05-17"),
            "column `joined`: … is not a date, expected 2024-05-17"
        );
        assert_eq!(hide("unknown variable `award.serial`"), "unknown variable `award.serial`");
        assert_eq!(hide("no file `photos/anna.jpg`"), "no file …");
        assert_eq!(hide("no font has `示` (U+793A) here"), "no font has … here");
        assert_eq!(hide("expected `alt=\"\"`"), "expected …");
    }

    #[test]
    fn quotation_marks_in_what_is_quoted_hide_nothing_less() {
        assert_eq!(hide("value \"url(\"anna\")\" for \"color\""), "value …");
        assert_eq!(hide("an `anna`b`c` is"), "an … is");
        assert_eq!(hide("unknown element <anna>, taken as <span>"), "unknown element …");
        assert_eq!(hide("never closed \"anna"), "never closed …");
    }

    #[test]
    fn cells_of_sheets_stay_cells() {
        let row = Source::sheet_row("a.xlsx, sheet S", &["1".into(), "Anna".into()], 2);
        let mut found = Diagnostic::error("x", "bad \"Anna\"").at(Source::sheet_cell(&row, 1));
        Redaction::new(["file = 'a.xlsx'"]).apply(&mut found);
        let span = found.span.unwrap();
        assert_eq!(
            (span.place().as_str(), span.source.text.as_str()),
            ("a.xlsx, sheet S, B2", " | …")
        );
    }

    #[test]
    fn places_of_data_stay_and_their_texts_go() {
        let table = Source::new("a.csv", "id,name\n1,Anna\n");
        let mut found = Diagnostic::error("x", "bad \"Anna\"").at(Span::new(&table, 10..14));
        Redaction::new(["file = 'a.csv'"]).apply(&mut found);
        let span = found.span.unwrap();
        assert_eq!((span.position(), span.source.text.trim()), ((2, 3), "…"));
        assert_eq!((found.message.as_str(), span.source.name.as_str()), ("bad …", "a.csv"));
    }
}
