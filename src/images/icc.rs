//! Colour profiles that pictures and projects bring along (ICC.1 §7.2).
//!
//! Input: a profile as a file holds it. Output: the same, if a PDF may hold it and it is of the
//! picture's kind of colour; else why not. The profile itself is not interpreted.

use super::Image;
use crate::diag::Diagnostic;

/// Why a profile cannot be embedded for colours of that many components; none if it can.
pub fn fault(profile: &[u8], components: u8) -> Option<String> {
    let field = |at: usize| profile.get(at..at + 4).unwrap_or_default();
    if profile.len() < 132 || field(36) != b"acsp" {
        return Some("it is no ICC profile".into());
    }
    if profile[8] > 4 {
        return Some(format!("it is of version {}, and PDF knows no more than 4", profile[8]));
    }
    if !matches!(field(12), b"mntr" | b"scnr" | b"prtr" | b"spac") {
        return Some("it is not the profile of a device or a colour space".into());
    }
    let expected: &[u8] = match components {
        1 => b"GRAY",
        4 => b"CMYK",
        _ => b"RGB ",
    };
    (field(16) != expected).then(|| {
        let found = String::from_utf8_lossy(field(16)).trim().to_owned();
        let expected = String::from_utf8_lossy(expected).trim().to_owned();
        format!("it is for {found}, not for {expected}")
    })
}

/// Takes a profile out that cannot be embedded, and says so with the picture.
pub(super) fn checked(
    profile: Option<Vec<u8>>,
    components: u8,
    name: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Vec<u8>> {
    let profile = profile?;
    let Some(why) = fault(&profile, components) else { return Some(profile) };
    let instead = if components == 4 { "uncalibrated" } else { "sRGB" };
    diagnostics.push(
        Diagnostic::warning(
            "colour-profile",
            format!("the colour profile of `{name}` is left out: {why}"),
        )
        .note(format!("its colours are taken as {instead}")),
    );
    None
}

/// A picture with what is to be said of it.
pub(super) fn with(image: Image, diagnostics: Vec<Diagnostic>) -> Image {
    Image { diagnostics, ..image }
}
