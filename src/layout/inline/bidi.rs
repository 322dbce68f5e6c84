//! The bidirectional algorithm (UAX #9): levels of characters, and the visual order of a line.
//!
//! Input: the paragraph's text with bidi controls, and the base direction. Output: one level per
//! byte, or none where everything runs left to right, which is most often. Mirroring of brackets
//! is the shaper's.

use unicode_bidi::{Level, ParagraphBidiInfo};

use crate::css::computed::{Computed, Direction, UnicodeBidi};

/// Embedding levels of a paragraph.
pub(super) struct Levels {
    /// The paragraph's own level: 0 or 1.
    pub(super) base: u8,
    /// One per byte; empty where all are 0.
    bytes: Vec<u8>,
}

impl Levels {
    /// Resolves the levels of a block's text.
    pub(super) fn resolve(text: &str, block: &Computed) -> Levels {
        let rtl = block.text.direction == Direction::Rtl;
        let plaintext = block.unicode_bidi == UnicodeBidi::Plaintext;
        if !rtl && !text.chars().any(needs_bidi) {
            return Levels { base: 0, bytes: Vec::new() };
        }
        let base = match (plaintext, rtl) {
            (true, _) => None,
            (false, true) => Some(Level::rtl()),
            (false, false) => Some(Level::ltr()),
        };
        let info = ParagraphBidiInfo::new(text, base);
        Levels {
            base: info.paragraph_level.number(),
            bytes: info.levels.iter().map(|level| level.number()).collect(),
        }
    }

    /// The level of the character at a byte offset; at the end of the text, the base level.
    pub(super) fn at(&self, offset: u32) -> u8 {
        self.bytes.get(offset as usize).copied().unwrap_or(self.base)
    }

    /// Where the level run that begins at `start` ends, at most at `end`.
    pub(super) fn run_end(&self, start: u32, end: u32) -> u32 {
        if self.bytes.is_empty() {
            return end;
        }
        let level = self.at(start);
        (start..end).find(|at| self.at(*at) != level).unwrap_or(end)
    }
}

/// Whether a character can make a level other than 0 in left-to-right text.
fn needs_bidi(c: char) -> bool {
    matches!(c as u32,
        0x590..=0x8ff | 0x200f | 0x202a..=0x202e | 0x2066..=0x2069 | 0xfb1d..=0xfdff
        | 0xfe70..=0xfeff | 0x10800..=0x10fff | 0x1e800..=0x1efff)
}

/// Rule L2: the visual order of things that stand in logical order with these levels, as indices.
pub(super) fn visual_order(levels: &[u8]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..levels.len() as u32).collect();
    let highest = levels.iter().copied().max().unwrap_or(0);
    let lowest_odd = levels.iter().copied().filter(|l| l % 2 == 1).min();
    let Some(lowest_odd) = lowest_odd else { return order };
    for level in (lowest_odd..=highest).rev() {
        let mut at = 0;
        while at < order.len() {
            let run = order[at..].iter().take_while(|i| levels[**i as usize] >= level).count();
            order[at..at + run].reverse();
            at += run.max(1);
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visual_order_reverses_runs_of_odd_level() {
        assert_eq!(visual_order(&[0, 0, 0]), [0, 1, 2]);
        assert_eq!(visual_order(&[0, 1, 1, 0]), [0, 2, 1, 3]);
        assert_eq!(visual_order(&[1, 1, 2, 2, 1]), [4, 2, 3, 1, 0]);
    }
}
