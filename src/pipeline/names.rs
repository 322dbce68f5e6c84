//! Output names: what a pattern gave becomes a path below the output folder.
//!
//! Input: the text a row's `output` pattern came to. Output: a relative path with `/` between its
//! parts, in NFC, that every file system takes; or why there is none. Names keep Unicode; they lose
//! only what some file system forbids, so that a batch gives the same names everywhere.
//!
//! Forbidden are, after Windows, the strictest: control characters and `< > : " \ | ? *`, blanks and
//! full stops at the end of a part, and device names. Each forbidden character becomes `_`.

use super::work::WORK_FOLDER;
use unicode_normalization::UnicodeNormalization;

/// The longest part of a path, in bytes of UTF-8: what ext4, APFS and NTFS all take.
const MAX_PART: usize = 255;

/// Names that Windows keeps for devices, with whatever extension.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul"];

/// Makes a path out of what a pattern gave.
pub fn output_name(text: &str) -> Result<String, String> {
    let text: String = text.trim().nfc().collect();
    if text.is_empty() {
        return Err("the output name is empty".into());
    }
    if text.starts_with(['/', '\\']) || has_drive(&text) {
        return Err(format!("{text:?} is an absolute path, expected one below the output folder"));
    }
    if text.ends_with('/') {
        return Err(format!("{text:?} is a folder, expected a file's name"));
    }
    let mut parts = Vec::new();
    for part in text.split('/').map(str::trim).filter(|part| !matches!(*part, "" | ".")) {
        if part == ".." {
            return Err(format!("{text:?} leaves the output folder"));
        }
        parts.push(clean_part(part)?);
    }
    match parts.first() {
        None => Err(format!("{text:?} names no file")),
        Some(first) if collision_key(first) == WORK_FOLDER => {
            Err(format!("{WORK_FOLDER} is where documents wait until all are made"))
        }
        Some(_) => Ok(parts.join("/")),
    }
}

/// The form in which names are compared: file systems that ignore case must not lose a document.
pub fn collision_key(name: &str) -> String {
    name.to_lowercase()
}

fn clean_part(part: &str) -> Result<String, String> {
    let mut clean: String = part.chars().map(|c| if is_forbidden(c) { '_' } else { c }).collect();
    if clean.ends_with(['.', ' ']) {
        clean.pop();
        clean.push('_');
    }
    if is_device(&clean) {
        clean.insert(0, '_');
    }
    if clean.len() > MAX_PART {
        return Err(format!(
            "{clean:?} is {} bytes long, file systems take at most {MAX_PART}",
            clean.len()
        ));
    }
    Ok(clean)
}

fn is_forbidden(c: char) -> bool {
    c.is_control() || matches!(c, '<' | '>' | ':' | '"' | '\\' | '|' | '?' | '*')
}

fn is_device(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or(part).to_ascii_lowercase();
    let numbered = |prefix: &str| {
        stem.strip_prefix(prefix)
            .is_some_and(|n| n.len() == 1 && matches!(n.as_bytes()[0], b'1'..=b'9'))
    };
    DEVICES.contains(&stem.as_str()) || numbered("com") || numbered("lpt")
}

fn has_drive(text: &str) -> bool {
    let bytes = text.as_bytes();
    matches!(bytes, [drive, b':', b'/' | b'\\', ..] if drive.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unicode_stays_and_is_composed() {
        assert_eq!(output_name("证书/Mu\u{308}ller.pdf").as_deref(), Ok("证书/Müller.pdf"));
    }

    #[test]
    fn what_file_systems_forbid_is_replaced() {
        assert_eq!(output_name("a: \"b\"?.pdf").as_deref(), Ok("a_ _b__.pdf"));
        assert_eq!(output_name("x./con.pdf").as_deref(), Ok("x_/_con.pdf"));
        assert_eq!(output_name("./a//b.pdf").as_deref(), Ok("a/b.pdf"));
        assert_eq!(output_name("com10.pdf").as_deref(), Ok("com10.pdf"));
    }

    #[test]
    fn paths_stay_inside() {
        for text in [
            "../a.pdf",
            "a/../../b.pdf",
            "/etc/a.pdf",
            "C:/a.pdf",
            "\\\\host\\a.pdf",
            "a/",
            " ",
            ".Urkunde/a",
        ] {
            assert!(output_name(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_part_has_a_limit() {
        let long = "名".repeat(90);
        assert!(output_name(&format!("{long}.pdf")).unwrap_err().contains("274 bytes"));
    }
}
