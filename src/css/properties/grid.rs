//! Values of grid properties (CSS Grid 1).

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use cssparser::{Parser, Token};

use crate::css::computed::*;
use crate::css::values::length::{Lp, Surroundings, bounded_number, lp_positive};
use crate::css::values::{Context, Res, bad, custom_ident, integer, one_of, string, word};
use crate::limits::GRID_TRACKS;

/// A specified track size.
#[derive(Clone, Debug, PartialEq)]
pub struct TrackSpec {
    min: BreadthSpec,
    max: BreadthSpec,
}

#[derive(Clone, Debug, PartialEq)]
enum BreadthSpec {
    Auto,
    MinContent,
    MaxContent,
    Length(Lp),
    Fraction(f32),
    FitContent(Lp),
}

/// A specified track list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TemplateSpec {
    tracks: Vec<TrackOrRepeat>,
    line_names: Vec<Vec<Arc<str>>>,
}

#[derive(Clone, Debug, PartialEq)]
enum TrackOrRepeat {
    Track(TrackSpec),
    AutoRepeat(bool, Vec<TrackSpec>, Vec<Vec<Arc<str>>>),
}

/// Rows of area names.
pub type Areas = Vec<Vec<Option<Arc<str>>>>;

impl BreadthSpec {
    fn compute(&self, at: &Surroundings) -> TrackBreadth {
        match self {
            BreadthSpec::Auto => TrackBreadth::Auto,
            BreadthSpec::MinContent => TrackBreadth::MinContent,
            BreadthSpec::MaxContent => TrackBreadth::MaxContent,
            BreadthSpec::Length(value) => TrackBreadth::Length(value.compute(at)),
            BreadthSpec::Fraction(fr) => TrackBreadth::Fraction(*fr),
            BreadthSpec::FitContent(limit) => TrackBreadth::FitContent(limit.compute(at)),
        }
    }
}

impl TrackSpec {
    fn compute(&self, at: &Surroundings) -> TrackSize {
        TrackSize { min: self.min.compute(at), max: self.max.compute(at) }
    }
}

/// Computed track sizes.
pub fn compute_tracks(value: &[TrackSpec], at: &Surroundings) -> Vec<TrackSize> {
    value.iter().map(|t| t.compute(at)).collect()
}

impl TemplateSpec {
    /// The computed value.
    pub fn compute(&self, at: &Surroundings) -> GridTemplate {
        let track = |t: &TrackOrRepeat| match t {
            TrackOrRepeat::Track(track) => GridTrack::Single(track.compute(at)),
            TrackOrRepeat::AutoRepeat(fit, tracks, names) => {
                GridTrack::AutoRepeat(*fit, compute_tracks(tracks, at), names.clone())
            }
        };
        GridTemplate {
            tracks: self.tracks.iter().map(track).collect(),
            line_names: self.line_names.clone(),
        }
    }
}

fn breadth(cx: &Context, p: &mut Parser) -> Res<BreadthSpec> {
    let table = [
        ("auto", BreadthSpec::Auto),
        ("min-content", BreadthSpec::MinContent),
        ("max-content", BreadthSpec::MaxContent),
    ];
    if let Ok(keyword) = one_of(cx, p, &table) {
        return Ok(keyword);
    }
    let fraction = p.try_parse(|p| match *p.next()? {
        Token::Dimension { value, ref unit, .. }
            if unit.eq_ignore_ascii_case("fr") && value >= 0.0 =>
        {
            Ok(BreadthSpec::Fraction(bounded_number(value)))
        }
        _ => bad(),
    });
    fraction.or_else(|_| lp_positive(cx, p).map(BreadthSpec::Length))
}

fn track(cx: &Context, p: &mut Parser) -> Res<TrackSpec> {
    let function = p.try_parse(|p| {
        let name = p.expect_function()?.clone();
        p.parse_nested_block(|p| {
            if name.eq_ignore_ascii_case("minmax") {
                let min = breadth(cx, p)?;
                p.expect_comma()?;
                let max = breadth(cx, p)?;
                return match min {
                    BreadthSpec::Fraction(_) => bad(),
                    min => Ok(TrackSpec { min, max }),
                };
            }
            if name.eq_ignore_ascii_case("fit-content") {
                let limit = lp_positive(cx, p)?;
                return Ok(TrackSpec {
                    min: BreadthSpec::Auto,
                    max: BreadthSpec::FitContent(limit),
                });
            }
            bad()
        })
    });
    function.or_else(|_| {
        let max = breadth(cx, p)?;
        let min = match &max {
            BreadthSpec::Fraction(_) => BreadthSpec::Auto,
            other => other.clone(),
        };
        Ok(TrackSpec { min, max })
    })
}

