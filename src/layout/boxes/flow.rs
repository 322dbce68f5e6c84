//! Gathering the content of a block container: block-level boxes and runs of inline content, which
//! become anonymous blocks where both stand side by side (CSS 2.2 §9.2.1.1).

use std::sync::Arc;

use crate::css::computed::{Computed, Display, Float, Position, WhiteSpaceCollapse};
use crate::layout::boxes::tables;
use crate::layout::boxes::tree::{
    BoxId, BoxKind, BoxTree, InlineBox, InlineContent, InlineItem, LayoutBox,
};
use crate::layout::fragment::{AnchorId, StructureId};

/// The content of one block container while it is gathered.
pub struct Flow {
    /// The container's style; anonymous blocks inherit from it.
    pub style: Arc<Computed>,
    /// Structure element that the content belongs to.
    pub structure: Option<StructureId>,
    /// The paragraph made for loose text in a grouping element.
    pub paragraph: Option<StructureId>,
    /// Whether loose text needs one.
    pub grouping: bool,
    blocks: Vec<BoxId>,
    run: Vec<InlineItem>,
    open: Vec<Arc<InlineBox>>,
}

impl Flow {
    /// An empty container.
    pub fn new(style: &Arc<Computed>, structure: Option<StructureId>, grouping: bool) -> Flow {
        Flow {
            style: Arc::clone(style),
            structure,
            paragraph: None,
            grouping,
            blocks: Vec::new(),
            run: Vec::new(),
            open: Vec::new(),
        }
    }

    /// Adds inline content.
    pub fn inline(&mut self, item: InlineItem) {
        self.run.push(item);
    }

    /// Begins an inline box.
    pub fn open(&mut self, inline: InlineBox) {
        let inline = Arc::new(inline);
        self.open.push(Arc::clone(&inline));
        self.run.push(InlineItem::Open(inline));
    }

    /// Ends the innermost inline box.
    pub fn close(&mut self) {
        self.open.pop();
        self.run.push(InlineItem::Close);
    }

    /// Whether the current run holds anything that makes a line.
    pub fn has_run(&self) -> bool {
        self.run.iter().any(is_solid)
    }

    /// Adds a block-level box; open inline boxes are broken around it.
    pub fn block(&mut self, tree: &mut BoxTree, order: u32, id: BoxId) {
        self.flush(tree, order);
        let id = self.interrupt(tree, id);
        self.blocks.push(id);
    }

    /// An anonymous block box takes the place of each inline box that a block-level box
    /// interrupts: what moves or fades the inline box does so with the block-level box
    /// (CSS 2.2 §9.2.1.1).
    fn interrupt(&self, tree: &mut BoxTree, id: BoxId) -> BoxId {
        let mut id = id;
        for inline in self.open.iter().rev() {
            let from = &inline.style;
            let style = Computed {
                position: from.position.clone(),
                inset: from.inset.clone(),
                z_index: from.z_index,
                opacity: from.opacity,
                ..from.anonymous(Display::Block)
            };
            id = tree.push(LayoutBox {
                style: Arc::new(style),
                element: inline.element,
                structure: None,
                artifact: false,
                order: inline.order,
                broken: Default::default(),
                kind: BoxKind::Block(vec![id]),
            });
            tree.interrupted.insert(id);
        }
        id
    }

    /// Adds the anonymous table around a table part. Parts that follow each other share one; in an
    /// inline box it is an inline table (CSS 2.2 §17.2.1).
    pub fn table_part(&mut self, tree: &mut BoxTree, order: u32, id: BoxId) {
        if self.open.is_empty() {
            let apart = self.run.iter().any(|item| is_solid(item) || is_kept(item));
            match self.blocks.last() {
                Some(table) if !apart && tree.is_anonymous_table(*table) => {
                    self.run.clear();
                    tables::join(tree, *table, id);
                }
                _ => self.block(tree, order, id),
            }
            return;
        }
        let is_blank = |item: &InlineItem| matches!(item, InlineItem::Text(_)) && !is_solid(item);
        let last = self.run.iter().rposition(|item| !is_blank(item));
        match last.map(|at| (at, &self.run[at])) {
            Some((at, InlineItem::Atomic(table))) if tree.is_anonymous_table(*table) => {
                tables::join(tree, *table, id);
                self.run.truncate(at + 1);
            }
            _ => {
                let boxed = &mut tree.boxes[id.0 as usize];
                Arc::make_mut(&mut boxed.style).display = Display::InlineTable;
                self.run.push(InlineItem::Atomic(id));
            }
        }
    }

