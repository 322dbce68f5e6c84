//! Optimum-fit line breaking after Knuth and Plass, "Breaking Paragraphs into Lines" (1981), with
//! the parameters of TeX (The TeXbook, chapter 14; values of plain TeX unless a constant says why
//! not).
//!
//! Input: a measured paragraph and the room on its lines. Output: all lines, or none where a tab
//! stands among them (its width depends on the line; the greedy breaker does that). The idea: walk
//! over the opportunities with a list of active starts; each pair of start and opportunity is a
//! possible line of some badness; keep the cheapest way to each opportunity for every fitness class
//! and, where floats make lines of different widths, for every number of lines. Starts too far back
//! for a line leave the list, so time grows with the text and not with its square. Passes: no
//! hyphens; hyphens and breaks by force; worse lines, if these leave a runt or a ladder of hyphens;
//! anything rather than an overfull line.

use smallvec::SmallVec;

use super::cjk::Class;
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
/// After how many hyphens in a row.
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
/// Where `text-wrap: pretty` asks for it: as bad as a ragged line 5 em short, or one with spaces
/// stretched 2.8 times what they give ([`PASSES`]).
const PRETTY_RUNT_DEMERITS: f64 = 5_000_000.0;

/// One pass over the paragraph.
#[derive(Clone, Copy)]
struct Pass {
    /// The worst badness accepted (`\pretolerance`, `\tolerance`).
    tolerance: f64,
    hyphens: bool,
    /// Only where the passes before leave a flaw: a runt or a ladder of hyphens.
    repair: bool,
    /// Accept overfull lines if there is no other way.
    last: bool,
}

/// `\pretolerance` 100 as in plain TeX: where that can be had, there are no hyphens. Its `\tolerance`
/// of 200 is for measures of 65 characters; ours are often 40 (certificates, table cells), so 400
/// (spaces stretched 1.6 times what they give) before the last pass.
const PASSES: [Pass; 4] = [
    Pass { tolerance: 100.0, hyphens: false, repair: false, last: false },
    Pass { tolerance: 400.0, hyphens: true, repair: false, last: false },
    Pass { tolerance: 2_000.0, hyphens: true, repair: true, last: false },
    Pass { tolerance: f64::INFINITY, hyphens: true, repair: false, last: true },
];

