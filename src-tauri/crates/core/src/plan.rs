//! What a mapping becomes for one request: statements with bound values, before anything runs.

mod replace;

pub use replace::{Current, replace};

use serde::{Deserialize, Serialize};
use sluice_scim::{ScimError, ScimType};
use ts_rs::TS;

use crate::config::{Application, Dialect, OnEmpty};
use crate::failure::{DatabaseError, Failure};
use crate::mapping::{Checked, Kind, Mapping, Parameter};
use crate::operation::Operation;
use crate::profile::Fields;
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
            Parameter::Out(_) | Parameter::Cursor(_) => Value::Null,
            Parameter::Field(field) => match fields.get(field) {
                Some(value) if operation == Operation::CreateUser => {
                    created(application, field, value)
                }
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
                Parameter::Out(_) | Parameter::Cursor(_) => Direction::Out,
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

/// What a create binds for a value of the request: there is nothing yet that could be kept, so an
/// empty text is NULL unless the field is to be empty.
fn created(application: &Application, field: &str, value: &Value) -> Value {
    let empty = application.field(field).map_or(OnEmpty::Empty, |f| f.empty);
    match value {
        Value::Text(text) if text.is_empty() && empty != OnEmpty::Empty => Value::Null,
        value => value.clone(),
    }
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
        rows: None,
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
