//! Changing a configuration's text: a mapping, or what an application says of its columns.
//!
//! **Invariant:** what is not changed stays as it was written, byte by byte: comments, order, spelling
//! of values. A key is written only where its value differs from what stands there, or from its
//! default where nothing does. Nothing is written to a file here; whether a text can be used is for
//! [`super::Workspace::parse`] to say.
//!
//! To write another key of an application: a line in [`put_settings`] or [`put_mapping`], and a test
//! that reads it back.

use toml_edit::{
    Array, DocumentMut, InlineTable, Item, RawString, Table, TableLike, TomlError, Value,
};

use super::{AbsentFields, ConfigError, Field, OnEmpty, OnNull, Settings};
use crate::mapping::{Kind, Mapping, Parameter, RowContract};
use crate::moment::Kind as MomentKind;
use crate::operation::Operation;

mod application;
mod connection;
mod difference;
mod keys;
mod promotion;
mod settings;

pub use application::{put_application, remove_application};
pub use connection::{put_connection, remove_connection};
pub use difference::{Touched, touched};
pub use keys::{Put, put_keys};
pub use promotion::{KEPT, KEPT_OF_CONNECTION, Promotion, promote};
pub use settings::{EndpointSettings, RecordSettings, put_endpoint, put_levels, put_record};

/// How long a line of a list may become, in characters; as in what `generate` writes.
const WIDTH: usize = 96;
/// Before each further line of a list.
const INDENT: &str = "\n    ";

/// The text with a mapping put in the place of the one it has, or added.
///
/// # Errors
/// [`ConfigError`]: the text is no TOML, or has no such application.
pub fn put_mapping(
    text: &str,
    application: &str,
    operation: Operation,
    mapping: &Mapping,
) -> Result<String, ConfigError> {
    let mut document = read(text)?;
    let application = application_of(&mut document, application)?;
    let operations = child(application, "operations", true)?;
    let table = child(operations, operation.key(), false)?;
    let table = table_of(table, operation.key())?;
    if mapping.enabled {
        // What is not said is on.
        if table.contains_key("enabled") {
            set(table, "enabled", true.into());
        }
    } else {
        set(table, "enabled", false.into());
    }
    let kind = match mapping.kind {
        Kind::Sql => "sql",
        Kind::Procedure => "procedure",
    };
    set(table, "kind", kind.into());
    set(table, "statement", mapping.statement.as_str().into());
    put_parameters(table, &mapping.parameters);
    put(table, "import", mapping.import.as_deref().map(Value::from));
    let rows = mapping.rows.map(|rows| match rows {
        RowContract::One => "one",
        RowContract::OneOrNone => "one_or_none",
        RowContract::Any => "any",
    });
    put(table, "rows", rows.map(Value::from));
    Ok(document.to_string())
}

/// The text with what an application says of its columns.
///
/// # Errors
/// As [`put_mapping`].
pub fn put_settings(
    text: &str,
    application: &str,
    settings: &Settings,
) -> Result<String, ConfigError> {
    let mut document = read(text)?;
    let item = application_of(&mut document, application)?;
    let table = table_of(item, application)?;
    let word = |text: &str| Some(Value::from(text));
    let optional = |text: &Option<String>| text.as_deref().map(Value::from);
    let flag = |on: bool| Some(Value::from(on));
    let list = |texts: &[String]| (!texts.is_empty()).then(|| spellings(texts));
    let absent = |policy| match policy {
        AbsentFields::Keep => "keep",
        AbsentFields::Null => "null",
    };
    // Each with the default that stands for a key that is not there.
    let keys: [(&str, Option<Value>, Option<Value>); 12] = [
        (
            "user_id_column",
            word(&settings.user_id_column),
            word("USER_ID"),
        ),
        ("status_column", optional(&settings.status_column), None),
        ("active_value", list(&settings.active_value), word("1")),
        ("inactive_value", list(&settings.inactive_value), None),
        ("changed_column", optional(&settings.changed_column), None),
        (
            "entitlement_id_column",
            word(&settings.entitlement_id_column),
            word("ENT_ID"),
        ),
        (
            "entitlement_display_column",
            word(&settings.entitlement_display_column),
            word("ENT_NAME"),
        ),
        (
            "entitlement_description_column",
            optional(&settings.entitlement_description_column),
            None,
        ),
        (
            "several_statements",
            flag(settings.several_statements),
            flag(false),
        ),
        (
            "absent_fields",
            word(absent(settings.absent_fields)),
            word("keep"),
        ),
        (
            "single_entitlement",
            flag(settings.single_entitlement),
            flag(false),
        ),
        (
            "secret_columns",
            Some(array(&settings.secret_columns)),
            Some(array(&[])),
        ),
    ];
    for (key, value, default) in keys {
        put_unless(table, key, value, default.as_ref());
    }
    put_fields(item, settings, absent)?;
    Ok(document.to_string())
}

