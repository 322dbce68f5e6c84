//! The computed style of a node: what the cascade hands to layout.
//!
//! Guarantees of [`Computed`]:
//! - every property of the supported set has a value; no shorthand, no `var()`, no string that
//!   layout would have to parse is left;
//! - font-relative and viewport-relative lengths are absolute (CSS px); percentages and `calc()`
//!   that depend on layout stay [`LengthPercentage`];
//! - `currentColor` is resolved, `bolder`/`larger` are numbers;
//! - `display` is as specified: blockification of floats, absolute boxes and flex items is done
//!   when boxes are built.

use std::sync::Arc;

use crate::geom::{Color, Corners, Px, Sides};

/// A length, a percentage of a basis that layout knows, or a sum of both under `min()`, `max()`
/// and `clamp()` (CSS Values 4 §10).
#[derive(Clone, Debug, PartialEq)]
pub enum LengthPercentage {
    /// An absolute length.
    Length(Px),
    /// A fraction of the basis: 50% is 0.5.
    Percent(f32),
    /// A mathematical function that mixes both.
    Calc(Arc<Calc>),
}

/// A node of a `calc()` tree.
#[derive(Clone, Debug, PartialEq)]
pub enum Calc {
    /// `length + fraction × basis`.
    Linear(Px, f32),
    /// The sum of its parts.
    Sum(Vec<Calc>),
    /// A part times a number.
    Scale(Box<Calc>, f32),
    /// The least of its parts.
    Min(Vec<Calc>),
    /// The greatest of its parts.
    Max(Vec<Calc>),
}

impl Calc {
    /// The used length for a basis.
    pub fn resolve(&self, basis: Px) -> Px {
        match self {
            Calc::Linear(length, fraction) => *length + basis * *fraction,
            Calc::Sum(parts) => parts.iter().map(|p| p.resolve(basis)).sum(),
            Calc::Scale(part, by) => part.resolve(basis) * *by,
            Calc::Min(parts) => {
                parts.iter().map(|p| p.resolve(basis)).fold(Px(f32::INFINITY), Px::min)
            }
            Calc::Max(parts) => {
                parts.iter().map(|p| p.resolve(basis)).fold(Px(f32::NEG_INFINITY), Px::max)
            }
        }
    }
}

impl LengthPercentage {
    /// No length.
    pub const ZERO: LengthPercentage = LengthPercentage::Length(Px::ZERO);

    /// The used length for a basis.
    pub fn resolve(&self, basis: Px) -> Px {
        match self {
            LengthPercentage::Length(length) => *length,
            LengthPercentage::Percent(fraction) => basis * *fraction,
            LengthPercentage::Calc(calc) => calc.resolve(basis),
        }
    }

    /// The used length for a basis that may be indefinite: none if a percentage meets none.
    pub fn resolve_definite(&self, basis: Option<Px>) -> Option<Px> {
        match (self, basis) {
            (LengthPercentage::Length(length), _) => Some(*length),
            (_, Some(basis)) => Some(self.resolve(basis)),
            (_, None) => None,
        }
    }

    /// Whether this does not depend on a basis.
    pub fn is_absolute(&self) -> bool {
        matches!(self, LengthPercentage::Length(_))
    }
}

/// A [`LengthPercentage`] or `auto`: margins, insets.
#[derive(Clone, Debug, PartialEq)]
pub enum LengthPercentageAuto {
    /// `auto`.
    Auto,
    /// A value.
    Value(LengthPercentage),
}

impl LengthPercentageAuto {
    /// No length.
    pub const ZERO: LengthPercentageAuto = LengthPercentageAuto::Value(LengthPercentage::ZERO);

    /// The used length; none for `auto`.
    pub fn resolve(&self, basis: Px) -> Option<Px> {
        match self {
            LengthPercentageAuto::Auto => None,
            LengthPercentageAuto::Value(value) => Some(value.resolve(basis)),
        }
    }

    /// Whether this is `auto`.
    pub fn is_auto(&self) -> bool {
        matches!(self, LengthPercentageAuto::Auto)
    }
}

