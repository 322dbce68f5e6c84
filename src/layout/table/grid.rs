//! Where each cell stands (HTML §4.9.12, "forming a table"): slots of a grid, spans resolved.

use crate::layout::boxes::BoxId;
use crate::layout::boxes::tree::{RowGroupKind, Table};

/// A cell in its slots.
#[derive(Clone, Copy, Debug)]
pub struct GridCell {
    /// The cell's box.
    pub id: BoxId,
    /// First row, in visual order.
    pub row: usize,
    /// First column.
    pub column: usize,
    /// Rows covered, at least 1.
    pub row_span: usize,
    /// Columns covered, at least 1.
    pub column_span: usize,
}

/// A row in visual order: heads first, feet last.
#[derive(Clone, Copy, Debug)]
pub struct GridRow {
    /// Index of the group in the table.
    pub group: usize,
    /// Index of the row in its group.
    pub row: usize,
}

/// The grid of a table.
#[derive(Clone, Debug, Default)]
pub struct Grid {
    /// Number of columns.
    pub columns: usize,
    /// Rows in visual order.
    pub rows: Vec<GridRow>,
    /// Cells in row order.
    pub cells: Vec<GridCell>,
    /// Groups in visual order.
    pub groups: Vec<usize>,
    /// Which columns are left after merging, of those that the cells' spans count.
    pub kept: Vec<bool>,
}

impl Grid {
    /// The grid of a table, in a fixed layout or an automatic one.
    pub fn new(table: &Table, fixed: bool) -> Grid {
        let mut grid = Grid::unmerged(table);
        grid.kept = grid.kept_columns(table.columns.len(), fixed);
        grid.merge_columns();
        grid
    }

    /// The grid of some rows of a table, with the columns of the whole.
    pub fn part(rows: &Table, kept: &[bool]) -> Grid {
        let mut grid = Grid::unmerged(rows);
        grid.columns = kept.len();
        grid.kept = kept.to_vec();
        grid.merge_columns();
        grid
    }

    fn unmerged(table: &Table) -> Grid {
        let mut grid = Grid { columns: table.columns.len(), ..Grid::default() };
        for kind in [RowGroupKind::Head, RowGroupKind::Body, RowGroupKind::Foot] {
            let of_kind = table.groups.iter().enumerate().filter(|(_, g)| g.kind == kind);
            for (index, _) in of_kind {
                grid.groups.push(index);
                grid.add_group(table, index);
            }
        }
        grid
    }

    /// In an automatic layout, a column in which no cell begins and that has no `col` is merged with
    /// the one before it: a span over it takes no room there (CSS Tables 3 §3.4).
    fn kept_columns(&self, declared: usize, fixed: bool) -> Vec<bool> {
        let mut kept = vec![fixed; self.columns];
        kept[..declared.min(self.columns)].fill(true);
        for cell in &self.cells {
            kept[cell.column] = true;
        }
        kept
    }

    /// Merges columns that are not kept with those before them.
    fn merge_columns(&mut self) {
        let mut places = Vec::with_capacity(self.columns + 1);
        let mut count = 0;
        for kept in &self.kept {
            places.push(count);
            count += usize::from(*kept);
        }
        places.push(count);
        for cell in &mut self.cells {
            let end = places[cell.column + cell.column_span];
            cell.column = places[cell.column];
            cell.column_span = end - cell.column;
        }
        self.columns = count;
    }

    fn add_group(&mut self, table: &Table, group: usize) {
        let rows = &table.groups[group].rows;
        let first = self.rows.len();
        // Rows still covered from above, for each column.
        let mut covered: Vec<usize> = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            self.rows.push(GridRow { group, row: index });
            let mut column = 0;
            for cell in &row.cells {
                while covered.get(column).is_some_and(|c| *c > 0) {
                    column += 1;
                }
                let left = rows.len() - index;
                let row_span = match usize::from(cell.row_span) {
                    0 => left,
                    span => span.min(left),
                };
                let column_span = usize::from(cell.column_span).max(1);
                let end = column + column_span;
                if covered.len() < end {
                    covered.resize(end, 0);
                }
                for slot in &mut covered[column..end] {
                    *slot = row_span;
                }
                let row = first + index;
                self.cells.push(GridCell { id: cell.content, row, column, row_span, column_span });
                column = end;
            }
            self.columns = self.columns.max(covered.len());
            for slot in &mut covered {
                *slot = slot.saturating_sub(1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::css::computed::Computed;
    use crate::layout::boxes::tree::{RowGroup, TableCell, TableRow};
    use std::sync::Arc;

    fn table(style: &Arc<Computed>, rows: &[&[(u16, u16)]]) -> Table {
        let row = |cells: &&[(u16, u16)]| TableRow {
            style: style.clone(),
            element: None,
            structure: None,
            order: 0,
            cells: cells
                .iter()
                .map(|(row_span, column_span)| TableCell {
                    content: BoxId(0),
                    row_span: *row_span,
                    column_span: *column_span,
                })
                .collect(),
        };
        let group = RowGroup {
            kind: RowGroupKind::Body,
            style: style.clone(),
            element: None,
            structure: None,
            order: 0,
            rows: rows.iter().map(row).collect(),
        };
        Table { groups: vec![group], ..Table::default() }
    }

    #[test]
    fn spans_push_later_cells_to_free_slots() {
        let style = Computed::initial();
        let rows: &[&[(u16, u16)]] = &[&[(2, 1), (1, 2)], &[(1, 1)], &[(0, 1)]];
        let grid = Grid::new(&table(&style, rows), true);
        let places: Vec<_> = grid.cells.iter().map(|c| (c.row, c.column)).collect();
        assert_eq!(places, [(0, 0), (0, 1), (1, 1), (2, 0)]);
        assert_eq!(grid.columns, 3);
        // In an automatic layout the third column, in which no cell begins, is none.
        let grid = Grid::new(&table(&style, rows), false);
        assert_eq!((grid.columns, grid.cells[1].column_span), (2, 1));
    }
}
