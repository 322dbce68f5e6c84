//! Where the galley may be cut, and at what cost (CSS Fragmentation 4 §4).
//!
//! A walk over the galley's fragments collects [`Opportunity`]s: gaps between siblings that stand
//! below each other, gaps between lines. Siblings that stand side by side (cells of a row, items
//! of a flex line) are cut together: a gap is one only if it crosses none of them.

use crate::css::computed::{Break, Display, Float, Position};
use crate::geom::Px;
use crate::layout::fragment::{Fragment, FragmentContent};

/// Lengths below this are rounding: a hundredth of a px is a 400th of a millimetre.
pub const EPSILON: Px = Px(0.01);

/// What a cut would violate, in the order in which rules are given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cost {
    /// Nothing.
    Free,
    /// `break-before: avoid` or `break-after: avoid`.
    AvoidBetween,
    /// `break-inside: avoid`, or a table row or rows that a cell spans.
    AvoidInside,
    /// `orphans` or `widows`.
    Lines,
    /// Parts that stand side by side are cut together.
    Emergency,
}

/// A place where the galley may be cut. Coordinates are the galley's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Opportunity {
    /// What stands above ends here.
    pub end: Px,
    /// What stands below begins here; the gap is margin, and vanishes.
    pub start: Px,
    /// What it violates.
    pub cost: Cost,
    /// A forced break.
    pub forced: Option<Break>,
    /// Borders and padding that `box-decoration-break: clone` adds above and below the cut.
    pub clone: (Px, Px),
}

/// A table that repeats its head or foot where it is cut.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Repeat {
    /// Below the head.
    pub body_top: Px,
    /// Above the foot.
    pub body_bottom: Px,
    /// Height of the head.
    pub head: Px,
    /// Height of the foot.
    pub foot: Px,
}

/// Everything that page filling needs to know of a galley.
#[derive(Clone, Debug, Default)]
pub struct Breaks {
    /// In order of their place.
    pub opportunities: Vec<Opportunity>,
    /// Tables with repeated parts.
    pub repeats: Vec<Repeat>,
    /// Where the last content ends.
    pub end: Px,
}

impl Breaks {
    /// The opportunities of a galley.
    pub fn collect(galley: &Fragment) -> Breaks {
        let mut walker = Walker::default();
        walker.fragment(galley, Px::ZERO, State::default());
        let Walker { mut opportunities, repeats, floats } = walker;
        opportunities
            .sort_by(|a, b| a.end.0.total_cmp(&b.end.0).then(a.start.0.total_cmp(&b.start.0)));
        for opportunity in &mut opportunities {
            let cut = |(top, bottom): &(Px, Px)| {
                *top + EPSILON < opportunity.end && *bottom > opportunity.end + EPSILON
            };
            if opportunity.forced.is_none() && floats.iter().any(cut) {
                opportunity.cost = opportunity.cost.max(Cost::AvoidInside);
            }
        }
        Breaks { opportunities, repeats, end: content_bottom(galley, Px::ZERO) }
    }
}

/// The bottom of the last thing that can be seen or takes room on purpose: trailing margins and
/// plain ancestors do not ask for a page.
fn content_bottom(fragment: &Fragment, top: Px) -> Px {
    let style = &fragment.style;
    let plain = matches!(fragment.content, FragmentContent::Box)
        && !matches!(style.position, Position::Absolute | Position::Fixed)
        && style.background.color.is_transparent()
        && style.background.layers.is_empty()
        && fragment.border.vertical() == Px::ZERO
        && style.height == crate::css::computed::SizeValue::Auto
        && style.min_height == crate::css::computed::SizeValue::Auto
        && fragment.children.iter().any(is_in_flow);
    if !plain {
        return top + fragment.size.height;
    }
    let children = fragment.children.iter().filter(|c| is_in_flow(c));
    children.map(|c| content_bottom(c, top + c.offset.y)).fold(top, Px::max)
}

fn is_in_flow(fragment: &Fragment) -> bool {
    !matches!(fragment.style.position, Position::Absolute | Position::Fixed)
        || !matches!(fragment.content, FragmentContent::Box | FragmentContent::Image(_))
}

fn is_float(fragment: &Fragment) -> bool {
    fragment.style.float != Float::None
        && matches!(fragment.content, FragmentContent::Box | FragmentContent::Image(_))
}

/// What is inherited on the walk.
#[derive(Clone, Copy, Debug, Default)]
struct State {
    avoid_inside: bool,
    clone: (Px, Px),
}

#[derive(Default)]
struct Walker {
    opportunities: Vec<Opportunity>,
    repeats: Vec<Repeat>,
    floats: Vec<(Px, Px)>,
}

/// A child with its extent in the galley.
struct Extent<'f> {
    fragment: &'f Fragment,
    top: Px,
    bottom: Px,
}

