//! Plausible HTML and CSS out of bytes: elements that nest as people nest them, properties with values that parse,
//! now and then a monstrous one.

use std::fmt::Write;

use arbitrary::{Result, Unstructured};

/// Most elements of a page.
const MOST_ELEMENTS: usize = 60;
/// How deep generated elements nest; HTML written by hand in the corpus goes deeper.
const MOST_DEPTH: usize = 12;

/// A page of these bytes; of none, an empty one.
pub fn page(data: &[u8]) -> String {
    let mut page = Page { u: Unstructured::new(data), left: MOST_ELEMENTS, html: String::new() };
    // When the bytes are used up the page is done.
    let _ = page.write();
    page.html
}

struct Page<'a> {
    u: Unstructured<'a>,
    left: usize,
    html: String,
}

/// Kinds of values.
#[derive(Clone, Copy)]
enum Value {
    Keyword(&'static [&'static str]),
    /// A length or percentage, or one of these.
    Length(&'static [&'static str]),
    /// One to four of the same.
    Sides(&'static [&'static str]),
    Color,
    Integer,
    Number,
    Border,
    Background,
    Transform,
    Tracks,
    Line,
    Content,
    Counter,
    Shrink,
}
use Value::{
    Background, Border, Color, Content, Counter, Integer, Keyword, Length, Line, Number, Shrink, Sides, Tracks,
    Transform,
};

const AUTO: &[&str] = &["auto"];
const SIZES: &[&str] = &["auto", "min-content", "max-content", "fit-content"];
const ALIGN: &[&str] = &[
    "normal", "start", "end", "center", "stretch", "baseline", "flex-start", "flex-end", "space-between",
    "space-around", "space-evenly",
];
const BREAKS: &[&str] = &["auto", "avoid", "page", "left", "right", "recto", "verso", "always"];

