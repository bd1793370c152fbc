//! What SQL Server says of itself, from the views of the schema `sys`. They show an account only what
//! it may use, so a missing object may be one that it must not see.
//!
//! **Invariant:** every text is fixed; names go as parameters.
//!
//! To answer a new question: a text, and an arm in [`answer`]. A view that SQL Server 2014 lacks needs a
//! way without it.

use std::collections::HashMap;

use mssql_tds::connection::tds_client::TdsClient;
use mssql_tds::message::parameters::rpc_parameters::{RpcParameter, StatusFlags};
use sluice_core::catalogue::{
    Catalogue, Column, DataType, ForeignKey, Grant, Key, KeyKind, ObjectName, Question, Reference,
    Relation, RelationKind, Rights, Routine, RoutineKind, RoutineParameter, Schema, TypeKind,
};
use sluice_core::plan::Direction;
use sluice_core::ports::Collected;
use sluice_core::{DatabaseError, Value};

use super::types::{Wire, describe};
use super::{Request, ask, defaults, run};
use crate::text::Text;

/// What stands as security of a synonym, which has a name and no description of its own.
pub(super) const SYNONYM: &str = "synonym";

/// Schemas of the fixed roles have numbers from 16384.
const SCHEMAS: &str = "SELECT s.name, CASE WHEN s.name IN (SCHEMA_NAME(), N'dbo') THEN 1 ELSE 0 END
FROM sys.schemas s
WHERE s.schema_id < 16384 AND s.name NOT IN (N'sys', N'INFORMATION_SCHEMA', N'guest')
ORDER BY s.name";

/// Unqualified names are looked up in the account's own schema and then in dbo. `@P1` is a name or NULL,
/// `@P2` a schema or NULL.
const RELATIONS: &str = "SELECT o.object_id, s.name, o.name, RTRIM(o.type),
 (SELECT SUM(p.rows) FROM sys.partitions p WHERE p.object_id = o.object_id AND p.index_id IN (0, 1)),
 CONVERT(nvarchar(4000), e.value)
FROM sys.objects o
JOIN sys.schemas s ON s.schema_id = o.schema_id
LEFT JOIN sys.extended_properties e
 ON e.class = 1 AND e.major_id = o.object_id AND e.minor_id = 0 AND e.name = N'MS_Description'
WHERE o.type IN ('U', 'V', 'SN') AND o.is_ms_shipped = 0
 AND (@P1 IS NULL OR o.name = @P1)
 AND (s.name = @P2 OR (@P2 IS NULL AND s.name IN (SCHEMA_NAME(), N'dbo')))
ORDER BY CASE WHEN s.name = SCHEMA_NAME() THEN 0 ELSE 1 END, s.name, o.name";

const COLUMNS: &str = "SELECT c.name, COALESCE(b.name, t.name), c.max_length, c.precision, c.scale,
 c.is_nullable, COALESCE(d.definition, k.definition), c.is_identity, c.is_computed,
 COALESCE(COLUMNPROPERTY(c.object_id, c.name, 'GeneratedAlwaysType'), 0),
 CONVERT(nvarchar(4000), e.value)
FROM sys.columns c
JOIN sys.types t ON t.user_type_id = c.user_type_id
LEFT JOIN sys.types b ON b.user_type_id = c.system_type_id
LEFT JOIN sys.default_constraints d ON d.object_id = c.default_object_id
LEFT JOIN sys.computed_columns k ON k.object_id = c.object_id AND k.column_id = c.column_id
LEFT JOIN sys.extended_properties e
 ON e.class = 1 AND e.major_id = c.object_id AND e.minor_id = c.column_id AND e.name = N'MS_Description'
WHERE c.object_id = @P1
ORDER BY c.column_id";

/// A unique index with a filter does not keep all rows apart, so it counts as a plain one.
const KEYS: &str = "SELECT i.name, i.is_primary_key,
 CASE WHEN i.is_unique = 1 AND i.has_filter = 0 THEN 1 ELSE 0 END, c.name
FROM sys.indexes i
JOIN sys.index_columns x ON x.object_id = i.object_id AND x.index_id = i.index_id
JOIN sys.columns c ON c.object_id = x.object_id AND c.column_id = x.column_id
WHERE i.object_id = @P1 AND x.key_ordinal > 0 AND i.is_hypothetical = 0 AND i.is_disabled = 0
ORDER BY i.is_primary_key DESC, i.index_id, x.key_ordinal";

