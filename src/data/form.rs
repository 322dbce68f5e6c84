//! How rows stand in their file: where a finding about a cell points.

use std::sync::Arc;

use super::scan;
use crate::diag::{Source, Span};

/// A table's file, and what parts the cells of its rows.
#[derive(Clone, Debug)]
pub(super) struct Form {
    /// What people call it.
    pub name: Arc<str>,
    /// The delimiter of its cells.
    pub delimiter: u8,
}

impl Form {
    /// A row's text as something to point into.
    pub fn source(&self, raw: &str, line: u32) -> Arc<Source> {
        Source::excerpt(&*self.name, raw, line as usize)
    }

    /// Where the cell at `position` stands, of the row that begins at byte `start`; the row's end
    /// if it has no such cell.
    pub fn cell(&self, source: &Arc<Source>, start: usize, position: usize) -> Span {
        let (cells, end) = scan::cells(&source.text, start, self.delimiter);
        let range = cells.get(position).map_or(end..end, |cell| cell.range.clone());
        Span::new(source, range)
    }

    /// The whole row that begins at byte `start`.
    pub fn row(&self, source: &Arc<Source>, start: usize) -> Span {
        let (_, end) = scan::cells(&source.text, start, self.delimiter);
        Span::new(source, start..end)
    }
}
