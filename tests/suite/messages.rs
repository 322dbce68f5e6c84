//! How findings are told: grouped by cause, for people and for programs, and without data of rows.

use serde_json::Value;

use crate::support::{Run, TempProject};

/// A project with a table of `rows` rows whose dates are wrong.
fn many_bad_dates(rows: usize) -> TempProject {
    let project = TempProject::new();
    let mut people = String::from("id,name,date\n");
    for row in 1..=rows {
        people.push_str(&format!("p{row},Sample Person {row},{row}. Mai\n"));
    }
    project.write("people.csv", people);
    project
}

fn json_lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn one_cause_is_told_three_times_and_counted() {
    let project = many_bad_dates(900);
    let run = project.run(&["check"]);
    assert_eq!(run.status, 3);
    assert_eq!(run.stderr.matches("error[bad-date]").count(), 3, "{}", run.stderr);
    for line in ["people.csv:2:", "people.csv:3:", "people.csv:4:"] {
        assert!(run.stderr.contains(line), "{}", run.stderr);
    }
    let rest = "… and 897 more like this in people.csv: lines 5–901; --all shows them";
    assert!(run.stderr.contains(rest), "{}", run.stderr);
    let all = project.run(&["check", "--all"]);
    assert_eq!(all.stderr.matches("error[bad-date]").count(), 900);
    assert!(!all.stderr.contains("--all"));
}

#[test]
fn causes_are_told_apart_and_stay_in_the_order_of_lines() {
    let project = many_bad_dates(8);
    project.edit("people.csv", "p5,Sample Person 5,", "p5,,");
    project.edit("people.csv", "p7,Sample Person 7,", "p7,,");
    let run = project.run(&["check"]);
    let order: Vec<&str> =
        run.stderr.lines().filter(|l| l.starts_with("error") || l.starts_with('…')).collect();
    assert_eq!(order.len(), 3 + 1 + 2, "{}", run.stderr);
    assert_eq!(order[3], "… and 5 more like this in people.csv: lines 5–9; --all shows them");
    assert!(order[4].contains("column `name` is empty") && order[5] == order[4]);
}

#[test]
fn a_character_that_no_face_has_is_one_cause_however_many_rows_hold_it() {
    let project = TempProject::new();
    let rows: String = (1..=5).map(|n| format!("p{n},Sample \u{f0000} {n},\n")).collect();
    project.write("people.csv", format!("id,name,date\n{rows}p6,Sample \u{f0001},\n"));
    let run = project.run(&["check"]);
    assert_eq!(run.status, 3);
    assert_eq!(run.stderr.matches("error[").count(), 3, "{}", run.stderr);
    assert!(
        run.stderr.contains("… and 3 more like this in people.csv: lines 5–7"),
        "{}",
        run.stderr
    );
}

#[test]
fn findings_as_json_are_one_object_a_line() {
    let project = many_bad_dates(5);
    let run = project.run(&["check", "--message-format", "json"]);
    assert_eq!(run.status, 3);
    let lines = json_lines(&run.stdout);
    assert_eq!(lines.len(), 6);
    assert_eq!(lines[4]["reason"], "diagnostic");
    assert_eq!(lines[4]["code"], "bad-date");
    assert_eq!(lines[4]["at"]["file"], "people.csv");
    assert_eq!(lines[4]["at"]["line"], 6);
    assert_eq!(lines[4]["at"]["column"], "p5,Sample Person 5,".len() + 1);
    assert!(lines.iter().take(5).all(|line| line["group"] == 1));
    assert_eq!(lines[5]["reason"], "run-finished");
    assert_eq!(lines[5]["schema"], "urkunde.messages/1");
    assert_eq!((&lines[5]["exit_status"], &lines[5]["errors"]), (&3.into(), &5.into()));
    assert!(!run.stderr.contains("bad-date"), "{}", run.stderr);
}

