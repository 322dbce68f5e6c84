//! Every element becomes the structure role of its meaning.

use super::*;

/// The roles of a page in order, without their text and attributes.
fn roles(html: &str) -> String {
    let tree = structure("", html);
    let names = tree.split_whitespace().filter(|word| word.starts_with(char::is_uppercase));
    names.collect::<Vec<_>>().join(" ")
}

#[test]
fn elements_become_the_roles_of_their_meaning() {
    for (html, expected) in [
        ("<h1>a</h1><h2>a</h2><h3>a</h3><h4>a</h4><h5>a</h5><h6>a</h6>", "H1 H2 H3 H4 H5 H6"),
        ("<p>a</p><pre>a</pre><address>a</address>", "P P P"),
        ("<section><p>a</p></section><article><p>a</p></article>", "Sect P Art P"),
        ("<main><header><nav><aside><footer><p>a</p>", "Div Div Div Div Div P"),
        (
            "<blockquote><p>a</p></blockquote><blockquote>b</blockquote>",
            "BlockQuote P BlockQuote P",
        ),
        ("<p><q>a</q><code>b</code><a href=x>c</a><b>d</b><a>e</a></p>", "P Quote Code Link"),
        ("<ol><li>a</ol><dl><dt>a<dd>b</dl>", "L LI Lbl LBody Div P P"),
        ("<figure><p>a</p><figcaption>b</figcaption></figure>", "Div P Caption"),
        ("<p>a<abbr title=b>c</abbr><span lang=de>d</span></p>", "P Span Span"),
    ] {
        assert_eq!(roles(html), expected, "{html}");
    }
    let table = "<table><caption>a</caption><thead><tr><th>b</thead><tbody><tr><td>c</tbody><tfoot><tr><td>d</table>";
    assert_eq!(roles(table), "Table Caption THead TR TH TBody TR TD TFoot TR TD");
}

#[test]
fn pictures_are_figures_with_their_text_or_decoration() {
    let found = |html: &str| {
        let boxes = boxes("", html);
        let elements = boxes.tree.structure.elements.into_iter();
        let all =
            elements.map(|e| format!("{}:{}", e.role.name(), e.alt.as_deref().unwrap_or("-")));
        all.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(found("<p><img src=a.png alt='a seal'></p>"), "P:- Figure:a seal");
    assert_eq!(found("<div><img src=a.png alt=''></div>"), "Div:- P:-");
    assert_eq!(found("<div><img src=a.png></div>"), "Div:- P:-");
    assert_eq!(found("<p><svg><title>a star</title></svg></p>"), "P:- Figure:a star");
    assert_eq!(found("<p><qr-code value=x></qr-code></p>"), "P:- Figure:QR: x");
    assert_eq!(
        found("<p><qr-code value=x alt='the address'></qr-code></p>"),
        "P:- Figure:the address"
    );
}

#[test]
fn links_languages_and_ids_are_kept() {
    let tree =
        boxes("", "<html lang=en><h1 id=top>a</h1><p lang=zh-Hans>b <a href='#top'>c</a></p>").tree;
    let of = |role: &str| tree.structure.elements.iter().find(|e| e.role.name() == role).unwrap();
    assert_eq!(of("Link").href.as_deref(), Some("#top"));
    assert_eq!(of("P").lang.as_deref(), Some("zh-Hans"));
    assert_eq!(tree.ids.iter().map(|(_, id)| &**id).collect::<Vec<_>>(), ["top"]);
    let outline = tree.outline.iter().map(|entry| (entry.level, &*entry.label));
    assert_eq!(outline.collect::<Vec<_>>(), [(1, "a")]);
}

#[test]
fn bookmarks_follow_their_properties() {
    let css = "h1 { bookmark-level: none } p { bookmark-level: 2; bookmark-label: attr(title) ': ' content() }";
    let tree = boxes(css, "<h1>a</h1><p title=t>b  <b>c</b></p><h3>d</h3>").tree;
    let outline = tree.outline.iter().map(|entry| (entry.level, &*entry.label));
    assert_eq!(outline.collect::<Vec<_>>(), [(2, "t: b c"), (3, "d")]);
}
