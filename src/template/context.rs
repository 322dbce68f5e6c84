//! Rows as template variables, at a cost per row that does not grow with the tables.
//!
//! A job's template sees its row under the job's `as` name, and `project`, `job`, `row` and
//! `tables`. Rows refer to each other in circles, so a row is built with so many steps of
//! references ([`STEPS_FROM_ROW`]); rows that are referred to are built once for each number of
//! steps left and shared, the last [`KEPT`] of a table, so that a table as long as the job's does not pile up in
//! memory. Lists of referring rows are only built where the job's templates
//! mention their name: a member with a million awards costs nothing to one who prints its name.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use serde::Serialize;
use tera::value::Key;
use tera::{Map, Value};

use super::footing::{Footing, Ground, Walk};
use super::mentions::Mentions;
use super::shape::{STEPS_FROM_ROW, STEPS_FROM_TABLES, Shape};
use crate::data::{self, Dataset, Table};

/// The variables of one document.
#[derive(Clone, Debug, Default)]
pub struct Context(pub(super) tera::Context);

impl Context {
    /// Adds a variable.
    pub fn insert(&mut self, name: &str, value: &impl Serialize) {
        self.0.insert(name.to_string(), value);
    }
}

/// The table of which each row is a document, and the row's name in the template.
#[derive(Clone, Copy, Debug)]
pub struct Each<'a> {
    /// `each`, the table.
    pub table: &'a str,
    /// `as`, the row's name.
    pub name: &'a str,
}

/// What the documents of one job share.
pub struct Scope {
    dataset: Arc<Dataset>,
    each: Option<(usize, String)>,
    /// `project`, `job`, `tables`: the same in every document.
    shared: tera::Context,
    shapes: Vec<(String, Shape)>,
    rows: Rows,
    footing: Footing,
}

impl Scope {
    /// The scope of a job. `project` and `job` are what the template sees under these names.
    /// None if `each` names a table that there is not.
    pub fn new(
        dataset: Arc<Dataset>,
        project: &impl Serialize,
        job: &impl Serialize,
        each: Option<Each>,
        mentions: &Mentions,
    ) -> Option<Scope> {
        let rows = Rows::new(&dataset, mentions);
        let mut shared = tera::Context::new();
        shared.insert("project", project);
        shared.insert("job", job);
        let mut shapes: Vec<(String, Shape)> = ["project", "job"]
            .iter()
            .filter_map(|name| Some((name.to_string(), Shape::of(shared.get(name)?))))
            .collect();
        shapes.push(("tables".to_string(), tables_shape(&dataset)));
        if mentions.has("tables") {
            shared.insert_value("tables", rows.tables(&dataset, mentions));
        }
        let each = match each {
            None => None,
            Some(each) => Some((dataset.table_index(each.table)?, each.name.to_string())),
        };
        if let Some((table, name)) = &each {
            shapes.push((name.clone(), Shape::Row { table: *table, steps: STEPS_FROM_ROW }));
            let parts = ["number", "line", "file"].map(|n| (n.to_string(), Shape::Plain));
            shapes.push(("row".to_string(), Shape::Object(parts.into_iter().collect())));
        }
        let footing = Footing::new(&dataset, mentions, &rows);
        Some(Scope { dataset, each, shared, shapes, rows, footing })
    }

    /// What the templates of this job can see of a row: its cells, the rows that it refers to and the lists that are
    /// mentioned, as far as references can be followed; the tables, if they are mentioned; where the row stands,
    /// only if that is. `project` and `job` are not in it. Two documents of a job with one digest have the same text.
    pub fn ground(&self, row: Option<usize>) -> Ground {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.footing.tables.digest);
        let mut is_sound = self.footing.tables.is_sound;
        if let (Some((table, _)), Some(row)) = (&self.each, row) {
            let walk = Walk { dataset: &self.dataset, rows: &self.rows, footing: &self.footing };
            let ground = walk.ground(*table, row, STEPS_FROM_ROW);
            hasher.update(&ground.digest);
            is_sound &= ground.is_sound;
            if self.footing.sees_place {
                let table = &self.dataset.tables[*table];
                let record = table.row(row);
                hasher.update(&record.number.to_le_bytes());
                hasher.update(&record.line.to_le_bytes());
                hasher.update(table.file().as_bytes());
            }
        }
        Ground { digest: *hasher.finalize().as_bytes(), is_sound }
    }

    /// The variables of the document of a row, or of the job's only document.
    pub fn context(&self, row: Option<usize>) -> Context {
        let mut context = self.shared.clone();
        if let (Some((table, name)), Some(row)) = (&self.each, row) {
            let value = self.rows.build(&self.dataset, *table, row, STEPS_FROM_ROW);
            context.insert_value(name.clone(), value);
            let table = &self.dataset.tables[*table];
            let record = table.row(row);
            let mut place = Map::with_capacity(3);
            place.insert(Key::Str("number"), Value::from(record.number));
            place.insert(Key::Str("line"), Value::from(record.line));
            place.insert(Key::Str("file"), Value::from(table.file()));
            context.insert_value("row", Value::from(place));
        }
        Context(context)
    }

    /// Says that there is a variable whose values have the shape of this one.
    pub fn declare(&mut self, name: &str, value: &impl Serialize) {
        let mut context = tera::Context::new();
        context.insert(name.to_owned(), value);
        let shape = context.get(name).map(Shape::of);
        self.shapes.extend(shape.map(|shape| (name.to_owned(), shape)));
    }

    /// The tables.
    pub fn dataset(&self) -> &Arc<Dataset> {
        &self.dataset
    }

    /// The shape of the variable `name`.
    pub(super) fn shape(&self, name: &str) -> Option<&Shape> {
        self.shapes.iter().find(|(n, _)| n == name).map(|(_, shape)| shape)
    }

    /// The variables' names.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.shapes.iter().map(|(name, _)| name.as_str())
    }
}

