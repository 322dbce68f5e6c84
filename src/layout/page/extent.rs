//! How far the pieces of a galley reach, and which of them stand side by side.
//!
//! Children of a box are put into [`Group`]s: groups stand below each other, the parts of a group
//! beside each other (cells of a row, items of a flex line), so that they are parallel flows (CSS
//! Fragmentation 4 §3).

use crate::css::computed::{Display, Float, LengthPercentageAuto, Position, SizeValue};
use crate::geom::Px;
use crate::layout::fragment::{Fragment, FragmentContent};
use crate::layout::independent;

use super::reserve;

/// Lengths below this are rounding: a hundredth of a px is a 400th of a millimetre.
pub const EPSILON: Px = Px(0.01);

/// Content fits a page if it is no more than this higher: sums of f32 lengths and millimetres
/// turned into px differ by less; 0.05 px is a 75th of a millimetre.
pub const FIT_TOLERANCE: Px = Px(0.05);

/// A child with its extent in the galley.
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    /// Index among the children.
    pub child: usize,
    pub top: Px,
    pub bottom: Px,
}

/// Children side by side.
#[derive(Clone, Debug)]
pub struct Group {
    pub parts: Vec<Extent>,
    pub top: Px,
    pub bottom: Px,
}

/// Whether a fragment is a box or a picture in its own right: lines and texts carry the style of
/// the box around them.
fn is_box(fragment: &Fragment) -> bool {
    matches!(fragment.content, FragmentContent::Box | FragmentContent::Image(_))
}

/// Absolutely positioned.
pub fn is_positioned_out(fragment: &Fragment) -> bool {
    is_box(fragment) && matches!(fragment.style.position, Position::Absolute | Position::Fixed)
}

/// A float.
pub fn is_float(fragment: &Fragment) -> bool {
    is_box(fragment) && fragment.style.float != Float::None && !is_positioned_out(fragment)
}

/// The background of a table's column.
pub fn is_column(fragment: &Fragment) -> bool {
    matches!(fragment.style.display, Display::TableColumn | Display::TableColumnGroup)
}

/// Part of the flow that page breaks part: no float, nothing positioned, nothing without room.
pub fn is_flow(fragment: &Fragment) -> bool {
    match fragment.content {
        FragmentContent::Anchor(_) | FragmentContent::CollapsedBorders(_) => false,
        FragmentContent::Line { .. } => fragment.size.height > Px::ZERO,
        FragmentContent::Reserve(ref reserve) => reserve.sums().flow,
        _ => !is_positioned_out(fragment) && !is_float(fragment) && !is_column(fragment),
    }
}

/// A table row or row group: cells may reach below it.
pub fn is_row_or_group(fragment: &Fragment) -> bool {
    matches!(fragment.content, FragmentContent::Box)
        && matches!(
            fragment.style.display,
            Display::TableRow
                | Display::TableRowGroup
                | Display::TableHeaderGroup
                | Display::TableFooterGroup
        )
}

/// Boxes that are never cut (CSS Fragmentation 4 §4.1).
pub fn is_monolithic(fragment: &Fragment) -> bool {
    !matches!(fragment.content, FragmentContent::Box) || independent::is_monolithic(&fragment.style)
}

/// How far `position: relative` moves a fragment down. Pages are cut as if it were not moved (CSS
/// Positioned Layout 3 §3.3); percentages, which need the height of the containing block, count as
/// nothing.
pub fn shift(fragment: &Fragment) -> Px {
    if !is_box(fragment) || fragment.style.position != Position::Relative {
        return Px::ZERO;
    }
    let length = |inset: &LengthPercentageAuto| match inset {
        LengthPercentageAuto::Value(value) if value.is_absolute() => Some(value.resolve(Px::ZERO)),
        _ => None,
    };
    let inset = &fragment.style.inset;
    match (length(&inset.top), length(&inset.bottom)) {
        (Some(top), _) => top,
        (None, Some(bottom)) if inset.top == LengthPercentageAuto::Auto => -bottom,
        _ => Px::ZERO,
    }
}

/// Where a child in the flow begins, not counting its [`shift`].
pub fn flow_top(top: Px, child: &Fragment) -> Px {
    top + child.offset.y - shift(child)
}

