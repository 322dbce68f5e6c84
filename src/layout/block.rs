//! Block formatting contexts (CSS 2.2 §9.4.1, §8.3.1): block-level boxes below each other,
//! collapsing margins, floats beside them.
//!
//! Margins collapse through the top of a box before it is placed: [`start_margin`] looks ahead
//! for everything that adjoins a box's top edge, so that the place of the box, which floats and
//! lines need, is known when its content is laid out. Deviation: an element with clearance ends
//! the look-ahead.

use crate::css::computed::{Clear, Computed, Direction, Display, Float, Overflow, SizeValue};
use crate::geom::{Point, Px, Sides, Size};
use crate::layout::boxes::{BoxId, BoxKind, InlineContent, InlineItem};
use crate::layout::context::{Containing, ContentLayout, Context, PendingPositioned};
use crate::layout::floats::{EPSILON, FloatContext};
use crate::layout::fragment::{Fragment, FragmentContent};
use crate::layout::independent::{self, BoxLayout, Fit, relative_shift};
use crate::layout::inline::{self, Checkpoint, LineSpace, Slot};
use crate::layout::sizing::{self, Edges, InlineSizing, block_width, margins};
use crate::layout::{fit, flex};

/// Margins that adjoin each other: the largest positive and the most negative one add up.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CollapsedMargin {
    positive: Px,
    negative: Px,
}

impl CollapsedMargin {
    fn of(margin: Px) -> CollapsedMargin {
        CollapsedMargin { positive: margin.max(Px::ZERO), negative: margin.min(Px::ZERO) }
    }

    fn adjoin(&mut self, other: CollapsedMargin) {
        self.positive = self.positive.max(other.positive);
        self.negative = self.negative.min(other.negative);
    }

    fn solve(self) -> Px {
        self.positive + self.negative
    }
}

/// Lays out the inside of a box as the root of a formatting context.
pub fn layout_contents(cx: &mut Context, id: BoxId, containing: Containing) -> ContentLayout {
    let tree = cx.tree;
    match &tree.get(id).kind {
        BoxKind::Flex(_) | BoxKind::Grid(_) => flex::layout(cx, id, containing),
        BoxKind::Table(_) | BoxKind::Replaced(_) => {
            let boxed = independent::layout(cx, id, containing, Fit::Fill);
            ContentLayout {
                height: boxed.fragment.size.height,
                first_baseline: boxed.first_baseline,
                last_baseline: boxed.last_baseline,
                positioned: boxed.positioned,
                left_out: boxed.left_out,
                fragments: vec![boxed.fragment],
            }
        }
        BoxKind::Anchor(_) => ContentLayout::default(),
        BoxKind::Block(_) | BoxKind::Inline(_) => {
            if let Some(floor) = cx.style(id).text_fit {
                return fit::layout(cx, id, containing, floor);
            }
            layout_flow_root(cx, id, containing)
        }
    }
}

/// Lays out flow content in a new block formatting context.
pub fn layout_flow_root(cx: &mut Context, id: BoxId, containing: Containing) -> ContentLayout {
    let until = cx.until.filter(|(whole, _)| *whole == id).map(|(_, until)| until);
    let mut bfc = Formatting { until, ..Formatting::default() };
    let flow = layout_flow(cx, id, containing, Point::ZERO, false, &mut bfc);
    let mut layout = flow.layout;
    layout.height = (layout.height + flow.end_margin.solve()).max(Px::ZERO);
    if let Some(bottom) = bfc.floats.bottom() {
        layout.height = layout.height.max(bottom);
    }
    layout.left_out = bfc.left_out;
    layout
}

/// The state of a block formatting context.
#[derive(Default)]
struct Formatting {
    floats: FloatContext,
    /// What begins below need not be laid out: see [`Context::until`].
    until: Option<Px>,
    /// Something was left out there, and in all boxes that are still open.
    left_out: bool,
}

/// The content of a block container within a formatting context.
struct FlowLayout {
    /// The content; its height reaches to the last child's border edge.
    layout: ContentLayout,
    /// The margin that sticks out below.
    end_margin: CollapsedMargin,
    /// Whether there is anything that keeps top and bottom margins apart.
    has_content: bool,
}

