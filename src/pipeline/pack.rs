//! What is done with finished documents besides leaving them in their folder: `--output-zip`, `--output -`.
//!
//! Input: a run's report and its output folder. Documents are read one at a time, in the order of the plan, and
//! must have the digest that the run gave them.

use std::io::BufWriter;
use std::path::Path;

use super::report::{DocumentReport, Fate, Report, Status};
use super::write::{OutputFolder, reason, temporary};
use super::zip::Zip;
use crate::diag::Diagnostic;

/// The documents of a run that are in their places.
fn finished(report: &Report) -> impl Iterator<Item = DocumentReport> + '_ {
    let is_there =
        |document: &DocumentReport| matches!(document.status, Fate::Written | Fate::Unchanged);
    report.documents.iter().filter(is_there)
}

/// Puts the documents of a run into a ZIP file, which appears whole or not at all. If the run was
/// not good to its end, there is none.
pub(super) fn zip(report: &Report, out: &OutputFolder, to: &Path) -> Result<(), Diagnostic> {
    if !matches!(report.status, Status::Good | Status::RowsFailed) {
        return Ok(());
    }
    let failed = |error: std::io::Error| {
        let message = format!("cannot write {}", to.display());
        Diagnostic::error("unwritable-output", message).note(reason(&error))
    };
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
    let file = temporary(folder.unwrap_or(Path::new("."))).map_err(failed)?;
    let mut zip = Zip::new(BufWriter::new(file));
    for document in finished(report) {
        zip.add(&document.output, &read(out, &document)?).map_err(failed)?;
    }
    let file = zip.finish().and_then(|out| out.into_inner().map_err(|e| e.into_error()));
    let file = file.map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(to).map(drop).map_err(|error| failed(error.error))
}

/// The bytes of the only document of a run; none if it was not made.
pub(super) fn only(report: &Report, out: &OutputFolder) -> Result<Option<Vec<u8>>, Diagnostic> {
    finished(report).next().map(|document| read(out, &document)).transpose()
}

fn read(out: &OutputFolder, document: &DocumentReport) -> Result<Vec<u8>, Diagnostic> {
    let failed = |why: String| {
        let message = format!("cannot read {:?} again", document.output);
        Diagnostic::error("unreadable-document", message).note(why)
    };
    let bytes = std::fs::read(out.path(&document.output)).map_err(|e| failed(reason(&e)))?;
    match document.digest == Some(*blake3::hash(&bytes).as_bytes()) {
        true => Ok(bytes),
        false => Err(failed("it was changed while the run was at work".into())),
    }
}
