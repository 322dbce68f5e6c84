//! A stretch of pages that a galley is cut into: from one layout to the next.

use std::sync::Arc;

use crate::css::computed::{Break, Float, Position};
use crate::diag::Diagnostic;
use crate::geom::{Point, Px, Rect, Size};
use crate::layout::boxes::{BoxId, BoxKind};
use crate::layout::context::{Containing, Context, PendingPositioned};
use crate::layout::fragment::{ElementId, Fragment, Origin};
use crate::layout::independent::{self, Fit};
use crate::layout::positioned;

use super::breaks::{self, Finder, Plan, break_after};
use super::extent::{EPSILON, FIT_TOLERANCE, bottom, is_flow, is_monolithic, is_positioned_out};
use super::geometry::Geometry;
use super::split::{shell, split};
use super::{Paginator, extent, heads, margins, reserve, rest, slice};
use crate::limits::PAGES;

/// A galley on its way to pages.
pub struct Stretch<'s, 'p, 't> {
    cx: &'s mut Context<'t>,
    out: &'s mut Paginator<'p>,
    name: Option<Arc<str>>,
    galley: Fragment,
    /// Boxes without a positioned ancestor, in the galley's coordinates.
    pending: Vec<PendingPositioned>,
    /// The width it was laid out at.
    width: Px,
    /// On how many pages it may go.
    run: usize,
    /// Whether it is only the beginning of what is to come.
    left_out: bool,
    /// What there was before the galley was laid out.
    before: Before,
}

/// What a stretch goes back to where it has to begin again.
struct Before {
    drafts: usize,
    fixed: usize,
    findings: usize,
}

/// How a stretch of pages ends.
pub enum Outcome {
    /// With the content.
    Done,
    /// What is below the last page is to be laid out for the next one.
    Below(Fragment),
    /// The galley ended too early: all of it has to be laid out.
    TooShort,
}

/// How many pages are looked at for one of another width.
const AHEAD: usize = 32;

/// How a page ends.
enum End {
    /// With the galley.
    Last,
    Cut(Plan, Option<Break>),
}

impl<'s, 'p, 't> Stretch<'s, 'p, 't> {
    /// Lays out the galley of a section, or what is left of it.
    pub fn new(
        cx: &'s mut Context<'t>,
        out: &'s mut Paginator<'p>,
        name: Option<Arc<str>>,
        root: BoxId,
        first: bool,
        whole: bool,
    ) -> Self {
        let before = Before {
            drafts: out.drafts.len(),
            fixed: out.fixed.len(),
            findings: cx.findings.len(),
        };
        let area = out.next_geometry(name.as_ref()).area().size;
        let containing = Containing { width: area.width, height: Some(area.height) };
        let (run, room) = if whole { (usize::MAX, None) } else { run(out, name.as_ref(), area) };
        cx.until = cx.until_of(root, room);
        let boxed = independent::layout(cx, root, containing, Fit::Fill);
        cx.until = None;
        let mut galley = boxed.fragment;
        galley.offset = Point::new(boxed.margin.left, Px::ZERO);
        if first {
            galley.offset.y = boxed.margin.top;
        } else {
            mark_heads(cx, &mut galley);
        }
        let mut pending = boxed.positioned;
        for positioned in &mut pending {
            positioned.translate(Point::new(boxed.margin.left, Px::ZERO));
        }
        reserve::fold(&mut galley);
        let (width, left_out) = (area.width, boxed.left_out);
        Stretch { cx, out, name, galley, pending, width, run, left_out, before }
    }

    /// Makes pages of it, down to where the next page has another width.
    pub fn pages(mut self) -> Outcome {
        let outcome = self.make_pages();
        match outcome {
            Outcome::TooShort => {
                self.out.drafts.truncate(self.before.drafts);
                self.out.fixed.truncate(self.before.fixed);
                self.cx.findings.truncate(self.before.findings);
            }
            Outcome::Below(_) => {
                let drafts = &self.out.drafts[self.before.drafts..];
                drafts.iter().flat_map(|d| &d.content).for_each(|c| self.out.placed.add(c));
                self.forget_unplaced();
            }
            Outcome::Done => {}
        }
        outcome
    }

