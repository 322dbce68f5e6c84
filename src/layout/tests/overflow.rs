//! Text that is cut, lost or overlaps is found; text that only looks close is not.

use super::{continuous, paged};

/// Codes and measures of what is found on a page of 400 × 300 px.
fn found(css: &str, body: &str) -> Vec<String> {
    paged(css, body).findings.iter().map(|(_, d)| format!("{}: {}", d.code, d.message)).collect()
}

fn codes(css: &str, body: &str) -> Vec<&'static str> {
    paged(css, body).findings.iter().map(|(_, d)| d.code).collect()
}

const LONG: &str = "<p id=t>Donaudampfschifffahrtsgesellschaftskapitän</p>";

#[test]
fn long_word_sticks_out_of_its_box() {
    let all = found("#t { width: 100px; border: 1px solid }", LONG);
    assert_eq!(all.len(), 1, "{all:?}");
    assert!(all[0].starts_with("text-overflow: text is "), "{all:?}");
    let none: [&str; 0] = [];
    assert_eq!(codes("#t { width: 100px; overflow-wrap: anywhere }", LONG), none);
    assert_eq!(codes("#t { width: 100px; hyphens: auto }", LONG), none);
}

#[test]
fn measuring_in_a_narrow_trial_width_is_no_finding() {
    // Grid and table columns try narrow widths before they settle.
    let body = "<table id=t><tr><td>Handwerkskammer<td>Berufsbildungszentrum</table>";
    assert!(codes("", body).is_empty());
    let body = "<div style='display: grid; grid-template-columns: auto 1fr'>\
        <div>Handwerkskammer</div><div>Berufsbildungszentrum</div></div>";
    assert!(codes("", body).is_empty());
}

#[test]
fn table_cell_too_narrow_for_a_word() {
    let css = "table { table-layout: fixed; width: 120px }";
    let body = "<table><tr><td>Berufsbildungszentrum<td></table>";
    assert_eq!(codes(css, body), ["text-overflow"]);
}

#[test]
fn text_that_pushes_its_item_out_of_a_frame() {
    let css = ".f { display: flex; width: 200px } .f > * { flex: 1; white-space: nowrap }";
    let body =
        "<div class=f style='border: 1px solid'><p>Anna<p>seven words that do not wrap here</div>";
    let all = found(css, body);
    assert_eq!(all.len(), 1, "{all:?}");
    assert!(all[0].contains("out of a box of fixed width"), "{all:?}");
    // Where nobody sees that the box ends there, it is as it should be.
    assert!(found(css, &body.replace("1px solid", "none")).is_empty());
    // A line that is too wide for its own box is told once, as that.
    let all = found("#t { width: 100px; border: 1px solid }", LONG);
    assert_eq!(all.len(), 1, "{all:?}");
}

#[test]
fn punctuation_that_hangs_out_of_a_frame_is_meant_to() {
    let frame = |hanging: &str| {
        format!(
            "p {{ font: 10px 'Noto Serif CJK SC'; border: 1px solid; width: 50px;
             hanging-punctuation: {hanging} }}"
        )
    };
    let body = "<p lang=zh>一去二三里，烟村四五家。";
    assert_eq!(found(&frame("force-end"), body), Vec::<String>::new());
    // A mark of the text within is not at the edge.
    let long = "<p style='white-space: nowrap'>一去二三里烟，村。";
    assert_eq!(codes(&frame("force-end"), long), ["text-overflow"]);
}

#[test]
fn text_that_a_box_cuts() {
    let three = "<div id=c>one<br>two<br>three</div>";
    let all = found("#c { height: 44px; overflow: hidden }", three);
    assert_eq!(all.len(), 1, "{all:?}");
    assert!(all[0].starts_with("text-cut: "), "{all:?}");
    assert!(codes("#c { height: 60px; overflow: hidden }", three).is_empty());
    // The descender of p alone is cut.
    let css = "#c { height: 16px; overflow: hidden; line-height: 20px }";
    assert_eq!(codes(css, "<div id=c>pppp</div>"), ["text-cut"]);
    assert!(codes(css, "<div id=c>xxxx</div>").is_empty());
    // Cut on the right.
    let css = "#c { width: 50px; overflow: hidden; white-space: nowrap }";
    assert_eq!(codes(css, "<div id=c>seven words</div>"), ["text-cut"]);
}

#[test]
fn text_hidden_on_purpose_is_no_finding() {
    let css = "#c { position: absolute; width: 1px; height: 1px; overflow: hidden }";
    assert!(codes(css, "<div id=c>for readers of the screen</div>").is_empty());
    let css = "#c { visibility: hidden; height: 10px; overflow: hidden }";
    assert!(codes(css, "<div id=c>one<br>two<br>three</div>").is_empty());
}

#[test]
fn text_out_of_a_box_of_fixed_height() {
    let three = "<div id=c>one<br>two<br>three</div><p style='margin-top: 60px'>x</p>";
    let all = found("#c { height: 40px }", three);
    assert_eq!(all.len(), 1, "{all:?}");
    assert!(all[0].contains("out of a box of fixed height"), "{all:?}");
    // A box that grows, and one whose text only leans out of it.
    assert!(codes("#c { min-height: 40px }", three).is_empty());
    assert!(codes("#c { height: 14px; line-height: 14px }", "<div id=c>pp</div>").is_empty());
    // Stretched between two edges of its containing block.
    let css = "#c { position: absolute; top: 200px; bottom: 60px }";
    assert_eq!(codes(css, three), ["text-overflow"]);
}