fn names(p: &mut Parser) -> Vec<Arc<str>> {
    let parsed = p.try_parse(|p| {
        p.expect_square_bracket_block()?;
        p.parse_nested_block(|p| -> Res<Vec<Arc<str>>> {
            let mut list = Vec::new();
            while !p.is_exhausted() {
                list.push(custom_ident(p)?);
            }
            Ok(list)
        })
    });
    parsed.unwrap_or_default()
}

/// Tracks, and the names of the lines around each.
type Tracks = (Vec<TrackSpec>, Vec<Vec<Arc<str>>>);

/// Tracks with line names between them, until something else comes.
fn tracks(cx: &Context, p: &mut Parser) -> Res<Tracks> {
    let mut list = Vec::new();
    let mut lines = vec![names(p)];
    while let Ok(track) = p.try_parse(|p| track(cx, p)) {
        list.push(track);
        lines.push(names(p));
    }
    if list.is_empty() { bad() } else { Ok((list, lines)) }
}

enum Count {
    Times(usize),
    Auto(bool),
}

type Repeated = (Count, Tracks);

fn repeat(cx: &Context, p: &mut Parser) -> Res<Repeated> {
    p.expect_function_matching("repeat")?;
    p.parse_nested_block(|p| {
        let auto = one_of(cx, p, &[("auto-fill", false), ("auto-fit", true)]).map(Count::Auto);
        let count = match auto {
            Ok(auto) => auto,
            Err(_) => match integer(cx, p)? {
                n if n > 0 => Count::Times(n as usize),
                _ => return bad(),
            },
        };
        p.expect_comma()?;
        Ok((count, tracks(cx, p)?))
    })
}

impl TemplateSpec {
    fn push_names(&mut self, names: Vec<Arc<str>>) {
        match self.line_names.last_mut() {
            Some(last) => last.extend(names),
            None => self.line_names.push(names),
        }
    }

    fn push(&mut self, track: TrackOrRepeat) {
        self.tracks.push(track);
        self.line_names.push(Vec::new());
    }
}

/// `grid-template-columns`, `grid-template-rows`.
pub fn grid_template(cx: &Context, p: &mut Parser) -> Res<TemplateSpec> {
    if word(cx, p, "none").is_ok() {
        return Ok(TemplateSpec::default());
    }
    let mut template = TemplateSpec::default();
    template.push_names(names(p));
    loop {
        if let Ok((count, (list, lines))) = p.try_parse(|p| repeat(cx, p)) {
            match count {
                Count::Auto(fit) => template.push(TrackOrRepeat::AutoRepeat(fit, list, lines)),
                Count::Times(n) => {
                    if list.len().saturating_mul(n) > GRID_TRACKS {
                        return cx.beyond("grid-too-large", GRID_TRACKS, "tracks on an axis");
                    }
                    for _ in 0..n {
                        for (track, names) in list.iter().zip(&lines) {
                            template.push_names(names.clone());
                            template.push(TrackOrRepeat::Track(track.clone()));
                        }
                        template.push_names(lines.last().cloned().unwrap_or_default());
                    }
                }
            }
        } else if let Ok(track) = p.try_parse(|p| track(cx, p)) {
            template.push(TrackOrRepeat::Track(track));
        } else {
            break;
        }
        template.push_names(names(p));
        if template.tracks.len() > GRID_TRACKS {
            return cx.beyond("grid-too-large", GRID_TRACKS, "tracks on an axis");
        }
    }
    if template.tracks.is_empty() { bad() } else { Ok(template) }
}

/// One row of `grid-template` with areas: names before, the tracks after, for the shorthand.
pub fn template_row(
    cx: &Context,
    p: &mut Parser,
    into: &mut TemplateSpec,
) -> Res<Vec<Option<Arc<str>>>> {
    into.push_names(names(p));
    let row = area_row(&string(p)?)?;
    let auto = TrackSpec { min: BreadthSpec::Auto, max: BreadthSpec::Auto };
    let size = p.try_parse(|p| track(cx, p)).unwrap_or(auto);
    into.push(TrackOrRepeat::Track(size));
    into.push_names(names(p));
    Ok(row)
}

