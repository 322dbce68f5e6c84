//! What `render` writes: when, where, and the same bytes every time.

use crate::support::{Run, TempProject};

#[test]
fn documents_are_written_once_and_then_left_alone() {
    let project = TempProject::new();
    let first = project.run(&["render"]).good();
    assert_eq!(first.stderr, "2 documents: 2 written; 2 pages, in [time]");
    assert_eq!(project.files("out"), ["letters/a1.pdf", "letters/a2.pdf"]);
    let again = project.run(&["render"]).good();
    assert_eq!(again.stderr, "2 documents: 2 unchanged; 2 pages, in [time]");
    let forced = project.run(&["render", "--force"]).good();
    assert_eq!(forced.stderr, first.stderr);
}

#[test]
fn check_finds_what_is_out_of_date() {
    let project = TempProject::new();
    let run = project.run(&["render", "--check"]);
    assert_eq!(run.status, 4, "{}", run.stderr);
    assert!(project.files("out").is_empty());
    project.run(&["render"]).good();
    project.run(&["render", "--check"]).good();
    project.edit("people.csv", "Sample Person 01", "Sample Person 03");
    let run = project.run(&["render", "--check"]);
    assert_eq!(run.status, 4, "{}", run.stderr);
    assert!(run.stderr.contains("letters/a1.pdf") && !run.stderr.contains("letters/a2.pdf"));
}

#[test]
fn check_command_writes_nothing() {
    let project = TempProject::new();
    let run = project.run(&["check"]).good();
    assert_eq!(run.stderr, "2 documents: 2 sound; 2 pages, in [time]");
    assert!(project.files("out").is_empty());
}

#[test]
fn flags_beat_environment_beats_file() {
    let project = TempProject::new();
    project.edit("urkunde.toml", "[[jobs]]", "[output]\ndir = \"by-file\"\n\n[[jobs]]");
    let run = |args: &[&str], environment: Option<&str>| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_urkunde"));
        command.current_dir(project.root()).arg("render").args(args);
        command.envs(environment.map(|dir| ("URKUNDE_OUTPUT", dir)));
        Run::of(command, project.root()).good();
    };
    run(&[], None);
    assert_eq!(project.files("by-file").len(), 2);
    run(&[], Some("by-environment"));
    assert_eq!(project.files("by-environment/letters").len(), 2);
    run(&["--output", "by-flag"], Some("other"));
    assert_eq!(project.files("by-flag/letters").len(), 2);
    assert!(project.files("other").is_empty());
}

#[test]
fn bytes_depend_on_neither_threads_nor_folder() {
    let projects = [TempProject::new(), TempProject::new()];
    let mut people = String::from("id,name,date\n");
    for row in 0..40 {
        people.push_str(&format!("p{row:02},Sample Person {row} 示例学员fi{row},2024-05-17\n"));
    }
    for (project, threads) in projects.iter().zip(["1", "8"]) {
        project.write("people.csv", &people);
        project.run(&["render", "-j", threads]).good();
    }
    let files = projects[0].files("out");
    assert_eq!(files.len(), 40);
    assert_eq!(files, projects[1].files("out"));
    for file in files {
        let name = format!("out/{file}");
        assert!(projects[0].read(&name) == projects[1].read(&name), "{file} differs");
    }
}

#[test]
fn a_document_is_the_same_alone_and_among_others() {
    let project = TempProject::new();
    project.run(&["render"]).good();
    project.run(&["render", "--only", "a2", "--output", "alone"]).good();
    assert!(project.read("out/letters/a2.pdf") == project.read("alone/letters/a2.pdf"));
}

/// The TrueType programs in a PDF, as they are packed, without the names of their fonts.
fn font_programs(pdf: &[u8]) -> Vec<Vec<u8>> {
    let find = |from: usize, what: &[u8]| {
        pdf[from..].windows(what.len()).position(|window| window == what).map(|at| from + at)
    };
    let mut programs = Vec::new();
    let mut at = 0;
    while let Some(header) = find(at, b"/Length1 ") {
        let start = find(header, b"stream\n").expect("a stream");
        at = find(start, b"\nendstream").expect("its end");
        programs.push(pdf[start..at].to_vec());
    }
    programs
}

#[test]
fn what_all_documents_say_has_a_font_of_its_own() {
    let project = TempProject::new();
    let letter = "<p>{{ person.date }}</p>";
    let fixed = "<p>This much is said to everyone: quick brown fox, lazy dog, jumps over.</p>";
    project.edit("templates/letter.html", letter, &format!("{letter}{fixed}"));
    project.edit("people.csv", "示例学员02", "Zöe ß ÅÆ");
    project.run(&["render"]).good();
    let [first, second] =
        ["out/letters/a1.pdf", "out/letters/a2.pdf"].map(|file| project.read(file));
    let (of_first, of_second) = (font_programs(&first), font_programs(&second));
    let shared = of_first.iter().filter(|program| of_second.contains(program)).count();
    // Bold for the name, regular for the date, and regular for what is said to everyone.
    assert_eq!((of_first.len(), of_second.len(), shared), (3, 3, 1));
    // It follows from the template alone: other rows do not matter.
    project.edit("people.csv", "Zöe ß ÅÆ", "jumps over");
    project.run(&["render"]).good();
    assert!(project.read("out/letters/a1.pdf") == first);
}

#[test]
fn report_is_data_on_standard_output() {
    let project = TempProject::new();
    let run = project.run(&["render", "--report", "json"]).good();
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["schema"], "urkunde.report/1");
    assert_eq!(report["totals"]["written"], 2);
    assert_eq!(report["documents"][1]["output"], "letters/a2.pdf");
    assert_eq!(report["documents"][1]["row"]["line"], 3);
    assert_eq!(report["documents"][1]["row"]["key"], "a2");
    project.run(&["render", "--report", "json=report.json", "--quiet"]).good();
    let report: serde_json::Value = serde_json::from_slice(&project.read("report.json")).unwrap();
    assert_eq!(report["totals"]["unchanged"], 2);
}

#[test]
fn quiet_and_verbose() {
    let project = TempProject::new();
    assert_eq!(project.run(&["render", "-q"]).good().stderr, "");
    let run = project.run(&["render", "-v"]).good();
    assert!(run.stderr.starts_with("  unchanged  letters/a1.pdf\n"), "{}", run.stderr);
}

#[test]
fn the_new_project_of_init_renders_at_once() {
    let folder = TempProject::empty();
    folder.run(&["init", "new"]).good();
    let run = Run::in_folder(&folder.path("new"), &["render", "--deny", "warnings"]).good();
    assert_eq!(run.stderr, "2 documents: 2 written; 2 pages, in [time]");
}
