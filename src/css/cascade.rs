//! The cascade (CSS Cascade 4): matched rules in order, one winner a property, computed values.
//!
//! The order of work on an element: collect the rules that match it; if an element with the same
//! parent style matched the same rules, take its style; otherwise pick for each longhand the
//! declaration that wins, resolve the variables, and apply the winners in the order of the
//! property table, fonts first.
//!
//! Styles depend on the element only through the rules that match, its language, its hints and
//! its `style` attribute. A [`Styler`] therefore keeps them from document to document; those that
//! read the element itself live for one document only.

use std::cell::{OnceCell, RefCell};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use selectors::context::{MatchingForInvalidation, NeedsSelectorFlags, SelectorCaches};
use selectors::matching::{MatchingContext, MatchingMode, QuirksMode, matches_selector};
use smallvec::SmallVec;

use super::builder::{Builder, Style};
use super::computed::{Computed, Content, Display, LineHeight};
use super::declaration::{Block, FamilyList, Reader, style_attribute};
use super::hints;
use super::page::{PageContext, PageStyle};
use super::page_style::PageSource;
use super::properties::{Declared, PropertyId, Value, Wide};
use super::selector::{Node, Pseudo, Steps};
use super::sheet::{Origin, Sheet};
use super::values::PAGE_FOLDER;
use super::values::length::{FontMetrics, FontRatios, Surroundings};
use super::variables;
use crate::diag::{Diagnostic, Severity, Source};
use crate::geom::{Px, Size};
use crate::html::{Dom, Element, NodeId};
use crate::limits::{CSS_NESTING, FINDINGS, VALUE_BYTES, VARIABLE_BYTES};

/// What styles depend on besides document and sheets.
pub struct Environment<'a> {
    /// The page box, for `vw` and `vh` and for media queries.
    pub page_size: Size,
    /// The fonts.
    pub metrics: &'a dyn FontMetrics,
}

/// The styles of a document. Every node has one; a text node has its parent's.
#[derive(Clone, Debug)]
pub struct Styled {
    nodes: Vec<Arc<Computed>>,
    pseudos: FxHashMap<(NodeId, Pseudo), Arc<Computed>>,
    pages: PageSource,
}

impl Styled {
    /// The style of a node; a text node has its parent's.
    pub fn get(&self, node: NodeId) -> &Arc<Computed> {
        &self.nodes[node.0 as usize]
    }

    /// The style of a pseudo-element. `::before` and `::after` have one only with content; a
    /// marker has one if a rule speaks of it, as the built-in sheet does of that of `li`.
    pub fn pseudo(&self, node: NodeId, pseudo: Pseudo) -> Option<&Arc<Computed>> {
        self.pseudos.get(&(node, pseudo))
    }

    /// The style of a page.
    pub fn page(&self, page: &PageContext) -> PageStyle {
        self.pages.style(page)
    }

    /// The counters that margin boxes show, sorted.
    pub fn page_counters(&self) -> Vec<Arc<str>> {
        self.pages.counters()
    }
}

/// Styles one document. For many, keep a [`Styler`].
pub fn style(dom: &Dom, sheets: &[Arc<Sheet>], env: &Environment) -> (Styled, Vec<Diagnostic>) {
    Styler::new(sheets).style(dom, env)
}

/// A rule's declarations in the order of the cascade.
#[derive(Clone, Copy)]
pub(super) struct Matched<'a> {
    pub origin: Origin,
    pub block: &'a Block,
}

/// The place of a style in a [`Styler`]; those of one document have the highest bit set.
type StyleId = u32;
const LOCAL: StyleId = 1 << 31;
/// The parent of the root.
const NO_PARENT: StyleId = LOCAL - 1;

/// Sheet and number of each matched rule, in order.
type RuleList = SmallVec<[u32; 16]>;

#[derive(Clone, PartialEq, Eq)]
struct Key {
    parent: StyleId,
    lang: u32,
    pseudo: Option<Pseudo>,
    rules: RuleList,
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parent.hash(state);
        self.lang.hash(state);
        self.pseudo.hash(state);
        self.rules.hash(state);
    }
}

