//! What the error numbers of MySQL and MariaDB mean.

use mysql_async::{DriverError, Error, ServerError};
use sluice_core::{DatabaseError, DatabaseErrorKind as Kind};

use crate::tls;

/// The error of a connection that is there no more.
pub(super) fn closed() -> DatabaseError {
    DatabaseError::new(Kind::ConnectionLost, "The connection is closed.")
}

/// Whether there is no TLS, or none that both sides have.
pub(super) fn is_handshake(error: &Error) -> bool {
    matches!(error, Error::Driver(DriverError::NoClientSslFlagFromServer))
        || tls::in_words(error, "").is_some()
}

/// An error while a connection to `host` is opened.
pub(super) fn at_connect(error: &Error, host: &str) -> DatabaseError {
    if let Some(refused) = tls::in_words(error, host) {
        return refused;
    }
    match error {
        Error::Driver(DriverError::NoClientSslFlagFromServer) => tls::not_offered(),
        Error::Io(_) => DatabaseError::new(Kind::Unreachable, error.to_string()),
        Error::Driver(
            DriverError::UnknownAuthPlugin { .. }
            | DriverError::MysqlOldPasswordDisabled
            | DriverError::CleartextPluginDisabled,
        ) => DatabaseError::new(Kind::LoginRefused, error.to_string()),
        Error::Driver(DriverError::ConnectionClosed) => {
            DatabaseError::new(Kind::Unreachable, error.to_string())
        }
        // The account is known and may not use the database that the connection names.
        Error::Server(refused) if refused.code == 1044 => DatabaseError {
            kind: Kind::LoginRefused,
            ..refusal(refused)
        },
        other => translate(other),
    }
}

/// An error of the driver as one of ours.
pub(super) fn translate(error: &Error) -> DatabaseError {
    match error {
        Error::Server(refused) => refusal(refused),
        Error::Driver(DriverError::StmtParamsMismatch { required, .. }) => DatabaseError {
            expected: Some(usize::from(*required)),
            ..DatabaseError::new(Kind::ArgumentCount, error.to_string())
        },
        // Read before anything is sent: `:name` beside `?`, which the driver takes for a parameter.
        Error::Driver(DriverError::MixedParams | DriverError::Params(_)) => {
            DatabaseError::new(Kind::Syntax, error.to_string())
        }
        // After any other error of the driver, what the connection would say next is not known.
        _ => DatabaseError::new(Kind::ConnectionLost, error.to_string()),
    }
}

/// A refusal by its number, its state and its text, as another driver of the same server has them.
pub(crate) fn by_number(code: u16, state: &str, message: &str) -> DatabaseError {
    refusal(&ServerError {
        code,
        state: state.to_owned(),
        message: message.to_owned(),
    })
}

fn refusal(refused: &ServerError) -> DatabaseError {
    let message = refused.message.as_str();
    let named = |mark: &str| quoted_after(message, mark);
    // The numbers from 3000 to 3999 and 4031 are MySQL's alone; 1900 to 1999, 4025 and 4151 are
    // MariaDB's. Where both have a number, it means the same.
    let (kind, object) = match refused.code {
        // Also: host blocked or not allowed, account locked, password expired, TLS required.
        1045 | 1129 | 1130 | 1251 | 1275 | 1698 | 1820 | 1862 | 3118 | 3159 | 3955 | 4151 => {
            (Kind::LoginRefused, None)
        }
        1044 => (Kind::PermissionDenied, named("database ")),
        1142 | 1143 | 1370 => (
            Kind::PermissionDenied,
            named("table ").or_else(|| named("routine ")),
        ),
        // Also: read-only server, transaction or mode.
        1095 | 1227 | 1290 | 1419 | 1792 | 1836 => (Kind::PermissionDenied, None),
        1049 => (Kind::UnknownDatabase, named("database ")),
        1040 | 1203 | 1226 => (Kind::PoolExhausted, None),
        // Also: a lock that NOWAIT did not wait for (3572).
        1205 | 1317 | 1969 | 3024 | 3572 => (Kind::Timeout, None),
        // Also: stopped for idleness (4031), killed (3169), a packet that was too big (1153).
        1053 | 1077 | 1152 | 1153 | 1158..=1161 | 1184 | 1927 | 3169 | 4031 => {
            (Kind::ConnectionLost, None)
        }
        // Also: rolled back by the other members of a group (3101).
        1213 | 1020 | 3101 => (Kind::Deadlock, None),
        // MySQL 8 writes the table before the key.
        1022 | 1062 | 1169 | 1586 => (Kind::Duplicate, named("key ").map(last_part)),
        1216 | 1217 | 1451 | 1452 => (Kind::ForeignKey, constraint(message)),
        1761 | 1762 => (Kind::ForeignKey, None),
        1048 | 1263 | 1364 => (Kind::NotNull, named("olumn ").or_else(|| named("ield "))),
        1406 => (Kind::TooLong, named("column ")),
        // Also: a division by zero, a geometry or JSON that is none, a value for a computed column.
        1264 | 1265 | 1292 | 1300 | 1365 | 1366 | 1411 | 1416 | 1441 | 1525 | 1690 | 1906
        | 3037 | 3105 | 3140 | 3141 | 3146 | 3156 | 3157 => (Kind::InvalidValue, named("column ")),
        3819 => (Kind::Check, named("constraint ")),
        4025 => (Kind::Check, quoted_after(message, "CONSTRAINT ")),
        // 1369: WITH CHECK OPTION of a view.
        1369 => (Kind::Check, None),
        1305 | 1630 => (Kind::MissingProcedure, word(message, 1)),
        1128 => (Kind::MissingProcedure, named("Function ")),
        1318 => (Kind::ArgumentCount, word(message, 6)),
        1146 | 1051 | 1109 | 1356 => (
            Kind::MissingObject,
            named("able ").or_else(|| named("View ")),
        ),
        1054 => (Kind::MissingObject, named("column ")),
        // Also: an ambiguous column, a wrong number of columns, GROUP BY, OUT without a place.
        1052 | 1055 | 1058 | 1064 | 1065 | 1066 | 1093 | 1136 | 1149 | 1222 | 1241 | 1414
        | 1582 => (Kind::Syntax, None),
        1644 => (Kind::Raised, None),
        // The message says it: the table is full.
        1114 => (Kind::Other, named("table ")),
        // An author may choose any number; the state says whose it is.
        _ if refused.state == "45000" => (Kind::Raised, None),
        // 1021, 1041, 1206 among them: no room on the disk, in memory, for locks, in their own words.
        _ => (Kind::Other, None),
    };
    DatabaseError {
        sqlstate: Some(refused.state.clone()),
        code: Some(refused.code.to_string()),
        object,
        expected: (kind == Kind::ArgumentCount)
            .then(|| expected(message))
            .flatten(),
        ..DatabaseError::new(kind, message)
    }
}

