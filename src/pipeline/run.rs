//! A run from end to end, and the order of its gates.
//!
//! 1. The project file, its fonts, the jobs asked for: else exit status 2.
//! 2. Tables, templates, the plan, names, style sheets: else exit status 3. Nothing is written.
//! 3. The output folder can be written to: else exit status 2.
//! 4. The documents, each on its own: if one fails, exit status 3 and nothing is written; with `--keep-going`
//!    exit status 1, and the others are.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use super::carry_out::{self, Names};
use super::choose::{Chooser, Selection};
use super::compiled;
use super::document::Shared;
use super::documents::{Documents, Ledger, lost};
use super::lock::LOCK_FILE;
use super::plan::{self, Plan};
use super::project::Project;
use super::report::{Fate, Report, Status};
use super::serials::Registers;
use super::sheets::SheetStore;
use super::stages::Stages;
use super::{failures, fontload, preflight};
use crate::data::{self, Dataset, FileRead};
use crate::diag::{self, Diagnostic, Redaction, Severity};
use crate::pdf::Date;

/// What a run is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Make the documents.
    #[default]
    Render,
    /// See whether they are what they would be, write nothing.
    Compare,
    /// Make them to see whether it can be done, write nothing.
    Prove,
    /// Say which there are.
    List,
}

/// A file for a table.
#[derive(Clone, Debug)]
pub struct TableFile {
    /// The table.
    pub table: String,
    /// What people call the file.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
}

/// What a run is asked to do.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What it is for.
    pub mode: Mode,
    /// The jobs; none for all.
    pub jobs: Vec<String>,
    /// Files that are read in place of those that the project file names, by table.
    pub tables: Vec<TableFile>,
    /// Which of their documents.
    pub selection: Selection,
    /// How many workers; none for one a processor.
    pub threads: Option<NonZeroUsize>,
    /// The output folder, where it is not the project's.
    pub output: Option<PathBuf>,
    /// Whether warnings are errors.
    pub deny_warnings: bool,
    /// Whether documents are made and written even if they are there already, or were edited there.
    pub force: bool,
    /// When documents were made whose page does not say.
    pub date: Option<Date>,
    /// Whether sound documents are written even if others are not.
    pub keep_going: bool,
    /// Whether documents are removed that no row gives any more.
    pub prune: bool,
    /// Row keys, and patterns of them, whose documents are to have new serials.
    pub reissue: Vec<String>,
    /// Whether the report holds no data of rows.
    pub redact: bool,
    /// The ZIP file that the documents are put into as well.
    pub zip: Option<PathBuf>,
}

/// Is told how far a batch has come; by many threads at once.
pub trait Progress: Sync {
    /// The batch begins.
    fn start(&self, documents: usize);
    /// One more document is done.
    fn done(&self);
    /// Whether no further document is to be begun; those in hand are finished.
    fn is_cancelled(&self) -> bool {
        false
    }
    /// The batch is over.
    fn finish(&self);
    /// Another run, `who`, holds a register or the output folder; this one waits for it.
    fn waits(&self, who: &str, what: &str) {
        let _ = (who, what);
    }
}

/// Runs the project found from `start`.
pub fn run(start: &Path, options: &Options, progress: &dyn Progress) -> Report {
    let clock = Instant::now();
    let mut project = Known::default();
    let mut report = match gates(start, options, &mut project, progress) {
        Err(report) => report,
        Ok(ready) => carry_out::carry_out(ready, options, progress),
    };
    diag::sort(&mut report.diagnostics);
    report.group();
    if options.redact {
        report.redact(&Arc::new(Redaction::new(project.texts)));
    }
    report.root = project.root;
    report.time = clock.elapsed();
    report
}

/// What is known of the project when a run ends, be it early.
#[derive(Default)]
struct Known {
    /// Its folder.
    root: Option<PathBuf>,
    /// Its own words: project file, templates.
    texts: Vec<String>,
}

/// A batch that has passed all gates.
pub(super) struct Ready {
    pub shared: Shared,
    pub plan: Plan,
    /// The names of all documents, where not all were asked for.
    pub names: Option<Names>,
    /// The registers of serials.
    pub registers: Registers,
    /// The font files that were read.
    pub font_files: Vec<FileRead>,
    pub found: Vec<Diagnostic>,
}