/// Styles documents with the same sheets one after the other, keeping what they share.
#[derive(Debug)]
pub struct Styler {
    sheets: Vec<Arc<Sheet>>,
    page_size: Size,
    /// Whether the `@media` rules of each sheet apply.
    media: Vec<Vec<bool>>,
    shared: Pool,
    langs: Vec<Arc<str>>,
    /// Families that sheets ask for and that are not there, once they have been looked for.
    missing_families: Option<Vec<Diagnostic>>,
}

/// Styles by what they depend on.
#[derive(Debug, Default)]
struct Pool {
    styles: Vec<Style>,
    known: FxHashMap<Key, StyleId>,
    /// What was found while a style was made, told again by every document that uses it; few have any.
    found: FxHashMap<StyleId, Vec<Diagnostic>>,
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{:?}", self.parent, self.rules)
    }
}

/// The most styles a [`Styler`] keeps; far more than templates have, against growth without end.
const MOST_SHARED: usize = 20_000;

impl Styler {
    /// A styler for these sheets, lowest priority first; put
    /// [`user_agent_sheet`](super::user_agent_sheet) before the template's.
    pub fn new(sheets: &[Arc<Sheet>]) -> Styler {
        Styler {
            sheets: sheets.to_vec(),
            page_size: Size::ZERO,
            media: Vec::new(),
            shared: Pool::default(),
            langs: vec![Arc::from("")],
            missing_families: None,
        }
    }

    /// The styles of a document. The metrics must be those of the documents before.
    pub fn style(&mut self, dom: &Dom, env: &Environment) -> (Styled, Vec<Diagnostic>) {
        if self.page_size != env.page_size || self.shared.styles.len() > MOST_SHARED {
            self.page_size = env.page_size;
            self.shared = Pool::default();
        }
        self.media = self
            .sheets
            .iter()
            .map(|s| s.media.iter().map(|m| m.matches(env.page_size)).collect())
            .collect();
        let sheets = self.sheets.clone();
        let missing = self.missing_families.get_or_insert_with(|| {
            let lists =
                sheets.iter().filter(|s| s.origin == Origin::Author).flat_map(|s| &s.families);
            lists.filter_map(|list| missing_family(list, env.metrics)).collect()
        });
        let found = missing.clone();
        let (mut ids, mut named) = (SelectorCaches::default(), SelectorCaches::default());
        let computer = Computer::new(env);
        let steps = Steps::of_page(dom);
        let mut pass = Pass {
            styler: self,
            sheets: &sheets,
            dom,
            computer,
            local: Pool::default(),
            normal: context(MatchingMode::Normal, &mut ids),
            pseudo: context(MatchingMode::ForStatelessPseudoElement, &mut named),
            ids: vec![NO_PARENT; dom.len()],
            pseudos: FxHashMap::default(),
            found: Vec::new(),
            told: FxHashSet::default(),
            more: 0,
            made: 0,
            steps: &steps,
            matched: Vec::new(),
        };
        pass.keep(found);
        pass.document();
        pass.finish()
    }
}

fn context<'a>(
    mode: MatchingMode,
    caches: &'a mut SelectorCaches,
) -> MatchingContext<'a, super::selector::Types> {
    MatchingContext::new(
        mode,
        None,
        caches,
        QuirksMode::NoQuirks,
        NeedsSelectorFlags::No,
        MatchingForInvalidation::No,
    )
}

/// A warning if the first of some families is not there: text is set in another than was asked for.
fn missing_family(list: &FamilyList, metrics: &dyn FontMetrics) -> Option<Diagnostic> {
    let (families, span) = list;
    let first = families.first().filter(|name| !metrics.has_family(name))?;
    let message = match families.iter().find(|name| metrics.has_family(name)) {
        Some(next) => format!("there is no font family \"{first}\": \"{next}\" is used"),
        None => format!("there is no font family \"{first}\""),
    };
    let warning = Diagnostic::warning("unknown-family", message).at(span.clone());
    Some(match metrics.nearest_family(first) {
        Some(near) => warning.help(format!("did you mean \"{near}\"?")),
        None => warning
            .help("name its file by @font-face or in `[fonts] files`; system fonts are not used"),
    })
}

