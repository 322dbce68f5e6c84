//! The prepared paragraph: what does not depend on the width of the block.
//!
//! A [`Paragraph`] is a sequence of [`Piece`]s in logical order, the boxes, glue and penalties of
//! Knuth and Plass in one: a piece has a width, may stretch and shrink, and may end a line.
//! Guarantees: every text piece is shaped and belongs to one face, span, level and script; a piece
//! is never broken except by a hyphen or an emergency break; positions are bytes of `text`.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::bidi::{Bases, base_at};
use super::cjk::Class;
use super::collect::{InlineBoxEntry, Span};
use super::strut::Strut;
use crate::fonts::{ShapeKey, ShapedText};
use crate::geom::Px;
use crate::layout::IntrinsicWidths;
use crate::layout::boxes::BoxId;
use crate::layout::fragment::AnchorId;

/// Inline content, collected and shaped; independent of the available width.
pub struct Paragraph {
    /// The block.
    pub(super) block: BoxId,
    /// It stands after other content of its block container.
    pub(super) continues: bool,
    /// What follows in another block of the same structure element.
    pub(super) next: Option<char>,
    /// The text as it is shown, white space collapsed.
    pub(super) text: String,
    pub(super) pieces: Vec<Piece>,
    pub(super) spans: Vec<SpanStyle>,
    /// Inline boxes; the first is the root.
    pub(super) boxes: Vec<InlineBoxEntry>,
    /// Metrics of the boxes' first faces, parallel to `boxes`.
    pub(super) struts: Vec<Strut>,
    /// Shape keys that pieces refer to, for shaping again at a break.
    pub(super) keys: Vec<ShapeKey>,
    /// Atomic inlines with the widths they contribute.
    pub(super) atomics: Vec<(BoxId, IntrinsicWidths)>,
    /// Floats with the widths they contribute.
    pub(super) floats: Vec<(BoxId, IntrinsicWidths)>,
    pub(super) soft_hyphens: Vec<u32>,
    /// Where paragraphs of the bidirectional algorithm begin, with their levels: 1 where lines
    /// begin at the right.
    pub(super) bases: Bases,
    /// What the text was scaled by (`text-fit`).
    pub(super) scale: f32,
    /// Measured when first asked for.
    pub(super) intrinsic: OnceLock<IntrinsicWidths>,
}

/// A span with what shaping needs of its style.
pub(super) struct SpanStyle {
    pub(super) span: Span,
    /// Font size after scaling, px.
    pub(super) size: f32,
    /// `letter-spacing` after scaling.
    pub(super) letter_spacing: f32,
    /// The hyphen that ends a line, in the face that has it.
    pub(super) hyphen: Option<Hyphen>,
}

/// A visible hyphen.
#[derive(Clone)]
pub(super) struct Hyphen {
    pub(super) text: Arc<str>,
    /// Its width when shaped alone.
    pub(super) width: f32,
    /// Index into `Paragraph::keys`.
    pub(super) key: u16,
    /// Px a design unit of its face.
    pub(super) unit: f32,
}

/// The least part of a paragraph.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) kind: Kind,
    /// The break opportunity after it.
    pub(super) brk: Break,
    pub(super) class: Class,
    /// Embedding level.
    pub(super) level: u8,
    /// The span, for text; an index into `Paragraph::spans`.
    pub(super) span: u32,
    /// The innermost inline box it stands in (for `Open` and `Close`, the box itself).
    pub(super) owner: u16,
    /// Bytes of the text.
    pub(super) start: u32,
    pub(super) end: u32,
    /// Natural width, px. Atomics and box edges get theirs when the block's width is known.
    pub(super) width: f32,
    /// What justification may add, px at ratio 1.
    pub(super) stretch: f32,
    /// What justification may take away at most.
    pub(super) shrink: f32,
    /// The glyphs, for text.
    pub(super) glyphs: Option<Glyphs>,
}

/// A stretch of shaped text.
#[derive(Clone, Debug)]
pub(super) struct Glyphs {
    pub(super) shaped: Arc<ShapedText>,
    /// Which of its glyphs.
    pub(super) range: Range<u32>,
    /// The position of the shaped text's beginning in the paragraph.
    pub(super) base: u32,
    /// Index into `Paragraph::keys`.
    pub(super) key: u16,
    /// Px a design unit.
    pub(super) unit: f32,
    /// Shift of the glyphs to the right, px: opening marks whose blank half is glue.
    pub(super) shift: f32,
    /// Added after each cluster.
    pub(super) letter_spacing: f32,
    /// Added after each word separator.
    pub(super) word_spacing: f32,
}

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    /// Text without spaces.
    Text,
    /// Word separators.
    Space(Space),
    /// A preserved tab.
    Tab,
    /// Room without glyphs.
    Gap(Gap),
    /// An inline box begins.
    Open(u16),
    /// An inline box ends.
    Close(u16),
    /// An atomic inline: an index into `Paragraph::atomics`.
    Atomic(u16),
    /// A float: an index into `Paragraph::floats`.
    Float(u16),
    /// An absolutely positioned box.
    Positioned {
        /// The box.
        id: BoxId,
        /// Whether its `display` was block-level.
        block_level: bool,
    },
    /// An anchor.
    Anchor(AnchorId),
    /// A soft hyphen at the edge of an inline box; its hyphen is that of its span.
    SoftHyphen,
    /// A forced line break.
    Break,
}

