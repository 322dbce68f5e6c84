//! No input makes the program fall over, run without end or eat the memory: each limit of `docs/limits.md` ends in
//! its diagnostic, with the number and the place. What fuzzing has found stands in `robust_found.rs`.

use std::fmt::Write;

use crate::support::{Run, TempProject, repository};
use urkunde::limits;

/// Inspects a page, which may refer to files beside it, down to its PDF.
fn inspect_with(page: &str, files: &[(&str, &[u8])]) -> Run {
    let project = TempProject::empty();
    project.write("page.html", page);
    for (name, contents) in files {
        project.write(name, contents);
    }
    project.run(&["inspect", "page.html", "--pdf", "page.pdf"])
}

fn inspect(page: &str) -> Run {
    inspect_with(page, &[])
}

/// The page is refused with this code; the message holds the number.
#[track_caller]
fn refused(run: &Run, code: &str, number: impl ToString) {
    let (number, shown) = (number.to_string(), shorten(&run.stderr));
    assert_eq!(run.status, 1, "{shown}");
    let after = run.stderr.split(&format!("error[{code}]")).nth(1);
    let message = after.unwrap_or_else(|| panic!("no {code} in {shown}"));
    assert!(message.lines().next().unwrap().contains(&number), "no {number} in {shown}");
    assert!(message.contains("help: "), "no help in {shown}");
}

fn shorten(text: &str) -> String {
    text.chars().take(2000).collect()
}

/// The place that the first finding points at, as `file:line:column`.
fn place(run: &Run) -> &str {
    run.stderr.lines().find_map(|line| line.trim_start().strip_prefix("--> ")).unwrap_or("")
}

fn style(css: &str) -> String {
    format!("<!DOCTYPE html><html lang=en><title>t</title><style>{css}</style><body><p>x</p>")
}

#[test]
fn docs_name_every_limit() {
    let page =
        std::fs::read_to_string(repository().join("docs/limits.md")).unwrap().replace(',', "");
    let numbers = [
        limits::ELEMENT_DEPTH,
        limits::NODES,
        limits::ATTRIBUTES,
        limits::CSS_NESTING,
        limits::RULES,
        limits::PAGE_RULES,
        limits::SHEETS,
        limits::IMPORTS,
        limits::IMPORT_DEPTH,
        limits::VALUE_BYTES,
        limits::VARIABLE_BYTES,
        limits::MATCHING_STEPS as usize,
        limits::MATCHING_BASE as usize,
        limits::MATCHING_MOST as usize,
        limits::FINDINGS,
        limits::GRID_TRACKS,
        limits::TABLE_SLOTS,
        limits::COUNTERS,
        limits::GENERATED_BYTES,
        limits::LENGTH as usize,
        limits::NUMBER as usize,
        limits::LAYOUT_STEPS as usize,
        limits::LAYOUT_BASE as usize,
        limits::LAYOUT_TEXT,
        limits::INLINE_BOXES,
        limits::LINE_PAIRS,
        limits::TEXT_PAIRS,
        limits::PAGES,
        limits::PAGE_LONGEST as usize,
        limits::PAGE_SHORTEST as usize,
        limits::SVG_DEPTH,
        limits::SVG_NODES,
        limits::PIXELS as usize,
        limits::TILES,
        limits::GRADIENT_STOPS,
        limits::ROW_BYTES,
        limits::COLUMNS,
        limits::ROWS,
    ];
    let words: Vec<&str> = page.split(|c: char| !c.is_ascii_digit()).collect();
    for number in numbers {
        assert!(words.contains(&number.to_string().as_str()), "docs/limits.md lacks {number}");
    }
}

#[test]
fn tags_with_too_many_attributes() {
    let tag = (0..300_000).fold("<p".to_owned(), |mut tag, i| {
        let _ = write!(tag, " a{i}=''");
        tag
    });
    let run = inspect(&format!("<title>t</title>\n{tag}>x</p>"));
    refused(&run, "too-many-attributes", limits::ATTRIBUTES);
    assert_eq!(place(&run), "page.html:2:1");
    let svg = tag.replace("<p", "<svg xmlns='http://www.w3.org/2000/svg'\n><rect") + "/></svg>";
    let run = inspect_with("<title>t</title><img alt='' src=a.svg>", &[("a.svg", svg.as_bytes())]);
    refused(&run, "too-many-attributes", limits::ATTRIBUTES);
    assert!(run.stderr.contains("a.svg:2:2"), "{}", shorten(&run.stderr));
}

