//! The text pieces of one run: words, spaces, ideographs and marks, shaped.
//!
//! Input: a stretch of text in one span, face, script and level. Output: pieces pushed to the
//! [`Builder`]. Words are shaped whole, with the spaces between them where the face's kerning looks
//! at spaces; ideographs and full-width marks one by one. The room between Han and Latin and the
//! blank halves of marks become glue here (CSS Text 4 §8.4–8.5, CLREQ §3.1.6).

use std::ops::Range;
use std::sync::Arc;

use super::build::{Builder, FaceChoice, Neighbour};
use super::cjk::{Class, class_of, is_doubled, is_shared_punctuation, is_wide};
use super::para::{Break, Gap, Glyphs, Kind, Piece, Space, count_clusters};
use crate::css::computed::{TextSpacingTrim, TextStyle, WhiteSpaceCollapse};
use crate::fonts::{FaceId, Script, ShapeKey, ShapedText};

/// Room between Han and Latin, em: what `text-autospace` says.
const AUTOSPACE: f32 = 0.125;
/// How far that room may be stretched and shrunk at ratio 1, em.
const AUTOSPACE_FLEX: (f32, f32) = (0.1, 0.0625);
/// What may be added between two ideographs at ratio 1, em. Lines of 28 characters fill up with a
/// ratio below one half when a mark has to go over.
const HAN_STRETCH: f32 = 0.08;
/// How much of the blank half of a mark may be taken away within a line, em.
const MARK_SHRINK: f32 = 0.25;
/// Stretch and shrink of a word space as fractions of it, as in TeX's fonts.
const SPACE_FLEX: (f32, f32) = (0.5, 0.33);

/// A stretch of text with all that shaping depends on.
struct Stretch {
    range: Range<u32>,
    span: u32,
    level: u8,
    key: ShapeKey,
    key_index: u16,
    style: Arc<TextStyle>,
    owner: u16,
    /// Px an em and px a design unit.
    size: f32,
    unit: f32,
    letter_spacing: f32,
    /// Chinese, Japanese or Korean text in a face that has ideographs.
    ideographic: bool,
    /// Spaces are shaped together with the words.
    phrases: bool,
    /// The faces the text's style looks in.
    faces: Arc<[FaceId]>,
}

impl Builder<'_, '_> {
    /// Makes the pieces of a stretch.
    pub(super) fn stretch(
        &mut self,
        span: usize,
        range: Range<u32>,
        face: FaceId,
        script: Script,
        choice: &FaceChoice,
    ) {
        let (style, owner) = (Arc::clone(&self.c.spans[span].style), self.c.spans[span].owner);
        let level = self.levels.at(range.start);
        let key = ShapeKey {
            face,
            script,
            language: choice.language,
            rtl: level % 2 == 1,
            features: choice.features,
        };
        let size = style.size.0 * self.scale;
        let metrics = self.book.face(face);
        let s = Stretch {
            unit: size / f32::from(metrics.units_per_em),
            ideographic: choice.language.is_cjk() && metrics.covers('中'),
            phrases: metrics.space_shapes(),
            faces: Arc::clone(&choice.list),
            letter_spacing: style.letter_spacing.0 * self.scale,
            key_index: self.key_index(key),
            span: span as u32,
            range,
            level,
            key,
            style,
            owner,
            size,
        };
        let mut at = s.range.start;
        while at < s.range.end {
            at = self.next_pieces(&s, at);
        }
    }

    /// Makes the pieces that begin at a position; returns where they end.
    fn next_pieces(&mut self, s: &Stretch, at: u32) -> u32 {
        let c = self.char_at(at);
        match c {
            '\n' => self.control(s, at, Kind::Break),
            '\t' => self.control(s, at, Kind::Tab),
            '\u{3000}' => self.ideographic_space(s, at),
            ' ' | '\u{a0}' if !s.phrases => {
                let shaped_end = self.space_end(s, at);
                self.shaped_spaces(s, at, shaped_end);
                shaped_end
            }
            _ if s.is_wide(c) => self.wide(s, at),
            _ => self.words(s, at),
        }
    }