impl Walker {
    fn fragment(&mut self, fragment: &Fragment, top: Px, state: State) {
        if !matches!(fragment.content, FragmentContent::Box) || is_monolithic(fragment) {
            return;
        }
        let style = &fragment.style;
        let mut state = state;
        state.avoid_inside |= style.break_inside_avoid;
        if style.decoration_clone {
            let edges = fragment.border + fragment.padding;
            state.clone = (state.clone.0 + edges.top, state.clone.1 + edges.bottom);
        }
        if style.display == Display::Table || style.display == Display::InlineTable {
            self.repeat(fragment, top);
        }
        let lines: Vec<&Fragment> = fragment
            .children
            .iter()
            .filter(|c| matches!(c.content, FragmentContent::Line { .. }))
            .collect();
        for child in fragment.children.iter().filter(|c| is_float(c)) {
            let at = top + child.offset.y;
            self.floats.push((at, at + child.size.height));
        }
        if lines.is_empty() {
            self.siblings(fragment, top, state);
        } else {
            self.lines(&lines, top, style.orphans, style.widows, state);
        }
    }

    fn lines(&mut self, lines: &[&Fragment], top: Px, orphans: u8, widows: u8, state: State) {
        let count = lines.len();
        for index in 1..count {
            let above = lines[index - 1];
            let end = top + above.offset.y + above.size.height;
            let start = (top + lines[index].offset.y).max(end);
            let few = index < usize::from(orphans).min(count)
                || count - index < usize::from(widows).min(count);
            let cost = if few {
                Cost::Lines
            } else if state.avoid_inside {
                Cost::AvoidInside
            } else {
                Cost::Free
            };
            self.push(Opportunity { end, start, cost, forced: None, clone: state.clone });
        }
    }

    fn push(&mut self, opportunity: Opportunity) {
        self.opportunities.push(opportunity);
    }

    /// Gaps between children; groups of children that stand side by side are cut together.
    fn siblings(&mut self, parent: &Fragment, top: Px, state: State) {
        let mut children: Vec<Extent> = parent
            .children
            .iter()
            .filter(|c| is_in_flow(c) && !is_float(c))
            .filter(|c| {
                !matches!(
                    c.content,
                    FragmentContent::Anchor(_) | FragmentContent::CollapsedBorders(_)
                )
            })
            .filter(|c| !is_column(c))
            .map(|fragment| {
                let top = top + fragment.offset.y;
                Extent { fragment, top, bottom: bottom(fragment, top) }
            })
            .collect();
        children.sort_by(|a, b| a.top.0.total_cmp(&b.top.0));
        let mut group_start = 0;
        let mut reach = Px(f32::NEG_INFINITY);
        for index in 0..=children.len() {
            let next = children.get(index);
            let gap = next.is_none_or(|n| n.top + EPSILON >= reach);
            if gap && index > group_start {
                self.group(&children[group_start..index], state);
                if let Some(next) = next {
                    self.between(parent, &children[group_start..index], next, reach, state);
                }
                group_start = index;
            }
            if let Some(next) = next {
                reach = reach.max(next.bottom);
            }
        }
    }

    fn between(
        &mut self,
        parent: &Fragment,
        above: &[Extent],
        below: &Extent,
        end: Px,
        state: State,
    ) {
        let after = above.iter().map(|e| break_after(e.fragment)).fold(Break::Auto, stronger);
        let wish = stronger(after, break_before(below.fragment));
        let forced = !matches!(wish, Break::Auto | Break::Avoid);
        let head_or_foot = |f: &Fragment| {
            matches!(f.style.display, Display::TableHeaderGroup | Display::TableFooterGroup)
        };
        let joined = parent.style.display == Display::Table
            && (above.iter().any(|e| head_or_foot(e.fragment)) || head_or_foot(below.fragment));
        let cost = if joined || state.avoid_inside {
            Cost::AvoidInside
        } else if wish == Break::Avoid {
            Cost::AvoidBetween
        } else {
            Cost::Free
        };
        self.push(Opportunity {
            end,
            start: below.top.max(end),
            cost,
            forced: forced.then_some(wish),
            clone: state.clone,
        });
    }

    /// One child: its own opportunities. Several side by side: those they have in common.
    fn group(&mut self, group: &[Extent], state: State) {
        let row = group.len() == 1 && group[0].fragment.style.display == Display::TableRow;
        if group.len() == 1 && !row {
            let only = &group[0];
            self.fragment(only.fragment, only.top, state);
            return;
        }
        let cells: Vec<Extent>;
        let parts: &[Extent] = if row {
            cells = group[0]
                .fragment
                .children
                .iter()
                .filter(|c| is_in_flow(c))
                .map(|fragment| {
                    let top = group[0].top + fragment.offset.y;
                    Extent { fragment, top, bottom: bottom(fragment, top) }
                })
                .collect();
            &cells
        } else {
            group
        };
        self.parallel(parts, state);
    }

