//! Tests over the embedded faces.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::*;
use crate::geom::Px;

fn book() -> Arc<FontBook> {
    static BOOK: std::sync::OnceLock<Arc<FontBook>> = std::sync::OnceLock::new();
    Arc::clone(BOOK.get_or_init(|| Arc::new(FontBook::embedded().expect("embedded faces"))))
}

fn query(weight: f32, slant: Slant) -> FaceQuery {
    FaceQuery { weight, slant, ..FaceQuery::default() }
}

fn chosen(family: &str, weight: f32, slant: Slant) -> String {
    let book = book();
    let id = book.select(family, &query(weight, slant)).expect("a face");
    book.face(id).postscript_name.clone()
}

fn key(book: &FontBook, family: &str, script: Script) -> ShapeKey {
    ShapeKey {
        face: book.select(family, &FaceQuery::default()).expect("a face"),
        script,
        language: LangId::from_bcp47("en"),
        rtl: false,
        features: FeatureSetId::default(),
    }
}

#[test]
fn shared_types_cross_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<FontBook>();
    shared::<SubsetPool>();
    shared::<ShapedText>();
    fn movable<T: Send>() {}
    movable::<Shaper>();
}

#[test]
fn select_by_weight_slant_and_generic_name() {
    use Slant::{Italic, Upright};
    assert_eq!(chosen("EB Garamond", 400.0, Upright), "EBGaramond-Regular");
    assert_eq!(chosen("eb garamond", 700.0, Italic), "EBGaramond-BoldItalic");
    assert_eq!(chosen("\"EB Garamond\"", 500.0, Upright), "EBGaramond-Regular");
    assert_eq!(chosen("EB Garamond", 550.0, Upright), "EBGaramond-SemiBold");
    assert_eq!(chosen("EB Garamond", 900.0, Upright), "EBGaramond-Bold");
    assert_eq!(chosen("Noto Serif CJK SC", 600.0, Italic), "NotoSerifCJKsc-Bold");
    assert_eq!(chosen("serif", 400.0, Upright), "EBGaramond-Regular");
    assert_eq!(chosen("sans-serif", 600.0, Upright), "SourceSans3-Semibold");
    assert_eq!(chosen("system-ui", 400.0, Italic), "SourceSans3-It");
    assert_eq!(chosen("cursive", 400.0, Upright), "UrkundeKai-Regular");
    assert_eq!(book().select("Comic Sans", &FaceQuery::default()), None);
}

#[test]
fn select_by_localised_family_name() {
    let book = book();
    let noto = book.select("Noto Serif CJK SC", &FaceQuery::default());
    assert!(book.face(noto.expect("noto")).family_aliases.iter().all(|a| !a.is_empty()));
    for alias in &book.face(noto.expect("noto")).family_aliases {
        assert_eq!(book.select(alias, &FaceQuery::default()), noto, "{alias}");
    }
}

#[test]
fn fallback_ends_with_every_embedded_face() {
    let book = book();
    let list = book.fallback_list(&["Source Sans 3", "Nowhere"], &query(700.0, Slant::Upright));
    let names: Vec<&str> = list.iter().map(|id| &*book.face(*id).postscript_name).collect();
    assert_eq!(&names[..2], ["SourceSans3-Bold", "SourceSans3-Semibold"]);
    assert_eq!(names[4], "EBGaramond-Bold");
    assert_eq!(names.len(), book.faces().count());
    let again = book.fallback_list(&["Source Sans 3", "Nowhere"], &query(700.0, Slant::Upright));
    assert!(Arc::ptr_eq(&list, &again));
}

#[test]
fn rare_han_characters_are_covered() {
    let book = book();
    let list = book.fallback_list(&["EB Garamond"], &FaceQuery::default());
    for c in ["𬭎", "䶮", "㛃", "〇", "龘"] {
        let face = book.choose_face(c, &list).expect(c);
        assert_eq!(book.face(face).postscript_name, "NotoSerifCJKsc-Regular", "{c}");
    }
    let bold = book.fallback_list(&["Noto Serif CJK SC"], &query(700.0, Slant::Upright));
    let face = |c| book.choose_face(c, &bold).map(|f| book.face(f).postscript_name.clone());
    assert_eq!(face("盟").as_deref(), Some("NotoSerifCJKsc-Bold"));
    assert_eq!(face("㐀").as_deref(), Some("NotoSerifCJKsc-Bold"), "bold is as wide as regular");
    assert_eq!(book.choose_face("\u{13000}", &list), None, "a hieroglyph is in no face");
}

