//! Records of bytes, by number: written one after another, read in any order by all threads.
//!
//! A record costs its bytes, in memory or in a temporary file ([`Spool`]), and four bytes and a quarter in memory that
//! say how long it is.

use super::spool::Spool;

/// For how many records it is kept where the first of them begins.
const GROUP: usize = 32;

/// Records.
#[derive(Debug)]
pub struct Records {
    bytes: Spool,
    lengths: Vec<u32>,
    /// Where the first record of each [`GROUP`] begins.
    starts: Vec<u64>,
}

impl Default for Records {
    fn default() -> Records {
        Records { bytes: Spool::new(), lengths: Vec::new(), starts: Vec::new() }
    }
}

impl Records {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.lengths.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.lengths.is_empty()
    }

    /// Adds a record. One of 4 GiB and more is not kept: it cannot be read.
    pub fn push(&mut self, record: &[u8]) {
        if self.lengths.len().is_multiple_of(GROUP) {
            self.starts.push(self.bytes.len());
        }
        match u32::try_from(record.len()) {
            Ok(length) => {
                self.lengths.push(length);
                self.bytes.push(record);
            }
            Err(_) => {
                self.lengths.push(0);
                self.bytes.spoilt();
            }
        }
    }

    /// No more records will come.
    pub fn finish(&mut self) {
        self.lengths.shrink_to_fit();
        self.starts.shrink_to_fit();
    }

    /// Shows a record; none if there is no such record. There is a [`Records::fault`] if it cannot be read, or
    /// makes no sense to who sees it.
    pub fn with<T>(&self, number: usize, see: impl FnOnce(&[u8]) -> Option<T>) -> Option<T> {
        let length = u64::from(*self.lengths.get(number)?);
        let first = number - number % GROUP;
        let before: u64 = self.lengths[first..number].iter().map(|length| u64::from(*length)).sum();
        let start = self.starts[number / GROUP] + before;
        let seen = self.bytes.with(start..start + length, see);
        seen.flatten().or_else(|| {
            self.bytes.spoilt();
            None
        })
    }

    /// Why a record could not be read, if that ever happened.
    pub fn fault(&self) -> Option<&str> {
        self.bytes.fault()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_back_in_any_order() {
        let mut records = Records::default();
        let record = |number: usize| vec![(number % 251) as u8; number * 37 % 400];
        (0..20_000).for_each(|number| records.push(&record(number)));
        for number in (0..20_000).rev().step_by(7).chain(0..100) {
            assert_eq!(records.with(number, |bytes| Some(bytes.to_vec())), Some(record(number)));
        }
        assert_eq!(records.with(20_000, |_| Some(())), None);
        assert_eq!(records.fault(), None);
        assert_eq!(records.with(5, |_| None::<()>), None);
        assert!(records.fault().is_some());
    }
}
