//! Which documents of a plan a run is about: `--only`, `--only-failed`, `--rows`, `--where`, `--sample`,
//! `--limit`.
//!
//! Input: the whole plan, which has passed its checks, and what was asked for. Output: the plan with the
//! documents that are meant, and for a sample why each was taken. Each choice narrows what the one before
//! has left, in the order above. What means nothing is an error: nobody asks for no documents.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::sync::Arc;

use super::compiled::{self, Compiled};
use super::only;
use super::plan::{self, Plan};
use super::planned::PlannedList;
use super::project::Project;
use super::sample;
use crate::data::Dataset;
use crate::diag::{self, Diagnostic, Source, Span};
use crate::template::Expression;

/// What of a plan is meant.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Row keys and globs over output names; none for all.
    pub only: Vec<String>,
    /// Only documents that failed in the last run.
    pub only_failed: bool,
    /// Only rows of these numbers.
    pub rows: Option<RowNumbers>,
    /// Only rows of which this holds, as a job's `where`.
    pub condition: Option<String>,
    /// Only those that a proof should show.
    pub sample: Option<Sample>,
    /// At most so many.
    pub limit: Option<usize>,
    /// It must be one.
    pub is_one: bool,
}

impl Selection {
    /// Whether fewer than all documents may be meant.
    pub(super) fn narrows(&self) -> bool {
        let Selection { only, only_failed, rows, condition, sample, limit, is_one: _ } = self;
        let chooses = rows.is_some() || condition.is_some() || sample.is_some() || limit.is_some();
        chooses || *only_failed || !only.is_empty()
    }
}

/// Which documents a sample has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sample {
    /// Those most likely to look wrong; see [`sample`].
    Extreme,
}

/// Numbers of rows: `10-20,35`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowNumbers {
    ranges: Vec<RangeInclusive<u32>>,
    text: String,
}

impl RowNumbers {
    /// Whether a row is among them.
    pub fn have(&self, number: u32) -> bool {
        self.ranges.iter().any(|range| range.contains(&number))
    }
}

impl fmt::Display for RowNumbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for RowNumbers {
    type Err = String;

    fn from_str(text: &str) -> Result<RowNumbers, String> {
        let number = |part: &str| part.trim().parse::<u32>().ok().filter(|number| *number > 0);
        let range = |part: &str| {
            let range = match part.split_once('-') {
                None => number(part).map(|one| one..=one),
                Some((first, "")) => number(first).map(|first| first..=u32::MAX),
                Some((first, last)) => number(first).zip(number(last)).map(|(f, l)| f..=l),
            };
            range.filter(|range| !range.is_empty())
        };
        let ranges: Option<Vec<_>> = text.split(',').map(range).collect();
        let ranges = ranges.ok_or("expected numbers of rows, from 1: 10-20,35 or 100-")?;
        Ok(RowNumbers { ranges, text: text.to_owned() })
    }
}

/// What choosing needs to know.
pub(super) struct Chooser<'a> {
    pub project: &'a Project,
    pub data: &'a Arc<Dataset>,
    pub compiled: &'a Compiled,
    /// The output names of the documents that failed in the last run.
    pub failed: &'a BTreeSet<String>,
}

