//! Pages: the galley is cut, furniture is added (CSS Page 3, CSS Fragmentation 4, CSS GCPM 3).
//!
//! Sequence: [`sections`] parts the document by page name; each part is laid out as one continuous
//! galley at the content width of its page; [`breaks`] finds where a page ends, [`split`] cuts the
//! galley there, and what is below is the galley of the next page. Where that page has another
//! width, [`rest`] gives the boxes that are left, and they are laid out again: only as many as the
//! pages up to the next of another width can take, so that time grows with the pages. [`names`] follows
//! named strings and counters; [`margins`] sets margin boxes last, when the number of pages is
//! known.
//!
//! When you change how a box may be cut, look at [`extent`] (what flows, what is monolithic), at
//! `breaks` (whether and where) and at `split` (how): the three have to agree on
//! [`groups`](extent::groups).

mod breaks;
mod distribute;
mod extent;
mod finish;
mod geometry;
mod heads;
mod label;
mod margins;
mod names;
mod reserve;
mod rest;
mod slice;
mod split;
mod stretch;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::css::computed::{Break, Direction};
use crate::css::{Marks, Styled};
use crate::diag::Diagnostic;
use crate::fonts::Shaper;
use crate::geom::{Point, Px, Rect, Size};
use crate::layout::VIEWPORT_HEIGHT;
use crate::layout::boxes::{BoxId, BoxKind, BoxTree, Pictures, Section, sections};
use crate::layout::context::{Containing, Context, Memo, PendingPositioned};
use crate::layout::fragment::{Fragment, Numbering, Page, PageLabel};
use crate::layout::independent::{self, Fit};
use crate::layout::positioned;
use crate::limits::PAGES;

use geometry::{Geometry, PageKey};
use rest::Placed;
use stretch::{Outcome, Stretch};

/// A page before its furniture is set.
struct Draft {
    key: PageKey,
    geometry: Geometry,
    /// Content, relative to the page area; none on blank pages.
    content: Option<Fragment>,
}

/// All drafts with what repeats on each.
struct Paginator<'a> {
    styled: &'a Styled,
    drafts: Vec<Draft>,
    /// Boxes that stand on every page.
    fixed: Vec<PendingPositioned>,
    memo: Memo,
    placed: Placed,
    /// The right-hand pages are the odd ones, as in left-to-right documents.
    odd_is_right: bool,
    /// The break after the content so far.
    after: Break,
    too_many: bool,
}

/// Lays out a document on pages.
pub fn paginate(
    tree: &mut BoxTree,
    root: BoxId,
    shaper: &mut Shaper,
    styled: &Styled,
    pictures: &dyn Pictures,
    memo: Memo,
) -> (Vec<Page>, Memo) {
    let direction = tree.get(root).style.text.direction;
    let mut paginator = Paginator {
        styled,
        drafts: Vec::new(),
        fixed: Vec::new(),
        memo,
        placed: Placed::default(),
        odd_is_right: direction == Direction::Ltr,
        after: Break::Auto,
        too_many: false,
    };
    for section in sections(tree, root) {
        paginator.section(tree, shaper, &section);
    }
    paginator.finish(tree, shaper, pictures)
}

/// Lays out a document as one continuous page of this width.
pub fn continuous(cx: &mut Context, root: BoxId, width: Px) -> Page {
    let containing = Containing { width, height: Some(VIEWPORT_HEIGHT) };
    let mut boxed = independent::layout(cx, root, containing, Fit::Fill);
    let margin = boxed.margin;
    boxed.fragment.offset = Point::new(margin.left, margin.top);
    let height = boxed.margin_box().height;
    let size = Size::new(width, height);
    let mut fragments = vec![boxed.fragment];
    let mut pending = boxed.positioned;
    for positioned in &mut pending {
        positioned.static_position += Point::new(margin.left, margin.top);
    }
    while let Some(next) = pending.pop() {
        let area = Rect { origin: Point::ZERO, size };
        let (fragment, more) = positioned::layout(cx, &next, area);
        fragments.push(fragment);
        pending.extend(more);
    }
    let label = PageLabel::Number(1, Numbering::Decimal);
    Page { size, bleed: Px::ZERO, marks: Marks::default(), label, fragments }
}