fn put_fields(
    application: &mut Item,
    settings: &Settings,
    absent: impl Fn(AbsentFields) -> &'static str,
) -> Result<(), ConfigError> {
    if settings.fields.is_empty() {
        if let Some(table) = application.as_table_like_mut() {
            table.remove("fields");
        }
        return Ok(());
    }
    let fields = child(application, "fields", true)?;
    let table = table_of(fields, "fields")?;
    let gone: Vec<String> = table
        .iter()
        .map(|(column, _)| column.to_owned())
        .filter(|column| !settings.fields.contains_key(column))
        .collect();
    for column in gone {
        table.remove(&column);
    }
    for (column, field) in &settings.fields {
        let Field {
            absent: of,
            null,
            empty,
            kind,
            column_format,
            wire_format,
            zone,
            wire_zone,
            moment: _,
        } = field;
        let own = table_of(child(fields, column, false)?, column)?;
        put(own, "absent", of.map(|of| absent(of).into()));
        let null = match null {
            OnNull::Clear => "clear",
            OnNull::Keep => "keep",
        };
        put_unless(own, "null", Some(null.into()), Some(&"clear".into()));
        let empty = match empty {
            OnEmpty::Empty => "empty",
            OnEmpty::Null => "null",
            OnEmpty::Keep => "keep",
        };
        put_unless(own, "empty", Some(empty.into()), Some(&"empty".into()));
        let kind = kind.map(|kind| match kind {
            MomentKind::Date => "date",
            MomentKind::DateTime => "datetime",
        });
        put(own, "type", kind.map(Value::from));
        for (key, text) in [
            ("column_format", column_format),
            ("wire_format", wire_format),
            ("zone", zone),
            ("wire_zone", wire_zone),
        ] {
            put(own, key, text.as_deref().map(Value::from));
        }
    }
    Ok(())
}

/// The text with a mapping as another text has it, with its comments; without it where the other text
/// has none.
///
/// # Errors
/// As [`put_mapping`], for either text.
pub fn take_mapping(
    text: &str,
    from: &str,
    application: &str,
    operation: Operation,
) -> Result<String, ConfigError> {
    let mut other = read(from)?;
    let item = application_of(&mut other, application)
        .ok()
        .and_then(|table| {
            let operations = table.as_table_like_mut()?.get_mut("operations")?;
            let operations = operations.as_table_like_mut()?;
            operations.remove(operation.key())
        });
    let mut document = read(text)?;
    let table = application_of(&mut document, application)?;
    let operations = table_of(child(table, "operations", true)?, "operations")?;
    match item {
        Some(mut item) => {
            if let (Item::Table(new), Some(Item::Table(old))) =
                (&mut item, operations.get(operation.key()))
            {
                new.set_position(old.position());
            } else if let Item::Table(new) = &mut item {
                new.set_position(None);
            }
            operations.insert(operation.key(), item);
        }
        None => {
            operations.remove(operation.key());
        }
    }
    Ok(document.to_string())
}

/// Whether a text itself has a mapping of an operation.
pub fn has_mapping(text: &str, application: &str, operation: Operation) -> bool {
    read(text).is_ok_and(|mut document| {
        let table = application_of(&mut document, application).ok();
        let operations = table.and_then(|table| table.get("operations"));
        operations.is_some_and(|all| all.get(operation.key()).is_some())
    })
}

