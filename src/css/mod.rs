//! CSS: tokens → sheet → selector matching → cascade → one computed style a node.

pub mod computed;
