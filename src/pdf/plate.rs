//! Plates: fonts that many documents of a batch have, finished once.
//!
//! A document's glyphs are in two fonts a face where it shows text that others show too: a plate has the
//! glyphs of that text, and a small font has what is left. No glyph is in both. A plate is known by its
//! glyphs and the texts they stand for, so that which documents were made before changes nothing.

use std::sync::{Arc, PoisonError, RwLock};

use lopdf::{Document, Object, ObjectId};
use rustc_hash::FxHashMap;

use super::encode;
use super::flate::BATCH_LEVEL;
use super::object::refer;
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
#[derive(Default)]
pub(super) struct Plate {
    /// Ids in the whole face and in the font, ascending.
    pub(super) glyph_map: Vec<(u16, u16)>,
    /// Its objects, numbered from one, streams packed.
    objects: Vec<Object>,
    /// The number of the font itself.
    font: u32,
}

impl Plate {
    /// Takes a font out of a document that has nothing else.
    pub(super) fn of(document: Document, font: ObjectId, glyph_map: Vec<(u16, u16)>) -> Plate {
        let numbers: FxHashMap<u32, u32> =
            document.objects.keys().map(|(number, _)| *number).zip(1..).collect();
        let renumber = |number: u32| numbers.get(&number).copied().unwrap_or(0);
        let objects = document.objects.into_values().map(|mut object| {
            refer(&mut object, &|(number, _)| (renumber(number), 0));
            if let Object::Stream(stream) = &mut object {
                encode::pack(stream, BATCH_LEVEL);
            }
            object
        });
        Plate { glyph_map, objects: objects.collect(), font: renumber(font.0) }
    }

    /// Puts the font into a document.
    pub(super) fn insert(&self, document: &mut Document) -> ObjectId {
        let before = document.max_id;
        for (object, number) in self.objects.iter().zip(before + 1..) {
            let mut object = object.clone();
            refer(&mut object, &|(number, _)| (before + number, 0));
            document.objects.insert((number, 0), object);
        }
        document.max_id = before + self.objects.len() as u32;
        (before + self.font, 0)
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
