//! The files that documents of a job hold: `[[jobs]] attach`.
//!
//! Input: the entries of the project file, compiled once, and a row. Output: the [`Attachment`]s of that
//! row's document. Dates and relationships become PDF in `pdf`.

use std::path::Path;
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use super::paths::resolve;
use super::project::AttachSpec;
use super::reads::Reads;
use super::row_json::Columns;
use super::write::reason;
use crate::data::{Dataset, FileRead, Table};
use crate::diag::{Diagnostic, Span};
use crate::pdf::{Attachment, Relationship};
use crate::template::{Context, Pattern};

/// An entry, ready for rows.
pub(super) struct Attach {
    span: Span,
    contents: Contents,
    /// What it is called; none for files that keep their names.
    name: Option<Pattern>,
    media_type: Option<String>,
    relationship: Option<Relationship>,
    description: Option<Pattern>,
}

enum Contents {
    /// The document's row as JSON; none before the table is known.
    Row(Option<Columns>),
    /// A file.
    File(Box<Pattern>),
}

/// What a document's files are made from.
pub(super) struct Materials<'m> {
    /// The project's folder.
    pub root: &'m Path,
    /// All tables.
    pub data: &'m Arc<Dataset>,
    /// The document's table and row.
    pub row: Option<(&'m Table, usize)>,
    /// Its variables.
    pub context: &'m Context,
    /// Is told which files were read.
    pub reads: &'m mut Reads,
}

impl Attach {
    /// Compiles the patterns of an entry.
    pub fn compile(entry: &AttachSpec) -> Result<Attach, Box<Diagnostic>> {
        let pattern =
            |text: &super::project::Text| Pattern::compile(&text.value, text.span.clone());
        Ok(Attach {
            span: entry.span.clone(),
            contents: match &entry.file {
                Some(file) => Contents::File(Box::new(pattern(file)?)),
                None => Contents::Row(None),
            },
            name: entry.name.as_ref().map(pattern).transpose()?,
            media_type: entry.media_type.as_ref().map(|text| text.value.clone()),
            relationship: entry.relationship.as_ref().and_then(|r| Relationship::named(&r.value)),
            description: entry.description.as_ref().map(pattern).transpose()?,
        })
    }

    /// Its patterns.
    pub fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        let file = match &self.contents {
            Contents::File(pattern) => Some(&**pattern),
            Contents::Row(_) => None,
        };
        file.into_iter().chain(&self.name).chain(&self.description)
    }

    /// Finds the columns of an entry of data.
    pub fn choose_columns(
        &mut self,
        entry: &AttachSpec,
        data: &Dataset,
        table: &Table,
    ) -> Result<(), Vec<Diagnostic>> {
        if let Contents::Row(columns) = &mut self.contents {
            *columns = Some(match &entry.columns {
                Some(names) => Columns::named(data, table, names)?,
                None => Columns::all(table),
            });
        }
        Ok(())
    }

    fn make(&self, of: &mut Materials<'_>) -> Result<Attachment, Diagnostic> {
        let context = of.context;
        let render = |pattern: &Pattern| pattern.render(context).map_err(|found| *found);
        let name = self.name.as_ref().map(render).transpose()?;
        let (bytes, own_name, usual) = match &self.contents {
            Contents::Row(columns) => {
                // The project file was refused if its job has no rows.
                let json = columns.as_ref().zip(of.row);
                let json = json.map(|(columns, (table, row))| columns.json(of.data, table, row));
                (json.unwrap_or_default().into_bytes(), "row.json".into(), Relationship::Data)
            }
            Contents::File(pattern) => {
                let path = render(pattern)?;
                let own_name = path.rsplit('/').next().unwrap_or_default().to_owned();
                (self.read(of, &path)?, own_name, Relationship::Unspecified)
            }
        };
        let name: String = name.unwrap_or(own_name).trim().nfc().collect();
        let is_name =
            !name.is_empty() && !name.contains(['/', '\\']) && !name.contains(char::is_control);
        if !is_name {
            let message = format!("{name:?} cannot be the name of an attached file");
            let found = Diagnostic::error("bad-attachment", message).at(self.span.clone());
            return Err(found.help("expected a name without folders: `row.json`"));
        }
        let description = self.description.as_ref().map(render).transpose()?;
        Ok(Attachment {
            media_type: match &self.media_type {
                Some(media_type) => media_type.clone(),
                None => media_type_of(&name).to_owned(),
            },
            name,
            relationship: self.relationship.unwrap_or(usual),
            description: description.filter(|text| !text.is_empty()),
            bytes,
        })
    }

    fn read(&self, of: &mut Materials<'_>, path: &str) -> Result<Vec<u8>, Diagnostic> {
        let failed = |why: &str| {
            let message = format!("cannot attach the file {path:?}: {why}");
            Diagnostic::error("missing-file", message).at(self.span.clone())
        };
        let resolved = resolve(path, "").map_err(failed)?;
        let bytes = std::fs::read(of.root.join(&resolved));
        let bytes = bytes.map_err(|error| failed(&reason(&error)))?;
        of.reads.file(FileRead { path: resolved, digest: *blake3::hash(&bytes).as_bytes() });
        Ok(bytes)
    }
}

/// The files of a document.
pub(super) fn make(all: &[Attach], of: &mut Materials<'_>) -> Result<Vec<Attachment>, Diagnostic> {
    let mut made: Vec<Attachment> = Vec::with_capacity(all.len());
    for attach in all {
        let file = attach.make(of)?;
        if made.iter().any(|other| other.name == file.name) {
            let message = format!("two attached files are called {:?}", file.name);
            let found = Diagnostic::error("bad-attachment", message).at(attach.span.clone());
            return Err(found.help("give each a `name` of its own"));
        }
        made.push(file);
    }
    Ok(made)
}

/// The media type that a file's name suggests (IANA); bytes of no known kind otherwise, as PDF/A-3
/// wants it.
fn media_type_of(name: &str) -> &'static str {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    match ending.as_str() {
        "csv" => "text/csv",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "html" | "htm" => "text/html",
        "jpg" | "jpeg" => "image/jpeg",
        "json" => "application/json",
        "jsonld" => "application/ld+json",
        "md" => "text/markdown",
        "ods" => "application/vnd.oasis.opendocument.spreadsheet",
        "odt" => "application/vnd.oasis.opendocument.text",
        "pdf" => "application/pdf",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xml" => "application/xml",
        "zip" => "application/zip",
        _ => "application/octet-stream",
    }
}