const FOREIGN_KEYS: &str = "SELECT f.name, c.name, s.name, o.name, r.name
FROM sys.foreign_keys f
JOIN sys.foreign_key_columns k ON k.constraint_object_id = f.object_id
JOIN sys.columns c ON c.object_id = k.parent_object_id AND c.column_id = k.parent_column_id
JOIN sys.objects o ON o.object_id = k.referenced_object_id
JOIN sys.schemas s ON s.schema_id = o.schema_id
JOIN sys.columns r ON r.object_id = k.referenced_object_id AND r.column_id = k.referenced_column_id
WHERE f.parent_object_id = @P1
ORDER BY f.name, k.constraint_column_id";

const REFERENCED_BY: &str = "SELECT s.name, o.name, f.name, c.name, r.name
FROM sys.foreign_keys f
JOIN sys.foreign_key_columns k ON k.constraint_object_id = f.object_id
JOIN sys.objects o ON o.object_id = f.parent_object_id
JOIN sys.schemas s ON s.schema_id = o.schema_id
JOIN sys.columns c ON c.object_id = k.parent_object_id AND c.column_id = k.parent_column_id
JOIN sys.columns r ON r.object_id = k.referenced_object_id AND r.column_id = k.referenced_column_id
JOIN sys.objects t ON t.object_id = f.referenced_object_id
WHERE t.name = @P1 AND t.schema_id = COALESCE(SCHEMA_ID(@P2), SCHEMA_ID())
ORDER BY s.name, o.name, f.name, k.constraint_column_id";

const TRIGGERS: &str =
    "SELECT name FROM sys.triggers WHERE parent_id = @P1 AND is_disabled = 0 ORDER BY name";

const DEFINITION: &str = "SELECT OBJECT_DEFINITION(@P1)";

/// Procedures and functions, Transact-SQL and CLR; with a name also the server's own (`sp_…`) and
/// synonyms.
const ROUTINES: &str = "SELECT o.object_id, s.name, o.name, RTRIM(o.type), m.definition,
 m.execute_as_principal_id, CONVERT(nvarchar(4000), e.value)
FROM sys.all_objects o
JOIN sys.schemas s ON s.schema_id = o.schema_id
LEFT JOIN sys.all_sql_modules m ON m.object_id = o.object_id
LEFT JOIN sys.extended_properties e
 ON e.class = 1 AND e.major_id = o.object_id AND e.minor_id = 0 AND e.name = N'MS_Description'
WHERE ((o.type IN ('P', 'PC', 'FN', 'IF', 'TF', 'FS', 'FT') AND (o.is_ms_shipped = 0 OR @P1 IS NOT NULL))
  OR (o.type IN ('X', 'SN') AND @P1 IS NOT NULL))
 AND (@P1 IS NULL OR o.name = @P1)
 AND (s.name = @P2
  OR (@P2 IS NULL AND (s.name IN (SCHEMA_NAME(), N'dbo') OR (s.name = N'sys' AND @P1 IS NOT NULL))))
ORDER BY CASE s.name WHEN SCHEMA_NAME() THEN 0 WHEN N'dbo' THEN 1 ELSE 2 END, s.name, o.name";

/// The parameters of the same routines; number 0 is what a scalar function gives back.
const PARAMETERS: &str = "SELECT p.object_id, p.parameter_id, p.name, COALESCE(b.name, t.name),
 p.max_length, p.precision, p.scale, p.is_output, p.has_default_value,
 CONVERT(nvarchar(4000), p.default_value), t.is_table_type
FROM sys.all_parameters p
JOIN sys.all_objects o ON o.object_id = p.object_id
JOIN sys.schemas s ON s.schema_id = o.schema_id
JOIN sys.types t ON t.user_type_id = p.user_type_id
LEFT JOIN sys.types b ON b.user_type_id = p.system_type_id AND t.is_table_type = 0
WHERE o.type IN ('P', 'PC', 'FN', 'IF', 'TF', 'FS', 'FT', 'X')
 AND (o.is_ms_shipped = 0 OR @P1 IS NOT NULL)
 AND (@P1 IS NULL OR o.name = @P1)
 AND (s.name = @P2
  OR (@P2 IS NULL AND (s.name IN (SCHEMA_NAME(), N'dbo') OR (s.name = N'sys' AND @P1 IS NOT NULL))))
