//! What of a galley lies below the page that is being made stands in reserve, so that a page costs what
//! is on it and not what is to come.
//!
//! A box of many children keeps the first of them; the others wait in a [`Reserve`] at their place, which
//! knows what they come to: how far they reach, how many lines they are. [`unfold`] takes as many of them
//! out as a page may need: all that begin above its end, and the first group below it whole. That is all
//! that [`breaks`](super::breaks) and [`split`](super::split) look at; what is below moves with the
//! reserve.

use std::cell::Cell;

use crate::css::computed::Display;
use crate::geom::{Point, Px};
use crate::layout::fragment::{Fragment, FragmentContent, Reserve, Reserved, Sums};

use super::extent::{
    EPSILON, Group, bottom, flow_top, groups, is_flow, is_monolithic, is_positioned_out, joins,
};
use super::heads::highest_monolith;
use super::stretch::{floats, is_piece, pieces};

/// A reserve is made of this many pieces at least: fewer cost nothing to look at.
const FEWEST: usize = 64;

/// How many places that overlap with what is above them are tried for the beginning of a reserve.
const OVERLAPS: usize = 16;

#[cfg(test)]
thread_local! {
    /// The fewest pieces of a reserve, in tests.
    pub(super) static FEWEST_IN_TESTS: Cell<usize> = const { Cell::new(FEWEST) };
}

fn fewest() -> usize {
    #[cfg(test)]
    return FEWEST_IN_TESTS.get();
    #[cfg(not(test))]
    FEWEST
}

impl Reserve {
    /// What is left comes to.
    pub fn sums(&self) -> Sums {
        self.left.last().map_or(Sums::NONE, |next| next.sums)
    }

    /// The last child in the flow.
    pub fn last_of_flow(&self) -> Option<&Fragment> {
        self.left.iter().map(|one| &one.fragment).find(|fragment| is_flow(fragment))
    }
}

impl Sums {
    const NONE: Sums = Sums {
        top: Px(f32::INFINITY),
        bottom: Px(f32::NEG_INFINITY),
        pieces: 0,
        floats: Px::ZERO,
        lines: 0,
        monolith: Px::ZERO,
        flow: false,
    };

    /// With one more fragment before them.
    fn with(self, fragment: &Fragment) -> Sums {
        let flow = is_flow(fragment);
        let own_top = flow_top(Px::ZERO, fragment);
        let end = if flow { bottom(fragment, own_top) } else { Px(f32::NEG_INFINITY) };
        let is_line = flow && matches!(fragment.content, FragmentContent::Line { .. });
        Sums {
            top: self.top.min(own_top).min(fragment.offset.y),
            bottom: self.bottom.max(end),
            pieces: self.pieces + if is_piece(fragment) { pieces(fragment) } else { 0 },
            floats: self.floats + floats(std::slice::from_ref(fragment)),
            lines: self.lines + usize::from(is_line),
            monolith: self.monolith.max(highest_monolith(fragment)),
            flow: self.flow || flow,
        }
    }
}

/// The reserve that a fragment stands for.
pub fn of(fragment: &Fragment) -> Option<&Reserve> {
    match &fragment.content {
        FragmentContent::Reserve(reserve) => Some(reserve),
        _ => None,
    }
}

/// Puts all but the beginnings of a galley's boxes in reserve; gives how many fragments there are in this one, which
/// are no fewer than its [`pieces`].
pub fn fold(fragment: &mut Fragment) -> usize {
    if is_monolithic(fragment) || is_positioned_out(fragment) {
        return pieces(fragment);
    }
    let within: usize = fragment.children.iter_mut().map(fold).sum();
    // Of fewer there is nothing to put in reserve.
    if within >= fewest() {
        fold_runs(fragment);
    }
    1 + within
}

fn fold_runs(fragment: &mut Fragment) {
    if fragment.style.display == Display::TableRow {
        // Cells are parallel flows, all of them needed.
        return;
    }
    if !matches!(fragment.style.display, Display::Table | Display::InlineTable) {
        fold_run(fragment, 0..fragment.children.len());
        return;
    }
    // Heads, feet and captions of a table, and the lines around them, have to be at hand.
    let is_body = |c: &Fragment| c.style.display == Display::TableRowGroup;
    let run = |is: &dyn Fn(&Fragment) -> bool| {
        let from = fragment.children.iter().position(is)?;
        let len = fragment.children[from..].iter().take_while(|c| is(c)).count();
        Some(from..from + len)
    };
    let bodies = run(&|c| matches!(c.content, FragmentContent::Box) && is_body(c));
    let ends = |c: &Fragment| (c.offset.y, c.offset.y + c.size.height);
    let of_bodies = bodies.clone().map(|bodies| &fragment.children[bodies]).unwrap_or_default();
    let top = of_bodies.iter().map(|c| ends(c).0).fold(Px(f32::INFINITY), Px::min);
    let end = of_bodies.iter().map(|c| ends(c).1).fold(Px(f32::NEG_INFINITY), Px::max);
    let lines = run(&|c| {
        matches!(c.content, FragmentContent::CollapsedBorders(_))
            && ends(c).0 + EPSILON >= top
            && ends(c).1 <= end + EPSILON
    });
    let mut runs: Vec<_> = bodies.into_iter().chain(lines).collect();
    runs.sort_by_key(|run| std::cmp::Reverse(run.start));
    for run in runs {
        fold_run(fragment, run);
    }
}

