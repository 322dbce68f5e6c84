//! The white space at the end of a line.
//!
//! Collapsible spaces take no room there (CSS Text 3 §4.1.2), but they part the last word from the
//! first of the next line: who copies, searches or listens gets the text without its lines. So the
//! last space stays, without room (ISO 32000-1 §14.8.2.5); and a forced break gets one where a line
//! feed of the source would have become one, and so does the end of a block within a structure element.

use super::{Leaf, Placer, is_transparent};
use crate::css::computed::TextSpacingTrim;
use crate::layout::Context;
use crate::layout::inline::bidi::is_control;
use crate::layout::inline::cjk::{is_shared_punctuation, is_wide};
use crate::layout::inline::para::{Gap, Glyphs, Kind, Space};

impl Placer<'_, '_> {
    /// Glue at the end of a line vanishes, a space keeps nothing but its meaning, preserved spaces
    /// hang over; the blank half of a mark stays where it fits and nothing is justified.
    pub(super) fn trim_end(&mut self) {
        let mut at = self.leaves.len();
        while at > 0 {
            at -= 1;
            match self.leaves[at].kind {
                Kind::Space(Space::Collapsible) if self.line.last => {
                    self.leaves.remove(at);
                }
                Kind::Space(Space::Collapsible) => swallow(&mut self.leaves[at]),
                Kind::Gap(Gap::Autospace | Gap::BeforeMark) => {
                    self.leaves.remove(at);
                }
                Kind::Gap(Gap::AfterMark) => {
                    let style = self.m.para.spans.get(self.leaves[at].span as usize);
                    let always = style
                        .is_some_and(|s| s.span.style.spacing_trim == TextSpacingTrim::TrimBoth);
                    if always || !self.fits() || self.room.justify && !self.line.last {
                        self.leaves.remove(at);
                    }
                }
                // At a forced break they hang only if they do not fit (CSS Text 3 §4.1.3).
                Kind::Space(Space::Hanging) if self.line.last && self.fits() => break,
                Kind::Space(Space::Hanging) => {
                    self.leaves[at].hangs = true;
                }
                Kind::Break => {}
                kind if is_transparent(kind) => {}
                _ => {
                    if self.leaves[at].kind == Kind::Text {
                        self.leaves[at].stretch = 0.0;
                    }
                    break;
                }
            }
        }
    }

    /// Puts a space that takes no room between the words before and after a forced break, or the end of
    /// a block in the midst of a structure element.
    pub(super) fn part_words(&mut self, cx: &mut Context<'_>) {
        let solid = |leaf: &Leaf| !is_transparent(leaf.kind) && leaf.kind != Kind::Break;
        let brk = self.leaves.iter().rposition(|leaf| leaf.kind == Kind::Break);
        let end = self.m.para.text.len() as u32;
        let text = match brk {
            Some(brk) => self.leaves[brk].text.clone(),
            None if self.line.last => end..end,
            None => return,
        };
        let before = &self.leaves[..brk.unwrap_or(self.leaves.len())];
        let Some(at) = before.iter().rposition(solid) else { return };
        let word = &self.leaves[at];
        let Some(glyphs) = word.glyphs.as_ref().filter(|_| word.kind == Kind::Text) else { return };
        let lang = self.m.para.spans.get(word.span as usize).map_or("", |s| &s.span.style.lang);
        if !self.are_words_apart(text.start, lang) {
            return;
        }
        let key = self.m.para.keys[usize::from(glyphs.key)];
        let shaped = cx.shaper.shape(key, " ");
        if shaped.glyphs.iter().any(|glyph| glyph.id == 0) {
            return;
        }
        let range = 0..shaped.glyphs.len() as u32;
        let glyphs = Glyphs { shaped, range, base: text.start, shift: 0.0, ..glyphs.clone() };
        let mut space = Leaf { glyphs: Some(glyphs), text, ..word.clone() };
        swallow(&mut space);
        self.leaves.insert(at + 1, space);
    }

    /// Whether a space stands for a forced break: not between two wide characters, as for a
    /// segment break (CSS Text 3 §4.1.3), nor where nothing follows.
    fn are_words_apart(&self, brk: u32, lang: &str) -> bool {
        let (before, after) = self.m.para.text.split_at(brk as usize);
        let chinese = lang.starts_with("zh") || lang.starts_with("ja");
        let wide = |c: char| is_wide(c) || chinese && is_shared_punctuation(c);
        let seen = |c: &char| !is_control(*c) && !c.is_whitespace();
        let next = after.chars().find(seen).or(self.m.para.next);
        next.is_some_and(|next| !(wide(next) && before.chars().rfind(seen).is_some_and(wide)))
    }
}

/// A space that takes no room.
fn swallow(leaf: &mut Leaf) {
    leaf.kind = Kind::Space(Space::Swallowed);
    (leaf.width, leaf.stretch, leaf.shrink) = (0.0, 0.0, 0.0);
    leaf.hangs = true;
}
