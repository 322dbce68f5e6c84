//! Pass 2: collected text becomes pieces.
//!
//! Input: [`Collected`], levels, opportunities. Output: [`Paragraph`]. This file walks spans, runs
//! and marks and sets break opportunities; `shape` makes the text pieces of one run.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use super::bidi::{Levels, is_control};
use super::cjk::Class;
use super::collect::{Collected, Mark, OBJECT, ROOT};
use super::opportunities::{allowed, opportunities};
use super::para::{Break, Hyphen, Kind, Paragraph, Piece, SpanStyle};
use super::strut::Strut;
use crate::css::computed::{
    Computed, FontKerning, FontStyle, Hyphens, LengthPercentage, LengthPercentageAuto, TextStyle,
};
use crate::diag::{About, Diagnostic};
use crate::fonts::{
    FaceId, FaceQuery, Feature, FeatureSetId, FontBook, LangId, Script, ShapeKey, Slant,
};
use crate::layout::Context;
use crate::layout::boxes::{BoxId, BoxKind};
use crate::layout::fragment::ElementId;

/// What shaping needs of a style; kept while spans share it.
#[derive(Clone)]
pub(super) struct FaceChoice {
    style: Arc<TextStyle>,
    pub(super) list: Arc<[FaceId]>,
    pub(super) language: LangId,
    pub(super) features: FeatureSetId,
}

/// Where the last text piece ended, for the room between it and the next.
#[derive(Clone, Copy)]
pub(super) struct Neighbour {
    /// Its index.
    pub(super) piece: usize,
    /// The class of its last character.
    pub(super) class: Class,
    /// The glue after a closing mark.
    pub(super) gap: Option<usize>,
}

/// Makes the pieces.
pub(super) struct Builder<'c, 'a> {
    pub(super) cx: &'c mut Context<'a>,
    pub(super) book: Arc<FontBook>,
    pub(super) c: Collected,
    pub(super) levels: Levels,
    pub(super) scale: f32,
    pub(super) pieces: Vec<Piece>,
    pub(super) keys: Vec<ShapeKey>,
    pub(super) last: Option<Neighbour>,
    opportunities: Vec<u32>,
    next_opportunity: usize,
    next_mark: usize,
    owner: u16,
    choices: Vec<FaceChoice>,
    missing: BTreeSet<char>,
    atomics: Vec<(BoxId, crate::layout::IntrinsicWidths)>,
    floats: Vec<(BoxId, crate::layout::IntrinsicWidths)>,
}

/// Builds the paragraph of a block.
pub(super) fn build(cx: &mut Context<'_>, block: BoxId, c: Collected, scale: f32) -> Paragraph {
    let levels = Levels::resolve(&c);
    let opportunities = opportunities(&c);
    let book = Arc::clone(cx.shaper.book());
    let pieces = Vec::with_capacity(c.text.len() / 3 + c.marks.len() + 1);
    let mut b = Builder {
        cx,
        book,
        c,
        levels,
        scale,
        pieces,
        keys: Vec::new(),
        last: None,
        opportunities,
        next_opportunity: 0,
        next_mark: 0,
        owner: ROOT,
        choices: Vec::new(),
        missing: BTreeSet::new(),
        atomics: Vec::new(),
        floats: Vec::new(),
    };
    for span in 0..b.c.spans.len() {
        b.span(span);
    }
    let end = b.c.text.len() as u32;
    b.arrive(end);
    b.finish(block)
}

impl Builder<'_, '_> {
    fn span(&mut self, index: usize) {
        let span = &self.c.spans[index];
        let (start, end, style) = (span.start, span.end, Arc::clone(&span.style));
        let element = span.element;
        let choice = self.choice(&style);
        let text = &self.c.text[start as usize..end as usize];
        let runs = self.book.itemize(text, &choice.list, choice.language);
        for run in runs {
            let (from, to) = (start + run.range.start as u32, start + run.range.end as u32);
            let Some(face) = run.face else {
                self.report_missing(from, to, &choice, element);
                continue;
            };
            let mut at = from;
            while at < to {
                let next = self.levels.run_end(at, to);
                self.stretch(index, at..next, face, run.script, &choice);
                at = next;
            }
        }
    }

