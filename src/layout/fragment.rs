//! The output of layout: pages of positioned fragments.
//!
//! Guarantees of a [`Document`]:
//! - every length is absolute (CSS px); no percentage, `auto` or font-relative value is left;
//! - every text is shaped: a [`GlyphRun`] holds glyph ids with positions, and the source text of
//!   each cluster;
//! - every fragment lies on exactly one page; a box that is broken across pages has one fragment
//!   on each, with [`Fragment::open`] telling the cut sides;
//! - a fragment's children are placed relative to its border box; document order is kept among
//!   siblings, and [`Fragment::order`] keeps it across the tree.

use std::ops::Range;
use std::sync::Arc;

pub use crate::css::Marks;
use crate::css::computed::{Computed, DecorationStyle, Display, TextDecoration, TransformFunction};
use crate::fonts::FaceId;
use crate::geom::{Color, Point, Px, Sides, Size, Transform};
use crate::images::Image;

/// A laid-out document.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// Its pages.
    pub pages: Vec<Page>,
    /// What its content means, in document order.
    pub structure: Structure,
    /// Outline entries in document order.
    pub bookmarks: Vec<Bookmark>,
    /// Named destinations: `id` attributes that have a box.
    pub destinations: Vec<Destination>,
    /// Texts that `text-fit` made smaller, with the factor.
    pub shrunk: Vec<Shrunk>,
}

/// One page.
#[derive(Clone, Debug)]
pub struct Page {
    /// The page box (the trimmed sheet).
    pub size: Size,
    /// How far paint reaches beyond the page box.
    pub bleed: Px,
    /// Printers' marks beyond that.
    pub marks: Marks,
    /// What people call it.
    pub label: PageLabel,
    /// Fragments placed relative to the page box's top left corner, in tree order: the page's own
    /// box first, then the content, then margin boxes.
    pub fragments: Vec<Fragment>,
}

/// What people call a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageLabel {
    /// By its number.
    Number(u32, Numbering),
    /// By a text.
    Text(Arc<str>),
}

/// How numbers of pages are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbering {
    /// 1, 2, 3.
    Decimal,
    /// i, ii, iii.
    LowerRoman,
    /// I, II, III.
    UpperRoman,
}

/// A piece of a box on a page.
#[derive(Clone, Debug)]
pub struct Fragment {
    /// Top left corner of the border box, relative to the parent fragment's border box.
    pub offset: Point,
    /// Extent of the border box.
    pub size: Size,
    /// Used border widths.
    pub border: Sides<Px>,
    /// Used padding.
    pub padding: Sides<Px>,
    /// The style it is painted with.
    pub style: Arc<Computed>,
    /// What it is.
    pub content: FragmentContent,
    /// The DOM node it comes from; none for anonymous boxes.
    pub element: Option<ElementId>,
    /// The structure element its own content belongs to; none is the parent's.
    pub structure: Option<StructureId>,
    /// Whether nothing in it carries meaning: page furniture and decoration.
    pub artifact: bool,
    /// Document order, for painting positioned boxes.
    pub order: u32,
    /// A text's place in reading order, counted together with [`StructureElement::reading`]. Wherever
    /// it is painted, it is read between what stands before and after it.
    pub reading: u32,
    /// What of the box tree it was made from, for layout to go on from a page break.
    pub origin: Origin,
    /// Sides at which the box is cut by a page or line break and draws no border
    /// (`box-decoration-break: slice`).
    pub open: Sides<bool>,
    /// How far down its flow reaches, from its top, while pages are cut: noted there, and of no meaning
    /// when they are finished.
    pub reach: Option<Px>,
    /// Pieces inside.
    pub children: Vec<Fragment>,
}

/// What of the box tree a fragment was made from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// Something that has no box of its own.
    #[default]
    None,
    /// A box.
    Box(BoxId),
    /// A line.
    Line(LineStart),
    /// A row of a table, counted from its head, the bodies after it, the foot last.
    Row(u32),
}

/// Where a line begins in its paragraph: a piece of the shaped text, and in it a byte of the text
/// where a word is divided, else 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineStart {
    /// The piece.
    pub piece: u32,
    /// The place of division.
    pub split: u32,
}

