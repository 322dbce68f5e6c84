//! The properties: one table of longhands with name, slot in the computed style, parser and
//! computation, and one of shorthands. Documentation, messages and the cascade come from it.
//!
//! The table's order is the order in which the cascade applies properties: what others refer to
//! (font size, then line height and colour) stands first. When you add a longhand, also give it
//! to the shorthand that resets it (`shorthand.rs`), and to `docs/css.md`.

mod background;
mod boxes;
mod flex;
mod font;
mod generated;
mod grid;
mod keywords;
mod shorthand;
mod text;

use std::sync::{Arc, OnceLock};

use cssparser::Parser;

pub use background::{BackgroundLists, transparent};
pub use boxes::VerticalAlignSpec;
pub use font::{FontVariants, font_stretch as font_stretch_keywords};
pub use generated::{GeneratedItems, generated_items, reads_attributes, shown_counters};
pub use shorthand::{SHORTHANDS, Shorthand};
pub use text::AlignSpec;

use super::builder::Builder;
use super::computed::*;
use super::values::color::{ColorSpec, color};
use super::values::image::{ImageSpec, image_or_none, picture_or_none};
use super::values::length::*;
use super::values::position::{PositionSpec, position};
use super::values::{Context, Res, integer, keyword, non_negative};
use super::variables::Unparsed;
use crate::geom::{Color, Px};
use {background::*, boxes::*, flex::*, font::*, generated::*, grid::*, text::*};

/// A CSS-wide keyword (CSS Cascade 4 §7.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wide {
    /// `inherit`.
    Inherit,
    /// `initial`.
    Initial,
    /// `unset`.
    Unset,
    /// `revert`.
    Revert,
}

impl Wide {
    /// Keywords.
    pub const TABLE: &'static [(&'static str, Wide)] = &[
        ("inherit", Wide::Inherit),
        ("initial", Wide::Initial),
        ("unset", Wide::Unset),
        ("revert", Wide::Revert),
    ];
}

/// What one declaration says of one longhand.
#[derive(Clone, Debug)]
pub enum Declared {
    /// A value.
    Value(Value),
    /// A CSS-wide keyword.
    Wide(PropertyId, Wide),
    /// A text with `var()`, parsed when the variables are known.
    Pending(PropertyId, Arc<Unparsed>),
}

impl Declared {
    /// The longhand.
    pub fn id(&self) -> PropertyId {
        match self {
            Declared::Value(value) => value.id(),
            Declared::Wide(id, _) | Declared::Pending(id, _) => *id,
        }
    }
}

impl From<Value> for Declared {
    fn from(value: Value) -> Declared {
        Declared::Value(value)
    }
}

macro_rules! read {
    ($b:expr, text, $($f:tt).+) => { $b.own.text.$($f).+ };
    ($b:expr, flex, $($f:tt).+) => { $b.own.flex_grid.$($f).+ };
    ($b:expr, gen, $($f:tt).+) => { $b.own.generated.$($f).+ };
    ($b:expr, own, $($f:tt).+) => { $b.own.$($f).+ };
    ($b:expr, fonts, $($f:tt).+) => { $b.variants.$($f).+ };
    ($b:expr, raw, $($f:tt).+) => { $b.$($f).+ };
}
macro_rules! write {
    ($b:expr, text, $($f:tt).+) => { Arc::make_mut(&mut $b.own.text).$($f).+ };
    ($b:expr, flex, $($f:tt).+) => { Arc::make_mut(&mut $b.own.flex_grid).$($f).+ };
    ($b:expr, gen, $($f:tt).+) => { Arc::make_mut(&mut $b.own.generated).$($f).+ };
    ($b:expr, own, $($f:tt).+) => { $b.own.$($f).+ };
    ($b:expr, fonts, $($f:tt).+) => { Arc::make_mut(&mut $b.variants).$($f).+ };
    ($b:expr, raw, $($f:tt).+) => { $b.$($f).+ };
}

