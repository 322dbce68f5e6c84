//! Style sheets: text to indexed rules, `@page` rules and font faces, with a warning for all
//! that is not understood. A sheet is parsed once and shared by all documents.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use cssparser::{
    AtRuleParser, CowRcStr, Parser, ParserState, QualifiedRuleParser, StyleSheetParser,
};
use selectors::parser::Selector;

use super::declaration::{Block, FamilyList, Reader, Scope};
use super::font_face::{self, FontFace};
use super::media::{self, MediaList};
use super::nesting;
use super::page::{self, PageRule, PageSelector};
use super::selector::{RuleIndex, Types, parse_list, shown};
use super::values::{Res, bad};
use crate::diag::{Diagnostic, Source, Span, nearest};
use crate::limits::{IMPORT_DEPTH, IMPORTS, PAGE_RULES, RULES};

/// Who wrote a sheet; later ones win (CSS Cascade 4 §6.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// Built in.
    UserAgent,
    /// The template.
    Author,
}

/// A parsed style sheet, its imports included.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// Who wrote it.
    pub origin: Origin,
    pub(super) index: RuleIndex,
    pub(super) rules: Vec<Rule>,
    pub(super) media: Vec<MediaList>,
    pub(super) pages: Vec<PageRule>,
    font_faces: Vec<FontFace>,
    pub(super) families: Vec<FamilyList>,
    pictures: Vec<(Arc<str>, Span)>,
    /// How many selectors the rules have.
    selectors: usize,
    /// There were more rules than are kept.
    is_full: bool,
}

/// The declarations of a style rule.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub block: Block,
    /// The `@media` rules around it, by number.
    pub media: Vec<u32>,
}

impl Sheet {
    /// A sheet without rules.
    pub fn empty(origin: Origin) -> Sheet {
        Sheet {
            origin,
            index: RuleIndex::default(),
            rules: Vec::new(),
            media: Vec::new(),
            pages: Vec::new(),
            font_faces: Vec::new(),
            families: Vec::new(),
            pictures: Vec::new(),
            selectors: 0,
            is_full: false,
        }
    }

    /// The declaration that asks for a picture, by the address in the computed value.
    pub fn place_of_picture(&self, address: &str) -> Option<&Span> {
        self.pictures.iter().find(|(known, _)| **known == *address).map(|(_, span)| span)
    }

    /// The `@font-face` rules in order, for the caller to load.
    pub fn font_faces(&self) -> &[FontFace] {
        &self.font_faces
    }
}

impl Sheet {
    /// The sheet as it is under the media queries of a `media` attribute, whose place is `span`; with
    /// warnings for queries that are not understood.
    pub fn under_media(mut self, queries: &str, span: Option<&Span>) -> (Sheet, Vec<Diagnostic>) {
        let mut found = Vec::new();
        let list = media::parse(&mut Parser::new(queries), |_, text| {
            let message = format!("unsupported media query \"{}\"", shown(text));
            let warning = Diagnostic::warning("unsupported-media", message);
            found.push(match span {
                Some(span) => warning.at(span.clone()),
                None => warning,
            });
        });
        let number = self.media.len() as u32;
        self.media.push(list);
        self.rules.iter_mut().for_each(|rule| rule.media.push(number));
        self.pages.iter_mut().for_each(|page| page.media.push(number));
        (self, found)
    }
}

/// Reads the file of an `@import`, given its path.
pub type Load<'l> = &'l mut dyn FnMut(&str) -> Result<Arc<Source>, Diagnostic>;

/// Parses a sheet. `base` is the folder it stands in, for `url()`.
pub fn parse_sheet(
    source: &Arc<Source>,
    origin: Origin,
    base: &str,
    load: Load<'_>,
) -> (Sheet, Vec<Diagnostic>) {
    parse_embedded(source, 0..source.text.len(), origin, base, load)
}

/// Parses a sheet that is part of a text, as the content of `<style>`; messages point into the
/// whole.
pub fn parse_embedded(
    source: &Arc<Source>,
    range: Range<usize>,
    origin: Origin,
    base: &str,
    load: Load<'_>,
) -> (Sheet, Vec<Diagnostic>) {
    let mut sheet = Sheet::empty(origin);
    let mut imports = Imports { open: vec![source.name.clone()], count: 0 };
    let found = parse_into(&mut sheet, source, range, base, load, &mut imports, Vec::new());
    (sheet, found)
}

/// What is imported by a sheet and by its imports.
struct Imports {
    /// The sheets being parsed, outermost first, against imports in a circle.
    open: Vec<String>,
    /// How many there were.
    count: usize,
}

