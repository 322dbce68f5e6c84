//! What tables do to the painting of their parts (CSS 2.2 §17.5.1, §17.6).

use super::order::Piece;
use super::path::{Path, Segment};
use crate::css::computed::{BorderCollapse, Display};
use crate::geom::{Point, Px, Rect};
use crate::layout::fragment::Fragment;

/// Whether a table or cell has its borders among the table's collapsed ones.
pub(super) fn has_collapsed_borders(fragment: &Fragment) -> bool {
    let style = &fragment.style;
    style.border_collapse == BorderCollapse::Collapse
        && matches!(style.display, Display::Table | Display::InlineTable | Display::TableCell)
}

/// Where the background of a row, a column or a group of them shows: behind its cells, and not in
/// the room between them. None for what is not one, or has no such room.
pub(super) fn cells_before(piece: &Piece<'_>) -> Option<Path> {
    let style = &piece.fragment.style;
    let (x, y) = style.border_spacing;
    if style.border_collapse == BorderCollapse::Collapse || (x <= Px::ZERO && y <= Px::ZERO) {
        return None;
    }
    let mut cells = Vec::new();
    match style.display {
        Display::TableRow
        | Display::TableRowGroup
        | Display::TableHeaderGroup
        | Display::TableFooterGroup => collect(piece.fragment, piece.at, &mut cells),
        Display::TableColumn | Display::TableColumnGroup => {
            let (table, at) = piece.parent?;
            collect(table, at, &mut cells);
            // The cells that begin in the column.
            let area = piece.border_box();
            let within = |x: Px| x >= area.left() - Px(0.1) && x < area.right();
            cells.retain(|cell| within(cell.left()));
        }
        _ => return None,
    }
    Some(Path { segments: cells.into_iter().map(Segment::Rect).collect() })
}

/// The border boxes of the cells inside a part of a table that stands at a place.
fn collect(part: &Fragment, at: Point, cells: &mut Vec<Rect>) {
    for child in &part.children {
        let place = at + child.offset;
        match child.style.display {
            Display::TableCell => cells.push(Rect { origin: place, size: child.size }),
            Display::TableRow
            | Display::TableRowGroup
            | Display::TableHeaderGroup
            | Display::TableFooterGroup => collect(child, place, cells),
            _ => {}
        }
    }
}
