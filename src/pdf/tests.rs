//! Files of documents made by hand: read back with `lopdf`, and with poppler and qpdf where these
//! are installed.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Arc;

use lopdf::{Dictionary, Object};
use skrifa::raw::TableProvider;

use super::fonts::Program;
use super::*;
use crate::css::computed::{Border, LineStyle};
use crate::geom::{Color, Px, Rect, Sides};
use crate::images::QrLevel;
use crate::layout::fragment::{Fragment, FragmentContent};
use crate::paint::testkit::*;
use crate::paint::{Bookmark, CellAttributes, Destination, Role, StructureId, paint};

/// What a document holds at most (a certificate with two embedded faces).
const CEILING: usize = 60 * 1024;

fn meta() -> Metadata {
    Metadata {
        title: "Urkunde · 证书".into(),
        lang: "en".into(),
        author: Some("Sample Alliance".into()),
        subject: Some("A certificate".into()),
        keywords: vec!["certificate".into(), "证书".into()],
        date: Date::parse("2022-12-16T09:30:00+08:00"),
        creator: None,
        properties: Vec::new(),
    }
}

pub(super) fn request(meta: &Metadata) -> Request<'_> {
    static FIXED: FixedGlyphs = FixedGlyphs::new();
    Request { meta, profile: Profile::default(), attachments: &[], fixed: &FIXED }
}

fn row(y: f32, children: Vec<Fragment>) -> Fragment {
    line(Rect::new(Px(0.0), Px(y), Px(900.0), Px(30.0)), children)
}

fn block(id: StructureId, lines: Vec<Fragment>) -> Fragment {
    let mut fragment = of(id, boxed([0.0, 0.0, 1122.0, 793.0], |_| {}));
    fragment.children = lines;
    fragment
}

fn root(children: Vec<Fragment>) -> Vec<Fragment> {
    let mut root = boxed([0.0, 0.0, 1122.0, 793.0], |_| {});
    root.children = children;
    vec![root]
}

pub(super) fn certificate() -> Document {
    let mut draft = Draft::default();
    let h1 = draft.element(Role::Heading(1), None);
    let p = draft.element(Role::Paragraph, None);
    let zh = draft.element(Role::Paragraph, None);
    draft.edit(zh).lang = Some("zh-Hans".into());
    let seal = draft.element(Role::Figure, None);
    draft.edit(seal).alt = Some("QR code: https://example.org/verify/0001".into());
    let link_p = draft.element(Role::Paragraph, None);
    let link = draft.element(Role::Link, Some(link_p));
    draft.edit(link).href = Some("https://example.org/verify/0001".into());

    let frame = boxed([30.0, 30.0, 1062.0, 733.0], |s| {
        let line = Border { width: Px(3.0), style: LineStyle::Double, color: rgb(0x9a_7b_2f) };
        s.border = Sides::all(line);
    });
    let heading = block(
        h1,
        vec![row(80.0, vec![Sample::latin(48.0, "Certificate of Membership").at(250.0, 60.0)])],
    );
    let english = (0..6).map(|i| {
        let text = "is awarded a founding member unit of the Alliance: fluffig, Ausgestellt für die Brüder Groß ";
        row(180.0 + 30.0 * i as f32, vec![Sample::latin(18.0, text).at(120.0, 20.0)])
    });
    let chinese = (0..4).map(|i| {
        let text = "中德手工业行会双元制联盟旨在促进中德职业教育交流通过平台𬭎䶮㛃";
        row(400.0 + 30.0 * i as f32, vec![Sample::han(18.0, text).at(120.0, 20.0)])
    });
    let bold = Sample {
        family: "EB Garamond",
        weight: 700.0,
        size: 26.0,
        lang: "de",
        text: "Muster GmbH & Co. KG, Zürich",
    };
    let name = row(360.0, vec![bold.at(120.0, 20.0)]);
    let mut code = of(seal, boxed([900.0, 600.0, 120.0, 120.0], |_| {}));
    let qr = store().qr("https://example.org/verify/0001", QrLevel::Medium).expect("a code");
    code.content = FragmentContent::Image(qr);
    let mut a = of(
        link,
        boxed([120.0, 0.0, 300.0, 20.0], |s| s.display = crate::css::computed::Display::Inline),
    );
    a.content = FragmentContent::Inline;
    a.children = vec![of(link, Sample::latin(14.0, "example.org/verify/0001").at(0.0, 16.0))];
    let foot = block(link_p, vec![row(680.0, vec![a])]);
    let body = english.chain([name]).collect();
    draft.page(
        1122.0,
        793.0,
        root(vec![frame, heading, block(p, body), block(zh, chinese.collect()), code, foot]),
    );
    draft.document.bookmarks.push(Bookmark {
        level: 1,
        label: "Certificate".into(),
        page: 0,
        at: crate::geom::Point::ZERO,
    });
    draft.document.destinations.push(Destination {
        name: "top".into(),
        page: 0,
        at: crate::geom::Point::ZERO,
    });
    draft.document
}

