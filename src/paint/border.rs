//! Borders (CSS Backgrounds 3 §4, §5), outlines and collapsed table borders.
//!
//! Sides of one style and colour are painted as one ring, which leaves no seams; otherwise each
//! side is painted within the trapezoid that mitred corners leave it.

use std::f32::consts::FRAC_PI_4;

use super::emit::Emitter;
use super::list::FillRule;
use super::order::Piece;
use super::path::{Path, Radii, inset_radii, is_rounded};
use super::stroke::{Broken, Shades, broken, shades};
use crate::css::computed::{Border, LineStyle, Outline};
use crate::geom::{Color, Point, Px, Rect, Sides};
use crate::layout::fragment::BorderSegment;

/// A double line below this width is a solid one.
const LEAST_DOUBLE: f32 = 3.0;

/// The frame that the borders of a box fill.
struct Frame {
    outer: Rect,
    widths: Sides<Px>,
    radii: Radii,
}

/// A side of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Top,
    Right,
    Bottom,
    Left,
}

const SIDES: [Side; 4] = [Side::Top, Side::Right, Side::Bottom, Side::Left];

/// Paints the borders of a box.
pub(super) fn paint(e: &mut Emitter<'_, '_>, piece: &Piece<'_>) {
    let (style, open, used) =
        (&piece.fragment.style.border, piece.fragment.open, piece.fragment.border);
    let width = |cut: bool, width: Px, line: &Border| {
        let shown = !cut && !matches!(line.style, LineStyle::None | LineStyle::Hidden);
        if shown { width } else { Px::ZERO }
    };
    let widths = Sides {
        top: width(open.top, used.top, &style.top),
        right: width(open.right, used.right, &style.right),
        bottom: width(open.bottom, used.bottom, &style.bottom),
        left: width(open.left, used.left, &style.left),
    };
    let frame = Frame { outer: piece.border_box(), widths, radii: piece.radii() };
    frame.paint(e, style);
}

/// Paints an outline; it follows the border edge at its offset, with square corners.
pub(super) fn outline(e: &mut Emitter<'_, '_>, piece: &Piece<'_>, outline: &Outline) {
    let out = Sides::all(-(outline.offset + outline.line.width));
    let frame = Frame {
        outer: piece.border_box().inset(out),
        widths: Sides::all(outline.line.width),
        radii: inset_radii(&piece.radii(), &out),
    };
    frame.paint(e, &Sides::all(outline.line));
}

impl Frame {
    fn paint(&self, e: &mut Emitter<'_, '_>, lines: &Sides<Border>) {
        let shown: Vec<Side> = SIDES.into_iter().filter(|s| self.width(*s).0 > 0.0).collect();
        let Some(first) = shown.first().map(|s| *line_of(lines, *s)) else { return };
        let same_color = shown.iter().all(|s| line_of(lines, *s).color == first.color);
        let same_style = shown.iter().all(|s| line_of(lines, *s).style == first.style);
        let narrow = shown.iter().any(|s| self.width(*s).0 < LEAST_DOUBLE);
        match first.style {
            LineStyle::Solid if same_color && same_style => self.ring(e, 0.0, 1.0, first.color),
            LineStyle::Double if same_color && same_style && !narrow => {
                self.ring(e, 0.0, 1.0 / 3.0, first.color);
                self.ring(e, 2.0 / 3.0, 1.0, first.color);
            }
            _ if same_color && first.color.alpha() < 1.0 => {
                // Where sides meet, nothing is painted twice.
                let opacity = first.color.alpha();
                let opaque = (*lines).map(|l| Border { color: l.color.with_alpha(1.0), ..l });
                if opacity > 0.0 {
                    e.group(opacity, |e| self.sides(e, &shown, &opaque));
                }
            }
            _ => self.sides(e, &shown, lines),
        }
    }

    fn width(&self, side: Side) -> Px {
        match side {
            Side::Top => self.widths.top,
            Side::Right => self.widths.right,
            Side::Bottom => self.widths.bottom,
            Side::Left => self.widths.left,
        }
    }

