//! Runs that are stopped: what lies at a name is whole, and the next run does the rest.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::support::{Run, TempProject};

/// A project of many rows.
fn many(rows: usize) -> TempProject {
    let project = TempProject::new();
    let mut people = String::from("id,name,date\n");
    for row in 0..rows {
        people.push_str(&format!("p{row:03},Sample Person {row},2024-05-17\n"));
    }
    project.write("people.csv", people);
    project
}

fn start(project: &TempProject) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_urkunde"));
    command.current_dir(project.root()).args(["render", "-j", "2"]).stderr(Stdio::null());
    command.spawn().expect("the program runs")
}

/// How many documents wait in the work folder.
fn waiting(project: &TempProject) -> usize {
    project.files("out/.urkunde").iter().filter(|name| name.ends_with(".pdf")).count()
}

/// A run of which so many documents wait by now.
fn start_until_some_wait(project: &TempProject, documents: usize) -> Child {
    let mut run = start(project);
    while waiting(project) < documents {
        assert!(run.try_wait().expect("a child").is_none(), "it ended too early");
        std::thread::sleep(Duration::from_millis(5));
    }
    run
}

fn kill_when_some_wait(project: &TempProject, documents: usize) {
    let mut run = start_until_some_wait(project, documents);
    run.kill().expect("it runs");
    run.wait().expect("it ends");
}

/// Two projects have the same documents.
fn assert_same_documents(project: &TempProject, other: &TempProject) {
    assert_eq!(project.files("out"), other.files("out"));
    for file in other.files("out") {
        let name = format!("out/{file}");
        assert!(project.read(&name) == other.read(&name), "{file} differs");
    }
    assert!(project.read("urkunde.lock") == other.read("urkunde.lock"));
}

#[test]
fn a_killed_run_has_moved_nothing_and_the_next_takes_over() {
    let project = many(150);
    kill_when_some_wait(&project, 20);
    assert!(!project.path("out/letters").exists());
    assert!(!project.path("urkunde.lock").exists());
    let again = project.run(&["render"]).good();
    assert!(again.stderr.contains("150 documents: 150 written"), "{}", again.stderr);
    assert_eq!(project.files("out").len(), 150, "and nothing else");
    // The same as a run that nobody disturbs.
    let other = many(150);
    other.run(&["render"]).good();
    assert_same_documents(&project, &other);
}

#[test]
fn what_waits_is_taken_only_if_it_is_what_would_be_made() {
    let project = many(60);
    kill_when_some_wait(&project, 10);
    project.edit("templates/letter.css", "20pt", "21pt");
    // Half a document, a changed style, and a journal whose last line is cut.
    let files = project.files("out/.urkunde");
    let waits = files.iter().find(|name| name.ends_with(".pdf")).expect("one waits");
    project.write(&format!("out/.urkunde/{waits}"), "half");
    let mut journal = project.read("out/.urkunde/journal");
    journal.truncate(journal.len() - 7);
    project.write("out/.urkunde/journal", journal);
    project.run(&["render"]).good();
    let other = many(60);
    other.edit("templates/letter.css", "20pt", "21pt");
    other.run(&["render"]).good();
    assert_same_documents(&project, &other);
}

#[test]
fn what_waits_is_not_made_again() {
    let project = many(60);
    kill_when_some_wait(&project, 10);
    // Other bytes, and a journal that says that these were made: they would not come back if they were made again.
    let planted = b"%PDF planted";
    let journal = String::from_utf8(project.read("out/.urkunde/journal")).expect("text");
    let made = journal.lines().find(|line| line.starts_with("made\t")).expect("one is made");
    let mut fields: Vec<&str> = made.split('\t').collect();
    let (digest, length) = (blake3::hash(planted).to_hex(), planted.len().to_string());
    (fields[5], fields[6]) = (&digest, &length);
    let output = fields[1];
    let waits = blake3::hash(output.as_bytes()).to_hex();
    project.write(&format!("out/.urkunde/{}.pdf", &waits[..32]), planted);
    project.write("out/.urkunde/journal", journal.replace(made, &fields.join("\t")));
    project.run(&["render"]).good();
    assert_eq!(project.read(&format!("out/{output}")), planted);
}

#[test]
fn a_batch_that_was_sound_when_it_was_killed_is_finished() {
    let project = many(20);
    project.run(&["render"]).good();
    // As if it had been killed between the first document and the second.
    let lock = project.read("urkunde.lock");
    let text = String::from_utf8(lock.clone()).expect("text");
    let journal: String = text
        .lines()
        .skip(1)
        .map(|line| format!("{}\n", line.replacen("document", "made", 1)))
        .collect();
    std::fs::create_dir(project.path("out/.urkunde")).expect("a folder");
    project.write("out/.urkunde/journal", journal + "commit\n");
    let mut all = Vec::new();
    for (index, file) in project.files("out/letters").into_iter().enumerate() {
        let name = format!("letters/{file}");
        let bytes = project.read(&format!("out/{name}"));
        if index > 0 {
            let digest = blake3::hash(name.as_bytes()).to_hex();
            let waits = project.path(&format!("out/.urkunde/{}.pdf", &digest[..32]));
            std::fs::rename(project.path(&format!("out/{name}")), waits).expect("it is there");
        }
        all.push((name, bytes));
    }
    std::fs::remove_file(project.path("urkunde.lock")).expect("it is there");
    let check = project.run(&["render", "--check"]);
    assert_eq!(check.status, 4, "{}", check.stderr);
    let run = project.run(&["render"]).good();
    assert!(run.stderr.contains("20 documents: 20 unchanged"), "{}", run.stderr);
    for (name, bytes) in all {
        assert!(project.read(&format!("out/{name}")) == bytes, "{name}");
    }
    assert!(project.read("urkunde.lock") == lock);
    assert!(!project.path("out/.urkunde").exists());
}

