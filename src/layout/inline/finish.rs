//! Pass 4, second half: the leaves of a line become fragments.
//!
//! Input: [`PlacedLine`] and [`LineHeights`]. Output: a line fragment with nested pieces of inline
//! boxes, text, atomic boxes and anchors. In visual order the pieces of a box may be apart; each
//! stretch of it is a fragment of its own, open at the sides where the box goes on elsewhere. What
//! comes out is in the order of the text again.

use std::sync::Arc;

use super::Slot;
use super::collect::ROOT;
use super::decorate::{decorations, skip_ink};
use super::line::{Leaf, PlacedLine, has_content};
use super::measure::Measured;
use super::para::Kind;
use super::runs::RunBuilder;
use super::vertical::LineHeights;
use crate::css::computed::{Computed, Direction};
use crate::fonts::FontBook;
use crate::geom::{Point, Px, Rect, Sides, Size};
use crate::layout::PendingPositioned;
use crate::layout::boxes::BoxId;
use crate::layout::fragment::{Fragment, FragmentContent, StructureId};
use crate::layout::independent::relative_shift;
use crate::layout::positioned::is_containing_block;

/// A finished line.
pub(super) struct FinishedLine {
    pub(super) fragment: Fragment,
    /// Absolutely positioned boxes, relative to the line's top left corner, each with the inline
    /// box that is its containing block; the root stands for one further out.
    pub(super) positioned: Vec<(u16, PendingPositioned)>,
    /// Padding boxes of the pieces of inline boxes that are containing blocks.
    pub(super) containing: Vec<(u16, Rect)>,
}

/// A piece of an inline box that is being filled.
struct Frame {
    /// Index of the box; the root is the line.
    index: u16,
    /// Border box, from the line's top left corner.
    left: f32,
    top: f32,
    /// The side where the box itself begins or ends.
    left_edge: bool,
    right_edge: bool,
    /// Right edge so far.
    right: f32,
    /// Each with its place in the text.
    children: Vec<(u32, Fragment)>,
    /// Its own place in the text, if there is nothing in it.
    at: u32,
    /// How many positioned boxes and containing blocks were known when it was opened.
    marks: (usize, usize),
}

struct Finisher<'m, 'p> {
    m: &'m Measured<'p>,
    block: &'m Arc<Computed>,
    order: u32,
    line: &'m PlacedLine,
    heights: &'m LineHeights,
    book: &'m FontBook,
    frames: Vec<Frame>,
    run: RunBuilder,
    positioned: Vec<(u16, PendingPositioned)>,
    containing: Vec<(u16, Rect)>,
    slot: Slot,
}

/// Makes the fragments of a line. `slot` is the line box's room, `order` the block's document order.
pub(super) fn finish(
    m: &mut Measured<'_>,
    block: &Arc<Computed>,
    order: u32,
    line: &PlacedLine,
    heights: &LineHeights,
    book: &FontBook,
    slot: Slot,
) -> FinishedLine {
    let mut atomics = take_atomics(m, line, heights);
    let mut f = Finisher {
        m,
        block,
        order,
        line,
        heights,
        book,
        frames: vec![Frame {
            index: 0,
            left: 0.0,
            top: 0.0,
            left_edge: true,
            right_edge: true,
            right: 0.0,
            children: Vec::new(),
            at: 0,
            marks: (0, 0),
        }],
        run: RunBuilder::default(),
        positioned: Vec::new(),
        containing: Vec::new(),
        slot,
    };
    for leaf in &line.leaves {
        f.enter(leaf);
        f.leaf(leaf, &mut atomics);
    }
    f.leave_to(0);
    f.flush();
    let mut fragment = Fragment::new(block);
    fragment.order = order;
    fragment.size = Size::new(slot.width, Px(heights.height));
    fragment.content =
        FragmentContent::Line { baseline: Px(heights.baseline), overflow: Px(line.overflow) };
    fragment.children =
        f.frames.pop().map(|frame| in_text_order(frame.children)).unwrap_or_default();
    FinishedLine { fragment, positioned: f.positioned, containing: f.containing }
}

