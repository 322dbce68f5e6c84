//! Vector art without a backend.
//!
//! What [`VectorImage`] guarantees: lengths are CSS px, y points down; every reference, style and
//! unit is resolved; curves are cubic; text has become paths; nothing invisible is left. Each
//! group's contents stand in its own coordinates, which its transform maps to its parent's.

use std::sync::Arc;

use super::Image;
use crate::geom::{Color, Point, Px, Rect, Size, Transform};

/// A vector picture: draw `ops` clipped to `size`, scaled to the wanted rectangle.
#[derive(Clone, Debug, PartialEq)]
pub struct VectorImage {
    /// The viewport: the origin is its top left corner.
    pub size: Size,
    /// What to draw, first below.
    pub ops: Vec<VectorOp>,
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

/// One shape of a clip path.
#[derive(Clone, Debug, PartialEq)]
pub struct ClipShape {
    /// Its segments.
    pub segments: Vec<PathSegment>,
    /// What counts as inside.
    pub rule: FillRule,
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
