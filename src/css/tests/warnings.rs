//! Nothing is dropped in silence: what is not understood or has no effect is warned of where it stands.

use super::*;

#[test]
fn what_is_no_declaration_is_told() {
    let css = "p { color red; margin: 1px }\np { b { color: red } margin: 1px }\np { &:hover { color: red } }\n\
               p { 12px; }\n@font-face { font-family: x; src: url(a.ttf); 7 }\n@page { margin 1cm }\n@page { @top-left { content 'x' } }";
    assert_eq!(
        warnings(css),
        [
            "1:5 syntax: \"color red\" is not understood and dropped (declarations are written as in `color: red;`)",
            "2:5 syntax: \"b { color: red } margin: 1px\" is not understood and dropped (rules do not nest: write the whole selector outside)",
            "3:5 syntax: \"&:hover { color: red }\" is not understood and dropped (rules do not nest: write the whole selector outside)",
            "4:5 syntax: \"12px\" is not understood and dropped (declarations are written as in `color: red;`)",
            "5:47 syntax: \"7\" is not understood and dropped (declarations are written as in `color: red;`)",
            "6:9 syntax: \"margin 1cm\" is not understood and dropped (declarations are written as in `color: red;`)",
            "7:21 syntax: \"content 'x'\" is not understood and dropped (declarations are written as in `color: red;`)",
        ]
    );
}

#[test]
fn what_is_no_rule_is_told() {
    for (css, message) in [
        ("@media print;", "1:1 syntax: \"@media print\" is not understood and dropped"),
        ("@page;", "1:1 syntax: \"@page\" is not understood and dropped"),
        ("@import foo;", "1:1 unsupported-value: @import needs the address of a sheet"),
        (
            "@import 'more.css' { }",
            "1:1 syntax: \"@import 'more.css' { }\" is not understood and dropped",
        ),
        ("b", "1:1 syntax: \"b\" is not understood and dropped"),
        (
            "} p { color: red }",
            "1:1 unsupported-selector: unsupported selector \"} p\", the rule is dropped",
        ),
    ] {
        let found = warnings(css);
        assert_eq!(found.len(), 1, "{css}: {found:?}");
        assert!(found[0].starts_with(message), "{css}: {found:?}");
    }
}

#[test]
fn misspelt_descriptors_of_pages_are_told_with_the_right_one() {
    assert_eq!(
        warnings("@page { sise: A4; mark: crop; colour: red; size: A9 }"),
        [
            "1:9 unknown-property: unknown property \"sise\" (did you mean \"size\"?)",
            "1:19 unknown-property: unknown property \"mark\" (did you mean \"marks\"?)",
            "1:31 unknown-property: unknown property \"colour\" (did you mean \"color\"?)",
            "1:50 unsupported-value: unsupported value \"A9\" for \"size\" (did you mean \"a0\"?)",
        ]
    );
}

#[test]
fn breaks_of_columns_and_regions_are_told() {
    for value in ["column", "avoid-column", "region", "avoid-region", "all"] {
        for property in ["break-before", "break-after", "break-inside"] {
            let found = warnings(&format!("p {{ {property}: {value} }}"));
            let message =
                format!("unsupported-value: unsupported value \"{value}\" for \"{property}\"");
            assert_eq!(found.len(), 1, "{property}: {value}: {found:?}");
            assert!(found[0].contains(&message), "{found:?}");
        }
    }
}

#[test]
fn misspelt_important_is_told() {
    assert_eq!(
        warnings("p { color: red !importent; margin: 1px !ie; width: 1px ! important }"),
        [
            "1:16 unsupported-value: unsupported value \"!\" for \"color\"",
            "1:40 unsupported-value: unsupported value \"!\" for \"margin\"",
        ]
    );
}

#[test]
fn imports_come_first_and_under_their_media() {
    let d = doc("@import 'print.css' print; @import 'more.css' screen;", "<p>x<b>y</b>");
    assert_eq!(messages(&d.found), Vec::<String>::new());
    assert_eq!((d.get("p").text.color, d.get("b").text.color), (LIME, BLUE));
    let d = doc("@import 'more.css' (max-width: 10px);", "<p>x");
    assert_eq!(d.get("p").text.color, Color::BLACK);
    let found = warnings("p { color: red } @import 'more.css';");
    assert_eq!(
        found,
        [
            "1:18 unsupported-at-rule: @import after other rules: it is dropped (move it to the beginning of the sheet)"
        ]
    );
    assert_eq!(warnings("@charset 'utf-8'; @import 'more.css';"), Vec::<String>::new());
    assert_eq!(warnings("@import 'more.css' layer(x);").len(), 1);
    assert_eq!(warnings("@import 'b.css';"), ["1:1 missing-file: there is no file \"css/b.css\""]);
    assert_eq!(warnings("@import 'a.css';"), ["1:1 import-cycle: \"css/a.css\" imports itself"]);
}

