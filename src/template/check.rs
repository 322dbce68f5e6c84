//! Unknown variables, found before anything is rendered.
//!
//! A misspelt column in an `if` is false in silence, and in a branch that no row takes yet it
//! waits for the row that does: so every path that a template writes (`award.member.name_zh`) is
//! followed through the shapes of the job's variables. What cannot be known (the result of a
//! filter, a map made in the template) is [`Shape::Any`], of which every part exists.
//!
//! Names that a template sets itself are known wherever its parents, children and includes use
//! them, since blocks move code around; a path that is asked about (`is defined`) or given a
//! `default` anywhere is left alone everywhere.

use std::collections::{BTreeMap, BTreeSet};

use super::context::Scope;
use super::error::unknown;
use super::lex::{self, Kind, Tag, Token};
use super::path::{Path, WORDS, asks, idents, is_operand, is_step, matching, path};
use super::shape::{self, NoPart, STEPS_FROM_ROW, Shape};
use super::source::Text;
use crate::diag::{Diagnostic, nearest};

/// Names that Tera itself binds.
const BOUND_BY_TERA: &[&str] = &["loop", "body", "__tera_context"];
/// Filters that leave the elements of a list what they are.
const LIST_FILTERS: &[&str] = &["sort", "sort_by", "reverse", "unique"];

/// Checks a template, given as the texts that go into it.
pub(super) fn check(texts: &[&Text], scope: &Scope) -> Vec<Diagnostic> {
    let mut walker = Walker {
        scope,
        frames: Vec::new(),
        bound: BTreeSet::new(),
        asked: BTreeSet::new(),
        found: Vec::new(),
    };
    let tags: Vec<Vec<Tag>> = texts.iter().map(|text| lex::tags(&text.text)).collect();
    for tags in &tags {
        walker.collect(tags);
    }
    for (text, tags) in texts.iter().zip(&tags) {
        walker.frames = vec![Frame::default()];
        for tag in tags {
            walker.tag(text, tag);
        }
    }
    crate::diag::sort(&mut walker.found);
    walker.found
}

/// The names that a loop, a component or the template binds.
#[derive(Default)]
struct Frame {
    names: BTreeMap<String, Shape>,
    /// A component's body sees nothing from outside.
    is_component: bool,
}

struct Walker<'a> {
    scope: &'a Scope,
    frames: Vec<Frame>,
    /// Every name that `set` or `for` binds in any of the texts.
    bound: BTreeSet<String>,
    /// Every path that is asked about or has a default.
    asked: BTreeSet<String>,
    found: Vec<Diagnostic>,
}

