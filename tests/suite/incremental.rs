//! What a second run does: nothing that the first has done already, and everything that has changed.

use std::time::{Duration, SystemTime};

use crate::support::{Run, TempProject};

/// The first line of the summary, without the time.
fn counts(run: &Run) -> String {
    let line = run.stderr.lines().find(|line| line.contains(" documents: ")).unwrap_or(&run.stderr);
    line.split(';').next().unwrap_or(line).to_owned()
}

fn render(project: &TempProject, args: &[&str]) -> String {
    counts(&project.run(&[&["render"], args].concat()).good())
}

/// When every file of the project was changed last.
fn times(project: &TempProject) -> Vec<(String, SystemTime)> {
    let time = |name: String| {
        let changed = project.path(&name).metadata().and_then(|m| m.modified()).expect("a time");
        (name, changed)
    };
    project.files("").into_iter().map(time).collect()
}

const ALL_NEW: &str = "2 documents: 2 written";
const NONE_NEW: &str = "2 documents: 2 unchanged";
const ONE_NEW: &str = "2 documents: 1 written, 1 unchanged";

#[test]
fn an_unchanged_project_is_left_alone() {
    let project = TempProject::new();
    assert_eq!(render(&project, &[]), ALL_NEW);
    let before = times(&project);
    let folder = || project.path("out").metadata().and_then(|m| m.modified()).expect("a time");
    let folder_before = folder();
    assert_eq!(render(&project, &[]), NONE_NEW);
    assert_eq!(times(&project), before);
    assert_eq!(folder(), folder_before, "nothing was made and removed either");
    assert_eq!(
        project.files(""),
        [
            "out/letters/a1.pdf",
            "out/letters/a2.pdf",
            "people.csv",
            "templates/letter.css",
            "templates/letter.html",
            "urkunde.lock",
            "urkunde.toml",
        ]
    );
}

#[test]
fn a_changed_row_is_made_alone() {
    let project = TempProject::new();
    render(&project, &[]);
    project.edit("people.csv", "Sample Person 01", "Sample Person 10");
    assert_eq!(render(&project, &[]), ONE_NEW);
    assert_eq!(render(&project, &[]), NONE_NEW);
    // A row in front of the others moves them, and changes none.
    project.edit("people.csv", "a1,", "a0,Sample Person 00,2024-05-16\na1,");
    assert_eq!(render(&project, &[]), "3 documents: 1 written, 2 unchanged");
}

#[test]
fn where_a_row_stands_matters_to_those_who_print_it() {
    let project = TempProject::new();
    project.edit("templates/letter.html", "<p>", "<p>{{ row.number }} ");
    render(&project, &[]);
    project.edit("people.csv", "a1,", "a0,Sample Person 00,2024-05-16\na1,");
    assert_eq!(render(&project, &[]), "3 documents: 3 written");
}

#[test]
fn what_documents_share_makes_all_anew() {
    let project = TempProject::new();
    project.write("templates/base.css", "h1 { color: #111 }");
    project.write("templates/head.html", "<p>Head</p>");
    project.write("art.svg", "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><image href='dot.svg' width='9' height='9'/></svg>");
    project.write("dot.svg", "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9'/></svg>");
    project.edit("templates/letter.css", "@page", "@import \"base.css\";\n@page");
    project.edit(
        "templates/letter.html",
        "<h1>",
        "{% include \"head.html\" %}<img src=\"/art.svg\" alt=\"\"><h1>",
    );
    assert_eq!(render(&project, &[]), ALL_NEW);
    assert_eq!(render(&project, &[]), NONE_NEW);
    for (file, from, to) in [
        ("templates/letter.css", "20pt", "21pt"),
        ("templates/base.css", "#111", "#222"),
        ("templates/head.html", "Head", "Heads"),
        ("templates/letter.html", "<h1>", "<h1>To "),
        ("dot.svg", "<rect width='9'", "<rect width='8'"),
        ("art.svg", "<image href='dot.svg' width='9'", "<image href='dot.svg' width='7'"),
        ("urkunde.toml", "title = \"Test\"", "title = \"Test\"\nvars = { place = \"Changzhou\" }"),
    ] {
        project.edit(file, from, to);
        let run = project.run(&["render", "-v"]).good();
        let made = counts(&run);
        // The project's values are not shown: the documents are made, and are as they were.
        let expected = if file == "urkunde.toml" { NONE_NEW } else { ALL_NEW };
        assert_eq!(made, expected, "{file}");
        assert_eq!(render(&project, &[]), NONE_NEW, "{file}");
    }
}

