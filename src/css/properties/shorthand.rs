//! Shorthands: each sets all of its longhands, those not given to their initial values.

use cssparser::Parser;

use super::*;
use crate::css::values::{bad, comma_list, four, one_of, two, word};
use crate::limits::GRID_TRACKS;

/// A property that stands for several.
pub struct Shorthand {
    /// Name.
    pub name: &'static str,
    /// What it sets.
    pub longhands: &'static [PropertyId],
    parse: fn(&Context, &mut Parser, &mut Vec<Declared>) -> Res<()>,
}

impl Shorthand {
    /// Parses a value into declarations of all longhands.
    pub fn parse(&self, cx: &Context, p: &mut Parser, out: &mut Vec<Declared>) -> Res<()> {
        (self.parse)(cx, p, out)
    }
}

use PropertyId as Id;

macro_rules! shorthand {
    ($name:literal [$($id:ident)+] $parse:expr) => {
        Shorthand { name: $name, longhands: &[$(Id::$id),+], parse: $parse }
    };
}

/// All shorthands.
pub static SHORTHANDS: &[Shorthand] = &[
    shorthand!("margin" [MarginTop MarginRight MarginBottom MarginLeft] sides),
    shorthand!("padding" [PaddingTop PaddingRight PaddingBottom PaddingLeft] padding),
    shorthand!("inset" [Top Right Bottom Left] inset),
    shorthand!("border-width" [BorderTopWidth BorderRightWidth BorderBottomWidth BorderLeftWidth] border_width),
    shorthand!("border-style" [BorderTopStyle BorderRightStyle BorderBottomStyle BorderLeftStyle] border_style),
    shorthand!("border-color" [BorderTopColor BorderRightColor BorderBottomColor BorderLeftColor] border_color),
    shorthand!("border-top" [BorderTopWidth BorderTopStyle BorderTopColor] border_top),
    shorthand!("border-right" [BorderRightWidth BorderRightStyle BorderRightColor] border_right),
    shorthand!("border-bottom" [BorderBottomWidth BorderBottomStyle BorderBottomColor] border_bottom),
    shorthand!("border-left" [BorderLeftWidth BorderLeftStyle BorderLeftColor] border_left),
    shorthand!("border" [
        BorderTopWidth BorderTopStyle BorderTopColor BorderRightWidth BorderRightStyle BorderRightColor
        BorderBottomWidth BorderBottomStyle BorderBottomColor BorderLeftWidth BorderLeftStyle BorderLeftColor
    ] border),
    shorthand!("border-radius" [
        BorderTopLeftRadius BorderTopRightRadius BorderBottomRightRadius BorderBottomLeftRadius
    ] border_radius),
    shorthand!("outline" [OutlineWidth OutlineStyle OutlineColor] outline),
    shorthand!("background" [
        BackgroundColor BackgroundImage BackgroundPosition BackgroundSize BackgroundRepeat
        BackgroundOrigin BackgroundClip
    ] background),
    shorthand!("overflow" [OverflowX OverflowY] overflow),
    shorthand!("font" [
        FontFamily FontSize FontWeight FontStyle FontStretch LineHeight FontKerning
        FontVariantLigatures FontVariantCaps FontVariantNumeric FontVariantEastAsian
        FontVariantPosition FontVariantAlternates FontFeatureSettings
    ] font),
    shorthand!("font-variant" [
        FontVariantLigatures FontVariantCaps FontVariantNumeric FontVariantEastAsian
        FontVariantPosition FontVariantAlternates
    ] font_variant),
    shorthand!("text-decoration" [
        TextDecorationLine TextDecorationStyle TextDecorationColor TextDecorationThickness
    ] text_decoration),
    shorthand!("text-wrap" [TextWrapMode TextWrapStyle] text_wrap),
    shorthand!("white-space" [WhiteSpaceCollapse TextWrapMode] white_space),
    shorthand!("list-style" [ListStyleType ListStylePosition ListStyleImage] list_style),
    shorthand!("flex" [FlexGrow FlexShrink FlexBasis] flex),
    shorthand!("flex-flow" [FlexDirection FlexWrap] flex_flow),
    shorthand!("gap" [RowGap ColumnGap] gaps),
    shorthand!("place-content" [AlignContent JustifyContent] place_content),
    shorthand!("place-items" [AlignItems JustifyItems] place_items),
    shorthand!("place-self" [AlignSelf JustifySelf] place_self),
    shorthand!("grid-row" [GridRowStart GridRowEnd] grid_row),
    shorthand!("grid-column" [GridColumnStart GridColumnEnd] grid_column),
    shorthand!("grid-area" [GridRowStart GridColumnStart GridRowEnd GridColumnEnd] grid_area),
    shorthand!("grid-template" [GridTemplateRows GridTemplateColumns GridTemplateAreas] grid_template_all),
    shorthand!("grid" [
        GridTemplateRows GridTemplateColumns GridTemplateAreas GridAutoRows GridAutoColumns GridAutoFlow
    ] grid),
];

