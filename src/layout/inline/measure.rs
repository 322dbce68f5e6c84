//! Widths: of pieces in a block of known width, of the glue at the ends of a line, and the
//! intrinsic widths of a paragraph.
//!
//! Input: [`Paragraph`], the block's width, laid-out atomic inlines. Output: [`Measured`].

use super::hyphenate::{self, AutoLimits, Points};
use super::para::{Break, Gap, Hyphen, Kind, Paragraph, Piece, Space};
use crate::css::computed::{
    Direction, LengthPercentageAuto, LineBreak, OverflowWrap, TabSize, TextSpacingTrim, WordBreak,
};
use crate::geom::{Px, Sides};
use crate::layout::boxes::BoxId;
use crate::layout::fragment::Fragment;
use crate::layout::{AtomicLayout, Containing, Context, IntrinsicWidths};

/// Rounding of sums must not break a line that fits: Chromium's unit, 1/64 px.
pub(super) const TOLERANCE: f32 = 1.0 / 64.0;

/// Used margins, borders and padding of an inline box.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Edges {
    pub(super) margin: Sides<Px>,
    pub(super) border: Sides<Px>,
    pub(super) padding: Sides<Px>,
}

impl Edges {
    pub(super) fn left(&self) -> f32 {
        (self.margin.left + self.border.left + self.padding.left).0
    }

    pub(super) fn right(&self) -> f32 {
        (self.margin.right + self.border.right + self.padding.right).0
    }
}

/// A place where a line begins or ends: before a piece, or inside one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    /// The first piece after it.
    pub(super) piece: usize,
    /// Where that piece is divided, a position of the text; 0 if it is not.
    pub(super) split: u32,
}

impl Cut {
    pub(super) fn before(piece: usize) -> Cut {
        Cut { piece, split: 0 }
    }
}

/// A line as the breakers decide it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct BrokenLine {
    pub(super) start: Cut,
    pub(super) end: Cut,
    /// A hyphen is added at the end.
    pub(super) hyphen: bool,
    /// It ends with a forced break or with the paragraph.
    pub(super) last: bool,
}

/// Glue that an end of a line loses.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Trim {
    /// Everything that vanishes or hangs.
    pub(super) width: f32,
    pub(super) stretch: f32,
    pub(super) shrink: f32,
    /// Of `width`, the blank half of a mark and spaces that hang: these stay where they fit, the
    /// former in lines that are not justified, the latter before forced breaks.
    pub(super) optional: f32,
}

/// What of a mark at the end of a line hangs over it (`hanging-punctuation`).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Hang {
    /// In any case (`force-end`).
    pub(super) always: f32,
    /// Where the line does not fit otherwise, before justification (`allow-end`).
    pub(super) at_need: f32,
}

/// A paragraph in a block of known width.
pub(super) struct Measured<'p> {
    pub(super) para: &'p Paragraph,
    /// The block's content box.
    pub(super) containing: Containing,
    /// Parallel to the paragraph's boxes.
    pub(super) edges: Vec<Edges>,
    /// Parallel to the paragraph's atomics.
    pub(super) atomics: Vec<AtomicLayout>,
    /// Whether some box repeats its edges on every line (`box-decoration-break: clone`).
    pub(super) has_clones: bool,
    /// Whether lines are justified: marks are trimmed at their ends.
    pub(super) justify: bool,
}

