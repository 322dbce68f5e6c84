//! A document through all stages.

use std::cell::RefCell;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use urkunde::css::computed::{FontStyle, TextStyle};
use urkunde::css::{
    Environment, FontMetrics, FontRatios, Origin, PageContext, Sheet, Styled, Styler, parse_embedded, user_agent_sheet,
};
use urkunde::diag::{self, Diagnostic, Source};
use urkunde::fonts::{FontBook, Shaper};
use urkunde::geom::{Px, Size};
use urkunde::html::{self, Dom};
use urkunde::images::{Image, ImageStore, InheritedStyle, QrLevel, SvgFonts};
use urkunde::layout::boxes::Pictures;
use urkunde::layout::fragment::Document;
use urkunde::layout::{Medium, layout_document};
use urkunde::paint::DisplayList;
use urkunde::pdf::Profile;
use urkunde::{paint, pdf};

/// A4 in CSS px.
const A4: Size = Size { width: Px(793.7008), height: Px(1122.5197) };

thread_local! {
    /// One for the whole run, so that its caches are those of a long batch.
    static SHAPER: RefCell<Shaper> = RefCell::new(Shaper::new(book()));
}

/// The built-in faces.
pub fn book() -> Arc<FontBook> {
    static BOOK: OnceLock<Arc<FontBook>> = OnceLock::new();
    Arc::clone(BOOK.get_or_init(|| Arc::new(FontBook::embedded().expect("the built-in faces are sound"))))
}

/// A store of pictures over a folder that does not exist.
pub fn images() -> ImageStore {
    static FONTS: OnceLock<SvgFonts> = OnceLock::new();
    let fonts = FONTS.get_or_init(|| {
        let database = book().svg_database();
        Arc::new(move || Arc::clone(&database))
    });
    ImageStore::new("/nonexistent", Arc::clone(fonts))
}

/// Pictures of a page: `data:` URLs, inline SVG, QR codes, and one picture for every other address.
pub struct PagePictures {
    store: ImageStore,
    any: Option<Arc<Image>>,
}

impl PagePictures {
    /// With a picture for every address.
    pub fn new(store: ImageStore, any: Option<Arc<Image>>) -> PagePictures {
        PagePictures { store, any }
    }
}

impl Pictures for PagePictures {
    fn load(&self, url: &str) -> Result<Arc<Image>, Diagnostic> {
        if url.starts_with("data:") {
            return self.store.load_data_url(url);
        }
        let missing = || Diagnostic::error("missing-image", format!("no {url}"));
        self.any.clone().ok_or_else(missing)
    }

    fn inline_svg(&self, svg: &str, style: &TextStyle) -> Result<Arc<Image>, Diagnostic> {
        let inherited = InheritedStyle {
            color: style.color,
            families: &style.families,
            size: style.size,
            weight: style.weight,
            italic: style.style != FontStyle::Normal,
        };
        self.store.inline_svg(svg, &inherited, Path::new(""), "inline svg")
    }

    fn qr(&self, text: &str, _: &str) -> Result<Arc<Image>, Diagnostic> {
        self.store.qr(text, QrLevel::Medium)
    }
}

/// Measures that do not cost a look into a face.
pub struct HalfEm;

impl FontMetrics for HalfEm {
    fn ratios(&self, _: &[Arc<str>], _: f32, _: bool) -> FontRatios {
        FontRatios::default()
    }
}

/// A page that has been laid out.
pub struct Laid {
    pub dom: Dom,
    pub styled: Styled,
    pub document: Document,
    pub found: Vec<Diagnostic>,
}

/// Parses a sheet that imports nothing.
pub fn sheet(source: &Arc<Source>, range: std::ops::Range<usize>) -> (Sheet, Vec<Diagnostic>) {
    let mut none = |path: &str| Err(Diagnostic::error("missing-file", format!("no {path}")));
    parse_embedded(source, range, Origin::Author, "", &mut none)
}

/// The sheets of a page: the built-in one and its `style` elements.
pub fn sheets(dom: &Dom, found: &mut Vec<Diagnostic>) -> Vec<Arc<Sheet>> {
    let mut sheets = vec![user_agent_sheet()];
    for node in dom.descendants(dom.root()).filter(|n| dom.is(*n, "style")) {
        if let Some(span) = dom.first_child(node).and_then(|text| dom.span(text)) {
            let (one, wrong) = sheet(&span.source, span.range);
            sheets.push(Arc::new(one));
            found.extend(wrong);
        }
    }
    sheets
}

/// Lays out a page.
pub fn lay_out(page: &str, medium: Medium, pictures: &PagePictures) -> Laid {
    let dom = html::parse(&Source::new("page.html", page));
    let mut found = html::check(&dom);
    let mut styler = Styler::new(&sheets(&dom, &mut found));
    let size = match medium {
        Medium::Continuous(width) => Size::new(width, Px(600.0)),
        Medium::Paged => A4,
    };
    let (mut styled, wrong) = styler.style(&dom, &Environment { page_size: size, metrics: &HalfEm });
    let first = PageContext { name: None, number: 1, in_group: 1, blank: false, right: true };
    let page_size = styled.page(&first).size;
    if medium == Medium::Paged && page_size != size {
        styled = styler.style(&dom, &Environment { page_size, metrics: &HalfEm }).0;
    }
    found.extend(wrong);
    let (document, wrong) =
        SHAPER.with_borrow_mut(|shaper| layout_document(&dom, &styled, pictures, shaper, medium));
    found.extend(wrong.into_iter().map(|(_, diagnostic)| diagnostic));
    diag::sort(&mut found);
    Laid { dom, styled, document, found }
}

/// Paints a document.
pub fn paint(document: &Document, pictures: &PagePictures) -> Vec<DisplayList> {
    paint::paint(document, &|url| pictures.load(url).ok()).0
}

/// Writes a document.
pub fn write(document: &Document, pictures: &PagePictures, profile: Profile) -> Result<Vec<u8>, Diagnostic> {
    let meta = pdf::Metadata {
        title: "A page".to_owned(),
        lang: "en".to_owned(),
        author: None,
        subject: None,
        keywords: Vec::new(),
        date: None,
        creator: None,
        properties: Vec::new(),
    };
    let request = pdf::Request { meta: &meta, profile, attachments: &[], fixed: &pdf::FixedGlyphs::new() };
    let batch = pdf::Batch::new(&book());
    pdf::write(&paint(document, pictures), document, &request, &batch).map(|file| file.bytes)
}
