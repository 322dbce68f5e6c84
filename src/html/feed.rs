//! The text of a page in pieces, so that no tag grows without end.
//!
//! html5ever compares each attribute of a tag with all others of that tag, and gives the tag out only
//! when it ends: a tag of a million attributes takes minutes that nobody can end from outside.
//! Here the text goes to it in pieces that end behind each `<`. Whatever can be a tag then begins a piece.
//! Text is given out as it is read, a tag or a comment when it ends: what is given out for a piece tells
//! whether the tokenizer took its beginning for a tag, whatever is raw text, a comment or a quoted value
//! there. Only such tags' attributes are counted, before more of their text is fed.
//! State names: HTML §13.2.5.

use std::ops::Range;

use crate::limits::ATTRIBUTES;

/// Bytes of a tag that hold no more attributes than a tag may have: each takes two at least.
const PART: usize = 2 * ATTRIBUTES;

/// Cuts a text.
pub(super) struct Pieces<'a> {
    text: &'a str,
    /// How much has been given.
    at: usize,
    /// Where the piece ends that is being given in parts.
    end: usize,
    open: Option<Open>,
}

/// What has begun and not ended, as far as the tokenizer has said.
enum Open {
    Tag(Attributes),
    /// A comment, a CDATA section: these end with a token.
    Comment,
    /// A declaration, an instruction, `</` before what is no letter: these end with the first `>`, some
    /// of them without a token.
    Bogus,
}