#[test]
fn a_row_s_own_files_concern_it_alone() {
    let project = TempProject::new();
    let dot = |width| {
        format!(
            "<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='9'><rect width='9' height='9'/></svg>"
        )
    };
    project.write("a1.svg", dot(9)).write("a2.svg", dot(9));
    project.edit(
        "templates/letter.html",
        "<h1>",
        "<img src=\"/{{ person.id }}.svg\" alt=\"\"><h1>",
    );
    assert_eq!(render(&project, &[]), ALL_NEW);
    project.write("a2.svg", dot(12));
    assert_eq!(render(&project, &[]), ONE_NEW);
}

#[test]
fn joined_rows_count_as_far_as_they_are_seen() {
    let project = TempProject::new();
    project.write("schools.csv", "id,town\ns1,Changzhou\ns2,Leipzig\n");
    project.edit("people.csv", "id,name,date\n", "id,name,date,school\n");
    project.edit("people.csv", "2024-05-17", "2024-05-17,s1");
    project.edit("people.csv", "2024-05-18", "2024-05-18,s2");
    project.edit(
        "urkunde.toml",
        "[[jobs]]",
        "[tables.schools]\nfile = \"schools.csv\"\nkey = \"id\"\n\n[[jobs]]",
    );
    project.edit(
        "urkunde.toml",
        "date = { type = \"date\" }",
        "date = { type = \"date\" }\nschool = { type = \"ref\", table = \"schools\" }",
    );
    project.edit("templates/letter.html", "<p>", "<p>{{ person.school.town }} ");
    assert_eq!(render(&project, &[]), ALL_NEW);
    project.edit("schools.csv", "Leipzig", "Dresden");
    assert_eq!(render(&project, &[]), ONE_NEW);
}

#[test]
fn a_deleted_document_comes_back() {
    let project = TempProject::new();
    render(&project, &[]);
    let old = project.read("out/letters/a2.pdf");
    std::fs::remove_file(project.path("out/letters/a2.pdf")).expect("it is there");
    let check = project.run(&["render", "--check"]);
    assert_eq!(check.status, 4);
    assert!(check.stderr.contains("letters/a2.pdf (missing)"), "{}", check.stderr);
    assert_eq!(render(&project, &[]), ONE_NEW);
    assert!(project.read("out/letters/a2.pdf") == old);
}

#[test]
fn a_document_edited_by_hand_is_not_overwritten() {
    let project = TempProject::new();
    render(&project, &[]);
    let mut pdf = project.read("out/letters/a1.pdf");
    let last = pdf.len() - 1;
    pdf[last] = b' ';
    project.write("out/letters/a1.pdf", &pdf);
    let check = project.run(&["render", "--check"]);
    assert_eq!(check.status, 4);
    assert!(check.stderr.contains("letters/a1.pdf (edited by hand)"), "{}", check.stderr);
    let run = project.run(&["render"]);
    assert_eq!(run.status, 3);
    assert!(run.stderr.contains("error[edited-output]") && run.stderr.contains("--force"));
    assert!(project.read("out/letters/a1.pdf") == pdf);
    let kept = project.run(&["render", "--keep-going"]);
    assert_eq!(kept.status, 1);
    assert!(project.read("out/letters/a1.pdf") == pdf);
    assert_eq!(render(&project, &["--force"]), ALL_NEW);
    assert_eq!(render(&project, &[]), NONE_NEW);
}

