//! The project that ships, from end to end.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use unicode_normalization::UnicodeNormalization;
use urkunde::data::{Dataset, Value};
use urkunde::pipeline::Project;

use crate::support::{Run, pdf, repository};

/// How large a certificate and an announcement may be; outlines of Han characters are most of both.
const CERTIFICATE_BYTES: u64 = 40_000;
const ANNOUNCEMENT_BYTES: u64 = 120_000;
/// The row with names of a hundred letters and 38 Han characters, and how large it may be.
const LONGEST: (&str, u64) = ("sample-12", 43_000);

/// Renders the shipped project once for all tests.
fn output() -> &'static Path {
    static OUTPUT: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = OUTPUT.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let args = ["render", "--deny", "warnings", "--output"];
        let out = folder.path().display().to_string();
        Run::in_folder(repository(), &[&args[..], &[&out]].concat()).good();
        folder
    });
    folder.path()
}

fn pdfs(folder: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(output().join(folder)).unwrap();
    let mut found: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

fn all_pdfs() -> Vec<PathBuf> {
    ["certificates", "awards", "announcements"].iter().flat_map(|folder| pdfs(folder)).collect()
}

#[test]
fn every_row_has_its_document() {
    assert!(pdfs("certificates").len() >= 24);
    assert!(pdfs("awards").len() >= 3);
    let names: Vec<_> = pdfs("announcements");
    let names: Vec<_> = names.iter().filter_map(|p| p.file_stem()?.to_str()).collect();
    assert_eq!(names, ["de", "en", "zh"]);
}

#[test]
fn certificates_are_one_page_and_small() {
    for pdf in pdfs("certificates").iter().chain(&pdfs("awards")) {
        let bytes = pdf.metadata().unwrap().len();
        let is_longest = pdf.to_string_lossy().contains(LONGEST.0);
        let most = if is_longest { LONGEST.1 } else { CERTIFICATE_BYTES };
        assert!(bytes <= most, "{} has {bytes} bytes", pdf.display());
        if let Some(pages) = pdf::pages(pdf) {
            assert_eq!(pages, 1, "{}", pdf.display());
        }
    }
}

#[test]
fn announcements_run_over_pages_and_are_small() {
    for pdf in pdfs("announcements") {
        let bytes = pdf.metadata().unwrap().len();
        assert!(bytes <= ANNOUNCEMENT_BYTES, "{} has {bytes} bytes", pdf.display());
        if let Some(pages) = pdf::pages(&pdf) {
            assert!(pages >= 2, "{}", pdf.display());
        }
    }
}

#[test]
fn pdfs_are_well_formed() {
    for pdf in all_pdfs() {
        pdf::check(&pdf);
    }
}

#[test]
fn fonts_are_embedded_subset_and_mapped() {
    for pdf in all_pdfs() {
        for font in pdf::fonts(&pdf).unwrap_or_default() {
            assert!(font.is_sound, "{}: {}", pdf.display(), font.line);
        }
    }
}

/// Text without the breaks and spaces that layout put in: a name may run over two lines, and readers
/// see a space where Han and Latin letters are set apart.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn every_name_comes_back_character_for_character() {
    let project = Project::load(&repository().join("urkunde.toml")).unwrap();
    let (data, _) = Dataset::load(&project.root, &project.tables);
    let (awards, members) = (data.table("awards").unwrap(), data.table("members").unwrap());
    let [serial, member] = ["serial", "member"].map(|name| awards.column(name).unwrap());
    let id = members.column("id").unwrap();
    let names = ["name_en", "name_de", "name_zh"].map(|name| members.column(name).unwrap());
    let mut seen = 0;
    for record in (0..awards.len()).map(|row| awards.row(row)) {
        let Value::Ref(row) = record.cells[member] else { panic!("an award without a member") };
        let cells = members.row(row as usize).cells;
        let file = format!("{}-{}.pdf", record.cells[serial].key(), cells[id].key());
        let pdf = ["certificates", "awards"].map(|folder| output().join(folder).join(&file));
        let pdf = pdf.iter().find(|pdf| pdf.is_file()).expect("the award's document");
        let Some(text) = pdf::text(pdf) else { return };
        let text = squeezed(&text);
        assert_eq!(text, text.nfc().collect::<String>(), "{file} is not NFC");
        for name in names {
            let name = cells[name].key();
            assert!(text.contains(&squeezed(&name)), "{file} does not hold {name}");
            seen += 1;
        }
    }
    assert!(seen >= 24 * 3);
}

#[test]
fn bytes_depend_on_neither_threads_nor_place() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().display().to_string();
    Run::in_folder(&repository().join("src"), &["render", "-j", "1", "--output", &out]).good();
    for pdf in all_pdfs() {
        let name = pdf.strip_prefix(output()).unwrap();
        let other = std::fs::read(folder.path().join(name)).unwrap();
        assert!(std::fs::read(&pdf).unwrap() == other, "{} differs", name.display());
    }
}