/// Lays out the content of a block container. `origin` is the content box's place in the
/// formatting context; `at_start` says that the margins of its first children are part of its
/// own place already.
fn layout_flow(
    cx: &mut Context,
    id: BoxId,
    containing: Containing,
    origin: Point,
    at_start: bool,
    bfc: &mut Formatting,
) -> FlowLayout {
    let tree = cx.tree;
    match &tree.get(id).kind {
        BoxKind::Inline(_) => layout_lines(cx, id, containing, origin, &mut bfc.floats),
        BoxKind::Block(children) => {
            let mut flow = BlockFlow {
                id,
                containing,
                origin,
                rtl: cx.style(id).text.direction == Direction::Rtl,
                y: Px::ZERO,
                margin: CollapsedMargin::default(),
                at_start,
                has_content: false,
                apart: false,
                out: ContentLayout::default(),
            };
            for child in children.iter().copied() {
                if bfc.left_out || flow.is_below(bfc) {
                    bfc.left_out = true;
                    break;
                }
                flow.child(cx, child, bfc);
            }
            if flow.apart {
                flow.y += flow.margin.solve();
                flow.margin = CollapsedMargin::default();
            }
            flow.out.height = flow.y;
            flow.out.left_out = bfc.left_out;
            FlowLayout { layout: flow.out, end_margin: flow.margin, has_content: flow.has_content }
        }
        // Only block containers are asked for their flow.
        _ => FlowLayout {
            layout: ContentLayout::default(),
            end_margin: CollapsedMargin::default(),
            has_content: false,
        },
    }
}

/// The running state of block-level children.
struct BlockFlow {
    /// The container.
    id: BoxId,
    containing: Containing,
    origin: Point,
    /// The container's direction: the end margin gives way where margins are over-constrained.
    rtl: bool,
    /// Bottom border edge of the last child.
    y: Px,
    /// The margin that adjoins it.
    margin: CollapsedMargin,
    at_start: bool,
    has_content: bool,
    /// The last margin is that of an empty box with clearance: it does not collapse with the bottom
    /// margin of the container (CSS 2.2 §8.3.1).
    apart: bool,
    out: ContentLayout,
}

impl BlockFlow {
    /// Where a margin-less child would begin.
    fn cursor(&self) -> Px {
        if self.at_start { self.y } else { self.y + self.margin.solve() }
    }

    /// Whether what comes next need not be laid out.
    fn is_below(&self, bfc: &Formatting) -> bool {
        bfc.until.is_some_and(|until| self.has_content && self.origin.y + self.y > until)
    }

    fn child(&mut self, cx: &mut Context, id: BoxId, bfc: &mut Formatting) {
        if !cx.step(id) {
            return;
        }
        let tree = cx.tree;
        let style = &tree.get(id).style;
        if let BoxKind::Anchor(anchor) = tree.get(id).kind {
            let mut fragment = Fragment::new(style);
            fragment.content = FragmentContent::Anchor(anchor);
            fragment.offset.y = self.cursor();
            self.out.fragments.push(fragment);
        } else if cx.is_positioned_out(id) {
            let x = if self.rtl { self.containing.width } else { Px::ZERO };
            let static_position = Point::new(x, self.cursor());
            self.out.positioned.push(PendingPositioned {
                id,
                holder: self.id,
                static_position,
                rtl: self.rtl,
                area: None,
            });
        } else if style.float != Float::None {
            let top = self.cursor();
            let (fragment, pending) =
                place_float(cx, id, self.containing, self.origin, top, &mut bfc.floats);
            self.out.fragments.push(fragment);
            self.out.positioned.extend(pending);
        } else {
            self.in_flow(cx, id, bfc);
        }
    }

