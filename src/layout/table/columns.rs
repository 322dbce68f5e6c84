//! Column widths (CSS Tables 3 §3.8–3.9, CSS 2.2 §17.5.2).
//!
//! Automatic layout collects for each column its min-content and max-content width and any width
//! that was set; the table's width is then shared out by going from one guess to the next larger:
//! min-content, percentages, set widths, max-content.

use crate::css::computed::{Computed, LengthPercentage, SizeValue};
use crate::geom::Px;
use crate::layout::context::{Context, IntrinsicWidths};
use crate::layout::sizing::Edges;

use super::collapse::CellBorders;
use super::grid::Grid;

/// What a column asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Column {
    /// Narrowest without overflow.
    pub min: Px,
    /// Widest wanted.
    pub max: Px,
    /// A length that was set.
    pub fixed: Option<Px>,
    /// A fraction of the table that was set.
    pub percent: Option<f32>,
}

/// What all columns of a table ask for. Widths are of cells' border boxes.
pub fn collect(
    cx: &mut Context,
    grid: &Grid,
    columns: &[std::sync::Arc<Computed>],
    borders: &CellBorders,
    spacing: Px,
) -> Vec<Column> {
    let mut wanted = vec![Column::default(); grid.columns];
    for (column, style) in wanted.iter_mut().zip(columns) {
        set_width(column, &style.width);
    }
    let mut cells: Vec<usize> = (0..grid.cells.len()).collect();
    cells.sort_by_key(|i| grid.cells[*i].column_span);
    let mut spanning = Vec::new();
    for index in cells {
        let cell = grid.cells[index];
        let cell_style = cx.style(cell.id).clone();
        let edges = borders.edges(index, &cell_style, Px::ZERO);
        let asked = cell_request(cx, cell.id, &cell_style, edges);
        if cell.column_span == 1 {
            merge(&mut wanted[cell.column], asked);
        } else {
            spanning.push((cell.column..cell.column + cell.column_span, asked));
        }
    }
    // A column of given width wants that and no more.
    for column in &mut wanted {
        column.max = column.fixed.unwrap_or(column.max).max(column.min);
    }
    for (span, asked) in spanning {
        spread(&mut wanted[span], asked, spacing);
    }
    // Percentages beyond 100 % in all are cut (CSS Tables 3 §3.8.3).
    let mut left = 1.0f32;
    for column in &mut wanted {
        if let Some(percent) = &mut column.percent {
            *percent = percent.min(left);
            left -= *percent;
        }
    }
    wanted
}

fn set_width(column: &mut Column, width: &SizeValue) {
    match width {
        SizeValue::Value(LengthPercentage::Length(length)) => column.fixed = Some(*length),
        SizeValue::Value(LengthPercentage::Percent(fraction)) => column.percent = Some(*fraction),
        _ => {}
    }
}

fn cell_request(
    cx: &mut Context,
    id: crate::layout::boxes::BoxId,
    style: &Computed,
    edges: Edges,
) -> Column {
    let sum = edges.sum().horizontal();
    let IntrinsicWidths { min, max } = cx.intrinsic_widths(id);
    let mut column = Column::default();
    set_width(&mut column, &style.width);
    let outer = |length: Px| match style.box_sizing {
        crate::css::computed::BoxSizing::ContentBox => length + sum,
        crate::css::computed::BoxSizing::BorderBox => length.max(sum),
    };
    column.fixed = column.fixed.map(outer);
    column.min = min + sum;
    column.max = max + sum;
    if let SizeValue::Value(LengthPercentage::Length(length)) = style.min_width {
        column.min = column.min.max(outer(length));
        column.max = column.max.max(column.min);
    }
    if let SizeValue::Value(LengthPercentage::Length(length)) = style.max_width {
        column.max = column.max.min(outer(length)).max(column.min);
    }
    column
}

