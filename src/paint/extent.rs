//! How far figures and tables reach on a page (ISO 32000-1 §14.8.5.4.3).
//!
//! Input: the pieces of a page that mean something, in their places. Output: for each figure and
//! table the rectangle around all that stands in it, whatever that is clipped to.

use std::collections::BTreeMap;

use crate::geom::Rect;
use crate::layout::fragment::{Role, Structure, StructureId};

/// For each structure element, the figure or table that it is or stands in, and what that stands in.
pub(super) struct Illustrations {
    nearest: Vec<Option<StructureId>>,
    /// Where an illustration stands in another.
    around: BTreeMap<StructureId, StructureId>,
}

impl Illustrations {
    pub(super) fn of(structure: &Structure) -> Illustrations {
        let mut nearest: Vec<Option<StructureId>> = Vec::with_capacity(structure.elements.len());
        let mut around = BTreeMap::new();
        for (index, element) in structure.elements.iter().enumerate() {
            // Parents stand before their children.
            let outer = element.parent.and_then(|id| *nearest.get(id.0 as usize)?);
            let id = StructureId(index as u32);
            let own = matches!(element.role, Role::Figure | Role::Table);
            if let Some(outer) = outer.filter(|_| own) {
                around.insert(id, outer);
            }
            nearest.push(if own { Some(id) } else { outer });
        }
        Illustrations { nearest, around }
    }
}

/// The illustrations of a page.
pub(super) struct Extents<'s> {
    illustrations: &'s Illustrations,
    found: BTreeMap<StructureId, Rect>,
}

impl<'s> Extents<'s> {
    /// None yet.
    pub(super) fn of(illustrations: &'s Illustrations) -> Extents<'s> {
        Extents { illustrations, found: BTreeMap::new() }
    }

    /// Adds a piece of a structure element.
    pub(super) fn add(&mut self, element: StructureId, area: impl FnOnce() -> Rect) {
        let nearest = self.illustrations.nearest.get(element.0 as usize);
        let Some(mut at) = nearest.copied().flatten() else { return };
        let area = area();
        loop {
            self.found.entry(at).and_modify(|all| *all = all.union(&area)).or_insert(area);
            match self.illustrations.around.get(&at) {
                Some(outer) => at = *outer,
                None => break,
            }
        }
    }

    pub(super) fn finish(self) -> Vec<(StructureId, Rect)> {
        self.found.into_iter().collect()
    }
}
