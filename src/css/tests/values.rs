//! Values: units, calculations, colours, gradients, positions, generated content.

use super::*;

#[test]
fn calc_holds_types_apart() {
    for good in [
        "transform: rotate(calc(90deg / 2 + 0.125turn))",
        "opacity: calc(10% + 2 * 20%)",
        "opacity: calc(1 - 0.5)",
        "z-index: calc(2 * 3)",
        "line-height: calc(1 + 0.5)",
        "color: rgb(calc(100% / 2) 0% 0% / calc(1 / 2))",
        "width: calc((100% - 3 * 10px) / 4)",
        "margin: calc(-1 * (1em + 2px)) auto",
        "width: min(50%, max(10px, 2em), clamp(1px, 5%, 9px))",
        "width: calc(1px - -2px)",
    ] {
        assert_eq!(warnings(&format!("p {{ {good} }}")), Vec::<String>::new(), "{good}");
    }
    for bad in [
        "width: calc(1px + 2)",
        "width: calc(1px * 2px)",
        "width: calc(1px+2px)",
        "width: calc(1px + 1deg)",
        "width: calc(3)",
        "width: calc(1px / 0)",
        "width: calc(2 / 1px)",
        "width: min(1px, 2)",
        "width: clamp(1px, 2px)",
        "border-width: calc(1px + 10%)",
        "transform: rotate(calc(1px * 2))",
        "z-index: calc(1px)",
        "opacity: calc(10% + 1)",
    ] {
        assert_eq!(warnings(&format!("p {{ {bad} }}")).len(), 1, "{bad}");
    }
}

#[test]
fn calc_results_are_brought_into_range() {
    let s = p("padding: calc(1px - 5px); width: calc(10% - 20px); flex-grow: calc(1 - 3)");
    assert_eq!((s.padding.top.clone(), s.flex_grid.grow), (px(0.0), 0.0));
    let SizeValue::Value(width) = &s.width else { panic!() };
    assert_eq!((width.resolve(Px(100.0)), width.resolve(Px(300.0))), (Px(0.0), Px(10.0)));
    // What is not below zero anyway stays as simple as it is.
    assert_eq!(
        width_of("calc(2 * 25%)"),
        SizeValue::Value(LengthPercentage::Percent(0.5)),
        "a percentage that is calculated is one"
    );
    let s = p("margin: calc(1px - 5px); line-height: calc(0px - 1em)");
    assert_eq!(s.margin.top, LengthPercentageAuto::Value(px(-4.0)));
    assert_eq!(s.text.line_height, LineHeight::Length(Px(0.0)));
}

fn width_of(value: &str) -> SizeValue {
    width(value)
}

#[test]
fn calc_of_font_relative_and_page_relative_lengths() {
    is_px("calc(1em + 1rem + 1ex + 1ch)", 16.0 + 16.0 + 6.4 + 8.0);
    is_px("calc(1vw + 1vh + 1vmin + 1vmax)", 10.0 + 20.0 + 10.0 + 20.0);
    is_px("calc(1cap + 1ic)", 11.2 + 16.0);
    is_px("calc(1lh / 2)", 9.6);
    let d = doc(
        "div { font-size: 10px; line-height: 3 } p { line-height: 2lh; width: 1lh }",
        "<div><p>x",
    );
    // `lh` in `line-height` itself is the parent's.
    assert_eq!(d.get("p").text.line_height, LineHeight::Length(Px(60.0)));
    assert_eq!(d.get("p").width, SizeValue::Value(px(60.0)));
    let d = doc(
        "html { font-size: 20px; line-height: 2 } p { width: 1rlh; height: 1rem; font-size: 50% }",
        "<p>x",
    );
    assert_eq!(
        (d.get("p").width.clone(), d.get("p").height.clone(), d.get("p").text.size),
        (SizeValue::Value(px(40.0)), SizeValue::Value(px(20.0)), Px(10.0))
    );
}

fn color(value: &str) -> [f32; 4] {
    match p(&format!("color: {value}")).text.color {
        Color::Rgb { r, g, b, a } => [r, g, b, a].map(|c| (c * 1000.0).round() / 1000.0),
        other => panic!("{value}: {other:?}"),
    }
}

