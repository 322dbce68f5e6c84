//! The box tree: what the styled DOM becomes before anything is measured.
//!
//! Guarantees of a [`BoxTree`]:
//! - a block container holds either block-level boxes only or inline content only; anonymous
//!   boxes have been put in (CSS 2.2 §9.2.1);
//! - tables are complete: table → row groups → rows → cells (CSS 2.2 §17.2.1);
//! - children of flex and grid containers, floats and absolutely positioned boxes are blockified;
//! - white space is collapsed by inline layout, not here; generated content, markers and counters
//!   are text already.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::css::computed::{
    Computed, CounterStyle, LengthPercentage, LengthPercentageAuto, TextStyle,
};
use crate::geom::Px;
use crate::images::Image;
use crate::layout::fragment::{AnchorId, ElementId, Fragment, LineStart, Structure, StructureId};

pub use crate::layout::fragment::BoxId;

/// All boxes of a document.
#[derive(Clone, Debug, Default)]
pub struct BoxTree {
    /// The boxes; the order is of creation and means nothing.
    pub boxes: Vec<LayoutBox>,
    /// Things that take no room but whose page matters.
    pub anchors: Vec<Anchor>,
    /// What the content means.
    pub structure: Structure,
    /// Elements that the outline names, in document order.
    pub outline: Vec<OutlineEntry>,
    /// Elements with an `id`, in document order.
    pub ids: Vec<(ElementId, Arc<str>)>,
    /// Anonymous block boxes that take the place of an inline box around a block-level box.
    pub interrupted: FxHashSet<BoxId>,
    /// Absolutely positioned boxes that were block-level by their `display`: their static position
    /// among inline content is a line of their own.
    pub block_level: FxHashSet<BoxId>,
    /// Outside markers of list items that begin with a box that has no lines of its own: a table, a
    /// flex or grid container, a picture. By that box.
    pub markers: FxHashMap<BoxId, BoxId>,
}

/// An entry of the outline before its page is known.
#[derive(Clone, Debug)]
pub struct OutlineEntry {
    /// The element.
    pub element: ElementId,
    /// 1 is the outermost.
    pub level: u8,
    /// What the entry says.
    pub label: String,
}

impl BoxTree {
    /// The box of an id.
    pub fn get(&self, id: BoxId) -> &LayoutBox {
        &self.boxes[id.0 as usize]
    }

    /// Adds a box.
    pub fn push(&mut self, new: LayoutBox) -> BoxId {
        self.boxes.push(new);
        // A document of more than 2^32 boxes is refused by the limits of box generation.
        BoxId(self.boxes.len() as u32 - 1)
    }

    /// Adds a copy of a box: what is known of the original holds for it.
    pub fn push_copy(&mut self, original: BoxId, copy: LayoutBox) -> BoxId {
        let id = self.push(copy);
        for set in [&mut self.interrupted, &mut self.block_level] {
            if set.contains(&original) {
                set.insert(id);
            }
        }
        id
    }

    /// Whether no element or generated content stands behind a block box: percentages of heights
    /// look through it for the containing block (CSS 2.2 §9.2.1.1).
    pub fn is_anonymous(&self, id: BoxId) -> bool {
        self.get(id).element.is_none() || self.interrupted.contains(&id)
    }

    /// Whether a box is the anonymous table around table parts that have none.
    pub fn is_anonymous_table(&self, id: BoxId) -> bool {
        let boxed = self.get(id);
        boxed.element.is_none() && matches!(boxed.kind, BoxKind::Table(_))
    }
}

/// One box.
#[derive(Clone, Debug)]
pub struct LayoutBox {
    /// Its style; anonymous boxes have one that inherits from their parent.
    pub style: Arc<Computed>,
    /// The DOM node it comes from; none for anonymous boxes.
    pub element: Option<ElementId>,
    /// The structure element its content belongs to; none is the parent's.
    pub structure: Option<StructureId>,
    /// Whether it is furniture or decoration that carries no meaning.
    pub artifact: bool,
    /// Document order.
    pub order: u32,
    /// Whether it goes on from a page before, and goes on to a page after.
    pub broken: Broken,
    /// What it holds.
    pub kind: BoxKind,
}

