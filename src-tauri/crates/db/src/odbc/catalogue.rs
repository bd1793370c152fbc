//! What the database says of itself: tables, columns and keys through ODBC's own catalogue
//! functions, routines, indexes and rights from the database's description where it is known.

use sluice_core::catalogue::{
    Catalogue, Column, ForeignKey, Grant, Key, KeyKind, ObjectName, Question, Reference, Relation,
    RelationKind, Rights, Routine, RoutineKind, RoutineParameter, Schema,
};
use sluice_core::plan::Direction;
use sluice_core::ports::Collected;
use sluice_core::{DatabaseError, Value};
use sluice_odbc::{Describe, Request};

use super::pool::Handle;
use super::product::Product;
use super::questions::{
    account_sql, columns_sql, current_sql, facts_sql, keys_sql, rights_sql, routines_sql,
    schemas_sql, triggers_sql,
};
use super::{Odbc, value};

/// Whether it is known how to ask for the routines of a database.
pub(super) fn knows_routines(product: Product) -> bool {
    routines_sql(product).is_some()
}

/// Answers a question.
pub(super) async fn answer(
    database: &Odbc,
    handle: &mut Handle,
    question: &Question,
) -> Result<Catalogue, DatabaseError> {
    let mut catalogue = Catalogue::default();
    match question {
        Question::Schemas => catalogue.schemas = schemas(database, handle).await?,
        Question::Relations { schema } => {
            catalogue.relations = relations(database, handle, schema.as_deref()).await?;
        }
        Question::Relation(name) => {
            catalogue
                .relations
                .extend(relation(database, handle, name).await?);
        }
        Question::ReferencedBy(name) => {
            catalogue.references = referenced_by(handle, name).await;
        }
        Question::Routines { schema } => {
            let mut found = routines(database, handle, schema.as_deref(), None).await?;
            for routine in &mut found {
                routine.source = None;
            }
            catalogue.routines = found;
        }
        Question::Routine(name) => {
            let folded = fold(handle.product(), &name.name);
            let schema = name.schema.as_deref();
            let mut found = routines(database, handle, schema, Some(&name.name)).await?;
            if found.is_empty() && folded != name.name {
                found = routines(database, handle, schema, Some(&folded)).await?;
            }
            catalogue.routines = found;
        }
        Question::Rights => catalogue.rights = rights(database, handle).await?,
    }
    Ok(catalogue)
}

/// A plain name as the database keeps it.
fn fold(product: Product, name: &str) -> String {
    match product {
        Product::Postgres => name.to_lowercase(),
        Product::Db2 => name.to_uppercase(),
        _ => name.to_owned(),
    }
}

/// The first column of a question of Sluice's own.
async fn names(
    database: &Odbc,
    handle: &mut Handle,
    sql: Option<&str>,
    values: &[Option<&str>],
) -> Result<Vec<String>, DatabaseError> {
    let Some(sql) = sql else {
        return Ok(Vec::new());
    };
    let found = database.ask(handle, sql, values).await?.into_rows();
    Ok(found
        .into_iter()
        .filter_map(|row| Row(row).some(0))
        .collect())
}

async fn rows(
    database: &Odbc,
    handle: &mut Handle,
    sql: Option<&str>,
    values: &[Option<&str>],
) -> Result<Vec<Row>, DatabaseError> {
    let Some(sql) = sql else {
        return Ok(Vec::new());
    };
    let found = database.ask(handle, sql, values).await?.into_rows();
    Ok(found.into_iter().map(Row).collect())
}

/// What the driver describes.
async fn described(handle: &mut Handle, what: Describe) -> Result<Vec<Row>, DatabaseError> {
    let mut found = Collected::default();
    handle.ask(Request::Describe(what), &mut found).await?;
    Ok(found.into_rows().into_iter().map(Row).collect())
}

/// Catalogue and schema for the driver: what MySQL calls a database is a catalogue to ODBC.
fn parts(product: Product, schema: Option<&str>) -> (Option<String>, Option<String>) {
    let schema = schema.map(str::to_owned);
    match product {
        Product::Mysql => (schema, None),
        _ => (None, schema),
    }
}

