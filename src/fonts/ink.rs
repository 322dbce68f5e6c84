//! Where a glyph has ink: what a line that crosses it would meet.
//!
//! Input: a glyph and a level band. Output: the stretch of the band from the first point of the glyph's
//! outline in it to the last. It reads the outline anew each time: ask only where it matters.

use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::prelude::{LocationRef, Size};
use skrifa::raw::FontRef;
use skrifa::{GlyphId, MetadataProvider};

use super::face::Face;

/// Parts a curve is cut into: in a glyph of 100 px they are less than half a px off.
const PARTS: u8 = 16;

impl Face {
    /// The leftmost and the rightmost point of a glyph's outline between two heights above the
    /// baseline, all in design units. None where nothing is drawn there.
    pub fn ink_between(&self, glyph: u16, low: f32, high: f32) -> Option<(f32, f32)> {
        let [_, bottom, _, top] = self.glyph_bounds(glyph)?;
        if top <= low || bottom >= high {
            return None;
        }
        let font = FontRef::from_index(self.data(), self.index()).ok()?;
        let location = self.variation(&font);
        let outline = font.outline_glyphs().get(GlyphId::from(glyph))?;
        let mut band = Band { low, high, ..Band::default() };
        let settings = DrawSettings::unhinted(Size::unscaled(), LocationRef::from(&location));
        outline.draw(settings, &mut band).ok()?;
        band.found
    }
}

/// Follows an outline through a band.
#[derive(Default)]
struct Band {
    low: f32,
    high: f32,
    start: (f32, f32),
    at: (f32, f32),
    found: Option<(f32, f32)>,
}

impl Band {
    fn line(&mut self, to: (f32, f32)) {
        let from = std::mem::replace(&mut self.at, to);
        let (a, b) = if from.1 <= to.1 { (from, to) } else { (to, from) };
        if b.1 < self.low || a.1 > self.high {
            return;
        }
        let x_at = |y: f32| {
            if b.1 > a.1 { a.0 + (b.0 - a.0) * ((y - a.1) / (b.1 - a.1)) } else { a.0 }
        };
        let (first, last) = if a.1 == b.1 {
            (a.0, b.0)
        } else {
            (x_at(a.1.max(self.low)), x_at(b.1.min(self.high)))
        };
        let (left, right) = self.found.unwrap_or((first, first));
        self.found = Some((left.min(first).min(last), right.max(first).max(last)));
    }

    fn curve(&mut self, at: impl Fn(f32) -> (f32, f32)) {
        for part in 1..=PARTS {
            self.line(at(f32::from(part) / f32::from(PARTS)));
        }
    }
}

impl OutlinePen for Band {
    fn move_to(&mut self, x: f32, y: f32) {
        (self.start, self.at) = ((x, y), (x, y));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.line((x, y));
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        let from = self.at;
        let point = |a: f32, c: f32, b: f32, t: f32| {
            let u = 1.0 - t;
            u * u * a + 2.0 * u * t * c + t * t * b
        };
        self.curve(|t| (point(from.0, cx, x, t), point(from.1, cy, y, t)));
    }

    fn curve_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        let from = self.at;
        let point = |p: f32, a: f32, b: f32, q: f32, t: f32| {
            let u = 1.0 - t;
            u * u * u * p + 3.0 * u * u * t * a + 3.0 * u * t * t * b + t * t * t * q
        };
        self.curve(|t| (point(from.0, ax, bx, x, t), point(from.1, ay, by, y, t)));
    }

    fn close(&mut self) {
        self.line(self.start);
    }
}
