//! The project file, `urkunde.toml`: finding it, reading it, and what it says.
//!
//! Input: a folder or a file. Output: a [`Project`], every value with the place it stands at, or
//! diagnostics that point into the file. What a table's columns may say belongs to `data`; whether
//! the files it names exist is seen by the stages that read them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;

use super::project_keys;
use super::run::TableFile;
use crate::data::TableSpec;
use crate::diag::{self, Diagnostic, Source, Span, nearest};
use crate::pdf::Profile;

/// The name of the project file.
pub const FILE_NAME: &str = crate::data::PROJECT_FILE;

/// A project: what `urkunde.toml` says.
#[derive(Debug)]
pub struct Project {
    /// The folder that holds the project file; all paths in it are relative to this one.
    pub root: PathBuf,
    /// The text of the project file.
    pub source: Arc<Source>,
    /// `project.title`.
    pub title: String,
    /// `project.vars`: free values, the same in every document.
    pub vars: toml::Table,
    /// `[fonts]`.
    pub fonts: Fonts,
    /// `pdf.cmyk-profile`: the ICC profile that tells what CMYK is, relative to the project's folder.
    pub cmyk_profile: Option<Text>,
    /// `[tables.NAME]`.
    pub tables: BTreeMap<String, TableSpec>,
    /// `[[jobs]]`, in the order of the file.
    pub jobs: Vec<Job>,
    /// `output.dir`, as the file has it.
    pub output_dir: String,
}

/// `[fonts]`.
#[derive(Clone, Debug, Default)]
pub struct Fonts {
    /// Font files of the project, relative to its folder.
    pub files: Vec<Text>,
    /// Families to look in where an element's own have no glyph.
    pub fallback: Vec<Text>,
}

/// A text of the project file and where it stands.
#[derive(Clone, Debug)]
pub struct Text {
    /// The text.
    pub value: String,
    /// Where it stands, quotes included.
    pub span: Span,
}

/// A job: one template, one document for each row of a table or one in all.
#[derive(Clone, Debug)]
pub struct Job {
    /// How the command line names it.
    pub name: Text,
    /// The page template, relative to the project's folder.
    pub template: Text,
    /// The table that gives a document a row; without it there is one document.
    pub each: Option<Text>,
    /// The row's name in the template.
    pub row_name: Option<Text>,
    /// The condition a row must meet.
    pub condition: Option<Text>,
    /// The pattern of the output's name, relative to the output folder.
    pub output: Text,
    /// What people call the job.
    pub title: Option<Text>,
    /// The language of documents whose HTML does not say.
    pub lang: Option<Text>,
    /// Which standards its documents are to meet.
    pub profile: Profile,
    /// The serials that its documents bear.
    pub serial: Option<SerialSpec>,
    /// The files that its documents hold.
    pub attach: Vec<AttachSpec>,
    /// Properties of the project's own: names, and patterns of their values.
    pub metadata: BTreeMap<String, Text>,
}

/// `[[jobs]] serial`: where the serials of a job's documents come from.
#[derive(Clone, Debug)]
pub struct SerialSpec {
    /// The column that holds them.
    pub column: Option<Text>,
    /// The pattern that makes them of `serial.number`.
    pub pattern: Option<Text>,
    /// The file that remembers them, relative to the project's folder.
    pub register: Text,
}

/// `[[jobs]] attach`: a file that each document of a job holds.
#[derive(Clone, Debug)]
pub struct AttachSpec {
    /// Where the entry stands.
    pub span: Span,
    /// What of the document's data it holds.
    pub data: Option<Text>,
    /// The columns it holds, `column` or `column.column` of a row referred to; none for all.
    pub columns: Option<Vec<Text>>,
    /// The pattern of a file below the project's folder.
    pub file: Option<Text>,
    /// The pattern of the name it gets in the document.
    pub name: Option<Text>,
    /// Its media type.
    pub media_type: Option<Text>,
    /// What it is to the document.
    pub relationship: Option<Text>,
    /// The pattern of what people are told of it.
    pub description: Option<Text>,
}

