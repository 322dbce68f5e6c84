//! Vector art without a backend.
//!
//! What [`VectorImage`] guarantees: lengths are CSS px, y points down; every reference, style and
//! unit is resolved; curves are cubic; text has become paths; nothing invisible is left. Each
//! group's contents stand in its own coordinates, which its transform maps to its parent's.

use std::ops::Range;
use std::sync::Arc;

use super::Image;
use crate::geom::{Color, Point, Px, Rect, Size, Transform};

/// A vector picture: draw `ops` mapped by [`VectorImage::placed`], clipped to the wanted rectangle.
#[derive(Clone, Debug, PartialEq)]
pub struct VectorImage {
    /// The viewport that the picture was made for: the origin is its top left corner.
    pub size: Size,
    /// What a rectangle of another size does to it.
    pub scaling: Scaling,
    /// What to draw, first below.
    pub ops: Vec<VectorOp>,
}

/// What becomes of a vector picture in a rectangle that is not of its own size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scaling {
    /// It is stretched.
    Stretch,
    /// It keeps its size, at the top left corner: it has no `viewBox` and no size of its own.
    Fixed,
    /// Its view box is fitted in, keeping its ratio.
    View {
        /// The view box in the picture's own coordinates.
        rect: Rect,
        /// Where it stands, each 0 to 1: from left to right, from top to bottom.
        align: (f32, f32),
        /// Whether it covers the rectangle rather than lying within it.
        slice: bool,
    },
}

impl VectorImage {
    /// The map from the picture's coordinates to those of a rectangle that it is shown in.
    pub fn placed(&self, rect: Rect) -> Transform {
        let (w, h) = (rect.size.width, rect.size.height);
        let ratio = |a: Px, b: Px| if b.0 > 0.0 { a / b } else { 1.0 };
        let corner = Transform::translate(rect.left(), rect.top());
        match self.scaling {
            Scaling::Fixed => corner,
            Scaling::Stretch => {
                let (x, y) = (ratio(w, self.size.width), ratio(h, self.size.height));
                corner.then_inner(&Transform::scale(x, y))
            }
            Scaling::View { rect: view, align, slice } => {
                let (x, y) = (ratio(w, view.size.width), ratio(h, view.size.height));
                let scale = if slice { x.max(y) } else { x.min(y) };
                let left = (w - view.size.width * scale) * align.0;
                let top = (h - view.size.height * scale) * align.1;
                corner
                    .then_inner(&Transform::translate(left, top))
                    .then_inner(&Transform::scale(scale, scale))
                    .then_inner(&Transform::translate(-view.left(), -view.top()))
            }
        }
    }
}

/// Whether any raster picture among what is drawn is CMYK without a colour profile; vector art itself
/// has no CMYK.
pub(super) fn shows_device_cmyk(ops: &[VectorOp]) -> bool {
    let pattern = |paint: Option<&Paint>| match paint {
        Some(Paint::Pattern(pattern)) => shows_device_cmyk(&pattern.ops),
        _ => false,
    };
    let mask = |mask: &Mask| {
        let masks = std::iter::successors(Some(mask), |mask| mask.within.as_deref());
        masks.into_iter().any(|mask| shows_device_cmyk(&mask.ops))
    };
    ops.iter().any(|op| match op {
        VectorOp::Raster(raster) => raster.image.is_device_cmyk,
        VectorOp::Path(path) => {
            pattern(path.fill.as_ref().map(|fill| &fill.paint))
                || pattern(path.stroke.as_ref().map(|stroke| &stroke.paint))
        }
        VectorOp::Group(group) => {
            shows_device_cmyk(&group.ops) || group.mask.as_ref().is_some_and(mask)
        }
    })
}

/// One thing to draw.
#[derive(Clone, Debug, PartialEq)]
pub enum VectorOp {
    /// A filled and stroked path.
    Path(VectorPath),
    /// A raster picture.
    Raster(VectorRaster),
    /// Things drawn together.
    Group(VectorGroup),
}