/// Puts all but the first of these children in reserve.
fn fold_run(fragment: &mut Fragment, run: std::ops::Range<usize>) {
    let children = &fragment.children[run.clone()];
    if children.len() < 2 {
        return;
    }
    let mut sums = vec![Sums::NONE; children.len()];
    let mut all = Sums::NONE;
    for (index, child) in children.iter().enumerate().rev() {
        all = all.with(child);
        sums[index] = all;
    }
    let count = |index: usize| if all.flow { sums[index].pieces } else { children.len() - index };
    let mut may_begin = Vec::with_capacity(children.len());
    let (mut lowest, mut reach) = (Px(f32::NEG_INFINITY), Px(f32::NEG_INFINITY));
    let (mut first, mut overlaps) = (None, 0);
    for (index, child) in children.iter().enumerate() {
        may_begin.push(lowest <= sums[index].top);
        if first.is_none() && index > 0 && may_begin[index] && count(index) >= fewest().max(1) {
            let enough = !all.flow || reach.0.is_finite();
            let apart = sums[index].top + EPSILON >= reach;
            if enough && !apart {
                overlaps += 1;
            }
            let before = || &fragment.children[..run.start + index];
            let begins = || {
                let groups = groups(before(), Px::ZERO, Px(f32::INFINITY));
                groups
                    .last()
                    .is_some_and(|g| begins_group(before(), g, child, Px::ZERO, sums[index].top))
            };
            if enough && (apart || overlaps < OVERLAPS && begins()) {
                first = Some(index);
            }
        }
        if is_flow(child) {
            let top = flow_top(Px::ZERO, child);
            (lowest, reach) = (lowest.max(top), reach.max(bottom(child, top)));
        }
    }
    let Some(first) = first else { return };
    let origin = Point::new(Px::ZERO, sums[first].top);
    let mut reserve = Fragment::new(&fragment.style);
    reserve.offset = origin;
    let taken = fragment.children.drain(run.start + first..run.end);
    let mut left: Vec<Reserved> = taken
        .zip(sums.drain(first..).zip(may_begin.drain(first..)))
        .map(|(mut fragment, (mut sums, may_begin))| {
            fragment.offset = fragment.offset - origin;
            (sums.top, sums.bottom) = (sums.top - origin.y, sums.bottom - origin.y);
            Reserved { fragment, sums, may_begin }
        })
        .collect();
    left.reverse();
    reserve.content = FragmentContent::Reserve(Box::new(Reserve { left }));
    fragment.children.insert(run.start + first, reserve);
    fragment.children.shrink_to_fit();
}

/// Whether a child, its siblings' tops counted from `top`, begins a group below this one, the last of those
/// before it, and nothing after it, all of which begins at `highest` or below, comes before it.
fn begins_group(before: &[Fragment], last: &Group, child: &Fragment, top: Px, highest: Px) -> bool {
    let child_top = flow_top(top, child);
    highest + EPSILON >= last.bottom
        || is_flow(child) && child_top <= highest && !joins(before, last, child, child_top)
}

/// Takes out of reserve what a page may need that ends `until` below the galley's top; the box's own
/// top, not counting `position: relative`, is at `top` or below.
pub fn unfold(fragment: &mut Fragment, top: Px, until: Px) {
    if is_monolithic(fragment) {
        return;
    }
    let mut index = 0;
    while index < fragment.children.len() {
        if of(&fragment.children[index]).is_some() && refill(fragment, index, top, until) {
            // What was taken out stands here now.
            continue;
        }
        let child = &mut fragment.children[index];
        let child_top = flow_top(top, child).min(top + child.offset.y);
        if child_top <= until {
            unfold(child, child_top, until);
        }
        index += 1;
    }
}

/// Takes what is needed out of the reserve that is this child; whether there was any.
fn refill(fragment: &mut Fragment, index: usize, top: Px, until: Px) -> bool {
    let mut taken = take(fragment, index, &|next, at| top + at + next.sums.top <= until);
    loop {
        let (before, after) = fragment.children.split_at(index + taken);
        let Some((holder, next)) = after.first().and_then(|holder| {
            let next = of(holder)?.left.last().filter(|next| next.sums.flow)?;
            Some((holder, next))
        }) else {
            break;
        };
        let top_of_all = top + holder.offset.y;
        let highest = top_of_all + next.sums.top;
        let groups = groups(before, top, until);
        let whole = groups.last().is_some_and(|last| {
            last.top > until && begins_group(before, last, &next.fragment, top_of_all, highest)
        });
        if whole && next.may_begin {
            break;
        }
        let one = Cell::new(true);
        taken += take(fragment, index + taken, &|_, _| one.replace(false));
    }
    taken > 0
}

/// Takes children out of a reserve as long as they are wanted, and puts them before it; how many. An empty
/// reserve is gone.
fn take(fragment: &mut Fragment, index: usize, wanted: &dyn Fn(&Reserved, Px) -> bool) -> usize {
    let holder = &mut fragment.children[index];
    let origin = holder.offset;
    let FragmentContent::Reserve(reserve) = &mut holder.content else { return 0 };
    let mut out = Vec::new();
    while let Some(one) = reserve.left.pop_if(|next| wanted(next, origin.y)) {
        let mut child = one.fragment;
        child.offset += origin;
        out.push(child);
    }
    let (count, end) = (out.len(), if reserve.left.is_empty() { index + 1 } else { index });
    fragment.children.splice(index..end, out);
    count
}

/// Takes all out of reserve.
pub fn unfold_all(fragment: &mut Fragment) {
    let mut index = 0;
    while index < fragment.children.len() {
        if of(&fragment.children[index]).is_some() {
            take(fragment, index, &|_, _| true);
            continue;
        }
        unfold_all(&mut fragment.children[index]);
        index += 1;
    }
}
