//! The documents of a run, in few bytes each: there may be a million.
//!
//! What is asked of all documents at once is a [`DocumentState`], twelve bytes. What else became of one is its [`Account`],
//! which the [`Ledger`] packs; what it is called and which row it is made from stands in the plan and the tables. Whoever
//! wants all of it asks for a [`DocumentReport`], which is made then.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize, Serializer};

use super::document::Shared;
use super::lock::{Common, Entry, write_fields};
use super::plan::Plan;
use super::report::{DocumentReport, Fate, ShrunkText};
use crate::data::Records;
use crate::diag::{Diagnostic, Redaction};

/// What became of a document.
#[derive(Clone, Copy, Debug)]
pub struct DocumentState {
    /// What became of it.
    pub status: Fate,
    /// How many pages it has.
    pub pages: u32,
    /// Whether a text of it was made smaller.
    pub is_shrunk: bool,
    /// Whether a sample has it.
    pub is_sampled: bool,
    /// Where its file is.
    pub(super) place: Place,
    /// The number of its account.
    account: u32,
}

/// Where the file of a document is that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// It was not made, and whatever is at its name is as it was.
    AsBefore,
    /// In the work folder.
    Waiting,
    /// At its name.
    AtItsName,
}

/// What else became of a document.
#[derive(Debug, Default)]
pub(super) struct Account {
    /// What the lock file is to say of it; none where it has no bytes.
    pub entry: Option<Entry>,
    /// How long it took to make.
    pub microseconds: u32,
    /// What few documents have.
    pub more: More,
}

/// What is to be said of few documents.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct More {
    /// Why it failed or is out of date.
    pub reason: Option<String>,
    /// Whether that is of a library's words.
    pub has_foreign_reason: bool,
    /// Why it was taken for a sample.
    pub sampled: Option<String>,
    /// Texts that were made smaller, the smallest first, with where they come from.
    pub shrunk_texts: Vec<ShrunkText>,
}

/// The number of the account of a document of which nothing is known.
const NO_ACCOUNT: u32 = u32::MAX;

/// What became of the documents of a run, by their indices in the plan.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    states: Vec<DocumentState>,
    /// How long each took (four bytes), the length of what the lock file is to say of it (four bytes), that, and as JSON
    /// what few documents have. Of two accounts of a document the later one counts.
    accounts: Records,
    common: Common,
    buffer: Vec<u8>,
}

impl Ledger {
    /// Of so many documents, with which nothing was done yet.
    pub fn new(documents: usize, status: Fate) -> Ledger {
        let state = DocumentState {
            status,
            pages: 0,
            is_shrunk: false,
            is_sampled: false,
            place: Place::AsBefore,
            account: NO_ACCOUNT,
        };
        Ledger { states: vec![state; documents], ..Ledger::default() }
    }

    /// What became of each document.
    pub fn states(&self) -> &[DocumentState] {
        &self.states
    }

    /// Enters what became of a document.
    pub fn enter(&mut self, index: usize, status: Fate, place: Place, account: &Account) {
        let Account { entry, microseconds, more } = account;
        let mut fields = String::new();
        if let Some(entry) = entry {
            self.common.know(entry);
            // The plan says what it is called.
            write_fields(&mut fields, "", entry);
        }
        self.buffer.clear();
        self.buffer.extend(microseconds.to_le_bytes());
        // What a lock file says of a document is a line.
        self.buffer.extend(u32::try_from(fields.len()).unwrap_or(u32::MAX).to_le_bytes());
        self.buffer.extend(fields.as_bytes());
        if *more != More::default() {
            // It is made of texts and numbers, which always have a form in JSON.
            self.buffer.extend(serde_json::to_vec(more).unwrap_or_default());
        }
        self.states[index] = DocumentState {
            status,
            pages: entry.as_ref().map_or(0, |entry| entry.pages),
            is_shrunk: entry.as_ref().is_some_and(|entry| !entry.shrunk.is_empty()),
            is_sampled: more.sampled.is_some(),
            place,
            // Plans have fewer documents.
            account: u32::try_from(self.accounts.len()).unwrap_or(NO_ACCOUNT),
        };
        self.accounts.push(&self.buffer);
    }

