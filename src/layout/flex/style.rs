//! Computed styles in taffy's terms.
//!
//! Percentages of a flex item refer to the container's content box, which is known, so they are
//! resolved here, `calc()` with them. Those of a grid item refer to its grid area, which taffy
//! alone knows: plain percentages are handed on; where `calc()` mixes a percentage in, a first
//! layout finds the areas, the container's box standing for them, and a second one takes those.

use taffy::prelude::{
    AlignContent, AlignItems, Dimension, Display, FlexDirection, FlexWrap, GridAutoFlow,
    GridPlacement, GridTemplateComponent, JustifyContent, Line, MaxTrackSizingFunction,
    MinTrackSizingFunction, Rect, Size, TrackSizingFunction,
};
use taffy::style_helpers::{TaffyAuto, TaffyGridLine, TaffyMaxContent, TaffyMinContent};
use taffy::{
    GridTemplateArea, GridTemplateAreas, GridTemplateRepetition, LengthPercentage,
    LengthPercentageAuto, Overflow, Point, Position, RepetitionCount, Style,
};

use crate::css::computed::{
    self as css, Alignment, BoxSizing, Computed, GridLine, GridTemplate, GridTrack, SizeValue,
    TrackBreadth, TrackSize,
};
use crate::geom::{Px, Sides};
use crate::layout::context::Containing;
use crate::layout::sizing::Edges;

/// How percentages of one axis are handed over.
#[derive(Clone, Copy)]
enum Basis {
    /// Resolved against this length.
    Known(Px),
    /// Left to taffy; `calc()` is resolved against this length.
    Percent(Px),
    /// There is none: they count as `auto`, or zero where there is no `auto`.
    Indefinite,
}

impl Basis {
    fn length_percentage(self, value: &css::LengthPercentage) -> Option<LengthPercentage> {
        match (value, self) {
            (css::LengthPercentage::Length(length), _) => Some(LengthPercentage::length(length.0)),
            (css::LengthPercentage::Percent(fraction), Basis::Percent(_)) => {
                Some(LengthPercentage::percent(*fraction))
            }
            (value, Basis::Known(basis) | Basis::Percent(basis)) => {
                Some(LengthPercentage::length(value.resolve(basis).0))
            }
            (_, Basis::Indefinite) => None,
        }
    }

    /// A size in px, where it does not depend on what taffy alone knows.
    fn known(self, value: &SizeValue) -> Option<f32> {
        let SizeValue::Value(value) = value else { return None };
        match self {
            Basis::Known(basis) => Some(value.resolve(basis).0),
            _ if value.is_absolute() => Some(value.resolve(Px::ZERO).0),
            _ => None,
        }
    }

    fn or_zero(self, value: &css::LengthPercentage) -> LengthPercentage {
        self.length_percentage(value).unwrap_or(LengthPercentage::length(0.0))
    }

    fn or_auto(self, value: &css::LengthPercentageAuto) -> LengthPercentageAuto {
        match value {
            css::LengthPercentageAuto::Auto => LengthPercentageAuto::auto(),
            css::LengthPercentageAuto::Value(value) => self.or_zero(value).into(),
        }
    }

    fn dimension(self, value: &SizeValue) -> Dimension {
        match value {
            SizeValue::Auto => Dimension::auto(),
            SizeValue::MinContent => Dimension::min_content(),
            SizeValue::MaxContent => Dimension::max_content(),
            SizeValue::FitContent => Dimension::fit_content(),
            SizeValue::Value(value) => {
                self.length_percentage(value).map_or(Dimension::auto(), Dimension::from)
            }
        }
    }

    fn limit(self, value: &SizeValue) -> LengthPercentageAuto {
        match value {
            SizeValue::Value(value) => self
                .length_percentage(value)
                .map_or(LengthPercentageAuto::auto(), LengthPercentageAuto::from),
            _ => LengthPercentageAuto::auto(),
        }
    }
}

fn bases(containing: Option<Containing>, grid: bool) -> (Basis, Basis) {
    match containing {
        None => (Basis::Indefinite, Basis::Indefinite),
        Some(Containing { width, height }) if grid => {
            (Basis::Percent(width), Basis::Percent(height.unwrap_or(Px::ZERO)))
        }
        Some(Containing { width, height }) => {
            (Basis::Known(width), height.map_or(Basis::Indefinite, Basis::Known))
        }
    }
}

