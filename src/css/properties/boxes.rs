//! Values of box properties: display, position, borders, radii, transforms, breaks.

use std::sync::Arc;

use cssparser::{ParseError, Parser};

use crate::css::computed::*;
use crate::css::values::length::{Lp, Surroundings, length_positive, lp, lp_positive};
use crate::css::values::position::{PositionSpec, position};
use crate::css::values::{
    Context, Res, angle, bad, comma_list, custom_ident, integer, non_negative, number, one_of,
    percentage, two, word,
};
use crate::geom::Px;
use crate::limits::NUMBER;

const DISPLAY: &[(&str, Display)] = &[
    ("none", Display::None),
    ("contents", Display::Contents),
    ("block", Display::Block),
    ("flow-root", Display::FlowRoot),
    ("list-item", Display::ListItem),
    ("inline", Display::Inline),
    ("inline-block", Display::InlineBlock),
    ("flex", Display::Flex),
    ("inline-flex", Display::InlineFlex),
    ("grid", Display::Grid),
    ("inline-grid", Display::InlineGrid),
    ("table", Display::Table),
    ("inline-table", Display::InlineTable),
    ("table-row-group", Display::TableRowGroup),
    ("table-header-group", Display::TableHeaderGroup),
    ("table-footer-group", Display::TableFooterGroup),
    ("table-row", Display::TableRow),
    ("table-cell", Display::TableCell),
    ("table-column-group", Display::TableColumnGroup),
    ("table-column", Display::TableColumn),
    ("table-caption", Display::TableCaption),
];

/// `display`: one keyword, or outer and inner type (CSS Display 3 §2).
pub fn display(cx: &Context, p: &mut Parser) -> Res<Display> {
    let single = p.try_parse(|p| {
        let display = one_of(cx, p, DISPLAY)?;
        p.expect_exhausted()?;
        Ok::<_, ParseError<()>>(display)
    });
    single.or_else(|_| p.try_parse(|p| display_words(cx, p))).or_else(|_| one_of(cx, p, DISPLAY))
}

/// Several keywords of `display` in any order. Inline-level list items are not supported.
fn display_words(cx: &Context, p: &mut Parser) -> Res<Display> {
    let (mut outer, mut inner, mut list_item) = (None, None, false);
    loop {
        if outer.is_none()
            && let Ok(found) = one_of(cx, p, &[("block", false), ("inline", true)])
        {
            outer = Some(found);
        } else if inner.is_none()
            && let Ok(found) = one_of(cx, p, INNER)
        {
            inner = Some(found);
        } else if !list_item && word(cx, p, "list-item").is_ok() {
            list_item = true;
        } else {
            break;
        }
    }
    match (outer.unwrap_or(false), inner, list_item) {
        (false, None | Some((Display::Block, _)), true) => Ok(Display::ListItem),
        (_, Some(_), true) | (true, _, true) | (_, None, false) => bad(),
        (false, Some((block, _)), false) => Ok(block),
        (true, Some((_, inline)), false) => Ok(inline),
    }
}

/// Inner types of `display`, as block-level and as inline-level boxes have them.
const INNER: &[(&str, (Display, Display))] = &[
    ("flow", (Display::Block, Display::Inline)),
    ("flow-root", (Display::FlowRoot, Display::InlineBlock)),
    ("flex", (Display::Flex, Display::InlineFlex)),
    ("grid", (Display::Grid, Display::InlineGrid)),
    ("table", (Display::Table, Display::InlineTable)),
];

/// `position`.
pub fn positioning(cx: &Context, p: &mut Parser) -> Res<Position> {
    let running = p.try_parse(|p| {
        p.expect_function_matching("running")?;
        p.parse_nested_block(custom_ident)
    });
    if let Ok(name) = running {
        return Ok(Position::Running(name));
    }
    let table = [
        ("static", Position::Static),
        ("relative", Position::Relative),
        ("absolute", Position::Absolute),
        ("fixed", Position::Fixed),
    ];
    one_of(cx, p, &table)
}

/// `z-index`.
pub fn z_index(cx: &Context, p: &mut Parser) -> Res<Option<i32>> {
    if word(cx, p, "auto").is_ok() { Ok(None) } else { integer(cx, p).map(Some) }
}

