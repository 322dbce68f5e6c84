//! What documents mean: the structure tree that screen readers follow, read back from the PDF.

use insta::assert_snapshot;
use lopdf::Object;

use crate::support::TempProject;
use crate::support::reader::{Pdf, shown};

/// A page with a sheet, as its PDF, and what the program said.
fn page(css: &str, body: &str) -> (Pdf, String) {
    let project = TempProject::empty();
    let html = format!(
        "<!DOCTYPE html><html lang=en><title>Structure</title><style>{css}</style><body>{body}"
    );
    project.write("page.html", html);
    let run = project.run(&["inspect", "page.html", "--pdf", "page.pdf"]).good();
    (Pdf::open(&project.path("page.pdf")), run.stderr)
}

/// The structure of a page without complaints.
fn structure(css: &str, body: &str) -> String {
    let (read, said) = page(css, body);
    assert_eq!(said, "");
    read.structure()
}

#[test]
fn headings_skip_no_level() {
    let (read, said) = page("", "<h2>A</h2><h1>B</h1><h3>C</h3><h4>D</h4><h2>E</h2><h3>F</h3>");
    assert_snapshot!(read.structure());
    assert_snapshot!(said);
}

#[test]
fn lists_have_labels_and_bodies() {
    let body = "<ol start=3><li>one<li>two<ul><li>inner</ul></ol><ul style='list-style: none'><li>bare</ul>";
    assert_snapshot!(structure("", body));
}

#[test]
fn simple_tables_tell_scopes() {
    let body = "<table><caption>Members</caption><thead><tr><th>Name<th>Year</thead>\
        <tbody><tr><th>Aalen<td>2022</tbody></table>";
    assert_snapshot!(structure("", body));
}

#[test]
fn tables_with_spanning_headers_name_the_headers_of_each_cell() {
    let body = "<table><thead><tr><th rowspan=2>Place<th colspan=2>Members<tr><th>2022<th>2023</thead>\
        <tbody><tr><th>Aalen<td>1<td>2</tbody></table>";
    assert_snapshot!(structure("", body));
}

#[test]
fn tables_follow_headers_attributes() {
    let body = "<table><tr><th id=a>A<th id=b>B<tr><td headers='b a'>x<td>y</table>";
    assert_snapshot!(structure("", body));
}

#[test]
fn figures_have_their_text_and_decoration_none() {
    let svg =
        "<svg width=20 height=20 role=img aria-label='a seal'><circle r=9 cx=10 cy=10 /></svg>";
    let css = "p { border: 1px solid; background: #eee } h1::before { content: url(\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='5' height='5'><rect width='5' height='5'/></svg>\") }";
    let body = format!(
        "<h1>Title</h1><p>before {svg} after</p><figure>{svg}<figcaption>The seal</figcaption></figure>\
         <img alt='' src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='5' height='5'><rect width='5' height='5'/></svg>\">\
         <qr-code value=x></qr-code><hr>"
    );
    assert_snapshot!(structure(css, &body));
}

#[test]
fn languages_abbreviations_quotations_and_code_are_told() {
    let body = "<p>Der <span lang=de>Bund</span> of <abbr title='World Skills'>WS</abbr> says \
        <q>yes</q>, <b lang=zh-Hans>证书</b>, <code>x</code>.</p><p lang=de>Ende <i>gut</i></p>\
        <blockquote>wise</blockquote>";
    assert_snapshot!(structure("", body));
}

#[test]
fn reading_order_is_that_of_the_document_wherever_things_stand() {
    let css =
        ".up { position: relative; top: -1em } .out { position: absolute; bottom: 0; right: 0 }
        .float { float: right } .faint { opacity: 0.5 } .below { position: relative; z-index: -1 }
        .turned { display: inline-block; transform: rotate(3deg) }
        .flex { display: flex; flex-direction: row-reverse } .first { order: -1 }";
    let body = "<h1 class=out>One</h1>\
        <p>two <b class=up>three</b> four <a href='https://example.org/' class=up>five</a> six \
        <span class=out>seven</span> eight <i class=float>nine</i> ten <b class=faint>eleven \
        <i>twelve</i></b> <b class=turned>thirteen</b> fourteen</p>\
        <p class=below>fifteen <b>sixteen</b> seventeen</p>\
        <div class=flex><p>eighteen</p><p>nineteen</p><p class=first>twenty</p></div>\
        <div>twenty-one <span class=out>twenty-two</span> twenty-three</div>";
    // Things stand on top of each other, which is told.
    let tree = page(css, body).0.structure();
    let said = tree.lines().filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix('"'));
    let words: Vec<&str> = said.flat_map(str::split_whitespace).collect();
    let expected = "One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen \
        sixteen seventeen eighteen nineteen twenty twenty-one twenty-two twenty-three";
    assert_eq!(words.join(" "), expected, "{tree}");
}

#[test]
fn generated_text_is_read_where_it_stands() {
    let css = "p::before { content: '(' } p::after { content: ')' } b { position: relative }";
    assert_snapshot!(structure(css, "<p><b lang=de>eins</b> two <b lang=de>drei</b></p>"));
}

#[test]
fn furniture_of_pages_is_not_read() {
    let css = "@page { size: 105mm 148mm; @top-center { content: 'HEAD' } @bottom-right { content: counter(page) } \
        @bottom-left { content: element(foot) } }
        .foot { position: running(foot) } .mark { position: fixed; top: 0 } tr { height: 60mm }";
    let body = "<div class=foot>FOOT</div><div class=mark>MARK</div><table><thead><tr><th>Name</thead>\
        <tr><td>a<tr><td>b<tr><td>c</table><p style='break-before: page'>end</p>";
    let (read, said) = page(css, body);
    assert_eq!(said, "");
    assert!(read.pages().len() > 2);
    assert_snapshot!(read.structure());
}

