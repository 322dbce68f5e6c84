//! The output folder: documents go in whole or not at all.
//!
//! Input: a name (see `names`) and a document's bytes. A document is written to a temporary file in
//! its target folder, then renamed, so that nobody ever sees half of one; what is there already and
//! has the same bytes is left alone. It never deletes anything that it did not write.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::diag::Diagnostic;

/// What became of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// It was written.
    New,
    /// The file had these bytes already.
    Same,
}

/// The folder that documents are written to.
#[derive(Debug)]
pub struct OutputFolder {
    root: PathBuf,
    /// Folders that are known to exist.
    made: Mutex<BTreeSet<PathBuf>>,
}

impl OutputFolder {
    /// A folder that may or may not exist.
    pub fn new(root: impl Into<PathBuf>) -> OutputFolder {
        OutputFolder { root: root.into(), made: Mutex::default() }
    }

    /// Makes the folder if need be, and makes sure that files can be made in it.
    pub fn open(&self) -> Result<(), Diagnostic> {
        let failed = |error: io::Error| {
            Diagnostic::error(
                "unwritable-output",
                format!("cannot write to the output folder {}", self.root.display()),
            )
            .note(reason(&error))
            .help("choose another folder: --output FOLDER, or [output] dir in urkunde.toml")
        };
        self.make_folder(&self.root).map_err(failed)?;
        temporary(&self.root).map(drop).map_err(failed)
    }

    /// The path of a document.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Whether the document is there with exactly these bytes.
    pub fn holds(&self, name: &str, bytes: &[u8]) -> bool {
        let path = self.path(name);
        std::fs::metadata(&path).is_ok_and(|m| m.len() == bytes.len() as u64)
            && std::fs::read(&path).is_ok_and(|old| old == bytes)
    }

    /// Puts a document in its place; `force` writes it even if it is there already.
    pub fn write(&self, name: &str, bytes: &[u8], force: bool) -> Result<Written, Diagnostic> {
        if !force && self.holds(name, bytes) {
            return Ok(Written::Same);
        }
        self.replace(&self.path(name), bytes).map(|()| Written::New).map_err(|error| {
            let message = format!("cannot write {}", self.path(name).display());
            Diagnostic::error("unwritable-document", message).note(reason(&error))
        })
    }

    fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let folder = path.parent().unwrap_or(&self.root);
        self.make_folder(folder)?;
        let mut file = temporary(folder)?;
        file.write_all(bytes)?;
        file.persist(path).map(drop).map_err(|error| error.error)
    }

    fn make_folder(&self, folder: &Path) -> io::Result<()> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if !made.contains(folder) {
            std::fs::create_dir_all(folder)?;
            made.insert(folder.to_path_buf());
        }
        Ok(())
    }
}

/// A file in `folder` that vanishes unless it is renamed; with the permissions of an ordinary file.
fn temporary(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".urkunde-").suffix(".tmp");
    #[cfg(unix)]
    let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o666);
    #[cfg(unix)]
    builder.permissions(permissions);
    builder.tempfile_in(folder)
}

/// Why the file system refused, without the operating system's number.
pub(super) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text).split(" at path").next();
    match error.kind() {
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            "there is a file in the way, where a folder should be".into()
        }
        io::ErrorKind::IsADirectory => {
            "there is a folder in the way, where a file should be".into()
        }
        _ => text.unwrap_or_default().to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_bytes_are_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let out = OutputFolder::new(folder.path().join("out"));
        assert_eq!(out.write("a/b.pdf", b"one", false), Ok(Written::New));
        assert_eq!(out.write("a/b.pdf", b"one", false), Ok(Written::Same));
        assert_eq!(out.write("a/b.pdf", b"one", true), Ok(Written::New));
        assert_eq!(out.write("a/b.pdf", b"two", false), Ok(Written::New));
        let left: Vec<_> = std::fs::read_dir(out.path("a")).unwrap().collect();
        assert_eq!(left.len(), 1, "no temporary file is left");
    }

    #[test]
    fn a_file_in_the_way_is_told() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("out"), "").unwrap();
        let error = OutputFolder::new(folder.path().join("out")).open().unwrap_err();
        assert_eq!(error.notes, ["there is a file in the way, where a folder should be"]);
    }
}
