//! Optimum-fit line breaking after Knuth and Plass, "Breaking Paragraphs into Lines" (1981), with
//! the parameters of TeX (The TeXbook, chapter 14; values of plain TeX unless a constant says why
//! not).
//!
//! Input: a measured paragraph and the room on its lines. Output: all lines, or none where that
//! would take too long or an anchor cannot be on its line. The idea: walk over the opportunities with
//! a list of active starts; each pair of start and opportunity is a possible line of some badness;
//! keep the cheapest way to each opportunity for every fitness class and, where floats make lines of
//! different widths, for every number of lines. Starts too far back for a line leave the list, so
//! time grows with the text and not with its square. Tabs have their widths from where the line
//! begins; what stands before the last one of a line does not stretch. Passes: no hyphens; hyphens and
//! breaks by force; hyphens after short stubs too; worse lines; anything rather than an overfull line.

use smallvec::SmallVec;

use super::cjk::Class;
use super::hyphenate::AutoLimits;
use super::measure::{BrokenLine, Cut, Measured, TOLERANCE};
use super::para::{Break, Kind, Piece};
use crate::limits::LINE_PAIRS;

/// Demerits every line costs (`\linepenalty`).
const LINE_PENALTY: f64 = 10.0;
/// A hyphen costs this (`\hyphenpenalty`, `\exhyphenpenalty`).
const HYPHEN_PENALTY: f64 = 50.0;
/// A break inside a word that is wider than its line and may be broken anywhere: dearer than any
/// hyphen, and than any but the worst line.
const FORCE_PENALTY: f64 = 1_000.0;
/// Two hyphens in a row (`\doublehyphendemerits`).
const DOUBLE_HYPHEN: f64 = 10_000.0;
/// A third hyphen in a row and each one after it: as bad as a line with spaces stretched 2.8 times
/// what they give. TeX adds nothing beyond the pair; typesetters stop ladders at two or three
/// (Bringhurst 2.4.3, Chicago 7.47).
const LADDER: f64 = 5_000_000.0;
/// And the fourth, which nobody lets stand: 4.6 times.
const LONG_LADDER: f64 = 100_000_000.0;
/// After how many hyphens in a row a ladder begins.
const LADDER_FROM: u8 = 2;
/// A hyphen before the last line (`\finalhyphendemerits`).
const FINAL_HYPHEN: f64 = 5_000.0;
/// A tight line beside a loose one (`\adjdemerits`).
const ADJACENT: f64 = 10_000.0;
/// Badness goes on growing with the cube of the ratio up to here: a line without anything that
/// stretches. TeX stops at 10,000 (`inf_bad`), where a ratio of 5 is as bad as one of 50, and tells
/// such lines apart by `\emergencystretch`, room that is not there; but that makes a hole look
/// cheaper than a hyphen, which is how `\sloppy` text gets its holes. Without the bound the last pass
/// spreads what cannot be helped over the lines around it.
const WORST: f64 = 1e10;
/// A line without glue (part of a word that is broken by force) counts as if it had this much, em:
/// the fuller the better.
const NO_GLUE_STRETCH: f64 = 0.02;
/// An overfull line, where nothing else is left: worse than all else together.
const OVERFULL: f64 = 1e24;
/// Ragged text: how far short of the measure a line is at ratio 1, em. TeX's `\raggedright`.
const RAGGED_STRETCH: f64 = 2.0;
/// A last line that is a runt, one word or shorter than this part of the measure, costs
/// [`RUNT_DEMERITS`]. TeX leaves it to `\parfillskip`; a fifth is about the indent of a paragraph
/// and a bit, the least that typesetters let stand (Bringhurst 2.4.8).
const RUNT: f64 = 0.2;
/// As bad as the worst line that the second pass takes: a paragraph is set anew to avoid a runt, but
/// not at the price of a hole.
const RUNT_DEMERITS: f64 = 160_000.0;
/// Where `text-wrap: pretty` asks for it: as bad as a ragged line 9 em short, or one with spaces
/// stretched 4.6 times what they give.
const PRETTY_RUNT_DEMERITS: f64 = 100_000_000.0;

