//! The fonts of one document: which glyphs it uses, what text they stand for, and the subsets.
//!
//! Input: display lists. Output: [`Fonts`]: for every face one font or two, and for every glyph its new id,
//! its width and the one text that `/ToUnicode` gives it. The fonts that are cut for the document have no
//! code in common, so that one `/ToUnicode` says the texts of them all. A use of a glyph for another text gets an
//! `/ActualText` around it when the content is written; [`clusters`] decides where.

use std::collections::BTreeMap;
use std::sync::Arc;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};
use rustc_hash::FxHashMap;
use skrifa::raw::TableProvider;
use smallvec::SmallVec;

use super::encode;
use super::object::{dict, name, number, numbers, reference, round3};
use super::plate::{Plate, PlateKey};
use super::text::in_reading_order;
use super::written::Written;
use super::{Batch, FixedGlyphs};
use crate::diag::Diagnostic;
use crate::fonts::{Face, FaceId, FaceSubset, OutlineKind, Slant};
use crate::paint::{DisplayItem, DisplayList, GlyphsItem};

/// What a hyphen that a line break added stands for: nothing, once lines are joined again
/// (ISO 32000-1 §14.8.2.2.3).
const SOFT_HYPHEN: &str = "\u{ad}";

/// The fonts of a document, ascending by their faces; a face may have two, the plate first.
pub(super) struct Fonts<'a> {
    pub(super) fonts: Vec<DocumentFont<'a>>,
    /// The glyphs of each face, whichever font they are in.
    faces: Vec<(FaceId, FaceGlyphs<'a>)>,
}

/// The glyphs of a face in a document.
pub(super) struct FaceGlyphs<'a> {
    /// Each with the index of the font it is in.
    glyphs: Vec<(usize, DocumentGlyph<'a>)>,
    /// Where each is, from 1, at the place that its id in the whole face has among so many, or the next that
    /// was free: there are twice as many places as glyphs, and a power of two.
    places: Vec<u16>,
}

impl<'a> FaceGlyphs<'a> {
    fn new(glyphs: Vec<(usize, DocumentGlyph<'a>)>) -> FaceGlyphs<'a> {
        let mut places = vec![0; (glyphs.len() * 2).next_power_of_two()];
        // A face has no more glyphs than a `u16` counts, and glyph 0 is never shown.
        for (index, (_, glyph)) in glyphs.iter().enumerate() {
            let mut at = usize::from(glyph.old) % places.len();
            while places[at] != 0 {
                at = (at + 1) % places.len();
            }
            places[at] = index as u16 + 1;
        }
        FaceGlyphs { glyphs, places }
    }

    /// A glyph by its id in the whole face.
    pub(super) fn get(&self, id: u16) -> Option<(usize, DocumentGlyph<'a>)> {
        let mask = self.places.len() - 1;
        let mut at = usize::from(id) & mask;
        loop {
            let found = self.glyphs[usize::from(self.places[at].checked_sub(1)?)];
            if found.1.old == id {
                return Some(found);
            }
            at = (at + 1) & mask;
        }
    }

    /// All glyphs.
    #[cfg(test)]
    pub(super) fn iter(&self) -> impl Iterator<Item = &(usize, DocumentGlyph<'a>)> {
        self.glyphs.iter()
    }
}

/// A font of a document: glyphs of one face.
pub(super) struct DocumentFont<'a> {
    pub(super) face: FaceId,
    pub(super) program: Program,
    /// Glyphs ascending by their id in the whole face.
    glyphs: Vec<DocumentGlyph<'a>>,
}

/// Where a font's program comes from.
pub(super) enum Program {
    /// Cut for this document, and the index of the `/ToUnicode` that it shares with others.
    Own(FaceSubset, usize),
    /// Made before.
    Plate(Arc<Plate>),
}

/// How many glyphs of a face must be fixed to be worth a font beside another, and how many for each that
/// is not: a second font takes about a kilobyte, however small.
const PLATE_GLYPHS: usize = 16;
const PLATE_GLYPHS_EACH: usize = 2;

/// Gives out codes to the fonts that are cut for a document.
struct Codes {
    /// The `/ToUnicode` at hand.
    map: usize,
    /// The next code.
    next: u16,
}

impl Codes {
    /// How many codes one `/ToUnicode` is for: a TrueType font has six bytes for each code before its own,
    /// which pack to next to nothing, but readers unpack them.
    const MOST: u16 = 2048;

