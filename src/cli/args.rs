//! What the command line says: commands, flags, their help.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use super::messages::MessageFormat;
use crate::pipeline::{Date, Profile, RowNumbers};

/// Turns tables and templates into documents.
///
/// Urkunde reads tables (CSV), fills a template for each row (HTML and CSS, with Tera's {{ … }}), and
/// writes a PDF for each. Before it writes the first one it checks all of them.
///
/// A project is a folder with a file called urkunde.toml, which names the tables, the templates and
/// the documents to make. Urkunde looks for it in the folder you are in and in those above.
#[derive(Debug, Parser)]
#[command(name = "urkunde", version, arg_required_else_help = true, max_term_width = 100)]
#[command(after_help = "\
Start here:
  urkunde init my-project     make a small project that works
  cd my-project
  urkunde render              make its documents, in out/

Exit status: 0 all good, 1 some rows failed and the rest is written (--keep-going), 2 the command
line or urkunde.toml is wrong, 3 data or templates are wrong and nothing was written, 4 `render
--check` found documents out of date, 130 the run was interrupted.")]
pub(super) struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// What every command knows.
#[derive(Args, Debug)]
#[command(next_help_heading = "Options of every command")]
pub(super) struct Global {
    /// The project's folder, or its urkunde.toml [default: found from this folder upwards]
    #[arg(
        short,
        long,
        global = true,
        value_name = "PATH",
        env = "URKUNDE_PROJECT",
        hide_env_values = true
    )]
    pub project: Option<PathBuf>,
    /// Print errors only: no summary, no progress, no warnings
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Print one line for each document
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// Print every finding [default: the first three of one cause, and how many more]
    #[arg(long, global = true)]
    pub all: bool,
    /// Print findings for people, as JSON (one object a line), as GitHub's annotations or as SARIF; the
    /// last three go to standard output, or to a file: sarif=FILE
    #[arg(
        long,
        global = true,
        value_name = "human|json|github|sarif",
        value_parser = super::messages::parse,
        env = "URKUNDE_MESSAGE_FORMAT",
        hide_env_values = true
    )]
    pub message_format: Option<MessageFormat>,
    /// When to use colours
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        env = "URKUNDE_COLOR",
        hide_env_values = true
    )]
    pub color: Color,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Render(Render),
    Check(Check),
    Inspect(Inspect),
    Fonts(Fonts),
    Init(Init),
    Completions(Completions),
    /// Print the manual page
    ///
    /// Example: urkunde man > urkunde.1; man ./urkunde.1
    #[command(verbatim_doc_comment)]
    Man,
}

/// Make the documents
///
/// Without JOB, makes the documents of all jobs that are not up to date. Everything is checked first: if a
/// table, a template or one row's document is wrong, nothing is written; with --keep-going the others are.
/// What was made from what stands in urkunde.lock.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  urkunde render                          all jobs
  urkunde render certificate              one job
  urkunde render --only FM-2022-001       one row, by its key
  urkunde render --only 'awards/*'        documents by their output names
  urkunde render --sample extreme         a proof: the rows most likely to look wrong
  urkunde render --only-failed            what failed last time, after it was mended
  urkunde render --only a1 --output - | lp
                                          one document to another program
  urkunde render --dry-run                which documents there would be: key, file
  urkunde render --check                  whether what lies in out/ is up to date
  urkunde render --report json > run.json what was done, for programs")]
