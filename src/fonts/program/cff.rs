//! CFF programs: a CID-keyed `CFF` table (Adobe Technical Note 5176) without subroutines.
//!
//! The glyphs' parts are charstrings. What precedes them (names, dictionaries) depends only on which
//! font dictionaries the glyphs belong to; it is taken once for every such set from a cut of one glyph
//! for each ([`Frame`]). Font dictionaries are known by their content, since each cut numbers them
//! anew. CIDs are the codes of the subset: they go on from that of the first glyph after `.notdef`.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;
use skrifa::raw::FontRef;
use skrifa::raw::types::Tag;

use super::{Glyph, cut, u16_at};
use crate::diag::Diagnostic;
use crate::fonts::face::Face;

/// What all subsets of a face share.
#[derive(Default)]
pub(super) struct Common {
    /// The font dictionaries met so far.
    dictionaries: Vec<Known>,
    /// Frames by their sets of font dictionaries.
    frames: Mutex<FxHashMap<BTreeSet<usize>, Arc<Frame>>>,
}

/// A font dictionary by its content.
struct Known {
    content: Vec<u8>,
    /// A glyph that belongs to it.
    glyph: u16,
}

/// The beginning of a program, up to its charset.
struct Frame {
    /// Header, names, dictionaries; offsets of what follows are still to be filled in.
    bytes: Vec<u8>,
    /// Places of the offsets of charset, `FDSelect` and charstrings.
    offsets: [usize; 3],
    /// The font dictionaries in order, as indices into [`Common::dictionaries`].
    dictionaries: Vec<usize>,
}

/// Operators of dictionaries (Technical Note 5176, tables 9, 10 and 23); escaped ones have a leading 12.
mod operator {
    pub const CHARSET: u16 = 15;
    pub const CHARSTRINGS: u16 = 17;
    pub const PRIVATE: u16 = 18;
    pub const FD_ARRAY: u16 = 12 << 8 | 36;
    pub const FD_SELECT: u16 = 12 << 8 | 37;
    pub const FONT_NAME: u16 = 12 << 8 | 38;
}

/// The number of strings that every reader knows (Technical Note 5176, appendix A).
const STANDARD_STRINGS: i32 = 391;

impl Common {
    /// Takes the glyphs out of a cut that holds just `ids`, in this order.
    pub(super) fn take(
        &mut self,
        font: &FontRef<'_>,
        ids: &[u16],
    ) -> Option<FxHashMap<u16, Glyph>> {
        let table = font.table_data(Tag::new(b"CFF "))?;
        let table = Table::read(table.as_bytes())?;
        let contents = table.dictionaries()?;
        let mut glyphs = FxHashMap::default();
        for (new, id) in ids.iter().enumerate() {
            let content = contents.get(table.dictionary_of(new)?)?;
            let known = self.dictionaries.iter().position(|known| known.content == *content);
            let font_dict = known.unwrap_or_else(|| {
                self.dictionaries.push(Known { content: content.clone(), glyph: *id });
                self.dictionaries.len() - 1
            });
            let bytes = Box::from(table.bytes.get(table.charstrings.get(new)?.clone())?);
            let glyph = Glyph { bytes, metrics: (0, 0), components: Vec::new(), font_dict, sum: 0 };
            glyphs.insert(*id, glyph);
        }
        Some(glyphs)
    }

    /// The table of these glyphs, the first of them `.notdef`, the next with the CID `first`; none inside
    /// if there are too many for its offsets.
    pub(super) fn program(
        &self,
        face: &Face,
        glyphs: &[(u16, &Glyph)],
        first: u16,
    ) -> Result<Option<Vec<u8>>, Diagnostic> {
        let wanted: BTreeSet<usize> = glyphs.iter().map(|(_, glyph)| glyph.font_dict).collect();
        let lock = || self.frames.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = lock().get(&wanted).map(Arc::clone);
        let frame = match kept {
            Some(frame) => frame,
            None => {
                let frame = Arc::new(self.frame(face, &wanted)?);
                lock().insert(wanted, Arc::clone(&frame));
                frame
            }
        };
        Ok(write(&frame, glyphs, first))
    }

    fn frame(&self, face: &Face, wanted: &BTreeSet<usize>) -> Result<Frame, Diagnostic> {
        let glyphs: Vec<u16> =
            wanted.iter().map(|at| self.dictionaries[*at].glyph).filter(|id| *id != 0).collect();
        let file = cut(face, &glyphs)?;
        let frame = FontRef::new(&file).ok().and_then(|font| {
            let table = font.table_data(Tag::new(b"CFF "))?;
            self.frame_of(&Table::read(table.as_bytes())?)
        });
        frame.ok_or_else(|| super::failed(face, "its CFF table is not understood"))
    }

