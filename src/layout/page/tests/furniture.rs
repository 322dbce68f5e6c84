//! Margin boxes, named strings, running elements, counters, fixed boxes.

use super::paged;

const MARGINS: &str = "@page { size: 400px 300px; margin: 40px }";

#[test]
fn sixteen_margin_boxes_stand_around_the_page() {
    let names = [
        "top-left-corner",
        "top-left",
        "top-center",
        "top-right",
        "top-right-corner",
        "right-top",
        "right-middle",
        "right-bottom",
        "bottom-right-corner",
        "bottom-right",
        "bottom-center",
        "bottom-left",
        "bottom-left-corner",
        "left-bottom",
        "left-middle",
        "left-top",
    ];
    let boxes: String =
        names.iter().enumerate().map(|(i, n)| format!("@{n} {{ content: 'b{i}' }}")).collect();
    let laid =
        paged(&format!("@page {{ margin: 40px; font: 8px/10px 'EB Garamond'; {boxes} }}"), "<p>x");
    let place = |i: usize| {
        let [l, t, r, b] = laid.text_box(1, &format!("b{i}")).unwrap_or_default();
        let side = |from: f32, to: f32, size: f32| match () {
            () if from >= size - 40.0 => 'e',
            () if to <= 40.0 => 's',
            () => 'm',
        };
        (side(l, r, 400.0), side(t, b, 300.0))
    };
    let expected = "ss ms ms ms es em em em ee me me me se sm sm sm";
    let found: Vec<String> = (0..16)
        .map(|i| {
            let (x, y) = place(i);
            format!("{x}{y}")
        })
        .collect();
    assert_eq!(found.join(" "), expected);
    // Defaults of alignment: left, centre, right; top, middle, bottom.
    let at = |i: usize| laid.text_box(1, &format!("b{i}")).unwrap_or_default();
    assert_eq!(at(1)[0], 40.0);
    assert!(((at(2)[0] + at(2)[2]) / 2.0 - 200.0).abs() <= 1.0, "{:?}", at(2));
    assert_eq!(at(3)[2], 360.0);
    assert!((at(5)[1] - 40.0).abs() <= 2.0 && (at(7)[3] - 260.0).abs() <= 2.0);
    assert!(((at(6)[1] + at(6)[3]) / 2.0 - 150.0).abs() <= 1.0);
}

#[test]
fn sizes_of_margin_boxes() {
    let css = format!("{MARGINS} @page {{ @top-left {{ content: 'a'; width: 100px; text-align: right }} @top-right {{ content: 'c'; width: 50%; text-align: left }}
        @left-top {{ content: 'd'; height: 50px; vertical-align: bottom }} @right-bottom {{ content: 'e'; max-height: 30px; vertical-align: top }} }}");
    let laid = paged(&css, "<p>x");
    assert_eq!(laid.text_box(1, "a").map(|b| b[2]), Some(140.0));
    assert_eq!(laid.text_box(1, "c").map(|b| b[0]), Some(200.0));
    assert_eq!(laid.text_box(1, "d").map(|b| (b[3] / 10.0).round()), Some(9.0));
    assert_eq!(laid.text_box(1, "e").map(|b| (b[1] / 10.0).round()), Some(23.0));
}

fn tops(css: &str, body: &str) -> Vec<String> {
    let laid = paged(
        &format!(
            "@page {{ margin: 20px 0 0 }} .b {{ break-before: page }} h2 {{ margin: 0; font-size: 16px; break-after: auto }} {css}"
        ),
        body,
    );
    let pages = 0..laid.pages();
    pages
        .map(|p| laid.text(p).replace('|', "").split('#').nth(1).unwrap_or("").to_string())
        .collect()
}

const CHAPTERS: &str =
    "<h2>A</h2><p>x<h2>B</h2><p class=b>x<p class=b>x<h2>C</h2><h2>D</h2><h2 class=b>E</h2>";

#[test]
fn named_strings_by_keyword() {
    let with = |keyword: &str| {
        let css = format!(
            "h2 {{ string-set: t content() }} @page {{ @top-left {{ content: '#' string(t{keyword}) }} }}"
        );
        tops(&css, CHAPTERS)
    };
    assert_eq!(with(""), ["A", "B", "C", "E"]);
    assert_eq!(with(", first"), ["A", "B", "C", "E"]);
    assert_eq!(with(", start"), ["A", "B", "B", "E"]);
    assert_eq!(with(", last"), ["B", "B", "D", "E"]);
    assert_eq!(with(", first-except"), ["", "B", "", ""]);
}

#[test]
fn running_elements_by_keyword() {
    let with = |keyword: &str| {
        let css = format!(
            ".r {{ position: running(r) }} @page {{ @top-left {{ content: element(r{keyword}) }} }}"
        );
        let body = CHAPTERS.replace("<h2", "<div class=r>#R</div><h2").replace(
            "<div class=r>#R</div><h2 class=b>E",
            "<div class=b><div class=r>#R</div>E</div",
        );
        let mut letter = b'a';
        let mut out = String::new();
        for part in body.split("#R") {
            if !out.is_empty() {
                out += &format!("#{}", char::from(letter));
                letter += 1;
            }
            out += part;
        }
        tops(&css, &out)
    };
    assert_eq!(with(""), ["a", "b", "c", "e"]);
    assert_eq!(with(", last"), ["b", "b", "d", "e"]);
    assert_eq!(with(", start"), ["a", "b", "b", "e"]);
    assert_eq!(with(", first-except"), ["", "b", "", ""]);
}

