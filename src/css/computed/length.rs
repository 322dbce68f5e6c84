//! Lengths that may hang on a basis known to layout.

use std::sync::Arc;

use crate::geom::Px;
use crate::limits::LENGTH;

/// A length within [`LENGTH`] (CSS Values 4 §10.12: what is beyond is the nearest that is supported);
/// what is no number, as ∞ − ∞, is zero.
pub(in crate::css) fn bounded(length: Px) -> Px {
    if length.0.is_nan() { Px::ZERO } else { length.clamp(Px(-LENGTH), Px(LENGTH)) }
}

/// A length, a percentage of a basis that layout knows, or a sum of both under `min()`, `max()`
/// and `clamp()` (CSS Values 4 §10).
#[derive(Clone, Debug, PartialEq)]
pub enum LengthPercentage {
    /// An absolute length.
    Length(Px),
    /// A fraction of the basis: 50% is 0.5.
    Percent(f32),
    /// A mathematical function that mixes both.
    Calc(Arc<Calc>),
}

/// A node of a `calc()` tree.
#[derive(Clone, Debug, PartialEq)]
pub enum Calc {
    /// `length + fraction × basis`.
    Linear(Px, f32),
    /// The sum of its parts.
    Sum(Vec<Calc>),
    /// A part times a number.
    Scale(Box<Calc>, f32),
    /// The least of its parts.
    Min(Vec<Calc>),
    /// The greatest of its parts.
    Max(Vec<Calc>),
}

impl Calc {
    /// The used length for a basis.
    pub fn resolve(&self, basis: Px) -> Px {
        match self {
            Calc::Linear(length, fraction) => *length + basis * *fraction,
            Calc::Sum(parts) => parts.iter().map(|p| p.resolve(basis)).sum(),
            Calc::Scale(part, by) => part.resolve(basis) * *by,
            Calc::Min(parts) => {
                parts.iter().map(|p| p.resolve(basis)).fold(Px(f32::INFINITY), Px::min)
            }
            Calc::Max(parts) => {
                parts.iter().map(|p| p.resolve(basis)).fold(Px(f32::NEG_INFINITY), Px::max)
            }
        }
    }
}

impl LengthPercentage {
    /// No length.
    pub const ZERO: LengthPercentage = LengthPercentage::Length(Px::ZERO);

    /// The used length for a basis.
    pub fn resolve(&self, basis: Px) -> Px {
        match self {
            LengthPercentage::Length(length) => *length,
            LengthPercentage::Percent(fraction) => bounded(basis * *fraction),
            LengthPercentage::Calc(calc) => bounded(calc.resolve(basis)),
        }
    }

    /// The used length for a basis that may be indefinite: none if a percentage meets none.
    pub fn resolve_definite(&self, basis: Option<Px>) -> Option<Px> {
        match (self, basis) {
            (LengthPercentage::Length(length), _) => Some(*length),
            (_, Some(basis)) => Some(self.resolve(basis)),
            (_, None) => None,
        }
    }

    /// Whether this does not depend on a basis.
    pub fn is_absolute(&self) -> bool {
        matches!(self, LengthPercentage::Length(_))
    }
}

/// A [`LengthPercentage`] or `auto`: margins, insets.
#[derive(Clone, Debug, PartialEq)]
pub enum LengthPercentageAuto {
    /// `auto`.
    Auto,
    /// A value.
    Value(LengthPercentage),
}

impl LengthPercentageAuto {
    /// No length.
    pub const ZERO: LengthPercentageAuto = LengthPercentageAuto::Value(LengthPercentage::ZERO);

    /// The used length; none for `auto`.
    pub fn resolve(&self, basis: Px) -> Option<Px> {
        match self {
            LengthPercentageAuto::Auto => None,
            LengthPercentageAuto::Value(value) => Some(value.resolve(basis)),
        }
    }

    /// Whether this is `auto`.
    pub fn is_auto(&self) -> bool {
        matches!(self, LengthPercentageAuto::Auto)
    }
}

/// A preferred, minimum or maximum size (CSS Sizing 3 §3.1). `Auto` stands for `auto` in
/// `width`, `height` and `min-*`, and for `none` in `max-*`.
#[derive(Clone, Debug, PartialEq)]
pub enum SizeValue {
    /// `auto`, or `none` for a maximum.
    Auto,
    /// A value.
    Value(LengthPercentage),
    /// `min-content`.
    MinContent,
    /// `max-content`.
    MaxContent,
    /// `fit-content`.
    FitContent,
}
