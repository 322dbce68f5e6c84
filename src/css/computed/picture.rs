//! Pictures, gradients and backgrounds.

use std::sync::Arc;

use super::{LengthPercentage, LengthPercentageAuto};
use crate::geom::Color;

/// A picture in `background-image`, `list-style-image` or `content`.
#[derive(Clone, Debug, PartialEq)]
pub enum ImageValue {
    /// `none`: keeps its place in a list of layers.
    None,
    /// `url()`, as written, resolved against the sheet it stands in: a path relative to the
    /// project folder or a `data:` URL.
    Url(Arc<str>),
    /// A gradient.
    Gradient(Arc<Gradient>),
}

/// A CSS gradient (CSS Images 3 §3).
#[derive(Clone, Debug, PartialEq)]
pub struct Gradient {
    /// Line or shape.
    pub shape: GradientShape,
    /// Whether the stops repeat.
    pub repeating: bool,
    /// Colour stops in order; positions not given are none.
    pub stops: Vec<GradientStop>,
}

/// A colour stop.
#[derive(Clone, Debug, PartialEq)]
pub struct GradientStop {
    /// Colour.
    pub color: Color,
    /// Place along the gradient line.
    pub position: Option<LengthPercentage>,
    /// Where the middle between this stop and the next lies; none is half way.
    pub hint: Option<LengthPercentage>,
}

/// What a gradient runs along.
#[derive(Clone, Debug, PartialEq)]
pub enum GradientShape {
    /// `linear-gradient()` by angle: radians, 0 is to the top, clockwise.
    Angle(f32),
    /// `linear-gradient(to …)`: -1, 0 or 1 to the right and to the bottom.
    Corner(i8, i8),
    /// `radial-gradient()`.
    Radial {
        /// Circle rather than ellipse.
        circle: bool,
        /// Extent.
        extent: RadialExtent,
        /// Centre, from the left and from the top.
        center: (LengthPercentage, LengthPercentage),
    },
}

/// How far a radial gradient reaches.
#[derive(Clone, Debug, PartialEq)]
pub enum RadialExtent {
    /// `closest-side`.
    ClosestSide,
    /// `farthest-side`.
    FarthestSide,
    /// `closest-corner`.
    ClosestCorner,
    /// `farthest-corner`.
    FarthestCorner,
    /// Radii given: horizontal and vertical.
    Radii(LengthPercentage, LengthPercentage),
}

/// A box that backgrounds and `transform-origin` refer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoxArea {
    /// `border-box`.
    BorderBox,
    /// `padding-box`.
    PaddingBox,
    /// `content-box`.
    ContentBox,
}

/// `background-repeat` of one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// `repeat`.
    Repeat,
    /// `no-repeat`.
    NoRepeat,
    /// `space`.
    Space,
    /// `round`.
    Round,
}

/// `background-size`.
#[derive(Clone, Debug, PartialEq)]
pub enum BackgroundSize {
    /// `cover`.
    Cover,
    /// `contain`.
    Contain,
    /// Width and height, each may be `auto`.
    Size(LengthPercentageAuto, LengthPercentageAuto),
}

/// One layer of a background, topmost first in [`Background::layers`].
#[derive(Clone, Debug, PartialEq)]
pub struct BackgroundLayer {
    /// `background-image`.
    pub image: ImageValue,
    /// `background-position`: offsets of the image within the positioning area minus the image.
    pub position: (LengthPercentage, LengthPercentage),
    /// `background-size`.
    pub size: BackgroundSize,
    /// `background-repeat`, horizontal and vertical.
    pub repeat: (Repeat, Repeat),
    /// `background-origin`.
    pub origin: BoxArea,
    /// `background-clip`.
    pub clip: BoxArea,
}

/// All of `background`.
#[derive(Clone, Debug, PartialEq)]
pub struct Background {
    /// `background-color`, clipped as the last layer.
    pub color: Color,
    /// `background-clip` of the colour.
    pub color_clip: BoxArea,
    /// Layers, topmost first; without images none.
    pub layers: Vec<BackgroundLayer>,
}

/// `object-fit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectFit {
    /// `fill`.
    Fill,
    /// `contain`.
    Contain,
    /// `cover`.
    Cover,
    /// `none`.
    None,
    /// `scale-down`.
    ScaleDown,
}
