//! The built-in sheet against the rendering section of the HTML standard (§15), element by element.

use super::*;

fn em(top: f32) -> LengthPercentageAuto {
    LengthPercentageAuto::Value(px(top))
}

#[test]
fn blocks_have_the_margins_of_html() {
    let html = "<main>a</main><section>a</section><article>a</article><header>a</header><footer>a</footer><nav>a</nav>\
        <aside>a</aside><div>a</div><address>a</address><figure>a<figcaption>b</figcaption></figure>\
        <blockquote>a</blockquote><p>a</p><hr><hgroup>a</hgroup><search>a</search><dl><dt>a<dd>b</dl><pre>a</pre>";
    let d = doc("", html);
    for plain in [
        "main",
        "section",
        "article",
        "header",
        "footer",
        "nav",
        "aside",
        "div",
        "address",
        "figcaption",
        "hgroup",
        "search",
        "dt",
    ] {
        let s = d.get(plain);
        assert_eq!(
            (s.display, &s.margin.top),
            (Display::Block, &LengthPercentageAuto::ZERO),
            "{plain}"
        );
    }
    for (name, side) in
        [("figure", 40.0), ("blockquote", 40.0), ("p", 0.0), ("dl", 0.0), ("pre", 0.0)]
    {
        let s = d.get(name);
        assert_eq!((s.display, s.margin.top.clone()), (Display::Block, em(16.0)), "{name}");
        assert_eq!(s.margin.left, em(side), "{name}");
    }
    assert_eq!(d.get("dd").margin.left, em(40.0));
    assert_eq!(d.get("address").text.style, FontStyle::Italic);
    assert_eq!(
        (d.get("pre").text.white_space, d.get("pre").text.wrap),
        (WhiteSpaceCollapse::Preserve, false)
    );
    let hr = d.get("hr");
    assert_eq!((hr.border.top.style, hr.border.top.width), (LineStyle::Inset, Px(1.0)));
    assert_eq!(
        (hr.margin.top.clone(), hr.margin.left.clone()),
        (em(8.0), LengthPercentageAuto::Auto)
    );
}

#[test]
fn headings_shrink_and_stay_with_what_follows() {
    let d = doc("", "<h1>a</h1><h2>a</h2><h3>a</h3><h4>a</h4><h5>a</h5><h6>a</h6>");
    for (name, size, margin) in [
        ("h1", 2.0, 0.67),
        ("h2", 1.5, 0.83),
        ("h3", 1.17, 1.0),
        ("h4", 1.0, 1.33),
        ("h5", 0.83, 1.67),
        ("h6", 0.67, 2.33),
    ] {
        let s = d.get(name);
        assert!((s.text.size.0 - 16.0 * size).abs() < 0.01, "{name}");
        let LengthPercentageAuto::Value(LengthPercentage::Length(top)) = s.margin.top else {
            panic!()
        };
        assert!((top.0 - 16.0 * size * margin).abs() < 0.01, "{name}");
        assert_eq!((s.text.weight, s.break_after), (700.0, Break::Avoid), "{name}");
    }
}

#[test]
fn phrases_look_as_html_has_them() {
    let html = "<p>x<strong>a</strong><b>a</b><em>a</em><i>a</i><u>a</u><s>a</s><small>a</small><sub>a</sub><sup>a</sup>\
        <mark>a</mark><cite>a</cite><code>a</code><kbd>a</kbd><samp>a</samp><abbr>a</abbr><abbr id=t title=t>a</abbr>\
        <time>a</time><data>a</data><var>a</var><del>a</del><ins>a</ins><dfn>a</dfn><a id=l href=x>a</a><a id=n>a</a>";
    let d = doc("", html);
    let text = |name: &str| &d.get(name).text;
    assert_eq!((text("strong").weight, text("b").weight), (700.0, 700.0));
    for name in ["em", "i", "cite", "var", "dfn"] {
        assert_eq!(text(name).style, FontStyle::Italic, "{name}");
    }
    for name in ["u", "ins", "l", "t"] {
        assert!(d.get(name).decoration.lines.underline, "{name}");
    }
    for name in ["s", "del"] {
        assert!(d.get(name).decoration.lines.line_through, "{name}");
    }
    for name in ["code", "kbd", "samp"] {
        assert_eq!(&*text(name).families[0], "monospace", "{name}");
    }
    for name in ["small", "sub", "sup"] {
        assert!((text(name).size.0 - 16.0 / 1.2).abs() < 0.01, "{name}");
    }
    assert_eq!(
        (d.get("sub").vertical_align, d.get("sup").vertical_align),
        (VerticalAlign::Sub, VerticalAlign::Super)
    );
    assert_eq!(d.get("mark").background.color, Color::from_rgb8(255, 255, 0));
    assert_eq!(d.get("t").decoration.style, DecorationStyle::Dotted);
    for plain in ["abbr", "time", "data", "n"] {
        let s = d.get(plain);
        assert_eq!(
            (s.display, s.decoration.lines),
            (Display::Inline, DecorationLines::default()),
            "{plain}"
        );
        assert!(Arc::ptr_eq(&s.text, &d.get("p").text), "{plain}");
    }
}

