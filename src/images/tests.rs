//! Tests of loading: every format, the cache, and what is refused.

use std::io::Cursor;
use std::sync::atomic::{AtomicUsize, Ordering};

use image::{DynamicImage, GrayImage, ImageBuffer, ImageFormat, RgbImage, RgbaImage};

use super::*;
use crate::diag::Severity;
use crate::geom::{Color, Point, Px, Transform};
use crate::images::{
    Channels, GradientKind, ImageKind, Intrinsic, Jpeg, MaskKind, Orientation, Paint, PathSegment,
    Raster, VectorImage, VectorOp,
};

fn no_fonts() -> SvgFonts {
    Arc::new(|| Arc::new(usvg::fontdb::Database::new()))
}

fn store() -> ImageStore {
    ImageStore::new("/nowhere", no_fonts())
}

fn encode(image: DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    image.write_to(&mut out, format).expect("encoded");
    out.into_inner()
}

fn raster(bytes: &[u8]) -> Raster {
    let image = store().load_bytes(bytes, "x.png").expect("a picture");
    match Arc::into_inner(image).map(|image| image.kind) {
        Some(ImageKind::Raster(raster)) => raster,
        other => panic!("a raster, not {other:?}"),
    }
}

fn vector(svg: &str) -> (VectorImage, Vec<Diagnostic>) {
    let image = store()
        .inline_svg(svg, &InheritedStyle::initial(), Path::new(""), "x.svg")
        .expect("a picture");
    match Arc::into_inner(image) {
        Some(Image { kind: ImageKind::Vector(vector), diagnostics, .. }) => (vector, diagnostics),
        other => panic!("a vector, not {other:?}"),
    }
}

#[test]
fn store_crosses_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<ImageStore>();
    shared::<Image>();
}

#[test]
fn png_keeps_grey_and_separates_alpha() {
    let gray = encode(GrayImage::from_raw(2, 1, vec![7, 9]).expect("2").into(), ImageFormat::Png);
    let r = raster(&gray);
    assert_eq!((r.channels, r.samples, r.alpha), (Channels::Gray, vec![7, 9], None));

    let pixels = vec![1, 2, 3, 255, 4, 5, 6, 128];
    let rgba = encode(RgbaImage::from_raw(2, 1, pixels).expect("2").into(), ImageFormat::Png);
    let r = raster(&rgba);
    assert_eq!((r.channels, r.samples), (Channels::Rgb, vec![1, 2, 3, 4, 5, 6]));
    assert_eq!(r.alpha, Some(vec![255, 128]));

    let opaque = RgbaImage::from_raw(1, 1, vec![1, 2, 3, 255]).expect("1");
    assert_eq!(raster(&encode(opaque.into(), ImageFormat::Png)).alpha, None);
}

#[test]
fn png_of_16_bits_becomes_8() {
    let deep: ImageBuffer<image::Luma<u16>, _> =
        ImageBuffer::from_raw(2, 1, vec![0u16, 0xffff]).expect("2");
    let r = raster(&encode(DynamicImage::ImageLuma16(deep), ImageFormat::Png));
    assert_eq!((r.channels, r.samples), (Channels::Gray, vec![0, 255]));
}

#[test]
fn png_stands_upright() {
    // Red, green, blue over black, white, grey.
    let pixels = vec![255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 128, 128, 128];
    let plain = encode(RgbImage::from_raw(3, 2, pixels).expect("6").into(), ImageFormat::Png);
    let [r, g, b] = [[255u8, 0, 0], [0, 255, 0], [0, 0, 255]];
    let [k, w, m] = [[0u8; 3], [255; 3], [128; 3]];
    // The stored row 0 and column 0 are, by orientation: top left, top right, and so on (Exif 2.32).
    for (orientation, width, expected) in [
        (1u8, 3, [r, g, b, k, w, m]),
        (2, 3, [b, g, r, m, w, k]),
        (3, 3, [m, w, k, b, g, r]),
        (4, 3, [k, w, m, r, g, b]),
        (5, 2, [r, k, g, w, b, m]),
        (6, 2, [k, r, w, g, m, b]),
        (7, 2, [m, b, w, g, k, r]),
        (8, 2, [b, m, g, w, r, k]),
    ] {
        let turned = raster(&with_exif(&plain, orientation));
        assert_eq!((turned.width, turned.samples), (width, expected.concat()), "{orientation}");
    }
}

