//! Vector art as a form XObject.
//!
//! Input: a [`VectorImage`]. Output: a form in px with y upwards, its masks and groups forms beside
//! it, raster pictures inside it images of their own.

use std::sync::Arc;

use lopdf::{Dictionary, Object, Stream};

use super::assemble::{contents, form_stream};
use super::gradient::BOUNDS;
use super::image::{LocalObjects, Picture, cmyk_profile, cmyk_space};
use super::object::round3;
use super::resources::{GraphicsState, Resources};
use super::sheet::{Form, Sheet, Sheets};
use crate::geom::{Color, Point, Px, Rect, Sides, Transform};
use crate::images::{
    self, BlendMode, ClipPath, GradientKind, Mask, MaskKind, PathSegment, Pattern, Scaling, Spread,
    VectorGroup, VectorImage, VectorOp, VectorPath, VectorRaster,
};
use crate::paint::{
    FillRule, Gradient, GradientGeometry, LineCap, LineJoin, Paint, Path, Segment, Stop,
    StrokeStyle, Structure,
};

/// Makes the form of a vector picture, and says whether it shows CMYK without a profile of its own; `cmyk`
/// is the packed profile that tells what that is.
pub(super) fn form(
    art: &VectorImage,
    cmyk: Option<&[u8]>,
    local: &mut LocalObjects,
) -> (Stream, bool) {
    let structure = Structure::default();
    let mut sheets = Sheets::default();
    // In the art's own coordinates, y downwards: these are what its author wrote, and pack best.
    let mut sheet = Sheet::form(Transform::IDENTITY, &structure, &mut sheets);
    // What keeps its ratio may show beyond its own viewport; it is cut where it is placed.
    let bounds = match art.scaling {
        Scaling::Stretch => [0.0, 0.0, round3(art.size.width.0), round3(art.size.height.0)],
        Scaling::Fixed | Scaling::View { .. } => BOUNDS,
    };
    sheet.assume_opaque();
    draw(&mut sheet, &art.ops, bounds);
    let device_cmyk = sheet.device_cmyk;
    sheet.finish(Some(Form { bounds, group: None, isolated: false }));
    let contents = contents(&mut sheets);
    let space =
        cmyk.filter(|_| device_cmyk).map(|profile| cmyk_space(local.add(cmyk_profile(profile))));
    let mut references: Vec<Object> = Vec::new();
    let mut last: Option<Stream> = None;
    for (finished, content) in sheets.finished.iter().zip(contents) {
        references.extend(last.take().map(|stream| local.add(stream)));
        let resources = resources(&finished.resources, &references, space.as_ref(), local);
        last = Some(form_stream(finished, resources, content));
    }
    // The last sheet finished is the outermost.
    (last.unwrap_or_else(|| Stream::new(Dictionary::new(), Vec::new())), device_cmyk)
}

fn resources(
    used: &Resources,
    sheets: &[Object],
    cmyk: Option<&Object>,
    local: &mut LocalObjects,
) -> Dictionary {
    let sheet = |index: usize| sheets.get(index).cloned().unwrap_or(Object::Null);
    used.dictionary(&sheet, &mut |picture| local.embed(picture), &|_| Object::Null, cmyk)
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
    // Only gradients and patterns ask for it.
    let area = || bounding_box(&path.segments);
    let fill = |sheet: &mut Sheet<'_>| {
        let Some(fill) = &path.fill else { return };
        let rule = rule(fill.rule);
        match &fill.paint {
            images::Paint::Pattern(pattern) => {
                sheet.save();
                sheet.clip(&segments, rule);
                fill_pattern(sheet, pattern, area(), fill.opacity);
                sheet.restore();
            }
            paint => sheet.fill(&segments, &plain_paint(paint, &area), rule, fill.opacity),
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
        let area = || area().inset(Sides::all(-reach(&style)));
        match &stroke.paint {
            images::Paint::Pattern(pattern) => {
                sheet.stroke_with(&segments, &style, stroke.opacity, |sheet| {
                    fill_pattern(sheet, pattern, area(), 1.0);
                });
            }
            paint => sheet.stroke(&segments, &plain_paint(paint, &area), &style, stroke.opacity),
        }
    }
    if path.stroke_below {
        fill(sheet);
    }
}

