//! What a run did: the documents, the findings, and the exit status they come to.
//!
//! A [`Report`] is what the pipeline returns; `cli` prints its summary. Its JSON form is for programs
//! and has a version: fields are added without notice, and changed or taken away only with a new
//! version. It holds no text of a row but output names, row keys and what a diagnostic must show.

use serde::Serialize;

use super::lock::Entry;
use crate::diag::{Diagnostic, Severity, Span};

/// The version of the JSON report.
pub const SCHEMA: &str = "urkunde.report/1";

/// How a run ended; the number is the exit status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Everything is as it should be.
    #[default]
    Good = 0,
    /// Some documents failed; the others are written (`--keep-going`).
    RowsFailed = 1,
    /// The command line or the project file is wrong.
    Usage = 2,
    /// Something is wrong; nothing was written.
    Unsound = 3,
    /// `--check` found documents that are not what they would be now.
    OutOfDate = 4,
    /// The run was interrupted; what it had begun it has finished.
    Interrupted = 130,
}

/// What became of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// It would be made (`--dry-run`).
    Planned,
    /// It is sound (`check`).
    Sound,
    /// It was written.
    Written,
    /// It was there with the same bytes.
    Unchanged,
    /// It is missing, differs, or was edited (`--check`).
    OutOfDate,
    /// It could not be made.
    Failed,
    /// It is sound, and was not written because others are not.
    Held,
    /// It is made, and waits for the next run: this one was interrupted.
    Waiting,
    /// The run was interrupted before its turn.
    NotBegun,
}

/// One document of a run.
#[derive(Clone, Debug, Serialize)]
pub struct DocumentReport {
    /// Its job.
    pub job: String,
    /// Its path below the output folder.
    pub output: String,
    /// The serial it bears, if its job has serials.
    pub serial: Option<String>,
    /// The row it is made from.
    pub row: Option<RowReport>,
    /// What became of it.
    pub status: Fate,
    /// Why it failed: the first error's message; or why it is out of date.
    pub reason: Option<String>,
    /// How many pages it has.
    pub pages: usize,
    /// How many bytes it has.
    pub bytes: usize,
    /// Texts that `text-fit` made smaller: each one's factor, the smallest first.
    pub shrunk: Vec<f32>,
    /// The same texts with where they come from.
    pub shrunk_texts: Vec<ShrunkText>,
}

impl DocumentReport {
    /// It is what the lock file says of it.
    pub(super) fn is_as(&mut self, entry: &Entry) {
        self.pages = entry.pages as usize;
        self.bytes = usize::try_from(entry.bytes).unwrap_or(usize::MAX);
        self.shrunk = entry.shrunk.to_vec();
    }

    /// It is not what it would be now.
    pub(super) fn is_out_of_date(&mut self, why: &str) {
        self.status = Fate::OutOfDate;
        self.reason = Some(why.to_owned());
    }
}

/// A text that `text-fit` made smaller.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ShrunkText {
    /// Its size divided by what the style says.
    pub factor: f32,
    /// The file that holds it: a table, or a template where the text stands in no cell.
    pub file: Option<String>,
    /// The line there, from 1.
    pub line: Option<usize>,
    /// The column of the table that holds it.
    pub column: Option<String>,
}

/// Where a document's row stands.
#[derive(Clone, Debug, Serialize)]
pub struct RowReport {
    /// The file of the table.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The row's key, where its table has one.
    pub key: Option<String>,
}

/// What a run did.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// How it ended.
    pub status: Status,
    /// The documents, in the order of the plan.
    pub documents: Vec<DocumentReport>,
    /// The findings, sorted by file and line.
    pub diagnostics: Vec<Diagnostic>,
    /// How many documents were left out, for a row that they show is wrong (`--keep-going`).
    pub left_out: usize,
    /// Documents that were made once and that no row gives any more, by their output names.
    pub orphans: Vec<String>,
    /// Those of them that were removed (`--prune`).
    pub pruned: Vec<String>,
}

