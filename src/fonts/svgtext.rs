//! The faces of a book in the form that SVG text wants.
//!
//! Input: a [`FontBook`]. Output: a `fontdb::Database` of the same faces and nothing else, so that
//! text in an SVG looks the same on every machine. Building it reads the tables of every face; do it
//! only when an SVG holds text.

use std::sync::Arc;

use usvg::fontdb::{Database, Source};

use super::book::FontBook;
use super::face::Slant;
use super::matching::FaceQuery;

impl FontBook {
    /// The same faces for `usvg`; generic families are set as [`FontBook::select`] maps them.
    pub fn svg_database(&self) -> Arc<Database> {
        let mut db = Database::new();
        let mut loaded = Vec::new();
        for face in self.faces() {
            let data = face.shared_data();
            let address = face.data().as_ptr();
            if !loaded.contains(&address) {
                loaded.push(address);
                db.load_font_source(Source::Binary(data));
            }
        }
        let plain = FaceQuery { weight: 400.0, slant: Slant::Upright, stretch: 100.0 };
        let family = |generic: &str| {
            self.select(generic, &plain).map(|id| self.face(id).family.clone()).unwrap_or_default()
        };
        db.set_serif_family(family("serif"));
        db.set_sans_serif_family(family("sans-serif"));
        db.set_monospace_family(family("monospace"));
        db.set_cursive_family(family("cursive"));
        db.set_fantasy_family(family("fantasy"));
        Arc::new(db)
    }
}
