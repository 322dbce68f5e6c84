//! Prints the page that an input stands for: `cargo run --example show artifacts/document/crash-…`.

use std::io::Write;

fn main() -> std::io::Result<()> {
    let file = std::env::args().nth(1).unwrap_or_default();
    let page = urkunde_fuzz::page(&std::fs::read(file)?).unwrap_or_default();
    std::io::stdout().write_all(page.as_bytes())
}
