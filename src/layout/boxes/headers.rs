//! Which header cells speak of a cell (HTML §4.9.12.2), where a header's scope alone does not tell: in
//! tables with headers that span, or with `headers` attributes.
//!
//! Input: a table's rows in their slots. Effect: [`CellAttributes::headers`] of its cells, headers of
//! columns before those of rows, each in document order. Tables of plain headers are left alone.
//!
//! [`CellAttributes::headers`]: crate::layout::fragment::CellAttributes::headers

use crate::html::{Dom, NodeId};
use crate::layout::boxes::regular::Row;
use crate::layout::fragment::{Role, Structure, StructureElement, StructureId};

/// A header cell and what it speaks of.
struct Header {
    id: StructureId,
    /// Its slots: rows, then columns, each from and to.
    rows: (usize, usize),
    columns: (usize, usize),
    of_columns: bool,
    of_rows: bool,
}

/// Finds the headers of a table's cells.
pub fn assign(dom: &Dom, structure: &mut Structure, rows: &[Row]) {
    let headers = headers(structure, rows);
    let spans = |header: &Header| {
        header.of_columns && header.columns.1 - header.columns.0 > 1
            || header.of_rows && header.rows.1 - header.rows.0 > 1
    };
    let names = |structure: &Structure, id: StructureId| {
        named(dom, &structure.elements[id.0 as usize]).is_some()
    };
    let cells =
        || rows.iter().enumerate().flat_map(|(y, row)| row.cells.iter().map(move |c| (y, c)));
    if !headers.iter().any(spans) && !cells().any(|(_, cell)| names(structure, cell.structure)) {
        return;
    }
    for (row, cell) in cells() {
        let id = cell.structure;
        let own_rows = (row, row + cell.rows);
        let own_columns = (cell.column, cell.column + cell.columns);
        let found = match named(dom, &structure.elements[id.0 as usize]) {
            Some(names) => by_name(dom, structure, &headers, names),
            None => {
                let above = headers.iter().filter(|header| {
                    header.of_columns && meet(header.columns, own_columns) && header.rows.1 <= row
                });
                let before = headers.iter().filter(|header| {
                    header.of_rows && meet(header.rows, own_rows) && header.columns.1 <= cell.column
                });
                above.chain(before).map(|header| header.id).collect()
            }
        };
        if let Some(attributes) = &mut structure.elements[id.0 as usize].cell {
            attributes.headers = found.into_iter().filter(|header| *header != id).collect();
            attributes.headers.dedup();
        }
    }
}

fn headers(structure: &Structure, rows: &[Row]) -> Vec<Header> {
    let mut headers = Vec::new();
    for (y, row) in rows.iter().enumerate() {
        for cell in &row.cells {
            let element = &structure.elements[cell.structure.0 as usize];
            if element.role != Role::TableHeader {
                continue;
            }
            let scope = element.cell.as_ref().and_then(|cell| cell.scope);
            headers.push(Header {
                id: cell.structure,
                rows: (y, y + cell.rows),
                columns: (cell.column, cell.column + cell.columns),
                of_columns: matches!(scope, Some("Column" | "Both")),
                of_rows: matches!(scope, Some("Row" | "Both")),
            });
        }
    }
    headers
}

fn meet(a: (usize, usize), b: (usize, usize)) -> bool {
    a.0 < b.1 && b.0 < a.1
}

/// The `headers` attribute of a cell.
fn named<'d>(dom: &'d Dom, element: &StructureElement) -> Option<&'d str> {
    let node = NodeId(element.element?.0);
    dom.attr(node, "headers").filter(|names| !names.trim().is_empty())
}

/// The header cells of the same table that a `headers` attribute names.
fn by_name(dom: &Dom, structure: &Structure, headers: &[Header], names: &str) -> Vec<StructureId> {
    let has_name = |header: &&Header, name: &str| {
        let element = structure.elements[header.id.0 as usize].element;
        element.is_some_and(|element| dom.attr(NodeId(element.0), "id") == Some(name))
    };
    let find = |name| headers.iter().find(|header| has_name(header, name));
    names.split_ascii_whitespace().filter_map(find).map(|header| header.id).collect()
}
