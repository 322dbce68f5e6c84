//! The tree of `usvg` to our vector art.
//!
//! When you support something more here (filters), take its warning out and say so in `docs/`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use usvg::tiny_skia_path::{self as skia, PathSegment as Segment};

use super::faces::missing_glyph;
use super::luminance::luminance;
use crate::diag::Diagnostic;
use crate::geom::{Color, Point, Px, Rect, Size, Transform};
use crate::images::{
    BlendMode, ClipPath, ClipShape, Fill, FillRule, Gradient, GradientKind, GradientStop, Image,
    LineCap, LineJoin, Mask, MaskKind, Paint, PathSegment, Pattern, Scaling, Spread, Stroke,
    VectorGroup, VectorImage, VectorOp, VectorPath, VectorRaster, decode_raster,
};
use crate::limits::TILES;

/// Converts a whole document.
pub(super) fn tree(
    tree: &usvg::Tree,
    scaling: Scaling,
    name: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> VectorImage {
    let mut converter =
        Converter { name, diagnostics, warned: BTreeSet::new(), rasters: BTreeMap::new() };
    VectorImage {
        size: Size::new(Px(tree.size().width()), Px(tree.size().height())),
        scaling,
        ops: converter.children(tree.root()),
    }
}

struct Converter<'a> {
    name: &'a str,
    diagnostics: &'a mut Vec<Diagnostic>,
    /// Features already warned of: one warning a feature and document is enough.
    warned: BTreeSet<&'static str>,
    /// Raster pictures by their digest.
    rasters: BTreeMap<[u8; 32], Arc<Image>>,
}