    fn char_at(&self, at: u32) -> char {
        self.c.text[at as usize..].chars().next().unwrap_or('\u{fffd}')
    }

    fn control(&mut self, s: &Stretch, at: u32, kind: Kind) -> u32 {
        self.arrive(at);
        self.last = None;
        let mut piece = Piece::mark(kind, at, s.owner, s.level);
        (piece.span, piece.end) = (s.span, at + 1);
        self.pieces.push(piece);
        at + 1
    }

    /// Where a run of spaces that is one piece ends: one collapsible space, all preserved ones.
    fn space_end(&self, s: &Stretch, at: u32) -> u32 {
        let one = !matches!(s.style.white_space, WhiteSpaceCollapse::Preserve);
        let rest = &self.c.text[at as usize..s.range.end as usize];
        if rest.starts_with('\u{a0}') {
            return at + 2;
        }
        let spaces = rest.bytes().take_while(|b| *b == b' ').count() as u32;
        at + if one { 1 } else { spaces }
    }

    fn shaped_spaces(&mut self, s: &Stretch, at: u32, end: u32) {
        let shaped = self.shape(s, at, end);
        let range = 0..shaped.glyphs.len() as u32;
        self.space(s, at, end, s.glyphs(shaped, range, at));
    }

    fn space(&mut self, s: &Stretch, at: u32, end: u32, mut glyphs: Glyphs) {
        self.arrive(at);
        self.last = None;
        let no_break = self.c.text[at as usize..].starts_with('\u{a0}');
        let kind = match s.style.white_space {
            _ if no_break => Space::Kept,
            WhiteSpaceCollapse::Collapse | WhiteSpaceCollapse::PreserveBreaks => Space::Collapsible,
            WhiteSpaceCollapse::Preserve if s.style.wrap => Space::Hanging,
            WhiteSpaceCollapse::Preserve | WhiteSpaceCollapse::BreakSpaces => Space::Kept,
        };
        glyphs.word_spacing = s.style.word_spacing.0 * self.scale;
        // What the style adds does not give: all spaces of a size stretch alike.
        let spaces = count_clusters(glyphs.slice()) as f32;
        let own = glyphs.width() - (glyphs.letter_spacing + glyphs.word_spacing) * spaces;
        let mut piece = s.piece(Kind::Space(kind), at, end, glyphs);
        piece.stretch = own.max(0.0) * SPACE_FLEX.0;
        piece.shrink = own.max(0.0) * SPACE_FLEX.1;
        self.pieces.push(piece);
    }

    /// U+3000 takes an em and hangs over the end of a line.
    fn ideographic_space(&mut self, s: &Stretch, at: u32) -> u32 {
        let end = at + 3;
        self.arrive(at);
        self.last = None;
        let shaped = self.shape(s, at, end);
        let range = 0..shaped.glyphs.len() as u32;
        let kind = Kind::Space(if s.style.wrap { Space::Hanging } else { Space::Kept });
        let piece = s.piece(kind, at, end, s.glyphs(shaped, range, at));
        self.pieces.push(piece);
        end
    }

