//! The pipeline: project file → plan → preflight → render → write → report.
//!
//! Input: where the project is, and [`Options`]. Output: a [`Report`]. A batch is proved sound before
//! its first byte is written; from there on a row's failure is its own. Prints nothing.
//!
//! - `project`, `project_keys`, `project_sense`: the project file.
//! - `compiled`: a job's expressions and template, ready to use.
//! - `plan`, `planned`, `names`: which documents there are and what they are called.
//! - `choose`, `only`, `sample`, `failures`: which of them a run is about.
//! - `preflight`, `fontload`, `sheets`: what all documents share, looked at before the first one.
//! - `attach`, `row_json`: the files that documents hold.
//! - `document`: one row through all stages, which `stages` joins; `pictures` serves them, `origin` and
//!   `blame` tie findings to the template and the cell they come from.
//! - `carry_out`, `batch`, `panics`: all rows at once, each on its own.
//! - `serials`, `hold`: which number a row's document bears; one run at a time.
//! - `inputs`, `reads`, `lock`, `standing`: what documents are made from, and which are what they would be.
//! - `work`, `write`: documents wait until all are made, then go to their names; `pack`, `zip`: into one file as well.
//! - `report`, `documents`, `report_json`: what was done.
//! - `inspect`, `fontlist`: one page by itself, the faces there are.

mod attach;
mod batch;
mod blame;
mod carry_out;
mod choose;
mod compiled;
mod document;
mod documents;
mod failures;
mod fixed;
mod fontlist;
mod fontload;
mod hold;
mod inputs;
mod inspect;
mod lock;
mod names;
mod only;
mod origin;
mod pack;
mod panics;
mod paths;
mod pictures;
mod plan;
mod planned;
mod preflight;
mod project;
mod project_keys;
mod project_sense;
mod reads;
mod report;
mod report_json;
mod row_json;
mod run;
mod sample;
mod serials;
mod sheets;
mod stages;
mod standing;
mod work;
mod write;
mod zip;

pub use choose::{RowNumbers, Sample, Selection};
pub use documents::{DocumentState, Documents};
pub use fontlist::{BlockListing, FaceListing, FontList};
pub use inspect::{BoxListing, Boxes, Inspection};
pub use project::{AttachSpec, FILE_NAME, Job, Project, SerialSpec};
pub use report::{DocumentReport, Fate, Report, RowReport, ShrunkText, Status};
pub use report_json::{MESSAGES_SCHEMA, SCHEMA};
pub use run::{Mode, Options, Progress, TableFile, run};

pub use crate::pdf::{Date, Profile};
