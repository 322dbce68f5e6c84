//! Serials: given once, kept for ever.

use crate::support::TempProject;

const REGISTER: &str = "serial,series,number,job,key,status,supersedes\n";

/// Letters with counted serials; the name of a letter is its serial.
fn counted() -> TempProject {
    let project = TempProject::new();
    project.edit(
        "urkunde.toml",
        "output = \"letters/{{ person.id }}.pdf\"",
        "output = \"letters/{{ serial.text }}.pdf\"\n\
         serial = { pattern = \"L-{{ person.date[0:4] }}-{{ serial.number | pad(width=3) }}\", register = \"register.csv\" }",
    );
    project.edit("templates/letter.html", "<p>", "<p>{{ serial.text }} ({{ serial.status }}){% if serial.supersedes %} for {{ serial.supersedes }}{% endif %} ");
    project
}

/// Letters whose serials stand in a column.
fn written() -> TempProject {
    let project = TempProject::new();
    project.write("people.csv", "id,name,date,serial\na1,Sample Person 01,2024-05-17,S-1\na2,Sample Person 02,2024-05-18,S-2\n");
    project.edit(
        "urkunde.toml",
        "output =",
        "serial = { column = \"serial\", register = \"register.csv\" }\noutput =",
    );
    project
}

fn register(project: &TempProject) -> String {
    String::from_utf8(project.read("register.csv")).expect("text")
}

#[test]
fn numbers_stay_with_their_rows() {
    let project = counted();
    project.run(&["render"]).good();
    let first = format!(
        "{REGISTER}L-2024-001,L-2024-000,1,letter,a1,issued,\nL-2024-002,L-2024-000,2,letter,a2,issued,\n"
    );
    assert_eq!(register(&project), first);
    assert_eq!(project.files("out"), ["letters/L-2024-001.pdf", "letters/L-2024-002.pdf"]);
    // Sorted otherwise, one row less, one row more, and another year.
    project.write("people.csv", "id,name,date\na4,Sample Person 04,2025-01-01\na3,Sample Person 03,2024-05-18\na2,示例学员02,2024-05-18\n");
    project.run(&["render"]).good();
    let second =
        "L-2025-001,L-2025-000,1,letter,a4,issued,\nL-2024-003,L-2024-000,3,letter,a3,issued,\n";
    assert_eq!(register(&project), format!("{first}{second}"));
    // A row that comes back has its number still.
    project.write("people.csv", "id,name,date\na1,Sample Person 01,2024-05-17\n");
    let run = project.run(&["render", "--dry-run"]).good();
    assert!(run.stdout.contains("letters/L-2024-001.pdf"), "{}", run.stdout);
    let run = project.run(&["render"]).good();
    assert!(run.stderr.contains("1 document: 1 unchanged"), "{}", run.stderr);
    assert_eq!(register(&project), format!("{first}{second}"));
}

#[test]
fn a_batch_that_is_not_written_gives_no_number() {
    let project = counted();
    project.edit("people.csv", "示例学员02", "Sample \u{1F9D1}");
    assert_eq!(project.run(&["render"]).status, 3);
    assert!(!project.path("register.csv").exists());
    for args in [&["check"][..], &["render", "--check"], &["render", "--dry-run"]] {
        project.run(args);
        assert!(!project.path("register.csv").exists(), "{args:?}");
    }
    project.edit("people.csv", "\u{1F9D1}", "Person 02");
    project.run(&["render", "--only", "a2"]).good();
    assert_eq!(project.files("out"), ["letters/L-2024-002.pdf"]);
    project.run(&["render"]).good();
    assert_eq!(project.files("out"), ["letters/L-2024-001.pdf", "letters/L-2024-002.pdf"]);
}

#[test]
fn a_reissue_supersedes() {
    let project = counted();
    project.run(&["render"]).good();
    let first = register(&project);
    project.run(&["render", "--reissue", "a1", "--prune"]).good();
    let more = "L-2024-001,L-2024-000,1,letter,a1,superseded,\nL-2024-003,L-2024-000,3,letter,a1,issued,L-2024-001\n";
    assert_eq!(register(&project), format!("{first}{more}"));
    assert_eq!(project.files("out"), ["letters/L-2024-002.pdf", "letters/L-2024-003.pdf"]);
    let run = project.run(&["render"]).good();
    assert!(run.stderr.contains("2 documents: 2 unchanged"), "{}", run.stderr);
    let run = project.run(&["render", "--reissue", "nobody"]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("error[reissue-nothing]"), "{}", run.stderr);
}

#[test]
fn a_revoked_serial_reaches_the_template() {
    let project = counted();
    project.run(&["render"]).good();
    let revoked = "L-2024-002,L-2024-000,2,letter,a2,revoked,\n";
    project.write("register.csv", register(&project) + revoked);
    let run = project.run(&["render"]).good();
    assert!(run.stderr.contains("2 documents: 1 written, 1 unchanged"), "{}", run.stderr);
    project.edit(
        "templates/letter.html",
        "<h1>",
        "{% if serial.status == \"revoked\" %}<p>{{ undefined_here }}</p>{% endif %}<h1>",
    );
    let run = project.run(&["render"]);
    assert_eq!(run.status, 3, "the branch is checked");
    assert!(run.stderr.contains("undefined_here"), "{}", run.stderr);
}