    fn make_pages(&mut self) -> Outcome {
        loop {
            self.out.push(self.name.as_ref(), false);
            let index = self.out.drafts.len() - 1;
            let area = self.out.drafts[index].geometry.area().size;
            let top = self.galley.offset.y;
            let mut finder = Finder::new(area.height.max(Px(1.0)));
            let limit = (area.height - top).max(Px(1.0));
            reserve::unfold(&mut self.galley, Px::ZERO, limit);
            extent::note_reach(&mut self.galley);
            let end = self.end(&mut finder, limit, index);
            let before = measure(&self.galley);
            let below = match end {
                // Floats that go on are not all that is to come.
                End::Last if self.left_out => return Outcome::TooShort,
                End::Last => {
                    reserve::unfold_all(&mut self.galley);
                    self.last(&finder, limit)
                }
                End::Cut(plan, forced) => Some((self.cut(&finder, &plan, limit), forced)),
            };
            let Some((below, forced)) = below else {
                self.out.after = break_after(&self.galley);
                self.keep_page(index, None, top);
                return Outcome::Done;
            };
            let stuck = !measure(&below.fragment).is_less(&before);
            let (end, start) = (below.end, below.start);
            let above = std::mem::replace(&mut self.galley, below.fragment);
            let above_offset = above.offset;
            self.keep_page_of(index, above, Some((end, start)), top);
            self.galley.offset = Point::new(above_offset.x, Px::ZERO);
            if stuck || self.out.drafts.len() >= PAGES {
                self.give_up(stuck, index);
                return Outcome::Done;
            }
            if let Some(forced) = forced {
                self.out.blank_for(forced, self.name.as_ref());
            }
            let next = self.out.next_geometry(self.name.as_ref()).area().size.width;
            let ends = self.out.drafts.len() >= self.before.drafts.saturating_add(self.run)
                || (next - self.width).0.abs() > EPSILON.0;
            if ends && !rest::holds_slice(&self.galley) {
                let nothing = shell(&self.galley);
                reserve::unfold_all(&mut self.galley);
                return Outcome::Below(std::mem::replace(&mut self.galley, nothing));
            }
        }
    }

    /// How the page ends.
    fn end(&mut self, finder: &mut Finder, limit: Px, index: usize) -> End {
        let found = finder.page_end(&self.galley, limit);
        if let Some(best) = found.best.filter(|b| !found.fits || b.forced.is_some()) {
            return End::Cut(best.plan, best.forced);
        }
        if found.fits {
            return End::Last;
        }
        // Something cannot be cut: it may stick out into the page's margin, but not off the page.
        let (crossing, element) = first_crossing(finder, &self.galley, limit);
        let geometry = &self.out.drafts[index].geometry;
        let page_bottom = geometry.style.size.height - geometry.area().top() - self.galley.offset.y;
        if crossing <= page_bottom + FIT_TOLERANCE {
            reserve::unfold(&mut self.galley, Px::ZERO, crossing);
            extent::note_reach(&mut self.galley);
            let found = finder.page_end(&self.galley, crossing);
            let best = found.best.filter(|b| !found.fits || b.forced.is_some());
            if found.fits || best.is_some() {
                self.report_overflow(index + 1, crossing - limit, element);
                return best.map_or(End::Last, |best| End::Cut(best.plan, best.forced));
            }
        }
        self.report_slice(index + 1, crossing - limit, element);
        End::Cut(finder.slice(&self.galley, Px::ZERO, limit), None)
    }

