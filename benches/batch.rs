//! What a document costs: CPU time and memory of a batch of certificates, and of the pages of a long
//! document.
//!
//! Makes a table of founding-member awards in a temporary folder, with the shipped templates, and
//! renders it with one thread and with all; then ten thousand paragraphs as one document and as ten, of
//! whose pages each should take the same time; then letters of ten thousand rows and of a hundred thousand, each in a
//! process of its own, which should take nearly the same memory. It prints one figure a line, `name value unit`, so that
//! two runs can be compared by a script, and fails if memory grows with rows. CPU time, not the clock's: it counts what other
//! work on the machine does not change. `cargo bench --bench batch [-- ROWS]`, `cargo bench --bench batch -- memory`
//! for the letters alone.
#![allow(clippy::print_stdout, reason = "figures are what a bench is for")]
#![allow(clippy::unwrap_used, reason = "a bench that cannot run may stop")]

use std::fmt::Write as _;
use std::num::NonZeroUsize;
use std::path::Path;

use urkunde::pipeline::{Mode, Options, Progress, Selection, Status};

/// As many rows as a large association has members.
const ROWS: usize = 2_000;

/// How much more memory ten times as many rows may take.
const MEMORY_BOUND: f64 = 1.2;

/// The program's allocator: memory is counted as it is there.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Renders the project in the folder that follows, and says how much memory that took.
const CHILD: &str = "--memory-of";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some(at) = arguments.iter().position(|argument| argument == CHILD) {
        let folder = Path::new(&arguments[at + 1]);
        render(folder, &Asked { is_forced: false, ..Asked::default() });
        println!("{}", peak_memory());
        return;
    }
    if !arguments.iter().any(|argument| argument == "memory") {
        certificates(arguments.iter().find_map(|a| a.parse().ok()).unwrap_or(ROWS));
        long_documents();
    }
    letters();
}

/// What a certificate costs.
fn certificates(rows: usize) {
    let folder = tempfile::tempdir().unwrap();
    project(folder.path(), rows);
    // What a run costs before its second document, to be taken off.
    let jobs = ["certificate".to_string()];
    let made = Asked { jobs: &jobs, threads: 1, ..Asked::default() };
    let start = render(folder.path(), &Asked { only: Some("FM-000000"), ..made });
    let one = render(folder.path(), &made);
    let memory_one = peak_memory();
    let all = render(folder.path(), &Asked { threads: 0, ..made });
    let unchanged = render(folder.path(), &Asked { is_forced: false, ..made });
    let per_document = |cpu: f64| (cpu - start) * 1000.0 / (rows as f64 - 1.0);
    println!("documents {rows} -");
    println!("startup_cpu {:.0} ms", start * 1000.0);
    println!("cpu_per_document_1_thread {:.3} ms", per_document(one));
    println!("cpu_per_document_all_threads {:.3} ms", per_document(all));
    println!("cpu_unchanged_over_made {:.3} -", unchanged / one);
    println!("cpu_unchanged_per_document {:.3} ms", per_document(unchanged));
    println!("peak_memory_1_thread {memory_one:.1} MB");
    println!("peak_memory_all_threads {:.1} MB", peak_memory());
    println!("bytes_per_document {} B", bytes(&folder.path().join("out")) / rows as u64);
}

/// How memory grows with rows: letters of one page, made and found to be up to date.
fn letters() {
    if !Path::new("/proc/self/status").exists() {
        println!("memory_letters - (skipped: this system does not tell the memory of a process)");
        return;
    }
    let counts = [10_000, 100_000];
    let folders = counts.map(|rows| {
        let folder = tempfile::tempdir().unwrap();
        letter_project(folder.path(), rows);
        folder
    });
    for what in ["made", "unchanged"] {
        let peaks = [0, 1].map(|at| {
            let child = std::process::Command::new(std::env::current_exe().unwrap())
                .arg(CHILD)
                .arg(folders[at].path())
                .output()
                .unwrap();
            assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stderr));
            let peak: f64 = String::from_utf8_lossy(&child.stdout).trim().parse().unwrap();
            println!("memory_{}_letters_{what} {peak:.1} MB", counts[at]);
            peak
        });
        let ratio = peaks[1] / peaks[0];
        println!("memory_letters_{what}_100000_over_10000 {ratio:.2} - (at most {MEMORY_BOUND})");
        assert!(ratio <= MEMORY_BOUND, "memory grows with rows");
    }
}

