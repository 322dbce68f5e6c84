//! What fuzzing has found, one test a finding, named after what it was.

use crate::support::{TempProject, pdf};

/// The texts of a page as `pdftotext` would read them are not needed: the boxes tell what is there.
fn boxes(page: &str, options: &[&str]) -> String {
    let project = TempProject::empty();
    project.write("page.html", page);
    let run = project.run(&[&["inspect", "page.html", "--boxes"], options].concat());
    assert!(!run.stderr.contains("internal-error"), "{}", run.stderr);
    run.stdout
}

#[test]
fn a_fixed_box_in_a_fixed_box_was_lost_on_pages() {
    let page = "<!DOCTYPE html><html lang=en><title>t</title><style>div { position: fixed }</style>\
                <div id=outer>One<div id=inner>Two</div></div>";
    let found = boxes(page, &[]);
    assert!(found.contains("div#outer") && found.contains("div#inner"), "{found}");
}

#[test]
fn an_absolute_box_in_a_running_element_was_lost() {
    let page = "<!DOCTYPE html><html lang=en><title>t</title><style>@page { @top-center { content: element(e) } } \
                p { position: running(e) } b { position: absolute }</style><p>One <b>Two</b></p>x";
    let found = boxes(page, &[]);
    assert!(found.lines().any(|line| line.ends_with(" b")), "{found}");
}

#[test]
fn a_name_of_nul_characters_was_told_of_beyond_the_end_of_the_sheet() {
    let page =
        format!("<!DOCTYPE html><html lang=en><title>t</title><p style='{}:x'>x", "\\0 \\0 \\0 é");
    assert!(boxes(&page, &[]).contains(" p"));
}

#[test]
fn an_absolute_box_in_a_caption_was_lost() {
    let page = "<!DOCTYPE html><html lang=en><title>t</title><style>b { position: absolute }</style>\
                <table><caption>One <b>Two</b></caption><tr><td>x</table>";
    let found = boxes(page, &[]);
    assert!(found.lines().any(|line| line.ends_with(" b")), "{found}");
    // In a table that is positioned itself it stands in the table.
    let css = "<style>table { position: relative; left: 100px } b { left: 10px; top: 0 }</style>";
    let found = boxes(&page.replace("<table>", &format!("{css}<table>")), &[]);
    let line = |tag: &str| found.lines().find(|line| line.ends_with(tag)).unwrap_or_default();
    let numbers = |tag| line(tag).split_whitespace().filter_map(|w| w.parse::<f32>().ok());
    let [table, b]: [Vec<f32>; 2] = [" table", " b"].map(|tag| numbers(tag).take(2).collect());
    assert_eq!(b, [table[0] + 10.0, table[1]], "{found}");
}

#[test]
fn each_slice_of_a_high_picture_lay_in_all_slices_before_it() {
    // Pages took more time, memory and bytes the more of them there were: five thousand took twelve million boxes.
    let project = TempProject::empty();
    let css = "@page { size: 20px 20px; margin: 0 } body { margin: 0 } img { display: block; width: 20px }";
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 5000'><rect width='1' height='9999'/></svg>";
    project.write("a.svg", svg);
    let page = format!(
        "<!DOCTYPE html><html lang=en><title>t</title><style>{css}</style><img alt='' src=a.svg>"
    );
    project.write("page.html", page);
    let run = project.run(&["inspect", "page.html", "--boxes", "--pdf", "page.pdf"]);
    let pages = run.stdout.lines().filter(|line| line.starts_with("page ")).count();
    assert_eq!(pages, 5000, "{}", run.stderr);
    assert!(std::fs::metadata(project.path("page.pdf")).unwrap().len() < 2_000_000);
}

#[test]
fn a_float_higher_than_two_pages_was_left_out_from_the_third_on() {
    let page = "<!DOCTYPE html><html lang=en><title>t</title><style>@page { size: 100px 100px; margin: 0 } \
                body { margin: 0 } div { float: left; overflow: hidden; width: 50px; height: 1000px }</style><div>x</div>";
    let found = boxes(page, &[]);
    assert_eq!(found.lines().filter(|line| line.starts_with("page ")).count(), 10, "{found}");
}