    fn cut(&mut self, finder: &Finder, plan: &Plan, limit: Px) -> Cut {
        let mut below = split(finder, &mut self.galley, Px::ZERO, plan);
        let end = deepest_end(plan);
        let floats = overhang(finder, &mut self.galley, Point::ZERO, limit);
        below.fragment.children.extend(floats);
        Cut { fragment: below.fragment, end, start: below.start }
    }

    /// On the last page floats may still reach below.
    fn last(&mut self, finder: &Finder, limit: Px) -> Option<(Cut, Option<Break>)> {
        let floats = overhang(finder, &mut self.galley, Point::ZERO, limit);
        if floats.is_empty() {
            return None;
        }
        let mut fragment = shell(&self.galley);
        fragment.size.height = Px::ZERO;
        fragment.children = floats;
        Some((Cut { fragment, end: Px(f32::INFINITY), start: limit }, None))
    }

    fn keep_page(&mut self, index: usize, cut: Option<(Px, Px)>, top: Px) {
        let empty = shell(&self.galley);
        let above = std::mem::replace(&mut self.galley, empty);
        self.keep_page_of(index, above, cut, top);
    }

    /// Gives a page its content; `cut` is where the galley was cut.
    fn keep_page_of(&mut self, index: usize, mut above: Fragment, cut: Option<(Px, Px)>, top: Px) {
        // What sticks out of a row that ends above the cut is not cut.
        reserve::unfold_all(&mut above);
        let mut later = Vec::new();
        for mut positioned in std::mem::take(&mut self.pending) {
            let y = positioned.static_position.y;
            if let Some((end, start)) = cut
                && y + EPSILON >= end
                && self.goes_below(&positioned, y - start)
            {
                positioned.translate(Point::new(Px::ZERO, (y - start).max(Px::ZERO) - y));
                later.push(positioned);
                continue;
            }
            positioned.translate(Point::new(Px::ZERO, top));
            self.place(index, positioned, &mut above);
        }
        self.pending = later;
        self.out.drafts[index].content = Some(above);
    }

    /// Whether a box whose static position is `y` from the cut goes below with the container it stands
    /// in. One at the end of a container that ends above the cut stays there with it.
    fn goes_below(&self, positioned: &PendingPositioned, y: Px) -> bool {
        fn holds(fragment: &Fragment, top: Px, until: Px, id: BoxId) -> bool {
            let within = |c: &Fragment| {
                let child_top = top + c.offset.y;
                child_top <= until && holds(c, child_top, until, id)
            };
            fragment.origin == Origin::Box(id) || fragment.children.iter().any(within)
        }
        let (page, until) = (self.out.drafts.last(), y.max(Px::ZERO) + EPSILON);
        // What stands further down than a page is high is not at the end of what ended above.
        page.is_some_and(|page| y > page.geometry.area().size.height)
            || holds(&self.galley, Px::ZERO, until, positioned.holder)
    }

    /// Places an absolutely positioned box on the page of its static position; a fixed one stands
    /// on every page.
    fn place(&mut self, index: usize, positioned: PendingPositioned, content: &mut Fragment) {
        if self.cx.style(positioned.id).position == Position::Fixed {
            self.add_fixed(positioned);
            return;
        }
        let size = self.out.drafts[index].geometry.area().size;
        let area = Rect { origin: Point::ZERO, size };
        let (mut fragment, fixed) = positioned::layout(self.cx, &positioned, area);
        for fixed in fixed {
            self.add_fixed(fixed);
        }
        fragment.offset = fragment.offset - content.offset;
        content.children.push(fragment);
    }

    fn add_fixed(&mut self, positioned: PendingPositioned) {
        if self.out.fixed.iter().all(|fixed| fixed.id != positioned.id) {
            self.out.fixed.push(positioned);
        }
    }

    /// What was found about content that is going to be laid out again.
    fn forget_unplaced(&mut self) {
        let placed = &self.out.placed;
        let is_placed = |e: Option<ElementId>| e.is_none_or(|e| placed.has_element(e));
        let findings = self.cx.findings.split_off(self.before.findings);
        self.cx.findings.extend(findings.into_iter().filter(|(e, _)| is_placed(*e)));
    }

