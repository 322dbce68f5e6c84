//! Selectors: the `selectors` crate's parser and matcher on our DOM, and the rule index.

use std::cell::Cell;
use std::fmt;

use cssparser::{Delimiter, ParseError, Parser, SourcePosition, ToCss};
use precomputed_hash::PrecomputedHash;
use rustc_hash::{FxHashMap, FxHashSet};
use selectors::attr::{AttrSelectorOperation, CaseSensitivity, NamespaceConstraint};
use selectors::bloom::BloomFilter;
use selectors::matching::{ElementSelectorFlags, MatchingContext};
use selectors::parser::{
    Combinator, Component, NonTSPseudoClass, ParseRelative, PseudoElement, RelativeSelector,
    Selector, SelectorImpl, SelectorList, SelectorParseErrorKind,
};
use selectors::visitor::SelectorVisitor;
use selectors::{Element as SelectorElement, OpaqueElement};

use crate::html::{Dom, Element, Ident, LocalName, Namespace, NodeId, NodeKind};
use crate::limits::{MATCHING_BASE, MATCHING_MOST, MATCHING_STEPS};

/// A pseudo-element that can have a style.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pseudo {
    /// `::before`.
    Before,
    /// `::after`.
    After,
    /// `::marker`.
    Marker,
}

impl Pseudo {
    /// All of them.
    pub const ALL: [Pseudo; 3] = [Pseudo::Before, Pseudo::After, Pseudo::Marker];
}

impl PseudoElement for Pseudo {
    fn is_before_or_after(&self) -> bool {
        matches!(self, Pseudo::Before | Pseudo::After)
    }
}

impl ToCss for Pseudo {
    fn to_css<W: fmt::Write>(&self, out: &mut W) -> fmt::Result {
        out.write_str(match self {
            Pseudo::Before => "::before",
            Pseudo::After => "::after",
            Pseudo::Marker => "::marker",
        })
    }
}

/// A pseudo-class that the crate leaves to us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PseudoClass {
    /// `:lang()` with its ranges.
    Lang(Box<[Box<str>]>),
    /// `:link`, `:any-link`.
    Link,
    /// `:dir(rtl)`, else `:dir(ltr)`.
    Dir(bool),
}

impl NonTSPseudoClass for PseudoClass {
    fn is_active_or_hover(&self) -> bool {
        false
    }

    fn is_user_action_state(&self) -> bool {
        false
    }
}

impl ToCss for PseudoClass {
    fn to_css<W: fmt::Write>(&self, out: &mut W) -> fmt::Result {
        match self {
            PseudoClass::Lang(ranges) => write!(out, ":lang({})", ranges.join(", ")),
            PseudoClass::Link => out.write_str(":link"),
            PseudoClass::Dir(rtl) => write!(out, ":dir({})", if *rtl { "rtl" } else { "ltr" }),
        }
    }
}

/// An attribute value in a selector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text(Box<str>);

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        Text(text.into())
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl ToCss for Text {
    fn to_css<W: fmt::Write>(&self, out: &mut W) -> fmt::Result {
        cssparser::serialize_string(&self.0, out)
    }
}

/// An id or a class in a selector.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name(Ident);

impl From<&str> for Name {
    fn from(text: &str) -> Name {
        Name(text.into())
    }
}

impl PrecomputedHash for Name {
    fn precomputed_hash(&self) -> u32 {
        self.0.hash()
    }
}

impl ToCss for Name {
    fn to_css<W: fmt::Write>(&self, out: &mut W) -> fmt::Result {
        cssparser::serialize_identifier(self.0.as_str(), out)
    }
}

/// An element or attribute name in a selector.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Local(LocalName);

impl From<&str> for Local {
    fn from(text: &str) -> Local {
        Local(text.into())
    }
}

impl PrecomputedHash for Local {
    fn precomputed_hash(&self) -> u32 {
        self.0.precomputed_hash()
    }
}

