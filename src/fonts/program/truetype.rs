//! TrueType programs: a font file with the tables that a PDF reader looks at (ISO 32000-1 §9.9).
//!
//! The glyphs' parts are entries of `glyf`, padded to words so that offsets and check sums simply add
//! up. All other tables follow from the face and from which glyphs there are. A composite names its
//! components by their ids in the subset: its part is written anew each time.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;
use skrifa::raw::tables::glyf::Glyph as Outline;
use skrifa::raw::types::Tag;
use skrifa::raw::{FontRef, TableProvider};

use super::{Glyph, u16_at};
use crate::fonts::face::Face;

/// What all subsets of a face share.
#[derive(Default)]
pub(super) struct Common {
    pub(super) head: Vec<u8>,
    pub(super) hhea: Vec<u8>,
    pub(super) maxp: Vec<u8>,
    /// Instructions: tables that may be missing.
    pub(super) programs: [Option<Vec<u8>>; 3],
    /// Whether `maxp` gets the points and contours of the subset's own glyphs, all of them simple.
    pub(super) counts_points: bool,
}

/// The tables of instructions.
const PROGRAMS: [&[u8; 4]; 3] = [b"cvt ", b"fpgm", b"prep"];

/// `head.checkSumAdjustment` makes the sum of the whole file this (OpenType, `head`).
const WHOLE_SUM: u32 = 0xb1b0_afba;

/// Adds what composite glyphs are composed of, to any depth.
pub(super) fn add_components(face: &Face, glyphs: &mut BTreeSet<u16>) {
    let font = FontRef::from_index(face.data(), face.index());
    let tables = font.and_then(|font| Ok((font.loca(None)?, font.glyf()?)));
    let Ok((loca, glyf)) = tables else { return };
    let mut queue: Vec<u16> = glyphs.iter().copied().collect();
    while let Some(glyph) = queue.pop() {
        if let Ok(Some(Outline::Composite(composite))) = loca.get_glyf(glyph.into(), &glyf) {
            let parts = composite.components().map(|part| part.glyph.to_u32() as u16);
            queue.extend(parts.filter(|part| glyphs.insert(*part)));
        }
    }
}

/// Takes the glyphs out of a cut that holds just `ids`, in this order.
pub(super) fn take(
    common: &mut Common,
    font: &FontRef<'_>,
    ids: &[u16],
) -> Option<FxHashMap<u16, Glyph>> {
    let table = |tag: &[u8; 4]| font.table_data(Tag::new(tag)).map(|data| data.as_bytes().to_vec());
    *common = Common {
        head: table(b"head")?,
        hhea: table(b"hhea")?,
        maxp: table(b"maxp")?,
        programs: PROGRAMS.map(table),
        counts_points: false,
    };
    let (loca, glyf, hmtx) = (font.loca(None).ok()?, font.glyf().ok()?, font.hmtx().ok()?);
    let glyf = glyf.offset_data().as_bytes();
    let mut glyphs = FxHashMap::default();
    for (new, id) in ids.iter().enumerate() {
        let (start, end) = (loca.get_raw(new)? as usize, loca.get_raw(new + 1)? as usize);
        let mut bytes = glyf.get(start..end)?.to_vec();
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        let components = components(&bytes)?
            .into_iter()
            .map(|(at, part)| Some((at, *ids.get(usize::from(part))?)))
            .collect::<Option<Vec<_>>>()?;
        let new = skrifa::GlyphId::from(new as u16);
        let metrics = (hmtx.advance(new)?, hmtx.side_bearing(new)?);
        let sum = sum(&bytes);
        let bytes = bytes.into_boxed_slice();
        glyphs.insert(*id, Glyph { bytes, metrics, components, font_dict: 0, sum });
    }
    Some(glyphs)
}

/// Where a `glyf` entry names other glyphs, and which; none if it is cut off (OpenType, `glyf`).
fn components(entry: &[u8]) -> Option<Vec<(usize, u16)>> {
    const WORDS: u16 = 0x1;
    const SCALE: u16 = 0x8;
    const MORE: u16 = 0x20;
    const X_AND_Y_SCALE: u16 = 0x40;
    const TWO_BY_TWO: u16 = 0x80;
    let mut out = Vec::new();
    if entry.is_empty() || entry[0] & 0x80 == 0 {
        return Some(out);
    }
    let mut at = 10;
    loop {
        let flags = u16_at(entry, at)?;
        out.push((at + 2, u16_at(entry, at + 2)?));
        at += if flags & WORDS != 0 { 8 } else { 6 };
        at += match flags {
            _ if flags & SCALE != 0 => 2,
            _ if flags & X_AND_Y_SCALE != 0 => 4,
            _ if flags & TWO_BY_TWO != 0 => 8,
            _ => 0,
        };
        if flags & MORE == 0 {
            return Some(out);
        }
    }
}

