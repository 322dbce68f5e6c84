//! What a template may name: the shape of the variables, known before any row is rendered.

use std::collections::BTreeMap;

use crate::data::{Column, ColumnType, Dataset, Table};

/// How many references a template can follow from the job's row: `award.member.awards[0].member`
/// takes three. Rows refer to each other in circles, so there must be an end.
pub const STEPS_FROM_ROW: u8 = 3;
/// How many from a row of `tables`.
pub const STEPS_FROM_TABLES: u8 = STEPS_FROM_ROW - 1;

/// The shape of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Not known beforehand.
    Any,
    /// Text, a number, a day, a truth value: something without parts.
    Plain,
    /// A row of a table, from which so many references can still be followed.
    Row { table: usize, steps: u8 },
    /// A list.
    List(Box<Shape>),
    /// An object with these parts.
    Object(BTreeMap<String, Shape>),
}

impl Shape {
    /// The shape of a ready value.
    pub(super) fn of(value: &tera::Value) -> Shape {
        if let Some(map) = value.as_map() {
            let part = |(key, value): (&tera::value::Key, &tera::Value)| {
                (key.to_string(), Shape::of(value))
            };
            return Shape::Object(map.iter().map(part).collect());
        }
        match value.as_array() {
            Some(items) => Shape::List(Box::new(items.first().map_or(Shape::Any, Shape::of))),
            None => Shape::Plain,
        }
    }

    /// The shape of an element, when looped over or indexed.
    pub(super) fn element(&self) -> Shape {
        match self {
            Shape::List(element) => (**element).clone(),
            _ => Shape::Any,
        }
    }
}

/// Why a part cannot be had.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoPart {
    /// There is none of that name; what it is that lacks it, and the names there are.
    Unknown { of: String, names: Vec<String> },
    /// There is one, but too many references have been followed.
    TooFar,
}

/// The part `name` of a value of that shape.
pub(super) fn part(dataset: &Dataset, shape: &Shape, name: &str) -> Result<Shape, NoPart> {
    let none = |of: &str, names: Vec<String>| NoPart::Unknown { of: of.to_string(), names };
    match shape {
        Shape::Any => Ok(Shape::Any),
        Shape::Plain => Err(none("a plain value", Vec::new())),
        Shape::List(_) => Err(none("a list", Vec::new())),
        Shape::Object(parts) => match parts.get(name) {
            Some(shape) => Ok(shape.clone()),
            None => Err(none("", parts.keys().cloned().collect())),
        },
        Shape::Row { table, steps } => {
            let table = &dataset.tables[*table];
            match row_part(table, *steps, name) {
                Some(found) => found.ok_or(NoPart::TooFar),
                None => Err(none(&format!("table `{}`", table.name), row_names(table))),
            }
        }
    }
}

fn row_part(table: &Table, steps: u8, name: &str) -> Option<Option<Shape>> {
    if let Some(column) = table.columns.iter().find(|c| c.name == name) {
        return Some(column_shape(column, steps));
    }
    let reverse = table.reverse.iter().find(|r| r.name == name)?;
    let row = |steps| Shape::List(Box::new(Shape::Row { table: reverse.table, steps }));
    Some(steps.checked_sub(1).map(row))
}

/// The shape of a row's cell, none if it is a reference that leads too far.
fn column_shape(column: &Column, steps: u8) -> Option<Shape> {
    match (column.kind, column.target) {
        (ColumnType::Ref, Some(table)) => {
            steps.checked_sub(1).map(|steps| Shape::Row { table, steps })
        }
        (ColumnType::Ref, None) => Some(Shape::Any),
        (ColumnType::List, _) => Some(Shape::List(Box::new(Shape::Plain))),
        _ => Some(Shape::Plain),
    }
}

fn row_names(table: &Table) -> Vec<String> {
    let columns = table.columns.iter().map(|c| c.name.clone());
    columns.chain(table.reverse.iter().map(|r| r.name.clone())).collect()
}
