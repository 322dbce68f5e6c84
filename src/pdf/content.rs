//! Operations as the bytes of a content stream (ISO 32000-1 §7.8.2, Annex A).
//!
//! Input: printpdf's operations. Output: what printpdf would write for them, in less time: it
//! makes a tree of objects of each operation and formats numbers by the shortest text that gives the
//! same float, while here all numbers are decimals of a known precision. A test holds the two to each
//! other. Operations that [`Sheet`](super::sheet::Sheet) never makes are left to printpdf.
//!
//! When a sheet is to write a new kind of operation, add it here and to the test's list.

use printpdf::{
    Color, DictItem, LinePoint, Op, PaintMode, PdfFontHandle, Point, PolygonRing, WindingOrder,
};

use super::encode::{integer, write_literal, write_name};
use super::object::nearest;

/// Decimals of lengths in points: a third of a micrometre.
const LENGTH: u32 = 3;
/// Decimals of colour components and factors of opacity.
const COLOR: u32 = 4;
/// Decimals of a matrix's factors, which lengths are multiplied with.
const FACTOR: u32 = 6;

/// The content stream of some operations; none if there is one among them that printpdf has to write.
pub(super) fn content(ops: &[Op]) -> Option<Vec<u8>> {
    let mut writer = Writer { out: Vec::with_capacity(ops.len() * 24) };
    for op in ops {
        writer.op(op)?;
    }
    writer.out.pop();
    Some(writer.out)
}

/// A figure of nothing but rectangles, by their corners, as the operators that paint it; none if there is
/// another figure among them. A QR code has hundreds, each of which would be a list of points.
pub(super) fn rectangles(
    figures: impl Iterator<Item = Option<[[f32; 2]; 4]>>,
    mode: &PaintMode,
    winding: WindingOrder,
) -> Option<Op> {
    let mut writer = Writer { out: Vec::new() };
    for corners in figures {
        if !writer.corners(corners?) {
            return None;
        }
    }
    writer.paint(mode, winding)?;
    writer.out.pop();
    // An operation that is none of printpdf's is written as it is called.
    Some(Op::Unknown { key: String::from_utf8(writer.out).ok()?, value: Vec::new() })
}

struct Writer {
    out: Vec<u8>,
}

impl Writer {
    fn op(&mut self, op: &Op) -> Option<()> {
        match op {
            Op::SaveGraphicsState => self.operator("q"),
            Op::RestoreGraphicsState => self.operator("Q"),
            Op::StartTextSection => self.operator("BT"),
            Op::EndTextSection => self.operator("ET"),
            Op::EndMarkedContent => self.operator("EMC"),
            Op::LoadGraphicsState { gs } => self.named(&gs.0, "gs"),
            Op::PaintShading { id } => self.named(&id.0, "sh"),
            Op::SetFont { font: PdfFontHandle::External(id), size } => {
                self.name(id.0.as_bytes());
                self.numbers::<LENGTH>(&[size.0], "Tf");
            }
            Op::SetTextCursor { pos } => self.numbers::<LENGTH>(&[pos.x.0, pos.y.0], "Td"),
            Op::SetFillColor { col } => self.color(col, ["g", "rg", "k"])?,
            Op::SetOutlineColor { col } => self.color(col, ["G", "RG", "K"])?,
            Op::SetOutlineThickness { pt } => self.numbers::<LENGTH>(&[pt.0], "w"),
            Op::SetMiterLimit { limit } => self.numbers::<LENGTH>(&[limit.0], "M"),
            Op::SetLineCapStyle { cap } => self.integers(cap.id(), "J"),
            Op::SetLineJoinStyle { join } => self.integers(join.id(), "j"),
            Op::SetLineDashPattern { dash } => {
                self.out.push(b'[');
                for length in &dash.pattern {
                    self.number::<LENGTH>(*length);
                }
                self.out.extend_from_slice(b"] ");
                self.numbers::<LENGTH>(&[dash.offset], "d");
            }
            Op::SetTransformationMatrix { matrix } => {
                let [a, b, c, d, e, f] = matrix.as_array();
                for factor in [a, b, c, d] {
                    self.number::<FACTOR>(factor);
                }
                self.numbers::<LENGTH>(&[e, f], "cm");
            }
            Op::DrawRectangle { rectangle } => {
                let r = rectangle;
                self.numbers::<LENGTH>(&[r.x.0, r.y.0, r.width.0, r.height.0], "re");
                self.paint(r.mode.as_ref()?, *r.winding_order.as_ref()?)?;
            }
            Op::DrawPolygon { polygon } => {
                let mut is_open = false;
                for PolygonRing { points } in &polygon.rings {
                    is_open = !self.rectangle(points);
                    if is_open {
                        self.path(points)?;
                    }
                }
                if is_open {
                    self.operator("h");
                }
                self.paint(&polygon.mode, polygon.winding_order)?;
            }
            Op::DrawLine { line } => {
                self.path(&line.points)?;
                if line.is_closed {
                    self.operator("h");
                }
                self.operator("S");
            }
            Op::BeginMarkedContentWithProperties { tag, properties } => {
                self.name(tag.as_bytes());
                self.item(properties)?;
                self.operator("BDC");
            }
            Op::Unknown { key, value } => {
                for item in value {
                    self.item(item)?;
                }
                self.operator(key);
            }
            _ => return None,
        }
        Some(())
    }