impl<'p> Measured<'p> {
    /// Lays out the atomic inlines and resolves percentages.
    pub(super) fn new(
        cx: &mut Context<'_>,
        para: &'p Paragraph,
        containing: Containing,
        justify: bool,
    ) -> Measured<'p> {
        let lay_out = |(id, _): &(BoxId, IntrinsicWidths)| cx.layout_atomic(*id, containing);
        let atomics = para.atomics.iter().map(lay_out).collect();
        Measured { justify, ..Measured::with(para, containing, atomics) }
    }

    fn with(
        para: &'p Paragraph,
        containing: Containing,
        atomics: Vec<AtomicLayout>,
    ) -> Measured<'p> {
        let width = containing.width;
        let mut edges = vec![Edges::default()];
        edges.extend(para.boxes.iter().skip(1).map(|b| {
            let margin = |value: LengthPercentageAuto| value.resolve(width).unwrap_or(Px::ZERO);
            Edges {
                margin: b.style.margin.clone().map(margin),
                border: b.style.border.map(|border| border.width),
                padding: b.style.padding.clone().map(|value| value.resolve(width)),
            }
        }));
        let has_clones = para.boxes.iter().skip(1).any(|b| b.style.decoration_clone);
        Measured { para, containing, edges, atomics, has_clones, justify: false }
    }

    pub(super) fn pieces(&self) -> &'p [Piece] {
        &self.para.pieces
    }

    /// What the left or the right edge of an inline box takes.
    pub(super) fn edge_width(&self, index: u16, left: bool) -> f32 {
        let edges = &self.edges[usize::from(index)];
        if left { edges.left() } else { edges.right() }
    }

    /// Whether a tag stands for the left edge of its box: where it begins, unless its direction is
    /// from right to left (CSS 2.2 §8.6).
    pub(super) fn is_left_edge(&self, tag: Kind) -> bool {
        let rtl = |b: u16| self.para.boxes[usize::from(b)].style.text.direction == Direction::Rtl;
        match tag {
            Kind::Open(b) => !rtl(b),
            Kind::Close(b) => rtl(b),
            _ => false,
        }
    }

    /// The natural width of a piece; tabs have none until they stand somewhere.
    pub(super) fn width(&self, index: usize) -> f32 {
        let piece = &self.para.pieces[index];
        match piece.kind {
            Kind::Open(b) | Kind::Close(b) => self.edge_width(b, self.is_left_edge(piece.kind)),
            Kind::Atomic(index) => match self.atomics.get(usize::from(index)) {
                Some(atomic) => (atomic.fragment.size.width + atomic.margin.horizontal()).0,
                None => 0.0,
            },
            _ => piece.width,
        }
    }

    /// The width of a tab at a place on the line (CSS Text 3 §4.2): up to the next multiple of
    /// `tab-size` spaces, or the one after if that is too near.
    pub(super) fn tab_width(&self, index: usize, x: f32) -> f32 {
        let Some(span) = self.para.span(&self.para.pieces[index]) else { return 0.0 };
        let style = &span.span.style;
        let space = span.size * self.space_advance(index)
            + span.letter_spacing
            + style.word_spacing.0 * self.para.scale;
        let stop = match style.tab_size {
            TabSize::Spaces(count) => space * count,
            TabSize::Length(length) => length.0 * self.para.scale,
        };
        if stop <= 0.0 {
            return 0.0;
        }
        let next = ((x / stop).floor() + 1.0) * stop;
        if next - x < space * 0.5 { next + stop - x } else { next - x }
    }

    fn space_advance(&self, index: usize) -> f32 {
        let owner = usize::from(self.para.pieces[index].owner);
        self.para.struts[owner].space
    }

    /// The glue that the beginning of a line loses.
    pub(super) fn leading(&self, start: Cut) -> Trim {
        let mut trim = Trim::default();
        if start.split > 0 {
            return trim;
        }
        for (i, piece) in self.para.pieces.iter().enumerate().skip(start.piece) {
            if piece.leads_discardable() {
                if piece.kind == Kind::Gap(Gap::BeforeMark) && !self.trims_start(start, piece) {
                    break;
                }
                self.add(&mut trim, i, piece);
            } else if !piece.is_transparent() {
                break;
            }
        }
        trim
    }

    /// Whether an opening mark loses its blank half at this beginning of a line.
    pub(super) fn trims_start(&self, start: Cut, piece: &Piece) -> bool {
        let pieces = &self.para.pieces;
        let first = start.piece == 0 || pieces[start.piece - 1].brk == Break::Forced;
        match self.spacing_trim(piece) {
            TextSpacingTrim::TrimStart | TextSpacingTrim::TrimBoth => true,
            TextSpacingTrim::SpaceFirst => !first,
            _ => self.justify && !first,
        }
    }

    /// `text-spacing-trim` of the span that a piece stands in.
    pub(super) fn spacing_trim(&self, piece: &Piece) -> TextSpacingTrim {
        self.para.span(piece).map_or(TextSpacingTrim::Normal, |s| s.span.style.spacing_trim)
    }

    /// The glue that the end of a line loses, the line being pieces `from..end`.
    pub(super) fn trailing(&self, from: usize, end: usize) -> Trim {
        let mut trim = Trim::default();
        for i in (from..end).rev() {
            let piece = &self.para.pieces[i];
            if piece.trails_discardable() {
                self.add(&mut trim, i, piece);
                let optional = match piece.kind {
                    Kind::Gap(Gap::AfterMark) => {
                        self.spacing_trim(piece) != TextSpacingTrim::TrimBoth
                    }
                    kind => kind == Kind::Space(Space::Hanging),
                };
                if optional {
                    trim.optional += piece.width;
                }
            } else if !piece.is_transparent() {
                // The room an ideograph may get after it.
                trim.stretch += if piece.kind == Kind::Text { piece.stretch } else { 0.0 };
                break;
            }
        }
        trim
    }

    fn add(&self, trim: &mut Trim, index: usize, piece: &Piece) {
        trim.width += self.width(index);
        trim.stretch += piece.stretch;
        trim.shrink += piece.shrink;
    }

    /// What hangs over the end of a line that ends here.
    pub(super) fn hang_at_end(&self, end: Cut) -> Hang {
        let hanging = self.para.root().text.hanging_punctuation;
        if end.split > 0 || !(hanging.allow_end || hanging.force_end) {
            return Hang::default();
        }
        let mut pieces = self.para.pieces[..end.piece].iter().rev();
        let last = pieces.find(|piece| !piece.trails_discardable() && !piece.is_transparent());
        let stop = last.filter(|piece| {
            let text = &self.para.text[piece.start as usize..piece.end as usize];
            piece.kind == Kind::Text && text.ends_with(is_stop)
        });
        let width = stop.map_or(0.0, end_advance);
        if hanging.force_end {
            Hang { always: width, at_need: 0.0 }
        } else {
            Hang { always: 0.0, at_need: width }
        }
    }

    /// What repeated box edges take at a cut: on the line before it and on the line after.
    pub(super) fn clone_edges(&self, cut: Cut) -> (f32, f32) {
        if !self.has_clones {
            return (0.0, 0.0);
        }
        let open = self.open_clones(cut);
        let edge = |tag: Kind, b: u16| self.edge_width(b, self.is_left_edge(tag));
        let before = open.iter().map(|b| edge(Kind::Close(*b), *b)).sum();
        (before, open.iter().map(|b| edge(Kind::Open(*b), *b)).sum())
    }

    /// The boxes with `box-decoration-break: clone` that are open at a cut, outermost first.
    pub(super) fn open_clones(&self, cut: Cut) -> Vec<u16> {
        let mut open = Vec::new();
        for piece in &self.para.pieces[..cut.piece.min(self.para.pieces.len())] {
            match piece.kind {
                Kind::Open(b) => open.push(b),
                Kind::Close(_) => drop(open.pop()),
                _ => {}
            }
        }
        open.retain(|b| self.para.boxes[usize::from(*b)].style.decoration_clone);
        open
    }

    /// The hyphen that a line gets which ends between two pieces, at a soft hyphen; and the piece
    /// that stands for it.
    pub(super) fn soft_hyphen_at(&self, end: Cut) -> Option<(usize, &'p Hyphen)> {
        let pieces = &self.para.pieces;
        if end.split > 0 || pieces[..end.piece].last()?.brk != Break::SoftHyphen {
            return None;
        }
        let at = pieces[..end.piece].iter().rposition(|piece| piece.kind == Kind::SoftHyphen)?;
        Some((at, self.para.span(&pieces[at])?.hyphen.as_ref()?))
    }

    /// Whether a word may be broken anywhere if nothing else helps.
    pub(super) fn breaks_anywhere(&self, piece: &Piece) -> bool {
        let Some(span) = self.para.span(piece) else { return false };
        let style = &span.span.style;
        style.wrap
            && (style.overflow_wrap != OverflowWrap::Normal
                || style.word_break == WordBreak::BreakWord
                || style.line_break == LineBreak::Anywhere)
    }

    /// Where a text piece may be hyphenated, as positions of the text. Soft hyphens win.
    pub(super) fn hyphen_points(&self, index: usize, start: Cut, auto: AutoLimits) -> Points {
        let piece = &self.para.pieces[index];
        let mut points = Points::new();
        let Some(span) = self.para.span(piece).filter(|s| s.hyphen.is_some() && s.span.style.wrap)
        else {
            return points;
        };
        if piece.kind != Kind::Text {
            return points;
        }
        let soft = &self.para.soft_hyphens;
        let first = soft.partition_point(|at| *at <= piece.start);
        points.extend(soft[first..].iter().copied().take_while(|at| *at < piece.end));
        if points.is_empty() && !self.is_short_compound_part(index) {
            let word = &self.para.text[piece.start as usize..piece.end as usize];
            points = hyphenate::automatic(word, &span.span.style, auto);
            points.iter_mut().for_each(|at| *at += piece.start);
        }
        if start.piece == index && start.split > 0 {
            points.retain(|at| *at > start.split);
        }
        points
    }

    /// Parts of compounds with a visible hyphen are not hyphenated again unless they are long.
    fn is_short_compound_part(&self, index: usize) -> bool {
        const LONG: usize = 12;
        let pieces = &self.para.pieces;
        let hyphen_before = index > 0 && pieces[index - 1].brk == Break::Hyphen;
        let compound = hyphen_before || pieces[index].brk == Break::Hyphen;
        compound && (pieces[index].end - pieces[index].start) < LONG as u32
    }
}

