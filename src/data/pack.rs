//! A row as bytes, as the store keeps it.
//!
//! A packed row is: its number, its line and the length of its cells (each a variable-length integer),
//! the cells in the order of the columns, and to its end the row's text as it stands in the file, from which
//! excerpts are made. A cell is a tag and, after it, what the tag needs: a length and UTF-8, a number in zigzag
//! form, a day in four bytes, the number of a loaded file. Integers are written seven bits a byte, the low ones
//! first, all but the last with the high bit set.

use std::sync::Arc;

use jiff::civil::Date;

use super::value::Value;

const NULL: u8 = 0;
const TEXT: u8 = 1;
const INT: u8 = 2;
const DECIMAL: u8 = 3;
const FALSE: u8 = 4;
const TRUE: u8 = 5;
const DATE: u8 = 6;
const LIST: u8 = 7;
const LOADED: u8 = 8;

/// A cell on its way into the store.
pub(super) enum Cell {
    /// A value.
    Value(Value),
    /// The text of a file, by its number among those loaded.
    Loaded(u32),
}

/// Packs a row.
pub(super) fn pack(out: &mut Vec<u8>, number: u32, line: u32, cells: &[Cell], raw: &str) {
    let mut packed = Vec::with_capacity(cells.len() * 16);
    cells.iter().for_each(|cell| put_cell(&mut packed, cell));
    put(out, u64::from(number));
    put(out, u64::from(line));
    put(out, packed.len() as u64);
    out.extend_from_slice(&packed);
    out.extend_from_slice(raw.as_bytes());
}

fn put(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

fn put_cell(out: &mut Vec<u8>, cell: &Cell) {
    let value = match cell {
        Cell::Loaded(file) => {
            out.push(LOADED);
            return put(out, u64::from(*file));
        }
        Cell::Value(value) => value,
    };
    match value {
        // References are not resolved yet, and loaded files have numbers here.
        Value::Null | Value::Ref(_) | Value::Loaded(_) => out.push(NULL),
        Value::Text(text) => {
            out.push(TEXT);
            put_text(out, text);
        }
        Value::Int(number) => {
            out.push(INT);
            put(out, (number.wrapping_shl(1) ^ (number >> 63)) as u64);
        }
        Value::Decimal(text) => {
            out.push(DECIMAL);
            put_text(out, text);
        }
        Value::Bool(value) => out.push(if *value { TRUE } else { FALSE }),
        Value::Date(day) => {
            out.push(DATE);
            out.extend_from_slice(&day.year().to_le_bytes());
            out.push(day.month() as u8);
            out.push(day.day() as u8);
        }
        Value::List(items) => {
            out.push(LIST);
            put(out, items.len() as u64);
            items.iter().for_each(|item| put_text(out, item));
        }
    }
}

/// A packed row.
pub(super) struct Packed<'a> {
    pub number: u32,
    pub line: u32,
    cells: &'a [u8],
    raw: &'a [u8],
}

impl<'a> Packed<'a> {
    /// The parts of a packed row; none if it is not one.
    pub fn new(bytes: &'a [u8]) -> Option<Packed<'a>> {
        let mut at = bytes;
        let number = u32::try_from(take(&mut at)?).ok()?;
        let line = u32::try_from(take(&mut at)?).ok()?;
        let length = usize::try_from(take(&mut at)?).ok()?;
        let (cells, raw) = at.split_at_checked(length)?;
        Some(Packed { number, line, cells, raw })
    }

    /// The row's text as it stands in the file.
    pub fn raw(&self) -> Option<&'a str> {
        std::str::from_utf8(self.raw).ok()
    }

    /// The values of so many cells. `loaded` gives the text of a loaded file.
    pub fn values(
        &self,
        count: usize,
        loaded: &dyn Fn(u32) -> Option<Arc<str>>,
    ) -> Option<Vec<Value>> {
        let mut at = self.cells;
        (0..count).map(|_| value(&mut at, loaded)).collect()
    }

