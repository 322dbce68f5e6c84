//! `inspect --boxes`: the list of border boxes, on pages and without them.

use crate::support::TempProject;

/// Tag, id, page, then x, y, width and height of each box.
fn boxes(page: &str, arguments: &[&str]) -> Vec<(String, String, u64, [f64; 4])> {
    let folder = TempProject::empty();
    folder.write("page.html", page);
    let mut all = vec!["inspect", "page.html", "--boxes", "--json"];
    all.extend(arguments);
    let run = folder.run(&all).good();
    let answer: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(answer["schema"], "urkunde.boxes/1");
    let boxes = answer["boxes"].as_array().unwrap().iter();
    boxes
        .map(|b| {
            let text = |key: &str| b[key].as_str().unwrap_or("").to_string();
            let rect = ["x", "y", "width", "height"].map(|side| b[side].as_f64().unwrap());
            (text("tag"), text("id"), b["page"].as_u64().unwrap(), rect)
        })
        .collect()
}

fn of(boxes: &[(String, String, u64, [f64; 4])], id: &str) -> Vec<(u64, [f64; 4])> {
    boxes.iter().filter(|b| b.1 == id).map(|b| (b.2, b.3)).collect()
}

/// Pages of 200 × 100 px with a margin of 10 px.
const PAGES: &str = "@page { size: 200px 100px; margin: 10px } html, body { margin: 0 }";

#[test]
fn an_element_over_several_pages_is_listed_once_a_page() {
    let page = format!(
        "<style>{PAGES} #a {{ margin-left: 5px }} #b, #c {{ height: 50px }}</style>
         <div id=a><div id=b></div><div id=c></div></div><div id=d>x</div>"
    );
    let listed = boxes(&page, &[]);
    // Each piece with its part of the border box, relative to its own page.
    assert_eq!(of(&listed, "a"), [(1, [15.0, 10.0, 175.0, 80.0]), (2, [15.0, 10.0, 175.0, 50.0])]);
    assert_eq!(of(&listed, "b"), [(1, [15.0, 10.0, 175.0, 50.0])]);
    assert_eq!(of(&listed, "c"), [(2, [15.0, 10.0, 175.0, 50.0])]);
    // Document order; within an element the order of pages.
    let order: Vec<_> = listed.iter().map(|b| format!("{}{} {}", b.0, b.1, b.2)).collect();
    assert_eq!(
        order,
        ["html 1", "html 2", "body 1", "body 2", "diva 1", "diva 2", "divb 1", "divc 2", "divd 2"]
    );
}

#[test]
fn repeated_heads_and_fixed_boxes_are_listed_on_every_page() {
    let page = format!(
        "<style>{PAGES} table {{ border-spacing: 0 }} td, th {{ height: 30px; padding: 0 }}
         #f {{ position: fixed; bottom: 0; height: 5px }}</style><div id=f></div>
         <table><thead><tr id=h><th>h</th></tr></thead>
         <tr id=r><td>1</td></tr><tr id=s><td>2</td></tr></table>"
    );
    let listed = boxes(&page, &[]);
    let places = |id: &str| of(&listed, id).into_iter().map(|(page, r)| (page, r[1])).collect();
    let (head, first, second): (Vec<_>, Vec<_>, Vec<_>) = (places("h"), places("r"), places("s"));
    assert_eq!(head, [(1, 10.0), (2, 10.0)]);
    assert_eq!((first, second), (vec![(1, 40.0)], vec![(2, 40.0)]));
    assert_eq!(
        of(&listed, "f").iter().map(|b| (b.0, b.1[1])).collect::<Vec<_>>(),
        [(1, 85.0), (2, 85.0)]
    );
}

#[test]
fn without_pages_everything_is_on_one() {
    let page = "<style>body { margin: 0 } div { height: 2000px } i { display: none }</style>
        <div id=a></div><i id=n></i><p id=p><b id=c>one <span id=s>two three</span></b></p>";
    let listed = boxes(page, &["--continuous", "60px"]);
    assert_eq!(of(&listed, "a"), [(1, [0.0, 0.0, 60.0, 2000.0])]);
    // What has no box is not listed; a box broken over lines is the union of its pieces.
    assert_eq!(of(&listed, "n"), []);
    let (span, paragraph) = (of(&listed, "s")[0].1, of(&listed, "p")[0].1);
    assert!(span[3] > paragraph[3] / 2.0, "{span:?} in {paragraph:?}");
}

#[test]
fn misnested_elements_are_listed_in_document_order() {
    // The parser moves the `div` before the table and closes `b` within `p`.
    let page = "<table id=t><div id=a>x</div><tr><td id=c>y</table><p id=p>1<b id=b>2<p id=q>3";
    let ids: Vec<_> = boxes(page, &["--continuous", "300px"]).into_iter().map(|b| b.1).collect();
    let named: Vec<_> = ids.iter().filter(|id| !id.is_empty()).collect();
    assert_eq!(named, ["a", "t", "c", "p", "b", "q", "b"]);
}
