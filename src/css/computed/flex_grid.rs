//! Flex and grid containers and their items.

use std::sync::Arc;

use super::{LengthPercentage, SizeValue};

/// `align-*`, `justify-*` (CSS Box Alignment 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alignment {
    /// `auto` (self properties) or `normal`.
    Auto,
    /// `start`.
    Start,
    /// `end`.
    End,
    /// `flex-start`.
    FlexStart,
    /// `flex-end`.
    FlexEnd,
    /// `left`.
    Left,
    /// `right`.
    Right,
    /// `center`.
    Center,
    /// `baseline`.
    Baseline,
    /// `last baseline`.
    LastBaseline,
    /// `stretch`.
    Stretch,
    /// `space-between`.
    SpaceBetween,
    /// `space-around`.
    SpaceAround,
    /// `space-evenly`.
    SpaceEvenly,
}

/// `flex-direction`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlexDirection {
    /// `row`.
    Row,
    /// `row-reverse`.
    RowReverse,
    /// `column`.
    Column,
    /// `column-reverse`.
    ColumnReverse,
}

/// `flex-wrap`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlexWrap {
    /// `nowrap`.
    NoWrap,
    /// `wrap`.
    Wrap,
    /// `wrap-reverse`.
    WrapReverse,
}

/// Properties of flex and grid containers and items; shared while at their initial values.
#[derive(Clone, Debug, PartialEq)]
pub struct FlexGrid {
    /// `flex-direction`.
    pub direction: FlexDirection,
    /// `flex-wrap`.
    pub wrap: FlexWrap,
    /// `flex-grow`.
    pub grow: f32,
    /// `flex-shrink`.
    pub shrink: f32,
    /// `flex-basis`; `Auto` is `auto`, `content` is `MaxContent`.
    pub basis: SizeValue,
    /// `order`.
    pub order: i32,
    /// `align-content`.
    pub align_content: Alignment,
    /// `align-items`.
    pub align_items: Alignment,
    /// `align-self`.
    pub align_self: Alignment,
    /// `justify-content`.
    pub justify_content: Alignment,
    /// `justify-items`.
    pub justify_items: Alignment,
    /// `justify-self`.
    pub justify_self: Alignment,
    /// `row-gap`.
    pub row_gap: LengthPercentage,
    /// `column-gap`.
    pub column_gap: LengthPercentage,
    /// `grid-template-columns`.
    pub template_columns: GridTemplate,
    /// `grid-template-rows`.
    pub template_rows: GridTemplate,
    /// `grid-template-areas`: rows of names, `None` for a null cell.
    pub template_areas: Vec<Vec<Option<Arc<str>>>>,
    /// `grid-auto-columns`.
    pub auto_columns: Vec<TrackSize>,
    /// `grid-auto-rows`.
    pub auto_rows: Vec<TrackSize>,
    /// `grid-auto-flow: column`.
    pub auto_flow_column: bool,
    /// `grid-auto-flow: dense`.
    pub auto_flow_dense: bool,
    /// `grid-row-start`, `grid-row-end`.
    pub row: (GridLine, GridLine),
    /// `grid-column-start`, `grid-column-end`.
    pub column: (GridLine, GridLine),
}

/// `grid-template-columns` or `-rows`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GridTemplate {
    /// The tracks in order.
    pub tracks: Vec<GridTrack>,
    /// Names of the lines before each track and after the last.
    pub line_names: Vec<Vec<Arc<str>>>,
}

/// An entry of a track list.
#[derive(Clone, Debug, PartialEq)]
pub enum GridTrack {
    /// One track.
    Single(TrackSize),
    /// `repeat(auto-fill | auto-fit, …)`; `true` is `auto-fit`.
    AutoRepeat(bool, Vec<TrackSize>, Vec<Vec<Arc<str>>>),
}

/// A track sizing function: minimum and maximum; `fit-content()` has its limit.
#[derive(Clone, Debug, PartialEq)]
pub struct TrackSize {
    /// Minimum.
    pub min: TrackBreadth,
    /// Maximum.
    pub max: TrackBreadth,
}

/// One end of a track sizing function.
#[derive(Clone, Debug, PartialEq)]
pub enum TrackBreadth {
    /// `auto`.
    Auto,
    /// `min-content`.
    MinContent,
    /// `max-content`.
    MaxContent,
    /// A length or percentage.
    Length(LengthPercentage),
    /// A flexible length.
    Fraction(f32),
    /// `fit-content(limit)`.
    FitContent(LengthPercentage),
}

/// `grid-row-start` and its like.
#[derive(Clone, Debug, PartialEq)]
pub enum GridLine {
    /// `auto`.
    Auto,
    /// A line number, negative from the end.
    Line(i16),
    /// A named line or area, with an index; 0 if none was given.
    Named(Arc<str>, i16),
    /// `span n`.
    Span(u16),
    /// `span name n`.
    SpanNamed(Arc<str>, u16),
}
