//! Walks a page's layers and writes its display list.
//!
//! Tags, clips, groups and transforms are kept balanced and nested here, in one place: the painters
//! of single boxes only push what marks the page.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::extent::{Extents, Illustrations};
use super::gradient::Gradients;
use super::list::{
    ArtifactKind, DisplayItem, DisplayList, FillRule, LinkArea, Mark, Paint, StrokeStyle, Tag,
};
use super::order::{Inline, Layer, Piece, Sorter, top, transform_of};
use super::path::Path;
use super::slices::Slices;
use super::{Finding, ImageSource, background, border, marks, replaced, table, text};
use crate::css::computed::{Background, Visibility};
use crate::diag::Diagnostic;
use crate::geom::{Color, Point, Px, Rect, Sides, Transform};
use crate::images::Image;
use crate::layout::fragment::{
    BorderSegment, ElementId, Fragment, FragmentContent, Page, Structure, StructureId,
};

/// What all pages of a document share.
#[derive(Clone, Copy)]
pub(super) struct Shared<'d> {
    pub(super) structure: &'d Structure,
    pub(super) slices: &'d Slices,
    pub(super) illustrations: &'d Illustrations,
    pub(super) images: &'d ImageSource<'d>,
}

/// Paints one page.
pub(super) fn page(
    page: &Page,
    shared: Shared<'_>,
    gradients: &mut Gradients,
    findings: &mut Vec<Finding>,
) -> DisplayList {
    let Shared { structure, slices, illustrations, images } = shared;
    gradients.begin_page();
    let mut sorter = Sorter {
        structure,
        clips: Vec::new(),
        links: Vec::new(),
        extents: Extents::of(illustrations),
        space: Transform::IDENTITY,
    };
    let canvas = Canvas::find(page);
    let layers: Vec<Layer<'_>> = page
        .fragments
        .iter()
        .enumerate()
        .map(|(i, fragment)| {
            let is_page_box = canvas.page_box == Some(i);
            let tag = if is_page_box { Tag::Artifact(ArtifactKind::Background) } else { Tag::Root };
            let piece = sorter.inherit(top(fragment, tag), fragment);
            sorter.context(piece)
        })
        .collect();
    let links = link_areas(&sorter);
    let emitter = Emitter::new(page, &canvas, slices, images, gradients, findings);
    let mut emitter = Emitter { clips: &sorter.clips, ..emitter };
    let bleed_box = bleed_box(page);
    let slug = marks::room(page.marks);
    // What reaches beyond the bleed is off the sheet, unless marks make the sheet larger.
    if slug > Px::ZERO {
        let path = Path::rect(bleed_box);
        emitter.items.push(DisplayItem::Save);
        emitter.items.push(DisplayItem::Clip { path, rule: FillRule::NonZero });
    }
    emitter.canvas(bleed_box);
    layers.iter().for_each(|layer| emitter.layer(layer));
    emitter.close_clips(0);
    emitter.end_tag();
    let mut items = emitter.items;
    if slug > Px::ZERO {
        items.push(DisplayItem::Restore);
        items.extend(marks::items(page));
    }
    let extents = sorter.extents.finish();
    DisplayList { size: page.size, bleed: page.bleed, slug, items, links, extents }
}

/// The trimmed sheet with its bleed.
fn bleed_box(page: &Page) -> Rect {
    Rect { origin: Point::ZERO, size: page.size }.inset(Sides::all(-page.bleed))
}

fn link_areas(sorter: &Sorter<'_>) -> Vec<LinkArea> {
    let area = |(rect, id): &(Rect, StructureId)| {
        let link = sorter.structure.elements.get(id.0 as usize)?;
        let target = Arc::clone(link.href.as_ref()?);
        let contents = link.contents.as_ref().unwrap_or(&target).clone();
        Some(LinkArea { rect: *rect, target, contents, structure: Some(*id) })
    };
    sorter.links.iter().filter_map(area).collect()
}

/// The boxes whose backgrounds paint the whole sheet.
struct Canvas<'a> {
    /// The page's own box, by its index among the page's fragments.
    page_box: Option<usize>,
    /// What it is, if it is there.
    page: Option<&'a Fragment>,
    /// The root element, or its body where the root has no background (CSS Backgrounds 3 §2.11.2).
    root: Option<&'a Fragment>,
}