/// A preferred, minimum or maximum size (CSS Sizing 3 §3.1). `Auto` stands for `auto` in
/// `width`, `height` and `min-*`, and for `none` in `max-*`.
#[derive(Clone, Debug, PartialEq)]
pub enum SizeValue {
    /// `auto`, or `none` for a maximum.
    Auto,
    /// A value.
    Value(LengthPercentage),
    /// `min-content`.
    MinContent,
    /// `max-content`.
    MaxContent,
    /// `fit-content`.
    FitContent,
}

/// `display` (CSS Display 3), the values Urkunde lays out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Display {
    /// `none`.
    None,
    /// `contents`.
    Contents,
    /// `block`.
    Block,
    /// `flow-root`.
    FlowRoot,
    /// `list-item`.
    ListItem,
    /// `inline`.
    Inline,
    /// `inline-block`.
    InlineBlock,
    /// `flex`.
    Flex,
    /// `inline-flex`.
    InlineFlex,
    /// `grid`.
    Grid,
    /// `inline-grid`.
    InlineGrid,
    /// `table`.
    Table,
    /// `inline-table`.
    InlineTable,
    /// `table-row-group`.
    TableRowGroup,
    /// `table-header-group`.
    TableHeaderGroup,
    /// `table-footer-group`.
    TableFooterGroup,
    /// `table-row`.
    TableRow,
    /// `table-cell`.
    TableCell,
    /// `table-column-group`.
    TableColumnGroup,
    /// `table-column`.
    TableColumn,
    /// `table-caption`.
    TableCaption,
}

/// `position` (CSS Positioned Layout 3, CSS GCPM 3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Position {
    /// `static`.
    Static,
    /// `relative`.
    Relative,
    /// `absolute`.
    Absolute,
    /// `fixed`: repeats on every page.
    Fixed,
    /// `running(name)`: taken out of the flow for use in margin boxes.
    Running(Arc<str>),
}

/// `float`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Float {
    /// `none`.
    None,
    /// `left`.
    Left,
    /// `right`.
    Right,
}

/// `clear`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clear {
    /// `none`.
    None,
    /// `left`.
    Left,
    /// `right`.
    Right,
    /// `both`.
    Both,
}

/// `box-sizing`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoxSizing {
    /// `content-box`.
    ContentBox,
    /// `border-box`.
    BorderBox,
}

/// `overflow`: anything but `visible` clips and makes a block formatting context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overflow {
    /// `visible`.
    Visible,
    /// `hidden`, `clip`, `auto` and `scroll`: paper does not scroll.
    Hidden,
}

/// `visibility`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// `visible`.
    Visible,
    /// `hidden`.
    Hidden,
    /// `collapse`: rows and columns vanish.
    Collapse,
}

/// A border or outline line style (CSS Backgrounds 3 §3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LineStyle {
    /// `none`: no width either.
    None,
    /// `hidden`: as `none`, and wins in collapsed tables.
    Hidden,
    /// `inset`.
    Inset,
    /// `groove`.
    Groove,
    /// `outset`.
    Outset,
    /// `ridge`.
    Ridge,
    /// `dotted`.
    Dotted,
    /// `dashed`.
    Dashed,
    /// `solid`.
    Solid,
    /// `double`.
    Double,
}

/// One border side. The width is zero where the style is `none` or `hidden`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Border {
    /// Width.
    pub width: Px,
    /// Line style.
    pub style: LineStyle,
    /// Colour.
    pub color: Color,
}

/// `outline`, drawn outside the border edge without taking room.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outline {
    /// The line.
    pub line: Border,
    /// `outline-offset`.
    pub offset: Px,
}

/// Corner radius: horizontal and vertical.
pub type Radius = (LengthPercentage, LengthPercentage);

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

/// One function of `transform`.
#[derive(Clone, Debug, PartialEq)]
pub enum TransformFunction {
    /// `matrix(a, b, c, d, e, f)`; e and f in px.
    Matrix([f32; 6]),
    /// `translate()`; percentages refer to the border box.
    Translate(LengthPercentage, LengthPercentage),
    /// `scale()`.
    Scale(f32, f32),
    /// `rotate()`, radians clockwise.
    Rotate(f32),
    /// `skew()`, radians.
    Skew(f32, f32),
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

/// `break-before`, `break-after` (CSS Fragmentation 4 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    /// `auto`.
    Auto,
    /// `avoid` and `avoid-page`.
    Avoid,
    /// `page` and `always`.
    Page,
    /// `left`.
    Left,
    /// `right`.
    Right,
    /// `recto` is `right`, `verso` is `left` in left-to-right documents.
    Recto,
    /// See `Recto`.
    Verso,
}

