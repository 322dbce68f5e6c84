//! References between tables, resolved both ways.
//!
//! Forward: a `ref` cell becomes the index of the row whose key it holds. Reverse: the table
//! referred to lists, for every row, the rows that refer to it, under the referring table's name.

use std::collections::BTreeMap;

use super::findings::Findings;
use super::read::ReadTable;
use super::schema::{ColumnType, TableSpec};
use super::table::{Column, NO_ROW, Reverse, Table};
use crate::diag::{Diagnostic, Severity, Span, nearest};
use crate::limits::FINDINGS;

/// Resolves the references of all tables.
pub(super) fn join(
    tables: &mut [ReadTable],
    specs: &BTreeMap<String, TableSpec>,
    found: &mut Vec<Diagnostic>,
) {
    for from in 0..tables.len() {
        let Some(spec) = specs.get(&tables[from].table.name) else { continue };
        let mut told = Findings::default();
        for column in 0..tables[from].table.columns.len() {
            let Column { name, kind, .. } = &tables[from].table.columns[column];
            if *kind != ColumnType::Ref {
                continue;
            }
            let target =
                spec.columns.get(name).and_then(|c| c.table.as_deref()).unwrap_or_default();
            match target_of(tables, from, target, spec.span.as_ref(), specs) {
                Ok(to) => join_column(tables, from, column, to, &mut told),
                Err(diagnostic) => {
                    if let Some(diagnostic) = diagnostic {
                        told.error(|| *diagnostic);
                    }
                    tables[from].table.refs.push((column, Vec::new()));
                }
            }
        }
        found.extend(told.into_all(&spec.file));
    }
}

/// The table a column refers to; no diagnostic if it could not be read, which is reported already.
fn target_of(
    tables: &[ReadTable],
    from: usize,
    target: &str,
    place: Option<&Span>,
    specs: &BTreeMap<String, TableSpec>,
) -> Result<usize, Option<Box<Diagnostic>>> {
    let error = |message: String| {
        let diagnostic = Diagnostic::error("bad-ref-table", message);
        match place {
            Some(span) => diagnostic.at(span.clone()),
            None => diagnostic,
        }
    };
    let from = &tables[from].table.name;
    let Some(spec) = specs.get(target) else {
        let names = specs.keys().map(String::as_str);
        let diagnostic =
            error(format!("table `{from}` refers to table `{target}`, which there is not"));
        let diagnostic = match nearest(target, names) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic,
        };
        return Err(Some(Box::new(diagnostic)));
    };
    if spec.key.is_none() {
        let message = format!("table `{from}` refers to table `{target}`, which has no key");
        let help = format!("name its key: [tables.{target}] key = …");
        return Err(Some(Box::new(error(message).help(help))));
    }
    tables.iter().position(|t| t.table.name == target).ok_or(None)
}

fn join_column(
    tables: &mut [ReadTable],
    from: usize,
    column: usize,
    to: usize,
    found: &mut Findings,
) {
    let (resolved, missed) = resolve(&tables[from].table, column, &tables[to]);
    let near = Suggestions::new(&tables[to].table, &missed);
    for (index, miss) in missed.iter().enumerate() {
        let (from, to) = (&tables[from].table, &tables[to].table);
        found.error(|| no_row(from, column, to, miss, near.get(index)));
    }
    let len = tables[to].table.len();
    let table = &mut tables[from].table;
    missed.iter().for_each(|miss| table.faulty.insert(miss.row));
    table.columns[column].target = Some(to);
    let name = reverse_name(table, column);
    let reverse = Reverse::new(name, from, len, &resolved);
    table.refs.push((column, resolved));
    let (from, to) = (table.name.clone(), &mut tables[to].table);
    if to.column(&reverse.name).is_some() {
        let message = format!(
            "column `{}` of table `{}` hides the list of rows of table `{from}` that refer to it",
            reverse.name, to.name
        );
        found.add(Severity::Warning, || Diagnostic::warning("hidden-rows", message));
        return;
    }
    to.reverse.push(reverse);
}

/// A cell that names no row.
struct Miss {
    row: usize,
    wanted: String,
}

