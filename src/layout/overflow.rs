//! The last look at the laid-out pages: text that sticks out of its box, is cut by one, stands on
//! other text, or lies where the sheet is trimmed.
//!
//! Input: pages. Output: findings, one for an element and a fault, with the greatest measure. What
//! counts is ink: most text lies well inside its limits, and only where the box around a run does
//! not are outlines looked at. It changes nothing.

use rustc_hash::FxHashMap;

use crate::css::computed::{
    Border, Computed, Display, HangingPunctuation, LengthPercentage, LengthPercentageAuto,
    Position, SizeValue, Visibility,
};
use crate::diag::{About, Diagnostic};
use crate::fonts::FontBook;
use crate::geom::{Point, Px, Rect, Sides, Size, Transform};
use crate::layout::Finding;
use crate::layout::fragment::{ElementId, Fragment, FragmentContent, GlyphRun, Page, PlacedGlyph};
use crate::limits::{FINDINGS, TEXT_PAIRS};

/// Ink that lies outside by less than this is not lost to the eye: an eighth of a millimetre.
const UNSEEN: Px = Px(0.5);
/// How far text may reach beyond the top or bottom of a box of fixed height, in its font size:
/// tight `line-height` lets accents and descenders do that, and no line of its own does.
const LEANS_OUT: f32 = 0.35;
/// A box that clips to less than this is a way of hiding text on purpose, px.
const HIDDEN: Px = Px(1.0);
/// How deep two texts must run into each other to count as overlapping, in the smaller size. Their
/// bodies are compared, from the baseline to the height of capitals: lines that are only tight do
/// not count.
const OVERLAP: f32 = 0.2;
/// Of two texts whose sizes differ by more than this factor, the greater one is a backdrop.
const BACKDROP: f32 = 3.0;

/// What is wrong with a text or a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Fault {
    /// It reaches over the edge of the page.
    OffPage,
    /// A picture does.
    PictureOffPage,
    /// A box clips it.
    Cut,
    /// Its line is wider than its room.
    TooWide,
    /// It reaches over the top or bottom of a box of fixed height.
    TooHigh,
    /// It reaches over the side of a box of fixed width that can be seen.
    OutOfSide,
    /// It stands on other text.
    Overlap,
}

/// A fault with its greatest measure.
struct Found {
    element: Option<ElementId>,
    fault: Fault,
    page: usize,
    by: Px,
    text: String,
}

/// What comparing the texts of two lines counts, in pairs.
const COMPARISON: usize = 100;

/// A box that does not grow with its content.
struct Fixed {
    border_box: Rect,
    /// Its height is fixed.
    high: bool,
    /// Its width is fixed, and its sides can be seen.
    wide: bool,
}

/// The body of a piece of text on a page, for overlaps.
struct Body<'a> {
    rect: Rect,
    size: Px,
    line: &'a Fragment,
    element: Option<ElementId>,
}

/// Looks over the pages. `trimmed` says that their edges are cut, not scrolled.
pub fn findings(pages: &[Page], book: &FontBook, trimmed: bool) -> Vec<Finding> {
    let mut f = Finder {
        book,
        found: Vec::new(),
        more: 0,
        index: FxHashMap::default(),
        bodies: Vec::new(),
        fixed: Vec::new(),
        spaces: Vec::new(),
        sheet: None,
        bleed: Px::ZERO,
        page: 0,
        pairs: TEXT_PAIRS,
        told: false,
    };
    for (index, page) in pages.iter().enumerate() {
        f.page = index + 1;
        f.sheet = trimmed.then_some(Rect { origin: Point::ZERO, size: page.size });
        f.bleed = page.bleed;
        for fragment in &page.fragments {
            f.fragment(fragment, Place::default());
        }
        f.overlaps();
    }
    let more = crate::diag::more(f.more).map(|more| (None, more));
    f.found.into_iter().map(|found| (found.element, found.diagnostic())).chain(more).collect()
}

struct Finder<'a> {
    book: &'a FontBook,
    found: Vec<Found>,
    /// How many there are beyond those told.
    more: usize,
    index: FxHashMap<(Option<ElementId>, Fault), usize>,
    bodies: Vec<Body<'a>>,
    /// Border boxes of fixed size around the place at hand.
    fixed: Vec<Fixed>,
    /// Coordinate systems that transforms make, each as its map to the page.
    spaces: Vec<Transform>,
    sheet: Option<Rect>,
    bleed: Px,
    page: usize,
    /// Pairs of texts still to be looked at.
    pairs: usize,
    /// Something of the line at hand was found to be lost already.
    told: bool,
}

