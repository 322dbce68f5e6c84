//! HTML text → arena DOM with source positions (html5ever).
//!
//! Input: the text of a page, usually made by a template. Output: a [`Dom`], a tree in one
//! vector that knows for every element the byte range of its start tag. Parsing never fails, as
//! the HTML standard has it; [`check`] finds what Urkunde does not support.
//!
//! Not done here: styles, boxes, loading of anything.

mod attributes;
mod check;
mod dom;
mod feed;
mod parse;
mod parts;
mod reader;
mod serialize;
mod values;

pub use check::{check, supported_elements};
pub use dom::{Attribute, Dom, Element, Ident, NodeId, NodeKind};
pub use html5ever::{LocalName, Namespace, local_name, ns};
pub use parse::parse;
pub use reader::{Reader, WORDS};
