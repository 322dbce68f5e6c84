//! White space, transforms, clusters, missing characters, direction.

use std::sync::Arc;

use super::{Block, Laid};
use crate::css::computed::*;
use crate::layout::boxes::InlineItem;

fn collapsed(block: Block) -> String {
    block.lay(1000.0).text
}

#[test]
fn white_space_collapses_across_inline_boxes() {
    let block = Block::new(|_| {}).text("  a \n\t b ").inline(" c ", |_| {}).text(" d ");
    assert_eq!(collapsed(block), "a b c d ");
}

#[test]
fn white_space_segment_break_between_han_leaves_no_space() {
    assert_eq!(
        collapsed(Block::chinese(|_| {}).text("中国\n  德国\nabc，\n好")),
        "中国德国 abc，好"
    );
    let block = Block::chinese(|_| {}).text("中国\n").inline("德国", |_| {});
    assert_eq!(collapsed(block), "中国德国");
}

#[test]
fn white_space_pre_line_keeps_breaks_only() {
    let block = Block::new(|s| s.white_space = WhiteSpaceCollapse::PreserveBreaks);
    let laid = block.text("a  b \n  c").lay(1000.0);
    assert_eq!(laid.lines(), ["a b", "c"]);
}

#[test]
fn white_space_pre_keeps_spaces_tabs_and_breaks() {
    let block = Block::new(|s| {
        s.white_space = WhiteSpaceCollapse::Preserve;
        s.wrap = false;
    });
    let laid = block.text("a  b\n\tc\n").lay(20.0);
    assert_eq!(laid.lines(), ["a  b", "c"]);
    let runs = laid.runs();
    // A tab goes to the eighth space; EB Garamond's takes a fifth of an em.
    assert!((runs[1].1 - 8.0 * 0.2 * 16.0).abs() < 0.01, "{}", runs[1].1);
}

#[test]
fn white_space_pre_wrap_hangs_at_line_end() {
    let block = Block::new(|s| {
        s.white_space = WhiteSpaceCollapse::Preserve;
        s.align = TextAlign::Right;
    });
    let laid = block.text("aaaa    bbbb").lay(40.0);
    assert_eq!(laid.lines(), ["aaaa    ", "bbbb"]);
    // The word ends at the right edge; the spaces hang over it.
    let first = &laid.runs()[0];
    let a = &first.0.glyphs[3];
    assert!((first.1 + a.x.0 + a.advance.0 - 40.0).abs() < 0.01);
}

#[test]
fn break_element_and_opportunity() {
    let block = Block::new(|_| {}).text("a ").item(InlineItem::LineBreak).text(" b");
    assert_eq!(block.lay(1000.0).lines(), ["a", "b"]);
    let block = Block::new(|_| {}).text("aaaa").item(InlineItem::BreakOpportunity).text("bbbb");
    assert_eq!(block.lay(30.0).lines(), ["aaaa", "bbbb"]);
}

#[test]
fn break_element_at_the_end_makes_no_line_of_its_own() {
    let block = Block::new(|_| {}).text("a").item(InlineItem::LineBreak);
    assert_eq!(block.lay(1000.0).layout.lines.len(), 1);
}

#[test]
fn transform_uppercase_expands_sharp_s() {
    let text = |how| collapsed(Block::new(|s| s.transform = how).text("die straße ßa"));
    assert_eq!(text(TextTransform::Uppercase), "DIE STRASSE SSA");
    assert_eq!(text(TextTransform::Capitalize), "Die Straße Ssa");
}

#[test]
fn no_break_space_does_not_break() {
    let laid = Block::new(|_| {}).text("16\u{a0}December 2022").lay(60.0);
    assert_eq!(laid.lines(), ["16\u{a0}December", "2022"]);
}

#[test]
fn zero_width_space_breaks_and_is_not_copied() {
    let laid = Block::new(|_| {}).text("aaaa\u{200b}bbbb").lay(40.0);
    assert_eq!(laid.lines(), ["aaaa", "bbbb"]);
}

fn cluster_texts(laid: &Laid) -> Vec<String> {
    let runs = laid.runs();
    let glyphs = runs
        .iter()
        .flat_map(|(run, _)| run.glyphs.iter().map(|g| run.text[g.text_range()].to_owned()));
    glyphs.collect()
}