    /// Adds something out of flow: among inline content it keeps its place there.
    pub fn out_of_flow(&mut self, tree: &mut BoxTree, order: u32, item: InlineItem) {
        // What is absolutely positioned has its static position in the line that may follow.
        let in_line = matches!(item, InlineItem::Positioned(_));
        if in_line || self.has_run() || !self.open.is_empty() {
            self.run.push(item);
        } else {
            self.flush(tree, order);
            let id = block_of(tree, &self.style, order, &item);
            self.blocks.extend(id);
        }
    }

    /// Ends the current run: it becomes an anonymous block, or vanishes if it is but white space.
    fn flush(&mut self, tree: &mut BoxTree, order: u32) {
        for _ in &self.open {
            self.run.push(InlineItem::Close);
        }
        let run = std::mem::take(&mut self.run);
        for inline in &self.open {
            self.run.push(InlineItem::Open(Arc::clone(inline)));
        }
        let paragraph = self.paragraph.take();
        if run.iter().any(is_solid) {
            let style = Arc::new(self.style.anonymous(Display::Block));
            let is_content = |id: &BoxId| {
                let style = &tree.get(*id).style;
                style.float == Float::None
                    && !matches!(style.position, Position::Absolute | Position::Fixed)
                    && !matches!(tree.get(*id).kind, BoxKind::Anchor(_))
            };
            let continues = self.blocks.iter().any(is_content);
            let content = InlineContent { items: run, continues, ..InlineContent::default() };
            self.blocks.push(tree.push(LayoutBox {
                style,
                element: None,
                structure: paragraph,
                artifact: false,
                order,
                broken: Default::default(),
                kind: BoxKind::Inline(content),
            }));
        } else {
            for item in &run {
                let id = block_of(tree, &self.style, order, item);
                self.blocks.extend(id);
            }
        }
    }

    /// The container's content, and the paragraph of its text if it is all inline.
    pub fn finish(mut self, tree: &mut BoxTree, order: u32) -> (BoxKind, Option<StructureId>) {
        let is_lasting =
            |i: &InlineItem| is_solid(i) || is_kept(i) || matches!(i, InlineItem::Open(_));
        if self.blocks.is_empty() && self.run.iter().any(is_lasting) {
            let content = InlineContent { items: self.run, ..InlineContent::default() };
            return (BoxKind::Inline(content), self.paragraph);
        }
        self.flush(tree, order);
        (BoxKind::Block(self.blocks), None)
    }
}

/// Whether an item makes a line box by itself.
fn is_solid(item: &InlineItem) -> bool {
    match item {
        InlineItem::Text(text) => {
            let collapses = matches!(
                text.style.white_space,
                WhiteSpaceCollapse::Collapse | WhiteSpaceCollapse::PreserveBreaks
            );
            let is_blank = || text.text.chars().all(|c| c.is_ascii_whitespace());
            !(text.text.is_empty() || collapses && is_blank())
        }
        InlineItem::Atomic(_) | InlineItem::LineBreak | InlineItem::BreakOpportunity => true,
        InlineItem::Open(inline) => {
            let style = &inline.style;
            style.border.left.width.0 > 0.0
                || style.border.right.width.0 > 0.0
                || style.padding.left != crate::css::computed::LengthPercentage::ZERO
                || style.padding.right != crate::css::computed::LengthPercentage::ZERO
        }
        _ => false,
    }
}

/// Whether an item must not get lost with the white space around it.
fn is_kept(item: &InlineItem) -> bool {
    matches!(item, InlineItem::Float(_) | InlineItem::Positioned(_) | InlineItem::Anchor(_))
}

/// A block-level box for something out of flow.
fn block_of(
    tree: &mut BoxTree,
    style: &Arc<Computed>,
    order: u32,
    item: &InlineItem,
) -> Option<BoxId> {
    match item {
        InlineItem::Float(id) | InlineItem::Positioned(id) => Some(*id),
        InlineItem::Anchor(anchor) => Some(anchor_box(tree, style, order, *anchor)),
        _ => None,
    }
}

/// A box that holds an anchor among block-level boxes.
pub fn anchor_box(
    tree: &mut BoxTree,
    style: &Arc<Computed>,
    order: u32,
    anchor: AnchorId,
) -> BoxId {
    tree.push(LayoutBox {
        style: Arc::new(style.anonymous(Display::Block)),
        element: None,
        structure: None,
        artifact: true,
        order,
        broken: Default::default(),
        kind: BoxKind::Anchor(anchor),
    })
}