pub(super) struct Render {
    #[command(flatten)]
    pub choice: Choice,
    /// Make all documents anew, also those that are up to date and those that were edited by hand; with
    /// --check, make them to compare every byte
    #[arg(long)]
    pub force: bool,
    /// Write what can be made, even if other rows are wrong; exit with 1 then
    #[arg(long, conflicts_with_all = ["dry_run", "check"])]
    pub keep_going: bool,
    /// Remove documents that were made once and that no row gives any more
    #[arg(long, conflicts_with_all = ["dry_run", "check"])]
    pub prune: bool,
    /// Give the rows with these keys new serials, which take the place of those they have; * and ? are wildcards
    #[arg(long, value_name = "KEY|GLOB", conflicts_with_all = ["dry_run", "check"])]
    pub reissue: Vec<String>,
    /// List the documents that would be made, and make none
    #[arg(long, conflicts_with_all = ["force", "check"])]
    pub dry_run: bool,
    /// Write nothing; exit with 4 if a document is missing, out of date, edited, or of no row any more
    #[arg(long)]
    pub check: bool,
    /// The folder for the documents, or - for one document on standard output [default: dir of [output]
    /// in urkunde.toml, or out]
    #[arg(short, long, value_name = "DIR", env = "URKUNDE_OUTPUT", hide_env_values = true)]
    pub output: Option<PathBuf>,
    /// Put the documents of this run into one ZIP file as well
    #[arg(long, value_name = "FILE", conflicts_with_all = ["dry_run", "check"])]
    pub output_zip: Option<PathBuf>,
}

/// Find everything that render would find wrong, and write nothing
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  urkunde check                     all jobs, all rows
  urkunde check --deny warnings     warnings are errors too; for CI")]
pub(super) struct Check {
    #[command(flatten)]
    pub choice: Choice,
}

/// Which documents, and how.
#[derive(Args, Debug)]
pub(super) struct Choice {
    /// The jobs, by their names in urkunde.toml [default: all]
    #[arg(value_name = "JOB")]
    pub jobs: Vec<String>,
    #[command(flatten)]
    pub which: Which,
    /// Read a table from this file in place of its own; - is standard input
    #[arg(long, help_heading = WHICH, value_name = "NAME=FILE|-", value_parser = parse_table)]
    pub table: Vec<(String, PathBuf)>,
    /// How many documents to work on at once [default: one a processor]
    #[arg(
        short = 'j',
        long = "threads",
        value_name = "N",
        env = "URKUNDE_THREADS",
        hide_env_values = true
    )]
    pub threads: Option<std::num::NonZeroUsize>,
    /// Make errors of warnings
    #[arg(long, value_name = "WHAT", env = "URKUNDE_DENY", hide_env_values = true)]
    pub deny: Option<Deny>,
    /// Report what was done as JSON, to a file or to standard output
    #[arg(long, value_name = "json[=FILE]", value_parser = parse_report)]
    pub report: Option<ReportTo>,
    /// Hide the data of rows in findings and reports: quoted cells, excerpts, keys, output names
    #[arg(
        long,
        env = "URKUNDE_REDACT",
        hide_env_values = true,
        value_parser = clap::builder::FalseyValueParser::new()
    )]
    pub redact: bool,
    #[command(flatten)]
    pub date: MadeAt,
}

fn parse_table(text: &str) -> Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((name, file)) if !name.is_empty() && !file.is_empty() => {
            Ok((name.into(), file.into()))
        }
        _ => Err("expected a table and a file: people=new.csv, people=-".into()),
    }
}

/// The heading of flags that choose documents.
const WHICH: &str = "Which documents";

/// Which documents of the jobs.
#[derive(Args, Debug)]
pub(super) struct Which {
    /// Only the documents with this row key or output name; * and ? are wildcards
    #[arg(long, help_heading = WHICH, value_name = "KEY|GLOB")]
    pub only: Vec<String>,
    /// Only documents that failed when `render` last tried them
    #[arg(long, help_heading = WHICH)]
    pub only_failed: bool,
    /// Only rows with these numbers, counted from 1 without the header: 10-20,35 or 100-
    #[arg(long, help_heading = WHICH, value_name = "NUMBERS")]
    pub rows: Option<RowNumbers>,
    /// Only rows of which this holds, as `where` in urkunde.toml: "person.city == 'Berlin'"
    #[arg(long = "where", help_heading = WHICH, value_name = "EXPR")]
    pub condition: Option<String>,
    /// Only a handful for a proof: extreme takes the rows with the most and the least text, the rarest
    /// characters, the most empty cells, and says why
    #[arg(long, help_heading = WHICH, value_name = "WHICH")]
    pub sample: Option<SampleOf>,
    /// At most this many documents, the first of those that are left
    #[arg(long, help_heading = WHICH, value_name = "N")]
    pub limit: Option<std::num::NonZeroUsize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum SampleOf {
    /// Those most likely to look wrong
    Extreme,
}

/// When documents were made; the clock is never asked.
#[derive(Args, Debug)]
pub(super) struct MadeAt {
    /// When documents were made whose page does not say, in seconds since 1970 [default: not told]
    #[arg(
        long,
        value_name = "SECONDS",
        env = "SOURCE_DATE_EPOCH",
        hide_env_values = true,
        value_parser = parse_epoch
    )]
    pub source_date_epoch: Option<Date>,
}

