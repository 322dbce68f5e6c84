//! Pages held against WeasyPrint's (`tests/pages/README.md`): every fixture has as many pages of the same
//! sizes, and on each the same texts and boxes at the same places. What differs for a reason stands in
//! `docs/css.md`, and only that may.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use serde_json::Value;
use urkunde::pipeline::Inspection;

use crate::support::repository;

/// How far a place may be from the recorded one, px: WeasyPrint rounds advances and metrics to 1/1024 pt,
/// and takes the ascent of a line from another table of the face.
const TOLERANCE: f64 = 1.0;
/// At least so many fixtures there are.
const LEAST: usize = 70;

/// A text or a box with its place: left and baseline, or all sides.
#[derive(Clone)]
struct Placed {
    label: String,
    place: Vec<f64>,
}

/// A page as it is compared.
struct Sheet {
    size: Vec<f64>,
    texts: Vec<Placed>,
    boxes: Vec<Placed>,
}

fn fixtures() -> Vec<PathBuf> {
    let folder = std::fs::read_dir(repository().join("tests/pages/fixtures")).unwrap();
    let files = folder.map(|file| file.unwrap().path());
    let mut pages: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|e| e == "html")).collect();
    pages.sort();
    pages
}

fn name(page: &Path) -> String {
    page.file_stem().unwrap().to_string_lossy().into_owned()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().filter_map(Value::as_f64).collect()
}

/// Text in one style on one line, with the left end of its baseline.
struct Run {
    text: String,
    x: f64,
    baseline: f64,
    width: f64,
}

/// Runs that follow each other on a baseline are one text: where styles change and what is generated
/// apart is no matter here. A text that begins with a space has no place: its letters begin further on.
fn joined(runs: impl Iterator<Item = Run>) -> Vec<Placed> {
    let mut out: Vec<Run> = Vec::new();
    for run in runs {
        match out.last_mut() {
            Some(last)
                if (last.baseline - run.baseline).abs() < 0.5
                    && (last.x + last.width - run.x).abs() < 0.5 =>
            {
                last.text += &run.text;
                last.width += run.width;
            }
            _ => out.push(run),
        }
    }
    let placed = |run: Run| Placed {
        // A marker ends with a no-break space here and with a space there.
        label: run.text.replace('\u{a0}', " ").trim().to_string(),
        place: if run.text.starts_with(' ') { Vec::new() } else { vec![run.x, run.baseline] },
    };
    out.into_iter().map(placed).filter(|text| !text.label.is_empty()).collect()
}

fn recorded(page: &Path) -> Vec<Sheet> {
    let text = std::fs::read_to_string(page.with_extension("json")).unwrap();
    let recording: Value = serde_json::from_str(&text).unwrap();
    let sheet = |page: &Value| {
        let texts = page["texts"].as_array().unwrap().iter().map(|text| {
            let [x, baseline, width] =
                ["x", "baseline", "width"].map(|key| text[key].as_f64().unwrap());
            Run { text: text["text"].as_str().unwrap().to_string(), x, baseline, width }
        });
        let boxes = page["boxes"].as_object().unwrap().iter();
        let placed =
            |(id, rect): (&String, &Value)| Placed { label: id.clone(), place: numbers(rect) };
        Sheet {
            size: numbers(&page["size"]),
            texts: joined(texts),
            boxes: boxes.map(placed).collect(),
        }
    };
    recording["pages"].as_array().unwrap().iter().map(sheet).collect()
}

fn ours(page: &Path) -> Result<Vec<Sheet>, String> {
    let inspection = Inspection::new(page, None).map_err(|found| found[0].message.clone())?;
    let listed = inspection.boxes();
    let mut sheets: Vec<Sheet> = listed
        .pages
        .iter()
        .map(|size| Sheet {
            size: size.map(f64::from).to_vec(),
            texts: Vec::new(),
            boxes: Vec::new(),
        })
        .collect();
    for (index, sheet) in sheets.iter_mut().enumerate() {
        let of_page = inspection.texts().into_iter().filter(|text| text.page == index + 1);
        sheet.texts = joined(of_page.map(|text| Run {
            text: text.text.to_string(),
            x: f64::from(text.at.x.0),
            baseline: f64::from(text.at.y.0),
            width: f64::from(text.width.0),
        }));
    }
    for one in listed.boxes {
        let Some(label) = one.id else { continue };
        let place = [one.x, one.y, one.width, one.height].map(f64::from).to_vec();
        sheets[one.page - 1].boxes.push(Placed { label, place });
    }
    Ok(sheets)
}