#[test]
fn paragraphs_go_on_over_pages() {
    let css = "@page { size: 50mm 30mm; margin: 5mm } p { orphans: 1; widows: 1 }";
    let tree =
        structure(css, "<p>one two three four five six seven eight nine ten eleven twelve</p>");
    assert_snapshot!(tree);
}

#[test]
fn links_say_where_they_lead() {
    let css = "body { width: 30mm }";
    let body = "<p id=top>See <a href='https://example.org/a?b=c'>the long address of it all</a>, \
        <a href='#top'>back to the  top</a> or <a href='#top' title='Beginning'>up</a>.</p>";
    assert_snapshot!(structure(css, body));
}

#[test]
fn glyphs_that_stand_for_other_texts_say_so() {
    let css = "p { width: 20mm; hyphens: manual } .sc { font-variant-caps: small-caps } .u { text-transform: uppercase }";
    let body = "<p>affluent fjord office</p><p>hyphen\u{ad}ation\u{ad}less</p><p class=sc>Small Caps</p>\
        <p class=u>straße</p><p>a\u{a0}b 10\u{202f}%</p>";
    assert_snapshot!(structure(css, body));
}

#[test]
fn lists_and_tables_stay_whole_whatever_style_sheets_do() {
    let css = ".x { display: contents } .r::before { content: 'No.' }";
    let body = "<ul><div class=x><li>One<li>Two</div></ul>\
        <table><tr class=r><td>a<td>b</table>\
        <table><tbody class=x><tr><td>c<td>d</tbody><tbody><tr class=x><td>e<td>f</tbody></table>\
        <table class=x><tr><td>g</table>";
    assert_snapshot!(page(css, body).0.structure());
}

#[test]
fn figures_and_tables_say_how_far_they_reach() {
    // A point is 4/3 px: the sheet is 300 pt wide and 225 pt high.
    let css = "@page { size: 400px 300px; margin: 0 } body { margin: 0 } div { padding: 40px 20px }
        svg { display: block; width: 100px; height: 60px } .turned { transform: rotate(90deg) }
        table { margin-top: 20px; width: 200px; border-spacing: 0 } td { height: 20px; padding: 0 }
        .off { position: absolute; left: 360px; top: 0 } table { font-size: 10px; line-height: 20px }";
    let svg = "<svg role=img aria-label=seal viewBox='0 0 1 1'><circle r=1 /></svg>";
    let body = format!(
        "<div>{svg}</div>{}<table><caption>C<tr><td>a</table>\
        <div class=off>{svg}</div>",
        svg.replace("<svg", "<svg class=turned")
    );
    let (read, _) = page(css, &body);
    let boxes = extents(&read);
    let expected = [
        ("Figure", Some([15, 150, 90, 195])),
        // Upright it is 45 by 75 pt about the same middle.
        ("Figure", Some([15, 60, 60, 135])),
        ("Table", Some([0, 30, 150, 60])),
        // What of it is off the sheet is not seen.
        ("Figure", Some([285, 150, 300, 195])),
    ];
    let near = |(role, found): &(String, Option<[i64; 4]>),
                (name, wanted): &(&str, Option<[i64; 4]>)| {
        let off = |(a, b): (i64, i64)| (a - b).abs() <= 1;
        role == name && found.zip(*wanted).is_some_and(|(a, b)| a.into_iter().zip(b).all(off))
    };
    assert_eq!(boxes.len(), expected.len(), "{boxes:?}");
    assert!(boxes.iter().zip(&expected).all(|(a, b)| near(a, b)), "{boxes:?}");
}

#[test]
fn tables_and_figures_of_several_pages_have_no_one_rectangle() {
    let css = "@page { size: 200px 100px; margin: 0 } body { margin: 0 } td { height: 60px }";
    let body = "<table><tr><td>a<tr><td>b</table><table><tr><td>c</table>";
    let boxes = extents(&page(css, body).0);
    let told: Vec<bool> = boxes.iter().map(|(_, found)| found.is_some()).collect();
    assert_eq!(told, [false, true], "{boxes:?}");
}

/// Figures and tables in document order, with their rectangles.
fn extents(read: &Pdf) -> Vec<(String, Option<[i64; 4]>)> {
    fn walk(read: &Pdf, kid: &Object, found: &mut Vec<(String, Option<[i64; 4]>)>) {
        let element = match read.follow(kid) {
            Object::Array(kids) => return kids.iter().for_each(|kid| walk(read, kid, found)),
            Object::Dictionary(element) if element.has(b"S") => element,
            _ => return,
        };
        let role = shown(element.get(b"S").unwrap());
        if matches!(&*role, "Figure" | "Table") {
            let corner = |at: usize| read.at(element, &format!("A/BBox/{at}"))?.as_i64().ok();
            let corners = [0, 1, 2, 3].map(corner);
            let all = corners.iter().all(Option::is_some);
            found.push((role, all.then(|| corners.map(Option::unwrap_or_default))));
        }
        if let Ok(kids) = element.get(b"K") {
            walk(read, kids, found);
        }
    }
    let mut found = Vec::new();
    walk(read, read.at(read.catalog(), "StructTreeRoot/K").unwrap(), &mut found);
    found
}