/// A project of letters.
fn letter_project(folder: &Path, rows: usize) {
    let mut people = "id,name,group\n".to_string();
    for row in 0..rows {
        let _ = writeln!(people, "p{row:05},Sample Person {row},{}", row % 7);
    }
    let file = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    file("people.csv", &people);
    file(
        "letter.html",
        "<!DOCTYPE html>\n<html lang=\"en\"><head><title>{{ person.name }}</title><style>@page { size: A5 }</style></head>\n\
         <body><h1>{{ person.name }}</h1><p>A sample, number {{ person.id }}.</p></body></html>\n",
    );
    file(
        "urkunde.toml",
        "[project]\ntitle = \"Letters\"\n\n[tables.people]\nfile = \"people.csv\"\nkey = \"id\"\n\n[[jobs]]\nname = \"letter\"\n\
         template = \"letter.html\"\neach = \"people\"\nas = \"person\"\noutput = \"letters/{{ person.group }}/{{ person.id }}.pdf\"\n",
    );
}

/// What a page of a long document takes: ten thousand paragraphs in one document over the same in ten.
fn long_documents() {
    const PARAGRAPHS: usize = 10_000;
    const TEXT: &str = "Words enough to fill two or three lines of the page, so that there is something to break, and then a few more.";
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let css = "@page { size: A5; margin: 20mm 20mm 90mm }";
    let mut toml = "[project]\ntitle = \"Long\"\n".to_string();
    let mut job = |name: &str, paragraphs: std::ops::Range<usize>| {
        let body: String = paragraphs.map(|n| format!("<p>{n}. {TEXT}</p>\n")).collect();
        let page = format!(
            "<!DOCTYPE html>\n<html lang=\"en\"><title>{name}</title><style>{css}</style>{body}"
        );
        file(&format!("{name}.html"), &page);
        let _ = writeln!(
            toml,
            "[[jobs]]\nname = \"{name}\"\ntemplate = \"{name}.html\"\noutput = \"{name}.pdf\""
        );
        name.to_string()
    };
    let part = PARAGRAPHS / 10;
    let short: Vec<_> =
        (0..10).map(|n| job(&format!("short-{n}"), n * part..(n + 1) * part)).collect();
    let long = [job("long", 0..PARAGRAPHS)];
    file("urkunde.toml", &toml);
    let of = |jobs| render(folder.path(), &Asked { jobs, threads: 1, ..Asked::default() });
    let (short, long) = (of(&short), of(&long));
    let table = table_job(folder.path());
    println!("cpu_table_of_5000_rows {:.0} ms", of(&[table]) * 1000.0);
    println!("cpu_long_document {:.0} ms", long * 1000.0);
    println!("cpu_per_page_long_over_short {:.2} -", long / short);
}

/// A project of one document in the folder: a table of 5,000 rows on 208 pages.
fn table_job(folder: &Path) -> String {
    let row = |n| {
        format!(
            "<tr><td>{n}</td><td>Sample College {n:04}</td><td>示例职业学院{n:04}</td><td>2022-12-16</td></tr>\n"
        )
    };
    let rows: String = (1..=5_000).map(row).collect();
    let css = "@page { size: A4; margin: 25mm 20mm; @bottom-center { content: counter(page) \" / \" counter(pages) } } \
               table { border-collapse: collapse; width: 100% } td, th { padding: 6px; border: 1px solid #888 }";
    let head = "<thead><tr><th>No</th><th>Name</th><th>中文</th><th>Date</th></tr></thead>";
    let page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><title>Table</title><style>{css}</style><table>{head}{rows}</table>"
    );
    let toml = "[project]\ntitle = \"Table\"\n[[jobs]]\nname = \"table\"\ntemplate = \"table.html\"\noutput = \"table.pdf\"";
    std::fs::write(folder.join("table.html"), page).unwrap();
    std::fs::write(folder.join("urkunde.toml"), toml).unwrap();
    "table".into()
}

