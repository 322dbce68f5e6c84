//! Declarations: the inside of `{}` to a [`Block`], with a warning for each that is dropped.

use std::sync::Arc;

use cssparser::{
    AtRuleParser, CowRcStr, DeclarationParser, Delimiter, ParseError, Parser, ParserState,
    QualifiedRuleParser, RuleBodyItemParser, RuleBodyParser, Token,
};

use super::properties::{Declared, Property, Value, Wide, by_name, supported_properties};
use super::values::{Context, Expected, Res, bad, length, one_of};
use super::variables::{CustomValue, Unparsed, has_var, longhands};
use crate::diag::{Diagnostic, Source, Span, nearest};

/// The declarations of a rule.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// Those without `!important`, in order.
    pub normal: Vec<Declared>,
    /// Those with it.
    pub important: Vec<Declared>,
    /// Custom properties, with whether they are important.
    pub custom: Vec<(Arc<str>, CustomValue, bool)>,
    /// Whether a value reads the element's attributes.
    pub reads_attributes: bool,
}

/// The text a parser works on and where its messages go.
pub struct Reader<'a> {
    /// The text messages point into.
    pub source: &'a Arc<Source>,
    /// Where the parsed text begins in the source.
    pub offset: usize,
    /// What surrounds values.
    pub cx: Context<'a>,
    /// The folder of the sheet.
    pub base: Arc<str>,
    /// Findings.
    pub found: Vec<Diagnostic>,
}

impl<'a> Reader<'a> {
    /// A reader of a text in `source` that begins at `offset`.
    pub fn new(source: &'a Arc<Source>, offset: usize, base: &'a str) -> Reader<'a> {
        Reader { source, offset, cx: Context::new(base), base: base.into(), found: Vec::new() }
    }

    /// A span of the source from byte offsets of the parsed text.
    pub fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.source, self.offset + start..self.offset + end)
    }

    /// Records a warning.
    pub fn warn(&mut self, code: &'static str, message: String, span: Span) -> &mut Diagnostic {
        self.found.push(Diagnostic::warning(code, message).at(span));
        let last = self.found.len() - 1;
        &mut self.found[last]
    }

    /// The declarations up to the end of the input.
    pub fn block(&mut self, p: &mut Parser) -> Block {
        let mut body = Body::new(self);
        for item in RuleBodyParser::new(p, &mut body) {
            // Messages were made where the trouble was found.
            let _ = item;
        }
        body.block
    }
}

/// A value of a property, CSS-wide keywords included, up to the end of the input.
pub fn value(property: Property, cx: &Context, p: &mut Parser) -> Res<Vec<Declared>> {
    let wide = p.try_parse(|p| {
        let wide = one_of(cx, p, Wide::TABLE)?;
        p.expect_exhausted()?;
        Ok::<_, ParseError<()>>(wide)
    });
    if let Ok(wide) = wide {
        return Ok(longhands(property).into_iter().map(|id| Declared::Wide(id, wide)).collect());
    }
    let mut out = Vec::new();
    match property {
        Property::Longhand(id) => out.push(id.parse(cx, p)?.into()),
        Property::Shorthand(shorthand) => shorthand.parse(cx, p, &mut out)?,
    }
    if p.is_exhausted() {
        return Ok(out);
    }
    cx.expect(p, []);
    bad()
}

/// The inside of a rule being parsed.
pub struct Body<'r, 'a> {
    /// Reads values and takes messages.
    pub reader: &'r mut Reader<'a>,
    /// What was read.
    pub block: Block,
}

impl<'i> DeclarationParser<'i> for Body<'_, '_> {
    type Declaration = ();
    type Error = ();

