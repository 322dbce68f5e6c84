//! Glyphs by features: kerning, ligatures, capitals, figures; tabs and white space.

use std::sync::Arc;

use super::{Block, Laid};
use crate::css::computed::*;
use crate::geom::Px;

fn lay(text: &str, change: impl FnOnce(&mut TextStyle)) -> Laid {
    Block::new(change).text(text).lay(10_000.0)
}

fn width(text: &str, change: impl FnOnce(&mut TextStyle)) -> f32 {
    lay(text, change).layout.max_line_width.0
}

fn glyphs(laid: &Laid) -> Vec<u16> {
    laid.runs().iter().flat_map(|(run, _)| run.glyphs.iter().map(|g| g.id)).collect()
}

fn on(tags: &'static [&'static [u8; 4]]) -> impl Fn(&mut TextStyle) {
    move |s| {
        s.features = tags.iter().map(|tag| FontFeature { tag: **tag, value: 1 }).collect();
    }
}

fn off(tag: &'static [u8; 4]) -> impl Fn(&mut TextStyle) {
    move |s| s.features = Arc::from([FontFeature { tag: *tag, value: 0 }])
}

#[test]
fn kerning_is_on_and_can_be_turned_off() {
    let plain = width("AVAVAV To", |_| {});
    let none = width("AVAVAV To", |s| s.kerning = FontKerning::None);
    assert!(plain < none - 2.0, "{plain} {none}");
    assert_eq!(width("AVAVAV To", |s| s.kerning = FontKerning::Normal), plain);
}

#[test]
fn kerning_goes_on_across_inline_boxes() {
    let whole = width("AVAV", |_| {});
    let parts = Block::new(|_| {}).text("A").inline("V", |_| {}).inline("A", |_| {}).text("V");
    assert!((parts.lay(1e4).layout.max_line_width.0 - whole).abs() < 0.01);
    // Letters of another colour kern as well.
    let coloured = Block::new(|_| {}).text("A").inline("V", |s| {
        Arc::make_mut(&mut s.text).color = crate::geom::Color::WHITE;
    });
    assert!((coloured.text("AV").lay(1e4).layout.max_line_width.0 - whole).abs() < 0.01);
}

#[test]
fn ligatures_are_parted_by_letter_spacing_but_not_against_the_style() {
    let count = |laid: &Laid| glyphs(laid).len();
    assert_eq!(count(&lay("office", |_| {})), 4);
    assert_eq!(count(&lay("office", |s| s.letter_spacing = Px(0.5))), 6);
    assert_eq!(count(&lay("office", |s| s.letter_spacing = Px(-0.5))), 6);
    assert_eq!(count(&lay("office", off(b"liga"))), 6);
    let wanted = lay("office", |s| {
        s.letter_spacing = Px(0.5);
        on(&[b"liga"])(s);
    });
    assert_eq!(count(&wanted), 4);
}

#[test]
fn letter_spacing_is_added_to_each_cluster() {
    let plain = width("abc", |s| s.kerning = FontKerning::None);
    let spaced = width("abc", |s| {
        s.kerning = FontKerning::None;
        s.letter_spacing = Px(2.0);
    });
    assert!((spaced - plain - 6.0).abs() < 0.01);
}

#[test]
fn small_capitals_are_glyphs_of_the_face() {
    let small = lay("abc", on(&[b"smcp"]));
    assert_ne!(glyphs(&small), glyphs(&lay("abc", |_| {})));
    assert_ne!(glyphs(&small), glyphs(&lay("ABC", |_| {})));
    assert_eq!(small.lines(), ["abc"]);
    // Narrower than capitals, wider than their letters.
    let (capitals, letters) = (width("ABC", |_| {}), width("abc", |_| {}));
    let smalls = small.layout.max_line_width.0;
    assert!(letters < smalls && smalls < capitals, "{letters} {smalls} {capitals}");
}

#[test]
fn figures_old_style_lining_tabular_proportional() {
    let figures = "0123456789";
    assert_ne!(glyphs(&lay(figures, on(&[b"onum"]))), glyphs(&lay(figures, on(&[b"lnum"]))));
    let advances = |tags: &'static [&'static [u8; 4]]| -> Vec<i32> {
        let laid = lay(figures, |s| {
            s.kerning = FontKerning::None;
            on(tags)(s);
        });
        let all = laid.runs();
        all.iter()
            .flat_map(|(run, _)| run.glyphs.iter().map(|g| (g.advance.0 * 100.0).round() as i32))
            .collect()
    };
    let same = |all: &[i32]| all.iter().all(|a| *a == all[0]);
    assert!(same(&advances(&[b"tnum", b"lnum"])));
    assert!(same(&advances(&[b"tnum", b"onum"])));
    assert!(!same(&advances(&[b"pnum", b"onum"])));
}

#[test]
fn tab_size_in_spaces_and_after_text() {
    let second = |size: f32, text: &str| {
        let laid = Block::new(|s| {
            s.white_space = WhiteSpaceCollapse::Preserve;
            s.tab_size = TabSize::Spaces(size);
        })
        .text(text)
        .lay(1000.0);
        laid.runs()[1].1
    };
    // EB Garamond's space takes a fifth of an em: 3.2 px.
    assert!((second(4.0, "a\tb") - 12.8).abs() < 0.01);
    assert!((second(8.0, "a\tb") - 25.6).abs() < 0.01);
    // Text beyond the first stop goes to the second.
    assert!((second(4.0, "mmm\tb") - 51.2).abs() < 0.01);
    assert_eq!(second(0.0, "a\tb"), width("a", |_| {}));
}

fn white(collapse: WhiteSpaceCollapse, wrap: bool, text: &str, width: f32) -> Vec<String> {
    let block = Block::new(move |s| {
        s.white_space = collapse;
        s.wrap = wrap;
    });
    block.text(text).lay(width).lines()
}

#[test]
fn white_space_values() {
    use WhiteSpaceCollapse::{BreakSpaces, Collapse, Preserve, PreserveBreaks};
    let text = "aa  bb\n cc";
    assert_eq!(white(Collapse, true, text, 1e3), ["aa bb cc"]);
    assert_eq!(white(Collapse, false, text, 10.0), ["aa bb cc"]);
    assert_eq!(white(PreserveBreaks, true, text, 1e3), ["aa bb", "cc"]);
    assert_eq!(white(Preserve, true, text, 1e3), ["aa  bb", " cc"]);
    assert_eq!(white(Preserve, false, text, 10.0), ["aa  bb", " cc"]);
    // Spaces take room and break like letters.
    assert_eq!(white(BreakSpaces, true, "aa      bb", 22.0), ["aa  ", "    ", "bb"]);
}
