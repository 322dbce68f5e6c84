//! Pages of different widths: content is laid out at the width of the page it is on.

use super::{lines, paged};

const FIRST: &str = "@page :first { margin-right: 200px }";

#[test]
fn text_goes_on_at_the_width_of_the_next_page() {
    let words: String = (1000..1600).map(|i| format!("w{i} ")).collect();
    let laid =
        paged(&format!("{FIRST} p {{ orphans: 1; widows: 1 }}"), &format!("<p id=p>{words}</p>"));
    let found: Vec<String> = (1..=laid.pages()).flat_map(|p| laid.words(p)).collect();
    assert_eq!(found, (1000..1600).map(|i| format!("w{i}")).collect::<Vec<_>>());
    let widths: Vec<f32> = laid.boxes("p").iter().map(|b| b.1[2]).collect();
    assert_eq!(widths[..2], [200.0, 400.0]);
    // Twice as wide, about twice as many words.
    let count = |page| laid.words(page).len() as f32;
    assert!(count(2) / count(1) > 1.7, "{} {}", count(1), count(2));
}

#[test]
fn justified_text_fills_the_width_of_each_page() {
    let words: String = (1..=600).map(|i| format!("w{i} ")).collect();
    let css = format!("{FIRST} p {{ text-align: justify; text-indent: 30px }}");
    let laid = paged(&css, &format!("<p>{words}</p>"));
    let first = laid.words(2)[0].clone();
    // The text goes on, it does not begin: no indent.
    assert_eq!(laid.text_box(2, &first).map(|b| b[0]), Some(0.0));
    let found: Vec<String> = (1..=laid.pages()).flat_map(|p| laid.words(p)).collect();
    assert_eq!(found.len(), 600);
}

#[test]
fn blocks_tables_and_lists_go_on() {
    let rows: String = (1..=30).map(|i| format!("<tr><td>w{i}<td>x")).collect();
    let items: String = (31..=60).map(|i| format!("<li>w{i}")).collect();
    let css = format!(
        "{FIRST} table {{ width: 100%; border-spacing: 0 }} td {{ padding: 0 }} ol {{ margin: 0 }}"
    );
    let html = format!("<table id=t><thead><tr><th>Head<tbody>{rows}</table><ol id=l>{items}</ol>");
    let laid = paged(&css, &html);
    let found: Vec<String> = (1..=laid.pages()).flat_map(|p| laid.words(p)).collect();
    assert_eq!(found, (1..=60).map(|i| format!("w{i}")).collect::<Vec<_>>());
    let widths: Vec<f32> = laid.boxes("t").iter().map(|b| b.1[2]).collect();
    assert_eq!(widths, [200.0, 400.0, 400.0]);
    assert!((0..3).all(|p| laid.text(p).contains("Head")));
    // Numbers are not counted anew.
    let last = laid.pages() - 1;
    assert!(laid.text(last).replace('\u{a0}', " ").contains("30."), "{}", laid.text(last));
}

#[test]
fn edges_and_margins_are_those_of_the_cut() {
    let css = format!("{FIRST} #b {{ border: 5px solid; padding: 10px; margin-top: 8px }}");
    let laid = paged(&css, &format!("<div id=b>{}</div>", lines(20)));
    assert_eq!(laid.boxes("b"), [(1, [0.0, 8.0, 200.0, 275.0]), (2, [0.0, 0.0, 400.0, 155.0])]);
}

#[test]
fn left_and_right_pages_of_different_widths() {
    let css = "@page :left { margin-left: 100px } p { margin-bottom: 20px }";
    let html: String = (1..=40).map(|i| format!("<p id=p{i}>w{i}</p>")).collect();
    let laid = paged(css, &html);
    let found: Vec<String> = (1..=laid.pages()).flat_map(|p| laid.words(p)).collect();
    assert_eq!(found, (1..=40).map(|i| format!("w{i}")).collect::<Vec<_>>());
    for i in 1..=40 {
        let (page, [x, _, width, _]) = laid.boxes(&format!("p{i}"))[0];
        assert_eq!((x, width), if page % 2 == 0 { (100.0, 300.0) } else { (0.0, 400.0) }, "p{i}");
    }
}

#[test]
fn floats_and_positioned_boxes_are_neither_lost_nor_doubled() {
    let css = format!(
        "{FIRST} .f {{ float: left; width: 40px }} .a {{ position: absolute; right: 0 }} div {{ position: relative }}"
    );
    let block = |i: usize| {
        let (f, a, w) = (3 * i + 1, 3 * i + 2, 3 * i + 3);
        format!("<div><span class=f>w{f}</span><span class=a>w{a}</span>w{w} x<br>x<br>x</div>")
    };
    let html: String = (0..12).map(block).collect();
    let laid = paged(&css, &html);
    let mut found: Vec<String> = (1..=laid.pages()).flat_map(|p| laid.words(p)).collect();
    found.sort_by_key(|w| w[1..].parse::<usize>().unwrap_or(0));
    assert_eq!(found, (1..=36).map(|i| format!("w{i}")).collect::<Vec<_>>());
}

#[test]
fn cells_and_items_that_were_cut_go_on() {
    let css = format!(
        "{FIRST} table {{ width: 100%; border-spacing: 0 }} td {{ padding: 0; vertical-align: top }} #f {{ display: flex }}"
    );
    let a: String = (1..=25).map(|i| format!("w{i}<br>")).collect();
    let b: String = (26..=50).map(|i| format!("w{i}<br>")).collect();
    for html in [
        format!("<table><tr><td>{a}<td>{b}</table>"),
        format!("<div id=f><p>{a}</p><p>{b}</p></div>"),
        format!(
            "<table><tr><td rowspan=2>{a}<td>w26<tr><td>{}</table>",
            b.replacen("w26<br>", "", 1)
        ),
    ] {
        let laid = paged(&css, &html);
        let mut found: Vec<String> = (1..=laid.pages()).flat_map(|p| laid.words(p)).collect();
        found.sort_by_key(|w| w[1..].parse::<usize>().unwrap_or(0));
        assert_eq!(found, (1..=50).map(|i| format!("w{i}")).collect::<Vec<_>>(), "{html}");
    }
}

#[test]
fn what_does_not_fit_the_first_page_is_not_told_of_the_others() {
    let css = format!("{FIRST} #f {{ height: 280px }} #n {{ white-space: nowrap }}");
    let laid = paged(
        &css,
        "<div id=f></div><p>w1</p><p id=n>A line that is wider than 200 px but not 400</p>",
    );
    assert_eq!(laid.page_of("n"), 2);
    assert_eq!(laid.codes(), Vec::<&str>::new());
}