#[test]
fn header_cells_are_centred_unless_their_parent_says_how() {
    let align = |html: &str| doc("", html).get("th").text.align;
    assert_eq!(align("<table><tr><th>x"), TextAlign::Center);
    assert_eq!(align("<table><tr style='text-align: left'><th>x"), TextAlign::Left);
    assert_eq!(align("<div style='text-align: right'><table><tr><th>x"), TextAlign::Right);
    assert_eq!(
        align("<table><tr style='text-align: left'><th style='text-align: end'>x"),
        TextAlign::End
    );
    assert_eq!(warnings("th { text-align: -internal-center }").len(), 1);
}

#[test]
fn tables_have_the_displays_of_html() {
    let html = "<table><caption>a</caption><colgroup><col></colgroup><thead><tr><th>a</thead><tbody><tr><td>b</tbody><tfoot><tr><td>c";
    let d = doc("", html);
    for (name, display) in [
        ("table", Display::Table),
        ("caption", Display::TableCaption),
        ("colgroup", Display::TableColumnGroup),
        ("col", Display::TableColumn),
        ("thead", Display::TableHeaderGroup),
        ("tbody", Display::TableRowGroup),
        ("tfoot", Display::TableFooterGroup),
        ("tr", Display::TableRow),
        ("th", Display::TableCell),
        ("td", Display::TableCell),
    ] {
        assert_eq!(d.get(name).display, display, "{name}");
    }
    let td = d.get("td");
    assert_eq!((td.padding.left.clone(), td.vertical_align), (px(1.0), VerticalAlign::Middle));
    assert_eq!(d.get("table").border_spacing, (Px(2.0), Px(2.0)));
}

#[test]
fn lists_follow_type_and_depth_and_direction() {
    let html = "<ul id=a><li id=a1>x<ul id=b><li>y<ul id=c><li>z</ul></ul></ul><ol id=d type=A><li id=d1>x<li id=d2 type=i>y</ol>\
        <ol id=e><li>x</ol><ul id=f type=square><li>x</ul><ul id=g type=none><li>x</ul>\
        <div dir=rtl><section><ol id=r><li>x</ol><dl><dd id=dd>x</dl></section><ol id=l dir=ltr><li>x</ol></div>";
    let d = doc("", html);
    let kind = |id| d.get(id).list_style_type.clone();
    assert_eq!(
        (kind("a1"), kind("b"), kind("c")),
        (CounterStyle::Disc, CounterStyle::Circle, CounterStyle::Square)
    );
    assert_eq!(
        (kind("d1"), kind("d2"), kind("e")),
        (CounterStyle::UpperAlpha, CounterStyle::LowerRoman, CounterStyle::Decimal)
    );
    assert_eq!((kind("f"), kind("g")), (CounterStyle::Square, CounterStyle::None));
    assert_eq!(
        (d.get("a").margin.top.clone(), d.get("b").margin.top.clone()),
        (em(16.0), LengthPercentageAuto::ZERO)
    );
    // The direction comes from far above.
    let sides = |id: &str| (d.get(id).padding.left.clone(), d.get(id).padding.right.clone());
    assert_eq!(
        (sides("r"), sides("l"), sides("a")),
        ((px(0.0), px(40.0)), (px(40.0), px(0.0)), (px(40.0), px(0.0)))
    );
    assert_eq!(d.get("dd").margin.right, em(40.0));
    let css = "#r { direction: rtl } #a { padding: 0 } #b { padding-left: initial } #c { padding-left: revert } #d { padding-right: 3px }";
    let d = doc(
        css,
        "<ol id=r><li>x</ol><ul id=a><li>x</ul><ul id=b><li>x</ul><ul id=c><li>x</ul><ul id=d><li>x</ul>",
    );
    let sides = |id: &str| (d.get(id).padding.left.clone(), d.get(id).padding.right.clone());
    assert_eq!((sides("r"), sides("a")), ((px(0.0), px(40.0)), (px(0.0), px(0.0))));
    assert_eq!(
        (sides("b"), sides("c"), sides("d")),
        ((px(0.0), px(0.0)), (px(40.0), px(0.0)), (px(40.0), px(3.0)))
    );
    assert_eq!(warnings("p { -internal-padding-inline-start: 1px }").len(), 1);
}

#[test]
fn hidden_and_metadata_make_no_boxes() {
    let d = doc(
        "",
        "<title>t</title><style>p{}</style><p hidden>x</p><b hidden=until-found>x</b><template><i>x</i></template>",
    );
    for name in ["head", "title", "style", "p", "b", "template"] {
        assert_eq!(d.get(name).display, Display::None, "{name}");
    }
    // An author's rule is stronger.
    assert_eq!(doc("p { display: block }", "<p hidden>x").get("p").display, Display::Block);
}

#[test]
fn fonts_and_direction_of_bidi_elements() {
    let d = doc("", "<p dir=rtl>x<bdo id=o dir=ltr>y</bdo><bdi id=i>z</bdi></p><p id=q dir=LTR>x");
    assert_eq!(
        (d.get("p").text.direction, d.get("p").unicode_bidi),
        (Direction::Rtl, UnicodeBidi::Isolate)
    );
    assert_eq!(
        (d.get("o").text.direction, d.get("o").unicode_bidi),
        (Direction::Ltr, UnicodeBidi::IsolateOverride)
    );
    assert_eq!(
        (d.get("i").unicode_bidi, d.get("q").text.direction),
        (UnicodeBidi::Isolate, Direction::Ltr)
    );
}
