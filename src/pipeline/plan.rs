//! The plan: which documents there are, made from which row, and what they are called.
//!
//! Input: project, tables, and the jobs' expressions. Output: a [`Plan`]; two documents never have one
//! name in it. Every row of every chosen job is looked at, `--only` or not, so that a batch in
//! parts is the same as the whole.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::compiled::CompiledJob;
use super::names::{collision_key, output_name};
use super::planned::{Planned, PlannedList};
use super::project::Project;
use super::serials::{Claim, Registers, Serial};
use crate::data::{Dataset, Keys, Table, Value};
use crate::diag::{Diagnostic, Span, nearest};
use crate::template::Context;

/// All documents of a run, in the order of jobs and rows.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// The documents.
    pub documents: PlannedList,
    /// How many documents are left out, for a row that they show is wrong.
    pub left_out: usize,
    /// Why documents of a sample were taken, by their output names.
    pub reasons: BTreeMap<String, String>,
}

/// The jobs that are meant: all, or those named; an unknown name is an error.
pub(super) fn choose_jobs(
    project: &Project,
    names: &[String],
) -> Result<Vec<usize>, Vec<Diagnostic>> {
    if project.jobs.is_empty() {
        let diagnostic = Diagnostic::error("no-jobs", "the project file has no jobs")
            .help("describe one: [[jobs]] with name, template and output");
        return Err(vec![diagnostic]);
    }
    if names.is_empty() {
        return Ok((0..project.jobs.len()).collect());
    }
    let mut found = Vec::new();
    let mut chosen: Vec<usize> = Vec::new();
    for name in names {
        match project.job(name) {
            Some(job) => chosen.push(job),
            None => found.push(no_job(project, name)),
        }
    }
    chosen.sort_unstable();
    chosen.dedup();
    if found.is_empty() { Ok(chosen) } else { Err(found) }
}

fn no_job(project: &Project, name: &str) -> Diagnostic {
    let names = project.jobs.iter().map(|job| job.name.value.as_str());
    let diagnostic = Diagnostic::error("unknown-job", format!("there is no job `{name}`"));
    match nearest(name, names.clone()) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.note(format!("the jobs are {}", names.collect::<Vec<_>>().join(", "))),
    }
}

/// Plans the documents of some jobs. A run that keeps going leaves out those that show a row that is wrong, and those
/// that have no name of their own.
pub(super) fn plan(
    project: &Project,
    data: &Dataset,
    jobs: &[CompiledJob],
    names: &[Arc<str>],
    registers: &mut Registers,
    keeps_going: bool,
) -> (Plan, Vec<Diagnostic>) {
    let (plan, found) = (Plan::default(), Vec::new());
    let mut planner = Planner { project, data, names, registers, keeps_going, plan, found };
    for job in jobs {
        planner.job(job);
    }
    planner.find_collisions();
    (planner.plan, planner.found)
}

struct Planner<'a> {
    project: &'a Project,
    data: &'a Dataset,
    names: &'a [Arc<str>],
    registers: &'a mut Registers,
    /// Whether documents of rows that are wrong are left out.
    keeps_going: bool,
    plan: Plan,
    found: Vec<Diagnostic>,
}

