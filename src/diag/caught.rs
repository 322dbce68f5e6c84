//! Panics that are caught and told as findings: the program prints nothing of them.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

thread_local! {
    /// Whether panics of this thread are caught.
    static CATCHES: Cell<bool> = const { Cell::new(false) };
    /// Its last panic.
    static LAST: RefCell<Option<Panicked>> = const { RefCell::new(None) };
}

static HOOK: Once = Once::new();

/// What a panic said.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Panicked {
    /// Its message.
    pub message: String,
    /// File and line of its place.
    pub place: String,
}

/// Does `work`; a panic in it is not printed, but given back. What `work` left half done when that happens is not to be
/// looked at again. Panics elsewhere are reported as always.
pub fn caught<T>(work: impl FnOnce() -> T) -> Result<T, Panicked> {
    HOOK.call_once(install);
    let before = CATCHES.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    CATCHES.set(before);
    result.map_err(|_| LAST.take().unwrap_or_default())
}

fn install() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if !CATCHES.get() {
            return before(info);
        }
        let payload = info.payload();
        let message = payload
            .downcast_ref::<&str>()
            .map(|m| (*m).to_string())
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_default();
        let place = info.location().map(|l| format!("{}:{}", l.file(), l.line()));
        LAST.set(Some(Panicked { message, place: place.unwrap_or_default() }));
    }));
}
