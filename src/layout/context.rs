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
use crate::layout::inline::{self, InlineLayout, Paragraph};
use crate::layout::memory::{Held, Memory, Paragraphs};
use crate::layout::{block, independent, intrinsic, sizing, table};
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
    /// The box of which only the beginning is asked for, and how far down from the top of its content:
    /// what would begin below may be left out, which [`ContentLayout::left_out`] tells.
    pub until: Option<(BoxId, Px)>,
    /// Steps of layout still to be taken.
    steps: u64,
    /// The error of a layout that took all its steps.
    spent: Option<(Option<ElementId>, Diagnostic)>,
    /// Bytes of text made for margin boxes.
    generated: usize,
    /// Findings beyond those told.
    more: usize,
    paragraphs: Paragraphs,
    memory: Memory,
    intrinsic: FxHashMap<(BoxId, u32), IntrinsicWidths>,
    laid_out: FxHashMap<ContentKey, Rc<MeasuredContent>>,
    heeds_height: FxHashMap<BoxId, bool>,
    /// Columns of tables that were cut, by the whole table.
    pub(super) table_columns: FxHashMap<BoxId, Rc<table::WholeColumns>>,
}

/// What layout knows when the tree of boxes grows: what is left of a box after a page break is a new
/// box, the others stay what they are.
#[derive(Default)]
pub struct Memo {
    findings: Vec<(Option<ElementId>, Diagnostic)>,
    fitted: Vec<Fitted>,
    /// Steps that are left; none before the first layout.
    steps: Option<u64>,
    spent: Option<(Option<ElementId>, Diagnostic)>,
    generated: usize,
    more: usize,
    paragraphs: Paragraphs,
    memory: Memory,
    intrinsic: FxHashMap<(BoxId, u32), IntrinsicWidths>,
    laid_out: FxHashMap<ContentKey, Rc<MeasuredContent>>,
    heeds_height: FxHashMap<BoxId, bool>,
    /// Columns of tables that were cut, by the whole table.
    pub(super) table_columns: FxHashMap<BoxId, Rc<table::WholeColumns>>,
}

impl Memo {
    /// Before the first layout, with what may be the same as in the last document.
    pub fn of(memory: Memory) -> Memo {
        Memo { memory, ..Memo::default() }
    }
}

/// What the inside of a box depends on: the box, its content width, its definite content height
/// (`u32::MAX` for none, or where it does not matter) and the factor of `text-fit`.
type ContentKey = (BoxId, u32, u32, u32);

/// The inside of a box as it was measured. What was found in it counts only where the layout is
/// used: at another size there may be nothing to find.
struct MeasuredContent {
    layout: ContentLayout,
    found: Found,
}

/// What layout finds beside boxes.
#[derive(Default)]
struct Found {
    findings: Vec<(Option<ElementId>, Diagnostic)>,
    fitted: Vec<Fitted>,
}

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
    /// Whether content below was left out: see [`Context::until`].
    pub left_out: bool,
}