/// Things drawn together.
#[derive(Clone, Debug, PartialEq)]
pub struct VectorGroup {
    /// From the group's coordinates to its parent's. Clip and mask stand in the group's.
    pub transform: Transform,
    /// Opacity of the group as a whole.
    pub opacity: f32,
    /// How the group as a whole meets what is below it.
    pub blend: BlendMode,
    /// Whether it has to be composed apart before it meets what is below it (a transparency group).
    pub isolate: bool,
    /// Clip path.
    pub clip: Option<ClipPath>,
    /// Mask.
    pub mask: Option<Mask>,
    /// Contents.
    pub ops: Vec<VectorOp>,
}

/// A path to fill and stroke.
#[derive(Clone, Debug, PartialEq)]
pub struct VectorPath {
    /// Its segments.
    pub segments: Vec<PathSegment>,
    /// How its inside is painted.
    pub fill: Option<Fill>,
    /// How its line is painted.
    pub stroke: Option<Stroke>,
    /// Whether the fill covers the stroke (`paint-order: stroke`).
    pub stroke_below: bool,
}

/// A raster picture.
#[derive(Clone, Debug, PartialEq)]
pub struct VectorRaster {
    /// The picture: a JPEG or samples.
    pub image: Arc<Image>,
    /// Where it goes.
    pub rect: Rect,
}

/// A step of a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PathSegment {
    /// Begins a new figure.
    Move(Point),
    /// A straight line.
    Line(Point),
    /// A cubic Bézier curve: two control points and the end.
    Cubic(Point, Point, Point),
    /// Back to the figure's beginning.
    Close,
}

impl PathSegment {
    /// The segment with all its points mapped.
    pub fn map(self, transform: &Transform) -> PathSegment {
        let t = |p| transform.apply(p);
        match self {
            PathSegment::Move(p) => PathSegment::Move(t(p)),
            PathSegment::Line(p) => PathSegment::Line(t(p)),
            PathSegment::Cubic(a, b, p) => PathSegment::Cubic(t(a), t(b), t(p)),
            PathSegment::Close => PathSegment::Close,
        }
    }
}

/// What counts as inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FillRule {
    /// Winding number other than zero.
    NonZero,
    /// Odd number of crossings.
    EvenOdd,
}

/// Paint for the inside.
#[derive(Clone, Debug, PartialEq)]
pub struct Fill {
    /// The paint, itself opaque unless a gradient's stops are not.
    pub paint: Paint,
    /// Opacity.
    pub opacity: f32,
    /// What counts as inside.
    pub rule: FillRule,
}

/// Paint for the line.
#[derive(Clone, Debug, PartialEq)]
pub struct Stroke {
    /// The paint, itself opaque unless a gradient's stops are not.
    pub paint: Paint,
    /// Opacity.
    pub opacity: f32,
    /// Thickness.
    pub width: Px,
    /// Ends.
    pub cap: LineCap,
    /// Corners.
    pub join: LineJoin,
    /// Limit of mitred corners.
    pub miter_limit: f32,
    /// Lengths of dashes and gaps; empty for a whole line.
    pub dash: Vec<Px>,
    /// Where in the dashes the line begins.
    pub dash_offset: Px,
}

/// Ends of lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineCap {
    /// Cut at the end.
    Butt,
    /// Half a circle beyond it.
    Round,
    /// Half a square beyond it.
    Square,
}

/// Corners of lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineJoin {
    /// Pointed up to the limit.
    Miter,
    /// Rounded.
    Round,
    /// Cut off.
    Bevel,
}

/// What an area is painted with.
#[derive(Clone, Debug, PartialEq)]
pub enum Paint {
    /// One colour, opaque.
    Solid(Color),
    /// A gradient.
    Gradient(Arc<Gradient>),
    /// A pattern.
    Pattern(Arc<Pattern>),
}

/// A picture repeated in rows and columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    /// The tile that begins all others, in the pattern's coordinates; it has an extent.
    pub tile: Rect,
    /// From the pattern's coordinates to those of the path.
    pub transform: Transform,
    /// The contents, relative to the tile's corner and cut at its edges.
    pub ops: Vec<VectorOp>,
}

