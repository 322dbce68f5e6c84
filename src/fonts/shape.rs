//! Shaping: a stretch of text in one face, script, language and direction to positioned glyphs.
//!
//! Input: a [`ShapeKey`] and text. Output: [`ShapedText`] in design units, so one result serves all
//! font sizes. Results are kept: the same words come back in every document of a batch. It neither
//! chooses faces (`choose`) nor breaks lines, and it adds no letter or word spacing.

use std::sync::Arc;

use harfrust::{
    Buffer, BufferFlags, Direction, Language, ShapeOptions, ShapePlan, ShaperFont, Tag,
};
use rustc_hash::FxHashMap;

use super::book::FontBook;
use super::face::FaceId;

/// A script as its ISO 15924 tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Script(pub [u8; 4]);

impl Script {
    /// Latin.
    pub const LATIN: Script = Script(*b"Latn");
    /// Han.
    pub const HAN: Script = Script(*b"Hani");
    /// Characters of no script of their own: punctuation, figures, spaces.
    pub const COMMON: Script = Script(*b"Zyyy");
    /// Marks that take the script of what they stand on.
    pub const INHERITED: Script = Script(*b"Zinh");

    /// The script property of a character.
    pub fn of(c: char) -> Script {
        if c.is_ascii_alphabetic() {
            return Script::LATIN;
        }
        let tag = unicode_script::Script::from(c).as_iso15924_tag();
        Script(tag.to_be_bytes())
    }

    /// Whether it takes the script of its surroundings.
    pub fn is_neutral(self) -> bool {
        self == Script::COMMON || self == Script::INHERITED
    }
}

/// A language as the beginning of its BCP 47 tag, lower case: `de`, `zh-hans`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LangId([u8; 12]);

impl LangId {
    /// No language.
    pub const NONE: LangId = LangId([0; 12]);

    /// From a BCP 47 tag (`lang` attribute); whole subtags that do not fit are left out. Anything
    /// that cannot be a tag gives [`LangId::NONE`].
    pub fn from_bcp47(tag: &str) -> LangId {
        let mut bytes = [0; 12];
        let mut end = 0;
        for (i, part) in tag.trim().split(['-', '_']).enumerate() {
            let start = if i == 0 { 0 } else { end + 1 };
            let next = start + part.len();
            let sound = !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric());
            if !sound || next > bytes.len() {
                break;
            }
            if i > 0 {
                bytes[end] = b'-';
            }
            bytes[start..next].copy_from_slice(part.to_ascii_lowercase().as_bytes());
            end = next;
        }
        LangId(bytes)
    }

    /// The tag.
    pub fn as_str(&self) -> &str {
        let end = self.0.iter().position(|b| *b == 0).unwrap_or(self.0.len());
        // Only ASCII letters, digits and hyphens are ever stored.
        std::str::from_utf8(&self.0[..end]).unwrap_or("")
    }

    /// The primary language: `zh` of `zh-hans`.
    pub fn primary(&self) -> &str {
        self.as_str().split('-').next().unwrap_or("")
    }

    /// Whether text in this language is set with Han characters.
    pub fn is_cjk(&self) -> bool {
        matches!(self.primary(), "zh" | "ja" | "ko" | "yue" | "wuu" | "nan" | "hak")
    }
}

/// An OpenType feature and its value: 0 is off, 1 on, more picks an alternate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Feature {
    /// The feature's tag.
    pub tag: [u8; 4],
    /// Its value.
    pub value: u32,
}

impl Feature {
    /// A feature with a value.
    pub const fn new(tag: &[u8; 4], value: u32) -> Feature {
        Feature { tag: *tag, value }
    }
}

/// A set of features, interned in one [`Shaper`]; the default is the empty set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FeatureSetId(u16);

/// All that a shaping result depends on besides the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ShapeKey {
    /// The face.
    pub face: FaceId,
    /// The script, resolved: not neutral where there is a choice.
    pub script: Script,
    /// The language.
    pub language: LangId,
    /// Whether the text runs from right to left.
    pub rtl: bool,
    /// Features beyond those that are on by default.
    pub features: FeatureSetId,
}

