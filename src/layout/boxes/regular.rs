//! Regular tables in the structure tree: all rows cover the same columns (PDF/UA-1 §7.5).
//!
//! Input: a table's boxes and their structure elements. Effect on the latter: spans reach over
//! rows and columns that exist, and short rows get empty cells at their ends. What is laid out
//! stays as it is.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::html::Dom;
use crate::layout::boxes::headers;
use crate::layout::boxes::tree::{BoxTree, RowGroup, Table};
use crate::layout::fragment::{CellAttributes, Role, StructureElement, StructureId};

/// A row in its slots.
pub(super) struct Row {
    structure: StructureId,
    pub(super) cells: Vec<Cell>,
    /// The slots that its cells and those from above cover.
    covered: Vec<bool>,
}

/// A cell in its slots.
pub(super) struct Cell {
    pub(super) structure: StructureId,
    pub(super) column: usize,
    pub(super) rows: usize,
    pub(super) columns: usize,
}

/// Makes a table's structure elements regular. A table with rows that have no structure element of
/// their own is left alone. Its parts are among the structure elements from number `first` on.
pub fn make_regular(dom: &Dom, tree: &mut BoxTree, table: &Table, first: usize) {
    let mut rows = Vec::new();
    for group in &table.groups {
        let Some(of_group) = slots(tree, group) else { return };
        rows.extend(of_group);
    }
    add_cells_without_slot(tree, &mut rows, first);
    // A column in which no cell begins is none: a span over it says "to the end".
    let cells = rows.iter().flat_map(|row| &row.cells);
    let columns = cells.map(|cell| cell.column + 1).max().unwrap_or(0);
    headers::assign(dom, &mut tree.structure, &rows);
    for row in rows {
        for cell in &row.cells {
            clip(tree, cell, columns);
        }
        let covered = row.covered.iter().take(columns).filter(|c| **c).count();
        for _ in covered..columns {
            add_cell(tree, row.structure);
        }
    }
}

/// Cells that are out of flow have no slot in the layout, and are cells of their rows for whoever has the table
/// read: each takes a column behind the others.
fn add_cells_without_slot(tree: &BoxTree, rows: &mut [Row], first: usize) {
    let placed: FxHashSet<u32> =
        rows.iter().flat_map(|row| &row.cells).map(|cell| cell.structure.0).collect();
    let numbers: FxHashMap<u32, usize> =
        rows.iter().enumerate().map(|(number, row)| (row.structure.0, number)).collect();
    for (id, element) in (0u32..).zip(&tree.structure.elements).skip(first) {
        let structure = StructureId(id);
        let row = element.parent.and_then(|parent| numbers.get(&parent.0));
        if let Some(row) = row.filter(|_| is_cell(tree, structure) && !placed.contains(&id)) {
            let row = &mut rows[*row];
            let column = row.covered.len();
            row.covered.push(true);
            row.cells.push(Cell { structure, column, rows: 1, columns: 1 });
        }
    }
}

/// The rows of a group in their slots (HTML §4.9.12.1).
fn slots(tree: &BoxTree, group: &RowGroup) -> Option<Vec<Row>> {
    // Rows still to cover, for each column.
    let mut reach: Vec<usize> = Vec::new();
    let mut rows = Vec::new();
    for (index, row) in group.rows.iter().enumerate() {
        let left = group.rows.len() - index;
        let structure = row.structure.filter(|id| role(tree, *id) == Some(Role::TableRow))?;
        let mut cells = Vec::new();
        let mut column = 0;
        for cell in &row.cells {
            // An anonymous cell is none for whoever has the table read.
            let structure = tree.get(cell.content).structure.filter(|id| is_cell(tree, *id));
            let Some(structure) = structure else { continue };
            while reach.get(column).is_some_and(|r| *r > 0) {
                column += 1;
            }
            let rows = if cell.row_span == 0 { left } else { left.min(cell.row_span.into()) };
            let columns = usize::from(cell.column_span).max(1);
            let end = column + columns;
            reach.resize(reach.len().max(end), 0);
            reach[column..end].fill(rows);
            cells.push(Cell { structure, column, rows, columns });
            column = end;
        }
        let covered = reach.iter().map(|r| *r > 0).collect();
        rows.push(Row { structure, cells, covered });
        reach.iter_mut().for_each(|r| *r = r.saturating_sub(1));
    }
    Some(rows)
}

fn role(tree: &BoxTree, id: StructureId) -> Option<Role> {
    tree.structure.elements.get(id.0 as usize).map(|element| element.role)
}

fn is_cell(tree: &BoxTree, id: StructureId) -> bool {
    matches!(role(tree, id), Some(Role::TableData | Role::TableHeader))
}

/// Lets a cell's structure element span what exists.
fn clip(tree: &mut BoxTree, cell: &Cell, columns: usize) {
    let element = tree.structure.elements.get_mut(cell.structure.0 as usize);
    if let Some(attributes) = element.and_then(|element| element.cell.as_mut()) {
        let fit = |span: usize| u16::try_from(span).unwrap_or(u16::MAX);
        attributes.row_span = fit(cell.rows);
        attributes.column_span = fit(cell.columns.min(columns - cell.column));
    }
}

/// Adds an empty cell at the end of a row.
fn add_cell(tree: &mut BoxTree, row: StructureId) {
    tree.structure.elements.push(StructureElement {
        role: Role::TableData,
        parent: Some(row),
        // After all cells of the row.
        reading: u32::MAX,
        element: None,
        lang: None,
        alt: None,
        expansion: None,
        href: None,
        contents: None,
        cell: Some(CellAttributes {
            row_span: 1,
            column_span: 1,
            scope: None,
            headers: Vec::new(),
        }),
        list_numbering: None,
    });
}
