//! The register of serials: which one was given to which row, for ever.
//!
//! Input: the text of the register, a CSV file. Output: a [`Register`] that knows the serials there are and
//! takes new ones, and the lines to add to the file. Lines are only ever added: a number that was given
//! stays given, however the tables are sorted or shortened.
//!
//! ```text
//! serial,series,number,job,key,status,supersedes
//! FM-2022-0001,FM-2022-0000,1,certificate,wist,issued,
//! FM-2022-0001,FM-2022-0000,1,certificate,wist,superseded,
//! FM-2022-0031,FM-2022-0000,31,certificate,wist,issued,FM-2022-0001
//! ```
//!
//! The last line of a serial says its status: `issued`, `superseded` or `revoked`. A series is what a pattern gives for
//! the number 0; serials that a column gives have no series and no number. People may add lines, with a program for
//! tables or by hand, to revoke a serial; columns of their own are kept.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::cell::clean;
use super::decode::decode;
use super::rows::{self, CsvRows, Rows};
use super::scan;
use crate::diag::{Diagnostic, Source, Span};

/// The columns that a register has.
const COLUMNS: [&str; 7] = ["serial", "series", "number", "job", "key", "status", "supersedes"];

/// What became of a serial.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SerialStatus {
    /// It holds.
    Issued,
    /// Its row has another one.
    Superseded,
    /// It was taken back.
    Revoked,
}

impl SerialStatus {
    /// As the register writes it.
    pub fn name(self) -> &'static str {
        match self {
            SerialStatus::Issued => "issued",
            SerialStatus::Superseded => "superseded",
            SerialStatus::Revoked => "revoked",
        }
    }

    fn named(name: &str) -> Option<SerialStatus> {
        let all = [SerialStatus::Issued, SerialStatus::Superseded, SerialStatus::Revoked];
        all.into_iter().find(|status| status.name() == name)
    }
}

/// A serial that was given to a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// The serial.
    pub serial: Box<str>,
    /// What it is counted in; nothing for one that a column gives.
    pub series: Box<str>,
    /// Its number in the series, from 1.
    pub number: Option<u32>,
    /// The job of its document.
    pub job: Arc<str>,
    /// The key of its row.
    pub key: Box<str>,
    /// What became of it.
    pub status: SerialStatus,
    /// The serial that it takes the place of.
    pub supersedes: Option<Box<str>>,
    /// Its line in the file, from 1; none for one that is new.
    pub line: Option<u32>,
}

/// A register.
#[derive(Debug, Default)]
pub struct Register {
    issues: Vec<Issue>,
    by_serial: FxHashMap<Box<str>, u32>,
    /// By job and key: its serials, the last one last.
    by_row: FxHashMap<(Arc<str>, Box<str>), Vec<u32>>,
    last_numbers: FxHashMap<Box<str>, u32>,
    /// Which column of the file each of [`COLUMNS`] is.
    positions: Vec<usize>,
    width: usize,
    delimiter: u8,
    /// What is to be added to the file.
    added: String,
    source: Option<Arc<Source>>,
}

impl Register {
    /// Understands a register. A last line without its end was not written to the end by a run that was
    /// stopped: it says nothing, and `whole` bytes of the file are good.
    ///
    /// # Errors
    /// A register that cannot be trusted: no number may be given by it.
    pub fn read(name: &str, bytes: &[u8]) -> Result<(Register, usize), Vec<Diagnostic>> {
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        if whole == 0 {
            let positions = (0..COLUMNS.len()).collect();
            let width = COLUMNS.len();
            let added = format!("{}\n", COLUMNS.join(","));
            let register =
                Register { positions, width, delimiter: b',', added, ..Register::default() };
            return Ok((register, 0));
        }
        let decoded = decode(&bytes[..whole], Some("utf-8"));
        let text = decoded.map_err(|error| {
            let message = format!("cannot read the register {name:?}: {}", error.message);
            vec![Diagnostic::error("bad-register", message)]
        })?;
        let mut reader = Reader::new(Source::new(name, text.text));
        reader.read();
        if reader.found.is_empty() { Ok((reader.register, whole)) } else { Err(reader.found) }
    }

    /// The serials that a row was given, the last one last.
    pub fn of_row(&self, job: &Arc<str>, key: &str) -> impl DoubleEndedIterator<Item = &Issue> {
        let all = self.by_row.get(&(Arc::clone(job), key.into()));
        all.into_iter().flatten().map(|index| &self.issues[*index as usize])
    }

    /// The serial of that text.
    pub fn serial(&self, serial: &str) -> Option<&Issue> {
        self.by_serial.get(serial).map(|index| &self.issues[*index as usize])
    }

    /// The next number of a series.
    pub fn next_number(&self, series: &str) -> u32 {
        self.last_numbers.get(series).map_or(1, |last| last.saturating_add(1))
    }

