//! The structure tree (ISO 32000-1 §14.7): what the marked content of the sheets means.
//!
//! Input: the document's structure elements and the marks of the sheets. Output: `/StructTreeRoot`,
//! the elements, `/StructParents` and the parent tree. Children and an element's own content stand in
//! reading order, that of the document, wherever and whenever they were painted. Elements with
//! neither content nor children are left out, but for table cells, which keep rows regular. What stands
//! where it may not (`containment`) gets around it what it needs.

use std::borrow::Cow;
use std::collections::BTreeSet;

use lopdf::{Dictionary, Object, ObjectId};

use super::assemble::Assembled;
use super::containment::{astray, may_hold, wrapper};
use super::extent::Extents;
use super::navigation::LinkAnnotation;
use super::object::{bytes, dict, name, reference, text};
use super::sheet::FinishedSheet;
use crate::paint::{Mark, Role, Structure, StructureElement, Tag};

/// A child of a structure element.
#[derive(Clone, Copy)]
enum Kid {
    /// Marked content of a sheet and its place in reading order.
    Content { sheet: usize, mcid: usize, reading: u32 },
    /// An element, by its index.
    Element(usize),
    /// A link's annotation, by its index.
    Link(usize),
}

/// Writes the structure tree; the id of its root.
pub(super) fn write(
    structure: &Structure,
    marks: &[Vec<Mark>],
    links: &[LinkAnnotation],
    extents: &Extents,
    assembled: &mut Assembled,
) -> ObjectId {
    let mut tree = Tree::collect(structure, marks, links);
    tree.order();
    tree.contain();
    tree.write(marks, links, extents, assembled)
}

/// The marks of all sheets.
pub(super) fn marks(sheets: &[FinishedSheet]) -> Vec<Vec<Mark>> {
    sheets.iter().map(|sheet| sheet.marks.clone()).collect()
}

/// In the place of an element's index: the document itself.
const DOCUMENT: usize = usize::MAX;

struct Tree<'s> {
    elements: Cow<'s, [StructureElement]>,
    /// What each element stands in.
    parents: Vec<usize>,
    /// Children of each element.
    kids: Vec<Vec<Kid>>,
    /// Children of the document.
    top: Vec<Kid>,
    /// Whether an element is written.
    kept: Vec<bool>,
}

