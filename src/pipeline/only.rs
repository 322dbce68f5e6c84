//! `--only`: choosing documents by the key of their row or by their output name.
//!
//! A pattern is a row's key, or a glob over the output name: `*` stands for any characters but
//! `/`, `**` for any characters, `?` for one.

/// Whether a document with this row key and output name is meant.
pub(super) fn matches(pattern: &str, key: Option<&str>, output: &str) -> bool {
    key == Some(pattern) || output == pattern || glob(pattern.as_bytes(), output.as_bytes())
}

fn glob(pattern: &[u8], text: &[u8]) -> bool {
    match pattern {
        [] => text.is_empty(),
        [b'*', b'*', rest @ ..] => (0..=text.len()).any(|n| glob(rest, &text[n..])),
        [b'*', rest @ ..] => {
            let end = text.iter().position(|b| *b == b'/').unwrap_or(text.len());
            (0..=end).any(|n| glob(rest, &text[n..]))
        }
        [b'?', rest @ ..] => {
            let width = std::str::from_utf8(text).ok().and_then(|t| t.chars().next());
            width.is_some_and(|c| c != '/' && glob(rest, &text[c.len_utf8()..]))
        }
        [byte, rest @ ..] => text.first() == Some(byte) && glob(rest, &text[1..]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_globs() {
        assert!(matches("FM-1", Some("FM-1"), "certificates/FM-1-wist.pdf"));
        assert!(matches("certificates/FM-*.pdf", None, "certificates/FM-1-wist.pdf"));
        assert!(!matches("*.pdf", None, "certificates/FM-1-wist.pdf"));
        assert!(matches("**.pdf", None, "certificates/FM-1-wist.pdf"));
        assert!(matches("证?.pdf", None, "证书.pdf"));
        assert!(!matches("FM", Some("FM-1"), "FM-1.pdf"));
    }
}