/// One pass over the paragraph.
#[derive(Clone, Copy)]
struct Pass {
    /// The worst badness accepted (`\pretolerance`, `\tolerance`).
    tolerance: f64,
    hyphens: Option<AutoLimits>,
    when: When,
    /// Accept overfull lines if there is no other way.
    last: bool,
}

/// When there is a pass.
#[derive(Clone, Copy, PartialEq)]
enum When {
    /// Where there are no lines yet.
    Unbroken,
    /// Where the lines have a flaw: a runt or a ladder of hyphens.
    Flawed,
    Either,
}

impl Pass {
    const fn new(tolerance: f64, hyphens: Option<AutoLimits>, when: When) -> Pass {
        Pass { tolerance, hyphens, when, last: false }
    }
}

/// `\pretolerance` 100 as in plain TeX: where that can be had, there are no hyphens. Its `\tolerance`
/// of 200 is for measures of 65 characters; ours are often 40 (certificates, table cells), so 400
/// (spaces stretched 1.6 times what they give), and stubs of two letters before that is exceeded. No
/// space is stretched more than three times what it gives (2,700) while there is another way.
const PASSES: [Pass; 6] = [
    Pass::new(100.0, None, When::Unbroken),
    Pass::new(400.0, Some(AutoLimits::Usual), When::Either),
    Pass::new(400.0, Some(AutoLimits::Narrow), When::Unbroken),
    Pass::new(2_700.0, Some(AutoLimits::Usual), When::Flawed),
    Pass::new(2_700.0, Some(AutoLimits::Narrow), When::Unbroken),
    Pass { last: true, ..Pass::new(f64::INFINITY, Some(AutoLimits::Narrow), When::Either) },
];

/// What the lines look like.
#[derive(Clone, Debug)]
pub(super) struct Measure {
    /// Room on the first lines, where floats shorten them; indents not taken off.
    pub(super) beside_floats: Vec<f32>,
    /// How far floats keep the starts of these lines from the block's edge.
    pub(super) insets: Vec<f32>,
    /// The lines that pieces have to be on, in order.
    pub(super) anchors: Vec<Anchor>,
    /// Room on the others.
    pub(super) room: f32,
    /// Indent of the first line of the paragraph.
    pub(super) first: f32,
    /// Indent of the first line after a forced break.
    pub(super) after_break: f32,
    /// Indent of the others.
    pub(super) rest: f32,
    /// Not justified: lines end ragged.
    pub(super) ragged: bool,
    /// `text-wrap: pretty`.
    pub(super) pretty: bool,
    /// The last line is justified too.
    pub(super) last_justified: bool,
}

/// A piece that has to be on a certain line: the rooms are those that its float leaves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Anchor {
    pub(super) piece: usize,
    pub(super) line: usize,
}

impl Measure {
    /// The room on a line of the paragraph, from 0, indents not taken off.
    pub(super) fn room(&self, line: usize) -> f32 {
        self.beside_floats.get(line).copied().unwrap_or(self.room)
    }

    /// The room on the narrowest line.
    fn narrowest(&self) -> f32 {
        let indent = self.first.max(self.after_break).max(self.rest);
        self.beside_floats.iter().copied().fold(self.room, f32::min) - indent
    }
}

/// Sums of widths, stretch and shrink.
#[derive(Clone, Copy, Default)]
struct Total {
    width: f64,
    stretch: f64,
    shrink: f64,
}

/// A way to a break: the line that starts there is still open.
#[derive(Clone, Copy)]
struct Node {
    cut: Cut,
    /// Sums at the beginning of the line, its discarded glue left behind.
    total: Total,
    fitness: u8,
    /// How many lines in a row before end with a hyphen, visible before or added.
    flagged: u8,
    /// The line before gets a hyphen.
    hyphen: bool,
    /// How many lines of the segment lie before; no more than matter for the room.
    line: usize,
    demerits: f64,
    previous: usize,
}

