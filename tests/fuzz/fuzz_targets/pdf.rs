//! A paged document through to the bytes of its PDF, which are the same every time.
#![no_main]

use libfuzzer_sys::fuzz_target;
use urkunde::layout::Medium;
use urkunde::pdf::Profile;
use urkunde_fuzz::bench::{PagePictures, images, lay_out, write};
use urkunde_fuzz::check::ends_early;
use urkunde_fuzz::page;

fuzz_target!(|data: &[u8]| {
    let Some(page) = page(data) else { return };
    // What one profile refuses (colours of a device), the other writes.
    let profile = if data.len() % 3 == 0 { Profile::A2aUa1 } else { Profile::Pdf17 };
    let make = || {
        let pictures = PagePictures::new(images(), None);
        let laid = lay_out(&page, Medium::Paged, &pictures);
        if laid.found.iter().any(ends_early) { None } else { write(&laid.document, &pictures, profile).ok() }
    };
    let Some(bytes) = make() else { return };
    assert!(bytes.starts_with(b"%PDF-1.7") && bytes.len() > 1000);
    if data.len() % 8 == 0 {
        assert!(make().is_some_and(|again| again == bytes), "other bytes the second time");
    }
});
