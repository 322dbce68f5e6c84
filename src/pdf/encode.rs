//! Objects to bytes: header, streams, object streams, cross-reference stream (ISO 32000-1 §7.5).
//!
//! Input: a finished `lopdf::Document`. Output: the file. `lopdf` can write files too; this does it
//! in a third of the time, deflates with a compressor that is kept, and puts small objects into
//! object streams, which halves what a structure tree takes. Objects are written in the order of
//! their numbers, so the same document gives the same bytes. Small objects that say nothing, such as
//! most of a structure tree, stand in streams of their own: documents of one template have the same
//! ones, which are deflated once ([`PackedStreams`]).

use std::sync::{PoisonError, RwLock};

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat};
use rustc_hash::FxHashMap;

use super::flate::{BATCH_LEVEL, DOCUMENT_LEVEL, deflate};
use super::object::{dict, name};

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
        pack(stream, BATCH_LEVEL);
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if stream.dict.has(b"Filter") && known.len() < Self::MOST {
            known.insert(plain, stream.content.clone());
        }
    }
}

/// Writes a document. The trailer's `Root` and `Info` are kept; `ID` becomes a digest of the file.
pub(super) fn encode(document: &mut Document, known: &PackedStreams) -> Vec<u8> {
    let small = document.objects.iter().filter(|(_, object)| !matches!(object, Object::Stream(_)));
    let (same, own): (Vec<_>, Vec<_>) = small.partition(|(_, object)| says_nothing(object));
    let numbers = |objects: Vec<(&ObjectId, &Object)>| -> Vec<u32> {
        objects.into_iter().map(|((number, _), _)| *number).collect()
    };
    let (same, own) = (numbers(same), numbers(own));
    let chunks = || {
        let same = same.chunks(PER_STREAM).map(|chunk| (chunk, true));
        same.chain(own.chunks(PER_STREAM).map(|chunk| (chunk, false)))
    };
    let streams = chunks().count() as u32;
    let first_stream = document.max_id + 1;
    let xref = first_stream + streams;
    let mut writer = FileWriter { out: Vec::with_capacity(64 << 10), places: Vec::new() };
    writer.places.resize(xref as usize + 1, Place::Free);
    writer.out.extend_from_slice(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n");
    for ((number, _), object) in &mut document.objects {
        if let Object::Stream(stream) = object {
            pack(stream, DOCUMENT_LEVEL);
            writer.stream(*number, stream);
        }
    }
    for ((chunk, is_same), number) in chunks().zip(first_stream..) {
        let mut stream = object_stream(document, chunk);
        match is_same {
            true => known.pack(&mut stream),
            false => pack(&mut stream, DOCUMENT_LEVEL),
        }
        writer.stream(number, &stream);
        for (index, object) in chunk.iter().enumerate() {
            writer.places[*object as usize] = Place::Packed(number, index);
        }
    }
    let digest = blake3::hash(&writer.out);
    let id = Object::Array(vec![
        Object::String(digest.as_bytes()[..16].to_vec(), StringFormat::Hexadecimal),
        Object::String(digest.as_bytes()[..16].to_vec(), StringFormat::Hexadecimal),
    ]);
    let mut trailer = dict([("Type", name("XRef")), ("ID", id)]);
    for key in ["Root", "Info"] {
        if let Ok(value) = document.trailer.get(key.as_bytes()) {
            trailer.set(key, value.clone());
        }
    }
    writer.finish(xref, trailer)
}

/// Whether an object holds no text but languages, and is no page and no font: these differ from one
/// document of a template to the next.
fn says_nothing(object: &Object) -> bool {
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
pub(super) fn pack(stream: &mut Stream, level: u32) {
    const WORTH: usize = 40;
    if !stream.allows_compression || stream.dict.has(b"Filter") || stream.content.len() < WORTH {
        return;
    }
    let packed = deflate(&stream.content, level);
    if !packed.is_empty() && packed.len() + b"/Filter/FlateDecode".len() < stream.content.len() {
        stream.dict.set("Filter", name("FlateDecode"));
        stream.content = packed;
    }
}

/// An object stream (§7.5.7).
fn object_stream(document: &Document, numbers: &[u32]) -> Stream {
    let (mut head, mut body) = (Vec::new(), Vec::new());
    for number in numbers {
        integer(&mut head, i64::from(*number));
        head.push(b' ');
        integer(&mut head, body.len() as i64);
        head.push(b' ');
        if let Some(object) = document.objects.get(&(*number, 0)) {
            write_object(&mut body, object);
        }
        body.push(b' ');
    }
    let dictionary = dict([
        ("Type", name("ObjStm")),
        ("N", Object::Integer(numbers.len() as i64)),
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
        self.places[number as usize] = Place::Plain(self.out.len());
        integer(&mut self.out, i64::from(number));
        self.out.extend_from_slice(b" 0 obj\n");
        let mut dictionary = stream.dict.clone();
        dictionary.set("Length", Object::Integer(stream.content.len() as i64));
        write_dictionary(&mut self.out, &dictionary);
        self.out.extend_from_slice(b"\nstream\n");
        self.out.extend_from_slice(&stream.content);
        self.out.extend_from_slice(b"\nendstream\nendobj\n");
    }

    /// The cross-reference stream (§7.5.8) and the end of the file.
    fn finish(mut self, xref: u32, mut trailer: Dictionary) -> Vec<u8> {
        let start = self.out.len();
        self.places[xref as usize] = Place::Plain(start);
        let mut table = Vec::with_capacity(self.places.len() * 7);
        for (number, place) in self.places.iter().enumerate() {
            let (kind, second, third) = match *place {
                Place::Free => (0, 0, if number == 0 { 0xffff } else { 0 }),
                Place::Plain(offset) => (1, offset as u32, 0),
                Place::Packed(stream, index) => (2, stream, index as u16),
            };
            table.push(kind);
            table.extend_from_slice(&u32::to_be_bytes(second));
            table.extend_from_slice(&u16::to_be_bytes(third));
        }
        trailer.set("Size", Object::Integer(self.places.len() as i64));
        trailer.set("W", Object::Array([1, 4, 2].map(Object::Integer).to_vec()));
        let mut stream = Stream::new(trailer, table);
        pack(&mut stream, DOCUMENT_LEVEL);
        self.stream(xref, &stream);
        self.out.extend_from_slice(b"startxref\n");
        integer(&mut self.out, start as i64);
        self.out.extend_from_slice(b"\n%%EOF\n");
        self.out
    }
}

fn write_object(out: &mut Vec<u8>, object: &Object) {
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
                write_object(out, value);
            }
            out.push(b']');
        }
        Object::Dictionary(dictionary) => write_dictionary(out, dictionary),
        // A stream never stands inside another object.
        Object::Stream(stream) => write_dictionary(out, &stream.dict),
        Object::Reference((number, generation)) => {
            integer(out, i64::from(*number));
            out.push(b' ');
            integer(out, i64::from(*generation));
            out.extend_from_slice(b" R");
        }
    }
}

fn write_dictionary(out: &mut Vec<u8>, dictionary: &Dictionary) {
    out.extend_from_slice(b"<<");
    for (key, value) in dictionary {
        write_name(out, key);
        if needs_space(value) {
            out.push(b' ');
        }
        write_object(out, value);
    }
    out.extend_from_slice(b">>");
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
    out.push(b'/');
    for byte in name {
        if byte.is_ascii_graphic() && !b"()<>[]{}/%#".contains(byte) {
            out.push(*byte);
        } else {
            out.push(b'#');
            hex(out, *byte);
        }
    }
}

pub(super) fn write_literal(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'(');
    for byte in text {
        match byte {
            b'(' | b')' | b'\\' => out.extend_from_slice(&[b'\\', *byte]),
            b'\r' => out.extend_from_slice(b"\\r"),
            _ => out.push(*byte),
        }
    }
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
