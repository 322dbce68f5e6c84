//! Where pages end (CSS Fragmentation 3 and 4).

use super::{lines, paged};
use crate::layout::fragment::Fragment;

#[test]
fn every_break_value_breaks_as_it_says() {
    let after = |value: &str| {
        let laid =
            paged(&format!("#b {{ break-before: {value} }}"), "<p id=a>w1</p><p id=b>w2</p>");
        laid.page_of("b")
    };
    assert_eq!(["auto", "avoid", "avoid-page"].map(after), [1, 1, 1]);
    assert_eq!(["page", "always", "left", "verso"].map(after), [2, 2, 2, 2]);
    assert_eq!(["right", "recto"].map(after), [3, 3]);
}

#[test]
fn break_after_is_the_mirror() {
    let laid = paged("#a { break-after: right }", "<p id=a>w1</p><p id=b>w2</p>");
    assert_eq!(laid.page_of("b"), 3);
    assert_eq!(laid.words(2), Vec::<String>::new());
}

#[test]
fn sides_turn_around_in_right_to_left_documents() {
    let css = "html { direction: rtl } #b { break-before: right } #c { break-before: recto }";
    let laid = paged(css, "<p id=a>w1</p><p id=b>w2</p><p id=c>w3</p>");
    // The first page is a left one; recto is the side of the first.
    assert_eq!([laid.page_of("b"), laid.page_of("c")], [2, 3]);
}

#[test]
fn a_break_before_the_first_content_moves_only_to_the_right_side() {
    assert_eq!(paged("#a { break-before: page }", "<p id=a>w1</p>").page_of("a"), 1);
    assert_eq!(paged("#a { break-before: left }", "<p id=a>w1</p>").page_of("a"), 2);
}

#[test]
fn breaks_propagate_from_first_and_last_children() {
    let laid = paged(
        "h2, p { margin: 0 } h2 { break-before: page; font-size: 16px } .l { break-after: page }",
        "<div id=a><p>w1</p></div><section id=s><div><h2>w2</h2></div></section><div><p class=l>w3</p></div><p id=z>w4</p>",
    );
    // The section's own box moves with the break of its first heading.
    assert_eq!(laid.spans("s"), [(2, 0.0, 20.0)]);
    assert_eq!(laid.page_of("z"), 3);
}

#[test]
fn a_forced_break_wins_over_avoid() {
    let laid = paged(
        "#a { break-after: avoid } #b { break-before: page }",
        "<p id=a>w1</p><p id=b>w2</p>",
    );
    assert_eq!(laid.page_of("b"), 2);
}

#[test]
fn empty_boxes_with_forced_breaks_make_their_pages() {
    let laid =
        paged(".b { break-after: page }", "<div class=b></div><div class=b></div><p id=p>w1</p>");
    assert_eq!((laid.pages(), laid.page_of("p")), (3, 3));
}

#[test]
fn margins_vanish_at_unforced_breaks_and_stay_after_forced_ones() {
    let css = "#f { height: 290px } #a { margin-top: 30px }";
    let laid = paged(css, "<div id=f></div><p id=a>w1</p>");
    assert_eq!(laid.spans("a"), [(2, 0.0, 20.0)]);
    let css = "#f { margin-bottom: 50px } #s { break-before: page; margin-top: 10px } #a { margin-top: 30px }";
    let laid = paged(css, "<p id=f>w1</p><div id=s><p id=a>w2</p></div>");
    assert_eq!(laid.spans("a"), [(2, 30.0, 20.0)]);
}

#[test]
fn a_margin_below_the_last_box_asks_for_no_page() {
    let laid = paged("#f { height: 290px; margin-bottom: 60px }", "<div id=f>w1</div>");
    assert_eq!(laid.pages(), 1);
}

#[test]
fn avoid_between_is_given_up_before_avoid_inside() {
    // Nine lines that must not be parted, then a box joined to them: the join gives way.
    let css =
        "#a { break-inside: avoid } #b { break-before: avoid; height: 200px; break-inside: avoid }";
    let laid = paged(css, &format!("<p id=a>{}</p><div id=b></div>", lines(9)));
    assert_eq!((laid.spans("a").len(), laid.page_of("b")), (1, 2));
}

