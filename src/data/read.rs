//! One CSV file → a [`Table`] of typed records; references are still text (`join` resolves them).
//!
//! All findings of all rows are collected. Rows are read one at a time by [`Rows`], which is the
//! seam for tables too large to hold: everything after it looks at one row only, except `unique`.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::cell::{self, clean};
use super::decode::{Decoded, decode};
use super::files::Files;
use super::header::Header;
use super::scan::{self, QuoteFault};
use super::schema::{ColumnSpec, ColumnType, Load, TableSpec};
use super::table::{Column, Record, Table, cell_span};
use super::value::Value;
use crate::diag::{Diagnostic, Source, Span};

/// Reads the table `name`; none if the file gives no table at all.
pub(super) fn read_table(
    name: &str,
    spec: &TableSpec,
    files: &mut Files,
    found: &mut Vec<Diagnostic>,
) -> Option<Table> {
    let decoded = match open(name, spec, files) {
        Ok(decoded) => decoded,
        Err(diagnostic) => {
            found.push(*diagnostic);
            return None;
        }
    };
    if decoded.guessed {
        found.push(
            Diagnostic::new(
                crate::diag::Severity::Note,
                "encoding-found",
                format!("{} is not UTF-8: read as {}", spec.file, decoded.encoding),
            )
            .help(format!("pin it: encoding = \"{}\"", decoded.encoding.to_lowercase())),
        );
    }
    let source = Source::new(spec.file.clone(), decoded.text);
    let reader = Reader { name, spec, files, found };
    reader.table(source, decoded.encoding)
}

fn open(name: &str, spec: &TableSpec, files: &mut Files) -> Result<Decoded, Box<Diagnostic>> {
    let place = |diagnostic: Diagnostic| match &spec.span {
        Some(span) => Box::new(diagnostic.at(span.clone())),
        None => Box::new(diagnostic),
    };
    let bytes = files.bytes(&spec.file).map_err(|reason| {
        place(Diagnostic::error(
            "missing-file",
            format!("cannot read `{}`, the file of table `{name}`: {reason}", spec.file),
        ))
    })?;
    decode(&bytes, spec.encoding.as_deref()).map_err(|error| {
        place(
            Diagnostic::error("bad-encoding", format!("{} is {}", spec.file, error.message))
                .help(error.help),
        )
    })
}

/// The rows of a text, one at a time.
pub(super) struct Rows<'a> {
    text: &'a str,
    csv: csv::Reader<&'a [u8]>,
    /// The cells of the row read last.
    pub record: csv::StringRecord,
    /// The byte at which that row begins.
    pub start: usize,
    /// The line on which it begins, from 1.
    pub line: u32,
}

impl<'a> Rows<'a> {
    pub fn new(text: &'a str, delimiter: u8) -> Rows<'a> {
        let csv = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(text.as_bytes());
        Rows { text, csv, record: csv::StringRecord::new(), start: 0, line: 1 }
    }

    /// Goes to the next row that is not an empty line; false at the end.
    pub fn advance(&mut self) -> bool {
        // Neither I/O nor UTF-8 nor row lengths can fail: the input is a text, rows are flexible.
        if !self.csv.read_record(&mut self.record).unwrap_or(false) {
            return false;
        }
        // The position is where the reader stood, before the empty lines it skipped.
        let (byte, line) = self.record.position().map_or((0, 1), |p| (p.byte(), p.line()));
        let skipped = self.text[byte as usize..].bytes().take_while(|b| *b == b'\n').count();
        self.start = byte as usize + skipped;
        self.line = (line as usize + skipped) as u32;
        true
    }

    /// The row's text as it stands, and perhaps its line end.
    fn raw(&self) -> &'a str {
        &self.text[self.start..self.csv.position().byte() as usize]
    }

    fn is_blank(&self) -> bool {
        self.record.iter().all(|cell| clean(cell).is_empty())
    }
}

struct Reader<'a> {
    name: &'a str,
    spec: &'a TableSpec,
    files: &'a mut Files,
    found: &'a mut Vec<Diagnostic>,
}

