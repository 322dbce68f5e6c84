//! Files to look at and times to measure; not run unless asked for:
//! `SHOWCASE=/tmp/show cargo test --lib pdf::showcase -- --ignored`,
//! `cargo test --release --lib pdf::showcase::cost -- --ignored --nocapture`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::tests::{certificate, request};
use super::*;
use crate::css::computed::{self, *};
use crate::geom::{Color, Corners, Px, Sides};
use crate::layout::fragment::{Fragment, FragmentContent};
use crate::paint::testkit::*;
use crate::paint::{DisplayItem, paint};

const ART: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" width="120" height="120" viewBox="0 0 120 120">
<defs>
<radialGradient id="r" cx="40%" cy="40%"><stop offset="0" stop-color="#fff"/><stop offset="1" stop-color="#b00" stop-opacity="0.4"/></radialGradient>
<linearGradient id="l" x2="0.2" spreadMethod="reflect"><stop offset="0" stop-color="#06c"/><stop offset="1" stop-color="#9cf"/></linearGradient>
<mask id="m"><rect width="120" height="120" fill="#fff"/><circle cx="60" cy="60" r="14" fill="#000"/></mask>
<clipPath id="c"><circle cx="60" cy="60" r="55"/></clipPath>
</defs>
<g clip-path="url(#c)"><rect width="120" height="120" fill="url(#l)"/></g>
<g mask="url(#m)"><circle cx="60" cy="60" r="40" fill="url(#r)" stroke="url(#l)" stroke-width="5" stroke-dasharray="6 3"/></g>
<g opacity="0.5" transform="rotate(20 60 60)"><rect x="10" y="10" width="60" height="30" fill="#0a0"/><rect x="40" y="20" width="60" height="30" fill="#ff0"/></g>
</svg>"##;

fn border(style: LineStyle, width: f32, hex: u32) -> Border {
    Border { width: Px(width), style, color: rgb(hex) }
}

fn round(r: f32) -> Corners<Radius> {
    let r = || (LengthPercentage::Length(Px(r)), LengthPercentage::Length(Px(r)));
    Corners { top_left: r(), top_right: r(), bottom_right: r(), bottom_left: r() }
}

fn gradient(shape: GradientShape, repeating: bool, stops: &[(Color, f32)]) -> Arc<Background> {
    let stops = stops
        .iter()
        .map(|(color, at)| computed::GradientStop {
            hint: None,
            color: *color,
            position: Some(LengthPercentage::Percent(*at)),
        })
        .collect();
    let image = ImageValue::Gradient(Arc::new(computed::Gradient { shape, repeating, stops }));
    let layer = BackgroundLayer {
        image,
        position: (LengthPercentage::ZERO, LengthPercentage::ZERO),
        size: BackgroundSize::Size(LengthPercentageAuto::Auto, LengthPercentageAuto::Auto),
        repeat: (Repeat::Repeat, Repeat::Repeat),
        origin: BoxArea::PaddingBox,
        clip: BoxArea::BorderBox,
    };
    Arc::new(Background {
        color: Color::TRANSPARENT,
        color_clip: BoxArea::BorderBox,
        layers: vec![layer],
    })
}

fn borders() -> Vec<Fragment> {
    use LineStyle::{Dashed, Dotted, Double, Groove, Inset, Outset, Ridge, Solid};
    let styles = [Solid, Dashed, Dotted, Double, Groove, Ridge, Inset, Outset];
    let mut all = Vec::new();
    for (i, style) in styles.into_iter().enumerate() {
        let x = 20.0 + 95.0 * i as f32;
        all.push(boxed([x, 20.0, 80.0, 50.0], |s| {
            s.border = Sides::all(border(style, 8.0, 0x33_66_99));
        }));
        all.push(boxed([x, 85.0, 80.0, 50.0], |s| {
            s.border = Sides::all(border(style, 5.0, 0x99_33_33));
            s.radius = round(16.0);
        }));
        all.push(boxed([x, 150.0, 80.0, 50.0], |s| {
            s.border = Sides {
                top: border(style, 2.0, 0x00_00_00),
                right: border(Solid, 10.0, 0xcc_88_00),
                bottom: border(style, 6.0, 0x00_88_00),
                left: border(Dashed, 4.0, 0x88_00_88),
            };
            s.radius = round(if i % 2 == 0 { 0.0 } else { 20.0 });
        }));
    }
    all
}

