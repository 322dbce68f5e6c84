//! Where findings stand for programs that know files only by their paths: code hosts.
//!
//! Input: a finding and the project's folder. Output: a path as seen from the working folder, which in
//! CI is the repository's, and a region.

use std::path::{Path, PathBuf};

use crate::diag::{Diagnostic, Span};
use crate::pipeline::Report;

/// A region of a file; lines and columns from 1, the end column behind the last character.
pub(super) struct Place {
    /// The path, with `/` between its parts; absolute where the project is not below the working
    /// folder.
    pub path: String,
    pub line: usize,
    pub column: usize,
    pub end_line: usize,
    pub end_column: usize,
}

/// Finds places.
pub(super) struct Places {
    root: PathBuf,
    /// The project's folder as seen from the working folder.
    prefix: PathBuf,
}

impl Places {
    pub fn new(report: &Report) -> Places {
        let root = report.root.clone().filter(|root| !root.as_os_str().is_empty());
        let root = root.unwrap_or_else(|| PathBuf::from("."));
        let real = root.canonicalize().unwrap_or_else(|_| root.clone());
        let here = Path::new(".").canonicalize().unwrap_or_default();
        let prefix = real.strip_prefix(&here).map(Path::to_path_buf).unwrap_or(real);
        Places { root, prefix }
    }

    /// The place of a finding: the first of its spans that stands in a file. A page as rendered is none.
    pub fn of(&self, diagnostic: &Diagnostic) -> Option<Place> {
        let related = diagnostic.related.iter().map(|(span, _)| span);
        diagnostic.span.iter().chain(related).find_map(|span| self.place(span))
    }

    /// The place of a span, if it stands in a file.
    pub fn place(&self, span: &Span) -> Option<Place> {
        let name = self.file(&span.source.name)?;
        let path = self.prefix.join(name).to_string_lossy().replace('\\', "/");
        let (line, column) = span.position();
        let (end_line, end_column) = span.source.position(span.range.end);
        Some(Place { path, line, column, end_line, end_column })
    }

    /// The file that a source stands in: its name, up to a comma behind which a sheet may be named.
    fn file<'n>(&self, name: &'n str) -> Option<&'n str> {
        let is_file = |name: &&str| self.root.join(name).is_file();
        let before_commas = name.match_indices(',').map(|(at, _)| &name[..at]);
        std::iter::once(name).chain(before_commas).find(is_file)
    }
}
