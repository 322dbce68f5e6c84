//! Pictures: SVG, PNG and JPEG, read and written into a PDF.
#![no_main]

use libfuzzer_sys::fuzz_target;
use urkunde::images::ImageKind;
use urkunde::layout::Medium;
use urkunde::pdf::Profile;
use urkunde_fuzz::bench::{PagePictures, images, lay_out, write};
use urkunde_fuzz::check;

const PAGE: &str = "<style>@page{size:200px 200px;margin:0}</style><img src=x alt=x style='width:50px'><img src=x alt='' \
    style='height:20px;object-fit:cover'><p style='background:url(x) space;width:90px;height:50px'>";

fuzz_target!(|data: &[u8]| {
    let store = images();
    let Ok(image) = store.load_bytes(data, "picture") else { return };
    for length in [image.intrinsic.width, image.intrinsic.height].into_iter().flatten() {
        assert!(length.0.is_finite() && length.0 >= 0.0, "{:?}", image.intrinsic);
    }
    if let ImageKind::Raster(raster) = &image.kind {
        let pixels = raster.width as usize * raster.height as usize;
        assert!(raster.samples.len() == pixels || raster.samples.len() == 3 * pixels);
        if pixels > 1_000_000 {
            return;
        }
    }
    let pictures = PagePictures::new(store, Some(image));
    let laid = lay_out(PAGE, Medium::Paged, &pictures);
    check::finite(&laid.document);
    let profile = Profile::ALL[data.len() % Profile::ALL.len()];
    let bytes = write(&laid.document, &pictures, profile).map_err(|d| d.message);
    assert!(bytes.is_ok(), "{bytes:?}");
});
