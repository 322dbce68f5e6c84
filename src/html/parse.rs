//! The parser: html5ever's tokens, with their places, to the tree.
//!
//! html5ever reports no byte positions. Its tokenizer and its tree builder are therefore driven
//! with a step between them: tokens come in source order, so a cursor that only moves forward
//! finds the start tag that each token was made from. An element made while a start tag token of
//! the same name is processed takes its place; any other element is implied and has none.

use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};
use std::ops::Range;
use std::sync::Arc;

use html5ever::interface::{ElemName, ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::BufferQueue;
use html5ever::tokenizer::{TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{LocalName, Namespace, QualName, TokenizerResult, local_name, ns};

use super::dom::{Attribute, Dom, Element, Excess, Ident, NONE, Node, NodeKind};
use super::feed::Pieces;
use crate::diag::Source;
use crate::limits::{ELEMENT_DEPTH, NODES};

/// Parses a page. Never fails: HTML says what to make of any text. A page beyond the limits of depth
/// and number ends where it exceeds them, which [`check`](super::check) reports.
pub fn parse(source: &Arc<Source>) -> Dom {
    let sink = Sink::new(source);
    let builder = TreeBuilder::new(sink, TreeBuilderOpts::default());
    let source = Arc::clone(source);
    let (cursor, missed, emitted) = (Cell::new(0), Cell::new(0), Cell::new(false));
    let locator = Locator { builder, cursor, missed, emitted, source };
    // It would look for a byte order mark at the beginning of each piece that it is fed.
    let options = TokenizerOpts { discard_bom: false, ..TokenizerOpts::default() };
    let tokenizer = Tokenizer::new(locator, options);
    feed(&tokenizer);
    tokenizer.end();
    let mut dom = tokenizer.sink.builder.sink.dom.into_inner();
    dom.cut_below(ELEMENT_DEPTH);
    if matches!(dom.excess, Some((Excess::Nodes | Excess::Attributes, _))) {
        // Such a page is refused: it is not worth the work to lay it out.
        let body = dom.body().0 as usize;
        (dom.nodes[body].first, dom.nodes[body].last) = (NONE, NONE);
    }
    dom.sort();
    dom
}

/// Feeds the text to the tokenizer, piece by piece, until it ends or a tag has too many attributes.
fn feed(tokenizer: &Tokenizer<Locator>) {
    let Locator { source, emitted, builder, .. } = &tokenizer.sink;
    let text = StrTendril::from_slice(&source.text);
    let input = BufferQueue::default();
    let mut pieces = Pieces::new(&source.text);
    while let Some(piece) = pieces.next() {
        // A text that can be indexed by u32 is all that tendrils hold.
        input.push_back(text.subtendril(piece.start as u32, piece.len() as u32));
        emitted.set(false);
        while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
        if let Err(tag) = pieces.fed(piece, emitted.get()) {
            let range = tag.start as u32..tag.end as u32;
            return builder.sink.dom.borrow_mut().exceed(Excess::Attributes, Some(range));
        }
    }
}

/// Stands between tokenizer and tree builder and finds the place of each token.
struct Locator {
    builder: TreeBuilder<u32, Sink>,
    cursor: Cell<usize>,
    /// Bytes read in vain for tags that are not behind the cursor.
    missed: Cell<usize>,
    /// Whether a token but an error has come since this was last set.
    emitted: Cell<bool>,
    source: Arc<Source>,
}

impl Locator {
    /// Moves the cursor behind the tag that begins with `opening` and the name.
    fn tag(&self, opening: &str, name: &str) -> Option<Range<u32>> {
        let text = &self.source.text;
        let Some((start, name_end)) = find_tag(text, self.cursor.get(), opening, name) else {
            // Scripts that look like tags have led the cursor astray. Places are not worth reading
            // the page over and over.
            self.missed.set(self.missed.get() + text.len() - self.cursor.get());
            if self.missed.get() > 8 * text.len() {
                self.cursor.set(text.len());
            }
            return None;
        };
        let end = tag_end(text, name_end);
        self.cursor.set(end);
        Some(start as u32..end as u32)
    }

    /// Moves the cursor behind a comment or document type.
    fn comment(&self) {
        let rest = &self.source.text[self.cursor.get()..];
        // `<!`, `<?`, and `</` before what is no letter.
        let begins = |at: &usize| match rest.as_bytes().get(at + 1..) {
            Some([b'!' | b'?', ..]) => true,
            Some([b'/', after, ..]) => !after.is_ascii_alphabetic(),
            _ => false,
        };
        let Some(start) = rest.match_indices('<').map(|(at, _)| at).find(begins) else { return };
        let end = if rest[start..].starts_with("<!--") {
            rest[start + 4..].find("-->").map(|at| start + 4 + at + 3)
        } else {
            rest[start..].find('>').map(|at| start + at + 1)
        };
        self.cursor.set(self.cursor.get() + end.unwrap_or(rest.len()));
    }
}

impl TokenSink for Locator {
    type Handle = u32;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<u32> {
        let sink = &self.builder.sink;
        self.emitted.set(self.emitted.get() || !matches!(token, Token::ParseError(_)));
        if sink.dom.borrow().excess.is_some() && token != Token::EOFToken {
            return TokenSinkResult::Continue;
        }
        match &token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => {
                let range = self.tag("<", &tag.name);
                *sink.tag.borrow_mut() = range.map(|r| (tag.name.clone(), r));
            }
            Token::TagToken(tag) => {
                let _ = self.tag("</", &tag.name);
            }
            Token::CommentToken(_) | Token::DoctypeToken(_) => self.comment(),
            Token::CharacterTokens(_) => sink.text_start.set(self.cursor.get()),
            _ => {}
        }
        let result = self.builder.process_token(token, line);
        sink.tag.borrow_mut().take();
        result
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// The first tag of that name at or behind `from`, and the end of its name.
fn find_tag(text: &str, from: usize, opening: &str, name: &str) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        at += text.get(at..)?.find('<')?;
        if let Some(rest) = bytes[at..].strip_prefix(opening.as_bytes())
            && let Some(length) = name_at(rest, name)
            && rest.get(length).is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>'))
        {
            return Some((at, at + opening.len() + length));
        }
        at += 1;
    }
}

/// How long the name at the beginning of a text is, if it is this one. The tokenizer has made U+FFFD
/// of U+0000.
fn name_at(text: &[u8], name: &str) -> Option<usize> {
    let mut at = 0;
    for c in name.chars() {
        let mut buffer = [0; 4];
        let wanted = c.encode_utf8(&mut buffer).as_bytes();
        let here = text.get(at..)?;
        if c == '\u{fffd}' && here.first() == Some(&0) {
            at += 1;
        } else if here.get(..wanted.len())?.eq_ignore_ascii_case(wanted) {
            at += wanted.len();
        } else {
            return None;
        }
    }
    Some(at)
}

/// The place behind the `>` that ends the tag whose attributes begin at `at`.
fn tag_end(text: &str, at: usize) -> usize {
    let mut quote = None;
    for (i, byte) in text.bytes().enumerate().skip(at) {
        match quote {
            Some(open) if byte == open => quote = None,
            Some(_) => {}
            None if byte == b'>' => return i + 1,
            None if matches!(byte, b'"' | b'\'') => quote = Some(byte),
            None => {}
        }
    }
    text.len()
}

/// An attribute in the text of a start tag: the byte ranges of its name and, without quotes, of its
/// value.
type AttributeRange = (Range<usize>, Option<Range<usize>>);

/// The place of an attribute's value in the text of a start tag, without quotes.
pub(super) fn attribute_value(tag: &str, name: &str) -> Option<Range<usize>> {
    attribute_ranges(tag).find(|(n, _)| tag[n.clone()].eq_ignore_ascii_case(name))?.1
}

/// The place of an attribute's name in the text of a start tag.
pub(super) fn attribute_name(tag: &str, name: &str) -> Option<Range<usize>> {
    attribute_ranges(tag).map(|(n, _)| n).find(|n| tag[n.clone()].eq_ignore_ascii_case(name))
}

/// The attributes of a start tag, as the tokenizer reads them (HTML §13.2.5.32–39).
fn attribute_ranges(tag: &str) -> impl Iterator<Item = AttributeRange> + '_ {
    let bytes = tag.as_bytes();
    let ends_name = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'/' | b'>');
    let mut at = 1 + bytes.iter().skip(1).take_while(|b| !ends_name(b)).count();
    let skip = |at: usize, what: fn(&u8) -> bool| {
        at + bytes.iter().skip(at).take_while(|b| what(b)).count()
    };
    std::iter::from_fn(move || {
        let start = skip(at, |b| b.is_ascii_whitespace() || *b == b'/');
        if start >= bytes.len() || bytes[start] == b'>' {
            return None;
        }
        // An equals sign at the beginning belongs to the name.
        let rest = bytes[start + 1..].iter();
        let end = start + 1 + rest.take_while(|b| !ends_name(b) && **b != b'=').count();
        let equals = skip(end, u8::is_ascii_whitespace);
        at = end;
        if bytes.get(equals) != Some(&b'=') {
            return Some((start..end, None));
        }
        let from = skip(equals + 1, u8::is_ascii_whitespace);
        let value = match bytes.get(from) {
            Some(quote @ (b'"' | b'\'')) => {
                from + 1..from + 1 + bytes[from + 1..].iter().position(|b| b == quote)?
            }
            _ => from..skip(from, |b| !b.is_ascii_whitespace() && *b != b'>'),
        };
        at = value.end + usize::from(value.start > from);
        Some((start..end, Some(value)))
    })
}

