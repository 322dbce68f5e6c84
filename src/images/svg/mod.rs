//! SVG to vector art.
//!
//! Input: the text of an SVG document. Output: an [`Image`] of kind vector. `usvg` resolves styles,
//! references and text; `convert` turns its tree into ours. Not supported are filters, patterns,
//! animation and scripts: each that matters to the picture becomes a warning.

mod convert;
mod error;
mod faces;

use std::sync::{Arc, Mutex, PoisonError};

use usvg::roxmltree::{Document, Node, ParsingOptions};
use usvg::{ImageHrefResolver, Options, Tree};

use super::store::SvgFonts;
use super::{Image, ImageKind, Intrinsic, decode_raster};
use crate::diag::Diagnostic;
use crate::geom::{Color, Px};

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
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options)
        .map_err(|error| error::xml(text, context.name, &error))?;
    let found = Mutex::new(Vec::new());
    let tree = Tree::from_xmltree(&document, &usvg_options(&document, context, &found))
        .map_err(|error| error::svg(text, context.name, &error))?;
    let mut diagnostics = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    let vector = convert::tree(&tree, context.name, &mut diagnostics);
    crate::diag::sort(&mut diagnostics);
    let intrinsic = intrinsic(document.root_element(), &tree);
    Ok(Image { diagnostics, ..Image::new(ImageKind::Vector(vector), text.as_bytes(), intrinsic) })
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
            resolve_data: ImageHrefResolver::default_data_resolver(),
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
    Tree::from_data_nested(&bytes, options)
        .map(usvg::ImageKind::SVG)
        .map_err(|error| error::svg(&String::from_utf8_lossy(&bytes), href, &error))
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
