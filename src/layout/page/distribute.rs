//! How the three margin boxes of a side share its strip (CSS Page 3 §5.3.2).
//!
//! Input: what each box asks for, outer sizes. Output: the outer size of each. The first box stands
//! at the start of the strip, the last at its end, the middle one is centred.

use crate::geom::Px;

/// What a box asks of the variable dimension of its strip; outer sizes.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    /// A size that was set.
    pub fixed: Option<Px>,
    /// Min-content.
    pub min: Px,
    /// Max-content.
    pub max: Px,
    /// `min-width` or `min-height`.
    pub at_least: Px,
    /// `max-width` or `max-height`.
    pub at_most: Px,
}

/// Shares the strip; where a box comes out of its least or greatest size, that size is set and the
/// strip is shared again (§5.3.2.4).
pub fn distribute(requests: [Option<Request>; 3], room: Px) -> [Px; 3] {
    let mut requests = requests;
    let mut sizes = share(requests, room);
    let bounds: [fn(Px, &Request) -> Option<Px>; 2] = [
        |size, r| (size > r.at_most).then_some(r.at_most),
        |size, r| (size < r.at_least).then_some(r.at_least),
    ];
    for bound in bounds {
        let mut changed = false;
        for (request, size) in requests.iter_mut().zip(sizes) {
            if let Some(request) = request
                && let Some(size) = bound(size, request)
            {
                request.fixed = Some(size);
                changed = true;
            }
        }
        if changed {
            sizes = share(requests, room);
        }
    }
    sizes
}

fn share(requests: [Option<Request>; 3], room: Px) -> [Px; 3] {
    let [start, center, end] = requests;
    let Some(center) = center else {
        let (a, c) = pair(start, end, room);
        return [a, Px::ZERO, c];
    };
    let middle = center.fixed.unwrap_or_else(|| {
        // The centre shares the strip with both sides as if each were as large as the larger.
        let sides = start.iter().chain(end.iter());
        if start.is_none() && end.is_none() {
            return room;
        }
        let (mut min, mut max) = (Px::ZERO, Px::ZERO);
        for side in sides {
            min = min.max(side.fixed.unwrap_or(side.min));
            max = max.max(side.fixed.unwrap_or(side.max));
        }
        flex((center.min, center.max), (min * 2.0, max * 2.0), room).0
    });
    let half = ((room - middle) / 2.0).max(Px::ZERO);
    let side = |r: Option<Request>| r.map_or(Px::ZERO, |r| r.fixed.unwrap_or(half));
    [side(start), middle, side(end)]
}

/// Two boxes without a centre: a lone `auto` box takes all, two share.
fn pair(a: Option<Request>, c: Option<Request>, room: Px) -> (Px, Px) {
    match (a, c) {
        (None, None) => (Px::ZERO, Px::ZERO),
        (Some(a), None) => (a.fixed.unwrap_or(room), Px::ZERO),
        (None, Some(c)) => (Px::ZERO, c.fixed.unwrap_or(room)),
        (Some(a), Some(c)) => match (a.fixed, c.fixed) {
            (Some(a), Some(c)) => (a, c),
            (Some(a), None) => (a, (room - a).max(Px::ZERO)),
            (None, Some(c)) => ((room - c).max(Px::ZERO), c),
            (None, None) => flex((a.min, a.max), (c.min, c.max), room),
        },
    }
}

/// Two `auto` boxes with their min- and max-content sizes: in proportion to their max-content sizes
/// where these fit, else between both, else in proportion to the min-content sizes (§5.3.2.3).
fn flex(a: (Px, Px), c: (Px, Px), room: Px) -> (Px, Px) {
    let part = |base: Px, factor_a: Px, factor_c: Px, more: Px| {
        let total = factor_a + factor_c;
        let share = if total > Px::ZERO { factor_a / total } else { 0.5 };
        base + more * share
    };
    let (max, min) = (a.1 + c.1, a.0 + c.0);
    let first = if max <= room {
        part(a.1, a.1, c.1, room - max)
    } else if min <= room {
        part(a.0, a.1 - a.0, c.1 - c.0, room - min)
    } else {
        part(a.0, a.0, c.0, room - min)
    };
    let first = first.max(Px::ZERO);
    (first, (room - first).max(Px::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn auto(min: f32, max: f32) -> Option<Request> {
        let (at_least, at_most) = (Px::ZERO, Px(f32::INFINITY));
        Some(Request { fixed: None, min: Px(min), max: Px(max), at_least, at_most })
    }

    fn fixed(size: f32) -> Option<Request> {
        auto(1.0, 500.0).map(|r| Request { fixed: Some(Px(size)), ..r })
    }

    #[test]
    fn two_boxes_share_by_what_they_want() {
        let sizes = distribute([auto(10.0, 30.0), None, auto(10.0, 60.0)], Px(180.0));
        assert_eq!(sizes, [Px(60.0), Px::ZERO, Px(120.0)]);
    }

    #[test]
    fn too_long_texts_share_between_least_and_most() {
        let sizes = distribute([auto(20.0, 120.0), None, auto(20.0, 220.0)], Px(100.0));
        assert_eq!(sizes, [Px(40.0), Px::ZERO, Px(60.0)]);
    }

    #[test]
    fn centre_box_stays_centred() {
        let sizes = distribute([auto(10.0, 20.0), auto(10.0, 40.0), None], Px(160.0));
        assert_eq!(sizes, [Px(40.0), Px(80.0), Px::ZERO]);
    }

    #[test]
    fn a_set_size_beside_the_centre_counts_twice() {
        let sizes = distribute([fixed(30.0), auto(10.0, 40.0), auto(5.0, 10.0)], Px(100.0));
        // Centre and both sides: 40 and 60 wanted of 100.
        assert_eq!(sizes, [Px(30.0), Px(40.0), Px(30.0)]);
    }

    #[test]
    fn set_sizes_are_kept() {
        assert_eq!(
            distribute([fixed(30.0), fixed(50.0), fixed(10.0)], Px(200.0)),
            [30.0, 50.0, 10.0].map(Px)
        );
        assert_eq!(
            distribute([fixed(30.0), None, auto(1.0, 2.0)], Px(200.0)),
            [30.0, 0.0, 170.0].map(Px)
        );
    }

    #[test]
    fn least_and_greatest_sizes_hold() {
        let most = auto(10.0, 60.0).map(|r| Request { at_most: Px(50.0), ..r });
        assert_eq!(
            distribute([most, None, auto(10.0, 60.0)], Px(200.0)),
            [50.0, 0.0, 150.0].map(Px)
        );
        let least = auto(10.0, 20.0).map(|r| Request { at_least: Px(120.0), ..r });
        assert_eq!(
            distribute([None, least, auto(10.0, 20.0)], Px(200.0)),
            [0.0, 120.0, 40.0].map(Px)
        );
    }
}
