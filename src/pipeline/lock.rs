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
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs::File;
use std::io::{self, BufRead};
use std::path::Path;
use std::sync::Arc;

use super::reads::FileSet;
use crate::diag::{Diagnostic, Source, Span};

/// The name of the lock file.
pub(super) const LOCK_FILE: &str = "urkunde.lock";

/// The form of the file; another one is not read.
const FORM: &str = "urkunde.lock/1";

/// What a lock file says.
#[derive(Clone, Debug, Default)]
pub(super) struct Lock {
    /// By output name.
    pub entries: BTreeMap<Box<str>, Entry>,
}

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

    /// One line after the other: there may be a million.
    fn read_lines(path: &Path) -> io::Result<(Lock, Vec<Diagnostic>)> {
        let mut file = io::BufReader::new(File::open(path)?);
        let (mut reader, mut line) = (Reader::default(), Vec::new());
        let mut first_wrong = None;
        let mut wrong = 0;
        for number in 1.. {
            line.clear();
            if file.read_until(b'\n', &mut line)? == 0 {
                break;
            }
            let text = String::from_utf8_lossy(&line);
            let text = text.trim_end_matches(['\n', '\r']);
            if number == 1 && text != FORM {
                let message = "what the lock file says is in no form that is known: all documents are made again";
                let found = Diagnostic::warning("bad-lock", message)
                    .at(whole_line(text, 1))
                    .help(format!("expected {FORM:?} in the first line; the file is written anew"));
                return Ok((Lock::default(), vec![found]));
            }
            if number > 1 && !text.is_empty() && reader.line(text).is_none() {
                wrong += 1;
                first_wrong.get_or_insert_with(|| whole_line(text, number));
            }
        }
        let found = first_wrong.map(|span| {
            let found =
                Diagnostic::warning("bad-lock", "a line of the lock file is not understood");
            let found = match wrong {
                1 => found.at(span),
                n => found.at(span).note(format!("and {} more", n - 1)),
            };
            found.help("the documents of such lines are made again; the file is written anew")
        });
        Ok((reader.lock, found.into_iter().collect()))
    }
}

/// A line of the lock file.
fn whole_line(text: &str, number: usize) -> Span {
    Span::new(&Source::excerpt(LOCK_FILE, text, number), 0..text.len())
}

/// Writes the lines of a lock file: what `old` says, and of the documents in `new`, which is sorted by output name, what
/// that says. Nothing is held of all documents at once: there may be a million.
pub(super) fn write_lines<'a>(
    out: &mut dyn io::Write,
    old: &'a Lock,
    new: impl Iterator<Item = (&'a str, Entry)> + Clone,
) -> io::Result<()> {
    let mut sets: BTreeMap<[u8; 16], Arc<FileSet>> = BTreeMap::new();
    for (_, entry) in merged(old, new.clone()) {
        if !entry.files.is_empty() {
            sets.entry(set_id(&entry.files)).or_insert_with(|| Arc::clone(&entry.files));
        }
    }
    let mut line = format!("{FORM}\n");
    sets.values().for_each(|set| files_line(&mut line, set));
    for (output, entry) in merged(old, new) {
        document_line(&mut line, "document", output, &entry);
        out.write_all(line.as_bytes())?;
        line.clear();
    }
    out.write_all(line.as_bytes())
}

/// Two lists by output name as one; where both name a document, `new` counts.
fn merged<'a>(
    old: &'a Lock,
    new: impl Iterator<Item = (&'a str, Entry)>,
) -> impl Iterator<Item = (&'a str, Cow<'a, Entry>)> {
    let mut old = old.entries.iter().peekable();
    let mut new = new.peekable();
    std::iter::from_fn(move || {
        let order = match (old.peek(), new.peek()) {
            (Some((a, _)), Some((b, _))) => (***a).cmp(b),
            (Some(_), None) => Ordering::Less,
            (None, _) => Ordering::Greater,
        };
        if order == Ordering::Equal {
            old.next();
        }
        match order {
            Ordering::Less => old.next().map(|(output, entry)| (&**output, Cow::Borrowed(entry))),
            _ => new.next().map(|(output, entry)| (output, Cow::Owned(entry))),
        }
    })
}

/// Understands lines one after the other.
#[derive(Default)]
pub(super) struct Reader {
    /// What they have said so far.
    pub lock: Lock,
    sets: BTreeMap<[u8; 16], Arc<FileSet>>,
    jobs: BTreeMap<String, Arc<str>>,
}

impl Reader {
    /// Adds what a line says; none if it is not understood.
    fn line(&mut self, line: &str) -> Option<()> {
        let (kind, rest) = line.split_once('\t')?;
        match kind {
            "files" => self.files(rest),
            "document" => {
                let (output, entry) = self.document(rest)?;
                self.lock.entries.insert(output, entry);
                Some(())
            }
            _ => None,
        }
    }

