//! Layout: the styled DOM becomes pages of positioned fragments.
//!
//! Sequence: [`boxes`] generates the box tree; formatting contexts (`block`, `inline`, `table`,
//! `flex`) lay it out as one continuous galley; `page` cuts the galley into pages and adds page
//! furniture. The output is a [`fragment::Document`].
//!
//! The formatting contexts call each other through [`Context`] alone:
//! [`Context::layout_contents`] lays out the inside of a box whose width is known,
//! [`Context::intrinsic_widths`] measures it.

mod block;
pub mod boxes;
mod context;
mod fit;
mod flex;
mod floats;
pub mod fragment;
mod geometry;
mod independent;
pub mod inline;
mod intrinsic;
mod memory;
mod overflow;
mod page;
mod positioned;
mod replaced;
mod sizing;
mod table;
#[cfg(test)]
mod tests;

use rustc_hash::FxHashMap;

use crate::css::Styled;
use crate::diag::{Diagnostic, Severity};
use crate::fonts::Shaper;
use crate::geom::{Point, Px};
use crate::html::Dom;

use boxes::{BoxTree, Pictures};
use fragment::{Bookmark, Destination, Document, ElementId, Fragment, Page};

pub use geometry::{ElementBox, PlacedText, element_boxes, placed_texts};

pub use memory::Memory;

pub use context::{
    AtomicLayout, Containing, ContentLayout, Context, IntrinsicWidths, PendingPositioned,
};

/// A finding with the DOM node it concerns, where one is known.
pub type Finding = (Option<ElementId>, Diagnostic);

/// The height of the window that [`Medium::Continuous`] stands for: what `vh` and the percentage
/// heights of the root element refer to.
pub const VIEWPORT_HEIGHT: Px = Px(600.0);

/// How a document is laid out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Medium {
    /// On pages, as `@page` says.
    Paged,
    /// As one continuous page of this width, as a browser window shows it.
    Continuous(Px),
}

/// Lays out a styled document.
pub fn layout_document(
    dom: &Dom,
    styled: &Styled,
    pictures: &dyn Pictures,
    shaper: &mut Shaper,
    medium: Medium,
) -> (Document, Vec<Finding>) {
    layout_next(dom, styled, pictures, shaper, &mut Memory::default(), medium)
}

/// Lays out a styled document after others, of which `memory` keeps what may be the same in this one.
pub fn layout_next(
    dom: &Dom,
    styled: &Styled,
    pictures: &dyn Pictures,
    shaper: &mut Shaper,
    memory: &mut Memory,
    medium: Medium,
) -> (Document, Vec<Finding>) {
    let mut generated = boxes::generate(dom, styled, pictures);
    let root = generated.root;
    let memo = context::Memo::of(std::mem::take(memory));
    let (pages, memo) = match medium {
        Medium::Paged => page::paginate(&mut generated.tree, root, shaper, styled, pictures, memo),
        Medium::Continuous(width) => {
            let mut cx = Context::with(&generated.tree, shaper, memo);
            let page = page::continuous(&mut cx, root, width);
            (vec![page], cx.into_memo())
        }
    };
    let mut cx = Context::with(&generated.tree, shaper, memo);
    #[cfg(test)]
    tests::STEPS.set(cx.steps_taken());
    let mut findings = cx.take_findings();
    let (shrunk, too_long) = fit::settle(std::mem::take(&mut cx.fitted));
    *memory = cx.into_memory();
    findings.extend(too_long);
    let sound = findings.iter().all(|(_, diagnostic)| diagnostic.severity != Severity::Error);
    let (bookmarks, destinations) = places(&generated.tree, &pages);
    let mut all = generated.findings;
    all.extend(findings);
    if sound {
        all.extend(overflow::findings(&pages, shaper.book(), medium == Medium::Paged));
    }
    let structure = generated.tree.structure;
    (Document { pages, structure, bookmarks, destinations, shrunk }, all)
}

/// Where headings and `id`s stand: their first fragment.
fn places(tree: &BoxTree, pages: &[Page]) -> (Vec<Bookmark>, Vec<Destination>) {
    let mut first: FxHashMap<ElementId, (usize, Point)> = FxHashMap::default();
    for (index, page) in pages.iter().enumerate() {
        for fragment in &page.fragments {
            find_places(fragment, Point::ZERO, index, &mut first);
        }
    }
    let bookmarks = tree.outline.iter().filter_map(|entry| {
        let (page, at) = *first.get(&entry.element)?;
        Some(Bookmark { level: entry.level, label: entry.label.clone(), page, at })
    });
    let destinations = tree.ids.iter().filter_map(|(element, name)| {
        let (page, at) = *first.get(element)?;
        Some(Destination { name: name.clone(), page, at })
    });
    (bookmarks.collect(), destinations.collect())
}

fn find_places(
    fragment: &Fragment,
    origin: Point,
    page: usize,
    first: &mut FxHashMap<ElementId, (usize, Point)>,
) {
    let at = origin + fragment.offset;
    if let Some(element) = fragment.element {
        first.entry(element).or_insert((page, at));
    }
    for child in &fragment.children {
        find_places(child, at, page, first);
    }
}
