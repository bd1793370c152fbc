//! What drivers say when something fails: by the database's own numbers and states where the
//! database is known, else by the states that ODBC fixes.

use sluice_core::ports::{DatabaseMessage, Severity};
use sluice_core::{DatabaseError, DatabaseErrorKind as Kind};
use sluice_odbc::{Diagnostic, Failed};

use super::product::Product;

/// A failure to connect.
pub(super) fn at_connect(failed: Failed) -> DatabaseError {
    let Some(first) = failed.diagnostics.first() else {
        return DatabaseError::new(Kind::Unreachable, failed.message);
    };
    let message = cleaned(&first.message);
    let lower = message.to_ascii_lowercase();
    let no_driver =
        matches!(first.state.as_str(), "IM002" | "IM003") || message.contains("Can't open lib");
    if no_driver {
        let installed = if failed.installed.is_empty() {
            "No driver and no data source is installed; install that of the database.".to_owned()
        } else {
            format!("Installed are: {}.", failed.installed.join(", "))
        };
        return DatabaseError {
            sqlstate: Some(first.state.clone()),
            ..DatabaseError::new(Kind::Unsupported, format!("{message}. {installed}"))
        };
    }
    let kind = match (first.state.as_str(), first.native) {
        // Client errors of the MySQL protocol.
        (_, 2000..=2099) => Kind::Unreachable,
        (_, 1044 | 1045 | 1698) => Kind::LoginRefused,
        (_, 1049 | 4060) | ("3D000", _) => Kind::UnknownDatabase,
        (_, 1040 | 1203) | ("53300", _) => Kind::PoolExhausted,
        (state, _) if state.starts_with("28") => Kind::LoginRefused,
        // psqlodbc gives one state for everything.
        _ if lower.contains("authentication failed") || lower.contains("no password supplied") => {
            Kind::LoginRefused
        }
        _ if lower.contains("database \"") && lower.contains("does not exist") => {
            Kind::UnknownDatabase
        }
        _ if lower.contains("role \"") && lower.contains("does not exist") => Kind::LoginRefused,
        (state, _) if state.starts_with("08") || state.starts_with("HYT") => Kind::Unreachable,
        _ => Kind::Unreachable,
    };
    DatabaseError {
        sqlstate: Some(first.state.clone()),
        code: Some(code(first)),
        ..DatabaseError::new(kind, message)
    }
}

/// A failure of anything else.
pub(super) fn translate(failed: Failed, product: Product) -> DatabaseError {
    if failed.unsupported {
        return DatabaseError::new(Kind::Unsupported, failed.message);
    }
    let Some(first) = failed.diagnostics.first() else {
        return DatabaseError::new(Kind::Other, failed.message);
    };
    let message = cleaned(&first.message);
    let (kind, object) = match product {
        Product::Mysql if first.native > 0 => {
            let number = u16::try_from(first.native).unwrap_or_default();
            if (2000..2100).contains(&number) {
                (Kind::ConnectionLost, None)
            } else {
                let read = crate::mysql::refusal(number, &first.state, &message);
                return DatabaseError {
                    message: read.message,
                    ..read
                };
            }
        }
        Product::Postgres => crate::postgres::kind_and_object(&first.state, &message),
        _ => by_state(first, &message),
    };
    DatabaseError {
        sqlstate: Some(first.state.clone()),
        code: Some(code(first)),
        object,
        ..DatabaseError::new(kind, message)
    }
}

