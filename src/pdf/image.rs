//! Pictures as XObjects, made once a batch and copied into every document that shows them.
//!
//! Input: an [`Image`]. Output: [`Picture`], finished and deflated objects that refer to each other
//! by local numbers. JPEG bytes are not touched; samples are filtered row by row as PNG does it, which
//! deflate likes, or become indices where there are few colours; grey stays grey; opacity becomes a soft mask; vectors become a form (`vector`).

use std::sync::Arc;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat};

use super::encode::pack;
use super::flate::{Effort, deflate};
use super::object::{dict, name, numbers, refer, reference};
use super::vector;
use super::written::{Part, Written};
use crate::geom::{Rect, Size, Transform};
use crate::images::{Channels, Image, ImageKind, Jpeg, Raster, Scaling, VectorImage};

/// The generation of references within a picture; real objects have 0.
const LOCAL: u16 = u16::MAX;

/// The samples, masks and profiles that stand in a document already, by [`Picture::digests`].
pub(super) type Known = std::collections::BTreeMap<[u8; 32], u32>;

/// A picture as PDF objects.
pub(super) struct Picture {
    /// Its objects, written.
    parts: Arc<[Part]>,
    /// The objects, but for what streams hold; references with generation [`LOCAL`] are indices into
    /// this list, of objects before.
    objects: Vec<Object>,
    /// What each object holds, references followed, where another picture may have the same: two files
    /// of the same samples, one profile for many. None for forms.
    digests: Vec<Option<[u8; 32]>>,
    /// The XObject, by index.
    root: usize,
    frame: Frame,
    /// Whether it may show beyond the rectangle it is placed in, and has to be cut there.
    pub(super) sticks_out: bool,
    /// Whether it shows CMYK without a profile of its own.
    pub(super) device_cmyk: bool,
    /// The image's digest.
    pub(super) digest: [u8; 32],
}

/// How an XObject's own space relates to a rectangle that it is shown in.
enum Frame {
    /// It fills it: the map to the unit square, y downwards.
    Unit(Transform),
    /// As vector art says: its map, without the contents.
    Vector(VectorImage),
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

    /// Packs what is not packed yet.
    fn pack(&mut self, effort: Effort) {
        for object in &mut self.objects {
            if let Object::Stream(stream) = object {
                pack(stream, effort);
            }
        }
    }

    /// Takes a picture in; the reference to its XObject.
    pub(super) fn embed(&mut self, picture: &Picture) -> Object {
        let base = self.objects.len() as u32;
        for (object, part) in picture.objects.iter().zip(picture.parts.iter()) {
            let mut object = object.clone();
            if let (Object::Stream(stream), Some(content)) = (&mut object, part.content()) {
                stream.content = content.to_vec();
            }
            renumber(&mut object, &|index| (base + index, LOCAL));
            self.objects.push(object);
        }
        reference((base + picture.root as u32, LOCAL))
    }
}

impl Picture {
    /// Makes the objects of an image; `cmyk` is the packed profile that tells what CMYK without one is.
    pub(super) fn new(image: &Image, cmyk: Option<&[u8]>) -> Picture {
        let mut local = LocalObjects::default();
        let flip = Transform { d: -1.0, f: 1.0, ..Transform::IDENTITY };
        let (stream, frame, device_cmyk) = match &image.kind {
            ImageKind::Jpeg(jpeg) => {
                let (stream, cmyk) = jpeg_stream(jpeg, &mut local);
                let upright = jpeg.orientation.transform().then_inner(&flip);
                (stream, Frame::Unit(upright), cmyk)
            }
            ImageKind::Raster(raster) => {
                let stream = raster_stream(raster, &mut local);
                (stream, Frame::Unit(flip), false)
            }
            ImageKind::Vector(art) => {
                let (mut stream, cmyk) = vector::form(art, cmyk, &mut local);
                let effort = if image.is_singular { Effort::Document } else { Effort::Batch };
                pack(&mut stream, effort);
                local.pack(effort);
                let VectorImage { size, scaling, .. } = *art;
                (stream, Frame::Vector(VectorImage { size, scaling, ops: Vec::new() }), cmyk)
            }
        };
        local.add(stream);
        let sticks_out =
            matches!(&frame, Frame::Vector(art) if !matches!(art.scaling, Scaling::Stretch));
        let digests = digests(&local.objects);
        let (objects, parts) = written(local.objects);
        Picture {
            root: objects.len() - 1,
            digests,
            parts,
            objects,
            frame,
            sticks_out,
            device_cmyk,
            digest: image.digest,
        }
    }

