//! Elements that the SVG reader passes over, as warnings.

use std::collections::BTreeSet;

use usvg::roxmltree::Document;

use crate::diag::Diagnostic;

/// Names, and why they are left out.
const LEFT_OUT: &[(&str, &str)] = &[
    ("animate", "paper does not move: it is drawn as at the beginning"),
    ("animateMotion", "paper does not move: it is drawn as at the beginning"),
    ("animateTransform", "paper does not move: it is drawn as at the beginning"),
    ("set", "paper does not move: it is drawn as at the beginning"),
    ("script", "scripts do not run"),
    ("foreignObject", "it is left out"),
    ("font", "it is left out: name a font file in the project"),
    ("tref", "it is left out"),
    ("hatch", "it is left out"),
    ("meshgradient", "it is left out"),
    ("video", "it is left out"),
    ("audio", "it is left out"),
    ("canvas", "it is left out"),
    ("iframe", "it is left out"),
];

/// Warns of the elements of a document that are passed over, each kind once.
pub(super) fn check(document: &Document<'_>, name: &str, found: &mut Vec<Diagnostic>) {
    let mut told = BTreeSet::new();
    for node in document.descendants().filter(|node| node.is_element()) {
        let element = node.tag_name().name();
        let Some((_, why)) = LEFT_OUT.iter().find(|(known, _)| *known == element) else { continue };
        if told.insert(element) {
            let message = format!("SVG `{name}` uses <{element}>, which is not supported: {why}");
            found.push(Diagnostic::warning("unsupported-svg", message));
        }
    }
    if let Some(handler) = document.descendants().flat_map(|n| n.attributes()).find(is_handler) {
        let handler = handler.name();
        let message = format!("SVG `{name}` uses \"{handler}\": scripts do not run");
        found.push(Diagnostic::warning("unsupported-svg", message));
    }
}

fn is_handler(attribute: &usvg::roxmltree::Attribute<'_, '_>) -> bool {
    let name = attribute.name();
    attribute.namespace().is_none() && name.starts_with("on") && name.len() > 4
}