    /// A map, and the first of some codes that it gives to a font.
    fn take(&mut self, count: usize) -> (usize, u16) {
        let end = |next: u16| u16::try_from(count).ok().and_then(|count| next.checked_add(count));
        if self.next > 1 && end(self.next).is_none_or(|end| end > Self::MOST) {
            *self = Codes { map: self.map + 1, next: 1 };
        }
        let first = self.next;
        self.next = end(first).unwrap_or(u16::MAX);
        (self.map, first)
    }
}

/// A glyph of a document.
#[derive(Clone, Copy)]
pub(super) struct DocumentGlyph<'a> {
    /// Id in the whole face.
    pub(super) old: u16,
    /// Code in the font.
    pub(super) new: u16,
    /// Advance in thousandths of an em, as `/W` has it.
    pub(super) width: f32,
    /// What `/ToUnicode` says it stands for.
    pub(super) text: &'a str,
}

/// Glyphs of a run that stand for a stretch of its text together.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cluster<'a> {
    /// Index of the first glyph.
    pub(super) start: usize,
    /// Index after the last.
    pub(super) end: usize,
    /// What they stand for.
    pub(super) text: &'a str,
}

impl<'a> Fonts<'a> {
    /// Cuts the faces that lists use.
    pub(super) fn collect(
        lists: &'a [DisplayList],
        fixed: &FixedGlyphs,
        batch: &Batch,
    ) -> Result<Fonts<'a>, Diagnostic> {
        let mut used: BTreeMap<FaceId, Usage<'a>> = BTreeMap::new();
        for item in lists.iter().flat_map(|list| &list.items) {
            if let DisplayItem::Glyphs(item) = item {
                used.entry(item.face).or_default().add(item, batch.book.face(item.face));
            }
        }
        let mut fonts = Vec::with_capacity(used.len() * 2);
        let mut codes = Codes { map: 0, next: 1 };
        for (face, usage) in used {
            let texts = usage.texts();
            let fixed = fixed.get(&face);
            let is_fixed = |id: u16| fixed.is_some_and(|fixed| fixed.contains(id.into()));
            let (plate, own): (Vec<_>, Vec<_>) = texts.iter().partition(|(id, _)| is_fixed(*id));
            let is_worth =
                own.is_empty() || plate.len() >= PLATE_GLYPHS.max(own.len() * PLATE_GLYPHS_EACH);
            if plate.is_empty() || !is_worth {
                fonts.push(DocumentFont::own(face, texts, &mut codes, batch)?);
                continue;
            }
            fonts.push(DocumentFont::plate(face, plate, batch)?);
            if !own.is_empty() {
                fonts.push(DocumentFont::own(face, own, &mut codes, batch)?);
            }
        }
        let faces = by_face(&fonts);
        Ok(Fonts { fonts, faces })
    }

    /// The glyphs of a face.
    pub(super) fn of_face(&self, face: FaceId) -> Option<&FaceGlyphs<'a>> {
        let at = self.faces.binary_search_by_key(&face, |(face, _)| *face).ok()?;
        Some(&self.faces[at].1)
    }

    /// Puts the fonts into a document; their ids.
    pub(super) fn write(
        &self,
        batch: &Batch,
        document: &mut Document,
        written: &mut Written,
    ) -> Vec<ObjectId> {
        let mut maps: Vec<ObjectId> = Vec::new();
        let write = |font: &DocumentFont<'_>| match &font.program {
            Program::Own(subset, map) => {
                if maps.len() <= *map {
                    maps.push(document.add_object(self.map(*map)));
                }
                write_font(font.face, &font.glyphs, subset, maps[*map], batch, document)
            }
            Program::Plate(plate) => plate.insert(document, written),
        };
        self.fonts.iter().map(write).collect()
    }

    /// The `/ToUnicode` that some fonts share.
    fn map(&self, map: usize) -> Stream {
        let of_map = |font: &&DocumentFont<'a>| match &font.program {
            Program::Own(_, of) => *of == map,
            Program::Plate(_) => false,
        };
        to_unicode(self.fonts.iter().filter(of_map).flat_map(|font| &font.glyphs))
    }
}

