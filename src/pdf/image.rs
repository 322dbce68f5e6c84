//! Pictures as XObjects, made once a batch and copied into every document that shows them.
//!
//! Input: an [`Image`]. Output: [`Picture`], finished and deflated objects that refer to each other
//! by local numbers. JPEG bytes are not touched; samples are filtered row by row as PNG does it, which
//! deflate likes; grey stays grey; opacity becomes a soft mask; vectors become a form (`vector`).

use std::sync::Arc;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::encode::pack;
use super::flate::{BATCH_LEVEL, deflate};
use super::object::{dict, name, numbers, reference};
use super::vector;
use crate::geom::{Px, Rect, Size, Transform};
use crate::images::{Channels, Image, ImageKind, Jpeg, Raster};

/// The generation of references within a picture; real objects have 0.
const LOCAL: u16 = u16::MAX;

/// A picture as PDF objects.
pub(super) struct Picture {
    /// Objects; references with generation [`LOCAL`] are indices into this list.
    objects: Vec<Object>,
    /// The XObject, by index.
    root: usize,
    /// From the XObject's own space to the unit square, y downwards.
    to_unit: Transform,
    /// Whether it shows uncalibrated CMYK.
    pub(super) device_cmyk: bool,
    /// The image's digest.
    pub(super) digest: [u8; 32],
}

/// A list of objects that refer to each other by local numbers.
#[derive(Default)]
pub(super) struct LocalObjects {
    objects: Vec<Object>,
}

impl LocalObjects {
    pub(super) fn add(&mut self, object: impl Into<Object>) -> Object {
        self.objects.push(object.into());
        reference((self.objects.len() as u32 - 1, LOCAL))
    }

    /// Packs what is not packed yet, for all documents at once.
    fn pack(&mut self) {
        for object in &mut self.objects {
            if let Object::Stream(stream) = object {
                pack(stream, BATCH_LEVEL);
            }
        }
    }

    /// Takes a picture in; the reference to its XObject.
    pub(super) fn embed(&mut self, picture: &Picture) -> Object {
        let base = self.objects.len() as u32;
        for object in &picture.objects {
            let mut object = object.clone();
            renumber(&mut object, &|index| (base + index, LOCAL));
            self.objects.push(object);
        }
        reference((base + picture.root as u32, LOCAL))
    }
}

impl Picture {
    /// Makes the objects of an image.
    pub(super) fn new(image: &Image) -> Picture {
        let mut local = LocalObjects::default();
        let flip = Transform { d: -1.0, f: 1.0, ..Transform::IDENTITY };
        let (stream, to_unit, device_cmyk) = match &image.kind {
            ImageKind::Jpeg(jpeg) => {
                let (stream, cmyk) = jpeg_stream(jpeg, &mut local);
                (stream, jpeg.orientation.transform().then_inner(&flip), cmyk)
            }
            ImageKind::Raster(raster) => (raster_stream(raster, &mut local), flip, false),
            ImageKind::Vector(art) => {
                let (mut stream, cmyk) = vector::form(art, &mut local);
                if !image.is_singular {
                    pack(&mut stream, BATCH_LEVEL);
                    local.pack();
                }
                (stream, from_form(art.size), cmyk)
            }
        };
        local.add(stream);
        Picture {
            root: local.objects.len() - 1,
            objects: local.objects,
            to_unit,
            device_cmyk,
            digest: image.digest,
        }
    }

    /// The map from the XObject's space to a rectangle, y downwards.
    pub(super) fn placed(&self, rect: Rect) -> Transform {
        let Size { width, height } = rect.size;
        Transform::translate(rect.left(), rect.top())
            .then_inner(&Transform::scale(width.0, height.0))
            .then_inner(&self.to_unit)
    }

    /// Copies the objects into a document; the XObject's id.
    pub(super) fn insert(&self, document: &mut Document) -> ObjectId {
        let base = document.max_id + 1;
        for (number, object) in (base..).zip(&self.objects) {
            let mut object = object.clone();
            renumber(&mut object, &|index| (base + index, 0));
            document.objects.insert((number, 0), object);
        }
        document.max_id += self.objects.len() as u32;
        (base + self.root as u32, 0)
    }

    /// Bytes it takes, about.
    pub(super) fn weight(&self) -> usize {
        let bytes = |object: &Object| match object {
            Object::Stream(stream) => stream.content.len() + 200,
            _ => 200,
        };
        self.objects.iter().map(bytes).sum()
    }
}

/// From the space of a vector form, in px with y upwards, to the unit square with y downwards.
fn from_form(size: Size) -> Transform {
    let (w, h) = (size.width.max(Px(1e-6)).0, size.height.max(Px(1e-6)).0);
    Transform { a: 1.0 / w, d: -1.0 / h, f: 1.0, ..Transform::IDENTITY }
}

fn renumber(object: &mut Object, to: &dyn Fn(u32) -> ObjectId) {
    match object {
        Object::Reference(id) if id.1 == LOCAL => *id = to(id.0),
        Object::Array(items) => items.iter_mut().for_each(|o| renumber(o, to)),
        Object::Dictionary(d) => d.iter_mut().for_each(|(_, o)| renumber(o, to)),
        Object::Stream(s) => s.dict.iter_mut().for_each(|(_, o)| renumber(o, to)),
        _ => {}
    }
}

fn image_dict(width: u32, height: u32, space: Object) -> Dictionary {
    dict([
        ("Type", name("XObject")),
        ("Subtype", name("Image")),
        ("Width", Object::Integer(i64::from(width))),
        ("Height", Object::Integer(i64::from(height))),
        ("ColorSpace", space),
        ("BitsPerComponent", Object::Integer(8)),
    ])
}

