//! The mask of a QR code: which of the eight patterns makes it scan best (ISO/IEC 18004:2015 §7.8).
//!
//! `qrcodegen` can choose it, module by module, which takes seven eighths of the time of a code. Here a line
//! of modules is a few words of bits, and the code is made once to be judged and once more if another
//! mask than the first is best. The choice is the same; a test holds it to that.

use std::sync::LazyLock;

use qrcodegen::{DataTooLong, Mask, QrCode, QrCodeEcc, QrSegment, Version};

/// Makes a code with the best mask.
pub(super) fn encode(text: &str, ecc: QrCodeEcc) -> Result<QrCode, DataTooLong> {
    let segments = QrSegment::make_segments(text);
    let with = |mask: u8| {
        let (least, most) = (Version::MIN, Version::MAX);
        let mask = Some(Mask::new(mask));
        QrCode::encode_segments_advanced(&segments, ecc, least, most, mask, true)
    };
    let first = with(0)?;
    match best(&first) {
        0 => Ok(first),
        mask => with(mask),
    }
}

/// The modules of a row or column, the first in the lowest bit; there are at most 177.
type Line = [u64; 3];

fn set(line: &mut Line, at: usize, dark: bool) {
    let bit = 1 << (at % 64);
    line[at / 64] = if dark { line[at / 64] | bit } else { line[at / 64] & !bit };
}

/// A line moved towards its beginning by one.
fn next([a, b, c]: Line) -> Line {
    [a >> 1 | b << 63, b >> 1 | c << 63, c >> 1]
}

/// Where the modules of two lines are the same.
fn same(a: Line, b: Line) -> Line {
    [!(a[0] ^ b[0]), !(a[1] ^ b[1]), !(a[2] ^ b[2])]
}

fn both(a: Line, b: Line) -> Line {
    [a[0] & b[0], a[1] & b[1], a[2] & b[2]]
}

/// A code by rows and by columns.
#[derive(Clone)]
struct Grid {
    rows: Vec<Line>,
    columns: Vec<Line>,
}

impl Grid {
    fn of(size: usize, dark: impl Fn(usize, usize) -> bool) -> Grid {
        let lines = vec![[0; 3]; size];
        let mut grid = Grid { rows: lines.clone(), columns: lines };
        for y in 0..size {
            for x in (0..size).filter(|x| dark(*x, y)) {
                grid.set(x, y, true);
            }
        }
        grid
    }

    fn set(&mut self, x: usize, y: usize, dark: bool) {
        set(&mut self.rows[y], x, dark);
        set(&mut self.columns[x], y, dark);
    }

    /// Turns the modules over that a mask and mask 0 treat differently.
    fn mask(&mut self, mask: u8, is_data: &Grid) {
        let patterns = &PATTERNS[usize::from(mask)];
        let turn = |lines: &mut [Line], is_data: &[Line], pattern: &[Line; PERIOD]| {
            for (at, (line, is_data)) in lines.iter_mut().zip(is_data).enumerate() {
                let turned = both(*is_data, pattern[at % PERIOD]);
                (0..line.len()).for_each(|word| line[word] ^= turned[word]);
            }
        };
        turn(&mut self.rows, &is_data.rows, &patterns.rows);
        turn(&mut self.columns, &is_data.columns, &patterns.columns);
    }

    /// Writes level and mask beside the finder patterns (§7.9.1).
    fn write_format(&mut self, ecc: QrCodeEcc, mask: u8) {
        let level = match ecc {
            QrCodeEcc::Low => 1,
            QrCodeEcc::Medium => 0,
            QrCodeEcc::Quartile => 3,
            QrCodeEcc::High => 2,
        };
        let data = level << 3 | u32::from(mask);
        let rest = (0..10).fold(data, |rest, _| (rest << 1) ^ ((rest >> 9) * 0x537));
        let bits = (data << 10 | rest) ^ 0x5412;
        let size = self.rows.len();
        for i in 0..15 {
            let dark = bits >> i & 1 == 1;
            let (x, y) = match i {
                0..=5 => (8, i),
                6 | 7 => (8, i + 1),
                8 => (7, 8),
                _ => (14 - i, 8),
            };
            self.set(x, y, dark);
            let (x, y) = if i < 8 { (size - 1 - i, 8) } else { (8, size - 15 + i) };
            self.set(x, y, dark);
        }
    }

