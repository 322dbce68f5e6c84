//! The structure tree (ISO 32000-1 §14.7): what the marked content of the sheets means.
//!
//! Input: the document's structure elements and the marks of the sheets. Output: `/StructTreeRoot`,
//! the elements, `/StructParents` and the parent tree. Children stand in document order; an
//! element's own content stands among its children where it was painted. Elements with neither
//! content nor children are left out, but for table cells, which keep rows regular.

use lopdf::{Dictionary, Object, ObjectId};

use super::assemble::Assembled;
use super::navigation::LinkAnnotation;
use super::object::{dict, name, reference, text};
use super::sheet::FinishedSheet;
use crate::paint::{Role, Structure, StructureElement, Tag};

/// A child of a structure element.
#[derive(Clone, Copy)]
enum Kid {
    /// Marked content of a sheet.
    Content { sheet: usize, mcid: usize },
    /// An element, by its index.
    Element(usize),
    /// A link's annotation, by its index.
    Link(usize),
}

/// Writes the structure tree; the id of its root.
pub(super) fn write(
    structure: &Structure,
    marks: &[Vec<Tag>],
    links: &[LinkAnnotation],
    assembled: &mut Assembled,
) -> ObjectId {
    let mut tree = Tree::collect(structure, marks, links);
    tree.order();
    tree.write(marks, links, assembled)
}

/// The marks of all sheets.
pub(super) fn marks(sheets: &[FinishedSheet]) -> Vec<Vec<Tag>> {
    sheets.iter().map(|sheet| sheet.marks.clone()).collect()
}

struct Tree<'s> {
    elements: &'s [StructureElement],
    /// Children of each element, then of the document.
    kids: Vec<Vec<Kid>>,
    /// Whether an element is written.
    kept: Vec<bool>,
}