    /// Gives a serial; the one that it supersedes is marked so.
    pub fn issue(&mut self, issue: Issue) {
        if let Some(old) = issue.supersedes.as_deref().and_then(|old| self.by_serial.get(old)) {
            let old = &mut self.issues[*old as usize];
            old.status = SerialStatus::Superseded;
            let line = Issue { supersedes: None, ..old.clone() };
            self.add_line(&line);
        }
        self.add_line(&issue);
        self.insert(issue);
    }

    /// What is to be added to the file; nothing if nothing is new.
    pub fn added(&self) -> &str {
        // The header of a new file alone is no news.
        if self.issues.iter().any(|issue| issue.line.is_none()) { &self.added } else { "" }
    }

    /// Where a serial stands in the file.
    pub fn place(&self, issue: &Issue) -> Option<Span> {
        let (source, line) = (self.source.as_ref()?, issue.line? as usize);
        let mut starts =
            std::iter::once(0).chain(source.text.match_indices('\n').map(|(at, _)| at + 1));
        let start = starts.nth(line - 1)?;
        let end = source.text[start..].find('\n').map_or(source.text.len(), |at| start + at);
        Some(Span::new(source, start..end))
    }

    fn insert(&mut self, issue: Issue) {
        let index = u32::try_from(self.issues.len()).unwrap_or(u32::MAX);
        self.by_serial.insert(issue.serial.clone(), index);
        let row = (Arc::clone(&issue.job), issue.key.clone());
        self.by_row.entry(row).or_default().push(index);
        if let Some(number) = issue.number {
            let last = self.last_numbers.entry(issue.series.clone()).or_default();
            *last = number.max(*last);
        }
        self.issues.push(issue);
    }

    fn add_line(&mut self, issue: &Issue) {
        let number = issue.number.map_or(String::new(), |number| number.to_string());
        let cells = [
            &*issue.serial,
            &*issue.series,
            &*number,
            &*issue.job,
            &*issue.key,
            issue.status.name(),
            issue.supersedes.as_deref().unwrap_or_default(),
        ];
        let mut line = vec![""; self.width];
        for (position, cell) in self.positions.iter().zip(cells) {
            line[*position] = cell;
        }
        self.added.push_str(&rows::written(&line, self.delimiter));
    }
}

struct Reader {
    source: Arc<Source>,
    register: Register,
    found: Vec<Diagnostic>,
}

impl Reader {
    fn new(source: Arc<Source>) -> Reader {
        let register = Register { source: Some(Arc::clone(&source)), ..Register::default() };
        Reader { source, register, found: Vec::new() }
    }

    fn read(&mut self) {
        let source = Arc::clone(&self.source);
        let text = source.text.as_str();
        let head = text.lines().next().unwrap_or_default();
        let delimiter = [b',', b';', b'\t', b'|'].into_iter().max_by_key(|d| {
            // The last of equals would be taken: the first is meant.
            (head.bytes().filter(|b| b == d).count(), u8::MAX - d)
        });
        self.register.delimiter = delimiter.unwrap_or(b',');
        let mut rows = CsvRows::new(text.as_bytes(), self.register.delimiter, 1);
        let mut jobs: FxHashMap<String, Arc<str>> = FxHashMap::default();
        let mut is_head = true;
        loop {
            match rows.advance() {
                Ok(true) => {}
                Ok(false) => return,
                Err(_) => {
                    let found = self.wrong("this line of the register is too long".into(), 1);
                    self.found.push(found.help("a quote that is not closed takes in what follows"));
                    return;
                }
            }
            if is_head {
                self.head(&rows);
                is_head = false;
                if !self.found.is_empty() {
                    return;
                }
            } else if !rows.is_blank() {
                self.line(&rows, &mut jobs);
            }
        }
    }

    fn head(&mut self, rows: &dyn Rows) {
        let names: Vec<_> =
            (0..rows.width()).map(|at| clean(rows.cell(at).unwrap_or(""))).collect();
        self.register.width = names.len();
        for column in COLUMNS {
            match names.iter().position(|name| *name == column) {
                Some(position) => self.register.positions.push(position),
                None => {
                    let message = format!("the register has no column `{column}`");
                    let found = self.wrong(message, rows.line());
                    self.found.push(found.help(format!("its header is {}", COLUMNS.join(","))));
                }
            }
        }
    }