/// A stream that is packed already.
fn packed(dictionary: Dictionary, content: Vec<u8>) -> Stream {
    Stream::new(dictionary, content).with_compression(false)
}

/// A JPEG file as it is, and whether it is CMYK without a profile.
fn jpeg_stream(jpeg: &Jpeg, local: &mut LocalObjects) -> (Stream, bool) {
    let (device, signature) = match jpeg.components {
        1 => ("DeviceGray", b"GRAY"),
        4 => ("DeviceCMYK", b"CMYK"),
        _ => ("DeviceRGB", b"RGB "),
    };
    // A profile for another number of components would make the picture unreadable.
    let profile = jpeg.icc.as_ref().filter(|icc| icc.get(16..20) == Some(signature.as_slice()));
    let space = match profile {
        Some(icc) => {
            let dictionary = dict([
                ("N", Object::Integer(i64::from(jpeg.components))),
                ("Alternate", name(device)),
                ("Filter", name("FlateDecode")),
            ]);
            let profile = local.add(packed(dictionary, deflate(icc, BATCH_LEVEL)));
            Object::Array(vec![name("ICCBased"), profile])
        }
        None => name(device),
    };
    let mut dictionary = image_dict(jpeg.width, jpeg.height, space);
    dictionary.set("Filter", name("DCTDecode"));
    if jpeg.components == 4 && jpeg.adobe_transform.is_some() {
        dictionary.set("Decode", numbers(&[1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0]));
    }
    let cmyk = jpeg.components == 4 && profile.is_none();
    (packed(dictionary, jpeg.bytes.to_vec()), cmyk)
}

fn raster_stream(raster: &Raster, local: &mut LocalObjects) -> Stream {
    let (space, channels) = match raster.channels {
        Channels::Gray => ("DeviceGray", 1),
        Channels::Rgb => ("DeviceRGB", 3),
    };
    let mut stream = samples(raster.width, raster.height, channels, space, &raster.samples);
    if let Some(alpha) = &raster.alpha {
        let mask = samples(raster.width, raster.height, 1, "DeviceGray", alpha);
        stream.dict.set("SMask", local.add(mask));
    }
    stream
}

fn samples(width: u32, height: u32, channels: usize, space: &str, samples: &[u8]) -> Stream {
    let mut dictionary = image_dict(width, height, name(space));
    dictionary.set("Filter", name("FlateDecode"));
    dictionary.set(
        "DecodeParms",
        dict([
            ("Predictor", Object::Integer(15)),
            ("Colors", Object::Integer(channels as i64)),
            ("Columns", Object::Integer(i64::from(width))),
        ]),
    );
    let row = width as usize * channels;
    packed(dictionary, deflate(&filtered(samples, row, channels), BATCH_LEVEL))
}

/// Rows with the PNG filter that leaves the least sum of differences (PNG §12.8).
fn filtered(samples: &[u8], row: usize, step: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(samples.len() + samples.len() / row.max(1) + 1);
    let mut above = vec![0u8; row];
    let mut trial = Vec::with_capacity(row);
    let mut best = Vec::with_capacity(row);
    for line in samples.chunks_exact(row.max(1)) {
        let mut least = u64::MAX;
        let mut kind = 0;
        for filter in 0..5u8 {
            trial.clear();
            trial.extend((0..row).map(|i| {
                let left = if i >= step { line[i - step] } else { 0 };
                let corner = if i >= step { above[i - step] } else { 0 };
                line[i].wrapping_sub(predict(filter, left, above[i], corner))
            }));
            let sum = trial.iter().map(|b| u64::from(b.cast_signed().unsigned_abs())).sum();
            if sum < least {
                least = sum;
                kind = filter;
                std::mem::swap(&mut best, &mut trial);
            }
        }
        out.push(kind);
        out.extend_from_slice(&best);
        above.copy_from_slice(line);
    }
    out
}

/// The predictors of PNG §9.2.
fn predict(filter: u8, left: u8, above: u8, corner: u8) -> u8 {
    match filter {
        1 => left,
        2 => above,
        3 => ((u16::from(left) + u16::from(above)) / 2) as u8,
        4 => {
            let estimate = i16::from(left) + i16::from(above) - i16::from(corner);
            let away = |v: u8| (estimate - i16::from(v)).abs();
            if away(left) <= away(above) && away(left) <= away(corner) {
                left
            } else if away(above) <= away(corner) {
                above
            } else {
                corner
            }
        }
        _ => 0,
    }
}

/// Pictures by digest, shared by the documents of a batch.
#[derive(Default)]
pub(super) struct PictureCache {
    kept: std::sync::Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    pictures: std::collections::BTreeMap<[u8; 32], Arc<Picture>>,
    weight: usize,
}

/// When kept pictures take more, all are dropped and made again: a batch of photographs does not fill
/// the memory.
const MOST_KEPT: usize = 64 << 20;

impl PictureCache {
    /// The picture of an image.
    pub(super) fn get(&self, image: &Image) -> Arc<Picture> {
        if image.is_singular {
            return Arc::new(Picture::new(image));
        }
        let lock = || self.kept.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(picture) = lock().pictures.get(&image.digest) {
            return Arc::clone(picture);
        }
        // Made outside the lock: two workers may both make it, and get the same.
        let picture = Arc::new(Picture::new(image));
        let mut kept = lock();
        kept.weight += picture.weight();
        if kept.weight > MOST_KEPT {
            kept.pictures.clear();
            kept.weight = picture.weight();
        }
        kept.pictures.insert(image.digest, Arc::clone(&picture));
        picture
    }
}
