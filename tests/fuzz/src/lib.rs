//! What the fuzz targets share: a document from HTML to its PDF, without files and without any net that would catch a
//! panic ([`bench`]); plausible HTML and CSS made of bytes ([`generate`]); what must hold of every layout
//! ([`check`]); tables as files of a folder ([`tables`], [`zip`]).

pub mod bench;
pub mod check;
pub mod generate;
pub mod tables;
pub mod zip;

/// The page that an input stands for: itself where it begins as HTML, else one generated from its bytes.
pub fn page(data: &[u8]) -> Option<String> {
    if data.first() == Some(&b'<') {
        return std::str::from_utf8(data).ok().map(str::to_owned);
    }
    Some(generate::page(data))
}
