//! The work folder, `.urkunde` in the output folder: documents wait there until the whole batch is made.
//!
//! Input: finished documents. Output: files at their names, each whole, and a journal from which a run that
//! was killed at any moment can be understood. Only one run at a time works in an output folder.
//!
//! - `run` is locked by the run that works here, and says which it is.
//! - `journal` has a line for each document, in the form of the lock file: `made` once it waits here, `put`
//!   before it goes to its name at once, and `commit` when all are made.
//! - `XXXX.pdf` are the documents that wait, by a digest of their names.
//!
//! A journal with `commit` is carried out by the next run: what still waits goes to its name. Without, nothing
//! has been moved: what waits is taken if it is what would be made now, and else removed.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHashSet;

use super::hold::{Held, hold};
use super::lock::{Entry, Lines, Lock, document_line, files_line, hex, short, write_lines};
use super::run::Progress;
use super::write::{OutputFolder, reason, rewrite};
use crate::diag::Diagnostic;

/// The folder's name; no output name may begin with it.
pub(super) const WORK_FOLDER: &str = ".urkunde";

/// The work folder, held by this run.
pub(super) struct Work<'a> {
    out: &'a OutputFolder,
    folder: PathBuf,
    /// Whether this run made the output folder.
    made_out: bool,
    /// Held as long as this lives.
    _holder: Held,
    journal: Mutex<Journal>,
    /// Documents that a run which was stopped has left.
    left: Lock,
}

struct Journal {
    file: Option<File>,
    /// Sets of files that stand in it.
    sets: FxHashSet<[u8; 16]>,
}

/// What a journal says.
#[derive(Default)]
struct Story {
    made: Lock,
    put: Lock,
    committed: bool,
}

/// Whether a run has left something in the output folder, or works there now.
pub(super) fn is_there(out: &OutputFolder) -> bool {
    out.path(WORK_FOLDER).exists()
}

/// A lock with what a journal adds to it: for those who only look.
pub(super) fn overlay(out: &OutputFolder, lock: &mut Lock) {
    let story = Story::read(&out.path(WORK_FOLDER).join("journal"));
    let is_there = |(output, entry): &(String, Entry)| out.digest(output) == Some(entry.pdf);
    if story.committed {
        lock.extend(story.made.iter().filter(is_there));
    }
    lock.extend(story.put.iter().filter(is_there));
}

