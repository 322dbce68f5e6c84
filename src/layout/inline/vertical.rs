//! Heights: where the baselines of a line's boxes are, and how high the line is (CSS 2.2 §10.8).
//!
//! Input: the leaves of a line. Output: [`LineHeights`]. Boxes with `vertical-align: top` or
//! `bottom`, and what is in them, are aligned with the line when its height is known; all others
//! hang together with the root. Rounding follows Chromium.

use super::line::Leaf;
use super::measure::Measured;
use super::para::Kind;
use super::strut::Strut;
use crate::css::computed::{Display, LineHeight, Overflow, VerticalAlign};
use crate::fonts::FontBook;
use crate::layout::AtomicLayout;

/// The vertical measures of a line.
pub(super) struct LineHeights {
    /// Nothing on it has content: the line and the inline boxes on it have no height
    /// (CSS 2.2 §9.4.2).
    pub(super) empty: bool,
    /// Height of the line box.
    pub(super) height: f32,
    /// From its top to the root's baseline.
    pub(super) baseline: f32,
    /// Baselines of the boxes, from the line's top; parallel to the paragraph's boxes.
    pub(super) baselines: Vec<f32>,
    /// Tops of the margin boxes of atomic inlines, from the line's top, by their index.
    pub(super) atomics: Vec<(u16, f32)>,
}

/// What a subtree is aligned with.
#[derive(Clone, Copy, PartialEq)]
enum Edge {
    /// The root's baseline.
    Root,
    /// The top of the line.
    Top,
    /// The bottom of the line.
    Bottom,
}

/// Boxes that move together.
#[derive(Clone, Copy)]
struct Subtree {
    above: f32,
    below: f32,
    edge: Edge,
}

/// A box on the line.
#[derive(Clone, Copy)]
struct Placed {
    subtree: usize,
    /// Its baseline below that of the subtree.
    shift: f32,
}

struct Aligner<'m, 'p> {
    m: &'m Measured<'p>,
    subtrees: Vec<Subtree>,
    boxes: Vec<Option<Placed>>,
}

/// Aligns the leaves of a line.
pub(super) fn align(m: &Measured<'_>, book: &FontBook, leaves: &[Leaf]) -> LineHeights {
    let strut = m.para.struts[0];
    let root = Subtree { above: strut.above, below: strut.below, edge: Edge::Root };
    let mut boxes = vec![None; m.para.boxes.len()];
    boxes[0] = Some(Placed { subtree: 0, shift: 0.0 });
    let mut a = Aligner { m, subtrees: vec![root], boxes };
    let mut atomics = Vec::new();
    for leaf in leaves {
        let placed = a.placed(leaf.owner);
        match leaf.kind {
            Kind::Text => a.fallback_face(leaf, placed, book),
            Kind::Atomic(index) => atomics.push((index, a.atomic(index, leaf.owner, placed))),
            _ => {}
        }
    }
    a.finish(&atomics)
}

impl Aligner<'_, '_> {
    /// The place of a box; its ancestors are placed first.
    fn placed(&mut self, index: u16) -> Placed {
        if let Some(placed) = self.boxes[usize::from(index)] {
            return placed;
        }
        let entry = &self.m.para.boxes[usize::from(index)];
        let parent = self.placed(entry.parent);
        let strut = self.m.para.struts[usize::from(index)];
        let around = self.m.para.struts[usize::from(entry.parent)];
        let extent = (strut.above, strut.below);
        let placed = self.put(&entry.style.vertical_align, extent, parent, &around);
        self.boxes[usize::from(index)] = Some(placed);
        placed
    }

