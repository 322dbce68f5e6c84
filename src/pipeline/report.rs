//! What a run did: the documents, the findings, and the exit status they come to.
//!
//! A [`Report`] is what the pipeline returns; `cli` prints its summary, and `report_json` is its form for
//! programs. It holds no text of a row but output names, row keys and what a diagnostic must show,
//! and not even these once it is redacted.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::documents::Documents;
use super::report_json;
use crate::diag::{self, Diagnostic, Group, Redaction, Severity};

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
    /// Why a sample has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sampled: Option<String>,
    /// What became of it.
    pub status: Fate,
    /// Why it failed: the first error's message; or why it is out of date.
    pub reason: Option<String>,
    /// Whether that is of a library's words; see [`Diagnostic::in_foreign_words`].
    #[serde(skip)]
    pub has_foreign_reason: bool,
    /// How many pages it has.
    pub pages: usize,
    /// How many bytes it has.
    pub bytes: usize,
    /// The BLAKE3 digest of its bytes; none where there are none.
    #[serde(serialize_with = "report_json::hexadecimal")]
    pub digest: Option<[u8; 32]>,
    /// How long it took to make, to the microsecond. The report is no document: it may ask the clock.
    pub milliseconds: f64,
    /// Texts that `text-fit` made smaller: each one's factor, the smallest first.
    pub shrunk: Vec<f32>,
    /// The same texts with where they come from.
    pub shrunk_texts: Vec<ShrunkText>,
}

impl DocumentReport {
    /// Hides the data of its row: it is called by its job and the number of its row.
    pub(super) fn redact(&mut self, redaction: &Redaction) {
        self.output = match &mut self.row {
            Some(row) => {
                row.key = row.key.take().map(|_| format!("row {}", row.number));
                format!("{}, row {}", self.job, row.number)
            }
            None => self.job.clone(),
        };
        self.serial = self.serial.take().map(|_| self.output.clone());
        self.sampled = self.sampled.take().map(|why| redaction.message(&why, false));
        let is_foreign = self.has_foreign_reason;
        self.reason = self.reason.take().map(|reason| redaction.message(&reason, is_foreign));
    }
}

/// A text that `text-fit` made smaller.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    /// The number of the row in its table, from 1; the header does not count.
    pub number: u32,
    /// The row's key, where its table has one.
    pub key: Option<String>,
}

/// What a run did.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// How it ended.
    pub status: Status,
    /// The documents, in the order of the plan.
    pub documents: Documents,
    /// The findings, sorted by file and line.
    pub diagnostics: Vec<Diagnostic>,
    /// How many documents were left out, for a row that they show is wrong (`--keep-going`).
    pub left_out: usize,
    /// Documents that were made once and that no row gives any more, by their output names.
    pub orphans: Vec<String>,
    /// Those of them that were removed (`--prune`).
    pub pruned: Vec<String>,
    /// The findings by their causes.
    pub groups: Vec<Group>,
    /// The project's folder, once it is found. Paths in findings are relative to it.
    pub root: Option<PathBuf>,
    /// How long the run took.
    pub time: Duration,
    /// The bytes of the document, where there was to be one ([`Selection::is_one`](super::Selection)).
    pub only: Option<Vec<u8>>,
}

impl Report {
    /// A run that ended before any document was planned.
    pub fn ended(status: Status, diagnostics: Vec<Diagnostic>) -> Report {
        let mut report = Report { status, diagnostics, ..Report::default() };
        report.group();
        report
    }

    /// How many documents had this fate.
    pub fn count(&self, fate: Fate) -> usize {
        self.documents.states().iter().filter(|d| d.status == fate).count()
    }

    /// Pages of all documents.
    pub fn pages(&self) -> usize {
        self.documents.states().iter().map(|d| d.pages as usize).sum()
    }

    /// How many findings have this severity.
    pub fn findings(&self, severity: Severity) -> usize {
        self.diagnostics.iter().filter(|d| d.severity == severity).count()
    }

    /// Groups the findings by their causes; see [`diag::group`].
    pub(super) fn group(&mut self) {
        self.groups = diag::group(&self.diagnostics);
    }

    /// Hides the data of rows: what findings quote, and in output names and keys. A document is
    /// called by its job and the number of its row.
    pub(super) fn redact(&mut self, redaction: &Arc<Redaction>) {
        let names: FxHashMap<_, _> = self.documents.redact(redaction).into_iter().collect();
        for output in self.orphans.iter_mut().chain(&mut self.pruned) {
            *output = "a document".into();
        }
        for diagnostic in &mut self.diagnostics {
            redaction.apply(diagnostic);
            if let Some(document) = &mut diagnostic.document {
                *document = names.get(document).cloned().unwrap_or_else(|| "a document".into());
            }
        }
    }
}