    fn parallel(&mut self, parts: &[Extent], state: State) {
        let mut lists: Vec<Vec<Opportunity>> = Vec::with_capacity(parts.len());
        for part in parts {
            let mut walker = Walker::default();
            walker.fragment(part.fragment, part.top, state);
            self.repeats.append(&mut walker.repeats);
            self.floats.append(&mut walker.floats);
            lists.push(walker.opportunities);
        }
        for (index, list) in lists.iter().enumerate() {
            for wish in list {
                let mut start = wish.start;
                let common = parts.iter().zip(&lists).enumerate().all(|(other, (part, gaps))| {
                    other == index || crosses_nothing(part, gaps, wish.end, &mut start)
                });
                if common {
                    let cost = Cost::Emergency;
                    self.push(Opportunity { start, cost, forced: None, ..*wish });
                }
            }
        }
    }

    fn repeat(&mut self, table: &Fragment, top: Px) {
        let group = |display: Display| table.children.iter().find(|c| c.style.display == display);
        let head = group(Display::TableHeaderGroup);
        let foot = group(Display::TableFooterGroup);
        if head.is_none() && foot.is_none() {
            return;
        }
        let body = table.children.iter().filter(|c| c.style.display == Display::TableRowGroup);
        let (mut body_top, mut body_bottom) = (Px(f32::INFINITY), Px(f32::NEG_INFINITY));
        for group in body {
            body_top = body_top.min(top + group.offset.y);
            body_bottom = body_bottom.max(top + group.offset.y + group.size.height);
        }
        let height = |group: Option<&Fragment>| group.map_or(Px::ZERO, |g| g.size.height);
        self.repeats.push(Repeat { body_top, body_bottom, head: height(head), foot: height(foot) });
    }
}

/// Whether a cut at `y` crosses no line or picture of a part; `start` moves up to what the part
/// has next.
fn crosses_nothing(part: &Extent, gaps: &[Opportunity], y: Px, start: &mut Px) -> bool {
    if y <= part.top + EPSILON {
        *start = start.min(part.top.max(y));
        return true;
    }
    if y + EPSILON >= part.bottom {
        return true;
    }
    let gap = gaps.iter().find(|g| g.end <= y + EPSILON && y <= g.start + EPSILON);
    if let Some(gap) = gap {
        *start = start.min(gap.start.max(y));
        return true;
    }
    // Below its last line a part is empty room.
    let last = content_bottom_of_parts(part.fragment, part.top);
    y + EPSILON >= last
}

fn content_bottom_of_parts(fragment: &Fragment, top: Px) -> Px {
    match fragment.content {
        FragmentContent::Box if !fragment.children.is_empty() && !is_monolithic(fragment) => {
            fragment
                .children
                .iter()
                .map(|c| content_bottom_of_parts(c, top + c.offset.y))
                .fold(top, Px::max)
        }
        _ => top + fragment.size.height,
    }
}

/// Rows and groups reach as far down as the cells that span beyond them.
fn bottom(fragment: &Fragment, top: Px) -> Px {
    let own = top + fragment.size.height;
    match fragment.style.display {
        Display::TableRow | Display::TableRowGroup
            if matches!(fragment.content, FragmentContent::Box) =>
        {
            let children = fragment.children.iter();
            children.map(|c| bottom(c, top + c.offset.y)).fold(own, Px::max)
        }
        _ => own,
    }
}

fn is_column(fragment: &Fragment) -> bool {
    matches!(fragment.style.display, Display::TableColumn | Display::TableColumnGroup)
}

/// Boxes that are never cut (CSS Fragmentation 4 §4.1).
pub fn is_monolithic(fragment: &Fragment) -> bool {
    let style = &fragment.style;
    !matches!(fragment.content, FragmentContent::Box)
        || !style.transform.is_empty()
        || style.overflow == crate::css::computed::Overflow::Hidden
            && style.height != crate::css::computed::SizeValue::Auto
        || is_float(fragment)
        || matches!(style.display, Display::InlineBlock | Display::InlineFlex | Display::InlineGrid)
        || style.display == Display::InlineTable
}

fn forces(value: Break) -> bool {
    !matches!(value, Break::Auto | Break::Avoid)
}

/// Of two wishes at one place the forced one wins, then `avoid`.
fn stronger(a: Break, b: Break) -> Break {
    if forces(b) || (b == Break::Avoid && !forces(a)) { b } else { a }
}

/// `break-before` of a box and of the first boxes inside it (§3.1.1: it propagates).
pub fn break_before(fragment: &Fragment) -> Break {
    if !matches!(fragment.content, FragmentContent::Box | FragmentContent::Image(_)) {
        return Break::Auto;
    }
    let first = fragment.children.iter().find(|c| is_in_flow(c) && !is_float(c));
    let inner = first.map_or(Break::Auto, break_before);
    stronger(inner, fragment.style.break_before)
}

fn break_after(fragment: &Fragment) -> Break {
    if !matches!(fragment.content, FragmentContent::Box | FragmentContent::Image(_)) {
        return Break::Auto;
    }
    let last = fragment.children.iter().rev().find(|c| is_in_flow(c) && !is_float(c));
    let inner = last.map_or(Break::Auto, break_after);
    stronger(inner, fragment.style.break_after)
}
