//! Whether the project file makes sense: names that are used must exist, and be used once.
//!
//! Input: a [`Project`] whose keys and types are right. Output: findings that point into the project
//! file. It opens no other file.

use crate::diag::{Diagnostic, Span, nearest};
use crate::pdf::is_property_name;

use super::paths::resolve;
use super::project::{AttachSpec, Job, Project, SerialSpec};
use super::project_keys::find;

/// Names that templates know already.
const RESERVED: &[&str] = &[
    "project", "tables", "job", "row", "serial", "true", "false", "none", "and", "or", "not", "in",
    "is",
];

/// Everything in a project file that contradicts itself.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (name, spec) in &project.tables {
        for (column, spec) in &spec.columns {
            let place = |key: &str| {
                find(&project.source, &["tables", name, "columns", column, key])
                    .or_else(|| find(&project.source, &["tables", name, "columns", column]))
            };
            for (key, message) in spec.problems() {
                found.push(placed(Diagnostic::error("bad-column", message), place(key)));
            }
            if let Some(table) = spec.table.as_deref().filter(|t| !project.tables.contains_key(*t))
            {
                found.push(no_table(project, table, place("table")));
            }
        }
    }
    for (index, job) in project.jobs.iter().enumerate() {
        check_job(project, index, job, &mut found);
    }
    found
}

fn check_job(project: &Project, index: usize, job: &Job, found: &mut Vec<Diagnostic>) {
    let name = &job.name.value;
    if let Some(first) = project.jobs[..index].iter().find(|j| j.name.value == *name) {
        found.push(
            Diagnostic::error("doubled-job", format!("two jobs are called `{name}`"))
                .at(job.name.span.clone())
                .related(first.name.span.clone(), "the first one")
                .help("give each job a name of its own"),
        );
    }
    if let Some(table) = job.each.as_ref().filter(|t| !project.tables.contains_key(&t.value)) {
        found.push(no_table(project, &table.value, Some(table.span.clone())));
    }
    check_row_name(job, found);
    if let Some(condition) = job.condition.as_ref().filter(|_| job.each.is_none()) {
        let message = format!("job `{name}` has a `where`, but no rows to choose among");
        found.push(
            Diagnostic::error("where-without-each", message)
                .at(condition.span.clone())
                .help("name the table: each = \"…\""),
        );
    }
    if let Some(serial) = &job.serial {
        check_serial(project, job, serial, found);
    }
    for entry in &job.attach {
        check_attach(job, entry, found);
    }
    for (name, text) in job.metadata.iter().filter(|(name, _)| !is_property_name(name)) {
        let message = format!(
            "{name:?} cannot be a property's name: expected letters, digits, `_`, `-` and `.`, a letter first"
        );
        found.push(Diagnostic::error("bad-property-name", message).at(text.span.clone()));
    }
}

fn check_serial(project: &Project, job: &Job, serial: &SerialSpec, found: &mut Vec<Diagnostic>) {
    let name = &job.name.value;
    let at = serial.register.span.clone();
    match (&serial.column, &serial.pattern) {
        (None, None) => found.push(
            Diagnostic::error("bad-serial", format!("`serial` of job `{name}` names no serials"))
                .at(at.clone())
                .help("write `column = \"…\"`, or `pattern = \"A-{{ serial.number }}\"`"),
        ),
        (Some(column), Some(pattern)) => found.push(
            Diagnostic::error("bad-serial", "serials come from a column or from a pattern")
                .at(pattern.span.clone())
                .related(column.span.clone(), "and here from a column"),
        ),
        _ => {}
    }
    let table = job.each.as_ref().and_then(|each| project.tables.get(&each.value));
    if job.each.is_none() || table.is_some_and(|table| table.key.is_none()) {
        let message = format!("job `{name}` has serials, but no rows with a key to give them to");
        let help = "name the table, each = \"…\", and its key column, key = \"…\": a serial is remembered by it";
        found.push(Diagnostic::error("bad-serial", message).at(at.clone()).help(help));
    }
    if resolve(&serial.register.value, "").is_err() {
        let message = format!("{:?} is no file below the project's folder", serial.register.value);
        found.push(Diagnostic::error("bad-serial", message).at(at));
    }
}

