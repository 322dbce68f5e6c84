//! Content streams: paint becomes operators, with no more of them than needed.
//!
//! A [`Sheet`] is a page or a form in the making. It maps px with y downwards to its own space, keeps
//! the graphics state so as to repeat nothing, and notes the resources it uses and the meaning of
//! each marked stretch. Groups and masks become sheets of their own. Text is in `text`.

use std::collections::BTreeMap;
use std::sync::Arc;

use lopdf::Dictionary;
use printpdf::{
    CurTransMat, DictItem, Line, LinePoint, Op, PaintMode, Polygon, PolygonRing, Pt, ShadingId,
    WindingOrder,
};

use super::content;
use super::gradient;
use super::image::Picture;
use super::object::{fine, round3};
use super::resources::{GraphicsState, Resources, XObject};
use super::state::State;
use crate::geom::{Color, Point, Px, Rect, Transform};
use crate::paint::{
    ArtifactKind, FillRule, Gradient, Mark, Paint, Segment, StrokeStyle, Structure, Tag,
};

/// Finished sheets; they refer to each other by index.
#[derive(Default)]
pub(super) struct Sheets {
    pub(super) finished: Vec<FinishedSheet>,
}

/// A finished content stream and what belongs to it.
pub(super) struct FinishedSheet {
    pub(super) ops: Vec<Op>,
    pub(super) resources: Resources,
    /// What each marked-content id stands for.
    pub(super) marks: Vec<Mark>,
    /// The bounding box of a form and whether it is a transparency group; none for pages.
    pub(super) form: Option<Form>,
}

/// What makes a sheet a form.
#[derive(Clone, Copy)]
pub(super) struct Form {
    /// Left, bottom, right, top in the form's own space.
    pub(super) bounds: [f32; 4],
    /// Colour space of the transparency group.
    pub(super) group: Option<&'static str>,
    /// Whether the group is isolated from what is below it.
    pub(super) isolated: bool,
}

/// A content stream in the making.
pub(super) struct Sheet<'s> {
    pub(super) ops: Vec<Op>,
    pub(super) resources: Resources,
    pub(super) state: State,
    /// From px with y downwards to the sheet's space.
    pub(super) space: Transform,
    /// Where the line of the open text object begins, in thousandths of a unit.
    pub(super) text_line: Option<(i64, i64)>,
    stack: Vec<State>,
    /// Masks of gradients' opacity, by their shading.
    fades: Vec<(Dictionary, usize)>,
    marks: Vec<Mark>,
    structure: &'s Structure,
    pub(super) sheets: &'s mut Sheets,
    /// Whether any uncalibrated CMYK is shown.
    pub(super) device_cmyk: bool,
}