/// What a fragment is.
#[derive(Clone, Debug)]
pub enum FragmentContent {
    /// A block-level or atomic box, a table part, a page or margin box.
    Box,
    /// A line box; it paints nothing itself. The baseline is measured from its top.
    Line {
        /// Distance from the top to the alphabetic baseline.
        baseline: Px,
        /// By how much what stands on it is wider than its room.
        overflow: Px,
    },
    /// A piece of an inline box on one line.
    Inline,
    /// Shaped text.
    Text(Arc<GlyphRun>),
    /// A replaced element: the picture fills the content box through `object-fit`.
    Image(Arc<Image>),
    /// Something that takes no room but whose page matters (a named string, a running element):
    /// an index into the box tree's anchors. Gone when pages are finished.
    Anchor(AnchorId),
    /// Siblings that follow, on their way to later pages. Gone when pages are finished.
    Reserve(Box<Reserve>),
    /// A table's collapsed borders, painted above the cells' backgrounds; offsets are relative to
    /// this fragment.
    CollapsedBorders(Vec<BorderSegment>),
}

/// Children of a box that lie below the page that is being made: taken out of it, so that a page costs
/// what is on it. Their offsets count from the top of the fragment that holds the reserve.
#[derive(Clone, Debug)]
pub struct Reserve {
    /// What is left, the next one last.
    pub left: Vec<Reserved>,
}

/// A child in a [`Reserve`].
#[derive(Clone, Debug)]
pub struct Reserved {
    /// The child.
    pub fragment: Fragment,
    /// What it and all children after it come to.
    pub sums: Sums,
    /// Whether nothing from here on begins above what stands before.
    pub may_begin: bool,
}

/// What fragments of a reserve come to; extents count from its top.
#[derive(Clone, Copy, Debug)]
pub struct Sums {
    /// Where the highest begins.
    pub top: Px,
    /// Where the flow ends.
    pub bottom: Px,
    /// How many pieces of flow there are in them.
    pub pieces: usize,
    /// The heights of floats in them.
    pub floats: Px,
    /// How many of them are lines.
    pub lines: usize,
    /// The height of the highest thing in them that cannot be cut.
    pub monolith: Px,
    /// Whether there is any flow.
    pub flow: bool,
}

/// A straight piece of a collapsed border.
#[derive(Clone, Copy, Debug)]
pub struct BorderSegment {
    /// Centre line, from.
    pub from: Point,
    /// Centre line, to.
    pub to: Point,
    /// The line; its width is centred.
    pub border: crate::css::computed::Border,
}

/// Text in one face, size, colour and direction on one line.
#[derive(Clone, Debug)]
pub struct GlyphRun {
    /// The face.
    pub face: FaceId,
    /// Font size.
    pub size: Px,
    /// Colour.
    pub color: Color,
    /// The baseline's distance from the fragment's top; glyph offsets count from its left end.
    pub baseline: Px,
    /// Glyphs in visual order, left to right.
    pub glyphs: Arc<[PlacedGlyph]>,
    /// The source text of the run in logical order, as it is copied and searched.
    pub text: Arc<str>,
    /// The language, BCP 47; empty if unknown.
    pub lang: Arc<str>,
    /// Right-to-left.
    pub rtl: bool,
    /// Decorations that cross this run, outermost first, with the metrics of the box that set them.
    pub decorations: Vec<RunDecoration>,
}

/// A decoration with its used geometry.
#[derive(Clone, Debug)]
pub struct RunDecoration {
    /// What to draw.
    pub decoration: TextDecoration,
    /// Centre of the underline below the baseline.
    pub underline_offset: Px,
    /// Centre of the overline above the baseline.
    pub overline_offset: Px,
    /// Centre of the line-through above the baseline.
    pub line_through_offset: Px,
    /// Thickness used where the decoration's is automatic.
    pub thickness: Px,
    /// What the underline leaves out around ink (`text-decoration-skip-ink`): stretches from the left
    /// end of the run, in order, apart from each other.
    pub underline_gaps: Vec<(Px, Px)>,
    /// What the overline leaves out.
    pub overline_gaps: Vec<(Px, Px)>,
}

impl RunDecoration {
    /// The thickness of its lines.
    pub fn used_thickness(&self) -> Px {
        self.decoration.thickness.unwrap_or(self.thickness)
    }

    /// How far the second of two lines, or the middle of a wave, is below a line whose centre is
    /// `below` the baseline: it goes away from the text by its thickness and one px (Chromium,
    /// `TextDecorationInfo`).
    pub fn away(&self, below: Px) -> Px {
        let away = self.used_thickness() + Px(1.0);
        if below < Px::ZERO { -away } else { away }
    }

