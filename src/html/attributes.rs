//! Attributes that Urkunde does not heed, as warnings at their names.
//!
//! An attribute is heeded, or makes no difference on paper (`tabindex`, `data-*`), or is warned of. Those
//! of elements that are not supported are not looked at: the element is warned of.

use html5ever::ns;

use super::dom::{Attribute, Dom, Element, NodeId};
use crate::diag::{Diagnostic, nearest};
use crate::limits::FINDINGS;

/// Attributes that every element may have and that are heeded.
const GLOBAL: &[&str] = &["lang", "dir", "class", "id", "style", "title", "hidden"];

/// Attributes that every element may have and that make no difference on paper.
const HARMLESS: &[&str] = &[
    "accesskey",
    "autocapitalize",
    "autocorrect",
    "autofocus",
    "contenteditable",
    "draggable",
    "enterkeyhint",
    "inputmode",
    "itemid",
    "itemprop",
    "itemref",
    "itemscope",
    "itemtype",
    "nonce",
    "property",
    "role",
    "spellcheck",
    "tabindex",
    "translate",
    "typeof",
    "version",
    "vocab",
    "xmlns",
];

/// Attributes of single elements that are heeded.
const OWN: &[(&str, &[&str])] = &[
    ("meta", &["name", "content"]),
    ("link", &["href", "rel", "media", "type"]),
    ("style", &["media", "type"]),
    ("a", &["href"]),
    ("ol", &["start", "reversed", "type"]),
    ("ul", &["type"]),
    ("li", &["value", "type"]),
    ("table", &["width", "height"]),
    ("col", &["span", "width"]),
    ("colgroup", &["span"]),
    ("td", &["colspan", "rowspan", "scope", "headers", "width", "height"]),
    ("th", &["colspan", "rowspan", "scope", "headers", "width", "height"]),
    ("img", &["src", "alt", "width", "height"]),
    ("qr-code", &["value", "level", "alt"]),
];

/// Attributes of single elements that make no difference on paper.
const OWN_HARMLESS: &[(&str, &[&str])] = &[
    ("meta", &["charset", "http-equiv", "media"]),
    ("link", &["as", "color", "crossorigin", "hreflang", "integrity", "referrerpolicy", "sizes"]),
    ("a", &["target", "rel", "download", "hreflang", "type", "ping", "referrerpolicy"]),
    ("blockquote", &["cite"]),
    ("q", &["cite"]),
    ("del", &["cite", "datetime"]),
    ("ins", &["cite", "datetime"]),
    ("time", &["datetime"]),
    ("data", &["value"]),
    ("table", &["summary"]),
    ("th", &["abbr"]),
    ("td", &["abbr"]),
    ("img", &["loading", "decoding", "fetchpriority", "crossorigin", "referrerpolicy"]),
];

/// What to write in place of attributes of old.
const HELP: &[(&str, &str)] = &[
    ("align", "use text-align, or auto margins for boxes"),
    ("valign", "use vertical-align"),
    ("bgcolor", "use background-color"),
    ("background", "use background-image"),
    ("border", "use border"),
    ("bordercolor", "use border-color"),
    ("frame", "use border"),
    ("rules", "use border on cells"),
    ("cellpadding", "use padding on cells"),
    ("cellspacing", "use border-spacing"),
    ("clear", "use clear"),
    ("color", "use color"),
    ("compact", "use margin"),
    ("face", "use font-family"),
    ("height", "use height"),
    ("hspace", "use margin"),
    ("link", "use color on a:link"),
    ("name", "use id"),
    ("noshade", "use border-style"),
    ("nowrap", "use white-space: nowrap"),
    ("popover", "nothing pops up on paper: use hidden, or leave it out"),
    ("size", "use height or font-size"),
    ("sizes", "write the picture to print in src"),
    ("srcset", "write the picture to print in src"),
    ("text", "use color"),
    ("usemap", "put a link around the picture"),
    ("vspace", "use margin"),
    ("width", "use width"),
];

/// Warns of the attributes of a supported element that are not heeded.
pub(super) fn check(dom: &Dom, id: NodeId, element: &Element, found: &mut Vec<Diagnostic>) {
    for attribute in &element.attributes {
        if found.len() < FINDINGS && !is_known(&element.name, attribute) {
            found.push(unsupported(dom, id, &element.name, &attribute.name));
        }
    }
    found.extend(other_sheet(dom, id, element));
}

