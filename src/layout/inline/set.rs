//! Pass 3 and the drive of pass 4: breaks lines and puts them below each other.
//!
//! Input: a [`Paragraph`] and the room for its lines. Output: [`InlineLayout`]. Justified and
//! `pretty` text is broken as a whole ([`plan`](super::plan)), again from where a line turns out higher
//! than its strut; all other text line by line, asking for room anew where a line is higher or meets a
//! float.

use std::collections::VecDeque;
use std::sync::Arc;

use super::balance::balanced;
use super::collect::ROOT;
use super::finish::{FinishedLine, finish};
use super::greedy::{next_line, width_before};
use super::line::{PlacedLine, Room, has_content, place};
use super::measure::{BrokenLine, Cut, Measured, TOLERANCE};
use super::optimum::Measure;
use super::para::{Break, Kind, Paragraph};
use super::vertical::{LineHeights, align};
use super::{Checkpoint, InlineLayout, LineSpace, Overflow, Slot};
use crate::css::computed::{
    Computed, LengthPercentage, Position, TextAlign, TextJustify, TextWrapStyle,
};
use crate::fonts::FontBook;
use crate::geom::{Point, Px, Rect, Size};
use crate::layout::boxes::tree::Resume;
use crate::layout::boxes::{BoxId, BoxKind};
use crate::layout::fragment::{LineStart, Origin};
use crate::layout::{Containing, Context, PendingPositioned, positioned};

/// Sets the lines of one block.
pub(super) struct Setter<'s, 'a> {
    pub(super) cx: &'s mut Context<'a>,
    book: Arc<FontBook>,
    pub(super) para: &'s Paragraph,
    pub(super) m: Measured<'s>,
    pub(super) block: &'s Arc<Computed>,
    pub(super) width: Px,
    pub(super) space: &'s mut dyn LineSpace,
    out: InlineLayout,
    pub(super) y: Px,
    order: u32,
    /// Indices of floats that are placed already.
    pub(super) placed: Vec<bool>,
    /// Floats that did not fit beside their line.
    pub(super) deferred: VecDeque<u16>,
    /// Absolutely positioned boxes whose containing block is an inline box.
    pending: Vec<(u16, PendingPositioned)>,
    /// Pieces of these inline boxes: the box, the line, the padding box.
    containing: Vec<(u16, usize, Rect)>,
    /// The width that `text-wrap: balance` keeps lines within.
    narrowed: Option<f32>,
    /// Where the first line begins: not at the beginning after a page break.
    start: Cut,
}

/// The floats of a paragraph while its lines are broken.
pub(super) struct Floats<'f, 'a> {
    pub(super) cx: &'f mut Context<'a>,
    pub(super) para: &'f Paragraph,
    pub(super) space: &'f mut dyn LineSpace,
    pub(super) placed: &'f mut Vec<bool>,
    pub(super) deferred: &'f mut VecDeque<u16>,
}

impl Floats<'_, '_> {
    /// Meets a float on the line in `slot`, which has `left` to the right of what stands before it:
    /// places it beside the line, or puts it off to the next.
    pub(super) fn meet(&mut self, index: u16, slot: &mut Slot, height: Px, left: Px) {
        let done = &mut self.placed[usize::from(index)];
        if *done || self.deferred.contains(&index) {
            return;
        }
        let id = self.para.floats[usize::from(index)].0;
        if self.deferred.is_empty() && self.space.place_float(self.cx, id, slot.top, left) {
            *done = true;
            let next = self.space.slot(slot.top, height);
            *slot = Slot { top: slot.top, ..next };
        } else {
            self.deferred.push_back(index);
        }
    }
}

/// A line that is broken and measured but not yet finished.
struct Candidate {
    line: BrokenLine,
    placed: PlacedLine,
    heights: LineHeights,
    slot: Slot,
}

impl<'s, 'a> Setter<'s, 'a> {
    pub(super) fn new(
        cx: &'s mut Context<'a>,
        para: &'s Paragraph,
        block: &'s Arc<Computed>,
        containing: Containing,
        space: &'s mut dyn LineSpace,
    ) -> Setter<'s, 'a> {
        let justify = is_justified(block);
        let m = Measured::new(cx, para, containing, justify);
        let order = cx.tree.get(para.block).order;
        let (start, placed, deferred) = resumed(cx, para);
        let positioned = positioned_above(cx, para);
        let out = InlineLayout { positioned, ..InlineLayout::default() };
        Setter {
            book: Arc::clone(cx.shaper.book()),
            cx,
            para,
            m,
            block,
            width: containing.width,
            space,
            out,
            y: Px::ZERO,
            order,
            placed,
            deferred,
            pending: Vec::new(),
            containing: Vec::new(),
            narrowed: None,
            start,
        }
    }