    /// A set of files: what follows `files` in a line.
    pub fn files(&mut self, fields: &str) -> Option<()> {
        let mut fields = fields.split('\t');
        let id = from_hex(fields.next()?)?;
        let mut set = FileSet::new();
        while let Some(path) = fields.next() {
            set.insert(unescape(path)?.into_owned(), from_hex(fields.next()?)?);
        }
        self.sets.insert(id, Arc::new(set));
        Some(())
    }

    /// A document: what follows the kind of the line.
    pub fn document(&mut self, fields: &str) -> Option<(Box<str>, Entry)> {
        let mut fields = fields.split('\t');
        let output = unescape(fields.next()?)?;
        let job = unescape(fields.next()?)?.into_owned();
        let job = Arc::clone(self.jobs.entry(job).or_insert_with_key(|name| Arc::from(&**name)));
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
        fields.next().is_none().then(|| (output.into(), entry))
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
    let _ = write!(text, "files\t{}", hex(&set_id(set)));
    for (path, digest) in set {
        let _ = write!(text, "\t{}\t{}", escape(path), hex(digest));
    }
    text.push('\n');
}

/// Adds the line of a document, which begins with its `kind`.
pub(super) fn document_line(text: &mut String, kind: &str, output: &str, entry: &Entry) {
    let files = match entry.files.is_empty() {
        true => "-".into(),
        false => hex(&set_id(&entry.files)),
    };
    let shrunk = match entry.shrunk.is_empty() {
        true => "-".into(),
        false => entry.shrunk.iter().map(f32::to_string).collect::<Vec<_>>().join(","),
    };
    let Entry { job, inputs, pdf, bytes, pages, warned, .. } = entry;
    let (output, job, warned) = (escape(output), escape(job), u8::from(*warned));
    let (inputs, pdf) = (hex(inputs), hex(pdf));
    // Writing to a string never fails.
    let _ = writeln!(
        text,
        "{kind}\t{output}\t{job}\t{inputs}\t{files}\t{pdf}\t{bytes}\t{pages}\t{shrunk}\t{warned}"
    );
}

/// What a set of files is called: a digest of what it holds.
pub(super) fn set_id(set: &FileSet) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new();
    for (path, digest) in set {
        hasher.update(&(path.len() as u64).to_le_bytes());
        hasher.update(path.as_bytes());
        hasher.update(digest);
    }
    short(hasher.finalize().as_bytes())
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

    fn entry(files: FileSet, shrunk: &[f32]) -> Entry {
        Entry {
            job: "letter".into(),
            inputs: [0x1f; 16],
            files: Arc::new(files),
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

    #[test]
    fn what_is_new_counts() {
        let mut lock = Lock::default();
        for (name, pages) in [("a.pdf", 1), ("c.pdf", 1), ("d.pdf", 1)] {
            lock.entries.insert(name.into(), Entry { pages, ..entry(FileSet::new(), &[]) });
        }
        let files = FileSet::from([("x.css".to_string(), [1; 32])]);
        let new = ["b.pdf", "c.pdf", "e.pdf"].map(|name| (name, entry(files.clone(), &[])));
        let mut text = Vec::new();
        write_lines(&mut text, &lock, new.into_iter()).unwrap();
        let (again, found) = read(&String::from_utf8(text).unwrap());
        assert!(found.is_empty());
        let pages = again.entries.iter().map(|(name, entry)| (&**name, entry.pages));
        let expected = [("a.pdf", 1), ("b.pdf", 2), ("c.pdf", 2), ("d.pdf", 1), ("e.pdf", 2)];
        assert_eq!(pages.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn what_is_written_is_read() {
        let mut lock = Lock::default();
        let files = FileSet::from([("a\tb.css".to_string(), [7; 32]), ("c\\.svg".into(), [8; 32])]);
        lock.entries.insert("certificates/名\\x.pdf".into(), entry(files, &[0.5, 0.8125]));
        lock.entries.insert("b.pdf".into(), entry(FileSet::new(), &[]));
        let text = to_text(&lock);
        let (again, found) = read(&text);
        assert!(found.is_empty(), "{found:?}");
        assert_eq!(again.entries, lock.entries);
        assert_eq!(to_text(&again), text);
    }

    #[test]
    fn a_line_that_is_not_understood_costs_its_document_alone() {
        let mut lock = Lock::default();
        lock.entries.insert("a.pdf".into(), entry(FileSet::new(), &[]));
        lock.entries.insert("b.pdf".into(), entry(FileSet::new(), &[]));
        let text = to_text(&lock).replace("document\ta.pdf", "<<<<<<< HEAD\ndocument\ta.pdf\tx");
        let (again, found) = read(&text);
        assert_eq!(again.entries.keys().map(|name| &**name).collect::<Vec<_>>(), ["b.pdf"]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].notes, ["and 1 more"]);
        assert_eq!(found[0].span.as_ref().unwrap().position(), (2, 1));
    }

    #[test]
    fn another_form_is_told_and_not_read() {
        let (lock, found) = read("urkunde.lock/99\ndocument\tx\n");
        assert!(lock.entries.is_empty());
        assert_eq!(found[0].code, "bad-lock");
    }
}
