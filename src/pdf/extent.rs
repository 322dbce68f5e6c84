//! `/BBox` of figures and tables: the rectangle around each that stands on one page only, in the
//! page's default user space (ISO 32000-1 §14.8.5.4.3). It is told in whole points, rounded outwards:
//! readers outline with it what they speak of.

use std::collections::BTreeMap;

use super::navigation::place;
use crate::geom::{Point, Px, Rect, Sides};
use crate::paint::{DisplayList, StructureId};

/// Left, bottom, right, top of structure elements, by their index.
#[derive(Default)]
pub(super) struct Extents(BTreeMap<usize, [i64; 4]>);

impl Extents {
    /// The extents on pages.
    pub(super) fn of(lists: &[DisplayList]) -> Extents {
        let mut found: BTreeMap<usize, Option<[i64; 4]>> = BTreeMap::new();
        for list in lists {
            for (StructureId(index), area) in &list.extents {
                // What goes on over several pages has no rectangle.
                let index = *index as usize;
                let again = found.contains_key(&index);
                found.insert(index, if again { None } else { in_user_space(list, area) });
            }
        }
        Extents(found.into_iter().filter_map(|(index, area)| Some((index, area?))).collect())
    }

    /// The extent of an element; none for what has none.
    pub(super) fn get(&self, index: usize) -> Option<[i64; 4]> {
        self.0.get(&index).copied()
    }
}

/// What the sheet shows of an area; none where that is nothing.
fn in_user_space(list: &DisplayList, area: &Rect) -> Option<[i64; 4]> {
    let sheet = Rect { origin: Point::ZERO, size: list.size };
    let seen = area.intersect(&sheet.inset(Sides::all(-list.beyond())));
    if seen.size.width <= Px::ZERO || seen.size.height <= Px::ZERO {
        return None;
    }
    let (left, bottom) = place(list, Point::new(seen.left(), seen.bottom()));
    let (right, top) = place(list, Point::new(seen.right(), seen.top()));
    Some([left.floor(), bottom.floor(), right.ceil(), top.ceil()].map(|v| v as i64))
}