#[test]
fn a_second_run_waits_and_says_for_whom() {
    let project = many(120);
    let mut first = start_until_some_wait(&project, 5);
    let second = project.run(&["render"]).good();
    assert!(first.wait().expect("it ends").success());
    let who = format!("process {} holds", first.id());
    assert!(second.stderr.contains(&who), "{}", second.stderr);
    assert!(second.stderr.contains("120 documents: 120 unchanged"), "{}", second.stderr);
}

#[test]
fn what_stands_in_the_way_is_told_before_anything_is_moved() {
    let project = many(3);
    project.write("out/letters/p001.pdf/keep.txt", "a folder with a document's name");
    let run = project.run(&["render"]);
    assert_eq!(run.status, 3);
    assert!(run.stderr.contains("there is a folder in the way"), "{}", run.stderr);
    assert_eq!(project.files("out"), ["letters/p001.pdf/keep.txt"]);
}

#[cfg(unix)]
#[test]
fn a_folder_that_is_a_link_is_written_through() {
    let project = many(3);
    std::fs::create_dir_all(project.path("out")).expect("a folder");
    std::fs::create_dir(project.path("disk")).expect("a folder");
    std::os::unix::fs::symlink(project.path("disk"), project.path("out/letters")).expect("a link");
    project.run(&["render"]).good();
    assert_eq!(project.files("disk").len(), 3);
}

/// Runs the program so that no file can grow beyond `blocks` of 1,024 bytes, as on a disk that is full.
#[cfg(unix)]
fn short_of_room(project: &TempProject, blocks: usize, args: &str) -> Run {
    let program = env!("CARGO_BIN_EXE_urkunde");
    let mut command = Command::new("bash");
    let line = format!("trap '' XFSZ; ulimit -f {blocks}; exec '{program}' render {args}");
    command.current_dir(project.root()).args(["-c", &line]).env("NO_COLOR", "1");
    Run::of(command, project.root())
}

#[cfg(unix)]
#[test]
fn a_full_disk_breaks_nothing() {
    let project = many(12);
    project.run(&["render"]).good();
    let before: Vec<_> =
        project.files("out").into_iter().map(|f| project.read(&format!("out/{f}"))).collect();
    let lock = project.read("urkunde.lock");
    project.edit("templates/letter.css", "20pt", "21pt");
    // A kilobyte a block: hardly a part of a document finds room, then nearly all of it.
    let smallest = before.iter().map(Vec::len).min().expect("documents");
    for blocks in [1, 2, 4, smallest / 1024] {
        let run = short_of_room(&project, blocks, "-j 1");
        assert_ne!(run.status, 0, "{blocks}: {}", run.stderr);
        assert!(run.stderr.contains("cannot write"), "{blocks}: {}", run.stderr);
        let files = project.files("out");
        let now: Vec<_> = files.iter().map(|f| project.read(&format!("out/{f}"))).collect();
        assert!(now == before, "{blocks}: {files:?}");
        assert!(project.read("urkunde.lock") == lock, "{blocks}");
    }
    let run = project.run(&["render"]).good();
    assert!(run.stderr.contains("12 documents: 12 written"), "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn a_full_disk_with_keep_going_leaves_whole_documents() {
    let project = many(12);
    let reference = many(12);
    reference.run(&["render"]).good();
    for blocks in [2, 4, 8, 16] {
        short_of_room(&project, blocks, "-j 2 --keep-going");
        for file in project.files("out").iter().filter(|file| !file.starts_with(".urkunde")) {
            let name = format!("out/{file}");
            assert!(project.read(&name) == reference.read(&name), "{blocks}: {file}");
        }
    }
    project.run(&["render"]).good();
    assert_eq!(project.files("out"), reference.files("out"));
    assert!(project.read("urkunde.lock") == reference.read("urkunde.lock"));
}

#[test]
fn an_input_that_vanishes_leaves_what_was_made() {
    let project = many(4);
    project.write("seal.svg", "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>");
    project.edit("templates/letter.html", "<h1>", "<img src=\"/seal.svg\" alt=\"\"><h1>");
    project.run(&["render"]).good();
    let before = project.files("out");
    for file in ["seal.svg", "people.csv", "templates/letter.css", "templates/letter.html"] {
        let bytes = project.read(file);
        std::fs::remove_file(project.path(file)).expect("it is there");
        let run = project.run(&["render"]);
        assert!(run.status == 2 || run.status == 3, "{file}: {}", run.stderr);
        assert_eq!(project.files("out"), before, "{file}");
        project.write(file, bytes);
        let run = project.run(&["render"]).good();
        assert!(run.stderr.contains("4 documents: 4 unchanged"), "{file}: {}", run.stderr);
    }
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_written_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let project = many(3);
    project.run(&["render"]).good();
    project.edit("templates/letter.css", "20pt", "21pt");
    let letters = project.path("out/letters");
    let set = |mode| std::fs::set_permissions(&letters, std::fs::Permissions::from_mode(mode));
    set(0o555).expect("permissions");
    if std::fs::write(letters.join("try"), "").is_ok() {
        // This user may write anywhere.
        std::fs::remove_file(letters.join("try")).expect("it is there");
        return;
    }
    let run = project.run(&["render"]);
    set(0o755).expect("permissions");
    assert_ne!(run.status, 0);
    assert!(run.stderr.contains("permission denied"), "{}", run.stderr);
    project.run(&["render"]).good();
    assert!(!project.path("out/.urkunde").exists());
}