/// What the lines look like.
#[derive(Clone, Debug)]
pub(super) struct Measure {
    /// Room on the first lines, where floats shorten them; indents not taken off.
    pub(super) beside_floats: Vec<f32>,
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

/// Breaks a paragraph from this piece on; none where a tab stands in it.
pub(super) fn optimum(m: &Measured<'_>, measure: &Measure, from: usize) -> Option<Vec<BrokenLine>> {
    if m.pieces().iter().any(|piece| piece.kind == Kind::Tab) {
        return None;
    }
    let totals = totals(m);
    let (mut lines, mut start) = (Vec::new(), from);
    let n = m.pieces().len();
    while start < n {
        let after = m.pieces()[start..].iter().position(|p| p.brk == Break::Forced);
        let end = after.map_or(n, |i| start + i + 1);
        let indent = match start.checked_sub(1) {
            None => measure.first,
            Some(before) if m.pieces()[before].brk == Break::Forced => measure.after_break,
            Some(_) => measure.rest,
        };
        let before = lines.len();
        let segment = Segment { m, totals: &totals, measure, indent, before, start, end };
        lines.extend(segment.solve()?);
        start = end;
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
    let totals = totals(m);
    let end = m.pieces().len();
    let indent = measure.first;
    let s = Segment { m, totals: &totals, measure, indent, before: 0, start: 0, end };
    let mut node = s.root();
    let mut sum = 0.0;
    for line in lines {
        let inside = line.hyphen.then_some(Inside::Hyphen);
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

fn totals(m: &Measured<'_>) -> Vec<Total> {
    let mut sum = Total::default();
    let mut totals = Vec::with_capacity(m.pieces().len() + 1);
    totals.push(sum);
    for (i, piece) in m.pieces().iter().enumerate() {
        sum.width += f64::from(m.width(i));
        sum.stretch += f64::from(piece.stretch);
        sum.shrink += f64::from(piece.shrink);
        totals.push(sum);
    }
    totals
}

/// The pieces between two forced breaks.
struct Segment<'m, 'p> {
    m: &'m Measured<'p>,
    totals: &'m [Total],
    measure: &'m Measure,
    /// Indent of its first line.
    indent: f32,
    /// Lines of the paragraph before it.
    before: usize,
    start: usize,
    end: usize,
}

impl Segment<'_, '_> {
    /// The lines of the first pass that succeeds; where they have a flaw, those of a later one if they
    /// come cheaper.
    fn solve(&self) -> Option<Vec<BrokenLine>> {
        let mut found: Option<Solution> = None;
        for pass in PASSES {
            // The last pass counts with room that is not there: its demerits do not compare.
            if pass.last && found.is_some() {
                break;
            }
            if pass.repair && found.is_none() {
                continue;
            }
            let Some(solution) = self.run(pass) else { continue };
            let is_better = found.as_ref().is_none_or(|f| solution.demerits < f.demerits);
            let flawed = solution.flawed;
            if is_better {
                found = Some(solution);
            }
            if !flawed {
                break;
            }
        }
        found.map(|solution| solution.lines)
    }

    fn root(&self) -> Node {
        let cut = Cut::before(self.start);
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
        let mut pairs = LINE_PAIRS * (self.end - self.start).max(1000);
        for i in self.start..self.end {
            if pass.hyphens && self.worth_dividing(i, &nodes, &active) {
                for (point, inside) in self.divisions(i) {
                    let cut = Cut { piece: i, split: point };
                    let candidate = self.candidate(cut, Some(inside), false);
                    self.consider(&candidate, pass, &mut nodes, &mut active);
                    pairs = pairs.saturating_sub(active.len());
                }
            }
            let last = i + 1 == self.end;
            if self.m.pieces()[i].ends_line() || last {
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
    fn divisions(&self, i: usize) -> Vec<(u32, Inside)> {
        let hyphens = self.m.hyphen_points(i, Cut::before(0));
        let mut all: Vec<(u32, Inside)> = hyphens.iter().map(|at| (*at, Inside::Hyphen)).collect();
        let piece = &self.m.pieces()[i];
        if let Some(glyphs) = &piece.glyphs
            && piece.width > self.measure.narrowest() + TOLERANCE
            && self.m.breaks_anywhere(piece)
        {
            let clusters = glyphs.slice().iter().map(|g| glyphs.base + g.cluster);
            let inner = clusters.filter(|at| *at > piece.start && *at < piece.end);
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
                let from = nodes[*a].total;
                let begins = self.totals[i].width - from.width;
                let ends = self.totals[i + 1].width - from.width;
                begins - (self.totals[i].shrink - from.shrink) < room && ends > room * NEAR
            })
    }

    fn room(&self, node: &Node) -> f64 {
        let indent = if node.line == 0 { self.indent } else { self.measure.rest };
        let room = self.measure.room(self.before + node.line) - indent;
        f64::from(room - self.m.clone_edges(node.cut).1)
    }

    /// Lines from this one on have the same room.
    fn last_of_its_own(&self) -> usize {
        self.measure.beside_floats.len().saturating_sub(self.before).max(1)
    }

    /// Sums where a line begins, after the glue it loses.
    fn start_total(&self, cut: Cut) -> Total {
        let mut total = self.totals[cut.piece];
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
        let mut total = self.totals[end.piece];
        let hyphen = inside == Some(Inside::Hyphen);
        if end.split > 0 {
            let piece = &self.m.pieces()[end.piece];
            let sign = self.m.para.span(piece).and_then(|s| s.hyphen.as_ref()).filter(|_| hyphen);
            total.width += piece.glyphs.as_ref().map_or(0.0, |g| g.width_before(end.split).into());
            total.width += sign.map_or(0.0, |h| f64::from(h.width));
        } else {
            let trim = self.m.trailing(self.start, end.piece);
            total.width -= f64::from(trim.width);
            total.stretch -= f64::from(trim.stretch);
            total.shrink -= f64::from(trim.shrink);
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
        let mut slack = self.room(from) - (c.total.width - from.total.width);
        if slack < -f64::from(TOLERANCE) {
            slack += c.hang;
        }
        let em = f64::from(self.m.para.root_size().0).max(0.01);
        let (stretch, shrink) = if self.measure.ragged {
            (RAGGED_STRETCH * em, 0.0)
        } else {
            (c.total.stretch - from.total.stretch, c.total.shrink - from.total.shrink)
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
            demerits += if from.flagged >= LADDER_FROM { LADDER } else { DOUBLE_HYPHEN };
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
        let length = c.total.width - from.total.width;
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