    /// Nothing more can be made of the rest.
    fn give_up(&mut self, stuck: bool, index: usize) {
        if !stuck {
            self.out.report_too_many(self.cx);
            return;
        }
        let found = Diagnostic::error(
            "page-too-small",
            format!("page {} has no room for anything; the rest is left out", index + 1),
        )
        .help("make the page larger, or its margins, heads and feet smaller");
        self.cx.report(None, found);
    }

    fn report_overflow(&mut self, page: usize, over: Px, element: Option<ElementId>) {
        let found = Diagnostic::warning(
            "page-overflow",
            format!(
                "content sticks out {:.1} mm below page {page}: it cannot be broken",
                over.to_mm()
            ),
        )
        .help("make it smaller, or allow a page break inside it");
        self.cx.report(element, found);
    }

    fn report_slice(&mut self, page: usize, over: Px, element: Option<ElementId>) {
        let found = Diagnostic::warning(
            "page-slice",
            format!(
                "content reaches {:.1} mm below page {page} and cannot be broken: it is sliced where \
                 the page ends",
                over.to_mm()
            ),
        )
        .help("make it smaller, or allow a page break inside it");
        self.cx.report(element, found);
    }
}

/// How many pages there are before one of another width, this one, whose area is `first`, included; and
/// how far down a galley for just these has to go: a page further, where what ends the last page may
/// stand. Without such a page, the galley holds all there is.
fn run(out: &Paginator, name: Option<&Arc<str>>, first: Size) -> (usize, Option<Px>) {
    let mut key = out.next_key(name, false);
    let (mut next, mut room) = (first, first.height);
    for pages in 1..AHEAD {
        let ahead = out.key_ahead(name, pages, false);
        if !out.styled.has_same_page(&key.context(), &ahead.context()) {
            next = Geometry::new(out.styled, &ahead).area().size;
        }
        key = ahead;
        room += next.height;
        if (next.width - first.width).0.abs() > EPSILON.0 {
            #[cfg(test)]
            if crate::layout::tests::LAYS_OUT_ALL.get() {
                return (pages, None);
            }
            return (pages, Some(room));
        }
    }
    (usize::MAX, None)
}

/// A galley cut off.
struct Cut {
    fragment: Fragment,
    /// Where the content above ends.
    end: Px,
    /// Where its own top was.
    start: Px,
}

/// Where the last thing above a cut ends.
fn deepest_end(plan: &Plan) -> Px {
    let across = plan.parts.iter().filter_map(|part| match &part.cut {
        breaks::PartCut::Across(plan) => Some(deepest_end(plan)),
        breaks::PartCut::Sliced(y) => Some(*y),
        _ => None,
    });
    let deepest = across.fold(Px(f32::NEG_INFINITY), Px::max);
    if deepest.0.is_finite() { deepest } else { plan.end }
}

/// How much a galley holds: pages must make it less.
struct Amount {
    pieces: usize,
    bottom: Px,
    /// The heights of all floats together.
    floats: Px,
}

impl Amount {
    fn is_less(&self, other: &Amount) -> bool {
        self.bottom + EPSILON < other.bottom
            || self.pieces < other.pieces
            || self.floats + EPSILON < other.floats
    }
}

fn measure(galley: &Fragment) -> Amount {
    let whole = is_monolithic(galley);
    let floats = if whole { Px::ZERO } else { floats(&galley.children) };
    Amount { pieces: pieces(galley), bottom: bottom(galley, Px::ZERO), floats }
}

/// Whether pieces of flow are counted in a child: heads may be copies.
pub fn is_piece(child: &Fragment) -> bool {
    let is_part = is_flow(child) || extent::is_float(child) || reserve::of(child).is_some();
    is_part && !heads::is_head(child)
}

