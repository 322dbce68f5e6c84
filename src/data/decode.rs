//! Bytes of a table's file → which encoding they are in.
//!
//! Input: the bytes, and the encoding the project file pins, if it does. Output: the [`Decision`] with which
//! `text` decodes them as a stream ([`decode`] does it at once), or the reason why not with the byte offset. Never
//! replaces what it cannot decode; all bytes are tried before the first is used.
//!
//! The order is byte order mark → strict UTF-8 → strict GB18030 (what Excel writes on a Chinese
//! Windows). Nearly every text in an old European encoding is valid GB18030 too, and reads as
//! nonsense: there a high byte (an umlaut) mostly stands alone before an ASCII letter, while Chinese
//! text has pairs of high bytes. A text in which such pairs are not the greater part is therefore
//! not taken for GB18030.

use std::io::{self, Read};

use encoding_rs::{DecoderResult, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::input::{CHUNK, Input};
use super::text::{CharSet, TextReader};

/// A decoded text.
#[derive(Debug)]
pub struct Decoded {
    /// The text: no byte order mark, every line ended by a line feed.
    pub text: String,
    /// The encoding it was in, by its common name.
    pub encoding: &'static str,
    /// Whether the encoding was found out rather than pinned or marked, and is not UTF-8.
    pub guessed: bool,
}

/// Why bytes could not be decoded.
#[derive(Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// What was found and expected.
    pub message: String,
    /// Offset of the first byte that does not fit, from 0.
    pub offset: u64,
    /// What to do.
    pub help: String,
}

/// How a file is to be decoded; every byte of it has been tried.
#[derive(Clone, Copy, Debug)]
pub(super) struct Decision {
    /// The encoding.
    pub encoding: &'static Encoding,
    /// How many bytes of the beginning are a mark.
    pub skip: u64,
    /// Whether the encoding was found out rather than pinned or marked, and is not UTF-8.
    pub guessed: bool,
}

/// Why there is no decision.
#[derive(Debug)]
pub(super) enum Undecided {
    /// The file cannot be read.
    Unreadable(io::Error),
    /// It can, and makes no sense.
    Undecodable(DecodeError),
}

impl From<io::Error> for Undecided {
    fn from(error: io::Error) -> Undecided {
        Undecided::Unreadable(error)
    }
}

/// Decodes `bytes`, in `pinned` where the project file names an encoding.
pub fn decode(bytes: &[u8], pinned: Option<&str>) -> Result<Decoded, DecodeError> {
    let mut input = Input::Bytes(bytes);
    // Bytes in memory can be read.
    let unreadable = |error: io::Error| DecodeError {
        message: error.to_string(),
        offset: 0,
        help: String::new(),
    };
    let decision = decide(&mut input, pinned).map_err(|why| match why {
        Undecided::Unreadable(error) => unreadable(error),
        Undecided::Undecodable(error) => error,
    })?;
    let mut text = String::new();
    let mut seen = CharSet::new();
    let reader = input.reader(decision.skip).map_err(unreadable)?;
    TextReader::new(reader, decision.encoding, &mut seen)
        .read_to_string(&mut text)
        .map_err(unreadable)?;
    Ok(Decoded { text, encoding: decision.encoding.name(), guessed: decision.guessed })
}

/// Finds out how to decode a file, which is read as often as that takes.
pub(super) fn decide(input: &mut Input<'_>, pinned: Option<&str>) -> Result<Decision, Undecided> {
    match pinned {
        Some(label) => decide_pinned(input, label),
        None => decide_found(input),
    }
}

fn decide_pinned(input: &mut Input<'_>, label: &str) -> Result<Decision, Undecided> {
    let Some(encoding) = Encoding::for_label(label.as_bytes()) else {
        return Err(Undecided::Undecodable(DecodeError {
            message: format!("to be read in an unknown encoding, {label:?}"),
            offset: 0,
            help: "known are utf-8, utf-16le, utf-16be, gb18030, windows-1252 and the others of \
                   the WHATWG encoding standard"
                .to_string(),
        }));
    };
    let skip = match mark(input)? {
        Some((marked, length)) if marked == encoding => length,
        _ => 0,
    };
    match check(input, encoding, skip, |_| {})? {
        None => Ok(Decision { encoding, skip, guessed: false }),
        Some(at) => Err(undecodable(input, at, encoding, "pinned for it")?),
    }
}

