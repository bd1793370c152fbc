//! Calling a routine: a PROCEDURE by `CALL`, a FUNCTION by `SELECT * FROM`.
//!
//! Which of the two a name is, and how many arguments it takes, is asked of `pg_proc` before the
//! call, because a call that fails would end the transaction around it. The answer is kept for the
//! pool; before anything is refused because of it, it is asked for anew.

use std::sync::Arc;

use sluice_core::config::Dialect;
use sluice_core::plan::{BoundParameter, Direction, Statement};
use sluice_core::ports::{Access, Collected, ResultColumn, RowSink, StatementOutcome};
use sluice_core::sql::ProcedureCall;
use sluice_core::{DatabaseError, DatabaseErrorKind, Value};

use super::{Handle, Postgres};
use crate::driver::{Driver as _, check_count};
use crate::text::{Text, syntax};

/// Routines of a name: all of a schema, or those that the search path finds.
const LOOK_UP: &str = "SELECT p.prokind = 'p', p.pronargs::int4, p.pronargdefaults::int4, \
     p.provariadic <> 0, coalesce(array_length(p.proallargtypes, 1), p.pronargs)::int4 \
     FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace \
     WHERE p.proname = ? AND p.prokind IN ('f', 'p') \
     AND CASE WHEN ?::text IS NULL THEN pg_catalog.pg_function_is_visible(p.oid) \
     ELSE n.nspname = ?::text END";

/// A routine's schema, where it was written, and name, as the catalogue has them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Name {
    schema: Option<String>,
    name: String,
}

impl Name {
    /// Plain parts are read in lower case, as the server does.
    fn read(written: &str) -> Self {
        let mut parts = written.rsplit('.').map(|part| {
            match part.strip_prefix('"').and_then(|p| p.strip_suffix('"')) {
                Some(inner) => inner.replace("\"\"", "\""),
                None => part.to_lowercase(),
            }
        });
        Self {
            name: parts.next().unwrap_or_default(),
            schema: parts.next(),
        }
    }

    fn quoted(&self) -> String {
        let quote = |part: &str| format!("\"{}\"", part.replace('"', "\"\""));
        match &self.schema {
            Some(schema) => format!("{}.{}", quote(schema), quote(&self.name)),
            None => quote(&self.name),
        }
    }
}

/// A call, read once, in both forms.
pub(super) struct Call {
    name: Name,
    arguments: usize,
    as_procedure: Text,
    as_function: Text,
}

impl Call {
    fn read(text: &str, given: usize) -> Result<Self, DatabaseError> {
        let call = ProcedureCall::parse(Dialect::Postgresql, text, given)
            .map_err(|error| syntax(&error))?;
        let name = Name::read(&call.name);
        let rest = format!("{}({})", name.quoted(), call.list());
        // `rest` is the mapping's own text, with a mark for every value.
        let function = format!("SELECT * FROM {rest}"); // identifiers only
        Ok(Self {
            arguments: call.arguments.len(),
            as_procedure: Text::read(Dialect::Postgresql, &format!("CALL {rest}"))?,
            as_function: Text::read(Dialect::Postgresql, &function)?,
            name,
        })
    }
}

/// One routine of a name, which may have several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Routine {
    is_procedure: bool,
    least: usize,
    most: Option<usize>,
    /// How many arguments it is declared with.
    declared: usize,
}

impl Routine {
    /// Reads a row of the look-up.
    fn read(row: &[Value]) -> Option<Self> {
        let number = |index: usize| match row.get(index)? {
            Value::Integer(number) => usize::try_from(*number).ok(),
            _ => None,
        };
        let flag = |index: usize| row.get(index) == Some(&Value::Bool(true));
        let (inputs, defaults, all) = (number(1)?, number(2)?, number(4)?);
        let is_procedure = flag(0);
        // CALL has a place for OUT parameters too, SELECT has not.
        let declared = if is_procedure { all } else { inputs };
        let variadic = flag(3);
        Some(Self {
            is_procedure,
            least: declared.saturating_sub(defaults.max(usize::from(variadic))),
            most: (!variadic).then_some(declared),
            declared,
        })
    }

    fn takes(&self, arguments: usize) -> bool {
        arguments >= self.least && self.most.is_none_or(|most| arguments <= most)
    }
}

/// Calls a routine.
pub(super) async fn call(
    database: &Postgres,
    handle: &mut Handle,
    statement: &Statement,
    access: Access,
    rows: &mut dyn RowSink,
) -> Result<StatementOutcome, DatabaseError> {
    let given = statement.parameters.len();
    let call = known(database, statement)?;
    let name = call.name.name.as_str();
    let kept = database.routines.get(&call.name);
    let routine = if let Some(known) = kept.and_then(|kept| choose(&kept, &call).ok()) {
        known
    } else {
        let found = look_up(database, handle, &call.name).await?;
        if !found.is_empty() {
            database.routines.insert(call.name.clone(), found.clone());
        }
        choose(&found, &call)?
    };
    let text = if routine.is_procedure {
        &call.as_procedure
    } else {
        &call.as_function
    };
    check_count(Some(name), text.placeholders, given)?;
    match database
        .run(
            handle,
            text,
            &statement.parameters,
            access,
            &mut WithoutVoid(rows, false),
        )
        .await
    {
        Ok(mut outcome) => {
            outcome.affected = None;
            Ok(outcome)
        }
        // The routine changed since it was looked up, or another one inside it is missing.
        Err(error) if matches!(error.sqlstate.as_deref(), Some("42883" | "42809")) => {
            database.routines.remove(&call.name);
            Err(recheck(database, &call).await.unwrap_or(error))
        }
        Err(error) => Err(error),
    }
}