type Out<'a> = &'a mut Vec<Declared>;

/// The declarations that none of the values given has made get their initial values.
fn reset(ids: &[PropertyId], out: Out) {
    for id in ids {
        if !out.iter().any(|d| d.id() == *id) {
            out.push(Declared::Wide(*id, Wide::Initial));
        }
    }
}

/// Each longhand at most once, in any order, at least one.
fn any_order(ids: &[PropertyId], cx: &Context, p: &mut Parser, out: Out) -> Res<()> {
    let start = out.len();
    while !p.is_exhausted() {
        let open: Vec<_> =
            ids.iter().filter(|id| !out[start..].iter().any(|d| d.id() == **id)).collect();
        let found = open.iter().find_map(|id| p.try_parse(|p| id.parse(cx, p)).ok());
        match found {
            Some(value) => out.push(value.into()),
            None => break,
        }
    }
    if out.len() == start {
        return bad();
    }
    let mut made: Vec<Declared> = out.split_off(start);
    reset(ids, &mut made);
    out.extend(made);
    Ok(())
}

macro_rules! four_sides {
    ($fn:ident, $parse:expr, $top:ident $right:ident $bottom:ident $left:ident) => {
        fn $fn(cx: &Context, p: &mut Parser, out: Out) -> Res<()> {
            let [top, right, bottom, left] = four(p, |p| $parse(cx, p))?;
            out.push(Value::$top(top).into());
            out.push(Value::$right(right).into());
            out.push(Value::$bottom(bottom).into());
            out.push(Value::$left(left).into());
            Ok(())
        }
    };
}
four_sides!(sides, lp_auto, MarginTop MarginRight MarginBottom MarginLeft);
four_sides!(padding, lp_positive, PaddingTop PaddingRight PaddingBottom PaddingLeft);
four_sides!(inset, lp_auto, Top Right Bottom Left);
four_sides!(border_width, line_width, BorderTopWidth BorderRightWidth BorderBottomWidth BorderLeftWidth);
four_sides!(border_style, keyword, BorderTopStyle BorderRightStyle BorderBottomStyle BorderLeftStyle);
four_sides!(border_color, color, BorderTopColor BorderRightColor BorderBottomColor BorderLeftColor);

fn border_top(cx: &Context, p: &mut Parser, out: Out) -> Res<()> {
    any_order(&[Id::BorderTopWidth, Id::BorderTopStyle, Id::BorderTopColor], cx, p, out)
}

fn border_right(cx: &Context, p: &mut Parser, out: Out) -> Res<()> {
    any_order(&[Id::BorderRightWidth, Id::BorderRightStyle, Id::BorderRightColor], cx, p, out)
}

fn border_bottom(cx: &Context, p: &mut Parser, out: Out) -> Res<()> {
    any_order(&[Id::BorderBottomWidth, Id::BorderBottomStyle, Id::BorderBottomColor], cx, p, out)
}

