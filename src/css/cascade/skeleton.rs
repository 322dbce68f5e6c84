//! What the styles of a page depend on, apart from its sheets: its elements, not its words.
//!
//! The pages of a batch mostly differ in their words alone. A [`Styler`](super::Styler) takes over the styles of the
//! page before if the two have one skeleton, which costs a tenth of matching the selectors again.

use std::sync::Arc;

use crate::css::sheet::Sheet;
use crate::geom::Size;
use crate::html::{Dom, NodeKind, WORDS};

/// All that styles depend on, as bytes; they are compared far sooner than a digest of them is found.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Skeleton {
    text: Vec<u8>,
    /// Whether a sheet asks for one of the page's words, so that they are in it.
    pub(super) heeds_words: bool,
}

impl Skeleton {
    /// The skeleton of a page; none if its words have a say: an element that goes by the direction of its text, a
    /// `style` attribute, about which findings tell where it stands.
    pub(super) fn of(dom: &Dom, sheets: &[Arc<Sheet>], page: Size) -> Option<Skeleton> {
        let mut text = Vec::with_capacity(dom.len() * 32);
        let mut heeds_words = false;
        text.extend_from_slice(&(dom.len() as u64).to_le_bytes());
        text.extend([page.width, page.height].iter().flat_map(|length| length.0.to_le_bytes()));
        // No name and no value can run into the next: each has its length.
        let word = |text: &mut Vec<u8>, word: &str| {
            text.extend_from_slice(&(word.len() as u32).to_le_bytes());
            text.extend_from_slice(word.as_bytes());
        };
        for id in dom.descendants(dom.document()) {
            let parent = dom.parent(id).map_or(u32::MAX, |parent| parent.0);
            text.extend_from_slice(&id.0.to_le_bytes());
            text.extend_from_slice(&parent.to_le_bytes());
            let element = match dom.kind(id) {
                NodeKind::Document => continue,
                NodeKind::Comment => {
                    text.push(1);
                    continue;
                }
                NodeKind::Text(words) => {
                    text.push(if words.is_empty() { 2 } else { 3 });
                    continue;
                }
                NodeKind::Element(element) => element,
            };
            if &*element.name == "bdi" {
                return None;
            }
            text.push(4);
            word(&mut text, &element.name);
            word(&mut text, &element.namespace);
            text.extend_from_slice(&(element.attributes.len() as u32).to_le_bytes());
            for attribute in &element.attributes {
                let name = &*attribute.name;
                let goes_by_text = name == "dir" && attribute.value.eq_ignore_ascii_case("auto");
                if goes_by_text || name == "style" {
                    return None;
                }
                word(&mut text, name);
                word(&mut text, &attribute.namespace);
                let is_word = WORDS.contains(&name);
                if !is_word || sheets.iter().any(|sheet| sheet.index.asks_for(&attribute.name)) {
                    heeds_words |= is_word;
                    word(&mut text, &attribute.value);
                }
            }
        }
        Some(Skeleton { text, heeds_words })
    }
}