/// Defines [`PropertyId`], [`Value`] and what is done with each from the table below.
macro_rules! longhands {
    ($($name:literal $variant:ident $inherited:ident $group:ident $($field:tt).+ :
        $type:ty = $parse:expr, $compute:expr;)+) => {
        /// A longhand property.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum PropertyId {
            $(#[doc = concat!("`", $name, "`.")] $variant),+
        }

        /// A specified value of a longhand.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Value {
            $(#[doc = concat!("`", $name, "`.")] $variant($type)),+
        }

        const NAMES: &[&str] = &[$($name),+];
        const IDS: &[PropertyId] = &[$(PropertyId::$variant),+];

        impl Value {
            /// The longhand.
            pub fn id(&self) -> PropertyId {
                match self {
                    $(Value::$variant(_) => PropertyId::$variant),+
                }
            }

            /// Sets the computed value.
            pub fn apply(&self, b: &mut Builder, at: &Surroundings) {
                match self {
                    $(Value::$variant(value) => {
                        let compute: fn(&$type, &Surroundings) -> _ = $compute;
                        let computed = compute(value, at);
                        if read!(b, $group, $($field).+) != computed {
                            write!(b, $group, $($field).+) = computed;
                        }
                    })+
                }
            }
        }

        impl PropertyId {
            /// Whether children take it from their parent.
            pub fn is_inherited(self) -> bool {
                match self {
                    $(PropertyId::$variant => longhands!(@bool $inherited)),+
                }
            }

            /// Parses a value.
            pub fn parse(self, cx: &Context, p: &mut Parser) -> Res<Value> {
                match self {
                    $(PropertyId::$variant => {
                        let parse: fn(&Context, &mut Parser) -> Res<$type> = $parse;
                        parse(cx, p).map(Value::$variant)
                    })+
                }
            }

            /// Copies the computed value from another style.
            pub fn copy(self, b: &mut Builder, from: &Builder) {
                match self {
                    $(PropertyId::$variant => {
                        if read!(b, $group, $($field).+) != read!(from, $group, $($field).+) {
                            write!(b, $group, $($field).+) = read!(from, $group, $($field).+).clone();
                        }
                    })+
                }
            }
        }
    };
    (@bool inherits) => { true };
    (@bool resets) => { false };
}

/// The computed value is the specified one.
fn same<T: Clone>(value: &T, _: &Surroundings) -> T {
    value.clone()
}

fn lp_compute(value: &Lp, at: &Surroundings) -> LengthPercentage {
    value.compute(at)
}

fn px(value: &Lp, at: &Surroundings) -> Px {
    value.px(at, Px::ZERO)
}

fn color_compute(value: &ColorSpec, at: &Surroundings) -> Color {
    value.compute(at)
}

