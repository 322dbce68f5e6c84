//! Layout from HTML to boxes and pages, by numbers.

mod lines;
mod memory;
mod overflow;

use std::cell::Cell;
use std::sync::Arc;

use crate::css::computed::TextStyle;
use crate::css::{
    Environment, FontMetrics, FontRatios, Origin, Styled, parse_embedded, style, user_agent_sheet,
};
use crate::diag::{Diagnostic, Source};
use crate::fonts::Shaper;
use crate::geom::{Px, Rect, Size};
use crate::html::{Dom, NodeId, parse};
use crate::images::Image;
use crate::layout::boxes::Pictures;
use crate::layout::fragment::{Document, Fragment, FragmentContent};
use crate::layout::{Finding, Medium, element_boxes, layout_document};
use crate::paint::testkit::{book, store};

thread_local! {
    /// The steps that the last layout took.
    pub(super) static STEPS: Cell<u64> = const { Cell::new(0) };
    /// Whether a galley always holds all that is left, where only its beginning is needed.
    pub(super) static LAYS_OUT_ALL: Cell<bool> = const { Cell::new(false) };
}

/// One picture of 30 × 20 px, `seal.svg`.
pub(super) struct OnePicture;

const SEAL: &[u8] = br#"<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"><rect width="30" height="20"/></svg>"#;

impl Pictures for OnePicture {
    fn load(&self, url: &str) -> Result<Arc<Image>, Diagnostic> {
        if url.ends_with("seal.svg") {
            return store().load_bytes(SEAL, url);
        }
        Err(Diagnostic::error("missing-image", format!("no {url} in tests")))
    }
    fn inline_svg(&self, _: &str, _: &TextStyle) -> Result<Arc<Image>, Diagnostic> {
        self.load("svg")
    }
    fn qr(&self, _: &str, _: &str) -> Result<Arc<Image>, Diagnostic> {
        self.load("qr")
    }
}

struct HalfEm;

impl FontMetrics for HalfEm {
    fn ratios(&self, _: &[Arc<str>], _: f32, _: bool) -> FontRatios {
        FontRatios::default()
    }
}

/// A page that has been laid out.
pub(super) struct Laid {
    pub(super) dom: Dom,
    pub(super) document: Document,
    pub(super) findings: Vec<Finding>,
}

const BASE: &str = "@page { size: 400px 300px; margin: 0 } body { margin: 0; font: 16px/20px 'EB Garamond' } p { margin: 0 }";

/// A page and its styles by a sheet in which nothing is wrong.
pub(super) fn styled(css: &str, html: &str) -> (Dom, Styled) {
    let dom = parse(&Source::new("test.html", format!("<!DOCTYPE html>{html}")));
    let source = Source::new("test.css", css.to_owned());
    let mut load = |_: &str| Err(Diagnostic::error("missing-file", "no files in tests"));
    let (sheet, found) = parse_embedded(&source, 0..css.len(), Origin::Author, "", &mut load);
    assert_eq!(found, []);
    let environment = Environment { page_size: Size::new(Px(400.0), Px(300.0)), metrics: &HalfEm };
    let (styled, _) = style(&dom, &[user_agent_sheet(), Arc::new(sheet)], &environment);
    (dom, styled)
}

fn lay(css: &str, body: &str, medium: Medium) -> Laid {
    let html = format!("<html lang=en><body>{body}</body></html>");
    let (dom, styled) = styled(&format!("{BASE} {css}"), &html);
    let mut shaper = Shaper::new(book());
    let (document, findings) = layout_document(&dom, &styled, &OnePicture, &mut shaper, medium);
    Laid { dom, document, findings }
}

fn continuous(css: &str, body: &str) -> Laid {
    lay(css, body, Medium::Continuous(Px(400.0)))
}

pub(super) fn paged(css: &str, body: &str) -> Laid {
    lay(css, body, Medium::Paged)
}