/// A warning for a sheet in another language than CSS, which is not read.
fn other_sheet(dom: &Dom, id: NodeId, element: &Element) -> Option<Diagnostic> {
    let rel = element.attr("rel").unwrap_or("");
    let is_sheet = match &*element.name {
        "style" => true,
        "link" => rel.split_ascii_whitespace().any(|r| r.eq_ignore_ascii_case("stylesheet")),
        _ => false,
    };
    let kind = element.attr("type").map(str::trim).filter(|kind| is_sheet && !kind.is_empty())?;
    if kind.eq_ignore_ascii_case("text/css") {
        return None;
    }
    let message = format!("style sheets of the type \"{kind}\" are not read");
    let warning = Diagnostic::warning("unsupported-attribute", message).help("write CSS");
    Some(match dom.attr_span(id, "type") {
        Some(span) => warning.at(span),
        None => warning,
    })
}

fn is_known(element: &str, attribute: &Attribute) -> bool {
    let name = &*attribute.name;
    let of = |table: &[(&str, &[&str])]| {
        table.iter().any(|(own, names)| *own == element && names.contains(&name))
    };
    attribute.namespace != ns!()
        || GLOBAL.contains(&name)
        || of(OWN)
        || name.starts_with("data-")
        || name.starts_with("aria-")
        || name.contains(':')
        || HARMLESS.contains(&name)
        || of(OWN_HARMLESS)
}

fn unsupported(dom: &Dom, id: NodeId, element: &str, name: &str) -> Diagnostic {
    let message = format!("the attribute \"{name}\" of <{element}> is not supported");
    let mut warning = Diagnostic::warning("unsupported-attribute", message);
    if let Some(span) = dom.attr_name_span(id, name).or_else(|| dom.span(id)) {
        warning = warning.at(span);
    }
    if name.starts_with("on") && name.len() > 4 {
        return warning.help("scripts do not run: leave it out");
    }
    if let Some((_, help)) = HELP.iter().find(|(old, _)| *old == name) {
        return warning.help(*help);
    }
    let own = OWN.iter().filter(|(own, _)| *own == element).flat_map(|(_, names)| *names);
    match nearest(name, own.chain(GLOBAL).copied()) {
        Some(near) => warning.help(format!("did you mean \"{near}\"?")),
        None => warning,
    }
}

#[cfg(test)]
mod tests {
    use crate::html::check::tests::warnings;

    #[test]
    fn attributes_of_old_and_of_scripts_are_warned_of_at_their_names() {
        let html = "<p align=center>x</p>\n<table border='1' cellpadding=2><tr><td bgcolor=red valign=top nowrap>x</table>\n\
                    <b onclick='go(\"1\")' x = y>z</b><a name=top>a</a><img src=a.png alt=''\n srcset=b.png>";
        assert_eq!(
            warnings(html),
            [
                "1:4 the attribute \"align\" of <p> is not supported (use text-align, or auto margins for boxes)",
                "2:8 the attribute \"border\" of <table> is not supported (use border)",
                "2:19 the attribute \"cellpadding\" of <table> is not supported (use padding on cells)",
                "2:41 the attribute \"bgcolor\" of <td> is not supported (use background-color)",
                "2:53 the attribute \"valign\" of <td> is not supported (use vertical-align)",
                "2:64 the attribute \"nowrap\" of <td> is not supported (use white-space: nowrap)",
                "3:4 the attribute \"onclick\" of <b> is not supported (scripts do not run: leave it out)",
                "3:22 the attribute \"x\" of <b> is not supported ()",
                "3:36 the attribute \"name\" of <a> is not supported (use id)",
                "4:2 the attribute \"srcset\" of <img> is not supported (write the picture to print in src)",
            ]
        );
    }

    #[test]
    fn attributes_that_are_heeded_or_make_no_difference_are_not() {
        let html = "<html lang=en xml:lang=en xmlns='http://www.w3.org/1999/xhtml'><meta charset=utf-8><meta name=viewport content=x>\
            <p id=a class=b style='color: red' title=t dir=ltr hidden data-x=1 aria-hidden=true role=note tabindex=0>x\
            <a href=#a target=_blank rel=noopener>y</a><time datetime=2024>z</time><data value=1>1</data>\
            <ol start=2 reversed type=a><li value=3>x</ol><table><colgroup span=2><tr><th scope=col colspan=2 abbr=x>y</table>\
            <img src=a.png alt=b width=1 height=1 loading=lazy><qr-code value=x level=H></qr-code><bar-x anything=1></bar-x>\
            <svg onclick=1 viewBox='0 0 1 1'><path d=''/></svg>";
        assert_eq!(warnings(html), ["1:513 unknown element <bar-x>, laid out as <span> ()"]);
    }
}
