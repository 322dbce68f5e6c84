//! Text that does not fit: what `check` and `render` say of it, and where it comes from.

use insta::assert_snapshot;

use crate::support::TempProject;

/// Both rows are made, with warnings.
fn warned(project: &TempProject) -> String {
    let run = project.run(&["render"]).good();
    assert_eq!(project.files("out").len(), 2);
    let check = project.run(&["check"]).good();
    let findings = |text: &str| text.split("\n2 documents").next().map(str::to_owned);
    assert_eq!(findings(&run.stderr), findings(&check.stderr), "`check` finds what `render` finds");
    run.messages()
}

fn with_style(style: &str) -> TempProject {
    let project = TempProject::new();
    project.edit("templates/letter.css", "font-size: 20pt", &format!("font-size: 20pt; {style}"));
    project
}

#[test]
fn long_word_of_a_cell_sticks_out_of_its_box() {
    let project = with_style("width: 50mm");
    let name = "Donaudampfschifffahrtskapitän";
    project.edit("people.csv", "Sample Person 01", &format!("Sample {name}"));
    assert_snapshot!(warned(&project));
}

#[test]
fn text_of_a_cell_is_cut_by_its_box() {
    let project = with_style("height: 8mm; overflow: hidden");
    let name = "Sample Person with a Name that Takes More than the One Line there Is";
    project.edit("people.csv", "Sample Person 01", name);
    assert_snapshot!(warned(&project));
}

#[test]
fn text_of_the_template_over_the_edge_of_the_page() {
    let project = TempProject::new();
    let placed =
        "<p style=\"position: absolute; left: 125mm; white-space: nowrap\">issued on</p>\n  <p>";
    project.edit("templates/letter.html", "<p>", placed);
    assert_snapshot!(warned(&project));
}

#[test]
fn texts_on_top_of_each_other() {
    let project = with_style("margin-bottom: -9mm");
    assert_snapshot!(warned(&project));
}

#[test]
fn denied_warnings_keep_the_row_from_being_written() {
    let project = with_style("width: 50mm");
    project.edit("people.csv", "Sample Person 01", "Donaudampfschifffahrtskapitän");
    let run = project.run(&["render", "--deny", "warnings", "--keep-going"]);
    assert_eq!(run.status, 1, "{}", run.stderr);
    assert_eq!(project.files("out").len(), 1);
}

#[test]
fn report_says_what_was_made_smaller_and_whose_it_is() {
    let project = with_style("white-space: nowrap; width: 60mm; text-fit: shrink 40%");
    project.edit("people.csv", "Sample Person 01", "Sample Person with a Rather Long Name");
    let run = project.run(&["check", "--report", "json"]).good();
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("a JSON report");
    let texts = report["documents"][0]["shrunk_texts"].as_array().expect("a list");
    assert_eq!(texts.len(), 1);
    let factor = texts[0]["factor"].as_f64().expect("a number");
    assert!((0.4..0.8).contains(&factor), "{factor}");
    assert_eq!(texts[0]["file"], "people.csv");
    assert_eq!((&texts[0]["line"], &texts[0]["column"]), (&2.into(), &"name".into()));
    assert_eq!(report["documents"][1]["shrunk_texts"], serde_json::json!([]));
    assert_eq!(report["totals"]["shrunk"], 1);
    // A person reads it in the summary.
    let run = project.run(&["check"]).good();
    assert!(run.stderr.contains("text made smaller to fit"), "{}", run.stderr);
}
