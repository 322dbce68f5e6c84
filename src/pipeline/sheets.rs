//! Style sheets: found, read, and parsed once for a whole batch.
//!
//! Input: a page's `link`, `style` and what they import. Output: sheets in the order of the cascade. Only
//! files below the project's folder are read. What a sheet says wrongly is told once, however many
//! documents use it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::paths::resolve;
use super::write::reason;
use crate::css::{Origin, Sheet, may_print, parse_embedded, parse_sheet, user_agent_sheet};
use crate::data::FileRead;
use crate::diag::{Diagnostic, Source};
use crate::html::{Dom, NodeId, local_name};
use crate::limits::SHEETS;

/// How many different `style` elements are kept; those that rows fill in differ every time.
const MAX_EMBEDDED: usize = 64;

/// The sheets of a batch; shared by all workers.
pub(super) struct SheetStore {
    root: PathBuf,
    state: Mutex<State>,
}

/// The files that a sheet was read from.
type Files = Arc<[FileRead]>;

#[derive(Default)]
struct State {
    /// By path relative to the project's folder.
    files: BTreeMap<String, (Result<Arc<Sheet>, Diagnostic>, Files)>,
    /// By page, folder and text.
    embedded: BTreeMap<[String; 3], Embedded>,
    /// Sheets under the queries of a `media` attribute: by those and by what they are without them.
    conditional: Vec<Conditional>,
    found: Vec<Diagnostic>,
}

/// The sheet of a `style` element.
#[derive(Clone)]
struct Embedded {
    sheet: Arc<Sheet>,
    /// What it imports.
    files: Files,
    /// What is wrong with it, which every page tells that has it.
    found: Vec<Diagnostic>,
}

/// The sheets of a page.
pub(super) struct PageSheets {
    /// In the order of the cascade, the built-in one first.
    pub sheets: Vec<Arc<Sheet>>,
    /// The files they were read from, what they import included.
    pub files: Vec<FileRead>,
    /// What is wrong with the page's own references to them.
    pub found: Vec<Diagnostic>,
}

/// A sheet under a `media` attribute.
struct Conditional {
    media: String,
    plain: Arc<Sheet>,
    sheet: Arc<Sheet>,
    found: Vec<Diagnostic>,
}

impl SheetStore {
    pub fn new(root: impl Into<PathBuf>) -> SheetStore {
        SheetStore { root: root.into(), state: Mutex::default() }
    }

    /// The sheets of a page that stands in `folder` (relative to the project).
    pub fn of_page(&self, dom: &Dom, folder: &str) -> PageSheets {
        let mut sheets = vec![user_agent_sheet()];
        let (mut files, mut found) = (Vec::new(), Vec::new());
        let names = [local_name!("style"), local_name!("link")];
        for node in dom.descendants(dom.root()) {
            if dom.element(node).is_none_or(|element| !names.contains(&element.name)) {
                continue;
            }
            if dom.attr(node, "media").is_some_and(|media| !may_print(media)) {
                continue;
            }
            if sheets.len() > SHEETS && (is_style(dom, node) || is_sheet_link(dom, node)) {
                let message = format!("the page has more than {SHEETS} style sheets");
                let error = Diagnostic::error("too-many-sheets", message);
                let error = error.help("join them: what rows differ in can be a custom property");
                found.push(match dom.span(node) {
                    Some(span) => error.at(span),
                    None => error,
                });
                break;
            }
            let sheet = if is_style(dom, node) {
                let embedded = self.embedded(dom, node, folder);
                found.extend(embedded.found);
                files.extend(embedded.files.iter().cloned());
                embedded.sheet
            } else if is_sheet_link(dom, node) {
                match self.linked(dom, node, folder) {
                    Ok((sheet, read)) => {
                        files.extend(read.iter().cloned());
                        sheet
                    }
                    Err(diagnostic) => {
                        found.push(diagnostic);
                        continue;
                    }
                }
            } else {
                continue;
            };
            sheets.push(self.under_media(dom, node, sheet, &mut found));
        }
        PageSheets { sheets, files, found }
    }

