//! Choosing one face of a family for a wanted weight, slant and stretch.
//!
//! Input: the faces of one family and a [`FaceQuery`]. Output: the best of them after CSS Fonts 4
//! §5.2 "Matching font styles" <https://www.w3.org/TR/css-fonts-4/#font-style-matching>. It never
//! synthesises: what comes out is a face that exists (`font-synthesis: none`).

use super::face::{Face, Slant};

/// The style wanted of a face.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FaceQuery {
    /// `font-weight`, 1 to 1000.
    pub weight: f32,
    /// `font-style`; oblique counts as italic.
    pub slant: Slant,
    /// `font-stretch` in percent.
    pub stretch: f32,
}

impl Default for FaceQuery {
    fn default() -> FaceQuery {
        FaceQuery { weight: 400.0, slant: Slant::Upright, stretch: 100.0 }
    }
}

/// How well a face fits a query: the least is the best. Stretch decides first, then slant, then
/// weight, as the specification narrows the set; among equals `late` ones come last.
pub(super) fn style_rank(face: &Face, q: &FaceQuery, late: bool) -> impl Ord + use<> {
    // A declared range of weights has the weight itself, or is as far from it as its nearer end.
    let weight = match &face.declared {
        Some(declared) => q.weight.clamp(declared.weight.0, declared.weight.1),
        None => face.weight,
    };
    let slant = face.slant != q.slant;
    (stretch_rank(face.stretch, q.stretch), slant, weight_rank(weight, q.weight), late)
}

/// The order of preference among faces of a family: by style, then by face id; of declared faces the
/// later rule comes first (CSS Fonts 4 §4.5, composite faces).
pub(super) fn rank(face: &Face, q: &FaceQuery, late: bool) -> impl Ord + use<> {
    let id = i32::from(face.id.0);
    (style_rank(face, q, late), if face.declared.is_some() { -id } else { id })
}

/// Step 4.1: up to normal width the narrower ones come first, above it the wider ones.
fn stretch_rank(has: f32, wanted: f32) -> (u8, u32) {
    let distance = thousandths(has - wanted);
    let second = if wanted <= 100.0 { has > wanted } else { has < wanted };
    (u8::from(second), distance)
}

/// Step 4.3: 400 to 500 looks up to 500, then down, then up; lighter looks down first, bolder up.
fn weight_rank(has: f32, wanted: f32) -> (u8, u32) {
    let distance = thousandths(has - wanted);
    let class = if (400.0..=500.0).contains(&wanted) {
        if has >= wanted && has <= 500.0 {
            0
        } else if has < wanted {
            1
        } else {
            2
        }
    } else if wanted < 400.0 {
        u8::from(has > wanted)
    } else {
        u8::from(has < wanted)
    };
    (class, distance)
}

fn thousandths(difference: f32) -> u32 {
    (difference.abs() * 1000.0).round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(weights: &[f32], wanted: f32) -> f32 {
        let mut sorted = weights.to_vec();
        sorted.sort_by_key(|w| weight_rank(*w, wanted));
        sorted[0]
    }

    #[test]
    fn weight_follows_the_specification() {
        assert_eq!(best(&[300.0, 400.0, 600.0, 700.0], 500.0), 400.0);
        assert_eq!(best(&[300.0, 500.0, 600.0], 400.0), 500.0);
        assert_eq!(best(&[600.0, 700.0], 450.0), 600.0);
        assert_eq!(best(&[400.0, 600.0, 700.0], 650.0), 700.0);
        assert_eq!(best(&[400.0, 600.0], 900.0), 600.0);
        assert_eq!(best(&[200.0, 400.0, 700.0], 300.0), 200.0);
        assert_eq!(best(&[400.0, 700.0], 100.0), 400.0);
    }

    #[test]
    fn stretch_prefers_narrower_up_to_normal() {
        let best = |wanted: f32| {
            let mut widths = [75.0f32, 100.0, 125.0];
            widths.sort_by_key(|w| stretch_rank(*w, wanted));
            widths[0]
        };
        assert_eq!(best(90.0), 75.0);
        assert_eq!(best(110.0), 125.0);
        assert_eq!(best(100.0), 100.0);
    }
}
