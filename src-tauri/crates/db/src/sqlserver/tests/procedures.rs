//! Calls: what is sent for each parameter, and what comes back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use sluice_core::mapping::Kind;
use sluice_core::plan::Direction;
use sluice_core::ports::{OutValue, Severity};
use sluice_core::{DatabaseErrorKind, Value};

use super::super::responder::{
    Responder, Seen, Typed, columns, done_in_proc, done_proc, return_status, return_value, rows,
    said,
};
use super::{connection, once, open, statement};

/// Answers catalogue questions for one procedure, and what `answer` says to calls.
async fn with_procedure(
    parameters: impl Fn() -> Vec<Vec<Typed>> + Send + Sync + 'static,
    definition: &'static str,
    answer: impl Fn(&str) -> Option<Vec<u8>> + Send + Sync + 'static,
) -> Responder {
    Responder::start(move |seen| {
        let Seen::Call(name, sent) = seen else {
            return None;
        };
        if name != "#10" {
            return answer(name);
        }
        let text = sent[0].text().unwrap();
        if text.contains("FROM sys.all_parameters") {
            let names = [
                "object_id",
                "parameter_id",
                "name",
                "type",
                "max_length",
                "precision",
                "scale",
                "is_output",
                "has_default_value",
                "default_value",
                "is_table_type",
            ];
            return Some(
                [
                    rows(&names, &parameters()),
                    done_in_proc(1, 0xC1),
                    return_status(0),
                    done_proc(0),
                ]
                .concat(),
            );
        }
        if text.contains("FROM sys.all_objects") {
            let names = [
                "object_id",
                "schema",
                "name",
                "type",
                "definition",
                "as",
                "comment",
            ];
            let row = vec![
                Typed::int(Some(7)),
                Typed::nvarchar("dbo"),
                Typed::nvarchar("ADD_USER"),
                Typed::nvarchar("P"),
                Typed::nvarchar(definition),
                Typed::int(None),
                Typed::null_text(),
            ];
            return Some(
                [
                    rows(&names, &[row]),
                    done_in_proc(1, 0xC1),
                    return_status(0),
                    done_proc(0),
                ]
                .concat(),
            );
        }
        answer(&text)
    })
    .await
}

/// A row of `sys.parameters`: name, type, length, precision, scale, whether it is OUTPUT.
fn parameter(id: i32, name: &str, kind: &str, numbers: [i32; 3], output: bool) -> Vec<Typed> {
    vec![
        Typed::int(Some(7)),
        Typed::int(Some(id)),
        Typed::nvarchar(name),
        Typed::nvarchar(kind),
        Typed::int(Some(numbers[0])),
        Typed::int(Some(numbers[1])),
        Typed::int(Some(numbers[2])),
        Typed::bit(output),
        Typed::bit(false),
        Typed::null_text(),
        Typed::bit(false),
    ]
}

const DEFINITION: &str = "CREATE PROCEDURE dbo.ADD_USER @p_name nvarchar(20), @p_id int OUTPUT, \
     @p_rate decimal(10,2) OUTPUT, @p_since datetime2(3) = NULL OUTPUT AS SELECT 1";

fn add_user() -> Vec<Vec<Typed>> {
    vec![
        parameter(1, "@p_name", "nvarchar", [40, 0, 0], false),
        parameter(2, "@p_id", "int", [4, 10, 0], true),
        parameter(3, "@p_rate", "decimal", [9, 10, 2], true),
        parameter(4, "@p_since", "datetime2", [7, 23, 3], true),
    ]
}