impl<'a> Work<'a> {
    /// Takes the output folder for this run; waits for another that works there, and gives up when the run
    /// is cancelled. The folder is made where it is not there.
    pub fn begin(
        out: &'a OutputFolder,
        progress: &dyn Progress,
    ) -> Result<Option<Work<'a>>, Diagnostic> {
        let made_out = !out.path("").exists();
        out.open()?;
        let folder = out.path(WORK_FOLDER);
        let failed = |error: io::Error| unwritable(&folder, &error);
        let what = out.path("").display().to_string();
        let Some(mut holder) = hold(&folder.join("run"), &what, progress).map_err(failed)? else {
            return Ok(None);
        };
        let who = format!("process {}\n", std::process::id());
        let file = holder.file();
        file.set_len(0).and_then(|()| file.write_all(who.as_bytes())).map_err(failed)?;
        let journal = Mutex::new(Journal { file: None, sets: FxHashSet::default() });
        Ok(Some(Work { out, folder, made_out, _holder: holder, journal, left: Lock::default() }))
    }

    /// Finishes what a run that was stopped has begun. `lock` becomes what is true now; it is written if the run
    /// had come to moving its documents.
    pub fn recover(&mut self, lock_file: &Path, lock: &mut Lock) -> Result<(), Diagnostic> {
        let path = self.folder.join("journal");
        let story = Story::read(&path);
        let mut is_news = false;
        let mut is_there = |(output, entry): &(String, Entry)| {
            let is_there = self.out.digest(output) == Some(entry.pdf);
            is_news |= is_there;
            is_there
        };
        lock.extend(story.put.iter().filter(&mut is_there));
        if story.committed {
            for (output, _) in story.made.iter() {
                let waits = self.waiting(&output);
                if waits.exists() {
                    self.out.adopt(&waits, &output)?;
                }
            }
            lock.extend(story.made.iter().filter(is_there));
        } else {
            self.left = story.made;
        }
        if is_news {
            write_lock(lock_file, lock, std::iter::empty())?;
        }
        Ok(())
    }

    /// A document that a stopped run has left and that is what would be made now, as `is_current` says of
    /// its entry. It is taken over.
    pub fn take_left(&self, output: &str, is_current: impl Fn(&Entry) -> bool) -> Option<Entry> {
        let entry = self.left.get(output).filter(|entry| is_current(entry))?;
        let bytes = fs::read(self.waiting(output)).ok()?;
        (*blake3::hash(&bytes).as_bytes() == entry.pdf).then_some(entry)
    }

    /// Lets a document wait here until all are made.
    pub fn stage(&self, output: &str, entry: &Entry, pdf: &[u8]) -> Result<(), Diagnostic> {
        self.out.may_hold(output)?;
        fs::write(self.waiting(output), pdf)
            .map_err(|error| unwritable_document(self.out, output, &error))?;
        self.tell("made", output, entry)
    }

    /// Puts a document to its name at once.
    pub fn put(&self, output: &str, entry: &Entry, pdf: &[u8]) -> Result<(), Diagnostic> {
        self.out.may_hold(output)?;
        let waits = self.waiting(output);
        fs::write(&waits, pdf).map_err(|error| unwritable_document(self.out, output, &error))?;
        self.tell("put", output, entry)?;
        self.out.adopt(&waits, output)
    }

    /// Notes a document that is at its name already.
    pub fn note(&self, output: &str, entry: &Entry) -> Result<(), Diagnostic> {
        self.tell("put", output, entry)
    }

    /// Notes a document that waits here since a run that was stopped.
    pub fn tell_made(&self, output: &str, entry: &Entry) -> Result<(), Diagnostic> {
        self.tell("made", output, entry)
    }

    fn tell(&self, kind: &str, output: &str, entry: &Entry) -> Result<(), Diagnostic> {
        let mut journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = String::new();
        if !entry.files.is_empty() && journal.sets.insert(*entry.files.id()) {
            files_line(&mut text, &entry.files);
        }
        document_line(&mut text, kind, output, entry);
        self.write_journal(&mut journal, &text)
    }

    fn write_journal(&self, journal: &mut Journal, text: &str) -> Result<(), Diagnostic> {
        let path = self.folder.join("journal");
        let failed = |error: io::Error| unwritable(&path, &error);
        let file = match &mut journal.file {
            Some(file) => file,
            // What a stopped run said is known by now, and is told again where it still holds.
            none => none.insert(File::create(&path).map_err(failed)?),
        };
        file.write_all(text.as_bytes()).map_err(failed)
    }

    /// From here on the batch is sound: whatever happens, its documents go to their names.
    pub fn commit(&self) -> Result<(), Diagnostic> {
        let mut journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        self.write_journal(&mut journal, "commit\n")
    }

    /// Moves a document that waits to its name.
    pub fn release(&self, output: &str) -> Result<(), Diagnostic> {
        self.out.adopt(&self.waiting(output), output)
    }

    /// Writes the lock file: what it said, and `new`, sorted by output name. Nothing waits here any more.
    pub fn finish(
        self,
        lock_file: &Path,
        old: &Lock,
        new: impl Iterator<Item = (String, Entry)> + Clone,
    ) -> Result<(), Diagnostic> {
        write_lock(lock_file, old, new)?;
        self.clear();
        Ok(())
    }

    /// Leaves everything as it is, for the next run to go on with.
    pub fn leave(self) {}

    /// Removes what waits here, and the folder. What cannot be removed does no harm: the next run does it.
    pub fn clear(self) {
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            if entry.file_name() != "run" {
                let _ = fs::remove_file(entry.path());
            }
        }
        let _ = fs::remove_file(self.folder.join("run"));
        let _ = fs::remove_dir(&self.folder);
        if self.made_out {
            // Only if nothing was put in it.
            let _ = fs::remove_dir(self.out.path(""));
        }
    }

    /// Where a document waits.
    fn waiting(&self, output: &str) -> PathBuf {
        let name = short(blake3::hash(output.as_bytes()).as_bytes());
        self.folder.join(format!("{}.pdf", hex(&name)))
    }
}

impl Story {
    /// What the journal of that name says; one that is not there says nothing.
    fn read(path: &Path) -> Story {
        let mut story = Story::default();
        if let Ok(mut lines) = Lines::open(path) {
            // A line that was not written to its end says nothing.
            while let Ok(Some((line, true))) = lines.read() {
                story.line(&line);
            }
        }
        story.made.sort();
        story.put.sort();
        story
    }

    /// A line that is not understood says nothing either.
    fn line(&mut self, line: &str) {
        let (kind, fields) = line.split_once('\t').unwrap_or((line, ""));
        match kind {
            "commit" => self.committed = true,
            "files" => {
                self.made.files(fields);
                self.put.files(fields);
            }
            "made" => drop(self.made.document(fields)),
            "put" => drop(self.put.document(fields)),
            _ => {}
        }
    }
}

/// Writes the lock file, unless it says the same already; one that would say nothing is not begun. `new` is sorted
/// by output name.
fn write_lock(
    path: &Path,
    old: &Lock,
    new: impl Iterator<Item = (String, Entry)> + Clone,
) -> Result<(), Diagnostic> {
    if !path.exists() && old.is_empty() && new.clone().next().is_none() {
        return Ok(());
    }
    rewrite(path, &mut |out| write_lines(out, old, new.clone()))
        .map_err(|error| unwritable(path, &error))
}

fn unwritable(path: &Path, error: &io::Error) -> Diagnostic {
    let message = format!("cannot write {}", path.display());
    Diagnostic::error("unwritable-output", message).note(reason(error))
}

fn unwritable_document(out: &OutputFolder, output: &str, error: &io::Error) -> Diagnostic {
    let message = format!("cannot write {:?}", out.path(output).display().to_string());
    let found = Diagnostic::error("unwritable-document", message).note(reason(error));
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => found.help(
            "documents wait until all are made, beside those they replace; with --keep-going each \
             goes to its place at once",
        ),
        _ => found,
    }
}
