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
    let object = |mark| after(message, mark);
    if message.starts_with("no such table") || message.starts_with("no such column") {
        (Kind::MissingObject, object(": "))
    } else if message.contains("has no column named") {
        (Kind::MissingObject, object("has no column named "))
    } else if message.starts_with("no such function") {
        (Kind::MissingProcedure, object(": "))
    } else if message.starts_with("wrong number of arguments") {
        (Kind::ArgumentCount, object("function "))
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
        assert_eq!(read(517, "database is locked").0, Kind::Deadlock);
        assert_eq!(read(1811, "The user does not exist.").0, Kind::Raised);
        assert_eq!(
            read(14, "unable to open database file").0,
            Kind::UnknownDatabase
        );
    }
}
