//! One document: a row of a table through the template and all stages after it.
//!
//! Input: a planned document. Output: its PDF, or the findings that kept it from being made, each tied
//! to the template or the cell it comes from.

use std::sync::Arc;

use super::compiled::{Compiled, CompiledJob};
use super::documents::{Account, DocumentState};
use super::lock::short;
use super::origin;
use super::paths::folder_of;
use super::plan;
use super::planned::Planned;
use super::project::Project;
use super::reads::{FileSet, Reads};
use super::report::{DocumentReport, RowReport, ShrunkText};
use super::stages::{Page, Stages, Terms, Worker};
use super::{blame, project::Job};
use crate::data::Dataset;
use crate::diag::{self, About, Diagnostic, Source};
use crate::html::{Dom, NodeId};
use crate::layout::Medium;
use crate::layout::fragment::Shrunk;
use crate::pdf::{self, Date};

/// What all documents of a batch share; nothing in it changes what another document holds.
pub(super) struct Shared {
    pub project: Project,
    /// The names of its jobs.
    pub names: Vec<Arc<str>>,
    pub data: Arc<Dataset>,
    pub compiled: Compiled,
    pub stages: Stages,
    /// When documents were made whose page does not say.
    pub date: Option<Date>,
}

/// A finished document.
pub(super) struct Rendered {
    /// Its file.
    pub pdf: pdf::File,
    /// How many pages it has.
    pub pages: usize,
    /// Texts that were made smaller, the smallest first.
    pub shrunk: Vec<ShrunkText>,
    /// Warnings and notes.
    pub found: Vec<Diagnostic>,
    /// The files it is made from.
    pub files: FileSet,
}

impl Shared {
    /// All that is known of a document.
    pub fn report(
        &self,
        planned: &Planned,
        state: &DocumentState,
        account: Account,
    ) -> DocumentReport {
        let row = plan::table_row(&self.project, &self.data, planned.job, planned.row);
        let Account { entry, microseconds, more } = account;
        let entry = entry.as_ref();
        DocumentReport {
            job: self.job(planned).name.value.clone(),
            output: planned.output.to_string(),
            serial: planned.serial.as_ref().map(|serial| serial.text.clone()),
            row: row.map(|(table, row)| RowReport {
                file: table.file().to_owned(),
                line: table.line(row),
                number: table.number(row),
                key: plan::row_key(table, row),
            }),
            status: state.status,
            sampled: more.sampled,
            reason: more.reason,
            has_foreign_reason: more.has_foreign_reason,
            pages: state.pages as usize,
            bytes: entry.map_or(0, |entry| usize::try_from(entry.bytes).unwrap_or(usize::MAX)),
            digest: entry.map(|entry| entry.pdf),
            milliseconds: f64::from(microseconds) / 1000.0,
            shrunk: entry.map_or(Vec::new(), |entry| entry.shrunk.to_vec()),
            shrunk_texts: more.shrunk_texts,
        }
    }

    /// The name of a document's job, one text for all.
    pub fn job_name(&self, planned: &Planned) -> Arc<str> {
        Arc::clone(&self.names[planned.job])
    }

    /// What a document is made from, by the digest of its job.
    pub fn inputs(&self, planned: &Planned, job: &[u8; 32]) -> [u8; 16] {
        let mut hasher = blake3::Hasher::new();
        hasher.update(job);
        // A plan is made from compiled jobs alone.
        if let Some(compiled) = self.compiled.job(planned.job) {
            hasher.update(&compiled.ground(planned.row).digest);
        }
        if let Some(serial) = &planned.serial {
            // A serial is made of texts and numbers, which always have a form in JSON.
            hasher.update(&serde_json::to_vec(serial).unwrap_or_default());
        }
        short(hasher.finalize().as_bytes())
    }

    fn job(&self, planned: &Planned) -> &Job {
        &self.project.jobs[planned.job]
    }

