//! The specimen: a booklet that shows all there is, so that nothing can be added without being shown.
//!
//! What must be in it is read from `docs/css.md`, what is in it from its templates and style sheets.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::docs;
use crate::support::reader::{Pdf, shown};
use crate::support::{Run, pdf, repository};

/// The chapters, with the page each begins on and a text that stands on it.
const CHAPTERS: [(&str, usize, &str); 13] = [
    ("Inhalt · 目录 · Contents", 3, "Below each exhibit"),
    ("Schriften · 字体 · Faces", 4, "Falsches Üben von Xylophonmusik"),
    ("Buchstaben · 字形 · Letters", 5, "font-variant-caps: small-caps"),
    ("Wörter · 词语 · Words", 6, "Wer immer strebend sich bemüht"),
    ("Zeilen · 排行 · Lines", 7, "text-fit: shrink 40%"),
    ("Chinesisch · 汉字排版 · Chinese", 8, "忽逢桃花林"),
    ("Kästen · 方框 · Boxes", 9, "box-sizing"),
    ("Farbe · 着色 · Paint", 10, "background-origin"),
    ("Anordnung · 布局 · Arrangement", 11, "grid-template-areas"),
    ("Tabellen, Listen · 表格与列表 · Tables, lists", 12, "border-spacing"),
    ("Bilder · 图像 · Pictures", 13, "object-fit: cover"),
    ("Seiten · 页面 · Pages", 14, "box-decoration-break: clone"),
    ("Register · 索引 · Index", 17, "blockquote"),
];

fn folder() -> PathBuf {
    repository().join("templates/specimen")
}

/// Renders the specimen once for all tests; a warning is an error.
fn output() -> &'static Path {
    static OUTPUT: OnceLock<tempfile::TempDir> = OnceLock::new();
    let output = OUTPUT.get_or_init(|| {
        let output = tempfile::tempdir().unwrap();
        render(output.path());
        output
    });
    output.path()
}

fn render(output: &Path) {
    let [project, output] = [folder(), output.to_path_buf()].map(|p| p.display().to_string());
    let args = ["render", "--project", &project, "--deny", "warnings", "--output", &output];
    Run::in_folder(repository(), &args).good();
}

fn booklet() -> PathBuf {
    output().join("specimen.pdf")
}

/// The text of all files below the specimen's folder that end so, without comments.
fn sources(ending: &str) -> String {
    let folders = ["booklet", "press", "style"].map(|name| folder().join(name));
    let entries = folders.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap());
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|e| e == ending));
    files.sort();
    assert!(files.len() > 2, "no .{ending} in {}", folder().display());
    let mut text: String =
        files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect();
    while let Some(start) = text.find("/*") {
        let end = text[start..].find("*/").expect("the end of a comment") + start + 2;
        text.replace_range(start..end, "");
    }
    text
}

/// Style sheets and templates, in which there are `style` attributes.
fn styles() -> String {
    sources("css") + &sources("html")
}

/// Whether a declaration of that name stands in the text.
fn declares(styles: &str, name: &str) -> bool {
    styles.match_indices(name).any(|(at, _)| {
        let before = styles[..at].chars().next_back();
        let begins = before.is_none_or(|c| c.is_whitespace() || "{;\"".contains(c));
        begins && styles[at + name.len()..].trim_start().starts_with(':')
    })
}

/// Whether a number with that unit stands in the text.
fn measures(styles: &str, unit: &str) -> bool {
    styles.match_indices(unit).any(|(at, _)| {
        let after = styles[at + unit.len()..].chars().next();
        styles[..at].ends_with(|c: char| c.is_ascii_digit())
            && after.is_none_or(|c| !c.is_ascii_alphanumeric())
    })
}

/// What of the rows below a heading of `docs/css.md` the specimen does not show.
fn missing(heading: &str, is_shown: impl Fn(&str) -> bool) -> Vec<String> {
    let names = docs::promised(heading);
    assert!(!names.is_empty(), "docs/css.md has no {heading}");
    names.into_iter().filter(|name| !is_shown(name)).collect()
}

#[test]
fn every_property_is_shown() {
    let styles = styles();
    let supported: BTreeSet<&str> = urkunde::css::supported_properties().collect();
    assert!(supported.len() > 150);
    let missing: Vec<_> = supported.into_iter().filter(|name| !declares(&styles, name)).collect();
    assert!(missing.is_empty(), "templates/specimen does not show {missing:?}");
}

#[test]
fn every_element_is_shown() {
    let html = sources("html");
    let shows = |name: &&str| {
        html.match_indices(&format!("<{name}"))
            .any(|(at, tag)| html[at + tag.len()..].starts_with([' ', '>', '\n', '/']))
    };
    let missing: Vec<_> = urkunde::html::supported_elements().filter(|n| !shows(n)).collect();
    assert!(missing.is_empty(), "templates/specimen does not show {missing:?}");
}