fn border_left(cx: &Context, p: &mut Parser, out: Out) -> Res<()> {
    any_order(&[Id::BorderLeftWidth, Id::BorderLeftStyle, Id::BorderLeftColor], cx, p, out)
}

fn border(cx: &Context, p: &mut Parser, out: Out) -> Res<()> {
    let start = p.state();
    border_top(cx, p, out)?;
    for side in [border_right, border_bottom, border_left] {
        p.reset(&start);
        side(cx, p, out)?;
    }
    Ok(())
}

fn border_radius(cx: &Context, p: &mut Parser, out: Out) -> Res<()> {
    let x = four(p, |p| lp_positive(cx, p))?;
    let y = if p.try_parse(|p| p.expect_delim('/')).is_ok() {
        four(p, |p| lp_positive(cx, p))?
    } else {
        x.clone()
    };
    let [a, b, c, d] = x;
    let [e, f, g, h] = y;
    out.push(Value::BorderTopLeftRadius((a, e)).into());
    out.push(Value::BorderTopRightRadius((b, f)).into());
    out.push(Value::BorderBottomRightRadius((c, g)).into());
    out.push(Value::BorderBottomLeftRadius((d, h)).into());
    Ok(())
}

fn outline(cx: &Context, p: &mut Parser, out: Out) -> Res<()> {
    any_order(&[Id::OutlineWidth, Id::OutlineStyle, Id::OutlineColor], cx, p, out)
}

/// One layer of `background` (CSS Backgrounds 3 §3.10).
struct Layer {
    image: ImageSpec,
    position: PositionSpec,
    size: SizeLayer,
    repeat: (Repeat, Repeat),
    origin: BoxArea,
    clip: BoxArea,
    color: Option<ColorSpec>,
}

fn background(cx: &Context, p: &mut Parser, out: Out) -> Res<()> {
    let mut layers = comma_list(p, |p| layer(cx, p))?;
    let last = layers.len() - 1;
    if layers[..last].iter().any(|l| l.color.is_some()) {
        return bad();
    }
    let color =
        layers[last].color.take().unwrap_or(ColorSpec::Value(crate::geom::Color::TRANSPARENT));
    let list = &layers;
    out.push(Value::BackgroundColor(color).into());
    out.push(Value::BackgroundImage(list.iter().map(|l| l.image.clone()).collect()).into());
    out.push(Value::BackgroundPosition(list.iter().map(|l| l.position.clone()).collect()).into());
    out.push(Value::BackgroundSize(list.iter().map(|l| l.size.clone()).collect()).into());
    out.push(Value::BackgroundRepeat(list.iter().map(|l| l.repeat).collect()).into());
    out.push(Value::BackgroundOrigin(list.iter().map(|l| l.origin).collect()).into());
    out.push(Value::BackgroundClip(list.iter().map(|l| l.clip).collect()).into());
    Ok(())
}

fn layer(cx: &Context, p: &mut Parser) -> Res<Layer> {
    let (mut image, mut place, mut repeat, mut color) = (None, None, None, None);
    let mut areas = Vec::new();
    let mut layer_size = None;
    loop {
        if image.is_none()
            && let Ok(found) = p.try_parse(|p| image_or_none(cx, p))
        {
            image = Some(found);
        } else if place.is_none()
            && let Ok(found) = p.try_parse(|p| position(cx, p))
        {
            place = Some(found);
            if p.try_parse(|p| p.expect_delim('/')).is_ok() {
                layer_size = Some(size_layer(cx, p)?);
            }
        } else if repeat.is_none()
            && let Ok(found) = p.try_parse(|p| repeat_layer(cx, p))
        {
            repeat = Some(found);
        } else if areas.len() < 2
            && let Ok(found) = p.try_parse(|p| keyword::<BoxArea>(cx, p))
        {
            areas.push(found);
        } else if color.is_none()
            && let Ok(found) = p.try_parse(|p| super::color(cx, p))
        {
            color = Some(found);
        } else {
            break;
        }
    }
    if image.is_none() && place.is_none() && repeat.is_none() && color.is_none() && areas.is_empty()
    {
        return bad();
    }
    Ok(Layer {
        image: image.unwrap_or(ImageSpec::None),
        position: place.unwrap_or((Lp::Percent(0.0), Lp::Percent(0.0))),
        size: layer_size.unwrap_or(SizeLayer::Size(None, None)),
        repeat: repeat.unwrap_or((Repeat::Repeat, Repeat::Repeat)),
        origin: areas.first().copied().unwrap_or(BoxArea::PaddingBox),
        clip: areas.last().copied().unwrap_or(BoxArea::BorderBox),
        color,
    })
}

