//! What a mapping becomes for one request: statements with bound values, before anything runs.

use serde::{Deserialize, Serialize};
use sluice_scim::{ScimError, ScimType};
use ts_rs::TS;

use crate::config::{AbsentFields, Application, Dialect, Profile};
use crate::failure::{DatabaseError, Failure};
use crate::mapping::{Checked, Kind, Mapping, Parameter};
use crate::operation::Operation;
use crate::profile::{Fields, Wanted};
use crate::sql::{self, ProcedureCall, SqlError, Template};
use crate::value::Value;

/// One statement, ready to run.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// Which operation it serves; `None` for a statement of the console's own.
    pub operation: Option<Operation>,
    pub kind: Kind,
    /// The text as the administrator wrote it, one `?` for each parameter, without a trailing
    /// semicolon. Drivers rewrite the `?`; no value is ever put into it.
    pub text: String,
    pub parameters: Vec<BoundParameter>,
}

/// Which way a parameter's value goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    #[default]
    In,
    Out,
    InOut,
}

/// A `?` with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct BoundParameter {
    /// The database field it is mapped to, `constant`, or the name of an out value.
    pub name: String,
    /// What is bound; NULL for [`Direction::Out`].
    pub value: Value,
    /// What the mapping means. A driver that knows the routine's signature gives the value of a
    /// parameter that is declared INOUT back even where this says [`Direction::In`].
    pub direction: Direction,
    /// Whether the value must not be shown or recorded.
    pub secret: bool,
}

impl Statement {
    /// Whether anything in it must stay hidden.
    pub fn has_secrets(&self) -> bool {
        self.parameters.iter().any(|parameter| parameter.secret)
    }
}

impl Statement {
    /// The statements of a text that holds several, each with its own parameters; itself alone
    /// where it holds one.
    pub fn parts(&self, dialect: Dialect) -> Vec<Self> {
        let Ok(texts) = sql::statements(dialect, &self.text) else {
            return vec![self.clone()];
        };
        let mut parameters = self.parameters.iter();
        texts
            .into_iter()
            .map(|(text, marks)| Self {
                text,
                parameters: parameters.by_ref().take(marks).cloned().collect(),
                ..self.clone()
            })
            .collect()
    }

    /// The parameter (from 0) that an error is about: the one mapped to the column the database
    /// names, or the only one whose value its message quotes.
    pub fn at_fault(&self, error: &DatabaseError) -> Option<usize> {
        if let Some(object) = &error.object {
            let column = object.rsplit('.').next().unwrap_or(object);
            // Procedures name their parameters after columns: p_hiredate.
            let plain = |text: &str| {
                let text = text.to_ascii_lowercase();
                text.strip_prefix("p_").map_or(text.clone(), str::to_owned)
            };
            let named = self
                .parameters
                .iter()
                .position(|parameter| plain(&parameter.name) == plain(column));
            if named.is_some() {
                return named;
            }
        }
        let quoted = |parameter: &BoundParameter| {
            let text = parameter
                .value
                .to_text()
                .filter(|text| !parameter.secret && !text.is_empty());
            text.is_some_and(|text| {
                error.message.contains(&format!("\"{text}\""))
                    || error.message.contains(&format!("'{text}'"))
            })
        };
        let mut found = self
            .parameters
            .iter()
            .enumerate()
            .filter(|(_, parameter)| quoted(parameter))
            .map(|(index, _)| index);
        found.next().filter(|_| found.next().is_none())
    }
}

/// What stands for a user in the database before a replace.
#[derive(Clone, Debug, Default)]
pub struct Current {
    pub fields: Fields,
    /// `None` where no column says it.
    pub active: Option<bool>,
    pub entitlements: Vec<String>,
}