impl Paginator<'_> {
    /// Lays out one section: galley by galley, each at the width of its pages.
    fn section(&mut self, tree: &mut BoxTree, shaper: &mut Shaper, section: &Section) {
        let name = &section.page;
        let before = breaks::stronger(self.after, breaks_before(tree, section.root));
        self.after = Break::Auto;
        self.blank_for(before, name.as_ref());
        let mut root = section.root;
        let (mut first, mut whole) = (true, false);
        loop {
            let mut cx = Context::with(&*tree, shaper, std::mem::take(&mut self.memo));
            let outcome = Stretch::new(&mut cx, self, name.clone(), root, first, whole).pages();
            self.memo = cx.into_memo();
            whole = matches!(outcome, Outcome::TooShort);
            if let Outcome::Below(below) = &outcome {
                let Some(rest) = rest::boxes(tree, root, below, &self.placed) else { return };
                (root, first) = (rest, false);
            }
            if let Outcome::Done = outcome {
                return;
            }
        }
    }

    /// Which page comes next.
    fn next_key(&self, name: Option<&Arc<str>>, blank: bool) -> PageKey {
        self.key_ahead(name, 0, blank)
    }

    /// Which page comes after so many others of the same name.
    fn key_ahead(&self, name: Option<&Arc<str>>, others: usize, blank: bool) -> PageKey {
        let number = self.drafts.len() + 1 + others;
        let before = self.drafts.last().map(|d| &d.key).filter(|k| k.name.as_ref() == name);
        PageKey {
            name: name.cloned(),
            number,
            in_group: before.map_or(1, |k| k.in_group + 1) + others,
            blank,
            right: (number % 2 == 1) == self.odd_is_right,
        }
    }

    /// The geometry of the next page.
    fn next_geometry(&self, name: Option<&Arc<str>>) -> Geometry {
        Geometry::new(self.styled, &self.next_key(name, false))
    }

    fn push(&mut self, name: Option<&Arc<str>>, blank: bool) {
        let key = self.next_key(name, blank);
        let geometry = Geometry::new(self.styled, &key);
        self.drafts.push(Draft { key, geometry, content: None });
    }

    /// A forced break to a left or right page leaves a blank page where the side is wrong.
    fn blank_for(&mut self, forced: Break, name: Option<&Arc<str>>) {
        let recto = self.drafts.len().is_multiple_of(2);
        let right = recto == self.odd_is_right;
        let wrong = match forced {
            Break::Right => !right,
            Break::Left => right,
            Break::Recto => !recto,
            Break::Verso => recto,
            _ => false,
        };
        if wrong && self.drafts.len() < PAGES {
            self.push(name, true);
        }
    }

    fn report_too_many(&mut self, cx: &mut Context) {
        if !self.too_many {
            self.too_many = true;
            let found = Diagnostic::error(
                "too-many-pages",
                format!("the document has more than {PAGES} pages; the rest is left out"),
            );
            let help = "part the data into several documents; look for a box without end";
            cx.report(None, found.help(help));
        }
    }
}

/// The forced break before a section's first box.
fn breaks_before(tree: &BoxTree, mut id: BoxId) -> Break {
    let mut wish = Break::Auto;
    loop {
        let boxed = tree.get(id);
        wish = breaks::stronger(wish, boxed.style.break_before);
        match &boxed.kind {
            BoxKind::Block(children) => {
                let flows = |c: &&BoxId| is_in_flow(tree, **c);
                match children.iter().find(flows) {
                    Some(first) => id = *first,
                    None => return wish,
                }
            }
            _ => return wish,
        }
    }
}

fn is_in_flow(tree: &BoxTree, id: BoxId) -> bool {
    use crate::css::computed::{Float, Position};
    let boxed = tree.get(id);
    boxed.style.float == Float::None
        && !matches!(boxed.style.position, Position::Absolute | Position::Fixed)
        && !matches!(boxed.kind, BoxKind::Anchor(_))
}
