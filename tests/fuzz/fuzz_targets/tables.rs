//! Tables: a project's folder whose table is the input, as CSV in any encoding or as a spreadsheet.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(
    init: {
        // A panic in a reader of spreadsheets, which is not ours, is a broken file: the program catches it, and here it
        // must get that far. What nobody catches ends the run all the same.
        std::panic::set_hook(Box::new(|what| eprintln!("{what}")));
    },
    |data: &[u8]| urkunde_fuzz::tables::tables(data)
);
