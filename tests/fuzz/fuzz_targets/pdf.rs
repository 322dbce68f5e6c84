//! A paged document through to the bytes of its PDF, which are the same every time.
#![no_main]

use libfuzzer_sys::fuzz_target;
use urkunde::diag::Severity;
use urkunde::layout::Medium;
use urkunde_fuzz::bench::{PagePictures, images, lay_out, write};
use urkunde_fuzz::page;

fuzz_target!(|data: &[u8]| {
    let Some(page) = page(data) else { return };
    let make = || {
        let pictures = PagePictures::new(images(), None);
        let laid = lay_out(&page, Medium::Paged, &pictures);
        // A missing picture is no reason to stop here; a limit is.
        let stop = |d: &&urkunde::diag::Diagnostic| d.severity == Severity::Error && d.code != "missing-image";
        let ends = laid.found.iter().any(|d| stop(&d));
        if ends { None } else { write(&laid.document, &pictures).ok() }
    };
    let Some(bytes) = make() else { return };
    assert!(bytes.starts_with(b"%PDF-1.7") && bytes.len() > 1000);
    if data.len() % 8 == 0 {
        assert!(make().is_some_and(|again| again == bytes), "other bytes the second time");
    }
});
