//! `background-*`: parallel lists as specified, zipped to layers at the end.

use std::sync::Arc;

use cssparser::Parser;

use crate::css::computed::*;
use crate::css::values::image::{ImageSpec, image_or_none};
use crate::css::values::length::{LpAuto, Surroundings, compute_auto, lp_auto};
use crate::css::values::position::{PositionSpec, position};
use crate::css::values::{Context, Res, comma_list, keyword, one_of};
use crate::geom::Color;

/// The lists of a background while it is being put together; an empty one is initial.
#[derive(Clone, Debug, PartialEq)]
pub struct BackgroundLists {
    /// `background-color`.
    pub color: Color,
    /// `background-image`.
    pub images: Vec<ImageValue>,
    /// `background-position`.
    pub positions: Vec<(LengthPercentage, LengthPercentage)>,
    /// `background-size`.
    pub sizes: Vec<BackgroundSize>,
    /// `background-repeat`.
    pub repeats: Vec<(Repeat, Repeat)>,
    /// `background-origin`.
    pub origins: Vec<BoxArea>,
    /// `background-clip`.
    pub clips: Vec<BoxArea>,
}

impl Default for BackgroundLists {
    fn default() -> BackgroundLists {
        BackgroundLists {
            color: Color::TRANSPARENT,
            images: Vec::new(),
            positions: Vec::new(),
            sizes: Vec::new(),
            repeats: Vec::new(),
            origins: Vec::new(),
            clips: Vec::new(),
        }
    }
}

fn nth<T: Clone>(list: &[T], index: usize, initial: T) -> T {
    if list.is_empty() { initial } else { list[index % list.len()].clone() }
}

impl BackgroundLists {
    /// The lists of a finished background.
    pub fn of(background: &Background) -> BackgroundLists {
        let layers = &background.layers;
        BackgroundLists {
            color: background.color,
            images: layers.iter().map(|l| l.image.clone()).collect(),
            positions: layers.iter().map(|l| l.position.clone()).collect(),
            sizes: layers.iter().map(|l| l.size.clone()).collect(),
            repeats: layers.iter().map(|l| l.repeat).collect(),
            origins: layers.iter().map(|l| l.origin).collect(),
            clips: match layers.is_empty() {
                true => vec![background.color_clip],
                false => layers.iter().map(|l| l.clip).collect(),
            },
        }
    }

    /// Whether nothing is drawn.
    pub fn is_invisible(&self) -> bool {
        self.color.is_transparent() && self.images.iter().all(|i| *i == ImageValue::None)
    }

    /// The layers; the other lists repeat to as many as there are images.
    pub fn finish(&self) -> Background {
        let half = || LengthPercentage::Percent(0.0);
        let auto = || LengthPercentageAuto::Auto;
        let layer = |(i, image): (usize, &ImageValue)| BackgroundLayer {
            image: image.clone(),
            position: nth(&self.positions, i, (half(), half())),
            size: nth(&self.sizes, i, BackgroundSize::Size(auto(), auto())),
            repeat: nth(&self.repeats, i, (Repeat::Repeat, Repeat::Repeat)),
            origin: nth(&self.origins, i, BoxArea::PaddingBox),
            clip: nth(&self.clips, i, BoxArea::BorderBox),
        };
        let visible = self.images.iter().any(|i| *i != ImageValue::None);
        let images: &[ImageValue] = if visible { &self.images } else { &[] };
        Background {
            color: self.color,
            color_clip: nth(&self.clips, self.images.len().saturating_sub(1), BoxArea::BorderBox),
            layers: images.iter().enumerate().map(layer).collect(),
        }
    }
}

/// `background-image`.
pub fn background_images(cx: &Context, p: &mut Parser) -> Res<Vec<ImageSpec>> {
    comma_list(p, |p| image_or_none(cx, p))
}

/// Computed pictures.
pub fn compute_images(value: &[ImageSpec], at: &Surroundings) -> Vec<ImageValue> {
    value.iter().map(|i| i.compute(at)).collect()
}

/// `background-position`.
pub fn background_positions(cx: &Context, p: &mut Parser) -> Res<Vec<PositionSpec>> {
    comma_list(p, |p| position(cx, p))
}

/// Computed positions.
pub fn compute_positions(
    value: &[PositionSpec],
    at: &Surroundings,
) -> Vec<(LengthPercentage, LengthPercentage)> {
    value.iter().map(|(x, y)| (x.compute(at), y.compute(at))).collect()
}

/// A specified `background-size` of one layer.
#[derive(Clone, Debug, PartialEq)]
pub enum SizeLayer {
    /// `cover`, `contain`.
    Keyword(BackgroundSize),
    /// Width and height.
    Size(LpAuto, LpAuto),
}

/// `background-size` of one layer.
pub fn size_layer(cx: &Context, p: &mut Parser) -> Res<SizeLayer> {
    let table = [("cover", BackgroundSize::Cover), ("contain", BackgroundSize::Contain)];
    if let Ok(keyword) = one_of(cx, p, &table) {
        return Ok(SizeLayer::Keyword(keyword));
    }
    let width = lp_auto(cx, p)?;
    let height = p.try_parse(|p| lp_auto(cx, p)).unwrap_or(None);
    Ok(SizeLayer::Size(width, height))
}

/// `background-size`.
pub fn background_sizes(cx: &Context, p: &mut Parser) -> Res<Vec<SizeLayer>> {
    comma_list(p, |p| size_layer(cx, p))
}

/// Computed sizes.
pub fn compute_sizes(value: &[SizeLayer], at: &Surroundings) -> Vec<BackgroundSize> {
    let one = |layer: &SizeLayer| match layer {
        SizeLayer::Keyword(keyword) => keyword.clone(),
        SizeLayer::Size(w, h) => BackgroundSize::Size(compute_auto(w, at), compute_auto(h, at)),
    };
    value.iter().map(one).collect()
}

/// `background-repeat` of one layer.
pub fn repeat_layer(cx: &Context, p: &mut Parser) -> Res<(Repeat, Repeat)> {
    let table = [
        ("repeat-x", (Repeat::Repeat, Repeat::NoRepeat)),
        ("repeat-y", (Repeat::NoRepeat, Repeat::Repeat)),
    ];
    if let Ok(both) = one_of(cx, p, &table) {
        return Ok(both);
    }
    let x: Repeat = keyword(cx, p)?;
    Ok((x, keyword(cx, p).unwrap_or(x)))
}

/// `background-repeat`.
pub fn background_repeats(cx: &Context, p: &mut Parser) -> Res<Vec<(Repeat, Repeat)>> {
    comma_list(p, |p| repeat_layer(cx, p))
}

/// `background-origin`, `background-clip`.
pub fn background_areas(cx: &Context, p: &mut Parser) -> Res<Vec<BoxArea>> {
    comma_list(p, |p| keyword(cx, p))
}

/// A background that draws nothing, shared.
pub fn transparent() -> Arc<Background> {
    static NONE: std::sync::OnceLock<Arc<Background>> = std::sync::OnceLock::new();
    Arc::clone(NONE.get_or_init(|| Arc::new(BackgroundLists::default().finish())))
}