impl<'a> Canvas<'a> {
    fn find(page: &'a Page) -> Canvas<'a> {
        let is_page_box = |f: &&Fragment| f.element.is_none() && f.children.is_empty();
        let page_box = page.fragments.first().filter(is_page_box);
        let root = page
            .fragments
            .iter()
            .skip(usize::from(page_box.is_some()))
            .find(|f| f.element.is_some() && !f.artifact);
        let body = root.and_then(|root| root.children.iter().find(|f| f.element.is_some()));
        let root = match (root, body) {
            (Some(root), Some(body)) if !has_background(root) => Some(body),
            (root, _) => root,
        };
        Canvas { page_box: page_box.map(|_| 0), page: page_box, root }
    }

    /// Whether a fragment's background has gone to the canvas.
    fn owns(&self, fragment: &Fragment) -> bool {
        let same = |other: Option<&Fragment>| other.is_some_and(|o| std::ptr::eq(o, fragment));
        same(self.page) || same(self.root)
    }
}

fn has_background(fragment: &Fragment) -> bool {
    let Background { color, layers, .. } = &*fragment.style.background;
    !color.is_transparent() || !layers.is_empty()
}

/// Writes items; what one box needs is in [`background`], [`border`], [`replaced`], [`text`].
pub(super) struct Emitter<'e, 'a> {
    pub(super) items: Vec<DisplayItem>,
    pub(super) slices: &'e Slices,
    pub(super) images: &'e ImageSource<'e>,
    pub(super) gradients: &'e mut Gradients,
    findings: &'e mut Vec<Finding>,
    /// Whose fragment is being painted.
    element: Option<ElementId>,
    page: &'a Page,
    canvas: &'e Canvas<'a>,
    clips: &'e [super::order::Clip],
    /// Clips that are open, outermost first.
    open: Vec<usize>,
    /// The clip outside the group or transform at hand; it and those around it are open already.
    base: Option<usize>,
    /// The open tag, and what was read last within it.
    mark: Option<Mark>,
    /// Whose uncalibrated CMYK has been told.
    cmyk_told: BTreeSet<Option<ElementId>>,
    /// The lines of the row of a collapsed table that was painted last.
    pub(super) collapsed: Vec<BorderSegment>,
}

impl<'e, 'a> Emitter<'e, 'a> {
    fn new(
        page: &'a Page,
        canvas: &'e Canvas<'a>,
        slices: &'e Slices,
        images: &'e ImageSource<'e>,
        gradients: &'e mut Gradients,
        findings: &'e mut Vec<Finding>,
    ) -> Emitter<'e, 'a> {
        Emitter {
            items: Vec::new(),
            slices,
            images,
            gradients,
            findings,
            element: None,
            page,
            canvas,
            clips: &[],
            open: Vec::new(),
            base: None,
            mark: None,
            cmyk_told: BTreeSet::new(),
            collapsed: Vec::new(),
        }
    }

    /// The backgrounds of the sheet, bleed and margins included.
    fn canvas(&mut self, area: Rect) {
        let sheet = Rect { origin: Point::ZERO, size: self.page.size };
        for fragment in [self.canvas.page, self.canvas.root].into_iter().flatten() {
            if has_background(fragment) && visible(fragment) {
                self.element = fragment.element;
                self.set_mark(Tag::Artifact(ArtifactKind::Background), 0);
                background::canvas(self, &fragment.style.background, sheet, area);
            }
        }
    }

    fn layer(&mut self, layer: &Layer<'a>) {
        let fragment = layer.root.fragment;
        let outer = layer.root.clip;
        let group = fragment.style.opacity.clamp(0.0, 1.0);
        let transform = transform_of(&layer.root);
        // What is flattened to a line or a point is not painted (CSS Transforms 1 §6.1).
        if group <= 0.0 || transform.is_some_and(|t| t.inverse().is_none()) {
            return;
        }
        if transform.is_none() && group >= 1.0 {
            return self.layer_content(layer);
        }
        self.set_clip(outer);
        self.end_tag();
        let barrier = std::mem::take(&mut self.open);
        if group < 1.0 {
            self.items.push(DisplayItem::BeginGroup { opacity: group });
        }
        if let Some(transform) = transform {
            self.items.push(DisplayItem::Save);
            self.items.push(DisplayItem::Transform(transform));
        }
        self.layer_content_within(layer, outer);
        self.close_clips(0);
        self.end_tag();
        if transform.is_some() {
            self.items.push(DisplayItem::Restore);
        }
        if group < 1.0 {
            self.items.push(DisplayItem::EndGroup);
        }
        self.open = barrier;
    }

