//! What PostgreSQL says of itself, read from `pg_catalog`: each object as one JSON document, so that
//! a question costs one round trip.
//!
//! **Invariant:** every name of the catalogue is qualified, so that no object of the search path can
//! stand before it. A signature is read here and nowhere else; calls use the same as the console.
//!
//! To tell more of an object: a key in its document, and where it is read from the document.

use std::sync::Arc;

use serde_json::Value as Json;
use sluice_core::catalogue::{
    Catalogue, Column, DataType, ForeignKey, Grant, Key, KeyKind, ObjectName, Question, Reference,
    Relation, RelationKind, Rights, Routine, RoutineKind, RoutineParameter, Schema,
};
use sluice_core::plan::{BoundParameter, Direction};
use sluice_core::ports::Collected;
use sluice_core::{DatabaseError, Value};

use super::check::Sent;
use super::{Handle, Postgres, types};

/// A type with its modifier as a JSON document, domains followed down to their base.
macro_rules! data_type {
    ($oid:literal, $modifier:literal) => {
        concat!(
            "(WITH RECURSIVE chain(oid, typtype, typname, typbasetype, typtypmod, typnotnull, modifier, depth) AS (
                SELECT t.oid, t.typtype, t.typname, t.typbasetype, t.typtypmod, t.typnotnull, ",
            $modifier,
            ", 0 FROM pg_catalog.pg_type t WHERE t.oid = ",
            $oid,
            " UNION ALL
                SELECT b.oid, b.typtype, b.typname, b.typbasetype, b.typtypmod, b.typnotnull, c.typtypmod,
                       c.depth + 1
                  FROM chain c JOIN pg_catalog.pg_type b ON b.oid = c.typbasetype
                 WHERE c.typtype = 'd')
              SELECT pg_catalog.json_build_object(
                'text', pg_catalog.format_type(",
            $oid,
            ", ",
            $modifier,
            "), 'name', c.typname, 'modifier', c.modifier,
                'required', (SELECT pg_catalog.bool_or(every.typnotnull) FROM chain every),
                'labels', (SELECT pg_catalog.json_agg(e.enumlabel ORDER BY e.enumsortorder)
                             FROM pg_catalog.pg_enum e WHERE e.enumtypid = c.oid))
                FROM chain c ORDER BY c.depth DESC LIMIT 1)"
        )
    };
}

/// Schemas that are not the database's own.
macro_rules! of_users {
    () => {
        "n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'"
    };
}

const SCHEMAS: &str = concat!(
    "SELECT n.nspname::text, n.nspname = ANY (pg_catalog.current_schemas(false))
       FROM pg_catalog.pg_namespace n WHERE ",
    of_users!(),
    " AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') ORDER BY 1"
);

const RELATIONS: &str = "SELECT pg_catalog.json_build_object(
         'schema', n.nspname, 'name', c.relname, 'kind', c.relkind, 'partition', c.relispartition,
         'rows', c.reltuples::int8, 'comment', pg_catalog.obj_description(c.oid, 'pg_class'))
       FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
        AND CASE WHEN $1::text IS NULL THEN n.nspname = ANY (pg_catalog.current_schemas(false))
                 ELSE n.nspname = $1 END
      ORDER BY n.nspname, c.relname";

