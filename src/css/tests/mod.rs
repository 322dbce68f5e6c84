//! What a template's author notices: values, cascade, pages, and the words of the warnings.

mod built_in;
mod hints;
mod keywords;
mod selectors;
mod skeleton;
mod values;
mod warnings;

use std::sync::Arc;

use super::computed::*;
use super::*;
use crate::diag::{Diagnostic, Source};
use crate::geom::{Color, Px, Size};
use crate::html::{self, Dom, NodeId};

struct Half;

impl FontMetrics for Half {
    fn ratios(&self, _: &[Arc<str>], _: f32, _: bool) -> FontRatios {
        FontRatios { ex: 0.4, ..FontRatios::default() }
    }
}

const PAGE: Size = Size { width: Px(1000.0), height: Px(2000.0) };

struct Doc {
    dom: Dom,
    styled: Styled,
    found: Vec<Diagnostic>,
}

fn sheet(css: &str) -> (Arc<Sheet>, Vec<Diagnostic>) {
    let mut load = |path: &str| match path {
        "css/more.css" => Ok(Source::new(path, "p { color: lime; background: url(a.png) }")),
        "css/print.css" => Ok(Source::new(path, "@import 'more.css'; b { color: blue }")),
        _ => Err(Diagnostic::error("missing-file", format!("there is no file \"{path}\""))),
    };
    let source = Source::new("css/a.css", css);
    let (sheet, found) = parse_sheet(&source, Origin::Author, "css", &mut load);
    (Arc::new(sheet), found)
}

fn doc(css: &str, html: &str) -> Doc {
    let (sheet, mut found) = sheet(css);
    let dom = html::parse(&Source::new("page.html", html));
    let env = Environment { page_size: PAGE, metrics: &Half };
    let (styled, more) = style(&dom, &[user_agent_sheet(), sheet], &env);
    found.extend(more);
    Doc { dom, styled, found }
}

impl Doc {
    fn node(&self, name: &str) -> NodeId {
        let all = self.dom.descendants(self.dom.document());
        let is = |n: &NodeId| self.dom.is(*n, name) || self.dom.attr(*n, "id") == Some(name);
        all.into_iter().find(is).expect(name)
    }

    fn get(&self, name: &str) -> &Arc<Computed> {
        self.styled.get(self.node(name))
    }

    fn page(&self, name: Option<&str>, number: usize) -> PageStyle {
        self.styled.page(&PageContext {
            name,
            number,
            in_group: 1,
            blank: false,
            right: number % 2 == 1,
        })
    }
}

/// The computed style of a `p` with these declarations.
fn p(declarations: &str) -> Arc<Computed> {
    let d = doc(&format!("p {{ margin: 0; {declarations} }}"), "<p>x");
    assert_eq!(messages(&d.found), Vec::<String>::new(), "{declarations}");
    Arc::clone(d.get("p"))
}

fn messages(found: &[Diagnostic]) -> Vec<String> {
    let line = |d: &Diagnostic| {
        let at = d.span.as_ref().map(|s| s.position()).unwrap_or_default();
        let help: String = d.help.iter().map(|h| format!(" ({h})")).collect();
        format!("{}:{} {}: {}{help}", at.0, at.1, d.code, d.message)
    };
    found.iter().map(line).collect()
}

fn warnings(css: &str) -> Vec<String> {
    messages(&sheet(css).1)
}

fn px(value: f32) -> LengthPercentage {
    LengthPercentage::Length(Px(value))
}

fn width(value: &str) -> SizeValue {
    p(&format!("width: {value}")).width.clone()
}

fn is_px(value: &str, expected: f32) {
    match width(value) {
        SizeValue::Value(LengthPercentage::Length(Px(px))) => {
            assert!((px - expected).abs() < 0.01, "{value}: {px}");
        }
        other => panic!("{value}: {other:?}"),
    }
}

