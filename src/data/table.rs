//! A table of typed records that know where they stand in their file.

use std::sync::Arc;

use super::form::{Cells, Form};
use super::schema::ColumnType;
use super::store::RowStore;
use super::value::Value;
use crate::bits::BitSet;
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
    /// One value a column, in the table's order.
    pub cells: Vec<Value>,
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
    /// Groups referring rows, `targets` being the rows they refer to or [`NO_ROW`], for a table of
    /// `len` rows.
    pub(super) fn new(name: String, table: usize, len: usize, targets: &[u32]) -> Reverse {
        let mut ends = vec![0u32; len];
        let referring = || (0u32..).zip(targets).filter(|(_, to)| **to != NO_ROW);
        for (_, to) in referring() {
            ends[*to as usize] += 1;
        }
        let mut total = 0;
        for end in &mut ends {
            // Where the row's part begins, for now: it is filled from there.
            total += std::mem::replace(end, total);
        }
        let mut rows = vec![0; total as usize];
        for (from, to) in referring() {
            let at = &mut ends[*to as usize];
            rows[*at as usize] = from;
            *at += 1;
        }
        Reverse { name, table, ends, rows }
    }

    /// The rows that refer to row `row`.
    pub fn rows_of(&self, row: usize) -> &[u32] {
        let start = if row == 0 { 0 } else { self.ends[row - 1] as usize };
        &self.rows[start..self.ends[row] as usize]
    }
}

/// A reference that leads nowhere.
pub(super) const NO_ROW: u32 = u32::MAX;

/// How many lines may lie between two rows that one excerpt shows.
const NEAR: u32 = 6;

/// A table.
#[derive(Debug)]
pub struct Table {
    /// Its name in the project file.
    pub name: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// The encoding the file was in.
    pub encoding: &'static str,
    /// The index of the key column.
    pub key: Option<usize>,
    /// Who refers to its rows.
    pub reverse: Vec<Reverse>,
    pub(super) form: Form,
    /// Its rows, in file order; rows of nothing but blanks are left out.
    pub(super) store: RowStore,
    /// The rows that a column refers to, by the column's index; [`NO_ROW`] for none.
    pub(super) refs: Vec<(usize, Vec<u32>)>,
    pub(super) faulty: BitSet,
}

impl Table {
    /// The index of the column of that name.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.name == name)
    }

    /// How many rows it has.
    pub fn len(&self) -> usize {
        self.store.len()
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What people call its file: the path in the project file.
    pub fn file(&self) -> &str {
        &self.form.name
    }

    /// Whether an error was found in the row.
    pub fn is_faulty(&self, row: usize) -> bool {
        self.faulty.contains(row)
    }

    /// Whether an error was found in any row.
    pub fn has_faulty_rows(&self) -> bool {
        !self.faulty.is_empty()
    }

    /// Row number `row`, from 0. Rows are read from the store each time. A row that cannot be read is empty, and
    /// then there is a [`Dataset::fault`](super::Dataset::fault).
    pub fn row(&self, row: usize) -> Record {
        let read = self.store.with(row, |packed| {
            let mut cells = packed.values(self.columns.len(), &|file| self.store.text(file))?;
            for (column, rows) in &self.refs {
                cells[*column] = reference(rows, row);
            }
            Some(Record { number: packed.number, line: packed.line, cells })
        });
        let nothing =
            || Record { number: 0, line: 0, cells: vec![Value::Null; self.columns.len()] };
        read.unwrap_or_else(nothing)
    }

    /// The value of one cell.
    pub fn value(&self, row: usize, column: usize) -> Value {
        match self.refs.iter().find(|(of, _)| *of == column) {
            Some((_, rows)) => reference(rows, row),
            None => self.text_or_value(row, column),
        }
    }

    /// The value of one cell; of references their text.
    pub(super) fn text_or_value(&self, row: usize, column: usize) -> Value {
        let read = |file| self.store.text(file);
        self.store.with(row, |packed| packed.value(column, &read)).unwrap_or_default()
    }

    /// The key of a row, where the table has keys.
    pub fn key_of(&self, row: usize) -> Option<String> {
        Some(self.value(row, self.key?).key().into_owned())
    }

    /// The number of a data row, from 1; the header and empty lines do not count.
    pub fn number(&self, row: usize) -> u32 {
        self.store.with(row, |packed| Some(packed.number)).unwrap_or(0)
    }

    /// The line on which a row begins, from 1.
    pub fn line(&self, row: usize) -> u32 {
        self.store.with(row, |packed| Some(packed.line)).unwrap_or(0)
    }

    /// Where the cell stands: its text, or the point where it should be in a row that is short.
    pub fn cell_span(&self, row: usize, column: usize) -> Span {
        self.span_in(&self.source(row), 0, Some(column))
    }

    /// Where the row stands.
    pub fn row_span(&self, row: usize) -> Span {
        self.span_in(&self.source(row), 0, None)
    }

    /// Where two cells stand, or rows where there is no column; in one text if they are near each other.
    pub fn spans(&self, places: [(usize, Option<usize>); 2]) -> [Span; 2] {
        let [(first, _), (last, _)] = places;
        let (first, last) = (first.min(last), first.max(last));
        let is_sheet = self.form.cells == Cells::Sheet;
        if is_sheet || self.line(last).saturating_sub(self.line(first)) > NEAR {
            return places.map(|(row, column)| self.span_in(&self.source(row), 0, column));
        }
        let (mut text, mut starts) = (String::new(), Vec::new());
        let begin = self.line(first);
        let mut line = begin;
        for row in first..=last {
            self.store.with(row, |packed| {
                // Lines that are left out are empty here.
                (line..packed.line).for_each(|_| text.push('\n'));
                let raw = packed.raw()?;
                starts.push(text.len());
                text.push_str(raw);
                line = packed.line + raw.matches('\n').count() as u32;
                Some(())
            });
        }
        let source = self.form.source(&text, begin);
        places.map(|(row, column)| {
            self.span_in(&source, starts.get(row - first).copied().unwrap_or(0), column)
        })
    }

    fn source(&self, row: usize) -> Arc<Source> {
        let read =
            self.store.with(row, |packed| Some(self.form.source(packed.raw()?, packed.line)));
        read.unwrap_or_else(|| self.form.source("", 1))
    }

    fn span_in(&self, source: &Arc<Source>, start: usize, column: Option<usize>) -> Span {
        match column.and_then(|column| self.columns.get(column)?.position) {
            Some(position) => self.form.cell(source, start, position),
            None => self.form.row(source, start),
        }
    }
}

fn reference(rows: &[u32], row: usize) -> Value {
    match rows.get(row) {
        Some(&to) if to != NO_ROW => Value::Ref(to),
        _ => Value::Null,
    }
}
