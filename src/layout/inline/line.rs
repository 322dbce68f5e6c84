//! Pass 4, first half: a broken line becomes leaves in their visual places.
//!
//! Input: [`Measured`], a [`BrokenLine`] and the room for it. Output: [`PlacedLine`]: pieces that
//! are left on the line, shaped again where a word is divided, justified, aligned and in visual
//! order. It knows nothing of heights. What becomes of the white space at its end is in `end`.

mod end;

use std::ops::Range;
use std::sync::Arc;

use super::bidi::{reset_trailing, visual_order};
use super::measure::{BrokenLine, Cut, Measured, TOLERANCE, is_stop};
use super::para::{Gap, Glyphs, Hyphen, Kind, Piece, Space, count_clusters};
use crate::css::computed::{Computed, TextAlign, TextJustify};
use crate::layout::Context;

/// Something with a place on a line.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    pub(super) kind: Kind,
    pub(super) level: u8,
    pub(super) span: u32,
    pub(super) owner: u16,
    /// Left edge, from the line box's left edge.
    pub(super) x: f32,
    /// Width, with what justification adds.
    pub(super) width: f32,
    stretch: f32,
    shrink: f32,
    /// Added after each cluster by `text-justify: inter-character`.
    pub(super) cluster_extra: f32,
    pub(super) glyphs: Option<Glyphs>,
    /// Bytes of the paragraph's text; empty for a hyphen.
    pub(super) text: Range<u32>,
    /// Hangs over the end of the line.
    hangs: bool,
    /// Of a tag: it is the left edge of its box.
    pub(super) left_edge: bool,
}

impl Leaf {
    /// Whether it is the edge of an inline box.
    pub(super) fn is_edge(&self) -> bool {
        matches!(self.kind, Kind::Open(_) | Kind::Close(_))
    }
}

/// A line whose leaves have their places.
pub(super) struct PlacedLine {
    /// In visual order.
    pub(super) leaves: Vec<Leaf>,
    /// Natural width with the indent: before justification, without what hangs.
    pub(super) natural: f32,
    /// By how much the line is wider than its room.
    pub(super) overflow: f32,
}

/// Where a line stands.
#[derive(Clone, Copy)]
pub(super) struct Room<'s> {
    /// The block's style: alignment.
    pub(super) style: &'s Computed,
    pub(super) width: f32,
    /// Indent at the line's start.
    pub(super) indent: f32,
    /// How far floats keep the line's start from the block's edge, from where tab stops count.
    pub(super) inset: f32,
    /// The first line of the block.
    pub(super) first: bool,
    /// Whether lines are justified.
    pub(super) justify: bool,
}

/// Places a line.
pub(super) fn place(
    cx: &mut Context<'_>,
    m: &Measured<'_>,
    line: &BrokenLine,
    room: Room<'_>,
) -> PlacedLine {
    let mut p = Placer { m, line, room, leaves: Vec::new() };
    p.collect(cx);
    p.trim_start();
    p.trim_end();
    p.part_words(cx);
    p.set_tabs();
    let (hanging_start, hanging_end) = p.hanging_marks();
    let natural = p.natural() - hanging_start - hanging_end;
    let available = room.width - room.indent;
    let slack = available - natural;
    let left_over = p.justify(slack);
    p.order(left_over, hanging_start);
    PlacedLine { leaves: p.leaves, natural: natural + room.indent, overflow: (-left_over).max(0.0) }
}

struct Placer<'m, 'p> {
    m: &'m Measured<'p>,
    line: &'m BrokenLine,
    room: Room<'m>,
    /// In logical order until [`Placer::order`].
    leaves: Vec<Leaf>,
}