/// `aspect-ratio`.
pub fn aspect_ratio(cx: &Context, p: &mut Parser) -> Res<Option<(f32, bool)>> {
    let mut auto = word(cx, p, "auto").is_ok();
    let ratio = p.try_parse(|p| {
        let width = non_negative(cx, p)?;
        let height =
            if p.try_parse(|p| p.expect_delim('/')).is_ok() { non_negative(cx, p)? } else { 1.0 };
        let ratio = (width / height).clamp(1.0 / NUMBER, NUMBER);
        if width > 0.0 && height > 0.0 { Ok(ratio) } else { bad() }
    });
    match ratio {
        Ok(ratio) => {
            auto = auto || word(cx, p, "auto").is_ok();
            Ok(Some((ratio, auto)))
        }
        Err(_) if auto => Ok(None),
        Err(error) => Err(error),
    }
}

/// A line width: `thin`, `medium`, `thick` as browsers have them, or a length.
pub fn line_width(cx: &Context, p: &mut Parser) -> Res<Lp> {
    let px = |n| Lp::Length(crate::css::values::length::Length::px(n));
    let table = [("thin", px(1.0)), ("medium", px(3.0)), ("thick", px(5.0))];
    one_of(cx, p, &table).or_else(|_| length_positive(cx, p))
}

/// `outline-style`; `auto` is drawn as `solid`.
pub fn outline_style(cx: &Context, p: &mut Parser) -> Res<LineStyle> {
    one_of(cx, p, &[("auto", LineStyle::Solid)])
        .or_else(|_| crate::css::values::keyword::<LineStyle>(cx, p))
}

/// A corner radius: horizontal, vertical.
pub fn radius(cx: &Context, p: &mut Parser) -> Res<(Lp, Lp)> {
    two(p, |p| lp_positive(cx, p))
}

/// Both values computed.
pub fn lp_pair(value: &(Lp, Lp), at: &Surroundings) -> (LengthPercentage, LengthPercentage) {
    (value.0.compute(at), value.1.compute(at))
}

/// Both lengths in px.
pub fn px_pair(value: &(Lp, Lp), at: &Surroundings) -> (Px, Px) {
    (value.0.px(at, Px::ZERO), value.1.px(at, Px::ZERO))
}

/// `border-spacing`.
pub fn border_spacing(cx: &Context, p: &mut Parser) -> Res<(Lp, Lp)> {
    two(p, |p| length_positive(cx, p))
}

/// `opacity`.
pub fn opacity(cx: &Context, p: &mut Parser) -> Res<f32> {
    let value = p.try_parse(|p| percentage(cx, p)).or_else(|_| number(cx, p))?;
    Ok(value.clamp(0.0, 1.0))
}

/// A specified transform function.
#[derive(Clone, Debug, PartialEq)]
pub enum TransformSpec {
    /// A function that needs no computation.
    Done(TransformFunction),
    /// `translate()`.
    Translate(Lp, Lp),
}

/// `transform`.
pub fn transform(cx: &Context, p: &mut Parser) -> Res<Vec<TransformSpec>> {
    if word(cx, p, "none").is_ok() {
        return Ok(Vec::new());
    }
    let mut list = vec![transform_function(cx, p)?];
    while let Ok(function) = p.try_parse(|p| transform_function(cx, p)) {
        list.push(function);
    }
    Ok(list)
}

fn transform_function(cx: &Context, p: &mut Parser) -> Res<TransformSpec> {
    use TransformFunction as F;
    use TransformSpec::{Done, Translate};
    cx.expect(p, []);
    let name = p.expect_function()?.to_ascii_lowercase();
    p.parse_nested_block(|p| {
        let optional_lp = |p: &mut Parser| -> Res<Lp> {
            if p.try_parse(|p| p.expect_comma()).is_ok() { lp(cx, p) } else { Ok(Lp::ZERO) }
        };
        let scale = |p: &mut Parser| p.try_parse(|p| percentage(cx, p)).or_else(|_| number(cx, p));
        Ok(match &*name {
            "translate" => Translate(lp(cx, p)?, optional_lp(p)?),
            "translatex" => Translate(lp(cx, p)?, Lp::ZERO),
            "translatey" => Translate(Lp::ZERO, lp(cx, p)?),
            "scale" => {
                let x = scale(p)?;
                let y = if p.try_parse(|p| p.expect_comma()).is_ok() { scale(p)? } else { x };
                Done(F::Scale(x, y))
            }
            "scalex" => Done(F::Scale(scale(p)?, 1.0)),
            "scaley" => Done(F::Scale(1.0, scale(p)?)),
            "rotate" => Done(F::Rotate(angle(cx, p)?)),
            "skew" => {
                let x = angle(cx, p)?;
                let y = if p.try_parse(|p| p.expect_comma()).is_ok() { angle(cx, p)? } else { 0.0 };
                Done(F::Skew(x, y))
            }
            "skewx" => Done(F::Skew(angle(cx, p)?, 0.0)),
            "skewy" => Done(F::Skew(0.0, angle(cx, p)?)),
            "matrix" => {
                let parts = comma_list(p, |p| number(cx, p))?;
                let Ok(matrix) = <[f32; 6]>::try_from(parts) else { return bad() };
                Done(F::Matrix(matrix))
            }
            _ => return bad(),
        })
    })
}

