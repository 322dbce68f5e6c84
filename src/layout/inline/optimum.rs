//! Optimum-fit line breaking after Knuth and Plass, "Breaking Paragraphs into Lines" (1981), with
//! the parameters of TeX.
//!
//! Input: a measured paragraph and the room on its lines. Output: all lines, or none where a word
//! must be broken by force (the greedy breaker does that). The idea: walk over the opportunities
//! with a list of active starts; each pair of start and opportunity is a possible line of some
//! badness; keep the cheapest way to each opportunity for every fitness class. Three passes: no
//! hyphens; hyphens; anything rather than an overfull line.

use super::measure::{BrokenLine, Cut, Measured, TOLERANCE};
use super::para::{Break, Kind};

/// Demerits every line costs (`\linepenalty`).
const LINE_PENALTY: f64 = 10.0;
/// A hyphen costs this (`\hyphenpenalty`, `\exhyphenpenalty`).
const HYPHEN_PENALTY: f64 = 50.0;
/// Two hyphens in a row (`\doublehyphendemerits`).
const DOUBLE_HYPHEN: f64 = 10_000.0;
/// A hyphen before the last line (`\finalhyphendemerits`).
const FINAL_HYPHEN: f64 = 5_000.0;
/// A tight line beside a loose one (`\adjdemerits`).
const ADJACENT: f64 = 10_000.0;
/// Worst badness of a line that is not overfull (`inf_bad`).
const INFINITELY_BAD: f64 = 10_000.0;
/// Room that lines of the last pass seem to have to stretch, em (`\emergencystretch`): it tells bad
/// lines from worse ones.
const EMERGENCY_STRETCH: f64 = 3.0;
/// Ragged text: how far short of the measure a line is at ratio 1, em. TeX's `\raggedright`.
const RAGGED_STRETCH: f64 = 2.0;
/// Ragged text: a last line shorter than this part of the measure costs [`SHORT_LAST_LINE`].
const SHORT_LAST: f64 = 0.2;
const SHORT_LAST_LINE: f64 = 6_000.0;

/// One pass over the paragraph.
#[derive(Clone, Copy)]
struct Pass {
    /// The worst badness accepted (`\pretolerance`, `\tolerance`).
    tolerance: f64,
    hyphens: bool,
    /// Accept overfull lines if there is no other way.
    last: bool,
}

const PASSES: [Pass; 3] = [
    Pass { tolerance: 100.0, hyphens: false, last: false },
    Pass { tolerance: 400.0, hyphens: true, last: false },
    Pass { tolerance: INFINITELY_BAD, hyphens: true, last: true },
];

/// What the lines look like.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measure {
    /// Room on the first line of the paragraph.
    pub(super) first: f32,
    /// Room on the first line after a forced break.
    pub(super) after_break: f32,
    /// Room on the others.
    pub(super) rest: f32,
    /// Not justified: lines end ragged.
    pub(super) ragged: bool,
    /// The last line is justified too.
    pub(super) last_justified: bool,
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
    hyphen: bool,
    first: bool,
    demerits: f64,
    previous: usize,
}

/// A possible end of a line.
#[derive(Clone, Copy)]
struct Candidate {
    end: Cut,
    total: Total,
    penalty: f64,
    /// Ends with a hyphen, visible before or added.
    flagged: bool,
    forced: bool,
}

/// Breaks a paragraph; none where that needs a break inside a word.
pub(super) fn optimum(m: &Measured<'_>, measure: Measure) -> Option<Vec<BrokenLine>> {
    let totals = totals(m);
    let (mut lines, mut start) = (Vec::new(), 0);
    let n = m.pieces().len();
    while start < n {
        let after = m.pieces()[start..].iter().position(|p| p.brk == Break::Forced);
        let end = after.map_or(n, |i| start + i + 1);
        let first = if start == 0 { measure.first } else { measure.after_break };
        let segment = Segment { m, totals: &totals, measure, first, start, end };
        lines.extend(segment.solve()?);
        start = end;
    }
    Some(lines)
}

