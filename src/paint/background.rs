//! Backgrounds (CSS Backgrounds 3 §2): colour, then layers from the lowest to the topmost.

use std::sync::Arc;

use super::emit::Emitter;
use super::list::{DisplayItem, FillRule, Paint};
use super::order::Piece;
use super::path::{Path, Radii, inset_radii, is_rounded};
use super::replaced;
use crate::css::computed::{
    Background, BackgroundLayer, BackgroundSize, BoxArea, ImageValue, LengthPercentage, Repeat,
};
use crate::diag::Diagnostic;
use crate::geom::{Point, Px, Rect, Sides, Size, Transform};
use crate::images::{Image, Intrinsic};
use crate::limits::TILES;

/// The boxes that a background refers to.
#[derive(Clone, Copy)]
struct Areas {
    border: Rect,
    border_width: Sides<Px>,
    padding: Sides<Px>,
    radii: Radii,
}

impl Areas {
    fn rect(&self, area: BoxArea) -> Rect {
        self.border.inset(self.insets(area))
    }

    fn insets(&self, area: BoxArea) -> Sides<Px> {
        match area {
            BoxArea::BorderBox => Sides::ZERO,
            BoxArea::PaddingBox => self.border_width,
            BoxArea::ContentBox => self.border_width + self.padding,
        }
    }

    fn path(&self, area: BoxArea) -> Path {
        Path::rounded(self.rect(area), &inset_radii(&self.radii, &self.insets(area)))
    }
}

/// Paints the background of a box.
pub(super) fn paint(e: &mut Emitter<'_, '_>, piece: &Piece<'_>, background: &Background) {
    let areas = Areas {
        border: piece.border_box(),
        border_width: piece.fragment.border,
        padding: piece.fragment.padding,
        radii: piece.radii(),
    };
    e.fill(areas.path(background.color_clip), background.color, FillRule::NonZero);
    // A slice shows its part of a background that is laid out over the whole.
    let whole = match e.slices.whole(piece.fragment, areas.border) {
        Some(border) => {
            Areas { border, border_width: piece.fragment.style.border.map(|b| b.width), ..areas }
        }
        None => areas,
    };
    for layer in background.layers.iter().rev() {
        let clip = areas.path(layer.clip);
        let round = is_rounded(&areas.radii);
        paint_layer(
            e,
            layer,
            whole.rect(layer.origin),
            areas.rect(layer.clip),
            round.then_some(clip),
        );
    }
}

/// Paints a background on a sheet: positioned on the sheet, reaching over `area`.
pub(super) fn canvas(e: &mut Emitter<'_, '_>, background: &Background, sheet: Rect, area: Rect) {
    e.fill(Path::rect(area), background.color, FillRule::NonZero);
    for layer in background.layers.iter().rev() {
        paint_layer(e, layer, sheet, area, None);
    }
}

/// Paints one layer: its picture in tiles positioned within `origin`, inside `clip` and, where the
/// clip is round, inside `round`.
fn paint_layer(
    e: &mut Emitter<'_, '_>,
    layer: &BackgroundLayer,
    origin: Rect,
    clip: Rect,
    round: Option<Path>,
) {
    let picture = match &layer.image {
        ImageValue::None => return,
        ImageValue::Url(url) => match (e.images)(url) {
            Some(image) => Picture::Image(image),
            None => return,
        },
        ImageValue::Gradient(gradient) => Picture::Gradient(gradient),
    };
    let size = picture.concrete_size(&layer.size, origin.size);
    if size.width.0 <= 0.0 || size.height.0 <= 0.0 || clip.size.width.0 <= 0.0 {
        return;
    }
    let (x_axis, y_axis) = axes(layer, origin, clip, size, picture.is_auto(&layer.size));
    let tiles = x_axis.count.saturating_mul(y_axis.count);
    if tiles > TILES {
        e.report(
            Diagnostic::warning(
                "background-tiles",
                format!("a background repeats {tiles} times on one box and is left out"),
            )
            .help("make the picture larger, or set `background-size`"),
        );
        return;
    }
    let draw = |e: &mut Emitter<'_, '_>| {
        for row in 0..y_axis.count {
            for column in 0..x_axis.count {
                let at = Point::new(x_axis.at(column), y_axis.at(row));
                let tile = Rect { origin: at, size: Size::new(x_axis.size, y_axis.size) };
                picture.draw(e, tile, clip, round.as_ref().filter(|_| tiles == 1), tiles > 1);
            }
        }
    };
    // A lone gradient is cut by filling the clip's own shape; all else needs a clip.
    let covers = tiles == 1 && matches!(picture, Picture::Gradient(_));
    let inside =
        x_axis.inside(clip.left(), clip.right()) && y_axis.inside(clip.top(), clip.bottom());
    match round {
        _ if covers => draw(e),
        None if inside => draw(e),
        None => e.clipped(Path::rect(clip), FillRule::NonZero, draw),
        Some(ref path) => e.clipped(path.clone(), FillRule::NonZero, draw),
    }
}

/// What a layer shows.
enum Picture<'a> {
    Image(Arc<Image>),
    Gradient(&'a crate::css::computed::Gradient),
}

