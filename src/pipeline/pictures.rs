//! What the earlier stages know, in the form in which later ones ask for it: pictures by their address
//! in a page, measures of fonts by family.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use crate::css::{FontMetrics, FontRatios};
use crate::diag::Diagnostic;
use crate::fonts::{FaceQuery, FontBook, Slant};
use crate::geom::Color;
use crate::images::{Image, ImageStore, QrLevel};
use crate::layout::boxes::Pictures;

/// The pictures of a page that stands in `folder`.
pub(super) struct PagePictures<'a> {
    pub store: &'a ImageStore,
    /// Relative to the project.
    pub folder: &'a str,
    pub found: &'a PictureFindings,
}

/// What could not be shown of pictures as written, once for each picture of a batch.
#[derive(Default)]
pub(super) struct PictureFindings(Mutex<BTreeMap<[u8; 32], Vec<Diagnostic>>>);

impl PictureFindings {
    fn note(&self, image: &Image) {
        if !image.diagnostics.is_empty() {
            let mut found = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            found.entry(image.digest).or_insert_with(|| image.diagnostics.clone());
        }
    }

    /// The findings of all pictures.
    pub fn take(&self) -> Vec<Diagnostic> {
        let mut found = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *found).into_values().flatten().collect()
    }
}

impl Pictures for PagePictures<'_> {
    fn load(&self, url: &str) -> Result<Arc<Image>, Diagnostic> {
        let image = self.store.load_src(url, Path::new(self.folder))?;
        self.found.note(&image);
        Ok(image)
    }

    fn inline_svg(&self, svg: &str, color: Color) -> Result<Arc<Image>, Diagnostic> {
        let image = self.store.inline_svg(svg, color, "inline svg")?;
        self.found.note(&image);
        Ok(image)
    }

    fn qr(&self, text: &str, level: &str) -> Result<Arc<Image>, Diagnostic> {
        let level = match level.trim() {
            "L" | "l" => QrLevel::Low,
            "Q" | "q" => QrLevel::Quartile,
            "H" | "h" => QrLevel::High,
            _ => QrLevel::Medium,
        };
        self.store.qr(text, level)
    }
}

/// The measures of the faces of a book.
pub(super) struct BookMetrics<'a>(pub &'a FontBook);

impl FontMetrics for BookMetrics<'_> {
    fn ratios(&self, families: &[Arc<str>], weight: f32, italic: bool) -> FontRatios {
        let slant = if italic { Slant::Italic } else { Slant::Upright };
        let query = FaceQuery { weight, slant, stretch: 100.0 };
        let faces = self.0.fallback_list(families, &query);
        let Some(face) = self.0.first_available(&faces) else { return FontRatios::default() };
        let m = &self.0.face(face).metrics;
        FontRatios {
            ex: m.x_height,
            ch: m.zero_advance,
            cap: m.cap_height,
            ic: m.ideographic_advance,
            line_height: m.ascent + m.descent + m.line_gap,
        }
    }
}
