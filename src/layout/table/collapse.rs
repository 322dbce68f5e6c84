//! Borders of cells, separate or collapsed (CSS 2.2 §17.6).
//!
//! In the collapsing model every edge of the grid has one border: the winner among the borders of
//! the cells, rows, row groups, columns and the table that meet there (§17.6.2.1).

use std::sync::Arc;

use crate::css::computed::{Border, BorderCollapse, Computed, Direction, LineStyle};
use crate::geom::{Color, Point, Px, Sides};
use crate::layout::boxes::tree::Table;
use crate::layout::context::Context;
use crate::layout::fragment::BorderSegment;
use crate::layout::sizing::Edges;

use super::grid::Grid;

/// No border at all.
const NONE: Border = Border { width: Px::ZERO, style: LineStyle::None, color: Color::TRANSPARENT };

/// Used borders of the cells and of the table.
pub struct CellBorders {
    /// In the collapsing model: the winning borders.
    collapsed: Option<Collapsed>,
}

struct Collapsed {
    /// `rows + 1` lines of `columns` edges.
    horizontal: Vec<Vec<Border>>,
    /// `rows` lines of `columns + 1` edges.
    vertical: Vec<Vec<Border>>,
    /// Half the winning borders around each cell.
    cells: Vec<Sides<Px>>,
    /// Half the widest border on each side of the table.
    table: Sides<Px>,
}

impl CellBorders {
    /// The borders of a table's cells.
    pub fn new(cx: &Context, style: &Computed, table: &Table, grid: &Grid) -> CellBorders {
        let collapse = style.border_collapse == BorderCollapse::Collapse;
        CellBorders { collapsed: collapse.then(|| resolve(cx, style, table, grid)) }
    }

    /// Border and padding of a cell.
    pub fn edges(&self, cell: usize, style: &Computed, containing_width: Px) -> Edges {
        let mut edges = Edges::new(style, containing_width);
        if let Some(collapsed) = &self.collapsed {
            edges.border = collapsed.cells[cell];
        }
        edges
    }

    /// Border and padding of the table's grid box.
    pub fn table_edges(&self, style: &Computed, containing_width: Px) -> Edges {
        match &self.collapsed {
            None => Edges::new(style, containing_width),
            Some(collapsed) => Edges { border: collapsed.table, padding: Sides::ZERO },
        }
    }

    /// `border-spacing`; none in the collapsing model.
    pub fn spacing(&self, style: &Computed) -> (Px, Px) {
        match self.collapsed {
            None => style.border_spacing,
            Some(_) => (Px::ZERO, Px::ZERO),
        }
    }

    /// Whether borders are collapsed.
    pub fn is_collapsed(&self) -> bool {
        self.collapsed.is_some()
    }

    /// The lines between `top` and `bottom` row edges, with `xs` and `ys` the places of column and
    /// row edges. Runs of the same border are one segment. Where lines cross, the strongest goes
    /// through and the others end at its edge.
    pub fn segments(
        &self,
        xs: &[Px],
        ys: &[Px],
        rows: std::ops::Range<usize>,
    ) -> Vec<BorderSegment> {
        let Some(collapsed) = &self.collapsed else { return Vec::new() };
        let mut out = Vec::new();
        for (line, y) in ys.iter().enumerate().take(rows.end + 1).skip(rows.start) {
            let edges = &collapsed.horizontal[line];
            let ends =
                |at: usize| !goes_through(&edges[at], collapsed.joint(line, at).upright(), true);
            for run in runs(edges, ends) {
                let (start, end) =
                    (collapsed.joint(line, run.start), collapsed.joint(line, run.end));
                let border = edges[run.start];
                let (before, after) = (start.level().0, end.level().1);
                // From right to left, the first edge is the rightmost.
                let (first, last) = (xs[run.start], xs[run.end]);
                let away = if first > last { -1.0 } else { 1.0 };
                let first = first - reach(&border, &before, start.upright(), true, true) * away;
                let last = last + reach(&border, &after, end.upright(), false, true) * away;
                if (last - first) * away > Px::ZERO {
                    let from = Point::new(first.min(last), *y);
                    let to = Point::new(first.max(last), *y);
                    out.push(BorderSegment { from, to, border });
                }
            }
        }
        for (column, x) in xs.iter().enumerate() {
            let edges: Vec<Border> =
                rows.clone().map(|row| collapsed.vertical[row][column]).collect();
            let ends = |at: usize| {
                let crossing = collapsed.joint(rows.start + at, column).level();
                !goes_through(&edges[at], crossing, false)
            };
            for run in runs(&edges, ends) {
                let (top, bottom) = (rows.start + run.start, rows.start + run.end);
                let (start, end) = (collapsed.joint(top, column), collapsed.joint(bottom, column));
                let border = edges[run.start];
                let (above, below) = (start.upright().0, end.upright().1);
                let from = ys[top] - reach(&border, &above, start.level(), true, false);
                let to = ys[bottom] + reach(&border, &below, end.level(), false, false);
                if to > from {
                    let (from, to) = (Point::new(*x, from), Point::new(*x, to));
                    out.push(BorderSegment { from, to, border });
                }
            }
        }
        out.retain(|s| s.border.width > Px::ZERO && !s.border.color.is_transparent());
        out
    }
}