#[test]
fn clusters_stay_in_one_face() {
    let book = book();
    let list = book.fallback_list(&["EB Garamond"], &FaceQuery::default());
    let runs = book.itemize("Müller e\u{301} 中德，2022 年", &list, LangId::from_bcp47("zh"));
    let text = "Müller e\u{301} 中德，2022 年";
    let cut: Vec<(&str, &str)> = runs
        .iter()
        .map(|r| (&text[r.range.clone()], &*book.face(r.face.expect("face")).postscript_name))
        .collect();
    assert_eq!(
        cut,
        [
            ("Müller e\u{301} ", "EBGaramond-Regular"),
            ("中德，", "NotoSerifCJKsc-Regular"),
            ("2022 ", "EBGaramond-Regular"),
            ("年", "NotoSerifCJKsc-Regular"),
        ]
    );
    assert_eq!(runs[1].script, Script::HAN);
}

#[test]
fn chinese_quotation_marks_come_from_the_chinese_face() {
    let book = book();
    let list = book.fallback_list(&["EB Garamond"], &FaceQuery::default());
    let face = |lang| book.choose_face_in("“", &list, LangId::from_bcp47(lang)).expect("face");
    assert_eq!(book.face(face("zh-Hans")).postscript_name, "NotoSerifCJKsc-Regular");
    assert_eq!(book.face(face("de")).postscript_name, "EBGaramond-Regular");
}

#[test]
fn ligature_is_one_cluster() {
    let book = book();
    let mut shaper = Shaper::new(Arc::clone(&book));
    let shaped = shaper.shape(key(&book, "EB Garamond", Script::LATIN), "office");
    let clusters: Vec<u32> = shaped.glyphs.iter().map(|g| g.cluster).collect();
    assert_eq!(clusters, [0, 1, 4, 5], "ffi is one glyph");
    let off = shaper.features(&[Feature::new(b"liga", 0)]);
    let plain = ShapeKey { features: off, ..key(&book, "EB Garamond", Script::LATIN) };
    assert_eq!(shaper.shape(plain, "office").glyphs.len(), 6);
    assert_eq!(shaped.missing(), None);
}

#[test]
fn kerning_brings_letters_together() {
    let book = book();
    let mut shaper = Shaper::new(Arc::clone(&book));
    let with = key(&book, "EB Garamond", Script::LATIN);
    let without = shaper.features(&[Feature::new(b"kern", 0)]);
    let kerned = shaper.shape(with, "AV").advance;
    let plain = shaper.shape(ShapeKey { features: without, ..with }, "AV").advance;
    assert!(kerned < plain, "{kerned} < {plain}");
}

#[test]
fn shaping_is_cached_and_drops_the_invisible() {
    let book = book();
    let mut shaper = Shaper::new(Arc::clone(&book));
    let k = key(&book, "EB Garamond", Script::LATIN);
    let (a, b) = (shaper.shape(k, "Urkunde"), shaper.shape(k, "Urkunde"));
    assert!(Arc::ptr_eq(&a, &b));
    assert_eq!(shaper.shape(k, "Ur\u{ad}kunde\n").advance, a.advance);
    assert_eq!(shaper.shape(k, "中").missing(), Some(0));
}

#[test]
fn features_are_interned_without_order() {
    let mut shaper = Shaper::new(book());
    let a = shaper.features(&[Feature::new(b"smcp", 1), Feature::new(b"onum", 1)]);
    let b = shaper.features(&[
        Feature::new(b"onum", 0),
        Feature::new(b"smcp", 1),
        Feature::new(b"onum", 1),
    ]);
    assert_eq!(a, b);
    assert_eq!(shaper.features(&[]), FeatureSetId::default());
}

#[test]
fn language_tags_keep_whole_subtags() {
    assert_eq!(LangId::from_bcp47("zh-Hans-CN").as_str(), "zh-hans-cn");
    assert_eq!(LangId::from_bcp47("de_DE").as_str(), "de-de");
    assert_eq!(LangId::from_bcp47("zh-Hant-TW-x-abc").as_str(), "zh-hant-tw-x");
    assert_eq!(LangId::from_bcp47("中文"), LangId::NONE);
    assert!(LangId::from_bcp47("zh-Hans").is_cjk());
}

