//! `--table NAME=FILE`: tables from other files, and from standard input.

use std::io;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::diag::Diagnostic;
use crate::pipeline::TableFile;

/// What standard input is called in messages.
const STDIN: &str = "standard input";

/// The files for tables, and the one that holds standard input, which is to live as long as the run.
pub(super) fn tables(
    given: &[(String, PathBuf)],
) -> Result<(Vec<TableFile>, Option<NamedTempFile>), Diagnostic> {
    let mut input = None;
    let mut tables: Vec<TableFile> = Vec::new();
    for (table, file) in given {
        if tables.iter().any(|other| other.table == *table) {
            let message = format!("--table: `{table}` is given twice");
            return Err(Diagnostic::error("doubled-table", message));
        }
        let (name, path) = if file == Path::new("-") {
            if input.is_some() {
                let message = "--table: standard input can be one table only";
                return Err(Diagnostic::error("doubled-table", message));
            }
            let kept = keep_stdin().map_err(|error| {
                let message = format!("cannot read standard input: {error}");
                Diagnostic::error("missing-file", message)
            })?;
            (STDIN.to_owned(), input.insert(kept).path().to_path_buf())
        } else {
            let path = std::path::absolute(file).unwrap_or_else(|_| file.clone());
            (file.display().to_string(), path)
        };
        tables.push(TableFile { table: table.clone(), name, path });
    }
    Ok((tables, input))
}

/// Standard input as a file: a table is read more than once.
fn keep_stdin() -> io::Result<NamedTempFile> {
    let mut file = NamedTempFile::new()?;
    io::copy(&mut io::stdin().lock(), file.as_file_mut())?;
    Ok(file)
}