    fn parse_value(
        &mut self,
        name: CowRcStr<'i>,
        p: &mut Parser<'i>,
        start: &ParserState,
    ) -> Res<()> {
        let at = start.position().byte_index();
        let (text, important, here) = raw_value(p);
        if name.starts_with("--") {
            self.custom(&name, text, important);
            return skip(p);
        }
        let Some(property) = by_name(&name) else {
            self.unknown(&name, at);
            return skip(p);
        };
        if has_var(text) {
            self.pending(property, &name, text, important, here);
            return skip(p);
        }
        if let Some((list, important)) = self.typed(&name, p, |cx, p| value(property, cx, p)) {
            self.declare(list, important);
        }
        skip(p)
    }
}

/// The value ahead as text, whether it is important, and where it stands.
fn raw_value<'i>(p: &mut Parser<'i>) -> (&'i str, bool, (usize, usize)) {
    p.skip_whitespace();
    let start = p.state();
    let from = p.position();
    while p.next_including_whitespace_and_comments().is_ok() {}
    let (text, important) = split_important(p.slice_from(from));
    p.reset(&start);
    (text, important, (from.byte_index(), from.byte_index() + text.len()))
}

fn skip(p: &mut Parser) -> Res<()> {
    while p.next_including_whitespace_and_comments().is_ok() {}
    Ok(())
}

/// The value without `!important`, and whether it was there.
fn split_important(raw: &str) -> (&str, bool) {
    let text = raw.trim_end();
    if text.len() < "!important".len() {
        return (text, false);
    }
    let cut = match text.rfind('!') {
        Some(at) if text[at + 1..].trim().eq_ignore_ascii_case("important") => at,
        _ => return (text, false),
    };
    (text[..cut].trim_end(), true)
}

impl<'r, 'a> Body<'r, 'a> {
    /// An empty body.
    pub fn new(reader: &'r mut Reader<'a>) -> Body<'r, 'a> {
        Body { reader, block: Block::default() }
    }

    /// A value by its parser, and whether it is important; without success a message is made.
    pub fn typed<'i, T>(
        &mut self,
        name: &str,
        p: &mut Parser<'i>,
        parse: impl FnOnce(&Context, &mut Parser<'i>) -> Res<T>,
    ) -> Option<(T, bool)> {
        let (text, important, here) = raw_value(p);
        self.reader.cx.take_expected();
        let parsed = p.parse_until_before(Delimiter::Bang, |p| parse(&self.reader.cx, p));
        let _ = skip(p);
        match parsed {
            Ok(value) => Some((value, important)),
            Err(_) => {
                self.unsupported(name, text, here);
                None
            }
        }
    }

    fn declare(&mut self, list: Vec<Declared>, important: bool) {
        self.block.reads_attributes |= list.iter().any(|d| match d {
            Declared::Value(value) => super::properties::reads_attributes(value),
            _ => false,
        });
        if important { &mut self.block.important } else { &mut self.block.normal }.extend(list);
    }

    fn custom(&mut self, name: &str, text: &str, important: bool) {
        let value = match text {
            t if t.eq_ignore_ascii_case("initial") => CustomValue::Initial,
            t if ["inherit", "unset", "revert"].iter().any(|w| t.eq_ignore_ascii_case(w)) => {
                CustomValue::Inherit
            }
            t => CustomValue::Text(t.into()),
        };
        self.block.custom.push((name.into(), value, important));
    }

    fn pending(
        &mut self,
        property: Property,
        name: &str,
        text: &str,
        important: bool,
        here: (usize, usize),
    ) {
        let unparsed = Arc::new(Unparsed {
            name: name.to_ascii_lowercase().into(),
            text: text.into(),
            base: Arc::clone(&self.reader.base),
            span: self.reader.span(here.0, here.1),
        });
        // `attr()` inside may come to light only later.
        self.block.reads_attributes |= text.contains("attr(");
        let pending = longhands(property)
            .into_iter()
            .map(|id| Declared::Pending(id, Arc::clone(&unparsed)))
            .collect();
        self.declare(pending, important);
    }