/// Stops and commas that may hang over the end of a line (CSS Text 3 §8.2.1).
pub(super) fn is_stop(c: char) -> bool {
    matches!(
        c,
        '.' | ','
            | '\u{60c}'
            | '\u{6d4}'
            | '、'
            | '。'
            | '，'
            | '．'
            | '﹐'
            | '﹑'
            | '﹒'
            | '｡'
            | '､'
    )
}

/// The advance of the last glyph of a piece, or what its trimming leaves of it.
fn end_advance(piece: &Piece) -> f32 {
    let Some(glyphs) = &piece.glyphs else { return 0.0 };
    glyphs.slice().last().map_or(0.0, |g| g.advance as f32 * glyphs.unit).min(piece.width)
}

/// `min-content` and `max-content` (CSS Sizing 3 §5.1).
pub(super) fn intrinsic(para: &Paragraph) -> IntrinsicWidths {
    let stand_in = |widths: IntrinsicWidths, pick: fn(&IntrinsicWidths) -> Px| {
        let mut fragment = Fragment::new(para.root());
        fragment.size.width = pick(&widths);
        AtomicLayout { fragment, margin: Sides::ZERO, baseline: None, positioned: Vec::new() }
    };
    let with = |pick: fn(&IntrinsicWidths) -> Px| {
        let atomics = para.atomics.iter().map(|(_, w)| stand_in(*w, pick)).collect();
        Measured::with(para, Containing { width: Px::ZERO, height: None }, atomics)
    };
    let indent = match para.root().text.indent.amount.resolve_definite(None) {
        Some(amount) if para.root().text.indent.hanging == para.continues => amount.0 * para.scale,
        _ => 0.0,
    };
    let max = max_content(&with(|w| w.max), indent);
    let min = min_content(&with(|w| w.min), indent).min(max);
    let float_max: f32 = para.floats.iter().map(|(_, w)| w.max.0).sum();
    let float_min = para.floats.iter().map(|(_, w)| w.min.0).fold(0.0, f32::max);
    IntrinsicWidths {
        min: Px(min.max(float_min).max(0.0)),
        max: Px((max + float_max).max(float_min).max(0.0)),
    }
}