    pub(super) fn set(mut self) -> InlineLayout {
        self.balance();
        let at = if self.is_broken_whole() { self.set_whole() } else { self.start };
        self.set_line_by_line(at);
        self.place_deferred();
        if let Some(resume) = resume_of(self.cx, self.para) {
            self.pending.retain(|(_, positioned)| !resume.gone.contains(&positioned.id));
            self.out.positioned.retain(|positioned| !resume.gone.contains(&positioned.id));
        }
        self.place_positioned();
        self.marker();
        self.out.height = self.y;
        self.out
    }

    /// Finds the width that `text-wrap: balance` keeps lines within.
    fn balance(&mut self) {
        if let Some(room) = self.space.uniform()
            && !self.para.has_floats()
            && !self.m.justify
            && self.block.text.wrap_style == TextWrapStyle::Balance
        {
            let indent = self.indent(self.is_first(), false);
            self.narrowed = Some(balanced(&self.m, room.0, indent));
        }
    }

    /// Whether the style asks for lines that are broken together.
    fn is_broken_whole(&self) -> bool {
        self.m.justify || self.block.text.wrap_style == TextWrapStyle::Pretty
    }

    /// Sets lines that were broken together, those that are left again where one of them does not
    /// have the room it was meant for; returns where the lines begin that have to do without.
    fn set_whole(&mut self) -> Cut {
        /// Paragraphs of which more lines go astray (pictures beside floats) go on line by line.
        const RESTARTS: usize = 32;
        let (mut at, mut restarts) = (self.start, 0);
        while at.piece < self.para.pieces.len() && restarts < RESTARTS {
            self.place_deferred();
            let Some((lines, measure)) = self.plan(at) else { break };
            let next = self.set_broken(&lines, &measure);
            at = if next == at { self.set_line(at) } else { next };
            restarts += 1;
        }
        at
    }

    /// What lines look like from here on, but for floats.
    pub(super) fn measure(&self) -> Measure {
        Measure {
            beside_floats: Vec::new(),
            insets: Vec::new(),
            anchors: Vec::new(),
            room: self.width.0,
            first: self.indent(self.is_first(), false),
            after_break: self.indent(false, true),
            rest: self.indent(false, false),
            ragged: !self.m.justify,
            pretty: self.block.text.wrap_style == TextWrapStyle::Pretty,
            last_justified: self.block.text.align_last == TextAlign::Justify,
        }
    }

    /// Sets lines that were broken together, as long as they have the room they were meant for (a
    /// line may turn out higher than the strut, a word wider than the room beside a float); returns
    /// where the others begin.
    fn set_broken(&mut self, lines: &[BrokenLine], measure: &Measure) -> Cut {
        for (i, line) in lines.iter().enumerate() {
            if !self.cx.step(self.para.block) {
                return Cut::before(self.para.pieces.len());
            }
            self.place_deferred();
            let before = self.has_floats(line).then(|| self.floats());
            let slot = self.space.slot(self.y, self.strut_height());
            let slot = self.place_floats_of(line, slot);
            let mut fits = (slot.width.0 - measure.room(i)).abs() <= TOLERANCE;
            if fits {
                let candidate = self.candidate(*line, slot);
                let natural = Px(candidate.placed.natural);
                let height = self.strut_height();
                fits = candidate.placed.overflow <= TOLERANCE
                    || self.space.uniform().is_some()
                    || self.space.below(slot.top, natural, height).is_none();
                if fits {
                    self.commit(candidate);
                }
            }
            if !fits {
                if let Some((floats, placed, deferred)) = before {
                    self.space.rewind(&floats);
                    (self.placed, self.deferred) = (placed, deferred);
                }
                return line.start;
            }
        }
        lines.last().map_or(self.start, |line| line.end)
    }

    fn has_floats(&self, line: &BrokenLine) -> bool {
        let pieces = &self.para.pieces[line.start.piece..line.end.piece];
        pieces.iter().any(|piece| matches!(piece.kind, Kind::Float(_)))
    }

    /// What is known of floats, to come back to.
    fn floats(&self) -> (Checkpoint, Vec<bool>, VecDeque<u16>) {
        (self.space.checkpoint(), self.placed.clone(), self.deferred.clone())
    }