#[test]
fn a_file_whose_time_is_old_is_trusted_by_size_and_read_by_check() {
    let project = TempProject::new();
    render(&project, &[]);
    let path = project.path("out/letters/a1.pdf");
    let mut pdf = project.read("out/letters/a1.pdf");
    pdf[20] ^= 1;
    project.write("out/letters/a1.pdf", &pdf);
    let file = std::fs::File::options().write(true).open(path).expect("a file");
    file.set_modified(SystemTime::now() - Duration::from_secs(3600)).expect("its time");
    assert_eq!(project.run(&["render", "--check"]).status, 4);
    assert_eq!(render(&project, &[]), NONE_NEW);
}

#[test]
fn check_finds_orphans_and_prune_removes_what_the_lock_lists() {
    let project = TempProject::new();
    render(&project, &[]);
    project.write("out/letters/of-others.pdf", "not ours");
    project.edit("people.csv", "a2,示例学员02,2024-05-18\n", "");
    let check = project.run(&["render", "--check"]);
    assert_eq!(check.status, 4);
    assert!(check.stderr.contains("of no row any more:\n    letters/a2.pdf"), "{}", check.stderr);
    let run = project.run(&["render"]).good();
    assert!(run.stderr.contains("letters/a2.pdf"), "{}", run.stderr);
    assert!(project.path("out/letters/a2.pdf").exists());
    // Documents that were not asked for are no orphans.
    let only = project.run(&["render", "--only", "a1", "--prune"]).good();
    assert!(only.stderr.contains("removed"), "{}", only.stderr);
    assert_eq!(project.files("out"), ["letters/a1.pdf", "letters/of-others.pdf"]);
    let check = project.run(&["render", "--check"]).good();
    assert!(!check.stderr.contains("no row"));
}

#[test]
fn prune_keeps_what_was_edited() {
    let project = TempProject::new();
    render(&project, &[]);
    project.edit("people.csv", "a2,示例学员02,2024-05-18\n", "");
    project.write("out/letters/a2.pdf", "signed by hand");
    let run = project.run(&["render", "--prune"]).good();
    assert!(run.stderr.contains("warning[edited-output]"), "{}", run.stderr);
    assert_eq!(project.read("out/letters/a2.pdf"), b"signed by hand");
}

#[test]
fn warnings_are_given_again() {
    let project = TempProject::new();
    project.edit("templates/letter.html", "<h1>", "<h1 style=\"colour: red\">");
    for expected in [ALL_NEW, NONE_NEW] {
        let run = project.run(&["render"]).good();
        assert_eq!(counts(&run), expected);
        assert!(run.stderr.contains("warning[unknown-property]"), "{}", run.stderr);
    }
    assert_eq!(project.run(&["render", "--deny", "warnings"]).status, 3);
}

#[test]
fn one_bad_row_stops_the_batch_before_its_first_document() {
    let project = TempProject::new();
    project.edit("people.csv", "Sample Person 01", "Sample \u{1F9D1} 01");
    let run = project.run(&["render"]);
    assert_eq!(run.status, 3);
    assert_eq!(counts(&run), "2 documents: 1 failed, 1 held back");
    assert!(!project.path("out").exists());
    assert!(!project.path("urkunde.lock").exists());
    let run = project.run(&["render", "--keep-going"]);
    assert_eq!(run.status, 1);
    assert_eq!(project.files("out"), ["letters/a2.pdf"]);
    project.edit("people.csv", "\u{1F9D1}", "Person");
    assert_eq!(render(&project, &[]), ONE_NEW);
}

#[test]
fn a_lock_file_that_is_damaged_costs_no_document() {
    let project = TempProject::new();
    render(&project, &[]);
    let lock = project.read("urkunde.lock");
    project.edit("urkunde.lock", "document\t", "<<<<<<< HEAD\ndocument\tx\t");
    let run = project.run(&["render"]).good();
    assert!(run.stderr.contains("warning[bad-lock]"), "{}", run.stderr);
    assert_eq!(counts(&run), NONE_NEW);
    assert!(project.read("urkunde.lock") == lock, "it is whole again");
    std::fs::remove_file(project.path("urkunde.lock")).expect("it is there");
    assert_eq!(render(&project, &[]), NONE_NEW);
    assert!(project.read("urkunde.lock") == lock);
}

