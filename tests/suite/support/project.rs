//! A small project in a temporary folder, sound until a test breaks it.

use std::path::{Path, PathBuf};

use super::run::Run;

const PROJECT: &str = r#"[project]
title = "Test"

[tables.people]
file = "people.csv"
key = "id"

[tables.people.columns]
name = { type = "text", required = true }
date = { type = "date" }

[[jobs]]
name = "letter"
template = "templates/letter.html"
each = "people"
as = "person"
output = "letters/{{ person.id }}.pdf"
"#;

const PEOPLE: &str = "\
id,name,date
a1,Sample Person 01,2024-05-17
a2,示例学员02,2024-05-18
";

const LETTER: &str = r#"<!DOCTYPE html>
<html lang="en">
<head>
  <title>{{ person.name }}</title>
  <link rel="stylesheet" href="letter.css">
</head>
<body>
  <h1>{{ person.name }}</h1>
  <p>{{ person.date }}</p>
</body>
</html>
"#;

const STYLE: &str = "\
@page { size: A5; margin: 15mm; }
h1 { font-size: 20pt; }
";

/// A project that is removed when the test ends.
pub struct TempProject {
    folder: tempfile::TempDir,
}

impl TempProject {
    /// Two people, one letter each.
    pub fn new() -> TempProject {
        let project = TempProject { folder: tempfile::tempdir().expect("a temporary folder") };
        project.write("urkunde.toml", PROJECT);
        project.write("people.csv", PEOPLE);
        project.write("templates/letter.html", LETTER);
        project.write("templates/letter.css", STYLE);
        project
    }

    /// An empty folder.
    pub fn empty() -> TempProject {
        TempProject { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    /// The project's folder.
    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// The path of a file.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root().join(name)
    }

    /// Writes a file, in place of what is there.
    pub fn write(&self, name: &str, contents: impl AsRef<[u8]>) -> &TempProject {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a new folder");
        std::fs::write(path, contents).expect("a new file");
        self
    }

    /// Replaces a text that must be there.
    pub fn edit(&self, name: &str, from: &str, to: &str) -> &TempProject {
        let text = std::fs::read_to_string(self.path(name)).expect("a text file");
        assert!(text.contains(from), "{name} does not hold {from:?}");
        self.write(name, text.replacen(from, to, 1))
    }

    /// Runs the program in the project's folder.
    pub fn run(&self, args: &[&str]) -> Run {
        Run::in_folder(self.root(), args)
    }

    /// The bytes of a file that must be there.
    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// All files below a folder, sorted, relative to it.
    pub fn files(&self, folder: &str) -> Vec<String> {
        let root = self.path(folder);
        let mut found = Vec::new();
        collect(&root, &root, &mut found);
        found.sort();
        found
    }
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(root, &path, found);
        } else if let Ok(name) = path.strip_prefix(root) {
            found.push(name.to_string_lossy().replace('\\', "/"));
        }
    }
}
