//! Paint order: a tree of fragments sorted into layers (CSS 2.2 Appendix E).
//!
//! Input: a fragment in its place. Output: [`Layer`], which holds what is painted in each of the
//! appendix's steps. A layer is a stacking context, or something "treated as if it created" one
//! (a float, an inline block, a positioned box with `z-index: auto`): then the positioned boxes
//! inside it go up to the stacking context around it. Clips and tags are found on the way down and
//! travel with each piece.

use super::extent::Extents;
use super::list::{ArtifactKind, Tag};
use super::path::{Path, Radii, fit_radii, inset_radii};
use crate::css::computed::{Float, Overflow, Position, Radius};
use crate::geom::{Corners, Point, Px, Rect, Transform};
use crate::layout::fragment::{ElementId, Fragment, FragmentContent, Role, Structure, StructureId};

/// A fragment with all that it gets from its ancestors.
#[derive(Clone, Copy)]
pub(super) struct Piece<'a> {
    pub(super) fragment: &'a Fragment,
    /// Top left corner of the border box within the layer's coordinate system.
    pub(super) at: Point,
    /// The fragment around it, and its top left corner.
    pub(super) parent: Option<(&'a Fragment, Point)>,
    /// What it is clipped to: an index into [`Sorter::clips`].
    pub(super) clip: Option<usize>,
    /// What it means.
    pub(super) tag: Tag,
    /// The element it comes from, or stands in.
    pub(super) element: Option<ElementId>,
    /// The link it stands in.
    pub(super) link: Option<StructureId>,
}

impl Piece<'_> {
    /// The border box.
    pub(super) fn border_box(&self) -> Rect {
        Rect { origin: self.at, size: self.fragment.size }
    }

    /// The padding box.
    pub(super) fn padding_box(&self) -> Rect {
        self.border_box().inset(self.fragment.border)
    }

    /// The content box.
    pub(super) fn content_box(&self) -> Rect {
        self.padding_box().inset(self.fragment.padding)
    }

    /// The used radii of the border box; none at sides where the box is cut.
    pub(super) fn radii(&self) -> Radii {
        let size = self.fragment.size;
        let used = |(x, y): &Radius| (x.resolve(size.width), y.resolve(size.height));
        let radius = &self.fragment.style.radius;
        let open = self.fragment.open;
        let unless = |cut: bool, r: &Radius| if cut { (Px::ZERO, Px::ZERO) } else { used(r) };
        let radii = Corners {
            top_left: unless(open.top || open.left, &radius.top_left),
            top_right: unless(open.top || open.right, &radius.top_right),
            bottom_right: unless(open.bottom || open.right, &radius.bottom_right),
            bottom_left: unless(open.bottom || open.left, &radius.bottom_left),
        };
        fit_radii(radii, self.border_box())
    }
}

/// An area that a box with `overflow: hidden` clips its content to.
pub(super) struct Clip {
    /// The clip around it.
    pub(super) outer: Option<usize>,
    /// The padding edge.
    pub(super) path: Path,
}

/// What is painted together.
pub(super) struct Layer<'a> {
    pub(super) root: Piece<'a>,
    /// Step 4: in-flow, non-inline-level, non-positioned descendants.
    pub(super) blocks: Vec<Piece<'a>>,
    /// Step 5: non-positioned floats.
    pub(super) floats: Vec<Layer<'a>>,
    /// Step 7: inline content and replaced content.
    pub(super) inlines: Vec<Inline<'a>>,
    /// Steps 3, 8 and 9: stacking contexts and positioned descendants with their z-index.
    pub(super) positioned: Vec<(i32, u32, Layer<'a>)>,
}

