//! Absolutely positioned boxes (CSS 2.2 §10.3.7, §10.6.4, CSS Positioned Layout 3 §3).

use crate::css::computed::{Computed, LengthPercentageAuto, Position, SizeValue};
use crate::geom::{Point, Px, Rect, Size};
use crate::layout::boxes::{BoxId, BoxKind};
use crate::layout::context::{Containing, Context, PendingPositioned};
use crate::layout::fragment::{Fragment, Origin};
use crate::layout::independent::{self, BoxLayout, Fit};
use crate::layout::sizing::{Edges, margins};

/// Whether boxes of this style are the containing block of absolutely positioned descendants.
pub fn is_containing_block(style: &Computed) -> bool {
    !matches!(style.position, Position::Static | Position::Running(_))
        || !style.transform.is_empty()
}

/// Whether the place or the size of an absolutely positioned box depends on the height of its
/// containing block.
pub fn needs_height(style: &Computed) -> bool {
    let inset = &style.inset;
    let percent = |value: &SizeValue| matches!(value, SizeValue::Value(v) if !v.is_absolute());
    let is_absolute = |value: &LengthPercentageAuto| match value {
        LengthPercentageAuto::Auto => true,
        LengthPercentageAuto::Value(v) => v.is_absolute(),
    };
    style.position == Position::Absolute
        && (inset.bottom != LengthPercentageAuto::Auto
            || !is_absolute(&inset.top)
            || percent(&style.height)
            || percent(&style.min_height)
            || percent(&style.max_height))
}

/// Lays out those of `pending` (relative to the fragment's border box) whose containing block is
/// this fragment, appends them to it, and gives back the others: fixed boxes look for the page.
pub fn place(
    cx: &mut Context,
    fragment: &mut Fragment,
    pending: Vec<PendingPositioned>,
) -> Vec<PendingPositioned> {
    let mut padding_box = Rect { origin: Point::ZERO, size: fragment.size }.inset(fragment.border);
    let above = match fragment.origin {
        Origin::Box(id) => cx.tree.get(id).broken.above,
        _ => Px::ZERO,
    };
    // The containing block begins on a page before.
    padding_box.origin.y -= above;
    padding_box.size.height += above;
    let mut others = Vec::new();
    for positioned in pending {
        let fixed = cx.style(positioned.id).position == Position::Fixed;
        if fixed && fragment.style.transform.is_empty() {
            others.push(positioned);
            continue;
        }
        let area = positioned.area.unwrap_or(padding_box);
        let (mut placed, fixed) = layout(cx, &positioned, area);
        if above > Px::ZERO {
            // That page is done: what would reach up to it stands at the top of this one.
            placed.offset.y = placed.offset.y.max(Px::ZERO);
        }
        fragment.children.push(placed);
        others.extend(fixed);
    }
    others
}

/// Lays out one absolutely positioned box in the containing block `area`, given in the coordinates
/// of its static position; the fragment's offset is in the same coordinates. Fixed descendants
/// are given back.
pub fn layout(
    cx: &mut Context,
    positioned: &PendingPositioned,
    area: Rect,
) -> (Fragment, Vec<PendingPositioned>) {
    let containing = Containing { width: area.size.width, height: Some(area.size.height) };
    let style = cx.style(positioned.id).clone();
    let at = positioned.static_position - area.origin;
    let fit = fit(cx, positioned.id, &style, area, at, positioned.rtl);
    let mut boxed = independent::layout(cx, positioned.id, containing, fit);
    let rtl = positioned.rtl;
    let offset = offset(&style, &boxed, area.size, positioned.static_position - area.origin, rtl);
    boxed.fragment.offset = area.origin + offset;
    let mut outer = boxed.positioned;
    for pending in &mut outer {
        pending.static_position += boxed.fragment.offset;
    }
    (boxed.fragment, outer)
}

