//! Deflate (RFC 1950), with a compressor that is used again and again: a document has a dozen small
//! streams, and setting one up costs more than packing such a stream.
//!
//! The library is libdeflate, which packs whole buffers. Measured on the twelve streams of a certificate
//! that differ from row to row (35,733 bytes), in one run: zlib-rs at its level 5 18,445 bytes, libdeflate
//! at 5 18,309 bytes in half the time. Of the eight that hold no outlines (26,527 bytes), µs and bytes:
//! 1: 131, 6,273 · 2: 210, 6,209 · 3: 218, 6,157 · 4: 282, 6,122 · 5: 341, 6,017 · 6: 311, 6,002; zlib-rs 5: 313,
//! 6,089. What it gives depends on the bytes and the level alone, not on the processor.

use std::cell::RefCell;

use libdeflater::{CompressionLvl, Compressor};

/// How many bytes of room a thread keeps for the next stream.
const MOST_ROOM: usize = 1 << 20;

/// How much work a stream is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effort {
    /// What is packed once a document: outlines hold few repetitions, and the rest is so short that looking for
    /// more of them gains some 250 bytes of a certificate for a tenth of its time.
    Document,
    /// What most documents of a template have, and is packed once for all of these.
    Template,
    /// What is packed once a batch; how much depends on its length.
    Batch,
}

impl Effort {
    /// libdeflate's level, 1 to 12, for that many bytes. From 10 on it weighs all ways to put a stream:
    /// 6 % smaller than at 5 for vector art, 2 % for outlines, at some 3 MB a second.
    fn level(self, length: usize) -> i32 {
        /// Photographs gain nothing worth the wait.
        const MOST_WEIGHED: usize = 256 << 10;
        match self {
            Effort::Document => 1,
            Effort::Template => 5,
            Effort::Batch if length <= MOST_WEIGHED => 10,
            Effort::Batch => 8,
        }
    }
}

thread_local! {
    static KEPT: RefCell<Kept> = const { RefCell::new(Kept { compressors: Vec::new(), room: Vec::new() }) };
}

/// What a thread uses again and again.
struct Kept {
    compressors: Vec<(Effort, Compressor)>,
    /// Where a stream is packed: the room that one may take is far more than most do.
    room: Vec<u8>,
}

/// Packs bytes into a zlib stream; empty if that cannot be done, which no input brings about.
pub(super) fn deflate(bytes: &[u8], effort: Effort) -> Vec<u8> {
    if effort == Effort::Batch {
        // It has tables of some megabytes, and is seldom wanted.
        return new(effort, bytes.len())
            .map(|mut compressor| run(&mut compressor, bytes, &mut Vec::new()))
            .unwrap_or_default();
    }
    KEPT.with_borrow_mut(|Kept { compressors, room }| {
        let known = compressors.iter().position(|(of, _)| *of == effort);
        let at = known.or_else(|| {
            compressors.push((effort, new(effort, bytes.len())?));
            Some(compressors.len() - 1)
        });
        let packed = at.map(|at| run(&mut compressors[at].1, bytes, room)).unwrap_or_default();
        if room.len() > MOST_ROOM {
            *room = Vec::new();
        }
        packed
    })
}

fn new(effort: Effort, length: usize) -> Option<Compressor> {
    CompressionLvl::new(effort.level(length)).ok().map(Compressor::new)
}

fn run(compressor: &mut Compressor, bytes: &[u8], room: &mut Vec<u8>) -> Vec<u8> {
    let bound = compressor.zlib_compress_bound(bytes.len());
    if room.len() < bound {
        room.resize(bound, 0);
    }
    // The bound holds for every input, so there is room.
    let length = compressor.zlib_compress(bytes, room).unwrap_or(0);
    room[..length].to_vec()
}