impl<'a> Pieces<'a> {
    pub(super) fn new(text: &'a str) -> Pieces<'a> {
        // A byte order mark is no part of the page.
        let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Pieces { text, at, end: at, open: None }
    }

    /// The next piece to feed.
    pub(super) fn next(&mut self) -> Option<Range<usize>> {
        let from = self.at;
        if from == self.text.len() {
            return None;
        }
        if from == self.end {
            self.begin();
        }
        self.at = match &self.open {
            Some(Open::Tag(_)) if self.end - from > PART => {
                self.text.floor_char_boundary(from + PART)
            }
            _ => self.end,
        };
        Some(from..self.at)
    }

    /// Finds the end of the piece, and what may begin with it.
    fn begin(&mut self) {
        let rest = &self.text[self.at..];
        // A text that fits into one part holds no tag with too many attributes.
        let whole = self.open.is_none() && rest.len() <= PART;
        let next = if whole { None } else { rest.find('<') };
        self.end = self.at + next.map_or(rest.len(), |next| next + 1);
        let after_less_than = self.text[..self.at].ends_with('<');
        if self.open.is_none() && after_less_than {
            self.open = match rest.as_bytes() {
                [b'a'..=b'z' | b'A'..=b'Z', ..] | [b'/', b'a'..=b'z' | b'A'..=b'Z', ..] => {
                    let start = self.at - 1;
                    Some(Open::Tag(Attributes { start, state: State::TagOpen, count: 0 }))
                }
                _ if rest.starts_with("!--") || rest.starts_with("![CDATA[") => Some(Open::Comment),
                [b'!' | b'?' | b'/', ..] => Some(Open::Bogus),
                _ => None,
            };
        }
    }

    /// Says whether tokens came of a piece. The error is the place of the name of a tag with too many
    /// attributes.
    pub(super) fn fed(&mut self, piece: Range<usize>, emitted: bool) -> Result<(), Range<usize>> {
        let text = &self.text[piece];
        if let Some(Open::Tag(attributes)) = &mut self.open {
            attributes.read(text);
            if attributes.count > ATTRIBUTES {
                let start = attributes.start;
                let ends = |c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>');
                let name = self.text[start + 2..].find(ends).unwrap_or(0);
                return Err(start..start + 2 + name);
            }
        }
        let ended = matches!(self.open, Some(Open::Bogus)) && text.contains('>');
        if emitted || ended {
            self.open = None;
        }
        Ok(())
    }
}

/// Counts the attributes of a tag.
struct Attributes {
    /// Where the tag begins.
    start: usize,
    state: State,
    count: usize,
}

/// The states of the tokenizer in a tag, those that differ for the count of attributes.
#[derive(Clone, Copy)]
enum State {
    /// Before the first letter of the name, or the `/` of an end tag.
    TagOpen,
    TagName,
    BeforeName,
    Name,
    AfterName,
    BeforeValue,
    Quoted(u8),
    Unquoted,
}

impl Attributes {
    /// Goes on to the end of the tag.
    fn read(&mut self, text: &str) {
        for byte in text.bytes() {
            if byte == b'>' && !matches!(self.state, State::Quoted(_)) {
                return;
            }
            let space = byte.is_ascii_whitespace();
            self.state = match (self.state, byte) {
                (State::TagOpen, _) => State::TagName,
                (State::Quoted(quote), _) if byte == quote => State::BeforeName,
                (State::Quoted(_), _) => self.state,
                (State::BeforeValue, b'"' | b'\'') => State::Quoted(byte),
                (State::BeforeValue, _) if space => State::BeforeValue,
                (State::BeforeValue | State::Unquoted, _) if !space => State::Unquoted,
                (State::Name, b'=') => State::BeforeValue,
                (State::AfterName, b'=') => State::BeforeValue,
                (State::Name | State::AfterName, _) if space => State::AfterName,
                (_, b'/') => State::BeforeName,
                (_, _) if space => State::BeforeName,
                (State::TagName | State::Name, _) => self.state,
                _ => {
                    self.count += 1;
                    State::Name
                }
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use crate::diag::Source;
    use crate::html::{check, parse};
    use crate::limits::ATTRIBUTES;

    /// Where a page is said to have a tag with too many attributes.
    fn refused(html: &str) -> Option<(usize, usize)> {
        let found = check(&parse(&Source::new("a.html", html)));
        let error = found.into_iter().find(|d| d.code == "too-many-attributes")?;
        error.span.map(|span| span.position())
    }

    /// As many attributes, the value of each between quotes.
    fn attributes(number: usize, value: &str) -> String {
        (0..number).fold(String::new(), |mut all, i| {
            let _ = write!(all, " a{i}='{value}'");
            all
        })
    }

    #[test]
    fn tags_have_a_thousand_attributes_at_most() {
        for value in ["", "x", ">", "<b c d", "示例 &gt; \" / ="] {
            let tag = |number| format!("<title>t</title>\n<p{}>x</p>", attributes(number, value));
            assert_eq!(refused(&tag(ATTRIBUTES)), None, "{value}");
            assert_eq!(refused(&tag(ATTRIBUTES + 1)), Some((2, 1)), "{value}");
        }
        let bare = |number: usize| format!("<p{}", "/a".repeat(number));
        assert_eq!((refused(&bare(ATTRIBUTES)), refused(&bare(3000))), (None, Some((1, 1))));
    }

    #[test]
    fn nothing_hides_a_tag_with_too_many_attributes() {
        let tag = format!("<p{}>", attributes(5000, ""));
        for before in [
            "&lt",
            "&am",
            "&#60",
            "</>",
            "<!>",
            "<?>",
            "<!-->",
            "<!--x--!>",
            "<![CDATA[>",
            "<svg><![CDATA[]]>",
            "<title></title>",
            "<style><!--</style>",
            "<script><!--</script>",
            "\u{feff}",
            "<b c=<d>",
            "</b ",
            "\r\n",
        ] {
            assert!(refused(&format!("{before}{tag}")).is_some(), "{before}");
        }
        assert!(refused(&format!("</p{}>", attributes(5000, ""))).is_some());
    }

    #[test]
    fn what_only_looks_like_such_a_tag_is_read() {
        let words = " a".repeat(5000);
        for page in [
            format!("<!-- <b{words} -->x"),
            format!("<title>1 <b{words}</title>x"),
            format!("<style>/* <b{words} */</style>x"),
            format!("<p title='<b{words}'>x"),
            format!("<p title='{words} <b{words}'>x"),
            format!("<svg><desc><![CDATA[<b{words}]]></desc></svg>x"),
            format!("<p>1 < {words} <b>x"),
        ] {
            let dom = parse(&Source::new("a.html", &*page));
            assert_eq!(refused(&page), None, "{}", &page[..20]);
            let text = dom.descendants(dom.body()).filter_map(|n| dom.text(n)).last();
            assert_eq!(text, Some("x"), "{}", &page[..20]);
        }
    }
}
