//! What a page holds that Urkunde does not lay out, as warnings at the start tags.

use super::dom::{Dom, Element, Excess, NodeId};
use super::{attributes, values};
use crate::diag::{Diagnostic, Span, nearest};
use crate::limits::{ATTRIBUTES, ELEMENT_DEPTH, FINDINGS, NODES};

/// The HTML elements that have a meaning here (docs: the supported HTML).
const SUPPORTED: &[&str] = &[
    "html",
    "head",
    "title",
    "meta",
    "link",
    "style",
    "body",
    "main",
    "section",
    "article",
    "header",
    "footer",
    "nav",
    "aside",
    "div",
    "address",
    "hr",
    "figure",
    "figcaption",
    "blockquote",
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "span",
    "a",
    "strong",
    "b",
    "em",
    "i",
    "u",
    "s",
    "small",
    "sub",
    "sup",
    "mark",
    "q",
    "cite",
    "code",
    "kbd",
    "samp",
    "abbr",
    "time",
    "data",
    "br",
    "wbr",
    "pre",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "table",
    "caption",
    "colgroup",
    "col",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "th",
    "td",
    "img",
    "svg",
    "var",
    "del",
    "ins",
    "dfn",
    "bdi",
    "bdo",
    "hgroup",
    "search",
    "template",
    "qr-code",
];

/// Elements that will never work: paper has no network, no input and no time.
const NEVER: &[(&str, &str)] = &[
    ("script", "scripts do not run: compute the text in the template"),
    ("noscript", "scripts do not run: write the content without noscript"),
    ("iframe", "frames are not laid out: include the content in the template"),
    ("frame", "frames are not laid out: include the content in the template"),
    ("frameset", "frames are not laid out: include the content in the template"),
    ("object", "use img for pictures"),
    ("embed", "use img for pictures"),
    ("video", "use img for a still picture"),
    ("audio", "paper has no sound"),
    ("canvas", "scripts do not run: use an SVG picture"),
    ("form", "forms are not made: use div"),
    ("input", "forms are not made: write the value as text"),
    ("button", "forms are not made: use span"),
    ("select", "forms are not made: write the value as text"),
    ("textarea", "forms are not made: write the value as text"),
    (
        "base",
        "addresses count from the template's folder; those with a leading / from the project's",
    ),
    ("center", "use text-align: center"),
    ("font", "use CSS"),
];

/// The names of all supported elements.
pub fn supported_elements() -> impl Iterator<Item = &'static str> {
    SUPPORTED.iter().copied()
}

/// Warnings for elements and attributes that Urkunde does not support, and an error where the page is
/// beyond a limit.
pub fn check(dom: &Dom) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = excess(dom).into_iter().collect();
    let mut more = 0;
    for id in dom.descendants(dom.document()) {
        let Some(element) = dom.element(id) else { continue };
        let is_html = element.is_html();
        if found.len() >= FINDINGS {
            more += usize::from(is_html && !SUPPORTED.contains(&&*element.name));
        } else if !is_html {
            found.extend(foreign(dom, id, element));
        } else if SUPPORTED.contains(&&*element.name) {
            attributes::check(dom, id, element, &mut found);
            values::check(dom, id, element, &mut found);
        } else {
            found.push(unsupported(dom, id, element));
        }
    }
    values::check_links(dom, &mut found);
    crate::diag::limit(&mut found, more);
    found
}

/// A warning for the outermost element of a foreign language; what is inside `svg` is checked by the
/// reader of pictures.
fn foreign(dom: &Dom, id: NodeId, element: &Element) -> Option<Diagnostic> {
    let inside = dom.parent(id).and_then(|p| dom.element(p)).is_some_and(|p| !p.is_html());
    if inside || &*element.name == "svg" {
        return None;
    }
    let message = format!("the element <{}> is not supported", element.name);
    let warning = Diagnostic::warning("unsupported-element", message);
    let warning = warning.help("formulas are not laid out: use an SVG picture");
    Some(match dom.span(id) {
        Some(span) => warning.at(span),
        None => warning,
    })
}

fn excess(dom: &Dom) -> Option<Diagnostic> {
    let (what, range) = dom.excess.as_ref()?;
    let error = match what {
        Excess::Depth => Diagnostic::error(
            "too-deep",
            format!("elements nest more than {ELEMENT_DEPTH} deep; the page ends here"),
        )
        .help("close the elements that are open, or let the template repeat fewer levels"),
        Excess::Nodes => Diagnostic::error(
            "too-many-elements",
            format!("the page has more than {NODES} elements and texts; it ends here"),
        )
        .help("part the data into several documents"),
        Excess::Attributes => Diagnostic::error(
            "too-many-attributes",
            format!("the tag has more than {ATTRIBUTES} attributes; the page ends here"),
        )
        .help("close the tag and its quotes, or put the data into elements"),
    };
    Some(match range {
        Some(range) => error.at(Span::new(&dom.source, range.start as usize..range.end as usize)),
        None => error,
    })
}

fn unsupported(dom: &Dom, id: NodeId, element: &Element) -> Diagnostic {
    let name = &*element.name;
    let mut warning = if name.contains('-') {
        Diagnostic::warning(
            "unknown-element",
            format!("unknown element <{name}>, laid out as <span>"),
        )
    } else {
        Diagnostic::warning("unsupported-element", format!("the element <{name}> is not supported"))
    };
    if let Some(span) = dom.span(id) {
        warning = warning.at(span);
    }
    if let Some((_, help)) = NEVER.iter().find(|(never, _)| *never == name) {
        return warning.help(*help);
    }
    match nearest(name, SUPPORTED.iter().copied()).filter(|n| n.len() > 2) {
        Some(near) => warning.help(format!("did you mean <{near}>?")),
        None => warning,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use crate::diag::{Diagnostic, Source};
    use crate::html::{check, parse};

    /// What is said of a page: line, column, message, help.
    pub fn warnings(html: &str) -> Vec<String> {
        let line = |d: Diagnostic| {
            let (line, column) = d.span.map(|s| s.position()).unwrap_or_default();
            format!("{line}:{column} {} ({})", d.message, d.help.join("; "))
        };
        check(&parse(&Source::new("a.html", html))).into_iter().map(line).collect()
    }

    #[test]
    fn scripts_and_unknown_elements_are_warned_of_where_they_stand() {
        let html = "<p>x</p>\n<script>1</script><qr-cod value=1></qr-cod><svg><path/></svg>";
        assert_eq!(
            warnings(html),
            [
                "2:1 the element <script> is not supported (scripts do not run: compute the text in the template)",
                "2:19 unknown element <qr-cod>, laid out as <span> (did you mean <qr-code>?)",
            ]
        );
    }
}