#[test]
fn avoid_inside_is_given_up_before_orphans_and_widows() {
    let css = "p { orphans: 3; widows: 3 } div { break-inside: avoid }";
    let second: String = (9..=18).map(|i| format!("w{i}<br>")).collect();
    let html = format!("<div><p id=a>{}</p><p id=b>{second}</p></div>", lines(8));
    let laid = paged(css, &html);
    // 18 lines cannot stay together; the second paragraph's ten are cut at seven.
    assert_eq!(laid.stretches(), [(1, 15), (16, 18)]);
}

#[test]
fn orphans_and_widows_are_given_up_last() {
    let css = "p { orphans: 20; widows: 20 }";
    let laid = paged(css, &format!("<p>{}</p>", lines(25)));
    assert_eq!(laid.stretches(), [(1, 15), (16, 25)]);
}

#[test]
fn headings_stay_with_their_text_even_where_a_box_must_be_cut() {
    let css = "section { break-inside: avoid } h2 { margin: 0; font: inherit; break-after: avoid }";
    let laid = paged(
        css,
        &format!("<section><p>{}</p><h2 id=h>w15</h2><p id=p>w16<br>w17</p></section>", lines(14)),
    );
    assert_eq!((laid.page_of("h"), laid.page_of("p")), (2, 2));
}

#[test]
fn widows_move_lines_on() {
    let laid = paged("p { widows: 4 }", &format!("<p>{}</p>", lines(17)));
    assert_eq!(laid.stretches(), [(1, 13), (14, 17)]);
}

#[test]
fn boxes_with_a_height_of_their_own_are_kept_whole_where_they_fit() {
    let css = "#f { height: 250px } #b { height: 100px; background: red }";
    let laid = paged(css, "<div id=f></div><div id=b></div>");
    assert_eq!(laid.spans("b"), [(2, 0.0, 100.0)]);
    // Higher than a page: it goes on, its room divided.
    let laid = paged("#b { height: 700px; background: red }", "<div id=b>w1</div><p id=z>w2</p>");
    assert_eq!(laid.spans("b"), [(1, 0.0, 300.0), (2, 0.0, 300.0), (3, 0.0, 100.0)]);
    assert_eq!(laid.spans("z"), [(3, 100.0, 20.0)]);
}

#[test]
fn overflowing_content_of_a_fixed_height_goes_on() {
    let laid = paged("#b { height: 50px }", &format!("<div id=b>{}</div>", lines(20)));
    assert_eq!(laid.stretches(), [(1, 15), (16, 20)]);
}

#[test]
fn monolithic_boxes_higher_than_the_page_are_sliced_and_told() {
    let css = "#m { overflow: hidden; height: 740px }";
    let laid = paged(css, &format!("<p id=a>w90</p><div id=m>{}</div><p id=z>w91</p>", lines(37)));
    assert_eq!(laid.codes(), ["page-slice"; 2]);
    // It begins on a page of its own; no line is lost.
    let words: Vec<String> = (1..=laid.pages()).flat_map(|p| laid.words(p)).collect();
    let mut expected = vec!["w90".to_string()];
    expected.extend((1..=37).map(|i| format!("w{i}")));
    expected.push("w91".into());
    assert_eq!(words, expected);
    assert_eq!(laid.stretches(), [(90, 90), (1, 15), (16, 30), (31, 91)]);
}

#[test]
fn slices_of_slices_do_not_lie_in_each_other() {
    fn depth(fragment: &Fragment) -> usize {
        1 + fragment.children.iter().map(depth).max().unwrap_or(0)
    }
    for css in [
        "#m { overflow: hidden; height: 3000px }",
        "#m { transform: scale(1); height: 3000px; float: left }",
    ] {
        let laid = paged(css, &format!("<div id=m>{}</div>", lines(150)));
        let depths = laid.document.pages.iter().map(|p| p.fragments.iter().map(depth).max());
        let depths: Vec<_> = depths.collect();
        assert_eq!(depths.len(), 10, "{css}: {:?}", laid.codes());
        assert!(depths[2..].iter().all(|depth| *depth == depths[1]), "{depths:?}");
        let words: Vec<String> = (1..=10).flat_map(|page| laid.words(page)).collect();
        assert_eq!(words, (1..=150).map(|i| format!("w{i}")).collect::<Vec<_>>());
    }
}

