//! Cutting faces down to the glyphs a document uses.
//!
//! Input: a face and a set of glyphs. Output: [`FaceSubset`], a small font program with the map from
//! old to new glyph ids and the widths. It does not write PDF objects nor `/ToUnicode`.
//!
//! Two stages, always both. Stage one cuts a face once to a superset (the [`Plate`]); stage two cuts
//! the superset to one document's glyphs. Stage two reads kilobytes where the whole face has
//! megabytes. Its result does not depend on the superset (a test holds it to that), so the plate may
//! grow while a batch runs and the bytes stay the same; cutting the whole face directly would give
//! other bytes, which is why even a single document passes both stages.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use skrifa::raw::FontRef;
use subsetter::GlyphRemapper;

use super::book::FontBook;
use super::face::{Face, FaceId};
use crate::diag::Diagnostic;

/// What kind of outlines a subset has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutlineKind {
    /// An OpenType file with a CID-keyed `CFF` table; CID and glyph id are the same.
    Cff,
    /// A TrueType file with `glyf`.
    TrueType,
}

/// A face cut down to some glyphs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaceSubset {
    /// The font file.
    pub bytes: Vec<u8>,
    /// Old and new id of every glyph asked for, `.notdef` included, ascending by the old one (and
    /// by the new one too: order is kept).
    pub glyph_map: Vec<(u16, u16)>,
    /// New id and advance in design units, in the order of `glyph_map`.
    pub widths: Vec<(u16, u16)>,
    /// Six capital letters from a digest of the bytes, for the name in the PDF.
    pub tag: [u8; 6],
    /// Kind of outlines.
    pub kind: OutlineKind,
    /// PostScript name of the whole face.
    pub postscript_name: String,
    /// Design units an em has.
    pub units_per_em: u16,
}

impl FaceSubset {
    /// The new id of a glyph.
    pub fn new_id(&self, old: u16) -> Option<u16> {
        let at = self.glyph_map.binary_search_by_key(&old, |(old, _)| *old).ok()?;
        Some(self.glyph_map[at].1)
    }

    /// The name of the font in the PDF: `ABCDEF+EBGaramond-Regular`.
    pub fn tagged_name(&self) -> String {
        format!("{}+{}", String::from_utf8_lossy(&self.tag), self.postscript_name)
    }

    /// The bare `CFF` table, for `/FontFile3` of subtype `CIDFontType0C`; none for TrueType.
    pub fn cff_table(&self) -> Option<&[u8]> {
        let table = FontRef::new(&self.bytes).ok()?.table_data(harfrust::Tag::new(b"CFF "))?;
        let start = table.as_bytes().as_ptr() as usize - self.bytes.as_ptr() as usize;
        self.bytes.get(start..start + table.len())
    }
}

/// A face cut to a superset of what documents need.
struct Plate {
    bytes: Vec<u8>,
    remapper: GlyphRemapper,
    glyphs: BTreeSet<u16>,
}

/// Cuts faces for all documents of a batch; shared by all workers.
pub struct SubsetPool {
    book: Arc<FontBook>,
    plates: Vec<PlateSlot>,
}

#[derive(Default)]
struct PlateSlot {
    plate: RwLock<Option<Arc<Plate>>>,
    /// Held while the common plate is made, so that two workers do not make the same one.
    growth: Mutex<Growth>,
}

/// What the common plate lacked so far.
#[derive(Default)]
struct Growth {
    misses: usize,
    wanted: BTreeSet<u16>,
}

impl SubsetPool {
    /// A pool over a book.
    pub fn new(book: Arc<FontBook>) -> SubsetPool {
        let plates = book.faces().map(|_| PlateSlot::default()).collect();
        SubsetPool { book, plates }
    }

    /// Says which glyphs of a face a batch is going to need, so that stage one runs once. Without
    /// it the plate grows as documents ask for more, each time at the cost of stage one.
    pub fn announce(&self, face: FaceId, glyphs: &BTreeSet<u16>) -> Result<(), Diagnostic> {
        let slot = &self.plates[usize::from(face.0)];
        let mut growth = slot.growth.lock().unwrap_or_else(PoisonError::into_inner);
        growth.wanted.extend(glyphs);
        self.grow(face, &mut growth).map(drop)
    }

