//! Painting: a laid-out document becomes one display list a page, in paint order.
//!
//! Input: [`Document`] and a way to get at background pictures. Output: [`DisplayList`]s, which no
//! backend has touched: CSS px, y downwards, absolute places, used colours. The order is that of
//! CSS 2.2 Appendix E. Tags travel with the items, so that a backend can write what a stretch of
//! paint means. It decides no geometry of its own: what lies where is layout's business.
//!
//! Sequence: `order` sorts a page's fragments into layers, `emit` walks the layers; `background`,
//! `border`, `replaced` and `text` turn one fragment into items each.

mod background;
mod border;
mod dump;
mod emit;
mod extent;
mod gradient;
mod list;
mod marks;
mod order;
mod path;
mod replaced;
mod slices;
mod stops;
mod stroke;
mod table;
mod text;

#[cfg(test)]
pub(crate) mod testkit;
#[cfg(test)]
mod tests;

pub use list::{
    ArtifactKind, DisplayItem, DisplayList, FillRule, GlyphsItem, Gradient, GradientGeometry,
    LineCap, LineJoin, LinkArea, Mark, Paint, Stop, StrokeStyle, Tag,
};
pub use path::{Path, Radii, Segment};

pub use crate::layout::fragment::{
    Bookmark, CellAttributes, Destination, Document, Numbering, PageLabel, PlacedGlyph, Role,
    Structure, StructureElement, StructureId,
};

use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::images::Image;
use crate::layout::fragment::ElementId;

/// Gets the picture that a `url()` names; none if there is no such picture, which has been
/// reported when styles were made.
pub type ImageSource<'a> = dyn Fn(&str) -> Option<Arc<Image>> + 'a;

/// What could not be painted as asked for, and the element that asked for it.
pub type Finding = (Option<ElementId>, Diagnostic);

/// Paints a document: one display list a page.
pub fn paint(document: &Document, images: &ImageSource<'_>) -> (Vec<DisplayList>, Vec<Finding>) {
    let mut findings = Vec::new();
    let slices = slices::Slices::of(document);
    let illustrations = extent::Illustrations::of(&document.structure);
    let shared = emit::Shared {
        structure: &document.structure,
        slices: &slices,
        illustrations: &illustrations,
        images,
    };
    let mut gradients = gradient::Gradients::default();
    let lists = document
        .pages
        .iter()
        .map(|page| emit::page(page, shared, &mut gradients, &mut findings))
        .collect();
    (lists, findings)
}