/// What a run is asked for.
#[derive(Clone, Copy)]
struct Asked<'a> {
    jobs: &'a [String],
    only: Option<&'a str>,
    /// None for one a processor.
    threads: usize,
    /// Whether documents are made that are up to date.
    is_forced: bool,
}

impl Default for Asked<'_> {
    fn default() -> Self {
        Asked { jobs: &[], only: None, threads: 1, is_forced: true }
    }
}

/// Renders these jobs and gives the seconds of CPU that it took.
fn render(folder: &Path, asked: &Asked<'_>) -> f64 {
    let Asked { jobs, only, threads, is_forced } = *asked;
    let options = Options {
        mode: Mode::Render,
        jobs: jobs.to_vec(),
        selection: Selection {
            only: only.map(str::to_string).into_iter().collect(),
            ..Selection::default()
        },
        threads: NonZeroUsize::new(threads),
        force: is_forced,
        ..Options::default()
    };
    let before = cpu();
    let report = urkunde::pipeline::run(folder, &options, &Quiet);
    assert_eq!(report.status, Status::Good, "{:#?}", report.diagnostics.first());
    // A document with warnings is made again each time: no figure of an unchanged run would be one.
    assert!(report.diagnostics.is_empty(), "{:#?}", report.diagnostics.first());
    cpu() - before
}

struct Quiet;

impl Progress for Quiet {
    fn start(&self, _: usize) {}
    fn done(&self) {}
    fn finish(&self) {}
}

/// Seconds of CPU that this process has taken, user and system, in ticks of 10 ms: fields 14 and 15
/// of `/proc/self/stat`, counted after the name in parentheses.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks: f64 = fields[11..13].iter().map(|n| n.parse::<f64>().unwrap()).sum();
    ticks / 100.0
}

/// The largest resident set of this process so far, in MB.
fn peak_memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
}

fn bytes(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries
        .map(|e| if e.path().is_dir() { bytes(&e.path()) } else { e.metadata().unwrap().len() })
        .sum()
}

/// The shipped project with a table of many members and as many founding-member awards.
fn project(folder: &Path, rows: usize) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    copy(&root.join("templates"), &folder.join("templates"));
    copy(&root.join("input"), &folder.join("input"));
    std::fs::copy(root.join("urkunde.toml"), folder.join("urkunde.toml")).unwrap();
    let mut members = head(&root.join("input/members.csv"));
    let mut awards = head(&root.join("input/awards.csv"));
    let columns = awards.split(',').count();
    for row in 0..rows {
        // Names that differ in letters and length, as names do.
        let han = char::from_u32(0x4e00 + (row as u32 * 7) % 5000).unwrap();
        let town = ["Musterstadt", "Sampleford", "Müsterbrück", "示例市"][row % 4];
        let _ = writeln!(
            members,
            "m{row:06},Sample College {row} of {town},Beispielkolleg {row} in {town},示例{han}职业学院{row},{town},2022-12-16,true"
        );
        let empty = ",".repeat(columns - 7);
        let _ = writeln!(
            awards,
            "FM-{row:06},founding-member,m{row:06},2022,2022-12-16,Changzhou,常州{empty}"
        );
    }
    std::fs::write(folder.join("input/members.csv"), members).unwrap();
    std::fs::write(folder.join("input/awards.csv"), awards).unwrap();
    // The serials of the shipped project have a pattern of their own.
    let toml = std::fs::read_to_string(folder.join("urkunde.toml")).unwrap();
    let toml: Vec<&str> = toml.lines().collect();
    let toml: Vec<String> = toml.iter().map(|line| without_pattern(line)).collect();
    std::fs::write(folder.join("urkunde.toml"), toml.join("\n")).unwrap();
}

fn without_pattern(line: &str) -> String {
    match line.split_once(", pattern = \"") {
        Some((before, after)) => {
            format!("{before}{}", after.split_once('"').map_or("", |(_, rest)| rest))
        }
        None => line.to_string(),
    }
}

fn head(file: &Path) -> String {
    let text = std::fs::read_to_string(file).unwrap();
    text.lines().next().unwrap().to_string() + "\n"
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(|entry| entry.unwrap()) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