#[test]
fn a_column_s_serials_are_remembered_and_held_to() {
    let project = written();
    project.run(&["render"]).good();
    let first = format!("{REGISTER}S-1,,,letter,a1,issued,\nS-2,,,letter,a2,issued,\n");
    assert_eq!(register(&project), first);
    project.edit("people.csv", "S-1", "S-7");
    let run = project.run(&["render"]);
    assert_eq!(run.status, 3);
    assert!(run.stderr.contains("error[serial-changed]"), "{}", run.stderr);
    assert!(
        run.stderr.contains("people.csv:2:") && run.stderr.contains("register.csv:2:"),
        "{}",
        run.stderr
    );
    project.run(&["render", "--reissue", "a1"]).good();
    assert_eq!(
        register(&project),
        format!("{first}S-1,,,letter,a1,superseded,\nS-7,,,letter,a1,issued,S-1\n")
    );
    // What was given once is not given to others.
    project.write("people.csv", "id,name,date,serial\na3,Sample Person 03,2024-05-17,S-1\n");
    let run = project.run(&["render"]);
    assert_eq!(run.status, 3);
    assert!(
        run.stderr.contains("error[serial-taken]") && run.stderr.contains("superseded"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_register_that_was_cut_is_mended() {
    let project = counted();
    project.run(&["render"]).good();
    let whole = register(&project);
    project.write("register.csv", format!("{whole}L-2024-003,L-20"));
    project.edit("people.csv", "a2,", "a3,Sample Person 03,2024-05-18\na2,");
    project.run(&["render"]).good();
    assert_eq!(register(&project), format!("{whole}L-2024-003,L-2024-000,3,letter,a3,issued,\n"));
}

#[test]
fn a_register_that_cannot_be_trusted_stops_the_run() {
    let project = counted();
    project.write("register.csv", format!("{REGISTER}L-2024-001,L-2024-000,1,letter,a1,lost,\n"));
    let run = project.run(&["render"]);
    assert_eq!(run.status, 3);
    assert!(
        run.stderr.contains("register.csv:2:1") && run.stderr.contains("\"lost\""),
        "{}",
        run.stderr
    );
    assert!(!project.path("out").exists());
}

#[test]
fn runs_at_once_never_give_one_number_twice() {
    let project = counted();
    let mut people = String::from("id,name,date\n");
    for row in 0..20 {
        people.push_str(&format!("p{row:02},Sample Person {row},2024-05-17\n"));
    }
    project.write("people.csv", people);
    // Two projects with the same register, two folders, four runs.
    let folders = ["out", "other", "third", "fourth"];
    let runs: Vec<_> = folders
        .iter()
        .enumerate()
        .map(|(index, folder)| {
            let only = format!("p{index}*");
            let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_urkunde"));
            command.current_dir(project.root()).args(["-q", "render", "--output", folder]);
            command.args(["--reissue", &only]);
            command.spawn().expect("the program runs")
        })
        .collect();
    let ended: Vec<bool> =
        runs.into_iter().map(|mut run| run.wait().expect("it ends").success()).collect();
    // p2* and p3* mean no row.
    assert_eq!(ended, [true, true, false, false]);
    let text = register(&project);
    let issued = text.lines().filter(|line| line.contains(",issued,"));
    let mut numbers: Vec<_> =
        issued.map(|line| line.split(',').next().expect("a serial")).collect();
    let all = numbers.len();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), all);
    // Twenty rows, and ten new serials from the run that came second.
    assert_eq!(all, 30, "{text}");
}

#[test]
fn what_the_project_file_says_of_serials_is_checked() {
    for (serial, message) in [
        ("{ register = \"r.csv\" }", "names no serials"),
        ("{ column = \"name\" }", "has no `register`"),
        (
            "{ column = \"name\", pattern = \"x\", register = \"r.csv\" }",
            "from a column or from a pattern",
        ),
        ("{ column = \"nmae\", register = \"r.csv\" }", "has no column `nmae`"),
        ("{ pattern = \"same\", register = \"r.csv\" }", "the same for every number"),
        ("{ pattern = \"{{ serial.numbre }}\", register = \"r.csv\" }", "numbre"),
        (
            "{ pattern = \"{{ serial.number }}\", register = \"../r.csv\" }",
            "no file below the project",
        ),
    ] {
        let project = TempProject::new();
        project.edit("urkunde.toml", "output =", &format!("serial = {serial}\noutput ="));
        let run = project.run(&["render"]);
        assert!(run.status == 2 || run.status == 3, "{serial}: {}", run.stderr);
        assert!(run.stderr.contains(message), "{serial}: {}", run.stderr);
        assert!(!project.path("r.csv").exists());
    }
}
