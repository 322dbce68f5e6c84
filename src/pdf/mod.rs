//! PDF: display lists become the bytes of a file.
//!
//! Input: the [`DisplayList`]s of a document, its structure, outline and destinations, and a
//! [`Request`]. Output: a tagged PDF 1.7 file that meets the standards of the asked-for [`Profile`]:
//! PDF/A-2a and PDF/UA-1 unless another is named. The same input gives the same bytes: no clock, no random names, no hash order. This is the only place that knows
//! points and a y axis that points up, and the only user of `printpdf` and `lopdf`.
//!
//! Sequence: `fonts` cuts the faces to what is used; `sheet` and `text` write pages as printpdf's
//! operations, `content` these as bytes; `printed` has what printpdf writes of it; `assemble` puts
//! pages, forms, pictures and fonts together;
//! `structure`, `navigation`, `attachment`, `standards` add what printpdf lacks; `profile` says what is
//! claimed and forbidden; `encode` writes the file.

mod assemble;
mod attachment;
mod containment;
mod content;
mod encode;
mod extent;
mod flate;
mod fonts;
mod gradient;
mod image;
mod metadata;
mod navigation;
mod object;
mod painter;
mod plate;
mod printed;
mod profile;
mod resources;
mod sheet;
mod standards;
mod state;
mod structure;
mod text;
mod vector;
mod written;

#[cfg(test)]
mod showcase;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::bits::BitSet;
use crate::diag::Diagnostic;
use crate::fonts::{FaceId, FontBook, SubsetPool};
use crate::paint::{DisplayList, Document};

pub use attachment::{Attachment, Relationship};
pub use encode::File;
pub use metadata::{Date, Metadata, is_property_name};
pub use profile::Profile;

use self::encode::PackedStreams;
use self::extent::Extents;
use self::flate::{Effort, deflate};
use self::fonts::Fonts;
use self::image::PictureCache;
use self::painter::write_page;
use self::plate::Plates;
use self::printed::PrintedFonts;
use self::sheet::Sheets;

/// The sRGB profile of the output intent: `sRGB-v2-magic` of the Compact ICC Profiles by Clinton
/// Ingram, 736 bytes, dedicated to the public domain (CC0 1.0), as its copyright tag says.
const SRGB: &[u8] = include_bytes!("srgb-v2.icc");

/// Glyphs, by face, of text that other documents of a batch show as well.
pub type FixedGlyphs = BTreeMap<FaceId, BitSet>;

/// What the documents of a batch share; one for all workers.
pub struct Batch {
    book: Arc<FontBook>,
    pool: SubsetPool,
    printed: PrintedFonts,
    plates: Plates,
    packed: PackedStreams,
    pictures: PictureCache,
    /// The output intent's profile, packed.
    profile: Vec<u8>,
    /// The profile that tells what CMYK is, packed.
    cmyk: Option<Vec<u8>>,
}

impl Batch {
    /// A batch over a book of faces.
    pub fn new(book: &Arc<FontBook>) -> Batch {
        Batch {
            book: Arc::clone(book),
            pool: SubsetPool::new(Arc::clone(book)),
            printed: PrintedFonts::default(),
            plates: Plates::default(),
            packed: PackedStreams::default(),
            pictures: PictureCache::default(),
            profile: deflate(SRGB, Effort::Batch),
            cmyk: None,
        }
    }

    /// Names the ICC profile that tells what CMYK is, where documents claim to be PDF/A: what shows CMYK
    /// without a profile of its own is within the claim then. [`profile_fault`](crate::images::profile_fault)
    /// must find nothing in it.
    pub fn calibrate_cmyk(&mut self, profile: &[u8]) {
        self.cmyk = Some(deflate(profile, Effort::Batch));
    }

    /// The profile of CMYK in documents of a [`Profile`], packed; none where it stays as it is.
    fn cmyk_of(&self, profile: Profile) -> Option<&[u8]> {
        self.cmyk.as_deref().filter(|_| profile.archive().is_some())
    }

    /// What a finding comes to in this batch under a profile: see [`Profile::judge`].
    pub fn judge(&self, profile: Profile, found: Diagnostic) -> Option<Diagnostic> {
        let is_calibrated = found.code == "device-cmyk" && self.cmyk.is_some();
        if is_calibrated { None } else { profile.judge(found) }
    }

    /// Says which characters the batch is going to show; see [`SubsetPool::announce`].
    pub fn announce(&self, characters: &BTreeSet<char>) {
        self.pool.announce(characters);
    }
}

/// What a document is to be, beside what its pages show.
#[derive(Clone, Copy, Debug)]
pub struct Request<'r> {
    /// What it says of itself.
    pub meta: &'r Metadata,
    /// Which standards it is to meet.
    pub profile: Profile,
    /// The files it holds.
    pub attachments: &'r [Attachment],
    /// Glyphs whose font is made once for all documents that have the same.
    pub fixed: &'r FixedGlyphs,
}

/// Writes a document. `lists` are those of `document`'s pages.
///
/// # Errors
/// A face that cannot be cut, and what the profile forbids: see [`Profile`].
pub fn write(
    lists: &[DisplayList],
    document: &Document,
    request: &Request<'_>,
    batch: &Batch,
) -> Result<File, Diagnostic> {
    let Request { meta, profile, attachments, fixed } = *request;
    let fonts = Fonts::collect(lists, fixed, batch)?;
    let mut sheets = Sheets::default();
    let cmyk = batch.cmyk_of(profile);
    let mut device_cmyk = false;
    for list in lists {
        device_cmyk |= write_page(list, &document.structure, &fonts, batch, cmyk, &mut sheets);
    }
    allowed(profile, device_cmyk && cmyk.is_none(), attachments)?;
    let marks = structure::marks(&sheets.finished);
    let mut assembled = assemble::assemble(lists, sheets, &fonts, batch, cmyk);
    let links = navigation::links(lists, &document.destinations, &mut assembled);
    let extents = Extents::of(lists);
    let root = structure::write(&document.structure, &marks, &links, &extents, &mut assembled);
    let outline = navigation::outline(lists, &document.bookmarks, &mut assembled);
    let destinations = navigation::destinations(lists, &document.destinations, &assembled);
    let files = attachment::write(&mut assembled.document, attachments, meta.date.as_ref());
    let pages = assembled.pages.len();
    if let Some(catalog) = navigation::catalog(&mut assembled.document) {
        navigation::begin_with(catalog, outline, pages);
        navigation::names(catalog, destinations, files);
        let labels: Vec<_> = document.pages.iter().map(|page| &page.label).collect();
        if let Some(labels) = navigation::page_labels(&labels) {
            catalog.set("PageLabels", labels);
        }
    }
    standards::write(&mut assembled.document, meta, profile, root, batch);
    Ok(encode::encode(&mut assembled.document, &mut assembled.written, &batch.packed))
}

/// The last look at what a profile forbids: earlier stages name the element, where they know it.
fn allowed(
    profile: Profile,
    device_cmyk: bool,
    attachments: &[Attachment],
) -> Result<(), Diagnostic> {
    let mut found = Vec::new();
    if device_cmyk {
        found.push(Diagnostic::warning("device-cmyk", "the document shows uncalibrated CMYK"));
    }
    if let Some(file) = attachments.first().filter(|_| !profile.takes_attachments()) {
        let message = format!("profile `{}` allows no files, `{}`", profile.name(), file.name);
        found.push(Diagnostic::error("attachment-forbidden", message));
    }
    let mut judged = found.into_iter().filter_map(|d| profile.judge(d));
    judged.next().map_or(Ok(()), Err)
}
