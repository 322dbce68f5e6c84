//! The documents of a plan, packed: there may be a million.
//!
//! A document that is planned is a [`Planned`]. In a [`PlannedList`] it is its job, its row, the length of its name
//! (four bytes each), its name and its serial, if it has one, as JSON; it is unpacked when somebody asks for it.

use super::serials::Serial;
use crate::data::Records;

/// A document to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Planned {
    /// Its job, by its index in the project.
    pub job: usize,
    /// Its row, by its index in the job's table; none for a job without rows.
    pub row: Option<usize>,
    /// The serial it bears, if its job has serials.
    pub serial: Option<Box<Serial>>,
    /// Its path below the output folder.
    pub output: Box<str>,
}

/// What stands for no row. Tables have fewer rows ([`ROWS`](crate::limits::ROWS)).
const NO_ROW: u32 = u32::MAX;

impl Planned {
    fn pack(&self, out: &mut Vec<u8>) {
        // Projects have fewer jobs, and names fewer bytes.
        let number = |number: usize| u32::try_from(number).unwrap_or(NO_ROW).to_le_bytes();
        out.extend(number(self.job));
        out.extend(self.row.map_or(NO_ROW.to_le_bytes(), number));
        out.extend(number(self.output.len()));
        out.extend(self.output.as_bytes());
        if let Some(serial) = &self.serial {
            // A serial is made of texts and numbers, which always have a form in JSON.
            out.extend(serde_json::to_vec(serial).unwrap_or_default());
        }
    }

    fn unpack(bytes: &[u8]) -> Option<Planned> {
        let (numbers, rest) = bytes.split_first_chunk::<12>()?;
        let number =
            |at: usize| numbers[at..at + 4].iter().rev().fold(0, |n, b| n << 8 | u32::from(*b));
        let (output, serial) = rest.split_at_checked(number(8) as usize)?;
        Some(Planned {
            job: number(0) as usize,
            row: Some(number(4)).filter(|row| *row != NO_ROW).map(|row| row as usize),
            serial: match serial {
                [] => None,
                json => Some(serde_json::from_slice(json).ok()?),
            },
            output: std::str::from_utf8(output).ok()?.into(),
        })
    }
}

/// Documents to be made.
#[derive(Debug, Default)]
pub(super) struct PlannedList {
    records: Records,
    buffer: Vec<u8>,
}

impl PlannedList {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Adds a document.
    pub fn push(&mut self, planned: &Planned) {
        self.buffer.clear();
        planned.pack(&mut self.buffer);
        self.records.push(&self.buffer);
    }

    /// A document; none if there is no such document, or it cannot be read, and then there is a
    /// [fault](PlannedList::fault).
    pub fn get(&self, index: usize) -> Option<Planned> {
        self.records.with(index, Planned::unpack)
    }

    /// The documents, in their order.
    pub fn iter(&self) -> impl Iterator<Item = Planned> {
        (0..self.len()).filter_map(|index| self.get(index))
    }

    /// Keeps the documents of which this holds.
    pub fn retain(&mut self, mut is_meant: impl FnMut(&Planned) -> bool) {
        let all = std::mem::take(self);
        *self = all.iter().filter(|planned| is_meant(planned)).collect();
    }

    /// Keeps so many documents.
    pub fn truncate(&mut self, most: usize) {
        if most < self.len() {
            let all = std::mem::take(self);
            *self = all.iter().take(most).collect();
        }
    }

    /// Why a document could not be read, if that ever happened.
    pub fn fault(&self) -> Option<&str> {
        self.records.fault()
    }
}

impl FromIterator<Planned> for PlannedList {
    fn from_iter<I: IntoIterator<Item = Planned>>(documents: I) -> PlannedList {
        let mut list = PlannedList::default();
        documents.into_iter().for_each(|planned| list.push(&planned));
        list
    }
}

#[cfg(test)]
mod tests {
    use super::super::serials::Serial;
    use super::*;

    #[test]
    fn documents_come_back() {
        let json = r#"{"text":"S-7","number":7,"status":"issued","supersedes":"S-1","earlier":[{"text":"S-1","status":"superseded"}]}"#;
        let serial: Serial = serde_json::from_str(json).unwrap();
        let all = [
            Planned {
                job: 3,
                row: Some(0),
                serial: Some(serial.into()),
                output: "名/a.pdf".into(),
            },
            Planned { job: 0, row: None, serial: None, output: "b.pdf".into() },
        ];
        let mut list: PlannedList = all.iter().cloned().collect();
        assert_eq!(list.iter().collect::<Vec<_>>(), all);
        list.retain(|planned| planned.row.is_none());
        assert_eq!(list.iter().collect::<Vec<_>>(), all[1..]);
        assert_eq!(list.get(1), None);
        assert_eq!(list.fault(), None);
    }
}
