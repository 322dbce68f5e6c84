//! Where lines may break: conformance with UAX #14.

use super::super::collect::{Collected, InlineBoxEntry, ROOT, Span};
use super::super::opportunities::opportunities;
use super::Block;

const DATA: &str = include_str!("../../../../tests/suite/data/LineBreakTest.txt");

/// The opportunities in a text, as positions.
fn found(text: &str) -> Vec<usize> {
    let style = Block::new(|_| {}).style;
    let span = Span {
        start: 0,
        end: text.len() as u32,
        style: style.text.clone(),
        owner: ROOT,
        element: None,
        structure: None,
        artifact: false,
        reading: 0,
    };
    let root = InlineBoxEntry { style: std::sync::Arc::new(style), source: None, parent: ROOT };
    let collected = Collected {
        text: text.to_owned(),
        spans: vec![span],
        boxes: vec![root],
        ..Collected::default()
    };
    opportunities(&collected).into_iter().map(|at| at as usize).collect()
}

/// Scripts of Southeast Asia break by dictionary (class SA), which is not wanted here.
fn needs_a_dictionary(c: char) -> bool {
    matches!(c as u32, 0xe00..=0xeff | 0x1000..=0x109f | 0x1780..=0x17ff | 0x1950..=0x19df
        | 0x1a20..=0x1aaf | 0xa9e0..=0xa9ff | 0xaa60..=0xaadf | 0x11700..=0x1174f)
}

#[test]
fn conformance_with_uax_14() {
    let (mut cases, mut wrong) = (0, Vec::new());
    for data in DATA.lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
        let (mut text, mut wanted) = (String::new(), Vec::new());
        for item in data.split_whitespace() {
            match item {
                "÷" => wanted.push(text.len()),
                "×" => {}
                hex => text.extend(u32::from_str_radix(hex, 16).ok().and_then(char::from_u32)),
            }
        }
        if text.chars().any(needs_a_dictionary) {
            continue;
        }
        // What follows a forced break begins a line in any case.
        let matters = |at: &usize| {
            let forced =
                |c| matches!(c, '\n' | '\u{b}'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}');
            *at < text.len() && !text[..*at].ends_with(forced)
        };
        wanted.retain(matters);
        let mut found = found(&text);
        found.retain(matters);
        cases += 1;
        if found != wanted {
            wrong.push(data);
        }
    }
    assert!(cases > 4_000, "{cases}");
    assert!(wrong.is_empty(), "{} of {cases}: {:#?}", wrong.len(), &wrong[..wrong.len().min(20)]);
}