/// An atomic inline on its way into the line.
struct AtomicPiece {
    index: u16,
    fragment: Fragment,
    positioned: Vec<PendingPositioned>,
}

/// What stands in a box, in the order of the text: of what is in one place, in that of the line.
fn in_text_order(mut children: Vec<(u32, Fragment)>) -> Vec<Fragment> {
    children.sort_by_key(|(at, _)| *at);
    children.into_iter().map(|(_, fragment)| fragment).collect()
}

/// Takes the line's atomic fragments out of their layouts, with their vertical places.
fn take_atomics(
    m: &mut Measured<'_>,
    line: &PlacedLine,
    heights: &LineHeights,
) -> Vec<AtomicPiece> {
    let mut taken = Vec::new();
    for leaf in &line.leaves {
        let Kind::Atomic(index) = leaf.kind else { continue };
        let atomic = &mut m.atomics[usize::from(index)];
        let top = heights.atomics.iter().find(|(i, _)| *i == index).map_or(0.0, |(_, top)| *top);
        let mut fragment = std::mem::replace(&mut atomic.fragment, Fragment::new(m.para.root()));
        fragment.offset.x = fragment.offset.x + Px(leaf.x) + atomic.margin.left;
        fragment.offset.y = fragment.offset.y + Px(top) + atomic.margin.top;
        let positioned = std::mem::take(&mut atomic.positioned);
        taken.push(AtomicPiece { index, fragment, positioned });
    }
    taken
}

impl Finisher<'_, '_> {
    /// Closes and opens frames so that the innermost is the leaf's box.
    fn enter(&mut self, leaf: &Leaf) {
        let mut path = Vec::new();
        let mut at = leaf.owner;
        while at != 0 {
            path.push(at);
            at = self.m.para.boxes[usize::from(at)].parent;
        }
        path.reverse();
        let open = self.frames[1..].iter().zip(&path).take_while(|(f, b)| f.index == **b).count();
        self.leave_to(open);
        for index in &path[open..] {
            self.flush();
            self.open(*index, leaf);
        }
    }

    fn open(&mut self, index: u16, leaf: &Leaf) {
        let edges = &self.m.edges[usize::from(index)];
        let left_edge = leaf.owner == index && leaf.left_edge;
        let strut = &self.m.para.struts[usize::from(index)];
        let left = leaf.x + if left_edge { edges.margin.left.0 } else { 0.0 };
        let above = strut.ascent + (edges.padding.top + edges.border.top).0;
        let baseline = self.heights.baselines[usize::from(index)];
        let top = if self.heights.empty { 0.0 } else { baseline - above };
        self.frames.push(Frame {
            index,
            left,
            top,
            left_edge,
            right_edge: false,
            right: left,
            children: Vec::new(),
            at: leaf.text.start,
            marks: (self.positioned.len(), self.containing.len()),
        });
    }

    /// Closes frames until this many inline boxes are open.
    fn leave_to(&mut self, open: usize) {
        while self.frames.len() > open + 1 {
            self.flush();
            let Some(frame) = self.frames.pop() else { return };
            let first = frame.children.iter().map(|(at, _)| *at).min();
            let at = first.unwrap_or(frame.at);
            let fragment = self.box_fragment(frame);
            self.add(at, fragment);
        }
    }