/// `vertical-align`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum VerticalAlign {
    /// `baseline`.
    Baseline,
    /// `sub`.
    Sub,
    /// `super`.
    Super,
    /// `text-top`.
    TextTop,
    /// `text-bottom`.
    TextBottom,
    /// `middle`.
    Middle,
    /// `top`.
    Top,
    /// `bottom`.
    Bottom,
    /// Raised by a length; percentages of the line height are resolved.
    Length(Px),
}

/// `text-align` after `match-parent`; `text-align-last` uses `Auto`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextAlign {
    /// `auto` (only `text-align-last`).
    Auto,
    /// `start`.
    Start,
    /// `end`.
    End,
    /// `left`.
    Left,
    /// `right`.
    Right,
    /// `center`.
    Center,
    /// `justify`.
    Justify,
}

/// `text-justify`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextJustify {
    /// `auto`.
    Auto,
    /// `none`.
    None,
    /// `inter-word`.
    InterWord,
    /// `inter-character`.
    InterCharacter,
}

/// `white-space-collapse`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhiteSpaceCollapse {
    /// `collapse`.
    Collapse,
    /// `preserve`.
    Preserve,
    /// `preserve-breaks` (`white-space: pre-line`).
    PreserveBreaks,
    /// `break-spaces`.
    BreakSpaces,
}

/// `text-wrap-style`; `text-wrap-mode` is [`TextStyle::wrap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextWrapStyle {
    /// `auto`: greedy, as browsers do, unless the text is justified.
    Auto,
    /// `balance`.
    Balance,
    /// `pretty`.
    Pretty,
}

/// `text-transform`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextTransform {
    /// `none`.
    None,
    /// `uppercase`.
    Uppercase,
    /// `lowercase`.
    Lowercase,
    /// `capitalize`.
    Capitalize,
    /// `full-width`.
    FullWidth,
}

/// `hyphens`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hyphens {
    /// `none`.
    None,
    /// `manual`.
    Manual,
    /// `auto`.
    Auto,
}

/// `word-break`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordBreak {
    /// `normal`.
    Normal,
    /// `break-all`.
    BreakAll,
    /// `keep-all`.
    KeepAll,
    /// `break-word`: as `overflow-wrap: anywhere`.
    BreakWord,
}

/// `overflow-wrap`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverflowWrap {
    /// `normal`.
    Normal,
    /// `break-word`: breaks that do not count for `min-content`.
    BreakWord,
    /// `anywhere`.
    Anywhere,
}

/// `line-break`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineBreak {
    /// `auto`: strict, as printing wants it.
    Auto,
    /// `loose`.
    Loose,
    /// `normal`.
    Normal,
    /// `strict`.
    Strict,
    /// `anywhere`.
    Anywhere,
}

/// `direction`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// `ltr`.
    Ltr,
    /// `rtl`.
    Rtl,
}

/// `unicode-bidi`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnicodeBidi {
    /// `normal`.
    Normal,
    /// `embed`.
    Embed,
    /// `isolate`.
    Isolate,
    /// `bidi-override`.
    BidiOverride,
    /// `isolate-override`.
    IsolateOverride,
    /// `plaintext`.
    Plaintext,
}

/// `line-height`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LineHeight {
    /// `normal`: ascent, descent and line gap of the face.
    Normal,
    /// A multiple of the font size.
    Number(f32),
    /// A length.
    Length(Px),
}

/// `font-style`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FontStyle {
    /// `normal`.
    Normal,
    /// `italic` and `oblique`.
    Italic,
}

/// `font-kerning`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FontKerning {
    /// `auto`.
    Auto,
    /// `normal`.
    Normal,
    /// `none`.
    None,
}

/// An OpenType feature switched by `font-variant-*` or `font-feature-settings`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FontFeature {
    /// Four letters.
    pub tag: [u8; 4],
    /// 0 off, 1 on, or an alternate's number.
    pub value: u32,
}

