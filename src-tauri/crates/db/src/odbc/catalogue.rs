//! What the database says of itself: tables, columns and keys through ODBC's own catalogue
//! functions, routines, indexes and rights from the database's description where it is known.

use sluice_core::catalogue::{
    Catalogue, Column, DataType, ForeignKey, Grant, Key, KeyKind, ObjectName, Question, Relation,
    RelationKind, Rights, Routine, RoutineKind, RoutineParameter, Schema, TypeKind,
};
use sluice_core::plan::Direction;
use sluice_core::ports::Collected;
use sluice_core::{DatabaseError, Value};
use sluice_odbc::{Describe, Request};

use super::pool::Handle;
use super::product::Product;
use super::{Odbc, value};

/// Routines with their parameters: schema, name, a key for the overload, kind, ordinal (0: what it
/// returns), mode, parameter, type, characters or digits, digits after the point, whether it has a
/// default, whether it is variadic, whether it gives rows, security, comment, source. Takes the
/// schema (twice on PostgreSQL) and the name.
fn routines_sql(product: Product) -> Option<&'static str> {
    match product {
        Product::Mysql => Some(
            "SELECT r.ROUTINE_SCHEMA, r.ROUTINE_NAME, r.SPECIFIC_NAME, r.ROUTINE_TYPE, p.ORDINAL_POSITION, \
             p.PARAMETER_MODE, p.PARAMETER_NAME, p.DTD_IDENTIFIER, \
             COALESCE(p.CHARACTER_MAXIMUM_LENGTH, p.NUMERIC_PRECISION), p.NUMERIC_SCALE, 0, 0, 0, \
             r.SECURITY_TYPE, r.ROUTINE_COMMENT, r.ROUTINE_DEFINITION \
             FROM INFORMATION_SCHEMA.ROUTINES r LEFT JOIN INFORMATION_SCHEMA.PARAMETERS p \
             ON p.SPECIFIC_SCHEMA = r.ROUTINE_SCHEMA AND p.SPECIFIC_NAME = r.SPECIFIC_NAME \
             AND p.ROUTINE_TYPE = r.ROUTINE_TYPE \
             WHERE r.ROUTINE_SCHEMA = COALESCE(?, DATABASE()) AND r.ROUTINE_NAME = COALESCE(?, r.ROUTINE_NAME) \
             ORDER BY r.ROUTINE_NAME, r.ROUTINE_TYPE, p.ORDINAL_POSITION",
        ),
        Product::Postgres => Some(
            "SELECT n.nspname, p.proname, CAST(p.oid AS text), CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END, \
             a.place, CASE CAST(a.mode AS text) WHEN 'o' THEN 'OUT' WHEN 't' THEN 'OUT' WHEN 'b' THEN 'INOUT' ELSE 'IN' END, \
             a.name, pg_catalog.format_type(a.kind, NULL), CAST(NULL AS int), CAST(NULL AS int), \
             CASE WHEN a.place > 0 AND CAST(a.mode AS text) IN ('i', 'b', 'v') \
             AND a.input > p.pronargs - p.pronargdefaults THEN 1 ELSE 0 END, \
             CASE WHEN p.provariadic <> 0 THEN 1 ELSE 0 END, CASE WHEN p.proretset THEN 1 ELSE 0 END, \
             CASE WHEN p.prosecdef THEN 'DEFINER' ELSE 'INVOKER' END, \
             pg_catalog.obj_description(p.oid, 'pg_proc'), p.prosrc \
             FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace, \
             LATERAL (SELECT 0 AS place, 'o' AS mode, '' AS name, p.prorettype AS kind, 0 AS input UNION ALL \
             SELECT CAST(t.place AS int), COALESCE(CAST((p.proargmodes)[t.place] AS text), 'i'), \
             (p.proargnames)[t.place], t.kind, \
             CAST(SUM(CASE WHEN COALESCE(CAST((p.proargmodes)[t.place] AS text), 'i') IN ('i', 'b', 'v') THEN 1 ELSE 0 END) \
             OVER (ORDER BY t.place) AS int) \
             FROM unnest(COALESCE(p.proallargtypes, CAST(p.proargtypes AS oid[]))) WITH ORDINALITY AS t(kind, place)) a \
             WHERE p.prokind IN ('f', 'p') AND CASE WHEN CAST(? AS text) IS NULL \
             THEN pg_catalog.pg_function_is_visible(p.oid) AND n.nspname <> 'pg_catalog' ELSE TRUE END \
             AND n.nspname = COALESCE(CAST(? AS text), n.nspname) \
             AND p.proname = COALESCE(CAST(? AS text), p.proname) ORDER BY p.proname, p.oid, a.place",
        ),
        Product::SqlServer => Some(
            "SELECT r.ROUTINE_SCHEMA, r.ROUTINE_NAME, r.SPECIFIC_NAME, r.ROUTINE_TYPE, p.ORDINAL_POSITION, \
             p.PARAMETER_MODE, p.PARAMETER_NAME, p.DATA_TYPE, \
             COALESCE(p.CHARACTER_MAXIMUM_LENGTH, p.NUMERIC_PRECISION), p.NUMERIC_SCALE, 0, 0, \
             CASE WHEN r.DATA_TYPE = 'TABLE' THEN 1 ELSE 0 END, NULL, NULL, r.ROUTINE_DEFINITION \
             FROM INFORMATION_SCHEMA.ROUTINES r LEFT JOIN INFORMATION_SCHEMA.PARAMETERS p \
             ON p.SPECIFIC_SCHEMA = r.SPECIFIC_SCHEMA AND p.SPECIFIC_NAME = r.SPECIFIC_NAME \
             WHERE r.ROUTINE_SCHEMA = COALESCE(?, SCHEMA_NAME()) AND r.ROUTINE_NAME = COALESCE(?, r.ROUTINE_NAME) \
             ORDER BY r.ROUTINE_NAME, p.ORDINAL_POSITION",
        ),
        Product::Db2 => Some(
            "SELECT r.ROUTINESCHEMA, r.ROUTINENAME, r.SPECIFICNAME, \
             CASE r.ROUTINETYPE WHEN 'P' THEN 'PROCEDURE' ELSE 'FUNCTION' END, p.ORDINAL, \
             CASE p.ROWTYPE WHEN 'O' THEN 'OUT' WHEN 'B' THEN 'INOUT' ELSE 'IN' END, p.PARMNAME, p.TYPENAME, \
             p.LENGTH, p.SCALE, CASE WHEN p.DEFAULT IS NULL THEN 0 ELSE 1 END, 0, \
             CASE WHEN r.FUNCTIONTYPE IN ('T', 'R') THEN 1 ELSE 0 END, CAST(NULL AS VARCHAR(10)), r.REMARKS, r.TEXT \
             FROM SYSCAT.ROUTINES r LEFT JOIN SYSCAT.ROUTINEPARMS p \
             ON p.ROUTINESCHEMA = r.ROUTINESCHEMA AND p.SPECIFICNAME = r.SPECIFICNAME \
             AND p.ROUTINEMODULENAME IS NULL \
             WHERE r.ROUTINEMODULENAME IS NULL AND r.ROUTINETYPE IN ('F', 'P') \
             AND r.ROUTINESCHEMA = COALESCE(CAST(? AS VARCHAR(128)), CURRENT SCHEMA) \
             AND r.ROUTINENAME = COALESCE(CAST(? AS VARCHAR(128)), r.ROUTINENAME) \
             ORDER BY r.ROUTINENAME, r.SPECIFICNAME, p.ORDINAL",
        ),
        Product::Other => None,
    }
}

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
    Ok(catalogue)
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