impl Chooser<'_> {
    /// Keeps the documents that are meant.
    pub fn choose(&self, plan: &mut Plan, selection: &Selection) -> Result<(), Vec<Diagnostic>> {
        if !selection.only.is_empty() {
            self.only(plan, &selection.only).map_err(|found| vec![found])?;
        }
        if selection.only_failed {
            plan.documents.retain(|document| self.failed.contains(&*document.output));
            if plan.documents.is_empty() {
                return Ok(());
            }
        }
        if let Some(rows) = &selection.rows {
            plan.documents.retain(|document| {
                let row = plan::table_row(self.project, self.data, document.job, document.row);
                row.is_some_and(|(table, row)| rows.have(plan::row_number(table, row)))
            });
            if plan.documents.is_empty() {
                let found = nothing(format!("--rows {rows} means none of the documents"));
                return Err(vec![found.help("rows are counted from 1, without the header")]);
            }
        }
        if let Some(condition) = &selection.condition {
            self.condition(plan, condition)?;
        }
        if selection.sample == Some(Sample::Extreme) {
            sample::extreme(self.project, self.data, plan);
        }
        if let Some(limit) = selection.limit {
            plan.documents.truncate(limit);
        }
        if selection.is_one && plan.documents.len() != 1 {
            let message =
                format!("--output - takes one document, {} are meant", plan.documents.len());
            let found = Diagnostic::error("not-one", message).help("choose it: --only KEY");
            return Err(vec![found]);
        }
        Ok(())
    }

    fn only(&self, plan: &mut Plan, patterns: &[String]) -> Result<(), Diagnostic> {
        let mut used = vec![false; patterns.len()];
        plan.documents.retain(|document| {
            let row = plan::table_row(self.project, self.data, document.job, document.row);
            let key = row.and_then(|(table, row)| plan::row_key(table, row));
            let mut is_meant = false;
            for (pattern, used) in patterns.iter().zip(&mut used) {
                let hit = only::matches(pattern, key.as_deref(), &document.output);
                *used |= hit;
                is_meant |= hit;
            }
            is_meant
        });
        match used.iter().position(|used| !used) {
            None => Ok(()),
            Some(at) => {
                Err(nothing(format!("--only {:?} means none of the documents", patterns[at]))
                    .help("give a row's key, or an output name; * and ? are wildcards")
                    .help("`urkunde render --dry-run` lists keys and output names"))
            }
        }
    }

    /// Keeps rows of which the expression holds. It has a scope of its own: what it names does not
    /// change what templates see.
    fn condition(&self, plan: &mut Plan, text: &str) -> Result<(), Vec<Diagnostic>> {
        let source = Source::code("--where", text);
        let expression = Expression::compile(text, Span::new(&source, 0..text.len()))
            .map_err(|found| vec![*found])?;
        let mut found = Vec::new();
        let mut kept = PlannedList::default();
        let mut documents = plan.documents.iter().peekable();
        while let Some(job) = documents.peek().map(|document| document.job) {
            let scope = compiled::scope(self.project, self.data, job, &expression.mentions());
            let wrong = scope.as_ref().map_or(Vec::new(), |s| expression.check_variables(s));
            let is_sound = wrong.is_empty();
            found.extend(wrong.into_iter().map(|found| self.for_job(found, job)));
            while let Some(document) = documents.next_if(|document| document.job == job) {
                let Some(scope) = scope.as_ref().filter(|_| is_sound) else { continue };
                let mut context = scope.context(document.row);
                if let Some(serial) = &document.serial {
                    context.insert("serial", serial);
                }
                match expression.holds(&context) {
                    Ok(true) => kept.push(&document),
                    Ok(false) => {}
                    Err(wrong) => found.push(self.for_row(*wrong, job, document.row)),
                }
            }
        }
        drop(documents);
        plan.documents = kept;
        if found.is_empty() && plan.documents.is_empty() {
            found.push(nothing(format!("--where {text:?} holds for none of the documents")));
        }
        diag::sort(&mut found);
        if found.is_empty() { Ok(()) } else { Err(found) }
    }

    fn for_job(&self, found: Diagnostic, job: usize) -> Diagnostic {
        let name = &self.project.jobs[job].name.value;
        match self.compiled.jobs.len() {
            1 => found,
            _ => found.note(format!("in job `{name}`")).help("name the job it is meant for"),
        }
    }

    fn for_row(&self, found: Diagnostic, job: usize, row: Option<usize>) -> Diagnostic {
        match plan::row_span(self.project, self.data, job, row) {
            Some(span) => found.related(span, "for this row"),
            None => found,
        }
    }
}

fn nothing(message: String) -> Diagnostic {
    Diagnostic::error("only-nothing", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn row_numbers() {
        let rows: RowNumbers = "10-20, 35,100-".parse().unwrap();
        let have: Vec<u32> = [1, 9, 10, 20, 21, 35, 36, 99, 100, 5000]
            .into_iter()
            .filter(|n| rows.have(*n))
            .collect();
        assert_eq!(have, [10, 20, 35, 100, 5000]);
        for wrong in ["", "0", "a", "20-10", "1,,2", "-5", "1-2-3"] {
            assert!(wrong.parse::<RowNumbers>().is_err(), "{wrong:?}");
        }
    }
}