    fn frame_of(&self, table: &Table<'_>) -> Option<Frame> {
        let mut bytes = table.bytes.get(..table.names_end)?.to_vec();
        let array = table.bytes.get(table.array.clone())?;
        let mut moved = array.to_vec();
        for dictionary in &table.dictionary_ranges {
            let entries = entries(table.bytes.get(dictionary.clone())?)?;
            let private = entries.iter().find(|entry| entry.operator == operator::PRIVATE)?;
            let [size, offset] = private.operands[..] else { return None };
            let private_bytes = table.bytes.get(offset as usize..(offset + size) as usize)?;
            // The second operand takes the five bytes before the operator.
            let at = dictionary.start - table.array.start + private.end - 6;
            put_offset(&mut moved, at, bytes.len())?;
            bytes.extend_from_slice(private_bytes);
        }
        let top = entries(table.bytes.get(table.top.clone())?)?;
        let place = |operator: u16| {
            let entry = top.iter().find(|entry| entry.operator == operator)?;
            Some(table.top.start + entry.end - if operator > 0xff { 7 } else { 6 })
        };
        let array = bytes.len();
        put_offset(&mut bytes, place(operator::FD_ARRAY)?, array)?;
        bytes.extend_from_slice(&moved);
        let offsets =
            [place(operator::CHARSET)?, place(operator::FD_SELECT)?, place(operator::CHARSTRINGS)?];
        let contents = table.dictionaries()?;
        let known =
            |content: &Vec<u8>| self.dictionaries.iter().position(|k| k.content == *content);
        let dictionaries = contents.iter().map(known).collect::<Option<Vec<_>>>()?;
        Some(Frame { bytes, offsets, dictionaries })
    }
}

fn write(frame: &Frame, glyphs: &[(u16, &Glyph)], first: u16) -> Option<Vec<u8>> {
    let mut out = frame.bytes.clone();
    let count = u16::try_from(glyphs.len()).ok()?;
    let [charset, select, charstrings] = frame.offsets;
    // Charset, format 2: one range of all CIDs after nought.
    let at = out.len();
    put_offset(&mut out, charset, at)?;
    out.push(2);
    if count > 1 {
        first.checked_add(count - 2)?;
        out.extend_from_slice(&first.to_be_bytes());
        out.extend_from_slice(&(count - 2).to_be_bytes());
    }
    // FDSelect, format 3: ranges of glyphs with the same font dictionary.
    let at = out.len();
    put_offset(&mut out, select, at)?;
    let mut ranges: Vec<(u16, u8)> = Vec::new();
    for ((_, glyph), new) in glyphs.iter().zip(0u16..) {
        let dictionary = frame.dictionaries.iter().position(|known| *known == glyph.font_dict)?;
        let dictionary = u8::try_from(dictionary).ok()?;
        if ranges.last().is_none_or(|(_, last)| *last != dictionary) {
            ranges.push((new, dictionary));
        }
    }
    out.push(3);
    out.extend_from_slice(&(ranges.len() as u16).to_be_bytes());
    for (first, dictionary) in ranges {
        out.extend_from_slice(&first.to_be_bytes());
        out.push(dictionary);
    }
    out.extend_from_slice(&count.to_be_bytes());
    // Charstrings, an INDEX.
    let at = out.len();
    put_offset(&mut out, charstrings, at)?;
    let size: usize = glyphs.iter().map(|(_, glyph)| glyph.bytes.len()).sum();
    let last = u32::try_from(size + 1).ok()?;
    let width = (4 - last.leading_zeros() as usize / 8).max(1);
    out.extend_from_slice(&count.to_be_bytes());
    out.push(width as u8);
    let mut offset = 1u32;
    out.extend_from_slice(&offset.to_be_bytes()[4 - width..]);
    for (_, glyph) in glyphs {
        offset += glyph.bytes.len() as u32;
        out.extend_from_slice(&offset.to_be_bytes()[4 - width..]);
    }
    out.reserve(size);
    glyphs.iter().for_each(|(_, glyph)| out.extend_from_slice(&glyph.bytes));
    Some(out)
}

/// Writes an offset in the five bytes that are kept for it.
fn put_offset(bytes: &mut [u8], at: usize, offset: usize) -> Option<()> {
    let place = bytes.get_mut(at..at + 5)?;
    // Anything else than the five-byte form is no place to put an offset.
    (place[0] == 29).then_some(())?;
    place[1..].copy_from_slice(&i32::try_from(offset).ok()?.to_be_bytes());
    Some(())
}

/// The parts of a CID-keyed table.
struct Table<'t> {
    bytes: &'t [u8],
    /// The top dictionary.
    top: Range<usize>,
    /// Where header, names, top dictionary, strings and global subroutines end.
    names_end: usize,
    strings: Vec<Range<usize>>,
    charstrings: Vec<Range<usize>>,
    /// `FDArray`, an INDEX, and the dictionaries in it.
    array: Range<usize>,
    dictionary_ranges: Vec<Range<usize>>,
    select: usize,
}

