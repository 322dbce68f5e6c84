//! Objects to bytes: header, streams, object streams, cross-reference stream (ISO 32000-1 §7.5).
//!
//! Input: a finished `lopdf::Document`, and the objects that are written already. Output: the file. `lopdf` can write files too; this does it
//! in a third of the time, deflates with a compressor that is kept, and puts small objects into
//! object streams, which halves what a structure tree takes. Objects are written in the order of
//! their numbers, so the same document gives the same bytes. Small objects that say nothing, such as
//! most of a structure tree, stand in streams of their own: documents of one template have the same
//! ones, which are deflated once ([`PackedStreams`]).

use std::sync::{PoisonError, RwLock};

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat};
use rustc_hash::FxHashMap;

use super::flate::{Effort, deflate};
use super::object::{dict, name};
use super::written::{Written, WrittenObject};

/// How many objects one object stream takes; readers unpack a whole stream for one object.
const PER_STREAM: usize = 200;

/// Where an object stands.
#[derive(Clone, Copy)]
enum Place {
    Free,
    /// Offset in the file.
    Plain(usize),
    /// Number of the object stream, index within.
    Packed(u32, usize),
}

/// Streams that many documents of a batch have, and their deflated bytes.
#[derive(Default)]
pub(super) struct PackedStreams(RwLock<FxHashMap<Vec<u8>, Vec<u8>>>);

impl PackedStreams {
    /// How many are kept.
    const MOST: usize = 64;

    /// Deflates a stream, or finds it deflated.
    fn pack(&self, stream: &mut Stream) {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(packed) = known.get(&stream.content) {
            stream.dict.set("Filter", name("FlateDecode"));
            stream.content.clone_from(packed);
            return;
        }
        drop(known);
        let plain = stream.content.clone();
        // No more effort than this: where documents differ after all, each has another.
        pack(stream, Effort::Template);
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if stream.dict.has(b"Filter") && known.len() < Self::MOST {
            known.insert(plain, stream.content.clone());
        }
    }
}

/// An object that is no stream, wherever it comes from.
struct Small<'d> {
    number: u32,
    object: SmallObject<'d>,
}

enum SmallObject<'d> {
    Tree(&'d Object),
    Written(&'d WrittenObject<'d>),
}

/// A stream, wherever it comes from.
enum AnyStream<'d> {
    Tree(&'d mut Stream),
    Written(&'d WrittenObject<'d>, &'d [u8]),
}

/// A file, and the BLAKE3 digest of its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Their digest.
    pub digest: [u8; 32],
}

