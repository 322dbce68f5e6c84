//! Layout held against Chromium's (`tests/oracle/README.md`): every fixture is laid out as
//! `urkunde inspect --boxes FILE --json --continuous 800px` does, and every border box must be where
//! the recording has it. What differs for a reason stands in `docs/css.md`, and only that may.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use urkunde::pipeline::Inspection;

use crate::support::repository;

/// Width of the window that was recorded, px.
const WIDTH: f32 = 800.0;
/// How far a side may be from the recorded one, px.
const TOLERANCE: f64 = 0.5;
/// At least this share of all fixtures passes.
const SHARE: f64 = 0.98;
/// Elements whose border box no specification defines; recordings have none of them.
const UNDEFINED: [&str; 8] =
    ["br", "wbr", "col", "colgroup", "style", "script", "title", "template"];
const SIDES: [&str; 4] = ["x", "y", "width", "height"];

/// An element with its border box: x, y, width, height.
struct Listed {
    label: String,
    rect: [f64; 4],
}

/// The fixtures, as paths of their pages, in order.
fn fixtures() -> Vec<PathBuf> {
    let folders = std::fs::read_dir(repository().join("tests/oracle/fixtures")).unwrap();
    let mut pages: Vec<PathBuf> = folders
        .flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap())
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "html"))
        .collect();
    pages.sort();
    pages
}

/// `topic/name`.
fn key(page: &Path) -> String {
    let topic = page.parent().and_then(Path::file_name).unwrap().to_string_lossy();
    format!("{topic}/{}", page.file_stem().unwrap().to_string_lossy())
}

/// From `body` on, elements that have a box which is defined.
fn inside_body(json: &str) -> Vec<Listed> {
    let answer: serde_json::Value = serde_json::from_str(json).unwrap();
    let boxes = answer["boxes"].as_array().unwrap();
    boxes
        .iter()
        .skip_while(|b| b["tag"] != "body")
        .filter(|b| !UNDEFINED.contains(&b["tag"].as_str().unwrap()))
        .filter_map(|b| {
            let tag = b["tag"].as_str().unwrap();
            let id = b["id"].as_str().filter(|id| !id.is_empty());
            let label = id.map_or(tag.to_string(), |id| format!("{tag}#{id}"));
            let [x, y, width, height] = SIDES.map(|side| b[side].as_f64());
            Some(Listed { label, rect: [x?, y?, width?, height?] })
        })
        .collect()
}

/// What differs between the recording and our layout, a line each.
fn differences(page: &Path) -> Vec<String> {
    let recording = std::fs::read_to_string(page.with_extension("json")).unwrap();
    let wanted = inside_body(&recording);
    let got = match Inspection::new(page, Some(WIDTH)) {
        Ok(inspection) => inside_body(&inspection.boxes().to_json()),
        Err(found) => return vec![format!("not laid out: {}", found[0].message)],
    };
    let labels = |list: &[Listed]| list.iter().map(|l| l.label.clone()).collect::<Vec<_>>();
    if labels(&wanted) != labels(&got) {
        return vec![format!("elements {:?} instead of {:?}", labels(&got), labels(&wanted))];
    }
    let mut found = Vec::new();
    for (theirs, ours) in wanted.iter().zip(&got) {
        for (at, side) in SIDES.iter().enumerate() {
            let (wanted, got) = (theirs.rect[at], ours.rect[at]);
            if (got - wanted).abs() > TOLERANCE {
                found.push(format!("{:<12} {side:<6} {got:.3} instead of {wanted:.3}", ours.label));
            }
        }
    }
    found
}

/// The differences of all fixtures that have any.
fn failures(pages: &[PathBuf]) -> BTreeMap<String, Vec<String>> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut found = Vec::new();
        while let Some(page) = pages.get(next.fetch_add(1, Ordering::Relaxed)) {
            found.push((key(page), differences(page)));
        }
        found
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let all = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect::<Vec<_>>()
    });
    all.into_iter().filter(|(_, differences)| !differences.is_empty()).collect()
}

/// The deviations that `docs/css.md` names, with their reasons.
fn deviations() -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(repository().join("docs/css.md")).unwrap();
    let section = text.split("\n## Deviations from Chromium\n").nth(1).unwrap_or("");
    let section = section.split("\n## ").next().unwrap_or("");
    let items = section.lines().filter_map(|line| line.strip_prefix("- `"));
    items
        .map(|item| {
            let (key, reason) = item.split_once('`').unwrap();
            (key.to_string(), reason.trim_start_matches(':').trim().to_string())
        })
        .collect()
}

#[test]
fn boxes_are_where_chromium_has_them() {
    let pages = fixtures();
    assert!(pages.len() >= 900, "only {} fixtures are there", pages.len());
    let failures = failures(&pages);
    let deviations = deviations();
    let mut report = String::new();
    for (key, differences) in failures.iter().filter(|(key, _)| !deviations.contains_key(*key)) {
        let _ = writeln!(report, "{key}");
        for line in differences {
            let _ = writeln!(report, "    {line}");
        }
    }
    for (key, reason) in &deviations {
        if reason.is_empty() {
            let _ = writeln!(report, "{key}: docs/css.md gives no reason for it");
        }
        if !failures.contains_key(key) {
            let _ = writeln!(report, "{key}: docs/css.md has it as a deviation, but it agrees");
        }
    }
    let passed = pages.len() - failures.len();
    let share = passed as f64 / pages.len() as f64;
    let sum = format!("{passed} of {} fixtures agree ({:.1} %)", pages.len(), share * 100.0);
    assert!(report.is_empty(), "{sum}; beyond the deviations of docs/css.md:\n{report}");
    assert!(share >= SHARE, "{sum}, but {} % must", SHARE * 100.0);
}