fn gradients() -> Vec<Fragment> {
    let stops = [(rgb(0xff_00_00), 0.0), (rgb(0xff_ff_00), 0.5), (rgb(0x00_00_ff), 1.0)];
    let fade = [(rgb(0x00_66_cc), 0.0), (rgb(0x00_66_cc).with_alpha(0.0), 1.0)];
    let stripes = [
        (rgb(0xee_ee_ee), 0.0),
        (rgb(0xee_ee_ee), 0.1),
        (rgb(0x33_33_33), 0.1),
        (rgb(0x33_33_33), 0.2),
    ];
    let half = || LengthPercentage::Percent(0.5);
    let radial = |circle, extent, x| GradientShape::Radial {
        circle,
        extent,
        center: (LengthPercentage::Percent(x), half()),
    };
    let cases = [
        gradient(GradientShape::Angle(0.7), false, &stops),
        gradient(GradientShape::Corner(1, 1), false, &stops),
        gradient(GradientShape::Angle(1.0), true, &stripes),
        gradient(radial(false, RadialExtent::FarthestCorner, 0.5), false, &stops),
        gradient(radial(true, RadialExtent::ClosestSide, 0.3), false, &stops),
        gradient(radial(true, RadialExtent::FarthestCorner, 0.5), true, &stripes),
        gradient(GradientShape::Angle(std::f32::consts::FRAC_PI_2), false, &fade),
    ];
    let place = |(i, background): (usize, Arc<Background>)| {
        boxed([20.0 + 108.0 * i as f32, 220.0, 98.0, 70.0], |s| {
            s.background = background;
            s.radius = round(if i % 2 == 0 { 12.0 } else { 0.0 });
        })
    };
    cases.into_iter().enumerate().map(place).collect()
}

fn pictures() -> Vec<Fragment> {
    let store = store();
    let art = store.load_bytes(ART.as_bytes(), "art.svg").expect("art");
    let mut all = Vec::new();
    for (i, fit) in [ObjectFit::Fill, ObjectFit::Contain, ObjectFit::Cover].into_iter().enumerate()
    {
        let mut picture = boxed([20.0 + 170.0 * i as f32, 310.0, 150.0, 100.0], |s| {
            s.object_fit = fit;
            s.border = Sides::all(border(LineStyle::Solid, 1.0, 0));
        });
        picture.content = FragmentContent::Image(Arc::clone(&art));
        all.push(picture);
    }
    let inner = |x, hex| filled([x, 10.0, 60.0, 60.0], hex);
    let mut group = boxed([540.0, 310.0, 120.0, 90.0], |s| s.opacity = 0.5);
    group.children = vec![inner(0.0, 0xff_00_00), inner(30.0, 0x00_00_ff)];
    all.push(group);
    let mut turned = boxed([690.0, 320.0, 80.0, 60.0], |s| {
        s.background = Arc::new(solid(0xdd_ee_dd));
        s.transform = Arc::from([TransformFunction::Rotate(0.4)]);
        s.overflow = Overflow::Hidden;
        s.radius = round(20.0);
    });
    turned.children = vec![filled([40.0, 30.0, 80.0, 80.0], 0x00_88_44)];
    all.push(turned);
    all
}

