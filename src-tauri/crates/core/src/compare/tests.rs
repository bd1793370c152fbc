use serde_json::{Value as Json, json};

use super::*;
use crate::exchange::{
    Action, Body, ExchangeSummary, Message, Outcome, ParameterRecord, StatementRecord, Step,
    StepKind,
};
use crate::mapping::Kind;
use crate::operation::Operation;

fn exchange(path: &str, request: &str, answer: &str, statements: Vec<StatementRecord>) -> Exchange {
    let body = |text: &str| {
        (!text.is_empty()).then(|| Body {
            text: text.to_owned(),
            bytes: text.len(),
            truncated: false,
        })
    };
    Exchange {
        summary: ExchangeSummary {
            seq: 1,
            id: "id".into(),
            at: 0,
            application: "app".into(),
            method: "PUT".into(),
            path: path.into(),
            title: "Update user".into(),
            action: Action::ReplaceUser,
            subject: None,
            status: 200,
            outcome: Outcome::Ok,
            effect: None,
            duration_us: 1,
            cause: None,
        },
        remote: "127.0.0.1:1".into(),
        request: Message {
            headers: vec![("authorization".into(), "Bearer •••".into())],
            body: body(request),
        },
        answer: Message {
            headers: vec![],
            body: body(answer),
        },
        steps: statements
            .into_iter()
            .map(|statement| Step {
                kind: StepKind::Statement,
                title: String::new(),
                start_us: 0,
                duration_us: 1,
                ok: true,
                detail: None,
                statement: Some(statement),
            })
            .collect(),
        diagnosis: None,
        header: None,
        repeats: None,
    }
}

fn statement(operation: Operation, text: &str, values: &[Json]) -> StatementRecord {
    StatementRecord {
        operation: Some(operation),
        kind: Kind::Sql,
        text: text.into(),
        parameters: values
            .iter()
            .enumerate()
            .map(|(index, value)| ParameterRecord {
                position: index + 1,
                name: format!("C{index}"),
                value: value.clone(),
                secret: false,
            })
            .collect(),
        columns: Vec::new(),
        rows: 0,
        affected: Some(1),
        sample: Vec::new(),
        sample_truncated: false,
        further: Vec::new(),
        outs: Vec::new(),
        returned: None,
        messages: Vec::new(),
        problem: None,
        note: None,
    }
}

fn rows(columns: &[&str], sample: Json, count: usize) -> StatementRecord {
    let sample: Vec<Vec<Json>> = serde_json::from_value(sample).unwrap();
    StatementRecord {
        columns: columns.iter().map(|&name| name.into()).collect(),
        rows: count,
        sample_truncated: count > sample.len(),
        sample,
        affected: None,
        ..statement(Operation::GetUsers, "SELECT", &[])
    }
}

/// The lines that differ, as `path: left -> right`.
fn told(lines: &[ComparedLine]) -> Vec<String> {
    let value = |side: &Option<Json>| side.as_ref().map_or("-".to_owned(), Json::to_string);
    let differing = lines.iter().filter(|line| line.likeness.differs());
    differing
        .map(|line| {
            format!(
                "{}: {} -> {}",
                line.path,
                value(&line.left),
                value(&line.right)
            )
        })
        .collect()
}

fn bodies_differ(left: &Json, right: &Json) -> Vec<String> {
    let left = exchange("/", "", &left.to_string(), vec![]);
    let right = exchange("/", "", &right.to_string(), vec![]);
    told(&compare(&left, &right).answer.body.lines)
}

#[test]
fn an_exchange_is_the_same_as_itself() {
    let one = exchange(
        "/Users/a?x=1",
        r#"{"a":1}"#,
        "{}",
        vec![statement(Operation::UpdateUser, "U", &[json!(1)])],
    );
    let comparison = compare(&one, &one);
    assert!(comparison.same, "{comparison:?}");
}

#[test]
fn members_are_compared_by_name_whatever_their_order_and_letter_case() {
    let left = json!({"userName": "luke", "name": {"givenName": "Luke", "familyName": "S"}, "active": true});
    let right = json!({"active": true, "username": "luke", "name": {"familyName": "T", "givenName": "Luke"}, "title": null});
    assert_eq!(
        bodies_differ(&left, &right),
        ["name.familyName: \"S\" -> \"T\"", "title: - -> null"]
    );
}

#[test]
fn null_empty_and_absent_are_three_things() {
    assert_eq!(
        bodies_differ(
            &json!({"a": null, "b": "", "c": [], "d": {}}),
            &json!({"a": "", "b": null, "c": {}})
        ),
        [
            "a: null -> \"\"",
            "b: \"\" -> null",
            "c: [] -> {}",
            "d: {} -> -"
        ]
    );
}

#[test]
fn items_with_an_id_are_the_same_item_wherever_they_stand() {
    let left = json!({"Resources": [{"id": "a", "active": true}, {"id": "b", "active": true}]});
    let right = json!({"Resources": [{"id": "b", "active": false}, {"id": "a", "active": true}, {"id": "c"}]});
    assert_eq!(
        bodies_differ(&left, &right),
        [
            "Resources[id=b].active: true -> false",
            "Resources[id=c].id: - -> \"c\""
        ]
    );
}

#[test]
fn values_without_a_name_have_no_order_and_operations_of_a_patch_have() {
    assert!(
        bodies_differ(
            &json!({"schemas": ["a", "b"]}),
            &json!({"schemas": ["b", "a"]})
        )
        .is_empty()
    );
    let left = json!({"Operations": [{"op": "add", "path": "x", "value": "1"}]});
    let right = json!({"Operations": [{"op": "add", "path": "x", "value": "2"}]});
    assert_eq!(
        bodies_differ(&left, &right),
        ["Operations[0].value: \"1\" -> \"2\""]
    );
}

