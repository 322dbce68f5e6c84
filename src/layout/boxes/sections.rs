//! Named pages: the root's content is parted where the `page` property changes (CSS Page 3 §8), so
//! that each part is laid out at the width of its own pages.

use std::sync::Arc;

use crate::css::computed::Float;
use crate::layout::boxes::tree::{BoxId, BoxKind, BoxTree, LayoutBox};

/// A stretch of the document on pages of one name.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// The name; none for `auto`.
    pub page: Option<Arc<str>>,
    /// The root box of this stretch.
    pub root: BoxId,
}

/// Parts the document; boxes on the way down to a change of name are cloned, one a part.
pub fn sections(tree: &mut BoxTree, root: BoxId) -> Vec<Section> {
    part(tree, root, None)
}

fn part(tree: &mut BoxTree, id: BoxId, inherited: Option<&Arc<str>>) -> Vec<Section> {
    let boxed = tree.get(id);
    let page = boxed.style.page.clone().or_else(|| inherited.cloned());
    let BoxKind::Block(children) = &boxed.kind else { return vec![Section { page, root: id }] };
    let children = children.clone();
    let mut parts: Vec<(Option<Arc<str>>, Vec<BoxId>)> = Vec::new();
    for child in children {
        let style = &tree.get(child).style;
        let in_flow = style.float == Float::None
            && !matches!(
                style.position,
                crate::css::computed::Position::Absolute | crate::css::computed::Position::Fixed
            )
            && !matches!(tree.get(child).kind, BoxKind::Anchor(_));
        if !in_flow {
            match parts.last_mut() {
                Some(last) => last.1.push(child),
                None => parts.push((page.clone(), vec![child])),
            }
            continue;
        }
        for section in part(tree, child, page.as_ref()) {
            match parts.last_mut() {
                Some(last)
                    if last.0 == section.page || last.1.iter().all(|c| is_anchor(tree, *c)) =>
                {
                    last.0 = section.page;
                    last.1.push(section.root);
                }
                _ => parts.push((section.page, vec![section.root])),
            }
        }
    }
    if parts.len() < 2 {
        let page = parts.pop().map_or(page, |p| p.0);
        return vec![Section { page, root: id }];
    }
    let mut sections = Vec::with_capacity(parts.len());
    let last = parts.len() - 1;
    for (index, (page, children)) in parts.into_iter().enumerate() {
        let original = tree.get(id);
        let mut copy = LayoutBox { kind: BoxKind::Block(children), ..original.clone() };
        if index > 0 {
            copy.open_top();
        }
        if index < last {
            copy.open_bottom();
        }
        sections.push(Section { page, root: tree.push_copy(id, copy) });
    }
    sections
}

fn is_anchor(tree: &BoxTree, id: BoxId) -> bool {
    matches!(tree.get(id).kind, BoxKind::Anchor(_))
}
