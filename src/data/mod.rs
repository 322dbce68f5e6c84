//! Tables: bytes → decoded CSV → typed, joined records that know their file, line and column.
//!
//! A file streams: `input` (bytes) → `decode` (which encoding) → `text` → `rows` → `read` (types) → `store`
//! (packed rows, in memory while they are few, then in a temporary file). `join` resolves references by
//! digests of keys. A row is unpacked when somebody asks for it: what a table holds in memory is four bytes
//! a row, four more for each `ref` column, and while it is joined sixteen for each unique column.
//!
//! Input: the `[tables]` of the project file ([`TableSpec`]) and the project's folder. Output: a
//! [`Dataset`] and every finding of every row. The only user of
//! `csv_core` and `calamine`. It evaluates no expression
//! and knows no template; it reads files by [`Files`] alone, which keeps a list of them.
//!
//! What a dataset holds: all texts in NFC without blanks at their ends, dates as days, references
//! as row indices in range. Cells that were wrong are [`Value::Null`], and there is an error for
//! each.

mod cell;
pub mod date;
mod decode;
mod files;
mod findings;
mod form;
mod header;
mod input;
mod join;
mod keys;
mod pack;
mod pattern;
mod read;
mod read_workbook;
mod records;
mod register;
mod rows;
mod scan;
mod schema;
mod sheet;
mod spool;
mod store;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod value;
mod well_formed;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

pub use decode::{DecodeError, Decoded, decode};
pub use files::{FileRead, Files};
pub use keys::Keys;
pub use records::Records;
pub use register::{Issue, Register, SerialStatus};
pub use schema::{ColumnSpec, ColumnType, Load, Pattern, Scalar, TableSpec};
pub use table::{Column, Record, Reverse, Table};
pub use value::Value;

use crate::diag::Diagnostic;

/// The name of the project file. A folder that holds one is a project.
pub const PROJECT_FILE: &str = "urkunde.toml";

/// The errors that concern a row alone: without it, the other rows are sound. It is [`Table::is_faulty`] then.
const OF_ROWS: &[&str] = &[
    "bad-bool",
    "bad-date",
    "bad-decimal",
    "bad-enum",
    "bad-form",
    "bad-int",
    "bad-path",
    "cell-error",
    "duplicate-key",
    "duplicate-value",
    "long-row",
    "out-of-range",
    "ref-to-no-row",
    "required",
    "short-row",
    "shortened-number",
    "text-after-quote",
];

/// Whether an error concerns rows alone, which others may do without.
pub fn is_of_rows(diagnostic: &Diagnostic) -> bool {
    OF_ROWS.contains(&diagnostic.code)
}

/// All tables of a project.
#[derive(Debug)]
pub struct Dataset {
    /// The tables, sorted by name; those that could not be read at all are missing.
    pub tables: Vec<Table>,
    files: Files,
    seen: BTreeSet<char>,
}

impl Dataset {
    /// Reads, types and joins the tables; the findings tell whether the data are sound.
    pub fn load(root: &Path, specs: &BTreeMap<String, TableSpec>) -> (Dataset, Vec<Diagnostic>) {
        let mut files = Files::new(root);
        let mut found = Vec::new();
        let mut seen = text::CharSet::new();
        let mut tables: Vec<read::ReadTable> = specs
            .iter()
            .filter_map(|(name, spec)| {
                read::read_table(name, spec, &mut files, &mut seen, &mut found)
            })
            .collect();
        join::join(&mut tables, specs, &mut found);
        let tables = tables.into_iter().map(|read| read.table).collect();
        let dataset = Dataset { tables, files, seen: seen.characters() };
        found.extend(dataset.fault());
        (dataset, found)
    }

    /// A dataset without tables.
    pub fn empty() -> Dataset {
        let files = Files::new(Path::new("."));
        Dataset { tables: Vec::new(), files, seen: BTreeSet::new() }
    }

    /// The characters that stand in the tables' files.
    pub fn characters(&self) -> &BTreeSet<char> {
        &self.seen
    }

    /// What became of the store of rows: the rows of tables that are large stand in a temporary file, and
    /// where that could not be read, rows were empty. Whoever made something of rows asks before
    /// using it.
    pub fn fault(&self) -> Option<Diagnostic> {
        let (table, why) = self.tables.iter().find_map(|t| Some((t, t.store.fault()?)))?;
        let message =
            format!("rows of table `{}` cannot be read from the temporary file: {why}", table.name);
        Some(Diagnostic::error("lost-rows", message))
    }

    /// The table of that name.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.table_index(name).map(|index| &self.tables[index])
    }

    /// The index in `tables` of the table of that name.
    pub fn table_index(&self, name: &str) -> Option<usize> {
        self.tables.iter().position(|t| t.name == name)
    }

    /// The files that were read, sorted by path: tables and what their cells named.
    pub fn files_read(&self) -> impl Iterator<Item = &FileRead> {
        self.files.read()
    }
}