const RED: Color = Color::Rgb { r: 1.0, g: 0.0, b: 0.0, a: 1.0 };
const LIME: Color = Color::Rgb { r: 0.0, g: 1.0, b: 0.0, a: 1.0 };
const BLUE: Color = Color::Rgb { r: 0.0, g: 0.0, b: 1.0, a: 1.0 };

#[test]
fn cascade_goes_by_specificity_then_order() {
    let d = doc("p { color: red } .a { color: lime } p { color: blue }", "<p class=a>");
    assert_eq!(d.get("p").text.color, LIME);
    let d = doc("#i { color: lime } p.a.b.c { color: red }", "<p id=i class='a b c'>");
    assert_eq!(d.get("p").text.color, LIME);
    let d = doc("p { color: red } p { color: lime }", "<p>");
    assert_eq!(d.get("p").text.color, LIME);
    let d = doc(":where(#i) { color: red } p { color: lime }", "<p id=i>");
    assert_eq!(d.get("p").text.color, LIME);
}

#[test]
fn cascade_important_beats_specificity_and_style_attribute() {
    let d = doc("p { color: lime !important } #i { color: red }", "<p id=i style='color: blue'>");
    assert_eq!(d.get("p").text.color, LIME);
    let d = doc("p { color: red !important }", "<p style='color: lime!important'>");
    assert_eq!(d.get("p").text.color, LIME);
    let d = doc("#i { color: red }", "<p id=i style='color: lime'>");
    assert_eq!(d.get("p").text.color, LIME);
}

#[test]
fn cascade_wide_keywords() {
    let css = "div { color: red; margin: 3px; letter-spacing: 1px }
        h1 { margin: inherit; color: initial; font-weight: unset; display: revert; letter-spacing: initial }
        h2 { font-weight: 300; font-weight: revert; }";
    let d = doc(css, "<div><h1>x</h1><h2>y</h2></div>");
    let h1 = d.get("h1");
    assert_eq!(h1.margin.top, LengthPercentageAuto::Value(px(3.0)));
    assert_eq!((h1.text.color, h1.text.weight, h1.display), (Color::BLACK, 400.0, Display::Block));
    assert_eq!(h1.text.letter_spacing, Px(0.0));
    assert_eq!(d.get("h2").text.weight, 700.0);
    assert_eq!(messages(&d.found), Vec::<String>::new());
}

#[test]
fn inheritance_shares_what_does_not_change() {
    let d = doc("div { color: red } p { margin: 0 }", "<div><p>x</p><p id=b>y</p><b>z</b></div>");
    assert!(Arc::ptr_eq(&d.get("div").text, &d.get("p").text));
    assert!(Arc::ptr_eq(d.get("p"), d.get("b")) || d.get("b").text.weight == 700.0);
    let second = d.styled.get(d.dom.next_sibling(d.node("p")).unwrap());
    assert!(Arc::ptr_eq(d.get("p"), second));
    assert!(Arc::ptr_eq(&d.get("p").flex_grid, &d.get("div").flex_grid));
    assert!(Arc::ptr_eq(&d.get("p").background, &d.get("div").background));
    let text = d.dom.first_child(d.node("p")).unwrap();
    assert!(Arc::ptr_eq(d.styled.get(text), d.get("p")));
}

#[test]
fn variables_substitute_fall_back_and_break_cycles() {
    let css = ":root { --a: var(--b); --b: lime; --c: var(--d, red); --x: var(--y); --y: var(--x) }
        #one { color: var(--a) } #two { border: 2px solid var(--c) }
        #three { color: var(--x, blue) } #four { width: calc(var(--n, 2) * 3px) }
        #five { color: var(--missing) } div { --n: 4 } #six { margin: var(--m, 1px 2px) }";
    let d = doc(css, "<p id=one><p id=two><p id=three><div><p id=four></div><p id=five><p id=six>");
    assert_eq!(d.get("one").text.color, LIME);
    assert_eq!((d.get("two").border.left.color, d.get("two").border.left.width), (RED, Px(2.0)));
    assert_eq!(d.get("three").text.color, BLUE);
    assert_eq!(d.get("four").width, SizeValue::Value(px(12.0)));
    assert_eq!(d.get("five").text.color, Color::BLACK);
    assert_eq!(d.get("six").margin.right, LengthPercentageAuto::Value(px(2.0)));
    assert_eq!(
        messages(&d.found),
        [
            "4:24 unsupported-value: \"var(--missing)\" is not valid for \"color\" once its variables are put in"
        ]
    );
}

