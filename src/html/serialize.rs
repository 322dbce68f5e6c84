//! A subtree as XML: inline `svg` goes to the SVG reader as text.
//!
//! Names keep their capitals, namespaces are declared on the outermost element.

use html5ever::ns;

use super::dom::{Attribute, Dom, Element, NodeId, NodeKind};

/// The node and everything in it as XML.
pub(super) fn outer_xml(dom: &Dom, id: NodeId) -> String {
    let mut out = String::new();
    write_node(dom, id, true, &mut out);
    out
}

fn write_node(dom: &Dom, id: NodeId, outermost: bool, out: &mut String) {
    match dom.kind(id) {
        NodeKind::Text(text) => escape(text, false, out),
        NodeKind::Element(element) => write_element(dom, id, element, outermost, out),
        NodeKind::Document => dom.children(id).for_each(|n| write_node(dom, n, outermost, out)),
        NodeKind::Comment => {}
    }
}

fn write_element(dom: &Dom, id: NodeId, element: &Element, outermost: bool, out: &mut String) {
    out.push('<');
    out.push_str(&element.name);
    if outermost || changes_namespace(dom, id, element) {
        out.push_str(" xmlns=\"");
        out.push_str(&element.namespace);
        out.push('"');
    }
    if outermost && uses_xlink(dom, id) {
        out.push_str(" xmlns:xlink=\"http://www.w3.org/1999/xlink\"");
    }
    for attribute in element.attributes.iter().filter(|a| a.namespace != ns!(xmlns)) {
        write_attribute(attribute, out);
    }
    if dom.first_child(id).is_none() {
        out.push_str("/>");
        return;
    }
    out.push('>');
    dom.children(id).for_each(|n| write_node(dom, n, false, out));
    out.push_str("</");
    out.push_str(&element.name);
    out.push('>');
}

fn changes_namespace(dom: &Dom, id: NodeId, element: &Element) -> bool {
    let parent = dom.parent(id).and_then(|p| dom.element(p));
    parent.is_some_and(|p| p.namespace != element.namespace)
}

fn uses_xlink(dom: &Dom, id: NodeId) -> bool {
    dom.descendants(id)
        .filter_map(|n| dom.element(n))
        .any(|e| e.attributes.iter().any(|a| a.namespace == ns!(xlink)))
}

fn write_attribute(attribute: &Attribute, out: &mut String) {
    // In HTML, `xmlns` on svg without a namespace is an ordinary attribute: it is written already.
    if attribute.namespace == ns!() && &*attribute.name == "xmlns" {
        return;
    }
    out.push(' ');
    if let Some(prefix) = attribute.prefix.as_deref().filter(|p| !p.is_empty()) {
        out.push_str(prefix);
        out.push(':');
    }
    out.push_str(&attribute.name);
    out.push_str("=\"");
    escape(&attribute.value, true, out);
    out.push('"');
}

fn escape(text: &str, quotes: bool, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if quotes => out.push_str("&quot;"),
            // Control characters that no XML text may hold.
            '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' => {}
            _ => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::diag::Source;
    use crate::html::parse;

    #[test]
    fn svg_keeps_capitals_and_declares_namespaces() {
        let html = "<svg viewBox='0 0 1 1' data-a='&lt;'><linearGradient xlink:href='#a'/><text>A &amp; B</text></svg>";
        let dom = parse(&Source::new("a.html", html));
        let svg = dom.first_child(dom.body()).unwrap();
        assert_eq!(
            dom.outer_html(svg),
            "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
             viewBox=\"0 0 1 1\" data-a=\"&lt;\"><linearGradient xlink:href=\"#a\"/><text>A &amp; B</text></svg>"
        );
    }
}
