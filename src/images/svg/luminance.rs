//! The brightness of colours in masks (CSS Masking 1 §7.10.1).
//!
//! SVG weighs red, green and blue as light (Rec. 709), PDF as ink on paper (ISO 32000-1 §10.3.3).
//! Greys are the same for both, so the colours of a mask become greys. Pictures in it stay as they
//! are.

use std::sync::Arc;

use crate::geom::Color;
use crate::images::{Gradient, Paint, Pattern, VectorOp};

/// Makes all colours grey, each of its own brightness.
pub(super) fn luminance(ops: &mut [VectorOp]) {
    for op in ops {
        match op {
            VectorOp::Path(path) => {
                let fill = path.fill.as_mut().map(|fill| &mut fill.paint);
                let stroke = path.stroke.as_mut().map(|stroke| &mut stroke.paint);
                fill.into_iter().chain(stroke).for_each(paint);
            }
            VectorOp::Group(group) => luminance(&mut group.ops),
            VectorOp::Raster(_) => {}
        }
    }
}

fn paint(paint: &mut Paint) {
    match paint {
        Paint::Solid(color) => *color = gray(*color),
        Paint::Gradient(gradient) => {
            let mut gray_one: Gradient = (**gradient).clone();
            gray_one.stops.iter_mut().for_each(|stop| stop.color = gray(stop.color));
            *gradient = Arc::new(gray_one);
        }
        Paint::Pattern(pattern) => {
            let mut gray_one: Pattern = (**pattern).clone();
            luminance(&mut gray_one.ops);
            *pattern = Arc::new(gray_one);
        }
    }
}

fn gray(color: Color) -> Color {
    match color {
        Color::Rgb { r, g, b, a } => {
            let v = 0.2125 * r + 0.7154 * g + 0.0721 * b;
            Color::Rgb { r: v, g: v, b: v, a }
        }
        // SVG has no other colours.
        color @ Color::Cmyk { .. } => color,
    }
}
