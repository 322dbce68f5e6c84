//! Tables across pages.

use super::{lines, paged};

const CSS: &str =
    "table { border-spacing: 0; width: 100% } td, th { padding: 0; vertical-align: top }";

fn rows(n: usize) -> String {
    (1..=n).map(|i| format!("<tr id=r{i}><td>w{i}")).collect()
}

#[test]
fn heads_and_feet_stand_on_every_page() {
    let html = format!("<table><thead><tr><th>Head<tfoot><tr><td>Foot<tbody>{}</table>", rows(30));
    let laid = paged(CSS, &html);
    // 13 rows of 20 px between head and foot.
    assert_eq!(laid.stretches(), [(1, 13), (14, 26), (27, 30)]);
    for page in 1..=3 {
        assert_eq!(
            laid.text_box(page, "Head").map(|b| b[1].floor()),
            laid.text_box(1, "Head").map(|b| b[1].floor())
        );
        assert!(laid.text_box(page, "Foot").is_some(), "page {page}");
    }
}

#[test]
fn heads_that_would_take_over_the_page_are_not_repeated() {
    let html =
        format!("<table><thead><tr><th style='height: 180px'>Head<tbody>{}</table>", rows(20));
    let laid = paged(CSS, &html);
    assert_eq!(laid.stretches(), [(1, 6), (7, 20)]);
    assert_eq!(laid.text_box(2, "Head"), None);
}

#[test]
fn heads_give_way_to_a_row_that_needs_the_page() {
    let css = format!("{CSS} #m {{ overflow: hidden; height: 295px }}");
    let html = "<table><thead><tr><th>Head<tbody><tr><td>w1<tr><td><div id=m>w2</div></table>";
    let laid = paged(&css, html);
    assert_eq!(laid.spans("m"), [(2, 0.0, 295.0)]);
    assert_eq!(laid.codes(), Vec::<&str>::new());
}

#[test]
fn rows_stay_whole_where_they_fit_on_a_page() {
    let row = |n: usize| format!("<tr><td>{}", lines(n));
    let laid = paged(CSS, &format!("<table>{}{}</table>", row(10), row(10)));
    assert_eq!(laid.stretches(), [(1, 10), (1, 10)]);
}

#[test]
fn rows_higher_than_a_page_are_cut_cell_by_cell() {
    let html = format!(
        "<table><tr id=r><td id=a>{}<td id=b style='line-height: 30px'>{}</table>",
        lines(20),
        "x<br>".repeat(4)
    );
    let laid = paged(CSS, &html);
    assert_eq!(laid.stretches(), [(1, 15), (16, 20)]);
    // Both cells reach to the end of their row on both pages.
    assert_eq!(laid.spans("a"), laid.spans("b"));
    assert_eq!(laid.spans("r"), [(1, 0.0, 300.0), (2, 0.0, 100.0)]);
}

#[test]
fn cells_that_span_rows_go_on() {
    let html = format!(
        "<table><tr id=r1><td id=s rowspan=20>{}<td>y1{}</table>",
        lines(18),
        (2..=20).map(|i| format!("<tr id=r{i}><td>y{i}")).collect::<String>()
    );
    let laid = paged(CSS, &html);
    assert_eq!(laid.stretches(), [(1, 15), (16, 18)]);
    assert_eq!(laid.spans("s"), [(1, 0.0, 300.0), (2, 0.0, 100.0)]);
    assert_eq!(laid.spans("r16"), [(2, 0.0, 20.0)]);
}

#[test]
fn rows_that_a_cell_spans_stay_together_where_they_can() {
    let css = format!("{CSS} #f {{ height: 270px }}");
    let laid = paged(
        &css,
        "<div id=f></div><table><tr id=a><td rowspan=2>w1<td>w2<tr id=b><td>w3</table>",
    );
    assert_eq!((laid.page_of("a"), laid.page_of("b")), (2, 2));
}

#[test]
fn a_caption_stays_with_the_table() {
    let css = format!("{CSS} #f {{ height: 270px }} caption {{ padding: 0 }}");
    let laid = paged(&css, "<div id=f></div><table><caption id=c>Caption<tr id=a><td>w1</table>");
    assert_eq!((laid.page_of("c"), laid.page_of("a")), (2, 2));
    let html =
        format!("<table><caption style='caption-side: bottom' id=c>Caption{}</table>", rows(15));
    let laid = paged(CSS, &html);
    assert_eq!((laid.page_of("c"), laid.page_of("r15")), (2, 2));
}

#[test]
fn a_head_never_stands_alone_at_the_end_of_a_page() {
    let css = format!("{CSS} #f {{ height: 260px }} td {{ height: 50px }}");
    let laid = paged(
        &css,
        "<div id=f></div><table><thead><tr id=h><th>Head<tbody><tr id=a><td>w1</table>",
    );
    assert_eq!((laid.page_of("h"), laid.page_of("a")), (2, 2));
}

#[test]
fn breaks_between_and_inside_rows_and_groups_are_heeded() {
    let html = "<table><tbody><tr><td>w1<tr style='break-before: page' id=b><td>w2<tbody style='break-before: right' id=c><tr><td>w3</table>";
    let laid = paged(CSS, html);
    assert_eq!([laid.page_of("b"), laid.page_of("c")], [2, 3]);
    let css = format!("{CSS} tbody {{ break-inside: avoid }}");
    let group = |n: usize, id: &str| format!("<tbody id={id}>{}", "<tr><td>y".repeat(n));
    let laid = paged(&css, &format!("<table>{}{}</table>", group(10, "a"), group(10, "b")));
    assert_eq!((laid.spans("a").len(), laid.spans("b")), (1, vec![(2, 0.0, 200.0)]));
}

#[test]
fn collapsed_borders_are_drawn_on_both_sides_of_a_break() {
    use crate::layout::fragment::{Fragment, FragmentContent};
    fn across(fragment: &Fragment, top: f32, out: &mut Vec<f32>) {
        let top = top + fragment.offset.y.0;
        if let FragmentContent::CollapsedBorders(segments) = &fragment.content {
            let lines = segments.iter().filter(|s| s.from.y == s.to.y);
            out.extend(lines.map(|s| (top + s.from.y.0).round()));
        }
        for child in &fragment.children {
            across(child, top, out);
        }
    }
    let css =
        "table { border-collapse: collapse; width: 100% } td { border: 2px solid; padding: 0 }";
    let laid = paged(css, &format!("<table>{}</table>", rows(20)));
    let on = |page: usize| {
        let mut ys = Vec::new();
        laid.document.pages[page].fragments.iter().for_each(|f| across(f, 0.0, &mut ys));
        ys.sort_by(f32::total_cmp);
        ys.dedup();
        ys
    };
    let (first, second) = (on(0), on(1));
    // 13 rows of 22 px: a line above the first and below the last, on both pages.
    assert_eq!((first.len(), second.len()), (14, 8));
    assert_eq!((first[0], first[13], second[0]), (1.0, 287.0, 0.0));
}