/// A possible end of a line.
#[derive(Clone, Copy)]
struct Candidate {
    end: Cut,
    total: Total,
    /// What of the width may hang over the end (`hanging-punctuation`).
    hang: f64,
    penalty: f64,
    /// Ends with a hyphen, visible before or added.
    flagged: bool,
    /// Gets a hyphen.
    hyphen: bool,
    forced: bool,
}

/// The best way found to a break, of its fitness, number of lines and hyphens in a row: what lines
/// after it depend on.
#[derive(Clone, Copy)]
struct Way {
    line: usize,
    fitness: u8,
    flagged: u8,
    sum: f64,
    from: usize,
}

/// What a pass came to.
struct Solution {
    lines: Vec<BrokenLine>,
    demerits: f64,
    /// The last line is a runt, or there is a ladder of hyphens.
    flawed: bool,
}

/// An end of a line inside a word.
#[derive(Clone, Copy, PartialEq)]
enum Inside {
    Hyphen,
    Force,
}

/// Breaks a paragraph from here on.
pub(super) fn optimum(m: &Measured<'_>, measure: &Measure, from: Cut) -> Option<Vec<BrokenLine>> {
    let sums = Sums::new(m);
    let (mut lines, mut start) = (Vec::new(), from);
    let n = m.pieces().len();
    while start.piece < n {
        let after = m.pieces()[start.piece..].iter().position(|p| p.brk == Break::Forced);
        let end = after.map_or(n, |i| start.piece + i + 1);
        let indent = match start.piece.checked_sub(1) {
            _ if start.split > 0 => measure.rest,
            None => measure.first,
            Some(before) if m.pieces()[before].brk == Break::Forced => measure.after_break,
            Some(_) => measure.rest,
        };
        let before = lines.len();
        let segment = Segment { m, sums: &sums, measure, indent, before, start, end };
        lines.extend(segment.solve()?);
        start = Cut::before(end);
    }
    Some(lines)
}

