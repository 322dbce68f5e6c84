//! Values: the pieces that properties are made of, parsed into specified values.
//!
//! A parser of this module takes what it can use and leaves the rest; on failure it has noted in
//! the [`Context`] what it would have taken at the furthest place it came to, for the message.

pub mod calc;
pub mod color;
pub mod image;
pub mod length;
pub mod position;

use std::cell::RefCell;
use std::sync::Arc;

use cssparser::{CowRcStr, ParseError, Parser, Token};

/// The result of a value parser; what went wrong is noted in the [`Context`].
pub type Res<T> = Result<T, ParseError<()>>;

/// Nothing that this parser takes.
pub fn bad<T>() -> Res<T> {
    Err(ParseError::unexpected_token())
}

/// The folder of a `style` attribute: that of the page, which this stage does not know.
pub const PAGE_FOLDER: &str = ".";

/// What surrounds a value while it is parsed.
#[derive(Debug)]
pub struct Context<'a> {
    /// The folder of the sheet, against which `url()` is resolved.
    pub base: &'a str,
    /// Whether the sheet is the one that is built in.
    pub built_in: bool,
    expected: RefCell<Expected>,
    /// Addresses of pictures that were read since they were last asked for.
    pictures: RefCell<Vec<Arc<str>>>,
}

/// Keywords that would have been taken at the furthest place any parser failed at.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    /// Byte offset in the text being parsed.
    pub at: usize,
    /// Keywords.
    pub keywords: Vec<&'static str>,
    /// The limit that the value is beyond, whatever else would have been taken.
    pub beyond: Option<Beyond>,
}

/// A limit that a value is beyond.
#[derive(Clone, Copy, Debug)]
pub struct Beyond {
    /// The code of the finding.
    pub code: &'static str,
    /// The limit.
    pub limit: usize,
    /// Of what.
    pub what: &'static str,
}

impl<'a> Context<'a> {
    /// A context for a sheet in that folder.
    pub fn new(base: &'a str) -> Context<'a> {
        Context {
            base,
            built_in: false,
            expected: RefCell::default(),
            pictures: RefCell::default(),
        }
    }

    /// Notes what would have been taken at the place the parser stands.
    pub fn expect(&self, p: &mut Parser, keywords: impl IntoIterator<Item = &'static str>) {
        p.skip_whitespace();
        let at = p.position().byte_index();
        let mut expected = self.expected.borrow_mut();
        if at > expected.at {
            *expected = Expected { at, keywords: Vec::new(), ..*expected };
        }
        if at == expected.at {
            expected.keywords.extend(keywords);
        }
    }

    /// Refuses a value that is beyond a limit.
    pub fn beyond<T>(&self, code: &'static str, limit: usize, what: &'static str) -> Res<T> {
        self.expected.borrow_mut().beyond = Some(Beyond { code, limit, what });
        bad()
    }

    /// What was noted since the last call.
    pub fn take_expected(&self) -> Expected {
        self.expected.take()
    }

    /// The address of a picture; a path begins with `/`, the project's folder, so that nobody takes
    /// it for an address of the page.
    pub fn resolve_picture(&self, url: &str) -> Arc<str> {
        let address = self.picture_address(url);
        self.pictures.borrow_mut().push(Arc::clone(&address));
        address
    }

    /// The addresses of pictures that were read since the last call.
    pub fn take_pictures(&self) -> Vec<Arc<str>> {
        self.pictures.take()
    }

    fn picture_address(&self, url: &str) -> Arc<str> {
        let resolved = self.resolve_url(url);
        let of_page = self.base == PAGE_FOLDER && !url.starts_with('/');
        if *resolved == *url && url.contains(':') || url.starts_with('#') || of_page {
            return resolved;
        }
        format!("/{resolved}").into()
    }

    /// A path as written, resolved against the sheet's folder.
    pub fn resolve_url(&self, url: &str) -> Arc<str> {
        let has_scheme = url.split_once(':').is_some_and(|(s, _)| {
            s.len() > 1 && s.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
        });
        if has_scheme || url.starts_with('#') {
            return url.into();
        }
        match url.strip_prefix('/') {
            Some(absolute) => normalize(absolute).into(),
            None if self.base.is_empty() => normalize(url).into(),
            None => normalize(&format!("{}/{url}", self.base.trim_end_matches('/'))).into(),
        }
    }
}

/// A path without `.` and, as far as they can be undone, `..`.
fn normalize(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|p| *p != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// A type whose values are keywords.
pub trait Keyword: Clone + 'static {
    /// Every keyword with its value.
    const TABLE: &'static [(&'static str, Self)];
}

/// Gives a type its keywords.
macro_rules! keywords {
    ($($type:ty { $($name:literal => $value:expr),+ $(,)? })+) => {
        $(impl $crate::css::values::Keyword for $type {
            const TABLE: &'static [(&'static str, Self)] = &[$(($name, $value)),+];
        })+
    };
}
pub(crate) use keywords;

/// One of a type's keywords.
pub fn keyword<T: Keyword>(cx: &Context, p: &mut Parser) -> Res<T> {
    one_of(cx, p, T::TABLE)
}