/// A PNG file with an `eXIf` chunk after its header.
fn with_exif(png: &[u8], orientation: u8) -> Vec<u8> {
    let mut chunk = b"eXIfMM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    chunk.extend([orientation, 0, 0, 0, 0, 0, 0]);
    let mut sum = !0u32;
    for byte in &chunk {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = sum >> 1 ^ (0xedb8_8320 & (sum & 1).wrapping_neg());
        }
    }
    let mut out = png[..33].to_vec();
    out.extend((chunk.len() as u32 - 4).to_be_bytes());
    out.extend(chunk);
    out.extend((!sum).to_be_bytes());
    out.extend(&png[33..]);
    out
}

#[test]
fn png_palette_is_resolved() {
    let r = raster(&crate::images::dataurl::decode(PALETTE_PNG).expect("data").1);
    assert_eq!((r.width, r.height, r.channels), (2, 1, Channels::Rgb));
    assert_eq!(r.samples, [255, 0, 0, 0, 0, 255]);
    assert_eq!(r.alpha, Some(vec![255, 128]));
}

/// Two pixels of a palette of red and half-transparent blue, 1 bit each.
const PALETTE_PNG: &str = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAIAAAABAQMAAADO7O3JAAAABlBMVEX/AAAAAP9sof2OAAAAAnRSTlP/gAgPs2oAAAAKSURBVHicY3AAAABCAEEpN/TvAAAAAElFTkSuQmCC";

#[test]
fn broken_png_is_a_diagnostic() {
    let mut png = encode(RgbImage::new(9, 9).into(), ImageFormat::Png);
    png.truncate(60);
    let error = store().load_bytes(&png, "seal.png").expect_err("broken");
    assert_eq!(error.code, "broken-image");
    assert!(error.message.starts_with("PNG file `seal.png` cannot be read: "), "{}", error.message);
}

fn jpeg(bytes: &[u8]) -> Result<(Jpeg, Intrinsic), Diagnostic> {
    let image = store().load_bytes(bytes, "x.jpg")?;
    match Arc::into_inner(image) {
        Some(Image { kind: ImageKind::Jpeg(jpeg), intrinsic, .. }) => Ok((jpeg, intrinsic)),
        other => panic!("a JPEG, not {other:?}"),
    }
}

#[test]
fn jpeg_passes_through_with_its_size() {
    let bytes = encode(RgbImage::new(30, 20).into(), ImageFormat::Jpeg);
    let (jpeg_file, intrinsic) = jpeg(&bytes).expect("a JPEG");
    assert_eq!(&*jpeg_file.bytes, bytes);
    assert_eq!((jpeg_file.width, jpeg_file.height, jpeg_file.components), (30, 20, 3));
    assert_eq!((jpeg_file.adobe_transform, jpeg_file.icc), (None, None));
    assert_eq!(intrinsic, Intrinsic::sized(Px(30.0), Px(20.0)));
    let gray = encode(GrayImage::new(3, 2).into(), ImageFormat::Jpeg);
    assert_eq!(jpeg(&gray).expect("a JPEG").0.components, 1);
}

/// The head of a display's profile, and nothing in it.
fn profile(space: &[u8; 4]) -> Vec<u8> {
    let mut profile = vec![0; 132];
    profile[8] = 2;
    profile[12..16].copy_from_slice(b"mntr");
    profile[16..20].copy_from_slice(space);
    profile[36..40].copy_from_slice(b"acsp");
    profile
}

