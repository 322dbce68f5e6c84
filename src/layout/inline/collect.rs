//! Pass 1: the items of a block become one text with marks in it.
//!
//! Input: [`InlineContent`]. Output: [`Collected`]: white space is collapsed (CSS Text 3 §4.1.1),
//! `text-transform` applied; soft hyphens and zero-width spaces are taken out of the text, which
//! keeps it clean for shaping and for copying, and stand as positions; boxes, breaks and
//! out-of-flow things are marks at positions. It measures nothing.

use std::sync::Arc;

use super::cjk::{is_shared_punctuation, is_wide};
use super::transform::Transformer;
use crate::css::computed::{
    Computed, Direction, Hyphens, TextStyle, UnicodeBidi, WhiteSpaceCollapse,
};
use crate::layout::boxes::tree::{InlineBox, InlineContent, InlineItem, InlineText};
use crate::layout::boxes::{BoxId, LayoutBox};
use crate::layout::fragment::{AnchorId, ElementId, StructureId};

/// Index of the root inline box: the block itself.
pub(super) const ROOT: u16 = 0;

/// The stand-in for an atomic inline in the text.
pub(super) const OBJECT: char = '\u{fffc}';

/// The content of a paragraph as one text.
#[derive(Default)]
pub(super) struct Collected {
    /// The text. Atomic inlines are U+FFFC, forced breaks line feeds; bidi controls stand where
    /// `unicode-bidi` asks for them. What is outside all spans is not shown.
    pub(super) text: String,
    /// Text with its style, in order, not touching forced breaks of `<br>` and atomics.
    pub(super) spans: Vec<Span>,
    /// What stands between characters, by position, in order.
    pub(super) marks: Vec<(u32, Mark)>,
    /// Inline boxes; the first is the root.
    pub(super) boxes: Vec<InlineBoxEntry>,
    /// Where the author allows a hyphen.
    pub(super) soft_hyphens: Vec<u32>,
    /// Where `<wbr>` or U+200B allow a break.
    pub(super) break_opportunities: Vec<u32>,
}

/// A stretch of text in one style.
pub(super) struct Span {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) style: Arc<TextStyle>,
    /// The inline box it stands in.
    pub(super) owner: u16,
    pub(super) element: Option<ElementId>,
    pub(super) structure: Option<StructureId>,
    pub(super) artifact: bool,
    pub(super) reading: u32,
}

/// An inline box of the paragraph.
pub(super) struct InlineBoxEntry {
    pub(super) style: Arc<Computed>,
    /// None for the root.
    pub(super) source: Option<Arc<InlineBox>>,
    pub(super) parent: u16,
}

/// Something between characters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Mark {
    Open(u16),
    Close(u16),
    Atomic(BoxId),
    LineBreak,
    Float(BoxId),
    Positioned(BoxId),
    Anchor(AnchorId),
    /// A soft hyphen in this span. Inside a word only `Collected::soft_hyphens` counts; this tells
    /// those between two inline boxes where they stand among the tags.
    SoftHyphen(u32),
}

/// Collects the inline content of a block.
pub(super) fn collect(block: &LayoutBox, content: &InlineContent) -> Collected {
    let root = InlineBoxEntry { style: Arc::clone(&block.style), source: None, parent: ROOT };
    let mut c = Collector {
        out: Collected { boxes: vec![root], ..Collected::default() },
        open: vec![ROOT],
        space: None,
        at_line_start: true,
        case: Transformer::default(),
    };
    let controls = bidi_controls(&block.style, ROOT);
    c.out.text.push_str(controls.0);
    for item in &content.items {
        c.item(item);
    }
    c.out.text.push_str(controls.1);
    c.out
}

struct Collector {
    out: Collected,
    /// Open inline boxes, outermost first.
    open: Vec<u16>,
    /// The collapsible space at the end of the text, while nothing but marks came after it.
    space: Option<CollapsedSpace>,
    /// Collapsible space would be at the beginning of a line.
    at_line_start: bool,
    case: Transformer,
}

