//! One font face: its names, style, measures and characters.
//!
//! Input: the bytes of a font file and an index into it. Output: [`Face`], which answers what
//! matching, shaping, layout and the PDF ask. Guarantees: the tables that these need are there, the
//! face may be embedded, and a variable face is fixed at one place of its design space.

use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use harfrust::font::attribute::Style;
use harfrust::font::name::Names;
use harfrust::{Buffer, Direction, Font, GlyphId, ShapeOptions, ShaperFont, Tag, shape};
use rustc_hash::FxHashMap;
use skrifa::MetadataProvider;
use skrifa::raw::types::NameId;
use skrifa::raw::{FontRef, TableProvider};

use super::coverage::{Coverage, CoverageSummary};
use super::declared::Declaration;
use super::metrics::{Metrics, embedding_forbidden};
use crate::diag::Diagnostic;

/// A face of a [`FontBook`](super::FontBook): its index there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FaceId(pub u16);

/// Whether letters stand upright.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slant {
    /// Upright.
    #[default]
    Upright,
    /// Italic or oblique.
    Italic,
}

/// The bytes of a font file, shared.
#[derive(Clone)]
pub(super) enum FontData {
    /// Part of the program.
    Static(&'static [u8]),
    /// Read from a file.
    Shared(Arc<[u8]>),
}

impl AsRef<[u8]> for FontData {
    fn as_ref(&self) -> &[u8] {
        match self {
            FontData::Static(bytes) => bytes,
            FontData::Shared(bytes) => bytes,
        }
    }
}

/// One font face.
pub struct Face {
    /// Its place in the book.
    pub id: FaceId,
    /// The family it belongs to, as the face calls it in English.
    pub family: String,
    /// Other names of the family: localised ones, and the legacy name of four-style systems.
    pub family_aliases: Vec<String>,
    /// The PostScript name.
    pub postscript_name: String,
    /// `font-weight`, 1 to 1000.
    pub weight: f32,
    /// Upright or italic.
    pub slant: Slant,
    /// `font-stretch` in percent.
    pub stretch: f32,
    /// What an `@font-face` rule says of it; none for faces that are called as they call themselves.
    pub(super) declared: Option<Declaration>,
    /// Design units an em has.
    pub units_per_em: u16,
    /// Measures in em.
    pub metrics: Metrics,
    /// Where it comes from: a file name, for people.
    pub source: String,
    /// Whether it is part of the program rather than of a project.
    pub embedded: bool,
    /// Place in the design space of a variable font; empty for others.
    pub(super) location: Vec<([u8; 4], f32)>,
    pub(super) font: Font,
    data: FontData,
    index: u32,
    is_cff: bool,
    coverage: OnceLock<Coverage>,
    features: OnceLock<Vec<[u8; 4]>>,
    space_shapes: OnceLock<bool>,
    /// The boxes of glyphs that were asked for.
    bounds: RwLock<FxHashMap<u16, Option<[f32; 4]>>>,
}

impl Face {
    /// Whether the character map has this character, and the face is meant for it.
    pub fn covers(&self, c: char) -> bool {
        self.declared.as_ref().is_none_or(|declared| declared.is_for(c))
            && self.coverage.get_or_init(|| Coverage::read(&self.font)).has(c)
    }

    /// The glyph that the character map gives for a character, before any shaping.
    pub fn glyph(&self, c: char) -> Option<u16> {
        let glyph = self.font.charmap().map_unicode(c)?.to_u32();
        u16::try_from(glyph).ok().filter(|g| *g != 0)
    }

    /// The whole font file.
    pub fn data(&self) -> &[u8] {
        self.data.as_ref()
    }

    /// The whole font file, shared.
    pub(super) fn shared_data(&self) -> Arc<dyn AsRef<[u8]> + Send + Sync> {
        Arc::new(self.data.clone())
    }

    /// The index of the face in its file: 0 except in collections.
    pub fn index(&self) -> u32 {
        self.index
    }

    /// Whether its outlines are CFF (PostScript) rather than TrueType.
    pub fn is_cff(&self) -> bool {
        self.is_cff
    }

