//! The faces of a project: those the program brings, those the project file names, those that style
//! sheets declare by `@font-face`.

use super::paths::resolve;
use super::project::Project;
use super::write::reason;
use crate::css::FontFace;
use crate::css::computed::FontStyle;
use crate::data::FileRead;
use crate::diag::{Diagnostic, nearest};
use crate::fonts::{Descriptors, FontBook, Slant};

/// Reads the project's font files into a book; which ones is added to `read`.
pub(super) fn load_fonts(
    project: &Project,
    read: &mut Vec<FileRead>,
) -> Result<FontBook, Vec<Diagnostic>> {
    let mut book = FontBook::embedded().map_err(|diagnostic| vec![diagnostic])?;
    let mut found = Vec::new();
    for file in &project.fonts.files {
        let result = match std::fs::read(project.root.join(&file.value)) {
            Ok(bytes) => {
                read.push(file_read(&file.value, &bytes));
                book.add_file(&file.value, bytes.into()).map(drop)
            }
            Err(error) => {
                let message =
                    format!("cannot read the font file {}: {}", file.value, reason(&error));
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
    Ok(book)
}

/// Adds the faces that style sheets declare, under the family names they give them; which files were
/// read is added to `read`.
pub(super) fn add_declared(
    project: &Project,
    book: &mut FontBook,
    faces: &[FontFace],
    read: &mut Vec<FileRead>,
) -> Vec<Diagnostic> {
    let results = faces.iter().map(|face| add_face(project, book, face, read));
    results.filter_map(Result::err).collect()
}

/// Adds the first of a face's files that can be used.
fn add_face(
    project: &Project,
    book: &mut FontBook,
    face: &FontFace,
    read: &mut Vec<FileRead>,
) -> Result<(), Diagnostic> {
    let message = format!("font family \"{}\" names no font file", face.family);
    let mut error = Diagnostic::error("missing-file", message).at(face.span.clone());
    for source in &face.sources {
        match read_face(project, book, source, &descriptors(face), read) {
            Ok(()) => return Ok(()),
            Err(diagnostic) => error = diagnostic.at(face.span.clone()),
        }
    }
    Err(error)
}

fn descriptors(face: &FontFace) -> Descriptors {
    Descriptors {
        family: face.family.to_string(),
        weight: face.weight,
        slant: if face.style == FontStyle::Italic { Slant::Italic } else { Slant::Upright },
        stretch: face.stretch,
        unicode_range: face.unicode_range.clone(),
    }
}

fn read_face(
    project: &Project,
    book: &mut FontBook,
    source: &str,
    descriptors: &Descriptors,
    read: &mut Vec<FileRead>,
) -> Result<(), Diagnostic> {
    let failed = |why: &str| {
        Diagnostic::error("missing-file", format!("cannot read the font file {source}: {why}"))
    };
    let path = resolve(source, "").map_err(failed)?;
    let bytes = std::fs::read(project.root.join(&path)).map_err(|e| failed(&reason(&e)))?;
    let file = file_read(&path, &bytes);
    book.declare(&path, bytes.into(), descriptors)?;
    read.push(file);
    Ok(())
}

fn file_read(path: &str, bytes: &[u8]) -> FileRead {
    FileRead { path: path.to_owned(), digest: *blake3::hash(bytes).as_bytes() }
}