/// Where SQLTables and SQLForeignKeys have what is a schema here.
fn owner_column(product: Product) -> usize {
    usize::from(product != Product::Mysql)
}

async fn schemas(database: &Odbc, handle: &mut Handle) -> Result<Vec<Schema>, DatabaseError> {
    let product = handle.product();
    let current = names(database, handle, current_sql(product), &[]).await?;
    let all = if let sql @ Some(_) = schemas_sql(product) {
        names(database, handle, sql, &[]).await?
    } else {
        let told = described(handle, Describe::Schemas).await?;
        let mut all: Vec<String> = told.iter().filter_map(|row| row.some(1)).collect();
        all.sort();
        all.dedup();
        all
    };
    Ok(all
        .into_iter()
        .map(|name| Schema {
            current: current.contains(&name),
            name,
        })
        .collect())
}

/// Tables and views by name and kind.
async fn relations(
    database: &Odbc,
    handle: &mut Handle,
    schema: Option<&str>,
) -> Result<Vec<Relation>, DatabaseError> {
    let product = handle.product();
    let current;
    let wanted: Vec<Option<&str>> = match schema {
        Some(schema) => vec![Some(schema)],
        None if current_sql(product).is_none() => vec![None],
        None => {
            current = names(database, handle, current_sql(product), &[]).await?;
            current.iter().map(|name| Some(name.as_str())).collect()
        }
    };
    let mut relations: Vec<Relation> = Vec::new();
    for schema in wanted {
        let (catalog, owner) = parts(product, schema);
        let tables = Describe::Tables {
            catalog,
            schema: owner,
            name: None,
        };
        for row in described(handle, tables).await? {
            let place = owner_column(product);
            let name = ObjectName::new(row.some(place).as_deref(), &row.text(2));
            // What was asked for is a pattern to some drivers, in which _ stands for any character.
            let asked = schema.is_none_or(|schema| name.schema.as_deref() == Some(schema));
            if let (true, Some(kind)) = (asked, relation_kind(&row.text(3))) {
                relations.push(Relation {
                    name,
                    kind,
                    ..Relation::default()
                });
            }
        }
    }
    Ok(relations)
}

/// The kind by ODBC's word for it; `None` for the database's own.
fn relation_kind(word: &str) -> Option<RelationKind> {
    let word = word.to_ascii_uppercase();
    match word.as_str() {
        "TABLE" | "BASE TABLE" => Some(RelationKind::Table),
        "VIEW" => Some(RelationKind::View),
        "MATERIALIZED VIEW" | "MATVIEW" | "MATERIALIZED QUERY TABLE" => {
            Some(RelationKind::MaterializedView)
        }
        _ if word.starts_with("SYSTEM") => None,
        _ => Some(RelationKind::Other),
    }
}

