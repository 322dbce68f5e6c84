//! PDF: display lists become the bytes of a file.
//!
//! Input: the [`DisplayList`]s of a document, its structure, outline and destinations, and
//! [`Metadata`]. Output: a tagged PDF 1.7 file that meets PDF/A-2a and PDF/UA-1. The same input gives
//! the same bytes: no clock, no random names, no hash order. This is the only place that knows
//! points and a y axis that points up, and the only user of `printpdf` and `lopdf`.
//!
//! Sequence: `fonts` cuts the faces to what is used; `sheet` and `text` write pages as printpdf's
//! operations, `content` these as bytes; `assemble` runs printpdf and puts pages,
//! forms, pictures and fonts together;
//! `structure`, `navigation`, `standards` add what printpdf lacks; `encode` writes the file.

mod assemble;
mod content;
mod encode;
mod flate;
mod fonts;
mod gradient;
mod image;
mod metadata;
mod navigation;
mod object;
mod painter;
mod plate;
mod resources;
mod sheet;
mod standards;
mod state;
mod structure;
mod text;
mod vector;

#[cfg(test)]
mod showcase;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::fonts::{FaceId, FontBook, SubsetPool};
use crate::paint::{DisplayList, Document};

pub use metadata::Metadata;

use self::fonts::Fonts;
use self::image::PictureCache;
use self::metadata::Claims;
use self::painter::write_page;
use self::plate::Plates;
use self::sheet::Sheets;

/// The sRGB profile of the output intent: `sRGB-v2-magic` of the Compact ICC Profiles by Clinton
/// Ingram, 736 bytes, dedicated to the public domain (CC0 1.0), as its copyright tag says.
const SRGB: &[u8] = include_bytes!("srgb-v2.icc");

/// Glyphs, by face, of text that other documents of a batch show as well.
pub type FixedGlyphs = BTreeMap<FaceId, BTreeSet<u16>>;

/// What the documents of a batch share; one for all workers.
pub struct Batch {
    book: Arc<FontBook>,
    pool: SubsetPool,
    plates: Plates,
    pictures: PictureCache,
    /// The output intent's profile, packed.
    profile: Vec<u8>,
}

impl Batch {
    /// A batch over a book of faces.
    pub fn new(book: &Arc<FontBook>) -> Batch {
        Batch {
            book: Arc::clone(book),
            pool: SubsetPool::new(Arc::clone(book)),
            plates: Plates::default(),
            pictures: PictureCache::default(),
            profile: flate::deflate(SRGB, flate::BATCH_LEVEL),
        }
    }

    /// Says which characters the batch is going to show; see [`SubsetPool::announce`].
    pub fn announce(&self, characters: &BTreeSet<char>) {
        self.pool.announce(characters);
    }
}

/// Writes a document. `lists` are those of `document`'s pages; the font of `fixed` glyphs is made once for
/// all documents that have the same.
pub fn write(
    lists: &[DisplayList],
    document: &Document,
    meta: &Metadata,
    fixed: &FixedGlyphs,
    batch: &Batch,
) -> Result<Vec<u8>, Diagnostic> {
    let fonts = Fonts::collect(lists, fixed, batch)?;
    let mut sheets = Sheets::default();
    let mut device_cmyk = false;
    for list in lists {
        device_cmyk |= write_page(list, &document.structure, &fonts, batch, &mut sheets);
    }
    let marks = structure::marks(&sheets.finished);
    let mut assembled = assemble::assemble(lists, sheets, &fonts, batch);
    let links = navigation::links(lists, &document.destinations, &mut assembled);
    let root = structure::write(&document.structure, &marks, &links, &mut assembled);
    let outline = navigation::outline(lists, &document.bookmarks, &mut assembled);
    let names = navigation::destinations(lists, &document.destinations, &assembled);
    let pages = assembled.pages.len();
    if let Some(catalog) = navigation::catalog(&mut assembled.document) {
        navigation::begin_with(catalog, outline, pages);
        if let Some(names) = names {
            catalog.set("Names", names);
        }
    }
    // Uncalibrated CMYK may not stand beside an sRGB output intent (PDF/A-2 §6.2.4.3).
    let claims = Claims { archive: !device_cmyk, accessible: true };
    standards::write(&mut assembled.document, meta, claims, root, batch);
    Ok(encode::encode(&mut assembled.document))
}