/// The name as it is written comes before the one in lower case, which is what the server makes of
/// a name without quotes.
const RELATION: &str = concat!(
    "SELECT pg_catalog.json_build_object(
         'schema', n.nspname, 'name', c.relname, 'kind', c.relkind, 'partition', c.relispartition,
         'rows', c.reltuples::int8, 'comment', pg_catalog.obj_description(c.oid, 'pg_class'),
         'source', CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid) END,
         'columns', (SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
               'name', a.attname, 'type', ",
    data_type!("a.atttypid", "a.atttypmod"),
    ", 'required', a.attnotnull,
               'default', coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid), t.typdefault),
               'generated', a.attidentity <> '' OR a.attgenerated <> ''
                 OR pg_catalog.pg_get_serial_sequence(
                      pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname),
                      a.attname) IS NOT NULL,
               'comment', pg_catalog.col_description(c.oid, a.attnum)) ORDER BY a.attnum)
             FROM pg_catalog.pg_attribute a
             JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
             LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
         'keys', (SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
               'name', x.relname, 'primary', i.indisprimary,
               'unique', i.indisunique AND i.indpred IS NULL,
               'columns', (SELECT pg_catalog.json_agg(coalesce(a.attname::text,
                                    pg_catalog.pg_get_indexdef(i.indexrelid, k.place, true)) ORDER BY k.place)
                             FROM pg_catalog.generate_series(1, i.indnkeyatts::int4) AS k(place)
                             LEFT JOIN pg_catalog.pg_attribute a
                               ON a.attrelid = c.oid AND a.attnum = i.indkey[k.place - 1] AND a.attnum <> 0))
               ORDER BY i.indisprimary DESC, x.relname)
             FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
            WHERE i.indrelid = c.oid AND i.indisvalid),
         'foreign_keys', (SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
               'name', f.conname, 'schema', tn.nspname, 'target', tc.relname,
               'columns', (SELECT pg_catalog.json_agg(a.attname ORDER BY k.place)
                             FROM pg_catalog.unnest(f.conkey) WITH ORDINALITY AS k(number, place)
                             JOIN pg_catalog.pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.number),
               'target_columns', (SELECT pg_catalog.json_agg(a.attname ORDER BY k.place)
                             FROM pg_catalog.unnest(f.confkey) WITH ORDINALITY AS k(number, place)
                             JOIN pg_catalog.pg_attribute a ON a.attrelid = f.confrelid AND a.attnum = k.number))
               ORDER BY f.conname)
             FROM pg_catalog.pg_constraint f
             JOIN pg_catalog.pg_class tc ON tc.oid = f.confrelid
             JOIN pg_catalog.pg_namespace tn ON tn.oid = tc.relnamespace
            WHERE f.conrelid = c.oid AND f.contype = 'f'),
         'triggers', (SELECT pg_catalog.json_agg(g.tgname ORDER BY g.tgname)
             FROM pg_catalog.pg_trigger g WHERE g.tgrelid = c.oid AND NOT g.tgisinternal))
       FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
        AND c.relname::text IN ($2::text, pg_catalog.lower($2::text))
        AND CASE WHEN $1::text IS NULL THEN pg_catalog.pg_table_is_visible(c.oid)
                 ELSE n.nspname::text IN ($1::text, pg_catalog.lower($1::text)) END
      ORDER BY c.relname::text = $2::text DESC, n.nspname::text = $1::text DESC LIMIT 1"
);

const REFERENCED_BY: &str = "SELECT pg_catalog.json_build_object(
         'schema', n.nspname, 'name', c.relname, 'key', f.conname, 'column', a.attname, 'target', t.attname)
       FROM pg_catalog.pg_constraint f
       JOIN pg_catalog.pg_class c ON c.oid = f.conrelid
       JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_catalog.pg_class tc ON tc.oid = f.confrelid
       JOIN pg_catalog.pg_namespace tn ON tn.oid = tc.relnamespace
       CROSS JOIN LATERAL pg_catalog.generate_subscripts(f.conkey, 1) AS k(place)
       JOIN pg_catalog.pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = f.conkey[k.place]
       JOIN pg_catalog.pg_attribute t ON t.attrelid = f.confrelid AND t.attnum = f.confkey[k.place]
      WHERE f.contype = 'f' AND f.conparentid = 0 AND tc.relname = $2
        AND CASE WHEN $1::text IS NULL THEN pg_catalog.pg_table_is_visible(tc.oid)
                 ELSE tn.nspname = $1 END
      ORDER BY n.nspname, c.relname, f.conname, k.place";

/// A routine without its place and source: what both questions for routines begin with.
macro_rules! routine {
    ($source:literal) => {
        concat!(
            "SELECT pg_catalog.json_build_object(
         'schema', n.nspname, 'name', p.proname, 'procedure', p.prokind = 'p', 'rows', p.proretset,
         'variadic', p.provariadic <> 0, 'definer', p.prosecdef,
         'comment', pg_catalog.obj_description(p.oid, 'pg_proc'), 'source', ",
            $source,
            ", 'returns', CASE WHEN p.prokind <> 'p' THEN ",
            data_type!("p.prorettype", "-1"),
            " END, 'result', pg_catalog.pg_get_function_result(p.oid),
         'parameters', (SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
               'name', nullif(p.proargnames[a.place], ''), 'mode', coalesce(p.proargmodes[a.place], 'i'),
               'type', ",
            data_type!("a.type", "-1"),
            ", 'default', pg_catalog.pg_get_function_arg_default(p.oid, a.place::int4))
               ORDER BY a.place)
             FROM pg_catalog.unnest(coalesce(p.proallargtypes, p.proargtypes::pg_catalog.oid[]))
                  WITH ORDINALITY AS a(type, place)))
       FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
      WHERE p.prokind IN ('f', 'p') "
        )
    };
}