    fn line(&mut self, rows: &dyn Rows, jobs: &mut FxHashMap<String, Arc<str>>) {
        let line = rows.line();
        let cell = |index: usize| clean(rows.cell(self.register.positions[index]).unwrap_or(""));
        let [serial, series, number, job, key, status, supersedes] =
            [0, 1, 2, 3, 4, 5, 6].map(cell);
        let Some(status) = SerialStatus::named(&status) else {
            let found = self.wrong(format!("{status:?} is no status of a serial"), line);
            self.found.push(found.help("expected issued, superseded or revoked"));
            return;
        };
        let number = match number.parse() {
            Ok(number) => Some(number),
            Err(_) if number.is_empty() => None,
            Err(_) => {
                let found = self.wrong(format!("{number:?} is no number of a serial"), line);
                self.found.push(found);
                return;
            }
        };
        if serial.is_empty() {
            let found = self.wrong("a line of the register has no serial".into(), line);
            self.found.push(found);
            return;
        }
        if let Some(known) = self.register.by_serial.get(&*serial) {
            let known = &mut self.register.issues[*known as usize];
            if *known.job == *job && *known.key == *key {
                known.status = status;
                return;
            }
            let known = known.clone();
            let message = format!("serial {serial:?} was given to two rows");
            let found = self.wrong(message, line);
            self.found.push(match self.register.place(&known) {
                Some(place) => found.related(place, "and here"),
                None => found,
            });
            return;
        }
        let job = jobs.entry(job.into_owned()).or_insert_with_key(|name| Arc::from(&**name));
        let issue = Issue {
            serial: serial.as_ref().into(),
            series: series.as_ref().into(),
            number,
            job: Arc::clone(job),
            key: key.as_ref().into(),
            status,
            supersedes: (!supersedes.is_empty()).then(|| supersedes.as_ref().into()),
            line: Some(line),
        };
        self.register.insert(issue);
    }

    fn wrong(&self, message: String, line: u32) -> Diagnostic {
        let text = &self.source.text;
        let before = (line as usize).checked_sub(2);
        let start =
            before.and_then(|n| text.match_indices('\n').nth(n)).map_or(0, |(at, _)| at + 1);
        let (_, end) = scan::cells(&self.source.text, start, self.register.delimiter);
        Diagnostic::error("bad-register", message).at(Span::new(&self.source, start..end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issue(number: u32, key: &str, supersedes: Option<&str>) -> Issue {
        Issue {
            serial: format!("A-{number}").into(),
            series: "A-0".into(),
            number: Some(number),
            job: "letter".into(),
            key: key.into(),
            status: SerialStatus::Issued,
            supersedes: supersedes.map(Into::into),
            line: None,
        }
    }

    #[test]
    fn a_new_register_has_a_header() {
        let (mut register, whole) = Register::read("r.csv", b"").unwrap();
        assert_eq!((register.added(), whole), ("", 0));
        register.issue(issue(1, "x,y", None));
        register.issue(issue(2, "x,y", Some("A-1")));
        let text = "serial,series,number,job,key,status,supersedes\n\
                    A-1,A-0,1,letter,\"x,y\",issued,\n\
                    A-1,A-0,1,letter,\"x,y\",superseded,\n\
                    A-2,A-0,2,letter,\"x,y\",issued,A-1\n";
        assert_eq!(register.added(), text);
        let (again, whole) = Register::read("r.csv", text.as_bytes()).unwrap();
        assert_eq!(whole, text.len());
        assert_eq!((again.added(), again.next_number("A-0"), again.next_number("B")), ("", 3, 1));
        let job = Arc::from("letter");
        let serials: Vec<_> = again.of_row(&job, "x,y").map(|i| (&*i.serial, i.status)).collect();
        assert_eq!(serials, [("A-1", SerialStatus::Superseded), ("A-2", SerialStatus::Issued)]);
    }

    #[test]
    fn a_line_that_was_cut_says_nothing() {
        let text = "serial;series;number;job;key;status;supersedes;note\nA-1;A-0;1;j;k;issued;;ours\nA-2;A-0;2;";
        let (mut register, whole) = Register::read("r.csv", text.as_bytes()).unwrap();
        assert_eq!(&text[whole..], "A-2;A-0;2;");
        assert_eq!(register.next_number("A-0"), 2);
        register.issue(issue(2, "z", None));
        assert_eq!(register.added(), "A-2;A-0;2;letter;z;issued;;\n");
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        let head = "serial,series,number,job,key,status,supersedes\n";
        for (lines, message) in [
            ("A,,,j,k,lost,\n", "\"lost\" is no status of a serial"),
            ("A,,x,j,k,issued,\n", "\"x\" is no number of a serial"),
            ("A,,,j,k,issued,\nA,,,j,l,issued,\n", "serial \"A\" was given to two rows"),
            (",,,j,k,issued,\n", "a line of the register has no serial"),
        ] {
            let found = Register::read("r.csv", format!("{head}{lines}").as_bytes()).unwrap_err();
            assert_eq!(found[0].message, message);
        }
        let found = Register::read("r.csv", b"serial,series\nA,\n").unwrap_err();
        assert_eq!(found[0].message, "the register has no column `number`");
    }
}