fn check_attach(job: &Job, entry: &AttachSpec, found: &mut Vec<Diagnostic>) {
    let name = &job.name.value;
    if !job.profile.takes_attachments() {
        let message = format!(
            "job `{name}` attaches a file, which its profile `{}` does not allow",
            job.profile.name()
        );
        found.push(
            Diagnostic::error("attachment-forbidden", message)
                .at(entry.span.clone())
                .help("write `pdf = \"a-3a+ua-1\"` into the job: PDF/A-3 may hold files"),
        );
    }
    if let Some(media_type) = entry.media_type.as_ref().filter(|t| !is_media_type(&t.value)) {
        let message = format!("{:?} is no media type", media_type.value);
        found.push(
            Diagnostic::error("bad-attachment", message)
                .at(media_type.span.clone())
                .help("expected a type and a subtype without parameters: `application/json`"),
        );
    }
    match (&entry.data, &entry.file) {
        (None, None) => found.push(
            Diagnostic::error("missing-key", format!("`attach` of job `{name}` names no contents"))
                .at(entry.span.clone())
                .help("write `data = \"row\"` for the document's row, or `file = \"…\"`"),
        ),
        (Some(data), Some(file)) => found.push(
            Diagnostic::error("bad-attachment", "an attachment is either data or a file")
                .at(file.span.clone())
                .related(data.span.clone(), "and here it is data")
                .help("make two entries of it"),
        ),
        (Some(data), None) if data.value != "row" => found.push(
            Diagnostic::error("bad-attachment", format!("there are no data {:?}", data.value))
                .at(data.span.clone())
                .help("write `data = \"row\"` for the row that the document is made from"),
        ),
        (Some(data), None) if job.each.is_none() => found.push(
            Diagnostic::error("bad-attachment", format!("job `{name}` has no rows to attach"))
                .at(data.span.clone())
                .help("name the table: each = \"…\""),
        ),
        (None, Some(_)) => {
            if let Some(column) = entry.columns.as_ref().and_then(|columns| columns.first()) {
                let found_ = Diagnostic::error("bad-attachment", "`columns` chooses among data");
                found.push(found_.at(column.span.clone()).help("a file is attached as it is"));
            }
        }
        _ => {}
    }
}

/// `type/subtype` (RFC 6838 §4.2).
fn is_media_type(text: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
    };
    text.split_once('/').is_some_and(|(kind, subtype)| is_part(kind) && is_part(subtype))
}

fn check_row_name(job: &Job, found: &mut Vec<Diagnostic>) {
    let Some(row) = &job.row_name else {
        if let Some(each) = &job.each {
            let message = format!("job `{}` has `each`, but no `as`", job.name.value);
            let diagnostic = Diagnostic::error("missing-key", message).at(each.span.clone());
            found.push(diagnostic.help("name the row as the template does: as = \"…\""));
        }
        return;
    };
    if RESERVED.contains(&row.value.as_str()) {
        let message = format!("`{}` cannot be a row's name: templates know it already", row.value);
        found.push(Diagnostic::error("bad-row-name", message).at(row.span.clone()));
    } else if !is_identifier(&row.value) {
        let message = format!(
            "{:?} cannot be a row's name: expected letters, digits and `_`, a letter first",
            row.value
        );
        found.push(Diagnostic::error("bad-row-name", message).at(row.span.clone()));
    }
}

fn is_identifier(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn no_table(project: &Project, name: &str, span: Option<Span>) -> Diagnostic {
    let names = project.tables.keys().map(String::as_str);
    let diagnostic = Diagnostic::error("unknown-table", format!("there is no table `{name}`"));
    let diagnostic = match nearest(name, names.clone()) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None if project.tables.is_empty() => {
            diagnostic.help(format!("describe it: [tables.{name}] file = \"….csv\""))
        }
        None => diagnostic.note(format!("the tables are {}", names.collect::<Vec<_>>().join(", "))),
    };
    placed(diagnostic, span)
}

fn placed(diagnostic: Diagnostic, span: Option<Span>) -> Diagnostic {
    match span {
        Some(span) => diagnostic.at(span),
        None => diagnostic,
    }
}