    fn in_flow(&mut self, cx: &mut Context, id: BoxId, bfc: &mut Formatting) {
        let style = cx.style(id).clone();
        let start = start_margin(cx, id, self.containing);
        let mut placing = self.margin;
        placing.adjoin(start.place);
        let mut top = if self.at_start { self.y } else { self.y + placing.solve() };
        if !self.at_start {
            self.margin.adjoin(start.all);
        }
        if let Some(edge) = bfc.floats.clearance(style.clear).map(|edge| edge - self.origin.y)
            && edge > top
        {
            // Clearance keeps the margins apart from those above and from the parent's.
            top = edge;
            self.y = edge - start.place.solve();
            self.margin = start.all;
            self.at_start = false;
            self.has_content = true;
            self.apart = true;
        }
        let placed = if is_independent(cx, id) {
            self.independent(cx, id, top, bfc)
        } else {
            self.nested(cx, id, &style, top, bfc)
        };
        let Placed { boxed, end_margin, collapsed_through, shift } = placed;
        if let Some(marker) = cx.tree.markers.get(&id) {
            let baseline = boxed.first_baseline.unwrap_or(boxed.fragment.size.height);
            self.marker(cx, *marker, baseline + shift.y);
        }
        if !collapsed_through {
            self.y = shift.y + boxed.fragment.size.height;
            self.margin = end_margin;
            self.at_start = false;
            self.has_content = true;
            self.apart = false;
        }
        // Tables do not count for the baseline of an inline block (CSS 2.2 §10.8.1: it is that of
        // the last line box in the flow).
        let is_table = matches!(cx.tree.get(id).kind, BoxKind::Table(_));
        let last_baseline = boxed.last_baseline.filter(|_| !is_table);
        self.keep(BoxLayout { last_baseline, ..boxed }, shift, &style);
    }

    /// Hangs a list item's marker beside a box without lines of its own.
    fn marker(&mut self, cx: &mut Context, id: BoxId, baseline: Px) {
        let marker = cx.layout_atomic(id, self.containing);
        let size = marker.fragment.size;
        let x = if self.rtl {
            self.containing.width + marker.margin.left
        } else {
            -(size.width + marker.margin.right)
        };
        let y = baseline - marker.baseline.unwrap_or(size.height);
        let mut fragment = marker.fragment;
        fragment.offset += Point::new(x, y);
        self.out.fragments.push(fragment);
    }

    fn keep(&mut self, boxed: BoxLayout, shift: Point, style: &Computed) {
        let mut fragment = boxed.fragment;
        fragment.offset = shift + relative_shift(style, self.containing, self.rtl);
        for mut pending in boxed.positioned {
            pending.static_position += fragment.offset;
            self.out.positioned.push(pending);
        }
        if self.out.first_baseline.is_none() {
            self.out.first_baseline = boxed.first_baseline.map(|b| b + shift.y);
        }
        if let Some(baseline) = boxed.last_baseline {
            self.out.last_baseline = Some(baseline + shift.y);
        }
        self.out.fragments.push(fragment);
    }

    /// A block-level box with a formatting context of its own stands beside floats, not under
    /// them (CSS 2.2 §9.5).
    fn independent(
        &mut self,
        cx: &mut Context,
        id: BoxId,
        top: Px,
        bfc: &mut Formatting,
    ) -> Placed {
        let style = cx.style(id).clone();
        let floats = &bfc.floats;
        let around = cx.until;
        cx.until = cx.until_of(id, bfc.until.map(|until| until - self.origin.y - top));
        let mut boxed = independent::layout(cx, id, self.containing, Fit::Fill);
        let mut shift = Point::new(Px::ZERO, top);
        let mut width = self.containing.width;
        if !floats.is_empty() {
            let (left, right) = (self.origin.x, self.origin.x + self.containing.width);
            let mut wanted = boxed.margin_box();
            if style.width == SizeValue::Auto {
                wanted.width = cx.outer_intrinsic_widths(id).min;
            }
            let band = floats.find(self.origin.y + top, wanted, left, right);
            shift.y = band.top - self.origin.y;
            if band.width + EPSILON < width {
                // Margins may overlap the floats: what counts is where the border box stands.
                let margin = sizing::fixed_margins(&style, width);
                let start = (band.left - left).max(margin.left);
                let end = (band.left - left + band.width).min(width - margin.right);
                shift.x = start - margin.left;
                width = (end - start + margin.horizontal()).max(Px::ZERO);
                boxed = independent::layout(cx, id, self.containing, Fit::Within(width));
            }
        }
        cx.until = around;
        bfc.left_out = boxed.left_out;
        let margins = margins(&style, self.containing.width);
        shift.x += left_margin(margins, width - boxed.fragment.size.width, self.rtl);
        let margin = boxed.margin;
        Placed {
            boxed,
            end_margin: CollapsedMargin::of(margin.bottom),
            collapsed_through: false,
            shift,
        }
    }

