//! Where lines end.

use std::sync::Arc;

use super::super::greedy::next_line;
use super::super::measure::{Cut, Measured};
use super::super::optimum::{Measure, demerits, optimum};
use super::Block;
use crate::css::computed::*;
use crate::geom::Px;

const ENGLISH: &str = "The Alliance promotes exchange in vocational education between China and \
    Germany and eases deep cooperation between Chinese vocational colleges and the German chamber \
    of skilled crafts, through the platform of the Alliance. As a founding member the college will \
    continue the pilot of the dual system and steadily raise the quality of training.";

fn width_of(text: &str) -> f32 {
    Block::new(|_| {}).text(text).lay(10_000.0).layout.max_line_width.0
}

#[test]
fn greedy_breaks_where_the_sum_of_widths_says() {
    let words: Vec<&str> = ENGLISH.split_whitespace().collect();
    let measure = 240.0;
    let mut expected: Vec<String> = Vec::new();
    for word in words {
        match expected.last_mut() {
            Some(line) if width_of(&format!("{line} {word}")) <= measure => {
                line.push(' ');
                line.push_str(word);
            }
            _ => expected.push(word.to_owned()),
        }
    }
    assert_eq!(Block::new(|_| {}).text(ENGLISH).lay(measure).lines(), expected);
}

#[test]
fn greedy_line_that_just_fits_is_not_broken() {
    let width = width_of("Sino-German Alliance");
    assert_eq!(Block::new(|_| {}).text("Sino-German Alliance").lay(width).lines().len(), 1);
    assert_eq!(Block::new(|_| {}).text("Sino-German Alliance").lay(width - 0.1).lines().len(), 2);
}

#[test]
fn optimum_has_fewer_demerits_than_greedy() {
    let block = Block::new(|s| s.align = TextAlign::Justify).text(ENGLISH);
    block.with(|cx, para, _| {
        let width = 300.0;
        let m = Measured::new(cx, para, Px(width), true);
        let measure = Measure {
            first: width,
            after_break: width,
            rest: width,
            ragged: false,
            last_justified: false,
        };
        let best = optimum(&m, measure).expect("no word is wider than the measure");
        let mut greedy = Vec::new();
        let mut at = Cut::before(0);
        while at.piece < para.pieces.len() {
            let line = next_line(&m, at, width, |_, _| width);
            at = line.end;
            greedy.push(line);
        }
        let (a, b) = (demerits(&m, measure, &best), demerits(&m, measure, &greedy));
        assert!(a < b, "optimum {a}, greedy {b}");
    });
}

#[test]
fn justified_lines_fill_the_measure() {
    let laid = Block::new(|s| s.align = TextAlign::Justify).text(ENGLISH).lay(300.0);
    let edges = laid.right_edges();
    let (last, full) = edges.split_last().expect("there are lines");
    assert!(full.iter().all(|edge| (edge - 300.0).abs() < 0.01), "{edges:?}");
    assert!(*last < 300.0);
}

#[test]
fn justified_lines_hyphenate_where_needed() {
    let laid = Block::new(|s| {
        s.align = TextAlign::Justify;
        s.hyphens = Hyphens::Auto;
    })
    .text(ENGLISH)
    .lay(120.0);
    let edges = laid.right_edges();
    let full = &edges[..edges.len() - 1];
    assert!(full.iter().all(|edge| (edge - 120.0).abs() < 0.01), "{edges:?}");
    // The hyphen is seen, but not copied.
    let all = laid.runs();
    let hyphens =
        all.iter().flat_map(|(r, _)| r.glyphs.iter()).filter(|g| g.text_range().is_empty());
    assert!(hyphens.count() > 0);
    assert_eq!(laid.lines().concat().replace(' ', ""), ENGLISH.replace(' ', ""));
}

fn hyphenated(lang: &str, word: &str) -> Vec<String> {
    let laid = Block::new(|s| {
        s.lang = Arc::from(lang);
        s.hyphens = Hyphens::Auto;
    })
    .text(word)
    .lay(1.0);
    laid.lines()
}