impl Laid {
    /// The boxes of the element with this id: page, x, y, width, height.
    pub(super) fn boxes(&self, id: &str) -> Vec<(usize, [f32; 4])> {
        let found = element_boxes(&self.document);
        found
            .iter()
            .filter(|b| self.dom.attr(NodeId(b.element.0), "id") == Some(id))
            .map(|b| (b.page, round(b.rect)))
            .collect()
    }

    pub(super) fn at(&self, id: &str) -> [f32; 4] {
        self.boxes(id)[0].1
    }

    /// The text of a page, lines joined by `|`.
    pub(super) fn text(&self, page: usize) -> String {
        let mut out = Vec::new();
        for fragment in &self.document.pages[page].fragments {
            texts(fragment, &mut out);
        }
        out.join("|")
    }

    pub(super) fn codes(&self) -> Vec<&str> {
        self.findings.iter().map(|f| f.1.code).collect()
    }
}

fn texts(fragment: &Fragment, out: &mut Vec<String>) {
    if let FragmentContent::Text(run) = &fragment.content {
        out.push(run.text.to_string());
    }
    for child in &fragment.children {
        texts(child, out);
    }
}

fn round(rect: Rect) -> [f32; 4] {
    let r = |v: Px| (v.0 * 100.0).round() / 100.0;
    [r(rect.origin.x), r(rect.origin.y), r(rect.size.width), r(rect.size.height)]
}

#[test]
fn sibling_and_parent_margins_collapse() {
    let laid = continuous(
        "#a { margin: 30px 0 } #b { margin-top: 10px } #c { margin-top: 25px; height: 5px }",
        "<div id=a>x</div><div id=b><div id=c></div></div>",
    );
    assert_eq!(laid.at("a"), [0.0, 30.0, 400.0, 20.0]);
    assert_eq!(laid.at("c"), [0.0, 80.0, 400.0, 5.0]);
    assert_eq!(laid.at("b"), [0.0, 80.0, 400.0, 5.0]);
}

#[test]
fn empty_blocks_collapse_through() {
    let laid = continuous(
        "#e { margin: 20px 0 } #a { margin-bottom: 10px; height: 10px } #b { height: 10px }",
        "<div id=a></div><div id=e></div><div id=b></div>",
    );
    assert_eq!(laid.at("b")[1], 30.0);
}

#[test]
fn auto_margins_centre() {
    let laid = continuous("#a { width: 100px; height: 5px; margin: 0 auto }", "<div id=a></div>");
    assert_eq!(laid.at("a"), [150.0, 0.0, 100.0, 5.0]);
}

#[test]
fn absolute_box_finds_its_containing_block() {
    let laid = continuous(
        "#r { position: relative; margin: 10px; height: 100px; border: 5px solid }
         #a { position: absolute; right: 0; bottom: 0; width: 20px; height: 20px }
         #s { position: absolute; inset: 10px }",
        "<div id=r><div id=a></div><div id=s></div></div>",
    );
    assert_eq!(laid.at("a"), [365.0, 95.0, 20.0, 20.0]);
    assert_eq!(laid.at("s"), [25.0, 25.0, 350.0, 80.0]);
}

#[test]
fn text_flows_around_a_float() {
    let laid = continuous(
        "#f { float: left; width: 100px; height: 30px } #i { display: inline-block; width: 10px; height: 10px }",
        "<div id=f></div><p><span id=i></span></p>",
    );
    assert_eq!(laid.at("f"), [0.0, 0.0, 100.0, 30.0]);
    assert_eq!(laid.at("i")[0], 100.0);
}

#[test]
fn flex_items_share_the_line() {
    let laid = continuous(
        "#f { display: flex; gap: 10px } #a { flex: 1 } #b { flex: 2; padding: 5px } #f > * { height: 10px }",
        "<div id=f><div id=a></div><div id=b></div></div>",
    );
    assert_eq!(laid.at("a"), [0.0, 0.0, 126.67, 10.0]);
    assert_eq!(laid.at("b"), [136.67, 0.0, 263.33, 20.0]);
}

