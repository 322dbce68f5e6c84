//! Plates: fonts that many documents of a batch have, finished once.
//!
//! A document's glyphs are in two fonts a face where it shows text that others show too: a plate has the
//! glyphs of that text, and a small font has what is left. No glyph is in both. A plate is known by its
//! glyphs and the texts they stand for, so that which documents were made before changes nothing.

use std::sync::{Arc, PoisonError, RwLock};

use lopdf::{Document, Object, ObjectId};
use rustc_hash::FxHashMap;

use super::encode;
use super::flate::Effort;
use super::written::{Part, Written};
use crate::fonts::FaceId;

/// How many plates are kept. Documents that share a template have one a face, or few.
const MAX_PLATES: usize = 128;

/// What a plate is made of: a face, its glyphs in order, the texts they stand for with an end each.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct PlateKey {
    pub(super) face: FaceId,
    pub(super) glyphs: Vec<u16>,
    pub(super) texts: String,
}

/// A finished font.
pub(super) struct Plate {
    /// Ids in the whole face and in the font, ascending, and advances in design units.
    pub(super) glyphs: Vec<(u16, u16, u16)>,
    /// Its objects, streams packed.
    parts: Arc<[Part]>,
    /// Which of them is the font itself.
    font: u32,
}

impl Plate {
    /// Takes a font out of a document that has nothing else.
    pub(super) fn of(document: Document, font: ObjectId, glyphs: Vec<(u16, u16, u16)>) -> Plate {
        let indices: FxHashMap<u32, u32> =
            document.objects.keys().map(|(number, _)| *number).zip(0..).collect();
        // A finished font refers to its own objects only.
        let local = |(number, _): ObjectId| indices.get(&number).copied().unwrap_or(0);
        let parts = document.objects.into_values().map(|mut object| {
            if let Object::Stream(stream) = &mut object {
                encode::pack(stream, Effort::Batch);
            }
            Part::of(object, &local)
        });
        Plate { glyphs, parts: parts.collect(), font: local(font) }
    }

    /// Puts the font into a document.
    pub(super) fn insert(&self, document: &mut Document, written: &mut Written) -> ObjectId {
        let numbers = written.insert(document, &self.parts, |_, new| new);
        (numbers.get(self.font as usize).copied().unwrap_or(0), 0)
    }
}

/// The plates of a batch, shared by all workers.
#[derive(Default)]
pub(super) struct Plates {
    known: RwLock<FxHashMap<PlateKey, Arc<Plate>>>,
}

impl Plates {
    /// The plate of a key, made by `make` unless it is known.
    pub(super) fn get<E>(
        &self,
        key: PlateKey,
        make: impl FnOnce() -> Result<Plate, E>,
    ) -> Result<Arc<Plate>, E> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(plate) = known {
            return Ok(plate);
        }
        let plate = Arc::new(make()?);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() < MAX_PLATES {
            known.insert(key, Arc::clone(&plate));
        }
        Ok(plate)
    }
}
