//! What a SQLite file says of itself, from its pragmas and `sqlite_schema`; its routines are the
//! scripts of `SLUICE_PROCEDURES`.
//!
//! A schema is an attached file. Objects of the file that was opened are named without a schema:
//! several statements (CREATE INDEX … ON, REFERENCES) take no other name. SQLite keeps no names of
//! foreign keys and primary keys to ask for, so they are described.
//!
//! **Invariant:** names that go into a text are quoted identifiers; everything else is bound.
//!
//! To answer one more question: an arm in [`answer`] and a function that asks for its rows.

use sluice_core::catalogue::{
    Catalogue, Column, ForeignKey, Grant, Key, KeyKind, ObjectName, Question, Reference, Relation,
    RelationKind, Rights, Routine, RoutineKind, Schema,
};
use sluice_core::config::Dialect;
use sluice_core::plan::{BoundParameter, Direction};
use sluice_core::ports::Collected;
use sluice_core::quote;
use sluice_core::{DatabaseError, DatabaseErrorKind, Value};

use super::{Handle, Sqlite, procedure, run, types};
use crate::text::Text;

const MAIN: &str = "main";

const SCHEMAS: &str = "SELECT name FROM pragma_database_list WHERE name <> 'temp' ORDER BY seq";

/// In the order in which SQLite looks up a name: temporary ones, the file, attached files.
const RELATIONS: &str = "SELECT t.schema, t.name, t.type, t.wr, s.sql \
     FROM pragma_table_list t JOIN pragma_database_list d ON d.name = t.schema \
     LEFT JOIN main.sqlite_schema s ON t.schema = 'main' AND s.type = 'view' AND s.name = t.name \
     WHERE t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND t.type <> 'shadow' \
     AND (?1 IS NULL OR t.schema = ?1 COLLATE NOCASE) \
     AND (?2 IS NULL OR t.name = ?2 COLLATE NOCASE) \
     ORDER BY d.seq <> 1, d.seq, t.name";

const COLUMNS: &str = "SELECT name, type, \"notnull\", dflt_value, pk, hidden \
     FROM pragma_table_xinfo(?1, ?2) WHERE hidden <> 1 ORDER BY cid";

/// A partial index holds for some rows only, so it says nothing of a look-up.
const INDEXES: &str = "SELECT name, \"unique\" FROM pragma_index_list(?1, ?2) \
     WHERE origin <> 'pk' AND partial = 0 ORDER BY \"unique\" DESC, seq DESC";

const INDEX: &str = "SELECT name FROM pragma_index_xinfo(?1, ?2) WHERE key = 1 ORDER BY seqno";

const FOREIGN_KEYS: &str = "SELECT id, \"table\", \"from\", \"to\" \
     FROM pragma_foreign_key_list(?1, ?2) ORDER BY id DESC, seq";

