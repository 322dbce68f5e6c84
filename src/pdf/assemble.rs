//! Puts a document together: printpdf writes the fonts, and what it leaves out or gets wrong is made
//! here and in the modules beside, on the `lopdf` document it gives.
//!
//! The specimen of the fonts is a page to printpdf, and so is a sheet that `content` cannot write; here
//! forms become forms, the specimen goes, and pages get their own resources, boxes and parents.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};
use printpdf::{Mm, Op, PdfDocument, PdfPage, PdfSaveOptions};

use super::Batch;
use super::content;
use super::fonts::{self, Fonts, resource_name};
use super::image::{self, Known, Picture};
use super::object::{dict, name, numbers, reference, round3};
use super::plate::Plate;
use super::sheet::{FinishedSheet, Sheets};
use crate::paint::DisplayList;

/// What printpdf made of the sheets.
pub(super) struct Printed {
    pub(super) document: Document,
    /// The content stream of each sheet.
    contents: Vec<ObjectId>,
    /// The fonts by resource name.
    fonts: Dictionary,
}

/// The object ids that the rest of the document refers to.
pub(super) struct Assembled {
    pub(super) document: Document,
    /// Pages in order.
    pub(super) pages: Vec<ObjectId>,
    /// For each sheet: its form's id, or none for a page; and the index of the page it is on.
    pub(super) sheets: Vec<(Option<ObjectId>, usize)>,
}