fn decide_found(input: &mut Input<'_>) -> Result<Decision, Undecided> {
    if let Some((encoding, skip)) = mark(input)? {
        return match check(input, encoding, skip, |_| {})? {
            None => Ok(Decision { encoding, skip, guessed: false }),
            Some(at) => Err(undecodable(input, at, encoding, MARKED)?),
        };
    }
    let mut zeros = Zeros::default();
    let fault = check(input, UTF_8, 0, |chunk| zeros.see(chunk))?;
    let guess = |encoding, guessed| Ok(Decision { encoding, skip: 0, guessed });
    if let Some(first) = zeros.first {
        let Some(encoding) = zeros.utf16() else { return Err(no_text(first)) };
        return match check(input, encoding, 0, |_| {})? {
            None => guess(encoding, true),
            Some(_) => Err(no_text(first)),
        };
    }
    let Some(at) = fault else { return guess(UTF_8, false) };
    if zeros.length - at < 4 && is_cut_character(input, at)? {
        return Err(cut(at));
    }
    let mut pairs = Pairs::default();
    match check(input, GB18030, 0, |chunk| pairs.see(chunk))? {
        None if pairs.look_chinese() && !pairs.hold_utf8() => guess(GB18030, true),
        _ => Err(neither(input, at, pairs.hold_utf8())?),
    }
}

/// Why an encoding was tried.
const MARKED: &str = "named by its first bytes";

/// The encoding that the first bytes name, and how many they are.
fn mark(input: &mut Input<'_>) -> io::Result<Option<(&'static Encoding, u64)>> {
    let mut head = Vec::new();
    input.reader(0)?.take(4).read_to_end(&mut head)?;
    Ok(Encoding::for_bom(&head).map(|(encoding, length)| (encoding, length as u64)))
}

/// Tries all bytes from offset `skip` on, and shows them; the offset of the first one that does not
/// belong to a character.
fn check(
    input: &mut Input<'_>,
    encoding: &'static Encoding,
    skip: u64,
    mut see: impl FnMut(&[u8]),
) -> io::Result<Option<u64>> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = vec![0; CHUNK];
    let (mut at, mut fault) = (skip, None);
    let mut feed = |mut chunk: &[u8], last: bool| {
        while fault.is_none() {
            let (result, read, _) =
                decoder.decode_to_utf8_without_replacement(chunk, &mut text, last);
            at += read as u64;
            chunk = &chunk[read..];
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(bad, after) => {
                    fault = Some(at.saturating_sub(u64::from(bad) + u64::from(after)));
                }
            }
        }
    };
    input.each_chunk(skip, |chunk| {
        see(chunk);
        feed(chunk, false);
    })?;
    feed(&[], true);
    Ok(fault)
}

/// Zero bytes. UTF-16 without its mark has one in every other place wherever there is a comma, a digit
/// or a line end.
#[derive(Default)]
struct Zeros {
    length: u64,
    first: Option<u64>,
    even: u64,
    odd: u64,
    /// How many bytes in even places and the next are characters of ASCII text both.
    ascii_pairs: u64,
    /// Whether the byte before, in an even place, was one.
    after_ascii: bool,
}

impl Zeros {
    fn see(&mut self, chunk: &[u8]) {
        if self.first.is_some() || chunk.contains(&0) {
            for (at, byte) in (self.length..).zip(chunk) {
                let ascii = matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~');
                self.ascii_pairs += u64::from(at % 2 == 1 && ascii && self.after_ascii);
                self.after_ascii = ascii && at % 2 == 0;
            }
            for (at, _) in (self.length..).zip(chunk).filter(|(_, byte)| **byte == 0) {
                self.first.get_or_insert(at);
                *if at % 2 == 0 { &mut self.even } else { &mut self.odd } += 1;
            }
        }
        self.length += chunk.len() as u64;
    }

    /// The UTF-16 that this may be.
    fn utf16(&self) -> Option<&'static Encoding> {
        let balanced = self.even.min(self.odd) == 0 && self.length.is_multiple_of(2);
        // Where pairs are of two ASCII characters, a zero byte is a fault and no UTF-16.
        let wide = self.length > 4 * self.ascii_pairs;
        (balanced && wide).then_some(if self.even > self.odd { UTF_16BE } else { UTF_16LE })
    }
}

