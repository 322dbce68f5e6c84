//! One document's way through the cascade: which rules match each element, which style that gives.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use selectors::context::{MatchingForInvalidation, NeedsSelectorFlags, SelectorCaches};
use selectors::matching::{MatchingContext, MatchingMode, QuirksMode, matches_selector};
use smallvec::SmallVec;

use super::{Environment, Key, LOCAL, NO_PARENT, Pool, StyleId, Styled, Styler, missing_family};
use crate::css::builder::Style;
use crate::css::compute::{Computer, Matched};
use crate::css::computed::{Computed, Content, Display};
use crate::css::declaration::{Block, Reader, style_attribute};
use crate::css::hints;
use crate::css::page_style::PageSource;
use crate::css::selector::{Node, Pseudo, Steps, Types};
use crate::css::sheet::{Origin, Sheet};
use crate::css::values::PAGE_FOLDER;
use crate::diag::{Diagnostic, Severity, Source};
use crate::html::{Dom, Element, NodeId};
use crate::limits::{FINDINGS, VARIABLE_BYTES};

/// Styles a document; `found` is what is known to be wrong with the sheets. Whether any of its styles is its own.
pub(super) fn style(
    styler: &mut Styler,
    sheets: &[Arc<Sheet>],
    dom: &Dom,
    env: &Environment,
    found: Vec<Diagnostic>,
) -> (Styled, Vec<Diagnostic>, bool) {
    let (mut ids, mut named) = (SelectorCaches::default(), SelectorCaches::default());
    let computer = Computer::new(env);
    let steps = Steps::of_page(dom);
    let mut pass = Pass {
        styler,
        sheets,
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

fn context<'a>(mode: MatchingMode, caches: &'a mut SelectorCaches) -> MatchingContext<'a, Types> {
    MatchingContext::new(
        mode,
        None,
        caches,
        QuirksMode::NoQuirks,
        NeedsSelectorFlags::No,
        MatchingForInvalidation::No,
    )
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
    normal: MatchingContext<'a, Types>,
    pseudo: MatchingContext<'a, Types>,
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

    fn finish(self) -> (Styled, Vec<Diagnostic>, bool) {
        let nodes = self.ids.iter().map(|id| Arc::clone(&self.get(*id).computed)).collect();
        let root = self.get(self.ids[self.dom.root().0 as usize]).clone();
        let pages = PageSource::new(self.sheets, &self.styler.media, root, &self.computer);
        let is_its_own = !self.local.styles.is_empty();
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
        let styled = Styled { nodes, pseudos: Arc::new(self.pseudos), pages: Arc::new(pages) };
        (styled, found, is_its_own)
    }
}
