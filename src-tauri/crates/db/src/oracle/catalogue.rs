//! What Oracle says of itself, from the ALL_ views: what the account may see, which is what it may use.
//!
//! **Invariant:** a name is looked for as it is written, then in upper case, because that is how Oracle
//! keeps what was not quoted; what is not there by itself is looked for behind a synonym.
//!
//! To answer more: a constant with its query, and its place in [`answer`].

use sluice_core::catalogue::{
    Catalogue, Column, DataType, ForeignKey, Grant, Key, KeyKind, ObjectName, Question, Reference,
    Relation, RelationKind, Rights, Schema, TypeKind,
};
use sluice_core::{DatabaseError, Value};

use super::procedure;
use super::thread::Line;
use super::value;

const SCHEMAS: &str = "SELECT U.USERNAME, \
     CASE WHEN U.USERNAME = SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA') THEN 'Y' ELSE 'N' END \
     FROM ALL_USERS U \
     WHERE U.USERNAME = SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA') \
     OR (U.ORACLE_MAINTAINED = 'N' AND EXISTS (SELECT 1 FROM ALL_OBJECTS O \
     WHERE O.OWNER = U.USERNAME \
     AND O.OBJECT_TYPE IN ('TABLE', 'VIEW', 'PROCEDURE', 'FUNCTION', 'PACKAGE'))) \
     ORDER BY U.USERNAME";

/// Tables, views, and synonyms of either in the schema itself.
const RELATIONS: &str = "SELECT O.OWNER, O.OBJECT_NAME, O.OBJECT_TYPE FROM ALL_OBJECTS O \
     WHERE O.OWNER = :1 AND O.OBJECT_TYPE IN ('TABLE', 'VIEW', 'MATERIALIZED VIEW') \
     AND O.SECONDARY = 'N' AND O.OBJECT_NAME NOT LIKE 'BIN$%' \
     UNION ALL \
     SELECT S.OWNER, S.SYNONYM_NAME, 'SYNONYM' FROM ALL_SYNONYMS S \
     WHERE S.OWNER = :2 AND EXISTS (SELECT 1 FROM ALL_OBJECTS O \
     WHERE O.OWNER = S.TABLE_OWNER AND O.OBJECT_NAME = S.TABLE_NAME \
     AND O.OBJECT_TYPE IN ('TABLE', 'VIEW', 'MATERIALIZED VIEW')) \
     ORDER BY 1, 2, 3";

const RELATION: &str = "SELECT O.OWNER, O.OBJECT_NAME, O.OBJECT_TYPE FROM ALL_OBJECTS O \
     WHERE O.OWNER = :1 AND O.OBJECT_NAME = :2 \
     AND O.OBJECT_TYPE IN ('TABLE', 'VIEW', 'MATERIALIZED VIEW') \
     ORDER BY O.OBJECT_TYPE";

const COLUMNS: &str = "SELECT C.COLUMN_NAME, C.DATA_TYPE, C.DATA_LENGTH, C.DATA_PRECISION, \
     C.DATA_SCALE, C.CHAR_LENGTH, C.CHAR_USED, C.NULLABLE, C.VIRTUAL_COLUMN, C.IDENTITY_COLUMN, \
     M.COMMENTS, C.DATA_DEFAULT \
     FROM ALL_TAB_COLS C LEFT JOIN ALL_COL_COMMENTS M \
     ON M.OWNER = C.OWNER AND M.TABLE_NAME = C.TABLE_NAME AND M.COLUMN_NAME = C.COLUMN_NAME \
     WHERE C.OWNER = :1 AND C.TABLE_NAME = :2 AND C.HIDDEN_COLUMN = 'NO' \
     ORDER BY C.COLUMN_ID";

const KEYS: &str = "SELECT K.CONSTRAINT_NAME, K.CONSTRAINT_TYPE, C.COLUMN_NAME, K.INDEX_NAME \
     FROM ALL_CONSTRAINTS K JOIN ALL_CONS_COLUMNS C \
     ON C.OWNER = K.OWNER AND C.CONSTRAINT_NAME = K.CONSTRAINT_NAME \
     WHERE K.OWNER = :1 AND K.TABLE_NAME = :2 AND K.CONSTRAINT_TYPE IN ('P', 'U') \
     ORDER BY K.CONSTRAINT_TYPE, K.CONSTRAINT_NAME, C.POSITION";

