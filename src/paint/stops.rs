//! Colour stops of gradients (CSS Images 3 §3.4): positions, hints, repetition, and what mixing
//! premultiplied colours means for a backend that mixes colour and opacity apart.

use super::list::Stop;
use crate::css::computed;
use crate::geom::{Color, Px};

/// Most copies of its stops that a repeating gradient is written out to.
const MOST_REPEATS: f32 = 500.0;

/// Pieces that the curve of a hint is cut into, each the same step of colour: a quarter of such a
/// step is the most that a straight piece is off.
const HINT_PIECES: u8 = 24;

/// How wide a sharp edge at an end of a gradient is, as a part of the gradient line.
const EDGE: f32 = 1e-4;

/// Pieces of a transition between two translucent colours.
const FADE_PIECES: u8 = 8;

/// Colour stop fix-up (§3.4.3): every stop gets a position, and none lies before its predecessor;
/// hints become stops along their curve.
pub(super) fn fix_up(gradient: &computed::Gradient, length: Px) -> Option<Vec<Stop>> {
    let place = |p: &computed::LengthPercentage| p.resolve(length).0 / length.0.max(1e-6);
    let given = &gradient.stops;
    let mut places: Vec<Option<f32>> =
        given.iter().map(|s| s.position.as_ref().map(place)).collect();
    let first = places.first_mut()?;
    *first = Some(first.unwrap_or(0.0));
    let last = places.last_mut()?;
    *last = Some(last.unwrap_or(1.0));
    // A hint counts as a place as well: nothing after it lies before it.
    let mut hints: Vec<Option<f32>> = given.iter().map(|s| s.hint.as_ref().map(place)).collect();
    let mut most = f32::NEG_INFINITY;
    for (stop, hint) in places.iter_mut().zip(&mut hints) {
        for at in [stop, hint].into_iter().flatten() {
            most = most.max(*at);
            *at = most;
        }
    }
    let mut stops: Vec<Stop> = Vec::with_capacity(given.len());
    for (i, offset) in spread(&places, &hints).into_iter().enumerate() {
        let stop = Stop { offset, color: given[i].color };
        if let Some(before) = i.checked_sub(1)
            && let Some(hint) = hints[before]
            && let Some(last) = stops.last().copied()
        {
            bend(&mut stops, last, stop, hint);
        }
        stops.push(stop);
    }
    Some(premultiplied(&stops))
}

/// Places for the stops without one: evenly between their neighbours, hints among these.
fn spread(places: &[Option<f32>], hints: &[Option<f32>]) -> Vec<f32> {
    let mut out: Vec<f32> = Vec::with_capacity(places.len());
    for (i, place) in places.iter().enumerate() {
        let Some(before) = out.last().copied() else {
            out.push(place.unwrap_or(0.0));
            continue;
        };
        // A hint on the way is the nearer neighbour.
        let from = hints[i - 1].unwrap_or(before);
        let ahead = (i..places.len())
            .find_map(|j| places[j].map(|p| (j, p)).or_else(|| hints[j].map(|h| (j + 1, h))));
        out.push(match (place, ahead) {
            (Some(place), _) => *place,
            (None, Some((j, to))) => from + (to - from) / ((j - i) as f32 + 1.0),
            (None, None) => from,
        });
    }
    out
}

/// Stops along the curve that a hint makes of the transition between two stops (CSS Images 4
/// §3.4.2): the share of the second colour at `t` is `t` to the power of `log(½) / log(hint)`.
fn bend(stops: &mut Vec<Stop>, from: Stop, to: Stop, hint: f32) {
    let length = to.offset - from.offset;
    if length <= 0.0 {
        return;
    }
    let middle = (hint - from.offset) / length;
    if middle <= 1e-4 {
        return stops.push(Stop { color: to.color, ..from });
    }
    if middle >= 1.0 - 1e-4 {
        return stops.push(Stop { color: from.color, ..to });
    }
    let exponent = middle.ln() / 0.5f32.ln();
    for piece in 1..HINT_PIECES {
        let share = f32::from(piece) / f32::from(HINT_PIECES);
        let offset = from.offset + length * share.powf(exponent);
        stops.push(Stop { offset, color: mix(from.color, to.color, share) });
    }
}

/// Stops between which colour and opacity can be mixed apart with the result of mixing
/// premultiplied colours (§3.4.2): `transparent` fades a colour out without darkening it.
fn premultiplied(stops: &[Stop]) -> Vec<Stop> {
    let mut out: Vec<Stop> = Vec::with_capacity(stops.len());
    for (i, stop) in stops.iter().enumerate() {
        if let Some(before) = i.checked_sub(1).map(|j| stops[j]) {
            fade(&mut out, before, *stop);
        }
        // What cannot be seen takes the colour of its neighbours.
        if !stop.color.is_transparent() {
            out.push(*stop);
            continue;
        }
        let seen = |at: Option<&Stop>| at.filter(|s| !s.color.is_transparent()).map(|s| s.color);
        let before = seen(i.checked_sub(1).and_then(|j| stops.get(j)));
        let after = seen(stops.get(i + 1));
        match (before, after) {
            (None, None) => out.push(*stop),
            (before, after) => out.extend(
                before.into_iter().chain(after).map(|c| Stop { color: c.with_alpha(0.0), ..*stop }),
            ),
        }
    }
    out
}