    fn box_fragment(&mut self, frame: Frame) -> Fragment {
        let entry = &self.m.para.boxes[usize::from(frame.index)];
        let edges = &self.m.edges[usize::from(frame.index)];
        let strut = &self.m.para.struts[usize::from(frame.index)];
        let mut fragment = Fragment::new(&entry.style);
        let rtl = self.block.text.direction == Direction::Rtl;
        let shift = relative_shift(&entry.style, self.m.containing, rtl);
        fragment.offset = Point::new(Px(frame.left), Px(frame.top)) + shift;
        let vertical = (edges.padding.vertical() + edges.border.vertical()).0;
        let width = (frame.right - frame.left).max(0.0);
        let height = strut.ascent + strut.descent + vertical;
        let height = if self.heights.empty { 0.0 } else { height };
        fragment.size = Size::new(Px(width), Px(height));
        fragment.content = FragmentContent::Inline;
        fragment.open =
            Sides { left: !frame.left_edge, right: !frame.right_edge, ..Sides::default() };
        let side = |value: Px, there: bool| if there { value } else { Px::ZERO };
        fragment.border = Sides {
            left: side(edges.border.left, frame.left_edge),
            right: side(edges.border.right, frame.right_edge),
            ..edges.border
        };
        fragment.padding = Sides {
            left: side(edges.padding.left, frame.left_edge),
            right: side(edges.padding.right, frame.right_edge),
            ..edges.padding
        };
        if let Some(source) = &entry.source {
            fragment.element = source.element;
            fragment.structure = source.structure;
            fragment.order = source.order;
        }
        fragment.children = in_text_order(frame.children);
        if shift != Point::ZERO {
            let (positioned, containing) = frame.marks;
            self.positioned[positioned..].iter_mut().for_each(|(_, p)| p.static_position += shift);
            for (_, area) in &mut self.containing[containing..] {
                *area = area.translate(shift);
            }
        }
        if is_containing_block(&entry.style) {
            let border_box = Rect { origin: fragment.offset, size: fragment.size };
            self.containing.push((frame.index, border_box.inset(fragment.border)));
        }
        fragment
    }

    /// The nearest inline box that is the containing block of what is absolutely positioned in
    /// box `at`; the root if there is none.
    fn containing_box(&self, mut at: u16) -> u16 {
        while at != ROOT && !is_containing_block(&self.m.para.boxes[usize::from(at)].style) {
            at = self.m.para.boxes[usize::from(at)].parent;
        }
        at
    }

    fn leaf(&mut self, leaf: &Leaf, atomics: &mut Vec<AtomicPiece>) {
        let end = leaf.x + leaf.width;
        match leaf.kind {
            Kind::Text | Kind::Space(_) => {
                if !self.run.accepts(self.m.para, leaf) {
                    self.flush();
                }
                self.run.push(leaf);
            }
            Kind::Gap(_) if !self.run.is_empty() => self.run.pad(leaf.width),
            Kind::Gap(_) | Kind::Break | Kind::Float(_) | Kind::SoftHyphen => {}
            Kind::Tab => self.flush(),
            Kind::Open(index) | Kind::Close(index) => return self.edge(index, leaf),
            Kind::Atomic(index) => {
                self.flush();
                if let Some(at) = atomics.iter().position(|a| a.index == index) {
                    let atomic = atomics.remove(at);
                    let by = atomic.fragment.offset;
                    let owner = self.containing_box(leaf.owner);
                    self.positioned.extend(atomic.positioned.into_iter().map(|mut p| {
                        p.static_position += by;
                        (owner, p)
                    }));
                    self.add(leaf.text.start, atomic.fragment);
                }
            }
            Kind::Positioned { id, block_level } => {
                let owner = self.containing_box(leaf.owner);
                let pending = if block_level {
                    self.block_level(id, leaf)
                } else {
                    self.inline_level(id, leaf)
                };
                self.positioned.push((owner, pending));
            }
            Kind::Anchor(id) => {
                self.flush();
                let mut fragment = Fragment::new(self.block);
                fragment.offset = Point::new(Px(leaf.x), Px::ZERO);
                fragment.content = FragmentContent::Anchor(id);
                fragment.order = self.order;
                self.add(leaf.text.start, fragment);
            }
        }
        self.reach(end, 0);
    }