/// The rows that the column's cells name.
fn resolve(table: &Table, column: usize, target: &ReadTable) -> (Vec<u32>, Vec<Miss>) {
    let Some(key) = target.table.key else { return (Vec::new(), Vec::new()) };
    let is_number = target.table.columns[key].kind == ColumnType::Int;
    let mut missed = Vec::new();
    let mut one = |row: usize| {
        let value = table.text_or_value(row, column);
        let text = value.key();
        if text.is_empty() {
            return NO_ROW;
        }
        let number = text.parse::<i64>().ok().filter(|_| is_number).map(|n| n.to_string());
        let wanted = number.as_deref().unwrap_or(&text);
        let is_it = |row: &usize| target.table.text_or_value(*row, key).key() == wanted;
        let hit = target.keys_of(key).and_then(|keys| keys.rows(wanted).find(is_it));
        match hit {
            Some(hit) => hit as u32,
            None => {
                // What is not told needs no words.
                let told = missed.len() < FINDINGS;
                let wanted = if told { wanted.to_string() } else { String::new() };
                missed.push(Miss { row, wanted });
                NO_ROW
            }
        }
    };
    let resolved = (0..table.len()).map(&mut one).collect();
    (resolved, missed)
}

/// Keys that those who wrote others may have meant.
struct Suggestions(Vec<Option<String>>);

/// Most pairs of a key and one that is missing that are compared for a column.
const COMPARISONS: usize = 2_000_000;

impl Suggestions {
    /// For the first of the missing keys, in one pass over the target's rows.
    fn new(target: &Table, missed: &[Miss]) -> Suggestions {
        let Some(key) = target.key.filter(|_| !missed.is_empty()) else {
            return Suggestions(Vec::new());
        };
        let most = (COMPARISONS / target.len().max(1)).clamp(1, FINDINGS);
        let missed = &missed[..missed.len().min(most)];
        let mut best: Vec<Option<String>> = vec![None; missed.len()];
        for row in 0..target.len() {
            let value = target.text_or_value(row, key);
            let candidate = value.key();
            for (best, miss) in best.iter_mut().zip(missed) {
                let zeros = |key: &str| is_same_but_zeros(key, &miss.wanted);
                if best.as_deref().is_some_and(zeros) {
                    continue;
                }
                if zeros(&candidate) {
                    *best = Some(candidate.to_string());
                    continue;
                }
                let known = best.as_deref().into_iter();
                let better = nearest(&miss.wanted, known.chain([candidate.as_ref()]));
                if better == Some(&*candidate) && best.as_deref() != Some(&*candidate) {
                    *best = Some(candidate.to_string());
                }
            }
        }
        Suggestions(best)
    }

    fn get(&self, miss: usize) -> Option<&str> {
        self.0.get(miss)?.as_deref()
    }
}

fn no_row(
    table: &Table,
    column: usize,
    target: &Table,
    miss: &Miss,
    near: Option<&str>,
) -> Diagnostic {
    let name = &table.columns[column].name;
    let wanted = &miss.wanted;
    // A column is only joined to a table that has a key.
    let key = target.key.map_or("key", |key| &target.columns[key].name);
    let message =
        format!("column `{name}`: no row of table `{}` has the {key} {wanted:?}", target.name);
    let diagnostic =
        Diagnostic::error("ref-to-no-row", message).at(table.cell_span(miss.row, column));
    match near {
        Some(near) if is_same_but_zeros(near, wanted) => diagnostic
            .help(format!("there is {near:?}: spreadsheets drop the leading zeros of what they take for a number"))
            .help("format the column as text there, and write the zeros again"),
        Some(near) => diagnostic.help(format!("did you mean {near:?}?")),
        None => diagnostic,
    }
}

/// Whether two keys differ in leading zeros alone.
fn is_same_but_zeros(a: &str, b: &str) -> bool {
    a != b && a.trim_start_matches('0') == b.trim_start_matches('0')
}

/// The referring table's name; with the column's where it refers more than once to one table.
fn reverse_name(from: &Table, column: usize) -> String {
    let refs = from.columns.iter().filter(|c| c.kind == ColumnType::Ref).count();
    let alone = refs == 1
        || !from.columns[..column]
            .iter()
            .any(|c| c.kind == ColumnType::Ref && c.target == from.columns[column].target);
    if alone {
        from.name.clone()
    } else {
        format!("{}_by_{}", from.name, from.columns[column].name)
    }
}