/// How far a stroke reaches beyond its path.
fn reach(style: &StrokeStyle) -> Px {
    let mitre = if style.join == LineJoin::Miter { style.miter_limit } else { 1.0 };
    style.width * 0.5 * mitre.max(std::f32::consts::SQRT_2)
}

/// Paints a pattern over an area, tile by tile: a form that is shown again and again.
fn fill_pattern(sheet: &mut Sheet<'_>, pattern: &Pattern, area: Rect, opacity: f32) {
    let Some((columns, rows)) = pattern.tiles(area) else { return };
    let mut tile = sheet.beside();
    tile.clip(
        &[Segment::Rect(Rect { origin: Point::ZERO, size: pattern.tile.size })],
        FillRule::NonZero,
    );
    draw(&mut tile, &pattern.ops, BOUNDS);
    let cmyk = tile.device_cmyk;
    let tile = tile.finish(Some(Form { bounds: BOUNDS, group: None, isolated: false }));
    sheet.device_cmyk |= cmyk;
    let mut all = sheet.beside();
    all.transform(&pattern.transform);
    for row in rows {
        for column in columns.clone() {
            let at = Point::new(
                pattern.tile.left() + pattern.tile.size.width * column as f32,
                pattern.tile.top() + pattern.tile.size.height * row as f32,
            );
            all.save();
            all.transform(&Transform::translate(at.x, at.y));
            all.group(tile, 1.0);
            all.restore();
        }
    }
    let all = all.finish(Some(Form { bounds: BOUNDS, group: Some("DeviceRGB"), isolated: false }));
    sheet.group(all, opacity);
}

fn draw_raster(sheet: &mut Sheet<'_>, raster: &VectorRaster) {
    let key = format!("I{}", sheet.resources.xobjects.len());
    sheet.picture(Arc::new(Picture::new(&raster.image, None)), key, raster.rect, 1.0);
}