const FOREIGN_KEYS: &str = "SELECT K.CONSTRAINT_NAME, C.COLUMN_NAME, R.OWNER, R.TABLE_NAME, \
     R.COLUMN_NAME \
     FROM ALL_CONSTRAINTS K JOIN ALL_CONS_COLUMNS C \
     ON C.OWNER = K.OWNER AND C.CONSTRAINT_NAME = K.CONSTRAINT_NAME \
     JOIN ALL_CONS_COLUMNS R \
     ON R.OWNER = K.R_OWNER AND R.CONSTRAINT_NAME = K.R_CONSTRAINT_NAME AND R.POSITION = C.POSITION \
     WHERE K.OWNER = :1 AND K.TABLE_NAME = :2 AND K.CONSTRAINT_TYPE = 'R' \
     ORDER BY K.CONSTRAINT_NAME, C.POSITION";

const REFERENCED_BY: &str = "SELECT K.OWNER, K.TABLE_NAME, K.CONSTRAINT_NAME, C.COLUMN_NAME, \
     R.COLUMN_NAME \
     FROM ALL_CONSTRAINTS P JOIN ALL_CONSTRAINTS K \
     ON K.R_OWNER = P.OWNER AND K.R_CONSTRAINT_NAME = P.CONSTRAINT_NAME AND K.CONSTRAINT_TYPE = 'R' \
     JOIN ALL_CONS_COLUMNS C ON C.OWNER = K.OWNER AND C.CONSTRAINT_NAME = K.CONSTRAINT_NAME \
     JOIN ALL_CONS_COLUMNS R \
     ON R.OWNER = P.OWNER AND R.CONSTRAINT_NAME = P.CONSTRAINT_NAME AND R.POSITION = C.POSITION \
     WHERE P.OWNER = :1 AND P.TABLE_NAME = :2 AND P.CONSTRAINT_TYPE IN ('P', 'U') \
     ORDER BY K.OWNER, K.TABLE_NAME, K.CONSTRAINT_NAME, C.POSITION";

const INDEXES: &str = "SELECT I.INDEX_NAME, I.UNIQUENESS, C.COLUMN_NAME, E.COLUMN_EXPRESSION \
     FROM ALL_INDEXES I JOIN ALL_IND_COLUMNS C \
     ON C.INDEX_OWNER = I.OWNER AND C.INDEX_NAME = I.INDEX_NAME \
     LEFT JOIN ALL_IND_EXPRESSIONS E ON E.INDEX_OWNER = I.OWNER \
     AND E.INDEX_NAME = I.INDEX_NAME AND E.COLUMN_POSITION = C.COLUMN_POSITION \
     WHERE I.TABLE_OWNER = :1 AND I.TABLE_NAME = :2 \
     ORDER BY I.INDEX_NAME, C.COLUMN_POSITION";

const TRIGGERS: &str = "SELECT T.TRIGGER_NAME FROM ALL_TRIGGERS T \
     WHERE T.TABLE_OWNER = :1 AND T.TABLE_NAME = :2 ORDER BY T.TRIGGER_NAME";

const TABLE: &str = "SELECT T.NUM_ROWS FROM ALL_TABLES T WHERE T.OWNER = :1 AND T.TABLE_NAME = :2";

const COMMENT: &str =
    "SELECT M.COMMENTS FROM ALL_TAB_COMMENTS M WHERE M.OWNER = :1 AND M.TABLE_NAME = :2";

const VIEW: &str = "SELECT V.TEXT FROM ALL_VIEWS V WHERE V.OWNER = :1 AND V.VIEW_NAME = :2";

const MATERIALIZED_VIEW: &str =
    "SELECT V.QUERY FROM ALL_MVIEWS V WHERE V.OWNER = :1 AND V.MVIEW_NAME = :2";

const SYNONYM: &str = "SELECT S.TABLE_OWNER, S.TABLE_NAME, S.DB_LINK FROM ALL_SYNONYMS S \
     WHERE S.OWNER = :1 AND S.SYNONYM_NAME = :2";

const CURRENT_SCHEMA: &str = "SELECT SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA') FROM DUAL";

const ACCOUNT: &str =
    "SELECT USER, (SELECT COUNT(*) FROM SESSION_ROLES WHERE ROLE = 'DBA') FROM DUAL";

