//! The faces of a project as a list for people and programs: `urkunde fonts`.

use std::path::Path;

use serde::Serialize;

use super::fontload::load_fonts;
use super::project::Project;
use crate::diag::Diagnostic;
use crate::fonts::{Face, FontBook, Slant};

/// The version of the JSON list.
const SCHEMA: &str = "urkunde.fonts/1";

/// The faces there are.
#[derive(Debug, Serialize)]
pub struct FontList {
    schema: &'static str,
    /// The faces, in the order of last resort.
    pub faces: Vec<FaceListing>,
    /// Characters that were asked for and that no face has.
    pub missing: Vec<char>,
}

/// One face.
#[derive(Debug, Serialize)]
pub struct FaceListing {
    /// Family.
    pub family: String,
    /// Weight, 1 to 1000.
    pub weight: f32,
    /// Whether it is italic or oblique.
    pub italic: bool,
    /// Its file.
    pub source: String,
    /// Whether it is part of the program.
    pub built_in: bool,
    /// How many characters it has.
    pub characters: usize,
    /// How many of them lie in blocks that `blocks` does not name.
    pub elsewhere: usize,
    /// Which Unicode blocks they lie in.
    pub blocks: Vec<BlockListing>,
}

/// What a face has of a Unicode block.
#[derive(Debug, Serialize)]
pub struct BlockListing {
    /// The block's name.
    pub name: &'static str,
    /// How many of its characters the face has.
    pub covered: usize,
    /// How many there are.
    pub size: usize,
}

impl FontList {
    /// The faces that have all of `wanted`, of the project around `start`; with `start` given by
    /// nobody (`must_be_project` false) and no project there, those of the program.
    pub fn new(
        start: &Path,
        must_be_project: bool,
        wanted: &str,
    ) -> Result<FontList, Vec<Diagnostic>> {
        let project = match Project::find(start) {
            Ok(file) => Project::load(&file)?,
            Err(_) if !must_be_project => Project::without_file(start),
            Err(diagnostic) => return Err(vec![diagnostic]),
        };
        let book = load_fonts(&project, &mut Vec::new())?;
        let has_all = |face: &&Face| wanted.chars().all(|c| face.covers(c));
        Ok(FontList {
            schema: SCHEMA,
            faces: book.faces().filter(has_all).map(FaceListing::new).collect(),
            missing: wanted.chars().filter(|c| !is_covered(&book, *c)).collect(),
        })
    }

    /// The list for programs.
    pub fn to_json(&self) -> String {
        // Serialisation to a string fails only for maps with keys that are no texts; there are none.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

fn is_covered(book: &FontBook, c: char) -> bool {
    book.faces().any(|face| face.covers(c))
}

impl FaceListing {
    fn new(face: &Face) -> FaceListing {
        let coverage = face.coverage();
        FaceListing {
            family: face.family.clone(),
            weight: face.weight,
            italic: face.slant != Slant::Upright,
            source: face.source.clone(),
            built_in: face.embedded,
            characters: coverage.count,
            elsewhere: coverage.elsewhere,
            blocks: coverage
                .blocks
                .iter()
                .map(|b| BlockListing { name: b.name, covered: b.covered, size: b.size })
                .collect(),
        }
    }
}
