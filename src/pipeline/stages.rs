//! HTML text through the stages: DOM → styles → boxes → pages → display lists → PDF.
//!
//! Input: a page's text and the folder it stands in. Output: a [`Layout`], and from it the bytes of a PDF.
//! It knows neither tables nor templates: `document` gives it pages made from rows, `inspect` pages as
//! they are.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::fixed::FixedTexts;
use super::pictures::{BookMetrics, PagePictures, PictureFindings};
use super::project::Project;
use super::reads::{FileSet, Reads};
use super::sheets::{PageSheets, SheetStore};
use super::write::reason;
use crate::css::{Environment, PageContext, Sheet, Styled, Styler};
use crate::diag::{self, Diagnostic, Source, Span};
use crate::fonts::{FontBook, Shaper};
use crate::geom::{Px, Size};
use crate::html::{self, Dom, NodeId};
use crate::images::{ImageStore, profile_fault};
use crate::layout::fragment::{Document, ElementId};
use crate::layout::{self, Medium, Memory, VIEWPORT_HEIGHT};
use crate::paint::{self, DisplayList};
use crate::pdf::{self, Attachment, Date, Metadata, Profile, Request};

/// A4 in CSS px: the page until `@page` says otherwise.
const A4: Size = Size { width: Px(210.0 * 96.0 / 25.4), height: Px(297.0 * 96.0 / 25.4) };

/// How many sets of sheets a worker keeps a styler for.
const MAX_STYLERS: usize = 8;

/// What the stages share among documents. Nothing in it changes what a document holds.
pub(super) struct Stages {
    fonts: Arc<FontBook>,
    pub sheets: SheetStore,
    images: ImageStore,
    pictures: PictureFindings,
    pdf: pdf::Batch,
    /// Digest of the colour profile of the project.
    pub cmyk_digest: Option<[u8; 32]>,
}

/// What a thread keeps from one document to the next.
pub(super) struct Worker {
    reader: html::Reader,
    shaper: Shaper,
    memory: Memory,
    stylers: Vec<StylerSlot>,
    files: Option<LastFiles>,
}

/// What the last document was made of: what it asked for, and the files that are.
struct LastFiles {
    folder: Box<str>,
    reads: Reads,
    files: FileSet,
}

/// A styler for documents with the same sheets, and the page they had last.
struct StylerSlot {
    sheets: Vec<Arc<Sheet>>,
    styler: Styler,
    page: Size,
}

/// A page's text on its way.
pub(super) struct Page<'a> {
    /// The HTML.
    pub source: &'a Arc<Source>,
    /// The folder its addresses count from, relative to the project.
    pub folder: &'a str,
    /// On pages, or continuous.
    pub medium: Medium,
}

/// A laid-out page.
pub(super) struct Layout {
    pub dom: Arc<Dom>,
    pub document: Document,
    pub found: Vec<Diagnostic>,
    /// The files it is made of so far.
    pub reads: Reads,
    sheets: Vec<Arc<Sheet>>,
}

impl Layout {
    /// Where a picture is asked for: in a sheet, or in a `style` attribute.
    fn place_of_picture(&self, address: &str) -> Option<Span> {
        let in_sheet = self.sheets.iter().find_map(|sheet| sheet.place_of_picture(address));
        in_sheet.cloned().or_else(|| {
            let style = |id: &NodeId| self.dom.attr(*id, "style");
            let all = self.dom.descendants(self.dom.root());
            let id = all.into_iter().find(|id| style(id).is_some_and(|s| s.contains(address)))?;
            self.dom.attr_span(id, "style")
        })
    }
}

impl Worker {
    /// A worker that has done nothing yet.
    pub fn new(stages: &Stages) -> Worker {
        Worker {
            reader: html::Reader::default(),
            shaper: Shaper::new(Arc::clone(&stages.fonts)),
            memory: Memory::default(),
            stylers: Vec::new(),
            files: None,
        }
    }

    fn styler(&mut self, sheets: Vec<Arc<Sheet>>) -> &mut StylerSlot {
        let same = |slot: &StylerSlot| {
            slot.sheets.len() == sheets.len()
                && slot.sheets.iter().zip(&sheets).all(|(a, b)| Arc::ptr_eq(a, b))
        };
        let at = match self.stylers.iter().position(same) {
            Some(at) => at,
            None => {
                if self.stylers.len() == MAX_STYLERS {
                    self.stylers.remove(0);
                }
                let styler = Styler::new(&sheets);
                self.stylers.push(StylerSlot { sheets, styler, page: A4 });
                self.stylers.len() - 1
            }
        };
        &mut self.stylers[at]
    }
}