impl Placer<'_, '_> {
    fn collect(&mut self, cx: &mut Context<'_>) {
        let (start, end) = (self.line.start, self.line.end);
        self.repeat_edges(start, true);
        let goes_on = self.word_goes_on();
        let soft = self.m.soft_hyphen_at(end).filter(|_| self.line.hyphen);
        let ends = soft.and_then(|(at, _)| self.text_before(at));
        for i in start.piece..end.piece {
            let piece = &self.m.pieces()[i];
            let from = if i == start.piece { start.split.max(piece.start) } else { piece.start };
            if Some(i) == ends {
                let own = soft.filter(|(at, _)| self.m.pieces()[*at].span == piece.span);
                self.divide(cx, i, from..piece.end, own.map(|(_, hyphen)| hyphen));
            } else if piece.kind == Kind::SoftHyphen {
                let apart = |at: usize| {
                    at == i && ends.is_none_or(|e| self.m.pieces()[e].span != piece.span)
                };
                if let Some((_, hyphen)) = soft.filter(|(at, _)| apart(*at)) {
                    let sign = self.sign(cx, &self.leaf(i), hyphen, piece.start);
                    self.leaves.push(sign);
                }
            } else if from > piece.start || Some(i) == goes_on {
                self.divide(cx, i, from..piece.end, None);
            } else {
                self.leaves.push(self.leaf(i));
            }
        }
        if end.split > 0 {
            let piece = &self.m.pieces()[end.piece];
            let from = if start.piece == end.piece { start.split } else { 0 };
            let hyphen = self.m.para.span(piece).and_then(|s| s.hyphen.as_ref());
            let hyphen = hyphen.filter(|_| self.line.hyphen);
            self.divide(cx, end.piece, from.max(piece.start)..end.split, hyphen);
        }
        self.repeat_edges(end, false);
    }

    /// The first piece, where it goes on a word that a soft hyphen between pieces divides: it may
    /// have been shaped together with the part on the line before.
    fn word_goes_on(&self) -> Option<usize> {
        self.m.soft_hyphen_at(self.line.start)?;
        let rest = self.m.pieces().iter().enumerate().skip(self.line.start.piece);
        let mut solid = rest.skip_while(|(_, piece)| piece.is_transparent());
        solid.next().filter(|(_, piece)| piece.kind == Kind::Text).map(|(i, _)| i)
    }

    /// The text that a soft hyphen between pieces follows.
    fn text_before(&self, soft_hyphen: usize) -> Option<usize> {
        let before = self.m.pieces()[self.line.start.piece..soft_hyphen].iter();
        let at = before.rev().position(|piece| !piece.is_transparent())?;
        let at = soft_hyphen - 1 - at;
        (self.m.pieces()[at].kind == Kind::Text).then_some(at)
    }

    /// Edges of boxes that go on from the line before, or go on to the next.
    fn repeat_edges(&mut self, cut: Cut, at_start: bool) {
        if !self.m.has_clones || cut.piece == 0 || cut.piece >= self.m.pieces().len() {
            return;
        }
        let mut open = self.m.open_clones(cut);
        if !at_start {
            open.reverse();
        }
        for b in open {
            let kind = if at_start { Kind::Open(b) } else { Kind::Close(b) };
            let width = self.m.edge_width(b, self.m.is_left_edge(kind));
            let piece = Piece::mark(kind, 0, b, 0);
            self.leaves.push(Leaf { width, ..self.new_leaf(&piece) });
        }
    }

    fn leaf(&self, i: usize) -> Leaf {
        Leaf { width: self.m.width(i), ..self.new_leaf(&self.m.pieces()[i]) }
    }

    fn new_leaf(&self, piece: &Piece) -> Leaf {
        Leaf {
            kind: piece.kind,
            level: piece.level,
            span: piece.span,
            owner: piece.owner,
            x: 0.0,
            width: piece.width,
            stretch: piece.stretch,
            shrink: piece.shrink,
            cluster_extra: 0.0,
            glyphs: piece.glyphs.clone(),
            text: piece.start..piece.end,
            hangs: false,
            left_edge: self.m.is_left_edge(piece.kind),
        }
    }