/// A piece of inline content.
pub(super) enum Inline<'a> {
    /// An inline box, text, an inline-level picture.
    Piece(Piece<'a>),
    /// The picture of a block-level replaced element; its background is among the blocks.
    Replaced(Piece<'a>),
    /// An atomic inline.
    Layer(Layer<'a>),
}

/// Sorts fragments into layers.
pub(super) struct Sorter<'s> {
    pub(super) structure: &'s Structure,
    /// All clips met so far.
    pub(super) clips: Vec<Clip>,
    /// Link areas on the page in document order, with their links.
    pub(super) links: Vec<(Rect, StructureId)>,
    /// The figures and tables of the page.
    pub(super) extents: Extents<'s>,
    /// From the coordinate system of the layer at hand to the page's.
    pub(super) space: Transform,
}

impl<'s> Sorter<'s> {
    /// The layer of a fragment that makes a stacking context.
    pub(super) fn context<'a>(&mut self, root: Piece<'a>) -> Layer<'a> {
        let mut positioned = Vec::new();
        let outside = self.space;
        if let Some(transform) = transform_of(&root) {
            self.space = outside.then_inner(&transform);
        }
        let mut layer = self.pseudo_context(root, &mut positioned);
        self.space = outside;
        positioned.sort_by_key(|(z, order, _)| (*z, *order));
        layer.positioned = positioned;
        layer
    }

    /// The layer of a fragment whose positioned descendants belong to the context around it.
    fn pseudo_context<'a>(
        &mut self,
        root: Piece<'a>,
        positioned: &mut Vec<(i32, u32, Layer<'a>)>,
    ) -> Layer<'a> {
        let mut layer = Layer {
            root,
            blocks: Vec::new(),
            floats: Vec::new(),
            inlines: Vec::new(),
            positioned: Vec::new(),
        };
        let is_box = matches!(root.fragment.content, FragmentContent::Box);
        let inner = self.enter(root, is_box);
        self.children(inner, !is_box, &mut layer, positioned);
        layer
    }

    /// A piece as its children see it: with its own clip and link.
    fn enter<'a>(&mut self, mut piece: Piece<'a>, is_box: bool) -> Piece<'a> {
        if is_box && let Some(path) = overflow_clip(&piece) {
            self.clips.push(Clip { outer: piece.clip, path });
            piece.clip = Some(self.clips.len() - 1);
        }
        piece
    }

    fn children<'a>(
        &mut self,
        parent: Piece<'a>,
        in_line: bool,
        layer: &mut Layer<'a>,
        positioned: &mut Vec<(i32, u32, Layer<'a>)>,
    ) {
        for fragment in &parent.fragment.children {
            let piece = self.inherit(parent, fragment);
            self.sort(piece, in_line, layer, positioned);
        }
    }

    /// A child in its place.
    pub(super) fn inherit<'a>(&mut self, parent: Piece<'a>, fragment: &'a Fragment) -> Piece<'a> {
        let element = fragment.element.or(parent.element);
        let around = Some((parent.fragment, parent.at));
        let at = parent.at + fragment.offset;
        let mut piece = Piece { fragment, at, parent: around, element, ..parent };
        if fragment.artifact && !matches!(parent.tag, Tag::Artifact(_)) {
            piece.tag = Tag::Artifact(ArtifactKind::Pagination);
        }
        if let Some(id) = fragment.structure
            && !matches!(piece.tag, Tag::Artifact(_))
        {
            piece.tag = Tag::Structure(id);
            self.note_link(&mut piece, id);
        }
        if let Tag::Structure(id) = piece.tag
            && !matches!(fragment.content, FragmentContent::Line { .. })
        {
            let area = || area_in(&self.space, &piece);
            self.extents.add(id, area);
        }
        piece
    }

    fn note_link(&mut self, piece: &mut Piece<'_>, id: StructureId) {
        let Some(element) = self.structure.elements.get(id.0 as usize) else { return };
        if element.role == Role::Link && element.href.is_some() && piece.link != Some(id) {
            piece.link = Some(id);
            self.links.push((area_in(&self.space, piece), id));
        }
    }

    /// Puts one fragment, and through it its descendants, where it is painted.
    fn sort<'a>(
        &mut self,
        piece: Piece<'a>,
        in_line: bool,
        layer: &mut Layer<'a>,
        positioned: &mut Vec<(i32, u32, Layer<'a>)>,
    ) {
        let fragment = piece.fragment;
        match &fragment.content {
            FragmentContent::Anchor(_) | FragmentContent::Reserve(_) => return,
            FragmentContent::Text(_) => return layer.inlines.push(Inline::Piece(piece)),
            FragmentContent::Line { .. } => return self.children(piece, true, layer, positioned),
            FragmentContent::CollapsedBorders(_) => return layer.blocks.push(piece),
            FragmentContent::Box | FragmentContent::Inline | FragmentContent::Image(_) => {}
        }
        if makes_context(fragment) {
            let z = fragment.style.z_index.unwrap_or(0);
            let z = if is_positioned(fragment) { z } else { 0 };
            let context = self.context(piece);
            positioned.push((z, fragment.order, context));
        } else if is_positioned(fragment) {
            // Its place in the list is that of the box itself, before its descendants'.
            let mut inner = Vec::new();
            let context = self.pseudo_context(piece, &mut inner);
            positioned.push((0, fragment.order, context));
            positioned.append(&mut inner);
        } else if fragment.style.float != Float::None && !fragment.is_inline_box() {
            let float = self.pseudo_context(piece, positioned);
            layer.floats.push(float);
        } else {
            self.sort_in_flow(piece, in_line, layer, positioned);
        }
    }

    fn sort_in_flow<'a>(
        &mut self,
        piece: Piece<'a>,
        in_line: bool,
        layer: &mut Layer<'a>,
        positioned: &mut Vec<(i32, u32, Layer<'a>)>,
    ) {
        let is_box = matches!(piece.fragment.content, FragmentContent::Box);
        if in_line && is_box {
            let atomic = self.pseudo_context(piece, positioned);
            layer.inlines.push(Inline::Layer(atomic));
        } else if is_box {
            layer.blocks.push(piece);
            let inner = self.enter(piece, true);
            self.children(inner, false, layer, positioned);
        } else {
            let replaced = matches!(piece.fragment.content, FragmentContent::Image(_));
            if !in_line && replaced {
                layer.blocks.push(piece);
                layer.inlines.push(Inline::Replaced(piece));
            } else {
                layer.inlines.push(Inline::Piece(piece));
            }
            self.children(piece, true, layer, positioned);
        }
    }
}

