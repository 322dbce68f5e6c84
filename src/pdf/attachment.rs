//! Files that a document holds (ISO 32000-1 §7.11.4) and how they relate to it (ISO 19005-3 §6.8).
//!
//! Input: [`Attachment`]s. Output: an embedded file stream and a file specification each, the
//! `/EmbeddedFiles` name tree and the catalog's `/AF`, which lists them in the order of the name tree.
//! The same file gives the same bytes: its dates are the document's.

use lopdf::{Dictionary, Document, Object, Stream, StringFormat};
use md5::{Digest, Md5};

use super::metadata::Date;
use super::object::{bytes, dict, name, reference, text, text_bytes};

/// A file that a document holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Its name, without folders. Names differ within a document.
    pub name: String,
    /// Its media type: `application/json`.
    pub media_type: String,
    /// What it is to the document.
    pub relationship: Relationship,
    /// What it is, for people.
    pub description: Option<String>,
    /// Its contents.
    pub bytes: Vec<u8>,
}

/// What a file is to the document that holds it (ISO 19005-3 §6.8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Relationship {
    /// The document was made from it.
    Source,
    /// The data that the document shows.
    Data,
    /// The same content in another form.
    Alternative,
    /// More than the document shows.
    Supplement,
    /// None of these, or unknown.
    #[default]
    Unspecified,
}

impl Relationship {
    /// All relationships.
    pub const ALL: [Relationship; 5] = [
        Relationship::Source,
        Relationship::Data,
        Relationship::Alternative,
        Relationship::Supplement,
        Relationship::Unspecified,
    ];

    /// The name the standard gives it.
    pub fn name(self) -> &'static str {
        match self {
            Relationship::Source => "Source",
            Relationship::Data => "Data",
            Relationship::Alternative => "Alternative",
            Relationship::Supplement => "Supplement",
            Relationship::Unspecified => "Unspecified",
        }
    }

    /// The relationship of that name.
    pub fn named(name: &str) -> Option<Relationship> {
        Relationship::ALL.into_iter().find(|relationship| relationship.name() == name)
    }
}

/// Files as a document refers to them.
pub(super) struct Attached {
    /// The name tree.
    pub(super) names: Dictionary,
    /// `/AF`.
    pub(super) associated: Object,
}

/// Writes files; none if there are none.
pub(super) fn write(
    document: &mut Document,
    attachments: &[Attachment],
    date: Option<&Date>,
) -> Option<Attached> {
    let mut sorted: Vec<(Vec<u8>, &Attachment)> =
        attachments.iter().map(|file| (text_bytes(&file.name), file)).collect();
    sorted.sort_by(|a, b| a.0.cmp(&b.0));
    let (mut names, mut all) = (Vec::new(), Vec::new());
    for (key, file) in sorted {
        let stream = document.add_object(embedded(file, date));
        let specification = document.add_object(specification(file, reference(stream)));
        names.extend([bytes(&key), reference(specification)]);
        all.push(reference(specification));
    }
    let tree = dict([("Names", Object::Array(names))]);
    (!all.is_empty()).then(|| Attached { names: tree, associated: Object::Array(all) })
}

/// The file itself (table 45, table 46).
fn embedded(file: &Attachment, date: Option<&Date>) -> Stream {
    let digest: [u8; 16] = Md5::digest(&file.bytes).into();
    let mut parameters = dict([
        ("Size", Object::Integer(file.bytes.len() as i64)),
        ("CheckSum", Object::String(digest.to_vec(), StringFormat::Hexadecimal)),
    ]);
    if let Some(date) = date {
        parameters.set("CreationDate", bytes(date.pdf().as_bytes()));
        parameters.set("ModDate", bytes(date.pdf().as_bytes()));
    }
    let dictionary = dict([
        ("Type", name("EmbeddedFile")),
        ("Subtype", name(&file.media_type)),
        ("Params", Object::Dictionary(parameters)),
    ]);
    Stream::new(dictionary, file.bytes.clone())
}

/// The file specification (table 44).
fn specification(file: &Attachment, stream: Object) -> Dictionary {
    let mut entry = dict([
        ("Type", name("Filespec")),
        ("F", text(&file.name)),
        ("UF", text(&file.name)),
        ("AFRelationship", name(file.relationship.name())),
        ("EF", Object::Dictionary(dict([("F", stream.clone()), ("UF", stream)]))),
    ]);
    if let Some(description) = &file.description {
        entry.set("Desc", text(description));
    }
    entry
}