impl StylerSlot {
    /// Styles a document. `vw`, `vh` and media queries need the size of the page, which `@page` tells
    /// only when styles are known: the documents of a job agree on it, so the last one's is tried.
    fn style(&mut self, dom: &Dom, fonts: &FontBook, medium: Medium) -> (Styled, Vec<Diagnostic>) {
        let metrics = BookMetrics(fonts);
        if let Medium::Continuous(width) = medium {
            let page_size = Size { width, height: VIEWPORT_HEIGHT };
            return self.styler.style(dom, &Environment { page_size, metrics: &metrics });
        }
        let first =
            self.styler.style(dom, &Environment { page_size: self.page, metrics: &metrics });
        let context = PageContext { name: None, number: 1, in_group: 1, blank: false, right: true };
        let page = first.0.page(&context).size;
        if page == self.page {
            return first;
        }
        self.page = page;
        self.styler.style(dom, &Environment { page_size: page, metrics: &metrics })
    }
}

impl Stages {
    /// The stages over a project's folder.
    ///
    /// # Errors
    /// A colour profile of the project that cannot be used.
    pub fn new(
        project: &Project,
        fonts: Arc<FontBook>,
        sheets: SheetStore,
    ) -> Result<Stages, Diagnostic> {
        let book = Arc::clone(&fonts);
        let mut pdf = pdf::Batch::new(&fonts);
        let profile = cmyk_profile(project)?;
        if let Some(profile) = &profile {
            pdf.calibrate_cmyk(profile);
        }
        Ok(Stages {
            sheets,
            images: ImageStore::new(&project.root, Arc::new(move || book.svg_database())),
            pictures: PictureFindings::default(),
            pdf,
            cmyk_digest: profile.map(|profile| *blake3::hash(&profile).as_bytes()),
            fonts,
        })
    }

    /// Says which characters documents are going to show, as far as is known; see
    /// [`pdf::Batch::announce`].
    pub fn announce(&self, characters: &BTreeSet<char>) {
        self.pdf.announce(characters);
    }

    /// Lays a page out. Its findings point into the page.
    pub fn lay_out(&self, worker: &mut Worker, page: &Page<'_>) -> Layout {
        let (dom, mut found) = worker.reader.read(page.source);
        let PageSheets { sheets, files, found: wrong } = self.sheets.of_page(&dom, page.folder);
        found.extend(wrong);
        let mut reads = Reads::default();
        files.into_iter().for_each(|file| reads.file(file));
        let (styled, wrong) = worker.styler(sheets.clone()).style(&dom, &self.fonts, page.medium);
        found.extend(wrong);
        let pictures = self.pictures(page.folder, &reads);
        let Worker { shaper, memory, .. } = worker;
        let (document, wrong) =
            layout::layout_next(&dom, &styled, &pictures, shaper, memory, page.medium);
        self.pictures.tell(&wrong);
        found.extend(wrong.into_iter().map(|finding| placed(&dom, finding)));
        Layout { dom, document, found, reads, sheets }
    }

    /// Paints and writes a laid-out page; none if there is an error among what was found, which is kept
    /// in the layout.
    pub fn write(&self, layout: &mut Layout, folder: &str, terms: &Terms<'_>) -> Option<pdf::File> {
        let profile = terms.profile;
        let meta = metadata(&layout.dom, terms, &mut layout.found);
        let (lists, found) = self.paint(layout, folder);
        layout.found.extend(found);
        let found = std::mem::take(&mut layout.found);
        layout.found =
            found.into_iter().filter_map(|found| self.pdf.judge(profile, found)).collect();
        if diag::has_errors(&layout.found) {
            return None;
        }
        let fixed = terms.fixed.map(|texts| texts.glyphs(&layout.dom, &layout.document));
        let fixed = &fixed.unwrap_or_default();
        let request = Request { meta: &meta, profile, attachments: &terms.attachments, fixed };
        let written = pdf::write(&lists, &layout.document, &request, &self.pdf);
        written.map_err(|diagnostic| layout.found.push(diagnostic)).ok()
    }

    /// Paints a laid-out page.
    fn paint(&self, layout: &Layout, folder: &str) -> (Vec<DisplayList>, Vec<Diagnostic>) {
        let pictures = self.pictures(folder, &layout.reads);
        let missing = RefCell::new(BTreeMap::new());
        let load = |url: &str| match layout::boxes::Pictures::load(&pictures, url) {
            Ok(image) => Some(image),
            Err(diagnostic) => {
                missing.borrow_mut().entry(url.to_string()).or_insert(diagnostic);
                None
            }
        };
        let (lists, found) = paint::paint(&layout.document, &load);
        let dom = &layout.dom;
        // What a text shows is told of the element it stands in.
        let of_element = |node: NodeId| match dom.element(node) {
            Some(_) => Some(node),
            None => dom.parent(node),
        };
        let placed_at_element = |(element, diagnostic): paint::Finding| {
            let element = element.and_then(|e| of_element(NodeId(e.0))).map(|n| ElementId(n.0));
            placed(dom, (element, diagnostic))
        };
        let mut found: Vec<Diagnostic> = found.into_iter().map(placed_at_element).collect();
        for (url, diagnostic) in missing.into_inner() {
            let place = layout.place_of_picture(&url).filter(|_| diagnostic.span.is_none());
            found.push(match place {
                Some(span) => diagnostic.at(span),
                None => diagnostic,
            });
        }
        (lists, found)
    }

