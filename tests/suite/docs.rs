//! What the documentation promises is what the program does.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::support::repository;

fn read(name: &str) -> String {
    std::fs::read_to_string(repository().join(name)).unwrap()
}

/// A row of a table of `docs/css.md`: its heading, and its cells.
struct Row {
    heading: String,
    cells: Vec<String>,
}

const HEAD: &str = "| What works | Proven by | Deviations |";

impl Row {
    /// What stands in backticks in a cell.
    fn ticked(&self, cell: usize) -> impl Iterator<Item = &str> {
        self.cells[cell].split('`').skip(1).step_by(2)
    }

    fn works(&self) -> bool {
        self.cells[1] == "✓"
    }
}

/// The rows of all tables of `docs/css.md`. A bar inside a cell is written `\|`.
fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    let mut headings = [String::new(), String::new()];
    let text = read("docs/css.md").replace("\\|", "\u{1}");
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            headings = [heading.to_string(), String::new()];
        } else if let Some(heading) = line.strip_prefix("### ") {
            headings[1] = format!("/{heading}");
        }
        let is_row = line.starts_with('|') && !line.starts_with("|---") && !line.ends_with(HEAD);
        if is_row {
            let inside = line.trim_start_matches('|').trim_end().trim_end_matches('|');
            let cells = inside.split('|').map(|c| c.trim().replace('\u{1}', "|")).collect();
            rows.push(Row { heading: headings.concat(), cells });
        }
    }
    rows
}

#[test]
fn css_page_rows_have_a_state_and_a_proof() {
    let rows = rows();
    assert!(rows.len() > 60, "only {} rows were found", rows.len());
    for row in &rows {
        let name = &row.cells[0];
        assert_eq!(row.cells.len(), 5, "{}: {name} has not five cells", row.heading);
        assert!(
            ["✓", "not yet", "never"].contains(&&*row.cells[1]),
            "{name}: \"{}\" is no state",
            row.cells[1]
        );
        let proofs = row.ticked(3).count();
        assert!(!row.works() || proofs > 0, "{name} has a tick and no proof");
    }
}

#[test]
fn css_page_names_tests_that_exist() {
    let missing: Vec<String> =
        rows().iter().flat_map(|r| r.ticked(3).map(str::to_string).collect::<Vec<_>>()).collect();
    let missing: BTreeSet<String> = missing.into_iter().filter(|p| !proof_exists(p)).collect();
    assert!(missing.is_empty(), "docs/css.md names proofs that do not exist: {missing:#?}");
}

/// A topic of the oracle, `oracle/topic` or `oracle/topic/fixture`, or of the pictures of painting, or
/// a test by its path.
fn proof_exists(proof: &str) -> bool {
    if let Some(topic) = proof.strip_prefix("oracle/") {
        let folder = repository().join("tests/oracle");
        return match topic.split_once('/') {
            None => folder.join(format!("topics/{topic}.txt")).is_file(),
            Some(_) => folder.join(format!("fixtures/{topic}.html")).is_file(),
        };
    }
    if let Some(topic) = proof.strip_prefix("paint/") {
        let path = repository().join("tests/paint").join(topic);
        return path.is_dir() || path.with_extension("html").is_file();
    }
    let parts: Vec<&str> = proof.split("::").collect();
    let Some((name, modules)) = parts.split_last() else { return false };
    files_of(modules).iter().any(|file| has_test(file, name))
}

/// The files in which a module may stand: its own, or that of the module around it.
fn files_of(modules: &[&str]) -> Vec<PathBuf> {
    let (root, modules) = match modules.split_first() {
        Some((&"suite", rest)) => ("tests/suite", rest),
        _ => ("src", modules),
    };
    let own = |modules: &[&str]| {
        let path = repository().join(root).join(modules.join("/"));
        [path.with_extension("rs"), path.join("mod.rs")]
    };
    let inline = modules.strip_suffix(&["tests"]).unwrap_or(modules);
    own(modules).into_iter().chain(own(inline)).collect()
}

/// Whether a file has a test of that name.
fn has_test(file: &Path, name: &str) -> bool {
    let Ok(text) = std::fs::read_to_string(file) else { return false };
    let mut parts = text.split("#[test]").skip(1);
    parts.any(|part| {
        let signature = part.split("fn ").nth(1).unwrap_or("");
        signature.strip_prefix(name).is_some_and(|rest| rest.starts_with("()"))
    })
}

#[test]
fn the_finder_of_tests_finds_tests() {
    assert!(proof_exists("suite::docs::the_finder_of_tests_finds_tests"));
    assert!(proof_exists("css::tests::lengths_of_every_unit") && proof_exists("oracle/units"));
    assert!(!proof_exists("css::tests::lengths") && !proof_exists("suite::docs::rows"));
    assert!(!proof_exists("oracle/unit") && !proof_exists("lengths_of_every_unit"));
}

