//! Serials: which number a row's document bears, and the registers that remember it.
//!
//! Input: a job's `serial`, its rows in the order of the table, the registers as they are. Output: a [`Serial`] for
//! each row, and registers that know it. A row that has a serial keeps it, whatever happens to the table; a
//! row that has none gets the next number of its series. Registers are held by the run that may write them,
//! so that no two runs give one number; they are written before the first document goes to its name.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::hold::{self, Held};
use super::only;
use super::project::{Project, SerialSpec, Text};
use super::run::{Mode, Options, Progress};
use super::write::reason;
use crate::data::{Issue, Register, SerialStatus, Table};
use crate::diag::{Diagnostic, Span};
use crate::template::{Context, Pattern};

/// What a template sees as `serial`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Serial {
    /// The serial.
    pub text: String,
    /// Its number in its series; none for one that a column gives.
    pub number: Option<u32>,
    /// Whether it holds.
    pub status: SerialStatus,
    /// The serial it takes the place of.
    pub supersedes: Option<String>,
    /// The serials that the row was given before, the last one last.
    pub earlier: Vec<Earlier>,
}

/// A serial that a row was given before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Earlier {
    text: String,
    status: SerialStatus,
}

/// The parts of `serial` that templates may name, as they are before a row is known.
#[derive(Serialize)]
pub(super) struct NoSerial {
    text: &'static str,
    number: u32,
    status: SerialStatus,
    supersedes: &'static str,
    earlier: [Earlier; 1],
}

impl NoSerial {
    /// Their shape.
    pub fn shape() -> NoSerial {
        let status = SerialStatus::Issued;
        let earlier = [Earlier { text: String::new(), status }];
        NoSerial { text: "", number: 0, status, supersedes: "", earlier }
    }
}

/// Where a job's serials come from, ready for rows.
pub(super) enum Source {
    /// A column of its table.
    Column(Text),
    /// A pattern with `serial.number` in it.
    Pattern(Box<Pattern>),
}

impl Source {
    /// Compiles what the project file says.
    pub fn compile(spec: &SerialSpec) -> Result<Source, Box<Diagnostic>> {
        match (&spec.column, &spec.pattern) {
            (_, Some(pattern)) => {
                let compiled = Pattern::compile(&pattern.value, pattern.span.clone())?;
                Ok(Source::Pattern(Box::new(compiled)))
            }
            (Some(column), None) => Ok(Source::Column(column.clone())),
            // The project file was refused.
            (None, None) => Ok(Source::Column(spec.register.clone())),
        }
    }

    /// Its pattern.
    pub fn pattern(&self) -> Option<&Pattern> {
        match self {
            Source::Pattern(pattern) => Some(pattern),
            Source::Column(_) => None,
        }
    }
}

/// The registers of a run.
#[derive(Default)]
pub(super) struct Registers {
    /// By path relative to the project.
    all: BTreeMap<String, Open>,
    reissue: Vec<String>,
    /// Which of `reissue` have meant a row.
    used: Vec<bool>,
}

struct Open {
    path: PathBuf,
    register: Register,
    held: Option<Held>,
    /// How many bytes of the file are good.
    whole: usize,
}

/// A row that is to have a serial.
pub(super) struct Claim<'c> {
    /// What the project file says.
    pub spec: &'c SerialSpec,
    /// Where serials come from.
    pub source: &'c Source,
    /// The job's name.
    pub job: &'c Arc<str>,
    /// The row.
    pub table: &'c Table,
    /// Its index.
    pub row: usize,
    /// Its variables, without `serial`.
    pub context: &'c Context,
}

impl Registers {
    /// Reads the registers of some jobs; a run that makes documents holds them until it ends. None if the run
    /// was cancelled while it waited for another.
    pub fn open(
        project: &Project,
        jobs: &[usize],
        options: &Options,
        progress: &dyn Progress,
    ) -> Result<Option<Registers>, Diagnostic> {
        let mut registers = Registers {
            used: vec![false; options.reissue.len()],
            reissue: options.reissue.clone(),
            ..Registers::default()
        };
        let mut specs: Vec<&SerialSpec> =
            jobs.iter().filter_map(|job| project.jobs[*job].serial.as_ref()).collect();
        // All runs take registers in one order, so that no two wait for each other.
        specs.sort_by(|a, b| a.register.value.cmp(&b.register.value));
        for spec in specs {
            let name = &spec.register.value;
            if registers.all.contains_key(name) {
                continue;
            }
            let path = project.root.join(name);
            let held = match options.mode {
                Mode::Render => match hold::hold(&path, name, progress).map_err(|error| {
                    let message = format!("cannot open the register {name}: {}", reason(&error));
                    Diagnostic::error("bad-register", message).at(spec.register.span.clone())
                })? {
                    Some(held) => Some(held),
                    None => return Ok(None),
                },
                _ => None,
            };
            registers.all.insert(name.clone(), Open::read(path, spec, held)?);
        }
        Ok(Some(registers))
    }