    /// The shape at a fraction of the widths: 0 is the border edge, 1 the padding edge.
    fn shape(&self, at: f32) -> Path {
        let (rect, radii) = self.edge(at);
        Path::rounded(rect, &radii)
    }

    fn edge(&self, at: f32) -> (Rect, Radii) {
        let by = self.widths.map(|w| w * at);
        (self.outer.inset(by), inset_radii(&self.radii, &by))
    }

    /// Fills between two fractions of the widths.
    fn ring(&self, e: &mut Emitter<'_, '_>, from: f32, to: f32, color: Color) {
        let (shape, rule) = self.between(from, to);
        e.fill(shape, color, rule);
    }

    /// What lies between two fractions of the widths. A frame that lacks a side is only what there is along
    /// the others: between two edges that meet there would be an area without width, and readers draw a
    /// hairline for it (ISO 32000-1 §10.6.5).
    fn between(&self, from: f32, to: f32) -> (Path, FillRule) {
        let is_there = |at: usize| self.width(SIDES[at % 4]).0 > 0.0;
        if (0..4).all(is_there) {
            return (self.shape(from).and(self.shape(to)), FillRule::EvenOdd);
        }
        let (outer, inner) = (self.edge(from), self.edge(to));
        let path = if is_rounded(&self.radii) {
            let begins = (0..4).filter(|at| is_there(*at) && !is_there(at + 3));
            let runs = begins.map(|at| at..at + (at..).take_while(|at| is_there(*at)).count());
            let part = |run| Path::between((outer.0, &outer.1), (inner.0, &inner.1), run);
            runs.map(part).reduce(Path::and)
        } else {
            let (o, i) = (outer.0, inner.0);
            let bar = |side| match side {
                Side::Top => Rect::new(o.left(), o.top(), o.size.width, i.top() - o.top()),
                Side::Bottom => {
                    Rect::new(o.left(), i.bottom(), o.size.width, o.bottom() - i.bottom())
                }
                Side::Left => Rect::new(o.left(), o.top(), i.left() - o.left(), o.size.height),
                Side::Right => Rect::new(i.right(), o.top(), o.right() - i.right(), o.size.height),
            };
            let shown = SIDES.into_iter().filter(|side| self.width(*side).0 > 0.0);
            shown.map(|side| Path::rect(bar(side))).reduce(Path::and)
        };
        (path.unwrap_or_default(), FillRule::NonZero)
    }

    /// The rectangle along a side, corners included.
    fn band(&self, side: Side) -> Rect {
        let (o, w) = (self.outer, self.width(side));
        match side {
            Side::Top => Rect::new(o.left(), o.top(), o.size.width, w),
            Side::Bottom => Rect::new(o.left(), o.bottom() - w, o.size.width, w),
            Side::Left => Rect::new(o.left(), o.top(), w, o.size.height),
            Side::Right => Rect::new(o.right() - w, o.top(), w, o.size.height),
        }
    }

    /// Paints the sides, each as far as its mitres. What has one colour is one path: no seams show
    /// between its sides.
    fn sides(&self, e: &mut Emitter<'_, '_>, shown: &[Side], lines: &Sides<Border>) {
        let mut parts: Vec<(Part, Path)> = Vec::new();
        for side in shown {
            for part in parts_of(*side, line_of(lines, *side), self.width(*side)) {
                let shape = if is_rounded(&self.radii) {
                    self.wedge(*side)
                } else {
                    self.trapezoid(*side, part.from, part.to)
                };
                match parts.iter_mut().find(|(known, _)| *known == part) {
                    Some((_, path)) => *path = std::mem::take(path).and(shape),
                    None => parts.push((part, shape)),
                }
            }
        }
        for (part, path) in parts {
            if part.color.is_transparent() {
                continue;
            }
            if is_rounded(&self.radii) {
                let (ring, rule) = self.between(part.from, part.to);
                e.clipped(ring, rule, |e| e.fill(path, part.color, FillRule::NonZero));
            } else {
                e.fill(path, part.color, FillRule::NonZero);
            }
        }
        let is_broken = |line: &Border| matches!(line.style, LineStyle::Dashed | LineStyle::Dotted);
        if is_rounded(&self.radii) && self.is_even(lines) && is_broken(&lines.top) {
            return self.broken_round(e, Side::Top, &lines.top);
        }
        for side in shown {
            let line = line_of(lines, *side);
            if is_broken(line) {
                self.broken_side(e, *side, lines, line);
            }
        }
    }