#[test]
fn lengths_of_every_unit() {
    let cases = [
        ("10px", 10.0),
        ("72pt", 96.0),
        ("6pc", 96.0),
        ("1in", 96.0),
        ("2.54cm", 96.0),
        ("25.4mm", 96.0),
        ("101.6Q", 96.0),
        ("2em", 32.0),
        ("2rem", 32.0),
        ("10ex", 64.0),
        ("10ch", 80.0),
        ("2lh", 38.4),
        ("2rlh", 38.4),
        ("1vw", 10.0),
        ("1vh", 20.0),
        ("0", 0.0),
    ];
    cases.into_iter().for_each(|(value, expected)| is_px(value, expected));
    assert_eq!(width("50%"), SizeValue::Value(LengthPercentage::Percent(0.5)));
    assert_eq!(width("auto"), SizeValue::Auto);
    assert_eq!(width("max-content"), SizeValue::MaxContent);
}

#[test]
fn calc_folds_what_is_known_and_keeps_percentages() {
    is_px("calc(1in + 2 * (10px - 4px) / 3)", 100.0);
    is_px("max(1px, 2em, 30px)", 32.0);
    is_px("clamp(1px, 50px, 20px)", 20.0);
    is_px("min(calc(3px + 4px), 10px)", 7.0);
    let SizeValue::Value(mixed) = width("calc(50% - 2 * 10px)") else { panic!() };
    assert_eq!(mixed.resolve(Px(100.0)), Px(30.0));
    let SizeValue::Value(mixed) = width("min(100%, 80px) ") else { panic!() };
    assert_eq!((mixed.resolve(Px(100.0)), mixed.resolve(Px(50.0))), (Px(80.0), Px(50.0)));
    assert_eq!(warnings("p { width: calc(1px + 2) }").len(), 1);
    assert_eq!(warnings("p { width: calc(1px * 2px) }").len(), 1);
}

#[test]
fn colours_in_every_syntax() {
    let of = |value: &str| p(&format!("color: {value}")).text.color;
    for red in [
        "red",
        "#f00",
        "#FF0000ff",
        "rgb(255 0 0)",
        "rgb(255, 0, 0)",
        "rgba(100%, 0%, 0%, 1)",
        "hsl(0 100% 50%)",
        "hsl(360deg, 100%, 50%)",
        "hwb(0 0% 0%)",
        "RGB(255 0 0 / 100%)",
    ] {
        let Color::Rgb { r, g, b, a } = of(red) else { panic!("{red}") };
        assert!((r - 1.0).abs() + g.abs() + b.abs() + (a - 1.0).abs() < 0.01, "{red}");
    }
    assert_eq!(of("rgb(0 0 255 / 50%)").alpha(), 0.5);
    assert_eq!(
        of("device-cmyk(0 0.5 100% 0)"),
        Color::Cmyk { c: 0.0, m: 0.5, y: 1.0, k: 0.0, a: 1.0 }
    );
    assert_eq!(p("color: blue; border: 1px solid").border.top.color, BLUE);
    assert_eq!(p("color: blue; background: currentColor").background.color, BLUE);
}

