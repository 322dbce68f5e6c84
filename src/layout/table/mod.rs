//! Tables (CSS 2.2 §17, CSS Tables 3).
//!
//! Passes: [`grid`] places cells in slots, [`collapse`] settles borders, [`columns`] finds column
//! widths, [`rows`] lays out cells, [`heights`] finds row heights; this file puts the pieces
//! together.
//! Input: a table box with complete rows. Output: a grid fragment whose children are row groups →
//! rows → cells, so that page breaking can cut between rows and repeat heads; captions stand
//! around it in a wrapper.

mod collapse;
mod columns;
mod grid;
mod heights;
mod rows;

use std::rc::Rc;
use std::sync::Arc;

use crate::css::computed::{BorderCollapse, CaptionSide, Computed, Direction, SizeValue};
use crate::geom::{Point, Px, Rect, Sides, Size};
use crate::layout::boxes::tree::{RowGroup, RowGroupKind, Table};
use crate::layout::boxes::{BoxId, BoxKind};
use crate::layout::context::{Containing, Context, IntrinsicWidths};
use crate::layout::fragment::{Fragment, FragmentContent};
use crate::layout::independent::{self, BoxLayout, Fit, new_fragment};
use crate::layout::positioned;
use crate::layout::sizing::{Edges, InlineSizing, block_size, fixed_margins};

use collapse::CellBorders;
use grid::Grid;
use rows::RowLayout;

/// A table on its way through the passes.
struct TableLayout<'t> {
    id: BoxId,
    style: Arc<Computed>,
    table: &'t Table,
    grid: Grid,
    borders: CellBorders,
    spacing: (Px, Px),
    edges: Edges,
    /// How many rows of its bodies, the last ones, are not in `table`.
    left_out: usize,
}

impl<'t> TableLayout<'t> {
    fn new(cx: &mut Context<'t>, id: BoxId, containing_width: Px) -> TableLayout<'t> {
        let boxed = cx.tree.get(id);
        let BoxKind::Table(table) = &boxed.kind else { unreachable!("asked for by kind") };
        let grid = match table.whole {
            Some(whole) => Grid::part(table, &WholeColumns::of(cx, whole).kept),
            None => Grid::new(table, is_fixed(&boxed.style)),
        };
        let borders = CellBorders::new(cx, &boxed.style, table, &grid);
        let spacing = borders.spacing(&boxed.style);
        let edges = borders.table_edges(&boxed.style, containing_width);
        let style = boxed.style.clone();
        TableLayout { id, style, table, grid, borders, spacing, edges, left_out: 0 }
    }

    /// The table with only those rows of its bodies that may begin above `until`; none if these are
    /// all. Rows that a cell covers together stay together.
    fn beginning(&self, cx: &mut Context, columns: &[Px], until: Px) -> Option<Table> {
        let kind = |row: usize| self.table.groups[self.grid.rows[row].group].kind;
        let mut cells = self.grid.cells.iter().enumerate().peekable();
        let (mut y, mut covered) = (Px::ZERO, 0);
        for row in 0..self.grid.rows.len() {
            if y > until && row >= covered && kind(row) == RowGroupKind::Body {
                return Some(self.without_rows(row));
            }
            let mut height = Px::ZERO;
            while let Some((index, cell)) = cells.next_if(|(_, cell)| cell.row == row) {
                covered = covered.max(row + cell.row_span);
                if cell.row_span == 1 {
                    height = height.max(rows::content_height(cx, self, index, *cell, columns));
                }
            }
            y += height + self.spacing.1;
        }
        None
    }

    /// The table without the rows of its bodies from this one on.
    fn without_rows(&self, from: usize) -> Table {
        let mut groups = self.table.groups.clone();
        let is_body = |group: &RowGroup| group.kind == RowGroupKind::Body;
        for (index, group) in groups.iter_mut().enumerate().filter(|(_, group)| is_body(group)) {
            let above = self.grid.rows[..from].iter().filter(|row| row.group == index).count();
            group.rows.truncate(above);
        }
        groups.retain(|group| !is_body(group) || !group.rows.is_empty());
        let columns = self.table.columns.clone();
        Table { groups, columns, ..Table::default() }
    }

    /// The layout of some of the rows.
    fn of_rows<'r>(&self, cx: &Context, rows: &'r Table) -> TableLayout<'r> {
        let grid = Grid::part(rows, &self.grid.kept);
        let style = Arc::clone(&self.style);
        let left_out = self.grid.rows.len() - grid.rows.len();
        let borders = CellBorders::new(cx, &style, rows, &grid);
        let TableLayout { id, spacing, edges, .. } = *self;
        TableLayout { id, style, table: rows, grid, borders, spacing, edges, left_out }
    }

    /// Whether columns begin at the right.
    fn is_rtl(&self) -> bool {
        self.style.text.direction == Direction::Rtl
    }

    /// All horizontal spacing.
    fn gaps(&self) -> Px {
        if self.grid.columns == 0 {
            return Px::ZERO;
        }
        self.spacing.0 * (self.grid.columns + 1) as f32
    }

    fn requests(&self, cx: &mut Context) -> Vec<columns::Column> {
        if let Some(whole) = self.table.whole {
            return WholeColumns::of(cx, whole).requests.clone();
        }
        columns::collect(cx, &self.grid, &self.table.columns, &self.borders, self.spacing.0)
    }

    fn caption_min(&self, cx: &mut Context) -> Px {
        let captions = self.table.captions.iter();
        captions.map(|c| cx.outer_intrinsic_widths(*c).min).fold(Px::ZERO, Px::max)
    }
}

