//! What a run does once its gates are passed: make, compare or prove the documents.
//!
//! Input: a [`Ready`] batch. Output: its [`Report`]. To make documents is to
//!
//! 1. see how they stand by the lock file; if all are current, that is all, and nothing is touched;
//! 2. take the output folder for this run, and finish what a stopped run has begun;
//! 3. make what is not current; each document waits in the work folder;
//! 4. write serials that are new into their registers, and move all documents to their names, if all are sound; else
//!    none. With `--keep-going` each goes to its name at once;
//! 5. remove what no row gives any more (`--prune`), write the lock file.

use std::path::PathBuf;

use super::batch::{self, Batch, Outcome};
use super::documents::{Documents, Ledger, Place, lost};
use super::inputs;
use super::lock::{LOCK_FILE, Lock, sort_by};
use super::plan::Plan;
use super::project::Project;
use super::report::{Fate, Report, Status};
use super::run::{Mode, Options, Progress, Ready, deny};
use super::standing::{self, Judge, ProjectFiles, Standing};
use super::work::{self, Work};
use super::write::OutputFolder;
use super::{failures, pack};
use crate::diag::{self, Diagnostic};

/// Does what is asked of a batch.
pub(super) fn carry_out(ready: Ready, options: &Options, progress: &dyn Progress) -> Report {
    let pool = match batch::pool(options.threads) {
        Ok(pool) => pool,
        Err(diagnostic) => return ready.ended(Status::Usage, vec![diagnostic]),
    };
    let lock_file = lock_file(&ready.shared.project, options);
    let folder = output_folder(&ready.shared.project, options);
    let run = Run { options, progress, pool, out: OutputFolder::new(folder), lock_file };
    match options.mode {
        Mode::List => ready.list(),
        Mode::Prove => run.prove(ready),
        Mode::Compare => run.compare(ready),
        Mode::Render => {
            let mut report = run.render(ready);
            failures::note(&run.lock_file, &report.documents);
            run.pack(&mut report);
            report
        }
    }
}

/// The folder that documents go to.
fn output_folder(project: &Project, options: &Options) -> PathBuf {
    options.output.clone().unwrap_or_else(|| project.output_folder())
}

/// Where it is told what they are made from: beside the project file, or in the folder if it is not the
/// project's own.
pub(super) fn lock_file(project: &Project, options: &Options) -> PathBuf {
    let folder = output_folder(project, options);
    match is_same_folder(&folder, &project.output_folder()) {
        true => project.root.join(LOCK_FILE),
        false => folder.join(LOCK_FILE),
    }
}

fn is_same_folder(a: &std::path::Path, b: &std::path::Path) -> bool {
    let real = |path: &std::path::Path| path.canonicalize().or_else(|_| std::path::absolute(path));
    a == b || real(a).ok().zip(real(b).ok()).is_some_and(|(a, b)| a == b)
}

/// What a run has to work with.
struct Run<'r> {
    options: &'r Options,
    progress: &'r dyn Progress,
    pool: rayon::ThreadPool,
    out: OutputFolder,
    lock_file: PathBuf,
}

/// How all documents stand.
struct Survey<'l> {
    judge: Judge<'l>,
    standings: Vec<Standing>,
    /// Documents in the lock file that no row gives any more.
    orphans: Vec<String>,
}

/// What a run found before it made anything.
struct FoundThere {
    lock: Lock,
    orphans: Vec<String>,
}