impl Project {
    /// Finds the project of `start`: the file itself, or `urkunde.toml` in that folder or the
    /// nearest one above it.
    pub fn find(start: &Path) -> Result<PathBuf, Diagnostic> {
        if start.is_file() {
            return Ok(start.to_path_buf());
        }
        let absolute = std::path::absolute(start).unwrap_or_else(|_| start.to_path_buf());
        let found = absolute.ancestors().map(|a| a.join(FILE_NAME)).find(|file| file.is_file());
        found.ok_or_else(|| {
            let message = format!("no {FILE_NAME} in {} or above it", shown(start));
            Diagnostic::error("no-project", message)
                .help("go to the folder of a project, or name one: --project FOLDER")
                .help("start a new one: urkunde init FOLDER")
        })
    }

    /// Reads a project file.
    pub fn load(file: &Path) -> Result<Project, Vec<Diagnostic>> {
        let bytes = std::fs::read(file).map_err(|error| {
            let message = format!("cannot read {}: {error}", shown(file));
            vec![Diagnostic::error("no-project", message)]
        })?;
        let name = file.file_name().map_or(FILE_NAME.into(), |n| n.to_string_lossy());
        let text = String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let message = format!("{name} is not UTF-8: byte {at} is none of a character");
            vec![Diagnostic::error("bad-encoding", message).help("save it as UTF-8")]
        })?;
        let root = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Project::parse(root, &Source::code(name, text))
    }

    /// Has a table read from another file (`--table`).
    pub(super) fn put_table(&mut self, file: &TableFile) -> Result<(), Diagnostic> {
        if let Some(spec) = self.tables.get_mut(&file.table) {
            spec.file = file.name.clone();
            spec.read_from = Some(file.path.clone());
            return Ok(());
        }
        let message = format!("--table: there is no table `{}`", file.table);
        let found = Diagnostic::error("unknown-table", message);
        let names = || self.tables.keys().map(String::as_str);
        Err(match nearest(&file.table, names()) {
            Some(near) => found.help(format!("did you mean `{near}`?")),
            None => found.note(format!("the tables are {}", diag::names(names()))),
        })
    }

    /// A project around a single file: no tables, no jobs.
    pub fn without_file(root: &Path) -> Project {
        Project {
            root: root.to_path_buf(),
            source: Source::code("", ""),
            title: String::new(),
            vars: toml::Table::new(),
            fonts: Fonts::default(),
            cmyk_profile: None,
            tables: BTreeMap::new(),
            jobs: Vec::new(),
            output_dir: "out".into(),
        }
    }

    /// Understands the text of a project file.
    pub fn parse(root: &Path, source: &Arc<Source>) -> Result<Project, Vec<Diagnostic>> {
        project_keys::check(source)?;
        let raw: RawFile = toml::from_str(&source.text).map_err(|error| {
            vec![project_keys::toml_error(source, error.message(), error.span())]
        })?;
        let place = |text: Spanned<String>| {
            let span = Span::new(source, text.span());
            Text { value: text.into_inner(), span }
        };
        let places = |texts: Vec<Spanned<String>>| texts.into_iter().map(place).collect();
        let mut project = Project {
            root: root.to_path_buf(),
            source: Arc::clone(source),
            title: raw.project.title,
            vars: raw.project.vars,
            fonts: Fonts { files: places(raw.fonts.files), fallback: places(raw.fonts.fallback) },
            cmyk_profile: raw.pdf.cmyk_profile.map(place),
            tables: raw.tables,
            jobs: raw.jobs.into_iter().map(|job| job.with_places(source, &place)).collect(),
            output_dir: raw.output.dir,
        };
        project_keys::place_tables(source, &mut project.tables);
        let found = super::project_sense::check(&project);
        if found.is_empty() { Ok(project) } else { Err(found) }
    }

    /// The job of that name.
    pub fn job(&self, name: &str) -> Option<usize> {
        self.jobs.iter().position(|job| job.name.value == name)
    }

    /// The folder that documents go to, before flags and environment have their say.
    pub fn output_folder(&self) -> PathBuf {
        self.root.join(&self.output_dir)
    }
}