/// Whether column widths go by the first row alone (CSS 2.2 §17.5.2.1).
fn is_fixed(style: &Computed) -> bool {
    style.table_layout_fixed && style.width != SizeValue::Auto
}

/// The columns of a whole table, for its parts on other pages.
pub struct WholeColumns {
    /// Which of its columns count: see [`Grid::part`].
    kept: Vec<bool>,
    requests: Vec<columns::Column>,
}

impl WholeColumns {
    /// Those of this table; memoised.
    fn of(cx: &mut Context, whole: BoxId) -> Rc<WholeColumns> {
        if let Some(known) = cx.table_columns.get(&whole) {
            return Rc::clone(known);
        }
        let table = TableLayout::new(cx, whole, Px::ZERO);
        let requests = table.requests(cx);
        let columns = Rc::new(WholeColumns { kept: table.grid.kept, requests });
        cx.table_columns.insert(whole, Rc::clone(&columns));
        columns
    }
}

/// The intrinsic widths of a table's grid box without its edges.
pub fn intrinsic_widths(cx: &mut Context, id: BoxId) -> IntrinsicWidths {
    let table = TableLayout::new(cx, id, Px::ZERO);
    let requests = table.requests(cx);
    let widths = columns::intrinsic(&requests);
    let caption = table.caption_min(cx) - table.edges.sum().horizontal();
    IntrinsicWidths {
        min: (widths.min + table.gaps()).max(caption),
        max: (widths.max + table.gaps()).max(caption),
    }
}

/// The edges of a table whose borders are collapsed: half of those around it, and no padding. None for
/// other boxes.
pub fn collapsed_edges(cx: &mut Context, id: BoxId) -> Option<Edges> {
    let is_table = matches!(cx.tree.get(id).kind, BoxKind::Table(_));
    let collapses = cx.style(id).border_collapse == BorderCollapse::Collapse;
    (is_table && collapses).then(|| TableLayout::new(cx, id, Px::ZERO).edges)
}