fn batch() -> Batch {
    Batch::new(&book())
}

fn file(document: &Document) -> Vec<u8> {
    let (lists, _) = paint(document, &|_| None);
    write(&lists, document, &request(&meta()), &batch()).expect("a file").bytes
}

fn parsed(bytes: &[u8]) -> lopdf::Document {
    lopdf::Document::load_mem(bytes).expect("a readable file")
}

fn entry<'d>(document: &'d lopdf::Document, dictionary: &'d Dictionary, key: &str) -> &'d Object {
    let object = dictionary.get(key.as_bytes()).unwrap_or_else(|_| panic!("no /{key}"));
    document.dereference(object).expect("an object").1
}

fn page(document: &lopdf::Document, index: usize) -> &Dictionary {
    let id = document.get_pages().into_values().nth(index).expect("a page");
    document.get_dictionary(id).expect("a page")
}

fn content(document: &lopdf::Document, index: usize) -> lopdf::content::Content {
    let id = document.get_pages().into_values().nth(index).expect("a page");
    document.get_and_decode_page_content(id).expect("content")
}

/// The output of a program over a file; none, with a plain word, where it is not installed.
fn tool(program: &str, before: &[&str], bytes: &[u8], after: &[&str]) -> Option<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("document.pdf");
    std::fs::write(&path, bytes).expect("written");
    match Command::new(program).args(before).arg(&path).args(after).output() {
        Ok(output) => {
            assert!(
                output.status.success(),
                "{program}: {}",
                String::from_utf8_lossy(&output.stderr)
            );
            Some(String::from_utf8_lossy(&output.stdout).into_owned())
        }
        Err(_) => {
            #[allow(clippy::print_stderr, reason = "a test that skips says so")]
            {
                eprintln!("skipped: {program} is not installed");
            }
            None
        }
    }
}

fn text_of(bytes: &[u8]) -> Option<String> {
    tool("pdftotext", &["-layout"], bytes, &["-"])
}

#[test]
fn same_document_gives_same_bytes() {
    let document = certificate();
    assert_eq!(file(&document), file(&document));
}

#[test]
fn certificate_stays_small() {
    let size = file(&certificate()).len();
    assert!(size < CEILING, "{size} bytes");
}

#[test]
fn catalog_makes_the_claims() {
    let bytes = file(&certificate());
    assert!(bytes.starts_with(b"%PDF-1.7\n"));
    let document = parsed(&bytes);
    let catalog = document.catalog().expect("a catalog");
    for key in [
        "Metadata",
        "OutputIntents",
        "Lang",
        "ViewerPreferences",
        "MarkInfo",
        "StructTreeRoot",
        "Outlines",
        "Names",
    ] {
        assert!(catalog.has(key.as_bytes()), "no /{key}");
    }
    let xmp = entry(&document, catalog, "Metadata").as_stream().expect("a stream");
    let xmp = xmp.get_plain_content().expect("a stream");
    let xmp = String::from_utf8_lossy(&xmp);
    for claim in [
        "<pdfaid:part>2<",
        "<pdfaid:conformance>A<",
        "<pdfuaid:part>1<",
        "2022-12-16T09:30:00+08:00",
    ] {
        assert!(xmp.contains(claim), "{claim} in {xmp}");
    }
    let page = page(&document, 0);
    for key in ["StructParents", "Tabs", "Annots"] {
        assert!(page.has(key.as_bytes()), "no /{key}");
    }
    assert!(!page.has(b"CropBox"));
}

