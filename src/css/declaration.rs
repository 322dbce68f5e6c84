//! Declarations: the inside of `{}` to a [`Block`], with a warning for each that is dropped.

use std::sync::Arc;

use cssparser::{
    AtRuleParser, CowRcStr, DeclarationParser, Delimiter, ParseError, Parser, ParserState,
    QualifiedRuleParser, RuleBodyItemParser, RuleBodyParser, SourcePosition, Token,
};

use super::nesting;
use super::properties::{
    Declared, GeneratedItems, Property, PropertyId, Value, Wide, by_name, generated_items,
    is_internal, supported_properties,
};
use super::selector::shown;
use super::values::{Context, Expected, Res, bad, length, one_of};
use super::variables::{CustomValue, Unparsed, has_var, longhands};
use crate::diag::{Diagnostic, Source, Span, nearest};
use crate::limits::FINDINGS;

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
    /// The values of `font-family` and where they stand: whether the families are there is known later.
    pub families: Vec<FamilyList>,
    /// The addresses of pictures and where they stand: whether the files are there is known later.
    pub pictures: Vec<(Arc<str>, Span)>,
    /// A warning beyond [`FINDINGS`], which nobody reads.
    unread: Option<Diagnostic>,
    /// How many of these there were.
    more: usize,
}

/// A value of `font-family` and where it stands.
pub type FamilyList = (Arc<[Arc<str>]>, Span);

impl<'a> Reader<'a> {
    /// A reader of a text in `source` that begins at `offset`.
    pub fn new(source: &'a Arc<Source>, offset: usize, base: &'a str) -> Reader<'a> {
        Reader {
            source,
            offset,
            cx: Context::new(base),
            base: base.into(),
            found: Vec::new(),
            families: Vec::new(),
            pictures: Vec::new(),
            unread: None,
            more: 0,
        }
    }

    /// A span of the source from byte offsets of the parsed text.
    pub fn span(&self, start: usize, end: usize) -> Span {
        // Names are longer or shorter than what is written where that has escapes or U+0000.
        let text = &self.source.text;
        let start = text.floor_char_boundary(self.offset + start);
        let end = text.ceil_char_boundary(self.offset + end);
        Span::new(self.source, start..end.max(start))
    }

    /// Records a warning.
    pub fn warn(&mut self, code: &'static str, message: String, span: Span) -> &mut Diagnostic {
        let warning = Diagnostic::warning(code, message).at(span);
        if self.found.len() >= FINDINGS {
            self.more += 1;
            return self.unread.insert(warning);
        }
        self.found.push(warning);
        let last = self.found.len() - 1;
        &mut self.found[last]
    }

    /// What was found, with a word on what is not listed.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        self.found.extend(crate::diag::more(self.more));
        self.found
    }

    /// Whether another warning would be told.
    fn is_heard(&self) -> bool {
        self.found.len() < FINDINGS
    }

    /// The declarations up to the end of the input.
    pub fn block(&mut self, scope: Scope, p: &mut Parser) -> Block {
        let mut body = Body::new(self, scope);
        read_items(p, &mut body);
        body.block
    }

    /// Warns of a stretch of text that a parser dropped, if nothing has been said of it since `before`
    /// findings. `whole` is the text from `origin` on, of which `text` is a part.
    pub fn dropped(&mut self, before: usize, origin: SourcePosition, whole: &str, text: &str) {
        if self.found.len() > before {
            return;
        }
        let within = (text.as_ptr() as usize).saturating_sub(whole.as_ptr() as usize);
        let text = text.trim_end().trim_end_matches(';').trim_end();
        let from = origin.byte_index() + within;
        let span = self.span(from, from + text.len());
        let message = format!("\"{}\" is not understood and dropped", shown(text));
        let warning = self.warn("syntax", message, span);
        if text.contains('{') {
            warning.help.push("rules do not nest: write the whole selector outside".to_owned());
        } else {
            warning.help.push("declarations are written as in `color: red;`".to_owned());
        }
    }
}

/// The inside of a rule that has a reader for its messages.
pub trait HasReader<'a> {
    /// The reader.
    fn reader(&mut self) -> &mut Reader<'a>;
}

/// Parses the inside of a rule up to the end of the input; what is dropped is warned of.
pub fn read_items<'i, 'a, B>(p: &mut Parser<'i>, body: &mut B)
where
    B: RuleBodyItemParser<'i, (), ()> + HasReader<'a>,
{
    let origin = p.position();
    let mut items = RuleBodyParser::new(p, body);
    loop {
        let before = items.parser.reader().found.len();
        let Some(item) = items.next() else { return };
        if let Err((_, text, _)) = item {
            let whole = items.input.slice_from(origin);
            items.parser.reader().dropped(before, origin, whole, text);
        }
    }
}

/// What declarations speak of; some properties have a meaning on few of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Elements.
    Elements,
    /// Pseudo-elements.
    PseudoElements,
    /// The page itself.
    Page,
    /// The boxes in a page's margins.
    MarginBoxes,
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
    /// What the declarations speak of.
    scope: Scope,
}