impl Picture<'_> {
    /// The size of a tile (§3.9); gradients have no size of their own.
    fn concrete_size(&self, size: &BackgroundSize, area: Size) -> Size {
        let natural = match self {
            Picture::Image(image) => image.intrinsic,
            Picture::Gradient(_) => Intrinsic::default(),
        };
        match size {
            BackgroundSize::Cover => replaced::cover(&natural, area),
            BackgroundSize::Contain => replaced::contain(&natural, area),
            BackgroundSize::Size(width, height) => replaced::concrete(
                &natural,
                width.resolve(area.width),
                height.resolve(area.height),
                area,
            ),
        }
    }

    fn is_auto(&self, size: &BackgroundSize) -> (bool, bool) {
        match size {
            BackgroundSize::Size(width, height) => (width.is_auto(), height.is_auto()),
            _ => (false, false),
        }
    }

    /// Draws one tile; one of many is a gradient of its own corner, so that all are one.
    fn draw(
        &self,
        e: &mut Emitter<'_, '_>,
        tile: Rect,
        clip: Rect,
        round: Option<&Path>,
        many: bool,
    ) {
        match self {
            Picture::Image(image) => {
                e.image(image, tile);
            }
            Picture::Gradient(gradient) => {
                let shown = intersect(tile, clip);
                let covers_clip = shown == clip;
                let path = match round {
                    Some(path) if covers_clip => path.clone(),
                    _ => Path::rect(shown),
                };
                let clip_to = round.filter(|_| !covers_clip).cloned();
                let corner = if many || gradient.repeating { tile.origin } else { Point::ZERO };
                let local = Rect { origin: tile.origin - corner, size: tile.size };
                let seen = Rect { origin: shown.origin - corner, size: shown.size };
                // Tiles that the clip cuts are of the same gradient as the others.
                let seen = if many || !gradient.repeating { local } else { seen };
                let (used, found) = e.gradients.used(gradient, local, seen);
                found.into_iter().for_each(|found| e.report(found));
                let Some(mut gradient) = used else { return };
                let moved = Transform::translate(corner.x, corner.y);
                gradient.transform = moved.then_inner(&gradient.transform);
                gradient.stops.iter().for_each(|stop| e.note_color(stop.color));
                let fill = DisplayItem::Fill {
                    path,
                    paint: Paint::Gradient(Box::new(gradient)),
                    rule: FillRule::NonZero,
                };
                match clip_to {
                    Some(path) => {
                        e.clipped(path, FillRule::NonZero, |e| e.items.push(fill));
                    }
                    None => e.items.push(fill),
                }
            }
        }
    }
}

/// Tiles along one axis.
struct Axis {
    first: Px,
    step: Px,
    count: usize,
    size: Px,
}

impl Axis {
    fn at(&self, index: usize) -> Px {
        self.first + self.step * index as f32
    }

    fn inside(&self, from: Px, to: Px) -> bool {
        const SLACK: f32 = 0.001;
        self.count == 0
            || (self.first.0 >= from.0 - SLACK
                && (self.at(self.count - 1) + self.size).0 <= to.0 + SLACK)
    }
}

/// One axis of a layer before tiles are counted.
struct Along<'a> {
    repeat: Repeat,
    position: &'a LengthPercentage,
    origin: (Px, Px),
    clip: (Px, Px),
    size: Px,
}

fn axes(
    layer: &BackgroundLayer,
    origin: Rect,
    clip: Rect,
    size: Size,
    auto: (bool, bool),
) -> (Axis, Axis) {
    let mut along_x = Along {
        repeat: layer.repeat.0,
        position: &layer.position.0,
        origin: (origin.left(), origin.size.width),
        clip: (clip.left(), clip.right()),
        size: size.width,
    };
    let mut along_y = Along {
        repeat: layer.repeat.1,
        position: &layer.position.1,
        origin: (origin.top(), origin.size.height),
        clip: (clip.top(), clip.bottom()),
        size: size.height,
    };
    // `round` on one axis keeps the ratio where the other axis is `auto` (§3.4).
    let (w, h) = (along_x.round(), along_y.round());
    if w != 1.0 && auto.1 && layer.repeat.1 != Repeat::Round {
        along_y.size *= w;
    }
    if h != 1.0 && auto.0 && layer.repeat.0 != Repeat::Round {
        along_x.size *= h;
    }
    (along_x.axis(), along_y.axis())
}

impl Along<'_> {
    /// Applies `round`; the factor by which the size changed.
    fn round(&mut self) -> f32 {
        if self.repeat != Repeat::Round || self.origin.1.0 <= 0.0 {
            return 1.0;
        }
        let count = (self.origin.1 / self.size).round().max(1.0);
        let rounded = self.origin.1 / count;
        let factor = rounded / self.size;
        self.size = rounded;
        factor
    }

    fn axis(&self) -> Axis {
        let (start, room) = self.origin;
        let placed = start + self.position.resolve(room - self.size);
        let once = Axis { first: placed, step: self.size, count: 1, size: self.size };
        match self.repeat {
            Repeat::NoRepeat => once,
            Repeat::Repeat | Repeat::Round => self.fill(placed, self.size),
            Repeat::Space => {
                let fit = (room / self.size + 1e-4).floor();
                if fit < 2.0 {
                    return once;
                }
                self.fill(start, self.size + (room - self.size * fit) / (fit - 1.0))
            }
        }
    }

    /// Tiles at every `step` through `anchor` that touch the clip.
    fn fill(&self, anchor: Px, step: Px) -> Axis {
        const SLACK: f32 = 1e-3;
        let (from, to) = self.clip;
        let before = (((anchor + self.size - from) / step) - SLACK).floor().max(-1e6);
        let gap = step - self.size;
        let before = if gap.0 > 0.0 { ((anchor - from) / step).ceil() } else { before };
        let first = anchor - step * before;
        let count = ((to - first) / step - SLACK).ceil().clamp(0.0, 1e6);
        Axis { first, step, count: count as usize, size: self.size }
    }
}

fn intersect(a: Rect, b: Rect) -> Rect {
    let (left, top) = (a.left().max(b.left()), a.top().max(b.top()));
    let (right, bottom) = (a.right().min(b.right()), a.bottom().min(b.bottom()));
    Rect::new(left, top, (right - left).max(Px::ZERO), (bottom - top).max(Px::ZERO))
}
