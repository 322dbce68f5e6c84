//! JPEG headers.
//!
//! Input: the bytes of a JPEG file. Output: what a PDF has to say about it; the bytes pass through
//! undecoded. It checks the markers, not the coded data between them.
//! Markers: ITU-T T.81 Annex B; Adobe APP14: Adobe Technical Note 5116; ICC: ICC.1 Annex B.4.

use std::sync::Arc;

use super::{Image, ImageKind, Intrinsic, broken, check_size, icc};
use crate::diag::Diagnostic;
use crate::geom::{Px, Transform};

/// A JPEG file.
#[derive(Debug, PartialEq, Eq)]
pub struct Jpeg {
    /// The whole file.
    pub bytes: Arc<[u8]>,
    /// Pixels in a stored row; `orientation` may turn them.
    pub width: u32,
    /// Stored rows.
    pub height: u32,
    /// 1 grey, 3 colour, 4 CMYK.
    pub components: u8,
    /// The transform byte of an Adobe marker, where there is one. CMYK with that marker is stored
    /// inverted: the PDF needs `/Decode [1 0 1 0 1 0 1 0]`.
    pub adobe_transform: Option<u8>,
    /// Whether three components are red, green and blue without any marker that says so: the PDF
    /// needs `/ColorTransform 0`.
    pub plain_rgb: bool,
    /// The embedded colour profile.
    pub icc: Option<Vec<u8>>,
    /// How the picture has to be turned to stand upright.
    pub orientation: Orientation,
}

/// Exif orientation, 1 to 8; 1 is upright.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Orientation(pub u8);

impl Orientation {
    /// Whether width and height change places.
    pub fn swaps_sides(self) -> bool {
        self.0 >= 5
    }

    /// The map of the unit square, y downwards, that turns the stored picture upright.
    pub fn transform(self) -> Transform {
        let m = |a, b, c, d, e, f| Transform { a, b, c, d, e, f };
        match self.0 {
            2 => m(-1.0, 0.0, 0.0, 1.0, 1.0, 0.0),
            3 => m(-1.0, 0.0, 0.0, -1.0, 1.0, 1.0),
            4 => m(1.0, 0.0, 0.0, -1.0, 0.0, 1.0),
            5 => m(0.0, 1.0, 1.0, 0.0, 0.0, 0.0),
            6 => m(0.0, 1.0, -1.0, 0.0, 1.0, 0.0),
            7 => m(0.0, -1.0, -1.0, 0.0, 1.0, 1.0),
            8 => m(0.0, -1.0, 1.0, 0.0, 0.0, 1.0),
            _ => Transform::IDENTITY,
        }
    }
}

/// Reads a JPEG file's markers.
pub(super) fn read(bytes: &[u8], name: &str) -> Result<Image, Diagnostic> {
    let mut jpeg = Scan::default().run(bytes).map_err(|why| {
        broken(name, "JPEG file", &why).help("save the picture again as baseline JPEG or as PNG")
    })?;
    check_size(name, jpeg.width, jpeg.height)?;
    let (w, h) = (Px(jpeg.width as f32), Px(jpeg.height as f32));
    let intrinsic = if jpeg.orientation.swaps_sides() {
        Intrinsic::sized(h, w)
    } else {
        Intrinsic::sized(w, h)
    };
    let mut diagnostics = Vec::new();
    jpeg.icc = icc::checked(jpeg.icc, jpeg.components, name, &mut diagnostics);
    Ok(icc::with(Image::new(ImageKind::Jpeg(jpeg), bytes, intrinsic), diagnostics))
}

/// What has been found so far.
#[derive(Default)]
struct Scan {
    frame: Option<(u32, u32, u8)>,
    /// Whether the components are called R, G and B.
    named_rgb: bool,
    jfif: bool,
    adobe: Option<u8>,
    orientation: Option<u8>,
    icc: Vec<(u8, Vec<u8>)>,
}

