//! The documents of a run, in few bytes each: there may be a million.
//!
//! What became of a document is kept as a [`DocumentState`]; what it is called and which row it is made from
//! stands in the plan and the tables. Whoever wants all of it asks for a [`DocumentReport`], which is made then.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::document::Shared;
use super::lock::Entry;
use super::plan::Plan;
use super::reads::FileSet;
use super::report::{DocumentReport, Fate, ShrunkText};
use crate::diag::Redaction;

/// What became of a document.
#[derive(Clone, Debug)]
pub struct DocumentState {
    /// What became of it.
    pub status: Fate,
    /// How many pages it has.
    pub pages: u32,
    /// How many bytes it has.
    pub bytes: u64,
    /// How long it took to make.
    pub microseconds: u32,
    /// The BLAKE3 digest of its bytes; none where there are none.
    pub digest: Option<[u8; 32]>,
    /// What few documents have.
    pub more: Option<Box<More>>,
    /// What the lock file is to say of it; none if it was not made.
    pub(super) made: Option<Made>,
}

/// A document that was made.
#[derive(Clone, Debug)]
pub(super) struct Made {
    /// The other files it is made of.
    pub files: Arc<FileSet>,
    /// Whether making it gave warnings.
    pub warned: bool,
    /// Whether it waits in the work folder, or is at its name.
    pub waits: bool,
}

/// What is to be said of few documents.
#[derive(Clone, Debug, Default)]
pub struct More {
    /// Why it failed or is out of date.
    pub reason: Option<String>,
    /// Whether that is of a library's words.
    pub has_foreign_reason: bool,
    /// Why it was taken for a sample.
    pub sampled: Option<String>,
    /// Factors of texts that were made smaller, the smallest first.
    pub shrunk: Box<[f32]>,
    /// The same texts with where they come from.
    pub shrunk_texts: Vec<ShrunkText>,
}

impl DocumentState {
    /// A document of which nothing more is known.
    pub(super) fn new(status: Fate) -> DocumentState {
        DocumentState {
            status,
            pages: 0,
            bytes: 0,
            microseconds: 0,
            digest: None,
            more: None,
            made: None,
        }
    }

    /// It is what the lock file says of it.
    pub(super) fn is_as(&mut self, entry: &Entry) {
        self.pages = entry.pages;
        self.bytes = entry.bytes;
        self.digest = Some(entry.pdf);
        if !entry.shrunk.is_empty() {
            self.more().shrunk = entry.shrunk.clone();
        }
    }

    /// It is not what it would be now.
    pub(super) fn is_out_of_date(&mut self, why: &str) {
        self.status = Fate::OutOfDate;
        self.more().reason = Some(why.to_owned());
    }

    /// What is to be said of few documents.
    pub(super) fn more(&mut self) -> &mut More {
        self.more.get_or_insert_default()
    }

    /// Why it was taken for a sample.
    pub fn sampled(&self) -> Option<&str> {
        self.more.as_ref()?.sampled.as_deref()
    }

    /// Factors of texts that were made smaller, the smallest first.
    pub fn shrunk(&self) -> &[f32] {
        self.more.as_ref().map_or(&[], |more| &more.shrunk)
    }
}

/// The documents of a run, in the order of the plan.
#[derive(Clone, Default)]
pub struct Documents {
    states: Vec<DocumentState>,
    /// Where their names and rows stand; none if there are no documents.
    known: Option<Arc<Known>>,
    redaction: Option<Arc<Redaction>>,
}

struct Known {
    shared: Shared,
    plan: Plan,
}

impl Documents {
    /// The documents of a plan.
    pub(super) fn new(shared: Shared, plan: Plan, states: Vec<DocumentState>) -> Documents {
        Documents { states, known: Some(Arc::new(Known { shared, plan })), redaction: None }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.states.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.states.is_empty()
    }

    /// What became of each.
    pub fn states(&self) -> &[DocumentState] {
        &self.states
    }

    /// The output name of a document.
    pub(super) fn output(&self, index: usize) -> Option<&str> {
        Some(&self.known.as_ref()?.plan.documents.get(index)?.output)
    }

    /// All that is known of a document.
    pub fn report(&self, index: usize) -> Option<DocumentReport> {
        let (state, known) = (self.states.get(index)?, self.known.as_ref()?);
        let mut report = known.shared.report(known.plan.documents.get(index)?, state);
        if let Some(redaction) = &self.redaction {
            report.redact(redaction);
        }
        Some(report)
    }

    /// All that is known of each.
    pub fn iter(&self) -> impl Iterator<Item = DocumentReport> + '_ {
        (0..self.len()).filter_map(|index| self.report(index))
    }

    /// Says of the documents with these output names why they were taken for a sample.
    pub(super) fn are_sampled(&mut self, mut reasons: BTreeMap<String, String>) {
        let Some(known) = &self.known else { return };
        for (planned, state) in known.plan.documents.iter().zip(&mut self.states) {
            if let Some(why) = reasons.remove(&*planned.output) {
                state.more().sampled = Some(why);
            }
        }
    }

    /// Output names, and what stands for them in a redacted report.
    pub(super) fn redact(&mut self, redaction: &Arc<Redaction>) -> Vec<(String, String)> {
        let names: Vec<String> = self.iter().map(|document| document.output).collect();
        self.redaction = Some(Arc::clone(redaction));
        names.into_iter().zip(self.iter().map(|document| document.output)).collect()
    }
}

impl fmt::Debug for Documents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.states).finish()
    }
}

impl Serialize for Documents {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}