#[test]
fn clusters_ligature_stands_for_its_letters() {
    let laid = Block::new(|_| {}).text("office x").lay(1000.0);
    assert_eq!(cluster_texts(&laid), ["o", "ffi", "c", "e", " ", "x"]);
}

#[test]
fn clusters_letter_spacing_parts_ligatures() {
    let laid = Block::new(|s| s.letter_spacing = crate::geom::Px(1.0)).text("office").lay(1000.0);
    assert_eq!(cluster_texts(&laid).len(), 6);
}

#[test]
fn clusters_cover_the_text_in_order() {
    let text = "Ünïcödé ﬁne e\u{301}x—“q” 中文（测试）“好” 𬭎";
    let laid = Block::chinese(|_| {}).text(text).lay(1000.0);
    assert_eq!(cluster_texts(&laid).concat(), text);
    assert_eq!(laid.lines().concat(), text);
}

#[test]
fn missing_glyph_is_reported_once_and_left_out() {
    let laid = Block::new(|_| {}).text("a\u{1F9FF}b \u{1F9FF}c").lay(1000.0);
    assert_eq!(laid.findings.len(), 1);
    assert_eq!(laid.findings[0].code, "missing-glyph");
    assert_eq!(laid.findings[0].message, "no font has `\u{1F9FF}` (U+1F9FF)");
    assert_eq!(laid.lines(), ["ab c"]);
    assert!(laid.runs().iter().all(|(run, _)| run.glyphs.iter().all(|g| g.id != 0)));
}

#[test]
fn chinese_quotes_come_from_the_han_face() {
    let faces = |lang: &str| {
        let laid = Block::new(|s| s.lang = Arc::from(lang)).text("“x”").lay(1000.0);
        laid.runs().iter().map(|(run, _)| run.face).collect::<Vec<_>>()
    };
    assert_eq!(faces("en").len(), 1);
    assert_eq!(faces("zh").len(), 3);
}

#[test]
fn bidi_order_by_levels_without_glyphs() {
    // No embedded face has Hebrew: the missing letters are reported, the order of the rest stays.
    let laid = Block::new(|_| {}).text("abc אבג def").lay(1000.0);
    assert_eq!(laid.findings.len(), 3);
    assert_eq!(laid.lines(), ["abc  def"]);
}

#[test]
fn bidi_override_reverses_and_keeps_logical_text() {
    let block = Block::new(|_| {}).text("abc ").inline("def ghi", |s| {
        Arc::make_mut(&mut s.text).direction = Direction::Rtl;
        s.unicode_bidi = UnicodeBidi::BidiOverride;
    });
    let laid = block.text(" jkl").lay(1000.0);
    let runs = laid.runs();
    let texts: Vec<&str> = runs.iter().map(|(run, _)| &*run.text).collect();
    assert_eq!(texts, ["abc ", "def ghi", " jkl"]);
    let run = &runs[1].0;
    assert!(run.rtl);
    let visual: String = run.glyphs.iter().map(|g| &run.text[g.text_range()]).collect();
    assert_eq!(visual, "ihg fed");
}

#[test]
fn bidi_right_to_left_block_starts_at_the_right() {
    let laid = Block::new(|s| s.direction = Direction::Rtl).text("abc").lay(100.0);
    assert!((laid.right_edges()[0] - 100.0).abs() < 0.01);
}

#[test]
fn line_ends_swallow_the_space_and_it_is_still_read() {
    let laid = Block::new(|_| {}).text("aaaa bbbb cccc").lay(40.0);
    assert_eq!(laid.read(), ["aaaa ", "bbbb ", "cccc"]);
    let (run, x) = &laid.runs()[0];
    let (last, space) = (&run.glyphs[3], &run.glyphs[4]);
    assert!((space.x.0 - last.x.0 - last.advance.0).abs() < 0.01 && space.advance.0 == 0.0);
    assert_eq!(*x, 0.0);
    // Aligned to the right, words end at the edge.
    let right = Block::new(|s| s.align = TextAlign::Right).text("aaaa bbbb").lay(40.0);
    let edges = right.right_edges();
    assert!(edges.iter().all(|edge| (edge - 40.0).abs() < 0.01), "{edges:?}");
}

