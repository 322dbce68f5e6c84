//! The mask of a QR code: which of the eight patterns makes it scan best (ISO/IEC 18004:2015 §7.8).
//!
//! `qrcodegen` can choose it, module by module, which takes seven eighths of the time of a code. Here a line
//! of modules is a few words of bits, and the code is made once and its mask changed. What comes out is the
//! same; a test holds it to that.

use std::sync::{LazyLock, OnceLock};

use qrcodegen::{DataTooLong, Mask, QrCode, QrCodeEcc, QrSegment, Version};

/// Makes a code with the best mask.
pub(super) fn encode(text: &str, ecc: QrCodeEcc) -> Result<Modules, DataTooLong> {
    let segments = QrSegment::make_segments(text);
    let (least, most, mask) = (Version::MIN, Version::MAX, Some(Mask::new(0)));
    let code = QrCode::encode_segments_advanced(&segments, ecc, least, most, mask, true)?;
    // A line with the margin that patterns are looked for with: one word is enough for most codes.
    match code.size() as usize + MARGIN + LOOK_AHEAD {
        ..=64 => Ok(best::<1>(&code)),
        _ => Ok(best::<3>(&code)),
    }
}

/// The modules of a code.
pub(super) struct Modules {
    /// How many are in a row, and in a column.
    pub(super) size: usize,
    rows: Vec<Line<3>>,
}

impl Modules {
    /// The runs of dark modules in each row: where they begin and where they end.
    pub(super) fn runs(&self) -> impl Iterator<Item = impl Iterator<Item = (usize, usize)>> {
        self.rows.iter().map(|row| {
            let begin = ones(without(*row, later(*row, 1)));
            begin.zip(ones(without(*row, next(*row))).map(|last| last + 1))
        })
    }

    /// Whether a module is dark; those beyond the code are not.
    #[cfg(test)]
    pub(super) fn is_dark(&self, x: i32, y: i32) -> bool {
        let row = usize::try_from(y).ok().and_then(|y| self.rows.get(y));
        let (Some(row), Ok(x)) = (row, usize::try_from(x)) else { return false };
        row.get(x / 64).is_some_and(|word| word >> (x % 64) & 1 == 1)
    }
}

/// The modules of a row or column, the first in the lowest bit; there are at most 177, so that three
/// words are enough, with [`MARGIN`] and [`LOOK_AHEAD`].
type Line<const W: usize> = [u64; W];

/// Light modules that are looked at before a line.
const MARGIN: usize = 4;
/// Light modules that are looked at after it.
const LOOK_AHEAD: usize = 11;

fn set<const W: usize>(line: &mut Line<W>, at: usize, dark: bool) {
    let bit = 1 << (at % 64);
    line[at / 64] = if dark { line[at / 64] | bit } else { line[at / 64] & !bit };
}

/// A line moved towards its beginning by one.
fn next<const W: usize>(line: Line<W>) -> Line<W> {
    std::array::from_fn(|word| line[word] >> 1 | line.get(word + 1).map_or(0, |next| next << 63))
}

/// Where the modules of two lines are the same.
fn same<const W: usize>(a: Line<W>, b: Line<W>) -> Line<W> {
    std::array::from_fn(|word| !(a[word] ^ b[word]))
}

fn both<const W: usize>(a: Line<W>, b: Line<W>) -> Line<W> {
    std::array::from_fn(|word| a[word] & b[word])
}

fn either<const W: usize>(a: Line<W>, b: Line<W>) -> Line<W> {
    std::array::from_fn(|word| a[word] | b[word])
}

fn without<const W: usize>(a: Line<W>, b: Line<W>) -> Line<W> {
    std::array::from_fn(|word| a[word] & !b[word])
}

/// A line moved towards its end, by less than a word and by one at least.
fn later<const W: usize>(line: Line<W>, by: usize) -> Line<W> {
    let carry = |word: usize| word.checked_sub(1).map_or(0, |before| line[before] >> (64 - by));
    std::array::from_fn(|word| line[word] << by | carry(word))
}

/// The first modules of a line.
fn below<const W: usize>(length: usize) -> Line<W> {
    std::array::from_fn(|word| match length.saturating_sub(word * 64) {
        bits @ 0..64 => (1u64 << bits) - 1,
        _ => u64::MAX,
    })
}