/// A positioned glyph; lengths in design units, y upwards as in the font.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glyph {
    /// The glyph; 0 where the face lacks the character.
    pub id: u16,
    /// Byte offset in the shaped text where its cluster begins. Glyphs of one cluster share it; the
    /// cluster's text ends where the next greater one begins.
    pub cluster: u32,
    /// How far the pen goes on.
    pub advance: i32,
    /// Shift to the right of the pen.
    pub x_offset: i32,
    /// Shift upwards of the baseline.
    pub y_offset: i32,
    /// Whether a line break before this glyph's cluster changes the shapes on either side, so that
    /// both have to be shaped again.
    pub unsafe_to_break: bool,
}

/// Shaped text. Glyphs stand in visual order: for right-to-left text clusters descend.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShapedText {
    /// The glyphs.
    pub glyphs: Box<[Glyph]>,
    /// The sum of their advances.
    pub advance: i32,
}

impl ShapedText {
    /// The byte offset of the first character that the face lacks.
    pub fn missing(&self) -> Option<u32> {
        self.glyphs.iter().filter(|g| g.id == 0).map(|g| g.cluster).min()
    }
}

/// When kept results take more than this, all are dropped. Results do not depend on it: a dropped
/// one is shaped again to the same glyphs. 1 MB holds about 12,000 words, more than are in use at a time, so that
/// memory hardly grows with rows whose words are all different.
const CACHE_BYTES: usize = 1 << 20;

/// Shapes text; one a worker.
pub struct Shaper {
    book: Arc<FontBook>,
    buffer: Buffer,
    feature_sets: Vec<Arc<[Feature]>>,
    slots: Vec<Slot>,
    slot_of: FxHashMap<ShapeKey, usize>,
    last: Option<(ShapeKey, usize)>,
    cached_bytes: usize,
}

/// What is kept for one key.
struct Slot {
    plan: ShapePlan,
    features: Box<[harfrust::Feature]>,
    texts: FxHashMap<Box<str>, Arc<ShapedText>>,
}

impl Shaper {
    /// A shaper over a book.
    pub fn new(book: Arc<FontBook>) -> Shaper {
        Shaper {
            book,
            buffer: Buffer::new(),
            feature_sets: vec![Arc::from([])],
            slots: Vec::new(),
            slot_of: FxHashMap::default(),
            last: None,
            cached_bytes: 0,
        }
    }

    /// The book.
    pub fn book(&self) -> &Arc<FontBook> {
        &self.book
    }

    /// Interns a set of features. Order does not matter; of a repeated tag the last value counts.
    pub fn features(&mut self, features: &[Feature]) -> FeatureSetId {
        let mut set: Vec<Feature> = Vec::with_capacity(features.len());
        for feature in features {
            set.retain(|f| f.tag != feature.tag);
            set.push(*feature);
        }
        set.sort_unstable();
        let at = self.feature_sets.iter().position(|s| **s == *set).unwrap_or_else(|| {
            self.feature_sets.push(set.into());
            self.feature_sets.len() - 1
        });
        // More than 65,535 sets cannot come from style sheets; the empty set is a harmless answer.
        FeatureSetId(u16::try_from(at).unwrap_or(0))
    }

    /// The features of an interned set.
    pub fn feature_set(&self, id: FeatureSetId) -> &Arc<[Feature]> {
        &self.feature_sets[usize::from(id.0)]
    }

    /// Shapes text, or gives back what it was shaped to before. Control characters and default
    /// ignorables (soft hyphen, joiners, variation selectors) give no glyphs of their own.
    pub fn shape(&mut self, key: ShapeKey, text: &str) -> Arc<ShapedText> {
        let slot = self.slot(key);
        if let Some(found) = self.slots[slot].texts.get(text) {
            return Arc::clone(found);
        }
        let shaped = Arc::new(self.shape_uncached(key, slot, text));
        self.keep(slot, text, &shaped);
        shaped
    }

