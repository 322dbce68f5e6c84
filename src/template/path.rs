//! Paths in an expression, such as `award.member.awards[0].serial`, and the brackets around them.

use std::ops::Range;

use super::lex::{Kind, Token};

/// Words of the language that are no variables.
pub(super) const WORDS: &[&str] = &[
    "and", "or", "not", "is", "in", "if", "else", "for", "true", "false", "True", "False", "none",
    "None", "null",
];

/// A path.
pub(super) struct Path<'t> {
    /// Its parts, the first of which is a variable.
    pub steps: Vec<Step<'t>>,
    /// How many tokens it takes.
    pub length: usize,
}

/// A part of a path.
pub(super) struct Step<'t> {
    /// None for an index that is not a written name.
    pub name: Option<&'t str>,
    /// Where it stands.
    pub range: Range<usize>,
}

impl Path<'_> {
    /// As written, up to the step `last`.
    pub fn show(&self, last: usize) -> String {
        let mut shown = String::new();
        for step in &self.steps[..=last] {
            match step.name {
                Some(name) if shown.is_empty() => shown += name,
                Some(name) => {
                    shown.push('.');
                    shown += name;
                }
                None => shown += "[…]",
            }
        }
        shown
    }
}

/// Whether what follows a path asks whether it is there, or says what to take otherwise.
pub(super) fn asks(tokens: &[Token]) -> bool {
    match tokens {
        [pipe, name, ..] if pipe.is_sign("|") => name.is_word("default"),
        [is, not, name, ..] if is.is_word("is") && not.is_word("not") => is_existence(name),
        [is, name, ..] if is.is_word("is") => is_existence(name),
        _ => false,
    }
}

fn is_existence(name: &Token) -> bool {
    name.is_word("defined") || name.is_word("undefined")
}

/// Whether the token leads to a part, so that what follows begins no path.
pub(super) fn is_step(token: &Token) -> bool {
    token.is_sign(".") || token.is_sign("?.")
}

/// Whether a value ends with the token, so that `<` after it compares.
pub(super) fn is_operand(token: &Token) -> bool {
    match token.kind {
        Kind::Ident(word) => !WORDS.contains(&word) || matches!(word, "true" | "false" | "none"),
        Kind::Text(_) | Kind::Number => true,
        Kind::Sign(sign) => matches!(sign, ")" | "]" | "}"),
    }
}

/// The names among the tokens.
pub(super) fn idents<'t>(tokens: &[Token<'t>]) -> Vec<&'t str> {
    let ident = |token: &Token<'t>| match token.kind {
        Kind::Ident(name) => Some(name),
        _ => None,
    };
    tokens.iter().filter_map(ident).collect()
}

/// The path that the tokens begin with.
pub(super) fn path<'t>(tokens: &[Token<'t>]) -> Path<'t> {
    let step = |token: &Token<'t>| Step {
        name: match token.kind {
            Kind::Ident(name) | Kind::Text(name) => Some(name),
            _ => None,
        },
        range: token.range.clone(),
    };
    let mut steps = vec![step(&tokens[0])];
    let mut at = 1;
    while let [sign, next, ..] = &tokens[at..] {
        match sign.kind {
            Kind::Sign("." | "?.") => {
                steps.push(step(next));
                at += 2;
            }
            Kind::Sign("[" | "?[") => {
                let end = matching(&tokens[at..], "]");
                let literal = end == 2 && matches!(next.kind, Kind::Text(_));
                let slice = tokens[at..at + end].iter().any(|t| t.is_sign(":"));
                if literal {
                    steps.push(step(next));
                } else if !slice {
                    steps.push(Step { name: None, range: next.range.clone() });
                }
                at += end + 1;
            }
            _ => break,
        }
    }
    Path { steps, length: at.min(tokens.len()) }
}

/// The index of the sign that closes the bracket with which the tokens begin.
pub(super) fn matching(tokens: &[Token], closing: &str) -> usize {
    let opening: &[&str] = match closing {
        "]" => &["[", "?["],
        ")" => &["("],
        _ => &["{"],
    };
    let mut depth = 0usize;
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Sign(sign) if opening.contains(&sign) => depth += 1,
            Kind::Sign(sign) if sign == closing => {
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            }
            _ => {}
        }
    }
    tokens.len().saturating_sub(1)
}