#[test]
fn line_metrics_follow_hhea_and_round_as_browsers_do() {
    let book = book();
    let face = book.face(book.select("EB Garamond", &FaceQuery::default()).expect("face"));
    let exact = face.metrics.line_metrics(Px(16.0));
    assert!((exact.ascent.0 - 16.0 * 1.007).abs() < 0.1, "{exact:?}");
    let rounded = face.metrics.line_metrics_rounded(Px(16.0));
    assert_eq!((rounded.ascent, rounded.descent), (Px(16.0), Px(5.0)));
    assert!(face.metrics.x_height > 0.3 && face.metrics.x_height < face.metrics.cap_height);
}

#[test]
fn coverage_names_blocks() {
    let book = book();
    let face = book.face(book.select("Noto Serif CJK SC", &FaceQuery::default()).expect("face"));
    let summary = face.coverage();
    let uro = summary.blocks.iter().find(|b| b.name == "CJK Unified Ideographs").expect("block");
    assert!(uro.covered > 20_900 && uro.covered <= uro.size);
    let named: usize = summary.blocks.iter().map(|b| b.covered).sum();
    assert_eq!(named + summary.elsewhere, summary.count);
}

/// Glyphs of a text in a family.
fn glyphs(book: &Arc<FontBook>, family: &str, text: &str) -> BTreeSet<u16> {
    let script = if family.contains("Noto") { Script::HAN } else { Script::LATIN };
    let shaped = Shaper::new(Arc::clone(book)).shape(key(book, family, script), text);
    shaped.glyphs.iter().map(|g| g.id).collect()
}

#[test]
fn subset_keeps_widths_and_does_not_depend_on_the_superset() {
    let book = book();
    for (family, text, more) in [
        ("EB Garamond", "Üriß Gráfé ffi Ångström", "The quick brown fox, ÄÖÜé — 0123456789"),
        ("Source Sans 3", "Üriß Gráfé ffi", "The quick brown fox, ÄÖÜé"),
        ("Noto Serif CJK SC", "𬭎䶮㛃常州，2022年", "联盟旨在促进中德职业教育交流Abc。"),
        ("Urkunde Kai", "常州，年", "联盟旨在促进"),
    ] {
        let face = book.select(family, &FaceQuery::default()).expect(family);
        let wanted = glyphs(&book, family, text);
        let alone = SubsetPool::new(Arc::clone(&book)).subset(face, &wanted, 1).expect("subset");
        let pool = SubsetPool::new(Arc::clone(&book));
        pool.announce(&more.chars().collect());
        pool.subset(face, &glyphs(&book, family, &more[..6]), 1).expect("another subset");
        let among = pool.subset(face, &wanted, 1).expect("subset");
        assert_eq!(alone, among, "{family}");

        let file = &alone.bytes;
        for ((old, new), (id, width)) in alone.glyph_map.iter().zip(&alone.widths) {
            assert_eq!(new, id);
            assert_eq!(f32::from(*width), f32::from(book.face(face).advance(*old)));
            let (before, after) = (drawn(book.face(face).data(), *old), drawn_subset(file, *new));
            assert_eq!(before, after, "{family} glyph {old}");
        }
        let apart = pool.subset(face, &wanted, 300).expect("subset");
        assert_ne!(apart.tag, alone.tag);
        for ((old, code), first) in apart.glyph_map.iter().zip(&alone.glyph_map) {
            assert_eq!((*old, *code), (first.0, if first.1 == 0 { 0 } else { first.1 + 299 }));
            // Ids are codes in TrueType files; CFF tables have a charset.
            let id = if alone.kind == OutlineKind::Cff { first.1 } else { *code };
            let (before, after) = (drawn_subset(file, first.1), drawn_subset(&apart.bytes, id));
            assert_eq!(before, after, "{family} glyph {old}");
        }
        assert_eq!(alone.glyph_map.len(), wanted.len() + usize::from(!wanted.contains(&0)));
        assert_eq!(alone.kind == OutlineKind::Cff, file[..2] == [1, 0]);
        assert!(alone.tag.iter().all(u8::is_ascii_uppercase));
    }
}

/// A path as text.
#[derive(Default)]
struct Path(String);

impl skrifa::outline::OutlinePen for Path {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0 += &format!("M{x} {y}");
    }
    fn line_to(&mut self, x: f32, y: f32) {
        self.0 += &format!("L{x} {y}");
    }
    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        self.0 += &format!("Q{cx} {cy} {x} {y}");
    }
    fn curve_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        self.0 += &format!("C{ax} {ay} {bx} {by} {x} {y}");
    }
    fn close(&mut self) {
        self.0 += "Z";
    }
}