/// An absolutely positioned box on its way to its containing block.
#[derive(Clone, Debug)]
pub struct PendingPositioned {
    /// The box.
    pub id: BoxId,
    /// The block container it stands in: a page break that parts the two takes it along.
    pub holder: BoxId,
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
        Context::with(tree, shaper, Memo::default())
    }

    /// A context that goes on with what an earlier one knew of the same boxes.
    pub fn with(tree: &'a BoxTree, shaper: &'a mut Shaper, memo: Memo) -> Context<'a> {
        Context {
            tree,
            shaper,
            memory: memo.memory,
            findings: memo.findings,
            fitted: memo.fitted,
            scale: 1.0,
            until: None,
            steps: memo.steps.unwrap_or_else(|| steps_of(tree)),
            spent: memo.spent,
            generated: memo.generated,
            more: memo.more,
            paragraphs: memo.paragraphs,
            intrinsic: memo.intrinsic,
            laid_out: memo.laid_out,
            heeds_height: memo.heeds_height,
            table_columns: memo.table_columns,
        }
    }

    /// What it knows.
    pub fn into_memo(self) -> Memo {
        Memo {
            findings: self.findings,
            fitted: self.fitted,
            steps: Some(self.steps),
            spent: self.spent,
            generated: self.generated,
            more: self.more,
            paragraphs: self.paragraphs,
            memory: self.memory,
            intrinsic: self.intrinsic,
            laid_out: self.laid_out,
            heeds_height: self.heeds_height,
            table_columns: self.table_columns,
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
        if self.spent.is_none() {
            let steps = steps_of(self.tree);
            let message = format!("the layout takes more than {steps} steps");
            let error = Diagnostic::error("slow-layout", message)
                .help("nest fewer flex boxes, tables and floats in each other");
            self.spent = Some((self.tree.get(id).element, error));
        }
        false
    }

    /// How many steps were taken.
    #[cfg(test)]
    pub fn steps_taken(&self) -> u64 {
        steps_of(self.tree) - self.steps
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
        let spent = self.spent.take();
        std::mem::take(&mut self.findings).into_iter().chain(spent).chain(more).collect()
    }

    /// A context for boxes of another tree, which takes its steps from this one's.
    pub fn with_tree<R>(&mut self, tree: &BoxTree, work: impl FnOnce(&mut Context) -> R) -> R {
        let mut own = Context::new(tree, self.shaper);
        own.steps = self.steps;
        own.spent = self.spent.take();
        let result = work(&mut own);
        let (steps, spent) = (own.steps, own.spent.take());
        let findings = own.take_findings();
        (self.steps, self.spent) = (steps, spent);
        for (element, diagnostic) in findings {
            self.report(element, diagnostic);
        }
        result
    }

    /// The style of a box.
    pub fn style(&self, id: BoxId) -> &'a Arc<Computed> {
        &self.tree.get(id).style
    }

    /// What to ask of a box of which only the beginning is needed, down to `until` from the top of its
    /// content: of one that is never cut, all is needed.
    pub fn until_of(&self, id: BoxId, until: Option<Px>) -> Option<(BoxId, Px)> {
        let until = until.filter(|_| !independent::is_monolithic(self.style(id)))?;
        Some((id, until))
    }

    /// Ends the layout of a document: what the next one may take from it.
    pub fn into_memory(self) -> Memory {
        Memory::of(self.paragraphs)
    }

    /// The shaped text of a box with inline content, at the current `text-fit` factor; memoised.
    pub fn paragraph(&mut self, id: BoxId) -> Arc<Paragraph> {
        let key = (id, self.scale.to_bits());
        if self.paragraphs.contains_key(&key) {
            return self.told(key);
        }
        let boxed = self.tree.get(id);
        let held = match self.memory.take(id, key.1, boxed) {
            Some(held) => held,
            None => {
                let before = std::mem::take(&mut self.findings);
                let paragraph = inline::prepare(self, id, self.scale);
                let found = std::mem::replace(&mut self.findings, before);
                Held::new(paragraph, boxed, found)
            }
        };
        self.paragraphs.insert(key, held);
        self.told(key)
    }

    /// A paragraph that is there, its findings reported: it may have been made for a trial.
    fn told(&mut self, key: (BoxId, u32)) -> Arc<Paragraph> {
        let held = &self.paragraphs[&key];
        let paragraph = Arc::clone(&held.paragraph);
        for (element, diagnostic) in held.found.clone() {
            self.report(element, diagnostic);
        }
        paragraph
    }

    /// The lines of [`Context::paragraph`] in a room of this width with no floats beside them; made
    /// by `make` unless they are known.
    pub fn lines(
        &mut self,
        id: BoxId,
        width: Px,
        make: impl FnOnce(&mut Self) -> InlineLayout,
    ) -> InlineLayout {
        let key = (id, self.scale.to_bits());
        if let Some((lines, steps)) = self.paragraphs.get(&key).and_then(|held| held.lines(width))
            && let Some(left) = self.steps.checked_sub(*steps)
        {
            // A document takes as many steps after others as alone.
            self.steps = left;
            return lines.clone();
        }
        let before = self.steps;
        let lines = make(self);
        if let Some(held) = self.paragraphs.get_mut(&key) {
            held.keep_lines(width, &lines, before - self.steps);
        }
        lines
    }

    /// Lays out the inside of `id` as an independent formatting context: `width` is the content
    /// box's used width, `height` its used height where it is definite (percentages and
    /// stretching need it). What was measured before at this size is not laid out again.
    pub fn layout_contents(&mut self, id: BoxId, width: Px, height: Option<Px>) -> ContentLayout {
        if !self.step(id) {
            return ContentLayout::default();
        }
        let key = self.content_key(id, width, height);
        if let Some(measured) = self.laid_out.get(&key).map(Rc::clone) {
            self.fitted.extend_from_slice(&measured.found.fitted);
            for (element, diagnostic) in &measured.found.findings {
                self.report(*element, diagnostic.clone());
            }
            return measured.layout.clone();
        }
        block::layout_contents(self, id, Containing { width, height })
    }

    /// The height that [`Context::layout_contents`] would give. The layout is kept: a container
    /// measures its items to find their sizes, and then most often lays them out at just those.
    pub fn measure(&mut self, id: BoxId, width: Px, height: Option<Px>) -> Measured {
        let key = self.content_key(id, width, height);
        let measured = match self.laid_out.get(&key) {
            Some(measured) => Rc::clone(measured),
            None => {
                let (layout, found) = self.aside(|cx| match cx.step(id) {
                    true => block::layout_contents(cx, id, Containing { width, height }),
                    false => ContentLayout::default(),
                });
                let measured = Rc::new(MeasuredContent { layout, found });
                self.laid_out.insert(key, Rc::clone(&measured));
                measured
            }
        };
        let ContentLayout { height, first_baseline, .. } = measured.layout;
        Measured { height, first_baseline }
    }

    /// Lays something out whose findings do not count as long as it is not used.
    fn aside<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> (T, Found) {
        let findings = std::mem::take(&mut self.findings);
        let fitted = std::mem::take(&mut self.fitted);
        let value = work(self);
        let found = Found {
            findings: std::mem::replace(&mut self.findings, findings),
            fitted: std::mem::replace(&mut self.fitted, fitted),
        };
        (value, found)
    }

    fn content_key(&mut self, id: BoxId, width: Px, height: Option<Px>) -> ContentKey {
        let height = match height {
            Some(height) if self.heeds_height(id) => height.0.to_bits(),
            _ => u32::MAX,
        };
        (id, width.0.to_bits(), height, self.scale.to_bits())
    }

    /// Whether the inside of a box may depend on its definite height; memoised.
    fn heeds_height(&mut self, id: BoxId) -> bool {
        if let Some(heeds) = self.heeds_height.get(&id) {
            return *heeds;
        }
        let heeds = sizing::heeds_height(self.tree, id);
        self.heeds_height.insert(id, heeds);
        heeds
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