#[test]
fn every_selector_value_and_rule_is_shown() {
    let styles = styles();
    // `name()` is a call, `@page name` a descriptor, `[name=…]` an attribute selector of any name.
    let shows = |name: &str| match name {
        "[name]" => styles.contains("[data-k]"),
        "[name=…]" => styles.contains("[lang=\""),
        _ if name.starts_with("@page ") => declares(&styles, &name["@page ".len()..]),
        _ if name.ends_with("()") => styles.contains(&name[..name.len() - 1]),
        _ => styles.contains(name.trim_end_matches('…')),
    };
    for heading in ["Selectors", "The cascade", "Properties/Pages"] {
        let missing = missing(heading, shows);
        assert!(missing.is_empty(), "templates/specimen does not show {missing:?} ({heading})");
    }
    let is_unit = |name: &str| name.len() <= 4 && name.bytes().all(|b| b.is_ascii_alphabetic());
    let missing =
        missing("Values", |name| if is_unit(name) { measures(&styles, name) } else { shows(name) });
    assert!(missing.is_empty(), "templates/specimen does not show {missing:?} (Values)");
}

#[test]
fn the_sixteen_margin_boxes_are_shown() {
    let styles = styles();
    for side in ["top", "bottom"] {
        for place in ["left-corner", "left", "center", "right", "right-corner"] {
            assert!(styles.contains(&format!("@{side}-{place} {{")), "@{side}-{place}");
        }
    }
    for side in ["left", "right"] {
        for place in ["top", "middle", "bottom"] {
            assert!(styles.contains(&format!("@{side}-{place} {{")), "@{side}-{place}");
        }
    }
}

#[test]
fn the_index_names_every_property() {
    let table = std::fs::read_to_string(folder().join("input/index.csv")).unwrap();
    let names: BTreeSet<&str> = table.split([',', ' ', '\n', '"']).collect();
    let missing: Vec<_> =
        urkunde::css::supported_properties().filter(|name| !names.contains(name)).collect();
    assert!(missing.is_empty(), "input/index.csv lacks {missing:?}");
    let missing: Vec<_> =
        urkunde::html::supported_elements().filter(|name| !names.contains(name)).collect();
    assert!(missing.is_empty(), "input/index.csv lacks {missing:?}");
}

#[test]
fn chapters_stand_on_their_pages() {
    let Some(pages) = pdf::pages(&booklet()) else { return };
    assert_eq!(pages, 20);
    for (name, page, text) in CHAPTERS {
        let Some(found) = pdf::text_of_page(&booklet(), page) else { return };
        let found = squeezed(&found);
        for text in [name.replace('·', ""), text.to_string()] {
            assert!(found.contains(&squeezed(&text)), "page {page} does not hold {text}");
        }
    }
}

/// Text without spaces, and without the dots between names, which are generated.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '·').collect()
}

#[test]
fn chapters_have_bookmarks() {
    let read = Pdf::open(&booklet());
    let root = read.at(read.catalog(), "Outlines").unwrap().as_dict().unwrap();
    let mut titles = Vec::new();
    let mut next = read.at(root, "First");
    while let Some(item) = next {
        let item = item.as_dict().unwrap();
        titles.push(read.at(item, "Title").map(shown).unwrap());
        next = read.at(item, "Next");
    }
    let expected: Vec<&str> =
        ["Titel · 封面 · Title"].into_iter().chain(CHAPTERS.map(|(name, ..)| name)).collect();
    assert_eq!(titles, expected);
}

#[test]
fn one_page_lies_on_its_side() {
    let read = Pdf::open(&booklet());
    let size = |page: usize| {
        let media = read.at(read.page(page), "MediaBox").unwrap().as_array().unwrap();
        [2, 3].map(|at| media[at].as_float().unwrap().round() as i32)
    };
    for page in 0..read.pages().len() {
        let expected = if page == 15 { [709, 499] } else { [499, 709] };
        assert_eq!(size(page), expected, "page {}", page + 1);
    }
}

#[test]
fn nothing_depends_on_the_run() {
    let again = tempfile::tempdir().unwrap();
    render(again.path());
    for name in ["specimen.pdf", "press-sheet.pdf"] {
        let [one, two] = [output(), again.path()].map(|f| std::fs::read(f.join(name)).unwrap());
        assert!(one == two, "{name} differs");
    }
}

#[test]
fn pdfs_are_sound() {
    for name in ["specimen.pdf", "press-sheet.pdf"] {
        let file = output().join(name);
        pdf::check(&file);
        for font in pdf::fonts(&file).unwrap_or_default() {
            assert!(font.is_sound, "{name}: {}", font.line);
        }
    }
    pdf::conforms(&[booklet()], "a-2a+ua-1");
}
