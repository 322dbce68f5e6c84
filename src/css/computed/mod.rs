//! The computed style of a node: what the cascade hands to layout.
//!
//! Guarantees of [`Computed`]:
//! - every property of the supported set has a value; no shorthand, no `var()`, no string that
//!   layout would have to parse is left;
//! - font-relative and viewport-relative lengths are absolute (CSS px); percentages and `calc()`
//!   that depend on layout stay [`LengthPercentage`];
//! - `currentColor` is resolved, `bolder`/`larger` are numbers;
//! - every length is finite and within [`LENGTH`](crate::limits::LENGTH), every number within
//!   [`NUMBER`](crate::limits::NUMBER);
//! - `display` is as specified: blockification of floats, absolute boxes and flex items is done
//!   when boxes are built.

mod boxes;
mod flex_grid;
mod generated;
mod length;
mod picture;
mod text;

use std::sync::Arc;

pub use boxes::{
    Border, BorderCollapse, BoxSizing, Break, CaptionSide, Clear, Display, Float, LineStyle,
    Outline, Overflow, Position, Radius, TransformFunction, Visibility,
};
pub use flex_grid::{
    Alignment, FlexDirection, FlexGrid, FlexWrap, GridLine, GridTemplate, GridTrack, TrackBreadth,
    TrackSize,
};
pub use generated::{Content, ContentItem, CounterStyle, Generated, NamedStringKeyword};
pub(super) use length::bounded;
pub use length::{Calc, LengthPercentage, LengthPercentageAuto, SizeValue};
pub use picture::{
    Background, BackgroundLayer, BackgroundSize, BoxArea, Gradient, GradientShape, GradientStop,
    ImageValue, ObjectFit, RadialExtent, Repeat,
};
pub use text::{
    DecorationLines, DecorationStyle, Direction, FontFeature, FontKerning, FontStyle,
    HangingPunctuation, HyphenateLimits, Hyphens, LineBreak, LineHeight, OverflowWrap, Quotes,
    SkipInk, TabSize, TextAlign, TextAutospace, TextDecoration, TextFit, TextIndent, TextJustify,
    TextSpacingTrim, TextStyle, TextTransform, TextWrapStyle, UnicodeBidi, VerticalAlign,
    WhiteSpaceCollapse, WordBreak,
};

use crate::geom::{Corners, Px, Sides};

/// The computed style of an element or pseudo-element. See the module's guarantees.
#[derive(Clone, Debug, PartialEq)]
pub struct Computed {
    /// Inherited text properties.
    pub text: Arc<TextStyle>,
    /// `display`.
    pub display: Display,
    /// `position`.
    pub position: Position,
    /// `float`.
    pub float: Float,
    /// `clear`.
    pub clear: Clear,
    /// `top right bottom left`.
    pub inset: Sides<LengthPercentageAuto>,
    /// `z-index`; none for `auto`.
    pub z_index: Option<i32>,
    /// `width`.
    pub width: SizeValue,
    /// `height`.
    pub height: SizeValue,
    /// `min-width`.
    pub min_width: SizeValue,
    /// `min-height`.
    pub min_height: SizeValue,
    /// `max-width`.
    pub max_width: SizeValue,
    /// `max-height`.
    pub max_height: SizeValue,
    /// `aspect-ratio`: width / height, and whether `auto` was given with it.
    pub aspect_ratio: Option<(f32, bool)>,
    /// `box-sizing`.
    pub box_sizing: BoxSizing,
    /// `margin`.
    pub margin: Sides<LengthPercentageAuto>,
    /// `padding`.
    pub padding: Sides<LengthPercentage>,
    /// `border`.
    pub border: Sides<Border>,
    /// `border-radius`.
    pub radius: Corners<Radius>,
    /// `outline`; none if it has no width.
    pub outline: Option<Outline>,
    /// `background`.
    pub background: Arc<Background>,
    /// `opacity`.
    pub opacity: f32,
    /// `transform`; empty is `none`.
    pub transform: Arc<[TransformFunction]>,
    /// `transform-origin`.
    pub transform_origin: (LengthPercentage, LengthPercentage),
    /// `overflow`.
    pub overflow: Overflow,
    /// `object-fit`.
    pub object_fit: ObjectFit,
    /// `object-position`.
    pub object_position: (LengthPercentage, LengthPercentage),
    /// `vertical-align`.
    pub vertical_align: VerticalAlign,
    /// `text-decoration` set on this box.
    pub decoration: TextDecoration,
    /// `unicode-bidi`.
    pub unicode_bidi: UnicodeBidi,
    /// `text-fit`.
    pub text_fit: TextFit,
    /// Flex and grid.
    pub flex_grid: Arc<FlexGrid>,
    /// Generated content, counters, named strings, bookmarks.
    pub generated: Arc<Generated>,
    /// `list-style-type`.
    pub list_style_type: CounterStyle,
    /// `list-style-position: inside`.
    pub list_style_inside: bool,
    /// `list-style-image`.
    pub list_style_image: ImageValue,
    /// `border-collapse`.
    pub border_collapse: BorderCollapse,
    /// `border-spacing`, horizontal and vertical.
    pub border_spacing: (Px, Px),
    /// `caption-side`.
    pub caption_side: CaptionSide,
    /// `empty-cells: hide`.
    pub hide_empty_cells: bool,
    /// `table-layout: fixed`.
    pub table_layout_fixed: bool,
    /// `break-before`.
    pub break_before: Break,
    /// `break-after`.
    pub break_after: Break,
    /// `break-inside: avoid`.
    pub break_inside_avoid: bool,
    /// `orphans`.
    pub orphans: u8,
    /// `widows`.
    pub widows: u8,
    /// `box-decoration-break: clone`.
    pub decoration_clone: bool,
    /// `page`; none for `auto`.
    pub page: Option<Arc<str>>,
}