/// Rights of the session, then those on single objects, got directly or by a role. The account's own
/// objects stand in none of the views.
const GRANTS: &str = "SELECT P.PRIVILEGE, NULL, NULL FROM SESSION_PRIVS P \
     UNION ALL \
     SELECT T.PRIVILEGE, T.OWNER, T.TABLE_NAME FROM USER_TAB_PRIVS T WHERE T.GRANTEE = USER \
     UNION ALL \
     SELECT R.PRIVILEGE, R.OWNER, R.TABLE_NAME FROM ROLE_TAB_PRIVS R \
     WHERE R.COLUMN_NAME IS NULL AND R.ROLE IN (SELECT ROLE FROM SESSION_ROLES) \
     ORDER BY 2, 3, 1";

/// All queries of this file and of `procedure`, so that a test can read them.
#[cfg(test)]
const ALL: &[&str] = &[
    SCHEMAS,
    RELATIONS,
    RELATION,
    COLUMNS,
    KEYS,
    FOREIGN_KEYS,
    REFERENCED_BY,
    INDEXES,
    TRIGGERS,
    TABLE,
    COMMENT,
    VIEW,
    MATERIALIZED_VIEW,
    SYNONYM,
    CURRENT_SCHEMA,
    ACCOUNT,
    GRANTS,
    procedure::ROUTINES,
    procedure::ROUTINES_OF,
    procedure::SOURCE,
];

/// Runs a query of ours and gives its rows.
pub(super) fn select(
    line: &Line,
    sql: &str,
    binds: &[&str],
) -> Result<Vec<Vec<Value>>, DatabaseError> {
    let bound: Vec<&dyn oracledb::ToDbValue> = binds
        .iter()
        .map(|bind| bind as &dyn oracledb::ToDbValue)
        .collect();
    let cursor = line.connection.query(sql, &bound);
    let mut rows = Vec::new();
    for row in cursor.map_err(|error| line.told(&error))? {
        let mut row = row.map_err(|error| line.told(&error))?;
        rows.push(value::cells(line, &mut row)?);
    }
    Ok(rows)
}

/// Reads the cells of a row of the catalogue.
pub(super) struct Cells<'a>(pub(super) &'a [Value]);

impl Cells<'_> {
    pub(super) fn text(&self, index: usize) -> Option<String> {
        self.0.get(index).and_then(Value::to_text)
    }

    pub(super) fn name(&self, index: usize) -> String {
        self.text(index).unwrap_or_default()
    }

    pub(super) fn is(&self, index: usize, wanted: &str) -> bool {
        self.text(index).as_deref() == Some(wanted)
    }

    pub(super) fn number<T: TryFrom<i64>>(&self, index: usize) -> Option<T> {
        match self.0.get(index) {
            Some(Value::Integer(number)) => T::try_from(*number).ok(),
            _ => None,
        }
    }
}

/// Answers a question.
pub(super) fn answer(line: &Line, question: &Question) -> Result<Catalogue, DatabaseError> {
    let mut catalogue = Catalogue::default();
    match question {
        Question::Schemas => {
            let rows = select(line, SCHEMAS, &[])?;
            let schema = |row: &Vec<Value>| Schema {
                name: Cells(row).name(0),
                current: Cells(row).is(1, "Y"),
            };
            catalogue.schemas = rows.iter().map(schema).collect();
        }
        Question::Relations { schema } => {
            for owner in owners(line, schema.as_deref())? {
                catalogue.relations = relations(&select(line, RELATIONS, &[&owner, &owner])?);
                if !catalogue.relations.is_empty() {
                    break;
                }
            }
        }
        Question::Relation(name) => catalogue.relations.extend(relation(line, name)?),
        Question::ReferencedBy(name) => {
            for owner in owners(line, name.schema.as_deref())? {
                let rows = select(line, REFERENCED_BY, &[&owner, &name.name])?;
                let lines = rows.iter().map(|row| {
                    let cells = Cells(row);
                    let from = ObjectName::new(cells.text(0).as_deref(), &cells.name(1));
                    (from, cells.name(2), cells.name(3), cells.name(4))
                });
                catalogue.references = Reference::gather(name, lines);
                if !catalogue.references.is_empty() {
                    break;
                }
            }
        }
        Question::Routines { schema } => {
            for owner in owners(line, schema.as_deref())? {
                catalogue.routines = procedure::of_schema(line, &owner)?;
                if !catalogue.routines.is_empty() {
                    break;
                }
            }
        }
        Question::Routine(name) => catalogue.routines = procedure::described(line, name)?,
        Question::Rights => catalogue.rights = Some(rights(line)?),
    }
    Ok(catalogue)
}