impl ToCss for Local {
    fn to_css<W: fmt::Write>(&self, out: &mut W) -> fmt::Result {
        cssparser::serialize_identifier(&self.0, out)
    }
}

/// Our types to the crate.
#[derive(Clone, Debug)]
pub struct Types;

impl SelectorImpl for Types {
    type ExtraMatchingData<'a> = ();
    type AttrValue = Text;
    type Identifier = Name;
    type LocalName = Local;
    type NamespaceUrl = Namespace;
    type NamespacePrefix = Local;
    type BorrowedNamespaceUrl = Namespace;
    type BorrowedLocalName = Local;
    type NonTSPseudoClass = PseudoClass;
    type PseudoElement = Pseudo;
}

struct Switches;

fn unsupported<T>() -> Result<T, ParseError<SelectorParseErrorKind>> {
    Err(ParseError::custom(SelectorParseErrorKind::UnsupportedPseudoClassOrElement))
}

impl<'i> selectors::parser::Parser<'i> for Switches {
    type Impl = Types;
    type Error = SelectorParseErrorKind;

    fn parse_nth_child_of(&self) -> bool {
        true
    }

    fn parse_is_and_where(&self) -> bool {
        true
    }

    fn parse_has(&self) -> bool {
        true
    }

    /// Unsupported selectors inside `:is()` are worth a warning too.
    fn allow_forgiving_selectors(&self) -> bool {
        false
    }

    fn parse_non_ts_pseudo_class(
        &self,
        name: &str,
    ) -> Result<PseudoClass, ParseError<SelectorParseErrorKind>> {
        if name.eq_ignore_ascii_case("link") || name.eq_ignore_ascii_case("any-link") {
            return Ok(PseudoClass::Link);
        }
        unsupported()
    }

    fn parse_non_ts_functional_pseudo_class(
        &self,
        name: &str,
        p: &mut Parser<'i>,
        _: bool,
    ) -> Result<PseudoClass, ParseError<SelectorParseErrorKind>> {
        if name.eq_ignore_ascii_case("dir") {
            return match p.expect_ident()?.to_ascii_lowercase().as_str() {
                "rtl" => Ok(PseudoClass::Dir(true)),
                "ltr" => Ok(PseudoClass::Dir(false)),
                _ => unsupported(),
            };
        }
        if !name.eq_ignore_ascii_case("lang") {
            return unsupported();
        }
        let ranges = p.parse_comma_separated(|p| {
            Ok(p.expect_ident_or_string().map(|range| Box::<str>::from(&**range))?)
        })?;
        Ok(PseudoClass::Lang(ranges.into()))
    }

    fn parse_pseudo_element(
        &self,
        name: &str,
    ) -> Result<Pseudo, ParseError<SelectorParseErrorKind>> {
        cssparser::match_ignore_ascii_case! { name,
            "before" => Ok(Pseudo::Before),
            "after" => Ok(Pseudo::After),
            "marker" => Ok(Pseudo::Marker),
            _ => unsupported(),
        }
    }
}

/// Where a selector of a list that could not be parsed stands.
pub type BadSelector = (SourcePosition, SourcePosition);

/// A list of selectors up to the end of the input, or the place of the first that is not
/// supported.
pub fn parse_list(p: &mut Parser) -> Result<Vec<Selector<Types>>, BadSelector> {
    let mut list = Vec::new();
    loop {
        p.skip_whitespace();
        let start = p.position();
        let parsed = p.parse_until_before(Delimiter::Comma, |p| {
            SelectorList::parse(&Switches, p, ParseRelative::No)
        });
        match parsed {
            Ok(one) => list.extend(one.slice().iter().cloned()),
            Err(_) => return Err((start, p.position())),
        }
        if p.expect_comma().is_err() {
            return Ok(list);
        }
    }
}