ORDER BY p.object_id, p.parameter_id";

const ACCOUNT: &str = "SELECT USER_NAME(),
 CASE WHEN IS_SRVROLEMEMBER('sysadmin') = 1 OR IS_ROLEMEMBER('db_owner') = 1 THEN 1 ELSE 0 END";

/// What holds for the whole database, roles counted in.
const WIDE_RIGHTS: &str =
    "SELECT permission_name FROM sys.fn_my_permissions(NULL, 'DATABASE') ORDER BY permission_name";

const RIGHTS: &str = "SELECT DISTINCT p.permission_name, s.name, COALESCE(o.name, N'')
FROM sys.database_permissions p
JOIN sys.database_principals d ON d.principal_id = p.grantee_principal_id
LEFT JOIN sys.all_objects o ON p.class = 1 AND o.object_id = p.major_id
JOIN sys.schemas s ON s.schema_id = CASE p.class WHEN 1 THEN o.schema_id ELSE p.major_id END
WHERE p.class IN (1, 3) AND p.state IN ('G', 'W') AND (o.object_id IS NULL OR o.is_ms_shipped = 0)
 AND (d.principal_id = USER_ID() OR d.name = N'public' OR IS_ROLEMEMBER(d.name) = 1)
ORDER BY s.name, COALESCE(o.name, N''), p.permission_name";

pub(super) async fn answer(
    client: &mut TdsClient,
    question: &Question,
) -> Result<Catalogue, DatabaseError> {
    let mut found = Catalogue::default();
    match question {
        Question::Schemas => {
            let rows = ask(client, SCHEMAS, &[]).await?;
            found.schemas = rows
                .iter()
                .map(|row| Schema {
                    name: text(row, 0),
                    current: flag(row, 1),
                })
                .collect();
        }
        Question::Relations { schema } => {
            let rows = ask(
                client,
                RELATIONS,
                &[Value::Null, or_null(schema.as_deref())],
            )
            .await?;
            found.relations = rows.iter().map(|row| relation(row)).collect();
        }
        Question::Relation(name) => found.relations = described(client, name).await?,
        Question::ReferencedBy(name) => {
            let asked = [
                Value::from(name.name.as_str()),
                or_null(name.schema.as_deref()),
            ];
            let rows = ask(client, REFERENCED_BY, &asked).await?;
            let lines = rows.iter().map(|row| {
                let from = ObjectName::new(Some(&text(row, 0)), &text(row, 1));
                (from, text(row, 2), text(row, 3), text(row, 4))
            });
            found.references = Reference::gather(name, lines);
        }
        Question::Routines { schema } => {
            found.routines = routines(client, None, schema.as_deref()).await?;
            for routine in &mut found.routines {
                routine.source = None;
            }
        }
        Question::Routine(name) => {
            found.routines = routines(client, Some(&name.name), name.schema.as_deref()).await?;
        }
        Question::Rights => found.rights = Some(rights(client).await?),
    }
    Ok(found)
}

/// What a call by this name means: the routines of the first schema that has one.
pub(super) async fn routines_named(
    client: &mut TdsClient,
    object: &ObjectName,
) -> Result<Vec<Routine>, DatabaseError> {
    let mut found = routines(client, Some(&object.name), object.schema.as_deref()).await?;
    found.truncate(1);
    Ok(found)
}

/// What the server infers the parameters `@P1`, `@P2`, … of a text to be.
pub(super) async fn infer(
    client: &mut TdsClient,
    statement: &Text,
) -> Result<Vec<Option<DataType>>, DatabaseError> {
    let sql = Value::Text(statement.sql.to_string());
    let typed = Wire::Text(None)
        .exactly(&sql)
        .unwrap_or(Wire::Text(None).null());
    let tsql = RpcParameter::new(Some("@tsql".to_owned()), StatusFlags::NONE, typed);
    let name = "sys.sp_describe_undeclared_parameters".to_owned();
    let mut rows = Collected::default();
    run(
        client,
        Request::Call(name, Vec::new(), vec![tsql]),
        &mut rows,
    )
    .await?;
    let mut inferred = vec![None; statement.placeholders];
    let Some(answer) = rows.0.into_iter().next() else {
        return Ok(inferred);
    };
    let at = |name: &str| answer.column(name);
    let (Some(ordinal), Some(suggested)) =
        (at("parameter_ordinal"), at("suggested_system_type_name"))
    else {
        return Ok(inferred);
    };
    let number_at = |row: &[Value], name: &str| at(name).map_or(0, |index| number(row, index));
    for row in &answer.rows {
        let Some(place) = usize::try_from(number(row, ordinal) - 1)
            .ok()
            .and_then(|index| inferred.get_mut(index))
        else {
            continue;
        };
        let name = text(row, suggested);
        let base = name.split('(').next().unwrap_or_default().trim();
        if !base.is_empty() {
            *place = Some(describe(
                base,
                number_at(row, "suggested_max_length"),
                number_at(row, "suggested_precision"),
                number_at(row, "suggested_scale"),
            ));
        }
    }
    Ok(inferred)
}