/// A function that returns nothing still gives a row, with nothing in it.
struct WithoutVoid<'a>(&'a mut dyn RowSink, bool);

impl RowSink for WithoutVoid<'_> {
    fn columns(&mut self, columns: Arc<[ResultColumn]>) {
        self.1 = columns.len() == 1 && columns.iter().all(|c| c.type_name == "VOID");
        if !self.1 {
            self.0.columns(columns);
        }
    }

    fn row(&mut self, row: Vec<Value>) -> Result<(), DatabaseError> {
        if self.1 { Ok(()) } else { self.0.row(row) }
    }
}

fn known(database: &Postgres, statement: &Statement) -> Result<Arc<Call>, DatabaseError> {
    let given = statement.parameters.len();
    let key = (statement.text.clone(), given);
    if let Some(call) = database.calls.get(&key) {
        return Ok(call);
    }
    let call = Call::read(&statement.text, given)?;
    Ok(database.calls.insert(key, call))
}

/// The routine that a call means, or why there is none.
fn choose(routines: &[Routine], call: &Call) -> Result<Routine, DatabaseError> {
    let name = call.name.name.as_str();
    if let Some(routine) = routines.iter().find(|r| r.takes(call.arguments)) {
        return Ok(*routine);
    }
    match routines.first() {
        Some(routine) => {
            check_count(Some(name), routine.declared, call.arguments)?;
            // Not reached: what is declared is taken.
            Ok(*routine)
        }
        None => Err(DatabaseError {
            object: Some(name.to_owned()),
            ..DatabaseError::new(
                DatabaseErrorKind::MissingProcedure,
                format!(
                    "There is no procedure or function named {}.",
                    call.name.quoted()
                ),
            )
        }),
    }
}

async fn look_up(
    database: &Postgres,
    handle: &mut Handle,
    name: &Name,
) -> Result<Vec<Routine>, DatabaseError> {
    let text = database.texts.read(LOOK_UP)?;
    let bound = |value: Value| BoundParameter {
        name: "name".to_owned(),
        value,
        direction: Direction::In,
        secret: false,
    };
    let schema = || name.schema.clone().map_or(Value::Null, Value::Text);
    let parameters = [
        bound(Value::Text(name.name.clone())),
        bound(schema()),
        bound(schema()),
    ];
    let mut rows = Collected::default();
    database
        .run_once(handle, &text, &parameters, &mut rows)
        .await?;
    let rows = rows.into_rows();
    Ok(rows.iter().filter_map(|row| Routine::read(row)).collect())
}

/// What is wrong with a call that failed, asked through a connection of its own because the failure
/// may have ended the transaction; `None` where the routine is there and takes so many arguments.
async fn recheck(database: &Postgres, call: &Call) -> Option<DatabaseError> {
    let mut aside = database.connect().await.ok()?;
    let found = look_up(database, &mut aside, &call.name).await.ok()?;
    let mut error = choose(&found, call).err()?;
    // The refusal came from the server and ended the transaction.
    error.sqlstate = Some("42883".to_owned());
    Some(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_the_server_reads_them_and_always_sent_quoted() {
        for (written, sent) in [
            ("ADD_USER", "\"add_user\""),
            ("HR.Add_User", "\"hr\".\"add_user\""),
            ("\"HR\".\"Add User\"", "\"HR\".\"Add User\""),
        ] {
            assert_eq!(Name::read(written).quoted(), sent);
        }
        let call = Call::read("{call hr.ADD_USER(?, now(), ?)}", 2).unwrap();
        assert_eq!(
            &*call.as_procedure.sql,
            "CALL \"hr\".\"add_user\"($1, now(), $2)"
        );
        assert_eq!(
            &*call.as_function.sql,
            "SELECT * FROM \"hr\".\"add_user\"($1, now(), $2)"
        );
    }

    fn routine(procedure: bool, inputs: i64, defaults: i64, variadic: bool, all: i64) -> Routine {
        Routine::read(&[
            Value::Bool(procedure),
            Value::Integer(inputs),
            Value::Integer(defaults),
            Value::Bool(variadic),
            Value::Integer(all),
        ])
        .unwrap()
    }

    #[test]
    fn defaults_out_parameters_and_variadics_widen_what_a_routine_takes() {
        let takes = |r: Routine| (0..6).filter(|n| r.takes(*n)).collect::<Vec<_>>();
        assert_eq!(takes(routine(false, 3, 0, false, 5)), [3]);
        assert_eq!(takes(routine(false, 3, 2, false, 3)), [1, 2, 3]);
        assert_eq!(takes(routine(true, 1, 0, false, 3)), [3]);
        assert_eq!(takes(routine(false, 2, 0, true, 2)), [1, 2, 3, 4, 5]);
    }

    #[test]
    fn a_wrong_number_of_arguments_says_how_many_are_declared() {
        let call = Call::read("F(?)", 1).unwrap();
        let error = choose(&[routine(false, 2, 0, false, 2)], &call).unwrap_err();
        assert_eq!(error.kind, DatabaseErrorKind::ArgumentCount);
        assert_eq!(error.expected, Some(2));
        let error = choose(&[], &call).unwrap_err();
        assert_eq!(error.kind, DatabaseErrorKind::MissingProcedure);
    }
}