fn parse_into(
    sheet: &mut Sheet,
    source: &Arc<Source>,
    range: Range<usize>,
    base: &str,
    load: Load<'_>,
    imports: &mut Imports,
    media: Vec<u32>,
) -> Vec<Diagnostic> {
    let mut reader = Reader::new(source, range.start, base);
    reader.cx.built_in = sheet.origin == Origin::UserAgent;
    let text = &source.text[range];
    if let Some(at) = nesting::too_deep(text) {
        return vec![nesting::error(reader.span(at, at + 1))];
    }
    let mut rules = Rules { sheet, reader, load, imports, media, text, begins: true };
    rules.list(&mut Parser::new(text));
    let families = std::mem::take(&mut rules.reader.families);
    let pictures = std::mem::take(&mut rules.reader.pictures);
    let found = rules.reader.finish();
    sheet.families.extend(families);
    sheet.pictures.extend(pictures);
    found
}

/// The sheet that is built in.
pub fn user_agent_sheet() -> Arc<Sheet> {
    static SHEET: OnceLock<Arc<Sheet>> = OnceLock::new();
    Arc::clone(SHEET.get_or_init(|| {
        let source = Source::code("user-agent.css", include_str!("user_agent.css"));
        let mut none =
            |path: &str| Err(Diagnostic::error("missing-file", format!("no file {path}")));
        Arc::new(parse_sheet(&source, Origin::UserAgent, "", &mut none).0)
    }))
}

/// Parses a list of rules into a sheet.
struct Rules<'r, 'a> {
    sheet: &'r mut Sheet,
    reader: Reader<'a>,
    load: Load<'r>,
    imports: &'r mut Imports,
    media: Vec<u32>,
    text: &'a str,
    /// Whether `@import` may still come.
    begins: bool,
}

/// The beginning of an at-rule.
enum Prelude {
    Import(Arc<str>, Option<u32>),
    Media(u32),
    FontFace,
    Page(Vec<PageSelector>),
}

const AT_RULES: &[&str] = &["import", "media", "font-face", "page"];

impl Rules<'_, '_> {
    fn list(&mut self, p: &mut Parser) {
        let origin = p.position();
        let mut items = StyleSheetParser::new(p, self);
        loop {
            let before = items.parser.reader.found.len();
            let Some(item) = items.next() else { return };
            if let Err((_, text, _)) = item {
                let whole = items.input.slice_from(origin);
                items.parser.reader.dropped(before, origin, whole, text);
            }
        }
    }

    fn import(&mut self, path: &str, media: Option<u32>, at: Range<usize>) {
        let span = self.reader.span(at.start, at.end);
        if self.imports.open.iter().any(|name| name == path) {
            self.reader.warn("import-cycle", format!("\"{path}\" imports itself"), span);
            return;
        }
        if self.imports.open.len() > IMPORT_DEPTH || self.imports.count >= IMPORTS {
            let error = Diagnostic::error(
                "too-many-imports",
                format!("a sheet imports at most {IMPORTS} others, and {IMPORT_DEPTH} deep"),
            );
            let error = error.at(span).help("import a sheet once, or join what it imports");
            self.reader.found.push(error);
            return;
        }
        self.imports.count += 1;
        match (self.load)(path) {
            Ok(source) => {
                let base = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                let mut all = self.media.clone();
                all.extend(media);
                self.imports.open.push(path.to_owned());
                let range = 0..source.text.len();
                let found =
                    parse_into(self.sheet, &source, range, base, self.load, self.imports, all);
                self.imports.open.pop();
                self.reader.found.extend(found);
            }
            Err(mut diagnostic) => {
                diagnostic.span.get_or_insert(span);
                self.reader.found.push(diagnostic);
            }
        }
    }

    fn media_list(&mut self, p: &mut Parser) -> u32 {
        let reader = &mut self.reader;
        let list = media::parse(p, |start, text| {
            let from = start.byte_index();
            let span = reader.span(from, from + text.len());
            let message = format!("unsupported media query \"{}\"", shown(text));
            reader.warn("unsupported-media", message, span);
        });
        self.sheet.media.push(list);
        self.sheet.media.len() as u32 - 1
    }

    /// The beginning of an `@import` rule, which must come before all other rules.
    fn import_prelude(&mut self, p: &mut Parser) -> Res<Prelude> {
        let end = p.position().byte_index();
        let Ok(url) = p.expect_url_or_string() else {
            while p.next().is_ok() {}
            let span = self.reader.span(end - "@import".len(), p.position().byte_index());
            let message = "@import needs the address of a sheet".to_owned();
            let warning = self.reader.warn("unsupported-value", message, span);
            warning.help.push("as in `@import \"colours.css\";`".to_owned());
            return bad();
        };
        if !self.begins {
            let span = self.reader.span(end - "@import".len(), p.position().byte_index());
            let message = "@import after other rules: it is dropped".to_owned();
            let warning = self.reader.warn("unsupported-at-rule", message, span);
            warning.help.push("move it to the beginning of the sheet".to_owned());
            return bad();
        }
        let path = self.reader.cx.resolve_url(&url);
        let media = if p.is_exhausted() { None } else { Some(self.media_list(p)) };
        Ok(Prelude::Import(path, media))
    }

