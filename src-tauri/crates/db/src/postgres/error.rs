//! What PostgreSQL's SQLSTATEs mean.
//!
//! **Invariant:** kinds are told by SQLSTATE and by the place in the server's source that raised the
//! error, never by words, which come in the server's own language. Names are read from fields; from
//! the message only where the server gives them no field.
//!
//! To tell one more: its SQLSTATE in [`kind`], with a line in the test.

use std::error::Error as _;
use std::io;

use sluice_core::{DatabaseError, DatabaseErrorKind as Kind};
use tokio_postgres::Error;
use tokio_postgres::error::{DbError, Severity};

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
        Some("0A000") => error.code.as_deref() == Some(OUTDATED),
        _ => false,
    }
}

/// Where the server finds that a plan no longer fits its tables.
const OUTDATED: &str = "RevalidateCachedQuery";

/// Where the server finds that a type has no binary form, in which the driver asks for everything.
const WITHOUT_BINARY: &[&str] = &["getTypeBinaryOutputInfo", "array_send", "record_send"];

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
    let raised_by = refused.routine().unwrap_or_default();
    let kind = match refused.parsed_severity() {
        // The server ends the connection with these.
        Some(Severity::Fatal | Severity::Panic) if !state.starts_with("28") => at_the_end(state),
        _ => kind(state, raised_by),
    };
    let told = refused.column().or(refused.constraint());
    let object = told.map_or_else(|| named(kind, state, message), |name| Some(name.to_owned()));
    let text = match refused.hint().or(way_out(state, raised_by)) {
        Some(hint) => format!("{message} ({hint})"),
        None => message.to_owned(),
    };
    let code = if raised_by == OUTDATED {
        OUTDATED
    } else {
        state
    };
    DatabaseError {
        sqlstate: Some(state.to_owned()),
        code: Some(code.to_owned()),
        object,
        ..DatabaseError::new(kind, text)
    }
}

/// What a refusal means by its state and its text alone, as another driver of the same server has
/// them, and what it names.
pub(crate) fn by_state(state: &str, message: &str) -> (Kind, Option<String>) {
    // The server's own routine is not told here; the message says as much.
    let is_operator = message.contains("operator does not exist");
    let mut kind = kind(state, if is_operator { "op_error" } else { "" });
    // Applications may take states of their own, which begin with I to Z or 6 to 9.
    let own = |c: char| matches!(c, 'I'..='Z' | '6'..='9');
    if kind == Kind::Other && state.starts_with(own) && !state.starts_with("XX") {
        kind = Kind::Raised;
    }
    let constraint = || {
        let (_, rest) = message.split_once("constraint \"")?;
        Some(rest.split_once('"')?.0.to_owned())
    };
    let column = || {
        let (_, rest) = message.split_once("column \"")?;
        Some(rest.split_once('"')?.0.to_owned())
    };
    let object = match kind {
        Kind::Duplicate | Kind::ForeignKey | Kind::Check => constraint(),
        Kind::NotNull => column(),
        _ => named(kind, state, message),
    };
    (kind, object)
}

/// An error after which there is no connection.
fn at_the_end(state: &str) -> Kind {
    match state {
        "3D000" => Kind::UnknownDatabase,
        "42501" => Kind::PermissionDenied,
        "53300" => Kind::PoolExhausted,
        "57P03" => Kind::Unreachable,
        _ => Kind::ConnectionLost,
    }
}

