//! Advances of embedded font programs, read without the code that writes them: CFF (Adobe Technical
//! Notes 5176 and 5177) and TrueType (`head`, `hhea`, `hmtx`).

use std::collections::BTreeMap;

/// The advances of a program by CID, in thousandths of an em.
pub fn advances(program: &[u8], is_cff: bool) -> BTreeMap<u16, f64> {
    if is_cff { cff(program) } else { truetype(program) }
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_be_bytes([bytes[at], bytes[at + 1]])
}

fn truetype(file: &[u8]) -> BTreeMap<u16, f64> {
    let table = |tag: &[u8]| {
        let count = usize::from(u16_at(file, 4));
        let record = (0..count).map(|i| 12 + 16 * i).find(|at| &file[*at..*at + 4] == tag);
        let at = record.unwrap_or_else(|| panic!("no {}", String::from_utf8_lossy(tag)));
        let long = |at: usize| u32::from_be_bytes(file[at..at + 4].try_into().unwrap()) as usize;
        &file[long(at + 8)..long(at + 8) + long(at + 12)]
    };
    let em = f64::from(u16_at(table(b"head"), 18));
    let metrics = usize::from(u16_at(table(b"hhea"), 34));
    let glyphs = u16_at(table(b"maxp"), 4);
    let hmtx = table(b"hmtx");
    let advance = |glyph: u16| u16_at(hmtx, 4 * usize::from(glyph).min(metrics - 1));
    (0..glyphs).map(|glyph| (glyph, f64::from(advance(glyph)) * 1000.0 / em)).collect()
}

/// The items of an INDEX, and where it ends.
fn index(bytes: &[u8], at: usize) -> (Vec<&[u8]>, usize) {
    let count = usize::from(u16_at(bytes, at));
    if count == 0 {
        return (Vec::new(), at + 2);
    }
    let size = usize::from(bytes[at + 2]);
    let offset = |i: usize| {
        let at = at + 3 + i * size;
        bytes[at..at + size].iter().fold(0usize, |sum, byte| sum << 8 | usize::from(*byte))
    };
    let data = at + 2 + (count + 1) * size;
    let items = (0..count).map(|i| &bytes[data + offset(i)..data + offset(i + 1)]).collect();
    (items, data + offset(count))
}

/// The entries of a DICT; escaped operators have a leading 12.
fn dict(bytes: &[u8]) -> BTreeMap<u16, Vec<f64>> {
    let (mut entries, mut operands, mut at) = (BTreeMap::new(), Vec::new(), 0);
    while at < bytes.len() {
        let byte = bytes[at];
        at += 1;
        match byte {
            12 => {
                entries.insert(12 << 8 | u16::from(bytes[at]), std::mem::take(&mut operands));
                at += 1;
            }
            0..=21 => {
                entries.insert(u16::from(byte), std::mem::take(&mut operands));
            }
            28 => {
                operands.push(f64::from(u16_at(bytes, at).cast_signed()));
                at += 2;
            }
            29 => {
                let number = i32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
                operands.push(f64::from(number));
                at += 4;
            }
            30 => {
                let mut text = String::new();
                loop {
                    let pair = bytes[at];
                    at += 1;
                    for nibble in [pair >> 4, pair & 15] {
                        match nibble {
                            0..=9 => text.push(char::from(b'0' + nibble)),
                            10 => text.push('.'),
                            11 => text.push('E'),
                            12 => text.push_str("E-"),
                            14 => text.push('-'),
                            _ => {}
                        }
                    }
                    if pair & 15 == 15 {
                        break;
                    }
                }
                operands.push(text.parse().unwrap());
            }
            _ => {
                let (number, taken) = small(byte, &bytes[at..]);
                operands.push(number);
                at += taken;
            }
        }
    }
    entries
}

/// A number of one or two bytes, and how many follow the first.
fn small(byte: u8, rest: &[u8]) -> (f64, usize) {
    let b = f64::from(byte);
    match byte {
        32..=246 => (b - 139.0, 0),
        247..=250 => ((b - 247.0) * 256.0 + f64::from(rest[0]) + 108.0, 1),
        251..=254 => (-(b - 251.0) * 256.0 - f64::from(rest[0]) - 108.0, 1),
        _ => panic!("byte {byte} begins no number"),
    }
}

