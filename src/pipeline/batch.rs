//! All documents at once: one worker a thread, each document on its own.
//!
//! Input: a plan that has passed its gates, and how its documents stand. Output: what became of each document,
//! in the order of the plan, and the findings. A document's bytes live from its rendering to its writing
//! and no longer, so memory does not grow with the number of rows. What a document holds does not depend on
//! which worker makes it, nor on what that worker made before.

use std::collections::{BTreeMap, BTreeSet, btree_map};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};

use super::document::{self, Rendered, Shared};
use super::documents::{Account, Ledger, Place, lost};
use super::lock::Entry;
use super::panics;
use super::plan::{Plan, row_span};
use super::planned::Planned;
use super::reads::FileSet;
use super::report::Fate;
use super::run::{Mode, Options, Progress, deny};
use super::stages::Worker;
use super::standing::{Judge, Standing};
use super::work::Work;
use super::write::OutputFolder;
use crate::diag::{self, Diagnostic, Severity, SortKey};
use crate::limits::STACK;

/// What all documents of a batch share.
pub(super) struct Batch<'a> {
    pub shared: &'a Shared,
    pub out: &'a OutputFolder,
    pub options: &'a Options,
    pub progress: &'a dyn Progress,
    pub pool: &'a rayon::ThreadPool,
    /// Where documents wait; none if nothing is written.
    pub work: Option<&'a Work<'a>>,
    /// What the documents of each job are made from, apart from their rows; nothing if that does not matter.
    pub jobs: &'a [[u8; 32]],
    /// How documents stand, and by what; nothing if that does not matter.
    pub standings: &'a [Standing],
    /// By what the documents that a stopped run has left are judged.
    pub judge: Option<&'a Judge<'a>>,
}

/// What became of the documents of a batch.
#[derive(Default)]
pub(super) struct Outcome {
    /// In the order of the plan.
    pub ledger: Ledger,
    /// The findings, each once.
    pub found: Vec<Diagnostic>,
}

/// The threads of a batch.
pub(super) fn pool(threads: Option<NonZeroUsize>) -> Result<rayon::ThreadPool, Diagnostic> {
    let threads = threads.map_or(0, NonZeroUsize::get);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK).build();
    pool.map_err(|error| Diagnostic::error("no-workers", format!("cannot start workers: {error}")))
}

/// How the documents of a plan stand, by what their jobs are made from.
pub(super) fn survey(
    pool: &rayon::ThreadPool,
    judge: &Judge<'_>,
    shared: &Shared,
    plan: &Plan,
    jobs: &[[u8; 32]],
) -> Vec<Standing> {
    let standing = |index| {
        // One that cannot be read is told when it is to be made.
        let Some(planned) = plan.documents.get(index) else { return Standing::New };
        judge.standing(&planned, || shared.inputs(&planned, &jobs[planned.job]))
    };
    pool.install(|| (0..plan.documents.len()).into_par_iter().map(standing).collect())
}

/// Makes the documents of a plan.
pub(super) fn render(batch: &Batch<'_>, plan: &Plan) -> Outcome {
    let workers = Workers::new(batch.pool.current_num_threads());
    let documents = plan.documents.len();
    let ledger = Mutex::new(Ledger::new(documents, Fate::NotBegun));
    let state = State::default();
    batch.progress.start(documents);
    batch.pool.install(|| {
        (0..documents).into_par_iter().with_max_len(1).for_each(|index| {
            if batch.progress.is_cancelled() {
                return;
            }
            let (done, found) = match plan.documents.get(index) {
                Some(planned) => One { batch, state: &state, index, planned }.make(&workers),
                None => {
                    state.is_unsound.store(true, Ordering::Relaxed);
                    (
                        Done::new(Fate::Failed),
                        plan.documents.fault().map(lost).into_iter().collect(),
                    )
                }
            };
            batch.progress.done();
            state.add_found(index, found);
            let mut ledger = ledger.lock().unwrap_or_else(PoisonError::into_inner);
            ledger.enter(index, done.status, done.place, &done.account);
        });
    });
    batch.progress.finish();
    let found = state.found.into_inner().unwrap_or_else(PoisonError::into_inner);
    Outcome {
        ledger: ledger.into_inner().unwrap_or_else(PoisonError::into_inner),
        found: found.into_values().map(|(_, found)| found).collect(),
    }
}

