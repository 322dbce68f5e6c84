//! Which faces SVG text is set in.
//!
//! Families are matched as `usvg` does it, in the database that the caller gives. The fallback for a
//! single character is ours: of all faces that have it, the one nearest in slant and weight. What
//! no face has is reported; `usvg` itself would only log it.

use std::sync::{Mutex, PoisonError};

use skrifa::{FontRef, MetadataProvider};
use usvg::FontResolver;
use usvg::fontdb::{Database, ID};

use crate::diag::{About, Diagnostic};

/// The resolver; what it cannot find goes to `found`.
pub(super) fn resolver<'a>(name: &'a str, found: &'a Mutex<Vec<Diagnostic>>) -> FontResolver<'a> {
    let report = move |diagnostic| {
        found.lock().unwrap_or_else(PoisonError::into_inner).push(diagnostic);
    };
    let by_family = FontResolver::default_font_selector();
    FontResolver {
        select_font: Box::new(move |font, db| {
            let face = by_family(font, db);
            if face.is_none() {
                report(Diagnostic::error(
                    "missing-font",
                    format!("text in SVG `{name}` cannot be set: no font fits"),
                ));
            }
            face
        }),
        select_fallback: Box::new(move |c, used, db| {
            let base = used.first().and_then(|id| db.face(*id));
            let (style, weight) = base.map_or_else(Default::default, |f| (f.style, f.weight));
            let face = db
                .faces()
                .filter(|face| !used.contains(&face.id) && has(db, face.id, c))
                .min_by_key(|face| (face.style != style, face.weight.0.abs_diff(weight.0)))
                .map(|face| face.id);
            if face.is_none() && !c.is_whitespace() && !c.is_control() {
                report(missing_glyph(name, c));
            }
            face
        }),
    }
}

fn has(db: &Database, id: ID, c: char) -> bool {
    let mapped = db.with_face_data(id, |data, index| {
        FontRef::from_index(data, index).ok().and_then(|font| font.charmap().map(c))
    });
    mapped.flatten().is_some()
}

/// A character that no face has.
pub(super) fn missing_glyph(name: &str, c: char) -> Diagnostic {
    Diagnostic::error(
        "missing-glyph",
        format!("no font has `{c}` (U+{:04X}) in the text of SVG `{name}`", u32::from(c)),
    )
    .about(About::Character(c))
}
