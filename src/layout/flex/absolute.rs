//! Absolutely positioned children of flex and grid containers (CSS Flexbox 1 §4.1, CSS Grid 2 §9).
//!
//! They take no part in the container's layout: when that is done, each gets its static position
//! and, in a grid that is its containing block, its grid area.

use taffy::{DetailedLayoutInfo, Rect as TaffyRect};

use crate::css::computed::{Alignment, Direction, FlexDirection, FlexWrap};
use crate::geom::{Point, Px, Rect, Sides};
use crate::layout::boxes::{BoxId, BoxKind};
use crate::layout::context::{Containing, Context, PendingPositioned};
use crate::layout::independent::{self, Fit};
use crate::layout::positioned::is_containing_block;
use crate::layout::sizing::Edges;

use super::{Container, style};

/// A child out of the flow of the container `id`, whose content box has this size.
pub(super) fn pending(
    cx: &mut Context,
    id: BoxId,
    child: BoxId,
    container: &Container,
    content: Containing,
) -> PendingPositioned {
    let area = grid_area(cx, id, child, container, content);
    let height = content.height.unwrap_or(Px::ZERO);
    let room = area.unwrap_or(Rect::new(Px::ZERO, Px::ZERO, content.width, height));
    let inside = Containing { width: room.size.width, height: Some(room.size.height) };
    let static_position = room.origin + static_position(cx, id, child, inside);
    PendingPositioned { id: child, holder: id, static_position, rtl: false, area }
}

/// The grid area of a child whose containing block is the grid; `auto` lines are the edges of the
/// padding box (CSS Grid 2 §9.1).
fn grid_area(
    cx: &Context,
    id: BoxId,
    child: BoxId,
    container: &Container,
    content: Containing,
) -> Option<Rect> {
    let style = cx.style(id);
    if !is_containing_block(style) {
        return None;
    }
    let DetailedLayoutInfo::Grid(info) = container.taffy.detailed_layout_info(container.root)
    else {
        return None;
    };
    // Padding refers to a width that is not known here: the box around knows it already.
    let padding = container.padding;
    let height = content.height.unwrap_or(Px::ZERO);
    let padding_box = TaffyRect {
        left: -padding.left.0,
        right: (content.width + padding.right).0,
        top: -padding.top.0,
        bottom: (height + padding.bottom).0,
    };
    let own = &cx.style(child).flex_grid;
    let (rows, columns) = style::placement(own);
    let direction = style::direction(style);
    let area = info.resolve_absolute_grid_area(rows, columns, direction, padding_box);
    let (x, y) = (Px(area.left), Px(area.top));
    Some(Rect::new(x, y, Px(area.right) - x, Px(area.bottom) - y))
}

/// Where a child would stand if it were the only item in its room.
fn static_position(cx: &mut Context, id: BoxId, child: BoxId, room: Containing) -> Point {
    let style = cx.style(id);
    let container = style.flex_grid.clone();
    let own = cx.style(child).flex_grid.clone();
    let rtl = style.text.direction == Direction::Rtl;
    let size = independent::layout(cx, child, room, Fit::ShrinkToFit).margin_box();
    let or = |own: Alignment, inherited: Alignment| {
        if own == Alignment::Auto { inherited } else { own }
    };
    let x_room = room.width - size.width;
    let y_room = room.height.unwrap_or(Px::ZERO) - size.height;
    let across = or(own.align_self, container.align_items);
    if matches!(cx.tree.get(id).kind, BoxKind::Grid(_)) {
        let along = or(own.justify_self, container.justify_items);
        return Point::new(place(along, rtl, rtl, x_room), place(across, false, false, y_room));
    }
    let wrap_reverse = container.wrap == FlexWrap::WrapReverse;
    let main = container.justify_content;
    match container.direction {
        FlexDirection::Row | FlexDirection::RowReverse => {
            let reverse = (container.direction == FlexDirection::RowReverse) != rtl;
            Point::new(
                place(main, reverse, rtl, x_room),
                place(across, wrap_reverse, false, y_room),
            )
        }
        FlexDirection::Column | FlexDirection::ColumnReverse => {
            let reverse = container.direction == FlexDirection::ColumnReverse;
            Point::new(
                place(across, wrap_reverse != rtl, rtl, x_room),
                place(main, reverse, false, y_room),
            )
        }
    }
}

/// How far from the left or the top. `reverse`: the flex axis begins at the right or the bottom;
/// `rtl`: the axis of the writing mode does.
fn place(alignment: Alignment, reverse: bool, rtl: bool, room: Px) -> Px {
    let at_end = match alignment {
        Alignment::Center | Alignment::SpaceAround | Alignment::SpaceEvenly => return room / 2.0,
        Alignment::FlexEnd => !reverse,
        Alignment::End => !rtl,
        Alignment::Start => rtl,
        Alignment::Left => false,
        Alignment::Right => true,
        _ => reverse,
    };
    if at_end { room } else { Px::ZERO }
}

/// Used padding of the container's box, whose content box has this width.
pub(super) fn padding(cx: &Context, id: BoxId, containing: Option<Containing>) -> Sides<Px> {
    Edges::new(cx.style(id), containing.map_or(Px::ZERO, |c| c.width)).padding
}
