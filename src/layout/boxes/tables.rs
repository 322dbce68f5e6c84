//! Tables made complete (CSS 2.2 §17.2.1): whatever stands in a table that is not a table part gets
//! the missing cell, row and row group around it; a part outside a table gets a table.

use std::sync::Arc;

use crate::css::Pseudo;
use crate::css::computed::{Computed, Display};
use crate::diag::Diagnostic;
use crate::html::{NodeId, NodeKind};
use crate::layout::boxes::builder::{Builder, Place, blockify, is_in_flow, is_table_part};
use crate::layout::boxes::flow::Flow;
use crate::layout::boxes::tree::{
    BoxId, BoxKind, BoxTree, LayoutBox, RowGroup, RowGroupKind, Table, TableCell, TableRow,
};
use crate::layout::boxes::{regular, roles};
use crate::layout::fragment::{ElementId, Role, StructureId};
use crate::limits::TABLE_SLOTS;

/// A child of a table or of a part of one.
#[derive(Clone, Copy)]
pub(super) enum Part {
    /// An element, or text that is not blank.
    Node(NodeId),
    /// Generated content of an element.
    Generated(NodeId, Pseudo),
}

impl Part {
    /// The node it is, or belongs to.
    fn node(self) -> NodeId {
        match self {
            Part::Node(node) | Part::Generated(node, _) => node,
        }
    }
}

