//! Generated content, counters, quotation marks and list markers, as the text they become.

use super::*;
use crate::layout::boxes::tree::{BoxId, InlineContent};

/// The text of a page in order; a marker outside stands in brackets, a block ends with a bar.
fn text(css: &str, html: &str) -> String {
    let boxes = boxes(css, html);
    let mut out = String::new();
    write(&boxes.tree, boxes.root, &mut out);
    out.replace('\u{a0}', " ")
}

fn write(tree: &BoxTree, id: BoxId, out: &mut String) {
    match &tree.get(id).kind {
        BoxKind::Block(children) | BoxKind::Flex(children) | BoxKind::Grid(children) => {
            children.iter().for_each(|child| write(tree, *child, out));
        }
        BoxKind::Inline(content) => write_line(tree, content, out),
        BoxKind::Replaced(_) => out.push_str("<picture>"),
        BoxKind::Table(_) | BoxKind::Anchor(_) => {}
    }
}

fn write_line(tree: &BoxTree, content: &InlineContent, out: &mut String) {
    if let Some(marker) = content.marker {
        let mut text = String::new();
        write(tree, marker, &mut text);
        out.push_str(&format!("[{}]", text.trim_end_matches('|')));
    }
    for item in &content.items {
        match item {
            InlineItem::Text(text) => out.push_str(text.text.trim_matches('\n')),
            InlineItem::Atomic(id) | InlineItem::Float(id) => write(tree, *id, out),
            _ => {}
        }
    }
    out.push('|');
}

#[test]
fn ordered_lists_start_run_backwards_and_jump() {
    assert_eq!(text("", "<ol start=3><li>a<li>b</ol>"), "[3. ]a|[4. ]b|");
    assert_eq!(text("", "<ol reversed><li>a<li>b<li>c</ol>"), "[3. ]a|[2. ]b|[1. ]c|");
    assert_eq!(text("", "<ol reversed start=10><li>a<li>b</ol>"), "[10. ]a|[9. ]b|");
    assert_eq!(text("", "<ol><li>a<li value=7>b<li>c</ol>"), "[1. ]a|[7. ]b|[8. ]c|");
    assert_eq!(text("", "<ol start=-1 type=i><li>a<li>b<li>c</ol>"), "[-1. ]a|[0. ]b|[i. ]c|");
    assert_eq!(text("", "<ol start=' +2x'><li value=x>a<li>b</ol>"), "[2. ]a|[3. ]b|");
    assert_eq!(text("", "<ol><li>a<ol><li>b</ol><li>c</ol>"), "[1. ]a|[1. ]b|[2. ]c|");
    assert_eq!(text("", "<ol><li>a<li hidden>b<li>c</ol>"), "[1. ]a|[2. ]c|");
    assert_eq!(text("", "<ol reversed><li>a<li hidden>b<li>c</ol>"), "[2. ]a|[1. ]c|");
}

#[test]
fn every_list_style_makes_its_marker() {
    let marker = |kind: &str| {
        let css = format!("ol {{ list-style-type: {kind} }}");
        text(&css, "<ol start=12><li>x</ol>").replace("x|", "")
    };
    for (kind, expected) in [
        ("disc", "[•  ]"),
        ("circle", "[◦  ]"),
        ("square", "[▪  ]"),
        ("decimal", "[12. ]"),
        ("decimal-leading-zero", "[12. ]"),
        ("lower-alpha", "[l. ]"),
        ("upper-latin", "[L. ]"),
        ("lower-roman", "[xii. ]"),
        ("upper-roman", "[XII. ]"),
        ("simp-chinese-informal", "[十二、]"),
        ("trad-chinese-informal", "[十二、]"),
        ("cjk-decimal", "[一二、]"),
        ("none", ""),
        ("'→ '", "[→ ]"),
    ] {
        assert_eq!(marker(kind), expected, "{kind}");
    }
    assert_eq!(
        text("ol { list-style: decimal-leading-zero inside }", "<ol start=9><li>a<li>b</ol>"),
        "09. a|10. b|"
    );
}