longhands! {
    // What relative units refer to; em means the parent's size here.
    "font-family" FontFamily inherits text families: Arc<[Arc<str>]> = families, same;
    "font-size" FontSize inherits text size: FontSizeSpec = font_size, FontSizeSpec::compute;
    "font-weight" FontWeight inherits text weight: WeightSpec = font_weight, WeightSpec::compute;
    "font-style" FontStyle inherits text style: FontStyle = font_style, same;
    "font-stretch" FontStretch inherits text stretch: f32 = font_stretch, same;
    // From here on em means the element's own size.
    "line-height" LineHeight inherits text line_height: LineHeightSpec = line_height, LineHeightSpec::compute;
    "color" Color inherits text color: ColorSpec = color, color_compute;

    "font-kerning" FontKerning inherits text kerning: FontKerning = keyword, same;
    "font-synthesis" FontSynthesis inherits fonts synthesis: Synthesis = keyword, same;
    "font-variant-ligatures" FontVariantLigatures inherits fonts ligatures: Features = variant_ligatures, same;
    "font-variant-caps" FontVariantCaps inherits fonts caps: Features = variant_caps, same;
    "font-variant-numeric" FontVariantNumeric inherits fonts numeric: Features = variant_numeric, same;
    "font-variant-east-asian" FontVariantEastAsian inherits fonts east_asian: Features = variant_east_asian, same;
    "font-variant-position" FontVariantPosition inherits fonts position: Features = variant_position, same;
    "font-variant-alternates" FontVariantAlternates inherits fonts alternates: Features = variant_alternates, same;
    "font-feature-settings" FontFeatureSettings inherits fonts settings: Features = feature_settings, same;
    "letter-spacing" LetterSpacing inherits text letter_spacing: Lp = spacing, px_of_em;
    "word-spacing" WordSpacing inherits text word_spacing: Lp = spacing, px_of_em;
    "direction" Direction inherits text direction: Direction = keyword, same;
    "text-align" TextAlign inherits text align: AlignSpec = text_align, AlignSpec::compute;
    "text-align-last" TextAlignLast inherits text align_last: AlignSpec = text_align_last, AlignSpec::compute;
    "text-justify" TextJustify inherits text justify: TextJustify = keyword, same;
    "text-indent" TextIndent inherits text indent: IndentSpec = text_indent, IndentSpec::compute;
    "text-transform" TextTransform inherits text transform: TextTransform = keyword, same;
    "white-space-collapse" WhiteSpaceCollapse inherits text white_space: WhiteSpaceCollapse = keyword, same;
    "text-wrap-mode" TextWrapMode inherits text wrap: bool = text_wrap_mode, same;
    "text-wrap-style" TextWrapStyle inherits text wrap_style: TextWrapStyle = keyword, same;
    "tab-size" TabSize inherits text tab_size: TabSizeSpec = tab_size, TabSizeSpec::compute;
    "hyphens" Hyphens inherits text hyphens: Hyphens = keyword, same;
    "hyphenate-character" HyphenateCharacter inherits text hyphenate_character: Option<Arc<str>> = auto_or_string, same;
    "hyphenate-limit-chars" HyphenateLimitChars inherits text hyphenate_limits: HyphenateLimits = hyphenate_limits, same;
    "word-break" WordBreak inherits text word_break: WordBreak = keyword, same;
    "overflow-wrap" OverflowWrap inherits text overflow_wrap: OverflowWrap = keyword, same;
    "line-break" LineBreak inherits text line_break: LineBreak = keyword, same;
    "text-autospace" TextAutospace inherits text autospace: TextAutospace = text_autospace, same;
    "text-spacing-trim" TextSpacingTrim inherits text spacing_trim: TextSpacingTrim = keyword, same;
    "hanging-punctuation" HangingPunctuation inherits text hanging_punctuation: HangingPunctuation = hanging_punctuation, same;
    "text-underline-offset" TextUnderlineOffset inherits text underline_offset: Option<Lp> = auto_or_length, option_px;
    "text-decoration-skip-ink" TextDecorationSkipInk inherits text skip_ink: SkipInk = keyword, same;
    "visibility" Visibility inherits text visibility: Visibility = keyword, same;
    "quotes" Quotes inherits text quotes: Quotes = quotes, same;

    "list-style-type" ListStyleType inherits own list_style_type: CounterStyle = counter_style_or_string, same;
    "list-style-position" ListStylePosition inherits own list_style_inside: bool = list_style_position, same;
    "list-style-image" ListStyleImage inherits own list_style_image: ImageSpec = picture_or_none, ImageSpec::compute;
    "border-collapse" BorderCollapse inherits own border_collapse: BorderCollapse = keyword, same;
    "border-spacing" BorderSpacing inherits own border_spacing: (Lp, Lp) = border_spacing, px_pair;
    "caption-side" CaptionSide inherits own caption_side: CaptionSide = keyword, same;
    "empty-cells" EmptyCells inherits own hide_empty_cells: bool = empty_cells, same;
    "orphans" Orphans inherits own orphans: u8 = line_count, same;
    "widows" Widows inherits own widows: u8 = line_count, same;

    "display" Display resets own display: Display = display, same;
    "position" Position resets own position: Position = positioning, same;
    "float" Float resets own float: Float = keyword, same;
    "clear" Clear resets own clear: Clear = keyword, same;
    "top" Top resets own inset.top: LpAuto = lp_auto, compute_auto;
    "right" Right resets own inset.right: LpAuto = lp_auto, compute_auto;
    "bottom" Bottom resets own inset.bottom: LpAuto = lp_auto, compute_auto;
    "left" Left resets own inset.left: LpAuto = lp_auto, compute_auto;
    "z-index" ZIndex resets own z_index: Option<i32> = z_index, same;
    "width" Width resets own width: SizeSpec = size, SizeSpec::compute;
    "height" Height resets own height: SizeSpec = size, SizeSpec::compute;
    "min-width" MinWidth resets own min_width: SizeSpec = size, SizeSpec::compute;
    "min-height" MinHeight resets own min_height: SizeSpec = size, SizeSpec::compute;
    "max-width" MaxWidth resets own max_width: SizeSpec = max_size, SizeSpec::compute;
    "max-height" MaxHeight resets own max_height: SizeSpec = max_size, SizeSpec::compute;
    "aspect-ratio" AspectRatio resets own aspect_ratio: Option<(f32, bool)> = aspect_ratio, same;
    "box-sizing" BoxSizing resets own box_sizing: BoxSizing = keyword, same;
    // What the built-in sheet says of the side on which lines begin; sides by name come later and win.
    "-internal-margin-inline-start" InternalMarginStart resets raw inline_start.0: Lp = lp, lp_compute;
    "-internal-padding-inline-start" InternalPaddingStart resets raw inline_start.1: Lp = lp, lp_compute;
    "margin-top" MarginTop resets own margin.top: LpAuto = lp_auto, compute_auto;
    "margin-right" MarginRight resets own margin.right: LpAuto = lp_auto, compute_auto;
    "margin-bottom" MarginBottom resets own margin.bottom: LpAuto = lp_auto, compute_auto;
    "margin-left" MarginLeft resets own margin.left: LpAuto = lp_auto, compute_auto;
    "padding-top" PaddingTop resets own padding.top: Lp = lp_positive, lp_compute;
    "padding-right" PaddingRight resets own padding.right: Lp = lp_positive, lp_compute;
    "padding-bottom" PaddingBottom resets own padding.bottom: Lp = lp_positive, lp_compute;
    "padding-left" PaddingLeft resets own padding.left: Lp = lp_positive, lp_compute;
    "border-top-width" BorderTopWidth resets own border.top.width: Lp = line_width, px;
    "border-right-width" BorderRightWidth resets own border.right.width: Lp = line_width, px;
    "border-bottom-width" BorderBottomWidth resets own border.bottom.width: Lp = line_width, px;
    "border-left-width" BorderLeftWidth resets own border.left.width: Lp = line_width, px;
    "border-top-style" BorderTopStyle resets own border.top.style: LineStyle = keyword, same;
    "border-right-style" BorderRightStyle resets own border.right.style: LineStyle = keyword, same;
    "border-bottom-style" BorderBottomStyle resets own border.bottom.style: LineStyle = keyword, same;
    "border-left-style" BorderLeftStyle resets own border.left.style: LineStyle = keyword, same;
    "border-top-color" BorderTopColor resets own border.top.color: ColorSpec = color, color_compute;
    "border-right-color" BorderRightColor resets own border.right.color: ColorSpec = color, color_compute;
    "border-bottom-color" BorderBottomColor resets own border.bottom.color: ColorSpec = color, color_compute;
    "border-left-color" BorderLeftColor resets own border.left.color: ColorSpec = color, color_compute;
    "border-top-left-radius" BorderTopLeftRadius resets own radius.top_left: (Lp, Lp) = radius, lp_pair;
    "border-top-right-radius" BorderTopRightRadius resets own radius.top_right: (Lp, Lp) = radius, lp_pair;
    "border-bottom-right-radius" BorderBottomRightRadius resets own radius.bottom_right: (Lp, Lp) = radius, lp_pair;
    "border-bottom-left-radius" BorderBottomLeftRadius resets own radius.bottom_left: (Lp, Lp) = radius, lp_pair;
    "outline-width" OutlineWidth resets raw outline.line.width: Lp = line_width, px;
    "outline-style" OutlineStyle resets raw outline.line.style: LineStyle = outline_style, same;
    "outline-color" OutlineColor resets raw outline.line.color: ColorSpec = color, color_compute;
    "outline-offset" OutlineOffset resets raw outline.offset: Lp = length, px;
    "background-color" BackgroundColor resets raw background.color: ColorSpec = color, color_compute;
    "background-image" BackgroundImage resets raw background.images: Vec<ImageSpec> = background_images, |v, at| compute_images(v, at);
    "background-position" BackgroundPosition resets raw background.positions: Vec<PositionSpec> = background_positions, |v, at| compute_positions(v, at);
    "background-size" BackgroundSize resets raw background.sizes: Vec<SizeLayer> = background_sizes, |v, at| compute_sizes(v, at);
    "background-repeat" BackgroundRepeat resets raw background.repeats: Vec<(Repeat, Repeat)> = background_repeats, same;
    "background-origin" BackgroundOrigin resets raw background.origins: Vec<BoxArea> = background_areas, same;
    "background-clip" BackgroundClip resets raw background.clips: Vec<BoxArea> = background_areas, same;
    "opacity" Opacity resets own opacity: f32 = opacity, same;
    "transform" Transform resets own transform: Vec<TransformSpec> = transform, |v, at| compute_transform(v, at);
    "transform-origin" TransformOrigin resets own transform_origin: PositionSpec = transform_origin, lp_pair;
    "overflow-x" OverflowX resets raw overflow.0: Overflow = keyword, same;
    "overflow-y" OverflowY resets raw overflow.1: Overflow = keyword, same;
    "object-fit" ObjectFit resets own object_fit: ObjectFit = keyword, same;
    "object-position" ObjectPosition resets own object_position: PositionSpec = position, lp_pair;
    "vertical-align" VerticalAlign resets own vertical_align: VerticalAlignSpec = vertical_align, VerticalAlignSpec::compute;
    "text-decoration-line" TextDecorationLine resets own decoration.lines: DecorationLines = decoration_lines, same;
    "text-decoration-style" TextDecorationStyle resets own decoration.style: DecorationStyle = keyword, same;
    "text-decoration-color" TextDecorationColor resets own decoration.color: ColorSpec = color, color_compute;
    "text-decoration-thickness" TextDecorationThickness resets own decoration.thickness: Option<Lp> = decoration_thickness, option_px;
    "unicode-bidi" UnicodeBidi resets own unicode_bidi: UnicodeBidi = keyword, same;
    "text-fit" TextFit resets own text_fit: TextFit = text_fit, same;
    "table-layout" TableLayout resets own table_layout_fixed: bool = table_layout, same;
    "break-before" BreakBefore resets own break_before: Break = keyword, same;
    "break-after" BreakAfter resets own break_after: Break = keyword, same;
    "break-inside" BreakInside resets own break_inside_avoid: bool = break_inside, same;
    "box-decoration-break" BoxDecorationBreak resets own decoration_clone: bool = decoration_break, same;
    "page" Page resets own page: Option<Arc<str>> = page, same;

    "flex-direction" FlexDirection resets flex direction: FlexDirection = keyword, same;
    "flex-wrap" FlexWrap resets flex wrap: FlexWrap = keyword, same;
    "flex-grow" FlexGrow resets flex grow: f32 = non_negative, same;
    "flex-shrink" FlexShrink resets flex shrink: f32 = non_negative, same;
    "flex-basis" FlexBasis resets flex basis: SizeSpec = flex_basis, SizeSpec::compute;
    "order" Order resets flex order: i32 = integer, same;
    "align-content" AlignContent resets flex align_content: Alignment = align_content, same;
    "align-items" AlignItems resets flex align_items: Alignment = align_items, same;
    "align-self" AlignSelf resets flex align_self: Alignment = align_self, same;
    "justify-content" JustifyContent resets flex justify_content: Alignment = align_content, same;
    "justify-items" JustifyItems resets flex justify_items: Alignment = align_items, same;
    "justify-self" JustifySelf resets flex justify_self: Alignment = align_self, same;
    "row-gap" RowGap resets flex row_gap: Lp = gap, lp_compute;
    "column-gap" ColumnGap resets flex column_gap: Lp = gap, lp_compute;
    "grid-template-columns" GridTemplateColumns resets flex template_columns: TemplateSpec = grid_template, TemplateSpec::compute;
    "grid-template-rows" GridTemplateRows resets flex template_rows: TemplateSpec = grid_template, TemplateSpec::compute;
    "grid-template-areas" GridTemplateAreas resets flex template_areas: Areas = grid_areas, same;
    "grid-auto-columns" GridAutoColumns resets flex auto_columns: Vec<TrackSpec> = auto_tracks, |v, at| compute_tracks(v, at);
    "grid-auto-rows" GridAutoRows resets flex auto_rows: Vec<TrackSpec> = auto_tracks, |v, at| compute_tracks(v, at);
    "grid-auto-flow" GridAutoFlow resets raw auto_flow: (bool, bool) = auto_flow, same;
    "grid-row-start" GridRowStart resets flex row.0: GridLine = grid_line, same;
    "grid-row-end" GridRowEnd resets flex row.1: GridLine = grid_line, same;
    "grid-column-start" GridColumnStart resets flex column.0: GridLine = grid_line, same;
    "grid-column-end" GridColumnEnd resets flex column.1: GridLine = grid_line, same;

    "content" Content resets gen content: ContentSpec = content, ContentSpec::compute;
    "counter-reset" CounterReset resets gen counter_reset: Counters = counter_reset, same;
    "counter-increment" CounterIncrement resets gen counter_increment: Counters = counter_increment, same;
    "counter-set" CounterSet resets gen counter_set: Counters = counter_reset, same;
    "string-set" StringSet resets gen string_set: StringSets = string_set, |v, at| compute_string_sets(v, at);
    "bookmark-level" BookmarkLevel resets gen bookmark_level: Option<u8> = bookmark_level, same;
    "bookmark-label" BookmarkLabel resets gen bookmark_label: Option<Vec<ItemSpec>> = bookmark_label, compute_label;
}