/// The part of a text that is an operation's mapping, as it is written; empty where there is none, or
/// where it stands in an inline table.
pub fn mapping_text(text: &str, application: &str, operation: Operation) -> String {
    let Ok(mut document) = read(text) else {
        return String::new();
    };
    let Ok(table) = application_of(&mut document, application) else {
        return String::new();
    };
    let operations = table.get("operations").and_then(Item::as_table_like);
    let Some(Item::Table(table)) = operations.and_then(|all| all.get(operation.key())) else {
        return String::new();
    };
    let before = table.decor().prefix().and_then(RawString::as_str);
    format!(
        "{}[applications.{application}.operations.{}]\n{table}",
        before.unwrap_or_default().trim_start(),
        operation.key()
    )
}

fn read(text: &str) -> Result<DocumentMut, ConfigError> {
    text.parse::<DocumentMut>().map_err(|error: TomlError| {
        let line = error
            .span()
            .map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
        ConfigError {
            line,
            cause: format!("The file cannot be read: {}.", error.message()),
            remedy: "Correct this line.".to_owned(),
        }
    })
}

fn application_of<'a>(
    document: &'a mut DocumentMut,
    name: &str,
) -> Result<&'a mut Item, ConfigError> {
    document
        .get_mut("applications")
        .and_then(Item::as_table_like_mut)
        .and_then(|all| all.get_mut(name))
        .ok_or_else(|| {
            ConfigError::new(
                format!("The configuration has no application \"{name}\"."),
                "Look at the file: it may have been taken out or renamed.",
            )
        })
}

/// The table under a key; made where it is not there, as an inline one inside of an inline one. An
/// `implicit` one has no header of its own.
fn child<'a>(parent: &'a mut Item, key: &str, implicit: bool) -> Result<&'a mut Item, ConfigError> {
    let inline = parent.is_inline_table();
    let Some(table) = parent.as_table_like_mut() else {
        return Err(no_table(key));
    };
    if !table.contains_key(key) {
        let item = if inline {
            Item::Value(Value::InlineTable(InlineTable::new()))
        } else {
            let mut table = Table::new();
            table.set_implicit(implicit);
            if !implicit {
                table.decor_mut().set_prefix("\n");
            }
            Item::Table(table)
        };
        table.insert(key, item);
    }
    table.get_mut(key).ok_or_else(|| no_table(key))
}

/// The table that an item is.
fn table_of<'a>(item: &'a mut Item, key: &str) -> Result<&'a mut dyn TableLike, ConfigError> {
    item.as_table_like_mut().ok_or_else(|| no_table(key))
}

fn no_table(key: &str) -> ConfigError {
    ConfigError::new(format!("\"{key}\" is no table."), "Correct the file.")
}

/// Sets a key, and leaves it as it is written where it says the same already.
fn set(table: &mut dyn TableLike, key: &str, mut value: Value) {
    if let Some(item) = table.get_mut(key)
        && let Some(old) = item.as_value()
    {
        if means(old, &value) {
            return;
        }
        // A comment behind the value belongs to the key.
        *value.decor_mut() = old.decor().clone();
        *item = Item::Value(value);
        return;
    }
    table.insert(key, Item::Value(value));
}

/// Sets a key, or takes it out.
fn put(table: &mut dyn TableLike, key: &str, value: Option<Value>) {
    match value {
        Some(value) => set(table, key, value),
        None => {
            table.remove(key);
        }
    }
}

/// As [`put`], and a key that is not there is not added only to say its default.
fn put_unless(table: &mut dyn TableLike, key: &str, value: Option<Value>, default: Option<&Value>) {
    let usual = match (&value, default) {
        (Some(value), Some(default)) => means(value, default),
        _ => false,
    };
    if !usual || table.contains_key(key) {
        put(table, key, value);
    }
}

/// Whether two values say the same; a list of one text says what the text alone says.
fn means(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::String(a), Value::String(b)) => a.value() == b.value(),
        (Value::Boolean(a), Value::Boolean(b)) => a.value() == b.value(),
        (Value::Integer(a), Value::Integer(b)) => a.value() == b.value(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| means(a, b))
        }
        (Value::InlineTable(a), Value::InlineTable(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(key, value)| b.get(key).is_some_and(|other| means(value, other)))
        }
        (Value::Array(list), text @ Value::String(_))
        | (text @ Value::String(_), Value::Array(list)) => {
            list.len() == 1 && list.get(0).is_some_and(|only| means(only, text))
        }
        _ => false,
    }
}

