//! `data:` URLs.
//!
//! Input: the URL. Output: its media type and bytes. <https://www.rfc-editor.org/rfc/rfc2397>

use base64::Engine;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

/// The media type (lower case, without parameters) and the bytes of a `data:` URL.
pub(super) fn decode(url: &str) -> Result<(String, Vec<u8>), &'static str> {
    let rest = url.get(5..).ok_or("it is empty")?;
    let (head, body) = rest.split_once(',').ok_or("there is no comma before the data")?;
    let mut parts = head.split(';');
    let media = parts.next().unwrap_or("").trim().to_ascii_lowercase();
    let bytes = percent_decode(body);
    if !parts.any(|part| part.trim().eq_ignore_ascii_case("base64")) {
        return Ok((media, bytes));
    }
    let compact: Vec<u8> = bytes.into_iter().filter(|b| !b.is_ascii_whitespace()).collect();
    let config =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let engine = GeneralPurpose::new(&base64::alphabet::STANDARD, config);
    let bytes = engine.decode(compact).map_err(|_| "its base64 data is broken")?;
    Ok((media, bytes))
}

/// Bytes of a text with `%xx` resolved; a `%` without two hexadecimal digits stands for itself.
pub(super) fn percent_decode(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let digit = |i: usize| bytes.get(i).and_then(|b| char::from(*b).to_digit(16));
        match (byte, digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high << 4 | low) as u8);
                at += 3;
            }
            _ => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decode_base64_and_percent() {
        let url = "data:image/SVG+xml;charset=utf-8;base64,PHN2\nZy8%2B";
        assert_eq!(decode(url), Ok(("image/svg+xml".into(), b"<svg/>".to_vec())));
        let url = "data:image/svg+xml,%3Csvg/>100%";
        assert_eq!(decode(url), Ok(("image/svg+xml".into(), b"<svg/>100%".to_vec())));
        assert!(decode("data:image/png;base64,!!").is_err());
        assert!(decode("data:image/png").is_err());
    }
}