#[test]
fn grid_places_items_in_tracks() {
    let laid = continuous(
        "#g { display: grid; grid-template-columns: 100px 1fr; row-gap: 4px } #g > * { height: 10px }",
        "<div id=g><div id=a></div><div id=b></div><div id=c></div></div>",
    );
    assert_eq!(laid.at("b"), [100.0, 0.0, 300.0, 10.0]);
    assert_eq!(laid.at("c"), [0.0, 14.0, 100.0, 10.0]);
}

#[test]
fn table_columns_and_spans() {
    let laid = continuous(
        "table { border-spacing: 0; width: 300px; table-layout: fixed } td { padding: 0; height: 10px }",
        "<table><tr><td id=a rowspan=2><td id=b colspan=2><tr><td id=c><td id=d></table>",
    );
    assert_eq!(laid.at("a"), [0.0, 0.0, 100.0, 20.0]);
    assert_eq!(laid.at("b"), [100.0, 0.0, 200.0, 10.0]);
    assert_eq!(laid.at("d"), [200.0, 10.0, 100.0, 10.0]);
}

#[test]
fn blocks_move_to_the_next_page_whole() {
    let laid = paged(
        "div { height: 130px; break-inside: avoid }",
        "<div id=a></div><div id=b></div><div id=c></div>",
    );
    assert_eq!(laid.document.pages.len(), 2);
    assert_eq!(laid.boxes("b"), [(1, [0.0, 130.0, 400.0, 130.0])]);
    assert_eq!(laid.boxes("c"), [(2, [0.0, 0.0, 400.0, 130.0])]);
}

#[test]
fn a_box_as_high_as_the_page_needs_one_page() {
    let laid = paged("#a { height: 300px; position: relative }", "<div id=a>x</div>");
    assert_eq!(laid.document.pages.len(), 1);
    assert_eq!(laid.codes(), Vec::<&str>::new());
}

#[test]
fn forced_breaks_and_blank_pages() {
    let laid = paged(
        "#b { break-before: right } #c { break-before: page }",
        "<p id=a>a<p id=b>b<p id=c>c",
    );
    let pages: Vec<usize> = ["a", "b", "c"].map(|id| laid.boxes(id)[0].0).to_vec();
    assert_eq!(pages, [1, 3, 4]);
}

#[test]
fn headings_stay_with_what_follows() {
    let laid = paged(
        "#f { height: 250px } h2 { margin: 0; font-size: 16px } #p { height: 60px }",
        "<div id=f></div><h2 id=h>Heading</h2><div id=p></div>",
    );
    assert_eq!(laid.boxes("h")[0].0, 2);
}

#[test]
fn orphans_and_widows() {
    let lines = "x<br>".repeat(4);
    let laid = paged(
        "#f { height: 240px } p { orphans: 2; widows: 2 }",
        &format!("<div id=f></div><p id=p>{lines}</p>"),
    );
    // Three lines fit, but one alone may not go on: two and two.
    assert_eq!(laid.boxes("p"), [(1, [0.0, 240.0, 400.0, 60.0]), (2, [0.0, 0.0, 400.0, 40.0])]);
}

#[test]
fn table_heads_repeat() {
    let rows: String = (0..30).map(|i| format!("<tr><td id=r{i}>{i}")).collect();
    let laid = paged(
        "table { border-spacing: 0; width: 100% } td, th { padding: 0 }",
        &format!("<table><thead><tr><th>Head</thead><tbody>{rows}</table>"),
    );
    assert_eq!(laid.document.pages.len(), 3);
    assert_eq!(laid.boxes("r14"), [(2, [0.0, 20.0, 400.0, 20.0])]);
    assert!(laid.text(1).contains("Head"), "{}", laid.text(1));
    let all: Vec<String> = (0..3).map(|p| laid.text(p)).collect();
    for row in 0..30 {
        let count: usize =
            all.iter().map(|t| t.split('|').filter(|w| *w == row.to_string()).count()).sum();
        assert_eq!(count, 1, "row {row}");
    }
}

