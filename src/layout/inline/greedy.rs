//! First-fit line breaking, as browsers do it.
//!
//! Input: a start and the room on the line. Output: one [`BrokenLine`]. It looks at hyphens and
//! emergency breaks only in the word that does not fit.

use smallvec::SmallVec;

use super::hyphenate::AutoLimits;
use super::measure::{BrokenLine, Cut, Measured, TOLERANCE};
use super::para::{Break, Glyphs, Kind};

/// A line in the making.
struct Filler<'m, 'p> {
    m: &'m Measured<'p>,
    start: Cut,
    /// Where the line begins, from the edge of the block: tab stops are measured from there.
    begins_at: f32,
    /// Natural width up to here, glue at the beginning already taken off.
    x: f32,
    /// Where pieces since the last opportunity begin.
    begins: SmallVec<[(usize, f32); 8]>,
    /// The last opportunity that fitted.
    best: Option<BrokenLine>,
}

/// Breaks one line that begins this far from the block's edge. `room` says how wide it may be beyond
/// its indent; it is asked again after each float, with the float's index and the width used before it.
pub(super) fn next_line(
    m: &Measured<'_>,
    start: Cut,
    begins_at: f32,
    room: f32,
    mut float: impl FnMut(u16, f32) -> f32,
) -> BrokenLine {
    let mut f = Filler::new(m, start, begins_at);
    let mut room = room;
    let pieces = m.pieces();
    for (i, piece) in pieces.iter().enumerate().skip(start.piece) {
        if let Kind::Float(index) = piece.kind {
            room = float(index, f.used(i));
        }
        f.advance(i);
        let at_end = i + 1 == pieces.len();
        if !piece.ends_line() && !at_end {
            continue;
        }
        if f.fits(i + 1, room) {
            let last = piece.brk == Break::Forced || at_end;
            f.best = Some(f.line_after(i, last));
            f.begins.clear();
            if last {
                break;
            }
        } else {
            return f.overflow(i, room);
        }
    }
    f.best.unwrap_or(BrokenLine {
        start,
        end: Cut::before(pieces.len()),
        hyphen: false,
        last: true,
    })
}

/// The natural width of what stands on a line that begins at `start` before a piece.
pub(super) fn width_before(m: &Measured<'_>, start: Cut, piece: usize, begins_at: f32) -> f32 {
    let mut f = Filler::new(m, start, begins_at);
    (start.piece..piece).for_each(|i| f.advance(i));
    f.used(piece)
}

impl<'m, 'p> Filler<'m, 'p> {
    fn new(m: &'m Measured<'p>, start: Cut, begins_at: f32) -> Filler<'m, 'p> {
        let x = m.clone_edges(start).1 - m.leading(start).width;
        Filler { m, start, begins_at, x, begins: SmallVec::new(), best: None }
    }

    /// The width of the line if it ended before this piece.
    fn used(&self, piece: usize) -> f32 {
        self.x - self.m.trailing(self.start.piece, piece).width
    }

    fn advance(&mut self, i: usize) {
        self.begins.push((i, self.x));
        let piece = &self.m.pieces()[i];
        self.x += match (&piece.glyphs, piece.kind) {
            (_, Kind::Tab) => self.m.tab_width(i, self.begins_at + self.x),
            (Some(glyphs), _) if i == self.start.piece && self.start.split > 0 => {
                piece.width - glyphs.width_before(self.start.split)
            }
            _ => self.m.width(i),
        };
    }

    fn fits(&self, end: usize, room: f32) -> bool {
        let trim = self.m.trailing(self.start.piece, end);
        let clones = self.m.clone_edges(Cut::before(end)).0;
        let hyphen = self.m.soft_hyphen_at(Cut::before(end)).map_or(0.0, |(_, h)| h.width);
        let over = self.x + clones + hyphen - trim.width - (room + TOLERANCE);
        if over <= 0.0 {
            return true;
        }
        let hang = self.m.hang_at_end(Cut::before(end));
        over <= hang.always + hang.at_need
    }

