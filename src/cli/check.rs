//! `urkunde check`: everything `render` would find wrong, and nothing written.

use super::args::{Check, Global};
use super::console::Console;
use super::render::{carry_out, options};
use crate::pipeline::{Mode, Status};

pub(super) fn run(console: &Console, global: &Global, args: &Check) -> Status {
    carry_out(console, global, &options(Mode::Prove, &args.choice), &args.choice).status
}