impl<'t> Table<'t> {
    fn read(bytes: &'t [u8]) -> Option<Table<'t>> {
        let (_, at) = index(bytes, usize::from(*bytes.get(2)?))?;
        let (tops, at) = index(bytes, at)?;
        let (strings, at) = index(bytes, at)?;
        let (_, names_end) = index(bytes, at)?;
        let top = tops.first()?.clone();
        let entries = entries(bytes.get(top.clone())?)?;
        let offset = |operator: u16| {
            let entry = entries.iter().find(|entry| entry.operator == operator)?;
            usize::try_from(*entry.operands.last()?).ok()
        };
        let (charstrings, _) = index(bytes, offset(operator::CHARSTRINGS)?)?;
        let array = offset(operator::FD_ARRAY)?;
        let (dictionary_ranges, array_end) = index(bytes, array)?;
        let select = offset(operator::FD_SELECT)?;
        let array = array..array_end;
        Some(Table {
            bytes,
            top,
            names_end,
            strings,
            charstrings,
            array,
            dictionary_ranges,
            select,
        })
    }

    /// The content of each font dictionary: its name, its other entries, its private dictionary.
    fn dictionaries(&self) -> Option<Vec<Vec<u8>>> {
        self.dictionary_ranges.iter().map(|range| self.content(range)).collect()
    }

    fn content(&self, range: &Range<usize>) -> Option<Vec<u8>> {
        let dictionary = self.bytes.get(range.clone())?;
        let mut content = Vec::new();
        for entry in entries(dictionary)? {
            match (entry.operator, &entry.operands[..]) {
                (operator::PRIVATE, [size, offset]) => {
                    let private = *offset as usize..(*offset + *size) as usize;
                    content.extend_from_slice(self.bytes.get(private)?);
                }
                (operator::FONT_NAME, [id]) if *id >= STANDARD_STRINGS => {
                    let name = self.strings.get((*id - STANDARD_STRINGS) as usize)?;
                    content.extend_from_slice(self.bytes.get(name.clone())?);
                }
                _ => content.extend_from_slice(dictionary.get(entry.start..entry.end)?),
            }
            content.push(0);
        }
        Some(content)
    }

    /// The font dictionary of a glyph.
    fn dictionary_of(&self, glyph: usize) -> Option<usize> {
        let at = self.select;
        match self.bytes.get(at)? {
            0 => Some(usize::from(*self.bytes.get(at + 1 + glyph)?)),
            3 => {
                let ranges = usize::from(u16_at(self.bytes, at + 1)?);
                let first = |range: usize| u16_at(self.bytes, at + 3 + range * 3);
                let range = (0..ranges)
                    .take_while(|range| first(*range).is_some_and(|id| usize::from(id) <= glyph))
                    .last()?;
                Some(usize::from(*self.bytes.get(at + 5 + range * 3)?))
            }
            _ => None,
        }
    }
}

/// An INDEX: the ranges of its objects, and where it ends.
fn index(bytes: &[u8], at: usize) -> Option<(Vec<Range<usize>>, usize)> {
    let count = usize::from(u16_at(bytes, at)?);
    if count == 0 {
        return Some((Vec::new(), at + 2));
    }
    let width = usize::from(*bytes.get(at + 2)?);
    let offset = |i: usize| {
        let start = at + 3 + i * width;
        let digits = bytes.get(start..start + width)?;
        Some(digits.iter().fold(0usize, |value, digit| value << 8 | usize::from(*digit)))
    };
    let data = at + 2 + (count + 1) * width;
    let ranges = (0..count)
        .map(|i| Some(data + offset(i)?..data + offset(i + 1)?))
        .collect::<Option<Vec<_>>>()?;
    let end = ranges.last()?.end;
    Some((ranges, end))
}

/// An entry of a dictionary: operands and operator, and the bytes it takes.
struct Entry {
    operator: u16,
    /// Whole operands; a real number counts as zero, none that matters here is real.
    operands: Vec<i32>,
    start: usize,
    end: usize,
}

/// The entries of a dictionary (Technical Note 5176, §4).
fn entries(bytes: &[u8]) -> Option<Vec<Entry>> {
    let mut out = Vec::new();
    let (mut at, mut start) = (0, 0);
    let mut operands = Vec::new();
    while let Some(first) = bytes.get(at).copied() {
        let byte = |i: usize| bytes.get(at + i).map(|b| i32::from(*b));
        match first {
            0..=21 => {
                let (operator, length) = match first {
                    12 => (12 << 8 | byte(1)? as u16, 2),
                    _ => (u16::from(first), 1),
                };
                at += length;
                let operands = std::mem::take(&mut operands);
                out.push(Entry { operator, operands, start, end: at });
                start = at;
            }
            28 => {
                operands.push(i32::from(u16_at(bytes, at + 1)? as i16));
                at += 3;
            }
            29 => {
                operands.push(i32::from_be_bytes(bytes.get(at + 1..at + 5)?.try_into().ok()?));
                at += 5;
            }
            30 => {
                let nibbles =
                    bytes.get(at + 1..)?.iter().position(|b| b & 0xf == 0xf || b >> 4 == 0xf);
                operands.push(0);
                at += 2 + nibbles?;
            }
            32..=246 => {
                operands.push(i32::from(first) - 139);
                at += 1;
            }
            247..=250 => {
                operands.push((i32::from(first) - 247) * 256 + byte(1)? + 108);
                at += 2;
            }
            251..=254 => {
                operands.push(-(i32::from(first) - 251) * 256 - byte(1)? - 108);
                at += 2;
            }
            _ => return None,
        }
    }
    Some(out)
}
