//! `urkunde completions`: what the shell needs to complete commands and flags.

use clap::CommandFactory;

use super::args::{Cli, Completions};
use super::console::Console;
use crate::pipeline::Status;

pub(super) fn run(console: &Console, args: &Completions) -> Status {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "urkunde", &mut script);
    console.data(&String::from_utf8_lossy(&script));
    Status::Good
}
