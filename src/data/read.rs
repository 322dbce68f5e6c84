//! One file → a [`Table`] of typed records; references are still text (`join` resolves them).
//!
//! Rows are read one at a time by [`Rows`], typed, and put into the table's store: what is held of a table
//! while it is read is one row, and digests of the values that must be unique. All findings of all
//! rows are collected.

use std::io::{self, Read};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::cell::{self, clean};
use super::decode::{Undecided, decide};
use super::files::{Files, reason};
use super::findings::Findings;
use super::form::Form;
use super::header::{self, Header};
use super::input::{CHUNK, Input};
use super::keys::Keys;
use super::pack::Cell;
use super::rows::{CsvRows, RowFault, Rows};
use super::scan::{self, QuoteFault};
use super::schema::{ColumnSpec, ColumnType, Load, TableSpec};
use super::store::RowStore;
use super::table::{Column, RowSet, Table};
use super::text::{CharSet, TextReader};
use super::value::Value;
use crate::diag::{Diagnostic, Severity, Source, Span};
use crate::limits::{COLUMNS, ROW_BYTES, ROWS};

/// A table that has been read, and where its unique values stand.
pub(super) struct ReadTable {
    pub table: Table,
    /// By the column's index.
    pub keys: Vec<(usize, Keys)>,
}

impl ReadTable {
    /// Where the values of the key column stand.
    pub fn keys_of(&self, column: usize) -> Option<&Keys> {
        self.keys.iter().find(|(of, _)| *of == column).map(|(_, keys)| keys)
    }
}

/// Reads the table `name`; none if the file gives no table at all.
pub(super) fn read_table(
    name: &str,
    spec: &TableSpec,
    files: &mut Files,
    seen: &mut CharSet,
    found: &mut Vec<Diagnostic>,
) -> Option<ReadTable> {
    let mut reader = Reader::new(name, spec, files);
    let read = reader.file(seen).map_err(|diagnostic| reader.found.error(|| *diagnostic));
    let table = read.ok().map(|(columns, encoding)| reader.finish(columns, encoding));
    found.extend(reader.found.into_all(&spec.file));
    table
}

struct Reader<'a> {
    name: &'a str,
    spec: &'a TableSpec,
    files: &'a mut Files,
    found: Findings,
    form: Form,
    store: RowStore,
    faulty: RowSet,
    keys: Vec<(usize, Keys)>,
    /// Files that cells name, by their number in the store.
    loaded: FxHashMap<String, u32>,
}

