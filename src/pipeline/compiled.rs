//! stub
use std::sync::Arc;
use super::project::Project;
use crate::data::Dataset;
use crate::diag::Diagnostic;
pub(super) struct CompiledJob { pub index: usize }
impl CompiledJob {
    pub fn is_meant(&self, _: &Dataset, _: Option<usize>) -> Result<bool, Diagnostic> { Ok(true) }
    pub fn output(&self, _: &Dataset, row: Option<usize>) -> Result<String, Diagnostic> { Ok(format!("{}-{row:?}.pdf", self.index)) }
}
pub(super) fn compile(_: &Project, _: &Arc<Dataset>, jobs: &[usize]) -> (Vec<CompiledJob>, Vec<Diagnostic>) {
    (jobs.iter().map(|i| CompiledJob { index: *i }).collect(), Vec::new())
}
