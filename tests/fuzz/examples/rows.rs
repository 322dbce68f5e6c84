//! Prints what inputs of the target `tables` give: `cargo run --example rows seeds/tables/*`. Of each file a line says how
//! many rows it has and what was found; with `--rows` first, the rows follow.

use std::collections::BTreeMap;

use urkunde_fuzz::tables;

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1).peekable();
    let shows_rows = arguments.next_if(|first| first == "--rows").is_some();
    for file in arguments {
        let data = std::fs::read(&file)?;
        let Some((dataset, found)) = tables::read(&data) else {
            println!("{file}: too short");
            continue;
        };
        let form = ["CSV", "XLSX", "XLSX of parts", "ODS", "ODS of its content"][usize::from(data[0] % 5)];
        let count = dataset.table("rows").map_or("no table".to_owned(), |table| format!("{} rows", table.len()));
        let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
        found.iter().for_each(|diagnostic| *codes.entry(diagnostic.code).or_default() += 1);
        println!("{file}: {form}, {count}, {codes:?}");
        if shows_rows {
            print!("{}", tables::rows(&dataset));
        }
    }
    Ok(())
}