/// The path of a glyph, as readers draw it.
fn drawn(file: &[u8], glyph: u16) -> String {
    use skrifa::MetadataProvider;
    let font = skrifa::FontRef::new(file).expect("a font");
    let outline = font.outline_glyphs().get(glyph.into()).expect("an outline");
    let mut path = Path::default();
    outline.draw(skrifa::instance::Size::unscaled(), &mut path).expect("a path");
    path.0
}

/// The same in a subset, whose CFF table is put into a font file for the purpose.
fn drawn_subset(program: &[u8], glyph: u16) -> String {
    if program[..2] != [1, 0] {
        return drawn(program, glyph);
    }
    // Tables that a reader of outlines asks for, of a face with the same units.
    let donor = face_bytes("SourceSans3-Bold");
    let donor = skrifa::FontRef::new(&donor).expect("a font");
    let table = |tag: &[u8; 4]| donor.table_data(harfrust::Tag::new(tag)).expect("a table");
    let (head, hhea, hmtx) = (table(b"head"), table(b"hhea"), table(b"hmtx"));
    let mut maxp = table(b"maxp").as_bytes().to_vec();
    maxp[4..6].copy_from_slice(&(glyph + 1).to_be_bytes());
    let tables = [
        (b"CFF ", program),
        (b"head", head.as_bytes()),
        (b"hhea", hhea.as_bytes()),
        (b"hmtx", hmtx.as_bytes()),
        (b"maxp", &maxp[..]),
    ];
    let mut file = b"OTTO\0\x05\0\0\0\0\0\0".to_vec();
    let mut start = 12 + 16 * tables.len() as u32;
    for (tag, table) in tables {
        file.extend(tag);
        for field in [0, start, table.len() as u32] {
            file.extend(field.to_be_bytes());
        }
        start += table.len() as u32;
    }
    tables.iter().for_each(|(_, table)| file.extend(*table));
    drawn(&file, glyph)
}

/// A collection of two files: header, then the files with their table offsets moved.
fn collection(files: &[&[u8]]) -> Vec<u8> {
    let header = 12 + 4 * files.len();
    let mut out = b"ttcf\0\x01\0\0".to_vec();
    out.extend((files.len() as u32).to_be_bytes());
    let mut at = header as u32;
    for file in files {
        out.extend(at.to_be_bytes());
        at += file.len() as u32;
    }
    for file in files {
        let base = out.len() as u32;
        let mut copy = file.to_vec();
        let tables = usize::from(u16::from_be_bytes([copy[4], copy[5]]));
        for t in 0..tables {
            let field = 12 + 16 * t + 8;
            let offset = u32::from_be_bytes(copy[field..field + 4].try_into().expect("4 bytes"));
            copy[field..field + 4].copy_from_slice(&(offset + base).to_be_bytes());
        }
        out.extend(copy);
    }
    out
}

fn face_bytes(name: &str) -> Vec<u8> {
    let book = book();
    let face = book.faces().find(|f| f.postscript_name == name).expect("a face");
    face.data().to_vec()
}

#[test]
fn collection_gives_each_of_its_faces() {
    let (a, b) = (face_bytes("EBGaramond-Regular"), face_bytes("SourceSans3-Bold"));
    let mut book = FontBook::default();
    let ids = book.add_file("both.ttc", collection(&[&a, &b]).into()).expect("collection");
    assert_eq!(ids, [FaceId(0), FaceId(1)]);
    assert_eq!(book.face(ids[1]).postscript_name, "SourceSans3-Bold");
    assert_eq!(book.face(ids[1]).index(), 1);
    let book = Arc::new(book);
    let glyphs = glyphs(&book, "Source Sans 3", "Zeugnis");
    let subset = SubsetPool::new(Arc::clone(&book)).subset(ids[1], &glyphs, 1).expect("subset");
    assert_eq!(subset.kind, OutlineKind::Cff);
}

/// A font of `tests/fonts`; `variable.py` there makes them.
fn test_font(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/fonts/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(path).expect("a font of tests/fonts")
}

