//! Values of attributes that are heeded but mean nothing, as warnings at the values.
//!
//! The HTML standard passes over such values; what they were meant to say is lost in silence.

use std::collections::BTreeSet;

use html5ever::local_name;

use super::dom::{Attribute, Dom, Element, NodeId};
use crate::diag::{Diagnostic, nearest};
use crate::limits::FINDINGS;

/// What an attribute takes.
enum Takes {
    /// One of some words.
    Words(&'static [&'static str]),
    /// A whole number.
    Integer,
    /// A whole number from this one on.
    From(i32),
    /// A number of px, or a percentage.
    Dimension,
}

/// Attributes of elements; `*` is every element.
const TAKES: &[(&str, &str, Takes)] = &[
    ("*", "dir", Takes::Words(&["ltr", "rtl", "auto"])),
    ("ol", "type", Takes::Words(&["1", "a", "A", "i", "I"])),
    ("ul", "type", Takes::Words(&["disc", "circle", "square", "none"])),
    ("li", "type", Takes::Words(&["1", "a", "A", "i", "I", "disc", "circle", "square", "none"])),
    ("th", "scope", Takes::Words(&["row", "col", "rowgroup", "colgroup"])),
    ("td", "scope", Takes::Words(&["row", "col", "rowgroup", "colgroup"])),
    ("ol", "start", Takes::Integer),
    ("li", "value", Takes::Integer),
    ("td", "colspan", Takes::From(1)),
    ("th", "colspan", Takes::From(1)),
    ("td", "rowspan", Takes::From(0)),
    ("th", "rowspan", Takes::From(0)),
    ("col", "span", Takes::From(1)),
    ("colgroup", "span", Takes::From(1)),
    ("img", "width", Takes::Dimension),
    ("img", "height", Takes::Dimension),
    ("table", "width", Takes::Dimension),
    ("table", "height", Takes::Dimension),
    ("col", "width", Takes::Dimension),
    ("td", "width", Takes::Dimension),
    ("td", "height", Takes::Dimension),
    ("th", "width", Takes::Dimension),
    ("th", "height", Takes::Dimension),
];

impl Takes {
    fn takes(&self, value: &str) -> bool {
        match self {
            // Letters of `type` on lists differ by case, words do not.
            Takes::Words(words) => words
                .iter()
                .any(|word| *word == value || word.len() > 1 && word.eq_ignore_ascii_case(value)),
            Takes::Integer => value.parse::<i32>().is_ok(),
            Takes::From(least) => value.parse::<i32>().is_ok_and(|n| n >= *least),
            Takes::Dimension => {
                let number = value.strip_suffix('%').or(value.strip_suffix("px")).unwrap_or(value);
                number.parse::<f32>().is_ok_and(|n| n >= 0.0)
            }
        }
    }

    fn expected(&self) -> String {
        match self {
            Takes::Words(words) => format!("expected one of {}", words.join(", ")),
            Takes::Integer => "expected a whole number".to_owned(),
            Takes::From(least) => format!("expected a whole number from {least} on"),
            Takes::Dimension => "expected a number of px or a percentage".to_owned(),
        }
    }
}

/// Warns of the attributes of an element whose values mean nothing.
pub(super) fn check(dom: &Dom, id: NodeId, element: &Element, found: &mut Vec<Diagnostic>) {
    for attribute in &element.attributes {
        let (name, value) = (&*attribute.name, attribute.value.trim());
        if let Some(takes) = takes(element, name).filter(|takes| !takes.takes(value)) {
            let message = format!("\"{value}\" is no value of the attribute \"{name}\"");
            found.push(at(dom, id, name, message).help(takes.expected()));
        }
    }
    if &*element.name == "a"
        && let Some(scheme) = element.attr("href").and_then(script)
    {
        let message = format!("the link runs a script (\"{scheme}:\")");
        found.push(at(dom, id, "href", message).help("scripts do not run: leave it out"));
    }
}

/// Whether nothing can be found in the value of an attribute, whatever the rest of the page says.
pub(super) fn may_take(element: &Element, attribute: &Attribute) -> bool {
    let value = attribute.value.trim();
    let is_link = &*element.name == "a" && attribute.name == local_name!("href");
    let takes = takes(element, &attribute.name).is_none_or(|takes| takes.takes(value));
    takes && !(is_link && (value.starts_with('#') || script(value).is_some()))
}

