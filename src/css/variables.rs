//! Custom properties and `var()` (CSS Variables 1).
//!
//! A value with `var()` stays text until the variables of an element are known, then it is put
//! together and parsed as if it had stood in the sheet.

use std::sync::Arc;

use cssparser::{Parser, Token};

use super::properties::{Declared, Property, PropertyId};
use super::values::{Context, Res, bad};
use crate::diag::Span;

/// A declaration's value with `var()` in it.
#[derive(Debug)]
pub struct Unparsed {
    /// The property it stands in: a longhand or a shorthand.
    pub name: Box<str>,
    /// The value as written.
    pub text: Box<str>,
    /// The folder of the sheet.
    pub base: Arc<str>,
    /// Where it stands, for the message if it turns out invalid.
    pub span: Span,
}

/// The custom properties of an element, by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Variables {
    /// Sorted by name.
    list: Vec<(Arc<str>, Arc<str>)>,
}

impl Variables {
    /// The value of `--name`.
    pub fn get(&self, name: &str) -> Option<&Arc<str>> {
        let found = self.list.binary_search_by(|(n, _)| (**n).cmp(name)).ok()?;
        Some(&self.list[found].1)
    }

    /// Sets or, without a value, removes a variable.
    pub fn set(&mut self, name: &Arc<str>, value: Option<Arc<str>>) {
        match (self.list.binary_search_by(|(n, _)| (**n).cmp(name)), value) {
            (Ok(at), Some(value)) => self.list[at].1 = value,
            (Ok(at), None) => {
                self.list.remove(at);
            }
            (Err(at), Some(value)) => self.list.insert(at, (Arc::clone(name), value)),
            (Err(_), None) => {}
        }
    }
}

/// What a custom property declaration says.
#[derive(Clone, Debug, PartialEq)]
pub enum CustomValue {
    /// A text, perhaps with `var()`.
    Text(Arc<str>),
    /// `initial`: no value.
    Initial,
    /// `inherit`, `unset`, `revert`: the parent's value.
    Inherit,
}

/// The variables of an element from its parent's and its own declarations, in cascade order.
pub fn resolve(parent: &Arc<Variables>, declared: &[(&Arc<str>, &CustomValue)]) -> Arc<Variables> {
    if declared.is_empty() {
        return Arc::clone(parent);
    }
    let mut variables = (**parent).clone();
    for (name, value) in declared {
        match value {
            CustomValue::Text(text) => variables.set(name, Some(Arc::clone(text))),
            CustomValue::Initial => variables.set(name, None),
            CustomValue::Inherit => variables.set(name, parent.get(name).cloned()),
        }
    }
    let pending: Vec<Arc<str>> =
        variables.list.iter().filter(|(_, text)| has_var(text)).map(|(n, _)| n.clone()).collect();
    for name in cyclic(&pending, &variables) {
        variables.set(&name, None);
    }
    let texts = variables.clone();
    for name in &pending {
        if let Some(text) = texts.get(name) {
            let mut open = vec![Arc::clone(name)];
            variables.set(name, substitute(text, &texts, &mut open).map(Arc::from));
        }
    }
    Arc::new(variables)
}

/// The variables that refer to themselves, through others or through fallbacks: they have no value
/// (CSS Variables 1 §2.3).
fn cyclic(pending: &[Arc<str>], variables: &Variables) -> Vec<Arc<str>> {
    let references: Vec<Vec<Arc<str>>> = pending
        .iter()
        .map(|name| {
            let mut names = Vec::new();
            let text = variables.get(name).map_or("", |text| text);
            references(&mut Parser::new(text), &mut names);
            names
        })
        .collect();
    let reaches_itself = |start: usize| {
        let mut seen = vec![false; pending.len()];
        let mut open = vec![start];
        while let Some(at) = open.pop() {
            for name in &references[at] {
                let Some(next) = pending.iter().position(|p| p == name) else { continue };
                if next == start {
                    return true;
                }
                if !std::mem::replace(&mut seen[next], true) {
                    open.push(next);
                }
            }
        }
        false
    };
    let all = pending.iter().enumerate();
    all.filter(|(at, _)| reaches_itself(*at)).map(|(_, name)| Arc::clone(name)).collect()
}