#[test]
fn a_repeating_gradient_was_written_out_whole_on_each_page_that_cuts_its_box() {
    // Fifty pages held five hundred repetitions each, of which ten are seen.
    let page = "<!DOCTYPE html><html lang=en><title>t</title><style>@page { size: 50px 20px; margin: 0 } body { margin: 0 } \
                div { height: 1000px; background: repeating-linear-gradient(red 0 1px, blue 2px) }</style><div>x</div>";
    let project = TempProject::empty();
    project.write("page.html", page);
    let run = project.run(&["inspect", "page.html", "--boxes", "--pdf", "page.pdf"]);
    let pages = run.stdout.lines().filter(|line| line.starts_with("page ")).count();
    assert_eq!(pages, 50, "{}", run.stderr);
    let size = std::fs::metadata(project.path("page.pdf")).unwrap().len();
    assert!(size < 100_000, "{size}");
}

#[test]
fn an_absolute_box_at_the_end_of_a_page_was_lost_where_the_next_has_another_width() {
    // The empty line that it stands in is on the first page, the item that follows is not.
    let css = "@page { size: 300px 200px; margin: 75px } @page :left { margin-left: 30px } b { position: absolute }";
    let page = format!(
        "<!DOCTYPE html><html lang=en><title>t</title><style>{css}</style><body><b>One</b><wbr>\
         <li>small and more words that take several lines</li>"
    );
    let found = boxes(&page, &[]);
    let at = |tag: &str| found.lines().position(|line| line.ends_with(tag)).expect(tag);
    assert!(at(" b") < at(" li"), "{found}");
    // Whatever follows, pages of one width have it at the same place.
    let same = boxes(&page.replace("@page :left { margin-left: 30px }", ""), &[]);
    let first = |all: &str| all.split("page 2").next().map(str::to_owned);
    assert_eq!(first(&found), first(&same));
}

#[test]
fn boxes_side_by_side_out_of_document_order_lost_their_text_at_a_page_break() {
    // A margin pulls the second paragraph up beside the first, which has no width: both go below.
    let css = "@page { size: 300px 200px; margin: 50% 50% } body { margin: 8px } div { margin: -1000px 0 }";
    let words =
        |from: usize, count| -> String { (from..from + count).map(|n| format!("w{n} ")).collect() };
    let page = format!(
        "<!DOCTYPE html><html lang=en><title>t</title><style>{css}</style><body>{}<div></div>{}",
        words(0, 30),
        words(30, 25)
    );
    let project = TempProject::empty();
    project.write("page.html", page);
    let run = project.run(&["inspect", "page.html", "--boxes", "--pdf", "page.pdf"]);
    let Some(text) = pdf::text(&project.path("page.pdf")) else { return };
    let lost: Vec<_> = (0..39)
        .map(|n| format!("w{n}"))
        .filter(|w| !text.split_whitespace().any(|t| t == w))
        .collect();
    assert!(lost.is_empty(), "{lost:?}: {}", run.stderr);
}

#[test]
fn a_soft_hyphen_before_all_text_made_layout_look_before_its_beginning() {
    // Debug builds stopped; the span before the hyphen has no text, so that both begin at the same place.
    let page = "<!DOCTYPE html><html lang=en><title>t</title><style>div { width: min-content }</style>\
                <div><i></i>&shy;<b>dampf</b>&shy;<i>schiff</i></div>";
    let found = boxes(page, &[]);
    assert!(found.lines().any(|line| line.ends_with(" b")), "{found}");
}