/// Whether a language tag matches a range (RFC 4647 §3.3.2, as `:lang()` wants it).
pub fn lang_matches(range: &str, tag: &str) -> bool {
    if range.is_empty() || tag.is_empty() {
        return range.is_empty() && tag.is_empty();
    }
    let mut ranges = range.split('-');
    let mut tags = tag.split('-');
    let (Some(first), Some(own)) = (ranges.next(), tags.next()) else { return false };
    if first != "*" && !first.eq_ignore_ascii_case(own) {
        return false;
    }
    for part in ranges.filter(|r| *r != "*") {
        loop {
            match tags.next() {
                None => return false,
                Some(tag) if tag.eq_ignore_ascii_case(part) => break,
                // A singleton begins an extension, which no range skips.
                Some(tag) if tag.len() == 1 => return false,
                Some(_) => {}
            }
        }
    }
    true
}

/// Steps of matching on one page: a rule tried, an element looked at.
#[derive(Debug)]
pub struct Steps {
    taken: Cell<u64>,
    most: u64,
}

impl Steps {
    /// None taken yet, and as many as a page of this size may take.
    pub fn of_page(dom: &Dom) -> Steps {
        let by_size = MATCHING_STEPS.saturating_mul(dom.len() as u64);
        Steps { taken: Cell::new(0), most: by_size.clamp(MATCHING_BASE, MATCHING_MOST) }
    }

    /// Whether there are none left.
    pub fn is_exhausted(&self) -> bool {
        self.taken.get() > self.most
    }

    /// How many a page of this size may take.
    pub fn most(&self) -> u64 {
        self.most
    }
}

/// An element to the matcher.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    /// Its tree.
    pub dom: &'a Dom,
    /// Its place.
    pub id: NodeId,
    /// Itself.
    pub element: &'a Element,
    /// Counts what is looked at, so that no selector takes for ever.
    steps: &'a Steps,
}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}> {:?}", self.element.name, self.id)
    }
}

impl<'a> Node<'a> {
    /// The element at a place, if there is one.
    pub fn new(dom: &'a Dom, id: NodeId, steps: &'a Steps) -> Option<Node<'a>> {
        Some(Node { dom, id, element: dom.element(id)?, steps })
    }

    /// Counts a step.
    pub fn step(&self) {
        self.steps.taken.set(self.steps.taken.get() + 1);
    }

    /// The first element among nodes. Beyond the page's steps there is none: a search that goes on ends.
    fn first_of(self, nodes: impl Iterator<Item = NodeId>) -> Option<Node<'a>> {
        if self.steps.is_exhausted() {
            return None;
        }
        nodes.into_iter().find_map(|id| {
            self.step();
            Node::new(self.dom, id, self.steps)
        })
    }
}

