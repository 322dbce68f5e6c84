//! `@page`: selectors, sizes, margins (CSS Page 3, CSS GCPM 3 §3).

use super::{lines, paged};

/// Text in the top left margin box of each page.
fn marks(css: &str, body: &str) -> Vec<String> {
    let css = format!("@page {{ margin: 20px 0 0 }} {css}");
    let laid = paged(&css, body);
    (0..laid.pages())
        .map(|p| laid.text(p).split('|').filter(|t| t.starts_with('#')).collect())
        .collect()
}

const FIVE: &str = "<p>1<p class=b>2<p class=b>3<p class=b>4<p class=b>5";

fn mark(selector: &str) -> String {
    let css =
        format!(".b {{ break-before: page }} @page {selector} {{ @top-left {{ content: '#' }} }}");
    marks(&css, FIVE).iter().map(|m| if m.is_empty() { '-' } else { '#' }).collect()
}

#[test]
fn selectors_choose_pages() {
    assert_eq!(mark(""), "#####");
    assert_eq!(mark(":first"), "#----");
    assert_eq!(mark(":right"), "#-#-#");
    assert_eq!(mark(":left"), "-#-#-");
    assert_eq!(mark(":nth(2)"), "-#---");
    assert_eq!(mark(":nth(2n+1)"), "#-#-#");
    assert_eq!(mark(":nth(even)"), "-#-#-");
    assert_eq!(mark(":nth(-n+3)"), "###--");
    assert_eq!(mark(":right:nth(n+2)"), "--#-#");
    assert_eq!(mark(":blank"), "-----");
}

#[test]
fn blank_pages_have_their_style_and_nothing_else() {
    let css = "#b { break-before: right } @page { @top-left { content: '#page' } } @page :blank { @top-left { content: '#blank' } }";
    assert_eq!(marks(css, "<p>1<p id=b>2"), ["#page", "#blank", "#page"]);
}

#[test]
fn nth_of_a_name_counts_within_the_group() {
    let css = ".b { break-before: page } .a { page: annex }
        @page :nth(1 of annex) { @top-left { content: '#first' } }
        @page :nth(2n of annex) { @top-left { content: '#even' } }";
    let body = "<p>1<p class=b>2<div class=a><p>3<p class=b>4<p class=b>5</div><p>6<div class=a><p>7<p class=b>8</div>";
    assert_eq!(marks(css, body), ["", "", "#first", "#even", "", "", "#first", "#even"]);
}

#[test]
fn a_change_of_page_name_breaks() {
    let css = "#b { page: two } #d { page: two }";
    let laid = paged(css, "<p id=a>1<p id=b>2<p id=d>3<p id=e>4");
    assert_eq!(["a", "b", "d", "e"].map(|id| laid.page_of(id)), [1, 2, 2, 3]);
}

#[test]
fn the_name_comes_from_the_first_child() {
    let css = "#c { page: two } @page two { size: 500px 300px }";
    let laid = paged(css, "<p>1<section><div><p id=c>2</p></div></section>");
    assert_eq!(laid.document.pages[1].size.width.0, 500.0);
}

#[test]
fn a_side_and_a_name_ask_for_one_blank_page_at_most() {
    let css = "#b { page: two; break-before: right } #a { break-after: right }";
    let laid = paged(css, "<p id=a>1<p id=b>2");
    assert_eq!((laid.pages(), laid.page_of("b")), (3, 3));
    // The wish of the page before the change counts too.
    let laid = paged("#b { page: two } #a { break-after: right }", "<p id=a>1<p id=b>2");
    assert_eq!(laid.page_of("b"), 3);
}

#[test]
fn sizes_by_name_length_and_orientation() {
    let size = |value: &str| {
        let laid = paged(&format!("@page {{ size: {value} }}"), "<p>x");
        let size = laid.document.pages[0].size;
        [size.width, size.height].map(|l| (l.to_mm() * 10.0).round() / 10.0)
    };
    assert_eq!(size("A5"), [148.0, 210.0]);
    assert_eq!(size("A6"), [105.0, 148.0]);
    assert_eq!(size("b1"), [707.0, 1000.0]);
    assert_eq!(size("A5 landscape"), [210.0, 148.0]);
    assert_eq!(size("landscape"), [297.0, 210.0]);
    assert_eq!(size("letter portrait"), [215.9, 279.4]);
    assert_eq!(size("jis-b5"), [182.0, 257.0]);
    assert_eq!(size("100mm"), [100.0, 100.0]);
    assert_eq!(size("100mm 200mm"), [100.0, 200.0]);
}

#[test]
fn a_landscape_page_within_a_portrait_document() {
    let css = "@page { size: 200px 300px; margin: 10px } @page wide { size: 300px 200px; margin: 20px } #w { page: wide }";
    let laid = paged(css, "<p id=a>1<div id=w>2</div><p id=z>3");
    let sizes: Vec<_> =
        laid.document.pages.iter().map(|p| (p.size.width.0, p.size.height.0)).collect();
    assert_eq!(sizes, [(200.0, 300.0), (300.0, 200.0), (200.0, 300.0)]);
    assert_eq!(laid.at("w"), [20.0, 20.0, 260.0, 20.0]);
    assert_eq!(laid.at("z"), [10.0, 10.0, 180.0, 20.0]);
}

#[test]
fn an_ancestor_parted_by_a_name_has_open_edges() {
    let css = "section { border: 5px solid; padding: 10px } #w { page: wide }";
    let laid = paged(css, "<section id=s><p>1</p><p id=w>2</p></section>");
    assert_eq!(laid.spans("s"), [(1, 0.0, 35.0), (2, 0.0, 35.0)]);
    assert_eq!(laid.at("w")[1], 0.0);
}

#[test]
fn percentages_of_a_page_margin_are_of_its_own_direction() {
    let laid = paged("@page { margin: 10% }", "<p id=a>1");
    assert_eq!(laid.at("a"), [40.0, 30.0, 320.0, 20.0]);
}

#[test]
fn borders_and_padding_narrow_the_page_area() {
    let laid = paged("@page { margin: 10px; border: 5px solid; padding: 15px 20px }", &lines(3));
    assert_eq!(laid.text_box(1, "w1").map(|b| b[0]), Some(35.0));
    let own = &laid.document.pages[0].fragments[0];
    assert_eq!((own.offset.x.0, own.size.width.0, own.size.height.0), (10.0, 380.0, 280.0));
}

#[test]
fn a_page_of_given_width_is_centred_by_auto_margins() {
    let laid = paged("@page { width: 300px; margin: 0 auto }", "<p id=a>1");
    assert_eq!(laid.at("a"), [50.0, 0.0, 300.0, 20.0]);
}

#[test]
fn margins_alternate_between_left_and_right_pages() {
    let css = ".b { break-before: page } @page :left { margin-left: 60px } @page :right { margin-right: 60px }";
    let laid = paged(css, "<p id=a>1<p id=b class=b>2");
    assert_eq!((laid.at("a")[0], laid.at("b")[0]), (0.0, 60.0));
    assert_eq!((laid.at("a")[2], laid.at("b")[2]), (340.0, 340.0));
}
