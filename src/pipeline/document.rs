//! One document: a row of a table through the template and all stages after it.
//!
//! Input: a planned document. Output: its PDF, or the findings that kept it from being made, each tied
//! to the template or the cell it comes from.

use std::sync::Arc;

use super::compiled::{Compiled, CompiledJob};
use super::origin;
use super::paths::folder_of;
use super::plan::{self, Planned};
use super::project::Project;
use super::report::{DocumentReport, Fate, RowReport};
use super::stages::{Defaults, Page, Stages, Worker};
use super::{blame, project::Job};
use crate::data::Dataset;
use crate::diag::{self, Diagnostic, Source};
use crate::layout::Medium;

/// What all documents of a batch share; nothing in it changes what another document holds.
pub(super) struct Shared {
    pub project: Project,
    pub data: Arc<Dataset>,
    pub compiled: Compiled,
    pub stages: Stages,
}

/// A finished document.
pub(super) struct Rendered {
    /// Its bytes.
    pub pdf: Vec<u8>,
    /// How many pages it has.
    pub pages: usize,
    /// Factors of texts that were made smaller, the smallest first.
    pub shrunk: Vec<f32>,
    /// Warnings and notes.
    pub found: Vec<Diagnostic>,
}

impl Shared {
    /// The beginning of a document's report.
    pub fn report(&self, planned: &Planned, status: Fate) -> DocumentReport {
        let row = plan::table_row(&self.project, &self.data, planned.job, planned.row);
        DocumentReport {
            job: self.job(planned).name.value.clone(),
            output: planned.output.clone(),
            row: row.map(|(table, row)| RowReport {
                file: table.source.name.clone(),
                line: table.records[row].line,
                key: plan::row_key(table, row),
            }),
            status,
            reason: None,
            pages: 0,
            bytes: 0,
            shrunk: Vec::new(),
        }
    }

    fn job(&self, planned: &Planned) -> &Job {
        &self.project.jobs[planned.job]
    }
}

/// The HTML of a document.
pub(super) fn page(
    project: &Project,
    compiled: &Compiled,
    planned: &Planned,
) -> Result<Arc<Source>, Diagnostic> {
    let template = &project.jobs[planned.job].template.value;
    // A plan is made from compiled jobs alone.
    let job = compiled.jobs.iter().find(|job| job.index == planned.job);
    let context = job.map(|job: &CompiledJob| job.context(planned.row)).unwrap_or_default();
    let html = compiled.templates.render(template, &context).map_err(|diagnostic| *diagnostic)?;
    Ok(origin::page_source(template, html))
}

/// Makes one document.
pub(super) fn render(
    shared: &Shared,
    worker: &mut Worker,
    planned: &Planned,
) -> Result<Rendered, Vec<Diagnostic>> {
    let source = page(&shared.project, &shared.compiled, planned).map_err(|found| vec![found])?;
    let job = shared.job(planned);
    let folder = folder_of(&job.template.value);
    let page = Page { source: &source, folder, medium: Medium::Paged };
    let mut layout = shared.stages.lay_out(worker, &page);
    let place = |found: Vec<Diagnostic>| -> Vec<Diagnostic> {
        found.into_iter().map(|d| placed(shared, planned, &source, d)).collect()
    };
    if diag::has_errors(&layout.found) {
        return Err(place(layout.found));
    }
    let defaults = Defaults {
        title: job.title.as_ref().map_or(&shared.project.title, |title| &title.value),
        lang: job.lang.as_ref().map_or("", |lang| &lang.value),
    };
    let pdf = shared.stages.write(&mut layout, folder, &defaults);
    let pdf = pdf.map_err(|found| place(vec![found]))?;
    if diag::has_errors(&layout.found) {
        return Err(place(layout.found));
    }
    let mut shrunk: Vec<f32> = layout.document.shrunk.iter().map(|s| s.factor).collect();
    shrunk.sort_by(f32::total_cmp);
    Ok(Rendered { pdf, pages: layout.document.pages.len(), shrunk, found: place(layout.found) })
}

/// A finding at the place where people can mend it: the cell a character comes from, the template.
fn placed(
    shared: &Shared,
    planned: &Planned,
    page: &Arc<Source>,
    diagnostic: Diagnostic,
) -> Diagnostic {
    let mut diagnostic = blamed(shared, planned, diagnostic);
    let template = &shared.job(planned).template.value;
    // A sheet in the page may have been read in the page of another row.
    if let Some(span) = diagnostic.span.as_mut().filter(|span| span.source.name == page.name)
        && let Some(found) = origin::in_template(&shared.compiled.templates, template, span)
    {
        *span = found;
    }
    diagnostic
}

/// A character that no face has, at its cell or in the template.
fn blamed(shared: &Shared, planned: &Planned, mut diagnostic: Diagnostic) -> Diagnostic {
    let Some(missing) = missing_character(&diagnostic) else { return diagnostic };
    let row = plan::table_row(&shared.project, &shared.data, planned.job, planned.row);
    let culprit = row.and_then(|(table, row)| blame::find(&shared.data, table, row, missing));
    if let Some(culprit) = culprit {
        let column = format!("in column `{}` of table `{}`", culprit.column, culprit.table);
        diagnostic.label = Some(column);
        diagnostic.span = Some(culprit.span);
    } else {
        let template = &shared.job(planned).template.value;
        let place = origin::of_character(&shared.compiled.templates, template, missing);
        diagnostic.span = place.or(diagnostic.span);
    }
    diagnostic
}

/// The character that a `missing-glyph` finding names, as `U+XXXX`.
fn missing_character(diagnostic: &Diagnostic) -> Option<char> {
    if diagnostic.code != "missing-glyph" {
        return None;
    }
    let (_, hex) = diagnostic.message.rsplit_once("U+")?;
    let digits = hex.split(|c: char| !c.is_ascii_hexdigit()).next()?;
    char::from_u32(u32::from_str_radix(digits, 16).ok()?)
}