#[test]
fn elements_that_nest_too_deep() {
    let run = inspect(&format!("<title>t</title>\n{}", "<div>".repeat(100_000)));
    refused(&run, "too-deep", limits::ELEMENT_DEPTH);
    // html and body are two of them.
    assert_eq!(place(&run), format!("page.html:2:{}", 254 * 5 + 1));
}

#[test]
fn boxes_of_every_kind_fit_the_stack_at_the_limit_of_depth() {
    for display in [
        "block",
        "inline",
        "inline-block",
        "flow-root",
        "flex",
        "grid",
        "table",
        "table-cell",
        "list-item",
    ] {
        let depth = limits::ELEMENT_DEPTH - 2;
        let page = format!(
            "<!DOCTYPE html><html lang=en><title>t</title><style>div {{ display: {display} }}</style><body>{}x",
            "<div>".repeat(depth)
        );
        let run = inspect(&page);
        assert_eq!(run.status, 0, "{display}: {}", shorten(&run.stderr));
    }
}

#[test]
fn floats_and_positioned_boxes_fit_the_stack_at_the_limit_of_depth() {
    for rule in [
        "float: left",
        "position: absolute",
        "display: flex; float: left",
        "position: relative; opacity: 0.5",
    ] {
        let page = format!(
            "<!DOCTYPE html><html lang=en><title>t</title><style>div {{ {rule} }}</style><body>{}x",
            "<div>".repeat(limits::ELEMENT_DEPTH - 2)
        );
        let run = inspect(&page);
        assert_eq!(run.status, 0, "{rule}: {}", shorten(&run.stderr));
    }
}

#[test]
fn too_many_elements() {
    let run = inspect(&"<br>".repeat(limits::NODES));
    refused(&run, "too-many-elements", limits::NODES);
}

#[test]
fn blocks_and_functions_that_nest_too_deep() {
    let deep = |open: &str, inside: &str, close: &str| {
        style(&format!("{}{inside}{}", open.repeat(33), close.repeat(33)))
    };
    for page in [
        deep("@media print {", "", "}"),
        style(&format!("p {{ width: {}1px{} }}", "calc(".repeat(50), ")".repeat(50))),
        style(&format!("p{}x{} {{ color: red }}", ":not(".repeat(100_000), ")".repeat(100_000))),
        format!("<p style='width: {}1px'>x", "(".repeat(100_000)),
    ] {
        let run = inspect(&page);
        refused(&run, "css-too-deep", limits::CSS_NESTING);
        assert!(place(&run).starts_with("page.html:1:"), "{}", place(&run));
    }
}

#[test]
fn too_many_rules() {
    let run = inspect(&style(&"a{}".repeat(limits::RULES + 1)));
    refused(&run, "too-many-rules", limits::RULES);
    let run = inspect(&style(&"@page{}".repeat(limits::PAGE_RULES + 1)));
    refused(&run, "too-many-rules", limits::PAGE_RULES);
}

#[test]
fn imports_that_multiply() {
    // Each imports the next twice: 2^15 sheets.
    let sheets: Vec<(String, String)> = (0..16)
        .map(|i| (format!("{i}.css"), format!("@import '{0}.css'; @import '{0}.css';", i + 1)))
        .collect();
    let mut files: Vec<(&str, &[u8])> =
        sheets.iter().map(|(n, c)| (n.as_str(), c.as_bytes())).collect();
    files.push(("16.css", b"p { color: red }"));
    let run = inspect_with(&style("@import '0.css';"), &files);
    refused(&run, "too-many-imports", limits::IMPORTS);
}

#[test]
fn imports_that_nest_too_deep_or_in_a_circle() {
    let sheets: Vec<(String, String)> =
        (0..30).map(|i| (format!("{i}.css"), format!("@import '{}.css';", i + 1))).collect();
    let files: Vec<(&str, &[u8])> =
        sheets.iter().map(|(n, c)| (n.as_str(), c.as_bytes())).collect();
    let run = inspect_with(&style("@import '0.css';"), &files);
    refused(&run, "too-many-imports", limits::IMPORT_DEPTH);
    let circle: [(&str, &[u8]); 2] =
        [("0.css", b"@import '1.css';"), ("1.css", b"@import '0.css';")];
    let run = inspect_with(&style("@import '0.css';"), &circle);
    assert!(run.stderr.contains("warning[import-cycle]"), "{}", run.stderr);
    assert_eq!(run.status, 0);
}