/// Stops between two translucent ones, each the same step of colour.
fn fade(out: &mut Vec<Stop>, from: Stop, to: Stop) {
    let (a, b) = (from.color.alpha(), to.color.alpha());
    let plain = a == b || from.color.with_alpha(b) == to.color;
    if plain || from.color.is_transparent() || to.color.is_transparent() {
        return;
    }
    for piece in 1..FADE_PIECES {
        let share = f32::from(piece) / f32::from(FADE_PIECES);
        // Where along the way the second colour has this share of what is seen.
        let t = share * a / (b * (1.0 - share) + share * a);
        let offset = from.offset + (to.offset - from.offset) * t;
        out.push(Stop { offset, color: mix(from.color, to.color, t) });
    }
}

/// Stops with offsets within 0..=1, and where on the gradient line 0 and 1 lie. A repeating gradient
/// is written out over `from..to`.
pub(super) fn span(
    mut stops: Vec<Stop>,
    repeating: bool,
    from: f32,
    to: f32,
) -> Option<(Vec<Stop>, f32, f32)> {
    let (first, last) = (stops.first()?.offset, stops.last()?.offset);
    let period = last - first;
    if repeating && period <= 1e-6 {
        // Nothing to repeat: the last colour everywhere (§3.4.2).
        stops = vec![Stop { offset: from, ..*stops.last()? }];
    } else if repeating && (to - from) / period <= MOST_REPEATS {
        // The copies that `from..to` meets, none of which need be the first.
        let before = ((from - first) / period).floor();
        let after = ((to - last) / period).ceil().max(before);
        let copies = (after - before) as i32 + 1;
        stops = (0..copies)
            .flat_map(|i| {
                let shift = (i as f32 + before) * period;
                stops.iter().map(move |s| Stop { offset: s.offset + shift, ..*s })
            })
            .collect();
    } else if repeating {
        // Too fine to be seen: the average colour (§3.4.2).
        stops = vec![Stop { offset: from, color: average(&stops) }];
    }
    part_ends(&mut stops);
    // A radius cannot be negative: cut what lies before the centre.
    if from == 0.0 {
        stops = cut_before_zero(stops);
    }
    let (first, mut last) = (stops.first()?.offset, stops.last()?.offset);
    if last - first < EDGE * 0.5 {
        last = first + EDGE;
    }
    let scale = 1.0 / (last - first);
    for stop in &mut stops {
        stop.offset = ((stop.offset - first) * scale).clamp(0.0, 1.0);
    }
    Some((stops, first, last))
}

/// Moves the outermost stops out a little where others lie at the same place: their colour goes on
/// beyond the gradient's ends, and would be lost.
fn part_ends(stops: &mut [Stop]) {
    if let [first, second, ..] = stops
        && second.offset - first.offset < EDGE
    {
        first.offset -= EDGE;
    }
    if let [.., second, last] = stops
        && last.offset - second.offset < EDGE
    {
        last.offset += EDGE;
    }
}

/// Drops stops below zero, with the colour at zero interpolated.
fn cut_before_zero(stops: Vec<Stop>) -> Vec<Stop> {
    let next = stops.iter().position(|s| s.offset >= 0.0);
    match (next, stops.last()) {
        (Some(0), _) | (_, None) => stops,
        (None, Some(last)) => vec![Stop { offset: 0.0, ..*last }],
        (Some(next), _) => {
            let (a, b) = (stops[next - 1], stops[next]);
            let t = if b.offset > a.offset { -a.offset / (b.offset - a.offset) } else { 0.0 };
            let mut cut = vec![Stop { offset: 0.0, color: mix(a.color, b.color, t) }];
            cut.extend_from_slice(&stops[next..]);
            cut
        }
    }
}

/// The colour infinitely far along a gradient: the last one, or the average of what repeats.
pub(super) fn beyond(stops: &[Stop], repeating: bool) -> Color {
    if repeating { average(stops) } else { stops.last().map_or(Color::TRANSPARENT, |s| s.color) }
}

/// The average colour over the whole of a gradient.
fn average(stops: &[Stop]) -> Color {
    let mut sum = stops.first().map_or(Color::TRANSPARENT, |s| s.color);
    let mut length = 0.0;
    for pair in stops.windows(2) {
        let piece = pair[1].offset - pair[0].offset;
        if piece > 0.0 {
            length += piece;
            sum = mix(sum, mix(pair[0].color, pair[1].color, 0.5), piece / length);
        }
    }
    sum
}

/// A colour between two, mixed premultiplied; colours of different spaces are not mixed.
fn mix(from: Color, to: Color, t: f32) -> Color {
    let (a, b) = (from.alpha(), to.alpha());
    let alpha = a + (b - a) * t;
    let share = if alpha > 0.0 { b * t / alpha } else { t };
    let f = |a: f32, b: f32| a + (b - a) * share;
    match (from, to) {
        (Color::Rgb { r, g, b, .. }, Color::Rgb { r: r2, g: g2, b: b2, .. }) => {
            Color::Rgb { r: f(r, r2), g: f(g, g2), b: f(b, b2), a: alpha }
        }
        (Color::Cmyk { c, m, y, k, .. }, Color::Cmyk { c: c2, m: m2, y: y2, k: k2, .. }) => {
            Color::Cmyk { c: f(c, c2), m: f(m, m2), y: f(y, y2), k: f(k, k2), a: alpha }
        }
        (from, to) => {
            if t < 0.5 {
                from
            } else {
                to
            }
        }
    }
}
