//! Styles of a document that are taken over from the one before.

use super::*;

const SHEET: &str = "p { color: red } [alt='x'] { color: lime } :not([title=y]) > i { margin: 1px } \
    p:has([value]) { margin: 2px } p:has([value='2']) { margin: 3px } :empty { color: blue } \
    p:dir(rtl) { margin: 4px } :lang(de) { color: teal } i:nth-child(2) { margin: 5px } \
    b::before { content: attr(title) } u::after { content: 'u' } a:link { color: navy } #k { margin: 6px }";

/// Pages that differ in one thing each, most of them in one that a selector or a style asks for.
const PAGES: &[&str] = &[
    "<p>one<i>x</i>",
    "<p>two and more<i>y</i>",
    "<p>two<i></i>",
    "<p><i>x</i>",
    "<p><!-- one --><i>x</i>",
    "<p><i>x</i><i>y</i>",
    "<p><img alt='x'><i>z</i>",
    "<p><img alt='z'><i>z</i>",
    "<p title='x'><i>z</i>",
    "<p title='y'><i>z</i>",
    "<p><input value='1'><i>z</i>",
    "<p><input value='2'><i>z</i>",
    "<p dir='auto'>one<i>z</i>",
    "<p dir='auto'>שלום<i>z</i>",
    "<p><bdi>one</bdi><i>z</i>",
    "<p><bdi>שלום</bdi><i>z</i>",
    "<p lang='en'>one<i>z</i>",
    "<p lang='de'>one<i>z</i>",
    "<p class='a' id='k'>one<i>z</i>",
    "<p class='a' id='l'>one<i>z</i>",
    "<p><b title='one'>z</b><u>z</u>",
    "<p><b title='two'>z</b><u>z</u>",
    "<p><a href='a'>z</a><u>z</u>",
    "<p><a href='b'>z</a><u>z</u>",
    "<p><a name='b'>z</a><u>z</u>",
    "<p style='color: lime'>one<i>z</i>",
    "<p style='color: pink'>one<i>z</i>",
    "<p style='color: no'>one<i>z</i>",
    "<table width='10'><td>z</table>",
    "<table width='20'><td>z</table>",
];

#[test]
fn styles_are_those_of_the_document_alone_whatever_came_before() {
    let (sheet, _) = sheet(SHEET);
    let sheets = [user_agent_sheet(), sheet];
    let env = Environment { page_size: PAGE, metrics: &Half };
    let doms: Vec<Dom> =
        PAGES.iter().map(|text| html::parse(&Source::new("a.html", *text))).collect();
    let told = |dom: &Dom, (styled, found): (Styled, Vec<Diagnostic>)| -> String {
        let of = |id| {
            let pseudos = Pseudo::ALL.map(|pseudo| styled.pseudo(id, pseudo));
            format!("{id:?} {:?} {pseudos:?}\n", styled.get(id))
        };
        let nodes: String = dom.descendants(dom.document()).map(of).collect();
        format!("{nodes}{found:?}")
    };
    let alone: Vec<String> =
        doms.iter().map(|dom| told(dom, Styler::new(&sheets).style(dom, &env))).collect();
    let mut styler = Styler::new(&sheets);
    for (a, before) in doms.iter().enumerate() {
        for (b, dom) in doms.iter().enumerate() {
            styler.style(before, &env);
            let after = told(dom, styler.style(dom, &env));
            assert!(after == alone[b], "{} after {}", PAGES[b], PAGES[a]);
            // The same where the page is read after the other.
            let mut reader = html::Reader::default();
            styler.style(&reader.read(before.source()).0, &env);
            let (dom, _) = reader.read(dom.source());
            let after = told(&dom, styler.style(&dom, &env));
            assert!(after == alone[b], "{} read after {}", PAGES[b], PAGES[a]);
        }
    }
}

#[test]
fn words_alone_change_no_style() {
    let (sheet, _) = sheet("p { color: red } b::before { content: 'b' }");
    let mut styler = Styler::new(&[user_agent_sheet(), sheet]);
    let env = Environment { page_size: PAGE, metrics: &Half };
    let dom = |text: &str| html::parse(&Source::new("a.html", text));
    let a = dom("<title>one</title><p>one<b>x</b><img alt=one src=a.png><a href=a>a</a>");
    let b = dom("<title>two</title><p>two<b>y</b><img alt=two src=b.png><a href=b>b</a>");
    let (first, second) = (styler.style(&a, &env).0, styler.style(&b, &env).0);
    assert!(first.is_taken_over_by(&second), "matched again");
    let c = dom("<title>two</title><p>two<b>y</b><img alt=two src=b.png><a>b</a>");
    assert!(!second.is_taken_over_by(&styler.style(&c, &env).0), "not matched again");
}

#[test]
fn pages_with_one_tree_have_the_same_styles_without_a_look_at_it() {
    let (sheet, _) = sheet("p { color: red }");
    let mut styler = Styler::new(&[user_agent_sheet(), sheet]);
    let env = Environment { page_size: PAGE, metrics: &Half };
    let mut reader = html::Reader::default();
    let mut styles = |text: &str| {
        let (dom, _) = reader.read(&Source::new("a.html", text));
        (dom.kin().cloned(), styler.style(&dom, &env).0)
    };
    let (kin, first) = styles("<p>one<img alt='one'>");
    let (second_kin, second) = styles("<p>two<img alt='two'>");
    let are_kin = |other: Option<Arc<()>>| Arc::ptr_eq(kin.as_ref().unwrap(), &other.unwrap());
    assert!(are_kin(second_kin) && first.is_taken_over_by(&second));
    let (other_kin, _) = styles("<p>two<i>x</i>");
    assert!(!are_kin(other_kin));
}