impl Converter<'_> {
    fn unsupported(&mut self, feature: &'static str, instead: &str) {
        if self.warned.insert(feature) {
            self.diagnostics.push(Diagnostic::warning(
                "unsupported-svg",
                format!("SVG `{}` uses {feature}, which is not supported: {instead}", self.name),
            ));
        }
    }

    fn children(&mut self, group: &usvg::Group) -> Vec<VectorOp> {
        let mut ops = Vec::new();
        for node in group.children() {
            match node {
                usvg::Node::Group(group) => self.group(group, &mut ops),
                usvg::Node::Path(path) => ops.extend(self.path(path).map(VectorOp::Path)),
                usvg::Node::Image(image) => self.image(image, &mut ops),
                usvg::Node::Text(text) => self.text(text, &mut ops),
            }
        }
        ops
    }

    /// A group that does nothing is replaced by its contents.
    fn group(&mut self, group: &usvg::Group, ops: &mut Vec<VectorOp>) {
        if !group.filters().is_empty() {
            self.unsupported("filters", "the element is drawn without them");
        }
        let contents = self.children(group);
        if contents.is_empty() {
            return;
        }
        let blend = blend(group.blend_mode()).unwrap_or_else(|| {
            self.unsupported("the blend mode `plus-lighter`", "`normal` is taken");
            BlendMode::Normal
        });
        let converted = VectorGroup {
            transform: transform(group.transform()),
            opacity: group.opacity().get(),
            blend,
            isolate: group.should_isolate(),
            clip: group.clip_path().map(|clip| self.clip(clip)),
            mask: group.mask().map(|mask| self.mask(mask)),
            ops: contents,
        };
        if converted.transform.is_identity() && !group.should_isolate() {
            ops.extend(converted.ops);
        } else {
            ops.push(VectorOp::Group(converted));
        }
    }

    fn path(&mut self, path: &usvg::Path) -> Option<VectorPath> {
        if !path.is_visible() {
            return None;
        }
        let fill = path.fill().and_then(|fill| {
            let paint = self.paint(fill.paint(), path.bounding_box())?;
            Some(Fill { paint, opacity: fill.opacity().get(), rule: rule(fill.rule()) })
        });
        let stroke = path.stroke().and_then(|stroke| self.stroke(stroke, path));
        (fill.is_some() || stroke.is_some()).then(|| VectorPath {
            segments: segments(path.data(), &Transform::IDENTITY),
            fill,
            stroke,
            stroke_below: path.paint_order() == usvg::PaintOrder::StrokeAndFill,
        })
    }

    fn stroke(&mut self, stroke: &usvg::Stroke, path: &usvg::Path) -> Option<Stroke> {
        Some(Stroke {
            paint: self.paint(stroke.paint(), path.stroke_bounding_box())?,
            opacity: stroke.opacity().get(),
            width: Px(stroke.width().get()),
            cap: match stroke.linecap() {
                usvg::LineCap::Butt => LineCap::Butt,
                usvg::LineCap::Round => LineCap::Round,
                usvg::LineCap::Square => LineCap::Square,
            },
            join: match stroke.linejoin() {
                // Clipped mitres are SVG 2 only and no PDF has them.
                usvg::LineJoin::Miter | usvg::LineJoin::MiterClip => LineJoin::Miter,
                usvg::LineJoin::Round => LineJoin::Round,
                usvg::LineJoin::Bevel => LineJoin::Bevel,
            },
            miter_limit: stroke.miterlimit().get(),
            dash: stroke.dasharray().unwrap_or_default().iter().copied().map(Px).collect(),
            dash_offset: Px(stroke.dashoffset()),
        })
    }

    /// A paint over an area.
    fn paint(&mut self, paint: &usvg::Paint, area: skia::Rect) -> Option<Paint> {
        match paint {
            usvg::Paint::Color(c) => Some(Paint::Solid(color(*c, 1.0))),
            usvg::Paint::LinearGradient(g) => {
                let kind = GradientKind::Linear {
                    from: Point::new(Px(g.x1()), Px(g.y1())),
                    to: Point::new(Px(g.x2()), Px(g.y2())),
                };
                Some(gradient(kind, g))
            }
            usvg::Paint::RadialGradient(g) => {
                let kind = GradientKind::Radial {
                    focus: Point::new(Px(g.fx()), Px(g.fy())),
                    focus_radius: Px(g.fr().get()),
                    center: Point::new(Px(g.cx()), Px(g.cy())),
                    radius: Px(g.r().get()),
                };
                Some(gradient(kind, g))
            }
            usvg::Paint::Pattern(pattern) => self.pattern(pattern, area),
        }
    }

    fn pattern(&mut self, pattern: &usvg::Pattern, area: skia::Rect) -> Option<Paint> {
        let tile = pattern.rect();
        let pattern = Pattern {
            tile: rect(tile.x(), tile.y(), tile.width(), tile.height()),
            transform: transform(pattern.transform()),
            ops: self.children(pattern.root()),
        };
        let (columns, rows) =
            pattern.tiles(rect(area.x(), area.y(), area.width(), area.height()))?;
        let count = |r: std::ops::Range<i32>| (i64::from(r.end) - i64::from(r.start)).max(0);
        if count(columns).saturating_mul(count(rows)) > TILES as i64 {
            self.unsupported(
                "a pattern that repeats more than 20000 times on one shape",
                "what it fills stays empty",
            );
            return None;
        }
        Some(Paint::Pattern(Arc::new(pattern)))
    }

    fn clip(&mut self, clip: &usvg::ClipPath) -> ClipPath {
        let mut shapes = Vec::new();
        self.clip_shapes(clip.root(), &transform(clip.transform()), &[], &mut shapes);
        ClipPath { shapes, within: clip.clip_path().map(|inner| Box::new(self.clip(inner))) }
    }

    /// The shapes of a part of a clip path, each cut by the clip paths of the parts it stands in.
    fn clip_shapes(
        &mut self,
        group: &usvg::Group,
        to_root: &Transform,
        within: &[ClipPath],
        out: &mut Vec<ClipShape>,
    ) {
        let to_root = to_root.then_inner(&transform(group.transform()));
        let mut within = within.to_vec();
        if let Some(clip) = group.clip_path() {
            let mut clip = self.clip(clip);
            clip.map(&to_root);
            within.push(clip);
        }
        for node in group.children() {
            match node {
                usvg::Node::Path(path) if path.is_visible() => out.push(ClipShape {
                    segments: segments(path.data(), &to_root),
                    rule: path.fill().map_or(FillRule::NonZero, |fill| rule(fill.rule())),
                    within: within.clone(),
                }),
                usvg::Node::Group(group) => self.clip_shapes(group, &to_root, &within, out),
                usvg::Node::Text(text) => {
                    self.clip_shapes(text.flattened(), &to_root, &within, out);
                }
                _ => {}
            }
        }
    }

    fn mask(&mut self, mask: &usvg::Mask) -> Mask {
        let mut ops = self.children(mask.root());
        if mask.kind() == usvg::MaskType::Luminance {
            luminance(&mut ops);
        }
        Mask {
            rect: rect(mask.rect().x(), mask.rect().y(), mask.rect().width(), mask.rect().height()),
            kind: match mask.kind() {
                usvg::MaskType::Luminance => MaskKind::Luminance,
                usvg::MaskType::Alpha => MaskKind::Alpha,
            },
            within: mask.mask().map(|inner| Box::new(self.mask(inner))),
            ops,
        }
    }

    fn image(&mut self, image: &usvg::Image, ops: &mut Vec<VectorOp>) {
        if !image.is_visible() {
            return;
        }
        match image.kind() {
            usvg::ImageKind::JPEG(bytes) | usvg::ImageKind::PNG(bytes) => {
                match self.raster(bytes) {
                    Some(Ok(decoded)) => ops.push(VectorOp::Raster(VectorRaster {
                        image: decoded,
                        rect: rect(0.0, 0.0, image.size().width(), image.size().height()),
                    })),
                    Some(Err(diagnostic)) => self.diagnostics.push(diagnostic),
                    None => self.unsupported("a picture in an unknown format", "it is left out"),
                }
            }
            usvg::ImageKind::GIF(_) | usvg::ImageKind::WEBP(_) => {
                self.unsupported("a GIF or WebP picture", "it is left out");
            }
            usvg::ImageKind::SVG(tree) => ops.extend(self.children(tree.root())),
        }
    }

    /// A raster picture, decoded once however often it is drawn.
    fn raster(&mut self, bytes: &[u8]) -> Option<Result<Arc<Image>, Diagnostic>> {
        let digest = *blake3::hash(bytes).as_bytes();
        if let Some(known) = self.rasters.get(&digest) {
            return Some(Ok(Arc::clone(known)));
        }
        let decoded = decode_raster(bytes, self.name)?.map(Arc::new);
        if let Ok(image) = &decoded {
            self.rasters.insert(digest, Arc::clone(image));
        }
        Some(decoded)
    }

    /// Text comes as outlines. A glyph 0 in it is a character that no face has.
    fn text(&mut self, text: &usvg::Text, ops: &mut Vec<VectorOp>) {
        let missing = text
            .layouted()
            .iter()
            .flat_map(|span| &span.positioned_glyphs)
            .filter(|glyph| glyph.id.0 == 0)
            .flat_map(|glyph| glyph.text.chars());
        let missing: BTreeSet<char> = missing.filter(|c| !c.is_whitespace()).collect();
        self.diagnostics.extend(missing.into_iter().map(|c| missing_glyph(self.name, c)));
        ops.extend(self.children(text.flattened()));
    }
}