    /// The map from the XObject's space to a rectangle, y downwards.
    pub(super) fn placed(&self, rect: Rect) -> Transform {
        let Size { width, height } = rect.size;
        match &self.frame {
            Frame::Unit(to_unit) => Transform::translate(rect.left(), rect.top())
                .then_inner(&Transform::scale(width.0, height.0))
                .then_inner(to_unit),
            Frame::Vector(art) => art.placed(rect),
        }
    }

    /// Puts the objects into a document, but for those it has already; the XObject's id.
    pub(super) fn insert(
        &self,
        document: &mut Document,
        written: &mut Written,
        known: &mut Known,
    ) -> ObjectId {
        let number = |index: usize, new: u32| match self.digests[index] {
            Some(digest) => *known.entry(digest).or_insert(new),
            None => new,
        };
        let numbers = written.insert(document, &self.parts, number);
        (numbers[self.root], 0)
    }

    /// Bytes it takes, about.
    pub(super) fn weight(&self) -> usize {
        self.parts.iter().map(Part::weight).sum()
    }
}

/// A profile of CMYK that is packed already.
pub(super) fn cmyk_profile(profile: &[u8]) -> Stream {
    packed(profile_dict(4, "DeviceCMYK"), profile.to_vec())
}

/// The colour space of a profile of CMYK.
pub(super) fn cmyk_space(profile: Object) -> Object {
    Object::Array(vec![name("ICCBased"), profile])
}

/// Puts a profile of CMYK into a document, unless a picture has brought it already.
pub(super) fn insert_cmyk(profile: &[u8], document: &mut Document, known: &mut Known) -> Object {
    let stream = Object::Stream(cmyk_profile(profile));
    let digest = digests(std::slice::from_ref(&stream)).first().copied().flatten();
    let there = digest.and_then(|digest| known.get(&digest).copied());
    let number = there.unwrap_or_else(|| document.add_object(stream).0);
    if let Some(digest) = digest {
        known.insert(digest, number);
    }
    cmyk_space(reference((number, 0)))
}

/// The dictionary of a profile.
fn profile_dict(components: u8, device: &str) -> Dictionary {
    dict([
        ("N", Object::Integer(i64::from(components))),
        ("Alternate", name(device)),
        ("Filter", name("FlateDecode")),
    ])
}

/// Writes objects; they keep all but what streams hold.
fn written(mut objects: Vec<Object>) -> (Vec<Object>, Arc<[Part]>) {
    let part = |object: &mut Object| {
        let content = match object {
            Object::Stream(stream) => std::mem::take(&mut stream.content),
            _ => Vec::new(),
        };
        let mut whole = object.clone();
        if let Object::Stream(stream) = &mut whole {
            stream.content = content;
        }
        // References are local in pictures, to objects before.
        Part::of(whole, &|(index, _)| index)
    };
    let parts = objects.iter_mut().map(part).collect();
    (objects, parts)
}

/// The digests of samples, masks and profiles.
fn digests(objects: &[Object]) -> Vec<Option<[u8; 32]>> {
    let mut digests: Vec<Option<[u8; 32]>> = Vec::with_capacity(objects.len());
    for object in objects {
        let of_stream = |stream: &Stream| {
            let is_form = stream.dict.get(b"Subtype").is_ok_and(|kind| *kind == name("Form"));
            let mut dictionary = Object::Dictionary(stream.dict.clone());
            let followed = !is_form && follow(&mut dictionary, &digests);
            followed.then(|| {
                let mut hasher = blake3::Hasher::new();
                hasher.update(format!("{dictionary:?}").as_bytes()).update(&stream.content);
                *hasher.finalize().as_bytes()
            })
        };
        digests.push(object.as_stream().ok().and_then(of_stream));
    }
    digests
}

/// Puts digests in the place of references; whether all are known.
fn follow(object: &mut Object, digests: &[Option<[u8; 32]>]) -> bool {
    match object {
        Object::Reference(id) if id.1 == LOCAL => match digests.get(id.0 as usize) {
            Some(Some(digest)) => {
                *object = Object::String(digest.to_vec(), StringFormat::Hexadecimal);
                true
            }
            _ => false,
        },
        Object::Array(items) => items.iter_mut().all(|item| follow(item, digests)),
        Object::Dictionary(entries) => entries.iter_mut().all(|(_, item)| follow(item, digests)),
        _ => true,
    }
}

/// Puts other references in the place of local ones.
fn renumber(object: &mut Object, to: &dyn Fn(u32) -> ObjectId) {
    refer(object, &|id| if id.1 == LOCAL { to(id.0) } else { id });
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
    let space = color_space(jpeg.components, jpeg.icc.as_deref(), local);
    let mut dictionary = image_dict(jpeg.width, jpeg.height, space);
    dictionary.set("Filter", name("DCTDecode"));
    if jpeg.plain_rgb {
        dictionary.set("DecodeParms", dict([("ColorTransform", Object::Integer(0))]));
    }
    if jpeg.components == 4 && jpeg.adobe_transform.is_some() {
        dictionary.set("Decode", numbers(&[1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0]));
    }
    let cmyk = jpeg.components == 4 && jpeg.icc.is_none();
    (packed(dictionary, jpeg.bytes.to_vec()), cmyk)
}