/// A path as a message shows it.
pub(super) fn shown(path: &Path) -> String {
    let text = path.display().to_string();
    if text.is_empty() || text == "." { "this folder".into() } else { text }
}

#[derive(Deserialize)]
struct RawFile {
    #[serde(default)]
    project: RawProject,
    #[serde(default)]
    fonts: RawFonts,
    #[serde(default)]
    pdf: RawPdf,
    #[serde(default)]
    tables: BTreeMap<String, TableSpec>,
    #[serde(default)]
    jobs: Vec<RawJob>,
    #[serde(default)]
    output: RawOutput,
}

#[derive(Default, Deserialize)]
struct RawProject {
    #[serde(default)]
    title: String,
    #[serde(default)]
    vars: toml::Table,
}

#[derive(Default, Deserialize)]
struct RawFonts {
    #[serde(default)]
    files: Vec<Spanned<String>>,
    #[serde(default)]
    fallback: Vec<Spanned<String>>,
}

#[derive(Default, Deserialize)]
struct RawPdf {
    #[serde(rename = "cmyk-profile")]
    cmyk_profile: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(default)]
struct RawOutput {
    dir: String,
}

impl Default for RawOutput {
    fn default() -> RawOutput {
        RawOutput { dir: "out".into() }
    }
}

#[derive(Deserialize)]
struct RawAttach {
    data: Option<Spanned<String>>,
    columns: Option<Vec<Spanned<String>>>,
    file: Option<Spanned<String>>,
    name: Option<Spanned<String>>,
    #[serde(rename = "type")]
    media_type: Option<Spanned<String>>,
    relationship: Option<Spanned<String>>,
    description: Option<Spanned<String>>,
}

#[derive(Deserialize)]
struct RawSerial {
    column: Option<Spanned<String>>,
    pattern: Option<Spanned<String>>,
    register: Spanned<String>,
}

#[derive(Deserialize)]
struct RawJob {
    name: Spanned<String>,
    template: Spanned<String>,
    each: Option<Spanned<String>>,
    #[serde(rename = "as")]
    row_name: Option<Spanned<String>>,
    #[serde(rename = "where")]
    condition: Option<Spanned<String>>,
    output: Spanned<String>,
    title: Option<Spanned<String>>,
    lang: Option<Spanned<String>>,
    pdf: Option<String>,
    serial: Option<RawSerial>,
    #[serde(default)]
    attach: Vec<Spanned<RawAttach>>,
    #[serde(default)]
    metadata: BTreeMap<String, Spanned<String>>,
}

impl RawAttach {
    fn with_places(self, span: Span, place: &impl Fn(Spanned<String>) -> Text) -> AttachSpec {
        AttachSpec {
            span,
            data: self.data.map(place),
            columns: self.columns.map(|columns| columns.into_iter().map(place).collect()),
            file: self.file.map(place),
            name: self.name.map(place),
            media_type: self.media_type.map(place),
            relationship: self.relationship.map(place),
            description: self.description.map(place),
        }
    }
}

impl RawJob {
    fn with_places(self, source: &Arc<Source>, place: &impl Fn(Spanned<String>) -> Text) -> Job {
        let attach = self.attach.into_iter().map(|entry| {
            let span = Span::new(source, entry.span());
            entry.into_inner().with_places(span, place)
        });
        Job {
            // An unknown name has been told when the keys were looked at.
            profile: self.pdf.and_then(|name| Profile::named(&name)).unwrap_or_default(),
            serial: self.serial.map(|serial| SerialSpec {
                column: serial.column.map(place),
                pattern: serial.pattern.map(place),
                register: place(serial.register),
            }),
            attach: attach.collect(),
            metadata: self.metadata.into_iter().map(|(name, text)| (name, place(text))).collect(),
            name: place(self.name),
            template: place(self.template),
            each: self.each.map(place),
            row_name: self.row_name.map(place),
            condition: self.condition.map(place),
            output: place(self.output),
            title: self.title.map(place),
            lang: self.lang.map(place),
        }
    }
}
