//! `urkunde init`: a small project that works.

use std::io;
use std::path::Path;

use super::args::Init;
use super::console::Console;
use crate::diag::Diagnostic;
use crate::pipeline::Status;

macro_rules! starter {
    ($file:literal) => {
        ($file, include_str!(concat!("starter/", $file)))
    };
}

/// The files of a new project.
const FILES: &[(&str, &str)] = &[
    starter!("urkunde.toml"),
    starter!("people.csv"),
    starter!("templates/certificate.html"),
    starter!("templates/certificate.css"),
];

pub(super) fn run(console: &Console, args: &Init) -> Status {
    let dir = &args.dir;
    if !is_free(dir) {
        let name = dir.display().to_string();
        let name = if name == "." { "this folder" } else { &name };
        let message = format!("{name} is not empty");
        let diagnostic = Diagnostic::error("folder-not-empty", message)
            .help("name a folder that does not exist yet, or an empty one");
        return console.fail(Status::Usage, vec![diagnostic]);
    }
    if let Err(error) = write(dir) {
        let message = format!("cannot make a project in {}: {error}", dir.display());
        return console.fail(Status::Usage, vec![Diagnostic::error("unwritable-folder", message)]);
    }
    let dir = dir.display();
    console.message(&format!(
        "made a project in {dir}: urkunde.toml, people.csv, templates/\n\
         make its documents: cd {dir} && urkunde render\n"
    ));
    Status::Good
}

fn is_free(dir: &Path) -> bool {
    match std::fs::read_dir(dir) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    }
}

fn write(dir: &Path) -> io::Result<()> {
    for (name, text) in FILES {
        let path = dir.join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(dir))?;
        std::fs::write(path, text)?;
    }
    std::fs::write(dir.join(".gitignore"), "/out\n/urkunde.failed\n")
}
