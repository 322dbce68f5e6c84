//! Diagnostics: what was found, where, what was expected, what to do. Prints nothing; `cli/`
//! renders.
//!
//! A stage returns its value together with the diagnostics it made. Messages are lower-case,
//! without a full stop, and say what was found and what was expected; a help says what to do.
//! What comes from a table or may come from one stands in double quotes (`{:?}`), names of the
//! project's own in backticks: `redact` relies on it, and `group` tells by it what is one cause.

mod caught;
mod group;
mod redact;

pub use caught::{Panicked, caught};
pub use group::{Group, SHOWN, group};
pub use redact::{RENDERED, Redaction};

use std::ops::Range;
use std::sync::Arc;

use crate::limits::{COLUMNS, FINDINGS};

/// How grave a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The document, or the run, cannot be made.
    Error,
    /// Something is not as written; the document is made all the same.
    Warning,
    /// Worth knowing.
    Note,
}

/// A text that diagnostics point into: a whole file, or a stretch of lines of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// What a person calls it: a path relative to the project, `members.xlsx, sheet Awards`.
    pub name: String,
    /// The text.
    pub text: String,
    /// The number of the first line of `text`, from 1.
    pub first_line: usize,
    /// Whether it is of the project's own words, and holds no data of rows.
    pub is_code: bool,
    /// Of a row of a spreadsheet, where its cells begin in `text`, from column A on; of other texts
    /// nothing.
    pub cells: Vec<usize>,
}

/// What stands between the cells of a spreadsheet's row.
const BETWEEN: &str = " | ";

impl Source {
    /// A whole file, which may hold data.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Arc<Source> {
        Source::excerpt(name, text, 1)
    }

    /// A whole file of the project's own words: project file, template, style sheet, an expression
    /// of the command line. It holds no data of rows, and may be shown where these may not.
    pub fn code(name: impl Into<String>, text: impl Into<String>) -> Arc<Source> {
        let source = Source { name: name.into(), text: text.into(), ..Source::at_line(1) };
        Arc::new(Source { is_code: true, ..source })
    }

    /// A stretch of a file that begins with line `first_line` (from 1).
    pub fn excerpt(
        name: impl Into<String>,
        text: impl Into<String>,
        first_line: usize,
    ) -> Arc<Source> {
        Arc::new(Source { name: name.into(), text: text.into(), ..Source::at_line(first_line) })
    }

    /// Nothing, at a line.
    fn at_line(first_line: usize) -> Source {
        let (name, text, cells) = Default::default();
        Source { name, text, first_line, is_code: false, cells }
    }

    /// Row number `row` (from 1) of a sheet of a spreadsheet, with its cells from column A on.
    pub fn sheet_row(name: impl Into<String>, cells: &[String], row: usize) -> Arc<Source> {
        let mut source = Source { name: name.into(), ..Source::at_line(row) };
        cells.iter().for_each(|cell| source.push_cell(cell));
        Arc::new(source)
    }

    fn push_cell(&mut self, cell: &str) {
        if !self.cells.is_empty() {
            self.text.push_str(BETWEEN);
        }
        self.cells.push(self.text.len());
        self.text.push_str(cell);
    }

    /// A cell of a row that [`Source::sheet_row`] made, by its column from 0; one beyond its end is
    /// empty.
    pub fn sheet_cell(source: &Arc<Source>, column: usize) -> Span {
        if source.cells.len() <= column && column < COLUMNS {
            let mut longer = Source::clone(source);
            while longer.cells.len() <= column {
                longer.push_cell("");
            }
            return Source::sheet_cell(&Arc::new(longer), column);
        }
        let end = |next: &usize| next.saturating_sub(BETWEEN.len());
        let start = source.cells.get(column).copied().unwrap_or(source.text.len());
        let end = source.cells.get(column.saturating_add(1)).map_or(source.text.len(), end);
        Span::new(source, start..end.max(start))
    }

    /// What people call the cell at a byte offset, `C17`, where this is a row of a spreadsheet.
    pub fn cell(&self, offset: usize) -> Option<String> {
        let (row, column) = self.position(offset);
        (!self.cells.is_empty()).then(|| format!("{}{row}", column_letters(column)))
    }

    /// Line and column, both from 1 and the column in characters, of a byte offset into `text`; row and
    /// column of a spreadsheet.
    pub fn position(&self, offset: usize) -> (usize, usize) {
        if !self.cells.is_empty() {
            let column = self.cells.partition_point(|start| *start <= offset);
            return (self.first_line, column.max(1));
        }
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &self.text[..offset];
        let line = before.bytes().filter(|b| *b == b'\n').count();
        let column = before.rsplit('\n').next().unwrap_or(before).chars().count();
        (self.first_line + line, column + 1)
    }
}