/// `grid-auto-columns`, `grid-auto-rows`.
pub fn auto_tracks(cx: &Context, p: &mut Parser) -> Res<Vec<TrackSpec>> {
    let mut list = vec![track(cx, p)?];
    while let Ok(next) = p.try_parse(|p| track(cx, p)) {
        list.push(next);
    }
    Ok(list)
}

fn area_row(text: &str) -> Res<Vec<Option<Arc<str>>>> {
    let row: Vec<_> = text
        .split_ascii_whitespace()
        .map(|cell| cell.bytes().any(|b| b != b'.').then(|| Arc::from(cell)))
        .collect();
    if row.is_empty() { bad() } else { Ok(row) }
}

/// `grid-template-areas`: rows of one length, areas that are rectangles.
pub fn grid_areas(cx: &Context, p: &mut Parser) -> Res<Areas> {
    if word(cx, p, "none").is_ok() {
        return Ok(Vec::new());
    }
    let mut rows = Vec::new();
    while let Ok(text) = p.try_parse(string) {
        rows.push(area_row(&text)?);
    }
    if rows.len() > GRID_TRACKS || rows.iter().any(|row| row.len() > GRID_TRACKS) {
        return cx.beyond("grid-too-large", GRID_TRACKS, "tracks on an axis");
    }
    if rows.is_empty() || !well_formed(&rows) { bad() } else { Ok(rows) }
}

/// Whether all rows are of one length and every area is a rectangle.
pub fn well_formed(rows: &Areas) -> bool {
    let width = rows[0].len();
    if rows.iter().any(|r| r.len() != width) {
        return false;
    }
    // Of each area: the columns and rows it reaches over, and how many cells it has.
    let mut areas: BTreeMap<&str, (Range<usize>, Range<usize>, usize)> = BTreeMap::new();
    for (y, row) in rows.iter().enumerate() {
        for (x, name) in row.iter().enumerate() {
            let Some(name) = name else { continue };
            let area = areas.entry(name).or_insert((x..x, y..y, 0));
            area.0 = area.0.start.min(x)..area.0.end.max(x + 1);
            area.1 = area.1.start.min(y)..area.1.end.max(y + 1);
            area.2 += 1;
        }
    }
    areas.values().all(|(columns, rows, cells)| *cells == columns.len() * rows.len())
}

/// `grid-auto-flow`: column, dense.
pub fn auto_flow(cx: &Context, p: &mut Parser) -> Res<(bool, bool)> {
    let dense = word(cx, p, "dense").is_ok();
    let column = one_of(cx, p, &[("row", false), ("column", true)]);
    let dense_after = !dense && word(cx, p, "dense").is_ok();
    match column {
        Err(_) if !dense => bad(),
        column => Ok((column.unwrap_or(false), dense || dense_after)),
    }
}

/// `grid-row-start` and its like.
pub fn grid_line(cx: &Context, p: &mut Parser) -> Res<GridLine> {
    if word(cx, p, "auto").is_ok() {
        return Ok(GridLine::Auto);
    }
    let (mut span, mut number, mut name) = (false, None, None);
    loop {
        if !span && word(cx, p, "span").is_ok() {
            span = true;
        } else if number.is_none()
            && let Ok(n) = p.try_parse(|p| integer(cx, p))
        {
            number = Some(n);
        } else if name.is_none()
            && let Ok(ident) = p.try_parse(custom_ident)
        {
            name = Some(ident);
        } else {
            break;
        }
    }
    const MOST: i32 = GRID_TRACKS as i32;
    if number.is_some_and(|n| n.unsigned_abs() as usize > GRID_TRACKS) {
        return cx.beyond("grid-too-large", GRID_TRACKS, "lines on an axis");
    }
    let index = |n: i32| n.clamp(-MOST, MOST) as i16;
    match (span, number, name) {
        (_, Some(0), _) => bad(),
        (true, Some(n), _) if n < 0 => bad(),
        (true, None, None) | (false, None, None) => bad(),
        (true, n, None) => Ok(GridLine::Span(index(n.unwrap_or(1)) as u16)),
        (true, n, Some(name)) => Ok(GridLine::SpanNamed(name, index(n.unwrap_or(1)) as u16)),
        (false, Some(n), None) => Ok(GridLine::Line(index(n))),
        // 0: no integer was given, so an area of that name is looked for first.
        (false, n, Some(name)) => Ok(GridLine::Named(name, index(n.unwrap_or(0)))),
    }
}