/// A rule that matched, with its place in the cascade.
struct Hit {
    order: u64,
    sheet: u32,
    rule: u32,
    pseudo: Option<Pseudo>,
}

/// One document's pass through its tree.
struct Pass<'a> {
    styler: &'a mut Styler,
    sheets: &'a [Arc<Sheet>],
    dom: &'a Dom,
    computer: Computer<'a>,
    local: Pool,
    normal: MatchingContext<'a, super::selector::Types>,
    pseudo: MatchingContext<'a, super::selector::Types>,
    ids: Vec<StyleId>,
    pseudos: FxHashMap<(NodeId, Pseudo), Arc<Computed>>,
    found: Vec<Diagnostic>,
    /// Styles whose findings are told.
    told: FxHashSet<StyleId>,
    /// Findings beyond those told.
    more: usize,
    /// Bytes that `var()` made.
    made: usize,
    /// Steps of matching.
    steps: &'a Steps,
    matched: Vec<Hit>,
}

impl Pass<'_> {
    fn document(&mut self) {
        let dom = self.dom;
        for id in dom.descendants(dom.document()) {
            let parent = dom.parent(id).map_or(NO_PARENT, |p| self.ids[p.0 as usize]);
            self.ids[id.0 as usize] = match dom.element(id) {
                Some(element) => self.element(id, element, parent),
                None => parent,
            };
        }
    }

    fn element(&mut self, id: NodeId, element: &Element, parent: StyleId) -> StyleId {
        self.collect(id);
        let lang = self.dom.own_lang(id);
        let hints = hints::of(self.dom, id, element);
        let inline = element.attr("style").map(|text| self.inline(id, text));
        let mut key = self.key(parent, None);
        key.lang = lang.map_or(0, |lang| self.lang(lang));
        let alone = hints.is_some() || inline.is_some();
        let own = self.look_up(key, alone, |pass, matched| {
            let mut all: SmallVec<[Matched; 20]> = matched.iter().copied().collect();
            if let Some(block) = &hints {
                let at = all.iter().position(|m| m.origin == Origin::Author).unwrap_or(all.len());
                all.insert(at, Matched { origin: Origin::Author, block });
            }
            if let Some(block) = &inline {
                all.push(Matched { origin: Origin::Author, block });
            }
            pass.computer.compute(pass.get(parent), &all, lang, Some(element), parent == NO_PARENT)
        });
        if parent == NO_PARENT {
            let root = self.get(own).clone();
            self.computer.set_root(&root);
        }
        if self.matched.iter().any(|m| m.pseudo.is_some()) {
            Pseudo::ALL.into_iter().for_each(|pseudo| self.pseudo(id, element, own, pseudo));
        }
        own
    }

    fn pseudo(&mut self, id: NodeId, element: &Element, own: StyleId, pseudo: Pseudo) {
        let key = self.key(own, Some(pseudo));
        if key.rules.is_empty() {
            return;
        }
        let style = self.look_up(key, false, |pass, matched| {
            pass.computer.compute(pass.get(own), matched, None, Some(element), false)
        });
        let computed = &self.get(style).computed;
        let content = &computed.generated.content;
        let shown = pseudo == Pseudo::Marker || matches!(content, Content::Items(_));
        if shown && computed.display != Display::None {
            let computed = Arc::clone(computed);
            self.pseudos.insert((id, pseudo), computed);
        }
    }

    /// Finds all rules that match the element or a pseudo-element of it, in cascade order.
    fn collect(&mut self, id: NodeId) {
        self.matched.clear();
        let Some(node) = Node::new(self.dom, id, self.steps) else { return };
        if self.steps.is_exhausted() {
            return;
        }
        for (number, sheet) in self.sheets.iter().enumerate() {
            let media = &self.styler.media[number];
            sheet.index.candidates(node.element, |entry| {
                let rule = &sheet.rules[entry.rule as usize];
                if !rule.media.iter().all(|m| media[*m as usize]) {
                    return;
                }
                node.step();
                let cx = if entry.pseudo.is_some() { &mut self.pseudo } else { &mut self.normal };
                if matches_selector(&entry.selector, 0, None, node, cx) {
                    let order = (sheet.origin as u64) << 62
                        | u64::from(entry.specificity & 0x3fff_ffff) << 32
                        | (number as u64) << 20
                        | u64::from(entry.rule);
                    let (sheet, rule, pseudo) = (number as u32, entry.rule, entry.pseudo);
                    self.matched.push(Hit { order, sheet, rule, pseudo });
                }
            });
        }
        self.matched.sort_unstable_by_key(|hit| hit.order);
    }

    fn key(&self, parent: StyleId, pseudo: Option<Pseudo>) -> Key {
        let hits = self.matched.iter().filter(|hit| hit.pseudo == pseudo);
        let rules = hits.map(|hit| hit.sheet << 20 | hit.rule).collect();
        Key { parent, lang: 0, pseudo, rules }
    }

    /// A style already known for the key, or a new one. One that stands `alone` is not shared.
    fn look_up(
        &mut self,
        key: Key,
        alone: bool,
        make: impl FnOnce(&Self, &[Matched]) -> Style,
    ) -> StyleId {
        let rule = |packed: &u32| {
            let sheet = &self.sheets[(packed >> 20) as usize];
            (sheet.origin, &sheet.rules[(packed & 0xf_ffff) as usize].block)
        };
        let reads = key.rules.iter().any(|r| rule(r).1.reads_attributes);
        let local = alone || reads || (key.parent & LOCAL != 0);
        if self.made > VARIABLE_BYTES {
            // The document is refused: no work on it is worth while.
            return key.parent;
        }
        let pool = if local { &self.local } else { &self.styler.shared };
        if !alone
            && !reads
            && let Some(id) = pool.known.get(&key).copied()
        {
            self.tell(id, local);
            // It counts as if it were made here: what a document may do does not depend on those before.
            self.made += self.get(id).made;
            return id;
        }
        let matched: SmallVec<[Matched; 16]> = key
            .rules
            .iter()
            .map(|r| {
                let (origin, block) = rule(r);
                Matched { origin, block }
            })
            .collect();
        let style = make(self, &matched);
        self.made += style.made;
        let found = self.computer.found.take();
        let pool = if local { &mut self.local } else { &mut self.styler.shared };
        pool.styles.push(style);
        let id = (pool.styles.len() as u32 - 1) | if local { LOCAL } else { 0 };
        if !alone && !reads {
            pool.known.insert(key, id);
        }
        if !found.is_empty() {
            pool.found.insert(id, found);
            self.tell(id, local);
        }
        id
    }

    fn get(&self, id: StyleId) -> &Style {
        match id {
            NO_PARENT => Style::initial(),
            id if id & LOCAL != 0 => &self.local.styles[(id & !LOCAL) as usize],
            id => &self.styler.shared.styles[id as usize],
        }
    }

    /// The number of a language.
    fn lang(&mut self, lang: &str) -> u32 {
        let langs = &mut self.styler.langs;
        let known = langs.iter().skip(1).position(|l| **l == *lang);
        let at = known.unwrap_or_else(|| {
            langs.push(Arc::from(lang));
            langs.len() - 2
        });
        at as u32 + 1
    }

    /// The declarations of a `style` attribute.
    fn inline(&mut self, id: NodeId, text: &str) -> Block {
        let source = self.dom.source();
        let span =
            self.dom.attr_span(id, "style").filter(|s| source.text[s.range.clone()] == *text);
        if let Some(span) = span {
            let mut reader = Reader::new(source, span.range.start, PAGE_FOLDER);
            let block = style_attribute(text, &mut reader);
            let missing = |list| missing_family(list, self.computer.metrics);
            let missing = reader.families.iter().filter_map(missing).collect();
            self.keep(missing);
            self.keep(reader.finish());
            return block;
        }
        // Character references make text and source differ: messages point at the tag.
        let alone = Source::new(source.name.clone(), text);
        let mut reader = Reader::new(&alone, 0, PAGE_FOLDER);
        let block = style_attribute(text, &mut reader);
        let tag = self.dom.span(id);
        let found = reader.finish().into_iter();
        self.keep(found.map(|d| Diagnostic { span: tag.clone(), ..d }).collect());
        block
    }

    /// Tells what was found when a style was made, once for each document that has it.
    fn tell(&mut self, id: StyleId, local: bool) {
        let pool = if local { &self.local } else { &self.styler.shared };
        if let Some(found) = pool.found.get(&id)
            && self.told.insert(id)
        {
            let found = found.clone();
            self.keep(found);
        }
    }

    /// Keeps findings that are not yet told, warnings as long as there is room.
    fn keep(&mut self, found: Vec<Diagnostic>) {
        for diagnostic in found {
            if self.found.contains(&diagnostic) {
                continue;
            }
            let room = if diagnostic.severity == Severity::Error { 2 * FINDINGS } else { FINDINGS };
            if self.found.len() < room {
                self.found.push(diagnostic);
            } else {
                self.more += 1;
            }
        }
    }

    fn finish(self) -> (Styled, Vec<Diagnostic>) {
        let nodes = self.ids.iter().map(|id| Arc::clone(&self.get(*id).computed)).collect();
        let root = self.get(self.ids[self.dom.root().0 as usize]).clone();
        let pages = PageSource::new(self.sheets, &self.styler.media, root, &self.computer);
        let mut found = self.found;
        found.extend(self.computer.found.into_inner());
        found.extend(crate::diag::more(self.more));
        if self.made > VARIABLE_BYTES {
            let message =
                format!("the variables of the page make more than {VARIABLE_BYTES} bytes");
            let error = Diagnostic::error("too-many-variables", message);
            found.push(error.help("set variables on few elements: they are inherited"));
        }
        if self.steps.is_exhausted() {
            let message = format!(
                "matching the selectors takes more than {} steps on this page",
                self.steps.most()
            );
            let error = Diagnostic::error("slow-selectors", message);
            found.push(error.help("give the elements a class, instead of `:has()` and `~`"));
        }
        (Styled { nodes, pseudos: self.pseudos, pages }, found)
    }
}

