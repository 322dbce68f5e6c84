//! The arena DOM: nodes in one vector, linked by index, in document order.
//!
//! Guarantees: node 0 is the document; every page has `html`, `head` and `body` elements; no two
//! text nodes are adjacent siblings; an element's `id` and `classes` mirror its attributes; elements nest no
//! deeper than [`ELEMENT_DEPTH`](crate::limits::ELEMENT_DEPTH).

use std::ops::Range;
use std::sync::Arc;

use html5ever::{LocalName, Namespace, local_name, ns};
use unicode_bidi::{BidiClass, bidi_class};

use crate::diag::{Source, Span};

/// The place of a node in its [`Dom`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// No node.
pub(super) const NONE: u32 = u32::MAX;

/// A name compared often: an `id` or a class, with its hash.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ident {
    hash: u32,
    text: Box<str>,
}

impl Ident {
    /// The name as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// A hash of the name, the same on every machine (FNV-1a).
    pub fn hash(&self) -> u32 {
        self.hash
    }
}

impl From<&str> for Ident {
    fn from(text: &str) -> Ident {
        let hash = text
            .bytes()
            .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        Ident { hash, text: text.into() }
    }
}

/// An attribute of an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Prefix as written in foreign content: `xlink`.
    pub prefix: Option<Box<str>>,
    /// Namespace; empty for ordinary attributes.
    pub namespace: Namespace,
    /// Local name; SVG attributes keep their capitals.
    pub name: LocalName,
    /// Value.
    pub value: Box<str>,
}

/// An element.
#[derive(Clone, Debug)]
pub struct Element {
    /// Local name; SVG elements keep their capitals.
    pub name: LocalName,
    /// Namespace: HTML, SVG or MathML.
    pub namespace: Namespace,
    /// Attributes in document order.
    pub attributes: Vec<Attribute>,
    /// The `id` attribute.
    pub id: Option<Ident>,
    /// The words of the `class` attribute.
    pub classes: Vec<Ident>,
}

impl Element {
    /// The value of an attribute without namespace.
    pub fn attr(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|a| &*a.name == name && a.namespace == ns!()).map(|a| &*a.value)
    }

    /// Whether this is an HTML element.
    pub fn is_html(&self) -> bool {
        self.namespace == ns!(html)
    }
}

/// What a node is.
#[derive(Clone, Debug)]
pub enum NodeKind {
    /// The document, parent of `html`.
    Document,
    /// An element.
    Element(Element),
    /// Text.
    Text(String),
    /// A comment or processing instruction.
    Comment,
}

#[derive(Clone, Debug)]
pub(super) struct Node {
    pub kind: NodeKind,
    pub parent: u32,
    pub first: u32,
    pub last: u32,
    pub previous: u32,
    pub next: u32,
    /// Byte range in the source; none for what the parser implied.
    pub range: Option<Range<u32>>,
}

/// A parsed page. Nodes of the tree are numbered in document order.
#[derive(Clone, Debug)]
pub struct Dom {
    pub(super) nodes: Vec<Node>,
    pub(super) source: Arc<Source>,
    /// What a tree has in common with those that differ from it in words alone.
    pub(super) kin: Option<Arc<()>>,
    /// The limit that the page is beyond, and where it ends for that.
    pub(super) excess: Option<(Excess, Option<Range<u32>>)>,
}

/// A limit that a page is beyond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Excess {
    /// [`ELEMENT_DEPTH`](crate::limits::ELEMENT_DEPTH).
    Depth,
    /// [`NODES`](crate::limits::NODES).
    Nodes,
    /// [`ATTRIBUTES`](crate::limits::ATTRIBUTES).
    Attributes,
}

impl Dom {
    /// Numbers the nodes in document order; what misnested tags have left outside the tree comes
    /// last.
    pub(super) fn sort(&mut self) {
        let mut order: Vec<u32> = self.descendants(self.document()).map(|n| n.0).collect();
        if order.is_sorted() {
            return;
        }
        let mut places = vec![NONE; self.nodes.len()];
        for (place, old) in (0..).zip(&order) {
            places[*old as usize] = place;
        }
        for (old, place) in (0..).zip(&mut places) {
            if *place == NONE {
                *place = order.len() as u32;
                order.push(old);
            }
        }
        let moved = |at: u32| if at == NONE { NONE } else { places[at as usize] };
        let sorted = order.iter().map(|old| {
            let node = self.nodes[*old as usize].clone();
            Node {
                parent: moved(node.parent),
                first: moved(node.first),
                last: moved(node.last),
                previous: moved(node.previous),
                next: moved(node.next),
                ..node
            }
        });
        self.nodes = sorted.collect();
    }

