//! Objects that are bytes already: what many documents of a batch have, and what there is much of.
//!
//! Most of a document is no news: pictures and plates are the same in all documents that show them, and a
//! structure element is a line of text. They need not become dictionaries of `lopdf` first, each
//! with half a dozen allocations: three quarters of all that a document took. A [`Part`] is an object
//! with gaps where the numbers of other objects go; [`Written`] says which stand in a document.

use std::rc::Rc;
use std::sync::Arc;

use lopdf::{Document, Object, ObjectId};

use super::encode;

/// An object as bytes, but for its own number and those of the objects it refers to.
pub(super) struct Part {
    /// The object; of a stream, its dictionary.
    text: Vec<u8>,
    /// Where a number goes, ascending, and which: an index among the parts it was made with.
    gaps: Vec<(usize, u32)>,
    /// What a stream holds.
    content: Option<Vec<u8>>,
}

impl Part {
    /// Writes an object; `local` says which of its fellows a reference means. Parts are what many documents
    /// have, so that they stand with what says nothing.
    pub(super) fn of(object: Object, local: &dyn Fn(ObjectId) -> u32) -> Part {
        let (mut text, mut gaps) = (Vec::new(), Vec::new());
        let mut refer = |text: &mut Vec<u8>, id: ObjectId| {
            gaps.push((text.len(), local(id)));
            text.extend_from_slice(b" 0 R");
        };
        let content = match object {
            Object::Stream(stream) => {
                encode::write_stream_dictionary(&mut text, &stream, &mut refer);
                Some(stream.content)
            }
            object => {
                encode::write_object(&mut text, &object, &mut refer);
                None
            }
        };
        Part { text, gaps, content }
    }

    /// Writes it with numbers.
    fn write(&self, out: &mut Vec<u8>, numbers: &[u32]) {
        let mut from = 0;
        for (at, local) in &self.gaps {
            out.extend_from_slice(&self.text[from..*at]);
            let number = numbers.get(*local as usize).copied().unwrap_or(0);
            encode::integer(out, i64::from(number));
            from = *at;
        }
        out.extend_from_slice(&self.text[from..]);
    }

    /// What it holds, if it is a stream.
    pub(super) fn content(&self) -> Option<&[u8]> {
        self.content.as_deref()
    }

    /// Bytes it takes, about.
    pub(super) fn weight(&self) -> usize {
        self.text.len() + self.content.as_ref().map_or(0, Vec::len) + 100
    }
}

/// The objects of a document that are written already.
#[derive(Default)]
pub(super) struct Written {
    objects: Vec<(u32, Kind)>,
    /// What is written as text, one after the other.
    text: Vec<u8>,
}

enum Kind {
    /// A range of the text, and whether it says nothing.
    Text(std::ops::Range<usize>, bool),
    /// One of some parts, and the numbers of them all.
    Part(Arc<[Part]>, usize, Rc<[u32]>),
}

/// An object of [`Written`].
pub(super) struct WrittenObject<'w> {
    pub(super) number: u32,
    /// Whether it holds no text: see [`encode::says_nothing`].
    pub(super) says_nothing: bool,
    kind: &'w Kind,
    text: &'w [u8],
}

impl Written {
    /// Adds an object that `write` writes.
    pub(super) fn add(
        &mut self,
        id: ObjectId,
        says_nothing: bool,
        write: impl FnOnce(&mut Vec<u8>),
    ) {
        let start = self.text.len();
        write(&mut self.text);
        self.objects.push((id.0, Kind::Text(start..self.text.len(), says_nothing)));
    }

    /// Adds parts. `number` is told the index of each and the next free number, and says which it has: that,
    /// or the one under which it stands in the document already. The numbers of them all.
    pub(super) fn insert(
        &mut self,
        document: &mut Document,
        parts: &Arc<[Part]>,
        mut number: impl FnMut(usize, u32) -> u32,
    ) -> Rc<[u32]> {
        let mut new = Vec::new();
        let place = |index: usize| {
            let next = document.max_id + 1;
            let number = number(index, next);
            if number == next {
                document.max_id = next;
                new.push(index);
            }
            number
        };
        let numbers: Rc<[u32]> = (0..parts.len()).map(place).collect();
        for index in new {
            let kind = Kind::Part(Arc::clone(parts), index, Rc::clone(&numbers));
            self.objects.push((numbers[index], kind));
        }
        numbers
    }

    /// The objects by number.
    pub(super) fn sorted(&mut self) -> Vec<WrittenObject<'_>> {
        self.objects.sort_unstable_by_key(|(number, _)| *number);
        let text = &self.text;
        let objects = self.objects.iter().map(|(number, kind)| {
            let says_nothing = match kind {
                Kind::Text(_, says_nothing) => *says_nothing,
                Kind::Part(..) => true,
            };
            WrittenObject { number: *number, says_nothing, kind, text }
        });
        objects.collect()
    }
}

impl WrittenObject<'_> {
    /// Writes the object; of a stream, the dictionary.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        match self.kind {
            Kind::Text(range, _) => out.extend_from_slice(&self.text[range.clone()]),
            Kind::Part(parts, index, numbers) => parts[*index].write(out, numbers),
        }
    }

    /// What it holds, if it is a stream.
    pub(super) fn content(&self) -> Option<&[u8]> {
        match self.kind {
            Kind::Text(..) => None,
            Kind::Part(parts, index, _) => parts[*index].content(),
        }
    }
}
