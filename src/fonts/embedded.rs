//! The faces that are part of the program, in the order of last resort.
//!
//! They are the files of `fonts/`, compiled in, so that a single binary renders the same bytes on
//! every machine. When you add a file here, also name its licence in `fonts/README.md`.

macro_rules! embedded {
    ($file:literal) => {
        ($file, include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/fonts/", $file)))
    };
}

/// File name and bytes of each face. The order is that of last-resort fallback: text faces for Latin
/// first, then Han from the widest face to the others.
pub(super) const FILES: &[(&str, &[u8])] = &[
    embedded!("EBGaramond-Regular.ttf"),
    embedded!("EBGaramond-Italic.ttf"),
    embedded!("EBGaramond-SemiBold.ttf"),
    embedded!("EBGaramond-SemiBoldItalic.ttf"),
    embedded!("EBGaramond-Bold.ttf"),
    embedded!("EBGaramond-BoldItalic.ttf"),
    embedded!("NotoSerifCJKsc-Regular.otf"),
    embedded!("NotoSerifCJKsc-Bold.otf"),
    embedded!("SourceSans3-Regular.otf"),
    embedded!("SourceSans3-It.otf"),
    embedded!("SourceSans3-Semibold.otf"),
    embedded!("SourceSans3-Bold.otf"),
    embedded!("UrkundeKai-Regular.ttf"),
];

/// The embedded families a generic family name stands for, in order; empty for other names.
/// <https://www.w3.org/TR/css-fonts-4/#generic-font-families>
pub(super) fn generic(name: &str) -> &'static [&'static str] {
    match name {
        "serif" | "ui-serif" | "math" => &["EB Garamond", "Noto Serif CJK SC"],
        "sans-serif" | "system-ui" | "ui-sans-serif" | "ui-rounded" | "monospace"
        | "ui-monospace" => &["Source Sans 3", "Noto Serif CJK SC"],
        "cursive" | "fantasy" | "kai" | "fangsong" | "generic(kai)" | "generic(fangsong)" => {
            &["Urkunde Kai", "EB Garamond"]
        }
        _ => &[],
    }
}
