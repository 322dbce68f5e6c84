//! Faces of projects in the PDF: collections, variable fonts, licences, and that the text which is shown
//! can be copied. `tests/fonts` has a small variable font of our own.

use insta::assert_snapshot;
use lopdf::Object;

use crate::support::reader::{Pdf, shown, to_unicode, unpacked};
use crate::support::{TempProject, pdf, program, repository};

/// The test font: Latin and Hebrew letters as bars, `wght` from 400 to 700, a hundred units wider.
fn font() -> Vec<u8> {
    std::fs::read(repository().join("tests/fonts/UrkundeTest.ttf")).unwrap()
}

/// A page in the test font, which the project has from a file with these bytes.
fn page(file: &str, bytes: &[u8], body: &str) -> TempProject {
    let project = TempProject::new();
    project.write(file, bytes);
    project.edit(
        "urkunde.toml",
        "[tables.people]",
        &format!("[fonts]\nfiles = [\"{file}\"]\n[tables.people]"),
    );
    project.edit("templates/letter.css", "h1 {", "* { font-family: \"Urkunde Test\" } h1 {");
    project.edit("templates/letter.html", "<h1>{{ person.name }}</h1>", "");
    project.edit("templates/letter.html", "<p>{{ person.date }}</p>", body);
    project
}

/// A collection of font files: a header, then the files with their table offsets moved.
fn collection(files: &[Vec<u8>]) -> Vec<u8> {
    let mut out = b"ttcf\0\x01\0\0".to_vec();
    out.extend((files.len() as u32).to_be_bytes());
    let mut at = 12 + 4 * files.len();
    for file in files {
        out.extend((at as u32).to_be_bytes());
        at += file.len();
    }
    for file in files {
        let base = out.len() as u32;
        let mut copy = file.clone();
        for table in 0..usize::from(u16::from_be_bytes([copy[4], copy[5]])) {
            let field = 12 + 16 * table + 8;
            let offset = u32::from_be_bytes(copy[field..field + 4].try_into().unwrap());
            copy[field..field + 4].copy_from_slice(&(offset + base).to_be_bytes());
        }
        out.extend(copy);
    }
    out
}

/// The embedded programs by font name without the tag: each with the width of the letter `a`.
fn widths_of_a(read: &Pdf) -> Vec<(String, f64)> {
    let mut found = Vec::new();
    for object in read.document.objects.values() {
        let Object::Dictionary(font) = object else { continue };
        if read.at(font, "Subtype").map(shown).as_deref() != Some("Type0") {
            continue;
        }
        let name = read.at(font, "BaseFont").map(shown).unwrap();
        let map = read.at(font, "ToUnicode").unwrap().as_stream().unwrap();
        let descendant = read.at(font, "DescendantFonts/0").unwrap().as_dict().unwrap();
        // The map is that of other fonts too.
        let own = read.widths(descendant);
        let mut texts = to_unicode(&unpacked(map)).into_iter();
        let a = texts.find(|(code, text)| text == "a" && own.contains_key(code));
        let file = read.at(descendant, "FontDescriptor/FontFile2").unwrap().as_stream().unwrap();
        let file = unpacked(file);
        for table in [b"fvar", b"gvar"] {
            assert!(!file.windows(4).any(|w| w == table), "{name} is variable still");
        }
        let advances = program::advances(&file, false);
        found.push((name.split_once('+').unwrap().1.to_string(), advances[&a.unwrap().0]));
    }
    found.sort_by(|a, b| a.1.total_cmp(&b.1));
    found
}

#[test]
fn variable_fonts_are_embedded_as_their_instances() {
    let project = page("test.ttf", &font(), "<p>a <b>a</b></p>");
    project.run(&["render", "--deny", "warnings"]).good();
    let path = project.path("out/letters/a1.pdf");
    let widths = widths_of_a(&Pdf::open(&path));
    assert_eq!(widths.len(), 2, "{widths:?}");
    assert_eq!(widths[1].1 - widths[0].1, 100.0, "{widths:?}");
    pdf::conforms(&[path], "a-2a+ua-1");
}

#[test]
fn faces_of_collections_are_embedded() {
    let other = std::fs::read(repository().join("fonts/SourceSans3-Bold.otf")).unwrap();
    let bytes = collection(&[other, font()]);
    let project = page("both.ttc", &bytes, "<p>a</p>");
    project.run(&["render", "--deny", "warnings"]).good();
    let alone = page("test.ttf", &font(), "<p>a</p>");
    alone.run(&["render"]).good();
    let file = "out/letters/a1.pdf";
    let read = |project: &TempProject| widths_of_a(&Pdf::open(&project.path(file)));
    assert_eq!(read(&project), read(&alone));
    if let Some(text) = pdf::text(&project.path(file)) {
        assert_eq!(text.trim(), "a");
    }
}

#[test]
fn face_that_may_not_be_embedded() {
    let mut bytes = font();
    let record = bytes[12..].chunks(16).find(|r| &r[..4] == b"OS/2").unwrap();
    let at = u32::from_be_bytes(record[8..12].try_into().unwrap()) as usize + 8;
    bytes[at..at + 2].copy_from_slice(&[0, 2]);
    let project = page("closed.ttf", &bytes, "<p>a</p>");
    assert_snapshot!(project.run(&["render"]).messages());
}

/// What is copied out of a page, line by line.
fn copied(body: &str) -> Option<String> {
    let project = page("test.ttf", &font(), body);
    project.run(&["render", "--deny", "warnings"]).good();
    let text = pdf::text_as_seen(&project.path("out/letters/a1.pdf"))?;
    // Marks of direction that the tool adds are no text of the page.
    let marks = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{c}');
    Some(text.replace(marks, "").trim().to_string())
}

#[test]
fn text_is_copied_as_it_was_written() {
    for (body, expected) in [
        ("<p>fi office</p>", "fi office"),
        ("<p style='font-variant-ligatures: none'>fi office</p>", "fi office"),
        ("<p lang=he dir=rtl>שלום עולם</p>", "שלום עולם"),
        ("<p lang=he dir=rtl>אבג abc דהו</p>", "אבג abc דהו"),
        ("<p>abc <span lang=he>אבג</span> def</p>", "abc אבג def"),
    ] {
        let Some(text) = copied(body) else { return };
        // How much room there is between words of two directions is the tool's guess.
        let squeezed = |text: &str| text.split_whitespace().collect::<String>();
        if body.contains("lang=he") && expected.contains("abc") {
            assert_eq!(squeezed(&text), squeezed(expected), "{body}");
        } else {
            assert_eq!(text, expected, "{body}");
        }
    }
}