fn draw_group(sheet: &mut Sheet<'_>, group: &VectorGroup, bounds: [f32; 4]) {
    let plain = group.transform.is_identity() && group.clip.is_none();
    let soft = group.clip.as_ref().filter(|clip| !is_hard(clip));
    let apart = group.opacity < 1.0
        || group.isolate
        || group.blend != BlendMode::Normal
        || group.mask.is_some()
        || soft.is_some();
    if plain && !apart {
        return draw(sheet, &group.ops, bounds);
    }
    sheet.save();
    sheet.transform(&group.transform);
    if let Some(clip) = group.clip.as_ref().filter(|clip| is_hard(clip)) {
        clip_to(sheet, clip);
    }
    if apart {
        // A form's box is cut in its own space, where the group's transform may put things far off.
        let wide = if group.transform.is_identity() { bounds } else { BOUNDS };
        match (&group.mask, soft) {
            (Some(mask), soft) => set_mask(sheet, mask, soft),
            (None, Some(clip)) => clip_to(sheet, clip),
            (None, None) => {}
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

/// Whether a clip path can be one of the PDF: shapes that lie apart, of one rule, none cut itself.
/// Overlapping shapes may run round in opposite directions, which would leave a hole.
fn is_hard(clip: &ClipPath) -> bool {
    let one_rule = clip.shapes.windows(2).all(|pair| pair[0].rule == pair[1].rule);
    let boxes: Vec<Rect> = clip.shapes.iter().map(|s| bounding_box(&s.segments)).collect();
    let apart = boxes.iter().enumerate().all(|(i, a)| boxes[..i].iter().all(|b| !meet(a, b)));
    one_rule
        && apart
        && clip.shapes.iter().all(|shape| shape.within.is_empty())
        && clip.within.as_ref().is_none_or(|within| is_hard(within))
}

fn meet(a: &Rect, b: &Rect) -> bool {
    a.left().0 < b.right().0
        && b.left().0 < a.right().0
        && a.top().0 < b.bottom().0
        && b.top().0 < a.bottom().0
}

/// Clips what follows; by a mask where no path can.
fn clip_to(sheet: &mut Sheet<'_>, clip: &ClipPath) {
    if is_hard(clip) {
        let segments: Vec<Segment> =
            clip.shapes.iter().flat_map(|shape| shape.segments.iter().map(segment)).collect();
        let rule = clip.shapes.first().map_or(FillRule::NonZero, |shape| rule(shape.rule));
        sheet.clip(&segments, rule);
        if let Some(within) = &clip.within {
            clip_to(sheet, within);
        }
        return;
    }
    let mut inner = sheet.beside();
    if let Some(within) = &clip.within {
        clip_to(&mut inner, within);
    }
    for shape in &clip.shapes {
        inner.save();
        // One mask replaces another: a second one that is soft gets a form of its own.
        clip_all(&mut inner, &shape.within, |sheet| {
            let segments: Vec<Segment> = shape.segments.iter().map(segment).collect();
            sheet.fill(&segments, &Paint::Solid(Color::BLACK), rule(shape.rule), 1.0);
        });
        inner.restore();
    }
    let form = Form { bounds: BOUNDS, group: Some("DeviceGray"), isolated: true };
    let index = inner.finish(Some(form));
    sheet.graphics_state(format!("M{index}"), GraphicsState::Mask(index, false));
}

/// Paints within all of some clip paths, each in a group of its own.
fn clip_all(sheet: &mut Sheet<'_>, clips: &[ClipPath], paint: impl FnOnce(&mut Sheet<'_>)) {
    let Some((clip, rest)) = clips.split_first() else { return paint(sheet) };
    clip_to(sheet, clip);
    let mut inner = sheet.beside();
    clip_all_boxed(&mut inner, rest, Box::new(paint));
    let form = Form { bounds: BOUNDS, group: Some("DeviceGray"), isolated: true };
    let index = inner.finish(Some(form));
    sheet.group(index, 1.0);
}

/// [`clip_all`] with its painter behind a pointer, so that its type does not grow with each call.
fn clip_all_boxed<'p>(
    sheet: &mut Sheet<'_>,
    clips: &[ClipPath],
    paint: Box<dyn FnOnce(&mut Sheet<'_>) + 'p>,
) {
    clip_all(sheet, clips, paint);
}

/// Masks what follows; `clip` is a clip path that is a mask as well.
fn set_mask(sheet: &mut Sheet<'_>, mask: &Mask, clip: Option<&ClipPath>) {
    let mut inner = sheet.beside();
    inner.clip(&Path::rect(mask.rect).segments, FillRule::NonZero);
    match (&mask.within, clip) {
        (None, None) => draw(&mut inner, &mask.ops, BOUNDS),
        (within, clip) => {
            match (within, clip) {
                (Some(within), clip) => set_mask(&mut inner, within, clip),
                (None, Some(clip)) => clip_to(&mut inner, clip),
                (None, None) => {}
            }
            // The contents may have masks of their own.
            let mut contents = inner.beside();
            draw(&mut contents, &mask.ops, BOUNDS);
            let form = Form { bounds: BOUNDS, group: Some("DeviceRGB"), isolated: true };
            let index = contents.finish(Some(form));
            inner.group(index, 1.0);
        }
    }
    let form = Form { bounds: BOUNDS, group: Some("DeviceRGB"), isolated: true };
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

/// A paint that is no pattern, as the display list has it.
fn plain_paint(paint: &images::Paint, area: &dyn Fn() -> Rect) -> Paint {
    match paint {
        images::Paint::Solid(color) => Paint::Solid(*color),
        images::Paint::Gradient(gradient) => Paint::Gradient(Box::new(used(gradient, area()))),
        // Painted tile by tile where paths are drawn.
        images::Paint::Pattern(_) => Paint::Solid(Color::TRANSPARENT),
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
    let Some(back) = gradient.transform.inverse() else { return gradient };
    let corners = area.corners().map(|p| back.apply(p));
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
            // The circles grow and move: every point within this of the focus is covered.
            let drift = (to.x - from.x).0.hypot((to.y - from.y).0);
            let growth = (step - drift).max(step * 0.01);
            let out =
                |p: Point| ((p.x - from.x).0.hypot((p.y - from.y).0) - from_radius.0) / growth;
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
