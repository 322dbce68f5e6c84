//! What the documents of a job are made from, apart from their rows: one digest a job.
//!
//! Input: the project, its compiled templates, its fonts. Output: a digest that changes with
//! everything that may change a document of the job: the program, the project's own values, the job's
//! settings, the texts of its template and of what that extends, includes and calls, font files, the
//! colour profile, the date of the run. Other files of a document are told by `reads`, its row by
//! [`Scope::ground`](crate::template::Scope::ground).

use super::compiled::CompiledJob;
use super::document::Shared;
use super::project::{AttachSpec, Job, Text};
use crate::data::FileRead;

/// The form of what is digested; another one makes all documents anew.
const FORM: &str = "urkunde.inputs/1";

/// The digest of the program: its version and its sources.
const PROGRAM: [&str; 2] = [env!("CARGO_PKG_VERSION"), env!("URKUNDE_REVISION")];

/// The digests of the jobs, by their index in the project; nothing for jobs that were not asked for.
pub(super) fn of_jobs(shared: &Shared, fonts: &[FileRead]) -> Vec<[u8; 32]> {
    let mut digests = vec![[0; 32]; shared.project.jobs.len()];
    for job in &shared.compiled.jobs {
        digests[job.index] = of_job(shared, job, fonts);
    }
    digests
}

fn of_job(shared: &Shared, compiled: &CompiledJob, fonts: &[FileRead]) -> [u8; 32] {
    let project = &shared.project;
    let job = &project.jobs[compiled.index];
    let mut digest = Parts::default();
    digest.text(FORM);
    PROGRAM.iter().for_each(|text| digest.text(text));
    digest.text(&project.title);
    // Keys of a table are sorted; values of TOML can be written as JSON.
    digest.text(&serde_json::to_string(&project.vars).unwrap_or_default());
    digest.texts(&project.fonts.fallback);
    for file in fonts {
        digest.text(&file.path);
        digest.bytes(&file.digest);
    }
    digest.bytes(shared.stages.cmyk_digest.as_ref().map_or(&[], |digest| &digest[..]));
    digest.text(&format!("{:?}", shared.date));
    settings(&mut digest, job);
    let templates = &shared.compiled.templates;
    for name in templates.closure(&job.template.value) {
        digest.text(name);
        digest.text(templates.text(name).unwrap_or_default());
    }
    digest.finish()
}

/// The job's own settings; not its condition and its names, which say which documents there are.
fn settings(digest: &mut Parts, job: &Job) {
    digest.text(&job.name.value);
    digest.text(&job.template.value);
    for text in [&job.each, &job.row_name, &job.title, &job.lang] {
        digest.option(text.as_ref());
    }
    digest.text(job.profile.name());
    for (name, text) in &job.metadata {
        digest.text(name);
        digest.text(&text.value);
    }
    for AttachSpec { span: _, data, columns, file, name, media_type, relationship, description } in
        &job.attach
    {
        for text in [data, file, name, media_type, relationship, description] {
            digest.option(text.as_ref());
        }
        digest.texts(columns.as_deref().unwrap_or_default());
    }
}

/// A digest of parts, each with its length.
#[derive(Default)]
struct Parts(blake3::Hasher);

impl Parts {
    fn bytes(&mut self, bytes: &[u8]) {
        self.0.update(&(bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn texts(&mut self, texts: &[Text]) {
        self.0.update(&(texts.len() as u64).to_le_bytes());
        texts.iter().for_each(|text| self.text(&text.value));
    }

    fn option(&mut self, text: Option<&Text>) {
        self.0.update(&[u8::from(text.is_some())]);
        self.text(text.map_or("", |text| &text.value));
    }

    fn finish(&self) -> [u8; 32] {
        *self.0.finalize().as_bytes()
    }
}
