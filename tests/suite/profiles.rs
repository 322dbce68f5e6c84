//! Profiles: what documents claim, and what a profile forbids.

use insta::assert_snapshot;

use crate::support::reader::{Pdf, unpacked};
use crate::support::{Run, TempProject, icc, pdf, repository};

const NAMES: [&str; 4] = ["a-2a+ua-1", "a-2u", "a-3a+ua-1", "1.7"];

/// The usual project, its documents of a profile.
fn project(profile: &str) -> TempProject {
    let project = TempProject::new();
    project.edit("urkunde.toml", "as =", &format!("pdf = \"{profile}\"\nas ="));
    project
}

/// The usual project with something on its page, rendered.
fn with(profile: &str, html: &str) -> (TempProject, Run) {
    let project = project(profile);
    project.edit("templates/letter.html", "<p>", &format!("{html}<p>"));
    let run = project.run(&["render"]);
    (project, run)
}

/// The part of PDF/A that a document claims, its level, and the part of PDF/UA.
fn claims(project: &TempProject) -> [Option<String>; 3] {
    let xmp = Pdf::open(&project.path("out/letters/a1.pdf")).xmp();
    ["pdfaid:part", "pdfaid:conformance", "pdfuaid:part"].map(|property| {
        let (_, rest) = xmp.split_once(&format!("<{property}>"))?;
        rest.split_once('<').map(|(value, _)| value.to_string())
    })
}

#[test]
fn documents_claim_what_their_profile_says() {
    let expected = [["2", "A", "1"], ["2", "U", ""], ["3", "A", "1"], ["", "", ""]];
    for (profile, expected) in NAMES.into_iter().zip(expected) {
        let project = project(profile);
        project.run(&["render"]).good();
        assert_eq!(claims(&project).map(Option::unwrap_or_default), expected, "{profile}");
        let intents = Pdf::open(&project.path("out/letters/a1.pdf"));
        let has_intent = intents.catalog().has(b"OutputIntents");
        assert_eq!(has_intent, profile != "1.7", "{profile}");
        pdf::conforms(&[project.path("out/letters/a1.pdf")], profile);
    }
    let project = TempProject::new();
    project.run(&["render"]).good();
    assert_eq!(claims(&project).map(Option::unwrap_or_default), ["2", "A", "1"]);
}

#[test]
fn unknown_profile() {
    let project = project("a-2a+ua1");
    assert_snapshot!(project.run(&["render"]).messages());
}

#[test]
fn unknown_profile_unlike_any() {
    let project = project("x-4");
    assert_snapshot!(project.run(&["render"]).messages());
}

#[test]
fn uncalibrated_cmyk_is_not_archived() {
    let cmyk = "<div style=\"background: device-cmyk(1 0 0 0); height: 5mm\"></div>";
    let (_, run) = with("a-2a+ua-1", cmyk);
    assert_snapshot!(run.messages());
    for (profile, status) in NAMES.into_iter().zip([3, 3, 3, 0]) {
        let (project, run) = with(profile, cmyk);
        assert_eq!(run.status, status, "{profile}: {}", run.stderr);
        assert_eq!(run.stderr.contains("device-cmyk"), status == 3, "{profile}: {}", run.stderr);
        assert_eq!(project.files("out").is_empty(), status == 3, "{profile}");
    }
}

#[test]
fn every_kind_of_uncalibrated_cmyk_is_found_at_its_element() {
    let picture = include_bytes!("../paint/files/cmyk-adobe.jpg");
    for html in [
        "<p id=x style=\"color: device-cmyk(0 1 1 0)\">red</p>",
        "<div id=x style=\"border: 1px solid device-cmyk(0 1 1 0)\">red</div>",
        "<p><u id=x style=\"text-decoration-color: device-cmyk(0 1 1 0)\">red</u></p>",
        "<div id=x style=\"height: 9px; background: linear-gradient(device-cmyk(0 1 1 0), red)\"></div>",
        "<img id=x alt=a src=picture.jpg>",
        "<div id=x style=\"height: 9px; background: url(picture.jpg)\"></div>",
        "<svg id=x width=9 height=9 role=img aria-label=a><image href=\"picture.jpg\" width=9 height=9 /></svg>",
    ] {
        let project = project("a-2u");
        project.edit("templates/letter.html", "<p>", &format!("{html}<p>"));
        project.write("templates/picture.jpg", picture);
        let run = project.run(&["render"]);
        assert_eq!(run.status, 3, "{html}: {}", run.stderr);
        assert!(run.stderr.contains("error[device-cmyk]"), "{html}: {}", run.stderr);
        assert!(run.stderr.contains("templates/letter.html:9:"), "{html}: {}", run.stderr);
        project.edit("urkunde.toml", "a-2u", "1.7");
        project.run(&["render", "--deny", "warnings"]).good();
    }
}