    /// Says that no face has a character; the cluster is left out, never drawn as a box.
    fn report_missing(
        &mut self,
        from: u32,
        to: u32,
        choice: &FaceChoice,
        element: Option<ElementId>,
    ) {
        let book = Arc::clone(&self.book);
        let lacks = |c: &char| !choice.list.iter().any(|id| book.face(*id).can_show(*c));
        let text = &self.c.text[from as usize..to as usize];
        let mut lacking: Vec<char> = text.chars().filter(lacks).collect();
        if lacking.is_empty() {
            // Each is there, but not all of the cluster in one face.
            lacking.extend(text.chars().next());
        }
        for c in lacking {
            self.report_character(c, element);
        }
    }

    pub(super) fn report_character(&mut self, c: char, element: Option<ElementId>) {
        if !self.missing.insert(c) {
            return;
        }
        let code = c as u32;
        let finding =
            Diagnostic::error("missing-glyph", format!("no font has `{c}` (U+{code:04X})"))
                .about(About::Character(c))
                .help("name a font file that has it in `[fonts] files` of the project file");
        self.cx.report(element, finding);
    }

    /// The faces and features of a style.
    fn choice(&mut self, style: &Arc<TextStyle>) -> FaceChoice {
        if let Some(found) = self.choices.iter().find(|c| Arc::ptr_eq(&c.style, style)) {
            return found.clone();
        }
        let query = FaceQuery {
            weight: style.weight,
            slant: match style.style {
                FontStyle::Normal => Slant::Upright,
                FontStyle::Italic => Slant::Italic,
            },
            stretch: style.stretch,
        };
        let choice = FaceChoice {
            style: Arc::clone(style),
            list: self.book.fallback_list(&style.families, &query),
            language: LangId::from_bcp47(&style.lang),
            features: self.features(style),
        };
        self.choices.push(choice.clone());
        choice
    }

    /// Features that are on or off: kerning, no ligatures in letter-spaced text (CSS Text 3 §8.2),
    /// and what the style sheet sets, which wins.
    fn features(&mut self, style: &TextStyle) -> FeatureSetId {
        let mut set: Vec<Feature> = Vec::new();
        if style.kerning == FontKerning::None {
            set.push(Feature::new(b"kern", 0));
        }
        if style.letter_spacing.0 != 0.0 {
            set.extend([Feature::new(b"liga", 0), Feature::new(b"clig", 0)]);
        }
        set.extend(style.features.iter().map(|f| Feature { tag: f.tag, value: f.value }));
        if set.is_empty() { FeatureSetId::default() } else { self.cx.shaper.features(&set) }
    }

    /// Comes to a position of the text: emits the marks up to it and sets the break opportunity
    /// there. A break falls after closing and before opening tags.
    pub(super) fn arrive(&mut self, position: u32) {
        while let Some((at, _)) = self.c.marks.get(self.next_mark).copied()
            && at <= position
        {
            self.marks_at(at);
        }
        self.set_opportunity(position);
    }

    fn marks_at(&mut self, at: u32) {
        let before = self.pieces.len();
        while let Some((position, Mark::Close(_))) = self.c.marks.get(self.next_mark)
            && *position == at
        {
            self.next_mark_piece();
        }
        if before > 0 && self.pieces.len() > before {
            // A forced break takes the closing tags after it into its line.
            let brk = self.pieces[before - 1].brk;
            if brk == Break::Forced {
                self.pieces[before - 1].brk = Break::No;
                let last = self.pieces.len() - 1;
                self.pieces[last].brk = Break::Forced;
            }
        }
        self.set_opportunity(at);
        while let Some((position, _)) = self.c.marks.get(self.next_mark)
            && *position == at
        {
            self.next_mark_piece();
        }
    }