/// What an item's style needs to know of the container.
pub(super) struct Around<'s> {
    style: &'s Computed,
    /// The container's content box; none while its intrinsic widths are measured.
    containing: Option<Containing>,
    grid: bool,
}

impl<'s> Around<'s> {
    /// The surroundings of a container's items.
    pub(super) fn new(style: &'s Computed, containing: Option<Containing>, grid: bool) -> Self {
        Around { style, containing, grid }
    }

    /// The alignment across a flex line or in the block axis of a grid area.
    fn alignment(&self, item: &Computed) -> Alignment {
        match item.flex_grid.align_self {
            Alignment::Auto => self.style.flex_grid.align_items,
            own => own,
        }
    }

    fn is_row(&self) -> bool {
        use css::FlexDirection::{Row, RowReverse};
        matches!(self.style.flex_grid.direction, Row | RowReverse)
    }
}

/// Whether a style has percentages in `calc()` that only a grid area resolves.
pub(super) fn waits_for_area(style: &Computed) -> bool {
    let mixed = |value: &css::LengthPercentage| {
        !matches!(value, css::LengthPercentage::Length(_) | css::LengthPercentage::Percent(_))
    };
    let size = |value: &SizeValue| matches!(value, SizeValue::Value(value) if mixed(value));
    let margin = |value: &css::LengthPercentageAuto| matches!(value, css::LengthPercentageAuto::Value(value) if mixed(value));
    let (m, p) = (&style.margin, &style.padding);
    [&m.top, &m.right, &m.bottom, &m.left].into_iter().any(margin)
        || [&p.top, &p.right, &p.bottom, &p.left].into_iter().any(mixed)
        || [&style.width, &style.height, &style.min_width, &style.min_height].into_iter().any(size)
        || [&style.max_width, &style.max_height].into_iter().any(size)
}

/// `aspect-ratio` of an item that is no picture. What one axis is given makes the other's size,
/// and its limits the other's limits, only where that is automatic (CSS Sizing 4 §5.1–5.2); taffy
/// would carry them over to given sizes too. The height that follows from the used width is found
/// where the item is measured.
pub(super) fn apply_ratio(style: &Computed, around: &Around, item: &mut Style) {
    let Some((ratio, _)) = style.aspect_ratio else { return };
    let automatic = (style.width == SizeValue::Auto, style.height == SizeValue::Auto);
    let (_, block) = bases(around.containing, around.grid);
    let limits = [&style.min_height, &style.max_height].map(|limit| block.known(limit));
    if let Some(height) = block.known(&style.height).filter(|_| automatic.0) {
        let height = height.min(limits[1].unwrap_or(f32::INFINITY)).max(limits[0].unwrap_or(0.0));
        item.size.width = Dimension::length(height * ratio);
    } else if automatic == (true, true) {
        if let Some(width) = stretched_height(style, around, item).map(|height| height * ratio) {
            item.size.width = Dimension::length(width);
        }
        if let (Some(height), SizeValue::Auto) = (limits[0], &style.min_width) {
            item.min_size.width = LengthPercentageAuto::length(height * ratio);
        }
        if let (Some(height), SizeValue::Auto) = (limits[1], &style.max_width) {
            item.max_size.width = LengthPercentageAuto::length(height * ratio);
        }
    } else if item.size.height != Dimension::auto() && automatic.0 {
        // A percentage that only taffy can resolve.
        return;
    }
    item.aspect_ratio = None;
    if around.grid && automatic.1 && around.alignment(style) == Alignment::Auto {
        item.align_self = Some(AlignItems::START);
    }
}

/// The height of an item that is stretched across a row of one line and of definite height, in
/// the box that `box-sizing` names.
fn stretched_height(style: &Computed, around: &Around, item: &Style) -> Option<f32> {
    let containing = around.containing?;
    let stretched = !around.grid
        && around.is_row()
        && around.style.flex_grid.wrap == css::FlexWrap::NoWrap
        && matches!(around.alignment(style), Alignment::Auto | Alignment::Stretch)
        && item.flex_basis == Dimension::auto();
    let (Some(height), true) = (containing.height, stretched) else { return None };
    let margin = crate::layout::sizing::margins(style, containing.width);
    let border_box = height - margin.top? - margin.bottom?;
    let edges = Edges::new(style, containing.width).sum().vertical();
    let used = match style.box_sizing {
        BoxSizing::ContentBox => border_box - edges,
        BoxSizing::BorderBox => border_box,
    };
    Some(used.0.max(0.0))
}

