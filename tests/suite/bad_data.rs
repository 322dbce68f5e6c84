//! Tables that are wrong: every message, with its cell. Nothing is written.

use insta::assert_snapshot;

use crate::support::TempProject;

const GOOD: &str = "id,name,date\na1,Sample Person 01,2024-05-17\na2,示例学员02,2024-05-18\n";

/// What the program says of a table with these bytes.
fn messages(people: impl AsRef<[u8]>) -> String {
    let project = TempProject::new();
    project.write("people.csv", people);
    failed(&project)
}

fn edited(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from));
    messages(GOOD.replacen(from, to, 1))
}

fn failed(project: &TempProject) -> String {
    let run = project.run(&["render"]);
    assert_eq!(run.status, 3, "{}", run.stderr);
    assert!(project.files("out").is_empty(), "nothing may be written");
    run.messages()
}

#[test]
fn missing_file() {
    let project = TempProject::new();
    std::fs::remove_file(project.path("people.csv")).unwrap();
    assert_snapshot!(failed(&project));
}

#[test]
fn missing_column() {
    assert_snapshot!(edited("date\n", "day\n"));
}

#[test]
fn misspelt_column() {
    assert_snapshot!(edited("name", "nmae"));
}

#[test]
fn doubled_column() {
    assert_snapshot!(messages("id,name,date,name\na1,Sample Person 01,2024-05-17,x\n"));
}

#[test]
fn required_cell_empty() {
    assert_snapshot!(edited("Sample Person 01", " "));
}

#[test]
fn bad_date() {
    assert_snapshot!(edited("2024-05-18", "2024-02-30"));
}

#[test]
fn duplicate_id() {
    assert_snapshot!(edited("a2", "a1"));
}

#[test]
fn short_and_long_rows() {
    assert_snapshot!(messages("id,name,date\na1,Sample Person 01\na2,示例学员02,2024-05-18,x,y\n"));
}

#[test]
fn unclosed_quote() {
    assert_snapshot!(edited("示例学员02", "\"示例学员02"));
}

#[test]
fn ref_to_no_row() {
    let project = TempProject::new();
    project.write("awards.csv", "serial,person\n1,a1\n2,a3\n");
    let table = "[tables.awards]\nfile = \"awards.csv\"\n[tables.awards.columns]\n\
                 person = { type = \"ref\", table = \"people\" }\n\n[[jobs]]";
    project.edit("urkunde.toml", "[[jobs]]", table);
    assert_snapshot!(failed(&project));
}

#[test]
fn no_encoding_fits() {
    assert_snapshot!(messages(b"id,name,date\na1,M\xfc\xff\xffller,2024-05-17\n"));
}

#[test]
fn gb18030_and_utf16_are_read() {
    let gb18030: &[u8] = b"id,name,date\na1,\xca\xbe\xc0\xfd\xd1\xa7\xd4\xb1,2024-05-17\n";
    let utf16: Vec<u8> = std::iter::once(0xfeff)
        .chain("id,name,date\na1,示例学员,2024-05-17\n".encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    for bytes in [gb18030, &utf16] {
        let project = TempProject::new();
        project.write("people.csv", bytes);
        project.edit("urkunde.toml", "{{ person.id }}", "{{ person.name }}");
        let run = project.run(&["render", "--dry-run"]).good();
        assert!(run.stdout.ends_with("\tletters/示例学员.pdf"), "{}", run.stdout);
    }
}

#[test]
fn all_findings_at_once_in_the_order_of_lines() {
    assert_snapshot!(messages("id,name,date\na1,,17.13.2024\na1,Sample,\n"));
}