#[tokio::test]
async fn a_call_brings_its_sets_out_values_return_code_counts_and_messages() {
    let responder = with_procedure(add_user, DEFINITION, |_| {
        let decimal = Typed::short(&[0x6A, 17, 10, 2], &[0, 0xE2, 0x04, 0, 0]); // -12.50
        // 2024-05-06T07:08:09.123: 25,689,123 ms in four bytes, day 739,011 in three.
        let since = Typed::short(&[0x2A, 3], &[0x23, 0xFC, 0x87, 0x01, 0xC3, 0x46, 0x0B]);
        Some(
            [
                said(0xAB, 0, 1, 0, "looking", "ADD_USER"),
                columns(&["A"], &[Typed::int(None)]),
                done_in_proc(0, 0xC1),
                done_in_proc(2, 0xC3),
                said(0xAB, 50000, 1, 10, "nearly full", "ADD_USER"),
                rows(
                    &["B"],
                    &[vec![Typed::int(Some(21))], vec![Typed::int(None)]],
                ),
                done_in_proc(2, 0xC1),
                done_in_proc(1, 0xC5),
                return_value(1, "@p_id", &Typed::int(Some(42))),
                return_value(2, "@p_rate", &decimal),
                return_value(3, "@p_since", &since),
                return_status(-6),
                done_proc(0),
            ]
            .concat(),
        )
    })
    .await;
    let database = open(&connection(responder.port));
    let mut call = statement(
        Kind::Procedure,
        "{? = call dbo.ADD_USER(?, ?, ?, ?)}",
        &[
            Value::Null,
            Value::from("leia"),
            Value::Null,
            Value::from("12.5"),
            Value::Null,
        ],
    );
    call.parameters[0].direction = Direction::Out;
    call.parameters[2].direction = Direction::Out;
    let outcome = once(&database, &call).await.unwrap();

    // What was sent: the declared types where a value comes back.
    let (name, sent) = responder.call();
    assert_eq!(name, "[dbo].[ADD_USER]");
    let shape: Vec<_> = sent
        .iter()
        .map(|p| (p.name.as_str(), p.by_ref, p.kind, p.digits.as_slice()))
        .collect();
    assert_eq!(
        shape,
        [
            ("@p_name", false, 0xE7, &[][..]),
            ("@p_id", true, 0x26, &[]),
            // NUMERIC and DECIMAL are one type to the server.
            ("@p_rate", true, 0x6C, &[10, 2]),
            ("@p_since", true, 0x2A, &[3]),
        ]
    );
    assert_eq!(sent[0].text().as_deref(), Some("leia"));
    assert_eq!(sent[1].bytes, None);
    assert_eq!(sent[2].bytes.as_ref().unwrap()[..3], [1, 0xE2, 0x04]); // +1250
    assert_eq!(sent[3].bytes, None);

    // What came.
    assert_eq!(outcome.sets.len(), 2);
    assert_eq!(
        (outcome.sets[0].columns.len(), outcome.sets[0].rows.len()),
        (1, 0)
    );
    assert_eq!(outcome.sets[1].rows, [[Value::Integer(21)], [Value::Null]]);
    let out = |position, name: &str, value| OutValue {
        position,
        name: name.into(),
        value,
    };
    assert_eq!(
        outcome.outs,
        [
            out(2, "p_id", Value::Integer(42)),
            out(3, "p_rate", Value::Decimal("-12.50".into())),
            out(4, "p_since", Value::from("2024-05-06T07:08:09.123")),
        ]
    );
    assert_eq!(outcome.returned, Some(Value::Integer(-6)));
    assert_eq!(outcome.affected, Some(3));
    let said: Vec<_> = outcome
        .messages
        .iter()
        .map(|m| (m.severity, m.code.as_deref(), m.text.as_str()))
        .collect();
    assert_eq!(
        said,
        [
            (Severity::Note, None, "looking"),
            (Severity::Warning, Some("50000"), "nearly full"),
        ]
    );
}

#[tokio::test]
async fn an_error_inside_a_procedure_is_the_authors_with_state_and_place() {
    let responder = with_procedure(add_user, DEFINITION, |_| {
        Some(
            [
                said(0xAA, 51000, 3, 16, "No such user.", "ADD_USER"),
                done_proc(2),
            ]
            .concat(),
        )
    })
    .await;
    let database = open(&connection(responder.port));
    let call = statement(
        Kind::Procedure,
        "EXEC ADD_USER @P_ID = ? OUTPUT, @p_rate = ?, @p_name = ?",
        &[Value::Null, Value::Null, Value::from("leia")],
    );
    let error = once(&database, &call).await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::Raised);
    assert_eq!(error.code.as_deref(), Some("51000"));
    assert_eq!(error.message, "No such user. [state 3, ADD_USER, line 7]");
    // Named arguments are sent under the declared names; what is optional may be left out.
    let names: Vec<_> = responder.call().1.into_iter().map(|p| p.name).collect();
    assert_eq!(names, ["@p_id", "@p_rate", "@p_name"]);
}

#[tokio::test]
async fn what_cannot_mean_the_procedure_or_fit_a_parameter_is_refused_before_it_is_sent() {
    let responder = with_procedure(add_user, DEFINITION, |_| None).await;
    let database = open(&connection(responder.port));
    let refused = async |text: &str, values: &[Value]| {
        let call = statement(Kind::Procedure, text, values);
        once(&database, &call).await.unwrap_err()
    };
    let few = refused("ADD_USER(?)", &[Value::Null]).await;
    assert_eq!(
        (few.kind, few.expected),
        (DatabaseErrorKind::ArgumentCount, Some(4))
    );
    let long = refused(
        "ADD_USER(?, ?, ?)",
        &[Value::Text("x".repeat(21)), Value::Null, Value::Null],
    )
    .await;
    assert_eq!(
        (long.kind, long.object.as_deref()),
        (DatabaseErrorKind::TooLong, Some("p_name"))
    );
    let wrong = refused(
        "ADD_USER(?, ?, ?)",
        &[Value::from("x"), Value::from("abc"), Value::Null],
    )
    .await;
    assert_eq!(
        (wrong.kind, wrong.object.as_deref()),
        (DatabaseErrorKind::InvalidValue, Some("p_id"))
    );
    let named = |seen: &Seen| matches!(seen, Seen::Call(name, _) if name != "#10");
    assert!(!responder.seen().iter().any(named));
}

