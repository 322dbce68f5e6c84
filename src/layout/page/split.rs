//! Cutting a galley in two as a [`Plan`] says.
//!
//! The upper part keeps its place; the lower part is a galley of its own, which begins where its
//! page begins, with repeated heads and cloned edges in it. Each fragment is moved, none is copied
//! but heads and feet.

use crate::css::computed::{Display, SizeValue};
use crate::geom::{Point, Px, Size};
use crate::layout::fragment::{Fragment, FragmentContent};

use super::breaks::{Finder, PartCut, Plan};
use super::extent::{
    EPSILON, Extent, bottom, groups, is_column, is_float, is_flow, is_positioned_out, shift,
};
use super::heads::Repeated;
use super::reserve;
use super::slice::{cut_borders, slice};

/// What was cut off.
pub struct Below {
    pub fragment: Fragment,
    /// Where in the galley its top was: what follows moves up from there.
    pub start: Px,
}

/// Where a child goes.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Above,
    Below,
    Across,
}

/// Cuts a box whose border box begins at `top`.
pub fn split(finder: &Finder, fragment: &mut Fragment, top: Px, plan: &Plan) -> Below {
    let mut below = shell(fragment);
    fragment.reach = None;
    let row = fragment.style.display == Display::TableRow;
    let own_bottom = top + fragment.size.height;
    let groups = groups(&fragment.children, top, plan.until);
    let group: &[Extent] = groups.get(plan.above).map_or(&[], |g| &g.parts);
    let sides = sides(fragment, top, plan, groups.iter().take(plan.above).flat_map(|g| &g.parts));
    let repeated = Repeated::new(fragment, top, plan.end, plan.start, finder.page);
    let (above_edges, below_edges) = open_edges(fragment, &mut below);
    let base = below_edges + repeated.head_height;
    let mut cut = Cutter {
        finder,
        base,
        end: plan.end,
        tails: Vec::new(),
        row_bottom: row.then_some(own_bottom),
    };
    if !plan.parts.is_empty() {
        cut.end = Px(f32::NEG_INFINITY);
        for (part, extent) in plan.parts.iter().zip(group) {
            cut.part(&mut fragment.children[part.child], *extent, &part.cut);
        }
    }
    let (end, start) = cut.settle(fragment, plan, group);
    // Boxes side by side were cut from the highest down, which need not be document order.
    let mut tails = cut.tails;
    tails.sort_by_key(|tail| tail.child);
    let mut kept = Vec::with_capacity(fragment.children.len());
    let mut tails = tails.into_iter().peekable();
    let shift = base - start;
    for (index, mut child) in std::mem::take(&mut fragment.children).into_iter().enumerate() {
        let child_top = top + child.offset.y;
        match sides[index] {
            Side::Above => kept.push(child),
            Side::Below => {
                child.offset.y = child_top + shift;
                below.children.push(child);
            }
            Side::Across if is_column(&child) => {
                let mut rest = child.clone();
                rest.offset.y = base;
                rest.size.height = (child_top + child.size.height - start).max(Px::ZERO);
                child.size.height = (end - child_top).max(Px::ZERO);
                kept.push(child);
                below.children.push(rest);
            }
            Side::Across if matches!(child.content, FragmentContent::CollapsedBorders(_)) => {
                let mut rest = cut_borders(&mut child, end - child_top, start - child_top);
                rest.offset.y = base;
                kept.push(child);
                below.children.push(rest);
            }
            Side::Across => {
                let tail = tails.next_if(|t| t.child == index);
                let Some(Tail { fragment: tail, moved, .. }) = tail else {
                    kept.push(child);
                    continue;
                };
                if !moved {
                    kept.push(child);
                }
                below.children.push(tail);
            }
        }
    }
    let mut grown = Px::ZERO;
    if matches!(fragment.style.display, Display::TableRowGroup) {
        grown = cut_spanning_cells(finder, &mut kept, &mut below, Spans { top, end, shift, base });
    }
    let foot = repeated.foot_height;
    repeated.apply(&mut kept, &mut below.children, end - top, below_edges);
    fragment.children = kept;
    fragment.size.height = (end - top + above_edges + foot).max(Px::ZERO);
    if fills_page(fragment) {
        // A height that is set is not more for that; what sticks out of a box ends it nowhere.
        let goes_on = fragment.style.height == SizeValue::Auto && end + EPSILON < own_bottom;
        let reach = if goes_on { plan.until } else { plan.until.min(own_bottom) };
        fragment.size.height = fragment.size.height.max(reach - top);
    }
    below.size.height = (own_bottom + shift + grown).max(base);
    Below { fragment: below, start: start - base }
}

