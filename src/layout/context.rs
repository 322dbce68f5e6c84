//! What the formatting contexts share, and the one door between them.

use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::css::computed::{Computed, Overflow, Position};
use crate::diag::{Diagnostic, Severity};
use crate::fonts::Shaper;
use crate::geom::{Point, Px, Rect, Sides};
use crate::layout::boxes::{BoxId, BoxKind, BoxTree, InlineItem, too_much_text};
use crate::layout::fit::Fitted;
use crate::layout::fragment::{ElementId, Fragment};
use crate::layout::inline::{self, Paragraph};
use crate::layout::intrinsic;
use crate::layout::{block, independent};
use crate::limits::{FINDINGS, GENERATED_BYTES, LAYOUT_BASE, LAYOUT_STEPS, LAYOUT_TEXT};

/// The state of one document's layout.
pub struct Context<'a> {
    /// The boxes.
    pub tree: &'a BoxTree,
    /// Shaping, with the worker's cache.
    pub shaper: &'a mut Shaper,
    /// Findings, each with the DOM node it concerns where one is known.
    pub findings: Vec<(Option<ElementId>, Diagnostic)>,
    /// What boxes with `text-fit` came to, each time they were laid out.
    pub fitted: Vec<Fitted>,
    /// The factor `text-fit` applies to text being laid out.
    pub scale: f32,
    /// Steps of layout still to be taken.
    steps: u64,
    is_spent: bool,
    /// Bytes of text made for margin boxes.
    generated: usize,
    /// Findings beyond those told.
    more: usize,
    paragraphs: FxHashMap<(BoxId, u32), Rc<Paragraph>>,
    intrinsic: FxHashMap<(BoxId, u32), IntrinsicWidths>,
    heights: FxHashMap<MeasureKey, Measured>,
}

type MeasureKey = (BoxId, u32, u32, u32);

/// What measuring the inside of a box tells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// Height of the content.
    pub height: Px,
    /// Baseline of the first line, from the content box's top.
    pub first_baseline: Option<Px>,
}

/// `min-content` and `max-content` widths of a box's content box (CSS Sizing 3 §2.1).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct IntrinsicWidths {
    /// The narrowest it can be without overflow.
    pub min: Px,
    /// The widest it wants to be.
    pub max: Px,
}

/// The size of a containing block; an indefinite height is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Containing {
    /// Width.
    pub width: Px,
    /// Height.
    pub height: Option<Px>,
}

/// The laid-out inside of a box.
#[derive(Clone, Debug, Default)]
pub struct ContentLayout {
    /// Height of the content.
    pub height: Px,
    /// Fragments, relative to the content box's top left corner.
    pub fragments: Vec<Fragment>,
    /// Baseline of the first line, from the content box's top.
    pub first_baseline: Option<Px>,
    /// Baseline of the last line, from the content box's top.
    pub last_baseline: Option<Px>,
    /// Absolutely positioned boxes inside that look for a containing block further out, with their
    /// static position relative to the content box.
    pub positioned: Vec<PendingPositioned>,
}

/// An absolutely positioned box on its way to its containing block.
#[derive(Clone, Debug)]
pub struct PendingPositioned {
    /// The box.
    pub id: BoxId,
    /// Where its margin box's top left corner would be in the flow; the top right one in a
    /// right-to-left container.
    pub static_position: Point,
    /// Whether the static position is that of the right edge.
    pub rtl: bool,
    /// The grid area it is placed in, if its containing block is the grid container it is a child
    /// of (CSS Grid 2 §9.1); in the coordinates of the static position.
    pub area: Option<Rect>,
}

impl PendingPositioned {
    /// Moves it to another coordinate system.
    pub fn translate(&mut self, by: Point) {
        self.static_position += by;
        self.area = self.area.map(|area| area.translate(by));
    }
}

/// A box laid out as an atomic inline: shrink-to-fit, with its margins.
#[derive(Clone, Debug)]
pub struct AtomicLayout {
    /// The border box, at the origin.
    pub fragment: Fragment,
    /// Used margins.
    pub margin: Sides<Px>,
    /// The baseline, from the border box's top; none: the bottom margin edge serves.
    pub baseline: Option<Px>,
    /// See [`ContentLayout::positioned`]; relative to the border box.
    pub positioned: Vec<PendingPositioned>,
}

/// How many steps the layout of a document may take, by its size.
fn steps_of(tree: &BoxTree) -> u64 {
    let bytes = |item: &InlineItem| match item {
        InlineItem::Text(text) => text.text.len(),
        _ => 0,
    };
    let text: usize = tree
        .boxes
        .iter()
        .map(|one| match &one.kind {
            BoxKind::Inline(content) => content.items.iter().map(bytes).sum(),
            _ => 0,
        })
        .sum();
    LAYOUT_BASE + LAYOUT_STEPS * (tree.boxes.len() + text / LAYOUT_TEXT) as u64
}

