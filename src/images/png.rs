//! PNG to samples.
//!
//! Input: the bytes of a PNG file of any bit depth and colour type. Output: 8-bit samples, grey or
//! RGB as the file has it, alpha apart. Palettes are resolved, 16 bits are rounded to 8. Gamma and
//! embedded profiles are not applied: samples are taken as sRGB. The size is looked at before anything is
//! decoded.

use image::{DynamicImage, ImageFormat};

use super::{Channels, Image, ImageKind, Intrinsic, Raster, broken, check_size};
use crate::diag::Diagnostic;
use crate::geom::Px;

/// Decodes a PNG file.
pub(super) fn decode(bytes: &[u8], name: &str) -> Result<Image, Diagnostic> {
    // Signature, length and name of the header chunk come before width and height (PNG 3 §11.2.1).
    if let Some([w0, w1, w2, w3, h0, h1, h2, h3]) = bytes.get(16..24) {
        let width = u32::from_be_bytes([*w0, *w1, *w2, *w3]);
        let height = u32::from_be_bytes([*h0, *h1, *h2, *h3]);
        check_size(name, width, height)?;
    }
    let decoded =
        image::load_from_memory_with_format(bytes, ImageFormat::Png).map_err(|error| {
            broken(name, "PNG file", &error.to_string())
                .help("save the picture again as PNG or JPEG")
        })?;
    let raster = raster(&decoded);
    let intrinsic = Intrinsic::sized(Px(raster.width as f32), Px(raster.height as f32));
    Ok(Image::new(ImageKind::Raster(raster), bytes, intrinsic))
}

fn raster(decoded: &DynamicImage) -> Raster {
    let (width, height) = (decoded.width(), decoded.height());
    let color = decoded.color();
    let (channels, samples, alpha) = match (color.has_color(), color.has_alpha()) {
        (false, false) => (Channels::Gray, decoded.to_luma8().into_raw(), None),
        (true, false) => (Channels::Rgb, decoded.to_rgb8().into_raw(), None),
        (false, true) => {
            let (samples, alpha) = split::<1>(&decoded.to_luma_alpha8().into_raw());
            (Channels::Gray, samples, alpha)
        }
        (true, true) => {
            let (samples, alpha) = split::<3>(&decoded.to_rgba8().into_raw());
            (Channels::Rgb, samples, alpha)
        }
    };
    Raster { width, height, channels, samples, alpha }
}

/// Takes the alpha channel out behind every `N` samples; none if all of it is opaque.
fn split<const N: usize>(pixels: &[u8]) -> (Vec<u8>, Option<Vec<u8>>) {
    let pixels = pixels.chunks_exact(N + 1);
    let alpha: Vec<u8> = pixels.clone().map(|p| p[N]).collect();
    let samples = pixels.flat_map(|p| &p[..N]).copied().collect();
    (samples, alpha.iter().any(|a| *a != 255).then_some(alpha))
}
