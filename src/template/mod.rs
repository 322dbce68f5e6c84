//! Templates: Tera compiled once, and records rendered to HTML text.
//!
//! Input: the template files, [`Scope`] (what a job's documents share) and [`Context`] (what one
//! document sees). Output: HTML text, or a diagnostic that points into the template. The only
//! user of `tera`. It parses no HTML and reads no table.
//!
//! - Names are relative to the project's folder (`templates/base.html`); a name that is not found
//!   is tried below `templates/` as well (`base.html`).
//! - `.html`, `.htm`, `.xml` and `.svg` templates escape what they print: & < > " (and only
//!   these, so that names survive); nothing else does.
//! - An unknown variable is an error, never an empty text. An empty cell is an empty text (or
//!   none, where the column is not text) and prints as nothing.
//! - [`Templates`], [`Scope`], [`Expression`] and [`Pattern`] are shared by threads.

mod check;
mod context;
mod error;
mod expression;
mod filters;
mod footing;
mod lex;
mod load;
mod mentions;
mod path;
mod shape;
mod source;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::path::Path;

use tera::Tera;

pub use context::{Context, Each, Scope};
pub use expression::{Expression, Pattern};
pub use footing::Ground;
pub use mentions::Mentions;
pub use shape::{STEPS_FROM_ROW, STEPS_FROM_TABLES};

use crate::diag::Diagnostic;
use error::Texts;
use lex::Kind;

/// Where names without a folder are looked for.
const TEMPLATES: &str = "templates/";

/// All templates of a project, compiled.
pub struct Templates {
    tera: Tera,
    texts: Texts,
}

impl Templates {
    /// Loads and compiles `files` (relative to `root`), every HTML file below `templates/` and
    /// beside `files`, and what these include or extend.
    pub fn load(root: &Path, files: &[String]) -> Result<Templates, Vec<Diagnostic>> {
        let texts = load::read(root, files)?;
        let mut tera = new_tera();
        let sources = || texts.iter().map(|(name, text)| (name.as_str(), text.text.as_str()));
        match tera.add_raw_templates(sources()) {
            Ok(()) => Ok(Templates { tera, texts }),
            Err(error) => Err(load::all_errors(error, &texts)),
        }
    }

    /// Whether there is a template of that name.
    pub fn contains(&self, template: &str) -> bool {
        self.resolve(template).is_some()
    }

    /// Renders a template.
    pub fn render(&self, template: &str, context: &Context) -> Result<String, Box<Diagnostic>> {
        self.tera.render(template, &context.0).map_err(|error| first(&error, &self.texts))
    }

    /// The files whose text goes into a template: itself, what it extends, includes, and the
    /// files of the components it calls; sorted by name.
    pub fn closure(&self, template: &str) -> Vec<&str> {
        let mut found = BTreeSet::new();
        let mut todo: Vec<&str> = self.resolve(template).into_iter().collect();
        while let Some(name) = todo.pop() {
            if found.insert(name) {
                todo.extend(self.uses(name));
            }
        }
        found.into_iter().collect()
    }

    /// The text of a template's file, by a name from [`Templates::closure`].
    pub fn text(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(|text| text.text.as_str())
    }

    /// The texts of all files.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.values().map(|text| text.text.as_str())
    }

    /// What the files of a template have between their tags; each tag is a `mark`.
    pub fn literals(&self, template: &str, mark: char) -> Vec<String> {
        let files = self.closure(template).into_iter();
        files.map(|name| lex::without_tags(&self.texts[name].text, mark)).collect()
    }

    /// The words that a template and all that goes into it use.
    pub fn mentions(&self, template: &str) -> Mentions {
        let mut mentions = Mentions::default();
        for name in self.closure(template) {
            mentions.extend(&Mentions::of(&self.texts[name].text));
        }
        mentions
    }

    /// Finds every variable that a template names and the job does not have, without rendering.
    pub fn check_variables(&self, template: &str, scope: &Scope) -> Vec<Diagnostic> {
        let texts = self.closure(template).into_iter().map(|name| &self.texts[name]);
        check::check(&texts.collect::<Vec<_>>(), scope)
    }

    fn resolve(&self, name: &str) -> Option<&str> {
        let below = format!("{TEMPLATES}{name}");
        let found = self.texts.get_key_value(name).or_else(|| self.texts.get_key_value(&below));
        found.map(|(name, _)| name.as_str())
    }

    /// The templates that one names directly.
    fn uses(&self, name: &str) -> Vec<&str> {
        let mut found = Vec::new();
        for tag in lex::tags(&self.texts[name].text) {
            for pair in tag.tokens.windows(2) {
                match (pair[0].kind, pair[1].kind) {
                    (Kind::Ident("extends" | "include"), Kind::Text(target)) => {
                        found.extend(self.resolve(target));
                    }
                    (Kind::Sign("<"), Kind::Ident(component)) => {
                        found.extend(self.definer(component));
                    }
                    _ => {}
                }
            }
        }
        found
    }

    /// The file that defines a component.
    fn definer(&self, component: &str) -> Option<&str> {
        let defines = |text: &str| {
            lex::tags(text).iter().any(|tag| match tag.tokens.as_slice() {
                [word, name, ..] => word.is_word("component") && name.is_word(component),
                _ => false,
            })
        };
        self.texts.iter().find(|(_, text)| defines(&text.text)).map(|(name, _)| name.as_str())
    }
}

/// Tera with our filters, escaping, and where names are looked for.
fn new_tera() -> Tera {
    let mut tera = Tera::default();
    filters::register(&mut tera);
    tera.autoescape_on([".html", ".htm", ".xml", ".svg"]);
    // Refused only once there are templates.
    let _ = tera.set_fallback_prefixes([TEMPLATES]);
    tera
}

/// The first thing an error says.
fn first(error: &tera::Error, texts: &Texts) -> Box<Diagnostic> {
    let found = error::diagnose(error, texts).into_iter().next();
    Box::new(found.unwrap_or_else(|| Diagnostic::error("template", error.to_string())))
}