#[test]
fn pictures_without_alt_are_not_accessible() {
    let picture = "<img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>\">";
    for (profile, status) in NAMES.into_iter().zip([3, 0, 3, 0]) {
        let (_, run) = with(profile, picture);
        assert_eq!(run.status, status, "{profile}: {}", run.stderr);
        assert!(run.stderr.contains("missing-alt"), "{profile}: {}", run.stderr);
    }
}

#[test]
fn documents_without_a_title_or_language_are_not_accessible() {
    let project = project("a-2a+ua-1");
    project.edit("templates/letter.html", "<title>{{ person.name }}</title>", "");
    project.edit("templates/letter.html", " lang=\"en\"", "");
    project.edit("urkunde.toml", "title = \"Test\"", "title = \"\"");
    assert_snapshot!(project.run(&["render"]).messages());
    project.edit("urkunde.toml", "pdf =", "title = \"Letter\"\nlang = \"en\"\npdf =");
    project.run(&["render"]).good();
    project.edit("urkunde.toml", "title = \"Letter\"\nlang = \"en\"\n", "");
    project.edit("urkunde.toml", "a-2a+ua-1", "a-2u");
    project.run(&["render"]).good();
}

#[test]
fn inspect_makes_pages_of_every_profile() {
    let project = TempProject::empty();
    let page = "<html lang=en><p style=\"color: device-cmyk(0 0 0 1)\">black</p>";
    project.write("page.html", page);
    let inspect = |profile: &str| {
        project.run(&["inspect", "page.html", "--pdf", "page.pdf", "--profile", profile])
    };
    let refused = inspect("a-2u");
    assert_eq!(refused.status, 1, "{}", refused.stderr);
    assert_eq!(project.files("."), ["page.html"]);
    inspect("1.7").good();
    assert_eq!(Pdf::open(&project.path("page.pdf")).info("Title").as_deref(), Some("page"));
    assert_eq!(inspect("b").status, 2);
}

/// Every kind of CMYK without a profile of its own, on one page.
const CMYK: &str = "<p style=\"color: device-cmyk(0 1 1 0)\">red</p>\
    <div style=\"border: 3px solid device-cmyk(1 0 0 0 / .5); opacity: .5\">cyan</div>\
    <div style=\"height: 9px; background: linear-gradient(device-cmyk(0 1 1 0), device-cmyk(1 1 0 0))\"></div>\
    <img alt=a src=picture.jpg width=20 height=20>\
    <svg width=9 height=9 role=img aria-label=a><image href=\"picture.jpg\" width=9 height=9 /></svg>";

#[test]
fn cmyk_is_archived_where_the_project_says_what_it_is() {
    let picture = std::fs::read(repository().join("tests/paint/files/cmyk-adobe.jpg")).unwrap();
    let profile = icc::cmyk();
    for name in NAMES {
        let project = project(name);
        project.edit("templates/letter.html", "<p>", &format!("{CMYK}<p>"));
        project.write("templates/picture.jpg", &picture);
        project.write("inks/press.icc", &profile);
        project.edit(
            "urkunde.toml",
            "[tables",
            "[pdf]\ncmyk-profile = \"inks/press.icc\"\n\n[tables",
        );
        project.run(&["render", "--deny", "warnings"]).good();
        let file = project.path("out/letters/a1.pdf");
        let read = Pdf::open(&file);
        let is = |object: &lopdf::Object| {
            object.as_stream().is_ok_and(|s| s.dict.has(b"Alternate") && unpacked(s) == profile)
        };
        let copies = read.document.objects.values().filter(|object| is(object)).count();
        let space = read.at(read.page(0), "Resources/ColorSpace/DefaultCMYK/1");
        // What a press is sent stays as it is.
        assert_eq!(copies, usize::from(name != "1.7"), "{name}");
        assert_eq!(space.is_some_and(is), name != "1.7", "{name}");
        pdf::conforms(&[file], name);
    }
    let project = project("a-2a+ua-1");
    project.write("inks/press.icc", &profile);
    project.edit("urkunde.toml", "[tables", "[pdf]\ncmyk-profile = \"inks/press.icc\"\n\n[tables");
    project.run(&["render"]).good();
    let read = Pdf::open(&project.path("out/letters/a1.pdf"));
    assert!(!read.page(0).has(b"ColorSpace"), "documents without CMYK have no profile of it");
    assert!(read.at(read.page(0), "Resources/ColorSpace").is_none());
}

#[test]
fn profiles_of_cmyk_must_be_such() {
    let project = project("a-2a+ua-1");
    project.edit("urkunde.toml", "[tables", "[pdf]\ncmyk-profile = \"press.icc\"\n\n[tables");
    let run = project.run(&["render"]);
    assert_eq!(run.status, 2);
    let mut said = run.messages();
    for wrong in
        [b"no profile".to_vec(), icc::profile(b"mntr", b"RGB "), icc::profile(b"link", b"CMYK")]
    {
        project.write("press.icc", wrong);
        said += "\n\n";
        said += &project.run(&["render"]).messages();
    }
    project.edit("urkunde.toml", "cmyk-profile", "cmyk_profile");
    said += "\n\n";
    said += &project.run(&["render"]).messages();
    assert_snapshot!(said);
}
