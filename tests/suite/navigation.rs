//! Ways through a document, and what it says of itself.

use insta::assert_snapshot;

use crate::support::reader::{Pdf, shown};
use crate::support::{Run, TempProject, pdf};

/// A page as its PDF.
fn page(html: &str) -> Pdf {
    let project = TempProject::empty();
    project.write("page.html", html);
    project.run(&["inspect", "page.html", "--pdf", "page.pdf"]).good();
    Pdf::open(&project.path("page.pdf"))
}

/// The labels of pages: from which page on, how, from which number.
fn labels(read: &Pdf) -> String {
    read.text_at("PageLabels/Nums").map_or("none".into(), |_| {
        let numbers = read.at(read.catalog(), "PageLabels/Nums").unwrap().as_array().unwrap();
        let pair = |pair: &[lopdf::Object]| {
            let range = pair[1].as_dict().unwrap();
            let entry = |key: &str| read.at(range, key).map(shown).unwrap_or_default();
            format!("{}:{}{}{}", shown(&pair[0]), entry("S"), entry("St"), entry("P"))
        };
        numbers.chunks(2).map(pair).collect::<Vec<_>>().join(" ")
    })
}

const FRONT: &str = "<!DOCTYPE html><html lang=en><title>Book</title><style>
    @page { @bottom-center { content: counter(page) } }
    @page front { @bottom-center { content: counter(page, lower-roman) } }
    @page back { @bottom-center { content: counter(page, cjk-decimal) } }
    .front { page: front } .back { page: back; break-before: page }
    main { break-before: page; counter-reset: page 1 } p { break-after: page }</style>
    <section class=front><p>a</p><p>b</p></section><main><h1>c</h1><p>c</p><p>d</p></main>
    <section class=back><p>e</p></section>";

#[test]
fn pages_are_called_as_they_are_numbered() {
    assert_snapshot!(labels(&page(FRONT)));
}

#[test]
fn pages_called_one_two_three_need_no_labels() {
    let read =
        page("<html lang=en><title>x</title><style>p { break-after: page }</style><p>a<p>b<p>c");
    assert_eq!(labels(&read), "none");
}

#[test]
fn links_within_the_document_go_to_named_places() {
    let read = page(
        "<html lang=en><title>x</title><style>h2 { break-before: page }</style>
         <p><a href='#zwei'>two</a> <a href='#名'>name</a> <a href='#none'>nowhere</a></p>
         <h1 id=eins>1</h1><h2 id=zwei>2</h2><h2 id=名>3</h2>",
    );
    let names = read.at(read.catalog(), "Names/Dests/Names").unwrap().as_array().unwrap();
    let keys: Vec<String> = names.chunks(2).map(|pair| shown(&pair[0])).collect();
    assert_eq!(keys, ["eins", "zwei", "名"]);
    let pages = read.pages();
    let place = |at: usize| names[at * 2 + 1].as_array().unwrap()[0].as_reference().unwrap();
    assert_eq!([0, 1, 2].map(place), [pages[0], pages[1], pages[2]]);
    let links = read.at(read.page(0), "Annots").unwrap().as_array().unwrap();
    let targets: Vec<_> = links
        .iter()
        .map(|link| read.follow(link).as_dict().unwrap())
        .map(|link| read.at(link, "A/D").map(shown).unwrap())
        .collect();
    assert_eq!(targets, ["zwei", "名"]);
}

#[test]
fn outlines_follow_the_headings() {
    let read = page("<html lang=en><title>x</title><h1>A</h1><h2>B</h2><h2>C</h2><h1>D</h1>");
    let root = read.at(read.catalog(), "Outlines").unwrap().as_dict().unwrap();
    let titles = ["First/Title", "First/First/Title", "First/Last/Title", "Last/Title"];
    let titles = titles.map(|path| read.at(root, path).map(shown).unwrap());
    assert_eq!(titles, ["A", "B", "C", "D"]);
}