impl<'a> HasReader<'a> for Body<'_, 'a> {
    fn reader(&mut self) -> &mut Reader<'a> {
        self.reader
    }
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
        let allowed = self.reader.cx.built_in || !is_internal(&name);
        let Some(property) = by_name(&name).filter(|_| allowed) else {
            self.unknown(&name, at);
            return skip(p);
        };
        if has_var(text) {
            self.pending(property, &name, text, important, here);
            return skip(p);
        }
        if let Some((list, important)) = self.typed(&name, p, |cx, p| value(property, cx, p)) {
            self.warn_misplaced(&list, here);
            self.note_families(&list, here);
            for address in self.reader.cx.take_pictures() {
                let span = self.reader.span(here.0, here.1);
                self.reader.pictures.push((address, span));
            }
            self.declare(list, important);
        }
        skip(p)
    }
}

/// Why a value has no effect where it stands, and what to do.
fn misplaced(declared: &Declared, scope: Scope) -> Option<(&'static str, &'static str)> {
    let items = match declared {
        Declared::Value(value) => generated_items(value)?,
        Declared::Pending(PropertyId::Content, _) => {
            GeneratedItems { is_content: true, ..GeneratedItems::default() }
        }
        _ => return None,
    };
    match scope {
        Scope::Elements if items.is_content => Some((
            "\"content\" has no effect on elements",
            "set it on ::before, ::after or ::marker",
        )),
        Scope::Page if items.is_content => {
            Some(("\"content\" has no effect on pages", "set it in a margin box, as @top-center"))
        }
        Scope::MarginBoxes if items.is_content && items.of_elements => Some((
            "\"attr()\" and \"content()\" have no effect in margin boxes, which have no element",
            "carry the text there by string-set",
        )),
        Scope::MarginBoxes => None,
        _ if items.of_pages => Some((
            "\"string()\" and \"element()\" have no effect outside the margin boxes of @page",
            "set them in a margin box, as @top-center",
        )),
        _ => None,
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
    pub fn new(reader: &'r mut Reader<'a>, scope: Scope) -> Body<'r, 'a> {
        Body { reader, block: Block::default(), scope }
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
        if parsed.is_ok() && !important {
            // An exclamation mark that is not followed by `important`.
            self.reader.cx.expect(p, []);
        }
        let whole = important || p.is_exhausted();
        let _ = skip(p);
        match parsed {
            Ok(value) if whole => Some((value, important)),
            _ => {
                self.unsupported(name, text, here);
                None
            }
        }
    }

    fn note_families(&mut self, list: &[Declared], here: (usize, usize)) {
        for declared in list {
            if let Declared::Value(Value::FontFamily(families)) = declared {
                let span = self.reader.span(here.0, here.1);
                self.reader.families.push((Arc::clone(families), span));
            }
        }
    }

    fn warn_misplaced(&mut self, list: &[Declared], here: (usize, usize)) {
        for (message, help) in list.iter().filter_map(|declared| misplaced(declared, self.scope)) {
            let span = self.reader.span(here.0, here.1);
            let warning = self.reader.warn("unsupported-value", message.to_owned(), span);
            warning.help.push(help.to_owned());
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
        let pending: Vec<Declared> = longhands(property)
            .into_iter()
            .map(|id| Declared::Pending(id, Arc::clone(&unparsed)))
            .collect();
        // `attr()` inside may come to light only later, from a variable of another rule.
        let is_generated = |d: &Declared| {
            matches!(
                d.id(),
                PropertyId::Content | PropertyId::StringSet | PropertyId::BookmarkLabel
            )
        };
        self.block.reads_attributes |= pending.iter().any(is_generated);
        self.warn_misplaced(&pending, here);
        self.declare(pending, important);
    }

    fn unknown(&mut self, name: &str, at: usize) {
        let span = self.reader.span(at, at + name.len());
        let near = self.reader.is_heard().then(|| nearest(name, supported_properties())).flatten();
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
        if let Some(beyond) = expected.beyond {
            let span = self.reader.span(here.0, here.1);
            let message = format!("\"{name}\" has more than {} {}", beyond.limit, beyond.what);
            let error = Diagnostic::error(beyond.code, message).at(span);
            self.reader.found.push(error.help("no page needs so many; use a smaller number"));
            return;
        }
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
        let help = if self.reader.is_heard() { help(word, &expected, at) } else { None };
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
    if let Some(at) = nesting::too_deep(text) {
        let error = nesting::error(reader.span(at, at + 1));
        reader.found.push(error);
        return Block::default();
    }
    reader.block(Scope::Elements, &mut Parser::new(text))
}

/// A value known to this program, not to a sheet: presentational hints.
pub fn hint(values: impl IntoIterator<Item = Value>) -> Block {
    Block { normal: values.into_iter().map(Declared::Value).collect(), ..Block::default() }
}
