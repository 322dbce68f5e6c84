//! Tables: bytes → decoded CSV → typed, joined records that know their file, line and column.
//!
//! Input: the `[tables]` of the project file ([`TableSpec`]) and the project's folder. Output: a
//! [`Dataset`] and every finding of every row. The only user of `csv`. It evaluates no expression
//! and knows no template; it reads files by [`Files`] alone, which keeps a list of them.
//!
//! What a dataset holds: all texts in NFC without blanks at their ends, dates as days, references
//! as row indices in range. Cells that were wrong are [`Value::Null`], and there is an error for
//! each.

mod cell;
pub mod date;
mod decode;
mod files;
mod header;
mod join;
mod pattern;
mod read;
mod register;
mod scan;
mod schema;
mod table;
#[cfg(test)]
mod tests;
mod value;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

pub use decode::{DecodeError, Decoded, decode};
pub use files::{FileRead, Files};
pub use register::{Issue, Register, SerialStatus};
pub use schema::{ColumnSpec, ColumnType, Load, Pattern, Scalar, TableSpec};
pub use table::{Column, Record, Reverse, Table};
pub use value::Value;

use crate::diag::Diagnostic;

/// The name of the project file. A folder that holds one is a project.
pub const PROJECT_FILE: &str = "urkunde.toml";

/// All tables of a project.
#[derive(Debug)]
pub struct Dataset {
    /// The tables, sorted by name; those that could not be read at all are missing.
    pub tables: Vec<Table>,
    files: Files,
}

impl Dataset {
    /// Reads, types and joins the tables; the findings tell whether the data are sound.
    pub fn load(root: &Path, specs: &BTreeMap<String, TableSpec>) -> (Dataset, Vec<Diagnostic>) {
        let mut files = Files::new(root);
        let mut found = Vec::new();
        let mut tables: Vec<Table> = specs
            .iter()
            .filter_map(|(name, spec)| read::read_table(name, spec, &mut files, &mut found))
            .collect();
        join::join(&mut tables, &|name| specs.get(name).cloned(), &mut found);
        (Dataset { tables, files }, found)
    }

    /// A dataset without tables.
    pub fn empty() -> Dataset {
        Dataset { tables: Vec::new(), files: Files::new(Path::new(".")) }
    }

    /// The characters that stand in the tables' files.
    pub fn characters(&self) -> BTreeSet<char> {
        let mut seen = vec![false; char::MAX as usize + 1];
        for table in &self.tables {
            table.source.text.chars().for_each(|character| seen[character as usize] = true);
        }
        (0u32..)
            .zip(seen)
            .filter(|(_, seen)| *seen)
            .filter_map(|(c, _)| char::from_u32(c))
            .collect()
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