/// Receives the tree builder's operations.
struct Sink {
    dom: RefCell<Dom>,
    /// The start tag being processed, until an element has taken its place.
    tag: RefCell<Option<(LocalName, Range<u32>)>>,
    text_start: Cell<usize>,
}

impl Sink {
    fn new(source: &Arc<Source>) -> Sink {
        let nodes = Vec::with_capacity(16 + source.text.len() / 24);
        let sink = Sink {
            dom: RefCell::new(Dom { nodes, source: Arc::clone(source), kin: None, excess: None }),
            tag: RefCell::new(None),
            text_start: Cell::new(0),
        };
        sink.push(NodeKind::Document, None);
        sink
    }

    fn push(&self, kind: NodeKind, range: Option<Range<u32>>) -> u32 {
        let mut dom = self.dom.borrow_mut();
        if dom.nodes.len() >= NODES {
            dom.exceed(Excess::Nodes, range.clone());
        }
        let nodes = &mut dom.nodes;
        nodes.push(Node {
            kind,
            parent: NONE,
            first: NONE,
            last: NONE,
            previous: NONE,
            next: NONE,
            range,
        });
        (nodes.len() - 1) as u32
    }

    /// From the end of the last tag to the next one; in `<style>` to its end tag.
    fn text_range(&self, parent: u32) -> Range<u32> {
        let dom = self.dom.borrow();
        let text = &dom.source.text;
        let start = self.text_start.get();
        let raw = matches!(&dom.nodes[parent as usize].kind,
            NodeKind::Element(element) if &*element.name == "style");
        let ends = |at: &usize| {
            let rest = &text.as_bytes()[*at..];
            !raw || rest.get(..7).is_some_and(|tag| tag.eq_ignore_ascii_case(b"</style"))
        };
        let tags = text[start..].match_indices('<').map(|(at, _)| start + at);
        let end = { tags }.find(ends).unwrap_or(text.len());
        start as u32..end as u32
    }