const ABOUT: &str = "<html lang=de><title>Urkunde &amp; 证书</title>
    <meta name=author content='Allianz &lt;HWK&gt;'><meta name=description content='Ein Muster'>
    <meta name=keywords content='eins, 二'><meta name=date content='2024-05-17T09:30:00+02:00'><p>x";

#[test]
fn metadata_agree() {
    let read = page(ABOUT);
    let info = ["Title", "Author", "Subject", "Keywords", "CreationDate", "ModDate", "Creator"];
    let info = info.map(|key| read.info(key).unwrap());
    assert_eq!(info[..4], ["Urkunde & 证书", "Allianz <HWK>", "Ein Muster", "eins, 二"]);
    assert_eq!(info[4..], ["D:20240517093000+02'00'", "D:20240517093000+02'00'", "Urkunde"]);
    let xmp = read.xmp();
    for expected in [
        "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">Urkunde &amp; 证书</rdf:li>",
        "<dc:creator><rdf:Seq><rdf:li>Allianz &lt;HWK&gt;</rdf:li>",
        "<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">Ein Muster</rdf:li>",
        "<dc:subject><rdf:Bag><rdf:li>eins</rdf:li><rdf:li>二</rdf:li>",
        "<pdf:Keywords>eins, 二</pdf:Keywords>",
        "<xmp:CreateDate>2024-05-17T09:30:00+02:00</xmp:CreateDate>",
        "<xmp:ModifyDate>2024-05-17T09:30:00+02:00</xmp:ModifyDate>",
        "<xmp:CreatorTool>Urkunde</xmp:CreatorTool>",
        "<dc:language><rdf:Bag><rdf:li>de</rdf:li>",
    ] {
        assert!(xmp.contains(expected), "{expected} in {xmp}");
    }
    assert_eq!(read.text_at("Lang").as_deref(), Some("de"));
    assert_eq!(read.text_at("ViewerPreferences/DisplayDocTitle").as_deref(), Some("true"));
    assert_eq!(read.text_at("MarkInfo/Marked").as_deref(), Some("true"));
}

#[test]
fn dates_come_from_the_page_then_from_the_environment_never_from_the_clock() {
    let project = TempProject::new();
    let date = |run: Run| {
        run.good();
        Pdf::open(&project.path("out/letters/a1.pdf")).info("CreationDate")
    };
    let with_epoch = |epoch: &str| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_urkunde"));
        command.current_dir(project.root()).arg("render").env("SOURCE_DATE_EPOCH", epoch);
        Run::of(command, project.root())
    };
    assert_eq!(date(project.run(&["render"])), None);
    assert_eq!(date(with_epoch("1715904000")).as_deref(), Some("D:20240517000000Z"));
    let wrong = with_epoch("yesterday");
    assert_eq!(wrong.status, 2, "{}", wrong.stderr);
    let meta = "<meta name=date content=\"{{ person.date }}\"><title>";
    project.edit("templates/letter.html", "<title>", meta);
    assert_eq!(date(with_epoch("0")).as_deref(), Some("D:20240517000000Z"));
    project.edit("templates/letter.html", "{{ person.date }}", "17 May");
    assert_snapshot!(project.run(&["render"]).messages());
}

#[test]
fn properties_of_the_project_stand_in_the_metadata() {
    let project = TempProject::new();
    project.edit(
        "urkunde.toml",
        "as =",
        "metadata = { serial = \"{{ person.id }}\", job = \"{{ job.name }}\", none = \" \" }\nas =",
    );
    project.run(&["render"]).good();
    let path = project.path("out/letters/a2.pdf");
    let xmp = Pdf::open(&path).xmp();
    assert!(xmp.contains("<urkunde:serial>a2</urkunde:serial>"), "{xmp}");
    assert!(xmp.contains("<urkunde:job>letter</urkunde:job>"), "{xmp}");
    assert!(!xmp.contains("urkunde:none"), "{xmp}");
    pdf::conforms(&[path], "a-2a+ua-1");
    project.edit("urkunde.toml", "serial =", "\"1st serial\" =");
    assert_snapshot!(project.run(&["render"]).messages());
}