/// Pairs of bytes of which the first is high.
#[derive(Default)]
struct Pairs {
    state: PairState,
    chinese: u64,
    other: u64,
    /// How many bytes are high, and how many of these make characters of three bytes in UTF-8, which
    /// two-byte characters seldom do by chance.
    high: u64,
    utf8: u64,
    run: u8,
}

#[derive(Default)]
enum PairState {
    #[default]
    Start,
    AfterHigh,
    Skip(u8),
}

impl Pairs {
    fn see(&mut self, chunk: &[u8]) {
        for byte in chunk {
            self.high += u64::from(*byte >= 0x80);
            self.run = match (self.run, byte) {
                (_, 0xE0..=0xEF) => 1,
                (1, 0x80..=0xBF) => 2,
                (2, 0x80..=0xBF) => {
                    self.utf8 += 3;
                    0
                }
                _ => 0,
            };
            self.state = match (&self.state, byte) {
                (PairState::Start, 0x81..=0xFE) => PairState::AfterHigh,
                (PairState::AfterHigh, 0x80..=0xFE) => {
                    self.chinese += 1;
                    PairState::Start
                }
                (PairState::AfterHigh, 0x30..=0x39) => {
                    self.chinese += 1;
                    PairState::Skip(2)
                }
                (PairState::AfterHigh, _) => {
                    self.other += 1;
                    PairState::Start
                }
                (PairState::Skip(2), _) => PairState::Skip(1),
                _ => PairState::Start,
            };
        }
    }

    /// Whether the bytes look like GB18030: more characters of two high bytes, or of four bytes, than
    /// of a high byte and an ASCII one.
    fn look_chinese(&self) -> bool {
        self.chinese > self.other
    }

    /// Whether a good part of the text is UTF-8 all the same.
    fn hold_utf8(&self) -> bool {
        4 * self.utf8 > self.high
    }
}

/// Neither UTF-8 nor Chinese: mostly a table that a European spreadsheet saved.
fn neither(input: &mut Input<'_>, at: u64, is_mostly_utf8: bool) -> io::Result<Undecided> {
    let (line, bytes) = input.line_about(at)?;
    let mut byte = Vec::new();
    input.reader(at)?.take(1).read_to_end(&mut byte)?;
    let byte = byte.first().copied().unwrap_or(0);
    if is_mostly_utf8 {
        let (text, _, faulty) = GB18030.decode(&bytes);
        let read = if faulty {
            String::new()
        } else {
            format!(", which as GB18030 is: {:?}", text.trim())
        };
        return Ok(Undecided::Undecodable(DecodeError {
            message: format!(
                "UTF-8 in part, but byte {byte:#04x} in line {line} (offset {at}) begins no character"
            ),
            offset: at,
            help: format!("write line {line} again{read}"),
        }));
    }
    let (text, _, faulty) = WINDOWS_1252.decode(&bytes);
    let help = "save it as UTF-8, or pin the encoding: encoding = \"windows-1252\"";
    let help = match faulty {
        true => help.to_string(),
        false => format!("{help} reads line {line} as: {:?}", text.trim()),
    };
    Ok(Undecided::Undecodable(DecodeError {
        message: format!(
            "not UTF-8: byte {byte:#04x} in line {line} (offset {at}) begins no character, and the text is \
             not GB18030 either"
        ),
        offset: at,
        help,
    }))
}

/// Whether the bytes from `at` to the end are the beginning of a character in UTF-8.
fn is_cut_character(input: &mut Input<'_>, at: u64) -> io::Result<bool> {
    let mut rest = Vec::new();
    input.reader(at)?.read_to_end(&mut rest)?;
    Ok(std::str::from_utf8(&rest).is_err_and(|error| error.error_len().is_none()))
}

fn cut(at: u64) -> Undecided {
    Undecided::Undecodable(DecodeError {
        message: "UTF-8, and ends in the middle of a character".to_string(),
        offset: at,
        help: "the file is not complete: save or fetch it again".to_string(),
    })
}

fn no_text(first: u64) -> Undecided {
    Undecided::Undecodable(DecodeError {
        message: format!(
            "not a text: zero byte at offset {first}, expected UTF-8, UTF-16 or GB18030"
        ),
        offset: first,
        help: "save it as UTF-8 (CSV)".to_string(),
    })
}

