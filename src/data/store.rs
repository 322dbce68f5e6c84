//! The rows of a table, packed one after another, to be read by all threads.
//!
//! What a row costs is told by [`Records`]. Texts of files that cells name are kept once each.

use std::sync::Arc;

use super::pack::{Cell, Packed, pack};
use super::records::Records;

/// Packed rows.
#[derive(Debug, Default)]
pub(super) struct RowStore {
    rows: Records,
    texts: Records,
    buffer: Vec<u8>,
}

impl RowStore {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Adds a row.
    pub fn push(&mut self, number: u32, line: u32, cells: &[Cell], raw: &str) {
        self.buffer.clear();
        pack(&mut self.buffer, number, line, cells, raw);
        self.rows.push(&self.buffer);
    }

    /// Adds the text of a file; its number.
    pub fn push_text(&mut self, text: &str) -> u32 {
        self.texts.push(text.as_bytes());
        (self.texts.len() - 1) as u32
    }

    /// No more rows will come.
    pub fn finish(&mut self) {
        self.buffer = Vec::new();
    }

    /// Shows a row; none if there is no such row or it cannot be read.
    pub fn with<T>(&self, row: usize, see: impl FnOnce(&Packed<'_>) -> Option<T>) -> Option<T> {
        self.rows.with(row, |bytes| Packed::new(bytes).and_then(|row| see(&row)))
    }

    /// The text of a file.
    pub fn text(&self, file: u32) -> Option<Arc<str>> {
        self.texts.with(file as usize, |bytes| std::str::from_utf8(bytes).ok().map(Arc::from))
    }

    /// Why a row could not be read, if that ever happened.
    pub fn fault(&self) -> Option<&str> {
        self.rows.fault().or_else(|| self.texts.fault())
    }
}
