//! A ZIP file, written front to back (PKWARE APPNOTE 6.3.10).
//!
//! Entries are stored: PDFs are packed already. Each has the same date, the earliest that ZIP knows, so that
//! the same documents give the same bytes. Names are UTF-8 (general purpose bit 11). Sizes, offsets and counts that are
//! too large for the fields of 1989 are written in those of ZIP64, and only these.

use std::io::{self, Write};

/// 1 January 1980, 00:00, in the form of MS-DOS: date, then time.
const DATE: u16 = (1 << 5) | 1;

/// Names are UTF-8.
const UTF8: u16 = 1 << 11;

/// Made on Unix, by version 4.5 of the specification, which has ZIP64.
const MADE_BY: u16 = (3 << 8) | 45;

/// A regular file that all may read: what Unix programs unpack it as.
const MODE: u32 = 0o100_644 << 16;

/// A ZIP file in the making.
pub(super) struct Zip<W> {
    out: W,
    /// How many bytes have been written.
    at: u64,
    entries: Vec<Entry>,
}

struct Entry {
    name: String,
    crc: u32,
    size: u64,
    /// Where its local header begins.
    at: u64,
}

/// A number in a field of 32 bits; all ones if it stands in the ZIP64 field instead.
fn short(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn is_long(number: u64) -> bool {
    number >= u64::from(u32::MAX)
}

impl<W: Write> Zip<W> {
    pub fn new(out: W) -> Zip<W> {
        Zip { out, at: 0, entries: Vec::new() }
    }

    /// Adds a file; `name` has `/` between its parts.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let entry = Entry {
            name: name.to_owned(),
            crc: libdeflater::crc32(bytes),
            size: bytes.len() as u64,
            at: self.at,
        };
        let extra = match is_long(entry.size) {
            true => zip64(&[entry.size, entry.size]),
            false => Vec::new(),
        };
        let mut header = Vec::with_capacity(30 + name.len());
        header.extend(0x0403_4b50_u32.to_le_bytes());
        entry.common(&mut header, extra.len())?;
        header.extend(name.as_bytes());
        header.extend(extra);
        self.write(&header)?;
        self.write(bytes)?;
        self.entries.push(entry);
        Ok(())
    }

    /// Writes the directory, and gives back what the file was written to.
    pub fn finish(mut self) -> io::Result<W> {
        let directory = self.at;
        let entries = std::mem::take(&mut self.entries);
        for entry in &entries {
            let mut record = Vec::with_capacity(46 + entry.name.len());
            entry.directory(&mut record)?;
            self.write(&record)?;
        }
        let (count, size) = (entries.len() as u64, self.at - directory);
        let mut end = Vec::new();
        if count >= u64::from(u16::MAX) || is_long(size) || is_long(directory) {
            let record = self.at;
            end.extend(0x0606_4b50_u32.to_le_bytes());
            // The size of what follows.
            end.extend(44_u64.to_le_bytes());
            end.extend(MADE_BY.to_le_bytes());
            end.extend(45_u16.to_le_bytes());
            end.extend([0; 8]);
            for number in [count, count, size, directory] {
                end.extend(number.to_le_bytes());
            }
            end.extend(0x0706_4b50_u32.to_le_bytes());
            end.extend([0; 4]);
            end.extend(record.to_le_bytes());
            end.extend(1_u32.to_le_bytes());
        }
        let count = u16::try_from(count).unwrap_or(u16::MAX);
        end.extend(0x0605_4b50_u32.to_le_bytes());
        end.extend([0; 4]);
        end.extend(count.to_le_bytes());
        end.extend(count.to_le_bytes());
        end.extend(short(size).to_le_bytes());
        end.extend(short(directory).to_le_bytes());
        end.extend([0; 2]);
        self.write(&end)?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)?;
        self.at += bytes.len() as u64;
        Ok(())
    }
}