    fn slot(&mut self, key: ShapeKey) -> usize {
        if let Some((last, slot)) = self.last
            && last == key
        {
            return slot;
        }
        let slot = self.slot_of.get(&key).copied().unwrap_or_else(|| {
            self.slots.push(self.new_slot(key));
            self.slot_of.insert(key, self.slots.len() - 1);
            self.slots.len() - 1
        });
        self.last = Some((key, slot));
        slot
    }

    fn new_slot(&self, key: ShapeKey) -> Slot {
        let features: Box<[harfrust::Feature]> = self
            .feature_set(key.features)
            .iter()
            .map(|f| harfrust::Feature::new(Tag::new(&f.tag), f.value, ..))
            .collect();
        let font = &self.book.face(key.face).font;
        let language = language(key);
        let plan = ShapePlan::new(font, direction(key), script(key), language.as_ref(), &features);
        Slot { plan, features, texts: FxHashMap::default() }
    }

    fn shape_uncached(&mut self, key: ShapeKey, slot: usize, text: &str) -> ShapedText {
        let Shaper { book, buffer, slots, .. } = self;
        let slot = &slots[slot];
        buffer.reset();
        for (offset, c) in text.char_indices() {
            // A control character has no glyph in any face; as a zero-width space it vanishes.
            let c = if c.is_control() { '\u{200b}' } else { c };
            buffer.push(c.into(), offset as u32);
        }
        buffer.set_flags(
            BufferFlags::REMOVE_DEFAULT_IGNORABLES | BufferFlags::DO_NOT_INSERT_DOTTED_CIRCLE,
        );
        buffer.set_direction(direction(key));
        buffer.set_script(script(key));
        buffer.set_language(language(key));
        let font = ShaperFont::new(&book.face(key.face).font);
        let options = ShapeOptions::new().plan(Some(&slot.plan)).features(&slot.features);
        // The plan is made for this very key, so the only errors left are a buffer over its limits
        // of length or work; such text comes out as missing glyphs, which is reported.
        if harfrust::shape(&font, buffer, options).is_err() {
            return not_shaped(text);
        }
        collect(buffer)
    }

    fn keep(&mut self, slot: usize, text: &str, shaped: &Arc<ShapedText>) {
        // Bytes of the map entry and the two allocations besides the contents.
        const OVERHEAD: usize = 96;
        let bytes = OVERHEAD + text.len() + std::mem::size_of_val(&*shaped.glyphs);
        if self.cached_bytes + bytes > CACHE_BYTES {
            self.slots.iter_mut().for_each(|slot| slot.texts.clear());
            self.cached_bytes = 0;
        }
        self.cached_bytes += bytes;
        self.slots[slot].texts.insert(text.into(), Arc::clone(shaped));
    }
}

fn direction(key: ShapeKey) -> Direction {
    if key.rtl { Direction::RightToLeft } else { Direction::LeftToRight }
}

fn script(key: ShapeKey) -> Option<harfrust::Script> {
    harfrust::Script::from_iso15924_tag(Tag::new(&key.script.0))
}

fn language(key: ShapeKey) -> Option<Language> {
    Language::new(key.language.as_str())
}

fn collect(buffer: &Buffer) -> ShapedText {
    let mut advance = 0;
    let glyphs = buffer
        .glyph_infos()
        .iter()
        .zip(buffer.glyph_positions())
        .map(|(info, position)| {
            advance += position.x_advance;
            Glyph {
                id: u16::try_from(info.glyph_id).unwrap_or(0),
                cluster: info.cluster,
                advance: position.x_advance,
                x_offset: position.x_offset,
                y_offset: position.y_offset,
                unsafe_to_break: info.unsafe_to_break(),
            }
        })
        .collect();
    ShapedText { glyphs, advance }
}

fn not_shaped(text: &str) -> ShapedText {
    let missing = |(offset, _)| Glyph {
        id: 0,
        cluster: offset as u32,
        advance: 0,
        x_offset: 0,
        y_offset: 0,
        unsafe_to_break: true,
    };
    ShapedText { glyphs: text.char_indices().map(missing).collect(), advance: 0 }
}
