//! Which documents failed in the last run, so that the next one can be about them alone (`--only-failed`).
//!
//! Kept beside the lock file, an output name a line; there is no file while nothing is known to fail. It
//! is a convenience and never decides what a document holds: a file that cannot be read or written costs a run nothing
//! but the list.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::documents::Documents;
use super::report::Fate;
use super::write::replace;

/// The name of the list.
const FILE: &str = "urkunde.failed";

/// The output names of documents that failed when they were last tried.
pub(super) fn read(lock_file: &Path) -> BTreeSet<String> {
    let text = std::fs::read_to_string(file(lock_file)).unwrap_or_default();
    text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// Remembers which documents of a run failed. Documents that it did not try stay as they were.
pub(super) fn note(lock_file: &Path, documents: &Documents) {
    let before = read(lock_file);
    let mut failed = before.clone();
    for (index, state) in documents.states().iter().enumerate() {
        let is_news = state.status == Fate::Failed || !failed.is_empty();
        let output = documents.output(index).filter(|_| is_news);
        match (state.status, output) {
            (Fate::Failed, Some(output)) => {
                failed.insert(output.into());
            }
            (Fate::NotBegun, _) | (_, None) => {}
            (_, Some(output)) => {
                failed.remove(&*output);
            }
        }
    }
    let file = file(lock_file);
    // What cannot be kept is forgotten: see above.
    let _ = match (failed == before, failed.is_empty()) {
        (true, _) => Ok(()),
        (_, true) => std::fs::remove_file(&file),
        _ => {
            let lines: String = failed.iter().map(|output| format!("{output}\n")).collect();
            replace(&file, lines.as_bytes())
        }
    };
}

fn file(lock_file: &Path) -> PathBuf {
    lock_file.with_file_name(FILE)
}
