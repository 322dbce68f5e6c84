//! `urkunde.lock`: what each document was made from, and what came of it.
//!
//! Input and output: the text of the file. One line a document, sorted by output name, so that a
//! difference of two lock files says which documents changed. A line holds digests and counts and no
//! text of a row but the output name.
//!
//! ```text
//! urkunde.lock/1
//! files    ID PATH DIGEST PATH DIGEST …
//! document OUTPUT JOB INPUTS FILES PDF BYTES PAGES SHRUNK WARNED
//! ```
//!
//! Fields are separated by tabs; a tab, a line end or a backslash within one is written with a backslash.
//! INPUTS is the digest of the row and all that the documents of its job share (`inputs`), FILES the ID of the
//! other files it is made of (`reads`) or `-`, PDF the BLAKE3 digest of its bytes, SHRUNK the factors of texts
//! that were made smaller, WARNED `1` if making it gave warnings: they are to be given again.

use std::borrow::Cow;
use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::fmt::Write;
use std::fs::File;
use std::io::{self, BufRead};
use std::path::Path;
use std::sync::Arc;

use super::reads::FileSet;
use crate::data::{Keys, Records};
use crate::diag::{Diagnostic, Source, Span};

/// The name of the lock file.
pub(super) const LOCK_FILE: &str = "urkunde.lock";

/// The form of the file; another one is not read.
const FORM: &str = "urkunde.lock/1";

/// A document that was made.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    /// Its job.
    pub job: Arc<str>,
    /// Digest of its row and of what the documents of its job share.
    pub inputs: [u8; 16],
    /// The other files it is made of.
    pub files: Arc<FileSet>,
    /// Digest of its bytes.
    pub pdf: [u8; 32],
    /// How many bytes it has.
    pub bytes: u64,
    /// How many pages it has.
    pub pages: u32,
    /// Factors of texts that were made smaller, the smallest first.
    pub shrunk: Box<[f32]>,
    /// Whether making it gave warnings.
    pub warned: bool,
}

/// What a lock file says, or another list of documents by output name: the lines as they stand in the file, so that a
/// document costs twenty-one bytes of memory.
#[derive(Debug, Default)]
pub(super) struct Lock {
    /// What follows the kind of each line. Of two lines for one document the later one counts.
    lines: Records,
    /// Output names, by the number of their line.
    names: Keys,
    /// Lines of documents that were taken out.
    removed: BTreeSet<u32>,
    common: Common,
}

impl Lock {
    /// Reads a lock file; one that is not there says nothing. Lines that are not understood are told, and the
    /// documents they tell of will be made again.
    pub fn read(path: &Path) -> (Lock, Vec<Diagnostic>) {
        match Lock::read_lines(path) {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Default::default(),
            Err(error) => {
                let why = super::write::reason(&error);
                let message = format!("cannot read {}: {why}", path.display());
                (Lock::default(), vec![Diagnostic::warning("bad-lock", message)])
            }
        }
    }

    fn read_lines(path: &Path) -> io::Result<(Lock, Vec<Diagnostic>)> {
        let mut lines = Lines::open(path)?;
        let mut lock = Lock::default();
        let mut first_wrong = None;
        let mut wrong = 0;
        for number in 1.. {
            let Some((text, _)) = lines.read()? else { break };
            if number == 1 && text != FORM {
                let message = "what the lock file says is in no form that is known: all documents are made again";
                let found = Diagnostic::warning("bad-lock", message)
                    .at(whole_line(&text, 1))
                    .help(format!("expected {FORM:?} in the first line; the file is written anew"));
                return Ok((Lock::default(), vec![found]));
            }
            if number > 1 && !text.is_empty() && lock.line(&text).is_none() {
                wrong += 1;
                first_wrong.get_or_insert_with(|| whole_line(&text, number));
            }
        }
        lock.sort();
        let found = first_wrong.map(|span| {
            let found =
                Diagnostic::warning("bad-lock", "a line of the lock file is not understood");
            let found = match wrong {
                1 => found.at(span),
                n => found.at(span).note(format!("and {} more", n - 1)),
            };
            found.help("the documents of such lines are made again; the file is written anew")
        });
        Ok((lock, found.into_iter().collect()))
    }

    /// Adds what a line says; none if it is not understood. Documents are found when all lines are there and
    /// [sorted](Lock::sort).
    fn line(&mut self, line: &str) -> Option<()> {
        match line.split_once('\t')? {
            ("files", fields) => self.files(fields),
            ("document", fields) => self.document(fields),
            _ => None,
        }
    }

