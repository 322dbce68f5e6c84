//! Urkunde: a batch compiler for documents, CSV → Tera → HTML + CSS → layout → PDF.

pub mod bits;
pub mod cli;
pub mod css;
pub mod data;
pub mod diag;
pub mod fonts;
pub mod geom;
pub mod html;
pub mod images;
pub mod layout;
pub mod limits;
pub mod paint;
pub mod pdf;
pub mod pipeline;
pub mod template;
