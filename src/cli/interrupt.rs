//! Ctrl-C: the first one asks the run to end, the second one ends it.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use crate::pipeline::Status;

/// A flag that is set by the first SIGINT or SIGTERM; the next one ends the program at once.
///
/// Where signals cannot be caught, they end the program as they always did.
pub(super) fn flag() -> Arc<AtomicBool> {
    let asked = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        let status = i32::from(Status::Interrupted as u8);
        // In this order: what is registered first is done first, so that the first signal finds the
        // flag unset and sets it, and the second one finds it set.
        let ends = flag::register_conditional_shutdown(signal, status, Arc::clone(&asked));
        if ends.is_ok() {
            let _ = flag::register(signal, Arc::clone(&asked));
        }
    }
    asked
}
