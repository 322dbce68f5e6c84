//! Golden documents: the PDFs of `tests/golden` as readable text, and the same bytes under all
//! circumstances. `GOLDEN_BLESS=1 cargo test --test suite golden` writes the texts anew.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::support::readable::readable;
use crate::support::reader::Pdf;
use crate::support::{Run, TempProject, repository};

fn folder() -> PathBuf {
    repository().join("tests/golden")
}

/// All files below a folder, sorted, relative to it.
fn files(root: &Path, below: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(root.join(below)).expect("a folder").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if below.is_empty() { name } else { format!("{below}/{name}") };
        if entry.path().is_dir() {
            found.extend(files(root, &path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// A copy of the project in a folder of its own.
fn project() -> TempProject {
    let project = TempProject::empty();
    for file in files(&folder(), "").iter().filter(|file| !file.starts_with("expected/")) {
        project.write(file, std::fs::read(folder().join(file)).expect("a file"));
    }
    project
}

#[test]
fn golden_documents_are_as_they_were() {
    let project = project();
    project.run(&["render", "--deny", "warnings"]).good();
    let names = project.files("out");
    assert!(names.len() >= 9, "{names:?}");
    let bless = std::env::var_os("GOLDEN_BLESS").is_some();
    let mut wrong = String::new();
    let mut expected: Vec<String> = Vec::new();
    for name in &names {
        let text = readable(&Pdf::open(&project.path(&format!("out/{name}"))));
        let file = format!("{}.txt", name.trim_end_matches(".pdf").replace("/golden/", "/"));
        let path = folder().join("expected").join(&file);
        expected.push(file);
        if bless {
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(&path, text).expect("written");
            continue;
        }
        let known = std::fs::read_to_string(&path).unwrap_or_default();
        if let Some(at) =
            text.lines().zip(known.lines().chain(std::iter::repeat(""))).position(|(a, b)| a != b)
        {
            let line = |text: &str| text.lines().nth(at).unwrap_or("(the end)").to_owned();
            let (new, old) = (line(&text), line(&known));
            let _ = writeln!(wrong, "{name}, line {}:\n  was {old}\n  is  {new}", at + 1);
        } else if text.lines().count() != known.lines().count() {
            let _ = writeln!(wrong, "{name} has lost its end");
        }
    }
    assert!(wrong.is_empty(), "{wrong}\nafter a change that is meant: GOLDEN_BLESS=1");
    let stale: Vec<String> = files(&folder(), "expected")
        .into_iter()
        .filter(|f| !expected.iter().any(|e| f.ends_with(e)))
        .collect();
    assert!(stale.is_empty(), "texts of no document: {stale:?}");
}

#[test]
fn golden_bytes_depend_on_nothing_but_the_project() {
    let first = project();
    first.run(&["render"]).good();
    let names = first.files("out");
    let compare = |other: &TempProject, how: &str| {
        for name in &names {
            let path = format!("out/{name}");
            assert!(first.read(&path) == other.read(&path), "{name} differs {how}");
        }
    };
    let again = project();
    again.run(&["render", "-j", "1"]).good();
    compare(&again, "in another folder, with one thread");
    again.run(&["render", "-j", "7", "--force"]).good();
    compare(&again, "with seven threads, in a second run");
    let environments: [&[(&str, &str)]; 2] = [
        &[("LC_ALL", "zh_CN.UTF-8"), ("LANG", "zh_CN.UTF-8"), ("TZ", "Asia/Shanghai")],
        &[("LC_ALL", "C"), ("TZ", "America/St_Johns"), ("HOME", "/nowhere")],
    ];
    for environment in environments {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_urkunde"));
        command.current_dir(again.path("templates")).args(["render", "--force"]);
        command.env_remove("SOURCE_DATE_EPOCH").envs(environment.iter().copied());
        Run::of(command, again.root()).good();
        compare(&again, &format!("under {environment:?}"));
    }
    // One document alone, and after the others.
    let alone = project();
    for job in ["figures", "text", "attachments", "tables", "lists", "links", "print", "searchable"]
    {
        alone.run(&["render", job]).good();
    }
    compare(&alone, "made job by job");
}