/// The places of the dark modules of a line.
fn ones<const W: usize>(line: Line<W>) -> impl Iterator<Item = usize> {
    line.into_iter().enumerate().flat_map(|(word, bits)| {
        let rest = |bits: &u64| Some(bits & (bits - 1)).filter(|rest| *rest != 0);
        std::iter::successors(Some(bits).filter(|bits| *bits != 0), rest)
            .map(move |bits| word * 64 + bits.trailing_zeros() as usize)
    })
}

fn count<const W: usize>(line: Line<W>) -> usize {
    line.iter().map(|word| word.count_ones() as usize).sum()
}

/// A code by rows and by columns.
#[derive(Clone)]
struct Grid<const W: usize> {
    rows: Vec<Line<W>>,
    columns: Vec<Line<W>>,
}

impl<const W: usize> Grid<W> {
    fn of(size: usize, dark: impl Fn(usize, usize) -> bool) -> Grid<W> {
        let lines = vec![[0; W]; size];
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
    fn mask(&mut self, mask: u8, is_data: &Grid<3>) {
        let patterns = &PATTERNS[usize::from(mask)];
        let turn = |lines: &mut [Line<W>], is_data: &[Line<3>], pattern: &[Line<3>; PERIOD]| {
            for (at, (line, is_data)) in lines.iter_mut().zip(is_data).enumerate() {
                let turned = both(*is_data, pattern[at % PERIOD]);
                (0..W).for_each(|word| line[word] ^= turned[word]);
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

    /// How badly it scans (§7.8.3): long runs, blocks, what looks like a finder pattern, imbalance. None if that is
    /// no less than `known`: most masks are out before all their lines are looked at.
    fn penalty_below(&self, known: usize) -> Option<usize> {
        let size = self.rows.len();
        let blocks: usize = self.rows.windows(2).map(|pair| blocks(pair[0], pair[1], size)).sum();
        let dark: u32 = self.rows.iter().flatten().map(|word| word.count_ones()).sum();
        let total = size * size;
        // Their number is odd, so that it is never exactly half of them.
        let steps = (dark as usize * 20).abs_diff(total * 10).div_ceil(total) - 1;
        let mut penalty = blocks * 3 + steps * 10;
        for line in self.rows.iter().chain(&self.columns) {
            if penalty >= known {
                return None;
            }
            penalty += runs(line, size);
        }
        Some(penalty).filter(|penalty| *penalty < known)
    }
}

/// After how many rows or columns every mask repeats itself.
const PERIOD: usize = 12;

/// Where a mask and mask 0 differ, by rows and by columns.
struct Pattern {
    rows: [Line<3>; PERIOD],
    columns: [Line<3>; PERIOD],
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

/// A code that has mask 0, with the mask that has the least penalty, the first of equals.
fn best<const W: usize>(code: &QrCode) -> Modules {
    // Codes are square, and at least 21 wide.
    let size = code.size() as usize;
    let base = Grid::<W>::of(size, |x, y| code.get_module(x as i32, y as i32));
    // The same in all codes of a version; versions go up to 40.
    static IS_DATA: [OnceLock<Grid<3>>; 41] = [const { OnceLock::new() }; 41];
    let is_data = IS_DATA[usize::from(code.version().value())].get_or_init(|| {
        let centres = alignment_centres(code);
        Grid::of(size, |x, y| is_data(x, y, size, &centres))
    });
    let with = |mask: u8| {
        let mut grid = base.clone();
        grid.mask(mask, is_data);
        grid.write_format(code.error_correction_level(), mask);
        grid
    };
    let (mut best, mut least) = (base.clone(), usize::MAX);
    for grid in (0..8).map(with) {
        if let Some(penalty) = grid.penalty_below(least) {
            (best, least) = (grid, penalty);
        }
    }
    let rows =
        best.rows.iter().map(|row| std::array::from_fn(|w| row.get(w).copied().unwrap_or(0)));
    Modules { size, rows: rows.collect() }
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
fn runs<const W: usize>(line: &Line<W>, size: usize) -> usize {
    // Five of one colour begin where four neighbours in a row are alike: a run of `n` modules has
    // `n - 4` such places next to each other, and costs `n - 2`.
    let alike = both(same(*line, next(*line)), below(size - 1));
    let pairs = both(alike, next(alike));
    let fives = both(pairs, next(next(pairs)));
    let begin = without(fives, later(fives, 1));
    count(fives) + 2 * count(begin) + 40 * finder_like(line, size)
}

/// How many times a line looks as if it crossed a finder pattern, one with four light modules at both
/// sides counting twice. Beyond its ends all is light.
fn finder_like<const W: usize>(line: &Line<W>, size: usize) -> usize {
    let dark = later(*line, MARGIN);
    let (one, two) = (next(dark), next(next(dark)));
    let (three, four) = (next(two), next(next(two)));
    let (five, six) = (next(four), next(next(four)));
    let six_dark = both(both(both(dark, one), both(two, three)), both(four, five));
    // The middle is three wide, or a multiple of it: patterns that are drawn larger count as well. Lines of
    // finder patterns are seven wide.
    if six_dark != [0; W] {
        let exactly = without(without(six_dark, later(six_dark, 1)), six);
        let nine_or_more = both(six_dark, next(next(next(six_dark))));
        if either(exactly, nine_or_more) != [0; W] {
            return larger_finder_like(line, size);
        }
    }
    let seven = next(six);
    let middle = both(both(two, three), both(four, without(dark, one)));
    let core = without(both(middle, without(six, five)), either(seven, later(dark, 1)));
    if core == [0; W] {
        return 0;
    }
    let eight = next(seven);
    let after = either(eight, either(next(eight), next(next(eight))));
    let before = either(later(dark, 2), either(later(dark, 3), later(dark, 4)));
    count(without(core, after)) + count(without(core, before))
}

/// The same for patterns of any size, run by run.
fn larger_finder_like<const W: usize>(line: &Line<W>, size: usize) -> usize {
    let mut found = 0;
    let mut finder = FinderLike { runs: [0; 7], border: size };
    let (mut at, mut dark) = (0, false);
    while at < size || dark {
        let end = end_of_run(line, at, dark).min(size);
        let is_last = end == size && !dark;
        finder.push(if is_last { end - at + size } else { end - at });
        if !dark {
            found += finder.count();
        }
        if is_last {
            return found;
        }
        (at, dark) = (end, !dark);
    }
    finder.push(size);
    found + finder.count()
}

/// Where the run of one colour that is at a place ends.
fn end_of_run<const W: usize>(line: &Line<W>, at: usize, dark: bool) -> usize {
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
fn blocks<const W: usize>(upper: Line<W>, lower: Line<W>, size: usize) -> usize {
    let level = same(upper, lower);
    let blocks = both(both(level, next(level)), same(upper, next(upper)));
    count(both(blocks, below(size - 1)))
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
                    (Ok(whole), Ok(ours)) => {
                        assert_eq!(ours.size as i32, whole.size(), "{level:?} {text}");
                        let all = |v: i32| -1..=v;
                        for (x, y) in
                            all(whole.size()).flat_map(|y| all(whole.size()).map(move |x| (x, y)))
                        {
                            let dark = whole.get_module(x, y);
                            assert_eq!(ours.is_dark(x, y), dark, "{x}, {y}: {level:?} {text}");
                        }
                    }
                    (whole, ours) => assert_eq!(whole.is_err(), ours.is_err()),
                }
            }
        }
    }

    #[test]
    fn patterns_are_found_by_words_as_run_by_run() {
        let mut random = 0x9e37_79b9_7f4a_7c15u64;
        let mut found = 0;
        for size in (21..=177).step_by(4).flat_map(|size| [size; 60]) {
            let mut word = || {
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                random
            };
            let mut line: Line<3> = both([word(), word(), word()], below(size));
            // A pattern somewhere, at the ends too.
            let at = word() as usize % size;
            for (i, dark) in "10111010000".chars().enumerate().filter(|(i, _)| at + i < size) {
                set(&mut line, at + i, dark == '1');
            }
            let expected = larger_finder_like(&line, size);
            assert_eq!(finder_like(&line, size), expected, "{size} {line:x?}");
            if size + MARGIN + LOOK_AHEAD <= 64 {
                assert_eq!(finder_like(&[line[0]], size), expected, "{size} {line:x?}");
            }
            found += expected;
        }
        assert!(found > 1000, "{found}");
    }
}