/// The statement of one operation with its values.
///
/// # Errors
/// Before anything runs: no mapping, a statement of the wrong kind, several statements, a number of
/// parameters that differs from the number of `?`, a parameter whose field this operation lacks.
pub fn statement(
    application: &Application,
    dialect: Dialect,
    operation: Operation,
    fields: &Fields,
) -> Result<Statement, Failure> {
    let mapping = application
        .mapping(operation)
        .ok_or_else(|| Failure::not_defined(operation))?;
    mapping.checked.get(dialect, || {
        let several = application.several_statements && mapping.kind == Kind::Sql;
        check(dialect, operation, mapping, several)
    })?;
    let mut parameters = Vec::with_capacity(mapping.parameters.len());
    for (index, parameter) in mapping.parameters.iter().enumerate() {
        let value = match parameter {
            Parameter::Constant(fixed) => Value::Text(fixed.constant.clone()),
            Parameter::Out(_) => Value::Null,
            Parameter::Field(field) => match fields.get(field) {
                Some(value) => value.clone(),
                // A create or an update binds NULL for what the request leaves out; the others have
                // ids only, so an unknown field there is a slip in the mapping.
                None if matches!(operation, Operation::CreateUser | Operation::UpdateUser) => {
                    Value::Null
                }
                None => {
                    return Err(Failure::new(
                        500,
                        "mapping.field",
                        format!("Parameter {} of \"{operation}\" is mapped to {field}, which this operation does not have.", index + 1),
                        format!("Map it to {}.", known_fields(application, operation)),
                    )
                    .at(operation.to_string()));
                }
            },
        };
        let secret = matches!(parameter, Parameter::Field(field) if application.is_secret(field));
        parameters.push(BoundParameter {
            name: parameter.name().to_owned(),
            value,
            direction: match parameter {
                Parameter::Out(_) => Direction::Out,
                _ => Direction::In,
            },
            secret,
        });
    }
    Ok(Statement {
        operation: Some(operation),
        kind: mapping.kind,
        text: mapping.statement.trim().to_owned(),
        parameters,
    })
}

/// The statement that gives the entitlements of all users at once; `None` where none is mapped.
///
/// # Errors
/// As [`statement`]; it must be a query or a call without parameters.
pub fn import_statement(
    application: &Application,
    dialect: Dialect,
) -> Result<Option<Statement>, Failure> {
    let operation = Operation::GetUserEntitlements;
    let Some(text) = application
        .mapping(operation)
        .and_then(|mapping| mapping.import.as_deref())
    else {
        return Ok(None);
    };
    let template = Template::parse(dialect, text);
    let calls = template
        .as_ref()
        .is_ok_and(|t| matches!(t.verb.trim_start_matches('{'), "CALL" | "EXEC" | "EXECUTE"));
    let mapping = Mapping {
        enabled: true,
        kind: if calls { Kind::Procedure } else { Kind::Sql },
        statement: text.to_owned(),
        parameters: Vec::new(),
        import: None,
        checked: Checked::default(),
    };
    check(dialect, operation, &mapping, false)?;
    Ok(Some(Statement {
        operation: Some(operation),
        kind: mapping.kind,
        text: text.trim().to_owned(),
        parameters: Vec::new(),
    }))
}

/// What a replace runs, in this order: update, activate or deactivate, remove entitlements, add
/// entitlements. Values that are as they were cause no statement.
///
/// # Errors
/// As [`statement`]; and where something would have to change and no operation is mapped for it.
pub fn replace(
    application: &Application,
    dialect: Dialect,
    current: &Current,
    wanted: &Wanted,
) -> Result<Vec<Statement>, Failure> {
    let mut plan = Vec::new();
    let (desired, unknown) = desired(application, current, wanted);
    let status = application.status_column.as_deref();
    let is_status = |name: &str| status.is_some_and(|status| status.eq_ignore_ascii_case(name));
    let changed = match application.mapping(Operation::UpdateUser) {
        Some(mapping) => {
            // The status is the business of activate and deactivate where they are mapped.
            let has_switch = application.mapping(Operation::ActivateUser).is_some()
                || application.mapping(Operation::DeactivateUser).is_some();
            mapping.parameters.iter().any(|parameter| match parameter {
                Parameter::Field(field) if !(has_switch && is_status(field)) => {
                    differs(current, &desired, field)
                }
                _ => false,
            })
        }
        None => current_fields_differ(application, current, wanted),
    };
    if changed {
        if let Some(field) = unknown.first() {
            let mut ways = format!(
                "Return {field} from \"{}\", or take the parameter out of \"{}\"",
                Operation::GetUserById,
                Operation::UpdateUser
            );
            if is_representable(application, field) && !application.is_secret(field) {
                ways.push_str(", or set absent_fields = \"null\"");
            }
            return Err(Failure::new(
                500,
                "mapping.would_clear",
                format!(
                    "\"{}\" would clear {field}: the request does not say it, and \"{}\" does not return it.",
                    Operation::UpdateUser,
                    Operation::GetUserById
                ),
                format!("{ways}."),
            )
            .at(Operation::UpdateUser.to_string()));
        }
        plan.push(statement(
            application,
            dialect,
            Operation::UpdateUser,
            &desired,
        )?);
    }
    let key = Fields::default().with(&application.user_id_column, Value::Text(wanted.id.clone()));
    if let Some(active) = wanted.active
        && current.active != Some(active)
    {
        // Where no column says it, it is not known whether the user is active already: say it once
        // more when it is false, and trust that a listed user is active.
        if !active || current.active.is_some() {
            let operation = if active {
                Operation::ActivateUser
            } else {
                Operation::DeactivateUser
            };
            plan.push(statement(application, dialect, operation, &key)?);
        }
    }
    if let Some(entitlements) = &wanted.entitlements {
        let change = |operation, id: &String| {
            let fields = key
                .clone()
                .with(&application.entitlement_id_column, Value::Text(id.clone()));
            statement(application, dialect, operation, &fields)
        };
        for id in current
            .entitlements
            .iter()
            .filter(|id| !entitlements.contains(id))
        {
            plan.push(change(Operation::RemoveEntitlement, id)?);
        }
        for id in entitlements
            .iter()
            .filter(|id| !current.entitlements.contains(id))
        {
            plan.push(change(Operation::AddEntitlement, id)?);
        }
    }
    Ok(plan)
}