/// The colour space of that many components: a profile's, or the device's.
fn color_space(components: u8, profile: Option<&[u8]>, local: &mut LocalObjects) -> Object {
    let device = match components {
        1 => "DeviceGray",
        4 => "DeviceCMYK",
        _ => "DeviceRGB",
    };
    let Some(icc) = profile else { return name(device) };
    let dictionary = profile_dict(components, device);
    let profile = local.add(packed(dictionary, deflate(icc, Effort::Batch)));
    Object::Array(vec![name("ICCBased"), profile])
}

fn raster_stream(raster: &Raster, local: &mut LocalObjects) -> Stream {
    let channels = match raster.channels {
        Channels::Gray => 1,
        Channels::Rgb => 3,
    };
    let (width, height) = (raster.width, raster.height);
    let space = color_space(channels, raster.icc.as_deref(), local);
    let mut stream = match Palette::of(raster) {
        Some(palette) => palette.stream(width, height, space),
        None => samples(width, height, usize::from(channels), space, &raster.samples),
    };
    if let Some(alpha) = &raster.alpha {
        let mask = samples(width, height, 1, name("DeviceGray"), alpha);
        stream.dict.set("SMask", local.add(mask));
    }
    stream
}

/// The colours of a picture that has few, and which of them each pixel has.
struct Palette {
    colors: Vec<u8>,
    pixels: Vec<u8>,
}

impl Palette {
    /// The palette of a colour picture of at most 256 colours, in the order they first appear.
    fn of(raster: &Raster) -> Option<Palette> {
        if raster.channels != Channels::Rgb {
            return None;
        }
        let mut known = std::collections::BTreeMap::new();
        let mut palette = Palette { colors: Vec::new(), pixels: Vec::new() };
        let mut last = (&[][..], 0);
        for pixel in raster.samples.chunks_exact(3) {
            if pixel != last.0 {
                let next = u8::try_from(known.len());
                let index = match known.get(pixel) {
                    Some(index) => *index,
                    None => {
                        palette.colors.extend_from_slice(pixel);
                        *known.entry(pixel).or_insert(next.ok()?)
                    }
                };
                last = (pixel, index);
            }
            palette.pixels.push(last.1);
        }
        // The table has to pay.
        (palette.colors.len() * 2 <= raster.samples.len()).then_some(palette)
    }

    /// An image of indices into the palette (ISO 32000-1 §8.6.6.3).
    fn stream(&self, width: u32, height: u32, base: Object) -> Stream {
        let most = (self.colors.len() / 3).saturating_sub(1);
        let space = Object::Array(vec![
            name("Indexed"),
            base,
            Object::Integer(most as i64),
            Object::String(self.colors.clone(), StringFormat::Hexadecimal),
        ]);
        let mut dictionary = image_dict(width, height, space);
        dictionary.set("Filter", name("FlateDecode"));
        packed(dictionary, deflate(&self.pixels, Effort::Batch))
    }
}

fn samples(width: u32, height: u32, channels: usize, space: Object, samples: &[u8]) -> Stream {
    let mut dictionary = image_dict(width, height, space);
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
    packed(dictionary, deflate(&filtered(samples, row, channels), Effort::Batch))
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
    /// By digest, and whether what CMYK is was told.
    pictures: std::collections::BTreeMap<([u8; 32], bool), Arc<Picture>>,
    weight: usize,
}

/// When kept pictures take more, all are dropped and made again: a batch of photographs does not fill
/// the memory.
const MOST_KEPT: usize = 64 << 20;

impl PictureCache {
    /// The picture of an image; `cmyk` is the same in all of a batch, or none.
    pub(super) fn get(&self, image: &Image, cmyk: Option<&[u8]>) -> Arc<Picture> {
        if image.is_singular {
            return Arc::new(Picture::new(image, cmyk));
        }
        let key = (image.digest, cmyk.is_some());
        let lock = || self.kept.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(picture) = lock().pictures.get(&key) {
            return Arc::clone(picture);
        }
        // Made outside the lock: two workers may both make it, and get the same.
        let picture = Arc::new(Picture::new(image, cmyk));
        let mut kept = lock();
        kept.weight += picture.weight();
        if kept.weight > MOST_KEPT {
            kept.pictures.clear();
            kept.weight = picture.weight();
        }
        kept.pictures.insert(key, Arc::clone(&picture));
        picture
    }
}
