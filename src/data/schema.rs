//! What the project file says of tables: `[tables.NAME]` and its columns.
//!
//! Plain serde types; the project file's parser lives in `pipeline`. Keys that do not exist are
//! errors, and the `KEYS` lists are there to suggest the right one.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use super::pattern;
use crate::diag::Span;

/// One table: `[tables.NAME]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableSpec {
    /// The CSV file or workbook, relative to the project's folder.
    pub file: String,
    /// The column that names a row: required and unique, and what references hold.
    pub key: Option<String>,
    /// The sheet of a workbook, where it has several.
    pub sheet: Option<String>,
    /// The encoding, where it is not to be found out.
    pub encoding: Option<String>,
    /// The delimiter, where it is not to be found out: one of `,` `;` `\t` `|`.
    pub delimiter: Option<String>,
    /// What the columns hold; a column not named here is kept as text.
    #[serde(default)]
    pub columns: BTreeMap<String, ColumnSpec>,
    /// The file that is read in place of `file`, which then is but what people call it.
    #[serde(skip)]
    pub read_from: Option<PathBuf>,
    /// Where the project file names the file, for findings about the file as a whole.
    #[serde(skip)]
    pub span: Option<Span>,
}

impl TableSpec {
    /// The keys of `[tables.NAME]`.
    pub const KEYS: &[&str] = &["file", "sheet", "key", "encoding", "delimiter", "columns"];

    /// The column's specification, with what being the key implies.
    pub fn column(&self, name: &str) -> ColumnSpec {
        let mut spec = self.columns.get(name).cloned().unwrap_or_default();
        if self.key.as_deref() == Some(name) {
            spec.required = true;
            spec.unique = true;
        }
        spec
    }
}

/// The type of a column's cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColumnType {
    /// Text as it stands.
    #[default]
    Text,
    /// A whole number.
    Int,
    /// A decimal number; its digits are kept as typed.
    Decimal,
    /// Yes or no.
    Bool,
    /// A day.
    Date,
    /// One of `values`.
    Enum,
    /// The key of a row of `table`.
    Ref,
    /// Texts, separated by `separator`.
    List,
    /// A file below the project's folder.
    Path,
}

impl ColumnType {
    /// The names of the types, as the project file writes them.
    pub const NAMES: &[&str] =
        &["text", "int", "decimal", "bool", "date", "enum", "ref", "list", "path"];
}

/// How a `path` column's file comes into the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Load {
    /// As its text.
    Text,
}

/// A value as the project file writes one: a number, a truth value, or text.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Scalar {
    /// `true`, `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction.
    Float(f64),
    /// A text.
    Text(String),
}

impl std::fmt::Display for Scalar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Scalar::Bool(v) => v.fmt(f),
            Scalar::Int(v) => v.fmt(f),
            Scalar::Float(v) => v.fmt(f),
            Scalar::Text(v) => v.fmt(f),
        }
    }
}

/// A form as the project file writes it, and compiled.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Pattern {
    /// As written.
    pub text: String,
    /// Compiled.
    pub form: pattern::Pattern,
}

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Pattern, String> {
        let form =
            pattern::Pattern::new(&text).map_err(|why| format!("pattern {text:?}: {why}"))?;
        Ok(Pattern { text, form })
    }
}

/// One column: `[tables.NAME.columns] COLUMN = { … }`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnSpec {
    /// What its cells hold.
    #[serde(default, rename = "type")]
    pub kind: ColumnType,
    /// Whether an empty cell is an error.
    #[serde(default)]
    pub required: bool,
    /// Whether two rows may not hold the same value.
    #[serde(default)]
    pub unique: bool,
    /// What an empty cell stands for.
    pub default: Option<Scalar>,
    /// The form a text must have, see [`Pattern`].
    pub pattern: Option<Pattern>,
    /// What an `enum` column may hold.
    #[serde(default)]
    pub values: Vec<String>,
    /// The table a `ref` column points into.
    pub table: Option<String>,
    /// The least number or day, or the least length of a text in characters.
    pub min: Option<Scalar>,
    /// The greatest number or day, or the greatest length of a text in characters.
    pub max: Option<Scalar>,
    /// How a `path` column's file comes into the record.
    pub load: Option<Load>,
    /// What separates the items of a `list` column, `;` if not given.
    pub separator: Option<String>,
    /// Whether a whole number in a `date` column is a day as spreadsheets count them, 1 January 1900
    /// being 1.
    #[serde(default)]
    pub serials: bool,
}

impl ColumnSpec {
    /// The keys of a column.
    pub const KEYS: &[&str] = &[
        "type",
        "required",
        "unique",
        "default",
        "pattern",
        "values",
        "table",
        "min",
        "max",
        "load",
        "separator",
        "serials",
    ];

    /// What is wrong with the specification in itself: the key at fault, and the message.
    pub fn problems(&self) -> Vec<(&'static str, String)> {
        let kind = self.kind;
        let mut found = Vec::new();
        let mut only = |key: &'static str, given: bool, of: ColumnType, name: &str| {
            if given && kind != of {
                found.push((key, format!("`{key}` belongs to columns of type \"{name}\"")));
            }
        };
        only("values", !self.values.is_empty(), ColumnType::Enum, "enum");
        only("table", self.table.is_some(), ColumnType::Ref, "ref");
        only("load", self.load.is_some(), ColumnType::Path, "path");
        only("serials", self.serials, ColumnType::Date, "date");
        only("separator", self.separator.is_some(), ColumnType::List, "list");
        if kind == ColumnType::Enum && self.values.is_empty() {
            found.push(("type", "type \"enum\" needs `values`, the texts it allows".to_string()));
        }
        if kind == ColumnType::Ref && self.table.is_none() {
            found.push(("type", "type \"ref\" needs `table`, the table it names".to_string()));
        }
        if self.separator.as_deref() == Some("") {
            found.push(("separator", "`separator` is empty, expected a character".to_string()));
        }
        found
    }
}
