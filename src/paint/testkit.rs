//! Fragments made by hand, for the tests of painting and of the PDF.

use std::sync::{Arc, OnceLock};

use super::Document;
use crate::css::computed::*;
use crate::fonts::{
    FaceQuery, FeatureSetId, FontBook, LangId, Script, ShapeKey, ShapedText, Shaper,
};
use crate::geom::{Color, Corners, Point, Px, Rect, Sides, Size};
use crate::images::{ImageStore, SvgFonts};
use crate::layout::fragment::{
    ElementId, Fragment, FragmentContent, GlyphRun, Page, PlacedGlyph, Role, Structure,
    StructureElement, StructureId,
};

/// The embedded faces.
pub(crate) fn book() -> Arc<FontBook> {
    static BOOK: OnceLock<Arc<FontBook>> = OnceLock::new();
    Arc::clone(BOOK.get_or_init(|| Arc::new(FontBook::embedded().expect("embedded faces"))))
}

/// An image store without files.
pub(crate) fn store() -> ImageStore {
    let fonts: SvgFonts = Arc::new(|| book().svg_database());
    ImageStore::new(".", fonts)
}

/// A style of initial values, changed.
pub(crate) fn style(change: impl FnOnce(&mut Computed)) -> Arc<Computed> {
    let mut style = computed(text_style(), Display::Block);
    change(&mut style);
    Arc::new(style)
}

/// A box.
pub(crate) fn boxed(rect: [f32; 4], change: impl FnOnce(&mut Computed)) -> Fragment {
    let style = style(change);
    let mut fragment = Fragment::new(&style);
    let [x, y, w, h] = rect;
    fragment.offset = Point::new(Px(x), Px(y));
    fragment.size = Size::new(Px(w), Px(h));
    fragment.border = style.border.map(|b| b.width);
    fragment
}

/// A box with a solid background.
pub(crate) fn filled(rect: [f32; 4], hex: u32) -> Fragment {
    boxed(rect, |s| s.background = Arc::new(solid(hex)))
}

/// A background of one colour.
pub(crate) fn solid(hex: u32) -> Background {
    Background { color: rgb(hex), color_clip: BoxArea::BorderBox, layers: Vec::new() }
}

/// A colour.
pub(crate) fn rgb(hex: u32) -> Color {
    let [_, r, g, b] = hex.to_be_bytes();
    Color::from_rgb8(r, g, b)
}

/// Text to be shaped.
pub(crate) struct Sample<'t> {
    pub(crate) family: &'t str,
    pub(crate) weight: f32,
    pub(crate) size: f32,
    pub(crate) lang: &'t str,
    pub(crate) text: &'t str,
}