fn parse_epoch(text: &str) -> Result<Date, String> {
    let seconds = text.trim().parse().ok();
    seconds
        .and_then(Date::from_epoch)
        .ok_or_else(|| "expected seconds since 1970, 1715904000".into())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Deny {
    /// All warnings
    Warnings,
}

/// Where the JSON report goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ReportTo {
    Stdout,
    File(PathBuf),
}

fn parse_report(text: &str) -> Result<ReportTo, String> {
    match text.split_once('=') {
        None if text == "json" => Ok(ReportTo::Stdout),
        Some(("json", file)) if !file.is_empty() => Ok(ReportTo::File(file.into())),
        _ => Err("expected json or json=FILE".into()),
    }
}

/// Show how a page is laid out, or make its PDF
///
/// FILE is an HTML page. Outside a project, the file's folder is the project: styles, pictures and
/// fonts are looked for there.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  urkunde inspect page.html                      boxes, one a line
  urkunde inspect page.html --boxes --json       boxes as JSON
  urkunde inspect page.html --continuous 800px   one long page, as a browser shows it
  urkunde inspect page.html --pdf page.pdf       the page itself")]
pub(super) struct Inspect {
    /// The HTML page
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Print the boxes of every page (what is done if nothing else is asked for)
    #[arg(long)]
    pub boxes: bool,
    /// Print as JSON
    #[arg(long)]
    pub json: bool,
    /// Lay out as one page of this width without end
    #[arg(long, value_name = "WIDTHpx", value_parser = parse_px)]
    pub continuous: Option<f32>,
    /// Write the PDF to this file
    #[arg(long, value_name = "OUT")]
    pub pdf: Option<PathBuf>,
    /// Print the HTML as it was understood
    #[arg(long)]
    pub html: bool,
    /// Which standards the PDF is to meet: a-2a+ua-1, a-2u, a-3a+ua-1 or 1.7
    #[arg(long, value_name = "NAME", default_value = "a-2a+ua-1", value_parser = parse_profile)]
    pub profile: Profile,
    #[command(flatten)]
    pub date: MadeAt,
}

fn parse_profile(text: &str) -> Result<Profile, String> {
    let names = || Profile::ALL.map(Profile::name).join(", ");
    Profile::named(text).ok_or_else(|| format!("expected one of {}", names()))
}

fn parse_px(text: &str) -> Result<f32, String> {
    let number = text.strip_suffix("px").unwrap_or(text);
    match number.parse::<f32>() {
        Ok(width) if width.is_finite() && width > 0.0 => Ok(width),
        _ => Err("expected a width such as 800px".into()),
    }
}

/// List the fonts there are, and what they cover
///
/// Urkunde uses the fonts it brings and those that urkunde.toml names, never those of the system: the
/// same project gives the same documents on every machine.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  urkunde fonts                  the faces, one a line
  urkunde fonts -v               and which characters they have, by Unicode block
  urkunde fonts --covers '𬭎䶮'    the faces that have these characters")]
pub(super) struct Fonts {
    /// Only fonts that have all these characters
    #[arg(long, value_name = "TEXT")]
    pub covers: Option<String>,
    /// Print as JSON
    #[arg(long)]
    pub json: bool,
}

/// Start a new project that works
///
/// Makes the folder, with a table of two rows, a certificate's template and an urkunde.toml that says
/// what each line is for. The folder must not exist, or be empty.
#[derive(Args, Debug)]
pub(super) struct Init {
    /// The folder
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
}

/// Print a script that completes commands and flags in your shell
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  urkunde completions bash > ~/.local/share/bash-completion/completions/urkunde")]
pub(super) struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
}
