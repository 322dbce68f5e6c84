//! Lines of text among the floats of their own paragraph; the lines of collapsed tables.

use super::continuous;
use crate::layout::fragment::{Fragment, FragmentContent};

/// A line: its top, left edge, right edge of its last glyph, and text.
#[derive(Debug, PartialEq)]
struct Line {
    top: f32,
    left: f32,
    right: f32,
    text: String,
}

fn lines(css: &str, body: &str) -> Vec<Line> {
    let laid = continuous(css, body);
    let mut found = Vec::new();
    for fragment in &laid.document.pages[0].fragments {
        collect(fragment, (0.0, 0.0), &mut found);
    }
    found.sort_by(|a: &Line, b: &Line| a.top.total_cmp(&b.top));
    found
}

fn collect(fragment: &Fragment, (x, y): (f32, f32), found: &mut Vec<Line>) {
    let (x, y) = (x + fragment.offset.x.0, y + fragment.offset.y.0);
    if matches!(fragment.content, FragmentContent::Line { .. }) {
        let mut line = Line { top: y, left: x, right: x, text: String::new() };
        fragment.children.iter().for_each(|child| measure(child, x, &mut line));
        found.push(line);
        return;
    }
    fragment.children.iter().for_each(|child| collect(child, (x, y), found));
}

fn measure(fragment: &Fragment, x: f32, line: &mut Line) {
    let x = x + fragment.offset.x.0;
    if let FragmentContent::Text(run) = &fragment.content {
        let end = run.glyphs.last().map_or(0.0, |glyph| (glyph.x + glyph.advance).0);
        line.right = line.right.max(x + end);
        line.text.push_str(&run.text);
    }
    fragment.children.iter().for_each(|child| measure(child, x, line));
}

const CSS: &str = "p { hyphens: auto } .f { float: right; width: 90px; height: 65px }
    .l { float: left; width: 70px; height: 30px }";
const WORDS: &str = "The Alliance promotes exchange in vocational education between China and Germany \
    and eases deep cooperation between Chinese vocational colleges and the German chamber of skilled \
    crafts, through the platform of the Alliance.";

fn paragraph(align: &str, width: i32, float: &str) -> String {
    format!(
        "<p id=p style='text-align: {align}; width: {width}px'>{WORDS} Here{float} it stands. {WORDS}"
    )
}

#[test]
fn justified_lines_around_a_float_of_their_own_are_broken_together() {
    let mut others = 0;
    for width in (280..400).step_by(5) {
        let float = "<span class=f id=f></span>";
        let body = paragraph("justify", width, float);
        let laid = lines(CSS, &body);
        let [_, top, _, _] = continuous(CSS, &body).at("f");
        // No higher than the line of its anchor, and at the next one if it does not fit beside it.
        let anchor = laid.iter().find(|line| line.text.contains("Here")).expect("it is there").top;
        assert!(top == anchor || top == anchor + 20.0, "{width}: {top} {anchor}");
        let (_, full) = laid.split_last().expect("there are lines");
        for line in full {
            let beside = line.top + 20.0 > top && line.top < top + 65.0;
            let edge = width as f32 - if beside { 90.0 } else { 0.0 };
            assert!((line.right - edge).abs() < 0.05, "{width}: {line:?} instead of {edge}");
        }
        let text: String = laid.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(text.replace(' ', ""), format!("{WORDS}Hereitstands.{WORDS}").replace(' ', ""));
        let ragged = lines(CSS, &paragraph("left", width, float));
        let texts = |lines: &[Line]| lines.iter().map(|l| l.text.clone()).collect::<Vec<_>>();
        others += usize::from(texts(&laid) != texts(&ragged));
    }
    assert!(others > 12, "{others}");
}

