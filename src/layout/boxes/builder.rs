//! The walk over the DOM. It recurses with elements, which nest within limits (see [`Dom`]).

use std::cell::Cell;
use std::sync::Arc;

use crate::css::computed::{Computed, Content, Display, Float, Position};
use crate::css::{Pseudo, Styled};
use crate::diag::Diagnostic;
use crate::html::{Dom, NodeId, NodeKind};
use crate::layout::boxes::counters::Counters;
use crate::layout::boxes::flow::{Flow, anchor_box};
use crate::layout::boxes::meaning::Meaning;
use crate::layout::boxes::tables::Part;
use crate::layout::boxes::tree::{
    Anchor, BoxId, BoxKind, BoxTree, CounterChange, InlineBox, InlineItem, InlineText, LayoutBox,
    OutlineEntry,
};
use crate::layout::boxes::{Generated, Pictures, apart, generated, pictures, roles};
use crate::layout::fragment::{AnchorId, ElementId, Role, StructureId};
use crate::limits::COUNTERS;

/// State of the walk.
pub struct Builder<'a> {
    pub dom: &'a Dom,
    pub styled: &'a Styled,
    pub pictures: &'a dyn Pictures,
    pub tree: BoxTree,
    pub counters: Counters,
    pub quote_depth: usize,
    pub findings: Vec<(Option<ElementId>, Diagnostic)>,
    /// Depth of the element being built.
    pub depth: usize,
    /// Bytes of text that style sheets made.
    pub generated: usize,
    /// How many texts and structure elements there are.
    read: Cell<u32>,
    /// The levels of the headings around what comes next, in HTML.
    pub headings: Vec<u8>,
    /// Within furniture that carries no meaning.
    artifact: bool,
    /// Within a box that is set anew on every page, so that it may show the page's number.
    on_pages: bool,
    /// The counters that margin boxes show.
    page_counters: Vec<Arc<str>>,
    /// Anchors of elements that have no flow of their own: they stand before the next content.
    due: Vec<AnchorId>,
}

/// Where an element's content goes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place {
    /// The structure element around.
    pub structure: Option<StructureId>,
}

