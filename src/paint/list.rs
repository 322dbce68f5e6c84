//! The display list: what a page shows, item by item, in the order it is painted.
//!
//! Guarantees: places are absolute within the coordinate system that the open
//! [`DisplayItem::Transform`]s set up; saves and restores, groups and tags are balanced and nest;
//! every item that marks the page stands within a tag.

use std::sync::Arc;

use super::path::Path;
use crate::fonts::FaceId;
use crate::geom::{Color, Point, Px, Rect, Size, Transform};
use crate::images::Image;
use crate::layout::fragment::{PlacedGlyph, StructureId};

/// What one page shows.
#[derive(Clone, Debug, Default)]
pub struct DisplayList {
    /// The trimmed sheet.
    pub size: Size,
    /// How far paint reaches beyond it.
    pub bleed: Px,
    /// The width of the strip beyond that, where printers' marks stand; zero without any.
    pub slug: Px,
    /// Items in paint order.
    pub items: Vec<DisplayItem>,
    /// Areas that lead somewhere, in document order.
    pub links: Vec<LinkArea>,
    /// What the page shows of figures and tables: the rectangle around each, in document order.
    pub extents: Vec<(StructureId, Rect)>,
}

impl DisplayList {
    /// How far the untrimmed sheet reaches beyond the trimmed one.
    pub fn beyond(&self) -> Px {
        self.bleed + self.slug
    }
}

/// An area that leads somewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkArea {
    /// The area on the page.
    pub rect: Rect,
    /// A URL, or `#id` within the document.
    pub target: Arc<str>,
    /// What people are told of where it leads.
    pub contents: Arc<str>,
    /// The `Link` element it belongs to.
    pub structure: Option<StructureId>,
}

/// One step of painting.
#[derive(Clone, Debug)]
pub enum DisplayItem {
    /// What follows, up to [`DisplayItem::EndTag`], means this.
    BeginTag(Mark),
    /// Ends the open tag.
    EndTag,
    /// Keeps the clip and the coordinate system.
    Save,
    /// Takes back the kept ones.
    Restore,
    /// Changes the coordinate system of what follows.
    Transform(Transform),
    /// Paints no more outside the path.
    Clip {
        /// The path.
        path: Path,
        /// What is inside it.
        rule: FillRule,
    },
    /// What follows, up to [`DisplayItem::EndGroup`], is painted as one picture with this opacity.
    BeginGroup {
        /// Opacity, within 0..1.
        opacity: f32,
    },
    /// Ends the open group.
    EndGroup,
    /// Text.
    Glyphs(Box<GlyphsItem>),
    /// Fills a path.
    Fill {
        /// The path.
        path: Path,
        /// With what.
        paint: Paint,
        /// What is inside it.
        rule: FillRule,
    },
    /// Strokes a path.
    Stroke {
        /// The path.
        path: Path,
        /// With what.
        paint: Paint,
        /// How.
        style: StrokeStyle,
    },
    /// A picture stretched to a rectangle.
    Image {
        /// The picture.
        image: Arc<Image>,
        /// Where.
        rect: Rect,
    },
}

/// A stretch of paint with a meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// What it means.
    pub tag: Tag,
    /// Its place in reading order, counted together with the document's structure elements
    /// ([`StructureElement::reading`](super::StructureElement::reading)).
    pub reading: u32,
}

/// What a stretch of paint means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    /// Content of a structure element.
    Structure(StructureId),
    /// Content directly of the document.
    Root,
    /// Nothing.
    Artifact(ArtifactKind),
}

/// Kinds of paint without meaning (ISO 32000-1 §14.8.2.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArtifactKind {
    /// Running heads, page numbers, repeated table heads.
    Pagination,
    /// Rules, borders, ornaments.
    Layout,
    /// A page's background.
    Background,
    /// Aids of production that do not belong to the page: printers' marks.
    Page,
}

/// What is inside a path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FillRule {
    /// Winding number not zero.
    #[default]
    NonZero,
    /// Odd number of crossings.
    EvenOdd,
}

/// Text in one face, size and colour on one line.
#[derive(Clone, Debug)]
pub struct GlyphsItem {
    /// The face.
    pub face: FaceId,
    /// Font size.
    pub size: Px,
    /// Colour.
    pub color: Color,
    /// Left end of the baseline.
    pub origin: Point,
    /// Glyphs in visual order.
    pub glyphs: Arc<[PlacedGlyph]>,
    /// The text they stand for, in logical order.
    pub text: Arc<str>,
    /// Its language, BCP 47; empty if unknown.
    pub lang: Arc<str>,
    /// Right-to-left.
    pub rtl: bool,
}

/// What a path is painted with.
#[derive(Clone, Debug, PartialEq)]
pub enum Paint {
    /// One colour.
    Solid(Color),
    /// A gradient.
    Gradient(Box<Gradient>),
    /// All inks of the press at once, for strokes: each of its plates shows them.
    Registration,
}

/// A gradient that goes on with its first and last colour beyond its ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Gradient {
    /// Line or circles.
    pub geometry: GradientGeometry,
    /// From the gradient's coordinates to those of the item.
    pub transform: Transform,
    /// Stops: at least one, offsets ascending within 0..=1.
    pub stops: Vec<Stop>,
}

/// What a gradient runs along.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum GradientGeometry {
    /// A line.
    Linear {
        /// Offset 0.
        from: Point,
        /// Offset 1.
        to: Point,
    },
    /// From one circle to another.
    Radial {
        /// Centre at offset 0.
        from: Point,
        /// Radius at offset 0.
        from_radius: Px,
        /// Centre at offset 1.
        to: Point,
        /// Radius at offset 1.
        to_radius: Px,
    },
}

/// A gradient's colour stop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stop {
    /// Place, 0..=1.
    pub offset: f32,
    /// Colour.
    pub color: Color,
}

/// How a path is stroked.
#[derive(Clone, Debug, PartialEq)]
pub struct StrokeStyle {
    /// Line width.
    pub width: Px,
    /// Lengths of dashes and gaps in turn; empty is solid.
    pub dash: Vec<Px>,
    /// Where in the pattern the line begins.
    pub dash_offset: Px,
    /// Line ends.
    pub cap: LineCap,
    /// Corners.
    pub join: LineJoin,
    /// Limit of mitres.
    pub miter_limit: f32,
}

impl StrokeStyle {
    /// A solid line with flat ends.
    pub fn solid(width: Px) -> StrokeStyle {
        StrokeStyle {
            width,
            dash: Vec::new(),
            dash_offset: Px::ZERO,
            cap: LineCap::Butt,
            join: LineJoin::Miter,
            miter_limit: 10.0,
        }
    }
}

/// Line ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LineCap {
    /// Flat, at the end.
    #[default]
    Butt,
    /// Half a circle.
    Round,
    /// Half a square.
    Square,
}

/// Corners of a stroked line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LineJoin {
    /// Pointed.
    #[default]
    Miter,
    /// Round.
    Round,
    /// Cut.
    Bevel,
}
