//! What a typed cell holds.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::civil::Date;

/// The value of a cell. 24 bytes, text of a cell included by one allocation.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// An empty cell of a column that is not text (an empty text is a text).
    #[default]
    Null,
    /// Text, in NFC, without blanks at its ends; also an `enum`'s value and a `path`.
    Text(Box<str>),
    /// A whole number.
    Int(i64),
    /// A decimal number in plain notation, its digits as typed: `1.50`.
    Decimal(Box<str>),
    /// Yes or no.
    Bool(bool),
    /// A day.
    Date(Date),
    /// The items of a list.
    List(Box<[Box<str>]>),
    /// The text of a file that the cell names.
    Loaded(Arc<str>),
    /// A row, by its index, of the table the column refers to.
    Ref(u32),
}

impl Value {
    /// The value as a key: equal texts for equal values.
    pub fn key(&self) -> Cow<'_, str> {
        match self {
            Value::Null => Cow::Borrowed(""),
            Value::Text(text) | Value::Decimal(text) => Cow::Borrowed(text),
            Value::Loaded(text) => Cow::Borrowed(text),
            Value::Int(number) => Cow::Owned(number.to_string()),
            Value::Bool(value) => Cow::Owned(value.to_string()),
            Value::Date(date) => Cow::Owned(date.to_string()),
            Value::List(items) => Cow::Owned(items.join("\u{1f}")),
            Value::Ref(row) => Cow::Owned(row.to_string()),
        }
    }

    /// Whether the cell was empty.
    pub fn is_empty(&self) -> bool {
        match self {
            Value::Null => true,
            Value::Text(text) => text.is_empty(),
            Value::List(items) => items.is_empty(),
            _ => false,
        }
    }
}