/// What happens to spaces at the ends of a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Space {
    /// Removed at both ends.
    Collapsible,
    /// Hang over the end.
    Hanging,
    /// Take room as anything else.
    Kept,
    /// Of a placed line: at its end, where it takes no room and is only read.
    Swallowed,
}

/// Why there is room.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Gap {
    /// `text-autospace` between Han and Latin; none at the ends of a line.
    Autospace,
    /// The blank half of an opening mark, before it.
    BeforeMark,
    /// The blank half of a closing mark, after it.
    AfterMark,
}

/// A break opportunity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Break {
    /// None.
    No,
    /// A soft wrap.
    Soft,
    /// A soft wrap after a visible hyphen or dash.
    Hyphen,
    /// A soft wrap at a soft hyphen between two pieces: a line that ends there gets a hyphen.
    SoftHyphen,
    /// A forced break.
    Forced,
}

impl Piece {
    /// A piece without text.
    pub(super) fn mark(kind: Kind, at: u32, owner: u16, level: u8) -> Piece {
        Piece {
            kind,
            brk: if kind == Kind::Break { Break::Forced } else { Break::No },
            class: Class::Other,
            level,
            span: u32::MAX,
            owner,
            start: at,
            end: at,
            width: 0.0,
            stretch: 0.0,
            shrink: 0.0,
            glyphs: None,
        }
    }

    /// Glue that vanishes at the beginning of a line.
    pub(super) fn leads_discardable(&self) -> bool {
        matches!(self.kind, Kind::Space(Space::Collapsible) | Kind::Gap(_))
    }

    /// Glue that vanishes at the end of a line, or hangs over it.
    pub(super) fn trails_discardable(&self) -> bool {
        matches!(
            self.kind,
            Kind::Space(Space::Collapsible | Space::Hanging) | Kind::Gap(_) | Kind::Break
        )
    }

    /// What takes no room and does not hide glue beside it.
    pub(super) fn is_transparent(&self) -> bool {
        matches!(
            self.kind,
            Kind::Open(_)
                | Kind::Close(_)
                | Kind::Float(_)
                | Kind::Positioned { .. }
                | Kind::Anchor(_)
                | Kind::SoftHyphen
        )
    }

    /// Whether a line may end after it.
    pub(super) fn ends_line(&self) -> bool {
        self.brk != Break::No
    }
}

impl Glyphs {
    /// Bytes in the paragraph at which the glyphs' clusters begin, with advances; in visual order.
    pub(super) fn slice(&self) -> &[crate::fonts::Glyph] {
        &self.shaped.glyphs[self.range.start as usize..self.range.end as usize]
    }

    /// The natural width: advances and letter spacing.
    pub(super) fn width(&self) -> f32 {
        let glyphs = self.slice();
        let units: i32 = glyphs.iter().map(|g| g.advance).sum();
        units as f32 * self.unit
            + (self.letter_spacing + self.word_spacing) * count_clusters(glyphs) as f32
    }

    /// The width of the clusters that begin before a position of the paragraph.
    pub(super) fn width_before(&self, position: u32) -> f32 {
        let glyphs = self.slice();
        let inside = |g: &&crate::fonts::Glyph| self.base + g.cluster < position;
        let units: i32 = glyphs.iter().filter(inside).map(|g| g.advance).sum();
        let mut clusters = 0;
        let mut last = None;
        for g in glyphs.iter().filter(inside) {
            clusters += usize::from(last != Some(g.cluster));
            last = Some(g.cluster);
        }
        units as f32 * self.unit + (self.letter_spacing + self.word_spacing) * clusters as f32
    }
}

/// How many clusters there are.
pub(super) fn count_clusters(glyphs: &[crate::fonts::Glyph]) -> usize {
    let changes = glyphs.windows(2).filter(|pair| pair[0].cluster != pair[1].cluster).count();
    changes + usize::from(!glyphs.is_empty())
}

impl Paragraph {
    /// The `min-content` and `max-content` widths.
    pub fn intrinsic_widths(&self) -> IntrinsicWidths {
        *self.intrinsic.get_or_init(|| super::measure::intrinsic(self))
    }

    /// The text as it is shown, with U+FFFC for atomic inlines and line feeds for forced breaks.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether anything floats in it.
    pub fn has_floats(&self) -> bool {
        !self.floats.is_empty()
    }

    /// The embedding level of the lines at a position of the text: 1 where they begin at the right.
    pub(super) fn base_level(&self, at: u32) -> u8 {
        base_at(&self.bases, at)
    }

    /// The span of a text piece.
    pub(super) fn span(&self, piece: &Piece) -> Option<&SpanStyle> {
        self.spans.get(piece.span as usize)
    }

    /// The root's style.
    pub(super) fn root(&self) -> &Arc<crate::css::computed::Computed> {
        &self.boxes[0].style
    }

    /// The font size of the block.
    pub(super) fn root_size(&self) -> Px {
        self.root().text.size * self.scale
    }
}