fn undecodable(
    input: &mut Input<'_>,
    at: u64,
    encoding: &'static Encoding,
    why: &str,
) -> io::Result<Undecided> {
    let mut byte = Vec::new();
    input.reader(at)?.take(1).read_to_end(&mut byte)?;
    let byte = byte.first().map_or("the end".to_string(), |byte| format!("byte {byte:#04x}"));
    let wide = encoding == UTF_16LE || encoding == UTF_16BE;
    let place = match wide {
        true => format!("at offset {at}"),
        false => format!("in line {} (offset {at})", input.line_about(at)?.0),
    };
    Ok(Undecided::Undecodable(DecodeError {
        message: format!("not {}, the encoding {why}: {byte} {place}", encoding.name()),
        offset: at,
        help: match why {
            MARKED => "it is damaged or not complete: save it as UTF-8 again".to_string(),
            _ => {
                "save it as UTF-8, or pin the encoding it is in: encoding = \"gb18030\"".to_string()
            }
        },
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to_bytes).collect()
    }

    #[test]
    fn utf8_with_and_without_mark() {
        let plain = decode("id,名\r\n1,䶮".as_bytes(), None).unwrap();
        assert_eq!((plain.text.as_str(), plain.encoding), ("id,名\n1,䶮", "UTF-8"));
        let marked = decode("\u{feff}id".as_bytes(), None).unwrap();
        assert_eq!((marked.text.as_str(), marked.guessed), ("id", false));
    }

    #[test]
    fn gb18030_found_with_four_byte_characters() {
        let (bytes, _, _) = GB18030.encode("名称,李𬭎");
        let found = decode(&bytes, None).unwrap();
        assert_eq!(found.text, "名称,李𬭎");
        assert_eq!((found.encoding, found.guessed), ("gb18030", true));
        assert!(!decode(&bytes, Some("gb18030")).unwrap().guessed);
    }

    #[test]
    fn utf16_both_ends_with_and_without_mark() {
        for to_bytes in [u16::to_le_bytes as fn(u16) -> [u8; 2], u16::to_be_bytes] {
            assert_eq!(decode(&utf16("\u{feff}id,李𬭎", to_bytes), None).unwrap().text, "id,李𬭎");
            assert_eq!(decode(&utf16("id,ä\n1,b", to_bytes), None).unwrap().text, "id,ä\n1,b");
        }
    }

    #[test]
    fn windows_1252_is_not_taken_for_gb18030() {
        let error = decode(b"id,name\n1,M\xfcller\n", None).unwrap_err();
        assert_eq!(error.offset, 11);
        assert_eq!(
            error.message,
            "not UTF-8: byte 0xfc in line 2 (offset 11) begins no character, and the text is not \
             GB18030 either"
        );
        assert!(error.help.ends_with("reads line 2 as: \"1,Müller\""), "{}", error.help);
        assert_eq!(decode(b"M\xfcller", Some("windows-1252")).unwrap().text, "Müller");
    }

    #[test]
    fn pinned_encoding_reports_its_own_offset() {
        let error = decode(b"ab\xff\xffc", Some("gb18030")).unwrap_err();
        assert_eq!(error.offset, 2);
        assert_eq!(
            error.message,
            "not gb18030, the encoding pinned for it: byte 0xff in line 1 (offset 2)"
        );
        let error = decode(b"ab\xe5\x90", Some("utf-8")).unwrap_err();
        assert_eq!(error.offset, 2);
        assert!(decode(b"", Some("klingon")).unwrap_err().message.contains("klingon"));
    }

    #[test]
    fn zero_bytes_are_no_text() {
        assert_eq!(decode(b"a\0\0b,c", None).unwrap_err().offset, 1);
        assert_eq!(decode(b"id,name\na1,Sample\0College 01\n", None).unwrap_err().offset, 17);
    }

    #[test]
    fn utf8_with_a_line_of_another_encoding_is_not_guessed() {
        let (line, _, _) = GB18030.encode("示例职业学院02\n");
        let bytes = ["示例职业学院01\n".as_bytes(), &line].concat();
        let error = decode(&bytes, None).unwrap_err();
        assert!(error.message.starts_with("UTF-8 in part, but byte 0xc0 in line 2"), "{error:?}");
        assert!(error.help.ends_with("which as GB18030 is: \"示例职业学院02\""), "{error:?}");
        let cut = &"id,示例".as_bytes()[..8];
        assert!(decode(cut, None).unwrap_err().message.contains("middle of a character"));
    }
}
