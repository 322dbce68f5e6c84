//! Tables out of bytes: the folder of a project whose table is the input, read as a run reads it.
//!
//! Three bytes say what the file is, which encoding and which delimiter the project file names; the rest
//! is the file. Its columns are `a` to `n`, at least one of each type.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::OnceLock;

use urkunde::data::{Dataset, Table, Value};
use urkunde::diag::{Diagnostic, Source, Span};
use urkunde::pipeline::Project;

use crate::zip::zip;

const COLUMNS: &str = r#"
[tables.rows.columns]
b = { type = "int", min = -5, max = 1000 }
c = { type = "decimal", default = 1.5, max = 10.25 }
d = { type = "bool", required = true }
e = { type = "date", min = "1990-01-01" }
f = { type = "enum", values = ["x", "größer"] }
g = { type = "ref", table = "others" }
h = { type = "list", separator = "/" }
i = { type = "path" }
j = { type = "path", load = "text" }
k = { type = "text", pattern = "[A-Z]{2}-[0-9]+", unique = true }
l = { type = "ref", table = "rows" }
m = { type = "text", min = 2, max = 5, default = "none" }
n = { type = "date", serials = true, max = "2099-12-31" }

[tables.others]
file = "others.csv"
key = "id"
columns = { row = { type = "ref", table = "rows" } }
"#;

const OTHERS: &str = "id,row,text\n1,1,a\n2,x,b\nx,,c\n";

/// The target `tables`: what is read holds what is promised of it, and is the same when it is read again.
pub fn tables(data: &[u8]) {
    let Some(project) = project(data) else { return };
    let (dataset, found) = Dataset::load(folder(), &project.tables);
    can_be_told(&found);
    dataset.tables.iter().for_each(|table| holds(&dataset, table));
    let (again, found_again) = Dataset::load(folder(), &project.tables);
    assert!(found == found_again, "other findings the second time");
    assert!(rows(&dataset) == rows(&again), "other rows the second time");
}

/// The tables of an input, and what was found in them.
pub fn read(data: &[u8]) -> Option<(Dataset, Vec<Diagnostic>)> {
    Some(Dataset::load(folder(), &project(data)?.tables))
}

/// All rows of all tables, one a line.
pub fn rows(dataset: &Dataset) -> String {
    let rows = dataset.tables.iter().flat_map(|t| (0..t.len()).map(|row| format!("{}: {:?}\n", t.name, t.row(row))));
    rows.collect()
}

/// The project that an input stands for, whose files are in the folder now.
fn project(data: &[u8]) -> Option<Rc<Project>> {
    let (head, rest) = data.split_at_checked(3)?;
    let (extension, file) = match head[0] % 5 {
        0 => ("csv", rest.to_vec()),
        1 => ("xlsx", rest.to_vec()),
        2 => ("xlsx", workbook(rest)),
        3 => ("ods", rest.to_vec()),
        _ => ("ods", document(rest)),
    };
    let mut text = format!("[tables.rows]\nfile = \"rows.{extension}\"\n");
    if head[0] % 10 < 5 {
        text.push_str("key = \"a\"\n");
    }
    let encodings = ["utf-8", "windows-1252", "utf-16le", "utf-16be", "iso-8859-15", "gb18030", "shift_jis", "no such"];
    // One in two says nothing: what a file is in is found out.
    if let Some(encoding) = encodings.get(usize::from(head[1] % 16)) {
        text.push_str(&format!("encoding = \"{encoding}\"\n"));
    }
    if let Some(delimiter) = [",", ";", "\\t", "|", "x"].get(usize::from(head[2] % 10)) {
        text.push_str(&format!("delimiter = \"{delimiter}\"\n"));
    }
    let file_name = folder().join(format!("rows.{extension}"));
    std::fs::write(file_name, file).expect("a temporary file");
    Some(parsed(text + COLUMNS))
}