    fn operator(&mut self, operator: &str) {
        self.out.extend_from_slice(operator.as_bytes());
        self.out.push(b'\n');
    }

    fn name(&mut self, name: &[u8]) {
        write_name(&mut self.out, name);
        self.out.push(b' ');
    }

    fn named(&mut self, name: &str, operator: &str) {
        self.name(name.as_bytes());
        self.operator(operator);
    }

    fn integers(&mut self, value: i64, operator: &str) {
        integer(&mut self.out, value);
        self.out.push(b' ');
        self.operator(operator);
    }

    fn numbers<const DECIMALS: u32>(&mut self, values: &[f32], operator: &str) {
        for value in values {
            self.number::<DECIMALS>(*value);
        }
        self.operator(operator);
    }

    fn number<const DECIMALS: u32>(&mut self, value: f32) {
        decimal::<DECIMALS>(&mut self.out, value);
        self.out.push(b' ');
    }

    fn color(&mut self, color: &Color, [gray, rgb, cmyk]: [&str; 3]) -> Option<()> {
        match color {
            Color::Greyscale(c) => self.numbers::<COLOR>(&[c.percent], gray),
            Color::Rgb(c) => self.numbers::<COLOR>(&[c.r, c.g, c.b], rgb),
            Color::Cmyk(c) => self.numbers::<COLOR>(&[c.c, c.m, c.y, c.k], cmyk),
            Color::SpotColor(_) => return None,
        }
        Some(())
    }

    /// A subpath that is a rectangle, its first side level, as one operator instead of four; whether it is one.
    fn rectangle(&mut self, points: &[LinePoint]) -> bool {
        let [a, b, c, d] = points else { return false };
        let corners = [a, b, c, d].map(|corner| [corner.p.x.0, corner.p.y.0]);
        points.iter().all(|point| !point.bezier) && self.corners(corners)
    }

    /// The same by its corners.
    fn corners(&mut self, corners: [[f32; 2]; 4]) -> bool {
        const UNITS: i64 = 10i64.pow(LENGTH);
        let [a, b, c, d] = corners.map(|at| at.map(|v| nearest(f64::from(v) * UNITS as f64)));
        let ([left, top], [right, bottom]) = (a, c);
        let is_level = b == [right, top] && d == [left, bottom];
        // Beyond that a float has no three decimals, and the difference of two is another number.
        let is_exact = [left, top, right, bottom].iter().all(|v| v.abs() < 4096 * UNITS);
        if !is_level || !is_exact {
            return false;
        }
        for number in [left, top, right - left, bottom - top] {
            scaled::<LENGTH>(&mut self.out, number);
            self.out.push(b' ');
        }
        self.operator("re");
        true
    }

    /// A subpath: points, two controls before the end of each curve.
    fn path(&mut self, points: &[LinePoint]) -> Option<()> {
        self.out.reserve(points.len() * 12);
        let (first, mut rest) = points.split_first()?;
        self.point(&first.p);
        self.operator("m");
        loop {
            rest = match rest {
                [] => return Some(()),
                [a, b, end, after @ ..] if a.bezier && b.bezier && !end.bezier => {
                    for point in [a, b, end] {
                        self.point(&point.p);
                    }
                    self.operator("c");
                    after
                }
                [end, after @ ..] if !end.bezier => {
                    self.point(&end.p);
                    self.operator("l");
                    after
                }
                _ => return None,
            };
        }
    }

