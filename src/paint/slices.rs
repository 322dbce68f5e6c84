//! Boxes that lines and pages cut into slices (CSS Fragmentation 3 §5.4.1).
//!
//! With `box-decoration-break: slice` a background is laid out over the box as if it were whole, its
//! slices put together again along the axis it was cut on. Input: the fragments of a document.
//! Output: for each slice, how much of its box lies before it, and how long the whole is.

use std::collections::BTreeMap;

use crate::css::computed::Direction;
use crate::geom::{Px, Rect};
use crate::layout::fragment::{Document, ElementId, Fragment};

/// The slices of a document, by the address of their fragments: for looking up alone.
#[derive(Default)]
pub(super) struct Slices {
    known: BTreeMap<usize, Slice>,
}

#[derive(Clone, Copy)]
struct Slice {
    before: Px,
    whole: Px,
    axis: Axis,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Axis {
    Inline,
    Block,
}

/// What the slices of one box have in common.
type Key = (Option<ElementId>, u32, Axis);

impl Slices {
    /// The slices of a document that have a background to be laid out over the whole.
    pub(super) fn of(document: &Document) -> Slices {
        let mut boxes: BTreeMap<Key, Vec<&Fragment>> = BTreeMap::new();
        for page in &document.pages {
            collect(&page.fragments, &mut boxes);
        }
        let mut slices = Slices::default();
        for ((_, _, axis), fragments) in boxes {
            slices.add(axis, &fragments);
        }
        slices
    }

    fn add(&mut self, axis: Axis, fragments: &[&Fragment]) {
        let length = |f: &Fragment| match axis {
            Axis::Inline => f.size.width,
            Axis::Block => f.size.height,
        };
        let whole: Px = fragments.iter().map(|f| length(f)).sum();
        let mut before = Px::ZERO;
        for fragment in fragments {
            let rtl = fragment.style.text.direction == Direction::Rtl && axis == Axis::Inline;
            let start = if rtl { whole - before - length(fragment) } else { before };
            self.known.insert(address(fragment), Slice { before: start, whole, axis });
            before += length(fragment);
        }
    }

    /// The border box of the whole of which a fragment's border box is a slice; none if it is whole.
    pub(super) fn whole(&self, fragment: &Fragment, slice: Rect) -> Option<Rect> {
        let known = self.known.get(&address(fragment))?;
        let mut whole = slice;
        match known.axis {
            Axis::Inline => {
                whole.origin.x -= known.before;
                whole.size.width = known.whole;
            }
            Axis::Block => {
                whole.origin.y -= known.before;
                whole.size.height = known.whole;
            }
        }
        Some(whole)
    }
}

fn collect<'a>(fragments: &'a [Fragment], boxes: &mut BTreeMap<Key, Vec<&'a Fragment>>) {
    for fragment in fragments {
        let open = &fragment.open;
        let axis = if open.left || open.right {
            Some(Axis::Inline)
        } else if open.top || open.bottom {
            Some(Axis::Block)
        } else {
            None
        };
        if let Some(axis) = axis
            && !fragment.style.background.layers.is_empty()
        {
            let key = (fragment.element, fragment.order, axis);
            boxes.entry(key).or_default().push(fragment);
        }
        collect(&fragment.children, boxes);
    }
}

fn address(fragment: &Fragment) -> usize {
    std::ptr::from_ref(fragment).addr()
}
