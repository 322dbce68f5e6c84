//! The bidirectional algorithm: conformance with UAX #9, and what CSS adds.
//!
//! No embedded face has Hebrew or Arabic letters, so the order is tested below shaping: the very
//! functions that lay lines out, on the conformance data of Unicode.

use std::sync::Arc;

use super::super::bidi::conformance::line;
use super::super::bidi::{Levels, base_at};
use super::super::collect::collect;
use super::{Block, Laid};
use crate::css::computed::*;
use crate::layout::boxes::{BoxKind, InlineItem};

const CHARACTERS: &str = include_str!("../../../../tests/suite/data/BidiCharacterTest.txt");
const CLASSES: &str = include_str!("../../../../tests/suite/data/BidiTest.txt");

fn levels(field: &str) -> Vec<Option<u8>> {
    field.split_whitespace().map(|level| level.parse().ok()).collect()
}

fn order(field: &str) -> Vec<usize> {
    field.split_whitespace().filter_map(|index| index.parse().ok()).collect()
}

#[test]
fn conformance_of_characters() {
    let mut cases = 0;
    for data in CHARACTERS.lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
        let fields: Vec<&str> = data.split(';').collect();
        let text: String = fields[0]
            .split(' ')
            .filter_map(|hex| u32::from_str_radix(hex, 16).ok().and_then(char::from_u32))
            .collect();
        let base = match fields[1] {
            "0" => Some(0),
            "1" => Some(1),
            _ => None,
        };
        let found = line(&text, base);
        let wanted = (fields[2].parse().unwrap_or(9), levels(fields[3]), order(fields[4]));
        assert_eq!(found, wanted, "{data}");
        cases += 1;
    }
    assert_eq!(cases, 2517);
}

/// A character of each class.
fn sample(class: &str) -> char {
    match class {
        "L" => 'A',
        "R" => '\u{5d0}',
        "AL" => '\u{627}',
        "EN" => '1',
        "ES" => '+',
        "ET" => '$',
        "AN" => '\u{660}',
        "CS" => ',',
        "B" => '\u{2029}',
        "S" => '\t',
        "WS" => ' ',
        "ON" => '!',
        "NSM" => '\u{300}',
        "BN" => '\u{ad}',
        "LRE" => '\u{202a}',
        "RLE" => '\u{202b}',
        "PDF" => '\u{202c}',
        "LRO" => '\u{202d}',
        "RLO" => '\u{202e}',
        "LRI" => '\u{2066}',
        "RLI" => '\u{2067}',
        "FSI" => '\u{2068}',
        "PDI" => '\u{2069}',
        other => panic!("unknown class {other}"),
    }
}

#[test]
fn conformance_of_classes() {
    let (mut wanted_levels, mut wanted_order) = (Vec::new(), Vec::new());
    let mut cases = 0;
    for data in CLASSES.lines() {
        if let Some(field) = data.strip_prefix("@Levels:") {
            wanted_levels = levels(field);
        } else if let Some(field) = data.strip_prefix("@Reorder:") {
            wanted_order = order(field);
        } else if let Some((classes, bits)) = data.split_once(';') {
            let text: String = classes.split_whitespace().map(sample).collect();
            let bits: u8 = bits.trim().parse().expect("a bit set");
            for (bit, base) in [(1, None), (2, Some(0)), (4, Some(1))] {
                if bits & bit != 0 {
                    let (_, found, visual) = line(&text, base);
                    assert_eq!((&found, &visual), (&wanted_levels, &wanted_order), "{data}");
                    cases += 1;
                }
            }
        }
    }
    assert!(cases > 25_000, "{cases}");
}

/// The levels of the characters of a block's text, its controls left out.
fn resolved(block: &Block) -> Vec<(char, u8)> {
    let boxed = super::boxed(block.style.clone(), BoxKind::Block(Vec::new()));
    let c = collect(&boxed, &block.content);
    let levels = Levels::resolve(&c);
    let control = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let chars = c.text.char_indices().filter(|(_, c)| !control(*c));
    chars.map(|(at, c)| (c, levels.at(at as u32))).collect()
}

fn level_of(block: &Block, wanted: char) -> u8 {
    resolved(block).iter().find(|(c, _)| *c == wanted).map_or(99, |(_, level)| *level)
}

#[test]
fn name_in_hebrew_within_latin_and_han() {
    let block = Block::new(|_| {}).text("Dr. \u{5d0}\u{5d1} 12 中德联盟");
    let levels: Vec<u8> = resolved(&block).iter().map(|(_, level)| *level).collect();
    // The figures after the name belong to it: they stand on its left.
    assert_eq!(levels, [0, 0, 0, 0, 1, 1, 1, 2, 2, 0, 0, 0, 0, 0]);
    // An isolate around the name (what `<bdi>` does) keeps them in the line's own order.
    let block = Block::new(|_| {})
        .text("Dr. ")
        .inline("\u{5d0}\u{5d1}", |s| s.unicode_bidi = UnicodeBidi::Isolate)
        .text(" 12 中德联盟");
    let levels: Vec<u8> = resolved(&block).iter().map(|(_, level)| *level).collect();
    assert_eq!(levels[4..], [3, 3, 0, 0, 0, 0, 0, 0, 0, 0]);
}