impl<'a> DocumentFont<'a> {
    /// A font cut to some glyphs.
    fn own(
        face: FaceId,
        texts: Vec<(u16, &'a str)>,
        codes: &mut Codes,
        batch: &Batch,
    ) -> Result<DocumentFont<'a>, Diagnostic> {
        let (map, first) = codes.take(texts.len());
        let subset = cut(face, &texts, first, batch)?;
        let glyphs = document_glyphs(glyphs_of(&subset), &texts, batch.book.face(face));
        Ok(DocumentFont { face, program: Program::Own(subset, map), glyphs })
    }

    /// A font of glyphs that other documents have as well.
    fn plate(
        face: FaceId,
        texts: Vec<(u16, &'a str)>,
        batch: &Batch,
    ) -> Result<DocumentFont<'a>, Diagnostic> {
        let mut key =
            PlateKey { face, glyphs: Vec::with_capacity(texts.len()), texts: String::new() };
        for (id, text) in &texts {
            key.glyphs.push(*id);
            key.texts.push_str(text);
            key.texts.push('\0');
        }
        let make = || {
            let subset = cut(face, &texts, 1, batch)?;
            let glyphs = document_glyphs(glyphs_of(&subset), &texts, batch.book.face(face));
            let mut document = Document::with_version("1.7");
            let map = document.add_object(to_unicode(glyphs.iter()));
            let font = write_font(face, &glyphs, &subset, map, batch, &mut document);
            Ok(Plate::of(document, font, glyphs_of(&subset).collect()))
        };
        let plate = batch.plates.get(key, make)?;
        let glyphs = document_glyphs(plate.glyphs.iter().copied(), &texts, batch.book.face(face));
        Ok(DocumentFont { face, program: Program::Plate(plate), glyphs })
    }

    /// Ids in the whole face, ascending.
    #[cfg(test)]
    pub(super) fn ids(&self) -> impl Iterator<Item = u16> {
        self.glyphs.iter().map(|glyph| glyph.old)
    }
}

/// The glyphs of the fonts, face by face.
fn by_face<'a>(fonts: &[DocumentFont<'a>]) -> Vec<(FaceId, FaceGlyphs<'a>)> {
    let mut faces: Vec<(FaceId, Vec<_>)> = Vec::with_capacity(fonts.len());
    for (index, font) in fonts.iter().enumerate() {
        let glyphs = font.glyphs.iter().map(|glyph| (index, *glyph));
        match faces.last_mut() {
            Some((face, known)) if *face == font.face => known.extend(glyphs),
            _ => faces.push((font.face, glyphs.collect())),
        }
    }
    faces.into_iter().map(|(face, glyphs)| (face, FaceGlyphs::new(glyphs))).collect()
}

/// Cuts a face to glyphs, the first of which has the code `first`.
fn cut(
    face: FaceId,
    texts: &[(u16, &str)],
    first: u16,
    batch: &Batch,
) -> Result<FaceSubset, Diagnostic> {
    batch.pool.subset(face, &texts.iter().map(|(id, _)| *id).collect(), first)
}

