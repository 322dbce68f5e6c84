//! What fuzzing has found, one test a finding, named after what it was.

use crate::support::TempProject;

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
