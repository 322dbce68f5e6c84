//! Chinese typesetting.

use super::Block;
use crate::css::computed::*;
use crate::geom::Px;

const CHINESE: &str = "中德双元制职教联盟于2022年12月16日在江苏省常州市正式成立，WIST当选为创始成员单位，并被授予\
    “创始成员单位”称号。（联盟）旨在促进中德两国职业教育领域的交流与合作；借助联盟平台，中国职业院校与德国手工业行会\
    之间的深度合作将更加便利、顺畅！作为创始成员，学院将继续推进“双元制”试点、加强交流合作：学习德国经验，建设高水平\
    职教融合的培训基地，形成国家级教学创新团队，不断提高培养质量。";

fn justified(width: f32) -> super::Laid {
    let block = Block::chinese(|s| {
        s.align = TextAlign::Justify;
        s.indent = TextIndent {
            amount: LengthPercentage::Length(Px(32.0)),
            hanging: false,
            each_line: false,
        };
    });
    block.text(CHINESE).lay(width)
}

#[test]
fn kinsoku_no_line_begins_or_ends_with_a_forbidden_mark() {
    for width in 80..460 {
        let lay = |align| {
            Block::chinese(move |s| s.align = align).text(CHINESE).lay(width as f32).lines()
        };
        for lines in [lay(TextAlign::Start), lay(TextAlign::Justify)] {
            for line in &lines {
                assert!(
                    !line.starts_with(['。', '，', '、', '）', '；', '：', '！', '”']),
                    "{width} {line}"
                );
                assert!(!line.ends_with(['（', '“']), "{width} {line}");
            }
            assert_eq!(lines.concat(), CHINESE);
        }
    }
}

#[test]
fn justified_chinese_fills_the_measure_exactly() {
    for width in [156.0, 200.0, 301.0, 333.0, 448.0] {
        let laid = justified(width);
        let edges: Vec<f32> = laid.layout.lines.iter().map(ink_edge).collect();
        let full = &edges[..edges.len() - 1];
        assert!(full.iter().all(|edge| (edge - width).abs() < 0.01), "{width}: {edges:?}");
    }
}

/// The right edge of a line's last character: a mark at the end ends after its inked half.
fn ink_edge(line: &crate::layout::fragment::Fragment) -> f32 {
    let runs = super::runs(line);
    runs.iter()
        .filter_map(|(run, x)| run.glyphs.last().map(|g| x + g.x.0 + g.advance.0))
        .fold(0.0, f32::max)
}

fn width_of(text: &str) -> f32 {
    Block::chinese(|_| {}).text(text).lay(10_000.0).layout.max_line_width.0
}

#[test]
fn marks_side_by_side_share_their_blank_halves() {
    assert_eq!(width_of("中文"), 32.0);
    assert_eq!(width_of("中，文"), 48.0);
    assert_eq!(width_of("中」，文"), 56.0);
    assert_eq!(width_of("中」「文"), 56.0);
    assert_eq!(width_of("中（「文"), 56.0);
}

#[test]
fn mark_at_a_line_end_gives_way_only_if_it_must() {
    assert_eq!(Block::chinese(|_| {}).text("中文中，文").lay(56.0).lines(), ["中文中，", "文"]);
    let laid = Block::chinese(|_| {}).text("中文中，").lay(64.0);
    assert_eq!(laid.layout.max_line_width, Px(64.0));
}

#[test]
fn autospace_between_han_and_latin() {
    let parts = width_of("中") + width_of("HWK") + width_of("文");
    assert!((width_of("中HWK文") - parts - 4.0).abs() < 0.01);
    assert!((width_of("中（文") - 48.0).abs() < 0.01);
    let none = Block::chinese(|s| s.autospace = TextAutospace::None).text("中HWK文").lay(1e4);
    assert!((none.layout.max_line_width.0 - parts).abs() < 0.01);
}

#[test]
fn autospace_vanishes_at_a_line_break() {
    let laid = Block::chinese(|_| {}).text("中文HWK中文").lay(36.0);
    assert_eq!(laid.lines(), ["中文", "HWK", "中文"]);
    assert!(laid.runs().iter().all(|(_, x)| x.abs() < 0.01));
}

#[test]
fn dashes_and_ellipses_are_not_parted() {
    for width in 30..120 {
        let lines = Block::chinese(|_| {}).text("中文——中文……中文中文").lay(width as f32).lines();
        assert!(lines.iter().all(|l| !l.ends_with("文—") && !l.ends_with("文…")), "{lines:?}");
    }
}
