//! Heads and feet of tables that are cut (CSS Tables 3 §5).
//!
//! They are repeated on every page of the table unless together they are higher than half of the
//! page, or would leave no room for something that fits without them and cannot be cut. Copies carry no meaning: they are
//! pagination artifacts (ISO 14289-1 §7.5 wants one head a table).

use crate::css::computed::{BorderCollapse, Display};
use crate::geom::Px;
use crate::layout::fragment::{Fragment, FragmentContent};

use super::extent::{EPSILON, Group, is_monolithic};
use super::margins::mark_artifact;
use super::reserve;

/// The part of a page that a repeated head and foot may take together. CSS Tables 3 §5 asks for it up
/// to a quarter each.
const LARGEST: f32 = 0.5;

/// Whether a fragment is a table's grid.
fn is_table(fragment: &Fragment) -> bool {
    matches!(fragment.content, FragmentContent::Box)
        && matches!(fragment.style.display, Display::Table | Display::InlineTable)
        && !is_monolithic(fragment)
}

fn has_display(fragment: &Fragment, display: Display) -> bool {
    matches!(fragment.content, FragmentContent::Box) && fragment.style.display == display
}

/// A table head.
pub fn is_head(fragment: &Fragment) -> bool {
    has_display(fragment, Display::TableHeaderGroup)
}

fn is_foot(fragment: &Fragment) -> bool {
    has_display(fragment, Display::TableFooterGroup)
}

fn is_body(fragment: &Fragment) -> bool {
    has_display(fragment, Display::TableRowGroup)
}

/// Whether a cut between two groups of children would part a head, a foot or a caption from the
/// table.
pub fn joins(parent: &Fragment, above: &Group, below: &Group) -> bool {
    let any = |group: &Group, test: fn(&Fragment) -> bool| {
        group.parts.iter().any(|e| test(&parent.children[e.child]))
    };
    let ends = |f: &Fragment| is_head(f) || has_display(f, Display::TableCaption);
    let begins = |f: &Fragment| is_foot(f) || has_display(f, Display::TableCaption);
    any(above, ends) || any(below, begins)
}

/// `border-spacing` between rows.
fn spacing(table: &Fragment) -> Px {
    match table.style.border_collapse {
        BorderCollapse::Separate => table.style.border_spacing.1,
        BorderCollapse::Collapse => Px::ZERO,
    }
}

fn repeats(table: &Fragment, page: Px) -> bool {
    let parts = table.children.iter().filter(|c| is_head(c) || is_foot(c));
    parts.map(|c| c.size.height).sum::<Px>() <= page * LARGEST
}

fn head(table: &Fragment, page: Px) -> Option<&Fragment> {
    table.children.iter().find(|c| is_head(c)).filter(|_| repeats(table, page))
}

fn foot(table: &Fragment, page: Px) -> Option<&Fragment> {
    table.children.iter().find(|c| is_foot(c)).filter(|_| repeats(table, page))
}

/// The room that a repeated foot takes below a cut.
pub fn foot_height(fragment: &Fragment, page: Px) -> Px {
    if !is_table(fragment) {
        return Px::ZERO;
    }
    foot(fragment, page).map_or(Px::ZERO, |foot| foot.size.height + spacing(fragment))
}

/// Copies of the head and foot of a table that is cut.
#[derive(Default)]
pub struct Repeated {
    /// At the origin.
    head: Vec<Fragment>,
    /// With the spacing below it.
    pub head_height: Px,
    /// At the origin.
    foot: Vec<Fragment>,
    /// With the spacing above it.
    pub foot_height: Px,
    spacing: Px,
}

impl Repeated {
    /// What is repeated where a table is cut between `end` and `start`, on pages of this height.
    pub fn new(table: &Fragment, top: Px, end: Px, start: Px, page: Px) -> Repeated {
        let mut repeated = Repeated::default();
        if !is_table(table) {
            return repeated;
        }
        let place = |c: &Fragment| (top + c.offset.y, top + c.offset.y + c.size.height);
        let bodies = || table.children.iter().filter(|c| is_body(c));
        let body_above = bodies().any(|c| place(c).0 + EPSILON < end);
        let body_below = bodies().find(|c| place(c).1 > start + EPSILON);
        let Some(body_below) = body_below.filter(|_| body_above) else { return repeated };
        repeated.spacing = spacing(table);
        let head = head(table, page);
        let foot = foot(table, page);
        let height = |f: Option<&Fragment>| f.map_or(Px::ZERO, |f| f.size.height + spacing(table));
        let both = height(head) + height(foot);
        let next = body_below
            .children
            .iter()
            .find(|row| place(body_below).0 + row.offset.y + row.size.height > start + EPSILON);
        let tight = |row: &Fragment| row.size.height <= page && highest_monolith(row) + both > page;
        if let Some(head) = head.filter(|_| !next.is_some_and(tight)) {
            repeated.head = with_borders(table, head);
            repeated.head_height = height(Some(head));
        }
        if let Some(foot) = foot {
            repeated.foot = with_borders(table, foot);
            repeated.foot_height = height(Some(foot));
        }
        repeated
    }

    /// Puts the foot below what stays, `end` being where that ends, and the head above what goes,
    /// `top` being where its content begins; both from the fragments' tops.
    pub fn apply(self, above: &mut Vec<Fragment>, below: &mut Vec<Fragment>, end: Px, top: Px) {
        let spacing = self.spacing;
        above.extend(self.foot.into_iter().map(|mut foot| {
            foot.offset.y += end + spacing;
            foot
        }));
        let heads = self.head.into_iter().map(|mut head| {
            head.offset.y += top;
            head
        });
        below.splice(0..0, heads);
    }
}

/// The height of the highest thing in a row that cannot be cut.
pub fn highest_monolith(fragment: &Fragment) -> Px {
    if let Some(reserve) = reserve::of(fragment) {
        return reserve.sums().monolith;
    }
    if is_monolithic(fragment) {
        return fragment.size.height;
    }
    fragment.children.iter().map(highest_monolith).fold(Px::ZERO, Px::max)
}

/// A row group with the collapsed borders of its rows, at the origin.
fn with_borders(table: &Fragment, group: &Fragment) -> Vec<Fragment> {
    let (top, bottom) = (group.offset.y, group.offset.y + group.size.height);
    let mut out = vec![group.clone()];
    let borders = table.children.iter().filter(|c| {
        matches!(c.content, FragmentContent::CollapsedBorders(_))
            && c.offset.y + EPSILON >= top
            && c.offset.y + c.size.height <= bottom + EPSILON
    });
    out.extend(borders.cloned());
    for fragment in &mut out {
        fragment.offset.y -= top;
        mark_artifact(fragment);
    }
    out
}
