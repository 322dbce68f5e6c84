//! Bytes that are written once, one after another, and read from anywhere by all threads.
//!
//! The first of them stay in memory; beyond [`IN_MEMORY`] they go on in a temporary file without a name, which
//! the system takes away with the process, however that ends. Where the temporary folder is full,
//! they stay in memory after all.

use std::fs::File;
use std::io;
use std::sync::OnceLock;

/// How many bytes stay in memory.
const IN_MEMORY: usize = 256 * 1024;

/// How many bytes are written to the file at a time, and a few less.
const BLOCK: usize = 64 * 1024;

/// Bytes in three parts: in memory, in the file, not in the file yet.
#[derive(Debug)]
pub(super) struct Spool {
    head: Vec<u8>,
    file: Option<File>,
    in_file: u64,
    tail: Vec<u8>,
    /// Whether the file takes no more.
    full: bool,
    in_memory: usize,
    fault: OnceLock<String>,
}

impl Spool {
    /// An empty one.
    pub fn new() -> Spool {
        Spool::keeping(IN_MEMORY)
    }

    /// An empty one that keeps so many bytes in memory.
    pub fn keeping(in_memory: usize) -> Spool {
        Spool {
            head: Vec::new(),
            file: None,
            in_file: 0,
            tail: Vec::new(),
            full: false,
            in_memory,
            fault: OnceLock::new(),
        }
    }

    /// How many bytes there are.
    pub fn len(&self) -> u64 {
        self.head.len() as u64 + self.in_file + self.tail.len() as u64
    }

    /// Adds bytes at the end.
    pub fn push(&mut self, bytes: &[u8]) {
        let is_first = self.in_file == 0 && self.tail.is_empty();
        if is_first && self.head.len() + bytes.len() <= self.in_memory {
            append(&mut self.head, bytes, self.in_memory);
            return;
        }
        if self.tail.len() + bytes.len() > BLOCK && !self.full {
            self.full = self.flush().is_err();
        }
        append(&mut self.tail, bytes, BLOCK);
    }

    fn flush(&mut self) -> io::Result<()> {
        let file = match &self.file {
            Some(file) => file,
            None => self.file.insert(tempfile::tempfile()?),
        };
        write_at(file, &self.tail, self.in_file)?;
        self.in_file += self.tail.len() as u64;
        self.tail.clear();
        Ok(())
    }

    /// Shows bytes; none if they cannot be read, and then there is a [`Spool::fault`].
    pub fn with<T>(&self, range: std::ops::Range<u64>, see: impl FnOnce(&[u8]) -> T) -> Option<T> {
        let (head, file) = (self.head.len() as u64, self.head.len() as u64 + self.in_file);
        let within = |bytes: &[u8], base: u64| -> std::ops::Range<usize> {
            let place = |at: u64| (at.saturating_sub(base)).min(bytes.len() as u64) as usize;
            place(range.start)..place(range.end)
        };
        if range.end <= head {
            return Some(see(&self.head[within(&self.head, 0)]));
        }
        if range.start >= file {
            return Some(see(&self.tail[within(&self.tail, file)]));
        }
        let mut bytes = self.head[within(&self.head, 0)].to_vec();
        let (start, end) = (range.start.clamp(head, file), range.end.clamp(head, file));
        let already = bytes.len();
        bytes.resize(already + (end - start) as usize, 0);
        let result = match &self.file {
            Some(file) => read_at(file, &mut bytes[already..], start - head),
            None => Ok(()),
        };
        if let Err(error) = result {
            let _ = self.fault.set(error.to_string());
            return None;
        }
        bytes.extend_from_slice(&self.tail[within(&self.tail, file)]);
        Some(see(&bytes))
    }

    /// Why bytes could not be read, if that ever happened.
    pub fn fault(&self) -> Option<&str> {
        self.fault.get().map(String::as_str)
    }

    /// Notes that what was read makes no sense.
    pub fn spoilt(&self) {
        let _ = self.fault.set("it does not hold what was written".to_string());
    }
}

/// Adds bytes to a list that will hardly grow beyond `most`: its room doubles up to there, and not past it.
fn append(list: &mut Vec<u8>, bytes: &[u8], most: usize) {
    let needed = list.len() + bytes.len();
    if needed > list.capacity() && needed <= most {
        list.reserve_exact((2 * list.capacity()).clamp(needed, most) - list.len());
    }
    list.extend_from_slice(bytes);
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, offset)
}

#[cfg(unix)]
fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, offset)
}

#[cfg(windows)]
fn read_at(file: &File, mut bytes: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        let read = std::os::windows::fs::FileExt::seek_read(file, bytes, offset)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes = &mut bytes[read..];
        offset += read as u64;
    }
    Ok(())
}

#[cfg(windows)]
fn write_at(file: &File, mut bytes: &[u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        let written = std::os::windows::fs::FileExt::seek_write(file, bytes, offset)?;
        if written == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        bytes = &bytes[written..];
        offset += written as u64;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_from_memory_file_and_what_is_not_written_yet() {
        let mut spool = Spool::keeping(1000);
        let all: Vec<u8> = (0..600_000u32).map(|n| (n * 7 % 251) as u8).collect();
        for part in all.chunks(613) {
            spool.push(part);
        }
        assert_eq!(spool.len(), all.len() as u64);
        assert!(spool.in_file > 0 && !spool.tail.is_empty() && !spool.head.is_empty());
        let edge = spool.head.len() + spool.in_file as usize;
        for range in
            [0..10, 300..2000, 5000..90_000, edge - 9..edge + 9, edge..edge + 3, 0..all.len()]
        {
            let (start, end) = (range.start as u64, range.end as u64);
            assert!(
                spool.with(start..end, |bytes| bytes == &all[range.clone()]).unwrap(),
                "{range:?}"
            );
        }
        assert_eq!(spool.fault(), None);
    }
}