impl LayoutBox {
    /// Takes away the edges at the top of a box that goes on from a page before: those of `slice`,
    /// and in any case the margin (CSS Fragmentation 4 §5.2, §5.4).
    pub fn open_top(&mut self) {
        let style = Arc::make_mut(&mut self.style);
        style.margin.top = LengthPercentageAuto::ZERO;
        if !style.decoration_clone {
            style.border.top.width = Px::ZERO;
            style.padding.top = LengthPercentage::ZERO;
            self.broken.top = true;
        }
    }

    /// The same at the bottom of a box that goes on on a page after.
    pub fn open_bottom(&mut self) {
        let style = Arc::make_mut(&mut self.style);
        style.margin.bottom = LengthPercentageAuto::ZERO;
        if !style.decoration_clone {
            style.border.bottom.width = Px::ZERO;
            style.padding.bottom = LengthPercentage::ZERO;
            self.broken.bottom = true;
        }
    }
}

/// At which ends a box was cut by a page break before it was laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Broken {
    /// Its top is on a page before.
    pub top: bool,
    /// Its bottom is on a page after.
    pub bottom: bool,
    /// How high its padding box is on the pages before, together.
    pub above: Px,
}

/// What a box holds.
#[derive(Clone, Debug)]
pub enum BoxKind {
    /// A block container of block-level boxes.
    Block(Vec<BoxId>),
    /// A block container of inline content.
    Inline(InlineContent),
    /// A flex container (`display: flex` or `inline-flex`).
    Flex(Vec<BoxId>),
    /// A grid container.
    Grid(Vec<BoxId>),
    /// A table wrapper; the grid box's borders and background are the style's.
    Table(Box<Table>),
    /// A replaced element; its picture is none where it is missing (a diagnostic tells).
    Replaced(Replaced),
    /// An anchor among block-level boxes; it takes no room.
    Anchor(AnchorId),
}

/// A replaced element.
#[derive(Clone, Debug)]
pub struct Replaced {
    /// The picture.
    pub image: Option<Arc<Image>>,
    /// `width` and `height` attributes act through the style; these are the natural sizes.
    pub natural_width: Option<Px>,
    /// Natural height.
    pub natural_height: Option<Px>,
    /// Natural ratio, width / height.
    pub natural_ratio: Option<f32>,
    /// What is left of a box that could not be broken, where a page sliced it: it stays as it is.
    pub slice: Option<Arc<Fragment>>,
}

/// A table's parts.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// The style of the box around captions and grid; it inherits and sets nothing.
    pub wrapper: Option<Arc<Computed>>,
    /// Captions, in order.
    pub captions: Vec<BoxId>,
    /// Columns in order, column groups expanded by `span`.
    pub columns: Vec<Arc<Computed>>,
    /// Row groups in document order.
    pub groups: Vec<RowGroup>,
    /// The table that this is a part of, where it goes on from a page before: its columns are those of
    /// all its rows (CSS Fragmentation 4 §5.1).
    pub whole: Option<BoxId>,
}

/// A row group.
#[derive(Clone, Debug)]
pub struct RowGroup {
    /// Head, body or foot.
    pub kind: RowGroupKind,
    /// Its style.
    pub style: Arc<Computed>,
    /// Its DOM node.
    pub element: Option<ElementId>,
    /// Its structure element; none is the table's.
    pub structure: Option<StructureId>,
    /// Document order.
    pub order: u32,
    /// Rows.
    pub rows: Vec<TableRow>,
}

/// Which kind of row group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowGroupKind {
    /// `table-header-group`: repeated at the top of each page.
    Head,
    /// `table-row-group`.
    Body,
    /// `table-footer-group`: repeated at the bottom of each page.
    Foot,
}