impl<'a> Builder<'a> {
    /// A walk over a document.
    pub fn new(dom: &'a Dom, styled: &'a Styled, pictures: &'a dyn Pictures) -> Builder<'a> {
        Builder {
            dom,
            styled,
            pictures,
            tree: BoxTree::default(),
            counters: Counters::default(),
            quote_depth: 0,
            findings: Vec::new(),
            depth: 0,
            generated: 0,
            read: Cell::new(0),
            headings: Vec::new(),
            artifact: false,
            on_pages: false,
            page_counters: styled.page_counters(),
            due: Vec::new(),
        }
    }

    /// Builds everything.
    pub fn document(mut self) -> Generated {
        let root = self.dom.root();
        let style = self.styled.get(root).clone();
        let style = if style.display == Display::None { style } else { blockify(&style) };
        self.enter(root, &style);
        let root = self.element_box(root, &style, Place::default());
        if self.counters.is_full {
            let message = format!("more than {COUNTERS} counters at a time");
            let error = Diagnostic::error("too-many-counters", message);
            self.findings.push((None, error.help("reset a counter where it is needed")));
        }
        apart::tell_what_follows(&mut self.tree);
        Generated { tree: self.tree, root, findings: self.findings }
    }

    /// The document order of a node.
    pub fn order(&self, node: NodeId) -> u32 {
        node.0
    }

    /// Begins an element: counters change, named strings are assigned, headings noted.
    pub fn enter(&mut self, node: NodeId, style: &Computed) {
        self.depth += 1;
        generated::change_counters(self, node, style);
        let order = ElementId(node.0);
        if let Some(id) = self.dom.attr(node, "id").filter(|id| !id.is_empty()) {
            self.tree.ids.push((order, Arc::from(id)));
        }
        if let Some(level) = generated::bookmark_level(self.dom, node, style) {
            let label = generated::bookmark_label(self, node, style);
            if !label.is_empty() {
                self.tree.outline.push(OutlineEntry { element: order, level, label });
            }
        }
    }

    /// Ends an element.
    pub fn leave(&mut self) {
        self.counters.leave(self.depth);
        self.depth -= 1;
    }

    /// Keeps the anchors of an element without a flow of its own for what comes next.
    pub(super) fn defer_anchors(&mut self, node: NodeId, style: &Computed) {
        let due = self.anchors(node, style);
        self.due = due;
    }

    /// The anchors of the counters that an element or pseudo-element changes.
    fn counter_anchors(&mut self, style: &Computed) -> Vec<AnchorId> {
        if self.page_counters.is_empty() {
            return Vec::new();
        }
        let changes = generated::counter_changes(style, &self.counters);
        let shown = |(name, _): &(Arc<str>, CounterChange)| self.page_counters.contains(name);
        let shown: Vec<_> = changes.into_iter().filter(shown).collect();
        shown.into_iter().map(|(n, change)| self.push_anchor(Anchor::Counter(n, change))).collect()
    }

    /// The anchors of an element's named strings and counters.
    fn anchors(&mut self, node: NodeId, style: &Computed) -> Vec<AnchorId> {
        let generated = Arc::clone(&style.generated);
        let mut out = std::mem::take(&mut self.due);
        out.extend(self.counter_anchors(style));
        for (name, items) in &generated.string_set {
            let value = generated::text_of_items(self, node, items);
            out.push(self.push_anchor(Anchor::NamedString(Arc::clone(name), value.into())));
        }
        out
    }

    /// The anchors of a block-level element that has no flow of its own to hold them: they stand before
    /// it.
    fn outer_anchors(&mut self, node: NodeId, style: &Computed) -> Vec<AnchorId> {
        if style.display == Display::Table || pictures::is_replaced(self.dom, node) {
            return self.anchors(node, style);
        }
        Vec::new()
    }

    fn push_anchor(&mut self, anchor: Anchor) -> AnchorId {
        self.tree.anchors.push(anchor);
        AnchorId(self.tree.anchors.len() as u32 - 1)
    }

    /// The box of an element that is not inline. The element has been entered; it is left here.
    pub fn element_box(&mut self, node: NodeId, style: &Arc<Computed>, place: Place) -> BoxId {
        if let Some(picture) = pictures::replaced(self, node, style, place) {
            self.leave();
            return picture;
        }
        let Meaning { structure, label } = self.meaning(node, style, place);
        let inner = Place { structure: structure.or(place.structure) };
        let marker = generated::outside_marker(self, node, style, label);
        let (kind, own) = match style.display {
            Display::Flex | Display::InlineFlex => {
                (BoxKind::Flex(self.items(node, style, inner)), None)
            }
            Display::Grid | Display::InlineGrid => {
                (BoxKind::Grid(self.items(node, style, inner)), None)
            }
            Display::Table | Display::InlineTable => (self.table(node, style, inner), None),
            _ => self.block_contents(node, style, inner, label),
        };
        let id = self.tree.push(LayoutBox {
            style: Arc::clone(style),
            element: Some(ElementId(node.0)),
            structure: own.or(structure),
            artifact: self.artifact,
            order: self.order(node),
            broken: Default::default(),
            kind,
        });
        if let Some(marker) = marker {
            generated::attach_marker(self, id, marker);
        }
        self.leave();
        id
    }

    /// The content of a block container, and the paragraph its text belongs to.
    fn block_contents(
        &mut self,
        node: NodeId,
        style: &Arc<Computed>,
        place: Place,
        label: Option<StructureId>,
    ) -> (BoxKind, Option<StructureId>) {
        let grouping = self.is_grouping(node, place);
        let mut flow = Flow::new(style, place.structure, grouping);
        for anchor in self.anchors(node, style) {
            flow.inline(InlineItem::Anchor(anchor));
        }
        if style.display == Display::ListItem && style.list_style_inside {
            generated::inside_marker(self, node, style, label, &mut flow);
        }
        self.children(node, place, &mut flow);
        let order = self.order(node);
        flow.finish(&mut self.tree, order)
    }

    /// An element's pseudo-elements and children, into a flow.
    pub fn children(&mut self, node: NodeId, place: Place, flow: &mut Flow) {
        self.pseudo(node, Pseudo::Before, place, flow);
        let dom = self.dom;
        for child in dom.children(node) {
            self.node_into(child, place, flow);
        }
        self.pseudo(node, Pseudo::After, place, flow);
    }

    /// A node among the content of a block container.
    pub(super) fn node_into(&mut self, node: NodeId, place: Place, flow: &mut Flow) {
        let dom = self.dom;
        match dom.kind(node) {
            NodeKind::Text(text) => {
                let parent = dom.parent(node).unwrap_or(node);
                self.text(parent, node, text, place, flow);
            }
            NodeKind::Element(_) => self.child(node, place, flow),
            _ => {}
        }
    }

    /// Whether text right inside an element needs a paragraph of its own. One without a meaning is a
    /// paragraph unless it stands in one.
    fn is_grouping(&self, node: NodeId, place: Place) -> bool {
        if let Some(role) = roles::role(self.dom, node) {
            return roles::is_grouping(Some(role));
        }
        let around = place.structure.and_then(|id| self.tree.structure.elements.get(id.0 as usize));
        !around.is_some_and(|element| roles::is_paragraph_level(element.role))
    }

    /// The structure element that inline content belongs to: loose text in a grouping element gets
    /// a paragraph.
    pub fn text_structure(
        &mut self,
        node: NodeId,
        place: Place,
        flow: &mut Flow,
    ) -> Option<StructureId> {
        if self.artifact || !flow.grouping || place.structure != flow.structure {
            return place.structure;
        }
        if flow.paragraph.is_none() {
            let mut element = self.structure_element(Role::Paragraph, node, flow.structure);
            element.lang = None;
            flow.paragraph = Some(self.push_structure(element));
        }
        flow.paragraph
    }

    fn text(&mut self, parent: NodeId, node: NodeId, text: &str, place: Place, flow: &mut Flow) {
        let style = &self.styled.get(parent).text;
        let blank = text.chars().all(|c| c.is_ascii_whitespace());
        let structure =
            if blank { place.structure } else { self.text_structure(parent, place, flow) };
        flow.inline(InlineItem::Text(InlineText {
            text: Arc::from(text),
            style: Arc::clone(style),
            element: Some(ElementId(node.0)),
            structure,
            artifact: self.artifact,
            reading: self.reading(),
            counter: None,
        }));
    }

    /// The place in reading order of what comes next: texts and structure elements are counted
    /// together.
    pub fn reading(&self) -> u32 {
        let place = self.read.get();
        self.read.set(place.saturating_add(1));
        place
    }

    /// An element among the content of a block container.
    fn child(&mut self, node: NodeId, place: Place, flow: &mut Flow) {
        let style = self.styled.get(node).clone();
        if style.display == Display::None {
            return;
        }
        if self.dom.is(node, "br") {
            flow.inline(InlineItem::LineBreak);
            return;
        }
        if self.dom.is(node, "wbr") {
            flow.inline(InlineItem::BreakOpportunity);
            return;
        }
        let order = self.order(node);
        let out_of_flow = matches!(style.position, Position::Absolute | Position::Fixed);
        if is_in_flow(&style) && is_table_part(style.display) {
            let id = self.stray_table_part(Part::Node(node), &style, place);
            return flow.table_part(&mut self.tree, order, id);
        }
        self.enter(node, &style);
        if let Position::Running(name) = &style.position {
            let artifact = std::mem::replace(&mut self.artifact, true);
            let on_pages = std::mem::replace(&mut self.on_pages, true);
            let id = self.element_box(node, &blockify(&style), place);
            (self.artifact, self.on_pages) = (artifact, on_pages);
            let anchor = self.push_anchor(Anchor::Running(Arc::clone(name), id));
            flow.out_of_flow(&mut self.tree, order, InlineItem::Anchor(anchor));
            return;
        }
        if out_of_flow || style.float != Float::None {
            // What was taken out of a line is read where it stands in the text.
            let in_text = is_inline_level(style.display) && flow.has_run();
            let place = if in_text && !pictures::is_replaced(self.dom, node) {
                Place { structure: self.text_structure(node, place, flow) }
            } else {
                place
            };
            let fixed = style.position == Position::Fixed;
            let on_pages = self.on_pages;
            self.on_pages |= fixed;
            for anchor in self.outer_anchors(node, &blockify(&style)) {
                flow.out_of_flow(&mut self.tree, order, InlineItem::Anchor(anchor));
            }
            let id = self.element_box(node, &blockify(&style), place);
            self.on_pages = on_pages;
            if !is_inline_level(style.display) {
                self.tree.block_level.insert(id);
            }
            let item = if out_of_flow { InlineItem::Positioned(id) } else { InlineItem::Float(id) };
            flow.out_of_flow(&mut self.tree, order, item);
            return;
        }
        match style.display {
            Display::Contents => {
                self.children(node, place, flow);
                self.leave();
            }
            Display::Inline if !pictures::is_replaced(self.dom, node) => {
                self.inline_element(node, style, place, flow);
            }
            Display::Inline
            | Display::InlineBlock
            | Display::InlineFlex
            | Display::InlineGrid
            | Display::InlineTable => {
                let structure = self.text_structure(node, place, flow);
                let place = Place { structure };
                if pictures::is_replaced(self.dom, node) {
                    for anchor in self.anchors(node, &style) {
                        flow.inline(InlineItem::Anchor(anchor));
                    }
                }
                let id = self.element_box(node, &style, place);
                flow.inline(InlineItem::Atomic(id));
            }
            _ => {
                for anchor in self.outer_anchors(node, &style) {
                    flow.out_of_flow(&mut self.tree, order, InlineItem::Anchor(anchor));
                }
                let id = self.element_box(node, &style, place);
                flow.block(&mut self.tree, order, id);
            }
        }
    }

    fn inline_element(
        &mut self,
        node: NodeId,
        style: Arc<Computed>,
        place: Place,
        flow: &mut Flow,
    ) {
        let outer = if roles::role(self.dom, node).is_some() {
            Place { structure: self.text_structure(node, place, flow) }
        } else {
            place
        };
        let structure = self.meaning(node, &style, outer).structure;
        let anchors = self.anchors(node, &style);
        flow.open(InlineBox {
            style,
            element: Some(ElementId(node.0)),
            structure,
            order: self.order(node),
        });
        for anchor in anchors {
            flow.inline(InlineItem::Anchor(anchor));
        }
        let inner = Place { structure: structure.or(place.structure) };
        self.children(node, inner, flow);
        flow.close();
        self.leave();
    }

    /// The children of a flex or grid container: every element is blockified, loose text gets an
    /// anonymous item (CSS Flexbox 1 §4).
    fn items(&mut self, node: NodeId, style: &Arc<Computed>, place: Place) -> Vec<BoxId> {
        let mut items: Vec<BoxId> = Vec::new();
        for anchor in self.anchors(node, style) {
            let order = self.order(node);
            items.push(anchor_box(&mut self.tree, style, order, anchor));
        }
        self.item_children(node, style, place, &mut items);
        items
    }

    fn item_children(
        &mut self,
        node: NodeId,
        style: &Arc<Computed>,
        place: Place,
        items: &mut Vec<BoxId>,
    ) {
        let grouping = self.is_grouping(node, place);
        let order = self.order(node);
        self.pseudo_item(node, Pseudo::Before, place, items);
        let mut text = Flow::new(style, place.structure, grouping);
        let dom = self.dom;
        for child in dom.children(node) {
            match dom.kind(child) {
                NodeKind::Text(content) => self.text(node, child, content, place, &mut text),
                NodeKind::Element(_) => {
                    let child_style = self.styled.get(child).clone();
                    if child_style.display == Display::None {
                        continue;
                    }
                    let done =
                        std::mem::replace(&mut text, Flow::new(style, place.structure, grouping));
                    self.text_item(done, style, order, items);
                    self.item(child, &child_style, place, items);
                }
                _ => {}
            }
        }
        self.text_item(text, style, order, items);
        self.pseudo_item(node, Pseudo::After, place, items);
    }

    fn item(&mut self, node: NodeId, style: &Arc<Computed>, place: Place, items: &mut Vec<BoxId>) {
        self.enter(node, style);
        if style.display == Display::Contents {
            self.item_children(node, style, place, items);
            self.leave();
            return;
        }
        if let Position::Running(name) = &style.position {
            let artifact = std::mem::replace(&mut self.artifact, true);
            let on_pages = std::mem::replace(&mut self.on_pages, true);
            let id = self.element_box(node, &blockify(style), place);
            (self.artifact, self.on_pages) = (artifact, on_pages);
            let anchor = self.push_anchor(Anchor::Running(Arc::clone(name), id));
            let order = self.order(node);
            items.push(anchor_box(&mut self.tree, style, order, anchor));
            return;
        }
        let mut blockified = blockify(style);
        if blockified.float != Float::None {
            Arc::make_mut(&mut blockified).float = Float::None;
        }
        for anchor in self.outer_anchors(node, &blockified) {
            let order = self.order(node);
            items.push(anchor_box(&mut self.tree, style, order, anchor));
        }
        items.push(self.element_box(node, &blockified, place));
    }

    fn text_item(&mut self, flow: Flow, style: &Arc<Computed>, order: u32, items: &mut Vec<BoxId>) {
        if !flow.has_run() {
            return;
        }
        let (kind, paragraph) = flow.finish(&mut self.tree, order);
        items.push(self.tree.push(LayoutBox {
            style: Arc::new(style.anonymous(Display::Block)),
            element: None,
            structure: paragraph,
            artifact: self.artifact,
            order,
            broken: Default::default(),
            kind,
        }));
    }

    /// The style of `::before` or `::after`, if there is any such content.
    pub(super) fn generated(&self, node: NodeId, pseudo: Pseudo) -> Option<Arc<Computed>> {
        let style = self.styled.pseudo(node, pseudo)?;
        let shown =
            style.display != Display::None && matches!(style.generated.content, Content::Items(_));
        shown.then(|| Arc::clone(style))
    }

    /// `::before` or `::after` among the content of a block container.
    pub(super) fn pseudo(&mut self, node: NodeId, pseudo: Pseudo, place: Place, flow: &mut Flow) {
        let Some(style) = self.generated(node, pseudo) else { return };
        let out_of_flow = matches!(style.position, Position::Absolute | Position::Fixed);
        if is_table_part(style.display) && !out_of_flow && style.float == Float::None {
            let order = self.order(node);
            let id = self.stray_table_part(Part::Generated(node, pseudo), &style, place);
            return flow.table_part(&mut self.tree, order, id);
        }
        self.depth += 1;
        generated::change_counters(self, node, &style);
        for anchor in self.counter_anchors(&style) {
            flow.inline(InlineItem::Anchor(anchor));
        }
        let inline = style.display == Display::Inline && style.float == Float::None && !out_of_flow;
        let order = self.order(node);
        if inline {
            let structure = self.text_structure(node, place, flow);
            flow.open(InlineBox {
                style: Arc::clone(&style),
                element: None,
                structure: None,
                order,
            });
            generated::content_into(self, node, &style, Place { structure }, flow);
            flow.close();
        } else {
            let id = self.pseudo_box(node, &blockify(&style), place);
            if !is_inline_level(style.display) {
                self.tree.block_level.insert(id);
            }
            if out_of_flow {
                flow.out_of_flow(&mut self.tree, order, InlineItem::Positioned(id));
            } else if style.float != Float::None {
                flow.out_of_flow(&mut self.tree, order, InlineItem::Float(id));
            } else if style.display == Display::InlineBlock {
                flow.inline(InlineItem::Atomic(id));
            } else {
                flow.block(&mut self.tree, order, id);
            }
        }
        self.counters.leave(self.depth);
        self.depth -= 1;
    }

    fn pseudo_item(&mut self, node: NodeId, pseudo: Pseudo, place: Place, items: &mut Vec<BoxId>) {
        if let Some(style) = self.generated(node, pseudo) {
            items.push(self.generated_box(node, &blockify(&style), place));
        }
    }

    /// The box of generated content that is not inline; its counters change.
    pub(super) fn generated_box(
        &mut self,
        node: NodeId,
        style: &Arc<Computed>,
        place: Place,
    ) -> BoxId {
        self.depth += 1;
        generated::change_counters(self, node, style);
        let id = self.pseudo_box(node, style, place);
        self.counters.leave(self.depth);
        self.depth -= 1;
        id
    }

    fn pseudo_box(&mut self, node: NodeId, style: &Arc<Computed>, place: Place) -> BoxId {
        let grouping = roles::is_grouping(roles::role(self.dom, node));
        let mut flow = Flow::new(style, place.structure, grouping);
        let empty = matches!(&style.generated.content, Content::Items(items) if items.is_empty());
        let structure =
            if empty { place.structure } else { self.text_structure(node, place, &mut flow) };
        generated::content_into(self, node, style, Place { structure }, &mut flow);
        let order = self.order(node);
        let (kind, paragraph) = flow.finish(&mut self.tree, order);
        self.tree.push(LayoutBox {
            style: Arc::clone(style),
            element: None,
            structure: paragraph,
            artifact: self.artifact,
            order,
            broken: Default::default(),
            kind,
        })
    }

    /// Whether content is set anew on every page.
    pub fn is_on_pages(&self) -> bool {
        self.on_pages
    }

    /// Whether content is furniture at the moment.
    pub fn in_artifact(&self) -> bool {
        self.artifact
    }
}

/// Whether an element stays where it stands: no float, not absolutely positioned, not running. Others are
/// blockified, so that they are no parts of a table (CSS 2.2 §9.7).
pub fn is_in_flow(style: &Computed) -> bool {
    style.float == Float::None
        && !matches!(style.position, Position::Absolute | Position::Fixed | Position::Running(_))
}

/// The style of a box that must be block-level (CSS Display 3 §2.7).
pub fn blockify(style: &Arc<Computed>) -> Arc<Computed> {
    let display = match style.display {
        Display::Inline | Display::InlineBlock => Display::Block,
        Display::InlineFlex => Display::Flex,
        Display::InlineGrid => Display::Grid,
        Display::InlineTable => Display::Table,
        display if is_table_part(display) => Display::Block,
        _ => return Arc::clone(style),
    };
    let mut blockified = Arc::clone(style);
    Arc::make_mut(&mut blockified).display = display;
    blockified
}

/// Whether a display is inline-level.
fn is_inline_level(display: Display) -> bool {
    matches!(
        display,
        Display::Inline
            | Display::InlineBlock
            | Display::InlineFlex
            | Display::InlineGrid
            | Display::InlineTable
    )
}

/// Whether a display belongs inside a table.
pub fn is_table_part(display: Display) -> bool {
    matches!(
        display,
        Display::TableRowGroup
            | Display::TableHeaderGroup
            | Display::TableFooterGroup
            | Display::TableRow
            | Display::TableCell
            | Display::TableColumnGroup
            | Display::TableColumn
            | Display::TableCaption
    )
}