/// Where the walk stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    /// The parent's corner in the coordinate system at hand.
    at: Point,
    /// The coordinate system: 0 is the page's.
    space: usize,
    /// What is clipped to.
    clip: Option<Rect>,
    /// Of `Finder::fixed`, those from here on hold the content.
    fixed_from: usize,
    element: Option<ElementId>,
    line: Option<&'a Fragment>,
    /// A layer under or over the text: translucent, or behind.
    backdrop: bool,
}

impl Default for Place<'_> {
    fn default() -> Self {
        Place {
            at: Point::ZERO,
            space: 0,
            clip: None,
            fixed_from: 0,
            element: None,
            line: None,
            backdrop: false,
        }
    }
}

impl<'a> Finder<'a> {
    fn fragment(&mut self, fragment: &'a Fragment, mut place: Place<'a>) {
        place.at += fragment.offset;
        if !matches!(fragment.content, FragmentContent::Text(_)) {
            // A text's own node is the rendered text; the element around it stands in the template.
            place.element = fragment.element.or(place.element);
        }
        match &fragment.content {
            FragmentContent::Anchor(_)
            | FragmentContent::Reserve(_)
            | FragmentContent::CollapsedBorders(_) => {}
            FragmentContent::Text(run) => self.text(fragment, run, place),
            FragmentContent::Line { overflow, .. } => self.line(fragment, *overflow, place),
            FragmentContent::Inline => self.children(fragment, place),
            FragmentContent::Image(_) => self.picture(fragment, place),
            FragmentContent::Box => self.boxed(fragment, place),
        }
    }

    fn children(&mut self, fragment: &'a Fragment, place: Place<'a>) {
        for child in &fragment.children {
            self.fragment(child, place);
        }
    }

    fn line(&mut self, fragment: &'a Fragment, overflow: Px, mut place: Place<'a>) {
        place.line = Some(fragment);
        let outer = std::mem::replace(&mut self.told, false);
        self.children(fragment, place);
        if overflow > UNSEEN && !self.told {
            self.report(place, Fault::TooWide, overflow);
        }
        self.told = outer;
    }

    fn boxed(&mut self, fragment: &'a Fragment, mut place: Place<'a>) {
        let style = &*fragment.style;
        if matches!(style.position, Position::Absolute | Position::Fixed) {
            // It is placed by its containing block and need not lie in it.
            place.fixed_from = self.fixed.len();
        }
        place.backdrop |= style.opacity < 1.0 || style.z_index.is_some_and(|z| z < 0);
        if let Some(transform) = fragment.transform_at(place.at) {
            let outer = self.space(place);
            self.spaces.push(outer.then_inner(&transform));
            place.space = self.spaces.len();
            place.clip = None;
            place.fixed_from = self.fixed.len();
        }
        let border_box = Rect { origin: place.at, size: fragment.size };
        let fixed = self.fixed.len();
        if let Some(area) = style.overflow.area(border_box.inset(fragment.border)) {
            place.clip = Some(place.clip.map_or(area, |clip| clip.intersect(&area)));
        } else {
            let high = has_fixed_height(style) && !fragment.open.top && !fragment.open.bottom;
            let wide = has_fixed_width(style) && shows_sides(style);
            if high || wide {
                self.fixed.push(Fixed { border_box, high, wide });
            }
        }
        place.line = None;
        self.children(fragment, place);
        self.fixed.truncate(fixed);
    }

    /// The map from the coordinate system at hand to the page's.
    fn space(&self, place: Place<'_>) -> Transform {
        place.space.checked_sub(1).map_or(Transform::IDENTITY, |i| self.spaces[i])
    }

    fn picture(&mut self, fragment: &'a Fragment, place: Place<'a>) {
        let Some(sheet) = self.sheet.filter(|_| fragment.structure.is_some()) else { return };
        let border_box = self.space(place).bounds(Rect { origin: place.at, size: fragment.size });
        let outside = worst(border_box.excess(&sheet)) - self.bleed;
        if outside > UNSEEN && !fragment.artifact {
            self.report(place, Fault::PictureOffPage, outside);
        }
    }