    /// Adds a set of files: what follows `files` in a line.
    pub fn files(&mut self, fields: &str) -> Option<()> {
        self.common.files(fields)
    }

    /// Adds a document: what follows the kind of the line.
    pub fn document(&mut self, fields: &str) -> Option<()> {
        let (output, entry) = self.common.document(fields)?;
        self.add(&output, &entry, fields);
        Some(())
    }

    fn add(&mut self, output: &str, entry: &Entry, fields: &str) {
        self.common.know(entry);
        // Longer lists than of this many documents are never planned.
        self.names.push(output, u32::try_from(self.lines.len()).unwrap_or(u32::MAX));
        self.lines.push(fields.as_bytes());
    }

    /// No more lines will come, for now.
    pub fn sort(&mut self) {
        self.names.sort();
    }

    /// Adds documents, in the place of those of the same names.
    pub fn extend(&mut self, documents: impl IntoIterator<Item = (String, Entry)>) {
        let mut fields = String::new();
        for (output, entry) in documents {
            fields.clear();
            write_fields(&mut fields, &output, &entry);
            self.add(&output, &entry, &fields);
        }
        self.sort();
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.lines.len() == self.removed.len()
    }

    /// What it says of a document.
    pub fn get(&self, output: &str) -> Option<Entry> {
        self.find(output).map(|(_, entry)| entry)
    }

    /// Forgets a document.
    pub fn remove(&mut self, output: &str) {
        while let Some((line, _)) = self.find(output) {
            self.removed.insert(line);
        }
    }

    fn find(&self, output: &str) -> Option<(u32, Entry)> {
        let is_it = |row: &usize| {
            !self.removed.contains(&(*row as u32)) && self.name(*row).as_deref() == Some(output)
        };
        let line = self.names.rows(output).filter(is_it).last()?;
        Some((line as u32, self.at(line)?.1))
    }

    fn name(&self, line: usize) -> Option<String> {
        let name = |fields: &str| Some(unescape(fields.split('\t').next()?)?.into_owned());
        self.lines.with(line, |bytes| name(std::str::from_utf8(bytes).ok()?))
    }

    fn at(&self, line: usize) -> Option<(String, Entry)> {
        self.lines.with(line, |bytes| {
            let (output, entry) = self.common.document(std::str::from_utf8(bytes).ok()?)?;
            Some((output.into_owned(), entry))
        })
    }

    /// The numbers of the lines that count, sorted by output name.
    fn in_order(&self) -> Vec<u32> {
        let mut lines = Vec::with_capacity(self.lines.len());
        lines.extend((0u32..).take(self.lines.len()).filter(|line| !self.removed.contains(line)));
        sort_by(&mut lines, |line| (self.name(line as usize), Reverse(line)));
        let mut last = None;
        lines.retain(|line| {
            let name = self.name(*line as usize);
            let is_first = name != last;
            last = name;
            is_first
        });
        lines
    }

    /// The documents, sorted by output name.
    pub fn iter(&self) -> impl Iterator<Item = (String, Entry)> {
        self.in_order().into_iter().filter_map(|line| self.at(line as usize))
    }

    /// Why what it says could not be read, if that ever happened.
    pub fn fault(&self) -> Option<&str> {
        self.lines.fault()
    }
}

/// How many keys are held when numbers are sorted.
const RUN: usize = 1 << 14;

/// Sorts numbers by what they stand for. That may be read from a file, and is not held of all at once.
pub(super) fn sort_by<K: Ord>(numbers: &mut Vec<u32>, key: impl Fn(u32) -> K) {
    // Rows often are in the order of their keys.
    if numbers.iter().map(|number| key(*number)).is_sorted() {
        return;
    }
    numbers.chunks_mut(RUN).for_each(|run| run.sort_by_cached_key(|number| key(*number)));
    let mut runs: Vec<_> = numbers.chunks(RUN).map(|run| run.iter().copied()).collect();
    let head = |run: usize, number: u32| Reverse((key(number), number, run));
    let firsts = runs.iter_mut().enumerate();
    let mut heads: BinaryHeap<_> =
        firsts.filter_map(|(run, numbers)| Some(head(run, numbers.next()?))).collect();
    let mut sorted = Vec::with_capacity(numbers.len());
    while let Some(Reverse((_, number, run))) = heads.pop() {
        sorted.push(number);
        heads.extend(runs[run].next().map(|number| head(run, number)));
    }
    *numbers = sorted;
}