impl Pattern {
    /// The columns and rows of tiles that touch an area of the path's coordinates; none where the
    /// transform flattens the plane.
    pub fn tiles(&self, area: Rect) -> Option<(Range<i32>, Range<i32>)> {
        /// Cut off what only rounding adds.
        const SLACK: f32 = 1e-4;
        let back = self.transform.inverse()?;
        let corners = area.corners().map(|p| back.apply(p));
        let along = |of: &dyn Fn(Point) -> f32, from: f32, step: f32| {
            let place = |p: &Point| (of(*p) - from) / step;
            let least = corners.iter().map(place).fold(f32::INFINITY, f32::min);
            let most = corners.iter().map(place).fold(f32::NEG_INFINITY, f32::max);
            (least + SLACK).floor() as i32..(most - SLACK).ceil() as i32
        };
        let tile = self.tile;
        let columns = along(&|p| p.x.0, tile.left().0, tile.size.width.0);
        let rows = along(&|p| p.y.0, tile.top().0, tile.size.height.0);
        Some((columns, rows))
    }
}

/// A gradient.
#[derive(Clone, Debug, PartialEq)]
pub struct Gradient {
    /// Its geometry.
    pub kind: GradientKind,
    /// From the gradient's coordinates to those of the path.
    pub transform: Transform,
    /// What lies beyond its ends.
    pub spread: Spread,
    /// Colours, ascending by offset, at least two.
    pub stops: Vec<GradientStop>,
}

/// The geometry of a gradient.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum GradientKind {
    /// Along a line.
    Linear {
        /// Where offset 0 lies.
        from: Point,
        /// Where offset 1 lies.
        to: Point,
    },
    /// Between two circles.
    Radial {
        /// Centre of the circle of offset 0.
        focus: Point,
        /// Its radius.
        focus_radius: Px,
        /// Centre of the circle of offset 1.
        center: Point,
        /// Its radius.
        radius: Px,
    },
}

/// What lies beyond the ends of a gradient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spread {
    /// The colour of the end.
    Pad,
    /// The gradient mirrored.
    Reflect,
    /// The gradient again.
    Repeat,
}

/// A colour of a gradient.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GradientStop {
    /// Where, 0 to 1.
    pub offset: f32,
    /// The colour, with its opacity.
    pub color: Color,
}

/// A clip path: the union of its shapes, cut by `within`.
#[derive(Clone, Debug, PartialEq)]
pub struct ClipPath {
    /// The shapes, in the coordinates of the group that is clipped.
    pub shapes: Vec<ClipShape>,
    /// A clip path of the clip path.
    pub within: Option<Box<ClipPath>>,
}

impl ClipPath {
    /// Maps all of it.
    pub(super) fn map(&mut self, transform: &Transform) {
        for shape in &mut self.shapes {
            shape.segments.iter_mut().for_each(|s| *s = s.map(transform));
            shape.within.iter_mut().for_each(|clip| clip.map(transform));
        }
        if let Some(within) = &mut self.within {
            within.map(transform);
        }
    }
}

/// One shape of a clip path.
#[derive(Clone, Debug, PartialEq)]
pub struct ClipShape {
    /// Its segments.
    pub segments: Vec<PathSegment>,
    /// What counts as inside.
    pub rule: FillRule,
    /// Clip paths of this shape alone.
    pub within: Vec<ClipPath>,
}

/// A mask.
#[derive(Clone, Debug, PartialEq)]
pub struct Mask {
    /// Outside of it nothing shows.
    pub rect: Rect,
    /// What of its contents counts.
    pub kind: MaskKind,
    /// A mask of the mask.
    pub within: Option<Box<Mask>>,
    /// Contents, in the coordinates of the group that is masked.
    pub ops: Vec<VectorOp>,
}

/// What of a mask's contents counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaskKind {
    /// Brightness times opacity.
    Luminance,
    /// Opacity.
    Alpha,
}

/// How a group meets what is below it; the names are those of CSS and PDF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the specification's own names")]
pub enum BlendMode {
    Normal,
    Multiply,
    Screen,
    Overlay,
    Darken,
    Lighten,
    ColorDodge,
    ColorBurn,
    HardLight,
    SoftLight,
    Difference,
    Exclusion,
    Hue,
    Saturation,
    Color,
    Luminosity,
}
