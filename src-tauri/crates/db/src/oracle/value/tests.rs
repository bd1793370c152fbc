//! Values on both ways, as far as the driver lets them be made without a server.

use std::collections::HashMap;

use super::*;

fn typed(value: impl Into<Value>, kind: TypeKind) -> Bind {
    Bind::typed(&value.into(), &DataType::new(kind, ""))
}

#[test]
fn numbers_keep_every_digit_and_are_integers_where_their_column_has_no_decimals() {
    for (text, decimals, value) in [
        ("42", false, Value::Integer(42)),
        ("-7", false, Value::Integer(-7)),
        ("0.5", false, Value::Decimal("0.5".into())),
        ("12", true, Value::Decimal("12".into())),
        (
            "12345678901234567890123456789012345678",
            false,
            Value::Decimal("12345678901234567890123456789012345678".into()),
        ),
    ] {
        assert_eq!(number(text.to_owned(), decimals), value, "{text}");
    }
    // Through the driver's own form and back.
    for text in ["0", "-0.000001", "99999999999999999999.999", "1000000"] {
        assert_eq!(text.parse::<OracleNumber>().unwrap().to_string(), text);
    }
}

#[test]
fn the_empty_text_is_bound_as_null() {
    assert_eq!(Bind::untyped(&"".into()), Bind::Text(None));
    assert_eq!(typed("", TypeKind::Date), Bind::Text(None));
    assert_eq!(typed("", TypeKind::Boolean), Bind::Bool(None));
    assert_eq!(Bind::untyped(&" ".into()), Bind::Text(Some(" ".into())));
}

#[test]
fn values_without_a_known_type_are_bound_as_what_they_are() {
    assert_eq!(Bind::untyped(&Value::Bool(true)), Bind::Number("1".into()));
    assert_eq!(
        Bind::untyped(&Value::Unsigned(u64::MAX)),
        Bind::Number("18446744073709551615".into())
    );
    assert_eq!(
        Bind::untyped(&Value::Decimal("NaN".into())),
        Bind::Text(Some("NaN".into()))
    );
    assert_eq!(
        Bind::untyped(&Value::Json(serde_json::json!({"a": [1]}))),
        Bind::Text(Some("{\"a\":[1]}".into()))
    );
}

#[test]
fn points_in_time_are_written_for_the_type_that_takes_them() {
    let iso = "2024-05-06T07:08:09.5+02:00";
    for (kind, written) in [
        (TypeKind::Date, "2024-05-06 07:08:09"),
        (TypeKind::Timestamp, "2024-05-06 07:08:09.5"),
        (TypeKind::TimestampTz, "2024-05-06 07:08:09.5 +02:00"),
        (TypeKind::Text, iso),
    ] {
        assert_eq!(typed(iso, kind), Bind::Text(Some(written.into())));
    }
    // What is no ISO text, the session's formats may still read.
    assert_eq!(
        typed("06-05-2024", TypeKind::Date),
        Bind::Text(Some("06-05-2024".into()))
    );
}

#[test]
fn intervals_are_iso_8601_durations() {
    for (interval, text) in [
        (
            OracleIntervalDS::new(1, 2, 3, 4, 500_000_000),
            "P1DT2H3M4.5S",
        ),
        (OracleIntervalDS::new(0, 0, 0, 0, 0), "PT0S"),
        (
            OracleIntervalDS::new(-1, -2, 0, 0, -1000),
            "P-1DT-2H-0.000001S",
        ),
        (OracleIntervalDS::new(30, 0, 0, 0, 0), "P30D"),
    ] {
        assert_eq!(day_to_second(interval), text);
    }
    for (interval, text) in [
        (OracleIntervalYM::new(2, 6), "P2Y6M"),
        (OracleIntervalYM::new(-1, 0), "P-1Y"),
        (OracleIntervalYM::new(0, 0), "P0M"),
    ] {
        assert_eq!(year_to_month(interval), text);
    }
}

#[test]
fn binary_json_becomes_json_with_exact_numbers() {
    let number = |text: &str| JsonValue::Number(text.parse().unwrap());
    let members = HashMap::from([
        ("b".to_owned(), number("1.25")),
        ("a".to_owned(), number("9007199254740993")),
        (
            "c".to_owned(),
            JsonValue::JsonArray(vec![JsonValue::Null, JsonValue::Boolean(true)]),
        ),
        ("d".to_owned(), number("0.1000000000000000000000001")),
        ("e".to_owned(), JsonValue::BinaryFloat(0.1)),
        ("f".to_owned(), JsonValue::Raw(vec![0, 171])),
    ]);
    assert_eq!(
        json(&JsonValue::JsonObject(members)).to_string(),
        "{\"a\":\"9007199254740993\",\"b\":1.25,\"c\":[null,true],\
         \"d\":\"0.1000000000000000000000001\",\"e\":0.1,\"f\":\"00AB\"}"
    );
}

#[test]
fn vectors_become_lists_and_sparse_ones_say_where_their_numbers_stand() {
    let dense = Vector::Dense(VectorData::Float32(vec![0.1, -2.0]));
    assert_eq!(vector(&dense), serde_json::json!([0.1, -2.0]));
    let sparse = oracledb::SparseVector::new(5, vec![1, 4], VectorData::Int8(vec![7, -7]));
    assert_eq!(
        vector(&Vector::Sparse(sparse)),
        serde_json::json!({"dimensions": 5, "indices": [1, 4], "values": [7, -7]})
    );
}

#[test]
fn names_of_types_come_without_lengths() {
    assert_eq!(without_brackets("VARCHAR2(100)"), "VARCHAR2");
    assert_eq!(
        without_brackets("TIMESTAMP(6) WITH TIME ZONE"),
        "TIMESTAMP WITH TIME ZONE"
    );
    assert_eq!(
        without_brackets("INTERVAL DAY(2) TO SECOND(6)"),
        "INTERVAL DAY TO SECOND"
    );
}

#[test]
fn every_bind_has_a_form_that_the_driver_takes() {
    let outs = [
        Out::Text,
        Out::Clob,
        Out::Number,
        Out::Float,
        Out::Date,
        Out::Timestamp,
        Out::TimestampTz,
        Out::IntervalYm,
        Out::IntervalDs,
        Out::Bytes,
        Out::Blob,
        Out::Bool,
        Out::Json,
        Out::Cursor,
        Out::Short,
    ];
    for out in outs {
        assert!(Bind::Out(out).to_driver().is_ok(), "{out:?}");
    }
    // A text that comes back needs all the room that PL/SQL can fill.
    let room = Bind::Out(Out::Text).to_driver().unwrap();
    assert_eq!(room.max_size(), 32_767);
    assert!(Bind::Number("1,5".into()).to_driver().is_err());
}
