//! Whole tables: what a person who keeps them would see.

use super::*;
use crate::diag::Severity;

struct Project {
    folder: tempfile::TempDir,
    specs: BTreeMap<String, TableSpec>,
}

impl Project {
    fn new() -> Project {
        Project { folder: tempfile::tempdir().unwrap(), specs: BTreeMap::new() }
    }

    fn file(self, name: &str, bytes: impl AsRef<[u8]>) -> Project {
        std::fs::write(self.folder.path().join(name), bytes).unwrap();
        self
    }

    fn table(mut self, name: &str, spec: &str, bytes: impl AsRef<[u8]>) -> Project {
        let file = format!("{name}.csv");
        let spec: TableSpec = toml::from_str(&format!("file = {file:?}\n{spec}")).unwrap();
        self.specs.insert(name.to_string(), spec);
        self.file(&file, bytes)
    }

    fn load(&self) -> (Dataset, Vec<String>) {
        let (dataset, mut found) = Dataset::load(self.folder.path(), &self.specs);
        crate::diag::sort(&mut found);
        (dataset, found.iter().map(show).collect())
    }

    fn findings(&self) -> Vec<String> {
        self.load().1
    }
}

fn show(d: &Diagnostic) -> String {
    let place = d.span.as_ref().map_or(String::new(), |span| {
        let (line, column) = span.position();
        let text = &span.source.text[span.range.clone()];
        format!("{}:{line}:{column} [{text}] ", span.source.name)
    });
    let mut out = format!("{place}{}: {}", d.code, d.message);
    for (span, label) in &d.related {
        let (line, column) = span.position();
        out += &format!(" | {line}:{column} {label}");
    }
    for text in d.notes.iter().chain(&d.help) {
        out += &format!(" | {text}");
    }
    out
}

const MEMBERS: &str = r#"
key = "id"
[columns]
name = { required = true }
joined = { type = "date" }
"#;

const AWARDS: &str = r#"
key = "serial"
[columns]
member = { type = "ref", table = "members", required = true }
kind = { type = "enum", values = ["founding-member", "project"] }
"#;

#[test]
fn cells_are_typed_and_know_their_place() {
    let project = Project::new().table(
        "members",
        MEMBERS,
        "id;name;joined;city\n\n007;\"Mu\u{308}ller, \"\"A\"\"\";16.12.2022;\u{3000}常州 \n8;b;;",
    );
    let (dataset, found) = project.load();
    assert_eq!(
        found,
        [
            "delimiter-found: cells of members.csv are separated by semicolons | pin it: delimiter = \
          \";\""
        ]
    );
    let table = dataset.table("members").unwrap();
    let record = table.row(0);
    assert_eq!((record.number, record.line), (1, 3));
    assert_eq!(record.cells[0].key(), "007");
    assert_eq!(record.cells[1].key(), "Müller, \"A\"");
    assert_eq!(record.cells[2].key(), "2022-12-16");
    assert_eq!(record.cells[3].key(), "常州");
    assert_eq!(table.value(1, 2), Value::Null);
    assert_eq!(table.value(1, 3), Value::Text("".into()));
    let span = table.cell_span(0, 2);
    assert_eq!((span.position(), &span.source.text[span.range.clone()]), ((3, 22), "16.12.2022"));
}

#[test]
fn missing_file_and_undecodable_file() {
    let mut project = Project::new().table("members", MEMBERS, b"id,name,joined\n1,M\xfcller,\n");
    assert_eq!(
        project.findings(),
        ["bad-encoding: members.csv is not UTF-8: byte 0xfc in line 2 (offset 18) begins no \
          character, and the text is not GB18030 either | save it as UTF-8, or pin the encoding: \
          encoding = \"windows-1252\" reads line 2 as: \"1,Müller,\""]
    );
    project.specs.get_mut("members").unwrap().file = "none.csv".into();
    assert_eq!(
        project.findings(),
        ["missing-file: cannot read `none.csv`, the file of table `members`: no such file"]
    );
}

#[test]
fn gb18030_is_read_and_reported() {
    let (bytes, _, _) = encoding_rs::GB18030.encode("id,name,joined\n1,李𬭎,2022年12月16日\n");
    let (dataset, found) = Project::new().table("members", MEMBERS, bytes).load();
    assert_eq!(
        found,
        ["encoding-found: members.csv is not UTF-8: read as gb18030 | pin it: encoding = \
          \"gb18030\""]
    );
    assert_eq!(dataset.tables[0].value(0, 1).key(), "李𬭎");
}