/// What the workers tell each other.
#[derive(Default)]
struct State {
    /// Whether a document has failed, so that the others need not be kept.
    is_unsound: AtomicBool,
    /// Sets of files, each once.
    sets: Mutex<BTreeMap<[u8; 16], Arc<FileSet>>>,
    /// Findings, each once for its place, with the index of the first document that has it: a fault of a template or a
    /// sheet is the same in every document.
    found: Mutex<BTreeMap<SortKey, (usize, Diagnostic)>>,
}

impl State {
    fn shared_set(&self, set: FileSet) -> Arc<FileSet> {
        let mut sets = self.sets.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(sets.entry(*set.id()).or_insert_with(|| Arc::new(set)))
    }

    /// Adds the findings of a document. The first document's stay, whoever comes first, and say in how many more they
    /// were found.
    fn add_found(&self, index: usize, found: Vec<Diagnostic>) {
        if found.is_empty() {
            return;
        }
        let mut all = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let mut own = BTreeSet::new();
        for mut diagnostic in found {
            let key = diagnostic.sort_key();
            if !own.insert(key.clone()) {
                continue;
            }
            match all.entry(key) {
                btree_map::Entry::Vacant(place) => {
                    place.insert((index, diagnostic));
                }
                btree_map::Entry::Occupied(mut place) => {
                    let (first, known) = place.get_mut();
                    diagnostic.more_documents = known.more_documents + 1;
                    if index < *first {
                        (*first, *known) = (index, diagnostic);
                    } else {
                        known.more_documents += 1;
                    }
                }
            }
        }
    }
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

/// A document in the making.
struct One<'b> {
    batch: &'b Batch<'b>,
    state: &'b State,
    index: usize,
    planned: Planned,
}

/// What became of a document.
struct Done {
    status: Fate,
    place: Place,
    account: Account,
}

impl Done {
    fn new(status: Fate) -> Done {
        Done { status, place: Place::AsBefore, account: Account::default() }
    }

    /// It is not what it would be now.
    fn is_out_of_date(&mut self, why: &str) {
        self.status = Fate::OutOfDate;
        self.account.more.reason = Some(why.to_owned());
    }
}

