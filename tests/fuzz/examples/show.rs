//! Prints the page that an input stands for: `cargo run --example show artifacts/document/crash-…`. With `--check`
//! before the file, the input is held to what must hold of the target `document`, without libFuzzer.

use std::io::Write;

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1).peekable();
    let checks = arguments.next_if(|first| first == "--check").is_some();
    for file in arguments {
        let data = std::fs::read(file)?;
        let page = urkunde_fuzz::page(&data).unwrap_or_default();
        std::io::stdout().write_all(page.as_bytes())?;
        if checks {
            urkunde_fuzz::check::document(&data);
        }
    }
    Ok(())
}