    /// Whether all sides are alike.
    fn is_even(&self, lines: &Sides<Border>) -> bool {
        SIDES.iter().all(|side| {
            let line = line_of(lines, *side);
            self.width(*side) == self.widths.top
                && line.style == lines.top.style
                && line.color == lines.top.color
        })
    }

    /// The part of a side between two fractions of its width.
    fn trapezoid(&self, side: Side, from: f32, to: f32) -> Path {
        let (o, i) = (self.corners(from), self.corners(to));
        let (at, next) = side.corners();
        quadrilateral(&[o[at], o[next], i[next], i[at]])
    }

    /// The corners at a fraction of the widths: top left, top right, bottom right, bottom left.
    fn corners(&self, at: f32) -> [Point; 4] {
        self.outer.inset(self.widths.map(|w| w * at)).corners()
    }

    /// All that belongs to a side of a rounded frame: from its two outer corners along the mitres
    /// to where they reach the middle of the box.
    fn wedge(&self, side: Side) -> Path {
        let outer = self.corners(0.0);
        let inner = self.corners(1.0);
        let (at, next) = side.corners();
        let reach = |from: Point, through: Point, by: f32| {
            Point::new(from.x + (through.x - from.x) * by, from.y + (through.y - from.y) * by)
        };
        // Far enough to cover the curved part of the corner, not past the middle of the box.
        let far = |corner: usize| {
            let (o, i) = (outer[corner], inner[corner]);
            let (dx, dy) = ((i.x - o.x).abs().0, (i.y - o.y).abs().0);
            let (w, h) = (self.outer.size.width.0, self.outer.size.height.0);
            let limit = |d: f32, room: f32| if d > 0.0 { room / 2.0 / d } else { f32::INFINITY };
            let by = limit(dx, w).min(limit(dy, h));
            if by.is_finite() { reach(o, i, by.max(1.0)) } else { i }
        };
        Path::polygon(&[outer[at], outer[next], far(next), far(at)])
    }

    /// Dashes or dots along a side.
    fn broken_side(
        &self,
        e: &mut Emitter<'_, '_>,
        side: Side,
        lines: &Sides<Border>,
        line: &Border,
    ) {
        if line.color.is_transparent() {
            return;
        }
        if is_rounded(&self.radii) {
            let wedge = self.wedge(side);
            let (ring, rule) = self.between(0.0, 1.0);
            return e.clipped(ring, rule, |e| {
                e.clipped(wedge, FillRule::NonZero, |e| self.broken_round(e, side, line));
            });
        }
        let band = self.band(side);
        let (from, to) = side.middle(band);
        let draw = |e: &mut Emitter<'_, '_>| broken_line(e, from, to, self.width(side), line);
        // Sides of one colour overlap in their corner; others part at the mitre.
        let (at, next) = side.corners();
        let parts = [at, next].map(|corner| {
            let other = side.other_at(corner);
            self.width(other).0 > 0.0 && line_of(lines, other).color != line.color
        });
        if parts == [false, false] {
            return draw(e);
        }
        let (outer, inner) = (band.corners(), self.corners(1.0));
        let end = |corner: usize, part: bool, square: usize| {
            if part { inner[corner] } else { outer[square] }
        };
        let clip = Path::polygon(&[
            outer[at],
            outer[next],
            end(next, parts[1], (next + 1) % 4),
            end(at, parts[0], (at + 3) % 4),
        ]);
        e.clipped(clip, FillRule::NonZero, draw);
    }

