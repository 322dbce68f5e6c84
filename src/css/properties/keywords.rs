//! The keywords of properties whose values are nothing else.

use super::font::Synthesis;
use crate::css::computed::*;
use crate::css::values::keywords;

keywords! {
    Float { "none" => Float::None, "left" => Float::Left, "right" => Float::Right }
    Clear { "none" => Clear::None, "left" => Clear::Left, "right" => Clear::Right, "both" => Clear::Both }
    BoxSizing { "content-box" => BoxSizing::ContentBox, "border-box" => BoxSizing::BorderBox }
    Overflow {
        "visible" => Overflow::Visible, "hidden" => Overflow::Hidden, "clip" => Overflow::Clip { x: true, y: true },
        "auto" => Overflow::Hidden, "scroll" => Overflow::Hidden,
    }
    Visibility {
        "visible" => Visibility::Visible, "hidden" => Visibility::Hidden,
        "collapse" => Visibility::Collapse,
    }
    LineStyle {
        "none" => LineStyle::None, "hidden" => LineStyle::Hidden, "solid" => LineStyle::Solid,
        "double" => LineStyle::Double, "dashed" => LineStyle::Dashed, "dotted" => LineStyle::Dotted,
        "groove" => LineStyle::Groove, "ridge" => LineStyle::Ridge, "inset" => LineStyle::Inset,
        "outset" => LineStyle::Outset,
    }
    BoxArea {
        "border-box" => BoxArea::BorderBox, "padding-box" => BoxArea::PaddingBox,
        "content-box" => BoxArea::ContentBox,
    }
    Repeat {
        "repeat" => Repeat::Repeat, "no-repeat" => Repeat::NoRepeat, "space" => Repeat::Space,
        "round" => Repeat::Round,
    }
    ObjectFit {
        "fill" => ObjectFit::Fill, "contain" => ObjectFit::Contain, "cover" => ObjectFit::Cover,
        "none" => ObjectFit::None, "scale-down" => ObjectFit::ScaleDown,
    }
    FlexDirection {
        "row" => FlexDirection::Row, "row-reverse" => FlexDirection::RowReverse,
        "column" => FlexDirection::Column, "column-reverse" => FlexDirection::ColumnReverse,
    }
    FlexWrap {
        "nowrap" => FlexWrap::NoWrap, "wrap" => FlexWrap::Wrap,
        "wrap-reverse" => FlexWrap::WrapReverse,
    }
    Break {
        "auto" => Break::Auto, "avoid" => Break::Avoid, "avoid-page" => Break::Avoid,
        "page" => Break::Page, "always" => Break::Page, "left" => Break::Left,
        "right" => Break::Right, "recto" => Break::Recto, "verso" => Break::Verso,
    }
    TextJustify {
        "auto" => TextJustify::Auto, "none" => TextJustify::None,
        "inter-word" => TextJustify::InterWord, "inter-character" => TextJustify::InterCharacter,
    }
    WhiteSpaceCollapse {
        "collapse" => WhiteSpaceCollapse::Collapse, "preserve" => WhiteSpaceCollapse::Preserve,
        "preserve-breaks" => WhiteSpaceCollapse::PreserveBreaks,
        "break-spaces" => WhiteSpaceCollapse::BreakSpaces,
    }
    TextWrapStyle {
        "auto" => TextWrapStyle::Auto, "balance" => TextWrapStyle::Balance,
        "pretty" => TextWrapStyle::Pretty, "stable" => TextWrapStyle::Auto,
    }
    TextTransform {
        "none" => TextTransform::None, "uppercase" => TextTransform::Uppercase,
        "lowercase" => TextTransform::Lowercase, "capitalize" => TextTransform::Capitalize,
        "full-width" => TextTransform::FullWidth,
    }
    Hyphens { "none" => Hyphens::None, "manual" => Hyphens::Manual, "auto" => Hyphens::Auto }
    WordBreak {
        "normal" => WordBreak::Normal, "break-all" => WordBreak::BreakAll,
        "keep-all" => WordBreak::KeepAll, "break-word" => WordBreak::BreakWord,
    }
    OverflowWrap {
        "normal" => OverflowWrap::Normal, "break-word" => OverflowWrap::BreakWord,
        "anywhere" => OverflowWrap::Anywhere,
    }
    LineBreak {
        "auto" => LineBreak::Auto, "loose" => LineBreak::Loose, "normal" => LineBreak::Normal,
        "strict" => LineBreak::Strict, "anywhere" => LineBreak::Anywhere,
    }
    Direction { "ltr" => Direction::Ltr, "rtl" => Direction::Rtl }
    UnicodeBidi {
        "normal" => UnicodeBidi::Normal, "embed" => UnicodeBidi::Embed,
        "isolate" => UnicodeBidi::Isolate, "bidi-override" => UnicodeBidi::BidiOverride,
        "isolate-override" => UnicodeBidi::IsolateOverride, "plaintext" => UnicodeBidi::Plaintext,
    }
    FontKerning {
        "auto" => FontKerning::Auto, "normal" => FontKerning::Normal, "none" => FontKerning::None,
    }
    Synthesis { "none" => Synthesis }
    DecorationStyle {
        "solid" => DecorationStyle::Solid, "double" => DecorationStyle::Double,
        "dotted" => DecorationStyle::Dotted, "dashed" => DecorationStyle::Dashed,
        "wavy" => DecorationStyle::Wavy,
    }
    SkipInk { "auto" => SkipInk::Auto, "all" => SkipInk::All, "none" => SkipInk::None }
    TextSpacingTrim {
        "normal" => TextSpacingTrim::Normal, "auto" => TextSpacingTrim::Normal,
        "space-first" => TextSpacingTrim::SpaceFirst, "trim-start" => TextSpacingTrim::TrimStart,
        "trim-both" => TextSpacingTrim::TrimBoth, "trim-all" => TextSpacingTrim::TrimAll,
        "space-all" => TextSpacingTrim::SpaceAll,
    }
    BorderCollapse { "separate" => BorderCollapse::Separate, "collapse" => BorderCollapse::Collapse }
    CaptionSide { "top" => CaptionSide::Top, "bottom" => CaptionSide::Bottom }
    CounterStyle {
        "disc" => CounterStyle::Disc, "circle" => CounterStyle::Circle,
        "square" => CounterStyle::Square, "decimal" => CounterStyle::Decimal,
        "decimal-leading-zero" => CounterStyle::DecimalLeadingZero,
        "lower-alpha" => CounterStyle::LowerAlpha, "lower-latin" => CounterStyle::LowerAlpha,
        "upper-alpha" => CounterStyle::UpperAlpha, "upper-latin" => CounterStyle::UpperAlpha,
        "lower-roman" => CounterStyle::LowerRoman, "upper-roman" => CounterStyle::UpperRoman,
        "simp-chinese-informal" => CounterStyle::SimpChineseInformal,
        "trad-chinese-informal" => CounterStyle::TradChineseInformal,
        "cjk-decimal" => CounterStyle::CjkDecimal, "none" => CounterStyle::None,
    }
    NamedStringKeyword {
        "first" => NamedStringKeyword::First, "start" => NamedStringKeyword::Start,
        "last" => NamedStringKeyword::Last, "first-except" => NamedStringKeyword::FirstExcept,
    }
}
