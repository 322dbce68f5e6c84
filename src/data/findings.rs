//! What was found in one table, within bounds.
//!
//! Every finding holds an excerpt, and a table of a million rows may have a fault in each. The first
//! [`FINDINGS`] errors and as many warnings are kept, while their excerpts are within [`EXCERPTS`]; of
//! the others only the number is known, and no excerpt is made.

use crate::diag::{self, Diagnostic, Severity};
use crate::limits::FINDINGS;

/// Most bytes of excerpts.
const EXCERPTS: usize = 32 * 1024 * 1024;

/// The findings of a table.
#[derive(Debug, Default)]
pub(super) struct Findings {
    errors: Vec<Diagnostic>,
    others: Vec<Diagnostic>,
    more: usize,
    excerpts: usize,
}

impl Findings {
    /// Adds an error, which is made only if it is to be told.
    pub fn error(&mut self, make: impl FnOnce() -> Diagnostic) {
        self.add(Severity::Error, make);
    }

    /// Adds a finding of a severity, which is made only if it is to be told.
    pub fn add(&mut self, severity: Severity, make: impl FnOnce() -> Diagnostic) {
        let told = match severity {
            Severity::Error => &mut self.errors,
            _ => &mut self.others,
        };
        // One error is told in any case: it is what stops the run.
        let is_first_error = told.is_empty() && severity == Severity::Error;
        let room = told.len() < FINDINGS && self.excerpts < EXCERPTS;
        if !(room || is_first_error) {
            self.more += 1;
            return;
        }
        let diagnostic = make();
        let spans = diagnostic.span.iter().chain(diagnostic.related.iter().map(|(span, _)| span));
        self.excerpts += spans.map(|span| span.source.text.len()).sum::<usize>();
        told.push(diagnostic);
    }

    /// The errors so far.
    pub fn errors_mut(&mut self) -> &mut [Diagnostic] {
        &mut self.errors
    }

    /// All of them, and how many more there are.
    pub fn into_all(self, file: &str) -> Vec<Diagnostic> {
        let mut all = self.errors;
        all.extend(self.others);
        all.extend(diag::more(self.more).map(|more| more.note(format!("in {file}"))));
        all
    }
}
