//! What printpdf writes: the dictionaries of fonts, and sheets with an operation that `content` does not
//! know.
//!
//! A font's dictionaries are printed once a batch for each face: what differs between its subsets (name,
//! widths, program, texts) is put in by `fonts`. printpdf embeds the fonts that its pages show, so it is
//! given a page that shows a glyph of the font.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use lopdf::{Dictionary, Document, Object};
use printpdf::{
    Codepoint, FontId, FontMetrics, FontType, Mm, Op, ParsedFont, PdfDocument, PdfFont,
    PdfFontHandle, PdfFontMetricsStub, PdfPage, PdfSaveOptions, Pt, TextItem,
};
use rustc_hash::FxHashMap;

use super::content;
use crate::fonts::{Face, FaceId, OutlineKind};

/// The dictionaries of a font that holds some glyphs of a face (ISO 32000-1 §9.7), without what
/// depends on which they are.
#[derive(Default)]
pub(super) struct FontDictionaries {
    /// The Type 0 font, without its descendant.
    pub(super) font: Dictionary,
    /// The CIDFont, without its descriptor.
    pub(super) descendant: Dictionary,
    /// The descriptor.
    pub(super) descriptor: Dictionary,
}

/// The dictionaries of the faces of a batch.
#[derive(Default)]
pub(super) struct PrintedFonts {
    known: RwLock<FxHashMap<FaceId, Arc<FontDictionaries>>>,
}

impl PrintedFonts {
    /// The dictionaries of a face.
    pub(super) fn get(&self, id: FaceId, face: &Face) -> Arc<FontDictionaries> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
        known.unwrap_or_else(|| {
            let printed = Arc::new(print_font(face));
            let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
            known.insert(id, Arc::clone(&printed));
            printed
        })
    }
}

/// Lets printpdf write a font of a face. It gets no program, since it would parse it and copy it several
/// times, but the four bytes by which the kinds of programs are told apart.
fn print_font(face: &Face) -> FontDictionaries {
    let kind = if face.is_cff() { OutlineKind::Cff } else { OutlineKind::TrueType };
    let parsed = ParsedFont {
        original_bytes: match kind {
            OutlineKind::Cff => b"OTTO".to_vec(),
            OutlineKind::TrueType => vec![0, 1, 0, 0],
        },
        font_index: 0,
        font_name: Some(face.postscript_name.clone()),
        codepoint_to_glyph: BTreeMap::new(),
        glyph_widths: [(0, 0)].into(),
        units_per_em: face.units_per_em,
        font_metrics: FontMetrics { ascent: 0, descent: 0 },
        font_type: match kind {
            OutlineKind::Cff => FontType::OpenTypeCFF(()),
            OutlineKind::TrueType => FontType::TrueType,
        },
        pdf_font_metrics: PdfFontMetricsStub {
            units_per_em: face.units_per_em,
            ..PdfFontMetricsStub::default()
        },
    };
    let mut source = PdfDocument::new("");
    let id = FontId("T".to_owned());
    source.resources.fonts.map.insert(id.clone(), PdfFont::new(parsed));
    let glyph = Codepoint::with_cid(0, 0.0, " ".to_owned());
    let ops = vec![
        Op::StartTextSection,
        Op::SetFont { font: PdfFontHandle::External(id), size: Pt(1.0) },
        Op::ShowText { items: vec![TextItem::GlyphIds(vec![glyph])] },
        Op::EndTextSection,
    ];
    let document = print(source, vec![ops]);
    let dictionaries = document.objects.into_values().filter_map(|object| match object {
        Object::Dictionary(dictionary) => Some(dictionary),
        _ => None,
    });
    let mut found = FontDictionaries::default();
    let is = |dictionary: &Dictionary, kind: &[u8]| {
        dictionary.get(b"Type").and_then(Object::as_name).is_ok_and(|of| of == kind)
    };
    for mut dictionary in dictionaries {
        if is(&dictionary, b"FontDescriptor") {
            found.descriptor = dictionary;
        } else if let Some(Object::Array(mut fonts)) = dictionary.remove(b"DescendantFonts") {
            found.font = dictionary;
            if let Some(Object::Dictionary(descendant)) = fonts.pop() {
                found.descendant = descendant;
            }
        }
    }
    found
}

/// The content streams of sheets.
pub(super) fn contents(sheets: Vec<Vec<Op>>) -> Vec<Vec<u8>> {
    let own: Vec<Option<Vec<u8>>> = sheets.iter().map(|ops| content::content(ops)).collect();
    let foreign = sheets.into_iter().zip(&own).filter(|(_, own)| own.is_none());
    let foreign: Vec<Vec<Op>> = foreign.map(|(ops, _)| ops).collect();
    let mut foreign =
        if foreign.is_empty() { Vec::new() } else { print_contents(foreign) }.into_iter();
    // printpdf makes a page of each sheet it is given.
    own.into_iter().map(|own| own.or_else(|| foreign.next()).unwrap_or_default()).collect()
}

fn print_contents(sheets: Vec<Vec<Op>>) -> Vec<Vec<u8>> {
    let mut document = print(PdfDocument::new(""), sheets);
    let pages: Vec<_> = document.page_iter().collect();
    let content = |page| {
        let page = document.get_dictionary(page).ok()?;
        page.get(b"Contents").and_then(Object::as_reference).ok()
    };
    let contents: Vec<_> = pages.into_iter().map(content).collect();
    let mut stream = |id| match document.objects.remove(&id?)? {
        Object::Stream(stream) => Some(stream.content),
        _ => None,
    };
    contents.into_iter().map(|id| stream(id).unwrap_or_default()).collect()
}

fn print(mut source: PdfDocument, sheets: Vec<Vec<Op>>) -> Document {
    let pages = sheets.into_iter().map(|ops| PdfPage::new(Mm(1.0), Mm(1.0), ops)).collect();
    source.with_pages(pages);
    let options = PdfSaveOptions {
        optimize: false,
        subset_fonts: false,
        secure: false,
        image_optimization: None,
    };
    source.to_lopdf_document(&options, &mut Vec::new())
}
