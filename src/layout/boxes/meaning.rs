//! Structure elements of HTML elements (ISO 32000-1 §14.8.4).
//!
//! Input: an element that is about to get its box, and where it stands. Output: the structure
//! element its content belongs to, and that of its list marker. Which role an element has is
//! `roles`'s matter; pictures make their own structure elements.

use std::sync::Arc;

use crate::css::computed::{Computed, Display};
use crate::diag::Diagnostic;
use crate::html::NodeId;
use crate::layout::boxes::builder::{Builder, Place};
use crate::layout::boxes::{generated, roles};
use crate::layout::fragment::{ElementId, Role, StructureElement, StructureId};

/// The structure elements of an element.
#[derive(Clone, Copy, Debug, Default)]
pub struct Meaning {
    /// What its content belongs to; none is the parent's.
    pub structure: Option<StructureId>,
    /// What its list marker belongs to.
    pub label: Option<StructureId>,
}

impl Builder<'_> {
    /// The structure elements of an element. A list item is `LI` around `Lbl` and `LBody`; the
    /// label is made first, so that it is read before the body.
    pub fn meaning(&mut self, node: NodeId, style: &Computed, place: Place) -> Meaning {
        if self.in_artifact() {
            return Meaning::default();
        }
        let role = roles::role(self.dom, node).filter(|role| *role != Role::Figure);
        let role = role.map(|role| self.nested(role, node));
        let own = role.map(|role| {
            let element = self.described(role, node, style, place);
            self.push_structure(element)
        });
        let around = own.or(place.structure);
        let has_marker =
            style.display == Display::ListItem && generated::has_marker(self, node, style);
        let label = has_marker.then(|| self.part_of(Role::Label, node, around));
        let structure = match role {
            Some(Role::ListItem) => Some(self.part_of(Role::ListBody, node, around)),
            _ => own,
        };
        Meaning { structure, label }
    }

    /// A heading at the level it has among the headings around it: none may be skipped (PDF/UA-1 §7.4.2).
    fn nested(&mut self, role: Role, node: NodeId) -> Role {
        let Role::Heading(level) = role else { return role };
        while self.headings.last().is_some_and(|around| *around >= level) {
            self.headings.pop();
        }
        let around = self.headings.last().copied();
        self.headings.push(level);
        let nested = self.headings.len() as u8;
        if level > around.unwrap_or(0) + 1 {
            let message = match around {
                Some(around) => format!("`h{level}` right below `h{around}` skips a level"),
                None => format!("`h{level}` stands below no heading of a higher level"),
            };
            let found = Diagnostic::warning("skipped-heading", message)
                .note(format!(
                    "it is tagged H{nested}, so that no level is missing (PDF/UA-1, 7.4.2)"
                ))
                .help(format!("use `h{}`, and style it as you like", around.unwrap_or(0) + 1));
            self.findings.push((Some(ElementId(node.0)), found));
        }
        Role::Heading(nested)
    }

    /// A structure element that an element has beside its main one.
    fn part_of(&mut self, role: Role, node: NodeId, parent: Option<StructureId>) -> StructureId {
        let element = StructureElement { lang: None, ..self.structure_element(role, node, parent) };
        self.push_structure(element)
    }

    /// A structure element with what its element's attributes tell.
    fn described(
        &self,
        role: Role,
        node: NodeId,
        style: &Computed,
        place: Place,
    ) -> StructureElement {
        let mut element = self.structure_element(role, node, place.structure);
        match role {
            Role::Link => {
                element.href = self.dom.attr(node, "href").map(Arc::from);
                element.contents = self.link_contents(node);
            }
            Role::Span if self.dom.is(node, "abbr") => {
                element.expansion = self.dom.attr(node, "title").map(Arc::from);
            }
            Role::TableData | Role::TableHeader => element.cell = roles::cell(self.dom, node),
            Role::List => {
                element.list_numbering = Some(roles::list_numbering(&style.list_style_type));
            }
            _ => {}
        }
        element
    }

    /// What people are told of where a link leads, where its address does not tell: its title, or the
    /// text of a link within the document.
    fn link_contents(&self, node: NodeId) -> Option<Arc<str>> {
        let given = self.dom.attr(node, "title").or_else(|| self.dom.attr(node, "aria-label"));
        let inside = || self.dom.attr(node, "href").is_some_and(|href| href.starts_with('#'));
        let text = match given {
            Some(text) => text.to_owned(),
            None if inside() => self.dom.text_content(node),
            None => return None,
        };
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        (!text.is_empty()).then(|| text.into())
    }

    /// A structure element with the language its node sets.
    pub fn structure_element(
        &self,
        role: Role,
        node: NodeId,
        parent: Option<StructureId>,
    ) -> StructureElement {
        StructureElement {
            role,
            parent,
            reading: 0,
            element: Some(ElementId(node.0)),
            lang: roles::lang(self.dom, node),
            alt: None,
            expansion: None,
            href: None,
            contents: None,
            cell: None,
            list_numbering: None,
        }
    }

    /// Adds a structure element.
    pub fn push_structure(&mut self, mut element: StructureElement) -> StructureId {
        element.reading = self.reading();
        let elements = &mut self.tree.structure.elements;
        elements.push(element);
        StructureId(elements.len() as u32 - 1)
    }
}
