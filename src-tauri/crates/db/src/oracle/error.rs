//! What Oracle's error numbers mean.
//!
//! **Invariant:** a message of ours never holds a connect string, which may hold a password.
//!
//! To tell one more apart: its number in [`kind`], and where its message names something, the reading
//! of that in [`object`].

use oracledb::{Error, ErrorKind};
use sluice_core::{DatabaseError, DatabaseErrorKind as Kind};

/// A message of this type carries a result set that nobody declared (`DBMS_SQL.RETURN_RESULT`).
const IMPLICIT_RESULT: u8 = 27;

/// An error while a connection is opened.
pub(super) fn at_connect(error: &Error) -> DatabaseError {
    match error.kind() {
        ErrorKind::StreamOperation | ErrorKind::TlsOperation if about_tls(&error.to_string()) => {
            DatabaseError::new(
                Kind::Tls,
                format!(
                    "The TLS handshake with the database failed: {error}. The driver always holds the \
                     server's certificate against authorities and host name; name its authority in \
                     tls.ca_file."
                ),
            )
        }
        ErrorKind::PemFileOperation
        | ErrorKind::WalletUnreadable(_)
        | ErrorKind::WalletPrivateKeyInvalid(_)
        | ErrorKind::WalletPasswordMissingOrInvalid(..) => {
            DatabaseError::new(Kind::Tls, error.to_string())
        }
        ErrorKind::StreamOperation
        | ErrorKind::DeadConnection
        | ErrorKind::CallTimeoutExceeded
        | ErrorKind::TlsOperation
        | ErrorKind::UnexpectedRefuse(_) => {
            DatabaseError::new(Kind::Unreachable, error.to_string())
        }
        ErrorKind::NoCredentials => DatabaseError::new(
            Kind::LoginRefused,
            "Oracle wants a user and a password, and the connection has not both.",
        ),
        ErrorKind::InvalidServiceName(_, service, ..) => DatabaseError {
            object: Some(service.clone()),
            ..of_code(12514, error.to_string())
        },
        ErrorKind::InvalidSid(_, sid, ..) => DatabaseError {
            object: Some(sid.clone()),
            ..of_code(12505, error.to_string())
        },
        ErrorKind::ListenerRefusedConnection(_, _, _, number) => {
            let told = of_code(*number, error.to_string());
            if told.kind == Kind::Other {
                return DatabaseError {
                    kind: Kind::Unreachable,
                    ..told
                };
            }
            told
        }
        ErrorKind::TnsAliasNotFound(..) => of_code(12154, error.to_string()),
        ErrorKind::NoConfigDir => DatabaseError::new(
            Kind::UnknownDatabase,
            "The descriptor is a name of tnsnames.ora, and no folder of that file is known: set the \
             property oracle.net.tns_admin.",
        ),
        // These quote the text they could not read.
        ErrorKind::InvalidConnectString(_, reason) => DatabaseError::new(
            Kind::UnknownDatabase,
            format!("The connect descriptor cannot be read: {reason}."),
        ),
        ErrorKind::ParseError(_, position) => DatabaseError::new(
            Kind::UnknownDatabase,
            format!("The connect descriptor cannot be read at character {position}."),
        ),
        ErrorKind::ServerVersionNotSupported => DatabaseError::new(
            Kind::Unsupported,
            "The server is older than Oracle Database 12, which the driver does not speak to.",
        ),
        _ => translate(error),
    }
}

/// Whether rustls said it, whose errors the driver passes on as text.
fn about_tls(text: &str) -> bool {
    [
        "peer certificate",
        "fatal alert",
        "corrupt message",
        "peer is incompatible",
        "peer misbehaved",
    ]
    .iter()
    .any(|words| text.contains(words))
}

