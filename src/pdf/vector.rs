//! Vector art as a form XObject.
//!
//! Input: a [`VectorImage`]. Output: a form in px with y upwards, its masks and groups forms beside
//! it, raster pictures inside it images of their own.

use std::sync::Arc;

use lopdf::{Dictionary, Object, Stream};

use super::assemble::{contents, form_stream};
use super::gradient::BOUNDS;
use super::image::{LocalObjects, Picture};
use super::object::round3;
use super::resources::{GraphicsState, Resources};
use super::sheet::{Form, Sheet, Sheets, invert};
use crate::geom::{Point, Px, Rect, Transform};
use crate::images::{
    self, BlendMode, ClipPath, GradientKind, Mask, MaskKind, PathSegment, Spread, VectorGroup,
    VectorImage, VectorOp, VectorPath, VectorRaster,
};
use crate::paint::{
    FillRule, Gradient, GradientGeometry, LineCap, LineJoin, Paint, Path, Segment, Stop,
    StrokeStyle, Structure,
};

/// Makes the form of a vector picture, and says whether it shows uncalibrated CMYK.
pub(super) fn form(art: &VectorImage, local: &mut LocalObjects) -> (Stream, bool) {
    let structure = Structure::default();
    let mut sheets = Sheets::default();
    let flip = Transform { d: -1.0, f: art.size.height.0, ..Transform::IDENTITY };
    let mut sheet = Sheet::form(flip, &structure, &mut sheets);
    let bounds = [0.0, 0.0, round3(art.size.width.0), round3(art.size.height.0)];
    sheet.assume_opaque();
    draw(&mut sheet, &art.ops, bounds);
    let cmyk = sheet.device_cmyk;
    sheet.finish(Some(Form { bounds, group: None, isolated: false }));
    let contents = contents(&mut sheets);
    let mut references: Vec<Object> = Vec::new();
    let mut last: Option<Stream> = None;
    for (finished, content) in sheets.finished.iter().zip(contents) {
        references.extend(last.take().map(|stream| local.add(stream)));
        let resources = resources(&finished.resources, &references, local);
        last = Some(form_stream(finished, resources, content));
    }
    // The last sheet finished is the outermost.
    (last.unwrap_or_else(|| Stream::new(Dictionary::new(), Vec::new())), cmyk)
}

fn resources(used: &Resources, sheets: &[Object], local: &mut LocalObjects) -> Dictionary {
    let sheet = |index: usize| sheets.get(index).cloned().unwrap_or(Object::Null);
    used.dictionary(&sheet, &mut |picture| local.embed(picture), &|_| Object::Null)
}

fn draw(sheet: &mut Sheet<'_>, ops: &[VectorOp], bounds: [f32; 4]) {
    for op in ops {
        match op {
            VectorOp::Path(path) => draw_path(sheet, path),
            VectorOp::Raster(raster) => draw_raster(sheet, raster),
            VectorOp::Group(group) => draw_group(sheet, group, bounds),
        }
    }
}

fn draw_path(sheet: &mut Sheet<'_>, path: &VectorPath) {
    let segments: Vec<Segment> = path.segments.iter().map(segment).collect();
    let fill = |sheet: &mut Sheet<'_>| {
        if let Some(fill) = &path.fill {
            let area = bounding_box(&path.segments);
            sheet.fill(&segments, &paint(&fill.paint, area), rule(fill.rule), fill.opacity);
        }
    };
    if !path.stroke_below {
        fill(sheet);
    }
    if let Some(stroke) = &path.stroke {
        let style = StrokeStyle {
            width: stroke.width,
            dash: stroke.dash.clone(),
            dash_offset: stroke.dash_offset,
            cap: match stroke.cap {
                images::LineCap::Butt => LineCap::Butt,
                images::LineCap::Round => LineCap::Round,
                images::LineCap::Square => LineCap::Square,
            },
            join: match stroke.join {
                images::LineJoin::Miter => LineJoin::Miter,
                images::LineJoin::Round => LineJoin::Round,
                images::LineJoin::Bevel => LineJoin::Bevel,
            },
            miter_limit: stroke.miter_limit,
        };
        let area = bounding_box(&path.segments);
        sheet.stroke(&segments, &paint(&stroke.paint, area), &style, stroke.opacity);
    }
    if path.stroke_below {
        fill(sheet);
    }
}

