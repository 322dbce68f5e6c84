//! Replaced elements: `img`, inline `svg`, `qr-code`.

use std::sync::Arc;

use crate::css::computed::Computed;
use crate::diag::Diagnostic;
use crate::html::{Dom, NodeId};
use crate::images::Image;
use crate::layout::boxes::builder::{Builder, Place};
use crate::layout::boxes::tree::{BoxId, BoxKind, LayoutBox, Replaced};
use crate::layout::fragment::{ElementId, Role, StructureId};

/// Whether an element is replaced by a picture.
pub fn is_replaced(dom: &Dom, node: NodeId) -> bool {
    let Some(element) = dom.element(node) else { return false };
    match &*element.name {
        "svg" => true,
        "img" | "qr-code" => element.is_html(),
        _ => false,
    }
}

/// Whether an element is an inline `svg`, which is not an HTML element.
fn is_svg(dom: &Dom, node: NodeId) -> bool {
    dom.element(node).is_some_and(|e| &*e.name == "svg")
}

/// The box of a replaced element.
pub fn replaced(
    builder: &mut Builder,
    node: NodeId,
    style: &Arc<Computed>,
    place: Place,
) -> Option<BoxId> {
    if !is_replaced(builder.dom, node) {
        return None;
    }
    let picture = picture(builder.dom, builder.pictures, node, style);
    let image = picture.unwrap_or_else(|diagnostic| {
        builder.findings.push((Some(ElementId(node.0)), diagnostic));
        None
    });
    builder.findings.extend(unknown_level(builder.dom, node).map(|d| (Some(ElementId(node.0)), d)));
    // What of a picture cannot be shown as written is told where the picture is asked for.
    let shown = image.iter().flat_map(|image| image.diagnostics.iter().cloned());
    builder.findings.extend(shown.map(|d| (Some(ElementId(node.0)), d)));
    let (structure, artifact) = meaning(builder, node, place);
    let kind = BoxKind::Replaced(natural(image));
    Some(builder.tree.push(LayoutBox {
        style: Arc::clone(style),
        element: Some(ElementId(node.0)),
        structure,
        artifact,
        order: builder.order(node),
        broken: Default::default(),
        kind,
    }))
}

/// A warning if the error correction of a QR code is none that there is.
fn unknown_level(dom: &Dom, node: NodeId) -> Option<Diagnostic> {
    let level = dom.attr(node, "level").filter(|_| dom.is(node, "qr-code"))?;
    if ["L", "M", "Q", "H"].iter().any(|known| level.trim().eq_ignore_ascii_case(known)) {
        return None;
    }
    let message = format!("`<qr-code>` has no `level` \"{level}\"; M is used");
    Some(
        Diagnostic::warning("unsupported-value", message)
            .help("the levels are L, M, Q and H, from the least to the most error correction"),
    )
}

fn picture(
    dom: &Dom,
    pictures: &dyn super::Pictures,
    node: NodeId,
    style: &Computed,
) -> Result<Option<Arc<Image>>, Diagnostic> {
    if is_svg(dom, node) {
        return pictures.inline_svg(&dom.outer_html(node), &style.text).map(Some);
    }
    if dom.is(node, "qr-code") {
        let value = dom.attr(node, "value").unwrap_or("");
        if value.is_empty() {
            return Err(Diagnostic::error("empty-qr", "`<qr-code>` has no `value`")
                .help("write what the code shall hold: `<qr-code value=\"https://…\">`"));
        }
        let level = dom.attr(node, "level").unwrap_or("M");
        return pictures.qr(value, level).map(Some);
    }
    match dom.attr(node, "src").filter(|src| !src.trim().is_empty()) {
        Some(src) => pictures.load(src.trim()).map(Some),
        None => Err(Diagnostic::error("missing-src", "`<img>` has no `src`")
            .help("name the picture: `<img src=\"…\" alt=\"…\">`")),
    }
}

/// The natural sizes of a picture.
pub fn natural(image: Option<Arc<Image>>) -> Replaced {
    let intrinsic = image.as_ref().map(|i| i.intrinsic);
    Replaced {
        slice: None,
        natural_width: intrinsic.and_then(|i| i.width),
        natural_height: intrinsic.and_then(|i| i.height),
        natural_ratio: intrinsic.and_then(|i| i.ratio),
        image,
    }
}

/// A figure with its alternative text, or decoration. An `img` without `alt` is reported.
fn meaning(builder: &mut Builder, node: NodeId, place: Place) -> (Option<StructureId>, bool) {
    if builder.in_artifact() {
        return (None, true);
    }
    let Some(alt) = alternative(builder.dom, node) else {
        if builder.dom.is(node, "img") {
            let found = Diagnostic::warning("missing-alt", "picture without `alt`")
                .help("say what it shows, `alt=\"Seal of …\"`, or `alt=\"\"` for decoration");
            builder.findings.push((Some(ElementId(node.0)), found));
        }
        return (None, true);
    };
    if alt.is_empty() {
        return (None, true);
    }
    let mut element = builder.structure_element(Role::Figure, node, place.structure);
    element.alt = Some(alt.into());
    (Some(builder.push_structure(element)), false)
}

fn alternative(dom: &Dom, node: NodeId) -> Option<String> {
    if let Some(alt) = dom.attr(node, "alt").or_else(|| dom.attr(node, "aria-label")) {
        return Some(alt.to_owned());
    }
    if dom.is(node, "qr-code") {
        return Some(format!("QR: {}", dom.attr(node, "value").unwrap_or("")));
    }
    if is_svg(dom, node) {
        let title =
            dom.children(node).find(|c| dom.element(*c).is_some_and(|e| &*e.name == "title"));
        return title.map(|t| dom.text_content(t).trim().to_owned());
    }
    None
}
