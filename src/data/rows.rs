//! The rows of a table's file, one at a time, with their text as it stands.
//!
//! [`Rows`] is what the reading of tables knows of files. [`CsvRows`] reads a stream of text: of a
//! file it holds the row it is at and what was read ahead, whatever the file's length.

use std::io::{self, Read};

use super::cell::clean;
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
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    // Writing to memory does not fail, and there is but one row, as wide as itself.
    let row = writer.write_record(cells).ok().and_then(|()| writer.into_inner().ok());
    String::from_utf8_lossy(&row.unwrap_or_default()).into_owned()
}

/// The rows of a text.
pub(super) struct CsvRows<R> {
    csv: csv::Reader<Tap<R>>,
    record: csv::StringRecord,
    raw: String,
    line: u32,
    next_line: u32,
}

impl<R: Read> CsvRows<R> {
    /// The rows of a text with line feeds, of which the first line has number `line`.
    pub fn new(text: R, delimiter: u8, line: u32) -> CsvRows<R> {
        let csv = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(Tap { text, kept: Vec::new(), at: 0, base: 0, fault: None });
        let record = csv::StringRecord::new();
        CsvRows { csv, record, raw: String::new(), line, next_line: line }
    }
}

impl<R: Read> Rows for CsvRows<R> {
    fn advance(&mut self) -> Result<bool, RowFault> {
        match self.csv.read_record(&mut self.record) {
            Ok(true) => {}
            Ok(false) => return Ok(false),
            Err(error) => {
                let fault = self.csv.get_mut().fault.take();
                return Err(fault.unwrap_or_else(|| RowFault::Unreadable(error.into())));
            }
        }
        let end = self.csv.position().byte();
        // Text in UTF-8 was read, and rows end with a line: nothing is lost here.
        let raw = String::from_utf8_lossy(self.csv.get_mut().take(end));
        let skipped = raw.bytes().take_while(|byte| *byte == b'\n').count();
        let lines = |text: &str| text.bytes().filter(|byte| *byte == b'\n').count() as u32;
        let row = raw[skipped..].strip_suffix('\n').unwrap_or(&raw[skipped..]);
        self.line = self.next_line.saturating_add(skipped as u32);
        self.next_line = self.next_line.saturating_add(lines(&raw));
        self.raw.clear();
        self.raw.push_str(row);
        Ok(true)
    }

    fn cell(&self, position: usize) -> Option<&str> {
        self.record.get(position)
    }

    fn width(&self) -> usize {
        self.record.len()
    }

    fn raw(&self) -> &str {
        &self.raw
    }

    fn line(&self) -> u32 {
        self.line
    }
}

/// Text on its way to the reader of rows, kept until its row has been read.
struct Tap<R> {
    text: R,
    kept: Vec<u8>,
    /// Where in `kept` what has not been taken begins.
    at: usize,
    /// Where in the text `kept` begins.
    base: u64,
    fault: Option<RowFault>,
}

impl<R> Tap<R> {
    /// What was not taken yet of the text before `end`.
    fn take(&mut self, end: u64) -> &[u8] {
        let end = (end.saturating_sub(self.base) as usize).clamp(self.at, self.kept.len());
        let start = std::mem::replace(&mut self.at, end);
        &self.kept[start..end]
    }
}

impl<R: Read> Read for Tap<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at > 0 {
            self.kept.drain(..self.at);
            self.base += self.at as u64;
            self.at = 0;
        }
        if self.kept.len() > ROW_BYTES {
            self.fault = Some(RowFault::TooLong);
            return Err(io::ErrorKind::InvalidData.into());
        }
        let count = self.text.read(buffer)?;
        self.kept.extend_from_slice(&buffer[..count]);
        Ok(count)
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
