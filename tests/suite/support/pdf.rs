//! What the tools of poppler and qpdf say of a PDF. Where they are missing, tests that need them say
//! so and pass; with `CI` set they fail.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::repository;

/// The output of a tool that must succeed, as text; none where the tool is missing.
fn tool(name: &str, args: &[&str], pdf: &Path) -> Option<String> {
    bytes(name, args, pdf).map(|output| String::from_utf8_lossy(&output).into_owned())
}

/// The output of a tool that must succeed; none where the tool is missing.
fn bytes(name: &str, args: &[&str], pdf: &Path) -> Option<Vec<u8>> {
    let mut command = Command::new(name);
    // The PDF comes before what a tool writes to.
    let (options, rest) = args.split_at(args.iter().position(|a| *a == "-").unwrap_or(args.len()));
    command.args(options).arg(pdf).args(rest);
    match command.output() {
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stdout);
            let errors = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{name} {}: {text}{errors}", pdf.display());
            Some(output.stdout)
        }
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "{name} cannot be run: {error}");
            None
        }
    }
}

/// The text of a PDF, in the order of its content.
pub fn text(pdf: &Path) -> Option<String> {
    tool("pdftotext", &["-raw", "-enc", "UTF-8", "-"], pdf)
}

/// The text of one page, counted from 1.
pub fn text_of_page(pdf: &Path, page: usize) -> Option<String> {
    let page = page.to_string();
    tool("pdftotext", &["-raw", "-enc", "UTF-8", "-f", &page, "-l", &page, "-"], pdf)
}

/// The text of a PDF as readers find it on the page, lines of right-to-left text put into order.
pub fn text_as_seen(pdf: &Path) -> Option<String> {
    tool("pdftotext", &["-layout", "-enc", "UTF-8", "-"], pdf)
}

/// What readers copy from a PDF, each with its name: poppler in both orders, MuPDF, PDFium.
pub fn copied(pdf: &Path) -> Vec<(&'static str, String)> {
    /// Prints the texts of all pages.
    const PDFIUM: &str = "import sys, pypdfium2\n\
        for page in pypdfium2.PdfDocument(sys.argv[1]):\n  \
        sys.stdout.buffer.write(page.get_textpage().get_text_range().encode())";
    let python = tools().join("python/bin/python");
    let pdfium = match python.is_file() {
        true => tool(&python.to_string_lossy(), &["-c", PDFIUM], pdf),
        false => {
            assert!(std::env::var_os("CI").is_none(), "{} is missing", python.display());
            let _ =
                writeln!(std::io::stderr(), "skipped: PDFium is not ready ({})", python.display());
            None
        }
    };
    let all = [
        ("pdftotext -raw", text(pdf)),
        ("pdftotext", tool("pdftotext", &["-enc", "UTF-8", "-"], pdf)),
        ("mutool", tool("mutool", &["draw", "-q", "-F", "txt"], pdf)),
        ("pdfium", pdfium),
        ("pdfinfo -struct-text", tool("pdfinfo", &["-struct-text"], pdf)),
    ];
    all.into_iter().filter_map(|(name, text)| Some((name, text?))).collect()
}

/// Where programs for tests lie ready.
fn tools() -> PathBuf {
    let tools = std::env::var_os("URKUNDE_TOOLS");
    tools.map_or_else(|| repository().join("target/tools"), PathBuf::from)
}

/// The first page as PNG, at one pixel a CSS px.
pub fn picture(pdf: &Path) -> Option<Vec<u8>> {
    bytes("pdftoppm", &["-r", "96", "-png", "-singlefile"], pdf)
}

/// Whether `qpdf --check` finds nothing.
pub fn check(pdf: &Path) -> Option<String> {
    tool("qpdf", &["--check"], pdf)
}

/// How many pages there are.
pub fn pages(pdf: &Path) -> Option<usize> {
    tool("qpdf", &["--show-npages"], pdf).and_then(|n| n.trim().parse().ok())
}

/// A font of a PDF, as `pdffonts` lists it.
pub struct Font {
    /// Its line, for messages.
    pub line: String,
    /// Embedded, subset, with a Unicode mapping.
    pub is_sound: bool,
}

/// The fonts of a PDF.
pub fn fonts(pdf: &Path) -> Option<Vec<Font>> {
    let list = tool("pdffonts", &[], pdf)?;
    let font = |line: &str| {
        // … emb sub uni object ID, the last of two numbers
        let fields: Vec<&str> = line.split_whitespace().rev().skip(2).take(3).collect();
        Font { line: line.to_string(), is_sound: fields == ["yes", "yes", "yes"] }
    };
    Some(list.lines().skip(2).map(font).collect())
}

/// Holds files against veraPDF, by the flavours that a profile claims. It is asked only where it lies
/// ready (`tests/tools/verapdf.sh --fetch`): a test opens no network.
pub fn conforms(files: &[PathBuf], profile: &str) {
    let flavours: &[&str] = match profile {
        "a-2a+ua-1" => &["2a", "ua1"],
        "a-2u" => &["2u"],
        "a-3a+ua-1" => &["3a", "ua1"],
        _ => return,
    };
    if !tools().join("verapdf/stamp").is_file() {
        assert!(std::env::var_os("CI").is_none(), "veraPDF is not ready: verapdf.sh --fetch");
        let _ = writeln!(std::io::stderr(), "skipped: veraPDF is not ready (verapdf.sh --fetch)");
        return;
    }
    let mut command = Command::new(repository().join("tests/tools/verapdf.sh"));
    let output = command.args(flavours).arg("--").args(files).output().expect("a script");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
}