fn merge(column: &mut Column, asked: Column) {
    column.min = column.min.max(asked.min);
    column.max = column.max.max(asked.max);
    column.fixed = match (column.fixed, asked.fixed) {
        (Some(a), Some(b)) => Some(a.max(b)),
        (one, other) => one.or(other),
    };
    column.percent = match (column.percent, asked.percent) {
        (Some(a), Some(b)) => Some(a.max(b)),
        (one, other) => one.or(other),
    };
}

/// Shares what a spanning cell asks for among its columns, as a table of that width would: its
/// percentage beyond theirs goes to columns without one (CSS Tables 3 §3.8.3).
fn spread(columns: &mut [Column], asked: Column, spacing: Px) {
    let gaps = spacing * (columns.len() - 1) as f32;
    let open: Vec<usize> = (0..columns.len()).filter(|i| columns[*i].percent.is_none()).collect();
    if let Some(percent) = asked.percent.filter(|_| !open.is_empty()) {
        let given: f32 = columns.iter().filter_map(|c| c.percent).sum();
        let total: f32 = open.iter().map(|i| columns[*i].max.0).sum();
        let even = 1.0 / open.len() as f32;
        for i in &open {
            let part = if total > 0.0 { columns[*i].max.0 / total } else { even };
            columns[*i].percent = Some((percent - given).max(0.0) * part);
        }
    }
    let min = distribute(columns, (asked.min - gaps).max(Px::ZERO));
    for (column, min) in columns.iter_mut().zip(min) {
        column.min = column.min.max(min);
        column.max = column.max.max(column.min);
    }
    let wanted = asked.fixed.unwrap_or(asked.max).max(asked.min);
    let max = distribute(columns, (wanted - gaps).max(Px::ZERO));
    for (column, max) in columns.iter_mut().zip(max) {
        column.max = column.max.max(max);
    }
}

/// The intrinsic widths of all columns together, spacing not counted. Percentages ask for a table
/// in which their share holds the column's max-content width.
pub fn intrinsic(columns: &[Column]) -> IntrinsicWidths {
    let min = columns.iter().map(|c| c.min).sum();
    let max: Px = columns.iter().map(|c| c.max).sum();
    let mut widest = max;
    let mut percents = 0.0;
    let mut others = Px::ZERO;
    for column in columns {
        match column.percent {
            Some(percent) if percent > 0.0 => {
                percents += percent;
                widest = widest.max(column.max / percent);
            }
            _ => others += column.max,
        }
    }
    if percents > 0.0 && percents < 1.0 {
        widest = widest.max(others / (1.0 - percents));
    }
    IntrinsicWidths { min, max: widest }
}

/// Shares `width` (spacing taken off) among the columns.
pub fn distribute(columns: &[Column], width: Px) -> Vec<Px> {
    let percent_width = |c: &Column| c.percent.map(|p| (width * p).max(c.min));
    let min: Vec<Px> = columns.iter().map(|c| c.min).collect();
    let by_percent: Vec<Px> = columns.iter().map(|c| percent_width(c).unwrap_or(c.min)).collect();
    let by_fixed: Vec<Px> = columns
        .iter()
        .map(|c| percent_width(c).unwrap_or_else(|| c.fixed.unwrap_or(c.min).max(c.min)))
        .collect();
    let by_max: Vec<Px> = columns.iter().map(|c| percent_width(c).unwrap_or(c.max)).collect();
    let guesses = [min, by_percent, by_fixed, by_max];
    let sum = |guess: &[Px]| guess.iter().copied().sum::<Px>();
    for pair in guesses.windows(2) {
        let (low, high) = (sum(&pair[0]), sum(&pair[1]));
        if width <= high {
            let room = high - low;
            let part = if room > Px::ZERO { ((width - low) / room).max(0.0) } else { 0.0 };
            return pair[0].iter().zip(&pair[1]).map(|(a, b)| *a + (*b - *a) * part).collect();
        }
    }
    excess(columns, &guesses[3], width)
}

