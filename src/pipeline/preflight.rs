//! Preflight: what can be found before the first document is made, because all documents share it.
//!
//! Input: the plan. Output: findings about style sheets and the fonts that they declare. It renders the first
//! row of each job to see which sheets its page asks for; that row's own troubles are left to the batch.

use std::collections::BTreeMap;

use super::compiled::Compiled;
use super::document;
use super::origin;
use super::paths::folder_of;
use super::plan::Plan;
use super::project::Project;
use super::sheets::SheetStore;
use crate::css::FontFace;
use crate::diag::Diagnostic;
use crate::html;

/// Reads the sheets of all jobs; gives the `@font-face` rules in them, in the order of jobs.
pub(super) fn read_sheets(
    project: &Project,
    compiled: &Compiled,
    plan: &Plan,
    sheets: &SheetStore,
) -> (Vec<FontFace>, Vec<Diagnostic>) {
    let mut firsts = BTreeMap::new();
    for planned in plan.documents.iter() {
        firsts.entry(planned.job).or_insert(planned);
    }
    let (mut faces, mut found) = (Vec::new(), Vec::new());
    for (job, planned) in firsts {
        let Ok(source) = document::page(project, compiled, &planned) else { continue };
        let template = &project.jobs[job].template.value;
        let dom = html::parse(&source);
        let page = sheets.of_page(&dom, folder_of(template));
        found.extend(page.found.into_iter().map(|mut diagnostic| {
            if let Some(span) = &mut diagnostic.span
                && let Some(place) = origin::in_template(&compiled.templates, template, span)
            {
                *span = place;
            }
            diagnostic
        }));
        for face in page.sheets.iter().flat_map(|sheet| sheet.font_faces()) {
            if !faces.contains(face) {
                faces.push(face.clone());
            }
        }
    }
    found.extend(sheets.take_found());
    (faces, found)
}
