//! How far a batch has come: a bar on a terminal, else a line for every twentieth of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::console::Console;
use super::interrupt;
use crate::pipeline::Progress;

/// A batch of fewer documents is over before lines about it help anyone.
const TINY: usize = 100;

/// How many lines a batch has, if it takes its time.
const LINES: usize = 20;

const STOPPING: &str =
    "stopping: documents in hand are being finished; Ctrl-C again ends at once\n";

/// Lines come no faster than this.
const PAUSE: Duration = Duration::from_millis(200);

/// A bar, or lines, on standard error, or nothing; and whether Ctrl-C was pressed.
pub(super) struct Bar<'c> {
    console: &'c Console,
    bar: ProgressBar,
    count: Count,
    asked_to_stop: Arc<AtomicBool>,
    /// Whether it was said that the run is about to end.
    has_told: AtomicBool,
}

struct Count {
    documents: AtomicUsize,
    done: AtomicUsize,
    /// When the batch began, and when it was last told of.
    times: Mutex<[Instant; 2]>,
}

impl Bar<'_> {
    pub fn new(console: &Console) -> Bar<'_> {
        let target = if console.shows_progress() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(None, target);
        // The template is a constant; were it wrong, the default style would do.
        if let Ok(style) = ProgressStyle::with_template(
            "{bar:32} {pos}/{len} documents, {rate} a second, {eta} left",
        ) {
            let rate = |state: &indicatif::ProgressState, w: &mut dyn std::fmt::Write| {
                let _ = w.write_str(&rounded(state.per_sec()));
            };
            bar.set_style(style.with_key("rate", rate));
        }
        let count = Count {
            documents: AtomicUsize::new(0),
            done: AtomicUsize::new(0),
            times: Mutex::new([Instant::now(); 2]),
        };
        Bar { console, bar, count, asked_to_stop: interrupt::flag(), has_told: false.into() }
    }
}

impl Progress for Bar<'_> {
    fn start(&self, documents: usize) {
        self.bar.set_length(documents as u64);
        self.count.documents.store(documents, Ordering::Relaxed);
        self.count.done.store(0, Ordering::Relaxed);
        *self.count.times.lock().unwrap_or_else(PoisonError::into_inner) = [Instant::now(); 2];
    }

    fn done(&self) {
        self.bar.inc(1);
        let all = self.count.documents.load(Ordering::Relaxed);
        let done = self.count.done.fetch_add(1, Ordering::Relaxed) + 1;
        if all < TINY || self.console.shows_progress() || self.is_cancelled() {
            return;
        }
        let step = done * LINES / all;
        if step > (done - 1) * LINES / all {
            let mut times = self.count.times.lock().unwrap_or_else(PoisonError::into_inner);
            let [since, last] = &mut *times;
            if last.elapsed() >= PAUSE {
                *last = Instant::now();
                self.console.message(&line(done, all, since.elapsed().as_secs_f64(), step));
            }
        }
    }

    fn is_cancelled(&self) -> bool {
        let is_asked = self.asked_to_stop.load(Ordering::Relaxed);
        if is_asked && !self.has_told.swap(true, Ordering::Relaxed) {
            self.console.message(STOPPING);
        }
        is_asked
    }

    fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn waits(&self, who: &str, what: &str) {
        self.console.message(&format!("{who} holds {what}; waiting for it\n"));
    }
}

/// ` 35 %: 700 of 2000 documents, 410 a second, 3 s left`
fn line(done: usize, all: usize, seconds: f64, step: usize) -> String {
    let rate = done as f64 / seconds.max(1e-6);
    let left = (all - done) as f64 / rate;
    let percent = step * 100 / LINES;
    let left =
        if left < 120.0 { format!("{left:.0} s") } else { format!("{:.0} min", left / 60.0) };
    format!("{percent:3} %: {done} of {all} documents, {} a second, {left} left\n", rounded(rate))
}

/// A rate with as many digits as mean something.
fn rounded(rate: f64) -> String {
    if rate < 10.0 { format!("{rate:.1}") } else { format!("{rate:.0}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_tell_rate_and_time_left() {
        assert_eq!(
            line(700, 2000, 2.0, 7),
            " 35 %: 700 of 2000 documents, 350 a second, 4 s left\n"
        );
        assert_eq!(line(5, 100, 50.0, 1), "  5 %: 5 of 100 documents, 0.1 a second, 16 min left\n");
    }
}
