//! The template files of a project.

use std::collections::BTreeSet;
use std::path::Path;

use super::error::{self, Texts};
use super::lex::{self, Kind};
use super::source::Text;
use super::{TEMPLATES, new_tera};
use crate::data::PROJECT_FILE;
use crate::diag::{Diagnostic, Source};

/// Reads `files`, the HTML files below `templates/` and beside `files`, and what they name.
pub(super) fn read(root: &Path, files: &[String]) -> Result<Texts, Vec<Diagnostic>> {
    let mut names: BTreeSet<String> = files.iter().map(|f| f.replace('\\', "/")).collect();
    let mut folders = BTreeSet::from([TEMPLATES.trim_end_matches('/').to_string()]);
    folders.extend(names.iter().filter_map(|n| n.rsplit_once('/')).map(|(dir, _)| dir.to_string()));
    for folder in folders {
        html_below(root, &folder, &mut names);
    }
    let mut texts = Texts::new();
    let mut found = Vec::new();
    while let Some(name) = names.pop_first() {
        match read_one(root, &name) {
            Ok(text) => {
                names.extend(named_by(root, &text).filter(|n| !texts.contains_key(n)));
                texts.insert(name, text);
            }
            Err(reason) => found.push(Diagnostic::error(
                "missing-template",
                format!("cannot read the template `{name}`: {reason}"),
            )),
        }
    }
    if found.is_empty() { Ok(texts) } else { Err(found) }
}

fn read_one(root: &Path, name: &str) -> Result<Text, String> {
    let bytes = std::fs::read(root.join(name)).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => "no such file".to_string(),
        kind => kind.to_string(),
    })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        format!("not UTF-8 at byte offset {}", error.utf8_error().valid_up_to())
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text).replace("\r\n", "\n");
    Ok(Text::file(Source::code(name, text)))
}

/// Adds the HTML files below a folder; a folder with a project file of its own is another project.
fn html_below(root: &Path, folder: &str, names: &mut BTreeSet<String>) {
    let Ok(entries) = std::fs::read_dir(root.join(folder)) else { return };
    for entry in entries.flatten() {
        let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && root.join(&name).join(PROJECT_FILE).exists() => {}
            Ok(kind) if kind.is_dir() => html_below(root, &name, names),
            _ if name.ends_with(".html") => {
                names.insert(name);
            }
            _ => {}
        }
    }
}

/// The files that a template extends or includes; those that are not there Tera reports.
fn named_by<'a>(root: &'a Path, text: &Text) -> impl Iterator<Item = String> + use<'a> {
    let mut targets = Vec::new();
    for tag in lex::tags(&text.text) {
        if let [word, target, ..] = tag.tokens.as_slice()
            && (word.is_word("extends") || word.is_word("include"))
            && let Kind::Text(name) = target.kind
        {
            targets.push(name.to_string());
        }
    }
    targets.into_iter().filter_map(|name| {
        [name.clone(), format!("{TEMPLATES}{name}")]
            .into_iter()
            .find(|name| root.join(name).is_file())
    })
}

/// Tera stops at the first template with a syntax error; these are the errors of all.
pub(super) fn all_errors(first: tera::Error, texts: &Texts) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (name, text) in texts {
        if let Err(error) = new_tera().add_raw_template(name, &text.text)
            && matches!(error.kind(), tera::ErrorKind::SyntaxError(_))
        {
            found.extend(error::diagnose(&error, texts));
        }
    }
    if found.is_empty() { error::diagnose(&first, texts) } else { found }
}
