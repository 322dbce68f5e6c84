//! The rows of a spreadsheet: XLSX, XLSM, XLSB, XLS and ODS, by `calamine`.
//!
//! Input: a workbook's bytes and the name of a sheet. Output: [`SheetRows`], which gives a cell's text as
//! people see it. XLSX and XLSB stream, but for the texts that cells share; the other forms are read as a
//! whole. What a formula gave when the workbook was saved is its value; hidden rows and columns count as
//! others do. Cells that hold no value (an error, a formula that was never calculated) say so.

use std::borrow::Cow;
use std::fmt;
use std::io::{BufReader, Cursor, Read, Seek};

use calamine::{
    Data, DataRef, ExcelDateTime, Ods, Range, Reader, Sheet, SheetType, SheetVisible, Xls,
    XlsError, Xlsb, XlsbError, Xlsx, XlsxCellReader, XlsxError,
};

use super::form::CELL_END;
use super::input::Input;
use super::rows::{NoValue, RowFault, Rows};
use super::text::CharSet;
use super::well_formed;
use crate::diag::{caught, nearest};
use crate::limits::{ROW_BYTES, WORKBOOK_BYTES};

/// What can be read from anywhere.
pub(super) trait Bytes: Read + Seek {}

impl<T: Read + Seek> Bytes for T {}

pub(super) type Source<'a> = Box<dyn Bytes + 'a>;

/// Why a workbook gives no rows.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SheetFault {
    /// What was found and expected, to follow the file's name.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// The code of the finding.
    pub code: &'static str,
    /// Whether the message is of a library's words.
    pub is_foreign: bool,
}

impl SheetFault {
    pub fn broken(why: impl fmt::Display) -> SheetFault {
        SheetFault {
            message: format!("is broken, or no workbook: {why}"),
            help: Some("open it in a spreadsheet program and save it again as .xlsx".into()),
            code: "bad-workbook",
            is_foreign: true,
        }
    }

    fn too_large(bytes: u64) -> SheetFault {
        SheetFault {
            message: format!(
                "has {bytes} bytes when it is unpacked, at most {WORKBOOK_BYTES} are read"
            ),
            help: Some("save the sheet as CSV, which may be as long as it likes".into()),
            code: "workbook-too-large",
            is_foreign: false,
        }
    }

    fn locked() -> SheetFault {
        SheetFault {
            message: "is protected by a password".into(),
            help: Some("save it without a password, or as CSV".into()),
            code: "bad-workbook",
            is_foreign: false,
        }
    }
}

/// Whether the first bytes are those of a workbook: a ZIP or an OLE file.
pub(super) fn is_workbook(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04") || is_ole(head)
}

fn is_ole(head: &[u8]) -> bool {
    head.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
}

/// Does something with a workbook. Its readers are not ours: a panic in them is a broken file.
pub(super) fn guarded<T>(work: impl FnOnce() -> Result<T, SheetFault>) -> Result<T, SheetFault> {
    // What `work` leaves half done is not looked at again.
    caught(work).unwrap_or_else(|_| Err(SheetFault::broken("its parts do not fit together")))
}

