//! Every keyword that the specifications give a supported property is taken.

use super::*;
use crate::css::properties::{Property, by_name};

const KEYWORDS: &[(&str, &str)] = &[
    ("position", "static relative absolute fixed"),
    ("float", "none left right"),
    ("clear", "none left right both"),
    ("visibility", "visible hidden collapse"),
    ("overflow", "visible hidden clip scroll auto"),
    ("box-sizing", "content-box border-box"),
    ("width", "auto min-content max-content fit-content"),
    ("min-height", "auto min-content max-content fit-content"),
    ("max-width", "none min-content max-content fit-content"),
    ("aspect-ratio", "auto 2 2/3"),
    ("z-index", "auto 3 -3"),
    ("border-style", "none hidden dotted dashed solid double groove ridge inset outset"),
    ("border-width", "thin medium thick"),
    ("outline-style", "none auto dotted dashed solid double groove ridge inset outset"),
    ("background-repeat", "repeat-x repeat-y repeat space round no-repeat"),
    ("background-size", "auto cover contain"),
    ("background-origin", "border-box padding-box content-box"),
    ("background-clip", "border-box padding-box content-box"),
    ("object-fit", "fill contain cover none scale-down"),
    ("flex-direction", "row row-reverse column column-reverse"),
    ("flex-wrap", "nowrap wrap wrap-reverse"),
    ("flex", "none auto initial 1"),
    ("flex-basis", "auto content min-content max-content fit-content 0"),
    (
        "justify-content",
        "normal start end flex-start flex-end center left right space-between space-around space-evenly stretch",
    ),
    (
        "align-content",
        "normal baseline start end flex-start flex-end center space-between space-around space-evenly stretch",
    ),
    (
        "align-items",
        "normal stretch baseline start end self-start self-end flex-start flex-end center",
    ),
    (
        "align-self",
        "auto normal stretch baseline start end self-start self-end flex-start flex-end center",
    ),
    (
        "justify-items",
        "normal stretch baseline start end self-start self-end flex-start flex-end center left right",
    ),
    (
        "justify-self",
        "auto normal stretch baseline start end self-start self-end flex-start flex-end center left right",
    ),
    ("gap", "normal 0 1px"),
    ("grid-auto-flow", "row column dense"),
    ("grid-template-columns", "none auto min-content max-content 1fr 10px 20%"),
    ("grid-row", "auto 1 -1 name"),
    ("table-layout", "auto fixed"),
    ("border-collapse", "separate collapse"),
    ("caption-side", "top bottom"),
    ("empty-cells", "show hide"),
    ("list-style-position", "inside outside"),
    ("font-size", "xx-small x-small small medium large x-large xx-large xxx-large larger smaller"),
    ("font-weight", "normal bold bolder lighter 1 1000 450.5"),
    ("font-style", "normal italic oblique"),
    (
        "font-stretch",
        "normal ultra-condensed extra-condensed condensed semi-condensed semi-expanded expanded extra-expanded ultra-expanded 80%",
    ),
    ("font-synthesis", "none"),
    ("font-kerning", "auto normal none"),
    ("font-variant", "normal none small-caps all-small-caps lining-nums super"),
    (
        "font-variant-caps",
        "normal small-caps all-small-caps petite-caps all-petite-caps unicase titling-caps",
    ),
    (
        "font-variant-numeric",
        "normal ordinal slashed-zero lining-nums oldstyle-nums proportional-nums tabular-nums diagonal-fractions stacked-fractions",
    ),
    (
        "font-variant-ligatures",
        "normal none common-ligatures no-common-ligatures discretionary-ligatures historical-ligatures contextual no-contextual",
    ),
    (
        "font-variant-east-asian",
        "normal jis78 jis83 jis90 jis04 simplified traditional full-width proportional-width ruby",
    ),
    ("font-variant-position", "normal sub super"),
    ("font-variant-alternates", "normal historical-forms"),
    ("line-height", "normal 1.5 2em 150%"),
    ("letter-spacing", "normal 1px -0.1em"),
    ("word-spacing", "normal 1px 50%"),
    ("text-align", "start end left right center justify match-parent"),
    ("text-align-last", "auto start end left right center justify match-parent"),
    ("text-justify", "auto none inter-word inter-character"),
    ("text-transform", "none uppercase lowercase capitalize full-width"),
    ("text-decoration-line", "none underline overline line-through"),
    ("text-decoration-style", "solid double dotted dashed wavy"),
    ("text-decoration-thickness", "auto from-font 1px 10%"),
    ("text-underline-offset", "auto 1px 10%"),
    ("white-space", "normal nowrap pre pre-wrap pre-line break-spaces"),
    ("white-space-collapse", "collapse preserve preserve-breaks break-spaces"),
    ("text-wrap", "wrap nowrap balance pretty stable"),
    ("overflow-wrap", "normal break-word anywhere"),
    ("word-wrap", "normal break-word"),
    ("word-break", "normal break-all keep-all break-word"),
    ("line-break", "auto loose normal strict anywhere"),
    ("hyphens", "none manual auto"),
    ("hyphenate-character", "auto '='"),
    ("text-autospace", "normal no-autospace"),
    ("text-spacing-trim", "normal space-all trim-start"),
    ("hanging-punctuation", "none first last allow-end"),
    ("vertical-align", "baseline sub super text-top text-bottom middle top bottom 2px 10%"),
    ("direction", "ltr rtl"),
    ("unicode-bidi", "normal embed isolate bidi-override isolate-override plaintext"),
    ("text-fit", "none shrink"),
    ("quotes", "auto none"),
    ("break-before", "auto avoid avoid-page page always left right recto verso"),
    ("break-after", "auto avoid avoid-page page always left right recto verso"),
    ("break-inside", "auto avoid avoid-page"),
    ("page-break-inside", "auto avoid"),
    ("box-decoration-break", "slice clone"),
    ("page", "auto cover"),
    ("bookmark-level", "none 1 6"),
];