#[test]
fn marks_widen_the_sheet_and_show_on_every_plate() {
    let mut document = certificate();
    let mm = |mm: f32| crate::geom::Px::from_mm(mm);
    document.pages[0].size = crate::geom::Size::new(mm(210.0), mm(297.0));
    document.pages[0].bleed = mm(3.0);
    document.pages[0].marks = crate::layout::fragment::Marks { crop: true, cross: true };
    let bytes = file(&document);
    let document = parsed(&bytes);
    let page = page(&document, 0);
    let sides = |key: &str| -> Vec<i64> {
        let sides = entry(&document, page, key).as_array().expect("an array");
        sides
            .iter()
            .map(|s| (s.as_float().expect("a number") / 72.0 * 25.4).round() as i64)
            .collect()
    };
    assert_eq!(sides("MediaBox"), [0, 0, 232, 319]);
    assert_eq!(sides("BleedBox"), [8, 8, 224, 311]);
    assert_eq!(sides("TrimBox"), [11, 11, 221, 308]);
    let resources = entry(&document, page, "Resources").as_dict().expect("resources");
    let spaces = entry(&document, resources, "ColorSpace").as_dict().expect("colour spaces");
    let all = entry(&document, spaces, "All").as_array().expect("a colour space");
    assert_eq!(all[..2], [Object::Name(b"Separation".into()), Object::Name(b"All".into())]);
    let operations = content(&document, 0).operations;
    let at = |operator: &str| operations.iter().rposition(|o| o.operator == operator);
    let (tag, space) = (at("BDC").expect("a tag"), at("CS").expect("a colour space"));
    assert!(tag < space, "marks stand outside their tag");
    let kind = operations[tag].operands[1].as_dict().and_then(|d| d.get(b"Type"));
    assert_eq!(kind.expect("a kind"), &Object::Name(b"Page".into()));
}

#[test]
fn cmyk_is_written_where_the_profile_allows_it() {
    let mut document = certificate();
    let cmyk = Color::Cmyk { c: 0.0, m: 1.0, y: 1.0, k: 0.1, a: 1.0 };
    let box_ = boxed([0.0, 0.0, 9.0, 9.0], |s| {
        s.background = Arc::new(crate::css::computed::Background { color: cmyk, ..solid(0) })
    });
    document.pages[0].fragments.push(box_);
    let (lists, diagnostics) = paint(&document, &|_| None);
    assert_eq!(diagnostics.len(), 1);
    let written = |profile| {
        let meta = meta();
        write(&lists, &document, &Request { profile, ..request(&meta) }, &batch())
    };
    let refused = written(Profile::A2u).expect_err("a diagnostic");
    assert_eq!((refused.severity, refused.code), (crate::diag::Severity::Error, "device-cmyk"));
    let document = parsed(&written(Profile::Pdf17).expect("a file").bytes);
    let catalog = document.catalog().expect("a catalog");
    let xmp = entry(&document, catalog, "Metadata").as_stream().expect("xmp");
    let xmp = xmp.get_plain_content().expect("a stream");
    assert!(!String::from_utf8_lossy(&xmp).contains("pdfaid:part"));
    assert!(!catalog.has(b"OutputIntents"));
}

/// The fonts of a page, each with its descendant and its descriptor.
fn fonts(document: &lopdf::Document) -> Vec<(&Dictionary, &Dictionary, &Dictionary)> {
    let resources = entry(document, page(document, 0), "Resources").as_dict().expect("resources");
    let fonts = entry(document, resources, "Font").as_dict().expect("fonts");
    fonts
        .iter()
        .map(|(_, font)| {
            let font = document.dereference(font).expect("a font").1.as_dict().expect("a font");
            let descendants =
                entry(document, font, "DescendantFonts").as_array().expect("an array");
            let descendant = descendants[0].as_dict().expect("a dictionary");
            let descriptor =
                entry(document, descendant, "FontDescriptor").as_dict().expect("descriptor");
            (font, descendant, descriptor)
        })
        .collect()
}

