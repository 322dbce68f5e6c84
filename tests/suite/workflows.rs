//! Runs about a part of a batch, to other places than a folder, and runs that are stopped.

use std::io::{Read, Write};
use std::process::{Command, Stdio};

use crate::support::{Run, TempProject};

/// A project of `rows` people, with a column for their city.
fn people(rows: usize) -> TempProject {
    let project = TempProject::new();
    let mut table = String::from("id,name,date,city\n");
    for row in 1..=rows {
        let city = if row % 3 == 0 { "Berlin" } else { "Hamburg" };
        table.push_str(&format!("p{row},Sample Person {row},2024-05-17,{city}\n"));
    }
    project.write("people.csv", table);
    project
}

/// The keys of the documents that a run would make.
#[track_caller]
fn chosen(project: &TempProject, args: &[&str]) -> String {
    let run = project.run(&[&["render", "--dry-run"], args].concat()).good();
    let keys = run.stdout.lines().map(|line| line.split_once('\t').expect("two columns").0);
    keys.collect::<Vec<_>>().join(" ")
}

#[test]
fn parts_of_a_batch() {
    let project = people(12);
    assert_eq!(chosen(&project, &["--limit", "3"]), "p1 p2 p3");
    assert_eq!(chosen(&project, &["--rows", "2-3,11-"]), "p2 p3 p11 p12");
    assert_eq!(chosen(&project, &["--where", "person.city == 'Berlin'"]), "p3 p6 p9 p12");
    let all =
        ["--where", "person.city == 'Berlin'", "--rows", "4-", "--only", "p*", "--limit", "2"];
    // A key or a name: `p*` is no key.
    assert_eq!(project.run(&[&["render", "--dry-run"], &all[..]].concat()).status, 2);
    let all = ["--where", "person.city == 'Berlin'", "--rows", "4-", "--limit", "2"];
    assert_eq!(chosen(&project, &all), "p6 p9");
    // The job's own `where` holds as well.
    project.edit(
        "urkunde.toml",
        "as = \"person\"",
        "as = \"person\"\nwhere = \"person.id != 'p6'\"",
    );
    assert_eq!(chosen(&project, &all), "p9 p12");
    // What is written is what is listed.
    project.run(&[&["render"], &all[..]].concat()).good();
    assert_eq!(project.files("out"), ["letters/p12.pdf", "letters/p9.pdf"]);
    // The others do not count as gone.
    let run = project.run(&["render"]).good();
    assert!(run.stderr.starts_with("11 documents: 9 written, 2 unchanged"), "{}", run.stderr);
}

#[test]
fn a_part_that_is_nothing_is_an_error_that_says_which_flag() {
    let project = people(4);
    for (args, said) in [
        (["--rows", "5-"], "--rows 5- means none of the documents"),
        (["--where", "person.city == 'Ulm'"], "holds for none of the documents"),
        (["--only", "nobody"], "--only \"nobody\" means none of the documents"),
    ] {
        let run = project.run(&[&["render"], &args[..]].concat());
        assert_eq!(run.status, 2, "{args:?}: {}", run.stderr);
        assert!(run.stderr.contains(said), "{}", run.stderr);
    }
    for args in [["--limit", "0"], ["--rows", "0"], ["--rows", "3-2"], ["--sample", "all"]] {
        assert_eq!(project.run(&[&["render"], &args[..]].concat()).status, 2, "{args:?}");
    }
    assert!(project.files("out").is_empty());
}

#[test]
fn a_wrong_condition_is_shown_where_it_is_wrong() {
    let project = people(4);
    let wrong = |condition| {
        let run = project.run(&["check", "--where", condition]);
        assert_eq!(run.status, 2, "{}", run.stderr);
        run.stderr
    };
    insta::assert_snapshot!(wrong("person.ctiy == 'Berlin'"));
    insta::assert_snapshot!(wrong("person.city == "));
}

#[test]
fn what_failed_is_tried_again_alone() {
    let project = people(6);
    project.edit("people.csv", "Sample Person 2,", "Sample \u{f0000},");
    project.edit("people.csv", "Sample Person 5,", "Sample \u{f0000},");
    assert_eq!(project.run(&["render", "--keep-going"]).status, 1);
    assert_eq!(chosen(&project, &["--only-failed"]), "p2 p5");
    project.edit("people.csv", "Sample \u{f0000},", "Sample Person 2,");
    let run = project.run(&["render", "--only-failed", "--keep-going"]);
    assert!(run.stderr.contains("2 documents: 1 written, 1 failed"), "{}", run.stderr);
    assert_eq!(chosen(&project, &["--only-failed"]), "p5");
    project.edit("people.csv", "Sample \u{f0000},", "Sample Person 5,");
    project.run(&["render", "--only-failed"]).good();
    let run = project.run(&["render", "--only-failed"]).good();
    assert_eq!(run.stderr, "no documents to make");
    assert!(!project.path("urkunde.failed").exists());
    assert_eq!(project.files("out").len(), 6);
}