#[test]
fn fonts_resolve_against_the_parent() {
    let css = "div { font-size: 20px; line-height: 150%; font-weight: 300 }
        p { font-size: 1.5em; font-weight: bolder; width: 1em; margin: 0 } b { font-size: smaller; line-height: 2 }";
    let d = doc(css, "<div><p>x<b>y</b></p></div>");
    let p = d.get("p");
    assert_eq!(
        (p.text.size, p.text.weight, p.width.clone()),
        (Px(30.0), 400.0, SizeValue::Value(px(30.0)))
    );
    assert_eq!(p.text.line_height, LineHeight::Length(Px(30.0)));
    assert_eq!(
        (d.get("b").text.size, d.get("b").text.line_height),
        (Px(25.0), LineHeight::Number(2.0))
    );
}

#[test]
fn font_shorthand_sets_and_resets() {
    let s = p(
        "font-variant: small-caps; font: italic 700 12pt/1.2 \"EB Garamond\", Noto Serif CJK SC, SERIF",
    );
    assert_eq!((s.text.style, s.text.weight, s.text.size), (FontStyle::Italic, 700.0, Px(16.0)));
    assert_eq!(s.text.line_height, LineHeight::Number(1.2));
    let names: Vec<&str> = s.text.families.iter().map(|f| &**f).collect();
    assert_eq!(names, ["EB Garamond", "Noto Serif CJK SC", "serif"]);
    assert!(s.text.features.is_empty());
}