    /// Places something of an extent in a parent, and makes room for it.
    fn put(
        &mut self,
        align: &VerticalAlign,
        (above, below): (f32, f32),
        parent: Placed,
        around: &Strut,
    ) -> Placed {
        let shift = match align {
            VerticalAlign::Baseline => 0.0,
            // Chromium: a fifth and a third of the parent's size, and one px.
            VerticalAlign::Sub => around.size / 5.0 + 1.0,
            VerticalAlign::Super => -(around.size / 3.0 + 1.0),
            VerticalAlign::Length(length) => -length.0,
            VerticalAlign::TextTop => above - around.ascent,
            VerticalAlign::TextBottom => around.descent - below,
            VerticalAlign::Middle => (above - below) / 2.0 - (around.x_height / 2.0).round(),
            VerticalAlign::Top => return self.detach(above, below, Edge::Top),
            VerticalAlign::Bottom => return self.detach(above, below, Edge::Bottom),
        };
        let placed = Placed { subtree: parent.subtree, shift: parent.shift + shift };
        self.grow(placed, above, below);
        placed
    }

    /// Begins a subtree that is aligned with an edge of the line.
    fn detach(&mut self, above: f32, below: f32, edge: Edge) -> Placed {
        self.subtrees.push(Subtree { above, below, edge });
        Placed { subtree: self.subtrees.len() - 1, shift: 0.0 }
    }

    fn grow(&mut self, at: Placed, above: f32, below: f32) {
        let subtree = &mut self.subtrees[at.subtree];
        subtree.above = subtree.above.max(above - at.shift);
        subtree.below = subtree.below.max(below + at.shift);
    }

    /// Under `line-height: normal` every face that is used makes room for itself.
    fn fallback_face(&mut self, leaf: &Leaf, placed: Placed, book: &FontBook) {
        let (Some(glyphs), Some(span)) = (&leaf.glyphs, self.m.para.spans.get(leaf.span as usize))
        else {
            return;
        };
        let face = self.m.para.keys[usize::from(glyphs.key)].face;
        let first = self.m.para.struts[usize::from(leaf.owner)].face;
        if span.span.style.line_height == LineHeight::Normal && Some(face) != first {
            let (above, below) = Strut::of_fallback(book.face(face), span.size);
            self.grow(placed, above, below);
        }
    }

    /// Places an atomic inline's margin box: its distance above its baseline, and the place.
    fn atomic(&mut self, index: u16, owner: u16, parent: Placed) -> (Placed, f32) {
        let atomic = &self.m.atomics[usize::from(index)];
        let (above, below) = extent(atomic);
        let around = self.m.para.struts[usize::from(owner)];
        let align = &atomic.fragment.style.vertical_align;
        (self.put(align, (above, below), parent, &around), above)
    }

    fn finish(mut self, atomics: &[(u16, (Placed, f32))]) -> LineHeights {
        let (mut above, mut below) = (self.subtrees[0].above, self.subtrees[0].below);
        for edge in [Edge::Top, Edge::Bottom] {
            for s in self.subtrees.iter().filter(|s| s.edge == edge) {
                let height = s.above + s.below;
                if edge == Edge::Top {
                    below = below.max(height - above);
                } else {
                    above = above.max(height - below);
                }
            }
        }
        let height = above + below;
        let baseline_of = |s: &Subtree| match s.edge {
            Edge::Root => above,
            Edge::Top => s.above,
            Edge::Bottom => height - s.below,
        };
        let bases: Vec<f32> = self.subtrees.iter().map(baseline_of).collect();
        let place = |p: Placed| bases[p.subtree] + p.shift;
        let boxes = std::mem::take(&mut self.boxes);
        LineHeights {
            empty: false,
            height,
            baseline: above,
            baselines: boxes.into_iter().map(|p| p.map_or(above, place)).collect(),
            atomics: atomics.iter().map(|(i, (p, up))| (*i, place(*p) - up)).collect(),
        }
    }
}

/// Extent of an atomic inline's margin box above and below its baseline. An inline-block that
/// clips stands on its bottom margin edge (CSS 2.2 §10.8.1).
fn extent(atomic: &AtomicLayout) -> (f32, f32) {
    let height = (atomic.fragment.size.height + atomic.margin.vertical()).0;
    let style = &atomic.fragment.style;
    let clips = style.display == Display::InlineBlock && style.overflow == Overflow::Hidden;
    match atomic.baseline {
        Some(baseline) if !clips => {
            let above = (atomic.margin.top + baseline).0;
            (above, height - above)
        }
        _ => (height, 0.0),
    }
}