/// An opened workbook.
pub(super) enum Workbook<'a> {
    Xlsx(Box<Xlsx<Source<'a>>>),
    Xlsb(Box<Xlsb<Source<'a>>>),
    /// Sheets that are in memory already, or will be as a whole.
    Whole(Box<dyn WholeSheets + 'a>),
}

/// Workbooks that give a sheet at once.
pub(super) trait WholeSheets {
    fn sheets(&self) -> Vec<Sheet>;
    fn range(&mut self, name: &str) -> Result<Range<Data>, String>;
}

impl<'a, R> WholeSheets for R
where
    R: Reader<Source<'a>>,
    R::Error: fmt::Display,
{
    fn sheets(&self) -> Vec<Sheet> {
        self.sheets_metadata().to_vec()
    }

    fn range(&mut self, name: &str) -> Result<Range<Data>, String> {
        self.worksheet_range(name).map_err(|error| error.to_string())
    }
}

impl<'a> Workbook<'a> {
    /// Opens a workbook.
    pub fn open(input: &'a mut Input<'_>, head: &[u8]) -> Result<Workbook<'a>, SheetFault> {
        let input = &*input;
        if is_ole(head) {
            return match Xls::new(source(input)) {
                Ok(xls) => Ok(Workbook::Whole(Box::new(xls))),
                Err(XlsError::Password) => Err(SheetFault::locked()),
                // A protected XLSX is an OLE file as well.
                Err(error) => match Xlsx::new(source(input)) {
                    Err(XlsxError::Password) => Err(SheetFault::locked()),
                    _ => Err(SheetFault::broken(error)),
                },
            };
        }
        check_size(input)?;
        if head.get(30..).is_some_and(|rest| rest.starts_with(b"mimetypeapplication/vnd.oasis")) {
            well_formed::check(source(input))?;
            return match Ods::new(source(input)) {
                Ok(ods) => Ok(Workbook::Whole(Box::new(ods))),
                Err(calamine::OdsError::Password) => Err(SheetFault::locked()),
                Err(error) => Err(SheetFault::broken(error)),
            };
        }
        match Xlsx::new(source(input)) {
            Ok(xlsx) => Ok(Workbook::Xlsx(Box::new(xlsx))),
            Err(error) => match Xlsb::new(source(input)) {
                Ok(xlsb) => Ok(Workbook::Xlsb(Box::new(xlsb))),
                Err(XlsbError::Password) => Err(SheetFault::locked()),
                Err(_) => Err(SheetFault::broken(error)),
            },
        }
    }

    /// The name of the sheet that is meant: the one named, else the only one that is visible.
    pub fn sheet(&self, wanted: Option<&str>) -> Result<String, SheetFault> {
        let sheets = match self {
            Workbook::Xlsx(xlsx) => xlsx.sheets_metadata().to_vec(),
            Workbook::Xlsb(xlsb) => xlsb.sheets_metadata().to_vec(),
            Workbook::Whole(whole) => whole.sheets(),
        };
        let grids = || sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
        let names = || grids().map(|sheet| sheet.name.as_str());
        let list = || names().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let Some(wanted) = wanted else {
            let visible = || grids().filter(|sheet| sheet.visible == SheetVisible::Visible);
            return match (visible().next(), visible().nth(1)) {
                (Some(only), None) => Ok(only.name.clone()),
                (None, _) => Err(SheetFault {
                    message: "has no visible sheet".into(),
                    help: Some("name the sheet: sheet = \"…\"".into()),
                    code: "bad-workbook",
                    is_foreign: false,
                }),
                _ => Err(SheetFault {
                    message: format!("has several sheets: {}", list()),
                    help: Some("say which one: sheet = \"…\"".into()),
                    code: "bad-workbook",
                    is_foreign: false,
                }),
            };
        };
        if names().any(|name| name == wanted) {
            return Ok(wanted.to_string());
        }
        let help = match nearest(wanted, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the sheets are {}", list()),
        };
        Err(SheetFault {
            message: format!("has no sheet `{wanted}`"),
            help: Some(help),
            code: "unknown-sheet",
            is_foreign: false,
        })
    }

    /// The rows of a sheet.
    pub fn rows<'r>(
        &'r mut self,
        name: &str,
        seen: &'r mut CharSet,
    ) -> Result<SheetRows<'r, 'a>, SheetFault> {
        let cells: Cells<'r, 'a> = match self {
            Workbook::Xlsx(xlsx) => {
                let cells = xlsx.worksheet_cells_reader(name).map_err(SheetFault::broken)?;
                Cells::Stream(Box::new(cells))
            }
            Workbook::Xlsb(xlsb) => {
                let mut cells = xlsb.worksheet_cells_reader(name).map_err(SheetFault::broken)?;
                Cells::Binary(Box::new(move || {
                    loop {
                        let Some(cell) = cells.next_cell().map_err(|error| error.to_string())?
                        else {
                            return Ok(None);
                        };
                        let (row, column) = cell.get_position();
                        let (text, no_value) = shown(&cell.get_value().clone().into());
                        if !text.is_empty() || no_value.is_some() {
                            return Ok(Some(Found { row, column, text, no_value }));
                        }
                    }
                }))
            }
            Workbook::Whole(whole) => {
                Cells::Whole(whole.range(name).map_err(SheetFault::broken)?, 0)
            }
        };
        Ok(SheetRows {
            cells,
            next: None,
            row: Vec::new(),
            raw: String::new(),
            line: 0,
            ended: false,
            seen,
        })
    }

    /// Which cells are merged, where the form tells.
    pub fn merged(&mut self, name: &str) -> Vec<Merged> {
        let Workbook::Xlsx(xlsx) = self else { return Vec::new() };
        let areas = xlsx.merge_cells_by_sheet_name(name).unwrap_or_default();
        let place = |(row, column): (u32, u32)| (row as usize + 1, column as usize + 1);
        areas.iter().map(|a| Merged { first: place(a.start), last: place(a.end) }).collect()
    }
}