    /// A full-width character, or a doubled dash or ellipsis.
    fn wide(&mut self, s: &Stretch, at: u32) -> u32 {
        let first = self.char_at(at);
        let rest = &self.c.text[at as usize..s.range.end as usize];
        let belongs = |c: char| is_extending(c) || is_doubled(first) && c == first;
        let length: usize = rest
            .chars()
            .enumerate()
            .take_while(|(i, c)| *i == 0 || belongs(*c))
            .map(|(_, c)| c.len_utf8())
            .sum();
        let end = at + length as u32;
        let shaped = self.shape(s, at, end);
        let natural = shaped.advance as f32 * s.unit;
        let class = class_of(first, &s.style.lang);
        let full = (natural - s.size).abs() < 0.05 * s.size;
        let mark = matches!(class, Class::Opening | Class::Closing);
        let trim = mark && full && s.style.spacing_trim != TextSpacingTrim::SpaceAll;
        self.arrive(at);
        self.room_before(s, at, class, trim);
        let range = 0..shaped.glyphs.len() as u32;
        let mut glyphs = s.glyphs(shaped, range, at);
        if trim && class == Class::Opening {
            glyphs.shift = -s.size / 2.0;
        }
        let mut piece = s.piece(Kind::Text, at, end, glyphs);
        piece.class = class;
        if trim {
            piece.width -= s.size / 2.0;
        }
        self.pieces.push(piece);
        self.last = Some(Neighbour { piece: self.pieces.len() - 1, class, gap: None });
        if trim && class == Class::Closing && s.style.spacing_trim != TextSpacingTrim::TrimAll {
            self.gap(s, end, Gap::AfterMark, s.size / 2.0, (HAN_STRETCH, MARK_SHRINK));
            let gap = Some(self.pieces.len() - 1);
            self.last = self.last.map(|last| Neighbour { gap, ..last });
        }
        end
    }

    /// The room between the last text piece and the next, which begins at `at`.
    fn room_before(&mut self, s: &Stretch, at: u32, class: Class, trim: bool) {
        let before = self.last.map_or(Class::Other, |last| last.class);
        let half = s.size / 2.0;
        match (before, class) {
            (Class::Han, Class::Han) => self.let_stretch(s),
            (Class::Han, Class::Letter) | (Class::Letter, Class::Han)
                if s.style.autospace.alpha =>
            {
                self.gap(s, at, Gap::Autospace, s.size * AUTOSPACE, AUTOSPACE_FLEX);
            }
            (Class::Han, Class::Figure) | (Class::Figure, Class::Han)
                if s.style.autospace.numeric =>
            {
                self.gap(s, at, Gap::Autospace, s.size * AUTOSPACE, AUTOSPACE_FLEX);
            }
            (Class::Closing, Class::Closing | Class::Middle) => self.drop_gap(),
            (Class::Opening, Class::Opening) if trim => {}
            (Class::Closing, Class::Opening)
                if trim && self.last.is_some_and(|l| l.gap.is_some()) => {}
            (_, Class::Opening) if s.style.spacing_trim == TextSpacingTrim::TrimAll => {}
            (_, Class::Opening) if trim => {
                let stretch = if before == Class::Other { 0.0 } else { HAN_STRETCH };
                self.gap(s, at, Gap::BeforeMark, half, (stretch, MARK_SHRINK));
            }
            _ => {}
        }
    }

    /// Two ideographs meet: justification may part them.
    fn let_stretch(&mut self, s: &Stretch) {
        if let Some(last) = self.last {
            self.pieces[last.piece].stretch = s.size * HAN_STRETCH;
        }
    }

    /// A closing mark is followed by another: its blank half goes.
    fn drop_gap(&mut self) {
        if let Some(gap) = self.last.and_then(|last| last.gap) {
            let gap = &mut self.pieces[gap];
            (gap.width, gap.stretch, gap.shrink) = (0.0, 0.0, 0.0);
        }
    }

    fn gap(&mut self, s: &Stretch, at: u32, gap: Gap, width: f32, flex: (f32, f32)) {
        let mut piece = Piece::mark(Kind::Gap(gap), at, s.owner, s.level);
        piece.span = s.span;
        piece.width = width;
        piece.stretch = s.size * flex.0;
        piece.shrink = s.size * flex.1;
        self.pieces.push(piece);
    }

    /// Words, and the spaces between them if these are shaped with them.
    fn words(&mut self, s: &Stretch, at: u32) -> u32 {
        let rest = &self.c.text[at as usize..s.range.end as usize];
        let length = rest.find(|c: char| s.ends_words(c)).unwrap_or(rest.len());
        let end = at + length as u32;
        let (base, shaped) = self.shape_in_context(s, at, end);
        let mut cut = Cutter { shaped: &shaped, base, rtl: s.key.rtl, taken: 0 };
        cut.take(at);
        let mut from = at;
        while from < end {
            let (to, blank) = self.piece_end(s, from, end, &cut);
            let glyphs = s.glyphs(Arc::clone(&shaped), cut.take(to), base);
            if blank {
                self.space(s, from, to, glyphs);
            } else {
                self.word(s, from, to, glyphs);
            }
            from = to;
        }
        end
    }