/// The schema whose objects need no schema before their names.
pub(super) fn current_schema(line: &Line) -> Result<String, DatabaseError> {
    let rows = select(line, CURRENT_SCHEMA, &[])?;
    Ok(rows
        .first()
        .map(|row| Cells(row).name(0))
        .unwrap_or_default())
}

/// The schemas a question may mean, the likeliest first.
fn owners(line: &Line, schema: Option<&str>) -> Result<Vec<String>, DatabaseError> {
    match schema {
        Some(schema) => Ok(spellings(schema)),
        None => Ok(vec![current_schema(line)?]),
    }
}

/// A name as it is written, and as Oracle keeps it when it is not quoted.
pub(super) fn spellings(name: &str) -> Vec<String> {
    let upper = name.to_uppercase();
    if upper == name {
        vec![upper]
    } else {
        vec![name.to_owned(), upper]
    }
}

/// What a synonym of a schema stands for.
pub(super) struct Target {
    pub(super) owner: String,
    pub(super) name: String,
    pub(super) link: Option<String>,
}

/// The synonym of this name in a schema, or the public one.
pub(super) fn synonym(
    line: &Line,
    owner: &str,
    name: &str,
) -> Result<Option<Target>, DatabaseError> {
    for owner in [owner, "PUBLIC"] {
        if let Some(row) = select(line, SYNONYM, &[owner, name])?.first() {
            let cells = Cells(row);
            return Ok(Some(Target {
                owner: cells.name(0),
                name: cells.name(1),
                link: cells.text(2),
            }));
        }
    }
    Ok(None)
}

fn kind(object_type: &str) -> RelationKind {
    match object_type {
        "TABLE" => RelationKind::Table,
        "VIEW" => RelationKind::View,
        "MATERIALIZED VIEW" => RelationKind::MaterializedView,
        _ => RelationKind::Other,
    }
}

/// The relations of a schema. A materialized view comes with a table of its name, which it is.
fn relations(rows: &[Vec<Value>]) -> Vec<Relation> {
    let mut relations: Vec<Relation> = Vec::with_capacity(rows.len());
    for row in rows {
        let cells = Cells(row);
        let name = ObjectName {
            schema: cells.text(0),
            name: cells.name(1),
        };
        match relations.last() {
            Some(last) if last.name == name => {}
            _ => relations.push(Relation {
                name,
                kind: kind(&cells.name(2)),
                transactional: Some(true),
                ..Relation::default()
            }),
        }
    }
    relations
}

/// One relation with all that is known of it.
fn relation(line: &Line, name: &ObjectName) -> Result<Option<Relation>, DatabaseError> {
    for owner in owners(line, name.schema.as_deref())? {
        for spelling in spellings(&name.name) {
            let (mut owner, mut spelling) = (owner.clone(), spelling);
            // A synonym may stand for another one.
            for _ in 0..5 {
                let rows = select(line, RELATION, &[&owner, &spelling])?;
                if let Some(mut found) = relations(&rows).pop() {
                    complete(line, &mut found, &owner, &spelling)?;
                    return Ok(Some(found));
                }
                match synonym(line, &owner, &spelling)? {
                    Some(target) if target.link.is_none() => {
                        (owner, spelling) = (target.owner, target.name);
                    }
                    _ => break,
                }
            }
        }
    }
    Ok(None)
}

