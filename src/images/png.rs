//! PNG to samples.
//!
//! Input: the bytes of a PNG file of any bit depth and colour type. Output: 8-bit samples, grey or
//! RGB as the file has it, alpha apart, upright. Palettes are resolved, 16 bits are rounded to 8. An
//! embedded profile travels along; a gamma of its own and all frames but the first are left out,
//! with a warning. The size is looked at before anything is decoded.

use std::io::Cursor;

use image::codecs::png::PngDecoder;
use image::{DynamicImage, ImageDecoder, ImageError};

use super::{Channels, Image, ImageKind, Intrinsic, Raster, broken, check_size, icc};
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
    let (decoded, profile) = read(bytes).map_err(|error| {
        broken(name, "PNG file", &error.to_string()).help("save the picture again as PNG or JPEG")
    })?;
    let mut diagnostics = Vec::new();
    let mut raster = raster(&decoded);
    let components = if raster.channels == Channels::Gray { 1 } else { 3 };
    raster.icc = icc::checked(profile, components, name, &mut diagnostics);
    diagnostics.extend(left_out(bytes, name));
    let intrinsic = Intrinsic::sized(Px(raster.width as f32), Px(raster.height as f32));
    Ok(icc::with(Image::new(ImageKind::Raster(raster), bytes, intrinsic), diagnostics))
}

/// The picture, upright, and its profile.
fn read(bytes: &[u8]) -> Result<(DynamicImage, Option<Vec<u8>>), ImageError> {
    let mut decoder = PngDecoder::new(Cursor::new(bytes))?;
    let profile = decoder.icc_profile()?;
    let orientation = decoder.orientation()?;
    let mut decoded = DynamicImage::from_decoder(decoder)?;
    decoded.apply_orientation(orientation);
    Ok((decoded, profile))
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
    Raster { width, height, channels, samples, alpha, icc: None }
}

/// Takes the alpha channel out behind every `N` samples; none if all of it is opaque.
fn split<const N: usize>(pixels: &[u8]) -> (Vec<u8>, Option<Vec<u8>>) {
    let pixels = pixels.chunks_exact(N + 1);
    let alpha: Vec<u8> = pixels.clone().map(|p| p[N]).collect();
    let samples = pixels.flat_map(|p| &p[..N]).copied().collect();
    (samples, alpha.iter().any(|a| *a != 255).then_some(alpha))
}

/// What of the file is not shown: a gamma that is not sRGB's (PNG §11.3.3.2) where no profile says
/// it better, the frames of an animation.
fn left_out(bytes: &[u8], name: &str) -> Vec<Diagnostic> {
    /// The gamma that stands for sRGB, in hundred-thousandths, and how far off counts as the same.
    const SRGB_GAMMA: u32 = 45_455;
    const SAME: u32 = 1_000;
    let chunks = chunks(bytes);
    let has = |kind: &[u8; 4]| chunks.iter().any(|(k, _)| *k == kind);
    let mut found = Vec::new();
    let gamma = chunks
        .iter()
        .find(|(kind, _)| *kind == b"gAMA")
        .and_then(|(_, data)| Some(u32::from_be_bytes(data.get(..4)?.try_into().ok()?)));
    if let Some(gamma) = gamma.filter(|g| g.abs_diff(SRGB_GAMMA) > SAME)
        && !has(b"sRGB")
        && !has(b"iCCP")
    {
        let value = f64::from(gamma) / 100_000.0;
        found.push(
            Diagnostic::warning(
                "png-gamma",
                format!("the gamma {value} of `{name}` is not applied: it is shown as sRGB"),
            )
            .help("save the picture as sRGB, or with a colour profile"),
        );
    }
    if has(b"acTL") {
        found.push(Diagnostic::warning(
            "animated-image",
            format!("`{name}` is animated: its first picture is shown"),
        ));
    }
    found
}

/// The chunks before the picture's data, kind and contents.
fn chunks(bytes: &[u8]) -> Vec<(&[u8], &[u8])> {
    let mut out = Vec::new();
    let mut rest = bytes.get(8..).unwrap_or_default();
    while let Some(head) = rest.get(..8) {
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        let kind = &head[4..8];
        let Some(data) = length.checked_add(8).and_then(|end| rest.get(8..end)) else { break };
        if kind == b"IDAT" {
            break;
        }
        out.push((kind, data));
        rest = rest.get(length + 12..).unwrap_or_default();
    }
    out
}
