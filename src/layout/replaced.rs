//! Used sizes of replaced elements (CSS 2.2 §10.3.2, §10.4, §10.6.2).

use crate::css::computed::Computed;
use crate::geom::{Px, Size};
use crate::layout::boxes::tree::Replaced;
use crate::layout::context::{Containing, IntrinsicWidths};
use crate::layout::sizing::{Edges, InlineSizing, block_size};

/// The used content-box size. Without a containing block percentages count as if nothing were said.
pub fn size(
    style: &Computed,
    replaced: &Replaced,
    containing: Option<Containing>,
    available: Px,
) -> Size {
    let basis = containing.map_or(Px::ZERO, |c| c.width);
    let edges = Edges::new(style, basis).sum();
    let natural = natural_size(style, replaced);
    let height_basis = containing.and_then(|c| c.height);
    let mut intrinsic = || IntrinsicWidths { min: natural.0, max: natural.0 };
    let mut inline = InlineSizing {
        style,
        edges: edges.horizontal(),
        containing: containing.map(|c| c.width),
        intrinsic: &mut intrinsic,
    };
    let width = inline.preferred(available);
    let height = block_size(style, &style.height, edges.vertical(), height_basis);
    let ratio = ratio(style, replaced);
    let (width, height) = match (width, height, ratio) {
        (Some(w), Some(h), _) => (w, h),
        (Some(w), None, Some(r)) => (w, w / r),
        (None, Some(h), Some(r)) => (h * r, h),
        (Some(w), None, None) => (w, natural.1),
        (None, Some(h), None) => (natural.0, h),
        (None, None, _) => {
            return constrained(&mut inline, natural, ratio, edges.vertical(), height_basis);
        }
    };
    let clamped_width = inline.clamp(width, available);
    let height = match (block_size(style, &style.height, edges.vertical(), height_basis), ratio) {
        (None, Some(r)) if clamped_width != width => clamped_width / r,
        _ => height,
    };
    Size::new(
        clamped_width,
        super::sizing::clamp_height(style, height, edges.vertical(), height_basis),
    )
}

fn ratio(style: &Computed, replaced: &Replaced) -> Option<f32> {
    match (style.aspect_ratio, replaced.natural_ratio) {
        (Some((_, true)), Some(natural)) => Some(natural),
        (Some((given, _)), _) => Some(given),
        (None, natural) => natural,
    }
    .filter(|r| r.is_finite() && *r > 0.0)
}

/// Natural width and height; 300 × 150 px where nothing is known (CSS 2.2 §10.3.2).
fn natural_size(style: &Computed, replaced: &Replaced) -> (Px, Px) {
    let ratio = ratio(style, replaced);
    match (replaced.natural_width, replaced.natural_height, ratio) {
        (Some(w), Some(h), _) => (w, h),
        (Some(w), None, Some(r)) => (w, w / r),
        (None, Some(h), Some(r)) => (h * r, h),
        (Some(w), None, None) => (w, Px(150.0)),
        (None, Some(h), None) => (Px(300.0), h),
        (None, None, Some(r)) => (Px(300.0), Px(300.0) / r),
        (None, None, None) => (Px(300.0), Px(150.0)),
    }
}

/// Both sizes `auto`: minima and maxima act on both together so that the ratio stays
/// (CSS 2.2 §10.4, the table of constraint violations).
fn constrained(
    inline: &mut InlineSizing,
    natural: (Px, Px),
    ratio: Option<f32>,
    vertical_edges: Px,
    height_basis: Option<Px>,
) -> Size {
    let style = inline.style;
    let (w, h) = natural;
    let max_h = block_size(style, &style.max_height, vertical_edges, height_basis)
        .unwrap_or(Px(f32::INFINITY));
    let min_h =
        block_size(style, &style.min_height, vertical_edges, height_basis).unwrap_or(Px::ZERO);
    let available = inline.containing.unwrap_or(Px::ZERO);
    let clamped_w = inline.clamp(w, available);
    let Some(ratio) = ratio else { return Size::new(clamped_w, h.clamp(min_h, max_h)) };
    // The width that both axes allow; the height follows it.
    let by_width = clamped_w;
    let by_height = (by_width / ratio).clamp(min_h, max_h) * ratio;
    let width = inline.clamp(by_height, available);
    Size::new(width, (width / ratio).clamp(min_h, max_h))
}