    /// A block container in the same formatting context.
    fn nested(
        &mut self,
        cx: &mut Context,
        id: BoxId,
        style: &Computed,
        top: Px,
        bfc: &mut Formatting,
    ) -> Placed {
        let edges = Edges::new(style, self.containing.width);
        let sum = edges.sum();
        let (width, left, _) = used_width(cx, id, self.containing, self.rtl);
        let height = independent::definite_height(style, width, &edges, self.containing);
        let shift = Point::new(left, top);
        let inner = shift + Point::new(sum.left, sum.top);
        let through = cx.tree.is_anonymous(id);
        let basis = if through { self.containing.height } else { height };
        let containing = Containing { width, height: basis };
        let around = bfc.until;
        bfc.until = cx.until_of(id, bfc.until).map(|(_, until)| until);
        let flow = layout_flow(cx, id, containing, self.origin + inner, sum.top == Px::ZERO, bfc);
        bfc.until = around;
        let mut contents = flow.layout;
        let own_end =
            CollapsedMargin::of(sizing::fixed_margins(style, self.containing.width).bottom);
        let collapses_end = height.is_none() && sum.bottom == Px::ZERO;
        if !collapses_end && height.is_none() {
            contents.height = (contents.height + flow.end_margin.solve()).max(Px::ZERO);
        }
        let mut natural = height.unwrap_or(contents.height);
        if independent::grows_beyond_ratio(style) {
            natural = natural.max((contents.height + flow.end_margin.solve()).max(Px::ZERO));
        }
        let used = sizing::clamp_height(style, natural, sum.vertical(), self.containing.height);
        let collapsed_through = !flow.has_content && may_collapse_through(style, &edges);
        let mut end_margin = own_end;
        if collapses_end && used == natural {
            end_margin.adjoin(flow.end_margin);
        }
        let size = Size::new(width + sum.horizontal(), used + sum.vertical());
        let boxed = independent::finish(cx, id, edges, size, Sides::ZERO, contents);
        Placed { boxed, end_margin, collapsed_through, shift }
    }
}

/// A child in its place.
struct Placed {
    boxed: BoxLayout,
    end_margin: CollapsedMargin,
    collapsed_through: bool,
    /// Border box, relative to the parent's content box.
    shift: Point,
}

/// The left margin of a box of known border-box width: `auto` margins share the room that is left.
fn left_margin(margin: Sides<Option<Px>>, room: Px, rtl: bool) -> Px {
    match (margin.left, margin.right) {
        (None, None) => (room / 2.0).max(Px::ZERO),
        (None, Some(right)) => (room - right).max(Px::ZERO),
        (Some(_), Some(right)) if rtl => room - right,
        (Some(left), _) => left,
    }
}

/// Used content width and margins of a block container in normal flow.
fn used_width(cx: &mut Context, id: BoxId, containing: Containing, rtl: bool) -> (Px, Px, Px) {
    let style = cx.style(id);
    let edges = Edges::new(style, containing.width).sum().horizontal();
    let mut intrinsic = || cx.intrinsic_widths(id);
    let mut sizing = InlineSizing {
        style,
        edges,
        containing: Some(containing.width),
        intrinsic: &mut intrinsic,
    };
    let by_ratio = independent::width_from_ratio(style, containing);
    let margin = sizing::fixed_margins(style, containing.width).horizontal();
    let available = (containing.width - edges - margin).max(Px::ZERO);
    let preferred = sizing.preferred(available).or(by_ratio);
    let tentative = block_width(style, preferred, edges, containing.width, rtl);
    let clamped = sizing.clamp(tentative.0, available);
    if clamped == tentative.0 {
        return tentative;
    }
    block_width(style, Some(clamped), edges, containing.width, rtl)
}

