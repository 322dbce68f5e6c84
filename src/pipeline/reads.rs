//! The files that a document is made from, besides its row and its template.
//!
//! Input: what the stages ask for while they make a document. Output: a [`FileSet`], files with the
//! digests of the bytes that were read. A set says when the document has to be made again: the
//! program reads other files only if its row, its template or one of these files says so.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::data::FileRead;
use crate::images::ImageStore;

/// Files, by their paths relative to the project, and the BLAKE3 digests of their bytes.
pub(super) type FileSet = BTreeMap<String, [u8; 32]>;

/// What one document has asked for so far.
#[derive(Default)]
pub(super) struct Reads {
    files: FileSet,
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
    pub fn resolve(self, images: &ImageStore, folder: &Path) -> FileSet {
        let mut files = self.files;
        let named = self.pictures.into_inner();
        files.extend(named.iter().filter_map(|address| images.file_of_src(address, folder)));
        files
            .extend(self.images.into_inner().iter().flat_map(|digest| images.files_within(digest)));
        files
    }
}
