//! Custom properties and `var()` (CSS Variables 1).
//!
//! A value with `var()` stays text until the variables of an element are known, then it is put
//! together and parsed as if it had stood in the sheet.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cssparser::{Parser, Token};

use super::nesting;
use super::properties::{Declared, Property, PropertyId};
use super::values::{Context, Res, bad};
use crate::diag::Span;
use crate::limits::{CSS_NESTING, VALUE_BYTES};

/// A declaration's value with `var()` in it.
#[derive(Debug)]
pub struct Unparsed {
    /// The property it stands in: a longhand or a shorthand.
    pub name: Box<str>,
    /// The value as written.
    pub text: Box<str>,
    /// The folder of the sheet.
    pub base: Arc<str>,
    /// Where it stands, for the message if it turns out invalid.
    pub span: Span,
}

/// The custom properties of an element, by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Variables {
    /// Sorted by name.
    list: Vec<(Arc<str>, Arc<str>)>,
}

impl Variables {
    /// The value of `--name`.
    pub fn get(&self, name: &str) -> Option<&Arc<str>> {
        let found = self.list.binary_search_by(|(n, _)| (**n).cmp(name)).ok()?;
        Some(&self.list[found].1)
    }

    /// These variables with others set or, without a value, removed.
    fn with(&self, own: BTreeMap<&Arc<str>, Option<Arc<str>>>) -> Variables {
        let inherited = self.list.iter().filter(|(name, _)| !own.contains_key(name)).cloned();
        let set = own.iter().filter_map(|(name, value)| Some(((*name).clone(), value.clone()?)));
        let mut list: Vec<_> = inherited.chain(set).collect();
        list.sort_by(|(a, _), (b, _)| a.cmp(b));
        Variables { list }
    }

    /// Sets or, without a value, removes a variable.
    pub fn set(&mut self, name: &Arc<str>, value: Option<Arc<str>>) {
        match (self.list.binary_search_by(|(n, _)| (**n).cmp(name)), value) {
            (Ok(at), Some(value)) => self.list[at].1 = value,
            (Ok(at), None) => {
                self.list.remove(at);
            }
            (Err(at), Some(value)) => self.list.insert(at, (Arc::clone(name), value)),
            (Err(_), None) => {}
        }
    }
}

/// What a custom property declaration says.
#[derive(Clone, Debug, PartialEq)]
pub enum CustomValue {
    /// A text, perhaps with `var()`.
    Text(Arc<str>),
    /// `initial`: no value.
    Initial,
    /// `inherit`, `unset`, `revert`: the parent's value.
    Inherit,
}

/// The work of putting variables in for one element, against values that multiply each other.
#[derive(Debug, Default)]
pub struct Work {
    /// Bytes made, and a few for every `var()` met.
    spent: Cell<usize>,
    /// The name of the first value that became too long.
    too_long: RefCell<Option<Box<str>>>,
}

impl Work {
    /// Most bytes made for one element: a value is made again for each that refers to it.
    const MOST: usize = 8 * VALUE_BYTES;
    /// What a `var()` counts besides the bytes it stands for.
    const REFERENCE: usize = 16;

    /// Bytes made so far.
    pub fn spent(&self) -> usize {
        self.spent.get()
    }

    /// The name of the value that became too long, if one did.
    pub fn too_long(&self) -> Option<Box<str>> {
        self.too_long.borrow().clone()
    }

    /// Counts work; none if that is too much.
    fn spend(&self, bytes: usize) -> Option<()> {
        self.spent.set(self.spent.get().saturating_add(bytes));
        (self.spent.get() <= Work::MOST).then_some(())
    }

    /// Puts the variables into a text. None if one has no value and no fallback, or the text becomes too
    /// long.
    fn put(&self, name: &str, text: &str, variables: &Variables) -> Option<String> {
        let mut open = if name.starts_with("--") { vec![Arc::from(name)] } else { Vec::new() };
        let mut p = Put { variables, work: self, open: &mut open, is_too_long: false };
        let made = p.text(text, 0);
        if p.is_too_long {
            self.too_long.borrow_mut().get_or_insert_with(|| name.into());
        }
        made
    }
}