    /// Inserts text before `before` or at the end, joining it to text already there.
    fn insert_text(&self, parent: u32, before: u32, text: &str) {
        let previous = {
            let dom = self.dom.borrow();
            let at = |i: u32| &dom.nodes[i as usize];
            if before == NONE { at(parent).last } else { at(before).previous }
        };
        if previous != NONE {
            let mut dom = self.dom.borrow_mut();
            if let NodeKind::Text(already) = &mut dom.nodes[previous as usize].kind {
                already.push_str(text);
                return;
            }
        }
        let range = self.text_range(parent);
        let node = self.push(NodeKind::Text(text.to_owned()), Some(range));
        self.dom.borrow_mut().insert(parent, node, before);
    }

    fn insert(&self, parent: u32, before: u32, child: NodeOrText<u32>) {
        match child {
            NodeOrText::AppendText(text) => self.insert_text(parent, before, &text),
            NodeOrText::AppendNode(node) => {
                let mut dom = self.dom.borrow_mut();
                dom.insert(parent, node, before);
                if dom.is_deeper(node, ELEMENT_DEPTH) {
                    let range = dom.nodes[node as usize].range.clone();
                    dom.exceed(Excess::Depth, range);
                }
            }
        }
    }
}

impl Dom {
    /// Notes that the page is beyond a limit; it ends here.
    fn exceed(&mut self, what: Excess, range: Option<Range<u32>>) {
        self.excess.get_or_insert((what, range));
    }

