//! Parsing and matching of selectors: a list of selectors, a NUL, a page. `:is(list)` matches what the list matches, and
//! `:not(list)` all else.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use urkunde::css::{Environment, Styled, Styler, user_agent_sheet};
use urkunde::diag::Source;
use urkunde::geom::{Px, Size};
use urkunde::html;
use urkunde_fuzz::bench::{HalfEm, sheet};

fuzz_target!(|text: &str| {
    let (selectors, page) = text.split_once('\0').unwrap_or((text, "<div class=a><p id=b>x<b>y</b><i></i></p></div>"));
    let dom = html::parse(&Source::new("page.html", page));
    let style = |selectors: &str| -> Option<Styled> {
        let css = format!("{selectors}{{z-index:7}}");
        let source = Source::new("sheet.css", css.as_str());
        let (parsed, found) = sheet(&source, 0..css.len());
        let environment = Environment { page_size: Size::new(Px(400.0), Px(300.0)), metrics: &HalfEm };
        let (styled, wrong) = Styler::new(&[user_agent_sheet(), Arc::new(parsed)]).style(&dom, &environment);
        (found.is_empty() && wrong.is_empty()).then_some(styled)
    };
    let Some(plain) = style(selectors) else { return };
    // What closes the rule or the function by itself means something else inside of one.
    if selectors.contains(['{', '}', ';', '@', '"', '\'', '\\', '/']) || selectors.contains("::") {
        return;
    }
    let (is, not) = (style(&format!(":is({selectors})")), style(&format!(":not({selectors})")));
    let elements = dom.descendants(dom.document()).filter(|n| dom.element(*n).is_some());
    for node in elements {
        let matched = |styled: &Styled| styled.get(node).z_index == Some(7);
        if let Some(is) = &is {
            assert_eq!(matched(&plain), matched(is), "{selectors:?} on {node:?}");
        }
        if let Some(not) = &not {
            assert_ne!(matched(&plain), matched(not), "{selectors:?} on {node:?}");
        }
    }
});
