//! Pictures: `url()` and gradients (CSS Images 3).

use std::sync::Arc;

use cssparser::Parser;

use super::color::{ColorSpec, color};
use super::length::{Lp, Surroundings, lp, lp_positive};
use super::position::{CENTER, PositionSpec, position};
use super::{Context, Res, angle, bad, comma_list, one_of, word};
use crate::css::computed::{Gradient, GradientShape, GradientStop, ImageValue, RadialExtent};

/// A specified picture.
#[derive(Clone, Debug, PartialEq)]
pub enum ImageSpec {
    /// `none`.
    None,
    /// `url()`, resolved against the sheet.
    Url(Arc<str>),
    /// A gradient.
    Gradient(Arc<GradientSpec>),
}

/// A specified gradient.
#[derive(Clone, Debug, PartialEq)]
pub struct GradientSpec {
    shape: ShapeSpec,
    repeating: bool,
    stops: Vec<StopSpec>,
}

#[derive(Clone, Debug, PartialEq)]
struct StopSpec {
    color: ColorSpec,
    position: Option<Lp>,
    /// Where the middle between this stop and the next lies.
    hint: Option<Lp>,
}

#[derive(Clone, Debug, PartialEq)]
enum ShapeSpec {
    Angle(f32),
    Corner(i8, i8),
    Radial { circle: bool, extent: ExtentSpec, center: PositionSpec },
}

#[derive(Clone, Debug, PartialEq)]
enum ExtentSpec {
    Keyword(RadialExtent),
    /// Horizontal and vertical; the second is there once the form is known.
    Radii(Lp, Option<Lp>),
}

const EXTENTS: &[(&str, RadialExtent)] = &[
    ("closest-side", RadialExtent::ClosestSide),
    ("farthest-side", RadialExtent::FarthestSide),
    ("closest-corner", RadialExtent::ClosestCorner),
    ("farthest-corner", RadialExtent::FarthestCorner),
];

impl ImageSpec {
    /// The computed value.
    pub fn compute(&self, at: &Surroundings) -> ImageValue {
        match self {
            ImageSpec::None => ImageValue::None,
            ImageSpec::Url(url) => ImageValue::Url(Arc::clone(url)),
            ImageSpec::Gradient(gradient) => ImageValue::Gradient(Arc::new(gradient.compute(at))),
        }
    }
}

impl GradientSpec {
    fn compute(&self, at: &Surroundings) -> Gradient {
        let shape = match &self.shape {
            ShapeSpec::Angle(angle) => GradientShape::Angle(*angle),
            ShapeSpec::Corner(x, y) => GradientShape::Corner(*x, *y),
            ShapeSpec::Radial { circle, extent, center } => GradientShape::Radial {
                circle: *circle,
                extent: match extent {
                    ExtentSpec::Keyword(keyword) => keyword.clone(),
                    ExtentSpec::Radii(x, y) => {
                        let y = y.as_ref().unwrap_or(x);
                        RadialExtent::Radii(x.compute(at), y.compute(at))
                    }
                },
                center: (center.0.compute(at), center.1.compute(at)),
            },
        };
        let stop = |stop: &StopSpec| GradientStop {
            color: stop.color.compute(at),
            position: stop.position.as_ref().map(|p| p.compute(at)),
            hint: stop.hint.as_ref().map(|h| h.compute(at)),
        };
        Gradient { shape, repeating: self.repeating, stops: self.stops.iter().map(stop).collect() }
    }
}

/// `none`, or a picture.
pub fn image_or_none(cx: &Context, p: &mut Parser) -> Res<ImageSpec> {
    if word(cx, p, "none").is_ok() { Ok(ImageSpec::None) } else { image(cx, p) }
}

/// `none`, or a picture from a file.
pub fn picture_or_none(cx: &Context, p: &mut Parser) -> Res<ImageSpec> {
    if word(cx, p, "none").is_ok() { Ok(ImageSpec::None) } else { picture(cx, p) }
}

/// A picture from a file, which has a size of its own, as gradients have not.
pub fn picture(cx: &Context, p: &mut Parser) -> Res<ImageSpec> {
    let url = p.try_parse(|p| p.expect_url());
    if url.is_err() {
        cx.expect(p, []);
    }
    Ok(ImageSpec::Url(cx.resolve_picture(&url?)))
}

/// A picture.
pub fn image(cx: &Context, p: &mut Parser) -> Res<ImageSpec> {
    if let Ok(url) = p.try_parse(|p| p.expect_url()) {
        return Ok(ImageSpec::Url(cx.resolve_picture(&url)));
    }
    let result = p.try_parse(|p| {
        let name = p.expect_function()?.to_ascii_lowercase();
        let (repeating, kind) = match name.strip_prefix("repeating-") {
            Some(kind) => (true, kind),
            None => (false, &*name),
        };
        let parsed = match kind {
            "linear-gradient" => p.parse_nested_block(|p| linear(cx, p, repeating)),
            "radial-gradient" => p.parse_nested_block(|p| radial(cx, p, repeating)),
            _ => bad(),
        };
        parsed.map(|g| ImageSpec::Gradient(Arc::new(g)))
    });
    if result.is_err() {
        cx.expect(p, []);
    }
    result
}

