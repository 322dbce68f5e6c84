//! What Tera says went wrong → diagnostics that point into the template.
//!
//! Tera gives a message and a span for syntax and rendering errors; what it finds when it joins
//! templates (unknown filters, missing includes) is one text of reports, read back here.

use std::collections::BTreeMap;

use tera::{ErrorKind, ReportError};

use super::filters;
use super::lex::{self, Kind};
use super::source::Text;
use crate::diag::{self, Diagnostic, Span, nearest};

/// The texts that Tera compiled, by the names it knows them by.
pub(super) type Texts = BTreeMap<String, Text>;

/// Everything the error says.
pub(super) fn diagnose(error: &tera::Error, texts: &Texts) -> Vec<Diagnostic> {
    match error.kind() {
        ErrorKind::SyntaxError(report) => vec![syntax(report, texts)],
        ErrorKind::RenderingError(report) => {
            vec![with_callers(rendering(report, texts), &error.to_string(), texts)]
        }
        ErrorKind::MissingParent { current, parent } => {
            vec![missing_parent(current, parent, texts)]
        }
        ErrorKind::CircularExtend { tpl, inheritance_chain } => {
            let chain = inheritance_chain.join(" → ");
            vec![circular("extends itself", tpl, &chain, texts)]
        }
        ErrorKind::CircularInclude { tpl, include_chain } => {
            vec![circular("includes itself", tpl, &include_chain.join(" → "), texts)]
        }
        ErrorKind::Msg(text) if text.starts_with("error: ") => {
            text.split("\n\n").filter_map(|report| build(report, texts)).collect()
        }
        _ => vec![Diagnostic::error("template", lower(&error.to_string())).in_foreign_words()],
    }
}

fn syntax(report: &ReportError, texts: &Texts) -> Diagnostic {
    let message = match report.message() {
        "Unexpected end of input" => {
            "the template ends within a tag, or before the end of a block".to_string()
        }
        message => lower(message),
    };
    at(Diagnostic::error("template-syntax", message), report, texts)
}

fn at(diagnostic: Diagnostic, report: &ReportError, texts: &Texts) -> Diagnostic {
    match texts.get(report.filename()) {
        Some(text) => diagnostic.at(text.locate(report.span().range.clone())),
        None => diagnostic,
    }
}

fn rendering(report: &ReportError, texts: &Texts) -> Diagnostic {
    let message = report.message();
    let (head, names) = message.split_once(". Available ").unwrap_or((message, ""));
    let undefined = head.contains("is not defined")
        || head.contains("undefined") && !head.contains("Slice")
        || names.starts_with("variables: ")
        || names.starts_with("fields: ");
    if !undefined {
        let found = Diagnostic::error("template-render", lower(message)).in_foreign_words();
        return at(found, report, texts);
    }
    let Some(text) = texts.get(report.filename()) else {
        return Diagnostic::error("unknown-variable", lower(message));
    };
    let path = path_before(&text.text, report.span().range.end);
    let names = names.split_once(": ").map_or("", |(_, names)| names);
    let names: Vec<String> = names.split(", ").map(str::to_string).collect();
    let last = path.rsplit(['.', '?']).next().unwrap_or(path).to_string();
    let span = text.locate(report.span().range.clone());
    unknown(path, &last, "", &names, span)
}

/// The diagnostic for a name that means nothing.
pub(super) fn unknown(
    path: &str,
    last: &str,
    of: &str,
    names: &[String],
    span: Span,
) -> Diagnostic {
    let of = if of.is_empty() { String::new() } else { format!(": {of} has no `{last}`") };
    let diagnostic =
        Diagnostic::error("unknown-variable", format!("unknown variable `{path}`{of}")).at(span);
    let names: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .filter(|n| !n.starts_with("__") && !n.is_empty())
        .collect();
    match nearest(last, names.iter().copied()) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None if names.is_empty() => diagnostic,
        None => diagnostic.note(format!("known here: {}", diag::names(names))),
    }
    .naming_columns()
}

/// The dotted path that ends at byte `end`.
fn path_before(text: &str, end: usize) -> &str {
    let head = &text[..end];
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '?');
    let start = head
        .rfind(|c| !part(c))
        .map_or(0, |i| i + head[i..].chars().next().map_or(1, char::len_utf8));
    &head[start..]
}