impl<'t> Sample<'t> {
    /// EB Garamond.
    pub(crate) fn latin(size: f32, text: &'t str) -> Sample<'t> {
        Sample { family: "EB Garamond", weight: 400.0, size, lang: "en", text }
    }

    /// Noto Serif.
    pub(crate) fn han(size: f32, text: &'t str) -> Sample<'t> {
        Sample { family: "Noto Serif CJK SC", weight: 400.0, size, lang: "zh-Hans", text }
    }

    /// A text fragment with its baseline at a place.
    pub(crate) fn at(&self, x: f32, baseline: f32) -> Fragment {
        let book = book();
        let query = FaceQuery { weight: self.weight, ..FaceQuery::default() };
        let face = book.select(self.family, &query).expect("a face");
        let mut shaper = Shaper::new(Arc::clone(&book));
        let script = self.text.chars().map(Script::of).find(|s| !s.is_neutral());
        let key = ShapeKey {
            face,
            script: script.unwrap_or(Script::LATIN),
            language: LangId::from_bcp47(self.lang),
            rtl: false,
            features: FeatureSetId::default(),
        };
        let shaped = shaper.shape(key, self.text);
        let em = self.size / f32::from(book.face(face).units_per_em);
        let glyphs = placed(&shaped, self.text, em);
        let width: Px = glyphs.iter().map(|g| g.advance).sum();
        let run = GlyphRun {
            face,
            size: Px(self.size),
            color: Color::BLACK,
            baseline: Px(self.size),
            glyphs: glyphs.into(),
            text: Arc::from(self.text),
            lang: Arc::from(self.lang),
            rtl: false,
            decorations: Vec::new(),
        };
        let mut fragment = Fragment::new(&style(|_| {}));
        fragment.offset = Point::new(Px(x), Px(baseline - self.size));
        fragment.size = Size::new(width, Px(self.size * 1.3));
        fragment.content = FragmentContent::Text(Arc::new(run));
        fragment
    }
}

fn placed(shaped: &ShapedText, text: &str, em: f32) -> Vec<PlacedGlyph> {
    let mut pen = 0.0;
    let mut last = None;
    let starts: Vec<u32> = shaped.glyphs.iter().map(|g| g.cluster).collect();
    shaped
        .glyphs
        .iter()
        .map(|g| {
            let end = starts.iter().copied().filter(|s| *s > g.cluster).min();
            let first = last.replace(g.cluster) != Some(g.cluster);
            let end = if first { end.unwrap_or(text.len() as u32) } else { g.cluster };
            let x = pen + g.x_offset as f32 * em;
            pen += g.advance as f32 * em;
            PlacedGlyph {
                id: g.id,
                x: Px(x),
                y: Px(-g.y_offset as f32 * em),
                advance: Px(g.advance as f32 * em),
                text_start: g.cluster,
                text_end: end,
            }
        })
        .collect()
}

/// A line of fragments.
pub(crate) fn line(rect: Rect, children: Vec<Fragment>) -> Fragment {
    let mut fragment = Fragment::new(&style(|_| {}));
    fragment.offset = rect.origin;
    fragment.size = rect.size;
    fragment.content = FragmentContent::Line { baseline: rect.size.height, overflow: Px::ZERO };
    fragment.children = children;
    fragment
}

/// A document in the making.
#[derive(Default)]
pub(crate) struct Draft {
    pub(crate) document: Document,
}

impl Draft {
    /// Adds a page.
    pub(crate) fn page(&mut self, width: f32, height: f32, fragments: Vec<Fragment>) {
        let size = Size::new(Px(width), Px(height));
        let number = self.document.pages.len() as u32 + 1;
        let label = crate::paint::PageLabel::Number(number, crate::paint::Numbering::Decimal);
        self.document.pages.push(Page {
            size,
            bleed: Px::ZERO,
            marks: Default::default(),
            label,
            fragments,
        });
    }

    /// Adds a structure element.
    pub(crate) fn element(&mut self, role: Role, parent: Option<StructureId>) -> StructureId {
        let Structure { elements } = &mut self.document.structure;
        elements.push(StructureElement {
            role,
            parent,
            reading: elements.len() as u32 + 1,
            element: Some(ElementId(elements.len() as u32)),
            lang: None,
            alt: None,
            expansion: None,
            href: None,
            contents: None,
            cell: None,
            list_numbering: None,
        });
        StructureId(elements.len() as u32 - 1)
    }

    /// A structure element to change.
    pub(crate) fn edit(&mut self, id: StructureId) -> &mut StructureElement {
        &mut self.document.structure.elements[id.0 as usize]
    }
}

/// A fragment as content of a structure element.
pub(crate) fn of(id: StructureId, mut fragment: Fragment) -> Fragment {
    fragment.structure = Some(id);
    fragment
}

fn text_style() -> TextStyle {
    TextStyle {
        families: Arc::from([Arc::from("EB Garamond"), Arc::from("Noto Serif CJK SC")]),
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
        lang: Arc::from("en"),
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

fn flex_grid() -> FlexGrid {
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
        auto_columns: Vec::new(),
        auto_rows: Vec::new(),
        auto_flow_column: false,
        auto_flow_dense: false,
        row: (GridLine::Auto, GridLine::Auto),
        column: (GridLine::Auto, GridLine::Auto),
    }
}

/// A style with all boxes' properties at their initial values.
fn computed(text: TextStyle, display: Display) -> Computed {
    let border = Border { width: Px::ZERO, style: LineStyle::None, color: Color::BLACK };
    let zero = (LengthPercentage::ZERO, LengthPercentage::ZERO);
    let half = || (LengthPercentage::Percent(0.5), LengthPercentage::Percent(0.5));
    Computed {
        text: Arc::new(text),
        display,
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
        padding: Sides::all(LengthPercentage::ZERO),
        border: Sides::all(border),
        radius: Corners {
            top_left: zero.clone(),
            top_right: zero.clone(),
            bottom_right: zero.clone(),
            bottom_left: zero.clone(),
        },
        outline: None,
        background: Arc::new(Background {
            color: Color::TRANSPARENT,
            color_clip: BoxArea::BorderBox,
            layers: Vec::new(),
        }),
        opacity: 1.0,
        transform: Arc::from([]),
        transform_origin: half(),
        overflow: Overflow::Visible,
        object_fit: ObjectFit::Fill,
        object_position: half(),
        vertical_align: VerticalAlign::Baseline,
        decoration: TextDecoration {
            lines: DecorationLines::default(),
            style: DecorationStyle::Solid,
            color: Color::BLACK,
            thickness: None,
        },
        unicode_bidi: UnicodeBidi::Normal,
        text_fit: None,
        flex_grid: Arc::new(flex_grid()),
        generated: Arc::new(Generated {
            content: Content::Normal,
            counter_reset: Vec::new(),
            counter_increment: Vec::new(),
            counter_set: Vec::new(),
            string_set: Vec::new(),
            bookmark_level: None,
            bookmark_label: None,
        }),
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
