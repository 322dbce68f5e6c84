//! The text that all documents of a job share.
//!
//! Input: a job's templates and the project's values. Output: [`FixedTexts`], which knows the texts that
//! no row changes, and from a laid-out document the glyphs that show them. Fonts are made of these once
//! a batch (`pdf::Batch`). What is fixed depends on templates and project alone, never on other rows.

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::diag::Source;
use crate::html::{self, Dom, NodeId, NodeKind};
use crate::layout::fragment::{Document, ElementId, Fragment, FragmentContent};
use crate::pdf::FixedGlyphs;
use crate::template::Templates;

/// Stands for a tag of a template; no text has it, it is no character (Unicode §23.7).
const TAG: char = '\u{fdd0}';

/// Texts of elements that no row changes.
#[derive(Default)]
pub(super) struct FixedTexts(FxHashSet<String>);

impl FixedTexts {
    /// The texts of a template, and the project's values, which it may show.
    pub fn of(templates: &Templates, template: &str, vars: &toml::Table, titles: &[&str]) -> Self {
        let mut texts = FixedTexts::default();
        for literal in templates.literals(template, TAG) {
            let dom = html::parse(&Source::new(template, literal));
            for id in dom.descendants(dom.document()) {
                dom.text(id)
                    .into_iter()
                    .flat_map(|text| text.split(TAG))
                    .for_each(|text| texts.add(text));
            }
        }
        titles.iter().for_each(|title| texts.add(title));
        vars.values().for_each(|value| texts.add_value(value));
        texts
    }

    fn add(&mut self, text: &str) {
        self.0.insert(normal(text).into_owned());
    }

    fn add_value(&mut self, value: &toml::Value) {
        match value {
            toml::Value::String(text) => self.add(text),
            toml::Value::Array(values) => values.iter().for_each(|value| self.add_value(value)),
            toml::Value::Table(table) => table.values().for_each(|value| self.add_value(value)),
            _ => {}
        }
    }

    /// The glyphs that show fixed texts.
    pub fn glyphs(&self, dom: &Dom, document: &Document) -> FixedGlyphs {
        let mut finder =
            Finder { texts: self, dom, known: FxHashMap::default(), glyphs: FixedGlyphs::new() };
        for page in &document.pages {
            page.fragments.iter().for_each(|fragment| finder.fragment(fragment, None));
        }
        finder.glyphs
    }
}

/// Words with single blanks between them.
fn normal(text: &str) -> Cow<'_, str> {
    let trimmed = text.trim_ascii();
    let blank = |c: char| c.is_ascii_whitespace();
    if trimmed.contains("  ") || trimmed.contains(|c| blank(c) && c != ' ') {
        return Cow::Owned(
            trimmed.split(blank).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "),
        );
    }
    Cow::Borrowed(trimmed)
}

struct Finder<'a> {
    texts: &'a FixedTexts,
    dom: &'a Dom,
    known: FxHashMap<ElementId, bool>,
    glyphs: FixedGlyphs,
}

impl Finder<'_> {
    fn fragment(&mut self, fragment: &Fragment, parent: Option<ElementId>) {
        let element = fragment.element.or(parent);
        if let FragmentContent::Text(run) = &fragment.content
            && element.is_some_and(|element| self.is_fixed(element))
        {
            let glyphs = self.glyphs.entry(run.face).or_default();
            run.glyphs.iter().for_each(|glyph| glyphs.insert(glyph.id.into()));
        }
        fragment.children.iter().for_each(|child| self.fragment(child, element));
    }

    /// Whether every text of an element itself is fixed.
    fn is_fixed(&mut self, element: ElementId) -> bool {
        if let Some(fixed) = self.known.get(&element) {
            return *fixed;
        }
        let node = NodeId(element.0);
        let fixed = match self.dom.kind(node) {
            NodeKind::Text(text) => self.has(text),
            _ => self
                .dom
                .children(node)
                .filter_map(|child| self.dom.text(child))
                .all(|text| self.has(text)),
        };
        self.known.insert(element, fixed);
        fixed
    }

    fn has(&self, text: &str) -> bool {
        let text = normal(text);
        text.is_empty() || self.texts.0.contains(text.as_ref())
    }
}