/// The placement of an item: rows, columns.
pub(super) fn placement(
    flex: &css::FlexGrid,
) -> (Line<GridPlacement<String>>, Line<GridPlacement<String>>) {
    (
        Line { start: line(&flex.row.0), end: line(&flex.row.1) },
        Line { start: line(&flex.column.0), end: line(&flex.column.1) },
    )
}

/// The style of an item; `area` is the size of its grid area where that is known.
pub(super) fn item(style: &Computed, around: &Around, area: Option<crate::geom::Size>) -> Style {
    let containing = match (around.containing, area) {
        (Some(_), Some(area)) => Some(Containing { width: area.width, height: Some(area.height) }),
        (containing, _) => containing,
    };
    let rtl = around.style.text.direction == css::Direction::Rtl;
    let (grid_row, grid_column) = placement(&style.flex_grid);
    let (inline, block) = bases(containing, around.grid);
    let flex = &style.flex_grid;
    let margin = &style.margin;
    let edges = |value: &css::LengthPercentage| inline.or_zero(value);
    Style {
        display: Display::Block,
        position: Position::Relative,
        box_sizing: match style.box_sizing {
            BoxSizing::ContentBox => taffy::BoxSizing::ContentBox,
            BoxSizing::BorderBox => taffy::BoxSizing::BorderBox,
        },
        overflow: match style.overflow {
            css::Overflow::Visible => Point { x: Overflow::Visible, y: Overflow::Visible },
            css::Overflow::Hidden => Point { x: Overflow::Hidden, y: Overflow::Hidden },
            css::Overflow::Clip { x, y } => {
                let axis = |cut| if cut { Overflow::Clip } else { Overflow::Visible };
                Point { x: axis(x), y: axis(y) }
            }
        },
        size: Size {
            width: inline.dimension(&style.width),
            height: block.dimension(&style.height),
        },
        min_size: Size {
            width: inline.limit(&style.min_width),
            height: block.limit(&style.min_height),
        },
        max_size: Size {
            width: inline.limit(&style.max_width),
            height: block.limit(&style.max_height),
        },
        aspect_ratio: style.aspect_ratio.map(|(ratio, _)| ratio),
        margin: rect(margin.clone().map(|m| inline.or_auto(&m))),
        padding: rect(style.padding.clone().map(|p| edges(&p))),
        border: rect(style.border.map(|b| LengthPercentage::length(b.width.0))),
        align_self: align_items(flex.align_self),
        justify_self: align_items(physical(flex.justify_self, rtl)),
        flex_basis: match &flex.basis {
            SizeValue::MaxContent => Dimension::content(),
            basis if around.is_row() => inline.dimension(basis),
            // A percentage of what is not known yet (CSS Flexbox 1 §7.2.3).
            SizeValue::Value(value)
                if matches!(block, Basis::Indefinite) && !value.is_absolute() =>
            {
                Dimension::content()
            }
            basis => block.dimension(basis),
        },
        flex_grow: flex.grow,
        flex_shrink: flex.shrink,
        grid_row,
        grid_column,
        ..Style::default()
    }
}

/// An item that is measured with its edges: none are left for taffy to add.
pub(super) fn as_border_box(item: &mut Style) {
    let zero = LengthPercentage::length(0.0);
    item.padding = Rect { left: zero, right: zero, top: zero, bottom: zero };
    item.border = item.padding;
}

fn rect<T>(sides: Sides<T>) -> Rect<T> {
    Rect { left: sides.left, right: sides.right, top: sides.top, bottom: sides.bottom }
}

/// The direction of a container.
pub(super) fn direction(style: &Computed) -> taffy::Direction {
    match style.text.direction {
        css::Direction::Ltr => taffy::Direction::Ltr,
        css::Direction::Rtl => taffy::Direction::Rtl,
    }
}

/// `left` and `right` in terms of the writing mode (CSS Align 3 §4.1).
fn physical(alignment: Alignment, rtl: bool) -> Alignment {
    match alignment {
        Alignment::Left if rtl => Alignment::End,
        Alignment::Right if rtl => Alignment::Start,
        Alignment::Left => Alignment::Start,
        Alignment::Right => Alignment::End,
        other => other,
    }
}