/// The row as it shall be: what the request says, and for what it leaves out what the application's
/// policy says. Secret columns are never returned to a client, so it cannot send them back: they
/// keep what they have. Second, the fields that shall keep a value which nobody knows: binding NULL
/// for them would lose data.
fn desired<'a>(
    application: &'a Application,
    current: &Current,
    wanted: &Wanted,
) -> (Fields, Vec<&'a str>) {
    let (mut desired, mut unknown) = (wanted.fields.clone(), Vec::new());
    if let Some(mapping) = application.mapping(Operation::UpdateUser) {
        for parameter in &mapping.parameters {
            let Parameter::Field(field) = parameter else {
                continue;
            };
            if desired.get(field).is_some() {
                continue;
            }
            let keep = application.absent_fields == AbsentFields::Keep
                || application.is_secret(field)
                || !is_representable(application, field);
            match current.fields.get(field) {
                _ if !keep => {}
                Some(value) => desired.set(field, value.clone()),
                None => unknown.push(field.as_str()),
            }
        }
    }
    (desired, unknown)
}

/// Whether a client could have sent the field at all: what it cannot express, it cannot clear.
fn is_representable(application: &Application, field: &str) -> bool {
    match application.profile {
        Profile::Columns => true,
        Profile::Core => application
            .paths
            .iter()
            .any(|(_, column)| column.eq_ignore_ascii_case(field)),
    }
}

fn differs(current: &Current, desired: &Fields, field: &str) -> bool {
    let null = Value::Null;
    let wanted = desired.get(field).unwrap_or(&null);
    match current.fields.get(field) {
        Some(value) => !same(value, wanted),
        None => !wanted.is_null(),
    }
}

/// Equal as text, where a Boolean's spellings are the same truth.
fn same(current: &Value, wanted: &Value) -> bool {
    match (current, wanted) {
        (Value::Bool(current), Value::Text(text)) => matches!(
            (current, text.to_ascii_lowercase().as_str()),
            (true, "1" | "true") | (false, "0" | "false")
        ),
        _ => current.reads_like(wanted),
    }
}

fn current_fields_differ(application: &Application, current: &Current, wanted: &Wanted) -> bool {
    current.fields.names().any(|name| {
        let status = application
            .status_column
            .as_deref()
            .is_some_and(|status| status.eq_ignore_ascii_case(name));
        !status && wanted.fields.get(name).is_some() && differs(current, &wanted.fields, name)
    })
}

fn known_fields(application: &Application, operation: Operation) -> String {
    match operation {
        Operation::AddEntitlement | Operation::RemoveEntitlement => {
            format!(
                "{} or {}",
                application.user_id_column, application.entitlement_id_column
            )
        }
        Operation::IncrementalImport => application
            .changed_column
            .clone()
            .unwrap_or_else(|| "the column of the time".to_owned()),
        _ => application.user_id_column.clone(),
    }
}

