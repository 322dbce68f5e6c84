//! Glyph runs: adjacent leaves of one face, span and direction become one [`GlyphRun`].
//!
//! Input: leaves in visual order. Output: text fragments. Clusters keep the text they stand for: a
//! ligature all its letters, a hyphen at a break none.

use std::sync::Arc;

use super::line::Leaf;
use super::para::{Glyphs, Kind, Paragraph, Space};
use crate::fonts::{FaceId, Glyph};
use crate::geom::Px;
use crate::layout::fragment::{GlyphRun, PlacedGlyph, RunDecoration};

/// Leaves on their way into one run.
#[derive(Default)]
pub(super) struct RunBuilder {
    leaves: Vec<Leaf>,
    /// Room after the last leaf that belongs to the run: autospace, blank halves of marks.
    trailing: f32,
}

/// A finished run with its place.
pub(super) struct Run {
    pub(super) glyphs: GlyphRun,
    pub(super) x: f32,
    pub(super) width: f32,
    pub(super) span: u32,
    /// Where its text begins in the paragraph.
    pub(super) start: u32,
}

impl RunBuilder {
    pub(super) fn is_empty(&self) -> bool {
        self.leaves.is_empty()
    }

    /// Whether a leaf goes on the run: same span, face, direction.
    pub(super) fn accepts(&self, para: &Paragraph, leaf: &Leaf) -> bool {
        let Some(last) = self.leaves.last() else { return true };
        last.span == leaf.span && last.level == leaf.level && face(para, last) == face(para, leaf)
    }

    pub(super) fn push(&mut self, leaf: &Leaf) {
        if let Some(last) = self.leaves.last_mut() {
            last.width += self.trailing;
        }
        self.trailing = 0.0;
        self.leaves.push(leaf.clone());
    }

    /// Room without glyphs after what is there.
    pub(super) fn pad(&mut self, width: f32) {
        self.trailing += width;
    }

    /// The run, if there is anything to see or to copy.
    pub(super) fn finish(
        &mut self,
        para: &Paragraph,
        ascent: f32,
        decorations: Vec<RunDecoration>,
    ) -> Option<Run> {
        self.push_trailing();
        let leaves = std::mem::take(&mut self.leaves);
        let (first, last) = (leaves.first()?, leaves.last()?);
        let span = para.spans.get(first.span as usize)?;
        let rtl = first.level % 2 == 1;
        let (x, width) = (first.x, last.x + last.width - first.x);
        let (text, starts) = run_text(para, &leaves, rtl);
        let mut glyphs = Vec::new();
        for (leaf, start) in leaves.iter().zip(starts) {
            place_glyphs(leaf, x, start, rtl, &mut glyphs);
        }
        if glyphs.is_empty() && text.is_empty() {
            return None;
        }
        let run = GlyphRun {
            face: face(para, first)?,
            size: Px(span.size),
            color: span.span.style.color,
            baseline: Px(ascent),
            glyphs: glyphs.into(),
            text: Arc::from(text),
            lang: Arc::clone(&span.span.style.lang),
            rtl,
            decorations,
        };
        let start = if rtl { last.text.start } else { first.text.start };
        Some(Run { glyphs: run, x, width, span: first.span, start })
    }

    fn push_trailing(&mut self) {
        if let Some(last) = self.leaves.last_mut() {
            last.width += self.trailing;
        }
        self.trailing = 0.0;
    }
}

fn face(para: &Paragraph, leaf: &Leaf) -> Option<FaceId> {
    let glyphs = leaf.glyphs.as_ref()?;
    Some(para.keys[usize::from(glyphs.key)].face)
}

/// The text of a run in logical order, and where each leaf's text begins in it.
fn run_text(para: &Paragraph, leaves: &[Leaf], rtl: bool) -> (String, Vec<u32>) {
    let mut text = String::new();
    let mut starts = vec![0; leaves.len()];
    let mut add = |(i, leaf): (usize, &Leaf)| {
        starts[i] = text.len() as u32;
        text.push_str(match leaf.kind {
            // A forced break and the end of a block part words as a space does.
            Kind::Space(Space::Swallowed) => " ",
            _ => &para.text[leaf.text.start as usize..leaf.text.end as usize],
        });
    };
    if rtl {
        leaves.iter().enumerate().rev().for_each(&mut add);
    } else {
        leaves.iter().enumerate().for_each(&mut add);
    }
    (text, starts)
}

/// Places a leaf's glyphs. The last one's advance takes what justification and trimming changed.
fn place_glyphs(leaf: &Leaf, origin: f32, text: u32, rtl: bool, out: &mut Vec<PlacedGlyph>) {
    let Some(glyphs) = &leaf.glyphs else { return };
    let slice = glyphs.slice();
    let extra = glyphs.letter_spacing + glyphs.word_spacing + leaf.cluster_extra;
    let mut pen = leaf.x - origin + glyphs.shift;
    let end = leaf.x - origin + leaf.width;
    for (i, glyph) in slice.iter().enumerate() {
        let begins = i == 0 || slice[i - 1].cluster != glyph.cluster;
        let ends = slice.get(i + 1).is_none_or(|next| next.cluster != glyph.cluster);
        let mut advance = glyph.advance as f32 * glyphs.unit + if ends { extra } else { 0.0 };
        if i + 1 == slice.len() {
            advance = end - pen;
        }
        let (from, to) = match leaf.kind {
            Kind::Space(Space::Swallowed) => (0, u32::from(i == 0)),
            _ if begins => cluster_text(leaf, glyphs, i, rtl),
            _ => (0, 0),
        };
        let (from, to) = if from < to { (text + from, text + to) } else { (text, text) };
        if glyph.id != 0 {
            out.push(PlacedGlyph {
                id: glyph.id,
                x: Px(pen + glyph.x_offset as f32 * glyphs.unit),
                y: Px(-glyph.y_offset as f32 * glyphs.unit),
                advance: Px(advance),
                text_start: from,
                text_end: to,
            });
        }
        pen += advance;
    }
}

/// The text of the cluster that glyph `i` begins, relative to the leaf's text. Text before the
/// first cluster (invisible characters) belongs to the first.
fn cluster_text(leaf: &Leaf, glyphs: &Glyphs, i: usize, rtl: bool) -> (u32, u32) {
    let slice = glyphs.slice();
    let cluster = slice[i].cluster;
    let other = |g: &&Glyph| g.cluster != cluster;
    let (next, first) = if rtl {
        (slice[..i].iter().rev().find(other), slice[i..].iter().all(|g| g.cluster == cluster))
    } else {
        (slice[i..].iter().find(other), slice[..i].iter().all(|g| g.cluster == cluster))
    };
    let length = leaf.text.end - leaf.text.start;
    let relative =
        |cluster: u32| (glyphs.base + cluster).saturating_sub(leaf.text.start).min(length);
    let from = if first && relative(cluster) < length { 0 } else { relative(cluster) };
    (from, next.map_or(length, |g| relative(g.cluster)))
}