/// Whether a box that goes on on the next page reaches down to the end of this one. Tables do not: their
/// foot stands below the last row.
fn fills_page(fragment: &Fragment) -> bool {
    use Display::{Block, Flex, FlowRoot, Grid, ListItem};
    matches!(fragment.style.display, Block | FlowRoot | ListItem | Flex | Grid)
}

/// The side of each child. Out-of-flow boxes go by their place, what has no room goes with what
/// follows it.
fn sides<'e>(
    fragment: &Fragment,
    top: Px,
    plan: &Plan,
    above: impl Iterator<Item = &'e Extent>,
) -> Vec<Side> {
    let children = &fragment.children;
    let mut sides: Vec<Option<Side>> = vec![None; children.len()];
    for extent in above {
        sides[extent.child] = Some(Side::Above);
    }
    for part in &plan.parts {
        sides[part.child] = Some(match part.cut {
            PartCut::Above => Side::Above,
            _ => Side::Across,
        });
    }
    let mut following = None;
    let mut out = vec![Side::Above; children.len()];
    for (index, child) in children.iter().enumerate().rev() {
        let child_top = top + child.offset.y;
        let side = if reserve::of(child).is_some() {
            following = following.or_else(|| is_flow(child).then_some(Side::Below));
            Side::Below
        } else if is_flow(child) {
            let side = sides[index].unwrap_or(Side::Below);
            following = Some(side);
            side
        } else if is_positioned_out(child) || is_float(child) {
            if child_top + EPSILON >= plan.end { Side::Below } else { Side::Above }
        } else if is_column(child) {
            Side::Across
        } else if matches!(child.content, FragmentContent::CollapsedBorders(_)) {
            side_of_borders(child, child_top, plan)
        } else {
            match following {
                Some(Side::Below) => Side::Below,
                Some(_) => Side::Above,
                None => children.iter().enumerate().rev().find(|(_, c)| is_flow(c)).map_or(
                    Side::Above,
                    |(last, _)| match sides[last] {
                        Some(Side::Above) => Side::Above,
                        _ => Side::Below,
                    },
                ),
            }
        };
        out[index] = side;
    }
    out
}

fn side_of_borders(child: &Fragment, top: Px, plan: &Plan) -> Side {
    let bottom = top + child.size.height;
    if bottom <= plan.end + EPSILON {
        Side::Above
    } else if top + EPSILON >= plan.end {
        Side::Below
    } else {
        Side::Across
    }
}

/// The lower part of a child.
struct Tail {
    child: usize,
    fragment: Fragment,
    /// Where the whole ended.
    bottom: Px,
    /// Nothing of it stays above.
    moved: bool,
}

/// Cuts the parts of a group.
struct Cutter<'f> {
    finder: &'f Finder,
    base: Px,
    end: Px,
    tails: Vec<Tail>,
    /// Cells of a row may reach below it.
    row_bottom: Option<Px>,
}

impl Cutter<'_> {
    fn part(&mut self, child: &mut Fragment, extent: Extent, cut: &PartCut) {
        let x = child.offset.x;
        let moved = matches!(cut, PartCut::Below);
        let mut fragment = match cut {
            PartCut::Above => {
                self.end = self.end.max(extent.bottom);
                return;
            }
            PartCut::Below => {
                let mut whole = shell(child);
                whole.children = std::mem::take(&mut child.children);
                whole
            }
            PartCut::Across(plan) => {
                let below = split(self.finder, child, extent.top, plan);
                self.end = self.end.max(extent.top + child.size.height);
                below.fragment
            }
            PartCut::Sliced(y) => {
                let below = slice(child, *y - extent.top);
                self.end = self.end.max(*y);
                below
            }
        };
        fragment.offset = Point::new(x, self.base + shift(&fragment));
        self.tails.push(Tail { child: extent.child, fragment, bottom: extent.bottom, moved });
    }

    /// Gives boxes that ended together a common end again. Where the upper part ends, and where
    /// the lower part begins.
    fn settle(&mut self, fragment: &mut Fragment, plan: &Plan, group: &[Extent]) -> (Px, Px) {
        if plan.parts.is_empty() {
            return (plan.end, plan.start);
        }
        let whole = |t: &Tail| self.row_bottom.is_none_or(|row| t.bottom <= row + EPSILON);
        let last = self.tails.iter().filter(|t| whole(t)).map(|t| t.bottom);
        let last = last.fold(Px(f32::NEG_INFINITY), Px::max);
        let last = if last.0.is_finite() { last } else { self.row_bottom.unwrap_or(plan.end) };
        let rest = |t: &Tail| bottom(&t.fragment, Px::ZERO);
        let height = self.tails.iter().filter(|t| whole(t)).map(rest).fold(Px::ZERO, Px::max);
        let start = last - height;
        if group.len() > 1 {
            for tail in &mut self.tails {
                if tail.bottom + EPSILON < last {
                    continue;
                }
                let below = &mut tail.fragment;
                below.size.height = below.size.height.max(tail.bottom - start);
                below.reach = None;
                let above = &mut fragment.children[tail.child];
                if !tail.moved {
                    let extent = group.iter().find(|e| e.child == tail.child);
                    let top = extent.map_or(self.end, |e| e.top);
                    above.size.height = self.end - top;
                    above.reach = None;
                }
            }
        }
        (self.end, start)
    }
}