    /// Places the floats whose anchors are on a line, or puts them off; returns what room is left.
    fn place_floats_of(&mut self, line: &BrokenLine, mut slot: Slot) -> Slot {
        let (indent, height) = (self.indent_at(line.start), self.strut_height());
        let inset = self.inset(line.start, slot);
        for i in line.start.piece..line.end.piece {
            let Kind::Float(index) = self.para.pieces[i].kind else { continue };
            let used = width_before(&self.m, line.start, i, indent + inset);
            let room = slot.width.0 - indent;
            let left = if used > 0.0 { Px(room - used) } else { self.width };
            let mut floats = Floats {
                cx: &mut *self.cx,
                para: self.para,
                space: &mut *self.space,
                placed: &mut self.placed,
                deferred: &mut self.deferred,
            };
            floats.meet(index, &mut slot, height, left);
        }
        slot
    }

    fn set_line_by_line(&mut self, start: Cut) {
        let mut at = start;
        while at.piece < self.para.pieces.len() && self.cx.step(self.para.block) {
            self.place_deferred();
            at = self.set_line(at);
        }
    }

    /// Breaks and sets one line; returns where the next begins.
    fn set_line(&mut self, at: Cut) -> Cut {
        let candidate = self.fit_line(at);
        let end = candidate.line.end;
        self.commit(candidate);
        // A line always takes something; if it did not, the rest would never end.
        if end == at { Cut::before(at.piece + 1) } else { end }
    }

    /// Breaks a line in the room there is: again where it turns out too high for its room, lower
    /// where floats leave no room for its first word.
    fn fit_line(&mut self, at: Cut) -> Candidate {
        const ATTEMPTS: usize = 8;
        let mut top = self.y;
        let mut height = self.strut_height();
        let mut attempt = 0;
        loop {
            attempt += 1;
            let slot = self.space.slot(top, height);
            let (line, slot) = self.break_line(at, slot, height);
            let candidate = self.candidate(line, slot);
            if attempt >= ATTEMPTS || self.space.uniform().is_some() {
                return candidate;
            }
            let needed = Px(candidate.heights.height);
            if candidate.placed.overflow > TOLERANCE
                && let Some(lower) =
                    self.space.below(slot.top, Px(candidate.placed.natural), needed.max(height))
            {
                top = lower;
                continue;
            }
            if needed > height {
                height = needed;
                let again = self.space.slot(top, height);
                if again.width != slot.width || again.top != slot.top {
                    continue;
                }
            }
            return candidate;
        }
    }

    /// Breaks one line first-fit; floats on it are placed, or put off to the next.
    fn break_line(&mut self, at: Cut, slot: Slot, height: Px) -> (BrokenLine, Slot) {
        let (indent, inset) = (self.indent_at(at), self.inset(at, slot));
        let limit = self.narrowed;
        let full = self.width;
        let Setter { cx, para, m, space, placed, deferred, .. } = self;
        let mut slot = slot;
        let room = |slot: &Slot| limit.unwrap_or(slot.width.0) - indent;
        let mut floats = Floats { cx, para, space: &mut **space, placed, deferred };
        let begins_at = indent + inset;
        let line = next_line(m, at, begins_at, room(&slot), |index, used| {
            let left = if used > 0.0 { Px(room(&slot) - used) } else { full };
            floats.meet(index, &mut slot, height, left);
            room(&slot)
        });
        (line, slot)
    }

    /// Places floats that were put off at the top of the next line.
    fn place_deferred(&mut self) {
        while let Some(index) = self.deferred.pop_front() {
            let id = self.para.floats[usize::from(index)].0;
            self.space.place_float(self.cx, id, self.y, self.width);
            self.placed[usize::from(index)] = true;
        }
    }

    fn candidate(&mut self, line: BrokenLine, slot: Slot) -> Candidate {
        let room = Room {
            style: self.block,
            width: slot.width.0,
            indent: self.indent_at(line.start),
            inset: self.inset(line.start, slot),
            first: line.start.piece == 0,
            justify: self.m.justify,
        };
        let placed = place(self.cx, &self.m, &line, room);
        let mut heights = align(&self.m, &self.book, &placed.leaves);
        if !placed.leaves.iter().any(|leaf| has_content(&self.m, leaf)) {
            (heights.empty, heights.height, heights.baseline) = (true, 0.0, 0.0);
            heights.baselines.fill(0.0);
        }
        Candidate { line, placed, heights, slot }
    }