    /// How many glyphs it has.
    pub fn glyph_count(&self) -> u16 {
        self.font.num_glyphs().min(u32::from(u16::MAX)) as u16
    }

    /// Whether GSUB or GPOS has this feature, in whatever script.
    pub fn has_feature(&self, tag: [u8; 4]) -> bool {
        self.features.get_or_init(|| layout_features(self.data.as_ref(), self.index)).contains(&tag)
    }

    /// The horizontal advance of a glyph in design units.
    pub fn advance(&self, glyph: u16) -> u16 {
        let advance = self.font.glyph_metrics().h_advance(GlyphId::from(glyph));
        advance.round().clamp(0.0, f32::from(u16::MAX)) as u16
    }

    /// The box around a glyph's outline in design units, y upwards: left, bottom, right, top. None
    /// where nothing is drawn. The first time it reads the outline: ask only where it matters.
    pub fn glyph_bounds(&self, glyph: u16) -> Option<[f32; 4]> {
        let known = self.bounds.read().unwrap_or_else(PoisonError::into_inner).get(&glyph).copied();
        known.unwrap_or_else(|| {
            let bounds = self.read_glyph_bounds(glyph);
            self.bounds.write().unwrap_or_else(PoisonError::into_inner).insert(glyph, bounds);
            bounds
        })
    }

    fn read_glyph_bounds(&self, glyph: u16) -> Option<[f32; 4]> {
        let font = FontRef::from_index(self.data.as_ref(), self.index).ok()?;
        let location = self.variation(&font);
        let metrics = font.glyph_metrics(skrifa::instance::Size::unscaled(), &location);
        let bounds = metrics.bounds(skrifa::GlyphId::from(glyph))?;
        let box_of = [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max];
        (bounds.x_min < bounds.x_max && bounds.y_min < bounds.y_max).then_some(box_of)
    }

    /// Its place in the design space of a variable font.
    pub(super) fn variation(&self, font: &FontRef<'_>) -> skrifa::instance::Location {
        let place = self.location.iter().map(|(tag, value)| (Tag::new(tag), *value));
        font.axes().location(place)
    }

    /// Whether kerning or substitution looks at the space between words.
    ///
    /// Where it does not, a line's text may be shaped word by word and the space is a box of
    /// [`Metrics::space_advance`]. Where it does, shape a word together with the space after it
    /// (the phrase becomes the key of the shape cache), or kerning at word ends is lost.
    pub fn space_shapes(&self) -> bool {
        *self.space_shapes.get_or_init(|| space_takes_part(&self.font))
    }

    /// What the face covers, for people.
    pub fn coverage(&self) -> CoverageSummary {
        self.coverage.get_or_init(|| Coverage::read(&self.font)).summary()
    }

    /// A name for messages: `EB Garamond SemiBold Italic` or what the face calls itself.
    pub fn full_name(&self) -> String {
        name(&self.font.names(), NameId::FULL_NAME).unwrap_or_else(|| self.postscript_name.clone())
    }
}

/// What a font file is called in messages, and whether it is ours.
pub(super) struct Origin<'a> {
    pub(super) name: &'a str,
    pub(super) embedded: bool,
}

/// Reads every face of a font file: each font of a collection, each named instance of a variable
/// font. Ids count on from `first`.
pub(super) fn read_faces(
    origin: &Origin<'_>,
    data: &FontData,
    first: u16,
) -> Result<Vec<Face>, Diagnostic> {
    let mut faces = Vec::new();
    for (index, font_ref) in FontRef::fonts(data.as_ref()).enumerate() {
        let font_ref = font_ref.map_err(|error| broken(origin, &error.to_string()))?;
        for (font, location) in instances(origin, data, index as u32)? {
            let id = u16::try_from(usize::from(first) + faces.len())
                .map_err(|_| broken(origin, "there are more than 65,535 faces in all"))?;
            faces.push(read_face(origin, data, &font_ref, font, location, id)?);
        }
    }
    if faces.is_empty() {
        return Err(broken(origin, "it holds no font"));
    }
    Ok(faces)
}

