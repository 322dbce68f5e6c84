//! A display list as text, one item a line: what tests compare.

use std::fmt::Write;

use super::list::{
    DisplayItem, DisplayList, FillRule, GlyphsItem, Gradient, GradientGeometry, Paint, StrokeStyle,
};
use super::path::{Path, Segment};
use crate::geom::{Color, Point, Px, Rect};

impl DisplayList {
    /// The list as text; numbers are rounded to hundredths of a px.
    pub fn dump(&self) -> String {
        let mut out = format!("page {} {}", n(self.size.width), n(self.size.height));
        if self.bleed != Px::ZERO {
            let _ = write!(out, " bleed {}", n(self.bleed));
        }
        if self.slug != Px::ZERO {
            let _ = write!(out, " slug {}", n(self.slug));
        }
        out.push('\n');
        let mut depth = 0usize;
        for item in &self.items {
            use DisplayItem::{BeginGroup, BeginTag, EndGroup, EndTag, Restore, Save};
            if matches!(item, EndTag | Restore | EndGroup) {
                depth = depth.saturating_sub(1);
                continue;
            }
            let _ = writeln!(out, "{}{}", "  ".repeat(depth), line(item));
            if matches!(item, BeginTag(_) | Save | BeginGroup { .. }) {
                depth += 1;
            }
        }
        for link in &self.links {
            let structure = link.structure.map_or(String::new(), |s| format!(" of {}", s.0));
            let _ = writeln!(out, "link {} to {}{structure}", rect(&link.rect), link.target);
        }
        out
    }
}

fn line(item: &DisplayItem) -> String {
    match item {
        DisplayItem::BeginTag(mark) => format!("tag {:?}", mark.tag),
        DisplayItem::EndTag | DisplayItem::Restore | DisplayItem::EndGroup => String::new(),
        DisplayItem::Save => "save".to_owned(),
        DisplayItem::Transform(t) => {
            format!("transform {}", [t.a, t.b, t.c, t.d, t.e, t.f].map(|v| n(Px(v))).join(" "))
        }
        DisplayItem::Clip { path, rule } => format!("clip{} {}", even_odd(*rule), shape(path)),
        DisplayItem::BeginGroup { opacity } => format!("group opacity {}", n(Px(*opacity))),
        DisplayItem::Glyphs(glyphs) => text(glyphs),
        DisplayItem::Fill { path, paint: p, rule } => {
            format!("fill{} {} {}", even_odd(*rule), paint(p), shape(path))
        }
        DisplayItem::Stroke { path, paint: p, style } => {
            format!("stroke {} {} {}", stroke(style), paint(p), shape(path))
        }
        DisplayItem::Image { rect: r, .. } => format!("image {}", rect(r)),
    }
}

fn text(glyphs: &GlyphsItem) -> String {
    let ids: Vec<String> = glyphs.glyphs.iter().map(|g| format!("{}@{}", g.id, n(g.x))).collect();
    format!(
        "text {:?} face {} size {} {} at {} glyphs {}",
        glyphs.text,
        glyphs.face.0,
        n(glyphs.size),
        color(glyphs.color),
        point(glyphs.origin),
        ids.join(" ")
    )
}

fn stroke(style: &StrokeStyle) -> String {
    let mut out = n(style.width);
    if !style.dash.is_empty() {
        let dashes: Vec<String> = style.dash.iter().map(|d| n(*d)).collect();
        let _ = write!(out, " dash {}+{}", dashes.join("/"), n(style.dash_offset));
    }
    let _ = write!(out, " {:?}", style.cap);
    out.to_lowercase()
}

fn paint(paint: &Paint) -> String {
    match paint {
        Paint::Solid(c) => color(*c),
        Paint::Gradient(g) => gradient(g),
        Paint::Registration => "registration".to_owned(),
    }
}

fn gradient(gradient: &Gradient) -> String {
    let geometry = match gradient.geometry {
        GradientGeometry::Linear { from, to } => {
            format!("linear {} to {}", point(from), point(to))
        }
        GradientGeometry::Radial { from, from_radius, to, to_radius } => {
            let (a, b) = (n(from_radius), n(to_radius));
            format!("radial {} r {a} to {} r {b}", point(from), point(to))
        }
    };
    let stops: Vec<String> =
        gradient.stops.iter().map(|s| format!("{} {}", n(Px(s.offset)), color(s.color))).collect();
    format!("{geometry} [{}]", stops.join(", "))
}

fn even_odd(rule: FillRule) -> &'static str {
    match rule {
        FillRule::NonZero => "",
        FillRule::EvenOdd => " even-odd",
    }
}

fn shape(path: &Path) -> String {
    let steps: Vec<String> = path
        .segments
        .iter()
        .map(|segment| match segment {
            Segment::Move(p) => format!("M{}", point(*p)),
            Segment::Line(p) => format!("L{}", point(*p)),
            Segment::Curve(a, b, p) => format!("C{} {} {}", point(*a), point(*b), point(*p)),
            Segment::Close => "Z".to_owned(),
            Segment::Rect(r) => format!("rect {}", rect(r)),
        })
        .collect();
    steps.join(" ")
}

fn color(color: Color) -> String {
    let byte = |v: f32| (v * 255.0).round() as u8;
    let (mut out, a) = match color {
        Color::Rgb { r, g, b, a } => (format!("#{:02x}{:02x}{:02x}", byte(r), byte(g), byte(b)), a),
        Color::Cmyk { c, m, y, k, a } => {
            (format!("cmyk({})", [c, m, y, k].map(|v| n(Px(v))).join(" ")), a)
        }
    };
    if a < 1.0 {
        let _ = write!(out, "/{}", n(Px(a)));
    }
    out
}

fn point(p: Point) -> String {
    format!("{},{}", n(p.x), n(p.y))
}

fn rect(r: &Rect) -> String {
    format!("{} {}x{}", point(r.origin), n(r.size.width), n(r.size.height))
}

/// A number with at most two decimals, without minus zero.
fn n(v: Px) -> String {
    let rounded = (v.0 * 100.0).round() / 100.0;
    format!("{}", if rounded == 0.0 { 0.0 } else { rounded })
}