/// Cells that were made one, by row and column from 1.
pub(super) struct Merged {
    /// The cell that holds the value.
    pub first: (usize, usize),
    last: (usize, usize),
}

impl Merged {
    /// Whether a cell is one of them.
    pub fn contains(&self, (row, column): (usize, usize)) -> bool {
        (self.first.0..=self.last.0).contains(&row)
            && (self.first.1..=self.last.1).contains(&column)
    }
}

/// Refuses a ZIP file whose parts are too large. What their directory says of their sizes is held when they are read: a part
/// that has more is broken. What cannot be read at all is told by who reads it.
fn check_size(input: &Input<'_>) -> Result<(), SheetFault> {
    let Ok(mut zip) = zip::ZipArchive::new(source(input)) else { return Ok(()) };
    let mut bytes = 0u64;
    for part in 0..zip.len() {
        bytes = bytes.saturating_add(zip.by_index_raw(part).map_or(0, |part| part.size()));
    }
    if bytes > WORKBOOK_BYTES { Err(SheetFault::too_large(bytes)) } else { Ok(()) }
}

fn source<'a>(input: &'a Input<'_>) -> Source<'a> {
    match input {
        Input::Bytes(bytes) => Box::new(Cursor::new(*bytes)),
        Input::Small(bytes) => Box::new(Cursor::new(bytes.as_slice())),
        Input::Large(file) => Box::new(BufReader::new(file)),
    }
}