impl One<'_> {
    fn make(self, workers: &Workers) -> (Done, Vec<Diagnostic>) {
        let One { batch, planned, .. } = &self;
        let mut done = Done::new(Fate::NotBegun);
        let clock = Instant::now();
        let result = match self.settled(&mut done) {
            Some(result) => result,
            None => workers
                .with(batch.shared, |worker| document::render(batch.shared, worker, planned))
                .unwrap_or_else(|panic| Err(vec![panic]))
                .and_then(|rendered| self.finish(rendered, &mut done)),
        };
        let mut found = result.unwrap_or_else(|found| {
            done.status = Fate::Failed;
            self.state.is_unsound.store(true, Ordering::Relaxed);
            found
        });
        for diagnostic in &mut found {
            place(batch.shared, planned, diagnostic);
        }
        if done.status == Fate::Failed {
            let reason = found.iter().find(|d| d.severity == Severity::Error);
            let more = &mut done.account.more;
            more.has_foreign_reason = reason.is_some_and(|d| d.is_foreign);
            more.reason = reason.map(|d| d.message.clone());
        }
        done.account.microseconds = u32::try_from(clock.elapsed().as_micros()).unwrap_or(u32::MAX);
        (done, found)
    }

    /// What the document is made from; nothing if that does not matter.
    fn inputs(&self) -> [u8; 16] {
        let job = self.batch.jobs.get(self.planned.job);
        job.map_or([0; 16], |job| self.batch.shared.inputs(&self.planned, job))
    }

    /// What becomes of a document that need not be rendered, by how it stands.
    fn settled(&self, done: &mut Done) -> Option<Finished> {
        let One { batch, planned, .. } = self;
        let (standing, judge) = batch.standings.get(self.index).zip(batch.judge)?;
        let mode = batch.options.mode;
        match standing {
            Standing::Current if !(mode == Mode::Render && batch.options.force) => {
                done.status = Fate::Unchanged;
                done.account.entry = judge.lock.get(&planned.output);
                return Some(Ok(Default::default()));
            }
            Standing::Missing if mode == Mode::Compare => {
                done.is_out_of_date("missing");
                return Some(Ok(Default::default()));
            }
            Standing::Edited if mode == Mode::Compare => {
                done.is_out_of_date("edited by hand");
                return Some(Ok(Default::default()));
            }
            Standing::Edited if !batch.options.force => {
                return Some(Err(vec![edited(&planned.output)]));
            }
            _ => {}
        }
        let work = batch.work.filter(|_| !batch.options.keep_going)?;
        let is_current = |entry: &Entry| judge.is_current(entry, &self.inputs());
        let entry = work.take_left(&planned.output, is_current)?;
        done.status = Fate::Written;
        // The journal of the stopped run says it; this run's is to say it too.
        let told = work.tell_made(&planned.output, &entry);
        done.account.entry = Some(entry);
        Some(told.map_err(|diagnostic| vec![diagnostic]).map(|()| {
            done.place = Place::Waiting;
            Vec::new()
        }))
    }

    /// Keeps a document, or compares it, or does neither.
    fn finish(&self, rendered: Rendered, done: &mut Done) -> Finished {
        let One { batch, state, planned, .. } = self;
        let Rendered { pdf, pages, shrunk, mut found, files } = rendered;
        if batch.options.deny_warnings {
            found.iter_mut().for_each(deny);
            if diag::has_errors(&found) {
                return Err(found);
            }
        }
        let entry = done.account.entry.insert(Entry {
            job: batch.shared.job_name(planned),
            inputs: self.inputs(),
            files: state.shared_set(files),
            pdf: pdf.digest,
            bytes: pdf.bytes.len() as u64,
            pages: u32::try_from(pages).unwrap_or(u32::MAX),
            shrunk: shrunk.iter().map(|text| text.factor).collect(),
            warned: found.iter().any(|d| d.severity == Severity::Warning),
        });
        done.account.more.shrunk_texts = shrunk;
        match batch.work {
            None => {
                let is_comparing = batch.options.mode == Mode::Compare;
                if is_comparing && !batch.out.holds(&planned.output, &pdf.bytes) {
                    let is_there = batch.out.path(&planned.output).exists();
                    done.is_out_of_date(if is_there { "would differ" } else { "missing" });
                } else {
                    done.status = if is_comparing { Fate::Unchanged } else { Fate::Sound };
                }
            }
            Some(work) => match self.keep(work, entry, &pdf.bytes) {
                Ok((status, place)) => (done.status, done.place) = (status, place),
                Err(diagnostic) => {
                    found.push(diagnostic);
                    return Err(found);
                }
            },
        }
        Ok(found)
    }

    /// Keeps a document's bytes; says what that comes to and where they are.
    fn keep(
        &self,
        work: &Work<'_>,
        entry: &Entry,
        pdf: &[u8],
    ) -> Result<(Fate, Place), Diagnostic> {
        let (output, options) = (&self.planned.output, self.batch.options);
        if !options.force && self.batch.out.holds(output, pdf) {
            return work.note(output, entry).map(|()| (Fate::Unchanged, Place::AtItsName));
        }
        if options.keep_going {
            return work.put(output, entry, pdf).map(|()| (Fate::Written, Place::AtItsName));
        }
        if self.state.is_unsound.load(Ordering::Relaxed) {
            return Ok((Fate::Held, Place::AsBefore));
        }
        work.stage(output, entry, pdf).map(|()| (Fate::Written, Place::Waiting))
    }
}

/// What is found with a document, or why it failed.
type Finished = Result<Vec<Diagnostic>, Vec<Diagnostic>>;

/// A document that is not what was written.
pub(super) fn edited(output: &str) -> Diagnostic {
    let message = format!("{output:?} is not as it was written: it was changed by hand");
    Diagnostic::error("edited-output", message)
        .help("put it elsewhere if it is to be kept; --force makes it anew")
}

/// Ties a finding to its document and, where it points nowhere, to the document's row.
fn place(shared: &Shared, planned: &Planned, diagnostic: &mut Diagnostic) {
    diagnostic.document.get_or_insert_with(|| planned.output.to_string());
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
