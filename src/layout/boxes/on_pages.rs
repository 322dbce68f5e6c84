//! Boxes that are set anew on every page: running elements and fixed boxes that show the page's
//! number.

use crate::layout::boxes::counters;
use crate::layout::boxes::tree::{BoxId, BoxKind, BoxTree, InlineItem, LayoutBox, Table};

/// Whether a box shows a counter of the page.
pub fn shows_page_counter(tree: &BoxTree, id: BoxId) -> bool {
    match &tree.get(id).kind {
        BoxKind::Inline(content) => content.items.iter().any(|item| match item {
            InlineItem::Text(text) => text.counter.is_some(),
            InlineItem::Atomic(id) | InlineItem::Float(id) | InlineItem::Positioned(id) => {
                shows_page_counter(tree, *id)
            }
            _ => false,
        }),
        BoxKind::Block(children) | BoxKind::Flex(children) | BoxKind::Grid(children) => {
            children.iter().any(|child| shows_page_counter(tree, *child))
        }
        BoxKind::Table(table) => contents(table).any(|id| shows_page_counter(tree, id)),
        BoxKind::Replaced(_) | BoxKind::Anchor(_) => false,
    }
}

fn contents(table: &Table) -> impl Iterator<Item = BoxId> {
    let rows = table.groups.iter().flat_map(|group| &group.rows);
    let cells = rows.flat_map(|row| row.cells.iter().map(|cell| cell.content));
    table.captions.iter().copied().chain(cells)
}

/// A copy of a box in a tree of its own, with the page's values of counters.
pub fn on_page(tree: &BoxTree, id: BoxId, value: &dyn Fn(&str) -> i32) -> (BoxTree, BoxId) {
    let mut copy = Copy { from: tree, into: BoxTree::default(), value };
    // Anchors keep their indices.
    copy.into.anchors.clone_from(&tree.anchors);
    let id = copy.of(id);
    (copy.into, id)
}

struct Copy<'c> {
    from: &'c BoxTree,
    into: BoxTree,
    value: &'c dyn Fn(&str) -> i32,
}

impl Copy<'_> {
    fn of(&mut self, id: BoxId) -> BoxId {
        let LayoutBox { kind, .. } = self.from.get(id);
        let kind = match kind.clone() {
            BoxKind::Inline(mut content) => {
                for item in &mut content.items {
                    self.item(item);
                }
                content.marker = content.marker.map(|marker| self.of(marker));
                BoxKind::Inline(content)
            }
            BoxKind::Block(children) => BoxKind::Block(self.each(&children)),
            BoxKind::Flex(children) => BoxKind::Flex(self.each(&children)),
            BoxKind::Grid(children) => BoxKind::Grid(self.each(&children)),
            BoxKind::Table(mut table) => {
                table.captions = self.each(&table.captions);
                let rows = table.groups.iter_mut().flat_map(|group| &mut group.rows);
                for cell in rows.flat_map(|row| &mut row.cells) {
                    cell.content = self.of(cell.content);
                }
                BoxKind::Table(table)
            }
            other => other,
        };
        let copy = LayoutBox { kind, ..self.from.get(id).clone() };
        let new = self.into.push(copy);
        if self.from.interrupted.contains(&id) {
            self.into.interrupted.insert(new);
        }
        if self.from.block_level.contains(&id) {
            self.into.block_level.insert(new);
        }
        if let Some(marker) = self.from.markers.get(&id) {
            let marker = self.of(*marker);
            self.into.markers.insert(new, marker);
        }
        new
    }

    fn each(&mut self, ids: &[BoxId]) -> Vec<BoxId> {
        ids.iter().map(|id| self.of(*id)).collect()
    }

    fn item(&mut self, item: &mut InlineItem) {
        match item {
            InlineItem::Text(text) => {
                if let Some(counter) = &text.counter {
                    let (name, style) = &**counter;
                    text.text = counters::format((self.value)(name), style).into();
                }
            }
            InlineItem::Atomic(id) | InlineItem::Float(id) | InlineItem::Positioned(id) => {
                *id = self.of(*id);
            }
            _ => {}
        }
    }
}