/// The glyphs of a subset: ids in the whole face and in it, ascending, and advances in design units.
fn glyphs_of(subset: &FaceSubset) -> impl Iterator<Item = (u16, u16, u16)> {
    let glyphs = subset.glyph_map.iter().zip(&subset.widths);
    glyphs.map(|((old, new), (_, advance))| (*old, *new, *advance))
}

/// The glyphs of a font from those it has and the texts they stand for, both in order.
fn document_glyphs<'a>(
    mut there: impl Iterator<Item = (u16, u16, u16)>,
    texts: &[(u16, &'a str)],
    face: &Face,
) -> Vec<DocumentGlyph<'a>> {
    let em = 1000.0 / f32::from(face.units_per_em.max(1));
    texts
        .iter()
        .filter_map(|(old, text)| {
            let (_, new, advance) = there.find(|(id, ..)| id == old)?;
            let width = round3(f32::from(advance) * em);
            Some(DocumentGlyph { old: *old, new, width, text })
        })
        .collect()
}

/// The name of a font among a page's resources.
pub(super) fn resource_name(index: usize) -> String {
    format!("T{index}")
}

/// What a document does with one face: for each glyph, the texts it stands for and how often.
#[derive(Default)]
struct Usage<'a> {
    glyphs: FxHashMap<u16, SmallVec<[(&'a str, u32); 1]>>,
}

impl<'a> Usage<'a> {
    fn add(&mut self, item: &'a GlyphsItem, face: &Face) {
        for cluster in clusters(item, face) {
            let glyphs = &item.glyphs[cluster.start..cluster.end];
            if let [glyph] = glyphs {
                if glyph.id != 0 {
                    self.note(glyph.id, cluster.text, 2);
                }
                continue;
            }
            let mut parts = split(cluster.text, glyphs.len());
            for glyph in in_reading_order(glyphs, item.rtl).filter(|g| g.id != 0) {
                // Glyphs of a cluster that does not part evenly get texts that count for nothing;
                // the cluster's own text is written around them.
                let (text, weight) = match &mut parts {
                    Some(parts) => (parts.next().unwrap_or(cluster.text), 2),
                    None => (cluster.text, 0),
                };
                self.note(glyph.id, text, weight);
            }
        }
    }

    fn note(&mut self, glyph: u16, text: &'a str, weight: u32) {
        let texts = self.glyphs.entry(glyph).or_default();
        match texts.iter_mut().find(|(known, _)| *known == text) {
            Some((_, count)) => *count += weight,
            None => texts.push((text, weight)),
        }
    }

    /// The glyphs in order, and the text that each mostly stands for.
    fn texts(self) -> Vec<(u16, &'a str)> {
        let mut texts: Vec<(u16, &'a str)> = self
            .glyphs
            .into_iter()
            .map(|(id, texts)| (id, best(&texts).unwrap_or("\u{fffd}")))
            .collect();
        texts.sort_unstable_by_key(|(id, _)| *id);
        texts
    }
}

/// The text a glyph mostly stands for; among equals the first in order of code points.
fn best<'a>(texts: &[(&'a str, u32)]) -> Option<&'a str> {
    let most = texts.iter().map(|(_, count)| *count).max()?;
    texts.iter().filter(|(_, count)| *count == most).map(|(text, _)| *text).min()
}

/// Whether copying one text for the other loses nothing worth an `/ActualText`: a no-break space is
/// searched for and copied as a space.
pub(super) fn same_text(a: &str, b: &str) -> bool {
    let space = |t: &str| matches!(t, " " | "\u{a0}" | "\u{202f}");
    a == b || (space(a) && space(b))
}

