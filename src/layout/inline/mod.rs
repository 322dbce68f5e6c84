//! Inline layout: text and what flows with it become line boxes.
//!
//! Input: a block container's [`InlineContent`](crate::layout::boxes::InlineContent) and the room
//! for its lines. Output: [`InlineLayout`], line fragments with shaped glyphs.
//!
//! Four passes: `collect` makes one text of the items; `build` and `shape` cut it into shaped
//! pieces, the [`Paragraph`], which does not depend on any width and is kept; the breakers (`greedy`,
//! `optimum`, `balance`) decide where lines end; `line`, `vertical` and `finish` place what stands on
//! each line. [`layout`] drives the last two.
//!
//! When you add a kind of piece, also look at `Piece::leads_discardable` and its neighbours, at
//! `Measured::width`, and at `Finisher::leaf`.

mod balance;
mod bidi;
mod build;
mod cjk;
mod collect;
mod decorate;
mod finish;
mod greedy;
mod hyphenate;
mod line;
mod measure;
mod opportunities;
mod optimum;
mod para;
mod plan;
mod runs;
mod set;
mod shape;
mod strut;
mod transform;
mod vertical;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::css::computed::Computed;
use crate::diag::Diagnostic;
use crate::geom::Px;
use crate::layout::boxes::{BoxId, BoxKind, InlineContent, InlineItem};
use crate::layout::floats::FloatContext;
use crate::layout::fragment::Fragment;
use crate::layout::{Containing, Context, PendingPositioned};
use crate::limits::INLINE_BOXES;

pub use para::Paragraph;

/// Room for a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slot {
    /// Its top, from the content box's top; not above what was asked for.
    pub top: Px,
    /// Its left edge, from the content box's left edge.
    pub left: Px,
    /// Its width.
    pub width: Px,
}

/// Where lines may stand: floats shorten them.
pub trait LineSpace {
    /// The room for a line of at least this height at `top`.
    fn slot(&mut self, top: Px, height: Px) -> Slot;

    /// Where further down a line of this width would fit between the floats; none if it would be
    /// no better there.
    fn below(&mut self, top: Px, width: Px, height: Px) -> Option<Px>;

    /// Meets a float on a line whose top is `top` and which has `room` left. Places it beside the
    /// line, or returns false: then it is offered again when the line is done, at the top of the
    /// next one, with all the room of the block, and has to be placed.
    fn place_float(&mut self, cx: &mut Context, id: BoxId, top: Px, room: Px) -> bool;

    /// The width of every line, while there are no floats.
    fn uniform(&self) -> Option<Px>;

    /// What floats there are now, to come back to after a trial.
    fn checkpoint(&self) -> Checkpoint;

    /// Forgets the floats that were placed since.
    fn rewind(&mut self, to: &Checkpoint);
}

/// The floats at a time.
#[derive(Clone, Debug, Default)]
pub struct Checkpoint {
    /// All of the formatting context.
    pub floats: FloatContext,
    /// How many of them are the paragraph's own.
    pub placed: usize,
    /// How many absolutely positioned boxes wait in these.
    pub pending: usize,
}

/// The lines of a block.
#[derive(Clone, Debug, Default)]
pub struct InlineLayout {
    /// Height of the lines together.
    pub height: Px,
    /// Line fragments, relative to the block's content box.
    pub lines: Vec<Fragment>,
    /// Baseline of the first line, from the content box's top.
    pub first_baseline: Option<Px>,
    /// Baseline of the last line.
    pub last_baseline: Option<Px>,
    /// Absolutely positioned boxes with their static positions, relative to the content box.
    pub positioned: Vec<PendingPositioned>,
    /// Lines that are wider than their room.
    pub overflow: Vec<Overflow>,
    /// The width of the widest line, its indent included.
    pub max_line_width: Px,
}

/// A line that is wider than its room.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Overflow {
    /// Index of the line.
    pub line: usize,
    /// By how much.
    pub by: Px,
}

/// Collects and shapes the inline content of a block, its text scaled by a factor (`text-fit`).
/// Characters that no font has are reported and left out.
pub fn prepare(cx: &mut Context, id: BoxId, scale: f32) -> Arc<Paragraph> {
    let tree = cx.tree;
    let block = tree.get(id);
    let empty = InlineContent::default();
    let content = match &block.kind {
        BoxKind::Inline(content) => content,
        _ => &empty,
    };
    let is_box = |item: &&InlineItem| {
        matches!(item, InlineItem::Open(_) | InlineItem::Atomic(_) | InlineItem::Float(_))
    };
    let content = if content.items.iter().filter(is_box).count() > INLINE_BOXES {
        let message = format!(
            "a paragraph holds more than {INLINE_BOXES} inline boxes and floats; it is left out"
        );
        let error = Diagnostic::error("paragraph-too-long", message);
        cx.report(block.element, error.help("part it into several blocks"));
        &empty
    } else {
        content
    };
    let collected = collect::collect(block, content);
    Arc::new(build::build(cx, id, collected, scale))
}

/// Breaks a paragraph into lines. `containing` is the block's content box, its height where that is
/// definite: percentages refer to it, and text is aligned in the room that `space` gives of it.
pub fn layout(
    cx: &mut Context,
    para: &Paragraph,
    block_style: &Arc<Computed>,
    containing: Containing,
    space: &mut dyn LineSpace,
) -> InlineLayout {
    set::Setter::new(cx, para, block_style, containing, space).set()
}