    /// The document node.
    pub fn document(&self) -> NodeId {
        NodeId(0)
    }

    /// The text this was parsed from.
    pub fn source(&self) -> &Arc<Source> {
        &self.source
    }

    /// Something that trees have in common which differ in [`WORDS`](super::WORDS) and texts alone, each text
    /// with letters in all of them: those that a [`Reader`](super::Reader) has taken over.
    pub fn kin(&self) -> Option<&Arc<()>> {
        self.kin.as_ref()
    }

    /// How many nodes there are, counting those not in the tree; all [`NodeId`]s are below.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Never: there is always a document node.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    fn link(at: u32) -> Option<NodeId> {
        (at != NONE).then_some(NodeId(at))
    }

    /// The `html` element.
    pub fn root(&self) -> NodeId {
        self.children(self.document()).find(|n| self.element(*n).is_some()).unwrap_or(NodeId(0))
    }

    /// The `body` element, or the root if a fragment has none.
    pub fn body(&self) -> NodeId {
        let root = self.root();
        self.children(root).find(|n| self.is(*n, "body")).unwrap_or(root)
    }

    /// The `head` element, or the root.
    pub fn head(&self) -> NodeId {
        let root = self.root();
        self.children(root).find(|n| self.is(*n, "head")).unwrap_or(root)
    }

    /// The parent node.
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        Self::link(self.node(id).parent)
    }

    /// The first child.
    pub fn first_child(&self, id: NodeId) -> Option<NodeId> {
        Self::link(self.node(id).first)
    }

    /// The last child.
    pub fn last_child(&self, id: NodeId) -> Option<NodeId> {
        Self::link(self.node(id).last)
    }

    /// The next sibling.
    pub fn next_sibling(&self, id: NodeId) -> Option<NodeId> {
        Self::link(self.node(id).next)
    }

    /// The previous sibling.
    pub fn previous_sibling(&self, id: NodeId) -> Option<NodeId> {
        Self::link(self.node(id).previous)
    }

    /// The children in order.
    pub fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.first_child(id), |n| self.next_sibling(*n))
    }

    /// A node and all below it, in document order.
    pub fn descendants(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(Some(id), move |n| self.following(*n, id))
    }

    /// The next node in document order within the subtree of `within`.
    fn following(&self, id: NodeId, within: NodeId) -> Option<NodeId> {
        if let Some(child) = self.first_child(id) {
            return Some(child);
        }
        let mut at = id;
        while at != within {
            if let Some(next) = self.next_sibling(at) {
                return Some(next);
            }
            at = self.parent(at)?;
        }
        None
    }

    /// What a node is.
    pub fn kind(&self, id: NodeId) -> &NodeKind {
        &self.node(id).kind
    }

    /// The element, if the node is one.
    pub fn element(&self, id: NodeId) -> Option<&Element> {
        match &self.node(id).kind {
            NodeKind::Element(element) => Some(element),
            _ => None,
        }
    }

    /// The text, if the node is a text node.
    pub fn text(&self, id: NodeId) -> Option<&str> {
        match &self.node(id).kind {
            NodeKind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// An attribute of an element.
    pub fn attr(&self, id: NodeId, name: &str) -> Option<&str> {
        self.element(id)?.attr(name)
    }

    /// Whether the node is the HTML element of that name.
    pub fn is(&self, id: NodeId, name: &str) -> bool {
        self.element(id).is_some_and(|e| &*e.name == name && e.is_html())
    }

    /// All text within a node.
    pub fn text_content(&self, id: NodeId) -> String {
        self.descendants(id).filter_map(|n| self.text(n)).collect()
    }

    /// Where a node stands: the start tag of an element, the run of a text node. None for what
    /// the parser implied.
    pub fn span(&self, id: NodeId) -> Option<Span> {
        let range = self.node(id).range.as_ref()?;
        Some(Span::new(&self.source, range.start as usize..range.end as usize))
    }

    /// The place of an attribute's value within its start tag, without quotes.
    pub fn attr_span(&self, id: NodeId, name: &str) -> Option<Span> {
        let tag = self.node(id).range.as_ref()?;
        let text = self.source.text.get(tag.start as usize..tag.end as usize)?;
        let value = super::parse::attribute_value(text, name)?;
        let start = tag.start as usize;
        Some(Span::new(&self.source, start + value.start..start + value.end))
    }

    /// The place of an attribute's name within its start tag.
    pub fn attr_name_span(&self, id: NodeId, name: &str) -> Option<Span> {
        let tag = self.node(id).range.as_ref()?;
        let text = self.source.text.get(tag.start as usize..tag.end as usize)?;
        let found = super::parse::attribute_name(text, name)?;
        let start = tag.start as usize;
        Some(Span::new(&self.source, start + found.start..start + found.end))
    }

    /// The text of the `title` element, white space collapsed; none if empty.
    pub fn title(&self) -> Option<String> {
        let title = self.children(self.head()).find(|n| self.is(*n, "title"))?;
        let words: Vec<String> =
            self.text_content(title).split_ascii_whitespace().map(str::to_owned).collect();
        (!words.is_empty()).then(|| words.join(" "))
    }

    /// The content of `meta` with that name.
    pub fn meta(&self, name: &str) -> Option<&str> {
        self.attr(self.meta_node(name)?, "content")
    }

    /// The first `meta` with that name.
    pub fn meta_node(&self, name: &str) -> Option<NodeId> {
        let named =
            |n: &NodeId| self.attr(*n, "name").is_some_and(|v| v.eq_ignore_ascii_case(name));
        self.children(self.head()).filter(|n| self.is(*n, "meta")).find(named)
    }

    /// The language of a node: the nearest `lang` attribute, empty if there is none.
    pub fn lang(&self, id: NodeId) -> &str {
        std::iter::successors(Some(id), |n| self.parent(*n))
            .find_map(|n| self.own_lang(n))
            .unwrap_or("")
    }

    /// Whether the text of an element runs from right to left by its nearest `dir` attribute
    /// (HTML §3.2.6.4).
    pub fn is_rtl(&self, id: NodeId) -> bool {
        std::iter::successors(Some(id), |n| self.parent(*n))
            .find_map(|n| self.own_direction(n))
            .unwrap_or(false)
    }

    /// The direction an element itself declares, by `dir` or by being a `bdi`: whether it is from right
    /// to left. `auto` goes by the first letter that has a direction.
    pub fn own_direction(&self, id: NodeId) -> Option<bool> {
        let element = self.element(id)?;
        let dir = element.attr("dir").map(str::to_ascii_lowercase);
        match dir.as_deref() {
            Some("rtl") => Some(true),
            Some("ltr") => Some(false),
            Some("auto") => Some(self.first_strong(id).unwrap_or(false)),
            _ if self.is(id, "bdi") => self.first_strong(id),
            _ => None,
        }
    }

    /// Whether the first letter of a node that has a direction runs from right to left; what declares a
    /// direction of its own is passed over.
    fn first_strong(&self, id: NodeId) -> Option<bool> {
        self.children(id).find_map(|child| match self.kind(child) {
            NodeKind::Text(text) => text.chars().find_map(|c| match bidi_class(c) {
                BidiClass::L => Some(false),
                BidiClass::R | BidiClass::AL => Some(true),
                _ => None,
            }),
            NodeKind::Element(element) => {
                let apart = element.attr("dir").is_some()
                    || matches!(&*element.name, "bdi" | "script" | "style" | "textarea");
                if apart { None } else { self.first_strong(child) }
            }
            _ => None,
        })
    }

    /// The language an element itself declares, by `lang` or `xml:lang`.
    pub fn own_lang(&self, id: NodeId) -> Option<&str> {
        let element = self.element(id)?;
        if element.attributes.is_empty() {
            return None;
        }
        let matches = |a: &&Attribute| {
            a.name == local_name!("lang") && (a.namespace == ns!() || a.namespace == ns!(xml))
        };
        element.attributes.iter().find(matches).map(|a| &*a.value)
    }

    /// A node as XML: for inline `svg`, which another parser reads.
    pub fn outer_html(&self, id: NodeId) -> String {
        super::serialize::outer_xml(self, id)
    }
}
