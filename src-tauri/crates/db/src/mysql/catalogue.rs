//! What a server says of itself, from INFORMATION_SCHEMA and SHOW GRANTS, which MySQL and MariaDB
//! fill alike but for the columns that only one of them has; those are looked for by name.
//!
//! **Invariant:** the server shows only what the account may see. Nothing found is nothing said, and
//! never a reason to refuse.
//!
//! To answer one more question: an arm in [`answer`] and a function that asks for its rows.

use std::collections::HashMap;

use mysql_async::prelude::{FromValue, Queryable as _};
use mysql_async::{Conn, Params, Row, Value as Raw};
use sluice_core::DatabaseError;
use sluice_core::catalogue::{
    Catalogue, Column, DataType, ForeignKey, Key, KeyKind, ObjectName, Question, Reference,
    Relation, RelationKind, Rights, Routine, RoutineKind, RoutineParameter, Schema, TypeKind,
};
use sluice_core::plan::Direction;

use super::{error, grants, types};

const SCHEMAS: &str = "SELECT SCHEMA_NAME, SCHEMA_NAME = DATABASE() AS IS_CURRENT \
     FROM INFORMATION_SCHEMA.SCHEMATA \
     WHERE LOWER(SCHEMA_NAME) NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys') \
     ORDER BY SCHEMA_NAME";

const RELATIONS: &str = "SELECT T.TABLE_SCHEMA, T.TABLE_NAME, T.TABLE_TYPE, E.TRANSACTIONS, \
     T.TABLE_ROWS, T.TABLE_COMMENT \
     FROM INFORMATION_SCHEMA.TABLES T LEFT JOIN INFORMATION_SCHEMA.ENGINES E ON E.ENGINE = T.ENGINE \
     WHERE T.TABLE_SCHEMA = COALESCE(?, DATABASE()) ORDER BY T.TABLE_NAME";

const RELATION: &str = "SELECT T.TABLE_SCHEMA, T.TABLE_NAME, T.TABLE_TYPE, E.TRANSACTIONS, \
     T.TABLE_ROWS, T.TABLE_COMMENT, VERSION() AS VERSION \
     FROM INFORMATION_SCHEMA.TABLES T LEFT JOIN INFORMATION_SCHEMA.ENGINES E ON E.ENGINE = T.ENGINE \
     WHERE T.TABLE_SCHEMA = COALESCE(?, DATABASE()) AND T.TABLE_NAME = ?";

const COLUMNS: &str = "SELECT COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT, EXTRA, \
     COLUMN_COMMENT, COLLATION_NAME, VERSION() AS VERSION FROM INFORMATION_SCHEMA.COLUMNS \
     WHERE TABLE_SCHEMA = COALESCE(?, DATABASE()) AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION";

/// MariaDB only: its JSON is a LONGTEXT with such a check.
const JSON_CHECKS: &str = "SELECT CHECK_CLAUSE FROM INFORMATION_SCHEMA.CHECK_CONSTRAINTS \
     WHERE CONSTRAINT_SCHEMA = COALESCE(?, DATABASE()) AND TABLE_NAME = ? \
     AND CHECK_CLAUSE LIKE 'json\\_valid(%'";

/// All columns, because EXPRESSION is MySQL's alone.
const KEYS: &str = "SELECT * FROM INFORMATION_SCHEMA.STATISTICS \
     WHERE TABLE_SCHEMA = COALESCE(?, DATABASE()) AND TABLE_NAME = ? \
     ORDER BY INDEX_NAME <> 'PRIMARY', NON_UNIQUE, INDEX_NAME, SEQ_IN_INDEX";

const FOREIGN_KEYS: &str = "SELECT CONSTRAINT_NAME, COLUMN_NAME, REFERENCED_TABLE_SCHEMA, \
     REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME FROM INFORMATION_SCHEMA.KEY_COLUMN_USAGE \
     WHERE TABLE_SCHEMA = COALESCE(?, DATABASE()) AND TABLE_NAME = ? \
     AND REFERENCED_TABLE_NAME IS NOT NULL ORDER BY CONSTRAINT_NAME, ORDINAL_POSITION";

const REFERENCED_BY: &str = "SELECT TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, COLUMN_NAME, \
     REFERENCED_COLUMN_NAME FROM INFORMATION_SCHEMA.KEY_COLUMN_USAGE \
     WHERE REFERENCED_TABLE_SCHEMA = COALESCE(?, DATABASE()) AND REFERENCED_TABLE_NAME = ? \
     ORDER BY TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION";