#[test]
fn missing_doubled_and_misspelt_columns() {
    let project = Project::new().table("members", MEMBERS, "id,nmae,city,city\n1,a,b,c\n");
    assert_eq!(
        project.findings(),
        [
            "members.csv:1:1 [id,nmae,city,city] missing-column: column `joined` of table \
             `members` is not in the header | the columns are `id`, `nmae`, `city`",
            "members.csv:1:1 [id,nmae,city,city] missing-column: column `name` of table `members` \
             is not in the header | there is a column `nmae`",
            "members.csv:1:14 [city] doubled-column: column `city` stands twice in the header | \
             1:9 first here | rename or remove one of them",
        ]
    );
    let project = Project::new().table("members", MEMBERS, "ID, Name ,joined\n1,a,\n");
    let (dataset, found) = project.load();
    assert_eq!(
        found,
        [
            "members.csv:1:1 [ID] header-differs: the header \"ID\" is taken for column `id` | \
             write `id` in the header, or \"ID\" in urkunde.toml",
            "members.csv:1:4 [ Name ] header-differs: the header \"Name\" is taken for column \
             `name` | write `name` in the header, or \"Name\" in urkunde.toml",
        ]
    );
    assert_eq!(dataset.tables[0].key, Some(0));
}

#[test]
fn empty_required_cell_bad_date_and_duplicate_id() {
    let project =
        Project::new().table("members", MEMBERS, "id,name,joined\n1,,soon\n1,b,2022-02-30\n,c,\n");
    assert_eq!(
        project.findings(),
        [
            "members.csv:2:3 [] required: column `name` is empty, expected a value in every row",
            "members.csv:2:4 [soon] bad-date: column `joined`: \"soon\" is not a date, expected \
             2022-12-16, 16.12.2022, 2022/12/16 or 2022年12月16日",
            "members.csv:3:1 [1] duplicate-key: `id` \"1\" stands in two rows, expected it once | \
             2:1 first here",
            "members.csv:3:5 [2022-02-30] bad-date: column `joined`: \"2022-02-30\" is not a day \
             of the calendar",
            "members.csv:4:1 [] required: column `id` is empty, expected a value in every row",
        ]
    );
}

#[test]
fn short_and_long_rows_and_blank_ones() {
    let project = Project::new().table(
        "members",
        MEMBERS,
        "id,name,joined\n1,a\n2,b,,\n3,c,,x\n,,\n\u{3000},,\n4,d,",
    );
    let (dataset, found) = project.load();
    assert_eq!(
        found,
        [
            "members.csv:2:4 [] short-row: row 1 has 2 cells, the header has 3 | add the \
             missing cells, empty ones as well",
            "members.csv:4:6 [x] long-row: row 3 has 4 cells, the header has 3 | put a cell \
             that holds the delimiter between quotes",
        ]
    );
    assert_eq!(
        (0..4).map(|row| dataset.tables[0].row(row).number).collect::<Vec<_>>(),
        [1, 2, 3, 6]
    );
}

#[test]
fn quotes_unclosed_or_followed_by_text() {
    let project =
        Project::new().table("members", MEMBERS, "id,name,joined\n1,\"a\nb\",\n2,\"b,\n3,c,\n");
    assert_eq!(
        project.findings(),
        ["members.csv:4:3 [\"] unclosed-quote: this quote is not closed before the file ends | \
          close it with \", and double every quote inside the cell: \"\""]
    );
    let project = Project::new().table("members", MEMBERS, "id,name,joined\n1,\"a\" b,\n");
    assert_eq!(
        project.findings(),
        ["members.csv:2:6 [ b] text-after-quote: text follows the closing quote of a cell | 2:3 \
          the cell's quote opens here | double every quote inside a quoted cell: \"\""]
    );
}

#[test]
fn empty_file_and_header_only() {
    assert_eq!(
        Project::new().table("members", MEMBERS, "").findings(),
        ["members.csv:1:1 [] empty-file: members.csv is empty | expected a header row with the \
          columns' names"]
    );
    assert_eq!(
        Project::new().table("members", MEMBERS, "id,name,joined\n").findings(),
        ["members.csv:1:1 [] no-rows: members.csv has a header and no rows"]
    );
}

