//! SVG to vector art.
//!
//! Input: the text of an SVG document. Output: an [`Image`] of kind vector. `usvg` resolves styles,
//! references and text; `convert` turns its tree into ours, `viewport` reads how large it wants to be.
//! Not supported are filters, animation and scripts: each that matters to the picture becomes a
//! warning.

mod convert;
mod elements;
mod error;
mod faces;
mod luminance;
mod size;
mod viewport;

use std::sync::{Arc, Mutex, PoisonError};

use usvg::roxmltree::{Document, ParsingOptions};
use usvg::{ImageHrefResolver, Options, Tree};

use super::store::SvgFonts;
use super::{Image, ImageKind, decode_raster};
use crate::diag::Diagnostic;
use crate::limits::SVG_NODES;

/// What reading an SVG needs besides its text.
pub(super) struct SvgContext<'a> {
    /// What the picture is called in messages.
    pub(super) name: &'a str,
    /// Faces for text.
    pub(super) fonts: &'a SvgFonts,
    /// Whether it is an element of a page.
    pub(super) inline: bool,
    /// Reads a file that the SVG refers to.
    pub(super) read: &'a (dyn Fn(&str) -> Result<Vec<u8>, Diagnostic> + Send + Sync),
}

/// Reads an SVG document.
pub(super) fn parse(text: &str, context: &SvgContext<'_>) -> Result<Image, Diagnostic> {
    let document = document(text, context.name)?;
    let found = Mutex::new(Vec::new());
    let tree = Tree::from_xmltree(&document, &usvg_options(&document, context, &found))
        .map_err(|error| error::svg(text, context.name, &error))?;
    let mut diagnostics = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    elements::check(&document, context.name, &mut diagnostics);
    let root = document.root_element();
    let scaling = viewport::scaling(root, &tree, context.inline);
    diagnostics.extend(viewport::percentages(&document, context.name));
    let vector = convert::tree(&tree, scaling, context.name, &mut diagnostics);
    crate::diag::sort(&mut diagnostics);
    let intrinsic = viewport::intrinsic(root, &tree);
    Ok(Image { diagnostics, ..Image::new(ImageKind::Vector(vector), text.as_bytes(), intrinsic) })
}

/// A document within the limits.
fn document<'t>(text: &'t str, name: &str) -> Result<Document<'t>, Diagnostic> {
    size::check_attributes(text, name)?;
    let nodes_limit = SVG_NODES as u32;
    let options = ParsingOptions { allow_dtd: true, nodes_limit, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options)
        .map_err(|error| error::xml(text, name, &error))?;
    size::check(text, name, &document)?;
    Ok(document)
}

fn usvg_options<'a>(
    document: &Document<'_>,
    context: &'a SvgContext<'_>,
    found: &'a Mutex<Vec<Diagnostic>>,
) -> Options<'a> {
    let has_text = document.descendants().any(|node| node.tag_name().name() == "text");
    let mut options = Options {
        // No face is called so; the database then gives its serif family.
        font_family: "serif".to_owned(),
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(move |media, bytes, options| {
                embedded(media, &bytes, context.name, options)
                    .map_err(|diagnostic| {
                        found.lock().unwrap_or_else(PoisonError::into_inner).push(diagnostic);
                    })
                    .ok()
                    .flatten()
            }),
            resolve_string: Box::new(move |href, options| {
                let report = |diagnostic: Diagnostic| {
                    found.lock().unwrap_or_else(PoisonError::into_inner).push(diagnostic);
                };
                match (context.read)(href) {
                    Ok(bytes) => linked(bytes, href, options).map_err(report).ok(),
                    Err(diagnostic) => {
                        report(diagnostic.note(format!("`{}` refers to it", context.name)));
                        None
                    }
                }
            }),
        },
        font_resolver: faces::resolver(context.name, found),
        ..Options::default()
    };
    if has_text {
        options.fontdb = (context.fonts)();
    }
    options
}

/// A picture that an SVG refers to. One inside an SVG inside an SVG is not opened, as in browsers.
fn linked(
    bytes: Vec<u8>,
    href: &str,
    options: &Options<'_>,
) -> Result<usvg::ImageKind, Diagnostic> {
    if let Some(raster) = decode_raster(&bytes, href) {
        let jpeg = matches!(raster?.kind, ImageKind::Jpeg(_));
        let bytes = Arc::new(bytes);
        return Ok(if jpeg { usvg::ImageKind::JPEG(bytes) } else { usvg::ImageKind::PNG(bytes) });
    }
    nested(&bytes, href, options)
}

/// A picture inside the SVG, as a `data:` URL. Formats that are not supported are reported when they are
/// converted.
fn embedded(
    media: &str,
    bytes: &Arc<Vec<u8>>,
    name: &str,
    options: &Options<'_>,
) -> Result<Option<usvg::ImageKind>, Diagnostic> {
    if media == "image/svg+xml" || bytes.starts_with(b"<") {
        return nested(bytes, name, options).map(Some);
    }
    Ok(ImageHrefResolver::default_data_resolver()(media, Arc::clone(bytes), options))
}

/// An SVG inside an SVG.
fn nested(bytes: &[u8], name: &str, options: &Options<'_>) -> Result<usvg::ImageKind, Diagnostic> {
    let text =
        std::str::from_utf8(bytes).map_err(|_| error::svg("", name, &usvg::Error::NotAnUtf8Str))?;
    document(text, name)?;
    Tree::from_data_nested(bytes, options)
        .map(usvg::ImageKind::SVG)
        .map_err(|error| error::svg(text, name, &error))
}