    /// How badly it scans (§7.8.3): long runs, blocks, what looks like a finder pattern, imbalance.
    fn penalty(&self) -> usize {
        let size = self.rows.len();
        let lines = self.rows.iter().chain(&self.columns);
        let runs: usize = lines.map(|line| runs(line, size)).sum();
        let blocks: usize = self.rows.windows(2).map(|pair| blocks(pair[0], pair[1], size)).sum();
        let dark: u32 = self.rows.iter().flatten().map(|word| word.count_ones()).sum();
        let total = size * size;
        // Their number is odd, so that it is never exactly half of them.
        let steps = (dark as usize * 20).abs_diff(total * 10).div_ceil(total) - 1;
        runs + blocks * 3 + steps * 10
    }
}

/// After how many rows or columns every mask repeats itself.
const PERIOD: usize = 12;

/// Where a mask and mask 0 differ, by rows and by columns.
struct Pattern {
    rows: [Line; PERIOD],
    columns: [Line; PERIOD],
}

static PATTERNS: LazyLock<[Pattern; 8]> = LazyLock::new(|| {
    std::array::from_fn(|mask| {
        let differs = |x, y| is_masked(mask as u8, x, y) != is_masked(0, x, y);
        let line = |is: &dyn Fn(usize) -> bool| {
            let mut line = [0; 3];
            (0..64 * line.len()).for_each(|at| set(&mut line, at, is(at)));
            line
        };
        Pattern {
            rows: std::array::from_fn(|y| line(&|x| differs(x, y))),
            columns: std::array::from_fn(|x| line(&|y| differs(x, y))),
        }
    })
});

/// Whether a mask turns over a data module (§7.8.2, table 10).
fn is_masked(mask: u8, x: usize, y: usize) -> bool {
    match mask {
        0 => (x + y).is_multiple_of(2),
        1 => y.is_multiple_of(2),
        2 => x.is_multiple_of(3),
        3 => (x + y).is_multiple_of(3),
        4 => (x / 3 + y / 2).is_multiple_of(2),
        5 => x * y % 2 + x * y % 3 == 0,
        6 => (x * y % 2 + x * y % 3).is_multiple_of(2),
        _ => ((x + y) % 2 + x * y % 3).is_multiple_of(2),
    }
}

/// The mask with the least penalty, the first of equals, for a code that has mask 0.
fn best(code: &QrCode) -> u8 {
    // Codes are square, and at least 21 wide.
    let size = code.size() as usize;
    let base = Grid::of(size, |x, y| code.get_module(x as i32, y as i32));
    let centres = alignment_centres(code);
    let is_data = Grid::of(size, |x, y| is_data(x, y, size, &centres));
    let penalty = |mask: &u8| {
        let mut grid = base.clone();
        grid.mask(*mask, &is_data);
        grid.write_format(code.error_correction_level(), *mask);
        grid.penalty()
    };
    (0..8).min_by_key(penalty).unwrap_or(0)
}

/// The rows and columns of the alignment patterns' centres (annex E).
fn alignment_centres(code: &QrCode) -> Vec<usize> {
    let version = usize::from(code.version().value());
    let count = if version == 1 { 0 } else { version / 7 + 2 };
    let step = match version {
        1 => 0,
        32 => 26,
        _ => (version * 4 + count * 2 + 1) / (count * 2 - 2) * 2,
    };
    let last = code.size() as usize - 7;
    (0..count).map(|i| if i + 1 == count { 6 } else { last - i * step }).collect()
}

