//! Tables as they come: every file of `tests/tables`, and what the program says of it.
//!
//! A table `NAME.csv` is called `people`, with `id` for a key, a `name` that is required and a `date`, unless
//! `NAME.toml` says otherwise; `NAME+OTHER.csv` is a table it refers to. The message of each stands in
//! `tests/tables/messages`.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::support::{TempProject, repository};

const COLUMNS: &str = "key = \"id\"\n\n[tables.people.columns]\nname = { required = true }\n\
                       date = { type = \"date\" }\n";

const JOB: &str = "\n[[jobs]]\nname = \"letter\"\ntemplate = \"letter.html\"\neach = \"people\"\n\
                   as = \"person\"\noutput = \"{{ person.id }}.pdf\"\n";

const LETTER: &str =
    "<!DOCTYPE html><html lang=en><title>Letter</title><p>{{ person.id }}</p></html>\n";

fn folder() -> PathBuf {
    repository().join("tests/tables")
}

/// The tables, with those that others refer to left out.
fn tables() -> Vec<String> {
    let names = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
    names.retain(|name| !name.contains('+') && !name.ends_with(".toml") && name.contains('.'));
    names.sort();
    names
}

/// What the program says of a table, and which documents it would make.
fn messages(file: &str) -> String {
    let stem = Path::new(file).file_stem().unwrap().to_str().unwrap();
    let project = TempProject::empty();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if name == file || name.starts_with(&format!("{stem}+")) {
            project.write(name, std::fs::read(&path).unwrap());
        }
    }
    let own = std::fs::read_to_string(folder().join(format!("{stem}.toml")));
    let table = own.unwrap_or_else(|_| format!("[tables.people]\nfile = \"{file}\"\n{COLUMNS}"));
    project.write("urkunde.toml", table + JOB).write("letter.html", LETTER);
    let run = project.run(&["render", "--dry-run"]);
    let documents = run.stdout.lines().map(|line| format!("{line}\n")).collect::<String>();
    documents + &run.messages()
}

#[test]
fn messages_of_hostile_tables() {
    let tables = tables();
    assert!(tables.len() >= 60, "{} tables", tables.len());
    let next = Mutex::new(tables.iter());
    let told = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let Some(file) = next.lock().unwrap().next() else { return };
                    let message = messages(file);
                    told.lock().unwrap().push((file, message));
                }
            });
        }
    });
    let mut told = told.into_inner().unwrap();
    assert_eq!(told.len(), tables.len());
    told.sort();
    insta::with_settings!({
        snapshot_path => folder().join("messages"),
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        for (file, message) in told {
            insta::assert_snapshot!(file.as_str(), message);
        }
    });
}