/// Properties with what they take. `position: running()` and `text-transform` are left to the corpus: with them text
/// is not shown as written.
const PROPERTIES: &[(&str, Value)] = &[
    (
        "display",
        Keyword(&[
            "block", "inline", "inline-block", "flow-root", "list-item", "none", "contents", "flex", "inline-flex",
            "grid", "inline-grid", "table", "inline-table", "table-row", "table-cell", "table-row-group",
            "table-header-group", "table-footer-group", "table-caption", "table-column", "table-column-group",
        ]),
    ),
    ("position", Keyword(&["static", "relative", "absolute", "fixed"])),
    ("float", Keyword(&["none", "left", "right"])),
    ("clear", Keyword(&["none", "left", "right", "both"])),
    ("top", Length(AUTO)),
    ("left", Length(AUTO)),
    ("bottom", Length(AUTO)),
    ("right", Length(AUTO)),
    ("z-index", Integer),
    ("order", Integer),
    ("width", Length(SIZES)),
    ("height", Length(SIZES)),
    ("min-width", Length(SIZES)),
    ("max-width", Length(&["none", "min-content", "max-content"])),
    ("min-height", Length(SIZES)),
    ("max-height", Length(&["none"])),
    ("aspect-ratio", Keyword(&["auto", "1 / 2", "16 / 9", "auto 3 / 1", "1 / 1000000", "1e30 / 1"])),
    ("box-sizing", Keyword(&["content-box", "border-box"])),
    ("overflow", Keyword(&["visible", "hidden"])),
    ("visibility", Keyword(&["visible", "hidden"])),
    ("margin", Sides(AUTO)),
    ("margin-top", Length(AUTO)),
    ("margin-left", Length(AUTO)),
    ("padding", Sides(&[])),
    ("padding-left", Length(&[])),
    ("border", Border),
    ("border-left", Border),
    ("border-top", Border),
    ("border-radius", Sides(&[])),
    ("border-collapse", Keyword(&["collapse", "separate"])),
    ("border-spacing", Keyword(&["0", "3px", "2px 40px"])),
    ("outline", Border),
    ("background", Background),
    ("opacity", Number),
    ("transform", Transform),
    ("transform-origin", Sides(&[])),
    ("flex", Keyword(&["none", "auto", "1", "0 0 auto", "3 1 20px", "1 1 0%", "1e9 1e9 0"])),
    ("flex-direction", Keyword(&["row", "row-reverse", "column", "column-reverse"])),
    ("flex-wrap", Keyword(&["nowrap", "wrap", "wrap-reverse"])),
    ("flex-basis", Length(SIZES)),
    ("justify-content", Keyword(ALIGN)),
    ("align-items", Keyword(ALIGN)),
    ("align-content", Keyword(ALIGN)),
    ("align-self", Keyword(ALIGN)),
    ("justify-self", Keyword(ALIGN)),
    ("justify-items", Keyword(ALIGN)),
    ("gap", Sides(&[])),
    ("grid-template-columns", Tracks),
    ("grid-template-rows", Tracks),
    ("grid-auto-rows", Keyword(&["auto", "10px", "1fr", "min-content", "minmax(5px, 1fr)"])),
    ("grid-auto-flow", Keyword(&["row", "column", "row dense", "column dense"])),
    ("grid-template-areas", Keyword(&["none", "'a b' 'a c'", "'a a' 'b b'", "'. a'"])),
    ("grid-area", Keyword(&["a", "b", "c", "1 / 2 / 3 / 4", "span 2 / span 3"])),
    ("grid-row", Line),
    ("grid-column", Line),
    ("table-layout", Keyword(&["auto", "fixed"])),
    ("caption-side", Keyword(&["top", "bottom"])),
    ("vertical-align", Length(&["baseline", "top", "middle", "bottom", "sub", "super", "text-top", "text-bottom"])),
    ("list-style-type", Keyword(&["disc", "decimal", "lower-roman", "upper-alpha", "cjk-decimal", "none", "'-'"])),
    ("list-style-position", Keyword(&["inside", "outside"])),
    ("font-family", Keyword(&["'EB Garamond'", "'Source Sans 3'", "serif", "sans-serif", "Missing"])),
    ("font-size", Length(&["small", "larger", "xx-large"])),
    ("font-weight", Keyword(&["400", "700", "bolder", "lighter", "1000"])),
    ("font-style", Keyword(&["normal", "italic"])),
    ("font-variant-caps", Keyword(&["normal", "small-caps", "all-small-caps"])),
    ("font-variant-numeric", Keyword(&["normal", "oldstyle-nums", "tabular-nums"])),
    ("color", Color),
    ("line-height", Length(&["normal", "1", "0", "1.5", "1e9"])),
    ("letter-spacing", Length(&["normal"])),
    ("word-spacing", Length(&["normal"])),
    ("text-align", Keyword(&["start", "end", "left", "right", "center", "justify"])),
    ("text-align-last", Keyword(&["auto", "start", "end", "center", "justify"])),
    ("text-indent", Length(&["2em hanging", "1em each-line", "3px hanging each-line"])),
    ("text-decoration", Keyword(&["none", "underline", "line-through wavy red", "overline dotted 3px"])),
    (
        "white-space",
        Keyword(&["normal", "nowrap", "pre", "pre-wrap", "pre-line", "break-spaces"]),
    ),
    ("text-wrap", Keyword(&["wrap", "nowrap", "balance", "pretty"])),
    ("overflow-wrap", Keyword(&["normal", "anywhere", "break-word"])),
    ("word-break", Keyword(&["normal", "break-all", "keep-all"])),
    ("line-break", Keyword(&["auto", "loose", "normal", "strict", "anywhere"])),
    ("hyphens", Keyword(&["none", "manual", "auto"])),
    ("hyphenate-limit-chars", Keyword(&["auto", "2", "5 2 3", "1 0 0", "1000"])),
    ("tab-size", Keyword(&["8", "0", "1000000", "20px"])),
    ("text-autospace", Keyword(&["normal", "no-autospace"])),
    ("text-spacing-trim", Keyword(&["normal", "space-all", "trim-start", "space-first"])),
    ("hanging-punctuation", Keyword(&["none", "first", "last", "allow-end", "force-end"])),
    ("direction", Keyword(&["ltr", "rtl"])),
    ("unicode-bidi", Keyword(&["normal", "embed", "isolate", "bidi-override", "isolate-override", "plaintext"])),
    ("text-fit", Shrink),
    ("content", Content),
    ("counter-reset", Counter),
    ("counter-increment", Counter),
    ("string-set", Keyword(&["none", "title content()", "title 'x', other 'y'"])),
    ("page", Keyword(&["auto", "wide", "narrow"])),
    ("break-before", Keyword(BREAKS)),
    ("break-after", Keyword(BREAKS)),
    ("break-inside", Keyword(&["auto", "avoid"])),
    ("orphans", Integer),
    ("widows", Integer),
    ("box-decoration-break", Keyword(&["slice", "clone"])),
];

