//! A computed style while it is being put together, and the initial style.
//!
//! Inherited properties begin with the parent's values and all others with their initial ones,
//! so that only declarations that say otherwise do any work, and what nobody changes stays one
//! shared allocation.

use std::sync::{Arc, OnceLock};

use super::computed::*;
use super::properties::{BackgroundLists, FontVariants, PropertyId, transparent};
use super::variables::Variables;
use crate::geom::{Color, Corners, Px, Sides};

/// The style of an element with what only its children's cascade needs of it.
#[derive(Clone, Debug)]
pub struct Style {
    /// What layout reads.
    pub computed: Arc<Computed>,
    /// `font-variant-*`, one by one.
    pub variants: Arc<FontVariants>,
    /// Custom properties.
    pub variables: Arc<Variables>,
    /// Bytes that `var()` made for it.
    pub made: usize,
}

/// A style being built.
#[derive(Clone, Debug)]
pub struct Builder {
    /// The style; the fields below are moved into it at the end.
    pub own: Computed,
    /// `font-variant-*`.
    pub variants: Arc<FontVariants>,
    /// `outline`.
    pub outline: Outline,
    /// `background`.
    pub background: BackgroundLists,
    /// `overflow-x`, `overflow-y`.
    pub overflow: (Overflow, Overflow),
    /// `grid-auto-flow`: column, dense.
    pub auto_flow: (bool, bool),
    /// Margin and padding that the built-in sheet gives the side on which lines begin.
    pub inline_start: (LengthPercentage, LengthPercentage),
}

impl Builder {
    /// The style of a child that declares nothing.
    pub fn child_of(parent: &Style) -> Builder {
        let from = &parent.computed;
        let initial = Builder::initial();
        let mut builder = initial.clone();
        builder.own.text = Arc::clone(&from.text);
        builder.variants = Arc::clone(&parent.variants);
        let own = &mut builder.own;
        own.list_style_type = from.list_style_type.clone();
        own.list_style_inside = from.list_style_inside;
        own.list_style_image = from.list_style_image.clone();
        own.border_collapse = from.border_collapse;
        own.border_spacing = from.border_spacing;
        own.caption_side = from.caption_side;
        own.hide_empty_cells = from.hide_empty_cells;
        own.orphans = from.orphans;
        own.widows = from.widows;
        builder
    }

    /// A finished style taken apart, for `inherit` of what is not inherited otherwise.
    pub fn of(style: &Style) -> Builder {
        let own = (*style.computed).clone();
        Builder {
            variants: Arc::clone(&style.variants),
            outline: own.outline.unwrap_or(Builder::initial().outline),
            background: BackgroundLists::of(&own.background),
            overflow: (axis(own.overflow, |x, _| x), axis(own.overflow, |_, y| y)),
            auto_flow: (own.flex_grid.auto_flow_column, own.flex_grid.auto_flow_dense),
            inline_start: (LengthPercentage::ZERO, LengthPercentage::ZERO),
            own,
        }
    }

    /// Takes over what the built-in sheet says of the side on which lines begin.
    pub fn set_inline_start(&mut self, id: PropertyId) {
        let own = &mut self.own;
        let rtl = own.text.direction == Direction::Rtl;
        if id == PropertyId::InternalMarginStart {
            let side = if rtl { &mut own.margin.right } else { &mut own.margin.left };
            *side = LengthPercentageAuto::Value(self.inline_start.0.clone());
        } else {
            let side = if rtl { &mut own.padding.right } else { &mut own.padding.left };
            *side = self.inline_start.1.clone();
        }
    }

    /// Colours that nobody sets are the element's colour.
    pub fn set_current_color(&mut self, color: Color) {
        let border = &mut self.own.border;
        for side in [&mut border.top, &mut border.right, &mut border.bottom, &mut border.left] {
            side.color = color;
        }
        self.outline.line.color = color;
        self.own.decoration.color = color;
    }

