//! The structure tree and the generated content of small pages, as text.

mod generated;
mod roles;

use std::fmt::Write as _;

use crate::layout::boxes::{BoxKind, BoxTree, Generated, InlineItem, generate};
use crate::layout::fragment::{StructureElement, StructureId};
use crate::layout::tests::{OnePicture, styled};

/// The boxes of a page.
fn boxes(css: &str, html: &str) -> Generated {
    let (dom, styled) = styled(css, html);
    generate(&dom, &styled, &OnePicture)
}

/// The structure tree of a page.
fn structure(css: &str, html: &str) -> String {
    let tree = boxes(css, html).tree;
    let mut out = String::from("\n");
    write_children(&tree, None, 0, &mut out);
    out
}

/// Writes the children of an element; those before their parent would be missing.
fn write_children(tree: &BoxTree, parent: Option<StructureId>, depth: usize, out: &mut String) {
    let elements = tree.structure.elements.iter().enumerate();
    let after = parent.map_or(0, |parent| parent.0 as usize + 1);
    for (index, element) in elements.skip(after).filter(|(_, e)| e.parent == parent) {
        let id = StructureId(index as u32);
        out.push_str(&"  ".repeat(depth));
        out.push_str(element.role.name());
        write_attributes(element, out);
        let text = text_of(tree, id);
        if !text.is_empty() {
            write!(out, " “{text}”").expect("strings take text");
        }
        out.push('\n');
        write_children(tree, Some(id), depth + 1, out);
    }
}

fn write_attributes(element: &StructureElement, out: &mut String) {
    if let Some(lang) = &element.lang {
        write!(out, " lang={lang}").expect("strings take text");
    }
    let Some(cell) = &element.cell else { return };
    for (name, span) in [("rows", cell.row_span), ("columns", cell.column_span)] {
        if span > 1 {
            write!(out, " {name}={span}").expect("strings take text");
        }
    }
}

/// The text that belongs right to an element.
fn text_of(tree: &BoxTree, id: StructureId) -> String {
    let mut texts = Vec::new();
    for boxed in &tree.boxes {
        let BoxKind::Inline(content) = &boxed.kind else { continue };
        for item in &content.items {
            if let InlineItem::Text(text) = item
                && text.structure == Some(id)
                && !text.text.trim().is_empty()
            {
                texts.push(text.text.trim().to_owned());
            }
        }
    }
    texts.join("|")
}

#[test]
fn a_list_item_is_a_label_and_a_body() {
    let found = structure("", "<ul><li>One<li>Two <em>and</em> half</ul>");
    assert_eq!(
        found,
        "
L
  LI
    Lbl “•”
    LBody “One”
  LI
    Lbl “•”
    LBody “Two|and|half”
"
    );
}

#[test]
fn block_content_of_a_list_item_stands_in_its_body() {
    let found = structure(
        "",
        "<ol><li><p>First</p><ol><li>Inner<li>Last</ol><p>After</p><li><h2>Head</h2></ol>",
    );
    assert_eq!(
        found,
        "
L
  LI
    Lbl “1.”
    LBody
      P “First”
      L
        LI
          Lbl “1.”
          LBody “Inner”
        LI
          Lbl “2.”
          LBody “Last”
      P “After”
  LI
    Lbl “2.”
    LBody
      H1 “Head”
"
    );
}

#[test]
fn markers_inside_are_labels_too() {
    let found = structure("ol { list-style-position: inside }", "<ol><li>One</ol>");
    assert_eq!(found, "\nL\n  LI\n    Lbl “1.”\n    LBody “One”\n");
}

#[test]
fn a_list_item_without_marker_has_no_label() {
    let found = structure("ul { list-style: none }", "<ul><li>One</ul>");
    assert_eq!(found, "\nL\n  LI\n    LBody “One”\n");
}

#[test]
fn a_list_item_outside_a_list_is_none() {
    let found = structure("li { display: block }", "<div><li>One</li></div>");
    assert_eq!(found, "\nDiv\n  Div\n    P “One”\n");
}

#[test]
fn a_table_made_of_divs_is_no_table() {
    let found = structure(
        ".t { display: table } .g { display: table-row-group } .r { display: table-row } \
         .c { display: table-cell }",
        "<div class=t><div class=g><div class=r><div class=c>A</div><span class=c>B</span></div>\
         </div></div>",
    );
    assert_eq!(
        found,
        "
Div
  Div
    Div
      Div
        P “A”
      P “B”
"
    );
}

#[test]
fn a_list_shown_as_a_table_is_a_list() {
    let found = structure(
        "ul { display: table } li { display: table-row } span { display: table-cell }",
        "<ul><li><span>A</span><span>B</span></li></ul>",
    );
    assert_eq!(found, "\nL\n  LI\n    LBody\n      P “A”\n      P “B”\n");
}

#[test]
fn short_rows_get_empty_cells() {
    let found = structure(
        "",
        "<table><thead><tr><th>A<th>B<th>C</thead>\
         <tr><td>1<td>2<td>3<tr><td colspan=2>1<tr><td>1</table>",
    );
    assert_eq!(
        found,
        "
Table
  THead
    TR
      TH “A”
      TH “B”
      TH “C”
  TBody
    TR
      TD “1”
      TD “2”
      TD “3”
    TR
      TD columns=2 “1”
      TD
    TR
      TD “1”
      TD
      TD
"
    );
}

#[test]
fn cells_out_of_flow_are_cells_of_their_rows() {
    let found = structure(
        ".a { position: absolute }",
        "<table><tr><td>One<td class=a>Two<tr><td>Three<tr><td class=a>Four<td>Five</table>",
    );
    assert_eq!(
        found,
        "
Table
  TBody
    TR
      TD “One”
      TD “Two”
    TR
      TD “Three”
      TD
    TR
      TD “Four”
      TD “Five”
"
    );
}

#[test]
fn spans_end_with_their_row_group_and_the_last_column() {
    let found = structure(
        "",
        "<table><tr><td rowspan=9>A<td>B<tr><td>C\
         <tbody><tr><td colspan=99>D<tr><td rowspan=0>E<td>F<tr><td>G</table>",
    );
    assert_eq!(
        found,
        "
Table
  TBody
    TR
      TD rows=2 “A”
      TD “B”
    TR
      TD “C”
  TBody
    TR
      TD columns=2 “D”
    TR
      TD rows=2 “E”
      TD “F”
    TR
      TD “G”
"
    );
}

#[test]
fn the_language_of_the_root_is_the_documents() {
    let found = structure(
        "",
        "<html lang=en><body><h1>One</h1><p>Two <span lang=de>drei</span></p>\
         <figure><search lang=fr>quatre</search></figure>",
    );
    assert_eq!(
        found,
        "
H1 “One”
P “Two”
  Span lang=de “drei”
Div
  Div lang=fr
    P “quatre”
"
    );
}

#[test]
fn definition_lists_are_paragraphs() {
    let found = structure("", "<dl><dt>Term<dd>Meaning</dl>");
    assert_eq!(found, "\nDiv\n  P “Term”\n  P “Meaning”\n");
}
