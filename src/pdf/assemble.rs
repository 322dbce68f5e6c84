//! Puts a document together on a `lopdf` document: content streams, fonts, pictures, forms, and pages
//! with their resources, boxes and parents. The modules beside add the rest.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::Batch;
use super::fonts::Fonts;
use super::image::{self, Known, Picture};
use super::object::{dict, name, numbers, reference, round3};
use super::printed;
use super::sheet::{FinishedSheet, Sheets};
use super::written::Written;
use crate::paint::DisplayList;

/// The object ids that the rest of the document refers to.
pub(super) struct Assembled {
    pub(super) document: Document,
    /// What of it is written already.
    pub(super) written: Written,
    /// Pages in order.
    pub(super) pages: Vec<ObjectId>,
    /// For each sheet: its form's id, or none for a page; and the index of the page it is on.
    pub(super) sheets: Vec<(Option<ObjectId>, usize)>,
}

/// The content streams of sheets.
pub(super) fn contents(sheets: &mut Sheets) -> Vec<Vec<u8>> {
    printed::contents(
        sheets.finished.iter_mut().map(|sheet| std::mem::take(&mut sheet.ops)).collect(),
    )
}

/// The form XObject of a sheet.
pub(super) fn form_stream(
    sheet: &FinishedSheet,
    resources: Dictionary,
    content: Vec<u8>,
) -> Stream {
    let mut dictionary = dict([("Type", name("XObject")), ("Subtype", name("Form"))]);
    if !resources.is_empty() {
        dictionary.set("Resources", Object::Dictionary(resources));
    }
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
    let mut document = Document::with_version("1.7");
    let mut written = Written::default();
    let font_ids = fonts.write(batch, &mut document, &mut written);
    let add = |content| document.add_object(Stream::new(Dictionary::new(), content));
    let contents: Vec<ObjectId> = contents(&mut sheets).into_iter().map(add).collect();
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
            let font = |index: usize| font_ids.get(index).map_or(Object::Null, |id| reference(*id));
            let (document, written) = (&mut document, &mut written);
            let mut picture = |picture: &Picture| {
                let new = || reference(picture.insert(document, written, &mut known));
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
    Assembled { document, written, pages, sheets: places }
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