    /// The style.
    pub fn finish(mut self) -> Computed {
        let own = &mut self.own;
        let border = &mut own.border;
        for side in [&mut border.top, &mut border.right, &mut border.bottom, &mut border.left] {
            if matches!(side.style, LineStyle::None | LineStyle::Hidden) {
                side.width = Px::ZERO;
            }
        }
        let line = self.outline.line;
        let drawn = line.style != LineStyle::None && line.width > Px::ZERO;
        own.outline = drawn.then_some(self.outline);
        own.overflow = both_axes(self.overflow.0, self.overflow.1);
        if self.auto_flow != (own.flex_grid.auto_flow_column, own.flex_grid.auto_flow_dense) {
            let flex = Arc::make_mut(&mut own.flex_grid);
            (flex.auto_flow_column, flex.auto_flow_dense) = self.auto_flow;
        }
        if !self.background.is_invisible() {
            own.background = Arc::new(self.background.finish());
        }
        self.own
    }

    /// All initial values.
    pub fn initial() -> &'static Builder {
        static INITIAL: OnceLock<Builder> = OnceLock::new();
        INITIAL.get_or_init(|| Builder {
            own: initial_computed(),
            variants: Arc::default(),
            outline: Outline { line: medium(), offset: Px::ZERO },
            background: BackgroundLists::default(),
            overflow: (Overflow::Visible, Overflow::Visible),
            auto_flow: (false, false),
            inline_start: (LengthPercentage::ZERO, LengthPercentage::ZERO),
        })
    }
}

/// `overflow` of one axis, taken from both.
fn axis(both: Overflow, of: impl Fn(bool, bool) -> bool) -> Overflow {
    match both {
        Overflow::Clip { x, y } if !of(x, y) => Overflow::Visible,
        both => both,
    }
}

/// Both axes together: one that scrolls makes the other scroll (CSS Overflow 3 §3.1).
fn both_axes(x: Overflow, y: Overflow) -> Overflow {
    match (x, y) {
        (Overflow::Hidden, _) | (_, Overflow::Hidden) => Overflow::Hidden,
        (Overflow::Visible, Overflow::Visible) => Overflow::Visible,
        (x, y) => Overflow::Clip { x: x != Overflow::Visible, y: y != Overflow::Visible },
    }
}

impl Style {
    /// All initial values: the parent of the root.
    pub fn initial() -> &'static Style {
        static INITIAL: OnceLock<Style> = OnceLock::new();
        INITIAL.get_or_init(|| Style {
            computed: Arc::new(Builder::initial().clone().finish()),
            variants: Arc::clone(&Builder::initial().variants),
            variables: Arc::default(),
            made: 0,
        })
    }
}

fn medium() -> Border {
    Border { width: Px(3.0), style: LineStyle::None, color: Color::BLACK }
}

fn initial_computed() -> Computed {
    let zero = || LengthPercentage::ZERO;
    let half = || LengthPercentage::Percent(0.5);
    let radius = || (zero(), zero());
    Computed {
        text: Arc::new(initial_text()),
        display: Display::Inline,
        position: Position::Static,
        float: Float::None,
        clear: Clear::None,
        inset: Sides::all(LengthPercentageAuto::Auto),
        z_index: None,
        width: SizeValue::Auto,
        height: SizeValue::Auto,
        min_width: SizeValue::Auto,
        min_height: SizeValue::Auto,
        max_width: SizeValue::Auto,
        max_height: SizeValue::Auto,
        aspect_ratio: None,
        box_sizing: BoxSizing::ContentBox,
        margin: Sides::all(LengthPercentageAuto::ZERO),
        padding: Sides::all(zero()),
        border: Sides::all(medium()),
        radius: Corners {
            top_left: radius(),
            top_right: radius(),
            bottom_right: radius(),
            bottom_left: radius(),
        },
        outline: None,
        background: transparent(),
        opacity: 1.0,
        transform: Arc::from([]),
        transform_origin: (half(), half()),
        overflow: Overflow::Visible,
        object_fit: ObjectFit::Fill,
        object_position: (half(), half()),
        vertical_align: VerticalAlign::Baseline,
        decoration: TextDecoration {
            lines: DecorationLines::default(),
            style: DecorationStyle::Solid,
            color: Color::BLACK,
            thickness: None,
        },
        unicode_bidi: UnicodeBidi::Normal,
        text_fit: None,
        flex_grid: Arc::new(initial_flex_grid()),
        generated: Arc::new(initial_generated()),
        list_style_type: CounterStyle::Disc,
        list_style_inside: false,
        list_style_image: ImageValue::None,
        border_collapse: BorderCollapse::Separate,
        border_spacing: (Px::ZERO, Px::ZERO),
        caption_side: CaptionSide::Top,
        hide_empty_cells: false,
        table_layout_fixed: false,
        break_before: Break::Auto,
        break_after: Break::Auto,
        break_inside_avoid: false,
        orphans: 2,
        widows: 2,
        decoration_clone: false,
        page: None,
    }
}

