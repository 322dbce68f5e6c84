//! What makes a box: its display, its place, its borders, its breaks.

use std::sync::Arc;

use super::LengthPercentage;
use crate::geom::{Color, Px, Rect, Sides};

/// `display` (CSS Display 3), the values Urkunde lays out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Display {
    /// `none`.
    None,
    /// `contents`.
    Contents,
    /// `block`.
    Block,
    /// `flow-root`.
    FlowRoot,
    /// `list-item`.
    ListItem,
    /// `inline`.
    Inline,
    /// `inline-block`.
    InlineBlock,
    /// `flex`.
    Flex,
    /// `inline-flex`.
    InlineFlex,
    /// `grid`.
    Grid,
    /// `inline-grid`.
    InlineGrid,
    /// `table`.
    Table,
    /// `inline-table`.
    InlineTable,
    /// `table-row-group`.
    TableRowGroup,
    /// `table-header-group`.
    TableHeaderGroup,
    /// `table-footer-group`.
    TableFooterGroup,
    /// `table-row`.
    TableRow,
    /// `table-cell`.
    TableCell,
    /// `table-column-group`.
    TableColumnGroup,
    /// `table-column`.
    TableColumn,
    /// `table-caption`.
    TableCaption,
}

/// `position` (CSS Positioned Layout 3, CSS GCPM 3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Position {
    /// `static`.
    Static,
    /// `relative`.
    Relative,
    /// `absolute`.
    Absolute,
    /// `fixed`: repeats on every page.
    Fixed,
    /// `running(name)`: taken out of the flow for use in margin boxes.
    Running(Arc<str>),
}

/// `float`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Float {
    /// `none`.
    None,
    /// `left`.
    Left,
    /// `right`.
    Right,
}

/// `clear`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clear {
    /// `none`.
    None,
    /// `left`.
    Left,
    /// `right`.
    Right,
    /// `both`.
    Both,
}

/// `box-sizing`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoxSizing {
    /// `content-box`.
    ContentBox,
    /// `border-box`.
    BorderBox,
}

/// `overflow` of both axes (CSS Overflow 3 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overflow {
    /// `visible`.
    Visible,
    /// `hidden`, `auto` and `scroll`, which are one on paper: cut on both axes, and a block
    /// formatting context.
    Hidden,
    /// `clip`: cut on these axes, and nothing else.
    Clip {
        /// Along x.
        x: bool,
        /// Along y.
        y: bool,
    },
}

impl Overflow {
    /// The area that contents are cut to, given the padding box; none where they are not cut. An
    /// axis that is not cut reaches far beyond everything on a page.
    pub fn area(self, padding_box: Rect) -> Option<Rect> {
        /// Within what PDF readers take.
        const FAR: Px = Px(16_000.0);
        let (x, y) = match self {
            Overflow::Visible | Overflow::Clip { x: false, y: false } => return None,
            Overflow::Hidden => (true, true),
            Overflow::Clip { x, y } => (x, y),
        };
        let out = |cut: bool| if cut { Px::ZERO } else { -FAR };
        let (h, v) = (out(x), out(y));
        Some(padding_box.inset(Sides { top: v, right: h, bottom: v, left: h }))
    }
}

/// `visibility`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// `visible`.
    Visible,
    /// `hidden`.
    Hidden,
    /// `collapse`: rows and columns vanish.
    Collapse,
}

/// A border or outline line style (CSS Backgrounds 3 §3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LineStyle {
    /// `none`: no width either.
    None,
    /// `hidden`: as `none`, and wins in collapsed tables.
    Hidden,
    /// `inset`.
    Inset,
    /// `groove`.
    Groove,
    /// `outset`.
    Outset,
    /// `ridge`.
    Ridge,
    /// `dotted`.
    Dotted,
    /// `dashed`.
    Dashed,
    /// `solid`.
    Solid,
    /// `double`.
    Double,
}

/// One border side. The width is zero where the style is `none` or `hidden`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Border {
    /// Width.
    pub width: Px,
    /// Line style.
    pub style: LineStyle,
    /// Colour.
    pub color: Color,
}

/// `outline`, drawn outside the border edge without taking room.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outline {
    /// The line.
    pub line: Border,
    /// `outline-offset`.
    pub offset: Px,
}

/// Corner radius: horizontal and vertical.
pub type Radius = (LengthPercentage, LengthPercentage);

/// One function of `transform`.
#[derive(Clone, Debug, PartialEq)]
pub enum TransformFunction {
    /// `matrix(a, b, c, d, e, f)`; e and f in px.
    Matrix([f32; 6]),
    /// `translate()`; percentages refer to the border box.
    Translate(LengthPercentage, LengthPercentage),
    /// `scale()`.
    Scale(f32, f32),
    /// `rotate()`, radians clockwise.
    Rotate(f32),
    /// `skew()`, radians.
    Skew(f32, f32),
}

/// `break-before`, `break-after` (CSS Fragmentation 4 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    /// `auto`.
    Auto,
    /// `avoid` and `avoid-page`.
    Avoid,
    /// `page` and `always`.
    Page,
    /// `left`.
    Left,
    /// `right`.
    Right,
    /// `recto` is `right`, `verso` is `left` in left-to-right documents.
    Recto,
    /// See `Recto`.
    Verso,
}

/// `border-collapse`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BorderCollapse {
    /// `separate`.
    Separate,
    /// `collapse`.
    Collapse,
}

/// `caption-side`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaptionSide {
    /// `top`.
    Top,
    /// `bottom`.
    Bottom,
}