/// The computed transform.
pub fn compute_transform(value: &[TransformSpec], at: &Surroundings) -> Arc<[TransformFunction]> {
    value
        .iter()
        .map(|function| match function {
            TransformSpec::Done(function) => function.clone(),
            TransformSpec::Translate(x, y) => {
                TransformFunction::Translate(x.compute(at), y.compute(at))
            }
        })
        .collect()
}

/// `transform-origin`; a third value, the depth, is taken if zero.
pub fn transform_origin(cx: &Context, p: &mut Parser) -> Res<PositionSpec> {
    position(cx, p)
}

/// A specified `vertical-align`.
#[derive(Clone, Debug, PartialEq)]
pub enum VerticalAlignSpec {
    /// A keyword.
    Keyword(VerticalAlign),
    /// Raised; percentages of the line height.
    Raised(Lp),
}

/// `vertical-align`.
pub fn vertical_align(cx: &Context, p: &mut Parser) -> Res<VerticalAlignSpec> {
    let table = [
        ("baseline", VerticalAlign::Baseline),
        ("sub", VerticalAlign::Sub),
        ("super", VerticalAlign::Super),
        ("text-top", VerticalAlign::TextTop),
        ("text-bottom", VerticalAlign::TextBottom),
        ("middle", VerticalAlign::Middle),
        ("top", VerticalAlign::Top),
        ("bottom", VerticalAlign::Bottom),
    ];
    let keyword = one_of(cx, p, &table).map(VerticalAlignSpec::Keyword);
    keyword.or_else(|_| lp(cx, p).map(VerticalAlignSpec::Raised))
}

impl VerticalAlignSpec {
    /// The computed value.
    pub fn compute(&self, at: &Surroundings) -> VerticalAlign {
        match self {
            VerticalAlignSpec::Keyword(keyword) => *keyword,
            VerticalAlignSpec::Raised(by) => {
                let line = at.line_height.unwrap_or(at.em * at.ratios().line_height);
                VerticalAlign::Length(by.px(at, line))
            }
        }
    }
}

/// `table-layout: fixed`.
pub fn table_layout(cx: &Context, p: &mut Parser) -> Res<bool> {
    one_of(cx, p, &[("auto", false), ("fixed", true)])
}

/// `empty-cells: hide`.
pub fn empty_cells(cx: &Context, p: &mut Parser) -> Res<bool> {
    one_of(cx, p, &[("show", false), ("hide", true)])
}

/// `break-inside`.
pub fn break_inside(cx: &Context, p: &mut Parser) -> Res<bool> {
    one_of(cx, p, &[("auto", false), ("avoid", true), ("avoid-page", true)])
}

/// `box-decoration-break`.
pub fn decoration_break(cx: &Context, p: &mut Parser) -> Res<bool> {
    one_of(cx, p, &[("slice", false), ("clone", true)])
}

/// `orphans`, `widows`.
pub fn line_count(cx: &Context, p: &mut Parser) -> Res<u8> {
    let count = integer(cx, p)?;
    if count < 1 { bad() } else { Ok(count.min(255) as u8) }
}

/// `page`.
pub fn page(cx: &Context, p: &mut Parser) -> Res<Option<Arc<str>>> {
    if word(cx, p, "auto").is_ok() { Ok(None) } else { custom_ident(p).map(Some) }
}
