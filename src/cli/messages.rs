//! Findings in the form that was asked for: for people, as JSON, as GitHub's annotations, as SARIF.
//!
//! Input: a report. Output: text. Of findings that have one cause people and code hosts get the first
//! few and a count, unless all are wanted; programs that read JSON get all, with the numbers of their
//! groups.

use std::path::PathBuf;

use super::{diagnostics, github, sarif};
use crate::diag::{Diagnostic, SHOWN, Severity};
use crate::pipeline::Report;

/// `--message-format`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MessageFormat {
    pub kind: Kind,
    /// The file for what programs read; people's messages then go to standard error as well.
    pub file: Option<PathBuf>,
}

/// Who reads findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Human,
    Json,
    Github,
    Sarif,
}

impl MessageFormat {
    /// Findings for people.
    pub const HUMAN: MessageFormat = MessageFormat { kind: Kind::Human, file: None };

    /// What goes to the file, or to standard output where there is none.
    pub fn for_programs(&self, report: &Report, all: bool) -> Option<String> {
        match self.kind {
            Kind::Human => None,
            Kind::Json => Some(report.to_json_lines()),
            Kind::Github => Some(github::annotations(report, all)),
            Kind::Sarif => Some(sarif::log(report, all)),
        }
    }

    /// Whether it writes to standard output.
    pub fn is_on_stdout(&self) -> bool {
        self.kind != Kind::Human && self.file.is_none()
    }
}

/// Reads `json`, `sarif=FILE`, …
pub(super) fn parse(text: &str) -> Result<MessageFormat, String> {
    let (name, file) = match text.split_once('=') {
        Some((name, file)) => (name, Some(PathBuf::from(file))),
        None => (text, None),
    };
    let kind = match name {
        "human" if file.is_none() => Some(Kind::Human),
        "json" => Some(Kind::Json),
        "github" => Some(Kind::Github),
        "sarif" => Some(Kind::Sarif),
        _ => None,
    };
    let is_empty = file.as_ref().is_some_and(|file| file.as_os_str().is_empty());
    match kind.filter(|_| !is_empty) {
        Some(kind) => Ok(MessageFormat { kind, file }),
        None => Err("expected human, json, github or sarif; the last three with =FILE, too".into()),
    }
}

/// A finding that is shown.
pub(super) struct Shown<'r> {
    pub diagnostic: &'r Diagnostic,
    /// Its group's number, from 1.
    pub group: usize,
    /// Behind the last one of a group: what is left out.
    pub rest: Option<String>,
}

/// The findings to show, group by group.
pub(super) fn shown(report: &Report, all: bool, errors_only: bool) -> Vec<Shown<'_>> {
    let found = &report.diagnostics;
    let mut shown = Vec::new();
    for (group, number) in report.groups.iter().zip(1..) {
        let most = if all { group.members.len() } else { SHOWN };
        let members = group.members.iter().take(most);
        let first = shown.len();
        shown.extend(members.map(|at| Shown {
            diagnostic: &found[*at],
            group: number,
            rest: None,
        }));
        if let Some(last) = shown.get_mut(first..).and_then(<[_]>::last_mut) {
            last.rest = group.rest(found, most);
        }
    }
    shown.retain(|shown| !errors_only || shown.diagnostic.severity == Severity::Error);
    shown
}

/// Findings as people read them.
pub(super) fn human(report: &Report, all: bool, errors_only: bool) -> String {
    let mut text = String::new();
    for shown in shown(report, all, errors_only) {
        text.push_str(&diagnostics::render(shown.diagnostic));
        text.push_str("\n\n");
        if let Some(rest) = shown.rest {
            text.push_str(&format!("… and {rest}; --all shows them\n\n"));
        }
    }
    text
}

/// A finding in words, without its place: message, notes, help.
pub(super) fn in_words(shown: &Shown<'_>) -> String {
    let Shown { diagnostic, rest, .. } = shown;
    let mut text = diagnostic.message.clone();
    let document = diagnostic.document.iter().map(|document| format!("in {document}"));
    let notes = document.chain(diagnostic.notes.iter().cloned()).map(|note| ("note", note));
    let help = diagnostic.help.iter().cloned().map(|help| ("help", help));
    let label = diagnostic.label.iter().map(|label| ("note", label.clone()));
    for (name, said) in label.chain(notes).chain(help) {
        text.push_str(&format!("\n{name}: {said}"));
    }
    if let Some(rest) = rest {
        text.push_str(&format!("\n… and {rest}"));
    }
    text
}