    /// The static position of a block-level box: a line of its own, below this one if that holds
    /// anything before it (CSS Positioned Layout 3 §4.1).
    fn block_level(&self, id: BoxId, leaf: &Leaf) -> PendingPositioned {
        let before = |l: &Leaf| l.text.start < leaf.text.start && has_content(self.m, l);
        let y = if self.line.leaves.iter().any(before) { self.heights.height } else { 0.0 };
        let rtl = self.block.text.direction == Direction::Rtl;
        let x = if rtl { self.m.containing.width } else { Px::ZERO } - self.slot.left;
        let (holder, static_position) = (self.m.para.block, Point::new(x, Px(y)));
        PendingPositioned { id, holder, static_position, rtl, area: None }
    }

    /// The static position of an inline-level box: where it stands among the text.
    fn inline_level(&self, id: BoxId, leaf: &Leaf) -> PendingPositioned {
        let (holder, static_position) = (self.m.para.block, Point::new(Px(leaf.x), Px::ZERO));
        PendingPositioned { id, holder, static_position, rtl: false, area: None }
    }

    /// The open boxes reach at least this far to the right, but for the innermost `except`.
    fn reach(&mut self, end: f32, except: usize) {
        let count = self.frames.len() - except;
        for frame in &mut self.frames[..count] {
            frame.right = frame.right.max(end);
        }
    }

    /// The edge of a box: its margin lies outside the border box.
    fn edge(&mut self, index: u16, leaf: &Leaf) {
        let edges = &self.m.edges[usize::from(index)];
        self.reach(leaf.x + leaf.width, 1);
        let Some(frame) = self.frames.last_mut() else { return };
        if leaf.left_edge {
            frame.left_edge = true;
            frame.right = leaf.x + leaf.width;
        } else {
            frame.right_edge = true;
            frame.right = leaf.x + leaf.width - edges.margin.right.0;
        }
    }

    /// Adds a fragment, placed from the line's corner, to the innermost frame.
    fn add(&mut self, at: u32, mut fragment: Fragment) {
        let Some(frame) = self.frames.last_mut() else { return };
        fragment.offset = fragment.offset - Point::new(Px(frame.left), Px(frame.top));
        frame.children.push((at, fragment));
    }

    /// Ends the run in progress.
    fn flush(&mut self) {
        if self.run.is_empty() {
            return;
        }
        let Some(frame) = self.frames.last() else { return };
        let index = usize::from(frame.index);
        let strut = self.m.para.struts[index];
        let baseline = self.heights.baselines[index];
        let lines = decorations(self.m.para, frame.index, &self.heights.baselines, self.book);
        let Some(mut run) = self.run.finish(self.m.para, strut.ascent, lines) else { return };
        self.reach(run.x + run.width, 0);
        let entry = &self.m.para.boxes[index];
        let span = &self.m.para.spans[run.span as usize].span;
        let face = self.book.face(run.glyphs.face);
        skip_ink(&mut run.glyphs, span.style.skip_ink, face);
        let mut fragment = Fragment::new(&entry.style);
        fragment.offset = Point::new(Px(run.x), Px(baseline - strut.ascent));
        fragment.size = Size::new(Px(run.width), Px(strut.ascent + strut.descent));
        fragment.element = span.element;
        fragment.structure = span.structure.or_else(|| self.structure(index));
        fragment.artifact = span.artifact;
        fragment.reading = span.reading;
        fragment.order = entry.source.as_ref().map_or(self.order, |source| source.order);
        fragment.content = FragmentContent::Text(Arc::new(run.glyphs));
        self.add(run.start, fragment);
    }

    /// The structure element of the nearest box that has one.
    fn structure(&self, mut index: usize) -> Option<StructureId> {
        while index != 0 {
            let entry = &self.m.para.boxes[index];
            if let Some(found) = entry.source.as_ref().and_then(|source| source.structure) {
                return Some(found);
            }
            index = usize::from(entry.parent);
        }
        None
    }
}