    /// What was found in sheets and pictures, each of which many documents may use.
    pub fn take_found(&self) -> Vec<Diagnostic> {
        let mut found = self.sheets.take_found();
        found.extend(self.pictures.take());
        found
    }

    /// The files of a document, those its pictures are read from included. Most documents are made of those of the
    /// one before.
    pub fn files_of(&self, worker: &mut Worker, reads: Reads, folder: &str) -> FileSet {
        if let Some(last) = &worker.files
            && *last.folder == *folder
            && last.reads == reads
        {
            return last.files.clone();
        }
        let files = reads.resolve(&self.images, Path::new(folder));
        worker.files = Some(LastFiles { folder: folder.into(), reads, files: files.clone() });
        files
    }

    fn pictures<'a>(&'a self, folder: &'a str, reads: &'a Reads) -> PagePictures<'a> {
        PagePictures { store: &self.images, folder, found: &self.pictures, reads }
    }
}

/// Reads the profile that the project names for CMYK.
fn cmyk_profile(project: &Project) -> Result<Option<Vec<u8>>, Diagnostic> {
    let Some(file) = &project.cmyk_profile else { return Ok(None) };
    let name = &file.value;
    let profile = std::fs::read(project.root.join(name)).map_err(|error| {
        let message = format!("cannot read the colour profile {name}: {}", reason(&error));
        Diagnostic::error("missing-file", message).at(file.span.clone())
    })?;
    match profile_fault(&profile, 4) {
        None => Ok(Some(profile)),
        Some(why) => {
            let message = format!("{name} cannot tell what CMYK is: {why}");
            let found = Diagnostic::error("colour-profile", message).at(file.span.clone());
            Err(found.help("name the ICC profile of a printing condition (CMYK)"))
        }
    }
}

/// A finding of layout or painting with the place of its element.
fn placed(dom: &Dom, (element, diagnostic): paint::Finding) -> Diagnostic {
    let span = element.and_then(|element| dom.span(NodeId(element.0)));
    match span.filter(|_| diagnostic.span.is_none()) {
        Some(span) => diagnostic.at(span),
        None => diagnostic,
    }
}

/// What a document is to be, beside what its page says.
#[derive(Default)]
pub(super) struct Terms<'a> {
    /// Its title where the page has none.
    pub title: &'a str,
    /// Its language where the page does not say.
    pub lang: &'a str,
    /// When it was made where the page does not say.
    pub date: Option<&'a Date>,
    /// Which standards it is to meet.
    pub profile: Profile,
    /// Properties of the project's own.
    pub properties: Vec<(String, String)>,
    /// The files it holds.
    pub attachments: Vec<Attachment>,
    /// The texts that other documents have as well.
    pub fixed: Option<&'a FixedTexts>,
}

/// What a document says of itself. What is wrong or wanting is told.
fn metadata(dom: &Dom, terms: &Terms<'_>, found: &mut Vec<Diagnostic>) -> Metadata {
    let lang = dom.lang(dom.root());
    let meta = |name: &str| dom.meta(name).map(str::trim).filter(|text| !text.is_empty());
    let keywords = meta("keywords").unwrap_or("");
    let date = meta("date").and_then(|text| {
        let date = Date::parse(text);
        if date.is_none() {
            found.push(bad_date(dom, text));
        }
        date
    });
    let all = Metadata {
        title: dom.title().unwrap_or_else(|| terms.title.to_string()),
        lang: if lang.is_empty() { terms.lang } else { lang }.to_string(),
        author: meta("author").map(str::to_string),
        subject: meta("description").map(str::to_string),
        keywords: keywords
            .split([',', '，', '、'])
            .map(|word| word.trim().to_string())
            .filter(|word| !word.is_empty())
            .collect(),
        date: date.or_else(|| terms.date.cloned()),
        creator: None,
        properties: terms.properties.clone(),
    };
    let wanting = terms.profile.wants(&all);
    found.extend(wanting.into_iter().map(|diagnostic| match dom.span(dom.root()) {
        Some(span) => diagnostic.at(span),
        None => diagnostic,
    }));
    all
}

fn bad_date(dom: &Dom, text: &str) -> Diagnostic {
    let message = format!("`<meta name=date>` holds no date: {text:?}");
    let found = Diagnostic::warning("bad-date", message)
        .help("expected a day, 2024-05-17, or a time, 2024-05-17T09:30+02:00");
    match dom.meta_node("date").and_then(|node| dom.attr_span(node, "content")) {
        Some(span) => found.at(span),
        None => found,
    }
}
