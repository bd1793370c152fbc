//! Routines of PostgreSQL: functions for what reads, procedures for what writes, because a procedure
//! returns no rows. Parameters have the types of their columns (`%TYPE`).
//!
//! Where every table is named with its schema, they run with the rights of whoever made them, under
//! a search path of their own, and nobody but that account may call them until it is granted:
//! PostgreSQL lets everybody call a new routine.

use std::fmt::Write as _;

use super::quote;
use super::statements::{Field, Writer, all_qualified};
use super::{GenerateError, Routine};
use crate::catalogue::Relation;
use crate::config::Dialect;
use crate::operation::Operation;

const DIALECT: Dialect = Dialect::Postgresql;

pub(super) fn routine(
    mut writer: Writer<'_>,
    routine: &Routine<'_>,
) -> Result<(Vec<String>, String), GenerateError> {
    let name = quote::name(DIALECT, &routine.name)?;
    let mut parameters = Vec::new();
    for Field {
        name,
        relation,
        column,
        ..
    } in &routine.parameters
    {
        let data_type = type_of(relation, &column.name)?;
        parameters.push(format!("\n  {name} {data_type}"));
    }
    let parameters = parameters.join(",");
    let body = routine.body(&mut writer)?;
    let body = writer.indented(&body, 2);
    let security = security(&writer)?;
    let (made, noun) = if routine.writes() {
        let mut found = String::new();
        let mut guards = String::new();
        match (routine.operation, routine.parameters.as_slice()) {
            (
                Some(Operation::UpdateUser | Operation::ActivateUser | Operation::DeactivateUser),
                _,
            ) => found.push_str(
                "\n  IF NOT FOUND THEN\n    RAISE EXCEPTION 'The user does not exist.';\n  END IF;",
            ),
            (Some(Operation::AddEntitlement), [user, entitlement]) => {
                for (field, noun) in [(user, "user"), (entitlement, "entitlement")] {
                    let look_up = writer.look_up(field)?;
                    let _ = write!(
                        guards,
                        "  IF NOT EXISTS ({look_up}) THEN\n    RAISE EXCEPTION 'The {noun} does not exist.';\n  END IF;\n"
                    );
                }
            }
            _ => {}
        }
        let body = dollars(&format!("\nBEGIN\n{guards}  {body};{found}\nEND\n"));
        (
            format!("CREATE PROCEDURE {name}({parameters})\nLANGUAGE plpgsql{security}\nAS {body}"),
            "PROCEDURE",
        )
    } else {
        let columns = columns(&writer, routine)?.join(",\n  ");
        let body = dollars(&format!("\n  {body}\n"));
        (
            format!(
                "CREATE FUNCTION {name}({parameters})\nRETURNS TABLE (\n  {columns}\n)\nLANGUAGE sql STABLE{security}\nAS {body}"
            ),
            "FUNCTION",
        )
    };
    let mut script = vec![made];
    if !security.is_empty() {
        script.push(format!("REVOKE ALL ON {noun} {name} FROM PUBLIC"));
    }
    Ok((script, format!("DROP {noun} {name}")))
}

/// The rights it runs with. Names are looked up in the tables' schemas and the system's, whatever
/// the caller's search path says.
fn security(writer: &Writer<'_>) -> Result<String, GenerateError> {
    let tables = &writer.tables;
    if !all_qualified(tables) {
        return Ok(String::new());
    }
    let mut path = vec!["pg_catalog".to_owned()];
    for relation in [tables.users, tables.entitlements, tables.link] {
        let schema = relation.name.schema.as_deref().unwrap_or_default();
        let quoted = quote::identifier(DIALECT, schema)?.to_string();
        if !path.contains(&quoted) {
            path.push(quoted);
        }
    }
    path.push("pg_temp".to_owned());
    Ok(format!(
        "\nSECURITY DEFINER\nSET search_path = {}",
        path.join(", ")
    ))
}

fn type_of(relation: &Relation, column: &str) -> Result<String, GenerateError> {
    let (table, column) = (
        quote::name(DIALECT, &relation.name)?,
        quote::identifier(DIALECT, column)?,
    );
    Ok(format!("{table}.{column}%TYPE"))
}

/// The columns that a reading function returns.
fn columns(writer: &Writer<'_>, routine: &Routine<'_>) -> Result<Vec<String>, GenerateError> {
    let tables = &writer.tables;
    let found: Vec<(&Relation, &str, &str)> = match routine.operation {
        None => writer.import_columns(),
        Some(Operation::GetAllEntitlements | Operation::GetUserEntitlements) => {
            let all = routine.operation == Some(Operation::GetAllEntitlements);
            let columns = writer.entitlement_columns(all).into_iter();
            columns
                .map(|(name, field)| (tables.entitlements, name, field))
                .collect()
        }
        operation => writer
            .user_columns(operation == Some(Operation::GetUserById))
            .map(|column| (tables.users, column.name.as_str(), column.name.as_str()))
            .collect(),
    };
    let mut columns = Vec::with_capacity(found.len());
    for (relation, column, field) in found {
        let (name, data_type) = (
            quote::identifier(DIALECT, field)?,
            type_of(relation, column)?,
        );
        columns.push(format!("{name} {data_type}"));
    }
    Ok(columns)
}

/// A body between dollar signs that do not stand in it.
fn dollars(body: &str) -> String {
    let mut tag = "$$".to_owned();
    let mut number = 0;
    // The sign before the end must not run into the tag either.
    while body.contains(&tag) || body.ends_with('$') {
        number += 1;
        tag = format!("$body{number}$");
        if !body.contains(&tag) {
            break;
        }
    }
    format!("{tag}{body}{tag}")
}

#[cfg(test)]
mod tests {
    use super::dollars;

    #[test]
    fn a_body_never_ends_at_a_sign_of_its_own() {
        assert_eq!(dollars(" x "), "$$ x $$");
        assert_eq!(dollars(" \"a$$b\" "), "$body1$ \"a$$b\" $body1$");
        assert_eq!(
            dollars(" \"$$ $body1$\" "),
            "$body2$ \"$$ $body1$\" $body2$"
        );
    }
}