impl Run<'_> {
    /// Does with the documents what is to be done besides.
    fn pack(&self, report: &mut Report) {
        let zip = self.options.zip.as_ref();
        let zipped = zip.map_or(Ok(()), |to| pack::zip(report, &self.out, to));
        let only = match self.options.selection.is_one {
            true => pack::only(report, &self.out),
            false => Ok(None),
        };
        if let Err(diagnostic) = zipped.and_then(|()| only.map(|only| report.only = only)) {
            report.diagnostics.push(diagnostic);
            report.status = Status::Usage;
        }
    }

    fn prove(&self, mut ready: Ready) -> Report {
        let mut outcome = batch::render(&self.batch(&ready, None, &[], None), &ready.plan);
        let status = ready.take_found(&mut outcome, self.options);
        ready.report(status, outcome)
    }

    fn compare(&self, mut ready: Ready) -> Report {
        let (mut lock, found) = Lock::read(&self.lock_file);
        ready.add(found, self.options);
        work::overlay(&self.out, &mut lock);
        let jobs = inputs::of_jobs(&ready.shared, &ready.font_files);
        let files = ProjectFiles::new(&ready.shared.project.root);
        let survey = self.survey(&ready, &lock, &files, &jobs);
        // With `--force` nothing is taken on trust: every document is made and compared.
        let known = Some(&survey).filter(|_| !self.options.force);
        let batch = self.batch(&ready, None, &jobs, known);
        let mut outcome = batch::render(&batch, &ready.plan);
        let mut status = ready.take_found(&mut outcome, self.options);
        if let Some(why) = lock.fault() {
            ready.add_new(vec![lost(why)]);
            status = Status::Unsound;
        }
        if status == Status::Good && !survey.orphans.is_empty() {
            status = Status::OutOfDate;
        }
        Report { orphans: survey.orphans, ..ready.report(status, outcome) }
    }

    fn render(&self, mut ready: Ready) -> Report {
        if self.options.prune && ready.plan.left_out > 0 {
            let message =
                "nothing was pruned: which documents the rows that were left out give is not known";
            ready.add(vec![Diagnostic::warning("not-pruned", message)], self.options);
        }
        let (lock, found) = Lock::read(&self.lock_file);
        ready.add(found, self.options);
        let jobs = inputs::of_jobs(&ready.shared, &ready.font_files);
        let files = ProjectFiles::new(&ready.shared.project.root);
        let survey = self.survey(&ready, &lock, &files, &jobs);
        let all_current = survey.standings.iter().all(|one| *one == Standing::Current);
        let is_to_prune = self.options.prune && !survey.orphans.is_empty();
        let has_news = ready.registers.has_news();
        let is_settled =
            !(self.options.force || is_to_prune || has_news || work::is_there(&self.out));
        if all_current && is_settled {
            let batch = self.batch(&ready, None, &jobs, Some(&survey));
            let mut outcome = batch::render(&batch, &ready.plan);
            let mut status = ready.take_found(&mut outcome, self.options);
            if let Some(why) = lock.fault() {
                ready.add_new(vec![lost(why)]);
                status = Status::Unsound;
            }
            return Report { orphans: survey.orphans, ..ready.report(status, outcome) };
        }
        drop(survey);
        drop(lock);
        let mut work = match Work::begin(&self.out, self.progress) {
            Ok(Some(work)) => work,
            Ok(None) => return ready.ended(Status::Interrupted, Vec::new()),
            Err(diagnostic) => return ready.ended(Status::Usage, vec![diagnostic]),
        };
        // Another run may have been here meanwhile.
        let (mut lock, _) = Lock::read(&self.lock_file);
        if let Err(diagnostic) = work.recover(&self.lock_file, &mut lock) {
            work.leave();
            return ready.ended(Status::Usage, vec![diagnostic]);
        }
        let files = ProjectFiles::new(&ready.shared.project.root);
        let survey = self.survey(&ready, &lock, &files, &jobs);
        let edited = self.edited(&ready.plan, &survey);
        if !edited.is_empty() {
            work.clear();
            return ready.ended(Status::Unsound, edited);
        }
        // Documents that go to their names at once bear serials that are given.
        if self.options.keep_going
            && let Err(diagnostic) = ready.registers.write()
        {
            work.clear();
            return ready.ended(Status::Usage, vec![diagnostic]);
        }
        let batch = self.batch(&ready, Some(&work), &jobs, Some(&survey));
        let mut outcome = batch::render(&batch, &ready.plan);
        let mut status = ready.take_found(&mut outcome, self.options);
        let orphans = survey.orphans;
        if let Some(why) = lock.fault() {
            ready.add_new(vec![lost(why)]);
            status = Status::Unsound;
        }
        self.settle(ready, outcome, status, work, FoundThere { lock, orphans })
    }

    /// Moves documents to their names, or none; writes the lock file.
    fn settle(
        &self,
        mut ready: Ready,
        mut outcome: Outcome,
        mut status: Status,
        work: Work<'_>,
        found_there: FoundThere,
    ) -> Report {
        let FoundThere { mut lock, orphans } = found_there;
        let ledger = &mut outcome.ledger;
        if self.progress.is_cancelled() && !self.options.keep_going {
            // What waits is taken over by the next run.
            work.leave();
            ledger.turn(Fate::Written, Fate::Waiting);
            return ready.report(Status::Interrupted, outcome);
        }
        if status != Status::Good && !self.options.keep_going {
            work.clear();
            ledger.turn(Fate::Written, Fate::Held);
            return Report { orphans, ..ready.report(Status::Unsound, outcome) };
        }
        if !self.options.keep_going
            && let Err(diagnostic) = ready.registers.write()
        {
            work.clear();
            return ready.ended(Status::Usage, vec![diagnostic]);
        }
        if ledger.states().iter().any(|state| state.place == Place::Waiting)
            && let Err(diagnostic) = work.commit()
        {
            work.clear();
            return ready.ended(Status::Usage, vec![diagnostic]);
        }
        let mut found = Vec::new();
        for (index, planned) in ready.plan.documents.iter().enumerate() {
            if ledger.states()[index].place != Place::Waiting {
                continue;
            }
            match work.release(&planned.output) {
                Ok(()) => ledger.has_come(index),
                Err(diagnostic) => {
                    ledger.has_failed(index, &diagnostic.message);
                    found.push(diagnostic.document(&*planned.output));
                    status = Status::RowsFailed;
                }
            }
        }
        let mut pruned = Vec::new();
        let mut left = Vec::new();
        for orphan in orphans {
            match self.options.prune.then(|| self.prune(&orphan, &mut lock)) {
                Some(Ok(())) => pruned.push(orphan),
                Some(Err(diagnostic)) => {
                    found.push(diagnostic);
                    left.push(orphan);
                }
                None => left.push(orphan),
            }
        }
        let made = made(&ready.plan, &outcome.ledger);
        let new = made.iter().filter_map(|index| {
            let planned = ready.plan.documents.get(*index as usize)?;
            Some((planned.output.into(), outcome.ledger.account(*index as usize).entry?))
        });
        if let Err(diagnostic) = work.finish(&self.lock_file, &lock, new) {
            found.push(diagnostic.help(
                "the documents are in their places; the next run finds out which, and writes the file",
            ));
            status = Status::Usage;
        }
        if let Some(why) = lock.fault().or_else(|| outcome.ledger.fault()) {
            found.push(lost(why));
            status = Status::Usage;
        }
        if self.progress.is_cancelled() {
            status = Status::Interrupted;
        }
        ready.found.append(&mut found);
        Report { orphans: left, pruned, ..ready.report(status, outcome) }
    }

    /// Removes a document that no row gives any more, if it is as it was written.
    fn prune(&self, orphan: &str, lock: &mut Lock) -> Result<(), Diagnostic> {
        let Some(entry) = lock.get(orphan) else { return Ok(()) };
        if self.out.path(orphan).exists() && self.out.digest(orphan) != Some(entry.pdf) {
            let message = format!("{orphan:?} is not removed: it was changed by hand");
            let found = Diagnostic::warning("edited-output", message);
            return Err(found.help("remove it yourself, or put it elsewhere"));
        }
        self.out.remove(orphan)?;
        lock.remove(orphan);
        Ok(())
    }

    /// Documents that are not as they were written, where that stands in the way.
    fn edited(&self, plan: &Plan, survey: &Survey<'_>) -> Vec<Diagnostic> {
        if self.options.force || self.options.keep_going {
            return Vec::new();
        }
        let all = plan.documents.iter().zip(&survey.standings);
        let edited = all.filter(|(_, standing)| **standing == Standing::Edited);
        edited.map(|(planned, _)| batch::edited(&planned.output)).collect()
    }

    fn survey<'l>(
        &'l self,
        ready: &Ready,
        lock: &'l Lock,
        files: &'l ProjectFiles,
        jobs: &[[u8; 32]],
    ) -> Survey<'l> {
        // Who compares wants every file read.
        let is_comparing = self.options.mode == Mode::Compare;
        let trusted_until = standing::time_of(&self.lock_file).filter(|_| !is_comparing);
        let judge = Judge { lock, out: &self.out, files, trusted_until };
        let standings = batch::survey(&self.pool, &judge, &ready.shared, &ready.plan, jobs);
        Survey { orphans: self.orphans(ready, lock), judge, standings }
    }

    /// The documents in the lock file that no row gives any more.
    fn orphans(&self, ready: &Ready, lock: &Lock) -> Vec<String> {
        // Which documents the rows that were left out give is not known.
        if lock.is_empty() || ready.plan.left_out > 0 {
            return Vec::new();
        }
        let is_chosen = |job: &str| match ready.shared.project.job(job) {
            Some(index) => ready.shared.compiled.job(index).is_some(),
            None => true,
        };
        let planned;
        let names = match &ready.names {
            Some(names) => names,
            None => {
                planned = Names::of(&ready.plan);
                &planned
            }
        };
        let orphans =
            lock.iter().filter(|(output, entry)| !names.have(output) && is_chosen(&entry.job));
        orphans.map(|(output, _)| output).collect()
    }

    fn batch<'b>(
        &'b self,
        ready: &'b Ready,
        work: Option<&'b Work<'b>>,
        jobs: &'b [[u8; 32]],
        survey: Option<&'b Survey<'b>>,
    ) -> Batch<'b> {
        Batch {
            shared: &ready.shared,
            out: &self.out,
            options: self.options,
            progress: self.progress,
            pool: &self.pool,
            work,
            jobs,
            standings: survey.map_or(&[], |survey| &survey.standings),
            judge: survey.map(|survey| &survey.judge),
        }
    }
}

