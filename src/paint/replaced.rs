//! Pictures in their boxes: natural sizes, `object-fit`, `object-position` (CSS Images 3 §5).

use std::sync::Arc;

use super::emit::Emitter;
use super::list::FillRule;
use super::order::Piece;
use super::path::{Path, inset_radii, is_rounded};
use crate::css::computed::ObjectFit;
use crate::geom::{Point, Px, Rect, Size};
use crate::images::{Image, Intrinsic};

/// Paints the picture of a replaced element into its content box.
pub(super) fn paint(e: &mut Emitter<'_, '_>, piece: &Piece<'_>, image: &Arc<Image>) {
    let area = piece.content_box();
    if area.size.width.0 <= 0.0 || area.size.height.0 <= 0.0 {
        return;
    }
    let style = &piece.fragment.style;
    let size = fit(style.object_fit, &image.intrinsic, area.size);
    let offset = Point::new(
        style.object_position.0.resolve(area.size.width - size.width),
        style.object_position.1.resolve(area.size.height - size.height),
    );
    let rect = Rect { origin: area.origin + offset, size };
    let insets = piece.fragment.border + piece.fragment.padding;
    let radii = inset_radii(&piece.radii(), &insets);
    if is_rounded(&radii) || sticks_out(rect, area) {
        e.clipped(Path::rounded(area, &radii), FillRule::NonZero, |e| e.image(image, rect));
    } else {
        e.image(image, rect);
    }
}

fn fit(fit: ObjectFit, natural: &Intrinsic, area: Size) -> Size {
    match fit {
        ObjectFit::Fill => area,
        ObjectFit::Contain => contain(natural, area),
        ObjectFit::Cover => cover(natural, area),
        ObjectFit::None => concrete(natural, None, None, area),
        ObjectFit::ScaleDown => {
            let whole = concrete(natural, None, None, area);
            let fits = whole.width.0 <= area.width.0 && whole.height.0 <= area.height.0;
            if fits { whole } else { contain(natural, area) }
        }
    }
}

/// The largest size of the picture's ratio within an area; the area itself if it has no ratio.
pub(super) fn contain(natural: &Intrinsic, area: Size) -> Size {
    constrained(natural, area, |by_width, by_height| by_width < by_height)
}

/// The smallest size of the picture's ratio that covers an area.
pub(super) fn cover(natural: &Intrinsic, area: Size) -> Size {
    constrained(natural, area, |by_width, by_height| by_width > by_height)
}

fn constrained(natural: &Intrinsic, area: Size, take_width: impl Fn(f32, f32) -> bool) -> Size {
    let Some(ratio) = natural.ratio.filter(|r| *r > 0.0) else { return area };
    if take_width(area.width.0, area.height.0 * ratio) {
        Size::new(area.width, area.width / ratio)
    } else {
        Size::new(area.height * ratio, area.height)
    }
}

/// The default sizing algorithm (§5.3): given sizes, then natural ones, then the area's.
pub(super) fn concrete(
    natural: &Intrinsic,
    width: Option<Px>,
    height: Option<Px>,
    area: Size,
) -> Size {
    let ratio = natural.ratio.filter(|r| *r > 0.0);
    match (width, height) {
        (Some(w), Some(h)) => Size::new(w, h),
        (Some(w), None) => {
            let h = ratio.map(|r| w / r).or(natural.height).unwrap_or(area.height);
            Size::new(w, h)
        }
        (None, Some(h)) => {
            let w = ratio.map(|r| h * r).or(natural.width).unwrap_or(area.width);
            Size::new(w, h)
        }
        (None, None) => match (natural.width, natural.height, ratio) {
            (Some(w), Some(h), _) => Size::new(w, h),
            (Some(w), None, Some(r)) => Size::new(w, w / r),
            (None, Some(h), Some(r)) => Size::new(h * r, h),
            (None, None, Some(_)) => contain(natural, area),
            (w, h, None) => Size::new(w.unwrap_or(area.width), h.unwrap_or(area.height)),
        },
    }
}

fn sticks_out(rect: Rect, area: Rect) -> bool {
    const SLACK: f32 = 0.01;
    rect.left().0 < area.left().0 - SLACK
        || rect.top().0 < area.top().0 - SLACK
        || rect.right().0 > area.right().0 + SLACK
        || rect.bottom().0 > area.bottom().0 + SLACK
}