fn spellings(texts: &[String]) -> Value {
    match texts {
        [one] => Value::from(one.as_str()),
        several => array(several),
    }
}

fn array(texts: &[String]) -> Value {
    Value::Array(texts.iter().map(String::as_str).collect())
}

fn put_parameters(table: &mut dyn TableLike, parameters: &[Parameter]) {
    let values: Vec<Value> = parameters.iter().map(parameter_value).collect();
    let old = table.get("parameters").and_then(Item::as_array).cloned();
    let Some(old) = old else {
        if !values.is_empty() {
            set(table, "parameters", Value::Array(laid_out(values)));
        }
        return;
    };
    let same = old.len() == values.len() && old.iter().zip(&values).all(|(a, b)| means(a, b));
    if same {
        return;
    }
    if values.is_empty() {
        table.remove("parameters");
        return;
    }
    let mut left: Vec<Option<&Value>> = old.iter().map(Some).collect();
    let mut array = Array::new();
    let mut columns = 0;
    for (index, value) in values.into_iter().enumerate() {
        let kept = left
            .iter_mut()
            .find(|old| old.is_some_and(|old| means(old, &value)))
            .and_then(Option::take);
        let mut value = kept.cloned().unwrap_or_else(|| {
            let mut value = value;
            value
                .decor_mut()
                .set_prefix(if index == 0 { "" } else { " " });
            value
        });
        if index == 0
            && let Some(first) = old.get(0)
        {
            // Where the list begins, on this line or on the next, it goes on to begin.
            if kept.is_none() || !is_broken(&value) && is_broken(first) {
                let prefix = first.decor().prefix().cloned().unwrap_or_default();
                value.decor_mut().set_prefix(prefix);
            }
        }
        columns = if is_broken(&value) { 0 } else { columns } + value.to_string().len() + 1;
        // What stood there keeps its line, however long.
        if columns > WIDTH && kept.is_none() {
            value.decor_mut().set_prefix(INDENT);
            columns = value.to_string().len();
        }
        array.push_formatted(value);
    }
    array.set_trailing(old.trailing().clone());
    array.set_trailing_comma(old.trailing_comma());
    let mut value = Value::Array(array);
    if let Some(before) = table.get("parameters").and_then(Item::as_value) {
        *value.decor_mut() = before.decor().clone();
    }
    table.insert("parameters", Item::Value(value));
}

fn is_broken(value: &Value) -> bool {
    let prefix = value.decor().prefix().and_then(RawString::as_str);
    prefix.is_some_and(|prefix| prefix.contains('\n'))
}

fn parameter_value(parameter: &Parameter) -> Value {
    let named = |key: &str, text: &str| {
        let mut table = InlineTable::new();
        table.insert(key, text.into());
        Value::InlineTable(table)
    };
    match parameter {
        Parameter::Field(field) => field.as_str().into(),
        Parameter::Constant(fixed) => named("constant", &fixed.constant),
        Parameter::Out(out) => named("out", &out.out),
        Parameter::Cursor(cursor) => named("cursor", &cursor.cursor),
    }
}

/// A list on one line, or on several where it would be longer than [`WIDTH`].
fn laid_out(values: Vec<Value>) -> Array {
    let long = values
        .iter()
        .map(|v| v.to_string().len() + 2)
        .sum::<usize>()
        > WIDTH;
    let mut array = Array::new();
    let mut columns = WIDTH;
    for (index, mut value) in values.into_iter().enumerate() {
        let size = value.to_string().trim().len() + 2;
        columns += size;
        let prefix = match (long, columns > WIDTH) {
            (true, true) => {
                columns = size;
                INDENT
            }
            _ if index == 0 => "",
            _ => " ",
        };
        value.decor_mut().set_prefix(prefix);
        array.push_formatted(value);
    }
    if long {
        array.set_trailing("\n");
        array.set_trailing_comma(true);
    }
    array
}

#[cfg(test)]
mod tests;
