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
use super::form::{Cells, Form};
use super::header::{self, Header};
use super::input::{CHUNK, Input};
use super::keys::Keys;
use super::pack::Cell;
use super::rows::{CsvRows, NoValue, RowFault, Rows};
use super::scan::{self, QuoteFault};
use super::schema::{ColumnSpec, ColumnType, Load, TableSpec};
use super::sheet::{self, SheetFault};
use super::store::RowStore;
use super::table::{Column, Table};
use super::text::{CharSet, TextReader};
use super::value::Value;
use crate::bits::BitSet;
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

/// A table on its way.
pub(super) struct Reader<'a> {
    name: &'a str,
    pub spec: &'a TableSpec,
    files: &'a mut Files,
    pub found: Findings,
    pub form: Form,
    store: RowStore,
    faulty: BitSet,
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
            form: Form { name: Arc::from(spec.file.as_str()), cells: Cells::Delimited(b',') },
            store: RowStore::default(),
            faulty: BitSet::default(),
            keys: Vec::new(),
            loaded: FxHashMap::default(),
        }
    }

    /// At the file's place in the project file.
    pub fn whole(&self, diagnostic: Diagnostic) -> Box<Diagnostic> {
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
        let mut head = Vec::new();
        input
            .reader(0)
            .and_then(|bytes| bytes.take(128).read_to_end(&mut head))
            .map_err(|error| io(self, error))?;
        if sheet::is_workbook(&head) {
            return self.workbook(input, &head, seen);
        }
        if let Some(sheet) = &self.spec.sheet {
            let message = format!("{} is no workbook: it has no sheet `{sheet}`", self.spec.file);
            return Err(self
                .whole(Diagnostic::error("bad-workbook", message).help(
                    "leave out `sheet`, or name a file of type .xlsx, .xlsb, .xls or .ods",
                )));
        }
        let decision = decide(input, self.spec.encoding.as_deref()).map_err(|why| match why {
            Undecided::Unreadable(error) => io(self, error),
            Undecided::Undecodable(error) => {
                let message = format!("{} is {}", self.spec.file, error.message);
                // The help may quote a line.
                let diagnostic = Diagnostic::error("bad-encoding", message).naming_columns();
                self.whole(diagnostic.help(error.help))
            }
        })?;
        let encoding = decision.encoding.name();
        if decision.guessed {
            let message = format!("{} is not UTF-8: read as {encoding}", self.spec.file);
            let note = Diagnostic::new(Severity::Note, "encoding-found", message);
            let help = format!("pin it: encoding = \"{}\"", encoding.to_lowercase());
            let note = *self.whole(note.help(help));
            self.found.add(Severity::Note, || note);
        }
        let bytes = input.reader(decision.skip).map_err(|error| io(self, error))?;
        let mut text = TextReader::new(bytes, decision.encoding, seen);
        let mut head = first_lines(&mut text).map_err(|error| io(self, error))?;
        let mut line = 1;
        let delimiter = self.delimiter(&mut head, &mut line)?;
        self.form.cells = Cells::Delimited(delimiter);
        let text = io::Cursor::new(head).chain(text);
        let columns = self.rows(&mut CsvRows::new(text, delimiter, line))?;
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
        let start = first.trim_start().to_ascii_lowercase();
        const OTHERS: [&str; 6] = ["<!doctype", "<html", "<?xml", "<table", "[{", "{\""];
        if OTHERS.iter().any(|tag| start.starts_with(tag)) {
            let kind =
                if start.starts_with('<') { "a web page or another XML file" } else { "JSON" };
            let message = format!("{} is {kind}, and no table", self.spec.file);
            return Err(self.whole(
                Diagnostic::error("not-a-table", message)
                    .help("open it in a spreadsheet program and save it as .xlsx or CSV"),
            ));
        }
        let delimiter = scan::find_delimiter(&first, |cell| header::is_specified(cell, self.spec));
        if delimiter != b',' {
            let (name, key) = scan::delimiter_name(delimiter);
            let message = format!("cells of {} are separated by {name}", self.spec.file);
            let note = Diagnostic::new(Severity::Note, "delimiter-found", message);
            let note = *self.whole(note.help(format!("pin it: delimiter = \"{key}\"")));
            self.found.add(Severity::Note, || note);
        }
        Ok(delimiter)
    }

    /// Reads the header and all rows.
    pub fn rows(&mut self, rows: &mut dyn Rows) -> Result<Vec<Column>, Box<Diagnostic>> {
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
            RowFault::Broken(why) => self.bad_book(SheetFault::broken(why)),
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
        let named = |at: &usize| columns.iter().any(|column| column.position == Some(*at));
        let doubled = |at: &usize| rows.cell(*at).is_some_and(|cell| !clean(cell).is_empty());
        let mut unnamed: Vec<usize> = (0..width).filter(|at| !named(at) && !doubled(at)).collect();
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
            if row == 0 {
                self.check_header_below(rows);
            }
            let mut sound = self.check_quotes(rows);
            if sound {
                sound = self.check_width(rows, width, number);
            }
            self.check_unnamed(rows, &mut unnamed);
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
                self.faulty.insert(row);
            }
        }
        Ok(())
    }

    /// The value of a cell; none if there was an error, which is told.
    fn cell(&mut self, rows: &dyn Rows, column: &Column, spec: &ColumnSpec) -> Option<Cell> {
        if let Some(why) = column.position.and_then(|p| rows.no_value(p)) {
            self.valueless(rows, column, why);
            return None;
        }
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
            let delimited = form.cells != Cells::Sheet;
            let missing = column.position.is_none_or(|p| p >= rows.width() && delimited);
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
            Ok(value) => {
                if spec.kind == ColumnType::Text && cell::looks_shortened(text) {
                    self.found.add(Severity::Warning, || {
                        let message = format!(
                            "column `{}`: {text:?} looks like a number that a spreadsheet shortened",
                            column.name
                        );
                        Diagnostic::warning("shortened-number", message).at(span()).help(
                            "format the column as text there, and type the number again in full",
                        )
                    });
                }
                Some(Cell::Value(value))
            }
            Err(bad) => {
                self.found.error(|| {
                    let message = format!("column `{}`: {}", column.name, bad.message);
                    let mut diagnostic = Diagnostic::error(bad.code, message).at(span());
                    diagnostic.help.extend(bad.help);
                    if fallback.is_some() {
                        let note = "the cell is empty; this is the column's `default`";
                        diagnostic = diagnostic.note(note);
                    }
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

    /// Reports a cell that holds no value.
    fn valueless(&mut self, rows: &dyn Rows, column: &Column, why: NoValue) {
        let at = column.position.unwrap_or(usize::MAX);
        let text = rows.cell(at).unwrap_or("");
        let (code, what, help) = match why {
            NoValue::Error => (
                "cell-error",
                format!("the cell holds the error {text}"),
                "mend the formula, or write the value itself",
            ),
            NoValue::NotCalculated => (
                "cell-error",
                "the cell's formula was never calculated".to_string(),
                "open the workbook in a spreadsheet program and save it again",
            ),
            NoValue::Shortened => (
                "shortened-number",
                format!("of {text:?} all digits but fifteen are lost: the cell is a number"),
                "format the column as text there, and type the number again in full",
            ),
        };
        let form = &self.form;
        self.found.error(|| {
            let source = form.source(rows.raw(), rows.line());
            Diagnostic::error(code, format!("column `{}`: {what}", column.name))
                .at(form.cell(&source, 0, at))
                .help(help)
        });
    }

    /// Reports a first row that looks like the header.
    fn check_header_below(&mut self, rows: &dyn Rows) {
        let known =
            |at: &usize| rows.cell(*at).is_some_and(|cell| header::is_specified(cell, self.spec));
        let names = (0..rows.width()).filter(known).count();
        if names < 2 || 2 * names < rows.width() {
            return;
        }
        let form = &self.form;
        self.found.error(|| {
            let source = form.source(rows.raw(), rows.line());
            Diagnostic::error(
                "header-below",
                "this row looks like the header, which is the first row",
            )
            .at(form.row(&source, 0))
            .help("remove what stands above it")
        });
    }

    /// Reports the first cell of each column that has no name, and is left out for that.
    fn check_unnamed(&mut self, rows: &dyn Rows, unnamed: &mut Vec<usize>) {
        let form = &self.form;
        let found = &mut self.found;
        unnamed.retain(|at| {
            if rows.is_empty(*at) {
                return true;
            }
            found.add(Severity::Warning, || {
                let source = form.source(rows.raw(), rows.line());
                let message = "this cell's column has no name in the header and is left out";
                Diagnostic::warning("unnamed-column", message)
                    .at(form.cell(&source, 0, *at))
                    .help("give the column a name, or empty it")
            });
            false
        });
    }

    /// Reports bad quotes in a row; whether it has none.
    fn check_quotes(&mut self, rows: &dyn Rows) -> bool {
        let raw = rows.raw();
        if !raw.contains('"') {
            return true;
        }
        let Cells::Delimited(delimiter) = self.form.cells else { return true };
        let (cells, _) = scan::cells(raw, 0, delimiter);
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
        let surplus = (width..cells).find(|at| !rows.is_empty(*at));
        let is_sheet = self.form.cells == Cells::Sheet;
        let (code, at) = match surplus {
            _ if cells < width && !is_sheet => ("short-row", usize::MAX),
            Some(at) => ("long-row", at),
            None => return true,
        };
        let form = &self.form;
        self.found.error(|| {
            let source = form.source(rows.raw(), rows.line());
            if is_sheet {
                let message = "this cell stands beyond the last column of the header";
                return Diagnostic::error(code, message)
                    .at(form.cell(&source, 0, at))
                    .help("give its column a name in the header, or empty the cell");
            }
            let plural = if cells == 1 { "" } else { "s" };
            let message = format!("row {number} has {cells} cell{plural}, the header has {width}");
            let help = help_for_width(rows.raw(), form, cells < width);
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
            store: std::mem::take(&mut self.store),
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
            table.faulty.insert(row);
            table.faulty.insert(earlier);
        }
    }
}

/// What to do with a row that is too short or too long.
fn help_for_width(raw: &str, form: &Form, is_short: bool) -> String {
    let used = match form.cells {
        Cells::Delimited(delimiter) => delimiter,
        Cells::Sheet => b',',
    };
    let other = scan::find_delimiter(raw, |_| false);
    if is_short
        && other != used
        && !raw.as_bytes().contains(&used)
        && raw.as_bytes().contains(&other)
    {
        let [used, other] = [used, other].map(|delimiter| scan::delimiter_name(delimiter).0);
        return format!("this row has {other} between its cells, the header {used}");
    }
    if is_short {
        return "add the missing cells, empty ones as well".into();
    }
    if raw.contains(['“', '”', '„', '«', '»']) {
        return "put a cell that holds the delimiter between straight quotes, \": others are letters \
                like any"
            .into();
    }
    "put a cell that holds the delimiter between quotes".into()
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
