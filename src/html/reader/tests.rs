//! Whatever pages came before, a page has the tree that parsing gives.

use std::sync::Arc;

use super::{Kept, Parts, Reader};
use crate::diag::{Diagnostic, Source};
use crate::html::{Dom, check, parse};

fn source(text: &str) -> Arc<Source> {
    Source::new("page.html", text)
}

/// All that a tree says, and what is found in it.
fn told(dom: &Dom, found: &[Diagnostic]) -> String {
    let found: Vec<_> = found
        .iter()
        .map(|d| (&d.message, &d.help, d.span.as_ref().map(|s| s.range.clone())))
        .collect();
    format!("{:?}{:?}{found:?}", dom.nodes, dom.excess)
}

/// Reads a page as the next one; whether it has taken a tree over.
fn read(reader: &mut Reader, text: &str, before: &str) -> bool {
    let source = source(text);
    let trees: Vec<_> = reader.kept.iter().map(|kept| Arc::as_ptr(&kept.dom)).collect();
    let (dom, found) = reader.read(&source);
    let alone = parse(&source);
    let expected = told(&alone, &check(&alone));
    assert!(told(&dom, &found) == expected, "{before:?}\n{text:?}\n{expected}\n{:?}", dom.nodes);
    assert!(Arc::ptr_eq(dom.source(), &source));
    trees.contains(&Arc::as_ptr(&dom))
}

/// Whether the second page takes over the tree of the first.
fn takes_over(first: &str, second: &str) -> bool {
    let mut reader = Reader::default();
    read(&mut reader, first, "");
    read(&mut reader, second, first)
}

#[test]
fn a_page_with_other_words_has_the_tree_of_the_one_before() {
    for (first, second) in [
        ("<p>one</p>", "<p>two and a half</p>"),
        ("<p>\n  one</p><b>x</b>", "<p>\n  示例 示例\n</p><b>y</b>"),
        ("<title>a</title><p>x", "<title>bcd</title><p>yz"),
        ("<p title=''>x</p><p>y", "<p title='a > b'>x</p><p>y"),
        (
            "<a href=\"a\">x</a><br/><img class=k src='b'>",
            "<a href=\"'b'\">y</a><br/><img class=k src='c'>",
        ),
        (
            "<!DOCTYPE html><!-- <p> --><p>x &amp; y <b>z</b>",
            "<!DOCTYPE html><!-- <p> --><p>x &amp; y <b>zz</b>",
        ),
        ("<table><tr><td>1<td>2</table>", "<table><tr><td>10<td>2,5</table>"),
        (
            "<svg viewBox='0 0 1 1'><a xlink:href='a'>x</a></svg>",
            "<svg viewBox='0 0 1 1'><a xlink:href='a'>y</a></svg>",
        ),
        ("<style>p > b { top: 0 }</style><p>x", "<style>p > b { top: 0 }</style><p>y"),
    ] {
        assert!(takes_over(first, second), "{first}");
    }
}

#[test]
fn a_page_with_another_tree_is_parsed() {
    for (first, second) in [
        ("<p>one</p>", "<p>one <b>x</b></p>"),
        ("<p>one</p>", "<p>one &amp; two</p>"),
        ("<p>one</p>", "<p></p>"),
        ("<p>one</p>", "<p> one</p>"),
        ("<table> <tr><td>1</table>", "<table>a<tr><td>1</table>"),
        ("<pre>x</pre>", "<pre>\nx</pre>"),
        ("<p>x\ny", "<p>x\r\ny"),
        ("<p title='a'>", "<p title='a' id='b'>"),
        ("<p id='a'>x", "<p id='b'>x"),
        ("<p><b title='a'>x</p><p>y", "<p><b title='b'>x</p><p>y"),
        ("<script>x</script><p>y", "<script>x</script><p>z"),
        ("x<p>y", "\u{feff}x<p>y"),
    ] {
        assert!(!takes_over(first, second), "{first}");
    }
}

#[test]
fn what_is_wrong_with_words_is_told_of_each_page() {
    let page = |href: &str, value: &str| {
        format!("<p id=x>x</p><ol><li value='{value}'>{value}</ol><a href='{href}'>z</a>")
    };
    let mut reader = Reader::default();
    let mut taken = 0;
    for (href, value) in
        [("a", "1"), ("#x", "2"), ("#y", "2"), ("b", "3"), ("javascript:x", "4"), ("c", "d")]
    {
        taken += usize::from(read(&mut reader, &page(href, value), ""));
    }
    assert_eq!(taken, 5);
}

#[test]
fn trees_in_use_and_pages_without_plain_parts_stay_as_they_are() {
    let mut reader = Reader::default();
    let (first, _) = reader.read(&source("<p>one</p>"));
    let (second, _) = reader.read(&source("<p>two</p>"));
    assert_eq!(
        (first.text_content(first.body()), second.text_content(second.body())),
        ("one".into(), "two".into())
    );
    for text in [
        "<p title='<b>'>x",
        "<p title=a\"b>x",
        "<p a=1 a=2>x",
        "<p><b id=a>x</p><b id=c>y",
        "<p>1 < 2",
    ] {
        assert!(Kept::new(&Arc::new(parse(&source(text))), true).is_none(), "{text}");
    }
}

