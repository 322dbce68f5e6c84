//! What the paper shows: backgrounds of pages, margin boxes with all that boxes have, inline boxes
//! that lines and pages cut.

use super::paged;
use crate::geom::Point;
use crate::layout::fragment::{Fragment, FragmentContent};
use crate::layout::tests::Laid;
use crate::paint::paint;

/// What a page (from 1) shows of colours and pictures, in order: the lines of its display list.
fn shown(laid: &Laid, page: usize) -> Vec<String> {
    let (lists, found) = paint(&laid.document, &|_| None);
    assert!(found.is_empty(), "{found:?}");
    let dump = lists[page - 1].dump();
    let is_shown = |line: &&str| line.starts_with("fill") || line.starts_with("image");
    dump.lines().map(str::trim).filter(is_shown).map(str::to_string).collect()
}

const MARGINS: &str = "@page { margin: 40px }";
const BREAK: &str = "<p>x<p style='break-before: page'>y";

#[test]
fn the_root_background_covers_every_sheet() {
    let laid = paged(&format!("{MARGINS} html {{ background: #ff0000 }}"), BREAK);
    for page in [1, 2] {
        assert_eq!(shown(&laid, page), ["fill #ff0000 rect 0,0 400x300"]);
    }
}

#[test]
fn the_body_background_covers_every_sheet_where_the_root_has_none() {
    let body = "body { background: #00ff00 }";
    let laid = paged(&format!("{MARGINS} {body}"), BREAK);
    for page in [1, 2] {
        assert_eq!(shown(&laid, page), ["fill #00ff00 rect 0,0 400x300"]);
    }
    // Else it is that of the body's own box.
    let laid = paged(&format!("{MARGINS} html {{ background: #ff0000 }} {body}"), "<p>x");
    let both = ["fill #ff0000 rect 0,0 400x300", "fill #00ff00 rect 40,40 320x20"];
    assert_eq!(shown(&laid, 1), both);
}

#[test]
fn the_page_background_lies_below_that_of_the_root() {
    let css = format!("{MARGINS} @page {{ background: #0000ff; bleed: 5px }}");
    assert_eq!(shown(&paged(&css, "<p>x"), 1), ["fill #0000ff rect -5,-5 410x310"]);
    let css = format!("{css} html {{ background: #ff000080 }}");
    let both = ["fill #0000ff rect -5,-5 410x310", "fill #ff0000/0.5 rect -5,-5 410x310"];
    assert_eq!(shown(&paged(&css, "<p>x"), 1), both);
}

#[test]
fn page_backgrounds_go_by_page() {
    let css = "@page :left { background: #0000ff } @page :blank { background: #00ff00 }";
    let laid = paged(css, "<p>x<p style='break-before: right'>y<p style='break-before: left'>z");
    let all: Vec<_> = (1..=4).map(|page| shown(&laid, page)).collect();
    let sheet = |color: &str| vec![format!("fill {color} rect 0,0 400x300")];
    assert_eq!(all, [vec![], sheet("#00ff00"), vec![], sheet("#0000ff")]);
}

#[test]
fn blank_pages_have_the_background_of_the_root() {
    for root in ["html", "body"] {
        let css = format!("{MARGINS} {root} {{ background: #ff0000; border: 3px solid }}");
        let laid = paged(&css, "<p>x<p style='break-before: right'>y");
        assert_eq!(shown(&laid, 2), ["fill #ff0000 rect 0,0 400x300"], "{root}");
        assert!(laid.boxes("x").is_empty());
    }
}