const TRIGGERS: &str = "SELECT TRIGGER_NAME FROM INFORMATION_SCHEMA.TRIGGERS \
     WHERE EVENT_OBJECT_SCHEMA = COALESCE(?, DATABASE()) AND EVENT_OBJECT_TABLE = ? \
     ORDER BY TRIGGER_NAME";

const VIEW: &str = "SELECT VIEW_DEFINITION FROM INFORMATION_SCHEMA.VIEWS \
     WHERE TABLE_SCHEMA = COALESCE(?, DATABASE()) AND TABLE_NAME = ?";

const ROUTINES: &str = "SELECT ROUTINE_SCHEMA, ROUTINE_NAME, ROUTINE_TYPE, DTD_IDENTIFIER, \
     SECURITY_TYPE, ROUTINE_COMMENT FROM INFORMATION_SCHEMA.ROUTINES \
     WHERE ROUTINE_SCHEMA = COALESCE(?, DATABASE()) AND ROUTINE_TYPE IN ('PROCEDURE', 'FUNCTION') \
     ORDER BY ROUTINE_NAME, ROUTINE_TYPE DESC";

/// All columns, because PARAMETER_DEFAULT is new in MariaDB 11.8.
const PARAMETERS: &str = "SELECT * FROM INFORMATION_SCHEMA.PARAMETERS \
     WHERE SPECIFIC_SCHEMA = COALESCE(?, DATABASE()) AND ORDINAL_POSITION > 0 \
     ORDER BY ORDINAL_POSITION";

const ROUTINE: &str = "SELECT ROUTINE_SCHEMA, ROUTINE_NAME, ROUTINE_TYPE, DTD_IDENTIFIER, \
     SECURITY_TYPE, ROUTINE_COMMENT, ROUTINE_DEFINITION FROM INFORMATION_SCHEMA.ROUTINES \
     WHERE ROUTINE_SCHEMA = COALESCE(?, DATABASE()) AND ROUTINE_NAME = ? \
     AND ROUTINE_TYPE IN ('PROCEDURE', 'FUNCTION') ORDER BY ROUTINE_TYPE DESC";

const PARAMETERS_OF: &str = "SELECT * FROM INFORMATION_SCHEMA.PARAMETERS \
     WHERE SPECIFIC_SCHEMA = COALESCE(?, DATABASE()) AND SPECIFIC_NAME = ? \
     AND ORDINAL_POSITION > 0 ORDER BY ORDINAL_POSITION";

/// Answers a question.
pub(super) async fn answer(
    conn: &mut Conn,
    question: &Question,
) -> Result<Catalogue, DatabaseError> {
    let mut found = Catalogue::default();
    match question {
        Question::Schemas => found.schemas = schemas(conn).await?,
        Question::Relations { schema } => {
            let rows = ask(conn, RELATIONS, vec![text(schema.as_deref())]).await?;
            found.relations = rows.iter().map(relation_of).collect();
        }
        Question::Relation(name) => found.relations = relation(conn, name).await?,
        Question::ReferencedBy(name) => {
            let at = vec![text(name.schema.as_deref()), text(Some(&name.name))];
            let rows = ask(conn, REFERENCED_BY, at).await?;
            let lines = rows.iter().map(|row| {
                (
                    row.name("TABLE_SCHEMA", "TABLE_NAME"),
                    row.text("CONSTRAINT_NAME"),
                    row.text("COLUMN_NAME"),
                    row.text("REFERENCED_COLUMN_NAME"),
                )
            });
            found.references = Reference::gather(name, lines);
        }
        Question::Routines { schema } => {
            let schema = text(schema.as_deref());
            let routines = ask(conn, ROUTINES, vec![schema.clone()]).await?;
            let parameters = ask(conn, PARAMETERS, vec![schema]).await?;
            found.routines = with_parameters(&routines, &parameters);
        }
        Question::Routine(name) => found.routines = routines(conn, name).await?,
        Question::Rights => found.rights = Some(rights(conn).await?),
    }
    Ok(found)
}

async fn schemas(conn: &mut Conn) -> Result<Vec<Schema>, DatabaseError> {
    let rows = ask(conn, SCHEMAS, Vec::new()).await?;
    let schemas = rows.iter().map(|row| Schema {
        name: row.text("SCHEMA_NAME"),
        current: row.number("IS_CURRENT") == Some(1),
    });
    Ok(schemas.collect())
}