/// The lines of a file, one after the other: there may be a million.
pub(super) struct Lines {
    file: io::BufReader<File>,
    line: Vec<u8>,
}

impl Lines {
    /// Opens a file.
    pub fn open(path: &Path) -> io::Result<Lines> {
        Ok(Lines { file: io::BufReader::new(File::open(path)?), line: Vec::new() })
    }

    /// The next line, and whether it was written to its end.
    pub fn read(&mut self) -> io::Result<Option<(Cow<'_, str>, bool)>> {
        self.line.clear();
        if self.file.read_until(b'\n', &mut self.line)? == 0 {
            return Ok(None);
        }
        let is_whole = self.line.ends_with(b"\n");
        while self.line.last().is_some_and(|end| matches!(end, b'\n' | b'\r')) {
            self.line.pop();
        }
        Ok(Some((String::from_utf8_lossy(&self.line), is_whole)))
    }
}

/// A line of the lock file.
fn whole_line(text: &str, number: usize) -> Span {
    Span::new(&Source::excerpt(LOCK_FILE, text, number), 0..text.len())
}

/// Writes the lines of a lock file: what `old` says, and of the documents in `new`, which is sorted by output name, what
/// that says. Nothing is held of all documents at once: there may be a million.
pub(super) fn write_lines(
    out: &mut dyn io::Write,
    old: &Lock,
    new: impl Iterator<Item = (String, Entry)> + Clone,
) -> io::Result<()> {
    let mut sets: BTreeMap<[u8; 16], Arc<FileSet>> = BTreeMap::new();
    for (_, entry) in merged(old, new.clone()) {
        if !entry.files.is_empty() {
            sets.entry(*entry.files.id()).or_insert(entry.files);
        }
    }
    let mut line = format!("{FORM}\n");
    sets.values().for_each(|set| files_line(&mut line, set));
    for (output, entry) in merged(old, new) {
        document_line(&mut line, "document", &output, &entry);
        out.write_all(line.as_bytes())?;
        line.clear();
    }
    out.write_all(line.as_bytes())
}

/// Two lists by output name as one; where both name a document, `new` counts.
fn merged(
    old: &Lock,
    new: impl Iterator<Item = (String, Entry)>,
) -> impl Iterator<Item = (String, Entry)> {
    let mut old = old.iter().peekable();
    let mut new = new.peekable();
    std::iter::from_fn(move || {
        let order = match (old.peek(), new.peek()) {
            (Some((a, _)), Some((b, _))) => a.cmp(b),
            (Some(_), None) => Ordering::Less,
            (None, _) => Ordering::Greater,
        };
        if order == Ordering::Equal {
            old.next();
        }
        match order {
            Ordering::Less => old.next(),
            _ => new.next(),
        }
    })
}

/// What many documents have in common, once each.
#[derive(Debug, Default)]
pub(super) struct Common {
    sets: BTreeMap<[u8; 16], Arc<FileSet>>,
    jobs: BTreeSet<Arc<str>>,
}

impl Common {
    /// Remembers what a document has in common with others.
    pub fn know(&mut self, entry: &Entry) {
        if !self.jobs.contains(&entry.job) {
            self.jobs.insert(Arc::clone(&entry.job));
        }
        if !entry.files.is_empty() {
            self.sets.entry(*entry.files.id()).or_insert_with(|| Arc::clone(&entry.files));
        }
    }

    /// Remembers a set of files: what follows `files` in a line.
    fn files(&mut self, fields: &str) -> Option<()> {
        let mut fields = fields.split('\t');
        let id = from_hex(fields.next()?)?;
        let mut set = BTreeMap::new();
        while let Some(path) = fields.next() {
            set.insert(unescape(path)?.into_owned(), from_hex(fields.next()?)?);
        }
        self.sets.insert(id, Arc::new(FileSet::new(set)));
        Some(())
    }

