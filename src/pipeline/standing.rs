//! How documents stand: which are what they would be now, and why others are not.
//!
//! Input: the plan, the lock, the files that are there. Output: a [`Standing`] for each document. Nothing is
//! rendered for it: a document is current if its row, what its job shares and its files are what they were when
//! it was made, and if the file at its name is the one that was written.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use super::lock::{Entry, Lock};
use super::planned::Planned;
use super::reads::FileSet;
use super::write::OutputFolder;

/// How a document stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Standing {
    /// It is there and is what would be made.
    Current,
    /// It was never made, or the lock has forgotten it.
    New,
    /// It was made from something else.
    Changed,
    /// It was made, and its file is gone.
    Missing,
    /// Its file is not what was written.
    Edited,
}

/// What the standing of documents is judged by.
pub(super) struct Judge<'a> {
    /// What was made.
    pub lock: &'a Lock,
    /// Where it was put.
    pub out: &'a OutputFolder,
    /// The files of the project.
    pub files: &'a ProjectFiles,
    /// When the lock was written: a file that was not touched since is not read again. None to read all.
    pub trusted_until: Option<SystemTime>,
}

/// Within how much of the lock's own time a file's time says nothing: clocks of file systems tick.
const TICK: Duration = Duration::from_secs(2);

/// When the lock was written, less the ticks of a clock.
pub(super) fn time_of(lock_file: &Path) -> Option<SystemTime> {
    std::fs::metadata(lock_file).and_then(|m| m.modified()).ok()?.checked_sub(TICK)
}

impl Judge<'_> {
    /// How a document stands that would be made from `inputs`.
    pub fn standing(&self, planned: &Planned, inputs: impl FnOnce() -> [u8; 16]) -> Standing {
        let Some(entry) = self.lock.get(&planned.output) else { return Standing::New };
        match self.is_untouched(&planned.output, &entry) {
            Ok(true) if self.is_current(&entry, &inputs()) => Standing::Current,
            Ok(true) => Standing::Changed,
            Ok(false) => Standing::Edited,
            Err(_) => Standing::Missing,
        }
    }

    /// Whether a document that was made would be made the same now. Warnings are to be given again.
    pub fn is_current(&self, entry: &Entry, inputs: &[u8; 16]) -> bool {
        entry.inputs == *inputs && !entry.warned && self.files.are(&entry.files)
    }

    /// Whether the file of an entry is as it was written.
    pub fn is_untouched(&self, output: &str, entry: &Entry) -> io::Result<bool> {
        let metadata = std::fs::metadata(self.out.path(output))?;
        if !metadata.is_file() || metadata.len() != entry.bytes {
            return Ok(false);
        }
        let is_old = |limit| metadata.modified().is_ok_and(|time| time <= limit);
        if self.trusted_until.is_some_and(is_old) {
            return Ok(true);
        }
        Ok(self.out.digest(output) == Some(entry.pdf))
    }
}

/// The files of a project, each read once for its digest.
pub(super) struct ProjectFiles {
    root: PathBuf,
    known: Mutex<BTreeMap<String, Option<[u8; 32]>>>,
    /// Sets of files that were looked at, by where they lie in memory.
    sets: Mutex<BTreeMap<usize, bool>>,
}

impl ProjectFiles {
    /// The files below a folder.
    pub fn new(root: &Path) -> ProjectFiles {
        ProjectFiles { root: root.into(), known: Mutex::default(), sets: Mutex::default() }
    }

    /// Whether all files of a set are what they were.
    pub fn are(&self, set: &std::sync::Arc<FileSet>) -> bool {
        let key = std::sync::Arc::as_ptr(set) as usize;
        if let Some(known) = self.sets.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return *known;
        }
        let same = set.iter().all(|(path, digest)| self.digest(path) == Some(*digest));
        self.sets.lock().unwrap_or_else(PoisonError::into_inner).insert(key, same);
        same
    }

    fn digest(&self, path: &str) -> Option<[u8; 32]> {
        if let Some(known) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(path) {
            return *known;
        }
        let bytes = std::fs::read(self.root.join(path)).ok();
        let digest = bytes.map(|bytes| *blake3::hash(&bytes).as_bytes());
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(path.to_owned(), digest);
        digest
    }
}
