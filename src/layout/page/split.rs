//! Cutting the galley's fragments in two.
//!
//! Pages are cut off from the end, so that each fragment is moved once and none is copied but
//! repeated table heads and feet. What is not a plain box goes whole to the page its top is on.

use crate::css::computed::{Display, Position};
use crate::geom::{Point, Px};
use crate::layout::fragment::{Fragment, FragmentContent};

use super::breaks::{EPSILON, is_monolithic};

/// A cut: content above ends at `end`, content below begins at `start`.
#[derive(Clone, Copy, Debug)]
pub struct Cut {
    /// See [`super::breaks::Opportunity::end`].
    pub end: Px,
    /// See [`super::breaks::Opportunity::start`].
    pub start: Px,
}

/// Cuts everything below `cut` off a box whose border box begins at `top`. The rest keeps its
/// place; the part cut off begins at `cut.start`, repeated heads included.
pub fn split_off(fragment: &mut Fragment, top: Px, cut: Cut) -> Fragment {
    let mut below = Fragment { children: Vec::new(), ..shell(fragment) };
    let (above_edges, below_edges) = open_edges(fragment, &mut below);
    let mut grown = (Px::ZERO, Px::ZERO);
    let mut kept = Vec::with_capacity(fragment.children.len());
    let mut shift_below = below_edges;
    let is_table = matches!(fragment.style.display, Display::Table | Display::InlineTable);
    let children = std::mem::take(&mut fragment.children);
    let repeated = if is_table { repeats(&children, top, cut) } else { Repeated::default() };
    shift_below += repeated.head_height;
    for mut child in children {
        let child_top = top + child.offset.y;
        match side(&child, child_top, cut) {
            Side::Above => kept.push(child),
            Side::Below => {
                child.offset.y = child_top - cut.start + shift_below;
                below.children.push(child);
            }
            Side::Across => {
                let before = child.size.height;
                let mut tail = split_off(&mut child, child_top, cut);
                let visible = cut.end - child_top;
                grown.0 = grown.0.max(child.size.height - visible);
                let rest = (child_top + before - cut.start).max(Px::ZERO);
                grown.1 = grown.1.max(tail.size.height - rest);
                tail.offset = Point::new(child.offset.x, shift_below);
                kept.push(child);
                below.children.push(tail);
            }
        }
    }
    // What follows a child that grew by a repeated head moves down with it.
    if grown.1 > Px::ZERO {
        for child in &mut below.children {
            if child.offset.y > shift_below + EPSILON {
                child.offset.y += grown.1;
            }
        }
    }
    let bottom = top + fragment.size.height;
    repeated.apply(&mut kept, &mut below, cut.end - top);
    fragment.children = kept;
    fragment.size.height =
        (cut.end - top + grown.0 + above_edges + repeated.foot_height).max(Px::ZERO);
    below.size.height = (bottom - cut.start).max(Px::ZERO) + shift_below + grown.1;
    below
}

/// A copy of a box without its children.
fn shell(fragment: &Fragment) -> Fragment {
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
        open: fragment.open,
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

enum Side {
    Above,
    Below,
    Across,
}

fn side(child: &Fragment, top: Px, cut: Cut) -> Side {
    if top + EPSILON >= cut.start {
        return Side::Below;
    }
    let whole = is_monolithic(child)
        || matches!(child.style.position, Position::Absolute | Position::Fixed);
    if whole || bottom(child, top) <= cut.end + EPSILON {
        return Side::Above;
    }
    Side::Across
}

fn bottom(fragment: &Fragment, top: Px) -> Px {
    let own = top + fragment.size.height;
    match fragment.style.display {
        Display::TableRow | Display::TableRowGroup => {
            let children = fragment.children.iter();
            children.map(|c| bottom(c, top + c.offset.y)).fold(own, Px::max)
        }
        _ => own,
    }
}

/// Head and foot of a table that is cut.
#[derive(Default)]
struct Repeated {
    head: Vec<Fragment>,
    head_height: Px,
    foot: Vec<Fragment>,
    foot_height: Px,
}

fn repeats(children: &[Fragment], top: Px, cut: Cut) -> Repeated {
    let of = |display: Display| children.iter().find(|c| c.style.display == display);
    let body_below = children.iter().any(|c| {
        c.style.display == Display::TableRowGroup
            && top + c.offset.y + c.size.height > cut.start + EPSILON
    });
    let body_above = children
        .iter()
        .any(|c| c.style.display == Display::TableRowGroup && top + c.offset.y + EPSILON < cut.end);
    let mut repeated = Repeated::default();
    if !(body_below && body_above) {
        return repeated;
    }
    if let Some(head) = of(Display::TableHeaderGroup) {
        repeated.head = with_borders(children, head);
        repeated.head_height = head.size.height;
    }
    if let Some(foot) = of(Display::TableFooterGroup) {
        repeated.foot = with_borders(children, foot);
        repeated.foot_height = foot.size.height;
    }
    repeated
}

/// A row group with the collapsed borders of its rows, at the origin. Copies carry no meaning:
/// they are pagination artifacts (ISO 14289-1 §7.5 wants one head a table).
fn with_borders(children: &[Fragment], group: &Fragment) -> Vec<Fragment> {
    let (top, bottom) = (group.offset.y, group.offset.y + group.size.height);
    let mut out = vec![group.clone()];
    out.extend(
        children
            .iter()
            .filter(|c| {
                matches!(c.content, FragmentContent::CollapsedBorders(_))
                    && c.offset.y + EPSILON >= top
                    && c.offset.y + c.size.height <= bottom + EPSILON
            })
            .cloned(),
    );
    for fragment in &mut out {
        fragment.offset.y -= top;
        make_artifact(fragment);
    }
    out
}

fn make_artifact(fragment: &mut Fragment) {
    fragment.artifact = true;
    fragment.structure = None;
    for child in &mut fragment.children {
        make_artifact(child);
    }
}

impl Repeated {
    fn apply(&self, above: &mut Vec<Fragment>, below: &mut Fragment, end: Px) {
        for foot in &self.foot {
            let mut foot = foot.clone();
            foot.offset.y += end;
            above.push(foot);
        }
        let heads = self.head.iter().cloned();
        below.children.splice(0..0, heads);
    }
}