    fn next_mark_piece(&mut self) {
        let (at, mark) = self.c.marks[self.next_mark];
        self.next_mark += 1;
        if let Mark::SoftHyphen(span) = mark {
            return self.soft_hyphen(at, span);
        }
        let mut level = self.levels.at(at);
        let kind = match mark {
            Mark::Open(index) => {
                self.owner = index;
                Kind::Open(index)
            }
            Mark::Close(index) => {
                level = if at > 0 { self.levels.at(at - 1) } else { level };
                Kind::Close(index)
            }
            Mark::Atomic(id) => {
                self.last = None;
                let widths = self.cx.outer_intrinsic_widths(id);
                self.atomics.push((id, widths));
                Kind::Atomic(self.atomics.len() as u16 - 1)
            }
            Mark::LineBreak => {
                self.last = None;
                Kind::Break
            }
            Mark::Float(id) => {
                let widths = self.cx.outer_intrinsic_widths(id);
                self.floats.push((id, widths));
                Kind::Float(self.floats.len() as u16 - 1)
            }
            Mark::Positioned(id) => {
                Kind::Positioned { id, block_level: self.cx.tree.block_level.contains(&id) }
            }
            Mark::Anchor(id) => Kind::Anchor(id),
            Mark::SoftHyphen(_) => Kind::SoftHyphen,
        };
        let mut piece = Piece::mark(kind, at, self.owner, level);
        if matches!(kind, Kind::Break | Kind::Atomic(_)) {
            piece.end = at + if kind == Kind::Break { 1 } else { 3 };
        }
        self.pieces.push(piece);
        if let Kind::Close(index) = kind {
            self.owner = self.c.boxes[usize::from(index)].parent;
        }
    }

    /// A soft hyphen where one piece ends and another begins, within a word. The break falls after
    /// the closing tags behind it.
    fn soft_hyphen(&mut self, at: u32, span: u32) {
        let (before, after) = self.c.text.split_at(at as usize);
        let joins = |c: Option<char>| {
            c.is_some_and(|c| !c.is_whitespace() && !matches!(c, OBJECT | '\u{a0}'))
        };
        let next = after.chars().find(|c| !is_control(*c));
        let span_before = self.c.spans.partition_point(|s| s.end < at);
        let span_before =
            Some(span_before).filter(|i| self.c.spans.get(*i).is_some_and(|s| s.start < at));
        let parts = self.pieces.iter().rposition(|piece| !piece.is_transparent());
        let parts = parts.filter(|i| {
            let (word, mut marks) = (&self.pieces[*i], self.pieces[*i..].iter());
            let between = before.get(word.end as usize..);
            word.kind == Kind::Text
                && marks.all(|piece| matches!(piece.brk, Break::No | Break::SoftHyphen))
                && between.is_some_and(|text| text.chars().all(is_control))
        });
        if parts.is_none() || !joins(next) || !allowed(&self.c, at, span_before) {
            return;
        }
        let level = if at > 0 { self.levels.at(at - 1) } else { self.levels.at(at) };
        let mut piece = Piece::mark(Kind::SoftHyphen, at, self.owner, level);
        piece.span = span;
        self.pieces.push(piece);
        while let Some((position, Mark::Close(_))) = self.c.marks.get(self.next_mark)
            && *position == at
        {
            self.next_mark_piece();
        }
        if let Some(last) = self.pieces.last_mut() {
            last.brk = Break::SoftHyphen;
        }
    }

    /// Whether a box with an edge of any width opens or closes at a position.
    pub(super) fn has_edge(&self, at: u32) -> bool {
        let first = self.c.marks.partition_point(|(p, _)| *p < at);
        self.c.marks[first..].iter().take_while(|(p, _)| *p == at).any(|(_, mark)| match mark {
            Mark::Open(index) | Mark::Close(index) => {
                has_edges(&self.c.boxes[usize::from(*index)].style)
            }
            Mark::Float(_) | Mark::Positioned(_) | Mark::Anchor(_) | Mark::SoftHyphen(_) => false,
            Mark::Atomic(_) | Mark::LineBreak => true,
        })
    }

    fn set_opportunity(&mut self, at: u32) {
        while self.opportunities.get(self.next_opportunity).is_some_and(|o| *o < at) {
            self.next_opportunity += 1;
        }
        if self.opportunities.get(self.next_opportunity) != Some(&at) {
            return;
        }
        let hyphen = self.c.text[..at as usize].ends_with(['-', '\u{2010}']);
        if let Some(last) = self.pieces.last_mut()
            && last.brk == Break::No
            && (last.end == at || last.is_transparent())
        {
            last.brk = if hyphen { Break::Hyphen } else { Break::Soft };
        }
        self.next_opportunity += 1;
    }

