//! A panic while a document is made is a finding about that document; the others go on.
//!
//! Input: the work for one document. Output: its value, or a diagnostic with the panic's message and
//! place. Panics elsewhere are reported as always.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use crate::diag::Diagnostic;
use crate::limits::STACK;

thread_local! {
    /// Whether this thread is at work on a document.
    static AT_WORK: Cell<bool> = const { Cell::new(false) };
    /// Message and place of its last panic.
    static LAST: RefCell<Option<(String, String)>> = const { RefCell::new(None) };
}

static HOOK: Once = Once::new();

/// Does `work`; a panic in it becomes a diagnostic.
pub(super) fn isolate<T>(work: impl FnOnce() -> T) -> Result<T, Diagnostic> {
    HOOK.call_once(install);
    AT_WORK.set(true);
    // What `work` borrows mutably is thrown away by the caller when this fails.
    let result = catch_unwind(AssertUnwindSafe(work));
    AT_WORK.set(false);
    result.map_err(|_| {
        let (message, place) = LAST.take().unwrap_or_default();
        Diagnostic::error("internal-error", format!("an error in urkunde itself: {message}"))
            .in_foreign_words()
            .note(format!("it happened at {place}"))
            .help("please report it, with the row and the template if you may")
    })
}

/// Does `work` on a thread whose stack is made for it, and a panic becomes a diagnostic.
pub(super) fn isolate_deep<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, Diagnostic> {
    let cannot =
        |why: String| Diagnostic::error("no-workers", format!("cannot start workers: {why}"));
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK);
        let thread = thread
            .spawn_scoped(scope, || isolate(work))
            .map_err(|error| cannot(error.to_string()))?;
        // Panics in `work` were caught.
        thread.join().unwrap_or_else(|_| Err(cannot("a worker ended before its time".into())))
    })
}

/// Keeps the report of panics at work for [`isolate`] instead of printing it.
fn install() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if !AT_WORK.get() {
            return before(info);
        }
        let payload = info.payload();
        let message = payload
            .downcast_ref::<&str>()
            .map(|m| (*m).to_string())
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_default();
        let place = info.location().map(|l| format!("{}:{}", l.file(), l.line()));
        LAST.set(Some((message, place.unwrap_or_default())));
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_diagnostic() {
        let found = isolate(|| -> u8 { [1u8][std::hint::black_box(3)] }).unwrap_err();
        assert!(found.message.contains("index out of bounds"), "{}", found.message);
        assert!(found.notes[0].contains("panics.rs"), "{:?}", found.notes);
        assert_eq!(isolate(|| 5), Ok(5));
    }
}
