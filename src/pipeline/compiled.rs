//! A job's template and expressions, compiled once and checked against the tables.
//!
//! Input: the project file's jobs, the tables, the template files. Output: a [`Compiled`] project, whose
//! templates and expressions name no variable that does not exist, and the findings about those
//! that do. It renders no row of its own accord.

use std::sync::Arc;

use serde::Serialize;

use super::attach::{self, Attach, Materials};
use super::fixed::FixedTexts;
use super::plan;
use super::planned::Planned;
use super::project::{Job, Project, Text};
use super::reads::Reads;
use super::serials;
use crate::data::Dataset;
use crate::diag::Diagnostic;
use crate::pdf::Attachment;
use crate::template::{Context, Each, Expression, Ground, Mentions, Pattern, Scope, Templates};

/// The templates of a project and its jobs that were asked for.
pub(super) struct Compiled {
    /// All templates.
    pub templates: Templates,
    /// The jobs, in the order of the project file.
    pub jobs: Vec<CompiledJob>,
}

/// A job, ready to make documents.
pub(super) struct CompiledJob {
    /// Its index in the project.
    pub index: usize,
    /// What all its documents say; nothing for a job of one document.
    pub fixed: Option<FixedTexts>,
    scope: Scope,
    condition: Option<Expression>,
    /// Where its serials come from.
    pub serial: Option<serials::Source>,
    output: Pattern,
    attach: Vec<Attach>,
    /// Properties of the project's own.
    properties: Vec<(String, Pattern)>,
}

impl Compiled {
    /// A job by its index in the project; none if it was not asked for.
    pub fn job(&self, index: usize) -> Option<&CompiledJob> {
        self.jobs.iter().find(|job| job.index == index)
    }
}

impl CompiledJob {
    /// The variables of a document.
    pub fn context_of(&self, planned: &Planned) -> Context {
        let mut context = self.context(planned.row);
        if let Some(serial) = &planned.serial {
            context.insert("serial", serial);
        }
        context
    }

    /// The variables of a row's document, without its serial.
    pub fn context(&self, row: Option<usize>) -> Context {
        self.scope.context(row)
    }

    /// What the template can see of a row; see [`Scope::ground`].
    pub fn ground(&self, row: Option<usize>) -> Ground {
        self.scope.ground(row)
    }

    /// Whether the job's `where` holds.
    pub fn is_meant(&self, context: &Context) -> Result<bool, Diagnostic> {
        match &self.condition {
            Some(condition) => condition.holds(context).map_err(|diagnostic| *diagnostic),
            None => Ok(true),
        }
    }

    /// What the output pattern comes to.
    pub fn output(&self, context: &Context) -> Result<String, Diagnostic> {
        self.output.render(context).map_err(|diagnostic| *diagnostic)
    }

    /// The values of the project's own properties; those that are empty are left out.
    pub fn properties(&self, context: &Context) -> Result<Vec<(String, String)>, Diagnostic> {
        let mut all = Vec::with_capacity(self.properties.len());
        for (name, pattern) in &self.properties {
            let value = pattern.render(context).map_err(|diagnostic| *diagnostic)?;
            if !value.trim().is_empty() {
                all.push((name.clone(), value.trim().to_owned()));
            }
        }
        Ok(all)
    }

    /// The files that the document of a row holds.
    pub fn attachments(
        &self,
        project: &Project,
        row: Option<usize>,
        context: &Context,
        reads: &mut Reads,
    ) -> Result<Vec<Attachment>, Diagnostic> {
        let data = self.scope.dataset();
        let row = plan::table_row(project, data, self.index, row);
        let root = &project.root;
        attach::make(&self.attach, &mut Materials { root, data, row, context, reads })
    }
}

/// What templates see as `project`.
#[derive(Serialize)]
struct ProjectValue<'a> {
    title: &'a str,
    vars: &'a toml::Table,
}

/// What templates see as `job`.
#[derive(Serialize)]
struct JobValue<'a> {
    name: &'a str,
    title: &'a str,
    lang: &'a str,
}

/// What the documents of a job share, and which of it is mentioned. None if its table could not be read.
pub(super) fn scope(
    project: &Project,
    data: &Arc<Dataset>,
    job: usize,
    mentions: &Mentions,
) -> Option<Scope> {
    let job = &project.jobs[job];
    let each = job.each.as_ref().zip(job.row_name.as_ref());
    let each = each.map(|(table, name)| Each { table: &table.value, name: &name.value });
    let (title, lang) = (text_of(&job.title), text_of(&job.lang));
    let value = JobValue { name: &job.name.value, title, lang };
    let project_value = ProjectValue { title: &project.title, vars: &project.vars };
    let mut scope = Scope::new(Arc::clone(data), &project_value, &value, each, mentions)?;
    if job.serial.is_some() {
        scope.declare("serial", &serials::NoSerial::shape());
    }
    Some(scope)
}

fn text_of(text: &Option<Text>) -> &str {
    text.as_ref().map_or("", |text| &text.value)
}

