//! Tables made complete (CSS 2.2 §17.2.1): whatever stands in a table that is not a table part gets
//! the missing cell, row and row group around it; a part outside a table gets a table.

use std::sync::Arc;

use crate::css::computed::{Computed, Display};
use crate::html::{NodeId, NodeKind};
use crate::layout::boxes::builder::{Builder, Place, is_table_part};
use crate::layout::boxes::flow::Flow;
use crate::layout::boxes::tree::{
    BoxId, BoxKind, LayoutBox, RowGroup, RowGroupKind, Table, TableCell, TableRow,
};
use crate::layout::boxes::{regular, roles};
use crate::layout::fragment::{ElementId, Role, StructureId};

impl Builder<'_> {
    /// The parts of a table element.
    pub(super) fn table(&mut self, node: NodeId, style: &Arc<Computed>, place: Place) -> BoxKind {
        let mut table =
            Table { wrapper: Some(Arc::new(style.anonymous(Display::Block))), ..Table::default() };
        self.table_children(node, style, place, &mut table);
        regular::make_regular(&mut self.tree, &table);
        BoxKind::Table(Box::new(table))
    }

    fn table_children(
        &mut self,
        node: NodeId,
        style: &Arc<Computed>,
        place: Place,
        table: &mut Table,
    ) {
        let dom = self.dom;
        let mut loose = LooseCell::default();
        for child in dom.children(node) {
            let child_style = match dom.kind(child) {
                NodeKind::Element(_) => self.styled.get(child).clone(),
                NodeKind::Text(text) if !text.trim().is_empty() => {
                    loose.nodes.push(child);
                    continue;
                }
                _ => continue,
            };
            let part = is_table_part(child_style.display) || child_style.display == Display::None;
            if part && child_style.display != Display::TableCell {
                self.end_loose(&mut loose, style, place, table);
            }
            match child_style.display {
                Display::None => {}
                Display::TableCaption => {
                    self.enter(child, &child_style);
                    let caption = self.element_box(child, &child_style, place);
                    table.captions.push(caption);
                }
                Display::TableColumnGroup => self.column_group(child, &child_style, table),
                Display::TableColumn => push_columns(self, child, &child_style, table),
                Display::TableHeaderGroup | Display::TableRowGroup | Display::TableFooterGroup => {
                    self.row_group(child, &child_style, place, table)
                }
                Display::TableRow => {
                    let row = self.row(child, &child_style, place);
                    implicit_group(style, table).rows.push(row);
                }
                _ => loose.nodes.push(child),
            }
        }
        self.end_loose(&mut loose, style, place, table);
    }

    fn column_group(&mut self, node: NodeId, style: &Arc<Computed>, table: &mut Table) {
        let dom = self.dom;
        let columns: Vec<NodeId> = dom
            .children(node)
            .filter(|c| {
                dom.element(*c).is_some() && self.styled.get(*c).display == Display::TableColumn
            })
            .collect();
        if columns.is_empty() {
            push_columns(self, node, style, table);
        }
        for column in columns {
            let style = self.styled.get(column).clone();
            push_columns(self, column, &style, table);
        }
    }

    fn row_group(&mut self, node: NodeId, style: &Arc<Computed>, place: Place, table: &mut Table) {
        self.enter(node, style);
        let has = |kind| table.groups.iter().any(|g| g.kind == kind);
        let kind = match style.display {
            Display::TableHeaderGroup if !has(RowGroupKind::Head) => RowGroupKind::Head,
            Display::TableFooterGroup if !has(RowGroupKind::Foot) => RowGroupKind::Foot,
            _ => RowGroupKind::Body,
        };
        let role = match kind {
            RowGroupKind::Head => Role::TableHead,
            RowGroupKind::Body => Role::TableBody,
            RowGroupKind::Foot => Role::TableFoot,
        };
        let structure = self.part_structure(role, node, style, place);
        let inner = Place { structure: structure.or(place.structure) };
        let mut rows = Vec::new();
        let mut loose: Vec<NodeId> = Vec::new();
        let dom = self.dom;
        for child in dom.children(node) {
            match dom.kind(child) {
                NodeKind::Element(_) => {
                    let child_style = self.styled.get(child).clone();
                    match child_style.display {
                        Display::None => {}
                        Display::TableRow => {
                            self.end_loose_row(&mut loose, style, inner, &mut rows);
                            rows.push(self.row(child, &child_style, inner));
                        }
                        _ => loose.push(child),
                    }
                }
                NodeKind::Text(text) if !text.trim().is_empty() => loose.push(child),
                _ => {}
            }
        }
        self.end_loose_row(&mut loose, style, inner, &mut rows);
        table.groups.push(RowGroup {
            kind,
            style: Arc::clone(style),
            element: Some(ElementId(node.0)),
            structure,
            order: self.order(node),
            rows,
        });
        self.leave();
    }

    /// The structure element of a row group or row. What a table's part means is up to the HTML,
    /// not to `display`: an element of another role keeps that.
    fn part_structure(
        &mut self,
        role: Role,
        node: NodeId,
        style: &Computed,
        place: Place,
    ) -> Option<StructureId> {
        if self.in_artifact() || !is_same_part(roles::role(self.dom, node), role) {
            return self.meaning(node, style, place).structure;
        }
        let element = self.structure_element(role, node, place.structure);
        Some(self.push_structure(element))
    }

    fn row(&mut self, node: NodeId, style: &Arc<Computed>, place: Place) -> TableRow {
        self.enter(node, style);
        let structure = self.part_structure(Role::TableRow, node, style, place);
        let inner = Place { structure: structure.or(place.structure) };
        let dom = self.dom;
        let children: Vec<NodeId> = dom
            .children(node)
            .filter(|c| match dom.kind(*c) {
                NodeKind::Text(text) => !text.trim().is_empty(),
                NodeKind::Element(_) => self.styled.get(*c).display != Display::None,
                _ => false,
            })
            .collect();
        let cells = self.cells(&children, style, inner);
        self.leave();
        TableRow {
            style: Arc::clone(style),
            element: Some(ElementId(node.0)),
            structure,
            order: self.order(node),
            cells,
        }
    }

    /// Cells of a row; other children share anonymous cells.
    fn cells(
        &mut self,
        children: &[NodeId],
        style: &Arc<Computed>,
        place: Place,
    ) -> Vec<TableCell> {
        let mut cells = Vec::new();
        let mut loose: Vec<NodeId> = Vec::new();
        for child in children.iter().copied() {
            let is_cell = self.dom.element(child).is_some()
                && self.styled.get(child).display == Display::TableCell;
            if !is_cell {
                loose.push(child);
                continue;
            }
            self.end_loose_cell(&mut loose, style, place, &mut cells);
            let cell_style = self.styled.get(child).clone();
            self.enter(child, &cell_style);
            let content = self.element_box(child, &cell_style, place);
            let row_span = match self.dom.attr(child, "rowspan").map(str::trim) {
                Some("0") => 0,
                _ => roles::span(self.dom, child, "rowspan").max(1),
            };
            let column_span = roles::span(self.dom, child, "colspan").max(1);
            cells.push(TableCell { content, column_span, row_span });
        }
        self.end_loose_cell(&mut loose, style, place, &mut cells);
        cells
    }

    fn end_loose_cell(
        &mut self,
        loose: &mut Vec<NodeId>,
        style: &Arc<Computed>,
        place: Place,
        cells: &mut Vec<TableCell>,
    ) {
        if let Some(first) = loose.first().copied() {
            let nodes = std::mem::take(loose);
            let content = self.anonymous_cell(&nodes, first, style, place);
            cells.push(TableCell { content, column_span: 1, row_span: 1 });
        }
    }

    fn anonymous_cell(
        &mut self,
        nodes: &[NodeId],
        first: NodeId,
        style: &Arc<Computed>,
        place: Place,
    ) -> BoxId {
        let cell_style = Arc::new(style.anonymous(Display::TableCell));
        let mut flow = Flow::new(&cell_style, place.structure, true);
        self.nodes_into(nodes, place, &mut flow);
        let order = self.order(first);
        let (kind, paragraph) = flow.finish(&mut self.tree, order);
        self.tree.push(LayoutBox {
            style: cell_style,
            element: None,
            structure: paragraph,
            artifact: self.in_artifact(),
            order,
            kind,
        })
    }

    fn end_loose_row(
        &mut self,
        loose: &mut Vec<NodeId>,
        style: &Arc<Computed>,
        place: Place,
        rows: &mut Vec<TableRow>,
    ) {
        if let Some(first) = loose.first().copied() {
            let nodes = std::mem::take(loose);
            let row_style = Arc::new(style.anonymous(Display::TableRow));
            let cells = self.cells(&nodes, &row_style, place);
            rows.push(TableRow {
                style: row_style,
                element: None,
                structure: None,
                order: self.order(first),
                cells,
            });
        }
    }

    fn end_loose(
        &mut self,
        loose: &mut LooseCell,
        style: &Arc<Computed>,
        place: Place,
        table: &mut Table,
    ) {
        if loose.nodes.is_empty() {
            return;
        }
        let mut rows = Vec::new();
        self.end_loose_row(&mut loose.nodes, style, place, &mut rows);
        implicit_group(style, table).rows.append(&mut rows);
    }

    /// A table part outside a table: an anonymous table around it.
    pub(super) fn stray_table_part(
        &mut self,
        node: NodeId,
        style: &Arc<Computed>,
        place: Place,
    ) -> BoxId {
        // The part has been entered by the caller; its own builder enters it again.
        self.leave();
        let table_style = Arc::new(style.anonymous(Display::Table));
        let mut table = Table::default();
        match style.display {
            Display::TableRow => {
                let row = self.row(node, style, place);
                implicit_group(&table_style, &mut table).rows.push(row);
            }
            Display::TableCell => {
                let row_style = Arc::new(style.anonymous(Display::TableRow));
                let cells = self.cells(&[node], &row_style, place);
                let order = self.order(node);
                implicit_group(&table_style, &mut table).rows.push(TableRow {
                    style: row_style,
                    element: None,
                    structure: None,
                    order,
                    cells,
                });
            }
            Display::TableRowGroup | Display::TableHeaderGroup | Display::TableFooterGroup => {
                self.row_group(node, style, place, &mut table);
            }
            Display::TableCaption => {
                self.enter(node, style);
                table.wrapper = Some(Arc::clone(&table_style));
                let caption = self.element_box(node, style, place);
                table.captions.push(caption);
            }
            _ => {}
        }
        let order = self.order(node);
        self.tree.push(LayoutBox {
            style: table_style,
            element: None,
            structure: None,
            artifact: self.in_artifact(),
            order,
            kind: BoxKind::Table(Box::new(table)),
        })
    }

    /// Some nodes as the content of a block container.
    fn nodes_into(&mut self, nodes: &[NodeId], place: Place, flow: &mut Flow) {
        for node in nodes.iter().copied() {
            self.node_into(node, place, flow);
        }
    }
}

