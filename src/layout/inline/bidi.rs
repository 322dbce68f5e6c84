//! The bidirectional algorithm (UAX #9): levels of characters, and the visual order of a line.
//!
//! Input: the paragraph's text with bidi controls, and the base direction. Output: one level per
//! byte, or none where everything runs left to right, which is most often. A forced break ends a
//! paragraph of UAX #9: what follows is resolved for itself, inside the same boxes. Mirroring of
//! brackets is the shaper's.

use smallvec::SmallVec;
use unicode_bidi::{BidiClass, Level, ParagraphBidiInfo, bidi_class};

use super::collect::{Collected, Mark, ROOT, bidi_controls};
use crate::css::computed::{Direction, UnicodeBidi};

/// Embedding levels of a block's text.
pub(super) struct Levels {
    /// Where each paragraph of UAX #9 begins, and its own level: 0 or 1. The first begins at 0.
    bases: Bases,
    /// One per byte; empty where all are 0.
    bytes: Vec<u8>,
}

/// Where paragraphs begin, and their levels.
pub(super) type Bases = SmallVec<[(u32, u8); 1]>;

/// The level of the paragraph that holds a position.
pub(super) fn base_at(bases: &[(u32, u8)], at: u32) -> u8 {
    let next = bases.partition_point(|(start, _)| *start <= at);
    next.checked_sub(1).and_then(|i| bases.get(i)).map_or(0, |(_, level)| *level)
}

impl Levels {
    /// Resolves the levels of a block's text.
    pub(super) fn resolve(c: &Collected) -> Levels {
        let block = &c.boxes[usize::from(ROOT)].style;
        let rtl = block.text.direction == Direction::Rtl;
        if !rtl && !c.text.chars().any(needs_bidi) {
            return Levels { bases: SmallVec::from_slice(&[(0, 0)]), bytes: Vec::new() };
        }
        let base = match (block.unicode_bidi, rtl) {
            (UnicodeBidi::Plaintext, _) => None,
            (_, true) => Some(Level::rtl()),
            (_, false) => Some(Level::ltr()),
        };
        let (mut bases, mut bytes) = (Bases::new(), Vec::with_capacity(c.text.len()));
        for paragraph in c.text.split_inclusive(is_paragraph_end) {
            let start = bytes.len() as u32;
            let reopened = controls_open_at(c, start);
            bases.push((start, resolve_paragraph(&reopened, paragraph, base, &mut bytes)));
        }
        if bases.is_empty() {
            bases.push((0, u8::from(rtl)));
        }
        Levels { bases, bytes }
    }

    /// Where paragraphs begin, and their levels.
    pub(super) fn into_bases(self) -> Bases {
        self.bases
    }

