//! `urkunde fonts`: the faces there are, and what they cover.

use std::fmt::Write;

use super::args::{Fonts, Global};
use super::console::Console;
use crate::fonts::{Face, FontBook, Slant};
use crate::pipeline::{Project, Status, load_fonts};

pub(super) fn run(console: &Console, global: &Global, args: &Fonts) -> Status {
    let project = match project(global) {
        Ok(project) => project,
        Err(found) => return console.fail(Status::Usage, &found),
    };
    let book = match load_fonts(&project) {
        Ok(book) => book,
        Err(found) => return console.fail(Status::Usage, &found),
    };
    let wanted = args.covers.as_deref().unwrap_or("");
    let faces: Vec<&Face> =
        book.faces().filter(|face| wanted.chars().all(|c| face.covers(c))).collect();
    let text = if args.json { json(&faces) } else { table(&faces, console.verbose) };
    console.data(&text);
    if args.covers.is_some() {
        report_missing(console, &book, wanted);
    }
    Status::Good
}

/// The project around; without one, the faces of the program alone.
fn project(global: &Global) -> Result<Project, Vec<crate::diag::Diagnostic>> {
    let start = global.project.clone().unwrap_or_else(|| ".".into());
    match Project::find(&start) {
        Ok(file) => Project::load(&file),
        Err(_) if global.project.is_none() => Ok(Project::without_file(&start)),
        Err(diagnostic) => Err(vec![diagnostic]),
    }
}

/// One line a face; with the blocks it covers if asked for.
fn table(faces: &[&Face], with_blocks: bool) -> String {
    let width = faces.iter().map(|face| face.family.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for face in faces {
        let coverage = face.coverage();
        let _ = writeln!(
            text,
            "{:<width$}  {:>3} {:<7} {:>6} characters  {}",
            face.family,
            face.weight,
            if face.slant == Slant::Upright { "upright" } else { "italic" },
            coverage.count,
            if face.embedded { "built in" } else { face.source.as_str() },
        );
        for block in coverage.blocks.iter().filter(|_| with_blocks) {
            let _ =
                writeln!(text, "    {:<32} {:>6} of {:>6}", block.name, block.covered, block.size);
        }
        if with_blocks && coverage.elsewhere > 0 {
            let _ = writeln!(text, "    {:<32} {:>6}", "elsewhere", coverage.elsewhere);
        }
    }
    text
}

fn json(faces: &[&Face]) -> String {
    let faces: Vec<_> = faces
        .iter()
        .map(|face| {
            let coverage = face.coverage();
            let blocks: Vec<_> = coverage
                .blocks
                .iter()
                .map(|b| serde_json::json!({"name": b.name, "covered": b.covered, "size": b.size}))
                .collect();
            serde_json::json!({
                "family": face.family,
                "weight": face.weight,
                "italic": face.slant != Slant::Upright,
                "source": face.source,
                "built_in": face.embedded,
                "characters": coverage.count,
                "blocks": blocks,
            })
        })
        .collect();
    let report = serde_json::json!({"schema": "urkunde.fonts/1", "faces": faces});
    format!("{report:#}\n")
}

/// Which of the wanted characters no face has at all.
fn report_missing(console: &Console, book: &FontBook, wanted: &str) {
    let missing: Vec<String> = wanted
        .chars()
        .filter(|c| !book.faces().any(|face| face.covers(*c)))
        .map(|c| format!("{c} (U+{:04X})", u32::from(c)))
        .collect();
    if !missing.is_empty() {
        console.message(&format!("no face has {}\n", missing.join(", ")));
    }
}
