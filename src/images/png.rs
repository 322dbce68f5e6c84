//! PNG to samples.
//!
//! Input: the bytes of a PNG file of any bit depth and colour type. Output: 8-bit samples, grey or
//! RGB as the file has it, alpha apart, upright. Palettes are resolved, 16 bits are rounded to 8. An
//! embedded profile travels along; a gamma of its own and all frames but the first are left out,
//! with a warning. The size is looked at before anything is decoded.

use std::io::Cursor;

use png::{BitDepth, ColorType, Decoder, DecodingError, Transformations};

use super::jpeg::{Orientation, exif_orientation};
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
    let mut raster = read(bytes).map_err(|error| {
        broken(name, "PNG file", &error.to_string()).help("save the picture again as PNG or JPEG")
    })?;
    let mut diagnostics = Vec::new();
    let components = if raster.channels == Channels::Gray { 1 } else { 3 };
    raster.icc = icc::checked(raster.icc, components, name, &mut diagnostics);
    diagnostics.extend(left_out(bytes, name));
    let intrinsic = Intrinsic::sized(Px(raster.width as f32), Px(raster.height as f32));
    Ok(icc::with(Image::new(ImageKind::Raster(raster), bytes, intrinsic), diagnostics))
}

/// The picture, upright, with the profile it brings along.
fn read(bytes: &[u8]) -> Result<Raster, DecodingError> {
    let mut decoder = Decoder::new(Cursor::new(bytes));
    // Palettes, grey of few bits and transparent colours become samples of their own.
    decoder.set_transformations(Transformations::EXPAND);
    let mut reader = decoder.read_info()?;
    let info = reader.info();
    let icc = info.icc_profile.as_ref().map(|profile| profile.to_vec());
    let turned = info.exif_metadata.as_ref().and_then(|exif| exif_orientation(exif));
    let mut pixels = vec![0; reader.output_buffer_size().ok_or(DecodingError::LimitsExceeded)?];
    let frame = reader.next_frame(&mut pixels)?;
    pixels.truncate(frame.buffer_size());
    if frame.bit_depth == BitDepth::Sixteen {
        pixels = pixels.chunks_exact(2).map(|pair| rounded([pair[0], pair[1]])).collect();
    }
    let (channels, has_alpha) = match frame.color_type {
        ColorType::Grayscale => (Channels::Gray, false),
        ColorType::GrayscaleAlpha => (Channels::Gray, true),
        ColorType::Rgb | ColorType::Indexed => (Channels::Rgb, false),
        ColorType::Rgba => (Channels::Rgb, true),
    };
    let colors = if channels == Channels::Gray { 1 } else { 3 };
    let pixel = colors + usize::from(has_alpha);
    let mut size = (frame.width, frame.height);
    if let Some(turned) = turned.filter(|turned| *turned != 1) {
        pixels = upright(&pixels, pixel, size, turned);
        if Orientation(turned).swaps_sides() {
            size = (size.1, size.0);
        }
    }
    let (samples, alpha) = if has_alpha { split(&pixels, colors) } else { (pixels, None) };
    Ok(Raster { width: size.0, height: size.1, channels, samples, alpha, icc })
}

/// A sample of 16 bits in 8.
fn rounded(sample: [u8; 2]) -> u8 {
    let wide = u32::from(u16::from_be_bytes(sample));
    ((wide * 255 + 32_767) / 65_535) as u8
}

/// Pixels of some bytes each, turned and mirrored as an Exif orientation says (Exif 2.32, table 6).
fn upright(pixels: &[u8], pixel: usize, (width, height): (u32, u32), orientation: u8) -> Vec<u8> {
    let (width, height) = (width as usize, height as usize);
    let (columns, rows) =
        if Orientation(orientation).swaps_sides() { (height, width) } else { (width, height) };
    let mut out = Vec::with_capacity(pixels.len());
    for y in 0..rows {
        for x in 0..columns {
            let (from_x, from_y) = match orientation {
                2 => (width - 1 - x, y),
                3 => (width - 1 - x, height - 1 - y),
                4 => (x, height - 1 - y),
                5 => (y, x),
                6 => (y, height - 1 - x),
                7 => (width - 1 - y, height - 1 - x),
                8 => (width - 1 - y, x),
                _ => (x, y),
            };
            let at = (from_y * width + from_x) * pixel;
            out.extend_from_slice(pixels.get(at..at + pixel).unwrap_or_default());
        }
    }
    out
}

/// Takes the alpha channel out behind every `colors` samples; none if all of it is opaque.
fn split(pixels: &[u8], colors: usize) -> (Vec<u8>, Option<Vec<u8>>) {
    let pixels = pixels.chunks_exact(colors + 1);
    let alpha: Vec<u8> = pixels.clone().map(|p| p[colors]).collect();
    let samples = pixels.flat_map(|p| &p[..colors]).copied().collect();
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
