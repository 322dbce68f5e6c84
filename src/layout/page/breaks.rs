//! Where a page ends: the best place to cut a galley (CSS Fragmentation 4 §4).
//!
//! A walk over the galley down to the page's end looks at every opportunity: gaps between siblings
//! that stand below each other (class A), gaps between lines (class B), empty room below the
//! content of a box (class C). The lowest [`Cost`] wins, and of these the lowest place. Boxes side
//! by side are parallel flows: each is cut at its own best place. What no opportunity cuts is
//! sliced where the page ends, if it is higher than the page.
//!
//! Output: a [`Plan`] for [`split`](super::split), which asks [`groups`] the same questions.

use crate::css::computed::{Break, Display};
use crate::geom::Px;
use crate::layout::fragment::{Fragment, FragmentContent, Reserve};
use crate::layout::sizing::fixed_margins;

use super::extent::{
    EPSILON, Extent, FIT_TOLERANCE, Group, bottom, groups, is_float, is_flow, is_monolithic,
};
use super::{heads, reserve};

/// What a cut would violate, in the order in which rules are given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cost {
    /// Nothing.
    Free,
    /// `break-before: avoid` or `break-after: avoid`.
    AvoidBetween,
    /// `break-inside: avoid`, rows that a cell spans.
    AvoidInside,
    /// Both.
    AvoidBoth,
    /// `orphans` or `widows`.
    Lines,
    /// A row or empty room that would fit on a page by itself; a table's head, foot or caption
    /// parted from it.
    Whole,
}

impl Cost {
    /// The cost of the same cut inside a box that avoids breaks.
    fn inside_avoid(self) -> Cost {
        match self {
            Cost::Free => Cost::AvoidInside,
            Cost::AvoidBetween => Cost::AvoidBoth,
            other => other,
        }
    }
}

/// How a box is cut.
#[derive(Clone, Debug)]
pub struct Plan {
    /// So many groups of children stay above.
    pub above: usize,
    /// The parts of the next group, if the cut goes through it.
    pub parts: Vec<Part>,
    /// Where what stays above ends.
    pub end: Px,
    /// Where what goes below begins, if the cut goes through no group; the gap is margin, and
    /// vanishes.
    pub start: Px,
    /// What [`groups`] was asked for.
    pub until: Px,
}

/// What happens to one of several boxes side by side.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its index among the children.
    pub child: usize,
    pub cut: PartCut,
}

/// See [`Part`].
#[derive(Clone, Debug)]
pub enum PartCut {
    /// It stays.
    Above,
    /// It goes.
    Below,
    /// It is cut.
    Across(Plan),
    /// It is monolithic and is sliced at this place.
    Sliced(Px),
}

/// A possible end of the page.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub plan: Plan,
    pub cost: Cost,
    /// A forced break.
    pub forced: Option<Break>,
    /// It cuts nothing but room below the content.
    room: bool,
}

/// What there is in a box down to the page's end.
#[derive(Clone, Debug)]
pub struct Found {
    /// All of the box fits.
    pub fits: bool,
    /// The best place to cut it. A forced break has to be taken.
    pub best: Option<Candidate>,
}

/// A float that the page's end would cut.
struct Crossing {
    top: Px,
}

/// Finds page ends.
pub struct Finder {
    /// Height of a whole page.
    pub page: Px,
    /// Floats that reach below the page and cannot be cut.
    crossing: Vec<Crossing>,
    /// All floats that begin on the page: top and bottom.
    floats: Vec<(Px, Px)>,
}

impl Finder {
    /// For pages of this height.
    pub fn new(page: Px) -> Finder {
        Finder { page, crossing: Vec::new(), floats: Vec::new() }
    }

    /// The best end for a page that ends at `limit`.
    pub fn page_end(&mut self, galley: &Fragment, limit: Px) -> Found {
        self.crossing.clear();
        self.floats.clear();
        let (mut crossing, mut floats) = (Vec::new(), Vec::new());
        floats_above(galley, Px::ZERO, limit, &mut floats);
        self.floats = floats;
        self.uncut_floats(galley, Px::ZERO, limit, &mut crossing);
        self.crossing = crossing;
        self.find(galley, Px::ZERO, limit)
    }