#[tokio::test]
async fn a_call_with_an_argument_written_out_goes_as_text_and_brings_the_same() {
    let responder = with_procedure(add_user, DEFINITION, |text| {
        assert_eq!(
            text,
            "EXEC @RETURN_STATUS = [dbo].[ADD_USER] @p_name = 'leia', @p_id = @P1 OUTPUT, @p_rate = @P2 OUTPUT"
        );
        Some(
            [
                done_in_proc(1, 0xC3),
                return_value(1, "@P1", &Typed::int(Some(42))),
                return_value(2, "@P2", &Typed::short(&[0x6A, 17, 10, 2], &[])),
                return_value(3, "@RETURN_STATUS", &Typed::int(Some(4))),
                return_status(0),
                done_proc(0),
            ]
            .concat(),
        )
    })
    .await;
    let database = open(&connection(responder.port));
    let call = statement(
        Kind::Procedure,
        "EXEC ADD_USER 'leia', ? OUTPUT, ?",
        &[Value::Null, Value::Null],
    );
    let outcome = once(&database, &call).await.unwrap();
    let outs: Vec<_> = outcome
        .outs
        .iter()
        .map(|o| (o.position, &o.value))
        .collect();
    assert_eq!(outs, [(2, &Value::Integer(42)), (3, &Value::Null)]);
    assert_eq!(outcome.returned, Some(Value::Integer(4)));
    assert_eq!(outcome.affected, Some(1));
    let (_, sent) = responder.call();
    assert_eq!(
        sent[1].text().unwrap().replace(" ,", ",").trim_end(),
        "@P1 int OUTPUT, @P2 decimal(10,2) OUTPUT, @RETURN_STATUS int OUTPUT"
    );
}

#[tokio::test]
async fn a_procedure_that_was_made_anew_is_noticed_before_anything_is_refused() {
    static SEEN: AtomicBool = AtomicBool::new(false);
    let anew = Arc::new(AtomicBool::new(false));
    let (now, then) = (Arc::clone(&anew), Arc::clone(&anew));
    let parameters = move || {
        let name = if now.load(Relaxed) {
            "@p_login"
        } else {
            "@p_name"
        };
        vec![parameter(1, name, "nvarchar", [40, 0, 0], false)]
    };
    let definition = "CREATE PROCEDURE dbo.ADD_USER @p nvarchar(20) AS SELECT 1";
    let responder = with_procedure(parameters, definition, move |_| {
        // The first call is answered; then the procedure is made anew.
        if then.swap(true, Relaxed) && !SEEN.swap(true, Relaxed) {
            let text = "@p_name is not a parameter for procedure ADD_USER.";
            return Some([said(0xAA, 8145, 2, 16, text, "ADD_USER"), done_proc(2)].concat());
        }
        Some([return_status(0), done_proc(0)].concat())
    })
    .await;
    let database = open(&connection(responder.port));
    let call = statement(Kind::Procedure, "ADD_USER(?)", &[Value::from("leia")]);
    for _ in 0..3 {
        let outcome = once(&database, &call).await.unwrap();
        assert_eq!(outcome.returned, Some(Value::Integer(0)));
    }
    let sent: Vec<String> = responder
        .seen()
        .into_iter()
        .filter_map(|seen| match seen {
            Seen::Call(name, sent) if name != "#10" => Some(sent[0].name.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(sent, ["@p_name", "@p_name", "@p_login", "@p_login"]);
}

#[tokio::test]
async fn a_routine_that_the_catalogue_does_not_show_is_called_as_it_is_written() {
    let responder = Responder::start(|seen| match seen {
        Seen::Call(name, _) if name == "#10" => {
            let names = ["object_id", "schema"];
            let none = columns(&names, &[Typed::int(None), Typed::null_text()]);
            Some([none, done_in_proc(0, 0xC1), done_proc(0)].concat())
        }
        Seen::Call(..) => {
            let out = return_value(1, "", &Typed::nvarchar("42"));
            Some([out, return_status(0), done_proc(0)].concat())
        }
        _ => None,
    })
    .await;
    let database = open(&connection(responder.port));
    let mut call = statement(Kind::Procedure, "p", &[Value::from("leia"), Value::Null]);
    call.parameters[1].direction = Direction::Out;
    for (text, name) in [
        (
            "other.dbo.[Add ]] User](?, ?)",
            "[other].[dbo].[Add ]] User]",
        ),
        ("sp_of_master ?, ?", "[sp_of_master]"),
    ] {
        text.clone_into(&mut call.text);
        if !text.contains('(') {
            call.text.insert_str(0, "EXEC ");
        }
        let outcome = once(&database, &call).await.unwrap();
        let (called, sent) = responder.call();
        assert_eq!(called, name);
        let shape: Vec<_> = sent
            .iter()
            .map(|p| (p.name.as_str(), p.by_ref, p.kind))
            .collect();
        assert_eq!(shape, [("", false, 0xE7), ("", true, 0xE7)]);
        let outs: Vec<_> = outcome
            .outs
            .iter()
            .map(|out| (out.position, out.name.as_str(), &out.value))
            .collect();
        assert_eq!(outs, [(2, "F2", &Value::from("42"))]);
    }
}