/// The clusters of a run in visual order. A glyph without text belongs to the cluster before it,
/// unless it is the hyphen of a line break.
pub(super) fn clusters<'a>(item: &'a GlyphsItem, face: &Face) -> Vec<Cluster<'a>> {
    let mut clusters: Vec<Cluster<'a>> = Vec::with_capacity(item.glyphs.len());
    for (i, glyph) in item.glyphs.iter().enumerate() {
        let text = item.text.get(glyph.text_range()).unwrap_or("");
        match clusters.last_mut() {
            Some(last) if text.is_empty() && !is_hyphen(glyph.id, face) => last.end = i + 1,
            _ if text.is_empty() => {
                clusters.push(Cluster { start: i, end: i + 1, text: SOFT_HYPHEN });
            }
            _ => clusters.push(Cluster { start: i, end: i + 1, text }),
        }
    }
    clusters
}

fn is_hyphen(glyph: u16, face: &Face) -> bool {
    ['-', '\u{2010}'].into_iter().any(|c| face.glyph(c) == Some(glyph))
}

/// A cluster's text parted among its glyphs, one character each; none if that does not come out.
pub(super) fn split(text: &str, glyphs: usize) -> Option<impl Iterator<Item = &str> + Clone> {
    let whole = glyphs == 1;
    let even = whole || text.chars().count() == glyphs;
    even.then(|| {
        let mut rest = text;
        std::iter::from_fn(move || {
            let end = if whole { rest.len() } else { rest.chars().next()?.len_utf8() };
            let (first, after) = rest.split_at(end);
            rest = after;
            (!first.is_empty()).then_some(first)
        })
    })
}

/// Writes the font that a subset makes: printpdf's dictionaries for the face, exact widths (printpdf cuts
/// them to whole numbers), a descriptor from the face's own measures, and the program; `texts` is its
/// `/ToUnicode`.
fn write_font(
    id: FaceId,
    glyphs: &[DocumentGlyph<'_>],
    subset: &FaceSubset,
    texts: ObjectId,
    batch: &Batch,
    document: &mut Document,
) -> ObjectId {
    let face = batch.book.face(id);
    let printed = batch.printed.get(id, face);
    let called = name(&subset.tagged_name());
    let (key, program) = font_file(subset);
    let program = document.add_object(program);
    let mut descriptor = printed.descriptor.clone();
    descriptor.set("FontName", called.clone());
    describe(&mut descriptor, face);
    descriptor.set(key, reference(program));
    let descriptor = document.add_object(descriptor);
    let mut descendant = printed.descendant.clone();
    descendant.set("BaseFont", called.clone());
    descendant.set("W", widths(glyphs));
    descendant.set("FontDescriptor", reference(descriptor));
    let mut entries = printed.font.clone();
    entries.set("BaseFont", called);
    entries.set("ToUnicode", reference(texts));
    entries.set("DescendantFonts", Object::Array(vec![Object::Dictionary(descendant)]));
    document.add_object(entries)
}

/// `/ToUnicode` (ISO 32000-1 §9.10.3), with no more around the texts than readers ask for, and codes that
/// follow each other in one range: there are several in a document, and what printpdf puts around them
/// takes more room than the texts.
fn to_unicode<'g, 'a: 'g>(glyphs: impl Iterator<Item = &'g DocumentGlyph<'a>>) -> Stream {
    /// How many texts stand in a range, and how many ranges in a block.
    const MOST: usize = 100;
    let mut glyphs: Vec<(u16, &str)> = glyphs.map(|glyph| (glyph.new, glyph.text)).collect();
    glyphs.sort_unstable_by_key(|(code, _)| *code);
    let mut out = Vec::with_capacity(300 + glyphs.len() * 8);
    out.extend_from_slice(
        b"/CIDInit/ProcSet findresource begin\n12 dict begin\nbegincmap\n\
        /CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n\
        /CMapName/Adobe-Identity-UCS def\n/CMapType 2 def\n\
        1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n",
    );
    // Codes of a range differ in their second byte only.
    let follows = |a: u16, b: u16| a.checked_add(1) == Some(b) && b & 0xff != 0;
    let ranges: Vec<&[(u16, &str)]> = glyphs
        .chunk_by(|(a, _), (b, _)| follows(*a, *b))
        .flat_map(|range| range.chunks(MOST))
        .collect();
    for block in ranges.chunks(MOST) {
        encode::integer(&mut out, block.len() as i64);
        out.extend_from_slice(b" beginbfrange\n");
        for range in block {
            let (first, last) = (range[0].0, range[range.len() - 1].0);
            encode::write_hex(&mut out, &first.to_be_bytes());
            encode::write_hex(&mut out, &last.to_be_bytes());
            out.push(b'[');
            for (_, text) in *range {
                let text: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
                encode::write_hex(&mut out, &text);
            }
            out.extend_from_slice(b"]\n");
        }
        out.extend_from_slice(b"endbfrange\n");
    }
    out.extend_from_slice(b"endcmap\nCMapName currentdict/CMap defineresource pop\nend\nend\n");
    Stream::new(Dictionary::new(), out)
}

