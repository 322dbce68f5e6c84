//! Chinese typesetting.

use std::sync::Arc;

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
    let none = Block::chinese(|s| s.autospace = TextAutospace::NONE).text("中HWK文").lay(1e4);
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

/// A small generator of numbers; the same ones every time.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % bound
    }

    fn of(&mut self, text: &str) -> char {
        let chars: Vec<char> = text.chars().collect();
        chars[self.below(chars.len())]
    }

    /// A stretch of Chinese as hostile as it comes: marks beside marks, Latin, figures, dashes.
    fn paragraph(&mut self, parts: usize) -> String {
        let mut text = String::new();
        for _ in 0..parts {
            match self.below(12) {
                0 => text.push(self.of(STOPS)),
                1 => {
                    text.push(self.of(OPENING));
                    text.push(self.of(HAN));
                    text.push(self.of(CLOSING));
                }
                2 => {
                    text.push(self.of(CLOSING));
                    text.push(self.of(STOPS));
                }
                3 => {
                    text.push(self.of(STOPS));
                    text.push(self.of(OPENING));
                }
                4 => text.push_str(["HWK", "2022", "GmbH", "ISO 9001", "A4"][self.below(5)]),
                5 => text.push_str(["——", "……", "·", "、", "～", "／"][self.below(6)]),
                _ => (0..=self.below(6)).for_each(|_| text.push(self.of(HAN))),
            }
            if self.below(3) > 0 {
                text.push(self.of(HAN));
            }
        }
        text.push('。');
        text
    }
}

const HAN: &str = "中德双元制职教联盟于年月日在江苏省常州市正式成立当选为创始成员单位并被授予称号";
const STOPS: &str = "。，、．：；！？";
const OPENING: &str = "（「『《〈【〔［｛“‘";
const CLOSING: &str = "）」』》〉】〕］｝”’";
/// What CLREQ 3.1.2 forbids at the beginning of a line beyond stops and closing marks, and UAX #14
/// of classes CL, CP, EX, IN, NS.
const NEVER_FIRST: &str = "·／～…‧・〜々ー";

#[test]
fn kinsoku_without_one_violation_in_random_paragraphs() {
    let mut random = Random(11);
    let mut lines_seen = 0;
    for _ in 0..250 {
        let text = random.paragraph(60);
        let width = 120.0 + random.below(400) as f32;
        for align in [TextAlign::Start, TextAlign::Justify] {
            let lines = Block::chinese(move |s| s.align = align).text(&text).lay(width).lines();
            assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""), "{width}");
            for line in &lines[1..] {
                let first = line.chars().next().expect("a line has text");
                let forbidden = [STOPS, CLOSING, NEVER_FIRST].iter().any(|set| set.contains(first));
                assert!(!forbidden, "{width}: {line} in {text}");
            }
            for line in &lines[..lines.len() - 1] {
                let last = line.trim_end().chars().next_back().expect("a line has text");
                assert!(!OPENING.contains(last), "{width}: {line} in {text}");
            }
            lines_seen += lines.len();
        }
    }
    assert!(lines_seen > 4_000, "{lines_seen}");
}

#[test]
fn line_break_strictness_small_kana_and_hyphens() {
    let starts = |strictness| {
        let block = Block::new(|s| {
            s.lang = Arc::from("ja");
            s.line_break = strictness;
            s.families = Arc::from([Arc::from("Noto Serif CJK SC")]);
        });
        let lines = block.text("中国々中国々").lay(33.0).lines();
        lines.iter().skip(1).any(|line| line.starts_with('々'))
    };
    assert!(!starts(LineBreak::Strict));
    assert!(!starts(LineBreak::Auto));
    assert!(!starts(LineBreak::Normal));
    assert!(starts(LineBreak::Loose));
    assert!(starts(LineBreak::Anywhere));
}

#[test]
fn justified_chinese_fills_the_measure_in_random_paragraphs() {
    let mut random = Random(5);
    let mut seen = 0;
    for _ in 0..300 {
        let text = random.paragraph(50);
        let width = 160.0 + random.below(4_000) as f32 / 10.0;
        let laid = Block::chinese(|s| s.align = TextAlign::Justify).text(&text).lay(width);
        let (last, full) = laid.layout.lines.split_last().expect("there are lines");
        for line in full {
            let edge = ink_edge(line);
            assert!((edge - width).abs() < 0.01, "{edge} of {width} in {text}");
        }
        assert!(ink_edge(last) < width + 0.01);
        seen += full.len();
    }
    assert!(seen > 2_000, "{seen}");
}

#[test]
fn text_align_last_justifies_the_last_line_too() {
    let edges = |last| {
        let block = Block::chinese(move |s| {
            s.align = TextAlign::Justify;
            s.align_last = last;
        });
        let laid = block.text("中德双元制职教联盟于常州").lay(140.0);
        laid.layout.lines.iter().map(ink_edge).collect::<Vec<_>>()
    };
    assert_eq!(edges(TextAlign::Auto).len(), 2);
    assert!(edges(TextAlign::Auto)[1] < 100.0);
    assert!((edges(TextAlign::Justify)[1] - 140.0).abs() < 0.01);
    assert!((edges(TextAlign::End)[1] - 140.0).abs() < 0.01);
}