    fn uncut_floats(&self, fragment: &Fragment, top: Px, limit: Px, out: &mut Vec<Crossing>) {
        if is_monolithic(fragment) {
            return;
        }
        for child in &fragment.children {
            let child_top = top + child.offset.y;
            if child_top > limit || reserve::of(child).is_some() {
                continue;
            }
            if is_float(child)
                && bottom(child, child_top) > limit + FIT_TOLERANCE
                && child.size.height <= self.page
                && self.cut_of_float(child, child_top, limit).is_none()
            {
                out.push(Crossing { top: child_top });
            }
            self.uncut_floats(child, child_top, limit, out);
        }
    }

    /// The place to cut a float that reaches below the page; none where it moves as a whole, since it
    /// fits on a page by itself and no place is better.
    pub fn cut_of_float(&self, float: &Fragment, top: Px, limit: Px) -> Option<Candidate> {
        let best = self.find(float, top, limit).best?;
        (best.cost < Cost::Whole || float.size.height > self.page).then_some(best)
    }

    /// The best place to cut a box whose border box begins at `top`.
    pub fn find(&self, fragment: &Fragment, top: Px, limit: Px) -> Found {
        let end = bottom(fragment, top);
        let whole = end <= limit + FIT_TOLERANCE;
        if is_monolithic(fragment) {
            return Found { fits: whole, best: None };
        }
        let inner = limit - self.kept_below(fragment);
        let mut scan = Scan { finder: self, fragment, limit: inner, best: None };
        let groups = groups(&fragment.children, top, limit);
        let lines = Lines::new(fragment);
        let mut reach = Px(f32::NEG_INFINITY);
        let mut spans = Px(f32::NEG_INFINITY);
        for (index, group) in groups.iter().enumerate() {
            if index == 0 {
                scan.consider(self.room_above(fragment, top, group, limit, inner));
            }
            if index > 0 && reach <= inner + FIT_TOLERANCE {
                let mut gap = self.between(fragment, &groups[index - 1], group, reach, limit);
                if let Some(candidate) = &mut gap {
                    candidate.plan.above = index;
                    candidate.plan.start = first_float(fragment, top, reach, candidate.plan.start);
                    candidate.cost = candidate.cost.max(lines.cost(index));
                    if spans > reach + EPSILON && candidate.forced.is_none() {
                        candidate.cost = candidate.cost.max(Cost::AvoidInside);
                    }
                }
                if let Some(forced) = scan.consider(gap) {
                    return Found { fits: false, best: Some(forced) };
                }
            }
            let mut inside = self.group(fragment, group, inner);
            if let Some(candidate) = &mut inside {
                candidate.plan.above = index;
                candidate.plan.until = limit;
            }
            if let Some(forced) = scan.consider(inside) {
                return Found { fits: false, best: Some(forced) };
            }
            if group.bottom > limit + FIT_TOLERANCE {
                return Found { fits: false, best: scan.best };
            }
            reach = reach.max(group.bottom);
            spans = spans.max(reach_of_cells(fragment, group));
        }
        if !whole {
            scan.consider(self.empty_room(fragment, top, limit, inner, reach, groups.len()));
        }
        Found { fits: whole, best: scan.best }
    }

    /// Room that a cut box keeps below the cut content: its edges with `box-decoration-break:
    /// clone`, the foot of a table.
    fn kept_below(&self, fragment: &Fragment) -> Px {
        let mut kept = heads::foot_height(fragment, self.page);
        if fragment.style.decoration_clone {
            kept += fragment.border.bottom + fragment.padding.bottom;
        }
        kept
    }

    /// The gap between two groups; `end` is where those above end.
    fn between(
        &self,
        parent: &Fragment,
        above: &Group,
        below: &Group,
        end: Px,
        until: Px,
    ) -> Option<Candidate> {
        let of = |e: &Extent| &parent.children[e.child];
        let after = above.parts.iter().map(|e| break_after(of(e))).fold(Break::Auto, stronger);
        let before = below.parts.iter().map(|e| break_before(of(e)));
        let wish = before.fold(after, stronger);
        let forced = forces(wish);
        let copy = |e: &Extent| of(e).artifact && heads::is_head(of(e));
        if above.parts.iter().any(copy) {
            return None;
        }
        let cost = match wish {
            _ if heads::joins(parent, above, below) => Cost::Whole,
            Break::Avoid => Cost::AvoidBetween,
            _ => Cost::Free,
        };
        let mut start = below.top;
        if forced {
            // The margin after a forced break stays (§5.2).
            let room = (below.top - end).max(Px::ZERO);
            let width = parent.size.width - (parent.border + parent.padding).horizontal();
            let margins = below.parts.iter().map(|e| leading_margin(of(e), width));
            start -= margins.fold(Px::ZERO, Px::max).min(room);
        }
        let plan = Plan { above: 0, parts: Vec::new(), end, start, until };
        Some(Candidate { plan, cost, forced: forced.then_some(wish), room: false })
    }