/// The demerits of a paragraph broken this way; for comparing breakers.
#[cfg(test)]
pub(super) fn demerits(m: &Measured<'_>, measure: Measure, lines: &[BrokenLine]) -> f64 {
    let totals = totals(m);
    let end = m.pieces().len();
    let s = Segment { m, totals: &totals, measure, first: measure.first, start: 0, end };
    let mut node = s.root();
    let mut sum = 0.0;
    for line in lines {
        let candidate = s.candidate(line.end, line.hyphen, line.end.piece == end);
        let ratio = s.ratio(&node, &candidate, PASSES[1]);
        let (demerits, fitness) = s.demerits(&node, &candidate, ratio);
        sum += demerits;
        node = s.node(&candidate, fitness, sum, 0);
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
    measure: Measure,
    first: f32,
    start: usize,
    end: usize,
}

impl Segment<'_, '_> {
    fn solve(&self) -> Option<Vec<BrokenLine>> {
        if self.needs_force() {
            return None;
        }
        PASSES.iter().find_map(|pass| self.run(*pass))
    }

    /// Whether some word is wider than the measure and may be broken anywhere.
    fn needs_force(&self) -> bool {
        let room = self.measure.rest.min(self.first);
        (self.start..self.end).any(|i| {
            let piece = &self.m.pieces()[i];
            piece.kind == Kind::Tab
                || piece.kind == Kind::Text
                    && piece.width > room + TOLERANCE
                    && self.m.breaks_anywhere(piece)
        })
    }

    fn root(&self) -> Node {
        let cut = Cut::before(self.start);
        Node {
            cut,
            total: self.start_total(cut),
            fitness: 1,
            hyphen: false,
            first: true,
            demerits: 0.0,
            previous: usize::MAX,
        }
    }

    fn run(&self, pass: Pass) -> Option<Vec<BrokenLine>> {
        let mut nodes = vec![self.root()];
        let mut active = vec![0usize];
        for i in self.start..self.end {
            if pass.hyphens && self.worth_hyphenating(i, &nodes, &active) {
                for point in self.m.hyphen_points(i, Cut::before(0)) {
                    let cut = Cut { piece: i, split: point };
                    self.consider(&self.candidate(cut, true, false), pass, &mut nodes, &mut active);
                }
            }
            let last = i + 1 == self.end;
            if self.m.pieces()[i].ends_line() || last {
                let candidate = self.candidate(Cut::before(i + 1), false, last);
                self.consider(&candidate, pass, &mut nodes, &mut active);
            }
            if active.is_empty() {
                return None;
            }
        }
        let best = active
            .iter()
            .copied()
            .min_by(|a, b| nodes[*a].demerits.total_cmp(&nodes[*b].demerits))?;
        Some(self.lines(&nodes, best))
    }

    /// Whether some active line might end within this word.
    fn worth_hyphenating(&self, i: usize, nodes: &[Node], active: &[usize]) -> bool {
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
        let room = if node.first { self.first } else { self.measure.rest };
        f64::from(room - self.m.clone_edges(node.cut).1)
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

    fn candidate(&self, end: Cut, hyphen: bool, forced: bool) -> Candidate {
        let mut total = self.totals[end.piece];
        if end.split > 0 {
            let piece = &self.m.pieces()[end.piece];
            let sign = self.m.para.span(piece).and_then(|s| s.hyphen.as_ref());
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
        let penalty = if flagged { HYPHEN_PENALTY } else { 0.0 };
        Candidate { end, total, penalty, flagged, forced }
    }

    /// How much of the stretch (or, negative, of the shrink) a line uses.
    fn ratio(&self, from: &Node, c: &Candidate, pass: Pass) -> f64 {
        let slack = self.room(from) - (c.total.width - from.total.width);
        let em = f64::from(self.m.para.root_size().0);
        let (mut stretch, shrink) = if self.measure.ragged {
            (RAGGED_STRETCH * em, 0.0)
        } else {
            (c.total.stretch - from.total.stretch, c.total.shrink - from.total.shrink)
        };
        if pass.last {
            stretch += EMERGENCY_STRETCH * em;
        }
        let endless = c.forced && !self.measure.last_justified;
        if slack.abs() <= f64::from(TOLERANCE) || slack > 0.0 && endless {
            0.0
        } else if slack > 0.0 {
            if stretch > 0.0 { slack / stretch } else { f64::INFINITY }
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
        if c.flagged && from.hyphen {
            demerits += DOUBLE_HYPHEN;
        }
        if c.forced && from.hyphen {
            demerits += FINAL_HYPHEN;
        }
        if fitness.abs_diff(from.fitness) > 1 {
            demerits += ADJACENT;
        }
        let length = c.total.width - from.total.width;
        if self.measure.ragged && c.forced && !from.first && length < SHORT_LAST * self.room(from) {
            demerits += SHORT_LAST_LINE;
        }
        (demerits, fitness)
    }

    /// Tries an end of a line with every active start, and makes nodes of the best ways to it.
    fn consider(&self, c: &Candidate, pass: Pass, nodes: &mut Vec<Node>, active: &mut Vec<usize>) {
        let mut best: [Option<(f64, usize)>; 4] = [None; 4];
        let mut overfull: Option<(f64, usize)> = None;
        active.retain(|&a| {
            let from = nodes[a];
            let ratio = self.ratio(&from, c, pass);
            let fits = ratio >= -1.0;
            if fits && (badness(ratio) <= pass.tolerance || c.forced && pass.last) {
                let (demerits, fitness) = self.demerits(&from, c, ratio);
                let sum = from.demerits + demerits;
                let slot = &mut best[usize::from(fitness)];
                if slot.is_none_or(|(least, _)| sum < least) {
                    *slot = Some((sum, a));
                }
            } else if !fits && overfull.is_none_or(|(least, _)| from.demerits < least) {
                overfull = Some((from.demerits, a));
            }
            fits && !c.forced
        });
        if pass.last
            && active.is_empty()
            && best.iter().all(Option::is_none)
            && let Some((demerits, from)) = overfull
        {
            best[0] = Some((demerits + 2.0 * INFINITELY_BAD * INFINITELY_BAD, from));
        }
        for (fitness, found) in best.iter().enumerate() {
            let Some((demerits, from)) = *found else { continue };
            nodes.push(self.node(c, fitness as u8, demerits, from));
            active.push(nodes.len() - 1);
        }
    }

    fn node(&self, c: &Candidate, fitness: u8, demerits: f64, previous: usize) -> Node {
        Node {
            cut: c.end,
            total: self.start_total(c.end),
            fitness,
            hyphen: c.flagged,
            first: false,
            demerits,
            previous,
        }
    }

    fn lines(&self, nodes: &[Node], last: usize) -> Vec<BrokenLine> {
        let mut lines = Vec::new();
        let mut at = last;
        while let Some(previous) = nodes.get(nodes[at].previous) {
            lines.push(BrokenLine {
                start: previous.cut,
                end: nodes[at].cut,
                hyphen: nodes[at].cut.split > 0,
                last: lines.is_empty(),
            });
            at = nodes[at].previous;
        }
        lines.reverse();
        lines
    }
}

/// TeX's badness: about 100 r³.
fn badness(ratio: f64) -> f64 {
    (100.0 * ratio.abs().powi(3)).min(INFINITELY_BAD)
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
