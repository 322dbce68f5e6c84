//! Gradients (CSS Images 3 §3): used geometry and stops for a gradient box.

use super::list::{Gradient, GradientGeometry, Stop};
use crate::css::computed::{self, GradientShape, LengthPercentage, RadialExtent};
use crate::geom::{Color, Point, Px, Rect, Transform};

/// Most copies of its stops that a repeating gradient is written out to.
const MOST_REPEATS: f32 = 500.0;

/// The gradient over a box; none if it has no stops.
pub(super) fn used(gradient: &computed::Gradient, area: Rect) -> Option<Gradient> {
    match &gradient.shape {
        GradientShape::Angle(angle) => linear(gradient, area, *angle),
        GradientShape::Corner(x, y) => linear(gradient, area, corner_angle(*x, *y, area)),
        GradientShape::Radial { circle, extent, center } => {
            radial(gradient, area, *circle, extent, center)
        }
    }
}

/// The angle of `to <side-or-corner>`: for corners, such that the 50% line meets the two
/// neighbouring corners (§3.1.1).
fn corner_angle(x: i8, y: i8, area: Rect) -> f32 {
    use std::f32::consts::{FRAC_PI_2, PI};
    let (w, h) = (area.size.width.0, area.size.height.0);
    match (x, y) {
        (0, y) => {
            if y > 0 {
                PI
            } else {
                0.0
            }
        }
        (x, 0) => {
            if x > 0 {
                FRAC_PI_2
            } else {
                -FRAC_PI_2
            }
        }
        (x, y) => (f32::from(x) * h).atan2(-f32::from(y) * w),
    }
}

fn linear(gradient: &computed::Gradient, area: Rect, angle: f32) -> Option<Gradient> {
    let (sin, cos) = angle.sin_cos();
    let (w, h) = (area.size.width.0, area.size.height.0);
    let length = (w * sin).abs() + (h * cos).abs();
    let center = Point::new(area.left() + Px(w / 2.0), area.top() + Px(h / 2.0));
    let at = |t: f32| {
        let d = (t - 0.5) * length;
        Point::new(center.x + Px(d * sin), center.y - Px(d * cos))
    };
    let stops = fix_up(gradient, Px(length))?;
    let (stops, from, to) = span(stops, gradient.repeating, 0.0, 1.0)?;
    Some(Gradient {
        geometry: GradientGeometry::Linear { from: at(from), to: at(to) },
        transform: Transform::IDENTITY,
        stops,
    })
}

fn radial(
    gradient: &computed::Gradient,
    area: Rect,
    circle: bool,
    extent: &RadialExtent,
    center: &(LengthPercentage, LengthPercentage),
) -> Option<Gradient> {
    let (w, h) = (area.size.width, area.size.height);
    let c = Point::new(center.0.resolve(w), center.1.resolve(h));
    let (rx, ry) = radii(circle, extent, c, w, h);
    // A degenerate shape is drawn as one of a tiny size (§3.2.3).
    let (rx, ry) = (rx.max(Px(1e-3)), ry.max(Px(1e-3)));
    let stops = fix_up(gradient, rx)?;
    let far = [(c.x, c.y), (w - c.x, c.y), (c.x, h - c.y), (w - c.x, h - c.y)]
        .iter()
        .map(|(x, y)| (*x / rx).hypot(*y / ry))
        .fold(1.0, f32::max);
    let (stops, from, to) = span(stops, gradient.repeating, 0.0, far)?;
    let squeeze = Transform::translate(area.left() + c.x, area.top() + c.y)
        .then_inner(&Transform::scale(1.0, ry / rx));
    Some(Gradient {
        geometry: GradientGeometry::Radial {
            from: Point::ZERO,
            from_radius: rx * from,
            to: Point::ZERO,
            to_radius: rx * to,
        },
        transform: squeeze,
        stops,
    })
}

/// The radii of the ending shape (§3.2.1).
fn radii(circle: bool, extent: &RadialExtent, c: Point, w: Px, h: Px) -> (Px, Px) {
    let (left, right) = (c.x.abs(), (w - c.x).abs());
    let (top, bottom) = (c.y.abs(), (h - c.y).abs());
    let near = (left.min(right), top.min(bottom));
    let far = (left.max(right), top.max(bottom));
    let round = |r: Px| (r, r);
    let corner = |(x, y): (Px, Px), (rx, ry): (Px, Px)| {
        if circle {
            return round(Px(x.0.hypot(y.0)));
        }
        // The corner lies on an ellipse of the ratio that the side keyword gives.
        let ratio = if ry.0 > 0.0 { rx / ry } else { 1.0 };
        let ry = Px((x.0 / ratio).hypot(y.0));
        (ry * ratio, ry)
    };
    match extent {
        RadialExtent::ClosestSide if circle => round(near.0.min(near.1)),
        RadialExtent::FarthestSide if circle => round(far.0.max(far.1)),
        RadialExtent::ClosestSide => near,
        RadialExtent::FarthestSide => far,
        RadialExtent::ClosestCorner => corner(near, near),
        RadialExtent::FarthestCorner => corner(far, far),
        RadialExtent::Radii(x, y) => (x.resolve(w), y.resolve(h)),
    }
}

