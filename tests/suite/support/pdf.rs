//! What the tools of poppler and qpdf say of a PDF. Where they are missing, tests that need them say
//! so and pass; with `CI` set they fail.

use std::path::Path;
use std::process::Command;

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
