//! The keys of `urkunde.toml`: which there are, which must be there, and where they stand.
//!
//! Input: the text of the project file. Output: a diagnostic for every key that does not exist (with
//! the one that was probably meant), every one that is missing, and for TOML that is none. Types
//! of values are left to serde.
//!
//! When you add a key: name it here, in `project.rs`, in `docs/project-file.md`.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::data::{ColumnSpec, ColumnType, TableSpec};
use crate::diag::{Diagnostic, Source, Span, nearest};
use crate::pdf::{Profile, Relationship};

const FILE_KEYS: &[&str] = &["project", "fonts", "pdf", "tables", "jobs", "output"];
const PROJECT_KEYS: &[&str] = &["title", "vars"];
const FONTS_KEYS: &[&str] = &["files", "fallback"];
const PDF_KEYS: &[&str] = &["cmyk-profile"];
const OUTPUT_KEYS: &[&str] = &["dir"];
const JOB_KEYS: &[&str] = &[
    "name", "title", "template", "each", "as", "where", "output", "lang", "pdf", "serial",
    "attach", "metadata",
];
const ATTACH_KEYS: &[&str] =
    &["data", "columns", "file", "name", "type", "relationship", "description"];
const SERIAL_KEYS: &[&str] = &["column", "pattern", "register"];
const JOB_NEEDS: &[&str] = &["name", "template", "output"];

/// Checks the keys of a project file.
pub(super) fn check(source: &Arc<Source>) -> Result<(), Vec<Diagnostic>> {
    let file = DeTable::parse(&source.text)
        .map_err(|error| vec![toml_error(source, error.message(), error.span())])?;
    let mut keys = Keys { source, found: Vec::new() };
    keys.file(file.get_ref());
    if keys.found.is_empty() { Ok(()) } else { Err(keys.found) }
}

/// What the TOML parser or serde found, as a diagnostic.
pub(super) fn toml_error(
    source: &Arc<Source>,
    message: &str,
    span: Option<Range<usize>>,
) -> Diagnostic {
    let message = message.lines().collect::<Vec<_>>().join(", ");
    let diagnostic = Diagnostic::error("bad-project-file", message);
    match span {
        Some(span) => diagnostic.at(Span::new(source, span)),
        None => diagnostic,
    }
}

/// Tells each table where the project file names its file.
pub(super) fn place_tables(source: &Arc<Source>, tables: &mut BTreeMap<String, TableSpec>) {
    let Ok(file) = DeTable::parse(&source.text) else { return };
    for (name, spec) in tables {
        let value = file.get_ref().get("tables").and_then(|t| t.get_ref().get(name.as_str()));
        spec.span = value
            .and_then(|table| table.get_ref().get("file"))
            .map(|file| Span::new(source, file.span()));
    }
}

/// Where the value at a path of keys stands.
pub(super) fn find(source: &Arc<Source>, path: &[&str]) -> Option<Span> {
    let file = DeTable::parse(&source.text).ok()?;
    let (first, rest) = path.split_first()?;
    let mut value = file.get_ref().get(*first)?;
    for key in rest {
        value = value.get_ref().get(*key)?;
    }
    Some(Span::new(source, value.span()))
}

struct Keys<'a> {
    source: &'a Arc<Source>,
    found: Vec<Diagnostic>,
}

type Value<'a> = Spanned<DeValue<'a>>;