/// The borders that meet at a corner of the grid.
struct Joint {
    left: Border,
    right: Border,
    above: Border,
    below: Border,
}

impl Joint {
    fn level(&self) -> (Border, Border) {
        (self.left, self.right)
    }

    fn upright(&self) -> (Border, Border) {
        (self.above, self.below)
    }
}

impl Collapsed {
    /// What meets where a row edge crosses a column edge.
    fn joint(&self, line: usize, column: usize) -> Joint {
        let at = |lines: &[Vec<Border>], row: Option<usize>, column: Option<usize>| {
            let edge = row.and_then(|r| lines.get(r)).and_then(|l| l.get(column?));
            edge.copied().unwrap_or(NONE)
        };
        let (before, above) = (column.checked_sub(1), line.checked_sub(1));
        Joint {
            left: at(&self.horizontal, Some(line), before),
            right: at(&self.horizontal, Some(line), Some(column)),
            above: at(&self.vertical, above, Some(column)),
            below: at(&self.vertical, Some(line), Some(column)),
        }
    }
}

/// How far a line reaches beyond the middle of a corner at its start or its end: half of what
/// crosses it, or as much less. `opposite` goes on beyond the corner; of lines of one strength in
/// one direction the first goes through.
fn reach(
    line: &Border,
    opposite: &Border,
    crossing: (Border, Border),
    is_start: bool,
    is_level: bool,
) -> Px {
    let strength = |b: &Border| (b.width, b.style);
    let widest = crossing.0.width.max(crossing.1.width);
    let beats_opposite = if is_start {
        strength(line) > strength(opposite)
    } else {
        strength(line) >= strength(opposite)
    };
    let half = widest * 0.5;
    if beats_opposite && goes_through(line, crossing, is_level) { half } else { -half }
}

/// Whether a line goes through the corner where others cross it. Lines of one strength both do,
/// unless it would show that the corner is painted twice.
fn goes_through(line: &Border, crossing: (Border, Border), is_level: bool) -> bool {
    let strength = |b: &Border| (b.width, b.style);
    let strongest =
        if strength(&crossing.1) > strength(&crossing.0) { crossing.1 } else { crossing.0 };
    if is_level || line.color.alpha() >= 1.0 {
        strength(line) >= strength(&strongest)
    } else {
        strength(line) > strength(&strongest)
    }
}

/// Maximal runs of equal borders that do not end before an edge.
fn runs(edges: &[Border], ends_before: impl Fn(usize) -> bool) -> Vec<std::ops::Range<usize>> {
    let mut out: Vec<std::ops::Range<usize>> = Vec::new();
    for (index, edge) in edges.iter().enumerate() {
        match out.last_mut() {
            Some(run) if edges[run.start] == *edge && !ends_before(index) => run.end = index + 1,
            _ => out.push(index..index + 1),
        }
    }
    out
}

/// The stronger of two borders; the first wins a tie, so call it with the more specific first.
fn stronger(a: Border, b: Border) -> Border {
    if a.style == LineStyle::Hidden || b.style == LineStyle::Hidden {
        return Border { style: LineStyle::Hidden, ..NONE };
    }
    if a.style == LineStyle::None {
        return b;
    }
    if b.style == LineStyle::None {
        return a;
    }
    if (b.width, b.style) > (a.width, a.style) { b } else { a }
}

/// Owners of grid slots: the cell that covers each.
fn slots(grid: &Grid) -> Vec<Vec<Option<usize>>> {
    let mut slots = vec![vec![None; grid.columns]; grid.rows.len()];
    for (index, cell) in grid.cells.iter().enumerate() {
        for row in &mut slots[cell.row..cell.row + cell.row_span] {
            for slot in &mut row[cell.column..cell.column + cell.column_span] {
                *slot = Some(index);
            }
        }
    }
    slots
}