#[test]
fn a_wrong_project_file_and_a_missing_one_are_told_as_json_too() {
    let project = TempProject::new();
    project.edit("urkunde.toml", "[project]", "[projekt]");
    let lines = json_lines(&project.run(&["check", "--message-format", "json"]).stdout);
    assert_eq!(lines[0]["at"]["file"], "urkunde.toml");
    assert_eq!(lines[1]["exit_status"], 2);
    let nothing = TempProject::empty().run(&["render", "--message-format", "json"]);
    assert_eq!(json_lines(&nothing.stdout)[0]["code"], "no-project");
}

#[test]
fn findings_as_annotations_of_github() {
    let project = many_bad_dates(5);
    project.edit("people.csv", "3. Mai", "\"100 %: a,\nb\"");
    let run = project.run(&["check", "--message-format", "github"]);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(lines.len(), 3, "{}", run.stdout);
    assert!(
        lines[0].starts_with(
            "::error file=people.csv,line=2,endLine=2,col=20,endColumn=25,title=bad-date::column `date`: "
        ),
        "{}",
        lines[0]
    );
    // A cell over two lines has no columns; nothing of it ends the command.
    assert!(lines[2].starts_with("::error file=people.csv,line=4,endLine=5,title=bad-date::"));
    assert!(lines[2].contains("100 %25: a,"), "{}", lines[2]);
    assert!(
        lines[2].ends_with("%0A… and 2 more like this in people.csv: lines 6, 7"),
        "{}",
        lines[2]
    );
}

#[test]
fn paths_of_annotations_begin_where_one_works() {
    let outer = TempProject::empty();
    outer.run(&["init", "doc, uments"]).good();
    outer.edit("doc, uments/people.csv", "sample-01", "sample-02");
    let run = outer.run(&["check", "--project", "doc, uments", "--message-format", "github"]);
    assert!(
        run.stdout.starts_with("::error file=doc%2C uments/people.csv,line=3,"),
        "{}",
        run.stdout
    );
}

#[test]
fn findings_as_sarif_go_to_a_file_and_to_people() {
    let project = many_bad_dates(5);
    project.edit("people.csv", "p5,Sample Person 5,", "p4,会员,");
    let run = project.run(&["check", "--message-format", "sarif=found.sarif"]);
    assert_eq!((run.status, run.stdout.as_str()), (3, ""));
    assert!(run.stderr.contains("error[bad-date]"));
    let log: Value = serde_json::from_slice(&project.read("found.sarif")).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(run["tool"]["driver"]["name"], "urkunde");
    assert_eq!(run["invocations"][0]["exitCode"], 3);
    let rules: Vec<&str> = run["tool"]["driver"]["rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["id"].as_str().unwrap())
        .collect();
    assert_eq!(rules, ["bad-date", "duplicate-key"]);
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 4);
    for result in results {
        let rule = result["ruleIndex"].as_u64().unwrap() as usize;
        assert_eq!(result["ruleId"], rules[rule]);
        assert_eq!(result["level"], "error");
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "people.csv");
        assert_eq!(place["artifactLocation"]["uriBaseId"], "%SRCROOT%");
        assert!(place["region"]["startLine"].as_u64().unwrap() >= 2);
    }
    let doubled = &results[3];
    assert_eq!(doubled["ruleId"], "duplicate-key");
    assert_eq!(doubled["relatedLocations"][0]["physicalLocation"]["region"]["startLine"], 5);
    assert_eq!(results[2]["properties"]["findingsInGroup"], 5);
}

#[test]
fn standard_output_carries_one_thing() {
    let project = TempProject::new();
    for args in [
        &["render", "--report", "json", "--message-format", "json"][..],
        &["check", "--report", "json", "--message-format", "sarif"],
        &["render", "--dry-run", "--message-format", "github"],
    ] {
        let run = project.run(args);
        assert_eq!(run.status, 2, "{args:?}");
        assert!(run.stdout.contains("mixed-output") || run.stderr.contains("mixed-output"));
    }
    assert!(project.files("out").is_empty());
    let both = ["render", "--report", "json=r.json", "--message-format", "json"];
    assert_eq!(json_lines(&project.run(&both).good().stdout).len(), 1);
}

