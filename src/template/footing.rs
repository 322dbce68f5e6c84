//! What a document rests on: digests of rows with all that a template can see through them.
//!
//! Input: the tables and what a job's templates mention. Output: one digest a row, which covers its cells,
//! the rows it refers to, step by step, and the lists of rows that refer to it. It is the shape of
//! [`Rows::build`](super::context::Rows) with digests for values: a part that `build` leaves out is left out here.

use std::sync::{PoisonError, RwLock};

use rustc_hash::FxHashMap;

use super::context::Rows;
use super::mentions::Mentions;
use super::shape::STEPS_FROM_TABLES;
use crate::data::{Dataset, Value};

/// How many digests of rows that others refer to are kept.
const MAX_KEPT: usize = 1 << 16;

/// What all rows of a job rest on.
pub(super) struct Footing {
    /// Digest of the tables that are mentioned as `tables`.
    pub tables: [u8; 32],
    /// Whether `row` is mentioned: on which line a row stands.
    pub sees_place: bool,
    /// One a table: its columns' names and types, and the lists that are mentioned.
    columns: Vec<[u8; 32]>,
    /// By table, row and steps left.
    kept: RwLock<FxHashMap<(usize, usize, u8), [u8; 32]>>,
}

impl Footing {
    /// What the rows of a job with these mentions rest on.
    pub fn new(dataset: &Dataset, mentions: &Mentions, rows: &Rows) -> Footing {
        // The whole context can be asked for by this name.
        let all = mentions.has("__tera_context");
        let columns = (0..dataset.tables.len()).map(|index| columns(dataset, rows, index));
        let mut footing = Footing {
            tables: [0; 32],
            sees_place: all || mentions.has("row"),
            columns: columns.collect(),
            kept: RwLock::default(),
        };
        if all || mentions.has("tables") {
            footing.tables = tables(dataset, mentions, rows, &footing);
        }
        footing
    }
}

fn columns(dataset: &Dataset, rows: &Rows, index: usize) -> [u8; 32] {
    let table = &dataset.tables[index];
    let mut hasher = blake3::Hasher::new();
    for column in &table.columns {
        text(&mut hasher, &column.name);
        hasher.update(&[column.kind as u8]);
    }
    for (key, _) in &rows.tables[index].lists {
        text(&mut hasher, &key.to_string());
    }
    *hasher.finalize().as_bytes()
}

fn tables(dataset: &Dataset, mentions: &Mentions, rows: &Rows, footing: &Footing) -> [u8; 32] {
    let walk = Walk { dataset, rows, footing };
    let mut hasher = blake3::Hasher::new();
    for (index, table) in dataset.tables.iter().enumerate() {
        if mentions.has(&table.name) {
            text(&mut hasher, &table.name);
            for row in 0..table.len() {
                hasher.update(&walk.digest(index, row, STEPS_FROM_TABLES));
            }
        }
    }
    *hasher.finalize().as_bytes()
}

/// A text with its length, so that neighbours cannot be told apart in two ways.
fn text(hasher: &mut blake3::Hasher, text: &str) {
    hasher.update(&(text.len() as u64).to_le_bytes());
    hasher.update(text.as_bytes());
}

/// From row to row.
pub(super) struct Walk<'a> {
    pub dataset: &'a Dataset,
    pub rows: &'a Rows,
    pub footing: &'a Footing,
}

impl Walk<'_> {
    /// The digest of a row from which so many references can be followed.
    pub fn digest(&self, table: usize, row: usize, steps: u8) -> [u8; 32] {
        let data = &self.dataset.tables[table];
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.footing.columns[table]);
        for (cell, column) in data.row(row).cells.iter().zip(&data.columns) {
            match (cell, column.target) {
                (Value::Ref(row), Some(target)) => {
                    if let Some(steps) = steps.checked_sub(1) {
                        hasher.update(&self.referred(target, *row as usize, steps));
                    }
                }
                (cell, _) => value(&mut hasher, cell),
            }
        }
        let lists = if steps == 0 { &[][..] } else { &self.rows.tables[table].lists };
        for (_, index) in lists {
            let reverse = &data.reverse[*index];
            let rows = reverse.rows_of(row);
            hasher.update(&(rows.len() as u64).to_le_bytes());
            for row in rows {
                hasher.update(&self.referred(reverse.table, *row as usize, steps - 1));
            }
        }
        *hasher.finalize().as_bytes()
    }

    /// The digest of a row that others refer to; kept, for they may be many.
    fn referred(&self, table: usize, row: usize, steps: u8) -> [u8; 32] {
        let key = (table, row, steps);
        let kept = &self.footing.kept;
        if let Some(known) = kept.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return *known;
        }
        let digest = self.digest(table, row, steps);
        let mut kept = kept.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < MAX_KEPT {
            kept.insert(key, digest);
        }
        digest
    }
}

fn value(hasher: &mut blake3::Hasher, value: &Value) {
    let mut tagged = |tag: u8, bytes: &[u8]| {
        hasher.update(&[tag]);
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    };
    match value {
        Value::Null | Value::Ref(_) => tagged(0, &[]),
        Value::Text(text) => tagged(1, text.as_bytes()),
        Value::Int(number) => tagged(2, &number.to_le_bytes()),
        Value::Decimal(text) => tagged(3, text.as_bytes()),
        Value::Bool(value) => tagged(4, &[u8::from(*value)]),
        Value::Date(day) => tagged(5, day.to_string().as_bytes()),
        Value::List(items) => {
            tagged(6, &(items.len() as u64).to_le_bytes());
            for item in items {
                tagged(7, item.as_bytes());
            }
        }
        Value::Loaded(text) => tagged(8, text.as_bytes()),
    }
}
