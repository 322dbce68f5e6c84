//! Display lists of fragments made by hand, compared as text.

use std::sync::Arc;

use super::testkit::*;
use super::*;
use crate::css::computed::{self, *};
use crate::geom::{Color, Corners, Point, Px, Rect, Sides};
use crate::layout::fragment::{Fragment, FragmentContent, Page};

fn dump(fragments: Vec<Fragment>) -> String {
    let mut draft = Draft::default();
    draft.page(200.0, 100.0, fragments);
    let (lists, diagnostics) = paint(&draft.document, &|_| None);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    lists[0].dump()
}

/// The fills of a dump, in order.
fn fills(dump: &str) -> Vec<&str> {
    dump.lines().map(str::trim).filter(|l| l.starts_with("fill")).collect()
}

fn length(v: f32) -> LengthPercentage {
    LengthPercentage::Length(Px(v))
}

fn with(mut parent: Fragment, children: Vec<Fragment>) -> Fragment {
    parent.children = children;
    parent
}

fn positioned(rect: [f32; 4], hex: u32, z: Option<i32>, order: u32) -> Fragment {
    let mut fragment = boxed(rect, |s| {
        s.background = Arc::new(solid(hex));
        s.position = Position::Relative;
        s.z_index = z;
    });
    fragment.order = order;
    fragment
}

#[test]
fn order_follows_appendix_e() {
    let float = boxed([0.0, 0.0, 4.0, 4.0], |s| {
        s.background = Arc::new(solid(0x0f_0f0f));
        s.float = Float::Left;
    });
    let inner = positioned([0.0, 0.0, 6.0, 6.0], 0x66_6666, None, 6);
    let root = with(
        filled([0.0, 0.0, 50.0, 50.0], 0xff_ffff),
        vec![
            positioned([0.0, 0.0, 1.0, 1.0], 0x11_1111, Some(2), 1),
            positioned([0.0, 0.0, 2.0, 2.0], 0x22_2222, Some(-1), 2),
            positioned([0.0, 0.0, 3.0, 3.0], 0x33_3333, None, 3),
            float,
            with(filled([0.0, 0.0, 5.0, 5.0], 0x55_5555), vec![inner]),
        ],
    );
    let dump = dump(vec![root]);
    let colors: Vec<&str> = fills(&dump).iter().filter_map(|l| l.split(' ').nth(1)).collect();
    let order = ["#ffffff", "#222222", "#555555", "#0f0f0f", "#333333", "#666666", "#111111"];
    assert_eq!(colors, order);
}

#[test]
fn stacking_context_keeps_its_descendants() {
    let deep = positioned([0.0, 0.0, 1.0, 1.0], 0x11_1111, Some(99), 2);
    let context = with(positioned([0.0, 0.0, 2.0, 2.0], 0x22_2222, Some(0), 1), vec![deep]);
    let above = positioned([0.0, 0.0, 3.0, 3.0], 0x33_3333, Some(1), 3);
    let dump = dump(vec![with(boxed([0.0; 4], |_| {}), vec![context, above])]);
    assert_eq!(
        fills(&dump),
        ["fill #222222 rect 0,0 2x2", "fill #111111 rect 0,0 1x1", "fill #333333 rect 0,0 3x3"]
    );
}