    /// What else became of a document.
    pub fn account(&self, index: usize) -> Account {
        let number = self.states.get(index).map_or(NO_ACCOUNT, |state| state.account);
        self.accounts.with(number as usize, |bytes| self.unpack(bytes)).unwrap_or_default()
    }

    fn unpack(&self, bytes: &[u8]) -> Option<Account> {
        let (microseconds, rest) = bytes.split_first_chunk()?;
        let (length, rest) = rest.split_first_chunk()?;
        let (fields, more) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        Some(Account {
            entry: match fields {
                [] => None,
                fields => Some(self.common.document(std::str::from_utf8(fields).ok()?)?.1),
            },
            microseconds: u32::from_le_bytes(*microseconds),
            more: match more {
                [] => More::default(),
                json => serde_json::from_slice(json).ok()?,
            },
        })
    }

    /// Changes what became of documents to which this had happened.
    pub fn turn(&mut self, from: Fate, to: Fate) {
        let documents = self.states.iter_mut();
        documents.filter(|state| state.status == from).for_each(|state| state.status = to);
    }

    /// A document has come to its name.
    pub fn has_come(&mut self, index: usize) {
        self.states[index].place = Place::AtItsName;
    }

    /// A document that was made could not be put to its name.
    pub fn has_failed(&mut self, index: usize, reason: &str) {
        let mut account = self.account(index);
        account.more.reason = Some(reason.to_owned());
        self.enter(index, Fate::Failed, Place::AsBefore, &account);
    }

    /// Why an account could not be read, if that ever happened.
    pub fn fault(&self) -> Option<&str> {
        self.accounts.fault()
    }
}

/// What is known of documents stands in a temporary file if they are many, and was lost there.
pub(super) fn lost(why: &str) -> Diagnostic {
    let message =
        format!("what is known of the documents cannot be read from the temporary file: {why}");
    Diagnostic::error("lost-documents", message)
}

/// The documents of a run, in the order of the plan.
#[derive(Clone, Default)]
pub struct Documents {
    /// None if there are no documents.
    known: Option<Arc<Known>>,
    redaction: Option<Arc<Redaction>>,
}

struct Known {
    shared: Shared,
    plan: Plan,
    ledger: Ledger,
}

impl Documents {
    /// The documents of a plan, and what became of them.
    pub(super) fn new(shared: Shared, mut plan: Plan, mut ledger: Ledger) -> Documents {
        let mut reasons = std::mem::take(&mut plan.reasons);
        for (index, planned) in plan.documents.iter().enumerate() {
            if reasons.is_empty() {
                break;
            }
            if let Some(why) = reasons.remove(&*planned.output) {
                let DocumentState { status, place, .. } = ledger.states[index];
                let mut account = ledger.account(index);
                account.more.sampled = Some(why);
                ledger.enter(index, status, place, &account);
            }
        }
        Documents { known: Some(Arc::new(Known { shared, plan, ledger })), redaction: None }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.states().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.states().is_empty()
    }

    /// What became of each.
    pub fn states(&self) -> &[DocumentState] {
        self.known.as_ref().map_or(&[], |known| known.ledger.states())
    }

    /// The output name of a document.
    pub(super) fn output(&self, index: usize) -> Option<Box<str>> {
        Some(self.known.as_ref()?.plan.documents.get(index)?.output)
    }

    /// All that is known of a document.
    pub fn report(&self, index: usize) -> Option<DocumentReport> {
        let Known { shared, plan, ledger } = &**self.known.as_ref()?;
        let (state, planned) = (ledger.states().get(index)?, plan.documents.get(index)?);
        let mut report = shared.report(&planned, state, ledger.account(index));
        if let Some(redaction) = &self.redaction {
            report.redact(redaction);
        }
        Some(report)
    }

    /// All that is known of each.
    pub fn iter(&self) -> impl Iterator<Item = DocumentReport> + '_ {
        (0..self.len()).filter_map(|index| self.report(index))
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
        f.debug_list().entries(self.states()).finish()
    }
}

impl Serialize for Documents {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}
