//! Holding a file against other runs, by a lock of the operating system: it is let go when the run ends, however it
//! ends.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read};
use std::path::Path;
use std::time::Duration;

use super::run::Progress;

/// How often a run that waits for another looks again.
const PAUSE: Duration = Duration::from_millis(50);

/// A file that this run holds.
pub(super) struct Held(File);

impl Held {
    /// The file, open for reading and writing, at its beginning.
    pub fn file(&mut self) -> &mut File {
        &mut self.0
    }
}

/// Holds a file, which is made with its folder where it is not there. While another run holds it, this one waits, and
/// says for whom and for `what`; none if it was cancelled meanwhile.
pub(super) fn hold(path: &Path, what: &str, progress: &dyn Progress) -> io::Result<Option<Held>> {
    let mut has_told = false;
    loop {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder)?;
        }
        let mut options = OpenOptions::new();
        let mut file = match options.read(true).write(true).create(true).truncate(false).open(path)
        {
            Ok(file) => file,
            // The run that held it has just cleared its folder away.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        match file.try_lock() {
            // A file that was removed meanwhile is no longer the one that others lock.
            Ok(()) if is_same_file(&file, path) => return Ok(Some(Held(file))),
            Ok(()) => continue,
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) => {}
        }
        if !has_told {
            progress.waits(&holder(&mut file), what);
            has_told = true;
        }
        if progress.is_cancelled() {
            return Ok(None);
        }
        std::thread::sleep(PAUSE);
    }
}

/// Who holds a file, if it says so.
fn holder(file: &mut File) -> String {
    let mut who = String::new();
    // What cannot be read is not known.
    let _ = file.take(64).read_to_string(&mut who);
    match who.trim().strip_prefix("process ") {
        Some(id) => format!("process {id}"),
        None => "another run".into(),
    }
}

#[cfg(unix)]
fn is_same_file(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let id = |metadata: io::Result<fs::Metadata>| metadata.map(|m| (m.dev(), m.ino())).ok();
    let (held, named) = (id(file.metadata()), id(fs::metadata(path)));
    held.is_some() && held == named
}

/// Elsewhere a file that is open cannot be removed.
#[cfg(not(unix))]
fn is_same_file(_: &File, path: &Path) -> bool {
    path.exists()
}