/// The name in quotes that follows a mark: `column 'NAME' at row 1`. Values stand in such quotes too,
/// so the last mark counts.
fn quoted_after(message: &str, mark: &str) -> Option<String> {
    let (_, rest) = message.rsplit_once(mark)?;
    let quote = rest.chars().next().filter(|c| matches!(c, '\'' | '`'))?;
    // "`hr`.`USERS`.`AGE`" is read to the end of the last part.
    let end = rest.find(|c: char| c.is_whitespace()).unwrap_or(rest.len());
    let name: String = rest[..end]
        .trim_end_matches([',', ';', '.'])
        .chars()
        .filter(|c| *c != quote)
        .collect();
    // A parameter of a procedure is named ``.``.`p_name`.
    let name = name.trim_start_matches('.');
    (!name.is_empty()).then(|| name.to_owned())
}

/// "users.USERNAME_UNIQUE" as "USERNAME_UNIQUE".
fn last_part(name: String) -> String {
    match name.rsplit_once('.') {
        Some((_, last)) => last.to_owned(),
        None => name,
    }
}

/// "... CONSTRAINT `NAME` FOREIGN KEY ...".
fn constraint(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("CONSTRAINT `")?;
    let (name, _) = rest.split_once('`')?;
    Some(name.to_owned())
}

/// "PROCEDURE hr.NAME does not exist": the words of the message, counted from 0.
fn word(message: &str, index: usize) -> Option<String> {
    let word = message.split_whitespace().nth(index)?;
    Some(word.trim_end_matches(';').to_owned())
}

