//! Pages: the galley is cut, furniture is added (CSS Page 3, CSS Fragmentation 4, CSS GCPM 3).
//!
//! Sequence: [`sections`](crate::layout::boxes::sections) parts the document by page name; each
//! part is laid out as one continuous galley; [`breaks`] finds where it may be cut, [`fill`] where
//! it is cut, [`split`] cuts; [`names`] follows named strings; [`margins`] sets margin boxes last,
//! when the number of pages is known.
//!
//! Deviation: the pages of one section share the content width of its first page.

mod breaks;
mod fill;
mod margins;
mod names;
mod split;

use std::sync::Arc;

use crate::css::computed::{Break, Position};
use crate::css::{PageContext, PageStyle, Styled};
use crate::diag::Diagnostic;
use crate::geom::{Point, Px, Rect, Sides, Size};
use crate::layout::VIEWPORT_HEIGHT;
use crate::layout::boxes::{Pictures, Section};
use crate::layout::context::{Containing, Context, PendingPositioned};
use crate::layout::fragment::{Fragment, Page};
use crate::layout::independent::{self, Fit};
use crate::layout::positioned;
use crate::layout::sizing::{Edges, fixed_margins};
use crate::limits::{PAGE_LONGEST, PAGE_SHORTEST, PAGES};

use breaks::Breaks;
use margins::PageInfo;
use names::PageNames;
use split::Cut;

/// A page before its furniture is set.
struct Draft {
    name: Option<Arc<str>>,
    number: usize,
    blank: bool,
    /// Content, relative to the page area; none on blank pages.
    content: Option<Fragment>,
    /// The page's stretch of its galley.
    start: Px,
}

/// All drafts with what repeats on each.
struct Paginator<'a, 'c, 't> {
    cx: &'c mut Context<'t>,
    styled: &'a Styled,
    drafts: Vec<Draft>,
    fixed: Vec<PendingPositioned>,
    too_many: bool,
    odd_size: bool,
}

/// The used geometry of a page.
struct Geometry {
    style: PageStyle,
    margin: Sides<Px>,
    edges: Edges,
    /// The size that the style sheet asks for, before it is kept within limits.
    asked: Size,
}

impl Geometry {
    fn new(styled: &Styled, name: Option<&str>, number: usize, blank: bool) -> Geometry {
        let context = PageContext { name, number, blank, right: number % 2 == 1 };
        let mut style = styled.page(&context);
        let asked = style.size;
        let within = |side: Px| side.clamp(Px(PAGE_SHORTEST), Px(PAGE_LONGEST));
        style.size = Size::new(within(asked.width), within(asked.height));
        let margin = fixed_margins(&style.style, style.size.width);
        let edges = Edges::new(&style.style, style.size.width);
        Geometry { style, margin, edges, asked }
    }

    /// The page area, relative to the page box.
    fn area(&self) -> Rect {
        let page = Rect { origin: Point::ZERO, size: self.style.size };
        page.inset(self.margin).inset(self.edges.sum())
    }
}

/// Lays out the sections of a document on pages.
pub fn paginate(
    cx: &mut Context,
    styled: &Styled,
    pictures: &dyn Pictures,
    sections: &[Section],
) -> Vec<Page> {
    let mut paginator = Paginator {
        cx,
        styled,
        drafts: Vec::new(),
        fixed: Vec::new(),
        too_many: false,
        odd_size: false,
    };
    for section in sections {
        paginator.section(section);
    }
    paginator.finish(pictures)
}

/// Lays out a document as one continuous page of this width.
pub fn continuous(cx: &mut Context, section: &Section, width: Px) -> Page {
    let containing = Containing { width, height: Some(VIEWPORT_HEIGHT) };
    let mut boxed = independent::layout(cx, section.root, containing, Fit::Fill);
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
    Page { size, bleed: Px::ZERO, fragments }
}