fn draw_raster(sheet: &mut Sheet<'_>, raster: &VectorRaster) {
    let key = format!("I{}", sheet.resources.xobjects.len());
    sheet.picture(Arc::new(Picture::new(&raster.image)), key, raster.rect, 1.0);
}

fn draw_group(sheet: &mut Sheet<'_>, group: &VectorGroup, bounds: [f32; 4]) {
    let plain = group.transform.is_identity() && group.clip.is_none();
    let apart = group.opacity < 1.0
        || group.isolate
        || group.blend != BlendMode::Normal
        || group.mask.is_some();
    if plain && !apart {
        return draw(sheet, &group.ops, bounds);
    }
    sheet.save();
    sheet.transform(&group.transform);
    if let Some(clip) = &group.clip {
        clip_to(sheet, clip);
    }
    if apart {
        // A form's box is cut in its own space, where the group's transform may put things far off.
        let wide = if group.transform.is_identity() { bounds } else { BOUNDS };
        if let Some(mask) = &group.mask {
            set_mask(sheet, mask);
        }
        if let Some(mode) = blend_name(group.blend) {
            sheet.graphics_state(format!("B{mode}"), GraphicsState::Blend(mode));
        }
        let mut inner = sheet.beside();
        draw(&mut inner, &group.ops, wide);
        let cmyk = inner.device_cmyk;
        let form = Form { bounds: wide, group: Some("DeviceRGB"), isolated: group.isolate };
        let index = inner.finish(Some(form));
        sheet.device_cmyk |= cmyk;
        sheet.group(index, group.opacity);
    } else {
        draw(sheet, &group.ops, bounds);
    }
    sheet.restore();
}

fn clip_to(sheet: &mut Sheet<'_>, clip: &ClipPath) {
    let segments: Vec<Segment> =
        clip.shapes.iter().flat_map(|shape| shape.segments.iter().map(segment)).collect();
    let rule = match clip.shapes.as_slice() {
        [shape] => rule(shape.rule),
        _ => FillRule::NonZero,
    };
    sheet.clip(&segments, rule);
    if let Some(within) = &clip.within {
        clip_to(sheet, within);
    }
}

fn set_mask(sheet: &mut Sheet<'_>, mask: &Mask) {
    let wide = BOUNDS;
    let mut inner = sheet.beside();
    if let Some(within) = &mask.within {
        set_mask(&mut inner, within);
    }
    inner.clip(&Path::rect(mask.rect).segments, FillRule::NonZero);
    draw(&mut inner, &mask.ops, wide);
    let form = Form { bounds: wide, group: Some("DeviceRGB"), isolated: true };
    let index = inner.finish(Some(form));
    let luminance = mask.kind == MaskKind::Luminance;
    sheet.graphics_state(format!("M{index}"), GraphicsState::Mask(index, luminance));
}

fn segment(segment: &PathSegment) -> Segment {
    match *segment {
        PathSegment::Move(p) => Segment::Move(p),
        PathSegment::Line(p) => Segment::Line(p),
        PathSegment::Cubic(a, b, p) => Segment::Curve(a, b, p),
        PathSegment::Close => Segment::Close,
    }
}

fn rule(rule: images::FillRule) -> FillRule {
    match rule {
        images::FillRule::NonZero => FillRule::NonZero,
        images::FillRule::EvenOdd => FillRule::EvenOdd,
    }
}

fn paint(paint: &images::Paint, area: Rect) -> Paint {
    match paint {
        images::Paint::Solid(color) => Paint::Solid(*color),
        images::Paint::Gradient(gradient) => Paint::Gradient(Box::new(used(gradient, area))),
    }
}

/// A gradient without spread: one that repeats is written out over the area it paints.
fn used(gradient: &images::Gradient, area: Rect) -> Gradient {
    let stops: Vec<Stop> =
        gradient.stops.iter().map(|s| Stop { offset: s.offset, color: s.color }).collect();
    let geometry = match gradient.kind {
        GradientKind::Linear { from, to } => GradientGeometry::Linear { from, to },
        GradientKind::Radial { focus, focus_radius, center, radius } => GradientGeometry::Radial {
            from: focus,
            from_radius: focus_radius,
            to: center,
            to_radius: radius,
        },
    };
    let plain = Gradient { geometry, transform: gradient.transform, stops };
    match gradient.spread {
        Spread::Pad => plain,
        Spread::Reflect => repeated(plain, area, true),
        Spread::Repeat => repeated(plain, area, false),
    }
}