    /// A document: what follows the kind of the line.
    pub fn document<'f>(&self, fields: &'f str) -> Option<(Cow<'f, str>, Entry)> {
        let mut fields = fields.split('\t');
        let output = unescape(fields.next()?)?;
        let job = unescape(fields.next()?)?;
        let job = self.jobs.get(&*job).map_or_else(|| Arc::from(&*job), Arc::clone);
        let inputs = from_hex(fields.next()?)?;
        let files = match fields.next()? {
            "-" => Arc::default(),
            id => Arc::clone(self.sets.get(&from_hex::<16>(id)?)?),
        };
        let entry = Entry {
            job,
            inputs,
            files,
            pdf: from_hex(fields.next()?)?,
            bytes: fields.next()?.parse().ok()?,
            pages: fields.next()?.parse().ok()?,
            shrunk: factors(fields.next()?)?,
            warned: match fields.next()? {
                "0" => false,
                "1" => true,
                _ => return None,
            },
        };
        fields.next().is_none().then_some((output, entry))
    }
}

fn factors(text: &str) -> Option<Box<[f32]>> {
    match text {
        "-" => Some(Box::default()),
        _ => text.split(',').map(|factor| factor.parse().ok()).collect(),
    }
}

/// Adds the line of a set of files.
pub(super) fn files_line(text: &mut String, set: &FileSet) {
    let _ = write!(text, "files\t{}", hex(set.id()));
    for (path, digest) in set.iter() {
        let _ = write!(text, "\t{}\t{}", escape(path), hex(digest));
    }
    text.push('\n');
}

/// Adds the line of a document, which begins with its `kind`.
pub(super) fn document_line(text: &mut String, kind: &str, output: &str, entry: &Entry) {
    text.push_str(kind);
    text.push('\t');
    write_fields(text, output, entry);
    text.push('\n');
}

/// Adds what the line of a document says after its kind.
pub(super) fn write_fields(text: &mut String, output: &str, entry: &Entry) {
    let Entry { job, inputs, files, pdf, bytes, pages, shrunk, warned } = entry;
    let files = match files.is_empty() {
        true => "-".into(),
        false => hex(files.id()),
    };
    let shrunk = match shrunk.is_empty() {
        true => "-".into(),
        false => shrunk.iter().map(f32::to_string).collect::<Vec<_>>().join(","),
    };
    let (output, job, warned) = (escape(output), escape(job), u8::from(*warned));
    let (inputs, pdf) = (hex(inputs), hex(pdf));
    // Writing to a string never fails.
    let _ = write!(
        text,
        "{output}\t{job}\t{inputs}\t{files}\t{pdf}\t{bytes}\t{pages}\t{shrunk}\t{warned}"
    );
}

/// The first half of a digest.
pub(super) fn short(digest: &[u8; 32]) -> [u8; 16] {
    let mut half = [0; 16];
    half.copy_from_slice(&digest[..16]);
    half
}

/// A digest in hexadecimal figures.
pub(super) fn hex(digest: &[u8]) -> String {
    const FIGURES: &[u8; 16] = b"0123456789abcdef";
    let figure = |half: u8| char::from(FIGURES[usize::from(half)]);
    digest.iter().flat_map(|byte| [figure(byte >> 4), figure(byte & 15)]).collect()
}

fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let value = |figure: u8| char::from(figure).to_digit(16);
    let mut digest = [0; N];
    let text = text.as_bytes();
    if text.len() != 2 * N {
        return None;
    }
    for (byte, pair) in digest.iter_mut().zip(text.chunks_exact(2)) {
        *byte = u8::try_from(value(pair[0])? * 16 + value(pair[1])?).ok()?;
    }
    Some(digest)
}

fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['\t', '\n', '\r', '\\']) {
        return Cow::Borrowed(text);
    }
    let text = text.replace('\\', "\\\\").replace('\t', "\\t");
    Cow::Owned(text.replace('\n', "\\n").replace('\r', "\\r"))
}