/// The variables of an element from its parent's and its own declarations, in cascade order.
pub fn resolve(
    parent: &Arc<Variables>,
    declared: &[(&Arc<str>, &CustomValue)],
    work: &Work,
) -> Arc<Variables> {
    if declared.is_empty() {
        return Arc::clone(parent);
    }
    let mut own: BTreeMap<&Arc<str>, Option<Arc<str>>> = BTreeMap::new();
    for (name, value) in declared {
        own.insert(
            name,
            match value {
                CustomValue::Text(text) => Some(Arc::clone(text)),
                CustomValue::Initial => None,
                CustomValue::Inherit => parent.get(name).cloned(),
            },
        );
    }
    // What is declared counts, not only what it refers to.
    let _ = work.spend(own.len() * Work::REFERENCE);
    let mut variables = parent.with(own);
    let pending: Vec<Arc<str>> =
        variables.list.iter().filter(|(_, text)| has_var(text)).map(|(n, _)| n.clone()).collect();
    let cyclic = cyclic(&pending, &variables);
    if !cyclic.is_empty() {
        variables.list.retain(|(name, _)| !cyclic.contains(name));
    }
    let texts = variables.clone();
    for name in &pending {
        if let Some(text) = texts.get(name) {
            variables.set(name, work.put(name, text, &texts).map(Arc::from));
        }
    }
    Arc::new(variables)
}

/// The variables that refer to themselves, through others or through fallbacks: they have no value
/// (CSS Variables 1 §2.3). These are the strongly connected components of more than one, and those that
/// name themselves; found after Tarjan, "Depth-first search and linear graph algorithms" (1972).
fn cyclic(pending: &[Arc<str>], variables: &Variables) -> BTreeSet<Arc<str>> {
    // `pending` is sorted, as the list is.
    let index_of = |name: &Arc<str>| pending.binary_search(name).ok();
    let edges: Vec<Vec<usize>> = pending
        .iter()
        .map(|name| {
            let mut names = Vec::new();
            let text = variables.get(name).map_or("", |text| text);
            references(&mut Parser::new(text), &mut names);
            names.iter().filter_map(index_of).collect()
        })
        .collect();
    let mut tarjan = Tarjan { place: vec![None; pending.len()], ..Tarjan::default() };
    for start in 0..pending.len() {
        tarjan.visit(start, &edges);
    }
    tarjan.cyclic.into_iter().map(|at| Arc::clone(&pending[at])).collect()
}

/// The state of the search for cycles.
#[derive(Default)]
struct Tarjan {
    /// By node: the order of its discovery, and the earliest that it reaches; `usize::MAX` when done.
    place: Vec<Option<(usize, usize)>>,
    discovered: usize,
    /// Nodes whose component is not complete.
    open: Vec<usize>,
    cyclic: Vec<usize>,
}

impl Tarjan {
    fn visit(&mut self, start: usize, edges: &[Vec<usize>]) {
        // Nodes on the way, each with the next of its edges.
        let mut way = Vec::new();
        self.enter(start, &mut way);
        while let Some((node, edge)) = way.last_mut() {
            let (node, next) = (*node, edges[*node].get(*edge).copied());
            *edge += 1;
            match next {
                Some(next) if self.place[next].is_none() => self.enter(next, &mut way),
                Some(next) => self.reach(node, next),
                None => {
                    way.pop();
                    self.close(node, &edges[node]);
                    if let Some((before, _)) = way.last() {
                        self.reach(*before, node);
                    }
                }
            }
        }
    }

    fn enter(&mut self, node: usize, way: &mut Vec<(usize, usize)>) {
        if self.place[node].is_none() {
            self.place[node] = Some((self.discovered, self.discovered));
            self.discovered += 1;
            self.open.push(node);
            way.push((node, 0));
        }
    }

    fn reach(&mut self, node: usize, other: usize) {
        let earliest = self.place[other].map_or(usize::MAX, |(_, earliest)| earliest);
        if let Some((_, own)) = &mut self.place[node] {
            *own = (*own).min(earliest);
        }
    }

    /// Ends a node; if it is the first of its component, the component is complete.
    fn close(&mut self, node: usize, edges: &[usize]) {
        if self.place[node].is_none_or(|(order, earliest)| order != earliest) {
            return;
        }
        let from = self.open.iter().rposition(|n| *n == node).unwrap_or(self.open.len());
        let component = self.open.split_off(from);
        for node in &component {
            self.place[*node] = Some((usize::MAX, usize::MAX));
        }
        if component.len() > 1 || edges.contains(&node) {
            self.cyclic.extend(component);
        }
    }
}

/// The names in every `var()` of a text, those in fallbacks included.
fn references(p: &mut Parser, names: &mut Vec<Arc<str>>) {
    loop {
        let Ok(token) = p.next() else { return };
        let is_var = match token {
            Token::Function(name) => name.eq_ignore_ascii_case("var"),
            Token::ParenthesisBlock | Token::SquareBracketBlock | Token::CurlyBracketBlock => false,
            _ => continue,
        };
        let _ = p.parse_nested_block(|p| {
            if is_var && let Ok(name) = p.expect_ident() {
                names.push(Arc::from(&**name));
            }
            references(p, names);
            Ok::<_, cssparser::ParseError<()>>(())
        });
    }
}

/// Whether a text may hold `var()`.
pub fn has_var(text: &str) -> bool {
    text.as_bytes().windows(4).any(|w| w.eq_ignore_ascii_case(b"var("))
}