/// Writes repetitions out until they cover an area.
fn repeated(gradient: Gradient, area: Rect, mirrored: bool) -> Gradient {
    /// Most repetitions to each side.
    const MOST: f32 = 100.0;
    let Some(back) = invert(&gradient.transform) else { return gradient };
    let corners = [
        area.origin,
        Point::new(area.right(), area.top()),
        Point::new(area.left(), area.bottom()),
        Point::new(area.right(), area.bottom()),
    ]
    .map(|p| back.apply(p));
    // How far the area reaches, with the gradient's own length as the unit.
    let reach = |f: &dyn Fn(Point) -> f32| {
        let least = corners.iter().map(|p| f(*p)).fold(0.0, f32::min).floor().max(-MOST);
        let most = corners.iter().map(|p| f(*p)).fold(1.0, f32::max).ceil().min(MOST);
        (least, most)
    };
    let (first, last, geometry) = match gradient.geometry {
        GradientGeometry::Linear { from, to } => {
            let d = to - from;
            let length = d.x.0 * d.x.0 + d.y.0 * d.y.0;
            let along =
                |p: Point| ((p.x - from.x).0 * d.x.0 + (p.y - from.y).0 * d.y.0) / length.max(1e-9);
            let (first, last) = reach(&along);
            let at = |t: f32| Point::new(from.x + d.x * t, from.y + d.y * t);
            (first, last, GradientGeometry::Linear { from: at(first), to: at(last) })
        }
        GradientGeometry::Radial { from, from_radius, to, to_radius } => {
            let step = (to_radius - from_radius).0.max(1e-6);
            let out = |p: Point| ((p.x - to.x).0.hypot((p.y - to.y).0) - from_radius.0) / step;
            let (_, last) = reach(&out);
            let toward =
                Point::new(from.x + (to.x - from.x) * last, from.y + (to.y - from.y) * last);
            let to_radius = Px(from_radius.0 + step * last);
            (0.0, last, GradientGeometry::Radial { from, from_radius, to: toward, to_radius })
        }
    };
    let span = (last - first).max(1.0);
    let mut stops = Vec::new();
    let mut at = first;
    while at < last {
        let turn = mirrored && at.rem_euclid(2.0) >= 1.0;
        let place = |s: &Stop, offset: f32| Stop { offset: (at + offset - first) / span, ..*s };
        if turn {
            stops.extend(gradient.stops.iter().rev().map(|s| place(s, 1.0 - s.offset)));
        } else {
            stops.extend(gradient.stops.iter().map(|s| place(s, s.offset)));
        }
        at += 1.0;
    }
    Gradient { geometry, transform: gradient.transform, stops }
}

fn bounding_box(segments: &[PathSegment]) -> Rect {
    let mut points = segments.iter().flat_map(|segment| match *segment {
        PathSegment::Move(p) | PathSegment::Line(p) => vec![p],
        PathSegment::Cubic(a, b, p) => vec![a, b, p],
        PathSegment::Close => Vec::new(),
    });
    let Some(first) = points.next() else { return Rect::default() };
    let (mut low, mut high) = (first, first);
    for p in points {
        low = Point::new(low.x.min(p.x), low.y.min(p.y));
        high = Point::new(high.x.max(p.x), high.y.max(p.y));
    }
    Rect::new(low.x, low.y, high.x - low.x, high.y - low.y)
}

fn blend_name(mode: BlendMode) -> Option<&'static str> {
    Some(match mode {
        BlendMode::Normal => return None,
        BlendMode::Multiply => "Multiply",
        BlendMode::Screen => "Screen",
        BlendMode::Overlay => "Overlay",
        BlendMode::Darken => "Darken",
        BlendMode::Lighten => "Lighten",
        BlendMode::ColorDodge => "ColorDodge",
        BlendMode::ColorBurn => "ColorBurn",
        BlendMode::HardLight => "HardLight",
        BlendMode::SoftLight => "SoftLight",
        BlendMode::Difference => "Difference",
        BlendMode::Exclusion => "Exclusion",
        BlendMode::Hue => "Hue",
        BlendMode::Saturation => "Saturation",
        BlendMode::Color => "Color",
        BlendMode::Luminosity => "Luminosity",
    })
}