    /// Dashes or dots around a rounded frame, as wide as a side: along its middle.
    fn broken_round(&self, e: &mut Emitter<'_, '_>, side: Side, line: &Border) {
        let (rect, radii) = self.edge(0.5);
        let stroke = broken(line.style, self.width(side), perimeter(rect, &radii), true).stroke;
        e.stroke(Path::rounded(rect, &radii), line.color, stroke);
    }
}

impl Side {
    fn index(self) -> usize {
        match self {
            Side::Top => 0,
            Side::Right => 1,
            Side::Bottom => 2,
            Side::Left => 3,
        }
    }

    /// The corners at its beginning and its end, clockwise.
    fn corners(self) -> (usize, usize) {
        (self.index(), (self.index() + 1) % 4)
    }

    /// The side that meets this one in a corner of it.
    fn other_at(self, corner: usize) -> Side {
        if corner == self.index() { SIDES[(corner + 3) % 4] } else { SIDES[corner] }
    }

    /// The line along the middle of a band, from the left or from the top.
    fn middle(self, band: Rect) -> (Point, Point) {
        let (x, y) = (band.left() + band.size.width * 0.5, band.top() + band.size.height * 0.5);
        match self {
            Side::Top | Side::Bottom => (Point::new(band.left(), y), Point::new(band.right(), y)),
            Side::Left | Side::Right => (Point::new(x, band.top()), Point::new(x, band.bottom())),
        }
    }
}

/// A strip of a side in one colour, between two fractions of its width.
#[derive(Clone, Copy, PartialEq)]
struct Part {
    from: f32,
    to: f32,
    color: Color,
}

/// What a side is made of; nothing for broken lines.
fn parts_of(side: Side, line: &Border, width: Px) -> Vec<Part> {
    let part = |from: f32, to: f32, color: Color| Part { from, to, color };
    let upper = matches!(side, Side::Top | Side::Left);
    match line.style {
        LineStyle::None | LineStyle::Hidden | LineStyle::Dashed | LineStyle::Dotted => Vec::new(),
        LineStyle::Double if width.0 >= LEAST_DOUBLE => {
            vec![part(0.0, 1.0 / 3.0, line.color), part(2.0 / 3.0, 1.0, line.color)]
        }
        LineStyle::Solid | LineStyle::Double => vec![part(0.0, 1.0, line.color)],
        LineStyle::Inset | LineStyle::Outset => {
            let Shades { light, dark } = shades(line.color);
            let lit = upper == (line.style == LineStyle::Outset);
            vec![part(0.0, 1.0, if lit { light } else { dark })]
        }
        LineStyle::Groove | LineStyle::Ridge => {
            let Shades { light, dark } = shades(line.color);
            let sunken = (line.style == LineStyle::Groove) == upper;
            let (outer, inner) = if sunken { (dark, light) } else { (light, dark) };
            vec![part(0.0, 0.5, outer), part(0.5, 1.0, inner)]
        }
    }
}

/// A dashed or dotted line between two points, upright or level.
fn broken_line(e: &mut Emitter<'_, '_>, from: Point, to: Point, width: Px, line: &Border) {
    let level = (to.x - from.x).abs().0 >= (to.y - from.y).abs().0;
    let length = if level { to.x - from.x } else { to.y - from.y };
    let Broken { stroke, inset, end_inset } = broken(line.style, width, length, false);
    let along = |p: Point, by: Px| {
        if level { Point::new(p.x + by, p.y) } else { Point::new(p.x, p.y + by) }
    };
    e.stroke(Path::line(&[along(from, inset), along(to, -end_inset)]), line.color, stroke);
}

/// The length of the outline of a rounded rectangle; a quarter of an ellipse by Ramanujan's second
/// approximation.
fn perimeter(rect: Rect, radii: &Radii) -> Px {
    let corners = [radii.top_left, radii.top_right, radii.bottom_right, radii.bottom_left];
    let saved: f32 = corners
        .iter()
        .map(|(x, y)| {
            let (a, b) = (x.0, y.0);
            let h = if a + b > 0.0 { ((a - b) / (a + b)).powi(2) } else { 0.0 };
            let quarter = FRAC_PI_4 * (a + b) * (1.0 + 3.0 * h / (10.0 + (4.0 - 3.0 * h).sqrt()));
            a + b - quarter
        })
        .sum();
    Px(2.0 * (rect.size.width.0 + rect.size.height.0) - saved)
}