fn overflow(cx: &Context, p: &mut Parser, out: Out) -> Res<()> {
    let (x, y) = two(p, |p| keyword(cx, p))?;
    out.push(Value::OverflowX(x).into());
    out.push(Value::OverflowY(y).into());
    Ok(())
}

fn font(cx: &Context, p: &mut Parser, out: Out) -> Res<()> {
    let (mut style, mut weight, mut caps, mut stretch) = (None, None, None, None);
    for _ in 0..4 {
        if p.try_parse(|p| p.expect_ident_matching("normal")).is_ok() {
        } else if style.is_none()
            && let Ok(found) = p.try_parse(|p| font_style(cx, p))
        {
            style = Some(found);
        } else if weight.is_none()
            && let Ok(found) = p.try_parse(|p| font_weight(cx, p))
        {
            weight = Some(found);
        } else if caps.is_none() && p.try_parse(|p| p.expect_ident_matching("small-caps")).is_ok() {
            caps = Some(vec![FontFeature { tag: *b"smcp", value: 1 }]);
        } else if stretch.is_none()
            && let Ok(found) = one_of(cx, p, STRETCH)
        {
            stretch = Some(found);
        } else {
            break;
        }
    }
    let size = font_size(cx, p)?;
    let height = if p.try_parse(|p| p.expect_delim('/')).is_ok() {
        line_height(cx, p)?
    } else {
        LineHeightSpec::Normal
    };
    let families = families(cx, p)?;
    out.push(Value::FontFamily(families).into());
    out.push(Value::FontSize(size).into());
    out.push(Value::LineHeight(height).into());
    out.push(Value::FontStyle(style.unwrap_or(FontStyle::Normal)).into());
    out.push(Value::FontWeight(weight.unwrap_or(WeightSpec::Number(400.0))).into());
    out.push(Value::FontVariantCaps(caps.unwrap_or_default()).into());
    out.push(Value::FontStretch(stretch.unwrap_or(100.0)).into());
    reset(
        &[
            Id::FontKerning,
            Id::FontVariantLigatures,
            Id::FontVariantNumeric,
            Id::FontVariantEastAsian,
            Id::FontVariantPosition,
            Id::FontVariantAlternates,
            Id::FontFeatureSettings,
        ],
        out,
    );
    Ok(())
}

const VARIANTS: &[PropertyId] = &[
    Id::FontVariantLigatures,
    Id::FontVariantCaps,
    Id::FontVariantNumeric,
    Id::FontVariantEastAsian,
    Id::FontVariantPosition,
    Id::FontVariantAlternates,
];