impl SelectorElement for Node<'_> {
    type Impl = Types;

    fn opaque(&self) -> OpaqueElement {
        OpaqueElement::new(self.element)
    }

    fn parent_element(&self) -> Option<Self> {
        self.first_of(self.dom.parent(self.id).into_iter())
    }

    fn parent_node_is_shadow_root(&self) -> bool {
        false
    }

    fn containing_shadow_host(&self) -> Option<Self> {
        None
    }

    fn is_pseudo_element(&self) -> bool {
        false
    }

    fn prev_sibling_element(&self) -> Option<Self> {
        let previous = |id: &NodeId| self.dom.previous_sibling(*id);
        self.first_of(std::iter::successors(previous(&self.id), previous))
    }

    fn next_sibling_element(&self) -> Option<Self> {
        let next = |id: &NodeId| self.dom.next_sibling(*id);
        self.first_of(std::iter::successors(next(&self.id), next))
    }

    fn first_element_child(&self) -> Option<Self> {
        self.first_of(self.dom.children(self.id))
    }

    fn is_html_element_in_html_document(&self) -> bool {
        self.element.is_html()
    }

    fn has_local_name(&self, name: &Local) -> bool {
        self.step();
        self.element.name == name.0
    }

    fn has_namespace(&self, namespace: &Namespace) -> bool {
        self.element.namespace == *namespace
    }

    fn is_same_type(&self, other: &Self) -> bool {
        self.element.name == other.element.name && self.element.namespace == other.element.namespace
    }

    fn attr_matches(
        &self,
        namespace: &NamespaceConstraint<&Namespace>,
        name: &Local,
        operation: &AttrSelectorOperation<&Text>,
    ) -> bool {
        self.element.attributes.iter().any(|a| {
            let right = match namespace {
                NamespaceConstraint::Any => true,
                NamespaceConstraint::Specific(ns) => a.namespace == **ns,
            };
            right && a.name == name.0 && operation.eval_str(&a.value)
        })
    }

    fn match_non_ts_pseudo_class(
        &self,
        class: &PseudoClass,
        _: &mut MatchingContext<Types>,
    ) -> bool {
        match class {
            PseudoClass::Link => self.is_link(),
            PseudoClass::Dir(rtl) => self.dom.is_rtl(self.id) == *rtl,
            PseudoClass::Lang(ranges) => {
                let lang = self.dom.lang(self.id);
                ranges.iter().any(|range| lang_matches(range, lang))
            }
        }
    }

    fn match_pseudo_element(&self, _: &Pseudo, _: &mut MatchingContext<Types>) -> bool {
        false
    }

    fn apply_selector_flags(&self, _: ElementSelectorFlags) {}

    fn is_link(&self) -> bool {
        &*self.element.name == "a" && self.element.attr("href").is_some()
    }

    fn is_html_slot_element(&self) -> bool {
        false
    }

    fn has_id(&self, id: &Name, case: CaseSensitivity) -> bool {
        self.element.id.as_ref().is_some_and(|own| same_name(own, &id.0, case))
    }

    fn has_class(&self, name: &Name, case: CaseSensitivity) -> bool {
        self.step();
        self.element.classes.iter().any(|own| same_name(own, &name.0, case))
    }

    fn has_custom_state(&self, _: &Name) -> bool {
        false
    }

    fn imported_part(&self, _: &Name) -> Option<Name> {
        None
    }

    fn is_part(&self, _: &Name) -> bool {
        false
    }

    fn is_empty(&self) -> bool {
        self.dom.children(self.id).all(|child| match self.dom.kind(child) {
            NodeKind::Comment => true,
            NodeKind::Text(text) => text.is_empty(),
            _ => false,
        })
    }

    fn is_root(&self) -> bool {
        self.dom.parent(self.id) == Some(self.dom.document())
    }

    fn add_element_unique_hashes(&self, _: &mut BloomFilter) -> bool {
        false
    }
}

fn same_name(a: &Ident, b: &Ident, case: CaseSensitivity) -> bool {
    match case {
        CaseSensitivity::CaseSensitive => a == b,
        CaseSensitivity::AsciiCaseInsensitive => a.as_str().eq_ignore_ascii_case(b.as_str()),
    }
}

/// A selector with the rule it belongs to.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The selector.
    pub selector: Selector<Types>,
    /// Its specificity.
    pub specificity: u32,
    /// The pseudo-element it ends in.
    pub pseudo: Option<Pseudo>,
    /// The rule's number in the sheet.
    pub rule: u32,
}

/// Selectors by what their rightmost compound asks for, so that an element meets only those
/// that may match it.
#[derive(Clone, Debug, Default)]
pub struct RuleIndex {
    ids: FxHashMap<u32, Vec<Entry>>,
    classes: FxHashMap<u32, Vec<Entry>>,
    names: FxHashMap<LocalName, Vec<Entry>>,
    /// By an attribute that must be there; few.
    attributes: Vec<(LocalName, Vec<Entry>)>,
    others: Vec<Entry>,
    /// All attributes that selectors speak of.
    asked_for: FxHashSet<LocalName>,
}

/// Notes the attributes that a selector speaks of.
struct AttributeNames<'a>(&'a mut FxHashSet<LocalName>);