fn relation(row: &[Value]) -> Relation {
    let kind = match text(row, 3).as_str() {
        "U" => RelationKind::Table,
        "V" => RelationKind::View,
        _ => RelationKind::Other,
    };
    Relation {
        name: ObjectName::new(Some(&text(row, 1)), &text(row, 2)),
        kind,
        transactional: (kind != RelationKind::Other).then_some(true),
        rows: (kind == RelationKind::Table).then(|| u64::try_from(number(row, 4)).unwrap_or(0)),
        comment: maybe(row, 5),
        ..Relation::default()
    }
}

async fn described(
    client: &mut TdsClient,
    name: &ObjectName,
) -> Result<Vec<Relation>, DatabaseError> {
    let asked = [
        Value::from(name.name.as_str()),
        or_null(name.schema.as_deref()),
    ];
    let rows = ask(client, RELATIONS, &asked).await?;
    let Some(row) = rows.first() else {
        return Ok(Vec::new());
    };
    let (id, mut relation) = ([row[0].clone()], relation(row));
    let columns = ask(client, COLUMNS, &id).await?;
    relation.columns = columns.iter().map(|row| column(row)).collect();
    for row in ask(client, KEYS, &id).await? {
        let (name, column) = (text(&row, 0), text(&row, 3));
        match relation.keys.last_mut() {
            Some(key) if key.name == name => key.columns.push(column),
            _ => relation.keys.push(Key {
                kind: match (flag(&row, 1), flag(&row, 2)) {
                    (true, _) => KeyKind::Primary,
                    (_, true) => KeyKind::Unique,
                    _ => KeyKind::Index,
                },
                name,
                columns: vec![column],
            }),
        }
    }
    for row in ask(client, FOREIGN_KEYS, &id).await? {
        let (name, column, target) = (text(&row, 0), text(&row, 1), text(&row, 4));
        match relation.foreign_keys.last_mut() {
            Some(key) if key.name == name => {
                key.columns.push(column);
                key.target_columns.push(target);
            }
            _ => relation.foreign_keys.push(ForeignKey {
                name,
                columns: vec![column],
                target: ObjectName::new(Some(&text(&row, 2)), &text(&row, 3)),
                target_columns: vec![target],
            }),
        }
    }
    let triggers = ask(client, TRIGGERS, &id).await?;
    relation.triggers = triggers.iter().map(|row| text(row, 0)).collect();
    if relation.kind == RelationKind::View {
        let definition = ask(client, DEFINITION, &id).await?;
        relation.source = definition.first().and_then(|row| maybe(row, 0));
    }
    Ok(vec![relation])
}

fn column(row: &[Value]) -> Column {
    let base = text(row, 1);
    let generated = flag(row, 7) || flag(row, 8) || number(row, 9) > 0 || base == "timestamp";
    Column {
        name: text(row, 0),
        data_type: describe(&base, number(row, 2), number(row, 3), number(row, 4)),
        nullable: flag(row, 5),
        default: maybe(row, 6),
        generated,
        comment: maybe(row, 10),
    }
}

