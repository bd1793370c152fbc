//! What a database says of itself: schemas, tables and views with their columns and keys, routines
//! with their parameters, the rights of the account.
//!
//! **Invariant:** everything here is read from the database's own description, never guessed from a
//! name. What a dialect does not say is `None` or empty.
//!
//! To ask for more: a variant of [`Question`], a field of [`Catalogue`], and an answer in the file
//! `catalogue` of every dialect in `sluice-db`.

use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::plan::Direction;

/// An object's name, with its schema where that is known. Letter case as the catalogue has it.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS,
)]
pub struct ObjectName {
    pub schema: Option<String>,
    pub name: String,
}

impl ObjectName {
    /// A name in a schema.
    pub fn new(schema: Option<&str>, name: &str) -> Self {
        Self {
            schema: schema
                .filter(|schema| !schema.is_empty())
                .map(str::to_owned),
            name: name.to_owned(),
        }
    }

    /// Whether the two may mean one object: the same name and, where both say it, the same schema.
    /// Letter case does not matter.
    pub fn means(&self, other: &Self) -> bool {
        self.name.eq_ignore_ascii_case(&other.name)
            && match (&self.schema, &other.schema) {
                (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
                _ => true,
            }
    }
}

impl fmt::Display for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.schema {
            Some(schema) => write!(f, "{schema}.{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// What can be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// All schemas the account can see, without the database's own.
    Schemas,
    /// Names and kinds of tables and views: of a schema, or of those that unqualified names are
    /// looked up in.
    Relations { schema: Option<String> },
    /// One table or view with everything that is known of it. Letter case of the name does not
    /// matter where the dialect's does not; none where it does not exist.
    Relation(ObjectName),
    /// The foreign keys of all tables that lead to this one. Letter case of the name is that of the
    /// catalogue.
    ReferencedBy(ObjectName),
    /// Routines with their parameters and without their source, of a schema or of those that
    /// unqualified names are looked up in.
    Routines { schema: Option<String> },
    /// All routines of a name (there may be several where the dialect overloads) with everything
    /// that is known of them.
    Routine(ObjectName),
    /// What the connected account may do.
    Rights,
}

/// The answer: only what was asked for is filled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalogue {
    pub schemas: Vec<Schema>,
    pub relations: Vec<Relation>,
    pub references: Vec<Reference>,
    pub routines: Vec<Routine>,
    pub rights: Option<Rights>,
}

/// A schema (on MySQL: a database; on SQLite: an attached file).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Schema {
    pub name: String,
    /// Whether unqualified names are looked up in it.
    pub current: bool,
}

/// What kind of relation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    #[default]
    Table,
    View,
    MaterializedView,
    /// Foreign tables, synonyms, partitions: what can be read and is neither.
    Other,
}

/// A table or a view.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Relation {
    pub name: ObjectName,
    pub kind: RelationKind,
    /// In their order; empty where only names were asked for.
    pub columns: Vec<Column>,
    /// Primary key, unique keys and plain indexes.
    pub keys: Vec<Key>,
    pub foreign_keys: Vec<ForeignKey>,
    pub triggers: Vec<String>,
    /// The query of a view.
    pub source: Option<String>,
    /// Whether a rollback undoes what is written to it; `None` where the dialect does not say
    /// (every table of PostgreSQL, SQLite, SQL Server and Oracle is transactional: `Some(true)`).
    pub transactional: Option<bool>,
    /// The database's own estimate.
    #[ts(type = "number | null")]
    pub rows: Option<u64>,
    pub comment: Option<String>,
}

impl Relation {
    /// The column with this name, without regard to letter case.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns
            .iter()
            .find(|column| column.name.eq_ignore_ascii_case(name))
    }

    /// The columns of the primary key; empty where there is none.
    pub fn primary_key(&self) -> &[String] {
        self.keys
            .iter()
            .find(|key| key.kind == KeyKind::Primary)
            .map_or(&[], |key| &key.columns)
    }

    /// Whether some key or index begins with this column, so that a look-up by it reads few rows.
    pub fn is_indexed(&self, column: &str) -> bool {
        self.keys.iter().any(|key| {
            key.columns
                .first()
                .is_some_and(|first| first.eq_ignore_ascii_case(column))
        })
    }
}

/// A column of a relation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "RelationColumn")]
pub struct Column {
    pub name: String,
    pub data_type: DataType,
    pub nullable: bool,
    /// The default as the database writes it.
    pub default: Option<String>,
    /// Whether the database fills it by itself: identity, AUTO_INCREMENT, a computed column.
    pub generated: bool,
    pub comment: Option<String>,
}

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum KeyKind {
    Primary,
    Unique,
    /// An index that allows duplicates.
    Index,
}