/// Where a fragment ends, content that sticks out of it included. Trailing margins and room of
/// plain boxes do not count: they ask for no page.
pub fn bottom(fragment: &Fragment, top: Px) -> Px {
    top + reach(fragment)
}

/// [`bottom`], from the fragment's top.
fn reach(fragment: &Fragment) -> Px {
    #[cfg(test)]
    if let Some(noted) = fragment.reach {
        let anew = reach_of(fragment);
        assert!(
            noted == anew || (noted - anew).0.abs() < EPSILON.0,
            "{noted:?} is {anew:?} by now"
        );
    }
    fragment.reach.unwrap_or_else(|| reach_of(fragment))
}

fn reach_of(fragment: &Fragment) -> Px {
    if let FragmentContent::Reserve(reserve) = &fragment.content {
        return reserve.sums().bottom;
    }
    let own = fragment.size.height;
    if is_monolithic(fragment) || is_row_or_group(fragment) {
        return own;
    }
    let flow = fragment.children.iter().filter(|c| is_flow(c));
    let content =
        flow.map(|c| flow_top(Px::ZERO, c) + reach(c)).fold(Px(f32::NEG_INFINITY), Px::max);
    if content.0.is_finite() && is_plain(fragment) {
        content.max(Px::ZERO)
    } else {
        own.max(content)
    }
}

/// Notes how far the pieces of a galley reach: each is asked for at every level above it. Whoever changes the
/// height or the children of a fragment after that takes its note away.
pub fn note_reach(fragment: &mut Fragment) {
    if !is_monolithic(fragment) {
        fragment.children.iter_mut().for_each(note_reach);
    }
    fragment.reach = None;
    if !matches!(fragment.content, FragmentContent::Reserve(_)) {
        fragment.reach = Some(reach_of(fragment));
    }
}

/// A box that shows nothing of itself and has no height of its own.
fn is_plain(fragment: &Fragment) -> bool {
    let style = &fragment.style;
    style.background.color.is_transparent()
        && style.background.layers.is_empty()
        && fragment.border.vertical() == Px::ZERO
        && style.height == SizeValue::Auto
        && style.min_height == SizeValue::Auto
        && !is_positioned_out(fragment)
        && !matches!(style.display, Display::TableCell)
}

/// The flow children of a box in groups, from the top; those after the first group that begins
/// below `until` are left out.
pub fn groups(children: &[Fragment], top: Px, until: Px) -> Vec<Group> {
    // What stands in reserve begins below all others.
    let mut flow: Vec<(usize, Px)> = children
        .iter()
        .enumerate()
        .filter(|(_, c)| is_flow(c) && reserve::of(c).is_none())
        .map(|(index, c)| (index, flow_top(top, c)))
        .collect();
    if !flow.is_sorted_by(|a, b| a.1 <= b.1) {
        flow.sort_by(|a, b| a.1.0.total_cmp(&b.1.0));
    }
    let mut groups: Vec<Group> = Vec::new();
    for (index, child_top) in flow {
        let child = &children[index];
        if let Some(group) = groups.last_mut()
            && joins(children, group, child, child_top)
        {
            let bottom = bottom(child, child_top);
            group.parts.push(Extent { child: index, top: child_top, bottom });
            group.bottom = group.bottom.max(bottom);
            continue;
        }
        if groups.last().is_some_and(|g| g.top > until) {
            break;
        }
        let bottom = bottom(child, child_top);
        let parts = vec![Extent { child: index, top: child_top, bottom }];
        groups.push(Group { parts, top: child_top, bottom });
    }
    groups
}

/// Whether a child that begins at `top` stands beside the boxes of a group of its siblings.
pub fn joins(children: &[Fragment], group: &Group, child: &Fragment, top: Px) -> bool {
    top + EPSILON < group.bottom
        && (group.parts.len() > 1 || beside(&children[group.parts[0].child], child))
}

/// Whether two boxes have no x in common.
fn beside(a: &Fragment, b: &Fragment) -> bool {
    a.offset.x + a.size.width <= b.offset.x + EPSILON
        || b.offset.x + b.size.width <= a.offset.x + EPSILON
}
