//! Check: reads of the live database what the mappings of an application are held against.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::catalogue::{ObjectName, Question};
use crate::check::{Answer, Finding, Live, Place, check, named, places};
use crate::effects::effects;
use crate::failure::{DatabaseError, Failure};
use crate::mapping::Parameter;
use crate::operation::Operation;
use crate::plan;
use crate::ports::{Access, Session};
use crate::profile::Fields;
use crate::value::Value;

use super::Context;
use super::first_row::FirstRow;

/// The operations that are tried, in an order in which the first gives the others a user's id.
const READING: [Operation; 5] = [
    Operation::GetUsers,
    Operation::GetUserById,
    Operation::GetAllEntitlements,
    Operation::GetUserEntitlements,
    Operation::IncrementalImport,
];

/// After which changed users are asked for: a time that every column type has.
const EARLY: &str = "2000-01-01 00:00:00";

/// Compares every mapping with the database. Reading operations are run up to their first row, as
/// a request would run them; writing ones are not run at all.
///
/// # Errors
/// A database that cannot be reached, or whose catalogue cannot be read. What is wrong with a
/// mapping is a finding.
pub async fn check_mappings(context: &mut Context) -> Result<Vec<Finding>, Failure> {
    Ok(find(context, true).await?.0)
}

/// Holds one mapping against the catalogue, and runs nothing of it: what may be done while somebody is
/// typing. Gives the findings about it, and what the database says of each of its `?`.
///
/// # Errors
/// As [`check_mappings`].
pub async fn check_mapping(
    context: &mut Context,
    operation: Operation,
) -> Result<(Vec<Finding>, Vec<Place>), Failure> {
    // The others would only be read for nothing.
    let mut application = (*context.application).clone();
    application
        .operations
        .retain(|other, _| *other == operation);
    context.application = Arc::new(application);
    let (mut findings, live) = find(context, false).await?;
    findings.retain(|finding| finding.operation == Some(operation));
    let dialect = context.database.grammar();
    let places = places(&context.application, dialect, operation, &live);
    Ok((findings, places))
}

async fn find(context: &mut Context, tried: bool) -> Result<(Vec<Finding>, Live), Failure> {
    let mut session = context.begin(Access::Read).await?;
    let live = look(context, session.as_mut())
        .await
        .map_err(|error| Failure::from_database(error, None));
    let mut live = context.end(session, Access::Read, live).await?;
    let mut id = Value::Null;
    for operation in READING.into_iter().filter(|_| tried) {
        if context.application.mapping(operation).is_none() {
            continue;
        }
        let (answer, row) = run(context, operation, &id).await;
        if let (Operation::GetUsers, Answer::Columns(columns), Some(row)) =
            (operation, &answer, row)
        {
            let fields = Fields::of_row(columns, &row);
            if let Some(value) = fields.get(&context.application.user_id_column) {
                id = value.clone();
            }
        }
        live.answers.insert(operation, answer);
    }
    let findings = check(&context.application, context.database.grammar(), &live);
    Ok((findings, live))
}

/// Reads routines, tables and names.
async fn look(context: &Context, session: &mut dyn Session) -> Result<Live, DatabaseError> {
    let dialect = context.database.grammar();
    let (routines, tables) = named(&context.application, dialect);
    let mut live = Live::default();
    let mut wanted: BTreeSet<ObjectName> = tables.values().flatten().cloned().collect();
    for (operation, name) in routines {
        let found = session.catalogue(&Question::Routine(name)).await?.routines;
        for source in found.iter().filter_map(|routine| routine.source.as_deref()) {
            let touched = effects(dialect, source);
            wanted.extend(touched.writes.into_iter().chain(touched.reads));
        }
        live.routines.insert(operation, found);
    }
    let mut there = BTreeSet::new();
    for name in wanted {
        let found = session.catalogue(&Question::Relation(name.clone())).await?;
        if !found.relations.is_empty() {
            there.insert(name);
        }
        for relation in found.relations {
            if !live
                .relations
                .iter()
                .any(|known| known.name == relation.name)
            {
                live.relations.push(relation);
            }
        }
    }
    for (operation, names) in tables {
        let missing: Vec<ObjectName> = names
            .into_iter()
            .filter(|name| !there.contains(name))
            .collect();
        if !missing.is_empty() {
            live.missing.insert(operation, missing);
        }
    }
    let question = Question::Schemas;
    let schemas = session.catalogue(&question).await?.schemas;
    let current = schemas.into_iter().find(|schema| schema.current);
    live.schema = current.map(|schema| schema.name);
    live.rights = session.catalogue(&Question::Rights).await?.rights;
    // Names are for suggestions only.
    if live.routines.values().any(Vec::is_empty) {
        let question = Question::Routines { schema: None };
        let all = session.catalogue(&question).await?.routines;
        live.routine_names = all.into_iter().map(|routine| routine.name.name).collect();
    }
    if !live.missing.is_empty() {
        let question = Question::Relations { schema: None };
        let all = session.catalogue(&question).await?.relations;
        live.relation_names = all.into_iter().map(|relation| relation.name.name).collect();
    }
    Ok(live)
}

/// Runs a reading operation up to its first row.
async fn run(
    context: &mut Context,
    operation: Operation,
    id: &Value,
) -> (Answer, Option<Vec<Value>>) {
    let fields = match context.application.mapping(operation) {
        Some(mapping) if operation == Operation::IncrementalImport => {
            let names = mapping.parameters.iter().map(Parameter::name);
            names.fold(Fields::default(), |fields, name| {
                fields.with(name, Value::from(EARLY))
            })
        }
        _ => Fields::default().with(&context.application.user_id_column, id.clone()),
    };
    let dialect = context.database.grammar();
    let failed = |failure: Failure| (Answer::Failed(failure.diagnosis), None);
    let statement = match plan::statement(&context.application, dialect, operation, &fields) {
        Ok(statement) => statement,
        // Said already, without a database.
        Err(failure) => return failed(failure),
    };
    let mut session = match context.begin(Access::Read).await {
        Ok(session) => session,
        Err(failure) => return failed(failure),
    };
    let mut first = FirstRow::default();
    let result = session.stream(&statement, &mut first).await;
    match (result, first.columns) {
        (Err(error), _) if !first.stopped => failed(Failure::from_statement(
            error.without_secrets(&statement),
            &statement,
        )),
        (_, Some(columns)) => (Answer::Columns(columns.to_vec()), first.row),
        (_, None) => (Answer::Nothing, None),
    }
}