fn max_content(m: &Measured<'_>, indent: f32) -> f32 {
    let (mut widest, mut x, mut start) = (0.0f32, indent, 0);
    for (i, piece) in m.pieces().iter().enumerate() {
        x += if piece.kind == Kind::Tab { m.tab_width(i, x) } else { m.width(i) };
        if piece.brk == Break::Forced || i + 1 == m.pieces().len() {
            let cut = Cut::before(start);
            widest = widest.max(x - line_trim(m, cut, i + 1, false));
            (x, start) = (0.0, i + 1);
        }
    }
    widest
}

fn min_content(m: &Measured<'_>, indent: f32) -> f32 {
    let (mut widest, mut x, mut start) = (0.0f32, indent, 0);
    for (i, piece) in m.pieces().iter().enumerate() {
        let before = x;
        x += if piece.kind == Kind::Tab { m.tab_width(i, x) } else { m.width(i) };
        let breakable = piece.kind == Kind::Text && breaks_for_min_content(m, piece);
        if breakable {
            widest = widest.max(widest_cluster(piece));
            (x, start) = (0.0, i + 1);
        } else if let Some((head, tail)) = hyphenated_parts(m, i) {
            widest = widest.max(before + head.0).max(head.1);
            x = tail;
        }
        if piece.ends_line() || i + 1 == m.pieces().len() {
            let hyphen = m.soft_hyphen_at(Cut::before(i + 1)).map_or(0.0, |(_, h)| h.width);
            widest = widest.max(x + hyphen - line_trim(m, Cut::before(start), i + 1, true));
            (x, start) = (0.0, i + 1);
        }
    }
    widest
}