/// The font file of these glyphs, the first of them `.notdef`, the next with the id `first`; ids between have
/// neither outline nor width. None if there are too many for its offsets.
pub(super) fn program(common: &Common, glyphs: &[(u16, &Glyph)], first: u16) -> Option<Vec<u8>> {
    let ids = || std::iter::once(0).chain(first..);
    let new_ids: FxHashMap<u16, u16> =
        glyphs.iter().zip(ids()).map(|((id, _), new)| (*id, new)).collect();
    let count = u16::try_from(glyphs.len() + usize::from(first) - 1).ok()?;
    let mut entries = Vec::new();
    let mut loca = Vec::with_capacity(usize::from(count) + 1);
    let mut hmtx = Vec::with_capacity(usize::from(count) * 4);
    let mut glyf_sum = 0u32;
    for ((_, glyph), id) in glyphs.iter().zip(ids()) {
        loca.resize(usize::from(id) + 1, entries.len() as u32);
        hmtx.resize(usize::from(id) * 4, 0);
        let start = entries.len();
        entries.extend_from_slice(&glyph.bytes);
        let sum = if glyph.components.is_empty() {
            glyph.sum
        } else {
            for (at, part) in &glyph.components {
                let place = start + at..start + at + 2;
                entries[place].copy_from_slice(&new_ids.get(part)?.to_be_bytes());
            }
            sum(&entries[start..])
        };
        glyf_sum = glyf_sum.wrapping_add(sum);
        hmtx.extend_from_slice(&glyph.metrics.0.to_be_bytes());
        hmtx.extend_from_slice(&glyph.metrics.1.to_be_bytes());
    }
    let glyf_length = u32::try_from(entries.len()).ok()?;
    loca.push(glyf_length);
    let short = glyf_length / 2 <= u32::from(u16::MAX);
    let mut head = common.head.clone();
    head.get_mut(8..12)?.fill(0);
    head.get_mut(50..52)?.copy_from_slice(&u16::from(!short).to_be_bytes());
    let (mut hhea, mut maxp) = (common.hhea.clone(), common.maxp.clone());
    hhea.get_mut(34..36)?.copy_from_slice(&count.to_be_bytes());
    maxp.get_mut(4..6)?.copy_from_slice(&count.to_be_bytes());
    if common.counts_points {
        let sizes = glyphs.iter().map(|(_, glyph)| simple_size(&glyph.bytes));
        let (points, contours) =
            sizes.fold((0, 0), |(p, c), (points, contours)| (p.max(points), c.max(contours)));
        maxp.get_mut(6..8)?.copy_from_slice(&points.to_be_bytes());
        maxp.get_mut(8..10)?.copy_from_slice(&contours.to_be_bytes());
    }
    let loca: Vec<u8> = match short {
        true => loca.iter().flat_map(|offset| ((offset / 2) as u16).to_be_bytes()).collect(),
        false => loca.iter().flat_map(|offset| offset.to_be_bytes()).collect(),
    };
    let [cvt, fpgm, prep] = &common.programs;
    let some = |tag, table: &Option<Vec<u8>>| table.clone().map(|table| (tag, table));
    let before: Vec<(&[u8; 4], Vec<u8>)> =
        [some(b"cvt ", cvt), some(b"fpgm", fpgm)].into_iter().flatten().collect();
    let after: Vec<(&[u8; 4], Vec<u8>)> = [
        Some((b"head", head)),
        Some((b"hhea", hhea)),
        Some((b"hmtx", hmtx)),
        Some((b"loca", loca)),
        Some((b"maxp", maxp)),
        some(b"prep", prep),
    ]
    .into_iter()
    .flatten()
    .collect();
    Some(file(before, entries, glyf_sum, after))
}

/// How many points and contours a simple `glyf` entry has.
fn simple_size(entry: &[u8]) -> (u16, u16) {
    let contours = u16_at(entry, 0).unwrap_or(0);
    let last = (8 + 2 * usize::from(contours)).max(10);
    let points = u16_at(entry, last).map_or(0, |last| last.saturating_add(1));
    if contours == 0 { (0, 0) } else { (points, contours) }
}

/// Directory and tables, in the order of their tags; `glyf` stands between the others.
fn file(
    before: Vec<(&[u8; 4], Vec<u8>)>,
    glyf: Vec<u8>,
    glyf_sum: u32,
    mut after: Vec<(&[u8; 4], Vec<u8>)>,
) -> Vec<u8> {
    let count = (before.len() + 1 + after.len()) as u16;
    let power = count.ilog2();
    let range = 16u16 << power;
    let mut directory = vec![0, 1, 0, 0];
    for field in [count, range, power as u16, count * 16 - range] {
        directory.extend_from_slice(&field.to_be_bytes());
    }
    let mut start = 12 + 16 * u32::from(count);
    let mut all = 0u32;
    let mut record = |tag: &[u8; 4], sum: u32, length: u32| {
        directory.extend_from_slice(tag);
        for field in [sum, start, length] {
            directory.extend_from_slice(&field.to_be_bytes());
        }
        start += length.next_multiple_of(4);
        all = all.wrapping_add(sum);
    };
    let own = |(tag, table): &(&[u8; 4], Vec<u8>)| (**tag, sum(table), table.len() as u32);
    for (tag, sum, length) in before.iter().map(own) {
        record(&tag, sum, length);
    }
    record(b"glyf", glyf_sum, glyf.len() as u32);
    for (tag, sum, length) in after.iter().map(own) {
        record(&tag, sum, length);
    }
    let adjustment = WHOLE_SUM.wrapping_sub(all.wrapping_add(sum(&directory)));
    if let Some((_, head)) = after.iter_mut().find(|(tag, _)| *tag == b"head") {
        head[8..12].copy_from_slice(&adjustment.to_be_bytes());
    }
    let padded = |out: &mut Vec<u8>, tables: Vec<(&[u8; 4], Vec<u8>)>| {
        for (_, table) in tables {
            out.extend_from_slice(&table);
            out.resize(out.len().next_multiple_of(4), 0);
        }
    };
    let mut out = directory;
    padded(&mut out, before);
    out.extend_from_slice(&glyf);
    padded(&mut out, after);
    out
}

/// The sum of a table's words, the last one filled up with zeros.
pub(super) fn sum(table: &[u8]) -> u32 {
    table.chunks(4).fold(0u32, |sum, chunk| {
        let mut word = [0; 4];
        word[..chunk.len()].copy_from_slice(chunk);
        sum.wrapping_add(u32::from_be_bytes(word))
    })
}
