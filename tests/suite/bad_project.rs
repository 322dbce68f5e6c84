//! A project file that is wrong: every message, with its place in the file.

use insta::assert_snapshot;

use crate::support::TempProject;

fn messages(from: &str, to: &str) -> String {
    let project = TempProject::new();
    project.edit("urkunde.toml", from, to);
    let run = project.run(&["render"]);
    assert!(project.files("out").is_empty(), "nothing may be written");
    run.messages()
}

#[test]
fn unknown_key() {
    assert_snapshot!(messages("template =", "templete ="));
}

#[test]
fn unknown_key_unlike_any() {
    assert_snapshot!(messages("title =", "colour ="));
}

#[test]
fn unknown_section() {
    assert_snapshot!(messages("[project]", "[projct]"));
}

#[test]
fn unknown_column_key() {
    assert_snapshot!(messages("required = true", "requird = true"));
}

#[test]
fn unknown_column_type() {
    assert_snapshot!(messages("\"date\"", "\"datum\""));
}

#[test]
fn wrong_type_of_value() {
    assert_snapshot!(messages("title = \"Test\"", "title = 7"));
}

#[test]
fn missing_key() {
    assert_snapshot!(messages("output = \"letters/{{ person.id }}.pdf\"\n", ""));
}

#[test]
fn not_toml() {
    assert_snapshot!(messages("title = \"Test\"", "title = \"Test"));
}

#[test]
fn unknown_table() {
    assert_snapshot!(messages("each = \"people\"", "each = \"poeple\""));
}

#[test]
fn each_without_as() {
    assert_snapshot!(messages("as = \"person\"\n", ""));
}

#[test]
fn reserved_row_name() {
    assert_snapshot!(messages("as = \"person\"", "as = \"project\""));
}

#[test]
fn two_jobs_of_one_name() {
    let job =
        "\n[[jobs]]\nname = \"letter\"\ntemplate = \"templates/letter.html\"\noutput = \"x.pdf\"\n";
    let project = TempProject::new();
    let text = String::from_utf8(project.read("urkunde.toml")).unwrap();
    project.write("urkunde.toml", text + job);
    assert_snapshot!(project.run(&["render"]).messages());
}

#[test]
fn missing_template() {
    assert_snapshot!(messages("templates/letter.html", "templates/leter.html"));
}

#[test]
fn missing_font_file() {
    assert_snapshot!(messages("[[jobs]]", "[fonts]\nfiles = [\"fonts/None.otf\"]\n\n[[jobs]]"));
}

#[test]
fn unknown_fallback_family() {
    assert_snapshot!(messages("[[jobs]]", "[fonts]\nfallback = [\"EB Garamont\"]\n\n[[jobs]]"));
}

#[test]
fn no_project() {
    assert_snapshot!(TempProject::empty().run(&["render"]).messages());
}

#[test]
fn unknown_job() {
    assert_snapshot!(TempProject::new().run(&["render", "leter"]).messages());
}

#[test]
fn only_that_means_nothing() {
    assert_snapshot!(TempProject::new().run(&["render", "--only", "a9"]).messages());
}