fn complete(
    line: &Line,
    relation: &mut Relation,
    owner: &str,
    name: &str,
) -> Result<(), DatabaseError> {
    let at = [owner, name];
    let first = |rows: Vec<Vec<Value>>| rows.into_iter().next();
    relation.columns = columns(&select(line, COLUMNS, &at)?);
    let (mut keys, indexes_of_keys) = keys(&select(line, KEYS, &at)?);
    keys.extend(indexes(&select(line, INDEXES, &at)?, &indexes_of_keys));
    relation.keys = keys;
    relation.foreign_keys = foreign_keys(&select(line, FOREIGN_KEYS, &at)?);
    let triggers = select(line, TRIGGERS, &at)?;
    relation.triggers = triggers.iter().map(|row| Cells(row).name(0)).collect();
    relation.comment = first(select(line, COMMENT, &at)?).and_then(|row| Cells(&row).text(0));
    match relation.kind {
        RelationKind::Table | RelationKind::MaterializedView => {
            relation.rows = first(select(line, TABLE, &at)?).and_then(|row| Cells(&row).number(0));
        }
        _ => {}
    }
    let source = match relation.kind {
        RelationKind::View => Some(VIEW),
        RelationKind::MaterializedView => Some(MATERIALIZED_VIEW),
        _ => None,
    };
    if let Some(sql) = source {
        relation.source = first(select(line, sql, &at)?).and_then(|row| Cells(&row).text(0));
    }
    Ok(())
}

fn columns(rows: &[Vec<Value>]) -> Vec<Column> {
    let column = |row: &Vec<Value>| {
        let cells = Cells(row);
        let generated = cells.is(8, "YES") || cells.is(9, "YES");
        Column {
            name: cells.name(0),
            data_type: data_type(&Described {
                data_type: cells.name(1),
                bytes: cells.number(2),
                precision: cells.number(3),
                scale: cells.number(4),
                characters: cells.number(5),
                counted_in_characters: cells.is(6, "C"),
                named: None,
            }),
            nullable: cells.is(7, "Y"),
            default: cells
                .text(11)
                .map(|text| text.trim().to_owned())
                .filter(|text| !text.is_empty()),
            generated,
            comment: cells.text(10),
        }
    };
    rows.iter().map(column).collect()
}

/// Primary and unique keys, and the names of the indexes that serve them.
fn keys(rows: &[Vec<Value>]) -> (Vec<Key>, Vec<String>) {
    let (mut keys, mut indexes): (Vec<Key>, Vec<String>) = (Vec::new(), Vec::new());
    for row in rows {
        let cells = Cells(row);
        let name = cells.name(0);
        match keys.last_mut() {
            Some(last) if last.name == name => last.columns.push(cells.name(2)),
            _ => {
                indexes.extend(cells.text(3));
                keys.push(Key {
                    name,
                    kind: if cells.is(1, "P") {
                        KeyKind::Primary
                    } else {
                        KeyKind::Unique
                    },
                    columns: vec![cells.name(2)],
                });
            }
        }
    }
    (keys, indexes)
}

fn indexes(rows: &[Vec<Value>], of_keys: &[String]) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::new();
    for row in rows {
        let cells = Cells(row);
        let name = cells.name(0);
        if of_keys.contains(&name) {
            continue;
        }
        let column = match cells.text(3) {
            // A descending column is kept as an expression of itself.
            Some(expression) => expression
                .trim()
                .strip_prefix('"')
                .and_then(|e| e.strip_suffix('"'))
                .filter(|e| !e.contains('"'))
                .unwrap_or(expression.trim())
                .to_owned(),
            None => cells.name(2),
        };
        match keys.last_mut() {
            Some(last) if last.name == name => last.columns.push(column),
            _ => keys.push(Key {
                name,
                kind: if cells.is(1, "UNIQUE") {
                    KeyKind::Unique
                } else {
                    KeyKind::Index
                },
                columns: vec![column],
            }),
        }
    }
    keys
}

fn foreign_keys(rows: &[Vec<Value>]) -> Vec<ForeignKey> {
    let mut keys: Vec<ForeignKey> = Vec::new();
    for row in rows {
        let cells = Cells(row);
        let name = cells.name(0);
        match keys.last_mut() {
            Some(last) if last.name == name => {
                last.columns.push(cells.name(1));
                last.target_columns.push(cells.name(4));
            }
            _ => keys.push(ForeignKey {
                name,
                columns: vec![cells.name(1)],
                target: ObjectName {
                    schema: cells.text(2),
                    name: cells.name(3),
                },
                target_columns: vec![cells.name(4)],
            }),
        }
    }
    keys
}