/// Makes styles out of matched rules.
pub(super) struct Computer<'a> {
    pub page_size: Size,
    pub metrics: &'a dyn FontMetrics,
    /// Font size and line height of the root.
    pub root: (Px, Px),
    /// Values found invalid when variables were known.
    pub found: RefCell<Vec<Diagnostic>>,
}

impl<'a> Computer<'a> {
    fn new(env: &Environment<'a>) -> Computer<'a> {
        let root = (Px(16.0), Px(16.0 * FontRatios::default().line_height));
        Computer { page_size: env.page_size, metrics: env.metrics, root, found: RefCell::default() }
    }

    fn set_root(&mut self, root: &Style) {
        let text = &root.computed.text;
        let italic = text.style == super::computed::FontStyle::Italic;
        let normal = match text.line_height {
            LineHeight::Normal => {
                self.metrics.ratios(&text.families, text.weight, italic).line_height
            }
            _ => 0.0,
        };
        self.root = (text.size, line_height(text.line_height, text.size, normal));
    }

    /// The style of an element from its parent's and its rules in cascade order.
    pub fn compute(
        &self,
        parent: &Style,
        matched: &[Matched],
        lang: Option<&str>,
        element: Option<&Element>,
        is_root: bool,
    ) -> Style {
        let mut winners = Winners::new();
        each_block(matched, |declared| declared.iter().for_each(|d| winners.set(d)));
        let work = variables::Work::default();
        let variables = variables::resolve(&parent.variables, &custom(matched), &work);
        let mut b = Builder::child_of(parent);
        if let Some(lang) = lang
            && *b.own.text.lang != *lang
        {
            Arc::make_mut(&mut b.own.text).lang = Arc::from(lang);
        }
        let mut at = self.surroundings(&parent.computed.text, element);
        let resolver =
            Resolver { computer: self, parent, matched, variables: &variables, work: &work };
        let (mut phase, mut features) = (Phase::Font, false);
        for id in winners.ids() {
            while phase.is_over(id) {
                phase = self.next_phase(phase, &mut b, &mut at, is_root);
            }
            features |= id.affects_features();
            if let Some(declared) = winners.get(id) {
                resolver.apply(id, declared, &mut b, &at);
                if id.is_inline_start() {
                    b.set_inline_start(id);
                }
            }
        }
        while phase != Phase::Rest {
            phase = self.next_phase(phase, &mut b, &mut at, is_root);
        }
        if features {
            let list = b.variants.features(&b.own.text);
            if list != b.own.text.features {
                Arc::make_mut(&mut b.own.text).features = list;
            }
        }
        let variants = Arc::clone(&b.variants);
        drop(at);
        if let Some(name) = work.too_long() {
            self.too_long(&name);
        }
        Style { computed: Arc::new(b.finish()), variants, variables, made: work.spent() }
    }

    /// Tells once of a value that became too long.
    fn too_long(&self, name: &str) {
        let mut found = self.found.borrow_mut();
        if found.iter().any(|d| d.code == "value-too-long") {
            return;
        }
        let message = format!(
            "\"{name}\" is longer than {VALUE_BYTES} bytes, or nests more than {CSS_NESTING} deep, once \
             its variables are put in"
        );
        let help = "variables that refer to each other twice double at every step";
        found.push(Diagnostic::error("value-too-long", message).help(help));
    }

    pub fn surroundings<'s>(
        &'s self,
        parent: &'s super::computed::TextStyle,
        element: Option<&'s Element>,
    ) -> Surroundings<'s> {
        Surroundings {
            em: parent.size,
            rem: self.root.0,
            line_height: match parent.line_height {
                LineHeight::Normal => None,
                other => Some(line_height(other, parent.size, 0.0)),
            },
            root_line_height: self.root.1,
            page: self.page_size,
            color: parent.color,
            metrics: self.metrics,
            font: font_of(parent),
            ratios: OnceCell::new(),
            parent,
            attributes: element,
        }
    }

    /// What the winners of the phase before have settled becomes known to those after.
    fn next_phase(
        &self,
        phase: Phase,
        b: &mut Builder,
        at: &mut Surroundings,
        is_root: bool,
    ) -> Phase {
        let text = &b.own.text;
        match phase {
            Phase::Font => {
                at.em = text.size;
                if is_root {
                    at.rem = text.size;
                }
                at.font = font_of(text);
                at.ratios = OnceCell::new();
                Phase::LineHeight
            }
            Phase::LineHeight => {
                at.line_height = match text.line_height {
                    LineHeight::Normal => None,
                    other => Some(line_height(other, text.size, 0.0)),
                };
                Phase::Color
            }
            Phase::Color | Phase::Rest => {
                at.color = text.color;
                b.set_current_color(at.color);
                Phase::Rest
            }
        }
    }
}

