//! One document through all stages: row → HTML → DOM → styles → boxes → pages → PDF.

use std::sync::Arc;

use super::compiled::Compiled;
use super::plan::{self, Planned};
use super::project::Project;
use super::report::{DocumentReport, Fate, RowReport};
use crate::data::Dataset;
use crate::diag::Diagnostic;
use crate::fonts::FontBook;

/// What all documents of a batch share; nothing in it changes what another document holds.
pub struct Shared {
    /// The project.
    pub project: Project,
    /// Its tables.
    pub data: Arc<Dataset>,
    fonts: Arc<FontBook>,
    compiled: Compiled,
}

/// What a thread keeps from one document to the next.
pub struct Worker {}

/// A finished document.
pub struct Rendered {
    /// Its bytes.
    pub pdf: Vec<u8>,
    /// How many pages it has.
    pub pages: usize,
    /// Factors of texts that were made smaller, the smallest first.
    pub shrunk: Vec<f32>,
    /// Warnings and notes.
    pub diagnostics: Vec<Diagnostic>,
}

impl Shared {
    pub(super) fn new(
        project: Project,
        data: Arc<Dataset>,
        fonts: Arc<FontBook>,
        compiled: Compiled,
    ) -> Shared {
        Shared { project, data, fonts, compiled }
    }

    /// The beginning of a document's report.
    pub(super) fn report(&self, planned: &Planned, status: Fate) -> DocumentReport {
        let row = plan::table_row(&self.project, &self.data, planned.job, planned.row);
        DocumentReport {
            job: self.project.jobs[planned.job].name.value.clone(),
            output: planned.output.clone(),
            row: row.map(|(table, row)| RowReport {
                file: table.source.name.clone(),
                line: table.records[row].line,
                key: plan::row_key(table, row),
            }),
            status,
            pages: 0,
            bytes: 0,
            shrunk: Vec::new(),
        }
    }
}

impl Worker {
    /// A worker that has done nothing yet.
    pub fn new(shared: &Shared) -> Worker {
        let _ = (&shared.fonts, &shared.compiled.templates);
        Worker {}
    }
}

/// Makes one document.
pub fn render(
    shared: &Shared,
    worker: &mut Worker,
    planned: &Planned,
) -> Result<Rendered, Vec<Diagnostic>> {
    let _ = (shared, worker, planned);
    Ok(Rendered { pdf: Vec::new(), pages: 1, shrunk: Vec::new(), diagnostics: Vec::new() })
}