/// Where rows were cut, for the cells that span them.
struct Spans {
    top: Px,
    end: Px,
    shift: Px,
    base: Px,
}

/// Cells of rows above that reach below the cut go on in the first row below. Gives by how much
/// the rows below grew.
fn cut_spanning_cells(
    finder: &Finder,
    above: &mut [Fragment],
    below: &mut Fragment,
    at: Spans,
) -> Px {
    let mut tails = Vec::new();
    for row in above.iter_mut().filter(|c| c.style.display == Display::TableRow) {
        let row_top = at.top + row.offset.y;
        for cell in &mut row.children {
            let cell_top = row_top + cell.offset.y;
            let cell_bottom = cell_top + cell.size.height;
            if !is_flow(cell) || cell_bottom <= at.end + EPSILON {
                continue;
            }
            let plan = match finder.find(cell, cell_top, at.end).best {
                Some(best) => best.plan,
                None => finder.slice(cell, cell_top, at.end),
            };
            let mut tail = split(finder, cell, cell_top, &plan).fragment;
            cell.size.height = at.end - cell_top;
            cell.reach = None;
            tail.offset = Point::new(cell.offset.x, Px::ZERO);
            tails.push((tail, cell_bottom + at.shift - at.base));
        }
    }
    let mut grown = Px::ZERO;
    for (mut tail, room) in tails {
        let size = std::mem::replace(&mut tail.size, Size::ZERO);
        let content = bottom(&tail, Px::ZERO);
        tail.size = size;
        let needed =
            (content + tail.border.bottom + tail.padding.bottom - room - grown).max(Px::ZERO);
        tail.size.height = room + grown + needed;
        if needed > Px::ZERO {
            reserve::unfold_all(below);
            grow_rows(below, at.base + room + grown, needed);
            grown += needed;
        }
        let first = below.children.iter_mut().find(|c| c.style.display == Display::TableRow);
        if let Some(row) = first {
            row.children.push(tail);
        }
    }
    grown
}

/// Makes the row that ends at `bottom` higher, and moves those below it.
fn grow_rows(group: &mut Fragment, bottom: Px, by: Px) {
    for row in group.children.iter_mut().filter(|c| c.style.display == Display::TableRow) {
        let row_bottom = row.offset.y + row.size.height;
        if row.offset.y + EPSILON >= bottom {
            row.offset.y += by;
        } else if row_bottom + EPSILON >= bottom {
            for cell in row.children.iter_mut().filter(|c| is_flow(c)) {
                if cell.size.height + EPSILON >= row.size.height {
                    cell.size.height += by;
                    cell.reach = None;
                }
            }
            row.size.height += by;
            row.reach = None;
        }
    }
}

/// A copy of a box without its children.
pub fn shell(fragment: &Fragment) -> Fragment {
    Fragment {
        offset: fragment.offset,
        size: fragment.size,
        border: fragment.border,
        padding: fragment.padding,
        style: fragment.style.clone(),
        content: fragment.content.clone(),
        element: fragment.element,
        structure: fragment.structure,
        artifact: fragment.artifact,
        order: fragment.order,
        reading: fragment.reading,
        origin: fragment.origin,
        open: fragment.open,
        reach: None,
        children: Vec::new(),
    }
}

/// Borders and padding at the cut: gone with `slice`, repeated with `clone`. Gives the room they
/// take above and below the cut.
fn open_edges(above: &mut Fragment, below: &mut Fragment) -> (Px, Px) {
    if above.style.decoration_clone {
        let edges = above.border + above.padding;
        return (edges.bottom, edges.top);
    }
    above.open.bottom = true;
    above.border.bottom = Px::ZERO;
    above.padding.bottom = Px::ZERO;
    below.open.top = true;
    below.border.top = Px::ZERO;
    below.padding.top = Px::ZERO;
    (Px::ZERO, Px::ZERO)
}
