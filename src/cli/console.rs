//! Standard output and standard error: who may print what, and in which colours.

use std::io::{IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};

use super::args::{Color, Global};
use super::messages::{self, MessageFormat};
use crate::diag::Diagnostic;
use crate::pipeline::{Report, Status};

/// Where things are printed.
pub(super) struct Console {
    /// Errors only.
    pub quiet: bool,
    /// A line for each document.
    pub verbose: bool,
    /// All findings, those of one cause as well.
    all: bool,
    format: MessageFormat,
    color: ColorChoice,
}

impl Console {
    pub fn new(global: &Global) -> Console {
        let color = match global.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::AlwaysAnsi,
            Color::Never => ColorChoice::Never,
        };
        let format = global.message_format.clone().unwrap_or(MessageFormat::HUMAN);
        let Global { quiet, verbose, all, .. } = *global;
        Console { quiet, verbose, all, format, color }
    }

    /// Whether a progress bar makes sense.
    pub fn shows_progress(&self) -> bool {
        !self.quiet && std::io::stderr().is_terminal()
    }

    /// Prints data. A closed pipe is not an error: who closed it has seen enough.
    pub fn data(&self, text: &str) {
        let mut out = AutoStream::new(std::io::stdout().lock(), self.color);
        let _ = out.write_all(text.as_bytes());
        let _ = out.flush();
    }

    /// Writes bytes to standard output.
    pub fn bytes(&self, bytes: &[u8]) -> Result<(), Diagnostic> {
        let mut out = std::io::stdout().lock();
        out.write_all(bytes).and_then(|()| out.flush()).map_err(|error| {
            let message = format!("cannot write to standard output: {error}");
            Diagnostic::error("unwritable-output", message)
        })
    }

    /// Prints a message to standard error, unless quiet.
    pub fn message(&self, text: &str) {
        if !self.quiet {
            self.error_text(text);
        }
    }

    /// Whether findings go to standard output, where nothing else may go then.
    pub fn has_findings_on_stdout(&self) -> bool {
        self.format.is_on_stdout()
    }

    /// Prints the findings of a run in the form that was asked for.
    pub fn findings(&self, report: &Report) {
        match (self.format.for_programs(report, self.all), &self.format.file) {
            (None, _) => self.for_people(report),
            (Some(text), None) => self.data(&text),
            (Some(text), Some(file)) => {
                self.for_people(report);
                if let Err(error) = std::fs::write(file, text) {
                    let message = format!("cannot write messages to {}: {error}", file.display());
                    self.diagnostics(vec![Diagnostic::error("unwritable-report", message)]);
                }
            }
        }
    }

    /// Prints findings for people.
    pub fn diagnostics(&self, found: Vec<Diagnostic>) {
        self.for_people(&Report::ended(Status::Good, found));
    }

    /// Prints findings that end the run.
    pub fn fail(&self, status: Status, found: Vec<Diagnostic>) -> Status {
        self.findings(&Report::ended(status, found));
        status
    }

    fn for_people(&self, report: &Report) {
        self.error_text(&messages::human(report, self.all, self.quiet));
    }

    fn error_text(&self, text: &str) {
        let mut err = AutoStream::new(std::io::stderr().lock(), self.color);
        let _ = err.write_all(text.as_bytes());
    }
}