/// Those that came with an extension are left out: nobody maps an operation to them.
const ROUTINES: &str = concat!(
    routine!("NULL"),
    "AND CASE WHEN $1::text IS NULL THEN n.nspname = ANY (pg_catalog.current_schemas(false))
              ELSE n.nspname = $1 END
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.objid = p.oid AND e.deptype = 'e'
                        AND e.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass)
     ORDER BY n.nspname, p.proname, p.oid"
);

const NAMED: &str = concat!(
    routine!("CASE WHEN $3::text = 'source' THEN pg_catalog.pg_get_functiondef(p.oid) END"),
    "AND p.proname = $2
     AND CASE WHEN $1::text IS NULL THEN pg_catalog.pg_function_is_visible(p.oid)
              ELSE n.nspname = $1 END
     ORDER BY n.nspname, p.oid"
);

const ACCOUNT: &str = "SELECT current_user::text, r.rolsuper FROM pg_catalog.pg_roles r
      WHERE r.rolname = current_user";

/// What the account may do, be it granted to it, to a role it is in, or to everybody.
const GRANTS: &str = concat!(
    "SELECT w.privilege, NULL, NULL FROM pg_catalog.pg_roles r,
            LATERAL (VALUES ('CREATEDB', r.rolcreatedb), ('CREATEROLE', r.rolcreaterole),
                            ('REPLICATION', r.rolreplication), ('BYPASSRLS', r.rolbypassrls)) w(privilege, held)
      WHERE r.rolname = current_user AND w.held
     UNION ALL
     SELECT w.privilege, n.nspname::text, '' FROM pg_catalog.pg_namespace n,
            (VALUES ('USAGE'), ('CREATE')) w(privilege)
      WHERE ",
    of_users!(),
    " AND pg_catalog.has_schema_privilege(n.oid, w.privilege)
     UNION ALL
     SELECT 'ALL PRIVILEGES', n.nspname::text, c.relname::text
       FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND ",
    of_users!(),
    " AND pg_catalog.pg_has_role(c.relowner, 'USAGE')
     UNION ALL
     SELECT w.privilege, n.nspname::text, c.relname::text
       FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace,
            (VALUES ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE'), ('TRUNCATE'), ('REFERENCES'), ('TRIGGER'))
              w(privilege)
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND ",
    of_users!(),
    " AND NOT pg_catalog.pg_has_role(c.relowner, 'USAGE')
        AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
        AND CASE WHEN w.privilege IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
                 THEN pg_catalog.has_any_column_privilege(c.oid, w.privilege)
                 ELSE pg_catalog.has_table_privilege(c.oid, w.privilege) END
     UNION ALL
     SELECT DISTINCT 'EXECUTE', n.nspname::text, p.proname::text
       FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
      WHERE p.prokind IN ('f', 'p') AND ",
    of_users!(),
    " AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
        AND pg_catalog.has_function_privilege(p.oid, 'EXECUTE')
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.objid = p.oid AND e.deptype = 'e'
                           AND e.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass)
     ORDER BY 2 NULLS FIRST, 3, 1"
);

