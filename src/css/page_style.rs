//! The cascade of `@page` rules: which pages they match is known only while pages are made.
//!
//! The page context inherits from the root element, margin boxes from the page context (CSS
//! Paged Media 3 §6). Units of fonts other than the root's are those of the root's face here,
//! since fonts are not at hand when a page asks for its style.

use std::cell::RefCell;
use std::sync::Arc;

use super::builder::Style;
use super::compute::{Computer, Matched};
use super::computed::{Content, Display, FontStyle};
use super::declaration::Block;
use super::page::{Descriptor, MarginBox, Marks, PageContext, PageRule, PageSize, PageStyle};
use super::properties::{Declared, shown_counters};
use super::sheet::{Origin, Sheet};
use super::values::length::{FontMetrics, FontRatios, Lp, Surroundings};
use crate::geom::{Px, Size};

/// All that page styles are made of.
#[derive(Clone, Debug)]
pub(super) struct PageSource {
    sheets: Vec<Arc<Sheet>>,
    /// Whether the `@media` rules of each sheet apply.
    media: Vec<Vec<bool>>,
    root: Style,
    root_lengths: (Px, Px),
    page_size: Size,
    metrics: RootMetrics,
}

/// The metrics of the root's face for all.
#[derive(Clone, Copy, Debug)]
struct RootMetrics(FontRatios);

impl FontMetrics for RootMetrics {
    fn ratios(&self, _: &[Arc<str>], _: f32, _: bool) -> FontRatios {
        self.0
    }
}

/// The bleed of `auto` with crop marks (CSS Paged Media 3 §7.3).
const AUTO_BLEED_PT: f32 = 6.0;

impl PageSource {
    pub fn new(
        sheets: &[Arc<Sheet>],
        media: &[Vec<bool>],
        root: Style,
        computer: &Computer,
    ) -> PageSource {
        let text = &root.computed.text;
        let italic = text.style == FontStyle::Italic;
        let ratios = computer.metrics.ratios(&text.families, text.weight, italic);
        PageSource {
            sheets: sheets.to_vec(),
            media: media.to_vec(),
            root_lengths: computer.root,
            page_size: computer.page_size,
            metrics: RootMetrics(ratios),
            root,
        }
    }

    /// The rules that match a page, in cascade order.
    fn rules(&self, page: &PageContext) -> Vec<(Origin, &PageRule)> {
        let mut hits = Vec::new();
        for (number, sheet) in self.sheets.iter().enumerate() {
            for (place, rule) in sheet.pages.iter().enumerate() {
                let applies = rule.media.iter().all(|m| self.media[number][*m as usize]);
                let matching = rule.selectors.iter().filter(|s| applies && s.matches(page));
                if let Some(specificity) = matching.map(|s| s.specificity()).max() {
                    hits.push(((sheet.origin, specificity, number, place), rule));
                }
            }
        }
        hits.sort_by_key(|(order, _)| *order);
        hits.into_iter().map(|((origin, ..), rule)| (origin, rule)).collect()
    }

    /// Whether the same rules match two pages: these have the same style.
    pub fn is_same(&self, a: &PageContext, b: &PageContext) -> bool {
        let rules = self.sheets.iter().flat_map(|sheet| &sheet.pages);
        rules.flat_map(|rule| &rule.selectors).all(|s| s.matches(a) == s.matches(b))
    }

    /// The counters that the margin boxes of any page show, sorted.
    pub fn counters(&self) -> Vec<Arc<str>> {
        let rules = self.sheets.iter().flat_map(|sheet| &sheet.pages);
        let blocks = rules.flat_map(|rule| rule.boxes.iter().map(|(_, block)| block));
        let mut names: Vec<Arc<str>> = blocks.flat_map(content_counters).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    pub fn style(&self, page: &PageContext) -> PageStyle {
        let rules = self.rules(page);
        let computer = Computer {
            page_size: self.page_size,
            metrics: &self.metrics,
            root: self.root_lengths,
            found: RefCell::default(),
        };
        let matched: Vec<Matched> = rules
            .iter()
            .map(|(origin, rule)| Matched { origin: *origin, block: &rule.block })
            .collect();
        let style = computer.compute(&self.root, &matched, None, None, false);
        let at = computer.surroundings(&style.computed.text, None);
        let (size, bleed, marks) = descriptors(&rules, &at);
        let margin_boxes = margin_boxes(&computer, &rules, &style);
        PageStyle { size, bleed, marks, margin_boxes, style: style.computed }
    }
}

/// The counters in a block's `content`.
fn content_counters(block: &Block) -> Vec<Arc<str>> {
    let declared = block.normal.iter().chain(&block.important);
    let values = declared.filter_map(|declared| match declared {
        Declared::Value(value) => Some(value),
        _ => None,
    });
    values.flat_map(shown_counters).collect()
}

/// Size, bleed and marks: the last declaration wins, an important one over all.
fn descriptors(rules: &[(Origin, &PageRule)], at: &Surroundings) -> (Size, Px, Marks) {
    let a4 = Size::new(Px::from_mm(PageSize::A4.0), Px::from_mm(PageSize::A4.1));
    let (mut size, mut bleed, mut marks) = (a4, None, Marks::default());
    for important in [false, true] {
        let all = rules.iter().flat_map(|(_, rule)| &rule.descriptors);
        for (descriptor, _) in all.filter(|(_, i)| *i == important) {
            match descriptor {
                Descriptor::Size(value) => size = page_size(value, at),
                Descriptor::Bleed(value) => bleed = value.as_ref().map(|v: &Lp| v.px(at, Px::ZERO)),
                Descriptor::Marks(value) => marks = *value,
            }
        }
    }
    let auto = if marks.crop { Px::from_pt(AUTO_BLEED_PT) } else { Px::ZERO };
    (size, bleed.unwrap_or(auto), marks)
}

fn page_size(value: &PageSize, at: &Surroundings) -> Size {
    match value {
        PageSize::Lengths(width, height) => {
            Size::new(width.px(at, Px::ZERO), height.px(at, Px::ZERO))
        }
        PageSize::Named(size, landscape) => {
            let (short, long) = (size.width.min(size.height), size.width.max(size.height));
            match landscape {
                None => *size,
                Some(true) => Size::new(long, short),
                Some(false) => Size::new(short, long),
            }
        }
    }
}

fn margin_boxes(
    computer: &Computer,
    rules: &[(Origin, &PageRule)],
    page: &Style,
) -> Vec<(MarginBox, Arc<super::computed::Computed>)> {
    let mut named: Vec<MarginBox> =
        rules.iter().flat_map(|(_, rule)| rule.boxes.iter().map(|(which, _)| *which)).collect();
    named.sort_unstable();
    named.dedup();
    let style = |which: MarginBox| {
        let defaults: Block = which.defaults();
        let mut matched = vec![Matched { origin: Origin::UserAgent, block: &defaults }];
        for (origin, rule) in rules {
            let of = rule.boxes.iter().filter(|(w, _)| *w == which);
            matched.extend(of.map(|(_, block)| Matched { origin: *origin, block }));
        }
        let style = computer.compute(page, &matched, None, None, false).computed;
        let shown = matches!(style.generated.content, Content::Items(_));
        (shown && style.display != Display::None).then_some((which, style))
    };
    named.into_iter().filter_map(style).collect()
}