impl<'s> Tree<'s> {
    fn collect(structure: &'s Structure, marks: &[Vec<Tag>], links: &[LinkAnnotation]) -> Tree<'s> {
        let count = structure.elements.len();
        let mut tree = Tree {
            elements: &structure.elements,
            kids: vec![Vec::new(); count + 1],
            kept: vec![false; count],
        };
        for (sheet, marks) in marks.iter().enumerate() {
            for (mcid, tag) in marks.iter().enumerate() {
                let owner = match tag {
                    Tag::Structure(id) if (id.0 as usize) < count => id.0 as usize,
                    _ => count,
                };
                tree.kids[owner].push(Kid::Content { sheet, mcid });
                tree.keep(owner);
            }
        }
        for (index, link) in links.iter().enumerate() {
            if let Some(owner) = link.structure.map(|id| id.0 as usize).filter(|o| *o < count) {
                tree.keep(owner);
                tree.kids[owner].push(Kid::Link(index));
            }
        }
        for (index, element) in structure.elements.iter().enumerate() {
            if matches!(element.role, Role::TableData | Role::TableHeader) {
                tree.keep(index);
            }
        }
        tree
    }

    /// The index under which an element's parent keeps its children.
    fn parent(&self, element: usize) -> usize {
        let parent = self.elements[element].parent.map(|id| id.0 as usize);
        parent.filter(|p| *p < element).unwrap_or(self.elements.len())
    }

    /// Keeps an element and its ancestors, each a child of its parent from now on.
    fn keep(&mut self, element: usize) {
        let mut at = element;
        while at < self.elements.len() && !self.kept[at] {
            self.kept[at] = true;
            let parent = self.parent(at);
            self.kids[parent].push(Kid::Element(at));
            at = parent;
        }
    }

    /// Puts the elements among each element's children into document order. Content stays where it
    /// is among them.
    fn order(&mut self) {
        for kids in &mut self.kids {
            let mut elements: Vec<usize> = kids
                .iter()
                .filter_map(|kid| match kid {
                    Kid::Element(index) => Some(*index),
                    _ => None,
                })
                .collect();
            elements.sort_unstable();
            let mut next = elements.into_iter();
            for kid in kids.iter_mut().filter(|kid| matches!(kid, Kid::Element(_))) {
                if let Some(index) = next.next() {
                    *kid = Kid::Element(index);
                }
            }
        }
    }

    fn write(
        &self,
        marks: &[Vec<Tag>],
        links: &[LinkAnnotation],
        assembled: &mut Assembled,
    ) -> ObjectId {
        let root = assembled.document.new_object_id();
        let top = assembled.document.new_object_id();
        let ids: Vec<ObjectId> =
            self.elements.iter().map(|_| assembled.document.new_object_id()).collect();
        let mut parents: Vec<Vec<Object>> =
            marks.iter().map(|m| vec![Object::Null; m.len()]).collect();
        for (index, element) in self.elements.iter().enumerate().filter(|(i, _)| self.kept[*i]) {
            let mut entry = describe(element);
            entry.set("P", reference(*ids.get(self.parent(index)).unwrap_or(&top)));
            let mut writer =
                KidWriter { ids: &ids, links, parents: &mut parents, assembled, page: None };
            let kids = writer.all(&self.kids[index], ids[index]);
            if let Some(page) = writer.page {
                entry.set("Pg", reference(assembled.pages[page]));
            }
            entry.set("K", kids);
            assembled.document.objects.insert(ids[index], entry.into());
        }
        let kids = self.document_kids(top, &ids, links, &mut parents, assembled);
        let document = dict([
            ("Type", name("StructElem")),
            ("S", name("Document")),
            ("P", reference(root)),
            ("K", kids),
        ]);
        assembled.document.objects.insert(top, document.into());
        let (numbers, next) = parent_tree(parents, links, &ids, assembled);
        let tree = dict([("Nums", Object::Array(numbers))]);
        let tree = assembled.document.add_object(tree);
        let entry = dict([
            ("Type", name("StructTreeRoot")),
            ("K", Object::Array(vec![reference(top)])),
            ("ParentTree", reference(tree)),
            ("ParentTreeNextKey", Object::Integer(next)),
        ]);
        assembled.document.objects.insert(root, entry.into());
        root
    }

    /// The document's children; content of its own stands in paragraphs.
    fn document_kids(
        &self,
        top: ObjectId,
        ids: &[ObjectId],
        links: &[LinkAnnotation],
        parents: &mut [Vec<Object>],
        assembled: &mut Assembled,
    ) -> Object {
        let mut out = Vec::new();
        for kid in &self.kids[self.elements.len()] {
            let Kid::Content { .. } = kid else {
                if let Kid::Element(index) = kid {
                    out.push(reference(ids[*index]));
                }
                continue;
            };
            let id = assembled.document.new_object_id();
            let mut writer = KidWriter { ids, links, parents, assembled, page: None };
            let kids = writer.all(&[*kid], id);
            let page = writer.page.map(|p| assembled.pages[p]);
            let mut entry = dict([
                ("Type", name("StructElem")),
                ("S", name("P")),
                ("P", reference(top)),
                ("K", kids),
            ]);
            if let Some(page) = page {
                entry.set("Pg", reference(page));
            }
            assembled.document.objects.insert(id, entry.into());
            out.push(reference(id));
        }
        Object::Array(out)
    }
}

/// Writes the children of one element.
struct KidWriter<'k> {
    ids: &'k [ObjectId],
    links: &'k [LinkAnnotation],
    /// For each sheet, the element of each mark.
    parents: &'k mut [Vec<Object>],
    assembled: &'k Assembled,
    /// The page that plain marks refer to.
    page: Option<usize>,
}