/// Lays out a table with its captions.
pub fn layout(cx: &mut Context, id: BoxId, containing: Containing, fit: Fit) -> BoxLayout {
    let table = TableLayout::new(cx, id, containing.width);
    let margin = fixed_margins(&table.style, containing.width);
    let requests = table.requests(cx);
    let width = table.used_width(cx, &requests, containing, fit);
    let inner = (width - table.gaps()).max(Px::ZERO);
    let columns = if is_fixed(&table.style) {
        let whole = table.table.whole.map(|whole| TableLayout::new(cx, whole, containing.width));
        let TableLayout { grid, borders, .. } = whole.as_ref().unwrap_or(&table);
        columns::fixed(cx, grid, &table.table.columns, borders, inner)
    } else {
        columns::distribute(&requests, inner)
    };
    let width = width.max(columns.iter().copied().sum::<Px>() + table.gaps());
    let height = match fit {
        Fit::Exact(_, Some(height)) => Some((height - table.edges.sum().vertical()).max(Px::ZERO)),
        _ => {
            let vertical = table.edges.sum().vertical();
            block_size(&table.style, &table.style.height, vertical, containing.height)
        }
    };
    let until = cx.until.filter(|(whole, _)| *whole == id && height.is_none());
    let beginning = until.and_then(|(_, until)| table.beginning(cx, &columns, until));
    let part = beginning.as_ref().map(|rows| table.of_rows(cx, rows));
    let laid = part.as_ref().unwrap_or(&table);
    let rows = rows::layout(cx, laid, &columns, height);
    let mut grid = laid.assemble(cx, width, &columns, rows, height);
    grid.left_out = part.is_some();
    table.wrap(cx, grid, margin, containing)
}