#[test]
fn fonts_are_embedded_subsets_with_unicode() {
    let bytes = file(&certificate());
    let document = parsed(&bytes);
    let fonts = fonts(&document);
    assert_eq!(fonts.len(), 3);
    for (font, descendant, descriptor) in fonts {
        let name = font.get(b"BaseFont").and_then(Object::as_name).expect("a name");
        assert_eq!(name[6], b'+', "{}", String::from_utf8_lossy(name));
        assert!(font.has(b"ToUnicode"));
        let kind = descendant.get(b"Subtype").and_then(Object::as_name).expect("a subtype");
        if kind == b"CIDFontType0" {
            let program = entry(&document, descriptor, "FontFile3").as_stream().expect("a program");
            assert_eq!(
                program.dict.get(b"Subtype").and_then(Object::as_name).ok(),
                Some(&b"CIDFontType0C"[..])
            );
        } else {
            assert!(descriptor.has(b"FontFile2") && descendant.has(b"CIDToGIDMap"));
        }
    }
}

#[test]
fn widths_are_those_of_the_face() {
    let document = certificate();
    let (lists, _) = paint(&document, &|_| None);
    let batch = batch();
    let fonts = Fonts::collect(&lists, &FixedGlyphs::new(), &batch).expect("fonts");
    let bytes = file(&document);
    let document = parsed(&bytes);
    for (font, (_, descendant, _)) in fonts.fonts.iter().zip(self::fonts(&document)) {
        let written = written_widths(descendant);
        let face = batch.book.face(font.face);
        let Program::Own(subset, _) = &font.program else { panic!("nothing is fixed") };
        let program = skrifa::raw::FontRef::new(&subset.bytes).and_then(|file| file.hmtx());
        // A bare CFF table has no `hmtx`; veraPDF holds its charstrings' widths to `/W`.
        assert_eq!(program.is_err(), face.is_cff());
        assert!(!written.is_empty());
        for (id, width) in written {
            let (old, _) = subset.glyph_map.iter().find(|(_, code)| *code == id).expect("a glyph");
            let old = *old;
            if let Ok(hmtx) = &program {
                assert_eq!(hmtx.advance(skrifa::GlyphId::from(id)), Some(face.advance(old)));
            }
            let expected = f32::from(face.advance(old)) * 1000.0 / f32::from(face.units_per_em);
            assert!((expected - width).abs() < 0.01, "glyph {id}: {width}, not {expected}");
        }
    }
}

#[test]
fn fixed_glyphs_have_a_font_of_their_own() {
    let document = certificate();
    let (lists, _) = paint(&document, &|_| None);
    let batch = batch();
    let whole = Fonts::collect(&lists, &FixedGlyphs::new(), &batch).expect("fonts");
    // All but every fourth glyph, then every fifth: plates of one document say nothing about others.
    let but_every = |n: usize| -> FixedGlyphs {
        let glyphs = |font: &fonts::DocumentFont<'_>| {
            font.ids().enumerate().filter(|(at, _)| at % n > 0).map(|(_, id)| id.into()).collect()
        };
        whole.fonts.iter().map(|font| (font.face, glyphs(font))).collect()
    };
    let parted = Fonts::collect(&lists, &but_every(4), &batch).expect("fonts");
    for font in &whole.fonts {
        for id in font.ids() {
            let there = parted.of_face(font.face).expect("a face");
            let there = there.iter().filter(|(_, glyph)| glyph.old == id);
            assert_eq!(there.count(), 1, "glyph {id}");
        }
    }
    let write_with = |fixed: &FixedGlyphs, batch: &Batch| {
        let meta = meta();
        write(&lists, &document, &Request { fixed, ..request(&meta) }, batch).expect("a file").bytes
    };
    let alone = write_with(&but_every(4), &self::batch());
    assert!(fonts(&parsed(&alone)).len() > whole.fonts.len());
    write_with(&but_every(5), &batch);
    assert!(write_with(&but_every(4), &batch) == alone);
    assert!(write_with(&FixedGlyphs::new(), &batch) == file(&document));
}

