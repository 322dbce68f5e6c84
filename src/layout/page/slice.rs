//! Slicing what cannot be cut: the picture of a box continues on the next page (CSS Fragmentation
//! 4 §4.4), so that nothing is lost.

use std::sync::Arc;

use crate::css::computed::{Display, LengthPercentage, Overflow, SizeValue};
use crate::geom::{Point, Px, Size};
use crate::layout::fragment::{Fragment, FragmentContent};

use super::split::shell;

/// The part of a text's height above and below its letters: a slice that holds no more of it does
/// not show it.
const BLANK: f32 = 0.125;

/// Slices a fragment `height` below its top; gives the lower slice, at the origin. Each slice is a
/// box that clips the whole, also where it is a slice of a slice; text goes to the slice it is in, what
/// is cut itself is on both, as an artifact on the lower one.
pub fn slice(fragment: &mut Fragment, height: Px) -> Fragment {
    let (place, size) = (fragment.offset, fragment.size);
    let mut upper = std::mem::replace(fragment, shell(fragment));
    if is_slice(&upper)
        && let Some(whole) = upper.children.pop()
    {
        upper = whole;
    } else {
        upper.offset = Point::ZERO;
    }
    let cut = height - upper.offset.y;
    let mut lower = upper.clone();
    lower.offset.y = -cut;
    retain(&mut upper, Px::ZERO, &|top, bottom| top + (bottom - top) * BLANK < cut);
    retain(&mut lower, Px::ZERO, &|top, bottom| bottom - (bottom - top) * BLANK > cut);
    mark_cut(&mut lower, Px::ZERO, cut);
    *fragment = window(upper, Size::new(size.width, height));
    fragment.offset = place;
    window(lower, Size::new(size.width, size.height - height))
}

/// Whether a fragment is a slice: only these clip without being of an element.
pub fn is_slice(fragment: &Fragment) -> bool {
    matches!(fragment.content, FragmentContent::Box)
        && fragment.element.is_none()
        && fragment.style.overflow == Overflow::Hidden
        && fragment.children.len() == 1
        && fragment.children[0].origin == fragment.origin
}

/// A box that clips.
fn window(child: Fragment, size: Size) -> Fragment {
    let mut style = child.style.anonymous(Display::Block);
    style.overflow = Overflow::Hidden;
    style.height = SizeValue::Value(LengthPercentage::Length(size.height));
    let mut window = Fragment::new(&Arc::new(style));
    window.size = size;
    window.order = child.order;
    window.origin = child.origin;
    window.artifact = child.artifact;
    window.children.push(child);
    window
}

/// Drops texts and pictures that `keep` does not want, by their top and bottom.
fn retain(fragment: &mut Fragment, top: Px, keep: &dyn Fn(Px, Px) -> bool) {
    fragment.children.retain_mut(|child| {
        let child_top = top + child.offset.y;
        if matches!(child.content, FragmentContent::Text(_) | FragmentContent::Image(_)) {
            return keep(child_top, child_top + child.size.height);
        }
        retain(child, child_top, keep);
        true
    });
}

/// Leaves that begin above the cut are on the page before already.
fn mark_cut(fragment: &mut Fragment, top: Px, height: Px) {
    let is_leaf = matches!(fragment.content, FragmentContent::Text(_) | FragmentContent::Image(_));
    if is_leaf && top + fragment.size.height * BLANK < height {
        fragment.artifact = true;
        fragment.structure = None;
    }
    for child in &mut fragment.children {
        let child_top = top + child.offset.y;
        mark_cut(child, child_top, height);
    }
}

/// Cuts a row's collapsed borders: `end` is where the upper part ends, `start` where the lower one
/// begins, both from its top. Lines across stay on their side, lines along go on.
pub fn cut_borders(fragment: &mut Fragment, end: Px, start: Px) -> Fragment {
    let mut lower = shell(fragment);
    let height = fragment.size.height;
    if let (FragmentContent::CollapsedBorders(above), FragmentContent::CollapsedBorders(below)) =
        (&mut fragment.content, &mut lower.content)
    {
        above.retain(|s| s.from.y < end);
        for segment in above.iter_mut() {
            segment.to.y = segment.to.y.min(end);
        }
        below.retain(|s| s.to.y > start);
        for segment in below.iter_mut() {
            segment.from.y = (segment.from.y - start).max(Px::ZERO);
            segment.to.y = (segment.to.y - start).max(Px::ZERO);
        }
    }
    fragment.size.height = end.max(Px::ZERO);
    lower.size.height = (height - start).max(Px::ZERO);
    lower
}
