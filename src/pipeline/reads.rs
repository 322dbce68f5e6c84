//! The files that a document is made from, besides its row and its template.
//!
//! Input: what the stages ask for while they make a document. Output: a [`FileSet`], files with the
//! digests of the bytes that were read. A set says when the document has to be made again: the
//! program reads other files only if its row, its template or one of these files says so.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::lock::short;
use crate::data::FileRead;
use crate::images::ImageStore;

/// Files, by their paths relative to the project, and the BLAKE3 digests of their bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FileSet {
    id: [u8; 16],
    files: BTreeMap<String, [u8; 32]>,
}

impl FileSet {
    /// A set of these files.
    pub fn new(files: BTreeMap<String, [u8; 32]>) -> FileSet {
        if files.is_empty() {
            return FileSet::default();
        }
        let mut hasher = blake3::Hasher::new();
        for (path, digest) in &files {
            hasher.update(&(path.len() as u64).to_le_bytes());
            hasher.update(path.as_bytes());
            hasher.update(digest);
        }
        FileSet { id: short(hasher.finalize().as_bytes()), files }
    }

    /// What it is called: a digest of what it holds.
    pub fn id(&self) -> &[u8; 16] {
        &self.id
    }

    /// Whether there are no files in it.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The files.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &[u8; 32])> {
        self.files.iter()
    }
}

/// What one document has asked for so far.
#[derive(Default, PartialEq, Eq)]
pub(super) struct Reads {
    files: BTreeMap<String, [u8; 32]>,
    /// Pictures by their address in the page.
    pictures: RefCell<BTreeSet<String>>,
    /// Pictures by their digest: they may show other files.
    images: RefCell<BTreeSet<[u8; 32]>>,
}

impl Reads {
    /// A file that was read.
    pub fn file(&mut self, file: FileRead) {
        self.files.insert(file.path, file.digest);
    }

    /// A picture that an address names.
    pub fn picture(&self, address: &str, digest: &[u8; 32]) {
        let mut pictures = self.pictures.borrow_mut();
        if address.trim_start().starts_with("data:") {
            return self.drawn(digest);
        }
        if !pictures.contains(address) {
            pictures.insert(address.to_owned());
            self.images.borrow_mut().insert(*digest);
        }
    }

    /// A picture that is part of the page.
    pub fn drawn(&self, digest: &[u8; 32]) {
        self.images.borrow_mut().insert(*digest);
    }

    /// All files; the addresses of pictures count from `folder`.
    pub fn resolve(&self, images: &ImageStore, folder: &Path) -> FileSet {
        let mut files = self.files.clone();
        let named = self.pictures.borrow();
        files.extend(named.iter().filter_map(|address| images.file_of_src(address, folder)));
        files.extend(self.images.borrow().iter().flat_map(|digest| images.files_within(digest)));
        FileSet::new(files)
    }
}
