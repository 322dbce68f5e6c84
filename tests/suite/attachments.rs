//! Attached files: PDF/A-3 with the row's data and files of the project.

use insta::assert_snapshot;

use crate::support::reader::{Pdf, shown};
use crate::support::{TempProject, pdf};

const ATTACH: &str = r#"pdf = "a-3a+ua-1"
attach = [
  { data = "row", name = "{{ person.id }}.json", description = "The data of {{ person.name }}" },
  { file = "notes/{{ person.id }}.txt", relationship = "Supplement" },
  { file = "people.csv", name = "人.csv", type = "text/tab-separated-values", relationship = "Source" },
]
as ="#;

fn project() -> TempProject {
    let project = TempProject::new();
    project.edit("urkunde.toml", "as =", ATTACH);
    project.write("notes/a1.txt", "a note\n");
    project.write("notes/a2.txt", "another note\n");
    project.edit("templates/letter.html", "<title>", "<meta name=date content=2024-05-17><title>");
    project
}

/// The messages of a project with one entry of `attach`.
fn messages(entry: &str) -> String {
    let project = TempProject::new();
    let keys = format!("pdf = \"a-3a+ua-1\"\nattach = [{entry}]\nas =");
    project.edit("urkunde.toml", "as =", &keys);
    project.run(&["render"]).messages()
}

#[test]
fn attached_files_come_out_as_they_went_in() {
    let project = project();
    project.run(&["render", "--deny", "warnings"]).good();
    let path = project.path("out/letters/a1.pdf");
    let read = Pdf::open(&path);
    let names = ["a1.json", "a1.txt", "人.csv"];
    let files = names.map(|name| read.file(name).unwrap_or_else(|| panic!("{name} is not there")));
    let json =
        "{\n  \"id\": \"a1\",\n  \"name\": \"Sample Person 01\",\n  \"date\": \"2024-05-17\"\n}\n";
    assert_eq!(String::from_utf8_lossy(&files[0].2), json);
    assert_eq!(files[1].2, b"a note\n");
    assert_eq!(files[2].2, project.read("people.csv"));
    let entries = |key: &str| files.each_ref().map(|file| read.at(file.0, key).map(shown));
    assert_eq!(entries("AFRelationship").map(Option::unwrap), ["Data", "Supplement", "Source"]);
    assert_eq!(entries("UF").map(Option::unwrap), names);
    assert_eq!(entries("Desc"), [Some("The data of Sample Person 01".into()), None, None]);
    let of_file = |key: &str| files.each_ref().map(|file| read.at(file.1, key).map(shown).unwrap());
    let types = ["application/json", "text/plain", "text/tab-separated-values"];
    assert_eq!(of_file("Subtype"), types);
    let sizes = files.each_ref().map(|file| file.2.len().to_string());
    assert_eq!(of_file("Params/Size"), sizes);
    assert_eq!(of_file("Params/ModDate"), ["D:20240517000000Z"; 3]);
    // MD5 of "a note\n", as md5sum gives it.
    let Some(lopdf::Object::String(sum, _)) = read.at(files[1].1, "Params/CheckSum") else {
        panic!("no check sum")
    };
    let sum: String = sum.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(sum, "bae1ac3498503816b72e2f0e8fb8564a");
    let associated = read.at(read.catalog(), "AF").and_then(|af| af.as_array().ok()).unwrap();
    let associated: Vec<_> = associated
        .iter()
        .map(|file| shown(read.at(read.follow(file).as_dict().unwrap(), "UF").unwrap()))
        .collect();
    assert_eq!(associated, names);
    pdf::conforms(&[path], "a-3a+ua-1");
}

#[test]
fn attached_dates_are_never_the_clocks() {
    let project = project();
    project.edit("templates/letter.html", "<meta name=date content=2024-05-17>", "");
    project.run(&["render"]).good();
    let read = Pdf::open(&project.path("out/letters/a1.pdf"));
    let (_, stream, _) = read.file("a1.json").unwrap();
    assert!(read.at(stream, "Params/ModDate").is_none());
    project.run(&["render", "--source-date-epoch", "1715904000"]).good();
    let read = Pdf::open(&project.path("out/letters/a1.pdf"));
    let (_, stream, _) = read.file("a1.json").unwrap();
    assert_eq!(read.at(stream, "Params/ModDate").map(shown).as_deref(), Some("D:20240517000000Z"));
}