fn cff(table: &[u8]) -> BTreeMap<u16, f64> {
    const CHARSET: u16 = 15;
    const CHARSTRINGS: u16 = 17;
    const PRIVATE: u16 = 18;
    const DEFAULT_WIDTH: u16 = 20;
    const NOMINAL_WIDTH: u16 = 21;
    const MATRIX: u16 = 12 << 8 | 7;
    const FD_ARRAY: u16 = 12 << 8 | 36;
    const FD_SELECT: u16 = 12 << 8 | 37;
    let (_, at) = index(table, usize::from(table[2]));
    let (tops, _) = index(table, at);
    let top = dict(tops[0]);
    let place = |operator: u16| top[&operator][0] as usize;
    let (strings, _) = index(table, place(CHARSTRINGS));
    let (fonts, _) = index(table, place(FD_ARRAY));
    let fonts: Vec<_> = fonts.iter().map(|font| dict(font)).collect();
    let widths: Vec<[f64; 2]> = fonts
        .iter()
        .map(|font| {
            let [size, at] = font[&PRIVATE][..] else { panic!("no private dictionary") };
            let private = dict(&table[at as usize..(at + size) as usize]);
            [DEFAULT_WIDTH, NOMINAL_WIDTH].map(|key| private.get(&key).map_or(0.0, |v| v[0]))
        })
        .collect();
    let select = select(&table[place(FD_SELECT)..], strings.len());
    let cids = charset(&table[place(CHARSET)..], strings.len());
    let scale = |font: usize| {
        let matrix = |dict: &BTreeMap<u16, Vec<f64>>| dict.get(&MATRIX).map(|m| m[0]);
        let (top, own) = (matrix(&top), matrix(&fonts[font]));
        let scale = match (top, own) {
            (Some(top), Some(own)) => top * own,
            (one, other) => one.or(other).unwrap_or(0.001),
        };
        scale * 1000.0
    };
    let glyphs = strings.iter().zip(&cids).zip(&select);
    glyphs
        .map(|((string, cid), font)| {
            let [default, nominal] = widths[*font];
            let width = width(string).map_or(default, |width| nominal + width);
            (*cid, width * scale(*font))
        })
        .collect()
}

/// The font dictionary of each glyph.
fn select(bytes: &[u8], glyphs: usize) -> Vec<usize> {
    match bytes[0] {
        0 => bytes[1..=glyphs].iter().map(|font| usize::from(*font)).collect(),
        3 => {
            let ranges = usize::from(u16_at(bytes, 1));
            let first = |range: usize| usize::from(u16_at(bytes, 3 + 3 * range));
            let of = |range: usize| {
                let font = usize::from(bytes[5 + 3 * range]);
                std::iter::repeat_n(font, first(range + 1) - first(range))
            };
            (0..ranges).flat_map(of).collect()
        }
        other => panic!("FDSelect of format {other}"),
    }
}

/// The CID of each glyph.
fn charset(bytes: &[u8], glyphs: usize) -> Vec<u16> {
    let mut cids = vec![0u16];
    let mut at = 1;
    while cids.len() < glyphs {
        let first = u16_at(bytes, at);
        let left = match bytes[0] {
            0 => 0,
            1 => u16::from(bytes[at + 2]),
            _ => u16_at(bytes, at + 2),
        };
        at += [2, 3, 4][usize::from(bytes[0])];
        cids.extend(first..=first + left);
    }
    cids
}

/// The width that a Type 2 charstring begins with, as a difference from the nominal one; none if it
/// has the default.
fn width(string: &[u8]) -> Option<f64> {
    let (mut stack, mut at): (Vec<f64>, usize) = (Vec::new(), 0);
    loop {
        let byte = string[at];
        at += 1;
        let with_width = match byte {
            // Stems and hint masks take pairs; moves two or one; the end none.
            1 | 3 | 18 | 19 | 20 | 23 => stack.len() % 2 == 1,
            21 => stack.len() > 2,
            4 | 22 => stack.len() > 1,
            14 => stack.len() % 2 == 1,
            28 => {
                stack.push(f64::from(u16_at(string, at).cast_signed()));
                at += 2;
                continue;
            }
            255 => {
                let fixed = i32::from_be_bytes(string[at..at + 4].try_into().unwrap());
                stack.push(f64::from(fixed) / 65536.0);
                at += 4;
                continue;
            }
            32.. => {
                let (number, taken) = small(byte, &string[at..]);
                stack.push(number);
                at += taken;
                continue;
            }
            other => panic!("operator {other} before the width is known"),
        };
        return with_width.then(|| stack[0]);
    }
}