#[test]
fn colours_keep_to_their_range_and_wrap_their_hue() {
    assert_eq!(color("#abc"), color("#aabbcc"));
    assert_eq!(color("#abc8"), color("#aabbcc88"));
    assert_eq!(color("rgb(300 -20 0 / 120%)"), [1.0, 0.0, 0.0, 1.0]);
    assert_eq!(color("rgb(0 none 255 / none)"), [0.0, 0.0, 1.0, 0.0]);
    assert_eq!(color("hsl(-120 100% 50%)"), color("hsl(240deg 100% 50%)"));
    assert_eq!(color("hsl(0.5turn 100% 25%)"), [0.0, 0.5, 0.5, 1.0]);
    assert_eq!(color("hsla(120, 100%, 50%, 0.25)"), [0.0, 1.0, 0.0, 0.25]);
    assert_eq!(color("hwb(120 20% 40%)"), [0.2, 0.6, 0.2, 1.0]);
    assert_eq!(color("hwb(0 80% 80%)"), [0.5, 0.5, 0.5, 1.0]);
    assert_eq!(color("RebeccaPurple"), [0.4, 0.2, 0.6, 1.0]);
    assert_eq!(color("transparent")[3], 0.0);
    for bad in [
        "rgb(1 2)",
        "rgb(1, 2 3)",
        "#12345",
        "rgb(1 2 3 4)",
        "hsl(red)",
        "color-mix(in srgb, red, blue)",
        "oklch(0.5 0.1 20)",
        "lab(50 1 1)",
        "CanvasText",
        "reddish",
    ] {
        assert_eq!(warnings(&format!("p {{ color: {bad} }}")).len(), 1, "{bad}");
    }
    let Color::Cmyk { c, k, a, .. } = p("color: device-cmyk(10% 0 0 1 / 0.5)").text.color else {
        panic!()
    };
    assert_eq!((c, k, a), (0.1, 1.0, 0.5));
}

#[test]
fn gradients_in_every_form() {
    for good in [
        "linear-gradient(red, blue)",
        "linear-gradient(45deg, red 10%, blue 2cm)",
        "linear-gradient(to bottom right, red 0 50%, blue 50% 100%)",
        "linear-gradient(red, 30%, blue, 2cm, lime)",
        "linear-gradient(calc(1turn / 8), red, blue)",
        "repeating-linear-gradient(to left, red, blue 10px)",
        "radial-gradient(red, blue)",
        "radial-gradient(circle, red, blue)",
        "radial-gradient(circle closest-side at 10% top, red, blue)",
        "radial-gradient(farthest-corner ellipse, red, blue)",
        "radial-gradient(10px, red, blue)",
        "radial-gradient(10px circle at center, red, blue)",
        "radial-gradient(circle 10px, red, blue)",
        "radial-gradient(10px 20% at 1px 2px, red, blue)",
        "radial-gradient(ellipse 10px 20px, red, blue)",
        "repeating-radial-gradient(at left, currentColor, transparent 1em)",
    ] {
        let s = p(&format!("background-image: {good}"));
        assert!(matches!(s.background.layers[0].image, ImageValue::Gradient(_)), "{good}");
    }
    for bad in [
        "linear-gradient(red)",
        "linear-gradient(to middle, red, blue)",
        "linear-gradient(to left right, red, blue)",
        "linear-gradient(10px, red, blue)",
        "linear-gradient(20%, red, blue)",
        "linear-gradient(red, blue, 20%)",
        "linear-gradient(red, 20%, 30%, blue)",
        "radial-gradient(circle 10px 20px, red, blue)",
        "radial-gradient(circle 10%, red, blue)",
        "radial-gradient(ellipse 10px, red, blue)",
        "conic-gradient(red, blue)",
    ] {
        assert_eq!(warnings(&format!("p {{ background-image: {bad} }}")).len(), 1, "{bad}");
    }
}

#[test]
fn positions_of_one_to_four_parts() {
    let at = |value: &str| {
        let s = p(&format!("object-position: {value}"));
        let (x, y) = &s.object_position;
        (x.resolve(Px(100.0)).0, y.resolve(Px(200.0)).0)
    };
    assert_eq!(at("top"), (50.0, 0.0));
    assert_eq!(at("10px"), (10.0, 100.0));
    assert_eq!(at("bottom left"), (0.0, 200.0));
    assert_eq!(at("right 25%"), (100.0, 50.0));
    assert_eq!(at("right 10px bottom 20px"), (90.0, 180.0));
    assert_eq!(at("bottom 20% right"), (100.0, 160.0));
    assert_eq!(warnings("p { object-position: left right }").len(), 1);
    assert_eq!(warnings("p { object-position: 10px left }").len(), 1);
}