fn font_variant(cx: &Context, p: &mut Parser, out: Out) -> Res<()> {
    if word(cx, p, "normal").is_ok() {
        reset(VARIANTS, out);
        return Ok(());
    }
    if word(cx, p, "none").is_ok() {
        let off = [b"liga", b"clig", b"dlig", b"hlig", b"calt"];
        let off = off.map(|tag| FontFeature { tag: *tag, value: 0 }).to_vec();
        out.push(Value::FontVariantLigatures(off).into());
        reset(VARIANTS, out);
        return Ok(());
    }
    // Keywords of one property need not stand together.
    let mut features: [Vec<FontFeature>; 6] = Default::default();
    let mut any = false;
    while !p.is_exhausted() {
        let found = VARIANTS
            .iter()
            .enumerate()
            .find_map(|(i, id)| p.try_parse(|p| id.parse(cx, p)).ok().map(|value| (i, value)));
        let Some((i, value)) = found else { break };
        any = true;
        match value {
            Value::FontVariantLigatures(list)
            | Value::FontVariantCaps(list)
            | Value::FontVariantNumeric(list)
            | Value::FontVariantEastAsian(list)
            | Value::FontVariantPosition(list)
            | Value::FontVariantAlternates(list) => features[i].extend(list),
            _ => return bad(),
        }
    }
    if !any {
        return bad();
    }
    let [ligatures, caps, numeric, east_asian, position, alternates] = features;
    out.push(Value::FontVariantLigatures(ligatures).into());
    out.push(Value::FontVariantCaps(caps).into());
    out.push(Value::FontVariantNumeric(numeric).into());
    out.push(Value::FontVariantEastAsian(east_asian).into());
    out.push(Value::FontVariantPosition(position).into());
    out.push(Value::FontVariantAlternates(alternates).into());
    Ok(())
}

fn text_decoration(cx: &Context, p: &mut Parser, out: Out) -> Res<()> {
    let ids = [
        Id::TextDecorationLine,
        Id::TextDecorationStyle,
        Id::TextDecorationColor,
        Id::TextDecorationThickness,
    ];
    any_order(&ids, cx, p, out)
}

fn text_wrap(cx: &Context, p: &mut Parser, out: Out) -> Res<()> {
    any_order(&[Id::TextWrapMode, Id::TextWrapStyle], cx, p, out)
}

fn white_space(cx: &Context, p: &mut Parser, out: Out) -> Res<()> {
    use WhiteSpaceCollapse as W;
    let table = [
        ("normal", (W::Collapse, true)),
        ("nowrap", (W::Collapse, false)),
        ("pre", (W::Preserve, false)),
        ("pre-wrap", (W::Preserve, true)),
        ("pre-line", (W::PreserveBreaks, true)),
        ("break-spaces", (W::BreakSpaces, true)),
    ];
    if let Ok((collapse, wrap)) = one_of(cx, p, &table) {
        out.push(Value::WhiteSpaceCollapse(collapse).into());
        out.push(Value::TextWrapMode(wrap).into());
        return Ok(());
    }
    any_order(&[Id::WhiteSpaceCollapse, Id::TextWrapMode], cx, p, out)
}

/// `none` is the type, and the image as well if it stands twice (CSS Lists 3 §3.5).
fn list_style(cx: &Context, p: &mut Parser, out: Out) -> Res<()> {
    any_order(&[Id::ListStylePosition, Id::ListStyleType, Id::ListStyleImage], cx, p, out)
}

fn flex(cx: &Context, p: &mut Parser, out: Out) -> Res<()> {
    let (grow, shrink, basis) = flex_parts(cx, p)?;
    out.push(Value::FlexGrow(grow).into());
    out.push(Value::FlexShrink(shrink).into());
    out.push(Value::FlexBasis(basis).into());
    Ok(())
}

fn flex_parts(cx: &Context, p: &mut Parser) -> Res<(f32, f32, SizeSpec)> {
    if word(cx, p, "none").is_ok() {
        return Ok((0.0, 0.0, SizeSpec::Keyword(SizeValue::Auto)));
    }
    let (mut factors, mut basis) = (None, None);
    for _ in 0..2 {
        if factors.is_none()
            && let Ok(grow) = p.try_parse(|p| non_negative(cx, p))
        {
            let shrink = p.try_parse(|p| non_negative(cx, p)).unwrap_or(1.0);
            factors = Some((grow, shrink));
        } else if basis.is_none() {
            basis = p.try_parse(|p| flex_basis(cx, p)).ok();
        }
    }
    match (factors, basis) {
        (None, None) => bad(),
        (Some((grow, shrink)), None) => Ok((grow, shrink, SizeSpec::Value(Lp::ZERO))),
        (None, Some(basis)) => Ok((1.0, 1.0, basis)),
        (Some((grow, shrink)), Some(basis)) => Ok((grow, shrink, basis)),
    }
}