    /// The part of a divided word that stays on this line, with the hyphen it gets.
    fn divide(
        &mut self,
        cx: &mut Context<'_>,
        index: usize,
        range: Range<u32>,
        hyphen: Option<&Hyphen>,
    ) {
        let piece = &self.m.pieces()[index];
        let mut leaf = self.leaf(index);
        let Some(glyphs) = &leaf.glyphs else { return };
        let face = |key: u16| self.m.para.keys[usize::from(key)].face;
        let same_face = hyphen.is_some_and(|h| face(h.key) == face(glyphs.key));
        let joined = hyphen.filter(|_| same_face).map(|h| Arc::clone(&h.text));
        let end = range.end;
        self.reshape(cx, piece, &mut leaf, range, joined.as_deref());
        let sign = hyphen.filter(|_| !same_face).map(|h| self.sign(cx, &leaf, h, end));
        self.leaves.push(leaf);
        self.leaves.extend(sign);
    }

    /// A hyphen that is shaped for itself, at the place of a leaf.
    fn sign(&self, cx: &mut Context<'_>, at: &Leaf, hyphen: &Hyphen, position: u32) -> Leaf {
        let shaped = cx.shaper.shape(self.m.para.keys[usize::from(hyphen.key)], &hyphen.text);
        let span = self.m.para.spans.get(at.span as usize);
        let glyphs = Glyphs {
            range: 0..shaped.glyphs.len() as u32,
            shaped,
            base: position,
            key: hyphen.key,
            unit: hyphen.unit,
            shift: 0.0,
            letter_spacing: span.map_or(0.0, |s| s.letter_spacing),
            word_spacing: 0.0,
        };
        Leaf {
            kind: Kind::Text,
            width: hyphen.width,
            stretch: 0.0,
            shrink: 0.0,
            glyphs: Some(glyphs),
            text: position..position,
            ..at.clone()
        }
    }

    /// Shapes a part of a piece anew, and a hyphen with it.
    fn reshape(
        &self,
        cx: &mut Context<'_>,
        piece: &Piece,
        leaf: &mut Leaf,
        range: Range<u32>,
        hyphen: Option<&str>,
    ) {
        let Some(glyphs) = &mut leaf.glyphs else { return };
        let text = &self.m.para.text[range.start as usize..range.end as usize];
        let key = self.m.para.keys[usize::from(glyphs.key)];
        glyphs.shaped = match hyphen {
            Some(hyphen) => cx.shaper.shape(key, &format!("{text}{hyphen}")),
            None => cx.shaper.shape(key, text),
        };
        glyphs.range = 0..glyphs.shaped.glyphs.len() as u32;
        glyphs.base = range.start;
        leaf.width = glyphs.width();
        leaf.text = range.start..range.end.min(piece.end);
        leaf.stretch = 0.0;
    }

    /// Glue at the beginning of a line vanishes.
    fn trim_start(&mut self) {
        let (m, line) = (self.m, self.line);
        if line.start.split > 0 {
            return;
        }
        let mut at = 0;
        while at < self.leaves.len() {
            let leaf = &self.leaves[at];
            let discard = match leaf.kind {
                Kind::Gap(Gap::BeforeMark) => m
                    .pieces()
                    .iter()
                    .skip(line.start.piece)
                    .find(|p| p.kind == leaf.kind)
                    .is_some_and(|p| m.trims_start(line.start, p)),
                Kind::Gap(_) | Kind::Space(Space::Collapsible) => true,
                _ => false,
            };
            if discard {
                self.leaves.remove(at);
            } else if is_transparent(leaf.kind) {
                at += 1;
            } else {
                break;
            }
        }
    }

    fn fits(&self) -> bool {
        self.natural() <= self.room.width - self.room.indent + TOLERANCE
    }

    fn set_tabs(&mut self) {
        if !self.leaves.iter().any(|leaf| leaf.kind == Kind::Tab) {
            return;
        }
        let tabs = self.m.pieces().iter().enumerate().skip(self.line.start.piece);
        let mut tabs = tabs.filter(|(_, p)| p.kind == Kind::Tab).map(|(i, _)| i);
        let mut x = self.room.inset + self.room.indent;
        for leaf in &mut self.leaves {
            if leaf.kind == Kind::Tab
                && let Some(index) = tabs.next()
            {
                leaf.width = self.m.tab_width(index, x);
            }
            x += leaf.width;
        }
    }

