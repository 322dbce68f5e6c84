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
use super::encode::{integer, write_literal, write_name, write_object, write_reference};
use super::extent::Extents;
use super::navigation::LinkAnnotation;
use super::object::{bytes, dict, name, reference, text_bytes};
use super::sheet::FinishedSheet;
use super::written::Written;
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
        let mut written = std::mem::take(&mut assembled.written);
        let mut owners: Vec<Vec<u32>> = marks.iter().map(|marks| vec![0; marks.len()]).collect();
        let identified = self.identified();
        let mut kids = KidWriter {
            ids: &ids,
            links,
            owners: &mut owners,
            assembled,
            page: None,
            list: Vec::new(),
        };
        for (index, element) in self.elements.iter().enumerate().filter(|(i, _)| self.kept[*i]) {
            let identifier = identified.contains(&index).then(|| identifier(index));
            let has_text = element.alt.is_some() || element.expansion.is_some();
            let has_headers = element.cell.as_ref().is_some_and(|cell| !cell.headers.is_empty());
            let says_nothing = !has_text && !has_headers && identifier.is_none();
            written.add(ids[index], says_nothing, |out| {
                describe(out, element, extents.get(index));
                if let Some(identifier) = identifier {
                    out.extend_from_slice(b"/ID");
                    write_literal(out, &identifier);
                }
                let parent = *ids.get(self.parents[index]).unwrap_or(&top);
                kids.end(out, parent, &self.kids[index], ids[index]);
            });
        }
        let top_kids = self.document_kids(top, &mut kids, &mut written);
        assembled.written = written;
        let assembled = &mut *assembled;
        let document = dict([
            ("Type", name("StructElem")),
            ("S", name("Document")),
            ("P", reference(root)),
            ("K", Object::Array(top_kids.into_iter().map(reference).collect())),
        ]);
        assembled.document.objects.insert(top, document.into());
        let tree = assembled.document.new_object_id();
        let next = parent_tree(tree, owners, links, &ids, assembled);
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
        kids: &mut KidWriter<'_>,
        written: &mut Written,
    ) -> Vec<ObjectId> {
        let mut out = Vec::new();
        for kid in &self.top {
            let Kid::Content { .. } = kid else {
                if let Kid::Element(index) = kid {
                    out.push(kids.ids[*index]);
                }
                continue;
            };
            let id = kids.assembled.document.new_object_id();
            written.add(id, true, |out| {
                out.extend_from_slice(b"<</Type/StructElem/S/P");
                kids.end(out, top, &[*kid], id);
            });
            out.push(id);
        }
        out
    }
}

/// Writes the children of elements.
struct KidWriter<'k> {
    ids: &'k [ObjectId],
    links: &'k [LinkAnnotation],
    /// For each sheet, the number of the element of each mark; nought for what means nothing.
    owners: &'k mut [Vec<u32>],
    assembled: &'k mut Assembled,
    /// The page that plain marks refer to.
    page: Option<usize>,
    /// The children of an element, until it is known which page they are on.
    list: Vec<u8>,
}

impl KidWriter<'_> {
    /// Ends an element: what it stands in, its page, its children.
    fn end(&mut self, out: &mut Vec<u8>, parent: ObjectId, kids: &[Kid], owner: ObjectId) {
        self.page = None;
        let mut list = std::mem::take(&mut self.list);
        for (index, kid) in kids.iter().enumerate() {
            if index > 0 {
                list.push(b' ');
            }
            self.one(&mut list, *kid, owner);
        }
        out.extend_from_slice(b"/P ");
        write_reference(out, parent);
        if let Some(page) = self.page {
            out.extend_from_slice(b"/Pg ");
            write_reference(out, self.assembled.pages[page]);
        }
        let is_one = kids.len() == 1;
        out.extend_from_slice(if is_one { b"/K " } else { b"/K[" });
        out.append(&mut list);
        out.extend_from_slice(if is_one { b">>" } else { b"]>>" });
        self.list = list;
    }

    fn one(&mut self, out: &mut Vec<u8>, kid: Kid, owner: ObjectId) {
        let on = |out: &mut Vec<u8>, page: usize| {
            out.extend_from_slice(b"/Pg ");
            write_reference(out, self.assembled.pages[page]);
        };
        match kid {
            Kid::Element(index) => write_reference(out, self.ids[index]),
            Kid::Link(index) => {
                let link = &self.links[index];
                out.extend_from_slice(b"<</Type/OBJR/Obj ");
                write_reference(out, link.id);
                on(out, link.page);
                out.extend_from_slice(b">>");
            }
            Kid::Content { sheet, mcid, .. } => {
                self.owners[sheet][mcid] = owner.0;
                let (form, page) = self.assembled.sheets[sheet];
                if form.is_none() && *self.page.get_or_insert(page) == page {
                    return integer(out, mcid as i64);
                }
                out.extend_from_slice(b"<</Type/MCR");
                on(out, page);
                out.extend_from_slice(b"/MCID ");
                integer(out, mcid as i64);
                if let Some(form) = form {
                    out.extend_from_slice(b"/Stm ");
                    write_reference(out, form);
                }
                out.extend_from_slice(b">>");
            }
        }
    }
}