#[test]
fn what_is_masked_on_both_sides_is_neither_the_same_nor_different() {
    let left = exchange("/", r#"{"password":"•••"}"#, "", vec![]);
    let right = exchange("/", r#"{"password":"•••"}"#, "", vec![]);
    let comparison = compare(&left, &right);
    assert_eq!(comparison.request.body.lines[0].likeness, Likeness::Hidden);
    assert_eq!(comparison.request.headers[0].likeness, Likeness::Hidden);
    let shown = exchange("/", r#"{"password":"x"}"#, "", vec![]);
    assert_eq!(
        compare(&left, &shown).request.body.lines[0].likeness,
        Likeness::Changed
    );
}

#[test]
fn parameters_of_the_query_are_compared_one_by_one() {
    let left = exchange("/Users?startIndex=1&count=100", "", "", vec![]);
    let right = exchange("/Users?count=100&startIndex=101&filter=x", "", "", vec![]);
    assert_eq!(
        told(&compare(&left, &right).request.head),
        ["startIndex: \"1\" -> \"101\"", "filter: - -> \"x\""]
    );
}

#[test]
fn a_body_that_was_cut_is_compared_as_far_as_both_go() {
    let whole =
        r#"{"total":3,"Resources":[{"id":"a","n":1},{"id":"b","n":2},{"id":"c","n":3}],"z":1}"#;
    let left = exchange("/", "", whole, vec![]);
    let mut right = exchange("/", "", "", vec![]);
    right.answer.body = Some(Body {
        text: r#"{"total":3,"Resources":[{"id":"a","n":9},{"id":"b","n":2},{"id":"c","#.into(),
        bytes: 100,
        truncated: true,
    });
    let body = compare(&left, &right).answer.body;
    assert_eq!(told(&body.lines), ["Resources[id=a].n: 1 -> 9"]);
    assert!(body.note.unwrap().contains("beginning"));
}

#[test]
fn what_is_no_json_is_compared_as_text() {
    let left = exchange("/", "", "oops", vec![]);
    let right = exchange("/", "", "{}", vec![]);
    let comparison = compare(&left, &right);
    assert_eq!(comparison.answer_differences, 1);
    assert!(comparison.answer.body.note.is_some());
}

#[test]
fn a_statement_that_only_one_side_ran_does_not_shift_the_others() {
    use Operation::{AddEntitlement, DeactivateUser, GetUserById, UpdateUser};
    let get = || statement(GetUserById, "G", &[json!("a")]);
    let add = |id: &str| statement(AddEntitlement, "A", &[json!(id)]);
    let left = vec![
        get(),
        statement(UpdateUser, "U", &[json!("x")]),
        add("1"),
        add("2"),
        get(),
    ];
    let right = vec![
        get(),
        statement(DeactivateUser, "D", &[]),
        statement(UpdateUser, "U", &[json!("y")]),
        add("2"),
        get(),
    ];
    let statements =
        compare(&exchange("/", "", "", left), &exchange("/", "", "", right)).statements;
    let pairs: Vec<_> = statements
        .iter()
        .map(|pair| {
            let number = |side: &Option<ComparedSide>| side.as_ref().map(|side| side.number);
            (number(&pair.left), number(&pair.right), pair.likeness)
        })
        .collect();
    assert_eq!(
        pairs,
        [
            (Some(1), Some(1), Likeness::Same),
            (None, Some(2), Likeness::Right),
            (Some(2), Some(3), Likeness::Changed),
            (Some(3), None, Likeness::Left),
            (Some(4), Some(4), Likeness::Same),
            (Some(5), Some(5), Likeness::Same),
        ]
    );
    assert_eq!(told(&statements[2].parameters), ["1 C0: \"x\" -> \"y\""]);
}

#[test]
fn rows_belong_together_by_their_first_column_and_columns_by_name() {
    let left = rows(&["ID", "NAME"], json!([["1", "a"], ["2", "b"]]), 2);
    let right = rows(
        &["name", "id", "extra"],
        json!([["B", "2", null], ["a", "1", null], ["c", "3", null]]),
        3,
    );
    let statements = compare(
        &exchange("/", "", "", vec![left]),
        &exchange("/", "", "", vec![right]),
    )
    .statements;
    let set = &statements[0].sets[0];
    assert_eq!((set.left_rows, set.right_rows), (Some(2), Some(3)));
    let columns: Vec<_> = set
        .columns
        .iter()
        .map(|column| (column.name.as_str(), column.likeness))
        .collect();
    assert_eq!(
        columns,
        [
            ("ID", Likeness::Same),
            ("NAME", Likeness::Same),
            ("extra", Likeness::Right)
        ]
    );
    let told: Vec<_> = set
        .rows
        .iter()
        .map(|row| (row.likeness, row.columns.clone()))
        .collect();
    assert_eq!(
        told,
        [
            (Likeness::Same, vec![]),
            (Likeness::Changed, vec![1]),
            (Likeness::Right, vec![])
        ]
    );
}

#[test]
fn a_row_beyond_the_sample_is_not_called_missing() {
    let left = rows(&["ID"], json!([["1"], ["2"]]), 100);
    let right = rows(&["ID"], json!([["2"], ["3"]]), 100);
    let statements = compare(
        &exchange("/", "", "", vec![left]),
        &exchange("/", "", "", vec![right]),
    )
    .statements;
    let set = &statements[0].sets[0];
    assert!(set.truncated);
    assert_eq!(set.rows.len(), 1, "{set:?}");
    assert_eq!(statements[0].likeness, Likeness::Same);
}