    fn natural(&self) -> f32 {
        self.leaves.iter().filter(|leaf| !leaf.hangs).map(|leaf| leaf.width).sum()
    }

    /// `hanging-punctuation`: what hangs over the start and the end (CSS Text 3 §8.2).
    fn hanging_marks(&self) -> (f32, f32) {
        let hanging = self.room.style.text.hanging_punctuation;
        let texts = || self.leaves.iter().filter(|leaf| leaf.kind == Kind::Text);
        let mut both = (0.0, 0.0);
        if hanging.first
            && self.room.first
            && let Some(leaf) = texts().next()
            && let Some(c) = self.text(leaf).chars().next()
            && opens(c)
        {
            both.0 = self.end_advance(leaf, true);
        }
        if let Some(leaf) = texts().next_back()
            && let Some(c) = self.text(leaf).chars().next_back()
        {
            let over = !self.fits();
            let stops = is_stop(c) && !self.line.hyphen;
            if hanging.last && self.line.last && closes(c)
                || stops && (hanging.force_end || hanging.allow_end && over)
            {
                both.1 = self.end_advance(leaf, false);
            }
        }
        both
    }

    fn text(&self, leaf: &Leaf) -> &str {
        &self.m.para.text[leaf.text.start as usize..leaf.text.end as usize]
    }

    fn end_advance(&self, leaf: &Leaf, first: bool) -> f32 {
        let Some(glyphs) = &leaf.glyphs else { return 0.0 };
        let slice = glyphs.slice();
        let glyph = if first { slice.first() } else { slice.last() };
        let advance = glyph.map_or(0.0, |g| g.advance as f32 * glyphs.unit).min(leaf.width);
        advance + self.blank_outside(first)
    }

    /// Blank halves of marks outside the first or last text: they go where their mark goes.
    fn blank_outside(&self, first: bool) -> f32 {
        let outside = |leaf: &&Leaf| leaf.kind != Kind::Text;
        let blank = |leaf: &Leaf| match leaf.kind {
            Kind::Gap(_) => leaf.width,
            _ => 0.0,
        };
        if first {
            self.leaves.iter().take_while(outside).map(blank).sum()
        } else {
            self.leaves.iter().rev().take_while(outside).map(blank).sum()
        }
    }

    /// Spreads the slack over the glue; returns what is left of it.
    fn justify(&mut self, slack: f32) -> f32 {
        let style = self.room.style;
        let align = if self.line.last { last_alignment(style) } else { style.text.align };
        // A last line of justified text keeps its spaces, but the breaker may have counted on their
        // giving way.
        let shrinks = slack < 0.0 && self.room.justify;
        if align != TextAlign::Justify && !shrinks || style.text.justify == TextJustify::None {
            return slack;
        }
        if slack > 0.0 && style.text.justify == TextJustify::InterCharacter {
            return self.spread_between_clusters(slack);
        }
        let first = self.justify_from();
        let glue = |leaf: &Leaf| if slack > 0.0 { leaf.stretch } else { leaf.shrink };
        let total: f32 = self.leaves[first..].iter().filter(|leaf| !leaf.hangs).map(glue).sum();
        if total <= 0.0 {
            return slack;
        }
        let ratio = (slack / total).max(-1.0);
        for leaf in self.leaves[first..].iter_mut().filter(|leaf| !leaf.hangs) {
            leaf.width += glue(leaf) * ratio;
        }
        slack - total * ratio
    }

    /// Text before a tab is not justified.
    fn justify_from(&self) -> usize {
        self.leaves.iter().rposition(|leaf| leaf.kind == Kind::Tab).map_or(0, |i| i + 1)
    }