const ELEMENTS: &[&str] = &[
    "div", "p", "span", "b", "i", "a", "h1", "h2", "ul", "ol", "li", "table", "thead", "tbody", "tfoot", "tr", "td",
    "th", "caption", "section", "figure", "blockquote", "q", "em", "small", "sup", "sub", "pre", "dl", "dd", "bdo",
    "img", "svg", "br", "wbr", "hr", "col",
];

const WORDS: &[&str] = &[
    "a", "of", "the", "Urkunde", "compiler", "hyphenation", "Donaudampfschifffahrt", "fi", "ffl", "1234", "—", "-",
    "well-known", "(", ")", "«so»", "“quoted”", "示例", "学员", "，", "。", "「", "」", "、", "双元制", "שלום", "עולם", "x",
    "\u{ad}", "\u{a0}", "\u{200b}", "e\u{301}", "\n", "\t", "AV", "To",
];

const SELECTORS: &[&str] = &[
    "div", "p", "span", "li", "td", "tr", "table", "*", ".a", ".b", ".c", "#a", "div > *", "p + p", "li:first-child",
    ":nth-child(2n+1)", "div p", ".a .b", ":not(.a)", ":is(p, div)", "td:last-child", ":has(> .b)", "p::before",
    "div::after", "li::marker", "h1", "body", "html", ":lang(de)",
];