/// The font program's stream and its key in the descriptor (ISO 32000-1 §9.9).
fn font_file(subset: &FaceSubset) -> (&'static str, Stream) {
    let program = subset.bytes.clone();
    let (key, dictionary) = match subset.kind {
        OutlineKind::Cff => ("FontFile3", dict([("Subtype", name("CIDFontType0C"))])),
        OutlineKind::TrueType => {
            ("FontFile2", dict([("Length1", Object::Integer(program.len() as i64))]))
        }
    };
    (key, Stream::new(dictionary, program))
}

/// `/W`: the widths of consecutive ids in one array.
fn widths(glyphs: &[DocumentGlyph<'_>]) -> Object {
    let mut glyphs: Vec<(u16, f32)> = glyphs.iter().map(|g| (g.new, g.width)).collect();
    glyphs.sort_unstable_by_key(|(id, _)| *id);
    let mut out: Vec<Object> = Vec::new();
    let mut next = None;
    for (id, width) in glyphs {
        match out.last_mut() {
            Some(Object::Array(run)) if next == Some(id) => run.push(number(width)),
            _ => {
                out.push(Object::Integer(i64::from(id)));
                out.push(Object::Array(vec![number(width)]));
            }
        }
        next = id.checked_add(1);
    }
    Object::Array(out)
}

/// The font descriptor (ISO 32000-1 §9.8).
fn describe(descriptor: &mut Dictionary, face: &Face) {
    const SERIF: i64 = 1 << 1;
    const SYMBOLIC: i64 = 1 << 2;
    const ITALIC: i64 = 1 << 6;
    let thousandths = |v: f32| Object::Integer((v * 1000.0).round() as i64);
    let m = &face.metrics;
    descriptor.set("Ascent", thousandths(m.ascent));
    descriptor.set("Descent", thousandths(-m.descent));
    descriptor.set("CapHeight", thousandths(m.cap_height));
    descriptor.set("ItalicAngle", number(round3(-m.italic_slope.atan().to_degrees())));
    // Stem width from weight, as printpdf and others estimate it.
    descriptor.set("StemV", Object::Integer(50 + (face.weight / 65.0).powi(2).round() as i64));
    let italic = if face.slant == Slant::Italic { ITALIC } else { 0 };
    let serif = if face.family.contains("Sans") { 0 } else { SERIF };
    descriptor.set("Flags", Object::Integer(SYMBOLIC | serif | italic));
    let file = skrifa::raw::FontRef::from_index(face.data(), face.index());
    if let Ok(head) = file.and_then(|file| file.head()) {
        let em = 1000.0 / f32::from(face.units_per_em.max(1));
        let corners = [head.x_min(), head.y_min(), head.x_max(), head.y_max()];
        descriptor.set("FontBBox", numbers(&corners.map(|v| (f32::from(v) * em).round())));
    }
}