impl Paginator<'_, '_, '_> {
    /// Lays out one section and cuts it.
    fn section(&mut self, section: &Section) {
        let name = section.page.clone();
        self.blank_for(breaks_before(self.cx, section), name.as_ref());
        let geometry = Geometry::new(self.styled, name.as_deref(), self.drafts.len() + 1, false);
        let area = geometry.area().size;
        let containing = Containing { width: area.width, height: Some(area.height) };
        let boxed = independent::layout(self.cx, section.root, containing, Fit::Fill);
        let mut galley = boxed.fragment;
        galley.offset = Point::new(boxed.margin.left, Px::ZERO);
        let breaks = Breaks::collect(&galley);
        let first = self.drafts.len();
        let cuts = self.fill(&breaks, name.as_ref());
        self.cut(galley, &cuts, first);
        self.place_positioned(boxed.positioned, boxed.margin.left, first);
    }

    /// Fills pages; gives for each page after the first the cut before it and its draft's index.
    fn fill(&mut self, breaks: &Breaks, name: Option<&Arc<str>>) -> Vec<(Cut, usize)> {
        let mut cuts = Vec::new();
        let mut start = Px::ZERO;
        let mut clone_top = Px::ZERO;
        loop {
            let index = self.drafts.len();
            self.push(name, false, start);
            let geometry = Geometry::new(self.styled, name.map(|n| &**n), index + 1, false);
            let (stretch, next) = fill::next(breaks, start, geometry.area().size.height, clone_top);
            if stretch.overflow > Px::ZERO {
                self.report_overflow(index + 1, stretch.overflow);
            }
            let Some(next) = next else { return cuts };
            if self.drafts.len() >= PAGES {
                self.report_too_many();
                return cuts;
            }
            if let Some(forced) = stretch.forced {
                self.blank_for(forced, name);
            }
            start = next.start;
            clone_top = next.clone.0;
            cuts.push((Cut { end: next.end, start }, self.drafts.len()));
        }
    }

    fn push(&mut self, name: Option<&Arc<str>>, blank: bool, start: Px) {
        let number = self.drafts.len() + 1;
        self.drafts.push(Draft { name: name.cloned(), number, blank, content: None, start });
    }

    /// A forced break to a left or right page leaves a blank page where the parity is wrong.
    fn blank_for(&mut self, forced: Break, name: Option<&Arc<str>>) {
        let next = self.drafts.len() + 1;
        let wrong = match forced {
            Break::Right | Break::Recto => next.is_multiple_of(2),
            Break::Left | Break::Verso => next % 2 == 1,
            _ => false,
        };
        if wrong {
            self.push(name, true, Px::ZERO);
        }
    }

    /// Cuts the galley, last page first.
    fn cut(&mut self, mut galley: Fragment, cuts: &[(Cut, usize)], first: usize) {
        for (cut, draft) in cuts.iter().rev() {
            let mut below = split::split_off(&mut galley, Px::ZERO, *cut);
            below.offset = Point::new(galley.offset.x, Px::ZERO);
            self.drafts[*draft].content = Some(below);
        }
        self.drafts[first].content = Some(galley);
    }

    /// Boxes without a positioned ancestor: absolute ones go to the page of their static position,
    /// fixed ones to every page.
    fn place_positioned(&mut self, pending: Vec<PendingPositioned>, left: Px, first: usize) {
        for mut positioned in pending {
            positioned.static_position.x += left;
            if self.cx.style(positioned.id).position == Position::Fixed {
                self.fixed.push(positioned);
                continue;
            }
            let y = positioned.static_position.y;
            let drafts = self.drafts[first..].iter();
            let on_page = drafts.rev().find(|d| !d.blank && d.start <= y + breaks::EPSILON);
            let index = on_page.map_or(first, |d| d.number - 1);
            let draft = &self.drafts[index];
            let geometry =
                Geometry::new(self.styled, draft.name.as_deref(), draft.number, draft.blank);
            positioned.static_position.y = y - draft.start;
            let area = Rect { origin: Point::ZERO, size: geometry.area().size };
            let (fragment, fixed) = positioned::layout(self.cx, &positioned, area);
            self.fixed.extend(fixed);
            if let Some(content) = &mut self.drafts[index].content {
                let mut fragment = fragment;
                fragment.offset.x -= content.offset.x;
                content.children.push(fragment);
            }
        }
    }

    fn report_overflow(&mut self, page: usize, over: Px) {
        let found = Diagnostic::warning(
            "page-overflow",
            format!(
                "content sticks out {:.1} mm below page {page}: it cannot be broken",
                over.to_mm()
            ),
        )
        .help("make it smaller, or allow a page break inside it");
        self.cx.report(None, found);
    }

    fn report_size(&mut self, page: usize, asked: Size) {
        if std::mem::replace(&mut self.odd_size, true) {
            return;
        }
        let mm = |px: f32| Px(px).to_mm();
        let found = Diagnostic::error(
            "page-size",
            format!(
                "page {page} is to be {:.0} × {:.0} mm; a page has sides of {:.0} to {:.0} mm",
                asked.width.to_mm(),
                asked.height.to_mm(),
                mm(PAGE_SHORTEST),
                mm(PAGE_LONGEST)
            ),
        );
        self.cx.report(None, found.help("set another `size` in `@page`"));
    }

    fn report_too_many(&mut self) {
        if !self.too_many {
            self.too_many = true;
            let found = Diagnostic::error(
                "too-many-pages",
                format!("the document has more than {PAGES} pages; the rest is left out"),
            );
            let help = "part the data into several documents; look for a box without end";
            self.cx.report(None, found.help(help));
        }
    }

    /// Adds page boxes, fixed boxes and margin boxes.
    fn finish(mut self, pictures: &dyn Pictures) -> Vec<Page> {
        if self.too_many {
            // Such a document is refused: the first page tells what it was to be.
            self.drafts.truncate(1);
        }
        let count = self.drafts.len();
        let mut names = PageNames::default();
        let mut pages = Vec::with_capacity(count);
        for mut draft in std::mem::take(&mut self.drafts) {
            if let Some(content) = &mut draft.content {
                names = PageNames::collect(self.cx.tree, &names, std::slice::from_mut(content));
            } else {
                names = PageNames::collect(self.cx.tree, &names, &mut []);
            }
            pages.push(self.page(draft, count, &names, pictures));
        }
        pages
    }

    fn page(
        &mut self,
        draft: Draft,
        count: usize,
        names: &PageNames,
        pictures: &dyn Pictures,
    ) -> Page {
        let geometry = Geometry::new(self.styled, draft.name.as_deref(), draft.number, draft.blank);
        let size = geometry.style.size;
        if size != geometry.asked {
            self.report_size(draft.number, geometry.asked);
        }
        let area = geometry.area();
        let mut own = Fragment::new(&geometry.style.style);
        own.size = size;
        own.artifact = true;
        own.border = geometry.edges.border;
        own.padding = geometry.edges.padding;
        own.offset = Point::new(geometry.margin.left, geometry.margin.top);
        own.size = Rect { origin: Point::ZERO, size }.inset(geometry.margin).size;
        let mut fragments = vec![own];
        if let Some(mut content) = draft.content {
            content.offset += area.origin;
            fragments.push(content);
        }
        for fixed in self.fixed.clone() {
            let (mut fragment, _) =
                positioned::layout(self.cx, &fixed, Rect { origin: Point::ZERO, size: area.size });
            fragment.offset += area.origin;
            if draft.number > 1 {
                margins::mark_artifact(&mut fragment);
            }
            fragments.push(fragment);
        }
        let info = PageInfo { number: draft.number, count, names, size, margin: geometry.margin };
        fragments.extend(margins::layout(self.cx, pictures, &geometry.style.margin_boxes, &info));
        Page { size, bleed: geometry.style.bleed, fragments }
    }
}

/// The forced break before a section's first box.
fn breaks_before(cx: &Context, section: &Section) -> Break {
    let mut id = section.root;
    let mut wish = Break::Auto;
    loop {
        let boxed = cx.tree.get(id);
        let own = boxed.style.break_before;
        if !matches!(own, Break::Auto | Break::Avoid) {
            wish = own;
        }
        match &boxed.kind {
            crate::layout::boxes::BoxKind::Block(children) if !children.is_empty() => {
                id = children[0];
            }
            _ => return wish,
        }
    }
}
