//! Which row has a key: digests of the values of a unique column.
//!
//! A row costs eight bytes here, however long its key is. Two keys may have one digest, a hundred of a million do;
//! whoever asks looks at the rows.

use std::hash::{DefaultHasher, Hash, Hasher};

/// The digests of a column's values, with their rows.
#[derive(Debug, Default)]
pub struct Keys {
    /// The digest in the upper half, the row in the lower.
    entries: Vec<u64>,
}

impl Keys {
    /// None yet; there will be so many.
    pub fn with_capacity(rows: usize) -> Keys {
        Keys { entries: Vec::with_capacity(rows) }
    }

    /// Adds the next row's value.
    pub fn push(&mut self, key: &str, row: u32) {
        self.entries.push(first_entry(key) | u64::from(row));
    }

    /// No more rows will come.
    pub fn sort(&mut self) {
        self.entries.sort_unstable();
        self.entries.shrink_to_fit();
    }

    /// The rows whose value has the key's digest, the first row first.
    pub fn rows(&self, key: &str) -> impl Iterator<Item = usize> {
        let first = first_entry(key);
        let start = self.entries.partition_point(|entry| *entry < first);
        let same = move |entry: &&u64| digest_of(**entry) == digest_of(first);
        self.entries[start..].iter().take_while(same).map(|entry| row_of(*entry))
    }

    /// Groups of two and more rows whose values have one digest, each the first row first.
    pub fn groups(&self) -> impl Iterator<Item = Vec<usize>> {
        let same = |a: &u64, b: &u64| digest_of(*a) == digest_of(*b);
        let groups = self.entries.chunk_by(same).filter(|group| group.len() > 1);
        groups.map(|group| group.iter().map(|entry| row_of(*entry)).collect())
    }
}

/// The entry that a key would have in the first row.
fn first_entry(key: &str) -> u64 {
    // SipHash with a fixed key: the same on every machine.
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish() & !u64::from(u32::MAX)
}

fn digest_of(entry: u64) -> u64 {
    entry >> 32
}

fn row_of(entry: u64) -> usize {
    (entry & u64::from(u32::MAX)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_among_others_of_the_same_digest() {
        let name = |row: usize| format!("row {row}");
        let mut keys = Keys::with_capacity(300_000);
        (0..300_000).for_each(|row| keys.push(&name(row), row as u32));
        keys.sort();
        let groups: Vec<_> = keys.groups().collect();
        // 10 are expected of so many; the digests are the same everywhere.
        assert!((4..20).contains(&groups.len()), "{groups:?}");
        for row in groups.into_iter().flatten().chain([0, 1, 299_999]) {
            assert!(keys.rows(&name(row)).any(|found| found == row));
        }
        assert_eq!(keys.rows(&name(7)).collect::<Vec<_>>(), [7]);
    }
}