/// Writes a document. The trailer's `Root` and `Info` are kept; `ID` becomes a digest of all before it.
pub(super) fn encode(
    document: &mut Document,
    written: &mut Written,
    known: &PackedStreams,
) -> File {
    let written = written.sorted();
    let (mut same, mut own, mut streams) = (Vec::new(), Vec::new(), Vec::new());
    for object in &written {
        let number = object.number;
        match object.content() {
            Some(content) => streams.push((number, AnyStream::Written(object, content))),
            None => {
                let list = if object.says_nothing { &mut same } else { &mut own };
                list.push(Small { number, object: SmallObject::Written(object) });
            }
        }
    }
    let (max_id, trailer) = (document.max_id, &document.trailer);
    for ((number, _), object) in &mut document.objects {
        let number = *number;
        if let Object::Stream(stream) = object {
            streams.push((number, AnyStream::Tree(stream)));
        } else {
            let list = if says_nothing(object) { &mut same } else { &mut own };
            list.push(Small { number, object: SmallObject::Tree(object) });
        }
    }
    same.sort_unstable_by_key(|small| small.number);
    own.sort_unstable_by_key(|small| small.number);
    streams.sort_unstable_by_key(|(number, _)| *number);
    let chunks = || {
        let same = same.chunks(PER_STREAM).map(|chunk| (chunk, true));
        same.chain(own.chunks(PER_STREAM).map(|chunk| (chunk, false)))
    };
    let first_stream = max_id + 1;
    let xref = first_stream + chunks().count() as u32;
    let room = written.iter().filter_map(|object| Some(object.content()?.len() + 200));
    let mut writer = FileWriter {
        out: Vec::with_capacity(room.sum::<usize>() + (48 << 10)),
        places: Vec::new(),
    };
    writer.places.resize(xref as usize + 1, Place::Free);
    writer.out.extend_from_slice(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n");
    for (number, stream) in streams {
        match stream {
            AnyStream::Tree(stream) => {
                pack(stream, Effort::Document);
                writer.stream(number, stream);
            }
            AnyStream::Written(object, content) => {
                writer.begin(number);
                object.write(&mut writer.out);
                writer.end(content);
            }
        }
    }
    for ((chunk, is_same), number) in chunks().zip(first_stream..) {
        let mut stream = object_stream(chunk);
        match is_same {
            true => known.pack(&mut stream),
            false => pack(&mut stream, Effort::Document),
        }
        writer.stream(number, &stream);
        for (index, small) in chunk.iter().enumerate() {
            writer.places[small.number as usize] = Place::Packed(number, index);
        }
    }
    let mut hasher = blake3::Hasher::new();
    let digest = hasher.update(&writer.out).finalize();
    let hashed = writer.out.len();
    let id = Object::Array(vec![
        Object::String(digest.as_bytes()[..16].to_vec(), StringFormat::Hexadecimal),
        Object::String(digest.as_bytes()[..16].to_vec(), StringFormat::Hexadecimal),
    ]);
    let mut entries = dict([("Type", name("XRef")), ("ID", id)]);
    for key in ["Root", "Info"] {
        if let Ok(value) = trailer.get(key.as_bytes()) {
            entries.set(key, value.clone());
        }
    }
    let bytes = writer.finish(xref, entries);
    let digest = *hasher.update(&bytes[hashed..]).finalize().as_bytes();
    File { bytes, digest }
}

/// Whether an object holds no text but languages, and is no page and no font: these differ from one
/// document of a template to the next.
pub(super) fn says_nothing(object: &Object) -> bool {
    match object {
        Object::String(..) => false,
        Object::Array(values) => values.iter().all(says_nothing),
        Object::Dictionary(values) => values.iter().all(|(key, value)| match (&key[..], value) {
            (b"Lang", _) => true,
            (b"Type", Object::Name(kind)) => {
                !matches!(&kind[..], b"Page" | b"Font" | b"FontDescriptor")
            }
            _ => says_nothing(value),
        }),
        _ => true,
    }
}

/// Deflates a stream that is not packed yet and gains by it.
pub(super) fn pack(stream: &mut Stream, effort: Effort) {
    const WORTH: usize = 40;
    if !stream.allows_compression || stream.dict.has(b"Filter") || stream.content.len() < WORTH {
        return;
    }
    let packed = deflate(&stream.content, effort);
    if !packed.is_empty() && packed.len() + b"/Filter/FlateDecode".len() < stream.content.len() {
        stream.dict.set("Filter", name("FlateDecode"));
        stream.content = packed;
    }
}

/// An object stream (§7.5.7).
fn object_stream(objects: &[Small<'_>]) -> Stream {
    let mut head = Vec::with_capacity(objects.len() * 10);
    let mut body = Vec::with_capacity(objects.len() * 100);
    for small in objects {
        integer(&mut head, i64::from(small.number));
        head.push(b' ');
        integer(&mut head, body.len() as i64);
        head.push(b' ');
        match small.object {
            SmallObject::Tree(object) => write_object(&mut body, object, &mut write_reference),
            SmallObject::Written(object) => object.write(&mut body),
        }
        body.push(b' ');
    }
    let dictionary = dict([
        ("Type", name("ObjStm")),
        ("N", Object::Integer(objects.len() as i64)),
        ("First", Object::Integer(head.len() as i64)),
    ]);
    head.append(&mut body);
    Stream::new(dictionary, head)
}

struct FileWriter {
    out: Vec<u8>,
    /// By object number.
    places: Vec<Place>,
}

impl FileWriter {
    fn stream(&mut self, number: u32, stream: &Stream) {
        self.begin(number);
        write_stream_dictionary(&mut self.out, stream, &mut write_reference);
        self.end(&stream.content);
    }

    /// Begins an object; its dictionary follows.
    fn begin(&mut self, number: u32) {
        self.places[number as usize] = Place::Plain(self.out.len());
        integer(&mut self.out, i64::from(number));
        self.out.extend_from_slice(b" 0 obj\n");
    }

    /// Ends it with what the stream holds.
    fn end(&mut self, content: &[u8]) {
        self.out.extend_from_slice(b"\nstream\n");
        self.out.extend_from_slice(content);
        self.out.extend_from_slice(b"\nendstream\nendobj\n");
    }

    /// The cross-reference stream (§7.5.8) and the end of the file.
    fn finish(mut self, xref: u32, mut trailer: Dictionary) -> Vec<u8> {
        let start = self.out.len();
        self.places[xref as usize] = Place::Plain(start);
        // Fields are as wide as the largest number in them asks for.
        let bytes = |most: usize| (most.checked_ilog2().unwrap_or(0) / 8 + 1) as usize;
        let (first, second) = (bytes(start.max(xref as usize)), bytes(PER_STREAM));
        let row = 1 + first + second;
        let mut table = Vec::with_capacity(self.places.len() * (1 + row));
        // Each row less the one above (PNG §9.2, filter 2): what stands in an object stream comes one after
        // the other.
        let mut above = vec![0u8; row];
        let mut entry = Vec::with_capacity(row);
        for place in &self.places {
            let (kind, offset, index) = match *place {
                Place::Free => (0, 0, 0),
                Place::Plain(offset) => (1, offset, 0),
                Place::Packed(stream, index) => (2, stream as usize, index),
            };
            entry.clear();
            entry.push(kind);
            entry.extend_from_slice(&offset.to_be_bytes()[size_of::<usize>() - first..]);
            entry.extend_from_slice(&index.to_be_bytes()[size_of::<usize>() - second..]);
            table.push(2);
            table.extend(entry.iter().zip(&above).map(|(byte, above)| byte.wrapping_sub(*above)));
            std::mem::swap(&mut above, &mut entry);
        }
        trailer.set("Size", Object::Integer(self.places.len() as i64));
        let widths = [1, first as i64, second as i64];
        trailer.set("W", Object::Array(widths.map(Object::Integer).to_vec()));
        trailer.set("Filter", name("FlateDecode"));
        let columns =
            [("Predictor", Object::Integer(12)), ("Columns", Object::Integer(row as i64))];
        trailer.set("DecodeParms", Object::Dictionary(dict(columns)));
        self.stream(xref, &Stream::new(trailer, deflate(&table, Effort::Document)));
        self.out.extend_from_slice(b"startxref\n");
        integer(&mut self.out, start as i64);
        self.out.extend_from_slice(b"\n%%EOF\n");
        self.out
    }
}

/// Writes a reference.
pub(super) fn write_reference(out: &mut Vec<u8>, (number, generation): ObjectId) {
    integer(out, i64::from(number));
    out.push(b' ');
    integer(out, i64::from(generation));
    out.extend_from_slice(b" R");
}

/// What writes the references within an object.
type Refer<'r> = dyn FnMut(&mut Vec<u8>, ObjectId) + 'r;

pub(super) fn write_object(out: &mut Vec<u8>, object: &Object, refer: &mut Refer<'_>) {
    match object {
        Object::Null => out.extend_from_slice(b"null"),
        Object::Boolean(value) => {
            out.extend_from_slice(if *value { b"true" } else { b"false" });
        }
        Object::Integer(value) => integer(out, *value),
        Object::Real(value) => out.extend_from_slice(format!("{value}").as_bytes()),
        Object::Name(value) => write_name(out, value),
        Object::String(value, StringFormat::Literal) => write_literal(out, value),
        Object::String(value, StringFormat::Hexadecimal) => write_hex(out, value),
        Object::Array(values) => {
            out.push(b'[');
            for (i, value) in values.iter().enumerate() {
                if i > 0 && needs_space(value) {
                    out.push(b' ');
                }
                write_object(out, value, refer);
            }
            out.push(b']');
        }
        Object::Dictionary(dictionary) => {
            out.extend_from_slice(b"<<");
            write_entries(out, dictionary, refer);
            out.extend_from_slice(b">>");
        }
        // A stream never stands inside another object.
        Object::Stream(stream) => write_stream_dictionary(out, stream, refer),
        Object::Reference(id) => refer(out, *id),
    }
}

/// Writes a stream's dictionary, with its length.
pub(super) fn write_stream_dictionary(out: &mut Vec<u8>, stream: &Stream, refer: &mut Refer<'_>) {
    out.extend_from_slice(b"<<");
    for (key, value) in &stream.dict {
        if key != b"Length" {
            write_entry(out, key, value, refer);
        }
    }
    out.extend_from_slice(b"/Length ");
    integer(out, stream.content.len() as i64);
    out.extend_from_slice(b">>");
}

fn write_entries(out: &mut Vec<u8>, dictionary: &Dictionary, refer: &mut Refer<'_>) {
    for (key, value) in dictionary {
        write_entry(out, key, value, refer);
    }
}

fn write_entry(out: &mut Vec<u8>, key: &[u8], value: &Object, refer: &mut Refer<'_>) {
    write_name(out, key);
    if needs_space(value) {
        out.push(b' ');
    }
    write_object(out, value, refer);
}

/// Whether an object has to be kept apart from a name or number before it.
fn needs_space(object: &Object) -> bool {
    matches!(
        object,
        Object::Null
            | Object::Boolean(_)
            | Object::Integer(_)
            | Object::Real(_)
            | Object::Reference(_)
    )
}

pub(super) fn write_name(out: &mut Vec<u8>, name: &[u8]) {
    /// Whether a byte stands for itself.
    const IS_PLAIN: [bool; 256] = {
        let (mut plain, mut byte) = ([false; 256], b'!');
        while byte <= b'~' {
            plain[byte as usize] = true;
            byte += 1;
        }
        let (special, mut at) = (b"()<>[]{}/%#", 0);
        while at < special.len() {
            plain[special[at] as usize] = false;
            at += 1;
        }
        plain
    };
    out.push(b'/');
    if name.iter().all(|byte| IS_PLAIN[usize::from(*byte)]) {
        return out.extend_from_slice(name);
    }
    for byte in name {
        if IS_PLAIN[usize::from(*byte)] {
            out.push(*byte);
        } else {
            out.push(b'#');
            hex(out, *byte);
        }
    }
}

pub(super) fn write_literal(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'(');
    let is_special = |byte: &u8| matches!(byte, b'(' | b')' | b'\\' | b'\r');
    let mut rest = text;
    while let Some(at) = rest.iter().position(is_special) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(&[b'\\', if rest[at] == b'\r' { b'r' } else { rest[at] }]);
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
    out.push(b')');
}

pub(super) fn write_hex(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'<');
    text.iter().for_each(|byte| hex(out, *byte));
    out.push(b'>');
}

fn hex(out: &mut Vec<u8>, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    out.extend_from_slice(&[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
}

pub(super) fn integer(out: &mut Vec<u8>, value: i64) {
    // Most have few digits, and are written without a loop and a copy of unknown length.
    let digit = |of: i64| b'0' + (value / of % 10) as u8;
    match value {
        0..10 => return out.push(digit(1)),
        10..100 => return out.extend_from_slice(&[digit(10), digit(1)]),
        100..1000 => return out.extend_from_slice(&[digit(100), digit(10), digit(1)]),
        _ => {}
    }
    if value < 0 {
        out.push(b'-');
    }
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    let mut rest = value.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}
