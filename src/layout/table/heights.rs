//! Heights of rows: what cells and styles ask for, and who gets what is left (CSS Tables 3 §3.10).
//!
//! A row is as high as its cells and its own `height` make it. Cells over several rows, row groups
//! and the table may ask for more than their rows have together; [`distribute`] shares that out.
//! The specification leaves much of it open; the order of its steps is Chromium's.

use crate::css::computed::{Computed, LengthPercentage, SizeValue};
use crate::geom::Px;
use crate::layout::boxes::tree::RowGroupKind;
use crate::layout::context::Context;

use super::TableLayout;
use super::rows::LaidCell;

/// A row while heights are found.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Row {
    /// Height so far.
    pub(super) height: Px,
    /// It or one of its cells has a height.
    constrained: bool,
    /// A fraction of the table's height that was set.
    percent: Option<f32>,
    /// A cell over several rows begins in it.
    begins_span: bool,
}

impl Row {
    /// Takes in a `height` or `min-height` of the row or of a cell in it.
    fn ask(&mut self, value: &SizeValue) {
        match value {
            SizeValue::Value(LengthPercentage::Length(_)) => self.constrained = true,
            SizeValue::Value(LengthPercentage::Percent(fraction)) => {
                self.percent = Some(self.percent.unwrap_or(0.0).max(*fraction));
            }
            _ => {}
        }
    }
}

/// The rows of a table with their used heights; `height` is that of the grid's content box where
/// it is definite.
pub(super) fn find_heights(
    cx: &Context,
    table: &TableLayout,
    cells: &[LaidCell],
    baselines: &[Px],
    height: Option<Px>,
) -> Vec<Row> {
    let mut rows = vec![Row::default(); table.grid.rows.len()];
    for (row, at) in rows.iter_mut().zip(&table.grid.rows) {
        let style = &table.table.groups[at.group].rows[at.row].style;
        row.ask(&style.height);
        row.height = length(style);
    }
    // How high a row must be for a cell: alignment by baseline pushes it down.
    let needed = |laid: &LaidCell| match laid.baseline {
        Some(baseline) => laid.height + baselines[laid.cell.row] - baseline,
        None => laid.height,
    };
    for laid in cells {
        let row = &mut rows[laid.cell.row];
        if laid.cell.row_span > 1 {
            row.begins_span = true;
            continue;
        }
        row.ask(&cx.style(laid.cell.id).height);
        row.height = row.height.max(needed(laid));
    }
    let mut spanning: Vec<&LaidCell> = cells.iter().filter(|laid| laid.cell.row_span > 1).collect();
    spanning.sort_by_key(|laid| laid.cell.row_span);
    for laid in spanning {
        let of_cell = laid.cell.row..laid.cell.row + laid.cell.row_span;
        let gaps = table.spacing.1 * (laid.cell.row_span - 1) as f32;
        let more = needed(laid) - gaps - total(&rows[of_cell.clone()]);
        distribute(&mut rows[of_cell], more, height, true);
    }
    groups(table, &mut rows, height);
    rows
}

/// `height` and `min-height` of a row or row group, where they are lengths.
fn length(style: &Computed) -> Px {
    let one = |value: &SizeValue| match value {
        SizeValue::Value(LengthPercentage::Length(length)) => *length,
        _ => Px::ZERO,
    };
    one(&style.height).max(one(&style.min_height))
}

fn total(rows: &[Row]) -> Px {
    rows.iter().map(|row| row.height).sum()
}

/// What row groups and the table ask for beyond their rows. The table's share goes to bodies rather
/// than heads and feet, and among those to groups without a height of their own.
fn groups(table: &TableLayout, rows: &mut [Row], height: Option<Px>) {
    let mut ranges = Vec::new();
    for group in table.grid.groups.iter().copied() {
        let start =
            ranges.last().map_or(0, |(_, range): &(usize, std::ops::Range<usize>)| range.end);
        let range = start..start + table.table.groups[group].rows.len();
        let gaps = table.spacing.1 * range.len().saturating_sub(1) as f32;
        let more = length(&table.table.groups[group].style) - gaps - total(&rows[range.clone()]);
        distribute(&mut rows[range.clone()], more, height, false);
        ranges.push((group, range));
    }
    ranges.retain(|(_, range)| !range.is_empty());
    let Some(height) = height else { return };
    let more = height - table.spacing.1 * (rows.len() + 1) as f32 - total(rows);
    if more <= Px::ZERO || ranges.is_empty() {
        return;
    }
    let is_body = |group: usize| table.table.groups[group].kind == RowGroupKind::Body;
    if ranges.iter().any(|(group, _)| is_body(*group)) {
        ranges.retain(|(group, _)| is_body(*group));
    }
    let is_free = |group: usize| length(&table.table.groups[group].style) == Px::ZERO;
    if ranges.iter().any(|(group, _)| is_free(*group)) {
        ranges.retain(|(group, _)| is_free(*group));
    }
    let heights: Vec<Px> = ranges.iter().map(|(_, range)| total(&rows[range.clone()])).collect();
    for ((_, range), part) in ranges.into_iter().zip(shares(&heights, more)) {
        distribute(&mut rows[range], part, Some(height), false);
    }
}

