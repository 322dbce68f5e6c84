//! The cascade (CSS Cascade 4): matched rules in order, one winner a property, computed values.
//!
//! The order of work on an element ([`pass`]): collect the rules that match it; if an element with the
//! same parent style matched the same rules, take its style; otherwise [`compute`](super::compute) it.
//!
//! Styles depend on the element only through the rules that match, its language, its hints and
//! its `style` attribute. A [`Styler`] therefore keeps them from document to document; those that
//! read the element itself live for one document only. A document with the elements of the one before has its
//! styles ([`skeleton`]).

mod pass;
mod skeleton;

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use self::skeleton::Skeleton;
use super::builder::Style;
use super::computed::Computed;
use super::declaration::FamilyList;
use super::page::{PageContext, PageStyle};
use super::page_style::PageSource;
use super::selector::Pseudo;
use super::sheet::{Origin, Sheet};
use super::values::length::FontMetrics;
use crate::diag::Diagnostic;
use crate::geom::Size;
use crate::html::{Dom, NodeId};

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
    nodes: Arc<[Arc<Computed>]>,
    pseudos: Arc<FxHashMap<(NodeId, Pseudo), Arc<Computed>>>,
    pages: Arc<PageSource>,
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

    /// Whether another document has taken these styles over as they are.
    #[cfg(test)]
    pub(crate) fn is_taken_over_by(&self, other: &Styled) -> bool {
        Arc::ptr_eq(&self.nodes, &other.nodes)
    }

    /// The style of a page.
    pub fn page(&self, page: &PageContext) -> PageStyle {
        self.pages.style(page)
    }

    /// Whether two pages have the same style, because the same rules match them.
    pub fn has_same_page(&self, a: &PageContext, b: &PageContext) -> bool {
        self.pages.is_same(a, b)
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
    /// The last document, if its styles can be those of the next.
    last: Option<Last>,
}

/// A document whose styles depend on nothing but its skeleton and the sheets.
#[derive(Debug)]
struct Last {
    skeleton: Skeleton,
    /// What is told of its page without a look at it: the size, and what its kin have in common.
    page_size: Size,
    kin: Option<Arc<()>>,
    styled: Styled,
    found: Vec<Diagnostic>,
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
            last: None,
        }
    }

    /// The styles of a document. The metrics must be those of the documents before.
    pub fn style(&mut self, dom: &Dom, env: &Environment) -> (Styled, Vec<Diagnostic>) {
        if let Some(last) = &self.last
            && let (Some(kin), Some(last_kin)) = (dom.kin(), &last.kin)
            && !last.skeleton.heeds_words
            && Arc::ptr_eq(kin, last_kin)
            && last.page_size == env.page_size
        {
            return (last.styled.clone(), last.found.clone());
        }
        let skeleton = Skeleton::of(dom, &self.sheets, env.page_size);
        let kin = dom.kin().cloned();
        if let (Some(skeleton), Some(last)) = (&skeleton, &mut self.last)
            && last.skeleton == *skeleton
        {
            last.kin = kin;
            return (last.styled.clone(), last.found.clone());
        }
        let (styled, found, is_its_own) = self.style_anew(dom, env);
        let kept = skeleton.filter(|_| !is_its_own);
        self.last = kept.map(|skeleton| Last {
            skeleton,
            page_size: env.page_size,
            kin,
            styled: styled.clone(),
            found: found.clone(),
        });
        (styled, found)
    }

    /// The same without a look at the document before, and whether any style depends on more than a skeleton.
    fn style_anew(&mut self, dom: &Dom, env: &Environment) -> (Styled, Vec<Diagnostic>, bool) {
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
        pass::style(self, &sheets, dom, env, found)
    }
}

/// A warning if the first of some families is not there: text is set in another than was asked for.
pub(super) fn missing_family(list: &FamilyList, metrics: &dyn FontMetrics) -> Option<Diagnostic> {
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
