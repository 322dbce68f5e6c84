//! Records of bytes, by number: written one after another, read in any order by all threads.
//!
//! A record costs its bytes and eight more, which say where it ends, in memory or in temporary files ([`Spool`]): memory
//! does not grow with the number of records.

use super::spool::Spool;

/// How many bytes of ends stay in memory: those of four thousand records.
const ENDS_IN_MEMORY: usize = 32 * 1024;

/// Records.
#[derive(Debug)]
pub struct Records {
    bytes: Spool,
    /// Where each record ends, eight bytes each.
    ends: Spool,
    count: usize,
}

impl Default for Records {
    fn default() -> Records {
        Records { bytes: Spool::new(), ends: Spool::keeping(ENDS_IN_MEMORY), count: 0 }
    }
}

impl Records {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Adds a record.
    pub fn push(&mut self, record: &[u8]) {
        self.bytes.push(record);
        self.ends.push(&self.bytes.len().to_le_bytes());
        self.count += 1;
    }

    /// Shows a record; none if there is no such record. There is a [`Records::fault`] if it cannot be read, or
    /// makes no sense to who sees it.
    pub fn with<T>(&self, number: usize, see: impl FnOnce(&[u8]) -> Option<T>) -> Option<T> {
        if number >= self.count {
            return None;
        }
        let seen = self.range(number).and_then(|range| self.bytes.with(range, see));
        seen.flatten().or_else(|| {
            self.bytes.spoilt();
            None
        })
    }

    /// Where a record begins, which is where the one before it ends, and where it ends.
    fn range(&self, number: usize) -> Option<std::ops::Range<u64>> {
        let end = |bytes: &[u8]| bytes.try_into().ok().map(u64::from_le_bytes);
        let at = 8 * number as u64;
        match number {
            0 => Some(0..self.ends.with(0..8, end)??),
            _ => {
                let both = |bytes: &[u8]| Some(end(&bytes[..8])?..end(&bytes[8..])?);
                self.ends.with(at - 8..at + 8, both)?
            }
        }
    }

    /// Why a record could not be read, if that ever happened.
    pub fn fault(&self) -> Option<&str> {
        self.ends.fault().or_else(|| self.bytes.fault())
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
