//! Which cell a text of a page comes from.
//!
//! Input: a row, and a character that no face has or a text that does not fit. Output: the cell, of
//! this row or of one it refers to, that holds it, down to the place in the cell. What stands in no
//! cell comes from the template.

use crate::data::{Dataset, Table, Value};
use crate::diag::{About, Span};

/// How far references are followed: award → member → city.
const DEPTH: usize = 4;

/// A cell shorter than this is in any text; it is not blamed for a longer one.
const LEAST: usize = 2;

/// A cell that holds the character or the text.
#[derive(Debug)]
pub(super) struct Culprit {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
    /// Where the text stands, or its cell.
    pub span: Span,
}

/// Finds the cell that something on a page comes from: the one that shares most with it. A text may
/// be a part of a cell (one line of a paragraph), or have cells for its parts.
pub(super) fn find(data: &Dataset, table: &Table, row: usize, wanted: &About) -> Option<Culprit> {
    let shown = match wanted {
        About::Character(c) => c.to_string(),
        About::Text(text) => text.clone(),
    };
    let wanted = plain(&shown);
    if wanted.is_empty() {
        return None;
    }
    let mut best = None;
    search(data, (table, row), &wanted, DEPTH, &mut best);
    best.map(|best: Best<'_>| Culprit {
        table: best.table.name.clone(),
        column: best.table.columns[best.column].name.clone(),
        span: narrowed(best.table.cell_span(best.row, best.column), &shown),
    })
}

/// The cell that shares most so far.
struct Best<'d> {
    shared: usize,
    table: &'d Table,
    row: usize,
    column: usize,
}

fn search<'d>(
    data: &'d Dataset,
    (table, row): (&'d Table, usize),
    wanted: &str,
    depth: usize,
    best: &mut Option<Best<'d>>,
) {
    let record = table.row(row);
    for (column, value) in record.cells.iter().enumerate() {
        let shared = texts(value).map(|text| shared(text, wanted)).max().unwrap_or(0);
        if shared > best.as_ref().map_or(0, |best| best.shared) {
            *best = Some(Best { shared, table, row, column });
        }
    }
    let Some(depth) = depth.checked_sub(1) else { return };
    for (column, value) in record.cells.iter().enumerate() {
        if let (Value::Ref(to), Some(target)) = (value, table.columns[column].target)
            && let Some(target) = data.tables.get(target)
        {
            search(data, (target, *to as usize), wanted, depth, best);
        }
    }
}

/// The texts of a cell.
fn texts(value: &Value) -> impl Iterator<Item = &str> {
    let (one, items): (Option<&str>, &[Box<str>]) = match value {
        Value::Text(text) | Value::Decimal(text) => (Some(text), &[]),
        Value::Loaded(text) => (Some(text), &[]),
        Value::List(items) => (None, items),
        _ => (None, &[]),
    };
    one.into_iter().chain(items.iter().map(|item| &**item))
}

/// How many bytes a cell and a text share: the text if it is a part of the cell, the cell if it is
/// a part of the text, else none.
fn shared(cell: &str, wanted: &str) -> usize {
    let cell = plain(cell);
    if cell.contains(wanted) {
        wanted.len()
    } else if cell.chars().nth(LEAST - 1).is_some() && wanted.contains(&*cell) {
        cell.len()
    } else {
        0
    }
}

/// A text as it compares: on a page white space is collapsed, and letters may be capitals.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !plain.is_empty() {
            plain.push(' ');
        }
        plain.extend(word.chars().flat_map(char::to_lowercase));
    }
    plain
}

/// The text within its cell; the cell if the file spells it otherwise (decomposed, in capitals).
fn narrowed(cell: Span, wanted: &str) -> Span {
    match cell.source.text.get(cell.range.clone()).and_then(|text| text.find(wanted)) {
        Some(at) => {
            let start = cell.range.start + at;
            Span { range: start..start + wanted.len(), ..cell }
        }
        None => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_parts_of_lines_are_found_in_cells() {
        assert_eq!(shared("A  Rather Long Name", "a rather"), 8);
        assert_eq!(shared("Name", "prof. name, m.a."), 4);
        assert_eq!(shared("x", "exact"), 0);
        assert_eq!(shared("Other", "name"), 0);
    }
}