impl<'a> Context<'a> {
    /// A context for the layout of these boxes.
    pub fn new(tree: &'a BoxTree, shaper: &'a mut Shaper) -> Context<'a> {
        Context {
            tree,
            shaper,
            findings: Vec::new(),
            fitted: Vec::new(),
            scale: 1.0,
            steps: steps_of(tree),
            is_spent: false,
            generated: 0,
            more: 0,
            paragraphs: FxHashMap::default(),
            intrinsic: FxHashMap::default(),
            heights: FxHashMap::default(),
        }
    }

    /// Keeps a finding about a DOM node.
    pub fn report(&mut self, element: Option<ElementId>, diagnostic: Diagnostic) {
        let finding = (element, diagnostic);
        if self.findings.contains(&finding) {
            return;
        }
        let is_error = finding.1.severity == Severity::Error;
        if self.findings.len() < FINDINGS || is_error && self.findings.len() < 2 * FINDINGS {
            self.findings.push(finding);
        } else {
            self.more += 1;
        }
    }

    /// Takes a step of layout: a box or a line laid out. When there are none left, nothing is laid out
    /// any more, so that what is on the stack comes to its end.
    pub fn step(&mut self, id: BoxId) -> bool {
        if self.steps > 0 {
            self.steps -= 1;
            return true;
        }
        if !self.is_spent {
            self.is_spent = true;
            let steps = steps_of(self.tree);
            let message = format!("the layout takes more than {steps} steps");
            let error = Diagnostic::error("slow-layout", message)
                .help("nest fewer flex boxes, tables and floats in each other");
            self.findings.push((self.tree.get(id).element, error));
        }
        false
    }

    /// Counts text that style sheets make while pages are made; whether there is room for it.
    pub fn generate(&mut self, bytes: usize) -> bool {
        self.generated = self.generated.saturating_add(bytes);
        if self.generated > GENERATED_BYTES {
            self.report(None, too_much_text());
        }
        self.generated <= GENERATED_BYTES
    }

    /// All findings, with a word on those that are not listed.
    pub fn take_findings(&mut self) -> Vec<(Option<ElementId>, Diagnostic)> {
        let more = crate::diag::more(std::mem::take(&mut self.more)).map(|more| (None, more));
        std::mem::take(&mut self.findings).into_iter().chain(more).collect()
    }

    /// A context for boxes of another tree, which takes its steps from this one's.
    pub fn with_tree<R>(&mut self, tree: &BoxTree, work: impl FnOnce(&mut Context) -> R) -> R {
        let mut own = Context::new(tree, self.shaper);
        own.steps = self.steps;
        own.is_spent = self.is_spent;
        let result = work(&mut own);
        let (findings, steps, is_spent) = (own.take_findings(), own.steps, own.is_spent);
        (self.steps, self.is_spent) = (steps, is_spent);
        for (element, diagnostic) in findings {
            self.report(element, diagnostic);
        }
        result
    }

    /// The style of a box.
    pub fn style(&self, id: BoxId) -> &'a Arc<Computed> {
        &self.tree.get(id).style
    }

    /// The shaped text of a box with inline content, at the current `text-fit` factor; memoised.
    pub fn paragraph(&mut self, id: BoxId) -> Rc<Paragraph> {
        let key = (id, self.scale.to_bits());
        if let Some(paragraph) = self.paragraphs.get(&key) {
            return Rc::clone(paragraph);
        }
        let paragraph = inline::prepare(self, id, self.scale);
        self.paragraphs.insert(key, Rc::clone(&paragraph));
        paragraph
    }

    /// Lays out the inside of `id` as an independent formatting context: `width` is the content
    /// box's used width, `height` its used height where it is definite (percentages and
    /// stretching need it).
    pub fn layout_contents(&mut self, id: BoxId, width: Px, height: Option<Px>) -> ContentLayout {
        if !self.step(id) {
            return ContentLayout::default();
        }
        block::layout_contents(self, id, Containing { width, height })
    }

    /// The height that [`Context::layout_contents`] would give; memoised.
    pub fn measure(&mut self, id: BoxId, width: Px, height: Option<Px>) -> Measured {
        let height_key = height.map_or(u32::MAX, |h| h.0.to_bits());
        let key = (id, width.0.to_bits(), height_key, self.scale.to_bits());
        if let Some(measured) = self.heights.get(&key) {
            return *measured;
        }
        let fitted = self.fitted.len();
        let layout = self.layout_contents(id, width, height);
        self.fitted.truncate(fitted);
        let measured = Measured { height: layout.height, first_baseline: layout.first_baseline };
        self.heights.insert(key, measured);
        measured
    }

    /// Lays out an atomic inline.
    pub fn layout_atomic(&mut self, id: BoxId, containing: Containing) -> AtomicLayout {
        let boxed = independent::layout(self, id, containing, independent::Fit::ShrinkToFit);
        let boxed_style = self.style(id);
        let baseline = match self.tree.get(id).kind {
            BoxKind::Flex(_) | BoxKind::Grid(_) | BoxKind::Table(_) => boxed.first_baseline,
            _ if boxed_style.overflow == Overflow::Hidden => None,
            _ => boxed.last_baseline,
        };
        AtomicLayout {
            fragment: boxed.fragment,
            margin: boxed.margin,
            baseline,
            positioned: boxed.positioned,
        }
    }

    /// The widths an atomic inline or float contributes to its container's intrinsic widths: its
    /// margin box.
    pub fn outer_intrinsic_widths(&mut self, id: BoxId) -> IntrinsicWidths {
        intrinsic::outer(self, id)
    }

    /// The intrinsic widths of the content box of `id`; memoised.
    pub fn intrinsic_widths(&mut self, id: BoxId) -> IntrinsicWidths {
        let key = (id, self.scale.to_bits());
        if let Some(widths) = self.intrinsic.get(&key) {
            return *widths;
        }
        let widths = intrinsic::inner(self, id);
        self.intrinsic.insert(key, widths);
        widths
    }

    /// Whether a box is out of the flow by its position.
    pub fn is_positioned_out(&self, id: BoxId) -> bool {
        matches!(self.style(id).position, Position::Absolute | Position::Fixed)
    }
}