fn features(declarations: &str) -> String {
    let s = p(declarations);
    let one = |f: &FontFeature| format!("{}={}", String::from_utf8_lossy(&f.tag), f.value);
    s.text.features.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[test]
fn font_variants_become_features() {
    assert_eq!(features("font-variant: small-caps oldstyle-nums"), "onum=1 smcp=1");
    assert_eq!(
        features("font-variant-numeric: lining-nums tabular-nums slashed-zero"),
        "lnum=1 tnum=1 zero=1"
    );
    assert_eq!(features("font-variant-ligatures: no-common-ligatures"), "clig=0 liga=0");
    assert_eq!(features("letter-spacing: .1em"), "clig=0 liga=0");
    assert_eq!(
        features("letter-spacing: .1em; font-variant-ligatures: common-ligatures"),
        "clig=1 liga=1"
    );
    assert_eq!(
        features(
            "font-kerning: none; font-feature-settings: \"ss01\", \"onum\" off; font-variant-numeric: oldstyle-nums"
        ),
        "kern=0 onum=0 ss01=1"
    );
    let d = doc(
        "div { font-variant-caps: small-caps } p { font-variant-numeric: ordinal }",
        "<div><p>x</div>",
    );
    assert_eq!(d.get("p").text.features.len(), 2);
}

#[test]
fn box_shorthands() {
    let s = p("margin: 1px 2px 3px; padding: 4px 5px; inset: 0 auto 10% 1mm");
    assert_eq!(s.margin.left, LengthPercentageAuto::Value(px(2.0)));
    assert_eq!((s.padding.top.clone(), s.padding.left.clone()), (px(4.0), px(5.0)));
    assert_eq!(s.inset.right, LengthPercentageAuto::Auto);
    let s = p("border: thick double red; border-left: 0; border-top-color: lime");
    assert_eq!((s.border.right.width, s.border.right.style), (Px(5.0), LineStyle::Double));
    assert_eq!(
        (s.border.left.width, s.border.top.color, s.border.bottom.color),
        (Px(0.0), LIME, RED)
    );
    let s = p("border-width: 9px; border-radius: 1px 2px / 3px; outline: 1px dashed blue");
    assert_eq!((s.border.top.width, s.radius.top_right.clone()), (Px(0.0), (px(2.0), px(3.0))));
    assert_eq!(s.outline.map(|o| o.line.width), Some(Px(1.0)));
}

#[test]
fn background_layers() {
    let s = p(
        "background: url(img/a.png) no-repeat right 2px center / cover, linear-gradient(to right, red, 30% blue) padding-box lime",
    );
    assert_eq!((s.background.layers.len(), s.background.color), (2, LIME));
    let top = &s.background.layers[0];
    assert_eq!(top.image, ImageValue::Url("/css/img/a.png".into()));
    assert_eq!(
        (top.repeat, top.size.clone()),
        ((Repeat::NoRepeat, Repeat::NoRepeat), BackgroundSize::Cover)
    );
    assert_eq!(top.position.0.resolve(Px(100.0)), Px(98.0));
    let ImageValue::Gradient(gradient) = &s.background.layers[1].image else { panic!() };
    assert_eq!((gradient.shape.clone(), gradient.stops.len()), (GradientShape::Corner(1, 0), 2));
    assert_eq!(gradient.stops[1].position, Some(LengthPercentage::Percent(0.3)));
    assert_eq!(s.background.layers[1].clip, BoxArea::PaddingBox);
    let s = p(
        "background-image: radial-gradient(circle closest-side at 1px 2px, red 0 10%, transparent), url(data:image/png;base64,AA==)",
    );
    assert_eq!(s.background.layers[1].image, ImageValue::Url("data:image/png;base64,AA==".into()));
}

#[test]
fn flex_and_grid_shorthands() {
    let flex = |v: &str| {
        let s = p(&format!("flex: {v}"));
        (s.flex_grid.grow, s.flex_grid.shrink, s.flex_grid.basis.clone())
    };
    assert_eq!(flex("1"), (1.0, 1.0, SizeValue::Value(px(0.0))));
    assert_eq!(flex("auto"), (1.0, 1.0, SizeValue::Auto));
    assert_eq!(flex("none"), (0.0, 0.0, SizeValue::Auto));
    assert_eq!(flex("2 3 10px"), (2.0, 3.0, SizeValue::Value(px(10.0))));
    let s = p(
        "display: grid; grid-template-columns: [a] 1fr repeat(2, 10px [b]) minmax(1px, auto); grid-area: 1 / 2 / span 2 / -1; gap: 1px 2px; grid-auto-flow: dense column",
    );
    let g = &s.flex_grid;
    assert_eq!((g.template_columns.tracks.len(), g.template_columns.line_names.len()), (4, 5));
    assert_eq!(g.template_columns.line_names[2], [Arc::from("b")]);
    assert_eq!(
        (g.row.clone(), g.column.clone()),
        ((GridLine::Line(1), GridLine::Span(2)), (GridLine::Line(2), GridLine::Line(-1)))
    );
    assert_eq!((g.row_gap.clone(), g.column_gap.clone()), (px(1.0), px(2.0)));
    assert!(g.auto_flow_column && g.auto_flow_dense);
    let s = p("grid-template: \"a b\" 10px \"a c\" / 1fr 2fr; grid-column: b");
    assert_eq!((s.flex_grid.template_areas.len(), s.flex_grid.template_rows.tracks.len()), (2, 2));
    assert_eq!(s.flex_grid.column.1, GridLine::Named("b".into(), 0));
    assert_eq!(warnings("p { grid-template-areas: \"a b a\" }").len(), 1);
}

#[test]
fn text_properties() {
    let s = p(
        "text-indent: 2em hanging; text-wrap: balance; white-space: pre-line; hyphenate-limit-chars: 6 3; text-fit: shrink 60%; quotes: '«' '»'; vertical-align: 50%; line-height: 20px; tab-size: 4",
    );
    assert_eq!((s.text.indent.amount.clone(), s.text.indent.hanging), (px(32.0), true));
    assert_eq!(
        (s.text.wrap_style, s.text.white_space),
        (TextWrapStyle::Balance, WhiteSpaceCollapse::PreserveBreaks)
    );
    assert_eq!(
        s.text.hyphenate_limits,
        HyphenateLimits { word: Some(6), before: Some(3), after: Some(3) }
    );
    assert_eq!((s.text_fit, s.vertical_align), (Some(0.6), VerticalAlign::Length(Px(10.0))));
    assert_eq!(p("text-fit: shrink").text_fit, Some(0.5));
    let s = p(
        "text-decoration: underline wavy red 2px; text-underline-offset: .1em; list-style: square inside; transform: rotate(90deg) translate(1px)",
    );
    assert_eq!(
        (s.decoration.lines.underline, s.decoration.color, s.decoration.thickness),
        (true, RED, Some(Px(2.0)))
    );
    assert_eq!(
        (s.list_style_type.clone(), s.list_style_inside, s.transform.len()),
        (CounterStyle::Square, true, 2)
    );
}

#[test]
fn generated_content() {
    let css = "p::before { content: counter(c, upper-roman) '. ' attr(title) url(a.png) open-quote; counter-increment: c 2 }
        p::after { content: none } p { string-set: title content(); bookmark-level: 2; position: running(head) } li::marker { color: red }";
    let d = doc(css, "<p title=T>x<li>y");
    let before = d.styled.pseudo(d.node("p"), Pseudo::Before).unwrap();
    let Content::Items(items) = &before.generated.content else { panic!() };
    assert_eq!(items[2], ContentItem::String("T".into()));
    assert_eq!(items[3], ContentItem::Image(ImageValue::Url("/css/a.png".into())));
    assert_eq!(before.generated.counter_increment, [("c".into(), 2)]);
    assert!(d.styled.pseudo(d.node("p"), Pseudo::After).is_none());
    assert_eq!(d.get("p").position, Position::Running("head".into()));
    assert_eq!(d.get("p").generated.string_set, [("title".into(), vec![ContentItem::ElementText])]);
    assert_eq!(d.styled.pseudo(d.node("li"), Pseudo::Marker).unwrap().text.color, RED);
}

#[test]
fn selectors_has_nth_of_lang_and_attributes() {
    let css = ":lang(zh) { color: red } div:has(> img) { color: lime } p:nth-child(2 of .k) { color: blue }
        a[href^='HTTP' i] { color: lime } p:not(.k):empty { color: lime } *:lang('*-CH') { color: blue }";
    let html =
        "<div id=d><img></div><section><p class=k><p><p class=k id=second><p id=e></p></section>
        <i lang=zh-Hans id=z>x</i><a id=h href=http://x>l</a><i lang=de-CH id=ch>x</i>";
    let d = doc(css, html);
    for (id, color) in
        [("d", LIME), ("second", BLUE), ("e", LIME), ("z", RED), ("h", LIME), ("ch", BLUE)]
    {
        assert_eq!(d.get(id).text.color, color, "{id}");
    }
    assert_eq!(&*d.get("z").text.lang, "zh-Hans");
}

#[test]
fn built_in_sheet_follows_html() {
    let d = doc(
        "",
        "<h1>a</h1><p hidden>x</p><ul><li>y<ul id=in></ul></ul><table><th>t</table><a href=x>l</a><q>q</q><div dir=rtl><ol></ol></div><img width=20 height=10>",
    );
    let h1 = d.get("h1");
    assert_eq!(
        (h1.text.size, h1.margin.top.clone()),
        (Px(32.0), LengthPercentageAuto::Value(px(32.0 * 0.67)))
    );
    assert_eq!((d.get("p").display, d.get("li").display), (Display::None, Display::ListItem));
    assert_eq!(
        (d.get("in").list_style_type.clone(), d.get("in").margin.top.clone()),
        (CounterStyle::Circle, LengthPercentageAuto::ZERO)
    );
    assert_eq!(
        (d.get("th").vertical_align, d.get("th").text.align),
        (VerticalAlign::Middle, TextAlign::Center)
    );
    assert!(d.get("a").decoration.lines.underline);
    assert!(d.styled.pseudo(d.node("q"), Pseudo::Before).is_some());
    assert_eq!(
        (d.get("ol").text.direction, d.get("ol").padding.right.clone()),
        (Direction::Rtl, px(40.0))
    );
    assert_eq!(
        (d.get("img").width.clone(), d.get("img").aspect_ratio),
        (SizeValue::Value(px(20.0)), Some((2.0, true)))
    );
    assert_eq!(messages(&d.found), Vec::<String>::new());
}

#[test]
fn built_in_sheet_has_no_warnings() {
    let source = Source::new("user-agent.css", include_str!("../user_agent.css"));
    let mut load = |_: &str| Err(Diagnostic::error("missing-file", "none"));
    assert_eq!(
        messages(&parse_sheet(&source, Origin::UserAgent, "", &mut load).1),
        Vec::<String>::new()
    );
}

#[test]
fn pages_select_and_hold_margin_boxes() {
    let css = "html { font: 10px serif; color: red }
        @page { size: A5 landscape; margin: 10mm 2em; @bottom-center { content: counter(page) ' / ' counter(pages) }
                @top-left { content: normal } }
        @page :first { margin: 0; @bottom-center { content: none } }
        @page cover { size: 100mm; marks: crop } @page cover:left { bleed: 3mm } @page :nth(2n) { padding: 1px }";
    let d = doc(css, "<p>x");
    assert_eq!(messages(&d.found), Vec::<String>::new());
    let first = d.page(None, 1);
    assert_eq!(first.size, Size::new(Px::from_mm(210.0), Px::from_mm(148.0)));
    assert_eq!(
        (first.style.margin.left.clone(), first.margin_boxes.len()),
        (LengthPercentageAuto::ZERO, 0)
    );
    let second = d.page(None, 2);
    assert_eq!(
        (second.style.margin.left.clone(), second.style.padding.top.clone()),
        (LengthPercentageAuto::Value(px(20.0)), px(1.0))
    );
    let footer = second.margin_box(MarginBox::BottomCenter).unwrap();
    assert_eq!(
        (footer.text.color, footer.text.align, footer.vertical_align),
        (RED, TextAlign::Center, VerticalAlign::Middle)
    );
    let cover = d.page(Some("cover"), 3);
    assert_eq!(
        (cover.size.height, cover.bleed, cover.marks.crop),
        (Px::from_mm(100.0), Px(8.0), true)
    );
    assert_eq!(d.page(Some("cover"), 4).bleed, Px::from_mm(3.0));
}

#[test]
fn media_and_imports() {
    let css = "@import 'more.css'; @media screen { p { color: red } }
        @media print and (min-width: 500px) { p { margin: 7px } } @media (max-width: 10px) { p { margin: 0 } }";
    let d = doc(css, "<p>x");
    assert_eq!(messages(&d.found), Vec::<String>::new());
    let p = d.get("p");
    assert_eq!((p.text.color, p.margin.top.clone()), (LIME, LengthPercentageAuto::Value(px(7.0))));
    assert_eq!(p.background.layers[0].image, ImageValue::Url("/css/a.png".into()));
    assert_eq!(
        warnings("@import url(none.css);"),
        ["1:1 missing-file: there is no file \"css/none.css\""]
    );
}

#[test]
fn font_faces() {
    let css = "@font-face { font-family: 'X Y'; src: url(../fonts/x.otf) format('opentype'), url(b.ttf); font-weight: 200 700; font-style: italic; unicode-range: U+4E00-9FFF, U+3? }";
    let (sheet, found) = sheet(css);
    assert_eq!(messages(&found), Vec::<String>::new());
    let face = &sheet.font_faces()[0];
    assert_eq!((&*face.family, face.weight), ("X Y", (200.0, 700.0)));
    assert_eq!(face.sources, [Arc::from("fonts/x.otf"), Arc::from("css/b.ttf")]);
    assert_eq!(face.unicode_range, [0x4e00..=0x9fff, 0x30..=0x3f]);
}

#[test]
fn warnings_say_what_where_and_what_to_do() {
    let css = "p { colr: red;\n  display: flexx; width: 3; margin: 1px 2foo;\n  -webkit-transform: none; color: ; float: left }";
    assert_eq!(
        warnings(css),
        [
            "1:5 unknown-property: unknown property \"colr\" (did you mean \"color\"?)",
            "2:12 unsupported-value: unsupported value \"flexx\" for \"display\" (did you mean \"flex\"?)",
            "2:26 unsupported-value: unsupported value \"3\" for \"width\" (lengths need a unit, as in \"3mm\" or \"12pt\")",
            "2:41 unsupported-value: unsupported value \"2foo\" for \"margin\" (the units are px, pt, pc, in, cm, mm, Q, em, rem, ex, ch, lh, rlh, vw, vh and %; \"foo\" is none of them)",
            "3:3 unknown-property: unknown property \"-webkit-transform\" (write \"transform\" without the prefix)",
            "3:35 unsupported-value: the value of \"color\" is not complete",
        ]
    );
    let d = doc(css, "<p>x");
    assert_eq!(d.get("p").float, Float::Left);
}

#[test]
fn warnings_for_selectors_and_at_rules() {
    let css = "p, a:hover { color: red }\n@keyframes x { from { color: red } }\n@pge { margin: 0 }\n@page { @top-centre { content: 'x' } }\n@media (foo: 1) { p { color: red } }\np { color: lime }";
    assert_eq!(
        warnings(css),
        [
            "1:4 unsupported-selector: unsupported selector \"a:hover\", the rule is dropped",
            "2:1 unsupported-at-rule: unsupported at-rule \"@keyframes\"",
            "3:1 unsupported-at-rule: unsupported at-rule \"@pge\" (did you mean \"@page\"?)",
            "4:9 unsupported-at-rule: unsupported at-rule \"@top-centre\" inside @page (did you mean \"@top-center\"?)",
            "5:8 unsupported-media: unsupported media query \"(foo: 1)\"",
        ]
    );
    assert_eq!(doc(css, "<p>x").get("p").text.color, LIME);
}

#[test]
fn warnings_in_style_attributes_point_into_the_page() {
    let d = doc(
        "",
        "<p>\n<b style=\"colour: red; color: lime\">x</b><i style=\"content: &quot;x&quot;; foo: 1\">y</i>",
    );
    assert_eq!(
        messages(&d.found),
        [
            "2:11 unknown-property: unknown property \"colour\" (did you mean \"color\"?)",
            "2:42 unsupported-value: \"content\" has no effect on elements (set it on ::before, ::after or ::marker)",
            "2:42 unknown-property: unknown property \"foo\"",
        ]
    );
    assert_eq!(d.get("b").text.color, LIME);
}

#[test]
fn styler_keeps_styles_from_document_to_document() {
    let (sheet, _) = sheet("p { color: red } :root { --x: 1px } b { margin: var(--x) }");
    let mut styler = Styler::new(&[user_agent_sheet(), sheet]);
    let env = Environment { page_size: PAGE, metrics: &Half };
    let dom = |text: &str| html::parse(&Source::new("a.html", text));
    let (a, b) = (dom("<p>one<b>x</b>"), dom("<p>two<b>y</b><i style='color: lime'>z</i>"));
    let (first, second) = (styler.style(&a, &env).0, styler.style(&b, &env).0);
    let p = |dom: &Dom| dom.first_child(dom.body()).unwrap();
    assert!(Arc::ptr_eq(first.get(p(&a)), second.get(p(&b))));
    let (again, _) = style(&b, &styler_sheets(), &env);
    for id in b.descendants(b.document()) {
        if b.element(id).is_some_and(|e| &*e.name == "i") {
            assert_eq!(second.get(id).text.color, again.get(id).text.color);
        }
    }
}

fn styler_sheets() -> [Arc<Sheet>; 1] {
    [user_agent_sheet()]
}

#[test]
fn sheets_and_styles_may_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Sheet>();
    shared::<Styled>();
    shared::<Styler>();
}

#[test]
fn property_names_are_unique_and_spelt_in_lower_case() {
    let mut names: Vec<_> = supported_properties().collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
    assert!(names.iter().all(|n| n.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')));
}
