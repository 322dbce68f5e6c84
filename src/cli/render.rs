//! `urkunde render`: makes the documents.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::num::NonZeroUsize;

use super::args::{Choice, Global, Render, ReportTo, SampleOf, Which};
use super::console::Console;
use super::inputs;
use super::progress::Bar;
use super::summary;
use crate::diag::Diagnostic;
use crate::pipeline::{DocumentReport, Fate, Mode, Options, Report, Sample, Selection, Status};

pub(super) fn run(console: &Console, global: &Global, args: &Render) -> Status {
    let mode = match (args.dry_run, args.check) {
        (true, _) => Mode::List,
        (_, true) => Mode::Compare,
        _ => Mode::Render,
    };
    let is_one = args.output.as_deref().is_some_and(|output| output.as_os_str() == "-");
    // What goes to standard output leaves nothing behind.
    let passing = match is_one.then(tempfile::tempdir).transpose() {
        Ok(passing) => passing,
        Err(error) => {
            let message = format!("cannot make a temporary folder: {error}");
            let found = Diagnostic::error("unwritable-output", message);
            return console.fail(Status::Usage, vec![found]);
        }
    };
    let mut options = Options {
        force: args.force,
        output: match &passing {
            Some(passing) => Some(passing.path().to_path_buf()),
            None => args.output.clone(),
        },
        zip: args.output_zip.clone(),
        keep_going: args.keep_going,
        prune: args.prune,
        reissue: args.reissue.clone(),
        ..options(mode, &args.choice)
    };
    options.selection.is_one = is_one;
    let lists = args.dry_run && args.choice.report.is_none();
    if let Err(doubled) = one_on_stdout(console, &args.choice, lists, is_one) {
        return console.fail(Status::Usage, vec![doubled]);
    }
    let report = carry_out(console, global, &options, &args.choice);
    if lists {
        list(console, &report);
    }
    if let Some(pdf) = &report.only
        && let Err(diagnostic) = console.bytes(pdf)
    {
        return console.fail(Status::Usage, vec![diagnostic]);
    }
    report.status
}

/// What the flags shared by `render` and `check` come to.
pub(super) fn options(mode: Mode, choice: &Choice) -> Options {
    Options {
        mode,
        jobs: choice.jobs.clone(),
        tables: Vec::new(),
        selection: selection(&choice.which),
        threads: choice.threads,
        deny_warnings: choice.deny.is_some(),
        force: false,
        keep_going: false,
        prune: false,
        reissue: Vec::new(),
        output: None,
        date: choice.date.source_date_epoch.clone(),
        redact: choice.redact,
        zip: None,
    }
}

fn selection(which: &Which) -> Selection {
    Selection {
        only: which.only.clone(),
        only_failed: which.only_failed,
        rows: which.rows.clone(),
        condition: which.condition.clone(),
        sample: which.sample.map(|SampleOf::Extreme| Sample::Extreme),
        limit: which.limit.map(NonZeroUsize::get),
        is_one: false,
    }
}

/// Standard output carries one thing at most.
pub(super) fn one_on_stdout(
    console: &Console,
    choice: &Choice,
    lists: bool,
    is_one: bool,
) -> Result<(), Diagnostic> {
    let users = [
        (console.has_findings_on_stdout(), "--message-format"),
        (choice.report == Some(ReportTo::Stdout), "--report json"),
        (lists, "--dry-run"),
        (is_one, "--output -"),
    ];
    let names: Vec<&str> = users.iter().filter(|(is_used, _)| *is_used).map(|(_, n)| *n).collect();
    match names[..] {
        [] | [_] => Ok(()),
        _ => {
            let message = format!("{} would mix on standard output", names.join(" and "));
            let found = Diagnostic::error("mixed-output", message);
            Err(found.help("give a file: --report json=FILE, --message-format json=FILE"))
        }
    }
}

/// Runs the pipeline and prints what it found and did.
pub(super) fn carry_out(
    console: &Console,
    global: &Global,
    options: &Options,
    choice: &Choice,
) -> Report {
    let (tables, _input) = match inputs::tables(&choice.table) {
        Ok(tables) => tables,
        Err(diagnostic) => {
            let report = Report::ended(Status::Usage, vec![diagnostic]);
            console.findings(&report);
            return report;
        }
    };
    let options = &Options { tables, ..options.clone() };
    let start = global.project.clone().unwrap_or_else(|| ".".into());
    let mut report = crate::pipeline::run(&start, options, &Bar::new(console));
    console.findings(&report);
    if let Some(to) = &choice.report
        && let Err(diagnostic) = write_report(to, &report)
    {
        console.diagnostics(vec![diagnostic]);
        report.status = report.status.max(Status::Usage);
    }
    if console.verbose {
        in_pieces(summary::documents(&report), |piece| console.message(piece));
    }
    console.message(&summary::summary(&report, options.mode));
    report
}

fn write_report(to: &ReportTo, report: &Report) -> Result<(), Diagnostic> {
    match to {
        ReportTo::Stdout => {
            // A closed pipe is not an error: who closed it has seen enough.
            let _ = report.write_json(&mut BufWriter::new(std::io::stdout().lock()));
            Ok(())
        }
        ReportTo::File(file) => {
            let write = || {
                let mut out = BufWriter::new(File::create(file)?);
                report.write_json(&mut out)?;
                out.flush()
            };
            write().map_err(|error| {
                let message = format!("cannot write the report to {}: {error}", file.display());
                Diagnostic::error("unwritable-report", message)
            })
        }
    }
}

/// Writes lines, a piece of many at a time: there may be a million.
fn in_pieces(lines: impl Iterator<Item = String>, mut write: impl FnMut(&str)) {
    let mut piece = String::new();
    for line in lines {
        piece.push_str(&line);
        if piece.len() >= PIECE {
            write(&piece);
            piece.clear();
        }
    }
    write(&piece);
}

/// How many bytes of lines are written at once.
const PIECE: usize = 64 * 1024;

/// Serial or key, output name, and of a sample why it has the document; tabs between them.
fn list(console: &Console, report: &Report) {
    let planned = report.documents.iter().filter(|d| d.status == Fate::Planned);
    let line = |document: DocumentReport| {
        let key = document.row.as_ref().and_then(|row| row.key.as_deref());
        let name = document.serial.as_deref().or(key).unwrap_or("-");
        // A cell may hold what would part columns or lines.
        let mut fields = vec![name.replace(['\t', '\n', '\r'], " "), document.output.clone()];
        fields.extend(document.sampled.clone());
        fields.join("\t") + "\n"
    };
    in_pieces(planned.map(line), |piece| console.data(piece));
}