/// What stands in the cells of a hostile table: texts that stages after the template complain about.
const SECRETS: &[&str] = &[
    "Zorblax",
    "quibnose",
    "77731",
    "1931-13-45",
    "Wimpleton",
    "frobnitz",
    "Grelmok",
    "vunderquist",
    "snorkeldink",
    "Plimsoll",
    "gazorp",
    "yttrofleem",
    "Brakkelwurst",
    "\u{f0003}",
    "mumblethorpe",
];

/// A project in which everything goes wrong that can for a row's sake. `stage` says how far it gets.
fn hostile(stage: &str) -> TempProject {
    let project = TempProject::new();
    project.edit(
        "urkunde.toml",
        "date = { type = \"date\" }",
        "date = { type = \"date\" }\nage = { type = \"int\", max = 120 }\n\
         kind = { type = \"enum\", values = [\"full\", \"guest\"] }\n\
         friend = { type = \"ref\", table = \"people\" }\nphoto = { type = \"path\" }",
    );
    let header = "id,name,date,age,kind,friend,photo,html,style,picture,number";
    let rows: &[&str] = match stage {
        "data" => &[
            "Zorblax,quibnose,1931-13-45,77731,Wimpleton,Grelmok,photos/frobnitz.jpg,,,,",
            "Zorblax,\"quib\"\"nose \"\"Plimsoll\",gazorp,vunderquist,,,,,,,",
            ",,,,,,,,,,",
            "snorkeldink,Brakkelwurst",
            "yttrofleem,Plimsoll,,,,,,,,,,mumblethorpe",
        ],
        // No header: the first row is one of data.
        "headless" | "headless columns" => &[],
        "names" => &[
            "../Zorblax,quibnose,,,,,,,,,",
            "Grelmok,Plimsoll,,,,,,,,,",
            "grelmok,gazorp,,,,,,,,,",
        ],
        _ => &[
            "Zorblax,quibnose \u{f0003},,,,,,,,,1",
            "Grelmok,Wimpleton,,,,,,<gazorp>x</gazorp>,,,1",
            "vunderquist,Plimsoll,,,,,,<a href=\"#snorkeldink\">x</a>,,,1",
            "a4,frobnitz,,,,,,,yttrofleem: 3px,,1",
            "a5,frobnitz,,,,,,,\"color: url(\"\"mumblethorpe\"\")\",,1",
            "a6,frobnitz,,,,,,,,photos/Brakkelwurst.png,1",
            "a7,frobnitz,,,,,,,,\"data:image/svg+xml,<svg><Grelmok></svg>\",1",
            "a8,frobnitz,,,,,,<td class=\"Zorblax\" quibnose=1>,,,1",
            "a9,frobnitz,,,,,,,,,Plimsoll",
        ],
    };
    let header = match stage {
        "headless" | "headless columns" => "id,Zorblax,quibnose,Grelmok",
        _ => header,
    };
    let first = if rows.is_empty() { "a1,Plimsoll,,gazorp" } else { "" };
    project.write("people.csv", format!("{header}\n{first}{}\n", rows.join("\n")));
    if stage == "headless columns" {
        project.edit("urkunde.toml", "key = \"id\"", "");
        let all = String::from_utf8(project.read("urkunde.toml")).unwrap();
        let (head, tail) = all.split_once("[tables.people.columns]").unwrap();
        let (_, jobs) = tail.split_once("[[jobs]]").unwrap();
        project.write("urkunde.toml", format!("{head}\n[[jobs]]{jobs}"));
    }
    let letter = "<h1>{{ person.name }}</h1>\n  <p style=\"{{ person.style }}\">{{ person.number | int }}</p>\n  \
                  <div>{{ person.html | safe }}</div>\n  \
                  {% if person.picture %}<img src=\"{{ person.picture }}\" alt=\"\">{% endif %}";
    project.edit("templates/letter.html", "<h1>{{ person.name }}</h1>", letter);
    project
}

