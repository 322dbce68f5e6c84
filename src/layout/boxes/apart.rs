//! Blocks within one structure element: `<h1><span style="display: block">…</span>…</h1>`.
//!
//! Where a structure element ends, readers part words; where only a block ends, the text itself has to
//! (ISO 32000-1 §14.8.2.5). Input: the boxes of a document. Effect: inline content whose text goes on in
//! another block knows what follows.

use crate::css::computed::Display;
use crate::layout::boxes::tree::{BoxId, BoxKind, BoxTree, InlineItem, InlineText};
use crate::layout::fragment::{Role, StructureId};

/// A text that is read.
struct Read {
    reading: u32,
    holder: BoxId,
    /// Nothing is read after it in its box.
    is_last: bool,
    /// The structure element that parts it from others, if any does.
    element: Option<StructureId>,
    first: char,
}

/// Tells inline content what follows it in the same structure element.
pub fn tell_what_follows(tree: &mut BoxTree) {
    let mut texts: Vec<Read> = Vec::new();
    for (index, boxed) in tree.boxes.iter().enumerate() {
        let BoxKind::Inline(content) = &boxed.kind else { continue };
        let holder = BoxId(index as u32);
        texts.extend(content.items.iter().filter_map(|item| match item {
            InlineItem::Text(text) => read(tree, holder, text),
            _ => None,
        }));
        if let Some(last) = texts.last_mut().filter(|text| text.holder == holder) {
            last.is_last = true;
        }
    }
    texts.sort_unstable_by_key(|text| text.reading);
    for pair in texts.windows(2) {
        let [text, next] = pair else { continue };
        if !text.is_last || text.element != next.element {
            continue;
        }
        let boxed = &mut tree.boxes[text.holder.0 as usize];
        // Atomic inlines stand in their line as words do.
        let is_block = !matches!(boxed.style.display, Display::InlineBlock);
        if let BoxKind::Inline(content) = &mut boxed.kind
            && is_block
        {
            content.next = Some(next.first);
        }
    }
}

fn read(tree: &BoxTree, holder: BoxId, text: &InlineText) -> Option<Read> {
    let first = text.text.chars().find(|c| !c.is_whitespace());
    // A page's number is not known yet.
    let first = first.or_else(|| text.counter.is_some().then_some('0'))?;
    if text.artifact {
        return None;
    }
    let mut element = text.structure;
    while let Some(known) = element.and_then(|id| tree.structure.elements.get(id.0 as usize))
        && matches!(known.role, Role::Span | Role::Quote | Role::Code | Role::Link)
    {
        element = known.parent;
    }
    Some(Read { reading: text.reading, holder, is_last: false, element, first })
}