/// A PNG file with one more chunk before its data.
fn png_with(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let plain = encode(RgbImage::new(2, 2).into(), ImageFormat::Png);
    let mut crc = flate2::Crc::new();
    crc.update(kind);
    crc.update(data);
    let head = 8 + 25;
    let mut bytes = plain[..head].to_vec();
    bytes.extend((data.len() as u32).to_be_bytes());
    bytes.extend(kind);
    bytes.extend(data);
    bytes.extend(crc.sum().to_be_bytes());
    bytes.extend(&plain[head..]);
    bytes
}

#[test]
fn png_says_what_it_does_not_apply() {
    let found = |bytes: &[u8]| {
        let image = store().load_bytes(bytes, "x.png").expect("a picture");
        image.diagnostics.iter().map(|d| d.message.clone()).collect::<Vec<_>>()
    };
    assert_eq!(found(&png_with(b"gAMA", &45_455u32.to_be_bytes())), [""; 0]);
    assert_eq!(
        found(&png_with(b"gAMA", &100_000u32.to_be_bytes())),
        ["the gamma 1 of `x.png` is not applied: it is shown as sRGB"]
    );
}

#[test]
fn jpeg_profile_of_another_kind_of_colour_is_left_out() {
    let plain = encode(RgbImage::new(3, 2).into(), ImageFormat::Jpeg);
    let segment = [b"ICC_PROFILE\0\x01\x01".as_slice(), &profile(b"CMYK")].concat();
    let mut bytes = plain[..2].to_vec();
    bytes.extend([0xff, 0xe2]);
    bytes.extend((segment.len() as u16 + 2).to_be_bytes());
    bytes.extend(&segment);
    bytes.extend(&plain[2..]);
    let image = store().load_bytes(&bytes, "x.jpg").expect("a picture");
    assert_eq!(
        image.diagnostics.iter().map(|d| d.message.as_str()).collect::<Vec<_>>(),
        ["the colour profile of `x.jpg` is left out: it is for CMYK, not for RGB"]
    );
}

#[test]
fn jpeg_extras_are_read() {
    let plain = encode(RgbImage::new(30, 20).into(), ImageFormat::Jpeg);
    let exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0";
    let adobe = b"Adobe\0\x64\0\0\0\0\x02";
    let profile = profile(b"RGB ");
    let mut bytes = plain[..2].to_vec();
    for (marker, segment) in [
        (0xe1, exif.as_slice()),
        (0xee, adobe),
        (0xe2, &[b"ICC_PROFILE\0\x02\x02", &profile[40..]].concat()),
        (0xe2, &[b"ICC_PROFILE\0\x01\x02", &profile[..40]].concat()),
    ] {
        bytes.extend([0xff, marker]);
        bytes.extend((segment.len() as u16 + 2).to_be_bytes());
        bytes.extend(segment);
    }
    bytes.extend(&plain[2..]);
    let (jpeg_file, intrinsic) = jpeg(&bytes).expect("a JPEG");
    assert_eq!(jpeg_file.adobe_transform, Some(2));
    assert_eq!(jpeg_file.icc.as_ref(), Some(&profile));
    assert_eq!(jpeg_file.orientation, Orientation(6));
    assert_eq!(intrinsic, Intrinsic::sized(Px(20.0), Px(30.0)), "stands upright");
    // The stored top left corner comes to the top right.
    let turned = jpeg_file.orientation.transform().apply(Point::ZERO);
    assert_eq!(turned, Point::new(Px(1.0), Px(0.0)));
}

#[test]
fn broken_jpeg_is_a_diagnostic() {
    let bytes = encode(RgbImage::new(30, 20).into(), ImageFormat::Jpeg);
    for end in [3, 40, bytes.len() - 2] {
        let error = jpeg(&bytes[..end]).expect_err("cut off");
        assert_eq!(error.code, "broken-image");
    }
}

