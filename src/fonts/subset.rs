//! Cutting faces down to the glyphs a document uses.
//!
//! Input: a face and a set of glyphs. Output: [`FaceSubset`], a small font program with the map from old to new glyph ids and the widths. It does not write PDF objects nor `/ToUnicode`.
//!
//! Each glyph is cut out of its face once a batch (`program`); a document's subset is put together
//! from those. What a batch is going to need can be said beforehand ([`SubsetPool::announce`]), since
//! opening a large face costs as much as cutting a thousand glyphs. Neither changes what a
//! subset holds: a test holds it to that.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, RwLock};

use super::book::FontBook;
use super::face::{Face, FaceId};
use super::program::Case;
use crate::diag::Diagnostic;

/// What kind of outlines a subset has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutlineKind {
    /// A CID-keyed `CFF` table.
    Cff,
    /// A TrueType file with `glyf`.
    TrueType,
}

/// A face cut down to some glyphs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaceSubset {
    /// The font program: a TrueType file, or a bare `CFF` table.
    pub bytes: Vec<u8>,
    /// Old id and code of every glyph asked for, `.notdef` included, ascending by the old one (and
    /// by the new one too: order is kept). Codes are glyph ids in TrueType files and CIDs in `CFF` tables.
    pub glyph_map: Vec<(u16, u16)>,
    /// Code and advance in design units, in the order of `glyph_map`.
    pub widths: Vec<(u16, u16)>,
    /// Six capital letters from a digest of face and glyphs, for the name in the PDF.
    pub tag: [u8; 6],
    /// Kind of outlines.
    pub kind: OutlineKind,
    /// PostScript name of the whole face.
    pub postscript_name: String,
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
}

/// Cuts faces for all documents of a batch; shared by all workers.
pub struct SubsetPool {
    book: Arc<FontBook>,
    /// What was cut so far, by face.
    cases: Vec<RwLock<Option<Case>>>,
    /// Characters of the batch, sorted.
    announced: RwLock<Vec<char>>,
}

impl SubsetPool {
    /// A pool over a book.
    pub fn new(book: Arc<FontBook>) -> SubsetPool {
        let cases = book.faces().map(|_| RwLock::default()).collect();
        SubsetPool { book, cases, announced: RwLock::default() }
    }

    /// Says which characters a batch is going to show. A face that is opened for a second time is cut
    /// for all of them it has, so that it need not be opened again for each document.
    pub fn announce(&self, characters: &BTreeSet<char>) {
        let mut announced = self.announced.write().unwrap_or_else(PoisonError::into_inner);
        *announced = characters.iter().copied().collect();
    }

    /// Cuts a face to some glyphs. `.notdef` is always among them, and so are, after all others, the
    /// components of composite glyphs. `.notdef` has the code 0, the first of the others the code `first`:
    /// 1, unless codes below are left to another font.
    pub fn subset(
        &self,
        id: FaceId,
        glyphs: &BTreeSet<u16>,
        first: u16,
    ) -> Result<FaceSubset, Diagnostic> {
        let face = self.book.face(id);
        let case = &self.cases[usize::from(id.0)];
        let there = case.read().unwrap_or_else(PoisonError::into_inner);
        let ready = there.as_ref().filter(|case| case.holds(glyphs));
        let made = ready.map(|case| program(case, face, glyphs, first));
        drop(there);
        let (order, bytes) = match made {
            Some(made) => made?,
            None => self.cut_and_program(id, glyphs, first)?,
        };
        let asked = 1 + glyphs.iter().filter(|glyph| **glyph != 0).count();
        let codes = std::iter::once(0).chain(first..);
        let glyph_map: Vec<(u16, u16)> = order.iter().copied().zip(codes).take(asked).collect();
        Ok(FaceSubset {
            bytes,
            widths: glyph_map.iter().map(|(old, new)| (*new, face.advance(*old))).collect(),
            glyph_map,
            tag: tag(face, &order, first),
            kind: if face.is_cff() { OutlineKind::Cff } else { OutlineKind::TrueType },
            postscript_name: face.postscript_name.clone(),
        })
    }

    /// The same where glyphs have to be cut first.
    fn cut_and_program(
        &self,
        id: FaceId,
        glyphs: &BTreeSet<u16>,
        first: u16,
    ) -> Result<(Vec<u16>, Vec<u8>), Diagnostic> {
        let face = self.book.face(id);
        let mut slot =
            self.cases[usize::from(id.0)].write().unwrap_or_else(PoisonError::into_inner);
        let case = match slot.take() {
            // One document alone needs no more than its own glyphs; where there is another, so will be
            // more.
            Some(mut case) => case.cut(face, &self.foreseen(face, glyphs)).map(|()| case),
            None => Case::new(face, glyphs),
        }?;
        program(slot.insert(case), face, glyphs, first)
    }

    /// What to cut when a face is opened again.
    fn foreseen(&self, face: &Face, glyphs: &BTreeSet<u16>) -> BTreeSet<u16> {
        let announced = self.announced.read().unwrap_or_else(PoisonError::into_inner);
        let characters = announced.iter().filter_map(|character| face.glyph(*character));
        characters.chain(glyphs.iter().copied()).collect()
    }
}

fn program(
    case: &Case,
    face: &Face,
    glyphs: &BTreeSet<u16>,
    first: u16,
) -> Result<(Vec<u16>, Vec<u8>), Diagnostic> {
    let order = case.order(glyphs);
    let bytes = case.program(face, &order, first)?;
    Ok((order, bytes))
}

/// Six capital letters from a digest, as PDF wants before the name of a subset.
fn tag(face: &Face, order: &[u16], first: u16) -> [u8; 6] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(face.postscript_name.as_bytes()).update(&first.to_be_bytes());
    for glyph in order {
        hasher.update(&glyph.to_be_bytes());
    }
    let mut tag = [0; 6];
    for (letter, byte) in tag.iter_mut().zip(hasher.finalize().as_bytes()) {
        *letter = b'A' + byte % 26;
    }
    tag
}
