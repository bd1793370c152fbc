//! A choice and its mappings as `[applications.…]` of the configuration. Written by hand, because
//! what a person will read and keep should look as a person would write it; a test reads it back
//! with the configuration's own parser.

use std::fmt::Write as _;

use super::choice::{Choice, Tables};
use crate::mapping::{Kind, Mapping, Parameter};
use crate::operation::Operation;

pub(super) fn application(
    tables: &Tables<'_>,
    choice: &Choice,
    mappings: &[(Operation, Mapping)],
) -> String {
    let name = key(&choice.application);
    let mut text = String::new();
    let _ = writeln!(
        text,
        "# Generated from the tables {}, {} and {}.",
        one_line(&tables.users.name.to_string()),
        one_line(&tables.entitlements.name.to_string()),
        one_line(&tables.link.name.to_string())
    );
    let _ = writeln!(text, "[applications.{name}]");
    let mut set = |key: &str, value: &str| {
        let _ = writeln!(text, "{key} = {}", string(value));
    };
    set("connection", &choice.connection);
    set("profile", "columns");
    set("compatibility", "original");
    set("user_id_column", &choice.user_id);
    if let Some(status) = &choice.status {
        set("status_column", &status.column);
        set("active_value", &status.active);
    }
    set("absent_fields", "keep");
    set("entitlement_id_column", choice.entitlement_id_field());
    set(
        "entitlement_display_column",
        choice.entitlement_display_field(),
    );
    if let Some(description) = &choice.entitlement_description {
        set("entitlement_description_column", description);
    }
    let _ = writeln!(
        text,
        "secret_columns = {}",
        strings(&choice.secret, usize::MAX)
    );
    for (operation, mapping) in mappings {
        let _ = writeln!(
            text,
            "\n[applications.{name}.operations.{}]",
            operation.key()
        );
        let kind = match mapping.kind {
            Kind::Sql => "sql",
            Kind::Procedure => "procedure",
        };
        let _ = writeln!(text, "kind = \"{kind}\"");
        let _ = writeln!(text, "statement = {}", string(&mapping.statement));
        if !mapping.parameters.is_empty() {
            let parameters: Vec<String> = mapping
                .parameters
                .iter()
                .map(|parameter| match parameter {
                    Parameter::Field(field) => string(field),
                    Parameter::Constant(fixed) => {
                        format!("{{ constant = {} }}", string(&fixed.constant))
                    }
                    Parameter::Out(out) => format!("{{ out = {} }}", string(&out.out)),
                    Parameter::Cursor(cursor) => {
                        format!("{{ cursor = {} }}", string(&cursor.cursor))
                    }
                })
                .collect();
            let _ = writeln!(text, "parameters = {}", array(&parameters, 96));
        }
        if let Some(import) = &mapping.import {
            let _ = writeln!(text, "import = {}", string(import));
        }
    }
    text
}

/// A bare key where TOML allows one.
fn key(name: &str) -> String {
    let bare = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    if bare {
        name.to_owned()
    } else {
        format!("\"{}\"", escaped(name, false))
    }
}

/// A string as it is best read: as it stands where TOML allows that, escaped where it does not.
fn string(text: &str) -> String {
    let plain = !text.chars().any(|c| c.is_control() && c != '\n');
    let lines = text.contains('\n');
    if !lines && !text.contains(['"', '\\']) {
        return format!("\"{}\"", escaped(text, false));
    }
    if plain && !lines && !text.contains('\'') {
        return format!("'{text}'");
    }
    if plain && !text.contains("'''") && !text.ends_with('\'') {
        return format!("'''\n{text}'''");
    }
    format!("\"\"\"\n{}\"\"\"", escaped(text, true))
}

fn strings(texts: &[String], width: usize) -> String {
    let texts: Vec<String> = texts.iter().map(|text| string(text)).collect();
    array(&texts, width)
}

fn array(items: &[String], width: usize) -> String {
    let one = format!("[{}]", items.join(", "));
    if one.chars().count() <= width {
        return one;
    }
    format!("[\n    {},\n]", super::statements::list(items, 4))
}

fn escaped(text: &str, keep_lines: bool) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' if keep_lines => escaped.push('\n'),
            '"' | '\\' => {
                escaped.push('\\');
                escaped.push(character);
            }
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            control if control.is_control() => {
                let _ = write!(escaped, "\\u{:04X}", u32::from(control));
            }
            other => escaped.push(other),
        }
    }
    escaped
}

/// For a comment: a name's line break must not end it.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