    /// Top and bottom of what is drawn of an underline or overline whose centre is `below` the
    /// baseline, from the baseline downwards.
    pub fn band(&self, below: Px) -> (Px, Px) {
        /// The rise of a wave whose control points are a px away, px: the extremum of the cubic.
        const RISE: f32 = 0.288_675;
        let (half, other) = (self.used_thickness() * 0.5, below + self.away(below));
        match self.decoration.style {
            DecorationStyle::Double => (below.min(other) - half, below.max(other) + half),
            DecorationStyle::Wavy => {
                let rise = self.used_thickness().max(Px(1.0)) * WAVE_RISE * RISE + half;
                (other - rise, other + rise)
            }
            _ => (below - half, below + half),
        }
    }
}

/// How far the control points of a wavy line are above and below its middle, in thicknesses (Chromium).
pub const WAVE_RISE: f32 = 3.5;

/// A glyph in its place.
#[derive(Clone, Copy, Debug)]
pub struct PlacedGlyph {
    /// Glyph id in the face.
    pub id: u16,
    /// From the left end of the run.
    pub x: Px,
    /// Below the baseline.
    pub y: Px,
    /// Horizontal advance with all spacing, to the next glyph's nominal place.
    pub advance: Px,
    /// The cluster's range in the run's text: start.
    pub text_start: u32,
    /// The cluster's range in the run's text: end. Empty for all but the first glyph of a
    /// cluster, and for glyphs that stand for no text (a hyphen at a break).
    pub text_end: u32,
}

impl PlacedGlyph {
    /// The bytes of the run's text that this glyph stands for.
    pub fn text_range(&self) -> Range<usize> {
        self.text_start as usize..self.text_end as usize
    }
}

/// A box, by its index in the box tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BoxId(pub u32);

/// A DOM node, by its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ElementId(pub u32);

/// A structure element, by its index in [`Structure::elements`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StructureId(pub u32);

/// An anchor, by its index in the box tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AnchorId(pub u32);

/// What the content means: a tree in document order.
#[derive(Clone, Debug, Default)]
pub struct Structure {
    /// Elements; parents stand before their children, siblings in document order.
    pub elements: Vec<StructureElement>,
}

/// One element of the structure tree.
#[derive(Clone, Debug)]
pub struct StructureElement {
    /// Its role.
    pub role: Role,
    /// Its parent; none for children of the document.
    pub parent: Option<StructureId>,
    /// Its place in reading order: how many texts and elements stand before it in the document.
    pub reading: u32,
    /// The DOM node it comes from.
    pub element: Option<ElementId>,
    /// Its language where it differs from the parent's.
    pub lang: Option<Arc<str>>,
    /// Alternative text of a figure.
    pub alt: Option<Arc<str>>,
    /// Expansion of an abbreviation.
    pub expansion: Option<Arc<str>>,
    /// Where a link goes: a URL, or `#id`.
    pub href: Option<Arc<str>>,
    /// What people are told of where a link leads.
    pub contents: Option<Arc<str>>,
    /// Table cell geometry and header scope.
    pub cell: Option<CellAttributes>,
    /// How list items are numbered, for `L`.
    pub list_numbering: Option<&'static str>,
}

/// What a table cell's structure element tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellAttributes {
    /// Rows spanned.
    pub row_span: u16,
    /// Columns spanned.
    pub column_span: u16,
    /// `Row`, `Column` or `Both` for a header cell.
    pub scope: Option<&'static str>,
    /// The header cells that speak of it, where scopes alone do not tell.
    pub headers: Vec<StructureId>,
}

/// Structure roles (ISO 32000-1 §14.8.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// `Sect`.
    Section,
    /// `Art`.
    Article,
    /// `Div`.
    Division,
    /// `H1` … `H6`.
    Heading(u8),
    /// `P`.
    Paragraph,
    /// `BlockQuote`.
    BlockQuote,
    /// `Quote`.
    Quote,
    /// `Code`.
    Code,
    /// `Span`.
    Span,
    /// `Link`.
    Link,
    /// `L`.
    List,
    /// `LI`.
    ListItem,
    /// `Lbl`.
    Label,
    /// `LBody`.
    ListBody,
    /// `Table`.
    Table,
    /// `THead`.
    TableHead,
    /// `TBody`.
    TableBody,
    /// `TFoot`.
    TableFoot,
    /// `TR`.
    TableRow,
    /// `TH`.
    TableHeader,
    /// `TD`.
    TableData,
    /// `Caption`.
    Caption,
    /// `Figure`.
    Figure,
}