fn written_widths(descendant: &Dictionary) -> BTreeMap<u16, f32> {
    let list = descendant.get(b"W").and_then(Object::as_array).expect("/W");
    let mut widths = BTreeMap::new();
    for pair in list.chunks(2) {
        let first = pair[0].as_i64().expect("an id") as u16;
        for (id, width) in (first..).zip(pair[1].as_array().expect("widths")) {
            widths.insert(id, width.as_float().expect("a width"));
        }
    }
    widths
}

#[test]
fn marked_content_is_balanced_and_numbered() {
    let document = parsed(&file(&certificate()));
    let (mut depth, mut mcids, mut text) = (0i32, Vec::new(), 0i32);
    for operation in &content(&document, 0).operations {
        match operation.operator.as_str() {
            "BDC" | "BMC" => {
                depth += 1;
                let mcid = operation
                    .operands
                    .get(1)
                    .and_then(|o| o.as_dict().ok())
                    .and_then(|d| d.get(b"MCID").ok());
                mcids.extend(mcid.and_then(|m| m.as_i64().ok()));
            }
            "EMC" => depth -= 1,
            "BT" => text += 1,
            "ET" => text -= 1,
            "Tj" | "TJ" | "Do" | "f" | "f*" | "S" | "sh" => {
                assert!(depth > 0, "unmarked {}", operation.operator)
            }
            _ => {}
        }
        assert!(depth >= 0 && (0..=1).contains(&text));
    }
    assert_eq!((depth, text), (0, 0));
    assert_eq!(mcids, (0..mcids.len() as i64).collect::<Vec<_>>());
}

#[test]
fn text_comes_back_character_by_character() {
    let Some(text) = text_of(&file(&certificate())) else { return };
    for expected in [
        "Certificate of Membership",
        "fluffig, Ausgestellt für die Brüder Groß",
        "Muster GmbH & Co. KG, Zürich",
        "中德手工业行会双元制联盟旨在促进中德职业教育交流通过平台𬭎䶮㛃",
        "example.org/verify/0001",
    ] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
}

#[test]
fn other_programs_read_the_file() {
    let bytes = file(&certificate());
    tool("qpdf", &["--check"], &bytes, &[]);
    if let Some(list) = tool("pdffonts", &[], &bytes, &[]) {
        for font in list.lines().skip(2) {
            assert!(font.contains("yes yes yes"), "{list}");
        }
    }
    if let Some(structure) = tool("pdfinfo", &["-struct-text"], &bytes, &[]) {
        let order: Vec<usize> = ["H1", "Muster GmbH", "中德", "Figure", "Link"]
            .iter()
            .map(|part| structure.find(part).unwrap_or_else(|| panic!("{part} in {structure}")))
            .collect();
        assert!(order.is_sorted(), "{structure}");
    }
}

#[test]
fn glyph_of_two_texts_gets_actual_text() {
    // A Greek question mark has the glyph of the semicolon: three uses against one.
    let mut draft = Draft::default();
    let p = draft.element(Role::Paragraph, None);
    let mut run = Sample::latin(12.0, "a;b;c;d;").at(10.0, 20.0);
    if let FragmentContent::Text(run) = &mut run.content {
        let run = Arc::make_mut(run);
        run.text = Arc::from("a;b;c;d\u{37e}");
        let end = run.text.len() as u32;
        Arc::make_mut(&mut run.glyphs)[7].text_end = end;
    }
    draft.page(200.0, 100.0, root(vec![block(p, vec![row(0.0, vec![run])])]));
    let bytes = file(&draft.document);
    let spans = content(&parsed(&bytes), 0)
        .operations
        .iter()
        .filter(|o| o.operator == "BDC" && o.operands[0].as_name().ok() == Some(b"Span"))
        .count();
    assert_eq!(spans, 1);
    if let Some(text) = text_of(&bytes) {
        assert!(text.contains("a;b;c;d\u{37e}"), "{text}");
    }
}

