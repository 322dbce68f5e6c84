//! Row heights and cells (CSS 2.2 §17.5.3, CSS Tables 3 §3.10).
//!
//! Cells are laid out at their columns' widths; [`heights`](super::heights) finds the rows'
//! heights; then cells whose content asks for percentages of a definite height are laid out again
//! at the final one, and everything is put in place.

use std::sync::Arc;

use crate::css::computed::{Background, Computed, SizeValue, VerticalAlign};
use crate::geom::{Color, Point, Px, Size};
use crate::layout::boxes::tree::RowGroupKind;
use crate::layout::boxes::{BoxId, BoxKind, BoxTree, InlineItem};
use crate::layout::context::{Containing, ContentLayout, Context, PendingPositioned};
use crate::layout::fragment::{Fragment, FragmentContent, Origin};
use crate::layout::independent::{self, new_fragment};
use crate::layout::positioned;
use crate::layout::sizing::{Edges, block_size};

use super::TableLayout;
use super::grid::GridCell;
use super::heights::{Row, find_heights};

/// A cell laid out at its column's width.
pub(super) struct LaidCell {
    pub(super) cell: GridCell,
    edges: Edges,
    contents: ContentLayout,
    content_width: Px,
    /// Height of the border box by its content and style.
    pub(super) height: Px,
    /// Baseline from the border box's top, where it aligns by baseline.
    pub(super) baseline: Option<Px>,
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
    let baselines = row_baselines(&cells, table.grid.rows.len());
    let rows = find_heights(cx, table, &cells, &baselines, height);
    let heights = rows.iter().map(|row: &Row| row.height).collect();
    let mut layout = RowLayout { cells, heights, baselines };
    layout.lay_out_again(cx, table, height);
    layout
}

/// The edges of a cell, and the width of its content box.
fn room(
    table: &TableLayout,
    index: usize,
    cell: GridCell,
    columns: &[Px],
    style: &Computed,
) -> (Edges, Px) {
    let span = &columns[cell.column..cell.column + cell.column_span];
    let width = span.iter().copied().sum::<Px>() + table.spacing.0 * (cell.column_span - 1) as f32;
    // Percentages of a cell's padding refer to the table's width.
    let basis = columns.iter().copied().sum::<Px>() + table.gaps();
    let edges = table.borders.edges(index, style, basis);
    (edges, (width - edges.sum().horizontal()).max(Px::ZERO))
}

/// The height that a cell's content and edges take. The layout is kept for when the cell is laid out.
pub(super) fn content_height(
    cx: &mut Context,
    table: &TableLayout,
    index: usize,
    cell: GridCell,
    columns: &[Px],
) -> Px {
    let (edges, width) = room(table, index, cell, columns, cx.style(cell.id));
    cx.measure(cell.id, width, None).height + edges.sum().vertical()
}

fn lay_cell(
    cx: &mut Context,
    table: &TableLayout,
    index: usize,
    cell: GridCell,
    columns: &[Px],
) -> LaidCell {
    let style = cx.style(cell.id).clone();
    let (edges, content_width) = room(table, index, cell, columns, &style);
    let sum = edges.sum();
    let contents = cx.layout_contents(cell.id, content_width, None);
    let set = |value| block_size(&style, value, sum.vertical(), None).unwrap_or(Px::ZERO);
    let asked = set(&style.height).max(set(&style.min_height));
    let height = contents.height.max(asked) + sum.vertical();
    let by_baseline = !matches!(
        style.vertical_align,
        VerticalAlign::Top | VerticalAlign::Middle | VerticalAlign::Bottom
    );
    let baseline =
        by_baseline.then(|| sum.top + contents.first_baseline.unwrap_or(contents.height));
    LaidCell { cell, edges, contents, content_width, height, baseline }
}

/// The baselines of rows, from their tops.
fn row_baselines(cells: &[LaidCell], rows: usize) -> Vec<Px> {
    let mut baselines: Vec<Option<Px>> = vec![None; rows];
    let raise = |entry: &mut Option<Px>, to: Px| *entry = Some(entry.map_or(to, |e| e.max(to)));
    for laid in cells {
        if let Some(baseline) = laid.baseline {
            raise(&mut baselines[laid.cell.row], baseline);
        }
    }
    // A row without baselines stands on the content of its lowest cell (CSS 2.2 §17.5.3).
    let mut lowest: Vec<Option<Px>> = vec![None; rows];
    for laid in cells {
        raise(&mut lowest[laid.cell.row], laid.height - laid.edges.sum().bottom);
    }
    baselines.into_iter().zip(lowest).map(|(b, low)| b.or(low).unwrap_or(Px::ZERO)).collect()
}

/// Whether the height of anything in a box depends on that of its containing block.
fn depends_on_height(tree: &BoxTree, id: BoxId) -> bool {
    let percent = |value: &SizeValue| matches!(value, SizeValue::Value(v) if !v.is_absolute());
    let own = |id: &BoxId| {
        let style = &tree.get(*id).style;
        percent(&style.height) || percent(&style.min_height) || percent(&style.max_height)
    };
    let any = |children: &[BoxId]| children.iter().any(|c| own(c) || depends_on_height(tree, *c));
    match &tree.get(id).kind {
        BoxKind::Block(children) | BoxKind::Flex(children) | BoxKind::Grid(children) => {
            any(children)
        }
        BoxKind::Inline(content) => content.items.iter().any(|item| match item {
            InlineItem::Atomic(id) => any(&[*id]),
            _ => false,
        }),
        BoxKind::Table(_) | BoxKind::Replaced(_) | BoxKind::Anchor(_) => false,
    }
}

