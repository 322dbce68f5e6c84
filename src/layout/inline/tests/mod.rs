//! Tests of inline layout on box trees made by hand, with the embedded fonts.

mod bidi;
mod breaking;
mod chinese;
mod features;
mod geometry;
mod opportunities;
mod text;

use std::sync::{Arc, OnceLock};

use super::{Checkpoint, InlineLayout, LineSpace, Slot, layout};
use crate::css::computed::*;
use crate::diag::Diagnostic;
use crate::fonts::{FontBook, Shaper};
use crate::geom::{Color, Corners, Px, Sides};
use crate::layout::boxes::tree::InlineBox;
use crate::layout::boxes::tree::InlineText;
use crate::layout::boxes::{BoxId, BoxKind, BoxTree, InlineContent, InlineItem, LayoutBox};
use crate::layout::fragment::{Fragment, FragmentContent, GlyphRun};
use crate::layout::{Containing, Context};

/// The text style of tests: EB Garamond, 16 px, English.
pub(super) fn text_style() -> TextStyle {
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
pub(super) fn computed(text: TextStyle, display: Display) -> Computed {
    let border = Border { width: Px::ZERO, style: LineStyle::None, color: Color::BLACK };
    let zero = (LengthPercentage::ZERO, LengthPercentage::ZERO);
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
        transform_origin: zero.clone(),
        overflow: Overflow::Visible,
        object_fit: ObjectFit::Fill,
        object_position: zero,
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

/// A block under test.
pub(super) struct Block {
    pub(super) tree: BoxTree,
    pub(super) style: Computed,
    pub(super) content: InlineContent,
}

impl Block {
    /// A block with a changed text style.
    pub(super) fn new(change: impl FnOnce(&mut TextStyle)) -> Block {
        let mut text = text_style();
        change(&mut text);
        Block {
            tree: BoxTree::default(),
            style: computed(text, Display::Block),
            content: InlineContent::default(),
        }
    }

    /// Chinese in Noto Serif.
    pub(super) fn chinese(change: impl FnOnce(&mut TextStyle)) -> Block {
        Block::new(|s| {
            s.lang = Arc::from("zh-Hans");
            change(s);
        })
    }

    pub(super) fn text(self, text: &str) -> Block {
        let style = Arc::clone(&self.style.text);
        self.styled_text(text, &style)
    }

    pub(super) fn styled_text(mut self, text: &str, style: &Arc<TextStyle>) -> Block {
        self.content.items.push(InlineItem::Text(InlineText {
            text: Arc::from(text),
            style: Arc::clone(style),
            element: None,
            structure: None,
            artifact: false,
            reading: 0,
            counter: None,
        }));
        self
    }

    pub(super) fn item(mut self, item: InlineItem) -> Block {
        self.content.items.push(item);
        self
    }

    /// An inline box around some text, with a changed style.
    pub(super) fn inline(self, text: &str, change: impl FnOnce(&mut Computed)) -> Block {
        let mut style = computed((*self.style.text).clone(), Display::Inline);
        change(&mut style);
        let text_style = Arc::clone(&style.text);
        let inline = InlineBox { style: Arc::new(style), element: None, structure: None, order: 1 };
        self.item(InlineItem::Open(Arc::new(inline)))
            .styled_text(text, &text_style)
            .item(InlineItem::Close)
    }

    /// An inline-block of a fixed size.
    pub(super) fn atomic(mut self, width: f32, height: f32, align: VerticalAlign) -> Block {
        let mut style = computed((*self.style.text).clone(), Display::InlineBlock);
        style.width = SizeValue::Value(LengthPercentage::Length(Px(width)));
        style.height = SizeValue::Value(LengthPercentage::Length(Px(height)));
        style.vertical_align = align;
        let id = self.tree.push(boxed(style, BoxKind::Block(Vec::new())));
        self.item(InlineItem::Atomic(id))
    }

    /// Lays the block out.
    pub(super) fn lay(self, width: f32) -> Laid {
        self.lay_in(width, &mut Uniform(Px(width)))
    }

    pub(super) fn lay_in(mut self, width: f32, space: &mut dyn LineSpace) -> Laid {
        let id = self.tree.push(boxed(self.style, BoxKind::Inline(self.content)));
        let mut shaper = shaper();
        let mut cx = Context::new(&self.tree, &mut shaper);
        let para = cx.paragraph(id);
        let style = cx.style(id).clone();
        let layout =
            layout(&mut cx, &para, &style, Containing { width: Px(width), height: None }, space);
        let intrinsic = para.intrinsic_widths();
        let findings = cx.findings.into_iter().map(|(_, d)| d).collect();
        Laid { layout, intrinsic, findings, text: para.text().to_owned() }
    }

    /// Prepares the paragraph and hands it over.
    pub(super) fn with<R>(
        mut self,
        f: impl FnOnce(&mut Context<'_>, &super::Paragraph, BoxId) -> R,
    ) -> R {
        let id = self.tree.push(boxed(self.style, BoxKind::Inline(self.content)));
        let mut shaper = shaper();
        let mut cx = Context::new(&self.tree, &mut shaper);
        let para = cx.paragraph(id);
        f(&mut cx, &para, id)
    }
}

fn shaper() -> Shaper {
    static BOOK: OnceLock<Arc<FontBook>> = OnceLock::new();
    let read = || Arc::new(FontBook::embedded().expect("the embedded fonts are sound"));
    Shaper::new(Arc::clone(BOOK.get_or_init(read)))
}

fn boxed(style: Computed, kind: BoxKind) -> LayoutBox {
    LayoutBox {
        style: Arc::new(style),
        element: None,
        structure: None,
        artifact: false,
        order: 0,
        broken: Default::default(),
        kind,
    }
}

/// Lines of one width.
pub(super) struct Uniform(pub(super) Px);

impl LineSpace for Uniform {
    fn slot(&mut self, top: Px, _: Px) -> Slot {
        Slot { top, left: Px::ZERO, width: self.0 }
    }

    fn below(&mut self, _: Px, _: Px, _: Px) -> Option<Px> {
        None
    }

    fn place_float(&mut self, _: &mut Context, _: BoxId, _: Px, _: Px) -> bool {
        true
    }

    fn uniform(&self) -> Option<Px> {
        Some(self.0)
    }

    fn checkpoint(&self) -> Checkpoint {
        Checkpoint::default()
    }

    fn rewind(&mut self, _: &Checkpoint) {}
}

/// What came out.
pub(super) struct Laid {
    pub(super) layout: InlineLayout,
    pub(super) intrinsic: crate::layout::IntrinsicWidths,
    pub(super) findings: Vec<Diagnostic>,
    /// The collapsed text.
    pub(super) text: String,
}

impl Laid {
    /// The text of each line from left to right: with the space that a line break swallows.
    pub(super) fn read(&self) -> Vec<String> {
        self.layout.lines.iter().map(|l| runs(l).iter().map(|(r, _)| &*r.text).collect()).collect()
    }

    /// The text of each line as it is seen: without that space.
    pub(super) fn lines(&self) -> Vec<String> {
        let is_swallowed = |run: &GlyphRun| {
            let end = if run.rtl { run.glyphs.first() } else { run.glyphs.last() };
            end.is_some_and(|g| {
                &run.text[g.text_range()] == " " && (g.advance.0 == 0.0 || g.x.0 < 0.0)
            })
        };
        let seen = |(run, _): &(GlyphRun, f32)| {
            let swallowed = usize::from(is_swallowed(run));
            run.text[..run.text.len() - swallowed].to_owned()
        };
        self.layout.lines.iter().map(|line| runs(line).iter().map(seen).collect()).collect()
    }

    /// The right edge of the last glyph of each line, from the content box.
    pub(super) fn right_edges(&self) -> Vec<f32> {
        self.layout
            .lines
            .iter()
            .map(|line| {
                runs(line)
                    .iter()
                    .filter_map(|(run, x)| {
                        Some(x + run.glyphs.last()?.x.0 + run.glyphs.last()?.advance.0)
                    })
                    .fold(0.0, f32::max)
            })
            .collect()
    }

    /// All runs with their left edges, line by line.
    pub(super) fn runs(&self) -> Vec<(GlyphRun, f32)> {
        self.layout.lines.iter().flat_map(runs).collect()
    }
}

/// The runs of a line in visual order, with their left edges from the content box.
pub(super) fn runs(line: &Fragment) -> Vec<(GlyphRun, f32)> {
    fn walk(fragment: &Fragment, x: f32, found: &mut Vec<(GlyphRun, f32)>) {
        let x = x + fragment.offset.x.0;
        if let FragmentContent::Text(run) = &fragment.content {
            found.push(((**run).clone(), x));
        }
        fragment.children.iter().for_each(|child| walk(child, x, found));
    }
    let mut found = Vec::new();
    walk(line, 0.0, &mut found);
    found.sort_by(|(_, a), (_, b)| a.total_cmp(b));
    found
}