/// Whether a block-level box begins a formatting context of its own.
pub fn is_independent(cx: &Context, id: BoxId) -> bool {
    let boxed = cx.tree.get(id);
    let style = &boxed.style;
    !matches!(boxed.kind, BoxKind::Block(_) | BoxKind::Inline(_))
        || style.overflow == Overflow::Hidden
        || style.text_fit.is_some()
        || matches!(
            style.display,
            Display::FlowRoot | Display::InlineBlock | Display::TableCell | Display::TableCaption
        )
}

/// Whether nothing of the box itself keeps its margins apart.
fn may_collapse_through(style: &Computed, edges: &Edges) -> bool {
    let zero = |value: &SizeValue| match value {
        SizeValue::Value(v) => v.resolve(Px::ZERO) == Px::ZERO && v.is_absolute(),
        _ => true,
    };
    edges.sum().vertical() == Px::ZERO
        && style.aspect_ratio.is_none()
        && zero(&style.height)
        && zero(&style.min_height)
}

/// What adjoins the top of a box.
struct StartMargin {
    /// What its place depends on: its own top margin and those of its first children.
    place: CollapsedMargin,
    /// With its bottom margin, where it is empty and its margins collapse through it.
    all: CollapsedMargin,
    through: bool,
}

/// Everything that adjoins the top of a box.
fn start_margin(cx: &mut Context, id: BoxId, containing: Containing) -> StartMargin {
    let tree = cx.tree;
    let style = &tree.get(id).style;
    let margin = sizing::fixed_margins(style, containing.width);
    let mut collapsed = CollapsedMargin::of(margin.top);
    let edges = Edges::new(style, containing.width);
    if is_independent(cx, id) || edges.sum().top != Px::ZERO {
        return StartMargin { place: collapsed, all: collapsed, through: false };
    }
    let empty = match &tree.get(id).kind {
        BoxKind::Inline(content) => is_empty(content),
        BoxKind::Block(children) => {
            let (width, _, _) = used_width(cx, id, containing, false);
            children_margin(cx, children, Containing { width, height: None }, &mut collapsed)
        }
        _ => false,
    };
    let through = empty && may_collapse_through(style, &edges);
    let mut all = collapsed;
    if through {
        all.adjoin(CollapsedMargin::of(margin.bottom));
    }
    StartMargin { place: collapsed, all, through }
}

fn children_margin(
    cx: &mut Context,
    children: &[BoxId],
    containing: Containing,
    collapsed: &mut CollapsedMargin,
) -> bool {
    for child in children.iter().copied() {
        let style = cx.style(child);
        let out_of_flow = cx.is_positioned_out(child) || style.float != Float::None;
        if out_of_flow || matches!(cx.tree.get(child).kind, BoxKind::Anchor(_)) {
            continue;
        }
        if style.clear != Clear::None {
            return false;
        }
        let margin = start_margin(cx, child, containing);
        collapsed.adjoin(margin.all);
        if !margin.through {
            return false;
        }
    }
    true
}

/// Whether inline content makes no line box (CSS 2.2 §9.4.2).
fn is_empty(content: &InlineContent) -> bool {
    use crate::css::computed::WhiteSpaceCollapse;
    content.marker.is_none()
        && content.items.iter().all(|item| match item {
            InlineItem::Text(text) => {
                text.text.is_empty()
                    || text.style.white_space == WhiteSpaceCollapse::Collapse
                        && text.text.chars().all(|c| c.is_ascii_whitespace())
            }
            InlineItem::Open(inline) => {
                Edges::new(&inline.style, Px::ZERO).sum().horizontal() == Px::ZERO
            }
            InlineItem::Atomic(_) | InlineItem::LineBreak => false,
            _ => true,
        })
}