#[test]
fn table_cells_and_pages_keep_their_place() {
    let mut draft = Draft::default();
    let table = draft.element(Role::Table, None);
    let tr = draft.element(Role::TableRow, Some(table));
    let th = draft.element(Role::TableHeader, Some(tr));
    draft.edit(th).cell = Some(CellAttributes {
        row_span: 1,
        column_span: 2,
        scope: Some("Column"),
        headers: Vec::new(),
    });
    let td = draft.element(Role::TableData, Some(tr));
    let p = draft.element(Role::Paragraph, None);
    let text = |t| Sample::latin(12.0, t).at(10.0, 20.0);
    draft.page(
        300.0,
        100.0,
        root(vec![
            block(p, vec![row(60.0, vec![text("first")])]),
            block(th, vec![row(0.0, vec![text("Head")])]),
        ]),
    );
    draft.page(300.0, 100.0, root(vec![block(p, vec![row(0.0, vec![text("second")])])]));
    let bytes = file(&draft.document);
    let _ = td;
    let Some(structure) = tool("pdfinfo", &["-struct-text"], &bytes, &[]) else { return };
    let order = ["Table", "TR", "TH", "Head", "TD", "P (block)", "first", "second"];
    let places: Vec<Option<usize>> = order.iter().map(|part| structure.find(part)).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{structure}");
}

#[test]
fn outline_nests_by_level() {
    let mut draft = Draft::default();
    draft.page(100.0, 100.0, root(Vec::new()));
    for (level, label) in [(1, "A"), (2, "A.1"), (2, "A.2"), (1, "B · 乙")] {
        let at = crate::geom::Point::ZERO;
        draft.document.bookmarks.push(Bookmark { level, label: label.into(), page: 0, at });
    }
    let document = parsed(&file(&draft.document));
    let outlines = entry(&document, document.catalog().expect("a catalog"), "Outlines")
        .as_dict()
        .expect("outlines");
    assert_eq!(outlines.get(b"Count").and_then(Object::as_i64).ok(), Some(4));
    let first = entry(&document, outlines, "First").as_dict().expect("an entry");
    assert_eq!(first.get(b"Count").and_then(Object::as_i64).ok(), Some(2));
    let next = entry(&document, first, "Next").as_dict().expect("an entry");
    assert!(!next.has(b"Next") && !next.has(b"First"));
}

/// A page with one picture of some bytes, shown twice.
fn pictured(bytes: &[u8], name: &str) -> (lopdf::Document, Vec<u8>) {
    let image = store().load_bytes(bytes, name).expect("a picture");
    let mut draft = Draft::default();
    let figure = draft.element(Role::Figure, None);
    draft.edit(figure).alt = Some("two pictures".into());
    let pictures = [10.0, 60.0].map(|x| {
        let mut picture = of(figure, boxed([x, 10.0, 40.0, 40.0], |_| {}));
        picture.content = FragmentContent::Image(Arc::clone(&image));
        picture
    });
    draft.page(110.0, 60.0, root(pictures.to_vec()));
    let bytes = file(&draft.document);
    tool("qpdf", &["--check"], &bytes, &[]);
    (parsed(&bytes), bytes)
}

fn images(document: &lopdf::Document) -> Vec<&lopdf::Stream> {
    let streams = document.objects.values().filter_map(|o| o.as_stream().ok());
    let is_image = |s: &&lopdf::Stream| {
        s.dict.get(b"Subtype").and_then(Object::as_name).ok() == Some(b"Image")
    };
    streams.filter(is_image).collect()
}

fn name_of<'d>(stream: &'d lopdf::Stream, key: &str) -> &'d [u8] {
    stream.dict.get(key.as_bytes()).and_then(Object::as_name).expect("a name")
}

