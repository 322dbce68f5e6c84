//! What pages look like: fixtures of `tests/paint`, rendered at 96 dpi and compared with our own
//! earlier pictures and with Chromium's. How, and what to do when a picture changes, is told in
//! `tests/paint/README.md`.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::support::{TempProject, pdf, picture::Picture, repository};

/// Most that a picture may differ from our earlier one: the mean over all cells, and any one cell,
/// of 0 to 255. The same program differs by nothing; another version of poppler smooths edges in
/// another way.
const EARLIER: (f32, f32) = (0.3, 10.0);

/// Most that a picture may differ from Chromium's, which puts edges on whole pixels, smooths
/// pictures that it enlarges and draws text with another rasterizer.
const CHROMIUM: (f32, f32) = (4.5, 48.0);

/// What a fixture says where Chromium is not asked.
const NOT_CHROMIUM: &str = "<!-- not Chromium's: ";

/// A fixture and its picture.
struct Shot {
    /// `topic/name`.
    name: String,
    /// Beside which the recorded pictures lie.
    path: PathBuf,
    html: String,
    picture: Picture,
}

/// All fixtures rendered, once for all tests of this file; none without poppler.
fn shots() -> Option<&'static (Vec<Shot>, String)> {
    static SHOTS: OnceLock<Option<(Vec<Shot>, String)>> = OnceLock::new();
    let shots = SHOTS.get_or_init(render).as_ref();
    if shots.is_none() {
        let skipped = "skipped: pages are not turned into pictures without pdftoppm";
        let _ = writeln!(std::io::stderr(), "{skipped}");
    }
    shots
}

fn folder() -> PathBuf {
    repository().join("tests/paint")
}

/// Every fixture, in one run of the program: a job each. With what the run said.
fn render() -> Option<(Vec<Shot>, String)> {
    let project = TempProject::empty();
    let mut jobs = String::from("[project]\ntitle = \"Paint\"\n");
    let mut names = Vec::new();
    for file in files(&folder()) {
        let bytes = std::fs::read(folder().join(&file)).expect("a fixture");
        project.write(&file, bytes);
        if let Some(name) = file.strip_suffix(".html") {
            // PDF/A knows no uncalibrated CMYK.
            let profile = if name.contains("cmyk") { "pdf = \"1.7\"\n" } else { "" };
            let _ = write!(
                jobs,
                "[[jobs]]\nname = \"{}\"\ntemplate = \"{file}\"\noutput = \"{name}.pdf\"\n{profile}",
                name.replace('/', "-")
            );
            names.push(name.to_string());
        }
    }
    project.write("urkunde.toml", jobs);
    let run = project.run(&["render"]).good();
    let shot = |name: &String| {
        let path = folder().join(name);
        let html = std::fs::read_to_string(path.with_extension("html")).expect("a fixture");
        let picture = Picture::decode(&pdf::picture(&project.path(&format!("out/{name}.pdf")))?);
        Some(Shot { name: name.clone(), path, html, picture })
    };
    let shots: Option<Vec<Shot>> = names.iter().map(shot).collect();
    Some((shots?, run.stderr))
}

/// The fixtures and what they refer to, sorted.
fn files(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for topic in std::fs::read_dir(root).expect("tests/paint").flatten() {
        let topic_name = topic.file_name().to_string_lossy().into_owned();
        let Ok(entries) = std::fs::read_dir(topic.path()) else {
            if topic_name.ends_with(".css") {
                found.push(topic_name);
            }
            continue;
        };
        let names = entries.flatten().map(|e| e.file_name().to_string_lossy().into_owned());
        let wanted = |name: &String| topic_name == "files" || name.ends_with(".html");
        found.extend(names.filter(wanted).map(|name| format!("{topic_name}/{name}")));
    }
    found.sort();
    found
}

/// Compares all pictures with recorded ones; what differs by more than `most` is told at once.
fn compare(shots: &[Shot], recorded: &str, most: (f32, f32), skip: impl Fn(&Shot) -> bool) {
    let mut wrong = String::new();
    let mut worst = (0.0f32, 0.0f32);
    for shot in shots.iter().filter(|shot| !skip(shot)) {
        let path = shot.path.with_extension(recorded);
        let Ok(bytes) = std::fs::read(&path) else {
            let _ = writeln!(wrong, "{}: no {}", shot.name, path.display());
            continue;
        };
        let apart = shot.picture.apart(&Picture::decode(&bytes));
        worst = (worst.0.max(apart.mean), worst.1.max(apart.largest));
        if apart.mean > most.0 || apart.largest > most.1 {
            let _ = writeln!(wrong, "{}: {apart}", shot.name);
        }
    }
    assert!(wrong.is_empty(), "more than {most:?} apart (worst {worst:?}):\n{wrong}");
}

#[test]
fn paint_looks_as_it_did() {
    let Some((shots, _)) = shots() else { return };
    if std::env::var_os("PAINT_BLESS").is_some() {
        for shot in shots {
            let path = shot.path.with_extension("png");
            let known = std::fs::read(&path).is_ok_and(|bytes| {
                let apart = shot.picture.apart(&Picture::decode(&bytes));
                apart.mean == 0.0 && apart.largest == 0.0
            });
            if !known {
                std::fs::write(path, shot.picture.encode()).expect("a new picture");
            }
        }
    }
    compare(shots, "png", EARLIER, |_| false);
}

#[test]
fn paint_looks_as_in_chromium() {
    let Some((shots, _)) = shots() else { return };
    compare(shots, "chromium.png", CHROMIUM, |shot| shot.html.contains(NOT_CHROMIUM));
}

#[test]
fn paint_leaves_nothing_out_silently() {
    let Some((_, said)) = shots() else { return };
    insta::assert_snapshot!(said);
}
