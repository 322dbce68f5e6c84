//! What is kept from one document to the next never shows.

use super::*;
use crate::css::Styler;
use crate::layout::{Memory, layout_next};

/// Documents that differ in some paragraphs, in their order and in what stands before them.
const BODIES: [&str; 7] = [
    "<p>Same text, <em>with</em> a<br>break</p><div class=c><p>Ann</p><p class=f>A name</p></div>",
    "<p>Same text, <em>with</em> a<br>break</p><div class=c><p>Bob</p><p class=f>A longer name</p></div>",
    "<p>Same text, <i>with</i> a<br>break</p><div class=c><p>Bob</p><p class=f>A much longer name</p></div>",
    "<p>Same text, <i>with</i> a<br>break</p><div class=c><p>Bob</p><p class=f>\u{e000}</p></div>",
    "<p>Same text, <i>with</i> a<br>break</p><div class=c><p>Bob</p><p class=f>\u{e000}</p></div>",
    "<h1>Before</h1><p>Same text, <em>with</em> a<br>break</p><div class=c><p>Bob</p><p class=f>x</p></div>",
    "<p>Same text, <em>with</em> a<br>break</p><div class=c><p>Ann</p><p class=f>A name</p></div>",
];

#[test]
fn a_document_is_the_same_after_others_and_alone() {
    let css = "body { margin: 0; font: 16px/20px 'EB Garamond' } .c { display: flex; gap: 8px }
        .c p { flex: 1; text-wrap: balance } .f { text-fit: shrink 40%; white-space: nowrap }
        div { width: 120px }";
    let source = Source::new("test.css", css.to_owned());
    let mut load = |_: &str| Err(Diagnostic::error("missing-file", "no files in tests"));
    let (sheet, found) = parse_embedded(&source, 0..css.len(), Origin::Author, "", &mut load);
    assert_eq!(found, []);
    let mut styler = Styler::new(&[user_agent_sheet(), Arc::new(sheet)]);
    let environment = Environment { page_size: Size::new(Px(400.0), Px(300.0)), metrics: &HalfEm };
    let book = book();
    let mut shaper = Shaper::new(Arc::clone(&book));
    let mut memory = Memory::default();
    for body in BODIES {
        let html = format!("<!DOCTYPE html><html lang=en><body>{body}</body></html>");
        let dom = parse(&Source::new("test.html", html));
        let (styled, _) = styler.style(&dom, &environment);
        let medium = Medium::Paged;
        let after = layout_next(&dom, &styled, &OnePicture, &mut shaper, &mut memory, medium);
        let mut fresh = Shaper::new(Arc::clone(&book));
        let alone = layout_document(&dom, &styled, &OnePicture, &mut fresh, medium);
        assert_eq!(format!("{:?}", after.0), format!("{:?}", alone.0), "{body}");
        assert_eq!(after.1, alone.1, "{body}");
        assert_eq!(
            after.1.iter().any(|(_, f)| f.code == "missing-glyph"),
            body.contains('\u{e000}')
        );
    }
}