impl PropertyId {
    /// How many there are.
    pub const COUNT: usize = NAMES.len();

    /// The name.
    pub fn name(self) -> &'static str {
        NAMES[self as usize]
    }

    /// The property at a place of the table.
    pub fn at(index: usize) -> PropertyId {
        IDS[index]
    }

    /// Whether relative units in its value mean the parent's font.
    pub fn is_font(self) -> bool {
        self <= PropertyId::FontStretch
    }

    /// Whether it speaks of the side on which lines begin.
    pub fn is_inline_start(self) -> bool {
        matches!(self, PropertyId::InternalMarginStart | PropertyId::InternalPaddingStart)
    }

    /// Whether it is a side of margin or padding.
    pub fn is_side(self) -> bool {
        (PropertyId::MarginTop..=PropertyId::PaddingLeft).contains(&self)
    }

    /// Whether it takes part in the features of the computed text style.
    pub fn affects_features(self) -> bool {
        (PropertyId::FontKerning..=PropertyId::LetterSpacing).contains(&self)
    }
}

/// A property by name.
#[derive(Clone, Copy)]
pub enum Property {
    /// One longhand.
    Longhand(PropertyId),
    /// Several.
    Shorthand(&'static Shorthand),
}

/// Older names, kept by the specifications, and what they stand for.
const ALIASES: &[(&str, &str)] = &[
    ("word-wrap", "overflow-wrap"),
    ("page-break-before", "break-before"),
    ("page-break-after", "break-after"),
    ("page-break-inside", "break-inside"),
    ("grid-gap", "gap"),
    ("grid-row-gap", "row-gap"),
    ("grid-column-gap", "column-gap"),
];

/// Whether a property is one that the built-in sheet alone may set.
pub fn is_internal(name: &str) -> bool {
    name.starts_with("-internal-")
}

/// The property of that name, in any case.
pub fn by_name(name: &str) -> Option<Property> {
    static INDEX: OnceLock<rustc_hash::FxHashMap<&'static str, Property>> = OnceLock::new();
    let index = INDEX.get_or_init(|| {
        let longhands = IDS.iter().map(|id| (id.name(), Property::Longhand(*id)));
        let shorthands = SHORTHANDS.iter().map(|s| (s.name, Property::Shorthand(s)));
        let mut index: rustc_hash::FxHashMap<_, _> = longhands.chain(shorthands).collect();
        for (alias, name) in ALIASES {
            if let Some(property) = index.get(name).copied() {
                index.insert(alias, property);
            }
        }
        index
    });
    match index.get(name) {
        Some(property) => Some(*property),
        None if name.bytes().any(|b| b.is_ascii_uppercase()) => {
            index.get(&*name.to_ascii_lowercase()).copied()
        }
        None => None,
    }
}

/// The names of all supported properties, shorthands included.
pub fn supported_properties() -> impl Iterator<Item = &'static str> {
    let longhands = NAMES.iter().copied().filter(|name| !is_internal(name));
    longhands.chain(SHORTHANDS.iter().map(|s| s.name))
}