/// An error of the driver as one of ours.
pub(super) fn translate(error: &Error) -> DatabaseError {
    let text = error.to_string();
    match error.kind() {
        ErrorKind::DbError(refused) => refusal(refused.code(), refused.message()),
        ErrorKind::CallTimeoutExceeded => DatabaseError::new(
            Kind::Timeout,
            "The statement was stopped: the deadline passed before the database answered.",
        ),
        ErrorKind::WrongNumPositionalBinds(expected, _) => DatabaseError {
            expected: Some(*expected),
            ..DatabaseError::new(Kind::ArgumentCount, text)
        },
        ErrorKind::ParseError(..)
        | ErrorKind::MissingBindValue(_)
        | ErrorKind::InvalidBindName(_) => DatabaseError::new(Kind::Syntax, text),
        ErrorKind::UnknownTtcMessageType(IMPLICIT_RESULT, _) => DatabaseError::new(
            Kind::Unsupported,
            "The procedure gives a result set by DBMS_SQL.RETURN_RESULT, which the driver cannot \
             read. Give it back by an OUT parameter of type SYS_REFCURSOR.",
        ),
        ErrorKind::UnsupportedDbType(db_type) => DatabaseError::new(
            Kind::Unsupported,
            format!(
                "The driver cannot read the type {}. Turn it into text in the statement, as \
                 XMLSERIALIZE(CONTENT x AS CLOB) does for XMLTYPE.",
                db_type.name().trim_start_matches("DB_TYPE_")
            ),
        ),
        ErrorKind::NotImplemented(_) => DatabaseError::new(Kind::Unsupported, text),
        ErrorKind::ColumnTruncated(..) => DatabaseError::new(Kind::TooLong, text),
        ErrorKind::InvalidOracleNumber(_) | ErrorKind::OutOfRange(_) => {
            DatabaseError::new(Kind::InvalidValue, text)
        }
        // After any other error of the driver, what the connection would say next is not known.
        _ => DatabaseError::new(Kind::ConnectionLost, text),
    }
}

/// Whether the connection may be used on after this error: the database itself refused something,
/// or nothing was sent.
pub(super) fn leaves_usable(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::DbError(_)
            | ErrorKind::CallTimeoutExceeded
            | ErrorKind::WrongNumPositionalBinds(..)
            | ErrorKind::ParseError(..)
            | ErrorKind::MissingBindValue(_)
            | ErrorKind::InvalidBindName(_)
            | ErrorKind::InvalidOracleNumber(_)
    )
}

/// An error whose meaning the driver tells without Oracle's own text.
fn of_code(number: usize, message: String) -> DatabaseError {
    DatabaseError {
        code: Some(named(number)),
        ..DatabaseError::new(kind(number, ""), message)
    }
}

fn named(number: usize) -> String {
    format!("ORA-{number:05}")
}

/// A refusal by the database.
pub(super) fn refusal(number: usize, message: &str) -> DatabaseError {
    // These only say that something else went wrong, which the next line names.
    let (number, told) = match number {
        604 | 2091 => inner(message).unwrap_or((number, message)),
        _ => (number, message),
    };
    let kind = kind(number, told);
    let text = match kind {
        Kind::Raised => raised(told),
        _ if matches!(number, 4061 | 4065 | 4068) => format!(
            "{message} (The package was compiled anew since this connection first used it; the call \
             will do when it is made again.)"
        ),
        _ => message.to_owned(),
    };
    DatabaseError {
        sqlstate: sqlstate(number).map(str::to_owned),
        code: Some(named(number)),
        object: object(number, kind, told),
        ..DatabaseError::new(kind, text)
    }
}

/// The second `ORA-nnnnn` of a message, with the text from there on.
fn inner(message: &str) -> Option<(usize, &str)> {
    let (start, _) = message.match_indices("ORA-").nth(1)?;
    let rest = &message[start..];
    let digits: &str = rest.get(4..9)?;
    Some((digits.parse().ok()?, rest))
}

/// What the author of a procedure wrote, without the number before it and the call stack behind.
fn raised(message: &str) -> String {
    let text = message.split("\nORA-06512").next().unwrap_or(message);
    match text.split_once(": ") {
        Some((number, words)) if number.starts_with("ORA-") => words.trim().to_owned(),
        _ => text.trim().to_owned(),
    }
}