#[test]
fn a_running_element_before_a_break_goes_with_what_follows() {
    let css = ".r { position: running(r) } @page { @top-left { content: element(r) } }";
    let body = "<div class=r>#a</div><h2>A</h2><div class=r>#b</div><h2 class=b>B</h2>";
    assert_eq!(tops(css, body), ["a", "b"]);
}

#[test]
fn the_page_counter_counts_and_is_set() {
    let number = "@page { @top-left { content: '#' counter(page) '/' counter(pages) } }";
    assert_eq!(tops(number, CHAPTERS), ["1/4", "2/4", "3/4", "4/4"]);
    let reset = format!("{number} .n {{ counter-reset: page 10 }}");
    assert_eq!(tops(&reset, "<p>x<p class='b n'>x<p class=b>x"), ["1/3", "10/3", "11/3"]);
    let first = format!("{number} @page :first {{ counter-reset: page 8 }}");
    assert_eq!(tops(&first, "<p>x<p class=b>x"), ["9/2", "10/2"]);
    let step = format!("{number} @page {{ counter-increment: page 2 }}");
    assert_eq!(tops(&step, "<p>x<p class=b>x"), ["2/2", "4/2"]);
    let skip = format!("{number} .n {{ counter-increment: page 5 }}");
    assert_eq!(tops(&skip, "<p>x<p class='b n'>x<p class=b>x"), ["1/3", "7/3", "8/3"]);
}

#[test]
fn counters_of_pages_and_of_the_content_in_margin_boxes() {
    let css = "@page { counter-increment: sheet 2; @top-left { content: '#' counter(sheet) '-' counter(chapter, upper-roman) } } h2 { counter-increment: chapter }";
    assert_eq!(tops(css, CHAPTERS), ["2-0", "4-II", "6-II", "8-IV"]);
}

#[test]
fn page_numbers_in_running_and_fixed_boxes() {
    let css = ".r { position: running(r) } .n::after { content: counter(page) '/' counter(pages) } @page { @top-left { content: element(r) } }";
    let body = "<div class=r>#<b class=n></b></div><p>x<p class=b>x";
    assert_eq!(tops(css, body), ["1/2", "2/2"]);
    let css =
        ".r { position: fixed; top: -20px } .n::after { content: counter(page, lower-roman) }";
    assert_eq!(tops(css, body), ["i", "ii"]);
}

#[test]
fn a_page_number_in_the_flow_is_told() {
    let laid = paged("p::after { content: counter(page) }", "<p>x");
    assert_eq!(laid.codes(), ["page-counter-in-flow"]);
}

#[test]
fn fixed_boxes_stand_on_every_page_and_absolute_ones_on_theirs() {
    let css = ".b { break-before: page } #f { position: fixed; bottom: 10px; right: 20px; width: 50px; height: 20px } #a { position: absolute; bottom: 0; left: 30px }";
    let laid = paged(css, "<p>x<div id=f>Foot</div><p class=b>y<span id=a>Once</span><p class=b>z");
    let feet: Vec<_> = laid.boxes("f");
    assert_eq!(feet, [1, 2, 3].map(|page| (page, [330.0, 270.0, 50.0, 20.0])));
    assert_eq!(
        laid.boxes("a").iter().map(|(p, r)| (*p, r[0], r[1])).collect::<Vec<_>>(),
        [(2, 30.0, 280.0)]
    );
}

#[test]
fn absolute_boxes_go_with_their_containing_block() {
    let css = ".b { break-before: page } section { position: relative; height: 100px } i { position: absolute; top: 30px; right: 0 }";
    let laid = paged(css, "<p>x<section class=b><i id=a>y</i></section>");
    let (page, [_, y, ..]) = laid.boxes("a")[0];
    assert_eq!((page, y), (2, 30.0));
}

#[test]
fn the_root_margin_is_kept_on_the_first_page() {
    let laid = paged("html { margin-top: 30px }", "<p id=a>x");
    assert_eq!(laid.at("a")[1], 30.0);
}

#[test]
fn strings_and_counters_of_boxes_without_a_flow() {
    let margin = "@page { @top-left { content: '#' string(t) counter(c) } }";
    let set = "#s { string-set: t attr(title); counter-increment: c 3 }";
    let img = "<img id=s title=Seal src=seal.svg alt=x>";
    let table = "<table id=s title=Seal><tr><td>x</table>";
    for (css, around) in [
        ("#s { float: left }", ("<p>", "y</p>")),
        ("#s { position: absolute }", ("<p>", "y</p>")),
        ("#s { display: block }", ("<div>", "</div>")),
        ("", ("<p>", "y</p>")),
        ("div { display: flex }", ("<div>", "</div>")),
        ("div { display: grid }", ("<div>", "</div>")),
    ] {
        for element in [img, table] {
            let body = format!("<p>x</p>{}{element}{}<p class=n>z", around.0, around.1);
            let css = format!("{margin} {set} {css} .n {{ break-before: page }}");
            assert_eq!(tops(&css, &body), ["Seal0", "Seal3"], "{css}: {body}");
        }
    }
}
