//! Properties of pages over random flows: nothing lost, nothing twice, order kept, no page over-full
//! unless it is told, always progress, no orphan or widow, heads on every page of a table.
//!
//! The flows come from a generator with fixed seeds: the same every time.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Laid, paged};
use crate::css::computed::{Overflow, SizeValue};
use crate::geom::Point;
use crate::layout::fragment::{Fragment, FragmentContent};

/// What random flows may be told of: things higher than the page.
const EXPECTED: [&str; 3] = ["page-slice", "page-overflow", "skipped-heading"];

/// How many flows are tried of each kind.
const FLOWS: u32 = 160;

/// A linear congruential generator (Numerical Recipes' constants).
struct Random(u32);

impl Random {
    fn below(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as usize % below
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// A block of the flow: its words, from and to, and how they may be checked.
struct Block {
    words: std::ops::Range<usize>,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// Words follow each other.
    Flow,
    /// Side by side: order holds only against other blocks.
    Parallel,
    /// A float may lag behind.
    Float,
    /// A table with this head.
    Table(usize),
}

/// A paragraph with its rules.
struct Paragraph {
    words: std::ops::Range<usize>,
    orphans: usize,
    widows: usize,
}

#[derive(Default)]
struct Flow {
    html: String,
    words: usize,
    blocks: Vec<Block>,
    paragraphs: Vec<Paragraph>,
    tables: usize,
    sided: usize,
}

impl Flow {
    fn lines(&mut self, count: usize) -> String {
        let mut out = String::new();
        for _ in 0..count {
            self.words += 1;
            let _ = write!(out, "w{}<br>", self.words);
        }
        out
    }

    fn paragraph(&mut self, random: &mut Random) -> String {
        let (orphans, widows) = (1 + random.below(4), 1 + random.below(4));
        let from = self.words + 1;
        let most = if random.chance(15) { 45 } else { 9 };
        let count = 1 + random.below(most);
        let lines = self.lines(count);
        self.paragraphs.push(Paragraph { words: from..self.words + 1, orphans, widows });
        let margin = random.below(4) * 7;
        format!("<p style='orphans: {orphans}; widows: {widows}; margin: {margin}px 0'>{lines}</p>")
    }

    fn table(&mut self, random: &mut Random) -> String {
        self.tables += 1;
        let head = format!("<thead><tr><th>head{}", self.tables);
        let foot = if random.chance(40) { "<tfoot><tr><td>foot" } else { "" };
        let collapse = random.one(&["", "border-collapse: collapse; border: 3px solid"]);
        let mut rows = String::new();
        for _ in 0..1 + random.below(14) {
            let count = if random.chance(5) { 30 } else { 1 + random.below(4) };
            let style = random.one(&["", "", "", "break-before: avoid", "break-inside: avoid"]);
            let _ = write!(rows, "<tr style='{style}'><td>{}", self.lines(count));
        }
        format!("<table style='{collapse}'>{head}{foot}<tbody>{rows}</table>")
    }

    fn side_by_side(&mut self, random: &mut Random) -> String {
        let display = random.one(&["flex", "grid; grid-template-columns: 1fr 1fr 1fr", "table"]);
        let mut items = String::new();
        for _ in 0..2 + random.below(2) {
            let most = if random.chance(20) { 40 } else { 8 };
            let count = 1 + random.below(most);
            let height = 15 + random.below(12);
            let cell = if display == "table" { "; display: table-cell" } else { "" };
            let _ = write!(
                items,
                "<div style='line-height: {height}px{cell}'>{}</div>",
                self.lines(count)
            );
        }
        format!("<div style='display: {display}'>{items}</div>")
    }

    fn block(&mut self, random: &mut Random, depth: usize) {
        let from = self.words + 1;
        let mut kind = Kind::Flow;
        let html = match random.below(11) {
            0..=3 => self.paragraph(random),
            4 => format!("<h2>{}</h2>", self.lines(1)),
            5 => {
                kind = Kind::Table(self.tables + 1);
                self.table(random)
            }
            6 => {
                kind = Kind::Parallel;
                self.side_by_side(random)
            }
            7 => {
                kind = Kind::Float;
                let count = 1 + random.below(12);
                let side = random.one(&["left", "right"]);
                format!("<div style='float: {side}; width: 60px'>{}</div>", self.lines(count))
            }
            8 => {
                let most = if random.chance(20) { 900 } else { 120 };
                let height = 20 + random.below(most);
                let style =
                    random.one(&["overflow: hidden", "background: silver", "border: 2px solid"]);
                format!("<div style='height: {height}px; {style}'>{}</div>", self.lines(1))
            }
            9 => {
                let side = random.one(&["page", "page", "left", "right"]);
                self.sided += usize::from(side != "page");
                format!(
                    "<p style='break-{}: {side}'>{}</p>",
                    random.one(&["before", "after"]),
                    self.lines(1)
                )
            }
            _ if depth < 3 => {
                let style = random.one(&[
                    "border: 4px solid; padding: 6px",
                    "border: 4px solid; padding: 6px; box-decoration-break: clone",
                    "break-inside: avoid",
                    "margin: 13px 0",
                    "position: relative",
                ]);
                let _ = write!(self.html, "<section style='{style}'>");
                for _ in 0..1 + random.below(4) {
                    self.block(random, depth + 1);
                }
                self.html += "</section>";
                return;
            }
            _ => format!(
                "<ul>{}</ul>",
                self.lines(3)
                    .replace("<br>", "<li>")
                    .replacen("w", "<li>w", 1)
                    .trim_end_matches("<li>")
            ),
        };
        self.html += &html;
        self.blocks.push(Block { words: from..self.words + 1, kind });
    }
}

impl Flow {
    /// A box with absolutely positioned ones in it, before, among and after its lines.
    fn positioned(&mut self, random: &mut Random) {
        let mut out = String::new();
        for _ in 0..1 + random.below(3) {
            let place = random.one(&[
                "bottom: 0",
                "bottom: 30px; right: 0",
                "top: 0; right: 0",
                "top: 130px; left: 200px",
                "top: 50%; left: 250px",
                "right: 0",
            ]);
            let (word, count) = (self.lines(1), 1 + random.below(9));
            let lines = self.lines(count);
            let tag = random.one(&["b", "div"]);
            let own = format!("<{tag} style='position: absolute; {place}'>{word}</{tag}>");
            out += &if random.chance(50) { lines + &own } else { own + &lines };
        }
        let _ = write!(self.html, "<section style='position: relative'>{out}</section>");
    }
}

fn random_flow(random: &mut Random) -> Flow {
    let mut flow = Flow::default();
    for _ in 0..4 + random.below(14) {
        flow.block(random, 0);
    }
    flow
}

/// A flow for other tests.
pub(super) fn random_html(seed: u32) -> String {
    let mut random = Random(seed * 7919 + 11);
    random_flow(&mut random).html + &random_flow(&mut random).html
}

pub(super) const BASE: &str = "table { border-spacing: 0; width: 100% } td, th { padding: 0; text-align: left; vertical-align: top }
    h2 { margin: 10px 0; font: inherit; break-after: avoid } ul { margin: 0; list-style-position: inside }";

/// The page of every word, and what is wrong with how often it stands there.
fn pages_of_words(laid: &Laid, count: usize, flow: &str) -> Vec<usize> {
    let mut pages = vec![0; count + 1];
    for page in 1..=laid.pages() {
        for word in laid.words(page) {
            let index: usize = word[1..].parse().unwrap_or(0);
            assert_eq!(pages[index], 0, "{word} stands twice, on page {page}: {flow}");
            pages[index] = page;
        }
    }
    for (index, page) in pages.iter().enumerate().skip(1) {
        assert_ne!(*page, 0, "w{index} is lost: {flow}");
    }
    pages
}

fn check_order(laid: &Laid, flow: &Flow, pages: &[usize], html: &str) {
    let mut last = 0;
    for block in flow.blocks.iter().filter(|b| b.kind != Kind::Float) {
        let of = || block.words.clone().map(|w| pages[w]);
        let first = of().min().unwrap_or(last);
        assert!(first >= last, "{:?} stands before what it follows: {html}", block.words);
        last = of().max().unwrap_or(last);
        if block.kind == Kind::Flow {
            let sorted = block.words.clone().collect::<Vec<_>>().is_sorted_by_key(|w| pages[*w]);
            assert!(sorted, "{:?} is out of order: {html}", block.words);
        }
    }
    // On one page, words of a flow stand in order.
    for page in 1..=laid.pages() {
        let words: Vec<usize> =
            laid.words(page).iter().map(|w| w[1..].parse().unwrap_or(0)).collect();
        for block in flow.blocks.iter().filter(|b| b.kind == Kind::Flow) {
            let own: Vec<_> = words.iter().filter(|w| block.words.contains(w)).collect();
            assert!(own.is_sorted(), "page {page}: {own:?}: {html}");
        }
    }
}

/// Nothing ends below its page, neither lines nor boxes that can be seen; what is sliced is clipped.
fn check_full(laid: &Laid, html: &str) {
    fn lowest(fragment: &Fragment, top: Point, out: &mut f32) {
        let at = top + fragment.offset;
        let is_line = matches!(fragment.content, FragmentContent::Line { .. });
        if is_line || is_seen(fragment) {
            *out = out.max(at.y.0 + fragment.size.height.0);
        }
        if fragment.style.overflow != Overflow::Hidden {
            fragment.children.iter().for_each(|c| lowest(c, at, out));
        }
    }
    for (index, page) in laid.document.pages.iter().enumerate() {
        let mut end = 0.0;
        page.fragments.iter().for_each(|f| lowest(f, Point::ZERO, &mut end));
        let page_end = page.size.height.0 + 0.1;
        assert!(end <= page_end, "page {} is full to {end}: {html}", index + 1);
    }
}

/// Whether a box shows itself: by its border, its background or a height of its own.
fn is_seen(fragment: &Fragment) -> bool {
    let style = &fragment.style;
    matches!(fragment.content, FragmentContent::Box)
        && fragment.element.is_some()
        && (fragment.border.vertical().0 > 0.0
            || !style.background.color.is_transparent()
            || style.height != SizeValue::Auto)
}

fn check_heads(laid: &Laid, flow: &Flow, pages: &[usize], html: &str) {
    for block in &flow.blocks {
        let Kind::Table(number) = block.kind else { continue };
        let on: std::collections::BTreeSet<usize> = block.words.clone().map(|w| pages[w]).collect();
        for page in on {
            let heads = laid.text(page - 1);
            let own = format!("head{number}");
            let count = heads.split('|').filter(|t| *t == own).count();
            assert_eq!(count, 1, "{own} on page {page}: {html}");
        }
    }
}

fn check_paragraphs(flow: &Flow, pages: &[usize], html: &str) {
    for paragraph in &flow.paragraphs {
        let mut parts: BTreeMap<usize, usize> = BTreeMap::new();
        paragraph.words.clone().for_each(|w| *parts.entry(pages[w]).or_default() += 1);
        if parts.len() < 2 {
            continue;
        }
        let sizes: Vec<usize> = parts.values().copied().collect();
        let at = &paragraph.words;
        assert!(sizes[0] >= paragraph.orphans, "orphans of {at:?}: {sizes:?}: {html}");
        let last = sizes[sizes.len() - 1];
        assert!(last >= paragraph.widows, "widows of {at:?}: {sizes:?}: {html}");
    }
}

/// Every page has a word on it or a part of a box that can be seen, but the blank ones, of which every
/// break to a side makes one at most.
fn check_progress(laid: &Laid, flow: &Flow, html: &str) {
    fn shows(fragment: &Fragment) -> bool {
        is_seen(fragment) && fragment.size.height.0 > 0.0 || fragment.children.iter().any(shows)
    }
    let pages = laid.document.pages.iter().enumerate();
    let empty = pages
        .filter(|(index, _)| laid.words(index + 1).is_empty())
        .filter(|(_, page)| !page.fragments.iter().any(shows))
        .count();
    assert!(empty <= flow.sided, "{empty} empty pages for {} breaks: {html}", flow.sided);
}

fn check(css: &str, flow: &Flow) {
    let laid = paged(&format!("{BASE} {css}"), &flow.html);
    let html = &format!("{css}\n{}", flow.html);
    let serious = laid.findings.iter().find(|(_, found)| !EXPECTED.contains(&found.code));
    assert!(serious.is_none(), "{serious:?}: {html}");
    let pages = pages_of_words(&laid, flow.words, html);
    check_order(&laid, flow, &pages, html);
    check_full(&laid, html);
    check_heads(&laid, flow, &pages, html);
    check_paragraphs(flow, &pages, html);
    check_progress(&laid, flow, html);
}

#[test]
fn random_flows_on_pages_of_one_size() {
    for seed in 0..FLOWS {
        let mut random = Random(seed * 7919 + 1);
        let height = 220 + random.below(400);
        let flow = random_flow(&mut random);
        check(&format!("@page {{ size: 400px {height}px }}"), &flow);
    }
}

#[test]
fn random_flows_on_pages_of_two_widths() {
    for seed in 0..FLOWS {
        let mut random = Random(seed * 104_729 + 7);
        let height = 220 + random.below(400);
        let which = random.one(&[":first", ":left", ":right", ":nth(3n)"]);
        let flow = random_flow(&mut random);
        let css =
            format!("@page {{ size: 400px {height}px }} @page {which} {{ margin-left: 90px }}");
        check(&css, &flow);
    }
}

#[test]
fn random_flows_on_pages_of_alternating_widths() {
    for seed in 0..FLOWS / 2 {
        let mut random = Random(seed * 7_368_787 + 5);
        let height = 180 + random.below(200);
        let mut flow = random_flow(&mut random);
        for _ in 0..random.below(30) {
            flow.block(&mut random, 0);
        }
        let wide = random.one(&["margin-left: 60px", "margin: 0 40px 0 110px", "padding: 0 30px"]);
        let css = format!("@page {{ size: 400px {height}px }} @page :left {{ {wide} }}");
        check(&css, &flow);
    }
}

#[test]
fn random_flows_with_positioned_boxes() {
    for seed in 0..FLOWS / 2 {
        let mut random = Random(seed * 1_299_709 + 13);
        let mut flow = Flow::default();
        for _ in 0..3 + random.below(12) {
            if random.chance(40) {
                flow.positioned(&mut random);
            } else {
                flow.block(&mut random, 0);
            }
        }
        let css = random.one(&["", "@page :left { margin-left: 90px }"]);
        let laid = paged(&format!("{BASE} {css}"), &flow.html);
        pages_of_words(&laid, flow.words, &format!("{css}\n{}", flow.html));
    }
}

#[test]
fn random_flows_on_named_pages() {
    for seed in 0..FLOWS / 2 {
        let mut random = Random(seed * 15_485_863 + 3);
        let mut flow = random_flow(&mut random);
        flow.html += "<div style='page: wide'>";
        for _ in 0..1 + random.below(5) {
            flow.block(&mut random, 0);
        }
        flow.html += "</div>";
        for _ in 0..1 + random.below(5) {
            flow.block(&mut random, 0);
        }
        check("@page { size: 300px 420px } @page wide { size: 420px 300px }", &flow);
    }
}