    fn text(&mut self, fragment: &'a Fragment, run: &'a GlyphRun, place: Place<'a>) {
        if fragment.style.text.visibility != Visibility::Visible {
            return;
        }
        let Some((first, last)) = inked(run) else { return };
        let baseline = place.at + Point::new(Px::ZERO, run.baseline);
        let metrics = &self.book.face(run.face).metrics;
        let (left, right) = (first.x, last.x + last.advance);
        let band = |above: f32, below: f32| Rect {
            origin: Point::new(baseline.x + left, baseline.y - run.size * above),
            size: Size::new(right - left, run.size * (above + below)),
        };
        self.limits(fragment, run, place, baseline, band(metrics.ascent, metrics.descent));
        if let Some(line) = place.line.filter(|_| place.space == 0 && !place.backdrop) {
            let body = band(metrics.cap_height, 0.0);
            let rect = place.clip.map_or(body, |clip| body.intersect(&clip));
            self.bodies.push(Body { rect, size: run.size, line, element: place.element });
        }
    }

    /// Holds a run against the page, the clip and the boxes of fixed height around it.
    fn limits(
        &mut self,
        fragment: &Fragment,
        run: &GlyphRun,
        place: Place<'_>,
        baseline: Point,
        around: Rect,
    ) {
        let space = self.space(place);
        let beyond_of = |rect: Rect, ink: &dyn Fn() -> Option<Rect>| -> Option<Sides<Px>> {
            if worst(around.excess(&rect)) <= UNSEEN {
                return None;
            }
            ink().map(|ink| ink.excess(&rect))
        };
        let ink = || ink_of(run, &run.glyphs, self.book, baseline);
        let set_in = || ink_of(run, set_in(run, fragment), self.book, baseline);
        let on_page = || ink().map(|ink| space.bounds(ink));
        let off_page = self.sheet.and_then(|sheet| {
            let coarse = space.bounds(around);
            let beyond = worst(coarse.excess(&sheet)) > UNSEEN;
            beyond.then(on_page).flatten().map(|ink| worst(ink.excess(&sheet)))
        });
        let is_shown = |clip: &Rect| clip.size.width > HIDDEN && clip.size.height > HIDDEN;
        if place.clip.is_some_and(|clip| !is_shown(&clip)) {
            self.told = true;
            return;
        }
        let clipped = place.clip.and_then(|clip| beyond_of(clip, &ink)).map(worst);
        let leans = run.size * LEANS_OUT;
        let (mut out_of_box, mut out_of_side) = (Px::ZERO, Px::ZERO);
        for fixed in &self.fixed[place.fixed_from..] {
            if fixed.high
                && let Some(sides) = beyond_of(fixed.border_box, &ink)
            {
                out_of_box = out_of_box.max(sides.top.max(sides.bottom) - leans);
            }
            if fixed.wide
                && let Some(sides) = beyond_of(fixed.border_box, &set_in)
            {
                out_of_side = out_of_side.max(sides.left.max(sides.right));
            }
        }
        if let Some(by) = off_page.filter(|by| *by > UNSEEN) {
            self.told = true;
            self.report(place, Fault::OffPage, by);
        }
        if let Some(by) = clipped.filter(|by| *by > UNSEEN) {
            self.told = true;
            self.report(place, Fault::Cut, by);
        }
        if out_of_box > Px::ZERO {
            self.report(place, Fault::TooHigh, out_of_box + leans);
        }
        // A line that is too wide for its own box is told as that.
        let is_too_wide = |line: &Fragment| match line.content {
            FragmentContent::Line { overflow, .. } => overflow > UNSEEN,
            _ => false,
        };
        if out_of_side > UNSEEN && !place.line.is_some_and(is_too_wide) {
            self.report(place, Fault::OutOfSide, out_of_side);
        }
    }