fn flex_flow(cx: &Context, p: &mut Parser, out: Out) -> Res<()> {
    any_order(&[Id::FlexDirection, Id::FlexWrap], cx, p, out)
}

fn gaps(cx: &Context, p: &mut Parser, out: Out) -> Res<()> {
    let (row, column) = two(p, |p| gap(cx, p))?;
    out.push(Value::RowGap(row).into());
    out.push(Value::ColumnGap(column).into());
    Ok(())
}

fn place_content(cx: &Context, p: &mut Parser, out: Out) -> Res<()> {
    let (align, justify) = two(p, |p| align_content(cx, p))?;
    out.push(Value::AlignContent(align).into());
    out.push(Value::JustifyContent(justify).into());
    Ok(())
}

fn place_items(cx: &Context, p: &mut Parser, out: Out) -> Res<()> {
    let (align, justify) = two(p, |p| align_items(cx, p))?;
    out.push(Value::AlignItems(align).into());
    out.push(Value::JustifyItems(justify).into());
    Ok(())
}

fn place_self(cx: &Context, p: &mut Parser, out: Out) -> Res<()> {
    let (align, justify) = two(p, |p| align_self(cx, p))?;
    out.push(Value::AlignSelf(align).into());
    out.push(Value::JustifySelf(justify).into());
    Ok(())
}

/// Lines parted by slashes; one left out is `auto`, or the name before it.
fn lines<const N: usize>(cx: &Context, p: &mut Parser) -> Res<[GridLine; N]> {
    let mut given = vec![grid_line(cx, p)?];
    while given.len() < N && p.try_parse(|p| p.expect_delim('/')).is_ok() {
        given.push(grid_line(cx, p)?);
    }
    Ok(std::array::from_fn(|i| match given.get(i) {
        Some(line) => line.clone(),
        None => match given.get(if i == 3 && given.len() > 1 { 1 } else { 0 }.min(given.len() - 1))
        {
            Some(GridLine::Named(name, 0)) => GridLine::Named(std::sync::Arc::clone(name), 0),
            _ => GridLine::Auto,
        },
    }))
}

fn grid_row(cx: &Context, p: &mut Parser, out: Out) -> Res<()> {
    let [start, end] = lines(cx, p)?;
    out.push(Value::GridRowStart(start).into());
    out.push(Value::GridRowEnd(end).into());
    Ok(())
}

fn grid_column(cx: &Context, p: &mut Parser, out: Out) -> Res<()> {
    let [start, end] = lines(cx, p)?;
    out.push(Value::GridColumnStart(start).into());
    out.push(Value::GridColumnEnd(end).into());
    Ok(())
}

fn grid_area(cx: &Context, p: &mut Parser, out: Out) -> Res<()> {
    let [row_start, column_start, row_end, column_end] = lines(cx, p)?;
    out.push(Value::GridRowStart(row_start).into());
    out.push(Value::GridColumnStart(column_start).into());
    out.push(Value::GridRowEnd(row_end).into());
    out.push(Value::GridColumnEnd(column_end).into());
    Ok(())
}

fn grid_template_all(cx: &Context, p: &mut Parser, out: Out) -> Res<()> {
    let plain = p.try_parse(|p| {
        let rows = grid_template(cx, p)?;
        let columns = if p.try_parse(|p| p.expect_delim('/')).is_ok() {
            grid_template(cx, p)?
        } else if rows == TemplateSpec::default() {
            TemplateSpec::default()
        } else {
            return bad();
        };
        Ok((rows, columns, Vec::new()))
    });
    let (rows, columns, areas) = match plain {
        Ok(plain) => plain,
        Err(_) => template_with_areas(cx, p)?,
    };
    out.push(Value::GridTemplateRows(rows).into());
    out.push(Value::GridTemplateColumns(columns).into());
    out.push(Value::GridTemplateAreas(areas).into());
    Ok(())
}