    /// Where the piece that begins at `from` ends, and whether it is space.
    fn piece_end(&self, s: &Stretch, from: u32, end: u32, cut: &Cutter<'_>) -> (u32, bool) {
        let rest = &self.c.text[from as usize..end as usize];
        if rest.starts_with([' ', '\u{a0}']) {
            return (self.space_end(s, from).min(end), true);
        }
        for (i, c) in rest.char_indices().skip(1) {
            let at = from + i as u32;
            if matches!(c, ' ' | '\u{a0}') || self.is_opportunity(at) && cut.is_boundary(at) {
                return (at, false);
            }
        }
        (end, false)
    }

    fn word(&mut self, s: &Stretch, at: u32, end: u32, glyphs: Glyphs) {
        let text = &self.c.text[at as usize..end as usize];
        let class = |c: Option<char>| match c {
            Some(c) if c.is_numeric() => Class::Figure,
            Some(c) if c.is_alphanumeric() => Class::Letter,
            _ => Class::Other,
        };
        let (first, last) = (class(text.chars().next()), class(text.chars().next_back()));
        self.arrive(at);
        self.room_before(s, at, first, false);
        let mut piece = s.piece(Kind::Text, at, end, glyphs);
        piece.class = first;
        self.pieces.push(piece);
        self.last = Some(Neighbour { piece: self.pieces.len() - 1, class: last, gap: None });
    }

    /// Shapes words with what touches them in neighbouring spans of the same font, so that kerning
    /// goes on across inline boxes; returns where the shaped text begins.
    fn shape_in_context(&mut self, s: &Stretch, at: u32, end: u32) -> (u32, Arc<ShapedText>) {
        let (from, to) = (self.context_before(s, at), self.context_after(s, end));
        if (from, to) == (at, end) {
            return (at, self.shape(s, at, end));
        }
        let shaped = self.shape(s, from, to);
        let begins = |position: u32| shaped.glyphs.iter().any(|g| from + g.cluster == position);
        // A ligature across the boundary cannot be parted: each side is shaped for itself.
        if begins(at) && (to == end || begins(end)) {
            (from, shaped)
        } else {
            (at, self.shape(s, at, end))
        }
    }

    /// Where the word that ends at `at` in the span before begins; `at` if none goes on here.
    fn context_before(&self, s: &Stretch, at: u32) -> u32 {
        let span = s.span as usize;
        let Some(before) = span.checked_sub(1).map(|i| &self.c.spans[i]) else { return at };
        if at != self.c.spans[span].start || before.end != at || !self.joins(s, at, &before.style) {
            return at;
        }
        let text = &self.c.text[before.start as usize..at as usize];
        let word = text.char_indices().rev().take_while(|(_, c)| self.goes_on(s, *c));
        word.last().map_or(at, |(i, _)| before.start + i as u32)
    }

    /// Where the word that begins at `end` in the span after ends; `end` if none goes on there.
    fn context_after(&self, s: &Stretch, end: u32) -> u32 {
        let Some(after) = self.c.spans.get(s.span as usize + 1) else { return end };
        if end != self.c.spans[s.span as usize].end
            || after.start != end
            || !self.joins(s, end, &after.style)
        {
            return end;
        }
        let text = &self.c.text[end as usize..after.end as usize];
        let word = text.chars().take_while(|c| self.goes_on(s, *c));
        end + word.map(|c| c.len_utf8() as u32).sum::<u32>()
    }