#[test]
fn margin_boxes_have_backgrounds_and_borders() {
    let css = format!(
        "{MARGINS} @page {{ @top-left {{ content: 'x'; width: 100px; background: #00ff00; border-bottom: 2px solid #0000ff }}
            @bottom-right-corner {{ content: ''; background: #ff0000; margin: 10px }}
            @left-middle {{ background: #ffff00 }} }}"
    );
    let expected = [
        "fill #00ff00 rect 40,0 100x40",
        "fill #0000ff rect 40,38 100x2",
        "fill #ff0000 rect 370,270 20x20",
    ];
    assert_eq!(shown(&paged(&css, "<p>x"), 1), expected);
}

#[test]
fn margin_boxes_show_pictures() {
    let css = format!(
        "{MARGINS} @page {{ font: 16px/20px 'EB Garamond'; @top-right {{ content: 'A' url(seal.svg) 'B' }} }}"
    );
    let laid = paged(&css, "<p>x");
    let at = |text: &str| laid.text_box(1, text).unwrap_or_default();
    let pictures = shown(&laid, 1);
    assert_eq!(pictures.len(), 1, "{pictures:?}");
    let (left, right) = (at("A")[2], at("B")[0]);
    assert_eq!(right - left, 30.0);
    assert!(pictures[0].starts_with("image ") && pictures[0].ends_with(" 30x20"), "{pictures:?}");
    assert!(laid.document.pages[0].fragments.iter().all(|f| f.artifact || f.element.is_some()));
}

#[test]
fn running_elements_keep_their_pictures_and_backgrounds() {
    let css = format!(
        "{MARGINS} #r {{ position: running(r); background: #00ff00 }} @page {{ @top-center {{ content: element(r) }} }}"
    );
    let laid = paged(&css, &format!("<div id=r>Seal <img src=seal.svg alt=Seal></div>{BREAK}"));
    for page in [1, 2] {
        let shown = shown(&laid, page);
        assert_eq!(shown.iter().filter(|s| s.starts_with("image")).count(), 1, "{shown:?}");
        assert!(shown[0].starts_with("fill #00ff00 "), "{shown:?}");
        assert!(laid.text(page - 1).contains("Seal"));
    }
}

#[test]
fn a_missing_picture_of_a_margin_box_is_told_once() {
    let css = format!("{MARGINS} @page {{ @top-right {{ content: url(none.png) }} }}");
    assert_eq!(paged(&css, BREAK).codes(), ["missing-image"]);
}

/// The pieces of inline boxes on a page (from 1): x, width, left and right border and padding.
fn inline_pieces(laid: &Laid, page: usize) -> Vec<[f32; 4]> {
    fn collect(fragment: &Fragment, origin: Point, out: &mut Vec<[f32; 4]>) {
        let at = origin + fragment.offset;
        if fragment.is_inline_box() {
            let edges = fragment.border + fragment.padding;
            let piece = [at.x, fragment.size.width, edges.left, edges.right];
            out.push(piece.map(|v| v.0.round()));
        }
        fragment.children.iter().for_each(|child| collect(child, at, out));
    }
    let mut out = Vec::new();
    let page = &laid.document.pages[page - 1];
    page.fragments.iter().for_each(|f| collect(f, Point::ZERO, &mut out));
    out
}

#[test]
fn inline_boxes_are_open_or_closed_where_lines_and_pages_cut_them() {
    let body = "<p><span id=s><i></i>w1<br>w2<br>w3<br>w4</span></p>".replace("<i></i>", "");
    // The second page has another width: its lines are made anew.
    for pages in ["", "@page :left { margin-left: 50px }"] {
        for (value, edges) in [
            ("slice", [[9.0, 0.0], [0.0, 0.0], [0.0, 0.0], [0.0, 9.0]]),
            ("clone", [[9.0, 9.0]; 4]),
        ] {
            let css = format!(
                "@page {{ size: 400px 40px }} {pages} p {{ orphans: 1; widows: 1 }}
                 span {{ border: 2px solid; padding: 0 7px; box-decoration-break: {value} }}"
            );
            let laid = paged(&css, &body);
            assert_eq!(laid.pages(), 2, "{css}");
            let pieces: Vec<_> = (1..=2).flat_map(|page| inline_pieces(&laid, page)).collect();
            let found: Vec<[f32; 2]> = pieces.iter().map(|p| [p[2], p[3]]).collect();
            assert_eq!(found, edges, "{css}");
            for (piece, page) in pieces.iter().zip([1, 1, 2, 2]) {
                let left = if page == 2 && !pages.is_empty() { 50.0 } else { 0.0 };
                assert_eq!(piece[0], left, "{css}");
            }
        }
    }
}

#[test]
fn an_inline_box_with_a_background_is_cut_by_the_page() {
    let css = "@page { size: 400px 40px } p { orphans: 1; widows: 1 } span { background: #ff0000 }";
    let laid = paged(css, "<p><span>w1<br>w2<br>w3</span></p>");
    assert_eq!((shown(&laid, 1).len(), shown(&laid, 2).len()), (2, 1));
    let no_box = |f: &Fragment| !matches!(f.content, FragmentContent::Anchor(_));
    assert!(laid.document.pages.iter().all(|p| p.fragments.iter().all(no_box)));
}