fn unescape(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('\\') {
        return Some(Cow::Borrowed(text));
    }
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        plain.push(match character {
            '\\' => match characters.next()? {
                't' => '\t',
                'n' => '\n',
                'r' => '\r',
                '\\' => '\\',
                _ => return None,
            },
            other => other,
        });
    }
    Some(Cow::Owned(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(files: BTreeMap<String, [u8; 32]>, shrunk: &[f32]) -> Entry {
        Entry {
            job: "letter".into(),
            inputs: [0x1f; 16],
            files: Arc::new(FileSet::new(files)),
            pdf: [0xa0; 32],
            bytes: 51_234,
            pages: 2,
            shrunk: shrunk.into(),
            warned: false,
        }
    }

    fn read(text: &str) -> (Lock, Vec<Diagnostic>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(LOCK_FILE);
        std::fs::write(&path, text).unwrap();
        Lock::read(&path)
    }

    fn to_text(lock: &Lock) -> String {
        let mut text = Vec::new();
        write_lines(&mut text, lock, std::iter::empty()).unwrap();
        String::from_utf8(text).unwrap()
    }

    fn pages(lock: &Lock) -> Vec<(String, u32)> {
        lock.iter().map(|(name, entry)| (name, entry.pages)).collect()
    }

    #[test]
    fn numbers_are_sorted_by_what_they_stand_for() {
        let key = |number: u32| number.wrapping_mul(2_654_435_761) >> 8;
        for count in [0, 1, 7, RUN as u32, 3 * RUN as u32 + 5] {
            let mut numbers: Vec<u32> = (0..count).collect();
            sort_by(&mut numbers, key);
            assert!(numbers.iter().map(|number| key(*number)).is_sorted());
            numbers.sort_unstable();
            assert!(numbers.into_iter().eq(0..count));
        }
    }

    #[test]
    fn what_is_said_last_counts() {
        let mut lock = Lock::default();
        let of =
            |name: &str, pages| (name.to_string(), Entry { pages, ..entry(BTreeMap::new(), &[]) });
        lock.extend([of("b.pdf", 1), of("a.pdf", 1), of("b.pdf", 2)]);
        lock.extend([of("a.pdf", 3)]);
        assert_eq!(pages(&lock), [("a.pdf".to_string(), 3), ("b.pdf".to_string(), 2)]);
        assert_eq!(lock.get("b.pdf").unwrap().pages, 2);
        lock.remove("b.pdf");
        assert!(lock.get("b.pdf").is_none());
        assert_eq!(pages(&lock), [("a.pdf".to_string(), 3)]);
    }

    #[test]
    fn what_is_new_counts() {
        let mut lock = Lock::default();
        lock.extend(
            ["c.pdf", "a.pdf", "d.pdf"]
                .map(|name| (name.to_string(), Entry { pages: 1, ..entry(BTreeMap::new(), &[]) })),
        );
        let files = BTreeMap::from([("x.css".to_string(), [1; 32])]);
        let new =
            ["b.pdf", "c.pdf", "e.pdf"].map(|name| (name.to_string(), entry(files.clone(), &[])));
        let mut text = Vec::new();
        write_lines(&mut text, &lock, new.into_iter()).unwrap();
        let (again, found) = read(&String::from_utf8(text).unwrap());
        assert!(found.is_empty());
        let expected = [("a.pdf", 1), ("b.pdf", 2), ("c.pdf", 2), ("d.pdf", 1), ("e.pdf", 2)];
        assert_eq!(pages(&again), expected.map(|(name, pages)| (name.to_string(), pages)));
    }

    #[test]
    fn what_is_written_is_read() {
        let mut lock = Lock::default();
        let files =
            BTreeMap::from([("a\tb.css".to_string(), [7; 32]), ("c\\.svg".into(), [8; 32])]);
        lock.extend([
            ("certificates/名\\x.pdf".into(), entry(files, &[0.5, 0.8125])),
            ("b.pdf".into(), entry(BTreeMap::new(), &[])),
        ]);
        let text = to_text(&lock);
        let (again, found) = read(&text);
        assert!(found.is_empty(), "{found:?}");
        assert_eq!(again.iter().collect::<Vec<_>>(), lock.iter().collect::<Vec<_>>());
        assert_eq!(again.get("certificates/名\\x.pdf").unwrap().shrunk, [0.5, 0.8125].into());
        assert_eq!(to_text(&again), text);
    }

    #[test]
    fn a_line_that_is_not_understood_costs_its_document_alone() {
        let mut lock = Lock::default();
        lock.extend(["a.pdf", "b.pdf"].map(|name| (name.into(), entry(BTreeMap::new(), &[]))));
        let text = to_text(&lock).replace("document\ta.pdf", "<<<<<<< HEAD\ndocument\ta.pdf\tx");
        let (again, found) = read(&text);
        assert_eq!(pages(&again), [("b.pdf".to_string(), 2)]);
        assert!(again.get("a.pdf").is_none());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].notes, ["and 1 more"]);
        assert_eq!(found[0].span.as_ref().unwrap().position(), (2, 1));
    }

    #[test]
    fn another_form_is_told_and_not_read() {
        let (lock, found) = read("urkunde.lock/99\ndocument\tx\n");
        assert!(lock.is_empty());
        assert_eq!(found[0].code, "bad-lock");
    }
}