    fn spread_between_clusters(&mut self, slack: f32) -> f32 {
        let first = self.justify_from();
        let clusters = |leaf: &Leaf| match &leaf.glyphs {
            Some(glyphs) if !leaf.hangs => count_clusters(glyphs.slice()),
            _ => 0,
        };
        let total: usize = self.leaves[first..].iter().map(clusters).sum();
        if total < 2 {
            return slack;
        }
        let extra = slack / (total - 1) as f32;
        let last = self.leaves.iter().rposition(|leaf| clusters(leaf) > 0);
        for (i, leaf) in self.leaves.iter_mut().enumerate().skip(first) {
            let count = clusters(leaf);
            leaf.cluster_extra = if count > 0 { extra } else { 0.0 };
            let gaps = if Some(i) == last { count - 1 } else { count };
            leaf.width += extra * gaps as f32;
        }
        0.0
    }

    /// Puts the leaves into visual order and gives them their places.
    fn order(&mut self, slack: f32, hanging_start: f32) {
        let base = self.base_level();
        let rtl = base % 2 == 1;
        let opens = |leaf: &Leaf| matches!(leaf.kind, Kind::Open(_));
        let turned = |leaf: &Leaf| leaf.is_edge() && leaf.left_edge != opens(leaf);
        if base > 0 || self.leaves.iter().any(|leaf| leaf.level > 0 || turned(leaf)) {
            let mut levels: Vec<u8> = self.leaves.iter().map(|leaf| leaf.level).collect();
            reset_trailing(&mut levels, base, |i| self.is_white(&self.leaves[i]));
            for (leaf, level) in self.leaves.iter_mut().zip(&levels) {
                leaf.level = *level;
            }
            let mut taken: Vec<Option<Leaf>> =
                std::mem::take(&mut self.leaves).into_iter().map(Some).collect();
            let order = visual_order(&levels);
            self.leaves = order.iter().filter_map(|i| taken[*i as usize].take()).collect();
            let edges = self.take_edges();
            self.put_edges(edges);
        }
        let hanging: f32 = self.leaves.iter().filter(|leaf| leaf.hangs).map(|l| l.width).sum();
        let indent = if rtl { 0.0 } else { self.room.indent };
        let mut x = indent + self.shift(slack, rtl);
        x -= if rtl { hanging } else { hanging_start };
        for leaf in &mut self.leaves {
            leaf.x = x;
            x += leaf.width;
            // The swallowed space lies beyond the line's end, on whichever side that is.
            if leaf.kind == Kind::Space(Space::Swallowed)
                && leaf.level % 2 == 1
                && let Some(glyphs) = &mut leaf.glyphs
            {
                glyphs.shift = -glyphs.width();
            }
        }
    }

    /// Takes the edges of inline boxes out of the line, innermost first: they do not stand where
    /// their tags do, but around what of the box is on the line. A box without anything else keeps
    /// one to stand for it. (Tags take part in the order before: those of isolates keep what is inside
    /// apart from what is beside them.)
    fn take_edges(&mut self) -> Vec<Leaf> {
        let leaves = std::mem::take(&mut self.leaves).into_iter().enumerate();
        let (mut edges, mut kept): (Vec<_>, Vec<_>) = leaves.partition(|(_, leaf)| leaf.is_edge());
        edges.sort_by_key(|(_, edge)| std::cmp::Reverse(edge.owner));
        let mut at = 0;
        while let Some((_, edge)) = edges.get(at) {
            let owner = edge.owner;
            if !kept.iter().any(|(_, leaf)| self.is_within(leaf.owner, owner)) {
                let stand_in = edges.remove(at);
                let before = kept.partition_point(|(i, _)| *i < stand_in.0);
                kept.insert(before, stand_in);
            }
            at += edges[at..].iter().take_while(|(_, edge)| edge.owner == owner).count();
        }
        self.leaves = kept.into_iter().map(|(_, leaf)| leaf).collect();
        edges.into_iter().map(|(_, edge)| edge).collect()
    }