/// Puts variables into one text.
struct Put<'v> {
    variables: &'v Variables,
    work: &'v Work,
    /// Variables that are being put together: to meet one again is a cycle.
    open: &'v mut Vec<Arc<str>>,
    is_too_long: bool,
}

impl Put<'_> {
    /// The text with every `var()` replaced; none if one has no value and no fallback. `depth` is that of
    /// the blocks around it.
    fn text(&mut self, text: &str, depth: usize) -> Option<String> {
        let mut out = String::with_capacity(text.len());
        self.tokens(&mut Parser::new(text), depth, &mut out)?;
        Some(out)
    }

    fn tokens(&mut self, p: &mut Parser, depth: usize, out: &mut String) -> Option<()> {
        loop {
            let start = p.position();
            let Ok(token) = p.next_including_whitespace_and_comments() else { return Some(()) };
            let closing = match token {
                Token::Function(name) if name.eq_ignore_ascii_case("var") => {
                    self.within(p, depth, |put, p, depth| put.reference(p, depth, out))?;
                    continue;
                }
                Token::Comment(_) => {
                    self.push("/**/", out)?;
                    continue;
                }
                Token::Function(_) | Token::ParenthesisBlock => ")",
                Token::SquareBracketBlock => "]",
                Token::CurlyBracketBlock => "}",
                _ => "",
            };
            self.push(p.slice_from(start), out)?;
            if !closing.is_empty() {
                self.within(p, depth, |put, p, depth| put.tokens(p, depth, out))?;
                self.push(closing, out)?;
            }
        }
    }

    /// The inside of the block whose beginning was read.
    fn within(
        &mut self,
        p: &mut Parser,
        depth: usize,
        inside: impl FnOnce(&mut Self, &mut Parser, usize) -> Option<()>,
    ) -> Option<()> {
        if depth >= CSS_NESTING {
            self.is_too_long = true;
            return None;
        }
        p.parse_nested_block(|p| match inside(self, p, depth + 1) {
            Some(()) => Ok(()),
            None => bad(),
        })
        .ok()
    }

    fn push(&mut self, text: &str, out: &mut String) -> Option<()> {
        let fits = out.len() + text.len() <= VALUE_BYTES;
        if !fits || self.work.spend(text.len()).is_none() {
            self.is_too_long = true;
            return None;
        }
        out.push_str(text);
        Some(())
    }

    /// The inside of one `var()`: its value, or its fallback.
    fn reference(&mut self, p: &mut Parser, depth: usize, out: &mut String) -> Option<()> {
        let name: Arc<str> = p.expect_ident().ok().filter(|n| n.starts_with("--"))?.as_ref().into();
        let fallback = p.try_parse(|p| p.expect_comma()).is_ok();
        if self.work.spend(Work::REFERENCE).is_none() {
            self.is_too_long = true;
            return None;
        }
        let value = match self.variables.get(&name) {
            Some(_) if self.open.contains(&name) => return None,
            Some(text) if has_var(text) => {
                let text = Arc::clone(text);
                self.open.push(name);
                let value = self.text(&text, depth);
                self.open.pop();
                value
            }
            Some(text) => Some(text.to_string()),
            None => None,
        };
        match value {
            Some(value) => {
                // Comments keep neighbouring tokens apart (CSS Syntax 3 §9).
                self.push("/**/", out)?;
                self.push(&value, out)?;
                self.push("/**/", out)?;
                while p.next().is_ok() {}
                Some(())
            }
            None if fallback && !self.is_too_long => self.tokens(p, depth, out),
            None => None,
        }
    }
}

/// The declarations a text makes once its variables are known; an error is invalid at
/// computed-value time.
pub fn parse(unparsed: &Unparsed, variables: &Variables, work: &Work) -> Res<Vec<Declared>> {
    let Some(text) = work.put(&unparsed.name, &unparsed.text, variables) else { return bad() };
    if nesting::too_deep(&text).is_some() {
        return bad();
    }
    let cx = Context::new(&unparsed.base);
    let mut p = Parser::new(&text);
    let Some(property) = super::properties::by_name(&unparsed.name) else { return bad() };
    p.parse_entirely(|p| super::declaration::value(property, &cx, p))
}

/// The declaration of one longhand out of a text.
pub fn longhand(
    unparsed: &Unparsed,
    variables: &Variables,
    id: PropertyId,
    work: &Work,
) -> Option<Declared> {
    parse(unparsed, variables, work).ok()?.into_iter().find(|d| d.id() == id)
}

/// The longhands a property stands for.
pub fn longhands(property: Property) -> Vec<PropertyId> {
    match property {
        Property::Longhand(id) => vec![id],
        Property::Shorthand(shorthand) => shorthand.longhands.to_vec(),
    }
}