    fn point(&mut self, point: &Point) {
        self.number::<LENGTH>(point.x.0);
        self.number::<LENGTH>(point.y.0);
    }

    fn paint(&mut self, mode: &PaintMode, winding: WindingOrder) -> Option<()> {
        match mode {
            PaintMode::Clip => {
                self.operator(winding.get_clip_op());
                self.operator("n");
            }
            PaintMode::Fill => self.operator(winding.get_fill_op()),
            PaintMode::Stroke | PaintMode::FillStroke => return None,
        }
        Some(())
    }

    fn item(&mut self, item: &DictItem) -> Option<()> {
        self.bare_item(item)?;
        self.out.push(b' ');
        Some(())
    }

    fn bare_item(&mut self, item: &DictItem) -> Option<()> {
        match item {
            DictItem::Int(value) => integer(&mut self.out, *value),
            DictItem::Name(value) => write_name(&mut self.out, value),
            DictItem::String { data, literal: true } => write_literal(&mut self.out, data),
            DictItem::Array(items) => {
                self.out.push(b'[');
                for (i, item) in items.iter().enumerate() {
                    if i > 0
                        && matches!((&items[i - 1], item), (DictItem::Int(_), DictItem::Int(_)))
                    {
                        self.out.push(b' ');
                    }
                    self.bare_item(item)?;
                }
                self.out.push(b']');
            }
            DictItem::Dict { map } => {
                self.out.extend_from_slice(b"<<");
                for (key, value) in map {
                    self.name(key.as_bytes());
                    self.bare_item(value)?;
                }
                self.out.extend_from_slice(b">>");
            }
            _ => return None,
        }
        Some(())
    }
}

/// A number with at most so many decimals, and no more than it needs.
fn decimal<const DECIMALS: u32>(out: &mut Vec<u8>, value: f32) {
    // A float beyond what an integer holds becomes the largest: no page is that wide.
    scaled::<DECIMALS>(out, nearest(f64::from(value) * 10u64.pow(DECIMALS) as f64));
}

/// A number that is told in units of its last decimal.
fn scaled<const DECIMALS: u32>(out: &mut Vec<u8>, scaled: i64) {
    let unit = 10u64.pow(DECIMALS);
    let (whole, mut rest) = (scaled.unsigned_abs() / unit, scaled.unsigned_abs() % unit);
    if scaled < 0 {
        out.push(b'-');
    }
    // A whole part is less than an `i64`, as the number is.
    integer(out, whole as i64);
    if rest > 0 {
        out.push(b'.');
    }
    while rest > 0 {
        out.push(b'0' + (rest * 10 / unit) as u8);
        rest = rest * 10 % unit;
    }
}

#[cfg(test)]
mod tests {
    use lopdf::Object;
    use lopdf::content::Content;
    use printpdf::*;

    use super::*;

    fn point(x: f32, y: f32, bezier: bool) -> LinePoint {
        LinePoint { p: Point { x: Pt(x), y: Pt(y) }, bezier }
    }

