//! What is not promised is told with its place and excerpt, once however many documents there are, and
//! `--deny warnings` makes it an error.

use crate::support::TempProject;

/// A line that goes into the sheet, or into the page, and how it is told.
enum Case {
    Sheet(&'static str, &'static str),
    Page(&'static str, &'static str),
}

use Case::{Page, Sheet};

const CASES: &[Case] = &[
    Sheet("@supports (display: grid) { p { color: red } }", "unsupported-at-rule"),
    Sheet("@layer base;", "unsupported-at-rule"),
    Sheet("p { colour: red }", "unknown-property"),
    Sheet("p { columns: 2 }", "unknown-property"),
    Sheet("p { display: ruby }", "unsupported-value"),
    Sheet("p { width: 3furlong }", "unsupported-value"),
    Sheet("p { color: oklch(0.5 0.1 20) }", "unsupported-value"),
    Sheet("p { color: var(--missing) }", "unsupported-value"),
    Sheet("p { content: 'x' }", "unsupported-value"),
    Sheet("a:hover { color: red }", "unsupported-selector"),
    Sheet("p::first-letter { color: red }", "unsupported-selector"),
    Sheet("@media (hover) { p { color: red } }", "unsupported-media"),
    Sheet("@page { margin 1cm }", "syntax"),
    Sheet("p { b { color: red } }", "syntax"),
    Page("<font>x</font>", "unsupported-element"),
    Page("<script>1</script>", "unsupported-element"),
    Page("<form>x</form>", "unsupported-element"),
    Page("<iframe src=x></iframe>", "unsupported-element"),
    Page("<details>x</details>", "unsupported-element"),
    Page("<ruby>x</ruby>", "unsupported-element"),
    Page("<math><mi>x</mi></math>", "unsupported-element"),
    Page("<qrcode value=x>", "unsupported-element"),
    Page("<bar-code value=x></bar-code>", "unknown-element"),
    Page("<p onclick='go()'>x</p>", "unsupported-attribute"),
    Page("<p align=center>x</p>", "unsupported-attribute"),
    Page("<table bgcolor=red><tr><td>x</table>", "unsupported-attribute"),
    Page("<p style='colour: red'>x</p>", "unknown-property"),
    Page("<p style='width: 3'>x</p>", "unsupported-value"),
    Page("<style media='(hover)'>p { color: red }</style>", "unsupported-media"),
    Page("<style type='text/less'>p { color: red }</style>", "unsupported-attribute"),
    Page("<style>p { colour: red }</style>", "unknown-property"),
    Page("<qr-code value=x level=X></qr-code>", "unsupported-value"),
    Page(
        "<svg width=9 height=9><filter id=f><feGaussianBlur stdDeviation=1 /></filter><rect filter='url(#f)' width=5 height=5 /></svg>",
        "unsupported-svg",
    ),
    Page("<svg width=9 height=9><foreignObject><p>x</p></foreignObject></svg>", "unsupported-svg"),
];

/// Puts a case's line into a project: line 2 of the sheet, line 9 of the page.
fn add(project: &TempProject, case: &Case) {
    match case {
        Sheet(line, _) => {
            let sheet = "templates/letter.css";
            project.edit(sheet, "margin: 15mm; }\n", &format!("margin: 15mm; }}\n{line}\n"))
        }
        Page(line, _) => project.edit("templates/letter.html", "</h1>", &format!("</h1>\n{line}")),
    };
}

#[test]
fn whatever_is_not_promised_is_told_at_its_place_and_can_be_denied() {
    for case in CASES {
        let (Sheet(line, code) | Page(line, code)) = case;
        let file = if matches!(case, Sheet(..)) { "letter.css:2:" } else { "letter.html:9:" };
        let project = TempProject::new();
        add(&project, case);
        let run = project.run(&["check", "--deny", "warnings"]);
        let message = run.messages();
        assert!(run.status == 3, "{line}\n{message}");
        assert!(message.contains(&format!("error[{code}]")), "{line}\n{message}");
        assert!(message.contains(file), "{line}\n{message}");
        assert_eq!(message.matches("error[").count(), 1, "{line}\n{message}");
        let excerpt = line.split(['{', ' ']).next().unwrap_or(line);
        assert!(message.contains(excerpt), "{line}\n{message}");
    }
}

#[test]
fn whatever_is_not_promised_is_a_warning_and_the_documents_are_made() {
    let project = TempProject::new();
    CASES.iter().for_each(|case| add(&project, case));
    let run = project.run(&["render"]).good();
    assert_eq!(run.stderr.matches("warning[").count(), CASES.len(), "{}", run.stderr);
    assert_eq!(project.files("out").len(), 2);
}