fn transform(t: usvg::Transform) -> Transform {
    Transform { a: t.sx, b: t.ky, c: t.kx, d: t.sy, e: t.tx, f: t.ty }
}

fn rect(x: f32, y: f32, width: f32, height: f32) -> Rect {
    Rect::new(Px(x), Px(y), Px(width), Px(height))
}

fn color(c: usvg::Color, alpha: f32) -> Color {
    Color::from_rgb8(c.red, c.green, c.blue).with_alpha(alpha)
}

fn rule(rule: usvg::FillRule) -> FillRule {
    match rule {
        usvg::FillRule::NonZero => FillRule::NonZero,
        usvg::FillRule::EvenOdd => FillRule::EvenOdd,
    }
}

fn gradient(kind: GradientKind, base: &usvg::BaseGradient) -> Paint {
    Paint::Gradient(Arc::new(Gradient {
        kind,
        transform: transform(base.transform()),
        spread: match base.spread_method() {
            usvg::SpreadMethod::Pad => Spread::Pad,
            usvg::SpreadMethod::Reflect => Spread::Reflect,
            usvg::SpreadMethod::Repeat => Spread::Repeat,
        },
        stops: base
            .stops()
            .iter()
            .map(|stop| GradientStop {
                offset: stop.offset().get(),
                color: color(stop.color(), stop.opacity().get()),
            })
            .collect(),
    }))
}

/// The segments of a path, mapped; quadratic curves become cubic ones.
fn segments(path: &skia::Path, transform: &Transform) -> Vec<PathSegment> {
    let point = |p: skia::Point| Point::new(Px(p.x), Px(p.y));
    let mut last = Point::ZERO;
    path.segments()
        .map(|segment| {
            let converted = match segment {
                Segment::MoveTo(p) => PathSegment::Move(point(p)),
                Segment::LineTo(p) => PathSegment::Line(point(p)),
                Segment::QuadTo(c, p) => {
                    let (c, p) = (point(c), point(p));
                    PathSegment::Cubic(toward(last, c), toward(p, c), p)
                }
                Segment::CubicTo(a, b, p) => PathSegment::Cubic(point(a), point(b), point(p)),
                Segment::Close => PathSegment::Close,
            };
            if let PathSegment::Move(p) | PathSegment::Line(p) | PathSegment::Cubic(_, _, p) =
                converted
            {
                last = p;
            }
            converted.map(transform)
        })
        .collect()
}

/// Two thirds of the way from an end of a quadratic curve to its control point.
fn toward(end: Point, control: Point) -> Point {
    let mix = |e: Px, c: Px| e + (c - e) * (2.0 / 3.0);
    Point::new(mix(end.x, control.x), mix(end.y, control.y))
}

/// The blend mode, or none for the one that PDF does not have.
fn blend(mode: usvg::BlendMode) -> Option<BlendMode> {
    Some(match mode {
        usvg::BlendMode::Normal => BlendMode::Normal,
        usvg::BlendMode::Multiply => BlendMode::Multiply,
        usvg::BlendMode::Screen => BlendMode::Screen,
        usvg::BlendMode::Overlay => BlendMode::Overlay,
        usvg::BlendMode::Darken => BlendMode::Darken,
        usvg::BlendMode::Lighten => BlendMode::Lighten,
        usvg::BlendMode::ColorDodge => BlendMode::ColorDodge,
        usvg::BlendMode::ColorBurn => BlendMode::ColorBurn,
        usvg::BlendMode::HardLight => BlendMode::HardLight,
        usvg::BlendMode::SoftLight => BlendMode::SoftLight,
        usvg::BlendMode::Difference => BlendMode::Difference,
        usvg::BlendMode::Exclusion => BlendMode::Exclusion,
        usvg::BlendMode::Hue => BlendMode::Hue,
        usvg::BlendMode::Saturation => BlendMode::Saturation,
        usvg::BlendMode::Color => BlendMode::Color,
        usvg::BlendMode::Luminosity => BlendMode::Luminosity,
        usvg::BlendMode::PlusLighter => return None,
    })
}
