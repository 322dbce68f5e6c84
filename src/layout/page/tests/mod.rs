//! Pages by numbers and text: what stands on which page, and where.
//!
//! The page of these tests is 400 × 300 px without margins, a line is 20 px high.

mod breaks;
mod flows;
mod furniture;
mod page_rules;
mod paper;
mod tables;
mod widths;

use crate::geom::Point;
use crate::layout::fragment::{Fragment, FragmentContent, GlyphRun};
use crate::layout::tests::{Laid, paged};

/// `n` lines `w1` … in one paragraph.
fn lines(n: usize) -> String {
    (1..=n).map(|i| format!("w{i}<br>")).collect()
}

impl Laid {
    fn pages(&self) -> usize {
        self.document.pages.len()
    }

    /// The pages an element is on, with the top and the height of its box there.
    fn spans(&self, id: &str) -> Vec<(usize, f32, f32)> {
        self.boxes(id).into_iter().map(|(page, [_, y, _, height])| (page, y, height)).collect()
    }

    /// The page an element begins on.
    fn page_of(&self, id: &str) -> usize {
        self.boxes(id)[0].0
    }

    /// The words of a page (from 1) that begin with `w` and go on with digits, in order.
    fn words(&self, page: usize) -> Vec<String> {
        let text = self.text(page - 1);
        let is_word = |w: &&str| {
            w.len() > 1 && w.starts_with('w') && w[1..].bytes().all(|b| b.is_ascii_digit())
        };
        text.split(['|', ' ']).filter(is_word).map(str::to_string).collect()
    }

    /// The first and last word of each page, as numbers.
    fn stretches(&self) -> Vec<(usize, usize)> {
        let number = |w: &String| w[1..].parse().unwrap_or(0);
        let of = |page| {
            let words = self.words(page);
            (words.first().map_or(0, number), words.last().map_or(0, number))
        };
        (1..=self.pages()).map(of).collect()
    }

    /// Where a text stands on a page (from 1): left, top, right, bottom of its run.
    fn text_box(&self, page: usize, text: &str) -> Option<[f32; 4]> {
        let mut found = None;
        for fragment in &self.document.pages[page - 1].fragments {
            walk(fragment, Point::ZERO, &mut |run, at, f| {
                if found.is_none() && run.text.contains(text) {
                    let size = f.size;
                    let (x, y) = (at.x.0, at.y.0);
                    found = Some([x, y, x + size.width.0, y + size.height.0].map(f32::round));
                }
            });
        }
        found
    }
}

fn walk(fragment: &Fragment, origin: Point, seen: &mut dyn FnMut(&GlyphRun, Point, &Fragment)) {
    let at = origin + fragment.offset;
    if let FragmentContent::Text(run) = &fragment.content {
        seen(run, at, fragment);
    }
    for child in &fragment.children {
        walk(child, at, seen);
    }
}