    /// Content whose outer clips are open already, outside the group or transform.
    fn layer_content_within(&mut self, layer: &Layer<'a>, outer: Option<usize>) {
        let base = std::mem::replace(&mut self.base, outer);
        self.layer_content(layer);
        self.base = base;
    }

    fn layer_content(&mut self, layer: &Layer<'a>) {
        self.decorations(&layer.root);
        let below = layer.positioned.partition_point(|(z, _, _)| *z < 0);
        layer.positioned[..below].iter().for_each(|(_, _, l)| self.layer(l));
        layer.blocks.iter().for_each(|piece| self.decorations(piece));
        layer.floats.iter().for_each(|l| self.layer(l));
        if matches!(layer.root.fragment.content, FragmentContent::Image(_)) {
            self.replaced(&layer.root);
        }
        for inline in &layer.inlines {
            match inline {
                Inline::Piece(piece) => self.inline(piece),
                Inline::Replaced(piece) => self.replaced(piece),
                Inline::Layer(l) => self.layer(l),
            }
        }
        layer.positioned[below..].iter().for_each(|(_, _, l)| self.layer(l));
        self.outline(&layer.root);
        layer.blocks.iter().for_each(|piece| self.outline(piece));
    }

    /// Background and borders of a box.
    fn decorations(&mut self, piece: &Piece<'a>) {
        if !visible(piece.fragment) {
            return;
        }
        if let FragmentContent::CollapsedBorders(segments) = &piece.fragment.content {
            self.begin(piece, ornament(piece.tag));
            return border::collapsed(self, piece.at, segments);
        }
        let style = &piece.fragment.style;
        let shows_background = has_background(piece.fragment) && !self.canvas.owns(piece.fragment);
        let shows_border =
            piece.fragment.border != Sides::ZERO && !table::has_collapsed_borders(piece.fragment);
        if shows_background || shows_border {
            self.begin(piece, ornament(piece.tag));
        }
        if shows_background {
            match table::cells_before(piece) {
                None => background::paint(self, piece, &style.background),
                Some(cells) if cells.segments.is_empty() => {}
                Some(cells) => self.clipped(cells, FillRule::NonZero, |e| {
                    background::paint(e, piece, &style.background);
                }),
            }
        }
        if shows_border {
            border::paint(self, piece);
        }
    }

    fn outline(&mut self, piece: &Piece<'a>) {
        if let Some(outline) = &piece.fragment.style.outline
            && visible(piece.fragment)
        {
            self.begin(piece, ornament(piece.tag));
            border::outline(self, piece, outline);
        }
    }

    fn inline(&mut self, piece: &Piece<'a>) {
        match &piece.fragment.content {
            FragmentContent::Text(run) => {
                if visible(piece.fragment) {
                    self.begin(piece, piece.tag);
                    text::paint(self, piece.at, piece.fragment.size.width, run);
                }
            }
            FragmentContent::Image(_) => {
                self.decorations(piece);
                self.replaced(piece);
                self.outline(piece);
            }
            _ => {
                self.decorations(piece);
                self.outline(piece);
            }
        }
    }

    fn replaced(&mut self, piece: &Piece<'a>) {
        if let FragmentContent::Image(image) = &piece.fragment.content
            && visible(piece.fragment)
        {
            let tag = match piece.tag {
                // A picture that no element speaks for is an ornament.
                Tag::Root => Tag::Artifact(ArtifactKind::Layout),
                tag => ornament_of_artifact(tag),
            };
            self.begin(piece, tag);
            replaced::paint(self, piece, image);
        }
    }

    /// Opens what a piece stands in: its clips and its tag.
    fn begin(&mut self, piece: &Piece<'_>, tag: Tag) {
        self.element = piece.element;
        self.set_clip(piece.clip);
        self.set_mark(tag, piece.fragment.reading);
    }

    /// Says something of the element that is being painted.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.findings.push((self.element, diagnostic));
    }