#[test]
fn monolithic_boxes_may_stick_out_into_the_page_margin() {
    let css = "@page { margin: 0 0 40px } #m { overflow: hidden; height: 290px }";
    let laid = paged(css, "<div id=m>w1</div><p id=z>w2</p>");
    assert_eq!(laid.codes(), ["page-overflow"]);
    assert_eq!((laid.spans("m"), laid.page_of("z")), (vec![(1, 0.0, 290.0)], 2));
}

#[test]
fn sliced_decoration_is_open_at_the_break() {
    let css = "#b { border: 5px solid; padding: 10px }";
    let laid = paged(css, &format!("<div id=b>{}</div>", lines(20)));
    // 15 px of edges above: 14 lines; the bottom edge is on the second page alone.
    assert_eq!(laid.stretches(), [(1, 14), (15, 20)]);
    assert_eq!(laid.spans("b"), [(1, 0.0, 300.0), (2, 0.0, 135.0)]);
}

#[test]
fn cloned_decoration_closes_on_every_page() {
    let css = "#b { border: 5px solid; padding: 10px; box-decoration-break: clone }";
    let laid = paged(css, &format!("<div id=b>{}</div>", lines(20)));
    assert_eq!(laid.stretches(), [(1, 13), (14, 20)]);
    assert_eq!(laid.spans("b"), [(1, 0.0, 300.0), (2, 0.0, 170.0)]);
}

#[test]
fn parallel_columns_are_cut_each_at_its_own_lines() {
    let css = "#f { display: flex } #f > * { flex: 1 } #b { line-height: 23px }";
    let html = format!(
        "<div id=f><div id=a>{}</div><div id=b>{}</div></div><p id=z>w99</p>",
        lines(20),
        "x<br>".repeat(20)
    );
    let laid = paged(css, &html);
    // 15 lines of 20 px, 13 of 23 px; the rest of both begins at the top of the next page.
    assert_eq!(laid.spans("a")[1].1, 0.0);
    assert_eq!(laid.spans("b")[1], (2, 0.0, 7.0 * 23.0));
    assert_eq!(laid.spans("z"), [(2, 7.0 * 23.0, 20.0)]);
    let x = |page| laid.text(page).split('|').filter(|w| w.trim() == "x").count();
    assert_eq!((x(0), x(1)), (13, 7));
}

#[test]
fn grid_rows_break_between_and_inside() {
    let css = "#g { display: grid; grid-template-columns: 1fr 1fr }";
    let cell = |from: usize| (from..from + 10).map(|i| format!("w{i}<br>")).collect::<String>();
    let html = format!(
        "<div id=g><p>{}</p><p>{}</p><p>{}</p><p>{}</p></div>",
        cell(1),
        cell(11),
        cell(21),
        cell(31)
    );
    let laid = paged(css, &html);
    let mut words: Vec<String> = (1..=laid.pages()).flat_map(|p| laid.words(p)).collect();
    assert_eq!(laid.words(2)[0], "w26");
    words.sort_by_key(|w| w[1..].parse::<usize>().unwrap_or(0));
    assert_eq!(words, (1..=40).map(|i| format!("w{i}")).collect::<Vec<_>>());
}

#[test]
fn floats_go_on_beside_the_text() {
    let css = "#f { float: left; width: 100px }";
    let floating: String = (1..=20).map(|i| format!("f{i}<br>")).collect();
    let laid = paged(css, &format!("<div id=f>{floating}</div><p>{}</p>", lines(18)));
    assert_eq!(laid.stretches(), [(1, 15), (16, 18)]);
    assert!(laid.text(1).contains("f16") && laid.text(1).contains("f20"), "{}", laid.text(1));
    assert!(!laid.text(0).contains("f16"));
    assert_eq!(laid.text_box(2, "w16").map(|b| b[0]), Some(100.0));
}

