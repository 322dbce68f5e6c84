//! `--sample extreme`: the documents of each job that a proof should show, because they are the most likely to
//! look wrong.
//!
//! Input: the documents that are meant, and their rows. Output: a handful of them with the reasons. They are
//! the rows with the most and the least text, the longest text of each of the columns whose texts differ
//! most in length, the rarest characters, and the most empty cells. What a row refers to counts with it. Ties go to
//! the first row. Nothing is rendered, so it takes a moment even for a large table.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::plan::{self, Plan};
use super::planned::{Planned, PlannedList};
use super::project::Project;
use crate::data::{Dataset, Table, Value};

/// How many columns have their longest text shown.
const COLUMNS: usize = 4;

/// How many documents show rare characters.
const RARE: usize = 2;

/// How far references are followed: award → member → city.
const DEPTH: usize = 3;

/// Keeps the extreme documents of each job, and says why.
pub(super) fn extreme(project: &Project, data: &Dataset, plan: &mut Plan) {
    let mut kept = PlannedList::default();
    let mut documents = plan.documents.iter().peekable();
    let mut first = 0;
    while let Some(job) = documents.peek().map(|document| document.job) {
        let of_job = std::iter::from_fn(|| documents.next_if(|document| document.job == job));
        let texts: Vec<Texts> = of_job.map(|d| Texts::of(project, data, &d)).collect();
        for (index, reasons) in pick(&texts) {
            let Some(document) = plan.documents.get(first + index) else { continue };
            plan.reasons.insert(document.output.to_string(), reasons.join("; "));
            kept.push(&document);
        }
        first += texts.len();
    }
    drop(documents);
    plan.documents = kept;
}

/// What there is to know of a document's row.
#[derive(Debug, Default)]
struct Texts {
    /// Columns, by `name` or `member.name`, and the widths of their texts.
    columns: Vec<(String, usize)>,
    /// How wide all is.
    width: usize,
    empty: usize,
    /// The characters, each once, sorted.
    characters: Vec<char>,
}

impl Texts {
    fn of(project: &Project, data: &Dataset, document: &Planned) -> Texts {
        let mut texts = Texts::default();
        if let Some(row) = plan::table_row(project, data, document.job, document.row) {
            texts.add(data, row, "", DEPTH);
        }
        texts.characters.sort_unstable();
        texts.characters.dedup();
        texts
    }

    fn add(&mut self, data: &Dataset, (table, row): (&Table, usize), prefix: &str, depth: usize) {
        for (column, value) in table.columns.iter().zip(&plan::row_values(table, row)) {
            if let Value::Ref(to) = value {
                let target = column.target.and_then(|target| data.tables.get(target));
                if let (Some(target), Some(depth)) = (target, depth.checked_sub(1)) {
                    let prefix = format!("{prefix}{}.", column.name);
                    self.add(data, (target, *to as usize), &prefix, depth);
                }
                continue;
            }
            let text = value.key();
            let width = text.chars().map(width).sum();
            self.empty += usize::from(text.is_empty());
            self.width += width;
            self.characters.extend(text.chars().filter(|c| !c.is_whitespace()));
            self.columns.push((format!("{prefix}{}", column.name), width));
        }
    }
}

/// A character's share of a line: Han, kana and Hangul are twice as wide as letters.
fn width(c: char) -> usize {
    match c {
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff01}'..='\u{ff60}'
        | '\u{20000}'..='\u{3ffff}' => 2,
        _ => 1,
    }
}

/// Indices of extreme rows, ascending, with why each is.
fn pick(rows: &[Texts]) -> BTreeMap<usize, Vec<String>> {
    let mut picked: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    let mut take = |index: Option<usize>, why: String| {
        if let Some(index) = index {
            picked.entry(index).or_default().push(why);
        }
    };
    // `max_by_key` gives the last of equals; the first is wanted.
    let first_max = |value: &dyn Fn(&Texts) -> usize| {
        rows.iter().enumerate().rev().max_by_key(|(_, row)| value(row)).map(|(index, _)| index)
    };
    let longest = first_max(&|row| row.width);
    let shortest = rows.iter().enumerate().min_by_key(|(_, row)| row.width).map(|(index, _)| index);
    take(longest, "the most text".into());
    take(shortest.filter(|_| rows.len() > 1), "the least text".into());
    for (name, index) in uneven_columns(rows) {
        take(Some(index), format!("the longest `{name}`"));
    }
    for (character, index) in rarest(rows) {
        let code = u32::from(character);
        take(Some(index), format!("a rare character: \"{character}\" (U+{code:04X})"));
    }
    let emptiest = first_max(&|row| row.empty).filter(|index| rows[*index].empty > 0);
    if let Some(index) = emptiest {
        let cells = if rows[index].empty == 1 { "cell" } else { "cells" };
        take(emptiest, format!("the most empty {cells}: {}", rows[index].empty));
    }
    picked
}