    /// A cut through a group.
    fn group(&self, parent: &Fragment, group: &Group, limit: Px) -> Option<Candidate> {
        let child = |e: &Extent| &parent.children[e.child];
        if let [only] = group.parts.as_slice() {
            let found = self.find(child(only), only.top, limit).best?;
            let end = found.plan.end;
            let parts = vec![Part { child: only.child, cut: PartCut::Across(found.plan) }];
            let plan = Plan { above: 0, parts, end, start: end, until: limit };
            return Some(Candidate { plan, ..found });
        }
        let mut parts = Vec::with_capacity(group.parts.len());
        let (mut cost, mut forced, mut end) = (Cost::Free, None, Px(f32::NEG_INFINITY));
        let (mut cut, mut progress, mut only_room) = (false, false, true);
        for extent in &group.parts {
            let found = self.find(child(extent), extent.top, limit);
            let part = match found.best {
                Some(best) if best.forced.is_some() || !found.fits => {
                    if !best.room {
                        cost = cost.max(best.cost);
                        only_room = false;
                        progress = true;
                    }
                    forced = forced.or(best.forced);
                    end = end.max(best.plan.end);
                    cut = true;
                    PartCut::Across(best.plan)
                }
                _ if found.fits => {
                    end = end.max(extent.bottom);
                    progress |= extent.bottom > extent.top;
                    PartCut::Above
                }
                _ => {
                    cost = cost.max(Cost::AvoidInside);
                    only_room = false;
                    cut = true;
                    PartCut::Below
                }
            };
            parts.push(Part { child: extent.child, cut: part });
        }
        if !cut || !progress && !only_room {
            return None;
        }
        if only_room {
            cost = cost.max(self.whole(group.bottom - group.top));
        }
        let plan = Plan { above: 0, parts, end, start: end, until: limit };
        Some(Candidate { plan, cost, forced, room: only_room })
    }

    /// What would fit on a page by itself is better kept whole.
    fn whole(&self, height: Px) -> Cost {
        if height <= self.page + FIT_TOLERANCE { Cost::Whole } else { Cost::Free }
    }

    /// Class C: between the top of a block container and its first content, where that stands below
    /// floats.
    fn room_above(
        &self,
        fragment: &Fragment,
        top: Px,
        first: &Group,
        until: Px,
        limit: Px,
    ) -> Option<Candidate> {
        if !matches!(fragment.style.display, Display::Block | Display::FlowRoot | Display::ListItem)
        {
            return None;
        }
        let from = top + fragment.border.top + fragment.padding.top;
        let beside = |(top, bottom): &(Px, Px)| {
            *top + EPSILON < first.top.min(limit) && *bottom > from + EPSILON
        };
        if first.top.min(limit) <= from + EPSILON || !self.floats.iter().any(beside) {
            return None;
        }
        let end = first.top.min(limit);
        let plan = Plan { above: 0, parts: Vec::new(), end, start: first.top, until };
        Some(Candidate { plan, cost: Cost::Free, forced: None, room: false })
    }

    /// Class C: between the content and the bottom of a box with a height of its own.
    fn empty_room(
        &self,
        fragment: &Fragment,
        top: Px,
        until: Px,
        limit: Px,
        reach: Px,
        above: usize,
    ) -> Option<Candidate> {
        let content_top = top + fragment.border.top + fragment.padding.top;
        let content_bottom =
            top + fragment.size.height - fragment.border.bottom - fragment.padding.bottom;
        let from = reach.max(content_top);
        if limit <= from + EPSILON || content_bottom <= limit + EPSILON {
            return None;
        }
        let plan = Plan { above, parts: Vec::new(), end: limit, start: limit, until };
        let cost = self.whole(fragment.size.height);
        Some(Candidate { plan, cost, forced: None, room: true })
    }

    /// How far down the first thing reaches that crosses the page's end and cannot be cut.
    pub fn first_crossing(&self, fragment: &Fragment, top: Px, limit: Px) -> Px {
        if is_monolithic(fragment) {
            return bottom(fragment, top);
        }
        let groups = groups(&fragment.children, top, limit);
        let Some(group) = groups.iter().find(|g| g.bottom > limit + FIT_TOLERANCE) else {
            return bottom(fragment, top);
        };
        let crossing = group.parts.iter().filter(|e| e.bottom > limit + FIT_TOLERANCE);
        crossing
            .filter(|e| e.top < limit)
            .map(|e| self.first_crossing(&fragment.children[e.child], e.top, limit))
            .fold(limit, Px::max)
    }