fn tables_shape(dataset: &Dataset) -> Shape {
    let one = |(index, table): (usize, &Table)| {
        let row = Shape::Row { table: index, steps: STEPS_FROM_TABLES };
        (table.name.clone(), Shape::List(Box::new(row)))
    };
    Shape::Object(dataset.tables.iter().enumerate().map(one).collect())
}

/// Rows as values; those referred to are kept, by table and steps left.
pub(super) struct Rows {
    pub tables: Vec<TableRows>,
}

pub(super) struct TableRows {
    /// One a column.
    keys: Vec<Key<'static>>,
    /// One for each list of referring rows that is mentioned: its index in `Table::reverse`.
    pub lists: Vec<(Key<'static>, usize)>,
    shared: [OnceLock<Vec<Slot>>; STEPS_FROM_ROW as usize],
}

/// How many rows of a table are kept for each number of steps.
const KEPT: usize = 4096;

/// A row that was built, with its index. A row has one place, which it shares with others.
type Slot = Mutex<Option<(usize, Value)>>;

impl Rows {
    fn new(dataset: &Dataset, mentions: &Mentions) -> Rows {
        let key = |name: &str| Key::from(name.to_string());
        let one = |table: &Table| TableRows {
            keys: table.columns.iter().map(|c| key(&c.name)).collect(),
            lists: table
                .reverse
                .iter()
                .enumerate()
                .filter(|(_, reverse)| mentions.has(&reverse.name))
                .map(|(index, reverse)| (key(&reverse.name), index))
                .collect(),
            shared: Default::default(),
        };
        Rows { tables: dataset.tables.iter().map(one).collect() }
    }

    /// `tables`: every table that is mentioned, as the list of its rows.
    fn tables(&self, dataset: &Dataset, mentions: &Mentions) -> Value {
        let mut tables = Map::new();
        for (index, table) in dataset.tables.iter().enumerate() {
            if mentions.has(&table.name) {
                let rows = 0..table.len();
                let rows: Vec<Value> =
                    rows.map(|row| self.get(dataset, index, row, STEPS_FROM_TABLES)).collect();
                tables.insert(Key::from(table.name.clone()), Value::from(rows));
            }
        }
        Value::from(tables)
    }

    /// The shared value of a row.
    fn get(&self, dataset: &Dataset, table: usize, row: usize, steps: u8) -> Value {
        let slots = self.tables[table].shared[usize::from(steps)].get_or_init(|| {
            let count = dataset.tables[table].len().clamp(1, KEPT);
            (0..count).map(|_| Slot::default()).collect()
        });
        let slot = || slots[row % slots.len()].lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, value)) = slot().as_ref().filter(|(kept, _)| *kept == row) {
            return value.clone();
        }
        let value = self.build(dataset, table, row, steps);
        *slot() = Some((row, value.clone()));
        value
    }

    /// The value of a row, made anew.
    fn build(&self, dataset: &Dataset, table: usize, row: usize, steps: u8) -> Value {
        let (data, known) = (&dataset.tables[table], &self.tables[table]);
        let mut map = Map::with_capacity(known.keys.len() + known.lists.len());
        let record = data.row(row);
        let cells = record.cells.iter();
        for ((key, column), cell) in known.keys.iter().zip(&data.columns).zip(cells) {
            let value = match (cell, column.target) {
                (data::Value::Ref(row), Some(target)) => match steps.checked_sub(1) {
                    Some(steps) => self.get(dataset, target, *row as usize, steps),
                    None => continue,
                },
                (cell, _) => plain(cell),
            };
            map.insert(key.clone(), value);
        }
        let lists = if steps == 0 { &[][..] } else { &known.lists };
        for (key, index) in lists {
            let reverse = &data.reverse[*index];
            let rows = reverse.rows_of(row).iter();
            let rows: Vec<Value> = rows
                .map(|row| self.get(dataset, reverse.table, *row as usize, steps - 1))
                .collect();
            map.insert(key.clone(), Value::from(rows));
        }
        Value::from(map)
    }
}

/// A cell that is no reference. Days are ISO texts, decimals their digits as typed (`| float` to
/// reckon with them).
fn plain(cell: &data::Value) -> Value {
    match cell {
        data::Value::Null | data::Value::Ref(_) => Value::none(),
        data::Value::Text(text) | data::Value::Decimal(text) => Value::from(&**text),
        data::Value::Loaded(text) => Value::from(&**text),
        data::Value::Int(number) => Value::from(*number),
        data::Value::Bool(value) => Value::from(*value),
        data::Value::Date(day) => Value::from(day.to_string()),
        data::Value::List(items) => {
            Value::from(items.iter().map(|item| Value::from(&**item)).collect::<Vec<_>>())
        }
    }
}