/// The names of documents, as digests: of a million names and a million that are not among them, one is taken for another
/// once in twenty million times.
pub(super) struct Names(Vec<u64>);

impl Names {
    /// The names of all documents of a plan.
    pub fn of(plan: &Plan) -> Names {
        let mut names = Vec::with_capacity(plan.documents.len());
        names.extend(plan.documents.iter().map(|planned| Names::digest(&planned.output)));
        names.sort_unstable();
        Names(names)
    }

    fn digest(output: &str) -> u64 {
        let digest = blake3::hash(output.as_bytes());
        digest.as_bytes()[..8].iter().fold(0, |digest, byte| digest << 8 | u64::from(*byte))
    }

    /// Whether a document is called that.
    fn have(&self, output: &str) -> bool {
        self.0.binary_search(&Names::digest(output)).is_ok()
    }
}

/// The documents that are at their names since this run has made them or found them there, sorted by these names.
fn made(plan: &Plan, ledger: &Ledger) -> Vec<u32> {
    let all = (0u32..).zip(ledger.states());
    let mut made: Vec<u32> =
        all.filter(|(_, state)| state.place == Place::AtItsName).map(|(index, _)| index).collect();
    let name = |index| plan.documents.get(index as usize).map(|planned| planned.output);
    sort_by(&mut made, name);
    made
}