impl RowLayout {
    /// Percentages of heights in a cell refer to its final height if the cell or the table has a
    /// height (CSS Tables 3 §3.10.4).
    fn lay_out_again(&mut self, cx: &mut Context, table: &TableLayout, height: Option<Px>) {
        let ends = self.edges(table.spacing.1);
        for laid in &mut self.cells {
            let style = cx.style(laid.cell.id);
            let definite = height.is_some() || style.height != SizeValue::Auto;
            if !definite || !depends_on_height(cx.tree, laid.cell.id) {
                continue;
            }
            let last = laid.cell.row + laid.cell.row_span - 1;
            let outer = ends[last] + self.heights[last] - ends[laid.cell.row];
            let inner = (outer - laid.edges.sum().vertical()).max(Px::ZERO);
            laid.contents = cx.layout_contents(laid.cell.id, laid.content_width, Some(inner));
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
        let left = xs.iter().map(|x| x.0).reduce(Px::min).unwrap_or(Px::ZERO);
        let right = xs.iter().map(|x| x.1).reduce(Px::max).unwrap_or(Px::ZERO);
        let rtl = table.is_rtl();
        // Parts of a table are contained by its grid box.
        let containing = Containing { width: right - left, height: ys.last().copied() };
        let mut row_index = 0;
        for group_index in table.grid.groups.iter().copied() {
            let group = &table.table.groups[group_index];
            let mut group_fragment = Fragment::new(&group.style);
            group_fragment.element = group.element;
            group_fragment.order = group.order;
            group_fragment.structure = group.structure;
            // What is left out stands before the foot.
            let before = if group.kind == RowGroupKind::Foot { table.left_out } else { 0 };
            let top = ys[row_index];
            let mut bottom = top;
            let mut of_group = Vec::new();
            for row in &group.rows {
                let mut row_fragment = Fragment::new(&row.style);
                row_fragment.element = row.element;
                row_fragment.order = row.order;
                row_fragment.structure = row.structure;
                row_fragment.origin = Origin::Row((row_index + before) as u32);
                row_fragment.size = Size::new(right - left, heights[row_index]);
                let mut of_row = Vec::new();
                while let Some(laid) = cells.next_if(|c| c.cell.row == row_index) {
                    let end = laid.cell.row + laid.cell.row_span - 1;
                    let height = ys[end] + heights[end] - ys[row_index];
                    let (first, last) =
                        (xs[laid.cell.column], xs[laid.cell.column + laid.cell.column_span - 1]);
                    let (x, x_end) = (first.0.min(last.0), first.1.max(last.1));
                    let size = Size::new(x_end - x, height);
                    let (mut cell, outer) = place_cell(cx, laid, size, baselines[row_index]);
                    if cell.style.hide_empty_cells
                        && !table.borders.is_collapsed()
                        && is_empty(&cell)
                    {
                        cell.style = Arc::new(undecorated(&cell.style));
                    }
                    let shift = independent::relative_shift(&cell.style, containing, rtl);
                    cell.offset = Point::new(x - left, Px::ZERO) + shift;
                    keep(&mut of_row, outer, cell.offset);
                    row_fragment.children.push(cell);
                }
                let shift = independent::relative_shift(&row.style, containing, rtl);
                row_fragment.offset = Point::new(Px::ZERO, ys[row_index] - top) + shift;
                if positioned::is_containing_block(&row.style) {
                    of_row = positioned::place(cx, &mut row_fragment, of_row);
                }
                keep(&mut of_group, of_row, row_fragment.offset);
                bottom = ys[row_index] + heights[row_index];
                row_index += 1;
                group_fragment.children.push(row_fragment);
            }
            group_fragment.size = Size::new(right - left, bottom - top);
            let shift = independent::relative_shift(&group.style, containing, rtl);
            group_fragment.offset = inner + Point::new(left, top) + shift;
            if positioned::is_containing_block(&group.style) {
                of_group = positioned::place(cx, &mut group_fragment, of_group);
            }
            keep(&mut pending, of_group, group_fragment.offset);
            fragment.children.push(group_fragment);
        }
        pending
    }
}

/// Keeps positioned boxes of a part that stands at `offset`.
fn keep(into: &mut Vec<PendingPositioned>, from: Vec<PendingPositioned>, offset: Point) {
    for mut positioned in from {
        positioned.translate(offset);
        into.push(positioned);
    }
}

/// Whether a cell holds nothing but what stands out of the flow (CSS 2.2 §17.6.1.1).
fn is_empty(cell: &Fragment) -> bool {
    let is_anchor = |child: &Fragment| matches!(child.content, FragmentContent::Anchor(_));
    cell.children.iter().all(is_anchor)
}

/// A style without lines and background, of the same size.
fn undecorated(style: &Computed) -> Computed {
    let mut style = style.clone();
    let border = &mut style.border;
    for side in [&mut border.top, &mut border.right, &mut border.bottom, &mut border.left] {
        side.color = Color::TRANSPARENT;
    }
    style.background = Arc::new(Background {
        color: Color::TRANSPARENT,
        layers: Vec::new(),
        ..(*style.background).clone()
    });
    style
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
    let mut pending = Vec::new();
    keep(&mut pending, laid.contents.positioned, origin);
    if positioned::is_containing_block(&style) {
        pending = positioned::place(cx, &mut fragment, pending);
    }
    (fragment, pending)
}
