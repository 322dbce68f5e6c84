//! The summary at the end of a run: one screen at most, whatever the batch; but `check` names every
//! row whose text is made smaller.

use std::fmt::Write;
use std::time::Duration;

use crate::diag::Severity;
use crate::pipeline::{DocumentReport, DocumentState, Fate, Mode, Report, Status};

/// How many documents are named under one heading.
const NAMED: usize = 8;

/// What a run came to.
pub(super) fn summary(report: &Report, mode: Mode) -> String {
    let mut text = String::new();
    if report.documents.is_empty() {
        text.push_str(match report.findings(Severity::Error) {
            0 => "no documents to make\n",
            _ => "nothing was written\n",
        });
        return text;
    }
    text.push_str(&headline(report, mode));
    let _ = writeln!(text, ", in {}", seconds(report.time));
    if report.status == Status::Interrupted {
        text.push_str("  interrupted; the same command makes the rest\n");
    }
    let mut named = |heading, most, is_meant: fn(&DocumentState) -> bool, name| {
        self::named(&mut text, report, heading, most, is_meant, name);
    };
    // Whoever checks wants to hear of every row.
    let shrunk_named = if mode == Mode::Prove { usize::MAX } else { NAMED };
    named("failed", NAMED, |d| d.status == Fate::Failed, output as fn(&_) -> _);
    named("out of date", NAMED, |d| d.status == Fate::OutOfDate, out_of_date);
    named("text made smaller to fit", shrunk_named, |d| d.is_shrunk, shrunk);
    named("taken for the sample", usize::MAX, |d| d.is_sampled, sampled);
    listed(&mut text, "removed, for no row gives them any more", &report.pruned);
    let orphans = match mode {
        Mode::Render => "of no row any more; render --prune removes them",
        _ => "of no row any more",
    };
    listed(&mut text, orphans, &report.orphans);
    findings(&mut text, report);
    text
}

/// One line for each document.
pub(super) fn documents(report: &Report) -> impl Iterator<Item = String> + '_ {
    report.documents.iter().map(|d| format!("{:>11}  {}\n", fate(d.status), d.output))
}

fn headline(report: &Report, mode: Mode) -> String {
    let all = plural(report.documents.len(), "document", "documents");
    let pages = plural(report.pages(), "page", "pages");
    let counts = [
        Fate::Written,
        Fate::Sound,
        Fate::Unchanged,
        Fate::OutOfDate,
        Fate::Failed,
        Fate::Held,
        Fate::Waiting,
        Fate::NotBegun,
    ]
    .map(|f| (report.count(f), fate(f)))
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, name)| format!("{count} {name}"))
    .collect::<Vec<_>>()
    .join(", ");
    match mode {
        Mode::List => format!("{all} would be made"),
        _ if report.left_out > 0 => {
            format!("{all}: {counts}, and {} left out; {pages}", report.left_out)
        }
        _ => format!("{all}: {counts}; {pages}"),
    }
}

fn named(
    text: &mut String,
    report: &Report,
    heading: &str,
    most: usize,
    is_meant: fn(&DocumentState) -> bool,
    name: fn(&DocumentReport) -> String,
) {
    let states = report.documents.states().iter().enumerate();
    let mut meant = states.filter(|(_, state)| is_meant(state)).map(|(index, _)| index).peekable();
    if meant.peek().is_none() {
        return;
    }
    let _ = writeln!(text, "  {heading}:");
    for document in meant.by_ref().take(most).filter_map(|index| report.documents.report(index)) {
        let _ = writeln!(text, "    {}", name(&document));
    }
    match meant.count() {
        0 => {}
        more => {
            let _ = writeln!(text, "    … and {more} more");
        }
    }
}

/// Output names under a heading.
fn listed(text: &mut String, heading: &str, outputs: &[String]) {
    if outputs.is_empty() {
        return;
    }
    let _ = writeln!(text, "  {heading}:");
    for output in outputs.iter().take(NAMED) {
        let _ = writeln!(text, "    {output}");
    }
    if outputs.len() > NAMED {
        let _ = writeln!(text, "    … and {} more", outputs.len() - NAMED);
    }
}

fn output(document: &DocumentReport) -> String {
    document.output.clone()
}

fn sampled(document: &DocumentReport) -> String {
    format!("{}: {}", document.output, document.sampled.as_deref().unwrap_or_default())
}

fn out_of_date(document: &DocumentReport) -> String {
    match &document.reason {
        Some(reason) => format!("{} ({reason})", document.output),
        None => document.output.clone(),
    }
}

fn shrunk(document: &DocumentReport) -> String {
    let least = document.shrunk.iter().copied().fold(1.0, f32::min);
    format!("{} (to {:.0} %)", document.output, least * 100.0)
}

fn findings(text: &mut String, report: &Report) {
    let count = |severity, one, many| match report.findings(severity) {
        0 => None,
        n => Some(plural(n, one, many)),
    };
    let parts: Vec<_> = [
        count(Severity::Error, "error", "errors"),
        count(Severity::Warning, "warning", "warnings"),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !parts.is_empty() {
        let _ = writeln!(text, "  {}", parts.join(", "));
    }
}

fn fate(fate: Fate) -> &'static str {
    match fate {
        Fate::Planned => "planned",
        Fate::Sound => "sound",
        Fate::Written => "written",
        Fate::Unchanged => "unchanged",
        Fate::OutOfDate => "out of date",
        Fate::Failed => "failed",
        Fate::Held => "held back",
        Fate::Waiting => "waiting for the next run",
        Fate::NotBegun => "not begun",
    }
}

fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn seconds(time: Duration) -> String {
    if time.as_secs() < 120 {
        format!("{:.2} s", time.as_secs_f64())
    } else {
        format!("{} min {} s", time.as_secs() / 60, time.as_secs() % 60)
    }
}
