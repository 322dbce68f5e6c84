//! Font programs put together from glyphs that were cut once.
//!
//! Input: faces cut by `subsetter` ([`cut`]). Output: a [`Case`] that keeps each glyph's own part of
//! the program, and from it the program of any set of its glyphs, as a compositor sets a line from a
//! case of type instead of cutting punches: parts are copied, only tables and offsets are new.
//!
//! A program depends on its glyphs alone, never on which others were cut before: `cff` and
//! `truetype` say how they make sure of it. Glyphs of variable faces are drawn (`instance`).

mod cff;
mod instance;
mod truetype;

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;
use skrifa::raw::{FontRef, TableProvider};
use subsetter::GlyphRemapper;

use super::face::Face;
use crate::diag::Diagnostic;

/// The glyphs of a face that were cut so far.
pub(super) struct Case {
    kind: Kind,
    glyphs: FxHashMap<u16, Glyph>,
}

enum Kind {
    Cff(cff::Common),
    TrueType(truetype::Common),
    /// An instance of a variable face.
    Instance(truetype::Common),
}

/// A glyph's own part of the program.
struct Glyph {
    bytes: Box<[u8]>,
    /// Advance and left side bearing in design units (TrueType).
    metrics: (u16, i16),
    /// Places in `bytes` that name other glyphs, and which (TrueType composites).
    components: Vec<(usize, u16)>,
    /// Which of the face's font dictionaries it belongs to (CFF); see [`cff::Common`].
    font_dict: usize,
    /// Sum of its 32-bit words (TrueType).
    sum: u32,
}

impl Case {
    /// A case with some glyphs, `.notdef` among them.
    pub(super) fn new(face: &Face, glyphs: &BTreeSet<u16>) -> Result<Case, Diagnostic> {
        let kind = match face.is_cff() {
            true => Kind::Cff(cff::Common::default()),
            false if is_variable(face) => {
                let common = instance::common(face);
                Kind::Instance(common.ok_or_else(|| failed(face, "it lacks `head` or `hhea`"))?)
            }
            false => Kind::TrueType(truetype::Common::default()),
        };
        let mut case = Case { kind, glyphs: FxHashMap::default() };
        let mut glyphs = glyphs.clone();
        glyphs.insert(0);
        case.cut(face, &glyphs)?;
        Ok(case)
    }

    /// Whether all of these glyphs, and what they are composed of, are there.
    pub(super) fn holds(&self, glyphs: &BTreeSet<u16>) -> bool {
        glyphs.iter().all(|glyph| self.glyphs.contains_key(glyph))
    }

    /// Cuts those that are not there yet.
    pub(super) fn cut(&mut self, face: &Face, glyphs: &BTreeSet<u16>) -> Result<(), Diagnostic> {
        let mut missing: BTreeSet<u16> =
            glyphs.iter().copied().filter(|g| !self.glyphs.contains_key(g)).collect();
        if let Kind::TrueType(_) = self.kind {
            truetype::add_components(face, &mut missing);
        }
        let missing: Vec<u16> = missing.into_iter().filter(|g| *g != 0).collect();
        // `.notdef` comes first in whatever is cut.
        let ids: Vec<u16> = std::iter::once(0).chain(missing.iter().copied()).collect();
        let take = |work: &mut dyn FnMut(&FontRef<'_>) -> Option<FxHashMap<u16, Glyph>>| {
            let file = cut(face, &missing)?;
            let cut = FontRef::new(&file).ok().and_then(|font| work(&font));
            cut.ok_or_else(|| failed(face, "its cut has no such tables"))
        };
        let cut = match &mut self.kind {
            Kind::Cff(common) => take(&mut |font| common.take(font, &ids)),
            Kind::TrueType(common) => take(&mut |font| truetype::take(common, font, &ids)),
            Kind::Instance(_) => instance::glyphs(face, &ids)
                .ok_or_else(|| failed(face, "a glyph cannot be drawn at its place")),
        }?;
        self.glyphs.extend(cut);
        Ok(())
    }

    /// The ids of a subset in order: `.notdef`, the glyphs asked for, then components of those.
    pub(super) fn order(&self, glyphs: &BTreeSet<u16>) -> Vec<u16> {
        let mut order: Vec<u16> =
            std::iter::once(0).chain(glyphs.iter().copied().filter(|g| *g != 0)).collect();
        let mut seen: BTreeSet<u16> = order.iter().copied().collect();
        let mut at = 0;
        while let Some(glyph) = order.get(at).and_then(|id| self.glyphs.get(id)) {
            at += 1;
            let new = glyph.components.iter().map(|(_, id)| *id).filter(|id| seen.insert(*id));
            order.extend(new);
        }
        order
    }

    /// The program of a subset whose ids are in [`Case::order`]; a TrueType file or a bare `CFF` table. The
    /// glyph after `.notdef` has the code `first`, the others follow.
    pub(super) fn program(
        &self,
        face: &Face,
        order: &[u16],
        first: u16,
    ) -> Result<Vec<u8>, Diagnostic> {
        let glyphs: Option<Vec<(u16, &Glyph)>> =
            order.iter().map(|id| Some((*id, self.glyphs.get(id)?))).collect();
        let glyphs = glyphs.ok_or_else(|| failed(face, "a glyph is missing"))?;
        let bytes = match &self.kind {
            Kind::Cff(common) => common.program(face, &glyphs, first)?,
            Kind::TrueType(common) | Kind::Instance(common) => {
                truetype::program(common, &glyphs, first)
            }
        };
        bytes.ok_or_else(|| failed(face, "the subset is too large"))
    }
}

/// Whether the outlines of a face are those of a place in its design space, or can be written down as if
/// they were (`CFF2`, which no PDF reader takes).
fn is_variable(face: &Face) -> bool {
    let font = FontRef::from_index(face.data(), face.index());
    !face.location.is_empty() || font.is_ok_and(|font| font.cff2().is_ok())
}

/// A face that is not variable cut down to `.notdef` and some glyphs, in this order, as a font file
/// without subroutines.
fn cut(face: &Face, glyphs: &[u16]) -> Result<Vec<u8>, Diagnostic> {
    let mut remapper = GlyphRemapper::new();
    for glyph in glyphs {
        remapper.remap(*glyph);
    }
    subsetter::subset(face.data(), face.index(), &remapper)
        .map_err(|error| failed(face, &error.to_string()))
}

/// Why a face cannot be cut.
pub(super) fn failed(face: &Face, why: &str) -> Diagnostic {
    Diagnostic::error("font-subset", format!("face `{}` cannot be cut: {why}", face.full_name()))
        .note(format!("it comes from `{}`", face.source))
}

/// A big-endian number of two bytes.
fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}