/// Colour stop fix-up (§3.4.3): every stop gets a position, and none lies before its predecessor.
fn fix_up(gradient: &computed::Gradient, length: Px) -> Option<Vec<Stop>> {
    let count = gradient.stops.len();
    let mut places: Vec<Option<f32>> = gradient
        .stops
        .iter()
        .map(|s| s.position.as_ref().map(|p| p.resolve(length).0 / length.0.max(1e-6)))
        .collect();
    *places.first_mut()? = Some(places.first().copied().flatten().unwrap_or(0.0));
    if count > 1 {
        places[count - 1] = Some(places[count - 1].unwrap_or(1.0));
    }
    let mut most = f32::NEG_INFINITY;
    for place in places.iter_mut().flatten() {
        most = most.max(*place);
        *place = most;
    }
    let mut stops: Vec<Stop> = Vec::with_capacity(count);
    let mut last = 0;
    for (i, place) in places.iter().enumerate() {
        let Some(offset) = *place else { continue };
        let before = places[last].unwrap_or(offset);
        for j in last + 1..i {
            let t = (j - last) as f32 / (i - last) as f32;
            let offset = before + (offset - before) * t;
            stops.push(Stop { offset, color: gradient.stops[j].color });
        }
        stops.push(Stop { offset, color: gradient.stops[i].color });
        last = i;
    }
    Some(faded(&stops))
}

/// Stops of which nothing can be seen take the colour of their neighbours, as they do where colours
/// are mixed premultiplied (§3.4.2): `transparent` fades a colour out without darkening it.
fn faded(stops: &[Stop]) -> Vec<Stop> {
    let mut out = Vec::with_capacity(stops.len());
    for (i, stop) in stops.iter().enumerate() {
        let seen = |at: Option<&Stop>| at.filter(|s| !s.color.is_transparent()).map(|s| s.color);
        let before = seen(i.checked_sub(1).and_then(|j| stops.get(j)));
        let after = seen(stops.get(i + 1));
        if !stop.color.is_transparent() || (before.is_none() && after.is_none()) {
            out.push(*stop);
            continue;
        }
        let neighbours = before.into_iter().chain(after);
        out.extend(neighbours.map(|c| Stop { color: c.with_alpha(0.0), ..*stop }));
    }
    out
}

/// Stops with offsets within 0..=1, and where on the gradient line 0 and 1 lie. A repeating gradient
/// is written out over `from..to`.
fn span(
    mut stops: Vec<Stop>,
    repeating: bool,
    from: f32,
    to: f32,
) -> Option<(Vec<Stop>, f32, f32)> {
    let (first, last) = (stops.first()?.offset, stops.last()?.offset);
    let period = last - first;
    if repeating && period > 1e-5 && (to - from) / period <= MOST_REPEATS {
        let before = ((first - from) / period).ceil().max(0.0);
        let after = ((to - last) / period).ceil().max(0.0);
        let copies = (before + after) as i32 + 1;
        stops = (0..copies)
            .flat_map(|i| {
                let shift = (i as f32 - before) * period;
                stops.iter().map(move |s| Stop { offset: s.offset + shift, ..*s })
            })
            .collect();
    } else if repeating {
        // Too fine to be seen: the average colour (§3.4.2).
        let color = average(&stops);
        stops = vec![Stop { offset: 0.0, color }];
    }
    let (mut first, mut last) = (stops.first()?.offset, stops.last()?.offset);
    if last - first < 1e-6 {
        // All at one place: a sharp edge there.
        last = first + 1e-4;
    }
    // A radius cannot be negative: cut what lies before the centre.
    if first < 0.0 && to > 0.0 && from == 0.0 {
        (stops, first) = cut_before_zero(stops, first);
    }
    let scale = 1.0 / (last - first).max(1e-6);
    for stop in &mut stops {
        stop.offset = ((stop.offset - first) * scale).clamp(0.0, 1.0);
    }
    Some((stops, first, last))
}

/// Drops stops below zero, with the colour at zero interpolated.
fn cut_before_zero(stops: Vec<Stop>, first: f32) -> (Vec<Stop>, f32) {
    let Some(next) = stops.iter().position(|s| s.offset >= 0.0).filter(|i| *i > 0) else {
        return (stops, first);
    };
    let (a, b) = (stops[next - 1], stops[next]);
    let t = if b.offset > a.offset { -a.offset / (b.offset - a.offset) } else { 0.0 };
    let mut cut = vec![Stop { offset: 0.0, color: mix(a.color, b.color, t) }];
    cut.extend_from_slice(&stops[next..]);
    (cut, 0.0)
}

fn average(stops: &[Stop]) -> Color {
    stops
        .iter()
        .enumerate()
        .skip(1)
        .fold(stops.first().map_or(Color::TRANSPARENT, |s| s.color), |sum, (i, stop)| {
            mix(sum, stop.color, 1.0 / (i as f32 + 1.0))
        })
}

/// A colour between two; colours of different spaces are not mixed.
fn mix(a: Color, b: Color, t: f32) -> Color {
    let f = |a: f32, b: f32| a + (b - a) * t;
    match (a, b) {
        (Color::Rgb { r, g, b: blue, a }, Color::Rgb { r: r2, g: g2, b: b2, a: a2 }) => {
            Color::Rgb { r: f(r, r2), g: f(g, g2), b: f(blue, b2), a: f(a, a2) }
        }
        (Color::Cmyk { c, m, y, k, a }, Color::Cmyk { c: c2, m: m2, y: y2, k: k2, a: a2 }) => {
            Color::Cmyk { c: f(c, c2), m: f(m, m2), y: f(y, y2), k: f(k, k2), a: f(a, a2) }
        }
        (a, b) => {
            if t < 0.5 {
                a
            } else {
                b
            }
        }
    }
}