/// Shares `more` in proportion to the weights, or equally where there are none.
fn shares(weights: &[Px], more: Px) -> Vec<Px> {
    let sum: Px = weights.iter().copied().sum();
    let even = 1.0 / weights.len().max(1) as f32;
    let part = |weight: &Px| if sum > Px::ZERO { *weight / sum } else { even };
    weights.iter().map(|weight| more * part(weight)).collect()
}

/// Gives rows `more` height together. `basis` is what percentages refer to; `spanned` says that a
/// cell over these rows asks for it.
fn distribute(rows: &mut [Row], more: Px, basis: Option<Px>, spanned: bool) {
    let mut more = more;
    if more <= Px::ZERO || rows.is_empty() {
        return;
    }
    // 1. Rows of a percentage grow up to it.
    if let Some(basis) = basis {
        let lacks: Vec<Px> = rows
            .iter()
            .map(|row| (basis * row.percent.unwrap_or(0.0) - row.height).max(Px::ZERO))
            .collect();
        let given = lacks.iter().copied().sum::<Px>().min(more);
        if given > Px::ZERO {
            for (row, part) in rows.iter_mut().zip(shares(&lacks, given)) {
                row.height += part;
            }
            more -= given;
        }
    }
    let percent = |row: &Row| basis.is_some() && row.percent.is_some();
    let fixed = |row: &Row| row.constrained || percent(row);
    let empty = |row: &Row| row.height <= Px::ZERO;
    let all = |rows: &[Row], test: &dyn Fn(&Row) -> bool| -> Vec<usize> {
        rows.iter().enumerate().filter(|(_, row)| test(row)).map(|(index, _)| index).collect()
    };
    let begins_span = |row: &Row| row.begins_span;
    let spans: Vec<usize> =
        all(rows, &begins_span).into_iter().filter(|index| spanned && *index > 0).collect();
    let open = all(rows, &|row| !fixed(row) && !empty(row));
    let empties = all(rows, &empty);
    let open_empties = all(rows, &|row| empty(row) && !fixed(row));
    let full = all(rows, &|row| !empty(row));
    let fixed_full = full.len() - open.len();
    let growing = if !spans.is_empty() {
        // 2. Rows in which other cells over several rows begin.
        spans
    } else if !open.is_empty() {
        // 3. Rows with content and without a height.
        open
    } else if spanned && empties.len() == rows.len() {
        // 4. Of rows that are all empty, the last one for a cell …
        vec![rows.len() - 1]
    } else if !spanned && !empties.is_empty() && empties.len() + fixed_full == rows.len() {
        // … and all for the table, those without a height first.
        if open_empties.is_empty() { empties } else { open_empties }
    } else {
        // 5. All rows with content.
        full
    };
    let weights: Vec<Px> = growing.iter().map(|index| rows[*index].height).collect();
    for (index, part) in growing.into_iter().zip(shares(&weights, more)) {
        rows[index].height += part;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(height: f32) -> Row {
        Row { height: Px(height), ..Row::default() }
    }

    fn grown(mut rows: Vec<Row>, more: f32, basis: Option<f32>, spanned: bool) -> Vec<f32> {
        distribute(&mut rows, Px(more), basis.map(Px), spanned);
        rows.iter().map(|row| row.height.0).collect()
    }

    #[test]
    fn rows_without_a_height_share_in_proportion() {
        let fixed = Row { constrained: true, ..row(50.0) };
        assert_eq!(grown(vec![fixed, row(20.0), row(40.0)], 30.0, None, false), [50.0, 30.0, 60.0]);
    }

    #[test]
    fn percentages_come_first() {
        let half = Row { percent: Some(0.5), ..row(20.0) };
        assert_eq!(grown(vec![half, row(20.0)], 60.0, Some(100.0), false), [50.0, 50.0]);
    }

    #[test]
    fn a_cell_over_empty_rows_heightens_the_last() {
        assert_eq!(grown(vec![row(0.0), row(0.0)], 60.0, None, true), [0.0, 60.0]);
        assert_eq!(grown(vec![row(0.0), row(0.0)], 60.0, None, false), [30.0, 30.0]);
    }
}
