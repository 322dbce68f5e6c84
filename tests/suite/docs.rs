//! What the documentation promises is what the program does.

use std::collections::BTreeSet;

use crate::support::repository;

fn read(name: &str) -> String {
    std::fs::read_to_string(repository().join(name)).unwrap()
}

/// The names in backticks in the first column of a table below a heading.
fn listed(text: &str, heading: &str) -> BTreeSet<String> {
    let section = text.split(heading).nth(1).unwrap_or("");
    let section = section.split("\n## ").next().unwrap_or("");
    let cells =
        section.lines().filter(|l| l.starts_with("| `")).filter_map(|l| l.split('|').nth(1));
    cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).map(str::to_string).collect()
}

#[test]
fn css_page_lists_the_supported_properties() {
    let listed = listed(&read("docs/css.md"), "\n## Properties\n");
    let supported: BTreeSet<String> =
        urkunde::css::supported_properties().map(str::to_string).collect();
    let missing: Vec<_> = supported.difference(&listed).collect();
    let extra: Vec<_> = listed.difference(&supported).collect();
    assert!(missing.is_empty(), "docs/css.md lacks {missing:?}");
    assert!(extra.is_empty(), "docs/css.md lists what is not supported: {extra:?}");
}

#[test]
fn project_file_page_lists_every_key() {
    let text = read("docs/project-file.md");
    for key in urkunde::data::TableSpec::KEYS.iter().chain(urkunde::data::ColumnSpec::KEYS) {
        assert!(text.contains(&format!("`{key}`")), "docs/project-file.md lacks `{key}`");
    }
    for key in [
        "title", "vars", "files", "fallback", "name", "template", "each", "as", "where", "output",
        "lang", "dir",
    ] {
        assert!(text.contains(&format!("`{key}`")), "docs/project-file.md lacks `{key}`");
    }
}