fn relation_of(row: &Answered) -> Relation {
    let kind = match row.text("TABLE_TYPE").as_str() {
        "BASE TABLE" | "SYSTEM VERSIONED" => RelationKind::Table,
        "VIEW" | "SYSTEM VIEW" => RelationKind::View,
        _ => RelationKind::Other,
    };
    let is_view = kind == RelationKind::View;
    Relation {
        name: row.name("TABLE_SCHEMA", "TABLE_NAME"),
        kind,
        rows: row.number("TABLE_ROWS").filter(|_| !is_view),
        // A view's is always the word VIEW.
        comment: row.some("TABLE_COMMENT").filter(|_| !is_view),
        transactional: row.some("TRANSACTIONS").map(|answer| answer == "YES"),
        ..Relation::default()
    }
}

async fn relation(conn: &mut Conn, name: &ObjectName) -> Result<Vec<Relation>, DatabaseError> {
    let at = || vec![text(name.schema.as_deref()), text(Some(&name.name))];
    let rows = ask(conn, RELATION, at()).await?;
    let Some(row) = rows.first() else {
        return Ok(Vec::new());
    };
    let mut relation = relation_of(row);
    let is_view = relation.kind == RelationKind::View;
    relation.columns = columns(conn, name).await?;
    for row in ask(conn, KEYS, at()).await? {
        let name = row.text("INDEX_NAME");
        let column = row.some("COLUMN_NAME").or_else(|| row.some("EXPRESSION"));
        let column = column.unwrap_or_default();
        if let Some(key) = relation.keys.last_mut().filter(|key| key.name == name) {
            key.columns.push(column);
            continue;
        }
        let kind = match row.number("NON_UNIQUE") {
            _ if name == "PRIMARY" => KeyKind::Primary,
            Some(0) => KeyKind::Unique,
            _ => KeyKind::Index,
        };
        let columns = vec![column];
        relation.keys.push(Key {
            name,
            kind,
            columns,
        });
    }
    for row in ask(conn, FOREIGN_KEYS, at()).await? {
        let name = row.text("CONSTRAINT_NAME");
        let (column, target) = (row.text("COLUMN_NAME"), row.text("REFERENCED_COLUMN_NAME"));
        let keys = &mut relation.foreign_keys;
        if let Some(key) = keys.last_mut().filter(|key| key.name == name) {
            key.columns.push(column);
            key.target_columns.push(target);
            continue;
        }
        keys.push(ForeignKey {
            name,
            columns: vec![column],
            target: row.name("REFERENCED_TABLE_SCHEMA", "REFERENCED_TABLE_NAME"),
            target_columns: vec![target],
        });
    }
    let triggers = ask(conn, TRIGGERS, at()).await?;
    relation.triggers = triggers.iter().map(|t| t.text("TRIGGER_NAME")).collect();
    if is_view {
        let view = ask(conn, VIEW, at()).await?;
        relation.source = view.first().and_then(|view| view.some("VIEW_DEFINITION"));
    }
    Ok(vec![relation])
}

/// The columns of a table or view, in their order.
pub(super) async fn columns(
    conn: &mut Conn,
    name: &ObjectName,
) -> Result<Vec<Column>, DatabaseError> {
    let at = || vec![text(name.schema.as_deref()), text(Some(&name.name))];
    let rows = ask(conn, COLUMNS, at()).await?;
    let mut columns: Vec<Column> = rows.iter().map(column).collect();
    let may_be_json = |row: &Answered| {
        row.text("COLUMN_TYPE") == "longtext"
            && row.text("COLLATION_NAME").ends_with("_bin")
            && row.text("VERSION").contains("MariaDB")
    };
    if rows.iter().any(may_be_json) {
        let checks = ask(conn, JSON_CHECKS, at()).await?;
        for column in &mut columns {
            // A constant of the server's own for every column declared JSON.
            let clause = format!("json_valid(`{}`)", column.name.replace('`', "``"));
            if checks.iter().any(|row| row.text("CHECK_CLAUSE") == clause) {
                column.data_type = DataType::new(TypeKind::Json, "json");
            }
        }
    }
    Ok(columns)
}

fn column(row: &Answered) -> Column {
    let extra = row.text("EXTRA").to_ascii_uppercase();
    let nullable = row.text("IS_NULLABLE") == "YES";
    Column {
        name: row.text("COLUMN_NAME"),
        data_type: types::read(&row.text("COLUMN_TYPE")),
        nullable,
        // MariaDB writes the default NULL as a word, MySQL as none.
        default: row
            .get("COLUMN_DEFAULT")
            .filter(|default| !(nullable && default == "NULL")),
        generated: ["AUTO_INCREMENT", "VIRTUAL GENERATED", "STORED GENERATED"]
            .iter()
            .any(|word| extra.contains(word)),
        comment: row.some("COLUMN_COMMENT"),
    }
}

