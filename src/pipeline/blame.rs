//! Which cell a character comes from.
//!
//! Input: a row and a character that no face has. Output: the cell, of this row or of one it refers
//! to, that holds the character, down to the character itself. A character that stands in no cell
//! comes from the template.

use crate::data::{Dataset, Table, Value};
use crate::diag::Span;

/// How far references are followed: award → member → city.
const DEPTH: usize = 4;

/// A cell that holds the character.
#[derive(Debug)]
pub(super) struct Culprit {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
    /// Where the character stands, or its cell.
    pub span: Span,
}

/// Finds the cell that `wanted` comes from.
pub(super) fn find(data: &Dataset, table: &Table, row: usize, wanted: char) -> Option<Culprit> {
    search(data, table, row, wanted, DEPTH)
}

fn search(
    data: &Dataset,
    table: &Table,
    row: usize,
    wanted: char,
    depth: usize,
) -> Option<Culprit> {
    let cells = table.records.get(row)?.cells.iter().enumerate();
    let own = cells.clone().find(|(_, value)| holds(value, wanted));
    if let Some((column, _)) = own {
        return Some(Culprit {
            table: table.name.clone(),
            column: table.columns[column].name.clone(),
            span: narrowed(table.cell_span(row, column), wanted),
        });
    }
    let depth = depth.checked_sub(1)?;
    cells
        .filter_map(|(column, value)| match (value, table.columns[column].target) {
            (Value::Ref(to), Some(target)) => data.tables.get(target).map(|t| (t, *to as usize)),
            _ => None,
        })
        .find_map(|(target, to)| search(data, target, to, wanted, depth))
}

fn holds(value: &Value, wanted: char) -> bool {
    match value {
        Value::Text(text) => text.contains(wanted),
        Value::Loaded(text) => text.contains(wanted),
        Value::List(items) => items.iter().any(|item| item.contains(wanted)),
        _ => false,
    }
}

/// The character within its cell; the cell if the file spells it otherwise (decomposed, say).
fn narrowed(cell: Span, wanted: char) -> Span {
    match cell.source.text.get(cell.range.clone()).and_then(|text| text.find(wanted)) {
        Some(at) => {
            let start = cell.range.start + at;
            Span { range: start..start + wanted.len_utf8(), ..cell }
        }
        None => cell,
    }
}
