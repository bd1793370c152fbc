//! What SQLite's result codes and texts mean.

use sluice_core::{DatabaseError, DatabaseErrorKind as Kind};

/// An error of the driver as one of ours.
pub(super) fn translate(error: &sqlx::Error) -> DatabaseError {
    match error {
        sqlx::Error::Database(database) => {
            let code = database.code().and_then(|code| code.parse().ok());
            refusal(code.unwrap_or(1), database.message())
        }
        sqlx::Error::WorkerCrashed | sqlx::Error::Io(_) | sqlx::Error::Protocol(_) => {
            DatabaseError::new(Kind::ConnectionLost, error.to_string())
        }
        _ => DatabaseError::new(Kind::Other, error.to_string()),
    }
}

/// A refusal by its extended result code and text.
fn refusal(code: u32, message: &str) -> DatabaseError {
    let (kind, object) = match code {
        // SQLITE_CONSTRAINT_* and their kin first, then the primary codes.
        1555 | 2067 | 2579 => (Kind::Duplicate, after(message, "failed: ")),
        787 => (Kind::ForeignKey, None),
        1299 => (Kind::NotNull, after(message, "failed: ")),
        275 => check(message),
        1811 => (Kind::Raised, None),
        3091 => (Kind::InvalidValue, after(message, "column ")),
        _ => match code & 0xff {
            5 | 6 => (Kind::Deadlock, None),
            3 | 8 | 23 => (Kind::PermissionDenied, None),
            9 => (Kind::Timeout, None),
            14 | 26 => (Kind::UnknownDatabase, None),
            18 => (Kind::TooLong, None),
            20 => (Kind::InvalidValue, None),
            25 => (Kind::ArgumentCount, None),
            1 => general(message),
            _ => (Kind::Other, None),
        },
    };
    DatabaseError {
        code: Some(code.to_string()),
        object,
        ..DatabaseError::new(kind, message)
    }
}

/// SQLite has neither lengths nor dates, so CHECK constraints stand in for them; their names
/// (`COLUMN_MAX_100`, `COLUMN_IS_A_DATE`) say what they mean and which column they watch.
fn check(message: &str) -> (Kind, Option<String>) {
    let Some(name) = after(message, "failed: ") else {
        return (Kind::Check, None);
    };
    if let Some((column, limit)) = name.rsplit_once("_MAX_")
        && !limit.is_empty()
        && limit.bytes().all(|byte| byte.is_ascii_digit())
    {
        return (Kind::TooLong, Some(column.to_owned()));
    }
    if let Some(column) = name.strip_suffix("_IS_A_DATE") {
        return (Kind::InvalidValue, Some(column.to_owned()));
    }
    (Kind::Check, Some(name))
}

/// SQLITE_ERROR says everything in its text.
fn general(message: &str) -> (Kind, Option<String>) {
    let starts = |words: &[&str]| words.iter().any(|word| message.starts_with(word));
    if starts(&[
        "no such table: ",
        "no such column: ",
        "no such view: ",
        "no such module: ",
    ]) {
        // "no such column: "x" - should this be a string literal in single-quotes?"
        let name = after(message, ": ").map(|name| match name.split_once(" - ") {
            Some((name, _)) => name.trim_matches('"').to_owned(),
            None => name,
        });
        (Kind::MissingObject, name)
    } else if message.contains("has no column named") {
        (Kind::MissingObject, after(message, "has no column named "))
    } else if message.starts_with("unknown database ") {
        (Kind::MissingObject, after(message, "unknown database "))
    } else if message.starts_with("no such function") {
        (Kind::MissingProcedure, after(message, ": "))
    } else if message.starts_with("wrong number of arguments") {
        let name = after(message, "function ").map(|name| name.replace("()", ""));
        (Kind::ArgumentCount, name)
    } else if message.contains("transaction within a transaction")
        || message.contains("no transaction is active")
    {
        // Transactions are begun and ended around a statement, not by it.
        (Kind::Unsupported, None)
    } else if message.starts_with("cannot modify ") {
        // A view without a trigger for it.
        (
            Kind::Other,
            message.split_whitespace().nth(2).map(str::to_owned),
        )
    } else {
        // "near ...", "incomplete input", "3 values for 2 columns" and the like.
        (Kind::Syntax, None)
    }
}

fn after(message: &str, mark: &str) -> Option<String> {
    let (_, rest) = message.split_once(mark)?;
    let name = rest.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(code: u32, message: &str) -> (Kind, Option<String>) {
        let error = refusal(code, message);
        assert_eq!(error.message, message);
        assert_eq!(error.code, Some(code.to_string()));
        (error.kind, error.object)
    }

    #[test]
    fn constraints_are_told_apart_and_named() {
        assert_eq!(
            read(2067, "UNIQUE constraint failed: USERS.USERNAME"),
            (Kind::Duplicate, Some("USERS.USERNAME".into()))
        );
        assert_eq!(
            read(1299, "NOT NULL constraint failed: USERS.EMAIL"),
            (Kind::NotNull, Some("USERS.EMAIL".into()))
        );
        assert_eq!(
            read(787, "FOREIGN KEY constraint failed"),
            (Kind::ForeignKey, None)
        );
    }

    #[test]
    fn a_check_reads_as_what_its_name_says() {
        assert_eq!(
            read(275, "CHECK constraint failed: USER_ID_MAX_100"),
            (Kind::TooLong, Some("USER_ID".into()))
        );
        assert_eq!(
            read(275, "CHECK constraint failed: HIREDATE_IS_A_DATE"),
            (Kind::InvalidValue, Some("HIREDATE".into()))
        );
        assert_eq!(
            read(275, "CHECK constraint failed: IS_ACTIVE_IS_0_OR_1"),
            (Kind::Check, Some("IS_ACTIVE_IS_0_OR_1".into()))
        );
    }

    #[test]
    fn a_general_error_is_read_from_its_text() {
        assert_eq!(
            read(1, "no such table: USRES"),
            (Kind::MissingObject, Some("USRES".into()))
        );
        assert_eq!(
            read(1, "table USERS has no column named X"),
            (Kind::MissingObject, Some("X".into()))
        );
        assert_eq!(
            read(1, "near \"SELEC\": syntax error"),
            (Kind::Syntax, None)
        );
        assert_eq!(
            read(
                1,
                "no such column: \"nobody\" - should this be a string literal in single-quotes?"
            ),
            (Kind::MissingObject, Some("nobody".into()))
        );
        assert_eq!(
            read(1, "unknown database hr"),
            (Kind::MissingObject, Some("hr".into()))
        );
        assert_eq!(
            read(1, "wrong number of arguments to function abs()"),
            (Kind::ArgumentCount, Some("abs".into()))
        );
        assert_eq!(
            read(1, "cannot start a transaction within a transaction").0,
            Kind::Unsupported
        );
        assert_eq!(
            read(1, "cannot modify V because it is a view"),
            (Kind::Other, Some("V".into()))
        );
        assert_eq!(
            read(3091, "cannot store TEXT value in INTEGER column T.A"),
            (Kind::InvalidValue, Some("T.A".into()))
        );
        assert_eq!(read(517, "database is locked").0, Kind::Deadlock);
        assert_eq!(read(1811, "The user does not exist.").0, Kind::Raised);
        assert_eq!(
            read(14, "unable to open database file").0,
            Kind::UnknownDatabase
        );
    }
}
