//! Display items to sheets: pages, groups, transforms.

use super::Batch;
use super::fonts::Fonts;
use super::gradient;
use super::sheet::{Form, Sheet, Sheets, page_bounds};
use crate::geom::Transform;
use crate::paint::{DisplayItem, DisplayList, Structure};

/// Writes one page as a sheet; whether it shows uncalibrated CMYK.
pub(super) fn write_page(
    list: &DisplayList,
    structure: &Structure,
    fonts: &Fonts<'_>,
    batch: &Batch,
    cmyk: Option<&[u8]>,
    sheets: &mut Sheets,
) -> bool {
    let beyond = list.beyond();
    let (width, height) = (list.size.width + beyond * 2.0, list.size.height + beyond * 2.0);
    let space = Transform {
        a: 0.75,
        d: -0.75,
        e: beyond.to_pt(),
        f: (list.size.height + beyond).to_pt(),
        ..Transform::IDENTITY
    };
    let mut sheet = Sheet::page(space, structure, sheets);
    // A run of glyphs takes some four operations; moving them again and again costs more than the room.
    sheet.ops.reserve(list.items.len() * 4);
    let painter = Painter { fonts, batch, cmyk, bounds: page_bounds(width, height) };
    painter.items(&mut sheet, &list.items, 1.0, false);
    let device_cmyk = sheet.device_cmyk;
    sheet.finish(None);
    device_cmyk
}

/// Writes display items to sheets.
struct Painter<'p, 'f> {
    fonts: &'p Fonts<'f>,
    batch: &'p Batch,
    /// The profile that tells what CMYK is, packed.
    cmyk: Option<&'p [u8]>,
    /// The page in its own space.
    bounds: [f32; 4],
}

impl Painter<'_, '_> {
    /// Writes items; `moved` within a transform, where the page's bounds say nothing.
    fn items(&self, sheet: &mut Sheet<'_>, items: &[DisplayItem], opacity: f32, mut moved: bool) {
        let mut saved = Vec::new();
        let mut at = 0;
        while let Some(item) = items.get(at) {
            at += 1;
            match item {
                DisplayItem::BeginGroup { opacity } => {
                    let end = at + group_length(&items[at..]);
                    self.group(sheet, &items[at..end], *opacity, moved);
                    at = end + 1;
                }
                DisplayItem::Save => {
                    saved.push(moved);
                    sheet.save();
                }
                DisplayItem::Restore => {
                    moved = saved.pop().unwrap_or(moved);
                    sheet.restore();
                }
                DisplayItem::Transform(transform) => {
                    moved = true;
                    sheet.transform(transform);
                }
                item => self.item(sheet, item, opacity),
            }
        }
    }

    fn item(&self, sheet: &mut Sheet<'_>, item: &DisplayItem, opacity: f32) {
        match item {
            DisplayItem::BeginTag(mark) => sheet.begin_tag(*mark),
            DisplayItem::EndTag => sheet.end_tag(),
            DisplayItem::Clip { path, rule } => sheet.clip(&path.segments, *rule),
            DisplayItem::Fill { path, paint, rule } => {
                sheet.fill(&path.segments, paint, *rule, opacity);
            }
            DisplayItem::Stroke { path, paint, style } => {
                sheet.stroke(&path.segments, paint, style, opacity);
            }
            DisplayItem::Glyphs(item) => {
                sheet.glyphs(item, self.fonts, self.batch.book.face(item.face), opacity);
            }
            DisplayItem::Image { image, rect } => {
                let picture = self.batch.pictures.get(image, self.cmyk);
                let digest = &image.digest[..8];
                let number = digest.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
                sheet.picture(picture, format!("I{number:016x}"), *rect, opacity);
            }
            // Handled where items are walked through.
            DisplayItem::BeginGroup { .. }
            | DisplayItem::EndGroup
            | DisplayItem::Save
            | DisplayItem::Restore
            | DisplayItem::Transform(_) => {}
        }
    }

    /// A group of one opacity: a transparency group, unless it holds but one thing that can be
    /// painted with that opacity itself.
    fn group(&self, sheet: &mut Sheet<'_>, items: &[DisplayItem], opacity: f32, moved: bool) {
        if is_single(items) {
            return self.items(sheet, items, opacity, moved);
        }
        let bounds = if moved { gradient::BOUNDS } else { self.bounds };
        let mut inner = sheet.beside();
        self.items(&mut inner, items, 1.0, moved);
        let cmyk = inner.device_cmyk;
        let form = Form { bounds, group: Some("DeviceRGB"), isolated: false };
        let index = inner.finish(Some(form));
        sheet.device_cmyk |= cmyk;
        sheet.group(index, opacity);
    }
}

/// The number of items before the end of the group they stand in.
fn group_length(items: &[DisplayItem]) -> usize {
    let mut depth = 0usize;
    for (i, item) in items.iter().enumerate() {
        match item {
            DisplayItem::BeginGroup { .. } => depth += 1,
            DisplayItem::EndGroup if depth == 0 => return i,
            DisplayItem::EndGroup => depth -= 1,
            _ => {}
        }
    }
    items.len()
}

/// Whether items mark the page once only, and not with a picture of parts.
fn is_single(items: &[DisplayItem]) -> bool {
    use crate::images::ImageKind::Vector;
    let mut marks = 0;
    for item in items {
        match item {
            DisplayItem::BeginGroup { .. } => return false,
            DisplayItem::Image { image, .. } if matches!(image.kind, Vector(_)) => return false,
            DisplayItem::Glyphs(_)
            | DisplayItem::Fill { .. }
            | DisplayItem::Stroke { .. }
            | DisplayItem::Image { .. } => marks += 1,
            _ => {}
        }
    }
    marks <= 1
}
