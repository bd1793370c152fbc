//! Rows as a document that a person takes away: CSV, JSON, one JSON object a line, INSERT statements.
//!
//! **Invariant:** what is written here is text for people and other programs. Sluice never runs it:
//! its own statements are made in [`super::select`], with bound values. Secret columns are none of a
//! document's columns; who reads the rows leaves them out.
//!
//! To add a format: a variant of [`Format`] with its arms in [`Document`].

mod insert;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::catalogue::{ObjectName, TypeKind};
use crate::config::Dialect;
use crate::value::Value;

/// In which form rows leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "DocumentFormat")]
pub enum Format {
    /// RFC 4180 in UTF-8, with a line of names. NULL is an empty field, empty text is `""`. A text that
    /// a spreadsheet would run as a formula has an apostrophe before it.
    Csv,
    /// An array of objects. Numbers that JSON cannot hold exactly are texts, bytes are base64.
    Json,
    /// The same objects, one a line.
    Ndjson,
    /// A statement for each row, in the words of the dialect.
    Insert,
}

impl Format {
    /// What a file of it is called, without a point.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Insert => "sql",
        }
    }
}

/// What a file with rows of a table is called: the table, when (UTC), the format's ending. Letters and
/// digits of the name stay, anything else is a `_`: a table may be called `../x`.
pub fn file_name(table: &ObjectName, wall_us: i64, format: Format) -> String {
    let plain = |c: char| if c.is_alphanumeric() { c } else { '_' };
    let name: String = table.name.chars().take(60).map(plain).collect();
    let at = jiff::Timestamp::from_microsecond(wall_us).unwrap_or_default();
    let at = at.strftime("%Y%m%d-%H%M%S");
    format!("{name}-{at}.{}", format.extension())
}

/// A column of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(rename = "DocumentHeading")]
pub struct Heading {
    pub name: String,
    /// What the database says of its type; `Other` where that is not known.
    #[serde(default)]
    pub kind: TypeKind,
}

/// A document that is being written. What it writes goes to the end of a buffer, which the caller may
/// empty at any time.
pub struct Document {
    format: Format,
    dialect: Dialect,
    headings: Vec<Heading>,
    /// What each INSERT begins with.
    insert: String,
    rows: u64,
}

impl Document {
    /// A document without rows. `table` is whom the INSERT statements are for.
    pub fn new(
        format: Format,
        dialect: Dialect,
        table: &ObjectName,
        headings: Vec<Heading>,
    ) -> Self {
        let insert = insert::beginning(dialect, table, &headings);
        Self {
            format,
            dialect,
            headings,
            insert,
            rows: 0,
        }
    }

    /// What stands before the first row.
    pub fn begin(&self, out: &mut Vec<u8>) {
        match self.format {
            Format::Csv => {
                for (index, heading) in self.headings.iter().enumerate() {
                    separate(index, out);
                    csv_text(&heading.name, out);
                }
                out.extend_from_slice(b"\r\n");
            }
            Format::Json => out.push(b'['),
            Format::Ndjson | Format::Insert => {}
        }
    }

    /// A row, one value for each heading.
    pub fn row(&mut self, row: &[Value], out: &mut Vec<u8>) {
        let cells = self.headings.iter().zip(row);
        match self.format {
            Format::Csv => {
                for (index, (_, value)) in cells.enumerate() {
                    separate(index, out);
                    csv_value(value, out);
                }
                out.extend_from_slice(b"\r\n");
            }
            Format::Json | Format::Ndjson => {
                if self.format == Format::Json {
                    out.extend_from_slice(if self.rows == 0 { b"\n" } else { b",\n" });
                }
                let object: serde_json::Map<String, serde_json::Value> = cells
                    .map(|(heading, value)| (heading.name.clone(), value.to_json()))
                    .collect();
                out.extend_from_slice(serde_json::Value::Object(object).to_string().as_bytes());
                if self.format == Format::Ndjson {
                    out.push(b'\n');
                }
            }
            Format::Insert => {
                out.extend_from_slice(self.insert.as_bytes());
                for (index, (heading, value)) in cells.enumerate() {
                    if index > 0 {
                        out.extend_from_slice(b", ");
                    }
                    let literal = insert::literal(self.dialect, heading.kind, value);
                    out.extend_from_slice(literal.as_bytes());
                }
                out.extend_from_slice(b");\n");
            }
        }
        self.rows += 1;
    }

    /// What stands after the last row.
    pub fn end(&self, out: &mut Vec<u8>) {
        if self.format == Format::Json {
            out.extend_from_slice(if self.rows == 0 { b"]\n" } else { b"\n]\n" });
        }
    }

    /// Rows so far.
    pub fn rows(&self) -> u64 {
        self.rows
    }
}

fn separate(index: usize, out: &mut Vec<u8>) {
    if index > 0 {
        out.push(b',');
    }
}

fn csv_value(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Null => {}
        Value::Text(text) => csv_text(text, out),
        // Their own characters only: no number, boolean or base64 needs quotes or begins a formula.
        Value::Bool(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
        other => {
            let text = other.to_text().unwrap_or_default();
            if matches!(other, Value::Json(_)) {
                csv_text(&text, out);
            } else {
                out.extend_from_slice(text.as_bytes());
            }
        }
    }
}

/// A text as a field. A first character that makes a spreadsheet calculate gets an apostrophe before
/// it (OWASP, "CSV Injection"); an apostrophe is what spreadsheets themselves write before such a text.
fn csv_text(text: &str, out: &mut Vec<u8>) {
    let calculates = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let quoted = text.is_empty() || text.contains([',', '"', '\r', '\n']) || text.trim() != text;
    if quoted {
        out.push(b'"');
    }
    if calculates {
        out.push(b'\'');
    }
    if quoted {
        out.extend_from_slice(text.replace('"', "\"\"").as_bytes());
        out.push(b'"');
    } else {
        out.extend_from_slice(text.as_bytes());
    }
}

/// A cell of a page as it went to the screen, back as the value it was.
///
/// The screens have numbers beyond 2^53 and decimals as texts and bytes as base64; the column's kind
/// tells what they were.
pub fn from_screen(kind: TypeKind, json: &serde_json::Value) -> Value {
    use base64::Engine as _;
    match (kind, json) {
        (TypeKind::Bytes, serde_json::Value::String(text)) => {
            base64::engine::general_purpose::STANDARD
                .decode(text)
                .map_or_else(|_| Value::Text(text.clone()), Value::Bytes)
        }
        (
            TypeKind::Decimal
            | TypeKind::Integer { .. }
            | TypeKind::Unsigned { .. }
            | TypeKind::Float,
            serde_json::Value::String(text),
        ) => Value::Decimal(text.clone()),
        (_, serde_json::Value::Number(number)) if number.is_f64() => {
            number.as_f64().map_or(Value::Null, Value::Float)
        }
        _ => Value::from_json(json),
    }
}
