//! `urkunde inspect`: how a page is laid out, or the page itself.

use std::fmt::Write;

use super::args::Inspect;
use super::console::Console;
use crate::diag::{Diagnostic, Severity};
use crate::pipeline::{BoxListing, Boxes, Inspection, Status};

pub(super) fn run(console: &Console, args: &Inspect) -> Status {
    let mut inspection = match Inspection::new(&args.file, args.continuous) {
        Ok(inspection) => inspection,
        Err(found) => return console.fail(Status::Usage, found),
    };
    if args.html {
        console.data(&(inspection.html() + "\n"));
    }
    if args.boxes || args.json || (args.pdf.is_none() && !args.html) {
        let boxes = inspection.boxes();
        console.data(&if args.json { boxes.to_json() + "\n" } else { table(&boxes) });
    }
    let mut unwritable = None;
    if let Some(path) = &args.pdf
        && let Some(bytes) = inspection.pdf(args.profile, args.date.source_date_epoch.as_ref())
    {
        unwritable = std::fs::write(path, bytes).err().map(|error| {
            let message = format!("cannot write {}: {error}", path.display());
            Diagnostic::error("unwritable-document", message)
        });
    }
    let mut found = inspection.take_found();
    found.extend(unwritable);
    let failed = found.iter().any(|d| d.severity == Severity::Error);
    console.fail(if failed { Status::RowsFailed } else { Status::Good }, found)
}

/// One line a box: page, place, size, element.
fn table(boxes: &Boxes) -> String {
    let mut text = String::new();
    let mut of_page: Vec<Vec<&BoxListing>> = vec![Vec::new(); boxes.pages.len()];
    for one in &boxes.boxes {
        of_page[one.page - 1].push(one);
    }
    for (number, [width, height]) in boxes.pages.iter().enumerate() {
        let _ = writeln!(text, "page {}: {width} × {height} px", number + 1);
        for b in &of_page[number] {
            let id = b.id.as_ref().map_or(String::new(), |id| format!("#{id}"));
            let class = b.class.as_deref().unwrap_or("").split_ascii_whitespace();
            let class: String = class.map(|c| format!(".{c}")).collect();
            let _ = writeln!(
                text,
                "  {:>9.2} {:>9.2}  {:>9.2} × {:>9.2}  {}{id}{class}",
                b.x, b.y, b.width, b.height, b.tag
            );
        }
    }
    text
}
