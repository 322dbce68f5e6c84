//! Media queries (Media Queries 4): `print`, `all` and `screen` with simple size features.

use cssparser::{Delimiter, ParseError, Parser, SourcePosition, Token};

use super::values::{Res, bad, length};
use crate::geom::{Px, Size};

/// A list of queries: matches if one does.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MediaList(Vec<Query>);

#[derive(Clone, Debug, PartialEq)]
struct Query {
    not: bool,
    print: bool,
    features: Vec<Feature>,
}

#[derive(Clone, Debug, PartialEq)]
enum Feature {
    MinWidth(Px),
    MaxWidth(Px),
    MinHeight(Px),
    MaxHeight(Px),
    Landscape(bool),
}

impl MediaList {
    /// Whether printing may be meant, whatever the page: what is for screens alone is not read.
    pub fn may_print(&self) -> bool {
        self.0.is_empty() || self.0.iter().any(|q| q.print || q.not)
    }

    /// Whether printing on a page of that size is meant.
    pub fn matches(&self, page: Size) -> bool {
        self.0.is_empty() || self.0.iter().any(|q| q.matches(page))
    }
}

impl Query {
    fn matches(&self, page: Size) -> bool {
        let holds = |f: &Feature| match *f {
            Feature::MinWidth(px) => page.width >= px,
            Feature::MaxWidth(px) => page.width <= px,
            Feature::MinHeight(px) => page.height >= px,
            Feature::MaxHeight(px) => page.height <= px,
            Feature::Landscape(wanted) => (page.width > page.height) == wanted,
        };
        (self.print && self.features.iter().all(holds)) != self.not
    }
}

/// Whether the queries of a `media` attribute may mean printing.
pub fn may_print(queries: &str) -> bool {
    parse(&mut Parser::new(queries), |_, _| ()).may_print()
}

/// Media queries up to the end of the input. One that is not understood never matches; `bad` is told
/// where it stands.
pub fn parse<'i>(p: &mut Parser<'i>, mut bad: impl FnMut(SourcePosition, &'i str)) -> MediaList {
    if p.is_exhausted() {
        return MediaList::default();
    }
    let mut list = Vec::new();
    loop {
        p.skip_whitespace();
        let start = p.position();
        let one = p.parse_until_before(Delimiter::Comma, |p| {
            let query = query(p)?;
            p.expect_exhausted()?;
            Ok::<_, ParseError<()>>(query)
        });
        list.push(one.unwrap_or_else(|_| {
            bad(start, p.slice_from(start).trim_end());
            Query { not: true, print: true, features: Vec::new() }
        }));
        if p.expect_comma().is_err() {
            return MediaList(list);
        }
    }
}

fn query(p: &mut Parser) -> Res<Query> {
    let mut query = Query { not: false, print: true, features: Vec::new() };
    let ident = p.try_parse(|p| p.expect_ident_cloned());
    if let Ok(mut ident) = ident {
        if ident.eq_ignore_ascii_case("not") || ident.eq_ignore_ascii_case("only") {
            query.not = ident.eq_ignore_ascii_case("not");
            ident = p.expect_ident_cloned()?;
        }
        query.print = ident.eq_ignore_ascii_case("print") || ident.eq_ignore_ascii_case("all");
        if !query.print && !["screen", "speech"].iter().any(|m| ident.eq_ignore_ascii_case(m)) {
            return bad();
        }
    } else {
        query.features.push(feature(p)?);
    }
    while p.try_parse(|p| p.expect_ident_matching("and")).is_ok() {
        query.features.push(feature(p)?);
    }
    Ok(query)
}

fn feature(p: &mut Parser) -> Res<Feature> {
    p.expect_parenthesis_block()?;
    p.parse_nested_block(|p| {
        let name = p.expect_ident()?.to_ascii_lowercase();
        p.expect_colon()?;
        if name == "orientation" {
            let value = p.expect_ident()?;
            return cssparser::match_ignore_ascii_case! { value,
                "landscape" => Ok(Feature::Landscape(true)),
                "portrait" => Ok(Feature::Landscape(false)),
                _ => bad(),
            };
        }
        let value = match *p.next()? {
            Token::Dimension { value, ref unit, .. } => length::from_dimension(value, unit),
            Token::Number { value: 0.0, .. } => Some(length::Length::px(0.0)),
            _ => None,
        };
        let Some(value) = value else { return bad() };
        // Relative units mean the initial font size in media queries.
        let px = match value.unit {
            length::Unit::Px => Px(value.value),
            length::Unit::Em | length::Unit::Rem => Px(value.value * 16.0),
            _ => return bad(),
        };
        match &*name {
            "min-width" => Ok(Feature::MinWidth(px)),
            "max-width" => Ok(Feature::MaxWidth(px)),
            "min-height" => Ok(Feature::MinHeight(px)),
            "max-height" => Ok(Feature::MaxHeight(px)),
            _ => bad(),
        }
    })
}