enum Cells<'r, 'a> {
    Stream(Box<XlsxCellReader<'r, Source<'a>>>),
    /// A stream of which the type has no name.
    Binary(Box<dyn FnMut() -> Result<Option<Found>, String> + 'r>),
    /// All of them, and the number of the next one of the range.
    Whole(Range<Data>, usize),
}

/// A cell's place, from 0, and what it holds.
struct Found {
    row: u32,
    column: u32,
    text: String,
    no_value: Option<NoValue>,
}

impl Cells<'_, '_> {
    /// The next cell that is not empty.
    fn next(&mut self) -> Result<Option<Found>, String> {
        match self {
            Cells::Stream(reader) => loop {
                let next = reader.next_cell_with_formula_metadata();
                let Some(cell) = next.map_err(|error| error.to_string())? else {
                    return Ok(None);
                };
                let (row, column) = cell.pos;
                let never = matches!(cell.value, DataRef::Empty) && cell.formula.is_some();
                let (text, no_value) = shown(&cell.value.into());
                let no_value = if never { Some(NoValue::NotCalculated) } else { no_value };
                if !text.is_empty() || no_value.is_some() {
                    return Ok(Some(Found { row, column, text, no_value }));
                }
            },
            Cells::Binary(next) => next(),
            Cells::Whole(range, next) => {
                let (Some((row, column)), width) = (range.start(), range.width().max(1)) else {
                    return Ok(None);
                };
                while *next < width * range.height() {
                    let at = (*next / width, *next % width);
                    *next += 1;
                    let (text, no_value) = range.get(at).map(shown).unwrap_or_default();
                    if !text.is_empty() || no_value.is_some() {
                        let place = (row + at.0 as u32, column + at.1 as u32);
                        return Ok(Some(Found { row: place.0, column: place.1, text, no_value }));
                    }
                }
                Ok(None)
            }
        }
    }
}

/// What people see in a cell, and why that is no value.
fn shown(data: &Data) -> (String, Option<NoValue>) {
    let text = match data {
        Data::Empty => String::new(),
        Data::String(text) => text.replace("\r\n", "\n").replace('\r', "\n"),
        Data::Int(number) => number.to_string(),
        Data::Float(number) if number.abs() >= 1e15 => {
            return (float(*number), Some(NoValue::Shortened));
        }
        Data::Float(number) => float(*number),
        Data::Bool(value) => value.to_string(),
        Data::DateTime(time) => date_time(time),
        Data::DateTimeIso(text) => match text.strip_suffix("T00:00:00") {
            Some(day) => day.to_string(),
            None => text.replacen('T', " ", 1),
        },
        Data::DurationIso(text) => text.clone(),
        Data::Error(error) => return (error.to_string(), Some(NoValue::Error)),
    };
    (text, None)
}

/// A number with the fifteen digits that spreadsheets keep, without a fraction if it has none.
fn float(number: f64) -> String {
    let kept = format!("{number:.14e}").parse().unwrap_or(number);
    if kept == 0.0 { "0".to_string() } else { format!("{kept}") }
}

/// A day, a time of day, or both, in ISO form; a duration in hours.
fn date_time(time: &ExcelDateTime) -> String {
    let serial = time.as_f64();
    if time.is_duration() {
        let seconds = (serial * 86_400.0).round() as i64;
        return format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
    let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
    let clock = format!("{hour:02}:{minute:02}:{second:02}");
    if (0.0..1.0).contains(&serial) {
        return clock;
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    if clock == "00:00:00" { date } else { format!("{date} {clock}") }
}

/// The rows of a sheet that hold anything.
pub(super) struct SheetRows<'r, 'a> {
    cells: Cells<'r, 'a>,
    /// The first cell of the next row.
    next: Option<Found>,
    /// By column, from A.
    row: Vec<(String, Option<NoValue>)>,
    raw: String,
    line: u32,
    /// Whether all cells have been read.
    ended: bool,
    seen: &'r mut CharSet,
}

impl SheetRows<'_, '_> {
    fn read(&mut self) -> Result<bool, String> {
        let first = match self.next.take() {
            Some(first) => first,
            None if self.ended => return Ok(false),
            None => match self.cells.next()? {
                Some(first) => first,
                None => {
                    self.ended = true;
                    return Ok(false);
                }
            },
        };
        if first.row < self.line {
            return Err(format!("row {} stands after row {}", first.row + 1, self.line));
        }
        self.line = first.row + 1;
        self.row.clear();
        let mut cell = first;
        loop {
            let column = cell.column as usize;
            if self.row.len() <= column {
                self.row.resize(column + 1, (String::new(), None));
            }
            self.row[column] = (cell.text, cell.no_value);
            match self.cells.next()? {
                Some(next) if next.row == cell.row => cell = next,
                next => {
                    self.ended = next.is_none();
                    self.next = next;
                    return Ok(true);
                }
            }
        }
    }
}

impl Rows for SheetRows<'_, '_> {
    fn advance(&mut self) -> Result<bool, RowFault> {
        // `calamine` is at work here.
        let read = caught(|| self.read());
        let read = read.unwrap_or_else(|_| Err("its parts do not fit together".into()));
        if !read.map_err(RowFault::Broken)? {
            return Ok(false);
        }
        self.raw.clear();
        for (text, _) in &self.row {
            let end = [CELL_END];
            let plain = match text.contains(CELL_END) {
                true => Cow::Owned(text.replace(CELL_END, " ")),
                false => Cow::Borrowed(text),
            };
            self.raw.push_str(&plain);
            self.raw.extend(end);
        }
        self.row.iter().for_each(|(text, _)| self.seen.add(text));
        if self.raw.len() > ROW_BYTES { Err(RowFault::TooLong) } else { Ok(true) }
    }

    fn cell(&self, position: usize) -> Option<&str> {
        self.row.get(position).map(|(text, _)| text.as_str())
    }

    fn no_value(&self, position: usize) -> Option<NoValue> {
        self.row.get(position)?.1
    }

    fn width(&self) -> usize {
        self.row.len()
    }

    fn raw(&self) -> &str {
        &self.raw
    }

    fn line(&self) -> u32 {
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_as_people_typed_them() {
        let cases = [
            (7.0, "7"),
            (-0.0, "0"),
            (0.1 + 0.2, "0.3"),
            (1234.5, "1234.5"),
            (123_456_789_012_345.0, "123456789012345"),
            (-2.5e-3, "-0.0025"),
        ];
        for (number, text) in cases {
            assert_eq!(float(number), text);
        }
    }

    #[test]
    fn days_and_times_by_their_serial_numbers() {
        let of = |serial, kind, is_1904| date_time(&ExcelDateTime::new(serial, kind, is_1904));
        use calamine::ExcelDateTimeType::{DateTime, TimeDelta};
        assert_eq!(of(44911.0, DateTime, false), "2022-12-16");
        assert_eq!(of(44911.5, DateTime, false), "2022-12-16 12:00:00");
        assert_eq!(of(43449.0, DateTime, true), "2022-12-16");
        assert_eq!(of(0.75, DateTime, false), "18:00:00");
        assert_eq!(of(1.5, TimeDelta, false), "36:00:00");
    }

    /// A good workbook, of which the directory says that a part has so many bytes unpacked.
    fn declaring(part: &str, size: u32) -> Vec<u8> {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tables");
        let mut bytes = std::fs::read(folder.join("workbook-good.xlsx")).unwrap();
        let heads: Vec<usize> =
            (0..bytes.len() - 46).filter(|at| bytes[*at..].starts_with(b"PK\x01\x02")).collect();
        let head = heads.into_iter().find(|at| bytes[at + 46..].starts_with(part.as_bytes()));
        let size_at = head.unwrap() + 24;
        bytes[size_at..size_at + 4].copy_from_slice(&size.to_le_bytes());
        bytes
    }

    #[test]
    fn a_workbook_that_unpacks_to_gigabytes_is_refused() {
        let bytes = declaring("xl/worksheets/sheet1.xml", 0x7fff_ffff);
        let mut input = Input::Bytes(&bytes);
        let fault = Workbook::open(&mut input, &bytes[..128]).err().unwrap();
        assert_eq!(fault.code, "workbook-too-large");
        assert!(fault.message.ends_with("at most 1073741824 are read"), "{}", fault.message);
    }

    #[test]
    fn a_part_with_more_bytes_than_are_told_is_broken() {
        let bytes = declaring("xl/worksheets/sheet1.xml", 20);
        let mut input = Input::Bytes(&bytes);
        let mut book = Workbook::open(&mut input, &bytes[..128]).unwrap();
        let (name, mut seen) = (book.sheet(None).unwrap(), CharSet::new());
        let all = |mut rows: SheetRows<'_, '_>| {
            while rows.advance()? {}
            Ok::<(), RowFault>(())
        };
        let fault = match book.rows(&name, &mut seen) {
            Ok(rows) => matches!(all(rows), Err(RowFault::Broken(_))),
            Err(fault) => fault.code == "bad-workbook",
        };
        assert!(fault);
    }
}