    /// Cuts at `limit` whatever is there: [`find`](Self::find) has been asked, and knows no better place.
    pub fn slice(&self, fragment: &Fragment, top: Px, limit: Px) -> Plan {
        let kept = limit - self.kept_below(fragment);
        let inner = if kept > top { kept } else { limit };
        let groups = groups(&fragment.children, top, limit);
        let crossing = groups.iter().position(|g| g.bottom > inner + FIT_TOLERANCE);
        let Some(above) = crossing else {
            let plan = Plan {
                above: groups.len(),
                parts: Vec::new(),
                end: inner,
                start: inner,
                until: limit,
            };
            return plan;
        };
        let group = &groups[above];
        if group.top >= inner {
            // It begins below a foot or an edge that is kept: the cut goes through nothing.
            return Plan { above, parts: Vec::new(), end: inner, start: group.top, until: limit };
        }
        // What there is in a lone box was looked at with this one: looking again at every level would
        // take the square of the depth.
        let searched = group.parts.len() == 1 && inner == kept;
        let search = |child, top| {
            let again = (!searched).then(|| self.find(child, top, inner));
            again.and_then(|found| found.best)
        };
        let part = |extent: &Extent| {
            let child = &fragment.children[extent.child];
            let cut = if extent.bottom <= inner + FIT_TOLERANCE {
                PartCut::Above
            } else if extent.top >= inner {
                PartCut::Below
            } else if is_monolithic(child) {
                PartCut::Sliced(inner)
            } else {
                match search(child, extent.top) {
                    Some(best) => PartCut::Across(best.plan),
                    None => PartCut::Across(self.slice(child, extent.top, inner)),
                }
            };
            Part { child: extent.child, cut }
        };
        let parts = group.parts.iter().map(part).collect();
        Plan { above, parts, end: inner, start: inner, until: limit }
    }
}

/// The search through one box.
struct Scan<'f> {
    finder: &'f Finder,
    fragment: &'f Fragment,
    limit: Px,
    best: Option<Candidate>,
}

impl Scan<'_> {
    /// Takes a candidate if it is no worse; a forced one is given back.
    fn consider(&mut self, candidate: Option<Candidate>) -> Option<Candidate> {
        let mut candidate = candidate?;
        if candidate.forced.is_some() {
            return Some(candidate);
        }
        if candidate.plan.end > self.limit + FIT_TOLERANCE {
            return None;
        }
        let end = candidate.plan.end;
        if self.fragment.style.break_inside_avoid
            || self.finder.crossing.iter().any(|float| float.top + EPSILON < end)
        {
            candidate.cost = candidate.cost.inside_avoid();
        }
        if self.fragment.style.display == Display::TableRow {
            candidate.cost = candidate.cost.max(self.finder.whole(self.fragment.size.height));
        }
        if self.best.as_ref().is_none_or(|best| candidate.cost <= best.cost) {
            self.best = Some(candidate);
        }
        None
    }
}

/// The lines of a block container.
struct Lines {
    count: usize,
    orphans: usize,
    widows: usize,
}

impl Lines {
    fn new(fragment: &Fragment) -> Lines {
        let is_line =
            |c: &&Fragment| matches!(c.content, FragmentContent::Line { .. }) && is_flow(c);
        let count = fragment.children.iter().filter(is_line).count();
        let count = count + reserved(fragment).map(|reserve| reserve.sums().lines).sum::<usize>();
        let least = |n: u8| usize::from(n).min(count);
        let style = &fragment.style;
        Lines { count, orphans: least(style.orphans), widows: least(style.widows) }
    }

    /// The cost of a cut after so many lines.
    fn cost(&self, above: usize) -> Cost {
        let few = self.count > 0
            && (above < self.orphans || self.count.saturating_sub(above) < self.widows);
        if few { Cost::Lines } else { Cost::Free }
    }
}

/// What of a box stands in reserve.
fn reserved(fragment: &Fragment) -> impl Iterator<Item = &Reserve> {
    fragment.children.iter().filter_map(reserve::of)
}

