//! Templates and patterns that are wrong. Nothing is written.

use insta::assert_snapshot;

use crate::support::TempProject;

fn messages(file: &str, from: &str, to: &str) -> String {
    let project = TempProject::new();
    project.edit(file, from, to);
    let run = project.run(&["render"]);
    assert_eq!(run.status, 3, "{}", run.stderr);
    assert!(project.files("out").is_empty(), "nothing may be written");
    run.messages()
}

#[test]
fn unknown_variable() {
    assert_snapshot!(messages(
        "templates/letter.html",
        "<h1>{{ person.name }}",
        "<h1>{{ person.nmae }}"
    ));
}

#[test]
fn unknown_row_name() {
    assert_snapshot!(messages(
        "templates/letter.html",
        "<h1>{{ person.name }}",
        "<h1>{{ persn.name }}"
    ));
}

#[test]
fn syntax_error() {
    assert_snapshot!(messages(
        "templates/letter.html",
        "<h1>{{ person.name }}",
        "<h1>{{ person.name }"
    ));
}

#[test]
fn unknown_filter() {
    assert_snapshot!(messages(
        "templates/letter.html",
        "{{ person.date }}",
        "{{ person.date | dat }}"
    ));
}

#[test]
fn unknown_variable_in_output() {
    assert_snapshot!(messages("urkunde.toml", "{{ person.id }}", "{{ person.idd }}"));
}

#[test]
fn unknown_variable_in_where() {
    assert_snapshot!(messages(
        "urkunde.toml",
        "output =",
        "where = \"person.nam == 'x'\"\noutput ="
    ));
}

#[test]
fn syntax_error_in_where() {
    assert_snapshot!(messages(
        "urkunde.toml",
        "output =",
        "where = \"person.name = 'x'\"\noutput ="
    ));
}

#[test]
fn two_rows_with_one_output_name() {
    assert_snapshot!(messages("urkunde.toml", "{{ person.id }}", "same"));
}

#[test]
fn output_names_that_differ_in_case_only() {
    let project = TempProject::new();
    project.edit("people.csv", "a2", "A1");
    assert_snapshot!(project.run(&["render"]).messages());
}

#[test]
fn output_leaves_the_output_folder() {
    assert_snapshot!(messages("urkunde.toml", "letters/{{ person.id }}", "../{{ person.id }}"));
}

#[test]
fn output_name_is_empty() {
    assert_snapshot!(messages(
        "urkunde.toml",
        "letters/{{ person.id }}.pdf",
        "{% if false %}x{% endif %}"
    ));
}