#[test]
fn overflow_clips_to_rounded_padding_box() {
    let clip = boxed([10.0, 10.0, 40.0, 30.0], |s| {
        s.overflow = Overflow::Hidden;
        s.border =
            Sides::all(Border { width: Px(2.0), style: LineStyle::Solid, color: Color::BLACK });
    });
    insta::assert_snapshot!(dump(vec![with(clip, vec![filled([5.0, 5.0, 90.0, 9.0], 0xff_0000)])]), @r"
    page 200 100
    tag Artifact(Layout)
      fill even-odd #000000 rect 10,10 40x30 rect 12,12 36x26
    save
      clip rect 12,12 36x26
      tag Artifact(Layout)
        fill #ff0000 rect 15,15 90x9
    ");
}

#[test]
fn opacity_and_transform_wrap_what_they_hold() {
    let turned = boxed([0.0, 0.0, 20.0, 10.0], |s| {
        s.background = Arc::new(solid(0xff_0000));
        s.opacity = 0.5;
        s.transform =
            Arc::from([TransformFunction::Translate(length(5.0), LengthPercentage::Percent(0.5))]);
    });
    insta::assert_snapshot!(dump(vec![with(boxed([0.0; 4], |_| {}), vec![turned])]), @r"
    page 200 100
    group opacity 0.5
      save
        transform 1 0 0 1 5 5
        tag Artifact(Layout)
          fill #ff0000 rect 0,0 20x10
    ");
}

#[test]
fn root_background_paints_the_sheet() {
    let mut draft = Draft::default();
    let mut root = filled([10.0, 10.0, 50.0, 20.0], 0xff_f7e0);
    root.element = Some(crate::layout::fragment::ElementId(0));
    let size = crate::geom::Size::new(Px(200.0), Px(100.0));
    draft.document.pages.push(Page {
        size,
        bleed: Px(3.0),
        marks: Default::default(),
        label: crate::layout::fragment::PageLabel::Number(
            1,
            crate::layout::fragment::Numbering::Decimal,
        ),
        fragments: vec![root],
    });
    let (lists, _) = paint(&draft.document, &|_| None);
    assert_eq!(fills(&lists[0].dump()), ["fill #fff7e0 rect -3,-3 206x106"]);
}

/// A page of 200 × 100 px with a bleed of 10 px and these marks.
fn marked(crop: bool, cross: bool) -> DisplayList {
    let mut draft = Draft::default();
    let mut root = filled([10.0, 10.0, 50.0, 20.0], 0xff_f7e0);
    root.element = Some(crate::layout::fragment::ElementId(0));
    draft.page(200.0, 100.0, vec![root]);
    draft.document.pages[0].bleed = Px(10.0);
    draft.document.pages[0].marks = crate::layout::fragment::Marks { crop, cross };
    let (mut lists, _) = paint(&draft.document, &|_| None);
    lists.remove(0)
}

#[test]
fn marks_stand_beyond_the_bleed() {
    // 1.5 mm are 5.67 px, 5 mm 18.90 px, 8 mm 30.24 px.
    insta::assert_snapshot!(marked(true, false).dump(), @r"
    page 200 100 bleed 10 slug 30.24
    save
      clip rect -10,-10 220x120
      tag Artifact(Background)
        fill #fff7e0 rect -10,-10 220x120
    tag Artifact(Page)
      stroke 0.33 butt registration M-15.67,0 L-34.57,0 M215.67,0 L234.57,0 M-15.67,100 L-34.57,100 M215.67,100 L234.57,100 M0,-15.67 L0,-34.57 M0,115.67 L0,134.57 M200,-15.67 L200,-34.57 M200,115.67 L200,134.57
    ");
    assert!(!marked(false, false).dump().contains("registration"));
    for (crop, cross) in [(true, false), (false, true), (true, true)] {
        let list = marked(crop, cross);
        let bleed = Rect::new(Px(-10.0), Px(-10.0), Px(220.0), Px(120.0));
        let sheet = bleed.inset(Sides::all(-list.slug));
        for at in places(&list) {
            let inside = |r: &Rect| {
                at.x >= r.left() && at.x <= r.right() && at.y >= r.top() && at.y <= r.bottom()
            };
            assert!(!inside(&bleed), "a mark touches the bleed at {at:?}");
            assert!(inside(&sheet), "a mark is off the sheet at {at:?}");
        }
    }
}

/// The points of the lines of a list's marks.
fn places(list: &DisplayList) -> Vec<Point> {
    let strokes = list.items.iter().filter_map(|item| match item {
        DisplayItem::Stroke { path, paint: Paint::Registration, .. } => Some(path),
        _ => None,
    });
    strokes
        .flat_map(|path| &path.segments)
        .filter_map(|segment| match segment {
            Segment::Move(at) | Segment::Line(at) | Segment::Curve(.., at) => Some(*at),
            _ => None,
        })
        .collect()
}

#[test]
fn a_frame_without_sides_paints_bars_alone() {
    let open = boxed([0.0, 0.0, 20.0, 10.0], |s| {
        let line =
            |width: f32| Border { width: Px(width), style: LineStyle::Solid, color: Color::BLACK };
        s.border = Sides { top: line(2.0), right: line(0.0), bottom: line(1.0), left: line(0.0) };
    });
    let lists = vec![with(boxed([0.0; 4], |_| {}), vec![open])];
    // No edges that meet at the left and at the right, which readers draw as hairlines.
    insta::assert_snapshot!(dump(lists), @r"
    page 200 100
    tag Artifact(Layout)
      fill #000000 rect 0,0 20x2 rect 0,9 20x1
    ");
}

#[test]
fn a_rounded_frame_without_a_side_goes_along_the_others_alone() {
    let open = boxed([0.0, 0.0, 20.0, 10.0], |s| {
        let line =
            |width: f32| Border { width: Px(width), style: LineStyle::Solid, color: Color::BLACK };
        s.border = Sides { top: line(2.0), right: line(2.0), bottom: line(2.0), left: line(0.0) };
        let round = (length(4.0), length(4.0));
        s.radius = Corners {
            top_left: round.clone(),
            top_right: round.clone(),
            bottom_right: round.clone(),
            bottom_left: round,
        };
    });
    let lists = vec![with(boxed([0.0; 4], |_| {}), vec![open])];
    // One outline, out along the border edge and back along the padding edge: it runs to a point where
    // the left side would begin.
    insta::assert_snapshot!(dump(lists), @r"
    page 200 100
    tag Artifact(Layout)
      fill #000000 M0,4 C0,1.79 1.79,0 4,0 L16,0 C18.21,0 20,1.79 20,4 L20,6 C20,8.21 18.21,10 16,10 L4,10 C1.79,10 0,8.21 0,6 C0,7.1 1.79,8 4,8 L16,8 C17.1,8 18,7.1 18,6 L18,4 C18,2.9 17.1,2 16,2 L4,2 C1.79,2 0,2.9 0,4 Z
    ");
}

#[test]
fn uneven_borders_are_mitred() {
    let bordered = boxed([0.0, 0.0, 20.0, 10.0], |s| {
        let line =
            |width: f32, hex| Border { width: Px(width), style: LineStyle::Solid, color: rgb(hex) };
        s.border = Sides {
            top: line(2.0, 0xff_0000),
            right: line(0.0, 0),
            bottom: line(1.0, 0x00_ff00),
            left: line(4.0, 0x00_00ff),
        };
    });
    insta::assert_snapshot!(dump(vec![with(boxed([0.0; 4], |_| {}), vec![bordered])]), @r"
    page 200 100
    tag Artifact(Layout)
      fill #ff0000 M0,0 L20,0 L20,2 L4,2 Z
      fill #00ff00 M20,10 L0,10 L4,9 L20,9 Z
      fill #0000ff M0,10 L0,0 L4,2 L4,9 Z
    ");
}

#[test]
fn radii_shrink_together_when_they_overlap() {
    let pill = boxed([0.0, 0.0, 40.0, 10.0], |s| {
        s.background = Arc::new(solid(0x12_3456));
        let r = (length(100.0), length(100.0));
        s.radius = Corners {
            top_left: r.clone(),
            top_right: r.clone(),
            bottom_right: r.clone(),
            bottom_left: r,
        };
    });
    let dump = dump(vec![with(boxed([0.0; 4], |_| {}), vec![pill])]);
    assert!(dump.contains("fill #123456 M5,0 L35,0 C37.76,0 40,2.24 40,5"), "{dump}");
}

#[test]
fn dashes_end_with_a_whole_dash() {
    let style = super::stroke::broken(LineStyle::Dashed, Px(3.0), Px(100.0), false).stroke;
    let (dash, gap) = (style.dash[0].0, style.dash[1].0);
    let dashes = (100.0 + gap) / (dash + gap);
    assert!((dashes - dashes.round()).abs() < 1e-3, "{dashes}");
}

fn gradient(shape: GradientShape, repeating: bool, stops: &[(u32, Option<f32>)]) -> Background {
    let stops = stops
        .iter()
        .map(|(hex, at)| computed::GradientStop {
            color: rgb(*hex),
            position: at.map(LengthPercentage::Percent),
            hint: None,
        })
        .collect();
    let image = ImageValue::Gradient(Arc::new(computed::Gradient { shape, repeating, stops }));
    Background { layers: vec![layer(image)], ..solid_none() }
}

fn solid_none() -> Background {
    Background { color: Color::TRANSPARENT, color_clip: BoxArea::BorderBox, layers: Vec::new() }
}

fn layer(image: ImageValue) -> BackgroundLayer {
    BackgroundLayer {
        image,
        position: (LengthPercentage::ZERO, LengthPercentage::ZERO),
        size: BackgroundSize::Size(LengthPercentageAuto::Auto, LengthPercentageAuto::Auto),
        repeat: (Repeat::Repeat, Repeat::Repeat),
        origin: BoxArea::PaddingBox,
        clip: BoxArea::BorderBox,
    }
}

#[test]
fn gradient_stops_are_fixed_up() {
    let corner = std::f32::consts::FRAC_PI_2;
    let background = gradient(
        GradientShape::Angle(corner),
        false,
        &[(0xff_0000, None), (0x00_ff00, Some(0.8)), (0x00_00ff, Some(0.4)), (0xff_ffff, None)],
    );
    let fragment = boxed([0.0, 0.0, 100.0, 10.0], |s| s.background = Arc::new(background));
    let dump = dump(vec![with(boxed([0.0; 4], |_| {}), vec![fragment])]);
    let stops = "[0 #ff0000, 0.8 #00ff00, 0.8 #0000ff, 1 #ffffff]";
    assert_eq!(fills(&dump), [format!("fill linear 0,5 to 100,5 {stops} rect 0,0 100x10")]);
}

#[test]
fn gradient_repeats_over_its_line() {
    let down = std::f32::consts::PI;
    let stops = [(0xff_0000, Some(0.0)), (0x00_00ff, Some(0.5))];
    let background = gradient(GradientShape::Angle(down), true, &stops);
    let fragment = boxed([0.0, 0.0, 10.0, 100.0], |s| s.background = Arc::new(background));
    let dump = dump(vec![with(boxed([0.0; 4], |_| {}), vec![fragment])]);
    assert!(dump.contains("[0 #ff0000, 0.5 #0000ff, 0.5 #ff0000, 1 #0000ff]"), "{dump}");
}

#[test]
fn gradients_repeat_where_they_are_seen_and_end_at_a_limit() {
    let down = std::f32::consts::PI;
    let stops = [(0xff_0000, Some(0.0)), (0x00_00ff, Some(0.002))];
    let striped = Arc::new(gradient(GradientShape::Angle(down), true, &stops));
    let mut draft = Draft::default();
    // A thousand stops each, and as many boxes of other heights as have 250,000 and one more.
    let heights = (0..251).map(|i| 100.0 + i as f32);
    let boxes =
        heights.map(|h| boxed([0.0, 0.0, 10.0, h], |s| s.background = Arc::clone(&striped)));
    draft.page(10.0, 400.0, vec![with(boxed([0.0; 4], |_| {}), boxes.collect())]);
    let (lists, found) = paint(&draft.document, &|_| None);
    let dump = lists[0].dump();
    let counts: Vec<usize> = fills(&dump).iter().map(|fill| fill.matches('#').count()).collect();
    assert_eq!((counts.len(), counts[0], counts[249], counts[250]), (251, 1000, 1000, 1));
    let codes: Vec<&str> = found.iter().map(|(_, found)| found.code).collect();
    assert_eq!(codes, ["gradient-stops"]);
}

#[test]
fn background_tiles_cover_the_box() {
    let image = store().load_bytes(PIXEL.as_bytes(), "dot.svg").expect("an image");
    let background =
        Background { layers: vec![layer(ImageValue::Url("dot.svg".into()))], ..solid_none() };
    let fragment = boxed([0.0, 0.0, 25.0, 10.0], |s| s.background = Arc::new(background));
    let mut draft = Draft::default();
    draft.page(200.0, 100.0, vec![with(boxed([0.0; 4], |_| {}), vec![fragment])]);
    let (lists, _) = paint(&draft.document, &|_| Some(Arc::clone(&image)));
    insta::assert_snapshot!(lists[0].dump(), @r"
    page 200 100
    tag Artifact(Layout)
      save
        clip rect 0,0 25x10
        image 0,0 10x10
        image 10,0 10x10
        image 20,0 10x10
    ");
}

const PIXEL: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><path d="M0 0h5v5z" fill="#c00"/></svg>"##;

#[test]
fn text_stays_one_tag_across_lines() {
    let mut draft = Draft::default();
    let p = draft.element(Role::Paragraph, None);
    let at = |y: f32| Rect::new(Px(0.0), Px(y), Px(100.0), Px(20.0));
    let lines = vec![
        line(at(0.0), vec![Sample::latin(10.0, "One").at(0.0, 10.0)]),
        line(at(20.0), vec![Sample::latin(10.0, "two").at(0.0, 10.0)]),
    ];
    let paragraph = of(p, with(filled([0.0, 0.0, 100.0, 40.0], 0xee_eeee), lines));
    draft.page(200.0, 100.0, vec![with(boxed([0.0; 4], |_| {}), vec![paragraph])]);
    let (lists, _) = paint(&draft.document, &|_| None);
    let dump = lists[0].dump();
    let tags: Vec<&str> = dump.lines().filter(|l| l.starts_with("tag")).collect();
    assert_eq!(tags, ["tag Artifact(Layout)", "tag Structure(StructureId(0))"]);
}

#[test]
fn links_are_areas_of_their_own() {
    let mut draft = Draft::default();
    let p = draft.element(Role::Paragraph, None);
    let a = draft.element(Role::Link, Some(p));
    draft.edit(a).href = Some("https://example.org".into());
    let mut link = of(a, boxed([30.0, 0.0, 40.0, 20.0], |s| s.display = Display::Inline));
    link.content = FragmentContent::Inline;
    link.children = vec![of(a, Sample::latin(10.0, "here").at(0.0, 10.0))];
    let text = line(Rect::new(Px(0.0), Px(5.0), Px(100.0), Px(20.0)), vec![link]);
    draft.page(200.0, 100.0, vec![of(p, with(boxed([10.0; 4], |_| {}), vec![text]))]);
    let (lists, _) = paint(&draft.document, &|_| None);
    let expected = Rect::new(Px(40.0), Px(15.0), Px(40.0), Px(20.0));
    assert_eq!(lists[0].links.len(), 1);
    assert_eq!(lists[0].links[0].rect, expected);
}

#[test]
fn object_fit_cover_is_clipped_to_the_box() {
    let image = store().load_bytes(PIXEL.as_bytes(), "dot.svg").expect("an image");
    let mut picture = boxed([0.0, 0.0, 40.0, 20.0], |s| s.object_fit = ObjectFit::Cover);
    picture.content = FragmentContent::Image(image);
    insta::assert_snapshot!(dump(vec![with(boxed([0.0; 4], |_| {}), vec![picture])]), @r"
    page 200 100
    tag Artifact(Layout)
      save
        clip rect 0,0 40x20
        image 0,-10 40x40
    ");
}

#[test]
fn gradient_fades_out_without_darkening() {
    let stops = [(rgb(0xff_0000), None), (Color::TRANSPARENT, None), (rgb(0x00_00ff), None)]
        .map(|(color, position)| computed::GradientStop { color, position, hint: None })
        .to_vec();
    let shape = GradientShape::Angle(std::f32::consts::FRAC_PI_2);
    let image =
        ImageValue::Gradient(Arc::new(computed::Gradient { shape, repeating: false, stops }));
    let background = Background { layers: vec![layer(image)], ..solid_none() };
    let fragment = boxed([0.0, 0.0, 100.0, 10.0], |s| s.background = Arc::new(background));
    let dump = dump(vec![with(boxed([0.0; 4], |_| {}), vec![fragment])]);
    assert!(dump.contains("[0 #ff0000, 0.5 #ff0000/0, 0.5 #0000ff/0, 1 #0000ff]"), "{dump}");
}

#[test]
fn lines_under_text_are_as_long_as_its_box() {
    use crate::layout::fragment::RunDecoration;
    // Glyphs reach beyond their box where the blank half of an opening mark is glue.
    let mut text = Sample::han(20.0, "「啊").at(10.0, 50.0);
    text.size.width = Px(30.0);
    let FragmentContent::Text(run) = &mut text.content else { unreachable!("it is text") };
    let run = Arc::make_mut(run);
    run.decorations.push(RunDecoration {
        decoration: TextDecoration {
            lines: DecorationLines { underline: true, ..DecorationLines::default() },
            style: DecorationStyle::Solid,
            color: Color::BLACK,
            thickness: Some(Px(1.0)),
        },
        underline_offset: Px(2.0),
        overline_offset: Px(16.0),
        line_through_offset: Px(6.0),
        thickness: Px(1.0),
        underline_gaps: Vec::new(),
        overline_gaps: Vec::new(),
    });
    let dump = dump(vec![with(boxed([0.0, 0.0, 90.0, 90.0], |_| {}), vec![text])]);
    assert!(dump.contains("rect 10,51.5 30x1"), "{dump}");
}