struct CollapsedSpace {
    /// Where it stands.
    at: usize,
    /// A segment break was among what it stands for.
    has_break: bool,
}

impl Collector {
    fn item(&mut self, item: &InlineItem) {
        match item {
            InlineItem::Text(text) => self.text(text),
            InlineItem::Open(inline) => self.open(inline),
            InlineItem::Close => self.close(),
            InlineItem::Atomic(id) => self.object(Mark::Atomic(*id), OBJECT, false),
            InlineItem::LineBreak => self.object(Mark::LineBreak, '\n', true),
            InlineItem::BreakOpportunity => {
                self.space = None;
                let at = self.position();
                self.out.break_opportunities.push(at);
            }
            InlineItem::Float(id) => self.mark(Mark::Float(*id)),
            InlineItem::Positioned(id) => self.mark(Mark::Positioned(*id)),
            InlineItem::Anchor(id) => self.mark(Mark::Anchor(*id)),
        }
    }

    fn position(&self) -> u32 {
        self.out.text.len() as u32
    }

    fn mark(&mut self, mark: Mark) {
        let at = self.position();
        self.out.marks.push((at, mark));
    }

    /// An atomic inline or a forced break: a character of its own that belongs to no span.
    fn object(&mut self, mark: Mark, stand_in: char, line_start: bool) {
        self.mark(mark);
        self.out.text.push(stand_in);
        self.space = None;
        self.at_line_start = line_start;
        self.case.interrupt();
    }

    fn open(&mut self, inline: &Arc<InlineBox>) {
        let index = u16::try_from(self.out.boxes.len()).unwrap_or(u16::MAX - 1);
        let parent = self.open.last().copied().unwrap_or(ROOT);
        self.out.boxes.push(InlineBoxEntry {
            style: Arc::clone(&inline.style),
            source: Some(Arc::clone(inline)),
            parent,
        });
        self.mark(Mark::Open(index));
        self.open.push(index);
        self.out.text.push_str(bidi_controls(&inline.style, index).0);
    }

    fn close(&mut self) {
        if self.open.len() < 2 {
            return;
        }
        let Some(index) = self.open.pop() else { return };
        let controls = bidi_controls(&self.out.boxes[usize::from(index)].style, index).1;
        self.out.text.push_str(controls);
        self.mark(Mark::Close(index));
    }

    fn text(&mut self, item: &InlineText) {
        let start = self.position();
        self.out.spans.push(Span {
            start,
            end: start,
            style: Arc::clone(&item.style),
            owner: self.open.last().copied().unwrap_or(ROOT),
            element: item.element,
            structure: item.structure,
            artifact: item.artifact,
            reading: item.reading,
        });
        for c in item.text.chars() {
            self.character(c, &item.style);
        }
        let end = self.position();
        if let Some(span) = self.out.spans.last_mut() {
            span.end = end;
            // A soft hyphen that stands alone has its hyphen's style from the span.
            let is_empty = span.start == end;
            let index = self.out.spans.len() as u32 - 1;
            let stands_alone = |mark: &Mark| *mark == Mark::SoftHyphen(index);
            if is_empty && !self.out.marks.last().is_some_and(|(_, mark)| stands_alone(mark)) {
                self.out.spans.pop();
            }
        }
    }

    fn character(&mut self, c: char, style: &TextStyle) {
        let preserve = matches!(
            style.white_space,
            WhiteSpaceCollapse::Preserve | WhiteSpaceCollapse::BreakSpaces
        );
        match c {
            ' ' | '\t' | '\n' | '\r' | '\u{c}' if !preserve => self.collapsible(c, style),
            '\r' => {}
            '\n' => self.newline(),
            '\u{ad}' => {
                if style.hyphens != Hyphens::None {
                    let at = self.position();
                    self.out.soft_hyphens.push(at);
                    self.mark(Mark::SoftHyphen(self.out.spans.len().saturating_sub(1) as u32));
                }
            }
            '\u{200b}' => {
                self.space = None;
                let at = self.position();
                self.out.break_opportunities.push(at);
            }
            _ => {
                self.settle_space(c, style);
                self.case.push(c, style, &mut self.out.text);
                self.space = None;
                self.at_line_start = false;
            }
        }
    }

