//! Ways through a document: outline, named destinations, link annotations.

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::assemble::Assembled;
use super::attachment::Attached;
use super::object::{bytes, dict, name, number, numbers, reference, round3, text};
use crate::geom::{Point, Px};
use crate::paint::{Bookmark, Destination, DisplayList, Numbering, PageLabel, StructureId};

/// A link annotation in a document.
pub(super) struct LinkAnnotation {
    pub(super) id: ObjectId,
    /// Index of its page.
    pub(super) page: usize,
    /// The `Link` element it belongs to.
    pub(super) structure: Option<StructureId>,
}

/// Writes the link annotations of all pages.
pub(super) fn links(
    lists: &[DisplayList],
    destinations: &[Destination],
    assembled: &mut Assembled,
) -> Vec<LinkAnnotation> {
    let mut all = Vec::new();
    for (page, list) in lists.iter().enumerate() {
        let mut annotations = Vec::new();
        for link in &list.links {
            // A link to an id that no box has leads nowhere.
            let Some(action) = action(&link.target, destinations) else { continue };
            let low = place(list, Point::new(link.rect.left(), link.rect.bottom()));
            let high = place(list, Point::new(link.rect.right(), link.rect.top()));
            let annotation = dict([
                ("Type", name("Annot")),
                ("Subtype", name("Link")),
                ("Rect", numbers(&[low.0, low.1, high.0, high.1])),
                ("Border", numbers(&[0.0, 0.0, 0.0])),
                // Printed, and neither hidden nor without view (PDF/A-2 §6.3.2).
                ("F", Object::Integer(4)),
                ("Contents", text(&link.contents)),
                ("A", Object::Dictionary(action)),
            ]);
            let id = assembled.document.add_object(annotation);
            annotations.push(reference(id));
            all.push(LinkAnnotation { id, page, structure: link.structure });
        }
        if let Ok(entry) = assembled.document.get_dictionary_mut(assembled.pages[page]) {
            // Tab order is that of the structure (PDF/UA-1 §7.18.3).
            entry.set("Tabs", name("S"));
            if !annotations.is_empty() {
                entry.set("Annots", Object::Array(annotations));
            }
        }
    }
    all
}

fn action(target: &str, destinations: &[Destination]) -> Option<Dictionary> {
    match target.strip_prefix('#') {
        Some(id) => {
            let known = destinations.iter().any(|d| *d.name == *id);
            known.then(|| dict([("S", name("GoTo")), ("D", bytes(id.as_bytes()))]))
        }
        None => Some(dict([("S", name("URI")), ("URI", bytes(escape(target).as_bytes()))])),
    }
}