    fn unknown(&mut self, name: &str, at: usize) {
        let span = self.reader.span(at, at + name.len());
        let near = nearest(name, supported_properties());
        let message = format!("unknown property \"{name}\"");
        let warning = self.reader.warn("unknown-property", message, span);
        let standard =
            ["-webkit-", "-moz-", "-ms-", "-o-"].iter().find_map(|v| name.strip_prefix(v));
        match (standard, near) {
            (Some(standard), _) if by_name(standard).is_some() => {
                warning.help.push(format!("write \"{standard}\" without the prefix"));
            }
            (None, Some(near)) => warning.help.push(format!("did you mean \"{near}\"?")),
            _ => {}
        }
    }

    /// A value that no parser took: the place is the first token that did not fit.
    fn unsupported(&mut self, name: &str, text: &str, here: (usize, usize)) {
        let expected = self.reader.cx.take_expected();
        let at = expected.at.clamp(here.0, here.1);
        let word = first_word(&text[at - here.0..]);
        if text.is_empty() || word.is_empty() {
            let (start, end) = if text.is_empty() { (here.0, here.0) } else { here };
            let span = self.reader.span(start, end);
            let message = format!("the value of \"{name}\" is not complete");
            self.reader.warn("unsupported-value", message, span);
            return;
        }
        let span = self.reader.span(at, at + word.len());
        let message = format!("unsupported value \"{word}\" for \"{name}\"");
        let help = help(word, &expected, at);
        let warning = self.reader.warn("unsupported-value", message, span);
        warning.help.extend(help);
    }
}

/// A hint on what would have been taken instead of `word`.
fn help(word: &str, expected: &Expected, at: usize) -> Option<String> {
    let digits = word.trim_start_matches(['+', '-']);
    if digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        let unit = digits.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        if unit.is_empty() {
            return Some("lengths need a unit, as in \"3mm\" or \"12pt\"".to_owned());
        }
        let known = length::unit_names().any(|u| u.eq_ignore_ascii_case(unit));
        return (!known && unit.chars().all(char::is_alphabetic))
            .then(|| format!("the units are px, pt, pc, in, cm, mm, Q, em, rem, ex, ch, lh, rlh, vw, vh and %; \"{unit}\" is none of them"));
    }
    if expected.at != at {
        return None;
    }
    let near = nearest(word, expected.keywords.iter().copied())?;
    Some(format!("did you mean \"{near}\"?"))
}

/// The token at the beginning, a function with all its arguments.
fn first_word(text: &str) -> &str {
    let mut p = Parser::new(text);
    p.skip_whitespace();
    let from = p.position();
    let block = match p.next() {
        Ok(Token::Function(_)) => true,
        Ok(_) => false,
        Err(_) => return "",
    };
    if block {
        let _ = p.parse_nested_block(|_| bad::<()>());
    }
    p.slice_from(from)
}

impl<'i> AtRuleParser<'i> for Body<'_, '_> {
    type Prelude = ();
    type AtRule = ();
    type Error = ();

    fn parse_prelude(&mut self, name: CowRcStr<'i>, p: &mut Parser<'i>) -> Res<()> {
        let end = p.position().byte_index();
        let start = end.saturating_sub(name.len() + 1);
        let span = self.reader.span(start, end);
        let message = format!("unsupported at-rule \"@{name}\" inside a rule");
        self.reader.warn("unsupported-at-rule", message, span);
        bad()
    }
}

impl<'i> QualifiedRuleParser<'i> for Body<'_, '_> {
    type Prelude = ();
    type QualifiedRule = ();
    type Error = ();
}

impl RuleBodyItemParser<'_, (), ()> for Body<'_, '_> {
    fn parse_declarations(&self) -> bool {
        true
    }

    fn parse_qualified(&self) -> bool {
        false
    }
}

/// The declarations of a `style` attribute.
pub fn style_attribute(text: &str, reader: &mut Reader) -> Block {
    reader.block(&mut Parser::new(text))
}

/// A value known to this program, not to a sheet: presentational hints.
pub fn hint(values: impl IntoIterator<Item = Value>) -> Block {
    Block { normal: values.into_iter().map(Declared::Value).collect(), ..Block::default() }
}
