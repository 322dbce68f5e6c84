//! Pass 3 and the drive of pass 4: breaks lines and puts them below each other.
//!
//! Input: a [`Paragraph`] and the room for its lines. Output: [`InlineLayout`]. Justified and
//! `pretty` text without floats is broken as a whole; all other text line by line, asking for room
//! anew where a line turns out higher than its strut or meets a float.

use std::collections::VecDeque;
use std::sync::Arc;

use super::balance::balanced;
use super::collect::ROOT;
use super::finish::{FinishedLine, finish};
use super::greedy::next_line;
use super::line::{PlacedLine, Room, has_content, place};
use super::measure::{BrokenLine, Cut, Measured, TOLERANCE};
use super::optimum::{Measure, optimum};
use super::para::{Break, Kind, Paragraph};
use super::vertical::{LineHeights, align};
use super::{InlineLayout, LineSpace, Overflow, Slot};
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
    cx: &'s mut Context<'a>,
    book: Arc<FontBook>,
    para: &'s Paragraph,
    m: Measured<'s>,
    block: &'s Arc<Computed>,
    width: Px,
    space: &'s mut dyn LineSpace,
    out: InlineLayout,
    y: Px,
    order: u32,
    /// Indices of floats that are placed already.
    placed: Vec<bool>,
    /// Floats that did not fit beside their line.
    deferred: VecDeque<u16>,
    /// Absolutely positioned boxes whose containing block is an inline box.
    pending: Vec<(u16, PendingPositioned)>,
    /// Pieces of these inline boxes: the box, the line, the padding box.
    containing: Vec<(u16, usize, Rect)>,
    /// The width that `text-wrap: balance` keeps lines within.
    narrowed: Option<f32>,
    /// Where the first line begins: not at the beginning after a page break.
    start: Cut,
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
        let at = match self.break_whole() {
            Some((lines, measure)) => self.set_broken(&lines, &measure),
            None => self.start,
        };
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

    /// Breaks the whole paragraph at once where the style asks for it. The lines' widths have to be
    /// known for that: a float of the paragraph's own stands beside a line that is not there yet.
    fn break_whole(&mut self) -> Option<(Vec<BrokenLine>, Measure)> {
        if self.para.has_floats() {
            return None;
        }
        let wrap = self.block.text.wrap_style;
        if let Some(room) = self.space.uniform()
            && !self.m.justify
            && wrap == TextWrapStyle::Balance
        {
            let indent = self.indent(self.is_first(), false);
            self.narrowed = Some(balanced(&self.m, room.0, indent));
        }
        if !self.m.justify && wrap != TextWrapStyle::Pretty || self.start.split > 0 {
            return None;
        }
        let measure = Measure {
            beside_floats: self.rooms_beside_floats()?,
            room: self.width.0,
            first: self.indent(self.is_first(), false),
            after_break: self.indent(false, true),
            rest: self.indent(false, false),
            ragged: !self.m.justify,
            pretty: wrap == TextWrapStyle::Pretty,
            last_justified: self.block.text.align_last == TextAlign::Justify,
        };
        let lines = optimum(&self.m, &measure, self.start.piece)?;
        Some((lines, measure))
    }

    /// The room on the lines beside floats, if all are as high as the strut; none where a float
    /// leaves a line no room at all.
    fn rooms_beside_floats(&mut self) -> Option<Vec<f32>> {
        /// Floats that are higher than this many lines are followed line by line.
        const MOST: usize = 400;
        let mut rooms = Vec::new();
        if self.space.uniform().is_some() {
            return Some(rooms);
        }
        let height = self.strut_height();
        let mut top = self.y;
        while rooms.len() < MOST {
            let slot = self.space.slot(top, height);
            if slot.top > top || height <= Px::ZERO {
                return None;
            }
            if (self.width - slot.width).abs() <= Px(TOLERANCE) {
                return Some(rooms);
            }
            rooms.push(slot.width.0);
            top += height;
        }
        None
    }

    /// Sets lines that were broken together, as long as they have the room they were meant for (a
    /// line may turn out higher than the strut); returns where the others begin.
    fn set_broken(&mut self, lines: &[BrokenLine], measure: &Measure) -> Cut {
        for (i, line) in lines.iter().enumerate() {
            if !self.cx.step(self.para.block) {
                break;
            }
            let slot = self.space.slot(self.y, self.strut_height());
            if (slot.width.0 - measure.room(i)).abs() > TOLERANCE || slot.top > self.y {
                return line.start;
            }
            let candidate = self.candidate(*line, slot);
            self.commit(candidate);
        }
        Cut::before(self.para.pieces.len())
    }

    fn set_line_by_line(&mut self, start: Cut) {
        let mut at = start;
        while at.piece < self.para.pieces.len() && self.cx.step(self.para.block) {
            self.place_deferred();
            let candidate = self.fit_line(at);
            let end = candidate.line.end;
            self.commit(candidate);
            // A line always takes something; if it did not, the rest would never end.
            at = if end == at { Cut::before(at.piece + 1) } else { end };
        }
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
        let indent = self.indent_at(at);
        let limit = self.narrowed;
        let full = self.width;
        let Setter { cx, para, m, space, placed, deferred, .. } = self;
        let mut slot = slot;
        let room = |slot: &Slot| limit.unwrap_or(slot.width.0) - indent;
        let first = room(&slot);
        let line = next_line(m, at, first, |index, used| {
            let done = &mut placed[usize::from(index)];
            if *done || deferred.contains(&index) {
                return room(&slot);
            }
            let id = para.floats[usize::from(index)].0;
            let left = if used > 0.0 { Px(room(&slot) - used) } else { full };
            if deferred.is_empty() && space.place_float(cx, id, slot.top, left) {
                *done = true;
                let next = space.slot(slot.top, height);
                slot = Slot { top: slot.top, ..next };
            } else {
                deferred.push_back(index);
            }
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

    fn strut_height(&self) -> Px {
        let strut = &self.para.struts[0];
        Px(strut.above + strut.below)
    }

    /// The indent of the line that begins here.
    fn indent_at(&self, start: Cut) -> f32 {
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
    let static_position = Point::ZERO;
    left.map(|id| PendingPositioned { id, static_position, rtl: false, area: None }).collect()
}

/// Whether lines other than the last fill their room.
fn is_justified(block: &Computed) -> bool {
    block.text.align == TextAlign::Justify && block.text.justify != TextJustify::None
}
