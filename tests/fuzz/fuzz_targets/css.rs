//! The CSS parser and the cascade: a sheet over a page that has something of everything.
#![no_main]

use std::sync::{Arc, OnceLock};

use libfuzzer_sys::fuzz_target;
use urkunde::css::{Environment, PageContext, Pseudo, Styled, Styler, user_agent_sheet};
use urkunde::diag::Source;
use urkunde::geom::{Px, Size};
use urkunde::html::{self, Dom};
use urkunde_fuzz::bench::{HalfEm, sheet};

const PAGE: &str = "<!DOCTYPE html><html lang=de><body class=a id=a><h1 class='a b'>x</h1><p class=c title=t>y \
    <b>z</b><i lang=en>i</i></p><ul><li>1<li class=a>2<li>3</ul><table><caption>c</caption><col><tr><td colspan=2>d\
    <td>e</table><div><div><div class=b><a href=#a>l</a></div></div></div><img src=x alt=''>";

fn dom() -> &'static Dom {
    static DOM: OnceLock<Dom> = OnceLock::new();
    DOM.get_or_init(|| html::parse(&Source::new("page.html", PAGE)))
}

fuzz_target!(|text: &str| {
    let source = Source::new("sheet.css", text);
    let (parsed, mut found) = sheet(&source, 0..text.len());
    let sheets = [user_agent_sheet(), Arc::new(parsed)];
    let page_size = Size::new(Px(400.0), Px(300.0));
    let environment = Environment { page_size, metrics: &HalfEm };
    let mut styler = Styler::new(&sheets);
    let (first, wrong) = styler.style(dom(), &environment);
    found.extend(wrong.iter().cloned());
    // Every finding points into the sheet and can be told.
    for diagnostic in &found {
        let _ = diagnostic.sort_key();
        if let Some(span) = &diagnostic.span {
            assert!(span.source.text.get(span.range.clone()).is_some(), "{diagnostic:?}");
        }
    }
    // The second document of a worker has the same styles and findings as the first.
    let (second, again) = styler.style(dom(), &environment);
    assert_eq!(wrong, again);
    let text_of = |styled: &Styled| -> String {
        let nodes = dom().descendants(dom().document());
        let styles = nodes.map(|n| {
            let pseudos = Pseudo::ALL.map(|p| styled.pseudo(n, p).cloned());
            format!("{:?} {pseudos:?}", styled.get(n))
        });
        styles.collect()
    };
    let styles = text_of(&first);
    assert!(styles == text_of(&second), "other styles the second time");
    // Numbers are finite, unless such words are in the sheet.
    let lower = text.to_lowercase();
    if !["inf", "nan", "\\"].iter().any(|word| lower.contains(word)) {
        let mut words = styles.split(|c: char| !c.is_alphanumeric());
        assert!(!words.any(|w| matches!(w, "inf" | "NaN")), "a number that is none");
    }
    for (number, name) in [(1, None), (2, Some("wide")), (3, Some("a"))] {
        let style = first.page(&PageContext { name, number, in_group: number, blank: number == 2, right: number % 2 == 1 });
        assert!(style.size.width.0.is_finite() && style.size.height.0.is_finite());
    }
    // The same text as a `style` attribute.
    if let Some(attribute) = text.split('\n').next().filter(|t| !t.contains(['"', '&', '<', '\0', '\r'])) {
        let page = format!("<p style=\"{attribute}\">x");
        let dom = html::parse(&Source::new("page.html", page));
        let _ = urkunde::css::style(&dom, &sheets[..1], &environment);
    }
});