    /// What was found in sheets since the last call.
    pub fn take_found(&self) -> Vec<Diagnostic> {
        std::mem::take(&mut self.lock().found)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn linked(
        &self,
        dom: &Dom,
        node: NodeId,
        folder: &str,
    ) -> Result<(Arc<Sheet>, Files), Diagnostic> {
        let href = dom.attr(node, "href").unwrap_or("");
        let place = |diagnostic: Diagnostic| match dom.attr_span(node, "href") {
            Some(span) => diagnostic.at(span),
            None => diagnostic,
        };
        let path = resolve(href, folder).map_err(|why| {
            place(Diagnostic::error("bad-sheet", format!("style sheet `{href}` {why}")))
        })?;
        self.file(&path).map_err(place)
    }

    fn file(&self, path: &str) -> Result<(Arc<Sheet>, Files), Diagnostic> {
        let mut state = self.lock();
        if let Some((sheet, files)) = state.files.get(path) {
            return sheet.clone().map(|sheet| (sheet, Arc::clone(files)));
        }
        let mut files = Vec::new();
        let sheet = self.read(path, &mut files).map(|source| {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let mut load = |path: &str| self.read(path.trim_start_matches('/'), &mut files);
            let (sheet, found) = parse_sheet(&source, Origin::Author, folder, &mut load);
            state.found.extend(found);
            Arc::new(sheet)
        });
        let files: Files = files.into();
        state.files.insert(path.to_string(), (sheet.clone(), Arc::clone(&files)));
        sheet.map(|sheet| (sheet, files))
    }

    fn embedded(&self, dom: &Dom, node: NodeId, folder: &str) -> Embedded {
        let page = dom.source().name.clone();
        let key = [page, folder.to_string(), dom.text_content(node)];
        let mut state = self.lock();
        if let Some(known) = state.embedded.get(&key) {
            return known.clone();
        }
        let mut files = Vec::new();
        let mut load = |path: &str| self.read(path.trim_start_matches('/'), &mut files);
        let text = dom.first_child(node).and_then(|text| dom.span(text));
        let (sheet, found) = match text {
            Some(span) => {
                parse_embedded(&span.source, span.range, Origin::Author, folder, &mut load)
            }
            None => (Sheet::empty(Origin::Author), Vec::new()),
        };
        let made = Embedded { sheet: Arc::new(sheet), files: files.into(), found };
        if state.embedded.len() < MAX_EMBEDDED {
            state.embedded.insert(key, made.clone());
        }
        made
    }

    /// A sheet under the `media` attribute of the element that asks for it.
    fn under_media(
        &self,
        dom: &Dom,
        node: NodeId,
        sheet: Arc<Sheet>,
        found: &mut Vec<Diagnostic>,
    ) -> Arc<Sheet> {
        let Some(media) = dom.attr(node, "media").filter(|media| !media.trim().is_empty()) else {
            return sheet;
        };
        let mut state = self.lock();
        let same = |c: &&Conditional| c.media == media && Arc::ptr_eq(&c.plain, &sheet);
        if let Some(known) = state.conditional.iter().find(same) {
            found.extend(known.found.iter().cloned());
            return Arc::clone(&known.sheet);
        }
        let span = dom.attr_span(node, "media");
        let (conditional, wrong) = (*sheet).clone().under_media(media, span.as_ref());
        found.extend(wrong.iter().cloned());
        let conditional = Arc::new(conditional);
        if state.conditional.len() < MAX_EMBEDDED {
            state.conditional.push(Conditional {
                media: media.to_string(),
                plain: sheet,
                sheet: Arc::clone(&conditional),
                found: wrong,
            });
        }
        conditional
    }

    fn read(&self, path: &str, files: &mut Vec<FileRead>) -> Result<Arc<Source>, Diagnostic> {
        let missing = |why: String| {
            Diagnostic::error("missing-file", format!("cannot read style sheet `{path}`: {why}"))
        };
        let path = resolve(path, "").map_err(|why| missing(why.to_string()))?;
        let bytes =
            std::fs::read(self.root.join(&path)).map_err(|error| missing(reason(&error)))?;
        files.push(FileRead { path: path.clone(), digest: *blake3::hash(&bytes).as_bytes() });
        let text = String::from_utf8(bytes).map_err(|error| {
            missing(format!("not UTF-8 at byte {}", error.utf8_error().valid_up_to()))
        })?;
        Ok(Source::code(path, text.strip_prefix('\u{feff}').unwrap_or(&text)))
    }
}

fn is_style(dom: &Dom, node: NodeId) -> bool {
    dom.is(node, "style") && is_css(dom, node)
}

fn is_sheet_link(dom: &Dom, node: NodeId) -> bool {
    let is_stylesheet =
        |rel: &str| rel.split_ascii_whitespace().any(|r| r.eq_ignore_ascii_case("stylesheet"));
    dom.is(node, "link") && dom.attr(node, "rel").is_some_and(is_stylesheet) && is_css(dom, node)
}

/// Whether the `type` attribute is that of CSS; others are warned of where the page is checked.
fn is_css(dom: &Dom, node: NodeId) -> bool {
    let kind = dom.attr(node, "type").map_or("", str::trim);
    kind.is_empty() || kind.eq_ignore_ascii_case("text/css")
}