#[test]
fn variable_faces_are_drawn_at_their_place() {
    use skrifa::MetadataProvider;
    use skrifa::raw::TableProvider;
    for (name, text) in [("Variable.ttf", "I:O "), ("Variable.otf", "IO ")] {
        let mut book = FontBook::default();
        let ids = book.add_file(name, test_font(name).into()).expect(name);
        let book = Arc::new(book);
        let weights: Vec<f32> = ids.iter().map(|id| book.face(*id).weight).collect();
        assert_eq!(weights, [400.0, 900.0]);
        for (id, bar) in ids.into_iter().zip([150, 250]) {
            let face = book.face(id);
            let wanted = text.chars().map(|c| face.glyph(c).expect("a glyph")).collect();
            let subset = SubsetPool::new(Arc::clone(&book)).subset(id, &wanted, 1).expect(name);
            assert_eq!(subset.kind, OutlineKind::TrueType);
            let new = |c| subset.new_id(face.glyph(c).expect("a glyph")).expect("in the subset");
            assert_eq!(drawn(&subset.bytes, new('I')), format!("M50 0L50 700L{bar} 700L{bar} 0Z"));
            let font = skrifa::FontRef::new(&subset.bytes).expect("a font");
            let (hmtx, metrics) = (
                font.hmtx().expect("hmtx"),
                font.glyph_metrics(
                    skrifa::instance::Size::unscaled(),
                    skrifa::instance::LocationRef::default(),
                ),
            );
            for c in text.chars() {
                let (old, new) = (face.glyph(c).expect("a glyph"), new(c));
                assert_eq!(hmtx.advance(new.into()), Some(face.advance(old)), "{name} {c}");
                let bounds = metrics.bounds(new.into()).filter(|b| b.x_min < b.x_max);
                let drawn = bounds.map(|b| [b.x_min, b.y_min, b.x_max, b.y_max]);
                // Numbers are whole in a subset.
                match (face.glyph_bounds(old), drawn) {
                    (Some(whole), Some(drawn)) => {
                        for (a, b) in whole.into_iter().zip(drawn) {
                            assert!((a - b).abs() <= 1.0, "{name} {c}: {whole:?} {drawn:?}");
                        }
                    }
                    (whole, drawn) => assert_eq!(whole, drawn, "{name} {c}"),
                }
            }
        }
    }
}

/// Where a table of a font file begins.
fn table_offset(file: &[u8], tag: &[u8; 4]) -> usize {
    let at = file[12..].chunks(16).find(|r| &r[..4] == tag).expect("the table");
    u32::from_be_bytes(at[8..12].try_into().expect("4 bytes")) as usize
}

#[test]
fn embedding_forbidden_is_refused() {
    let mut bytes = face_bytes("EBGaramond-Regular");
    let fs_type = table_offset(&bytes, b"OS/2") + 8;
    bytes[fs_type..fs_type + 2].copy_from_slice(&[0, 2]);
    let error = FontBook::default().add_file("closed.ttf", bytes.into()).expect_err("refused");
    assert_eq!(error.code, "font-embedding-forbidden");
    let expected =
        "face `EB Garamond Regular` of font file `closed.ttf` forbids being embedded in documents";
    assert_eq!(error.message, expected);
}

#[test]
fn broken_files_are_refused() {
    let mut book = FontBook::default();
    let whole = face_bytes("EBGaramond-Regular");
    for (bytes, what) in [
        (b"<!doctype html>".to_vec(), "not a font"),
        (Vec::new(), "empty"),
        (whole[..300].to_vec(), "cut off"),
    ] {
        let error = book.add_file("x.ttf", bytes.into()).expect_err(what);
        assert_eq!(error.code, "broken-font", "{what}");
    }
    assert_eq!(book.faces().count(), 0);
}

#[test]
fn svg_database_holds_the_same_faces() {
    let book = book();
    let db = book.svg_database();
    assert_eq!(db.len(), book.faces().count());
    let serif = usvg::fontdb::Query {
        families: &[usvg::fontdb::Family::Serif],
        ..usvg::fontdb::Query::default()
    };
    let face = db.query(&serif).and_then(|id| db.face(id)).expect("a serif");
    assert_eq!(face.post_script_name, "EBGaramond-Regular");
}

#[test]
fn space_takes_no_part_in_the_embedded_faces() {
    for face in book().faces() {
        assert!(!face.space_shapes(), "{}", face.postscript_name);
    }
}

#[test]
fn subsets_are_the_same_while_more_is_cut() {
    let book = book();
    let id = book.select("Noto Serif CJK SC", &FaceQuery::default()).expect("a face");
    let pool = SubsetPool::new(Arc::clone(&book));
    for c in ('一'..).take(90).step_by(3) {
        let wanted = glyphs(&book, "Noto Serif CJK SC", &format!("常州{c}"));
        let fresh = SubsetPool::new(Arc::clone(&book)).subset(id, &wanted, 1).expect("subset");
        assert_eq!(pool.subset(id, &wanted, 1).expect("subset"), fresh, "{c}");
    }
}