impl Ready {
    fn ended(mut self, status: Status, mut found: Vec<Diagnostic>) -> Report {
        found.append(&mut self.found);
        Report::ended(status, found)
    }

    fn report(self, status: Status, outcome: Outcome) -> Report {
        Report {
            status,
            left_out: self.plan.left_out,
            documents: Documents::new(self.shared, self.plan, outcome.ledger),
            diagnostics: self.found,
            ..Report::default()
        }
    }

    fn add(&mut self, mut found: Vec<Diagnostic>, options: &Options) {
        if options.deny_warnings {
            found.iter_mut().for_each(deny);
        }
        self.add_new(found);
    }

    /// Takes over what a batch has found, and says how the run ends by it.
    fn take_found(&mut self, outcome: &mut Outcome, options: &Options) -> Status {
        self.add_new(std::mem::take(&mut outcome.found));
        let mut late = self.shared.stages.take_found();
        if options.deny_warnings {
            late.iter_mut().for_each(deny);
        }
        let late_errors = diag::has_errors(&late);
        self.add_new(late);
        let fault = self.plan.documents.fault().or_else(|| outcome.ledger.fault());
        if let Some(found) = fault.map(lost) {
            self.add_new(vec![found]);
            return Status::Unsound;
        }
        let fates = |fate| outcome.ledger.states().iter().any(|d| d.status == fate);
        let keeps_going = options.mode == Mode::Render && options.keep_going;
        let failed = fates(Fate::Failed) || late_errors || self.plan.left_out > 0;
        if failed {
            if keeps_going { Status::RowsFailed } else { Status::Unsound }
        } else if fates(Fate::NotBegun) {
            Status::Interrupted
        } else if fates(Fate::OutOfDate) {
            Status::OutOfDate
        } else {
            Status::Good
        }
    }
}