#[test]
fn media_queries_that_are_not_understood_never_match() {
    let color = |css: &str| doc(css, "<p>x").get("p").text.color;
    assert_eq!(color("p { color: lime } @media (hover) { p { color: red } }"), LIME);
    assert_eq!(color("p { color: red } @media (hover), print { p { color: lime } }"), LIME);
    assert_eq!(color("p { color: red } @media not screen { p { color: lime } }"), LIME);
    assert_eq!(
        color(
            "p { color: red } @media ONLY print and (orientation: portrait) { p { color: lime } }"
        ),
        LIME
    );
    assert_eq!(
        color("p { color: lime } @media (orientation: landscape) { p { color: red } }"),
        LIME
    );
    for (query, count) in [
        ("(hover)", 1),
        ("(orientation: squarish)", 1),
        ("(width >= 100px)", 1),
        ("(min-width: 10%)", 1),
        ("print or screen", 1),
        ("tty", 1),
        ("(color), (grid: 0)", 2),
        ("print and (min-width: 10cm)", 0),
        ("screen and (min-width: 10cm)", 0),
    ] {
        assert_eq!(
            warnings(&format!("@media {query} {{ p {{ color: red }} }}")).len(),
            count,
            "{query}"
        );
    }
}

#[test]
fn what_is_for_screens_alone_is_not_judged() {
    let css =
        "@media screen { a:hover { colour: red } } @media screen, print { a { colour: red } }";
    assert_eq!(
        warnings(css),
        ["1:70 unknown-property: unknown property \"colour\" (did you mean \"color\"?)"]
    );
}

#[test]
fn content_is_told_where_it_has_no_effect() {
    assert_eq!(
        warnings(
            "p { content: 'x' }\np { content: normal }\np, p::before { content: 'x' }\n\
             p::before { content: string(a) }\n@page { content: 'x' }\n@page { @top-left { content: attr(id) string(a) } }\n\
             p { string-set: a string(b) }\np { content: var(--x) }"
        ),
        [
            "1:14 unsupported-value: \"content\" has no effect on elements (set it on ::before, ::after or ::marker)",
            "4:22 unsupported-value: \"string()\" and \"element()\" have no effect outside the margin boxes of @page (set them in a margin box, as @top-center)",
            "5:18 unsupported-value: \"content\" has no effect on pages (set it in a margin box, as @top-center)",
            "6:30 unsupported-value: \"attr()\" and \"content()\" have no effect in margin boxes, which have no element (carry the text there by string-set)",
            "7:17 unsupported-value: \"string()\" and \"element()\" have no effect outside the margin boxes of @page (set them in a margin box, as @top-center)",
            "8:14 unsupported-value: \"content\" has no effect on elements (set it on ::before, ::after or ::marker)",
        ]
    );
    let found = warnings(
        "p::before { content: linear-gradient(red, blue) } li { list-style-image: radial-gradient(red, blue) }",
    );
    assert_eq!(found.len(), 2);
}

#[test]
fn unknown_selectors_are_told_and_drop_their_rule() {
    for selector in [
        "a:hover",
        "a:focus",
        "a:visited",
        "p:target",
        "input:checked",
        "p:first",
        "p::first-line",
        "p::first-letter",
        "p::selection",
        "p::before::marker",
        "p:nth-child(x)",
        "p:is(a:hover)",
        "p >> a",
        "svg|rect",
        "p:",
        "::slotted(p)",
        "p[title=]",
        "..a",
        "#1",
        "p:lang()",
        "p:dir(up)",
    ] {
        let d = doc(&format!("p {{ color: lime }} p, {selector} {{ color: red }}"), "<p>x");
        let found = messages(&d.found);
        assert_eq!(found.len(), 1, "{selector}: {found:?}");
        assert!(found[0].starts_with("1:22 unsupported-selector"), "{selector}: {found:?}");
        assert_eq!(d.get("p").text.color, LIME, "{selector}");
    }
}

