//! Pass 3, lines that are broken together where floats stand beside them.
//!
//! Input: where the lines begin. Output: all lines and the rooms that they are meant for. A float of
//! the paragraph's own shortens the lines from the one on which its anchor is, and which one that is
//! depends on them: the lines are broken as if it were not there, then again with its anchor held to
//! the line where it was and the room that it leaves; and so on with the next float.

use super::greedy::width_before;
use super::measure::{BrokenLine, Cut, TOLERANCE};
use super::optimum::{Anchor, Measure, optimum};
use super::para::Kind;
use super::set::{Floats, Setter};
use crate::geom::Px;

/// Lines beside floats that are higher than this many are followed one by one.
const MOST_LINES: usize = 400;
/// After so many floats of a paragraph the lines up to the next one are set first.
const MOST_FLOATS: usize = 8;

/// A float whose line is known.
struct Held {
    index: u16,
    anchor: Anchor,
    /// What of the line stands before it.
    used: f32,
}

impl Setter<'_, '_> {
    /// Breaks the lines from here on; none where a float leaves a line no room at all.
    pub(super) fn plan(&mut self, at: Cut) -> Option<(Vec<BrokenLine>, Measure)> {
        let mut measure = self.measure();
        let mut held: Vec<Held> = Vec::new();
        loop {
            (measure.beside_floats, measure.insets) = self.rooms(at, &held)?;
            measure.anchors = held.iter().map(|float| float.anchor).collect();
            let mut lines = optimum(&self.m, &measure, at)?;
            let Some(next) = self.next_float(&lines, &held, &measure.insets) else {
                return Some((lines, measure));
            };
            if held.len() == MOST_FLOATS {
                lines.truncate(next.anchor.line);
                return (!lines.is_empty()).then_some((lines, measure));
            }
            held.push(next);
        }
    }

    /// The first float on the lines whose place is not known yet.
    fn next_float(&self, lines: &[BrokenLine], held: &[Held], insets: &[f32]) -> Option<Held> {
        if !self.para.has_floats() {
            return None;
        }
        let from = held.last().map_or(0, |float| float.anchor.line);
        lines.iter().enumerate().skip(from).find_map(|(at, line)| {
            let mut floats = (line.start.piece..line.end.piece).filter_map(|piece| {
                let Kind::Float(index) = self.para.pieces[piece].kind else { return None };
                (!self.is_met(index, held)).then_some((piece, index))
            });
            let (piece, index) = floats.next()?;
            let inset = insets.get(at).copied().unwrap_or(0.0);
            let begins_at = self.indent_at(line.start) + inset;
            let used = width_before(&self.m, line.start, piece, begins_at);
            Some(Held { index, anchor: Anchor { piece, line: at }, used })
        })
    }

    fn is_met(&self, index: u16, held: &[Held]) -> bool {
        self.placed[usize::from(index)]
            || self.deferred.contains(&index)
            || held.iter().any(|float| float.index == index)
    }

    /// The room on the lines beside floats and how far these keep their starts from the block's edge,
    /// if all are as high as the strut; none where a float leaves a line no room at all.
    fn rooms(&mut self, at: Cut, held: &[Held]) -> Option<(Vec<f32>, Vec<f32>)> {
        if self.space.uniform().is_some() && held.is_empty() {
            return Some((Vec::new(), Vec::new()));
        }
        let before = (!held.is_empty()).then(|| self.space.checkpoint());
        let rooms = self.try_rooms(at, held);
        if let Some(before) = before {
            self.space.rewind(&before);
        }
        rooms
    }

    fn try_rooms(&mut self, at: Cut, held: &[Held]) -> Option<(Vec<f32>, Vec<f32>)> {
        let height = self.strut_height();
        let indents = [self.indent_at(at), self.measure().rest];
        let (mut placed, mut deferred) = (self.placed.clone(), self.deferred.clone());
        let (width, mut top) = (self.width, self.y);
        let (para, mut rooms, mut insets) = (self.para, Vec::new(), Vec::new());
        let rtl = self.begins_right(at);
        let mut waiting = held;
        let mut floats = Floats {
            cx: &mut *self.cx,
            para,
            space: &mut *self.space,
            placed: &mut placed,
            deferred: &mut deferred,
        };
        while rooms.len() < MOST_LINES {
            while let Some(index) = floats.deferred.pop_front() {
                floats.space.place_float(floats.cx, para.floats[usize::from(index)].0, top, width);
                floats.placed[usize::from(index)] = true;
            }
            let mut slot = floats.space.slot(top, height);
            while let Some((float, others)) = waiting.split_first()
                && float.anchor.line == rooms.len()
            {
                let indent = indents[usize::from(!rooms.is_empty())];
                let left = slot.width.0 - indent - float.used;
                let left = if float.used > 0.0 { Px(left) } else { width };
                floats.meet(float.index, &mut slot, height, left);
                waiting = others;
            }
            if slot.top > top || slot.width <= Px::ZERO || height <= Px::ZERO {
                return None;
            }
            let settled = waiting.is_empty() && floats.deferred.is_empty();
            if settled && (width - slot.width).abs() <= Px(TOLERANCE) {
                return Some((rooms, insets));
            }
            rooms.push(slot.width.0);
            let inset = if rtl { width - slot.width - slot.left } else { slot.left };
            insets.push(inset.0);
            top += height;
        }
        None
    }
}
