//! What makes a file PDF/A-2a (ISO 19005-2) and PDF/UA-1 (ISO 14289-1): metadata, output intent,
//! language, marks.

use lopdf::{Document, Object, ObjectId, Stream};

use super::Batch;
use super::metadata::{Claims, Metadata};
use super::navigation::catalog;
use super::object::{dict, name, reference, text};

/// Writes information dictionary, XMP, output intent and the catalog's entries.
pub(super) fn write(
    document: &mut Document,
    meta: &Metadata,
    claims: Claims,
    structure: ObjectId,
    batch: &Batch,
) {
    let info = document.add_object(meta.info());
    document.trailer.set("Info", reference(info));
    let xmp = dict([("Type", name("Metadata")), ("Subtype", name("XML"))]);
    // Left unpacked, so that programs which know no PDF can read it.
    let xmp = Stream::new(xmp, meta.xmp(claims).into_bytes()).with_compression(false);
    let xmp = document.add_object(xmp);
    let profile = dict([("N", Object::Integer(3)), ("Filter", name("FlateDecode"))]);
    let profile = Stream::new(profile, batch.profile.clone()).with_compression(false);
    let profile = document.add_object(profile);
    let intent = dict([
        ("Type", name("OutputIntent")),
        ("S", name("GTS_PDFA1")),
        ("OutputConditionIdentifier", text("sRGB")),
        ("Info", text("sRGB IEC61966-2.1")),
        ("DestOutputProfile", reference(profile)),
    ]);
    let Some(catalog) = catalog(document) else { return };
    catalog.set("Metadata", reference(xmp));
    catalog.set("OutputIntents", Object::Array(vec![Object::Dictionary(intent)]));
    if !meta.lang.is_empty() {
        catalog.set("Lang", text(&meta.lang));
    }
    catalog.set("ViewerPreferences", dict([("DisplayDocTitle", Object::Boolean(true))]));
    catalog.set("MarkInfo", dict([("Marked", Object::Boolean(true))]));
    catalog.set("StructTreeRoot", reference(structure));
}
