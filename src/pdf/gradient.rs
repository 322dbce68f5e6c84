//! Gradients as shadings (ISO 32000-1 §8.7.4.5): axial and radial, with stitched functions.
//!
//! printpdf's own shadings know sRGB without opacity only.

use lopdf::{Dictionary, Object};

use super::object::{dict, fine, name, numbers, round4};
use crate::geom::Color;
use crate::paint::{Gradient, GradientGeometry, Stop};

/// A box around any gradient, in its own coordinates.
pub(super) const BOUNDS: [f32; 4] = [-32000.0, -32000.0, 32000.0, 32000.0];

/// Whether any stop is not opaque.
pub(super) fn has_alpha(gradient: &Gradient) -> bool {
    gradient.stops.iter().any(|s| s.color.alpha() < 1.0)
}

/// Whether the stops are CMYK.
pub(super) fn is_cmyk(gradient: &Gradient) -> bool {
    gradient.stops.iter().all(|s| matches!(s.color, Color::Cmyk { .. }))
}

/// The colours.
pub(super) fn color_shading(gradient: &Gradient) -> Dictionary {
    if is_cmyk(gradient) {
        shading(gradient, "DeviceCMYK", |color| match color {
            Color::Cmyk { c, m, y, k, .. } => vec![c, m, y, k],
            Color::Rgb { .. } => vec![0.0; 4],
        })
    } else {
        shading(gradient, "DeviceRGB", |color| match color {
            Color::Rgb { r, g, b, .. } => vec![r, g, b],
            // Stops of both kinds in one gradient: the plain conversion of PDF (§10.3.5).
            Color::Cmyk { c, m, y, k, .. } => [c, m, y].map(|v| 1.0 - (v + k).min(1.0)).to_vec(),
        })
    }
}

/// The opacity, as grey.
pub(super) fn alpha_shading(gradient: &Gradient) -> Dictionary {
    shading(gradient, "DeviceGray", |color| vec![color.alpha()])
}

fn shading(gradient: &Gradient, space: &str, parts: impl Fn(Color) -> Vec<f32>) -> Dictionary {
    let (kind, coordinates) = match gradient.geometry {
        GradientGeometry::Linear { from, to } => (2, vec![from.x, from.y, to.x, to.y]),
        GradientGeometry::Radial { from, from_radius, to, to_radius } => {
            (3, vec![from.x, from.y, from_radius, to.x, to.y, to_radius])
        }
    };
    let coordinates: Vec<f32> = coordinates.iter().map(|v| round4(v.0)).collect();
    dict([
        ("ShadingType", Object::Integer(kind)),
        ("ColorSpace", name(space)),
        ("Coords", numbers(&coordinates)),
        ("Function", Object::Dictionary(function(&gradient.stops, parts))),
        ("Extend", Object::Array(vec![Object::Boolean(true), Object::Boolean(true)])),
    ])
}

/// The function from offset to colour.
fn function(stops: &[Stop], parts: impl Fn(Color) -> Vec<f32>) -> Dictionary {
    let mut pieces: Vec<(f32, f32, Color, Color)> = Vec::new();
    let first = stops.first().map_or(Color::TRANSPARENT, |s| s.color);
    let mut last = (0.0, first);
    for stop in stops {
        if stop.offset > last.0 {
            pieces.push((last.0, stop.offset, last.1, stop.color));
        }
        last = (stop.offset.max(last.0), stop.color);
    }
    if last.0 < 1.0 || pieces.is_empty() {
        pieces.push((last.0, 1.0, last.1, last.1));
    }
    let ramp = |from: Color, to: Color| {
        let rounded = |c: Color| numbers(&parts(c).into_iter().map(round4).collect::<Vec<_>>());
        dict([
            ("FunctionType", Object::Integer(2)),
            ("Domain", numbers(&[0.0, 1.0])),
            ("C0", rounded(from)),
            ("C1", rounded(to)),
            ("N", Object::Integer(1)),
        ])
    };
    if let [(_, _, from, to)] = pieces[..] {
        return ramp(from, to);
    }
    let bounds: Vec<f32> = pieces.iter().skip(1).map(|p| fine(p.0)).collect();
    let functions = pieces.iter().map(|(_, _, a, b)| Object::Dictionary(ramp(*a, *b))).collect();
    let encode: Vec<f32> = pieces.iter().flat_map(|_| [0.0, 1.0]).collect();
    dict([
        ("FunctionType", Object::Integer(3)),
        ("Domain", numbers(&[0.0, 1.0])),
        ("Functions", Object::Array(functions)),
        ("Bounds", numbers(&bounds)),
        ("Encode", numbers(&encode)),
    ])
}