    /// What comes up to piece `i` does not fit: a hyphen, else the last opportunity, else a break
    /// anywhere where the style allows it, else the line overflows, as little as may be.
    fn overflow(&self, i: usize, room: f32) -> BrokenLine {
        self.hyphenated(room)
            .or(self.best)
            .or_else(|| self.emergency(room))
            .or_else(|| self.hyphenated_over())
            .unwrap_or_else(|| {
                let at_end = i + 1 == self.m.pieces().len();
                self.line_after(i, self.m.pieces()[i].brk == Break::Forced || at_end)
            })
    }

    /// The line that ends between this piece and the next.
    fn line_after(&self, i: usize, last: bool) -> BrokenLine {
        let end = Cut::before(i + 1);
        let hyphen = !last && self.m.soft_hyphen_at(end).is_some();
        BrokenLine { start: self.start, end, hyphen, last }
    }

    fn hyphenated(&self, room: f32) -> Option<BrokenLine> {
        for (i, x) in self.begins.iter().rev().filter(|(_, x)| *x < room) {
            let piece = &self.m.pieces()[*i];
            let (Some(glyphs), Some(span)) = (&piece.glyphs, self.m.para.span(piece)) else {
                continue;
            };
            let Some(hyphen) = &span.hyphen else { continue };
            let before = self.before_split(*i, glyphs);
            let points = self.m.hyphen_points(*i, self.start, AutoLimits::Usual);
            let point = points.iter().rev().find(|point| {
                x + glyphs.width_before(**point) - before + hyphen.width <= room + TOLERANCE
            });
            if let Some(point) = point {
                let end = Cut { piece: *i, split: *point };
                return Some(BrokenLine { start: self.start, end, hyphen: true, last: false });
            }
        }
        None
    }

    /// The first hyphen there is, though it does not fit.
    fn hyphenated_over(&self) -> Option<BrokenLine> {
        let points =
            |i: usize| self.m.hyphen_points(i, self.start, AutoLimits::Usual).first().copied();
        let (piece, split) = self.begins.iter().find_map(|(i, _)| Some((*i, points(*i)?)))?;
        let end = Cut { piece, split };
        Some(BrokenLine { start: self.start, end, hyphen: true, last: false })
    }

    /// What of a piece stands on the line before.
    fn before_split(&self, i: usize, glyphs: &Glyphs) -> f32 {
        let divided = i == self.start.piece && self.start.split > 0;
        if divided { glyphs.width_before(self.start.split) } else { 0.0 }
    }

    /// Breaks at the last cluster that fits, but after one at least.
    fn emergency(&self, room: f32) -> Option<BrokenLine> {
        let line = |end| BrokenLine { start: self.start, end, hyphen: false, last: false };
        let mut something = false;
        for (i, x) in &self.begins {
            let piece = &self.m.pieces()[*i];
            let solid = matches!(piece.kind, Kind::Text | Kind::Atomic(_));
            let ends = if piece.kind == Kind::Text { x + piece.width } else { *x };
            if let Some(glyphs) = piece.glyphs.as_ref()
                && self.m.breaks_anywhere(piece)
                && ends > room
            {
                let from = if *i == self.start.piece { self.start.split } else { 0 };
                let offset = x - self.before_split(*i, glyphs);
                let split = last_fitting(glyphs, from.max(piece.start), room - offset);
                match split {
                    Some(at) => return Some(line(Cut { piece: *i, split: at })),
                    None if something => return Some(line(Cut::before(*i))),
                    None => {
                        let next = next_cluster(glyphs, from.max(piece.start))?;
                        return Some(line(Cut { piece: *i, split: next }));
                    }
                }
            }
            something |= solid;
        }
        None
    }
}

/// The last cluster boundary after `from` up to which the glyphs take no more than `room`.
fn last_fitting(glyphs: &Glyphs, from: u32, room: f32) -> Option<u32> {
    let mut found = None;
    let mut at = from;
    while let Some(next) = next_cluster(glyphs, at) {
        if glyphs.width_before(next) > room + TOLERANCE {
            break;
        }
        found = Some(next);
        at = next;
    }
    found
}

/// The next cluster boundary inside the glyphs.
fn next_cluster(glyphs: &Glyphs, after: u32) -> Option<u32> {
    glyphs.slice().iter().map(|g| glyphs.base + g.cluster).filter(|at| *at > after).min()
}