fn decorated() -> Vec<Fragment> {
    use crate::layout::fragment::RunDecoration;
    let styles = [
        DecorationStyle::Solid,
        DecorationStyle::Double,
        DecorationStyle::Dotted,
        DecorationStyle::Dashed,
        DecorationStyle::Wavy,
    ];
    let mut texts = Vec::new();
    for (i, style) in styles.into_iter().enumerate() {
        let mut text = Sample::latin(20.0, "Typography").at(20.0 + 150.0 * i as f32, 30.0);
        if let FragmentContent::Text(run) = &mut text.content {
            let run = Arc::make_mut(run);
            run.decorations.push(RunDecoration {
                decoration: TextDecoration {
                    lines: DecorationLines {
                        underline: true,
                        overline: false,
                        line_through: i > 2,
                    },
                    style,
                    color: rgb(0xcc_00_00),
                    thickness: None,
                },
                underline_offset: Px(4.0),
                overline_offset: Px(14.0),
                line_through_offset: Px(5.0),
                thickness: Px(1.2),
                underline_gaps: Vec::new(),
                overline_gaps: Vec::new(),
            });
        }
        texts.push(text);
    }
    vec![line(crate::geom::Rect::new(Px(0.0), Px(430.0), Px(800.0), Px(40.0)), texts)]
}

#[test]
#[ignore = "writes files to look at"]
fn show() {
    let folder = std::path::PathBuf::from(std::env::var("SHOWCASE").expect("SHOWCASE is a folder"));
    std::fs::create_dir_all(&folder).expect("a folder");
    let mut draft = Draft::default();
    let mut root = boxed([0.0, 0.0, 800.0, 500.0], |_| {});
    root.children = [borders(), gradients(), pictures(), decorated()].concat();
    draft.page(800.0, 500.0, vec![root]);
    let batch = Batch::new(&book());
    let meta = Metadata { title: "Showcase".into(), lang: "en".into(), ..Metadata::default() };
    for (name, document) in [("showcase.pdf", draft.document), ("certificate.pdf", certificate())] {
        let (lists, _) = paint(&document, &|_| None);
        let bytes = write(&lists, &document, &request(&meta), &batch).expect("a file").bytes;
        std::fs::write(folder.join(name), bytes).expect("written");
        std::fs::write(folder.join(name).with_extension("txt"), lists[0].dump()).expect("written");
    }
}

#[test]
#[ignore = "measures"]
fn cost() {
    const ROUNDS: u32 = 300;
    let document = certificate();
    let batch = Batch::new(&book());
    let meta = Metadata { title: "Certificate".into(), lang: "en".into(), ..Metadata::default() };
    let (lists, _) = paint(&document, &|_| None);
    let glyphs: usize = lists[0]
        .items
        .iter()
        .map(|item| match item {
            DisplayItem::Glyphs(g) => g.glyphs.len(),
            _ => 0,
        })
        .sum();
    let mut size = write(&lists, &document, &request(&meta), &batch).expect("a file").bytes.len();
    let mut split = [Duration::ZERO; 6];
    for _ in 0..ROUNDS {
        let mut at = Instant::now();
        let mut lap = |i: usize| {
            split[i] += at.elapsed();
            at = Instant::now();
        };
        let (lists, _) = paint(&document, &|_| None);
        lap(0);
        let fonts = Fonts::collect(&lists, &FixedGlyphs::new(), &batch).expect("fonts");
        lap(1);
        let mut sheets = Sheets::default();
        write_page(&lists[0], &document.structure, &fonts, &batch, None, &mut sheets);
        lap(2);
        let marks = structure::marks(&sheets.finished);
        let mut assembled = assemble::assemble(&lists, sheets, &fonts, &batch, None);
        lap(3);
        let links = navigation::links(&lists, &document.destinations, &mut assembled);
        let extents = super::extent::Extents::of(&lists);
        let root = structure::write(&document.structure, &marks, &links, &extents, &mut assembled);
        standards::write(&mut assembled.document, &meta, Profile::default(), root, &batch);
        lap(4);
        size = size.max(
            encode::encode(
                &mut assembled.document,
                &mut assembled.written,
                &PackedStreams::default(),
            )
            .bytes
            .len(),
        );
        lap(5);
    }
    let micros = split.map(|d| d.as_micros() / u128::from(ROUNDS));
    #[allow(clippy::print_stdout, reason = "the figures are what it is run for")]
    {
        println!(
            "{glyphs} glyphs, {size} bytes; µs a document: paint {} fonts {} content {} printpdf {} structure {} encode {} = {}",
            micros[0],
            micros[1],
            micros[2],
            micros[3],
            micros[4],
            micros[5],
            micros.iter().sum::<u128>()
        );
    }
}