impl Page<'_> {
    fn pick<T: Copy>(&mut self, list: &[T]) -> Result<T> {
        Ok(list[self.u.choose_index(list.len())?])
    }

    fn often(&mut self, of_16: u8) -> Result<bool> {
        Ok(self.u.arbitrary::<u8>()? % 16 < of_16)
    }

    fn write(&mut self) -> Result<()> {
        self.html.push_str("<!DOCTYPE html><html lang=");
        let lang = self.pick(&["en", "de", "zh", "ar"])?;
        self.html.push_str(lang);
        self.html.push_str("><title>t</title><style>");
        let done = self.sheet();
        self.html.push_str("</style><body>");
        done?;
        while self.left > 0 && !self.u.is_empty() {
            self.element(0)?;
        }
        Ok(())
    }

    fn sheet(&mut self) -> Result<()> {
        if self.often(12)? {
            self.html.push_str("@page{size:");
            let size = self.pick(&["300px 200px", "A5", "A4 landscape", "60px 60px", "1px 1px", "200px 20px"])?;
            self.html.push_str(size);
            self.html.push_str(";margin:");
            let margin = self.pick(&["0", "10px", "50%", "10px 40px", "-5px", "2cm"])?;
            self.html.push_str(margin);
            if self.often(6)? {
                let boxes = "@top-center{content:counter(page) '/' counter(pages)}@left-middle{content:string(title)}";
                self.html.push_str(boxes);
            }
            self.html.push('}');
        }
        if self.often(3)? {
            self.html.push_str("@page wide{size:500px 100px}@page :left{margin-left:30px}");
        }
        for _ in 0..self.u.int_in_range(0..=6)? {
            let selector = self.pick(SELECTORS)?;
            self.html.push_str(selector);
            self.html.push('{');
            let done = self.declarations(4);
            self.html.push('}');
            done?;
        }
        Ok(())
    }

    fn declarations(&mut self, most: usize) -> Result<()> {
        for _ in 0..self.u.int_in_range(0..=most)? {
            let (name, value) = self.pick(PROPERTIES)?;
            let _ = write!(self.html, "{name}:");
            let done = self.value(value);
            self.html.push(';');
            done?;
        }
        Ok(())
    }

    fn value(&mut self, value: Value) -> Result<()> {
        let text = match value {
            Keyword(list) => self.pick(list)?.to_owned(),
            Length(words) => return self.length(words),
            Sides(words) => {
                for _ in 0..self.u.int_in_range(1..=4)? {
                    self.length(words)?;
                    self.html.push(' ');
                }
                return Ok(());
            }
            Color => self
                .pick(&["red", "#0a08", "transparent", "currentColor", "device-cmyk(0 1 1 0)", "hsl(20 50% 50%)"])?
                .to_owned(),
            Integer => match self.u.arbitrary::<u8>()? {
                0 => i32::MAX.to_string(),
                1 => i32::MIN.to_string(),
                n => (i32::from(n) % 16 - 4).to_string(),
            },
            Number => self.pick(&["0", "0.5", "1", "2", "1e38"])?.to_owned(),
            Border => {
                self.length(&["thin", "thick"])?;
                let styles: &[&str] = &[
                    " solid", " dashed red", " dotted", " double", " groove", " ridge", " inset", " outset", " none",
                    " hidden",
                ];
                self.pick(styles)?.to_owned()
            }
            Background => self
                .pick(&[
                    "red", "none", "linear-gradient(red, blue)", "url(x.png) no-repeat center / 10px 5px",
                    "repeating-linear-gradient(30deg, red 0 1px, blue 2px)", "radial-gradient(circle at 0 0, red, #00f8)",
                    "url(x.png) space, url(x.png) round", "url(x.png) 50% 50% / cover", "url(x.png) 0 0 / 0.01px",
                    "conic-gradient(red)", "linear-gradient(to top right, transparent 90%, red 10%, blue)",
                ])?
                .to_owned(),
            Transform => self
                .pick(&[
                    "none", "rotate(30deg)", "scale(2)", "translate(10px, 50%)", "scale(0)", "skewX(45deg)",
                    "matrix(1, 2, 3, 4, 5, 6)", "scale(1e30) rotate(1e30turn)", "translate(1e38px)",
                ])?
                .to_owned(),
            Tracks => self
                .pick(&[
                    "none", "1fr 2fr", "100px auto", "repeat(3, 1fr)", "repeat(auto-fill, 20px)", "minmax(10px, 1fr) 50%",
                    "repeat(auto-fit, minmax(30px, 1fr))", "min-content max-content", "[x] 10px [y] 1fr [z]",
                    "fit-content(40px) 1fr", "repeat(auto-fill, 0.001px)", "1e30fr 1fr",
                ])?
                .to_owned(),
            Line => self
                .pick(&[
                    "auto", "1", "2 / 4", "span 2", "-1", "1 / -1", "3 / span 3", "999", "-999 / 999", "span 900",
                    "x / y", "a",
                ])?
                .to_owned(),
            Content => self
                .pick(&[
                    "none", "'→ '", "counter(n) '. '", "counters(n, '.')", "open-quote", "close-quote", "attr(class)",
                    "url(x.png)", "normal", "'a\\a b'",
                ])?
                .to_owned(),
            Counter => self.pick(&["none", "n", "n 5", "n -2147483648 m", "n 2147483647"])?.to_owned(),
            Shrink => self.pick(&["none", "shrink", "shrink 20%", "shrink 100%", "shrink 1%"])?.to_owned(),
        };
        self.html.push_str(&text);
        Ok(())
    }

    fn length(&mut self, words: &[&str]) -> Result<()> {
        let choice = self.u.arbitrary::<u8>()?;
        if choice % 4 == 0 && !words.is_empty() {
            let word = self.pick(words)?;
            self.html.push_str(word);
            return Ok(());
        }
        if choice % 32 == 1 {
            let monstrous = self.pick(&[
                "1e38px", "-1e38px", "calc(1e38px * 10)", "calc(1e38px * 10 - 1e38px * 10)", "1e9%", "-1e9%",
                "calc(50% - 20px)", "min(10px, 50%)", "clamp(1px, 200%, 1e20px)", "1e-30px", "1e20em", "max(-1e38%, 1e38%)",
            ])?;
            self.html.push_str(monstrous);
            return Ok(());
        }
        let unit = self.pick(&["px", "px", "px", "%", "em", "mm", "ex", "vw", "lh"])?;
        let number = i32::from(self.u.arbitrary::<u8>()?);
        let number = match choice % 5 {
            0 => -number,
            1 => number * 8,
            2 => number / 8,
            _ => number,
        };
        let _ = write!(self.html, "{number}{unit}");
        Ok(())
    }

    fn element(&mut self, depth: usize) -> Result<()> {
        self.left = self.left.saturating_sub(1);
        let name = self.pick(ELEMENTS)?;
        self.html.push('<');
        self.html.push_str(name);
        let attributes = self.attributes(name);
        self.html.push('>');
        attributes?;
        if matches!(name, "img" | "br" | "wbr" | "hr" | "col") {
            return Ok(());
        }
        let done = if name == "svg" { self.svg() } else { self.children(depth) };
        // Now and then a tag is left open.
        if done.is_err() || self.often(15)? {
            let _ = write!(self.html, "</{name}>");
        }
        done
    }

    fn attributes(&mut self, name: &str) -> Result<()> {
        if self.often(4)? {
            let attribute = self.pick(&[
                " class=a", " class='a b'", " class=c", " id=a", " dir=rtl", " lang=de", " lang=zh", " hidden", " dir=auto",
                " href='#a'", " start=5 reversed", " colspan=3", " rowspan=2", " rowspan=0", " colspan=1000", " span=7",
                " value=-2147483648", " colspan=99999999999",
            ])?;
            self.html.push_str(attribute);
        }
        if name == "img" {
            self.html.push_str(" alt='' src=x.png");
        }
        if self.often(8)? {
            self.html.push_str(" style=\"");
            let done = self.declarations(5);
            self.html.push('"');
            done?;
        }
        Ok(())
    }

    fn children(&mut self, depth: usize) -> Result<()> {
        for _ in 0..self.u.int_in_range(0..=5)? {
            if depth < MOST_DEPTH && self.left > 0 && self.often(8)? {
                self.element(depth + 1)?;
            } else {
                self.text()?;
            }
        }
        Ok(())
    }

    fn text(&mut self) -> Result<()> {
        for _ in 0..self.u.int_in_range(1..=12)? {
            let word = self.pick(WORDS)?;
            self.html.push_str(word);
            if self.often(12)? {
                self.html.push(' ');
            }
        }
        Ok(())
    }

    fn svg(&mut self) -> Result<()> {
        for _ in 0..self.u.int_in_range(0..=3)? {
            let part = self.pick(&[
                "<rect width=9 height=9 fill=red />", "<circle r=5 stroke=blue stroke-dasharray='1 2'/>",
                "<path d='M0 0L9 9Q1 2 3 4z'/>", "<g transform='scale(2)' opacity=.5><rect width=1 height=1 /></g>",
                "<text x=1 y=9>示例 a</text>", "<use href='#a'/>", "<title>t</title>",
            ])?;
            self.html.push_str(part);
        }
        Ok(())
    }
}