/// The lines of `text-decoration-line`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DecorationLines {
    /// `underline`.
    pub underline: bool,
    /// `overline`.
    pub overline: bool,
    /// `line-through`.
    pub line_through: bool,
}

/// `text-decoration-style`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecorationStyle {
    /// `solid`.
    Solid,
    /// `double`.
    Double,
    /// `dotted`.
    Dotted,
    /// `dashed`.
    Dashed,
    /// `wavy`.
    Wavy,
}

/// `text-decoration` of one box; it is drawn across the inline content of that box.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TextDecoration {
    /// Lines.
    pub lines: DecorationLines,
    /// Style.
    pub style: DecorationStyle,
    /// Colour.
    pub color: Color,
    /// `text-decoration-thickness`; `None` is `auto` or `from-font`.
    pub thickness: Option<Px>,
}

/// `text-autospace`: the room between Han and Latin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextAutospace {
    /// `normal`: an eighth of an em.
    Normal,
    /// `no-autospace`.
    None,
}

/// `text-spacing-trim`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextSpacingTrim {
    /// `normal`: full-width marks between themselves and at line ends.
    Normal,
    /// `trim-start`: at line starts as well.
    TrimStart,
    /// `space-all`: nothing.
    SpaceAll,
}

/// `hanging-punctuation`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HangingPunctuation {
    /// `first`.
    pub first: bool,
    /// `allow-end`.
    pub allow_end: bool,
    /// `last`.
    pub last: bool,
}

/// `text-indent`.
#[derive(Clone, Debug, PartialEq)]
pub struct TextIndent {
    /// Amount; percentages of the containing block's width.
    pub amount: LengthPercentage,
    /// `hanging`: all lines but the first.
    pub hanging: bool,
    /// `each-line`: after forced breaks too.
    pub each_line: bool,
}

/// `hyphenate-limit-chars`: letters of the word, before and after the break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HyphenateLimits {
    /// Least length of a word that is broken.
    pub word: u8,
    /// Least letters before the break.
    pub before: u8,
    /// Least letters after the break.
    pub after: u8,
}

/// `quotes`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Quotes {
    /// `auto`: by language.
    Auto,
    /// `none`.
    None,
    /// Pairs, outermost first.
    Pairs(Arc<[(Arc<str>, Arc<str>)]>),
}

/// `list-style-type`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CounterStyle {
    /// `none`.
    None,
    /// `disc`.
    Disc,
    /// `circle`.
    Circle,
    /// `square`.
    Square,
    /// `decimal`.
    Decimal,
    /// `decimal-leading-zero`.
    DecimalLeadingZero,
    /// `lower-alpha`, `lower-latin`.
    LowerAlpha,
    /// `upper-alpha`, `upper-latin`.
    UpperAlpha,
    /// `lower-roman`.
    LowerRoman,
    /// `upper-roman`.
    UpperRoman,
    /// `simp-chinese-informal`.
    SimpChineseInformal,
    /// `trad-chinese-informal`.
    TradChineseInformal,
    /// `cjk-decimal`.
    CjkDecimal,
    /// A string.
    String(Arc<str>),
}

