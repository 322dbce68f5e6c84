//! The faces of a project: those the program brings and those the project file names.

use std::sync::Arc;

use super::project::Project;
use crate::diag::{Diagnostic, nearest};
use crate::fonts::FontBook;

/// Reads the project's font files into a book.
pub fn load_fonts(project: &Project) -> Result<Arc<FontBook>, Vec<Diagnostic>> {
    let mut book = FontBook::embedded().map_err(|diagnostic| vec![diagnostic])?;
    let mut found = Vec::new();
    for file in &project.fonts.files {
        let result = match std::fs::read(project.root.join(&file.value)) {
            Ok(bytes) => book.add_file(&file.value, bytes.into()).map(drop),
            Err(error) => {
                let message = format!("cannot read the font file {}: {error}", file.value);
                Err(Diagnostic::error("missing-file", message))
            }
        };
        found.extend(result.err().map(|diagnostic| diagnostic.at(file.span.clone())));
    }
    for family in project.fonts.fallback.iter().filter(|family| !book.has_family(&family.value)) {
        let message = format!("there is no font family \"{}\"", family.value);
        let diagnostic = Diagnostic::error("unknown-family", message).at(family.span.clone());
        found.push(match nearest(&family.value, book.family_names()) {
            Some(near) => diagnostic.help(format!("did you mean \"{near}\"?")),
            None => diagnostic.help("`urkunde fonts` lists the families there are"),
        });
    }
    if !found.is_empty() {
        return Err(found);
    }
    book.set_fallback(project.fonts.fallback.iter().map(|f| f.value.clone()).collect());
    Ok(Arc::new(book))
}