#[test]
fn named_pages_have_their_own_size() {
    let laid = paged(
        "@page wide { size: 600px 200px } #w { page: wide }",
        "<p id=a>a<div id=w>w</div><p id=z>z",
    );
    let sizes: Vec<f32> = laid.document.pages.iter().map(|p| p.size.width.0).collect();
    assert_eq!(sizes, [400.0, 600.0, 400.0]);
    assert_eq!(laid.boxes("w")[0].1[2], 600.0);
}

#[test]
fn margin_boxes_know_page_and_pages() {
    let laid = paged(
        "@page { margin: 30px; @bottom-center { content: counter(page) ' of ' counter(pages) } @top-left { content: string(t) } }
         h1 { string-set: t content(text); font-size: 16px; margin: 0 } .b { break-before: page }",
        "<h1>One</h1><p class=b>x</p><h1 class=b>Two</h1>",
    );
    assert_eq!(laid.document.pages.len(), 3);
    let page = |i: usize| laid.text(i).replace('|', "");
    assert!(page(1).contains("2 of 3") && page(1).contains("One"), "{}", page(1));
    assert!(page(2).contains("3 of 3") && page(2).contains("Two"), "{}", page(2));
}

#[test]
fn text_fit_shrinks_a_line_and_reports_what_cannot() {
    let css = "#n { width: 200px; white-space: nowrap; font-size: 40px; text-fit: shrink 50% }";
    let fits = continuous(css, "<div id=n>Sample College 01</div>");
    assert_eq!(fits.document.shrunk.len(), 1);
    assert_eq!(fits.codes(), Vec::<&str>::new());
    let long = continuous(css, "<div id=n>Sample College 01 with a name that never ends</div>");
    assert!(long.codes().contains(&"text-fit"));
}

#[test]
fn list_markers_count() {
    let laid = continuous("", "<ol start=3><li>a<li>b</ol>");
    assert_eq!(laid.text(0).replace('\u{a0}', " ").replace('|', ""), "3. a4. b");
}

#[test]
fn nothing_is_lost_or_doubled_in_random_flows() {
    // A small generator with a fixed seed: blocks of random height, paragraphs, tables, breaks.
    let mut seed = 7u32;
    let mut random = |below: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 16) % below
    };
    for _ in 0..40 {
        let mut html = String::new();
        let mut words = 0;
        for _ in 0..12 {
            let kind = random(5);
            let lines = 1 + random(12);
            let mut line = |sep: &str| {
                (0..lines)
                    .map(|_| {
                        words += 1;
                        format!("w{words}{sep}")
                    })
                    .collect::<String>()
            };
            html += &match kind {
                0 => format!("<p>{}</p>", line("<br>")),
                1 => format!("<div style='break-inside: avoid'>{}</div>", line("<br>")),
                2 => format!("<h2>{}</h2>", line(" ")),
                3 => format!(
                    "<table><thead><tr><th>H</thead><tbody><tr><td>{}</table>",
                    line("<tr><td>")
                ),
                _ => format!("<div style='display: flex'><p>{}</p></div>", line("<br>")),
            };
        }
        let laid = paged("table { border-spacing: 0 }", &html);
        let text: String = (0..laid.document.pages.len()).map(|p| laid.text(p) + "|").collect();
        let found: Vec<&str> = text.split(['|', ' ']).filter(|w| w.starts_with('w')).collect();
        let expected: Vec<String> = (1..=words).map(|w| format!("w{w}")).collect();
        assert_eq!(found, expected, "{html}");
    }
}