impl Role {
    /// The name of the standard structure type.
    pub fn name(self) -> &'static str {
        match self {
            Role::Section => "Sect",
            Role::Article => "Art",
            Role::Division => "Div",
            Role::Heading(level) => {
                ["H1", "H2", "H3", "H4", "H5", "H6"][usize::from(level.clamp(1, 6)) - 1]
            }
            Role::Paragraph => "P",
            Role::BlockQuote => "BlockQuote",
            Role::Quote => "Quote",
            Role::Code => "Code",
            Role::Span => "Span",
            Role::Link => "Link",
            Role::List => "L",
            Role::ListItem => "LI",
            Role::Label => "Lbl",
            Role::ListBody => "LBody",
            Role::Table => "Table",
            Role::TableHead => "THead",
            Role::TableBody => "TBody",
            Role::TableFoot => "TFoot",
            Role::TableRow => "TR",
            Role::TableHeader => "TH",
            Role::TableData => "TD",
            Role::Caption => "Caption",
            Role::Figure => "Figure",
        }
    }
}

/// An outline entry.
#[derive(Clone, Debug)]
pub struct Bookmark {
    /// 1 is the outermost.
    pub level: u8,
    /// What the entry says.
    pub label: String,
    /// Page index from 0.
    pub page: usize,
    /// Place on the page.
    pub at: Point,
}

/// A place that links go to.
#[derive(Clone, Debug)]
pub struct Destination {
    /// The `id`.
    pub name: Arc<str>,
    /// Page index from 0.
    pub page: usize,
    /// Place on the page.
    pub at: Point,
}

/// A text that `text-fit` made smaller.
#[derive(Clone, Debug)]
pub struct Shrunk {
    /// The element.
    pub element: Option<ElementId>,
    /// Used size divided by computed size.
    pub factor: f32,
}

impl Fragment {
    /// A plain box fragment at the origin; the caller sets what differs.
    pub fn new(style: &Arc<Computed>) -> Fragment {
        Fragment {
            offset: Point::ZERO,
            size: Size::ZERO,
            border: Sides::ZERO,
            padding: Sides::ZERO,
            style: Arc::clone(style),
            content: FragmentContent::Box,
            element: None,
            structure: None,
            artifact: false,
            order: 0,
            reading: 0,
            origin: Origin::None,
            open: Sides::default(),
            reach: None,
            children: Vec::new(),
        }
    }

    /// Whether it is a piece of an inline box (not of an atomic one).
    pub fn is_inline_box(&self) -> bool {
        matches!(self.content, FragmentContent::Inline)
            && matches!(self.style.display, Display::Inline)
    }

    /// Whether `transform` moves it: inline boxes are not transformable (CSS Transforms 1 §2).
    pub fn is_transformed(&self) -> bool {
        !self.style.transform.is_empty() && !self.is_inline_box()
    }

    /// Its transform about its origin, its border box standing at `at` in the coordinate system
    /// around it.
    pub fn transform_at(&self, at: Point) -> Option<Transform> {
        if !self.is_transformed() {
            return None;
        }
        let (x, y) = &self.style.transform_origin;
        let (width, height) = (self.size.width, self.size.height);
        let origin = at + Point::new(x.resolve(width), y.resolve(height));
        let mut matrix = Transform::translate(origin.x, origin.y);
        for function in self.style.transform.iter() {
            let step = match function {
                TransformFunction::Matrix([a, b, c, d, e, f]) => {
                    Transform { a: *a, b: *b, c: *c, d: *d, e: *e, f: *f }
                }
                TransformFunction::Translate(x, y) => {
                    Transform::translate(x.resolve(width), y.resolve(height))
                }
                TransformFunction::Scale(x, y) => Transform::scale(*x, *y),
                TransformFunction::Rotate(angle) => Transform::rotate(*angle),
                TransformFunction::Skew(x, y) => {
                    Transform { b: y.tan(), c: x.tan(), ..Transform::IDENTITY }
                }
            };
            matrix = matrix.then_inner(&step);
        }
        Some(matrix.then_inner(&Transform::translate(-origin.x, -origin.y)))
    }
}
