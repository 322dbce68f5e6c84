//! The graphics state, tracked so that no operator is repeated.

use printpdf::{
    Cmyk, DictItem, ExtendedGraphicsStateId, Greyscale, LineCapStyle, LineDashPattern,
    LineJoinStyle, Op, Pt, Rgb,
};

use super::object::{round3, round4};
use super::resources::{GraphicsState, REGISTRATION};
use super::sheet::Sheet;
use crate::geom::Color;
use crate::paint::{LineCap, LineJoin, StrokeStyle};

/// The part of the graphics state that is tracked; none is unknown.
#[derive(Clone, Default)]
pub(super) struct State {
    fill: Option<Ink>,
    stroke: Option<Ink>,
    fill_alpha: Option<f32>,
    stroke_alpha: Option<f32>,
    width: Option<f32>,
    cap: Option<LineCap>,
    join: Option<LineJoin>,
    miter: Option<f32>,
    dash: Option<(Vec<f32>, f32)>,
    /// Index of the font and its size.
    pub(super) font: Option<(usize, f32)>,
}

/// A colour without opacity, as it is written.
#[derive(Clone, Copy, PartialEq)]
enum Ink {
    Gray(f32),
    Rgb(f32, f32, f32),
    Cmyk(f32, f32, f32, f32),
}

impl State {
    /// The state a page begins with (ISO 32000-1 §8.4.1).
    pub(super) fn initial() -> State {
        State {
            fill: Some(Ink::Gray(0.0)),
            stroke: Some(Ink::Gray(0.0)),
            fill_alpha: Some(1.0),
            stroke_alpha: Some(1.0),
            width: Some(1.0),
            cap: Some(LineCap::Butt),
            join: Some(LineJoin::Miter),
            miter: Some(10.0),
            dash: Some((Vec::new(), 0.0)),
            font: None,
        }
    }
}

impl Sheet<'_> {
    /// Notes that whoever calls this form does so at full opacity.
    pub(super) fn assume_opaque(&mut self) {
        self.state.fill_alpha = Some(1.0);
        self.state.stroke_alpha = Some(1.0);
    }

    /// Sets an entry of the graphics state dictionary.
    pub(super) fn graphics_state(&mut self, name: String, state: GraphicsState) {
        self.ops.push(Op::LoadGraphicsState { gs: ExtendedGraphicsStateId(name.clone()) });
        self.resources.states.entry(name).or_insert(state);
    }

    pub(super) fn set_fill(&mut self, color: Color, opacity: f32) {
        let ink = self.ink(color);
        if self.state.fill != Some(ink) {
            self.state.fill = Some(ink);
            self.ops.push(Op::SetFillColor { col: ink.color() });
        }
        self.set_fill_alpha(color.alpha() * opacity);
    }

    pub(super) fn set_stroke(&mut self, color: Color, opacity: f32) {
        let ink = self.ink(color);
        if self.state.stroke != Some(ink) {
            self.state.stroke = Some(ink);
            self.ops.push(Op::SetOutlineColor { col: ink.color() });
        }
        self.set_stroke_alpha(color.alpha() * opacity);
    }

    /// Strokes with all inks of the press.
    pub(super) fn set_registration_stroke(&mut self, opacity: f32) {
        self.resources.registration = true;
        self.state.stroke = None;
        let operator =
            |key: &str, value: DictItem| Op::Unknown { key: key.to_owned(), value: vec![value] };
        self.ops.push(operator("CS", DictItem::Name(REGISTRATION.as_bytes().to_vec())));
        self.ops.push(operator("SCN", DictItem::Int(1)));
        self.set_stroke_alpha(opacity);
    }

    fn ink(&mut self, color: Color) -> Ink {
        match color {
            Color::Rgb { r, g, b, .. } if r == g && g == b => Ink::Gray(round4(r)),
            Color::Rgb { r, g, b, .. } => Ink::Rgb(round4(r), round4(g), round4(b)),
            Color::Cmyk { c, m, y, k, .. } => {
                self.device_cmyk = true;
                Ink::Cmyk(round4(c), round4(m), round4(y), round4(k))
            }
        }
    }

    pub(super) fn set_fill_alpha(&mut self, alpha: f32) {
        let alpha = round3(alpha.clamp(0.0, 1.0));
        if self.state.fill_alpha != Some(alpha) {
            self.state.fill_alpha = Some(alpha);
            self.graphics_state(alpha_name('a', alpha), GraphicsState::FillAlpha(alpha));
        }
    }

    pub(super) fn set_stroke_alpha(&mut self, alpha: f32) {
        let alpha = round3(alpha.clamp(0.0, 1.0));
        if self.state.stroke_alpha != Some(alpha) {
            self.state.stroke_alpha = Some(alpha);
            self.graphics_state(alpha_name('A', alpha), GraphicsState::StrokeAlpha(alpha));
        }
    }

    pub(super) fn set_line(&mut self, style: &StrokeStyle) {
        let scale = self.scale();
        let width = round3(style.width.0 * scale);
        if self.state.width != Some(width) {
            self.state.width = Some(width);
            self.ops.push(Op::SetOutlineThickness { pt: Pt(width) });
        }
        if self.state.cap != Some(style.cap) {
            self.state.cap = Some(style.cap);
            let cap = match style.cap {
                LineCap::Butt => LineCapStyle::Butt,
                LineCap::Round => LineCapStyle::Round,
                LineCap::Square => LineCapStyle::ProjectingSquare,
            };
            self.ops.push(Op::SetLineCapStyle { cap });
        }
        if self.state.join != Some(style.join) {
            self.state.join = Some(style.join);
            let join = match style.join {
                LineJoin::Miter => LineJoinStyle::Miter,
                LineJoin::Round => LineJoinStyle::Round,
                LineJoin::Bevel => LineJoinStyle::Bevel,
            };
            self.ops.push(Op::SetLineJoinStyle { join });
        }
        let miter = round3(style.miter_limit.max(1.0));
        if style.join == LineJoin::Miter && self.state.miter != Some(miter) {
            self.state.miter = Some(miter);
            self.ops.push(Op::SetMiterLimit { limit: Pt(miter) });
        }
        let dash: Vec<f32> = style.dash.iter().map(|d| round3(d.0 * scale)).collect();
        let offset = round3(style.dash_offset.0 * scale);
        if self.state.dash.as_ref() != Some(&(dash.clone(), offset)) {
            let pattern = dash.iter().copied().collect();
            self.ops.push(Op::SetLineDashPattern { dash: LineDashPattern { offset, pattern } });
            self.state.dash = Some((dash, offset));
        }
    }
}

impl Ink {
    fn color(self) -> printpdf::Color {
        match self {
            Ink::Gray(percent) => {
                printpdf::Color::Greyscale(Greyscale { percent, icc_profile: None })
            }
            Ink::Rgb(r, g, b) => printpdf::Color::Rgb(Rgb { r, g, b, icc_profile: None }),
            Ink::Cmyk(c, m, y, k) => printpdf::Color::Cmyk(Cmyk { c, m, y, k, icc_profile: None }),
        }
    }
}

fn alpha_name(kind: char, alpha: f32) -> String {
    format!("{kind}{}", (alpha * 1000.0).round())
}