#[test]
fn what_is_not_promised_is_told_and_changes_nothing() {
    let plain = p("color: lime");
    for declaration in [
        "columns: 2",
        "column-count: 2",
        "box-shadow: 0 0 1px red",
        "text-shadow: 1px 1px red",
        "filter: blur(1px)",
        "clip-path: circle()",
        "mix-blend-mode: multiply",
        "border-image: url(a.png) 1",
        "writing-mode: vertical-rl",
        "text-orientation: upright",
        "text-emphasis: dot",
        "float: footnote",
        "position: sticky",
        "animation: x 1s",
        "transition: all 1s",
        "cursor: pointer",
        "margin-inline: 1px",
        "padding-block: 1px",
        "inline-size: 1px",
        "background-attachment: fixed",
        "background: url(a.png) fixed",
        "font-synthesis: weight",
        "width: 10dvw",
        "width: 1cqw",
        "width: 10foo",
        "width: fit-content(1px)",
        "width: env(x)",
        "width: attr(data-w)",
        "display: ruby",
        "display: run-in",
        "text-align: justify-all",
        "text-decoration: blink",
        "color: light-dark(red, blue)",
        "transform: rotate3d(1, 0, 0, 1deg)",
        "transform: perspective(1px)",
        "rotate: 10deg",
        "all: unset",
        "list-style-type: lower-greek",
        "content: target-counter(url(#a), page)",
        "counter-reset: reversed(x)",
        "aspect-ratio: -1",
        "opacity: red",
        "z-index: 1.5",
        "width: -1px",
        "padding: auto",
        "font-weight: 1001",
        "font-size: -1px",
        "line-height: -1",
        "border-radius: 1px / ",
        "margin: 1px 2px 3px 4px 5px",
        "margin: ",
        "unset: all",
    ] {
        let d = doc(&format!("p {{ margin: 0; color: lime; {declaration} }}"), "<p>x");
        let found = messages(&d.found);
        assert_eq!(found.len(), 1, "{declaration}: {found:?}");
        let column =
            found[0].trim_start_matches("1:").split(' ').next().and_then(|c| c.parse().ok());
        assert!(
            column.is_some_and(|c: usize| (29..=30 + declaration.len()).contains(&c)),
            "{found:?}"
        );
        assert!(*d.get("p") == plain, "{declaration} changes the page");
    }
}

#[test]
fn at_rules_that_are_not_promised_are_told() {
    for rule in [
        "@supports (display: grid) { p { color: red } }",
        "@layer a { p { color: red } }",
        "@layer a;",
        "@container (width > 1px) { p { color: red } }",
        "@keyframes x { from { color: red } }",
        "@counter-style x { system: cyclic; symbols: x }",
        "@property --x { syntax: '*'; inherits: false }",
        "@font-feature-values x { }",
        "@namespace svg url(x);",
        "@scope (p) { b { color: red } }",
        "@foo;",
        "@page { @footnote { margin: 0 } }",
        "p { @media print { color: red } }",
    ] {
        let found = warnings(rule);
        assert_eq!(found.len(), 1, "{rule}: {found:?}");
        assert!(found[0].contains("unsupported-at-rule"), "{rule}: {found:?}");
        let d = doc(&format!("{rule} p {{ color: lime }}"), "<p>x<b>y</b>");
        assert_eq!(d.get("p").text.color, LIME, "{rule}");
    }
}

#[test]
fn font_face_rules_that_cannot_be_used_are_told() {
    for (rule, message) in [
        ("@font-face { src: url(a.ttf) }", "@font-face needs \"font-family\""),
        ("@font-face { font-family: X }", "@font-face needs \"src\""),
        ("@font-face { font-family: X, Y; src: url(a.ttf) }", "unsupported value \"X, Y\""),
        ("@font-face { font-family: X; src: local(Arial) }", "unsupported value \"local(Arial)\""),
        (
            "@font-face { font-family: X; src: url(a.ttf); font-wait: bold }",
            "unknown descriptor \"font-wait\"",
        ),
        (
            "@font-face { font-family: X; src: url(a.ttf); unicode-range: x }",
            "unsupported value \"x\"",
        ),
        (
            "@font-face { font-family: X; src: url(a.ttf); ascent-override: 90% }",
            "unknown descriptor \"ascent-override\"",
        ),
    ] {
        let found = warnings(rule);
        assert!(found.iter().any(|f| f.contains(message)), "{rule}: {found:?}");
    }
}
