//! What readers give back: the source's text, whatever lines, faces and directions do to it.

use crate::support::reader::Pdf;
use crate::support::{TempProject, pdf, repository};

/// A page as its PDF: what our own reader finds in structure order, and what other readers copy.
fn texts(css: &str, body: &str) -> (String, Vec<(&'static str, String)>) {
    let project = TempProject::empty();
    let font = std::fs::read(repository().join("tests/fonts/UrkundeTest.ttf")).unwrap();
    project.write("fonts/UrkundeTest.ttf", font);
    let face = "@font-face { font-family: Test; src: url(fonts/UrkundeTest.ttf) }";
    let html = format!(
        "<!DOCTYPE html><html lang=en><title>Reading</title><style>{face}{css}</style><body>{body}"
    );
    project.write("page.html", html);
    project.run(&["inspect", "page.html", "--pdf", "page.pdf"]).good();
    let file = project.path("page.pdf");
    let tree = Pdf::open(&file).structure();
    let said = tree.lines().filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix('"'));
    (said.collect(), pdf::copied(&file))
}

/// What was copied as one line, as searching sees it: a divided word is whole again.
fn joined(copied: &str) -> String {
    let whole = copied.replace("\r\n", "\n").replace("\u{ad}\n", "").replace('\u{fffe}', "");
    whole.split_whitespace().collect::<Vec<_>>().join(" ")
}

const SENTENCE: &str =
    "The Alliance promotes exchange in vocational education between China and Germany.";

#[test]
fn line_ends_part_words_and_hyphens_do_not() {
    let css = "p { width: 30mm; hyphens: auto } .j { text-align: justify }";
    for body in [
        format!("<p>{SENTENCE}</p>"),
        format!("<p class=j>{SENTENCE}</p>"),
        format!("<p>{}</p>", SENTENCE.replace("exchange in ", "<b>exchange</b> <i>in </i>")),
        format!("<p style='white-space: pre-wrap'>{SENTENCE}</p>"),
        format!("<p>{}</p>", SENTENCE.replace(' ', "\n  ")),
        "<p>The Alliance<br>promotes exchange in<br> vocational <br>education between China and \
         Germany.<br></p>"
            .to_owned(),
    ] {
        let (own, copied) = texts(css, &body);
        let own = own.replace("\\u{ad}", "");
        // In structure order nothing but the text itself tells words apart.
        assert_eq!(own.trim_end(), SENTENCE, "{body}");
        for (reader, text) in copied {
            assert!(joined(&text).contains(SENTENCE), "{reader} {body}: {text:?}");
        }
    }
}

#[test]
fn line_ends_part_no_chinese_characters() {
    let body = "<p lang=zh>全国职业教育中德双元制<br>联盟证书 Bonn 测试</p>";
    let (own, _) = texts("p { width: 20mm }", body);
    assert_eq!(own, "全国职业教育中德双元制联盟证书 Bonn 测试");
}

#[test]
fn ends_of_blocks_part_words_within_an_element() {
    let css = ".b { display: block } .f { display: flex } .i { display: inline-block }";
    for (body, wanted) in [
        (
            "<h1><span class=b>Certificate</span><span class=b>of membership</span></h1>",
            "Certificate of membership",
        ),
        ("<p>Name<span class=b>Title</span>after", "Name Title after"),
        ("<p>Name<b><i class=b>Title </i></b>after", "Name Title after"),
        ("<p class=f><b>left</b><b>right</b>", "left right"),
        ("<p><em lang=de class=b>eins</em><em class=b>two</em>", "eins two"),
        ("<p>one<span class=i>two</span>three", "onetwothree"),
        (
            "<h1 lang=zh><span class=b>全国职业教育</span><span class=b>联盟</span></h1>",
            "全国职业教育联盟",
        ),
    ] {
        let (own, _) = texts(css, body);
        assert_eq!(own, wanted, "{body}");
    }
    // What structure elements part needs no space.
    let (own, _) =
        texts(css, "<p>one</p><p>two</p><div>three<p>four</p>five</div><ul><li>six<li>seven</ul>");
    let own = own.replace("\\u{a0}", "");
    assert_eq!(own, "onetwothreefourfive•six•seven");
}

#[test]
fn right_to_left_names_are_read_copied_and_found() {
    let css = "body { font-family: Test; font-size: 16px } .r { direction: rtl } p { width: 60mm }";
    let name = "\u{5d3}\u{5d5}\u{5d3} \u{5dc}\u{5d5}\u{5d9}"; // David Levi
    let long = format!("{name}, {name} 123 abc {name} {name}");
    for (body, wanted) in [
        (format!("<p>Name {name}, Bonn</p>"), format!("Name {name}, Bonn")),
        (format!("<p class=r>{long}</p>"), long.clone()),
        (format!("<p class=r>{name} <b>abc {name}</b> 12</p>"), format!("{name} abc {name} 12")),
        (format!("<p class=r><i>{name}</i><br>{name}</p>"), format!("{name} {name}")),
    ] {
        let (own, copied) = texts(css, &body);
        assert_eq!(own.trim_end(), wanted, "{body}");
        for (reader, text) in copied {
            // MuPDF 1.21 and poppler's structure know nothing of directions: characters as they are seen.
            let turned = matches!(reader, "mutool" | "pdfinfo -struct-text");
            for word in name.split(' ') {
                let word: String = if turned { word.chars().rev().collect() } else { word.into() };
                assert!(text.contains(&word), "{reader} {body}: {text:?}");
            }
        }
    }
}