/// Writes sheets, and a specimen of the fonts. Sheets with an operation that `content` does not know
/// go through printpdf as the fonts do.
fn print(sheets: &mut [FinishedSheet], fonts: Option<(&Fonts<'_>, &Batch)>) -> Printed {
    let ops: Vec<Vec<Op>> = sheets.iter_mut().map(|sheet| std::mem::take(&mut sheet.ops)).collect();
    let own: Vec<Option<Vec<u8>>> = ops.iter().map(|ops| content::content(ops)).collect();
    let mut source = PdfDocument::new("");
    let page = |ops: Vec<Op>| PdfPage::new(Mm(1.0), Mm(1.0), ops);
    let foreign = ops.into_iter().zip(&own).filter(|(_, own)| own.is_none());
    let mut pages: Vec<PdfPage> = foreign.map(|(ops, _)| page(ops)).collect();
    let foreign = pages.len();
    if let Some((fonts, batch)) = fonts.filter(|(fonts, _)| fonts.has_own()) {
        let ops = fonts::specimen(fonts, batch, &mut source);
        pages.push(page(ops));
    }
    if pages.is_empty() {
        return Printed::of(Document::with_version("1.7"), own, Vec::new(), Dictionary::new());
    }
    source.with_pages(pages);
    let options = PdfSaveOptions {
        optimize: false,
        subset_fonts: false,
        secure: false,
        image_optimization: None,
    };
    let mut document = source.to_lopdf_document(&options, &mut Vec::new());
    let (document, foreign, fonts) = strip(&mut document, foreign);
    Printed::of(document, own, foreign, fonts)
}

impl Printed {
    /// Puts own content streams and those of printpdf together, in the order of the sheets.
    fn of(
        mut document: Document,
        own: Vec<Option<Vec<u8>>>,
        foreign: Vec<ObjectId>,
        fonts: Dictionary,
    ) -> Printed {
        let mut foreign = foreign.into_iter();
        let contents = own
            .into_iter()
            .map(|own| match own {
                Some(bytes) => document.add_object(Stream::new(Dictionary::new(), bytes)),
                // printpdf makes a page of each sheet it is given.
                None => foreign.next().unwrap_or_default(),
            })
            .collect();
        Printed { document, contents, fonts }
    }
}

/// Takes from printpdf's document what is used, and drops the rest: its catalog, pages, resources,
/// and the specimen.
fn strip(document: &mut Document, sheets: usize) -> (Document, Vec<ObjectId>, Dictionary) {
    let mut document = std::mem::take(document);
    let root = document.trailer.get(b"Root").and_then(Object::as_reference);
    let catalog = root.ok().and_then(|id| document.objects.remove(&id));
    let info = document.trailer.get(b"Info").and_then(Object::as_reference);
    info.ok().and_then(|id| document.objects.remove(&id));
    let tree = take_dictionary(&mut document, catalog.as_ref(), b"Pages");
    let kids = tree.as_ref().and_then(|t| t.get(b"Kids").ok()).and_then(|k| k.as_array().ok());
    let mut contents = Vec::new();
    let mut fonts = Dictionary::new();
    for kid in kids.into_iter().flatten() {
        let Ok(id) = kid.as_reference() else { continue };
        let Some(page) = document.objects.remove(&id) else { continue };
        let content =
            page.as_dict().and_then(|p| p.get(b"Contents")).and_then(Object::as_reference);
        if let Ok(content) = content {
            contents.push(content);
        }
        let resources = take_dictionary(&mut document, Some(&page), b"Resources");
        let resources = resources.map(Object::Dictionary);
        for key in [b"XObject".as_slice(), b"ExtGState", b"Shading"] {
            take_dictionary(&mut document, resources.as_ref(), key);
        }
        if let Some(list) = take_dictionary(&mut document, resources.as_ref(), b"Font") {
            fonts = list;
        }
    }
    for specimen in contents.drain(sheets.min(contents.len())..) {
        document.objects.remove(&specimen);
    }
    document.trailer = Dictionary::new();
    (document, contents, fonts)
}

/// Removes the indirect dictionary that an entry of a dictionary refers to.
fn take_dictionary(document: &mut Document, of: Option<&Object>, key: &[u8]) -> Option<Dictionary> {
    let id = of?.as_dict().ok()?.get(key).ok()?.as_reference().ok()?;
    match document.objects.remove(&id)? {
        Object::Dictionary(dictionary) => Some(dictionary),
        _ => None,
    }
}

/// The finished font of a document that has one font and nothing else.
pub(super) fn plate(fonts: &Fonts<'_>, glyph_map: Vec<(u16, u16)>, batch: &Batch) -> Plate {
    let Printed { mut document, fonts: list, .. } = print(&mut [], Some((fonts, batch)));
    fonts::mend(fonts, batch, &mut document, &list);
    let font = list.iter().find_map(|(_, font)| font.as_reference().ok());
    Plate::of(document, font.unwrap_or_default(), glyph_map)
}

/// The content streams of sheets without text.
pub(super) fn contents(sheets: &mut Sheets) -> Vec<Vec<u8>> {
    let mut printed = print(&mut sheets.finished, None);
    let ids = std::mem::take(&mut printed.contents);
    ids.iter()
        .map(|id| match printed.document.objects.remove(id) {
            Some(Object::Stream(stream)) => stream.content,
            _ => Vec::new(),
        })
        .collect()
}

/// The form XObject of a sheet.
pub(super) fn form_stream(
    sheet: &FinishedSheet,
    resources: Dictionary,
    content: Vec<u8>,
) -> Stream {
    let mut dictionary = dict([
        ("Type", name("XObject")),
        ("Subtype", name("Form")),
        ("Resources", Object::Dictionary(resources)),
    ]);
    if let Some(form) = sheet.form {
        dictionary.set("BBox", numbers(&form.bounds));
        if let Some(space) = form.group {
            let mut group = dict([("S", name("Transparency")), ("CS", name(space))]);
            if form.isolated {
                group.set("I", Object::Boolean(true));
            }
            dictionary.set("Group", Object::Dictionary(group));
        }
    }
    Stream::new(dictionary, content)
}

/// Puts the pages of a document together.
pub(super) fn assemble(
    lists: &[DisplayList],
    mut sheets: Sheets,
    fonts: &Fonts<'_>,
    batch: &Batch,
    cmyk: Option<&[u8]>,
) -> Assembled {
    let Printed { mut document, contents, fonts: mut font_list } =
        print(&mut sheets.finished, Some((fonts, batch)));
    fonts::mend(fonts, batch, &mut document, &font_list);
    fonts.insert_plates(&mut document, &mut font_list);
    let tree = document.new_object_id();
    let mut pages = Vec::with_capacity(lists.len());
    let mut places = Vec::with_capacity(sheets.finished.len());
    // Pictures stand in the document once, however often they are shown.
    let mut pictures: BTreeMap<[u8; 32], Object> = BTreeMap::new();
    let mut known = Known::new();
    // It stands where it is first used.
    let mut cmyk_space = None;
    for (sheet, content) in sheets.finished.iter().zip(&contents) {
        if let Some(profile) = cmyk.filter(|_| sheet.resources.device_cmyk) {
            cmyk_space
                .get_or_insert_with(|| image::insert_cmyk(profile, &mut document, &mut known));
        }
        let resources = {
            let refer =
                |index: usize| contents.get(index).map_or(Object::Null, |id| reference(*id));
            let font = |index: usize| {
                let key = resource_name(index);
                font_list.get(key.as_bytes()).cloned().unwrap_or(Object::Null)
            };
            let document = &mut document;
            let mut picture = |picture: &Picture| {
                let new = || reference(picture.insert(document, &mut known));
                pictures.entry(picture.digest).or_insert_with(new).clone()
            };
            sheet.resources.dictionary(&refer, &mut picture, &font, cmyk_space.as_ref())
        };
        if sheet.form.is_some() {
            if let Some(Object::Stream(stream)) = document.objects.get_mut(content) {
                let bytes = std::mem::take(&mut stream.content);
                *stream = form_stream(sheet, resources, bytes);
            }
            // A page's forms are finished before the page itself.
            places.push((Some(*content), pages.len()));
        } else {
            places.push((None, pages.len()));
            let page = page_dictionary(&lists[pages.len()], tree, *content, resources);
            pages.push(document.add_object(page));
        }
    }
    let kids = pages.iter().map(|id| reference(*id)).collect();
    let count = Object::Integer(pages.len() as i64);
    document.objects.insert(
        tree,
        dict([("Type", name("Pages")), ("Count", count), ("Kids", Object::Array(kids))]).into(),
    );
    let catalog = dict([("Type", name("Catalog")), ("Pages", reference(tree))]);
    let root = document.add_object(catalog);
    document.trailer.set("Root", reference(root));
    Assembled { document, pages, sheets: places }
}

fn page_dictionary(
    list: &DisplayList,
    tree: ObjectId,
    content: ObjectId,
    resources: Dictionary,
) -> Dictionary {
    let (slug, beyond, size) = (list.slug, list.beyond(), list.size);
    let pt = |v: crate::geom::Px| round3(v.to_pt());
    // The sheet less so much on each side.
    let within = |less: crate::geom::Px| {
        let far = |side: crate::geom::Px| pt(side + beyond * 2.0 - less);
        [pt(less), pt(less), far(size.width), far(size.height)]
    };
    let media = within(crate::geom::Px::ZERO);
    let mut page =
        dict([("Type", name("Page")), ("Parent", reference(tree)), ("MediaBox", numbers(&media))]);
    if beyond.0 > 0.0 {
        page.set("BleedBox", numbers(&within(slug)));
        page.set("TrimBox", numbers(&within(beyond)));
    }
    page.set("Resources", Object::Dictionary(resources));
    page.set("Contents", reference(content));
    page
}
