//! Profiles: which standards a document claims to meet, and what these forbid.
//!
//! A document meets all that its profile says, or it is not made: nothing is left out of a claim in
//! silence. Earlier stages tell what may matter as findings of known codes; [`Profile::judge`] says
//! what they come to, [`Profile::wants`] looks at what a document says of itself.

use super::Metadata;
use crate::diag::{Diagnostic, Severity};

/// Which standards a document is to meet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// PDF/A-2a (ISO 19005-2, level A) and PDF/UA-1 (ISO 14289-1).
    #[default]
    A2aUa1,
    /// PDF/A-2u: archivable and searchable, without a claim to be accessible.
    A2u,
    /// PDF/A-3a (ISO 19005-3, level A), which may hold files, and PDF/UA-1.
    A3aUa1,
    /// PDF 1.7 (ISO 32000-1) without further claims.
    Pdf17,
}

impl Profile {
    /// All profiles, the usual one first.
    pub const ALL: [Profile; 4] = [Profile::A2aUa1, Profile::A2u, Profile::A3aUa1, Profile::Pdf17];

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Profile::A2aUa1 => "a-2a+ua-1",
            Profile::A2u => "a-2u",
            Profile::A3aUa1 => "a-3a+ua-1",
            Profile::Pdf17 => "1.7",
        }
    }

    /// The profile of that name.
    pub fn named(name: &str) -> Option<Profile> {
        Profile::ALL.into_iter().find(|profile| profile.name() == name)
    }

    /// The part of PDF/A that is claimed, and the level.
    pub(super) fn archive(self) -> Option<(u8, char)> {
        match self {
            Profile::A2aUa1 => Some((2, 'A')),
            Profile::A2u => Some((2, 'U')),
            Profile::A3aUa1 => Some((3, 'A')),
            Profile::Pdf17 => None,
        }
    }

    /// Whether PDF/UA-1 is claimed.
    pub fn is_accessible(self) -> bool {
        matches!(self, Profile::A2aUa1 | Profile::A3aUa1)
    }

    /// Whether documents may hold files. PDF/A-2 allows none but PDF/A files, which cannot be told by
    /// looking at them, and how a file relates to its document is first said in PDF/A-3.
    pub fn takes_attachments(self) -> bool {
        self == Profile::A3aUa1
    }

    /// What a finding comes to under this profile; none where there is nothing to say.
    pub fn judge(self, mut found: Diagnostic) -> Option<Diagnostic> {
        match found.code {
            "device-cmyk" if self.archive().is_none() => None,
            "device-cmyk" => {
                found.severity = Severity::Error;
                let note = format!(
                    "{}; PDF/A allows CMYK with a colour profile only (ISO 19005-2, 6.2.4.3)",
                    self.claim()
                );
                let press = "or name the press's ICC profile in the project file: `[pdf] cmyk-profile = \"….icc\"`";
                let found = found.note(note).help("use sRGB colours").help(press);
                Some(found.help("or, for a print shop, write `pdf = \"1.7\"` into the job"))
            }
            "missing-alt" if self.is_accessible() => {
                found.severity = Severity::Error;
                let note = format!("{}; it needs the text (PDF/UA-1, 7.3)", self.claim());
                Some(found.note(note))
            }
            _ => Some(found),
        }
    }

    /// What a document does not say of itself, and has to.
    pub fn wants(self, meta: &Metadata) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        if !self.is_accessible() {
            return found;
        }
        if meta.title.trim().is_empty() {
            let found_ = Diagnostic::error("missing-title", "the document has no title")
                .note(format!("{}; it needs one (PDF/UA-1, 7.1)", self.claim()))
                .help("write `<title>…</title>` into the page, or `title = \"…\"` into the job");
            found.push(found_);
        }
        if meta.lang.trim().is_empty() {
            let found_ =
                Diagnostic::error("missing-lang", "the document does not say its language")
                    .note(format!("{}; it needs one (PDF/UA-1, 7.2)", self.claim()))
                    .help("write `<html lang=\"…\">` in the page, or `lang = \"…\"` into the job");
            found.push(found_);
        }
        found
    }

    /// The beginning of a note on what the profile asks for.
    fn claim(self) -> String {
        format!("the document's profile is `{}`", self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_have_names_of_their_own() {
        for profile in Profile::ALL {
            assert_eq!(Profile::named(profile.name()), Some(profile));
        }
        assert_eq!(Profile::named("a-2b"), None);
    }

    #[test]
    fn cmyk_is_an_error_where_it_is_not_allowed_and_nothing_elsewhere() {
        let found = || Diagnostic::warning("device-cmyk", "uncalibrated");
        let severity = |p: Profile| p.judge(found()).map(|d| d.severity);
        let error = Some(Severity::Error);
        assert_eq!(Profile::ALL.map(severity), [error, error, error, None]);
    }

    #[test]
    fn accessible_documents_want_pictures_titles_and_languages_told() {
        let found = || Diagnostic::warning("missing-alt", "picture without `alt`");
        let severity = |p: Profile| p.judge(found()).map(|d| d.severity);
        let (error, warning) = (Some(Severity::Error), Some(Severity::Warning));
        assert_eq!(Profile::ALL.map(severity), [error, warning, error, warning]);
        let empty = Metadata::default();
        assert_eq!(Profile::A3aUa1.wants(&empty).len(), 2);
        assert!(Profile::A2u.wants(&empty).is_empty());
    }
}
