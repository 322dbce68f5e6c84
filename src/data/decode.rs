//! Bytes of a table's file → text, and which encoding that was.
//!
//! Input: the bytes, and the encoding the project file pins, if it does. Output: [`Decoded`], or
//! the reason why not with the byte offset. Never replaces what it cannot decode.
//!
//! The order is byte order mark → strict UTF-8 → strict GB18030 (what Excel writes on a Chinese
//! Windows). Nearly every text in an old European encoding is valid GB18030 too, and reads as
//! nonsense: there a high byte (an umlaut) mostly stands alone before an ASCII letter, while Chinese
//! text has pairs of high bytes. A text in which such pairs are not the greater part is therefore
//! not taken for GB18030.

use encoding_rs::{DecoderResult, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

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
    pub offset: usize,
    /// What to do.
    pub help: String,
}

/// Decodes `bytes`, in `pinned` where the project file names an encoding.
pub fn decode(bytes: &[u8], pinned: Option<&str>) -> Result<Decoded, DecodeError> {
    match pinned {
        Some(label) => decode_pinned(bytes, label),
        None => decode_found(bytes),
    }
}

fn decode_pinned(bytes: &[u8], label: &str) -> Result<Decoded, DecodeError> {
    let Some(encoding) = Encoding::for_label(label.as_bytes()) else {
        return Err(DecodeError {
            message: format!("unknown encoding {label:?}"),
            offset: 0,
            help: "known are utf-8, utf-16le, utf-16be, gb18030, windows-1252 and the others of \
                   the WHATWG encoding standard"
                .to_string(),
        });
    };
    let body = match Encoding::for_bom(bytes) {
        Some((marked, length)) if marked == encoding => &bytes[length..],
        _ => bytes,
    };
    let skipped = bytes.len() - body.len();
    strict(encoding, body)
        .map(|text| decoded(text, encoding, false))
        .map_err(|offset| undecodable(bytes, offset + skipped, encoding, "pinned for it"))
}

fn decode_found(bytes: &[u8]) -> Result<Decoded, DecodeError> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return strict(encoding, &bytes[length..])
            .map(|text| decoded(text, encoding, false))
            .map_err(|at| undecodable(bytes, at + length, encoding, "named by its first bytes"));
    }
    if bytes.contains(&0) {
        return decode_unmarked_utf16(bytes);
    }
    let at = match strict(UTF_8, bytes) {
        Ok(text) => return Ok(decoded(text, UTF_8, false)),
        Err(at) => at,
    };
    match strict(GB18030, bytes) {
        Ok(text) if looks_chinese(bytes) => Ok(decoded(text, GB18030, true)),
        _ => Err(DecodeError {
            message: format!(
                "not UTF-8: byte {:#04x} at offset {at} begins no character, and the text is not \
                 GB18030 either",
                bytes[at]
            ),
            offset: at,
            help: "save it as UTF-8, or pin the encoding: encoding = \"windows-1252\"".to_string(),
        }),
    }
}

/// UTF-16 without its mark: a comma, a digit or a line end gives a zero byte in every other place.
fn decode_unmarked_utf16(bytes: &[u8]) -> Result<Decoded, DecodeError> {
    let zeros = |parity: usize| bytes.iter().skip(parity).step_by(2).filter(|b| **b == 0).count();
    let encoding = if zeros(0) > zeros(1) { UTF_16BE } else { UTF_16LE };
    let first = bytes.iter().position(|b| *b == 0).unwrap_or(0);
    let balanced = zeros(0).min(zeros(1)) == 0 && bytes.len().is_multiple_of(2);
    match strict(encoding, bytes) {
        Ok(text) if balanced => Ok(decoded(text, encoding, true)),
        _ => Err(DecodeError {
            message: format!(
                "not a text: zero byte at offset {first}, expected UTF-8, UTF-16 or GB18030"
            ),
            offset: first,
            help: "save it as UTF-8 (CSV)".to_string(),
        }),
    }
}

fn decoded(text: String, encoding: &'static Encoding, guessed: bool) -> Decoded {
    let text = if text.contains('\r') { line_feeds(&text) } else { text };
    Decoded { text, encoding: encoding.name(), guessed }
}

/// Line ends as Windows and old Macs write them, as line feeds: lines are then counted alike
/// everywhere.
fn line_feeds(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

fn undecodable(bytes: &[u8], at: usize, encoding: &'static Encoding, why: &str) -> DecodeError {
    let byte = bytes.get(at).map_or("end".to_string(), |b| format!("byte {b:#04x}"));
    DecodeError {
        message: format!("not {}, the encoding {why}: {byte} at offset {at}", encoding.name()),
        offset: at,
        help: "save it as UTF-8, or pin the encoding it is in: encoding = \"gb18030\"".to_string(),
    }
}

/// The text, or the offset of the first byte that does not belong to a character.
fn strict(encoding: &'static Encoding, bytes: &[u8]) -> Result<String, usize> {
    if encoding == UTF_8 {
        return match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_string()),
            Err(error) => Err(error.valid_up_to()),
        };
    }
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let room = decoder.max_utf8_buffer_length_without_replacement(bytes.len());
    let mut text = String::with_capacity(room.unwrap_or(bytes.len() * 3 + 16));
    let (result, read) = decoder.decode_to_string_without_replacement(bytes, &mut text, true);
    match result {
        DecoderResult::InputEmpty => Ok(text),
        DecoderResult::OutputFull => Err(read),
        DecoderResult::Malformed(bad, after) => {
            Err(read.saturating_sub(usize::from(bad) + usize::from(after)))
        }
    }
}

/// Whether the bytes look like GB18030: more characters of two high bytes, or of four bytes, than
/// of a high byte and an ASCII one.
fn looks_chinese(bytes: &[u8]) -> bool {
    let (mut for_it, mut against, mut at) = (0usize, 0usize, 0);
    while at + 1 < bytes.len() {
        at += match (bytes[at], bytes[at + 1]) {
            (0x81..=0xFE, 0x80..=0xFE) => {
                for_it += 1;
                2
            }
            (0x81..=0xFE, 0x30..=0x39) => {
                for_it += 1;
                4
            }
            (0x81..=0xFE, _) => {
                against += 1;
                2
            }
            _ => 1,
        };
    }
    for_it > against
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
            "not UTF-8: byte 0xfc at offset 11 begins no character, and the text is not GB18030 \
             either"
        );
        assert_eq!(decode(b"M\xfcller", Some("windows-1252")).unwrap().text, "Müller");
    }

    #[test]
    fn pinned_encoding_reports_its_own_offset() {
        let error = decode(b"ab\xff\xffc", Some("gb18030")).unwrap_err();
        assert_eq!(error.offset, 2);
        assert_eq!(error.message, "not gb18030, the encoding pinned for it: byte 0xff at offset 2");
        let error = decode(b"ab\xe5\x90", Some("utf-8")).unwrap_err();
        assert_eq!(error.offset, 2);
        assert!(decode(b"", Some("klingon")).unwrap_err().message.contains("klingon"));
    }

    #[test]
    fn zero_bytes_are_no_text() {
        assert_eq!(decode(b"a\0\0b,c", None).unwrap_err().offset, 1);
    }
}
