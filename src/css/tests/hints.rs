//! Presentational hints, and their place in the cascade.

use super::*;

#[test]
fn pictures_and_cells_take_their_size_from_attributes() {
    let html = "<img id=a width=20 height=10><img id=b width='50%'><img id=c width=abc><table width=80%><col id=col width=30><tr><td id=d width=40 height=12>x";
    let d = doc("", html);
    let width = |id: &str| d.get(id).width.clone();
    assert_eq!(width("a"), SizeValue::Value(px(20.0)));
    assert_eq!(d.get("a").aspect_ratio, Some((2.0, true)));
    assert_eq!(width("b"), SizeValue::Value(LengthPercentage::Percent(0.5)));
    assert_eq!((width("c"), width("col")), (SizeValue::Auto, SizeValue::Value(px(30.0))));
    assert_eq!(width("table"), SizeValue::Value(LengthPercentage::Percent(0.8)));
    assert_eq!(
        (width("d"), d.get("d").height.clone()),
        (SizeValue::Value(px(40.0)), SizeValue::Value(px(12.0)))
    );
}

#[test]
fn rules_of_the_template_beat_attributes() {
    let d = doc("img { width: 5px } * { height: 6px }", "<img width=20 height=10>");
    assert_eq!(d.get("img").width, SizeValue::Value(px(5.0)));
    assert_eq!(d.get("img").height, SizeValue::Value(px(6.0)));
    let d = doc("img { width: auto }", "<img width=20 height=10>");
    assert_eq!(d.get("img").width, SizeValue::Auto);
}

#[test]
fn a_direction_by_text_and_a_size_go_together() {
    let d = doc("", "<table><tr><td dir=auto width=40>אבג");
    assert_eq!(d.get("td").text.direction, Direction::Rtl);
    assert_eq!(d.get("td").width, SizeValue::Value(px(40.0)));
}