/// A key or an index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Key {
    pub name: String,
    pub kind: KeyKind,
    /// In their order; an expression stands as its text.
    pub columns: Vec<String>,
}

/// A reference to another table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ForeignKey {
    pub name: String,
    pub columns: Vec<String>,
    pub target: ObjectName,
    pub target_columns: Vec<String>,
}

/// A foreign key of some table, seen from the one it leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Reference {
    /// The table that has it.
    pub from: ObjectName,
    pub key: ForeignKey,
}

impl Reference {
    /// Joins lines of a catalogue, one for each column of a key, in the order of keys and columns:
    /// the table that has the key, the key's name, its column, the column it leads to.
    pub fn gather(
        target: &ObjectName,
        lines: impl IntoIterator<Item = (ObjectName, String, String, String)>,
    ) -> Vec<Self> {
        let mut found: Vec<Self> = Vec::new();
        for (from, name, column, leads_to) in lines {
            match found.last_mut() {
                Some(last) if last.from == from && last.key.name == name => {
                    last.key.columns.push(column);
                    last.key.target_columns.push(leads_to);
                }
                _ => found.push(Self {
                    from,
                    key: ForeignKey {
                        name,
                        columns: vec![column],
                        target: target.clone(),
                        target_columns: vec![leads_to],
                    },
                }),
            }
        }
        found
    }
}

/// A type as the database describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DataType {
    /// As the database writes it: `varchar(100)`, `NUMBER(10,2)`, `timestamp with time zone`.
    pub text: String,
    pub kind: TypeKind,
    /// Text: at most so many characters; bytes: so many bytes. `None`: no limit worth telling.
    #[ts(type = "number | null")]
    pub length: Option<u64>,
    /// Exact numbers: digits in all.
    pub precision: Option<u32>,
    /// Exact numbers: digits after the point.
    pub scale: Option<i32>,
    /// Enumerations: the labels.
    pub labels: Vec<String>,
}

impl DataType {
    /// A type of a kind, with the database's words for it.
    pub fn new(kind: TypeKind, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            kind,
            ..Self::default()
        }
    }
}

/// The kinds of types that matter to whoever binds a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TypeKind {
    Boolean,
    /// A whole number of so many bits with a sign.
    Integer {
        bits: u8,
    },
    /// A whole number of so many bits without a sign.
    Unsigned {
        bits: u8,
    },
    Decimal,
    Float,
    Text,
    Bytes,
    Date,
    Time,
    /// A point in time without a zone.
    Timestamp,
    /// A point in time with a zone.
    TimestampTz,
    Interval,
    Uuid,
    Json,
    Enum,
    /// A result set that the routine opens: refcursor, SYS_REFCURSOR.
    Cursor,
    Array,
    /// Anything else: no value is refused because of it.
    #[default]
    Other,
}

/// How a routine is called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RoutineKind {
    #[default]
    Procedure,
    Function,
}

/// A procedure or a function.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Routine {
    pub name: ObjectName,
    pub kind: RoutineKind,
    /// In the order of a call.
    pub parameters: Vec<RoutineParameter>,
    /// Functions: what they give back; the columns of a table function are in `text`.
    pub returns: Option<DataType>,
    /// Functions: whether they give rows.
    pub returns_rows: bool,
    /// Whether the last parameter takes any number of values (PostgreSQL's VARIADIC).
    pub variadic: bool,
    /// The text of its body, where the account may read it and it was asked for.
    pub source: Option<String>,
    /// `definer` or `invoker`, where the dialect says it.
    pub security: Option<String>,
    pub comment: Option<String>,
}

/// A parameter of a routine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RoutineParameter {
    /// Without `@`; `None` where it has no name.
    pub name: Option<String>,
    pub direction: Direction,
    pub data_type: DataType,
    /// Whether a call may leave it out; the default's text where the database tells it.
    pub optional: bool,
    pub default: Option<String>,
}

/// What the connected account may do, as far as it can see it itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
pub struct Rights {
    /// As the database names it: `scim@%`, `scim`.
    pub account: String,
    /// Whether no right limits it: superuser, sysadmin, DBA, owner of everything.
    pub unlimited: bool,
    pub grants: Vec<Grant>,
}

/// One right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Grant {
    /// Upper case: `SELECT`, `EXECUTE`, `ALL PRIVILEGES`.
    pub privilege: String,
    /// `None`: on the whole server; with an empty name: on the whole schema.
    pub object: Option<ObjectName>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_without_a_schema_means_the_object_in_any() {
        let name = |schema, name| ObjectName::new(schema, name);
        assert!(name(None, "users").means(&name(Some("hr"), "USERS")));
        assert!(!name(Some("a"), "users").means(&name(Some("hr"), "USERS")));
        assert_eq!(name(Some("hr"), "USERS").to_string(), "hr.USERS");
    }
}
