//! Where cells stand in the text: the delimiter, and the byte ranges of one record's cells.
//!
//! The `csv` crate reads the values; it forgets where each cell stood and takes an unclosed quote
//! in silence. This scanner follows the same grammar (RFC 4180) over one record at a time, when
//! something must be pointed at or a record holds quotes.

use std::ops::Range;

/// The delimiters that are tried, in the order of preference.
pub const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The delimiter that stands most often outside quotes in the header line.
pub fn find_delimiter(text: &str) -> u8 {
    let mut counts = [0usize; DELIMITERS.len()];
    let mut quoted = false;
    for byte in text.trim_start_matches('\n').bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if quoted => {}
            _ => {
                if let Some(at) = DELIMITERS.iter().position(|d| *d == byte) {
                    counts[at] += 1;
                }
            }
        }
    }
    let most = counts.iter().copied().max().unwrap_or(0);
    let at = counts.iter().position(|count| *count == most).unwrap_or(0);
    DELIMITERS[at]
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
        assert_eq!(find_delimiter("id;\"a,b,c\";x\n1,2,3"), b';');
        assert_eq!(find_delimiter("id\tname\n"), b'\t');
        assert_eq!(find_delimiter("id|name"), b'|');
        assert_eq!(find_delimiter("id"), b',');
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
