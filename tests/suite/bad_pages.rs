//! Documents that cannot be made, or not as written: the row is named, the others are made.

use insta::assert_snapshot;

use crate::support::TempProject;

/// One row fails, the other is written.
fn one_fails(project: &TempProject) -> String {
    let run = project.run(&["render"]);
    assert_eq!(run.status, 3, "{}", run.stderr);
    assert!(project.files("out").is_empty(), "nothing is written before all is sound");
    let run = project.run(&["render", "--keep-going"]);
    assert_eq!(run.status, 1, "{}", run.stderr);
    assert_eq!(project.files("out").len(), 1, "the other row is written");
    run.messages()
}

/// A fault of template or sheet: nothing is written.
fn nothing(project: &TempProject) -> String {
    let run = project.run(&["render"]);
    assert_eq!(run.status, 3, "{}", run.stderr);
    assert!(project.files("out").is_empty());
    run.messages()
}

/// A warning: everything is written.
fn warned(project: &TempProject) -> String {
    let run = project.run(&["render"]).good();
    assert_eq!(project.files("out").len(), 2);
    run.messages()
}

#[test]
fn no_face_has_the_character() {
    let project = TempProject::new();
    project.edit("people.csv", "Sample Person 01", "Sample \u{1F9D1} 01");
    assert_snapshot!(one_fails(&project));
}

#[test]
fn no_face_has_a_character_of_a_row_referred_to() {
    let project = TempProject::new();
    project.write("awards.csv", "serial,who\n1,a1\n2,a2\n");
    project.edit("people.csv", "Sample Person 01", "Sample \u{1F9D1} 01");
    let table = "[tables.awards]\nfile = \"awards.csv\"\nkey = \"serial\"\n[tables.awards.columns]\n\
                 who = { type = \"ref\", table = \"people\" }\n\n[[jobs]]";
    project.edit("urkunde.toml", "[[jobs]]", table);
    project.edit("urkunde.toml", "each = \"people\"", "each = \"awards\"");
    project.edit("urkunde.toml", "as = \"person\"", "as = \"award\"");
    project.edit("urkunde.toml", "person.id", "award.serial");
    project.write(
        "templates/letter.html",
        "<html lang=\"en\"><title>x</title><h1>{{ award.who.name }}</h1>",
    );
    assert_snapshot!(one_fails(&project));
}

#[test]
fn no_face_has_a_character_of_the_template() {
    let project = TempProject::new();
    project.edit("templates/letter.html", "<p>", "<p>\u{1F9D1}");
    let run = project.run(&["render"]);
    assert_eq!(run.status, 3);
    assert_snapshot!(run.messages());
}

#[test]
fn unknown_property_is_told_once() {
    let project = TempProject::new();
    project.edit("templates/letter.css", "font-size: 20pt", "font-size: 20pt; colour: red");
    assert_snapshot!(warned(&project));
}

#[test]
fn denied_warnings_are_errors() {
    let project = TempProject::new();
    project.edit("templates/letter.css", "font-size: 20pt", "font-size: 20pt; colour: red");
    let run = project.run(&["render", "--deny", "warnings"]);
    assert_eq!(run.status, 3);
    assert!(project.files("out").is_empty());
    assert_snapshot!(run.messages());
}

#[test]
fn unknown_value() {
    let project = TempProject::new();
    project.edit("templates/letter.css", "font-size: 20pt", "text-align: centre");
    assert_snapshot!(warned(&project));
}

#[test]
fn unknown_element() {
    let project = TempProject::new();
    project.edit("templates/letter.html", "<p>", "<marquee>!</marquee><p>");
    assert_snapshot!(warned(&project));
}

#[test]
fn missing_style_sheet() {
    let project = TempProject::new();
    project.edit("templates/letter.html", "letter.css", "leter.css");
    assert_snapshot!(nothing(&project));
}

#[test]
fn style_sheet_outside_the_project() {
    let project = TempProject::new();
    project.edit("templates/letter.html", "letter.css", "../../letter.css");
    assert_snapshot!(nothing(&project));
}

#[test]
fn missing_image() {
    let project = TempProject::new();
    project.edit("templates/letter.html", "<p>", "<img src=\"{{ person.id }}.svg\" alt=\"\"><p>");
    project.write(
        "templates/a2.svg",
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>",
    );
    assert_snapshot!(one_fails(&project));
}

#[test]
fn missing_image_of_the_template() {
    let project = TempProject::new();
    project.edit("templates/letter.html", "<p>", "<img src=\"seal.svg\" alt=\"\"><p>");
    let run = project.run(&["render"]);
    assert_eq!(run.status, 3);
    assert_snapshot!(run.messages());
}

#[test]
fn image_outside_the_project() {
    let project = TempProject::new();
    project.edit("templates/letter.html", "<p>", "<img src=\"../../seal.svg\" alt=\"\"><p>");
    assert_snapshot!(project.run(&["render"]).messages());
}

#[test]
fn image_without_alt() {
    let project = TempProject::new();
    project.edit("templates/letter.html", "<p>", "<img src=\"a.svg\"><p>");
    project.write(
        "templates/a.svg",
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>",
    );
    assert_snapshot!(project.run(&["render"]).messages());
}

#[test]
fn broken_svg() {
    let project = TempProject::new();
    project.edit("templates/letter.html", "<p>", "<img src=\"seal.svg\" alt=\"\"><p>");
    project.write("templates/seal.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><g></svg>");
    let run = project.run(&["render"]);
    assert_eq!(run.status, 3);
    assert_snapshot!(run.messages());
}

#[test]
fn text_that_fits_only_below_its_limit() {
    let project = TempProject::new();
    let style = "font-size: 20pt; white-space: nowrap; width: 40mm; text-fit: shrink 80%";
    project.edit("templates/letter.css", "font-size: 20pt", style);
    project.edit("people.csv", "Sample Person 01", "Sample Person with a Rather Long Name 01");
    assert_snapshot!(one_fails(&project));
}

#[test]
fn missing_file_of_a_font_face() {
    let project = TempProject::new();
    let face = "@font-face { font-family: Own; src: url(own.otf); }\n@page";
    project.edit("templates/letter.css", "@page", face);
    assert_snapshot!(nothing(&project));
}

#[test]
fn template_that_fails_for_one_row() {
    let project = TempProject::new();
    project.edit("people.csv", "2024-05-17", "");
    project.edit(
        "templates/letter.html",
        "{{ person.date }}",
        "{{ person.date | date(locale=\"en\") }}",
    );
    assert_snapshot!(one_fails(&project));
}

#[test]
fn output_folder_cannot_be_made() {
    let project = TempProject::new();
    project.write("out", "a file");
    let run = project.run(&["render"]);
    assert_eq!(run.status, 2);
    assert_snapshot!(run.messages());
}

#[test]
fn a_folder_in_the_place_of_a_document() {
    let project = TempProject::new();
    project.write("out/letters/a1.pdf/x", "");
    let run = project.run(&["render"]);
    assert_eq!(run.status, 3);
    assert_snapshot!(run.messages());
}
