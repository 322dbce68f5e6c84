//! Row heights and cells (CSS 2.2 §17.5.3).

use crate::css::computed::{LengthPercentage, SizeValue, VerticalAlign};
use crate::geom::{Point, Px, Size};
use crate::layout::context::{ContentLayout, Context, PendingPositioned};
use crate::layout::fragment::Fragment;
use crate::layout::independent::{self, new_fragment};
use crate::layout::positioned;
use crate::layout::sizing::Edges;

use super::TableLayout;
use super::grid::GridCell;

/// A cell laid out at its column's width.
struct LaidCell {
    cell: GridCell,
    edges: Edges,
    contents: ContentLayout,
    /// Height of the border box by its content and style.
    height: Px,
    /// Baseline from the border box's top, where it aligns by baseline.
    baseline: Option<Px>,
}

/// Rows with their heights.
pub struct RowLayout {
    cells: Vec<LaidCell>,
    heights: Vec<Px>,
    baselines: Vec<Px>,
}

/// Lays out all cells and finds the heights of all rows; a definite height of the grid's content
/// box is shared out.
pub(super) fn layout(
    cx: &mut Context,
    table: &TableLayout,
    columns: &[Px],
    height: Option<Px>,
) -> RowLayout {
    let mut cells = Vec::with_capacity(table.grid.cells.len());
    for (index, cell) in table.grid.cells.iter().enumerate() {
        cells.push(lay_cell(cx, table, index, *cell, columns));
    }
    let rows = table.grid.rows.len();
    let mut layout =
        RowLayout { cells, heights: vec![Px::ZERO; rows], baselines: vec![Px::ZERO; rows] };
    layout.find_baselines();
    layout.find_heights(table);
    if let Some(height) = height {
        layout.stretch(table, height);
    }
    layout
}

fn lay_cell(
    cx: &mut Context,
    table: &TableLayout,
    index: usize,
    cell: GridCell,
    columns: &[Px],
) -> LaidCell {
    let style = cx.style(cell.id).clone();
    let span = &columns[cell.column..cell.column + cell.column_span];
    let width = span.iter().copied().sum::<Px>() + table.spacing.0 * (cell.column_span - 1) as f32;
    let edges = table.borders.edges(index, &style, width);
    let sum = edges.sum();
    let content_width = (width - sum.horizontal()).max(Px::ZERO);
    let contents = cx.layout_contents(cell.id, content_width, None);
    let set = match &style.height {
        SizeValue::Value(LengthPercentage::Length(length)) => match style.box_sizing {
            crate::css::computed::BoxSizing::ContentBox => *length + sum.vertical(),
            crate::css::computed::BoxSizing::BorderBox => *length,
        },
        _ => Px::ZERO,
    };
    let height = (contents.height + sum.vertical()).max(set);
    let by_baseline = !matches!(
        style.vertical_align,
        VerticalAlign::Top | VerticalAlign::Middle | VerticalAlign::Bottom
    );
    let baseline =
        by_baseline.then(|| sum.top + contents.first_baseline.unwrap_or(contents.height));
    LaidCell { cell, edges, contents, height, baseline }
}

impl RowLayout {
    fn find_baselines(&mut self) {
        for laid in &self.cells {
            if let Some(baseline) = laid.baseline {
                let row = &mut self.baselines[laid.cell.row];
                *row = row.max(baseline);
            }
        }
        // A row without baselines stands on the content of its lowest cell (CSS 2.2 §17.5.3).
        let mut lowest = vec![None; self.baselines.len()];
        for laid in &self.cells {
            let bottom = laid.height - laid.edges.sum().bottom;
            let entry: &mut Option<Px> = &mut lowest[laid.cell.row];
            *entry = Some(entry.map_or(bottom, |e| e.max(bottom)));
        }
        for laid in self.cells.iter().filter(|c| c.baseline.is_some()) {
            lowest[laid.cell.row] = None;
        }
        for (row, lowest) in self.baselines.iter_mut().zip(lowest) {
            *row = lowest.unwrap_or(*row);
        }
    }

    /// How high a row must be for this cell: alignment by baseline pushes it down.
    fn needed(&self, laid: &LaidCell) -> Px {
        match laid.baseline {
            Some(baseline) => laid.height + self.baselines[laid.cell.row] - baseline,
            None => laid.height,
        }
    }

    fn find_heights(&mut self, table: &TableLayout) {
        for (index, at) in table.grid.rows.iter().enumerate() {
            let style = &table.table.groups[at.group].rows[at.row].style;
            for value in [&style.height, &style.min_height] {
                if let SizeValue::Value(LengthPercentage::Length(length)) = value {
                    self.heights[index] = self.heights[index].max(*length);
                }
            }
        }
        let mut order: Vec<usize> = (0..self.cells.len()).collect();
        order.sort_by_key(|i| self.cells[*i].cell.row_span);
        for index in order {
            let laid = &self.cells[index];
            let needed = self.needed(laid);
            let cell = laid.cell;
            let rows = cell.row..cell.row + cell.row_span;
            let given = self.heights[rows.clone()].iter().copied().sum::<Px>()
                + table.spacing.1 * (cell.row_span - 1) as f32;
            if needed > given {
                grow(&mut self.heights[rows], needed - given);
            }
        }
    }

