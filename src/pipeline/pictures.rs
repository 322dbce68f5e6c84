//! What the earlier stages know, in the form in which later ones ask for it: pictures by their address
//! in a page, measures of fonts by family.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::reads::Reads;
use crate::css::computed::{FontStyle, TextStyle};
use crate::css::{FontMetrics, FontRatios};
use crate::diag::{Diagnostic, nearest};
use crate::fonts::{FaceQuery, FontBook, Slant};
use crate::images::{Image, ImageStore, InheritedStyle, QrLevel};
use crate::layout::boxes::Pictures;
use crate::layout::fragment::ElementId;

/// The pictures of a page that stands in `folder`.
pub(super) struct PagePictures<'a> {
    pub store: &'a ImageStore,
    /// Relative to the project.
    pub folder: &'a str,
    pub found: &'a PictureFindings,
    pub reads: &'a Reads,
}

/// What could not be shown of pictures as written, once for each picture of a batch.
#[derive(Default)]
pub(super) struct PictureFindings {
    of_pictures: Mutex<BTreeMap<[u8; 32], Vec<Diagnostic>>>,
    /// Messages that have been told where a page asks for the picture.
    told: Mutex<BTreeSet<String>>,
}

impl PictureFindings {
    fn note(&self, image: &Image) {
        if !image.diagnostics.is_empty() {
            let mut found = self.of_pictures.lock().unwrap_or_else(PoisonError::into_inner);
            found.entry(image.digest).or_insert_with(|| image.diagnostics.clone());
        }
    }

    /// Notes what has been told of pictures at their place in a page.
    pub fn tell(&self, found: &[(Option<ElementId>, Diagnostic)]) {
        if found.is_empty() {
            return;
        }
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.extend(found.iter().map(|(_, diagnostic)| diagnostic.message.clone()));
    }

    /// The findings of pictures that no page has told: those of sheets.
    pub fn take(&self) -> Vec<Diagnostic> {
        let mut found = self.of_pictures.lock().unwrap_or_else(PoisonError::into_inner);
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let all = std::mem::take(&mut *found).into_values().flatten();
        all.filter(|diagnostic| !told.contains(&diagnostic.message)).collect()
    }
}

impl Pictures for PagePictures<'_> {
    fn load(&self, url: &str) -> Result<Arc<Image>, Diagnostic> {
        let image = self.store.load_src(url, Path::new(self.folder))?;
        self.found.note(&image);
        self.reads.picture(url, &image.digest);
        Ok(image)
    }

    fn inline_svg(&self, svg: &str, style: &TextStyle) -> Result<Arc<Image>, Diagnostic> {
        let inherited = InheritedStyle {
            color: style.color,
            families: &style.families,
            size: style.size,
            weight: style.weight,
            italic: style.style != FontStyle::Normal,
        };
        let folder = Path::new(self.folder);
        let image = self.store.inline_svg(svg, &inherited, folder, "inline svg")?;
        self.reads.drawn(&image.digest);
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
    fn has_family(&self, name: &str) -> bool {
        self.0.has_family(name)
    }

    fn nearest_family(&self, name: &str) -> Option<String> {
        nearest(name, self.0.family_names()).map(str::to_string)
    }

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
