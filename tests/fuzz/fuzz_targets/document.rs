//! Whole-document layout, through to the display list: paged and continuous.
#![no_main]

use libfuzzer_sys::fuzz_target;
use urkunde::geom::Px;
use urkunde::layout::Medium;
use urkunde_fuzz::bench::{PagePictures, images, lay_out, paint};
use urkunde_fuzz::{check, page};

fuzz_target!(|data: &[u8]| {
    let Some(page) = page(data) else { return };
    let medium = if data.len() % 2 == 0 { Medium::Paged } else { Medium::Continuous(Px(400.0)) };
    let pictures = PagePictures::new(images(), None);
    let laid = lay_out(&page, medium, &pictures);
    check::finite(&laid.document);
    check::text_once(&laid);
    let lists = paint(&laid.document, &pictures);
    check::finite_paint(&lists);
    // Once in a while: what a worker has seen before changes nothing.
    if data.len() % 8 < 2 {
        let again = lay_out(&page, medium, &pictures);
        assert!(laid.found == again.found, "other findings the second time");
        let dump = |lists: &[urkunde::paint::DisplayList]| -> String { lists.iter().map(|l| l.dump()).collect() };
        assert!(dump(&lists) == dump(&paint(&again.document, &pictures)), "other pages the second time");
    }
});