#[test]
fn indent_of_two_characters() {
    let laid = justified(320.0);
    let starts: Vec<f32> = laid.layout.lines.iter().map(|line| super::runs(line)[0].1).collect();
    assert_eq!(starts[0], 32.0);
    assert!(starts[1..].iter().all(|x| *x == 0.0), "{starts:?}");
}

fn spaced(value: TextSpacingTrim) -> impl Fn(&str, f32) -> super::Laid {
    move |text, width| Block::chinese(|s| s.spacing_trim = value).text(text).lay(width)
}

/// Where the glyph of the first character is drawn: half an em to the left where it is trimmed.
fn first_glyph(laid: &super::Laid, line: usize) -> f32 {
    let runs = super::runs(&laid.layout.lines[line]);
    runs[0].1 + runs[0].0.glyphs[0].x.0
}

#[test]
fn text_spacing_trim_at_line_starts_and_ends() {
    let text = "（中）文（中）文";
    let at = |value| {
        let laid = spaced(value)(text, 64.0);
        assert_eq!(laid.lines().concat(), text);
        let second = laid.lines().iter().position(|l| l.starts_with('（')).expect("the first");
        (first_glyph(&laid, second), laid.lines())
    };
    // A blank half stands before the mark unless it is trimmed.
    assert_eq!(at(TextSpacingTrim::Normal).0, 0.0);
    assert_eq!(at(TextSpacingTrim::SpaceAll).0, 0.0);
    assert_eq!(at(TextSpacingTrim::SpaceFirst).0, 0.0);
    assert_eq!(at(TextSpacingTrim::TrimStart).0, -8.0);
    assert_eq!(at(TextSpacingTrim::TrimBoth).0, -8.0);
    let wide = |value| spaced(value)("（中）文", 1000.0).layout.max_line_width.0;
    assert_eq!(wide(TextSpacingTrim::SpaceAll), 64.0);
    assert_eq!(wide(TextSpacingTrim::Normal), 64.0);
    assert_eq!(wide(TextSpacingTrim::TrimStart), 56.0);
    assert_eq!(wide(TextSpacingTrim::TrimAll), 48.0);
    // At the end: `normal` keeps what fits, `trim-both` trims.
    let end = |value| spaced(value)("中文）", 1000.0).layout.max_line_width.0;
    assert_eq!(end(TextSpacingTrim::Normal), 48.0);
    assert_eq!(end(TextSpacingTrim::TrimBoth), 40.0);
}

#[test]
fn text_spacing_space_first_trims_later_lines() {
    let laid = spaced(TextSpacingTrim::SpaceFirst)("（中中中（中中中", 64.0);
    assert_eq!(laid.lines(), ["（中中中", "（中中中"]);
    assert_eq!((first_glyph(&laid, 0), first_glyph(&laid, 1)), (0.0, -8.0));
}

#[test]
fn autospace_of_letters_and_of_figures() {
    let width = |alpha, numeric, text: &str| {
        let block = Block::chinese(move |s| s.autospace = TextAutospace { alpha, numeric });
        block.text(text).lay(1e4).layout.max_line_width.0
    };
    let by = |alpha, numeric, text: &str| width(alpha, numeric, text) - width(false, false, text);
    assert!((by(true, false, "中A文") - 4.0).abs() < 0.01);
    assert!((by(true, false, "中4文")).abs() < 0.01);
    assert!((by(false, true, "中4文") - 4.0).abs() < 0.01);
    assert!((by(true, true, "中A4文") - 4.0).abs() < 0.01);
    assert!((by(true, true, "中，A文") - 2.0).abs() < 0.01);
}

#[test]
fn hanging_punctuation_takes_stops_out_of_the_measure() {
    let lines = |change: fn(&mut HangingPunctuation), width| {
        let block = Block::chinese(move |s| change(&mut s.hanging_punctuation));
        block.text("中文中，文").lay(width)
    };
    // The comma does not fit: it hangs rather than taking the character before it along.
    let laid = lines(|h| h.allow_end = true, 48.0);
    assert_eq!(laid.lines(), ["中文中，", "文"]);
    assert!(laid.layout.overflow.is_empty());
    assert_eq!(lines(|_| {}, 48.0).lines(), ["中文", "中，文"]);
    // Where it fits, `allow-end` lets it stand, `force-end` hangs it all the same.
    let end = |change: fn(&mut HangingPunctuation)| {
        let block = Block::chinese(move |s| {
            s.align = TextAlign::Right;
            change(&mut s.hanging_punctuation);
        });
        let laid = block.text("中文，").lay(100.0);
        super::runs(&laid.layout.lines[0])[0].1
    };
    assert_eq!(end(|h| h.allow_end = true), 52.0);
    assert_eq!(end(|h| h.force_end = true), 68.0);
    // `first` hangs an opening quote, `last` a closing one.
    let first = Block::chinese(|s| s.hanging_punctuation.first = true).text("「中」").lay(100.0);
    assert!(super::runs(&first.layout.lines[0])[0].1 < 0.0);
}