impl<'s> Sheet<'s> {
    /// An empty page, where the state is the initial one.
    pub(super) fn page(
        space: Transform,
        structure: &'s Structure,
        sheets: &'s mut Sheets,
    ) -> Sheet<'s> {
        Sheet { state: State::initial(), ..Sheet::form(space, structure, sheets) }
    }

    /// An empty form, which begins with whatever state it is called in.
    pub(super) fn form(
        space: Transform,
        structure: &'s Structure,
        sheets: &'s mut Sheets,
    ) -> Sheet<'s> {
        Sheet {
            ops: Vec::with_capacity(64),
            resources: Resources::default(),
            state: State::default(),
            space,
            text_line: None,
            stack: Vec::new(),
            fades: Vec::new(),
            marks: Vec::new(),
            structure,
            sheets,
            device_cmyk: false,
        }
    }

    /// A form beside this sheet, in the same space; the state within a transparency group is that
    /// of full opacity.
    pub(super) fn beside(&mut self) -> Sheet<'_> {
        let mut sheet = Sheet::form(self.space, self.structure, self.sheets);
        sheet.assume_opaque();
        sheet
    }

    /// Ends the sheet; its index among the finished ones.
    pub(super) fn finish(mut self, form: Option<Form>) -> usize {
        self.end_text();
        let Sheet { ops, mut resources, marks, sheets, device_cmyk, .. } = self;
        resources.device_cmyk = device_cmyk;
        sheets.finished.push(FinishedSheet { ops, resources, marks, form });
        sheets.finished.len() - 1
    }

    pub(super) fn save(&mut self) {
        self.end_text();
        self.ops.push(Op::SaveGraphicsState);
        self.stack.push(self.state.clone());
    }

    pub(super) fn restore(&mut self) {
        self.end_text();
        self.ops.push(Op::RestoreGraphicsState);
        if let Some(state) = self.stack.pop() {
            self.state = state;
        }
    }

    /// Changes the coordinate system by a map of px with y downwards.
    pub(super) fn transform(&mut self, transform: &Transform) {
        let Some(back) = self.space.inverse() else { return };
        self.concat(&self.space.then_inner(transform).then_inner(&back));
    }

    /// Changes the coordinate system by a map of the sheet's own space.
    pub(super) fn concat(&mut self, m: &Transform) {
        self.end_text();
        if m.is_identity() {
            return;
        }
        let matrix = [m.a, m.b, m.c, m.d].map(fine);
        let [a, b, c, d] = matrix;
        let matrix = CurTransMat::Raw([a, b, c, d, round3(m.e), round3(m.f)]);
        self.ops.push(Op::SetTransformationMatrix { matrix });
    }

    pub(super) fn clip(&mut self, segments: &[Segment], rule: FillRule) {
        self.end_text();
        self.polygon(segments, PaintMode::Clip, rule);
    }

    /// Fills a path; `opacity` is multiplied with that of the paint.
    pub(super) fn fill(
        &mut self,
        segments: &[Segment],
        paint: &Paint,
        rule: FillRule,
        opacity: f32,
    ) {
        self.end_text();
        match paint {
            Paint::Solid(color) => {
                self.set_fill(*color, opacity);
                self.polygon(segments, PaintMode::Fill, rule);
            }
            Paint::Gradient(gradient) => {
                self.save();
                self.clip(segments, rule);
                self.shade(gradient, opacity);
                self.restore();
            }
            // Only lines are printed so: nothing makes such a fill.
            Paint::Registration => {}
        }
    }

    /// Paints a gradient over the clip.
    fn shade(&mut self, paint: &Gradient, opacity: f32) {
        let to_space = self.space.then_inner(&paint.transform);
        self.concat(&to_space);
        if gradient::has_alpha(paint) {
            let mask = self.fade(gradient::alpha_shading(paint));
            self.graphics_state(format!("M{mask}"), GraphicsState::Mask(mask, true));
        }
        self.set_fill_alpha(opacity);
        self.device_cmyk |= gradient::is_cmyk(paint);
        self.shading(gradient::color_shading(paint));
    }

    /// The mask of a gradient's opacity; tiles of one gradient share it.
    fn fade(&mut self, alpha: Dictionary) -> usize {
        if let Some((_, mask)) = self.fades.iter().find(|(known, _)| *known == alpha) {
            return *mask;
        }
        let mut sheet = Sheet::form(Transform::IDENTITY, self.structure, self.sheets);
        sheet.shading(alpha.clone());
        let form = Form { bounds: gradient::BOUNDS, group: Some("DeviceGray"), isolated: true };
        let mask = sheet.finish(Some(form));
        self.fades.push((alpha, mask));
        mask
    }

    /// Paints a shading over the clip; tiles of one gradient share it.
    fn shading(&mut self, shading: Dictionary) {
        let known = self.resources.shadings.iter().find(|(_, known)| **known == shading);
        let name = match known {
            Some((name, _)) => name.clone(),
            None => format!("S{}", self.resources.shadings.len()),
        };
        self.ops.push(Op::PaintShading { id: ShadingId(name.clone()) });
        self.resources.shadings.entry(name).or_insert(shading);
    }

    /// Strokes a path.
    pub(super) fn stroke(
        &mut self,
        segments: &[Segment],
        paint: &Paint,
        style: &StrokeStyle,
        opacity: f32,
    ) {
        self.end_text();
        match paint {
            Paint::Solid(color) => self.set_stroke(*color, opacity),
            Paint::Registration => self.set_registration_stroke(opacity),
            Paint::Gradient(gradient) => {
                return self.stroke_gradient(segments, gradient, style, opacity);
            }
        }
        self.set_line(style);
        for (points, is_closed) in self.rings(segments) {
            self.ops.push(Op::DrawLine { line: Line { points, is_closed } });
        }
    }

    /// Strokes a path with a gradient.
    fn stroke_gradient(
        &mut self,
        segments: &[Segment],
        paint: &Gradient,
        style: &StrokeStyle,
        opacity: f32,
    ) {
        self.stroke_with(segments, style, opacity, |sheet| sheet.shade(paint, 1.0));
    }

    /// Strokes a path with what `paint` paints: a stroke cannot be a clip, so it is a mask.
    pub(super) fn stroke_with(
        &mut self,
        segments: &[Segment],
        style: &StrokeStyle,
        opacity: f32,
        paint: impl FnOnce(&mut Sheet<'_>),
    ) {
        let form = |group| Some(Form { bounds: gradient::BOUNDS, group, isolated: true });
        let mut line = self.beside();
        line.stroke(segments, &Paint::Solid(Color::BLACK), style, 1.0);
        let line = line.finish(form(Some("DeviceGray")));
        let mut colors = self.beside();
        paint(&mut colors);
        let cmyk = colors.device_cmyk;
        let colors = colors.finish(form(Some("DeviceRGB")));
        self.device_cmyk |= cmyk;
        self.save();
        self.graphics_state(format!("M{line}"), GraphicsState::Mask(line, false));
        self.group(colors, opacity);
        self.restore();
    }

    /// Places a picture.
    pub(super) fn picture(&mut self, picture: Arc<Picture>, key: String, rect: Rect, opacity: f32) {
        self.device_cmyk |= picture.device_cmyk;
        self.save();
        self.set_fill_alpha(opacity);
        self.set_stroke_alpha(opacity);
        if picture.sticks_out {
            self.clip(&[Segment::Rect(rect)], FillRule::NonZero);
        }
        let placed = self.space.then_inner(&picture.placed(rect));
        self.concat(&placed);
        self.show(key, XObject::Picture(picture));
        self.restore();
    }

    /// Shows a form, as a group of an opacity.
    pub(super) fn group(&mut self, sheet: usize, opacity: f32) {
        self.save();
        self.set_fill_alpha(opacity);
        self.show(format!("G{sheet}"), XObject::Sheet(sheet));
        self.restore();
    }

    fn show(&mut self, key: String, object: XObject) {
        let value = vec![DictItem::Name(key.as_bytes().to_vec())];
        self.ops.push(Op::Unknown { key: "Do".to_owned(), value });
        self.resources.xobjects.insert(key, object);
    }

    /// What follows means this; ended by [`Sheet::end_tag`].
    pub(super) fn begin_tag(&mut self, mark: Mark) {
        self.end_text();
        let role = match mark.tag {
            Tag::Artifact(kind) => return self.begin_artifact(kind),
            Tag::Root => "P",
            Tag::Structure(id) => {
                self.structure.elements.get(id.0 as usize).map_or("Span", |e| e.role.name())
            }
        };
        let mcid = DictItem::Int(self.marks.len() as i64);
        self.marks.push(mark);
        self.begin_marked(role, [("MCID".to_owned(), mcid)].into());
    }

    fn begin_artifact(&mut self, kind: ArtifactKind) {
        let kind: &[u8] = match kind {
            ArtifactKind::Pagination => b"Pagination",
            ArtifactKind::Layout => b"Layout",
            ArtifactKind::Background => b"Background",
            ArtifactKind::Page => b"Page",
        };
        self.begin_marked("Artifact", [("Type".to_owned(), DictItem::Name(kind.to_vec()))].into());
    }

    /// Begins a marked-content sequence.
    pub(super) fn begin_marked(&mut self, tag: &str, map: BTreeMap<String, DictItem>) {
        self.ops.push(Op::BeginMarkedContentWithProperties {
            tag: tag.to_owned(),
            properties: DictItem::Dict { map },
        });
    }

    pub(super) fn end_tag(&mut self) {
        self.end_text();
        self.ops.push(Op::EndMarkedContent);
    }

    /// How many units of the sheet a px is.
    pub(super) fn scale(&self) -> f32 {
        self.space.a
    }

    /// A place in the sheet's space.
    pub(super) fn at(&self, p: Point) -> printpdf::Point {
        let Point { x, y } = self.space.apply(p);
        printpdf::Point { x: Pt(round3(x.0)), y: Pt(round3(y.0)) }
    }

    fn polygon(&mut self, segments: &[Segment], mode: PaintMode, rule: FillRule) {
        let winding_order = match rule {
            FillRule::NonZero => WindingOrder::NonZero,
            FillRule::EvenOdd => WindingOrder::EvenOdd,
        };
        if let [Segment::Rect(rect)] = segments {
            let (low, high) = (
                self.at(Point::new(rect.left(), rect.bottom())),
                self.at(Point::new(rect.right(), rect.top())),
            );
            let rectangle = printpdf::Rect {
                x: low.x,
                y: low.y,
                width: Pt(round3(high.x.0 - low.x.0)),
                height: Pt(round3(high.y.0 - low.y.0)),
                mode: Some(mode),
                winding_order: Some(winding_order),
            };
            return self.ops.push(Op::DrawRectangle { rectangle });
        }
        let figures = self.rectangles(segments);
        if let Some(op) = content::rectangles(figures, &mode, winding_order) {
            return self.ops.push(op);
        }
        let rings: Vec<PolygonRing> =
            self.rings(segments).into_iter().map(|(points, _)| PolygonRing { points }).collect();
        if rings.is_empty() {
            // An empty clip shows nothing; an empty fill is nothing.
            if matches!(mode, PaintMode::Clip) {
                self.polygon(&[Segment::Rect(Rect::default())], mode, rule);
            }
            return;
        }
        self.ops.push(Op::DrawPolygon { polygon: Polygon { rings, mode, winding_order } });
    }

    /// The corners of each subpath that is closed and has four, one after the other; none where another comes.
    fn rectangles(&self, segments: &[Segment]) -> impl Iterator<Item = Option<[[f32; 2]; 4]>> {
        use Segment::{Close, Line, Move};
        let mut rest = segments;
        std::iter::from_fn(move || {
            let (corners, after) = match rest {
                [] if !segments.is_empty() => return None,
                [Move(a), Line(b), Line(c), Line(d), Close, after @ ..] => {
                    ([*a, *b, *c, *d], after)
                }
                _ => return Some(None),
            };
            rest = after;
            Some(Some(corners.map(|corner| {
                let Point { x, y } = self.space.apply(corner);
                [x.0, y.0]
            })))
        })
    }

    /// The subpaths, and whether each is closed.
    fn rings(&self, segments: &[Segment]) -> Vec<(Vec<LinePoint>, bool)> {
        let mut rings: Vec<(Vec<LinePoint>, bool)> = Vec::new();
        let on = |p: Point| LinePoint { p: self.at(p), bezier: false };
        let control = |p: Point| LinePoint { p: self.at(p), bezier: true };
        for segment in segments {
            match *segment {
                Segment::Move(p) => {
                    // Most are rectangles, of four points.
                    let mut points = Vec::with_capacity(4);
                    points.push(on(p));
                    rings.push((points, false));
                }
                Segment::Close => {
                    if let Some(ring) = rings.last_mut() {
                        ring.1 = true;
                    }
                }
                Segment::Rect(r) => {
                    let (l, t, right, b) = (r.left(), r.top(), r.right(), r.bottom());
                    let corners = [(l, t), (right, t), (right, b), (l, b)];
                    let points = corners.iter().map(|(x, y)| on(Point::new(*x, *y))).collect();
                    rings.push((points, true));
                }
                Segment::Line(_) | Segment::Curve(..) => {
                    // After a close the path goes on from where the figure began.
                    if let Some((points, true)) = rings.last() {
                        let first = points[0].clone();
                        rings.push((vec![first], false));
                    }
                    let Some((points, _)) = rings.last_mut() else { continue };
                    match *segment {
                        Segment::Curve(a, b, p) => points.extend([control(a), control(b), on(p)]),
                        Segment::Line(p) => points.push(on(p)),
                        _ => {}
                    }
                }
            }
        }
        rings.retain(|(points, closed)| points.len() > 1 || *closed);
        rings
    }
}

/// A rectangle around everything that can show on a page, in its own space.
pub(super) fn page_bounds(width: Px, height: Px) -> [f32; 4] {
    [0.0, 0.0, round3(width.to_pt()), round3(height.to_pt())]
}
