//! The rows of a table's file, one at a time, with their text as it stands.
//!
//! [`Rows`] is what the reading of tables knows of files. [`CsvRows`] reads a stream of text: of a
//! file it holds the row it is at and what was read ahead, whatever the file's length.

use std::io::{self, Read};

use super::cell::clean;
use super::input::CHUNK;
use crate::limits::ROW_BYTES;

/// The rows of a file, in its order.
pub(super) trait Rows {
    /// Goes to the next row that is not an empty line; false at the end.
    fn advance(&mut self) -> Result<bool, RowFault>;
    /// The text of a cell.
    fn cell(&self, position: usize) -> Option<&str>;
    /// How many cells the row has.
    fn width(&self) -> usize;
    /// The row's text, without the end of its line.
    fn raw(&self) -> &str;
    /// The line on which it begins, from 1.
    fn line(&self) -> u32;

    /// Why a cell holds no value, if it holds none.
    fn no_value(&self, _position: usize) -> Option<NoValue> {
        None
    }

    /// Whether a cell has nothing to tell.
    fn is_empty(&self, position: usize) -> bool {
        self.no_value(position).is_none()
            && self.cell(position).is_none_or(|cell| clean(cell).is_empty())
    }

    /// Whether all its cells are blank.
    fn is_blank(&self) -> bool {
        (0..self.width()).all(|at| self.is_empty(at))
    }
}

/// Why a cell of a spreadsheet holds no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoValue {
    /// An error: `#N/A`.
    Error,
    /// A formula that was never calculated.
    NotCalculated,
    /// A number of more digits than spreadsheets keep.
    Shortened,
}

/// Why there are no more rows before the end of the file.
#[derive(Debug)]
pub(super) enum RowFault {
    /// A row has more than [`ROW_BYTES`].
    TooLong,
    /// The file cannot be read.
    Unreadable(io::Error),
    /// The workbook makes no sense.
    Broken(String),
}

/// A row as it is written in a text, with its line end: cells that need it stand in quotes.
pub(super) fn written(cells: &[&str], delimiter: u8) -> String {
    let delimiter = char::from(delimiter);
    let mut row = String::new();
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            row.push(delimiter);
        }
        if cell.contains([delimiter, '"', '\n', '\r']) {
            row.push('"');
            row.push_str(&cell.replace('"', "\"\""));
            row.push('"');
        } else {
            row.push_str(cell);
        }
    }
    row.push('\n');
    row
}

/// The rows of a text.
pub(super) struct CsvRows<R> {
    text: R,
    core: csv_core::Reader,
    /// Text that was read.
    buffer: Vec<u8>,
    /// Where in it the next row begins.
    at: usize,
    ended: bool,
    /// The cells of the row, one after another without their quotes, and where each ends; the
    /// vectors are as long as they ever had to be.
    cells: Vec<u8>,
    ends: Vec<usize>,
    width: usize,
    raw: Vec<u8>,
    row: String,
    line: u32,
    next_line: u32,
}

impl<R: Read> CsvRows<R> {
    /// The rows of a text with line feeds, of which the first line has number `line`.
    pub fn new(text: R, delimiter: u8, line: u32) -> CsvRows<R> {
        CsvRows {
            text,
            core: csv_core::ReaderBuilder::new().delimiter(delimiter).build(),
            buffer: Vec::new(),
            at: 0,
            ended: false,
            cells: vec![0; 1024],
            ends: vec![0; 64],
            width: 0,
            raw: Vec::new(),
            row: String::new(),
            line,
            next_line: line,
        }
    }

    /// Reads on where all that was read is used up.
    fn fill(&mut self) -> Result<(), RowFault> {
        if self.at < self.buffer.len() || self.ended {
            return Ok(());
        }
        self.buffer.resize(CHUNK, 0);
        let count = loop {
            match self.text.read(&mut self.buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other.map_err(RowFault::Unreadable)?,
            }
        };
        self.buffer.truncate(count);
        self.at = 0;
        self.ended = count == 0;
        Ok(())
    }