#[test]
fn a_place_is_told_once_over_a_thousand_documents() {
    let project = TempProject::new();
    let mut people = String::from("id,name,date\n");
    for row in 0..1000 {
        people.push_str(&format!("p{row:04},Sample Person {row},2024-05-17\n"));
    }
    project.write("people.csv", &people);
    project.edit("templates/letter.css", "h1 {", "a:hover { color: red }\nh1 {");
    // A rule filled in by the row makes every page's sheet another.
    let own = "<style>b:hover { color: red } p::after { content: \"{{ person.id }}\" }</style>";
    project.edit("templates/letter.html", "</head>", &format!("{own}\n</head>"));
    let line = "<p style='colour: red' align=center>{{ person.id }}</p>";
    project.edit("templates/letter.html", "<p>", &format!("{line}\n<p>"));
    let run = project.run(&["check"]).good();
    let message = run.messages();
    assert_eq!(message.matches("warning[").count(), 4, "{message}");
    for told in ["a:hover", "b:hover", "colour", "align"] {
        assert_eq!(message.matches(&format!("\"{told}\"")).count(), 1, "{told}\n{message}");
    }
}

#[test]
fn sheets_under_media_apply_to_print_alone() {
    let project = TempProject::new();
    let sheets = "<style media=screen>h1 { display: none; cursor: pointer }</style>\
        <style media='print and (min-width: 10cm)'>p { display: none }</style>\
        <style media='(max-width: 1cm)'>h1 { display: none }</style>\
        <link rel=stylesheet href=extra.css media='print, tv'>";
    project.edit("templates/letter.html", "</head>", &format!("{sheets}</head>"));
    project.write("templates/extra.css", "h1 { width: 50mm; margin: 0 }");
    let page = project.path("templates/letter.html");
    let page = page.to_str().unwrap();
    let run = project.run(&["inspect", page, "--boxes", "--json"]).good();
    let boxes: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let of = |name: &str| {
        let all = boxes["boxes"].as_array().unwrap();
        all.iter().find(|b| b["tag"] == name).cloned()
    };
    let width = of("h1").unwrap()["width"].as_f64().unwrap();
    assert!((width - 50.0 * 96.0 / 25.4).abs() < 0.01, "{width}");
    assert!(of("p").is_none(), "{}", run.stdout);
    assert!(
        run.stderr.contains("unsupported-media") && run.stderr.contains("\"tv\""),
        "{}",
        run.stderr
    );
    assert!(!run.stderr.contains("cursor"), "{}", run.stderr);
}

#[test]
fn a_family_that_is_not_there_is_told() {
    let project = TempProject::new();
    let sheet = "h1 { font-family: 'EB Garmond', serif }\np { font: 12px Helvetica, Arial, sans-serif }\n\
                 b { font-family: serif, Nowhere }\n:root { --own: Elsewhere }\nh1 { font-family: var(--own) }";
    project.write("templates/letter.css", sheet);
    project.edit("templates/letter.html", "<p>", "<p style='font-family: Times'>x</p><p>");
    let message = project.run(&["check"]).good().messages();
    for told in [
        "there is no font family \"EB Garmond\": \"serif\" is used",
        "did you mean \"EB Garamond\"?",
        "there is no font family \"Helvetica\": \"sans-serif\" is used",
        "letter.html:9:26",
        "there is no font family \"Times\"",
        "there is no font family \"Elsewhere\"",
        "letter.css:5:19",
    ] {
        assert!(message.contains(told), "{told}\n{message}");
    }
    assert_eq!(message.matches("warning[unknown-family]").count(), 4, "{message}");
}

#[test]
fn a_missing_background_fails_where_it_is_asked_for() {
    let project = TempProject::new();
    project.edit("templates/letter.css", "h1 {", "h1 { background: url(img/seal.png);");
    let run = project.run(&["render"]);
    assert_eq!(run.status, 3, "{}", run.stderr);
    assert!(run.stderr.contains("letter.css:2:18"), "{}", run.stderr);
    assert!(run.stderr.contains("img/seal.png"), "{}", run.stderr);
    let project = TempProject::new();
    let style = "<p style='background: url(a.svg)'>x</p><p style='background: url(b.svg)'>";
    project.edit("templates/letter.html", "<p>", style);
    let picture = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>";
    project.write("templates/a.svg", picture);
    let run = project.run(&["render"]);
    assert_eq!(run.status, 3, "{}", run.stderr);
    assert!(run.stderr.contains("letter.html:9:52"), "{}", run.stderr);
    assert!(run.stderr.contains("`b.svg` does not exist"), "{}", run.stderr);
    assert!(
        !run.stderr.contains("`a.svg` does not exist"),
        "addresses count from the page's folder: {}",
        run.stderr
    );
}

#[test]
fn warnings_do_not_depend_on_threads() {
    let project = TempProject::new();
    let mut people = String::from("id,name,date\n");
    for row in 0..24 {
        people.push_str(&format!("p{row:02},Sample Person {row},2024-05-17\n"));
    }
    project.write("people.csv", &people);
    project.edit(
        "templates/letter.css",
        "h1 {",
        "p { color: var(--none) }\nh1 { font-family: Nowhere;",
    );
    project.edit(
        "templates/letter.html",
        "</h1>",
        "</h1><style media='(hover)'>p { colour: red }</style>",
    );
    let told = |threads| project.run(&["check", "-j", threads]).good().stderr;
    let one = told("1");
    assert_eq!(one.matches("warning[").count(), 4, "{one}");
    assert_eq!(told("8"), one);
}