#[test]
fn embedding_and_override_of_inline_boxes() {
    let with = |bidi, direction| {
        Block::new(|_| {}).text("a ").inline("b!", move |s| {
            s.unicode_bidi = bidi;
            Arc::make_mut(&mut s.text).direction = direction;
        })
    };
    let levels = |block: &Block| (level_of(block, 'a'), level_of(block, 'b'), level_of(block, '!'));
    assert_eq!(levels(&with(UnicodeBidi::Normal, Direction::Rtl)), (0, 0, 0));
    assert_eq!(levels(&with(UnicodeBidi::Embed, Direction::Rtl)), (0, 2, 1));
    assert_eq!(levels(&with(UnicodeBidi::Isolate, Direction::Rtl)), (0, 2, 1));
    assert_eq!(levels(&with(UnicodeBidi::BidiOverride, Direction::Rtl)), (0, 1, 1));
    assert_eq!(levels(&with(UnicodeBidi::IsolateOverride, Direction::Rtl)), (0, 3, 3));
    assert_eq!(levels(&with(UnicodeBidi::Plaintext, Direction::Rtl)), (0, 2, 2));
}

#[test]
fn override_of_a_block_reaches_its_text() {
    let mut block = Block::new(|s| s.direction = Direction::Rtl);
    block.style.unicode_bidi = UnicodeBidi::BidiOverride;
    let laid = block.text("abc def").lay(200.0);
    let run = &laid.runs()[0];
    assert!(run.0.rtl);
    assert_eq!(shown(&laid), "fed cba");
    assert!((laid.right_edges()[0] - 200.0).abs() < 0.01);
}

#[test]
fn forced_break_ends_a_bidi_paragraph_inside_its_boxes() {
    let block = Block::new(|_| {})
        .inline("abc", |s| {
            s.unicode_bidi = UnicodeBidi::BidiOverride;
            Arc::make_mut(&mut s.text).direction = Direction::Rtl;
        })
        .item(InlineItem::LineBreak)
        .text("def");
    assert_eq!(level_of(&block, 'a'), 1);
    assert_eq!(level_of(&block, 'd'), 0);
    // A box that goes on after the break keeps its override.
    let mut block = Block::new(|_| {});
    let mut style = super::computed((*block.style.text).clone(), Display::Inline);
    style.unicode_bidi = UnicodeBidi::BidiOverride;
    Arc::make_mut(&mut style.text).direction = Direction::Rtl;
    block = open(block, style).text("abc").item(InlineItem::LineBreak).text("def");
    let laid = block.item(InlineItem::Close).lay(1000.0);
    assert_eq!(shown(&laid), "cba |fed");
}

fn open(block: Block, style: Computed) -> Block {
    use crate::layout::boxes::tree::InlineBox;
    let inline = InlineBox { style: Arc::new(style), element: None, structure: None, order: 1 };
    block.item(InlineItem::Open(Arc::new(inline)))
}

#[test]
fn plaintext_takes_the_direction_of_each_paragraph() {
    let mut block = Block::new(|s| s.white_space = WhiteSpaceCollapse::PreserveBreaks);
    block.style.unicode_bidi = UnicodeBidi::Plaintext;
    let block = block.text("abc\n\u{5d0}\u{5d1}!\nxyz!");
    let boxed = super::boxed(block.style.clone(), BoxKind::Block(Vec::new()));
    let c = collect(&boxed, &block.content);
    let bases = Levels::resolve(&c).into_bases();
    let base_of = |wanted: &str| c.text.find(wanted).map(|at| base_at(&bases, at as u32));
    assert_eq!([base_of("abc"), base_of("\u{5d0}"), base_of("xyz")], [Some(0), Some(1), Some(0)]);
}

#[test]
fn white_space_at_the_end_of_a_line_and_before_tabs_is_the_paragraphs() {
    let block = Block::new(|s| {
        s.white_space = WhiteSpaceCollapse::Preserve;
        s.direction = Direction::Rtl;
    })
    .text("abc \tdef ");
    let levels: Vec<u8> = resolved(&block).iter().map(|(_, level)| *level).collect();
    assert_eq!(levels[..5], [2, 2, 2, 1, 1]);
}

/// The characters of the lines as they are seen from left to right.
fn shown(laid: &Laid) -> String {
    let line = |line| {
        let runs = super::runs(line);
        runs.iter()
            .flat_map(|(run, _)| run.glyphs.iter().map(|g| run.text[g.text_range()].to_owned()))
            .collect::<String>()
    };
    laid.layout.lines.iter().map(line).collect::<Vec<_>>().join("|")
}