    /// Texts of different lines whose bodies share room.
    fn overlaps(&mut self) {
        let mut bodies = std::mem::take(&mut self.bodies);
        bodies.sort_by(|a, b| a.rect.top().0.total_cmp(&b.rect.top().0));
        for (i, a) in bodies.iter().enumerate() {
            let below = bodies[i + 1..].iter().take_while(|b| b.rect.top() < a.rect.bottom());
            for b in below {
                // Texts by the thousand on one spot are told of long before all pairs are seen.
                let cost = if run_into(a, b) { COMPARISON } else { 1 };
                let Some(left) = self.pairs.checked_sub(cost) else { break };
                self.pairs = left;
                if cost == 1 || text_of(a.line) == text_of(b.line) {
                    continue;
                }
                let later = if a.line.order > b.line.order { a } else { b };
                let shared = a.rect.intersect(&b.rect).size.width;
                let place =
                    Place { element: later.element, line: Some(later.line), ..Place::default() };
                self.report(place, Fault::Overlap, shared);
            }
        }
        bodies.clear();
        self.bodies = bodies;
    }

    fn report(&mut self, place: Place<'_>, fault: Fault, by: Px) {
        let key = (place.element, fault);
        if let Some(index) = self.index.get(&key) {
            // What is beyond the limit is counted once and has no place in the list.
            if let Some(found) = self.found.get_mut(*index) {
                found.by = found.by.max(by);
            }
            return;
        }
        if self.found.len() >= FINDINGS {
            self.index.insert(key, usize::MAX);
            self.more += 1;
            return;
        }
        self.index.insert(key, self.found.len());
        let text = place.line.map(text_of).unwrap_or_default();
        self.found.push(Found { element: place.element, fault, page: self.page, by, text });
    }
}

/// Whether the bodies of two lines share room.
fn run_into(a: &Body<'_>, b: &Body<'_>) -> bool {
    if std::ptr::eq(a.line, b.line) {
        return false;
    }
    let (small, great) = (a.size.min(b.size), a.size.max(b.size));
    let shared = a.rect.intersect(&b.rect).size;
    shared.width > small * OVERLAP
        && shared.height > small * OVERLAP
        && great.0 <= small.0 * BACKDROP
}

/// The greatest excess of any side.
fn worst(sides: Sides<Px>) -> Px {
    sides.top.max(sides.right).max(sides.bottom).max(sides.left)
}

/// Whether a box keeps its height whatever its content is.
fn has_fixed_height(style: &Computed) -> bool {
    let length = |value: &SizeValue| match value {
        SizeValue::Value(LengthPercentage::Length(length)) => *length > Px::ZERO,
        _ => false,
    };
    let given = |value: &LengthPercentageAuto| *value != LengthPercentageAuto::Auto;
    let stretched = matches!(style.position, Position::Absolute | Position::Fixed)
        && given(&style.inset.top)
        && given(&style.inset.bottom);
    !grows(style.display) && (length(&style.height) || length(&style.max_height)) || stretched
}

/// Whether a box keeps its width whatever its content is.
fn has_fixed_width(style: &Computed) -> bool {
    let length = |value: &SizeValue| match value {
        SizeValue::Value(LengthPercentage::Length(length)) => *length > Px::ZERO,
        _ => false,
    };
    !grows(style.display) && (length(&style.width) || length(&style.max_width))
}

/// Whether the sides of a box can be seen: text beyond them does not look as it was meant to.
fn shows_sides(style: &Computed) -> bool {
    let seen = |border: &Border| border.width > Px::ZERO && !border.color.is_transparent();
    let background = &style.background;
    seen(&style.border.left)
        || seen(&style.border.right)
        || !background.color.is_transparent()
        || !background.layers.is_empty()
}

/// Table parts grow with their content whatever `height` says (CSS 2.2 §17.5.3).
fn grows(display: Display) -> bool {
    matches!(
        display,
        Display::Table
            | Display::InlineTable
            | Display::TableRowGroup
            | Display::TableHeaderGroup
            | Display::TableFooterGroup
            | Display::TableRow
            | Display::TableCell
    )
}

/// The first and the last glyph of a run that are not blank.
fn inked(run: &GlyphRun) -> Option<(&PlacedGlyph, &PlacedGlyph)> {
    let shows = |glyph: &&PlacedGlyph| {
        let text = &run.text[glyph.text_range()];
        text.is_empty() || !text.chars().all(char::is_whitespace)
    };
    Some((run.glyphs.iter().find(shows)?, run.glyphs.iter().rev().find(shows)?))
}