fn font_of(text: &super::computed::TextStyle) -> (Arc<[Arc<str>]>, f32, bool) {
    (Arc::clone(&text.families), text.weight, text.style == super::computed::FontStyle::Italic)
}

fn line_height(value: LineHeight, size: Px, normal: f32) -> Px {
    match value {
        LineHeight::Normal => size * normal,
        LineHeight::Number(factor) => size * factor,
        LineHeight::Length(length) => length,
    }
}

/// What has been applied so far.
#[derive(Clone, Copy, PartialEq)]
enum Phase {
    Font,
    LineHeight,
    Color,
    Rest,
}

impl Phase {
    /// Whether a property belongs to a later phase.
    fn is_over(self, id: PropertyId) -> bool {
        match self {
            Phase::Font => !id.is_font(),
            Phase::LineHeight => id > PropertyId::LineHeight,
            Phase::Color => id > PropertyId::Color,
            Phase::Rest => false,
        }
    }
}

/// Calls with every list of declarations, least important first.
fn each_block<'a>(matched: &[Matched<'a>], mut each: impl FnMut(&'a [Declared])) {
    matched.iter().for_each(|m| each(&m.block.normal));
    if matched.iter().all(|m| m.block.important.is_empty()) {
        return;
    }
    for origin in [Origin::Author, Origin::UserAgent] {
        let of = matched.iter().filter(|m| m.origin == origin);
        of.for_each(|m| each(&m.block.important));
    }
}