/// A table row.
#[derive(Clone, Debug)]
pub struct TableRow {
    /// Its style.
    pub style: Arc<Computed>,
    /// Its DOM node.
    pub element: Option<ElementId>,
    /// Its structure element; none is the group's.
    pub structure: Option<StructureId>,
    /// Document order.
    pub order: u32,
    /// Cells in document order.
    pub cells: Vec<TableCell>,
}

/// A table cell.
#[derive(Clone, Copy, Debug)]
pub struct TableCell {
    /// Its box, a block container.
    pub content: BoxId,
    /// `colspan`, at least 1.
    pub column_span: u16,
    /// `rowspan`; 0 reaches to the end of the row group.
    pub row_span: u16,
}

/// The inline content of a block container, flattened in document order.
#[derive(Clone, Debug, Default)]
pub struct InlineContent {
    /// Its pieces.
    pub items: Vec<InlineItem>,
    /// The list marker that stands outside before the first line (`list-style-position: outside`).
    pub marker: Option<BoxId>,
    /// It stands after other content of its block container: its first line is not the container's
    /// first formatted line (CSS Text 3 §7.1).
    pub continues: bool,
    /// The character that follows in another block of the same structure element: nothing there but this
    /// end of a block tells words apart.
    pub next: Option<char>,
    /// Where its lines go on after a page break; none from the beginning.
    pub resume: Option<Resume>,
}

/// What is left of inline content after a page break.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resume {
    /// Where the first line begins.
    pub start: LineStart,
    /// Floats anchored above that are still to be placed.
    pub floats: Vec<BoxId>,
    /// Absolutely positioned boxes that are still to be placed: those anchored above count.
    pub positioned: Vec<BoxId>,
    /// Absolutely positioned boxes that have their place on a page before.
    pub gone: Vec<BoxId>,
}

/// A piece of inline content.
#[derive(Clone, Debug)]
pub enum InlineItem {
    /// Text as in the source, white space not yet collapsed.
    Text(InlineText),
    /// An inline box begins; every `Open` has its `Close`.
    Open(Arc<InlineBox>),
    /// The innermost open inline box ends.
    Close,
    /// An atomic inline: inline-block, inline-flex, inline-table, replaced.
    Atomic(BoxId),
    /// `<br>`.
    LineBreak,
    /// `<wbr>`.
    BreakOpportunity,
    /// A float anchored here.
    Float(BoxId),
    /// An absolutely positioned or fixed box whose static position is here.
    Positioned(BoxId),
    /// A running element or a named-string assignment anchored here.
    Anchor(AnchorId),
}

/// Text with the style it is set in.
#[derive(Clone, Debug)]
pub struct InlineText {
    /// The text.
    pub text: Arc<str>,
    /// Its style.
    pub style: Arc<TextStyle>,
    /// The DOM text node, or the element for generated content.
    pub element: Option<ElementId>,
    /// The structure element it belongs to; none is the block's.
    pub structure: Option<StructureId>,
    /// Generated for decoration.
    pub artifact: bool,
    /// Its place in reading order: how many texts and structure elements stand before it.
    pub reading: u32,
    /// It stands for a counter of the page: the text is put in when the page is known.
    pub counter: Option<Arc<(Arc<str>, CounterStyle)>>,
}

/// An inline box.
#[derive(Clone, Debug)]
pub struct InlineBox {
    /// Its style.
    pub style: Arc<Computed>,
    /// Its DOM node.
    pub element: Option<ElementId>,
    /// Its structure element; none is the parent's.
    pub structure: Option<StructureId>,
    /// Document order.
    pub order: u32,
}

/// Something that takes no room but whose page matters.
#[derive(Clone, Debug)]
pub enum Anchor {
    /// `string-set: name value`.
    NamedString(Arc<str>, Arc<str>),
    /// `position: running(name)`: a block container laid out in margin boxes.
    Running(Arc<str>, BoxId),
    /// A counter that page rules use changes: margin boxes show it.
    Counter(Arc<str>, CounterChange),
}

/// How an element changes a counter that page rules use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CounterChange {
    /// Its value from here on.
    Set(i32),
    /// By how much it goes up: only the page counter, whose value layout does not know.
    Increment(i32),
}