/// The glyphs of a run without the marks at its ends, where these may hang out of the measure
/// (`hanging-punctuation`).
fn set_in<'r>(run: &'r GlyphRun, fragment: &Fragment) -> &'r [PlacedGlyph] {
    let hanging = fragment.style.text.hanging_punctuation;
    let mut glyphs = &run.glyphs[..];
    if hanging == HangingPunctuation::default() {
        return glyphs;
    }
    let is_mark =
        |glyph: &PlacedGlyph| !run.text[glyph.text_range()].chars().any(char::is_alphanumeric);
    if let Some((first, rest)) = glyphs.split_first()
        && is_mark(first)
    {
        glyphs = rest;
    }
    if let Some((last, rest)) = glyphs.split_last()
        && is_mark(last)
    {
        glyphs = rest;
    }
    glyphs
}

/// The box around the outlines of some glyphs of a run.
fn ink_of(
    run: &GlyphRun,
    glyphs: &[PlacedGlyph],
    book: &FontBook,
    baseline: Point,
) -> Option<Rect> {
    let face = book.face(run.face);
    let unit = run.size.0 / f32::from(face.units_per_em);
    let mut sum: Option<[f32; 4]> = None;
    for glyph in glyphs {
        let Some(bounds) = face.glyph_bounds(glyph.id) else { continue };
        let [left, bottom, right, top] = bounds.map(|v| v * unit);
        let (x, y) = ((baseline.x + glyph.x).0, (baseline.y + glyph.y).0);
        let ink = [x + left, y - top, x + right, y - bottom];
        sum = Some(sum.map_or(ink, |s| {
            [s[0].min(ink[0]), s[1].min(ink[1]), s[2].max(ink[2]), s[3].max(ink[3])]
        }));
    }
    let [left, top, right, bottom] = sum?.map(Px);
    Some(Rect::new(left, top, right - left, bottom - top))
}

/// The text of a line, as it is read.
fn text_of(line: &Fragment) -> String {
    fn add(fragment: &Fragment, text: &mut String) {
        if let FragmentContent::Text(run) = &fragment.content {
            text.push_str(&run.text);
        }
        fragment.children.iter().for_each(|child| add(child, text));
    }
    let mut text = String::new();
    line.children.iter().for_each(|child| add(child, &mut text));
    text.trim().to_owned()
}

impl Found {
    fn diagnostic(self) -> Diagnostic {
        let (mm, page) = (self.by.to_mm(), self.page);
        let (code, message) = match self.fault {
            Fault::OffPage => (
                "text-off-page",
                format!("text reaches {mm:.1} mm over the edge of page {page}, where it is lost"),
            ),
            Fault::PictureOffPage => (
                "picture-off-page",
                format!(
                    "a picture reaches {mm:.1} mm over the edge of page {page}, where it is lost"
                ),
            ),
            Fault::Cut => (
                "text-cut",
                format!("text is cut: {mm:.1} mm of it lie outside a box with `overflow: hidden`"),
            ),
            Fault::TooWide => {
                ("text-overflow", format!("text is {mm:.1} mm wider than its box and sticks out"))
            }
            Fault::TooHigh => {
                ("text-overflow", format!("text reaches {mm:.1} mm out of a box of fixed height"))
            }
            Fault::OutOfSide => {
                ("text-overflow", format!("text reaches {mm:.1} mm out of a box of fixed width"))
            }
            Fault::Overlap => {
                ("text-overlap", format!("text stands on top of other text on page {page}"))
            }
        };
        let help = match self.fault {
            Fault::OffPage => "shorten the text, move it, or let it shrink with `text-fit: shrink`",
            Fault::PictureOffPage => {
                "move it or make it smaller; with `alt=\"\"` it is decoration and may be cut"
            }
            Fault::Cut | Fault::TooHigh => {
                "shorten the text, enlarge the box, or let it shrink with `text-fit: shrink`"
            }
            Fault::TooWide | Fault::OutOfSide => {
                "shorten the text, widen the box, or let it shrink with `text-fit: shrink`"
            }
            Fault::Overlap => {
                "give the boxes more room, or let the text shrink with `text-fit: shrink`"
            }
        };
        let diagnostic = Diagnostic::warning(code, message).help(help);
        match self.text.is_empty() {
            true => diagnostic,
            false => diagnostic.about(About::Text(self.text)),
        }
    }
}