/// The names in every `var()` of a text, those in fallbacks included.
fn references(p: &mut Parser, names: &mut Vec<Arc<str>>) {
    loop {
        let Ok(token) = p.next() else { return };
        let is_var = match token {
            Token::Function(name) => name.eq_ignore_ascii_case("var"),
            Token::ParenthesisBlock | Token::SquareBracketBlock | Token::CurlyBracketBlock => false,
            _ => continue,
        };
        let _ = p.parse_nested_block(|p| {
            if is_var && let Ok(name) = p.expect_ident() {
                names.push(Arc::from(&**name));
            }
            references(p, names);
            Ok::<_, cssparser::ParseError<()>>(())
        });
    }
}

/// Whether a text may hold `var()`.
pub fn has_var(text: &str) -> bool {
    text.as_bytes().windows(4).any(|w| w.eq_ignore_ascii_case(b"var("))
}

/// The most text a substitution may make, against values that double each other.
const LONGEST: usize = 64 * 1024;

/// The text with every `var()` replaced; none if one has no value and no fallback. Variables in
/// `open` are being put together: to meet one again is a cycle.
fn substitute(text: &str, variables: &Variables, open: &mut Vec<Arc<str>>) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut p = Parser::new(text);
    substitute_tokens(&mut p, variables, open, &mut out)?;
    Some(out)
}

fn substitute_tokens(
    p: &mut Parser,
    variables: &Variables,
    open: &mut Vec<Arc<str>>,
    out: &mut String,
) -> Option<()> {
    loop {
        let start = p.position();
        let Ok(token) = p.next_including_whitespace_and_comments() else { return Some(()) };
        if out.len() > LONGEST {
            return None;
        }
        let closing = match token {
            Token::Function(name) if name.eq_ignore_ascii_case("var") => {
                p.parse_nested_block(|p| match one_var(p, variables, open, out) {
                    Some(()) => Ok(()),
                    None => bad(),
                })
                .ok()?;
                continue;
            }
            Token::Comment(_) => {
                out.push_str("/**/");
                continue;
            }
            Token::Function(_) | Token::ParenthesisBlock => ")",
            Token::SquareBracketBlock => "]",
            Token::CurlyBracketBlock => "}",
            _ => "",
        };
        out.push_str(p.slice_from(start));
        if !closing.is_empty() {
            p.parse_nested_block(|p| match substitute_tokens(p, variables, open, out) {
                Some(()) => Ok(()),
                None => bad(),
            })
            .ok()?;
            out.push_str(closing);
        }
    }
}

/// The inside of one `var()`: its value, or its fallback.
fn one_var(
    p: &mut Parser,
    variables: &Variables,
    open: &mut Vec<Arc<str>>,
    out: &mut String,
) -> Option<()> {
    let name: Arc<str> = p.expect_ident().ok().filter(|n| n.starts_with("--"))?.as_ref().into();
    let fallback = p.try_parse(|p| p.expect_comma()).is_ok();
    let value = match variables.get(&name) {
        Some(_) if open.contains(&name) => return None,
        Some(text) if has_var(text) => {
            open.push(Arc::clone(&name));
            let value = substitute(text, variables, open);
            open.pop();
            value
        }
        Some(text) => Some(text.to_string()),
        None => None,
    };
    match value {
        Some(value) => {
            // Comments keep neighbouring tokens apart (CSS Syntax 3 §9).
            out.push_str("/**/");
            out.push_str(&value);
            out.push_str("/**/");
            while p.next().is_ok() {}
            Some(())
        }
        None if fallback => substitute_tokens(p, variables, open, out),
        None => None,
    }
}

/// The declarations a text makes once its variables are known; an error is invalid at
/// computed-value time.
pub fn parse(unparsed: &Unparsed, variables: &Variables) -> Res<Vec<Declared>> {
    let Some(text) = substitute(&unparsed.text, variables, &mut Vec::new()) else { return bad() };
    let cx = Context::new(&unparsed.base);
    let mut p = Parser::new(&text);
    let Some(property) = super::properties::by_name(&unparsed.name) else { return bad() };
    p.parse_entirely(|p| super::declaration::value(property, &cx, p))
}

/// The declaration of one longhand out of a text.
pub fn longhand(unparsed: &Unparsed, variables: &Variables, id: PropertyId) -> Option<Declared> {
    parse(unparsed, variables).ok()?.into_iter().find(|d| d.id() == id)
}

/// The longhands a property stands for.
pub fn longhands(property: Property) -> Vec<PropertyId> {
    match property {
        Property::Longhand(id) => vec![id],
        Property::Shorthand(shorthand) => shorthand.longhands.to_vec(),
    }
}
