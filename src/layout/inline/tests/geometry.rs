//! Heights, boxes, decorations.

use std::sync::Arc;

use super::{Block, Laid};
use crate::css::computed::*;
use crate::geom::{Px, Sides};
use crate::layout::fragment::{Fragment, FragmentContent};

fn line(laid: &Laid, index: usize) -> &Fragment {
    &laid.layout.lines[index]
}

fn baseline(line: &Fragment) -> f32 {
    match line.content {
        FragmentContent::Line { baseline, .. } => baseline.0,
        _ => f32::NAN,
    }
}

#[test]
fn line_height_normal_takes_rounded_metrics() {
    // EB Garamond: ascent 1.007, descent 0.298 → 16 + 5 px.
    let laid = Block::new(|_| {}).text("a").lay(100.0);
    assert_eq!(laid.layout.height, Px(21.0));
    assert_eq!(baseline(line(&laid, 0)), 16.0);
    assert_eq!(laid.layout.first_baseline, Some(Px(16.0)));
}

#[test]
fn line_height_halves_the_leading() {
    let laid = Block::new(|s| s.line_height = LineHeight::Number(1.5)).text("a b").lay(10.0);
    assert_eq!(laid.layout.height, Px(48.0));
    // Leading 3 px: 1 above, 2 below, as Chromium has it.
    assert_eq!(baseline(line(&laid, 0)), 17.0);
    assert_eq!(laid.layout.last_baseline, Some(Px(41.0)));
}

#[test]
fn fallback_face_counts_under_normal_line_height_only() {
    // Noto Serif CJK: ascent 1.151, descent 0.286 → 18 + 5 px.
    assert_eq!(Block::new(|_| {}).text("a中").lay(100.0).layout.height, Px(23.0));
    let laid = Block::new(|s| s.line_height = LineHeight::Number(1.5)).text("a中").lay(100.0);
    assert_eq!(laid.layout.height, Px(24.0));
}

#[test]
fn vertical_align_moves_atomic_inlines() {
    let place = |align: VerticalAlign| {
        let block = Block::new(|s| s.line_height = LineHeight::Length(Px(20.0)));
        let laid = block.text("a").atomic(10.0, 40.0, align).lay(100.0);
        let atomic = line(&laid, 0).children.last().expect("the atomic inline").offset.y.0;
        (laid.layout.height.0, baseline(line(&laid, 0)), atomic)
    };
    // The strut: 21 px of content in 20: leading −1, floored to −1 above, 0 below → 15 + 5.
    assert_eq!(place(VerticalAlign::Baseline), (45.0, 40.0, 0.0));
    assert_eq!(place(VerticalAlign::Top), (40.0, 15.0, 0.0));
    assert_eq!(place(VerticalAlign::Bottom), (40.0, 35.0, 0.0));
    assert_eq!(place(VerticalAlign::TextTop), (40.0 - 1.0 + 1.0, 16.0, 0.0));
    assert_eq!(place(VerticalAlign::Length(Px(-10.0))), (40.0, 30.0, 0.0));
}

#[test]
fn vertical_align_sub_and_super_follow_the_parent_size() {
    let shift = |align: VerticalAlign| {
        let block = Block::new(|s| s.line_height = LineHeight::Length(Px(60.0))).text("a");
        let laid = block
            .inline("b", |s| {
                s.vertical_align = align;
                Arc::make_mut(&mut s.text).line_height = LineHeight::Length(Px(0.0));
            })
            .lay(100.0);
        let inline = &line(&laid, 0).children[1];
        inline.offset.y.0 + 16.0 - baseline(line(&laid, 0))
    };
    assert!((shift(VerticalAlign::Sub) - (16.0 / 5.0 + 1.0)).abs() < 0.01);
    assert!((shift(VerticalAlign::Super) + (16.0 / 3.0 + 1.0)).abs() < 0.01);
}