/// One table or view with everything that is known of it.
async fn relation(
    database: &Odbc,
    handle: &mut Handle,
    name: &ObjectName,
) -> Result<Option<Relation>, DatabaseError> {
    let product = handle.product();
    let schema = name.schema.as_deref();
    let mut known = relations(database, handle, schema).await?;
    if known.is_empty()
        && let Some(schema) = schema
    {
        known = relations(database, handle, Some(&fold(product, schema))).await?;
    }
    let exact = known.iter().position(|other| other.name.name == name.name);
    let alike = |other: &Relation| other.name.name.eq_ignore_ascii_case(&name.name);
    let Some(place) = exact.or_else(|| known.iter().position(alike)) else {
        return Ok(None);
    };
    let mut relation = known.swap_remove(place);
    let (schema, table) = (relation.name.schema.clone(), relation.name.name.clone());
    let (catalog, owner) = parts(product, schema.as_deref());
    let place = [schema.as_deref(), Some(table.as_str())];
    relation.columns = columns(database, handle, &relation.name).await?;
    let primary = Describe::PrimaryKeys {
        catalog: catalog.clone(),
        schema: owner.clone(),
        name: table.clone(),
    };
    let primary = described(handle, primary).await?.into_iter().map(|row| {
        let key = row.some(5).unwrap_or_else(|| "PRIMARY".to_owned());
        (key, KeyKind::Primary, row.text(3), row.number(4))
    });
    let mut primary: Vec<_> = primary.collect();
    // SQLPrimaryKeys orders by name and not by place on some drivers.
    primary.sort_by_key(|key| key.3);
    let others = rows(database, handle, keys_sql(product), &place).await?;
    let others = others.into_iter().map(|row| {
        let kind = if row.number(1) == Some(1) {
            KeyKind::Unique
        } else {
            KeyKind::Index
        };
        (row.text(0), kind, row.text(2), None)
    });
    for (name, kind, column, _) in primary.into_iter().chain(others) {
        match relation.keys.last_mut() {
            Some(key) if key.name == name && key.kind == kind => key.columns.push(column),
            _ => relation.keys.push(Key {
                name,
                kind,
                columns: vec![column],
            }),
        }
    }
    let foreign = Describe::ForeignKeys {
        catalog,
        schema: owner,
        name: table.clone(),
    };
    // Not every driver has this function, and a table without references is a table.
    for row in described(handle, foreign).await.unwrap_or_default() {
        let owner = owner_column(product);
        let target = ObjectName::new(row.some(owner).as_deref(), &row.text(2));
        let name = row.some(11).unwrap_or_else(|| target.to_string());
        match relation.foreign_keys.last_mut() {
            Some(key) if key.name == name => {
                key.columns.push(row.text(7));
                key.target_columns.push(row.text(3));
            }
            _ => relation.foreign_keys.push(ForeignKey {
                name,
                columns: vec![row.text(7)],
                target,
                target_columns: vec![row.text(3)],
            }),
        }
    }
    relation.triggers = names(database, handle, triggers_sql(product), &place).await?;
    relation.transactional = match product {
        Product::SqlServer | Product::Db2 | Product::Postgres => Some(true),
        Product::Mysql | Product::Other => None,
    };
    if let Some(row) = rows(database, handle, facts_sql(product), &place)
        .await?
        .first()
    {
        relation.rows = row.number(0).and_then(|rows| u64::try_from(rows).ok());
        relation.comment = row.some(1);
        relation.transactional = row.number(2).map(|flag| flag == 1);
        relation.source = row.some(3);
    }
    Ok(Some(relation))
}

/// Which tables have a foreign key that leads here; none where the driver does not say.
async fn referenced_by(handle: &mut Handle, name: &ObjectName) -> Vec<Reference> {
    let product = handle.product();
    let (catalog, schema) = parts(product, name.schema.as_deref());
    let asked = Describe::References {
        catalog,
        schema,
        name: name.name.clone(),
    };
    // Not every driver has this function, and a table without references is a table.
    let mut rows = described(handle, asked).await.unwrap_or_default();
    let from = |row: &Row| {
        let owner = row.some(owner_column(product) + 4);
        ObjectName::new(owner.as_deref(), &row.text(6))
    };
    let key = |row: &Row| row.some(11).unwrap_or_else(|| from(row).to_string());
    rows.sort_by_cached_key(|row| (from(row), key(row), row.number(8)));
    let lines = rows
        .iter()
        .map(|row| (from(row), key(row), row.text(7), row.text(3)));
    Reference::gather(name, lines)
}

async fn columns(
    database: &Odbc,
    handle: &mut Handle,
    table: &ObjectName,
) -> Result<Vec<Column>, DatabaseError> {
    let product = handle.product();
    let schema = table.schema.as_deref();
    let size = |text: Option<i64>| text.and_then(|size| u64::try_from(size).ok());
    let digits = |text: Option<i64>| text.and_then(|digits| i32::try_from(digits).ok());
    if let Some(sql) = columns_sql(product) {
        let found = rows(database, handle, Some(sql), &[schema, Some(&table.name)]).await?;
        return Ok(found
            .into_iter()
            .map(|row| Column {
                name: row.text(0),
                data_type: value::named_type(
                    &row.text(1),
                    size(row.number(2)),
                    digits(row.number(3)),
                ),
                nullable: row.text(4) == "YES",
                default: row.some(5),
                generated: row.number(6) == Some(1),
                comment: row.some(7),
            })
            .collect());
    }
    let (catalog, owner) = parts(product, schema);
    let columns = Describe::Columns {
        catalog,
        schema: owner,
        name: table.name.clone(),
    };
    let found = described(handle, columns).await?;
    Ok(found
        .into_iter()
        .filter(|row| row.text(2) == table.name)
        .map(|row| Column {
            name: row.text(3),
            data_type: value::data_type(
                row.number(4)
                    .and_then(|code| i16::try_from(code).ok())
                    .unwrap_or_default(),
                &row.text(5),
                size(row.number(6)),
                digits(row.number(8)),
            ),
            // SQL_NO_NULLS is 0; what is not known may be NULL.
            nullable: row.number(10) != Some(0),
            default: row.some(12),
            generated: false,
            comment: row.some(11),
        })
        .collect())
}

