//! Where elements ended up: for `inspect` and for the comparison with browsers.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::geom::{Point, Px, Rect, Size};
use crate::layout::fragment::{Document, ElementId, Fragment, FragmentContent};

/// The border box of an element on one page; the union of its pieces there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ElementBox {
    /// The element.
    pub element: ElementId,
    /// Page number, from 1.
    pub page: usize,
    /// Border box, relative to the page box.
    pub rect: Rect,
}

/// The boxes of all elements in document order, one for each page an element is on.
pub fn element_boxes(document: &Document) -> Vec<ElementBox> {
    let mut boxes: BTreeMap<(ElementId, usize), Rect> = BTreeMap::new();
    for (index, page) in document.pages.iter().enumerate() {
        for fragment in &page.fragments {
            collect(fragment, Point::ZERO, index + 1, &mut boxes);
        }
    }
    boxes.into_iter().map(|((element, page), rect)| ElementBox { element, page, rect }).collect()
}

/// A text in its place on a page.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacedText {
    /// Page number, from 1.
    pub page: usize,
    /// The text, in logical order.
    pub text: Arc<str>,
    /// The left end of its baseline, relative to the page box.
    pub at: Point,
    /// Its width.
    pub width: Px,
}

/// The texts of all pages, page by page in the order of the fragments: text in one style on one line is one.
pub fn placed_texts(document: &Document) -> Vec<PlacedText> {
    let mut texts = Vec::new();
    for (index, page) in document.pages.iter().enumerate() {
        for fragment in &page.fragments {
            collect_texts(fragment, Point::ZERO, index + 1, &mut texts);
        }
    }
    texts
}

fn collect_texts(fragment: &Fragment, origin: Point, page: usize, out: &mut Vec<PlacedText>) {
    let at = origin + fragment.offset;
    if let FragmentContent::Text(run) = &fragment.content {
        let (text, width) = (Arc::clone(&run.text), fragment.size.width);
        out.push(PlacedText { page, text, at: at + Point::new(Px::ZERO, run.baseline), width });
    }
    for child in &fragment.children {
        collect_texts(child, at, page, out);
    }
}

fn collect(
    fragment: &Fragment,
    origin: Point,
    page: usize,
    boxes: &mut BTreeMap<(ElementId, usize), Rect>,
) {
    let at = origin + fragment.offset;
    let is_box = !matches!(
        fragment.content,
        FragmentContent::Line { .. } | FragmentContent::Text(_) | FragmentContent::Anchor(_)
    );
    if let (Some(element), true) = (fragment.element, is_box) {
        let rect = Rect { origin: at, size: fragment.size };
        boxes.entry((element, page)).and_modify(|all| *all = union(*all, rect)).or_insert(rect);
    }
    for child in &fragment.children {
        collect(child, at, page, boxes);
    }
}

/// The smallest rectangle around both; one without area counts only beside its like
/// (CSSOM View 1 §7).
fn union(a: Rect, b: Rect) -> Rect {
    let is_empty = |r: &Rect| r.size.width <= Px::ZERO || r.size.height <= Px::ZERO;
    match (is_empty(&a), is_empty(&b)) {
        (true, _) => return b,
        (false, true) => return a,
        (false, false) => {}
    }
    let (left, top) = (a.left().min(b.left()), a.top().min(b.top()));
    let size = Size::new(a.right().max(b.right()) - left, a.bottom().max(b.bottom()) - top);
    Rect { origin: Point::new(left, top), size: Size::new(size.width.max(Px::ZERO), size.height) }
}