/// Pieces of pages, plain and odd; `@` stands for a word.
const PIECES: &[&str] = &[
    "<p>@</p>",
    "<p>@",
    "@",
    "<b>@</b>",
    "<b title='@'>",
    "</b>",
    "<a href='@'>@</a>",
    "<a href='@'>",
    "</a>",
    "<div title=\"@\">",
    "</div>",
    "<table>",
    "<tr>",
    "<td>@",
    "<th>",
    "</table>",
    "<caption>@",
    "<col>",
    "<colgroup>",
    "<pre>@</pre>",
    "<pre>",
    "<title>@</title>",
    "<textarea>@</textarea>",
    "<textarea>",
    "<style>@</style>",
    "<style>p > b { }</style>",
    "<svg viewBox='@'>",
    "<svg><title>@</title>",
    "<svg><style>@</style>",
    "</svg>",
    "<path d='@'/>",
    "<a xlink:href='@'>",
    "<math><mi>@</mi>",
    "<annotation-xml encoding='@'>",
    "<select><option value='@'>@",
    "</select>",
    "<frameset>",
    "<frame src='@'>",
    "<noframes>",
    "<input type=hidden value='@'>",
    "<input type='@' value='@'>",
    "<meta name=x content='@'>",
    "<meta http-equiv='content-type' content='@'>",
    "<html title='@'>",
    "<body title='@'>",
    "<head>",
    "</head>",
    "</body>",
    "</html>",
    "<!DOCTYPE html>",
    "<!DOCTYPE html '@'>",
    "<!-- @ -->",
    "<!-- <p> -->",
    "<!-->@",
    "<?@>",
    "<![CDATA[@]]>",
    "</p>",
    "<br/>",
    "<img src='@' alt='@'>",
    "<img src=@>",
    "<image src='@'>",
    "<ul><li value='@'>@",
    "<i title='@'>@<p>",
    "<font title='@'>@<p>",
    "</i>",
    "<script>@</script>",
    "<script><!--<script></script>@",
    "<plaintext>",
    "<template>@",
    "</template>",
    "<form>",
    "<button title='@'>@",
    "</button>",
    "<h1>@</h1>",
    " ",
    "\n",
    "  @  ",
    "&amp;@",
    "&@;",
    "@&",
    "@<",
    "\u{feff}",
    "\0",
    "<p title=@>",
    "<p title='@' title='@'>",
    "<p title='@'class=a>",
    "<p title = '@'>",
    "<noscript>@</noscript>",
    "<nobr title='@'>@",
    "<qr-code value='@' level=M>@</qr-code>",
    "<ruby>@<rt>@",
    "<hr>",
    "<dl><dt>@<dd>@</dl>",
    "<section lang=\"de\">\n  @\n</section>",
    "<isindex>",
    "<option>@",
    "<object title='@'>@",
    "</object>",
];

const NAMES: &[&str] = &[
    "a",
    "b",
    "one",
    "two and more",
    "示例",
    "1",
    "12",
    "x y",
    "#a",
    "hidden",
    "a > b",
    "x/",
    "text/html; charset=utf-8",
    "'",
    "\"",
    "",
    " ",
    "\n",
    "\nx",
    " x",
    "x ",
    "<",
    "<b>",
    "</p>",
    "&amp;",
    "&",
    "amp;",
    "\0",
    "\r\n",
    "\u{feff}",
    "-",
    "-->",
    "]]>",
    "=",
    "</style>",
    "\u{c}",
    "javascript:a",
];

/// Numbers as they come (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

#[test]
fn any_page_after_any_other_is_what_it_is_alone() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut taken = 0;
    for _ in 0..1500 {
        // Two thirds of the templates are written plainly.
        let plain = dice.below(3) > 0;
        let mut pieces: Vec<&str> = (0..1 + dice.below(12)).map(|_| dice.one(PIECES)).collect();
        if plain {
            pieces.retain(|piece| Parts::of(&piece.replace('@', "x")).is_some());
        }
        let template = pieces.concat();
        let mut words: Vec<&str> = template.matches('@').map(|_| NAMES[dice.below(6)]).collect();
        let mut reader = Reader::default();
        let mut before = String::new();
        for _ in 0..6 {
            let mut words_left = words.iter();
            let mut page: String = template
                .split_inclusive('@')
                .map(|part| part.replace('@', words_left.next().unwrap_or(&"")))
                .collect();
            if dice.below(8) == 0 {
                let at = page.floor_char_boundary(dice.below(page.len() + 1));
                let end = page.ceil_char_boundary((at + dice.below(3)).min(page.len()));
                page.replace_range(at..end, dice.one(NAMES));
            }
            taken += usize::from(read(&mut reader, &page, &before));
            before = page;
            for word in &mut words {
                match dice.below(3) {
                    0 if plain => *word = NAMES[dice.below(12)],
                    0 => *word = dice.one(NAMES),
                    _ => {}
                }
            }
        }
    }
    assert!(taken > 3000, "{taken} pages have taken a tree over");
}