/// All inherited properties of text. Runs whose styles are the same `Arc` need no comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct TextStyle {
    /// `font-family`, names in order; generic names as written (`serif`).
    pub families: Arc<[Arc<str>]>,
    /// `font-size`.
    pub size: Px,
    /// `font-weight`, 1–1000.
    pub weight: f32,
    /// `font-style`.
    pub style: FontStyle,
    /// `font-stretch`, percent.
    pub stretch: f32,
    /// `font-variant-*` and `font-feature-settings` together, sorted by tag, later ones won.
    pub features: Arc<[FontFeature]>,
    /// `font-kerning`.
    pub kerning: FontKerning,
    /// `line-height`.
    pub line_height: LineHeight,
    /// `letter-spacing`; zero for `normal`.
    pub letter_spacing: Px,
    /// `word-spacing`; zero for `normal`.
    pub word_spacing: Px,
    /// `color`.
    pub color: Color,
    /// The language of the content: a BCP 47 tag, empty if unknown.
    pub lang: Arc<str>,
    /// `direction`.
    pub direction: Direction,
    /// `text-align`.
    pub align: TextAlign,
    /// `text-align-last`.
    pub align_last: TextAlign,
    /// `text-justify`.
    pub justify: TextJustify,
    /// `text-indent`.
    pub indent: TextIndent,
    /// `text-transform`.
    pub transform: TextTransform,
    /// `white-space-collapse`.
    pub white_space: WhiteSpaceCollapse,
    /// `text-wrap-mode: wrap`.
    pub wrap: bool,
    /// `text-wrap-style`.
    pub wrap_style: TextWrapStyle,
    /// `tab-size`: a number of spaces.
    pub tab_size: f32,
    /// `hyphens`.
    pub hyphens: Hyphens,
    /// `hyphenate-character`; none for `auto`.
    pub hyphenate_character: Option<Arc<str>>,
    /// `hyphenate-limit-chars`.
    pub hyphenate_limits: HyphenateLimits,
    /// `word-break`.
    pub word_break: WordBreak,
    /// `overflow-wrap`.
    pub overflow_wrap: OverflowWrap,
    /// `line-break`.
    pub line_break: LineBreak,
    /// `text-autospace`.
    pub autospace: TextAutospace,
    /// `text-spacing-trim`.
    pub spacing_trim: TextSpacingTrim,
    /// `hanging-punctuation`.
    pub hanging_punctuation: HangingPunctuation,
    /// `text-underline-offset`; none for `auto`.
    pub underline_offset: Option<Px>,
    /// `visibility`.
    pub visibility: Visibility,
    /// `quotes`.
    pub quotes: Quotes,
}

/// `text-fit: none | shrink <percentage>?`: the least factor the text may shrink to.
pub type TextFit = Option<f32>;

/// A piece of `content` (CSS Generated Content 3).
#[derive(Clone, Debug, PartialEq)]
pub enum ContentItem {
    /// A string; `attr()` is resolved to one.
    String(Arc<str>),
    /// A picture.
    Image(ImageValue),
    /// `counter(name, style)`.
    Counter(Arc<str>, CounterStyle),
    /// `counters(name, separator, style)`.
    Counters(Arc<str>, Arc<str>, CounterStyle),
    /// `open-quote`.
    OpenQuote,
    /// `close-quote`.
    CloseQuote,
    /// `no-open-quote`.
    NoOpenQuote,
    /// `no-close-quote`.
    NoCloseQuote,
    /// `string(name, first | start | last | first-except)`, in margin boxes.
    NamedString(Arc<str>, NamedStringKeyword),
    /// `element(name, …)`, in margin boxes.
    Element(Arc<str>, NamedStringKeyword),
    /// `content()` in `string-set`: the text of the element.
    ElementText,
}

/// Which assignment on the page `string()` and `element()` take (CSS GCPM 3 §1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedStringKeyword {
    /// `first`.
    First,
    /// `start`.
    Start,
    /// `last`.
    Last,
    /// `first-except`.
    FirstExcept,
}

/// `content`.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// `normal`.
    Normal,
    /// `none`.
    None,
    /// A list.
    Items(Arc<[ContentItem]>),
}

/// Counter changes and other rarely set properties; shared while at their initial values.
#[derive(Clone, Debug, PartialEq)]
pub struct Generated {
    /// `content`.
    pub content: Content,
    /// `counter-reset`.
    pub counter_reset: Vec<(Arc<str>, i32)>,
    /// `counter-increment`.
    pub counter_increment: Vec<(Arc<str>, i32)>,
    /// `counter-set`.
    pub counter_set: Vec<(Arc<str>, i32)>,
    /// `string-set`.
    pub string_set: Vec<(Arc<str>, Vec<ContentItem>)>,
    /// `bookmark-level`; 0 is `none`, `None` the default by element.
    pub bookmark_level: Option<u8>,
    /// `bookmark-label`; `None` is the text of the element.
    pub bookmark_label: Option<Vec<ContentItem>>,
}

/// `border-collapse`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BorderCollapse {
    /// `separate`.
    Separate,
    /// `collapse`.
    Collapse,
}

/// `caption-side`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaptionSide {
    /// `top`.
    Top,
    /// `bottom`.
    Bottom,
}

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
    /// `overflow`; either axis clips both.
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