#[test]
fn text_over_the_edge_of_the_page() {
    let css = "#c { position: absolute; left: 380px; top: 20px; white-space: nowrap }";
    let all = found(css, "<div id=c>certificate</div>");
    assert_eq!(all.len(), 1, "{all:?}");
    assert!(all[0].contains("over the edge of page 1"), "{all:?}");
    let css = "#c { position: absolute; left: 20px; top: 295px }";
    assert_eq!(codes(css, "<div id=c>certificate</div>"), ["text-off-page"]);
    // Turned out of the page.
    let css = "#c { width: 200px; transform: rotate(90deg); transform-origin: 0 0; \
               margin: 200px 0 0 100px }";
    assert_eq!(codes(css, "<div id=c>a certificate of a member</div>"), ["text-off-page"]);
    // Turned into it.
    let css = "#c { position: absolute; left: -180px; width: 200px; transform: rotate(-90deg); \
               transform-origin: 100% 0; top: 10px }";
    assert!(codes(css, "<div id=c>turned</div>").is_empty());
}

#[test]
fn a_window_has_no_edge_that_is_trimmed() {
    let css = "#c { position: absolute; left: 380px; white-space: nowrap }";
    assert!(continuous(css, "<div id=c>certificate</div>").findings.is_empty());
}

#[test]
fn texts_that_stand_on_each_other() {
    let body = "<p style='margin-top: 80px'>first text</p><p id=b>other text</p>";
    assert_eq!(codes("#b { margin-top: -14px }", body), ["text-overlap"]);
    assert!(codes("#b { margin-top: -6px }", body).is_empty());
    // A backdrop: translucent, behind, or many times as big.
    assert!(codes("#b { margin-top: -20px; opacity: 0.2 }", body).is_empty());
    assert!(codes("#b { margin-top: -20px; font-size: 64px; line-height: 20px }", body).is_empty());
    // Sub- and superscripts share their line.
    assert!(codes("", "<p>H<sub>2</sub>O<sup>2</sup></p>").is_empty());
}

#[test]
fn text_fit_by_width_is_exact() {
    let css = "#t { white-space: nowrap; text-fit: shrink 30% } #u { white-space: nowrap }";
    let body = |tag: &str, id: &str| {
        format!(
            "<div style='width: 200px; margin-top: 40px'><{tag} id={id}>Donaudampfschifffahrtskapitän</{tag}></div>"
        )
    };
    let natural = paged(css, &format!("<span id=u>{}</span>", "Donaudampfschifffahrtskapitän"));
    let width = natural.at("u")[2];
    let laid = paged(&format!("{css} div {{ font-size: 32px }}"), &body("p", "t"));
    let factor = laid.document.shrunk[0].factor;
    assert!((factor - 200.0 / (2.0 * width)).abs() < 1e-3, "{factor} {width}");
    assert!(laid.findings.is_empty(), "{:?}", laid.findings);
}

#[test]
fn text_fit_by_height_shrinks_until_all_lines_are_inside() {
    let text = "Certificate of Recognition for a Demonstration Project of Cooperation in \
        Vocational Education between the two Countries";
    let css = "#t { width: 150px; height: 60px; overflow: hidden; text-fit: shrink 20%; \
               line-height: 1.25 }";
    let laid = paged(css, &format!("<div id=t>{text}</div>"));
    assert!(laid.findings.is_empty(), "{:?}", laid.findings);
    let factor = laid.document.shrunk[0].factor;
    assert!((0.4..0.95).contains(&factor), "{factor}");
    // Below the floor it is an error of the row, and no size is found that cuts the text.
    let laid = paged(&css.replace("20%", "90%"), &format!("<div id=t>{text}</div>"));
    assert_eq!(laid.codes(), ["text-fit"]);
}

#[test]
fn text_fit_lets_a_table_column_be_as_narrow_as_its_smallest_size() {
    let css = "table { width: 200px; border-spacing: 0 } td { padding: 0; white-space: nowrap } \
               #t { text-fit: shrink 40% }";
    let laid = paged(css, "<table id=b><tr><td id=t>Donaudampfschifffahrtskapitän<td>x</table>");
    assert_eq!(laid.at("b")[2], 200.0);
    assert!(laid.findings.is_empty(), "{:?}", laid.findings);
    assert_eq!(laid.document.shrunk.len(), 1);
}

#[test]
fn missing_character_is_told_while_sizes_are_tried() {
    let css = "#t { width: 50px; height: 20px; text-fit: shrink 10% }";
    let laid = paged(css, "<p id=t>Certificate of recognition \u{1F9FF}</p>");
    assert_eq!(laid.codes(), ["missing-glyph"]);
}

#[test]
fn text_fit_takes_the_place_of_the_finding() {
    let css = "#t { width: 200px; white-space: nowrap; text-fit: shrink 40% }";
    let laid = paged(css, LONG);
    assert!(laid.findings.is_empty(), "{:?}", laid.findings);
    assert_eq!(laid.document.shrunk.len(), 1);
    let factor = laid.document.shrunk[0].factor;
    assert!((0.5..0.8).contains(&factor), "{factor}");
}
