//! What can go wrong with a request, as one type: a SCIM answer for the client, a diagnosis for the
//! administrator.
//!
//! **Invariant:** the client's sentence never holds a driver's text. What a driver said stands in
//! [`DatabaseError::message`] and reaches only the exchange log and the console.

use std::borrow::Cow;

use sluice_scim::{ScimError, ScimType};

use crate::exchange::{Diagnosis, StatementProblem};
use crate::operation::Operation;
use crate::plan::Statement;
use crate::secret::MASK;

/// What kind of thing a database refused or failed at, the same for every dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseErrorKind {
    /// Nothing answers at the address.
    Unreachable,
    /// The connection cannot be protected as it was asked for: a certificate that is not trusted, no
    /// TLS at the server, a file that cannot be read.
    Tls,
    /// User or password refused.
    LoginRefused,
    /// The named database (or file) does not exist.
    UnknownDatabase,
    /// No connection became free in time.
    PoolExhausted,
    /// The statement ran past its deadline and was stopped.
    Timeout,
    /// The connection broke while a statement ran; what it did is not known.
    ConnectionLost,
    /// Deadlock or serialisation failure: rolled back by the database, may be repeated.
    Deadlock,
    /// A unique or primary key holds the value already.
    Duplicate,
    /// A referenced row is missing, or the row is referenced.
    ForeignKey,
    /// NULL where the column needs a value.
    NotNull,
    /// The text is longer than the column.
    TooLong,
    /// The value cannot be read as the column's type.
    InvalidValue,
    /// A CHECK constraint refused.
    Check,
    /// The database user may not do this.
    PermissionDenied,
    /// The procedure or function does not exist.
    MissingProcedure,
    /// A table, view or column does not exist.
    MissingObject,
    /// The procedure takes another number of arguments.
    ArgumentCount,
    /// The statement's text is wrong.
    Syntax,
    /// The procedure's author refused (SIGNAL, RAISE).
    Raised,
    /// Sluice does not support this here.
    Unsupported,
    /// Anything else.
    Other,
}

/// A database's refusal or failure.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct DatabaseError {
    pub kind: DatabaseErrorKind,
    /// Five characters of the SQL standard, where the database gives them.
    pub sqlstate: Option<String>,
    /// The vendor's own number or word.
    pub code: Option<String>,
    /// The driver's text: for administrators, never for SCIM clients.
    pub message: String,
    /// The column, constraint, procedure or table concerned, where the database names it.
    pub object: Option<String>,
    /// For [`DatabaseErrorKind::ArgumentCount`]: how many the procedure takes.
    pub expected: Option<usize>,
}

impl DatabaseError {
    /// An error with a kind and a message, and nothing more known.
    pub fn new(kind: DatabaseErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            sqlstate: None,
            code: None,
            message: message.into(),
            object: None,
            expected: None,
        }
    }

    /// The same error without what it may quote of the statement's secret values. Databases quote
    /// refused values, cut to a length of their own, so a message about a refused value is left out
    /// whole where a secret was bound.
    #[must_use]
    pub fn without_secrets(mut self, statement: &Statement) -> Self {
        let mut secrets = statement
            .parameters
            .iter()
            .filter(|parameter| parameter.secret)
            .filter_map(|parameter| parameter.value.to_text())
            .filter(|text| !text.is_empty())
            .peekable();
        let open = |index: usize| statement.parameters.get(index).is_some_and(|p| !p.secret);
        // Where the parameter at fault is known and no secret, the message quotes that one.
        let about_another = statement.at_fault(&self).is_some_and(open);
        if secrets.peek().is_some()
            && self.kind == DatabaseErrorKind::InvalidValue
            && !about_another
        {
            "The database's message is left out: it may quote a secret value."
                .clone_into(&mut self.message);
            return self;
        }
        for secret in secrets {
            self.message = self.message.replace(&secret, MASK);
        }
        self
    }

    /// As it is recorded with the statement.
    pub fn to_problem(&self) -> StatementProblem {
        StatementProblem {
            sqlstate: self.sqlstate.clone(),
            code: self.code.clone(),
            message: self.message.clone(),
            parameter: None,
        }
    }
}

/// Why a request got an error for an answer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{}", scim.detail)]
pub struct Failure {
    /// What the client is told.
    pub scim: ScimError,
    /// What the administrator is told.
    pub diagnosis: Diagnosis,
    /// What the database said, where it did.
    pub database: Option<DatabaseError>,
}

