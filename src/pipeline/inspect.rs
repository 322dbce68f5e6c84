//! One HTML page by itself: how it is laid out, or its PDF.
//!
//! Input: an HTML file. Output: an [`Inspection`]. Inside a project the page has the project's fonts and folder;
//! outside, the file's folder is the project. No table and no template is read: the page is as it is.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;

use super::project::Project;
use super::sheets::SheetStore;
use super::stages::{Layout, Page, Stages, Terms, Worker};
use super::write::reason;
use super::{fontload, panics};
use crate::diag::{self, Diagnostic, Source};
use crate::geom::Px;
use crate::html;
use crate::layout::{Medium, PlacedText, element_boxes, placed_texts};
use crate::pdf::{Date, Profile};

/// The version of the JSON list of boxes.
const SCHEMA: &str = "urkunde.boxes/1";

/// A page, laid out.
pub struct Inspection {
    stages: Stages,
    layout: Layout,
    folder: String,
    /// The title of a page that has none: the file's name.
    title: String,
}

/// The boxes of a page, for people and programs: `docs/inspect.md` says what is listed.
#[derive(Debug, Serialize)]
pub struct Boxes {
    schema: &'static str,
    /// The sizes of its pages, width and height in CSS px.
    pub pages: Vec<[f32; 2]>,
    /// The border boxes of its elements in document order, one for each page an element is on.
    pub boxes: Vec<BoxListing>,
}

/// A border box.
#[derive(Debug, Serialize)]
pub struct BoxListing {
    /// The element's name.
    pub tag: String,
    /// Its `id`.
    pub id: Option<String>,
    /// Its classes, as written.
    pub class: Option<String>,
    /// The page, from 1.
    pub page: usize,
    /// Left edge from the page's left edge, in CSS px.
    pub x: f32,
    /// Upper edge from the page's upper edge.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

impl Inspection {
    /// Lays out a page; with a width, as one page without end.
    pub fn new(file: &Path, continuous: Option<f32>) -> Result<Inspection, Vec<Diagnostic>> {
        let one = |diagnostic| vec![diagnostic];
        let source = read(file).map_err(one)?;
        let (project, path) = project_around(file)?;
        let folder = super::paths::folder_of(&path).to_string();
        let mut read = Vec::new();
        let mut fonts = fontload::load_fonts(&project, &mut read)?;
        let sheets = SheetStore::new(&project.root);
        let used = sheets.of_page(&html::parse(&source), &folder);
        let faces: Vec<_> =
            used.sheets.iter().flat_map(|sheet| sheet.font_faces().to_vec()).collect();
        let wrong = fontload::add_declared(&project, &mut fonts, &faces, &mut read);
        let stages = Stages::new(&project, Arc::new(fonts), sheets).map_err(one)?;
        let medium = continuous.map_or(Medium::Paged, |width| Medium::Continuous(Px(width)));
        let page = Page { source: &source, folder: &folder, medium };
        let mut layout = panics::isolate_deep(|| stages.lay_out(&mut Worker::new(&stages), &page))
            .map_err(one)?;
        layout.found.extend(wrong);
        let title = file.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into());
        Ok(Inspection { stages, layout, folder, title })
    }

    /// What was found so far, sorted.
    pub fn take_found(&mut self) -> Vec<Diagnostic> {
        let mut found = std::mem::take(&mut self.layout.found);
        found.extend(self.stages.take_found());
        diag::sort(&mut found);
        found
    }

    /// Where the elements are.
    pub fn boxes(&self) -> Boxes {
        let document = &self.layout.document;
        let listing = |one: crate::layout::ElementBox| {
            let node = html::NodeId(one.element.0);
            let dom = &self.layout.dom;
            let rect = one.rect;
            BoxListing {
                tag: dom.element(node).map_or(String::new(), |e| e.name.to_string()),
                id: dom.attr(node, "id").map(str::to_string),
                class: dom.attr(node, "class").map(str::to_string),
                page: one.page,
                x: rounded(rect.left()),
                y: rounded(rect.top()),
                width: rounded(rect.size.width),
                height: rounded(rect.size.height),
            }
        };
        Boxes {
            schema: SCHEMA,
            pages: document
                .pages
                .iter()
                .map(|page| [rounded(page.size.width), rounded(page.size.height)])
                .collect(),
            boxes: element_boxes(document).into_iter().map(listing).collect(),
        }
    }

    /// Which texts stand on which page, and where.
    pub fn texts(&self) -> Vec<PlacedText> {
        placed_texts(&self.layout.document)
    }

    /// The page as it was understood: what the parser implied is there, what it dropped is not.
    pub fn html(&self) -> String {
        self.layout.dom.outer_html(self.layout.dom.root())
    }

    /// The PDF; none if it cannot be made as its profile asks, which what was found then tells.
    pub fn pdf(&mut self, profile: Profile, date: Option<&Date>) -> Option<Vec<u8>> {
        let Inspection { stages, layout, folder, title } = self;
        let terms = Terms { title, date, profile, ..Terms::default() };
        let made = panics::isolate_deep(|| stages.write(layout, folder, &terms));
        let made = made.unwrap_or_else(|panic| {
            self.layout.found.push(panic);
            None
        });
        made.map(|file| file.bytes)
    }
}

impl Boxes {
    /// The list for programs.
    pub fn to_json(&self) -> String {
        // Serialisation to a string fails only for maps with keys that are no texts; there are none.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

/// To a thousandth: what is smaller comes from the order of additions.
fn rounded(length: Px) -> f32 {
    let thousandths = (f64::from(length.0) * 1000.0).round() / 1000.0;
    thousandths as f32 + 0.0
}

fn read(file: &Path) -> Result<Arc<Source>, Diagnostic> {
    let failed = |why: String| {
        Diagnostic::error("missing-file", format!("cannot read {}: {why}", file.display()))
    };
    let bytes = std::fs::read(file).map_err(|error| failed(reason(&error)))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        failed(format!("not UTF-8 at byte {}", error.utf8_error().valid_up_to()))
    })?;
    Ok(Source::new(file.display().to_string(), text))
}

/// The project a file is in, and its path there; else a project made of the file's folder.
fn project_around(file: &Path) -> Result<(Project, String), Vec<Diagnostic>> {
    let absolute = file.canonicalize().unwrap_or_else(|_| file.to_path_buf());
    let folder = absolute.parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf);
    let project = match Project::find(&folder) {
        Ok(found) => Project::load(&found)?,
        Err(_) => Project::without_file(&folder),
    };
    let path = absolute.strip_prefix(&project.root).unwrap_or(&absolute);
    let path = path.to_string_lossy().replace('\\', "/");
    Ok((project, path))
}