#[test]
fn svg_paths_and_gradients() {
    let (v, diagnostics) = vector(
        "<svg viewBox='0 0 20 10' width='40'><linearGradient id='g'><stop stop-color='red'/>\
         <stop offset='1' stop-color='blue' stop-opacity='.5'/></linearGradient>\
         <path d='M0 0H20V10Z' fill='url(#g)' stroke='currentColor' stroke-dasharray='2 1'/></svg>",
    );
    assert_eq!(diagnostics, []);
    assert_eq!((v.size.width, v.size.height), (Px(40.0), Px(20.0)));
    let [VectorOp::Group(group)] = &v.ops[..] else { panic!("a group: {:?}", v.ops) };
    assert_eq!(group.transform, Transform::scale(2.0, 2.0));
    let [VectorOp::Path(path)] = &group.ops[..] else { panic!("a path") };
    assert_eq!(path.segments.len(), 4);
    assert_eq!(path.segments[3], PathSegment::Close);
    let Some(Paint::Gradient(gradient)) = path.fill.as_ref().map(|f| &f.paint) else {
        panic!("a gradient")
    };
    assert!(matches!(gradient.kind, GradientKind::Linear { .. }));
    assert_eq!(gradient.stops[1].color.alpha(), 0.5);
    let stroke = path.stroke.as_ref().expect("a stroke");
    assert_eq!(stroke.dash, [Px(2.0), Px(1.0)]);
}

#[test]
fn svg_clip_mask_and_opacity_make_a_group() {
    let (v, _) = vector(
        "<svg width='9' height='9'><clipPath id='c'><circle r='4'/></clipPath>\
         <mask id='m'><rect width='5' height='5' fill='white'/></mask>\
         <g opacity='.5' clip-path='url(#c)' mask='url(#m)' style='mix-blend-mode:multiply'>\
         <rect width='3' height='3'/></g></svg>",
    );
    let [VectorOp::Group(group)] = &v.ops[..] else { panic!("a group: {:?}", v.ops) };
    assert_eq!(
        (group.opacity, group.blend, group.isolate),
        (0.5, crate::images::BlendMode::Multiply, true)
    );
    assert_eq!(group.clip.as_ref().map(|clip| clip.shapes.len()), Some(1));
    assert_eq!(group.mask.as_ref().map(|mask| mask.kind), Some(MaskKind::Luminance));
}

#[test]
fn svg_natural_size_comes_from_its_attributes() {
    let natural = |svg: &str| {
        store()
            .inline_svg(svg, &InheritedStyle::initial(), Path::new(""), "x")
            .expect("a picture")
            .intrinsic
    };
    assert_eq!(
        natural("<svg viewBox='0 0 20 10'/>"),
        Intrinsic { width: None, height: None, ratio: Some(2.0) }
    );
    assert_eq!(natural("<svg viewBox='0 0 20 10' width='1in'/>").width, Some(Px(96.0)));
    assert_eq!(natural("<svg width='100%' height='30' viewBox='0 0 3 1'/>").width, None);
}

#[test]
fn svg_filters_are_warned_of_once() {
    let (_, diagnostics) = vector(
        "<svg width='9' height='9'><filter id='f'><feGaussianBlur stdDeviation='1'/></filter>\
         <rect width='3' height='3' filter='url(#f)'/><rect width='3' height='3' filter='url(#f)'/>\
         </svg>",
    );
    let messages: Vec<&str> = diagnostics.iter().map(|d| d.message.as_str()).collect();
    assert_eq!(
        messages,
        ["SVG `x.svg` uses filters, which is not supported: the element is drawn without them"]
    );
    assert!(diagnostics.iter().all(|d| d.severity == Severity::Warning));
}

#[test]
fn svg_elements_that_are_left_out_are_warned_of_once() {
    let (_, diagnostics) = vector(
        "<svg width='9' height='9' onload='go()'><rect width='5' height='5'><animate/><set/></rect>\
         <rect width='5' height='5'><animate/></rect><foreignObject><p>x</p></foreignObject><script>1</script></svg>",
    );
    let messages: Vec<&str> = diagnostics.iter().map(|d| d.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "SVG `x.svg` uses \"onload\": scripts do not run",
            "SVG `x.svg` uses <animate>, which is not supported: paper does not move: it is drawn as at the beginning",
            "SVG `x.svg` uses <foreignObject>, which is not supported: it is left out",
            "SVG `x.svg` uses <script>, which is not supported: scripts do not run",
            "SVG `x.svg` uses <set>, which is not supported: paper does not move: it is drawn as at the beginning",
        ]
    );
}