/// More room than all want: automatic columns share it by max-content width, else fixed ones,
/// else all by percentage.
fn excess(columns: &[Column], widths: &[Px], width: Px) -> Vec<Px> {
    let more = width - widths.iter().copied().sum::<Px>();
    let auto = |c: &Column| c.percent.is_none() && c.fixed.is_none();
    let fixed = |c: &Column| c.percent.is_none() && c.fixed.is_some();
    let weight: Vec<f32> = if columns.iter().any(|c| auto(c) && c.max > Px::ZERO) {
        columns.iter().map(|c| if auto(c) { c.max.0 } else { 0.0 }).collect()
    } else if columns.iter().any(auto) {
        columns.iter().map(|c| if auto(c) { 1.0 } else { 0.0 }).collect()
    } else if columns.iter().any(fixed) {
        columns.iter().map(|c| if fixed(c) { c.max.0.max(0.01) } else { 0.0 }).collect()
    } else {
        columns.iter().map(|c| c.percent.unwrap_or(0.0).max(0.0001)).collect()
    };
    let total: f32 = weight.iter().sum();
    widths
        .iter()
        .zip(weight)
        .map(|(w, part)| *w + more * (part / total.max(f32::EPSILON)))
        .collect()
}

/// Fixed layout: widths from columns and the first row alone; the rest share what is left.
pub fn fixed(
    cx: &Context,
    grid: &Grid,
    styles: &[std::sync::Arc<Computed>],
    borders: &CellBorders,
    width: Px,
) -> Vec<Px> {
    let mut set: Vec<Option<Px>> = vec![None; grid.columns];
    for (column, style) in set.iter_mut().zip(styles) {
        if let SizeValue::Value(value) = &style.width {
            *column = Some(value.resolve(width));
        }
    }
    for (index, cell) in grid.cells.iter().enumerate().filter(|(_, c)| c.row == 0) {
        let style = cx.style(cell.id);
        if let SizeValue::Value(value) = &style.width {
            let edges = match style.box_sizing {
                crate::css::computed::BoxSizing::ContentBox => {
                    borders.edges(index, style, width).sum().horizontal()
                }
                crate::css::computed::BoxSizing::BorderBox => Px::ZERO,
            };
            let share = (value.resolve(width) + edges) / cell.column_span as f32;
            for column in &mut set[cell.column..cell.column + cell.column_span] {
                column.get_or_insert(share);
            }
        }
    }
    let given: Px = set.iter().flatten().copied().sum();
    let open = set.iter().filter(|c| c.is_none()).count();
    if open > 0 {
        let share = ((width - given) / open as f32).max(Px::ZERO);
        return set.into_iter().map(|c| c.unwrap_or(share)).collect();
    }
    let stretch = if given > Px::ZERO && given < width { width / given } else { 1.0 };
    set.into_iter().flatten().map(|c| c * stretch).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(min: f32, max: f32) -> Column {
        Column { min: Px(min), max: Px(max), ..Column::default() }
    }

    #[test]
    fn room_between_min_and_max_is_shared_in_proportion() {
        let widths = distribute(&[column(10.0, 30.0), column(10.0, 50.0)], Px(50.0));
        assert_eq!(widths, [Px(20.0), Px(30.0)]);
    }

    #[test]
    fn excess_goes_to_automatic_columns() {
        let mut fixed = column(10.0, 40.0);
        fixed.fixed = Some(Px(40.0));
        let widths = distribute(&[fixed, column(10.0, 20.0)], Px(100.0));
        assert_eq!(widths, [Px(40.0), Px(60.0)]);
    }

    #[test]
    fn percentages_take_their_share_first() {
        let mut half = column(10.0, 20.0);
        half.percent = Some(0.5);
        let widths = distribute(&[half, column(10.0, 200.0)], Px(100.0));
        assert_eq!(widths, [Px(50.0), Px(50.0)]);
    }
}
