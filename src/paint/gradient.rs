//! Gradients (CSS Images 3 §3): used geometry for a gradient box. What happens to the stops is in
//! `stops`.

use rustc_hash::FxHashMap;

use super::list::{Gradient, GradientGeometry, Stop};
use super::stops::{beyond, fix_up, span};
use crate::css::computed::{self, GradientShape, LengthPercentage, RadialExtent};
use crate::diag::Diagnostic;
use crate::geom::{Point, Px, Rect, Transform};
use crate::limits::GRADIENT_STOPS;

/// The gradients of a document, counted: one that repeats is written out, and again on each page.
#[derive(Default)]
pub(super) struct Gradients {
    /// Those of the page at hand.
    known: FxHashMap<Key, Option<Gradient>>,
    /// Stops of all pages.
    stops: usize,
    is_told: bool,
}

/// The address of a gradient among the styles, its box, and what of that is shown.
type Key = (usize, [u32; 4], [u32; 4]);

impl Gradients {
    /// Begins a page.
    pub(super) fn begin_page(&mut self) {
        self.known.clear();
    }

    /// The gradient over a box of which `shown` is seen; none if it has no stops. Beyond the limit it
    /// is of its average colour, and the first such comes with a finding.
    pub(super) fn used(
        &mut self,
        gradient: &computed::Gradient,
        area: Rect,
        shown: Rect,
    ) -> (Option<Gradient>, Option<Diagnostic>) {
        let bits =
            |r: Rect| [r.left(), r.top(), r.size.width, r.size.height].map(|v| v.0.to_bits());
        let key = (std::ptr::from_ref(gradient).addr(), bits(area), bits(shown));
        if let Some(known) = self.known.get(&key) {
            return (known.clone(), None);
        }
        let mut made = used(gradient, area, shown);
        let mut found = None;
        if let Some(made) = &mut made {
            if self.stops + made.stops.len() > GRADIENT_STOPS {
                let color = beyond(&made.stops, true);
                made.stops = vec![Stop { offset: 0.0, color }];
                found = (!std::mem::replace(&mut self.is_told, true)).then(too_many);
            }
            self.stops += made.stops.len();
        }
        self.known.insert(key, made.clone());
        (made, found)
    }
}

fn too_many() -> Diagnostic {
    let message = format!(
        "the gradients of the document have more than {GRADIENT_STOPS} stops, repetitions counted: from \
         here on they are shown in their average colour"
    );
    Diagnostic::warning("gradient-stops", message)
        .help("let them repeat less often, or use a small picture as background")
}

/// The gradient over a box; none if it has no stops. One that repeats has stops for what is shown.
fn used(gradient: &computed::Gradient, area: Rect, shown: Rect) -> Option<Gradient> {
    match &gradient.shape {
        GradientShape::Angle(angle) => linear(gradient, area, shown, *angle),
        GradientShape::Corner(x, y) => linear(gradient, area, shown, corner_angle(*x, *y, area)),
        GradientShape::Radial { circle, extent, center } => {
            radial(gradient, area, shown, *circle, extent, center)
        }
    }
}

fn corners(rect: Rect) -> [Point; 4] {
    let (left, top, right, bottom) = (rect.left(), rect.top(), rect.right(), rect.bottom());
    [(left, top), (right, top), (left, bottom), (right, bottom)].map(|(x, y)| Point::new(x, y))
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

fn linear(gradient: &computed::Gradient, area: Rect, shown: Rect, angle: f32) -> Option<Gradient> {
    let (sin, cos) = angle.sin_cos();
    let (w, h) = (area.size.width.0, area.size.height.0);
    let length = (w * sin).abs() + (h * cos).abs();
    let center = Point::new(area.left() + Px(w / 2.0), area.top() + Px(h / 2.0));
    let at = |t: f32| {
        let d = (t - 0.5) * length;
        Point::new(center.x + Px(d * sin), center.y - Px(d * cos))
    };
    let stops = fix_up(gradient, Px(length))?;
    let (mut start, mut end) = (0.0, 1.0);
    if shown != area && length > 0.0 {
        let places = corners(shown).map(|p| {
            let (x, y) = (p.x - center.x, p.y - center.y);
            (x.0 * sin - y.0 * cos) / length + 0.5
        });
        start = places.into_iter().fold(1.0, f32::min).max(0.0);
        end = places.into_iter().fold(start, f32::max).min(1.0);
    }
    let (stops, from, to) = span(stops, gradient.repeating, start, end)?;
    Some(Gradient {
        geometry: GradientGeometry::Linear { from: at(from), to: at(to) },
        transform: Transform::IDENTITY,
        stops,
    })
}

fn radial(
    gradient: &computed::Gradient,
    area: Rect,
    shown: Rect,
    circle: bool,
    extent: &RadialExtent,
    center: &(LengthPercentage, LengthPercentage),
) -> Option<Gradient> {
    let (w, h) = (area.size.width, area.size.height);
    let c = Point::new(center.0.resolve(w), center.1.resolve(h));
    let (rx, ry) = radii(circle, extent, c, w, h);
    // A shape without extent is one of a tiny size; an ellipse flattened to a line is so far from
    // everything that only what lies beyond it shows (§3.2.3).
    let flat = (rx.0 <= 0.0) != (ry.0 <= 0.0);
    let (rx, ry) = (rx.max(Px(1e-3)), ry.max(Px(1e-3)));
    let stops = fix_up(gradient, rx)?;
    if flat {
        let color = beyond(&stops, gradient.repeating);
        return Some(Gradient {
            geometry: GradientGeometry::Linear {
                from: area.origin,
                to: area.origin + Point::new(Px(1.0), Px(0.0)),
            },
            transform: Transform::IDENTITY,
            stops: vec![Stop { offset: 0.0, color }],
        });
    }
    let far = corners(shown)
        .map(|p| p - area.origin - c)
        .map(|p| (p.x / rx).hypot(p.y / ry))
        .into_iter()
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
        if rx.0 <= 0.0 || ry.0 <= 0.0 {
            return (rx, ry);
        }
        let ratio = rx / ry;
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
