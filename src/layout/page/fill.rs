//! Filling pages: which opportunities are taken.
//!
//! Greedy, page by page: the lowest cost that has an opportunity on the page, and of these the
//! lowest place. Rules are given up in the order of [`Cost`]. Content that no opportunity cuts
//! may be higher than the page; it then sticks out, which is reported, but every page takes
//! something.

use crate::css::computed::Break;
use crate::geom::Px;

use super::breaks::{Breaks, EPSILON, Opportunity};

/// Content fits a page if it is no more than this higher: sums of f32 lengths and millimetres
/// turned into px differ by less; 0.05 px is a 75th of a millimetre.
const FIT_TOLERANCE: Px = Px(0.05);

/// One page's stretch of the galley.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// Where it begins.
    pub start: Px,
    /// Where its content ends.
    pub end: Px,
    /// The forced break it ends with.
    pub forced: Option<Break>,
    /// How much higher than the page it is.
    pub overflow: Px,
}

/// The next page's stretch from `start` on, for a page of this content height.
pub fn next(
    breaks: &Breaks,
    start: Px,
    height: Px,
    clone_top: Px,
) -> (Stretch, Option<Opportunity>) {
    let head = repeated_head(breaks, start) + clone_top;
    let list = &breaks.opportunities;
    let first = list.partition_point(|o| o.end <= start + EPSILON);
    let used = |o: &Opportunity| o.end - start + head + repeated_foot(breaks, o.end) + o.clone.1;
    let fits = |o: &Opportunity| used(o) <= height + FIT_TOLERANCE;
    let window = list[first..].iter().take_while(|o| o.end - start <= height + FIT_TOLERANCE);
    let mut best: Option<&Opportunity> = None;
    for candidate in window.filter(|o| fits(o)) {
        if candidate.forced.is_some() {
            return cut(start, candidate, Px::ZERO);
        }
        if best.is_none_or(|b| candidate.cost <= b.cost) {
            best = Some(candidate);
        }
    }
    let rest = breaks.end - start + head;
    if rest <= height + FIT_TOLERANCE {
        return last(breaks, start, Px::ZERO);
    }
    if let Some(best) = best {
        return cut(start, best, Px::ZERO);
    }
    // Nothing to cut at: the page takes everything up to the first opportunity.
    match list[first..].first() {
        Some(opportunity) => cut(start, opportunity, (used(opportunity) - height).max(Px::ZERO)),
        None => last(breaks, start, rest - height),
    }
}

fn cut(start: Px, at: &Opportunity, overflow: Px) -> (Stretch, Option<Opportunity>) {
    (Stretch { start, end: at.end, forced: at.forced, overflow }, Some(*at))
}

fn last(breaks: &Breaks, start: Px, overflow: Px) -> (Stretch, Option<Opportunity>) {
    (Stretch { start, end: breaks.end.max(start), forced: None, overflow }, None)
}

/// Height of the table heads repeated above content that begins at `start`.
fn repeated_head(breaks: &Breaks, start: Px) -> Px {
    let inside = breaks
        .repeats
        .iter()
        .filter(|r| r.body_top + EPSILON < start && start + EPSILON < r.body_bottom);
    inside.map(|r| r.head).sum()
}

/// Height of the table feet repeated below content that ends at `end`.
fn repeated_foot(breaks: &Breaks, end: Px) -> Px {
    let inside = breaks
        .repeats
        .iter()
        .filter(|r| r.body_top + EPSILON < end && end + EPSILON < r.body_bottom);
    inside.map(|r| r.foot).sum()
}

#[cfg(test)]
mod tests {
    use super::super::breaks::Cost;
    use super::*;

    fn at(y: f32, cost: Cost) -> Opportunity {
        Opportunity { end: Px(y), start: Px(y), cost, forced: None, clone: (Px::ZERO, Px::ZERO) }
    }

    fn breaks(opportunities: Vec<Opportunity>, end: f32) -> Breaks {
        Breaks { opportunities, repeats: Vec::new(), end: Px(end) }
    }

    #[test]
    fn takes_the_lowest_free_place() {
        let breaks =
            breaks(vec![at(40.0, Cost::Free), at(80.0, Cost::Free), at(90.0, Cost::Lines)], 200.0);
        assert_eq!(next(&breaks, Px(0.0), Px(100.0), Px::ZERO).0.end, Px(80.0));
    }

    #[test]
    fn gives_rules_up_only_where_it_must() {
        let breaks = breaks(vec![at(90.0, Cost::Lines), at(150.0, Cost::Free)], 200.0);
        assert_eq!(next(&breaks, Px(0.0), Px(100.0), Px::ZERO).0.end, Px(90.0));
    }

    #[test]
    fn too_high_content_still_makes_progress() {
        let breaks = breaks(vec![at(150.0, Cost::Free)], 200.0);
        let (stretch, _) = next(&breaks, Px(0.0), Px(100.0), Px::ZERO);
        assert_eq!((stretch.end, stretch.overflow), (Px(150.0), Px(50.0)));
        assert_eq!(next(&breaks, Px(150.0), Px(100.0), Px::ZERO).0.end, Px(200.0));
    }

    #[test]
    fn forced_break_ends_the_page_at_once() {
        let mut list = vec![at(10.0, Cost::Free), at(40.0, Cost::Free), at(80.0, Cost::Free)];
        list[1].forced = Some(Break::Page);
        let breaks = breaks(list, 90.0);
        assert_eq!(next(&breaks, Px(0.0), Px(100.0), Px::ZERO).0.end, Px(40.0));
    }
}