#[test]
fn references_are_joined_both_ways() {
    let project =
        Project::new().table("members", MEMBERS, "id,name,joined\nwist,W,\nab,A,\n").table(
            "awards",
            AWARDS,
            "serial,member,kind\n1,wist,project\n2,ab,project\n3,wist,founding-member\n",
        );
    let (dataset, found) = project.load();
    assert_eq!(found, Vec::<String>::new());
    let awards = dataset.table("awards").unwrap();
    let member = awards.column("member").unwrap();
    assert_eq!(awards.value(2, member), Value::Ref(0));
    assert_eq!(awards.columns[member].target, dataset.table_index("members"));
    let members = dataset.table("members").unwrap();
    assert_eq!(members.reverse[0].name, "awards");
    assert_eq!(members.reverse[0].rows_of(0), [0, 2]);
    assert_eq!(members.reverse[0].rows_of(1), [1]);
    let read: Vec<_> = dataset.files_read().map(|f| f.path.as_str()).collect();
    assert_eq!(read, ["awards.csv", "members.csv"]);
}

#[test]
fn reference_to_no_row_suggests_the_near_key() {
    let project = Project::new().table("members", MEMBERS, "id,name,joined\nwist,W,\n").table(
        "awards",
        AWARDS,
        "serial,member,kind\n1,wsit,projekt\n",
    );
    assert_eq!(
        project.findings(),
        [
            "awards.csv:2:3 [wsit] ref-to-no-row: column `member`: no row of table `members` has \
             the id \"wsit\" | did you mean \"wist\"?",
            "awards.csv:2:8 [projekt] bad-enum: column `kind`: \"projekt\" is not one of \
             founding-member, project | did you mean `project`?",
        ]
    );
}

#[test]
fn paths_stay_below_the_project() {
    let spec = "[columns]\nbody = { type = \"path\", load = \"text\" }";
    let project = Project::new().file("de.md", "# Gründung\r\n").table(
        "texts",
        spec,
        "lang,body\nde,de.md\nen,../en.md\nzh,/etc/hosts\nfr,fr.md\n",
    );
    let (dataset, found) = project.load();
    assert_eq!(
        found,
        [
            "texts.csv:3:4 [../en.md] bad-path: \"../en.md\" leaves the project's folder",
            "texts.csv:4:4 [/etc/hosts] bad-path: \"/etc/hosts\" leaves the project's folder",
            "texts.csv:5:4 [fr.md] bad-path: \"fr.md\" cannot be read: no such file",
        ]
    );
    assert_eq!(dataset.tables[0].value(0, 1).key(), "# Gründung\n");
    assert!(dataset.files_read().any(|f| f.path == "de.md"));
}

#[cfg(unix)]
#[test]
fn links_do_not_lead_out_of_the_project() {
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("secret.md"), "x").unwrap();
    let project =
        Project::new().table("texts", "[columns]\nbody = { type = \"path\" }", "body\nlink.md\n");
    std::os::unix::fs::symlink(
        outside.path().join("secret.md"),
        project.folder.path().join("link.md"),
    )
    .unwrap();
    assert_eq!(
        project.findings(),
        [
            "texts.csv:2:1 [link.md] bad-path: \"link.md\" leads out of the project's folder by a link"
        ]
    );
}

#[test]
fn defaults_fill_empty_cells() {
    let spec = "[columns]\ncount = { type = \"int\", default = 1, required = true }";
    let (dataset, found) = Project::new().table("t", spec, "id,count\na,\nb,２\n").load();
    assert_eq!(found, Vec::<String>::new());
    let counts: Vec<_> = (0..2).map(|row| dataset.tables[0].value(row, 1)).collect();
    assert_eq!(counts, [Value::Int(1), Value::Int(2)]);
}

#[test]
fn pattern_is_the_form_of_the_whole_cell() {
    let spec = "[columns]\nserial = { pattern = \"[A-Z]{2}-[0-9]{4}\" }";
    assert_eq!(
        Project::new().table("t", spec, "serial\nFM-2022\nfm-22\n").findings(),
        ["t.csv:3:1 [fm-22] bad-form: column `serial`: \"fm-22\" has not the form \
          [A-Z]{2}-[0-9]{4}"]
    );
    let bad = toml::from_str::<TableSpec>("file = 't.csv'\n[columns]\na = { pattern = '(a)' }");
    assert!(bad.unwrap_err().message().contains("groups and alternatives are not supported"));
}

#[test]
fn warnings_are_no_errors() {
    let project = Project::new().table("members", MEMBERS, "Id,name,joined\n1,a,\n");
    let (_, found) = Dataset::load(project.folder.path(), &project.specs);
    assert!(found.iter().all(|d| d.severity == Severity::Warning));
}
