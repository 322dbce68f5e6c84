//! A panic while a document is made is a finding about that document; the others go on.
//!
//! Input: the work for one document. Output: its value, or a diagnostic with the panic's message and
//! place. Panics elsewhere are reported as always.

use crate::diag::{Diagnostic, Panicked, caught};
use crate::limits::STACK;

/// Does `work`; a panic in it becomes a diagnostic. What `work` borrows mutably is to be thrown away then.
pub(super) fn isolate<T>(work: impl FnOnce() -> T) -> Result<T, Diagnostic> {
    caught(work).map_err(|Panicked { message, place }| {
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
