//! Decoding as a stream: bytes of a known encoding → UTF-8 with line feeds, a chunk at a time.
//!
//! Byte order marks at the beginning go. Line ends as Windows and old Macs write them become line
//! feeds, so that lines are counted alike everywhere. Characters are written down in a [`CharSet`].

use std::collections::BTreeSet;
use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding};

use super::input::CHUNK;

/// A set of characters.
#[derive(Clone, Debug)]
pub(super) struct CharSet(Vec<u64>);

impl CharSet {
    /// None.
    pub fn new() -> CharSet {
        CharSet(vec![0; char::MAX as usize / 64 + 1])
    }

    /// Adds the characters of a text.
    pub fn add(&mut self, text: &str) {
        for c in text.chars() {
            self.0[c as usize / 64] |= 1 << (c as usize % 64);
        }
    }

    /// The characters, as a set in order.
    pub fn characters(&self) -> BTreeSet<char> {
        // Few of the words have any, and one step is taken for each character that is there.
        let in_word = |(index, word): (u32, &u64)| {
            let left = std::iter::successors(Some(*word), |left| Some(left & left.wrapping_sub(1)));
            let bits = left.take_while(|left| *left != 0).map(|left| left.trailing_zeros());
            bits.map(move |bit| index * 64 + bit)
        };
        let words = (0u32..).zip(&self.0).filter(|(_, word)| **word != 0);
        words.flat_map(in_word).filter_map(char::from_u32).collect()
    }
}

/// The text of some bytes, to be read as UTF-8.
pub(super) struct TextReader<'a> {
    bytes: Box<dyn Read + 'a>,
    decoder: Decoder,
    raw: Vec<u8>,
    /// What of `raw` is not decoded yet.
    todo: std::ops::Range<usize>,
    /// Whether all bytes have been read.
    ended: bool,
    text: Vec<u8>,
    /// What of `text` has not been handed out.
    ready: std::ops::Range<usize>,
    after_return: bool,
    /// Whether nothing but marks was read so far.
    at_beginning: bool,
    finished: bool,
    seen: &'a mut CharSet,
}

impl<'a> TextReader<'a> {
    /// The text of `bytes`, which hold no byte that is not of `encoding`: that has been made sure of.
    pub fn new(
        bytes: Box<dyn Read + 'a>,
        encoding: &'static Encoding,
        seen: &'a mut CharSet,
    ) -> TextReader<'a> {
        TextReader {
            bytes,
            decoder: encoding.new_decoder_without_bom_handling(),
            raw: vec![0; CHUNK],
            todo: 0..0,
            ended: false,
            text: vec![0; CHUNK],
            ready: 0..0,
            after_return: false,
            at_beginning: true,
            finished: false,
            seen,
        }
    }

    /// Decodes on until there is text, or the end.
    fn fill(&mut self) -> io::Result<()> {
        while self.ready.is_empty() && !self.finished {
            if self.todo.is_empty() && !self.ended {
                let read = self.bytes.read(&mut self.raw)?;
                self.todo = 0..read;
                self.ended = read == 0;
            }
            let source = &self.raw[self.todo.clone()];
            let (result, read, written) =
                self.decoder.decode_to_utf8_without_replacement(source, &mut self.text, self.ended);
            self.todo.start += read;
            match result {
                DecoderResult::InputEmpty => self.finished = self.ended,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => return Err(changed()),
            }
            self.ready = 0..written;
            self.tidy()?;
        }
        Ok(())
    }

    /// Takes out marks and carriage returns, and writes down the characters.
    fn tidy(&mut self) -> io::Result<()> {
        if self.after_return || self.text[self.ready.clone()].contains(&b'\r') {
            let mut end = self.ready.start;
            for at in self.ready.clone() {
                let byte = self.text[at];
                let second = std::mem::replace(&mut self.after_return, byte == b'\r');
                if !(second && byte == b'\n') {
                    self.text[end] = if byte == b'\r' { b'\n' } else { byte };
                    end += 1;
                }
            }
            self.ready.end = end;
        }
        const MARK: &[u8] = "\u{feff}".as_bytes();
        while self.at_beginning && !self.ready.is_empty() {
            if self.text[self.ready.clone()].starts_with(MARK) {
                self.ready.start += MARK.len();
            } else {
                self.at_beginning = false;
            }
        }
        let text = std::str::from_utf8(&self.text[self.ready.clone()]).map_err(|_| changed())?;
        self.seen.add(text);
        Ok(())
    }
}

/// What was sound when it was looked at is no longer.
pub(super) fn changed() -> io::Error {
    io::Error::other("it changed while it was read")
}

impl Read for TextReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.fill()?;
        let count = buffer.len().min(self.ready.len());
        let start = self.ready.start;
        buffer[..count].copy_from_slice(&self.text[start..start + count]);
        self.ready.start += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a byte at a time.
    struct Drops<'a>(&'a [u8]);

    impl Read for Drops<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let Some((first, rest)) = self.0.split_first() else { return Ok(0) };
            buffer[0] = *first;
            self.0 = rest;
            Ok(1)
        }
    }

    #[test]
    fn characters_come_back_in_order_wherever_they_stand_in_the_set() {
        let mut seen = CharSet::new();
        seen.add("\u{10ffff}𬭎?@\u{7f}\0名");
        seen.add("@\u{80}");
        let all: String = seen.characters().into_iter().collect();
        assert_eq!(all, "\0?@\u{7f}\u{80}名𬭎\u{10ffff}");
        assert_eq!(CharSet::new().characters().len(), 0);
    }

    #[test]
    fn characters_and_line_ends_are_whole_wherever_chunks_end() {
        let (bytes, _, _) = encoding_rs::GB18030.encode("\u{feff}名\r\n李𬭎\r\r\nx\n");
        let mut seen = CharSet::new();
        let mut text = String::new();
        let reader = Box::new(Drops(&bytes));
        TextReader::new(reader, encoding_rs::GB18030, &mut seen).read_to_string(&mut text).unwrap();
        assert_eq!(text, "名\n李𬭎\n\nx\n");
        assert_eq!(seen.characters().into_iter().collect::<String>(), "\nx名李𬭎");
    }
}
