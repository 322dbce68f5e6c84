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
use super::sheets::SheetStore;
use crate::css::{Environment, PageContext, Sheet, Styled, Styler};
use crate::diag::{Diagnostic, Source, Span};
use crate::fonts::{FontBook, Shaper};
use crate::geom::{Px, Size};
use crate::html::{self, Dom, NodeId};
use crate::images::ImageStore;
use crate::layout::fragment::Document;
use crate::layout::{self, Medium, Memory, VIEWPORT_HEIGHT};
use crate::paint;
use crate::pdf::{self, Metadata};

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
}

/// What a thread keeps from one document to the next.
pub(super) struct Worker {
    shaper: Shaper,
    memory: Memory,
    stylers: Vec<StylerSlot>,
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
    pub dom: Dom,
    pub document: Document,
    pub found: Vec<Diagnostic>,
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
            shaper: Shaper::new(Arc::clone(&stages.fonts)),
            memory: Memory::default(),
            stylers: Vec::new(),
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
    pub fn new(root: &Path, fonts: Arc<FontBook>, sheets: SheetStore) -> Stages {
        let book = Arc::clone(&fonts);
        Stages {
            sheets,
            images: ImageStore::new(root, Arc::new(move || book.svg_database())),
            pictures: PictureFindings::default(),
            pdf: pdf::Batch::new(&fonts),
            fonts,
        }
    }

    /// Says which characters documents are going to show, as far as is known; see
    /// [`pdf::Batch::announce`].
    pub fn announce(&self, characters: &BTreeSet<char>) {
        self.pdf.announce(characters);
    }

    /// Lays a page out. Its findings point into the page.
    pub fn lay_out(&self, worker: &mut Worker, page: &Page<'_>) -> Layout {
        let dom = html::parse(page.source);
        let mut found = html::check(&dom);
        let (sheets, wrong) = self.sheets.of_page(&dom, page.folder);
        found.extend(wrong);
        let (styled, wrong) = worker.styler(sheets.clone()).style(&dom, &self.fonts, page.medium);
        found.extend(wrong);
        let pictures = self.pictures(page.folder);
        let Worker { shaper, memory, .. } = worker;
        let (document, wrong) =
            layout::layout_next(&dom, &styled, &pictures, shaper, memory, page.medium);
        self.pictures.tell(&wrong);
        found.extend(wrong.into_iter().map(|finding| placed(&dom, finding)));
        Layout { dom, document, found, sheets }
    }

    /// Paints and writes a laid-out page; `fixed` are the texts that other documents have as well.
    pub fn write(
        &self,
        layout: &mut Layout,
        folder: &str,
        defaults: &Defaults<'_>,
        fixed: Option<&FixedTexts>,
    ) -> Result<Vec<u8>, Diagnostic> {
        let pictures = self.pictures(folder);
        let missing = RefCell::new(BTreeMap::new());
        let load = |url: &str| match layout::boxes::Pictures::load(&pictures, url) {
            Ok(image) => Some(image),
            Err(diagnostic) => {
                missing.borrow_mut().entry(url.to_string()).or_insert(diagnostic);
                None
            }
        };
        let (lists, found) = paint::paint(&layout.document, &load);
        layout.found.extend(found.into_iter().map(|finding| placed(&layout.dom, finding)));
        for (url, diagnostic) in missing.into_inner() {
            let place = layout.place_of_picture(&url).filter(|_| diagnostic.span.is_none());
            layout.found.push(match place {
                Some(span) => diagnostic.at(span),
                None => diagnostic,
            });
        }
        let fixed = fixed.map(|texts| texts.glyphs(&layout.dom, &layout.document));
        let meta = metadata(&layout.dom, defaults);
        pdf::write(&lists, &layout.document, &meta, &fixed.unwrap_or_default(), &self.pdf)
    }

    /// What was found in sheets and pictures, each of which many documents may use.
    pub fn take_found(&self) -> Vec<Diagnostic> {
        let mut found = self.sheets.take_found();
        found.extend(self.pictures.take());
        found
    }

    fn pictures<'a>(&'a self, folder: &'a str) -> PagePictures<'a> {
        PagePictures { store: &self.images, folder, found: &self.pictures }
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

/// What a document says of itself where its page does not.
pub(super) struct Defaults<'a> {
    pub title: &'a str,
    pub lang: &'a str,
}

fn metadata(dom: &Dom, defaults: &Defaults<'_>) -> Metadata {
    let lang = dom.lang(dom.root());
    let meta = |name: &str| dom.meta(name).map(str::trim).filter(|text| !text.is_empty());
    let keywords = meta("keywords").unwrap_or("");
    Metadata {
        title: dom.title().unwrap_or_else(|| defaults.title.to_string()),
        lang: if lang.is_empty() { defaults.lang } else { lang }.to_string(),
        author: meta("author").map(str::to_string),
        subject: meta("description").map(str::to_string),
        keywords: keywords
            .split([',', '，', '、'])
            .map(|word| word.trim().to_string())
            .filter(|word| !word.is_empty())
            .collect(),
        date: meta("date").map(str::to_string),
        creator: None,
    }
}