    /// Cuts a face to some glyphs. `.notdef` is always among them, and so are, after all others, the
    /// components of composite glyphs.
    pub fn subset(&self, id: FaceId, glyphs: &BTreeSet<u16>) -> Result<FaceSubset, Diagnostic> {
        let face = self.book.face(id);
        let plate = self.plate(id, glyphs)?;
        let mut remapper = GlyphRemapper::new();
        let mut glyph_map = vec![(0, 0)];
        for old in glyphs.iter().copied().filter(|g| *g != 0) {
            let inner =
                plate.remapper.get(old).ok_or_else(|| failed(face, "a glyph is missing"))?;
            glyph_map.push((old, remapper.remap(inner)));
        }
        let bytes = subsetter::subset(&plate.bytes, 0, &remapper)
            .map_err(|error| failed(face, &error.to_string()))?;
        Ok(FaceSubset {
            widths: glyph_map.iter().map(|(old, new)| (*new, face.advance(*old))).collect(),
            glyph_map,
            tag: tag(&bytes),
            kind: if face.is_cff() { OutlineKind::Cff } else { OutlineKind::TrueType },
            postscript_name: face.postscript_name.clone(),
            units_per_em: face.units_per_em,
            bytes,
        })
    }

    /// A plate with at least these glyphs: the common one; or, where that lacks some, one for this
    /// document alone, until enough documents were lacking some that growing the common one pays
    /// (its cost is that of its glyphs, so it has to wait the longer the larger it is).
    fn plate(&self, id: FaceId, glyphs: &BTreeSet<u16>) -> Result<Arc<Plate>, Diagnostic> {
        const GLYPHS_A_MISS: usize = 64;
        let slot = &self.plates[usize::from(id.0)];
        let common = slot.get();
        if let Some(plate) = common.as_ref().filter(|plate| glyphs.is_subset(&plate.glyphs)) {
            return Ok(Arc::clone(plate));
        }
        let mut growth = slot.growth.lock().unwrap_or_else(PoisonError::into_inner);
        growth.misses += 1;
        growth.wanted.extend(glyphs);
        let size = slot.get().map_or(0, |plate| plate.glyphs.len());
        if growth.misses * GLYPHS_A_MISS > size {
            return self.grow(id, &mut growth);
        }
        drop(growth);
        cut_plate(self.book.face(id), glyphs.clone()).map(Arc::new)
    }

    /// Makes the common plate anew with all that it lacked.
    fn grow(&self, id: FaceId, growth: &mut Growth) -> Result<Arc<Plate>, Diagnostic> {
        let slot = &self.plates[usize::from(id.0)];
        let mut all = std::mem::take(&mut growth.wanted);
        growth.misses = 0;
        all.extend(slot.get().iter().flat_map(|plate| plate.glyphs.iter().copied()));
        let plate = Arc::new(cut_plate(self.book.face(id), all)?);
        *slot.plate.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&plate));
        Ok(plate)
    }
}

impl PlateSlot {
    fn get(&self) -> Option<Arc<Plate>> {
        self.plate.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Stage one. A variable face is fixed at its place in the design space here.
fn cut_plate(face: &Face, mut glyphs: BTreeSet<u16>) -> Result<Plate, Diagnostic> {
    glyphs.insert(0);
    let mut remapper = GlyphRemapper::new();
    for glyph in &glyphs {
        remapper.remap(*glyph);
    }
    let place: Vec<(subsetter::Tag, f32)> =
        face.location.iter().map(|(tag, v)| (subsetter::Tag::new(tag), *v)).collect();
    let bytes = if place.is_empty() {
        subsetter::subset(face.data(), face.index(), &remapper)
    } else {
        subsetter::subset_with_variations(face.data(), face.index(), &place, &remapper)
    }
    .map_err(|error| failed(face, &error.to_string()))?;
    Ok(Plate { bytes, remapper, glyphs })
}

/// Six capital letters from a digest, as PDF wants before the name of a subset.
fn tag(bytes: &[u8]) -> [u8; 6] {
    let digest = blake3::hash(bytes);
    let mut tag = [0; 6];
    for (letter, byte) in tag.iter_mut().zip(digest.as_bytes()) {
        *letter = b'A' + byte % 26;
    }
    tag
}

fn failed(face: &Face, why: &str) -> Diagnostic {
    Diagnostic::error("font-subset", format!("face `{}` cannot be cut: {why}", face.full_name()))
        .note(format!("it comes from `{}`", face.source))
}