    /// Whether a node has more than so many ancestors but the document.
    fn is_deeper(&self, node: u32, limit: usize) -> bool {
        let parent = |at: &u32| Some(self.nodes[*at as usize].parent).filter(|p| *p != NONE);
        std::iter::successors(parent(&node), parent).nth(limit).is_some()
    }

    /// Takes out what lies deeper than the parser saw it: content that HTML moves about is put into
    /// its place with all that it holds.
    fn cut_below(&mut self, limit: usize) {
        let mut at = 0;
        // The document is no element.
        let mut depth = 0;
        loop {
            let Node { first, .. } = self.nodes[at as usize];
            if first != NONE && depth < limit {
                (at, depth) = (first, depth + 1);
                continue;
            }
            if first != NONE && matches!(self.nodes[at as usize].kind, NodeKind::Element(_)) {
                let range = self.nodes[first as usize].range.clone();
                if self.has_element_child(at) {
                    self.exceed(Excess::Depth, range);
                    self.nodes[at as usize].first = NONE;
                    self.nodes[at as usize].last = NONE;
                }
            }
            loop {
                if depth == 0 {
                    return;
                }
                let Node { next, parent, .. } = self.nodes[at as usize];
                if next != NONE {
                    at = next;
                    break;
                }
                (at, depth) = (parent, depth - 1);
            }
        }
    }

    fn has_element_child(&self, node: u32) -> bool {
        let mut at = self.nodes[node as usize].first;
        while at != NONE {
            if matches!(self.nodes[at as usize].kind, NodeKind::Element(_)) {
                return true;
            }
            at = self.nodes[at as usize].next;
        }
        false
    }

    fn detach(&mut self, node: u32) {
        let &Node { parent, previous, next, .. } = &self.nodes[node as usize];
        if parent == NONE {
            return;
        }
        match previous {
            NONE => self.nodes[parent as usize].first = next,
            at => self.nodes[at as usize].next = next,
        }
        match next {
            NONE => self.nodes[parent as usize].last = previous,
            at => self.nodes[at as usize].previous = previous,
        }
        let node = &mut self.nodes[node as usize];
        (node.parent, node.previous, node.next) = (NONE, NONE, NONE);
    }

    fn insert(&mut self, parent: u32, node: u32, before: u32) {
        self.detach(node);
        let previous = match before {
            NONE => self.nodes[parent as usize].last,
            at => self.nodes[at as usize].previous,
        };
        match previous {
            NONE => self.nodes[parent as usize].first = node,
            at => self.nodes[at as usize].next = node,
        }
        match before {
            NONE => self.nodes[parent as usize].last = node,
            at => self.nodes[at as usize].previous = node,
        }
        let node = &mut self.nodes[node as usize];
        (node.parent, node.previous, node.next) = (parent, previous, before);
    }
}