impl<'s> Tree<'s> {
    fn collect(
        structure: &'s Structure,
        marks: &[Vec<Mark>],
        links: &[LinkAnnotation],
    ) -> Tree<'s> {
        let count = structure.elements.len();
        let parent = |(index, element): (usize, &StructureElement)| {
            let parent = element.parent.map(|id| id.0 as usize);
            parent.filter(|parent| *parent < index).unwrap_or(DOCUMENT)
        };
        let mut tree = Tree {
            elements: Cow::Borrowed(&structure.elements),
            parents: structure.elements.iter().enumerate().map(parent).collect(),
            kids: vec![Vec::new(); count],
            top: Vec::new(),
            kept: vec![false; count],
        };
        for (sheet, marks) in marks.iter().enumerate() {
            for (mcid, mark) in marks.iter().enumerate() {
                let owner = match mark.tag {
                    Tag::Structure(id) if (id.0 as usize) < count => id.0 as usize,
                    _ => DOCUMENT,
                };
                tree.kids_of(owner).push(Kid::Content { sheet, mcid, reading: mark.reading });
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

    fn kids_of(&mut self, owner: usize) -> &mut Vec<Kid> {
        match self.kids.get_mut(owner) {
            Some(kids) => kids,
            None => &mut self.top,
        }
    }

    /// Keeps an element and its ancestors, each a child of its parent from now on.
    fn keep(&mut self, element: usize) {
        let mut at = element;
        while at != DOCUMENT && !self.kept[at] {
            self.kept[at] = true;
            let parent = self.parents[at];
            self.kids_of(parent).push(Kid::Element(at));
            at = parent;
        }
    }

    /// Puts what may not stand where it stands into what has to be around it, and takes roles from
    /// elements that do not stand in what they belong to.
    fn contain(&mut self) {
        let mut index = 0;
        // Elements put in on the way are looked at too.
        while index < self.elements.len() {
            if self.kept[index] {
                let around = self.elements.get(self.parents[index]).map(|element| element.role);
                if let Some(role) = astray(self.elements[index].role, around) {
                    self.elements.to_mut()[index].role = role;
                }
                self.wrap_kids(index);
            }
            index += 1;
        }
    }

    fn wrap_kids(&mut self, around: usize) {
        let role = self.elements[around].role;
        let Some(wrapper) = wrapper(role) else { return };
        let role_of = |tree: &Tree<'_>, kid: &Kid| match kid {
            Kid::Element(index) => Some(tree.elements[*index].role),
            _ => None,
        };
        let fits =
            |tree: &Tree<'_>, kid: &Kid| role_of(tree, kid).is_some_and(|r| may_hold(role, r));
        if self.kids[around].iter().all(|kid| fits(self, kid)) {
            return;
        }
        let mut open: Option<usize> = None;
        for kid in std::mem::take(&mut self.kids[around]) {
            if fits(self, &kid) {
                open = None;
                self.kids[around].push(kid);
                continue;
            }
            // A label begins an item of its own.
            let begins = role_of(self, &kid) == Some(Role::Label);
            let holder = match open.filter(|_| !begins) {
                Some(holder) => holder,
                None => self.put_in(wrapper, around),
            };
            open = Some(holder);
            if let Kid::Element(index) = kid {
                self.parents[index] = holder;
            }
            self.kids[holder].push(kid);
        }
    }

    /// Puts a new element in at the end of another's children.
    fn put_in(&mut self, role: Role, around: usize) -> usize {
        let new = self.elements.len();
        self.elements.to_mut().push(StructureElement {
            role,
            parent: None,
            reading: 0,
            element: None,
            lang: None,
            alt: None,
            expansion: None,
            href: None,
            contents: None,
            cell: None,
            list_numbering: None,
        });
        self.parents.push(around);
        self.kids.push(Vec::new());
        self.kept.push(true);
        self.kids[around].push(Kid::Element(new));
        new
    }

    /// Puts the children of each element into reading order. What was painted first is first where
    /// nothing else decides; a link's annotations come last.
    fn order(&mut self) {
        let place = |kid: &Kid| match kid {
            Kid::Content { reading, .. } => (*reading, 0),
            Kid::Element(index) => (self.elements[*index].reading, *index),
            Kid::Link(_) => (u32::MAX, usize::MAX),
        };
        self.kids.iter_mut().for_each(|kids| kids.sort_by_key(place));
        self.top.sort_by_key(place);
    }

    fn write(
        &self,
        marks: &[Vec<Mark>],
        links: &[LinkAnnotation],
        extents: &Extents,
        assembled: &mut Assembled,
    ) -> ObjectId {
        let root = assembled.document.new_object_id();
        let top = assembled.document.new_object_id();
        let ids: Vec<ObjectId> =
            self.elements.iter().map(|_| assembled.document.new_object_id()).collect();
        let mut parents: Vec<Vec<Object>> =
            marks.iter().map(|m| vec![Object::Null; m.len()]).collect();
        let identified = self.identified();
        for (index, element) in self.elements.iter().enumerate().filter(|(i, _)| self.kept[*i]) {
            let mut entry = describe(element, extents.get(index));
            if identified.contains(&index) {
                entry.set("ID", bytes(&identifier(index)));
            }
            entry.set("P", reference(*ids.get(self.parents[index]).unwrap_or(&top)));
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
        let mut entry = dict([
            ("Type", name("StructTreeRoot")),
            ("K", Object::Array(vec![reference(top)])),
            ("ParentTree", reference(tree)),
            ("ParentTreeNextKey", Object::Integer(next)),
        ]);
        if !identified.is_empty() {
            let names =
                identified.iter().flat_map(|i| [bytes(&identifier(*i)), reference(ids[*i])]);
            let tree = dict([("Names", Object::Array(names.collect()))]);
            entry.set("IDTree", Object::Dictionary(tree));
        }
        assembled.document.objects.insert(root, entry.into());
        root
    }

    /// The elements that others name: header cells.
    fn identified(&self) -> BTreeSet<usize> {
        let cells = self.elements.iter().filter_map(|element| element.cell.as_ref());
        let headers = cells.flat_map(|cell| cell.headers.iter().map(|id| id.0 as usize));
        headers.filter(|index| self.kept.get(*index) == Some(&true)).collect()
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
        for kid in &self.top {
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
            Kid::Content { sheet, mcid, .. } => {
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

/// The name of an element for others; names sort as the elements do.
fn identifier(index: usize) -> Vec<u8> {
    format!("e{index:06}").into_bytes()
}

/// An element's dictionary without its place in the tree.
fn describe(element: &StructureElement, extent: Option<[i64; 4]>) -> Dictionary {
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
        if !cell.headers.is_empty() {
            let headers = cell.headers.iter().map(|id| bytes(&identifier(id.0 as usize)));
            table.set("Headers", Object::Array(headers.collect()));
        }
        if table.len() > 1 {
            attributes.push(table);
        }
    }
    if let Some(numbering) = element.list_numbering {
        attributes.push(dict([("O", name("List")), ("ListNumbering", name(numbering))]));
    }
    let mut layout = dict([("O", name("Layout"))]);
    if let Some(corners) = extent.filter(|_| matches!(element.role, Role::Figure | Role::Table)) {
        layout.set("BBox", Object::Array(corners.map(Object::Integer).to_vec()));
    }
    if element.role == Role::Figure {
        layout.set("Placement", name("Block"));
    }
    if layout.len() > 1 {
        attributes.push(layout);
    }
    if attributes.len() == 1 {
        entry.set("A", Object::Dictionary(attributes.swap_remove(0)));
    } else if !attributes.is_empty() {
        entry.set("A", Object::Array(attributes.into_iter().map(Object::Dictionary).collect()));
    }
    entry
}
