//! The progress bar, on a terminal only.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::console::Console;
use crate::pipeline::Progress;

/// A bar on standard error, or nothing.
pub(super) struct Bar<'c>(ProgressBar, &'c Console);

impl<'c> Bar<'c> {
    pub fn new(console: &'c Console) -> Bar<'c> {
        let target = if console.shows_progress() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(None, target);
        // The template is a constant; were it wrong, the default style would do.
        if let Ok(style) =
            ProgressStyle::with_template("{bar:32} {pos}/{len} documents, {eta} left")
        {
            bar.set_style(style);
        }
        Bar(bar, console)
    }
}

impl Progress for Bar<'_> {
    fn start(&self, documents: usize) {
        self.0.set_length(documents as u64);
    }

    fn done(&self) {
        self.0.inc(1);
    }

    fn finish(&self) {
        self.0.finish_and_clear();
    }

    fn waits(&self, who: &str, what: &str) {
        self.1.message(&format!("{who} holds {what}; waiting for it\n"));
    }
}