async fn routines(
    client: &mut TdsClient,
    name: Option<&str>,
    schema: Option<&str>,
) -> Result<Vec<Routine>, DatabaseError> {
    let asked = [or_null(name), or_null(schema)];
    let rows = ask(client, ROUTINES, &asked).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut parameters: HashMap<i64, Vec<Vec<Value>>> = HashMap::new();
    for row in ask(client, PARAMETERS, &asked).await? {
        parameters.entry(number(&row, 0)).or_default().push(row);
    }
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        let own = parameters.remove(&number(row, 0)).unwrap_or_default();
        let mut routine = routine(row, &own);
        if routine.returns_rows && name.is_some() {
            let columns = ask(client, COLUMNS, &[row[0].clone()]).await?;
            let columns: Vec<String> = columns
                .iter()
                .map(|row| column(row))
                .map(|column| format!("{} {}", column.name, column.data_type.text))
                .collect();
            let text = format!("TABLE ({})", columns.join(", "));
            routine.returns = Some(DataType::new(TypeKind::Other, text));
        }
        found.push(routine);
    }
    Ok(found)
}

fn routine(row: &[Value], own: &[Vec<Value>]) -> Routine {
    let kind = text(row, 3);
    let source = maybe(row, 4);
    let (function, gives_rows) = match kind.as_str() {
        "FN" | "FS" => (true, false),
        "IF" | "TF" | "FT" => (true, true),
        _ => (false, false),
    };
    let is_clr = matches!(kind.as_str(), "PC" | "FS" | "FT");
    let defaults = source.as_deref().map(defaults::of);
    let mut routine = Routine {
        name: ObjectName::new(Some(&text(row, 1)), &text(row, 2)),
        kind: if function {
            RoutineKind::Function
        } else {
            RoutineKind::Procedure
        },
        returns_rows: gives_rows,
        returns: gives_rows.then(|| DataType::new(TypeKind::Other, "TABLE")),
        security: Some(match (kind.as_str(), &row[5]) {
            ("SN", _) => SYNONYM.to_owned(),
            (_, Value::Null) => "invoker".to_owned(),
            _ => "definer".to_owned(),
        }),
        comment: maybe(row, 6),
        ..Routine::default()
    };
    for row in own {
        let data_type = if flag(row, 10) {
            DataType::new(TypeKind::Other, text(row, 3))
        } else {
            describe(
                &text(row, 3),
                number(row, 4),
                number(row, 5),
                number(row, 6),
            )
        };
        if number(row, 1) == 0 {
            routine.returns = Some(data_type);
            continue;
        }
        let name = text(row, 2).trim_start_matches('@').to_owned();
        let default = match &defaults {
            _ if is_clr => flag(row, 8).then(|| text(row, 9)),
            Some(known) => known
                .iter()
                .find(|(of, _)| of.eq_ignore_ascii_case(&name))
                .map(|(_, default)| default.clone()),
            None => None,
        };
        // Where the definition cannot be read, nobody but the server knows.
        let hidden = !is_clr && defaults.is_none();
        routine.parameters.push(RoutineParameter {
            name: (!name.is_empty()).then_some(name),
            // Every OUTPUT parameter takes a value too.
            direction: if flag(row, 7) {
                Direction::InOut
            } else {
                Direction::In
            },
            data_type,
            optional: hidden || default.is_some(),
            default,
        });
    }
    routine.source = source;
    routine
}

async fn rights(client: &mut TdsClient) -> Result<Rights, DatabaseError> {
    let account = ask(client, ACCOUNT, &[]).await?;
    let mut rights = Rights::default();
    if let Some(row) = account.first() {
        rights.account = text(row, 0);
        rights.unlimited = flag(row, 1);
    }
    for row in ask(client, WIDE_RIGHTS, &[]).await? {
        rights.grants.push(Grant {
            privilege: text(&row, 0),
            object: None,
        });
    }
    for row in ask(client, RIGHTS, &[]).await? {
        rights.grants.push(Grant {
            privilege: text(&row, 0),
            object: Some(ObjectName::new(Some(&text(&row, 1)), &text(&row, 2))),
        });
    }
    Ok(rights)
}

fn or_null(text: Option<&str>) -> Value {
    text.filter(|text| !text.is_empty())
        .map_or(Value::Null, Value::from)
}

fn maybe(row: &[Value], at: usize) -> Option<String> {
    row.get(at).and_then(Value::to_text)
}

fn text(row: &[Value], at: usize) -> String {
    maybe(row, at).unwrap_or_default()
}

fn number(row: &[Value], at: usize) -> i64 {
    maybe(row, at)
        .and_then(|text| text.parse().ok())
        .unwrap_or(0)
}

fn flag(row: &[Value], at: usize) -> bool {
    number(row, at) != 0
}