    /// What the project asks of a document.
    fn terms(&self, planned: &Planned, reads: &mut Reads) -> Result<Terms<'_>, Diagnostic> {
        let job = self.job(planned);
        let mut terms = Terms {
            title: job.title.as_ref().map_or(&self.project.title, |title| &title.value),
            lang: job.lang.as_ref().map_or("", |lang| &lang.value),
            date: self.date.as_ref(),
            profile: job.profile,
            ..Terms::default()
        };
        let wants_more = !job.attach.is_empty() || !job.metadata.is_empty();
        // A plan is made from compiled jobs alone.
        let compiled = self.compiled.job(planned.job);
        terms.fixed = compiled.and_then(|job| job.fixed.as_ref());
        if let Some(compiled) = compiled.filter(|_| wants_more) {
            let context = compiled.context_of(planned);
            terms.properties = compiled.properties(&context)?;
            terms.attachments =
                compiled.attachments(&self.project, planned.row, &context, reads)?;
        }
        Ok(terms)
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
    let job = compiled.job(planned.job);
    let context = job.map(|job: &CompiledJob| job.context_of(planned)).unwrap_or_default();
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
    let terms = shared.terms(planned, &mut layout.reads).map_err(|found| vec![found])?;
    let Some(pdf) = shared.stages.write(&mut layout, folder, &terms) else {
        return Err(place(layout.found));
    };
    // Whatever was read of rows for this document has been read by now.
    if let Some(lost) = shared.data.fault() {
        return Err(vec![lost]);
    }
    let mut shrunk: Vec<ShrunkText> = layout
        .document
        .shrunk
        .iter()
        .map(|s| shrunk_text(shared, planned, &layout.dom, s))
        .collect();
    shrunk.sort_by(|a, b| a.factor.total_cmp(&b.factor));
    Ok(Rendered {
        pdf,
        pages: layout.document.pages.len(),
        shrunk,
        found: place(layout.found),
        files: shared.stages.files_of(worker, layout.reads, folder),
    })
}

/// A text that was made smaller, with where it comes from.
fn shrunk_text(shared: &Shared, planned: &Planned, dom: &Dom, shrunk: &Shrunk) -> ShrunkText {
    let node = shrunk.element.map(|element| NodeId(element.0));
    let row = plan::table_row(&shared.project, &shared.data, planned.job, planned.row);
    let culprit = row.zip(node).and_then(|((table, row), node)| {
        blame::find(&shared.data, table, row, &About::Text(dom.text_content(node)))
    });
    let column = culprit.as_ref().map(|culprit| culprit.column.clone());
    let span = culprit.map(|culprit| culprit.span).or_else(|| {
        let span = dom.span(node?)?;
        let template = &shared.job(planned).template.value;
        origin::in_template(&shared.compiled.templates, template, &span)
    });
    ShrunkText {
        factor: shrunk.factor,
        line: span.as_ref().map(|span| span.position().0),
        file: span.map(|span| span.source.name.clone()),
        column,
    }
}

/// A finding at the place where people can mend it: the cell a character comes from, the template.
fn placed(
    shared: &Shared,
    planned: &Planned,
    page: &Arc<Source>,
    diagnostic: Diagnostic,
) -> Diagnostic {
    let mut diagnostic = diagnostic;
    let template = &shared.job(planned).template.value;
    // A sheet in the page may have been read in the page of another row.
    if let Some(span) = diagnostic.span.as_mut().filter(|span| span.source.name == page.name)
        && let Some(found) = origin::in_template(&shared.compiled.templates, template, span)
    {
        *span = found;
    }
    blamed(shared, planned, diagnostic)
}

/// A finding about a text, at the cell that the text comes from. A character that stands in no cell
/// stands in the template.
fn blamed(shared: &Shared, planned: &Planned, mut diagnostic: Diagnostic) -> Diagnostic {
    let Some(about) = &diagnostic.about else { return diagnostic };
    let row = plan::table_row(&shared.project, &shared.data, planned.job, planned.row);
    let culprit = row.and_then(|(table, row)| blame::find(&shared.data, table, row, about));
    match (culprit, about) {
        (Some(culprit), about) => {
            let column = format!("in column `{}` of table `{}`", culprit.column, culprit.table);
            let element = diagnostic.span.replace(culprit.span);
            // Where a text does not fit, its box matters as well.
            if let (Some(element), About::Text(_)) = (element, about) {
                diagnostic.related.push((element, "shown by this element".into()));
            }
            diagnostic.label = Some(column);
        }
        (None, About::Character(c)) => {
            let template = &shared.job(planned).template.value;
            let place = origin::of_character(&shared.compiled.templates, template, *c);
            diagnostic.span = place.or(diagnostic.span);
        }
        (None, About::Text(_)) => {}
    }
    diagnostic
}