/// The procedure and the function of a name; there may be both.
pub(super) async fn routines(
    conn: &mut Conn,
    name: &ObjectName,
) -> Result<Vec<Routine>, DatabaseError> {
    let at = || vec![text(name.schema.as_deref()), text(Some(&name.name))];
    let routines = ask(conn, ROUTINE, at()).await?;
    if routines.is_empty() {
        return Ok(Vec::new());
    }
    let parameters = ask(conn, PARAMETERS_OF, at()).await?;
    Ok(with_parameters(&routines, &parameters))
}

fn with_parameters(routines: &[Answered], parameters: &[Answered]) -> Vec<Routine> {
    let mut of: HashMap<(String, String), Vec<RoutineParameter>> = HashMap::new();
    for row in parameters {
        let key = (row.text("SPECIFIC_NAME"), row.text("ROUTINE_TYPE"));
        of.entry(key).or_default().push(parameter(row));
    }
    let routine = |row: &Answered| {
        let (name, kind) = (row.text("ROUTINE_NAME"), row.text("ROUTINE_TYPE"));
        let function = kind == "FUNCTION";
        Routine {
            name: row.name("ROUTINE_SCHEMA", "ROUTINE_NAME"),
            kind: if function {
                RoutineKind::Function
            } else {
                RoutineKind::Procedure
            },
            parameters: of.get(&(name, kind)).cloned().unwrap_or_default(),
            returns: function.then(|| types::read(&row.text("DTD_IDENTIFIER"))),
            source: row.some("ROUTINE_DEFINITION"),
            security: row.some("SECURITY_TYPE").map(|s| s.to_ascii_lowercase()),
            comment: row.some("ROUTINE_COMMENT"),
            ..Routine::default()
        }
    };
    routines.iter().map(routine).collect()
}

fn parameter(row: &Answered) -> RoutineParameter {
    let default = row.get("PARAMETER_DEFAULT");
    RoutineParameter {
        name: row.some("PARAMETER_NAME"),
        direction: match row.text("PARAMETER_MODE").as_str() {
            "OUT" => Direction::Out,
            "INOUT" => Direction::InOut,
            _ => Direction::In,
        },
        data_type: types::read(&row.text("DTD_IDENTIFIER")),
        optional: default.is_some(),
        default,
    }
}

async fn rights(conn: &mut Conn) -> Result<Rights, DatabaseError> {
    let account = ask(conn, "SELECT CURRENT_USER() AS ACCOUNT", Vec::new()).await?;
    // Without FOR, it shows what the active roles give as well.
    let lines: Vec<String> = conn
        .query("SHOW GRANTS")
        .await
        .map_err(|e| error::translate(&e))?;
    let grants = grants::read(&lines);
    Ok(Rights {
        account: account
            .first()
            .map(|a| a.text("ACCOUNT"))
            .unwrap_or_default(),
        unlimited: grants::unlimited(&grants, &lines),
        grants,
    })
}

/// A row, asked for its columns by name: MySQL 8 answers in upper case whatever was written.
struct Answered(Row);

impl Answered {
    fn read<T: FromValue>(&self, name: &str) -> Option<T> {
        let index = self
            .0
            .columns_ref()
            .iter()
            .position(|column| column.name_str().eq_ignore_ascii_case(name))?;
        self.0.get_opt::<Option<T>, _>(index)?.ok()?
    }

    /// The column as text; `None` for NULL.
    fn get(&self, name: &str) -> Option<String> {
        self.read(name)
    }

    /// The same; an empty one counts as none.
    fn some(&self, name: &str) -> Option<String> {
        self.get(name).filter(|text| !text.is_empty())
    }

    fn text(&self, name: &str) -> String {
        self.get(name).unwrap_or_default()
    }

    fn number(&self, name: &str) -> Option<u64> {
        self.read(name)
    }

    fn name(&self, schema: &str, name: &str) -> ObjectName {
        ObjectName::new(self.get(schema).as_deref(), &self.text(name))
    }
}

fn text(value: Option<&str>) -> Raw {
    value.map_or(Raw::NULL, Raw::from)
}

async fn ask(
    conn: &mut Conn,
    sql: &'static str,
    values: Vec<Raw>,
) -> Result<Vec<Answered>, DatabaseError> {
    let values = if values.is_empty() {
        Params::Empty
    } else {
        Params::Positional(values)
    };
    let rows: Result<Vec<Row>, _> = conn.exec(sql, values).await;
    let rows = rows.map_err(|e| error::translate(&e))?;
    Ok(rows.into_iter().map(Answered).collect())
}