/// Pieces of flow that are not copies.
pub fn pieces(fragment: &Fragment) -> usize {
    if let Some(reserve) = reserve::of(fragment) {
        return reserve.sums().pieces;
    }
    if is_monolithic(fragment) {
        return 1;
    }
    1 + fragment.children.iter().filter(|c| is_piece(c)).map(pieces).sum::<usize>()
}

/// The heights of the outermost floats in boxes that can be cut.
pub fn floats(children: &[Fragment]) -> Px {
    let of = |child: &Fragment| match reserve::of(child) {
        Some(reserve) => reserve.sums().floats,
        None if extent::is_float(child) => child.size.height,
        None if is_monolithic(child) => Px::ZERO,
        None => floats(&child.children),
    };
    children.iter().map(of).sum()
}

/// The first thing that crosses the page's end and cannot be cut: where it ends, and the element.
fn first_crossing(finder: &Finder, galley: &Fragment, limit: Px) -> (Px, Option<ElementId>) {
    let end = finder.first_crossing(galley, Px::ZERO, limit);
    let mut element = None;
    let (mut at, mut top) = (galley, Px::ZERO);
    loop {
        element = at.element.or(element);
        let next = at.children.iter().find(|c| {
            let child_top = top + c.offset.y;
            let is_there = is_flow(c) && reserve::of(c).is_none();
            is_there && child_top < limit && bottom(c, child_top) > limit + FIT_TOLERANCE
        });
        let Some(next) = next else { return (end, element) };
        top += next.offset.y;
        at = next;
    }
}

/// Takes floats that reach below the page off it: cut, moved or sliced. They go to the top of the
/// next page, relative to the galley's root.
fn overhang(finder: &Finder, above: &mut Fragment, origin: Point, limit: Px) -> Vec<Fragment> {
    let mut out = Vec::new();
    if is_monolithic(above) {
        return out;
    }
    above.children.retain_mut(|child| {
        let at = origin + child.offset;
        if is_positioned_out(child) || reserve::of(child).is_some() {
            return true;
        }
        if !extent::is_float(child) || bottom(child, at.y) <= limit + FIT_TOLERANCE {
            out.extend(overhang(finder, child, at, limit));
            return true;
        }
        let fits_alone = child.size.height <= finder.page;
        // At the top of a page it is cut wherever it can be.
        let best = match at.y > EPSILON {
            true => finder.cut_of_float(child, at.y, limit),
            false => finder.find(child, at.y, limit).best,
        };
        let (mut rest, stays) = match best {
            Some(best) if at.y < limit => (split(finder, child, at.y, &best.plan).fragment, true),
            _ if at.y + EPSILON >= limit || fits_alone && at.y > EPSILON => {
                let mut whole = shell(child);
                whole.children = std::mem::take(&mut child.children);
                (whole, false)
            }
            _ if is_monolithic(child) => (slice::slice(child, limit - at.y), true),
            _ => {
                let plan = finder.slice(child, at.y, limit);
                (split(finder, child, at.y, &plan).fragment, true)
            }
        };
        rest.offset = Point::new(at.x, (at.y - limit).max(Px::ZERO));
        if rest.style.float == Float::None {
            // A slice: it floats as the whole did.
            Arc::make_mut(&mut rest.style).float = Float::Left;
        }
        out.push(rest);
        stays
    });
    out
}

/// Heads of tables that go on from a page before are copies: they carry no meaning.
fn mark_heads(cx: &Context, fragment: &mut Fragment) {
    let goes_on = match fragment.origin {
        Origin::Box(id) => {
            let boxed = cx.tree.get(id);
            matches!(boxed.kind, BoxKind::Table(_)) && boxed.broken.top
        }
        _ => false,
    };
    for child in &mut fragment.children {
        if goes_on && heads::is_head(child) {
            margins::mark_artifact(child);
        } else {
            mark_heads(cx, child);
        }
    }
}