/// Compiles the chosen jobs. Findings come from all of them, not only from the first that fails.
pub(super) fn compile(
    project: &Project,
    data: &Arc<Dataset>,
    chosen: &[usize],
) -> Result<Compiled, Vec<Diagnostic>> {
    let mut found = Vec::new();
    let jobs: Vec<(usize, &Job)> = chosen.iter().map(|i| (*i, &project.jobs[*i])).collect();
    let expressions: Vec<Option<Expressions>> =
        jobs.iter().map(|(_, job)| Expressions::compile(job, &mut found)).collect();
    let files: Vec<String> = jobs
        .iter()
        .filter(|(_, job)| has_template(project, job, &mut found))
        .map(|(_, job)| job.template.value.clone())
        .collect();
    let templates = match Templates::load(&project.root, &files) {
        Ok(templates) => templates,
        Err(errors) => {
            found.extend(errors);
            return Err(found);
        }
    };
    let mut ready = Vec::new();
    for ((index, job), expressions) in jobs.into_iter().zip(expressions) {
        if let Some(expressions) = expressions.filter(|_| templates.contains(&job.template.value)) {
            ready.extend(expressions.join(index, project, data, &templates, &mut found));
        }
    }
    if found.is_empty() { Ok(Compiled { templates, jobs: ready }) } else { Err(found) }
}

/// Whether the template's file is there; told at its place in the project file.
fn has_template(project: &Project, job: &Job, found: &mut Vec<Diagnostic>) -> bool {
    let there = project.root.join(&job.template.value).is_file();
    if !there {
        let message = format!("there is no template {}", job.template.value);
        found.push(
            Diagnostic::error("missing-template", message)
                .at(job.template.span.clone())
                .help("name it relative to the project's folder"),
        );
    }
    there
}

struct Expressions {
    condition: Option<Expression>,
    serial: Option<serials::Source>,
    output: Pattern,
    attach: Vec<Attach>,
    properties: Vec<(String, Pattern)>,
}

impl Expressions {
    fn compile(job: &Job, found: &mut Vec<Diagnostic>) -> Option<Expressions> {
        let mut failed = |diagnostic: Box<Diagnostic>| found.push(*diagnostic);
        let condition = job.condition.as_ref().map(|condition| {
            Expression::compile(&condition.value, condition.span.clone()).map_err(&mut failed)
        });
        let serial =
            job.serial.as_ref().map(|spec| serials::Source::compile(spec).map_err(&mut failed));
        let output =
            Pattern::compile(&job.output.value, job.output.span.clone()).map_err(&mut failed);
        let attach: Vec<_> =
            job.attach.iter().map(|entry| Attach::compile(entry).map_err(&mut failed)).collect();
        let properties: Vec<_> = job
            .metadata
            .iter()
            .map(|(name, text)| {
                let pattern = Pattern::compile(&text.value, text.span.clone());
                pattern.map(|pattern| (name.clone(), pattern)).map_err(&mut failed)
            })
            .collect();
        Some(Expressions {
            condition: condition.transpose().ok()?,
            serial: serial.transpose().ok()?,
            output: output.ok()?,
            attach: attach.into_iter().collect::<Result<_, _>>().ok()?,
            properties: properties.into_iter().collect::<Result<_, _>>().ok()?,
        })
    }

    /// All texts with variables.
    fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        let attach = self.attach.iter().flat_map(Attach::patterns);
        let properties = self.properties.iter().map(|(_, pattern)| pattern);
        let serial = self.serial.as_ref().and_then(serials::Source::pattern);
        std::iter::once(&self.output).chain(serial).chain(attach).chain(properties)
    }

    fn join(
        mut self,
        index: usize,
        project: &Project,
        data: &Arc<Dataset>,
        templates: &Templates,
        found: &mut Vec<Diagnostic>,
    ) -> Option<CompiledJob> {
        let job = &project.jobs[index];
        let template = &job.template.value;
        let mut mentions = templates.mentions(template);
        for pattern in self.patterns() {
            mentions.extend(&pattern.mentions());
        }
        if let Some(condition) = &self.condition {
            mentions.extend(&condition.mentions());
        }
        // A table that could not be read has been reported by the data stage.
        let scope = scope(project, data, index, &mentions)?;
        found.extend(templates.check_variables(template, &scope));
        for pattern in self.patterns() {
            found.extend(pattern.check_variables(&scope));
        }
        if let Some(table) = job.each.as_ref().and_then(|each| data.table(&each.value)) {
            for (attach, entry) in self.attach.iter_mut().zip(&job.attach) {
                found.extend(attach.choose_columns(entry, data, table).err().into_iter().flatten());
            }
        }
        if let Some(condition) = &self.condition {
            found.extend(condition.check_variables(&scope));
        }
        let fixed = job.each.as_ref().map(|_| {
            FixedTexts::of(
                templates,
                template,
                &project.vars,
                &[&project.title, text_of(&job.title)],
            )
        });
        let Expressions { condition, serial, output, attach, properties } = self;
        Some(CompiledJob { index, fixed, scope, condition, serial, output, attach, properties })
    }
}
