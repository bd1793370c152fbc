//! What PostgreSQL's SQLSTATEs mean.

use std::error::Error as _;
use std::io;

use sluice_core::{DatabaseError, DatabaseErrorKind as Kind};
use tokio_postgres::Error;
use tokio_postgres::error::DbError;

use crate::tls;

/// An error while a connection to `host` is opened.
pub(super) fn at_connect(error: &Error, host: &str) -> DatabaseError {
    if let Some(refused) = error.as_db_error() {
        return refusal(refused);
    }
    if let Some(refused) = tls::in_words(error, host) {
        return refused;
    }
    if is_handshake(error) {
        return match error.source().map(ToString::to_string).as_deref() {
            Some("server does not support TLS") => tls::not_offered(),
            _ => DatabaseError::new(Kind::Tls, whole(error)),
        };
    }
    let source = error.source();
    let by_io = source.is_some_and(|source| source.downcast_ref::<io::Error>().is_some());
    let kind = if by_io || error.is_closed() {
        Kind::Unreachable
    } else {
        // What is left is the login: no password where one is asked for, a method not known.
        Kind::LoginRefused
    };
    DatabaseError::new(kind, whole(error))
}

/// Whether encryption failed. The driver shows this kind of error by its words only.
pub(super) fn is_handshake(error: &Error) -> bool {
    error
        .to_string()
        .starts_with("error performing TLS handshake")
}

/// An error of the driver as one of ours.
pub(super) fn translate(error: &Error) -> DatabaseError {
    match error.as_db_error() {
        Some(refused) => refusal(refused),
        None => DatabaseError::new(Kind::ConnectionLost, whole(error)),
    }
}

/// Whether a prepared statement is out of date because a table changed under it.
pub(super) fn is_outdated(error: &DatabaseError) -> bool {
    match error.sqlstate.as_deref() {
        Some("26000") => true,
        Some("0A000") => error.message.contains("cached plan"),
        _ => false,
    }
}

/// The driver's text with its cause, which it leaves out.
fn whole(error: &Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

/// The detail of a refusal is left out: it shows whole rows, with whatever is secret in them.
fn refusal(refused: &DbError) -> DatabaseError {
    let (state, message) = (refused.code().code(), refused.message());
    let mut kind = kind(state, message);
    // An author may raise with any state.
    if kind == Kind::Other && refused.routine() == Some("exec_stmt_raise") {
        kind = Kind::Raised;
    }
    let told = refused.column().or(refused.constraint());
    let object = told.map_or_else(|| named(kind, message), |name| Some(name.to_owned()));
    let text = match refused.hint() {
        Some(hint) => format!("{message} ({hint})"),
        None => message.to_owned(),
    };
    DatabaseError {
        sqlstate: Some(state.to_owned()),
        code: Some(state.to_owned()),
        object,
        ..DatabaseError::new(kind, text)
    }
}

fn kind(state: &str, message: &str) -> Kind {
    match state {
        "23505" | "23P01" => Kind::Duplicate,
        "23503" => Kind::ForeignKey,
        "23502" => Kind::NotNull,
        "23514" => Kind::Check,
        "22001" => Kind::TooLong,
        "42501" | "25006" => Kind::PermissionDenied,
        // Operators are functions too, but that one is missing means a type does not fit.
        "42883" if message.starts_with("operator") => Kind::Syntax,
        "42883" => Kind::MissingProcedure,
        "42P01" | "42703" | "3F000" => Kind::MissingObject,
        "42P07" | "42710" | "42723" => Kind::Other,
        "3D000" => Kind::UnknownDatabase,
        "40001" | "40P01" => Kind::Deadlock,
        "57014" | "55P03" | "57P05" | "25P03" => Kind::Timeout,
        "57P03" => Kind::Unreachable,
        "53300" => Kind::PoolExhausted,
        "45000" => Kind::Raised,
        // A procedure that ends transactions cannot run inside the one of a write.
        "2D000" => Kind::Unsupported,
        _ => match state.get(..2) {
            Some("08" | "57") => Kind::ConnectionLost,
            Some("22") => Kind::InvalidValue,
            Some("28") => Kind::LoginRefused,
            Some("42") => Kind::Syntax,
            Some("P0") => Kind::Raised,
            _ => Kind::Other,
        },
    }
}

/// The name that stands in the message, where the server gives it no field of its own.
fn named(kind: Kind, message: &str) -> Option<String> {
    let name = match kind {
        Kind::MissingProcedure => {
            // "function hr.add_user(unknown, unknown) does not exist"
            let (_, rest) = message.split_once(' ')?;
            rest.split_once('(')?.0
        }
        Kind::MissingObject | Kind::UnknownDatabase => match message.split_once('"') {
            Some((_, rest)) => rest.split_once('"')?.0,
            // "column u.nam does not exist"
            None => message.split_whitespace().nth(1)?,
        },
        Kind::PermissionDenied => message.rsplit_once(' ')?.1,
        _ => return None,
    };
    Some(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_told_apart() {
        for (state, expected) in [
            ("23505", Kind::Duplicate),
            ("22001", Kind::TooLong),
            ("22P02", Kind::InvalidValue),
            ("22007", Kind::InvalidValue),
            ("42601", Kind::Syntax),
            ("42703", Kind::MissingObject),
            ("P0001", Kind::Raised),
            ("28P01", Kind::LoginRefused),
            ("57014", Kind::Timeout),
            ("57P01", Kind::ConnectionLost),
            ("40001", Kind::Deadlock),
            ("XX000", Kind::Other),
        ] {
            assert_eq!(kind(state, ""), expected, "{state}");
        }
    }

    #[test]
    fn a_missing_operator_is_no_missing_procedure() {
        let message = "operator does not exist: integer = text";
        assert_eq!(kind("42883", message), Kind::Syntax);
        let message = "function add_user(unknown) does not exist";
        assert_eq!(kind("42883", message), Kind::MissingProcedure);
    }

    #[test]
    fn names_are_read_out_of_messages() {
        for (kind, message, name) in [
            (
                Kind::MissingProcedure,
                "procedure hr.add_user(unknown) does not exist",
                "hr.add_user",
            ),
            (
                Kind::MissingObject,
                "relation \"usres\" does not exist",
                "usres",
            ),
            (Kind::MissingObject, "column u.nam does not exist", "u.nam"),
            (
                Kind::UnknownDatabase,
                "database \"hrx\" does not exist",
                "hrx",
            ),
            (
                Kind::PermissionDenied,
                "permission denied for table users",
                "users",
            ),
        ] {
            assert_eq!(named(kind, message).as_deref(), Some(name));
        }
    }
}