/// The style of the container's content box: its own edges are taken off already.
pub(super) fn container(style: &Computed, containing: Option<Containing>, grid: bool) -> Style {
    let (inline, block) = bases(containing, grid);
    let flex = &style.flex_grid;
    // Along a column `left` and `right` are `start`.
    let row =
        grid || matches!(flex.direction, css::FlexDirection::Row | css::FlexDirection::RowReverse);
    let rtl = style.text.direction == css::Direction::Rtl;
    let main = match flex.justify_content {
        Alignment::Left | Alignment::Right if !row => Alignment::Start,
        other => physical(other, rtl),
    };
    let known = |length: Px| Dimension::length(length.0);
    let min_height = match &style.min_height {
        SizeValue::Value(css::LengthPercentage::Length(length)) => {
            let edges = Edges::new(style, Px::ZERO).sum().vertical();
            let inner = match style.box_sizing {
                BoxSizing::ContentBox => *length,
                BoxSizing::BorderBox => (*length - edges).max(Px::ZERO),
            };
            LengthPercentageAuto::length(inner.0)
        }
        _ => LengthPercentageAuto::auto(),
    };
    Style {
        display: if grid { Display::Grid } else { Display::Flex },
        direction: direction(style),
        size: Size {
            width: containing.map_or(Dimension::auto(), |c| known(c.width)),
            height: containing.and_then(|c| c.height).map_or(Dimension::auto(), known),
        },
        min_size: Size { width: LengthPercentageAuto::auto(), height: min_height },
        flex_direction: match flex.direction {
            css::FlexDirection::Row => FlexDirection::Row,
            css::FlexDirection::RowReverse => FlexDirection::RowReverse,
            css::FlexDirection::Column => FlexDirection::Column,
            css::FlexDirection::ColumnReverse => FlexDirection::ColumnReverse,
        },
        flex_wrap: match flex.wrap {
            css::FlexWrap::NoWrap => FlexWrap::NoWrap,
            css::FlexWrap::Wrap => FlexWrap::Wrap,
            css::FlexWrap::WrapReverse => FlexWrap::WrapReverse,
        },
        gap: Size { width: inline.or_zero(&flex.column_gap), height: block.or_zero(&flex.row_gap) },
        align_items: align_items(flex.align_items).unwrap_or(AlignItems::NORMAL),
        justify_items: align_items(physical(flex.justify_items, rtl)).unwrap_or(AlignItems::NORMAL),
        align_content: align_content(flex.align_content),
        justify_content: justify_content(main),
        grid_template_columns: tracks(&flex.template_columns, inline),
        grid_template_rows: tracks(&flex.template_rows, block),
        grid_template_column_names: names(&flex.template_columns),
        grid_template_row_names: names(&flex.template_rows),
        grid_template_areas: areas(&flex.template_areas),
        grid_auto_columns: flex.auto_columns.iter().map(|t| track(t, inline)).collect(),
        grid_auto_rows: flex.auto_rows.iter().map(|t| track(t, block)).collect(),
        grid_auto_flow: match (flex.auto_flow_column, flex.auto_flow_dense) {
            (false, false) => GridAutoFlow::Row,
            (false, true) => GridAutoFlow::RowDense,
            (true, false) => GridAutoFlow::Column,
            (true, true) => GridAutoFlow::ColumnDense,
        },
        ..Style::default()
    }
}

fn align_items(alignment: Alignment) -> Option<AlignItems> {
    match alignment {
        Alignment::Auto => None,
        Alignment::Start => Some(AlignItems::START),
        Alignment::End => Some(AlignItems::END),
        Alignment::FlexStart => Some(AlignItems::FLEX_START),
        Alignment::FlexEnd => Some(AlignItems::FLEX_END),
        Alignment::Center => Some(AlignItems::CENTER),
        Alignment::Baseline | Alignment::LastBaseline => Some(AlignItems::BASELINE),
        _ => Some(AlignItems::STRETCH),
    }
}

fn align_content(alignment: Alignment) -> AlignContent {
    match alignment {
        Alignment::Start => AlignContent::START,
        Alignment::End => AlignContent::END,
        Alignment::FlexStart => AlignContent::FLEX_START,
        Alignment::FlexEnd => AlignContent::FLEX_END,
        Alignment::Center => AlignContent::CENTER,
        Alignment::Stretch => AlignContent::STRETCH,
        Alignment::SpaceBetween => AlignContent::SPACE_BETWEEN,
        Alignment::SpaceAround => AlignContent::SPACE_AROUND,
        Alignment::SpaceEvenly => AlignContent::SPACE_EVENLY,
        _ => AlignContent::NORMAL,
    }
}

