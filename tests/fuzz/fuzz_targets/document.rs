//! Whole-document layout, through to the display list: paged and continuous.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| urkunde_fuzz::check::document(data));
