//! SVG to vector art.
//!
//! Input: the text of an SVG document. Output: an [`Image`] of kind vector. `usvg` resolves styles,
//! references and text; `convert` turns its tree into ours. Not supported are filters, patterns,
//! animation and scripts: each that matters to the picture becomes a warning.

mod convert;
mod elements;
mod error;
mod faces;
mod size;

use std::sync::{Arc, Mutex, PoisonError};

use usvg::roxmltree::{Document, Node, ParsingOptions};
use usvg::{ImageHrefResolver, Options, Tree};

use super::store::SvgFonts;
use super::{Image, ImageKind, Intrinsic, decode_raster};
use crate::diag::Diagnostic;
use crate::geom::{Color, Px};
use crate::limits::SVG_NODES;

/// What reading an SVG needs besides its text.
pub(super) struct SvgContext<'a> {
    /// What the picture is called in messages.
    pub(super) name: &'a str,
    /// Faces for text.
    pub(super) fonts: &'a SvgFonts,
    /// What `currentColor` stands for at the root.
    pub(super) current_color: Option<Color>,
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
    let vector = convert::tree(&tree, context.name, &mut diagnostics);
    crate::diag::sort(&mut diagnostics);
    let intrinsic = intrinsic(document.root_element(), &tree);
    Ok(Image { diagnostics, ..Image::new(ImageKind::Vector(vector), text.as_bytes(), intrinsic) })
}

/// A document within the limits.
fn document<'t>(text: &'t str, name: &str) -> Result<Document<'t>, Diagnostic> {
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
        style_sheet: context.current_color.and_then(root_color),
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

/// A style sheet that gives the root its colour.
fn root_color(color: Color) -> Option<String> {
    let Color::Rgb { r, g, b, .. } = color else { return None };
    let byte = |v: f32| (v.clamp(0.0, 1.0) * 255.0).round() as u8;
    Some(format!("svg {{ color: #{:02x}{:02x}{:02x} }}", byte(r), byte(g), byte(b)))
}

/// Natural dimensions: `width` and `height` where they are lengths, the ratio from the `viewBox` or
/// from both of them. <https://www.w3.org/TR/SVG2/coords.html#SizingSVGInCSS>
fn intrinsic(root: Node<'_, '_>, tree: &Tree) -> Intrinsic {
    let absolute = |name: &str| {
        let value = root.attribute(name)?.trim();
        (!value.is_empty() && !value.ends_with('%') && value != "auto").then_some(())
    };
    let width = absolute("width").map(|()| Px(tree.size().width()));
    let height = absolute("height").map(|()| Px(tree.size().height()));
    let view_box = root.attribute("viewBox").and_then(|value| {
        let mut numbers =
            value.split([' ', ',', '\t', '\n']).filter_map(|n| n.parse::<f32>().ok()).skip(2);
        let (w, h) = (numbers.next()?, numbers.next()?);
        (w > 0.0 && h > 0.0).then_some(w / h)
    });
    let both = width.zip(height).map(|(w, h)| w / h);
    Intrinsic { width, height, ratio: both.or(view_box) }
}
