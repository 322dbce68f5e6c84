//! `@font-face` rules: what a project font is called and which file it is.

use std::ops::RangeInclusive;
use std::sync::Arc;

use cssparser::{
    AtRuleParser, CowRcStr, DeclarationParser, Parser, ParserState, QualifiedRuleParser,
    RuleBodyItemParser, UnicodeRange,
};

use super::computed::FontStyle;
use super::declaration::{HasReader, Reader, read_items};
use super::properties::{PropertyId, Value, font_stretch_keywords};
use super::values::{Res, bad, comma_list, number, one_of};
use crate::diag::{Span, nearest};

/// A font face that a sheet declares.
#[derive(Clone, Debug, PartialEq)]
pub struct FontFace {
    /// `font-family`.
    pub family: Arc<str>,
    /// `src`: files in order of preference, resolved against the sheet.
    pub sources: Vec<Arc<str>>,
    /// `font-weight`: one weight, or the range of a variable font; 400 if not given.
    pub weight: (f32, f32),
    /// `font-style`.
    pub style: FontStyle,
    /// `font-stretch` in percent.
    pub stretch: f32,
    /// `unicode-range`; empty is all.
    pub unicode_range: Vec<RangeInclusive<u32>>,
    /// Where the rule stands.
    pub span: Span,
}

const DESCRIPTORS: &[&str] = &[
    "font-family",
    "src",
    "font-weight",
    "font-style",
    "font-stretch",
    "unicode-range",
    "font-display",
];

struct Descriptors<'r, 'a> {
    reader: &'r mut Reader<'a>,
    face: FontFace,
}

/// Parses the inside of the rule that begins at `from`; none without a family or a file.
pub fn parse(reader: &mut Reader, p: &mut Parser, from: usize) -> Option<FontFace> {
    let span = reader.span(from, from + "@font-face".len());
    let face = FontFace {
        family: "".into(),
        sources: Vec::new(),
        weight: (400.0, 400.0),
        style: FontStyle::Normal,
        stretch: 100.0,
        unicode_range: Vec::new(),
        span: span.clone(),
    };
    let mut descriptors = Descriptors { reader, face };
    read_items(p, &mut descriptors);
    let Descriptors { reader, face } = descriptors;
    let missing = match (face.family.is_empty(), face.sources.is_empty()) {
        (false, false) => return Some(face),
        (true, _) => "font-family",
        (false, true) => "src",
    };
    reader.warn("unsupported-value", format!("@font-face needs \"{missing}\""), span);
    None
}

impl<'a> HasReader<'a> for Descriptors<'_, 'a> {
    fn reader(&mut self) -> &mut Reader<'a> {
        self.reader
    }
}

impl<'i> DeclarationParser<'i> for Descriptors<'_, '_> {
    type Declaration = ();
    type Error = ();

    fn parse_value(
        &mut self,
        name: CowRcStr<'i>,
        p: &mut Parser<'i>,
        start: &ParserState,
    ) -> Res<()> {
        let at = start.position().byte_index();
        p.skip_whitespace();
        let value = p.position();
        let parsed = p.try_parse(|p| {
            self.descriptor(&name, p)?;
            p.expect_exhausted()?;
            Ok::<_, cssparser::ParseError<()>>(())
        });
        if parsed.is_ok() {
            return Ok(());
        }
        while p.next().is_ok() {}
        let text = p.slice_from(value).trim_end();
        let known = DESCRIPTORS.iter().any(|d| name.eq_ignore_ascii_case(d));
        if known {
            let from = value.byte_index();
            let span = self.reader.span(from, from + text.len());
            let message = format!("unsupported value \"{text}\" for \"{name}\" in @font-face");
            self.reader.warn("unsupported-value", message, span);
        } else {
            let span = self.reader.span(at, at + name.len());
            let near = nearest(&name, DESCRIPTORS.iter().copied());
            let message = format!("unknown descriptor \"{name}\" in @font-face");
            let warning = self.reader.warn("unknown-property", message, span);
            warning.help.extend(near.map(|n| format!("did you mean \"{n}\"?")));
        }
        Ok(())
    }
}

impl Descriptors<'_, '_> {
    fn descriptor(&mut self, name: &str, p: &mut Parser) -> Res<()> {
        let cx = &self.reader.cx;
        let face = &mut self.face;
        cssparser::match_ignore_ascii_case! { name,
            "font-family" => match PropertyId::FontFamily.parse(cx, p)? {
                Value::FontFamily(list) if list.len() == 1 => face.family = Arc::clone(&list[0]),
                _ => return bad(),
            },
            "src" => {
                face.sources = comma_list(p, |p| {
                    let url = cx.resolve_url(&p.expect_url()?);
                    let format = p.try_parse(|p| {
                        p.expect_function_matching("format")?;
                        p.parse_nested_block(|p| p.expect_ident_or_string().map(|_| ()).map_err(Into::into))
                    });
                    let _: Res<()> = format;
                    Ok(url)
                })?;
            },
            "font-weight" => {
                let one = |p: &mut Parser| {
                    one_of(cx, p, &[("normal", 400.0), ("bold", 700.0)]).or_else(|_| number(cx, p))
                };
                face.weight = super::values::two(p, one)?;
            },
            "font-style" => match PropertyId::FontStyle.parse(cx, p)? {
                Value::FontStyle(style) => face.style = style,
                _ => return bad(),
            },
            "font-stretch" => face.stretch = font_stretch_keywords(cx, p)?,
            "unicode-range" => {
                let ranges = comma_list(p, |p| Ok(UnicodeRange::parse(p)?))?;
                face.unicode_range = ranges.into_iter().map(|r| r.start..=r.end).collect();
            },
            // Nothing loads late on paper.
            "font-display" => { p.expect_ident()?; },
            _ => return bad(),
        }
        Ok(())
    }
}

impl AtRuleParser<'_> for Descriptors<'_, '_> {
    type Prelude = ();
    type AtRule = ();
    type Error = ();
}

impl QualifiedRuleParser<'_> for Descriptors<'_, '_> {
    type Prelude = ();
    type QualifiedRule = ();
    type Error = ();
}

impl RuleBodyItemParser<'_, (), ()> for Descriptors<'_, '_> {
    fn parse_declarations(&self) -> bool {
        true
    }

    fn parse_qualified(&self) -> bool {
        false
    }
}