impl Builder<'_> {
    /// The parts of a table element.
    pub(super) fn table(&mut self, node: NodeId, style: &Arc<Computed>, place: Place) -> BoxKind {
        let before = self.tree.structure.elements.len();
        let mut table =
            Table { wrapper: Some(Arc::new(style.anonymous(Display::Block))), ..Table::default() };
        let parts = self.parts(node);
        let mut loose = Vec::new();
        for part in parts {
            self.table_child(part, style, place, &mut loose, &mut table);
        }
        self.end_loose(&mut loose, style, place, &mut table);
        self.refuse_too_large(node, &mut table);
        regular::make_regular(self.dom, &mut self.tree, &table, before);
        BoxKind::Table(Box::new(table))
    }

    /// Takes the rows out of a table of too many slots.
    fn refuse_too_large(&mut self, node: NodeId, table: &mut Table) {
        if slots(table).is_some() {
            return;
        }
        let message = format!(
            "a table of more than {TABLE_SLOTS} slots, rows by columns; its rows are left out"
        );
        let error = Diagnostic::error("table-too-large", message)
            .help("part it into several tables, or mend `colspan` and `span`");
        self.findings.push((Some(ElementId(node.0)), error));
        table.groups.clear();
        table.columns.clear();
    }

    /// The children of an element that may be table parts, generated content among them; those of
    /// an element with `display: contents` stand in its place.
    fn parts(&mut self, node: NodeId) -> Vec<Part> {
        let mut parts = Vec::new();
        self.parts_into(node, &mut parts);
        parts
    }

    fn parts_into(&mut self, node: NodeId, parts: &mut Vec<Part>) {
        let generated = |builder: &Self, pseudo| {
            builder.generated(node, pseudo).map(|_| Part::Generated(node, pseudo))
        };
        parts.extend(generated(self, Pseudo::Before));
        let dom = self.dom;
        for child in dom.children(node) {
            match dom.kind(child) {
                NodeKind::Element(_) => match self.styled.get(child).display {
                    Display::None => {}
                    Display::Contents => {
                        let style = self.styled.get(child).clone();
                        self.enter(child, &style);
                        self.parts_into(child, parts);
                        self.leave();
                    }
                    _ => parts.push(Part::Node(child)),
                },
                NodeKind::Text(text) if !text.trim().is_empty() => parts.push(Part::Node(child)),
                _ => {}
            }
        }
        parts.extend(generated(self, Pseudo::After));
    }

    /// The style of a part; text has none of its own. What is out of flow is a block, whatever its
    /// `display`.
    fn part_style(&self, part: Part) -> Option<Arc<Computed>> {
        let style = match part {
            Part::Node(node) => {
                self.dom.element(node).is_some().then(|| self.styled.get(node).clone())
            }
            Part::Generated(node, pseudo) => self.generated(node, pseudo),
        };
        style.map(|style| if is_in_flow(&style) { style } else { blockify(&style) })
    }

    /// A child of a table, whose style is `table_style`.
    fn table_child(
        &mut self,
        part: Part,
        table_style: &Arc<Computed>,
        place: Place,
        loose: &mut Vec<Part>,
        table: &mut Table,
    ) {
        let Some(style) = self.part_style(part) else { return loose.push(part) };
        if is_table_part(style.display) && style.display != Display::TableCell {
            self.end_loose(loose, table_style, place, table);
        }
        match (style.display, part) {
            (Display::TableCaption, _) => {
                let caption = self.part_box(part, &style, place);
                table.captions.push(caption);
            }
            (Display::TableColumnGroup, Part::Node(node)) => {
                self.column_group(node, &style, table);
            }
            (Display::TableColumn, Part::Node(node)) => push_columns(self, node, &style, table),
            (Display::TableColumnGroup | Display::TableColumn, _) => {}
            (Display::TableHeaderGroup | Display::TableRowGroup | Display::TableFooterGroup, _) => {
                self.row_group(part, &style, place, table)
            }
            (Display::TableRow, _) => {
                let row = self.row(part, &style, place);
                implicit_group(table_style, table).rows.push(row);
            }
            _ => loose.push(part),
        }
    }

    /// The box of a part that holds flow content. The part has not been entered.
    fn part_box(&mut self, part: Part, style: &Arc<Computed>, place: Place) -> BoxId {
        match part {
            Part::Node(node) => {
                self.enter(node, style);
                self.element_box(node, style, place)
            }
            Part::Generated(node, _) => self.generated_box(node, style, place),
        }
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

    fn row_group(&mut self, part: Part, style: &Arc<Computed>, place: Place, table: &mut Table) {
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
        let order = self.order(part.node());
        let Part::Node(node) = part else {
            let row_style = Arc::new(style.anonymous(Display::TableRow));
            let rows = vec![self.generated_row(part, style, row_style, place)];
            let style = Arc::clone(style);
            table.groups.push(RowGroup {
                kind,
                style,
                element: None,
                structure: None,
                order,
                rows,
            });
            return;
        };
        self.enter(node, style);
        self.defer_anchors(node, style);
        let structure = self.part_structure(role, node, style, place);
        let inner = Place { structure: structure.or(place.structure) };
        let mut rows = Vec::new();
        let mut loose: Vec<Part> = Vec::new();
        for child in self.parts(node) {
            match self.part_style(child) {
                Some(child_style) if child_style.display == Display::TableRow => {
                    self.end_loose_row(&mut loose, style, inner, &mut rows);
                    rows.push(self.row(child, &child_style, inner));
                }
                _ => loose.push(child),
            }
        }
        self.end_loose_row(&mut loose, style, inner, &mut rows);
        table.groups.push(RowGroup {
            kind,
            style: Arc::clone(style),
            element: Some(ElementId(node.0)),
            structure,
            order,
            rows,
        });
        self.leave();
    }

    /// A row of generated content that is no row or no cell itself.
    fn generated_row(
        &mut self,
        part: Part,
        style: &Arc<Computed>,
        row_style: Arc<Computed>,
        place: Place,
    ) -> TableRow {
        let mut cell = style.anonymous(Display::TableCell);
        cell.generated = Arc::clone(&style.generated);
        let content = self.generated_box(part.node(), &Arc::new(cell), place);
        let cells = vec![TableCell { content, column_span: 1, row_span: 1 }];
        let order = self.order(part.node());
        TableRow { style: row_style, element: None, structure: None, order, cells }
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

    fn row(&mut self, part: Part, style: &Arc<Computed>, place: Place) -> TableRow {
        let Part::Node(node) = part else {
            return self.generated_row(part, style, Arc::clone(style), place);
        };
        self.enter(node, style);
        self.defer_anchors(node, style);
        let structure = self.part_structure(Role::TableRow, node, style, place);
        let inner = Place { structure: structure.or(place.structure) };
        let children = self.parts(node);
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
    fn cells(&mut self, children: &[Part], style: &Arc<Computed>, place: Place) -> Vec<TableCell> {
        let mut cells = Vec::new();
        let mut loose: Vec<Part> = Vec::new();
        for child in children.iter().copied() {
            let Some(cell_style) =
                self.part_style(child).filter(|style| style.display == Display::TableCell)
            else {
                loose.push(child);
                continue;
            };
            self.end_loose_cell(&mut loose, style, place, &mut cells);
            let content = self.part_box(child, &cell_style, place);
            let (column_span, row_span) = match child {
                Part::Node(node) => self.spans(node),
                Part::Generated(..) => (1, 1),
            };
            cells.push(TableCell { content, column_span, row_span });
        }
        self.end_loose_cell(&mut loose, style, place, &mut cells);
        cells
    }

    /// `colspan` and `rowspan`.
    fn spans(&self, cell: NodeId) -> (u16, u16) {
        let row_span = match self.dom.attr(cell, "rowspan").map(str::trim) {
            Some("0") => 0,
            _ => roles::span(self.dom, cell, "rowspan").max(1),
        };
        (roles::span(self.dom, cell, "colspan").max(1), row_span)
    }

    fn end_loose_cell(
        &mut self,
        loose: &mut Vec<Part>,
        style: &Arc<Computed>,
        place: Place,
        cells: &mut Vec<TableCell>,
    ) {
        if let Some(first) = loose.first().copied() {
            let parts = std::mem::take(loose);
            let content = self.anonymous_cell(&parts, first.node(), style, place);
            cells.push(TableCell { content, column_span: 1, row_span: 1 });
        }
    }

    fn anonymous_cell(
        &mut self,
        parts: &[Part],
        first: NodeId,
        style: &Arc<Computed>,
        place: Place,
    ) -> BoxId {
        let cell_style = Arc::new(style.anonymous(Display::TableCell));
        let mut flow = Flow::new(&cell_style, place.structure, true);
        for part in parts {
            match *part {
                Part::Node(node) => self.node_into(node, place, &mut flow),
                Part::Generated(node, pseudo) => self.pseudo(node, pseudo, place, &mut flow),
            }
        }
        let order = self.order(first);
        let (kind, paragraph) = flow.finish(&mut self.tree, order);
        self.tree.push(LayoutBox {
            style: cell_style,
            element: None,
            structure: paragraph,
            artifact: self.in_artifact(),
            order,
            broken: Default::default(),
            kind,
        })
    }

    fn end_loose_row(
        &mut self,
        loose: &mut Vec<Part>,
        style: &Arc<Computed>,
        place: Place,
        rows: &mut Vec<TableRow>,
    ) {
        if let Some(first) = loose.first().copied() {
            let parts = std::mem::take(loose);
            let row_style = Arc::new(style.anonymous(Display::TableRow));
            let cells = self.cells(&parts, &row_style, place);
            rows.push(TableRow {
                style: row_style,
                element: None,
                structure: None,
                order: self.order(first.node()),
                cells,
            });
        }
    }

    fn end_loose(
        &mut self,
        loose: &mut Vec<Part>,
        style: &Arc<Computed>,
        place: Place,
        table: &mut Table,
    ) {
        if loose.is_empty() {
            return;
        }
        let mut rows = Vec::new();
        self.end_loose_row(loose, style, place, &mut rows);
        implicit_group(style, table).rows.append(&mut rows);
    }

    /// A table part outside a table: an anonymous table around it.
    pub(super) fn stray_table_part(
        &mut self,
        part: Part,
        style: &Arc<Computed>,
        place: Place,
    ) -> BoxId {
        let table_style = Arc::new(style.anonymous(Display::Table));
        let mut table = Table::default();
        if style.display == Display::TableCaption {
            table.wrapper = Some(Arc::clone(&table_style));
        }
        let mut loose = Vec::new();
        self.table_child(part, &table_style, place, &mut loose, &mut table);
        self.end_loose(&mut loose, &table_style, place, &mut table);
        self.refuse_too_large(part.node(), &mut table);
        let order = self.order(part.node());
        self.tree.push(LayoutBox {
            style: table_style,
            element: None,
            structure: None,
            artifact: self.in_artifact(),
            order,
            broken: Default::default(),
            kind: BoxKind::Table(Box::new(table)),
        })
    }
}

/// Joins the anonymous tables around two table parts that follow each other: their rows and row
/// groups too, where these are anonymous.
pub(super) fn join(tree: &mut BoxTree, into: BoxId, from: BoxId) {
    let taken = BoxKind::Block(Vec::new());
    let BoxKind::Table(more) = std::mem::replace(&mut tree.boxes[from.0 as usize].kind, taken)
    else {
        return;
    };
    let BoxKind::Table(table) = &mut tree.boxes[into.0 as usize].kind else { return };
    table.wrapper = table.wrapper.take().or(more.wrapper);
    table.captions.extend(more.captions);
    table.columns.extend(more.columns);
    let mut groups = more.groups.into_iter().peekable();
    if let Some(last) = table.groups.last_mut().filter(|last| last.element.is_none())
        && let Some(first) = groups.next_if(|first| first.element.is_none())
    {
        let mut rows = first.rows.into_iter().peekable();
        if let Some(row) = last.rows.last_mut().filter(|row| row.element.is_none())
            && let Some(next) = rows.next_if(|next| next.element.is_none())
        {
            row.cells.extend(next.cells);
        }
        last.rows.extend(rows);
    }
    table.groups.extend(groups);
}

/// How many slots a table has; none if more than [`TABLE_SLOTS`]. Cells stand as in
/// [`grid`](crate::layout)'s passes: beside what reaches down from above.
fn slots(table: &Table) -> Option<usize> {
    let mut columns = table.columns.len();
    let mut rows = 0;
    for group in &table.groups {
        let mut covered: Vec<usize> = Vec::new();
        for (index, row) in group.rows.iter().enumerate() {
            rows += 1;
            let mut column = 0;
            for cell in &row.cells {
                while covered.get(column).is_some_and(|rows| *rows > 0) {
                    column += 1;
                }
                let end = column + usize::from(cell.column_span).max(1);
                if end > TABLE_SLOTS {
                    return None;
                }
                covered.resize(covered.len().max(end), 0);
                let left = group.rows.len() - index;
                let span = usize::from(cell.row_span);
                covered[column..end].fill(if span == 0 { left } else { span.min(left) });
                column = end;
            }
            columns = columns.max(covered.len());
            covered.iter_mut().for_each(|rows| *rows = rows.saturating_sub(1));
            if columns * rows > TABLE_SLOTS {
                return None;
            }
        }
    }
    (columns <= TABLE_SLOTS).then_some(columns * rows)
}

/// Whether an element's own role is that of the part it is shown as: a row, or any row group (a
/// second `thead` is shown as a body).
fn is_same_part(own: Option<Role>, part: Role) -> bool {
    let is_group = |role| matches!(role, Role::TableHead | Role::TableBody | Role::TableFoot);
    own.is_some_and(|own| own == part || (is_group(own) && is_group(part)))
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