    /// Whether a break is allowed at a position; positions only grow.
    pub(super) fn is_opportunity(&self, at: u32) -> bool {
        self.opportunities[self.next_opportunity..]
            .iter()
            .take_while(|o| **o <= at)
            .any(|o| *o == at)
    }

    /// The index of a shape key.
    pub(super) fn key_index(&mut self, key: ShapeKey) -> u16 {
        let found = self.keys.iter().rposition(|k| *k == key);
        found.unwrap_or_else(|| {
            self.keys.push(key);
            self.keys.len() - 1
        }) as u16
    }

    fn finish(mut self, block: BoxId) -> Paragraph {
        let spans = std::mem::take(&mut self.c.spans);
        let spans = spans
            .into_iter()
            .map(|span| {
                let style = Arc::clone(&span.style);
                SpanStyle {
                    size: style.size.0 * self.scale,
                    letter_spacing: style.letter_spacing.0 * self.scale,
                    hyphen: self.hyphen(&style),
                    span,
                }
            })
            .collect();
        let styles: Vec<Arc<TextStyle>> =
            self.c.boxes.iter().map(|b| Arc::clone(&b.style.text)).collect();
        let struts = styles.iter().map(|style| self.strut(style)).collect();
        let (continues, next) = match &self.cx.tree.get(block).kind {
            BoxKind::Inline(content) => (content.continues, content.next),
            _ => (false, None),
        };
        Paragraph {
            block,
            continues,
            next,
            text: self.c.text,
            pieces: self.pieces,
            spans,
            boxes: self.c.boxes,
            struts,
            keys: self.keys,
            atomics: self.atomics,
            floats: self.floats,
            soft_hyphens: self.c.soft_hyphens,
            bases: self.levels.into_bases(),
            scale: self.scale,
            intrinsic: OnceLock::new(),
        }
    }

    fn strut(&mut self, style: &Arc<TextStyle>) -> Strut {
        let size = style.size.0 * self.scale;
        let choice = self.choice(style);
        // A book has at least the embedded faces; without any, a plain metric does no harm.
        match self.book.first_available(&choice.list) {
            Some(first) => Strut::new(style, first, &self.book, size, self.scale),
            None => Strut::empty(size),
        }
    }

    /// The hyphen of a style: its own, or U+2010 where the face has it, or the ASCII hyphen.
    fn hyphen(&mut self, style: &Arc<TextStyle>) -> Option<Hyphen> {
        if style.hyphens == Hyphens::None
            || style.hyphens == Hyphens::Manual && self.c.soft_hyphens.is_empty()
        {
            return None;
        }
        let choice = self.choice(style);
        let text: Arc<str> = match &style.hyphenate_character {
            Some(text) => Arc::clone(text),
            None => {
                let covered = choice.list.first().is_some_and(|f| self.book.face(*f).covers('‐'));
                Arc::from(if covered { "\u{2010}" } else { "-" })
            }
        };
        let face = self.book.choose_face(&text, &choice.list)?;
        let key = ShapeKey {
            face,
            script: Script::LATIN,
            language: choice.language,
            rtl: false,
            features: choice.features,
        };
        let shaped = self.cx.shaper.shape(key, &text);
        let unit = style.size.0 * self.scale / f32::from(self.book.face(face).units_per_em);
        let width = shaped.advance as f32 * unit + style.letter_spacing.0 * self.scale;
        Some(Hyphen { text, width, key: self.key_index(key), unit })
    }
}

/// Whether an inline box of this style has a margin, border or padding on its left or right.
fn has_edges(style: &Computed) -> bool {
    let sides = [
        (&style.margin.left, &style.padding.left, style.border.left.width),
        (&style.margin.right, &style.padding.right, style.border.right.width),
    ];
    sides.iter().any(|(margin, padding, border)| {
        **margin != LengthPercentageAuto::ZERO
            || **padding != LengthPercentage::ZERO
            || border.0 != 0.0
    })
}