/// The letters of a column, from 1: `A`, `AB`.
pub fn column_letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

/// A stretch of a source, as a byte range into its text; empty at a point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The text pointed into.
    pub source: Arc<Source>,
    /// Byte range within `source.text`.
    pub range: Range<usize>,
}

impl Span {
    /// A span over a byte range.
    pub fn new(source: &Arc<Source>, range: Range<usize>) -> Span {
        Span { source: Arc::clone(source), range }
    }

    /// Line and column of the beginning, both from 1.
    pub fn position(&self) -> (usize, usize) {
        self.source.position(self.range.start)
    }

    /// Where it begins, as people write it: `members.csv:3:7`, or `members.xlsx, sheet Awards, C17`.
    pub fn place(&self) -> String {
        match self.source.cell(self.range.start) {
            Some(cell) => format!("{}, {cell}", self.source.name),
            None => {
                let (line, column) = self.position();
                format!("{}:{line}:{column}", self.source.name)
            }
        }
    }
}

/// What of a page a finding is about. Whoever knows where a page's texts come from can say which
/// cell or template it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// A character.
    Character(char),
    /// A stretch of text, as it is shown.
    Text(String),
}

/// The order of a report: source name, line, column, severity, code, message.
pub type SortKey = (String, usize, usize, Severity, &'static str, String);

/// One finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// How grave it is.
    pub severity: Severity,
    /// A stable name for the kind of finding, in kebab case: `missing-file`, `unknown-property`.
    pub code: &'static str,
    /// What was found, and what was expected.
    pub message: String,
    /// Where.
    pub span: Option<Span>,
    /// What the excerpt's caret says.
    pub label: Option<String>,
    /// Other places that matter, each with what it says.
    pub related: Vec<(Span, String)>,
    /// What else is known.
    pub notes: Vec<String>,
    /// What to do.
    pub help: Vec<String>,
    /// The document this concerns (its output name), where it concerns one.
    pub document: Option<String>,
    /// In how many more documents the very same was found.
    pub more_documents: usize,
    /// Whether the message is of a library's words, which may quote anything.
    pub is_foreign: bool,
    /// Whether it names columns as a header has them: where that is missing, it is a row.
    pub names_columns: bool,
    /// What of a page it is about.
    pub about: Option<About>,
}

impl Diagnostic {
    /// A finding of a given severity.
    pub fn new(severity: Severity, code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity,
            code,
            message: message.into(),
            span: None,
            label: None,
            related: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
            document: None,
            more_documents: 0,
            is_foreign: false,
            names_columns: false,
            about: None,
        }
    }

    /// An error.
    pub fn error(code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Error, code, message)
    }

    /// A warning.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Warning, code, message)
    }

    /// With the place it was found.
    pub fn at(mut self, span: Span) -> Diagnostic {
        self.span = Some(span);
        self
    }

    /// With what the caret says.
    pub fn label(mut self, label: impl Into<String>) -> Diagnostic {
        self.label = Some(label.into());
        self
    }

    /// With another place that matters.
    pub fn related(mut self, span: Span, label: impl Into<String>) -> Diagnostic {
        self.related.push((span, label.into()));
        self
    }

    /// With something else that is known.
    pub fn note(mut self, note: impl Into<String>) -> Diagnostic {
        self.notes.push(note.into());
        self
    }

    /// With what to do.
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help.push(help.into());
        self
    }

    /// With the document it concerns.
    pub fn document(mut self, document: impl Into<String>) -> Diagnostic {
        self.document = Some(document.into());
        self
    }

    /// With a message that is of a library's words: it may quote data without quotation marks.
    pub fn in_foreign_words(mut self) -> Diagnostic {
        self.is_foreign = true;
        self
    }

    /// With names of columns as a header has them.
    pub fn naming_columns(mut self) -> Diagnostic {
        self.names_columns = true;
        self
    }

    /// With what of a page it is about.
    pub fn about(mut self, about: About) -> Diagnostic {
        self.about = Some(about);
        self
    }

    /// The order of a report: by source name, place, severity, code, message.
    pub fn sort_key(&self) -> SortKey {
        let (name, line, column) = match &self.span {
            Some(span) => {
                let (line, column) = span.position();
                (span.source.name.clone(), line, column)
            }
            None => (String::new(), 0, 0),
        };
        (name, line, column, self.severity, self.code, self.message.clone())
    }
}