fn kind(number: usize, message: &str) -> Kind {
    match number {
        1 => Kind::Duplicate,
        2291 | 2292 => Kind::ForeignKey,
        1400 | 1407 => Kind::NotNull,
        2290 => Kind::Check,
        12899 | 1401 => Kind::TooLong,
        6502 if message.contains("buffer too small") => Kind::TooLong,
        // Numbers, dates and intervals that cannot be read or do not fit.
        1426 | 1438 | 1465 | 1476 | 1722 | 1800..=1899 | 6502 | 40441 | 62355 => Kind::InvalidValue,
        60 | 4020 | 8177 => Kind::Deadlock,
        54 | 1013 | 2049 | 30006 => Kind::Timeout,
        18 | 20 | 2391 | 12516 | 12518 | 12519 | 12520 => Kind::PoolExhausted,
        28 | 1012 | 2396 | 2399 | 3113 | 3114 | 3135 | 12537 | 12547 | 12570..=12572 | 25408 => {
            Kind::ConnectionLost
        }
        1033
        | 1034
        | 1089
        | 1090
        | 1109
        | 12170
        | 12526..=12528
        | 12535
        | 12541
        | 12543
        | 12545
        | 12560 => Kind::Unreachable,
        12154 | 12505 | 12514 | 12521 => Kind::UnknownDatabase,
        1004 | 1005 | 1017 | 1045 | 28000 | 28001 | 28009 | 28040 => Kind::LoginRefused,
        1031 | 1456 | 1720 | 1950 | 16000 | 41900 => Kind::PermissionDenied,
        904 | 942 | 980 | 1418 | 1435 | 2289 | 4043 | 6564 => Kind::MissingObject,
        6550 | 6553 | 6575 | 6576 => in_plsql(message),
        4067 | 6508 => Kind::MissingProcedure,
        955 | 1408 => Kind::Other,
        900..=999 | 1036 | 1756 | 1789 | 2000 => Kind::Syntax,
        6510 | 20_000..=20_999 => Kind::Raised,
        _ => Kind::Other,
    }
}

/// ORA-06550 says only that a block does not compile; why stands behind it.
fn in_plsql(message: &str) -> Kind {
    let reasons = [
        ("PLS-00306", Kind::ArgumentCount),
        ("PLS-00703", Kind::ArgumentCount),
        ("PLS-00904", Kind::PermissionDenied),
        ("PLS-00201", Kind::MissingProcedure),
        ("PLS-00221", Kind::MissingProcedure),
        ("PLS-00222", Kind::MissingProcedure),
        ("PLS-00302", Kind::MissingProcedure),
        ("ORA-06576", Kind::MissingProcedure),
        ("ORA-00942", Kind::MissingObject),
        ("ORA-00904", Kind::MissingObject),
        ("ORA-01031", Kind::PermissionDenied),
    ];
    let found = reasons.iter().find(|(mark, _)| message.contains(mark));
    found.map_or(Kind::Syntax, |(_, kind)| *kind)
}

/// Where Oracle's own table of SQLSTATE codes (Pro*C/C++ Programmer's Guide) has one that means more
/// than "other".
fn sqlstate(number: usize) -> Option<&'static str> {
    Some(match number {
        1 | 1400 | 1407 | 2290..=2299 => "23000",
        1401 | 1406 | 12899 => "22001",
        1426 | 1438 => "22003",
        1800..=1899 => "22008",
        1476 => "22012",
        1427 => "21000",
        1403 => "02000",
        2091 | 2092 => "40000",
        60 | 8177 => "40001",
        900..=999 | 1031 => "42000",
        20_000..=20_999 => "72000",
        _ => return None,
    })
}

/// What the message names.
fn object(number: usize, kind: Kind, message: &str) -> Option<String> {
    let last = |name: &str| {
        let last = name.rsplit('.').next().unwrap_or(name);
        last.trim_matches('"').to_owned()
    };
    match kind {
        // "unique constraint (SCIM.USERS_UK) violated"
        Kind::Duplicate | Kind::ForeignKey | Kind::Check => {
            between(message, "(", ")").map(|name| last(&name))
        }
        // "cannot insert NULL into ("SCIM"."USERS"."EMAIL")"
        Kind::NotNull => between(message, "(", ")").map(|name| last(&name)),
        // "value too large for column "SCIM"."USERS"."TITLE" (actual: 101, maximum: 100)"
        Kind::TooLong if number == 12899 => between(message, "column ", " (").map(|n| last(&n)),
        Kind::MissingProcedure | Kind::ArgumentCount => {
            ["identifier '", "component '", "call to '", "PLS-00221: '"]
                .iter()
                .find_map(|mark| between(message, mark, "'"))
        }
        Kind::MissingObject => match number {
            // "ORA-00904: "U"."NAM": invalid identifier"
            904 => between(message, "ORA-00904: ", ": ").map(|name| name.replace('"', "")),
            // 23ai: "table or view "SCIM"."USRES" does not exist"; 19c names nothing.
            942 => between(message, "view ", " does").map(|name| name.replace('"', "")),
            4043 => between(message, "object ", " does").map(|name| name.replace('"', "")),
            _ => None,
        }
        .filter(|name| !name.is_empty()),
        _ => None,
    }
}