impl Planner<'_> {
    fn job(&mut self, job: &CompiledJob) {
        match &self.project.jobs[job.index].each {
            None => self.document(job, None),
            Some(each) => {
                let rows = self.data.table(&each.value).map_or(0, Table::len);
                (0..rows).for_each(|row| self.document(job, Some(row)));
            }
        }
    }

    fn document(&mut self, job: &CompiledJob, row: Option<usize>) {
        if self.keeps_going && !job.ground(row).is_sound {
            self.plan.left_out += 1;
            return;
        }
        let mut context = job.context(row);
        let output = job.is_meant(&context).and_then(|is_meant| match is_meant {
            true => {
                let serial = self.serial(job, row, &context)?.map(Box::new);
                if let Some(serial) = &serial {
                    context.insert("serial", serial);
                }
                job.output(&context).map(|output| Some((output, serial)))
            }
            false => Ok(None),
        });
        match output.map(|named| named.map(|(text, serial)| (output_name(&text), serial))) {
            Ok(None) => (),
            Ok(Some((Ok(output), serial))) => {
                let output = output.into_boxed_str();
                self.plan.documents.push(&Planned { job: job.index, row, serial, output });
            }
            Ok(Some((Err(message), _))) => {
                self.plan.left_out += 1;
                self.found.push(self.bad_name(job.index, row, message));
            }
            Err(diagnostic) => {
                self.plan.left_out += 1;
                self.found.push(self.in_row(job.index, row, diagnostic));
            }
        }
    }

    /// The serial of a row's document, if the job has serials.
    fn serial(
        &mut self,
        job: &CompiledJob,
        row: Option<usize>,
        context: &Context,
    ) -> Result<Option<Serial>, Diagnostic> {
        let spec = self.project.jobs[job.index].serial.as_ref();
        let row = table_row(self.project, self.data, job.index, row);
        let (Some(spec), Some(source), Some((table, row))) = (spec, &job.serial, row) else {
            return Ok(None);
        };
        let job = &self.names[job.index];
        self.registers.serial(&Claim { spec, source, job, table, row, context }).map(Some)
    }

    /// An expression that failed for this row alone.
    fn in_row(&self, job: usize, row: Option<usize>, diagnostic: Diagnostic) -> Diagnostic {
        match row_span(self.project, self.data, job, row) {
            Some(span) => diagnostic.related(span, "for this row"),
            None => diagnostic,
        }
    }

    fn bad_name(&self, job: usize, row: Option<usize>, message: String) -> Diagnostic {
        let pattern = &self.project.jobs[job].output.span;
        let diagnostic = Diagnostic::error("bad-output-name", message);
        match row_span(self.project, self.data, job, row) {
            Some(span) => diagnostic
                .at(span)
                .label("made from this row")
                .related(pattern.clone(), "by this pattern"),
            None => diagnostic.at(pattern.clone()),
        }
    }

    /// Two documents of one name would overwrite each other.
    fn find_collisions(&mut self) {
        // A digest each, not a name: there may be a million.
        let mut names = Keys::with_capacity(self.plan.documents.len());
        for (index, document) in (0u32..).zip(self.plan.documents.iter()) {
            names.push(&collision_key(&document.output), index);
        }
        names.sort();
        let mut groups = BTreeMap::<String, Vec<usize>>::new();
        for index in names.groups().flatten() {
            if let Some(document) = self.plan.documents.get(index) {
                groups.entry(collision_key(&document.output)).or_default().push(index);
            }
        }
        drop(names);
        let mut groups: Vec<_> = groups.into_values().filter(|group| group.len() > 1).collect();
        groups.sort_unstable();
        let mut colliding = FxHashSet::default();
        for documents in &groups {
            let diagnostic = self.collision(documents);
            self.found.extend(diagnostic);
            colliding.extend(documents.iter().copied());
        }
        if !colliding.is_empty() {
            self.plan.left_out += colliding.len();
            let mut index = 0..;
            self.plan.documents.retain(|_| index.next().is_none_or(|at| !colliding.contains(&at)));
        }
    }

    /// What there is to say of documents of one name; nothing if they cannot be read.
    fn collision(&self, documents: &[usize]) -> Option<Diagnostic> {
        let mut both = documents.iter().map_while(|i| self.plan.documents.get(*i));
        let (first, second) = (&both.next()?, &both.next()?);
        let place = |d: &Planned| {
            row_span(self.project, self.data, d.job, d.row)
                .unwrap_or_else(|| self.project.jobs[d.job].output.span.clone())
        };
        let row = |d: &Planned| table_row(self.project, self.data, d.job, d.row);
        let [first_place, second_place] = match (row(first), row(second)) {
            (Some((table, a)), Some((other, b))) if table.name == other.name => {
                table.spans([(a, table.key), (b, table.key)])
            }
            _ => [place(first), place(second)],
        };
        let message = match documents.len() {
            2 => format!("two documents are called {:?}", first.output),
            n => format!("{n} documents are called {:?}", first.output),
        };
        let mut diagnostic = Diagnostic::error("output-collision", message)
            .at(second_place)
            .label("made from this row")
            .related(first_place, "and from this one");
        if first.output != second.output {
            let note = format!(
                "{:?} differs in case only; not every file system minds that",
                second.output
            );
            diagnostic = diagnostic.note(note);
        }
        Some(diagnostic.help("make the names differ: put the row's key into `output`"))
    }
}

/// Where a document's row stands: its key, or the row.
pub(super) fn row_span(
    project: &Project,
    data: &Dataset,
    job: usize,
    row: Option<usize>,
) -> Option<Span> {
    let (table, row) = table_row(project, data, job, row)?;
    Some(match table.key {
        Some(key) => table.cell_span(row, key),
        None => table.row_span(row),
    })
}

/// The table and row a document is made from.
pub(super) fn table_row<'a>(
    project: &Project,
    data: &'a Dataset,
    job: usize,
    row: Option<usize>,
) -> Option<(&'a Table, usize)> {
    let each = project.jobs[job].each.as_ref()?;
    Some((data.table(&each.value)?, row?))
}

/// The number of a row in its table, from 1; the header does not count.
pub(super) fn row_number(table: &Table, row: usize) -> u32 {
    table.number(row)
}

/// The values of a row, one a column.
pub(super) fn row_values(table: &Table, row: usize) -> Vec<Value> {
    table.row(row).cells
}

/// The key of a document's row.
pub(super) fn row_key(table: &Table, row: usize) -> Option<String> {
    table.key_of(row)
}