/// The floats that begin above the page's end, each with its top and bottom.
fn floats_above(fragment: &Fragment, top: Px, limit: Px, out: &mut Vec<(Px, Px)>) {
    if is_monolithic(fragment) {
        return;
    }
    for child in &fragment.children {
        let child_top = top + child.offset.y;
        if child_top > limit || reserve::of(child).is_some() {
            continue;
        }
        if is_float(child) {
            out.push((child_top, bottom(child, child_top)));
        }
        floats_above(child, child_top, limit, out);
    }
}

/// What goes below begins with the floats that stand in the gap: text beside them was set for their
/// place.
fn first_float(fragment: &Fragment, top: Px, end: Px, start: Px) -> Px {
    let floats = fragment.children.iter().filter(|c| is_float(c)).map(|c| top + c.offset.y);
    floats.filter(|float| *float + EPSILON >= end).fold(start, Px::min).max(end)
}

/// How far down the cells of rows reach.
fn reach_of_cells(parent: &Fragment, group: &Group) -> Px {
    let rows = group.parts.iter().filter_map(|e| {
        let row = &parent.children[e.child];
        (row.style.display == Display::TableRow).then_some((row, e.top))
    });
    rows.flat_map(|(row, top)| row.children.iter().map(move |c| top + c.offset.y + c.size.height))
        .fold(Px(f32::NEG_INFINITY), Px::max)
}

/// Whether a break is forced.
pub fn forces(value: Break) -> bool {
    !matches!(value, Break::Auto | Break::Avoid)
}

/// Of two wishes at one place the forced one wins, then `avoid`; of two forced ones that which
/// asks for a side, then the later.
pub fn stronger(a: Break, b: Break) -> Break {
    if forces(a) && b == Break::Page {
        return a;
    }
    if forces(b) || (b == Break::Avoid && !forces(a)) { b } else { a }
}

fn takes_breaks(fragment: &Fragment) -> bool {
    matches!(fragment.content, FragmentContent::Box | FragmentContent::Image(_))
}

/// `break-before` of a box and of the first boxes inside it (§3.1.1: it propagates).
pub fn break_before(fragment: &Fragment) -> Break {
    if !takes_breaks(fragment) {
        return Break::Auto;
    }
    let first = fragment.children.iter().find(|c| is_flow(c));
    let inner = first.filter(|_| propagates(fragment)).map_or(Break::Auto, break_before);
    stronger(fragment.style.break_before, inner)
}

/// `break-after` of a box and of the last boxes inside it.
pub fn break_after(fragment: &Fragment) -> Break {
    if !takes_breaks(fragment) {
        return Break::Auto;
    }
    let last = fragment.children.iter().rev().find(|c| is_flow(c));
    let last = last.and_then(|last| reserve::of(last).map_or(Some(last), Reserve::last_of_flow));
    let inner = last.filter(|_| propagates(fragment)).map_or(Break::Auto, break_after);
    stronger(inner, fragment.style.break_after)
}

/// Break values leave flow content and table parts, not boxes with parallel flows of their own
/// inside (cells, items).
fn propagates(fragment: &Fragment) -> bool {
    !is_monolithic(fragment) && !matches!(fragment.style.display, Display::TableRow)
}

/// The margin above a box that adjoins a break before it: its own and those of its first children.
fn leading_margin(fragment: &Fragment, containing: Px) -> Px {
    let (mut positive, mut negative) = (Px::ZERO, Px::ZERO);
    let (mut at, mut width) = (fragment, containing);
    loop {
        if !takes_breaks(at) || matches!(at.style.display, Display::TableRow | Display::TableCell) {
            break;
        }
        let margin = fixed_margins(&at.style, width).top;
        positive = positive.max(margin);
        negative = negative.min(margin);
        let edges = at.border + at.padding;
        let first = at.children.iter().find(|c| is_flow(c));
        let Some(first) = first.filter(|_| edges.top == Px::ZERO && !is_monolithic(at)) else {
            break;
        };
        width = at.size.width - edges.horizontal();
        at = first;
    }
    positive + negative
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_given_up_in_order() {
        use Cost::*;
        assert!([Free, AvoidBetween, AvoidInside, AvoidBoth, Lines, Whole].is_sorted());
    }

    #[test]
    fn a_side_is_stronger_than_any_page() {
        assert_eq!(stronger(Break::Right, Break::Page), Break::Right);
        assert_eq!(stronger(Break::Page, Break::Left), Break::Left);
        assert_eq!(stronger(Break::Avoid, Break::Page), Break::Page);
        assert_eq!(stronger(Break::Page, Break::Avoid), Break::Page);
    }
}
