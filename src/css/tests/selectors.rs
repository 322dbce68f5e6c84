//! Selectors: which elements each finds, and which rule wins.

use super::*;

/// The ids of the elements that a selector finds.
fn found(selector: &str, html: &str) -> String {
    let d = doc(&format!("{selector} {{ z-index: 7 }}"), html);
    assert_eq!(messages(&d.found), Vec::<String>::new(), "{selector}");
    let all = d.dom.descendants(d.dom.document());
    let hit = all.filter(|n| d.dom.element(*n).is_some() && d.styled.get(*n).z_index == Some(7));
    let ids: Vec<&str> = hit.map(|n| d.dom.attr(n, "id").unwrap_or("?")).collect();
    ids.join(" ")
}

const TREE: &str = "<html id=html><body id=body><div id=d class='x Y'><p id=p1>a</p><b id=b1>b</b>\
    <p id=p2 title='one two' lang=en-GB data-k=abc>c</p><p id=p3></p></div><i id=i1><!-- c --></i>";

#[test]
fn simple_selectors_and_combinators() {
    for (selector, ids) in [
        ("p", "p1 p2 p3"),
        ("P", "p1 p2 p3"),
        ("#p2", "p2"),
        (".x", "d"),
        (".y", ""),
        (".x.Y", "d"),
        ("div *", "p1 b1 p2 p3"),
        ("body > p", ""),
        ("body p", "p1 p2 p3"),
        ("div > b", "b1"),
        ("b + p", "p2"),
        ("b ~ p", "p2 p3"),
        ("p, i", "p1 p2 p3 i1"),
        ("#d>p:not(#p1)+p", "p3"),
    ] {
        assert_eq!(found(selector, TREE), ids, "{selector}");
    }
}

#[test]
fn attribute_selectors() {
    for (selector, ids) in [
        ("[title]", "p2"),
        ("[data-k=abc]", "p2"),
        ("[data-k='ABC']", ""),
        ("[data-k='ABC' i]", "p2"),
        ("[data-k='ABC' s]", ""),
        ("[title~=two]", "p2"),
        ("[title~='one two']", ""),
        ("[lang|=en]", "p2"),
        ("[data-k^=ab]", "p2"),
        ("[data-k$=bc]", "p2"),
        ("[data-k*=b]", "p2"),
        ("[data-k*='']", ""),
        ("b[title]", ""),
    ] {
        assert_eq!(found(selector, TREE), ids, "{selector}");
    }
}

#[test]
fn structural_pseudo_classes() {
    for (selector, ids) in [
        (":root", "html"),
        ("p:empty", "p3"),
        ("i:empty", "i1"),
        ("#d :first-child", "p1"),
        ("#d :last-child", "p3"),
        ("b:only-child", ""),
        ("b:only-of-type", "b1"),
        ("p:first-of-type", "p1"),
        ("p:last-of-type", "p3"),
        ("#d :nth-child(odd)", "p1 p2"),
        ("#d :nth-child(2n)", "b1 p3"),
        ("#d :nth-child(-n + 2)", "p1 b1"),
        ("#d :nth-last-child(1)", "p3"),
        ("p:nth-of-type(2)", "p2"),
        ("p:nth-last-of-type(3)", "p1"),
        ("#d :nth-child(2 of p)", "p2"),
        ("#d :nth-last-child(2 of p)", "p2"),
        ("#d :nth-child(even of p, b)", "b1 p3"),
    ] {
        assert_eq!(found(selector, TREE), ids, "{selector}");
    }
}

#[test]
fn logical_pseudo_classes() {
    for (selector, ids) in [
        (":is(b, i)", "b1 i1"),
        ("div :is(p:empty, b)", "b1 p3"),
        ("#d :not(p)", "b1"),
        ("#d :not(p, b)", ""),
        (":where(#d) > p:where(:empty)", "p3"),
        ("div:has(b)", "d"),
        ("p:has(+ b)", "p1"),
        ("p:has(~ p:empty)", "p1 p2"),
        ("body:has(> p)", ""),
        ("body:not(:has(> p))", "body"),
        ("#d:has(p, i) > b", "b1"),
    ] {
        assert_eq!(found(selector, TREE), ids, "{selector}");
    }
}

#[test]
fn languages_by_range() {
    let html = "<p id=a lang=zh-Hans-CN>a</p><p id=b lang=zh>b</p><p id=c lang=de-Latn-CH-1996>c</p>\
        <div lang=en><p id=d>d</p><p id=e lang=''>e</p></div><p id=f>f</p>";
    for (selector, ids) in [
        ("p:lang(zh)", "a b"),
        ("p:lang(ZH-hans)", "a"),
        ("p:lang(zh-CN)", "a"),
        ("p:lang('*-CH')", "c"),
        ("p:lang(de-CH, en)", "c d"),
        ("p:lang('')", "e f"),
        ("p:lang(z)", ""),
    ] {
        assert_eq!(found(selector, html), ids, "{selector}");
    }
}