#[test]
fn too_many_sheets() {
    let run = inspect(&"<style></style>".repeat(limits::SHEETS + 1));
    refused(&run, "too-many-sheets", limits::SHEETS);
}

#[test]
fn variables_that_multiply() {
    let chain = |link: &dyn Fn(usize) -> String, leaf: &str| {
        let mut css = String::from("html { ");
        for i in 0..40 {
            let _ = write!(css, "--v{i}: {}; ", link(i + 1));
        }
        let _ = write!(css, "--v40: {leaf} }} p {{ color: var(--v0) }}");
        style(&css)
    };
    let twice = |i: usize| format!("var(--v{i}) var(--v{i})");
    for page in [
        chain(&twice, "red"),
        chain(&|i| format!("var(--v{i})var(--v{i})"), ""),
        chain(&|i| format!("var(--v{i}, var(--v{i}, red))"), "var(--missing)"),
        chain(&|i| format!("calc({})", twice(i)), "1px"),
    ] {
        refused(&inspect(&page), "value-too-long", limits::VALUE_BYTES);
    }
}

#[test]
fn variables_of_every_element() {
    let big = "x ".repeat(30_000);
    let css = format!("html {{ --big: {big} }} i {{ --own: var(--big) attr(class) }}");
    let page = style(&css) + &"<i style='--a: var(--big)'></i>".repeat(5_000);
    refused(&inspect(&page), "too-many-variables", limits::VARIABLE_BYTES);
}

#[test]
fn selectors_that_take_for_ever() {
    let page = style(&"i:empty{}".repeat(30_000)) + &"<i></i>".repeat(60);
    refused(&inspect(&page), "slow-selectors", limits::MATCHING_BASE);
    let page = style("i:has(~ i ~ i ~ i ~ i ~ i ~ q) { color: red }") + &"<i></i>".repeat(300);
    assert_eq!(inspect(&page).status, 0);
    let page = style(":is(i, b) ~ :is(i, b) ~ :is(i, b) ~ :is(q, s) ~ i { color: red }")
        + &"<i></i>".repeat(300);
    assert_eq!(inspect(&page).status, 0);
}

#[test]
fn grids_without_end() {
    for value in [
        "grid-template-columns: repeat(100000, 1fr)",
        "grid-template-rows: repeat(900, 1px) repeat(900, 1px)",
        "grid-row: 5000",
        "grid-column: span 1000000000",
        "grid-column-start: -2147483648",
    ] {
        let run = inspect(&style(&format!("p {{ {value} }}")));
        refused(&run, "grid-too-large", limits::GRID_TRACKS);
    }
    let page = style(
        "div { display: grid; grid-template-columns: repeat(auto-fill, 0.001px) } p { grid-area: 1000 / 1000 }",
    );
    let run = inspect(&(page + "<div><p>y</p>"));
    assert_eq!(run.status, 0, "{}", shorten(&run.stderr));
}

#[test]
fn tables_without_end() {
    let wide = format!(
        "<table>{}",
        "<tr><td>x</td></tr>".repeat(1_000) + &"<td colspan=1000000>".repeat(10)
    );
    let columns = format!("<table>{}<tr><td>x", "<col span=1000>".repeat(2_000));
    for page in [wide, columns, format!("<table><tr>{}", "<td colspan=1000>".repeat(1_001))] {
        refused(&inspect(&page), "table-too-large", limits::TABLE_SLOTS);
    }
    let run = inspect(
        "<!DOCTYPE html><html lang=en><title>t</title><table><tr><td rowspan=1000000 colspan=1000000>x<tr><td>y",
    );
    assert_eq!(run.status, 0, "{}", shorten(&run.stderr));
}

#[test]
fn too_many_counters() {
    let names: String = (0..600).map(|i| format!(" c{i}")).collect();
    refused(
        &inspect(&style(&format!("p {{ counter-reset:{names} }}"))),
        "too-many-counters",
        limits::COUNTERS,
    );
}