/// Whether a module carries data: it is none of finder and alignment patterns, timing, format, version.
fn is_data(x: usize, y: usize, size: usize, centres: &[usize]) -> bool {
    let (near, far) = (|v: usize| v < 9, |v: usize| v >= size - 8);
    let finder = near(x) && (near(y) || far(y)) || far(x) && near(y);
    let timing = x == 6 || y == 6;
    let near = |v: usize| centres.iter().position(|c| c.abs_diff(v) <= 2);
    let alignment = near(x).zip(near(y)).is_some_and(|(i, j)| {
        // Centres begin at the far end; the last one is at 6. Three corners have finder patterns.
        let (first, last) = (0, centres.len() - 1);
        !matches!((i, j), (i, j) if i == last && (j == last || j == first) || i == first && j == last)
    });
    let version = size >= 45
        && (x < 6 && (size - 11..size - 8).contains(&y)
            || y < 6 && (size - 11..size - 8).contains(&x));
    !(finder || timing || alignment || version)
}

/// The penalties of a line: runs of five and more, and 1:1:3:1:1 with four light modules at one side.
fn runs(line: &Line, size: usize) -> usize {
    let mut penalty = 0;
    let mut finder = FinderLike { runs: [0; 7], border: size };
    let (mut at, mut dark) = (0, false);
    while at < size || dark {
        let end = end_of_run(line, at, dark).min(size);
        let length = end - at;
        if length >= 5 {
            penalty += length - 2;
        }
        let is_last = end == size && !dark;
        finder.push(if is_last { length + size } else { length });
        if !dark {
            penalty += finder.count() * 40;
        }
        if is_last {
            return penalty;
        }
        (at, dark) = (end, !dark);
    }
    finder.push(size);
    penalty + finder.count() * 40
}

/// Where the run of one colour that is at a place ends.
fn end_of_run(line: &Line, at: usize, dark: bool) -> usize {
    let mut word = at / 64;
    let mut first = u64::MAX << (at % 64);
    while let Some(bits) = line.get(word) {
        let other = if dark { !bits } else { *bits } & first;
        if other != 0 {
            return word * 64 + other.trailing_zeros() as usize;
        }
        (word, first) = (word + 1, u64::MAX);
    }
    line.len() * 64
}

/// The last seven runs of a line, the latest first; beyond its ends all is light.
struct FinderLike {
    runs: [usize; 7],
    border: usize,
}

impl FinderLike {
    fn push(&mut self, length: usize) {
        let border = if self.runs[0] == 0 { self.border } else { 0 };
        self.runs.copy_within(0..6, 1);
        self.runs[0] = length + border;
    }

    /// How many patterns end with the light run that came last: with light before, after, or both.
    fn count(&self) -> usize {
        let [after, n, b, c, d, e, before] = self.runs;
        let core = n > 0 && b == n && c == n * 3 && d == n && e == n;
        let sided = |long: usize, short: usize| usize::from(core && long >= n * 4 && short >= n);
        sided(after, before) + sided(before, after)
    }
}

/// How many two-by-two blocks of one colour two rows have.
fn blocks(upper: Line, lower: Line, size: usize) -> usize {
    let level = same(upper, lower);
    let blocks = both(both(level, next(level)), same(upper, next(upper)));
    let inside = |word: usize| match (size - 1).saturating_sub(word * 64) {
        bits @ 0..64 => (1u64 << bits) - 1,
        _ => u64::MAX,
    };
    blocks.iter().enumerate().map(|(word, bits)| (bits & inside(word)).count_ones() as usize).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mask_is_the_best_of_all() {
        let levels = [QrCodeEcc::Low, QrCodeEcc::Medium, QrCodeEcc::Quartile, QrCodeEcc::High];
        let text = |length: usize, seed: usize| -> String {
            (0..length)
                .map(|i| char::from(b'!' + ((i * i * 7 + i * 31 + seed * 13) % 90) as u8))
                .collect()
        };
        // Every version: its capacity at the lowest level is between those of its neighbours.
        let long = [1, 20, 100, 200, 400, 800, 1100, 1500, 1900, 2200, 2600, 2900];
        for (seed, length) in (0..60).map(|i| (i, i * 2 + 1)).chain(long.map(|n| (n, n))) {
            for level in levels {
                let text = text(length, seed);
                match (QrCode::encode_text(&text, level), encode(&text, level)) {
                    (Ok(whole), Ok(ours)) => assert!(whole == ours, "{level:?} {text}"),
                    (whole, ours) => assert_eq!(whole.is_err(), ours.is_err()),
                }
            }
        }
    }
}