impl Reader<'_> {
    fn table(mut self, source: Arc<Source>, encoding: &'static str) -> Option<Table> {
        let delimiter = self.delimiter(&source)?;
        let mut rows = Rows::new(&source.text, delimiter);
        if !rows.advance() {
            self.found.push(
                Diagnostic::error("empty-file", format!("{} is empty", source.name))
                    .at(Span::new(&source, 0..0))
                    .help("expected a header row with the columns' names"),
            );
            return None;
        }
        let at = At { source: &source, delimiter };
        self.check_quotes(&rows, &at);
        let header = Header {
            table: self.name,
            source: &source,
            start: rows.start,
            delimiter,
            cells: rows.record.iter().map(str::to_string).collect(),
        };
        let columns = header.columns(self.spec, self.found);
        let width = header.cells.len();
        let records = self.records(&mut rows, &at, &columns, width);
        if records.is_empty() {
            let message = format!("{} has a header and no rows", source.name);
            self.found.push(
                Diagnostic::warning("no-rows", message)
                    .at(Span::new(&source, header.start..header.start)),
            );
        }
        let key = self.spec.key.as_deref().and_then(|k| columns.iter().position(|c| c.name == k));
        let mut table = Table {
            name: self.name.to_string(),
            columns,
            records,
            source: Arc::clone(&source),
            encoding,
            delimiter,
            key,
            reverse: Vec::new(),
        };
        table.records.shrink_to_fit();
        self.check_unique(&table);
        Some(table)
    }

    fn delimiter(&mut self, source: &Source) -> Option<u8> {
        match self.spec.delimiter.as_deref() {
            None => Some(scan::find_delimiter(&source.text)),
            Some("tab") => Some(b'\t'),
            Some(text) if text.len() == 1 && text != "\"" && text != "\n" => {
                Some(text.as_bytes()[0])
            }
            Some(text) => {
                let message = format!(
                    "delimiter {text:?} of table `{}`: expected one of \",\" \";\" \"tab\" \"|\"",
                    self.name
                );
                self.found.push(Diagnostic::error("bad-delimiter", message));
                None
            }
        }
    }

    fn records(
        &mut self,
        rows: &mut Rows,
        at: &At,
        columns: &[Column],
        width: usize,
    ) -> Vec<Record> {
        let specs: Vec<ColumnSpec> = columns.iter().map(|c| self.spec.column(&c.name)).collect();
        let mut records = Vec::new();
        let mut number = 0;
        while rows.advance() {
            number += 1;
            if rows.is_blank() {
                continue;
            }
            if self.check_quotes(rows, at) {
                self.check_width(rows, at, width, number);
            }
            let cells = columns.iter().zip(&specs).map(|(column, spec)| {
                let text = column.position.and_then(|p| rows.record.get(p)).unwrap_or("");
                let place = Place {
                    start: rows.start,
                    missing: column.position.is_none_or(|p| p >= rows.record.len()),
                };
                self.cell(text, column, spec, at, place)
            });
            let cells = cells.collect();
            records.push(Record { number, line: rows.line, start: rows.start, cells });
        }
        records
    }

    fn cell(
        &mut self,
        text: &str,
        column: &Column,
        spec: &ColumnSpec,
        at: &At,
        place: Place,
    ) -> Value {
        let text = clean(text);
        let fallback =
            if text.is_empty() { spec.default.as_ref().map(|d| d.to_string()) } else { None };
        let text = fallback.as_deref().unwrap_or(&text);
        let span = || at.cell(place.start, column.position.unwrap_or(usize::MAX));
        if text.is_empty() {
            if spec.required && !place.missing {
                let message =
                    format!("column `{}` is empty, expected a value in every row", column.name);
                self.found.push(Diagnostic::error("required", message).at(span()));
            }
            return match spec.kind {
                ColumnType::Text => Value::Text("".into()),
                ColumnType::List => Value::List(Box::default()),
                _ => Value::Null,
            };
        }
        match cell::parse(text, spec) {
            Ok(value) if spec.kind == ColumnType::Path => self.path(value, spec, &span),
            Ok(value) => value,
            Err(bad) => {
                let message = format!("column `{}`: {}", column.name, bad.message);
                let mut diagnostic = Diagnostic::error(bad.code, message).at(span());
                diagnostic.help.extend(bad.help);
                self.found.push(diagnostic);
                Value::Null
            }
        }
    }

    /// Checks, and loads if asked to, the file that a cell names.
    fn path(&mut self, value: Value, spec: &ColumnSpec, span: &dyn Fn() -> Span) -> Value {
        let named = value.key().into_owned();
        let result = self.files.below_root(&named).and_then(|path| match spec.load {
            Some(Load::Text) => {
                let text = self.files.text(&path).map_err(|e| format!("cannot be read: {e}"))?;
                Ok(Value::Loaded(text))
            }
            None => Ok(Value::Text(path.into())),
        });
        result.unwrap_or_else(|why| {
            self.found.push(Diagnostic::error("bad-path", format!("`{named}` {why}")).at(span()));
            Value::Null
        })
    }

    /// Reports bad quotes in a row; whether it has none.
    fn check_quotes(&mut self, rows: &Rows, at: &At) -> bool {
        if !rows.raw().contains('"') {
            return true;
        }
        let (cells, _) = scan::cells(&at.source.text, rows.start, at.delimiter);
        let Some((cell, fault)) = cells.iter().find_map(|c| c.fault.map(|fault| (c, fault))) else {
            return true;
        };
        let opening = cell.range.start..cell.range.start + 1;
        let diagnostic = match fault {
            QuoteFault::Unclosed => {
                Diagnostic::error("unclosed-quote", "this quote is not closed before the file ends")
                    .at(Span::new(at.source, opening))
                    .help("close it with \", and double every quote inside the cell: \"\"")
            }
            QuoteFault::TextAfter(byte) => {
                Diagnostic::error("text-after-quote", "text follows the closing quote of a cell")
                    .at(Span::new(at.source, byte..cell.range.end))
                    .related(Span::new(at.source, opening), "the cell's quote opens here")
                    .help("double every quote inside a quoted cell: \"\"")
            }
        };
        self.found.push(diagnostic);
        false
    }

    fn check_width(&mut self, rows: &Rows, at: &At, width: usize, number: u32) {
        let cells = rows.record.len();
        let surplus = rows.record.iter().skip(width).position(|c| !clean(c).is_empty());
        let (code, what, span) = if cells < width {
            let (_, end) = scan::cells(&at.source.text, rows.start, at.delimiter);
            ("short-row", "only", Span::new(at.source, end..end))
        } else if let Some(offset) = surplus {
            ("long-row", "even", at.cell(rows.start, width + offset))
        } else {
            return;
        };
        let message = format!("row {number} has {what} {cells} cells, the header has {width}");
        let diagnostic = Diagnostic::error(code, message).at(span);
        let help = if cells < width {
            "add the missing cells, empty ones as well"
        } else {
            "put a cell that holds the delimiter between quotes"
        };
        self.found.push(diagnostic.help(help));
    }

    fn check_unique(&mut self, table: &Table) {
        for (index, column) in table.columns.iter().enumerate() {
            if !self.spec.column(&column.name).unique {
                continue;
            }
            let mut first = FxHashMap::default();
            for (row, record) in table.records.iter().enumerate() {
                let value = &record.cells[index];
                if value.is_empty() {
                    continue;
                }
                let key = value.key();
                let shown = key.to_string();
                let earlier = *first.entry(key).or_insert(row);
                if earlier != row {
                    self.found.push(duplicate(table, index, [earlier, row], &shown));
                }
            }
        }
    }
}

fn duplicate(table: &Table, column: usize, rows: [usize; 2], shown: &str) -> Diagnostic {
    let name = &table.columns[column].name;
    let code = if table.key == Some(column) { "duplicate-key" } else { "duplicate-value" };
    Diagnostic::error(code, format!("`{name}` {shown:?} stands in two rows, expected it once"))
        .at(table.cell_span(rows[1], column))
        .label("again here")
        .related(table.cell_span(rows[0], column), "first here")
}

/// The text that positions are in.
struct At<'a> {
    source: &'a Arc<Source>,
    delimiter: u8,
}

impl At<'_> {
    fn cell(&self, start: usize, position: usize) -> Span {
        cell_span(self.source, start, self.delimiter, position)
    }
}

/// A row's beginning, and whether it ends before the cell.
#[derive(Clone, Copy)]
struct Place {
    start: usize,
    missing: bool,
}
