//! What the error numbers of SQL Server mean (`sys.messages`). Names are read from its English
//! sentences; in another language the kind stays and the name is missing.

use mssql_tds::error::{Error, SqlErrorInfo};
use sluice_core::{DatabaseError, DatabaseErrorKind as Kind};

use crate::tls::not_offered;

/// From here on the session is over (severity 20 to 25).
const FATAL: i32 = 20;

/// An error while a connection is opened.
pub(super) fn at_connect(error: &Error) -> DatabaseError {
    match error {
        Error::SqlServerError { diagnostics } => match diagnostics.errors.first() {
            Some(refused) => refusal(refused),
            None => DatabaseError::new(Kind::Unreachable, error.to_string()),
        },
        refused if is_without_tls(refused) => not_offered(),
        Error::CertificateMismatch => DatabaseError::new(
            Kind::Tls,
            "The database shows another certificate than the one in tls.ca_file, which for SQL \
             Server is the server's own. To trust an authority, add it to those of the system and \
             remove ca_file.",
        ),
        Error::TlsError(_)
        | Error::TlsHandshakeError { .. }
        | Error::CertificateNotFound { .. }
        | Error::InvalidCertificateFormat { .. }
        | Error::CertificateExpired
        | Error::CertificateFileIoError { .. }
        | Error::NoServerCertificate => DatabaseError::new(Kind::Tls, error.to_string()),
        // Nobody there, or somebody with whom no TDS can be spoken.
        other => DatabaseError::new(Kind::Unreachable, other.to_string()),
    }
}

/// Whether the server said that it has no TLS at all.
pub(super) fn is_without_tls(error: &Error) -> bool {
    matches!(error, Error::ProtocolError(message)
        if message.contains("does not support encryption") || message.contains("disallowed encryption"))
}

/// An error of the driver as one of ours.
pub(super) fn translate(error: &Error) -> DatabaseError {
    if let Error::SqlServerError { diagnostics } = error {
        // The first is the cause; later ones say what else failed because of it.
        if let Some(refused) = diagnostics.errors.first() {
            let over = diagnostics.errors.iter().any(|e| e.class >= FATAL);
            let mut refused = refusal(refused);
            if over {
                refused.kind = Kind::ConnectionLost;
            }
            return refused;
        }
    }
    // After any error of the driver itself, what the connection would say next is not known.
    DatabaseError::new(Kind::ConnectionLost, error.to_string())
}

fn refusal(refused: &SqlErrorInfo) -> DatabaseError {
    let said = refused.message.as_str();
    let after = |mark: &str| quoted_after(said, mark);
    let (kind, object) = match refused.number {
        2627 => (Kind::Duplicate, after(" constraint ")),
        2601 => (Kind::Duplicate, after(" index ")),
        547 if said.contains("CHECK constraint") => (Kind::Check, after(" constraint ")),
        547 => (Kind::ForeignKey, after(" constraint ")),
        515 => (Kind::NotNull, after(" column ")),
        2628 => (Kind::TooLong, after(" column ")),
        8152 => (Kind::TooLong, None),
        206 | 220 | 232 | 235 | 241 | 242 | 244 | 245 | 248 | 257 | 260 | 293 | 295 | 296 | 517
        | 529 | 8023 | 8114 | 8115 | 8169 | 9402 | 9420 | 9455 | 13609 => {
            (Kind::InvalidValue, None)
        }
        1205 | 3935 | 3960 => (Kind::Deadlock, None),
        1222 => (Kind::Timeout, None),
        229 | 230 => (Kind::PermissionDenied, after(" object ")),
        262 | 297 | 300 | 371 | 916 | 15247 => (Kind::PermissionDenied, None),
        208 => (Kind::MissingObject, after(" object name ")),
        207 => (Kind::MissingObject, after(" column name ")),
        195 | 1088 | 2760 | 3701 | 4104 | 4121 | 4902 | 15151 => {
            (Kind::MissingObject, first_quoted(said))
        }
        2812 => (Kind::MissingProcedure, after(" procedure ")),
        201 => (Kind::ArgumentCount, after(" function ")),
        119 | 313 | 8144..=8146 | 8178 => (Kind::ArgumentCount, None),
        102 | 103 | 105 | 109 | 110 | 111 | 120 | 121 | 137 | 141 | 156 | 174 | 213 | 319
        | 1038 => (Kind::Syntax, None),
        911 | 4060 | 4064 => (Kind::UnknownDatabase, first_quoted(said)),
        18450..=18452 | 18456 | 18470 | 18486..=18488 | 40532 => (Kind::LoginRefused, None),
        10928 | 10929 | 10936 | 17809 => (Kind::PoolExhausted, None),
        596 | 6005 | 6104 => (Kind::ConnectionLost, None),
        // RAISERROR with a text, and the numbers that are left to authors.
        50000.. => (Kind::Raised, None),
        _ if refused.class >= FATAL => (Kind::ConnectionLost, None),
        _ => (Kind::Other, None),
    };
    DatabaseError {
        code: Some(refused.number.to_string()),
        object,
        ..DatabaseError::new(kind, message(refused))
    }
}

