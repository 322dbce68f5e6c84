//! What is left of a document after a page, as boxes: the rest is laid out again where the next
//! page has another width (CSS Fragmentation 4 §4.5).
//!
//! A box that is on the page whole is gone, one that is not there at all stays what it is, and one
//! that was cut is replaced by a copy with what is left of its content: its first edges are those
//! of the cut, its lines go on where they stopped.
//!
//! Deviation: flex and grid containers that are cut are laid out again from the items that are left.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::extent::is_float;
use super::slice::is_slice;
use crate::css::computed::{BoxSizing, Display, LengthPercentage, SizeValue};
use crate::geom::Px;
use crate::layout::boxes::tree::{
    Broken, Replaced, Resume, RowGroup, RowGroupKind, Table, TableCell, TableRow,
};
use crate::layout::boxes::{BoxId, BoxKind, BoxTree, InlineContent, InlineItem, LayoutBox};
use crate::layout::fragment::{AnchorId, ElementId, Fragment, FragmentContent, LineStart, Origin};
use crate::layout::positioned::is_containing_block;

/// What has a place on a page already.
#[derive(Default)]
pub struct Placed {
    boxes: FxHashSet<BoxId>,
    anchors: FxHashSet<AnchorId>,
    /// The height, from the padding box's top, of boxes that positioned ones refer to.
    heights: FxHashMap<BoxId, Px>,
    elements: FxHashSet<ElementId>,
}

impl Placed {
    /// Adds what a page holds.
    pub fn add(&mut self, fragment: &Fragment) {
        if let Origin::Box(id) = fragment.origin {
            self.boxes.insert(id);
            if is_containing_block(&fragment.style) {
                let height = self.heights.entry(id).or_insert(Px::ZERO);
                *height += fragment.size.height - fragment.border.top;
            }
        }
        if let FragmentContent::Anchor(id) = fragment.content {
            self.anchors.insert(id);
        }
        self.elements.extend(fragment.element);
        for child in &fragment.children {
            self.add(child);
        }
    }

    /// Whether something of an element is placed.
    pub fn has_element(&self, element: ElementId) -> bool {
        self.elements.contains(&element)
    }
}

/// The boxes of what is below a cut; none if that is nothing.
pub fn boxes(tree: &mut BoxTree, root: BoxId, below: &Fragment, placed: &Placed) -> Option<BoxId> {
    let mut continued = FxHashMap::default();
    index(below, &mut continued);
    let mut rest = Rest { tree, placed, continued, reached: FxHashSet::default() };
    let root = rest.of(root)?;
    rest.hang_floats(root, below);
    Some(root)
}

/// Whether a slice of a line is left, which is no box: it cannot be laid out anew. It stands at the top of what
/// is left of its box, which may be one of several side by side or a float.
pub fn holds_slice(fragment: &Fragment) -> bool {
    is_slice(fragment) && matches!(fragment.origin, Origin::Line(_))
        || fragment.children.iter().any(holds_slice)
}

/// A slice as a box: it keeps its size, whatever the page is wide.
fn slice_box(original: &LayoutBox, slice: &Fragment) -> LayoutBox {
    let mut style = original.style.anonymous(Display::Block);
    style.float = original.style.float;
    style.margin.left = original.style.margin.left.clone();
    style.margin.right = original.style.margin.right.clone();
    let kind = BoxKind::Replaced(Replaced {
        image: None,
        natural_width: Some(slice.size.width),
        natural_height: Some(slice.size.height),
        natural_ratio: None,
        slice: Some(Arc::new(slice.clone())),
    });
    let broken = Broken { top: true, ..original.broken };
    LayoutBox { style: Arc::new(style), element: None, structure: None, broken, kind, ..*original }
}

fn index<'f>(fragment: &'f Fragment, into: &mut FxHashMap<BoxId, &'f Fragment>) {
    if let Origin::Box(id) = fragment.origin {
        into.entry(id).or_insert(fragment);
    }
    for child in &fragment.children {
        index(child, into);
    }
}

struct Rest<'r> {
    tree: &'r mut BoxTree,
    placed: &'r Placed,
    /// Fragments below the cut, the outermost of each box.
    continued: FxHashMap<BoxId, &'r Fragment>,
    /// Boxes that were met on the way.
    reached: FxHashSet<BoxId>,
}