async fn rights(database: &Odbc, handle: &mut Handle) -> Result<Option<Rights>, DatabaseError> {
    let product = handle.product();
    let Some(account) = rows(database, handle, account_sql(product), &[])
        .await?
        .into_iter()
        .next()
    else {
        return Ok(None);
    };
    let grants = rows(database, handle, rights_sql(product), &[]).await?;
    Ok(Some(Rights {
        account: account.text(0),
        unlimited: account.number(1) == Some(1),
        grants: grants
            .into_iter()
            .map(|row| Grant {
                privilege: row.text(0).to_uppercase(),
                object: row
                    .some(1)
                    .map(|schema| ObjectName::new(Some(&schema), &row.text(2))),
            })
            .collect(),
    }))
}

/// Routines of a schema (`None`: of those that unqualified names are looked up in), all or of a name.
pub(super) async fn routines(
    database: &Odbc,
    handle: &mut Handle,
    schema: Option<&str>,
    name: Option<&str>,
) -> Result<Vec<Routine>, DatabaseError> {
    let product = handle.product();
    let Some(sql) = routines_sql(product) else {
        return Ok(Vec::new());
    };
    let values: &[Option<&str>] = if product == Product::Postgres {
        &[schema, schema, name]
    } else {
        &[schema, name]
    };
    let found = database.ask(handle, sql, values).await?;
    let mut routines: Vec<(String, Routine)> = Vec::new();
    for row in found.into_rows() {
        let row = Row(row);
        let key = format!("{} {}", row.text(2), row.text(3));
        if routines.last().is_none_or(|(last, _)| *last != key) {
            let routine = Routine {
                name: ObjectName::new(Some(&row.text(0)), &row.text(1)),
                kind: if row.text(3) == "PROCEDURE" {
                    RoutineKind::Procedure
                } else {
                    RoutineKind::Function
                },
                variadic: row.number(11) == Some(1),
                returns_rows: row.number(12) == Some(1),
                security: row.some(13).map(|text| text.to_lowercase()),
                comment: row.some(14),
                source: row.some(15),
                ..Routine::default()
            };
            routines.push((key, routine));
        }
        let (Some(ordinal), Some((_, routine))) = (row.number(4), routines.last_mut()) else {
            continue;
        };
        let digits = row.number(9).and_then(|digits| i32::try_from(digits).ok());
        let size = row.number(8).and_then(|size| u64::try_from(size).ok());
        let data_type = value::named_type(&row.text(7), size, digits);
        if ordinal == 0 {
            if routine.kind == RoutineKind::Function {
                routine.returns = Some(data_type);
            }
            continue;
        }
        routine.parameters.push(RoutineParameter {
            name: row
                .some(6)
                .map(|name| name.trim_start_matches('@').to_owned()),
            direction: match row.text(5).as_str() {
                "OUT" => Direction::Out,
                "INOUT" => Direction::InOut,
                _ => Direction::In,
            },
            data_type,
            optional: row.number(10) == Some(1),
            default: None,
        });
    }
    Ok(routines.into_iter().map(|(_, routine)| routine).collect())
}

/// The cells of a row of a catalogue.
struct Row(Vec<Value>);

impl Row {
    fn text(&self, index: usize) -> String {
        let cell = self.0.get(index).and_then(Value::to_text);
        // Db2 fills names up with blanks.
        cell.map_or_else(String::new, |text| text.trim_end().to_owned())
    }

    /// The text where there is some.
    fn some(&self, index: usize) -> Option<String> {
        Some(self.text(index)).filter(|text| !text.is_empty())
    }

    fn number(&self, index: usize) -> Option<i64> {
        self.text(index).parse().ok()
    }
}