/// The custom properties declared, least important first.
fn custom<'a>(matched: &[Matched<'a>]) -> Vec<(&'a Arc<str>, &'a variables::CustomValue)> {
    let mut list = Vec::new();
    for important in [false, true] {
        for m in matched {
            let of = m.block.custom.iter().filter(|(_, _, i)| *i == important);
            list.extend(of.map(|(name, value, _)| (name, value)));
        }
    }
    list
}

/// The declaration that wins each longhand.
struct Winners<'a> {
    list: [Option<&'a Declared>; PropertyId::COUNT],
    set: [u64; PropertyId::COUNT.div_ceil(64)],
}

impl<'a> Winners<'a> {
    fn new() -> Winners<'a> {
        Winners { list: [None; PropertyId::COUNT], set: Default::default() }
    }

    fn set(&mut self, declared: &'a Declared) {
        let at = declared.id() as usize;
        self.list[at] = Some(declared);
        self.set[at / 64] |= 1 << (at % 64);
    }

    fn get(&self, id: PropertyId) -> Option<&'a Declared> {
        self.list[id as usize]
    }

    /// The longhands that are declared, in the order of the table.
    fn ids(&self) -> impl Iterator<Item = PropertyId> + use<> {
        let words = self.set;
        words.into_iter().enumerate().flat_map(|(i, mut word)| {
            std::iter::from_fn(move || {
                let bit = word.trailing_zeros();
                word &= word.checked_sub(1)?;
                Some(PropertyId::at(i * 64 + bit as usize))
            })
        })
    }
}