/// "...; expected 2, got 1".
fn expected(message: &str) -> Option<usize> {
    let (_, rest) = message.rsplit_once("expected ")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(code: u16, state: &str, message: &str) -> DatabaseError {
        refusal(&ServerError {
            code,
            state: state.into(),
            message: message.into(),
        })
    }

    #[test]
    fn a_refusal_names_the_column_constraint_or_key() {
        for (code, message, kind, object) in [
            (
                1062,
                "Duplicate entry 'key 'x'' for key 'USERNAME_UNIQUE'",
                Kind::Duplicate,
                "USERNAME_UNIQUE",
            ),
            (
                1406,
                "Data too long for column 'USERNAME' at row 1",
                Kind::TooLong,
                "USERNAME",
            ),
            (
                1048,
                "Column 'EMAIL' cannot be null",
                Kind::NotNull,
                "EMAIL",
            ),
            (
                1364,
                "Field 'EMAIL' doesn't have a default value",
                Kind::NotNull,
                "EMAIL",
            ),
            (
                1452,
                "Cannot add or update a child row: a foreign key constraint fails (`hr`.`UE`, \
                 CONSTRAINT `UE_USER` FOREIGN KEY (`USER_ID`) REFERENCES `USERS` (`USER_ID`))",
                Kind::ForeignKey,
                "UE_USER",
            ),
            (
                1292,
                "Incorrect date value: 'abc' for column `hr`.`USERS`.`HIREDATE` at row 1",
                Kind::InvalidValue,
                "hr.USERS.HIREDATE",
            ),
            (
                4025,
                "CONSTRAINT `AGE_POSITIVE` failed for `hr`.`USERS`",
                Kind::Check,
                "AGE_POSITIVE",
            ),
            (
                1146,
                "Table 'hr.USRES' doesn't exist",
                Kind::MissingObject,
                "hr.USRES",
            ),
            (
                1054,
                "Unknown column 'NAM' in 'field list'",
                Kind::MissingObject,
                "NAM",
            ),
            (
                1305,
                "PROCEDURE hr.ADD_USER does not exist",
                Kind::MissingProcedure,
                "hr.ADD_USER",
            ),
            (1049, "Unknown database 'hrx'", Kind::UnknownDatabase, "hrx"),
        ] {
            let error = read(code, "HY000", message);
            assert_eq!((error.kind, error.object.as_deref()), (kind, Some(object)));
            assert_eq!(error.code, Some(code.to_string()));
        }
    }

    // The messages are those of MySQL 8's message file.
    #[test]
    fn what_mysql_8_says_in_other_words_is_understood() {
        for (code, state, message, kind, object) in [
            (
                1062,
                "23000",
                "Duplicate entry 'leia' for key 'USERS.USERNAME_UNIQUE'",
                Kind::Duplicate,
                Some("USERNAME_UNIQUE"),
            ),
            (
                3819,
                "HY000",
                "Check constraint 'A_POSITIVE' is violated.",
                Kind::Check,
                Some("A_POSITIVE"),
            ),
            (
                3140,
                "22032",
                "Invalid JSON text: \"Invalid value.\" at position 0 in value for column 'T.DOC'.",
                Kind::InvalidValue,
                Some("T.DOC"),
            ),
            (
                3572,
                "HY000",
                "Statement aborted because lock(s) could not be acquired immediately and NOWAIT is set.",
                Kind::Timeout,
                None,
            ),
            (
                3024,
                "HY000",
                "Query execution was interrupted, maximum statement execution time exceeded",
                Kind::Timeout,
                None,
            ),
            (
                4031,
                "HY000",
                "The client was disconnected by the server because of inactivity. See wait_timeout and \
                 interactive_timeout for configuring this behavior.",
                Kind::ConnectionLost,
                None,
            ),
            (
                1836,
                "HY000",
                "Running in read-only mode",
                Kind::PermissionDenied,
                None,
            ),
            (
                1114,
                "HY000",
                "The table 'USERS' is full",
                Kind::Other,
                Some("USERS"),
            ),
            (
                1206,
                "HY000",
                "The total number of locks exceeds the lock table size",
                Kind::Other,
                None,
            ),
            (1105, "HY000", "Unknown error", Kind::Other, None),
            (
                1044,
                "42000",
                "Access denied for user 'scim'@'%' to database 'payroll'",
                Kind::PermissionDenied,
                Some("payroll"),
            ),
            (
                3105,
                "HY000",
                "The value specified for generated column 'TWICE' in table 'T' is not allowed.",
                Kind::InvalidValue,
                Some("TWICE"),
            ),
        ] {
            let error = read(code, state, message);
            assert_eq!(error.kind, kind, "{message}");
            assert_eq!(error.object.as_deref(), object, "{message}");
            assert_eq!(error.message, message);
        }
    }

    #[test]
    fn a_database_that_the_account_may_not_use_is_a_refused_login() {
        let refused = |code| {
            Error::Server(ServerError {
                code,
                state: "42000".into(),
                message: "Access denied for user 'scim'@'%' to database 'payroll'".into(),
            })
        };
        assert_eq!(at_connect(&refused(1044), "db").kind, Kind::LoginRefused);
        assert_eq!(translate(&refused(1044)).kind, Kind::PermissionDenied);
    }

    #[test]
    fn a_wrong_number_of_arguments_says_how_many_are_expected() {
        let error = read(
            1318,
            "42000",
            "Incorrect number of arguments for PROCEDURE hr.ADD_USER; expected 24, got 2",
        );
        assert_eq!(error.kind, Kind::ArgumentCount);
        assert_eq!(error.expected, Some(24));
        assert_eq!(error.object.as_deref(), Some("hr.ADD_USER"));
    }

    #[test]
    fn what_a_procedure_signals_is_raised_whatever_its_number() {
        assert_eq!(read(1644, "45000", "No such user.").kind, Kind::Raised);
        assert_eq!(read(31001, "45000", "No such user.").kind, Kind::Raised);
        assert_eq!(read(31001, "HY000", "?").kind, Kind::Other);
    }
}
