//! Short ways to write PDF objects.

use lopdf::{Dictionary, Object, ObjectId, StringFormat};

/// A name.
pub(super) fn name(name: &str) -> Object {
    Object::Name(name.as_bytes().to_vec())
}

/// A dictionary from its entries.
pub(super) fn dict<const N: usize>(entries: [(&str, Object); N]) -> Dictionary {
    let mut dictionary = Dictionary::new();
    for (key, value) in entries {
        dictionary.set(key, value);
    }
    dictionary
}

/// A string of bytes.
pub(super) fn bytes(bytes: &[u8]) -> Object {
    Object::String(bytes.to_vec(), StringFormat::Literal)
}

/// A text string: ASCII as it is, all else as UTF-16 with its mark.
pub(super) fn text(text: &str) -> Object {
    Object::String(text_bytes(text), StringFormat::Literal)
}

/// The bytes of a text string.
pub(super) fn text_bytes(text: &str) -> Vec<u8> {
    if text.is_ascii() {
        return text.as_bytes().to_vec();
    }
    let mut out = Vec::with_capacity(2 + 2 * text.len());
    out.extend_from_slice(&[0xfe, 0xff]);
    text.encode_utf16().for_each(|unit| out.extend_from_slice(&unit.to_be_bytes()));
    out
}

/// A reference.
pub(super) fn reference(id: ObjectId) -> Object {
    Object::Reference(id)
}

/// Puts other references in the place of those within an object.
pub(super) fn refer(object: &mut Object, to: &dyn Fn(ObjectId) -> ObjectId) {
    match object {
        Object::Reference(id) => *id = to(*id),
        Object::Array(values) => values.iter_mut().for_each(|value| refer(value, to)),
        Object::Dictionary(values) => values.iter_mut().for_each(|(_, value)| refer(value, to)),
        Object::Stream(stream) => stream.dict.iter_mut().for_each(|(_, value)| refer(value, to)),
        _ => {}
    }
}

/// An array of numbers.
pub(super) fn numbers(values: &[f32]) -> Object {
    Object::Array(values.iter().map(|v| number(*v)).collect())
}

/// A number, whole where it is.
pub(super) fn number(value: f32) -> Object {
    if value.fract() == 0.0 && value.abs() < 1e9 {
        Object::Integer(value as i64)
    } else {
        Object::Real(value)
    }
}

/// The nearest whole number, halves away from nought. `f64::round` says the same of products of an `f32` and
/// a power of ten, but is a call of a function on processors of the least common kind.
pub(super) fn nearest(value: f64) -> i64 {
    (value + 0.5f64.copysign(value)) as i64
}

/// A number rounded to four decimals.
pub(super) fn round4(value: f32) -> f32 {
    (nearest(f64::from(value) * 1e4) as f64 / 1e4) as f32
}

/// A number rounded to three decimals: a third of a micrometre in points.
pub(super) fn round3(value: f32) -> f32 {
    (nearest(f64::from(value) * 1e3) as f64 / 1e3) as f32
}

/// A factor or a place of a function: six decimals, since it is multiplied with lengths.
pub(super) fn fine(value: f32) -> f32 {
    (nearest(f64::from(value) * 1e6) as f64 / 1e6) as f32
}