/// Paints the collapsed borders of a row of a table (CSS 2.2 §17.6.2). Every row has those above and
/// below it, since a page may end there; what the row before has painted is not painted again.
pub(super) fn collapsed(e: &mut Emitter<'_, '_>, at: Point, segments: &[BorderSegment]) {
    let near = |a: Point, b: Point| (a.x - b.x).abs() < Px(0.01) && (a.y - b.y).abs() < Px(0.01);
    let place = |s: &BorderSegment| BorderSegment { from: at + s.from, to: at + s.to, ..*s };
    let placed: Vec<BorderSegment> = segments.iter().map(place).collect();
    let before = std::mem::take(&mut e.collapsed);
    for s in &placed {
        let same =
            |b: &BorderSegment| near(b.from, s.from) && near(b.to, s.to) && b.border == s.border;
        if !before.iter().any(same) {
            segment_line(e, s.from, s.to, &s.border);
        }
    }
    e.collapsed = placed;
}

fn segment_line(e: &mut Emitter<'_, '_>, from: Point, to: Point, line: &Border) {
    let w = line.width;
    let horizontal = (to.x - from.x).abs().0 >= (to.y - from.y).abs().0;
    // A band beside the centre line: from −½ to ½ of the width.
    let band = |a: f32, b: f32| {
        let (x, y) = (from.x.min(to.x), from.y.min(to.y));
        let length = (to.x - from.x).abs() + (to.y - from.y).abs();
        if horizontal {
            Path::rect(Rect::new(x, y + w * a, length, w * (b - a)))
        } else {
            Path::rect(Rect::new(x + w * a, y, w * (b - a), length))
        }
    };
    let mut fill = |a: f32, b: f32, color| e.fill(band(a, b), color, FillRule::NonZero);
    match line.style {
        LineStyle::None | LineStyle::Hidden => {}
        LineStyle::Double if w.0 >= LEAST_DOUBLE => {
            fill(-0.5, -1.0 / 6.0, line.color);
            fill(1.0 / 6.0, 0.5, line.color);
        }
        LineStyle::Solid | LineStyle::Double => fill(-0.5, 0.5, line.color),
        // In the collapsing model inset is drawn as ridge and outset as groove.
        LineStyle::Groove | LineStyle::Outset => {
            let Shades { light, dark } = shades(line.color);
            fill(-0.5, 0.0, dark);
            fill(0.0, 0.5, light);
        }
        LineStyle::Ridge | LineStyle::Inset => {
            let Shades { light, dark } = shades(line.color);
            fill(-0.5, 0.0, light);
            fill(0.0, 0.5, dark);
        }
        LineStyle::Dashed | LineStyle::Dotted if line.color.is_transparent() => {}
        LineStyle::Dashed | LineStyle::Dotted => broken_line(e, from, to, w, line),
    }
}

fn line_of(lines: &Sides<Border>, side: Side) -> &Border {
    match side {
        Side::Top => &lines.top,
        Side::Right => &lines.right,
        Side::Bottom => &lines.bottom,
        Side::Left => &lines.left,
    }
}

/// Four corners as a rectangle where they are one.
fn quadrilateral(p: &[Point; 4]) -> Path {
    let upright = |a: Point, b: Point| a.x == b.x || a.y == b.y;
    let is_rect = (0..4).all(|i| upright(p[i], p[(i + 1) % 4]));
    if !is_rect {
        return Path::polygon(p);
    }
    let (x, y) = (p.iter().map(|p| p.x), p.iter().map(|p| p.y));
    let left = x.clone().fold(p[0].x, Px::min);
    let top = y.clone().fold(p[0].y, Px::min);
    Path::rect(Rect::new(left, top, x.fold(left, Px::max) - left, y.fold(top, Px::max) - top))
}
