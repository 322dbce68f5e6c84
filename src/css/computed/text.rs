//! Text: fonts, lines, the properties that are inherited.

use std::sync::Arc;

use super::{LengthPercentage, Visibility};
use crate::geom::{Color, Px};

/// `tab-size` (CSS Text 3 §4.2).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TabSize {
    /// A number of spaces.
    Spaces(f32),
    /// A length.
    Length(Px),
}

/// `vertical-align`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum VerticalAlign {
    /// `baseline`.
    Baseline,
    /// `sub`.
    Sub,
    /// `super`.
    Super,
    /// `text-top`.
    TextTop,
    /// `text-bottom`.
    TextBottom,
    /// `middle`.
    Middle,
    /// `top`.
    Top,
    /// `bottom`.
    Bottom,
    /// Raised by a length; percentages of the line height are resolved.
    Length(Px),
}

/// `text-align` after `match-parent`; `text-align-last` uses `Auto`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextAlign {
    /// `auto` (only `text-align-last`).
    Auto,
    /// `start`.
    Start,
    /// `end`.
    End,
    /// `left`.
    Left,
    /// `right`.
    Right,
    /// `center`.
    Center,
    /// `justify`.
    Justify,
}

/// `text-justify`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextJustify {
    /// `auto`.
    Auto,
    /// `none`.
    None,
    /// `inter-word`.
    InterWord,
    /// `inter-character`.
    InterCharacter,
}

/// `white-space-collapse`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhiteSpaceCollapse {
    /// `collapse`.
    Collapse,
    /// `preserve`.
    Preserve,
    /// `preserve-breaks` (`white-space: pre-line`).
    PreserveBreaks,
    /// `break-spaces`.
    BreakSpaces,
}

/// `text-wrap-style`; `text-wrap-mode` is [`TextStyle::wrap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextWrapStyle {
    /// `auto`: greedy, as browsers do, unless the text is justified.
    Auto,
    /// `balance`.
    Balance,
    /// `pretty`.
    Pretty,
}

/// `text-transform`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextTransform {
    /// `none`.
    None,
    /// `uppercase`.
    Uppercase,
    /// `lowercase`.
    Lowercase,
    /// `capitalize`.
    Capitalize,
    /// `full-width`.
    FullWidth,
}

/// `hyphens`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hyphens {
    /// `none`.
    None,
    /// `manual`.
    Manual,
    /// `auto`.
    Auto,
}

/// `word-break`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordBreak {
    /// `normal`.
    Normal,
    /// `break-all`.
    BreakAll,
    /// `keep-all`.
    KeepAll,
    /// `break-word`: as `overflow-wrap: anywhere`.
    BreakWord,
}

/// `overflow-wrap`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverflowWrap {
    /// `normal`.
    Normal,
    /// `break-word`: breaks that do not count for `min-content`.
    BreakWord,
    /// `anywhere`.
    Anywhere,
}

/// `line-break`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineBreak {
    /// `auto`: strict, as printing wants it.
    Auto,
    /// `loose`.
    Loose,
    /// `normal`.
    Normal,
    /// `strict`.
    Strict,
    /// `anywhere`.
    Anywhere,
}

/// `direction`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// `ltr`.
    Ltr,
    /// `rtl`.
    Rtl,
}

/// `unicode-bidi`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnicodeBidi {
    /// `normal`.
    Normal,
    /// `embed`.
    Embed,
    /// `isolate`.
    Isolate,
    /// `bidi-override`.
    BidiOverride,
    /// `isolate-override`.
    IsolateOverride,
    /// `plaintext`.
    Plaintext,
}

/// `line-height`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LineHeight {
    /// `normal`: ascent, descent and line gap of the face.
    Normal,
    /// A multiple of the font size.
    Number(f32),
    /// A length.
    Length(Px),
}

/// `font-style`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FontStyle {
    /// `normal`.
    Normal,
    /// `italic` and `oblique`.
    Italic,
}

/// `font-kerning`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FontKerning {
    /// `auto`.
    Auto,
    /// `normal`.
    Normal,
    /// `none`.
    None,
}

/// An OpenType feature switched by `font-variant-*` or `font-feature-settings`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FontFeature {
    /// Four letters.
    pub tag: [u8; 4],
    /// 0 off, 1 on, or an alternate's number.
    pub value: u32,
}

/// The lines of `text-decoration-line`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DecorationLines {
    /// `underline`.
    pub underline: bool,
    /// `overline`.
    pub overline: bool,
    /// `line-through`.
    pub line_through: bool,
}

/// `text-decoration-style`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecorationStyle {
    /// `solid`.
    Solid,
    /// `double`.
    Double,
    /// `dotted`.
    Dotted,
    /// `dashed`.
    Dashed,
    /// `wavy`.
    Wavy,
}

/// `text-decoration-skip-ink`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SkipInk {
    /// `auto`: around all but ideographs, slashes and low lines.
    Auto,
    /// `all`: around everything.
    All,
    /// `none`.
    None,
}

/// `text-decoration` of one box; it is drawn across the inline content of that box.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TextDecoration {
    /// Lines.
    pub lines: DecorationLines,
    /// Style.
    pub style: DecorationStyle,
    /// Colour.
    pub color: Color,
    /// `text-decoration-thickness`; `None` is `auto` or `from-font`.
    pub thickness: Option<Px>,
}