fn kind(state: &str, raised_by: &str) -> Kind {
    match state {
        // An exclusion constraint is a key with another comparison.
        "23505" | "23P01" => Kind::Duplicate,
        "23503" | "23001" => Kind::ForeignKey,
        "23502" | "22004" => Kind::NotNull,
        "23514" | "44000" => Kind::Check,
        "22001" => Kind::TooLong,
        "42501" | "25006" => Kind::PermissionDenied,
        "42883" => match raised_by {
            // Operators are functions too, but that one is missing means a type does not fit.
            "op_error" => Kind::Syntax,
            by if WITHOUT_BINARY.contains(&by) => Kind::Unsupported,
            _ => Kind::MissingProcedure,
        },
        "42P01" | "42703" | "42704" | "3F000" => Kind::MissingObject,
        // Division by zero, though of a class with values that cannot be read, is about none of them;
        // what exists already is no mistake of the text.
        "22012" | "42P07" | "42710" | "42723" => Kind::Other,
        "3D000" => Kind::UnknownDatabase,
        "40001" | "40P01" => Kind::Deadlock,
        // Cancelled: by Sluice at its deadline, by statement_timeout, by an administrator; or by
        // lock_timeout.
        "57014" | "55P03" => Kind::Timeout,
        "57P03" => Kind::Unreachable,
        "53300" => Kind::PoolExhausted,
        "45000" => Kind::Raised,
        // A procedure that ends transactions cannot run inside the one of a write.
        "2D000" => Kind::Unsupported,
        "0A000" if raised_by != OUTDATED => Kind::Unsupported,
        _ => match state.get(..2) {
            Some("08" | "57") => Kind::ConnectionLost,
            Some("22") => Kind::InvalidValue,
            Some("28") => Kind::LoginRefused,
            Some("42") => Kind::Syntax,
            Some("P0") => Kind::Raised,
            // An author may raise with any state.
            _ if raised_by == "exec_stmt_raise" => Kind::Raised,
            _ => Kind::Other,
        },
    }
}

/// What to do where the server does not say it.
fn way_out(state: &str, raised_by: &str) -> Option<&'static str> {
    match (state, raised_by) {
        ("2D000", _) => Some(
            "A write runs in a transaction of Sluice's, and the procedure tries to end it. Take COMMIT \
             and ROLLBACK out of the procedure: Sluice commits when the whole operation has succeeded, \
             and rolls back when not.",
        ),
        ("42883", by) if WITHOUT_BINARY.contains(&by) => {
            Some("Write ::text behind the column to read it as text.")
        }
        _ => None,
    }
}

/// The name that stands in the message, where the server gives it no field of its own.
fn named(kind: Kind, state: &str, message: &str) -> Option<String> {
    let name = match kind {
        Kind::MissingProcedure => {
            // "function hr.add_user(unknown, unknown) does not exist"
            let (_, rest) = message.split_once(' ')?;
            rest.split_once('(')?.0
        }
        // "cannot insert a non-DEFAULT value into column "id""
        Kind::Syntax if state == "428C9" => message.split('"').nth(1)?,
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
            ("23P01", Kind::Duplicate),
            ("23503", Kind::ForeignKey),
            ("23502", Kind::NotNull),
            ("23514", Kind::Check),
            ("22001", Kind::TooLong),
            ("22P02", Kind::InvalidValue),
            ("22007", Kind::InvalidValue),
            ("22008", Kind::InvalidValue),
            ("22003", Kind::InvalidValue),
            ("22021", Kind::InvalidValue),
            ("42601", Kind::Syntax),
            ("428C9", Kind::Syntax),
            ("42703", Kind::MissingObject),
            ("42704", Kind::MissingObject),
            ("3F000", Kind::MissingObject),
            ("42883", Kind::MissingProcedure),
            ("42501", Kind::PermissionDenied),
            ("25006", Kind::PermissionDenied),
            ("0A000", Kind::Unsupported),
            ("2D000", Kind::Unsupported),
            ("P0001", Kind::Raised),
            ("P0002", Kind::Raised),
            ("P0003", Kind::Raised),
            ("P0004", Kind::Raised),
            ("28P01", Kind::LoginRefused),
            ("57014", Kind::Timeout),
            ("55P03", Kind::Timeout),
            ("57P01", Kind::ConnectionLost),
            ("53300", Kind::PoolExhausted),
            ("40001", Kind::Deadlock),
            ("40P01", Kind::Deadlock),
            ("25P02", Kind::Other),
            ("XX000", Kind::Other),
        ] {
            assert_eq!(kind(state, ""), expected, "{state}");
        }
        assert_eq!(kind("ZZ001", "exec_stmt_raise"), Kind::Raised);
        assert_eq!(kind("0A000", OUTDATED), Kind::Other);
        // The server closes an idle transaction together with its connection.
        assert_eq!(at_the_end("25P03"), Kind::ConnectionLost);
        assert_eq!(at_the_end("53300"), Kind::PoolExhausted);
    }

    #[test]
    fn a_missing_operator_is_no_missing_procedure() {
        assert_eq!(kind("42883", "op_error"), Kind::Syntax);
        assert_eq!(kind("42883", "ParseFuncOrColumn"), Kind::MissingProcedure);
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
            assert_eq!(named(kind, "", message).as_deref(), Some(name));
        }
    }
}