#[test]
fn the_foot_of_a_table_whose_row_has_no_room_stood_at_minus_infinity() {
    // What is left of the page is less than the space between rows: no row begins on it.
    let page = "<!DOCTYPE html><html lang=en><title>t</title><style>@page { size: 20px 4px; margin: 0 } body { margin: 0 } \
                table { border-spacing: 7px }</style><table><tr><td><tbody></tbody><tfoot></tfoot></table>";
    let found = boxes(page, &[]);
    assert!(found.contains(" tfoot") && !found.contains("inf"), "{found}");
}

#[test]
fn a_float_whose_first_line_was_sliced_began_anew_on_a_page_of_another_width() {
    // It does not stand first on the second page, and so was taken for something to lay out anew.
    let css = "@page { size: 300px 40px; margin: 0 } @page :left { margin-left: 30px } body, p { margin: 0 } \
               p { float: right; width: 270px } li { display: block }";
    let words: String = (100..130).map(|n| format!("word{n} ")).collect();
    let page = format!(
        "<!DOCTYPE html><html lang=en><title>t</title><style>{css}</style>one and more<p>{words}</p><li>end"
    );
    let project = TempProject::empty();
    project.write("page.html", page);
    let run = project.run(&["inspect", "page.html", "--boxes", "--pdf", "page.pdf"]);
    let Some(text) = pdf::text(&project.path("page.pdf")) else { return };
    // The first line is on both pages, a part of it on each.
    for n in 110..130 {
        let count = text.matches(&format!("word{n}")).count();
        assert_eq!(count, 1, "word{n} in {text}: {}", run.stderr);
    }
}

#[test]
fn layout_of_a_page_took_the_cube_of_its_depth_where_nothing_could_be_cut() {
    // Ten thousand pages of 250 boxes took minutes; in a debug build it is seconds.
    let css = "@page { size: 4px 4px; margin: 0 } body { margin: 0 } i { display: block; height: 2000px; overflow: hidden }";
    let depth = 200;
    let page = format!(
        "<!DOCTYPE html><html lang=en><title>t</title><style>{css}</style>{}<i></i>",
        "<div>".repeat(depth)
    );
    let found = boxes(&page, &[]);
    assert_eq!(found.lines().filter(|line| line.starts_with("page ")).count(), 500, "{found}");
}

#[test]
fn the_text_of_a_row_that_floats_was_on_no_page() {
    // It is a block (CSS 2.2 §9.7), which stands in a cell.
    let page = "<!DOCTYPE html><html lang=en><title>t</title><style>@page { size: 100px 20px; margin: 0 } body { margin: 0 } \
                tr { float: right; width: 30px }</style><table><tr><td>one two three<td>four</table>";
    let project = TempProject::empty();
    project.write("page.html", page);
    let run = project.run(&["inspect", "page.html", "--boxes", "--pdf", "page.pdf"]);
    let Some(text) = pdf::text(&project.path("page.pdf")) else { return };
    for word in ["one", "two", "three", "four"] {
        assert_eq!(text.matches(word).count(), 1, "{word} in {text}: {}", run.stderr);
    }
}

#[test]
fn what_follows_a_sliced_float_was_lost_where_page_widths_change() {
    // The slice keeps the width of the page before for longer than there was content laid out for.
    let page = "<!DOCTYPE html><html lang=en><title>t</title><style>@page { size: 20px; margin: 0 } \
                @page :left { margin-left: 3px }</style><bdo style='float: right'>r b</bdo><hr><p>e</p>";
    let found = boxes(page, &[]);
    assert!(found.lines().any(|line| line.ends_with(" p")), "{found}");
}

#[test]
fn the_end_of_a_box_that_cannot_be_cut_was_lost_where_page_widths_change() {
    // It was laid out as far as the first page needs, and then sliced.
    let page = "<!DOCTYPE html><html lang=en><title>t</title><style>@page { size: 300px 50px; margin: 0 } \
                @page :left { margin-left: 30px } section { transform: rotate(1deg) } p { height: 70px }</style>\
                <section><p>a</p><p>b</p><div>c</div></section>";
    let found = boxes(page, &[]);
    assert!(found.lines().any(|line| line.ends_with(" div")), "{found}");
}