/// `text-autospace`: where an eighth of an em parts ideographs from what is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextAutospace {
    /// `ideograph-alpha`: from letters.
    pub alpha: bool,
    /// `ideograph-numeric`: from figures.
    pub numeric: bool,
}

impl TextAutospace {
    /// `normal`: from both.
    pub const NORMAL: TextAutospace = TextAutospace { alpha: true, numeric: true };
    /// `no-autospace`.
    pub const NONE: TextAutospace = TextAutospace { alpha: false, numeric: false };
}

/// `text-spacing-trim`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextSpacingTrim {
    /// `normal`: full-width marks between themselves, and at line ends where a line does not fit
    /// otherwise.
    Normal,
    /// `space-first`: at line starts as well, but for the first line and those after forced breaks.
    SpaceFirst,
    /// `trim-start`: at line starts as well.
    TrimStart,
    /// `trim-both`: at line starts and ends always.
    TrimBoth,
    /// `trim-all`: everywhere.
    TrimAll,
    /// `space-all`: nothing.
    SpaceAll,
}

/// `hanging-punctuation`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HangingPunctuation {
    /// `first`.
    pub first: bool,
    /// `force-end`.
    pub force_end: bool,
    /// `allow-end`.
    pub allow_end: bool,
    /// `last`.
    pub last: bool,
}

/// `text-indent`.
#[derive(Clone, Debug, PartialEq)]
pub struct TextIndent {
    /// Amount; percentages of the containing block's width.
    pub amount: LengthPercentage,
    /// `hanging`: all lines but the first.
    pub hanging: bool,
    /// `each-line`: after forced breaks too.
    pub each_line: bool,
}

/// `hyphenate-limit-chars`: letters of the word, before and after the break; none is `auto`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HyphenateLimits {
    /// Least length of a word that is broken.
    pub word: Option<u8>,
    /// Least letters before the break.
    pub before: Option<u8>,
    /// Least letters after the break.
    pub after: Option<u8>,
}

/// `quotes`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Quotes {
    /// `auto`: by language.
    Auto,
    /// `none`.
    None,
    /// Pairs, outermost first.
    Pairs(Arc<[(Arc<str>, Arc<str>)]>),
}

/// All inherited properties of text. Runs whose styles are the same `Arc` need no comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct TextStyle {
    /// `font-family`, names in order; generic names as written (`serif`).
    pub families: Arc<[Arc<str>]>,
    /// `font-size`.
    pub size: Px,
    /// `font-weight`, 1–1000.
    pub weight: f32,
    /// `font-style`.
    pub style: FontStyle,
    /// `font-stretch`, percent.
    pub stretch: f32,
    /// `font-variant-*` and `font-feature-settings` together, sorted by tag, later ones won.
    pub features: Arc<[FontFeature]>,
    /// `font-kerning`.
    pub kerning: FontKerning,
    /// `line-height`.
    pub line_height: LineHeight,
    /// `letter-spacing`; zero for `normal`.
    pub letter_spacing: Px,
    /// `word-spacing`; zero for `normal`.
    pub word_spacing: Px,
    /// `color`.
    pub color: Color,
    /// The language of the content: a BCP 47 tag, empty if unknown.
    pub lang: Arc<str>,
    /// `direction`.
    pub direction: Direction,
    /// `text-align`.
    pub align: TextAlign,
    /// `text-align-last`.
    pub align_last: TextAlign,
    /// `text-justify`.
    pub justify: TextJustify,
    /// `text-indent`.
    pub indent: TextIndent,
    /// `text-transform`.
    pub transform: TextTransform,
    /// `white-space-collapse`.
    pub white_space: WhiteSpaceCollapse,
    /// `text-wrap-mode: wrap`.
    pub wrap: bool,
    /// `text-wrap-style`.
    pub wrap_style: TextWrapStyle,
    /// `tab-size`.
    pub tab_size: TabSize,
    /// `hyphens`.
    pub hyphens: Hyphens,
    /// `hyphenate-character`; none for `auto`.
    pub hyphenate_character: Option<Arc<str>>,
    /// `hyphenate-limit-chars`.
    pub hyphenate_limits: HyphenateLimits,
    /// `word-break`.
    pub word_break: WordBreak,
    /// `overflow-wrap`.
    pub overflow_wrap: OverflowWrap,
    /// `line-break`.
    pub line_break: LineBreak,
    /// `text-autospace`.
    pub autospace: TextAutospace,
    /// `text-spacing-trim`.
    pub spacing_trim: TextSpacingTrim,
    /// `hanging-punctuation`.
    pub hanging_punctuation: HangingPunctuation,
    /// `text-underline-offset`; none for `auto`.
    pub underline_offset: Option<Px>,
    /// `text-decoration-skip-ink`: lines under and over the text leave out what they would cross.
    pub skip_ink: SkipInk,
    /// `visibility`.
    pub visibility: Visibility,
    /// `quotes`.
    pub quotes: Quotes,
}

/// `text-fit: none | shrink <percentage>?`: the least factor the text may shrink to.
pub type TextFit = Option<f32>;
