//! `urkunde fonts`: the faces there are, and what they cover.

use std::fmt::Write;

use super::args::{Fonts, Global};
use super::console::Console;
use crate::pipeline::{FaceListing, FontList, Status};

pub(super) fn run(console: &Console, global: &Global, args: &Fonts) -> Status {
    let start = global.project.clone().unwrap_or_else(|| ".".into());
    let wanted = args.covers.as_deref().unwrap_or("");
    let list = match FontList::new(&start, global.project.is_some(), wanted) {
        Ok(list) => list,
        Err(found) => return console.fail(Status::Usage, found),
    };
    let text = if args.json { list.to_json() + "\n" } else { table(&list, console.verbose) };
    console.data(&text);
    if !list.missing.is_empty() {
        let names = list.missing.iter().map(|c| format!("{c} (U+{:04X})", u32::from(*c)));
        console.message(&format!("no face has {}\n", names.collect::<Vec<_>>().join(", ")));
    }
    Status::Good
}

/// One line a face; with the blocks it covers if asked for.
fn table(list: &FontList, with_blocks: bool) -> String {
    let width = list.faces.iter().map(|face| face.family.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for face in &list.faces {
        let _ = writeln!(
            text,
            "{:<width$}  {:>3} {:<7} {:>6} characters  {}",
            face.family,
            face.weight,
            if face.italic { "italic" } else { "upright" },
            face.characters,
            if face.built_in { "built in" } else { face.source.as_str() },
        );
        if with_blocks {
            blocks(&mut text, face);
        }
    }
    text
}

fn blocks(text: &mut String, face: &FaceListing) {
    for block in &face.blocks {
        let _ = writeln!(text, "    {:<32} {:>6} of {:>6}", block.name, block.covered, block.size);
    }
    if face.elsewhere > 0 {
        let _ = writeln!(text, "    {:<32} {:>6}", "elsewhere", face.elsewhere);
    }
}
