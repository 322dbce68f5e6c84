//! The used geometry of a page: its box, margins, borders and padding (CSS Page 3 §5).

use std::sync::Arc;

use crate::css::computed::{BoxSizing, LengthPercentageAuto, SizeValue};
use crate::css::{PageContext, PageStyle, Styled};
use crate::geom::{Point, Px, Rect, Sides, Size};
use crate::layout::sizing::Edges;
use crate::limits::{PAGE_LONGEST, PAGE_SHORTEST};

/// A page's style with its used lengths.
#[derive(Clone, Debug)]
pub struct Geometry {
    pub style: PageStyle,
    /// The margins that margin boxes stand in.
    pub margin: Sides<Px>,
    pub edges: Edges,
    /// The size that the style sheet asks for, before it is kept within limits.
    pub asked: Size,
}

/// Which page a geometry is asked for.
#[derive(Clone, Debug)]
pub struct PageKey {
    pub name: Option<Arc<str>>,
    /// From 1.
    pub number: usize,
    /// Its place among the pages of its name that follow each other, from 1.
    pub in_group: usize,
    pub blank: bool,
    pub right: bool,
}

impl PageKey {
    /// The page as style sheets know it.
    pub fn context(&self) -> PageContext<'_> {
        PageContext {
            name: self.name.as_deref(),
            number: self.number,
            in_group: self.in_group,
            blank: self.blank,
            right: self.right,
        }
    }
}

impl Geometry {
    pub fn new(styled: &Styled, page: &PageKey) -> Geometry {
        let mut style = styled.page(&page.context());
        let asked = style.size;
        let within = |side: Px| side.clamp(Px(PAGE_SHORTEST), Px(PAGE_LONGEST));
        style.size = Size::new(within(asked.width), within(asked.height));
        let edges = edges(&style);
        let margin = margins(&style, &edges);
        Geometry { style, margin, edges, asked }
    }

    /// The page area, relative to the page box.
    pub fn area(&self) -> Rect {
        let page = Rect { origin: Point::ZERO, size: self.style.size };
        page.inset(self.margin).inset(self.edges.sum())
    }
}

/// Percentages refer to the page box in their own direction, unlike those of other boxes.
fn edges(page: &PageStyle) -> Edges {
    let (width, height) = (page.size.width, page.size.height);
    let across = Edges::new(&page.style, width);
    let down = Edges::new(&page.style, height);
    let padding = Sides { top: down.padding.top, bottom: down.padding.bottom, ..across.padding };
    Edges { border: across.border, padding }
}

fn margins(page: &PageStyle, edges: &Edges) -> Sides<Px> {
    let Size { width, height } = page.size;
    let style = &page.style;
    let sum = edges.sum();
    let across = Axis {
        room: width,
        edges: sum.horizontal(),
        border_box: style.box_sizing == BoxSizing::BorderBox,
        sizes: [&style.width, &style.min_width, &style.max_width],
        margins: [&style.margin.left, &style.margin.right],
    };
    let down = Axis {
        room: height,
        edges: sum.vertical(),
        border_box: style.box_sizing == BoxSizing::BorderBox,
        sizes: [&style.height, &style.min_height, &style.max_height],
        margins: [&style.margin.top, &style.margin.bottom],
    };
    let ((left, right), (top, bottom)) = (across.margins(), down.margins());
    Sides { top, right, bottom, left }
}

/// One direction of a page.
struct Axis<'p> {
    room: Px,
    edges: Px,
    border_box: bool,
    /// The size, the least and the greatest.
    sizes: [&'p SizeValue; 3],
    margins: [&'p LengthPercentageAuto; 2],
}

impl Axis<'_> {
    /// Used margins: as of a block in a containing block (CSS Page 3 §5.1), `auto` ones sharing what
    /// a size leaves; where all is given, the last margin gives way.
    fn margins(&self) -> (Px, Px) {
        let given = self.margins.map(|m| m.resolve(self.room));
        let zero = |m: Option<Px>| m.unwrap_or(Px::ZERO);
        let automatic = (self.room - self.edges - zero(given[0]) - zero(given[1])).max(Px::ZERO);
        let preferred = self.size(self.sizes[0]);
        let used = preferred.unwrap_or(automatic).clamp(
            self.size(self.sizes[1]).unwrap_or(Px::ZERO),
            self.size(self.sizes[2]).unwrap_or(Px(f32::INFINITY)),
        );
        if preferred.is_none() && used == automatic {
            return (zero(given[0]), zero(given[1]));
        }
        let left = self.room - self.edges - used;
        match given {
            [None, None] => (left / 2.0, left / 2.0),
            [None, Some(end)] => (left - end, end),
            [Some(start), _] => (start, left - start),
        }
    }

    fn size(&self, value: &SizeValue) -> Option<Px> {
        let SizeValue::Value(value) = value else { return None };
        let size = value.resolve(self.room);
        Some(if self.border_box { (size - self.edges).max(Px::ZERO) } else { size })
    }
}
