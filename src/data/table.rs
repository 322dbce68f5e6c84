//! A table of typed records that know where they stand in their file.

use std::sync::Arc;

use super::scan;
use super::schema::ColumnType;
use super::value::Value;
use crate::diag::{Source, Span};

/// A column, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name: the specification's spelling where it has one, else the header's.
    pub name: String,
    /// What its cells hold.
    pub kind: ColumnType,
    /// The index of the table that a `ref` column points into.
    pub target: Option<usize>,
    /// Which cell of a row it is; none for a specified column that the file lacks.
    pub position: Option<usize>,
}

/// A row.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The number of the data row, from 1; the header and empty lines do not count.
    pub number: u32,
    /// The line of the file on which it begins, from 1.
    pub line: u32,
    /// The byte of the source's text at which it begins.
    pub start: usize,
    /// One value a column, in the table's order.
    pub cells: Box<[Value]>,
}

/// The rows of other tables that refer to the rows of this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reverse {
    /// Under which name a row lists them: the referring table's, or `TABLE_by_COLUMN` where a
    /// table refers twice.
    pub name: String,
    /// The index of the referring table.
    pub table: usize,
    /// Where each row's part of `rows` ends.
    ends: Vec<u32>,
    /// Indices of referring rows, grouped by the row they refer to, in file order.
    rows: Vec<u32>,
}

impl Reverse {
    /// Groups pairs (referred row, referring row) for a table of `len` rows.
    pub(super) fn new(name: String, table: usize, len: usize, pairs: &[(u32, u32)]) -> Reverse {
        let mut ends = vec![0u32; len];
        for (to, _) in pairs {
            ends[*to as usize] += 1;
        }
        let mut total = 0;
        for end in &mut ends {
            total += *end;
            *end = total;
        }
        let mut sorted = pairs.to_vec();
        sorted.sort_unstable();
        Reverse { name, table, ends, rows: sorted.into_iter().map(|(_, from)| from).collect() }
    }

    /// The rows that refer to row `row`.
    pub fn rows_of(&self, row: usize) -> &[u32] {
        let start = if row == 0 { 0 } else { self.ends[row - 1] as usize };
        &self.rows[start..self.ends[row] as usize]
    }
}

/// A table.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name in the project file.
    pub name: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, in file order; rows of nothing but blanks are left out.
    pub records: Vec<Record>,
    /// The decoded file.
    pub source: Arc<Source>,
    /// The encoding the file was in.
    pub encoding: &'static str,
    /// The delimiter of its cells.
    pub delimiter: u8,
    /// The index of the key column.
    pub key: Option<usize>,
    /// Who refers to its rows.
    pub reverse: Vec<Reverse>,
}

impl Table {
    /// The index of the column of that name.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.name == name)
    }

    /// Where the cell stands: its text, or the point where it should be in a row that is short.
    pub fn cell_span(&self, row: usize, column: usize) -> Span {
        let start = self.records.get(row).map_or(0, |r| r.start);
        match self.columns.get(column).and_then(|c| c.position) {
            Some(position) => cell_span(&self.source, start, self.delimiter, position),
            None => self.row_span(row),
        }
    }

    /// Where the row stands.
    pub fn row_span(&self, row: usize) -> Span {
        let start = self.records.get(row).map_or(0, |r| r.start);
        let (_, end) = scan::cells(&self.source.text, start, self.delimiter);
        Span::new(&self.source, start..end)
    }
}

/// Where the cell at `position` of the record that begins at `start` stands.
pub(super) fn cell_span(
    source: &Arc<Source>,
    start: usize,
    delimiter: u8,
    position: usize,
) -> Span {
    let (cells, end) = scan::cells(&source.text, start, delimiter);
    let range = cells.get(position).map_or(end..end, |cell| cell.range.clone());
    Span::new(source, range)
}