    /// Whether text of another style goes on in the same font and level at a boundary, and no box
    /// edge stands between. Spans whose text vanished stand at the very beginning too: nothing goes on there.
    fn joins(&self, s: &Stretch, at: u32, other: &TextStyle) -> bool {
        let style = &s.style;
        let Some(before) = at.checked_sub(1) else { return false };
        self.levels.at(at) == s.level
            && self.levels.at(before) == s.level
            && (style.size, style.weight, style.style, style.stretch)
                == (other.size, other.weight, other.style, other.stretch)
            && (style.kerning, style.letter_spacing, style.word_spacing)
                == (other.kerning, other.letter_spacing, other.word_spacing)
            && (&style.families, &style.features, &style.lang)
                == (&other.families, &other.features, &other.lang)
            && !self.has_edge(at)
    }

    /// Whether a character goes on the words of a stretch: of the same face, and no space.
    fn goes_on(&self, s: &Stretch, c: char) -> bool {
        !s.ends_words(c)
            && !matches!(c, ' ' | '\u{a0}')
            && self.book.choose_face_in(c.encode_utf8(&mut [0; 4]), &s.faces, s.key.language)
                == Some(s.key.face)
    }

    fn shape(&mut self, s: &Stretch, at: u32, end: u32) -> Arc<ShapedText> {
        let shaped = self.cx.shaper.shape(s.key, &self.c.text[at as usize..end as usize]);
        if let Some(offset) = shaped.missing() {
            let c = self.char_at(at + offset);
            let element = self.c.spans[s.span as usize].element;
            self.report_character(c, element);
        }
        shaped
    }
}

impl Stretch {
    /// Whether a character is set by itself in an em.
    fn is_wide(&self, c: char) -> bool {
        is_wide(c) || self.ideographic && is_shared_punctuation(c)
    }

    /// Whether a character ends what is shaped together.
    fn ends_words(&self, c: char) -> bool {
        matches!(c, '\n' | '\t' | '\u{3000}')
            || !self.phrases && matches!(c, ' ' | '\u{a0}')
            || self.is_wide(c)
    }

    fn glyphs(&self, shaped: Arc<ShapedText>, range: Range<u32>, base: u32) -> Glyphs {
        Glyphs {
            shaped,
            range,
            base,
            key: self.key_index,
            unit: self.unit,
            shift: 0.0,
            letter_spacing: self.letter_spacing,
            word_spacing: 0.0,
        }
    }

    fn piece(&self, kind: Kind, start: u32, end: u32, glyphs: Glyphs) -> Piece {
        Piece {
            kind,
            brk: Break::No,
            class: Class::Other,
            level: self.level,
            span: self.span,
            owner: self.owner,
            start,
            end,
            width: glyphs.width(),
            stretch: 0.0,
            shrink: 0.0,
            glyphs: Some(glyphs),
        }
    }
}

/// Characters that go on a cluster: variation selectors, combining marks of kana, joiners.
fn is_extending(c: char) -> bool {
    matches!(c as u32,
        0x300..=0x36f | 0x3099..=0x309a | 0x200d | 0x20d0..=0x20ff | 0xfe00..=0xfe0f
        | 0xe0100..=0xe01ef)
}

/// Hands out the glyphs of a shaped text by position, in logical order.
struct Cutter<'a> {
    shaped: &'a ShapedText,
    base: u32,
    rtl: bool,
    /// Glyphs handed out: from the left, or from the right if `rtl`.
    taken: usize,
}

impl Cutter<'_> {
    /// Whether a cluster begins at a position.
    fn is_boundary(&self, at: u32) -> bool {
        self.shaped.glyphs.iter().any(|g| self.base + g.cluster == at)
    }

    /// The glyphs of the clusters that begin before a position and were not handed out.
    fn take(&mut self, to: u32) -> Range<u32> {
        let glyphs = &self.shaped.glyphs;
        let inside = |i: usize| self.base + glyphs[i].cluster < to;
        let before = self.taken;
        if self.rtl {
            while self.taken < glyphs.len() && inside(glyphs.len() - 1 - self.taken) {
                self.taken += 1;
            }
            (glyphs.len() - self.taken) as u32..(glyphs.len() - before) as u32
        } else {
            while self.taken < glyphs.len() && inside(self.taken) {
                self.taken += 1;
            }
            before as u32..self.taken as u32
        }
    }
}