/// How far a place is from another; none where one of them is not known.
fn distance(a: &Placed, b: &Placed) -> f64 {
    a.place.iter().zip(&b.place).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

/// Takes one of `theirs` after the other from `ours`, the nearest of its label.
fn compare(what: &str, theirs: &[Placed], mut ours: Vec<Placed>, found: &mut Vec<String>) {
    for wanted in theirs {
        let label = &wanted.label;
        let same = ours.iter().enumerate().filter(|(_, got)| got.label == *label);
        let nearest = same.min_by(|a, b| distance(wanted, a.1).total_cmp(&distance(wanted, b.1)));
        let Some((at, _)) = nearest else {
            found.push(format!("{what}: {label} is missing"));
            continue;
        };
        let got = ours.remove(at);
        if distance(wanted, &got) > TOLERANCE {
            let (got, wanted) = (&got.place, &wanted.place);
            found.push(format!("{what}: {label} is at {got:.2?} instead of {wanted:.2?}"));
        }
    }
    found.extend(ours.iter().map(|more| format!("{what}: {} is too much", more.label)));
}

/// What differs between the recording and our pages, a line each.
fn differences(page: &Path) -> Vec<String> {
    let theirs = recorded(page);
    let ours = match ours(page) {
        Ok(ours) => ours,
        Err(message) => return vec![format!("not laid out: {message}")],
    };
    let mut found = Vec::new();
    if theirs.len() != ours.len() {
        found.push(format!("{} pages instead of {}", ours.len(), theirs.len()));
    }
    for (index, (theirs, ours)) in theirs.iter().zip(ours).enumerate() {
        let page = index + 1;
        let other_size = theirs.size.iter().zip(&ours.size).any(|(a, b)| (a - b).abs() > TOLERANCE);
        if other_size {
            found.push(format!("page {page} is {:?} instead of {:?}", ours.size, theirs.size));
        }
        compare(&format!("page {page}, text"), &theirs.texts, ours.texts, &mut found);
        compare(&format!("page {page}, box"), &theirs.boxes, ours.boxes, &mut found);
    }
    found
}

/// The deviations that `docs/css.md` names, with their reasons.
fn deviations() -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(repository().join("docs/css.md")).unwrap();
    let section = text.split("\n## Deviations from WeasyPrint\n").nth(1).unwrap_or("");
    let section = section.split("\n## ").next().unwrap_or("");
    let items = section.lines().filter_map(|line| line.strip_prefix("- `"));
    items
        .flat_map(|item| {
            let (names, reason) = item.split_once("`:").unwrap();
            let reason = reason.trim().to_string();
            names.split("` `").map(move |name| (name.to_string(), reason.clone()))
        })
        .collect()
}

#[test]
fn pages_are_those_of_weasyprint() {
    let pages = fixtures();
    assert!(pages.len() >= LEAST, "only {} fixtures are there", pages.len());
    let deviations = deviations();
    let mut report = String::new();
    for page in &pages {
        let (name, found) = (name(page), differences(page));
        match deviations.get(&name) {
            None if !found.is_empty() => {
                let _ = writeln!(report, "{name}");
                for line in found {
                    let _ = writeln!(report, "    {line}");
                }
            }
            Some(_) if found.is_empty() => {
                let _ =
                    writeln!(report, "{name}: docs/css.md has it as a deviation, but it agrees");
            }
            Some(reason) if reason.is_empty() => {
                let _ = writeln!(report, "{name}: docs/css.md gives no reason for it");
            }
            _ => {}
        }
    }
    let known: Vec<String> = pages.iter().map(|page| name(page)).collect();
    for name in deviations.keys().filter(|name| !known.contains(name)) {
        let _ = writeln!(report, "{name}: docs/css.md speaks of a fixture that is not there");
    }
    assert!(report.is_empty(), "beyond the deviations of docs/css.md:\n{report}");
}