    /// The serial of a row: the one it has, or a new one.
    pub fn serial(&mut self, claim: &Claim<'_>) -> Result<Serial, Diagnostic> {
        let key = super::plan::row_key(claim.table, claim.row).unwrap_or_default();
        let is_meant = self.is_reissued(&key);
        // It was opened with the others.
        let open = self.all.get_mut(&claim.spec.register.value);
        let Some(Open { register, .. }) = open else {
            return Err(claim.wrong("no-register", "its register is not open".into()));
        };
        let last = register.of_row(claim.job, &key).next_back().cloned();
        let has_one = last.as_ref().filter(|issue| issue.status != SerialStatus::Superseded);
        let serial = match claim.source {
            Source::Column(column) => claim.of_column(column, register, has_one, is_meant)?,
            Source::Pattern(_) if has_one.is_some() && !is_meant => None,
            Source::Pattern(pattern) => Some(claim.of_pattern(pattern, register)?),
        };
        if let Some((serial, series, number)) = serial {
            register.issue(Issue {
                serial: serial.into(),
                series: series.into(),
                number,
                job: Arc::clone(claim.job),
                key: key.as_str().into(),
                status: SerialStatus::Issued,
                supersedes: has_one.map(|issue| issue.serial.clone()),
                line: None,
            });
        }
        let mut all: Vec<&Issue> = register.of_row(claim.job, &key).collect();
        // It has one by now.
        let Some(now) = all.pop() else {
            return Err(claim.wrong("no-register", "it has no serial".into()));
        };
        let earlier =
            |issue: &&Issue| Earlier { text: issue.serial.to_string(), status: issue.status };
        Ok(Serial {
            text: now.serial.to_string(),
            number: now.number,
            status: now.status,
            supersedes: now.supersedes.as_deref().map(str::to_owned),
            earlier: all.iter().map(earlier).collect(),
        })
    }

    fn is_reissued(&mut self, key: &str) -> bool {
        let mut is_meant = false;
        for (pattern, used) in self.reissue.iter().zip(&mut self.used) {
            let hit = only::matches(pattern, Some(key), key);
            *used |= hit;
            is_meant |= hit;
        }
        is_meant
    }

    /// A `--reissue` that means no row.
    pub fn unused(&self) -> Option<Diagnostic> {
        let at = self.used.iter().position(|used| !used)?;
        let message =
            format!("--reissue {:?} means no row of a job with serials", self.reissue[at]);
        Some(Diagnostic::error("reissue-nothing", message).help("give a row's key"))
    }

    /// Whether a register has to be written.
    pub fn has_news(&self) -> bool {
        self.all.values().any(|open| !open.register.added().is_empty())
    }

    /// Adds what is new to the files, and waits until the disk has it.
    pub fn write(&mut self) -> Result<(), Diagnostic> {
        for (name, open) in &mut self.all {
            open.write().map_err(|error| {
                let message = format!("cannot write to the register {name}: {}", reason(&error));
                Diagnostic::error("bad-register", message)
                    .help("no document was given a number that the register does not know")
            })?;
        }
        Ok(())
    }
}

impl Open {
    fn read(path: PathBuf, spec: &SerialSpec, mut held: Option<Held>) -> Result<Open, Diagnostic> {
        let name = &spec.register.value;
        let mut bytes = Vec::new();
        let read = match &mut held {
            Some(held) => held.file().read_to_end(&mut bytes).map(drop),
            None => match std::fs::read(&path) {
                Ok(all) => {
                    bytes = all;
                    Ok(())
                }
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
                Err(error) => Err(error),
            },
        };
        read.map_err(|error| {
            let message = format!("cannot read the register {name}: {}", reason(&error));
            Diagnostic::error("bad-register", message).at(spec.register.span.clone())
        })?;
        let (register, whole) = Register::read(name, &bytes).map_err(|found| {
            let more = found.len() - 1;
            // Registers that cannot be trusted say so at least once.
            let first = found.into_iter().next();
            let first = first.unwrap_or_else(|| Diagnostic::error("bad-register", "it is empty"));
            if more > 0 { first.note(format!("and {more} more of the kind")) } else { first }
        })?;
        Ok(Open { path, register, held, whole })
    }