    /// Texts of one meaning that follow each other in reading too are marked together; where one that
    /// is read between them is painted elsewhere, apart.
    fn set_mark(&mut self, tag: Tag, reading: u32) {
        let reading = if matches!(tag, Tag::Artifact(_)) { 0 } else { reading };
        let goes_on = self.mark.is_some_and(|last| {
            last.tag == tag
                && (reading == last.reading || reading == last.reading.saturating_add(1))
        });
        let mark = Mark { tag, reading };
        if !goes_on {
            self.end_tag();
            self.items.push(DisplayItem::BeginTag(mark));
        }
        self.mark = Some(mark);
    }

    fn end_tag(&mut self) {
        if self.mark.take().is_some() {
            self.items.push(DisplayItem::EndTag);
        }
    }

    /// Opens exactly the clips of a chain, as far as they lie inside the group at hand.
    fn set_clip(&mut self, clip: Option<usize>) {
        let mut chain = Vec::new();
        let mut at = clip;
        while let Some(index) = at.filter(|_| at != self.base) {
            chain.push(index);
            at = self.clips[index].outer;
        }
        chain.reverse();
        let common = self.open.iter().zip(&chain).take_while(|(a, b)| a == b).count();
        self.close_clips(common);
        for index in chain.into_iter().skip(common) {
            self.end_tag();
            self.items.push(DisplayItem::Save);
            let path = self.clips[index].path.clone();
            self.items.push(DisplayItem::Clip { path, rule: FillRule::NonZero });
            self.open.push(index);
        }
    }

    fn close_clips(&mut self, keep: usize) {
        while self.open.len() > keep {
            self.end_tag();
            self.items.push(DisplayItem::Restore);
            self.open.pop();
        }
    }

    /// Fills a path with a colour, unless nothing of it can be seen.
    pub(super) fn fill(&mut self, path: Path, color: Color, rule: FillRule) {
        if !color.is_transparent() {
            self.note_color(color);
            self.items.push(DisplayItem::Fill { path, paint: Paint::Solid(color), rule });
        }
    }

    /// Strokes a path with a colour.
    pub(super) fn stroke(&mut self, path: Path, color: Color, style: StrokeStyle) {
        if !color.is_transparent() {
            self.note_color(color);
            self.items.push(DisplayItem::Stroke { path, paint: Paint::Solid(color), style });
        }
    }

    /// Runs a painter whose marks fade together, within the open tag.
    pub(super) fn group(&mut self, opacity: f32, paint: impl FnOnce(&mut Self)) {
        self.items.push(DisplayItem::BeginGroup { opacity });
        paint(self);
        self.items.push(DisplayItem::EndGroup);
    }

    /// Runs a painter inside a clip of its own, within the open tag.
    pub(super) fn clipped(&mut self, path: Path, rule: FillRule, paint: impl FnOnce(&mut Self)) {
        self.items.push(DisplayItem::Save);
        self.items.push(DisplayItem::Clip { path, rule });
        paint(self);
        self.items.push(DisplayItem::Restore);
    }

    /// Places a picture.
    pub(super) fn image(&mut self, image: &Arc<Image>, rect: Rect) {
        if image.is_device_cmyk {
            self.note_cmyk("a picture is CMYK without a colour profile");
        }
        self.items.push(DisplayItem::Image { image: Arc::clone(image), rect });
    }

    /// Says once of each element that it shows uncalibrated CMYK: profiles may forbid it.
    pub(super) fn note_color(&mut self, color: Color) {
        if matches!(color, Color::Cmyk { .. }) {
            self.note_cmyk("`device-cmyk()` is CMYK without a colour profile");
        }
    }

    fn note_cmyk(&mut self, message: &str) {
        if self.cmyk_told.insert(self.element) {
            self.report(Diagnostic::warning("device-cmyk", message));
        }
    }
}

/// The tag of a box's background and borders.
fn ornament(tag: Tag) -> Tag {
    match tag {
        Tag::Artifact(ArtifactKind::Background) => tag,
        _ => Tag::Artifact(ArtifactKind::Layout),
    }
}

fn ornament_of_artifact(tag: Tag) -> Tag {
    match tag {
        Tag::Artifact(_) => Tag::Artifact(ArtifactKind::Layout),
        tag => tag,
    }
}

fn visible(fragment: &Fragment) -> bool {
    fragment.style.text.visibility == Visibility::Visible
}