/// What the attribute of an element takes, if that is not any text.
fn takes(element: &Element, name: &str) -> Option<&'static Takes> {
    let is_own = |own: &str| own == "*" || own == &*element.name;
    let (_, _, takes) =
        TAKES.iter().find(|(own, attribute, _)| *attribute == name && is_own(own))?;
    Some(takes)
}

/// The scheme of an address that is a script.
fn script(href: &str) -> Option<&str> {
    let (scheme, _) = href.trim().split_once(':')?;
    ["javascript", "vbscript"].iter().any(|s| scheme.eq_ignore_ascii_case(s)).then_some(scheme)
}

/// Warns of links to elements that are not there.
pub(super) fn check_links(dom: &Dom, found: &mut Vec<Diagnostic>) {
    let target = |id: NodeId| dom.attr(id, "href").and_then(|href| href.trim().strip_prefix('#'));
    let links: Vec<(NodeId, &str)> = dom
        .descendants(dom.document())
        .filter(|id| dom.is(*id, "a"))
        .filter_map(|id| Some((id, target(id)?)))
        .collect();
    if links.is_empty() {
        return;
    }
    let ids: BTreeSet<&str> =
        dom.descendants(dom.document()).filter_map(|id| dom.attr(id, "id")).collect();
    // To look through the names of a whole book for each link takes its square.
    let few = ids.len() <= FINDINGS;
    for (id, target) in links.into_iter().filter(|(_, target)| !ids.contains(target)) {
        let message = format!("the link leads nowhere: no element has the id \"{target}\"");
        let warning = at(dom, id, "href", message);
        let hinted = few && !target.is_empty() && found.len() < FINDINGS;
        found.push(match hinted.then(|| nearest(target, ids.iter().copied())).flatten() {
            Some(near) => warning.help(format!("did you mean \"#{near}\"?")),
            None => warning,
        });
    }
}

fn at(dom: &Dom, id: NodeId, attribute: &str, message: String) -> Diagnostic {
    let warning = Diagnostic::warning("unsupported-value", message);
    match dom.attr_span(id, attribute).or_else(|| dom.span(id)) {
        Some(span) => warning.at(span),
        None => warning,
    }
}

#[cfg(test)]
mod tests {
    use crate::html::check::tests::warnings;

    #[test]
    fn values_that_mean_nothing_are_warned_of() {
        let html = "<p dir=up>a</p>\n<ol type=x start=two><li value=3rd>b</ol>\n<ul type=Disc><li>c</ul>\n\
                    <table width=5em><tr><th scope=colum colspan=0>d<td rowspan=0 width='50%'>e</table>";
        assert_eq!(
            warnings(html),
            [
                "1:8 \"up\" is no value of the attribute \"dir\" (expected one of ltr, rtl, auto)",
                "2:10 \"x\" is no value of the attribute \"type\" (expected one of 1, a, A, i, I)",
                "2:18 \"two\" is no value of the attribute \"start\" (expected a whole number)",
                "2:32 \"3rd\" is no value of the attribute \"value\" (expected a whole number)",
                "4:14 \"5em\" is no value of the attribute \"width\" (expected a number of px or a percentage)",
                "4:32 \"colum\" is no value of the attribute \"scope\" (expected one of row, col, rowgroup, colgroup)",
                "4:46 \"0\" is no value of the attribute \"colspan\" (expected a whole number from 1 on)",
            ]
        );
    }

    #[test]
    fn links_that_lead_nowhere_are_warned_of() {
        let html = "<h1 id=intro>a</h1><a href='#intro'>b</a> <a href='#intor'>c</a>\n\
                    <a href=' JavaScript:go()'>d</a><a href='https://example.org/#x'>e</a>";
        assert_eq!(
            warnings(html),
            [
                "2:10 the link runs a script (\"JavaScript:\") (scripts do not run: leave it out)",
                "1:52 the link leads nowhere: no element has the id \"intor\" (did you mean \"#intro\"?)",
            ]
        );
    }
}