impl Failure {
    /// A failure whose two tellings are one sentence each; the client is told the cause and the
    /// remedy.
    pub fn new(
        status: u16,
        code: &str,
        cause: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        let (cause, remedy) = (cause.into(), remedy.into());
        Self {
            scim: ScimError::new(status, format!("{cause} {remedy}")),
            diagnosis: Diagnosis {
                code: code.to_owned(),
                cause,
                remedy,
                place: None,
            },
            database: None,
        }
    }

    /// A SCIM error as it stands, with a remedy for the administrator.
    pub fn from_scim(scim: ScimError, code: &str, remedy: impl Into<String>) -> Self {
        Self {
            diagnosis: Diagnosis {
                code: code.to_owned(),
                cause: scim.detail.clone(),
                remedy: remedy.into(),
                place: None,
            },
            scim,
            database: None,
        }
    }

    #[must_use]
    pub fn with_type(mut self, scim_type: ScimType) -> Self {
        self.scim.scim_type = Some(scim_type);
        self
    }

    #[must_use]
    pub fn at(mut self, place: impl Into<String>) -> Self {
        self.diagnosis.place = Some(place.into());
        self
    }

    /// The same failure with another cause for the administrator than the client's words.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<String>) -> Self {
        self.diagnosis.cause = cause.into();
        self
    }

    /// An answer could not be written as JSON.
    pub fn unwritable(error: &serde_json::Error) -> Self {
        Self::new(
            500,
            "answer.unwritable",
            "The answer cannot be written as JSON.",
            "Report this with the exchange.",
        )
        .caused_by(format!("The answer cannot be written as JSON: {error}."))
    }

    /// The operation has no mapping, or it is switched off. The client reads the original's words.
    pub fn not_defined(operation: Operation) -> Self {
        Self::from_scim(
            ScimError::new(
                400,
                format!("No {} operation defined", operation.original_name()),
            ),
            "mapping.missing",
            format!("Enable \"{operation}\" and give it a statement under Operations."),
        )
        .at(operation.to_string())
    }

    /// There is no user with this id.
    pub fn no_such_user(id: &str) -> Self {
        Self::new(
            404,
            "user.missing",
            format!("There is no user with the id \"{}\".", short(id, 250)),
            "Check the id, and that Get user by ID returns this user's row.",
        )
    }

    /// Get user by ID gave more than one row for an id.
    pub fn several_users(id: &str, rows: usize) -> Self {
        let operation = Operation::GetUserById;
        Self::new(
            500,
            "mapping.several_rows",
            format!(
                "\"{operation}\" returned {rows} rows for the id \"{}\".",
                short(id, 250)
            ),
            "Make the statement return the one row of this user.",
        )
        .at(operation.to_string())
    }

    /// There is no entitlement with this id.
    pub fn no_such_entitlement(id: &str) -> Self {
        Self::new(
            404,
            "entitlement.missing",
            format!(
                "There is no entitlement with the id \"{}\".",
                short(id, 250)
            ),
            "Check the id against Get all entitlements.",
        )
    }

    /// The request's body or query is wrong.
    pub fn bad_request(code: &str, cause: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(400, code, cause, remedy).with_type(ScimType::InvalidSyntax)
    }

    /// A database error met while a statement ran. The administrator is told the parameter at
    /// fault and, where it is no secret, its value.
    pub fn from_statement(error: DatabaseError, statement: &Statement) -> Self {
        use DatabaseErrorKind as K;
        let fault = statement.at_fault(&error);
        let said = (error.kind == K::Raised).then(|| error.message.clone());
        let kind = error.kind;
        let mut failure = Self::from_database(error, statement.operation);
        // What the procedure's author wrote is the best cause there is.
        if let Some(said) = said {
            failure.diagnosis.cause = format!("{} It said: {said}", failure.diagnosis.cause);
        }
        let (Some(index), Some(parameter)) = (
            fault,
            fault.and_then(|index| statement.parameters.get(index)),
        ) else {
            return failure;
        };
        let value = parameter.value.to_text().filter(|_| !parameter.secret);
        let shown = value.map(|text| short(&text, 60).into_owned());
        let name = &parameter.name;
        match (kind, shown) {
            (K::InvalidValue | K::Check, Some(text)) => {
                failure.diagnosis.cause = format!("{name} cannot hold \"{text}\".");
            }
            (K::TooLong, Some(text)) => {
                let length = parameter
                    .value
                    .to_text()
                    .map_or(0, |text| text.chars().count());
                failure.diagnosis.cause =
                    format!("{name} cannot hold {length} characters: \"{text}\".");
            }
            (K::NotNull, None) => {
                failure.diagnosis.cause = format!("{name} needs a value and got none.");
            }
            _ => {}
        }
        if let Some(operation) = statement.operation {
            failure.diagnosis.place = Some(format!("parameter {} of \"{operation}\"", index + 1));
        }
        failure
    }

    /// A database error met while `operation` ran.
    pub fn from_database(error: DatabaseError, operation: Option<Operation>) -> Self {
        use DatabaseErrorKind as K;
        let what = operation.map_or_else(|| "The operation".to_owned(), |op| format!("\"{op}\""));
        let named = |noun: &str| {
            error
                .object
                .as_deref()
                .map_or_else(|| noun.to_owned(), |name| format!("{noun} {name}"))
        };
        let limit = error.expected;
        let (status, code, scim_type, cause, remedy): (u16, &str, Option<ScimType>, String, String) = match error.kind {
            K::Unreachable => (503, "database.unreachable", None,
                "The database does not answer at its address.".into(),
                "Check that it runs and that host and port of the connection are right, then try again.".into()),
            K::Tls => (500, "database.tls", None,
                "The connection to the database cannot be protected as it is configured.".into(),
                "Correct the connection's tls, or the server's certificate; the console shows which.".into()),
            K::LoginRefused => (500, "database.login", None,
                "The database refuses the user or the password of the connection.".into(),
                "Set the connection's user and password anew.".into()),
            K::UnknownDatabase => (500, "database.unknown", None,
                "The database that the connection names does not exist.".into(),
                "Correct the database name or the file path of the connection.".into()),
            K::PoolExhausted => (503, "database.pool", None,
                "No database connection became free in time.".into(),
                "Try again; if it happens often, raise maximumPoolSize or look for slow statements.".into()),
            K::Timeout => (504, "database.timeout", None,
                format!("{what} ran past its deadline and was stopped; nothing was kept."),
                "Look for locks or a missing index, or raise the connection's statement_timeout_ms.".into()),
            K::ConnectionLost => (503, "database.lost", None,
                format!("The connection to the database broke while {what} ran; it is not known whether the database kept the change."),
                "Read the user before trying again.".into()),
            K::Deadlock => (503, "database.deadlock", None,
                format!("The database stopped {what} because of a deadlock; nothing was kept."),
                "Try again.".into()),
            K::Duplicate => (409, "database.duplicate", Some(ScimType::Uniqueness),
                format!("{what} was refused: {} exists already.", error.object.as_deref().map_or_else(
                    || "a row with the same key".to_owned(), |key| format!("a row with the same value of {key}"))),
                "Use another value, or look the existing row up first.".into()),
            K::ForeignKey => (400, "database.foreign_key", Some(ScimType::InvalidValue),
                format!("{what} was refused: it names a row of another table that does not exist, or that is still in use ({}).", named("foreign key")),
                "Check the ids in the request, for instance that the entitlement and the user exist.".into()),
            K::NotNull => (400, "database.not_null", Some(ScimType::InvalidValue),
                format!("{what} was refused: {} needs a value and got none.", named("the column")),
                "Send the attribute, or map a parameter to it.".into()),
            K::TooLong => (400, "database.too_long", Some(ScimType::InvalidValue),
                format!("{what} was refused: the value for {} is too long.", named("the column")),
                "Shorten the value, or widen the column.".into()),
            K::InvalidValue => (400, "database.invalid_value", Some(ScimType::InvalidValue),
                format!("{what} was refused: the value for {} cannot be read as the column's type.", named("the column")),
                "Send it in the form the column holds, for instance dates as YYYY-MM-DD.".into()),
            K::Check => (400, "database.check", Some(ScimType::InvalidValue),
                format!("{what} was refused by {}.", named("the check constraint")),
                "Send a value that the constraint allows.".into()),
            K::PermissionDenied => (500, "database.permission", None,
                format!("The connection's database user may not run {what}."),
                format!("Grant the right on {}.", named("the object"))),
            K::MissingProcedure => (500, "database.procedure_missing", None,
                format!("{what} calls {}, which does not exist in the database.", named("the procedure")),
                "Create it, or correct the name in the mapping.".into()),
            K::MissingObject => (500, "database.object_missing", None,
                format!("{what} names {}, which does not exist in the database.", named("the table or column")),
                "Create it, or correct the statement of the mapping.".into()),
            K::ArgumentCount => (500, "mapping.argument_count", None,
                match limit {
                    Some(limit) => format!("{what} calls {} with the wrong number of arguments; it takes {limit}.", named("the procedure")),
                    None => format!("{what} calls {} with the wrong number of arguments.", named("the procedure")),
                },
                "Give the mapping one ? and one parameter for each argument of the procedure.".into()),
            K::Syntax => (500, "mapping.syntax", None,
                format!("The database cannot read the statement of {what}."),
                "Correct the statement of the mapping.".into()),
            K::Raised => (400, "database.raised", Some(ScimType::InvalidValue),
                format!("The database's own rules refused {what}{}.", error.object.as_deref().map(|o| format!(" ({o})")).unwrap_or_default()),
                "The console's Traffic screen shows the message the procedure gave.".into()),
            K::Unsupported => (501, "database.unsupported", None,
                format!("{what} needs something that Sluice does not support on this database."),
                "Change the mapping; the console shows what is missing.".into()),
            K::Other => (500, "database.other", None,
                format!("The database refused {what} for a reason of its own."),
                "The console's Traffic screen shows what the database said.".into()),
        };
        let mut failure = Self::new(status, code, cause, remedy);
        if error.kind == K::Tls {
            // Sluice's own words, with the remedy for this very case.
            failure.diagnosis.cause = format!("{} {}", failure.diagnosis.cause, error.message);
        }
        failure.scim.scim_type = scim_type;
        failure.diagnosis.place = operation.map(|op| op.to_string());
        failure.database = Some(error);
        failure
    }
}

