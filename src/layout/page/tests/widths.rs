//! Pages of different widths: content is laid out at the width of the page it is on.

use super::{Laid, lines, paged, walk};
use crate::geom::Point;
use crate::layout::tests::{LAYS_OUT_ALL, STEPS};

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
    assert_eq!(laid.boxes("b"), [(1, [0.0, 8.0, 200.0, 292.0]), (2, [0.0, 0.0, 400.0, 155.0])]);
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

/// Where every text stands: page, text, place.
fn places(laid: &Laid) -> Vec<(usize, String, Point)> {
    let mut found = Vec::new();
    for (page, sheet) in laid.document.pages.iter().enumerate() {
        for fragment in &sheet.fragments {
            walk(fragment, Point::ZERO, &mut |run, at, _| {
                found.push((page + 1, run.text.to_string(), at));
            });
        }
    }
    found
}

/// A layout in which every galley holds all that is left.
fn of_whole_galleys(css: &str, html: &str) -> Laid {
    LAYS_OUT_ALL.set(true);
    let laid = paged(css, html);
    LAYS_OUT_ALL.set(false);
    laid
}

/// What is below the page that a galley is laid out for makes no difference to the page.
#[test]
fn a_galley_for_few_pages_is_the_beginning_of_the_whole() {
    let css = ["@page :left { margin-left: 90px }", "@page :nth(3n) { margin-right: 60px }", FIRST];
    for seed in 0..36 {
        let flow = super::flows::random_html(seed);
        let css = format!("{} {}", super::flows::BASE, css[seed as usize % css.len()]);
        let (few, all) = (paged(&css, &flow), of_whole_galleys(&css, &flow));
        assert_eq!(places(&few), places(&all), "{css}\n{flow}");
    }
}

/// The steps that a document of so many parts on pages of alternating widths takes.
fn steps(part: &dyn Fn(usize) -> String, around: (&str, &str), parts: usize) -> u64 {
    let css = "@page :left { margin-left: 90px } td { padding: 0 }";
    let html: String = (0..parts).map(part).collect();
    let laid = paged(css, &format!("{}{html}{}", around.0, around.1));
    assert!(laid.pages() * 20 > parts, "{} pages", laid.pages());
    STEPS.get()
}

#[test]
fn pages_of_alternating_widths_take_steps_in_proportion() {
    let paragraph = |i: usize| format!("<p>w{i} and more words, <b>some</b> of them bold</p>");
    let row = |i: usize| format!("<tr><td>w{i}<td>and more words<td>in cells");
    let nested = |i: usize| format!("<section><h2>w{i}</h2><ul><li>x<li>y<li>z</ul></section>");
    let table = ("<table><thead><tr><th>A<th>B<th>C<tbody>", "</table>");
    let parts: [(&dyn Fn(usize) -> String, _); 3] =
        [(&paragraph, ("", "")), (&row, table), (&nested, ("<div><div>", "</div></div>"))];
    for (part, around) in parts {
        let (few, many) = (steps(part, around, 150), steps(part, around, 600));
        assert!(many < few * 5, "{many} steps for four times what takes {few}: {}", part(0));
    }
}

#[test]
fn tables_keep_the_columns_of_all_their_rows() {
    let rows: String = (1..=40).map(|i| format!("<tr><td>w{i}<td>x")).collect();
    let wide = "<tr><td>a word that is wider than others<td>x";
    let css = "@page :left { margin-left: 100px } table { border-spacing: 0 } td { padding: 0 }";
    for html in [format!("<table>{wide}{rows}</table>"), format!("<table>{rows}{wide}</table>")] {
        let laid = paged(css, &html);
        let x = |page| laid.text_box(page, "x").map(|b| b[0]);
        assert!(laid.pages() > 2);
        assert_eq!(x(1), x(3), "{html}");
        assert_eq!(x(1).map(|x| x + 100.0), x(2), "{html}");
    }
}

#[test]
fn what_hangs_on_the_bottom_of_a_long_box_stands_at_its_end() {
    let css = "@page :left { margin-left: 100px } #r { position: relative }
        #b { position: absolute; bottom: 0; left: 0 } #t { position: absolute; top: 700px; left: 0 }";
    let html = format!("<div id=r><b id=b>w91</b><i id=t>w92</i>{}</div>", lines(40));
    let laid = paged(css, &html);
    assert_eq!(laid.pages(), 3);
    let at = |id: &str| laid.boxes(id).iter().map(|(p, r)| (*p, r[1])).collect::<Vec<_>>();
    assert_eq!(at("b"), [(3, 180.0)]);
    assert_eq!(at("t"), [(3, 100.0)]);
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

/// What stands in reserve while pages are made makes no difference to any of them.
#[test]
fn pages_are_the_same_whatever_stands_in_reserve() {
    use crate::layout::page::reserve::FEWEST_IN_TESTS;
    let css = ["", "@page :left { margin-left: 90px }", "td { border: 1px solid }"];
    for seed in 0..60 {
        let flow = super::flows::random_html(seed);
        let css = format!("{} {}", super::flows::BASE, css[seed as usize % css.len()]);
        let of = |fewest| {
            let usual = FEWEST_IN_TESTS.replace(fewest);
            let laid = paged(&css, &flow);
            FEWEST_IN_TESTS.set(usual);
            laid
        };
        let (none, all) = (places(&of(usize::MAX)), places(&of(1)));
        assert_eq!(none.len(), all.len(), "{css}\n{flow}");
        for (a, b) in none.iter().zip(&all) {
            let near = (a.2 - b.2).x.0.abs() < 0.02 && (a.2 - b.2).y.0.abs() < 0.02;
            assert!(a.0 == b.0 && a.1 == b.1 && near, "{a:?} {b:?}: {css}\n{flow}");
        }
    }
}
