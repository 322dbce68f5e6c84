//! The recipes of `docs/ci.md`: their commands are taken from the page and run.
#![cfg(unix)]

use std::process::Command;

use crate::support::{Run, TempProject, repository};

/// The `urkunde` commands of a recipe, in order.
fn commands(recipe: &str) -> Vec<String> {
    let block = block(recipe);
    let lines = block.lines().map(|line| {
        let line = line.trim();
        let line = line.strip_prefix("- ").unwrap_or(line);
        line.strip_prefix("run: ").unwrap_or(line)
    });
    let commands: Vec<String> =
        lines.filter(|line| line.starts_with("urkunde ")).map(str::to_string).collect();
    assert!(!commands.is_empty(), "no command in {recipe}");
    commands
}

/// What stands between the fences of a recipe.
fn block(recipe: &str) -> String {
    let page = std::fs::read_to_string(repository().join("docs/ci.md")).unwrap();
    let mark = format!("<!-- recipe: {recipe} -->\n```yaml\n");
    let (_, after) = page.split_once(&mark).unwrap_or_else(|| panic!("no {mark}"));
    after.split("\n```").next().unwrap().to_string()
}

/// Runs a command line as CI does.
fn run(project: &TempProject, line: &str) -> Run {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_urkunde"));
    let folder = program.parent().unwrap();
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new("sh");
    command.current_dir(project.root()).args(["-ec", line]);
    command.env("PATH", format!("{}:{path}", folder.display()));
    command.env("URKUNDE_REDACT", "1").env("NO_COLOR", "1").env("CI", "true");
    Run::of(command, project.root())
}

#[test]
fn every_recipe_passes_a_sound_project_and_leaves_what_it_uploads() {
    for (recipe, files) in [
        ("github", &["urkunde.sarif", "documents.zip", "report.json"][..]),
        ("gitlab", &["urkunde.sarif", "documents.zip", "report.json"]),
        ("github-cache", &["urkunde.lock", "report.json"]),
    ] {
        let project = TempProject::new();
        for command in commands(recipe) {
            let run = run(&project, &command);
            assert_eq!(run.status, 0, "{command}: {}", run.stderr);
        }
        for file in files {
            assert!(block(recipe).contains(file), "{recipe} does not name {file}");
            assert!(project.path(file).exists(), "{recipe} leaves no {file}");
        }
    }
}

#[test]
fn recipes_stop_at_data_that_are_wrong_and_tell_no_cell() {
    for recipe in ["github", "gitlab", "github-kept", "gitlab-kept", "github-cache"] {
        let project = TempProject::new();
        project.edit("people.csv", "2024-05-17", "vunderquist");
        for command in commands(recipe) {
            let run = run(&project, &command);
            assert_eq!(run.status, 3, "{command}: {}", run.stderr);
            assert!(!run.stdout.contains("vunderquist") && !run.stderr.contains("vunderquist"));
            if command.contains("github") {
                assert!(
                    run.stdout.starts_with("::error file=people.csv,line=2,"),
                    "{}",
                    run.stdout
                );
            }
        }
        if block(recipe).contains("urkunde.sarif") {
            let log = String::from_utf8(project.read("urkunde.sarif")).unwrap();
            assert!(log.contains("\"ruleId\": \"bad-date\"") && !log.contains("vunderquist"));
        }
    }
}

#[test]
fn recipes_of_kept_documents_tell_when_they_are_out_of_date() {
    for recipe in ["github-kept", "gitlab-kept"] {
        let project = TempProject::new();
        let [command] = &commands(recipe)[..] else { panic!("{recipe} is one command") };
        assert_eq!(run(&project, command).status, 4);
        project.run(&["render"]).good();
        assert_eq!(run(&project, command).status, 0);
        project.edit("templates/letter.css", "20pt", "21pt");
        assert_eq!(run(&project, command).status, 4);
    }
}

#[test]
fn commands_for_anywhere_else_work() {
    let page = std::fs::read_to_string(repository().join("docs/ci.md")).unwrap();
    let (_, last) = page.split_once("## Anywhere else").unwrap();
    let project = TempProject::new();
    let lines: Vec<&str> = last.lines().filter_map(|line| line.strip_prefix("    ")).collect();
    assert_eq!(lines.len(), 2);
    for line in lines {
        assert_eq!(run(&project, line).status, 0, "{line}");
    }
    assert!(project.path("findings.json").exists() && project.path("report.json").exists());
}