const SANS_REGULAR: &[u8] = include_bytes!("../../fonts/SourceSans3-Regular.otf");
const SANS_BOLD: &[u8] = include_bytes!("../../fonts/SourceSans3-Bold.otf");

/// A book with faces that rules declare: family, weights, slant, width, range of characters.
fn declared(rules: &[(&[u8], Descriptors)]) -> FontBook {
    let mut book = FontBook::embedded().expect("the embedded faces");
    for (index, (bytes, descriptors)) in rules.iter().enumerate() {
        let name = format!("{index}.otf");
        book.declare(&name, Arc::from(*bytes), descriptors).expect("a face");
    }
    book
}

fn descriptors(family: &str) -> Descriptors {
    Descriptors {
        family: family.to_owned(),
        weight: (400.0, 400.0),
        slant: Slant::Upright,
        stretch: 100.0,
        unicode_range: Vec::new(),
    }
}

#[test]
fn declared_faces_have_the_style_their_rule_says() {
    let book = declared(&[
        (SANS_BOLD, descriptors("Own")),
        (SANS_REGULAR, Descriptors { weight: (600.0, 900.0), ..descriptors("Own") }),
        (SANS_REGULAR, Descriptors { slant: Slant::Italic, ..descriptors("Own") }),
        (SANS_BOLD, Descriptors { stretch: 75.0, ..descriptors("Own") }),
    ]);
    let chosen = |weight, slant, stretch| {
        let id = book.select("own", &FaceQuery { weight, slant, stretch }).expect("a face");
        book.face(id).source.clone()
    };
    assert_eq!(chosen(400.0, Slant::Upright, 100.0), "0.otf", "whatever the file says of itself");
    assert_eq!(chosen(300.0, Slant::Upright, 100.0), "0.otf");
    assert_eq!(chosen(700.0, Slant::Upright, 100.0), "1.otf");
    assert_eq!(chosen(900.0, Slant::Upright, 100.0), "1.otf");
    assert_eq!(chosen(500.0, Slant::Upright, 100.0), "0.otf");
    assert_eq!(chosen(400.0, Slant::Italic, 100.0), "2.otf");
    assert_eq!(chosen(400.0, Slant::Upright, 80.0), "3.otf");
    let name = |weight| {
        book.face(book.select("Source Sans 3", &query(weight, Slant::Upright)).expect("a face"))
            .source
            .clone()
    };
    assert_eq!(name(700.0), "SourceSans3-Bold.otf", "the rule names its own family alone");
}

#[test]
fn declared_faces_share_out_the_characters() {
    let latin = Descriptors { unicode_range: vec![0x20..=0x7e], ..descriptors("Two") };
    let umlauts = Descriptors { unicode_range: vec![0xc0..=0xff], ..descriptors("Two") };
    let book = declared(&[(SANS_REGULAR, latin), (SANS_BOLD, umlauts)]);
    let list = book.fallback_list(&["Two", "EB Garamond"], &FaceQuery::default());
    let face = |c: &str| book.face(book.choose_face(c, &list).expect(c)).source.clone();
    assert_eq!((face("a"), face("ü")), ("0.otf".into(), "1.otf".into()));
    assert_eq!(face("€"), "EBGaramond-Regular.ttf", "neither is meant for it");
    // Where ranges overlap the later rule counts.
    let all = || descriptors("Three");
    let book = declared(&[(SANS_REGULAR, all()), (SANS_BOLD, all())]);
    let list = book.fallback_list(&["Three"], &FaceQuery::default());
    assert_eq!(book.face(list[0]).source, "1.otf");
}

#[test]
fn declared_families_hide_built_in_ones_but_for_the_last_resort() {
    let narrow = Descriptors { unicode_range: vec![0x41..=0x5a], ..descriptors("EB Garamond") };
    let book = declared(&[(SANS_BOLD, narrow)]);
    let list = book.fallback_list(&["EB Garamond"], &FaceQuery::default());
    let face = |c: &str| book.face(book.choose_face(c, &list).expect(c)).source.clone();
    assert_eq!(face("A"), "0.otf");
    assert_eq!(list.len(), book.faces().count(), "every face is there once");
    assert!(book.choose_face("Ω", &list).is_some());
}
