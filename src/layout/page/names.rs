//! Named strings, running elements and counters by page (CSS GCPM 3 §1.1, §1.2, CSS Page 3 §6.1).
//!
//! Counters of the page context (`page`, and those that `@page` changes) go from page to page; what
//! elements do to `page` counts on the page the element is on. Other counters of the document have in
//! margin boxes the value that they have where the page begins (CSS Page 3 §6.1).

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::css::computed::{Generated, NamedStringKeyword};
use crate::layout::boxes::tree::{Anchor, CounterChange};
use crate::layout::boxes::{BoxId, BoxTree};
use crate::layout::fragment::{Fragment, FragmentContent};

/// The assignments of one name on one page.
#[derive(Clone, Debug)]
struct Assignments<T> {
    /// The value when the page begins.
    entry: Option<T>,
    first: Option<T>,
    last: Option<T>,
    /// Whether the first assignment stands at the very top.
    at_start: bool,
}

impl<T: Clone> Assignments<T> {
    fn entered_with(entry: Option<T>) -> Assignments<T> {
        Assignments { entry, first: None, last: None, at_start: false }
    }

    fn assign(&mut self, value: T, at_start: bool) {
        if self.first.is_none() {
            self.first = Some(value.clone());
            self.at_start = at_start;
        }
        self.last = Some(value);
    }

    fn exit(&self) -> Option<T> {
        self.last.clone().or_else(|| self.entry.clone())
    }

    fn get(&self, which: NamedStringKeyword) -> Option<T> {
        let entry = || self.entry.clone();
        match which {
            NamedStringKeyword::First => self.first.clone().or_else(entry),
            NamedStringKeyword::Start if self.at_start => self.first.clone(),
            NamedStringKeyword::Start => entry(),
            NamedStringKeyword::Last => self.exit(),
            NamedStringKeyword::FirstExcept if self.first.is_some() => None,
            NamedStringKeyword::FirstExcept => entry(),
        }
    }
}

/// What is assigned on one page.
#[derive(Clone, Debug, Default)]
pub struct PageNames {
    strings: FxHashMap<Arc<str>, Assignments<Arc<str>>>,
    elements: FxHashMap<Arc<str>, Assignments<BoxId>>,
    counters: FxHashMap<Arc<str>, Assignments<i32>>,
    /// Counters of the page context, in order of their making.
    page_counters: Vec<(Arc<str>, i32)>,
    /// What elements on this page do to the page counter.
    page_changes: Vec<CounterChange>,
}

/// The counter that goes up by itself on every page.
const PAGE: &str = "page";
/// The number of pages.
const PAGES: &str = "pages";

fn carry<T: Clone>(
    names: &FxHashMap<Arc<str>, Assignments<T>>,
) -> FxHashMap<Arc<str>, Assignments<T>> {
    let entered = names.iter();
    entered.map(|(n, a)| (Arc::clone(n), Assignments::entered_with(a.exit()))).collect()
}

impl PageNames {
    /// The names of a page from its fragments, after those of the page before it. Anchors are taken
    /// out of the fragments.
    pub fn collect(tree: &BoxTree, before: &PageNames, content: &mut [Fragment]) -> PageNames {
        let mut page = PageNames {
            strings: carry(&before.strings),
            elements: carry(&before.elements),
            counters: carry(&before.counters),
            page_counters: before.page_counters.clone(),
            page_changes: Vec::new(),
        };
        let mut seen_content = false;
        for fragment in content {
            page.walk(tree, fragment, &mut seen_content);
        }
        page
    }

    fn walk(&mut self, tree: &BoxTree, fragment: &mut Fragment, seen_content: &mut bool) {
        fragment.children.retain_mut(|child| {
            if let FragmentContent::Anchor(anchor) = child.content {
                self.assign(&tree.anchors[anchor.0 as usize], !*seen_content);
                return false;
            }
            *seen_content |=
                matches!(child.content, FragmentContent::Text(_) | FragmentContent::Image(_));
            self.walk(tree, child, seen_content);
            true
        });
    }

    fn assign(&mut self, anchor: &Anchor, at_start: bool) {
        match anchor {
            Anchor::NamedString(name, value) => self
                .strings
                .entry(Arc::clone(name))
                .or_insert_with(|| Assignments::entered_with(None))
                .assign(Arc::clone(value), at_start),
            Anchor::Running(name, id) => self
                .elements
                .entry(Arc::clone(name))
                .or_insert_with(|| Assignments::entered_with(None))
                .assign(*id, at_start),
            Anchor::Counter(name, change) if **name == *PAGE => self.page_changes.push(*change),
            Anchor::Counter(name, CounterChange::Set(value)) => self
                .counters
                .entry(Arc::clone(name))
                .or_insert_with(|| Assignments::entered_with(None))
                .assign(*value, at_start),
            Anchor::Counter(..) => {}
        }
    }

    /// Counts the page: what its `@page` rules do to counters, then what elements on it do to the
    /// page counter, which goes up by one unless `counter-increment` speaks of it.
    pub fn count_page(&mut self, page: &Generated) {
        for (name, value) in &page.counter_reset {
            *self.page_counter(name) = *value;
        }
        if page.counter_increment.iter().all(|(name, _)| **name != *PAGE) {
            *self.page_counter(&Arc::from(PAGE)) += 1;
        }
        for (name, by) in &page.counter_increment {
            let counter = self.page_counter(name);
            *counter = counter.saturating_add(*by);
        }
        for (name, value) in &page.counter_set {
            *self.page_counter(name) = *value;
        }
        for change in std::mem::take(&mut self.page_changes) {
            let counter = self.page_counter(&Arc::from(PAGE));
            *counter = match change {
                CounterChange::Set(value) => value,
                CounterChange::Increment(by) => counter.saturating_add(by),
            };
        }
    }

    fn page_counter(&mut self, name: &Arc<str>) -> &mut i32 {
        let counters = &mut self.page_counters;
        let at = counters.iter().position(|(n, _)| n == name).unwrap_or_else(|| {
            counters.push((Arc::clone(name), 0));
            counters.len() - 1
        });
        &mut counters[at].1
    }

    /// `counter(name)` in a document of so many pages.
    pub fn counter(&self, name: &str, pages: usize) -> i32 {
        if name == PAGES {
            return i32::try_from(pages).unwrap_or(i32::MAX);
        }
        let of_page = self.page_counters.iter().find(|(n, _)| **n == *name).map(|(_, v)| *v);
        let of_content = || self.counters.get(name)?.entry;
        of_page.or_else(of_content).unwrap_or(0)
    }

    /// `string(name, which)`; empty if nothing was assigned.
    pub fn string(&self, name: &str, which: NamedStringKeyword) -> Arc<str> {
        self.strings.get(name).and_then(|a| a.get(which)).unwrap_or_else(|| Arc::from(""))
    }

    /// `element(name, which)`.
    pub fn element(&self, name: &str, which: NamedStringKeyword) -> Option<BoxId> {
        self.elements.get(name).and_then(|a| a.get(which))
    }
}
