//! How rows stand in their file: where a finding about a cell points.

use std::sync::Arc;

use super::scan;
use crate::diag::{Source, Span};

/// What ends each cell in the text of a sheet's row; in a cell it is a blank.
pub(super) const CELL_END: char = '\u{1f}';

/// A table's file, and how its rows are parted into cells.
#[derive(Clone, Debug)]
pub(super) struct Form {
    /// What people call it.
    pub name: Arc<str>,
    /// What parts its cells.
    pub cells: Cells,
}

/// What parts the cells of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cells {
    /// A delimiter, in a text.
    Delimited(u8),
    /// Nothing: they are cells of a sheet, the first one in column A.
    Sheet,
}

impl Form {
    /// A row's text as something to point into.
    pub fn source(&self, raw: &str, line: u32) -> Arc<Source> {
        match self.cells {
            Cells::Delimited(_) => Source::excerpt(&*self.name, raw, line as usize),
            Cells::Sheet => {
                // An empty sheet has a cell as well: A1.
                let raw = raw.strip_suffix(CELL_END).unwrap_or(raw);
                let cells = raw.split(CELL_END).map(shown).collect::<Vec<_>>();
                Source::sheet_row(&*self.name, &cells, line as usize)
            }
        }
    }

    /// Where the cell at `position` stands, of the row that begins at byte `start`. If it has no such
    /// cell: the row's end in a text, the empty cell in a sheet.
    pub fn cell(&self, source: &Arc<Source>, start: usize, position: usize) -> Span {
        match self.cells {
            Cells::Delimited(delimiter) => {
                let (cells, end) = scan::cells(&source.text, start, delimiter);
                let range = cells.get(position).map_or(end..end, |cell| cell.range.clone());
                Span::new(source, range)
            }
            Cells::Sheet => Source::sheet_cell(source, position),
        }
    }

    /// The whole row that begins at byte `start`.
    pub fn row(&self, source: &Arc<Source>, start: usize) -> Span {
        match self.cells {
            Cells::Delimited(delimiter) => {
                let (_, end) = scan::cells(&source.text, start, delimiter);
                Span::new(source, start..end)
            }
            Cells::Sheet => Span::new(source, 0..source.text.len()),
        }
    }
}

/// A cell's text in one line.
fn shown(cell: &str) -> String {
    cell.replace('\n', "⏎")
}