    fn commit(&mut self, candidate: Candidate) {
        let Candidate { ref placed, ref heights, slot, .. } = candidate;
        let empty = !placed.leaves.iter().any(|leaf| has_content(&self.m, leaf));
        let origin = Point::new(slot.left, if empty { self.y } else { slot.top });
        let mut line =
            finish(&mut self.m, self.block, self.order, placed, heights, &self.book, slot);
        line.fragment.offset = origin;
        let start = candidate.line.start;
        line.fragment.origin =
            Origin::Line(LineStart { piece: start.piece as u32, split: start.split });
        self.keep_positioned(&mut line, origin);
        if empty {
            if !line.fragment.children.is_empty() {
                self.out.lines.push(line.fragment);
            }
            return;
        }
        let baseline = slot.top + Px(heights.baseline);
        self.out.first_baseline.get_or_insert(baseline);
        self.out.last_baseline = Some(baseline);
        self.keep_width(placed, slot);
        self.y = slot.top + Px(heights.height);
        self.out.lines.push(line.fragment);
    }

    /// Keeps how wide a line is. One that justification shrank is as wide as its room.
    fn keep_width(&mut self, placed: &PlacedLine, slot: Slot) {
        let over = placed.overflow;
        let used =
            if over > TOLERANCE { slot.width.0 + over } else { placed.natural.min(slot.width.0) };
        self.out.max_line_width = self.out.max_line_width.max(Px(used));
        if over > TOLERANCE {
            self.out.overflow.push(Overflow { line: self.out.lines.len(), by: Px(over) });
        }
    }

    /// Keeps what is absolutely positioned until all lines are there.
    fn keep_positioned(&mut self, line: &mut FinishedLine, origin: Point) {
        let index = self.out.lines.len();
        for (owner, mut pending) in line.positioned.drain(..) {
            pending.static_position += origin;
            match owner {
                ROOT => self.out.positioned.push(pending),
                _ => self.pending.push((owner, pending)),
            }
        }
        let placed = line.containing.iter().map(|(owner, r)| (*owner, index, r.translate(origin)));
        self.containing.extend(placed);
    }

    /// Lays out what is absolutely positioned in inline boxes. The containing block reaches from
    /// the beginning of the box's first piece to the end of its last (CSS 2.2 §10.1).
    fn place_positioned(&mut self) {
        for (owner, pending) in std::mem::take(&mut self.pending) {
            let mut pieces = self.containing.iter().filter(|(index, ..)| *index == owner);
            let Some(&(_, line, first)) = pieces.next() else { continue };
            let last = pieces.next_back().map_or(first, |(_, _, last)| *last);
            let corner = Point::new(last.right(), last.bottom()) - first.origin;
            let area = Rect {
                origin: first.origin,
                size: Size::new(corner.x.max(Px::ZERO), corner.y.max(Px::ZERO)),
            };
            if self.cx.style(pending.id).position == Position::Fixed {
                self.out.positioned.push(pending);
                continue;
            }
            let (mut fragment, others) = positioned::layout(self.cx, &pending, area);
            self.out.positioned.extend(others);
            if let Some(line) = self.out.lines.get_mut(line) {
                fragment.offset = fragment.offset - line.offset;
                line.children.push(fragment);
            }
        }
    }

    pub(super) fn strut_height(&self) -> Px {
        let strut = &self.para.struts[0];
        Px(strut.above + strut.below)
    }

    /// How far floats keep the start of the line that begins here from the block's edge.
    pub(super) fn inset(&self, at: Cut, slot: Slot) -> f32 {
        match self.begins_right(at) {
            false => slot.left.0,
            true => (self.width - slot.width - slot.left).0,
        }
    }

    /// Whether the line that begins here begins at the right.
    pub(super) fn begins_right(&self, at: Cut) -> bool {
        let first = self.para.pieces.get(at.piece).map_or(0, |piece| piece.start);
        self.para.base_level(first) % 2 == 1
    }

    /// The indent of the line that begins here.
    pub(super) fn indent_at(&self, start: Cut) -> f32 {
        let after_break = start.split == 0
            && start.piece > 0
            && self.para.pieces[start.piece - 1].brk == Break::Forced;
        self.indent(start == Cut::before(0) && self.is_first(), after_break)
    }

    /// Whether the paragraph begins with the first formatted line of its block container.
    fn is_first(&self) -> bool {
        !self.para.continues
    }