    /// One operation of each kind that sheets make.
    fn all() -> Vec<Op> {
        let string = |data: &[u8]| DictItem::String { data: data.to_vec(), literal: true };
        let ring = vec![
            point(0.0, -0.001, false),
            point(1.5, 2.25, false),
            point(3.0, 4.0, true),
            point(5.0, 6.0, true),
            point(-7.125, 1e6, false),
        ];
        let polygon = |mode, winding_order| Op::DrawPolygon {
            polygon: Polygon {
                rings: vec![
                    PolygonRing { points: ring.clone() },
                    PolygonRing { points: ring[..2].to_vec() },
                ],
                mode,
                winding_order,
            },
        };
        let rectangle = |mode| Op::DrawRectangle {
            rectangle: Rect {
                x: Pt(1.0),
                y: Pt(0.5),
                width: Pt(841.89),
                height: Pt(-2.0),
                mode: Some(mode),
                winding_order: Some(WindingOrder::EvenOdd),
            },
        };
        let figure = |mode| {
            let corners = [[1.0, 2.5], [3.0, 2.5], [3.0, 0.25], [1.0, 0.25]];
            let figures = [Some(corners), Some(corners.map(|[x, y]| [x + 9.0, y]))];
            rectangles(figures.into_iter(), &mode, WindingOrder::NonZero).expect("rectangles")
        };
        let font = FontId("T0".into());
        let matrix = CurTransMat::Raw([0.333333, 0.0, -0.000001, 0.25, 12.346, -3.0]);
        let mcid = [("MCID".to_owned(), DictItem::Int(12))].into();
        let actual = [("ActualText".to_owned(), string(b"\xfe\xff()\\\r"))].into();
        let kind = [("Type".to_owned(), DictItem::Name(b"Layout".to_vec()))].into();
        let marked = |tag: &str, map| Op::BeginMarkedContentWithProperties {
            tag: tag.into(),
            properties: DictItem::Dict { map },
        };
        let (r, g, b, icc_profile) = (0.1412, 0.0, 1.0, None);
        let line = |is_closed| Op::DrawLine { line: Line { points: ring.clone(), is_closed } };
        let adjusted =
            vec![string(b"\x00\x01"), DictItem::Int(-13), DictItem::Int(4), string(b"\x00(")];
        vec![
            Op::SaveGraphicsState,
            Op::SetTransformationMatrix { matrix },
            Op::LoadGraphicsState { gs: ExtendedGraphicsStateId("a500".into()) },
            Op::PaintShading { id: ShadingId("S0".into()) },
            Op::SetFillColor { col: Color::Rgb(Rgb { r, g, b, icc_profile: None }) },
            Op::SetOutlineColor { col: Color::Greyscale(Greyscale { percent: 0.5, icc_profile }) },
            Op::SetFillColor {
                col: Color::Cmyk(Cmyk { c: 0.0, m: 0.25, y: 1.0, k: 0.0001, icc_profile: None }),
            },
            Op::SetOutlineThickness { pt: Pt(0.75) },
            Op::SetMiterLimit { limit: Pt(4.0) },
            Op::SetLineCapStyle { cap: LineCapStyle::Round },
            Op::SetLineJoinStyle { join: LineJoinStyle::Bevel },
            Op::SetLineDashPattern {
                dash: LineDashPattern { offset: 0.5, pattern: [3.0, 1.125].into_iter().collect() },
            },
            rectangle(PaintMode::Clip),
            rectangle(PaintMode::Fill),
            polygon(PaintMode::Fill, WindingOrder::NonZero),
            polygon(PaintMode::Clip, WindingOrder::EvenOdd),
            figure(PaintMode::Fill),
            figure(PaintMode::Clip),
            line(false),
            line(true),
            marked("P", mcid),
            Op::StartTextSection,
            Op::SetFont { font: PdfFontHandle::External(font), size: Pt(10.5) },
            Op::SetTextCursor { pos: Point { x: Pt(72.0), y: Pt(-14.4) } },
            marked("Span", actual),
            Op::Unknown { key: "Tj".into(), value: vec![string(b"\x00)\x00\\\x0d")] },
            Op::EndMarkedContent,
            Op::Unknown { key: "TJ".into(), value: vec![DictItem::Array(adjusted)] },
            Op::EndTextSection,
            Op::EndMarkedContent,
            marked("Artifact", kind),
            Op::Unknown { key: "Do".into(), value: vec![DictItem::Name(b"I0".to_vec())] },
            Op::EndMarkedContent,
            Op::RestoreGraphicsState,
        ]
    }

    /// Operators and operands, whole numbers as floats.
    fn operations(content: &[u8]) -> Vec<(String, Vec<Object>)> {
        let float = |object: Object| match object {
            Object::Integer(value) => Object::Real(value as f32),
            Object::Array(items) => Object::Array(
                items
                    .into_iter()
                    .map(|item| match item {
                        Object::Integer(value) => Object::Real(value as f32),
                        other => other,
                    })
                    .collect(),
            ),
            other => other,
        };
        let content = Content::decode(content).expect("content");
        let read = |o: lopdf::content::Operation| {
            (o.operator, o.operands.into_iter().map(float).collect())
        };
        content.operations.into_iter().map(read).collect()
    }