#[track_caller]
fn assert_silent(run: &Run, files: &[String]) {
    let streams = [&run.stdout, &run.stderr].into_iter().chain(files);
    for text in streams {
        for secret in SECRETS {
            let lower = text.to_lowercase();
            assert!(!lower.contains(&secret.to_lowercase()), "{secret} is told:\n{text}");
        }
        assert!(!text.to_lowercase().contains("f0003"), "the character is told:\n{text}");
    }
}

#[test]
fn redacted_runs_tell_no_text_of_any_cell() {
    for stage in ["data", "names", "documents", "headless", "headless columns"] {
        let project = hostile(stage);
        let plain = project.run(&["render", "--all", "-v"]);
        let told = SECRETS.iter().filter(|secret| plain.stderr.contains(**secret)).count();
        assert!(plain.status != 0 && told > 1, "{}", plain.stderr);
        for format in ["human", "json", "github", "sarif"] {
            for command in ["render", "check"] {
                let format = ["--message-format", format];
                let args = [
                    &[command, "--redact", "--all", "-v", "--report", "json=report.json"],
                    &format[..],
                ];
                let run = project.run(&args.concat());
                assert_eq!(run.status, plain.status, "{}", run.stderr);
                let report = String::from_utf8(project.read("report.json")).unwrap();
                assert_silent(&run, &[report]);
            }
        }
        let listed = project.run(&["render", "--dry-run", "--redact"]);
        assert_silent(&listed, &[]);
    }
}

#[test]
fn redacted_runs_name_no_document_and_no_serial() {
    let project = TempProject::new();
    project.edit("people.csv", "a1,", "Zorblax,");
    project.edit("people.csv", "a2,示例学员02", "quibnose,Gazörp");
    let serial = "serial = { pattern = \"Grelmok-{{ person.id }}-{{ serial.number }}\", register = \"register.csv\" }";
    project.edit("urkunde.toml", "as = \"person\"", &format!("as = \"person\"\n{serial}"));
    let redacted = |args: &[&str]| {
        let run = project.run(&[args, &["--redact", "-v"]].concat());
        assert_silent(&run, &[]);
        run
    };
    assert!(redacted(&["render"]).stderr.contains("written  letter, row 2"));
    let listed = redacted(&["render", "--dry-run", "--sample", "extreme"]);
    assert!(listed.stdout.contains("letter, row 1\tletter, row 1\t"), "{}", listed.stdout);
    // One that was edited by hand, and one that no row gives any more.
    project.write("out/letters/Zorblax.pdf", "edited");
    assert_eq!(redacted(&["render"]).status, 3);
    assert_eq!(redacted(&["render", "--check"]).status, 4);
    project.edit("people.csv", "Zorblax,", "Plimsoll,");
    let run = redacted(&["render", "--report", "json"]);
    assert!(run.stdout.contains("\"orphans\": [\n    \"a document\""), "{}", run.stdout);
    redacted(&["render", "--prune"]);
    redacted(&["render", "--reissue", "Plimsoll", "--report", "json"]);
    // Serials that cannot be.
    project.edit("people.csv", "quibnose,Gazörp", "Plimsoll,Gazörp");
    assert_eq!(redacted(&["render"]).status, 3);
    project.write("register.csv", "Zorblax\nquibnose\n");
    redacted(&["render"]);
}

#[test]
fn redacted_findings_still_say_what_is_wrong_and_where() {
    let project = hostile("data");
    insta::assert_snapshot!(project.run(&["check", "--redact"]).messages());
    let project = hostile("documents");
    insta::assert_snapshot!(project.run(&["check", "--redact"]).messages());
}
