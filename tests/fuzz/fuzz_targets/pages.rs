//! Pages one after another: a page in which SOH stands for a word, then words, NUL before each. Whatever pages were
//! read before, a page has the tree, the places and the findings that it has alone.
#![no_main]

use libfuzzer_sys::fuzz_target;
use urkunde::diag::{Diagnostic, Source};
use urkunde::html::{self, Dom, NodeId, Reader, WORDS};

fn told(dom: &Dom, found: &[Diagnostic]) -> String {
    let nodes = (0..dom.len() as u32).map(NodeId).map(|id| {
        let places = [&["title", "id"][..], &WORDS].concat().into_iter().map(|name| dom.attr_span(id, name));
        let range = |span: Option<urkunde::diag::Span>| span.map(|span| span.range);
        let links = [dom.parent(id), dom.first_child(id), dom.last_child(id), dom.next_sibling(id)];
        (dom.kind(id), links, range(dom.span(id)), places.map(range).collect::<Vec<_>>())
    });
    let found = found.iter().map(|d| (&d.code, &d.message, &d.help, d.span.as_ref().map(|span| &span.range)));
    format!("{:?}{:?}", nodes.collect::<Vec<_>>(), found.collect::<Vec<_>>())
}

fuzz_target!(|text: &str| {
    let (page, words) = text.split_once('\0').unwrap_or((text, "x\0y z\0"));
    let mut reader = Reader::default();
    for word in words.split('\0').take(8) {
        let source = Source::new("page.html", page.replace('\u{1}', word));
        let (dom, found) = reader.read(&source);
        let alone = html::parse(&source);
        assert_eq!(told(&dom, &found), told(&alone, &html::check(&alone)), "{:?}", source.text);
    }
});