#[test]
fn floats_that_begin_a_justified_paragraph_or_follow_each_other() {
    let css = format!("{CSS} p {{ text-align: justify }}");
    let many = "<span class=f id=f></span><span class=l></span>".repeat(6);
    let body = format!("<p id=p style='width: 390px'>{many}{WORDS} {many} {WORDS}{many}");
    let laid = lines(&css, &body);
    let text: String = laid.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(text.replace(' ', ""), format!("{WORDS}{WORDS}").replace(' ', ""));
    let document = continuous(&css, &body);
    assert_eq!(document.boxes("f").len(), 18);
    assert!(document.findings.is_empty(), "{:?}", document.codes());
    // The float beside the first line narrows it.
    let body = format!("<p id=p style='width: 300px'><span class=f id=f></span>{WORDS}");
    let laid = lines(&css, &body);
    assert_eq!(continuous(&css, &body).at("f"), [210.0, 0.0, 90.0, 65.0]);
    assert!(laid[..4].iter().all(|line| (line.right - 210.0).abs() < 0.05), "{laid:?}");
    assert!((laid[4].right - 300.0).abs() < 0.05, "{laid:?}");
}

#[test]
fn a_word_wider_than_the_room_beside_a_float_goes_below_it() {
    let css =
        "p { text-align: justify; width: 200px } .f { float: left; width: 150px; height: 50px }";
    let body = "<p>One <span class=f id=f></span>Handwerkskammer two three four five six seven";
    let laid = lines(css, body);
    assert_eq!((laid[0].text.trim(), laid[0].top), ("One", 0.0));
    let chamber = laid.iter().find(|line| line.text.contains("Handwerk")).expect("it is there");
    assert!((chamber.left, chamber.top) == (0.0, 50.0) || chamber.top == 70.0, "{laid:?}");
}

#[test]
fn a_line_higher_than_the_others_goes_on_in_the_room_there_is() {
    let css = "p { text-align: justify; width: 300px } i { display: inline-block; width: 10px; height: 50px }
        .f { float: right; width: 90px; height: 65px }";
    let body = format!("<p><span class=f></span>The <i></i> {WORDS}");
    let laid = lines(css, &body);
    let (_, full) = laid.split_last().expect("there are lines");
    for line in full {
        let edge = if line.top < 65.0 { 210.0 } else { 300.0 };
        assert!((line.right - edge).abs() < 0.05, "{line:?} instead of {edge}");
    }
}

/// The lines of collapsed tables as rectangles: left, top, right, bottom.
fn table_lines(fragment: &Fragment, (x, y): (f32, f32), found: &mut Vec<[f32; 4]>) {
    let (x, y) = (x + fragment.offset.x.0, y + fragment.offset.y.0);
    if let FragmentContent::CollapsedBorders(segments) = &fragment.content {
        found.extend(segments.iter().map(|s| {
            let half = s.border.width.0 / 2.0;
            let (across, along) = if s.from.y == s.to.y { (0.0, half) } else { (half, 0.0) };
            let (from, to) = (s.from, s.to);
            [from.x.0 - across + x, from.y.0 - along + y, to.x.0 + across + x, to.y.0 + along + y]
        }));
    }
    fragment.children.iter().for_each(|child| table_lines(child, (x, y), found));
}

#[test]
fn translucent_lines_of_a_table_nowhere_lie_on_each_other() {
    let css = "table { border-collapse: collapse; border: 10px solid rgb(0 0 200 / .4) }
        td { width: 36px; height: 24px; border: 6px solid rgb(200 0 0 / .4) }
        .w { border-bottom: 8px solid rgb(0 120 0 / .5) } .h { border-left: 9px dashed rgb(0 0 0 / .5) }";
    let row = |class: &str| format!("<tr><td><td class={class}><td class={class}><td>");
    let body = format!("<table>{}{}{}{}</table>", row("x"), row("w"), row("h"), row("x"));
    let laid = continuous(css, &body);
    let mut found = Vec::new();
    for fragment in &laid.document.pages[0].fragments {
        table_lines(fragment, (0.0, 0.0), &mut found);
    }
    // Neighbouring rows have the line between them both; it is painted once.
    let near = |a: &[f32; 4], b: &[f32; 4]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 0.01);
    let mut apart: Vec<[f32; 4]> = Vec::new();
    for line in found {
        if !apart.iter().any(|known| near(known, &line)) {
            apart.push(line);
        }
    }
    let found = apart;
    assert!(found.len() > 20, "{found:?}");
    for (i, a) in found.iter().enumerate() {
        for b in &found[i + 1..] {
            let apart = a[2] <= b[0] + 0.01
                || b[2] <= a[0] + 0.01
                || a[3] <= b[1] + 0.01
                || b[3] <= a[1] + 0.01;
            assert!(apart, "{a:?} {b:?}");
        }
    }
}
