//! The output folder: documents go in whole or not at all.
//!
//! Input: a name (see `names`) and a finished file, which is renamed, so that nobody ever sees half of one.
//! It never deletes anything of its own accord.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::diag::Diagnostic;

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

    /// The BLAKE3 digest of what is at a name; none if there is nothing that can be read.
    pub fn digest(&self, name: &str) -> Option<[u8; 32]> {
        let bytes = std::fs::read(self.path(name)).ok()?;
        Some(*blake3::hash(&bytes).as_bytes())
    }

    /// Whether a document can be put at a name, as far as can be told before: no folder is there, and no file
    /// where a folder should be.
    pub fn may_hold(&self, name: &str) -> Result<(), Diagnostic> {
        let path = self.path(name);
        let in_the_way = |kind| Err(self.unwritable(name, &io::Error::from(kind)));
        if path.is_dir() {
            return in_the_way(io::ErrorKind::IsADirectory);
        }
        let folder = path.parent().unwrap_or(&self.root);
        if self.made.lock().unwrap_or_else(PoisonError::into_inner).contains(folder) {
            return Ok(());
        }
        match folder.ancestors().find(|folder| folder.exists()) {
            Some(there) if !there.is_dir() => in_the_way(io::ErrorKind::NotADirectory),
            _ => Ok(()),
        }
    }

    /// Moves a finished file of this folder to a name.
    pub fn adopt(&self, waiting: &Path, name: &str) -> Result<(), Diagnostic> {
        self.move_to(waiting, &self.path(name)).map_err(|error| self.unwritable(name, &error))
    }

    fn move_to(&self, waiting: &Path, path: &Path) -> io::Result<()> {
        self.make_folder(path.parent().unwrap_or(&self.root))?;
        match std::fs::rename(waiting, path) {
            // The name's folder is a link to another file system.
            Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
                replace(path, &std::fs::read(waiting)?)?;
                std::fs::remove_file(waiting)
            }
            moved => moved,
        }
    }

    /// Removes a document.
    pub fn remove(&self, name: &str) -> Result<(), Diagnostic> {
        match std::fs::remove_file(self.path(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                let message = format!("cannot remove {:?}", self.path(name).display().to_string());
                Err(Diagnostic::error("unwritable-document", message).note(reason(&error)))
            }
            _ => Ok(()),
        }
    }

    fn unwritable(&self, name: &str, error: &io::Error) -> Diagnostic {
        let message = format!("cannot write {:?}", self.path(name).display().to_string());
        Diagnostic::error("unwritable-document", message).note(reason(error))
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

/// Puts what is written in the place of a file, whole or not at all; if the file has the same bytes already, it is
/// left alone.
pub(super) fn rewrite(
    path: &Path,
    write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let file = temporary(folder.unwrap_or(Path::new(".")))?;
    let mut out = io::BufWriter::new(file);
    write(&mut out)?;
    let mut file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    if file.as_file().metadata()?.len() == std::fs::metadata(path).map_or(0, |m| m.len()) {
        file.seek(io::SeekFrom::Start(0))?;
        let digest = |reader: &mut dyn Read| -> io::Result<blake3::Hash> {
            Ok(blake3::Hasher::new().update_reader(reader)?.finalize())
        };
        if File::open(path).and_then(|mut old| digest(&mut old)).ok() == Some(digest(&mut file)?) {
            return Ok(());
        }
    }
    file.persist(path).map(drop).map_err(|error| error.error)
}

/// Puts bytes in the place of a file, whole or not at all.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut file = temporary(folder.unwrap_or(Path::new(".")))?;
    file.write_all(bytes)?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

/// A file in `folder` that vanishes unless it is renamed; with the permissions of an ordinary file.
pub(super) fn temporary(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
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
    fn a_file_in_the_way_is_told() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("out"), "").unwrap();
        let error = OutputFolder::new(folder.path().join("out")).open().unwrap_err();
        assert_eq!(error.notes, ["there is a file in the way, where a folder should be"]);
    }
}