#[test]
fn svg_text_without_a_face_is_an_error() {
    let (_, diagnostics) = vector("<svg width='9' height='9'><text y='9'>Hallo</text></svg>");
    assert_eq!(diagnostics.len(), 1);
    assert_eq!(diagnostics[0].code, "missing-font");
}

#[test]
fn fonts_are_asked_for_only_when_there_is_text() {
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    let fonts: SvgFonts = Arc::new(|| {
        ASKED.fetch_add(1, Ordering::Relaxed);
        Arc::new(usvg::fontdb::Database::new())
    });
    let store = ImageStore::new("/nowhere", fonts);
    let plain = store.inline_svg(
        "<svg width='1' height='1'/>",
        &InheritedStyle::initial(),
        Path::new(""),
        "x",
    );
    assert!(plain.is_ok() && ASKED.load(Ordering::Relaxed) == 0);
    let text = "<svg width='1' height='1'><text>a</text></svg>";
    assert!(store.inline_svg(text, &InheritedStyle::initial(), Path::new(""), "x").is_ok());
    assert_eq!(ASKED.load(Ordering::Relaxed), 1);
}

#[test]
fn broken_svg_says_where() {
    let error = store()
        .load_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'>\n  <g></svg>", "emblem.svg")
        .expect_err("broken");
    assert_eq!(error.code, "broken-svg");
    assert_eq!(error.message, "SVG `emblem.svg` is not well-formed: expected 'g' tag, not 'svg'");
    assert_eq!(error.span.map(|span| span.position()), Some((2, 6)));
}

/// A project folder with a picture, and a picture beside it.
fn project() -> (tempfile::TempDir, ImageStore) {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("project");
    std::fs::create_dir_all(root.join("art")).expect("folders");
    let png = encode(GrayImage::new(4, 2).into(), ImageFormat::Png);
    std::fs::write(root.join("art/emblem 1.png"), &png).expect("written");
    std::fs::write(folder.path().join("secret.png"), &png).expect("written");
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' width='4' height='4'>\
        <image href='emblem%201.png' width='4' height='2'/><image href='../../secret.png'/></svg>";
    std::fs::write(root.join("art/frame.svg"), svg).expect("written");
    let store = ImageStore::new(root, no_fonts());
    (folder, store)
}

#[test]
fn files_are_decoded_once() {
    let (_folder, store) = project();
    let a = store.load_src("art/emblem%201.png", Path::new("")).expect("a picture");
    let b = store.load_src("./emblem 1.png", Path::new("art")).expect("a picture");
    let c = store.load_src("/art/emblem 1.png", Path::new("templates")).expect("a picture");
    assert!(Arc::ptr_eq(&a, &b) && Arc::ptr_eq(&b, &c));
}

#[test]
fn missing_file_suggests_the_nearest() {
    let (_folder, store) = project();
    let error = store.load_src("art/emblem-1.png", Path::new("")).expect_err("missing");
    assert_eq!(error.code, "missing-image");
    assert_eq!(error.message, "image `art/emblem-1.png` does not exist");
    assert_eq!(error.help, ["did you mean `emblem 1.png`?"]);
}

#[test]
fn nothing_outside_the_project_is_opened() {
    let (_folder, store) = project();
    let error = store.load_src("../secret.png", Path::new("")).expect_err("outside");
    assert_eq!(error.code, "image-outside-project");
    let error = store.load_src("https://example.org/a.png", Path::new("")).expect_err("remote");
    assert_eq!(error.code, "remote-image");
    let svg = store.load_src("art/frame.svg", Path::new("")).expect("a picture");
    let codes: Vec<&str> = svg.diagnostics.iter().map(|d| d.code).collect();
    assert_eq!(codes, ["image-outside-project"]);
    let ImageKind::Vector(vector) = &svg.kind else { panic!("a vector") };
    assert_eq!(vector.ops.len(), 1, "the picture inside the project is there");
}