#[test]
fn a_float_that_fits_on_a_page_is_not_cut_off() {
    let css = "#f { float: left; width: 100px; height: 120px; overflow: hidden }";
    let laid = paged(css, &format!("<p>{}</p><div id=f></div><p>w11 w12</p>", lines(10)));
    assert_eq!(laid.page_of("f"), 2);
    assert_eq!(laid.codes(), Vec::<&str>::new());
}

#[test]
fn a_float_in_the_margin_at_a_break_stays_on_its_page() {
    let css = "#a { height: 280px } #f { float: left; width: 100px } #p { margin-top: 30px }";
    let laid = paged(css, "<div id=a></div><div id=f>x<br>x<br>x</div><p id=p>w1<br>w2</p>");
    assert_eq!(laid.spans("f"), [(2, 0.0, 60.0)]);
    assert_eq!(laid.spans("p"), [(2, 30.0, 40.0)]);
}

#[test]
fn a_float_alone_reaches_over_the_last_page() {
    let floating: String = (1..=20).map(|i| format!("w{i}<br>")).collect();
    let laid = paged("#f { float: left }", &format!("<div id=f>{floating}</div>"));
    assert_eq!(laid.stretches(), [(1, 15), (16, 20)]);
}

#[test]
fn content_is_never_lost_where_edges_leave_no_room() {
    let css = "#b { box-decoration-break: clone; border: 160px solid }";
    let laid = paged(css, &format!("<div id=b>{}</div>", lines(3)));
    assert!(laid.codes().iter().any(|c| c.starts_with("page-")), "{:?}", laid.codes());
}

#[test]
fn a_box_that_goes_on_reaches_the_end_of_its_page() {
    let css = "#b { border: 4px solid; padding: 6px } p { orphans: 4; widows: 4 }";
    let before = "<p id=p style='height: 110px'>w90</p>";
    let laid = paged(css, &format!("{before}<div id=b><p>{}</p></div>", lines(11)));
    // Four lines have to go on, though there is room for one more of them here.
    assert_eq!(laid.stretches(), [(90, 7), (8, 11)]);
    assert_eq!(laid.spans("b"), [(1, 110.0, 190.0), (2, 0.0, 90.0)]);
    // What ends on the page stays as it is, and so does a forced break's box that goes on.
    assert_eq!(laid.spans("p"), [(1, 0.0, 110.0)]);
    let forced = paged("#f { break-before: page }", "<div id=b><p>w1<p id=f>w2</div>");
    assert_eq!(forced.spans("b"), [(1, 0.0, 300.0), (2, 0.0, 20.0)]);
}

#[test]
fn a_shift_moves_no_break() {
    let css = "#r { position: relative; top: 7px }";
    let laid = paged(css, &format!("<p>{}</p><p id=r>w16</p>", lines(15)));
    assert_eq!(laid.spans("r"), [(2, 7.0, 20.0)]);
    // Up into the page before it, which it does not go to.
    let css = "#r { position: relative; top: -30px }";
    let laid = paged(css, &format!("<p>{}</p><div id=r>w16</div><p>w17</p>", lines(15)));
    assert_eq!(laid.spans("r"), [(2, -30.0, 20.0)]);
    assert_eq!(laid.stretches(), [(1, 15), (16, 17)]);
}

#[test]
fn what_stands_below_floats_moves_without_them() {
    let css = "#f { float: left; width: 60px } #t { clear: left } thead, td { font: inherit }";
    let table = "<table id=t><thead><tr><td>Head<tbody><tr><td>w15<tr><td>w16</table>";
    let laid = paged(css, &format!("<div id=f>{}</div>{table}", lines(14)));
    assert_eq!((laid.page_of("f"), laid.page_of("t"), laid.pages()), (1, 2, 2));
    assert_eq!(laid.codes(), Vec::<&str>::new());
}

#[test]
fn a_float_with_room_in_it_moves_whole() {
    let css = "#f { float: right; width: 60px; height: 60px }";
    let html = format!("<p>{}</p><p><span id=f>w14</span>{}", lines(13), "w15<br>w16<br>w17");
    let laid = paged(css, &html);
    assert_eq!(laid.spans("f"), [(2, 0.0, 60.0)]);
    assert_eq!(laid.stretches(), [(1, 13), (14, 17)]);
}