fn rights(line: &Line) -> Result<Rights, DatabaseError> {
    let rows = select(line, ACCOUNT, &[])?;
    let (account, dba) = rows.first().map_or_else(Default::default, |row| {
        (Cells(row).name(0), Cells(row).number::<i64>(1))
    });
    let mut grants = vec![Grant {
        privilege: "ALL PRIVILEGES".to_owned(),
        object: Some(ObjectName::new(Some(&account), "")),
    }];
    for row in select(line, GRANTS, &[])? {
        let cells = Cells(&row);
        grants.push(Grant {
            privilege: cells.name(0),
            object: cells.text(2).map(|name| ObjectName {
                schema: cells.text(1),
                name,
            }),
        });
    }
    let any = |privilege: &str| grants.iter().any(|grant| grant.privilege == privilege);
    let unlimited = dba.unwrap_or(0) > 0
        || (any("SELECT ANY TABLE") && any("UPDATE ANY TABLE") && any("EXECUTE ANY PROCEDURE"));
    Ok(Rights {
        account,
        unlimited,
        grants,
    })
}

/// A type as the ALL_ views tell it, of a column or of a parameter.
#[derive(Clone, Debug, Default)]
pub(super) struct Described {
    pub(super) data_type: String,
    pub(super) bytes: Option<u64>,
    pub(super) precision: Option<u32>,
    pub(super) scale: Option<i32>,
    pub(super) characters: Option<u64>,
    pub(super) counted_in_characters: bool,
    /// The name of an object type or collection.
    pub(super) named: Option<String>,
}

/// The type in the words of the port.
pub(super) fn data_type(described: &Described) -> DataType {
    let written = described.data_type.trim().to_ascii_uppercase();
    let bare = value::without_brackets(&written);
    let kind = match bare.as_str() {
        "VARCHAR2" | "NVARCHAR2" | "VARCHAR" | "CHAR" | "NCHAR" | "CLOB" | "NCLOB" | "LONG"
        | "ROWID" | "UROWID" | "STRING" => TypeKind::Text,
        "NUMBER" | "INTEGER" | "DECIMAL" => TypeKind::Decimal,
        "BINARY_INTEGER" | "PLS_INTEGER" => TypeKind::Integer { bits: 32 },
        "FLOAT" | "BINARY_FLOAT" | "BINARY_DOUBLE" => TypeKind::Float,
        "DATE" => TypeKind::Date,
        "TIMESTAMP" => TypeKind::Timestamp,
        "TIMESTAMP WITH TIME ZONE" | "TIMESTAMP WITH LOCAL TIME ZONE" => TypeKind::TimestampTz,
        "RAW" | "LONG RAW" | "BLOB" | "BFILE" => TypeKind::Bytes,
        "BOOLEAN" | "PL/SQL BOOLEAN" => TypeKind::Boolean,
        "JSON" => TypeKind::Json,
        "REF CURSOR" => TypeKind::Cursor,
        "TABLE" | "VARRAY" | "PL/SQL TABLE" | "PL/SQL VARRAY" => TypeKind::Array,
        _ if bare.starts_with("INTERVAL") => TypeKind::Interval,
        _ => TypeKind::Other,
    };
    let characters = described.characters.filter(|length| *length > 0);
    let mut data_type = DataType::new(kind, "");
    data_type.text = match bare.as_str() {
        "VARCHAR2" | "VARCHAR" | "CHAR" | "NCHAR" | "NVARCHAR2" => {
            data_type.length = characters;
            match characters {
                Some(length) if described.counted_in_characters && !bare.starts_with('N') => {
                    format!("{bare}({length} CHAR)")
                }
                Some(length) => format!("{bare}({length})"),
                None => bare,
            }
        }
        "RAW" => {
            data_type.length = described.bytes.filter(|length| *length > 0);
            match data_type.length {
                Some(length) => format!("RAW({length})"),
                None => bare,
            }
        }
        "NUMBER" => {
            // INTEGER is kept as NUMBER(*,0), which has 38 digits.
            let whole = described.scale == Some(0);
            data_type.precision = described.precision.or(whole.then_some(38));
            data_type.scale = data_type.precision.and(described.scale);
            match (described.precision, described.scale) {
                (Some(precision), None | Some(0)) => format!("NUMBER({precision})"),
                (Some(precision), Some(scale)) => format!("NUMBER({precision},{scale})"),
                (None, Some(0)) => "INTEGER".to_owned(),
                (None, _) => bare,
            }
        }
        _ => match &described.named {
            Some(name) => name.clone(),
            None => written,
        },
    };
    data_type
}

#[cfg(test)]
mod tests;