impl KidWriter<'_> {
    fn all(&mut self, kids: &[Kid], owner: ObjectId) -> Object {
        let mut out: Vec<Object> = kids.iter().map(|kid| self.one(*kid, owner)).collect();
        if out.len() == 1 { out.swap_remove(0) } else { Object::Array(out) }
    }

    fn one(&mut self, kid: Kid, owner: ObjectId) -> Object {
        match kid {
            Kid::Element(index) => reference(self.ids[index]),
            Kid::Link(index) => {
                let link = &self.links[index];
                let page = reference(self.assembled.pages[link.page]);
                let entry =
                    dict([("Type", name("OBJR")), ("Obj", reference(link.id)), ("Pg", page)]);
                Object::Dictionary(entry)
            }
            Kid::Content { sheet, mcid } => {
                self.parents[sheet][mcid] = reference(owner);
                let (form, page) = self.assembled.sheets[sheet];
                let number = Object::Integer(mcid as i64);
                if form.is_none() && *self.page.get_or_insert(page) == page {
                    return number;
                }
                let mut entry = dict([
                    ("Type", name("MCR")),
                    ("Pg", reference(self.assembled.pages[page])),
                    ("MCID", number),
                ]);
                if let Some(form) = form {
                    entry.set("Stm", reference(form));
                }
                Object::Dictionary(entry)
            }
        }
    }
}

/// Writes `/StructParents` and `/StructParent` where they belong; the parent tree's entries and the
/// next free key.
fn parent_tree(
    parents: Vec<Vec<Object>>,
    links: &[LinkAnnotation],
    ids: &[ObjectId],
    assembled: &mut Assembled,
) -> (Vec<Object>, i64) {
    let mut numbers = Vec::new();
    let mut key = 0;
    for (sheet, parents) in parents.into_iter().enumerate() {
        let (form, page) = assembled.sheets[sheet];
        if parents.is_empty() && form.is_some() {
            continue;
        }
        let holder = form.unwrap_or(assembled.pages[page]);
        let dictionary = match assembled.document.objects.get_mut(&holder) {
            Some(Object::Dictionary(dictionary)) => dictionary,
            Some(Object::Stream(stream)) => &mut stream.dict,
            _ => continue,
        };
        dictionary.set("StructParents", Object::Integer(key));
        numbers.extend([Object::Integer(key), Object::Array(parents)]);
        key += 1;
    }
    for link in links {
        let Some(element) = link.structure.and_then(|id| ids.get(id.0 as usize)) else { continue };
        if let Ok(annotation) = assembled.document.get_dictionary_mut(link.id) {
            annotation.set("StructParent", Object::Integer(key));
        }
        numbers.extend([Object::Integer(key), reference(*element)]);
        key += 1;
    }
    (numbers, key)
}

/// An element's dictionary without its place in the tree.
fn describe(element: &StructureElement) -> Dictionary {
    let mut entry = dict([("Type", name("StructElem")), ("S", name(element.role.name()))]);
    if let Some(lang) = element.lang.as_deref().filter(|l| !l.is_empty()) {
        entry.set("Lang", text(lang));
    }
    if let Some(alt) = &element.alt {
        entry.set("Alt", text(alt));
    }
    if let Some(expansion) = &element.expansion {
        entry.set("E", text(expansion));
    }
    let mut attributes = Vec::new();
    if let Some(cell) = &element.cell {
        let mut table = dict([("O", name("Table"))]);
        if cell.row_span > 1 {
            table.set("RowSpan", Object::Integer(i64::from(cell.row_span)));
        }
        if cell.column_span > 1 {
            table.set("ColSpan", Object::Integer(i64::from(cell.column_span)));
        }
        if let Some(scope) = cell.scope {
            table.set("Scope", name(scope));
        }
        if table.len() > 1 {
            attributes.push(table);
        }
    }
    if let Some(numbering) = element.list_numbering {
        attributes.push(dict([("O", name("List")), ("ListNumbering", name(numbering))]));
    }
    if element.role == Role::Figure {
        attributes.push(dict([("O", name("Layout")), ("Placement", name("Block"))]));
    }
    if attributes.len() == 1 {
        entry.set("A", Object::Dictionary(attributes.swap_remove(0)));
    } else if !attributes.is_empty() {
        entry.set("A", Object::Array(attributes.into_iter().map(Object::Dictionary).collect()));
    }
    entry
}
