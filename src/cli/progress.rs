//! How far a batch has come: a bar on a terminal, else a line for every twentieth of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

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

/// A bar is drawn no more often than this.
const TICK: Duration = Duration::from_millis(100);

/// How many characters a bar has.
const WIDTH: usize = 32;

/// Goes to the beginning of the terminal's line and clears it (ECMA-48).
const CLEAR: &str = "\r\u{1b}[K";

/// A bar, or lines, on standard error, or nothing; and whether Ctrl-C was pressed.
pub(super) struct Bar<'c> {
    console: &'c Console,
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
        let count = Count {
            documents: AtomicUsize::new(0),
            done: AtomicUsize::new(0),
            times: Mutex::new([Instant::now(); 2]),
        };
        Bar { console, count, asked_to_stop: interrupt::flag(), has_told: false.into() }
    }
}

impl Bar<'_> {
    /// Draws the bar, if it is time; whoever finds another at it leaves it to that one.
    fn draw(&self, done: usize, all: usize) {
        let Ok(mut times) = self.count.times.try_lock() else { return };
        let [since, last] = &mut *times;
        if last.elapsed() >= TICK {
            *last = Instant::now();
            let told = told(done, all, since.elapsed().as_secs_f64());
            self.console.message(&format!("{CLEAR}{} {told}", bar(done, all)));
        }
    }
}

impl Progress for Bar<'_> {
    fn start(&self, documents: usize) {
        self.count.documents.store(documents, Ordering::Relaxed);
        self.count.done.store(0, Ordering::Relaxed);
        *self.count.times.lock().unwrap_or_else(PoisonError::into_inner) = [Instant::now(); 2];
    }

    fn done(&self) {
        let all = self.count.documents.load(Ordering::Relaxed);
        let done = self.count.done.fetch_add(1, Ordering::Relaxed) + 1;
        if self.is_cancelled() {
            return;
        }
        if self.console.shows_progress() {
            self.draw(done, all);
            return;
        }
        if all < TINY {
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
        if self.console.shows_progress() {
            self.console.message(CLEAR);
        }
    }

    fn waits(&self, who: &str, what: &str) {
        self.console.message(&format!("{who} holds {what}; waiting for it\n"));
    }
}

/// ` 35 %: 700 of 2000 documents, 410 a second, 3 s left`
fn line(done: usize, all: usize, seconds: f64, step: usize) -> String {
    format!("{:3} %: {}\n", step * 100 / LINES, told(done, all, seconds))
}

/// `700 of 2000 documents, 410 a second, 3 s left`
fn told(done: usize, all: usize, seconds: f64) -> String {
    let rate = done as f64 / seconds.max(1e-6);
    let left = all.saturating_sub(done) as f64 / rate;
    let left =
        if left < 120.0 { format!("{left:.0} s") } else { format!("{:.0} min", left / 60.0) };
    format!("{done} of {all} documents, {} a second, {left} left", rounded(rate))
}

/// `████████░░░░`
fn bar(done: usize, all: usize) -> String {
    let full = (done * WIDTH / all.max(1)).min(WIDTH);
    "█".repeat(full) + &"░".repeat(WIDTH - full)
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
        assert_eq!(bar(700, 2000).matches('█').count(), 11);
        assert_eq!(bar(2000, 2000), "█".repeat(WIDTH));
        assert_eq!(line(5, 100, 50.0, 1), "  5 %: 5 of 100 documents, 0.1 a second, 16 min left\n");
    }
}
