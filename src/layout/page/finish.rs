//! Furniture: page boxes, fixed boxes and margin boxes, when the number of pages is known.

use std::sync::Arc;

use crate::css::PageStyle;
use crate::css::computed::Display;
use crate::diag::Diagnostic;
use crate::fonts::Shaper;
use crate::geom::{Point, Px, Rect, Size};
use crate::layout::boxes::{BoxTree, Pictures, on_page, shows_page_counter};
use crate::layout::context::{Context, Memo, PendingPositioned};
use crate::layout::fragment::{Fragment, Page};
use crate::layout::positioned;
use crate::limits::{PAGE_LONGEST, PAGE_SHORTEST};

use super::label;
use super::margins::{self, PageInfo};
use super::names::PageNames;
use super::{Draft, Paginator};

impl Paginator<'_> {
    /// Finishes all pages.
    pub(super) fn finish(
        mut self,
        tree: &BoxTree,
        shaper: &mut Shaper,
        pictures: &dyn Pictures,
    ) -> (Vec<Page>, Memo) {
        let mut cx = Context::with(tree, shaper, std::mem::take(&mut self.memo));
        let mut drafts = std::mem::take(&mut self.drafts);
        if self.too_many {
            // Such a document is refused: the first page tells what it was to be.
            drafts.truncate(1);
        }
        if let Some(draft) = drafts.iter().find(|d| d.geometry.style.size != d.geometry.asked) {
            report_size(&mut cx, draft.key.number, draft.geometry.asked);
        }
        let count = drafts.len();
        let canvas = drafts.iter().find_map(|draft| draft.content.as_ref()).map(canvas);
        for blank in drafts.iter_mut().filter(|draft| draft.content.is_none()) {
            blank.content = canvas.clone();
        }
        let mut names = PageNames::default();
        let mut pages = Vec::with_capacity(count);
        for mut draft in drafts {
            let content = draft.content.as_mut();
            names = PageNames::collect(tree, &names, content.map_or(&mut [], std::slice::from_mut));
            names.count_page(&draft.geometry.style.style.generated);
            pages.push(self.page(&mut cx, draft, count, &names, pictures));
        }
        (pages, cx.into_memo())
    }

    fn page(
        &mut self,
        cx: &mut Context,
        draft: Draft,
        count: usize,
        names: &PageNames,
        pictures: &dyn Pictures,
    ) -> Page {
        let Draft { key, geometry, content } = draft;
        let size = geometry.style.size;
        let area = geometry.area();
        let mut own = Fragment::new(&geometry.style.style);
        own.artifact = true;
        own.border = geometry.edges.border;
        own.padding = geometry.edges.padding;
        own.offset = Point::new(geometry.margin.left, geometry.margin.top);
        own.size = Rect { origin: Point::ZERO, size }.inset(geometry.margin).size;
        let mut fragments = vec![own];
        if let Some(mut content) = content {
            content.offset += area.origin;
            fragments.push(content);
        }
        for fixed in self.fixed.clone() {
            let within = Rect { origin: Point::ZERO, size: area.size };
            let boxes = fixed_boxes(cx, &fixed, within, &|name| names.counter(name, count));
            for mut fragment in boxes {
                fragment.offset += area.origin;
                if key.number > 1 {
                    margins::mark_artifact(&mut fragment);
                }
                fragments.push(fragment);
            }
        }
        let info = PageInfo { count, names, size, margin: geometry.margin };
        fragments.extend(margins::layout(cx, pictures, &geometry.style.margin_boxes, &info));
        let label = label::label(&geometry.style.margin_boxes, |name| names.counter(name, count));
        let PageStyle { bleed, marks, .. } = geometry.style;
        Page { size, bleed, marks, label, fragments }
    }
}

/// The root and its body as a blank page has them: for their backgrounds, which cover every sheet (CSS
/// Page 3 §4.2, CSS Backgrounds 3 §2.11).
fn canvas(root: &Fragment) -> Fragment {
    let bare = |of: &Fragment| {
        let mut style = of.style.anonymous(Display::Block);
        style.background = of.style.background.clone();
        Fragment { element: of.element, order: of.order, ..Fragment::new(&Arc::new(style)) }
    };
    let body = root.children.iter().find(|child| child.element.is_some());
    Fragment { children: body.map(bare).into_iter().collect(), ..bare(root) }
}

/// A fixed box on one page, with the page's counters, and the fixed boxes inside it.
fn fixed_boxes(
    cx: &mut Context,
    fixed: &PendingPositioned,
    within: Rect,
    counter: &dyn Fn(&str) -> i32,
) -> Vec<Fragment> {
    if !shows_page_counter(cx.tree, fixed.id) {
        return with_inner(cx, fixed, within);
    }
    let (tree, id) = on_page(cx.tree, fixed.id, counter);
    let copy = PendingPositioned { id, ..fixed.clone() };
    cx.with_tree(&tree, |cx| with_inner(cx, &copy, within))
}

/// A fixed box and those inside it, whose containing block is the page area too (CSS Positioned
/// Layout 3 §2.1).
fn with_inner(cx: &mut Context, fixed: &PendingPositioned, within: Rect) -> Vec<Fragment> {
    let (fragment, inner) = positioned::layout(cx, fixed, within);
    let inner = inner.iter().flat_map(|inner| with_inner(cx, inner, within));
    std::iter::once(fragment).chain(inner.collect::<Vec<_>>()).collect()
}

fn report_size(cx: &mut Context, page: usize, asked: Size) {
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
    cx.report(None, found.help("set another `size` in `@page`"));
}