/// One keyword of a table.
pub fn one_of<T: Clone>(cx: &Context, p: &mut Parser, table: &[(&'static str, T)]) -> Res<T> {
    let found = p.try_parse(|p| {
        let ident = p.expect_ident()?;
        let hit = table.iter().find(|(name, _)| ident.eq_ignore_ascii_case(name));
        hit.map(|(_, value)| value.clone()).ok_or(ParseError::unexpected_token())
    });
    if found.is_err() {
        cx.expect(p, table.iter().map(|(name, _)| *name));
    }
    found.map_err(|_: ParseError<()>| ParseError::unexpected_token())
}

/// That one keyword.
pub fn word(cx: &Context, p: &mut Parser, name: &'static str) -> Res<()> {
    one_of(cx, p, &[(name, ())])
}

/// A number, `calc()` included.
pub fn number(cx: &Context, p: &mut Parser) -> Res<f32> {
    let plain = p.try_parse(|p| p.expect_number());
    let number = plain.or_else(|_| p.try_parse(|p| calc::number(cx, p)))?;
    Ok(length::bounded_number(number))
}

/// A number not below zero; a calculated one is brought into range (CSS Values 4 §10.5).
pub fn non_negative(cx: &Context, p: &mut Parser) -> Res<f32> {
    match p.try_parse(|p| p.expect_number()) {
        Ok(n) if n >= 0.0 => Ok(length::bounded_number(n)),
        Ok(_) => bad(),
        Err(_) => {
            let number = p.try_parse(|p| calc::number(cx, p))?;
            Ok(length::bounded_number(number).max(0.0))
        }
    }
}

/// An integer, `calc()` included and rounded.
pub fn integer(cx: &Context, p: &mut Parser) -> Res<i32> {
    let plain = p.try_parse(|p| p.expect_integer());
    plain.or_else(|_| p.try_parse(|p| calc::number(cx, p)).map(|n| (n + 0.5).floor() as i32))
}

/// A percentage, `calc()` included: 50% is 0.5.
pub fn percentage(cx: &Context, p: &mut Parser) -> Res<f32> {
    let plain = p.try_parse(|p| p.expect_percentage());
    let percentage = plain.or_else(|_| p.try_parse(|p| calc::percentage(cx, p)))?;
    Ok(length::bounded_number(percentage))
}

/// An angle in radians, `calc()` included.
pub fn angle(cx: &Context, p: &mut Parser) -> Res<f32> {
    let plain = p.try_parse(|p| match *p.next()? {
        Token::Dimension { value, ref unit, .. } => radians(value, unit).map_or_else(bad, Ok),
        Token::Number { value: 0.0, .. } => Ok(0.0),
        _ => bad(),
    });
    Ok(length::bounded_number(plain.or_else(|_| p.try_parse(|p| calc::angle(cx, p)))?))
}

/// The angle of a dimension token.
pub fn radians(value: f32, unit: &str) -> Option<f32> {
    let turn = std::f32::consts::TAU;
    let factor = cssparser::match_ignore_ascii_case! { unit,
        "deg" => turn / 360.0,
        "grad" => turn / 400.0,
        "rad" => 1.0,
        "turn" => turn,
        _ => return None,
    };
    Some(value * factor)
}

/// A string.
pub fn string(p: &mut Parser) -> Res<Arc<str>> {
    Ok(p.expect_string().map(|s| Arc::from(&**s))?)
}

/// An identifier that is no CSS-wide keyword.
pub fn custom_ident(p: &mut Parser) -> Res<Arc<str>> {
    let ident = p.expect_ident()?;
    if is_css_wide(ident) || ident.eq_ignore_ascii_case("default") {
        return bad();
    }
    Ok(Arc::from(&**ident))
}

fn is_css_wide(ident: &CowRcStr) -> bool {
    ["inherit", "initial", "unset", "revert"].iter().any(|w| ident.eq_ignore_ascii_case(w))
}

/// Values parted by commas, at least one.
pub fn comma_list<'i, T>(
    p: &mut Parser<'i>,
    mut one: impl FnMut(&mut Parser<'i>) -> Res<T>,
) -> Res<Vec<T>> {
    let mut list = vec![one(p)?];
    while p.try_parse(|p| p.expect_comma()).is_ok() {
        list.push(one(p)?);
    }
    Ok(list)
}

/// One to four values, spread over the sides of a box as shorthands do.
pub fn four<'i, T: Clone>(
    p: &mut Parser<'i>,
    mut one: impl FnMut(&mut Parser<'i>) -> Res<T>,
) -> Res<[T; 4]> {
    let top = one(p)?;
    let Ok(right) = p.try_parse(&mut one) else {
        return Ok([top.clone(), top.clone(), top.clone(), top]);
    };
    let Ok(bottom) = p.try_parse(&mut one) else {
        return Ok([top.clone(), right.clone(), top, right]);
    };
    match p.try_parse(&mut one) {
        Ok(left) => Ok([top, right, bottom, left]),
        Err(_) => Ok([top, right.clone(), bottom, right]),
    }
}

/// One or two values; the second defaults to the first.
pub fn two<'i, T: Clone>(
    p: &mut Parser<'i>,
    mut one: impl FnMut(&mut Parser<'i>) -> Res<T>,
) -> Res<(T, T)> {
    let first = one(p)?;
    let second = p.try_parse(&mut one).unwrap_or_else(|_| first.clone());
    Ok((first, second))
}