/// Answers a question.
pub(super) async fn answer(
    database: &Postgres,
    handle: &mut Handle,
    question: &Question,
) -> Result<Catalogue, DatabaseError> {
    let mut found = Catalogue::default();
    match question {
        Question::Schemas => {
            let rows = ask(database, handle, SCHEMAS, &[]).await?;
            found.schemas = rows
                .into_iter()
                .filter_map(|row| match row.as_slice() {
                    [Value::Text(name), current] => Some(Schema {
                        name: name.clone(),
                        current: *current == Value::Bool(true),
                    }),
                    _ => None,
                })
                .collect();
        }
        Question::Relations { schema } => {
            let documents = documents(database, handle, RELATIONS, &[schema.as_deref()]).await?;
            found.relations = documents.iter().map(relation).collect();
        }
        Question::Relation(name) => {
            let asked = [name.schema.as_deref(), Some(name.name.as_str())];
            let documents = documents(database, handle, RELATION, &asked).await?;
            found.relations = documents.iter().map(relation).collect();
        }
        Question::ReferencedBy(name) => {
            let asked = [name.schema.as_deref(), Some(name.name.as_str())];
            let documents = documents(database, handle, REFERENCED_BY, &asked).await?;
            let word = |line: &Json, key: &str| text(line, key).unwrap_or_default();
            let lines = documents.iter().map(|line| {
                let from = object_name(line, "name");
                let (key, column) = (word(line, "key"), word(line, "column"));
                (from, key, column, word(line, "target"))
            });
            found.references = Reference::gather(name, lines);
        }
        Question::Routines { schema } => {
            let documents = documents(database, handle, ROUTINES, &[schema.as_deref()]).await?;
            found.routines = documents.iter().map(routine).collect();
        }
        Question::Routine(name) => {
            found.routines = routines(database, handle, name, true).await?;
            if found.routines.is_empty() {
                let folded = ObjectName {
                    schema: name.schema.as_ref().map(|schema| schema.to_lowercase()),
                    name: name.name.to_lowercase(),
                };
                if folded != *name {
                    found.routines = routines(database, handle, &folded, true).await?;
                }
            }
        }
        Question::Rights => found.rights = Some(rights(database, handle).await?),
    }
    Ok(found)
}

/// All routines of a name, which is taken to the letter.
pub(super) async fn routines(
    database: &Postgres,
    handle: &mut Handle,
    name: &ObjectName,
    with_source: bool,
) -> Result<Vec<Routine>, DatabaseError> {
    let asked = [
        name.schema.as_deref(),
        Some(name.name.as_str()),
        with_source.then_some("source"),
    ];
    let documents = documents(database, handle, NAMED, &asked).await?;
    Ok(documents.iter().map(routine).collect())
}

async fn rights(database: &Postgres, handle: &mut Handle) -> Result<Rights, DatabaseError> {
    let account = ask(database, handle, ACCOUNT, &[]).await?;
    let mut rights = Rights::default();
    if let Some([Value::Text(name), unlimited]) = account.first().map(Vec::as_slice) {
        rights.account.clone_from(name);
        rights.unlimited = *unlimited == Value::Bool(true);
    }
    if rights.unlimited {
        rights.grants.push(Grant {
            privilege: "ALL PRIVILEGES".to_owned(),
            object: None,
        });
        return Ok(rights);
    }
    let rows = ask(database, handle, GRANTS, &[]).await?;
    rights.grants = rows
        .into_iter()
        .filter_map(|row| {
            let [privilege, schema, name] = row.as_slice() else {
                return None;
            };
            Some(Grant {
                privilege: privilege.to_text()?,
                object: name
                    .to_text()
                    .map(|name| ObjectName::new(schema.to_text().as_deref(), &name)),
            })
        })
        .collect();
    Ok(rights)
}

async fn documents(
    database: &Postgres,
    handle: &mut Handle,
    sql: &'static str,
    values: &[Option<&str>],
) -> Result<Vec<Json>, DatabaseError> {
    let rows = ask(database, handle, sql, values).await?;
    Ok(rows
        .into_iter()
        .filter_map(|mut row| match row.pop() {
            Some(Value::Json(document)) => Some(document),
            _ => None,
        })
        .collect())
}

async fn ask(
    database: &Postgres,
    handle: &mut Handle,
    sql: &'static str,
    values: &[Option<&str>],
) -> Result<Vec<Vec<Value>>, DatabaseError> {
    let text: Arc<_> = database.texts.read(sql)?;
    let bound: Vec<BoundParameter> = values
        .iter()
        .map(|value| BoundParameter {
            name: "name".to_owned(),
            value: value.map_or(Value::Null, Value::from),
            direction: Direction::In,
            secret: false,
        })
        .collect();
    let sent: Vec<Sent<'_>> = bound.iter().map(Sent::plain).collect();
    let mut rows = Collected::default();
    database.run_once(handle, &text, &sent, &mut rows).await?;
    Ok(rows.into_rows())
}