    fn write(&mut self) -> std::io::Result<()> {
        let added = self.register.added();
        let Some(held) = self.held.as_mut().filter(|_| !added.is_empty()) else { return Ok(()) };
        let file: &mut File = held.file();
        // What a stopped run has not written to its end goes.
        file.set_len(self.whole as u64)?;
        file.seek(SeekFrom::End(0))?;
        file.write_all(added.as_bytes())?;
        file.sync_data()
    }
}

impl Drop for Open {
    /// A register that was begun for nothing is taken away again.
    fn drop(&mut self) {
        if let Some(held) = &mut self.held
            && held.file().metadata().is_ok_and(|metadata| metadata.len() == 0)
        {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// A serial, its series, its number there.
type NewSerial = (String, String, Option<u32>);

impl Claim<'_> {
    fn of_column(
        &self,
        column: &Text,
        register: &Register,
        has_one: Option<&Issue>,
        is_reissued: bool,
    ) -> Result<Option<NewSerial>, Diagnostic> {
        let Some(index) = self.table.column(&column.value) else {
            let message = format!("table `{}` has no column `{}`", self.table.name, column.value);
            return Err(Diagnostic::error("unknown-column", message).at(column.span.clone()));
        };
        let serial = self.table.value(self.row, index).key().into_owned();
        let at = self.table.cell_span(self.row, index);
        if serial.is_empty() {
            let found = Diagnostic::error("no-serial", "the row has no serial").at(at);
            return Err(
                found.help("give it one, or let the program count: serial = { pattern = … }")
            );
        }
        match has_one {
            Some(issue) if *issue.serial == serial => return Ok(None),
            Some(issue) if !is_reissued => {
                let key = &issue.key;
                let message = format!(
                    "the row {key:?} was given the serial {:?} before, and has {serial:?} now",
                    issue.serial
                );
                let found = Diagnostic::error("serial-changed", message).at(at);
                let found = self.with_place(found, register, issue, "as the register says");
                return Err(found.help(format!("if it is to have a new one: --reissue {key:?}")));
            }
            _ => {}
        }
        if let Some(other) = register.serial(&serial) {
            let message = match other.status {
                SerialStatus::Issued => {
                    format!("the serial {serial:?} was given to another row before")
                }
                status => {
                    format!("the serial {serial:?} was given before, and is {}", status.name())
                }
            };
            let found = Diagnostic::error("serial-taken", message).at(at);
            return Err(self.with_place(found, register, other, "here"));
        }
        Ok(Some((serial, String::new(), None)))
    }

    fn of_pattern(&self, pattern: &Pattern, register: &Register) -> Result<NewSerial, Diagnostic> {
        let render = |number: u32| {
            let mut context = self.context.clone();
            context.insert("serial", &Number { number });
            pattern.render(&context).map(|text| text.trim().to_owned()).map_err(|found| *found)
        };
        let series = render(0)?;
        let mut number = register.next_number(&series);
        loop {
            let serial = render(number)?;
            if serial == series {
                let message = "the serial's pattern gives the same for every number".into();
                return Err(self
                    .wrong("bad-serial", message)
                    .help("put {{ serial.number }} into it"));
            }
            // A serial of another series may look alike.
            if register.serial(&serial).is_none() {
                return Ok((serial, series, Some(number)));
            }
            number = number.saturating_add(1);
        }
    }

    fn with_place(
        &self,
        found: Diagnostic,
        register: &Register,
        issue: &Issue,
        label: &str,
    ) -> Diagnostic {
        match register.place(issue) {
            Some(place) => found.related(place, label),
            None => found,
        }
    }

    fn wrong(&self, code: &'static str, message: String) -> Diagnostic {
        let at: Span = self.spec.pattern.as_ref().unwrap_or(&self.spec.register).span.clone();
        Diagnostic::error(code, message).at(at)
    }
}

/// What a pattern sees as `serial`.
#[derive(Serialize)]
struct Number {
    number: u32,
}
