//! The one place where the data stage reads files.
//!
//! Every file read is written down with its digest, so that later stages know what a document
//! depends on. Files that *data* name (a `path` column) must lie below the project's folder;
//! nothing in a table can make the program read elsewhere.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use super::input::Input;

/// A file that was read, and what it held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRead {
    /// Its path as named, with `/` between the parts.
    pub path: String,
    /// The BLAKE3 digest of its bytes.
    pub digest: [u8; 32],
}

/// Reads files relative to the project's folder, and remembers which.
#[derive(Debug)]
pub struct Files {
    root: PathBuf,
    read: BTreeMap<String, FileRead>,
}

impl Files {
    /// Files relative to `root`.
    pub fn new(root: &Path) -> Files {
        Files { root: root.to_path_buf(), read: BTreeMap::new() }
    }

    /// What was read so far, by path.
    pub fn read(&self) -> impl Iterator<Item = &FileRead> {
        self.read.values()
    }

    /// A table's file, or the one that is read in its place; the error says why not, without the path.
    pub(super) fn table(
        &mut self,
        path: &str,
        in_place: Option<&Path>,
    ) -> Result<Input<'static>, String> {
        let file = in_place.map_or_else(|| self.root.join(path), Path::to_path_buf);
        let mut input = Input::open(&file).map_err(|e| reason(&e))?;
        let digest = input.digest().map_err(|e| reason(&e))?;
        self.note(path, digest);
        Ok(input)
    }

    /// Whether a table's file, read to its end, still is what it was.
    pub(super) fn is_unchanged(&self, path: &str, input: &mut Input<'_>) -> Result<bool, String> {
        let digest = input.digest().map_err(|e| reason(&e))?;
        Ok(self.read.get(path).is_some_and(|read| read.digest == digest))
    }

    fn note(&mut self, path: &str, digest: [u8; 32]) {
        self.read.insert(path.to_string(), FileRead { path: path.to_string(), digest });
    }

    /// The UTF-8 text of a file; the error says why not, without the path.
    pub fn text(&mut self, path: &str) -> Result<String, String> {
        let bytes = std::fs::read(self.root.join(path)).map_err(|e| reason(&e))?;
        self.note(path, *blake3::hash(&bytes).as_bytes());
        let decoded = super::decode::decode(&bytes, Some("utf-8")).map_err(|e| e.message)?;
        Ok(decoded.text)
    }

    /// A path from a cell, with `/` between its parts, if it names a file below the project's
    /// folder; otherwise what is wrong with it.
    pub fn below_root(&self, path: &str) -> Result<String, String> {
        let path = path.replace('\\', "/");
        let mut parts = Vec::new();
        for part in Path::new(&path).components() {
            match part {
                Component::Normal(part) => parts.push(part.to_string_lossy().into_owned()),
                Component::CurDir => {}
                _ => return Err("leaves the project's folder".to_string()),
            }
        }
        let has_drive = parts.first().is_some_and(|p| p.as_bytes().get(1) == Some(&b':'));
        if has_drive {
            return Err("is absolute, expected a path below the project's folder".to_string());
        }
        let path = parts.join("/");
        let full = self.root.join(&path);
        let real = full.canonicalize().map_err(|e| format!("cannot be read: {}", reason(&e)))?;
        let root = self.root.canonicalize().map_err(|e| reason(&e))?;
        if !real.starts_with(&root) {
            return Err("leads out of the project's folder by a link".to_string());
        }
        if !real.is_file() {
            return Err("is not a file".to_string());
        }
        Ok(path)
    }
}

/// Why a file cannot be read, in words that are the same on every system.
pub fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file".to_string(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_string(),
        std::io::ErrorKind::IsADirectory => "it is a folder".to_string(),
        std::io::ErrorKind::Other => error.to_string(),
        kind => kind.to_string(),
    }
}