impl Rest<'_> {
    /// What is left of a box.
    fn of(&mut self, id: BoxId) -> Option<BoxId> {
        if let BoxKind::Anchor(anchor) = self.tree.get(id).kind {
            return (!self.placed.anchors.contains(&anchor)).then_some(id);
        }
        self.reached.insert(id);
        if !self.placed.boxes.contains(&id) {
            return Some(id);
        }
        let fragment = *self.continued.get(&id)?;
        Some(self.cut(id, fragment))
    }

    /// Floats that reach below the page, though the boxes they are in ended there: they stand
    /// before all else.
    fn hang_floats(&mut self, root: BoxId, below: &Fragment) {
        let mut floats = Vec::new();
        for child in below.children.iter().filter(|c| is_float(c)) {
            if let Origin::Box(id) = child.origin
                && !self.reached.contains(&id)
            {
                floats.push(self.cut(id, child));
            }
        }
        if floats.is_empty() {
            return;
        }
        let mut into = root;
        if let BoxKind::Block(children) = &self.tree.get(root).kind
            && let Some(body) = children.iter().copied().find(|c| self.tree.get(*c).broken.top)
        {
            into = body;
        }
        match &mut self.tree.boxes[into.0 as usize].kind {
            BoxKind::Block(children) => {
                children.splice(0..0, floats);
            }
            _ => {
                if let BoxKind::Block(children) = &mut self.tree.boxes[root.0 as usize].kind {
                    children.splice(0..0, floats);
                }
            }
        }
    }

    fn each(&mut self, ids: &[BoxId]) -> Vec<BoxId> {
        ids.iter().filter_map(|id| self.of(*id)).collect()
    }

    /// The copy of a box with what `fragment`, its part below the cut, holds.
    fn cut(&mut self, id: BoxId, fragment: &Fragment) -> BoxId {
        if is_slice(fragment) {
            let copy = slice_box(self.tree.get(id), fragment);
            return self.tree.push_copy(id, copy);
        }
        let mut copy = self.tree.get(id).clone();
        copy.open_top();
        copy.broken.above += self.placed.heights.get(&id).copied().unwrap_or(Px::ZERO);
        set_height(&mut copy, fragment);
        copy.kind = match copy.kind {
            BoxKind::Block(children) => BoxKind::Block(self.each(&children)),
            BoxKind::Flex(children) => BoxKind::Flex(self.each(&children)),
            BoxKind::Grid(children) => BoxKind::Grid(self.each(&children)),
            BoxKind::Inline(content) => BoxKind::Inline(self.lines(content, fragment)),
            BoxKind::Table(table) => BoxKind::Table(Box::new(self.table(*table, id, fragment))),
            kind => kind,
        };
        self.tree.push_copy(id, copy)
    }

    fn lines(&mut self, content: InlineContent, fragment: &Fragment) -> InlineContent {
        let start = fragment.children.iter().find_map(|child| match child.origin {
            Origin::Line(start) => Some(start),
            _ => None,
        });
        let end = LineStart { piece: u32::MAX, split: 0 };
        let (mut floats, mut positioned, mut gone) = (Vec::new(), Vec::new(), Vec::new());
        let mut items = content.items.clone();
        for item in &mut items {
            match item {
                InlineItem::Float(id) => {
                    if let Some(rest) = self.of(*id) {
                        *id = rest;
                        floats.push(rest);
                    }
                }
                InlineItem::Positioned(id) if self.placed.boxes.contains(id) => gone.push(*id),
                InlineItem::Positioned(id) => positioned.push(*id),
                _ => {}
            }
        }
        let resume = Resume { start: start.unwrap_or(end), floats, positioned, gone };
        InlineContent { items, marker: None, resume: Some(resume), ..content }
    }

    fn table(&mut self, table: Table, id: BoxId, fragment: &Fragment) -> Table {
        let grid = fragment.children.iter().find(|c| c.origin == Origin::Box(id));
        let grid = match grid {
            Some(grid) => Some(grid),
            None => Some(fragment).filter(|f| f.style.display == Display::Table),
        };
        let captions = self.each(&table.captions);
        let Some(grid) = grid else {
            return Table { captions, groups: Vec::new(), ..table };
        };
        let real = |f: &&Fragment| !f.artifact;
        let groups = grid.children.iter().filter(real);
        let row = |f: &'_ Fragment| match f.origin {
            Origin::Row(index) => Some(index as usize),
            _ => None,
        };
        let mut first = groups.flat_map(|g| &g.children).find(|r| row(r).is_some());
        let has_head = grid.children.iter().any(|c| c.style.display == Display::TableHeaderGroup);
        let total: usize = table.groups.iter().map(|g| g.rows.len()).sum();
        let head: usize = rows_of(&table, RowGroupKind::Head);
        // Rows stand in the order head, bodies, foot; those that are left are the last.
        let gone = first.and_then(row).unwrap_or(total);
        let spans = Spans::new(&table, gone);
        let mut seen = 0;
        let mut out = Vec::new();
        let ordered = [RowGroupKind::Head, RowGroupKind::Body, RowGroupKind::Foot];
        for kind in ordered {
            for group in table.groups.iter().filter(|g| g.kind == kind) {
                if kind == RowGroupKind::Head && gone >= head {
                    seen += group.rows.len();
                    if has_head {
                        out.push(group.clone());
                    }
                    continue;
                }
                let mut rows = Vec::new();
                for row in &group.rows {
                    if seen >= gone {
                        rows.push(match first.take() {
                            Some(fragment) => self.first_row(row, fragment, seen, &spans),
                            None => row.clone(),
                        });
                    }
                    seen += 1;
                }
                if !rows.is_empty() {
                    out.push(RowGroup { rows, ..group.clone() });
                }
            }
        }
        let whole = Some(table.whole.unwrap_or(id));
        Table { captions, groups: out, whole, ..table }
    }

    /// The first row below a cut: what is left of its cells, and of those that reach into it.
    fn first_row(
        &mut self,
        row: &TableRow,
        fragment: &Fragment,
        index: usize,
        spans: &Spans,
    ) -> TableRow {
        let mut cells: Vec<&Fragment> = fragment.children.iter().collect();
        cells.sort_by(|a, b| a.offset.x.0.total_cmp(&b.offset.x.0));
        let mut out = Vec::with_capacity(cells.len());
        for cell in cells {
            let Origin::Box(id) = cell.origin else { continue };
            let Some((from, spec)) = spans.cells.get(&id) else { continue };
            let content = self.of(id).unwrap_or_else(|| self.cut(id, cell));
            let above = (index - (*from).min(index)) as u16;
            let row_span =
                if spec.row_span == 0 { 0 } else { spec.row_span.saturating_sub(above).max(1) };
            out.push(TableCell { content, row_span, ..*spec });
        }
        TableRow { cells: if out.is_empty() { row.cells.clone() } else { out }, ..row.clone() }
    }
}

