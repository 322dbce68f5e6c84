//! The header row and the specification → the table's columns.
//!
//! A specified column is the header cell of exactly its name; failing that, one that differs in
//! case, blanks, `_`, `-` or the width of letters only, with a warning. Header cells that nobody specified are text
//! columns; empty ones (Excel leaves some at the end) are no columns.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization;

use super::cell::clean;
use super::findings::Findings;
use super::form::{Cells, Form};
use super::scan;
use super::schema::{ColumnType, TableSpec};
use super::table::Column;
use crate::diag::{self, Diagnostic, Severity, Source, Span, nearest};

/// The header row, as read.
pub(super) struct Header<'a> {
    /// The table's name in the project file.
    pub table: &'a str,
    /// How rows stand in the file.
    pub form: &'a Form,
    /// Its text.
    pub source: &'a Arc<Source>,
    /// Its cells.
    pub cells: Vec<String>,
}

impl Header<'_> {
    /// The columns, in the order of the file, and at the end the specified ones that it lacks.
    pub fn columns(&self, spec: &TableSpec, found: &mut Findings) -> Vec<Column> {
        let mut columns: Vec<Column> = Vec::new();
        let mut first = FxHashMap::default();
        for (position, cell) in self.cells.iter().enumerate() {
            let name = clean(cell).into_owned();
            if name.is_empty() {
                continue;
            }
            match first.get(&name) {
                Some(earlier) => found.error(|| self.doubled(&name, *earlier, position)),
                None => {
                    columns.push(column(&name, Some(position), spec));
                    first.insert(name, position);
                }
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
        found: &mut Findings,
    ) {
        let folded = fold(name);
        let near = columns
            .iter_mut()
            .find(|c| fold(&c.name) == folded && !spec.columns.contains_key(&c.name));
        let Some(near) = near else {
            found.error(|| self.missing(name, columns, spec));
            columns.push(column(name, None, spec));
            return;
        };
        let position = near.position.unwrap_or(0);
        found.add(Severity::Warning, || {
            let message = format!("the header {:?} is taken for column `{name}`", near.name);
            Diagnostic::warning("header-differs", message)
                .at(self.cell(position))
                .help(format!("write `{name}` in the header, or {:?} in urkunde.toml", near.name))
        });
        *near = column(name, Some(position), spec);
    }

    fn missing(&self, name: &str, columns: &[Column], spec: &TableSpec) -> Diagnostic {
        let diagnostic = Diagnostic::error(
            "missing-column",
            format!("column `{name}` of table `{}` is not in the header", self.table),
        )
        .at(self.form.row(self.source, 0));
        if let Some(delimiter) = self.likelier_delimiter(spec) {
            return diagnostic.help(format!(
                "the header is one cell, and seems to have {} between its columns: correct `delimiter`",
                scan::delimiter_name(delimiter).0
            ));
        }
        if self.cells.len() == 1 && self.source.text.contains(['，', '；', '、']) {
            return diagnostic.help(
                "full-width commas part no cells: write `,` between the columns, in every row",
            );
        }
        let there = columns.iter().filter(|c| c.position.is_some()).map(|c| c.name.as_str());
        match nearest(name, there.clone()) {
            Some(near) => diagnostic.help(format!("there is a column `{near}`")),
            None => diagnostic.note(format!("the columns are {}", diag::names(there))),
        }
    }

    /// Another delimiter, where the header is a single cell because of the one that is pinned.
    fn likelier_delimiter(&self, spec: &TableSpec) -> Option<u8> {
        let Cells::Delimited(used) = self.form.cells else { return None };
        if self.cells.len() != 1 {
            return None;
        }
        let likely = scan::find_delimiter(&self.source.text, |cell| is_specified(cell, spec));
        (likely != used && self.source.text.contains(char::from(likely))).then_some(likely)
    }

    fn cell(&self, position: usize) -> Span {
        self.form.cell(self.source, 0, position)
    }

    fn doubled(&self, name: &str, first: usize, again: usize) -> Diagnostic {
        let message = format!("column `{name}` stands twice in the header");
        Diagnostic::error("doubled-column", message)
            .at(self.cell(again))
            .label("again here")
            .related(self.cell(first), "first here")
            .help("rename or remove one of them")
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

/// Whether a header cell looks like the name of a specified column.
pub(super) fn is_specified(cell: &str, spec: &TableSpec) -> bool {
    let name = fold(&clean(cell));
    specified(spec).any(|specified| fold(specified) == name)
}

fn fold(name: &str) -> String {
    name.nfkc()
        .filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-'))
        .flat_map(char::to_lowercase)
        .collect()
}