#[test]
fn line_ends_swallow_the_space_where_lines_are_broken_together() {
    for justify in [TextJustify::Auto, TextJustify::InterCharacter] {
        let block = Block::new(|s| {
            s.align = TextAlign::Justify;
            s.justify = justify;
        });
        let laid = block.text("aa bb cc dd ee ff").lay(40.0);
        assert_eq!(laid.read().concat(), "aa bb cc dd ee ff");
        let edges = laid.right_edges();
        let full = &edges[..edges.len() - 1];
        assert!(full.iter().all(|edge| (edge - 40.0).abs() < 0.01), "{edges:?}");
    }
}

#[test]
fn line_ends_take_the_space_where_it_stands_among_inline_boxes() {
    let spaced = |end: &str, next: &str| {
        let block = Block::new(|_| {}).inline(&format!("aaaa{end}"), |_| {});
        block.text(&format!("{next}bbbb")).lay(40.0)
    };
    for laid in [spaced(" ", ""), spaced("", " ")] {
        assert_eq!(laid.read(), ["aaaa ", "bbbb"]);
        assert_eq!(laid.lines(), ["aaaa", "bbbb"]);
    }
}

#[test]
fn line_ends_without_a_space_get_none() {
    assert_eq!(Block::new(|_| {}).text("aaaa-bbbb ").lay(40.0).read(), ["aaaa-", "bbbb"]);
    assert_eq!(Block::chinese(|_| {}).text("中国德国").lay(40.0).read(), ["中国", "德国"]);
    assert_eq!(Block::chinese(|_| {}).text("中国 德国").lay(40.0).read(), ["中国 ", "德国"]);
    assert_eq!(Block::new(|_| {}).text("aaaa\u{200b}bbbb").lay(40.0).read(), ["aaaa", "bbbb"]);
}

#[test]
fn forced_breaks_part_words_as_segment_breaks_do() {
    let broken = |block: Block, before: &str, after: &str| {
        let block = block.text(before).item(InlineItem::LineBreak).text(after);
        block.lay(1000.0).read()
    };
    let latin = || Block::new(|_| {});
    assert_eq!(broken(latin(), "Street 1", "Town"), ["Street 1 ", "Town"]);
    assert_eq!(broken(latin(), "Street 1 ", " Town"), ["Street 1 ", "Town"]);
    assert_eq!(broken(latin(), "End", "").concat(), "End");
    assert_eq!(broken(latin(), "End ", " ").concat(), "End");
    assert_eq!(broken(Block::chinese(|_| {}), "全国", "联盟"), ["全国", "联盟"]);
    assert_eq!(broken(Block::chinese(|_| {}), "全国\n", "\n联盟"), ["全国", "联盟"]);
    assert_eq!(broken(Block::chinese(|_| {}), "全国”", "联盟"), ["全国”", "联盟"]);
    assert_eq!(broken(Block::chinese(|_| {}), "全国", "Bonn"), ["全国 ", "Bonn"]);
    let pre = |text: &str| {
        let block = Block::new(|s| s.white_space = WhiteSpaceCollapse::Preserve);
        block.text(text).lay(1000.0).read()
    };
    assert_eq!(pre("a\nb  \n\nc\n"), ["a ", "b  ", "", "c"]);
}

#[test]
fn line_ends_of_right_to_left_text_have_the_space_at_the_left() {
    let block = Block::new(|s| s.direction = Direction::Rtl).inline("aaaa bbbb", |s| {
        Arc::make_mut(&mut s.text).direction = Direction::Rtl;
        s.unicode_bidi = UnicodeBidi::BidiOverride;
    });
    let laid = block.lay(40.0);
    let runs = laid.runs();
    let run = |text: &str| runs.iter().find(|(run, _)| &*run.text == text).expect("a run");
    let ((space, from), (word, at)) = (run(" "), run("aaaa"));
    // The line ends at the left, as far as the word reaches; the space lies beyond.
    let (start, end) = (space.glyphs[0].x.0, space.glyphs[0].x.0 + space.glyphs[0].advance.0);
    assert!((from + end - at).abs() < 0.01 && start < end, "{from} {start} {end}, word at {at}");
    let width: f32 = word.glyphs.iter().map(|g| g.advance.0).sum();
    assert!((at + width - 40.0).abs() < 0.01);
}