/// The states of ODBC and of the SQL standard, and the numbers of the databases that give one state
/// for several faults.
fn by_state(said: &Diagnostic, message: &str) -> (Kind, Option<String>) {
    let lower = message.to_ascii_lowercase();
    let kind = match (said.state.as_str(), said.native.unsigned_abs()) {
        // SQL Server tells the faults of class 23000 apart by its numbers.
        ("23000", 2601 | 2627) | ("23505", _) => Kind::Duplicate,
        ("23000", 515) | ("23502", _) => Kind::NotNull,
        ("23000", 547) if lower.contains("check constraint") => Kind::Check,
        ("23000", 547) | ("23503" | "23504", _) => Kind::ForeignKey,
        ("23513" | "23514", _) => Kind::Check,
        ("23000", _) if lower.contains("unique") || lower.contains("duplicate") => Kind::Duplicate,
        ("23000", _) if lower.contains("foreign") => Kind::ForeignKey,
        ("23000", _) if lower.contains("null") => Kind::NotNull,
        ("23000", _) if lower.contains("check") => Kind::Check,
        ("22001", _) => Kind::TooLong,
        ("40001" | "40P01", _) => Kind::Deadlock,
        ("42501", _) | ("42000", 229 | 230 | 262) => Kind::PermissionDenied,
        ("42S02" | "42S22" | "42P01" | "42703" | "42704", _) => Kind::MissingObject,
        ("42883" | "42884", _) | ("42000", 2812) => Kind::MissingProcedure,
        ("42000", 201 | 8144 | 8145) | ("07002", _) => Kind::ArgumentCount,
        ("42000", 50_000..) | ("45000", _) => Kind::Raised,
        ("HYT00" | "HYT01" | "HY008" | "57014", _) => Kind::Timeout,
        ("HYC00" | "IM001", _) => Kind::Unsupported,
        (state, _) => match state.get(..2) {
            Some("08") => Kind::ConnectionLost,
            Some("22") => Kind::InvalidValue,
            Some("28") => Kind::LoginRefused,
            Some("42" | "37") => Kind::Syntax,
            // PostgreSQL's RAISE; the ranges that Db2 keeps for SIGNAL and RAISE_ERROR.
            Some("P0" | "75" | "76" | "77" | "78" | "79") => Kind::Raised,
            _ => Kind::Other,
        },
    };
    let object = match kind {
        Kind::MissingObject | Kind::MissingProcedure | Kind::Duplicate | Kind::PermissionDenied => {
            quoted(message)
        }
        _ => None,
    };
    (kind, object)
}

/// The first name in quotes.
fn quoted(message: &str) -> Option<String> {
    let start = message.find(['\'', '"'])?;
    let quote = message[start..].chars().next()?;
    let rest = &message[start + 1..];
    let (name, _) = rest.split_once(quote)?;
    (!name.is_empty()).then(|| name.to_owned())
}

/// The database's own number, or the state where the driver gives none.
fn code(said: &Diagnostic) -> String {
    match said.native {
        -1..=1 => said.state.clone(),
        native => native.to_string(),
    }
}

/// The database's words without those of the driver around them: `[vendor][driver]…`, psqlodbc's
/// frame, and PostgreSQL's detail, which shows whole rows.
fn cleaned(message: &str) -> String {
    let mut text = message.trim();
    while let Some((_, rest)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        text = rest.trim_start();
    }
    for frame in [";\nError while ", "\nDETAIL:", "\nCONTEXT:"] {
        text = text.split_once(frame).map_or(text, |(before, _)| before);
    }
    for word in ["ERROR:", "FATAL:"] {
        text = text.strip_prefix(word).map_or(text, str::trim_start);
    }
    text.trim().to_owned()
}

/// What was said beside a success. psqlodbc puts all notices of a statement into one record.
pub(super) fn messages(said: &[Diagnostic]) -> Vec<DatabaseMessage> {
    said.iter().flat_map(split).collect()
}