#[test]
fn rows_are_attached_with_the_columns_asked_for_in_their_order() {
    let project = TempProject::new();
    project.write("awards.csv", "serial,person,year,note\nx-1,a2,2024,\n");
    project.edit(
        "urkunde.toml",
        "[[jobs]]",
        "[tables.awards]\nfile = \"awards.csv\"\nkey = \"serial\"\n[tables.awards.columns]\n\
         person = { type = \"ref\", table = \"people\" }\nyear = { type = \"int\" }\n\n[[jobs]]",
    );
    project.edit("urkunde.toml", "each = \"people\"", "each = \"awards\"");
    project.edit(
        "urkunde.toml",
        "as = \"person\"",
        "as = \"award\"\npdf = \"a-3a+ua-1\"\nattach = [{ data = \"row\" }]",
    );
    project.edit("urkunde.toml", "{{ person.id }}", "{{ award.serial }}");
    project.write("templates/letter.html", "<html lang=en><title>x</title><p>{{ award.serial }}");
    let json = |columns: &str| {
        project.edit("urkunde.toml", "data = \"row\"", &format!("data = \"row\"{columns}"));
        project.run(&["render"]).good();
        project.edit("urkunde.toml", columns, "");
        let read = Pdf::open(&project.path("out/letters/x-1.pdf"));
        String::from_utf8(read.file("row.json").unwrap().2).unwrap()
    };
    assert_snapshot!(json(" "), @r#"
    {
      "serial": "x-1",
      "person": {
        "id": "a2",
        "name": "示例学员02",
        "date": "2024-05-18"
      },
      "year": 2024,
      "note": ""
    }
    "#);
    assert_snapshot!(json(", columns = [\"year\", \"person.name\", \"serial\", \"person.id\"]"), @r#"
    {
      "year": 2024,
      "person": {
        "name": "示例学员02",
        "id": "a2"
      },
      "serial": "x-1"
    }
    "#);
}

#[test]
fn attachments_are_forbidden_outside_pdf_a_3() {
    for profile in ["a-2a+ua-1", "a-2u", "1.7"] {
        let project = project();
        project.edit("urkunde.toml", "a-3a+ua-1", profile);
        let run = project.run(&["render"]);
        assert_eq!(run.status, 2, "{profile}: {}", run.stderr);
        assert!(run.stderr.contains("error[attachment-forbidden]"), "{}", run.stderr);
        if profile == "a-2u" {
            assert_snapshot!(run.messages());
        }
    }
}

#[test]
fn attachment_of_unknown_column() {
    assert_snapshot!(messages(r#"{ data = "row", columns = ["id", "nmae"] }"#));
}

#[test]
fn attachment_of_unknown_relationship() {
    assert_snapshot!(messages(r#"{ data = "row", relationship = "Dta" }"#));
}

#[test]
fn attachment_with_unknown_key() {
    assert_snapshot!(messages(r#"{ data = "row", nmae = "a.json" }"#));
}

#[test]
fn attachment_without_contents() {
    assert_snapshot!(messages(r#"{ name = "a.json" }"#));
}

#[test]
fn attachment_of_unknown_data() {
    assert_snapshot!(messages(r#"{ data = "table" }"#));
}

#[test]
fn attachment_that_is_not_there() {
    assert_snapshot!(messages(r#"{ file = "notes/{{ person.id }}.txt" }"#));
}

#[test]
fn attachment_outside_the_project() {
    let told = messages(r#"{ file = "../secret.txt" }"#);
    assert!(told.contains("lies outside the project's folder"), "{told}");
}

#[test]
fn attachment_of_no_media_type() {
    assert_snapshot!(messages(r#"{ data = "row", type = "text/json; charset=utf-8" }"#));
}

#[test]
fn attachments_of_one_name() {
    let told = messages(r#"{ data = "row", name = "a" }, { file = "people.csv", name = "a" }"#);
    assert!(told.contains("two attached files are called \"a\""), "{told}");
}