#[test]
fn every_keyword_is_taken() {
    let mut missing = Vec::new();
    for (property, keywords) in KEYWORDS {
        for keyword in keywords.split(' ') {
            if !warnings(&format!("p {{ {property}: {keyword} }}")).is_empty() {
                missing.push(format!("{property}: {keyword}"));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn several_keywords_go_together() {
    for declaration in [
        "background-repeat: repeat no-repeat, space",
        "overflow: hidden visible",
        "flex-flow: wrap column",
        "flex: 0 0 auto",
        "place-content: center space-between",
        "place-items: start",
        "place-self: center end",
        "align-items: first baseline",
        "align-self: last baseline",
        "justify-content: safe center",
        "align-items: unsafe end",
        "grid-auto-flow: row dense",
        "grid-template-columns: [a] minmax(10px, 1fr) repeat(auto-fill, 20px) [b c] fit-content(20%)",
        "grid-template-columns: repeat(auto-fit, minmax(100px, 1fr))",
        "grid-template: [top] 'a a' 10px [mid] 'b c' auto / 1fr 2fr",
        "grid: auto-flow dense 10px / 1fr 1fr",
        "grid: 1fr / auto-flow",
        "grid-area: a",
        "grid-area: 1 / span 2 / -1 / span name 3",
        "grid-auto-rows: 10px minmax(1px, auto)",
        "font-variant: small-caps oldstyle-nums discretionary-ligatures",
        "font-style: oblique 10deg",
        "text-indent: hanging 1em each-line",
        "text-decoration: underline overline dotted red from-font",
        "text-wrap: balance wrap",
        "hanging-punctuation: first allow-end last",
        "hyphenate-limit-chars: auto 3 4",
        "quotes: '«' '»' '‹' '›'",
        "border: 1px solid",
        "border-radius: 1px 2px 3px 4px / 5px 6%",
        "list-style: none inside",
        "text-fit: shrink 75%",
        "transform: translateX(1px) scale(2, 50%) skewY(3deg) matrix(1, 0, 0, 1, 2, 3)",
        "transform-origin: right 10%",
        "string-set: a content(), b attr(title) ' ' counter(c)",
        "bookmark-label: content() ' ' attr(title)",
        "font: small-caps bold condensed 12px/1.5 'A', serif",
        "inset: 1px auto 2% 0",
    ] {
        assert_eq!(
            warnings(&format!("p {{ {declaration} }}")),
            Vec::<String>::new(),
            "{declaration}"
        );
    }
}

#[test]
fn properties_and_keywords_have_no_case() {
    let s = p("COLOR: LIME; Display: Inline-Block; WIDTH: 1IN; text-ALIGN: Center");
    assert_eq!(
        (s.text.color, s.display, s.text.align),
        (LIME, Display::InlineBlock, TextAlign::Center)
    );
    assert_eq!(s.width, SizeValue::Value(px(96.0)));
}

/// Whether children take a property from their parent; a shorthand by its first longhand.
fn is_inherited(property: &str) -> bool {
    match by_name(property) {
        Some(Property::Longhand(id)) => id.is_inherited(),
        Some(Property::Shorthand(shorthand)) => shorthand.longhands[0].is_inherited(),
        None => panic!("{property}"),
    }
}

#[test]
fn every_property_can_be_inherited_and_set_back() {
    let html = "<div id=plain></div><div id=a><div id=b></div><div id=c></div><div id=d></div><div id=e></div></div>";
    let pairs = KEYWORDS.iter().flat_map(|(p, keywords)| keywords.split(' ').map(move |k| (p, k)));
    for (property, keyword) in pairs {
        let css = format!(
            "#a {{ {property}: {keyword} }} #b {{ {property}: inherit }} #c {{ {property}: initial }}
             #d {{ {property}: unset }} #e {{ {property}: revert }}"
        );
        let d = doc(&css, html);
        assert_eq!(messages(&d.found), Vec::<String>::new(), "{css}");
        assert!(*d.get("b") == *d.get("a"), "{property}: {keyword} is not inherited");
        let inherited = is_inherited(property);
        let expected = if inherited { d.get("a") } else { d.get("plain") };
        for id in ["d", "e"] {
            assert!(*d.get(id) == *expected, "#{id} {property}: {keyword}");
        }
        if !inherited {
            assert!(*d.get("c") == *d.get("plain"), "initial of {property}: {keyword}");
        }
    }
}
