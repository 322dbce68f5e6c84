//! A run of the program, and its messages in a form that is the same everywhere.

use std::path::Path;
use std::process::Command;

/// What a run left behind.
pub struct Run {
    /// Exit status.
    pub status: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error, with the folder and the time taken out.
    pub stderr: String,
}

impl Run {
    /// Runs the program in a folder, without the environment's say.
    pub fn in_folder(folder: &Path, args: &[&str]) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_urkunde"));
        command.current_dir(folder).args(args).env("NO_COLOR", "1");
        for name in [
            "URKUNDE_PROJECT",
            "URKUNDE_OUTPUT",
            "URKUNDE_THREADS",
            "URKUNDE_DENY",
            "SOURCE_DATE_EPOCH",
        ] {
            command.env_remove(name);
        }
        Run::of(command, folder)
    }

    /// Runs a prepared command.
    pub fn of(mut command: Command, folder: &Path) -> Run {
        let output = command.output().expect("the program runs");
        Run {
            status: output.status.code().unwrap_or(-1),
            stdout: filter(&String::from_utf8_lossy(&output.stdout), folder),
            stderr: filter(&String::from_utf8_lossy(&output.stderr), folder),
        }
    }

    /// Status and messages, for a snapshot.
    pub fn messages(&self) -> String {
        format!("status: {}\n{}", self.status, self.stderr)
    }

    /// The run, which must have gone well.
    #[track_caller]
    pub fn good(self) -> Run {
        assert_eq!(self.status, 0, "{}", self.stderr);
        self
    }
}

/// Takes out what differs from run to run: the folder, the time.
fn filter(text: &str, folder: &Path) -> String {
    let text = text.replace(&folder.display().to_string(), "[folder]");
    let mut lines: Vec<String> = text.lines().map(without_time).collect();
    lines.push(String::new());
    lines.join("\n").trim_end().to_string()
}

/// `…, in 0.05 s` at the end of the summary's first line.
fn without_time(line: &str) -> String {
    match line.rsplit_once(", in ") {
        Some((head, tail)) if tail.ends_with(" s") && tail.len() < 16 => {
            format!("{head}, in [time]")
        }
        _ => line.to_string(),
    }
}
