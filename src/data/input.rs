//! The bytes of a table's file, from the beginning as often as needed.
//!
//! A file is read once or twice: what encoding it is in can only be said after its last byte. Small
//! files are kept, so that they are read from the disk once; of large ones a digest is taken each time, and
//! a file that changes while it is read is refused.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

/// Files of at most this many bytes are kept in memory.
const SMALL: u64 = 512 * 1024;

/// How many bytes are read at a time.
pub(super) const CHUNK: usize = 64 * 1024;

/// The most bytes of a line that a message shows.
const EXCERPT: u64 = 60;

/// A file's bytes.
pub(super) enum Input<'a> {
    /// Some that are there.
    Bytes(&'a [u8]),
    /// A small file, read.
    Small(Vec<u8>),
    /// A large one.
    Large(File),
}

impl Input<'_> {
    /// Opens a file; only files that can be read twice are such.
    pub fn open(path: &Path) -> io::Result<Input<'static>> {
        let kind = std::fs::metadata(path)?;
        if kind.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if !kind.is_file() {
            return Err(io::Error::other("it is not a regular file"));
        }
        let mut file = File::open(path)?;
        if kind.len() > SMALL {
            return Ok(Input::Large(file));
        }
        let mut bytes = Vec::with_capacity(kind.len() as usize);
        file.read_to_end(&mut bytes)?;
        Ok(Input::Small(bytes))
    }

    /// All bytes from offset `from` on.
    pub fn reader(&mut self, from: u64) -> io::Result<Box<dyn Read + '_>> {
        let slice =
            |bytes: &[u8]| usize::try_from(from).map_or(bytes.len(), |n| n.min(bytes.len()));
        Ok(match self {
            Input::Bytes(bytes) => Box::new(&bytes[slice(bytes)..]),
            Input::Small(bytes) => Box::new(&bytes[slice(bytes)..]),
            Input::Large(file) => {
                file.seek(SeekFrom::Start(from))?;
                Box::new(&*file)
            }
        })
    }

    /// The digest of all bytes (BLAKE3).
    pub fn digest(&mut self) -> io::Result<[u8; 32]> {
        let mut hasher = blake3::Hasher::new();
        self.each_chunk(0, |chunk| {
            hasher.update(chunk);
        })?;
        Ok(*hasher.finalize().as_bytes())
    }

    /// Shows all bytes from offset `from` on, a chunk at a time.
    pub fn each_chunk(&mut self, from: u64, mut see: impl FnMut(&[u8])) -> io::Result<()> {
        let mut reader = self.reader(from)?;
        let mut buffer = vec![0; CHUNK];
        loop {
            match reader.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(read) => see(&buffer[..read]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// The line, from 1, in which the byte at `offset` stands, and the bytes of that line about it: for
    /// encodings in which a line feed is one byte.
    pub fn line_about(&mut self, offset: u64) -> io::Result<(usize, Vec<u8>)> {
        let (mut at, mut line, mut begin) = (0u64, 1, 0u64);
        self.each_chunk(0, |chunk| {
            for byte in chunk {
                if at < offset && *byte == b'\n' {
                    line += 1;
                    begin = at + 1;
                }
                at += 1;
            }
        })?;
        let begin = begin.max(offset.saturating_sub(EXCERPT / 2));
        let mut bytes = Vec::new();
        self.reader(begin)?.take(EXCERPT).read_to_end(&mut bytes)?;
        let end = bytes.iter().position(|b| matches!(b, b'\n' | b'\r')).unwrap_or(bytes.len());
        bytes.truncate(end);
        Ok((line, bytes))
    }
}