/// The project of a project file. There are some hundred of them in all, and each is parsed once.
fn parsed(text: String) -> Rc<Project> {
    thread_local! {
        static PROJECTS: RefCell<HashMap<String, Rc<Project>>> = RefCell::default();
    }
    let parse = |text: &str| {
        let source = Source::new("urkunde.toml", text);
        Rc::new(Project::parse(folder(), &source).expect("a sound project file"))
    };
    PROJECTS.with_borrow_mut(|all| all.entry(text).or_insert_with_key(|text| parse(text)).clone())
}

/// Every finding points into its text and can be told.
pub fn can_be_told(found: &[Diagnostic]) {
    for diagnostic in found {
        let _ = diagnostic.sort_key();
        if let Some(span) = &diagnostic.span {
            points_into_its_text(span);
        }
    }
}

fn points_into_its_text(span: &Span) {
    assert!(span.source.text.get(span.range.clone()).is_some(), "{:?} of {:?}", span.range, span.source);
}

fn holds(dataset: &Dataset, table: &Table) {
    let mut last = (0, 0);
    for row in 0..table.len() {
        let record = table.row(row);
        assert!(record.number > last.0 && record.line > last.1, "{record:?} after {last:?}");
        last = (record.number, record.line);
        assert_eq!(record.cells.len(), table.columns.len());
        points_into_its_text(&table.row_span(row));
        for (index, (value, column)) in record.cells.iter().zip(&table.columns).enumerate() {
            points_into_its_text(&table.cell_span(row, index));
            let texts: &[Box<str>] = match value {
                Value::Text(text) | Value::Decimal(text) => std::slice::from_ref(text),
                Value::List(items) => items,
                Value::Ref(to) => {
                    let target = &dataset.tables[column.target.expect("a reference has a table")];
                    assert!((*to as usize) < target.len(), "{to} of {} rows", target.len());
                    let mut lists = target.reverse.iter();
                    assert!(lists.any(|list| list.rows_of(*to as usize).contains(&(row as u32))));
                    &[]
                }
                _ => &[],
            };
            assert!(texts.iter().all(|text| text.trim() == &**text), "blanks in {value:?}");
        }
    }
}

/// A folder of this process, with the table that stays the same.
fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = std::env::temp_dir().join(format!("urkunde-fuzz-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a temporary folder");
        std::fs::write(folder.join("others.csv"), OTHERS).expect("a temporary file");
        folder
    })
}

const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
const PACKAGE: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const WORKBOOK: &str = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="One" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const RELATIONS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;

/// A workbook of its parts, parted by NUL: a sheet, the shared texts, the styles, the list of sheets. Where one is
/// missing there is a plain one; packed, hardly a change would get past a check sum.
fn workbook(data: &[u8]) -> Vec<u8> {
    let mut parts = data.split(|byte| *byte == 0);
    let mut part = |plain: &'static str| parts.next().filter(|part| !part.is_empty()).unwrap_or(plain.as_bytes());
    let sheet = part("<worksheet><sheetData/></worksheet>");
    let strings = part("<sst><si><t>a</t></si><si><r><t>b</t></r></si></sst>");
    let styles = part("<styleSheet><cellXfs><xf/><xf numFmtId=\"14\"/><xf numFmtId=\"46\"/></cellXfs></styleSheet>");
    let list = part(WORKBOOK);
    zip(&[
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", PACKAGE.as_bytes()),
        ("xl/workbook.xml", list),
        ("xl/_rels/workbook.xml.rels", RELATIONS.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet),
        ("xl/sharedStrings.xml", strings),
        ("xl/styles.xml", styles),
    ])
}

/// An OpenDocument spreadsheet of its content.
fn document(data: &[u8]) -> Vec<u8> {
    let kind = "application/vnd.oasis.opendocument.spreadsheet";
    let manifest = "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>";
    zip(&[("mimetype", kind.as_bytes()), ("META-INF/manifest.xml", manifest.as_bytes()), ("content.xml", data)])
}
