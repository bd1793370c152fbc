use serde_json::json;

use super::*;
use crate::dry_run::Rollback;
use crate::exchange::{Diagnosis, OutRecord, StatementProblem};
use crate::mapping::Kind;
use crate::procedure::RunMode;

fn statement(rows: &Json) -> StatementRecord {
    let rows: Vec<Vec<Json>> = serde_json::from_value(rows.clone()).unwrap();
    StatementRecord {
        operation: None,
        kind: Kind::Procedure,
        text: "CALL P()".to_owned(),
        parameters: Vec::new(),
        columns: vec!["ID".to_owned(), "AT".to_owned()],
        rows: rows.len(),
        affected: Some(1),
        sample: rows,
        sample_truncated: false,
        further: Vec::new(),
        outs: vec![OutRecord {
            name: "p_id".to_owned(),
            value: json!(7),
        }],
        returned: None,
        messages: Vec::new(),
        problem: None,
        note: None,
    }
}

fn run(rows: &Json) -> ProcedureRun {
    ProcedureRun {
        mode: RunMode::Dry,
        end: RunEnd::Succeeded,
        committed: false,
        cautions: Vec::new(),
        statement: Some(statement(rows)),
        problem: None,
        tables: vec![table("USERS", 1)],
        rollback: Rollback::Held,
        kept: Vec::new(),
        parts: Vec::new(),
        duration_us: 0,
        expectation: None,
    }
}

fn table(name: &str, added: usize) -> TableChange {
    TableChange {
        table: ObjectName::new(Some("hr"), name),
        columns: vec!["ID".to_owned()],
        key: vec![0],
        added: vec![vec![json!(1)]; added],
        removed: Vec::new(),
        changed: Vec::new(),
        rows_before: 0,
        rows_after: added as u64,
        compared: "all rows".to_owned(),
    }
}

fn failed(sqlstate: &str) -> ProcedureRun {
    let mut run = run(&json!([]));
    run.end = RunEnd::Failed;
    run.problem = Some(Diagnosis {
        code: "database.raised".to_owned(),
        cause: "The procedure refused.".to_owned(),
        remedy: String::new(),
        place: None,
    });
    if let Some(statement) = &mut run.statement {
        statement.problem = Some(StatementProblem {
            sqlstate: Some(sqlstate.to_owned()),
            code: None,
            message: "No such user.".to_owned(),
            parameter: None,
        });
    }
    run
}

fn places(expected: &Expectation, run: &ProcedureRun) -> Vec<String> {
    let found = compare(expected, run);
    found.into_iter().map(|mismatch| mismatch.place).collect()
}

#[test]
fn a_run_is_as_it_was_expected_from_itself() {
    for run in [run(&json!([[1, "a"], [2, null]])), failed("45000")] {
        let expected = expectation_of(&run).unwrap();
        assert_eq!(compare(&expected, &run), []);
    }
}

#[test]
fn each_part_that_differs_is_named() {
    let expected = expectation_of(&run(&json!([[1, "a"], [2, "b"]]))).unwrap();
    let mut other = run(&json!([[1, "a"], [2, "c"], [3, "d"]]));
    if let Some(statement) = &mut other.statement {
        statement.outs[0].value = json!(8);
        statement.affected = Some(2);
    }
    other.tables = vec![table("USERS", 2), table("AUDIT", 1)];
    assert_eq!(
        places(&expected, &other),
        [
            "Out value p_id",
            "Rows affected",
            "Result set 1, rows",
            "Result set 1, row 2, AT",
            "Result set 1, row 3",
            "Table hr.USERS",
            "Table hr.AUDIT",
        ]
    );
}

#[test]
fn what_nobody_confirmed_is_not_compared() {
    let mut expected = expectation_of(&run(&json!([[1, "a"]]))).unwrap();
    expected.outs.clear();
    (expected.affected, expected.sets, expected.tables) = (None, None, None);
    let mut other = run(&json!([[9, "z"]]));
    other.tables.clear();
    assert_eq!(compare(&expected, &other), []);
}

#[test]
fn a_column_may_differ_and_an_order_may_say_nothing() {
    let mut expected = expectation_of(&run(&json!([[1, "now"], [2, "now"]]))).unwrap();
    let other = run(&json!([[2, "later"], [1, "later"]]));
    let sets = |expected: &mut Expectation, ignored: &[&str], any_order| {
        for set in expected.sets.iter_mut().flatten() {
            set.ignored = ignored.iter().map(|name| (*name).to_owned()).collect();
            set.any_order = any_order;
        }
    };
    sets(&mut expected, &["AT"], true);
    assert_eq!(compare(&expected, &other), []);
    sets(&mut expected, &["AT"], false);
    assert_eq!(compare(&expected, &other).len(), 2);
    sets(&mut expected, &[], true);
    assert_eq!(compare(&expected, &other).len(), 2);
}

#[test]
fn an_error_is_expected_by_its_sqlstate_and_a_part_of_its_message() {
    let fails = |sqlstate: &str, says: &str| Expectation {
        ends: ExpectedEnd::Fails {
            sqlstate: Some(sqlstate.to_owned()),
            code: None,
            says: Some(says.to_owned()),
        },
        ..expectation_of(&failed("45000")).unwrap()
    };
    assert_eq!(compare(&fails("45000", "such user"), &failed("45000")), []);
    assert_eq!(
        places(&fails("23000", "entitlement"), &failed("45000")),
        ["SQLSTATE", "Message"]
    );
    assert_eq!(
        places(&fails("45000", "such"), &run(&json!([]))),
        ["The run"]
    );
    let good = expectation_of(&run(&json!([]))).unwrap();
    assert_eq!(places(&good, &failed("45000")), ["The run"]);
}

#[test]
fn a_run_that_did_not_take_place_is_never_as_expected() {
    let expected = expectation_of(&run(&json!([]))).unwrap();
    let mut none = run(&json!([]));
    (none.end, none.statement) = (RunEnd::NotRun, None);
    assert_eq!(places(&expected, &none), ["The run"]);
    assert_eq!(expectation_of(&none), None);
}

#[test]
fn many_rows_are_counted_and_not_written_down() {
    let rows: Vec<Json> = (0..=MOST_ROWS).map(|n| json!([n, "a"])).collect();
    let expected = expectation_of(&run(&json!(rows))).unwrap();
    let set = &expected.sets.as_ref().unwrap()[0];
    assert_eq!((set.rows, &set.values), (Some(201), &None));
    assert_eq!(
        places(&expected, &run(&json!(rows[1..]))),
        ["Result set 1, rows"]
    );
}
