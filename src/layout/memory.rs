//! What layout keeps from one document to the next.
//!
//! The documents of a batch differ in a few names: most of their paragraphs are the same to the
//! letter. A paragraph is looked up by the box it had in the last document and taken over, shaped
//! and broken into lines, if that box is the same in all that layout reads; else it is made anew. So
//! what is kept never changes what a document holds. A document's paragraphs replace those of the
//! one before.
//!
//! Only paragraphs of text, inline boxes and line breaks are kept, and none in which something was
//! found. When layout reads something else of a box, [`is_same`] has to compare it.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::geom::Px;
use crate::layout::Finding;
use crate::layout::boxes::tree::{InlineBox, InlineItem, InlineText};
use crate::layout::boxes::{BoxId, BoxKind, LayoutBox};
use crate::layout::inline::{InlineLayout, Paragraph};
use crate::layout::sizing::shifts_by_percent;

/// The paragraphs of a document: by box, and by the bits of the factor of `text-fit`.
pub(super) type Paragraphs = FxHashMap<(BoxId, u32), Held>;

/// What a worker keeps.
#[derive(Default)]
pub struct Memory {
    last: Paragraphs,
}

/// A paragraph in use.
pub(super) struct Held {
    pub(super) paragraph: Arc<Paragraph>,
    /// What was found when it was made.
    pub(super) found: Vec<Finding>,
    /// The box it was made of, if it may be kept.
    source: Option<LayoutBox>,
    /// Its lines by their room, where nothing floats beside them, and the steps they took.
    lines: FxHashMap<u32, (InlineLayout, u64)>,
}

impl Memory {
    /// The paragraph of a box, if the last document had the same one.
    pub(super) fn take(&mut self, id: BoxId, scale: u32, boxed: &LayoutBox) -> Option<Held> {
        let held = self.last.remove(&(id, scale))?;
        let same = held.source.as_ref().is_some_and(|source| is_same(source, boxed));
        same.then_some(held)
    }

    /// Keeps the paragraphs of a document that is done.
    pub(super) fn of(mut paragraphs: Paragraphs) -> Memory {
        paragraphs.retain(|_, held| held.source.is_some());
        Memory { last: paragraphs }
    }
}

impl Held {
    /// A paragraph made of a box, and what was found in doing so.
    pub(super) fn new(paragraph: Arc<Paragraph>, boxed: &LayoutBox, found: Vec<Finding>) -> Held {
        let source = (found.is_empty() && is_plain(boxed)).then(|| boxed.clone());
        Held { paragraph, found, source, lines: FxHashMap::default() }
    }

    /// The lines in a room of this width and the steps they took, if they were made before.
    pub(super) fn lines(&self, width: Px) -> Option<&(InlineLayout, u64)> {
        self.lines.get(&width.0.to_bits())
    }

    /// Keeps the lines in a room of this width.
    pub(super) fn keep_lines(&mut self, width: Px, lines: &InlineLayout, steps: u64) {
        if self.source.is_some() {
            self.lines.insert(width.0.to_bits(), (lines.clone(), steps));
        }
    }
}

/// Whether a box holds nothing but text, inline boxes and line breaks.
fn is_plain(boxed: &LayoutBox) -> bool {
    let BoxKind::Inline(content) = &boxed.kind else { return false };
    let plain = |item: &InlineItem| match item {
        // Shifts in percent refer to the height of the block, which lines are not kept by.
        InlineItem::Open(inline) => !shifts_by_percent(&inline.style),
        InlineItem::Text(_)
        | InlineItem::Close
        | InlineItem::LineBreak
        | InlineItem::BreakOpportunity => true,
        InlineItem::Atomic(_)
        | InlineItem::Float(_)
        | InlineItem::Positioned(_)
        | InlineItem::Anchor(_) => false,
    };
    content.marker.is_none() && content.resume.is_none() && content.items.iter().all(plain)
}

/// Whether two plain boxes are the same in all that layout reads. Styles are the same if they are
/// the same object: the styler shares them among documents.
fn is_same(a: &LayoutBox, b: &LayoutBox) -> bool {
    let (BoxKind::Inline(a_content), BoxKind::Inline(b_content)) = (&a.kind, &b.kind) else {
        return false;
    };
    Arc::ptr_eq(&a.style, &b.style)
        && (a.element, a.structure, a.artifact, a.order)
            == (b.element, b.structure, b.artifact, b.order)
        && (a_content.continues, a_content.next) == (b_content.continues, b_content.next)
        && b_content.marker.is_none()
        && b_content.resume.is_none()
        && a_content.items.len() == b_content.items.len()
        && a_content.items.iter().zip(&b_content.items).all(|(a, b)| is_same_item(a, b))
}

fn is_same_item(a: &InlineItem, b: &InlineItem) -> bool {
    match (a, b) {
        (InlineItem::Text(a), InlineItem::Text(b)) => {
            let rest =
                |text: &InlineText| (text.element, text.structure, text.artifact, text.reading);
            a.text == b.text && Arc::ptr_eq(&a.style, &b.style) && rest(a) == rest(b)
        }
        (InlineItem::Open(a), InlineItem::Open(b)) => {
            let rest = |inline: &InlineBox| (inline.element, inline.structure, inline.order);
            Arc::ptr_eq(&a.style, &b.style) && rest(a) == rest(b)
        }
        (InlineItem::Close, InlineItem::Close)
        | (InlineItem::LineBreak, InlineItem::LineBreak)
        | (InlineItem::BreakOpportunity, InlineItem::BreakOpportunity) => true,
        _ => false,
    }
}
