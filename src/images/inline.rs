//! An `svg` element of a page as a document of its own.
//!
//! Input: the element as HTML has it, and the style it inherits. Output: XML: with the namespaces
//! that HTML does without, and with what is inherited as attributes of the root, which any rule or
//! attribute of its own beats.

use std::borrow::Cow;
use std::fmt::Write;
use std::sync::Arc;

use crate::geom::{Color, Px};

/// The style that an `svg` element inherits from the page.
#[derive(Clone, Copy, Debug)]
pub struct InheritedStyle<'a> {
    /// `color`.
    pub color: Color,
    /// `font-family`.
    pub families: &'a [Arc<str>],
    /// `font-size`.
    pub size: Px,
    /// `font-weight`.
    pub weight: f32,
    /// `font-style` other than `normal`.
    pub italic: bool,
}

impl InheritedStyle<'_> {
    /// Initial values.
    pub fn initial() -> InheritedStyle<'static> {
        let color = Color::BLACK;
        InheritedStyle { color, families: &[], size: Px(16.0), weight: 400.0, italic: false }
    }
}

/// The element as a document.
pub(super) fn as_document<'t>(text: &'t str, inherited: &InheritedStyle<'_>) -> Cow<'t, str> {
    let Some(root) = text.find("<svg") else { return text.into() };
    let end = text[root..].find('>').map_or(text.len(), |at| root + at);
    let tag = &text[root..end];
    let mut add = String::new();
    let mut attribute = |name: &str, value: &str| {
        let known = [' ', '\n', '\t'].iter().any(|c| tag.contains(&format!("{c}{name}=")));
        if !known {
            let value = value.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
            // Writing to a string does not fail.
            let _ = write!(add, " {name}=\"{value}\"");
        }
    };
    attribute("xmlns", "http://www.w3.org/2000/svg");
    if text.contains("xlink:") {
        attribute("xmlns:xlink", "http://www.w3.org/1999/xlink");
    }
    if contains_word(text, "currentcolor")
        && let Color::Rgb { r, g, b, .. } = inherited.color
    {
        let byte = |v: f32| (v.clamp(0.0, 1.0) * 255.0).round() as u8;
        attribute("color", &format!("#{:02x}{:02x}{:02x}", byte(r), byte(g), byte(b)));
    }
    if text.contains("<text") {
        if !inherited.families.is_empty() {
            attribute("font-family", &families(inherited.families));
        }
        attribute("font-size", &inherited.size.0.to_string());
        if inherited.weight != 400.0 {
            attribute("font-weight", &inherited.weight.to_string());
        }
        if inherited.italic {
            attribute("font-style", "italic");
        }
    }
    if add.is_empty() {
        return text.into();
    }
    let at = root + "<svg".len();
    format!("{}{add}{}", &text[..at], &text[at..]).into()
}

/// A family list as CSS has it; generic names stay without quotes.
fn families(families: &[Arc<str>]) -> String {
    let generic =
        |name: &str| matches!(name, "serif" | "sans-serif" | "monospace" | "cursive" | "fantasy");
    let names = families.iter().map(|name| {
        if generic(name) { name.to_string() } else { format!("'{}'", name.replace('\'', "")) }
    });
    names.collect::<Vec<_>>().join(", ")
}

/// Whether a word stands in a text, in letters of any case.
fn contains_word(text: &str, word: &str) -> bool {
    text.as_bytes().windows(word.len()).any(|w| w.eq_ignore_ascii_case(word.as_bytes()))
}
