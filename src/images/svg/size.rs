//! How large an SVG becomes once everything it refers to is put in.
//!
//! A few lines of `use` on `use` make a picture of millions of parts. Nodes are therefore counted
//! before anything is converted: each as often as it is drawn. What a style sheet inside the SVG refers
//! to is not counted; attributes are.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use usvg::roxmltree::{Document, Node};

use crate::diag::{Diagnostic, Source, Span};
use crate::limits::{ATTRIBUTES, SVG_DEPTH, SVG_NODES};

/// Whether no tag has too many attributes: the parser compares each with all others. XML allows no `<`
/// within a tag, so that all of a tag stands before the next one.
pub(super) fn check_attributes(text: &str, name: &str) -> Result<(), Diagnostic> {
    let begins = |tag: &str| tag.starts_with(|c: char| !matches!(c, '!' | '?' | '/'));
    let tags = text.match_indices('<').map(|(start, _)| (start, &text[start + 1..]));
    for (start, tag) in tags.filter(|(_, tag)| begins(tag)) {
        let mut quote = None;
        let mut count = 0;
        for byte in tag.bytes() {
            match (quote, byte) {
                (_, b'<') | (None, b'>') => break,
                (Some(open), _) if open == byte => quote = None,
                (Some(_), _) => {}
                (None, b'"' | b'\'') => {
                    quote = Some(byte);
                    count += 1;
                }
                (None, _) => {}
            }
        }
        if count > ATTRIBUTES {
            let span = Span::new(&Source::new(name, text), start..start + 1);
            let message = format!("a tag of SVG `{name}` has more than {ATTRIBUTES} attributes");
            return Err(Diagnostic::error("too-many-attributes", message)
                .at(span)
                .help("close the tag and its quotes"));
        }
    }
    Ok(())
}

/// Whether a document is within the limits of depth and number.
pub(super) fn check(text: &str, name: &str, document: &Document<'_>) -> Result<(), Diagnostic> {
    let mut depths = Vec::new();
    for node in document.descendants() {
        let depth = node.parent().map_or(0, |parent| depths[parent.id().get_usize()] + 1);
        if depth > SVG_DEPTH && node.is_element() {
            let range = node.range();
            let span = Span::new(&Source::new(name, text), range.start..range.start + 1);
            let message = format!("elements of SVG `{name}` nest more than {SVG_DEPTH} deep");
            return Err(Diagnostic::error("svg-too-deep", message)
                .at(span)
                .help("ungroup its parts in a drawing program"));
        }
        depths.push(depth);
    }
    if Counter::new(document).count(document.root_element()) > SVG_NODES {
        return Err(too_large(name));
    }
    Ok(())
}

/// The finding for a document of too many nodes.
pub(super) fn too_large(name: &str) -> Diagnostic {
    let message = format!(
        "SVG `{name}` has more than {SVG_NODES} nodes, those that `use` repeats counted each time"
    );
    Diagnostic::error("svg-too-large", message)
        .help("simplify it in a drawing program, or save it as PNG")
}

/// Counts nodes as often as they are drawn.
struct Counter<'a, 'input> {
    ids: BTreeMap<&'a str, Node<'a, 'input>>,
    /// By node: how many it stands for; none while that is being counted.
    known: BTreeMap<usize, Option<usize>>,
}

/// An element whose parts are being counted.
struct Open<'a, 'input> {
    node: Node<'a, 'input>,
    parts: Vec<(Node<'a, 'input>, usize)>,
    sum: usize,
}

impl<'a, 'input> Counter<'a, 'input> {
    fn new(document: &'a Document<'input>) -> Counter<'a, 'input> {
        let ids = document.descendants().filter_map(|n| Some((n.attribute("id")?, n))).collect();
        Counter { ids, known: BTreeMap::new() }
    }

    /// The nodes that an element stands for, itself included. A circle counts once: it is cut by whoever
    /// draws it.
    fn count(&mut self, root: Node<'a, 'input>) -> usize {
        let mut stack = vec![self.open(root)];
        loop {
            // The stack holds at least the root until it is taken off below.
            let Some(top) = stack.last_mut() else { return 0 };
            let Some((part, times)) = top.parts.last().copied() else {
                let Open { node, sum, .. } = *top;
                stack.pop();
                self.known.insert(node.id().get_usize(), Some(sum));
                if stack.is_empty() {
                    return sum;
                }
                continue;
            };
            let of_part = match self.known.entry(part.id().get_usize()) {
                Entry::Occupied(known) => known.get().unwrap_or(0),
                Entry::Vacant(slot) => {
                    slot.insert(None);
                    let open = self.open(part);
                    stack.push(open);
                    continue;
                }
            };
            top.parts.pop();
            top.sum = top.sum.saturating_add(of_part.saturating_mul(times));
        }
    }

    fn open(&self, node: Node<'a, 'input>) -> Open<'a, 'input> {
        let mut parts: Vec<_> = node.children().map(|child| (child, 1)).collect();
        for attribute in node.attributes() {
            let value = attribute.value();
            let is_link = attribute.name() == "href";
            let link = value.trim().strip_prefix('#').filter(|_| is_link);
            let times = match attribute.name() {
                // A marker stands at every vertex; each takes two characters at least.
                name if name.starts_with("marker") => {
                    let path = node.attribute("d").or_else(|| node.attribute("points"));
                    path.map_or(1, |path| path.len() / 2 + 1)
                }
                _ => 1,
            };
            let urls = value.split("url(").skip(1).filter_map(|rest| rest.split(')').next());
            let urls = urls.map(|url| url.trim().trim_matches(['"', '\'']));
            let urls = urls.filter_map(|url| url.strip_prefix('#'));
            let targets = link.into_iter().chain(urls).filter_map(|id| self.ids.get(id));
            parts.extend(targets.map(|target| (*target, times)));
        }
        Open { node, parts, sum: 1 }
    }
}
