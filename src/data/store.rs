//! The rows of a table, packed one after another, to be read by all threads.
//!
//! A row costs its packed bytes, in memory or in a temporary file ([`Spool`]), and the eight bytes that
//! say where they begin. Texts of files that cells name are kept once each.

use std::sync::Arc;

use super::pack::{Cell, Packed, pack};
use super::spool::Spool;

/// Packed rows.
#[derive(Debug)]
pub(super) struct RowStore {
    rows: Spool,
    starts: Vec<u64>,
    texts: Spool,
    text_ends: Vec<u64>,
    buffer: Vec<u8>,
}

impl RowStore {
    /// No rows.
    pub fn new() -> RowStore {
        RowStore {
            rows: Spool::new(),
            starts: Vec::new(),
            texts: Spool::new(),
            text_ends: Vec::new(),
            buffer: Vec::new(),
        }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Adds a row.
    pub fn push(&mut self, number: u32, line: u32, cells: &[Cell], raw: &str) {
        self.buffer.clear();
        pack(&mut self.buffer, number, line, cells, raw);
        self.starts.push(self.rows.len());
        self.rows.push(&self.buffer);
    }

    /// Adds the text of a file; its number.
    pub fn push_text(&mut self, text: &str) -> u32 {
        self.texts.push(text.as_bytes());
        self.text_ends.push(self.texts.len());
        (self.text_ends.len() - 1) as u32
    }

    /// No more rows will come.
    pub fn finish(&mut self) {
        self.starts.shrink_to_fit();
        self.buffer = Vec::new();
    }

    /// Shows a row; none if there is no such row or it cannot be read.
    pub fn with<T>(&self, row: usize, see: impl FnOnce(&Packed<'_>) -> Option<T>) -> Option<T> {
        let start = *self.starts.get(row)?;
        let end = self.starts.get(row + 1).copied().unwrap_or_else(|| self.rows.len());
        let seen = self.rows.with(start..end, |bytes| Packed::new(bytes).and_then(|row| see(&row)));
        seen.flatten().or_else(|| {
            self.rows.spoilt();
            None
        })
    }

    /// The text of a file.
    pub fn text(&self, file: u32) -> Option<Arc<str>> {
        let end = *self.text_ends.get(file as usize)?;
        let start = match file {
            0 => 0,
            file => *self.text_ends.get(file as usize - 1)?,
        };
        self.texts.with(start..end, |bytes| std::str::from_utf8(bytes).ok().map(Arc::from))?
    }

    /// Why a row could not be read, if that ever happened.
    pub fn fault(&self) -> Option<&str> {
        self.rows.fault().or_else(|| self.texts.fault())
    }
}