#[cfg(test)]
thread_local! {
    /// Pairs of a start and an end that were looked at: the work done.
    pub(super) static PAIRS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// The demerits of a paragraph broken this way, infinite where a line is worse than `tolerance`; for
/// comparing breakers.
#[cfg(test)]
pub(super) fn demerits(
    m: &Measured<'_>,
    measure: &Measure,
    lines: &[BrokenLine],
    tolerance: f64,
) -> f64 {
    let sums = Sums::new(m);
    let (start, end) = (Cut::before(0), m.pieces().len());
    let indent = measure.first;
    let s = Segment { m, sums: &sums, measure, indent, before: 0, start, end };
    let mut node = s.root();
    let mut sum = 0.0;
    for line in lines {
        let inside = (line.hyphen && line.end.split > 0).then_some(Inside::Hyphen);
        let candidate = s.candidate(line.end, inside, line.end.piece == end);
        let ratio = s.ratio(&node, &candidate);
        if ratio < -1.0 || badness(ratio) > tolerance {
            return f64::INFINITY;
        }
        let (demerits, fitness) = s.demerits(&node, &candidate, ratio);
        sum += demerits;
        let flagged = if candidate.flagged { (node.flagged + 1).min(LADDER_FROM + 1) } else { 0 };
        let way = Way { line: node.line, fitness, flagged, sum, from: 0 };
        node = s.node(&candidate, &way, &node);
    }
    sum
}

/// Whether a paragraph can be set with no line worse than `tolerance`; and if so, whether the best way
/// to do it leaves a flaw.
#[cfg(test)]
pub(super) fn within(m: &Measured<'_>, measure: &Measure, tolerance: f64) -> Option<bool> {
    let sums = Sums::new(m);
    let (start, end) = (Cut::before(0), m.pieces().len());
    let indent = measure.first;
    let s = Segment { m, sums: &sums, measure, indent, before: 0, start, end };
    let pass = Pass::new(tolerance, Some(AutoLimits::Narrow), When::Either);
    s.run(pass).map(|solution| solution.flawed)
}

/// What the pieces come to.
struct Sums {
    /// Before each piece and after the last; tabs have no width here.
    totals: Vec<Total>,
    /// The tabs.
    tabs: Vec<usize>,
}

impl Sums {
    fn new(m: &Measured<'_>) -> Sums {
        let mut sum = Total::default();
        let mut totals = Vec::with_capacity(m.pieces().len() + 1);
        totals.push(sum);
        for (i, piece) in m.pieces().iter().enumerate() {
            sum.width += f64::from(m.width(i));
            sum.stretch += f64::from(piece.stretch);
            sum.shrink += f64::from(piece.shrink);
            totals.push(sum);
        }
        let pieces = m.pieces().iter().enumerate();
        let tabs = pieces.filter(|(_, piece)| piece.kind == Kind::Tab).map(|(i, _)| i).collect();
        Sums { totals, tabs }
    }
}

/// The pieces between two forced breaks.
struct Segment<'m, 'p> {
    m: &'m Measured<'p>,
    sums: &'m Sums,
    measure: &'m Measure,
    /// Indent of its first line.
    indent: f32,
    /// Lines of the paragraph before it.
    before: usize,
    start: Cut,
    /// The piece after its last.
    end: usize,
}

impl Segment<'_, '_> {
    /// The lines of the first pass that succeeds; where they have a flaw, those of a later one if they
    /// come cheaper.
    fn solve(&self) -> Option<Vec<BrokenLine>> {
        let mut found: Option<(Solution, Pass)> = None;
        let mut tried = 0.0;
        for mut pass in PASSES {
            match &found {
                None if pass.when == When::Flawed => continue,
                None => {}
                // A line that is worse than those before costs at least the square of that.
                Some((solution, _))
                    if pass.when == When::Unbroken
                        || !solution.flawed
                        || solution.demerits <= tried * tried =>
                {
                    continue;
                }
                // A flaw is mended with hyphens too, but with no shorter stubs than there are.
                Some((_, by)) => pass.hyphens = by.hyphens.or(Some(AutoLimits::Usual)),
            }
            tried = pass.tolerance;
            let Some(solution) = self.run(pass) else { continue };
            if found.as_ref().is_none_or(|(known, _)| solution.demerits < known.demerits) {
                found = Some((solution, pass));
            }
        }
        found.map(|(solution, _)| solution.lines)
    }

    fn root(&self) -> Node {
        let cut = self.start;
        Node {
            cut,
            total: self.start_total(cut),
            fitness: 1,
            flagged: 0,
            hyphen: false,
            line: 0,
            demerits: 0.0,
            previous: usize::MAX,
        }
    }

    fn run(&self, pass: Pass) -> Option<Solution> {
        let mut nodes = vec![self.root()];
        let mut active = vec![0usize];
        let mut pairs = LINE_PAIRS * (self.end - self.start.piece).max(1000);
        for i in self.start.piece..self.end {
            if let Some(auto) = pass.hyphens
                && self.worth_dividing(i, &nodes, &active)
            {
                for (point, inside) in self.divisions(i, auto) {
                    let cut = Cut { piece: i, split: point };
                    let candidate = self.candidate(cut, Some(inside), false);
                    self.consider(&candidate, pass, &mut nodes, &mut active);
                    pairs = pairs.saturating_sub(active.len());
                }
            }
            let last = i + 1 == self.end;
            let brk = self.m.pieces()[i].brk;
            let ends = brk != Break::No && (pass.hyphens.is_some() || brk != Break::SoftHyphen);
            if ends || last {
                let candidate = self.candidate(Cut::before(i + 1), None, last);
                self.consider(&candidate, pass, &mut nodes, &mut active);
            }
            pairs = pairs.saturating_sub(active.len());
            if active.is_empty() || pairs == 0 {
                return None;
            }
        }
        let best = active
            .iter()
            .copied()
            .min_by(|a, b| nodes[*a].demerits.total_cmp(&nodes[*b].demerits))?;
        let end = nodes[best];
        let before = nodes.get(end.previous).copied().unwrap_or(end);
        let last = self.candidate(end.cut, None, true);
        Some(Solution {
            lines: self.lines(&nodes, best),
            demerits: end.demerits,
            flawed: before.line > 0 && self.is_runt(&before, &last) || self.ladder(&nodes, best),
        })
    }

    /// Where a word may be divided, in order: at its hyphens, and anywhere if it is wider than the
    /// narrowest line and its style allows that.
    fn divisions(&self, i: usize, auto: AutoLimits) -> Vec<(u32, Inside)> {
        let hyphens = self.m.hyphen_points(i, self.start, auto);
        let from = if i == self.start.piece { self.start.split } else { 0 };
        let mut all: Vec<(u32, Inside)> = hyphens.iter().map(|at| (*at, Inside::Hyphen)).collect();
        let piece = &self.m.pieces()[i];
        if let Some(glyphs) = &piece.glyphs
            && piece.width > self.measure.narrowest() + TOLERANCE
            && self.m.breaks_anywhere(piece)
        {
            let clusters = glyphs.slice().iter().map(|g| glyphs.base + g.cluster);
            let inner = clusters.filter(|at| *at > piece.start.max(from) && *at < piece.end);
            all.extend(inner.filter(|at| !hyphens.contains(at)).map(|at| (at, Inside::Force)));
            all.sort_unstable_by_key(|(at, _)| *at);
            all.dedup();
        }
        all
    }

    /// Whether some active line might end within this word.
    fn worth_dividing(&self, i: usize, nodes: &[Node], active: &[usize]) -> bool {
        const NEAR: f64 = 0.75;
        self.m.pieces()[i].kind == Kind::Text
            && active.iter().any(|a| {
                let room = self.room(&nodes[*a]);
                let totals = &self.sums.totals;
                let begins = self.extent(&nodes[*a], totals[i], i);
                let ends = self.extent(&nodes[*a], totals[i + 1], i + 1);
                begins.width - begins.shrink < room && ends.width > room * NEAR
            })
    }

    fn room(&self, node: &Node) -> f64 {
        let room = self.measure.room(self.before + node.line) - self.indent(node);
        f64::from(room - self.m.clone_edges(node.cut).1)
    }

    fn indent(&self, node: &Node) -> f32 {
        if node.line == 0 { self.indent } else { self.measure.rest }
    }

    /// Lines from this one on have the same room, and no anchors.
    fn last_of_its_own(&self) -> usize {
        let anchored = self.measure.anchors.last().map_or(0, |anchor| anchor.line + 1);
        self.measure.beside_floats.len().max(anchored).saturating_sub(self.before).max(1)
    }

    /// The sums of a line from a start to pieces `..end`, which come to `total`. Tabs have the widths
    /// that they have on this line, and nothing before them stretches.
    fn extent(&self, from: &Node, total: Total, end: usize) -> Total {
        let (mut line, start) = (total, from.total);
        line.width -= start.width;
        let tabs = &self.sums.tabs;
        let first = tabs.partition_point(|tab| *tab < from.cut.piece);
        let mut fixed = start;
        for tab in tabs[first..].iter().copied().take_while(|tab| *tab < end) {
            let inset = self.measure.insets.get(self.before + from.line).copied();
            let before = inset.unwrap_or(0.0) + self.indent(from) + self.m.clone_edges(from.cut).1;
            let grown = line.width - (total.width - start.width);
            let x = self.sums.totals[tab].width - start.width + grown;
            line.width += f64::from(self.m.tab_width(tab, before + x as f32));
            fixed = self.sums.totals[tab + 1];
        }
        line.stretch -= fixed.stretch;
        line.shrink -= fixed.shrink;
        line
    }

    /// Whether the anchors of floats let a line that begins at `from` end here.
    fn allows(&self, from: &Node, end: Cut) -> bool {
        let line = self.before + from.line;
        self.measure.anchors.iter().all(|anchor| {
            let holds = anchor.piece < end.piece;
            line > anchor.line || holds == (line == anchor.line)
        })
    }

    /// Sums where a line begins, after the glue it loses.
    fn start_total(&self, cut: Cut) -> Total {
        let mut total = self.sums.totals[cut.piece];
        if cut.split > 0 {
            let glyphs = self.m.pieces()[cut.piece].glyphs.as_ref();
            total.width += glyphs.map_or(0.0, |g| f64::from(g.width_before(cut.split)));
            return total;
        }
        let trim = self.m.leading(cut);
        total.width += f64::from(trim.width);
        total.stretch += f64::from(trim.stretch);
        total.shrink += f64::from(trim.shrink);
        total
    }

    fn candidate(&self, end: Cut, inside: Option<Inside>, forced: bool) -> Candidate {
        let mut total = self.sums.totals[end.piece];
        let soft = self.m.soft_hyphen_at(end).filter(|_| !forced);
        let hyphen = inside == Some(Inside::Hyphen) || soft.is_some();
        if end.split > 0 {
            let piece = &self.m.pieces()[end.piece];
            let sign = self.m.para.span(piece).and_then(|s| s.hyphen.as_ref()).filter(|_| hyphen);
            total.width += piece.glyphs.as_ref().map_or(0.0, |g| g.width_before(end.split).into());
            total.width += sign.map_or(0.0, |h| f64::from(h.width));
        } else {
            let trim = self.m.trailing(self.start.piece, end.piece);
            total.width -= f64::from(trim.width);
            total.stretch -= f64::from(trim.stretch);
            total.shrink -= f64::from(trim.shrink);
            total.width += soft.map_or(0.0, |(_, h)| f64::from(h.width));
        }
        total.width += f64::from(self.m.clone_edges(end).0);
        let visible =
            end.split == 0 && end.piece > 0 && self.m.pieces()[end.piece - 1].brk == Break::Hyphen;
        let flagged = hyphen || visible;
        let penalty = match inside {
            Some(Inside::Force) => FORCE_PENALTY,
            _ if flagged => HYPHEN_PENALTY,
            _ => 0.0,
        };
        let hang = self.m.hang_at_end(end);
        total.width -= f64::from(hang.always);
        let hang = f64::from(hang.at_need);
        Candidate { end, total, hang, penalty, flagged, hyphen, forced }
    }

    /// How much of the stretch (or, negative, of the shrink) a line uses.
    fn ratio(&self, from: &Node, c: &Candidate) -> f64 {
        let line = self.extent(from, c.total, c.end.piece);
        let mut slack = self.room(from) - line.width;
        if slack < -f64::from(TOLERANCE) {
            slack += c.hang;
        }
        let em = f64::from(self.m.para.root_size().0).max(0.01);
        let (stretch, shrink) = if self.measure.ragged {
            (RAGGED_STRETCH * em, 0.0)
        } else {
            (line.stretch, line.shrink)
        };
        let endless = c.forced && !self.measure.last_justified;
        if slack.abs() <= f64::from(TOLERANCE) || slack > 0.0 && endless {
            0.0
        } else if slack > 0.0 {
            slack / stretch.max(NO_GLUE_STRETCH * em)
        } else if shrink > 0.0 {
            slack / shrink
        } else {
            f64::NEG_INFINITY
        }
    }

    fn demerits(&self, from: &Node, c: &Candidate, ratio: f64) -> (f64, u8) {
        let bad = badness(ratio);
        let fitness = fitness(ratio);
        let mut demerits = (LINE_PENALTY + bad).powi(2) + c.penalty.powi(2);
        if c.flagged && from.flagged > 0 {
            demerits += match from.flagged {
                LADDER_FROM => LADDER,
                hyphens if hyphens > LADDER_FROM => LONG_LADDER,
                _ => DOUBLE_HYPHEN,
            };
        }
        if c.forced && from.flagged > 0 {
            demerits += FINAL_HYPHEN;
        }
        if fitness.abs_diff(from.fitness) > 1 {
            demerits += ADJACENT;
        }
        if c.forced && from.line > 0 && self.is_runt(from, c) {
            let pretty = self.measure.pretty;
            demerits += if pretty { PRETTY_RUNT_DEMERITS } else { RUNT_DEMERITS };
        }
        (demerits, fitness)
    }

    /// Whether too many lines in a row end with hyphens.
    fn ladder(&self, nodes: &[Node], last: usize) -> bool {
        let ways = std::iter::successors(Some(last), |at| nodes.get(*at).map(|node| node.previous));
        ways.map_while(|at| nodes.get(at)).any(|node| node.flagged > LADDER_FROM)
    }

    /// Whether a last line is a runt: a single word or sign, or shorter than a fifth of the room.
    fn is_runt(&self, from: &Node, c: &Candidate) -> bool {
        let length = self.extent(from, c.total, c.end.piece).width;
        let opportunity = |piece: &Piece| matches!(piece.brk, Break::Soft | Break::Hyphen);
        let pieces = &self.m.pieces()[from.cut.piece..c.end.piece.max(from.cut.piece)];
        let inner = pieces.split_last().map_or(pieces, |(_, inner)| inner);
        // Between ideographs there are opportunities: two of them are no runt, however short.
        let has_han = pieces.iter().any(|piece| piece.class == Class::Han);
        !inner.iter().any(opportunity) || !has_han && length < RUNT * self.room(from)
    }

    /// Tries an end of a line with every active start, and makes nodes of the best ways to it.
    fn consider(&self, c: &Candidate, pass: Pass, nodes: &mut Vec<Node>, active: &mut Vec<usize>) {
        let mut best: SmallVec<[Way; 4]> = SmallVec::new();
        let mut overfull: Option<(f64, usize)> = None;
        #[cfg(test)]
        PAIRS.set(PAIRS.get() + active.len());
        active.retain(|&a| {
            let from = &nodes[a];
            let ratio = self.ratio(from, c);
            let fits = ratio >= -1.0;
            if !self.allows(from, c.end) {
                return fits && !c.forced;
            }
            if fits && (badness(ratio) <= pass.tolerance || c.forced && pass.last) {
                let (demerits, fitness) = self.demerits(from, c, ratio);
                let flagged = if c.flagged { (from.flagged + 1).min(LADDER_FROM + 1) } else { 0 };
                let sum = from.demerits + demerits;
                let way = Way { line: from.line, fitness, flagged, sum, from: a };
                let state = |w: &Way| (w.line, w.fitness, w.flagged);
                match best.iter_mut().find(|w| state(w) == state(&way)) {
                    Some(known) if way.sum < known.sum => *known = way,
                    Some(_) => {}
                    None => best.push(way),
                }
            } else if !fits && overfull.is_none_or(|(least, _)| from.demerits < least) {
                overfull = Some((from.demerits, a));
            }
            fits && !c.forced
        });
        if pass.last
            && active.is_empty()
            && best.is_empty()
            && let Some((demerits, from)) = overfull
        {
            let sum = demerits + OVERFULL;
            best.push(Way { line: nodes[from].line, fitness: 0, flagged: 0, sum, from });
        }
        for way in best {
            nodes.push(self.node(c, &way, &nodes[way.from]));
            active.push(nodes.len() - 1);
        }
    }

    fn node(&self, c: &Candidate, way: &Way, before: &Node) -> Node {
        Node {
            cut: c.end,
            total: self.start_total(c.end),
            fitness: way.fitness,
            flagged: way.flagged,
            hyphen: c.hyphen,
            line: (before.line + 1).min(self.last_of_its_own()),
            demerits: way.sum,
            previous: way.from,
        }
    }

    fn lines(&self, nodes: &[Node], last: usize) -> Vec<BrokenLine> {
        let mut lines = Vec::new();
        let mut at = last;
        while let Some(previous) = nodes.get(nodes[at].previous) {
            lines.push(BrokenLine {
                start: previous.cut,
                end: nodes[at].cut,
                hyphen: nodes[at].hyphen,
                last: lines.is_empty(),
            });
            at = nodes[at].previous;
        }
        lines.reverse();
        lines
    }
}

/// TeX's badness: 100 r³.
fn badness(ratio: f64) -> f64 {
    (100.0 * ratio.abs().powi(3)).min(WORST)
}

/// Fitness class: tight, decent, loose, very loose.
fn fitness(ratio: f64) -> u8 {
    match ratio {
        r if r < -0.5 => 0,
        r if r <= 0.5 => 1,
        r if r <= 1.0 => 2,
        _ => 3,
    }
}
