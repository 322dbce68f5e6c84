//! The report and its findings as JSON, for programs.
//!
//! The schema has a version: fields are added without notice, and changed or taken away only with a new
//! version. `docs/report.md` describes it.

use std::io;

use serde::{Serialize, Serializer};

use super::documents::Documents;
use super::report::{Fate, Report};
use crate::diag::{Diagnostic, Severity, Span};

/// The version of the JSON report.
pub const SCHEMA: &str = "urkunde.report/1";

/// The version of findings as JSON, one a line.
pub const MESSAGES_SCHEMA: &str = "urkunde.messages/1";

impl Report {
    /// Writes the report for programs, and a line end.
    pub fn write_json(&self, out: &mut dyn io::Write) -> io::Result<()> {
        let groups = self.group_numbers();
        let json = JsonReport {
            schema: SCHEMA,
            urkunde: env!("CARGO_PKG_VERSION"),
            exit_status: self.status as u8,
            milliseconds: milliseconds(self.time),
            totals: Totals {
                documents: self.documents.len(),
                written: self.count(Fate::Written),
                unchanged: self.count(Fate::Unchanged),
                out_of_date: self.count(Fate::OutOfDate),
                failed: self.count(Fate::Failed),
                held_back: self.count(Fate::Held),
                left_out: self.left_out,
                waiting: self.count(Fate::Waiting),
                not_begun: self.count(Fate::NotBegun),
                orphans: self.orphans.len(),
                pruned: self.pruned.len(),
                shrunk: self.documents.states().iter().filter(|d| d.is_shrunk).count(),
                pages: self.pages(),
                errors: self.findings(Severity::Error),
                warnings: self.findings(Severity::Warning),
            },
            documents: &self.documents,
            orphans: &self.orphans,
            pruned: &self.pruned,
            diagnostics: self
                .diagnostics
                .iter()
                .zip(groups)
                .map(|(diagnostic, group)| JsonDiagnostic::new(diagnostic, group))
                .collect(),
        };
        serde_json::to_writer_pretty(&mut *out, &json)?;
        out.write_all(b"\n")
    }

    /// The findings, one JSON object a line, and a last line on how the run ended.
    pub fn to_json_lines(&self) -> String {
        let mut text = String::new();
        for (diagnostic, group) in self.diagnostics.iter().zip(self.group_numbers()) {
            let line = Line::Diagnostic(JsonDiagnostic::new(diagnostic, group));
            // Serialisation to a string fails only for maps with keys that are no texts; there are none.
            text.push_str(&serde_json::to_string(&line).unwrap_or_default());
            text.push('\n');
        }
        let end = Line::RunFinished {
            schema: MESSAGES_SCHEMA,
            exit_status: self.status as u8,
            errors: self.findings(Severity::Error),
            warnings: self.findings(Severity::Warning),
        };
        text.push_str(&serde_json::to_string(&end).unwrap_or_default());
        text.push('\n');
        text
    }

    /// The number of each finding's group, from 1.
    fn group_numbers(&self) -> Vec<usize> {
        let mut numbers = vec![0; self.diagnostics.len()];
        for (group, number) in self.groups.iter().zip(1..) {
            group.members.iter().for_each(|index| numbers[*index] = number);
        }
        numbers
    }
}

/// Milliseconds, to the microsecond.
pub(super) fn milliseconds(time: std::time::Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}

/// A digest as text.
pub(super) fn hexadecimal<S: Serializer>(
    digest: &Option<[u8; 32]>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let text = digest.map(|digest| blake3::Hash::from_bytes(digest).to_hex());
    text.as_ref().map(|text| text.as_str()).serialize(serializer)
}

#[derive(Serialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
enum Line<'a> {
    Diagnostic(JsonDiagnostic<'a>),
    RunFinished { schema: &'static str, exit_status: u8, errors: usize, warnings: usize },
}

#[derive(Serialize)]
struct JsonReport<'a> {
    schema: &'static str,
    urkunde: &'static str,
    exit_status: u8,
    milliseconds: f64,
    totals: Totals,
    documents: &'a Documents,
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
    waiting: usize,
    not_begun: usize,
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
    group: usize,
    document: Option<&'a str>,
    more_documents: usize,
    at: Option<JsonPlace<'a>>,
    label: Option<&'a str>,
    related: Vec<JsonRelated<'a>>,
    notes: &'a [String],
    help: &'a [String],
}

#[derive(Serialize)]
struct JsonPlace<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    /// Of a spreadsheet, the cell's address.
    #[serde(skip_serializing_if = "Option::is_none")]
    cell: Option<String>,
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
        let cell = span.source.cell(span.range.start);
        JsonPlace { file: &span.source.name, line, column, cell }
    }
}

impl<'a> JsonDiagnostic<'a> {
    fn new(d: &'a Diagnostic, group: usize) -> JsonDiagnostic<'a> {
        JsonDiagnostic {
            severity: match d.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "note",
            },
            code: d.code,
            message: &d.message,
            group,
            document: d.document.as_deref(),
            more_documents: d.more_documents,
            at: d.span.as_ref().map(JsonPlace::new),
            label: d.label.as_deref(),
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
