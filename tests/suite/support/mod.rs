//! Support for the tests: projects in temporary folders, runs of the program, tools for PDF.

pub mod icc;
pub mod pdf;
pub mod picture;
pub mod program;
pub mod project;
pub mod readable;
pub mod reader;
pub mod run;

pub use project::TempProject;
pub use run::Run;

use std::path::Path;

/// The folder of the shipped project.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