/// Holds a mapping against its kind and its parameters.
fn check(
    dialect: Dialect,
    operation: Operation,
    mapping: &Mapping,
    several: bool,
) -> Result<(), Failure> {
    let text = mapping.statement.trim();
    let place = |failure: Failure| failure.at(operation.to_string());
    let parts = if several {
        sql::statements(dialect, text)
    } else {
        Template::parse(dialect, text).map(|read| vec![(text.to_owned(), read.placeholders())])
    };
    let parts = parts.map_err(|error| {
        let remedy = match error {
            SqlError::SeveralStatements(_) => {
                "Leave one, or set several_statements = true for the application."
            }
            _ => "Correct it under Operations.",
        };
        place(Failure::new(
            500,
            "mapping.syntax",
            format!("The statement of \"{operation}\" cannot be used. {error}"),
            remedy,
        ))
    })?;
    match mapping.kind {
        Kind::Sql => {
            for (part, _) in &parts {
                // Read a moment ago.
                if let Ok(template) = Template::parse(dialect, part) {
                    check_verb(operation, part, &template.verb).map_err(place)?;
                }
            }
        }
        Kind::Procedure => {
            ProcedureCall::parse(dialect, text, mapping.parameters.len()).map_err(|error| {
                place(Failure::new(
                    500,
                    "mapping.not_a_call",
                    format!("\"{operation}\" is set to stored procedure. {error}"),
                    "Write a call, or set the kind to SQL statement.",
                ))
            })?;
        }
    }
    let takes_time = |parameter: &Parameter| matches!(parameter, Parameter::Field(_));
    if operation == Operation::IncrementalImport && !mapping.parameters.iter().any(takes_time) {
        return Err(place(Failure::new(
            500,
            "mapping.no_time",
            format!(
                "\"{operation}\" has no parameter for the time, so it would give the same users for every time."
            ),
            "Compare the column of the time with a ?, and map the parameter to that column.",
        )));
    }
    let bare_name = mapping.kind == Kind::Procedure && !text.contains(['(', '?']);
    let marks: usize = parts.iter().map(|(_, marks)| marks).sum();
    let parameters = mapping.parameters.len();
    if marks != parameters && !bare_name {
        return Err(place(Failure::new(
            500,
            "mapping.parameter_count",
            format!(
                "The statement of \"{operation}\" has {marks} placeholders and {parameters} parameters are mapped."
            ),
            "Map exactly one parameter to each ?.",
        )));
    }
    Ok(())
}

/// Refuses what an SQL statement operation may not hold. The original validates with JSqlParser and
/// answers 400 in these words; it names two features for a CALL.
fn check_verb(operation: Operation, text: &str, verb: &str) -> Result<(), Failure> {
    let features: &[&str] = match verb.trim_start_matches('{') {
        "CALL" | "?" => &["executeCall", "execute"],
        "EXEC" => &["executeExec", "execute"],
        "EXECUTE" => &["executeExecute", "execute"],
        "SELECT" | "WITH" | "VALUES" | "TABLE" if !operation.writes() => return Ok(()),
        "INSERT" | "UPDATE" | "DELETE" | "MERGE" | "REPLACE" | "WITH" | "SELECT"
            if operation.writes() =>
        {
            return Ok(());
        }
        _ => &[],
    };
    let lower = verb.to_ascii_lowercase();
    let named: Vec<&str> = if features.is_empty() {
        vec![&lower]
    } else {
        features.to_vec()
    };
    let errors: Vec<String> = named
        .iter()
        .map(|feature| format!("ValidationException: {feature} not allowed."))
        .collect();
    let remedy = if features.is_empty() {
        "Use a query for reading operations and INSERT, UPDATE or DELETE for writing ones."
    } else {
        "Set the operation's kind to stored procedure."
    };
    Err(Failure::from_scim(
        ScimError::new(
            400,
            format!("statement={text}, errors=[{}]", errors.join(", ")),
        ),
        "mapping.kind",
        remedy,
    )
    .with_type(ScimType::InvalidSyntax)
    .caused_by(format!(
        "\"{operation}\" is set to SQL statement, and its text begins with {}.",
        verb.trim_start_matches('{')
    )))
}

#[cfg(test)]
mod tests;