    #[test]
    fn content_is_what_printpdf_writes() {
        let printed = |ops: Vec<Op>| {
            let mut document = PdfDocument::new("");
            document.with_pages(vec![PdfPage::new(Mm(1.0), Mm(1.0), ops)]);
            let options = PdfSaveOptions { optimize: false, secure: false, ..Default::default() };
            let document = document.to_lopdf_document(&options, &mut Vec::new());
            let (_, page) = document.get_pages().into_iter().next().expect("a page");
            document.get_page_content(page)
        };
        let ours = content(&all()).expect("no foreign operation");
        let (ours, theirs) = (operations(&ours), operations(&printed(all())));
        for (ours, theirs) in ours.iter().zip(&theirs) {
            assert_eq!(ours, theirs);
        }
        assert_eq!(ours.len(), theirs.len());
    }

    #[test]
    fn rectangles_are_one_operator() {
        let ring = |points: &[(f32, f32)]| PolygonRing {
            points: points.iter().map(|(x, y)| point(*x, *y, false)).collect(),
        };
        let (mode, winding_order) = (PaintMode::Fill, WindingOrder::NonZero);
        let written = |rings: Vec<PolygonRing>| {
            let polygon = Polygon { rings, mode, winding_order };
            let written = content(&[Op::DrawPolygon { polygon }]).expect("nothing foreign");
            String::from_utf8(written).expect("ASCII")
        };
        let level = || ring(&[(4.1, 4.0), (11.0, 4.0), (11.0, 2.5), (4.1, 2.5)]);
        let upright = || ring(&[(4.0, 4.0), (4.0, 5.0), (11.0, 5.0), (11.0, 4.0)]);
        let far = ring(&[(4.0, 9e6), (11.0, 9e6), (11.0, 8e6), (4.0, 8e6)]);
        assert_eq!(written(vec![level()]), "4.1 4 6.9 -1.5 re\nf");
        let as_lines = "4 4 m\n4 5 l\n11 5 l\n11 4 l\n";
        assert_eq!(written(vec![upright(), level()]), format!("{as_lines}4.1 4 6.9 -1.5 re\nf"));
        assert_eq!(written(vec![level(), upright()]), format!("4.1 4 6.9 -1.5 re\n{as_lines}h\nf"));
        assert!(written(vec![far]).ends_with("l\nh\nf"));
    }

    #[test]
    fn figures_of_rectangles_are_written_as_polygons_are() {
        let level = [[4.1, 4.0], [11.0, 4.0], [11.0, 2.5], [4.1, 2.5]];
        let upright = [[4.0, 4.0], [4.0, 5.0], [11.0, 5.0], [11.0, 4.0]];
        let far = level.map(|[x, y]| [x, y + 9e6]);
        let written = |figures: &[Option<[[f32; 2]; 4]>]| {
            let (mode, winding) = (PaintMode::Fill, WindingOrder::EvenOdd);
            let op = rectangles(figures.iter().copied(), &mode, winding)?;
            Some(String::from_utf8(content(&[op]).expect("nothing foreign")).expect("ASCII"))
        };
        let twice = "4.1 4 6.9 -1.5 re\n4.1 4 6.9 -1.5 re\nf*";
        assert_eq!(written(&[Some(level), Some(level)]).as_deref(), Some(twice));
        for figures in [&[Some(level), None][..], &[Some(level), Some(upright)], &[Some(far)]] {
            assert_eq!(written(figures), None);
        }
    }

    #[test]
    fn foreign_operations_are_left_to_printpdf() {
        assert!(content(&[Op::SaveGraphicsState, Op::AddLineBreak]).is_none());
    }

    #[test]
    fn numbers_have_the_decimals_they_need() {
        fn written<const DECIMALS: u32>(value: f32) -> String {
            let mut out = Vec::new();
            decimal::<DECIMALS>(&mut out, value);
            String::from_utf8(out).expect("ASCII")
        }
        assert_eq!(written::<3>(0.0), "0");
        assert_eq!(written::<3>(-0.0004), "0");
        assert_eq!(written::<3>(-0.0006), "-0.001");
        assert_eq!(written::<3>(841.89), "841.89");
        assert_eq!(written::<3>(-12.05), "-12.05");
        assert_eq!(written::<6>(0.999999), "0.999999");
        assert_eq!(written::<6>(0.9999999), "1");
    }
}