fn gates(
    start: &Path,
    options: &Options,
    known: &mut Known,
    progress: &dyn Progress,
) -> Result<Ready, Report> {
    let usage = |found| Report::ended(Status::Usage, found);
    let file = Project::find(start).map_err(|diagnostic| usage(vec![diagnostic]))?;
    known.root = file.parent().map(Path::to_path_buf);
    let mut project = Project::load(&file).map_err(usage)?;
    for file in &options.tables {
        project.put_table(file).map_err(|found| usage(vec![found]))?;
        known.texts.push(file.name.clone());
    }
    known.texts.extend([project.source.text.clone(), LOCK_FILE.to_owned()]);
    let jobs = plan::choose_jobs(&project, &options.jobs).map_err(usage)?;
    let mut font_files = Vec::new();
    let mut fonts = fontload::load_fonts(&project, &mut font_files).map_err(usage)?;

    let mut gate = Gate { deny: options.deny_warnings, ..Gate::default() };
    let (data, found) = Dataset::load(&project.root, &project.tables);
    let data = Arc::new(data);
    gate.add(found);
    // Templates are compiled even if rows are wrong: everything is to be told at once.
    let compiled = match compiled::compile(&project, &data, &jobs) {
        Ok(compiled) => compiled,
        Err(found) => {
            gate.add(found);
            return Err(gate.fail());
        }
    };
    known.texts.extend(compiled.templates.texts().map(str::to_owned));
    gate.close_but_for_rows(options)?;
    let job_names: Vec<Arc<str>> =
        project.jobs.iter().map(|job| Arc::from(&*job.name.value)).collect();
    let registers = Registers::open(&project, &jobs, options, progress);
    let Some(mut registers) = registers.map_err(|d| gate.fail_with(d))? else {
        return Err(Report::ended(Status::Interrupted, gate.found));
    };
    let (mut plan, found) =
        plan::plan(&project, &data, &compiled.jobs, &job_names, &mut registers, options.keep_going);
    // What a plan finds concerns rows alone.
    gate.add_of_rows(found, options);
    gate.add(data.fault().into_iter().collect());
    gate.close()?;
    registers.unused().map_or(Ok(()), |diagnostic| Err(usage(vec![diagnostic])))?;
    let names = options.selection.narrows().then(|| Names::of(&plan));
    let failed = match options.selection.only_failed {
        true => failures::read(&carry_out::lock_file(&project, options)),
        false => BTreeSet::new(),
    };
    let chooser = Chooser { project: &project, data: &data, compiled: &compiled, failed: &failed };
    chooser.choose(&mut plan, &options.selection).map_err(usage)?;
    gate.add(plan.documents.fault().map(lost).into_iter().collect());
    let sheets = SheetStore::new(&project.root);
    let (faces, found) = preflight::read_sheets(&project, &compiled, &plan, &sheets);
    gate.add(found);
    gate.add(fontload::add_declared(&project, &mut fonts, &faces, &mut font_files));
    gate.close()?;
    let stages = Stages::new(&project, Arc::new(fonts), sheets).map_err(|d| usage(vec![d]))?;
    stages.announce(data.characters());
    let date = options.date.clone();
    let shared = Shared { project, names: job_names, data, compiled, stages, date };
    let mut found = gate.found;
    found.append(&mut gate.let_pass);
    Ok(Ready { shared, plan, names, font_files, registers, found })
}

/// Findings so far; closed when one of them is an error.
#[derive(Default)]
struct Gate {
    found: Vec<Diagnostic>,
    /// Errors that leave out rows, and do not stop the others.
    let_pass: Vec<Diagnostic>,
    deny: bool,
}

impl Gate {
    fn add(&mut self, mut found: Vec<Diagnostic>) {
        if self.deny {
            found.iter_mut().for_each(deny);
        }
        self.found.append(&mut found);
    }

    /// Adds findings that concern rows alone: a run that keeps going does without these rows.
    fn add_of_rows(&mut self, found: Vec<Diagnostic>, options: &Options) {
        let before = self.found.len();
        self.add(found);
        if options.keep_going {
            self.let_pass.extend(self.found.drain(before..));
        }
    }

    /// Closes, unless the run keeps going and all errors concern rows alone.
    fn close_but_for_rows(&mut self, options: &Options) -> Result<(), Report> {
        let is_of_rows = |d: &Diagnostic| d.severity != Severity::Error || data::is_of_rows(d);
        if options.keep_going && self.found.iter().all(is_of_rows) {
            self.let_pass.append(&mut self.found);
            return Ok(());
        }
        self.close()
    }

    fn close(&mut self) -> Result<(), Report> {
        if diag::has_errors(&self.found) { Err(self.fail()) } else { Ok(()) }
    }

    fn fail_with(&mut self, diagnostic: Diagnostic) -> Report {
        self.found.push(diagnostic);
        self.fail()
    }

    fn fail(&mut self) -> Report {
        self.found.append(&mut self.let_pass);
        Report::ended(Status::Unsound, std::mem::take(&mut self.found))
    }
}

/// `--deny warnings`.
pub(super) fn deny(diagnostic: &mut Diagnostic) {
    if diagnostic.severity == Severity::Warning {
        diagnostic.severity = Severity::Error;
        diagnostic.notes.push("warnings are errors here: --deny warnings".into());
    }
}

impl Ready {
    pub fn list(self) -> Report {
        let ledger = Ledger::new(self.plan.documents.len(), Fate::Planned);
        let documents = Documents::new(self.shared, self.plan, ledger);
        Report { documents, diagnostics: self.found, ..Report::default() }
    }

    /// Adds what the gates have not told already, from the first row of a job.
    pub fn add_new(&mut self, found: Vec<Diagnostic>) {
        let told: BTreeSet<_> = self.found.iter().map(Diagnostic::sort_key).collect();
        self.found.extend(found.into_iter().filter(|d| !told.contains(&d.sort_key())));
    }
}
