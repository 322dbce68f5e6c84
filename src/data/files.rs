//! The one place where the data stage reads files.
//!
//! Every file read is written down with its digest, so that later stages know what a document
//! depends on. Files that *data* name (a `path` column) must lie below the project's folder;
//! nothing in a table can make the program read elsewhere.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

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
    texts: BTreeMap<String, Arc<str>>,
}

impl Files {
    /// Files relative to `root`.
    pub fn new(root: &Path) -> Files {
        Files { root: root.to_path_buf(), read: BTreeMap::new(), texts: BTreeMap::new() }
    }

    /// What was read so far, by path.
    pub fn read(&self) -> impl Iterator<Item = &FileRead> {
        self.read.values()
    }

    /// The bytes of a file; the error says why not, without the path.
    pub fn bytes(&mut self, path: &str) -> Result<Vec<u8>, String> {
        let bytes = std::fs::read(self.root.join(path)).map_err(|e| reason(&e))?;
        let digest = *blake3::hash(&bytes).as_bytes();
        self.read.insert(path.to_string(), FileRead { path: path.to_string(), digest });
        Ok(bytes)
    }

    /// The UTF-8 text of a file, shared by all cells that name it.
    pub fn text(&mut self, path: &str) -> Result<Arc<str>, String> {
        if let Some(text) = self.texts.get(path) {
            return Ok(Arc::clone(text));
        }
        let decoded = super::decode::decode(&self.bytes(path)?, Some("utf-8"))
            .map_err(|error| error.message)?;
        let text: Arc<str> = Arc::from(decoded.text);
        self.texts.insert(path.to_string(), Arc::clone(&text));
        Ok(text)
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
        kind => kind.to_string(),
    }
}