    /// `text-indent` (CSS Text 3 §7.1).
    fn indent(&self, first: bool, after_break: bool) -> f32 {
        let indent = &self.block.text.indent;
        let indented = first || indent.each_line && after_break;
        if indented == indent.hanging {
            return 0.0;
        }
        match &indent.amount {
            LengthPercentage::Length(length) => length.0 * self.para.scale,
            amount => amount.resolve(self.width).0,
        }
    }

    /// The list marker stands before the first line, its baseline on that line's.
    fn marker(&mut self) {
        let tree = self.cx.tree;
        let BoxKind::Inline(content) = &tree.get(self.para.block).kind else { return };
        let Some(id) = content.marker else { return };
        if self.out.first_baseline.is_none() {
            self.empty_line();
        }
        self.place_marker(id);
    }

    /// A line with nothing but its strut, for a marker to stand beside.
    fn empty_line(&mut self) {
        let slot = self.space.slot(self.y, self.strut_height());
        let at = Cut::before(self.para.pieces.len());
        let line = BrokenLine { start: at, end: at, hyphen: false, last: true };
        let candidate = self.candidate(line, slot);
        let heights = align(&self.m, &self.book, &[]);
        let finished = finish(
            &mut self.m,
            self.block,
            self.order,
            &candidate.placed,
            &heights,
            &self.book,
            slot,
        );
        let mut fragment = finished.fragment;
        fragment.offset = Point::new(slot.left, slot.top);
        let baseline = slot.top + Px(heights.baseline);
        (self.out.first_baseline, self.out.last_baseline) = (Some(baseline), Some(baseline));
        self.y = slot.top + Px(heights.height);
        self.out.lines.push(fragment);
    }

    fn place_marker(&mut self, id: BoxId) {
        let Some(baseline) = self.out.first_baseline else { return };
        let marker = self.cx.layout_atomic(id, self.m.containing);
        let size = marker.fragment.size;
        let rtl = self.para.base_level(0) % 2 == 1;
        let x =
            if rtl { self.width + marker.margin.left } else { -(size.width + marker.margin.right) };
        let y = baseline - marker.baseline.unwrap_or(size.height);
        let mut fragment = marker.fragment;
        fragment.offset += Point::new(x, y);
        // The first line with a baseline: the marker goes where it goes.
        let holds = |line: &&mut crate::layout::fragment::Fragment| line.size.height > Px::ZERO;
        if let Some(line) = self.out.lines.iter_mut().find(holds) {
            fragment.offset = fragment.offset - line.offset;
            line.children.insert(0, fragment);
        }
    }
}

/// Where a paragraph's lines begin; which floats are placed already, and which are to be placed
/// first, having been anchored above a page break.
fn resumed(cx: &Context, para: &Paragraph) -> (Cut, Vec<bool>, VecDeque<u16>) {
    let mut placed = vec![false; para.floats.len()];
    let mut deferred = VecDeque::new();
    let Some(resume) = resume_of(cx, para) else { return (Cut::before(0), placed, deferred) };
    let start = Cut { piece: resume.start.piece as usize, split: resume.start.split };
    for piece in para.pieces.iter().take(start.piece) {
        if let Kind::Float(index) = piece.kind {
            placed[usize::from(index)] = true;
            if resume.floats.contains(&para.floats[usize::from(index)].0) {
                deferred.push_back(index);
            }
        }
    }
    (start, placed, deferred)
}

/// What is left of a paragraph that a page break cut.
fn resume_of<'a>(cx: &Context<'a>, para: &Paragraph) -> Option<&'a Resume> {
    let tree = cx.tree;
    match &tree.get(para.block).kind {
        BoxKind::Inline(content) => content.resume.as_ref(),
        _ => None,
    }
}

/// Absolutely positioned boxes that were anchored above a page break and have no place yet. Their insets
/// say where that is.
fn positioned_above(cx: &Context, para: &Paragraph) -> Vec<PendingPositioned> {
    let Some(resume) = resume_of(cx, para) else { return Vec::new() };
    let above = para.pieces.iter().take(resume.start.piece as usize);
    let left = above.filter_map(|piece| match piece.kind {
        Kind::Positioned { id, .. } if resume.positioned.contains(&id) => Some(id),
        _ => None,
    });
    let (static_position, holder) = (Point::ZERO, para.block);
    left.map(|id| PendingPositioned { id, holder, static_position, rtl: false, area: None })
        .collect()
}

/// Whether lines other than the last fill their room.
fn is_justified(block: &Computed) -> bool {
    block.text.align == TextAlign::Justify && block.text.justify != TextJustify::None
}
