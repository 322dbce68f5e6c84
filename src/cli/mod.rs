//! The command line: arguments in, exit status out. One file a command.
//!
//! This is the only place that prints. Standard output carries data alone: what was asked for, the
//! JSON report. Diagnostics, progress and the summary go to standard error.

mod args;
mod check;
mod completions;
mod console;
mod diagnostics;
mod fonts;
mod github;
mod init;
mod inputs;
mod inspect;
mod interrupt;
mod man;
mod messages;
mod places;
mod progress;
mod render;
mod sarif;
mod summary;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};
use console::Console;

use crate::pipeline::Status;

/// Runs the command line `args`, the program's name first.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no errors and go to standard output; clap knows which is which.
            let status = if error.use_stderr() { Status::Usage } else { Status::Good };
            let _ = error.print();
            return ExitCode::from(status as u8);
        }
    };
    let console = Console::new(&cli.global);
    let status = match &cli.command {
        Command::Render(args) => render::run(&console, &cli.global, args),
        Command::Check(args) => check::run(&console, &cli.global, args),
        Command::Inspect(args) => inspect::run(&console, args),
        Command::Fonts(args) => fonts::run(&console, &cli.global, args),
        Command::Init(args) => init::run(&console, args),
        Command::Completions(args) => completions::run(&console, args),
        Command::Man => man::run(&console),
    };
    ExitCode::from(status as u8)
}
