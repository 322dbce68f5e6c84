//! `text-wrap: balance`: lines of about one length.
//!
//! Input: a measured paragraph and the room on its lines. Output: the narrowest room, found by
//! bisection, that takes no more lines than the full one.

use super::greedy::next_line;
use super::measure::{BrokenLine, Cut, Measured, TOLERANCE};

/// More lines than this are not balanced: it is meant for headings (CSS Text 4 §6.3; Chromium has
/// the same bound).
const MOST_LINES: usize = 10;
/// Bisection ends at this width, px.
const PRECISION: f32 = 0.25;

/// The room to break lines in; `indent` is that of the first line.
pub(super) fn balanced(m: &Measured<'_>, room: f32, indent: f32) -> f32 {
    let Some(lines) = count(m, room, indent, MOST_LINES) else { return room };
    if lines < 2 {
        return room;
    }
    let (mut low, mut high) = (room / lines as f32 * 0.5, room);
    while high - low > PRECISION {
        let middle = (low + high) / 2.0;
        if count(m, middle, indent, lines).is_some() {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}

/// How many lines there are, if no more than `most` and none overflows.
fn count(m: &Measured<'_>, room: f32, indent: f32, most: usize) -> Option<usize> {
    let (mut at, mut lines) = (Cut::before(0), 0);
    while at.piece < m.pieces().len() {
        if lines == most {
            return None;
        }
        let room = if lines == 0 { room - indent } else { room };
        let line = next_line(m, at, if lines == 0 { indent } else { 0.0 }, room, |_, _| room);
        if line.end == at || overflows(m, &line, room) {
            return None;
        }
        at = line.end;
        lines += 1;
    }
    Some(lines)
}

/// Whether a line is wider than its room.
fn overflows(m: &Measured<'_>, line: &BrokenLine, room: f32) -> bool {
    let mut width: f32 = (line.start.piece..line.end.piece).map(|i| m.width(i)).sum();
    if line.start.split > 0
        && let Some(glyphs) = &m.pieces()[line.start.piece].glyphs
    {
        width -= glyphs.width_before(line.start.split);
    }
    let trim = m.leading(line.start).width + m.trailing(line.start.piece, line.end.piece).width;
    width - trim > room + TOLERANCE
}