/// The server's sentence, with the state (which an author may set) and the procedure that it came
/// from where they say something.
fn message(refused: &SqlErrorInfo) -> String {
    let mut places = Vec::new();
    if refused.state > 1 {
        places.push(format!("state {}", refused.state));
    }
    if let Some(name) = refused.proc_name.as_deref().filter(|name| !name.is_empty()) {
        let line = refused.line_number.unwrap_or_default();
        places.push(format!("{name}, line {line}"));
    }
    if places.is_empty() {
        return refused.message.clone();
    }
    format!("{} [{}]", refused.message, places.join(", "))
}

/// The name in quotes of either kind behind a mark: `column 'NAME'`, `constraint "NAME"`. Values stand
/// in quotes too, behind all names, so the first mark counts.
fn quoted_after(message: &str, mark: &str) -> Option<String> {
    message.match_indices(mark).find_map(|(at, _)| {
        let rest = &message[at + mark.len()..];
        rest.starts_with(['\'', '"']).then(|| first_quoted(rest))?
    })
}

fn first_quoted(message: &str) -> Option<String> {
    let at = message.find(['\'', '"'])?;
    let quote = message[at..].chars().next()?;
    let (name, _) = message[at + 1..].split_once(quote)?;
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(number: u32, message: &str) -> DatabaseError {
        translate(&Error::from_sql_error(SqlErrorInfo {
            message: message.to_owned(),
            state: 1,
            class: 16,
            number,
            server_name: None,
            proc_name: None,
            line_number: Some(1),
        }))
    }

    // Sentences of sys.messages, language 1033.
    #[test]
    fn a_refusal_names_the_column_constraint_or_key() {
        for (number, message, kind, object) in [
            (
                2627,
                "Violation of UNIQUE KEY constraint 'USERNAME_UNIQUE'. Cannot insert duplicate key in object 'dbo.USERS'. The duplicate key value is (leia).",
                Kind::Duplicate,
                Some("USERNAME_UNIQUE"),
            ),
            (
                2601,
                "Cannot insert duplicate key row in object 'dbo.USERS' with unique index 'USERS_MAIL'. The duplicate key value is (' index 'x).",
                Kind::Duplicate,
                Some("USERS_MAIL"),
            ),
            (
                547,
                "The INSERT statement conflicted with the FOREIGN KEY constraint \"UE_USER\". The conflict occurred in database \"hr\", table \"dbo.USERS\", column 'USER_ID'.",
                Kind::ForeignKey,
                Some("UE_USER"),
            ),
            (
                547,
                "The INSERT statement conflicted with the CHECK constraint \"AGE_POSITIVE\". The conflict occurred in database \"hr\", table \"dbo.C\", column 'A'.",
                Kind::Check,
                Some("AGE_POSITIVE"),
            ),
            (
                515,
                "Cannot insert the value NULL into column 'EMAIL', table 'hr.dbo.USERS'; column does not allow nulls. INSERT fails.",
                Kind::NotNull,
                Some("EMAIL"),
            ),
            (
                2628,
                "String or binary data would be truncated in table 'hr.dbo.USERS', column 'USERNAME'. Truncated value: 'xxx'.",
                Kind::TooLong,
                Some("USERNAME"),
            ),
            (
                8152,
                "String or binary data would be truncated.",
                Kind::TooLong,
                None,
            ),
            (
                245,
                "Conversion failed when converting the nvarchar value 'x' to data type int.",
                Kind::InvalidValue,
                None,
            ),
            (
                8114,
                "Error converting data type nvarchar to int.",
                Kind::InvalidValue,
                None,
            ),
            (
                241,
                "Conversion failed when converting date and/or time from character string.",
                Kind::InvalidValue,
                None,
            ),
            (
                1205,
                "Transaction (Process ID 52) was deadlocked on lock resources with another process and has been chosen as the deadlock victim. Rerun the transaction.",
                Kind::Deadlock,
                None,
            ),
            (
                1222,
                "Lock request time out period exceeded.",
                Kind::Timeout,
                None,
            ),
            (
                229,
                "The EXECUTE permission was denied on the object 'ACTIVATE_USER', database 'hr', schema 'dbo'.",
                Kind::PermissionDenied,
                Some("ACTIVATE_USER"),
            ),
            (
                208,
                "Invalid object name 'USRES'.",
                Kind::MissingObject,
                Some("USRES"),
            ),
            (
                207,
                "Invalid column name 'NAM'.",
                Kind::MissingObject,
                Some("NAM"),
            ),
            (
                2812,
                "Could not find stored procedure 'dbo.ADD_USRE'.",
                Kind::MissingProcedure,
                Some("dbo.ADD_USRE"),
            ),
            (
                201,
                "Procedure or function 'ADD_USER' expects parameter '@p_email', which was not supplied.",
                Kind::ArgumentCount,
                Some("ADD_USER"),
            ),
            (102, "Incorrect syntax near 'SELEC'.", Kind::Syntax, None),
            (
                4060,
                "Cannot open database \"hrx\" requested by the login. The login failed.",
                Kind::UnknownDatabase,
                Some("hrx"),
            ),
            (
                18456,
                "Login failed for user 'scim'.",
                Kind::LoginRefused,
                None,
            ),
            (50000, "No such user.", Kind::Raised, None),
            (51001, "No such user.", Kind::Raised, None),
        ] {
            let error = read(number, message);
            assert_eq!(
                (error.kind, error.object.as_deref()),
                (kind, object),
                "{message}"
            );
            assert_eq!(error.code, Some(number.to_string()));
            assert_eq!(error.message, message);
        }
    }

    #[test]
    fn a_message_says_which_procedure_and_state_it_came_from() {
        let raised = SqlErrorInfo {
            message: "No such user.".into(),
            state: 3,
            class: 16,
            number: 50000,
            server_name: Some("db1".into()),
            proc_name: Some("ADD_USER".into()),
            line_number: Some(12),
        };
        let second = SqlErrorInfo {
            number: 266,
            ..raised.clone()
        };
        let error = translate(&Error::from_sql_errors(vec![raised.clone(), second]));
        assert_eq!(error.kind, Kind::Raised);
        assert_eq!(error.message, "No such user. [state 3, ADD_USER, line 12]");
        let killed = SqlErrorInfo {
            class: 20,
            ..raised
        };
        assert_eq!(
            translate(&Error::from_sql_error(killed)).kind,
            Kind::ConnectionLost
        );
    }
}