impl Walker<'_> {
    /// Notes what the tags bind and ask about.
    fn collect(&mut self, tags: &[Tag]) {
        for tag in tags {
            let tokens = &tag.tokens;
            if let Some(first) = tokens.first().filter(|_| !tag.is_output) {
                let names = match first.kind {
                    Kind::Ident("set" | "set_global") => &tokens[1..tokens.len().min(2)],
                    Kind::Ident("for") => &tokens[1..tokens.len().min(4)],
                    _ => &[],
                };
                for token in names.iter().take_while(|t| !t.is_word("in")) {
                    if let Kind::Ident(name) = token.kind {
                        self.bound.insert(name.to_string());
                    }
                }
            }
            for at in 0..tokens.len() {
                let starts = at == 0 || !is_step(&tokens[at - 1]);
                if matches!(tokens[at].kind, Kind::Ident(_)) && starts {
                    let path = path(&tokens[at..]);
                    if asks(&tokens[at + path.length..]) {
                        self.asked.insert(path.show(path.steps.len() - 1));
                    }
                }
            }
        }
    }

    fn tag(&mut self, text: &Text, tag: &Tag) {
        let tokens = tag.tokens.as_slice();
        let word = match tokens.first().map(|t| t.kind) {
            Some(Kind::Ident(word)) if !tag.is_output => word,
            // `{% <card title="x"> %}` calls a component, `{% </card> %}` ends the call.
            Some(Kind::Sign("<")) if !tag.is_output => {
                if !tokens.get(1).is_some_and(|t| t.is_sign("/")) {
                    self.expression(text, tokens);
                }
                return;
            }
            _ => return self.expression(text, tokens),
        };
        match word {
            "for" => self.start_for(text, tokens),
            "component" => self.start_component(tokens),
            "endfor" | "endcomponent" => {
                self.frames.pop();
            }
            "set" | "set_global" => self.set(text, tokens),
            "if" | "elif" => self.expression(text, &tokens[1..]),
            // The filter's name comes first, then its arguments.
            "filter" => self.expression(text, tokens.get(2..).unwrap_or(&[])),
            _ => {}
        }
    }

    fn start_for(&mut self, text: &Text, tokens: &[Token]) {
        let at = tokens.iter().position(|t| t.is_word("in")).unwrap_or(0);
        let names: Vec<&str> = idents(&tokens[1..at.max(1)]);
        let container = &tokens[at + 1..];
        self.expression(text, container);
        let element = match names.len() {
            1 => self.shape_of(container).element(),
            _ => Shape::Any,
        };
        let mut frame = Frame::default();
        for name in names {
            frame.names.insert(name.to_string(), element.clone());
        }
        self.frames.push(frame);
    }

    fn start_component(&mut self, tokens: &[Token]) {
        let mut frame = Frame { is_component: true, ..Frame::default() };
        let open = tokens.iter().position(|t| t.is_sign("(")).unwrap_or(0);
        let mut previous = "(";
        for token in &tokens[open..] {
            match token.kind {
                Kind::Ident(name) if matches!(previous, "(" | "," | "@" | "...") => {
                    frame.names.insert(name.to_string(), Shape::Any);
                    previous = "";
                }
                Kind::Sign(sign) => previous = sign,
                _ => previous = "",
            }
        }
        self.frames.push(frame);
    }

    fn set(&mut self, text: &Text, tokens: &[Token]) {
        let Some(Kind::Ident(name)) = tokens.get(1).map(|t| t.kind) else { return };
        let shape = match tokens.get(2) {
            Some(sign) if sign.is_sign("=") => {
                self.expression(text, &tokens[3..]);
                self.shape_of(&tokens[3..])
            }
            // A block that is captured: `{% set body | filter %}`.
            _ => {
                self.expression(text, tokens.get(2..).unwrap_or(&[]));
                Shape::Plain
            }
        };
        // Set twice, it may be either.
        if let Some(frame) = self.frames.last_mut() {
            let known = frame.names.entry(name.to_string()).or_insert_with(|| shape.clone());
            if *known != shape {
                *known = Shape::Any;
            }
        }
    }

    /// Checks every path in an expression.
    fn expression(&mut self, text: &Text, tokens: &[Token]) {
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            let before = at.checked_sub(1).map(|i| &tokens[i]);
            at += match token.kind {
                Kind::Ident(word) => self.ident(text, word, &tokens[at..], before),
                Kind::Sign("<") if !before.is_some_and(is_operand) => {
                    self.component_call(text, &tokens[at..])
                }
                Kind::Sign("[") => self.list(text, &tokens[at..]),
                _ => 1,
            };
        }
    }

    /// A name in an expression; how many tokens it takes.
    fn ident(
        &mut self,
        text: &Text,
        word: &str,
        tokens: &[Token],
        before: Option<&Token>,
    ) -> usize {
        let next_is = |sign: &str| tokens.get(1).is_some_and(|t| t.is_sign(sign));
        let is_filter = before.is_some_and(|t| t.is_sign("|"));
        let is_test = before.is_some_and(|t| t.is_word("is"));
        if word == "not" || (!is_filter && !is_test && WORDS.contains(&word)) {
            // `is not defined`: the test's name is no variable either.
            return if word == "not" && is_test { 2.min(tokens.len()) } else { 1 };
        }
        if is_filter || is_test || next_is("(") || next_is("=") {
            return 1;
        }
        let path = path(tokens);
        if !asks(&tokens[path.length..]) {
            self.path(text, &path);
        }
        for token in 0..path.length {
            if matches!(tokens[token].kind, Kind::Sign("[" | "?[")) {
                let end = matching(&tokens[token..], "]");
                self.expression(text, &tokens[token + 1..token + end]);
            }
        }
        path.length
    }

    /// `<card title={x} wide {...more}/>`; the names and the attributes' names are no variables.
    fn component_call(&mut self, text: &Text, tokens: &[Token]) -> usize {
        let mut at = 2;
        while tokens.get(at).is_some_and(|t| t.is_sign(".")) {
            at += 2;
        }
        while let Some(token) = tokens.get(at) {
            match token.kind {
                Kind::Sign(">") => return at + 1,
                Kind::Sign("{") => {
                    let end = matching(&tokens[at..], "}");
                    self.expression(text, &tokens[at + 1..at + end]);
                    at += end;
                }
                Kind::Ident(_) if tokens.get(at + 1).is_some_and(|t| t.is_sign("=")) => at += 2,
                Kind::Ident(_) => {
                    self.path(text, &path(&tokens[at..at + 1]));
                    at += 1;
                }
                _ => at += 1,
            }
        }
        tokens.len()
    }

    /// `[a, b]`, or `[x.y for x in z if w]`, which binds `x`.
    fn list(&mut self, text: &Text, tokens: &[Token]) -> usize {
        let end = matching(tokens, "]");
        let inner = &tokens[1..end.max(1)];
        let mut frame = Frame::default();
        if let Some(at) = inner.iter().position(|t| t.is_word("for")) {
            for name in idents(&inner[at + 1..]).into_iter().take_while(|n| *n != "in") {
                frame.names.insert(name.to_string(), Shape::Any);
            }
        }
        self.frames.push(frame);
        self.expression(text, inner);
        self.frames.pop();
        end + 1
    }

    fn path(&mut self, text: &Text, path: &Path) {
        let shown = path.show(path.steps.len() - 1);
        let is_asked = |asked: &String| {
            shown.strip_prefix(asked.as_str()).is_some_and(|r| r.is_empty() || r.starts_with('.'))
        };
        if self.asked.iter().any(is_asked) {
            return;
        }
        if let Err((at, problem)) = self.follow(path) {
            let diagnostic = self.diagnostic(text, path, at, problem);
            self.found.push(diagnostic);
        }
    }

    /// The shape at the end of a path, or the step that fails.
    fn follow(&self, path: &Path) -> Result<Shape, (usize, NoPart)> {
        let root = path.steps[0].name.unwrap_or("");
        let mut shape = self
            .root(root)
            .ok_or_else(|| (0, NoPart::Unknown { of: String::new(), names: self.names() }))?;
        for (at, step) in path.steps.iter().enumerate().skip(1) {
            shape = match step.name {
                Some(name) => shape::part(&self.scope.dataset().clone(), &shape, name)
                    .map_err(|problem| (at, problem))?,
                None => shape.element(),
            };
        }
        Ok(shape)
    }

    fn root(&self, name: &str) -> Option<Shape> {
        for frame in self.frames.iter().rev() {
            if let Some(shape) = frame.names.get(name) {
                return Some(shape.clone());
            }
            if frame.is_component {
                let known = BOUND_BY_TERA.contains(&name) || self.bound.contains(name);
                return known.then_some(Shape::Any);
            }
        }
        if BOUND_BY_TERA.contains(&name) || self.bound.contains(name) {
            return Some(Shape::Any);
        }
        self.scope.shape(name).cloned()
    }

    fn in_component(&self) -> bool {
        self.frames.iter().any(|f| f.is_component)
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> =
            self.frames.iter().flat_map(|f| f.names.keys().cloned()).collect();
        if !self.in_component() {
            names.extend(self.scope.names().map(str::to_string));
            names.extend(self.bound.iter().cloned());
        }
        names.sort();
        names.dedup();
        names
    }

    fn diagnostic(&self, text: &Text, path: &Path, at: usize, problem: NoPart) -> Diagnostic {
        let step = &path.steps[at];
        let span = text.locate(step.range.clone());
        let name = step.name.unwrap_or("");
        match problem {
            NoPart::TooFar => Diagnostic::error(
                "too-many-steps",
                format!("`{}` follows too many references", path.show(at)),
            )
            .at(span)
            .help(format!("a template can follow {STEPS_FROM_ROW} from its row")),
            NoPart::Unknown { of, names } => {
                let diagnostic = unknown(&path.show(at), name, &of, &names, span);
                if at == 0 && self.in_component() && self.scope.shape(name).is_some() {
                    return diagnostic.help("a component sees its arguments only: pass it");
                }
                // `member.name` where `award.member.name` was meant is no slip of the finger.
                match nearest(name, names.iter().map(String::as_str)) {
                    None if of == "a list" => diagnostic.help("loop over it, or take one: […][0]"),
                    _ => diagnostic,
                }
            }
        }
    }

    /// The shape of an expression that is a path, perhaps with filters that keep the elements.
    fn shape_of(&self, tokens: &[Token]) -> Shape {
        if !matches!(tokens.first().map(|t| t.kind), Some(Kind::Ident(w)) if !WORDS.contains(&w)) {
            return Shape::Any;
        }
        let path = path(tokens);
        let mut rest = &tokens[path.length..];
        while let [pipe, filter, tail @ ..] = rest {
            let keeps = matches!(filter.kind, Kind::Ident(name) if LIST_FILTERS.contains(&name));
            if !pipe.is_sign("|") || !keeps {
                return Shape::Any;
            }
            let arguments = tail.first().is_some_and(|t| t.is_sign("("));
            rest =
                if arguments { &tail[(matching(tail, ")") + 1).min(tail.len())..] } else { tail };
        }
        if rest.is_empty() { self.follow(&path).unwrap_or(Shape::Any) } else { Shape::Any }
    }
}