fn justify_content(alignment: Alignment) -> JustifyContent {
    align_content(alignment)
}

fn tracks(template: &GridTemplate, basis: Basis) -> Vec<GridTemplateComponent<String>> {
    template
        .tracks
        .iter()
        .map(|entry| match entry {
            GridTrack::Single(size) => GridTemplateComponent::Single(track(size, basis)),
            GridTrack::AutoRepeat(fit, sizes, line_names) => {
                GridTemplateComponent::Repeat(GridTemplateRepetition {
                    count: if *fit { RepetitionCount::AutoFit } else { RepetitionCount::AutoFill },
                    tracks: sizes.iter().map(|t| track(t, basis)).collect(),
                    // taffy wants no names, or names for every line.
                    line_names: if line_names.len() == sizes.len() + 1 {
                        line_names.iter().map(|names| strings(names)).collect()
                    } else {
                        Vec::new()
                    },
                })
            }
        })
        .collect()
}

fn strings(names: &[std::sync::Arc<str>]) -> Vec<String> {
    names.iter().map(|n| n.to_string()).collect()
}

fn names(template: &GridTemplate) -> Vec<Vec<String>> {
    template.line_names.iter().map(|names| strings(names)).collect()
}

fn track(size: &TrackSize, basis: Basis) -> TrackSizingFunction {
    let min = match &size.min {
        TrackBreadth::MinContent => MinTrackSizingFunction::MIN_CONTENT,
        TrackBreadth::MaxContent => MinTrackSizingFunction::MAX_CONTENT,
        TrackBreadth::Length(length) => {
            basis.length_percentage(length).map_or(MinTrackSizingFunction::AUTO, |l| l.into())
        }
        _ => MinTrackSizingFunction::AUTO,
    };
    let max = match &size.max {
        TrackBreadth::Auto => MaxTrackSizingFunction::AUTO,
        TrackBreadth::MinContent => MaxTrackSizingFunction::MIN_CONTENT,
        TrackBreadth::MaxContent => MaxTrackSizingFunction::MAX_CONTENT,
        TrackBreadth::Length(length) => {
            basis.length_percentage(length).map_or(MaxTrackSizingFunction::AUTO, |l| l.into())
        }
        TrackBreadth::Fraction(fraction) => taffy::style_helpers::fr(*fraction),
        TrackBreadth::FitContent(limit) => taffy::style_helpers::fit_content(basis.or_zero(limit)),
    };
    TrackSizingFunction { min, max }
}

fn line(value: &GridLine) -> GridPlacement<String> {
    match value {
        GridLine::Auto => GridPlacement::Auto,
        GridLine::Line(index) => GridPlacement::from_line_index(*index),
        GridLine::Named(name, index) => GridPlacement::NamedLine(name.to_string(), *index),
        GridLine::Span(count) => GridPlacement::Span(*count),
        GridLine::SpanNamed(name, count) => GridPlacement::NamedSpan(name.to_string(), *count),
    }
}

/// Named areas as rectangles of lines; the order is that of their first cell.
fn areas(rows: &[Vec<Option<std::sync::Arc<str>>>]) -> Option<GridTemplateAreas<String>> {
    if rows.is_empty() {
        return None;
    }
    let mut areas: Vec<GridTemplateArea<String>> = Vec::new();
    for (row, cells) in rows.iter().enumerate() {
        for (column, name) in cells.iter().enumerate() {
            let Some(name) = name else { continue };
            let (row, column) = (row as u16 + 1, column as u16 + 1);
            match areas.iter_mut().find(|a| *a.name == **name) {
                Some(area) => {
                    area.row_end = area.row_end.max(row + 1);
                    area.column_end = area.column_end.max(column + 1);
                }
                None => areas.push(GridTemplateArea {
                    name: name.to_string(),
                    row_start: row,
                    row_end: row + 1,
                    column_start: column,
                    column_end: column + 1,
                }),
            }
        }
    }
    Some(GridTemplateAreas {
        areas,
        row_count: rows.len() as u16,
        column_count: rows.iter().map(Vec::len).max().unwrap_or(0) as u16,
    })
}
