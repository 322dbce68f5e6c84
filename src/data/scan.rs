//! Where cells stand in the text: the delimiter, and the byte ranges of one record's cells.
//!
//! The `csv` crate reads the values; it forgets where each cell stood and takes an unclosed quote
//! in silence. This scanner follows the same grammar (RFC 4180) over one record at a time, when
//! something must be pointed at or a record holds quotes.

use std::ops::Range;

/// The delimiters that are tried, in the order of preference.
pub const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The first line of a text, but for line breaks in quotes; with its end, if the text has it.
pub fn first_line(text: &[u8]) -> &[u8] {
    let blank = text.iter().take_while(|byte| **byte == b'\n').count();
    let mut quoted = false;
    let end = text[blank..].iter().position(|byte| {
        quoted ^= *byte == b'"';
        *byte == b'\n' && !quoted
    });
    &text[blank..end.map_or(text.len(), |end| blank + end + 1)]
}

/// The delimiter of a header line: the one by which most of its cells are `known` names, failing
/// that, the one that stands in it most often outside quotes.
pub fn find_delimiter(line: &str, known: impl Fn(&str) -> bool) -> u8 {
    let line = line.trim_end_matches('\n');
    let score = |delimiter: &u8| {
        let (cells, _) = cells(line, 0, *delimiter);
        let text =
            |cell: &RawCell| line[cell.range.clone()].trim_matches('"').replace("\"\"", "\"");
        let names = cells.iter().filter(|cell| known(&text(cell))).count();
        (names, count_unquoted(line, *delimiter))
    };
    // The first of equals wins.
    let best = DELIMITERS.iter().rev().max_by_key(|delimiter| score(delimiter));
    best.copied().unwrap_or(b',')
}

fn count_unquoted(line: &str, byte: u8) -> usize {
    let mut quoted = false;
    let outside = |b: &u8| {
        quoted ^= *b == b'"';
        *b == byte && !quoted
    };
    line.bytes().filter(outside).count()
}

/// The delimiter that a line `sep=;` names, which Excel writes before the header.
pub fn named_delimiter(line: &str) -> Option<u8> {
    let named = line.trim_end_matches('\n').trim_matches('"');
    match named.as_bytes() {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter] => Some(*delimiter),
        _ => None,
    }
}

/// What people call a delimiter, and how the project file writes it.
pub fn delimiter_name(delimiter: u8) -> (&'static str, &'static str) {
    match delimiter {
        b';' => ("semicolons", ";"),
        b'\t' => ("tabs", "tab"),
        b'|' => ("vertical bars", "|"),
        _ => ("commas", ","),
    }
}

/// One cell as it stands in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawCell {
    /// The whole cell, its quotes included.
    pub range: Range<usize>,
    /// What is wrong with its quotes.
    pub fault: Option<QuoteFault>,
}

/// What can be wrong with a quoted cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuoteFault {
    /// The file ends before the quote is closed.
    Unclosed,
    /// Something follows the closing quote; the byte where it stands.
    TextAfter(usize),
}

/// The cells of the record that begins at byte `start`, and where the record ends.
pub fn cells(text: &str, start: usize, delimiter: u8) -> (Vec<RawCell>, usize) {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = start;
    loop {
        let (cell, end) = cell(bytes, at, delimiter);
        found.push(cell);
        match bytes.get(end) {
            Some(b) if *b == delimiter => at = end + 1,
            _ => return (found, end),
        }
    }
}

fn cell(bytes: &[u8], start: usize, delimiter: u8) -> (RawCell, usize) {
    let stop = |b: &u8| *b == delimiter || *b == b'\n';
    let plain_end = |from: usize| {
        bytes[from..].iter().position(&stop).map_or(bytes.len(), |offset| from + offset)
    };
    if bytes.get(start) != Some(&b'"') {
        let end = plain_end(start);
        return (RawCell { range: start..end, fault: None }, end);
    }
    let Some(closing) = closing_quote(bytes, start + 1) else {
        let fault = Some(QuoteFault::Unclosed);
        return (RawCell { range: start..bytes.len(), fault }, bytes.len());
    };
    let end = plain_end(closing + 1);
    let blank = bytes[closing + 1..end].iter().all(|b| *b == b' ');
    let fault = if blank { None } else { Some(QuoteFault::TextAfter(closing + 1)) };
    (RawCell { range: start..end, fault }, end)
}

/// The quote that is not doubled.
fn closing_quote(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += bytes[at..].iter().position(|b| *b == b'"')?;
        match bytes.get(at + 1) {
            Some(b'"') => at += 2,
            _ => return Some(at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiter_is_the_one_outside_quotes() {
        let find = |line: &str| find_delimiter(line, |_| false);
        assert_eq!(find("id;\"a,b,c\";x\n"), b';');
        assert_eq!(find("id\tname\n"), b'\t');
        assert_eq!(find("id|name"), b'|');
        assert_eq!(find("id"), b',');
        assert_eq!(find("a,b;c"), b',');
    }

    #[test]
    fn delimiter_is_the_one_between_known_names() {
        let known = |cell: &str| ["id", "Name, Vorname", "Ort"].contains(&cell);
        assert_eq!(find_delimiter("id;Name, Vorname;x, y, z", known), b';');
        assert_eq!(find_delimiter("id;\"Name, Vorname\"", known), b';');
    }

    #[test]
    fn first_lines_and_named_delimiters() {
        assert_eq!(first_line(b"\n\na,\"b\nc\"\nd"), b"a,\"b\nc\"\n");
        assert_eq!(first_line(b"a"), b"a");
        assert_eq!(named_delimiter("sep=;\n"), Some(b';'));
        assert_eq!(named_delimiter("\"sep=\t\"\n"), Some(b'\t'));
        assert_eq!(named_delimiter("separator\n"), None);
    }

    #[test]
    fn cells_have_their_byte_ranges() {
        let text = "x\nä,\"b\nc\"\"\",,d\ny";
        let (found, end) = cells(text, 2, b',');
        let texts: Vec<_> = found.iter().map(|c| &text[c.range.clone()]).collect();
        assert_eq!(texts, ["ä", "\"b\nc\"\"\"", "", "d"]);
        assert_eq!(&text[end..], "\ny");
    }

    #[test]
    fn quote_faults_are_seen() {
        assert_eq!(cells("a,\"b\nc", 0, b',').0[1].fault, Some(QuoteFault::Unclosed));
        assert_eq!(cells("\"a\"b,c", 0, b',').0[0].fault, Some(QuoteFault::TextAfter(3)));
        assert_eq!(cells("\"a\" ,c", 0, b',').0[0].fault, None);
    }
}