/// A text as a sentence quotes it: of one with more than so many characters the beginning.
fn short(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_never_reads_the_drivers_text() {
        for kind in [
            DatabaseErrorKind::Duplicate,
            DatabaseErrorKind::Other,
            DatabaseErrorKind::Raised,
            DatabaseErrorKind::LoginRefused,
        ] {
            let error = DatabaseError::new(kind, "ORA-00001 at SYS.SECRET line 5");
            let failure = Failure::from_database(error, Some(Operation::CreateUser));
            assert!(
                !failure.scim.detail.contains("ORA"),
                "{}",
                failure.scim.detail
            );
            assert!(failure.database.is_some(), "the administrator still has it");
        }
    }

    #[test]
    fn a_message_that_quotes_a_secret_value_is_masked() {
        let statement = Statement {
            operation: None,
            kind: crate::mapping::Kind::Sql,
            text: "UPDATE U SET P = ?".into(),
            parameters: vec![crate::plan::BoundParameter {
                name: "P".into(),
                value: "hunter2".into(),
                direction: crate::plan::Direction::In,
                secret: true,
            }],
        };
        for kind in [DatabaseErrorKind::Other, DatabaseErrorKind::InvalidValue] {
            let error = DatabaseError::new(kind, "Incorrect value: 'hunter2' for P")
                .without_secrets(&statement);
            assert!(!error.message.contains("hunter2"), "{}", error.message);
        }
        let cut = DatabaseError::new(
            DatabaseErrorKind::InvalidValue,
            "Incorrect value: 'hunt...'",
        )
        .without_secrets(&statement);
        assert!(!cut.message.contains("hunt"), "{}", cut.message);
    }

    #[test]
    fn a_duplicate_is_a_409_uniqueness() {
        let failure = Failure::from_database(
            DatabaseError::new(DatabaseErrorKind::Duplicate, "x"),
            Some(Operation::CreateUser),
        );
        assert_eq!(
            (failure.scim.status, failure.scim.scim_type),
            (409, Some(ScimType::Uniqueness))
        );
        assert_eq!(
            failure.diagnosis.cause,
            "\"Create user\" was refused: a row with the same key exists already."
        );
    }

    #[test]
    fn an_operation_without_a_mapping_is_told_in_the_originals_words() {
        assert_eq!(
            Failure::not_defined(Operation::GetUsers).scim.detail,
            "No getUsers operation defined"
        );
    }
}