/// Both insets of an axis given and the size `auto`: the box stretches between them; else it
/// shrinks to fit.
fn fit(
    cx: &mut Context,
    id: BoxId,
    style: &Computed,
    area: Rect,
    static_position: Point,
    rtl: bool,
) -> Fit {
    let size = area.size;
    let margin = margins(style, size.width).map(|m| m.unwrap_or(Px::ZERO));
    let inset_h = (style.inset.left.resolve(size.width), style.inset.right.resolve(size.width));
    let inset_v = (style.inset.top.resolve(size.height), style.inset.bottom.resolve(size.height));
    let replaced = matches!(cx.tree.get(id).kind, BoxKind::Replaced(_));
    let edges = Edges::new(style, size.width).sum();
    // With `aspect-ratio` the axis that stretches gives the other one.
    let ratio_from_height = style.aspect_ratio.is_some()
        && style.width == SizeValue::Auto
        && !matches!(inset_h, (Some(_), Some(_)));
    let height = match inset_v {
        (Some(top), Some(bottom))
            if style.height == SizeValue::Auto
                && !replaced
                && (style.aspect_ratio.is_none() || ratio_from_height) =>
        {
            let stretched = size.height - top - bottom - margin.vertical() - edges.vertical();
            let used = crate::layout::sizing::clamp_height(
                style,
                stretched.max(Px::ZERO),
                edges.vertical(),
                Some(size.height),
            );
            Some(used + edges.vertical())
        }
        _ => None,
    };
    if replaced {
        return Fit::ShrinkToFit;
    }
    let mut intrinsic = || cx.intrinsic_widths(id);
    let mut sizing = crate::layout::sizing::InlineSizing {
        style,
        edges: edges.horizontal(),
        containing: Some(size.width),
        intrinsic: &mut intrinsic,
    };
    // The room between the given insets; where one is missing, from the static position.
    let available = match inset_h {
        (Some(left), Some(right)) => size.width - left - right,
        (Some(left), None) => size.width - left,
        (None, Some(right)) => size.width - right,
        (None, None) if rtl => static_position.x,
        (None, None) => size.width - static_position.x,
    };
    let available = (available - margin.horizontal() - edges.horizontal()).max(Px::ZERO);
    let preferred = sizing.preferred(available);
    let width = match (preferred, inset_h) {
        (Some(width), _) => width,
        (None, (Some(_), Some(_))) => available,
        (None, _) if ratio_from_height && height.is_some() => {
            independent::width_for_height(style, height.unwrap_or(Px::ZERO), edges)
        }
        (None, _) if style.aspect_ratio.is_some() && height.is_none() => return Fit::ShrinkToFit,
        (None, _) => independent::shrink_to_fit((sizing.intrinsic)(), available),
    };
    let width = sizing.clamp(width, available);
    Fit::Exact(width + edges.horizontal(), height)
}

/// Where the border box goes, relative to the containing block.
fn offset(
    style: &Computed,
    boxed: &BoxLayout,
    area: Size,
    static_position: Point,
    rtl: bool,
) -> Point {
    let margin = margins(style, area.width);
    let x = axis(
        (&style.inset.left, &style.inset.right),
        (margin.left, margin.right),
        boxed.fragment.size.width,
        area.width,
        static_position.x,
        rtl,
    );
    let y = axis(
        (&style.inset.top, &style.inset.bottom),
        (margin.top, margin.bottom),
        boxed.fragment.size.height,
        area.height,
        static_position.y,
        false,
    );
    Point::new(x, y)
}

fn axis(
    inset: (&LengthPercentageAuto, &LengthPercentageAuto),
    margin: (Option<Px>, Option<Px>),
    size: Px,
    area: Px,
    static_position: Px,
    reversed: bool,
) -> Px {
    let zero = |m: Option<Px>| m.unwrap_or(Px::ZERO);
    match (inset.0.resolve(area), inset.1.resolve(area)) {
        (Some(start), Some(end)) => {
            let room = area - start - end - size;
            start
                + match margin {
                    (None, None) => (room / 2.0).max(Px::ZERO),
                    (None, Some(after)) => room - after,
                    (Some(_), Some(after)) if reversed => room - after,
                    (Some(before), _) => before,
                }
        }
        (Some(start), None) => start + zero(margin.0),
        (None, Some(end)) => area - end - zero(margin.1) - size,
        (None, None) if reversed => static_position - size - zero(margin.1),
        (None, None) => static_position + zero(margin.0),
    }
}