    /// Puts edges to the left and right of what belongs to their boxes, which is in visual order.
    fn put_edges(&mut self, edges: Vec<Leaf>) {
        for edge in edges {
            let inside = |leaf: &Leaf| self.is_within(leaf.owner, edge.owner);
            let at = if edge.left_edge {
                self.leaves.iter().position(inside)
            } else {
                self.leaves.iter().rposition(inside).map(|at| at + 1)
            };
            let at = at.unwrap_or(self.leaves.len());
            self.leaves.insert(at, edge);
        }
    }

    /// Whether an inline box is another one or stands in it.
    fn is_within(&self, mut inner: u16, outer: u16) -> bool {
        // Parents have smaller indices than their children.
        while inner > outer {
            inner = self.m.para.boxes[usize::from(inner)].parent;
        }
        inner == outer
    }

    /// White space in rule L1 of UAX #9; a no-break space is none.
    fn is_white(&self, leaf: &Leaf) -> bool {
        match leaf.kind {
            Kind::Space(_) => !self.text(leaf).starts_with('\u{a0}'),
            Kind::Break | Kind::Float(_) | Kind::Positioned { .. } | Kind::Anchor(_) => true,
            _ => false,
        }
    }

    /// The level of the paragraph that the line belongs to.
    fn base_level(&self) -> u8 {
        let first = self.m.pieces().get(self.line.start.piece);
        self.m.para.base_level(first.map_or(0, |piece| piece.start))
    }

    /// How far alignment moves the line to the right.
    fn shift(&self, slack: f32, rtl: bool) -> f32 {
        let style = self.room.style;
        let align = if self.line.last { last_alignment(style) } else { style.text.align };
        let left = match align {
            TextAlign::Auto | TextAlign::Start | TextAlign::Justify => !rtl,
            TextAlign::End => rtl,
            TextAlign::Left => true,
            TextAlign::Right => false,
            TextAlign::Center if slack >= 0.0 => return slack / 2.0,
            TextAlign::Center => !rtl,
        };
        match (left, rtl) {
            (true, _) if slack >= 0.0 || !rtl => 0.0,
            // What does not fit goes over the end edge (CSS Text 3 §6.1).
            (false, false) if slack < 0.0 => 0.0,
            _ => slack,
        }
    }
}

/// The alignment of a last line (CSS Text 3 §6.3).
fn last_alignment(style: &Computed) -> TextAlign {
    match (style.text.align_last, style.text.align) {
        (TextAlign::Auto, TextAlign::Justify) => TextAlign::Start,
        (TextAlign::Auto, align) => align,
        (last, _) => last,
    }
}

fn is_transparent(kind: Kind) -> bool {
    Piece::mark(kind, 0, 0, 0).is_transparent()
}

fn opens(c: char) -> bool {
    matches!(
        c,
        '"' | '\''
            | '“'
            | '‘'
            | '„'
            | '‚'
            | '«'
            | '‹'
            | '('
            | '['
            | '（'
            | '「'
            | '『'
            | '《'
            | '〈'
    )
}

fn closes(c: char) -> bool {
    matches!(
        c,
        '"' | '\'' | '”' | '’' | '“' | '»' | '›' | ')' | ']' | '）' | '」' | '』' | '》' | '〉'
    )
}

/// Whether a leaf gives a line its height.
pub(super) fn has_content(m: &Measured<'_>, leaf: &Leaf) -> bool {
    match leaf.kind {
        Kind::Space(Space::Swallowed) => false,
        Kind::Text | Kind::Space(_) | Kind::Tab | Kind::Atomic(_) | Kind::Break => true,
        Kind::Open(b) | Kind::Close(b) => {
            let edges = &m.edges[usize::from(b)];
            let sides = [edges.margin, edges.border, edges.padding];
            sides.iter().any(|s| s.left.0 != 0.0 || s.right.0 != 0.0)
        }
        Kind::Gap(_)
        | Kind::Float(_)
        | Kind::Positioned { .. }
        | Kind::Anchor(_)
        | Kind::SoftHyphen => false,
    }
}
