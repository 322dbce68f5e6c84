//! What makes a file PDF/A (ISO 19005-2, -3) and PDF/UA-1 (ISO 14289-1): metadata, output intent,
//! language, marks.

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::navigation::catalog;
use super::object::{dict, name, reference, text};
use super::{Batch, Metadata, Profile};

/// Writes information dictionary, XMP, output intent and the catalog's entries.
pub(super) fn write(
    document: &mut Document,
    meta: &Metadata,
    profile: Profile,
    structure: ObjectId,
    batch: &Batch,
) {
    let info = document.add_object(meta.info());
    document.trailer.set("Info", reference(info));
    let xmp = dict([("Type", name("Metadata")), ("Subtype", name("XML"))]);
    // Packed, which PDF/A allows from its second part on: it is a twentieth of a certificate otherwise.
    let xmp = Stream::new(xmp, meta.xmp(profile).into_bytes());
    let xmp = document.add_object(xmp);
    let intent = profile.archive().map(|_| output_intent(document, batch));
    let Some(catalog) = catalog(document) else { return };
    catalog.set("Metadata", reference(xmp));
    if let Some(intent) = intent {
        catalog.set("OutputIntents", Object::Array(vec![Object::Dictionary(intent)]));
    }
    if !meta.lang.is_empty() {
        catalog.set("Lang", text(&meta.lang));
    }
    catalog.set("ViewerPreferences", dict([("DisplayDocTitle", Object::Boolean(true))]));
    catalog.set("MarkInfo", dict([("Marked", Object::Boolean(true))]));
    catalog.set("StructTreeRoot", reference(structure));
}

/// What device colours mean: sRGB (ISO 19005-2 §6.2.3).
fn output_intent(document: &mut Document, batch: &Batch) -> Dictionary {
    let profile = dict([("N", Object::Integer(3)), ("Filter", name("FlateDecode"))]);
    let profile = Stream::new(profile, batch.profile.clone()).with_compression(false);
    let profile = document.add_object(profile);
    dict([
        ("Type", name("OutputIntent")),
        ("S", name("GTS_PDFA1")),
        ("OutputConditionIdentifier", text("sRGB")),
        ("Info", text("sRGB IEC61966-2.1")),
        ("DestOutputProfile", reference(profile)),
    ])
}