fn linear(cx: &Context, p: &mut Parser, repeating: bool) -> Res<GradientSpec> {
    let shape = if let Ok(angle) = p.try_parse(|p| angle(cx, p)) {
        p.expect_comma()?;
        ShapeSpec::Angle(angle)
    } else if p.try_parse(|p| p.expect_ident_matching("to")).is_ok() {
        let (x, y) = corner(cx, p)?;
        p.expect_comma()?;
        ShapeSpec::Corner(x, y)
    } else {
        ShapeSpec::Corner(0, 1)
    };
    Ok(GradientSpec { shape, repeating, stops: stops(cx, p)? })
}

fn corner(cx: &Context, p: &mut Parser) -> Res<(i8, i8)> {
    const SIDES: &[(&str, (i8, i8))] =
        &[("left", (-1, 0)), ("right", (1, 0)), ("top", (0, -1)), ("bottom", (0, 1))];
    let (x, y) = one_of(cx, p, SIDES)?;
    match one_of(cx, p, SIDES) {
        Ok((a, b)) if (x == 0) != (a == 0) => Ok((x + a, y + b)),
        Ok(_) => bad(),
        Err(_) => Ok((x, y)),
    }
}

fn radial(cx: &Context, p: &mut Parser, repeating: bool) -> Res<GradientSpec> {
    let (mut circle, mut extent) = (None, None);
    // The shape's name and its extent, in either order.
    for _ in 0..2 {
        if circle.is_none() {
            circle = one_of(cx, p, &[("circle", true), ("ellipse", false)]).ok();
        }
        if extent.is_none() {
            extent = one_of(cx, p, EXTENTS).ok().map(ExtentSpec::Keyword);
        }
        if extent.is_none() {
            extent = p.try_parse(|p| radii(cx, p)).ok();
        }
    }
    if let Some(ExtentSpec::Radii(x, y)) = &mut extent {
        // One radius makes a circle, which takes no percentage; two make an ellipse.
        let one = y.is_none();
        if circle.is_some_and(|circle| circle != one) || one && x.depends_on_basis() {
            return bad();
        }
        circle = Some(one);
        y.get_or_insert_with(|| x.clone());
    }
    let center = if p.try_parse(|p| p.expect_ident_matching("at")).is_ok() {
        Some(position(cx, p)?)
    } else {
        None
    };
    if circle.is_some() || extent.is_some() || center.is_some() {
        p.expect_comma()?;
    }
    let shape = ShapeSpec::Radial {
        circle: circle.unwrap_or(false),
        extent: extent.unwrap_or(ExtentSpec::Keyword(RadialExtent::FarthestCorner)),
        center: center.unwrap_or(CENTER),
    };
    Ok(GradientSpec { shape, repeating, stops: stops(cx, p)? })
}

/// One radius or two.
fn radii(cx: &Context, p: &mut Parser) -> Res<ExtentSpec> {
    let x = lp_positive(cx, p)?;
    Ok(ExtentSpec::Radii(x, p.try_parse(|p| lp_positive(cx, p)).ok()))
}

/// One entry of a colour stop list.
enum Entry {
    /// A stop; one with two positions stands for two.
    Stop(ColorSpec, Option<Lp>, Option<Lp>),
    /// A position alone: the middle between the stops around it.
    Hint(Lp),
}

/// Colour stops and hints; a hint stands between two stops (CSS Images 4 §3.4).
fn stops(cx: &Context, p: &mut Parser) -> Res<Vec<StopSpec>> {
    let entries = comma_list(p, |p| {
        let before = p.try_parse(|p| lp(cx, p)).ok();
        let color = match (p.try_parse(|p| color(cx, p)), before.clone()) {
            (Err(_), Some(hint)) => return Ok(Entry::Hint(hint)),
            (color, _) => color?,
        };
        let first = before.or_else(|| p.try_parse(|p| lp(cx, p)).ok());
        let second = p.try_parse(|p| lp(cx, p)).ok();
        Ok(Entry::Stop(color, first, second))
    })?;
    let mut stops: Vec<StopSpec> = Vec::with_capacity(entries.len());
    let mut after_hint = false;
    for entry in entries {
        match (entry, stops.last_mut()) {
            (Entry::Hint(hint), Some(last)) if !after_hint => {
                last.hint = Some(hint);
                after_hint = true;
            }
            (Entry::Hint(_), _) => return bad(),
            (Entry::Stop(color, position, second), _) => {
                stops.push(StopSpec { color, position, hint: None });
                let second = second.map(|s| StopSpec { color, position: Some(s), hint: None });
                stops.extend(second);
                after_hint = false;
            }
        }
    }
    if stops.len() < 2 || after_hint { bad() } else { Ok(stops) }
}
