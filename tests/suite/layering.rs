//! Imports go down only: every `crate::…` in `src/` against the table of ARCHITECTURE.md.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::support::repository;

/// A module, and the modules that it may name. Rows of parts (`layout/fragment`) stand before those of
/// wholes.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("limits", &[]),
    ("bits", &[]),
    ("geom", &[]),
    ("diag", &[]),
    ("fonts", &["geom", "diag"]),
    ("images", &["geom", "diag"]),
    ("data", &["diag"]),
    ("template", &["data", "diag"]),
    ("html", &["diag"]),
    ("css", &["html", "geom", "diag"]),
    ("layout/fragment", &["fonts", "images", "css", "geom"]),
    ("layout/boxes", &["layout", "css", "html", "images", "geom", "diag"]),
    ("layout/inline", &["layout", "fonts", "images", "css", "geom", "diag"]),
    ("layout", &["fonts", "images", "css", "html", "geom", "diag"]),
    ("paint", &["layout/fragment", "css/computed", "fonts", "images", "geom", "diag"]),
    ("pdf", &["paint", "fonts", "images", "geom", "diag"]),
    (
        "pipeline",
        &[
            "pdf", "paint", "layout", "css", "html", "template", "data", "images", "fonts", "diag",
            "geom",
        ],
    ),
    ("cli", &["pipeline", "data", "diag"]),
];

/// What every module may name: numbers, and sets of them.
const FOR_ALL: &[&str] = &["limits", "bits"];

/// Crates that one module alone may name.
const ONLY_IN: &[(&str, &str)] = &[
    ("printpdf", "pdf"),
    ("lopdf", "pdf"),
    ("tera", "template"),
    ("csv", "data"),
    ("calamine", "data"),
    ("quick_xml", "data"),
    ("rayon", "pipeline"),
    ("clap", "cli"),
    ("annotate_snippets", "cli"),
];

struct File {
    /// Relative to `src`, without `.rs` and `/mod`.
    module: String,
    text: String,
}

fn files() -> Vec<File> {
    let src = repository().join("src");
    let mut found = Vec::new();
    collect(&src, &mut found);
    found.sort();
    let module = |path: &Path| {
        let name = path.strip_prefix(&src).unwrap().with_extension("");
        let name = name.to_string_lossy().replace('\\', "/");
        name.strip_suffix("/mod").unwrap_or(&name).to_string()
    };
    found
        .iter()
        .map(|path| File { module: module(path), text: std::fs::read_to_string(path).unwrap() })
        .collect()
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// Whether `module` is `whole` or a part of it.
fn is_in(module: &str, whole: &str) -> bool {
    module == whole || module.strip_prefix(whole).is_some_and(|rest| rest.starts_with('/'))
}

/// The modules that a text names by `crate::`, as paths of the table's kind; `use crate::{a, b}`
/// counts for each. Comments count too: a link in a comment is a dependency of the reader.
fn imports(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code: String = code.map(|line| format!("{line}\n")).collect();
    for (at, _) in code.match_indices("crate::") {
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(list) => {
                let list = list.split('}').next().unwrap_or("");
                found.extend(list.split(',').map(|path| two_parts(path.trim())));
            }
            None => {
                found.insert(two_parts(rest));
            }
        }
    }
    found
}

/// `layout::fragment::Page` → `layout/fragment`; parts that are no modules do no harm.
fn two_parts(path: &str) -> String {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let path: &str = path.split(|c| !is_part(c)).next().unwrap_or("");
    path.split("::").filter(|p| !p.is_empty()).take(2).collect::<Vec<_>>().join("/")
}

/// The roots, and unit tests in files of their own (`#[cfg(test)] mod tests;`): these may build what
/// comes from above.
fn exempt(files: &[File]) -> BTreeSet<String> {
    let mut found = BTreeSet::from(["lib", "main", "build"].map(str::to_string));
    for file in files {
        for rest in file.text.split("#[cfg(test)]\n").skip(1) {
            let module = rest.strip_prefix("pub ").unwrap_or(rest).strip_prefix("mod ");
            if let Some(name) = module.and_then(|m| m.split_once(';')).map(|(name, _)| name) {
                found.insert(format!("{}/{name}", file.module));
            }
        }
    }
    found
}

#[test]
fn imports_go_down_only() {
    let mut wrong = Vec::new();
    let files = files();
    let exempt = exempt(&files);
    let is_exempt = |module: &str| exempt.iter().any(|whole| is_in(module, whole));
    for file in files.iter().filter(|file| !is_exempt(&file.module)) {
        let Some((own, allowed)) = MAY_IMPORT.iter().find(|(whole, _)| is_in(&file.module, whole))
        else {
            wrong.push(format!("src/{} has no row in the table", file.module));
            continue;
        };
        for import in imports(&file.text) {
            let home = own.split('/').next().unwrap();
            let is_home = is_in(&import, own) || (*own == home && is_in(&import, home));
            if !is_home
                && !FOR_ALL.iter().any(|all| is_in(&import, all))
                && !allowed.iter().any(|allowed| is_in(&import, allowed))
            {
                wrong.push(format!("src/{} names crate::{import}", file.module));
            }
        }
    }
    assert!(wrong.is_empty(), "imports that do not go down:\n{}", wrong.join("\n"));
}

#[test]
fn third_party_crates_stay_at_one_edge() {
    let mut wrong = Vec::new();
    for file in files() {
        for (name, home) in ONLY_IN {
            let uses = file.text.lines().any(|line| {
                let code = line.trim_start();
                !code.starts_with("//")
                    && (code.contains(&format!("use {name}::")) || names_path(code, name))
            });
            if uses && !is_in(&file.module, home) {
                wrong.push(format!("src/{} names {name}, which only {home} may", file.module));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `name::` that is not the end of a longer name.
fn names_path(code: &str, name: &str) -> bool {
    code.match_indices(&format!("{name}::"))
        .any(|(at, _)| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'))
}

#[test]
fn the_reader_of_imports_reads() {
    let text = "use crate::{css::Sheet, geom};\nfn f() -> crate::layout::fragment::Page {}\n// crate::pdf\n";
    let found: Vec<_> = imports(text).into_iter().collect();
    assert_eq!(found, ["css/Sheet", "geom", "layout/fragment"]);
    assert!(names_path("csv::Reader", "csv") && !names_path("my_csv::Reader", "csv"));
}