/// Lays out a float and places it; `top` is relative to the parent's content box, as is the
/// fragment.
fn place_float(
    cx: &mut Context,
    id: BoxId,
    containing: Containing,
    origin: Point,
    top: Px,
    floats: &mut FloatContext,
) -> (Fragment, Vec<PendingPositioned>) {
    let style = cx.style(id).clone();
    let boxed = independent::layout(cx, id, containing, Fit::ShrinkToFit);
    let mut top = top + origin.y;
    if let Some(edge) = floats.clearance(style.clear) {
        top = top.max(edge);
    }
    let (left, right) = (origin.x, origin.x + containing.width);
    let size = boxed.margin_box();
    let placed = floats.place(style.float, top, size, left, right);
    let mut fragment = boxed.fragment;
    fragment.offset = placed.origin - origin
        + Point::new(boxed.margin.left, boxed.margin.top)
        + relative_shift(&style, containing, false);
    let mut pending = boxed.positioned;
    for positioned in &mut pending {
        positioned.static_position += fragment.offset;
    }
    (fragment, pending)
}

/// Inline content among the floats of the formatting context.
fn layout_lines(
    cx: &mut Context,
    id: BoxId,
    containing: Containing,
    origin: Point,
    floats: &mut FloatContext,
) -> FlowLayout {
    let paragraph = cx.paragraph(id);
    let style = cx.style(id).clone();
    let mut space =
        FlowLines { containing, origin, floats, placed: Vec::new(), pending: Vec::new() };
    let width = containing.width;
    let laid = if space.floats.is_empty() {
        cx.lines(id, width, |cx| inline::layout(cx, &paragraph, &style, containing, &mut space))
    } else {
        inline::layout(cx, &paragraph, &style, containing, &mut space)
    };
    let FlowLines { placed, pending, .. } = space;
    let has_content = laid.first_baseline.is_some();
    let mut layout = ContentLayout {
        height: laid.height,
        fragments: laid.lines,
        first_baseline: laid.first_baseline,
        last_baseline: laid.last_baseline,
        positioned: laid.positioned,
        left_out: false,
    };
    layout.fragments.extend(placed);
    layout.positioned.extend(pending);
    FlowLayout { layout, end_margin: CollapsedMargin::default(), has_content }
}

/// Line space between floats.
struct FlowLines<'f> {
    containing: Containing,
    origin: Point,
    floats: &'f mut FloatContext,
    placed: Vec<Fragment>,
    pending: Vec<PendingPositioned>,
}

impl LineSpace for FlowLines<'_> {
    fn slot(&mut self, top: Px, height: Px) -> Slot {
        let (left, right) = (self.origin.x, self.origin.x + self.containing.width);
        let band = self.floats.band(self.origin.y + top, height, left, right);
        Slot { top, left: band.left - left, width: band.width }
    }

    fn below(&mut self, top: Px, width: Px, height: Px) -> Option<Px> {
        let (left, right) = (self.origin.x, self.origin.x + self.containing.width);
        let band = self.floats.find(self.origin.y + top, Size::new(width, height), left, right);
        let lower = band.top - self.origin.y;
        (lower > top + EPSILON).then_some(lower)
    }

    fn place_float(&mut self, cx: &mut Context, id: BoxId, top: Px, room: Px) -> bool {
        // A float that does not fit beside what the line holds already goes below the line
        // (CSS 2.2 §9.5.1 rule 6 and the note on shortened lines).
        let wanted = cx.outer_intrinsic_widths(id).max.min(self.containing.width);
        // One that would not stand at the top of the line anyway goes below it too (Chromium).
        let clear = cx.style(id).clear;
        let lower = self.floats.least_top(clear) > self.origin.y + top + EPSILON;
        if (wanted > room + EPSILON || lower) && room < self.containing.width {
            return false;
        }
        let (fragment, pending) =
            place_float(cx, id, self.containing, self.origin, top, self.floats);
        self.placed.push(fragment);
        self.pending.extend(pending);
        true
    }

    fn uniform(&self) -> Option<Px> {
        self.floats.is_empty().then_some(self.containing.width)
    }

    fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            floats: self.floats.clone(),
            placed: self.placed.len(),
            pending: self.pending.len(),
        }
    }

    fn rewind(&mut self, to: &Checkpoint) {
        self.floats.clone_from(&to.floats);
        self.placed.truncate(to.placed);
        self.pending.truncate(to.pending);
    }
}
