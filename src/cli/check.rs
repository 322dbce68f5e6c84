//! `urkunde check`: everything `render` would find wrong, and nothing written.

use super::args::{Check, Global};
use super::console::Console;
use super::render::{carry_out, one_on_stdout, options};
use crate::pipeline::{Mode, Status};

pub(super) fn run(console: &Console, global: &Global, args: &Check) -> Status {
    if let Err(doubled) = one_on_stdout(console, &args.choice, false, false) {
        return console.fail(Status::Usage, vec![doubled]);
    }
    carry_out(console, global, &options(Mode::Prove, &args.choice), &args.choice).status
}