/// Writes the parent tree, and `/StructParents` and `/StructParent` where they belong; the next free key.
fn parent_tree(
    tree: ObjectId,
    owners: Vec<Vec<u32>>,
    links: &[LinkAnnotation],
    ids: &[ObjectId],
    assembled: &mut Assembled,
) -> i64 {
    let mut numbers = b"<</Nums[".to_vec();
    let mut key = 0;
    let mut next = |numbers: &mut Vec<u8>| {
        if key > 0 {
            numbers.push(b' ');
        }
        integer(numbers, key);
        key += 1;
        key - 1
    };
    for (sheet, owners) in owners.into_iter().enumerate() {
        let (form, page) = assembled.sheets[sheet];
        if owners.is_empty() && form.is_some() {
            continue;
        }
        let holder = form.unwrap_or(assembled.pages[page]);
        let dictionary = match assembled.document.objects.get_mut(&holder) {
            Some(Object::Dictionary(dictionary)) => dictionary,
            Some(Object::Stream(stream)) => &mut stream.dict,
            _ => continue,
        };
        dictionary.set("StructParents", Object::Integer(next(&mut numbers)));
        numbers.push(b'[');
        for (index, owner) in owners.into_iter().enumerate() {
            if index > 0 {
                numbers.push(b' ');
            }
            match owner {
                0 => numbers.extend_from_slice(b"null"),
                owner => write_reference(&mut numbers, (owner, 0)),
            }
        }
        numbers.push(b']');
    }
    for link in links {
        let Some(element) = link.structure.and_then(|id| ids.get(id.0 as usize)) else { continue };
        let key = next(&mut numbers);
        if let Ok(annotation) = assembled.document.get_dictionary_mut(link.id) {
            annotation.set("StructParent", Object::Integer(key));
        }
        numbers.push(b' ');
        write_reference(&mut numbers, *element);
    }
    numbers.extend_from_slice(b"]>>");
    assembled.written.add(tree, true, |out| out.append(&mut numbers));
    key
}

/// The name of an element for others; names sort as the elements do.
fn identifier(index: usize) -> Vec<u8> {
    format!("e{index:06}").into_bytes()
}

/// Begins an element's dictionary: all but its place in the tree.
fn describe(out: &mut Vec<u8>, element: &StructureElement, extent: Option<[i64; 4]>) {
    out.extend_from_slice(b"<</Type/StructElem/S");
    write_name(out, element.role.name().as_bytes());
    let mut say = |key: &[u8], value: &str| {
        out.extend_from_slice(key);
        write_literal(out, &text_bytes(value));
    };
    if let Some(lang) = element.lang.as_deref().filter(|l| !l.is_empty()) {
        say(b"/Lang", lang);
    }
    if let Some(alt) = &element.alt {
        say(b"/Alt", alt);
    }
    if let Some(expansion) = &element.expansion {
        say(b"/E", expansion);
    }
    let attributes = attributes(element, extent);
    let attributes = match attributes.len() {
        0 => return,
        1 => attributes.into_iter().next().map_or(Object::Null, Object::Dictionary),
        _ => Object::Array(attributes.into_iter().map(Object::Dictionary).collect()),
    };
    out.extend_from_slice(b"/A");
    write_object(out, &attributes, &mut write_reference);
}

/// The attribute objects of an element (§14.7.5).
fn attributes(element: &StructureElement, extent: Option<[i64; 4]>) -> Vec<Dictionary> {
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
    let corners = extent.filter(|_| matches!(element.role, Role::Figure | Role::Table));
    if corners.is_some() || element.role == Role::Figure {
        let mut layout = dict([("O", name("Layout"))]);
        if let Some(corners) = corners {
            layout.set("BBox", Object::Array(corners.map(Object::Integer).to_vec()));
        }
        if element.role == Role::Figure {
            layout.set("Placement", name("Block"));
        }
        attributes.push(layout);
    }
    attributes
}