impl Scan {
    fn run(mut self, bytes: &[u8]) -> Result<Jpeg, String> {
        let mut at = 2;
        loop {
            let (marker, segment, next) = segment(bytes, at)?;
            if marker == 0xda {
                break;
            }
            self.take(marker, segment)?;
            at = next;
        }
        if !bytes[at..].windows(2).any(|w| w == [0xff, 0xd9]) {
            return Err("it is cut off: its end marker is missing".into());
        }
        let (width, height, components) =
            self.frame.ok_or("it has no frame header before its data")?;
        self.icc.sort_by_key(|(sequence, _)| *sequence);
        let icc: Vec<u8> = self.icc.into_iter().flat_map(|(_, part)| part).collect();
        Ok(Jpeg {
            bytes: bytes.into(),
            width,
            height,
            components,
            adobe_transform: self.adobe,
            plain_rgb: self.named_rgb && !self.jfif && self.adobe.is_none(),
            icc: (!icc.is_empty()).then_some(icc),
            orientation: Orientation(self.orientation.unwrap_or(1)),
        })
    }

    fn take(&mut self, marker: u8, segment: &[u8]) -> Result<(), String> {
        match marker {
            0xc0..=0xc2 => {
                self.frame = Some(frame(segment)?);
                let names = segment.get(6..).unwrap_or_default().iter().step_by(3);
                self.named_rgb = names.take(3).eq(b"RGB");
            }
            0xe0 => self.jfif |= segment.starts_with(b"JFIF"),
            0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                return Err("it is lossless, hierarchical or arithmetic-coded, which PDF readers \
                     do not show"
                    .into());
            }
            0xe1 => {
                let exif = segment.strip_prefix(b"Exif\0\0");
                self.orientation = self.orientation.or_else(|| exif_orientation(exif?));
            }
            0xe2 => {
                if let Some(part) = segment.strip_prefix(b"ICC_PROFILE\0")
                    && part.len() > 2
                {
                    self.icc.push((part[0], part[2..].to_vec()));
                }
            }
            0xee if segment.starts_with(b"Adobe") => self.adobe = segment.get(11).copied(),
            _ => {}
        }
        Ok(())
    }
}

/// The marker at an offset, its contents, and where the next one begins. Fill bytes are skipped.
fn segment(bytes: &[u8], mut at: usize) -> Result<(u8, &[u8], usize), String> {
    let cut = || "it is cut off within its headers".to_owned();
    if bytes.get(at) != Some(&0xff) {
        return Err(format!("there is no marker at byte {at}"));
    }
    while bytes.get(at) == Some(&0xff) {
        at += 1;
    }
    let marker = *bytes.get(at).ok_or_else(cut)?;
    let length = bytes.get(at + 1..at + 3).ok_or_else(cut)?;
    let end = at + 1 + usize::from(u16::from_be_bytes([length[0], length[1]]));
    Ok((marker, bytes.get(at + 3..end).ok_or_else(cut)?, end))
}

/// Width, height and components of a frame header.
fn frame(segment: &[u8]) -> Result<(u32, u32, u8), String> {
    let [precision, h1, h0, w1, w0, components, ..] = *segment else {
        return Err("its frame header is too short".into());
    };
    let height = u32::from(u16::from_be_bytes([h1, h0]));
    let width = u32::from(u16::from_be_bytes([w1, w0]));
    if precision != 8 {
        return Err(format!("it has {precision} bits a sample, expected 8"));
    }
    if width == 0 || height == 0 || !matches!(components, 1 | 3 | 4) {
        return Err(format!("it claims {width} × {height} pixels of {components} components"));
    }
    Ok((width, height, components))
}

/// The orientation tag (0x0112) in the first image directory of Exif data.
pub(super) fn exif_orientation(tiff: &[u8]) -> Option<u8> {
    let little = tiff.starts_with(b"II");
    let short = |at: usize| {
        let pair = [*tiff.get(at)?, *tiff.get(at + 1)?];
        Some(if little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) })
    };
    let long = |at: usize| {
        let (a, b) = (u32::from(short(at)?), u32::from(short(at + 2)?));
        Some(if little { b << 16 | a } else { a << 16 | b })
    };
    let directory = long(4)? as usize;
    let count = usize::from(short(directory)?);
    (0..count).map(|i| directory + 2 + 12 * i).find(|entry| short(*entry) == Some(0x0112)).and_then(
        |entry| u8::try_from(short(entry + 8)?).ok().filter(|value| (1..=8).contains(value)),
    )
}