    fn stretch(&mut self, table: &TableLayout, height: Px) {
        let rows = self.heights.len();
        let gaps = table.spacing.1 * (rows + 1) as f32;
        let total: Px = self.heights.iter().copied().sum();
        let more = height - gaps - total;
        if rows == 0 || more <= Px::ZERO {
            return;
        }
        for row in &mut self.heights {
            let part = if total > Px::ZERO { *row / total } else { 1.0 / rows as f32 };
            *row += more * part;
        }
    }

    /// Top of each row, and the end: `rows + 1` places; spacing lies above each row and below the
    /// last.
    pub fn edges(&self, spacing: Px) -> Vec<Px> {
        let mut y = if self.heights.is_empty() { Px::ZERO } else { spacing };
        let mut edges = Vec::with_capacity(self.heights.len() + 1);
        for height in &self.heights {
            edges.push(y);
            y += *height + spacing;
        }
        edges.push(y);
        edges
    }

    /// First and last baseline, from the top of the grid's content box; spacing left aside.
    pub fn baselines(&self) -> (Option<Px>, Option<Px>) {
        let first = self.baselines.first().copied();
        let last = self
            .baselines
            .last()
            .map(|b| self.heights[..self.heights.len() - 1].iter().copied().sum::<Px>() + *b);
        (first, last)
    }

    /// Puts groups, rows and cells into the grid's fragment; what is positioned further out comes
    /// back, relative to the grid's border box.
    pub(super) fn place(
        self,
        cx: &mut Context,
        table: &TableLayout,
        fragment: &mut Fragment,
        inner: Point,
        xs: &[(Px, Px)],
        ys: &[Px],
    ) -> Vec<PendingPositioned> {
        let RowLayout { cells, heights, baselines } = self;
        let mut cells = cells.into_iter().peekable();
        let mut pending = Vec::new();
        let (left, right) = match (xs.first(), xs.last()) {
            (Some(first), Some(last)) => (first.0, last.1),
            _ => (Px::ZERO, Px::ZERO),
        };
        let mut row_index = 0;
        for group_index in table.grid.groups.iter().copied() {
            let group = &table.table.groups[group_index];
            let mut group_fragment = Fragment::new(&group.style);
            group_fragment.element = group.element;
            group_fragment.order = group.order;
            group_fragment.structure = group.structure;
            let top = ys[row_index];
            group_fragment.offset = inner + Point::new(left, top);
            let mut bottom = top;
            for row in &group.rows {
                let mut row_fragment = Fragment::new(&row.style);
                row_fragment.element = row.element;
                row_fragment.order = row.order;
                row_fragment.structure = row.structure;
                row_fragment.offset = Point::new(Px::ZERO, ys[row_index] - top);
                row_fragment.size = Size::new(right - left, heights[row_index]);
                let origin = inner + Point::new(left, ys[row_index]);
                while let Some(laid) = cells.next_if(|c| c.cell.row == row_index) {
                    let end = laid.cell.row + laid.cell.row_span - 1;
                    let height = ys[end] + heights[end] - ys[row_index];
                    let (x, _) = xs[laid.cell.column];
                    let (_, x_end) = xs[laid.cell.column + laid.cell.column_span - 1];
                    let size = Size::new(x_end - x, height);
                    let (mut cell, outer) = place_cell(cx, laid, size, baselines[row_index]);
                    cell.offset = Point::new(x - left, Px::ZERO);
                    for mut positioned in outer {
                        positioned.static_position += origin + cell.offset;
                        pending.push(positioned);
                    }
                    row_fragment.children.push(cell);
                }
                bottom = ys[row_index] + heights[row_index];
                row_index += 1;
                group_fragment.children.push(row_fragment);
            }
            group_fragment.size = Size::new(right - left, bottom - top);
            fragment.children.push(group_fragment);
        }
        pending
    }
}

/// Shares missing height among the rows that a cell covers, in proportion to what they have; empty
/// rows leave it to the last.
fn grow(rows: &mut [Px], missing: Px) {
    let total: Px = rows.iter().copied().sum();
    if total <= Px::ZERO {
        if let Some(last) = rows.last_mut() {
            *last += missing;
        }
        return;
    }
    for row in rows {
        *row += missing * (*row / total);
    }
}

/// A cell's border box at its final size, its content aligned.
fn place_cell(
    cx: &mut Context,
    laid: LaidCell,
    size: Size,
    row_baseline: Px,
) -> (Fragment, Vec<PendingPositioned>) {
    let style = cx.style(laid.cell.id).clone();
    let sum = laid.edges.sum();
    let room = size.height - laid.contents.height - sum.vertical();
    let shift = match style.vertical_align {
        VerticalAlign::Top => Px::ZERO,
        VerticalAlign::Middle => (room / 2.0).max(Px::ZERO),
        VerticalAlign::Bottom => room.max(Px::ZERO),
        _ => laid.baseline.map_or(Px::ZERO, |b| row_baseline - b),
    };
    let origin = Point::new(sum.left, sum.top + shift);
    let mut fragment = new_fragment(cx, laid.cell.id, laid.edges);
    fragment.size = size;
    fragment.children = laid.contents.fragments;
    for child in &mut fragment.children {
        child.offset += origin;
    }
    let mut pending = laid.contents.positioned;
    for positioned in &mut pending {
        positioned.static_position += origin;
    }
    if positioned::is_containing_block(&style) {
        pending = positioned::place(cx, &mut fragment, pending);
    }
    fragment.offset += independent::relative_shift(
        &style,
        crate::layout::context::Containing { width: size.width, height: None },
        false,
    );
    (fragment, pending)
}
