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

/// How many digests are kept of rows that others refer to and that see [`FEW`] rows in lists or less.
const QUICK: usize = 1 << 12;

/// A row whose lists are no longer is quickly summed up again.
const FEW: usize = 16;

/// What all rows of a job rest on.
pub(super) struct Footing {
    /// The tables that are mentioned as `tables`.
    pub tables: Ground,
    /// Whether `row` is mentioned: on which line a row stands.
    pub sees_place: bool,
    /// One a table: its columns' names and types, and the lists that are mentioned.
    columns: Vec<[u8; 32]>,
    kept: RwLock<Kept>,
}

/// What rows come to that others refer to, by table, row and steps left: a row may be referred to many times.
#[derive(Default)]
struct Kept {
    /// Of rows with short lists, for a while: there may be a million.
    quick: FxHashMap<(usize, usize, u8), Ground>,
    /// Of rows with long lists, of which there are few: a row is in one list each time that somebody refers to it.
    slow: FxHashMap<(usize, usize, u8), Ground>,
}

/// What a row comes to, with all that can be seen through it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ground {
    /// Digest of all of it.
    pub digest: [u8; 32],
    /// Whether an error was found in none of its rows.
    pub is_sound: bool,
}

impl Footing {
    /// What the rows of a job with these mentions rest on.
    pub fn new(dataset: &Dataset, mentions: &Mentions, rows: &Rows) -> Footing {
        // The whole context can be asked for by this name.
        let all = mentions.has("__tera_context");
        let columns = (0..dataset.tables.len()).map(|index| columns(dataset, rows, index));
        let mut footing = Footing {
            tables: Ground { digest: [0; 32], is_sound: true },
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

fn tables(dataset: &Dataset, mentions: &Mentions, rows: &Rows, footing: &Footing) -> Ground {
    let walk = Walk { dataset, rows, footing };
    let mut sum = Sum::new();
    for (index, table) in dataset.tables.iter().enumerate() {
        if mentions.has(&table.name) {
            text(&mut sum.hasher, &table.name);
            (0..table.len()).for_each(|row| sum.add(&walk.ground(index, row, STEPS_FROM_TABLES)));
        }
    }
    sum.ground()
}

/// Grounds on the way to another.
struct Sum {
    hasher: blake3::Hasher,
    is_sound: bool,
}

impl Sum {
    fn new() -> Sum {
        Sum { hasher: blake3::Hasher::new(), is_sound: true }
    }

    fn add(&mut self, part: &Ground) {
        self.hasher.update(&part.digest);
        self.is_sound &= part.is_sound;
    }

    fn ground(&self) -> Ground {
        Ground { digest: *self.hasher.finalize().as_bytes(), is_sound: self.is_sound }
    }
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
    /// What a row comes to from which so many references can be followed.
    pub fn ground(&self, table: usize, row: usize, steps: u8) -> Ground {
        let data = &self.dataset.tables[table];
        let mut sum = Sum::new();
        sum.is_sound = !data.is_faulty(row);
        sum.hasher.update(&self.footing.columns[table]);
        for (cell, column) in data.row(row).cells.iter().zip(&data.columns) {
            match (cell, column.target) {
                (Value::Ref(row), Some(target)) => {
                    if let Some(steps) = steps.checked_sub(1) {
                        sum.add(&self.referred(target, *row as usize, steps));
                    }
                }
                (cell, _) => value(&mut sum.hasher, cell),
            }
        }
        let lists = if steps == 0 { &[][..] } else { &self.rows.tables[table].lists };
        for (_, index) in lists {
            let reverse = &data.reverse[*index];
            let rows = reverse.rows_of(row);
            // A row that is wrong may be one that should be in the list.
            sum.is_sound &= !self.dataset.tables[reverse.table].has_faulty_rows();
            sum.hasher.update(&(rows.len() as u64).to_le_bytes());
            for row in rows {
                sum.add(&self.referred(reverse.table, *row as usize, steps - 1));
            }
        }
        sum.ground()
    }

    /// What a row comes to that others refer to; kept, for they may be many.
    fn referred(&self, table: usize, row: usize, steps: u8) -> Ground {
        let key = (table, row, steps);
        let known = self.footing.kept.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.quick.get(&key).or_else(|| known.slow.get(&key)) {
            return *known;
        }
        drop(known);
        let ground = self.ground(table, row, steps);
        let mut kept = self.footing.kept.write().unwrap_or_else(PoisonError::into_inner);
        if self.has_long_lists(table, row, steps) {
            kept.slow.insert(key, ground);
        } else {
            if kept.quick.len() >= QUICK {
                kept.quick.clear();
            }
            kept.quick.insert(key, ground);
        }
        ground
    }

    fn has_long_lists(&self, table: usize, row: usize, steps: u8) -> bool {
        let reverse = &self.dataset.tables[table].reverse;
        let mut lists = self.rows.tables[table].lists.iter();
        steps > 0 && lists.any(|(_, index)| reverse[*index].rows_of(row).len() > FEW)
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