#[test]
fn inline_box_edges_open_and_close_on_lines() {
    let edge = Border { width: Px(1.0), style: LineStyle::Solid, color: crate::geom::Color::BLACK };
    let lay = |clone: bool| {
        Block::new(|_| {})
            .text("aa ")
            .inline("bb bb", move |s| {
                s.border = Sides::all(edge);
                s.padding = Sides::all(LengthPercentage::Length(Px(4.0)));
                s.margin =
                    Sides::all(LengthPercentageAuto::Value(LengthPercentage::Length(Px(3.0))));
                s.decoration_clone = clone;
            })
            .lay(50.0)
    };
    let laid = lay(false);
    assert_eq!(laid.lines(), ["aa bb", "bb"]);
    let first = &line(&laid, 0).children[1];
    assert_eq!((first.open.left, first.open.right), (false, true));
    assert_eq!((first.border.left, first.border.right), (Px(1.0), Px::ZERO));
    assert_eq!(first.size.height, Px(31.0));
    assert_eq!(first.children[0].offset.x, Px(5.0));
    assert_eq!(first.children[0].offset.y, Px(5.0));
    let second = &line(&laid, 1).children[0];
    assert_eq!((second.open.left, second.open.right), (true, false));
    assert_eq!(second.offset.x, Px::ZERO);
    let text = second.children[0].size.width;
    assert!((second.size.width.0 - text.0 - 5.0).abs() < 0.01);
    let cloned = lay(true);
    let second = &line(&cloned, 1).children[0];
    assert_eq!(second.offset.x, Px(3.0));
    assert_eq!(second.open, Sides::default());
}

#[test]
fn decorations_keep_to_the_box_that_sets_them() {
    let underline = DecorationLines { underline: true, ..DecorationLines::default() };
    let mut block = Block::new(|_| {});
    block.style.decoration.lines = underline;
    let laid = block
        .text("a")
        .inline("b", |s| s.vertical_align = VerticalAlign::Length(Px(5.0)))
        .lay(100.0);
    let runs = laid.runs();
    let offset = |i: usize| runs[i].0.decorations[0].underline_offset.0;
    assert!((offset(1) - offset(0) - 5.0).abs() < 0.01);
}

#[test]
fn underlines_leave_descenders_out() {
    let gaps = |text: &str, skip: SkipInk| {
        let mut block = Block::new(|s| s.skip_ink = skip);
        let lines = DecorationLines { underline: true, overline: true, line_through: true };
        block.style.decoration.lines = lines;
        let run = block.text(text).lay(1e4).runs()[0].0.clone();
        assert_eq!(run.decorations[0].overline_gaps, []);
        (run.decorations[0].underline_gaps.clone(), run)
    };
    let (found, run) = gaps("gun nap ninny", SkipInk::Auto);
    assert_eq!(found.len(), 3, "g, p and y: {found:?}");
    // Around the letter, and a line's thickness to both sides of it.
    let (left, right) = found[1];
    let p = run.glyphs[6];
    assert_eq!(&run.text[p.text_range()], "p");
    assert!(left < p.x + p.advance * 0.5 && right > p.x && right - left < p.advance, "{found:?}");
    assert_eq!(gaps("gun nap ninny", SkipInk::None).0, []);
    assert_eq!(gaps("arm", SkipInk::Auto).0, []);
    // Ideographs stand on the line; signs that would vanish are crossed.
    assert_eq!(gaps("中文", SkipInk::Auto).0, []);
    assert_eq!(gaps("a_b", SkipInk::Auto).0, []);
    assert_eq!(gaps("a_b", SkipInk::All).0.len(), 1);
}

#[test]
fn alignment_in_the_line() {
    let x = |align| Block::new(move |s| s.align = align).text("abc ").lay(100.0).runs()[0].1;
    let width = Block::new(|_| {}).text("abc").lay(100.0).layout.max_line_width.0;
    assert_eq!(x(TextAlign::Start), 0.0);
    assert!((x(TextAlign::End) - (100.0 - width)).abs() < 0.01);
    assert!((x(TextAlign::Center) - (100.0 - width) / 2.0).abs() < 0.01);
}

#[test]
fn empty_content_has_no_height() {
    let laid = Block::new(|_| {}).text("  \n ").lay(100.0);
    assert_eq!((laid.layout.height, laid.layout.lines.len()), (Px::ZERO, 0));
}

#[test]
fn scale_shrinks_widths_in_proportion() {
    let width = |scale: f32| {
        Block::new(|_| {})
            .text("Founding member")
            .with(|cx, _, id| super::super::prepare(cx, id, scale).intrinsic_widths().max.0)
    };
    assert!((width(0.5) - width(1.0) / 2.0).abs() < 0.001);
}

#[test]
fn kerning_goes_on_across_boxes_without_edges() {
    let width = |block: Block| block.lay(1000.0).layout.max_line_width.0;
    let whole = width(Block::new(|_| {}).text("AVAV"));
    let apart = width(Block::new(|_| {}).text("AV").inline("AV", |_| {}));
    assert!((whole - apart).abs() < 0.01, "{whole} {apart}");
    let edged = width(Block::new(|_| {}).text("AV").inline("AV", |s| {
        s.padding.left = LengthPercentage::Length(Px(1.0));
    }));
    assert!(edged > whole + 1.0);
}