fn split(said: &Diagnostic) -> Vec<DatabaseMessage> {
    const MARKS: [&str; 5] = ["NOTICE:", "WARNING:", "INFO:", "LOG:", "DEBUG:"];
    let mut parts: Vec<String> = Vec::new();
    for part in cleaned(&said.message).split(';') {
        match parts.last_mut() {
            Some(last) if !MARKS.iter().any(|mark| part.starts_with(mark)) => {
                last.push(';');
                last.push_str(part);
            }
            _ => parts.push(part.to_owned()),
        }
    }
    parts
        .into_iter()
        .map(|part| {
            let marked = MARKS.iter().find(|mark| part.starts_with(**mark));
            let text = marked.map_or(part.as_str(), |mark| part[mark.len()..].trim_start());
            DatabaseMessage {
                severity: match marked {
                    Some(mark) if *mark != "WARNING:" => Severity::Note,
                    _ => Severity::Warning,
                },
                code: Some(code(said)),
                text: text.to_owned(),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(state: &str, native: i32, message: &str) -> Failed {
        Failed {
            diagnostics: vec![Diagnostic {
                state: state.into(),
                native,
                message: message.into(),
            }],
            ..Failed::default()
        }
    }

    #[test]
    fn an_unknown_database_is_read_by_its_states() {
        // Texts of IBM's and Microsoft's drivers, from their documentation.
        for (state, native, message, kind, object) in [
            (
                "23505",
                -803,
                "[IBM][CLI Driver][DB2/LINUXX8664] SQL0803N  One or more values are not valid.",
                Kind::Duplicate,
                None,
            ),
            (
                "23000",
                2627,
                "[Microsoft][ODBC Driver 18 for SQL Server][SQL Server]Violation of PRIMARY KEY constraint \
                 'PK_USERS'. Cannot insert duplicate key in object 'dbo.USERS'.",
                Kind::Duplicate,
                Some("PK_USERS"),
            ),
            (
                "23000",
                515,
                "Cannot insert the value NULL",
                Kind::NotNull,
                None,
            ),
            (
                "22001",
                0,
                "String data, right truncated",
                Kind::TooLong,
                None,
            ),
            (
                "22018",
                0,
                "Invalid character value",
                Kind::InvalidValue,
                None,
            ),
            ("40001", -911, "deadlock", Kind::Deadlock, None),
            ("42501", -551, "no privilege", Kind::PermissionDenied, None),
            (
                "42S02",
                208,
                "Invalid object name 'USRES'.",
                Kind::MissingObject,
                Some("USRES"),
            ),
            (
                "42S22",
                207,
                "Invalid column name 'NAM'.",
                Kind::MissingObject,
                Some("NAM"),
            ),
            (
                "42000",
                102,
                "Incorrect syntax near 'SELEC'.",
                Kind::Syntax,
                None,
            ),
            (
                "08S01",
                0,
                "Communication link failure",
                Kind::ConnectionLost,
                None,
            ),
            ("HYT00", 0, "Query timeout expired", Kind::Timeout, None),
            ("45000", 0, "No such user.", Kind::Raised, None),
            ("HY000", 0, "General error", Kind::Other, None),
        ] {
            let error = translate(said(state, native, message), Product::Other);
            assert_eq!(
                (error.kind, error.object.as_deref()),
                (kind, object),
                "{message}"
            );
            assert!(!error.message.starts_with('['), "{}", error.message);
        }
    }

    #[test]
    fn a_missing_driver_is_told_with_those_that_are_there() {
        let mut failed = said(
            "IM002",
            0,
            "[unixODBC][Driver Manager]Data source name not found",
        );
        failed.installed = vec!["Driver={MariaDB Unicode}".into()];
        let error = at_connect(failed);
        assert_eq!(error.kind, Kind::Unsupported);
        assert!(
            error.message.contains("Driver={MariaDB Unicode}"),
            "{}",
            error.message
        );
    }

    #[test]
    fn the_detail_that_shows_whole_rows_is_left_out() {
        let message = "ERROR: null value in column \"name\" of relation \"u\" violates not-null constraint\n\
                       DETAIL: Failing row contains (2, hunter2).;\nError while executing the query";
        let error = translate(said("23502", 1, message), Product::Postgres);
        assert_eq!(
            (error.kind, error.object.as_deref()),
            (Kind::NotNull, Some("name"))
        );
        assert!(!error.message.contains("hunter2"), "{}", error.message);
    }

    #[test]
    fn notices_that_came_in_one_record_are_told_apart() {
        let said = vec![Diagnostic {
            state: "01000".into(),
            native: -1,
            message: "NOTICE: hello; 3;WARNING: w".into(),
        }];
        let told: Vec<_> = messages(&said)
            .into_iter()
            .map(|m| (m.severity, m.text))
            .collect();
        assert_eq!(
            told,
            [
                (Severity::Note, "hello; 3".to_owned()),
                (Severity::Warning, "w".to_owned())
            ]
        );
    }
}
