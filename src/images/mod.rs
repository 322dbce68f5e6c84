//! Pictures: PNG, JPEG, SVG, QR codes.
//!
//! Input: files of the project, `data:` URLs, inline SVG, text for a QR code. Output: [`Image`],
//! decoded once for a whole batch, with its intrinsic size. JPEG stays as it is, SVG and QR codes
//! stay vectors, PNG becomes plain samples with alpha apart. It neither scales nor draws, and it
//! opens nothing outside the project and nothing on the network.
//!
//! - [`ImageStore`]: loading and the cache (`store`).
//! - [`VectorImage`]: backend-free vector art (`vector`), made from SVG (`svg`) and QR codes (`qr`).
//! - `jpeg`, `png`, `icc`, `dataurl`: the formats.

mod dataurl;
mod icc;
mod inline;
mod jpeg;
mod png;
mod qr;
mod qr_mask;
mod store;
mod svg;
mod vector;

use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::geom::Px;
use crate::limits::PIXELS;

pub use icc::fault as profile_fault;
pub use inline::InheritedStyle;
pub use jpeg::{Jpeg, Orientation};
pub use qr::QrLevel;
pub use store::{ImageStore, SvgFonts};
pub use vector::{
    BlendMode, ClipPath, ClipShape, Fill, FillRule, Gradient, GradientKind, GradientStop, LineCap,
    LineJoin, Mask, MaskKind, Paint, PathSegment, Pattern, Scaling, Spread, Stroke, VectorGroup,
    VectorImage, VectorOp, VectorPath, VectorRaster,
};

/// A picture.
#[derive(Debug, PartialEq)]
pub struct Image {
    /// What it is made of.
    pub kind: ImageKind,
    /// Digest of what it was made from: pictures with the same digest are the same.
    pub digest: [u8; 32],
    /// The size it asks for.
    pub intrinsic: Intrinsic,
    /// Whether most likely no other document shows it (a QR code holds a serial number): nothing
    /// that outlives the document is worth making of it.
    pub is_singular: bool,
    /// Whether it shows CMYK without a colour profile.
    pub is_device_cmyk: bool,
    /// What could not be shown as written (a profile that does not fit, SVG filters, characters
    /// without a glyph). To be
    /// reported once for the picture, not for every use.
    pub diagnostics: Vec<Diagnostic>,
}

/// What a picture is made of.
#[derive(Debug, PartialEq)]
pub enum ImageKind {
    /// A JPEG file, to be embedded as it is.
    Jpeg(Jpeg),
    /// Samples.
    Raster(Raster),
    /// Vector art.
    Vector(VectorImage),
}

/// Samples, row by row from the top, 8 bits each.
#[derive(Debug, PartialEq, Eq)]
pub struct Raster {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// What a pixel is made of.
    pub channels: Channels,
    /// The samples: width × height × channels.
    pub samples: Vec<u8>,
    /// Opacity, width × height; none where every pixel is opaque. Samples are not premultiplied.
    pub alpha: Option<Vec<u8>>,
    /// The embedded colour profile; none is sRGB.
    pub icc: Option<Vec<u8>>,
}

/// What a pixel is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channels {
    /// One grey sample.
    Gray,
    /// Red, green, blue.
    Rgb,
}

/// The size a picture asks for, after CSS Images 3 §5.1 "natural dimensions".
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Intrinsic {
    /// Natural width.
    pub width: Option<Px>,
    /// Natural height.
    pub height: Option<Px>,
    /// Natural aspect ratio, width by height.
    pub ratio: Option<f32>,
}

impl Intrinsic {
    /// Both dimensions known.
    pub fn sized(width: Px, height: Px) -> Intrinsic {
        let ratio = (width.0 > 0.0 && height.0 > 0.0).then(|| width / height);
        Intrinsic { width: Some(width), height: Some(height), ratio }
    }
}

impl Image {
    fn new(kind: ImageKind, bytes: &[u8], intrinsic: Intrinsic) -> Image {
        let is_device_cmyk = match &kind {
            ImageKind::Jpeg(jpeg) => jpeg.components == 4 && jpeg.icc.is_none(),
            ImageKind::Raster(_) => false,
            ImageKind::Vector(art) => vector::shows_device_cmyk(&art.ops),
        };
        Image {
            kind,
            is_device_cmyk,
            digest: *blake3::hash(bytes).as_bytes(),
            intrinsic,
            is_singular: false,
            diagnostics: Vec::new(),
        }
    }
}

/// A picture made of raster bytes, told apart by their beginning; none for other formats.
fn decode_raster(bytes: &[u8], name: &str) -> Option<Result<Image, Diagnostic>> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some(png::decode(bytes, name))
    } else if bytes.starts_with(&[0xff, 0xd8]) {
        Some(jpeg::read(bytes, name))
    } else {
        None
    }
}

/// Whether a raster picture is within the limit of pixels.
fn check_size(name: &str, width: u32, height: u32) -> Result<(), Diagnostic> {
    if u64::from(width) * u64::from(height) <= PIXELS {
        return Ok(());
    }
    let (megapixels, most) = (u64::from(width) * u64::from(height) / 1_000_000, PIXELS / 1_000_000);
    let message = format!(
        "image `{name}` has {width} × {height} pixels, {megapixels} million; at most {most} million are read"
    );
    Err(Diagnostic::error("image-too-large", message)
        .help("scale it down: 300 dpi are enough for print"))
}

fn broken(name: &str, what: &str, why: &str) -> Diagnostic {
    Diagnostic::error("broken-image", format!("{what} `{name}` cannot be read: {why}"))
}

/// A shared picture or why there is none.
type Loaded = Result<Arc<Image>, Diagnostic>;
