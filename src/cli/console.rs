//! Standard output and standard error: who may print what, and in which colours.

use std::io::{IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};

use super::args::{Color, Global};
use super::diagnostics;
use crate::diag::{Diagnostic, Severity};
use crate::pipeline::Status;

/// How often one kind of finding is shown before the rest is counted only.
const SHOWN_PER_CODE: usize = 20;

/// Where things are printed.
pub(super) struct Console {
    /// Errors only.
    pub quiet: bool,
    /// Everything.
    pub verbose: bool,
    color: ColorChoice,
}

impl Console {
    pub fn new(global: &Global) -> Console {
        let color = match global.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::AlwaysAnsi,
            Color::Never => ColorChoice::Never,
        };
        Console { quiet: global.quiet, verbose: global.verbose, color }
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

    /// Prints a message to standard error, unless quiet.
    pub fn message(&self, text: &str) {
        if !self.quiet {
            self.error_text(text);
        }
    }

    /// Prints findings; of a kind that is found over and over the first ones, and how many more.
    pub fn diagnostics(&self, found: &[Diagnostic]) {
        let mut text = String::new();
        let mut counts: std::collections::BTreeMap<&str, usize> = Default::default();
        for diagnostic in found {
            if self.quiet && diagnostic.severity != Severity::Error {
                continue;
            }
            let count = counts.entry(diagnostic.code).or_default();
            *count += 1;
            if self.verbose || *count <= SHOWN_PER_CODE {
                text.push_str(&diagnostics::render(diagnostic));
                text.push_str("\n\n");
            }
        }
        for (code, count) in counts {
            if !self.verbose && count > SHOWN_PER_CODE {
                let more = count - SHOWN_PER_CODE;
                text.push_str(&format!("… and {more} more of the kind `{code}`; -v shows all\n\n"));
            }
        }
        self.error_text(&text);
    }

    /// Prints findings that end the run.
    pub fn fail(&self, status: Status, found: &[Diagnostic]) -> Status {
        self.diagnostics(found);
        status
    }

    fn error_text(&self, text: &str) {
        let mut err = AutoStream::new(std::io::stderr().lock(), self.color);
        let _ = err.write_all(text.as_bytes());
    }
}