#[test]
fn unknown_format_is_named() {
    let error = store().load_bytes(b"GIF89a", "a.gif").expect_err("unknown");
    assert_eq!(error.code, "unknown-image-format");
}

#[test]
fn qr_codes_are_the_same_for_the_same_text() {
    let store = store();
    let a = store.qr("WIST", QrLevel::Medium).expect("a code");
    assert_eq!(a, store.qr("WIST", QrLevel::Medium).expect("a code"));
    assert_ne!(a.digest, store.qr("WIST", QrLevel::High).expect("a code").digest);
    assert_eq!(a.intrinsic, Intrinsic::sized(Px(87.0), Px(87.0)));
}

#[test]
fn svg_pattern_covers_what_it_fills() {
    let (v, diagnostics) = vector(
        "<svg width='9' height='9'><pattern id='p' width='2' height='3' x='1' \
         patternUnits='userSpaceOnUse'><rect width='1' height='1'/></pattern>\
         <rect width='9' height='9' fill='url(#p)'/></svg>",
    );
    assert_eq!(diagnostics, []);
    let [VectorOp::Path(path)] = &v.ops[..] else { panic!("a path: {:?}", v.ops) };
    let Some(Paint::Pattern(pattern)) = path.fill.as_ref().map(|f| &f.paint) else {
        panic!("a pattern")
    };
    let area = crate::geom::Rect::new(Px(0.0), Px(0.0), Px(9.0), Px(9.0));
    assert_eq!(pattern.tiles(area), Some((-1..4, 0..3)));
    let fine = vector(
        "<svg width='999' height='999'><pattern id='p' width='1' height='1' \
         patternUnits='userSpaceOnUse'><rect width='1' height='1'/></pattern>\
         <rect width='999' height='999' fill='url(#p)'/></svg>",
    );
    assert_eq!(fine.1.len(), 1, "{:?}", fine.1);
}

#[test]
fn svg_of_a_view_box_keeps_its_ratio() {
    use crate::geom::Rect;
    let rect = Rect::new(Px(10.0), Px(0.0), Px(40.0), Px(40.0));
    let place = |svg: &str, x: f32, y: f32| {
        let placed = vector(svg).0.placed(rect).apply(Point::new(Px(x), Px(y)));
        (placed.x.0, placed.y.0)
    };
    // Two by one: 40 × 20, in the middle; in the corner; covering; stretched.
    assert_eq!(
        place("<svg viewBox='0 0 20 10'><path d='M0 0h1v1z'/></svg>", 0.0, 0.0),
        (10.0, 10.0)
    );
    let corner = "<svg viewBox='0 0 20 10' preserveAspectRatio='xMaxYMax'/>";
    assert_eq!(place(corner, 20.0, 10.0), (50.0, 40.0));
    let slice = "<svg viewBox='0 0 20 10' preserveAspectRatio='xMidYMid slice'/>";
    assert_eq!(place(slice, 0.0, 0.0), (-10.0, 0.0));
    assert_eq!(
        place("<svg viewBox='0 0 20 10' preserveAspectRatio='none'/>", 20.0, 10.0),
        (50.0, 40.0)
    );
    assert_eq!(
        place("<svg width='20' height='10'/>", 20.0, 10.0),
        (30.0, 10.0),
        "not scaled inline"
    );
}

#[test]
fn inline_svg_inherits_what_it_does_not_set() {
    let families: [Arc<str>; 2] = ["EB Garamond".into(), "serif".into()];
    let inherited = InheritedStyle {
        color: Color::from_rgb8(1, 2, 3),
        families: &families,
        size: Px(20.0),
        ..InheritedStyle::initial()
    };
    let as_document = |svg| crate::images::inline::as_document(svg, &inherited).into_owned();
    assert_eq!(
        as_document("<svg font-size='9' fill='currentColor'><text>a</text></svg>"),
        "<svg xmlns=\"http://www.w3.org/2000/svg\" color=\"#010203\" \
         font-family=\"'EB Garamond', serif\" font-size='9' fill='currentColor'><text>a</text></svg>"
    );
}