type Instance = (Font, Vec<([u8; 4], f32)>);

/// The faces that one font of a file gives: itself, or each named instance of a variable one.
fn instances(
    origin: &Origin<'_>,
    data: &FontData,
    index: u32,
) -> Result<Vec<Instance>, Diagnostic> {
    let shared: Arc<dyn AsRef<[u8]> + Send + Sync> = Arc::new(data.clone());
    let source: harfrust::font::Blob = match data {
        FontData::Static(bytes) => (*bytes).into(),
        FontData::Shared(_) => shared.into(),
    };
    let font = Font::new(source, index)
        .ok_or_else(|| broken(origin, "it is neither TrueType nor OpenType"))?;
    let axes = font.axes();
    if axes.is_empty() {
        return Ok(vec![(font, Vec::new())]);
    }
    let location = |coords: &mut dyn Iterator<Item = f32>| {
        axes.iter().zip(coords).map(|(axis, v)| (axis.tag().to_be_bytes(), v)).collect()
    };
    let named: Vec<Instance> = font
        .named_instances()
        .iter()
        .map(|instance| {
            let fixed = font.instance_builder().named_instance(instance.index()).build();
            (fixed, location(&mut instance.user_coords()))
        })
        .collect();
    if named.is_empty() {
        let place = location(&mut axes.iter().map(|axis| axis.default_value()));
        return Ok(vec![(font.default_instance(), place)]);
    }
    Ok(named)
}

fn read_face(
    origin: &Origin<'_>,
    data: &FontData,
    font_ref: &FontRef<'_>,
    font: Font,
    location: Vec<([u8; 4], f32)>,
    id: u16,
) -> Result<Face, Diagnostic> {
    require_tables(origin, font_ref)?;
    let names = font.names();
    if embedding_forbidden(font_ref) {
        return Err(forbidden(origin, name(&names, NameId::FULL_NAME)));
    }
    let families = family_names(&names);
    let Some((family, aliases)) = families.split_first() else {
        return Err(broken(origin, "it has no family name"));
    };
    let style = if location.is_empty() {
        font.default_attributes()
    } else {
        let place = location.iter().map(|(tag, v)| (Tag::new(tag), *v));
        harfrust::font::attribute::Attributes::from_variations(&font, place)
    };
    let mut postscript_name =
        name(&names, NameId::POSTSCRIPT_NAME).unwrap_or_else(|| family.replace(' ', ""));
    for (tag, value) in &location {
        postscript_name.push_str(&format!("_{value}{}", String::from_utf8_lossy(tag)));
    }
    Ok(Face {
        id: FaceId(id),
        family: family.clone(),
        family_aliases: aliases.to_vec(),
        postscript_name: postscript_name.chars().filter(|c| is_postscript(*c)).collect(),
        weight: style.weight.value(),
        slant: if style.style == Style::Normal { Slant::Upright } else { Slant::Italic },
        stretch: style.width.percentage(),
        declared: None,
        units_per_em: font.units_per_em(),
        metrics: Metrics::read(&font),
        source: origin.name.to_owned(),
        embedded: origin.embedded,
        location,
        data: data.clone(),
        index: font_ref.ttc_index().unwrap_or(0),
        is_cff: font_ref.cff().is_ok(),
        font,
        coverage: OnceLock::new(),
        features: OnceLock::new(),
        space_shapes: OnceLock::new(),
        bounds: RwLock::default(),
    })
}

/// What a PDF name may hold without escapes, which also keeps readers from tripping over it.
fn is_postscript(c: char) -> bool {
    c.is_ascii_graphic() && !"[](){}<>/%".contains(c)
}