#[test]
fn hyphenation_german() {
    let parts = ["Berufs", "bil", "dungs", "zen", "trum"];
    assert_eq!(hyphenated("de", "Berufsbildungszentrum"), parts);
    assert_eq!(hyphenated("de", "Handwerkskammer"), ["Hand", "werks", "kam", "mer"]);
    assert_eq!(hyphenated("de", "Abend"), ["Abend"]);
    assert_eq!(hyphenated("", "Handwerkskammer"), ["Handwerkskammer"]);
}

#[test]
fn hyphenation_soft_hyphens_win() {
    let laid = Block::new(|s| {
        s.lang = Arc::from("de");
        s.hyphens = Hyphens::Auto;
    })
    .text("Handwerks\u{ad}kammer")
    .lay(1.0);
    assert_eq!(laid.lines(), ["Handwerks", "kammer"]);
    let runs = laid.runs();
    let last = runs[0].0.glyphs.last().expect("the hyphen");
    assert!(last.text_range().is_empty());
}

#[test]
fn overflow_wrap_breaks_long_words_only_at_need() {
    let block = |wrap| Block::new(move |s| s.overflow_wrap = wrap).text("a bbbbbbbbbbbbbbbbbbbb");
    assert_eq!(block(OverflowWrap::Normal).lay(60.0).layout.overflow.len(), 1);
    let laid = block(OverflowWrap::BreakWord).lay(60.0);
    assert!(laid.layout.overflow.is_empty());
    assert_eq!(laid.lines()[0], "a");
    assert_eq!(laid.lines()[1..].concat(), "bbbbbbbbbbbbbbbbbbbb");
}

#[test]
fn nowrap_span_in_wrapping_text() {
    let block = Block::new(|_| {}).text("aaaa ").inline("bb bb", |s| {
        Arc::make_mut(&mut s.text).wrap = false;
    });
    assert_eq!(block.text(" cccc").lay(40.0).lines(), ["aaaa", "bb bb", "cccc"]);
}

#[test]
fn balance_keeps_the_number_of_lines() {
    let lay = |style| {
        Block::new(move |s| s.wrap_style = style)
            .text("Certificate of a founding member of the Alliance")
            .lay(290.0)
    };
    let (plain, balanced) = (lay(TextWrapStyle::Auto), lay(TextWrapStyle::Balance));
    assert_eq!(plain.layout.lines.len(), balanced.layout.lines.len());
    assert!(balanced.layout.max_line_width.0 < plain.layout.max_line_width.0 - 20.0);
}

#[test]
fn pretty_avoids_a_short_last_line() {
    let text = "As a founding member the college will continue the pilot of the dual system, enhance \
        exchange and learn";
    let lay = |style| Block::new(move |s| s.wrap_style = style).text(text).lay(215.0);
    let pretty = lay(TextWrapStyle::Pretty);
    assert!(pretty.right_edges().iter().all(|edge| *edge < 215.1));
    let last = |laid: &super::Laid| laid.lines().last().map_or(0, String::len);
    assert!(last(&pretty) >= last(&lay(TextWrapStyle::Auto)));
}

#[test]
fn intrinsic_widths_of_words() {
    let laid = Block::new(|_| {}).text("Sino-German Alliance ").lay(500.0);
    assert!((laid.intrinsic.max.0 - width_of("Sino-German Alliance")).abs() < 0.01);
    assert!((laid.intrinsic.min.0 - width_of("Alliance").max(width_of("German"))).abs() < 0.5);
}

#[test]
fn indent_first_hanging_and_each_line() {
    let lay = |hanging, each_line| {
        let laid = Block::new(|s| {
            s.white_space = WhiteSpaceCollapse::PreserveBreaks;
            s.indent =
                TextIndent { amount: LengthPercentage::Length(Px(20.0)), hanging, each_line };
        })
        .text("aa aa aa\nbb bb bb")
        .lay(60.0);
        laid.runs().iter().map(|(_, x)| *x).collect::<Vec<f32>>()
    };
    let plain = lay(false, false);
    assert_eq!((plain[0], plain[1]), (20.0, 0.0));
    assert!(lay(true, false)[1..].iter().all(|x| *x == 20.0));
    assert_eq!(lay(false, true).iter().filter(|x| **x == 20.0).count(), 2);
}