/// The names in the first column below a heading, of rows that work or that do not.
fn listed(heading: &str, works: bool) -> BTreeSet<String> {
    let rows = rows().into_iter().filter(|r| r.heading.starts_with(heading) && r.works() == works);
    rows.flat_map(|r| r.ticked(0).map(str::to_string).collect::<Vec<_>>())
        .filter(|name| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
        .collect()
}

/// Everything in backticks in the first column of rows that work, below a heading.
pub fn promised(heading: &str) -> BTreeSet<String> {
    let rows = rows().into_iter().filter(|r| r.heading.ends_with(heading) && r.works());
    rows.flat_map(|r| r.ticked(0).map(|n| n.replace("\\|", "|")).collect::<Vec<_>>()).collect()
}

/// The page lists what the program supports below the heading, and nothing that it does not.
fn lists_exactly<'n>(heading: &str, supported: impl Iterator<Item = &'n str>) {
    let supported: BTreeSet<String> = supported.map(str::to_string).collect();
    let works = listed(heading, true);
    let missing: Vec<_> = supported.difference(&works).collect();
    let extra: Vec<_> = works.difference(&supported).collect();
    assert!(missing.is_empty(), "docs/css.md lacks {missing:?} under {heading}");
    assert!(extra.is_empty(), "docs/css.md lists what is not supported: {extra:?}");
    let not_yet = listed(heading, false);
    let done: Vec<_> = supported.intersection(&not_yet).collect();
    assert!(done.is_empty(), "docs/css.md says \"not yet\" of what is supported: {done:?}");
}

#[test]
fn css_page_lists_the_supported_properties() {
    lists_exactly("Properties", urkunde::css::supported_properties());
}

#[test]
fn css_page_lists_the_supported_elements() {
    lists_exactly("HTML/Elements", urkunde::html::supported_elements());
}

#[test]
fn project_file_page_lists_every_key() {
    let text = read("docs/project-file.md");
    for key in urkunde::data::TableSpec::KEYS.iter().chain(urkunde::data::ColumnSpec::KEYS) {
        assert!(text.contains(&format!("`{key}`")), "docs/project-file.md lacks `{key}`");
    }
    for key in [
        "title",
        "vars",
        "files",
        "fallback",
        "name",
        "template",
        "each",
        "as",
        "where",
        "output",
        "lang",
        "dir",
        "pdf",
        "attach",
        "metadata",
        "data",
        "columns",
        "file",
        "type",
        "relationship",
        "description",
    ] {
        assert!(text.contains(&format!("`{key}`")), "docs/project-file.md lacks `{key}`");
    }
}

/// The example of a section of a page: what stands between fences after `<!-- example: NAME -->`.
fn example(page: &str, name: &str) -> String {
    let text = read(page);
    let mark = format!("<!-- example: {name} -->");
    let (_, after) = text.split_once(&mark).unwrap_or_else(|| panic!("no {mark} in {page}"));
    let (_, fenced) = after.split_once("```").expect("a fence");
    let (_, inside) = fenced.split_once('\n').expect("a line");
    inside.split("```").next().expect("its end").to_string()
}

/// Puts in place what differs from run to run, if it is of the kind that the example shows.
fn settle(report: &mut serde_json::Value, example: &serde_json::Value) {
    use serde_json::Value;
    match (report, example) {
        (Value::Object(report), Value::Object(example)) => {
            for (key, value) in report {
                let Some(example) = example.get(key) else { continue };
                match key.as_str() {
                    "milliseconds" => {
                        assert!(value.as_f64().is_some_and(|time| time > 0.0), "{value}");
                        *value = example.clone();
                    }
                    "bytes" if *value != 0 => *value = example.clone(),
                    "digest" if !value.is_null() => {
                        assert!(value.as_str().is_some_and(|digest| digest.len() == 64), "{value}");
                        *value = example.clone();
                    }
                    _ => settle(value, example),
                }
            }
        }
        (Value::Array(report), Value::Array(example)) => {
            report.iter_mut().zip(example).for_each(|(value, example)| settle(value, example));
        }
        _ => {}
    }
}

#[test]
fn the_report_of_the_documentation_is_what_a_run_gives() {
    let project = crate::support::TempProject::new();
    project.edit("people.csv", "a2,示例学员02", "a2,Sample \u{f0000}");
    let run = project.run(&["render", "--keep-going", "--report", "json"]);
    let mut report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let shown = example("docs/report.md", "report");
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    settle(&mut report, &shown);
    let pretty = |value| serde_json::to_string_pretty(value).unwrap();
    assert_eq!(pretty(&report), pretty(&shown), "docs/report.md is not what is");
    let bytes = project.read("out/letters/a1.pdf");
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["documents"][0]["digest"], blake3::hash(&bytes).to_hex().as_str());
    assert_eq!(report["documents"][0]["bytes"], bytes.len());
    // Every field is told.
    let page = read("docs/report.md");
    for part in ["documents", "diagnostics"] {
        for field in report[part][0].as_object().unwrap().keys() {
            assert!(
                page.contains(&format!("`{field}`")) || page.contains(&format!("[].{field}`")),
                "{field}"
            );
        }
    }
}