/// The tables without which a face can neither be shaped nor embedded.
fn require_tables(origin: &Origin<'_>, font: &FontRef<'_>) -> Result<(), Diagnostic> {
    for table in [b"head", b"hhea", b"hmtx", b"maxp", b"cmap", b"name", b"post"] {
        if font.table_data(Tag::new(table)).is_none() {
            let table = String::from_utf8_lossy(table);
            return Err(broken(origin, &format!("its table `{table}` is missing")));
        }
    }
    let outlines = [b"glyf", b"CFF ", b"CFF2"];
    if !outlines.iter().any(|table| font.table_data(Tag::new(table)).is_some()) {
        return Err(broken(origin, "it has no outlines (`glyf` or `CFF`)")
            .help("bitmap and colour-bitmap fonts cannot be used; take an outline font"));
    }
    Ok(())
}

fn broken(origin: &Origin<'_>, why: &str) -> Diagnostic {
    Diagnostic::error("broken-font", format!("font file `{}` cannot be read: {why}", origin.name))
        .help("expected a TrueType or OpenType file (.ttf, .otf, .ttc, .otc)")
}

fn forbidden(origin: &Origin<'_>, face: Option<String>) -> Diagnostic {
    let face = face.map_or_else(String::new, |face| format!("face `{face}` of "));
    Diagnostic::error(
        "font-embedding-forbidden",
        format!("{face}font file `{}` forbids being embedded in documents", origin.name),
    )
    .note("its OS/2 table sets fsType to restricted-licence or bitmap-only embedding")
    .help("use a font whose licence allows embedding, or ask its maker for such a version")
}

/// The names of the family: the typographic name in English, then its other languages, then the
/// legacy names; without repetitions.
fn family_names(names: &Names<'_>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for id in [NameId::TYPOGRAPHIC_FAMILY_NAME, NameId::FAMILY_NAME] {
        let Some(entry) = names.get(id) else { continue };
        let english = entry.english_or_first();
        for localized in english.into_iter().chain(entry.iter()) {
            let text: String = localized.name().chars().collect();
            if !text.is_empty() && !all.contains(&text) {
                all.push(text);
            }
        }
    }
    all
}

fn name(names: &Names<'_>, id: NameId) -> Option<String> {
    let text: String = names.get(id)?.english_or_first()?.name().chars().collect();
    Some(text).filter(|t| !t.is_empty())
}

/// The tags of all layout features, sorted.
fn layout_features(data: &[u8], index: u32) -> Vec<[u8; 4]> {
    let Ok(font) = FontRef::from_index(data, index) else { return Vec::new() };
    let lists = [
        font.gsub().and_then(|table| table.feature_list()),
        font.gpos().and_then(|table| table.feature_list()),
    ];
    let mut tags: Vec<[u8; 4]> = lists
        .iter()
        .flatten()
        .flat_map(|list| list.feature_records().iter().map(|r| r.feature_tag().to_be_bytes()))
        .collect();
    if font.table_data(Tag::new(b"kern")).is_some() {
        tags.push(*b"kern");
    }
    tags.sort_unstable();
    tags.dedup();
    tags
}

/// Shapes a sample with a space beside every letter and looks whether any letter or space comes
/// out otherwise than alone.
fn space_takes_part(font: &Font) -> bool {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789\
        .,;:!?-()\u{201c}\u{201d}\u{2018}\u{2019}";
    let mut buffer = Buffer::new();
    let mut glyphs = |text: &str| {
        buffer.reset();
        buffer.push_str(text);
        buffer.set_direction(Direction::LeftToRight);
        buffer.set_script(Some(harfrust::Script::LATIN));
        shape(&ShaperFont::new(font), &mut buffer, ShapeOptions::new()).ok()?;
        let (infos, positions) = (buffer.glyph_infos(), buffer.glyph_positions());
        let pairs = infos.iter().zip(positions).map(|(i, p)| (i.glyph_id, p.x_advance));
        Some(pairs.collect::<Vec<_>>())
    };
    let Some(space) = glyphs(" ") else { return true };
    let mut expected = space.clone();
    let mut sample = String::from(" ");
    for c in LETTERS.chars() {
        let Some(alone) = glyphs(c.encode_utf8(&mut [0; 4])) else { return true };
        expected.extend(alone);
        expected.extend(&space);
        sample.extend([c, ' ']);
    }
    glyphs(&sample).is_none_or(|together| together != expected)
}
