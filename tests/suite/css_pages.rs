//! Pages of a project as `inspect` lays them out: declared fonts, QR codes, addresses.

use crate::support::{TempProject, repository};

/// The width of every element with an id, by id.
struct Widths(serde_json::Value);

impl Widths {
    fn of(project: &TempProject, html: &str) -> Widths {
        project.write("page.html", format!("<!DOCTYPE html><html lang=en><title>t</title>{html}"));
        let run = project.run(&["inspect", "page.html", "--boxes", "--json"]).good();
        assert_eq!(run.stderr, "");
        Widths(serde_json::from_str(&run.stdout).unwrap())
    }

    fn get(&self, id: &str) -> f64 {
        let boxes = self.0["boxes"].as_array().unwrap();
        let found = boxes.iter().find(|b| b["id"] == id);
        found.unwrap_or_else(|| panic!("#{id}"))["width"].as_f64().unwrap()
    }

    #[track_caller]
    fn same(&self, a: &str, b: &str) {
        assert!((self.get(a) - self.get(b)).abs() < 0.01, "{}, {}", self.get(a), self.get(b));
    }

    #[track_caller]
    fn differ(&self, a: &str, b: &str) {
        assert!((self.get(a) - self.get(b)).abs() > 0.5, "{}, {}", self.get(a), self.get(b));
    }
}

#[test]
fn font_face_descriptors_choose_the_face() {
    let project = TempProject::empty();
    for file in ["SourceSans3-Regular.otf", "SourceSans3-Bold.otf"] {
        project.write(
            &format!("fonts/{file}"),
            std::fs::read(repository().join("fonts").join(file)).unwrap(),
        );
    }
    let css = "@font-face { font-family: Own; src: url(fonts/SourceSans3-Bold.otf); }
        @font-face { font-family: Own; src: url(missing.woff2) format('woff2'), url(fonts/SourceSans3-Regular.otf) format('opentype'); font-weight: 600 900 }
        @font-face { font-family: Mix; src: url(fonts/SourceSans3-Bold.otf); unicode-range: U+30-39 }
        span { font-size: 40px } .sans { font-family: 'Source Sans 3' } .own { font-family: Own }
        .mix { font-family: Mix, 'EB Garamond' } .bold { font-weight: bold } .serif { font-family: 'EB Garamond' }";
    let html = format!(
        "<style>{css}</style><p><span id=own class=own>Hamburg</span> <span id=own-bold class='own bold'>Hamburg</span>
         <span id=regular class=sans>Hamburg</span> <span id=bold class='sans bold'>Hamburg</span>
         <span id=mix-digits class=mix>0123</span> <span id=bold-digits class='sans bold'>0123</span>
         <span id=mix-letters class=mix>Hamburg</span> <span id=serif class=serif>Hamburg</span>"
    );
    let widths = Widths::of(&project, &html);
    // The rule says what is regular and what is bold, whatever the files say of themselves.
    widths.same("own", "bold");
    widths.same("own-bold", "regular");
    widths.differ("own", "own-bold");
    widths.same("mix-digits", "bold-digits");
    widths.same("mix-letters", "serif");
}

#[test]
fn qr_codes_grow_with_their_level() {
    let project = TempProject::empty();
    let code = |id: &str, level: &str| {
        format!("<qr-code id={id} value='https://example.org/verify/2022-0001' {level}></qr-code>")
    };
    let html = [
        code("l", "level=L"),
        code("m", "level=M"),
        code("q", "level=Q"),
        code("h", "level=h"),
        code("d", ""),
    ];
    let widths = Widths::of(&project, &html.concat());
    assert!(widths.get("l") < widths.get("q") && widths.get("q") < widths.get("h"));
    widths.same("d", "m");
}

#[test]
fn ch_and_ex_are_those_of_the_first_face_that_has_letters() {
    let project = TempProject::empty();
    let han = "NotoSerifCJKsc-Regular.otf";
    project.write("han.otf", std::fs::read(repository().join("fonts").join(han)).unwrap());
    let css = "@font-face { font-family: Han; src: url(han.otf); unicode-range: U+4E00-9FFF }
        div { width: 10ch; font-size: 40px } #mixed { font-family: Han, 'EB Garamond' } #plain { font-family: 'EB Garamond' }";
    let widths = Widths::of(
        &project,
        &format!("<style>{css}</style><div id=mixed>x</div><div id=plain>x</div>"),
    );
    widths.same("mixed", "plain");
}

#[test]
fn imports_and_pictures_count_from_the_folder_of_their_sheet() {
    let project = TempProject::empty();
    project.write(
        "css/main.css",
        "@import 'parts/list.css';\n@import url(parts/wide.css) print and (min-width: 5cm);",
    );
    project.write("css/parts/list.css", "li { list-style: inside url(../../art/mark.svg) }");
    project.write("css/parts/wide.css", "#w { width: 123px }");
    let picture = "<svg xmlns='http://www.w3.org/2000/svg' width='30' height='9'/>";
    project.write("art/mark.svg", picture);
    let html =
        "<link rel=stylesheet href=css/main.css><div id=w>x</div><ul><li><span id=s>x</span></ul>";
    let widths = Widths::of(&project, html);
    assert!((widths.get("w") - 123.0).abs() < 0.01);
}