#[test]
fn the_lock_says_the_same_for_any_number_of_threads() {
    let project = TempProject::new();
    render(&project, &["-j", "1"]);
    let lock = project.read("urkunde.lock");
    std::fs::remove_dir_all(project.path("out")).expect("it is there");
    std::fs::remove_file(project.path("urkunde.lock")).expect("it is there");
    render(&project, &["-j", "8"]);
    assert!(project.read("urkunde.lock") == lock);
}

#[test]
fn another_output_folder_has_a_lock_of_its_own() {
    let project = TempProject::new();
    render(&project, &["--output", "elsewhere"]);
    assert!(!project.path("urkunde.lock").exists());
    assert_eq!(project.files("elsewhere"), ["letters/a1.pdf", "letters/a2.pdf", "urkunde.lock"]);
    assert_eq!(render(&project, &["--output", "elsewhere"]), NONE_NEW);
    assert_eq!(render(&project, &["--output", "out"]), ALL_NEW);
    assert!(project.path("urkunde.lock").exists(), "it is the project's own folder");
}

/// Two people, their schools, and a list of all.
fn with_schools() -> TempProject {
    let project = TempProject::new();
    project
        .write("schools.csv", "id,town,founded\ns1,Changzhou,1958-01-01\ns2,Leipzig,1961-01-01\n");
    project.write(
        "people.csv",
        "id,name,date,school\na1,Sample Person 01,2024-05-17,s1\na2,Sample Person 02,2024-05-18,s2\na3,Sample Person 03,2024-05-19,s1\n",
    );
    project.edit(
        "urkunde.toml",
        "date = { type = \"date\" }",
        "date = { type = \"date\" }\nschool = { type = \"ref\", table = \"schools\" }\n\n\
         [tables.schools]\nfile = \"schools.csv\"\nkey = \"id\"\n[tables.schools.columns]\nfounded = { type = \"date\" }",
    );
    project.edit("templates/letter.html", "<p>", "<p>{{ person.school.town }} ");
    project.write(
        "templates/list.html",
        "<!DOCTYPE html><html lang=\"en\"><title>List</title>{% for person in tables.people %}<p>{{ person.name }}</p>{% endfor %}",
    );
    let list =
        "\n[[jobs]]\nname = \"list\"\ntemplate = \"templates/list.html\"\noutput = \"list.pdf\"\n";
    project.edit(
        "urkunde.toml",
        "output = \"letters/{{ person.id }}.pdf\"\n",
        &format!("output = \"letters/{{{{ person.id }}}}.pdf\"\n{list}"),
    );
    project
}

#[test]
fn rows_that_are_wrong_are_left_out_with_all_that_shows_them() {
    let project = with_schools();
    assert_eq!(render(&project, &[]), "4 documents: 4 written");
    let all = ["letters/a1.pdf", "letters/a2.pdf", "letters/a3.pdf", "list.pdf"];
    assert_eq!(project.files("out"), all);
    for (file, from, to, left) in [
        // A cell of its own: its letter and the list.
        ("people.csv", "2024-05-18", "18 May", "2 documents: 2 unchanged, and 2 left out"),
        // A cell of a school: the letters of its people, and the list, which could show it.
        ("schools.csv", "1958-01-01", "long ago", "1 documents: 1 unchanged, and 3 left out"),
        ("people.csv", "a3,", "a1,", "1 documents: 1 unchanged, and 3 left out"),
    ] {
        project.edit(file, from, to);
        assert_eq!(project.run(&["render"]).status, 3);
        let run = project.run(&["render", "--keep-going", "--prune"]);
        assert_eq!(run.status, 1, "{}", run.stderr);
        let line =
            run.stderr.lines().find(|line| line.contains(" left out;")).unwrap_or(&run.stderr);
        assert_eq!(
            line.replace("1 document:", "1 documents:").split(';').next(),
            Some(left),
            "{}",
            run.stderr
        );
        assert!(run.stderr.contains("warning[not-pruned]"), "{}", run.stderr);
        assert_eq!(project.files("out"), all, "nothing is taken for an orphan");
        project.edit(file, to, from);
    }
    // What is wrong with a whole table leaves nothing.
    project.edit("people.csv", "id,name,date", "id,name,day");
    assert_eq!(project.run(&["render", "--keep-going"]).status, 3);
}