fn rows_of(table: &Table, kind: RowGroupKind) -> usize {
    table.groups.iter().filter(|g| g.kind == kind).map(|g| g.rows.len()).sum()
}

/// The cells of a table that begin in a row, or above it and reach into it, with the rows they begin
/// in, rows counted head first.
struct Spans {
    cells: FxHashMap<BoxId, (usize, TableCell)>,
}

impl Spans {
    fn new(table: &Table, at: usize) -> Spans {
        let mut cells = FxHashMap::default();
        let mut row_index = 0;
        for kind in [RowGroupKind::Head, RowGroupKind::Body, RowGroupKind::Foot] {
            for group in table.groups.iter().filter(|g| g.kind == kind) {
                for row in &group.rows {
                    let reaches = |c: &&TableCell| {
                        c.row_span == 0 || row_index + usize::from(c.row_span) > at
                    };
                    if row_index <= at {
                        let reaching = row.cells.iter().filter(reaches);
                        cells.extend(reaching.map(|c| (c.content, (row_index, *c))));
                    }
                    row_index += 1;
                }
            }
        }
        Spans { cells }
    }
}

/// A height that was given is what is left of it.
fn set_height(boxed: &mut LayoutBox, fragment: &Fragment) {
    let style = Arc::make_mut(&mut boxed.style);
    let left = match style.box_sizing {
        BoxSizing::ContentBox => {
            fragment.size.height - (fragment.border + fragment.padding).vertical()
        }
        BoxSizing::BorderBox => fragment.size.height,
    };
    let left = SizeValue::Value(LengthPercentage::Length(left.max(Px::ZERO)));
    if matches!(style.height, SizeValue::Value(_)) {
        style.height = left.clone();
    }
    if matches!(style.min_height, SizeValue::Value(_)) {
        style.min_height = left;
    }
    style.aspect_ratio = None;
}