#[test]
fn a_sample_shows_the_extremes_and_says_why() {
    let project = people(40);
    project.edit("people.csv", "Sample Person 7,", "Sample Person of an uncommonly long name,");
    project.edit("people.csv", "Sample Person 11,", "S,");
    project.edit("people.csv", "Sample Person 20,", "Sample Persön 20,");
    project.edit("people.csv", "p30,Sample Person 30,2024-05-17,Berlin", "p30,Sample Person 30,,");
    let listed = project.run(&["render", "--dry-run", "--sample", "extreme"]).good().stdout;
    insta::assert_snapshot!(listed);
    let run = project.run(&["render", "--sample", "extreme", "--report", "json"]).good();
    assert!(
        run.stderr.contains("  taken for the sample:\n    letters/p7.pdf: the most text;"),
        "{}",
        run.stderr
    );
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert!(report["documents"][0]["sampled"].as_str().unwrap().starts_with("the most text"));
    assert_eq!(project.files("out").len(), listed.lines().count());
    let redacted = project.run(&["render", "--dry-run", "--sample", "extreme", "--redact"]).good();
    assert!(!redacted.stdout.contains('ö') && !redacted.stdout.contains("p20"));
    assert!(redacted.stdout.contains("row 20\tletter, row 20\ta rare character: …"));
}

#[test]
fn one_document_goes_to_standard_output_and_nothing_stays() {
    let project = people(3);
    let mut command = Command::new(env!("CARGO_BIN_EXE_urkunde"));
    command.current_dir(project.root()).args(["render", "--only", "p2", "--output", "-"]);
    let output = command.output().unwrap();
    assert!(output.status.success());
    assert!(project.files("out").is_empty() && !project.path("urkunde.lock").exists());
    project.run(&["render"]).good();
    assert!(output.stdout == project.read("out/letters/p2.pdf"));
    let run = project.run(&["render", "--output", "-"]);
    assert_eq!((run.status, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("--output - takes one document, 3 are meant"), "{}", run.stderr);
    let run = project.run(&["render", "--only", "p1", "-o", "-", "--report", "json"]);
    assert!(run.stderr.contains("--report json and --output - would mix"), "{}", run.stderr);
}

#[test]
fn a_table_comes_from_another_file_or_from_standard_input() {
    let project = people(3);
    let other = "id,name,date\nx1,Sample Person 1,2024-05-17\n";
    project.write("more/other.csv", other);
    let with = |table: &str, rest: &[&str]| {
        project.run(&[&["render", "--dry-run", "--table", table], rest].concat())
    };
    assert_eq!(with("people=more/other.csv", &[]).good().stdout, "x1\tletters/x1.pdf");
    let piped = |input: &str, args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_urkunde"));
        command.current_dir(project.root()).args(args).env("NO_COLOR", "1");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    let output = piped(other, &["render", "--table", "people=-", "--output", "-"]);
    assert!(output.status.success() && output.stdout.starts_with(b"%PDF"));
    let output = piped("id,name,date\nx1,,\n", &["check", "--table", "people=-"]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("--> standard input:2:4"), "{told}");
    for (table, said) in [
        ("poeple=more/other.csv", "did you mean `people`?"),
        ("people=none.csv", "cannot read `none.csv`, the file of table `people`: no such file"),
        ("people", "expected a table and a file"),
    ] {
        let run = with(table, &[]);
        assert!(run.status >= 2 && run.stderr.contains(said), "{}", run.stderr);
    }
    assert_eq!(with("people=-", &["--table", "people=-"]).status, 2);
}

/// The entries of a ZIP file by its directory: name and bytes.
fn entries(zip: &[u8]) -> Vec<(String, Vec<u8>)> {
    let short = |at: usize| usize::from(u16::from_le_bytes([zip[at], zip[at + 1]]));
    let long = |at: usize| u32::from_le_bytes(zip[at..at + 4].try_into().unwrap()) as usize;
    let end = zip.len() - 22;
    assert_eq!(&zip[end..end + 4], b"PK\x05\x06");
    let mut at = long(end + 16);
    let mut found = Vec::new();
    for _ in 0..short(end + 10) {
        assert_eq!(&zip[at..at + 4], b"PK\x01\x02");
        let name = String::from_utf8(zip[at + 46..at + 46 + short(at + 28)].to_vec()).unwrap();
        assert_eq!((short(at + 10), short(at + 14)), (0, 0x21), "stored, on the first day");
        let (size, local) = (long(at + 24), long(at + 42));
        let start = local + 30 + short(local + 26) + short(local + 28);
        found.push((name, zip[start..start + size].to_vec()));
        at += 46 + short(at + 28) + short(at + 30) + short(at + 32);
    }
    found
}

#[test]
fn a_zip_file_holds_the_documents_of_the_run() {
    let project = people(5);
    project.edit("people.csv", "p4,", "证书4,");
    project.run(&["render", "--output-zip", "all.zip", "-j", "4"]).good();
    let zip = project.read("all.zip");
    let found = entries(&zip);
    let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "letters/p1.pdf",
            "letters/p2.pdf",
            "letters/p3.pdf",
            "letters/证书4.pdf",
            "letters/p5.pdf"
        ]
    );
    for (name, bytes) in &found {
        assert!(*bytes == project.read(&format!("out/{name}")), "{name}");
    }
    // Documents that were there already are in it as well, and its bytes are the same.
    project.run(&["render", "--output-zip", "again.zip", "-j", "1"]).good();
    assert!(project.read("again.zip") == zip);
    project.run(&["render", "--rows", "2", "--output-zip", "one.zip"]).good();
    assert_eq!(entries(&project.read("one.zip")).len(), 1);
    // Readers that are not ours read it.
    for (program, args) in [("unzip", ["-tq", "all.zip"]), ("python3", ["-mzipfile", "-tall.zip"])]
    {
        match Command::new(program).current_dir(project.root()).args(args).output() {
            Ok(output) => assert!(output.status.success(), "{program}: {output:?}"),
            Err(_) => {
                let _ = writeln!(std::io::stderr(), "skipped: {program} is missing");
            }
        }
    }
}