#[test]
fn jpeg_passes_through_and_stands_there_once() {
    let mut jpeg = std::io::Cursor::new(Vec::new());
    let picture = ::image::DynamicImage::new_luma8(8, 8);
    picture.write_to(&mut jpeg, ::image::ImageFormat::Jpeg).expect("encoded");
    let jpeg = jpeg.into_inner();
    let (document, _) = pictured(&jpeg, "grey.jpg");
    let images = images(&document);
    assert_eq!(images.len(), 1);
    assert_eq!(images[0].content, jpeg);
    assert_eq!(name_of(images[0], "Filter"), b"DCTDecode");
    assert_eq!(name_of(images[0], "ColorSpace"), b"DeviceGray");
}

#[test]
fn png_keeps_its_samples_and_its_opacity() {
    let mut picture = ::image::RgbaImage::new(5, 4);
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        *pixel = ::image::Rgba([x as u8 * 50, y as u8 * 60, (x * y) as u8, 255 - x as u8 * 40]);
    }
    let mut png = std::io::Cursor::new(Vec::new());
    let samples: Vec<u8> = picture.pixels().flat_map(|p| p.0[..3].to_vec()).collect();
    let alpha: Vec<u8> = picture.pixels().map(|p| p.0[3]).collect();
    picture.write_to(&mut png, ::image::ImageFormat::Png).expect("encoded");
    let (document, _) = pictured(&png.into_inner(), "faded.png");
    let images = images(&document);
    assert_eq!(images.len(), 2);
    let mask = images.iter().find(|s| !s.dict.has(b"SMask")).expect("a mask");
    let picture = images.iter().find(|s| s.dict.has(b"SMask")).expect("a picture");
    assert_eq!(picture.decompressed_content().expect("samples"), samples);
    assert_eq!(mask.decompressed_content().expect("samples"), alpha);
}

#[test]
fn grey_stays_grey() {
    let mut png = std::io::Cursor::new(Vec::new());
    let picture = ::image::GrayImage::from_fn(9, 7, |x, y| ::image::Luma([(x * 20 + y) as u8]));
    picture.write_to(&mut png, ::image::ImageFormat::Png).expect("encoded");
    let (document, _) = pictured(&png.into_inner(), "grey.png");
    let images = images(&document);
    assert_eq!(images.len(), 1);
    assert_eq!(name_of(images[0], "ColorSpace"), b"DeviceGray");
    assert_eq!(images[0].decompressed_content().expect("samples"), picture.into_raw());
    // Colours of equal parts too.
    let mut draft = Draft::default();
    draft.page(110.0, 60.0, root(vec![filled([0.0, 0.0, 9.0, 9.0], 0x80_8080)]));
    let content = parsed(&file(&draft.document));
    let page = *content.get_pages().get(&1).expect("a page");
    let content = String::from_utf8_lossy(&content.get_page_content(page)).into_owned();
    assert!(content.contains(".502 g") && !content.contains(" rg"), "{content}");
}

#[test]
fn opacity_of_many_things_is_a_group_with_its_own_marks() {
    let mut draft = Draft::default();
    let p = draft.element(Role::Paragraph, None);
    let texts = ["one", "two"].map(|t| Sample::latin(12.0, t).at(10.0, 20.0));
    let mut faint = of(p, boxed([0.0, 0.0, 100.0, 50.0], |s| s.opacity = 0.5));
    faint.children =
        texts.into_iter().enumerate().map(|(i, t)| row(30.0 * i as f32, vec![t])).collect();
    draft.page(110.0, 60.0, root(vec![faint]));
    let bytes = file(&draft.document);
    let document = parsed(&bytes);
    let forms: Vec<_> = document
        .objects
        .values()
        .filter_map(|o| o.as_stream().ok())
        .filter(|s| s.dict.has(b"Group"))
        .collect();
    assert_eq!(forms.len(), 1);
    assert!(forms[0].dict.has(b"StructParents"));
    if let Some(structure) = tool("pdfinfo", &["-struct-text"], &bytes, &[]) {
        assert!(structure.contains("one") && structure.contains("two"), "{structure}");
    }
}