#[test]
fn documents_of_one_name_are_left_out_both() {
    let project = TempProject::new();
    project.edit("urkunde.toml", "{{ person.id }}", "{{ person.date[0:7] }}");
    project.edit("people.csv", "a2,", "a3,Sample Person 03,2024-06-01\na2,");
    assert_eq!(project.run(&["render"]).status, 3);
    let run = project.run(&["render", "--keep-going"]);
    assert_eq!(run.status, 1, "{}", run.stderr);
    assert!(run.stderr.contains("1 document: 1 written, and 2 left out"), "{}", run.stderr);
    assert_eq!(project.files("out"), ["letters/2024-06.pdf"]);
}

#[test]
fn rows_of_a_workbook_with_errors_are_left_out() {
    let project = TempProject::new();
    let errors = crate::support::repository().join("tests/tables/workbook-errors.xlsx");
    project.write("people.xlsx", std::fs::read(errors).expect("a workbook"));
    project.edit("urkunde.toml", "people.csv", "people.xlsx");
    assert_eq!(project.run(&["render"]).status, 3);
    let run = project.run(&["render", "--keep-going"]);
    assert_eq!(run.status, 1, "{}", run.stderr);
    assert!(run.stderr.contains("error[cell-error]"), "{}", run.stderr);
    // All three have one: that is not a fault of the table.
    assert!(run.stderr.contains("nothing was written"), "{}", run.stderr);
}

/// Two numbers for which texts have one digest in an index of keys (the upper half of SipHash), as some have in every
/// table of a hundred thousand rows.
fn of_one_digest(text: impl Fn(u32) -> String) -> [u32; 2] {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut seen = std::collections::HashMap::new();
    let pair = (0u32..).find_map(|number| {
        let mut hasher = DefaultHasher::new();
        text(number).hash(&mut hasher);
        seen.insert(hasher.finish() >> 32, number).map(|other| [other, number])
    });
    pair.expect("two of four thousand million")
}

#[test]
fn keys_and_names_of_one_digest_are_different_rows_and_documents() {
    let project = TempProject::new();
    let key = |number| format!("k{number}");
    let output = |number| format!("letters/k{number}.pdf");
    let numbers = [of_one_digest(key), of_one_digest(output)].concat();
    let rows = numbers.iter().map(|n| format!("k{n},Sample Person {n},2024-05-17\n"));
    let people: String = std::iter::once("id,name,date\n".to_owned()).chain(rows).collect();
    project.write("people.csv", people);
    project.write(
        "awards.csv",
        numbers.iter().fold("person\n".to_owned(), |t, n| t + &format!("k{n}\n")),
    );
    let toml = String::from_utf8(project.read("urkunde.toml")).expect("text");
    let awards = "
[tables.awards]
file = \"awards.csv\"

[tables.awards.columns]
person = { type = \"ref\", table = \"people\" }

[[jobs]]
name = \"award\"
template = \"templates/award.html\"
each = \"awards\"
as = \"award\"
output = \"awards/{{ award.person.name }}.pdf\"
";
    let letter = String::from_utf8(project.read("templates/letter.html")).expect("text");
    project.write("templates/award.html", letter.replace("person.", "award.person."));
    project.write("urkunde.toml", toml + awards);
    assert_eq!(render(&project, &[]), "8 documents: 8 written");
    let made = project.files("out");
    for number in &numbers {
        assert!(made.contains(&output(*number)), "{made:?}");
        assert!(made.contains(&format!("awards/Sample Person {number}.pdf")), "{made:?}");
    }
    assert_eq!(render(&project, &[]), "8 documents: 8 unchanged");
    let first = format!("Sample Person {},", numbers[2]);
    project.edit("people.csv", &first, "Sample Person Else,");
    assert_eq!(render(&project, &["letter"]), "4 documents: 1 written, 3 unchanged");
}
