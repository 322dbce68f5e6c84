//! Faces under the names and styles that `@font-face` rules give them (CSS Fonts 4 §4).
//!
//! Input: the faces of a file and [`Descriptors`]. Output: the same faces, called otherwise. What the file
//! says of its own family, weight, slant and width does not count any more.

use std::ops::RangeInclusive;

use super::face::{Face, Slant};

/// What a rule says of a face; values it leaves out are the initial ones.
#[derive(Clone, Debug, PartialEq)]
pub struct Descriptors {
    /// `font-family`.
    pub family: String,
    /// `font-weight`: the least and the greatest it is meant for.
    pub weight: (f32, f32),
    /// `font-style`.
    pub slant: Slant,
    /// `font-stretch` in percent.
    pub stretch: f32,
    /// `unicode-range`; empty is all.
    pub unicode_range: Vec<RangeInclusive<u32>>,
}

/// What of the descriptors a face keeps.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Declaration {
    /// The weights it is meant for.
    pub weight: (f32, f32),
    unicode_range: Vec<RangeInclusive<u32>>,
}

impl Declaration {
    /// Whether the face is meant for a character.
    pub fn is_for(&self, c: char) -> bool {
        let code = u32::from(c);
        self.unicode_range.is_empty() || self.unicode_range.iter().any(|r| r.contains(&code))
    }
}

/// The faces of a file as a rule wants them: the first of a collection, or the instances of a
/// variable font within the range of weights (else the one nearest to it).
pub(super) fn declare(faces: Vec<Face>, descriptors: &Descriptors) -> Vec<Face> {
    let (least, most) = descriptors.weight;
    let distance = |face: &Face| (face.weight - face.weight.clamp(least, most)).abs();
    let index = faces.first().map_or(0, Face::index);
    let mut faces: Vec<Face> = faces.into_iter().filter(|face| face.index() == index).collect();
    let nearest = faces.iter().map(distance).fold(f32::INFINITY, f32::min);
    faces.retain(|face| distance(face) <= nearest);
    let several = faces.len() > 1;
    for face in &mut faces {
        // Of several instances each has its own weight; a single face has all that were given.
        let own = face.weight.clamp(least, most);
        let weight = if several { (own, own) } else { (least, most) };
        face.family.clone_from(&descriptors.family);
        face.family_aliases.clear();
        face.weight = own;
        face.slant = descriptors.slant;
        face.stretch = descriptors.stretch;
        face.declared =
            Some(Declaration { weight, unicode_range: descriptors.unicode_range.clone() });
    }
    faces
}
