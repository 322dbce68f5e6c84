//! Fonts: faces, choosing among them, shaping, subsetting.
//!
//! Input: font files (those that are part of the program and those of the project) and text. Output:
//! [`ShapedText`] for layout and [`FaceSubset`] for the PDF. System fonts are never used, styles are
//! never synthesised, and a character that no face has is told to the caller, never drawn as a box.
//!
//! - [`FontBook`]: all faces of a run, CSS font matching, fallback lists (`book`, `matching`).
//! - [`Face`]: names, [`Metrics`], coverage (`face`, `metrics`, `coverage`).
//! - [`Descriptors`]: what `@font-face` says of a face (`declared`).
//! - [`Run`]: text cut by face and script (`choose`).
//! - [`Shaper`]: shaping with the shape cache, one a worker (`shape`).
//! - [`SubsetPool`]: subsetting, one a batch (`subset`, `program`).

mod book;
mod choose;
mod coverage;
mod declared;
mod embedded;
mod face;
mod ink;
mod matching;
mod metrics;
mod program;
mod shape;
mod subset;
mod svgtext;

#[cfg(test)]
mod tests;

pub use book::FontBook;
pub use choose::{Run, is_invisible};
pub use coverage::{BlockCoverage, CoverageSummary};
pub use declared::Descriptors;
pub use face::{Face, FaceId, Slant};
pub use matching::FaceQuery;
pub use metrics::{LineMetrics, LineStroke, Metrics, ScriptPlacement};
pub use shape::{Feature, FeatureSetId, Glyph, LangId, Script, ShapeKey, ShapedText, Shaper};
pub use subset::{FaceSubset, OutlineKind, SubsetPool};
