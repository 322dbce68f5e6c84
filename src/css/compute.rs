//! Computed values (CSS Cascade 4 §4): for each longhand the declaration that wins, its variables
//! resolved, applied in the order of the property table, fonts first.

use std::cell::{OnceCell, RefCell};
use std::sync::Arc;

use super::builder::{Builder, Style};
use super::cascade::{Environment, missing_family};
use super::computed::{FontStyle, LineHeight, TextStyle};
use super::declaration::Block;
use super::properties::{Declared, PropertyId, Value, Wide};
use super::sheet::Origin;
use super::values::length::{FontMetrics, FontRatios, Surroundings};
use super::variables;
use crate::diag::Diagnostic;
use crate::geom::{Px, Size};
use crate::html::Element;
use crate::limits::{CSS_NESTING, FINDINGS, VALUE_BYTES};

/// A rule's declarations in the order of the cascade.
#[derive(Clone, Copy)]
pub(super) struct Matched<'a> {
    pub origin: Origin,
    pub block: &'a Block,
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
    pub fn new(env: &Environment<'a>) -> Computer<'a> {
        let root = (Px(16.0), Px(16.0 * FontRatios::default().line_height));
        Computer { page_size: env.page_size, metrics: env.metrics, root, found: RefCell::default() }
    }

    /// Makes the root's font known, for `rem` and `rlh`.
    pub fn set_root(&mut self, root: &Style) {
        let text = &root.computed.text;
        let italic = text.style == FontStyle::Italic;
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

    /// What values are relative to, before anything of the element is known.
    pub fn surroundings<'s>(
        &'s self,
        parent: &'s TextStyle,
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

fn font_of(text: &TextStyle) -> (Arc<[Arc<str>]>, f32, bool) {
    (Arc::clone(&text.families), text.weight, text.style == FontStyle::Italic)
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
