//! References between tables, resolved both ways.
//!
//! Forward: a `ref` cell becomes the index of the row whose key it holds. Reverse: the table
//! referred to lists, for every row, the rows that refer to it, under the referring table's name.

use rustc_hash::FxHashMap;

use super::schema::{ColumnType, TableSpec};
use super::table::{Reverse, Table};
use super::value::Value;
use crate::diag::{Diagnostic, Severity, Span, nearest};

/// Resolves the references of all tables.
pub(super) fn join(
    tables: &mut [Table],
    spec_of: &dyn Fn(&str) -> Option<TableSpec>,
    found: &mut Vec<Diagnostic>,
) {
    for from in 0..tables.len() {
        let Some(spec) = spec_of(&tables[from].name) else { continue };
        for column in 0..tables[from].columns.len() {
            if tables[from].columns[column].kind != ColumnType::Ref {
                continue;
            }
            let name = &tables[from].columns[column].name;
            let target = spec.columns.get(name).and_then(|c| c.table.clone()).unwrap_or_default();
            match target_of(tables, from, &target, spec.span.as_ref(), spec_of) {
                Ok(to) => join_column(tables, from, column, to, found),
                Err(diagnostic) => {
                    found.extend(diagnostic.map(|d| *d));
                    clear(&mut tables[from], column);
                }
            }
        }
    }
}

/// The table a column refers to; no diagnostic if it could not be read, which is reported already.
fn target_of(
    tables: &[Table],
    from: usize,
    target: &str,
    place: Option<&Span>,
    spec_of: &dyn Fn(&str) -> Option<TableSpec>,
) -> Result<usize, Option<Box<Diagnostic>>> {
    let error = |message: String| {
        let diagnostic = Diagnostic::error("bad-ref-table", message);
        match place {
            Some(span) => diagnostic.at(span.clone()),
            None => diagnostic,
        }
    };
    let from = &tables[from].name;
    let Some(spec) = spec_of(target) else {
        let names = tables.iter().map(|t| t.name.as_str());
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
    tables.iter().position(|t| t.name == target).ok_or(None)
}

fn clear(table: &mut Table, column: usize) {
    for record in &mut table.records {
        record.cells[column] = Value::Null;
    }
}

fn join_column(
    tables: &mut [Table],
    from: usize,
    column: usize,
    to: usize,
    found: &mut Vec<Diagnostic>,
) {
    let resolved = resolve(&tables[from], column, &tables[to], found);
    let mut pairs = Vec::new();
    for (row, target) in resolved.iter().enumerate() {
        tables[from].records[row].cells[column] = match target {
            Some(index) => {
                pairs.push((*index, row as u32));
                Value::Ref(*index)
            }
            None => Value::Null,
        };
    }
    tables[from].columns[column].target = Some(to);
    let name = reverse_name(&tables[from], column);
    let len = tables[to].records.len();
    if tables[to].column(&name).is_some() {
        let message = format!(
            "column `{name}` of table `{}` hides the list of rows of table `{}` that refer to it",
            tables[to].name, tables[from].name
        );
        found.push(Diagnostic::new(Severity::Warning, "hidden-rows", message));
        return;
    }
    tables[to].reverse.push(Reverse::new(name, from, len, &pairs));
}

/// The rows that the column's cells name.
fn resolve(
    table: &Table,
    column: usize,
    target: &Table,
    found: &mut Vec<Diagnostic>,
) -> Vec<Option<u32>> {
    let Some(key) = target.key else { return vec![None; table.records.len()] };
    let is_number = target.columns[key].kind == ColumnType::Int;
    let mut rows = FxHashMap::default();
    for (row, record) in target.records.iter().enumerate() {
        rows.entry(record.cells[key].key()).or_insert(row as u32);
    }
    let mut one = |(row, value): (usize, &Value)| {
        let text = value.key();
        if text.is_empty() {
            return None;
        }
        let number = text.parse::<i64>().ok().filter(|_| is_number).map(|n| n.to_string());
        let wanted = number.as_deref().unwrap_or(&text);
        let hit = rows.get(wanted).copied();
        if hit.is_none() {
            found.push(no_row(table, [row, column], target, key, wanted));
        }
        hit
    };
    let values = table.records.iter().map(|r| &r.cells[column]).enumerate();
    values.map(&mut one).collect()
}

fn no_row(
    table: &Table,
    [row, column]: [usize; 2],
    target: &Table,
    key: usize,
    wanted: &str,
) -> Diagnostic {
    let name = &table.columns[column].name;
    let key_name = &target.columns[key].name;
    let message =
        format!("column `{name}`: no row of table `{}` has the {key_name} {wanted:?}", target.name);
    let diagnostic = Diagnostic::error("ref-to-no-row", message).at(table.cell_span(row, column));
    let keys: Vec<_> = target.records.iter().map(|r| r.cells[key].key()).collect();
    match nearest(wanted, keys.iter().map(|k| k.as_ref())) {
        Some(near) => diagnostic.help(format!("did you mean {near:?}?")),
        None => diagnostic,
    }
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
