//! Which row has a key: digests of the values of a unique column.
//!
//! A row costs sixteen bytes here, however long its key is. Two keys may have one digest; whoever asks
//! looks at the rows.

use std::hash::{DefaultHasher, Hash, Hasher};

/// The digests of a column's values, with their rows.
#[derive(Debug, Default)]
pub struct Keys {
    entries: Vec<(u64, u32)>,
}

impl Keys {
    /// Adds the next row's value.
    pub fn push(&mut self, key: &str, row: u32) {
        self.entries.push((digest(key), row));
    }

    /// No more rows will come.
    pub fn sort(&mut self) {
        self.entries.sort_unstable();
        self.entries.shrink_to_fit();
    }

    /// The rows whose value has the key's digest, the first row first.
    pub fn rows(&self, key: &str) -> impl Iterator<Item = usize> {
        let digest = digest(key);
        let start = self.entries.partition_point(|(other, _)| *other < digest);
        let same = move |entry: &&(u64, u32)| entry.0 == digest;
        self.entries[start..].iter().take_while(same).map(|(_, row)| *row as usize)
    }

    /// Groups of two and more rows whose values have one digest, each the first row first.
    pub(super) fn groups(&self) -> impl Iterator<Item = Vec<usize>> {
        let groups = self.entries.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1);
        groups.map(|group| group.iter().map(|(_, row)| *row as usize).collect())
    }
}

/// SipHash with a fixed key: the same on every machine.
fn digest(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}
