//! All documents at once: one worker a thread, each document on its own.
//!
//! Input: a plan that has passed its gates. Output: what became of each document, in the order of the
//! plan, and the findings. A document's bytes live from its rendering to its writing and no
//! longer, so memory does not grow with the number of rows. What a document holds does not depend on
//! which worker makes it, nor on what that worker made before.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

use super::document::{self, Rendered, Shared};
use super::panics;
use super::plan::{Plan, Planned, row_span};
use super::report::{DocumentReport, Fate};
use super::run::{Mode, Options, Progress, deny};
use super::stages::Worker;
use super::write::{OutputFolder, Written};
use crate::diag::{self, Diagnostic, Severity};
use crate::limits::STACK;

/// What all documents of a batch share.
pub(super) struct Batch<'a> {
    pub shared: &'a Shared,
    pub folder: &'a OutputFolder,
    pub options: &'a Options,
    pub progress: &'a dyn Progress,
}

type Outcome = (DocumentReport, Vec<Diagnostic>);

/// Makes the documents of a plan.
pub(super) fn render(batch: &Batch<'_>, plan: &Plan) -> (Vec<DocumentReport>, Vec<Diagnostic>) {
    let threads = batch.options.threads.map_or(0, |n| n.get());
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK);
    let pool = match pool.build() {
        Ok(pool) => pool,
        Err(error) => {
            let message = format!("cannot start workers: {error}");
            return (Vec::new(), vec![Diagnostic::error("no-workers", message)]);
        }
    };
    let workers = Workers::new(pool.current_num_threads());
    batch.progress.start(plan.documents.len());
    let outcomes: Vec<Outcome> = pool.install(|| {
        plan.documents
            .par_iter()
            .with_max_len(1)
            .map(|planned| one(batch, &workers, planned))
            .collect()
    });
    batch.progress.finish();
    let (documents, found): (Vec<_>, Vec<_>) = outcomes.into_iter().unzip();
    (documents, once(found))
}

/// Workers by thread. A worker is expensive to make and warms up, so it lives as long as the batch.
struct Workers(Vec<Mutex<Option<Worker>>>);

impl Workers {
    fn new(threads: usize) -> Workers {
        Workers((0..threads).map(|_| Mutex::default()).collect())
    }

    /// Does some work with this thread's worker; a panic costs the worker, and nothing else.
    fn with<T>(
        &self,
        shared: &Shared,
        work: impl FnOnce(&mut Worker) -> T,
    ) -> Result<T, Diagnostic> {
        let thread = rayon::current_thread_index().unwrap_or(0);
        let mut slot = self.0[thread].lock().unwrap_or_else(PoisonError::into_inner);
        let mut worker = slot.take();
        let (value, worker) = panics::isolate(move || {
            let worker_ref = worker.get_or_insert_with(|| Worker::new(&shared.stages));
            let value = work(worker_ref);
            (value, worker)
        })?;
        *slot = worker;
        Ok(value)
    }
}

fn one(batch: &Batch<'_>, workers: &Workers, planned: &Planned) -> Outcome {
    let result = workers
        .with(batch.shared, |worker| document::render(batch.shared, worker, planned))
        .unwrap_or_else(|panic| Err(vec![panic]));
    let mut report = batch.shared.report(planned, Fate::Failed);
    let mut found = match result {
        Ok(rendered) => finish(batch, planned, rendered, &mut report),
        Err(found) => found,
    };
    for diagnostic in &mut found {
        place(batch.shared, planned, diagnostic);
    }
    let reason = found.iter().find(|d| d.severity == Severity::Error);
    report.reason = reason.filter(|_| report.status == Fate::Failed).map(|d| d.message.clone());
    batch.progress.done();
    (report, found)
}

/// Writes a document, or compares it, or does neither.
fn finish(
    batch: &Batch<'_>,
    planned: &Planned,
    rendered: Rendered,
    report: &mut DocumentReport,
) -> Vec<Diagnostic> {
    let Rendered { pdf, pages, shrunk, mut found } = rendered;
    if batch.options.deny_warnings {
        found.iter_mut().for_each(deny);
        if diag::has_errors(&found) {
            return found;
        }
    }
    report.status = match batch.options.mode {
        Mode::List => Fate::Planned,
        Mode::Prove => Fate::Sound,
        Mode::Compare if batch.folder.holds(&planned.output, &pdf) => Fate::Unchanged,
        Mode::Compare => Fate::OutOfDate,
        Mode::Render => match batch.folder.write(&planned.output, &pdf, batch.options.force) {
            Ok(Written::New) => Fate::Written,
            Ok(Written::Same) => Fate::Unchanged,
            Err(diagnostic) => {
                found.push(diagnostic);
                return found;
            }
        },
    };
    report.pages = pages;
    report.bytes = pdf.len();
    report.shrunk = shrunk.iter().map(|text| text.factor).collect();
    report.shrunk_texts = shrunk;
    found
}

/// Ties a finding to its document and, where it points nowhere, to the document's row.
fn place(shared: &Shared, planned: &Planned, diagnostic: &mut Diagnostic) {
    diagnostic.document.get_or_insert_with(|| planned.output.clone());
    let row = row_span(&shared.project, &shared.data, planned.job, planned.row);
    match (&diagnostic.span, row) {
        (None, Some(row)) => {
            diagnostic.span = Some(row);
            diagnostic.label.get_or_insert_with(|| "in the document of this row".into());
        }
        (Some(span), Some(row)) if span.source.name != row.source.name => {
            diagnostic.related.push((row, "in the document of this row".into()));
        }
        _ => (),
    }
}

/// Findings of all documents, each once for its place: a fault of a template or a sheet is the same in
/// every document. The first one stays, and says in how many more it was found.
fn once(found: Vec<Vec<Diagnostic>>) -> Vec<Diagnostic> {
    let mut seen = BTreeMap::new();
    let mut all: Vec<(Diagnostic, usize)> = Vec::new();
    for diagnostic in found.into_iter().flatten() {
        let index = *seen.entry(diagnostic.sort_key()).or_insert(all.len());
        match all.get_mut(index) {
            Some((first, more)) => *more += usize::from(first.document != diagnostic.document),
            None => all.push((diagnostic, 0)),
        }
    }
    let told = |(mut diagnostic, more): (Diagnostic, usize)| {
        if let Some(document) = diagnostic.document.as_mut().filter(|_| more > 0) {
            document.push_str(&format!(" and {more} more"));
        }
        diagnostic
    };
    all.into_iter().map(told).collect()
}
