//! Named strings and running elements by page (CSS GCPM 3 §1.2, §1.4).

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::css::computed::NamedStringKeyword;
use crate::layout::boxes::tree::Anchor;
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
}

impl PageNames {
    /// The names of a page from its fragments, after those of the page before it. Anchors are taken
    /// out of the fragments.
    pub fn collect(tree: &BoxTree, before: &PageNames, content: &mut [Fragment]) -> PageNames {
        let carry = |names: &FxHashMap<Arc<str>, Assignments<Arc<str>>>| {
            let entered = names.iter();
            entered.map(|(n, a)| (Arc::clone(n), Assignments::entered_with(a.exit()))).collect()
        };
        let mut page = PageNames {
            strings: carry(&before.strings),
            elements: before
                .elements
                .iter()
                .map(|(n, a)| (Arc::clone(n), Assignments::entered_with(a.exit())))
                .collect(),
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
        }
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