/// Applies declarations, resolving keywords and variables.
struct Resolver<'a> {
    computer: &'a Computer<'a>,
    parent: &'a Style,
    matched: &'a [Matched<'a>],
    variables: &'a variables::Variables,
    work: &'a variables::Work,
}

impl Resolver<'_> {
    fn apply(&self, id: PropertyId, declared: &Declared, b: &mut Builder, at: &Surroundings) {
        match declared {
            Declared::Value(value) => value.apply(b, at),
            Declared::Wide(_, wide) => self.wide(id, *wide, b, at),
            Declared::Pending(_, unparsed) => {
                match variables::longhand(unparsed, self.variables, id, self.work) {
                    Some(Declared::Value(value)) => {
                        self.look_for_family(&value, unparsed);
                        value.apply(b, at);
                    }
                    Some(Declared::Wide(_, wide)) => self.wide(id, wide, b, at),
                    // Invalid at computed-value time: as if unset, which is where `b` stands.
                    Some(Declared::Pending(..)) | None => self.invalid(unparsed),
                }
            }
        }
    }

    /// `b` begins with inherited or initial values, so `unset` is where it stands already.
    fn wide(&self, id: PropertyId, wide: Wide, b: &mut Builder, at: &Surroundings) {
        match wide {
            Wide::Inherit if !id.is_inherited() => id.copy(b, &Builder::of(self.parent)),
            Wide::Initial if id.is_inherited() => id.copy(b, Builder::initial()),
            Wide::Revert => {
                let mut last = None;
                let lower = self.matched.iter().filter(|m| m.origin == Origin::UserAgent);
                lower.for_each(|m| last = m.block.normal.iter().rfind(|d| d.id() == id).or(last));
                match last {
                    Some(Declared::Wide(_, Wide::Revert)) | None => {}
                    Some(declared) => self.apply(id, declared, b, at),
                }
            }
            // What the built-in sheet says of the side on which lines begin stands there.
            Wide::Initial | Wide::Unset if id.is_side() => id.copy(b, Builder::initial()),
            Wide::Inherit | Wide::Initial | Wide::Unset => {}
        }
    }

    /// Families that come from a variable are known only here.
    fn look_for_family(&self, value: &Value, unparsed: &variables::Unparsed) {
        if let Value::FontFamily(families) = value {
            let list = (Arc::clone(families), unparsed.span.clone());
            let missing = missing_family(&list, self.computer.metrics);
            self.computer.found.borrow_mut().extend(missing);
        }
    }

    fn invalid(&self, unparsed: &variables::Unparsed) {
        let mut found = self.computer.found.borrow_mut();
        if found.len() >= FINDINGS {
            return;
        }
        let message = format!(
            "\"{}\" is not valid for \"{}\" once its variables are put in",
            unparsed.text, unparsed.name
        );
        found.push(Diagnostic::warning("unsupported-value", message).at(unparsed.span.clone()));
    }
}