    /// Counts empty lines before a row; what is left of `raw` begins with the row.
    fn skip_empty_lines(&mut self) {
        let count = self.raw.iter().take_while(|byte| **byte == b'\n').count();
        self.raw.drain(..count);
        self.next_line = self.next_line.saturating_add(count as u32);
    }
}

impl<R: Read> Rows for CsvRows<R> {
    fn advance(&mut self) -> Result<bool, RowFault> {
        self.raw.clear();
        let (mut length, mut width) = (0, 0);
        loop {
            self.fill()?;
            let (result, read, written, ended) = self.core.read_record(
                &self.buffer[self.at..],
                &mut self.cells[length..],
                &mut self.ends[width..],
            );
            self.raw.extend_from_slice(&self.buffer[self.at..self.at + read]);
            self.at += read;
            length += written;
            width += ended;
            if self.raw.first() == Some(&b'\n') {
                self.skip_empty_lines();
            }
            if self.raw.len() > ROW_BYTES {
                return Err(RowFault::TooLong);
            }
            match result {
                csv_core::ReadRecordResult::InputEmpty => {}
                csv_core::ReadRecordResult::OutputFull => self.cells.resize(2 * length.max(1), 0),
                csv_core::ReadRecordResult::OutputEndsFull => {
                    self.ends.resize(2 * width.max(1), 0);
                }
                csv_core::ReadRecordResult::Record => break,
                csv_core::ReadRecordResult::End => return Ok(false),
            }
        }
        self.width = width;
        self.line = self.next_line;
        let lines = self.raw.iter().filter(|byte| **byte == b'\n').count();
        self.next_line = self.next_line.saturating_add(lines as u32);
        let row = self.raw.strip_suffix(b"\n").unwrap_or(&self.raw);
        // Text in UTF-8 was read, and rows end with a line: nothing is lost here.
        self.row.clear();
        self.row.push_str(&String::from_utf8_lossy(row));
        Ok(true)
    }

    fn cell(&self, position: usize) -> Option<&str> {
        if position >= self.width {
            return None;
        }
        let start = if position == 0 { 0 } else { self.ends[position - 1] };
        std::str::from_utf8(&self.cells[start..self.ends[position]]).ok()
    }

    fn width(&self) -> usize {
        self.width
    }

    fn raw(&self) -> &str {
        &self.row
    }

    fn line(&self) -> u32 {
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<(u32, String, usize)> {
        let mut rows = CsvRows::new(text.as_bytes(), b',', 1);
        let mut found = Vec::new();
        while rows.advance().unwrap() {
            found.push((rows.line(), rows.raw().to_string(), rows.width()));
        }
        found
    }

    #[test]
    fn rows_know_their_text_and_line() {
        let row = |line, raw: &str, width| (line, raw.to_string(), width);
        assert_eq!(
            all("\n\na,b\n\"x\ny\",1\n\n\nc\n"),
            [row(3, "a,b", 2), row(4, "\"x\ny\",1", 2), row(8, "c", 1)]
        );
        assert_eq!(all("a\n\"b\nc"), [row(1, "a", 1), row(2, "\"b\nc", 1)]);
        assert_eq!(all("a"), [row(1, "a", 1)]);
        let many: String = (0..50_000).map(|n| format!("row {n},名称\n")).collect();
        let found = all(&many);
        assert_eq!(found[49_999], row(50_000, "row 49999,名称", 2));
    }

    #[test]
    fn what_is_written_is_read_again() {
        let cells = ["a", "", "b;c", "d \"e\"", "f\ng"];
        let text = written(&cells, b';');
        assert_eq!(text, "a;;\"b;c\";\"d \"\"e\"\"\";\"f\ng\"\n");
        let mut rows = CsvRows::new(text.as_bytes(), b';', 1);
        assert!(rows.advance().unwrap());
        assert_eq!((0..5).map(|at| rows.cell(at).unwrap()).collect::<Vec<_>>(), cells);
    }

    #[test]
    fn a_row_without_end_is_a_fault() {
        let text = format!("a,b\n\"{}", "x".repeat(ROW_BYTES + 100_000));
        let mut rows = CsvRows::new(text.as_bytes(), b',', 1);
        assert!(rows.advance().unwrap());
        assert!(matches!(rows.advance(), Err(RowFault::TooLong)));
    }
}