#[test]
fn direction_by_attribute_and_by_text() {
    let html = "<div dir=rtl><p id=a>x</p><p id=b dir=ltr>x</p><p id=c dir=auto>1 abc א</p></div>\
        <p id=d dir=auto>(<bdi>abc</bdi> אבג x)</p><bdi id=e>ابج</bdi><p id=f dir=auto>123</p>";
    assert_eq!(found("[id]:dir(rtl)", html), "a d e");
    let d = doc("", html);
    let direction = |id| d.get(id).text.direction;
    assert_eq!((direction("c"), direction("d")), (Direction::Ltr, Direction::Rtl));
    assert_eq!((direction("e"), direction("f")), (Direction::Rtl, Direction::Ltr));
}

#[test]
fn links_are_anchors_with_an_address() {
    let html = "<a id=a href=x>x</a><a id=b>y</a>";
    assert_eq!((found(":link", html), found("a:any-link", html)), ("a".into(), "a".into()));
}

#[test]
fn specificity_counts_the_most_specific_of_a_list() {
    let color = |css: &str| doc(css, "<div id=d class=c><p id=p class=k>x").get("p").text.color;
    assert_eq!(color(":is(#p, b) { color: lime } p.k { color: red }"), LIME);
    assert_eq!(color(":not(#x) p { color: lime } .c .k { color: red }"), LIME);
    assert_eq!(
        color("p:has(#z), p.k { color: lime } p:nth-child(1) { color: red } .k.k { color: lime }"),
        LIME
    );
    assert_eq!(color("p:nth-child(1 of #p) { color: lime } .c .k { color: red }"), LIME);
    assert_eq!(color(":where(#d #p) { color: red } p { color: lime }"), LIME);
    assert_eq!(color("[class] { color: lime } p { color: red }"), LIME);
}

#[test]
fn pseudo_elements_have_styles_of_their_own() {
    let css =
        "p { color: red } p::before { content: 'a'; font-size: 2em } p.k::before { color: lime }
        p:after { content: '' } li::marker { color: blue; content: '* ' } i::before { color: red }";
    let d = doc(css, "<p class=k>x</p><ul><li>y</ul><i>z</i>");
    let before = d.styled.pseudo(d.node("p"), Pseudo::Before).unwrap();
    assert_eq!((before.text.color, before.text.size), (LIME, Px(32.0)));
    let after = d.styled.pseudo(d.node("p"), Pseudo::After).unwrap();
    assert_eq!(after.text.color, RED);
    let marker = d.styled.pseudo(d.node("li"), Pseudo::Marker).unwrap();
    assert_eq!(marker.generated.content, Content::Items([ContentItem::String("* ".into())].into()));
    assert!(d.styled.pseudo(d.node("i"), Pseudo::Before).is_none(), "there is no content");
    assert_eq!(messages(&d.found), Vec::<String>::new());
}

#[test]
fn variables_in_a_circle_have_no_value_even_with_fallbacks() {
    let css = "p { --a: var(--b, red); --b: var(--a, red); color: var(--a, lime) }
        b { --c: var(--c, red); color: var(--c, lime) }
        i { --d: var(--e, var(--d)); --e: blue; color: var(--d, lime) }
        u { --f: calc(1px + var(--g, 2px)); width: var(--f) }";
    let d = doc(css, "<p>x<b>y</b><i>z</i><u>u</u>");
    assert_eq!((d.get("p").text.color, d.get("b").text.color), (LIME, LIME));
    // A fallback that is not used takes part in the circle all the same.
    assert_eq!(d.get("i").text.color, LIME);
    assert_eq!(d.get("u").width, SizeValue::Value(px(3.0)));
}

#[test]
fn variables_inherit_and_obey_keywords_and_importance() {
    let css = "div { --a: lime; --b: red !important; --b: blue; --B: lime } p { color: var(--a) }
        #n { --a: initial; color: var(--a, blue) } #u { --a: red; } #u { --a: unset; color: var(--a) }
        #i { color: var(--b) } #c { color: var(--B) } #e { --e:; margin: var(--e) 3px }";
    let d = doc(css, "<div><p>x<p id=n>x<p id=u>x<p id=i>x<p id=c>x<p id=e>x");
    assert_eq!((d.get("p").text.color, d.get("n").text.color), (LIME, BLUE));
    assert_eq!(
        (d.get("u").text.color, d.get("i").text.color, d.get("c").text.color),
        (LIME, RED, LIME)
    );
    assert_eq!(d.get("e").margin.left, LengthPercentageAuto::Value(px(3.0)));
}