/// The tables that have a foreign key to another one.
const REFERRING: &str = "SELECT t.schema, t.name, t.type, t.wr FROM pragma_table_list t \
     WHERE t.schema = ?1 COLLATE NOCASE AND t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
     AND EXISTS (SELECT 1 FROM pragma_foreign_key_list(t.name, t.schema) f \
     WHERE f.\"table\" = ?2 COLLATE NOCASE) ORDER BY t.name";

/// Answers a question.
pub(super) async fn answer(
    database: &Sqlite,
    handle: &mut Handle,
    question: &Question,
) -> Result<Catalogue, DatabaseError> {
    let mut found = Catalogue::default();
    match question {
        Question::Schemas => {
            let rows = ask(handle, SCHEMAS, &[]).await?;
            // An unqualified name is looked up in all of them.
            let schemas = rows.iter().map(|row| Schema {
                name: text(row, 0),
                current: true,
            });
            found.schemas = schemas.collect();
        }
        Question::Relations { schema } => {
            let rows = ask(handle, RELATIONS, &[schema.as_deref(), None]).await?;
            found.relations = rows.iter().map(|row| Listed::of(row).relation()).collect();
        }
        Question::Relation(name) => {
            let sought = [name.schema.as_deref(), Some(name.name.as_str())];
            let rows = ask(handle, RELATIONS, &sought).await?;
            if let Some(row) = rows.first() {
                found.relations = vec![relation(handle, &Listed::of(row)).await?];
            }
        }
        Question::ReferencedBy(name) => {
            found.references = referenced_by(handle, name).await?;
        }
        Question::Routines { schema } => {
            found.routines = routines(handle, schema.as_deref(), None).await?;
            for routine in &mut found.routines {
                routine.source = None;
            }
        }
        Question::Routine(name) => {
            found.routines = routines(handle, name.schema.as_deref(), Some(&name.name)).await?;
        }
        Question::Rights => found.rights = Some(rights(database, handle)),
    }
    Ok(found)
}

/// A line of the list of tables.
struct Listed {
    schema: String,
    name: String,
    kind: String,
    without_rowid: bool,
    /// What a view of the file says of itself.
    comment: Option<String>,
}

impl Listed {
    fn of(row: &[Value]) -> Self {
        Self {
            schema: text(row, 0),
            name: text(row, 1),
            kind: text(row, 2),
            without_rowid: is(row, 3),
            comment: row
                .get(4)
                .and_then(Value::to_text)
                .and_then(|definition| words_before(query_of(&definition))),
        }
    }

    /// With nothing but its name and kind.
    fn relation(&self) -> Relation {
        let kind = match self.kind.as_str() {
            "table" => RelationKind::Table,
            "view" => RelationKind::View,
            _ => RelationKind::Other,
        };
        Relation {
            name: named(&self.schema, &self.name),
            kind,
            // What stands behind a virtual table is its module's own affair.
            transactional: (kind != RelationKind::Other).then_some(true),
            comment: self.comment.clone(),
            ..Relation::default()
        }
    }
}

fn named(schema: &str, name: &str) -> ObjectName {
    let schema = Some(schema).filter(|schema| !schema.eq_ignore_ascii_case(MAIN));
    ObjectName::new(schema, name)
}

/// The columns of a table or view with their types and nothing else; none where it does not exist.
pub(super) async fn columns(
    handle: &mut Handle,
    name: &ObjectName,
) -> Result<Vec<Column>, DatabaseError> {
    let sought = [name.schema.as_deref(), Some(name.name.as_str())];
    let rows = ask(handle, RELATIONS, &sought).await?;
    let Some(listed) = rows.first().map(|row| Listed::of(row)) else {
        return Ok(Vec::new());
    };
    let place = [Some(listed.name.as_str()), Some(listed.schema.as_str())];
    let columns = ask(handle, COLUMNS, &place).await?;
    let column = |row: &Vec<Value>| Column {
        name: text(row, 0),
        data_type: types::data_type(&text(row, 1)),
        ..Column::default()
    };
    Ok(columns.iter().map(column).collect())
}

async fn relation(handle: &mut Handle, listed: &Listed) -> Result<Relation, DatabaseError> {
    let place = [Some(listed.name.as_str()), Some(listed.schema.as_str())];
    let columns = ask(handle, COLUMNS, &place).await?;
    let mut relation = listed.relation();
    let mut primary: Vec<(i64, String)> = columns
        .iter()
        .filter_map(|row| Some((number(row, 4).filter(|place| *place > 0)?, text(row, 0))))
        .collect();
    primary.sort_unstable();
    // A single INTEGER key is another name of the row's own number, which SQLite hands out.
    let is_rowid = |row: &[Value]| {
        primary.len() == 1
            && !listed.without_rowid
            && number(row, 4) == Some(1)
            && text(row, 1).eq_ignore_ascii_case("INTEGER")
    };
    // The other primary keys of a table with row numbers do take NULL.
    let is_key_without_rowid = |row: &[Value]| listed.without_rowid && number(row, 4) > Some(0);
    relation.columns = columns
        .iter()
        .map(|row| Column {
            name: text(row, 0),
            data_type: types::data_type(&text(row, 1)),
            nullable: !(is(row, 2) || is_rowid(row) || is_key_without_rowid(row)),
            default: row.get(3).and_then(Value::to_text),
            // 2 and 3 are computed columns.
            generated: is_rowid(row) || number(row, 5) > Some(0),
            comment: None,
        })
        .collect();
    if !primary.is_empty() {
        relation.keys.push(Key {
            name: "PRIMARY KEY".to_owned(),
            kind: KeyKind::Primary,
            columns: primary.into_iter().map(|(_, column)| column).collect(),
        });
    }
    for row in ask(handle, INDEXES, &place).await? {
        let name = text(&row, 0);
        let columns = ask(handle, INDEX, &[Some(&name), Some(&listed.schema)]).await?;
        relation.keys.push(Key {
            kind: if is(&row, 1) {
                KeyKind::Unique
            } else {
                KeyKind::Index
            },
            columns: columns
                .iter()
                .map(|row| {
                    let column = row.first().and_then(Value::to_text);
                    column.unwrap_or_else(|| "(expression)".to_owned())
                })
                .collect(),
            name,
        });
    }
    relation.foreign_keys = foreign_keys(handle, listed).await?;
    let of_table = [Some(listed.name.as_str())];
    let triggers = schema_table(
        "SELECT name FROM ",
        &listed.schema,
        " WHERE type = 'trigger' AND tbl_name = ?1 COLLATE NOCASE ORDER BY name",
    );
    let triggers = ask(handle, &triggers, &of_table).await?;
    relation.triggers = triggers.iter().map(|row| text(row, 0)).collect();
    if relation.kind == RelationKind::View {
        let source = schema_table(
            "SELECT sql FROM ",
            &listed.schema,
            " WHERE type = 'view' AND name = ?1 COLLATE NOCASE",
        );
        let source = ask(handle, &source, &of_table).await?;
        let definition = source.first().map(|row| text(row, 0));
        relation.source = definition.map(|text| query_of(&text).to_owned());
    }
    Ok(relation)
}

/// A statement on the table of definitions of one file, whose name cannot be bound.
fn schema_table(before: &str, schema: &str, after: &str) -> String {
    let schema = quote::identifier(Dialect::Sqlite, schema);
    format!("{before}{schema}.sqlite_schema{after}") // identifiers only
}

async fn foreign_keys(
    handle: &mut Handle,
    listed: &Listed,
) -> Result<Vec<ForeignKey>, DatabaseError> {
    let place = [Some(listed.name.as_str()), Some(listed.schema.as_str())];
    let mut keys: Vec<(i64, ForeignKey)> = Vec::new();
    for row in ask(handle, FOREIGN_KEYS, &place).await? {
        let id = number(&row, 0).unwrap_or_default();
        if keys.last().is_none_or(|(last, _)| *last != id) {
            let key = ForeignKey {
                name: String::new(),
                columns: Vec::new(),
                // A reference never leaves its file.
                target: named(&listed.schema, &text(&row, 1)),
                target_columns: Vec::new(),
            };
            keys.push((id, key));
        }
        if let Some((_, key)) = keys.last_mut() {
            key.columns.push(text(&row, 2));
            key.target_columns
                .extend(row.get(3).and_then(Value::to_text));
        }
    }
    let mut found = Vec::with_capacity(keys.len());
    for (_, mut key) in keys {
        key.name = format!("FOREIGN KEY ({})", key.columns.join(", "));
        if key.target_columns.is_empty() {
            // Without columns it is the other table's primary key that is meant.
            let target = [Some(key.target.name.as_str()), Some(listed.schema.as_str())];
            let columns = ask(handle, COLUMNS, &target).await?;
            let mut primary: Vec<(Option<i64>, String)> = columns
                .iter()
                .map(|row| (number(row, 4), text(row, 0)))
                .filter(|(place, _)| *place > Some(0))
                .collect();
            primary.sort_unstable();
            key.target_columns = primary.into_iter().map(|(_, column)| column).collect();
        }
        found.push(key);
    }
    Ok(found)
}

/// SQLite keeps references with the table that has them only, so all tables of the file are asked.
async fn referenced_by(
    handle: &mut Handle,
    name: &ObjectName,
) -> Result<Vec<Reference>, DatabaseError> {
    let schema = name.schema.as_deref().unwrap_or(MAIN);
    let referring = ask(handle, REFERRING, &[Some(schema), Some(&name.name)]).await?;
    let mut found = Vec::new();
    for row in &referring {
        let listed = Listed::of(row);
        for key in foreign_keys(handle, &listed).await? {
            if key.target.name.eq_ignore_ascii_case(&name.name) {
                found.push(Reference {
                    from: named(&listed.schema, &listed.name),
                    key,
                });
            }
        }
    }
    Ok(found)
}

/// The query of a view's definition: what stands behind the first AS outside quotes and brackets.
fn query_of(definition: &str) -> &str {
    let bytes = definition.as_bytes();
    let (mut index, mut depth) = (0, 0_i32);
    while index < bytes.len() {
        let closing = match bytes[index] {
            b'\'' => Some(b'\''),
            b'"' => Some(b'"'),
            b'`' => Some(b'`'),
            b'[' => Some(b']'),
            b'(' => {
                depth += 1;
                None
            }
            b')' => {
                depth -= 1;
                None
            }
            _ => None,
        };
        if let Some(closing) = closing {
            let rest = &bytes[index + 1..];
            let length = rest.iter().position(|byte| *byte == closing);
            index += 2 + length.unwrap_or(rest.len());
            continue;
        }
        let word = |at: usize| {
            bytes
                .get(at)
                .is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_')
        };
        if depth == 0
            && index > 0
            && !word(index - 1)
            && !word(index + 2)
            && definition
                .get(index..index + 2)
                .is_some_and(|two| two.eq_ignore_ascii_case("AS"))
        {
            return definition[index + 2..].trim();
        }
        index += 1;
    }
    definition
}

/// The lines of comment that a query begins with: SQLite keeps no comments on objects, and a view's own
/// text is where its author says what it shows.
fn words_before(query: &str) -> Option<String> {
    let lines = query.lines().map(str::trim);
    let words: Vec<&str> = lines
        .map_while(|line| line.strip_prefix("--"))
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// The scripts of a file; none where it has no table of them.
async fn routines(
    handle: &mut Handle,
    schema: Option<&str>,
    name: Option<&str>,
) -> Result<Vec<Routine>, DatabaseError> {
    let table = match schema {
        Some(schema) => {
            let schema = quote::identifier(Dialect::Sqlite, schema);
            format!("{schema}.SLUICE_PROCEDURES")
        }
        None => "SLUICE_PROCEDURES".to_owned(),
    };
    let read = |description: &str| {
        format!(
            "SELECT NAME, PARAMETERS, BODY, {description} FROM {table} \
             WHERE ?1 IS NULL OR NAME = ?1 ORDER BY NAME"
        ) // identifiers only
    };
    let missing = |error: &DatabaseError| error.kind == DatabaseErrorKind::MissingObject;
    let rows = match ask(handle, &read("DESCRIPTION"), &[name]).await {
        // A table of somebody's own may do without the column for the reader.
        Err(error) if missing(&error) => ask(handle, &read("NULL"), &[name]).await,
        rows => rows,
    };
    let rows = match rows {
        Err(error) if missing(&error) => Vec::new(),
        rows => rows?,
    };
    rows.iter()
        .map(|row| {
            let own = text(row, 0);
            let parameters = match procedure::parameters(&own, &text(row, 1)) {
                Ok(parameters) => parameters.into_iter().map(|(p, _)| p).collect(),
                // One bad line must not hide the others in a list.
                Err(_) if name.is_none() => Vec::new(),
                Err(error) => return Err(error),
            };
            Ok(Routine {
                name: named(schema.unwrap_or(MAIN), &own),
                kind: RoutineKind::Procedure,
                parameters,
                source: Some(text(row, 2)),
                comment: row.get(3).and_then(Value::to_text),
                ..Routine::default()
            })
        })
        .collect()
}

/// There are no accounts: whoever opens the file may do everything with it, or read only.
fn rights(database: &Sqlite, handle: &Handle) -> Rights {
    let privilege = if handle.read_only {
        "SELECT"
    } else {
        "ALL PRIVILEGES"
    };
    Rights {
        account: database.path.display().to_string(),
        unlimited: !handle.read_only,
        grants: vec![Grant {
            privilege: privilege.to_owned(),
            object: None,
        }],
    }
}

/// The rows of a question, its values bound as text or NULL.
pub(super) async fn ask(
    handle: &mut Handle,
    sql: &str,
    values: &[Option<&str>],
) -> Result<Vec<Vec<Value>>, DatabaseError> {
    let text = Text {
        sql: sql.into(),
        verb: "SELECT".to_owned(),
        placeholders: values.len(),
        returning: false,
    };
    let bound: Vec<BoundParameter> = values
        .iter()
        .map(|value| BoundParameter {
            name: String::new(),
            value: value.map_or(Value::Null, Value::from),
            direction: Direction::In,
            secret: false,
        })
        .collect();
    let mut rows = Collected::default();
    run(handle, &text, &bound, &mut rows).await?;
    Ok(rows.into_rows())
}

fn text(row: &[Value], index: usize) -> String {
    row.get(index).and_then(Value::to_text).unwrap_or_default()
}

fn number(row: &[Value], index: usize) -> Option<i64> {
    text(row, index).parse().ok()
}

fn is(row: &[Value], index: usize) -> bool {
    matches!(text(row, index).as_str(), "1" | "true")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_views_query_stands_behind_the_as_of_its_definition() {
        for (definition, query) in [
            ("CREATE VIEW V AS SELECT 1", "SELECT 1"),
            (
                "CREATE VIEW \"X AS Y\" (A, B)\nas\nSELECT A AS C FROM T",
                "SELECT A AS C FROM T",
            ),
            (
                "CREATE VIEW [a as b](\"c as d\") AS SELECT 'x'",
                "SELECT 'x'",
            ),
            ("CREATE TEMP VIEW LAST_AS AS SELECT 2", "SELECT 2"),
        ] {
            assert_eq!(query_of(definition), query);
        }
    }
}