    /// Tells once of the first rule that is too many.
    fn too_many(&mut self, limit: usize, what: &str, at: usize) {
        if self.sheet.is_full {
            return;
        }
        self.sheet.is_full = true;
        let message = format!("more than {limit} {what} in a style sheet and its imports");
        let error = Diagnostic::error("too-many-rules", message).at(self.reader.span(at, at + 1));
        self.reader.found.push(error.help("take out the rules that no page of yours uses"));
    }

    fn unknown_at_rule(&mut self, name: &str, p: &Parser) {
        let end = p.position().byte_index();
        let span = self.reader.span(end.saturating_sub(name.len() + 1), end);
        let message = format!("unsupported at-rule \"@{name}\"");
        let near = nearest(name, AT_RULES.iter().copied());
        let warning = self.reader.warn("unsupported-at-rule", message, span);
        warning.help.extend(near.map(|near| format!("did you mean \"@{near}\"?")));
    }
}

impl<'i> QualifiedRuleParser<'i> for Rules<'_, '_> {
    type Prelude = Vec<Selector<Types>>;
    type QualifiedRule = ();
    type Error = ();

    fn parse_prelude(&mut self, p: &mut Parser<'i>) -> Res<Self::Prelude> {
        match parse_list(p) {
            Ok(list) => Ok(list),
            Err((start, end)) => {
                let (start, end) = (start.byte_index(), end.byte_index());
                let text = self.text[start..end].trim_end();
                let span = self.reader.span(start, start + text.len());
                let message =
                    format!("unsupported selector \"{}\", the rule is dropped", shown(text));
                self.reader.warn("unsupported-selector", message, span);
                bad()
            }
        }
    }

    fn parse_block(
        &mut self,
        list: Self::Prelude,
        start: &ParserState,
        p: &mut Parser<'i>,
    ) -> Res<()> {
        self.begins = false;
        if self.sheet.selectors + list.len() > RULES {
            self.too_many(RULES, "selectors", start.position().byte_index());
            return bad();
        }
        self.sheet.selectors += list.len();
        let has_pseudo = list.iter().any(Selector::has_pseudo_element);
        let scope = if has_pseudo { Scope::PseudoElements } else { Scope::Elements };
        let block = self.reader.block(scope, p);
        let rule = self.sheet.rules.len() as u32;
        self.sheet.rules.push(Rule { block, media: self.media.clone() });
        list.into_iter().for_each(|selector| self.sheet.index.insert(selector, rule));
        Ok(())
    }
}

impl<'i> AtRuleParser<'i> for Rules<'_, '_> {
    type Prelude = Prelude;
    type AtRule = ();
    type Error = ();

    fn parse_prelude(&mut self, name: CowRcStr<'i>, p: &mut Parser<'i>) -> Res<Prelude> {
        cssparser::match_ignore_ascii_case! { &name,
            "import" => self.import_prelude(p),
            "media" => Ok(Prelude::Media(self.media_list(p))),
            "font-face" => Ok(Prelude::FontFace),
            "page" => {
                p.skip_whitespace();
                let start = p.position();
                let parsed = page::selectors(p);
                if parsed.is_err() {
                    while p.next().is_ok() {}
                    let text = p.slice_from(start).trim_end();
                    let from = start.byte_index();
                    let span = self.reader.span(from, from + text.len());
                    let message = format!("unsupported page selector \"{}\", the rule is dropped", shown(text));
                    self.reader.warn("unsupported-selector", message, span);
                }
                parsed.map(Prelude::Page)
            },
            _ => {
                self.unknown_at_rule(&name, p);
                bad()
            },
        }
    }

    fn rule_without_block(&mut self, prelude: Prelude, start: &ParserState) -> Result<(), ()> {
        // Other rules without a block are told as dropped.
        let Prelude::Import(path, media) = prelude else { return Err(()) };
        if media.is_some_and(|number| !self.sheet.media[number as usize].may_print()) {
            return Ok(());
        }
        let from = start.position().byte_index();
        let end = self.text[from..].find(';').map_or(self.text.len(), |at| from + at);
        self.import(&path, media, from..end);
        Ok(())
    }

    fn parse_block(
        &mut self,
        prelude: Prelude,
        start: &ParserState,
        p: &mut Parser<'i>,
    ) -> Res<()> {
        match prelude {
            Prelude::Import(..) => return bad(),
            Prelude::Media(number) => {
                self.begins = false;
                if self.sheet.media[number as usize].may_print() {
                    self.media.push(number);
                    self.list(p);
                    self.media.pop();
                } else {
                    while p.next().is_ok() {}
                }
            }
            Prelude::FontFace => {
                self.begins = false;
                let from = start.position().byte_index();
                let face = font_face::parse(&mut self.reader, p, from);
                self.sheet.font_faces.extend(face);
            }
            Prelude::Page(_) if self.sheet.pages.len() >= PAGE_RULES => {
                self.too_many(PAGE_RULES, "@page rules", start.position().byte_index());
                return bad();
            }
            Prelude::Page(selectors) => {
                self.begins = false;
                let rule = page::parse(&mut self.reader, p, selectors, self.media.clone());
                self.sheet.pages.push(rule);
            }
        }
        Ok(())
    }
}
