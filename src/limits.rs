//! The limits that keep any input from exhausting stack, memory or time.
//!
//! Each ends in a diagnostic that names the number. They are counted in things and steps, never in
//! seconds, so that a document is the same on every machine. `docs/limits.md` tells users of them;
//! a test holds the two together. Numbers are many times what documents need, and few enough that a
//! document at every limit at once still ends.

/// How deep elements may nest (HTML and inline SVG). Chromium stops nesting at 512. Layout recurses
/// with elements: [`STACK`] is made for this.
pub const ELEMENT_DEPTH: usize = 256;

/// Most nodes of a page: elements, texts, comments. A table of 5,000 rows of five cells has 55,000.
pub const NODES: usize = 500_000;

/// Most attributes of a tag, of HTML or of an SVG picture. Readers compare each with all others.
pub const ATTRIBUTES: usize = 1000;

/// How deep blocks and functions of a style sheet may nest: `@media` in `@media`, `calc()`, `:not()`.
pub const CSS_NESTING: usize = 32;

/// Most style rules of a sheet with its imports, selectors of a list counted one by one.
pub const RULES: usize = 100_000;

/// Most `@page` rules of a sheet with its imports.
pub const PAGE_RULES: usize = 1000;

/// Most style sheets of a page.
pub const SHEETS: usize = 1000;

/// Most style sheets that one sheet imports, those of its imports included.
pub const IMPORTS: usize = 100;

/// How deep imports may nest.
pub const IMPORT_DEPTH: usize = 16;

/// Most bytes of one value after `var()` is put in.
pub const VALUE_BYTES: usize = 64 * 1024;

/// Most bytes that all `var()` of a document make together.
pub const VARIABLE_BYTES: usize = 64 * 1024 * 1024;

/// Most steps of matching selectors (a rule tried, an element looked at) for each node of a page.
pub const MATCHING_STEPS: u64 = 20_000;

/// Steps of matching that every page has.
pub const MATCHING_BASE: u64 = 2_000_000;

/// Most steps of matching that any page has.
pub const MATCHING_MOST: u64 = 1_000_000_000;

/// Most findings of one kind of text (a sheet, the elements of a page, its layout) that are told; beyond
/// that one says how many more there are.
pub const FINDINGS: usize = 1000;

/// Most tracks a grid has on an axis, and the furthest line an item may name (CSS Grid 2 §5.4).
pub const GRID_TRACKS: usize = 1000;

/// Most slots of a table: rows by columns.
pub const TABLE_SLOTS: usize = 1_000_000;

/// Most counters in scope at a time.
pub const COUNTERS: usize = 512;

/// Most bytes of text that a document's style sheets generate: `content`, counters, `string-set`,
/// bookmark labels.
pub const GENERATED_BYTES: usize = 16 * 1024 * 1024;

/// The longest length, CSS px either way: what is beyond is this. It is the greatest of Chromium's.
/// Nearly nine kilometres.
pub const LENGTH: f32 = 33_554_430.0;

/// The greatest number of a property or percentage, either way: 100% is 1.
pub const NUMBER: f32 = 1_000_000.0;

/// Steps of layout (a box or a line laid out once) for each box of a document and for each
/// [`LAYOUT_TEXT`] of its text, besides [`LAYOUT_BASE`]. Documents need two to twenty.
pub const LAYOUT_STEPS: u64 = 500;

/// Bytes of text that count as a box.
pub const LAYOUT_TEXT: usize = 64;

/// Steps of layout that every document has.
pub const LAYOUT_BASE: u64 = 100_000;

/// Most inline boxes, floats and inline-blocks of one paragraph.
pub const INLINE_BOXES: usize = 60_000;

/// Most pairs of a break and a line's beginning that breaking a paragraph as a whole looks at, for each
/// word. Lines of books need twenty; where lines hold hundreds of words, they are broken one by one.
pub const LINE_PAIRS: usize = 200;

/// Most pages of a document.
pub const PAGES: usize = 10_000;

/// Most pairs of texts of a document that are looked at for overlaps.
pub const TEXT_PAIRS: usize = 5_000_000;

/// The longest side of a page: the most that PDF readers show (ISO 32000-1 Annex C), CSS px.
pub const PAGE_LONGEST: f32 = 19_200.0;

/// The shortest side of a page, CSS px (ISO 19005-2 §6.1.13).
pub const PAGE_SHORTEST: f32 = 4.0;

/// How deep elements of an SVG picture may nest.
pub const SVG_DEPTH: usize = 256;

/// Most nodes of an SVG picture, with everything that `use` repeats.
pub const SVG_NODES: usize = 200_000;

/// Most pixels of a PNG or JPEG picture: A1 at 300 dpi.
pub const PIXELS: u64 = 72_000_000;

/// Most tiles of one background on one box, or of one SVG pattern on one shape.
pub const TILES: usize = 20_000;

/// Most stops of the gradients of a document's backgrounds, repetitions written out, those of the same
/// size on one page once: half a gigabyte while the PDF is written.
pub const GRADIENT_STOPS: usize = 250_000;

/// Most bytes of one row of a table.
pub const ROW_BYTES: usize = 16 * 1024 * 1024;

/// Most columns of a table: those of a sheet of Excel.
pub const COLUMNS: usize = 16_384;

/// Most rows of a table.
pub const ROWS: usize = 10_000_000;

/// Most bytes that the parts of a workbook have when they are unpacked.
pub const WORKBOOK_BYTES: u64 = 1 << 30;

/// Stack of a thread that lays out documents, bytes. [`ELEMENT_DEPTH`] grids in each other, the worst,
/// take 10 MB of it in a build without optimisation. It is reserved, not used, until it is needed.
pub const STACK: usize = 64 * 1024 * 1024;