    /// The value of one cell.
    pub fn value(&self, column: usize, loaded: &dyn Fn(u32) -> Option<Arc<str>>) -> Option<Value> {
        let mut at = self.cells;
        (0..column).try_for_each(|_| skip(&mut at))?;
        value(&mut at, loaded)
    }
}

fn take(at: &mut &[u8]) -> Option<u64> {
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = at.split_first()?;
        *at = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn take_bytes<'a>(at: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (bytes, rest) = at.split_at_checked(count)?;
    *at = rest;
    Some(bytes)
}

fn take_text<'a>(at: &mut &'a [u8]) -> Option<&'a str> {
    let length = usize::try_from(take(at)?).ok()?;
    std::str::from_utf8(take_bytes(at, length)?).ok()
}

fn skip(at: &mut &[u8]) -> Option<()> {
    match take_bytes(at, 1)?[0] {
        NULL | FALSE | TRUE => Some(()),
        TEXT | DECIMAL => {
            let length = usize::try_from(take(at)?).ok()?;
            take_bytes(at, length).map(|_| ())
        }
        INT | LOADED => take(at).map(|_| ()),
        DATE => take_bytes(at, 4).map(|_| ()),
        LIST => (0..take(at)?).try_for_each(|_| {
            let length = usize::try_from(take(at)?).ok()?;
            take_bytes(at, length).map(|_| ())
        }),
        _ => None,
    }
}

fn value(at: &mut &[u8], loaded: &dyn Fn(u32) -> Option<Arc<str>>) -> Option<Value> {
    Some(match take_bytes(at, 1)?[0] {
        NULL => Value::Null,
        TEXT => Value::Text(take_text(at)?.into()),
        INT => {
            let number = take(at)?;
            Value::Int((number >> 1) as i64 ^ -((number & 1) as i64))
        }
        DECIMAL => Value::Decimal(take_text(at)?.into()),
        FALSE => Value::Bool(false),
        TRUE => Value::Bool(true),
        DATE => {
            let [low, high, month, day] = *take_bytes(at, 4)? else { return None };
            Value::Date(Date::new(i16::from_le_bytes([low, high]), month as i8, day as i8).ok()?)
        }
        LIST => {
            let count = take(at)?;
            Value::List((0..count).map(|_| take_text(at).map(Into::into)).collect::<Option<_>>()?)
        }
        LOADED => Value::Loaded(loaded(u32::try_from(take(at)?).ok()?)?),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_comes_back() {
        let values = [
            Value::Null,
            Value::Text("常州".into()),
            Value::Int(i64::MIN),
            Value::Int(i64::MAX),
            Value::Int(-1),
            Value::Decimal("-1.50".into()),
            Value::Bool(true),
            Value::Date(Date::new(2022, 12, 16).unwrap()),
            Value::List(["a".into(), "".into()].into()),
            Value::Text("x".repeat(300).into()),
        ];
        let mut cells: Vec<Cell> = values.iter().cloned().map(Cell::Value).collect();
        cells.push(Cell::Loaded(7));
        let mut bytes = Vec::new();
        pack(&mut bytes, 70_000, 3, &cells, "raw,text");
        let packed = Packed::new(&bytes).unwrap();
        assert_eq!((packed.number, packed.line, packed.raw()), (70_000, 3, Some("raw,text")));
        let loaded = |file: u32| (file == 7).then(|| Arc::from("file"));
        let all = packed.values(cells.len(), &loaded).unwrap();
        assert_eq!(all[..values.len()], values);
        assert_eq!(all[values.len()], Value::Loaded("file".into()));
        for (column, value) in all.iter().enumerate() {
            assert_eq!(packed.value(column, &loaded).as_ref(), Some(value));
        }
        for length in 0..packed.cells.len() {
            let cut = Packed { cells: &packed.cells[..length], ..packed };
            assert_eq!(cut.values(cells.len(), &loaded), None);
        }
    }
}