impl TableLayout<'_> {
    /// The used content width of the grid box (CSS Tables 3 §3.8.1).
    fn used_width(
        &self,
        cx: &mut Context,
        requests: &[columns::Column],
        containing: Containing,
        fit: Fit,
    ) -> Px {
        let edges = self.edges.sum().horizontal();
        if let Fit::Exact(width, _) = fit {
            return (width - edges).max(Px::ZERO);
        }
        let margin = fixed_margins(&self.style, containing.width).horizontal();
        let available = (fit.room(containing) - edges - margin).max(Px::ZERO);
        let mut widths = columns::intrinsic(requests);
        widths.min += self.gaps();
        widths.max += self.gaps();
        let caption = self.caption_min(cx) - edges;
        let mut intrinsic = || widths;
        let mut sizing = InlineSizing {
            style: &self.style,
            edges,
            containing: Some(containing.width),
            intrinsic: &mut intrinsic,
        };
        let preferred = sizing.preferred(available);
        let width = preferred.unwrap_or_else(|| independent::shrink_to_fit(widths, available));
        let floor = if self.style.table_layout_fixed { Px::ZERO } else { widths.min };
        sizing.clamp(width, available).max(floor).max(caption)
    }

    /// Builds the grid fragment.
    fn assemble(
        &self,
        cx: &mut Context,
        width: Px,
        columns: &[Px],
        rows: RowLayout,
        height: Option<Px>,
    ) -> BoxLayout {
        let sum = self.edges.sum();
        let xs = column_edges(columns, self.spacing.0, self.is_rtl());
        let ys = rows.edges(self.spacing.1);
        let natural = ys.last().map_or(Px::ZERO, |y| *y);
        let min = block_size(&self.style, &self.style.min_height, sum.vertical(), None);
        let content = height.unwrap_or(natural).max(natural).max(min.unwrap_or(Px::ZERO));
        let mut fragment = new_fragment(cx, self.id, self.edges);
        fragment.size = Size::new(width + sum.horizontal(), content + sum.vertical());
        let inner = Point::new(sum.left, sum.top);
        self.add_columns(&mut fragment, inner, &xs, natural);
        let baselines = rows.baselines();
        let mut pending = rows.place(cx, self, &mut fragment, inner, &xs, &ys);
        self.add_collapsed_borders(&mut fragment, inner, &xs, &ys);
        if positioned::is_containing_block(&self.style) {
            pending = positioned::place(cx, &mut fragment, pending);
        }
        BoxLayout {
            first_baseline: baselines.0.map(|b| b + inner.y),
            last_baseline: baselines.1.map(|b| b + inner.y),
            fragment,
            margin: Sides::ZERO,
            positioned: pending,
            left_out: false,
        }
    }

    /// Columns paint their backgrounds below everything in the table.
    fn add_columns(&self, fragment: &mut Fragment, inner: Point, xs: &[(Px, Px)], height: Px) {
        for (style, (left, right)) in self.table.columns.iter().zip(xs) {
            let background = &style.background;
            if background.color.is_transparent() && background.layers.is_empty() {
                continue;
            }
            let mut column = Fragment::new(style);
            column.artifact = true;
            let gap = self.spacing.1;
            let area = Rect::new(*left, gap, *right - *left, height - gap * 2.0);
            column.offset = inner + area.origin;
            column.size = area.size;
            fragment.children.push(column);
        }
    }

    /// One fragment a row, so that page breaking can take rows apart.
    fn add_collapsed_borders(
        &self,
        fragment: &mut Fragment,
        inner: Point,
        xs: &[(Px, Px)],
        ys: &[Px],
    ) {
        if !self.borders.is_collapsed() {
            return;
        }
        let start = |x: &(Px, Px)| if self.is_rtl() { x.1 } else { x.0 };
        let end = |x: &(Px, Px)| if self.is_rtl() { x.0 } else { x.1 };
        let lines: Vec<Px> = xs.iter().map(start).chain(xs.last().map(end)).collect();
        let width = lines.iter().copied().fold(Px::ZERO, Px::max);
        for row in 0..self.grid.rows.len() {
            let mut segments = self.borders.segments(&lines, ys, row..row + 1);
            for segment in &mut segments {
                segment.from.y -= ys[row];
                segment.to.y -= ys[row];
            }
            let mut borders = Fragment::new(&self.style);
            borders.artifact = true;
            borders.offset = inner + Point::new(Px::ZERO, ys[row]);
            borders.size = Size::new(width, ys[row + 1] - ys[row]);
            borders.content = FragmentContent::CollapsedBorders(segments);
            fragment.children.push(borders);
        }
    }

    /// Puts captions above and below the grid (CSS 2.2 §17.4).
    fn wrap(
        &self,
        cx: &mut Context,
        grid: BoxLayout,
        margin: Sides<Px>,
        containing: Containing,
    ) -> BoxLayout {
        let Some(wrapper) = self.table.wrapper.as_ref().filter(|_| !self.table.captions.is_empty())
        else {
            return BoxLayout { margin, ..grid };
        };
        let width = grid.fragment.size.width;
        let mut outer = Fragment::new(wrapper);
        outer.order = grid.fragment.order;
        outer.element = grid.fragment.element;
        outer.origin = grid.fragment.origin;
        let mut y = Px::ZERO;
        let mut pending = Vec::new();
        let (above, below): (Vec<BoxId>, Vec<BoxId>) = self
            .table
            .captions
            .iter()
            .partition(|c| cx.style(**c).caption_side == CaptionSide::Top);
        let mut add = |outer: &mut Fragment, at: Point, part: BoxLayout| {
            for mut positioned in part.positioned {
                positioned.translate(at);
                pending.push(positioned);
            }
            outer.children.push(Fragment { offset: at, ..part.fragment });
        };
        let caption = |cx: &mut Context, y: &mut Px, id: BoxId| {
            let containing = Containing { width, height: containing.height };
            let caption = independent::layout(cx, id, containing, Fit::Fill);
            let at = Point::new(caption.margin.left, *y + caption.margin.top);
            *y += caption.margin_box().height;
            (at, caption)
        };
        for id in above {
            let (at, caption) = caption(cx, &mut y, id);
            add(&mut outer, at, caption);
        }
        let grid_top = y;
        let BoxLayout { first_baseline, last_baseline, left_out, .. } = grid;
        y += grid.fragment.size.height;
        add(&mut outer, Point::new(Px::ZERO, grid_top), grid);
        for id in below {
            let (at, caption) = caption(cx, &mut y, id);
            add(&mut outer, at, caption);
        }
        outer.size = Size::new(width, y);
        if positioned::is_containing_block(&self.style) {
            pending = positioned::place(cx, &mut outer, pending);
        }
        BoxLayout {
            fragment: outer,
            margin,
            first_baseline: first_baseline.map(|b| b + grid_top),
            last_baseline: last_baseline.map(|b| b + grid_top),
            positioned: pending,
            left_out,
        }
    }
}

/// Left and right edge of each column; from right to left the first one is the last.
fn column_edges(columns: &[Px], spacing: Px, rtl: bool) -> Vec<(Px, Px)> {
    let total = columns.iter().copied().sum::<Px>() + spacing * (columns.len() + 1) as f32;
    let mut x = spacing;
    columns
        .iter()
        .map(|width| {
            let (left, right) = (x, x + *width);
            x = right + spacing;
            if rtl { (total - right, total - left) } else { (left, right) }
        })
        .collect()
}