/// A URL in ASCII: other characters as percent-encoded UTF-8 (PDF wants 7-bit URIs).
fn escape(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for byte in url.bytes() {
        if byte.is_ascii_graphic() {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// What people call the pages (ISO 32000-1 §12.4.2); none where they are called 1, 2, 3, as without
/// labels.
pub(super) fn page_labels(labels: &[&PageLabel]) -> Option<Dictionary> {
    let usual = |(index, label): (usize, &&PageLabel)| {
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        **label == PageLabel::Number(number, Numbering::Decimal)
    };
    if labels.iter().enumerate().all(usual) {
        return None;
    }
    let mut ranges = Vec::new();
    for (index, label) in labels.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| labels[before]);
        let range = match (before, label) {
            (Some(PageLabel::Number(before, a)), PageLabel::Number(number, b))
                if a == b && before.checked_add(1) == Some(*number) =>
            {
                continue;
            }
            (_, PageLabel::Number(number, numbering)) => {
                let style = match numbering {
                    Numbering::Decimal => "D",
                    Numbering::LowerRoman => "r",
                    Numbering::UpperRoman => "R",
                };
                let first = Object::Integer(i64::from(*number));
                dict([("S", name(style)), ("St", first)])
            }
            (_, PageLabel::Text(prefix)) => dict([("P", text(prefix))]),
        };
        ranges.extend([Object::Integer(index as i64), Object::Dictionary(range)]);
    }
    Some(dict([("Nums", Object::Array(ranges))]))
}

/// Sets the catalog's name trees and what is associated with the document.
pub(super) fn names(
    catalog: &mut Dictionary,
    destinations: Option<Dictionary>,
    files: Option<Attached>,
) {
    let mut names = Dictionary::new();
    if let Some(tree) = destinations {
        names.set("Dests", tree);
    }
    if let Some(files) = files {
        names.set("EmbeddedFiles", files.names);
        catalog.set("AF", files.associated);
    }
    if !names.is_empty() {
        catalog.set("Names", names);
    }
}

/// Writes named destinations; the name tree, if there are any.
pub(super) fn destinations(
    lists: &[DisplayList],
    destinations: &[Destination],
    assembled: &Assembled,
) -> Option<Dictionary> {
    let mut sorted: Vec<&Destination> =
        destinations.iter().filter(|d| d.page < lists.len()).collect();
    sorted.sort_by(|a, b| a.name.as_bytes().cmp(b.name.as_bytes()));
    sorted.dedup_by(|b, a| a.name == b.name);
    if sorted.is_empty() {
        return None;
    }
    let names = sorted
        .iter()
        .flat_map(|d| {
            let view = view(&lists[d.page], assembled.pages[d.page], d.at);
            [bytes(d.name.as_bytes()), view]
        })
        .collect();
    Some(dict([("Names", Object::Array(names))]))
}

/// Writes the outline; its id and how many entries it has.
pub(super) fn outline(
    lists: &[DisplayList],
    bookmarks: &[Bookmark],
    assembled: &mut Assembled,
) -> Option<(ObjectId, usize)> {
    let shown: Vec<&Bookmark> =
        bookmarks.iter().filter(|b| b.level > 0 && b.page < lists.len()).collect();
    if shown.is_empty() {
        return None;
    }
    let root = assembled.document.new_object_id();
    let ids: Vec<ObjectId> = shown.iter().map(|_| assembled.document.new_object_id()).collect();
    let parents = parents(&shown);
    for (i, bookmark) in shown.iter().enumerate() {
        let mut entry = dict([
            ("Title", text(&bookmark.label)),
            ("Parent", reference(parents[i].map_or(root, |p| ids[p]))),
            ("Dest", view(&lists[bookmark.page], assembled.pages[bookmark.page], bookmark.at)),
        ]);
        let sibling = |j: usize| parents[j] == parents[i];
        if let Some(before) = (0..i).rev().find(|j| sibling(*j)) {
            entry.set("Prev", reference(ids[before]));
        }
        if let Some(after) = (i + 1..shown.len()).find(|j| sibling(*j)) {
            entry.set("Next", reference(ids[after]));
        }
        set_children(&mut entry, Some(i), &parents, &ids);
        assembled.document.objects.insert(ids[i], entry.into());
    }
    let mut entry = dict([("Type", name("Outlines"))]);
    set_children(&mut entry, None, &parents, &ids);
    assembled.document.objects.insert(root, entry.into());
    Some((root, shown.len()))
}

/// For each bookmark the nearest one before it of a lower level.
fn parents(bookmarks: &[&Bookmark]) -> Vec<Option<usize>> {
    let mut open: Vec<usize> = Vec::new();
    bookmarks
        .iter()
        .enumerate()
        .map(|(i, bookmark)| {
            while open.last().is_some_and(|o| bookmarks[*o].level >= bookmark.level) {
                open.pop();
            }
            let parent = open.last().copied();
            open.push(i);
            parent
        })
        .collect()
}

/// First, last and number of the open entries below one.
fn set_children(
    entry: &mut Dictionary,
    of: Option<usize>,
    parents: &[Option<usize>],
    ids: &[ObjectId],
) {
    let children: Vec<usize> = (0..parents.len()).filter(|j| parents[*j] == of).collect();
    let below = (0..parents.len())
        .filter(|j| std::iter::successors(parents[*j], |p| parents[*p]).any(|p| Some(p) == of))
        .count();
    let count = if of.is_none() { parents.len() } else { below };
    if let (Some(first), Some(last)) = (children.first(), children.last()) {
        entry.set("First", reference(ids[*first]));
        entry.set("Last", reference(ids[*last]));
        entry.set("Count", Object::Integer(count as i64));
    }
}

/// A destination that shows a place at the top left of the window.
fn view(list: &DisplayList, page: ObjectId, at: Point) -> Object {
    let (x, y) = place(list, at);
    Object::Array(vec![reference(page), name("XYZ"), number(x), number(y), Object::Null])
}

/// A place on the sheet in points from its lower left corner.
pub(super) fn place(list: &DisplayList, at: Point) -> (f32, f32) {
    let pt = |v: Px| round3(v.to_pt());
    (pt(at.x + list.beyond()), pt(list.size.height + list.beyond() - at.y))
}

/// Notes in the catalog how to begin: with the outline open where there is something to choose.
pub(super) fn begin_with(
    catalog: &mut Dictionary,
    outline: Option<(ObjectId, usize)>,
    pages: usize,
) {
    if let Some((id, entries)) = outline {
        catalog.set("Outlines", reference(id));
        if entries > 1 && pages > 1 {
            catalog.set("PageMode", name("UseOutlines"));
        }
    }
}

/// The document's catalog.
pub(super) fn catalog(document: &mut Document) -> Option<&mut Dictionary> {
    let root = document.trailer.get(b"Root").ok()?.as_reference().ok()?;
    document.get_dictionary_mut(root).ok()
}
