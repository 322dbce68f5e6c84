//! The pipeline: project file → plan → preflight → render → write → report.
//!
//! Input: where the project is, and [`Options`]. Output: a [`Report`]. A batch is proved sound before
//! its first byte is written; from there on a row's failure is its own. Prints nothing.
//!
//! - `project`, `project_keys`, `project_sense`: the project file.
//! - `compiled`: a job's expressions and template, ready to use.
//! - `plan`, `names`, `only`: which documents there are and what they are called.
//! - `document`: one row through all stages; `sheets`, `fontload`, `blame` serve it.
//! - `batch`, `panics`, `write`: all rows at once, each on its own.
//! - `report`: what was done.

mod batch;
mod blame;
mod compiled;
mod document;
mod fontload;
mod names;
mod only;
mod panics;
mod plan;
mod preflight;
mod project;
mod project_keys;
mod project_sense;
mod report;
mod run;
mod write;

pub use fontload::load_fonts;
pub use project::{FILE_NAME, Job, Project};
pub use report::{DocumentReport, Fate, Report, RowReport, SCHEMA, Status};
pub use run::{Mode, Options, Progress, run};
