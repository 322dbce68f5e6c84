//! The header row and the specification → the table's columns.
//!
//! A specified column is the header cell of exactly its name; failing that, one that differs in
//! case, blanks, `_` or `-` only, with a warning. Header cells that nobody specified are text
//! columns; empty ones (Excel leaves some at the end) are no columns.

use std::sync::Arc;

use super::cell::clean;
use super::schema::{ColumnType, TableSpec};
use super::table::{Column, cell_span};
use crate::diag::{Diagnostic, Source, nearest};

/// The header row, as read.
pub(super) struct Header<'a> {
    /// The table's name in the project file.
    pub table: &'a str,
    /// The file.
    pub source: &'a Arc<Source>,
    /// Where the row begins.
    pub start: usize,
    /// The delimiter.
    pub delimiter: u8,
    /// Its cells.
    pub cells: Vec<String>,
}

impl Header<'_> {
    /// The columns, in the order of the file, and at the end the specified ones that it lacks.
    pub fn columns(&self, spec: &TableSpec, found: &mut Vec<Diagnostic>) -> Vec<Column> {
        let names: Vec<String> = self.cells.iter().map(|c| clean(c).into_owned()).collect();
        self.report_doubles(&names, found);
        let mut columns: Vec<Column> = Vec::new();
        for (position, name) in names.iter().enumerate() {
            if !name.is_empty() && !names[..position].contains(name) {
                columns.push(column(name, Some(position), spec));
            }
        }
        for name in specified(spec) {
            if !columns.iter().any(|c| c.name == name) {
                self.match_loosely(name, spec, &mut columns, found);
            }
        }
        columns
    }

    fn match_loosely(
        &self,
        name: &str,
        spec: &TableSpec,
        columns: &mut Vec<Column>,
        found: &mut Vec<Diagnostic>,
    ) {
        let folded = fold(name);
        let near = columns
            .iter_mut()
            .find(|c| fold(&c.name) == folded && !spec.columns.contains_key(&c.name));
        let Some(near) = near else {
            found.push(self.missing(name, columns));
            columns.push(column(name, None, spec));
            return;
        };
        let position = near.position.unwrap_or(0);
        found.push(
            Diagnostic::warning(
                "header-differs",
                format!("the header {:?} is taken for column `{name}`", near.name),
            )
            .at(cell_span(self.source, self.start, self.delimiter, position))
            .help(format!("write `{name}` in the header, or {:?} in urkunde.toml", near.name)),
        );
        *near = column(name, Some(position), spec);
    }

    fn missing(&self, name: &str, columns: &[Column]) -> Diagnostic {
        let end = self.start + self.cells_end();
        let span = crate::diag::Span::new(self.source, self.start..end);
        let diagnostic = Diagnostic::error(
            "missing-column",
            format!("column `{name}` of table `{}` is not in the header", self.table),
        )
        .at(span);
        let there = columns.iter().filter(|c| c.position.is_some()).map(|c| c.name.as_str());
        match nearest(name, there.clone()) {
            Some(near) => diagnostic.help(format!("there is a column `{near}`")),
            None => {
                diagnostic.note(format!("the columns are {}", there.collect::<Vec<_>>().join(", ")))
            }
        }
    }

    fn cells_end(&self) -> usize {
        super::scan::cells(&self.source.text, self.start, self.delimiter).1 - self.start
    }

    fn report_doubles(&self, names: &[String], found: &mut Vec<Diagnostic>) {
        for (position, name) in names.iter().enumerate() {
            let Some(first) = names[..position].iter().position(|n| n == name && !n.is_empty())
            else {
                continue;
            };
            let span = |at| cell_span(self.source, self.start, self.delimiter, at);
            found.push(
                Diagnostic::error(
                    "doubled-column",
                    format!("column `{name}` stands twice in the header"),
                )
                .at(span(position))
                .label("again here")
                .related(span(first), "first here")
                .help("rename or remove one of them"),
            );
        }
    }
}

fn column(name: &str, position: Option<usize>, spec: &TableSpec) -> Column {
    let kind = spec.columns.get(name).map_or(ColumnType::Text, |c| c.kind);
    Column { name: name.to_string(), kind, target: None, position }
}

/// The columns that the file must have: those with a specification, and the key.
fn specified(spec: &TableSpec) -> impl Iterator<Item = &str> {
    let key = spec.key.as_deref().filter(|key| !spec.columns.contains_key(*key));
    spec.columns.keys().map(String::as_str).chain(key)
}

fn fold(name: &str) -> String {
    name.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-'))
        .flat_map(char::to_lowercase)
        .collect()
}