/// Whether an element's own role is that of the part it is shown as: a row, or any row group (a
/// second `thead` is shown as a body).
fn is_same_part(own: Option<Role>, part: Role) -> bool {
    let is_group = |role| matches!(role, Role::TableHead | Role::TableBody | Role::TableFoot);
    own.is_some_and(|own| own == part || (is_group(own) && is_group(part)))
}

/// Children of a table that are no table parts.
#[derive(Default)]
struct LooseCell {
    nodes: Vec<NodeId>,
}

fn push_columns(builder: &Builder, node: NodeId, style: &Arc<Computed>, table: &mut Table) {
    let span = usize::from(roles::span(builder.dom, node, "span").max(1));
    table.columns.extend(std::iter::repeat_n(Arc::clone(style), span));
}

/// The row group of rows that stand right in a table.
fn implicit_group<'t>(style: &Arc<Computed>, table: &'t mut Table) -> &'t mut RowGroup {
    let reuse = table.groups.last().is_some_and(|g| g.element.is_none());
    if !reuse {
        table.groups.push(RowGroup {
            kind: RowGroupKind::Body,
            style: Arc::new(style.anonymous(Display::TableRowGroup)),
            element: None,
            structure: None,
            order: 0,
            rows: Vec::new(),
        });
    }
    let last = table.groups.len() - 1;
    &mut table.groups[last]
}