fn text(document: &Json, key: &str) -> Option<String> {
    document.get(key)?.as_str().map(str::to_owned)
}

fn flag(document: &Json, key: &str) -> bool {
    document.get(key).and_then(Json::as_bool).unwrap_or(false)
}

fn list<T>(document: &Json, key: &str, read: impl Fn(&Json) -> T) -> Vec<T> {
    let items = document.get(key).and_then(Json::as_array);
    items.into_iter().flatten().map(read).collect()
}

fn names(document: &Json, key: &str) -> Vec<String> {
    list(document, key, |name| {
        name.as_str().unwrap_or_default().to_owned()
    })
}

fn data_type(document: Option<&Json>) -> DataType {
    let Some(document) = document else {
        return DataType::default();
    };
    types::described(
        text(document, "text").unwrap_or_default(),
        &text(document, "name").unwrap_or_default(),
        document
            .get("modifier")
            .and_then(Json::as_i64)
            .unwrap_or(-1),
        names(document, "labels"),
    )
}

fn object_name(document: &Json, key: &str) -> ObjectName {
    ObjectName::new(
        text(document, "schema").as_deref(),
        &text(document, key).unwrap_or_default(),
    )
}

fn relation(document: &Json) -> Relation {
    let letter = text(document, "kind").unwrap_or_default();
    let kind = match letter.as_str() {
        "v" => RelationKind::View,
        "m" => RelationKind::MaterializedView,
        "r" | "p" if !flag(document, "partition") => RelationKind::Table,
        _ => RelationKind::Other,
    };
    let rows = document.get("rows").and_then(Json::as_i64);
    Relation {
        name: object_name(document, "name"),
        kind,
        columns: list(document, "columns", |column| Column {
            name: text(column, "name").unwrap_or_default(),
            data_type: data_type(column.get("type")),
            // A domain, or one that it is made of, may allow no NULL either.
            nullable: !flag(column, "required")
                && !column
                    .get("type")
                    .is_some_and(|domain| flag(domain, "required")),
            default: text(column, "default"),
            generated: flag(column, "generated"),
            comment: text(column, "comment"),
        }),
        keys: list(document, "keys", |key| Key {
            name: text(key, "name").unwrap_or_default(),
            kind: if flag(key, "primary") {
                KeyKind::Primary
            } else if flag(key, "unique") {
                KeyKind::Unique
            } else {
                KeyKind::Index
            },
            columns: names(key, "columns"),
        }),
        foreign_keys: list(document, "foreign_keys", |key| ForeignKey {
            name: text(key, "name").unwrap_or_default(),
            columns: names(key, "columns"),
            target: object_name(key, "target"),
            target_columns: names(key, "target_columns"),
        }),
        triggers: names(document, "triggers"),
        source: text(document, "source"),
        // Where a foreign table's rows are decides whether a rollback reaches them.
        transactional: (letter != "f").then_some(true),
        // -1: never counted; a view is never counted either.
        rows: rows
            .filter(|_| letter != "v")
            .and_then(|rows| u64::try_from(rows).ok()),
        comment: text(document, "comment"),
    }
}

fn routine(document: &Json) -> Routine {
    let is_procedure = flag(document, "procedure");
    let returns = (!is_procedure).then(|| DataType {
        text: text(document, "result").unwrap_or_default(),
        ..data_type(document.get("returns"))
    });
    Routine {
        name: object_name(document, "name"),
        kind: if is_procedure {
            RoutineKind::Procedure
        } else {
            RoutineKind::Function
        },
        parameters: list(document, "parameters", |parameter| {
            let default = text(parameter, "default");
            RoutineParameter {
                name: text(parameter, "name"),
                direction: match text(parameter, "mode").as_deref() {
                    // A column of RETURNS TABLE is only given back too.
                    Some("o" | "t") => Direction::Out,
                    Some("b") => Direction::InOut,
                    _ => Direction::In,
                },
                data_type: data_type(parameter.get("type")),
                optional: default.is_some(),
                default,
            }
        }),
        returns,
        returns_rows: flag(document, "rows"),
        variadic: flag(document, "variadic"),
        source: text(document, "source"),
        security: Some(
            if flag(document, "definer") {
                "definer"
            } else {
                "invoker"
            }
            .to_owned(),
        ),
        comment: text(document, "comment"),
    }
}