/// What a line of pieces loses at both ends, what need not go only if `all`.
fn line_trim(m: &Measured<'_>, start: Cut, end: usize, all: bool) -> f32 {
    let trailing = m.trailing(start.piece, end);
    let kept = if all { 0.0 } else { trailing.optional };
    m.leading(start).width + trailing.width - kept
}

fn breaks_for_min_content(m: &Measured<'_>, piece: &Piece) -> bool {
    m.para.span(piece).is_some_and(|span| {
        let style = &span.span.style;
        style.wrap
            && (style.overflow_wrap == OverflowWrap::Anywhere
                || style.word_break == WordBreak::BreakWord)
    })
}

fn widest_cluster(piece: &Piece) -> f32 {
    let Some(glyphs) = &piece.glyphs else { return piece.width };
    let advances = glyphs.slice().iter().map(|g| g.advance as f32 * glyphs.unit);
    advances.fold(0.0, f32::max) + glyphs.letter_spacing
}

/// A hyphenated word's parts: the first and the widest inner one, each with its hyphen, and the
/// last.
fn hyphenated_parts(m: &Measured<'_>, index: usize) -> Option<((f32, f32), f32)> {
    let piece = &m.pieces()[index];
    let points = m.hyphen_points(index, Cut::before(0), AutoLimits::Usual);
    let (glyphs, hyphen) = (piece.glyphs.as_ref()?, m.para.span(piece)?.hyphen.as_ref()?);
    let first = glyphs.width_before(*points.first()?);
    let (mut from, mut inner) = (first, 0.0f32);
    for point in points.iter().skip(1) {
        let to = glyphs.width_before(*point);
        inner = inner.max(to - from + hyphen.width);
        from = to;
    }
    Some(((first + hyphen.width, inner), piece.width - from))
}