fn initial_text() -> TextStyle {
    TextStyle {
        families: Arc::from([Arc::from("serif")]),
        size: Px(16.0),
        weight: 400.0,
        style: FontStyle::Normal,
        stretch: 100.0,
        features: Arc::from([]),
        kerning: FontKerning::Auto,
        line_height: LineHeight::Normal,
        letter_spacing: Px::ZERO,
        word_spacing: Px::ZERO,
        color: Color::BLACK,
        lang: Arc::from(""),
        direction: Direction::Ltr,
        align: TextAlign::Start,
        align_last: TextAlign::Auto,
        justify: TextJustify::Auto,
        indent: TextIndent { amount: LengthPercentage::ZERO, hanging: false, each_line: false },
        transform: TextTransform::None,
        white_space: WhiteSpaceCollapse::Collapse,
        wrap: true,
        wrap_style: TextWrapStyle::Auto,
        tab_size: TabSize::Spaces(8.0),
        hyphens: Hyphens::Manual,
        hyphenate_character: None,
        hyphenate_limits: HyphenateLimits::default(),
        word_break: WordBreak::Normal,
        overflow_wrap: OverflowWrap::Normal,
        line_break: LineBreak::Auto,
        autospace: TextAutospace::NORMAL,
        spacing_trim: TextSpacingTrim::Normal,
        hanging_punctuation: HangingPunctuation::default(),
        underline_offset: None,
        skip_ink: SkipInk::Auto,
        visibility: Visibility::Visible,
        quotes: Quotes::Auto,
    }
}

fn initial_flex_grid() -> FlexGrid {
    let auto = || vec![TrackSize { min: TrackBreadth::Auto, max: TrackBreadth::Auto }];
    FlexGrid {
        direction: FlexDirection::Row,
        wrap: FlexWrap::NoWrap,
        grow: 0.0,
        shrink: 1.0,
        basis: SizeValue::Auto,
        order: 0,
        align_content: Alignment::Auto,
        align_items: Alignment::Auto,
        align_self: Alignment::Auto,
        justify_content: Alignment::Auto,
        justify_items: Alignment::Auto,
        justify_self: Alignment::Auto,
        row_gap: LengthPercentage::ZERO,
        column_gap: LengthPercentage::ZERO,
        template_columns: GridTemplate::default(),
        template_rows: GridTemplate::default(),
        template_areas: Vec::new(),
        auto_columns: auto(),
        auto_rows: auto(),
        auto_flow_column: false,
        auto_flow_dense: false,
        row: (GridLine::Auto, GridLine::Auto),
        column: (GridLine::Auto, GridLine::Auto),
    }
}

fn initial_generated() -> Generated {
    Generated {
        content: Content::Normal,
        counter_reset: Vec::new(),
        counter_increment: Vec::new(),
        counter_set: Vec::new(),
        string_set: Vec::new(),
        bookmark_level: None,
        bookmark_label: None,
    }
}