/// Where a border box is on the page, `space` being the coordinate system around it.
fn area_in(space: &Transform, piece: &Piece<'_>) -> Rect {
    match transform_of(piece) {
        Some(own) => space.then_inner(&own).bounds(piece.border_box()),
        None => space.bounds(piece.border_box()),
    }
}

/// What `overflow` cuts the contents of a box to: its padding edge, rounded where both axes are cut
/// (CSS Overflow 3 §3.1).
fn overflow_clip(piece: &Piece<'_>) -> Option<Path> {
    let overflow = piece.fragment.style.overflow;
    let area = overflow.area(piece.padding_box())?;
    Some(match overflow {
        Overflow::Hidden | Overflow::Clip { x: true, y: true } => {
            Path::rounded(area, &inset_radii(&piece.radii(), &piece.fragment.border))
        }
        _ => Path::rect(area),
    })
}

fn is_positioned(fragment: &Fragment) -> bool {
    matches!(fragment.style.position, Position::Relative | Position::Absolute | Position::Fixed)
}

/// Whether a box makes a stacking context of its own.
fn makes_context(fragment: &Fragment) -> bool {
    let style = &fragment.style;
    style.opacity < 1.0
        || fragment.is_transformed()
        || style.position == Position::Fixed
        || (is_positioned(fragment) && style.z_index.is_some())
}

/// The transform of a box about its origin, within the coordinate system around it.
pub(super) fn transform_of(piece: &Piece<'_>) -> Option<Transform> {
    piece.fragment.transform_at(piece.at)
}

/// What a page is to the fragments that stand on it: a parent at its corner.
pub(super) fn top(fragment: &Fragment, tag: Tag) -> Piece<'_> {
    Piece { fragment, at: Point::ZERO, parent: None, clip: None, tag, element: None, link: None }
}