impl Report {
    /// A run that ended before any document was planned.
    pub fn ended(status: Status, diagnostics: Vec<Diagnostic>) -> Report {
        Report { status, diagnostics, ..Report::default() }
    }

    /// How many documents had this fate.
    pub fn count(&self, fate: Fate) -> usize {
        self.documents.iter().filter(|d| d.status == fate).count()
    }

    /// Pages of all documents.
    pub fn pages(&self) -> usize {
        self.documents.iter().map(|d| d.pages).sum()
    }

    /// How many findings have this severity.
    pub fn findings(&self, severity: Severity) -> usize {
        self.diagnostics.iter().filter(|d| d.severity == severity).count()
    }

    /// The report for programs.
    pub fn to_json(&self) -> String {
        let json = JsonReport {
            schema: SCHEMA,
            urkunde: env!("CARGO_PKG_VERSION"),
            exit_status: self.status as u8,
            totals: Totals {
                documents: self.documents.len(),
                written: self.count(Fate::Written),
                unchanged: self.count(Fate::Unchanged),
                out_of_date: self.count(Fate::OutOfDate),
                failed: self.count(Fate::Failed),
                held_back: self.count(Fate::Held),
                left_out: self.left_out,
                orphans: self.orphans.len(),
                pruned: self.pruned.len(),
                shrunk: self.documents.iter().filter(|d| !d.shrunk.is_empty()).count(),
                pages: self.pages(),
                errors: self.findings(Severity::Error),
                warnings: self.findings(Severity::Warning),
            },
            documents: &self.documents,
            orphans: &self.orphans,
            pruned: &self.pruned,
            diagnostics: self.diagnostics.iter().map(JsonDiagnostic::new).collect(),
        };
        // Serialisation to a string fails only for maps with keys that are no texts; there are none.
        serde_json::to_string_pretty(&json).unwrap_or_default()
    }
}

#[derive(Serialize)]
struct JsonReport<'a> {
    schema: &'static str,
    urkunde: &'static str,
    exit_status: u8,
    totals: Totals,
    documents: &'a [DocumentReport],
    orphans: &'a [String],
    pruned: &'a [String],
    diagnostics: Vec<JsonDiagnostic<'a>>,
}

#[derive(Serialize)]
struct Totals {
    documents: usize,
    written: usize,
    unchanged: usize,
    out_of_date: usize,
    failed: usize,
    held_back: usize,
    left_out: usize,
    orphans: usize,
    pruned: usize,
    shrunk: usize,
    pages: usize,
    errors: usize,
    warnings: usize,
}

#[derive(Serialize)]
struct JsonDiagnostic<'a> {
    severity: &'static str,
    code: &'static str,
    message: &'a str,
    document: Option<&'a str>,
    at: Option<JsonPlace<'a>>,
    related: Vec<JsonRelated<'a>>,
    notes: &'a [String],
    help: &'a [String],
}

#[derive(Serialize)]
struct JsonPlace<'a> {
    file: &'a str,
    line: usize,
    column: usize,
}

#[derive(Serialize)]
struct JsonRelated<'a> {
    #[serde(flatten)]
    at: JsonPlace<'a>,
    label: &'a str,
}

impl<'a> JsonPlace<'a> {
    fn new(span: &'a Span) -> JsonPlace<'a> {
        let (line, column) = span.position();
        JsonPlace { file: &span.source.name, line, column }
    }
}

impl<'a> JsonDiagnostic<'a> {
    fn new(d: &'a Diagnostic) -> JsonDiagnostic<'a> {
        JsonDiagnostic {
            severity: match d.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "note",
            },
            code: d.code,
            message: &d.message,
            document: d.document.as_deref(),
            at: d.span.as_ref().map(JsonPlace::new),
            related: d
                .related
                .iter()
                .map(|(span, label)| JsonRelated { at: JsonPlace::new(span), label })
                .collect(),
            notes: &d.notes,
            help: &d.help,
        }
    }
}