/// The columns whose longest text is longest in comparison with the median, and the row of that text.
fn uneven_columns(rows: &[Texts]) -> Vec<(&str, usize)> {
    let mut columns: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
    for (index, row) in rows.iter().enumerate() {
        for (name, width) in &row.columns {
            columns.entry(name).or_default().push((*width, index));
        }
    }
    let mut uneven: Vec<(f64, &str, usize)> = columns
        .into_iter()
        .filter_map(|(name, mut widths)| {
            // Wide before narrow, then early before late.
            widths.sort_unstable_by_key(|(width, index)| (std::cmp::Reverse(*width), *index));
            let (longest, index) = *widths.first()?;
            let (median, _) = widths[widths.len() / 2];
            (longest > median).then(|| (longest as f64 / median.max(1) as f64, name, index))
        })
        .collect();
    uneven.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    uneven.into_iter().take(COLUMNS).map(|(_, name, index)| (name, index)).collect()
}

/// The rows with the rarest characters, with one of these each: what is in many rows is not rare.
fn rarest(rows: &[Texts]) -> Vec<(char, usize)> {
    let mut counts: FxHashMap<char, usize> = FxHashMap::default();
    for character in rows.iter().flat_map(|row| &row.characters) {
        *counts.entry(*character).or_default() += 1;
    }
    let mut found: Vec<(char, usize)> = Vec::new();
    while found.len() < RARE {
        let is_rare = |c: &&char| {
            // Letters and figures of ASCII are in every face.
            !c.is_ascii() && counts[*c] * 10 <= rows.len() && found.iter().all(|(f, _)| f != *c)
        };
        let of_row = |(index, row): (usize, &Texts)| {
            let mut rare: Vec<char> = row.characters.iter().filter(is_rare).copied().collect();
            rare.sort_by_key(|c| (counts[c], *c));
            let first = *rare.first()?;
            (!found.iter().any(|(_, taken)| *taken == index)).then_some((
                counts[&first],
                std::cmp::Reverse(rare.len()),
                index,
                first,
            ))
        };
        match rows.iter().enumerate().filter_map(of_row).min() {
            Some((.., index, character)) => found.push((character, index)),
            None => break,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, note: &str) -> Texts {
        let columns = [("name", name), ("note", note)];
        let all: String = [name, note].concat();
        let mut characters: Vec<char> = all.chars().collect();
        characters.sort_unstable();
        characters.dedup();
        let width = |text: &str| text.chars().map(super::width).sum();
        Texts {
            columns: columns.map(|(column, text)| (column.to_string(), width(text))).to_vec(),
            width: width(&all),
            empty: columns.iter().filter(|(_, text)| text.is_empty()).count(),
            characters,
        }
    }

    #[test]
    fn extremes_are_few_and_say_why() {
        let mut rows: Vec<Texts> = (0..30).map(|_| row("Sample", "ordinary")).collect();
        rows[4] = row("Sa", "ordinary");
        rows[7] = row("Sample", "");
        rows[11] = row("Sample of a very long name indeed", "ordinary");
        rows[19] = row("Šample", "ordinary");
        rows[23] = row("Ŝámple", "ordinary");
        let picked = pick(&rows);
        let picked: Vec<(usize, String)> =
            picked.into_iter().map(|(index, why)| (index, why.join("; "))).collect();
        let expected = [
            (7, "the least text; the most empty cell: 1"),
            (11, "the most text; the longest `name`"),
            (19, "a rare character: \"Š\" (U+0160)"),
            (23, "a rare character: \"á\" (U+00E1)"),
        ];
        assert_eq!(picked, expected.map(|(index, why)| (index, why.to_string())));
    }

    #[test]
    fn one_row_is_its_own_extreme() {
        assert_eq!(pick(&[row("a", "b")]).len(), 1);
        assert!(pick(&[]).is_empty());
    }
}