#[test]
fn marker_content_comes_before_list_style() {
    assert_eq!(
        text("li::marker { content: '§' counter(list-item) ' ' }", "<ol><li>a<li>b</ol>"),
        "[§1 ]a|[§2 ]b|"
    );
    assert_eq!(text("li::marker { content: none }", "<ul><li>a</ul>"), "a|");
    assert_eq!(text("li::marker { content: '' }", "<ul><li>a</ul>"), "a|");
    let css = "li { list-style-image: url(a.png) } li::marker { content: '→' }";
    assert_eq!(text(css, "<ul><li>a</ul>"), "[→]a|");
    assert_eq!(text("li { list-style: url(a.png) inside }", "<ul><li>a</ul>"), "<picture>a|");
    assert_eq!(text("p { display: list-item; list-style: square }", "<p>a</p>"), "[▪  ]a|");
}

#[test]
fn counters_nest_and_are_set() {
    let css = "section { counter-reset: c } h2 { counter-increment: c } h2::before { content: counters(c, '.') ' ' }";
    let html = "<section><h2>a</h2><div><section><h2>b</h2><h2>c</h2></section><h2>d</h2></div><h2>e</h2></section>";
    // A counter lives on among the following siblings of the element that made it.
    assert_eq!(text(css, html), "1 a|1.1 b|1.2 c|1.3 d|2 e|");
    let css = "p { counter-increment: c } .s { counter-set: c 9 } p::after { content: counter(c, lower-roman) }";
    assert_eq!(text(css, "<p>a</p><p class=s>b</p><p>c</p>"), "ai|bix|cx|");
    // Reset, then increment, then set; what makes no box does not count.
    let css = "p { counter-increment: c 2; counter-reset: c 5 } i { display: none; counter-increment: c } p::before { content: counter(c) }";
    assert_eq!(text(css, "<p><i>x</i>a</p>"), "7a|");
    assert_eq!(
        text("p::before { content: counter(none) '/' counters(none, '.') }", "<p>a"),
        "0/0a|"
    );
}

#[test]
fn quotes_nest_and_follow_the_language() {
    assert_eq!(text("", "<p>x <q>a <q>b</q></q> <q>c</q>"), "x “a ‘b’” “c”|");
    assert_eq!(text("", "<p lang=de><q>a <q>b</q></q>"), "„a ‚b‘“|");
    assert_eq!(text("", "<p lang=zh-Hant><q>a<q>b</q></q>"), "「a『b』」|");
    assert_eq!(text("", "<p lang=de-CH><q>a<q>b</q></q>"), "«a‹b›»|");
    assert_eq!(text("q { quotes: '<' '>' '(' ')' }", "<p><q>a<q>b<q>c</q></q></q>"), "<a(b(c))>|");
    assert_eq!(text("q { quotes: none }", "<p><q>a</q>"), "a|");
    let css = "p::before { content: open-quote } p::after { content: no-close-quote } b::before { content: open-quote }";
    assert_eq!(text(css, "<p>a</p><b>b</b>"), "“a|“b|");
}

#[test]
fn content_is_strings_attributes_and_pictures_in_order() {
    let css = "p::before { content: 'No. ' attr(id) ' ' url(a.png) '\\A ' } p::after { content: ''; } b::after { content: normal }";
    assert_eq!(text(css, "<p id=x7>a<b>c</b></p>"), "No. x7 <picture>ac|");
    let css =
        "p { display: flex } p::before { content: 'a' } p::after { content: 'b'; float: left }";
    assert_eq!(text(css, "<p>x</p>"), "a|x|b|");
}

#[test]
fn a_qr_code_of_an_unknown_level_is_told() {
    let found = |html: &str| {
        let boxes = boxes("", html);
        boxes.findings.into_iter().map(|(_, d)| d.message).collect::<Vec<_>>()
    };
    let missing = "no qr in tests".to_owned();
    assert_eq!(found("<qr-code value=x level=q></qr-code>"), std::slice::from_ref(&missing));
    let told = "`<qr-code>` has no `level` \"X\"; M is used".to_owned();
    assert_eq!(found("<qr-code value=x level=X></qr-code>"), [missing, told]);
    assert_eq!(found("<qr-code></qr-code>"), ["`<qr-code>` has no `value`"]);
}