impl Keys<'_> {
    fn file(&mut self, file: &DeTable<'_>) {
        self.known(file, "the project file", FILE_KEYS);
        for (section, keys) in [
            ("project", PROJECT_KEYS),
            ("fonts", FONTS_KEYS),
            ("pdf", PDF_KEYS),
            ("output", OUTPUT_KEYS),
        ] {
            if let Some(table) = file.get(section).and_then(|v| v.get_ref().as_table()) {
                self.known(table, &format!("[{section}]"), keys);
            }
        }
        if let Some(tables) = file.get("tables").and_then(|v| v.get_ref().as_table()) {
            for (name, table) in tables {
                self.table(name.get_ref(), table);
            }
        }
        for job in file.get("jobs").and_then(|v| v.get_ref().as_array()).into_iter().flatten() {
            self.job(job);
        }
    }

    fn table(&mut self, name: &str, value: &Value<'_>) {
        let Some(table) = value.get_ref().as_table() else { return };
        let section = format!("[tables.{name}]");
        self.known(table, &section, TableSpec::KEYS);
        self.needed(table, value, &section, &["file"]);
        let columns = table.get("columns").and_then(|v| v.get_ref().as_table());
        for (column, spec) in columns.into_iter().flatten() {
            let Some(spec) = spec.get_ref().as_table() else { continue };
            self.known(spec, &format!("column `{}`", column.get_ref()), ColumnSpec::KEYS);
            self.column_type(spec);
        }
    }

    fn column_type(&mut self, spec: &DeTable<'_>) {
        if let Some(kind) = spec.get("type") {
            self.one_of(kind, "unknown-type", "type", ColumnType::NAMES);
        }
    }

    fn job(&mut self, value: &Value<'_>) {
        let Some(job) = value.get_ref().as_table() else { return };
        self.known(job, "[[jobs]]", JOB_KEYS);
        let section = match job.get("name").and_then(|name| name.get_ref().as_str()) {
            Some(name) => format!("job `{name}`"),
            None => "[[jobs]]".into(),
        };
        self.needed(job, value, &section, JOB_NEEDS);
        if let Some(pdf) = job.get("pdf") {
            let names = Profile::ALL.map(Profile::name);
            self.one_of(pdf, "unknown-profile", "profile", &names);
        }
        if let Some(value) = job.get("serial")
            && let Some(serial) = value.get_ref().as_table()
        {
            let section = format!("`serial` of {section}");
            self.known(serial, &section, SERIAL_KEYS);
            self.needed(serial, value, &section, &["register"]);
        }
        let attach = job.get("attach").and_then(|v| v.get_ref().as_array());
        for entry in attach.into_iter().flatten() {
            let Some(table) = entry.get_ref().as_table() else { continue };
            self.known(table, &format!("`attach` of {section}"), ATTACH_KEYS);
            if let Some(relationship) = table.get("relationship") {
                let names = Relationship::ALL.map(Relationship::name);
                self.one_of(relationship, "unknown-relationship", "relationship", &names);
            }
        }
    }

    /// A text that must be one of some names.
    fn one_of(&mut self, value: &Value<'_>, code: &'static str, what: &str, names: &[&str]) {
        let Some(name) = value.get_ref().as_str() else { return };
        if !names.contains(&name) {
            let diagnostic = self.error(code, value, format!("unknown {what} \"{name}\""));
            self.found.push(suggest(diagnostic, name, names, &format!("the {what}s are")));
        }
    }

    /// Every key of a table must be one of `keys`.
    fn known(&mut self, table: &DeTable<'_>, section: &str, keys: &[&str]) {
        let mut unknown: Vec<_> = table
            .iter()
            .map(|(key, _)| key)
            .filter(|key| !keys.contains(&&**key.get_ref()))
            .collect();
        unknown.sort_by_key(|key| key.span().start);
        for key in unknown {
            let name: &str = key.get_ref();
            let message = format!("unknown key `{name}` in {section}");
            let diagnostic = self.error("unknown-key", key, message);
            self.found.push(suggest(diagnostic, name, keys, "the keys are"));
        }
    }

    fn needed(&mut self, table: &DeTable<'_>, whole: &Value<'_>, section: &str, keys: &[&str]) {
        // A misspelt key has been reported with the right one already.
        let names: Vec<&str> = table.keys().map(|key| &**key.get_ref()).collect();
        let is_misspelt = |key: &str| names.iter().any(|n| nearest(n, [key]).is_some());
        for key in keys.iter().filter(|key| !is_misspelt(key)) {
            let mut span = whole.span();
            // A table's span may reach over all its lines: its head is enough.
            let text = &self.source.text[span.clone()];
            span.end = span.start + text.find('\n').unwrap_or(text.len());
            let diagnostic = Diagnostic::error("missing-key", format!("{section} has no `{key}`"))
                .at(Span::new(self.source, span));
            self.found.push(diagnostic);
        }
    }

    fn error<T>(&self, code: &'static str, at: &Spanned<T>, message: String) -> Diagnostic {
        Diagnostic::error(code, message).at(Span::new(self.source, at.span()))
    }
}

/// "did you mean", or the list to choose from.
fn suggest(diagnostic: Diagnostic, word: &str, names: &[&str], list: &str) -> Diagnostic {
    match nearest(word, names.iter().copied()) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.note(format!("{list} {}", names.join(", "))),
    }
}
