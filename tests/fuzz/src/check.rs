//! What must hold of every layout.

use std::collections::BTreeMap;

use urkunde::css::computed::{Display, Position, TextTransform};
use urkunde::diag::{Diagnostic, Severity};
use urkunde::fonts::{FaceId, LangId, is_invisible};
use urkunde::html::NodeId;
use urkunde::layout::fragment::{Document, Fragment, FragmentContent};
use urkunde::geom::Px;
use urkunde::layout::Medium;
use urkunde::paint::DisplayList;

use crate::bench::{Laid, PagePictures, book, images, lay_out, paint};

/// The target `document`: lays an input out, paged if its length is even, and holds it to all that is below.
pub fn document(data: &[u8]) {
    let Some(page) = crate::page(data) else { return };
    let medium = if data.len() % 2 == 0 { Medium::Paged } else { Medium::Continuous(Px(400.0)) };
    let pictures = PagePictures::new(images(), None);
    let laid = lay_out(&page, medium, &pictures);
    finite(&laid.document);
    text_once(&laid);
    let lists = paint(&laid.document, &pictures);
    finite_paint(&lists);
    // Once in a while: what a worker has seen before changes nothing.
    if data.len() % 8 < 2 {
        let again = lay_out(&page, medium, &pictures);
        assert!(laid.found == again.found, "other findings the second time");
        let dump = |lists: &[DisplayList]| -> String { lists.iter().map(|l| l.dump()).collect() };
        assert!(dump(&lists) == dump(&paint(&again.document, &pictures)), "other pages the second time");
    }
}

/// Every length of every fragment is finite.
pub fn finite(document: &Document) {
    for page in &document.pages {
        assert!(page.size.width.0.is_finite() && page.size.height.0.is_finite(), "page {:?}", page.size);
        page.fragments.iter().for_each(finite_fragment);
    }
}

fn finite_fragment(fragment: &Fragment) {
    let Fragment { offset, size, border, padding, .. } = fragment;
    let lengths = [
        offset.x, offset.y, size.width, size.height, border.top, border.right, border.bottom, border.left,
        padding.top, padding.right, padding.bottom, padding.left,
    ];
    assert!(lengths.iter().all(|l| l.0.is_finite()), "{lengths:?} of {:?}", fragment.style.display);
    match &fragment.content {
        FragmentContent::Text(run) => {
            let glyphs = run.glyphs.iter().flat_map(|g| [g.x, g.y, g.advance]);
            let mut all = glyphs.chain([run.size, run.baseline]);
            assert!(all.all(|l| l.0.is_finite()), "text {:?} at {:?}", run.text, run.size);
        }
        FragmentContent::CollapsedBorders(segments) => {
            let mut all = segments.iter().flat_map(|s| [s.from.x, s.from.y, s.to.x, s.to.y, s.border.width]);
            assert!(all.all(|l| l.0.is_finite()), "collapsed borders");
        }
        _ => {}
    }
    fragment.children.iter().for_each(finite_fragment);
}

/// No number of a display list is infinite or none.
pub fn finite_paint(lists: &[DisplayList]) {
    for list in lists {
        for line in list.dump().lines() {
            let text = line.trim_start();
            // Text and addresses may say what they want.
            let free = text.starts_with("tag ") || text.starts_with("text") || text.starts_with("link");
            let words = || text.split(|c: char| !c.is_alphanumeric());
            assert!(free || !words().any(|w| matches!(w, "inf" | "NaN")), "{text}");
        }
    }
}

/// The text of every node that is shown stands in the fragments exactly once, except where the page ends at a limit.
pub fn text_once(laid: &Laid) {
    if laid.found.iter().any(ends_early) {
        return;
    }
    let mut shown: BTreeMap<u32, Letters> = BTreeMap::new();
    for page in &laid.document.pages {
        page.fragments.iter().for_each(|f| collect(f, &mut shown));
    }
    let dom = &laid.dom;
    for node in dom.descendants(dom.body()) {
        let Some(text) = dom.text(node) else { continue };
        if !is_shown(laid, node) {
            continue;
        }
        let wanted = letters(&showable(text));
        let found = shown.remove(&node.0).unwrap_or_default();
        assert!(wanted == found, "{text:?} is shown as {found:?}");
    }
}

/// Whether a finding says that a page is not laid out to its end. Pictures and characters may be missing all the same.
pub fn ends_early(found: &Diagnostic) -> bool {
    found.severity == Severity::Error && !matches!(found.code, "missing-image" | "missing-glyph")
}

/// What of a text can be shown: a cluster that no face has as a whole is left out, which is an error.
fn showable(text: &str) -> String {
    let faces: Vec<FaceId> = (0..).map(FaceId).take(book().faces().count()).collect();
    let runs = book().itemize(text, &faces, LangId::NONE);
    runs.into_iter().filter(|run| run.face.is_some()).map(|run| &text[run.range]).collect()
}

/// How often each letter is there.
type Letters = BTreeMap<char, usize>;

fn letters(text: &str) -> Letters {
    let mut all = Letters::new();
    for c in text.chars().filter(|c| is_letter(*c)) {
        *all.entry(c).or_default() += 1;
    }
    all
}

/// White space collapses, controls vanish, and what no face has is left out.
fn is_letter(c: char) -> bool {
    !c.is_whitespace() && !is_invisible(c) && book().faces().any(|face| face.covers(c))
}

fn collect(fragment: &Fragment, shown: &mut BTreeMap<u32, Letters>) {
    if let (FragmentContent::Text(run), Some(element), false) =
        (&fragment.content, fragment.element, fragment.artifact)
    {
        let all = shown.entry(element.0).or_default();
        for (c, count) in letters(&run.text) {
            *all.entry(c).or_default() += count;
        }
    }
    fragment.children.iter().for_each(|child| collect(child, shown));
}

/// Whether a text node has a box whose text is as written.
fn is_shown(laid: &Laid, text: NodeId) -> bool {
    let dom = &laid.dom;
    let ancestors = std::iter::successors(dom.parent(text), |n| dom.parent(*n));
    let elements = ancestors.filter_map(|n| Some((n, dom.element(n)?)));
    elements.into_iter().all(|(node, element)| {
        let style = laid.styled.get(node);
        let replaced = matches!(&*element.name, "svg" | "img" | "qr-code" | "br" | "wbr");
        let hidden = matches!(style.display, Display::None | Display::TableColumn | Display::TableColumnGroup);
        let moved = matches!(style.position, Position::Running(_));
        !replaced && !hidden && !moved && style.text.transform == TextTransform::None
    })
}
