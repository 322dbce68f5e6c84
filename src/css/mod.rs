//! CSS: tokens → sheet → selector matching → cascade → one computed style a node.
//!
//! Input: a [`Dom`](crate::html::Dom) and sheets, each parsed once with [`parse_sheet`]. Output:
//! [`Styled`], the [`Computed`](computed::Computed) style of every element and pseudo-element
//! and of every page that may be asked for, and a warning for everything that was dropped.
//!
//! Not done here: loading of files and fonts, blockification, anything that needs a layout.

mod anonymous;
mod builder;
mod cascade;
mod compute;
pub mod computed;
mod declaration;
mod font_face;
mod hints;
mod media;
mod nesting;
mod page;
mod page_style;
mod properties;
mod selector;
mod sheet;
#[cfg(test)]
mod tests;
mod values;
mod variables;

pub use cascade::{Environment, Styled, Styler, style};
pub use font_face::FontFace;
pub use media::may_print;
pub use page::{MarginBox, Marks, PageContext, PageStyle};
pub use properties::supported_properties;
pub use selector::Pseudo;
pub use sheet::{Load, Origin, Sheet, parse_embedded, parse_sheet, user_agent_sheet};
pub use values::length::{FontMetrics, FontRatios};