fn resolve(cx: &Context, style: &Computed, table: &Table, grid: &Grid) -> Collapsed {
    let slots = slots(grid);
    let (rows, columns) = (grid.rows.len(), grid.columns);
    let owner =
        |row: Option<usize>, column: Option<usize>| slots.get(row?)?.get(column?).copied()?;
    let cell_style = |cell: usize| cx.style(grid.cells[cell].id);
    let row_style = |row: usize| -> (&Arc<Computed>, &Arc<Computed>) {
        let at = grid.rows[row];
        let group = &table.groups[at.group];
        (&group.rows[at.row].style, &group.style)
    };
    let mut horizontal = vec![vec![NONE; columns]; rows + 1];
    for (line, edges) in horizontal.iter_mut().enumerate() {
        for (column, edge) in edges.iter_mut().enumerate() {
            let above = line.checked_sub(1);
            let below = (line < rows).then_some(line);
            let (upper, lower) = (owner(above, Some(column)), owner(below, Some(column)));
            if upper.is_some() && upper == lower {
                continue; // inside a spanning cell
            }
            let mut winner = NONE;
            // The cell, row or group above wins a tie over the one below.
            if let Some(cell) = upper {
                winner = stronger(winner, cell_style(cell).border.bottom);
            }
            if let Some(cell) = lower {
                winner = stronger(winner, cell_style(cell).border.top);
            }
            if let Some(row) = above {
                winner = stronger(winner, row_style(row).0.border.bottom);
            }
            if let Some(row) = below {
                winner = stronger(winner, row_style(row).0.border.top);
            }
            let group_of = |row: Option<usize>| row.map(|r| grid.rows[r].group);
            if group_of(above) != group_of(below) {
                if let Some(row) = above {
                    winner = stronger(winner, row_style(row).1.border.bottom);
                }
                if let Some(row) = below {
                    winner = stronger(winner, row_style(row).1.border.top);
                }
            }
            if let Some(column) = table.columns.get(column) {
                if line == 0 {
                    winner = stronger(winner, column.border.top);
                }
                if line == rows {
                    winner = stronger(winner, column.border.bottom);
                }
            }
            if line == 0 {
                winner = stronger(winner, style.border.top);
            }
            if line == rows {
                winner = stronger(winner, style.border.bottom);
            }
            *edge = winner;
        }
    }
    // From right to left a cell's right border is the one before it.
    let rtl = style.text.direction == Direction::Rtl;
    let start = |style: &Computed| if rtl { style.border.right } else { style.border.left };
    let end = |style: &Computed| if rtl { style.border.left } else { style.border.right };
    let mut vertical = vec![vec![NONE; columns + 1]; rows];
    for (row, edges) in vertical.iter_mut().enumerate() {
        for (column, edge) in edges.iter_mut().enumerate() {
            let before = column.checked_sub(1);
            let after = (column < columns).then_some(column);
            let (left, right) = (owner(Some(row), before), owner(Some(row), after));
            if left.is_some() && left == right {
                continue;
            }
            let mut winner = NONE;
            if let Some(cell) = left {
                winner = stronger(winner, end(cell_style(cell)));
            }
            if let Some(cell) = right {
                winner = stronger(winner, start(cell_style(cell)));
            }
            let (row_style, group_style) = row_style(row);
            if column == 0 {
                winner = stronger(winner, start(row_style));
                winner = stronger(winner, start(group_style));
            }
            if column == columns {
                winner = stronger(winner, end(row_style));
                winner = stronger(winner, end(group_style));
            }
            if let Some(style) = before.and_then(|c| table.columns.get(c)) {
                winner = stronger(winner, end(style));
            }
            if let Some(style) = after.and_then(|c| table.columns.get(c)) {
                winner = stronger(winner, start(style));
            }
            if column == 0 {
                winner = stronger(winner, start(style));
            }
            if column == columns {
                winner = stronger(winner, end(style));
            }
            *edge = winner;
        }
    }
    let cells =
        grid.cells.iter().map(|cell| half_borders(cell, &horizontal, &vertical, rtl)).collect();
    let widest = |edges: &mut dyn Iterator<Item = Px>| edges.fold(Px::ZERO, Px::max) / 2.0;
    let (left, right) = if rtl { (columns, 0) } else { (0, columns) };
    let table = Sides {
        top: widest(&mut horizontal[0].iter().map(|b| b.width)),
        bottom: widest(&mut horizontal[rows].iter().map(|b| b.width)),
        left: widest(&mut vertical.iter().map(|r| r[left].width)),
        right: widest(&mut vertical.iter().map(|r| r[right].width)),
    };
    Collapsed { horizontal, vertical, cells, table }
}

fn half_borders(
    cell: &super::grid::GridCell,
    horizontal: &[Vec<Border>],
    vertical: &[Vec<Border>],
    rtl: bool,
) -> Sides<Px> {
    let columns = cell.column..cell.column + cell.column_span;
    let rows = cell.row..cell.row + cell.row_span;
    let across = |line: usize| {
        horizontal[line][columns.clone()].iter().map(|b| b.width).fold(Px::ZERO, Px::max) / 2.0
    };
    let along = |column: usize| {
        vertical[rows.clone()].iter().map(|r| r[column].width).fold(Px::ZERO, Px::max) / 2.0
    };
    Sides {
        top: across(rows.start),
        bottom: across(rows.end),
        left: along(if rtl { columns.end } else { columns.start }),
        right: along(if rtl { columns.start } else { columns.end }),
    }
}
