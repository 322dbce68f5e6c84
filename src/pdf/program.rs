//! TrueType programs without what a PDF has no use for.
//!
//! The dictionaries say what the tables `name`, `post` and `OS/2` say (ISO 32000-1 §9.9 lists the
//! tables that count), and they take some 600 packed bytes a face.

/// The tables of an embedded TrueType program.
const WANTED: [&[u8; 4]; 9] =
    [b"cvt ", b"fpgm", b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp", b"prep"];

/// A font file with the wanted tables only; as it is, if it is not a plain TrueType file.
pub(super) fn lean(file: &[u8]) -> Vec<u8> {
    rebuilt(file).unwrap_or_else(|| file.to_vec())
}

fn rebuilt(file: &[u8]) -> Option<Vec<u8>> {
    if file.get(..4)? != [0, 1, 0, 0] {
        return None;
    }
    let number = |at: usize| Some(u32::from_be_bytes(file.get(at..at + 4)?.try_into().ok()?));
    let count = u16::from_be_bytes(file.get(4..6)?.try_into().ok()?);
    let mut tables: Vec<(&[u8], u32, &[u8])> = Vec::new();
    for record in (0..usize::from(count)).map(|i| 12 + 16 * i) {
        let tag = file.get(record..record + 4)?;
        let (start, length) = (number(record + 8)? as usize, number(record + 12)? as usize);
        if WANTED.iter().any(|wanted| *wanted == tag) {
            tables.push((tag, number(record + 4)?, file.get(start..start + length)?));
        }
    }
    let count = u16::try_from(tables.len()).ok().filter(|n| *n > 0)?;
    let power = count.ilog2();
    let range = 16u16 << power;
    let mut out = vec![0, 1, 0, 0];
    for field in [count, range, power as u16, count * 16 - range] {
        out.extend_from_slice(&field.to_be_bytes());
    }
    let mut start = 12 + 16 * tables.len();
    for (tag, sum, table) in &tables {
        out.extend_from_slice(tag);
        for field in [*sum, start as u32, table.len() as u32] {
            out.extend_from_slice(&field.to_be_bytes());
        }
        start += table.len().next_multiple_of(4);
    }
    for (_, _, table) in &tables {
        out.extend_from_slice(table);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use skrifa::raw::{FontRef, TableProvider};

    use super::*;
    use crate::paint::testkit::book;

    #[test]
    fn lean_program_keeps_its_outlines() {
        let book = book();
        let face = book.faces().find(|face| !face.is_cff()).expect("a TrueType face");
        let lean = lean(face.data());
        let (before, after) = (FontRef::new(face.data()), FontRef::new(&lean));
        let (before, after) = (before.expect("a font"), after.expect("a font"));
        assert!(after.name().is_err() && lean.len() < face.data().len());
        let glyphs =
            |font: &FontRef<'_>| font.glyf().expect("glyf").offset_data().as_bytes().to_vec();
        assert_eq!(glyphs(&before), glyphs(&after));
    }
}