#[test]
fn display_in_one_and_in_two_words() {
    let of = |value: &str| p(&format!("display: {value}")).display;
    assert_eq!(of("inline flow-root"), Display::InlineBlock);
    assert_eq!((of("flow-root inline"), of("block flow")), (Display::InlineBlock, Display::Block));
    assert_eq!((of("flow"), of("inline flow")), (Display::Block, Display::Inline));
    assert_eq!((of("block flex"), of("inline grid")), (Display::Flex, Display::InlineGrid));
    assert_eq!(
        (of("list-item"), of("flow list-item block")),
        (Display::ListItem, Display::ListItem)
    );
    assert_eq!(of("inline table"), Display::InlineTable);
    for bad in
        ["inline list-item", "block inline", "flex table", "ruby", "run-in", "inline contents"]
    {
        assert_eq!(warnings(&format!("p {{ display: {bad} }}")).len(), 1, "{bad}");
    }
}

fn before(content: &str, html: &str) -> Vec<ContentItem> {
    let d = doc(&format!("p::before {{ content: {content} }}"), html);
    assert_eq!(messages(&d.found), Vec::<String>::new(), "{content}");
    match &d.styled.pseudo(d.node("p"), Pseudo::Before).unwrap().generated.content {
        Content::Items(items) => items.to_vec(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn attr_is_read_from_the_element_or_falls_back() {
    let text = |s: &str| ContentItem::String(s.into());
    assert_eq!(before("attr(data-n)", "<p data-n='7 &amp; 8'>"), [text("7 & 8")]);
    assert_eq!(before("attr(DATA-N)", "<p data-n=7>"), [text("7")]);
    assert_eq!(before("attr(data-n, 'none')", "<p>"), [text("none")]);
    assert_eq!(before("attr(data-n)", "<p>"), [text("")]);
    let d = doc("p::before { content: var(--c); --c: attr(id) }", "<p id=a>x</p><p id=b>y</p>");
    let second = d.styled.pseudo(d.node("b"), Pseudo::Before).unwrap();
    assert_eq!(second.generated.content, Content::Items([text("b")].into()));
}

#[test]
fn counters_are_read_with_their_style() {
    assert_eq!(
        before(
            "counter(a) counter(b, upper-roman) counters(c, '.') counters(d, '-', lower-alpha)",
            "<p>"
        ),
        [
            ContentItem::Counter("a".into(), CounterStyle::Decimal),
            ContentItem::Counter("b".into(), CounterStyle::UpperRoman),
            ContentItem::Counters("c".into(), ".".into(), CounterStyle::Decimal),
            ContentItem::Counters("d".into(), "-".into(), CounterStyle::LowerAlpha),
        ]
    );
    let s = p("counter-reset: a b 3; counter-increment: a -2 c; counter-set: d 4 e");
    let g = &s.generated;
    assert_eq!(g.counter_reset, [("a".into(), 0), ("b".into(), 3)]);
    assert_eq!(g.counter_increment, [("a".into(), -2), ("c".into(), 1)]);
    assert_eq!(g.counter_set, [("d".into(), 4), ("e".into(), 0)]);
    assert!(p("counter-reset: none").generated.counter_reset.is_empty());
}

#[test]
fn list_styles_by_every_name() {
    let of = |value: &str| p(&format!("list-style-type: {value}")).list_style_type.clone();
    for (name, style) in [
        ("disc", CounterStyle::Disc),
        ("circle", CounterStyle::Circle),
        ("square", CounterStyle::Square),
        ("decimal", CounterStyle::Decimal),
        ("decimal-leading-zero", CounterStyle::DecimalLeadingZero),
        ("lower-alpha", CounterStyle::LowerAlpha),
        ("lower-latin", CounterStyle::LowerAlpha),
        ("upper-alpha", CounterStyle::UpperAlpha),
        ("upper-latin", CounterStyle::UpperAlpha),
        ("lower-roman", CounterStyle::LowerRoman),
        ("upper-roman", CounterStyle::UpperRoman),
        ("simp-chinese-informal", CounterStyle::SimpChineseInformal),
        ("trad-chinese-informal", CounterStyle::TradChineseInformal),
        ("cjk-decimal", CounterStyle::CjkDecimal),
        ("none", CounterStyle::None),
        ("'– '", CounterStyle::String("– ".into())),
    ] {
        assert_eq!(of(name), style, "{name}");
    }
    let s = p("list-style: inside url(a.png) lower-roman");
    assert_eq!(s.list_style_image, ImageValue::Url("/css/a.png".into()));
    assert_eq!((s.list_style_type.clone(), s.list_style_inside), (CounterStyle::LowerRoman, true));
    assert_eq!(p("list-style: none").list_style_type, CounterStyle::None);
    for bad in ["lower-greek", "hebrew", "symbols('*')", "katakana"] {
        assert_eq!(warnings(&format!("p {{ list-style-type: {bad} }}")).len(), 1, "{bad}");
    }
}