/// The places from which the failing piece was included or called: `note: called from FILE:L:C`.
fn with_callers(mut diagnostic: Diagnostic, report: &str, texts: &Texts) -> Diagnostic {
    for line in report.lines().filter_map(|l| l.strip_prefix("note: called from ")) {
        if let Some((text, offset)) = place(line, texts) {
            diagnostic = diagnostic.related(text.locate(offset..offset), "called from here");
        }
    }
    diagnostic
}

/// One of the reports made when templates are joined: `error: WHAT\n --> FILE:LINE:COLUMN…`.
fn build(report: &str, texts: &Texts) -> Option<Diagnostic> {
    let mut lines = report.lines();
    let message = lines.next()?.strip_prefix("error: ")?;
    let location = lines.next()?.trim_start().strip_prefix("--> ")?;
    let carets = report.lines().last().map_or(1, |l| l.matches('^').count().max(1));
    let mut diagnostic = Diagnostic::error("template-build", lower(message));
    if let Some((text, start)) = place(location, texts) {
        let end = text.text[start..].char_indices().nth(carets).map_or(start, |(i, _)| start + i);
        diagnostic = diagnostic.at(text.locate(start..end));
    }
    let name = message.split('`').nth(1)?;
    let near = if message.starts_with("Unknown filter") {
        nearest(name, filters::NAMES.iter().copied())
    } else if message.starts_with("Unknown test") {
        nearest(name, filters::TESTS.iter().copied())
    } else if message.starts_with("Unknown template") {
        nearest_template(name, texts)
    } else {
        None
    };
    Some(match near {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic,
    })
}

/// `FILE:LINE:COLUMN` as a text and a byte of it.
fn place<'a>(location: &str, texts: &'a Texts) -> Option<(&'a Text, usize)> {
    let mut parts = location.rsplitn(3, ':');
    let column = parts.next()?.parse().ok()?;
    let line = parts.next()?.parse().ok()?;
    let text = texts.get(parts.next()?)?;
    Some((text, text.offset(line, column)))
}

/// The template of the nearest name; the suffix, which all share, does not count as likeness.
fn nearest_template<'a>(name: &str, texts: &'a Texts) -> Option<&'a str> {
    fn stem(name: &str) -> &str {
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }
    let full = texts.keys().map(String::as_str);
    let names: Vec<&str> =
        full.clone().filter_map(|n| n.strip_prefix("templates/")).chain(full).collect();
    let near = nearest(stem(name), names.iter().copied().map(stem))?;
    names.into_iter().find(|n| stem(n) == near)
}

fn missing_parent(current: &str, parent: &str, texts: &Texts) -> Diagnostic {
    let message = format!("no template `{parent}`, which this one extends");
    let mut diagnostic = Diagnostic::error("missing-template", message);
    if let Some(span) = target_span(current, "extends", texts) {
        diagnostic = diagnostic.at(span);
    }
    match nearest_template(parent, texts) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help("name it relative to the project's folder, or to `templates/`"),
    }
}

fn circular(what: &str, name: &str, chain: &str, texts: &Texts) -> Diagnostic {
    let diagnostic = Diagnostic::error("circular-template", format!("template `{name}` {what}"));
    let span = target_span(name, "extends", texts).or_else(|| target_span(name, "include", texts));
    let diagnostic = match span {
        Some(span) => diagnostic.at(span),
        None => diagnostic,
    };
    diagnostic.note(format!("by way of {chain}"))
}

/// Where a template names another, in the first `extends` or `include` tag.
fn target_span(template: &str, tag: &str, texts: &Texts) -> Option<Span> {
    let text = texts.get(template)?;
    lex::tags(&text.text).into_iter().find_map(|t| match t.tokens.as_slice() {
        [word, name, ..] if word.is_word(tag) && matches!(name.kind, Kind::Text(_)) => {
            Some(text.locate(name.range.clone()))
        }
        _ => None,
    })
}

/// A message of Tera's in our style: lower-case, without a full stop.
fn lower(message: &str) -> String {
    let message = message.trim_end_matches('.');
    let mut chars = message.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => String::new(),
    }
}