#[test]
fn too_much_generated_text() {
    let css = format!("i {{ string-set: t '{}' }}", "x".repeat(100_000));
    let page = style(&css) + &"<i></i>".repeat(200);
    refused(&inspect(&page), "too-much-content", limits::GENERATED_BYTES);
}

#[test]
fn too_many_findings_are_counted() {
    let run = inspect(&style(&"p { colour: red }\n".repeat(1_500)));
    assert!(run.stderr.contains("500 more findings are not listed"), "{}", shorten(&run.stderr));
    // Three are shown.
    let rest = "… and 997 more like this in page.html: lines 4–1000; --all shows them";
    assert!(run.stderr.contains(rest), "{}", shorten(&run.stderr));
    let run = inspect(&"<blink></blink>".repeat(1_500));
    assert!(run.stderr.contains("500 more findings are not listed"), "{}", shorten(&run.stderr));
}

#[test]
fn lengths_without_end_stay_finite() {
    let lengths = [
        "1e38px",
        "-1e38px",
        "1e999px",
        "calc(1e38px * 1e38)",
        "calc(1e38px * 10 - 1e38px * 10)",
        "1e30%",
        "-1e30%",
        "1e38em",
        "max(1e38%, 1e38px)",
        "1e38vw",
    ];
    let properties = [
        "width",
        "height",
        "margin",
        "padding",
        "border",
        "left",
        "font-size",
        "line-height",
        "letter-spacing",
        "text-indent",
        "border-radius",
        "flex-basis",
        "gap",
        "min-height",
        "tab-size",
        "outline",
        "transform-origin",
    ];
    let mut page = style(
        "div { position: relative } p { border-style: solid; position: absolute; white-space: pre-wrap }",
    );
    for length in lengths {
        for property in properties {
            let _ = write!(
                page,
                "<div style='{property}: {length}'><p style='{property}: {length}'>x\ty</p></div>"
            );
        }
    }
    let project = TempProject::empty();
    project.write("page.html", &page);
    for medium in [&["--json"][..], &["--json", "--continuous", "800"]] {
        let run = project.run(&[&["inspect", "page.html"], medium].concat());
        assert!(run.stdout.contains("\"tag\": \"p\""), "{}", shorten(&run.stderr));
        // JSON has no word for infinity; serde writes null.
        let numbers =
            ["\"x\"", "\"y\"", "\"width\"", "\"height\""].map(|name| format!("{name}: null"));
        assert!(
            !numbers.iter().any(|number| run.stdout.contains(number)),
            "{}",
            shorten(&run.stdout)
        );
    }
}

#[test]
fn layout_that_takes_for_ever() {
    // A box beside a float is laid out twice: 2^60 times the innermost.
    let open = "<i></i><div>".repeat(60);
    let css = "i { float: left; width: 1px; height: 1px } div { overflow: hidden }";
    let run = inspect(&(style(css) + &open + "x"));
    refused(&run, "slow-layout", "");
}

#[test]
fn a_line_of_thousands_of_boxes_that_sticks_out() {
    let run = inspect(&(style("") + "<p>" + &"<b>x</b>".repeat(5_000)));
    assert!(run.stderr.contains("more findings are not listed"), "{}", shorten(&run.stderr));
}

#[test]
fn thousands_of_texts_on_one_spot() {
    let css = "i { position: absolute; top: 0; left: 0 }";
    let texts: String = (0..4_000).map(|i| format!("<i>text {i}</i>")).collect();
    let run = inspect(&(style(css) + &texts));
    assert!(run.stderr.contains("warning[text-overlap]"), "{}", shorten(&run.stderr));
}

#[test]
fn paragraphs_of_too_many_boxes() {
    let run = inspect(&format!("<p>{}", "<b>x</b> ".repeat(limits::INLINE_BOXES + 1)));
    refused(&run, "paragraph-too-long", limits::INLINE_BOXES);
}

#[test]
fn a_measure_of_thousands_of_words_is_broken_line_by_line() {
    let css = "p { width: 1e7px; text-align: justify; text-align-last: justify }";
    let run = inspect(&(style(css) + "<p>" + &"word ".repeat(20_000)));
    assert_eq!(run.status, 0, "{}", shorten(&run.stderr));
}