fn between(text: &str, before: &str, behind: &str) -> Option<String> {
    let (_, rest) = text.split_once(before)?;
    let (inner, _) = rest.split_once(behind)?;
    Some(inner.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Messages as "Database Error Messages" of Oracle Database 19c and 23ai have them.
    const TOLD: &[(usize, &str, Kind, Option<&str>)] = &[
        (
            1,
            "ORA-00001: unique constraint (SCIM.USERNAME_UNIQUE) violated",
            Kind::Duplicate,
            Some("USERNAME_UNIQUE"),
        ),
        (
            1,
            "ORA-00001: unique constraint (SCIM.UK) violated on table SCIM.USERS columns (USERNAME)",
            Kind::Duplicate,
            Some("UK"),
        ),
        (
            2291,
            "ORA-02291: integrity constraint (SCIM.UE_USER) violated - parent key not found",
            Kind::ForeignKey,
            Some("UE_USER"),
        ),
        (
            2292,
            "ORA-02292: integrity constraint (SCIM.UE_USER) violated - child record found",
            Kind::ForeignKey,
            Some("UE_USER"),
        ),
        (
            1400,
            "ORA-01400: cannot insert NULL into (\"SCIM\".\"USERS\".\"EMAIL\")",
            Kind::NotNull,
            Some("EMAIL"),
        ),
        (
            1407,
            "ORA-01407: cannot update (\"SCIM\".\"USERS\".\"EMAIL\") to NULL",
            Kind::NotNull,
            Some("EMAIL"),
        ),
        (
            2290,
            "ORA-02290: check constraint (SCIM.A_POSITIVE) violated",
            Kind::Check,
            Some("A_POSITIVE"),
        ),
        (
            12899,
            "ORA-12899: value too large for column \"SCIM\".\"USERS\".\"TITLE\" (actual: 101, maximum: 100)",
            Kind::TooLong,
            Some("TITLE"),
        ),
        (
            6502,
            "ORA-06502: PL/SQL: numeric or value error: character string buffer too small\nORA-06512: at line 1",
            Kind::TooLong,
            None,
        ),
        (
            6502,
            "ORA-06502: PL/SQL: numeric or value error: character to number conversion error",
            Kind::InvalidValue,
            None,
        ),
        (1722, "ORA-01722: invalid number", Kind::InvalidValue, None),
        (
            1861,
            "ORA-01861: literal does not match format string",
            Kind::InvalidValue,
            None,
        ),
        (
            1438,
            "ORA-01438: value larger than specified precision allowed for this column",
            Kind::InvalidValue,
            None,
        ),
        (
            60,
            "ORA-00060: deadlock detected while waiting for resource",
            Kind::Deadlock,
            None,
        ),
        (
            8177,
            "ORA-08177: can't serialize access for this transaction",
            Kind::Deadlock,
            None,
        ),
        (
            942,
            "ORA-00942: table or view does not exist",
            Kind::MissingObject,
            None,
        ),
        (
            942,
            "ORA-00942: table or view \"SCIM\".\"USRES\" does not exist",
            Kind::MissingObject,
            Some("SCIM.USRES"),
        ),
        (
            904,
            "ORA-00904: \"U\".\"NAM\": invalid identifier",
            Kind::MissingObject,
            Some("U.NAM"),
        ),
        (
            4043,
            "ORA-04043: object NOTHING does not exist",
            Kind::MissingObject,
            Some("NOTHING"),
        ),
        (
            6550,
            "ORA-06550: line 1, column 7:\nPLS-00201: identifier 'CREATE_USRE' must be declared\nORA-06550: line 1, column 7:\nPL/SQL: Statement ignored",
            Kind::MissingProcedure,
            Some("CREATE_USRE"),
        ),
        (
            6550,
            "ORA-06550: line 1, column 7:\nPLS-00306: wrong number or types of arguments in call to 'CREATE_USER'\nORA-06550: line 1, column 7:\nPL/SQL: Statement ignored",
            Kind::ArgumentCount,
            Some("CREATE_USER"),
        ),
        (
            6550,
            "ORA-06550: line 1, column 7:\nPLS-00103: Encountered the symbol \")\"",
            Kind::Syntax,
            None,
        ),
        (
            933,
            "ORA-00933: SQL command not properly ended",
            Kind::Syntax,
            None,
        ),
        (
            1031,
            "ORA-01031: insufficient privileges",
            Kind::PermissionDenied,
            None,
        ),
        (
            1017,
            "ORA-01017: invalid username/password; logon denied",
            Kind::LoginRefused,
            None,
        ),
        (
            28000,
            "ORA-28000: The account is locked.",
            Kind::LoginRefused,
            None,
        ),
        (
            1013,
            "ORA-01013: user requested cancel of current operation",
            Kind::Timeout,
            None,
        ),
        (
            20,
            "ORA-00020: maximum number of processes (300) exceeded",
            Kind::PoolExhausted,
            None,
        ),
        (
            3113,
            "ORA-03113: end-of-file on communication channel",
            Kind::ConnectionLost,
            None,
        ),
        (
            28,
            "ORA-00028: your session has been killed",
            Kind::ConnectionLost,
            None,
        ),
    ];

    #[test]
    fn numbers_are_told_apart_and_names_read_out_of_their_messages() {
        for (number, message, kind, object) in TOLD {
            let error = refusal(*number, message);
            assert_eq!(
                (error.kind, error.object.as_deref()),
                (*kind, *object),
                "{message}"
            );
            assert_eq!(error.code, Some(format!("ORA-{number:05}")));
            assert_eq!(error.message, *message);
        }
    }

    #[test]
    fn what_an_author_raised_is_given_without_number_and_stack() {
        let error = refusal(
            20001,
            "ORA-20001: There is no user nobody: try again\nORA-06512: at \"SCIM.DEACTIVATE_USER\", line 7\nORA-06512: at line 1",
        );
        assert_eq!(error.kind, Kind::Raised);
        assert_eq!(error.message, "There is no user nobody: try again");
        assert_eq!(error.code.as_deref(), Some("ORA-20001"));
        assert_eq!(error.sqlstate.as_deref(), Some("72000"));
    }

    #[test]
    fn an_error_that_only_wraps_another_is_told_as_the_other() {
        let error = refusal(
            2091,
            "ORA-02091: transaction rolled back\nORA-02291: integrity constraint (SCIM.UE_USER) violated - parent key not found",
        );
        assert_eq!(error.kind, Kind::ForeignKey);
        assert_eq!(error.object.as_deref(), Some("UE_USER"));
        let error = refusal(
            604,
            "ORA-00604: error occurred at recursive SQL level 1\nORA-20999: not on Sundays\nORA-06512: at line 2",
        );
        assert_eq!(error.kind, Kind::Raised);
    }

    #[test]
    fn a_package_compiled_anew_comes_with_the_hint_to_try_again() {
        let error = refusal(
            4068,
            "ORA-04068: existing state of packages has been discarded",
        );
        assert_eq!(error.kind, Kind::Other);
        assert!(error.message.contains("made again"), "{}", error.message);
    }

    #[test]
    fn states_are_given_where_oracle_has_them() {
        for (number, state) in [
            (1, Some("23000")),
            (2292, Some("23000")),
            (1861, Some("22008")),
            (1438, Some("22003")),
            (933, Some("42000")),
            (28000, None),
        ] {
            assert_eq!(sqlstate(number), state, "{number}");
        }
    }

    #[test]
    fn a_listener_that_refuses_is_unreachable_unless_its_number_says_more() {
        assert_eq!(of_code(12514, String::new()).kind, Kind::UnknownDatabase);
        assert_eq!(of_code(12519, String::new()).kind, Kind::PoolExhausted);
        assert_eq!(of_code(12541, String::new()).kind, Kind::Unreachable);
    }

    #[test]
    fn a_descriptor_that_cannot_be_read_is_not_quoted() {
        let refused =
            oracledb::Config::default().set_connect_string("(DESCRIPTION=(ADDRESS=scott/tiger");
        let error = at_connect(&refused.err().unwrap());
        assert_eq!(error.kind, Kind::UnknownDatabase);
        assert!(!error.message.contains("tiger"), "{}", error.message);
    }
}