#[test]
fn a_zip_file_is_whole_or_not_there() {
    let project = people(3);
    project.edit("people.csv", "Sample Person 2,", "Sample \u{f0000},");
    assert_eq!(project.run(&["render", "--output-zip", "all.zip"]).status, 3);
    assert!(!project.path("all.zip").exists());
    assert_eq!(project.run(&["render", "--keep-going", "--output-zip", "all.zip"]).status, 1);
    assert_eq!(entries(&project.read("all.zip")).len(), 2);
    let run = project.run(&["render", "--keep-going", "--output-zip", "no/folder.zip"]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("cannot write no/folder.zip"), "{}", run.stderr);
}

#[test]
fn a_dry_run_lists_keys_and_files() {
    let project = people(2);
    let run = project.run(&["render", "--dry-run"]).good();
    assert_eq!(run.stdout, "p1\tletters/p1.pdf\np2\tletters/p2.pdf");
    project.edit("urkunde.toml", "key = \"id\"\n", "");
    let run = project.run(&["render", "--dry-run"]).good();
    assert_eq!(run.stdout, "-\tletters/p1.pdf\n-\tletters/p2.pdf");
}

#[test]
fn long_batches_tell_how_far_they_are() {
    let project = people(300);
    let run = project.run(&["render", "-j", "2"]).good();
    let lines: Vec<&str> = run.stderr.lines().collect();
    let (last, progress) = lines.split_last().unwrap();
    assert_eq!(*last, "300 documents: 300 written; 300 pages, in [time]");
    assert!(!progress.is_empty() && progress.len() <= 20, "{}", run.stderr);
    for line in progress {
        let (percent, rest) = line.split_once(" %: ").unwrap_or_else(|| panic!("{line}"));
        assert_eq!(percent.trim().parse::<usize>().unwrap() % 5, 0, "{line}");
        assert!(rest.contains(" of 300 documents, ") && rest.ends_with(" left"), "{line}");
    }
    assert_eq!(project.run(&["render", "--force", "--quiet"]).good().stderr, "");
    let tiny = people(20).run(&["render"]).good();
    assert_eq!(tiny.stderr.lines().count(), 1, "{}", tiny.stderr);
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_ends_well() {
    let project = people(2000);
    for (signals, is_polite) in [(1, true), (2, false)] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_urkunde"));
        command.current_dir(project.root()).args(["render", "--keep-going", "-j", "2"]);
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        // Once there is progress, there is something to interrupt.
        let mut stderr = child.stderr.take().unwrap();
        let mut told = Vec::new();
        let mut byte = [0];
        while !told.ends_with(b" left\n") && stderr.read(&mut byte).unwrap() == 1 {
            told.push(byte[0]);
        }
        for _ in 0..signals {
            let id = child.id().to_string();
            assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        }
        let mut rest = String::new();
        stderr.read_to_string(&mut rest).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130), "{rest}");
        if is_polite {
            assert!(rest.contains("stopping: documents in hand are being finished"), "{rest}");
            assert!(rest.contains(" not begun;"), "{rest}");
            assert!(rest.contains("interrupted; the same command makes the rest"), "{rest}");
        }
    }
    // Every document at its name is whole, and the next run makes the others.
    let files = project.files("out").into_iter();
    let there = files.filter(|name| name.ends_with(".pdf") && !name.starts_with(".urkunde/"));
    for name in there {
        let bytes = project.read(&format!("out/{name}"));
        assert!(bytes.starts_with(b"%PDF") && bytes.trim_ascii_end().ends_with(b"%%EOF"), "{name}");
    }
    let run = Run::in_folder(project.root(), &["render", "--rows", "1-20", "-q"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert!(project.path("out/letters/p20.pdf").exists());
}