impl Entry {
    /// What both headers say.
    fn common(&self, header: &mut Vec<u8>, extra: usize) -> io::Result<()> {
        let too_long = || io::Error::new(io::ErrorKind::InvalidFilename, "the name is too long");
        let name = u16::try_from(self.name.len()).map_err(|_| too_long())?;
        header.extend(if extra > 0 { 45_u16 } else { 20 }.to_le_bytes());
        header.extend(UTF8.to_le_bytes());
        // Stored, at midnight.
        header.extend([0; 4]);
        header.extend(DATE.to_le_bytes());
        header.extend(self.crc.to_le_bytes());
        header.extend(short(self.size).to_le_bytes());
        header.extend(short(self.size).to_le_bytes());
        header.extend(name.to_le_bytes());
        // At most three numbers and their header.
        header.extend((extra as u16).to_le_bytes());
        Ok(())
    }

    /// The directory's record.
    fn directory(&self, record: &mut Vec<u8>) -> io::Result<()> {
        let mut long = Vec::new();
        if is_long(self.size) {
            long.extend([self.size, self.size]);
        }
        if is_long(self.at) {
            long.push(self.at);
        }
        let extra = if long.is_empty() { Vec::new() } else { zip64(&long) };
        record.extend(0x0201_4b50_u32.to_le_bytes());
        record.extend(MADE_BY.to_le_bytes());
        self.common(record, extra.len())?;
        // No comment, on the first disk, of no particular kind.
        record.extend([0; 6]);
        record.extend(MODE.to_le_bytes());
        record.extend(short(self.at).to_le_bytes());
        record.extend(self.name.as_bytes());
        record.extend(extra);
        Ok(())
    }
}

/// The field of numbers that are too long for their own.
fn zip64(numbers: &[u64]) -> Vec<u8> {
    let mut field = Vec::with_capacity(4 + 8 * numbers.len());
    field.extend(1_u16.to_le_bytes());
    // At most three numbers.
    field.extend((8 * numbers.len() as u16).to_le_bytes());
    numbers.iter().for_each(|number| field.extend(number.to_le_bytes()));
    field
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_entries_give_the_same_bytes() {
        let make = || {
            let mut zip = Zip::new(Vec::new());
            zip.add("证书/a.pdf", b"one").unwrap();
            zip.add("b.pdf", b"").unwrap();
            zip.finish().unwrap()
        };
        let bytes = make();
        assert_eq!(bytes, make());
        assert_eq!(&bytes[..4], b"PK\x03\x04");
        // Local headers, data, records of the directory, its end.
        let names = "证书/a.pdf".len() + "b.pdf".len();
        assert_eq!(bytes.len(), (30 + 46) * 2 + 2 * names + 3 + 22);
    }

    #[test]
    fn what_lies_beyond_four_gigabytes_is_written_in_zip64() {
        let entry = |at| Entry { name: "a".into(), crc: 0, size: 5, at };
        let (mut near, mut far) = (Vec::new(), Vec::new());
        entry(0xffff_fffe).directory(&mut near).unwrap();
        entry(0x1_0000_0007).directory(&mut far).unwrap();
        assert_eq!((near.len(), far.len()), (47, 47 + 12));
        assert_eq!(far[42..46], [0xff; 4]);
        assert_eq!(far[47..], [1, 0, 8, 0, 7, 0, 0, 0, 1, 0, 0, 0]);
    }

    #[test]
    fn many_entries_have_a_directory_of_zip64() {
        let mut zip = Zip::new(Vec::new());
        for number in 0..70_000 {
            zip.add(&format!("{number}"), b"").unwrap();
        }
        let bytes = zip.finish().unwrap();
        let end = &bytes[bytes.len() - 22..];
        assert_eq!(end[8..12], [0xff; 4]);
        let record = &bytes[bytes.len() - 22 - 20 - 56..];
        assert_eq!(&record[..4], b"PK\x06\x06");
        assert_eq!(record[24..32], 70_000_u64.to_le_bytes());
    }
}