#[test]
fn pages_of_no_size_and_of_any_size() {
    for size in ["0 0", "1px 1px", "1e9px 100px"] {
        let run = inspect(&style(&format!("@page {{ size: {size} }}")));
        refused(&run, "page-size", "5080 mm");
    }
}

#[test]
fn pages_smaller_than_their_content_make_progress() {
    let text = "word ".repeat(200);
    let css = "@page { size: 20px 20px; margin: 9px } p { line-height: 50px; orphans: 100 } table { break-inside: avoid }";
    let page =
        style(css) + &format!("<p>{text}<table><thead><tr><td>{text}<tbody><tr><td>{text}</table>");
    let run = inspect(&page);
    assert_eq!(run.status, 0, "{}", shorten(&run.stderr));
}

#[test]
fn too_many_pages() {
    let css = "@page { size: 100px 100px; margin: 0 } i { display: block; height: 100px; break-after: page }";
    let run = inspect(&(style(css) + &"<i></i>".repeat(limits::PAGES + 10)));
    refused(&run, "too-many-pages", limits::PAGES);
}

#[test]
fn svg_that_nests_too_deep() {
    let svg = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>{}{}</svg>",
        "<g>".repeat(5_000),
        "</g>".repeat(5_000)
    );
    let run = inspect_with("<img src=a.svg alt=''>", &[("a.svg", svg.as_bytes())]);
    refused(&run, "svg-too-deep", limits::SVG_DEPTH);
    refused(
        &inspect(&format!("<svg width=9 height=9>{}", "<g>".repeat(5_000))),
        "too-deep",
        limits::ELEMENT_DEPTH,
    );
}

#[test]
fn svg_that_multiplies() {
    let mut body = String::from("<g id='g0'><path d='M0 0h1'/></g>");
    for i in 1..30 {
        let _ = write!(body, "<g id='g{i}'><use href='#g{0}'/><use href='#g{0}'/></g>", i - 1);
    }
    let markers = format!(
        "<marker id='m'>{}</marker><path marker-mid='url(#m)' d='M0 0{}'/>",
        "<path d='M0 0h1'/>".repeat(100),
        "h1".repeat(10_000)
    );
    let masks: String = (0..30)
        .map(|i| {
            format!(
                "<mask id='m{i}'>{}</mask>",
                format!("<rect mask='url(#m{})'/>", i + 1).repeat(4)
            )
        })
        .collect();
    for parts in
        [body, markers, masks + "<rect mask='url(#m0)'/>", "<g/>".repeat(limits::SVG_NODES)]
    {
        let svg =
            format!("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>{parts}</svg>");
        let run = inspect_with("<img src=a.svg alt=''>", &[("a.svg", svg.as_bytes())]);
        refused(&run, "svg-too-large", limits::SVG_NODES);
    }
}

#[test]
fn svg_with_entities_that_multiply() {
    let mut entities = String::from("<!ENTITY e0 'aaaaaaaaaa'>");
    for i in 1..10 {
        let _ = write!(entities, "<!ENTITY e{i} '{}'>", format!("&e{};", i - 1).repeat(10));
    }
    let svg = format!(
        "<!DOCTYPE svg [{entities}]><svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><title>&e9;</title></svg>"
    );
    let run = inspect_with("<img src=a.svg alt=''>", &[("a.svg", svg.as_bytes())]);
    assert_eq!(run.status, 1);
    assert!(run.stderr.contains("error[broken-svg]"), "{}", shorten(&run.stderr));
}

#[test]
fn pictures_of_too_many_pixels() {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    png.extend(100_000u32.to_be_bytes().repeat(2));
    png.extend([8, 6, 0, 0, 0, 0, 0, 0, 0]);
    let mut jpeg = b"\xff\xd8\xff\xc0\0\x11\x08\xff\xff\xff\xff\x03".to_vec();
    jpeg.extend([1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]);
    jpeg.extend(b"\xff\xda\0\x02\0\xff\xd9");
    for (name, bytes) in [("a.png", png), ("a.jpg", jpeg)] {
        let run = inspect_with(&format!("<img src={name} alt=''>"), &[(name, &bytes)]);
        refused(&run, "image-too-large", limits::PIXELS / 1_000_000);
    }
}