fn template_with_areas(cx: &Context, p: &mut Parser) -> Res<(TemplateSpec, TemplateSpec, Areas)> {
    let mut rows = TemplateSpec::default();
    let mut areas = vec![template_row(cx, p, &mut rows)?];
    while let Ok(row) = p.try_parse(|p| template_row(cx, p, &mut rows)) {
        areas.push(row);
    }
    let columns = if p.try_parse(|p| p.expect_delim('/')).is_ok() {
        grid_template(cx, p)?
    } else {
        TemplateSpec::default()
    };
    if areas.len().max(areas[0].len()) > GRID_TRACKS {
        return cx.beyond("grid-too-large", GRID_TRACKS, "tracks on an axis");
    }
    if well_formed(&areas) { Ok((rows, columns, areas)) } else { bad() }
}

/// `grid`: a template, or rows or columns that are made as they are needed (CSS Grid 2 §7.8).
fn grid(cx: &Context, p: &mut Parser, out: Out) -> Res<()> {
    if let Ok(flow) = p.try_parse(|p| auto_flow_rows(cx, p)) {
        out.extend(flow);
        reset(&[Id::GridTemplateRows, Id::GridAutoColumns], out);
    } else if let Ok(flow) = p.try_parse(|p| auto_flow_columns(cx, p)) {
        out.extend(flow);
        reset(&[Id::GridTemplateColumns, Id::GridAutoRows], out);
    } else {
        grid_template_all(cx, p, out)?;
        reset(&[Id::GridAutoRows, Id::GridAutoColumns, Id::GridAutoFlow], out);
        return Ok(());
    }
    reset(&[Id::GridTemplateAreas], out);
    Ok(())
}

/// `auto-flow dense? <auto-rows>? / <columns>`.
fn auto_flow_rows(cx: &Context, p: &mut Parser) -> Res<[Declared; 3]> {
    let dense = auto_flow_words(cx, p)?;
    let rows = auto_flow_tracks(cx, p, |p| p.expect_delim('/').is_ok())?;
    let columns = grid_template(cx, p)?;
    Ok([
        Value::GridAutoFlow((false, dense)).into(),
        rows.map_or(Declared::Wide(Id::GridAutoRows, Wide::Initial), |r| {
            Value::GridAutoRows(r).into()
        }),
        Value::GridTemplateColumns(columns).into(),
    ])
}

/// `<rows> / auto-flow dense? <auto-columns>?`.
fn auto_flow_columns(cx: &Context, p: &mut Parser) -> Res<[Declared; 3]> {
    let rows = grid_template(cx, p)?;
    p.expect_delim('/')?;
    let dense = auto_flow_words(cx, p)?;
    let columns = auto_flow_tracks(cx, p, |p| p.is_exhausted())?;
    Ok([
        Value::GridAutoFlow((true, dense)).into(),
        columns.map_or(Declared::Wide(Id::GridAutoColumns, Wide::Initial), |c| {
            Value::GridAutoColumns(c).into()
        }),
        Value::GridTemplateRows(rows).into(),
    ])
}

/// `auto-flow` and `dense` in any order: whether it is dense.
fn auto_flow_words(cx: &Context, p: &mut Parser) -> Res<bool> {
    let before = word(cx, p, "dense").is_ok();
    word(cx, p, "auto-flow")?;
    Ok(before || word(cx, p, "dense").is_ok())
}

/// The sizes of tracks that are made as needed, if there are any before the end.
fn auto_flow_tracks(
    cx: &Context,
    p: &mut Parser,
    ends: impl Fn(&mut Parser) -> bool,
) -> Res<Option<Vec<TrackSpec>>> {
    if p.try_parse(|p| if ends(p) { Ok(()) } else { bad::<()>() }).is_ok() {
        return Ok(None);
    }
    let tracks = auto_tracks(cx, p)?;
    if ends(p) { Ok(Some(tracks)) } else { bad() }
}
