//! Box generation: the styled DOM becomes a tree of boxes (CSS 2.2 §9.2, §17.2.1, CSS Display 3).
//!
//! Input: a [`Dom`] with its [`Styled`] and a source of pictures. Output: a [`BoxTree`] with its
//! root. Generated content, list markers, counters and quotes become text here; structure roles
//! come from the HTML. Nothing is measured.

mod apart;
mod builder;
pub mod counters;
mod flow;
mod generated;
mod headers;
mod meaning;
mod on_pages;
mod pictures;
mod quotes;
mod regular;
mod roles;
mod sections;
mod tables;
pub mod tree;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::css::Styled;
use crate::css::computed::TextStyle;
use crate::diag::Diagnostic;
use crate::html::Dom;
use crate::images::Image;
use crate::layout::fragment::ElementId;

pub use generated::{ContentContext, content_items, too_much_text};
pub use on_pages::{on_page, shows_page_counter};
pub use sections::{Section, sections};
pub use tree::{BoxId, BoxKind, BoxTree, InlineContent, InlineItem, LayoutBox};

/// Where pictures come from: the pipeline finds and decodes files, once for all documents.
pub trait Pictures {
    /// The picture at a URL as written in the page or sheet.
    ///
    /// # Errors
    /// A diagnostic that says what is missing or broken, where it can.
    fn load(&self, url: &str) -> Result<Arc<Image>, Diagnostic>;

    /// An inline `<svg>`, serialised, and the style that it inherits.
    ///
    /// # Errors
    /// As [`Pictures::load`].
    fn inline_svg(&self, svg: &str, style: &TextStyle) -> Result<Arc<Image>, Diagnostic>;

    /// A QR code of a text at a correction level: `L`, `M`, `Q` or `H`.
    ///
    /// # Errors
    /// If the text is too long for a code.
    fn qr(&self, text: &str, level: &str) -> Result<Arc<Image>, Diagnostic>;
}

/// The boxes of a document.
pub struct Generated {
    /// All boxes.
    pub tree: BoxTree,
    /// The root element's box.
    pub root: BoxId,
    /// What was found on the way.
    pub findings: Vec<(Option<ElementId>, Diagnostic)>,
}

/// Generates the boxes of a document.
pub fn generate(dom: &Dom, styled: &Styled, pictures: &dyn Pictures) -> Generated {
    builder::Builder::new(dom, styled, pictures).document()
}
