//! `urkunde man`: the manual page, all commands in one.

use clap::CommandFactory;

use super::args::Cli;
use super::console::Console;
use crate::diag::Diagnostic;
use crate::pipeline::Status;

pub(super) fn run(console: &Console) -> Status {
    match page() {
        Ok(page) => {
            console.data(&String::from_utf8_lossy(&page));
            Status::Good
        }
        Err(error) => console.fail(
            Status::Usage,
            vec![Diagnostic::error("no-manual", format!("cannot make the manual page: {error}"))],
        ),
    }
}

/// The main page, then each command's description and options under a heading of its own.
fn page() -> std::io::Result<Vec<u8>> {
    let mut page = Vec::new();
    let mut command = Cli::command();
    command.build();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        let man = clap_mangen::Man::new(sub.clone());
        page.extend(format!(".SH \"URKUNDE {}\"\n", sub.get_name().to_uppercase()).bytes());
        man.render_description_section(&mut page)?;
        man.render_options_section(&mut page)?;
    }
    Ok(page)
}