/// Names in backticks, for a message.
pub fn names<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names = names.into_iter().map(|name| format!("`{name}`"));
    names.collect::<Vec<_>>().join(", ")
}

/// Sorts diagnostics for a report and drops repetitions of the very same finding.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by_cached_key(Diagnostic::sort_key);
    diagnostics.dedup();
}

/// Whether any of them is an error.
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|d| d.severity == Severity::Error)
}

/// Keeps what is told within [`FINDINGS`]: errors before warnings, the first before later ones, and a
/// note on how many more there were, those included that were only counted.
pub fn limit(diagnostics: &mut Vec<Diagnostic>, counted: usize) {
    let beyond = diagnostics.len().saturating_sub(FINDINGS);
    if beyond > 0 {
        diagnostics.sort_by_key(|d| d.severity);
        diagnostics.truncate(FINDINGS);
    }
    diagnostics.extend(more(counted + beyond));
}

/// The note on findings that are not listed, where there are any.
pub fn more(count: usize) -> Option<Diagnostic> {
    let message = format!("{count} more findings are not listed");
    let note = Diagnostic::new(Severity::Note, "too-many-findings", message);
    (count > 0).then(|| note.help("mend those listed first"))
}

/// The candidate nearest to `word`, for "did you mean …", or none that is near enough.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase();
    let length = word.chars().count();
    // The distance is at least the difference in length; to measure it costs their product.
    let near = |c: &&str| {
        let own = c.chars().count();
        length.abs_diff(own) <= (length.max(own) / 3).max(1)
    };
    candidates
        .into_iter()
        .filter(near)
        .map(|c| (strsim::damerau_levenshtein(&lower, &c.to_lowercase()), c))
        .filter(|(distance, c)| {
            *distance <= (word.chars().count().max(c.chars().count()) / 3).max(1)
        })
        .min()
        .map(|(_, c)| c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn position_counts_characters_from_one() {
        let s = Source::excerpt("a.csv", "名,b\n名,c", 5);
        assert_eq!(s.position(0), (5, 1));
        assert_eq!(s.position("名,b\n名,".len()), (6, 3));
    }

    #[test]
    fn cells_of_sheets_have_names() {
        let row = Source::sheet_row("a.xlsx, sheet S", &["x".into(), "名".into()], 17);
        assert_eq!(row.text, "x | 名");
        let span = Source::sheet_cell(&row, 1);
        assert_eq!((span.place().as_str(), span.position()), ("a.xlsx, sheet S, B17", (17, 2)));
        assert_eq!(&row.text[span.range], "名");
        let beyond = Source::sheet_cell(&row, 27);
        assert_eq!((beyond.place().as_str(), beyond.range.len()), ("a.xlsx, sheet S, AB17", 0));
        assert_eq!(column_letters(16_384), "XFD");
    }

    #[test]
    fn nearest_suggests_typos_only() {
        assert_eq!(nearest("nmae_zh", ["name_zh", "city"]), Some("name_zh"));
        assert_eq!(nearest("zzz", ["name_zh", "city"]), None);
    }
}
