//! A row as JSON, for people and programs that read what a document was made from.
//!
//! Input: a row and the columns that are wanted. Output: a JSON object, a property a line, in the order
//! of the wanted columns, else in that of the table. The same row gives the same bytes.
//!
//! Texts, days (ISO 8601) and decimals (their digits as typed) are strings, whole numbers numbers, lists
//! arrays of strings, empty cells `null`. A reference is the row it refers to, in which references are
//! keys.

use std::fmt::Write;

use super::project::Text;
use crate::data::{Dataset, Table, Value};
use crate::diag::{self, Diagnostic, nearest};

/// The columns of a row, by index, in the order they are written; of a row referred to, some of its
/// columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Columns(Vec<(usize, Option<Vec<usize>>)>);

impl Columns {
    /// All columns of a table.
    pub fn all(table: &Table) -> Columns {
        Columns((0..table.columns.len()).map(|column| (column, None)).collect())
    }

    /// The columns of these names: `column`, or `column.column` of a row referred to.
    pub fn named(
        data: &Dataset,
        table: &Table,
        names: &[Text],
    ) -> Result<Columns, Vec<Diagnostic>> {
        let mut columns: Vec<(usize, Option<Vec<usize>>)> = Vec::new();
        let mut found = Vec::new();
        for name in names {
            match find(data, table, &name.value) {
                Ok((column, inner)) => match (columns.iter_mut().find(|c| c.0 == column), inner) {
                    (Some((_, Some(known))), Some(inner)) => known.push(inner),
                    (Some(_), _) => {}
                    (None, inner) => columns.push((column, inner.map(|inner| vec![inner]))),
                },
                Err(diagnostic) => found.push(diagnostic.at(name.span.clone())),
            }
        }
        if found.is_empty() { Ok(Columns(columns)) } else { Err(found) }
    }

    /// The JSON of a row, with a line feed at its end.
    pub fn json(&self, data: &Dataset, table: &Table, row: usize) -> String {
        let mut out = String::new();
        let properties = self.0.iter().map(|(column, inner)| {
            let value = table.value(row, *column);
            let target = table.columns[*column].target.and_then(|target| data.tables.get(target));
            let text = match (value, target) {
                (Value::Ref(row), Some(target)) => {
                    let all: Vec<usize> = (0..target.columns.len()).collect();
                    let inner = inner.as_ref().unwrap_or(&all);
                    let properties = inner.iter().map(|column| {
                        (&*target.columns[*column].name, plain(data, target, row as usize, *column))
                    });
                    object(properties, "  ")
                }
                _ => plain(data, table, row, *column),
            };
            (&*table.columns[*column].name, text)
        });
        out.push_str(&object(properties, ""));
        out.push('\n');
        out
    }
}

/// An object, a property a line.
fn object<'n>(properties: impl Iterator<Item = (&'n str, String)>, indent: &str) -> String {
    let mut out = String::from("{");
    for (index, (name, value)) in properties.enumerate() {
        let comma = if index == 0 { "" } else { "," };
        let _ = write!(out, "{comma}\n{indent}  {}: {value}", string(name));
    }
    let _ = write!(out, "\n{indent}}}");
    out
}

/// A cell; a reference is the key of its row.
fn plain(data: &Dataset, table: &Table, row: usize, column: usize) -> String {
    match &table.value(row, column) {
        Value::Null => "null".into(),
        Value::Text(text) | Value::Decimal(text) => string(text),
        Value::Loaded(text) => string(text),
        Value::Int(number) => number.to_string(),
        Value::Bool(value) => value.to_string(),
        Value::Date(day) => string(&day.to_string()),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(|item| string(item)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Ref(row) => {
            let target = table.columns[column].target.and_then(|target| data.tables.get(target));
            let key = target.and_then(|t| t.key_of(*row as usize));
            key.map_or_else(|| "null".into(), |key| string(&key))
        }
    }
}

fn string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn find(data: &Dataset, table: &Table, name: &str) -> Result<(usize, Option<usize>), Diagnostic> {
    let (name, inner) = match name.split_once('.') {
        Some((name, inner)) => (name, Some(inner)),
        None => (name, None),
    };
    let column = column(table, name)?;
    let Some(inner) = inner else { return Ok((column, None)) };
    match table.columns[column].target.and_then(|target| data.tables.get(target)) {
        Some(target) => Ok((column, Some(self::column(target, inner)?))),
        None => {
            let message = format!("column `{name}` of table `{}` refers to no table", table.name);
            Err(Diagnostic::error("unknown-column", message))
        }
    }
}

fn column(table: &Table, name: &str) -> Result<usize, Diagnostic> {
    table.column(name).ok_or_else(|| {
        let names = || table.columns.iter().map(|column| column.name.as_str());
        let message = format!("table `{}` has no column `{name}`", table.name);
        let diagnostic = Diagnostic::error("unknown-column", message);
        match nearest(name, names()) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic.note(format!("the columns are {}", diag::names(names()))),
        }
    })
}