    /// A white space character that collapses.
    fn collapsible(&mut self, c: char, style: &TextStyle) {
        if c == '\n' && style.white_space == WhiteSpaceCollapse::PreserveBreaks {
            self.drop_space();
            self.newline();
            return;
        }
        if let Some(space) = &mut self.space {
            space.has_break |= c == '\n';
        } else if !self.at_line_start {
            self.space = Some(CollapsedSpace { at: self.out.text.len(), has_break: c == '\n' });
            self.case.push(' ', style, &mut self.out.text);
        }
    }

    fn newline(&mut self) {
        self.out.text.push('\n');
        self.space = None;
        self.at_line_start = true;
        self.case.interrupt();
    }

    /// Before a visible character: a segment break between two wide characters leaves no space
    /// (CSS Text 3 §4.1.3).
    fn settle_space(&mut self, next: char, style: &TextStyle) {
        let Some(space) = &self.space else { return };
        if !space.has_break {
            return;
        }
        let chinese = style.lang.starts_with("zh") || style.lang.starts_with("ja");
        let wide = |c: char| is_wide(c) || chinese && is_shared_punctuation(c);
        let before = self.out.text[..space.at].chars().next_back();
        if wide(next) && before.is_some_and(wide) {
            self.drop_space();
        }
    }

    /// Takes the collapsible space at the end of the text away again; only marks and empty spans
    /// stand after it.
    fn drop_space(&mut self) {
        let Some(space) = self.space.take() else { return };
        let removed = (self.out.text.len() - space.at) as u32;
        // Bidi controls may stand after the space; they stay.
        let width = self.out.text[space.at..].chars().next().map_or(0, char::len_utf8) as u32;
        if width == 0 || removed == 0 {
            return;
        }
        self.out.text.replace_range(space.at..space.at + width as usize, "");
        let shift = |at: &mut u32| {
            if *at > space.at as u32 {
                *at -= width;
            }
        };
        self.out.marks.iter_mut().rev().for_each(|(at, _)| shift(at));
        self.out.soft_hyphens.iter_mut().rev().for_each(shift);
        self.out.break_opportunities.iter_mut().rev().for_each(shift);
        for span in self.out.spans.iter_mut().rev().take_while(|s| s.end >= space.at as u32) {
            shift(&mut span.start);
            shift(&mut span.end);
        }
    }
}

/// What `unicode-bidi` puts at the beginning and the end of an inline box (CSS Writing Modes 3
/// §2.4.4).
///
/// The block itself isolates its content and sets the base direction; an override it hands on.
pub(super) fn bidi_controls(style: &Computed, index: u16) -> (&'static str, &'static str) {
    let rtl = style.text.direction == Direction::Rtl;
    match style.unicode_bidi {
        UnicodeBidi::BidiOverride | UnicodeBidi::IsolateOverride if index == ROOT => {
            (if rtl { "\u{202e}" } else { "\u{202d}" }, "\u{202c}")
        }
        _ if index == ROOT => ("", ""),
        UnicodeBidi::Normal => ("", ""),
        UnicodeBidi::Embed if rtl => ("\u{202b}", "\u{202c}"),
        UnicodeBidi::Embed => ("\u{202a}", "\u{202c}"),
        UnicodeBidi::Isolate if rtl => ("\u{2067}", "\u{2069}"),
        UnicodeBidi::Isolate => ("\u{2066}", "\u{2069}"),
        UnicodeBidi::BidiOverride if rtl => ("\u{202e}", "\u{202c}"),
        UnicodeBidi::BidiOverride => ("\u{202d}", "\u{202c}"),
        UnicodeBidi::IsolateOverride if rtl => ("\u{2068}\u{202e}", "\u{202c}\u{2069}"),
        UnicodeBidi::IsolateOverride => ("\u{2068}\u{202d}", "\u{202c}\u{2069}"),
        UnicodeBidi::Plaintext => ("\u{2068}", "\u{2069}"),
    }
}
