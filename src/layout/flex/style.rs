//! Computed styles in taffy's terms.
//!
//! Percentages of a flex item refer to the container's content box, which is known, so they are
//! resolved here, `calc()` with them. Those of a grid item refer to its grid area, which taffy
//! alone knows: plain percentages are handed on; `calc()` with a percentage is resolved against
//! the container (a deviation).

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

/// The style of an item.
pub(super) fn item(style: &Computed, containing: Option<Containing>, grid: bool) -> Style {
    let (inline, block) = bases(containing, grid);
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
        justify_self: align_items(flex.justify_self),
        flex_basis: match &flex.basis {
            SizeValue::MaxContent => Dimension::content(),
            basis => inline.dimension(basis),
        },
        flex_grow: flex.grow,
        flex_shrink: flex.shrink,
        grid_row: Line { start: line(&flex.row.0), end: line(&flex.row.1) },
        grid_column: Line { start: line(&flex.column.0), end: line(&flex.column.1) },
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

/// The style of the container's content box: its own edges are taken off already.
pub(super) fn container(style: &Computed, containing: Option<Containing>, grid: bool) -> Style {
    let (inline, block) = bases(containing, grid);
    let flex = &style.flex_grid;
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
        direction: match style.text.direction {
            css::Direction::Ltr => taffy::Direction::Ltr,
            css::Direction::Rtl => taffy::Direction::Rtl,
        },
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
        justify_items: align_items(flex.justify_items).unwrap_or(AlignItems::NORMAL),
        align_content: align_content(flex.align_content),
        justify_content: justify_content(flex.justify_content),
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
