//! Which characters a face has, as a bitmap that answers in a few nanoseconds, and a summary by
//! Unicode block for people.
//!
//! Input: a face's character map. Output: [`Coverage`], [`CoverageSummary`]. It knows nothing of
//! what shaping can make out of other characters; see `Face::can_show` for that.

use harfrust::Font;

/// Number of 256-character pages in Unicode.
const PAGES: usize = 0x1100;

/// The set of characters of one face.
pub(super) struct Coverage {
    /// For each page of 256 characters, the index of its bits; 0 is the empty page.
    pages: Box<[u16]>,
    bits: Vec<[u64; 4]>,
    count: usize,
}

impl Coverage {
    /// Reads the character map once, from end to end.
    pub(super) fn read(font: &Font) -> Coverage {
        let mut c =
            Coverage { pages: vec![0; PAGES].into_boxed_slice(), bits: vec![[0; 4]], count: 0 };
        for (code, glyph) in font.charmap().unicodes() {
            if glyph.to_u32() != 0 && char::from_u32(code).is_some() {
                c.insert(code);
            }
        }
        c
    }

    fn insert(&mut self, code: u32) {
        let Some(page) = self.pages.get_mut((code >> 8) as usize) else { return };
        if *page == 0 {
            *page = self.bits.len() as u16;
            self.bits.push([0; 4]);
        }
        let word = &mut self.bits[usize::from(*page)][(code as usize >> 6) & 3];
        let bit = 1u64 << (code & 63);
        self.count += usize::from(*word & bit == 0);
        *word |= bit;
    }

    /// Whether the character map has this character.
    pub(super) fn has(&self, c: char) -> bool {
        let code = c as u32;
        let page = self.pages[(code >> 8) as usize];
        self.bits[usize::from(page)][(code as usize >> 6) & 3] >> (code & 63) & 1 == 1
    }

    /// How many characters of each block there are; blocks without any are left out.
    pub(super) fn summary(&self) -> CoverageSummary {
        let mut rest = self.count;
        let mut blocks = Vec::new();
        for &(name, first, last) in BLOCKS {
            let covered =
                (first..=last).filter_map(char::from_u32).filter(|c| self.has(*c)).count();
            rest -= covered;
            if covered > 0 {
                blocks.push(BlockCoverage { name, covered, size: (last - first + 1) as usize });
            }
        }
        CoverageSummary { count: self.count, blocks, elsewhere: rest }
    }
}

/// What a face covers, for `urkunde fonts`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoverageSummary {
    /// How many characters the face has in all.
    pub count: usize,
    /// The blocks it has any of, in the order of Unicode.
    pub blocks: Vec<BlockCoverage>,
    /// How many characters lie in blocks this summary does not name.
    pub elsewhere: usize,
}

/// What a face covers of one Unicode block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockCoverage {
    /// The block's name.
    pub name: &'static str,
    /// How many characters of it the face has.
    pub covered: usize,
    /// How many code points the block's assigned range has.
    pub size: usize,
}

/// Unicode blocks that documents here are made of. Han blocks end at their last assigned character
/// as of Unicode 16. Ranges do not overlap.
const BLOCKS: &[(&str, u32, u32)] = &[
    ("Basic Latin", 0x20, 0x7e),
    ("Latin-1 Supplement", 0xa0, 0xff),
    ("Latin Extended-A", 0x100, 0x17f),
    ("Latin Extended-B", 0x180, 0x24f),
    ("IPA Extensions", 0x250, 0x2af),
    ("Combining Diacritical Marks", 0x300, 0x36f),
    ("Greek", 0x370, 0x3ff),
    ("Cyrillic", 0x400, 0x4ff),
    ("Latin Extended Additional", 0x1e00, 0x1eff),
    ("General Punctuation", 0x2000, 0x206f),
    ("Superscripts and Subscripts", 0x2070, 0x209f),
    ("Currency Symbols", 0x20a0, 0x20cf),
    ("Letterlike Symbols", 0x2100, 0x214f),
    ("Number Forms", 0x2150, 0x218f),
    ("Arrows", 0x2190, 0x21ff),
    ("Mathematical Operators", 0x2200, 0x22ff),
    ("Enclosed Alphanumerics", 0x2460, 0x24ff),
    ("Box Drawing", 0x2500, 0x257f),
    ("Geometric Shapes", 0x25a0, 0x25ff),
    ("CJK Symbols and Punctuation", 0x3000, 0x303f),
    ("Hiragana", 0x3040, 0x309f),
    ("Katakana", 0x30a0, 0x30ff),
    ("Bopomofo", 0x3100, 0x312f),
    ("CJK Extension A", 0x3400, 0x4dbf),
    ("CJK Unified Ideographs", 0x4e00, 0x9fff),
    ("Hangul Syllables", 0xac00, 0xd7a3),
    ("CJK Compatibility Ideographs", 0xf900, 0xfaff),
    ("Halfwidth and Fullwidth Forms", 0xff01, 0xffee),
    ("CJK Extension B", 0x20000, 0x2a6df),
    ("CJK Extension C", 0x2a700, 0x2b739),
    ("CJK Extension D", 0x2b740, 0x2b81d),
    ("CJK Extension E", 0x2b820, 0x2cea1),
    ("CJK Extension F", 0x2ceb0, 0x2ebe0),
    ("CJK Extension I", 0x2ebf0, 0x2ee5d),
    ("CJK Extension G", 0x30000, 0x3134a),
    ("CJK Extension H", 0x31350, 0x323af),
];