impl SelectorVisitor for AttributeNames<'_> {
    type Impl = Types;

    fn visit_simple_selector(&mut self, component: &Component<Types>) -> bool {
        let (name, lower) = match component {
            Component::AttributeInNoNamespaceExists { local_name, local_name_lower } => {
                (local_name, local_name_lower)
            }
            Component::AttributeInNoNamespace { local_name, .. } => (local_name, local_name),
            Component::AttributeOther(other) => (&other.local_name, &other.local_name_lower),
            _ => return true,
        };
        self.0.extend([name.0.clone(), lower.0.clone()]);
        true
    }

    fn visit_relative_selector_list(&mut self, list: &[RelativeSelector<Types>]) -> bool {
        list.iter().all(|relative| relative.selector.visit(self))
    }
}

enum Bucket {
    Id(u32),
    Class(u32),
    Name(LocalName),
    Attribute(LocalName),
    Other,
}

fn bucket(selector: &Selector<Types>) -> Bucket {
    let mut best = Bucket::Other;
    let mut iter = selector.iter();
    loop {
        for component in &mut iter {
            match (component, &best) {
                (Component::ID(id), _) => return Bucket::Id(id.0.hash()),
                (
                    Component::Class(class),
                    Bucket::Other | Bucket::Name(_) | Bucket::Attribute(_),
                ) => {
                    best = Bucket::Class(class.0.hash());
                }
                (Component::AttributeInNoNamespaceExists { local_name, .. }, Bucket::Other)
                | (Component::AttributeInNoNamespace { local_name, .. }, Bucket::Other) => {
                    best = Bucket::Attribute(local_name.0.clone());
                }
                (Component::LocalName(name), Bucket::Other | Bucket::Attribute(_))
                    if name.name == name.lower_name =>
                {
                    best = Bucket::Name(name.name.0.clone());
                }
                _ => {}
            }
        }
        if iter.next_sequence() != Some(Combinator::PseudoElement) {
            return best;
        }
    }
}

impl RuleIndex {
    /// Adds a selector of a rule.
    pub fn insert(&mut self, selector: Selector<Types>, rule: u32) {
        let bucket = bucket(&selector);
        selector.visit(&mut AttributeNames(&mut self.asked_for));
        let entry = Entry {
            specificity: selector.specificity(),
            pseudo: selector.pseudo_element().copied(),
            selector,
            rule,
        };
        match bucket {
            Bucket::Id(hash) => self.ids.entry(hash).or_default().push(entry),
            Bucket::Class(hash) => self.classes.entry(hash).or_default().push(entry),
            Bucket::Name(name) => self.names.entry(name).or_default().push(entry),
            Bucket::Attribute(name) => {
                match self.attributes.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, list)) => list.push(entry),
                    None => self.attributes.push((name, vec![entry])),
                }
            }
            Bucket::Other => self.others.push(entry),
        }
    }

    /// Whether a selector speaks of an attribute.
    pub fn asks_for(&self, attribute: &LocalName) -> bool {
        self.asked_for.contains(attribute)
    }

    /// Calls with every selector that may match the element.
    pub fn candidates<'a>(&'a self, element: &Element, mut each: impl FnMut(&'a Entry)) {
        if let Some(list) = element.id.as_ref().and_then(|id| self.ids.get(&id.hash())) {
            list.iter().for_each(&mut each);
        }
        for class in &element.classes {
            if let Some(list) = self.classes.get(&class.hash()) {
                list.iter().for_each(&mut each);
            }
        }
        if let Some(list) = self.names.get(&element.name) {
            list.iter().for_each(&mut each);
        }
        for (name, list) in &self.attributes {
            if element.attributes.iter().any(|a| a.name == *name) {
                list.iter().for_each(&mut each);
            }
        }
        self.others.iter().for_each(each);
    }
}

/// The most characters of a stretch of a sheet that stand in a message.
const SHOWN: usize = 60;

/// A stretch of a sheet for messages: on one line, and its beginning only if it is long.
pub fn shown(text: &str) -> String {
    let text = text.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{} …", text[..end].trim_end()),
        None => text,
    }
}
