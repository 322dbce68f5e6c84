//! The commands besides `render`, and what goes to which stream.

use insta::assert_snapshot;

use crate::support::{Run, TempProject, repository};

#[test]
fn help_is_for_newcomers() {
    let folder = TempProject::empty();
    for command in ["", "render", "check", "inspect", "fonts", "init", "completions", "man"] {
        let args: Vec<&str> = [command, "--help"].into_iter().filter(|a| !a.is_empty()).collect();
        let run = folder.run(&args).good();
        assert_eq!(run.stderr, "");
        assert_snapshot!(format!("help_{command}"), run.stdout);
    }
}

#[test]
fn usage_errors_have_status_2() {
    let folder = TempProject::empty();
    assert_eq!(folder.run(&["rendr"]).status, 2);
    assert_eq!(folder.run(&["render", "--report", "xml"]).status, 2);
    assert_eq!(folder.run(&["init"]).status, 2);
}

#[test]
fn dry_run_lists_names_on_standard_output() {
    let run = TempProject::new().run(&["render", "--dry-run"]).good();
    assert_eq!(run.stdout, "a1\tletters/a1.pdf\na2\tletters/a2.pdf");
    assert_eq!(run.stderr, "2 documents would be made, in [time]");
}

#[test]
fn only_chooses_by_key_and_by_name() {
    let project = TempProject::new();
    let run = project.run(&["render", "--dry-run", "--only", "a2"]).good();
    assert_eq!(run.stdout, "a2\tletters/a2.pdf");
    let run = project.run(&["render", "--dry-run", "--only", "letters/*1.pdf"]).good();
    assert_eq!(run.stdout, "a1\tletters/a1.pdf");
}

#[test]
fn the_project_is_found_upwards() {
    let project = TempProject::new();
    let run = Run::in_folder(&project.path("templates"), &["render", "--dry-run"]).good();
    assert_eq!(run.stdout, "a1\tletters/a1.pdf\na2\tletters/a2.pdf");
}

#[test]
fn init_refuses_a_folder_in_use() {
    let project = TempProject::new();
    assert_snapshot!(project.run(&["init", "."]).messages());
}

#[test]
fn init_makes_a_sound_project() {
    let folder = TempProject::empty();
    folder.run(&["init", "new"]).good();
    let run = Run::in_folder(&folder.path("new"), &["render", "--dry-run"]).good();
    assert_eq!(
        run.stdout,
        "sample-01\tcertificates/sample-01.pdf\nsample-02\tcertificates/sample-02.pdf"
    );
}

#[test]
fn fonts_lists_faces_and_what_they_cover() {
    let folder = TempProject::empty();
    let all = folder.run(&["fonts"]).good();
    assert!(
        all.stdout.contains("EB Garamond") && all.stdout.contains("built in"),
        "{}",
        all.stdout
    );
    let some = folder.run(&["fonts", "--covers", "𬭎"]).good();
    assert!(some.stdout.contains("Noto Serif CJK SC"), "{}", some.stdout);
    assert!(!some.stdout.contains("EB Garamond"), "{}", some.stdout);
    let none = folder.run(&["fonts", "--covers", "\u{f0000}"]).good();
    assert_eq!(none.stderr, "no face has \u{f0000} (U+F0000)");
    let json = folder.run(&["fonts", "--json"]).good();
    assert!(json.stdout.contains("\"schema\": \"urkunde.fonts/1\""));
}

#[test]
fn completions_and_manual() {
    let folder = TempProject::empty();
    assert!(folder.run(&["completions", "bash"]).good().stdout.contains("_urkunde()"));
    let man = folder.run(&["man"]).good().stdout;
    assert!(man.contains(".TH urkunde") && man.contains("URKUNDE RENDER"), "{man}");
}

#[test]
fn a_font_file_of_the_project_is_listed() {
    let project = TempProject::new();
    let font = std::fs::read(repository().join("fonts/SourceSans3-Regular.otf")).unwrap();
    project.write("fonts/own.otf", font);
    project.edit("urkunde.toml", "[[jobs]]", "[fonts]\nfiles = [\"fonts/own.otf\"]\n\n[[jobs]]");
    assert!(project.run(&["fonts"]).good().stdout.contains("fonts/own.otf"));
}

#[test]
fn inspect_shows_boxes_outside_a_project() {
    let folder = TempProject::empty();
    folder.write(
        "page.html",
        "<!DOCTYPE html><html lang=\"en\"><title>x</title><link rel=stylesheet href=page.css>\
         <div id=a class=\"b c\"></div>",
    );
    folder.write(
        "page.css",
        "@page { size: 400px 300px; margin: 0 } body { margin: 8px } div { height: 30px }",
    );
    assert_snapshot!(folder.run(&["inspect", "page.html"]).good().stdout);
    let json = folder.run(&["inspect", "page.html", "--json", "--continuous", "200px"]).good();
    let boxes: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    let div = boxes["boxes"].as_array().unwrap().iter().find(|b| b["id"] == "a").unwrap();
    assert_eq!((div["width"].as_f64(), div["y"].as_f64()), (Some(184.0), Some(8.0)));
    let run = folder.run(&["inspect", "page.html", "--pdf", "page.pdf"]).good();
    assert_eq!(run.stdout, "");
    assert!(folder.read("page.pdf").starts_with(b"%PDF-1.7"));
    assert!(folder.run(&["inspect", "page.html", "--html"]).good().stdout.contains("<body>"));
    assert_eq!(folder.run(&["inspect", "none.html"]).status, 2);
}