impl<'a> Reader<'a> {
    fn new(name: &'a str, spec: &'a TableSpec, files: &'a mut Files) -> Reader<'a> {
        Reader {
            name,
            spec,
            files,
            found: Findings::default(),
            form: Form { name: Arc::from(spec.file.as_str()), delimiter: b',' },
            store: RowStore::new(),
            faulty: RowSet::default(),
            keys: Vec::new(),
            loaded: FxHashMap::default(),
        }
    }

    /// At the file's place in the project file.
    fn whole(&self, diagnostic: Diagnostic) -> Box<Diagnostic> {
        Box::new(match &self.spec.span {
            Some(span) => diagnostic.at(span.clone()),
            None => diagnostic,
        })
    }

    fn unreadable(&self, why: &str) -> Box<Diagnostic> {
        let message =
            format!("cannot read `{}`, the file of table `{}`: {why}", self.spec.file, self.name);
        self.whole(Diagnostic::error("missing-file", message))
    }

    fn file(&mut self, seen: &mut CharSet) -> Result<(Vec<Column>, &'static str), Box<Diagnostic>> {
        let mut input = self
            .files
            .table(&self.spec.file, self.spec.read_from.as_deref())
            .map_err(|why| self.unreadable(&why))?;
        let read = self.text(&mut input, seen)?;
        match self.files.is_unchanged(&self.spec.file, &mut input) {
            Ok(true) => Ok(read),
            Ok(false) => Err(self.unreadable("it changed while it was read")),
            Err(why) => Err(self.unreadable(&why)),
        }
    }

    fn text(
        &mut self,
        input: &mut Input<'_>,
        seen: &mut CharSet,
    ) -> Result<(Vec<Column>, &'static str), Box<Diagnostic>> {
        let io = |reader: &Self, error: io::Error| reader.unreadable(&reason(&error));
        let decision = decide(input, self.spec.encoding.as_deref()).map_err(|why| match why {
            Undecided::Unreadable(error) => io(self, error),
            Undecided::Undecodable(error) => {
                let message = format!("{} is {}", self.spec.file, error.message);
                self.whole(Diagnostic::error("bad-encoding", message).help(error.help))
            }
        })?;
        let encoding = decision.encoding.name();
        if decision.guessed {
            self.found.add(Severity::Note, || {
                let message = format!("{} is not UTF-8: read as {encoding}", self.spec.file);
                Diagnostic::new(Severity::Note, "encoding-found", message)
                    .help(format!("pin it: encoding = \"{}\"", encoding.to_lowercase()))
            });
        }
        let bytes = input.reader(decision.skip).map_err(|error| io(self, error))?;
        let mut text = TextReader::new(bytes, decision.encoding, seen);
        let mut head = first_lines(&mut text).map_err(|error| io(self, error))?;
        let mut line = 1;
        self.form.delimiter = self.delimiter(&mut head, &mut line)?;
        let text = io::Cursor::new(head).chain(text);
        let columns = self.rows(&mut CsvRows::new(text, self.form.delimiter, line))?;
        Ok((columns, encoding))
    }

    /// The delimiter; a line that names it is taken from the beginning of the text.
    fn delimiter(&mut self, head: &mut Vec<u8>, line: &mut u32) -> Result<u8, Box<Diagnostic>> {
        let first = String::from_utf8_lossy(scan::first_line(head)).into_owned();
        let named = scan::named_delimiter(&first);
        if named.is_some() {
            let blank = head.iter().take_while(|byte| **byte == b'\n').count();
            *line += 1 + blank as u32;
            head.drain(..blank + first.len());
        }
        if let Some(text) = self.spec.delimiter.as_deref() {
            let usable = |c: u8| {
                c == b'\t' || (c.is_ascii_graphic() && c != b'"' && !c.is_ascii_alphanumeric())
            };
            return match text.as_bytes() {
                b"tab" => Ok(b'\t'),
                [delimiter] if usable(*delimiter) => Ok(*delimiter),
                _ => {
                    let message = format!(
                        "delimiter {text:?} of table `{}`: expected one of \",\" \";\" \"tab\" \"|\"",
                        self.name
                    );
                    Err(self.whole(Diagnostic::error("bad-delimiter", message)))
                }
            };
        }
        if let Some(delimiter) = named {
            return Ok(delimiter);
        }
        let delimiter = scan::find_delimiter(&first, |cell| header::is_specified(cell, self.spec));
        if delimiter != b',' {
            self.found.add(Severity::Note, || {
                let (name, key) = scan::delimiter_name(delimiter);
                let message = format!("cells of {} are separated by {name}", self.spec.file);
                Diagnostic::new(Severity::Note, "delimiter-found", message)
                    .help(format!("pin it: delimiter = \"{key}\""))
            });
        }
        Ok(delimiter)
    }

    /// Reads the header and all rows.
    fn rows(&mut self, rows: &mut dyn Rows) -> Result<Vec<Column>, Box<Diagnostic>> {
        if !self.advance(rows)? {
            let source = self.form.source("", 1);
            let message = format!("{} is empty", self.form.name);
            let diagnostic = Diagnostic::error("empty-file", message).at(Span::new(&source, 0..0));
            return Err(Box::new(diagnostic.help("expected a header row with the columns' names")));
        }
        let source = self.form.source(rows.raw(), rows.line());
        let width = rows.width();
        if width > COLUMNS {
            let message = format!("the header has {width} cells, at most {COLUMNS} are read");
            let place = self.form.cell(&source, 0, COLUMNS);
            return Err(Box::new(Diagnostic::error("too-many-columns", message).at(place)));
        }
        self.check_quotes(rows);
        let header = Header {
            table: self.name,
            form: &self.form,
            source: &source,
            cells: (0..width).filter_map(|at| rows.cell(at)).map(str::to_string).collect(),
        };
        let columns = header.columns(self.spec, &mut self.found);
        self.records(rows, &columns, width)?;
        if self.store.len() == 0 {
            self.found.add(Severity::Warning, || {
                let message = format!("{} has a header and no rows", self.form.name);
                Diagnostic::warning("no-rows", message).at(Span::new(&source, 0..0))
            });
        }
        Ok(columns)
    }

    /// Goes to the next row.
    fn advance(&self, rows: &mut dyn Rows) -> Result<bool, Box<Diagnostic>> {
        rows.advance().map_err(|fault| match fault {
            RowFault::Unreadable(error) => self.unreadable(&reason(&error)),
            RowFault::TooLong => {
                let message = format!(
                    "{}: the row after the one of line {} has more than {ROW_BYTES} bytes",
                    self.form.name,
                    rows.line()
                );
                let diagnostic = Diagnostic::error("row-too-long", message);
                self.whole(
                    diagnostic
                        .help("a quote that is not closed makes one cell of all that follows"),
                )
            }
        })
    }

    fn records(
        &mut self,
        rows: &mut dyn Rows,
        columns: &[Column],
        width: usize,
    ) -> Result<(), Box<Diagnostic>> {
        let specs: Vec<ColumnSpec> = columns.iter().map(|c| self.spec.column(&c.name)).collect();
        let unique = specs.iter().enumerate().filter(|(_, spec)| spec.unique);
        self.keys = unique.map(|(column, _)| (column, Keys::default())).collect();
        let mut cells = Vec::with_capacity(columns.len());
        let mut number = 0u32;
        while self.advance(rows)? {
            number = number.saturating_add(1);
            if rows.is_blank() {
                continue;
            }
            let row = self.store.len();
            if row == ROWS {
                let message = format!("{} has more than {ROWS} rows", self.form.name);
                return Err(self.whole(Diagnostic::error("too-many-rows", message)));
            }
            let mut sound = self.check_quotes(rows);
            if sound {
                sound = self.check_width(rows, width, number);
            }
            cells.clear();
            for (column, spec) in columns.iter().zip(&specs) {
                let cell = self.cell(rows, column, spec);
                sound &= cell.is_some();
                cells.push(cell.unwrap_or(Cell::Value(Value::Null)));
            }
            for (column, keys) in &mut self.keys {
                if let Cell::Value(value) = &cells[*column]
                    && !value.is_empty()
                {
                    keys.push(&value.key(), row as u32);
                }
            }
            self.store.push(number, rows.line(), &cells, rows.raw());
            if !sound {
                self.faulty.add(row);
            }
        }
        Ok(())
    }

    /// The value of a cell; none if there was an error, which is told.
    fn cell(&mut self, rows: &dyn Rows, column: &Column, spec: &ColumnSpec) -> Option<Cell> {
        let text = clean(column.position.and_then(|p| rows.cell(p)).unwrap_or(""));
        let fallback =
            if text.is_empty() { spec.default.as_ref().map(|d| d.to_string()) } else { None };
        let text = fallback.as_deref().unwrap_or(&text);
        let form = &self.form;
        let span = || {
            let source = form.source(rows.raw(), rows.line());
            form.cell(&source, 0, column.position.unwrap_or(usize::MAX))
        };
        if text.is_empty() {
            let missing = column.position.is_none_or(|p| p >= rows.width());
            if spec.required && !missing {
                self.found.error(|| {
                    let message =
                        format!("column `{}` is empty, expected a value in every row", column.name);
                    Diagnostic::error("required", message).at(span())
                });
                return None;
            }
            return Some(Cell::Value(match spec.kind {
                ColumnType::Text => Value::Text("".into()),
                ColumnType::List => Value::List(Box::default()),
                _ => Value::Null,
            }));
        }
        match cell::parse(text, spec) {
            Ok(value) if spec.kind == ColumnType::Path => self.path(value, spec, &span()),
            Ok(value) => Some(Cell::Value(value)),
            Err(bad) => {
                self.found.error(|| {
                    let message = format!("column `{}`: {}", column.name, bad.message);
                    let mut diagnostic = Diagnostic::error(bad.code, message).at(span());
                    diagnostic.help.extend(bad.help);
                    diagnostic
                });
                None
            }
        }
    }

    /// Checks, and loads if asked to, the file that a cell names.
    fn path(&mut self, value: Value, spec: &ColumnSpec, span: &Span) -> Option<Cell> {
        let named = value.key().into_owned();
        let result = self.files.below_root(&named).and_then(|path| match spec.load {
            Some(Load::Text) => match self.loaded.get(&path) {
                Some(file) => Ok(Cell::Loaded(*file)),
                None => {
                    let text =
                        self.files.text(&path).map_err(|why| format!("cannot be read: {why}"))?;
                    let file = self.store.push_text(&text);
                    self.loaded.insert(path, file);
                    Ok(Cell::Loaded(file))
                }
            },
            None => Ok(Cell::Value(Value::Text(path.into()))),
        });
        let bad = |why: String| {
            let message = format!("{named:?} {why}");
            self.found.error(|| Diagnostic::error("bad-path", message).at(span.clone()));
        };
        result.map_err(bad).ok()
    }

    /// Reports bad quotes in a row; whether it has none.
    fn check_quotes(&mut self, rows: &dyn Rows) -> bool {
        let raw = rows.raw();
        if !raw.contains('"') {
            return true;
        }
        let (cells, _) = scan::cells(raw, 0, self.form.delimiter);
        let Some((cell, fault)) = cells.iter().find_map(|c| c.fault.map(|fault| (c, fault))) else {
            return true;
        };
        let form = &self.form;
        self.found.error(|| quote_fault(&form.source(raw, rows.line()), cell, fault));
        false
    }

    /// Reports a row that is too short or too long; whether it is neither.
    fn check_width(&mut self, rows: &dyn Rows, width: usize, number: u32) -> bool {
        let cells = rows.width();
        let filled = |at: &usize| rows.cell(*at).is_some_and(|cell| !clean(cell).is_empty());
        let surplus = (width..cells).find(filled);
        let (code, what, at) = match surplus {
            _ if cells < width => ("short-row", "only", usize::MAX),
            Some(at) => ("long-row", "even", at),
            None => return true,
        };
        let form = &self.form;
        self.found.error(|| {
            let message = format!("row {number} has {what} {cells} cells, the header has {width}");
            let source = form.source(rows.raw(), rows.line());
            let help = if cells < width {
                "add the missing cells, empty ones as well"
            } else {
                "put a cell that holds the delimiter between quotes"
            };
            Diagnostic::error(code, message).at(form.cell(&source, 0, at)).help(help)
        });
        false
    }

    /// The table of all rows read.
    fn finish(&mut self, columns: Vec<Column>, encoding: &'static str) -> ReadTable {
        self.store.finish();
        let key = self.spec.key.as_deref().and_then(|k| columns.iter().position(|c| c.name == k));
        let mut keys = std::mem::take(&mut self.keys);
        keys.iter_mut().for_each(|(_, keys)| keys.sort());
        let mut table = Table {
            name: self.name.to_string(),
            columns,
            encoding,
            key,
            reverse: Vec::new(),
            form: self.form.clone(),
            store: std::mem::replace(&mut self.store, RowStore::new()),
            refs: Vec::new(),
            faulty: std::mem::take(&mut self.faulty),
        };
        for (column, keys) in &keys {
            self.check_unique(&mut table, *column, keys);
        }
        ReadTable { table, keys }
    }

    fn check_unique(&mut self, table: &mut Table, column: usize, keys: &Keys) {
        let mut pairs = Vec::new();
        for group in keys.groups() {
            let mut first: FxHashMap<String, usize> = FxHashMap::default();
            for row in group {
                let key = table.text_or_value(row, column).key().into_owned();
                let earlier = *first.entry(key).or_insert(row);
                if earlier != row {
                    pairs.push((row, earlier));
                }
            }
        }
        pairs.sort_unstable();
        for (row, earlier) in pairs {
            self.found.error(|| duplicate(table, column, [earlier, row]));
            table.faulty.add(row);
            table.faulty.add(earlier);
        }
    }
}

/// The beginning of a text: its first line at least, unless that is very long.
fn first_lines(text: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    let mut buffer = [0; 4096];
    while head.len() < CHUNK && !scan::first_line(&head).ends_with(b"\n") {
        match text.read(&mut buffer)? {
            0 => break,
            read => head.extend_from_slice(&buffer[..read]),
        }
    }
    Ok(head)
}

fn quote_fault(source: &Arc<Source>, cell: &scan::RawCell, fault: QuoteFault) -> Diagnostic {
    let opening = cell.range.start..cell.range.start + 1;
    match fault {
        QuoteFault::Unclosed => {
            Diagnostic::error("unclosed-quote", "this quote is not closed before the file ends")
                .at(Span::new(source, opening))
                .help("close it with \", and double every quote inside the cell: \"\"")
        }
        QuoteFault::TextAfter(byte) => {
            Diagnostic::error("text-after-quote", "text follows the closing quote of a cell")
                .at(Span::new(source, byte..cell.range.end))
                .related(Span::new(source, opening), "the cell's quote opens here")
                .help("double every quote inside a quoted cell: \"\"")
        }
    }
}

fn duplicate(table: &Table, column: usize, rows: [usize; 2]) -> Diagnostic {
    let name = &table.columns[column].name;
    let value = table.text_or_value(rows[1], column);
    let code = if table.key == Some(column) { "duplicate-key" } else { "duplicate-value" };
    let [first, again] = table.spans(rows.map(|row| (row, Some(column))));
    let message = format!("`{name}` {:?} stands in two rows, expected it once", value.key());
    Diagnostic::error(code, message).at(again).label("again here").related(first, "first here")
}