/// The name of an element while the tree is being built.
#[derive(Debug)]
struct Name<'a>(Ref<'a, Element>);

impl ElemName for Name<'_> {
    fn ns(&self) -> &Namespace {
        &self.0.namespace
    }

    fn local_name(&self) -> &LocalName {
        &self.0.name
    }
}

fn attribute(from: html5ever::Attribute) -> Attribute {
    Attribute {
        prefix: from.name.prefix.as_ref().map(|p| Box::from(&**p)),
        namespace: from.name.ns,
        name: from.name.local,
        value: Box::from(&*from.value),
    }
}

fn element(name: QualName, attributes: Vec<Attribute>) -> Element {
    let mut element =
        Element { name: name.local, namespace: name.ns, attributes, id: None, classes: Vec::new() };
    for a in element.attributes.iter().filter(|a| a.namespace == ns!()) {
        if a.name == local_name!("id") {
            element.id = Some(Ident::from(&*a.value));
        } else if a.name == local_name!("class") {
            element.classes = a.value.split_ascii_whitespace().map(Ident::from).collect();
        }
    }
    element
}

impl TreeSink for Sink {
    type Handle = u32;
    type Output = Dom;
    type ElemName<'a> = Name<'a>;

    fn finish(self) -> Dom {
        self.dom.into_inner()
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> u32 {
        0
    }

    fn elem_name<'a>(&'a self, target: &'a u32) -> Name<'a> {
        Name(Ref::map(self.dom.borrow(), |dom| match &dom.nodes[*target as usize].kind {
            NodeKind::Element(element) => element,
            // The tree builder asks for the names of elements alone (TreeSink::elem_name).
            _ => unreachable!("the name of a node that is no element"),
        }))
    }

    fn create_element(
        &self,
        name: QualName,
        attrs: Vec<html5ever::Attribute>,
        _: ElementFlags,
    ) -> u32 {
        let own = self.tag.borrow_mut().take_if(|(tag, _)| tag.eq_ignore_ascii_case(&name.local));
        let range = own.map(|(_, range)| range);
        let attributes = attrs.into_iter().map(attribute).collect();
        self.push(NodeKind::Element(element(name, attributes)), range)
    }

    fn create_comment(&self, _: StrTendril) -> u32 {
        self.push(NodeKind::Comment, None)
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> u32 {
        self.push(NodeKind::Comment, None)
    }

    fn append(&self, parent: &u32, child: NodeOrText<u32>) {
        self.insert(*parent, NONE, child);
    }

    fn append_based_on_parent_node(&self, element: &u32, previous: &u32, child: NodeOrText<u32>) {
        let parent = self.dom.borrow().nodes[*element as usize].parent;
        match parent {
            NONE => self.insert(*previous, NONE, child),
            parent => self.insert(parent, *element, child),
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, target: &u32) -> u32 {
        *target
    }

    fn same_node(&self, x: &u32, y: &u32) -> bool {
        x == y
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &u32, child: NodeOrText<u32>) {
        let parent = self.dom.borrow().nodes[*sibling as usize].parent;
        if parent != NONE {
            self.insert(parent, *sibling, child);
        }
    }

    fn add_attrs_if_missing(&self, target: &u32, attrs: Vec<html5ever::Attribute>) {
        let range = self.tag.borrow_mut().take().map(|(_, range)| range);
        let mut dom = self.dom.borrow_mut();
        let node = &mut dom.nodes[*target as usize];
        let NodeKind::Element(old) = &mut node.kind else { return };
        node.range = node.range.take().or(range);
        for new in attrs.into_iter().map(attribute) {
            if !old.attributes.iter().any(|a| a.name == new.name && a.namespace == new.namespace) {
                old.attributes.push(new);
            }
        }
        let attributes = std::mem::take(&mut old.attributes);
        *old = element(QualName::new(None, old.namespace.clone(), old.name.clone()), attributes);
    }

    fn remove_from_parent(&self, target: &u32) {
        self.dom.borrow_mut().detach(*target);
    }

    fn reparent_children(&self, node: &u32, new_parent: &u32) {
        let mut dom = self.dom.borrow_mut();
        while dom.nodes[*node as usize].first != NONE {
            let child = dom.nodes[*node as usize].first;
            dom.insert(*new_parent, child, NONE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::NodeId;

    fn dom(text: &str) -> Dom {
        parse(&Source::new("page.html", text))
    }

    fn first(dom: &Dom, name: &str) -> NodeId {
        dom.descendants(dom.document()).find(|n| dom.is(*n, name)).expect(name)
    }

    fn tag<'a>(dom: &'a Dom, name: &str) -> Option<&'a str> {
        dom.span(first(dom, name)).map(|s| &dom.source().text[s.range])
    }

    #[test]
    fn start_tags_know_their_place_and_implied_ones_have_none() {
        let d = dom("<!-- <p> --><p class='a<p'>x</p><table><tr><td>1</table><table><TBODY id=b>");
        assert_eq!(tag(&d, "p"), Some("<p class='a<p'>"));
        assert_eq!(tag(&d, "tbody"), None);
        let second = d.descendants(d.body()).filter(|n| d.is(*n, "tbody")).nth(1).unwrap();
        assert_eq!(&d.source().text[d.span(second).unwrap().range], "<TBODY id=b>");
        assert!(d.span(d.root()).is_none() && d.span(d.body()).is_none());
    }

    #[test]
    fn text_knows_its_place() {
        let d = dom("<p>a &amp; b <b>c</b> d</p>");
        let texts: Vec<_> = d
            .descendants(d.body())
            .filter(|n| d.text(*n).is_some())
            .map(|n| {
                (
                    d.text(n).unwrap().to_owned(),
                    d.source().text[d.span(n).unwrap().range].to_owned(),
                )
            })
            .collect();
        let expected = [("a & b ", "a &amp; b "), ("c", "c"), (" d", " d")];
        assert_eq!(texts, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
    }

    #[test]
    fn raw_text_does_not_confuse_the_cursor() {
        let d = dom("<style>p::before { content: '<p>' }</style><p>x");
        assert_eq!(d.span(first(&d, "p")).unwrap().range, 43..46);
    }

    #[test]
    fn head_gives_title_meta_and_lang() {
        let d = dom(
            "<html lang=de><title> Ur\n kunde </title><meta name=Author content=HWK><p lang=zh><b>x",
        );
        assert_eq!(d.title().as_deref(), Some("Ur kunde"));
        assert_eq!(d.meta("author"), Some("HWK"));
        assert_eq!(d.lang(first(&d, "b")), "zh");
        assert_eq!(d.lang(d.body()), "de");
    }

    #[test]
    fn attribute_values_know_their_place() {
        let d = dom("<p id=x hidden style=\"color: red\">");
        let span = d.attr_span(first(&d, "p"), "style").unwrap();
        assert_eq!(&d.source().text[span.range], "color: red");
        let span = d.attr_span(first(&d, "p"), "id").unwrap();
        assert_eq!(&d.source().text[span.range], "x");
    }

    #[test]
    fn misnested_text_in_tables_moves_before_the_table() {
        let d = dom("<div><table>x<tr><td>y</table></div>");
        assert_eq!(d.text_content(d.body()), "xy");
        assert_eq!(d.text(d.first_child(first(&d, "div")).unwrap()), Some("x"));
    }

    #[test]
    fn doms_may_be_shared_between_threads() {
        fn shared<T: Send + Sync>() {}
        shared::<Dom>();
    }
}