    /// The level of the character at a byte offset; at the end of the text, that of the paragraph.
    pub(super) fn at(&self, offset: u32) -> u8 {
        self.bytes.get(offset as usize).copied().unwrap_or_else(|| base_at(&self.bases, offset))
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

/// Resolves one paragraph and appends its levels; returns the paragraph's own. `reopened` are the
/// controls of boxes that go on from the paragraph before (CSS Writing Modes 4 §2.4.5).
fn resolve_paragraph(
    reopened: &str,
    paragraph: &str,
    base: Option<Level>,
    bytes: &mut Vec<u8>,
) -> u8 {
    let whole;
    let text = if reopened.is_empty() {
        paragraph
    } else {
        whole = format!("{reopened}{paragraph}");
        &whole
    };
    let info = ParagraphBidiInfo::new(text, base);
    let own = info.paragraph_level.number();
    let from = bytes.len();
    bytes.extend(info.levels[reopened.len()..].iter().map(|level| level.number()));
    reset_before_separators(paragraph, own, &mut bytes[from..]);
    own
}

/// Rule L1 for what does not depend on lines: separators, and white space before them, are at the
/// paragraph's level.
fn reset_before_separators(paragraph: &str, own: u8, levels: &mut [u8]) {
    let mut white = None;
    for (at, c) in paragraph.char_indices() {
        match bidi_class(c) {
            BidiClass::S | BidiClass::B => {
                let from = white.take().unwrap_or(at);
                levels[from..at + c.len_utf8()].fill(own);
            }
            class if is_white(class) => {
                white.get_or_insert(at);
            }
            _ => white = None,
        }
    }
}

/// White space in rule L1, with the controls that may stand among it.
fn is_white(class: BidiClass) -> bool {
    use BidiClass::{BN, FSI, LRE, LRI, LRO, PDF, PDI, RLE, RLI, RLO, WS};
    matches!(class, WS | BN | FSI | LRI | RLI | PDI | LRE | RLE | LRO | RLO | PDF)
}

/// The controls of boxes that are open where a later paragraph begins, outermost first.
fn controls_open_at(c: &Collected, at: u32) -> String {
    if at == 0 {
        return String::new();
    }
    let mut open: Vec<u16> = vec![ROOT];
    for (_, mark) in c.marks.iter().take_while(|(position, _)| *position < at) {
        match mark {
            Mark::Open(index) => open.push(*index),
            Mark::Close(_) => drop(open.pop()),
            _ => {}
        }
    }
    open.iter().map(|index| bidi_controls(&c.boxes[usize::from(*index)].style, *index).0).collect()
}

/// Whether a character can make a level other than 0 in left-to-right text.
fn needs_bidi(c: char) -> bool {
    matches!(c as u32,
        0x590..=0x8ff | 0x200f | 0x202a..=0x202e | 0x2066..=0x2069 | 0xfb1d..=0xfdff
        | 0xfe70..=0xfeff | 0x10800..=0x10fff | 0x1e800..=0x1efff)
}

/// The characters that `unicode-bidi` puts into the text.
pub(super) fn is_control(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn is_paragraph_end(c: char) -> bool {
    matches!(c, '\n' | '\u{2029}')
}

/// Rule L1 at the end of a line: white space there is at the paragraph's level.
pub(super) fn reset_trailing(levels: &mut [u8], own: u8, mut is_white: impl FnMut(usize) -> bool) {
    let from = (0..levels.len()).rev().find(|i| !is_white(*i)).map_or(0, |i| i + 1);
    levels[from..].fill(own);
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
pub(super) mod conformance {
    //! What the conformance tests in `tests/bidi.rs` need of the inside.

    use super::*;

    /// Levels of the characters of a line that is a whole paragraph, without those that rule X9
    /// removes, and the visual order of the others; also the paragraph's level.
    pub(crate) fn line(text: &str, base: Option<u8>) -> (u8, Vec<Option<u8>>, Vec<usize>) {
        let mut bytes = Vec::new();
        let base = base.map(|level| if level == 1 { Level::rtl() } else { Level::ltr() });
        let own = resolve_paragraph("", text, base, &mut bytes);
        let chars: Vec<(usize, char)> = text.char_indices().collect();
        let mut levels: Vec<u8> = chars.iter().map(|(at, _)| bytes[*at]).collect();
        reset_trailing(&mut levels, own, |i| is_white(bidi_class(chars[i].1)));
        let kept: Vec<usize> = (0..chars.len()).filter(|i| !is_removed(chars[*i].1)).collect();
        let visible: Vec<u8> = kept.iter().map(|i| levels[*i]).collect();
        let order = visual_order(&visible).into_iter().map(|i| kept[i as usize]).collect();
        let shown =
            (0..chars.len()).map(|i| (!is_removed(chars[i].1)).then_some(levels[i])).collect();
        (own, shown, order)
    }

    fn is_removed(c: char) -> bool {
        use BidiClass::{BN, LRE, LRO, PDF, RLE, RLO};
        matches!(bidi_class(c), BN | LRE | LRO | PDF | RLE | RLO)
    }
}
