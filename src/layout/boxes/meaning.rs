//! Structure elements of HTML elements (ISO 32000-1 §14.8.4).
//!
//! Input: an element that is about to get its box, and where it stands. Output: the structure
//! element its content belongs to, and that of its list marker. Which role an element has is
//! `roles`'s matter; pictures make their own structure elements.

use std::sync::Arc;

use crate::css::computed::{Computed, Display};
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
            Role::Link => element.href = self.dom.attr(node, "href").map(Arc::from),
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
            element: Some(ElementId(node.0)),
            lang: roles::lang(self.dom, node),
            alt: None,
            expansion: None,
            href: None,
            cell: None,
            list_numbering: None,
        }
    }

    /// Adds a structure element.
    pub fn push_structure(&mut self, element: StructureElement) -> StructureId {
        let elements = &mut self.tree.structure.elements;
        elements.push(element);
        StructureId(elements.len() as u32 - 1)
    }
}
